"""When a bound on the share of wrong suggestions may be promised: tested on whole blocks of talk that were held out.

Suggestions of one transcript are wrong together, so transcripts are the units, not suggestions. Thresholds are tried in
a fixed order from the strictest down, each with a one-sided bound, until one fails; because the order is fixed before
the answers are seen, the number of thresholds needs no correction (fixed-sequence testing; Angelopoulos et al. 2021,
arXiv:2110.01052, section 2.3.1).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import counted
from alliance_nlp.numeric import Floats, Ints, numbered

GROWTH = 1.2  # steps between thresholds tested, as numbers of accepted suggestions: each a fifth more
# Fewer transcripts with the code, or with accepted suggestions of it, cannot tell what another transcript will be like;
# transcripts of which some hold most of the suggestions count as fewer: (sum n)^2 / sum n^2.
LEAST_BLOCKS = 5


@dataclass(frozen=True)
class CodePromise:
    """Hold for one code what may be promised of its suggestions, and what that rests on.

    Attributes
    ----------
    promise : float or None
        Largest share of wrong suggestions among the accepted; None where nothing can be promised.
    threshold : float
        Suggestions of at least this probability are accepted; nan without a promise: then all stand, unpromised.
    n_accepted, n_wrong : int
        Held-out suggestions at the threshold, and those among them that the coders do not share.
    n_blocks : int
        Held-out transcripts (sessions, stretches of talk) that these lie in.
    bound : float
        One-sided upper bound of the share wrong in as many further transcripts; nan where nothing was tested.
    reason : str
        Empty where the promise stands, else why it cannot be made.
    """

    promise: float | None = None
    threshold: float = math.nan
    n_accepted: int = 0
    n_wrong: float = 0.0
    n_blocks: int = 0
    bound: float = math.nan
    reason: str = ""


def upper_bound(wrong: ArrayLike, accepted: ArrayLike, *, confidence: float = 0.9) -> float:
    """Bound the share of wrong suggestions in as many further transcripts as these.

    Parameters
    ----------
    wrong, accepted : array of shape (n_transcripts,)
        Wrong and all accepted suggestions of each transcript that has any.
    confidence : float
        How often the bound may be relied on.

    Returns
    -------
    float
        Between 0 and 1; 1 with fewer than two transcripts.

    Notes
    -----
    A ratio estimate with its spread over transcripts (Cochran 1977, Sampling Techniques, chapter 6), Student's t, and
    the spread of what is yet to come added: sqrt(2) times the standard error. One wrong and one right suggestion are
    added first (as Agresti & Coull 1998, doi:10.1080/00031305.1998.10480550, do for one proportion), so that no errors
    in a few transcripts do not promise that there never will be any.

    Examples
    --------
    >>> round(upper_bound([0, 0, 0, 1, 0], [4, 5, 6, 5, 5]), 2)
    0.23
    """
    from scipy.stats import t

    errors, sizes = np.asarray(wrong, dtype=np.float64), np.asarray(accepted, dtype=np.float64)
    k = len(sizes)
    if k < 2:
        return 1.0
    share = (errors.sum() + 1) / (sizes.sum() + 2)
    mean = sizes.mean()
    between = ((errors - share * sizes) ** 2).sum() / (k - 1) / k / mean**2
    within = share * (1 - share) / (sizes.sum() + 2)  # transcripts that happen to agree do not make it smaller
    alike = sizes.sum() ** 2 / (sizes**2).sum()  # transcripts of one size that would tell as much
    surer = 1 - (1 - confidence) / 2  # the threshold is the lowest that passes, so it is likelier to have been lucky
    return float(min(1.0, share + t.ppf(surer, alike - 1) * math.sqrt(2 * max(between, within))))


def promise_codes(
    probabilities: ArrayLike,
    applied: ArrayLike,
    *,
    blocks: Sequence[Hashable],
    target: float = 0.1,
    confidence: float = 0.9,
    floor: ArrayLike | float = 0.0,
) -> list[CodePromise]:
    """Find for every code the lowest threshold from which on errors stay below a target.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Held-out probabilities: each segment's from a fit that had not seen its block.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 read and not applied, a share where coders differ; nan where nobody read.
    blocks : sequence
        Transcript (session, stretch of talk) of each segment.
    target : float
        Largest share of wrong suggestions among the accepted.
    confidence : float
        How sure, for each code on its own.
    floor : float or array of shape (n_codes,)
        Never accept below this probability.

    Returns
    -------
    list of CodePromise
        One a code; where the numbers do not carry a promise, its reason gives the arithmetic.

    Notes
    -----
    With a share between 0 and 1 a suggestion counts as that much right. The promise is for transcripts like those read,
    coded by the same people. With twenty codes at confidence .9, two are expected to miss it.

    Examples
    --------
    >>> found = promise_codes([[0.9]] * 60 + [[0.1]] * 60, [[1]] * 60 + [[0]] * 60, blocks=list("abcdef") * 20)
    >>> found[0].promise, found[0].threshold, found[0].n_accepted, found[0].n_wrong
    (0.1, 0.9, 60, 0.0)
    """
    scores, table = np.asarray(probabilities, dtype=np.float64), np.asarray(applied, dtype=np.float64)
    numbers = numbered(blocks, len(scores))
    lowest = np.broadcast_to(np.asarray(floor, dtype=np.float64), scores.shape[1:])
    found = []
    for code in range(scores.shape[1]):
        read = np.flatnonzero(~np.isnan(table[:, code]))
        order = read[np.lexsort((read, -scores[read, code]))]
        carried = len(np.unique(numbers[order][table[order, code] > 0]))
        order = order[scores[order, code] >= lowest[code]]
        found.append(_promise(scores[order, code], 1 - table[order, code], numbers[order], carried, target, confidence))
    return found


def _promise(
    scores: Floats, wrong: Floats, blocks: Ints, n_carried: int, target: float, confidence: float
) -> CodePromise:  # fmt: skip
    if n_carried < LEAST_BLOCKS:
        place = counted(n_carried, "transcript or stretch of talk carries", "transcripts or stretches of talk carry")
        return CodePromise(reason=f"{place} the code; {LEAST_BLOCKS} are needed to say how it goes in another")
    promise = CodePromise(reason=f"suggestions of it lie in fewer than {LEAST_BLOCKS} transcripts or stretches of talk")
    for size in _steps(scores, blocks, target):
        inside, which = np.unique(blocks[:size], return_inverse=True)
        errors, sizes = np.bincount(which, wrong[:size]), np.bincount(which)
        bound = upper_bound(errors, sizes, confidence=confidence)
        told = (size, round(float(errors.sum()), 6), len(inside), bound)
        if bound <= target:
            promise = CodePromise(target, float(scores[size - 1]), *told)
        elif promise.promise is not None:
            return promise
        else:
            return CodePromise(None, math.nan, *told, _missed(told, target))
    return promise


def _missed(told: tuple[int, float, int, float], target: float) -> str:
    size, errors, n_blocks, bound = told
    return (
        f"{errors:.0f} of the {size} surest suggestions, in {n_blocks} transcripts or stretches of talk, were wrong; "
        f"up to {bound:.0%} wrong must be reckoned with in others, and {target:.0%} is asked for"
    )


def _steps(scores: Floats, blocks: Ints, target: float) -> list[int]:
    """Fix from scores alone how many suggestions each threshold accepts; equal scores stay together.

    The first accepts as many as are expected to be wrong half as often as is allowed, so that one early error does not
    end the test, and at least so many that they lie in enough blocks.
    """
    inside = np.cumsum(np.eye(int(blocks.max(initial=-1)) + 1)[blocks], axis=0)
    apart = np.flatnonzero(inside.sum(axis=1) ** 2 >= LEAST_BLOCKS * (inside**2).sum(axis=1))
    if not len(apart):
        return []
    expected = np.cumsum(1 - scores) / np.arange(1, len(scores) + 1)
    sizes: list[int] = []
    size = float(max(int(apart[0]) + 1, int((expected <= target / 2).sum())))
    while size <= len(scores):
        through = int(np.searchsorted(-scores, -scores[int(size) - 1], side="right"))
        if not sizes or through > sizes[-1]:
            sizes.append(through)
        size = max(size * GROWTH, size + 1)
    return sizes


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
