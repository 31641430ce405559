"""Word (.docx) and OpenDocument (.odt) to paragraphs: what a reader of the page would read, in order."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.reading.plain import turns_of
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import fold, is_name
from alliance_nlp.reading.spreadsheets import fold_column
from alliance_nlp.reading.turn_tables import TURN_COLUMNS
from alliance_nlp.records import Role, Transcript

_SKIPPED = {"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sdtPr", "sdtEndPr", "tracked-changes",
            "annotation", "note", "txbxContent", "sequence-decls"}  # fmt: skip
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "line-break": "\n"}
_COUNTED = {"ins": "insertions", "del": "deletions", "moveFrom": "moved passages", "deletion": "deletions",
            "insertion": "insertions"}  # fmt: skip
_LEFT = {
    "commentReference": "comments", "annotation": "comments", "footnoteReference": "footnotes",
    "endnoteReference": "endnotes", "note": "footnotes", "txbxContent": "text boxes",
}  # fmt: skip


def from_word_file(path: Path, roles: Mapping[str, Role | None], remarks: Remarks) -> Transcript:
    """Make a transcript of a Word or OpenDocument file; its text is the paragraphs with a blank line between them.

    Notes
    -----
    Tracked insertions count, deletions do not. A row of a table is one paragraph, its cells parted by tabs. Comments,
    notes, headers, footers and text boxes are left out. A name in bold at the start of several paragraphs is parted
    from the words by a tab.
    """
    body = _docx_body(path) if path.suffix.lower() == ".docx" else _odt_body(path)
    paragraphs = _paragraphs(body, path.name, remarks)
    _report(body, path.name, remarks)
    text = "\n\n".join(paragraphs)
    turns = turns_of(text, path.name, roles, remarks, unit="paragraph")
    return Transcript(path.stem, text, turns, source=path.name)


def _docx_body(path: Path) -> Any:
    docx = import_extra("docx", "formats", "Reading .docx files")
    try:
        return docx.Document(str(path)).element.body
    except Exception as err:  # python-docx lets zipfile's, lxml's and its own errors through
        raise InputError(
            f"{path.name} is no Word file that can be opened (an old .doc, or encrypted?). Save it again as .docx."
        ) from err


def _odt_body(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError) as err:
        raise InputError(f"{path.name} is no OpenDocument text that can be opened. Save it again as .odt.") from err
    found = next((element for element in root.iter() if _tag(element) == "text" and len(element)), None)
    if found is None:
        raise InputError(f"{path.name} holds no text body. Save it again as .odt.")
    return found


def _tag(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""  # comments and instructions have no name


def _value(element: Any, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _child(element: Any, name: str) -> Any:
    return next((child for child in element if _tag(child) == name), None)


def _paragraphs(body: Any, source: str, remarks: Remarks) -> list[str]:
    found: list[tuple[str, str, bool]] = []
    _gather(body, found, source, remarks)
    bold = Counter(fold(name) for _, name, _ in found if name)
    texts: list[str] = []
    glued = False
    for text, name, goes_on in found:
        words = text
        if name and bold[fold(name)] > 1:
            at = words.index(name) + len(name)
            words = f"{words[:at]}\t{words[at:].lstrip()}"
        if glued:
            texts[-1] += words
        else:
            texts.append(words)
        glued = goes_on
    return [text.strip("\r\n") for text in texts if text.strip()]


def _gather(container: Any, found: list[tuple[str, str, bool]], source: str, remarks: Remarks) -> None:
    """Paragraphs of a container in order: words, a bold name they begin with, whether their end was deleted."""
    for child in container:
        tag = _tag(child)
        if tag in ("p", "h"):
            found.append((_words(child), _bold_name(child), _end_deleted(child)))
        elif tag in ("tbl", "table"):
            found.extend((row, "", False) for row in _table(child, source, remarks))
        elif tag not in _SKIPPED:
            _gather(child, found, source, remarks)


def _words(element: Any) -> str:
    """Words of an element in order; deleted ones, field codes and notes left out."""
    parts: list[str] = []
    is_odt = "opendocument" in element.tag  # there words stand between the elements, in Word inside of w:t only
    _collect(element, parts, is_odt)
    return "".join(parts)


def _collect(element: Any, parts: list[str], is_odt: bool) -> None:
    tag = _tag(element)
    if (is_odt or tag == "t") and element.text:
        parts.append(element.text)
    for child in element:
        name = _tag(child)
        if name == "s" and is_odt:
            parts.append(" " * int(_value(child, "c") or 1))
        elif name in _SIGNS:
            parts.append(_SIGNS[name])
        elif name not in _SKIPPED:
            _collect(child, parts, is_odt)
        if is_odt and child.tail:
            parts.append(child.tail)


def _bold_name(paragraph: Any) -> str:
    """Name in bold that a paragraph begins with, when other words follow and no colon parts them."""
    bold, rest = "", False
    for run in paragraph:
        if _tag(run) != "r":
            continue
        words = _words(run)
        mark = _child(_child(run, "rPr"), "b") if _child(run, "rPr") is not None else None
        if mark is not None and _value(mark, "val") not in ("0", "false") and not rest:
            bold += words
        elif words.strip():
            rest = True
            break
    name = bold.strip()
    return name if rest and is_name(name) and not name.endswith((":", ".", ",")) else ""


def _end_deleted(paragraph: Any) -> bool:
    """Whether the paragraph's end is a tracked deletion: it goes on in the next one."""
    properties = _child(paragraph, "pPr")
    mark = _child(properties, "rPr") if properties is not None else None
    return mark is not None and _child(mark, "del") is not None


def _table(table: Any, source: str, remarks: Remarks) -> list[str]:
    """One line a row, cells parted by tabs; a header row gives the order time, speaker, words and is left out."""
    rows = [_cells(row, source, remarks) for row in _rows(table)]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return []
    width = max(map(len, rows))
    if width == 1:
        return [row[0] for row in rows]
    kinds = [_kind(cell) for cell in rows[0]]
    if all(kinds) and "text" in kinds:
        remarks.note(source, "the header row of a table was left out")
        wanted = [kinds.index(kind) for kind in ("begin", "speaker", "text") if kind in kinds]
        rows = [[row[index] if index < len(row) else "" for index in wanted] for row in rows[1:]]
    elif all(row[0].strip().rstrip(".").isdigit() for row in rows):
        remarks.doubt(source, f"the numbers of {len(rows)} table rows were left out")
        rows = [row[1:] for row in rows]
    return ["\t".join(cell.strip() for cell in row) for row in rows]


def _rows(table: Any) -> Iterable[Any]:
    for child in table:
        tag = _tag(child)
        if tag in ("tr", "table-row"):
            properties = _child(child, "trPr")
            if properties is None or _child(properties, "del") is None:
                yield child
        elif tag not in _SKIPPED:
            yield from _rows(child)


def _cells(row: Any, source: str, remarks: Remarks) -> list[str]:
    cells = []
    for child in row:
        tag = _tag(child)
        if tag in ("tc", "table-cell"):
            cells.append("\n".join(_paragraphs(child, source, remarks)))
        elif tag in ("sdt", "sdtContent", "ins"):
            cells += _cells(child, source, remarks)
    return cells


def _kind(cell: str) -> str | None:
    """Tell what a header cell says that its column holds; numbers of rows count as a position."""
    name = fold_column(cell) or "position"
    return next((kind for kind, others in TURN_COLUMNS.items() if name == kind or name in others), None)


def _report(body: Any, source: str, remarks: Remarks) -> None:
    tags = Counter(_tag(element) for element in body.iter())
    say: Callable[[Mapping[str, str]], Sequence[str]] = lambda names: [  # noqa: E731  # the same count twice
        f"{n} {kind}" for kind in dict.fromkeys(names.values())
        if (n := sum(tags[tag] for tag, other in names.items() if other == kind))
    ]  # fmt: skip
    if changes := say(_COUNTED):
        remarks.doubt(source, f"has tracked changes ({', '.join(changes)}): insertions were kept, deletions left out")
    if left := say(_LEFT):
        remarks.doubt(source, f"left out: {', '.join(left)}")
