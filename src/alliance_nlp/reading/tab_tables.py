"""Tables in plain text, cells parted by tabs: which cell of each line was said, by whom, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alliance_nlp.reading.labels import Line
from alliance_nlp.reading.names import bare_name
from alliance_nlp.reading.times import FIRST
from alliance_nlp.reading.turn_columns import columns_of

_FEWEST = 3  # lines, and cells a line, from which on it is a table


@dataclass(frozen=True, slots=True)
class TabRow:
    """One line of a table: where its words stand, who says them, its times as written."""

    line: Line
    start: int
    end: int
    name: str | None
    begin: str | None
    until: str | None


def rows_of(text: str, lines: Sequence[Line]) -> tuple[list[TabRow], Line | None] | None:
    """Rows of a text whose lines are all rows of one table, and its header; None for any other text.

    Only a table of at least three cells a line whose columns hold a time or a number beside words and names is one:
    two cells are a name and its words.
    """
    cells = [_cells(text, line) for line in lines]
    width = max(map(len, cells), default=0)
    if len(lines) < _FEWEST or width < _FEWEST or any(len(row) != width for row in cells):
        return None
    written = [[text[start:end] for start, end in row] for row in cells]
    told = columns_of(written)
    if told is None or told.columns.speaker is None or (told.columns.begin is None and told.columns.position is None):
        return None
    columns = told.columns
    found = []
    for line, row, words in zip(lines, cells, written, strict=True):
        times = FIRST.findall(words[columns.begin]) if columns.begin is not None else []
        name = bare_name(words[columns.speaker or 0].rstrip(":： ")) or None
        at = row[columns.text]
        found.append(TabRow(line, *at, name, times[0] if times else None, times[1] if len(times) > 1 else None))
    return found[1:] if told.header else found, lines[0] if told.header else None


def _cells(text: str, line: Line) -> list[tuple[int, int]]:
    """Offsets of the cells of a line, without blanks around them."""
    found, at = [], line.start
    for part in text[line.start : line.end].split("\t"):
        start = at + len(part) - len(part.lstrip())
        found.append((start, max(start, at + len(part.rstrip()))))
        at += len(part) + 1
    return found
