"""The projects of one team as one study: the same texts once, all codes and codings, nothing overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from alliance_nlp.comparison.merged_codes import lay_codes
from alliance_nlp.comparison.merged_texts import Landed, follow, lay_texts, said_of_texts
from alliance_nlp.errors import InputError, check_choice, check_type, counted
from alliance_nlp.privacy.realigning import Landing
from alliance_nlp.qda import QdaProject, is_project, read_project
from alliance_nlp.records import Codebook, CodedSpan, Coding, Page, ReadSpan, Record, Row, Study, Table
from alliance_nlp.records.fields import Name
from alliance_nlp.studies import read_study

UNKNOWN = "unknown"
Given = str | Path | QdaProject | Study
_LEFT = ("memos", "cases", "variables", "sets", "links", "selections")
_FIRST = ("guide", "participants", "expectations", "notes", "marks", "decisions", "settings", "same_people")
_PROJECTS = ("project", "texts", "coders", "codes", "new_codes", "codings", "new_codings", "lost")


@dataclass(frozen=True, eq=False, repr=False)
class MergedProjects(Page, Record):
    """The projects of one team as one study, and what was found when they were laid together.

    Parameters
    ----------
    study : Study
        Texts, codes and codings of all projects; ``write_qdpx`` writes it, ``read_study`` reads that.
    projects : Table
        One row a project: how many texts, codes, codings it has, and how many of them no project before had.
    coders : Table
        One row a coder of a project: what they are called in the study, and what to decide.
    codes : Table
        Codes that are new, defined in other words, or may be one under two names.
    new_codings : Table
        Codings that only a later project has, with their words.
    lost : Table
        Codings of edited texts that could not be followed.
    in_all : tuple of str
        Texts that all projects hold.
    said : tuple of str
        What was found, in sentences.

    Notes
    -----
    Memos, cases, sets, links, pictures and what else stands around a study in a project are not merged: they are
    counted in `said` and stay in their files.
    """

    study: Study
    projects: Table
    coders: Table
    codes: Table
    new_codings: Table
    lost: Table
    in_all: tuple[Name, ...] = ()
    said: tuple[str, ...] = ()

    def _check(self) -> None:
        known = {transcript.id for transcript in self.study.transcripts}
        if strange := [name for name in self.in_all if name not in known]:
            raise InputError(
                f"MergedProjects.in_all must name transcripts of its study, of which there are {len(known)}. It names "
                f"{strange[0]!r}, which is none of them."
            )

    def table(self) -> Table:
        """Give one row a project."""
        return self.projects

    def tables(self) -> tuple[Table, ...]:
        """Give projects and coders, then codes to look at and codings that were lost, where there are any."""
        return (self.projects, self.coders, *(t for t in (self.codes, self.lost) if len(t)))

    def coders_of(self, project: str) -> tuple[str, ...]:
        """Give the coders of a project by the names that they have in the study.

        Raises
        ------
        InputError
            When no project has this name.
        """
        check_choice("project", [row["project"] for row in self.projects.rows()], project)
        return tuple(row["coder"] for row in self.coders.rows() if row["project"] == project)

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file."""
        return {name: getattr(self, name) for name in ("codes", "coders", "new_codings", "lost")}

    def _summary(self) -> str:
        return f"{counted(len(self.projects), 'project')}; {self.study!r}"


class _Project(NamedTuple):
    """A project with the name by which it is called."""

    name: str
    study: Study
    project: QdaProject | None


def merge_projects(
    projects: Sequence[str | Path | QdaProject | Study],
    *,
    same_coders: bool | Sequence[str] | None = None,
    same_codes: Mapping[str, str] | None = None,
    edited: Literal["apart", "realign"] = "apart",
) -> MergedProjects:
    """Merge the projects of one team: the same texts once, the codes and codings of all, nothing overwritten.

    Parameters
    ----------
    projects : sequence of str, Path, QdaProject or Study
        Two or more: projects (.qdpx, .sqlite3 of Taguette, .qda of QualCoder), folders of studies, or what was read of
        them. Texts, definitions and names are those of the first that has them.
    same_coders : bool or sequence of str, optional
        Whether a user name that recurs over projects is one person: True, False, or the names that are. None: not
        said, and they stay apart, each with the name of its project.
    same_codes : dict of str to str, optional
        Codes that are another one under another name, path to path: ``{"Trust in staff": "Trust"}``.
    edited : {"apart", "realign"}, default "apart"
        What becomes of a text that has the name of one in an earlier project and other words: a text of its own, or
        its codings follow their words into the earlier one, and those that cannot are listed as lost.

    Returns
    -------
    MergedProjects
        The study, and what is new, differs, or has to be decided.

    Raises
    ------
    InputError
        When there are fewer than two projects, none shares a text with another, or a name is nobody's.

    Warns
    -----
    AllianceWarning
        When codings of an edited text are lost.

    Notes
    -----
    Texts are known by their words, white space apart, whatever they are called; codes by their paths, because
    ATLAS.ti and QualCoder give new ids with each export. Who coded what does not say who read what. Two people may have
    one user name (in QualCoder everybody is "default" until they say otherwise), and highlights of an old Taguette
    project are nobody's.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, Transcript
    >>> talk = Transcript("talk", "No time. No trust.")
    >>> one = Study((talk,), None, Coding((CodedSpan("KL", "talk", 0, 8, "rush"),), ()), title="A")
    >>> other = Study((talk,), None, Coding((CodedSpan("MR", "talk", 9, 18, "doubt"),), ()), title="B")
    >>> merge_projects([one, other]).study
    Study(1 transcript, 2 codes, 2 coders, no consensus)
    """
    check_choice("edited", ("apart", "realign"), edited)
    given = _read(projects)
    names, studies = [g.name for g in given], [g.study for g in given]
    texts, laid = lay_texts(studies, edited=edited == "realign")
    _refuse_strangers(given, laid)
    same = dict(same_codes or {})
    book, odd = lay_codes(names, studies, [_ids(g) for g in given], same)
    called, coders = _coders(given, same_coders)
    moved = [_moved(g, landed, who, same) for g, landed, who in zip(given, laid, called, strict=True)]
    coding, new = _together([m.coding for m in moved], book)
    said = [*said_of_texts(names, laid, len(texts)), *_said(given, moved, coders, same_coders)]
    study = _study(given, moved, tuple(texts.values()), book, coding)
    return MergedProjects(
        study, _project_rows(given, moved, new, odd), Table.of(coders, title="Coders"),
        Table.of(odd, columns=("code", "project", "what", "other_words"), title="Codes", quoting=("other_words",)),
        _new_rows(study, names, new), _lost_rows(names, moved),
        tuple(name for name in texts if all(name in {x.new.id for x in own.values()} for own in laid)), tuple(said),
    )  # fmt: skip


def _read(projects: Sequence[Given]) -> list[_Project]:
    if isinstance(projects, str | Path) or len(projects) < 2:
        n = 1 if isinstance(projects, str | Path) else len(projects)
        raise InputError(f"merge_projects() takes two or more projects. Got {n}. Give all of the team's in one list.")
    found = []
    for one in projects:
        check_type("merge_projects() takes projects, or what was read of them", str | Path | QdaProject | Study, one)
        if isinstance(one, str | Path):
            project = read_project(one) if is_project(one) else None
            found.append((Path(one).stem, project.study if project is not None else read_study(one), project))
        elif isinstance(one, QdaProject):
            found.append((one.name or one.study.title or "project", one.study, one))
        else:
            found.append((one.title or "study", one, None))
    times, seen = Counter(name for name, *_ in found), Counter[str]()
    named = []
    for name, study, project in found:
        seen[name] += 1
        named.append(_Project(name if times[name] == 1 else f"{name} ({seen[name]})", study, project))
    return named


def _ids(given: _Project) -> dict[str, str]:
    return {path: guid for guid, path in given.project.codes.items()} if given.project is not None else {}


def _refuse_strangers(given: Sequence[_Project], laid: Sequence[Mapping[str, Landed]]) -> None:
    """Refuse a project that shares no text with any other: another study, or exported without its sources."""
    holds = [{x.new.id for x in own.values()} | set(own) for own in laid]  # by words, and by name
    for one, own, held in zip(given, laid, holds, strict=True):
        if not any(held & other for other in holds if other is not held):
            raise InputError(
                f"{one.name} and the other projects share no text: of its {counted(len(own), 'transcript')} none has "
                f"the words, or the name, of one of theirs. Export all with their sources, from one team's project."
            )


def _coders(given: Sequence[_Project], same: bool | Sequence[str] | None) -> tuple[list[dict[str, str]], list[Row]]:
    """Name the coders of each project, apart where two have one name and nobody said that they are one person."""
    each = [dict.fromkeys(c for coding in _codings(g.study) for c in coding.coders) for g in given]
    times = Counter(coder for own in each for coder in own)
    recur = [coder for coder, n in times.items() if n > 1]
    one = [c for c in recur if c != UNKNOWN] if same is True else [] if isinstance(same, bool) or not same else same
    for coder in one:
        check_choice("a name in same_coders", recur or ("(no name recurs)",), coder)
    called, rows = [], []
    for g, own in zip(given, each, strict=True):
        names = {c: f"{c} ({g.name})" if c in recur and c not in one else c for c in own}
        called.append(names)
        for coder, name in names.items():
            told = (
                "recurs, said to be one person" if coder in one else "" if coder not in recur else _apart(coder, same)
            )
            rows.append({"coder": name, "project": g.name, "called_there": coder, "what": told})
    return called, rows


def _apart(coder: str, same: bool | Sequence[str] | None) -> str:
    if coder == UNKNOWN:
        return "nobody that the file names"
    asked = "one person?" if same is None else "said to be another person"
    return f"recurs, kept apart: {asked}"


def _codings(study: Study) -> list[Coding]:
    return [study.coding] if study.coding is not None else []


class _Moved(NamedTuple):
    """What a project brings, on the texts, under the codes and the names of the merged study."""

    coding: Coding | None
    consensus: Coding | None
    lost: list[Landing]


def _moved(given: _Project, landed: Mapping[str, Landed], called: Mapping[str, str], same: Mapping[str, str]) -> _Moved:
    lost: list[Landing] = []

    def there(coding: Coding) -> Coding:
        applied, read, left = follow(coding, landed)
        lost.extend(left)
        spans = [replace(s, coder=called.get(s.coder, s.coder), code_id=same.get(s.code_id, s.code_id))
                 for s in applied]  # fmt: skip
        reads = [replace(r, coder=called.get(r.coder, r.coder)) for r in read]
        once = {(s.coder, s.segment_id, s.code_id, s.status): s for s in reversed(spans)}
        return _of(reversed(once.values()), reads, {called.get(c, c): x for c, x in coding.saw_suggestions.items()})

    coding = there(given.study.coding) if given.study.coding is not None else None
    consensus = given.study.consensus
    return _Moved(coding, replace(there(consensus), made_from=coding) if consensus is not None else None, lost)


def _of(applied: Iterable[CodedSpan], read: Iterable[ReadSpan], saw: Mapping[str, bool]) -> Coding:
    found = Coding(tuple(applied), tuple(dict.fromkeys(read)))
    return replace(found, saw_suggestions={coder: said for coder, said in saw.items() if coder in found.coders})


def _together(codings: Sequence[Coding | None], book: Codebook | None) -> tuple[Coding | None, list[list[CodedSpan]]]:
    """Give all codings as one, each application once, and of each project those that no project before had."""
    applied: dict[tuple[str, str, str, str], CodedSpan] = {}
    read: dict[ReadSpan, None] = {}
    saw: dict[str, bool] = {}
    new = []
    for coding in codings:
        own = []
        for span in coding.applied if coding is not None else ():
            key = (span.coder, span.segment_id, span.code_id, span.status)
            if key not in applied:
                own.append(span)
            known = applied.setdefault(key, span)
            if span.note and span.note not in known.note:
                applied[key] = replace(known, note=f"{known.note}\n\n{span.note}".strip())
        new.append(own)
        read |= dict.fromkeys(coding.read if coding is not None else ())
        for coder, said in (coding.saw_suggestions if coding is not None else {}).items():
            saw[coder] = saw.get(coder, False) or said
    if not applied and not read:
        return None, new
    return replace(_of(applied.values(), read, saw), codebook=book), new


def _study(
    given: Sequence[_Project], moved: Sequence[_Moved], texts: tuple[Any, ...], book: Codebook | None,
    coding: Coding | None,
) -> Study:  # fmt: skip
    """Give the study; what is no text, code or coding is that of the first project which has it."""
    agreed = next((m.consensus for m in moved if m.consensus is not None), None)
    first = given[0].study
    return Study(
        texts, book, coding, replace(agreed, codebook=book) if agreed is not None else None, first.guide,
        first.participants, first.expectations, first.notes, title=first.title, same_people=first.same_people,
        synthetic=any(g.study.synthetic for g in given), settings=first.settings, marks=first.marks,
        decisions=first.decisions, ledger_lines=first.ledger_lines,
    )  # fmt: skip


def _said(
    given: Sequence[_Project], moved: Sequence[_Moved], coders: Sequence[Row], same: bool | Sequence[str] | None
) -> list[str]:
    """Say what has to be decided of coders, and what was not merged."""
    said = []
    recur = list(dict.fromkeys(row["called_there"] for row in coders if "one person?" in row["what"]))
    if recur:
        said.append(
            f"Users of one name in several projects, kept apart: {', '.join(recur)}. If each is one person: "
            f"same_coders=True, or their names."
        )
    said += _copies(given, moved, coders) if same is None else []
    nobody = [row["project"] for row in coders if row["called_there"] == UNKNOWN]
    if nobody:
        said.append(f"Codings by nobody that the file names in {', '.join(nobody)}: '{UNKNOWN}'.")
    for at, one in enumerate(given):
        left = _left(one, given[0] if at else None)
        agreed = moved[at].consensus
        kept = next((m.consensus for m in moved[:at] if m.consensus is not None), agreed)
        if agreed is not None and kept is not None and set(agreed.applied) != set(kept.applied):
            left.append("its consensus")
        if left:
            said.append(f"Not merged, and only in {one.name}: {', '.join(left)}.")
    return said


def _copies(given: Sequence[_Project], moved: Sequence[_Moved], coders: Sequence[Row]) -> list[str]:
    """Say which users of one name coded the same to the letter: one of the files began as a copy of the other."""
    by_coder: dict[str, dict[str, set[Any]]] = {}
    for one, m in zip(given, moved, strict=True):
        for row in coders:
            if row["project"] == one.name and "one person?" in row["what"] and m.coding is not None:
                spans = {(s.segment_id, s.code_id) for s in m.coding.applied if s.coder == row["coder"]}
                by_coder.setdefault(row["called_there"], {})[one.name] = spans
    said = []
    for coder, held in by_coder.items():
        both = set.intersection(*held.values())
        smallest = min(map(len, held.values()))
        if smallest and len(both) == smallest:
            said.append(
                f"What {coder} coded in one of {', '.join(held)} stands to the letter in the others: a copy? Counted "
                f"as two people, it would pass for agreement: same_coders=[{coder!r}]."
            )
    return said


def _left(one: _Project, first: _Project | None) -> list[str]:
    """Name what of a project stands in its file only."""
    left = []
    if one.project is not None:
        left = [f"{n} {kind}" for kind in _LEFT if (n := len(getattr(one.project, kind)))]
        left += ["suggestions of machines"] if one.project.suggestions is not None else []
    if first is not None:
        other = [p for p in _FIRST if (own := getattr(one.study, p)) and own != getattr(first.study, p)]
        left += [part.replace("_", " ") for part in other]
    return left


def _project_rows(
    given: Sequence[_Project], moved: Sequence[_Moved], new: Sequence[Sequence[CodedSpan]], odd: Sequence[Row]
) -> Table:
    rows = []
    for one, m, own in zip(given, moved, new, strict=True):
        codings = m.coding
        rows.append((
            one.name, len(one.study.transcripts), len(codings.coders) if codings is not None else 0,
            len(one.study.book), sum(row["project"] == one.name and row["what"] == "new" for row in odd),
            len(codings.applied) if codings is not None else 0, len(own), len(m.lost),
        ))  # fmt: skip
    return Table(_PROJECTS, tuple(rows), "Projects")


def _new_rows(study: Study, names: Sequence[str], new: Sequence[Sequence[CodedSpan]]) -> Table:
    texts = {t.id: t for t in study.transcripts}
    rows = [
        {"project": name, "coder": s.coder, "transcript_id": s.transcript_id, "place": f"{s.start}-{s.end}",
         "code": s.code_id, "quote": texts[s.transcript_id].shown(s.start, s.end)}
        for name, own in list(zip(names, new, strict=True))[1:] for s in own
    ]  # fmt: skip
    columns = ("project", "coder", "transcript_id", "place", "code", "quote")
    return Table.of(rows, columns=columns, title="New codings", quoting=("quote",))


def _lost_rows(names: Sequence[str], moved: Sequence[_Moved]) -> Table:
    rows = [
        {"project": name, "coder": x.span.coder, "transcript_id": x.span.transcript_id,
         "place": f"{x.span.start}-{x.span.end}", "code": x.span.code_id, "why": x.why, "quote": x.old_words}
        for name, m in zip(names, moved, strict=True) for x in m.lost
    ]  # fmt: skip
    columns = ("project", "coder", "transcript_id", "place", "code", "why", "quote")
    return Table.of(rows, columns=columns, title="Codings that could not be followed", quoting=("quote",))
