"""Which column tells the places of two files, where no heading is known: one that both have, with the same cells."""

from __future__ import annotations

import statistics

from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.places import PLACE_COLUMNS
from alliance_nlp.reading.spreadsheets import Sheet

_FEW_WORDS = 3  # so many words a cell, on average, make it a quote; else it is an id
_DISTINCT = {
    "quote": 0.5,
    "segment_id": 0.9,
}  # of the cells of a column so many are another each: a quote may have two codes
_SHARED = 0.5  # and so many stand in both files


def share_columns(a: Sheet, b: Sheet) -> None:
    """Read a column that both tables have under one name as quotes, or as ids, where neither has a known place.

    Half of its cells must stand in both tables, and most differ from one another: so do quotes, and nearly all ids.
    """
    if any(set(PLACE_COLUMNS) - {"transcript"} & set(sheet.columns) for sheet in (a, b)):
        return
    if not (a.remarks.may("common column") and b.remarks.may("common column")):
        return
    theirs = {fold_column(column): column for column in b.header if column not in b.columns.values()}
    fits = []
    for column in a.header:
        other = theirs.get(fold_column(column))
        if other is None or column in a.columns.values():
            continue
        cells = [
            [row[name].strip() for row in sheet.rows if row[name].strip()] for sheet, name in ((a, column), (b, other))
        ]
        if all(cells) and (words := _telling(*cells)) is not None:
            fits.append((words, column, other))
    if not fits:
        return
    words, *columns = max(fits, key=lambda fit: fit[0])
    meaning = "quote" if words >= _FEW_WORDS else "segment_id"
    for sheet, column in zip((a, b), columns, strict=True):
        sheet.columns[meaning] = column
        sheet.remarks.assume(
            "common column", f"{column!r} was read as {meaning}: both files have it, with the same cells", loud=False
        )


def _telling(one: list[str], other: list[str]) -> float | None:
    """Words a cell of two columns that tell places; None where they do not."""
    words = statistics.fmean(len(cell.split()) for cell in one)
    least = _DISTINCT["quote" if words >= _FEW_WORDS else "segment_id"]
    distinct = all(len({*own}) >= least * len(own) for own in (one, other))
    shared = len({*one} & {*other}) >= _SHARED * min(len({*one}), len({*other}))
    return words if distinct and shared else None
