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
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import counted
from alliance_nlp.numeric import Floats, Ints, numbered

GROWTH = 1.2  # steps between thresholds tested, as numbers of accepted suggestions: each a fifth more
# Fewer transcripts with the code, or with accepted suggestions of it, cannot tell what another transcript will be like.
# Where some hold most of the suggestions they tell as much as fewer of one size, (sum n)^2 / sum n^2: see `_alike`.
LEAST_BLOCKS, LEAST_ALIKE = 5, 3.5
# What the probabilities expect to be wrong weighs as much as so many suggestions that were judged. Without it promises
# were made where few errors had been luck, and of those most were broken (docs/decisions/0112).
EXPECTED = 20.0
Unit = tuple[str, str]
TALK: Unit = ("transcript or stretch of talk", "transcripts or stretches of talk")
PEOPLE: Unit = ("person", "people")


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
        Held-out transcripts (sessions, stretches of talk; people, where each answers by themselves) that these lie in.
    bound : float
        One-sided upper bound of the share wrong in as many further ones; nan where nothing was tested.
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


def upper_bound(
    wrong: ArrayLike, accepted: ArrayLike, *, confidence: float = 0.9, expected: float | None = None
) -> float:
    """Bound the share of wrong suggestions in as many further transcripts as these.

    Parameters
    ----------
    wrong, accepted : array of shape (n_transcripts,)
        Wrong and all accepted suggestions of each transcript that has any.
    confidence : float
        How often the bound may be relied on.
    expected : float, optional
        Share of these suggestions that their probabilities expect to be wrong; it counts as much as twenty suggestions
        that were judged. Without it only what was judged counts.

    Returns
    -------
    float
        Between 0 and 1; 1 with fewer than two transcripts.

    Notes
    -----
    A ratio estimate with its spread over transcripts (Cochran 1977, Sampling Techniques, chapter 6), Student's t, and
    the variance of as many yet to come added to its own. One wrong and one right suggestion are
    added first (as Agresti & Coull 1998, doi:10.1080/00031305.1998.10480550, do for one proportion), so that no errors
    in a few transcripts do not promise that there never will be any.

    Examples
    --------
    >>> round(upper_bound([0, 0, 0, 1, 0], [4, 5, 6, 5, 5]), 2)
    0.23
    """
    from scipy.stats import t

    errors, sizes = np.asarray(wrong, dtype=np.float64), np.asarray(accepted, dtype=np.float64)
    k, n = len(sizes), sizes.sum()
    if k < 2:
        return 1.0
    weight = 0.0 if expected is None else EXPECTED
    share = (errors.sum() + 1 + weight * (expected or 0.0)) / (n + 2 + weight)
    between = 2 * ((errors - share * sizes) ** 2).sum() / (k - 1) / k / sizes.mean() ** 2
    # of the share, and of as many yet to come; transcripts that happen to agree do not make it smaller
    within = share * (1 - share) * (1 / (n + 2 + weight) + 1 / (n + 2))
    surer = 1 - (1 - confidence) / 2  # the threshold is the lowest that passes, so it is likelier to have been lucky
    return float(min(1.0, share + t.ppf(surer, _alike(sizes) - 1) * math.sqrt(max(between, within))))


def _alike(sizes: Floats) -> float:
    """Count the transcripts with equally many suggestions that would tell as much."""
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def promise_codes(
    probabilities: ArrayLike,
    applied: ArrayLike,
    *,
    blocks: Sequence[Hashable],
    target: float = 0.1,
    confidence: float = 0.9,
    floor: ArrayLike | float = 0.0,
    unit: Unit = TALK,
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
    unit : (str, str)
        What a block is called, one and several.

    Returns
    -------
    list of CodePromise
        One a code; where the numbers do not carry a promise, its reason gives the arithmetic.

    Notes
    -----
    With a share between 0 and 1 a suggestion counts as that much right. The promise is for transcripts like those read,
    coded by the same people. Of the promises that are made at confidence .9, at most one in ten is expected to be
    broken, as long as probabilities are no surer than they may be: what they expect to be wrong is part of the bound.

    Examples
    --------
    >>> found = promise_codes([[0.95]] * 60 + [[0.1]] * 60, [[1]] * 60 + [[0]] * 60, blocks=list("abcdef") * 20)
    >>> found[0].promise, found[0].threshold, found[0].n_accepted, found[0].n_wrong
    (0.1, 0.95, 60, 0.0)
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
        judged = (scores[order, code], 1 - table[order, code], numbers[order])
        found.append(_promise(*judged, carried, target, confidence, unit))
    return found


class _Step(NamedTuple):
    """A threshold to be tested: how many suggestions it accepts, where they lie, and what is expected to be wrong."""

    size: int
    inside: Ints
    sizes: Floats
    expected: float

    def bound(self, errors: Floats, confidence: float) -> float:
        return upper_bound(errors, self.sizes, confidence=confidence, expected=self.expected)

    def told(self, wrong: Floats, blocks: Ints, confidence: float) -> tuple[int, float, int, float]:
        """Give accepted and wrong suggestions, the transcripts they lie in, and the bound."""
        errors: Floats = np.bincount(blocks[: self.size], wrong[: self.size])[self.inside].astype(np.float64)
        return self.size, round(float(errors.sum()), 6), len(self.inside), self.bound(errors, confidence)


def _promise(
    scores: Floats, wrong: Floats, blocks: Ints, n_carried: int, target: float, confidence: float, unit: Unit
) -> CodePromise:  # fmt: skip
    if n_carried < LEAST_BLOCKS:
        carried = counted(n_carried, f"{unit[0]} carries", f"{unit[1]} carry")
        return CodePromise(reason=f"{carried} the code; {LEAST_BLOCKS} are needed to say how it goes in another")
    steps = _steps(scores, blocks)
    if not steps:
        return CodePromise(reason=f"suggestions of it lie in fewer than {LEAST_BLOCKS} {unit[1]}, or nearly all in few")
    # What could not pass even without an error is left out: known from sizes and probabilities alone, it needs no
    # correction. Begun with the few surest, the test ended there.
    least = [step.bound(np.zeros_like(step.sizes), confidence) for step in steps]
    within_reach = [step for step, bound in zip(steps, least, strict=True) if bound <= target]
    promise = CodePromise()
    for step in within_reach or [steps[int(np.argmin(least))]]:
        told = step.told(wrong, blocks, confidence)
        if told[-1] > target:
            missed = CodePromise(None, math.nan, *told, _missed(step, told, target, unit))
            return missed if promise.promise is None else promise
        promise = CodePromise(target, float(scores[step.size - 1]), *told)
    return promise


def _missed(step: _Step, told: tuple[int, float, int, float], target: float, unit: Unit) -> str:
    size, errors, n_blocks, bound = told
    return (
        f"{errors:.0f} of the {size} surest suggestions, in {n_blocks} {unit[1]}, were wrong, and their probabilities "
        f"expect {step.expected:.0%}; up to {bound:.0%} wrong must be reckoned with in others, and {target:.0%} is "
        "asked for"
    )


def _steps(scores: Floats, blocks: Ints) -> list[_Step]:
    """Fix from scores alone how many suggestions each threshold accepts; equal scores stay together.

    Thresholds whose suggestions do not lie in enough blocks, or nearly all in few, are left out.
    """
    expected = np.cumsum(1 - scores) / np.arange(1, len(scores) + 1)
    steps: list[_Step] = []
    size, last = float(LEAST_BLOCKS), 0
    while size <= len(scores):
        through = int(np.searchsorted(-scores, -scores[int(size) - 1], side="right"))
        size = max(size * GROWTH, size + 1)
        if through == last:
            continue
        last, counts = through, np.bincount(blocks[:through]).astype(np.float64)
        inside = np.flatnonzero(counts)
        if len(inside) >= LEAST_BLOCKS and _alike(counts) >= LEAST_ALIKE:
            steps.append(_Step(through, inside, counts[inside], float(expected[through - 1])))
    return steps


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
