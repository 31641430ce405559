"""Word (.docx) and OpenDocument (.odt) to paragraphs: what a reader of the page would read, in order."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from alliance_nlp.errors import InputError, counted, import_extra
from alliance_nlp.files import refuse_blanks, refuse_deep
from alliance_nlp.reading.names import is_name
from alliance_nlp.reading.plain import read_plain
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.word_tables import TableRow, lines_of_table
from alliance_nlp.records import Role, Transcript, fold

_SKIPPED = {"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sdtPr", "sdtEndPr", "tracked-changes",
            "annotation", "note", "txbxContent", "sequence-decls"}  # fmt: skip
_DASH = re.compile(r"^\s*[–—-](?=\s)")  # between a name in bold and the words
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "line-break": "\n"}
_CHANGES = {
    "insertions": ("ins", "insertion"), "deletions": ("del", "deletion"), "moved passages": ("moveFrom",),
}  # fmt: skip
_PARTS = (
    ("comments", "a comment"), ("footnotes", "a footnote"), ("endnotes", "an endnote"), ("header", "a header of pages"),
    ("footer", "a footer of pages"),
)  # fmt: skip
_LEFT = {
    "comments": ("commentReference", "annotation"), "footnotes": ("footnoteReference", "note"),
    "endnotes": ("endnoteReference",), "text boxes": ("txbxContent",),
}  # fmt: skip
_ASIDE = {"txbxContent": "a text box", "annotation": "a comment", "note": "a footnote"}


def from_word_file(
    path: Path, roles: Mapping[str, Role | None], remarks: Remarks, *, known: Collection[str] = ()
) -> Transcript:
    """Make a transcript of a Word or OpenDocument file; its text is the paragraphs with a blank line between them.

    Notes
    -----
    Tracked insertions count, deletions do not. A row of a table is one paragraph, its cells parted by tabs. Comments,
    notes, headers, footers and text boxes are left out; their words are in the report. A name in bold at the start of
    several paragraphs is parted from the words by a tab.
    """
    body = _body(path, remarks)
    paragraphs = _paragraphs(body, remarks)
    _report(body, remarks)
    text = "\n\n".join(paragraphs)
    return read_plain(text, path.stem, path.name, roles, remarks, known=known, unit="paragraph")


def _body(path: Path, remarks: Remarks) -> Any:
    return _docx_body(path, remarks) if path.suffix.lower() == ".docx" else _odt_body(path)


def _docx_body(path: Path, remarks: Remarks) -> Any:
    docx = import_extra("docx", "formats", "Reading .docx files")
    try:
        with path.open("rb") as file:  # a package that fails leaves a file open that it opened itself
            document = docx.Document(file)
        parts = {str(part.partname).rpartition("/")[2]: part.blob for part in document.part.package.iter_parts()}
    except Exception as err:  # python-docx lets zipfile's, lxml's and its own errors through
        raise InputError(
            f"{path.name} is no Word file that can be opened (an old .doc, or encrypted?). Save it again as .docx."
        ) from err
    for name, blob in sorted(parts.items()):
        kind = next((why for start, why in _PARTS if name.startswith(start) and name.endswith(".xml")), None)
        if kind is not None:
            _keep_part(kind, docx.oxml.parse_xml(blob), remarks)
    return document.element.body


def _keep_part(kind: str, root: Any, remarks: Remarks) -> None:
    """Keep the words of a part that is not read: each comment and note, the header and footer of pages."""
    for element in root if _tag(root) not in ("hdr", "ftr") else (root,):
        words = " ".join(_words(part) for part in element.iter() if _tag(part) == "p").strip()
        if words:
            remarks.keep("left out", kind, words=words)


def _odt_body(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"))
    except Exception as err:  # zipfile, zlib and expat: LookupError, NotImplementedError, RuntimeError ...
        raise InputError(f"{path.name} is no OpenDocument text that can be opened. Save it again as .odt.") from err
    refuse_deep(root, path.name)
    refuse_blanks(root, path.name)
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


def _outermost(element: Any, *names: str) -> Iterator[Any]:
    """Elements of these names in order, not those inside of one another; what is no part of the page is passed over."""
    for child in element:
        if _tag(child) in names:
            yield child
        elif _tag(child) not in _SKIPPED:
            yield from _outermost(child, *names)


def _paragraphs(container: Any, remarks: Remarks) -> list[str]:
    found: list[tuple[str, str, bool]] = []  # words, a bold name they begin with, whether their end was deleted
    for part in _outermost(container, "p", "h", "tbl", "table"):
        if _tag(part) in ("tbl", "table"):
            found.extend((row, "", False) for row in _table(part, remarks))
        else:
            found.append((_words(part), _bold_name(part), _inside(part, "pPr", "rPr", "del") is not None))
    bold = Counter(fold(name) for _, name, _ in found if name)
    texts: list[str] = []
    goes_on = False
    for words, name, is_end_deleted in found:
        parted = words
        if name and bold[fold(name)] > 1:
            before, _, after = words.partition(name)
            parted = f"{before}{name}\t{_DASH.sub('', after).lstrip()}"
        texts.append(texts.pop() + parted if goes_on else parted)
        goes_on = is_end_deleted
    return [text.strip("\r\n") for text in texts if text.strip()]


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
    bold = ""
    for run in paragraph:
        words = _words(run) if _tag(run) == "r" else ""
        mark = _inside(run, "rPr", "b")
        if mark is not None and _value(mark, "val") not in ("0", "false"):
            bold += words
        elif words.strip():
            name = bold.strip()
            return name if is_name(name) and not name.endswith((":", ".", ",")) else ""
    return ""


def _table(table: Any, remarks: Remarks) -> list[str]:
    """One line a row, cells parted by tabs, in the order time, speaker, words."""
    return lines_of_table(rows_of_table(table, remarks), remarks)


def tables_of(path: Path, remarks: Remarks) -> list[tuple[str, list[TableRow]]]:
    """Tables of a Word or OpenDocument file, in order, each with the paragraph above it; nested ones are not parted."""
    body = _body(path, remarks)
    _report(body, remarks)
    found: list[tuple[str, list[TableRow]]] = []
    above = ""
    for part in _outermost(body, "p", "h", "tbl", "table"):
        if _tag(part) in ("tbl", "table"):
            found.append((above, rows_of_table(part, remarks)))
            above = ""
        else:
            above = _words(part).strip() or above
    return found


def rows_of_table(table: Any, remarks: Remarks) -> list[TableRow]:
    """Rows of a table that are not blank, with what their merged cells say."""
    kept = [row for row in _outermost(table, "tr", "table-row") if _inside(row, "trPr", "del") is None]
    width = max((len(list(_outermost(row, "tc", "table-cell", "covered-table-cell"))) for row in kept), default=0)
    rows: list[TableRow] = []
    open_cells: dict[int, int] = {}  # OpenDocument: over how many more rows the cell of a column goes
    for number, row in enumerate(kept, 1):
        cells = list(_outermost(row, "tc", "table-cell", "covered-table-cell"))
        texts: list[str] = []
        below: list[int] = []
        for cell in cells:
            if _goes_on(cell) or open_cells.get(len(texts), 0) > 0:
                below.append(len(texts))
            open_cells[len(texts)] = open_cells.get(len(texts), 0) - 1
            if (rows_spanned := _value(cell, "number-rows-spanned")) is not None and rows_spanned.isdigit():
                open_cells[len(texts)] = min(int(rows_spanned), len(kept)) - 1
            texts += ["\n".join(_paragraphs(cell, remarks)), *[""] * (_span(cell) - 1)]
        if any(text.strip() for text in texts):
            own = [cell for cell in cells if _tag(cell) != "covered-table-cell"]
            is_heading = len(own) == 1 and _span(own[0]) > 1 and max(width, len(texts)) > 1
            rows.append(TableRow(texts, is_heading, tuple(below), number, _indent(cells)))
    return rows


def _indent(cells: Sequence[Any]) -> int:
    """Count by how much the first filled cell of a row is set in: by blanks, by its margin, by its level of a list."""
    part = next((part for cell in cells for part in _outermost(cell, "p", "h") if _words(part).strip()), None)
    if part is None:
        return 0
    words = _words(part).expandtabs(4)
    margin, level = _inside(part, "pPr", "ind"), _inside(part, "pPr", "numPr", "ilvl")
    twips = (_value(margin, "left") or _value(margin, "start") or "0") if margin is not None else "0"
    steps = int(twips) // 200 if twips.isdecimal() else 0
    listed = int(_value(level, "val") or 0) if level is not None else 0
    return max(len(words) - len(words.lstrip()), min(steps, 40), 4 * min(listed, 9))


def _goes_on(cell: Any) -> bool:
    """Whether a cell of Word goes on with the one above it."""
    merge = _inside(cell, "tcPr", "vMerge")
    return merge is not None and _value(merge, "val") != "restart"


def _span(cell: Any) -> int:
    """Over how many columns of the table a cell goes; in OpenDocument the covered ones stand behind it."""
    grid = _inside(cell, "tcPr", "gridSpan")
    written = _value(grid, "val") if grid is not None else _value(cell, "number-columns-spanned")
    n = int(written) if written is not None and written.isdigit() else 1
    return min(n, 64) if grid is not None else 1


def _report(body: Any, remarks: Remarks) -> None:
    """Report what stands in the file and is not read: deletions, moved passages, text boxes, notes."""
    tags = Counter(_tag(element) for element in body.iter())
    if changes := _numbers(tags, _CHANGES):
        remarks.doubt(f"has tracked changes ({changes}): insertions were kept, deletions left out")
    if left := _numbers(tags, _LEFT):
        remarks.doubt(f"left out: {left}")
    seen: list[str] = []
    for element in body.iter():
        why = _ASIDE.get(_tag(element))
        words = "".join(_pieces(element, "opendocument" in element.tag)).strip() if why else _deleted(element)
        if words and not (
            _tag(element) == "txbxContent" and words in seen
        ):  # Word writes a box twice, for old programs
            remarks.keep("left out", why or "a deleted passage", words=words)
        seen.append(words)


def _deleted(element: Any) -> str:
    """Words of a tracked deletion, or of where a passage was moved away from."""
    if _tag(element) == "deletion":
        return "".join(_pieces(element, is_odt=True)).strip()
    if _tag(element) in ("del", "moveFrom"):
        return "".join(part.text or "" for part in element.iter() if _tag(part) in ("delText", "t")).strip()
    return ""


def _numbers(tags: Counter[str], kinds: Mapping[str, Sequence[str]]) -> str:
    found = {kind: sum(tags[tag] for tag in names) for kind, names in kinds.items()}
    return ", ".join(counted(n, re.sub("(?<=x)es$|s$", "", kind), kind) for kind, n in found.items() if n)
