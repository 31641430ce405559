"""A study's folder, or one that ships, to one record: transcripts, codings, consensus, what was written around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, check_choice, counted, listed
from alliance_nlp.files import checked_path, own_errors, refuse_links
from alliance_nlp.ledger.lines import rows_of
from alliance_nlp.qda import PROJECTS, is_project, read_project
from alliance_nlp.reading.codebooks import codebook_of
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.codings import codings_of
from alliance_nlp.reading.marked_tables import marks_of_source
from alliance_nlp.reading.other_doors import refuse_elsewhere
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import AsWritten, Remarks
from alliance_nlp.reading.segment_tables import CONSENSUS, SEGMENTS, read_segment_table
from alliance_nlp.reading.sources import (
    NO_TRANSCRIPTS,
    READERS,
    Options,
    belongs_to_ledger,
    check_names,
    files_in,
    folder_transcripts,
    natural,
    read_files,
)
from alliance_nlp.reading.speakers import check_roles
from alliance_nlp.reading.spreadsheets import Sheet, read_sheet
from alliance_nlp.reading.study_file import (
    StudyFile,
    name_people,
    place_in_sessions,
    read_decisions,
    read_small_table,
    read_study_file,
)
from alliance_nlp.reading.table_options import OPTIONS
from alliance_nlp.reading.who_read import WhoRead, shared_spans, stated_spans
from alliance_nlp.records import Coding, Participant, Row, Study, Table, Transcript, as_recorded, fold, saw_problems

# those that ship with the package
STUDIES: tuple[str, ...] = ("focus_group", "fokusgruppe", "interviews", "open_answers")
PARTS: dict[str, tuple[str, ...]] = {
    "codebook": (".csv", ".tsv", ".xlsx", ".docx", ".odt", ".yaml", ".yml"),
    **dict.fromkeys(
        ("codings", "consensus", "read", "guide", "notes", "expectations", "participants", "marks"),
        (".csv", ".tsv", ".xlsx"),
    ),
    "decisions": (".jsonl",),
    "study": (".toml",),
}


OTHER_NAMES = {"kodebok": "codebook", "kodinger": "codings", "konsensus": "consensus", "deltakere": "participants"}
# what is called nearly like a part: a table under a copy's name or with another program's ending; study.toml as text
_NEARLY = re.compile(
    r"(?:(codebook|codings|consensus|expectations|participants|marks|kodebok|kodinger|konsensus|deltakere)(?![^\W\d_]).*|"
    r"(guide|notes|read))\.(?:xls|xlsx|xlsm|xlsb|ods|numbers|csv|tsv|txt|docx?|odt)|(study)(?:\.toml)?\.txt",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Folder:
    """A study's folder and how its files are to be read."""

    path: Path
    parts: Mapping[str, Path]
    encoding: str | None
    remarks: Remarks

    def small(self, name: str) -> tuple[Any, ...]:
        """Read one of the small tables; nothing where it is absent."""
        return read_small_table(self.parts[name], self.encoding, self.remarks) if name in self.parts else ()


def read_study(
    folder: str | Path,
    *,
    roles: Mapping[str, str | None] | None = None,
    read: WhoRead = None,
    same_people: bool | Sequence[str] | None = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    as_written: AsWritten = False,
    encoding: str | None = None,
    unmatched: str | None = None,
) -> Study:
    r"""Read a whole study from its folder.

    Parameters
    ----------
    folder : str or Path
        A project of a QDA program (.qdpx, .sqlite3 of Taguette, .qda of QualCoder), as `read_qdpx`, `read_taguette` and
        `read_qualcoder` read it; or a folder with transcripts, in
        a folder ``transcripts`` inside it or beside the other files. Optional:
        codebook (.csv, .tsv, .xlsx, .yaml), codings, consensus, read, guide, notes, expectations, participants, marks
        (.csv, .tsv, .xlsx; or a folder ``marks`` with one table a reader), decisions.jsonl, study.toml. Or the simple
        form: ``segments.csv`` with a row per segment.
    roles : dict of str to {"participant", "moderator", "co-moderator"} or None
        Role of speakers by name; overrides study.toml and the rule that `read_transcripts` states.
    read : "all", "participants", "coded", dict, table, or Path, optional
        Who read what, as in `read_codings`; overrides [read] in study.toml and the file "read".
    same_people : bool or sequence of str, optional
        Whether a label that recurs over transcripts, such as "P1", is one person: True, False, or the labels that are.
        Overrides study.toml. A general word ("Interviewee") is another person in each transcript unless it is named
        here.
    columns : dict of str to dict, optional
        Which column holds what, for each table: ``{"codings": {"code": "Kode"}, "codebook": {...}, "transcripts":
        {...}, "marks": {...}}``. Overrides study.toml, where it stands under [codings], [codebook], [transcripts] and
        [marks].
    as_written : bool or list of str, default False
        What must not be assumed of codebook and codings, as in `read_codings`; [codebook] and [codings] of
        study.toml say it apart.
    encoding : str, optional
        Encoding of the files, where they have no byte order mark.
    unmatched : {"error", "skip"}, optional
        What to do with quotes in codings that are nowhere, or in several places; overrides study.toml. "error" where
        neither says.

    Returns
    -------
    Study
        With None or nothing for each part that the folder does not hold.

    Raises
    ------
    InputError
        With all problems of a file, each with its line or row.

    Notes
    -----
    The consensus is a coding of one coder, "consensus". It has read what study.toml states for "consensus"; where
    that is not stated, what all coders read. Its table, with who agreed, is its ``ledger``. A row of it without a
    code means: agreed that no code applies.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> _ = (folder / "group.txt").write_text("Moderator: Why?\n\nP1: It takes time.")
    >>> read_study(folder)
    Study(1 transcript, 0 codes, 0 coders, no consensus)
    """
    if (project := checked_path(folder, "The path of a study")).exists() and is_project(project):
        options = {"read": read, "columns": columns, "as_written": as_written or None, "unmatched": unmatched}
        return _of_project(project, roles, same_people, encoding, options)
    remarks = Remarks(caller="study")
    home = _open(checked_path(folder, "The path of a study"), encoding, remarks)
    told = StudyFile()
    if "study" in home.parts:
        with own_errors(home.parts["study"].name):
            told = read_study_file(home.parts["study"], encoding, remarks)
    people = told.participants or home.small("participants")
    own = check_roles(roles)
    told = replace(
        told, participants=tuple(people), same_people=told.same_people if same_people is None else same_people
    )
    told = replace(told, roles={p.id: p.role for p in people if p.role is not None} | dict(told.roles) | own)
    given = read if read is not None else told.read if told.read is not None else home.parts.get("read")
    told = replace(told, settings=_with_options(told.settings, columns, as_written, unmatched))
    with own_errors(home.path.name):
        study = _coded(home, told, given, own)
    check_names(own, study.transcripts)
    _check_roles(study.transcripts, told, remarks)
    _check_people(study.transcripts, people, remarks)
    lines = read_decisions(home.parts["decisions"], remarks) if "decisions" in home.parts else ()
    study = replace(
        study, title=told.title or home.path.resolve().name, synthetic=told.synthetic, participants=told.participants,
        same_people=told.same_people,
        guide=home.small("guide"), notes=home.small("notes"), expectations=home.small("expectations"),
        decisions=rows_of(lines), ledger_lines=lines, settings=dict(told.settings),
    )  # fmt: skip
    study = _as_recorded(study, remarks)
    remarks.warn()
    return study


def load_study(name: str = "focus_group") -> Study:
    """Load a study that ships with the package.

    Parameters
    ----------
    name : {"focus_group", "fokusgruppe", "interviews", "open_answers"}, default "focus_group"
        Two sessions of a group; one short session of a group in Norwegian; five interviews of one person each; or 300
        answers of 120 people to three open questions of a survey.

    Returns
    -------
    Study
        Read from its files, as `read_study` reads a folder of your own.

    Raises
    ------
    InputError
        When no study of this name ships with the package.

    Notes
    -----
    The studies are synthetic: written for this project, for showing and testing. Figures on them are no evidence of the
    quality of anything.

    Examples
    --------
    >>> study = load_study("focus_group")
    >>> study.synthetic, len(study.transcripts), study.coding.coders
    (True, 2, ('KL', 'MR'))
    >>> load_study("interviews")
    Study(synthetic, 5 transcripts, 12 codes, 2 coders, a consensus)
    >>> load_study("open_answers")
    Study(synthetic, 3 transcripts, 18 codes, 2 coders, a consensus)
    >>> load_study("fokusgruppe").settings["language"]
    'nb'
    """
    check_choice("name", STUDIES, name)
    with as_file(files("alliance_nlp") / "studies" / name) as folder:
        return read_study(folder)


def _of_project(
    file: Path, roles: Mapping[str, str | None] | None, same_people: bool | Sequence[str] | None, encoding: str | None,
    options: Mapping[str, object],
) -> Study:  # fmt: skip
    """Read the study in a project of a QDA program, which has no tables whose reading could be told."""
    told = [name for name, value in options.items() if value is not None]
    if told:
        raise InputError(
            f"{', '.join(told)} tell how tables of a folder are read. {file.name} is a project and has none. Leave "
            f"them out; read_qdpx(), read_taguette() and read_qualcoder() have options of their own."
        )
    study = read_project(file, roles=roles, encoding=encoding).study
    if same_people is None:
        return study
    return replace(study, same_people=same_people if isinstance(same_people, bool) else tuple(same_people))


def _as_recorded(study: Study, remarks: Remarks) -> Study:
    """Say of each coder whether they had seen suggestions, where study.toml or the ledger does."""
    if study.coding is None:
        return study
    stated = study.settings.get("saw_suggestions", {})
    remarks.about("study.toml").refuse(saw_problems(stated, study.coding.coders))
    coding = as_recorded(study.coding, study.decisions, stated)
    if coding is study.coding:
        return study
    consensus = study.consensus
    if consensus is not None and consensus.made_from is study.coding:
        consensus = replace(consensus, made_from=coding)
    return replace(study, coding=coding, consensus=consensus)


def _open(folder: Path, encoding: str | None, remarks: Remarks) -> _Folder:
    if not folder.is_dir():
        refuse_elsewhere(folder, *PROJECTS)
        kind = "is a file" if folder.exists() else "does not exist"
        raise InputError(f"A study is a folder, or a project (.qdpx). {folder.name!r} {kind}. Check the path.")
    refuse_links(folder)
    parts: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=natural):
        name = path.stem.casefold()
        if path.is_file() and path.suffix.lower() in PARTS.get(name, ()):
            if name in parts:
                raise InputError(
                    f"The folder {folder.name!r} holds {parts[name].name} and {path.name}. Keep one of them."
                )
            parts[name] = path
        elif path.is_dir() and name == "marks":
            if name in parts:
                raise InputError(f"The folder {folder.name!r} holds {parts[name].name} and marks/. Keep one of them.")
            refuse_links(path, folder)
            parts[name] = path
    if (folder / "transcripts").is_dir():  # else files beside are transcripts, or listed as left out
        for unread in _unread(folder, parts):
            remarks.about(folder.name).doubt(unread)
    return _Folder(folder, parts, encoding, remarks)


def _unread(folder: Path, parts: Mapping[str, Path]) -> Iterator[str]:
    """Say which files are called nearly like a part of a study, and are not read: another ending, a copy's name."""
    for path in sorted(folder.iterdir(), key=natural):
        found = _NEARLY.fullmatch(path.name)
        if found is None or not path.is_file() or path in parts.values() or belongs_to_ledger(path):
            continue
        called = next(name.casefold() for name in found.groups() if name)
        part = OTHER_NAMES.get(called, called)
        usual = listed([f"{part}{ending}" for ending in PARTS[part]], "or")
        beside = f" besides {parts[part].name}" if part in parts else ""
        yield f"{path.name!r} is not read{beside}: save it as {usual}, or move it elsewhere"


def _with_options(
    settings: Mapping[str, Any], columns: Mapping[str, Mapping[str, str]] | None, as_written: AsWritten,
    unmatched: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Put what the caller says of the tables above what study.toml says."""
    found = dict(settings)
    for part in columns or {}:
        check_choice("a key of columns", tuple(OPTIONS), part)
    for part in OPTIONS:
        own: dict[str, Any] = dict(found.get(part, {}))
        own |= {"columns": dict(columns[part])} if columns and part in columns else {}
        own |= {"as_written": as_written} if as_written and part in ("codebook", "codings") else {}
        own |= {"unmatched": unmatched} if unmatched is not None and part == "codings" else {}
        found |= {part: own} if own else {}
    return found


def _coded(home: _Folder, told: StudyFile, read: Any, own: Collection[str]) -> Study:
    """Transcripts, codebook, coding and consensus, from the full form, the simple one, or both together."""
    codebook = None
    if "codebook" in home.parts:
        options = {"columns": None, **told.options("codebook")}
        codebook = codebook_of(
            home.parts["codebook"], options.pop("columns"), home.encoding, home.remarks, themes=told.themes, **options
        )
        if not codebook.codes and not codebook.themes:  # a template that nobody has filled in
            home.remarks.about(home.parts["codebook"].name).doubt("holds no rows: there is no codebook yet")
            codebook = None
    simple = Study(())
    segments: Mapping[str, Place] = {}

    def settle(found: Sequence[Transcript]) -> tuple[Transcript, ...]:
        placed = place_in_sessions(found, told, home.remarks)
        listed = "study" if told.listed or "participants" not in home.parts else "participants"
        source = home.parts[listed].name if listed in home.parts else "the call"
        return name_people(placed, told, own, home.remarks.about(source))

    if (table := home.path / SEGMENTS).is_file():
        simple, segments = read_segment_table(table, codebook, told, read, home.encoding, home.remarks, settle)
    transcripts = simple.transcripts or settle(_transcripts(home, told))
    own = {c: said for c, said in read.items() if c != CONSENSUS} if isinstance(read, Mapping) else read
    coding = simple.coding
    if "codings" in home.parts:
        coding = codings_of(home.parts["codings"], transcripts, codebook, home.remarks, read=own,
                            encoding=home.encoding, segments=segments, **told.options("codings"))  # fmt: skip
    consensus = simple.consensus
    if "consensus" in home.parts:
        consensus = codings_of(
            home.parts["consensus"], transcripts, codebook, home.remarks, coder=CONSENSUS, status=CONSENSUS,
            read="coded", encoding=home.encoding, segments=segments, unmatched=told.options("codings").get(
                "unmatched", "error"),
        )  # fmt: skip
        consensus = _finish_consensus(home, told, read, consensus, coding, transcripts)
    if coding is not None:
        coding = replace(coding, read=tuple(span for span in coding.read if span.coder != CONSENSUS))
    consensus = replace(consensus, made_from=coding) if consensus is not None else None
    marks = None
    if "marks" in home.parts:
        marks = marks_of_source(home.parts["marks"], transcripts, home.remarks, encoding=home.encoding,
                                segments=segments, **told.options("marks"))  # fmt: skip
    return Study(transcripts, codebook, coding, consensus, marks=marks)


def _transcripts(home: _Folder, told: StudyFile) -> tuple[Transcript, ...]:
    known = tuple(name for person in told.participants for name in (person.id, *person.labels))
    columns = told.options("transcripts").get("columns")
    options = Options(told.speaker_roles(), known, columns, encoding=home.encoding, remarks=home.remarks)
    inside = next((p for p in home.path.iterdir() if p.is_dir() and p.name.casefold() == "transcripts"), None)
    if inside is not None:
        refuse_links(inside, home.path)
        return folder_transcripts(inside, options)
    taken = {*home.parts.values(), *(p for p in home.path.iterdir() if p.stem.casefold() in NO_TRANSCRIPTS)}
    chosen = files_in(home.path, home.remarks, taken=taken, reserved=PARTS)
    if not chosen:
        raise InputError(
            f"The folder {home.path.name!r} holds no transcripts, neither in a folder 'transcripts' nor beside the "
            f"other files. Formats read: {', '.join(sorted(READERS))}."
        )
    return read_files(chosen, options)


def _finish_consensus(
    home: _Folder, told: StudyFile, read: Any, found: Coding, coding: Coding | None, transcripts: Sequence[Transcript]
) -> Coding:
    """One coder of that name, with what they read: as stated, else what all coders read, else its rows."""
    remarks = home.remarks.about(home.parts["consensus"].name)
    rows = [replace(span, coder=CONSENSUS) for span in found.read]
    applied = tuple(replace(span, coder=CONSENSUS) for span in found.applied)
    stated = [span for span in coding.read if span.coder == CONSENSUS] if coding is not None else []
    if isinstance(read, Mapping) and CONSENSUS in read:
        spans = list(stated_spans(read[CONSENSUS], (CONSENSUS,), transcripts, remarks))
    elif stated or coding is None:
        spans = stated
    else:
        behind = told.settings.get(CONSENSUS)
        who = behind.get("coders", coding.coders) if isinstance(behind, Mapping) else coding.coders
        spans = list(shared_spans(CONSENSUS, [c for c in who if c in coding.coders], coding))
    if not spans:
        remarks.doubt(
            "it is not stated what the consensus read: only its rows count as read. State it under [read] in "
            "study.toml: consensus = 'participants'"
        )
    ledger = _ledger(read_sheet(home.parts["consensus"], encoding=home.encoding, remarks=Remarks()))
    return replace(found, applied=applied, read=(*rows, *spans), ledger=ledger)


def _ledger(sheet: Sheet) -> Table:
    """Keep the consensus as people wrote it down, row by row; quoted words stay out of print."""
    rows: list[Row] = [dict(row.cells) for row in sheet.rows]
    quoting = tuple(sheet.named({"quote": CODING_COLUMNS["quote"]}).columns.values())
    return Table.of(rows, columns=sheet.header, title="Consensus as written down", quoting=quoting)


def _check_roles(transcripts: Sequence[Transcript], told: StudyFile, remarks: Remarks) -> None:
    """Say whom [roles] of study.toml names and nobody is called: their role changes nothing."""
    spoken = list(dict.fromkeys(name for t in transcripts for name in t.speakers))
    known = {fold(name) for name in (*spoken, *(name for person in told.participants for name in person.names))}
    for name in told.named_roles:
        if fold(name) not in known:
            who = listed([repr(one) for one in spoken[:6]], "and") or "nobody"
            remarks.about("study.toml").doubt(f"[roles] names {name!r}, who speaks nowhere. Those who speak: {who}")


def _check_people(transcripts: Sequence[Transcript], people: Sequence[Participant], remarks: Remarks) -> None:
    listed = {name for person in people for name in person.names}
    strangers = [s for s in dict.fromkeys(s for t in transcripts for s in t.speakers) if fold(s) not in listed]
    if people and strangers:
        remarks.about("the participants").doubt(
            f"{counted(len(strangers), 'speaker is', 'speakers are')} not listed: "
            f"{', '.join(map(repr, strangers[:6]))}; their role follows from their name"
        )
