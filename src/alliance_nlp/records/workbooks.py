"""Rows as a workbook that a spreadsheet opens without running anything, its columns as wide as a person makes them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.files import printable

NARROWEST, WIDEST = 8, 60  # signs
LONGEST_CELL = 32767  # signs that a cell of a workbook holds


def workbook_bytes(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> bytes:
    """Write a header and rows of plain values as the bytes of a workbook with one sheet.

    Words that would run as a formula are kept as words (quoted, as a spreadsheet marks them); undefined numbers are
    the word nan; a row that a person scrolls past keeps its header in sight.

    Raises
    ------
    InputError
        When words are longer than a cell holds.
    """
    openpyxl = import_extra("openpyxl", "formats", "Writing .xlsx files")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _sheet_title(title)
    for at, cells in enumerate([list(columns), *rows], 1):
        for column, value in enumerate(cells, 1):
            _put(openpyxl, sheet.cell(at, column), value, f"row {at}, column {columns[column - 1]!r}")
    for at, name in enumerate(columns, 1):
        sheet.cell(1, at).font = openpyxl.styles.Font(bold=True)
        words = [str(name), *(str(row[at - 1]) for row in rows)]
        wide = max(max(map(len, word.splitlines() or [""])) for word in words) + 2
        sheet.column_dimensions[openpyxl.utils.get_column_letter(at)].width = min(max(wide, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(openpyxl: Any, cell: Any, value: Any, where: str) -> None:
    """Write one value: words as words, whatever they begin with."""
    if isinstance(value, float | np.floating):
        value = "nan" if math.isnan(value) else float(value)
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise InputError(
            f"{where}: a cell of a workbook holds {LONGEST_CELL} signs. Got {len(value)}. Write .csv or .parquet."
        )
    if isinstance(value, str):
        value = printable(value)  # openpyxl refuses a form feed, and shows the words around it
    cell.value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
        cell.alignment = openpyxl.styles.Alignment(wrap_text=len(value) > WIDEST, vertical="top")


def _sheet_title(title: str) -> str:
    """Give a title that a sheet may have: 31 signs, none that a path or formula would read."""
    plain = "".join(" " if sign in r"[]:*?/\'" else sign for sign in printable(title)).strip()
    return plain[:31] or "Table"
