"""What one fit works on: segments, what is known of them, and what is held out together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.numeric import Bools, Floats, Ints
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, fold_numbers

FOLDS = 10
# Where so large a share of segments lies in blocks that were read, folds are those of all blocks, unless that leaves
# less than this share of what was read in one half.
MOSTLY_READ, LEAST_SIDE = 0.75, 1 / 3
FEW_PARTS = 4  # fewer are learnt one after the other where not all segments can be learnt from
GAP = 3  # turns beside what is held out that are not learnt from either, where it ends in the midst of talk
# Above this fitting would no longer be a matter of seconds: every k-th read segment is learnt from instead.
MOST_LEARNT = 4000


@dataclass(frozen=True, eq=False)
class Held:
    """Hold which segments are held out together: the fold of each (-1 none), and its half for choices.

    `place` is a fold of every segment whose block is counted, read or not (-1 none), by which halves are told: what a
    task does not learn from can be left out of a half that others learn from.
    """

    fold: Ints
    half: Ints
    place: Ints

    @classmethod
    def of(cls, segments: SegmentEvidence, read: Bools) -> Held:
        """Put blocks in which anything was read into folds; their unread segments are held out with them.

        Where little was not read, folds and halves are those of all blocks: whichever few are left out, the others
        stay in theirs, and fits that differ in these have most of their work in common.
        """
        blocks = segments.block_numbers
        inside = np.isin(blocks, blocks[read])
        place = np.full(len(segments), -1, dtype=np.int64)
        if not inside.any():
            return cls(place, place, place)
        for counted in (np.ones_like(inside), inside) if inside.mean() >= MOSTLY_READ else (inside,):
            place = np.where(counted, 0, -1)
            place[counted] = fold_numbers(blocks[counted], FOLDS)
            if LEAST_SIDE <= (place[read] % 2).mean() <= 1 - LEAST_SIDE:
                break
        fold = np.where(inside, np.searchsorted(np.unique(place[inside]), place), -1)
        return cls(fold, np.where(inside, place % 2, -1), place)

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return int(self.fold.max(initial=-1)) + 1

    def within(self, half: int, known: Bools) -> Bools:
        """Segments of a half, learnt from or not, and those that are learnt from and of no block that was read."""
        apart = (self.place < 0) | (self.fold < 0)
        return np.asarray(np.where(known & apart, True, (self.place >= 0) & (self.place % 2 == half)))

    def beside(self, segments: SegmentEvidence) -> Bools:
        """Segments of each fold, a row a fold, and the turns just beside them."""
        near = np.asarray(self.fold == np.arange(self.n_folds)[:, None])
        for step in (step for step in range(-GAP, GAP + 1) if step):
            at = segments.neighbor(step)
            other = np.where(at >= 0, self.fold[at], -1)
            has = np.flatnonzero(other >= 0)
            near[other[has], has] = True
        return near


@dataclass(frozen=True, eq=False)
class Task:
    """What one fit works on."""

    segments: SegmentEvidence
    table: Floats
    above: Floats | None
    codes: CodeEvidence
    chosen: Bools
    stated: bool

    @cached_property
    def known(self) -> Bools:
        """Segments that were read or picked."""
        return np.asarray(~np.isnan(self.table).all(axis=1))

    @cached_property
    def read(self) -> Bools:
        """Read segments that were not picked: they show how common codes are."""
        return self.known & ~self.chosen

    @property
    def only_shown(self) -> bool:
        """Whether exemplars are all that is known."""
        return bool(self.chosen.any() and not self.read.any())

    @cached_property
    def to_code(self) -> Bools:
        """What is to be coded where exemplars are all that is known: all that participants say, or else everything."""
        asks = np.zeros(len(self.table), dtype=bool)
        if self.segments.asks is not None:
            asks = np.asarray(self.segments.asks, dtype=bool)
        own = ~self.chosen & ~asks
        return own if own.any() else ~self.chosen

    @cached_property
    def filled(self) -> Floats:
        """The table with codes that a reader did not judge at their share among those who did, 0 where unread."""
        counts = np.maximum((~np.isnan(self.table)).sum(axis=0), 1)
        return np.where(np.isnan(self.table), np.nansum(self.table, axis=0) / counts, self.table)

    @cached_property
    def uppers(self) -> Floats:
        """The table one level up: as given, else the most of any code that belongs there."""
        if self.above is not None:
            return np.nan_to_num(self.above)
        groups = [self.filled[:, list(members)].max(axis=1) for members in self.codes.above]
        return np.stack(groups, axis=1) if groups else np.zeros((len(self.table), 0))

    @property
    def wanted(self) -> Floats:
        """What people applied on the level that suggestions are wanted for."""
        return self.uppers if self.above is not None else self.filled

    @cached_property
    def targets(self) -> Floats:
        """Columns: every code, anything at all, every group one level up."""
        anything = np.hstack([self.filled, self.uppers]).max(axis=1, keepdims=True, initial=0.0)
        return np.hstack([self.filled, anything, self.uppers])


def to_learn(known: Bools, *, n_parts: int = 1) -> Ints:
    """Give the segments to learn from; beyond the most that is quick, every k-th.

    Where each of several parts is left out in turn there are as many more as a part has, so that the rest is as many.
    """
    rows, most = np.flatnonzero(known), MOST_LEARNT if n_parts == 1 else MOST_LEARNT * n_parts // (n_parts - 1)
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
    return rows


def learnt_apart(known: Bools, n_parts: int) -> bool:
    """Whether parts are learnt one after the other: few large ones, of which not all segments can be learnt from."""
    return 1 < n_parts < FEW_PARTS and int(known.sum()) > MOST_LEARNT
