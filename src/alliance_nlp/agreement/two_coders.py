"""Agreement of two coders on units both read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np

from alliance_nlp.agreement.parts import (
    Parts,
    Solved,
    basis,
    beyond_chance,
    measure,
    no_variation,
    one_hot,
    patterns_of,
    side_by_side,
)
from alliance_nlp.agreement.ratings import Codes, encode_pair
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Floats, Ints, ratio

Weights = Literal["linear", "quadratic"]


def _both_read(codes: Codes) -> tuple[Ints, Codes]:
    if codes.values.shape[0] != 2:
        raise InputError(
            f"This statistic compares two coders. Got {codes.values.shape[0]}. Use fleiss_kappa or "
            "krippendorff_alpha for more, or pass two rows."
        )
    kept = np.flatnonzero((codes.values >= 0).all(axis=0))
    return kept, codes


def _one_habit(codes: Codes, kept: Ints) -> list[str]:
    """Warn when one coder used a single category: the figure is then near 0 whatever the agreement."""
    used = [np.unique(row[kept]) for row in codes.values]
    if kept.size == 0 or (used[0].size == used[1].size == 1):
        return []
    return [
        f"coder {coder} used only {codes.categories[int(seen[0])]!r}: the figure cannot rise above 0"
        for coder, seen in enumerate(used, start=1)
        if seen.size == 1
    ]


def needs_order(codes: Codes, wanted: str) -> None:
    """Refuse to guess the order of categories that are not numbers."""
    if not codes.declared and any(not isinstance(value, int | float) for value in codes.categories):
        raise InputError(
            f"{wanted} needs the order of the categories, and these are not numbers: "
            f"{', '.join(map(repr, codes.categories[:5]))}. Pass categories=[...] from lowest to highest."
        )


def _weight_matrix(codes: Codes, weights: Weights | None) -> Floats | None:
    """Credit for each pair of categories, less with distance in rank; None where only equal ones get any."""
    if weights is None:
        return None
    check_choice("weights", get_args(Weights), weights)
    needs_order(codes, f"weights={weights!r}")
    size = len(codes.categories)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    return np.asarray(1 - distance ** (1 if weights == "linear" else 2), dtype=np.float64)


def kappa_parts(codes: Codes, *, weights: Weights | None = None) -> Parts:
    """Features: credit of the pair, category of coder 1, category of coder 2."""
    kept, codes = _both_read(codes)
    distinct, pattern = patterns_of(codes.values[:, kept])
    size, credit = len(codes.categories), _weight_matrix(codes, weights)
    hot = [one_hot(distinct[:, coder], size) for coder in (0, 1)]
    first, second = distinct.T
    features = side_by_side((first == second).astype(float) if credit is None else credit[first, second], *hot)

    def solve(sums: Floats) -> Solved:
        n = sums[..., 1 : 1 + size].sum(axis=-1)
        own = [ratio(sums[..., 1 + k * size : 1 + (k + 1) * size], n[..., None]) for k in (0, 1)]
        met = own[0] if credit is None else own[0] @ credit
        return beyond_chance(ratio(sums[..., 0], n), (met * own[1]).sum(axis=-1))

    about = basis(
        codes,
        kept.size,
        chance="each coder's own use of the categories" + (f", {weights} weights" if weights else ""),
        undefined=no_variation(codes, kept, "both coders"),
        remarks=_one_habit(codes, kept),
    )
    return Parts("cohen_kappa", kept, pattern, len(distinct), features, solve, about)


def pi_parts(codes: Codes) -> Parts:
    """Features: equal or not, how often each category was used by the two together."""
    kept, codes = _both_read(codes)
    distinct, pattern = patterns_of(codes.values[:, kept])
    size = len(codes.categories)
    pooled = (one_hot(distinct[:, 0], size) + one_hot(distinct[:, 1], size)) / 2
    features = side_by_side((distinct[:, 0] == distinct[:, 1]).astype(np.float64), pooled)

    def solve(sums: Floats) -> Solved:
        n = sums[..., 1:].sum(axis=-1)
        return beyond_chance(ratio(sums[..., 0], n), (ratio(sums[..., 1:], n[..., None]) ** 2).sum(axis=-1))

    about = basis(
        codes,
        kept.size,
        chance="the two coders' pooled use of the categories",
        undefined=no_variation(codes, kept, "both coders"),
        remarks=_one_habit(codes, kept),
    )
    return Parts("scott_pi", kept, pattern, len(distinct), features, solve, about)


def holsti_parts(codes: Codes) -> Parts:
    """Features: decisions both made alike, decisions of coder 1, decisions of coder 2."""
    kept, codes = _both_read(codes)
    distinct, pattern = patterns_of(codes.values[:, kept])

    def decisions(first: int, second: int) -> tuple[int, int, int]:
        x, y = codes.categories[first], codes.categories[second]
        if isinstance(x, frozenset) and isinstance(y, frozenset):
            return len(x & y), len(x), len(y)
        return int(first == second), 1, 1

    features = np.array([decisions(*row) for row in distinct.tolist()], dtype=np.float64).reshape(-1, 3)

    def solve(sums: Floats) -> Solved:
        return Solved(ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2]))

    undefined = "no unit was read by both coders" if kept.size == 0 else "neither coder applied any code"
    about = basis(codes, kept.size, undefined=undefined)
    return Parts("holsti", kept, pattern, len(distinct), features, solve, about)


def _overlap_parts(
    name: str, codes: Codes, category: object, solve: Callable[[Floats, Floats, Floats, Floats], Floats], undefined: str
) -> Parts:
    """Features: the four cells (both, coder 1 only, coder 2 only, neither) for one category."""
    kept, codes = _both_read(codes)
    _known(category, codes)
    distinct, pattern = patterns_of(codes.values[:, kept])
    place = codes.categories.index(category) if category in codes.categories else -2
    first, second = distinct[:, 0] == place, distinct[:, 1] == place
    features = np.column_stack([first & second, first & ~second, ~first & second, ~first & ~second]).astype(np.float64)
    undefined = "no unit was read by both coders" if kept.size == 0 else undefined
    about = basis(codes, kept.size, undefined=undefined, remarks=[f"about the category {category!r}"])
    return Parts(name, kept, pattern, len(distinct), features, lambda sums: Solved(solve(*_cells(sums))), about)


def _known(category: object, codes: Codes) -> None:
    """Catch a mistyped category; 0/1 codings may lack the 1."""
    binary = all(value in (0, 1) for value in codes.categories)
    if category not in codes.categories and not (binary and category in (0, 1)):
        raise InputError(
            f"category must be one of the values in the codings: {', '.join(map(repr, codes.categories[:8]))}. "
            f"Got {category!r} instead."
        )


def _cells(sums: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    return sums[..., 0], sums[..., 1], sums[..., 2], sums[..., 3]


def positive_parts(codes: Codes, *, category: object = 1, name: str = "positive_agreement") -> Parts:
    """Features: the four cells; twice both, of all that either coded."""
    undefined = f"neither coder applied {category!r}"
    return _overlap_parts(name, codes, category, lambda a, b, c, d: ratio(2 * a, 2 * a + b + c), undefined)


def negative_parts(codes: Codes, *, category: object = 1) -> Parts:
    """Features: the four cells; twice neither, of all that either left out."""
    undefined = f"both coders applied {category!r} to every unit"
    solve = lambda a, b, c, d: ratio(2 * d, 2 * d + b + c)  # noqa: E731
    return _overlap_parts("negative_agreement", codes, category, solve, undefined)


def jaccard_parts(codes: Codes, *, category: object = 1) -> Parts:
    """Features: the four cells; both of any."""
    undefined = f"neither coder applied {category!r}"
    return _overlap_parts("jaccard", codes, category, lambda a, b, c, d: ratio(a, a + b + c), undefined)


def precision_parts(codes: Codes, *, category: object = 1) -> Parts:
    """Features: the four cells; both of those the second coder coded."""
    undefined = f"the coding that is judged never applied {category!r}"
    return _overlap_parts("precision", codes, category, lambda a, b, c, d: ratio(a, a + c), undefined)


def recall_parts(codes: Codes, *, category: object = 1) -> Parts:
    """Features: the four cells; both of those the first coder, gold, coded."""
    undefined = f"the gold coding never applied {category!r}"
    return _overlap_parts("recall", codes, category, lambda a, b, c, d: ratio(a, a + b), undefined)


def f1_parts(codes: Codes, *, category: object = 1) -> Parts:
    """Give positive agreement the name it has against gold."""
    return positive_parts(codes, category=category, name="f1")


def cohen_kappa(
    a: object, b: object, *, weights: Weights | None = None, categories: Sequence[object] | None = None
) -> Agreement:
    """Compare two coders beyond the chance that each coder's own habits give.

    Parameters
    ----------
    a, b : sequence of n_units values
        What each coder said of the same units, in the same order; None or nan where a coder did not read.
    weights : {"linear", "quadratic"}, optional
        Give part credit to near misses by the distance of the categories' ranks. Default: a miss is a miss.
    categories : sequence, optional
        The categories of the codebook, from lowest to highest where `weights` are used. Default: those seen.

    Returns
    -------
    Agreement
        The figure with what it rests on; nan with a reason when nothing varies.

    Raises
    ------
    InputError
        When the codings differ in length, hold undeclared categories, or `weights` lack an order.

    Notes
    -----
    (observed - expected) / (1 - expected), expected = sum over categories of share_a * share_b
    (Cohen 1960, doi:10.1177/001316446002000104). Units that only one coder read are left out and counted. A high kappa
    does not say that the codes are right, only that two people use them alike. With a rare code one unit more or less
    moves kappa a great deal: read it beside the counts.

    Examples
    --------
    >>> print(cohen_kappa([1, 1, 0, 0, 1, None], [1, 0, 0, 0, 1, 1]))
    Cohen's kappa .62 (5 units, 2 coders, 1 unit left out)
      agreement observed .80, expected by chance .48
      chance: each coder's own use of the categories
    """
    return measure(kappa_parts(encode_pair(a, b, categories), weights=weights))


def scott_pi(a: object, b: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Compare two coders beyond the chance that their pooled habits give.

    Parameters
    ----------
    a, b : sequence of n_units values
        What each coder said of the same units; None or nan where a coder did not read.
    categories : sequence, optional
        The categories of the codebook. Default: those seen.

    Returns
    -------
    Agreement
        The figure with what it rests on; nan with a reason when nothing varies.

    Notes
    -----
    As kappa, with expected = sum over categories of ((share_a + share_b) / 2)^2 (Scott 1955, doi:10.1086/266577).
    Unlike kappa it counts it against the coders when one uses a code more than the other.

    Examples
    --------
    >>> round(float(scott_pi([1, 1, 0, 0, 1], [1, 0, 0, 0, 1])), 3)
    0.6
    """
    return measure(pi_parts(encode_pair(a, b, categories)))


def holsti(a: object, b: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Count the coding decisions two coders made alike, chance ignored.

    Parameters
    ----------
    a, b : sequence of n_units values
        One value per unit, or a frozenset of codes per unit; None or nan where a coder did not read.
    categories : sequence, optional
        The categories of the codebook. Default: those seen.

    Returns
    -------
    Agreement
        2M / (N1 + N2): M decisions made alike, N1 and N2 decisions made.

    Notes
    -----
    With one value per unit every unit is one decision of each coder, so the figure equals percent agreement. With
    sets, every code applied is a decision; a unit both left empty is none. Holsti 1969, Content Analysis for the Social
    Sciences and Humanities. High with a rare code whether or not the coders ever agree on it.

    Examples
    --------
    >>> round(float(holsti([{"trust"}, {"time", "trust"}], [{"trust"}, {"time"}])), 2)
    0.8
    """
    return measure(holsti_parts(encode_pair(a, b, categories)))


def positive_agreement(a: object, b: object, *, category: object = 1) -> Agreement:
    """Tell how far two equal coders agree on where a code is present.

    Parameters
    ----------
    a, b : sequence of n_units values
        What each coder said of the same units; None or nan where a coder did not read.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        2a / (2a + b + c): a units with the code from both, b and c from one only.

    Notes
    -----
    The same formula as `f1`, for two people of whom neither is gold. It ignores units without the code, so it does
    not fall for rare codes as percent does; chance is not taken off.

    Examples
    --------
    >>> round(float(positive_agreement([1, 1, 0, 0], [1, 0, 0, 0])), 3)
    0.667
    """
    return measure(positive_parts(encode_pair(a, b), category=category))


def negative_agreement(a: object, b: object, *, category: object = 1) -> Agreement:
    """Tell how far two coders agree on where a code is absent.

    Parameters
    ----------
    a, b : sequence of n_units values
        What each coder said of the same units; None or nan where a coder did not read.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        2d / (2d + b + c): d units without the code from both, b and c from one only.

    Notes
    -----
    Close to 1 for any rare code; a companion to `positive_agreement`, never a headline.

    Examples
    --------
    >>> float(negative_agreement([1, 1, 0, 0], [1, 0, 0, 0]))
    0.8
    """
    return measure(negative_parts(encode_pair(a, b), category=category))


def jaccard(a: object, b: object, *, category: object = 1) -> Agreement:
    """Tell which share of the units that anyone coded both coded.

    Parameters
    ----------
    a, b : sequence of n_units values
        What each coder said of the same units; None or nan where a coder did not read.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        a / (a + b + c).

    Notes
    -----
    Chance is not taken off, and units that neither coded play no part.

    Examples
    --------
    >>> float(jaccard([1, 1, 0, 0], [1, 0, 0, 0]))
    0.5
    """
    return measure(jaccard_parts(encode_pair(a, b), category=category))


def precision(gold: object, other: object, *, category: object = 1) -> Agreement:
    """Tell which share of the units one coding gave the code the gold coding gave it too.

    Parameters
    ----------
    gold, other : sequence of n_units values
        The coding that counts as right (a consensus), and the one that is judged.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        a / (a + c): c units where only `other` has the code.

    Notes
    -----
    Only against a coding that counts as right; between equals use `positive_agreement`.

    Examples
    --------
    >>> float(precision(gold=[1, 1, 0, 0], other=[1, 0, 1, 0]))
    0.5
    """
    return measure(precision_parts(encode_pair(gold, other), category=category))


def recall(gold: object, other: object, *, category: object = 1) -> Agreement:
    """Tell which share of the units with the gold code the other coding found.

    Parameters
    ----------
    gold, other : sequence of n_units values
        The coding that counts as right (a consensus), and the one that is judged.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        a / (a + b): b units where only `gold` has the code.

    Notes
    -----
    Only against a coding that counts as right; between equals use `positive_agreement`.

    Examples
    --------
    >>> float(recall(gold=[1, 1, 0, 0], other=[1, 0, 0, 0]))
    0.5
    """
    return measure(recall_parts(encode_pair(gold, other), category=category))


def f1(gold: object, other: object, *, category: object = 1) -> Agreement:
    """Balance what a coding found of the gold code against what it wrongly added.

    Parameters
    ----------
    gold, other : sequence of n_units values
        The coding that counts as right (a consensus), and the one that is judged.
    category : value, optional
        The value that means "applied". Default 1.

    Returns
    -------
    Agreement
        2a / (2a + b + c).

    Notes
    -----
    Kappa tends to F1 as the units without the code grow in number (Hripcsak & Rothschild 2005,
    doi:10.1197/jamia.M1733). Chance is not taken off: a code on most units gives a high F1 to anyone.

    Examples
    --------
    >>> round(float(f1(gold=[1, 1, 0, 0], other=[1, 0, 0, 0])), 3)
    0.667
    """
    return measure(f1_parts(encode_pair(gold, other), category=category))
