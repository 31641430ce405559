"""Names of array types, the few things that every room does with arrays, and how a number is written for people."""

from __future__ import annotations

import contextlib
import itertools
import math
import re
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Key = TypeVar("Key")
Item = TypeVar("Item")
Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.int64]  # the cluster of each row, -1 for none

PATIENCE = 2.0  # seconds before a terminal shows how long the rest of some work will take
# Below this a denominator is rounding dust, not variation.
DUST = 1e-12


def frozen_array(values: object, dtype: DTypeLike) -> np.ndarray[Any, Any]:
    """Copy values into a read-only array, unless they are one, so that a record cannot change under its reader.

    An array that lies in a file, opened for reading only (``np.load(path, mmap_mode="r")``), stays there.
    """
    if isinstance(values, np.ndarray) and values.dtype == dtype and not values.flags.writeable:
        if values.flags.owndata:
            return values
        if lies_in_file(values):
            return np.asarray(values)
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


class RowsOf:
    """Some rows of a table that is too large to be copied; what is asked for is copied, and no more.

    Examples
    --------
    >>> rows = RowsOf(np.eye(3), np.array([2, 0]))
    >>> len(rows), rows[:1].tolist(), rows[np.array([1]), :2].tolist()
    (2, [[0.0, 0.0, 1.0]], [[1.0, 0.0]])
    """

    def __init__(self, table: NDArray[Any], positions: Ints) -> None:
        self.table, self.positions = table, positions
        self.shape, self.dtype = (len(positions), *table.shape[1:]), table.dtype
        self.size = len(positions) * (table.shape[1] if table.ndim > 1 else 1)

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        if isinstance(key, tuple):
            return np.asarray(self.table[self.positions[key[0]], key[1]])
        return np.asarray(self.table[self.positions[key]])


def lies_in_file(values: np.ndarray[Any, Any]) -> bool:
    """Whether an array is (part of) a file that was opened for reading only, and so cannot be changed through it."""
    base: Any = values
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap):
            return base.mode == "r"
        base = base.base
    return False


def unit_rows(rows: Floats) -> Floats:
    """Scale every row (or one vector) to length one; what has length zero stays zero.

    Examples
    --------
    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0))


def ratio(top: ArrayLike, bottom: ArrayLike, *, otherwise: float = np.nan) -> Floats:
    """Divide; `otherwise` where there is nothing to divide by.

    Examples
    --------
    >>> ratio([1.0, 2.0], [4.0, 0.0]).tolist()
    [0.25, nan]
    """
    top, bottom = np.asarray(top), np.asarray(bottom)
    out = np.full(np.broadcast(top, bottom).shape, otherwise, dtype=np.float64)
    np.divide(top, bottom, out=out, where=np.abs(bottom) > DUST)
    return out


def nan_mean(rows: ArrayLike) -> Floats:
    """Mean over the first axis, leaving out what is not finite; nan where nothing is left.

    Examples
    --------
    >>> nan_mean([[1.0, np.nan], [3.0, np.nan]]).tolist()
    [2.0, nan]
    """
    values = np.asarray(rows, dtype=np.float64)
    defined = np.isfinite(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=0), defined.sum(axis=0))


def largest_first(values: ArrayLike) -> Ints:
    """Positions from the largest value to the smallest along the last axis; ties as they stand, nan last.

    Examples
    --------
    >>> largest_first([0.2, np.nan, 0.7, 0.2]).tolist()
    [2, 0, 3, 1]
    """
    return np.argsort(-np.nan_to_num(np.asarray(values, dtype=np.float64), nan=-np.inf), axis=-1, kind="stable")


def few_largest(values: ArrayLike, n: int) -> Ints:
    """Positions of the `n` largest values, as `largest_first` gives them, without putting the others in order.

    Examples
    --------
    >>> few_largest([0.2, np.nan, 0.7, 0.2], 2).tolist()
    [2, 0]
    """
    falling = -np.nan_to_num(np.asarray(values, dtype=np.float64), nan=-np.inf)
    if 0 < n < falling.size:
        near = np.flatnonzero(falling <= np.partition(falling, n - 1)[n - 1])
        return near[np.argsort(falling[near], kind="stable")][:n]
    return np.argsort(falling, kind="stable")[: max(n, 0)]


def numbered(values: Sequence[Hashable] | None, n: int) -> Ints:
    """Give numbers to values in order of first appearance; without values every row is its own.

    Examples
    --------
    >>> numbered(["b", "a", "b"], 3).tolist()
    [0, 1, 0]
    """
    if values is None:
        return np.arange(n, dtype=np.int64)
    place: dict[Hashable, int] = {}
    return np.array([place.setdefault(value, len(place)) for value in values], dtype=np.int64)


def grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """Collect items under their keys, both in order of first appearance.

    Examples
    --------
    >>> grouped([("b", 1), ("a", 2), ("b", 3)])
    {'b': [1, 3], 'a': [2]}
    """
    found: dict[Key, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


def positions_of(labels: Ints, n: int) -> list[Ints]:
    """Positions of each label from 0 to n - 1, ascending; all labels are looked at once, however many there are.

    Examples
    --------
    >>> [found.tolist() for found in positions_of(np.array([1, -1, 0, 1]), 3)]
    [[2], [0, 3], []]
    """
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(n + 1))
    return [order[low:high] for low, high in itertools.pairwise(edges.tolist())]


def format_number(value: float, *, signed: bool = False) -> str:
    """Write a figure with two decimals and no zero before the point, whole numbers beyond 1 without decimals.

    Parameters
    ----------
    value : float
        The figure.
    signed : bool, default False
        Whether to write a plus sign too.

    Examples
    --------
    >>> format_number(0.62), format_number(-0.5), format_number(12.0), format_number(0.3, signed=True)
    ('.62', '-.50', '12', '+.30')
    """
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "∞" if value > 0 else "-∞"
    text = f"{value:.2f}" if value != round(value) or abs(value) <= 1 else f"{value:.0f}"
    text = re.sub(r"^(-?)0\.", r"\1.", text).replace("-.00", ".00")
    return f"+{text}" if signed and not text.startswith("-") else text


def format_p(value: float) -> str:
    """Write a p value with three decimals, so that a small one is not printed as 0.

    Examples
    --------
    >>> format_p(0.0421), format_p(0.0004), format_p(1.0)
    ('.042', '<.001', '1.000')
    """
    if math.isnan(value):
        return "nan"
    return "<.001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


@contextlib.contextmanager
def counting(what: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """Show in a terminal how much is done, and how long the rest will take, once that took more than two seconds.

    Whoever works calls what it gives with how many units are done now. The line goes away at the end; where no terminal
    is listening, or there is one unit only, nothing is drawn, and nothing loaded.

    Examples
    --------
    >>> with counting("adding up", 10, "number") as done:
    ...     done(4)
    """
    if total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(desc=what, total=total, unit=unit, delay=PATIENCE, leave=False) as bar:
        yield bar.update


def one_thread() -> AbstractContextManager[Any]:
    """Hold the linear algebra to one thread: with more, sums are split differently and their last bits change."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits
