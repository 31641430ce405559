"""Dates in tables as days: by the one form that fits all cells of a column, never by a guess between two."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace

from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet

_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d")
_USUAL_DATES = tuple(f"{day}{clock}" for day in _DAYS for clock in _CLOCKS)


def days(cells: Sequence[str], forms: Sequence[str], remarks: Remarks) -> list[str]:
    """Write dates as 2025-03-19: by the form that fits all cells; as blanks, said, where several fit or none does."""
    filled = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    read = [dates for form in ("iso", *forms) if (dates := _all_days(filled, form)) is not None]
    distinct = [dates for at, dates in enumerate(read) if dates not in read[:at]]
    if filled and len(distinct) != 1:
        why = "can be read as day and month or as month and day" if distinct else "have no form that is known"
        remarks.doubt(f"the dates {why}: left out")
        return [""] * len(cells)
    return [distinct[0][cell.strip()] if cell.strip() else "" for cell in cells]


def with_days(sheet: Sheet) -> Sheet:
    """Read dates of another form by the one that fits all of them; where several do, they stand as they are.

    So do those of which one begins with its year: they are checked row by row.
    """
    column = sheet.columns.get("date", "")
    filled = list(dict.fromkeys(row.text("date") for row in sheet.rows if row.text("date")))
    read = [dates for form in _USUAL_DATES if (dates := _all_days(filled, form)) is not None]
    if (
        not filled
        or not read
        or any(one != read[0] for one in read)
        or any(re.match(r"\d{4}-", cell) for cell in filled)
    ):
        return sheet
    sheet.remarks.note(f"the dates in {column!r} are written as {filled[0]!r}, and were read as {read[0][filled[0]]}")
    dated = [{**row.cells, column: read[0].get(row.text("date"), "")} for row in sheet.rows]
    return replace(sheet, rows=tuple(replace(row, cells=cells) for row, cells in zip(sheet.rows, dated, strict=True)))


def _all_days(cells: Sequence[str], form: str) -> dict[str, str] | None:
    try:
        return {cell: _day(cell, form).isoformat() for cell in cells}
    except ValueError:
        return None


def _day(cell: str, form: str) -> datetime.date:
    if form == "iso":
        return datetime.date.fromisoformat(re.split("[ T]", cell)[0])
    return datetime.datetime.strptime(cell, form).date()
