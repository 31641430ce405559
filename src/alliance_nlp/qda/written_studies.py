"""A study as a tree of REFI-QDA: users, codes, cases, sources with selections, notes, and a set for each machine."""

from __future__ import annotations

import datetime
import re
import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from xml.etree import ElementTree

from alliance_nlp.numeric import grouped
from alliance_nlp.provenance import __version__
from alliance_nlp.qda.code_trees import write_tree
from alliance_nlp.qda.losses import QdaTrouble
from alliance_nlp.qda.markup import Element, add, guid_of, stable_id
from alliance_nlp.qda.own_data import TITLE, data_of
from alliance_nlp.qda.written_codes import SUGGESTION
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Marks, Study, Transcript

ORIGIN = f"alliance_nlp {__version__}"
_OURS = uuid.UUID("6f0d3c1e-8a44-5b7e-9a53-2d5a8f6c1b70")
Spans = TypeVar("Spans", bound=Any)
FIELD_NOTE = "field note"
_SHOWN = 100  # letters of a quote in the name of its selection


@dataclass(frozen=True)
class Options:
    """What the caller leaves out."""

    users: bool = True
    paths: bool = True
    quotes: bool = True


@dataclass
class Writing:
    """A tree that grows: what is known of it while it is made."""

    title: str
    options: Options
    root: Element = field(default_factory=lambda: ElementTree.Element("Project"))
    users: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    machines: dict[str, dict[str, str]] = field(default_factory=dict)  # machine to code path to its id in the branch
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)  # id to name and text
    codings: dict[str, CodedSpan] = field(default_factory=dict)
    told: list[QdaTrouble] = field(default_factory=list)  # what became of codes

    def guid(self, kind: str, key: str) -> str:
        """Id of a thing: the same in every export of a study of this title."""
        return stable_id(uuid.UUID(stable_id(_OURS, self.title)), f"{kind}\0{key}")

    def note(self, name: str, text: str) -> str:
        """Id of a note; notes of one name and text are one."""
        guid = self.guid("note", f"{name}\0{text}")
        self.notes[guid] = (name, text)
        return guid


def with_line_feeds(text: str) -> str:
    """Text as it is written: every line end a line feed, which all programs count the same."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class LineFeeds:
    """Offsets of a text in the same text with line feeds for all line ends."""

    def __init__(self, text: str) -> None:
        self._behind = [found.end() for found in re.finditer("\r\n", text)]

    def of(self, offset: int) -> int:
        """Give the offset there."""
        return offset - bisect_right(self._behind, offset)

    def moved(self, spanning: Spans) -> Spans:
        """Give a turn, or what was coded or read, at its new place."""
        return replace(spanning, start=self.of(spanning.start), end=self.of(spanning.end))


def as_written(study: Study) -> Study:
    """Give the study with the texts that are written, everything in them at its new place."""
    feeds = {t.id: LineFeeds(t.text) for t in study.transcripts if "\r" in t.text}
    if not feeds:
        return study

    def there(spans: tuple[Spans, ...]) -> tuple[Spans, ...]:
        return tuple(feeds[s.transcript_id].moved(s) if s.transcript_id in feeds else s for s in spans)

    coding = coding_there(study.coding, there)
    consensus = coding_there(study.consensus, there)
    if consensus is not None and consensus.made_from is study.coding:
        consensus = replace(consensus, made_from=coding)
    transcripts = tuple(
        replace(t, text=with_line_feeds(t.text), turns=tuple(map(feeds[t.id].moved, t.turns))) if t.id in feeds else t
        for t in study.transcripts
    )
    marks = Marks(there(study.marks.marks), there(study.marks.read)) if study.marks is not None else None
    return replace(study, transcripts=transcripts, coding=coding, consensus=consensus, marks=marks)


def coding_there(coding: Coding | None, there: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Coding | None:
    """Give a coding with its spans elsewhere, or under other names."""
    return replace(coding, applied=there(coding.applied), read=there(coding.read)) if coding is not None else None


def tree_of(study: Study, machines: Sequence[Coding], options: Options) -> Writing:
    """Make the tree of a study; its line ends are line feeds already."""
    writing = Writing(study.title or "study", options)
    writing.root.attrib |= {"name": study.title or "study", "origin": ORIGIN}
    people, suggested, uncoded = sorted_out(study, machines)
    write_users(writing, [*people, *suggested])
    write_codes(writing, study.codebook or Codebook(()), people, suggested)
    for transcript in study.transcripts:
        writing.sources[transcript.id] = writing.guid("source", transcript.id)
    if options.users:
        _write_cases(writing, study)
    _write_sources(writing, study.transcripts, [*people, *suggested])
    _remember_notes(writing, study)
    data = data_of(study, in_order(writing, [*people, *suggested]), uncoded, writing.branches, people=options.users)
    write_notes(writing, data)
    write_sets(writing)
    return writing


def sorted_out(study: Study, machines: Sequence[Coding]) -> tuple[list[CodedSpan], list[CodedSpan], list[CodedSpan]]:
    """Give what people applied, what machines suggested, and what has no place among codings: abstained, rejected."""
    every = [
        span for coding in (study.coding, study.consensus, *machines) if coding is not None for span in coding.applied
    ]
    people = [s for s in every if s.by_people]
    suggested = [s for s in every if not s.by_people and s.counts]
    return people, suggested, [s for s in every if not s.counts]


def in_order(writing: Writing, spans: Iterable[CodedSpan]) -> dict[str, CodedSpan]:
    """Give codings by their ids, in the order that they have in the study."""
    guids = {span: guid for guid, span in writing.codings.items()}
    return {guids[span]: span for span in spans if span in guids}


def write_users(writing: Writing, spans: Iterable[CodedSpan]) -> None:
    """Write coders that the file does not have yet."""
    new = [coder for coder in dict.fromkeys(span.coder for span in spans) if coder not in writing.users]
    for coder in new:
        writing.users[coder] = writing.guid("user", coder)
        add(inside(writing.root, "Users"), "User", guid=writing.users[coder], name=coder)


def write_codes(writing: Writing, book: Codebook, people: Sequence[CodedSpan], suggested: Sequence[CodedSpan]) -> None:
    """Write codes that the file does not have yet, and a branch for what each machine suggests."""
    used = dict.fromkeys(span.code_id for span in (*people, *suggested))
    more = [path for path in used if path not in book.paths or path in book.former]
    whole = Codebook((*book.codes, *(Code(code=path) for path in more)), book.themes)
    if not len(whole):
        return
    codes = inside(inside(writing.root, "CodeBook"), "Codes")
    by_guid = {guid_of(element): element for element in codes.iter("Code")}
    there = {path: by_guid[guid] for path, guid in writing.codes.items()}
    writing.codes |= write_tree(codes, whole, writing.guid, there)
    for machine, spans in grouped((span.coder, span) for span in suggested).items():
        _write_branch(writing, codes, machine, list(dict.fromkeys(span.code_id for span in spans)), whole)


def _write_branch(writing: Writing, codes: Element, machine: str, paths: Sequence[str], book: Codebook) -> None:
    """Write a branch for what a machine suggests: a person deletes it, and all of it is gone."""
    top = add(codes, "Code", guid=writing.guid("branch", machine), name=f"Suggested by {machine}", isCodable="false")
    branch = Codebook(tuple(book.place(path) for path in paths))
    made = write_tree(top, branch, lambda kind, key: writing.guid(f"{kind} of {machine}", key))
    writing.machines[machine] = {path: guid for path, guid in made.items() if path in set(paths)}
    writing.branches |= {guid: path for path, guid in made.items()} | {top.get("guid", ""): ""}


def _write_cases(writing: Writing, study: Study) -> None:
    """Write a case for each participant, with their role and the transcripts that they speak in."""
    if not study.participants:
        return
    roles = [p for p in study.participants if p.role is not None]
    role = writing.guid("variable", "role")
    if roles:
        add(add(writing.root, "Variables"), "Variable", guid=role, name="role", typeOfVariable="Text")
    cases = add(writing.root, "Cases")
    for person in study.participants:
        case = add(cases, "Case", guid=writing.guid("case", person.id), name=person.id)
        if person.description:
            add(case, "Description", person.description)
        if person.role is not None:
            value = add(case, "VariableValue")
            add(value, "VariableRef", targetGUID=role)
            add(value, "TextValue", person.role)
        for transcript in study.transcripts:
            if person.id in {turn.person for turn in transcript.turns} or person.attends(transcript):
                add(case, "SourceRef", targetGUID=writing.sources[transcript.id])


def _write_sources(writing: Writing, transcripts: Sequence[Transcript], spans: Sequence[CodedSpan]) -> None:
    if not transcripts:
        return
    sources = add(writing.root, "Sources")
    own = grouped((span.transcript_id, span) for span in spans)
    for transcript in transcripts:
        guid = writing.sources[transcript.id]
        source = add(sources, "TextSource", guid=guid, name=transcript.id, plainTextPath=f"internal://{guid}.txt")
        write_selections(writing, source, transcript, own.get(transcript.id, []))


def write_selections(writing: Writing, source: Element, transcript: Transcript, spans: Sequence[CodedSpan]) -> None:
    """One selection for each stretch that a coder coded, with a coding for each code."""
    by_place = grouped(((s.coder, s.start, s.end), s) for s in spans)
    there = {guid_of(one): one for one in source.findall("PlainTextSelection")}
    for (coder, start, end), own in by_place.items():
        user = writing.users[coder]
        words = re.sub(r"\s+", " ", transcript.shown(start, end)).strip()
        name = (words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…") if writing.options.quotes else f"{start}-{end}"
        key = f"{user}\0{transcript.id}\0{start}\0{end}"
        guid = writing.guid("selection", key)
        selection = there.get(guid)
        if selection is None:
            selection = add(source, "PlainTextSelection", guid=guid, name=name, startPosition=str(start),
                            endPosition=str(end), creatingUser=user)  # fmt: skip
        for span in own:
            _write_coding(writing, selection, span, user, key)


def _write_coding(writing: Writing, selection: Element, span: CodedSpan, user: str, key: str) -> None:
    code = writing.codes[span.code_id] if span.by_people else writing.machines[span.coder][span.code_id]
    guid = writing.guid("coding", f"{key}\0{code}\0{span.status}")
    coding = add(selection, "Coding", guid=guid, creatingUser=user, creationDateTime=when(span.date))
    add(coding, "CodeRef", targetGUID=code)
    if span.note:
        add(coding, "NoteRef", targetGUID=writing.note("coder's note", span.note))
    if not span.by_people:
        sure = "not said" if span.score is None else f"{span.score:.2f}"
        text = f"Suggested by {ORIGIN}, not found by a person. Probability: {sure}. Status: {span.status}."
        add(coding, "NoteRef", targetGUID=writing.note(SUGGESTION, text))
    writing.codings[guid] = span


def when(day: datetime.date | None) -> str | None:
    """Write a day as REFI-QDA writes times."""
    return f"{day.isoformat()}T00:00:00Z" if day is not None else None


def _remember_notes(writing: Writing, study: Study) -> None:
    """Keep notes that other programs show: field notes, the guide, exemplars of codes."""
    if study.guide:
        writing.note("interview guide", "\n".join(question.text for question in study.guide))
    for note in study.notes if writing.options.users else ():
        where = ", ".join(filter(None, (note.session, str(note.date or ""), note.by)))
        writing.note(f"{FIELD_NOTE} {where}".strip(), note.text)
    by_guid = {element.get("guid"): element for element in writing.root.iterfind("CodeBook//Code")}
    for code in study.codebook or ():
        parts = {"include": code.include, "exclude": code.exclude, "notes": code.notes,
                 "aliases": ", ".join(code.aliases),
                 "exemplars": "\n".join(code.exemplars) if writing.options.quotes else ""}  # fmt: skip
        told = "\n\n".join(f"{name}:\n{words}" for name, words in parts.items() if words)
        if told:
            element = by_guid[writing.codes[code.id]]
            ref = ElementTree.Element("NoteRef", {"targetGUID": writing.note(f"code {code.id}", told)})
            element.insert(1 if element.find("Description") is not None else 0, ref)


def write_notes(writing: Writing, data: str) -> None:
    """Write the notes that were remembered, and what other programs have no place for, behind those that are there."""
    notes = inside(writing.root, "Notes")
    known = {guid_of(note) for note in notes}
    for guid, (name, text) in writing.notes.items():
        if guid in known:
            continue
        add(add(notes, "Note", guid=guid, name=name), "PlainTextContent", text)
    add(add(notes, "Note", guid=writing.guid("note", TITLE), name=TITLE), "PlainTextContent", data)


def write_sets(writing: Writing) -> None:
    """Write a set for each machine: what it suggested is found, and deleted, in one place."""
    for machine, codes in writing.machines.items():
        made = add(
            inside(writing.root, "Sets"), "Set", guid=writing.guid("set", machine), name=f"Suggested by {machine}"
        )
        told = f"What {ORIGIN} suggested; no person found it. Delete the codes of this set, and all of it is gone."
        add(made, "Description", told)
        for guid in (writing.guid("branch", machine), *codes.values()):
            add(made, "MemberCode", targetGUID=guid)


_ORDER = (
    "Users",
    "CodeBook",
    "Variables",
    "Cases",
    "Sources",
    "Notes",
    "Links",
    "Sets",
    "Graphs",
    "Description",
    "NoteRef",
)


def inside(parent: Element, tag: str) -> Element:
    """Give the child of this name; one that is not there is made where the schema wants it."""
    found = parent.find(tag)
    if found is None:
        found = ElementTree.Element(tag)
        before = _ORDER[: _ORDER.index(tag)] if tag in _ORDER else ()
        parent.insert(sum(child.tag in before for child in parent), found)
    return found
