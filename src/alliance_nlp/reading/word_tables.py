"""Tables inside of documents: which column holds the time, who speaks, and what was said, with a header row or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from alliance_nlp.errors import counted
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.turn_columns import cell_of, columns_of, meaning_of


class TableRow(NamedTuple):
    """A row of a table in a document."""

    cells: list[str]
    is_heading: bool = False  # one cell over all columns
    below: tuple[int, ...] = ()  # columns whose cell goes on with the one above
    number: int = 0  # counted from 1, blank rows too
    indent: int = 0  # how far its first filled cell is set in


def lines_of_table(found: Sequence[TableRow], remarks: Remarks) -> list[str]:
    """One line a row: time, who speaks, words, parted by tabs; what is no turn goes into the report."""
    rows, spans = [row.cells for row in found], [row.is_heading for row in found]
    width = max(map(len, rows), default=0)
    if width == 1:
        return [row[0] for row in rows]
    headings = [" ".join(row).strip() for row, is_one in zip(rows, spans, strict=True) if is_one]
    full = [[*row, *[""] * (width - len(row))] for row, is_one in zip(rows, spans, strict=True) if not is_one]
    if headings:
        remarks.doubt(f"{counted(len(headings), 'row')} of a table in one cell: a heading, no turn", "left out",
                      words="\n".join(headings))  # fmt: skip
    if not full:
        return []
    told = columns_of(full)
    if told is None:
        return ["\t".join(cell.strip() for cell in row) for row in full]
    columns = told.columns
    _fill_names(full, [row.below for row in found if not row.is_heading], columns.speaker, remarks)
    if told.header:
        remarks.keep("left out", "the header row of a table", words="\t".join(cell.strip() for cell in full[0]))
        if columns.speaker is not None and meaning_of(full[0][columns.speaker]) != "speaker":
            remarks.keep("guessed", f"column {columns.speaker + 1} of a table was read as who speaks, by what it holds")
        full = full[1:]
    wanted = [at for at in (columns.begin, columns.speaker, columns.text) if at is not None]
    others = [at for at in range(width) if at not in wanted and any(row[at].strip() for row in full)]
    for at in others:
        what = "the numbers of rows" if at == columns.position else f"column {at + 1}"
        words = "\n".join(row[at].strip() for row in full if row[at].strip())
        remarks.doubt(f"{what} of a table: not read", "left out", words=words)
    return ["\t".join(cell_of(row[at], at, columns) for at in wanted).strip("\t") for row in full]


def _fill_names(
    rows: Sequence[list[str]], below: Sequence[Sequence[int]], speaker: int | None, remarks: Remarks
) -> None:
    """Write who speaks into the rows that a merged cell goes over."""
    filled = 0
    for at, (row, goes_on) in enumerate(zip(rows, below, strict=True)):
        if speaker is not None and speaker in goes_on and at and not row[speaker].strip():
            row[speaker] = rows[at - 1][speaker]
            filled += 1
    if filled:
        remarks.keep("guessed", f"merged cells: who speaks was read for {counted(filled, 'more row')}")
