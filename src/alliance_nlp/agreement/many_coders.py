"""Agreement of two or more coders on one value per unit, with unread units allowed.

Where conventions for unread units part, these follow Gwet: prevalence is taken from every rating, agreement from the
units that two or more coders read (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
    scaled_rows,
    side_by_side,
)
from alliance_nlp.agreement.ratings import Codes, encode
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.numeric import Floats, Ints, ratio


def category_counts(distinct: Ints, n_categories: int) -> Any:
    """How many coders put each pattern's unit into each category, shape (n_patterns, n_categories)."""
    none = one_hot(np.full(len(distinct), -1), n_categories)
    return sum((one_hot(column, n_categories) for column in distinct.T), none)


def _pair_agreement(counts: Any) -> list[Floats]:
    """Two columns: share of a unit's pairs of coders who agree, and 1 if it has a pair at all."""
    rated = counts.sum(axis=1)
    paired = rated >= 2
    share = ratio((counts * counts).sum(axis=1) - rated, rated * (rated - 1))
    return [np.where(paired, share, 0.0), paired.astype(np.float64)]


def _patterns(codes: Codes, least: int) -> tuple[Ints, Ints, Ints, int]:
    """Units read by at least `least` coders; their patterns; how many were read by two or more."""
    kept = np.flatnonzero(codes.n_ratings >= least)
    distinct, pattern = patterns_of(codes.values[:, kept])
    return kept, distinct, pattern, int((codes.n_ratings >= 2).sum())


def _paired(codes: Codes) -> Ints:
    return np.flatnonzero(codes.n_ratings >= 2)


def percent_parts(codes: Codes) -> Parts:
    """Features: share of agreeing pairs, has a pair."""
    kept, distinct, pattern, n_paired = _patterns(codes, 2)
    features = np.column_stack(_pair_agreement(category_counts(distinct, len(codes.categories))))

    def solve(sums: Floats) -> Solved:
        value = ratio(sums[..., 0], sums[..., 1])
        return Solved(value, value)

    about = basis(codes, n_paired, undefined="no unit was read by two coders")
    return Parts("percent_agreement", kept, pattern, len(distinct), features, solve, about)


def brennan_prediger_parts(codes: Codes) -> Parts:
    """Features as percent agreement; chance is one in the number of categories."""
    percent = percent_parts(codes)
    q = len(codes.categories)

    def solve(sums: Floats) -> Solved:
        observed = ratio(sums[..., 0], sums[..., 1])
        return beyond_chance(observed, np.full(observed.shape, 1 / max(q, 1)))

    about = percent.about | {
        "chance": f"every category alike, 1 in {q}",
        "undefined": _declare(codes, _paired(codes)),
        "remarks": percent.about["remarks"] + _seen_only(codes),
    }
    return Parts("brennan_prediger", percent.kept, percent.pattern, percent.n_patterns, percent.features, solve, about)


def _declare(codes: Codes, kept: Ints) -> str:
    """Say why a coefficient that depends on the number of categories is undefined."""
    if kept.size == 0 or len(codes.categories) != 1:
        return no_variation(codes, kept)
    return f"only {codes.categories[0]!r} was seen; declare the codebook's categories=[...] to give it a chance part"


def _seen_only(codes: Codes) -> tuple[str, ...]:
    if codes.declared:
        return ()
    return (f"computed over the {len(codes.categories)} categories seen; it changes with the categories declared",)


def _pooled_parts(name: str, codes: Codes, expected: Callable[[Floats], Floats], chance: str) -> Parts:
    """Features: share of agreeing pairs, has a pair, share of the unit's ratings in each category, was rated."""
    kept, distinct, pattern, n_paired = _patterns(codes, 1)
    counts = category_counts(distinct, len(codes.categories))
    shares = scaled_rows(counts, 1 / counts.sum(axis=1))
    features = side_by_side(*_pair_agreement(counts), shares, np.ones(len(distinct)))

    def solve(sums: Floats) -> Solved:
        prevalence = ratio(sums[..., 2:-1], sums[..., -1:])
        return beyond_chance(ratio(sums[..., 0], sums[..., 1]), expected(prevalence))

    single = kept.size - n_paired
    remarks = [f"{single} units read by one coder count for prevalence only"] if single else []
    about = basis(codes, n_paired, chance=chance, undefined=no_variation(codes, _paired(codes)), remarks=remarks)
    return Parts(name, kept, pattern, len(distinct), features, solve, about)


def fleiss_parts(codes: Codes) -> Parts:
    """Chance: sum of squared prevalences."""
    chance = "the coders' pooled use of the categories"
    return _pooled_parts("fleiss_kappa", codes, lambda prevalence: (prevalence**2).sum(axis=-1), chance)


def gwet_parts(codes: Codes) -> Parts:
    """Chance: sum of prevalence * (1 - prevalence), spread over the other categories."""
    q = len(codes.categories)

    def expected(prevalence: Floats) -> Floats:
        spread = (prevalence * (1 - prevalence)).sum(axis=-1)
        return spread / (q - 1) if q > 1 else np.ones_like(spread)

    parts = _pooled_parts(
        "gwet_ac1", codes, expected, f"pooled prevalence spread over {max(q - 1, 0)} other categories"
    )
    parts.about["undefined"] = _declare(codes, _paired(codes))
    parts.about["remarks"] += _seen_only(codes)
    return parts


def conger_parts(codes: Codes) -> Parts:
    """Features: share of agreeing pairs, has a pair, and each coder's use of each category."""
    kept, distinct, pattern, n_paired = _patterns(codes, 1)
    size, readers = len(codes.categories), np.flatnonzero((codes.values >= 0).any(axis=1))
    counts = category_counts(distinct, size)
    features = side_by_side(*_pair_agreement(counts), *(one_hot(distinct[:, coder], size) for coder in readers))

    def solve(sums: Floats) -> Solved:
        table = sums[..., 2:].reshape(*sums.shape[:-1], len(readers), size)
        read = table.sum(axis=-1, keepdims=True)
        shares = np.where(read > 0, table / np.maximum(read, 1), 0.0)
        present = (read > 0).sum(axis=-2).astype(np.float64)
        mean = ratio(shares.sum(axis=-2), present)
        spread = np.where(read > 0, (shares - mean[..., None, :]) ** 2, 0.0).sum(axis=-2)
        expected = (mean**2 - ratio(spread, (present - 1) * present)).sum(axis=-1)
        return beyond_chance(ratio(sums[..., 0], sums[..., 1]), expected)

    about = basis(
        codes,
        n_paired,
        chance="each coder's own use of the categories, averaged over pairs of coders",
        undefined=no_variation(codes, _paired(codes)),
    )
    return Parts("conger_kappa", kept, pattern, len(distinct), features, solve, about)


def percent_agreement(ratings: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Count how often two coders, drawn at random, say the same of a unit.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit.
    categories : sequence, optional
        The categories of the codebook. Default: those seen.

    Returns
    -------
    Agreement
        Mean over units of the share of agreeing pairs of coders.

    Notes
    -----
    Chance is not taken off: with a code on 2% of the units, two people who never agree on it reach 96%.

    Examples
    --------
    >>> float(percent_agreement([[1, 2, 3, 3], [1, 2, 3, None], [1, 2, 2, 3]])).__round__(4)
    0.8333
    """
    return measure(percent_parts(encode(ratings, categories)))


def fleiss_kappa(ratings: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Compare several coders beyond the chance that their pooled habits give.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit.
    categories : sequence, optional
        The categories of the codebook. Default: those seen.

    Returns
    -------
    Agreement
        The figure with what it rests on; nan with a reason when nothing varies.

    Notes
    -----
    Expected = sum over categories of squared prevalence (Fleiss 1971, doi:10.1037/h0031619), in Gwet's form for unread
    units: a unit read by one coder counts for prevalence, not for agreement.

    Examples
    --------
    >>> round(float(fleiss_kappa([[1, 2, 3, 3], [1, 2, 3, 3], [1, 2, 2, 3]])), 3)
    0.745
    """
    return measure(fleiss_parts(encode(ratings, categories)))


def conger_kappa(ratings: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Compare several coders beyond the chance that each coder's own habits give.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit.
    categories : sequence, optional
        The categories of the codebook. Default: those seen.

    Returns
    -------
    Agreement
        The figure with what it rests on; for two coders who read everything it is Cohen's kappa.

    Notes
    -----
    Expected = sum over categories of mean^2 - variance / m over the m coders' shares (Conger 1980,
    doi:10.1037/0033-2909.88.2.322). A coder who read nothing is left out.

    Examples
    --------
    >>> round(float(conger_kappa([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1]])), 3)
    0.615
    """
    return measure(conger_parts(encode(ratings, categories)))


def gwet_ac1(ratings: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Compare several coders beyond a chance that shrinks when one category dominates.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit.
    categories : sequence, optional
        The categories of the codebook; their number enters the formula. Default: those seen, said in the result.

    Returns
    -------
    Agreement
        The figure with what it rests on.

    Notes
    -----
    Expected = sum over categories of prevalence * (1 - prevalence) / (q - 1) (Gwet 2008, doi:10.1348/000711006X126600).
    With a rare code AC1 stays near 1 whether or not the coders ever agree on it: never quote it alone there.

    Examples
    --------
    >>> round(float(gwet_ac1([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1]], categories=[0, 1])), 3)
    0.6
    """
    return measure(gwet_parts(encode(ratings, categories)))


def brennan_prediger(ratings: object, *, categories: Sequence[object] | None = None) -> Agreement:
    """Compare several coders beyond the chance of picking among the categories blindly.

    Parameters
    ----------
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read the unit.
    categories : sequence, optional
        The categories of the codebook; their number is the whole chance part. Default: those seen, said in the result.

    Returns
    -------
    Agreement
        The figure with what it rests on; for two categories it is PABAK, 2 * percent - 1.

    Notes
    -----
    Expected = 1 / q (Brennan & Prediger 1981, doi:10.1177/001316448104100307). Near 1 for any rare code.

    Examples
    --------
    >>> round(float(brennan_prediger([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1]], categories=[0, 1])), 3)
    0.6
    """
    return measure(brennan_prediger_parts(encode(ratings, categories)))
