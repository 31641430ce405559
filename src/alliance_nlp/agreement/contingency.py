"""Many binary codes at once: every figure of a code applied or not is a function of its table of four counts.

A table is an array of shape (2, 2), `table[in_a, in_b]`: `table[1, 1]` units both gave the code, `table[1, 0]` only
coder a, `table[0, 1]` only coder b, `table[0, 0]` neither.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.agreement.permuting import (
    NOTHING_MOVES,
    Scheme,
    check_scheme,
    count_arrangements,
    no_p,
    slots_of,
    summed_up,
)
from alliance_nlp.agreement.ratings import Codes
from alliance_nlp.agreement.recipes import Statistic, name_of, parts_of_codes
from alliance_nlp.agreement.resampling import LEAST_GROUPS, groups_of, interval_from_draws
from alliance_nlp.agreement.results import Interval, Permutation
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Floats, Ints, counting

# Arrangements that are held at a time: 100 MB at 50,000 units.
_BATCH = 250
# Drawn units, or kinds that they are counted into, that are held at a time: some 100 MB, however many there are.
_AT_ONCE = 4_000_000
# Cells of a code and a unit: neither gave it, only b, only a, both; and this where somebody has not read.
_UNREAD = 4


def numbers_in(name: str, values: ArrayLike) -> Floats:
    """Read numbers; what holds anything else is refused in a sentence.

    Raises
    ------
    InputError
        When a value is no number, or rows differ in length.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as err:
        raise InputError(f"{name} must hold numbers, each row as many. Got other values, or rows that differ.") from err


def tables_in(tables: ArrayLike) -> Floats:
    """Read tables of two by two.

    Raises
    ------
    InputError
        When they are none.
    """
    counts = numbers_in("tables", tables)
    if counts.shape[-2:] != (2, 2):
        raise InputError(f"tables must have shape (..., 2, 2), as binary_tables() gives them. Got {counts.shape}.")
    return counts


def _binary(name: str, codings: ArrayLike) -> Floats:
    values = numbers_in(name, codings)
    if values.ndim != 2:
        raise InputError(f"{name} must have shape (n_codes, n_units). Got {values.ndim} dimensions.")
    odd = ~(np.isnan(values) | (values == 0) | (values == 1))
    if odd.any():
        raise InputError(
            f"{name} must hold 1 (applied), 0 (read, not applied) or nan (not read). {int(odd.sum())} values are "
            f"neither, the first in row {int(np.argwhere(odd)[0][0])}."
        )
    return values


def both_sides(a: ArrayLike, b: ArrayLike) -> tuple[Floats, Floats]:
    """Read two codings of the same codes and units; refuse values that are not 1, 0 or nan."""
    first, second = _binary("a", a), _binary("b", b)
    if first.shape != second.shape:
        raise AlignmentError(f"a and b must hold the same codes and units. a is {first.shape}, b is {second.shape}.")
    return first, second


def _cells(first: Floats, second: Floats) -> NDArray[np.int8]:
    """Give the number of the cell of each code and unit, shape (n_codes, n_units)."""
    unread = np.isnan(first) | np.isnan(second)
    return np.where(unread, _UNREAD, 2 * (first == 1) + (second == 1)).astype(np.int8)


def _counted(cells: NDArray[np.int8], groups: Ints, n_groups: int) -> Floats:
    """Count the units of each group in each cell, shape (n_groups, n_codes * 4)."""
    width = _UNREAD + 1
    found = np.empty((n_groups, len(cells), _UNREAD))
    for code, row in enumerate(cells):
        counts = np.bincount(groups * width + row, minlength=n_groups * width).reshape(n_groups, width)
        found[:, code] = counts[:, :_UNREAD]
    return found.reshape(n_groups, _UNREAD * len(cells))


def _alike(cells: NDArray[np.int8]) -> tuple[Ints, Ints]:
    """Give units with the same cells for all codes one number; and one unit of each number."""
    number = np.zeros(cells.shape[1], dtype=np.int64)
    for row in cells:
        number = np.unique(number * (_UNREAD + 1) + row, return_inverse=True)[1].reshape(-1)
    return number, np.unique(number, return_index=True)[1]


def _times_drawn(kinds: Ints, n_kinds: int, n_draws: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Draw as many things as there are, again and again, and count how often each kind comes; some draws at a time."""
    size, kinds = len(kinds), kinds.astype(np.min_scalar_type(max(n_kinds, 1)))  # small: it is looked up at random
    most = max(1, min(_BATCH, _AT_ONCE // max(size, n_kinds, 1)))
    for start in range(0, n_draws, most):
        batch = min(most, n_draws - start)
        chosen = kinds[rng.integers(0, max(size, 1), (batch, size))] + n_kinds * np.arange(batch)[:, None]
        times = np.bincount(chosen.reshape(-1), minlength=batch * n_kinds)
        yield times.reshape(batch, n_kinds).astype(np.float64)


def binary_tables(a: ArrayLike, b: ArrayLike, *, by: Sequence[object] | None = None) -> Ints:
    """Count, for every code, the units that both, one or neither coder gave it.

    Parameters
    ----------
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.
    by : sequence of n_units groups, optional
        Count each group (participant) by itself.

    Returns
    -------
    ndarray of shape (n_codes, 2, 2), or (n_groups, n_codes, 2, 2)
        `[code, in_a, in_b]`: `[:, 1, 1]` both, `[:, 1, 0]` only a, `[:, 0, 1]` only b, `[:, 0, 0]` neither. Groups
        stand in the order of their names.

    Raises
    ------
    InputError
        When a value is not 0, 1 or nan.

    Examples
    --------
    >>> binary_tables([[1, 1, 0, 0, 1]], [[1, 0, 0, 0, np.nan]]).tolist()
    [[[2, 0], [1, 1]]]
    """
    first, second = both_sides(a, b)
    groups, names = groups_of(by, first.shape[1])
    counts = _counted(_cells(first, second), groups, len(names)).astype(np.int64)
    return counts.reshape(*(() if by is None else (len(names),)), len(first), 2, 2)


def table_values(statistic: Statistic, tables: ArrayLike) -> Floats:
    """Compute a statistic from tables of four counts, however many there are.

    Parameters
    ----------
    statistic : callable
        A statistic of this module other than those of partitions (ARI, AMI, V, omega), for one code applied or not.
    tables : array of shape (..., 2, 2)
        Counts as `binary_tables` and `bootstrap_tables` give them.

    Returns
    -------
    ndarray of shape (...)
        The figures; nan where undefined. AC1 and Brennan-Prediger are over the two categories applied and not applied.

    Notes
    -----
    The same formulas as the statistic itself, so `table_values(f, binary_tables(a, b))[k]` is `f(a[k], b[k])`.

    Examples
    --------
    >>> from alliance_nlp.agreement import cohen_kappa
    >>> table_values(cohen_kappa, [[[15, 10], [5, 20]]]).round(3).tolist()
    [0.4]
    """
    counts = tables_in(tables)
    codes = Codes(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), (0, 1), True)
    flat = counts.reshape(*counts.shape[:-2], 4)
    return np.asarray(parts_of_codes(statistic, codes).values(flat))


def bootstrap_tables(
    a: ArrayLike,
    b: ArrayLike,
    *,
    by: Sequence[object] | None = None,
    n_draws: int = 1000,
    random_state: int = 0,
) -> Floats:
    """Draw units, or participants, again and count the tables of all codes in every draw.

    Parameters
    ----------
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.
    by : sequence of n_units groups, optional
        Draw whole groups (participants). Default: units one by one.
    n_draws : int
        Draws.
    random_state : int
        Seed.

    Returns
    -------
    ndarray of shape (n_draws, n_codes, 2, 2)
        Counts; give them to `table_values`.

    Raises
    ------
    InputError
        When `by` holds fewer than ten groups.

    Notes
    -----
    One draw takes the same units for every code, and the same seed and number of units (or groups) take the same units
    in another call. So figures of two pairs of coders on the same units may be subtracted draw by draw, which gives an
    interval for their difference. Time grows with draws times units (or groups), memory with units times codes and by
    some 100 MB for what is drawn at a time.

    Examples
    --------
    >>> draws = bootstrap_tables([[1, 1, 0, 0, 1]], [[1, 0, 0, 0, 1]], n_draws=100)
    >>> draws.shape, int(draws[0].sum())
    ((100, 1, 2, 2), 5)
    """
    first, second = both_sides(a, b)
    cells = _cells(first, second)
    if by is None:  # of units that are alike it is enough to know how many were drawn
        kinds, one_of_each = _alike(cells)
        pool = _counted(cells[:, one_of_each], np.arange(one_of_each.size), one_of_each.size)
    else:
        groups, names = groups_of(by, first.shape[1])
        if len(names) < LEAST_GROUPS:
            raise InputError(
                f"by holds {len(names)} groups; drawing groups needs at least {LEAST_GROUPS}. Leave out by= and say "
                "that units of a group are not independent, or give each group's own figures."
            )
        kinds, pool = np.arange(len(names)), _counted(cells, groups, len(names))
    times, drawn = _times_drawn(kinds, len(pool), n_draws, np.random.default_rng(random_state)), []
    with counting("drawing again", n_draws, "draw") as done:
        for batch in times:
            drawn.append(batch @ pool)
            done(len(batch))
    return np.concatenate(drawn).reshape(n_draws, len(first), 2, 2)


def too_few_groups(by: Sequence[object] | None, n_units: int) -> tuple[int, str | None]:
    """Count the groups, and say why they are too few for an interval."""
    if by is None:
        return 0, None
    n_groups = len(groups_of(by, n_units)[1])
    few = n_groups < LEAST_GROUPS
    return n_groups, f"{n_groups} groups; an interval over groups needs at least {LEAST_GROUPS}" if few else None


def per_code_intervals(
    statistic: Statistic,
    a: ArrayLike,
    b: ArrayLike,
    *,
    by: Sequence[object] | None = None,
    method: Literal["percentile", "expanded"] = "percentile",
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> list[Interval]:
    """Give each of many codes its agreement figure with an interval.

    Parameters
    ----------
    statistic : callable
        A statistic of one code, such as cohen_kappa.
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read.
    by : sequence of n_units groups, optional
        Draw whole groups (participants). With fewer than ten, every interval is nan with a reason.
    method : {"percentile", "expanded"}
        As in `bootstrap_interval`.
    n_draws : int
        Draws, the same ones for every code.
    level : float
        Coverage aimed at, for each code on its own.
    random_state : int
        Seed.

    Returns
    -------
    list of Interval
        One a code, in the order of the rows.

    Notes
    -----
    With 20 codes and level .95 one interval is expected to miss: do not pick the best one out.

    Examples
    --------
    >>> from alliance_nlp.agreement import cohen_kappa
    >>> a, b = [[1, 1, 0, 0, 1] * 9], [[1, 0, 0, 0, 1] * 9]
    >>> [round(interval.value, 3) for interval in per_code_intervals(cohen_kappa, a, b)]
    [0.615]
    """
    tables = binary_tables(a, b)
    values = table_values(statistic, tables)
    n_groups, reason = too_few_groups(by, np.shape(a)[1])
    draws = np.full((n_draws, len(values)), np.nan)
    if reason is None:
        draws = table_values(statistic, bootstrap_tables(a, b, by=by, n_draws=n_draws, random_state=random_state))
    intervals = []
    for code, value in enumerate(values.tolist()):
        interval = interval_from_draws(
            value,
            draws[:, code],
            name=name_of(statistic),
            method=method,
            level=level,
            n_units=int(tables[code].sum()),
            n_groups=n_groups,
            random_state=random_state,
        )
        intervals.append(interval if reason is None else replace(interval, reason=reason, undefined_share=0.0))
    return intervals


def _shifts_along(first: Floats, second: Floats) -> Floats:
    """Count what both coded for every shift of `second`, shape (n_codes, n_shifts), by one Fourier transform."""
    size = first.shape[1]
    spectrum = np.fft.rfft(first, axis=1) * np.conj(np.fft.rfft(second, axis=1))
    return np.rint(np.fft.irfft(spectrum, n=size, axis=1))


def _both_coded(
    first: Floats, second: Floats, blocks: list[Ints], scheme: str, n: int, rng: np.random.Generator
) -> Floats:
    """Count what both coded in each arrangement, shape (n, n_codes); one arrangement moves all codes together."""
    total = np.zeros((n, len(first)))
    if scheme == "shift":
        with counting("shifting along the talk", sum(units.size for units in blocks), "unit") as done:
            for units in blocks:
                total += _shifts_along(first[:, units], second[:, units])[:, rng.integers(0, units.size, n)].T
                done(units.size)
        return total
    kept = np.concatenate(blocks) if blocks else np.empty(0, dtype=np.int64)
    mine, others = first[:, kept], second[:, kept]
    borders = np.cumsum([0, *(units.size for units in blocks)])
    with counting("shuffling", n, "arrangement") as done:
        for start in range(0, n, _BATCH):
            orders = np.repeat(np.arange(kept.size)[None, :], min(_BATCH, n - start), axis=0)
            for left, right in itertools.pairwise(borders.tolist()):
                orders[:, left:right] = rng.permuted(orders[:, left:right], axis=1)
            for draw, order in enumerate(orders, start=start):
                total[draw] = np.einsum("ij,ij->i", mine, others[:, order])
            done(len(orders))
    return total


def per_code_permutations(
    statistic: Statistic,
    a: ArrayLike,
    b: ArrayLike,
    *,
    within: Sequence[object] | None = None,
    scheme: Scheme = "shift",
    n_permutations: int = 999,
    random_state: int = 0,
) -> list[Permutation]:
    """Give each of many codes the p of its agreement, coder b's codes being moved along the talk.

    Parameters
    ----------
    statistic : callable
        A statistic of one code, such as cohen_kappa.
    a, b : array of shape (n_codes, n_units)
        1 applied, 0 read and not applied, nan not read; units in the order in which they were said. A unit is read for
        all codes or for none.
    within : sequence of n_units groups, optional
        Blocks inside which codes are moved, usually (participant, session).
    scheme : {"shift", "shuffle"}
        As in `permutation_p`.
    n_permutations : int
        Arrangements, the same ones for every code.
    random_state : int
        Seed.

    Returns
    -------
    list of Permutation
        One a code, in the order of the rows; p is not adjusted for the number of codes.

    Raises
    ------
    InputError
        When a unit is read for some codes only.

    Notes
    -----
    Holds where `permutation_p` does, which is not in talk of several people: use `per_code_stretch_tests` there.

    Examples
    --------
    >>> from alliance_nlp.agreement import cohen_kappa
    >>> a = [[1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0]]
    >>> [round(result.p, 2) for result in per_code_permutations(cohen_kappa, a, a)]
    [0.04]
    """
    check_scheme(scheme, n_permutations)
    first, second = both_sides(a, b)
    read = ~(np.isnan(first) | np.isnan(second))
    if (read != read[:1]).any():
        raise InputError(
            "a unit must be read for all codes or for none, so that codes can be moved together. "
            f"{int((read.any(axis=0) & ~read.all(axis=0)).sum())} units are not. Use permutation_p code by code."
        )
    groups, names = groups_of(within, first.shape[1], "within")
    kept = read.all(axis=0) if len(read) else np.zeros(first.shape[1], dtype=bool)
    blocks = [np.flatnonzero((groups == block) & kept) for block in range(len(names))]
    rng = np.random.default_rng(random_state)
    both = _both_coded(first, second, [units for units in blocks if units.size], scheme, n_permutations, rng)
    tables = binary_tables(a, b)
    figures = table_values(statistic, _tables_with(both, tables))
    values = table_values(statistic, tables).tolist()
    about: dict[str, Any] = {"name": name_of(statistic), "scheme": scheme, "random_state": random_state}
    results = []
    for code, value in enumerate(values):
        moved = np.where(kept, [first[code], second[code]], -1).astype(np.int64)
        about["n_arrangements"] = count_arrangements(slots_of(moved, groups, range(1, 2)), scheme)
        if np.isnan(value) or about["n_arrangements"] == 1:
            reason = "the figure itself is undefined" if np.isnan(value) else NOTHING_MOVES
            results.append(no_p(value, reason, **about))
        else:
            results.append(summed_up(value, figures[:, code], exact=False, **about))
    return results


def _tables_with(both: Floats, tables: Ints) -> Floats:
    """Fill the other three cells from the counts of each coder, which no arrangement changes."""
    by_a, by_b, n = tables[:, 1].sum(axis=1), tables[:, :, 1].sum(axis=1), tables.sum(axis=(1, 2))
    cells = np.stack([n - by_a - by_b + both, by_b - both, by_a - both, both], axis=-1)
    return cells.reshape(*both.shape, 2, 2)
