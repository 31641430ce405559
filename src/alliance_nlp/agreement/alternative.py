"""How near a machine's codes lie to those of people, each person left out in turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alliance_nlp.agreement.adjusting import adjust_p
from alliance_nlp.agreement.equivalence import what_is_drawn
from alliance_nlp.agreement.ratings import encode, grid_of
from alliance_nlp.agreement.stretches import LEAST_STRETCHES
from alliance_nlp.agreement.tested import AlternativeCoder, LeftOut
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, Ints, ratio

LEAST_CODERS, LEAST_UNITS_OF_A_CODER = 3, 30
LEVEL = 0.05


def alternative_coder_test(
    machine: Sequence[object],
    people: object,
    *,
    epsilon: float,
    by: Sequence[object] | None = None,
    independent: bool = False,
) -> AlternativeCoder:
    """Compare a machine with each of several people, by how near each of them lies to the other people.

    Parameters
    ----------
    machine : sequence of n_units values
        What the machine said of each unit; None or nan where it did not read.
    people : array of shape (n_coders, n_units)
        One row a person; None or nan where a person did not read. At least three people.
    epsilon : float
        How much farther from the others than a person the machine may be, between 0 and 1, stated before anything was
        computed: the paper suggests .2 beside experts, .15 beside trained and .1 beside paid coders. There is no
        default.
    by : sequence of n_units groups, optional
        Groups that are independent of each other, such as stretches of talk or participants; at least six.
    independent : bool
        Say that units are independent of each other (answers of different people).

    Returns
    -------
    AlternativeCoder
        Omega and rho with the comparison for each coder; nan with a reason with fewer than three coders, or where
        neither `by` nor `independent` is given.

    Raises
    ------
    InputError
        When epsilon does not lie between 0 and 1, or the machine read other units.

    Notes
    -----
    Calderon, Reichart & Dror 2025 (arXiv:2501.10970). Each person is left out in turn. On every unit the machine wins
    when it agrees with at least as large a share of the other people as the person does, and the person likewise; p is
    that of a one-sided t-test that the person's share of wins minus the machine's is below epsilon; omega is the share
    of people for whom q <= .05 (Benjamini and Yekutieli over people), rho the machine's mean share of wins. The paper's
    test takes units as independent; with `by` each group's sum of (difference - epsilon) is tested with (groups - 1)
    degrees of freedom instead. A person with fewer than thirty units has no p and is left out.

    Where a code is rare nearly every unit is a tie, and a machine that never applies the code has a high rho and wins:
    read kappa beside it. Nothing here says that a machine may replace a person.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.integers(0, 3, 200)
    >>> people = [np.where(rng.random(200) < 0.8, truth, rng.integers(0, 3, 200)) for _ in range(3)]
    >>> machine = np.where(rng.random(200) < 0.85, truth, rng.integers(0, 3, 200))
    >>> print(alternative_coder_test(machine, people, epsilon=0.15, independent=True))
    alternative-annotator test: omega 1.00, rho .93 for epsilon .15 stated beforehand (3 coders)
    """
    if not 0 < epsilon < 1:
        raise InputError(f"epsilon must lie between 0 and 1, ends excluded. Got {epsilon!r}.")
    grid = grid_of(people)
    codes = encode([*grid.tolist(), list(machine)]).values
    others, own = codes[:-1], codes[-1]
    groups, reason = what_is_drawn(by, own.size, independent=independent, least=LEAST_STRETCHES)
    n_coders = int((others >= 0).any(axis=1).sum())
    if n_coders < LEAST_CODERS:
        reason = f"{n_coders} coders; the test needs {LEAST_CODERS}, so that each can be seen beside two others"
    n_groups = len(np.unique(groups))
    if reason is not None:
        return AlternativeCoder(math.nan, math.nan, epsilon, n_groups, (), reason)
    found = [_left_out(others, own, coder, epsilon, groups if by is not None else None) for coder in range(len(others))]
    q = adjust_p([each.p for each in found], method="benjamini-yekutieli")
    found = [replace(each, q=float(value)) for each, value in zip(found, q, strict=True)]
    told = [each for each in found if each.reason is None]
    if not told:
        return AlternativeCoder(math.nan, math.nan, epsilon, n_groups, tuple(found), found[0].reason)
    won, rho = (
        float(np.mean(part)) for part in ([each.q <= LEVEL for each in told], [each.advantage for each in told])
    )
    return AlternativeCoder(won, rho, epsilon, n_groups, tuple(found))


def _nearness(own: Ints, others: Ints) -> Floats:
    """Share of the other coders of each unit who say the same."""
    return ratio(((others == own) & (others >= 0)).sum(axis=0), (others >= 0).sum(axis=0))


def _left_out(codes: Ints, machine: Ints, coder: int, epsilon: float, groups: Ints | None) -> LeftOut:
    others = np.delete(codes, coder, axis=0)
    used = (codes[coder] >= 0) & (machine >= 0) & (others >= 0).any(axis=0)
    near, machine_near = (_nearness(own[used], others[:, used]) for own in (codes[coder], machine))
    n = int(used.sum())
    if n < LEAST_UNITS_OF_A_CODER:
        reason = f"coder {coder}: {n} units beside the machine and another coder; {LEAST_UNITS_OF_A_CODER} are needed"
        return LeftOut(coder, n, math.nan, math.nan, math.nan, math.nan, reason)
    apart = (near >= machine_near).astype(np.float64) - (machine_near >= near)
    p, why = _below(apart, epsilon, None if groups is None else groups[used])
    return LeftOut(coder, n, float((machine_near >= near).mean()), float(apart.mean()), p, math.nan, why)


def _below(apart: Floats, epsilon: float, groups: Ints | None) -> tuple[float, str | None]:
    """Test that differences lie below epsilon; over sums of groups where there are groups."""
    from scipy.special import stdtr

    x = apart - epsilon
    if groups is not None:
        x = np.asarray(np.bincount(np.unique(groups, return_inverse=True)[1], x), dtype=np.float64)
        if x.size < LEAST_STRETCHES:
            return math.nan, f"{x.size} groups hold units of this coder; the test needs {LEAST_STRETCHES}"
    if np.ptp(apart) == 0:  # all ties: a true share of epsilon would have shown in none of them
        return ((1 - epsilon) ** x.size if apart[0] < epsilon else 1.0), None
    t = float(x.mean() / (x.std(ddof=1) / math.sqrt(x.size)))
    return float(stdtr(x.size - 1, t)), None
