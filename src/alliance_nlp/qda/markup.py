"""Descriptions of projects and codebooks as trees of elements: decoded, harmless, without name spaces."""

from __future__ import annotations

import codecs
import datetime
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from alliance_nlp.errors import InputError
from alliance_nlp.files import PROJECT_ATTRIBUTES, PROJECT_SELECTIONS, PROJECT_TAGS, refuse_count, refuse_deep
from alliance_nlp.records import printable

Element = ElementTree.Element
OURS = re.compile(r"urn:QDA-XML:(project|codebook):(.+)", re.IGNORECASE)
USUAL = "1.0"
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_HEAD = re.compile(r"^\s*<\?xml[^>]*\?>")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_ENCODINGS = {"utf-8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
              "windows-1252": "cp1252", "utf-16": "utf-16-le"}  # fmt: skip


@dataclass(frozen=True)
class Markup:
    """A description as a tree, with what was odd about its form."""

    root: Element
    remarks: tuple[str, ...] = ()


def stable_id(space: uuid.UUID, name: str) -> str:
    """Id that follows from a name, the same in every export; half of a character counts as its number."""
    return str(uuid.uuid5(space, name.encode("utf-8", "backslashreplace").decode("utf-8")))


def parse(data: bytes, name: str, root: str) -> Markup:
    """Parse a description.

    Raises
    ------
    InputError
        When it declares entities, is no XML, holds more than it may, or its outermost element is another one.
    """
    text = _decoded(data, name)
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise InputError(f"{name} declares entities or a document type, which no project needs. Export it again.")
    # counted as signs, before anything is made of them: an element takes thirty times the memory of its letters
    refuse_count(name, text.count("<"), "tag", PROJECT_TAGS)
    refuse_count(name, text.count("="), "attribute", PROJECT_ATTRIBUTES)
    refuse_count(name, text.count("Selection ") + text.count("Selection>"), "selection", 2 * PROJECT_SELECTIONS)
    try:
        tree = ElementTree.fromstring(_HEAD.sub("", text, count=1))
    except (ElementTree.ParseError, ValueError) as err:
        raise InputError(f"{name} is no XML: {err}. It is cut off or damaged. Export it again.") from err
    refuse_deep(tree, name)
    spaces = _without_spaces(tree)
    if tree.tag != root:
        raise InputError(
            f"{name} must hold a <{root}> of REFI-QDA. Got <{str(tree.tag)[:60]}>. "
            f"{'Read it with read_qdc().' if tree.tag == 'CodeBook' else 'Export it as REFI-QDA.'}"
        )
    odd = sorted(space for space in spaces if not re.fullmatch(r"urn:QDA-XML:\w+:1\.0", space))
    return Markup(
        tree, tuple(f"its name space is {space[:80]!r}, not that of version 1.0; it was read" for space in odd)
    )


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, name)
    if data[:2] in (b"<\0", b"\0<"):
        return _strictly(data, "utf-16-le" if data[0] else "utf-16-be", name)
    declared = _DECLARED.match(data[:200].decode("latin-1"))
    said = declared[1].lower() if declared else "utf-8"
    if said not in _ENCODINGS:
        raise InputError(f"{name} says that it is written in {said!r}. Export it as UTF-8.")
    return _strictly(data, _ENCODINGS[said], name)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        raise InputError(
            f"{name} is not {encoding}, as it says: byte {data[err.start]:#04x} at position {err.start}. "
            f"Export it again."
        ) from err


def _without_spaces(tree: Element) -> set[str]:
    """Take the name space of REFI-QDA, or of none, off every element; give those that were there."""
    spaces = set()
    for element in tree.iter():
        space, sign, tag = str(element.tag).rpartition("}")
        if sign and OURS.fullmatch(space[1:]):
            element.tag = tag
            spaces.add(space[1:])
    for key in [key for key in tree.attrib if key.startswith("{")]:
        del tree.attrib[key]  # where the schema lies
    return spaces


def guid_of(element: Element, attribute: str = "guid") -> str:
    """Id of an element, or the one that it points to: braces and case apart."""
    return element.get(attribute, "").strip().strip("{}").lower()


def number_of(element: Element, attribute: str) -> int | None:
    """Give a whole number of an element; None where there is none."""
    said = element.get(attribute, "").strip()
    return int(said) if re.fullmatch(r"[+-]?\d{1,18}", said) else None


def text_of(element: Element, tag: str) -> str:
    """Words inside the first child of this name; nothing where there is none."""
    found = element.find(tag)
    return "".join(found.itertext()).strip() if found is not None else ""


def day_of(element: Element) -> datetime.date | None:
    """Day on which something was made, where the file says it."""
    for attribute in ("creationDateTime", "modifiedDateTime"):
        try:
            return datetime.date.fromisoformat(element.get(attribute, "")[:10])
        except ValueError:
            continue
    return None


def below(element: Element, *tags: str) -> Iterator[Element]:
    """Children of these names, in order."""
    return (child for child in element if child.tag in tags)


def add(parent: Element, tag: str, text: str | None = None, **attributes: str | None) -> Element:
    """Put an element below another; attributes without a value are left out, signs that XML cannot hold replaced."""
    told = {key: printable(value) for key, value in attributes.items() if value is not None}
    made = ElementTree.SubElement(parent, tag, told)
    if text is not None:
        made.text = printable(text)
    return made


def written(root: Element, space: str) -> bytes:
    """Write a tree as UTF-8, indented, in the name space of REFI-QDA."""
    root.set("xmlns", f"urn:QDA-XML:{space}:{USUAL}")
    ElementTree.indent(root, " ")
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    del root.attrib["xmlns"]
    return data
