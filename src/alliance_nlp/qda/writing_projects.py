"""REFI-QDA projects out: a study, or a project that was read, as a file that other programs open."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from alliance_nlp.errors import InputError, check_type, counted
from alliance_nlp.files import MB, write_atomic
from alliance_nlp.qda.containers import INTERNAL, Container, open_container
from alliance_nlp.qda.losses import LossReport, QdaCount, QdaTrouble
from alliance_nlp.qda.markup import Element, written
from alliance_nlp.qda.projects import QdaProject
from alliance_nlp.qda.written_again import tree_again
from alliance_nlp.qda.written_studies import FIELD_NOTE, Options, Writing, as_written, coding_there, tree_of
from alliance_nlp.records import Codebook, Coding, Marks, Study

_DATE = (1980, 1, 1, 0, 0, 0)  # two exports of one study are the same bytes
_MEDIA = 2000 * MB
Spans = TypeVar("Spans", bound=Any)


def write_qdpx(
    what: Study | QdaProject,
    path: str | Path,
    *,
    suggestions: Coding | Sequence[Coding] | None = None,
    users: bool = True,
    paths: bool = True,
    quotes: bool = True,
) -> LossReport:
    """Write a study as a REFI-QDA project (.qdpx), which NVivo, ATLAS.ti, MAXQDA, QualCoder and others open.

    Parameters
    ----------
    what : Study or QdaProject
        A study; or a project that was read, whose links, graphs, pictures, sound and film are passed on as they are,
        and whose codes and codings become those of its study.
    path : str or Path
        The file; one that is there is replaced whole or not at all.
    suggestions : Coding or sequence of Coding, optional
        What machines suggested. Each stands under a user and in a branch of codes of its own, with a set: deleted
        there, all of it is gone. Probabilities are notes.
    users : bool, default True
        False leaves out names: coders and cases are numbered, participants, field notes and the ledger of a consensus
        stay out. Names inside transcripts stay: pseudonymise the texts first; so do those in memos and descriptions of
        a project that was read, which the report says.
    paths : bool, default True
        False leaves out names of files and folders on somebody's computer.
    quotes : bool, default True
        False leaves quotes out of names of selections, and exemplars out of the codebook.

    Returns
    -------
    LossReport
        What was written, and what the format cannot hold.

    Raises
    ------
    InputError
        When a text of a project is another one than was read.
    FileError
        When the system refuses the file.

    Notes
    -----
    Texts are written in UTF-8 without a byte order mark, every line end a line feed, positions in code points: on that
    all programs agree. Two exports of one study are the same bytes. What REFI-QDA has no place for (turns, who read
    what, statuses) stands as data in one note; a program that drops the note leaves the rest as it is.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, Transcript
    >>> talk = Transcript("talk", "No time.")
    >>> study = Study((talk,), None, Coding((CodedSpan("KL", "talk", 0, 8, "rush"),), ()))
    >>> write_qdpx(study, getfixture("tmp_path") / "made.qdpx").of("codings").carried
    1
    """
    check_type("write_qdpx() takes a Study or a QdaProject", Study | QdaProject, what)
    machines = (suggestions,) if isinstance(suggestions, Coding) else tuple(suggestions or ())
    options = Options(users, paths, quotes)
    project = what if isinstance(what, QdaProject) else None
    if project is not None and project.suggestions is not None:
        machines = (project.suggestions, *machines)
    study, machines, numbers = _left_out(what.study if isinstance(what, QdaProject) else what, machines, options)
    returns = sum(transcript.text.count("\r") for transcript in study.transcripts)
    told, machines = _as_written(study, machines)
    if project is not None:
        project = replace(project, study=study)
        writing, texts = tree_again(project, machines, options, numbers)
    else:
        study = told
        writing = tree_of(study, machines, options)
        texts = {f"{writing.sources[t.id]}.txt": t.text for t in study.transcripts}
    _strip(writing.root, options)
    data, troubles = _packed(writing.root, texts, project)
    write_atomic(path, data)
    unquoted = _unquoted(study)
    return LossReport(
        (*_counts(study, machines, writing), *_returns(returns)), (), (*writing.told, *unquoted, *troubles)
    )


def _unquoted(study: Study) -> tuple[QdaTrouble, ...]:
    """Say where the words of people stand who did not agree to be quoted: a project holds its texts whole."""
    found = ((t.id, sum("quotation" in turn.refuses for turn in t.turns)) for t in study.transcripts)
    return tuple(
        QdaTrouble("texts", name, f"{counted(n, 'turn')} of people who did not agree to be quoted stand here in full, "
                   "as in the transcript; no selection is named by their words")
        for name, n in found if n
    )  # fmt: skip


def _returns(n: int) -> tuple[QdaCount, ...]:
    """Count carriage returns, which the file does not have."""
    why = "every line end is written as a line feed: on that all programs agree"
    return (QdaCount("carriage returns", n, 0, 0, why),) if n else ()


def _as_written(study: Study, machines: Sequence[Coding]) -> tuple[Study, tuple[Coding, ...]]:
    """Line feeds for all line ends, in what machines suggested, too."""
    told = tuple(as_written(Study(study.transcripts, coding=machine)).coding for machine in machines)
    return as_written(study), tuple(machine for machine in told if machine is not None)


def _left_out(
    study: Study, machines: tuple[Coding, ...], options: Options
) -> tuple[Study, tuple[Coding, ...], dict[str, str]]:
    """Leave out of the records what the caller does not want written; give the number of each coder, where asked."""
    if not options.paths:
        study = replace(study, transcripts=tuple(replace(t, source=None) for t in study.transcripts))
    if not options.quotes and study.codebook is not None:
        codes = tuple(replace(code, exemplars=()) for code in study.codebook)
        study = replace(study, codebook=replace(study.codebook, codes=codes))
    if options.users:
        return study, machines, {}
    codings = [c for c in (study.coding, study.consensus, *machines) if c is not None]
    numbers = {coder: f"coder {n}" for n, coder in enumerate(dict.fromkeys(c for x in codings for c in x.coders), 1)}

    def under_number(spans: tuple[Spans, ...]) -> tuple[Spans, ...]:
        return tuple(replace(span, coder=numbers[span.coder]) for span in spans)

    def of(coding: Coding | None) -> Coding | None:
        bare = replace(coding, saw_suggestions={}, ledger=None) if coding is not None else None
        found = coding_there(bare, under_number)
        saw = coding.saw_suggestions if coding is not None else {}
        return replace(found, saw_suggestions={numbers[c]: s for c, s in saw.items()}) if found is not None else None

    consensus = of(study.consensus)
    study = replace(
        study, coding=of(study.coding), consensus=consensus, participants=(), notes=(),
        expectations=tuple(replace(e, by="") for e in study.expectations), same_people=None,
        marks=_of_nobody(study.marks),
    )  # fmt: skip
    return study, tuple(found for machine in machines if (found := of(machine)) is not None), numbers


def _of_nobody(marks: Marks | None) -> Marks | None:
    """Give marks without the names of who read, and without their reasons."""
    if marks is None:
        return None
    numbers = {reader: f"reader {n}" for n, reader in enumerate(marks.readers, 1)}
    bare = tuple(replace(mark, reader=numbers[mark.reader], why="") for mark in marks.marks)
    return Marks(bare, tuple(replace(span, coder=numbers[span.coder]) for span in marks.read))


def _strip(root: Element, options: Options) -> None:
    """Take out of a tree what the caller does not want written."""
    if not options.paths:
        root.attrib.pop("basePath", None)
        for element in root.iter():
            element.attrib.pop("currentPath", None)
            for name in ("path", "plainTextPath", "richTextPath"):
                if not element.get(name, INTERNAL).startswith(INTERNAL):
                    del element.attrib[name]
    if not options.users:
        for n, case in enumerate(root.iterfind("Cases/Case"), 1):
            case.set("name", f"case {n}")
        for notes in root.findall("Notes"):
            for note in [note for note in notes if note.get("name", "").startswith(FIELD_NOTE)]:
                notes.remove(note)
    if not options.quotes:
        for element in root.iter():
            if str(element.tag).endswith("Selection"):
                element.attrib.pop("name", None)
                for inside in element.findall("Representation"):
                    element.remove(inside)


def _packed(
    root: Element, texts: Mapping[str, str], project: QdaProject | None
) -> tuple[bytes, tuple[QdaTrouble, ...]]:
    """Pack the description, the texts, and what is passed on."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "project.qde", written(root, "project"))
        for name in sorted(texts):
            _put(archive, f"sources/{name}", texts[name].encode("utf-8", "surrogatepass"))
        troubles = _pass_on(archive, root, texts, project)
    return out.getvalue(), troubles


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_entry(name), data)


def _pass_on(
    archive: zipfile.ZipFile, root: Element, texts: Mapping[str, str], project: QdaProject | None
) -> tuple[QdaTrouble, ...]:
    """Copy from the file that was read what the tree still names and what is not written anew."""
    if project is None:
        return ()
    named = [e.get(name, "") for e in root.iter() for name in ("path", "plainTextPath", "richTextPath")]
    wanted = [path for path in named if path.startswith(INTERNAL) and path[len(INTERNAL) :] not in texts]
    if project.archive is None or not project.archive.is_file():
        return tuple(
            QdaTrouble("files", path, "not written: the file that was read is not there any more") for path in wanted
        )
    container = open_container(project.archive)
    names = {name: key for path in dict.fromkeys(wanted) if (name := container.name_of(path)) is not None
             for key in (path[len(INTERNAL) :].replace("\\", "/").rpartition("/")[2],)}  # fmt: skip
    _copy(archive, container, names)
    return ()


def _copy(archive: zipfile.ZipFile, container: Container, names: Mapping[str, str]) -> None:
    """Copy members in blocks, and no more of them than is allowed, whatever they declare."""
    if not names:  # a bare description is no archive that could be opened
        return
    total = 0
    with zipfile.ZipFile(container.path) as source:
        for name, called in sorted(names.items()):
            with source.open(name) as file, archive.open(_entry(f"sources/{called}"), "w") as copy:
                while block := file.read(MB):
                    total += len(block)
                    if total > _MEDIA:
                        raise InputError(
                            f"{container.path.name} unpacks to more than {_MEDIA // MB} MB; it cannot be passed on. "
                            f"Take sound and film out of the project in the program that made it."
                        )
                    copy.write(block)


def _counts(study: Study, machines: Sequence[Coding], writing: Writing) -> tuple[QdaCount, ...]:
    """Count what was written, and what the format cannot hold."""
    book = study.codebook or Codebook(())
    codings = [c for c in (study.coding, study.consensus) if c is not None]
    suggested = Counter(s.counts for machine in machines for s in machine.applied)
    read = sum(len(coding.read) for coding in codings)
    n = sum(len(coding.applied) for coding in codings)
    data = "as data in a note: REFI-QDA has no place for it"
    found = (
        QdaCount("transcripts", len(study.transcripts), len(study.transcripts)),
        QdaCount("codes", len(book), len(book)),
        QdaCount("codings", n, n), QdaCount("suggestions", suggested.total(), suggested[True], suggested[False], data),
        QdaCount("participants", len(study.participants), len(study.participants)),
        QdaCount("field notes", len(study.notes), len(study.notes)),
        QdaCount("turns", k := sum(len(t.turns) for t in study.transcripts), 0, k, data),
        QdaCount("who read what", read, 0, read, data),
        QdaCount("expectations", len(study.expectations), 0, len(study.expectations), data),
        QdaCount("marks", k := len(study.marks.marks) if study.marks is not None else 0, 0, k, data),
        QdaCount("decisions", len(study.decisions), 0, 0, "a ledger is kept whole: hand on decisions.jsonl"),
        QdaCount("settings", len(study.settings), 0, 0, "they stand in study.toml"),
    )  # fmt: skip
    return tuple(count for count in found if count.held)
