"""One figure over all codes of a codebook: the mean of their kappas, and the kappa of their pooled agreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.agreement.contingency import (
    binary_tables,
    bootstrap_tables,
    table_values,
    tables_in,
    too_few_groups,
)
from alliance_nlp.agreement.resampling import interval_from_draws
from alliance_nlp.agreement.results import Agreement, Interval
from alliance_nlp.agreement.two_coders import cohen_kappa
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, nan_mean, ratio

_NOTHING = "no code varies among the units that both coders read"


def _pooled_parts(tables: Floats) -> tuple[Floats, Floats]:
    """Mean over codes of observed and of expected agreement; codes that nobody read are left out."""
    n = tables.sum(axis=(-2, -1))
    shares = ratio(tables, n[..., None, None])
    observed = np.trace(shares, axis1=-2, axis2=-1)
    in_a, in_b = shares[..., 1, :].sum(axis=-1), shares[..., :, 1].sum(axis=-1)
    expected = in_a * in_b + (1 - in_a) * (1 - in_b)
    return nan_mean(np.moveaxis(observed, -1, 0)), nan_mean(np.moveaxis(expected, -1, 0))


def _pooled(tables: Floats) -> Floats:
    observed, expected = _pooled_parts(tables)
    return ratio(observed - expected, 1 - expected)


def _mean(tables: Floats) -> Floats:
    return nan_mean(np.moveaxis(table_values(cohen_kappa, tables), -1, 0))


def pooled_kappa(a: ArrayLike, b: ArrayLike) -> Agreement:
    """Compare two coders over all codes at once: kappa of the mean agreement and the mean chance of the codes.

    Parameters
    ----------
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.

    Returns
    -------
    Agreement
        The figure with its two parts; nan with a reason when no code varies.

    Raises
    ------
    InputError
        When a value is not 0, 1 or nan.

    Notes
    -----
    (mean observed - mean expected) / (1 - mean expected), the means taken over codes (de Vries, Elliott, Kanouse &
    Teleki 2008, doi:10.1177/1525822X08317166). Every code has a part, also one whose own kappa is undefined, and a code
    weighs the more the more it leaves to agree about: common codes count for more than rare ones, which `mean_kappa`
    counts alike. One figure hides the codes that go badly: show the codes beside it.

    Examples
    --------
    >>> a = [[1, 1, 0, 0, 1], [0, 0, 0, 0, 1]]
    >>> b = [[1, 0, 0, 0, 1], [0, 0, 0, 0, 0]]
    >>> round(float(pooled_kappa(a, b)), 3)
    0.444
    """
    tables = binary_tables(a, b).astype(np.float64)
    observed, expected = (float(part) for part in _pooled_parts(tables))
    remarks = (f"over {len(tables)} codes",)
    return _agreement("pooled_kappa", a, tables, float(_pooled(tables)), remarks, observed=observed, expected=expected)


def mean_kappa(a: ArrayLike, b: ArrayLike) -> Agreement:
    """Compare two coders over all codes at once: the mean of the codes' kappas.

    Parameters
    ----------
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.

    Returns
    -------
    Agreement
        The figure; nan with a reason when no code has a kappa. A remark says over how many codes it was taken.

    Raises
    ------
    InputError
        When a value is not 0, 1 or nan.

    Notes
    -----
    A code that nobody applied has no kappa and is left out. Every other code counts alike, so that a rare one, whose
    kappa rests on two or three segments, moves the mean as much as a common one; `pooled_kappa` does not have that.

    Examples
    --------
    >>> a = [[1, 1, 0, 0, 1], [0, 0, 0, 0, 1]]
    >>> b = [[1, 0, 0, 0, 1], [0, 0, 0, 0, 0]]
    >>> print(mean_kappa(a, b))
    mean kappa over codes .31 (5 units, 2 coders)
      chance: each coder's own use of each code
      note: over 2 codes of 2
    """
    tables = binary_tables(a, b).astype(np.float64)
    n_defined = int(np.isfinite(table_values(cohen_kappa, tables)).sum())
    return _agreement("mean_kappa", a, tables, float(_mean(tables)), (f"over {n_defined} codes of {len(tables)}",))


def _agreement(
    name: str, a: ArrayLike, tables: Floats, value: float, remarks: tuple[str, ...], **parts: float
) -> Agreement:
    n_units = int(tables.sum(axis=(1, 2)).max(initial=0))
    reason = None if np.isfinite(value) else _NOTHING if n_units else "no unit was read by both coders"
    return Agreement(
        name, value, n_units, 2, categories=(0, 1), n_left_out=np.shape(a)[1] - n_units,
        chance="each coder's own use of each code", reason=reason, remarks=remarks, **parts,
    )  # fmt: skip


OverCodes = Callable[[ArrayLike, ArrayLike], Agreement]
FIGURES: dict[OverCodes, tuple[str, Callable[[Floats], Floats]]] = {
    pooled_kappa: ("pooled_kappa", _pooled),
    mean_kappa: ("mean_kappa", _mean),
}


def over_codes_values(statistic: OverCodes, tables: ArrayLike) -> Floats:
    """Compute a figure over codes from their tables of four counts, however many draws there are.

    Parameters
    ----------
    statistic : callable
        `pooled_kappa` or `mean_kappa`.
    tables : array of shape (..., n_codes, 2, 2)
        Counts as `binary_tables` and `bootstrap_tables` give them.

    Returns
    -------
    ndarray of shape (...)
        The figures; nan where undefined.

    Raises
    ------
    InputError
        When the statistic is another one.

    Examples
    --------
    >>> over_codes_values(mean_kappa, [[[15, 10], [5, 20]], [[25, 0], [0, 25]]]).round(3).tolist()
    0.7
    """
    if statistic not in FIGURES:
        raise InputError(f"statistic must be pooled_kappa or mean_kappa. Got {statistic!r}.")
    return FIGURES[statistic][1](tables_in(tables))


def over_codes_interval(
    statistic: OverCodes,
    a: ArrayLike,
    b: ArrayLike,
    *,
    by: Sequence[object] | None = None,
    method: Literal["percentile", "expanded"] = "percentile",
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> Interval:
    """Say how far a figure over all codes could move had other segments, participants or stretches been drawn.

    Parameters
    ----------
    statistic : callable
        `pooled_kappa` or `mean_kappa`.
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.
    by : sequence of n_units groups, optional
        Draw whole groups, such as `groups_to_draw` gives. With fewer than ten, the interval is nan with a reason.
    method : {"percentile", "expanded"}
        As in `bootstrap_interval`.
    n_draws : int
        Draws; each takes the same units for all codes.
    level : float
        Coverage aimed at.
    random_state : int
        Seed.

    Returns
    -------
    Interval
        With a reason and nan ends as in `interval_from_draws`.

    Notes
    -----
    Codes of one segment depend on each other, so the same segments are drawn for all of them. In a draw that holds no
    use of a rare code the mean is taken over the other codes; the interval of the mean is then a little too narrow,
    that of the pooled figure less so (docs/benchmarks/agreement.md).

    Examples
    --------
    >>> a, b = [[1, 1, 0, 0, 1] * 9, [0, 0, 1] * 15], [[1, 0, 0, 0, 1] * 9, [0, 0, 1] * 15]
    >>> interval = over_codes_interval(pooled_kappa, a, b)
    >>> interval.low < interval.value < interval.high
    True
    """
    tables = binary_tables(a, b)
    value = float(over_codes_values(statistic, tables))
    n_groups, reason = too_few_groups(by, np.shape(a)[1])
    draws = np.full(n_draws, np.nan)
    if reason is None:
        drawn = bootstrap_tables(a, b, by=by, n_draws=n_draws, random_state=random_state)
        draws = over_codes_values(statistic, drawn)
    found = interval_from_draws(
        value, draws, name=FIGURES[statistic][0], method=method, level=level,
        n_units=int(tables.sum(axis=(1, 2)).max(initial=0)), n_groups=n_groups, random_state=random_state,
    )  # fmt: skip
    return found if reason is None else replace(found, reason=reason, undefined_share=0.0)
