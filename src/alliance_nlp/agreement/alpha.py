"""Krippendorff's alpha for values of six kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np

from alliance_nlp.agreement.many_coders import category_counts
from alliance_nlp.agreement.parts import Parts, Solved, basis, measure, no_variation, patterns_of
from alliance_nlp.agreement.ratings import Codes, encode, in_order
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.agreement.two_coders import needs_order
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Floats, ratio

Level = Literal["nominal", "ordinal", "interval", "ratio", "masi", "jaccard"]
LEVELS = get_args(Level)


def _numbers(codes: Codes, level: str) -> Floats:
    wrong = [value for value in codes.categories if not isinstance(value, int | float)]
    if wrong:
        raise InputError(
            f"level={level!r} needs numbers. Got {wrong[0]!r} among the values. Use level='nominal', or 'ordinal' "
            "with categories=[...] in order."
        )
    numbers = np.array(codes.categories, dtype=np.float64)
    if level == "ratio" and (numbers < 0).any():
        raise InputError(f"level='ratio' needs values of zero or more. Got {numbers.min():g}. Use level='interval'.")
    return numbers


def set_distance(x: frozenset[Any], y: frozenset[Any], *, masi: bool) -> float:
    """Distance of two sets of codes: Jaccard, or MASI, which also credits one set inside the other."""
    if x == y:
        return 0.0
    shared = len(x & y)
    overlap = shared / len(x | y)
    if not masi:
        return 1 - overlap
    nested = 2 / 3 if x <= y or y <= x else 1 / 3
    return 1 - overlap * (nested if shared else 0.0)


def _fixed_distance(codes: Codes, level: str) -> Floats:
    """Squared distance of every two categories, for the levels where it does not depend on the ratings."""
    size = len(codes.categories)
    if level == "nominal":
        return 1 - np.eye(size)
    if level in ("masi", "jaccard"):
        wrong = [value for value in codes.categories if not isinstance(value, frozenset)]
        if wrong:
            raise InputError(
                f"level={level!r} needs a frozenset of codes on every unit that was read. Got {wrong[0]!r}. "
                "frozenset() means: read, no code."
            )
        pairs = [[set_distance(x, y, masi=level == "masi") for y in codes.categories] for x in codes.categories]
        return np.array(pairs, dtype=np.float64).reshape(size, size)
    numbers = _numbers(codes, level)
    difference = np.subtract.outer(numbers, numbers)
    return (
        difference**2 if level == "interval" else np.nan_to_num(ratio(difference, np.add.outer(numbers, numbers))) ** 2
    )


def _solve_fixed(distance: Floats) -> Callable[[Floats], Solved]:
    def solve(sums: Floats) -> Solved:
        used = sums[..., 1:]
        n = used.sum(axis=-1)
        observed = ratio(sums[..., 0], n)
        expected = ratio(((used @ distance) * used).sum(axis=-1), n * (n - 1))
        return Solved(1 - ratio(observed, expected), observed, expected)

    return solve


def _solve_ordinal(size: int) -> Callable[[Floats], Solved]:
    def solve(sums: Floats) -> Solved:
        pairs = sums.reshape(*sums.shape[:-1], size, size)
        used = pairs.sum(axis=-1)
        n = used.sum(axis=-1)
        rank = np.cumsum(used, axis=-1) - used / 2  # the published sum over g is the difference of mid-ranks
        distance = (rank[..., :, None] - rank[..., None, :]) ** 2
        observed = ratio((pairs * distance).sum(axis=(-2, -1)), n)
        both = used[..., :, None] * used[..., None, :]
        expected = ratio((both * distance).sum(axis=(-2, -1)), n * (n - 1))
        return Solved(1 - ratio(observed, expected), observed, expected)

    return solve


def alpha_parts(codes: Codes, *, level: str = "nominal") -> Parts:
    """Features: disagreement of a unit's pairs and how often each value was used; for ordinal, the pairs themselves."""
    check_choice("level", LEVELS, level)
    if level == "ordinal":
        needs_order(codes, "level='ordinal'")
    kept = np.flatnonzero(codes.n_ratings >= 2)
    distinct, pattern = patterns_of(codes.values[:, kept])
    size = len(codes.categories)
    counts = category_counts(distinct, size)
    others = np.maximum(counts.sum(axis=1, keepdims=True) - 1, 1)
    if level == "ordinal":
        diagonal = np.eye(size) * counts[:, :, None]
        features = ((counts[:, :, None] * counts[:, None, :] - diagonal) / others[:, :, None]).reshape(
            len(distinct), size**2
        )
        solve = _solve_ordinal(size)
    else:
        distance = _fixed_distance(codes, level)
        within = ((counts @ distance) * counts).sum(axis=1, keepdims=True) / others
        features, solve = np.column_stack([within, counts]), _solve_fixed(distance)
    about = basis(codes, kept.size, chance=_CHANCE, undefined=no_variation(codes, kept))
    if level in ("masi", "jaccard"):
        about["categories"] = in_order({code for value in codes.categories for code in value})
    return Parts("krippendorff_alpha", kept, pattern, len(distinct), features, solve, about)


_CHANCE = "the coders' pooled use of the values, drawn without putting back"


def krippendorff_alpha(
    ratings: object, *, level: Level = "nominal", categories: Sequence[object] | None = None
) -> Agreement:
    """Compare several coders beyond the chance of shuffling all their values among the units.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit. For "masi" and "jaccard" each value is a
        frozenset of codes, and `frozenset()` means: read, no code.
    level : {"nominal", "ordinal", "interval", "ratio", "masi", "jaccard"}
        What counts as a near miss: nothing; fewer ranks between; smaller difference; smaller relative difference;
        overlapping sets (MASI also credits one set inside the other).
    categories : sequence, optional
        The possible values, lowest first for "ordinal". Default: those seen.

    Returns
    -------
    Agreement
        1 - observed / expected, both *dis*agreements; nan with a reason when nothing varies.

    Raises
    ------
    InputError
        When the level does not fit the values.

    Notes
    -----
    Hayes & Krippendorff 2007, doi:10.1080/19312450709336664; MASI: Passonneau, LREC 2006 (L06-1392). Units that fewer
    than two coders read drop out. Alpha near 0 with a rare code can rest on two or three units: read it beside the
    counts. It does not say which of the coders is right.

    Examples
    --------
    >>> a, b = [1, 2, 3, 3, 2, None], [1, 2, 3, 3, 1, 4]
    >>> round(float(krippendorff_alpha([a, b], level="ordinal")), 3)
    0.89
    >>> sets = [[{"trust"}, {"time"}, set()], [{"trust"}, {"time", "trust"}, set()]]
    >>> round(float(krippendorff_alpha(sets, level="masi")), 3)
    0.722
    """
    return measure(alpha_parts(encode(ratings, categories), level=level))
