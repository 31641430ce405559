"""Word (.docx) and OpenDocument (.odt) to paragraphs: what a reader of the page would read, in order."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_CHANGES = {
    "insertions": ("ins", "insertion"), "deletions": ("del", "deletion"), "moved passages": ("moveFrom",),
}  # fmt: skip
_LEFT = {
    "comments": ("commentReference", "annotation"), "footnotes": ("footnoteReference", "note"),
    "endnotes": ("endnoteReference",), "text boxes": ("txbxContent",),
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
    paragraphs = _paragraphs(body, remarks)
    _report(body, remarks)
    text = "\n\n".join(paragraphs)
    turns = turns_of(text, roles, remarks, unit="paragraph")
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


def _inside(element: Any, *names: str) -> Any:
    """Element that lies inside another one by way of the names; None where there is none."""
    for name in names:
        element = next((child for child in element if _tag(child) == name), None) if element is not None else None
    return element


def _paragraphs(body: Any, remarks: Remarks) -> list[str]:
    found: list[tuple[str, str, bool]] = []
    _gather(body, found, remarks)
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


def _gather(container: Any, found: list[tuple[str, str, bool]], remarks: Remarks) -> None:
    """Paragraphs of a container in order: words, a bold name they begin with, whether their end was deleted."""
    for child in container:
        tag = _tag(child)
        if tag in ("p", "h"):
            is_end_deleted = _inside(child, "pPr", "rPr", "del") is not None  # the paragraph goes on in the next one
            found.append((_words(child), _bold_name(child), is_end_deleted))
        elif tag in ("tbl", "table"):
            found.extend((row, "", False) for row in _table(child, remarks))
        elif tag not in _SKIPPED:
            _gather(child, found, remarks)


def _words(element: Any) -> str:
    """Words of an element in order; deleted ones, field codes and notes left out."""
    is_odt = "opendocument" in element.tag  # there words stand between the elements, in Word inside of w:t only
    return "".join(_pieces(element, is_odt))


def _pieces(element: Any, is_odt: bool) -> Iterator[str]:
    if is_odt or _tag(element) == "t":
        yield element.text or ""
    for child in element:
        name = _tag(child)
        if name == "s" and is_odt:
            yield " " * int(_value(child, "c") or 1)
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name not in _SKIPPED:
            yield from _pieces(child, is_odt)
        if is_odt:
            yield child.tail or ""


def _bold_name(paragraph: Any) -> str:
    """Name in bold that a paragraph begins with, when other words follow and no colon parts them."""
    bold, rest = "", False
    for run in paragraph:
        if _tag(run) != "r":
            continue
        words = _words(run)
        mark = _inside(run, "rPr", "b")
        if mark is not None and _value(mark, "val") not in ("0", "false") and not rest:
            bold += words
        elif words.strip():
            rest = True
            break
    name = bold.strip()
    return name if rest and is_name(name) and not name.endswith((":", ".", ",")) else ""


def _table(table: Any, remarks: Remarks) -> list[str]:
    """One line a row, cells parted by tabs; a header row gives the order time, speaker, words and is left out."""
    rows = [_cells(row, remarks) for row in _rows(table)]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return []
    width = max(map(len, rows))
    if width == 1:
        return [row[0] for row in rows]
    kinds = [_kind(cell) for cell in rows[0]]
    if all(kinds) and "text" in kinds:
        remarks.note("the header row of a table was left out")
        wanted = [kinds.index(kind) for kind in ("begin", "speaker", "text") if kind in kinds]
        rows = [[row[index] if index < len(row) else "" for index in wanted] for row in rows[1:]]
    elif all(row[0].strip().rstrip(".").isdigit() for row in rows):
        remarks.doubt(f"the numbers of {len(rows)} table rows were left out")
        rows = [row[1:] for row in rows]
    return ["\t".join(cell.strip() for cell in row) for row in rows]


def _rows(table: Any) -> Iterable[Any]:
    for child in table:
        tag = _tag(child)
        if tag in ("tr", "table-row"):
            if _inside(child, "trPr", "del") is None:
                yield child
        elif tag not in _SKIPPED:
            yield from _rows(child)


def _cells(row: Any, remarks: Remarks) -> list[str]:
    cells = []
    for child in row:
        tag = _tag(child)
        if tag in ("tc", "table-cell"):
            cells.append("\n".join(_paragraphs(child, remarks)))
        elif tag in ("sdt", "sdtContent", "ins"):
            cells += _cells(child, remarks)
    return cells


def _kind(cell: str) -> str | None:
    """Tell what a header cell says that its column holds; numbers of rows count as a position."""
    name = fold_column(cell) or "position"
    return next((kind for kind, others in TURN_COLUMNS.items() if name == kind or name in others), None)


def _report(body: Any, remarks: Remarks) -> None:
    tags = Counter(_tag(element) for element in body.iter())
    if changes := _numbers(tags, _CHANGES):
        remarks.doubt(f"has tracked changes ({changes}): insertions were kept, deletions left out")
    if left := _numbers(tags, _LEFT):
        remarks.doubt(f"left out: {left}")


def _numbers(tags: Counter[str], kinds: Mapping[str, Sequence[str]]) -> str:
    found = {kind: sum(tags[tag] for tag in names) for kind, names in kinds.items()}
    return ", ".join(f"{n} {kind}" for kind, n in found.items() if n)
