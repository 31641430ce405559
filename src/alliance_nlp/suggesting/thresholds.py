"""Where to draw the line: from which probability on to suggest a code.

The number of segments that are given a code is the one with the highest kappa on held-out segments, smoothed over
neighboring numbers, where what people applied is mixed with what is expected: a code with few codings then leans on
its probabilities, one with many on its codings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.numeric import Bools, Floats, Ints, ratio

EXPECTED = 20.0  # expected codings weigh as much as so many that people made
# At most so many times as often as people applied it is a code suggested, and a few: where scores tell nothing, the
# curve is flat.
MOST, FEW = 4.0, 10
EDGE = 0.1  # share of the curve itself beside the smoothed one
SPREAD, NUMBERS = 0.5, 120  # of the smoothing, in logarithms of the number of segments; numbers that are tried


def kappa_curve(applied: Floats) -> Floats:
    """Compute the kappa when the first m segments are given the code, for every m from 1.

    Parameters
    ----------
    applied : array of shape (n_segments, n_codes)
        Share of coders who apply each code, the most probable segments first in each column.

    Returns
    -------
    array of shape (n_segments, n_codes)
        Row m-1 is the kappa of the table when the first m segments carry the code (Cohen 1960,
        doi:10.1177/001316446002000104).

    Examples
    --------
    >>> kappa_curve(np.array([[1.0], [0.0]])).ravel().tolist()
    [1.0, 0.0]
    """
    n = len(applied)
    given = np.arange(1, n + 1)[:, None] / max(n, 1)
    both, share = np.cumsum(applied, axis=0) / max(n, 1), applied.mean(axis=0) if n else np.zeros(applied.shape[1])
    chance = share * given + (1 - share) * (1 - given)
    return ratio(2 * both - share - given + 1 - chance, 1 - chance, otherwise=0.0)


def kappa_thresholds(probabilities: ArrayLike, applied: ArrayLike | None = None) -> Floats:
    """Choose for every code the threshold with the highest smoothed kappa.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Held-out share of coders expected to apply each code, on segments like those to be coded.
    applied : array of the same shape, optional
        What people applied there. Without it only what is expected counts.

    Returns
    -------
    array of shape (n_codes,)
        A segment is given a code when its probability is at least the threshold; infinite without segments.

    Examples
    --------
    >>> kappa_thresholds([[0.9], [0.75], [0.25], [0.1]]).tolist()
    [0.5]
    """
    table = np.asarray(probabilities, dtype=np.float64)
    if len(table) == 0:
        return np.full(table.shape[1], np.inf)
    order = np.argsort(-table, axis=0, kind="stable")
    expected = np.take_along_axis(table, order, axis=0)
    if applied is None:
        return _between(expected, kappa_curve(expected).argmax(axis=0) + 1)
    seen = np.take_along_axis(np.asarray(applied, dtype=np.float64), order, axis=0)
    n_seen = seen.sum(axis=0)
    curve = kappa_curve((n_seen * seen + EXPECTED * expected) / (n_seen + EXPECTED))
    tried, smoothed = _smoothed(curve)
    smoothed = smoothed + EDGE * curve[tried - 1]  # the region is found by the one, an edge in it by the other
    smoothed = np.where(tried[:, None] <= MOST * n_seen + FEW, smoothed, -np.inf)
    best = tried[smoothed.argmax(axis=0)]
    return _between(expected, best)


def _between(sorted_down: Floats, sizes: Ints) -> Floats:
    """Give each column the middle between its last accepted value and the next below: neither lies on the edge."""
    below = np.minimum(sizes, len(sorted_down) - 1)
    edges = [np.take_along_axis(sorted_down, place[None], axis=0)[0] for place in (sizes - 1, below)]
    return np.asarray((edges[0] + edges[1]) / 2)


def _smoothed(curve: Floats) -> tuple[Ints, Floats]:
    """Numbers of segments that are tried, and the curve around each, neighbors weighed by their ratio to it."""
    n = len(curve)
    sizes = np.log(np.arange(1, n + 1))
    tried = np.unique(np.round(np.exp(np.linspace(0.0, np.log(n), NUMBERS))).astype(np.int64))
    weights = np.exp(-(((np.log(tried)[:, None] - sizes) / SPREAD) ** 2) / 2) / np.exp(sizes)
    return tried, np.asarray(weights @ curve / weights.sum(axis=1, keepdims=True))


def decide(probabilities: Floats, thresholds: Floats, *, one_code: bool, at_least_one: bool) -> Bools:
    """Turn probabilities into suggestions: exactly one code, at least one, or those above their thresholds."""
    chosen = probabilities >= thresholds
    if one_code:
        chosen = np.zeros_like(chosen)
    if (one_code or at_least_one) and probabilities.shape[1]:
        chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return np.asarray(chosen)
