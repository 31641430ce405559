"""Which column tells the places of two files, where no heading is known: one that both have, with the same cells."""

from __future__ import annotations

import re
import statistics

from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.places import PLACE_COLUMNS
from alliance_nlp.reading.spreadsheets import Sheet

_FEW_WORDS = 3  # so many words a cell, on average, make it a quote; else it is an id
_DISTINCT = 0.5  # of the cells of a column so many are another each: a place may have two codes, in two rows
_SHARED = 0.5  # and so many stand in both files


def share_columns(a: Sheet, b: Sheet) -> None:
    """Read a column that both tables have under one name as quotes, or as ids, where neither has a known place.

    Half of its cells must stand in both tables, and half differ from one another: so do quotes, and numbers of places.
    """
    if any(set(PLACE_COLUMNS) - {"transcript"} & set(sheet.columns) for sheet in (a, b)):
        return
    if not (a.remarks.may("common column") and b.remarks.may("common column")):
        return
    theirs = {fold_column(column): column for column in b.header if column not in b.columns.values()}
    fits = []
    for column in a.header:
        other = theirs.get(fold_column(column))
        if (
            other is not None
            and column not in a.columns.values()
            and (words := _telling(a, b, column, other)) is not None
        ):
            fits.append((words, column, other))
    if not fits:
        return
    words, *columns = max(fits, key=lambda fit: fit[0])
    meaning = "quote" if words >= _FEW_WORDS else "segment_id"
    for sheet, column in zip((a, b), columns, strict=True):
        sheet.columns[meaning] = column
        said = f"{column!r} was read as {meaning}: both files have it, with the same cells"
        sheet.remarks.assume("common column", said, loud=False)


def _telling(a: Sheet, b: Sheet, column: str, other: str) -> float | None:
    """Words a cell of two columns that tell places; None where they do not.

    Quotes and ids may recur with another code each; ids are figures, and no two rows of them are the same.
    """
    cells, codes = [], []
    for sheet, name in ((a, column), (b, other)):
        rows = [row for row in sheet.rows if row[name].strip()]
        cells.append([row[name].strip() for row in rows])
        codes.append([(row[name].strip(), row.text("code")) for row in rows])
    if not all(cells):
        return None
    words = statistics.fmean(len(cell.split()) for cell in cells[0])
    is_quote = words >= _FEW_WORDS
    if not is_quote and not all(re.search(r"\d", cell) for own in cells for cell in own):
        return None
    distinct = all(len({*own}) >= _DISTINCT * len(own) for own in cells)
    once = is_quote or all(len({*own}) == len(own) for own in codes)
    shared = len({*cells[0]} & {*cells[1]}) >= _SHARED * min(len({*own}) for own in cells)
    return words if distinct and once and shared else None
