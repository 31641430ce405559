"""Tables inside of documents: which column holds the time, who speaks, and what was said, with a header row or none."""

from __future__ import annotations

from collections.abc import Sequence

from alliance_nlp.errors import counted
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.turn_columns import Cells, cell_of, columns_of, meaning_of


def lines_of_table(rows: Sequence[Cells], spans: Sequence[bool], remarks: Remarks) -> list[str]:
    """One line a row: time, who speaks, words, parted by tabs; what is no turn goes into the report.

    Parameters
    ----------
    rows : list of list of str
        Cells of the rows that are not blank.
    spans : list of bool
        Whether a row is one cell over all columns: a heading inside of the table.
    remarks : Remarks
        Where the header row, headings, and columns that are not read are kept.
    """
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
