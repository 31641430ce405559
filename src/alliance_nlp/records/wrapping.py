"""Tables and sentences that fit a width: cells and lines broken between words."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Sequence


def broken(words: str, width: int) -> list[str]:
    """Break a sentence into lines of so many signs; what is typed on a command line stays together."""
    kept = re.sub(r"(--[a-z-]+) (?=\S)", "\\1\ue000", words)
    return [line.replace("\ue000", " ") for line in textwrap.wrap(kept, width, break_on_hyphens=False)] or [""]


def wrapped(lines: Sequence[Sequence[str]], width: int | None) -> list[Sequence[str]]:
    """Break cells of the widest columns, so that no line is wider than asked where that can be; None for any width."""
    found = list(lines)
    for _ in range(2 if width is not None else 0):
        widths = [max(map(len, column)) for column in zip(*found, strict=True)]
        over = sum(widths) + 2 * len(widths) - 2 - (width or 0)
        at = widths.index(max(widths, default=0)) if widths else 0
        if over <= 0:
            break
        room = max(widths[at] - over, 24)
        cells = [[broken(cell, room) if i == at else [cell] for i, cell in enumerate(line)] for line in found]
        found = [part for line in cells for part in itertools.zip_longest(*line, fillvalue="")]
    return found


def in_columns(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Write the cells of lines below one another, to the right or to the left."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = [str.rjust if to_right else str.ljust for to_right in right]
    return ["  ".join(s(c, w) for s, c, w in zip(sides, line, widths, strict=True)).rstrip() for line in lines]
