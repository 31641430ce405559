"""Where to draw the line: from which probability on to suggest a code, and when not to answer.

What is suggested follows from probabilities alone. A promise about errors is about precision among accepted suggestions
("at most 10 % wrong"), per code. It is tested on suggestions for held-out segments that people have coded: thresholds
in a fixed order from the strictest down, each with an exact one-sided test, until one fails. Because the order is fixed
before the answers are seen, no correction for the number of thresholds is needed (fixed-sequence testing; Angelopoulos
et al. 2021, arXiv:2110.01052, section 2.3.1). Conformal coverage is another promise, about sets that contain the right
code, and is not made here.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, numbered, ratio

# Steps between thresholds tested, as numbers of accepted suggestions: each step a fifth more.
GROWTH = 1.2
# Begin at this many times the fewest that can pass where the scores say that so many are sure: a single error among
# the surest then does not end the test at its first step.
ROOM = 3
# Transcripts or participants from which errors of one can be told from errors of all.
LEAST_GROUPS = 5


def expected_kappa(probabilities: ArrayLike) -> Floats:
    """Compute the kappa to expect when the m most probable segments are given the code, for every m from 1.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply each code.

    Returns
    -------
    array of shape (n_segments, n_codes)
        Row m-1 is the kappa of the expected table when the m most probable segments carry the code.

    Notes
    -----
    Cohen 1960, doi:10.1177/001316446002000104, with expected instead of counted cells. It is no better than the
    probabilities are.

    Examples
    --------
    >>> expected_kappa([[1.0], [0.0]]).ravel().tolist()
    [1.0, 0.0]
    """
    sorted_down = -np.sort(-np.asarray(probabilities, dtype=np.float64), axis=0)
    n = len(sorted_down)
    given = np.arange(1, n + 1)[:, None] / max(n, 1)
    both, applied = np.cumsum(sorted_down, axis=0) / max(n, 1), sorted_down.mean(axis=0) if n else np.zeros(0)
    observed = 1 + 2 * both - applied - given
    chance = applied * given + (1 - applied) * (1 - given)
    return ratio(observed - chance, 1 - chance, otherwise=0.0)


def kappa_thresholds(probabilities: ArrayLike) -> Floats:
    """Choose for every code the threshold with the highest expected kappa.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply each code, on segments like those to be coded.

    Returns
    -------
    array of shape (n_codes,)
        A segment is given a code when its probability is at least the threshold.

    Notes
    -----
    No code of a person is looked at, so a rare code's threshold does not hang on two or three lucky segments.

    Examples
    --------
    >>> kappa_thresholds([[0.9], [0.7], [0.1], [0.1]]).tolist()
    [0.7]
    """
    table = np.asarray(probabilities, dtype=np.float64)
    if len(table) == 0:
        return np.full(table.shape[1], 0.5)
    best = expected_kappa(table).argmax(axis=0)
    return np.asarray(np.take_along_axis(-np.sort(-table, axis=0), best[None, :], axis=0)[0])


def decide(probabilities: Floats, thresholds: Floats, *, one_code: bool, at_least_one: bool) -> Bools:
    """Turn probabilities into suggestions: exactly one code, at least one, or those above their thresholds."""
    chosen = probabilities >= thresholds
    if one_code:
        chosen = np.zeros_like(chosen)
    if (one_code or at_least_one) and probabilities.shape[1]:
        chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return np.asarray(chosen)


@dataclass(frozen=True)
class CodePromise:
    """Hold for one code from which probability on suggestions are accepted, and what that rests on.

    Attributes
    ----------
    threshold : float
        Accept suggestions of at least this probability; infinite where nothing can be promised.
    n_accepted, n_wrong : int
        Held-out suggestions accepted at the threshold, and those among them that no coder shares.
    bound : float
        One-sided upper bound of the share wrong; nan where nothing was tested.
    bound_by_groups : float
        The same when whole transcripts (participants) are the units; nan with fewer than five of them.
    reason : str
        Empty where the promise stands, else why it cannot be made.
    """

    threshold: float = math.inf
    n_accepted: int = 0
    n_wrong: int = 0
    bound: float = math.nan
    bound_by_groups: float = math.nan
    reason: str = ""


def upper_bound(n_wrong: float, n_accepted: int, *, confidence: float = 0.9) -> float:
    """Give the largest share of errors that is compatible with what was seen.

    Parameters
    ----------
    n_wrong : int
        Wrong suggestions among the accepted.
    n_accepted : int
        Accepted suggestions.
    confidence : float
        How often the bound may be relied on.

    Returns
    -------
    float
        One-sided Clopper-Pearson bound, doi:10.1093/biomet/26.4.404; 1 when nothing was accepted.

    Notes
    -----
    Exact when suggestions are right or wrong independently. Suggestions of one transcript are not quite: see
    `bound_by_groups` of `CodePromise`.

    Examples
    --------
    >>> round(upper_bound(0, 22), 3)
    0.099
    """
    from scipy.stats import beta

    if n_accepted == 0 or n_wrong >= n_accepted:
        return 1.0
    return float(beta.ppf(confidence, n_wrong + 1, n_accepted - n_wrong))


def least_needed(target: float, *, confidence: float = 0.9) -> int:
    """Give the number of accepted suggestions, all of them right, below which a target cannot be promised.

    Examples
    --------
    >>> least_needed(0.10)
    22
    """
    return math.ceil(math.log(1 - confidence) / math.log(1 - target))


def promise_codes(
    probabilities: ArrayLike,
    applied: ArrayLike,
    *,
    target: float = 0.1,
    confidence: float = 0.9,
    groups: Sequence[Hashable] | None = None,
    floor: ArrayLike | float = 0.0,
) -> list[CodePromise]:
    """Find for every code the lowest threshold from which on errors stay below a target.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Held-out probabilities: each segment's from a fit that had not seen its group.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 read and not applied, a share where coders differ; nan where nobody read.
    target : float
        Largest share of wrong suggestions among the accepted.
    confidence : float
        How sure, for each code on its own.
    groups : sequence, optional
        Transcript or participant of each segment, for the bound by groups.
    floor : float or array of shape (n_codes,)
        Never accept below this probability.

    Returns
    -------
    list of CodePromise
        One a code; where the numbers do not carry a promise, its reason gives the arithmetic.

    Raises
    ------
    InputError
        When confidence is not between 0 and 1.

    Notes
    -----
    With a share between 0 and 1 a suggestion counts as that much right. The promise is for segments like those read:
    other participants of the same study, coded by the same people. With twenty codes at confidence .9, two are
    expected to miss it.

    Examples
    --------
    >>> found = promise_codes([[0.9]] * 30 + [[0.1]] * 30, [[1]] * 30 + [[0]] * 30, target=0.1)
    >>> found[0].threshold, found[0].n_accepted, found[0].n_wrong
    (0.9, 30, 0)
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence must lie between 0 and 1, such as 0.1. Got {confidence!r} instead.")
    scores, table = np.asarray(probabilities, dtype=np.float64), np.asarray(applied, dtype=np.float64)
    numbers = numbered(groups, len(scores))
    lowest = np.broadcast_to(np.asarray(floor, dtype=np.float64), scores.shape[1:])
    found = []
    for code in range(scores.shape[1]):
        read = np.flatnonzero(~np.isnan(table[:, code]))
        order = read[np.lexsort((read, -scores[read, code]))]
        order = order[scores[order, code] >= lowest[code]]
        found.append(_promise(scores[order, code], 1 - table[order, code], numbers[order], target, confidence))
    return found


def _promise(scores: Floats, wrong: Floats, groups: Floats, target: float, confidence: float) -> CodePromise:
    least = least_needed(target, confidence=confidence)
    promise = CodePromise(
        reason=f"too few coded segments to promise this: {counted(len(scores), 'suggestion')} could be tested; at most "
        f"{target:.0%} wrong at {confidence:.0%} confidence needs {least} in a row that are right"
    )
    for size in _steps(scores, _first(scores, least, target)):
        errors = math.ceil(float(wrong[:size].sum()) - 1e-9)
        bound = upper_bound(errors, size, confidence=confidence)
        if bound <= target:
            by_groups = _bound_by_groups(wrong[:size], groups[:size], confidence)
            promise = CodePromise(float(scores[size - 1]), size, errors, bound, by_groups)
        elif promise.n_accepted:
            return promise
        else:
            reason = (
                f"not promised: {errors} of the {size} surest suggestions were wrong, up to {bound:.0%} wrong is "
                f"compatible with that, and {target:.0%} is asked for ({(1 - wrong).sum():.0f} segments carry the code)"
            )
            return CodePromise(bound=bound, reason=reason)
    return promise


def _first(scores: Floats, least: int, target: float) -> int:
    """Choose where to begin from scores alone, never from what people applied."""
    expected_wrong = np.cumsum(1 - scores) / np.arange(1, len(scores) + 1)
    n_sure = int((expected_wrong <= target / 2).sum())
    return ROOM * least if n_sure >= ROOM * least else least


def _steps(scores: Floats, least: int) -> list[int]:
    """Fix how many suggestions each threshold accepts, from the fewest that can pass; equal scores stay together."""
    sizes: list[int] = []
    size = float(least)
    while size <= len(scores):
        through = int(np.searchsorted(-scores, -scores[int(size) - 1], side="right"))
        if not sizes or through > sizes[-1]:
            sizes.append(through)
        size = max(size * GROWTH, size + 1)
    return sizes


def _bound_by_groups(wrong: Floats, groups: Floats, confidence: float) -> float:
    """Bound the share wrong by its spread over groups: ratio estimate with a t quantile (Cochran 1977, ch. 6)."""
    from scipy.stats import t

    names, place = np.unique(groups, return_inverse=True)
    k = len(names)
    if k < LEAST_GROUPS:
        return math.nan
    sizes, errors = np.bincount(place), np.bincount(place, wrong)
    share = float(errors.sum() / sizes.sum())
    spread = math.sqrt(float(((errors - share * sizes) ** 2).sum()) / (k - 1) / k) / float(sizes.mean())
    return float(min(1.0, share + t.ppf(confidence, k - 1) * spread))


def risk_coverage(probabilities: ArrayLike, applied: ArrayLike) -> list[tuple[float, int, float]]:
    """List, for every threshold, how many suggestions are accepted and which share of them is wrong.

    Parameters
    ----------
    probabilities, applied : array of shape (n_segments,)
        Held-out probabilities of one code (or of the best code of each segment) and what people applied; nan unread.

    Returns
    -------
    list of (threshold, n_accepted, share_wrong)
        From the surest suggestion down.

    Notes
    -----
    A curve to look at. The lowest point of it is not a promise: it was picked after seeing the answers.

    Examples
    --------
    >>> risk_coverage([0.9, 0.8, 0.4], [1, 0, 1])
    [(0.9, 1, 0.0), (0.8, 2, 0.5), (0.4, 3, 0.3333333333333333)]
    """
    scores, table = np.asarray(probabilities, dtype=np.float64), np.asarray(applied, dtype=np.float64)
    read = np.flatnonzero(~np.isnan(table))
    order = read[np.lexsort((read, -scores[read]))]
    wrong = np.cumsum(1 - table[order])
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf) != 0)
    return [(float(scores[order[k]]), int(k) + 1, float(wrong[k] / (k + 1))) for k in last]
