"""Headings of tables: how they are compared, and which row holds them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

MOST_TITLES = 30  # filled rows among which the header is looked for
Names = Mapping[str, Sequence[str]]  # what a column may hold, and the other names under which it is found


def fold_column(name: str) -> str:
    """Form a column's name for comparing: lower case, no accents, no colon at its end, other signs as underscores."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\s_\-/.()'’]+", "_", plain.strip().rstrip(":*")).strip("_")


def n_known(cells: Iterable[str], known: Names) -> int:
    """Count the columns that are asked for among the cells of a row."""
    here = {fold_column(cell) for cell in cells if cell.strip()}
    return sum(not here.isdisjoint((meaning, *others)) for meaning, others in known.items())


def header_at(rows: Sequence[Sequence[str]], known: Names) -> int | None:
    """Position of the header: the first row that holds anything, or below it the first that names what is asked for."""
    filled = [index for index, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled or n_known(rows[filled[0]], known):
        return filled[0] if filled else None
    least = 1 if sum(bool(cell.strip()) for cell in rows[filled[0]]) == 1 else 2
    below = [index for index in filled[1:MOST_TITLES] if n_known(rows[index], known) >= least]
    return below[0] if below else filled[0]
