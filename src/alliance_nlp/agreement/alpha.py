"""Krippendorff's alpha for values of six kinds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from alliance_nlp.agreement.many_coders import category_counts
from alliance_nlp.agreement.parts import DENSE, Parts, Solved, basis, measure, no_variation, patterns_of, side_by_side
from alliance_nlp.agreement.ratings import Codes, encode, in_order
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.agreement.two_coders import needs_order
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Floats, Ints, ratio

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


class _Distance(NamedTuple):
    """Squared distances that do not depend on the ratings, for pairs of categories and summed over all of them.

    `total` takes how often each category was used. No table of all categories by all is made where a formula does.
    """

    between: Callable[[Ints, Ints], Floats]
    total: Callable[[Floats], Floats]


def _fixed_distance(codes: Codes, level: str) -> _Distance:
    if level == "nominal":
        return _Distance(
            lambda i, j: (i != j).astype(np.float64), lambda used: used.sum(axis=-1) ** 2 - (used**2).sum(axis=-1)
        )
    if level in ("masi", "jaccard"):
        return _tabled(_set_distances(codes, level))
    numbers = _numbers(codes, level)
    if level == "ratio":
        difference, total = np.subtract.outer(numbers, numbers), np.add.outer(numbers, numbers)
        return _tabled(np.nan_to_num(ratio(difference, total)) ** 2)
    centered = numbers - numbers.mean() if numbers.size else numbers
    return _Distance(
        lambda i, j: (centered[i] - centered[j]) ** 2,
        lambda used: _squares_apart(used, np.broadcast_to(centered, used.shape)),
    )


def _tabled(distance: Floats) -> _Distance:
    return _Distance(lambda i, j: distance[i, j], lambda used: ((used @ distance) * used).sum(axis=-1))


def _squares_apart(used: Floats, place: Floats) -> Floats:
    """Sum of used_c used_k (place_c - place_k)^2 over all c and k."""
    n, first, second = used.sum(axis=-1), (used * place).sum(axis=-1), (used * place**2).sum(axis=-1)
    return np.asarray(2 * (n * second - first**2))


def _set_distances(codes: Codes, level: str) -> Floats:
    wrong = [value for value in codes.categories if not isinstance(value, frozenset)]
    if wrong:
        raise InputError(
            f"level={level!r} needs a frozenset of codes on every unit that was read. Got {wrong[0]!r}. "
            "frozenset() means: read, no code."
        )
    size = len(codes.categories)
    pairs = [[set_distance(x, y, masi=level == "masi") for y in codes.categories] for x in codes.categories]
    return np.array(pairs, dtype=np.float64).reshape(size, size)


def _solve_fixed(distance: _Distance) -> Callable[[Floats], Solved]:
    def solve(sums: Floats) -> Solved:
        used = sums[..., 1:]
        n = used.sum(axis=-1)
        observed = ratio(sums[..., 0], n)
        expected = ratio(distance.total(used), n * (n - 1))
        return Solved(1 - ratio(observed, expected), observed, expected)

    return solve


def _solve_ordinal(met: Ints) -> Callable[[Floats], Solved]:
    """`met` has one row for every two categories that some unit was given; their columns come first."""

    def solve(sums: Floats) -> Solved:
        pairs, used = sums[..., : len(met)], sums[..., len(met) :]
        n = used.sum(axis=-1)
        rank = np.cumsum(used, axis=-1) - used / 2  # the published sum over g is the difference of mid-ranks
        apart = (rank[..., met[:, 0]] - rank[..., met[:, 1]]) ** 2
        observed = ratio((pairs * apart).sum(axis=-1), n)
        expected = ratio(_squares_apart(used, rank), n * (n - 1))
        return Solved(1 - ratio(observed, expected), observed, expected)

    return solve


def _pairs_within(distinct: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Go through the pairs of coders: which patterns both rated, and what each said."""
    for first, second in itertools.combinations(distinct.T, 2):
        both = np.flatnonzero((first >= 0) & (second >= 0))
        yield both, first[both], second[both]


def _met(distinct: Ints, weight: Floats, size: int) -> tuple[Ints, Any]:
    """Every two categories that meet in a unit, and how much each pattern adds to each such pair."""
    from scipy.sparse import coo_array

    found = list(_pairs_within(distinct))
    rows = np.concatenate([both for both, _, _ in found] or [np.empty(0, dtype=np.int64)])
    keys = np.concatenate([np.minimum(i, j) * size + np.maximum(i, j) for _, i, j in found] or [rows])
    met, column = np.unique(keys, return_inverse=True)
    table = coo_array((2 * weight[rows], (rows, column.reshape(-1))), shape=(len(distinct), met.size))
    table = table.tocsr() if len(distinct) * met.size > DENSE else table.toarray()
    return np.stack([met // max(size, 1), met % max(size, 1)], axis=1), table


def alpha_parts(codes: Codes, *, level: str = "nominal") -> Parts:
    """Features: disagreement of a unit's pairs and how often each value was used; for ordinal, the pairs themselves."""
    check_choice("level", LEVELS, level)
    if level == "ordinal":
        needs_order(codes, "level='ordinal'")
    kept = np.flatnonzero(codes.n_ratings >= 2)
    distinct, pattern = patterns_of(codes.values[:, kept])
    size = len(codes.categories)
    counts = category_counts(distinct, size)
    weight = 1 / np.maximum(counts.sum(axis=1) - 1, 1)
    if level == "ordinal":
        met, table = _met(distinct, weight, size)
        features, solve = side_by_side(table, counts), _solve_ordinal(met)
    else:
        distance, within = _fixed_distance(codes, level), np.zeros(len(distinct))
        for both, i, j in _pairs_within(distinct):
            within[both] += 2 * weight[both] * distance.between(i, j)
        features, solve = side_by_side(within, counts), _solve_fixed(distance)
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
