"""How the parts of a score are weighed: chosen by how well held-out segments are put in order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import Bools, Floats, Ints, nan_mean, ratio
from alliance_nlp.suggesting.by_name import ByName, Units, best_of, turns_mean, units_of
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence

# Fewer read segments, or fewer codes with so many codings on either side of the choice, cannot choose: see FIXED.
ENOUGH_READ, ENOUGH_CODED = 300, 3
SWEEPS = 2


class Weights(NamedTuple):
    """What each part of a score weighs, in units of that part's spread over read segments.

    `own` is the code's own held-out score, `related` its theme's (for a theme its best code's), `anything` that there
    is anything to code, `name` the name alone (`wide`: with the turns around), `around` the share of the turn before
    and after in the learnt parts, `near` the nearness to the mean of name and exemplars (where nothing was read).
    """

    own: float = 1.0
    related: float = 0.0
    anything: float = 0.0
    name: float = 0.5
    wide: bool = False
    around: float = 0.0
    near: float = 0.0


FIXED = Weights()
FIXED_IN_DIALOGUE = Weights(related=0.5, anything=0.5, around=0.3)
CHOICES: dict[str, tuple[float, ...]] = {
    "name": (0.0, 0.25, 0.5, 1.0), "related": (0.0, 0.5), "anything": (0.0, 0.5), "own": (1.0, 0.3),
}  # fmt: skip
IN_DIALOGUE: dict[str, tuple[float, ...]] = {"wide": (False, True), "around": (0.0, 0.3)}


class UnitsAbove(NamedTuple):
    """Mean and spread of the best scores of each group of codes, None where they are those of what is laid out."""

    learnt: Units | None = None
    named: Units | None = None


NO_UNITS = UnitsAbove()


class Parts(NamedTuple):
    """The parts of all scores: learnt ones (codes, anything, one level up), names, and nearness to names and exemplars.

    Names are None where they say nothing, nearness is where something was read.
    """

    learnt: Floats
    names: ByName | None
    segments: SegmentEvidence
    codes: CodeEvidence
    upward: bool  # whether scores are wanted one level up
    near: Floats | None = None

    def beside(self, row: int) -> tuple[Parts, int]:
        """Keep a segment and the turns beside it, which its own scores hang on; and say where it stands among these."""
        rows = np.arange(max(row - 1, 0), min(row + 2, len(self.learnt)))
        names = None if self.names is None else ByName(*(scores[rows] for scores in self.names))
        near = None if self.near is None else self.near[rows]
        kept = self._replace(learnt=self.learnt[rows], names=names, segments=self.segments.take(rows), near=near)
        return kept, row - int(rows[0])

    def scores(self, weights: Weights, units: UnitsAbove = NO_UNITS) -> Floats:
        """Weigh the parts; one column a code, or a group one level up."""
        return self.laid_out(weights.around, weights.wide, units).scores(weights)

    def units(self, around: float, wide: bool) -> UnitsAbove:
        """Give the units of what is put together one level up, by all segments."""
        if not self.upward:
            return NO_UNITS
        above = tuple(map(tuple, self.codes.above))
        learnt = turns_mean(self.learnt[:, : len(self.codes)], self.segments, around, 1, in_block=True)
        named = None if self.names is None else self.names.wide if wide else self.names.narrow
        return UnitsAbove(units_of(learnt, above), None if named is None else units_of(named, above))

    def laid_out(self, around: float, wide: bool, units: UnitsAbove = NO_UNITS) -> Apart:
        """Lay out the parts that are added up, with so much of the turns around; units are those of all segments."""
        n, above = len(self.codes), tuple(map(tuple, self.codes.above))
        learnt = turns_mean(self.learnt, self.segments, around, 1, in_block=True)
        codes, anything, upper = learnt[:, :n], learnt[:, n : n + 1], learnt[:, n + 1 :]
        if self.upward:
            own, related = upper, best_of(codes, above, units.learnt)
        else:
            own, related = codes, np.zeros_like(codes)
            for column, members in enumerate(above):
                related[:, list(members)] = upper[:, [column]]
        named = None
        if self.names is not None:
            named = self.names.wide if wide else self.names.narrow
            named = best_of(named, above, units.named) if self.upward else named
        return Apart(own, related, anything, named, self.near)


class Apart(NamedTuple):
    """The parts of all scores, each as it is added up."""

    own: Floats
    related: Floats
    anything: Floats  # one column
    name: Floats | None
    near: Floats | None

    def take(self, rows: Bools, columns: Ints) -> Apart:
        """Keep some segments and codes."""
        kept = [None if part is None else part[rows] for part in self]
        own, related, anything, name, near = kept
        cut = [None if part is None else part[:, columns] for part in (own, related, name, near)]
        return Apart(cut[0], cut[1], anything, cut[2], cut[3])  # type: ignore[arg-type]

    def scores(self, weights: Weights) -> Floats:
        """Add them up."""
        found = weights.own * self.own
        given = (weights.related, self.related), (weights.anything, self.anything), (weights.name, self.name)
        for weight, part in (*given, (weights.near, self.near)):
            if part is not None and weight:
                found += weight * part
        return np.asarray(found)


def average_precision(scores: Floats, applied: Bools) -> Floats:
    """Give each column's average precision: mean, over segments with the code, of precision down to them; nan without.

    Examples
    --------
    >>> average_precision(np.array([[0.9], [0.5], [0.1]]), np.array([[True], [False], [True]])).round(3).tolist()
    [0.833]
    """
    falling, carried = np.ascontiguousarray(-scores.T), applied.T
    in_order, values, columns = np.sort(falling, axis=1), falling[carried], np.nonzero(carried)[0]
    starts, place = np.searchsorted(columns, np.arange(len(falling) + 1)), np.empty(len(values), dtype=np.int64)
    for own, (start, end) in zip(in_order, pairwise(starts.tolist()), strict=True):
        values[start:end].sort()
        place[start:end] = own.searchsorted(values[start:end])
    after = np.minimum(place + 1, len(scores) - 1)
    tied = (after > place) & (in_order[columns, after] == values)
    for column in np.unique(columns[tied]).tolist():  # among equals the order counts
        order = np.argsort(falling[column], kind="stable")
        place[starts[column] : starts[column + 1]] = np.flatnonzero(applied[order, column])
    so_far = np.arange(1, len(values) + 1) - starts[columns]
    return ratio(np.bincount(columns, so_far / (place + 1), len(falling)), np.diff(starts))


def choose_weights(parts: Parts, applied: Floats, judged: Bools) -> Weights:
    """Choose weights one after the other by the mean average precision on judged segments.

    Parameters
    ----------
    parts : Parts
        Held-out parts of all segments.
    applied : array of shape (n_segments, n_columns)
        What people applied; columns as in the scores.
    judged : array of bool, shape (n_segments,)
        Segments to choose on.

    Returns
    -------
    Weights
        `FIXED` (or that of dialogue) where there is too little to choose by.
    """
    fixed = FIXED_IN_DIALOGUE if parts.segments.in_dialogue else FIXED
    carried = applied[judged] >= 0.5
    columns = np.flatnonzero(carried.sum(axis=0) >= ENOUGH_CODED)
    if judged.sum() < ENOUGH_READ / 2 or not len(columns):
        return fixed

    carried = carried[:, columns]
    laid_out: dict[tuple[float, bool], Apart] = {}

    def worth(weights: Weights) -> float:
        key = weights.around, weights.wide
        if key not in laid_out:
            laid_out[key] = parts.laid_out(*key).take(judged, columns)
        return float(nan_mean(average_precision(laid_out[key].scores(weights), carried)))

    return _ascend(fixed, CHOICES | (IN_DIALOGUE if parts.segments.in_dialogue else {}), worth)


def _ascend(weights: Weights, choices: dict[str, tuple[float, ...]], worth: Callable[[Weights], float]) -> Weights:
    best, seen = worth(weights), {weights}
    for _ in range(SWEEPS):
        for name, values in choices.items():
            for value in values:
                tried = Weights(**(weights._asdict() | {name: value}))
                if tried in seen:
                    continue
                seen.add(tried)
                if (found := worth(tried)) > best:
                    weights, best = tried, found
    return weights


def spread_over(values: Floats, rows: Bools) -> Floats:
    """Spread of each column over some rows, over all where there are none of these; 1 where nothing varies."""
    if not len(values):
        return np.ones(values.shape[1])
    spread = values[rows if rows.any() else slice(None)].std(axis=0)
    return np.where(spread > 0, spread, 1.0)
