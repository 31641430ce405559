"""A project that was read, as a tree again: what was understood as it is now, everything else as it was."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from alliance_nlp.errors import InputError
from alliance_nlp.qda.containers import INTERNAL
from alliance_nlp.qda.held_codings import Placed, coder_of, users_of
from alliance_nlp.qda.held_texts import HeldText, known_texts
from alliance_nlp.qda.losses import QdaTrouble
from alliance_nlp.qda.markup import Element, guid_of, parse, stable_id, text_of
from alliance_nlp.qda.own_data import TITLE, OwnData, data_of, hash_of
from alliance_nlp.qda.positions import Way
from alliance_nlp.qda.projects import QdaProject
from alliance_nlp.qda.written_codes import drop_bare, rename, renamed, take_out, take_out_branches
from alliance_nlp.qda.written_studies import (
    ORIGIN,
    LineFeeds,
    Options,
    Writing,
    as_written,
    in_order,
    sorted_out,
    with_line_feeds,
    write_codes,
    write_notes,
    write_selections,
    write_sets,
    write_users,
)
from alliance_nlp.reading.offsets import AS_IT_IS
from alliance_nlp.records import Codebook, CodedSpan, Coding, Study

Key = tuple[str, str, str]
_FILES = uuid.UUID("0b2f6d0e-6a0f-5c37-8f6e-5a3d1c9b7e42")


def tree_again(
    project: QdaProject, machines: Sequence[Coding], options: Options, numbers: Mapping[str, str]
) -> tuple[Writing, dict[str, str]]:
    """Make the tree of a project again, and the texts of its sources by the names of their files.

    What machines suggested lies on the texts that are written; `numbers` are the names that coders get, where asked.

    Raises
    ------
    InputError
        When a text is another one than was read: its selections would lie elsewhere.
    """
    _refuse_changed(project)
    root = parse(project.xml.encode("utf-8", "surrogatepass"), project.name or "the project", "Project").root
    writing = Writing(project.name or "project", options, root)
    root.set("origin", ORIGIN)
    writing.sources |= {transcript: guid for guid, transcript in project.sources.items()}
    texts = {t.id: t.text for t in project.study.transcripts}
    placed = _placed(project, known_texts(root, project.sources, texts))
    study = as_written(project.study)
    people, suggested, uncoded = sorted_out(study, machines)
    if not options.users:
        writing.told += _number(root, numbers)
    codes = _codes(root, project)
    moved = _renamed(root, placed, codes, study, people)
    codes = {guid: moved.get(path, path) for guid, path in codes.items()}
    writing.codes |= {path: guid for guid, path in reversed(codes.items())}
    there = _keep(writing, placed, codes, {_key(span) for span in people})
    files = {held.transcript_id: _rewrite(held, placed) for held in placed.texts if held.transcript_id in placed.ways}
    users = users_of(root)
    writing.users |= {name: guid for guid, name in reversed(users.items())}
    new = [s for s in people if _key(s) not in there]
    write_users(writing, [*new, *suggested])
    write_codes(writing, study.codebook or Codebook(()), new, suggested)
    _follow_codebook(writing, codes, moved, study, [*people, *suggested])
    _add(writing, placed, study, [*new, *suggested])
    writing.codings |= {there[_key(s)]: s for s in people if _key(s) in there}
    for note in [note for note in root.iterfind("Notes/Note") if note.get("name") == TITLE]:
        root.find("Notes").remove(note)  # type: ignore[union-attr]
    unplaced = [held.transcript_id for held in placed.texts if held.transcript_id not in placed.ways]
    data = data_of(
        study,
        in_order(writing, [*people, *suggested]),
        uncoded,
        writing.branches,
        people=options.users,
        unplaced=unplaced,
    )
    write_notes(writing, data)
    write_sets(writing)
    return writing, {files[name]: with_line_feeds(texts[name]) for name in files}


def _number(root: Element, numbers: Mapping[str, str]) -> list[QdaTrouble]:
    """Put users under their numbers; say where names may stand that nobody looked for."""
    names, n = users_of(root), len(numbers)
    for user in root.iterfind("Users/User"):
        user.attrib.pop("id", None)
        known = numbers.get(names[guid_of(user)])
        n += known is None
        user.set("name", known or f"coder {n}")
    kinds = {"memos": "Notes/Note", "descriptions": ".//Description", "sources": "Sources/*"}
    held = [f"{len(found)} {kind}" for kind, path in kinds.items() if (found := root.findall(path))]
    if not held:
        return []
    return [QdaTrouble("users", "", f"names in {', '.join(held)} were not looked for; they stand there as they were")]


def _codes(root: Element, project: QdaProject) -> dict[str, str]:
    """Give paths of people's codes by id; what machines suggested is taken out, and written as it is now."""
    notes = ((note.get("name", ""), text_of(note, "PlainTextContent")) for note in root.iterfind("Notes/Note"))
    branches = set(OwnData.of(notes).get("branches", {}))
    take_out_branches(root, branches)
    return {guid: path for guid, path in project.codes.items() if guid not in branches}


def _renamed(
    root: Element, placed: Placed, codes: Mapping[str, str], study: Study, people: Sequence[CodedSpan]
) -> dict[str, str]:
    """Give codes that have another path now."""
    if study.codebook is None or set(codes.values()) <= study.codebook.paths:
        return {}
    said = {codes[guid]: text_of(e, "Description") for e in root.iter("Code") if (guid := guid_of(e)) in codes}
    return renamed(codes, (key for key, *_ in _codings(root, placed, codes)), study.codebook, people, said)


def _follow_codebook(
    writing: Writing, codes: Mapping[str, str], moved: Mapping[str, str], study: Study, spans: Sequence[CodedSpan]
) -> None:
    """Rename codes, and take out those that the study has no more; without a codebook nothing is said of any."""
    if study.codebook is not None:
        writing.told += rename(writing.root, moved, writing.codes, study.codebook, writing.guid)
        writing.told += take_out(writing.root, codes, study.codebook, {span.code_id for span in spans})


def _refuse_changed(project: QdaProject) -> None:
    if not project.xml:
        raise InputError(
            f"{project.name or 'The project'} was not read from a REFI-QDA project, and only such a one can be written "
            f"again with all it held. Write its study instead: write_qdpx(project.study, ...)."
        )
    changed = [t.id for t in project.study.transcripts if project.hashes.get(t.id) != hash_of(t.text)]
    if changed:
        raise InputError(
            f"A project is written again around the texts that were read. The text of "
            f"{', '.join(map(repr, changed[:6]))} is not the one that was read. Write its study instead: "
            f"write_qdpx(project.study, ...)."
        )


def _placed(project: QdaProject, texts: Sequence[HeldText]) -> Placed:
    told = {offsets.transcript_id: offsets.counting for offsets in project.losses.offsets}
    ways = {held.transcript_id: told.get(held.transcript_id, AS_IT_IS) for held in texts}
    return Placed(tuple(texts), {name: way for name, way in ways.items() if way})


def _key(span: CodedSpan) -> Key:
    return span.coder, span.segment_id, span.code_id


def _codings(root: Element, placed: Placed, codes: Mapping[str, str]) -> Iterator[tuple[Key, Element, Element]]:
    """Give codings of the texts as coder, place in the text that is written, and code; with what they hang on."""
    users = users_of(root)
    for held in placed.texts:
        if held.transcript_id not in placed.ways:
            continue
        way, feeds = Way(placed.ways[held.transcript_id], held.text or ""), LineFeeds(held.text or "")
        for parent in (held.element, *held.selections):
            raw = (0, 0) if parent is held.element else held.raw(parent)
            place = (0, len(held.text or "")) if parent is held.element else way.span((*raw, "")) if raw else None
            for coding in parent.findall("Coding") if place is not None else ():
                ref = coding.find("CodeRef")
                code = codes.get(guid_of(ref, "targetGUID")) if ref is not None else None
                if place is not None and code is not None:
                    name = f"{held.transcript_id}:{feeds.of(place[0])}-{feeds.of(place[1])}"
                    yield (coder_of(coding, parent, users), name, code), parent, coding


def _keep(writing: Writing, placed: Placed, codes: Mapping[str, str], wanted: set[Key]) -> dict[Key, str]:
    """Take codings out that were taken out of the study; give those that stay, with their ids, at their new places."""
    there: dict[Key, str] = {}
    touched = []
    for key, parent, coding in list(_codings(writing.root, placed, codes)):
        if key in wanted:
            there.setdefault(key, guid_of(coding))
        else:
            parent.remove(coding)
            touched.append(parent)
    drop_bare(writing.root, touched)
    return there


def _rewrite(held: HeldText, placed: Placed) -> str:
    """Put positions and path of a text as they are in the file that is written; give its name."""
    text = held.text or ""
    way, feeds = Way(placed.ways[held.transcript_id], text), LineFeeds(text)
    places = [(selection, name) for selection in held.selections for name in ("startPosition", "endPosition")]
    for element, name in (*places, *((sync, "position") for sync in held.element.findall("SyncPoint"))):
        said = element.get(name, "")
        at = way.of(int(said)) if said.lstrip("+-").isdigit() and len(said) < 19 else None
        if at is not None:
            element.set(name, str(feeds.of(at)))
    for inline in held.element.findall("PlainTextContent"):
        held.element.remove(inline)
    if not held.element.get("name"):
        held.element.set("name", held.source)  # else the name of its file, which changes, was its name
    name = f"{stable_id(_FILES, held.guid)}.txt"
    held.element.set("plainTextPath", f"{INTERNAL}{name}")
    return name


def _add(writing: Writing, placed: Placed, study: Study, spans: Sequence[CodedSpan]) -> None:
    """Write codings that the file does not have yet, behind the selections of their text."""
    elements = {held.transcript_id: held.element for held in placed.texts}
    for transcript in study.transcripts:
        own = [span for span in spans if span.transcript_id == transcript.id]
        if own and transcript.id in elements:
            source = elements[transcript.id]
            before = list(source)
            write_selections(writing, source, transcript, own)
            made = [child for child in source if child not in before]
            _move_up(source, made)


def _move_up(source: Element, made: Sequence[Element]) -> None:
    """Put new selections where the schema wants them: before codings, notes and values of the source itself."""
    for child in made:
        source.remove(child)
    at = next((i for i, child in enumerate(source) if child.tag in ("Coding", "NoteRef", "VariableValue")), len(source))
    for child in reversed(made):
        source.insert(at, child)
