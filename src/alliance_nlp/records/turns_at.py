"""Which turns lie at some place of a text, found by bisection: a form with a million answers is one transcript."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Placed(Protocol):
    """What begins at one character and ends at another."""

    @property
    def start(self) -> int:
        """First character."""

    @property
    def end(self) -> int:
        """Character after the last."""


T = TypeVar("T", bound=Placed)


def turn_at(turns: Sequence[Placed], start: int, end: int) -> int | None:
    """Give the index of the first turn that shares words with a place, or stands blank there; else of the last one."""
    for index in range(bisect_left(turns, start, key=lambda turn: turn.end), len(turns)):
        turn = turns[index]
        if turn.start > end:
            break
        if max(turn.start, start) < min(turn.end, end) or (turn.start, turn.end) == (start, end):
            return index
    before = bisect_right(turns, start, key=lambda turn: turn.start) - 1
    return before if before >= 0 else None


def turns_within(turns: Sequence[T], start: int, end: int) -> Sequence[T]:
    """Give the turns that share words with a place."""
    first = bisect_right(turns, start, key=lambda turn: turn.end)
    found = turns[first : max(first, bisect_left(turns, end, key=lambda turn: turn.start))]
    return [turn for turn in found if turn.start < turn.end] if start < end else []
