"""How often would chance alone agree as well: moving one coder's codes along the talk, many times."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from alliance_nlp.agreement.parts import Parts
from alliance_nlp.agreement.ratings import Codes, encode, grid_of
from alliance_nlp.agreement.recipes import Statistic, call, name_of, parts_for, parts_of_codes, unwrapped
from alliance_nlp.agreement.resampling import groups_of
from alliance_nlp.agreement.results import Permutation
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Floats, Ints, counting

Scheme = Literal["shift", "shuffle"]
# Largest table of category pairs that is counted for a whole batch of arrangements at once.
_CELLS = 4096
# Values worked on at a time; memory stays near 100 MB.
_VALUES = 4_000_000
# Two figures closer than this are the same figure reached by another sum.
SAME = 1e-9
LEAST_PERMUTATIONS = 19  # the fewest that can give p = .05


@dataclass(frozen=True)
class Slot:
    """One coder's values in one block: what is moved. `units` are in reading order."""

    coder: int
    units: Ints
    values: Ints

    def period(self) -> int:
        """Return the smallest shift that leaves the values as they are."""
        size = self.units.size
        for shift in range(1, size):
            if size % shift == 0 and np.array_equal(self.values, np.roll(self.values, shift)):
                return shift
        return max(size, 1)

    def log_orders(self) -> float:
        """Return the log of the number of distinct orders of the values."""
        return math.lgamma(self.units.size + 1) - sum(math.lgamma(count + 1) for count in self._counts())

    def orders(self) -> int:
        """Return the number of distinct orders of the values."""
        counts = self._counts()
        return math.prod(math.comb(sum(counts[: i + 1]), count) for i, count in enumerate(counts))

    def _counts(self) -> list[int]:
        return [int(count) for count in np.unique(self.values, return_counts=True)[1]]


def slots_of(values: Ints, blocks: Ints, moved: Iterator[int] | range) -> list[Slot]:
    """List what each coder read in each block; for two coders only units both read can be told apart."""
    read = (values >= 0).all(axis=0) if values.shape[0] == 2 else np.ones(values.shape[1], dtype=bool)
    slots = []
    for coder in moved:
        units = np.flatnonzero(read & (values[coder] >= 0))
        units = units[np.argsort(blocks[units], kind="stable")]  # blocks together, reading order inside each
        borders = np.flatnonzero(np.diff(blocks[units])) + 1
        slots += [Slot(coder, part, values[coder, part]) for part in np.split(units, borders) if part.size > 1]
    return slots


def count_arrangements(slots: list[Slot], scheme: str) -> float:
    """Count the distinct arrangements; inf when beyond a float."""
    if scheme == "shift":
        exact = math.prod(slot.period() for slot in slots)
        return float(exact) if exact < 10**300 else math.inf
    if sum(slot.log_orders() for slot in slots) > 690:  # e^690 is about 10^300
        return math.inf
    return float(math.prod(slot.orders() for slot in slots))


def _batches(slots: list[Slot], total: int, width: int, draw: Any) -> Iterator[list[Ints]]:
    """Yield, for each batch of arrangements, the moved values of every slot, shape (batch, slot size)."""
    step = max(1, _VALUES // max(width, 1))
    for start in range(0, total, step):
        yield [draw(slot, position, start, min(start + step, total)) for position, slot in enumerate(slots)]


def _drawn(slots: list[Slot], scheme: str, n: int, width: int, rng: np.random.Generator) -> Iterator[list[Ints]]:
    """Draw arrangements at random."""
    offsets = [rng.integers(0, slot.units.size, n) for slot in slots] if scheme == "shift" else []

    def draw(slot: Slot, position: int, start: int, stop: int) -> Ints:
        if scheme == "shift":
            return _shifted(slot, offsets[position][start:stop])
        return rng.permuted(np.repeat(slot.values[None, :], stop - start, axis=0), axis=1)

    return _batches(slots, n, width, draw)


def _all_shifts(slots: list[Slot], n: int, width: int) -> Iterator[list[Ints]]:
    """Go through every distinct shift of every slot once."""
    table = np.array(list(itertools.product(*(range(slot.period()) for slot in slots))), dtype=np.int64).reshape(n, -1)
    return _batches(slots, n, width, lambda slot, position, start, stop: _shifted(slot, table[start:stop, position]))


def _shifted(slot: Slot, offsets: Ints) -> Ints:
    size = slot.units.size
    return np.asarray(slot.values[(np.arange(size)[None, :] - offsets[:, None]) % size])


class _Pair:
    """Two coders: every arrangement is a table of counts, and tables are counted many at a time."""

    def __init__(self, statistic: Statistic, codes: Codes) -> None:
        values = codes.values
        self.both = np.flatnonzero((values >= 0).all(axis=0))
        first, self.a = np.unique(values[0, self.both], return_inverse=True)
        second, b = np.unique(values[1, self.both], return_inverse=True)
        self.b, self.second = b.reshape(-1), second
        self.place = {int(unit): column for column, unit in enumerate(self.both)}
        self.n_cells, self.n_second = first.size * second.size, second.size
        cells = np.stack([np.repeat(first, second.size), np.tile(second, first.size)])
        alone = values[:, (values >= 0).sum(axis=0) == 1]  # read by one coder: never moved, may count for prevalence
        self.parts: Parts = parts_of_codes(statistic, replace(codes, values=np.concatenate([cells, alone], axis=1)))
        self.is_cell = self.parts.kept < self.n_cells
        self.alone = np.bincount(self.parts.pattern[~self.is_cell], minlength=self.parts.n_patterns).astype(np.float64)

    def values(self, moved: list[Ints], slots: list[Slot]) -> Floats:
        batch = len(moved[0])
        second = np.repeat(self.b[None, :], batch, axis=0)
        for slot, values in zip(slots, moved, strict=True):
            second[:, [self.place[unit] for unit in slot.units.tolist()]] = np.searchsorted(self.second, values)
        index = self.a.reshape(-1) * self.n_second + second + self.n_cells * np.arange(batch)[:, None]
        tables = np.bincount(index.reshape(-1), minlength=batch * self.n_cells).reshape(batch, self.n_cells)
        counts = np.repeat(self.alone[None, :], batch, axis=0)
        counts[:, self.parts.pattern[self.is_cell]] += tables[:, self.parts.kept[self.is_cell]]
        return self.parts.values(counts)


class _OneByOne:
    """More than two coders, or a function of the caller's own: each arrangement is computed by itself."""

    def __init__(self, statistic: Statistic, codes: Codes, ratings: object) -> None:
        self.statistic, self.codes = statistic, codes
        self.own = unwrapped(statistic)[0] is None
        self.lookup = np.array([*codes.categories, None], dtype=object) if self.own else None
        if self.own and grid_of(ratings).dtype.kind in "biuf":
            self.lookup = np.array([*codes.categories, np.nan], dtype=np.float64)

    def values(self, moved: list[Ints], slots: list[Slot]) -> Floats:
        return np.array([self._value([rows[draw] for rows in moved], slots) for draw in range(len(moved[0]))])

    def _value(self, moved: list[Ints], slots: list[Slot]) -> float:
        values = self.codes.values.copy()
        for slot, row in zip(slots, moved, strict=True):
            values[slot.coder, slot.units] = row
        if self.lookup is not None:
            return call(self.statistic, self.lookup[values])
        parts = parts_of_codes(self.statistic, replace(self.codes, values=values))
        return float(parts.values(parts.counts()[None, :])[0])


def check_scheme(scheme: str, n_permutations: int) -> None:
    """Refuse what is not a scheme or too few arrangements to say anything."""
    check_choice("scheme", get_args(Scheme), scheme)
    if not isinstance(n_permutations, int | np.integer) or n_permutations < LEAST_PERMUTATIONS:
        raise InputError(
            f"n_permutations must be at least {LEAST_PERMUTATIONS}, the fewest that can give "
            f"p = .05. Got {n_permutations!r}."
        )


def summed_up(
    value: float, figures: Floats, *, name: str, scheme: str, n_arrangements: float, exact: bool, random_state: int
) -> Permutation:
    """Turn the figures under chance into a record with p."""
    undefined = ~np.isfinite(figures)
    reach = int((undefined | (figures >= value - SAME)).sum())
    p = reach / figures.size if exact else (1 + reach) / (1 + figures.size)
    smallest = 1 / n_arrangements if exact else max(1 / (1 + figures.size), 1 / n_arrangements)
    mean = float(figures[~undefined].mean()) if (~undefined).any() else math.nan
    return Permutation(
        name, value, p, smallest, n_arrangements, figures.size, exact, scheme, mean, int(undefined.sum()), random_state
    )


def no_p(value: float, reason: str, *, name: str, scheme: str, n_arrangements: float, random_state: int) -> Permutation:
    """Make the record that says why there is no p."""
    smallest = 1 / n_arrangements if n_arrangements else math.nan
    return Permutation(
        name, value, math.nan, smallest, n_arrangements, 0, False, scheme, math.nan, 0, random_state, reason
    )


NOTHING_MOVES = "there is only one arrangement: inside every block the moved values are all alike, or there is one unit"


def permutation_p(
    statistic: Statistic,
    ratings: object,
    *,
    within: Sequence[object] | None = None,
    scheme: Scheme = "shift",
    n_permutations: int = 999,
    random_state: int = 0,
) -> Permutation:
    """Say how often codes that only happen to lie together would agree as well.

    Parameters
    ----------
    statistic : callable
        A statistic of this module, a functools.partial of one, or a function of your own.
    ratings : array of shape (n_coders, n_units)
        One row a coder, units in the order in which they were said; None or nan where the coder did not read.
    within : sequence of n_units groups, optional
        Blocks inside which codes are moved, usually (participant, session) of each unit. Default: one block.
    scheme : {"shift", "shuffle"}
        Turn a block's codes round by a random number of places, which keeps runs of one code together; or shuffle them.
    n_permutations : int
        Arrangements drawn. When fewer distinct shifts exist, each is tried once and p is exact.
    random_state : int
        Seed.

    Returns
    -------
    Permutation
        p, the smallest p this design can give, and the number of distinct arrangements.

    Raises
    ------
    InputError
        When `scheme` or `n_permutations` cannot be used.

    Notes
    -----
    The first coder stays, the others are moved. p = (1 + reached) / (1 + tried), so it is never 0
    (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585). It holds where the units of a block could as well stand in
    another order ("shuffle"), or where each block is one person's talk on its own ("shift"). **In talk of several
    people it does not hold**: codes run over several speakers, so that shifting each participant's turns rejects
    unrelated codings in 9 to 23 % (nominal 5), and shifting whole sessions in 48 to 72 % where people differ in what
    they speak of (docs/benchmarks/agreement.md). Use `stretch_test` there. With short blocks few shifts exist and p
    cannot get small. A small p says there is some agreement, not that it is good.

    Examples
    --------
    >>> from alliance_nlp.agreement import cohen_kappa, permutation_p
    >>> a = [1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0]
    >>> result = permutation_p(cohen_kappa, [a, a], within=["P1"] * 6 + ["P2"] * 6)
    >>> result.n_arrangements, result.exact, round(result.p, 3)
    (36.0, True, 0.028)
    """
    check_scheme(scheme, n_permutations)
    value = _point(statistic, ratings)
    codes = _moving_codes(statistic, ratings)
    blocks, _ = groups_of(within, codes.values.shape[1], "within")
    slots = slots_of(codes.values, blocks, range(1, codes.values.shape[0]))
    n_arrangements = count_arrangements(slots, scheme)
    name = name_of(statistic)
    about: dict[str, Any] = {"name": name, "scheme": scheme, "n_arrangements": n_arrangements}
    about["random_state"] = random_state
    remarks = tuple(parts_for(statistic, ratings).about.get("remarks", ()))
    if np.isnan(value) or n_arrangements == 1:
        reason = "the figure itself is undefined" if np.isnan(value) else NOTHING_MOVES
        return replace(no_p(value, reason, **about), remarks=remarks)
    exact = scheme == "shift" and n_arrangements <= n_permutations
    width = sum(slot.units.size for slot in slots)
    if exact:
        batches = _all_shifts(slots, int(n_arrangements), width)
    else:
        batches = _drawn(slots, scheme, n_permutations, width, np.random.default_rng(random_state))
    known = unwrapped(statistic)[0] is not None
    pair = known and codes.values.shape[0] == 2 and _n_cells(codes) <= _CELLS
    engine = _Pair(statistic, codes) if pair else _OneByOne(statistic, codes, ratings)
    found, n = [], int(n_arrangements) if exact else n_permutations
    with counting("moving codes", n, "arrangement") as done:
        for moved in batches:
            found.append(engine.values(moved, slots))
            done(len(moved[0]))
    figures = np.concatenate(found)
    return replace(summed_up(value, figures, exact=exact, **about), remarks=remarks)


def _n_cells(codes: Codes) -> int:
    return int(np.prod([np.unique(row).size for row in codes.values]))


def _point(statistic: Statistic, ratings: object) -> float:
    if unwrapped(statistic)[0] is None:
        return call(statistic, grid_of(ratings))
    parts = parts_for(statistic, ratings)
    return float(parts.values(parts.counts()[None, :])[0])


def _moving_codes(statistic: Statistic, ratings: object) -> Codes:
    """Encode, and take units that the statistic does not use as unread, so that they are never moved."""
    _, options = unwrapped(statistic)
    codes = encode(ratings, options.get("categories"))
    used = np.zeros(codes.values.shape[1], dtype=bool)
    used[parts_for(statistic, ratings).kept] = True
    return replace(codes, values=np.where(used, codes.values, -1))
