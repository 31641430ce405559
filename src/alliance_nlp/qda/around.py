"""What stands around the codings of a project: memos, cases, variables, sets and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alliance_nlp.qda.held_texts import TEXTS
from alliance_nlp.qda.markup import Element, below, day_of, guid_of, text_of
from alliance_nlp.qda.own_data import TITLE
from alliance_nlp.qda.projects import QdaCase, QdaLink, QdaMemo, QdaSet, QdaVariable
from alliance_nlp.qda.taken_apart import Held

_NAMED = {
    "Code": "code", "TextSource": "transcript", "Transcript": "transcript", "Representation": "transcript",
    "TextDescription": "transcript", "PictureSource": "picture", "PDFSource": "PDF", "AudioSource": "recording",
    "VideoSource": "film", "Note": "memo", "Case": "case", "Set": "set", "Variable": "variable", "Coding": "coding",
    "Link": "link", "User": "user",
}  # fmt: skip


@dataclass(frozen=True)
class Around:
    """Records of it."""

    memos: tuple[QdaMemo, ...] = ()
    cases: tuple[QdaCase, ...] = ()
    variables: tuple[QdaVariable, ...] = ()
    sets: tuple[QdaSet, ...] = ()
    links: tuple[QdaLink, ...] = ()

    @classmethod
    def of(cls, held: Held) -> Around:
        """Read it off a project."""
        names = _names(held)
        variables = tuple(
            QdaVariable(v.get("name") or "(no name)", v.get("typeOfVariable", "Text"), text_of(v, "Description"))
            for v in held.root.iterfind("Variables/Variable")
        )
        called = {guid_of(v): v.get("name") or "(no name)" for v in held.root.iterfind("Variables/Variable")}
        return cls(
            (*_notes(held, names), *_comments(held, names)),
            (*_cases(held, names, called), *_sources(held, called)), variables,
            tuple(_set(one, names) for one in held.root.iterfind("Sets/Set")),
            tuple(_link(one, names) for one in held.root.iterfind("Links/Link")),
        )  # fmt: skip


def _names(held: Held) -> dict[str, tuple[str, str]]:
    """Say what each id is called: its kind, and its name."""
    found = {guid_of(e): (_NAMED[str(e.tag)], e.get("name", "")) for e in held.root.iter() if e.tag in _NAMED}
    found |= {node.guid: ("code", node.code_id) for node in held.tree.nodes}
    found |= {text.guid: ("transcript", text.transcript_id) for text in held.placed.texts}
    for text in held.placed.texts:
        for selection in text.selections:
            raw = text.raw(selection) or ("?", "?")
            found.setdefault(guid_of(selection), ("transcript", f"{text.transcript_id} {raw[0]}-{raw[1]}"))
    for element in held.root.iter():
        if str(element.tag).endswith("Selection"):
            found.setdefault(guid_of(element), ("selection", element.get("name", "")))
    return found


def _said(names: Mapping[str, tuple[str, str]], guid: str) -> str:
    kind, name = names.get(guid, ("", ""))
    return f"{kind} {name}".strip() or "something that is not in the file"


def _notes(held: Held, names: Mapping[str, tuple[str, str]]) -> Iterator[QdaMemo]:
    about: dict[str, list[str]] = {}
    for element in held.root.iter():
        for ref in element.findall("NoteRef"):
            about.setdefault(guid_of(ref, "targetGUID"), []).append(
                _said(names, guid_of(element)) if element.get("guid") else "project"
            )
    for note in held.root.iterfind("Notes/Note"):
        if note.get("name") != TITLE:
            guid = guid_of(note)
            by = held.users.get(guid_of(note, "creatingUser"), "")
            yield QdaMemo(held.notes[guid], note.get("name", ""), by, day_of(note), tuple(about.get(guid, ())))


def _comments(held: Held, names: Mapping[str, tuple[str, str]]) -> Iterator[QdaMemo]:
    """Give what is written on things other than codes, cases, sets and variables, whose records have it."""
    for element in held.root.iter():
        tag = str(element.tag)
        commented = tag == "Project" or tag in TEXTS or tag in TEXTS.values() or tag.endswith("Selection")
        if commented and (words := text_of(element, "Description")):
            by = held.users.get(guid_of(element, "creatingUser"), "")
            yield QdaMemo(
                words, "", by, day_of(element), ("project" if tag == "Project" else _said(names, guid_of(element)),)
            )


def _values(element: Element, called: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for value in element.findall("VariableValue"):
        ref = value.find("VariableRef")
        said = [child.text or "" for child in value if str(child.tag).endswith("Value")]
        if ref is not None and said:
            found[called.get(guid_of(ref, "targetGUID"), "(no name)")] = said[0]
    return found


def _cases(held: Held, names: Mapping[str, tuple[str, str]], called: Mapping[str, str]) -> Iterator[QdaCase]:
    for case in held.root.iterfind("Cases/Case"):
        of = tuple(names.get(guid_of(ref, "targetGUID"), ("", "(absent)"))[1] for ref in case.findall("SourceRef"))
        yield QdaCase(
            case.get("name") or ", ".join(of), "case", of, _values(case, called), text_of(case, "Description")
        )


def _sources(held: Held, called: Mapping[str, str]) -> Iterator[QdaCase]:
    by_element = {text.element: text.transcript_id for text in held.placed.texts}
    for sources in held.root.findall("Sources"):
        for source in below(sources, *TEXTS):
            if values := _values(source, called):
                name = by_element.get(source, source.get("name", ""))
                yield QdaCase(name, "source", (name,), values)


def _set(element: Element, names: Mapping[str, tuple[str, str]]) -> QdaSet:
    members = {
        tag: tuple(names.get(guid_of(m, "targetGUID") or guid_of(m), ("", "(absent)"))[1] for m in element.findall(tag))
        for tag in ("MemberCode", "MemberSource", "MemberNote")
    }
    return QdaSet(element.get("name", ""), members["MemberCode"], members["MemberSource"], members["MemberNote"],
                  text_of(element, "Description"))  # fmt: skip


def _link(element: Element, names: Mapping[str, tuple[str, str]]) -> QdaLink:
    ends = [_said(names, guid_of(element, name)) for name in ("originGUID", "targetGUID")]
    return QdaLink(ends[0], ends[1], element.get("name", ""), element.get("direction", ""))
