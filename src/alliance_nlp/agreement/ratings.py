"""From what coders wrote to integer codes: reading ratings, and what counts as not read."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Ints


@dataclass(frozen=True)
class Codes:
    """Ratings as integers: `values[coder, unit]` is a position in `categories`, -1 where the coder did not read."""

    values: Ints
    categories: tuple[Any, ...]
    declared: bool

    @property
    def n_ratings(self) -> Ints:
        """Number of coders who read each unit."""
        read: Ints = (self.values >= 0).sum(axis=0)
        return read

    @property
    def n_coders(self) -> int:
        """Number of coders who read at least one unit."""
        return int((self.values >= 0).any(axis=1).sum())


def is_unread(value: object) -> bool:
    """Tell whether a cell says "did not read": None, nan or pandas' NA."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)  # noqa: PLR0124


def grid_of(ratings: object) -> NDArray[Any]:
    """Return ratings as an array with one row per coder, its cells untouched."""
    if isinstance(ratings, np.ma.MaskedArray):
        ratings = _unmasked(ratings)
    if isinstance(ratings, np.ndarray):
        grid = ratings
    elif hasattr(ratings, "to_pylist") and hasattr(ratings, "columns"):  # a table of pyarrow
        grid = _stacked([list(row) for row in zip(*map(_written_out, ratings.columns), strict=True)])
        _coders_in_rows(
            grid, "list(ratings.to_pydict().values())", "[list(row.values()) for row in ratings.to_pylist()]"
        )
    elif hasattr(ratings, "to_numpy"):  # a pandas or polars frame
        grid = ratings.to_numpy()
        _coders_in_rows(grid, "ratings.T", "ratings.to_numpy()")
    elif isinstance(ratings, Sequence) and not isinstance(ratings, str | bytes):
        if not all(isinstance(row, Iterable) for row in ratings):
            raise InputError("ratings must hold one sequence of values for each coder. Got a single value for one.")
        grid = _stacked([list(_written_out(row)) for row in ratings])
    else:
        raise InputError(
            f"ratings must be a table with one row per coder and one column per unit. Got {type(ratings).__name__}."
        )
    if grid.ndim != 2:
        raise InputError(
            f"ratings must have two dimensions, (n_coders, n_units). Got {grid.ndim} dimension"
            f"{'s' if grid.ndim != 1 else ''} of shape {grid.shape}. For two codings a and b pass [a, b]."
        )
    if grid.dtype.kind == "U" and (grid == "nan").any():
        raise InputError(
            f"ratings hold the text 'nan' {int((grid == 'nan').sum())} times: numpy turns nan into text beside words. "
            "Pass a list of lists or an array of dtype object, with None where a coder did not read."
        )
    return grid


def _unmasked(values: NDArray[Any]) -> NDArray[Any]:
    """Write None where a masked array hides a cell; numpy alone would show what is under the mask."""
    plain = np.array(values, dtype=object, subok=False)
    plain[np.ma.getmaskarray(values)] = None
    return plain


def _written_out(values: Any) -> Any:
    """Take a column of pyarrow as Python's own values: its scalars are none, and a null of them is not None."""
    return values.to_pylist() if hasattr(values, "to_pylist") else values


def _coders_in_rows(table: NDArray[Any], turned: str, plain: str) -> None:
    """Refuse a frame that looks as frames mostly do: one row a unit, one column a coder."""
    if table.ndim == 2 and table.shape[0] > max(table.shape[1], 2):
        raise InputError(
            f"ratings need one row per coder and one column per unit. The table has {table.shape[0]} rows and "
            f"{table.shape[1]} columns, as if each row were a unit. Pass {turned}; if the rows are coders, pass "
            f"{plain}."
        )


def _stacked(rows: list[list[Any]]) -> NDArray[Any]:
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        raise AlignmentError(
            f"Every coder needs one value per unit. The coders have {', '.join(map(str, lengths))} values. "
            "Put None where a coder did not read a unit."
        )
    grid = np.empty((len(rows), lengths[0] if lengths else 0), dtype=object)
    for position, row in enumerate(rows):
        for unit, value in enumerate(row):  # cell by cell: numpy would unpack lists and tuples
            grid[position, unit] = value.as_py() if hasattr(value, "as_py") else value
    return grid


def in_order(values: set[Any]) -> tuple[Any, ...]:
    """Sort categories so that the order of units never matters: numbers, then words, then sets."""

    def key(value: object) -> tuple[int, float, str, str]:
        if isinstance(value, int | float):
            return 0, float(value), "", ""
        if isinstance(value, frozenset):
            return 2, len(value), repr(sorted(map(repr, value))), ""
        return 1, 0.0, str(value), type(value).__name__

    return tuple(sorted(values, key=key))


def spelled_alike(categories: tuple[Any, ...]) -> list[str]:
    """Refuse labels that look the same and are not; remark on those that differ in case or marks only.

    Labels inside sets count too. Declared categories are not looked at: whoever lists both means both.
    """
    labels = in_order({label for value in categories for label in (value if isinstance(value, frozenset) else [value])})
    words = [label for label in labels if isinstance(label, str)]
    if not words:
        return []
    numbers = {float(label): label for label in labels if isinstance(label, int | float)}
    same: list[tuple[Any, str]] = [(numbers[n], word) for word in words if (n := _number_in(word)) in numbers]
    same += _twins(words, lambda word: " ".join(unicodedata.normalize("NFC", word).split()))
    if same:
        raise InputError(
            f"The ratings hold {len(same)} labels twice, written differently: "
            f"{', '.join(f'{one!r} and {other!r}' for one, other in same[:5])}. Write each label one way "
            "(numbers or text, no blanks around it), or list both in categories= if two are meant."
        )
    loose = _twins(words, lambda w: "".join(filter(str.isalnum, unicodedata.normalize("NFKC", w).casefold())) or w)
    return [f"{one!r} and {other!r} are counted as two: is that one code in two spellings?" for one, other in loose]


def _number_in(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _twins(words: list[str], key: Callable[[str], str]) -> list[tuple[Any, str]]:
    """Pair each word with the first before it that has the same key."""
    first: dict[str, str] = {}
    return [(first[key(word)], word) for word in words if first.setdefault(key(word), word) != word]


def _plain(value: object) -> object:
    """Turn numpy scalars into Python's, sets into frozensets; refuse what cannot be a category."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, set):
        return frozenset(value)
    try:
        hash(value)
    except TypeError as err:
        raise InputError(
            f"A rating must be a number, a word or a frozenset of codes. Got {type(value).__name__}. "
            "For several codes on one unit pass a frozenset."
        ) from err
    return value


def encode(ratings: object, categories: Sequence[object] | None = None) -> Codes:
    """Read ratings into integer codes over the declared or the seen categories."""
    grid = grid_of(ratings)
    if grid.dtype.kind in "biuf":
        return _encode_numbers(grid, categories)
    cells = [[None if is_unread(value) else _plain(value) for value in row] for row in grid.tolist()]
    seen = {value for row in cells for value in row if value is not None}
    listed = _declared(categories, seen) if categories is not None else in_order(seen)
    place: dict[Any, int] = {value: position for position, value in enumerate(listed)}
    place[None] = -1
    values = np.array([[place[value] for value in row] for row in cells], dtype=np.int64).reshape(grid.shape)
    return Codes(values, listed, categories is not None)


def _encode_numbers(grid: NDArray[Any], categories: Sequence[object] | None) -> Codes:
    unread = np.isnan(grid) if grid.dtype.kind == "f" else np.zeros(grid.shape, dtype=bool)
    if grid.dtype.kind == "f" and np.isinf(grid).any():
        raise InputError(f"Ratings must be finite. {int(np.isinf(grid).sum())} of them are infinite.")
    seen, codes = np.unique(grid[~unread], return_inverse=True)
    values = np.full(grid.shape, -1, dtype=np.int64)
    found = tuple(seen.tolist())
    listed = _declared(categories, set(found)) if categories is not None else found
    place = {value: position for position, value in enumerate(listed)}
    values[~unread] = np.array([place[value] for value in found], dtype=np.int64)[codes] if found else 0
    return Codes(values, listed, categories is not None)


def _declared(categories: Sequence[object], seen: set[Any]) -> tuple[Any, ...]:
    listed = tuple(_plain(value) for value in categories)
    if not listed or len(set(listed)) != len(listed):
        raise InputError(f"categories must name each category once, and at least one. Got {list(listed)!r}.")
    unknown = in_order(seen - set(listed))
    if unknown:
        raise InputError(
            f"The ratings hold {len(unknown)} values that are not among the {len(listed)} categories: "
            f"{', '.join(map(repr, unknown[:5]))}. Add them to categories, or recode the ratings."
        )
    return listed


def encode_pair(a: object, b: object, categories: Sequence[object] | None = None) -> Codes:
    """Read two codings of the same units; the units that only one coder read are left to the caller."""
    rows = [_as_row("a", a), _as_row("b", b)]
    if len(rows[0]) != len(rows[1]):
        raise AlignmentError(
            f"a and b must hold one value for each of the same units. a has {len(rows[0])} and b has {len(rows[1])}. "
            "Put None where a coder did not read a unit."
        )
    kinds = {row.dtype.kind for row in rows if isinstance(row, np.ndarray)}
    numeric = all(isinstance(row, np.ndarray) for row in rows) and kinds <= set("biuf")
    return encode(np.stack([np.asarray(row) for row in rows]) if numeric else rows, categories)


def _as_row(name: str, values: object) -> NDArray[Any] | list[Any]:
    if isinstance(values, np.ma.MaskedArray):
        values = _unmasked(values)
    values = _written_out(values)
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if isinstance(values, np.ndarray) and values.ndim == 1:
        grid_of(values[None, :])
        return values
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        return list(values)
    raise InputError(f"{name} must be a list or array with one value per unit. Got {type(values).__name__}.")


def ratings_from_counts(counts: ArrayLike, *, categories: Sequence[object] | None = None) -> NDArray[Any]:
    """Rebuild ratings from a table that only says how many coders chose each category.

    Parameters
    ----------
    counts : array of shape (n_units, n_categories)
        How many coders put the unit into the category.
    categories : sequence, optional
        Names of the columns; default 0, 1, 2, ... Pass the same to the statistic, so that unused columns count.

    Returns
    -------
    ndarray of shape (n_coders, n_units)
        Object array with None where fewer coders rated the unit than the most rated one.

    Raises
    ------
    InputError
        When counts are not whole numbers of zero or more, or the names do not fit the columns.

    Notes
    -----
    Who chose what is lost in such a table, so rows of the result are not people. Use coefficients that pool the
    coders (Fleiss, alpha, AC1, Brennan-Prediger, percent), not those that take each coder's own habits (Cohen, Conger).

    Examples
    --------
    >>> ratings_from_counts([[2, 0], [1, 1]]).tolist()
    [[0, 0], [0, 1]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or table.dtype.kind not in "iuf" or (table < 0).any() or (table != np.floor(table)).any():
        raise InputError(
            "counts must be a table of whole numbers, (n_units, n_categories), none below zero. "
            f"Got shape {table.shape} of type {table.dtype}."
        )
    names = list(range(table.shape[1])) if categories is None else list(categories)
    if len(names) != table.shape[1]:
        raise InputError(f"categories must name the {table.shape[1]} columns of counts. Got {len(names)} names.")
    whole = table.astype(np.int64)
    ratings = np.full((int(whole.sum(axis=1).max(initial=0)), len(whole)), None, dtype=object)
    for unit, row in enumerate(whole):
        chosen = [name for name, count in zip(names, row.tolist(), strict=True) for _ in range(count)]
        for coder, value in enumerate(chosen):
            ratings[coder, unit] = value
    return ratings
