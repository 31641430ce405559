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


def fitted(text: str, width: int | None) -> str:
    """Break the lines of a text that are wider than asked, each as far in as it begins; None for any width."""
    if width is None:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        room = len(line) - len(line.lstrip(" "))
        deep = " " * min(room + 2 * line.lstrip().startswith("- "), width // 2)
        first, *rest = [line] if len(line) <= width else broken(line.strip(), width - len(deep))
        lines += [first if len(line) <= width else deep[:room] + first, *(deep + part for part in rest)]
    return "\n".join(lines)


def wrapped(lines: Sequence[Sequence[str]], width: int | None) -> list[Sequence[str]]:
    """Break cells of the widest columns, so that no line is wider than asked where that can be; None for any width."""
    if width is None or not lines:
        return list(lines)
    rooms = [max(map(len, column)) for column in zip(*lines, strict=True)]
    least = min(24, (width - 2) // 2)
    for _ in rooms:
        over, at = sum(rooms) + 2 * len(rooms) - 2 - width, rooms.index(max(rooms))
        rooms[at] = min(rooms[at], max(rooms[at] - over, least)) if over > 0 else rooms[at]
    cells = [[broken(c, room) if len(c) > room else [c] for c, room in zip(line, rooms, strict=True)] for line in lines]
    return [part for line in cells for part in itertools.zip_longest(*line, fillvalue="")]


def side_by_side(lines: Sequence[Sequence[str]], right: Sequence[bool], width: int | None) -> list[str]:
    """Write the cells of lines below one another; columns that go beyond the width stand below, the first repeated."""
    cells = wrapped(lines, width)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    if width is None or sum(widths) + 2 * len(widths) - 2 <= width or len(widths) < 3:
        return in_columns(cells, right)
    blocks, at = [], 1
    while at < len(widths):
        taken, room = at + 1, width - widths[0] - 2 - widths[at]
        while taken < len(widths) and room >= widths[taken] + 2:
            room, taken = room - widths[taken] - 2, taken + 1
        block, at = [0, *range(at, taken)], taken
        own = wrapped([[line[i] for i in block] for line in lines], width)
        blocks.append(in_columns(own, [right[i] for i in block]))
    return [line for block in blocks for line in ([""] if block is not blocks[0] else []) + block]


def in_columns(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Write the cells of lines below one another, to the right or to the left."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = [str.rjust if to_right else str.ljust for to_right in right]
    return ["  ".join(s(c, w) for s, c, w in zip(sides, line, widths, strict=True)).rstrip() for line in lines]
