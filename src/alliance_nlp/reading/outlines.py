"""Codebooks in Word without a table: headings with what they mean below them, or a list that is set in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alliance_nlp.errors import import_extra
from alliance_nlp.files import own_errors, refuse_file
from alliance_nlp.reading.column_names import CODEBOOK_COLUMNS
from alliance_nlp.reading.excel import BLANK_OF_AN_INDENT
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.remarks import Remarks

_FIELDS = ("definition", "include", "exclude", "exemplars", "notes")  # what a paragraph may begin with, before a colon
_LEAD = re.compile(r"(?P<word>[^:：]{2,40})[:：]\s*(?P<words>.*)", re.DOTALL)
_PARTED = re.compile(r"(?P<name>[^:：\t]{1,60}?)(?:\s*[:：\t]\s*|\s+[–—-]\s+)(?P<words>\S.*)", re.DOTALL)
_ABOUT = re.compile(
    r"(?:.*\W)?(?:code ?books?|codebuch|kodebok|kodebog|kodbok|koodikirja|codeboek|livre de codes|libro de códigos|"
    r"livro de códigos|libro dei codici|książka kodów|kodierleitfaden|codes|coding (?:scheme|frame|guide))(?:\W.*)?",
    re.IGNORECASE,
)
_FEWEST = 3  # headings, or items of a list, that make a codebook


class _Part(NamedTuple):
    """A paragraph: its words, how deep a heading or an item of a list it is; None for plain text."""

    words: str
    heading: int | None
    item: int | None
    is_title: bool
    is_bold: bool


def outline_of(path: Path, remarks: Remarks) -> list[dict[str, str]]:
    """Rows of a codebook that a Word file without tables holds; empty for any other file.

    Headings are names; those below which others stand are levels above them. A paragraph below a heading says what it
    means, or what its lead word says ("Example: ..."). Without headings an item of a list is a name.
    """
    if path.suffix.lower() != ".docx":
        return []
    docx = import_extra("docx", "formats", "Reading .docx files")
    with own_errors(path.name):
        refuse_file(path)
        try:
            with path.open("rb") as file:
                document = docx.Document(file)
        except Exception:  # what cannot be opened is refused by whoever reads its tables
            return []
        if document.tables:
            return []
        parts = [part for part in map(_part, document.paragraphs) if part.words]
    return _of_headings(parts, remarks) or _of_items(parts, remarks)


def _part(paragraph: Any) -> _Part:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = re.fullmatch(r"heading (\d)", style, re.IGNORECASE)
    listed = re.fullmatch(r"list(?: \w+)?(?: (\d))?", style, re.IGNORECASE)
    numbering = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    depth = int(numbering.ilvl.val) if numbering is not None and numbering.ilvl is not None else 0
    item = int(listed[1] or 1) - 1 + depth if listed else depth if numbering is not None else None
    is_title = style.casefold() in ("title", "subtitle")
    is_bold = bool(paragraph.runs) and all(run.bold for run in paragraph.runs if run.text.strip())
    return _Part(
        paragraph.text.strip(), int(heading[1]) if heading else None, None if heading else item, is_title, is_bold
    )


def _of_headings(parts: Sequence[_Part], remarks: Remarks) -> list[dict[str, str]]:
    parts = _without_titles(parts, remarks)
    heads = [part for part in parts if part.heading is not None]
    if len(heads) < _FEWEST or not remarks.may("indentation"):
        return []
    top = min(part.heading or 0 for part in heads)
    rows: list[dict[str, str]] = []
    for part in parts:
        if part.heading is not None:
            rows.append({"code": BLANK_OF_AN_INDENT * (part.heading - top) + part.words, **dict.fromkeys(_FIELDS, "")})
        elif rows:
            _tell(rows[-1], part.words)
        else:
            remarks.keep("left out", "above the first heading", words=part.words)
    remarks.assume(
        "indentation", "headings of a document were read as names, and what stands below them as what they mean"
    )
    return rows


def _without_titles(parts: Sequence[_Part], remarks: Remarks) -> list[_Part]:
    """Parts without a title, or a first heading over all others that says that this is a codebook."""
    heads = [part for part in parts if part.heading is not None]
    over = heads[:1] if heads and _ABOUT.fullmatch(heads[0].words) else []
    over = [part for part in over if all((other.heading or 0) > (part.heading or 0) for other in heads[1:])]
    gone = [part for part in parts if part.is_title or part in over]
    if gone:
        remarks.keep("left out", "the title of the document", words="\n".join(part.words for part in gone))
    return [part for part in parts if part not in gone]


def _tell(row: dict[str, str], words: str) -> None:
    """Put a paragraph where its lead word says that it belongs, else to the definition."""
    lead = _LEAD.fullmatch(words)
    field = _field_of(lead["word"]) if lead is not None else None
    field, words = (field, lead["words"]) if field is not None and lead is not None else ("definition", words)
    row[field] = "\n".join(filter(None, (row[field], words.strip())))


def _field_of(word: str) -> str | None:
    name = fold_column(word)
    return next((field for field in _FIELDS if name == field or name in CODEBOOK_COLUMNS[field]), None)


def _of_items(parts: Sequence[_Part], remarks: Remarks) -> list[dict[str, str]]:
    """Rows of a list that is set in; what follows a colon or a dash is the definition where that is its habit."""
    bold = [part.is_bold and part.item is None and len(part.words.split()) <= 8 for part in parts]
    if sum(bold) > 1:  # what is written in bold heads the list below it
        parts = [part._replace(item=0 if head else part.item + 1 if part.item is not None else None)
                 for part, head in zip(parts, bold, strict=True)]  # fmt: skip
    items = [part for part in parts if part.item is not None]
    if (
        len(items) < _FEWEST
        or 2 * len(items) < len(parts)
        or len({part.item for part in items}) < 2
        or not remarks.may("indentation")
    ):
        return []
    for part in parts:
        if part.item is None:
            remarks.keep("left out", "no item of the list", words=part.words)
    remarks.assume("indentation", "items of a list in a document were read as names, below those that are less far in")
    return list(_parted(items))


def _parted(items: Sequence[_Part]) -> Iterator[dict[str, str]]:
    found = [_PARTED.fullmatch(part.words) for part in items]
    least = min((part.item or 0 for part in items), default=0)
    deeper = [one for part, one in zip(items, found, strict=True) if (part.item or 0) > least]
    is_habit = 2 * sum(one is not None for one in deeper) > len(deeper)
    for part, one in zip(items, found, strict=True):
        name, words = (one["name"], one["words"]) if is_habit and one is not None else (part.words, "")
        yield {"code": BLANK_OF_AN_INDENT * (part.item or 0) + name, "definition": words}
