"""How figures are printed on the pages: one table, one number, one sentence on where rows come from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.rows import Row

TOUCHES_NUMBERS = frozenset("0123456789.,%-−()/ ")


def number(value: float | None, digits: int = 3, *, undefined: str = "") -> str:
    """Print a figure with so many digits; what is undefined as the caller says."""
    return undefined if value is None or math.isnan(value) else f"{value:.{digits}f}"


def interval(value: float | None, low: float | None, high: float | None, digits: int = 3) -> str:
    """Print a figure with its interval, where there is one."""
    shown = number(value, digits)
    if not shown or low is None or math.isnan(low):
        return shown
    return f"{shown} ({number(low, digits)} to {number(high, digits)})"


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Write a Markdown table; columns of nothing but numbers stand to the right."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    right = [all(TOUCHES_NUMBERS.issuperset(row[k]) for row in cells) for k in range(len(heads))]
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join("--:" if to else "---" for to in right) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in cells]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def grid(rows: Iterable[Row], down: Sequence[str], across: str, shown: Any) -> list[str]:
    """Lay rows out in two directions: `down` names its rows, the values of `across` its columns."""
    given = list(rows)
    columns = list(dict.fromkeys(row[across] for row in given))
    lines: dict[tuple[Any, ...], dict[Any, str]] = {}
    for row in given:
        lines.setdefault(tuple(str(row[key]) for key in down), {})[row[across]] = shown(row)
    heads = [*down, *(f"{across} {column}" for column in columns)]
    return table(heads, [[*key, *(cells.get(column, "") for column in columns)] for key, cells in lines.items()])


def section(title: str, *blocks: str | Sequence[str]) -> list[str]:
    """Put a heading over paragraphs (text) and tables (lines); nothing where every table is empty."""
    lines = [f"## {title}", ""]
    for block in blocks:
        lines += [block, ""] if isinstance(block, str) else [*block, ""]
    return lines


def provenance(rows: Iterable[Row]) -> str:
    """Say in one paragraph at which commits and with which versions rows were measured."""
    given = list(rows)
    unknown = sum(row["commit"] is None for row in given)
    commits = Counter(row["commit"] + ("*" if row["dirty"] else "") for row in given if row["commit"] is not None)
    said = [f"{len(given)} rows."]
    if commits:
        said.append("Rows by commit: " + ", ".join(f"{name} ({n})" for name, n in commits.most_common()) + ".")
    if any(name.endswith("*") for name in commits):
        said.append("A star: measured with changes that were not committed.")
    if unknown:
        said.append(
            f"{'All' if unknown == len(given) else unknown} of them were measured with 0.1.0 at an earlier commit, "
            "before rows carried commit, versions and a hash of the data: where these are not known they are null."
        )
    return " ".join(said)
