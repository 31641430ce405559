"""Rich text (.rtf), PDF and web pages (.html) to their running text; what a page repeats is set apart."""

from __future__ import annotations

import contextlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.files import ASIDES, refuse_count
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.word_tables import TableRow, lines_of_table

_RTF_PARTS = re.compile(r"\{\\(?:\*\\)?(header[lrf]?|footer[lrf]?|footnote|annotation)\b")
_RTF_KINDS = {
    "header": "a header of pages",
    "footer": "a footer of pages",
    "footnote": "a footnote",
    "annotation": "a comment",
}
_ROWS = re.compile(r"\\(nestcell|cell|nestrow|row)(?![a-zA-Z])")
_ROW_SIGNS = {"cell": "\\tab", "nestcell": "\\tab", "row": "\\par", "nestrow": "\\par"}
_EDGE = 2  # so many lines from the top and the bottom of a page may be its head or foot
_BLOCKS = frozenset({
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "header", "footer",
    "main", "ul", "ol", "dl", "dt", "dd", "pre", "table", "body",
})  # fmt: skip
_TABLE = "\ue000"  # stands for a table until its columns are known; no letter of any script
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DECLARED = re.compile(r"<[!?][^>]*>")
_HIDDEN = frozenset({"script", "style", "template", "noscript"})


def rtf_text(path: Path, encoding: str | None, remarks: Remarks) -> str:
    """Text of a rich text file, one paragraph a line; its headers, footers and notes go into the report."""
    striprtf = import_extra("striprtf.striprtf", "formats", "Reading .rtf files")
    try:
        source = path.read_bytes().decode("latin-1")  # what is beyond ASCII is escaped, or in the page it names
    except OSError as err:
        raise InputError(f"{path.name} cannot be read: {err.strerror}. Check its path and permissions.") from err
    if not source.lstrip().startswith("{\\rtf"):
        raise InputError(f"{path.name} is no rich text: it does not begin with {{\\rtf. Save it again as .rtf.")
    given = encoding or "cp1252"
    try:
        parts = _rtf_parts(source)
        refuse_count(path.name, len(parts), "note or header", ASIDES)
        head = source[: min([start for _, start, _ in parts], default=0)].partition("\\pard")[0]  # fonts, code page
        for kind, start, end in parts:
            group = _RTF_PARTS.sub("{", source[start:end], count=1)
            words = striprtf.rtf_to_text(f"{head} {group}}}", encoding=given, errors="strict").strip()
            if words:
                remarks.keep("left out", kind, words=words)
        bare = _ROWS.sub(lambda end: _ROW_SIGNS[end.group(1)], _without(source, parts))
        return re.sub(r"\t+$", "", striprtf.rtf_to_text(bare, encoding=given, errors="strict"), flags=re.MULTILINE)
    except (UnicodeError, LookupError) as err:
        raise InputError(
            f"{path.name} holds letters that are not of {given}. Name its encoding, or save it again as .docx."
        ) from err


def _rtf_parts(source: str) -> list[tuple[str, int, int]]:
    """Find groups of a rich text file that are no running text: kind, begin, end."""
    found: list[tuple[str, int, int]] = []
    for part in _RTF_PARTS.finditer(source):
        if found and part.start() < found[-1][2]:
            continue  # a group within one that was found
        depth, at = 0, part.start()
        while at < len(source):
            sign = source[at]
            depth += (sign == "{") - (sign == "}")
            at += 2 if sign == "\\" else 1
            if depth == 0:
                break
        kind = next(why for name, why in _RTF_KINDS.items() if part.group(1).startswith(name))
        found.append((kind, part.start(), at))
    return found


def _without(source: str, parts: Sequence[tuple[str, int, int]]) -> str:
    pieces, at = [], 0
    for _, start, end in parts:
        pieces.append(source[at:start])
        at = end
    return "".join([*pieces, source[at:]])


def pdf_text(path: Path, encoding: str | None, remarks: Remarks) -> str:
    """Text layer of a PDF, a line a line; heads and feet of pages are set apart, words cut by a page break joined."""
    pypdf = import_extra("pypdf", "formats", "Reading .pdf files")
    try:
        with _silent("pypdf"):
            pages = [page.extract_text() for page in pypdf.PdfReader(str(path)).pages]
    except Exception as err:  # pypdf lets its own errors and those of zlib, struct and others through
        raise InputError(
            f"{path.name} is no PDF that can be opened (encrypted?). Save it again, or as .docx or .txt."
        ) from err
    lines = [[line.rstrip() for line in page.splitlines()] for page in pages]
    if not any(line.strip() for page in lines for line in page):
        raise InputError(
            f"{path.name} has no text layer: its {len(pages)} pages are pictures. Recognize its text first."
        )
    empty = [number for number, page in enumerate(lines, 1) if not any(line.strip() for line in page)]
    if empty:
        remarks.doubt("without a text layer: nothing was read of it", where=which(empty, "page"))
    return _joined(_without_heads(lines, remarks))


@contextlib.contextmanager
def _silent(package: str) -> Iterator[None]:
    """Let nothing that a package logs come out while the block runs: pypdf logs pieces of a damaged file, words too."""
    logger, handler = logging.getLogger(package), logging.NullHandler()
    logger.addHandler(handler)
    before, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.propagate = before
        logger.removeHandler(handler)


def _without_heads(pages: list[list[str]], remarks: Remarks) -> list[list[str]]:
    """Set apart lines near the ends of pages that most pages have, but for their numbers, and page numbers alone."""
    pages = [page for page in pages if any(line.strip() for line in page)]
    if len(pages) < 2:
        return pages
    edges = [{_shape(page[at]) for at in _edge(page)} for page in pages]
    common = {shape for shape, n in Counter(s for e in edges for s in e).items() if n >= max(2, 0.6 * len(pages))}
    kept = []
    for number, page in enumerate(pages, 1):
        gone = {at for at in _edge(page) if page[at].strip() and _shape(page[at]) in common}
        words = "\n".join(page[at].strip() for at in sorted(gone))
        if gone:
            remarks.keep("set apart", "a head or foot of pages", where=f"page {number}", words=words)
        kept.append([line for at, line in enumerate(page) if at not in gone])
    n = len(pages)
    if any(len(before) != len(after) for before, after in zip(pages, kept, strict=True)):
        remarks.doubt(f"heads and feet of {n} pages were set apart")
    return kept


def _edge(page: Sequence[str]) -> list[int]:
    filled = [at for at, line in enumerate(page) if line.strip()]
    below = _EDGE if len(filled) > 2 * _EDGE else 1
    return sorted({*filled[:_EDGE], *filled[-below:]})


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", " ".join(line.split()).casefold())


def _joined(pages: Sequence[Sequence[str]]) -> str:
    text = ""
    for page in pages:
        words = "\n".join(page).strip("\n")
        cut = re.search(r"[^\W\d_][-\u2010\u00ad]$", text) is not None and words[:1].islower()
        text = text[:-1] + words if cut else f"{text}\n{words}" if text else words
    return text


class _Page(HTMLParser):
    """Gather the words of a web page, paragraph by paragraph, rows of tables parted by tabs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self.hidden: list[str] = []
        self.inside: Counter[str] = Counter()
        self.tables: list[list[TableRow]] = []
        self._rows: list[list[str]] | None = None  # of the table that is open; one inside of it is part of its cell

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _HIDDEN or tag == "title":
            self.inside[tag] += 1
        if tag == "table" and self._rows is None:
            self._rows = []
            return
        if self._rows is not None and tag in ("tr", "td", "th"):
            if tag == "tr":
                self._rows.append([])
            elif self._rows:
                self._rows[-1].append("")
            return
        if self._cell("\n" if tag in _BLOCKS or tag == "br" else ""):
            return
        self.parts.append("\n\n" if tag in _BLOCKS or tag == "tr" else "\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self.inside[tag] -= self.inside[tag] > 0
        if tag == "table" and self._rows is not None:
            self.tables.append([TableRow(list(row), number=n) for n, row in enumerate(self._rows, 1) if any(row)])
            self.parts.append(f"\n\n{_TABLE}\n\n")
            self._rows = None
            return
        if self._rows is not None:
            return
        self.parts.append("\n\n" if tag in _BLOCKS or tag == "tr" else "\t" if tag in ("td", "th") else "")

    def handle_data(self, data: str) -> None:
        if any(self.inside.values()):
            (self.title if self.inside["title"] else self.hidden).append(data)
        elif not self._cell(re.sub(r"[ \t\r\n]+", " ", data)):
            self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _cell(self, words: str) -> bool:
        """Put words into the cell that is open; False where none is."""
        if not self._rows or not self._rows[-1]:
            return False
        self._rows[-1][-1] += words
        return True


def _plain_page(source: str) -> str:
    """Take out of a page what is no word and no tag; the parser seeks the end of each anew, to the end of the page.

    What does not end is no comment, declaration or tag: it stays, as words.
    """
    commented, end, rest = source.rpartition("-->")
    found = _COMMENT.sub("", commented + end) + rest.replace("<!--", "&lt;!--")
    declared, end, rest = found.rpartition(">")
    return _DECLARED.sub("", declared + end) + rest.replace("<", "&lt;")


def html_text(path: Path, encoding: str | None, remarks: Remarks) -> str:
    """Words of a web page as a browser shows them, a blank line between paragraphs."""
    page = _Page()
    page.feed(_plain_page(read_text(path, encoding, remarks)))
    page.close()
    if title := "".join(page.title).strip():
        remarks.keep("left out", "the title of the page", words=title)
    lines = ["\n\n".join(lines_of_table(table, remarks)) for table in page.tables]
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(page.parts))
    for table in lines:
        text = text.replace(_TABLE, table, 1)
    return re.sub(r"\n{2,}", "\n\n", text).strip()


# Ending -> what gives its text, and what an editor numbers in it.
RICH: dict[str, tuple[Callable[[Path, str | None, Remarks], str], str]] = {
    ".rtf": (rtf_text, "line"), ".pdf": (pdf_text, "line"),
    ".html": (html_text, "paragraph"), ".htm": (html_text, "paragraph"),
}  # fmt: skip
