"""Codes learnt from names and exemplars alone, where nobody said what was read.

What people read shows how common a code is and what talk without a code looks like; exemplars show neither. So scores
are left in units that compare codes with one another, and how many segments carry any code at all is read off the
exemplars: how near each would lie had it not been shown, beside how near the segments lie (docs/decisions/0123).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.numeric import DUST, Bools, Floats, ratio, unit_rows
from alliance_nlp.suggesting.deciding import far_spreads
from alliance_nlp.suggesting.evidence import InOrder, in_blocks
from alliance_nlp.suggesting.ridge import Ridge
from alliance_nlp.suggesting.weighing import Weights

# Nearness to the mean of name and exemplars weighs 1. The ridge weighs the more, the more exemplars a code has (half
# at so many); the name alone the less.
HALF_RIDGE, NAME, NAME_ALONE = 2.0, 0.35, 0.8
# A segment must stand out among the others while there are few exemplars, and lie as near as exemplars do with many:
# both count alike at so many.
STANDS_OUT = 10.0
BETA = 0.5  # a code where people see none costs twice what a missed one does
COMPARED = np.linspace(0.2, 0.6, 9)  # quantiles of the exemplars' scores at which segments are counted


def shown_weights(n_shown: float) -> Weights:
    """Weigh the parts of a score where a code has so many exemplars on average."""
    return Weights(own=n_shown / (n_shown + HALF_RIDGE), name=NAME + NAME_ALONE / (1 + n_shown), near=1.0)


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Hold the mean of name and exemplars of each code, and the units of nearness to them.

    Attributes
    ----------
    sums : array of shape (n_codes, n_dimensions)
        Name and exemplars of each code added up, each of length one.
    mean, spread : float
        Of the cosines of all segments with all codes, so that codes stay comparable.
    """

    sums: Floats
    mean: float
    spread: float

    @classmethod
    def of(
        cls,
        names: Floats,
        exemplars: Floats,
        targets: Floats,
        segments: Floats | InOrder,
        rows: Bools | slice = slice(None),
    ) -> Prototypes:
        """Add up names (none where there is no row) and exemplars, and take units from these rows of the segments."""
        sums = targets.T @ unit_rows(exemplars)
        if len(names):
            sums = sums + unit_rows(names)
        near = _cosines(segments, sums)[rows]
        spread = float(near.std()) if near.size else 0.0
        return cls(sums, float(near.mean()) if near.size else 0.0, spread if spread > 0 else 1.0)

    def judge(self, rows: Floats | InOrder) -> Floats:
        """Say how near rows are to each code, in units of the spread, about the mean."""
        return np.asarray((_cosines(rows, self.sums) - self.mean) / self.spread)

    def left_out(self, exemplars: Floats, targets: Floats) -> Floats:
        """Say how near each exemplar is to each code that it was taken out of."""
        rows = unit_rows(exemplars)
        length = (rows**2).sum(axis=1, keepdims=True)
        along = rows @ self.sums.T
        squared = (self.sums**2).sum(axis=1) - 2 * targets * along + targets**2 * length
        cosines = ratio(along - targets * length, np.sqrt(np.clip(squared, 0.0, None)), otherwise=0.0)
        return np.asarray((cosines - self.mean) / self.spread)


def _cosines(rows: Floats | InOrder, sums: Floats) -> Floats:
    found, directions = np.empty((len(rows), len(sums))), unit_rows(sums).T
    for some in in_blocks(len(rows)):
        found[some] = unit_rows(rows[some]) @ directions
    return found


def ridge_left_out(ridge: Ridge) -> Floats:
    """Score each learnt row by the ridge as if it had not been learnt from, about the mean of all.

    With A the inverse of the regularized kernel and c = A y the coefficients, the error of row i left out is c_i / A_ii
    (Rifkin & Lippert 2007, MIT-CSAIL-TR-2007-025).
    """
    if not len(ridge.targets):
        return np.zeros_like(ridge.targets)
    about = ridge.targets - ridge.targets.mean(axis=0)
    return np.asarray(about - ridge.coefficients / np.diag(ridge.inverse)[:, None])


def share_coded(best: Floats, best_left_out: Floats) -> float:
    """Estimate which share of segments carries any of the codes.

    Parameters
    ----------
    best : array of shape (n_segments,)
        Score of each segment's best code.
    best_left_out : array of shape (n_exemplars,)
        The same of the exemplars, each as if it had not been shown.

    Returns
    -------
    float
        Between 0 and 1. Segments that carry codes score like exemplars, so their share is at most the share of segments
        above any score, divided by that of exemplars (Blanchard, Lee & Scott 2010, JMLR 11:2973); the lower
        quartile of nine such limits, since the lowest is chance. It sees no people's codes, and says little of few
        exemplars, or where codes are about how and not about what is said.

    Examples
    --------
    >>> share_coded(np.array([1.0, 1.0, -1.0, -1.0]), np.array([1.0] * 5))
    0.5
    """
    edges = np.quantile(best_left_out, COMPARED)
    limits = [(best >= edge).mean() / (best_left_out >= edge).mean() for edge in edges]
    return float(min(1.0, np.quantile(limits, 0.25)))


def covering_score(best: Floats, best_left_out: Floats) -> float:
    """Give the score from which segments are as near as exemplars: where the expected F.5 of "is coded" is highest.

    Of the share that carries codes, as much is expected above a score as of the exemplars; what else lies above it is
    wrong, which counts twice as much as what is missed (van Rijsbergen 1979, with a beta of one half). The cut
    falls between two segments, so a gap in the scores is found even where the share is not well known.

    Examples
    --------
    >>> covering_score(np.array([4.0, 2.0, -2.0, -4.0]), np.array([3.0, 2.0, 2.0, 2.0]))
    0.0
    """
    down = -np.sort(-best)
    given = np.arange(1, len(down) + 1) / len(down)
    found = (best_left_out[None, :] >= down[:, None]).mean(axis=1)
    share = share_coded(best, best_left_out)
    right = np.minimum(share * found, given)
    worth = ratio((1 + BETA**2) * right, BETA**2 * share + given, otherwise=0.0)
    last = int(np.flatnonzero(worth >= worth.max() - DUST)[-1])
    return float((down[last] + down[min(last + 1, len(down) - 1)]) / 2)


def shown_scores(scores: Floats, best_left_out: Floats) -> Floats:
    """Say from which score on each code is suggested.

    Parameters
    ----------
    scores : array of shape (n_segments, n_codes)
        Scores of what is to be coded.
    best_left_out : array of shape (n_exemplars,)
        Score of the best code of each exemplar, as if it had not been shown.

    Returns
    -------
    array of shape (n_codes,)
        Between the score from which a segment stands out among all, and that from which segments are as near as
        exemplars (`covering_score`): the nearer to the second, the more exemplars there are.
    """
    if not len(scores):
        return np.zeros(scores.shape[1])
    covering = covering_score(scores.max(axis=1), best_left_out)
    outstanding = scores.mean(axis=0) + np.maximum(far_spreads(len(scores)) * scores.std(axis=0), DUST)
    weight = len(best_left_out) / (len(best_left_out) + STANDS_OUT)
    return np.asarray(weight * covering + (1 - weight) * outstanding)


def spread_of_all(values: Floats, rows: Bools) -> float:
    """Spread of all columns together over some rows; 1 where nothing varies."""
    spread = float(values[rows].std()) if rows.any() and values.shape[1] else 0.0
    return spread if spread > 0 else 1.0
