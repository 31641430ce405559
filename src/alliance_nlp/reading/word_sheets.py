"""Tables of documents (.docx, .odt) as sheets: a codebook or codings that somebody keeps in Word."""

from __future__ import annotations

from pathlib import Path

from alliance_nlp.reading.excel import Page
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.word_files import tables_of

_LONGEST_TITLE = 80  # of the paragraph above a table
DOCUMENTS = (".docx", ".odt")


def pages_of_document(path: Path, remarks: Remarks, *, set_in: bool = False) -> list[Page]:
    """Read every table of a document as a sheet; a merged cell stands for its rows that hold something of their own.

    With `set_in`, indents are written as blanks.
    """
    pages = []
    for number, (title, table) in enumerate(tables_of(path, remarks), 1):
        width = max((len(row.cells) for row in table), default=0)
        rows: list[list[str]] = [[] for _ in range(table[-1].number)] if table else []
        merged, above = [], [""] * width
        for row in table:
            cells = [*(cell.strip() for cell in row.cells), *[""] * (width - len(row.cells))]
            goes_on = [at for at in row.below if above[at] and not cells[at]] if remarks.may("merged") else []
            for at in goes_on:
                cells[at] = above[at]
            merged += [row.number] if goes_on else []
            above = list(cells)
            first = next((index for index, cell in enumerate(cells) if cell), None)
            if first is not None and set_in and remarks.may("indentation"):
                cells[first] = " " * row.indent + cells[first]
            rows[row.number - 1] = cells
        heads = [row.number for row in table if row.is_heading]
        name = title if 0 < len(title) <= _LONGEST_TITLE else f"table {number}"
        pages.append(Page(name, rows, True, merged, [], [], heads, kind="table"))
    return [page for page in pages if page.rows]
