"""The one idea behind every coefficient here: each is a function of sums over units.

A statistic says what one unit adds (its features) and how the sums make the figure (`solve`). The point value, every
bootstrap draw, every jackknife step and every participant's own figure are then the same few matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.agreement.ratings import Codes, spelled_alike
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.errors import Told
from alliance_nlp.numeric import Floats, Ints, ratio

# Tables of units (or groups) and categories (or patterns) with more cells than this are kept sparse.
DENSE = 1_000_000


class Solved(NamedTuple):
    """A figure and its two parts, one entry a draw."""

    value: Floats
    observed: Floats | None = None
    expected: Floats | None = None


@dataclass(frozen=True)
class Parts:
    """What each unit adds to a coefficient.

    `pattern[i]` is the row of `features` that used unit i has and `kept[i]` its position among the units given.
    `features` None means one column a pattern: the counts themselves are what `solve` needs.
    """

    name: str
    kept: Ints
    pattern: Ints
    n_patterns: int
    features: Any  # array, full or sparse, or None
    solve: Callable[[Floats], Solved]
    about: dict[str, Any]

    def sums(self, counts: Floats) -> Floats:
        """Turn counts of patterns, shape (..., n_patterns), into the sums that `solve` takes."""
        return counts if self.features is None else np.asarray(counts @ self.features)

    def group_sums(self, groups: Ints, n_groups: int) -> Any:
        """Turn the counts of each group into sums; a table of patterns that is too large to be full stays sparse."""
        counts = self.group_counts(groups, n_groups)
        return counts if self.features is None else full_rows(counts @ self.features)

    def counts(self) -> Floats:
        """How many used units have each pattern."""
        return np.bincount(self.pattern, minlength=self.n_patterns).astype(np.float64)

    def group_counts(self, groups: Ints, n_groups: int) -> Any:
        """Count patterns within groups, shape (n_groups, n_patterns), sparse where the full table would be large.

        `groups` has one entry a used unit.
        """
        if n_groups * self.n_patterns > DENSE:
            from scipy.sparse import coo_array

            ones = np.ones(groups.size)
            return coo_array((ones, (groups, self.pattern)), shape=(n_groups, self.n_patterns)).tocsr()
        cells: Ints = np.bincount(groups * self.n_patterns + self.pattern, minlength=n_groups * self.n_patterns)
        return cells.reshape(n_groups, self.n_patterns).astype(np.float64)

    def values(self, counts: Floats) -> Floats:
        """Compute the figure for many sets of counts at once."""
        return self.solve(self.sums(counts)).value


def beyond_chance(observed: Floats, expected: Floats) -> Solved:
    """Apply (observed - expected) / (1 - expected)."""
    return Solved(ratio(observed - expected, 1 - expected), observed, expected)


def patterns_of(values: Ints) -> tuple[Ints, Ints]:
    """Find the distinct columns; return them, one a row, and which of them each column is."""
    if values.shape[1] == 0:
        return np.empty((0, values.shape[0]), dtype=np.int64), np.empty(0, dtype=np.int64)
    if values.shape[0] == 2:  # two coders: one number says it all, and sorting numbers is fast
        base = int(values.max()) + 2
        keys, index = np.unique((values[0] + 1) * base + values[1] + 1, return_inverse=True)
        return np.stack([keys // base - 1, keys % base - 1], axis=1), index.reshape(-1)
    distinct, index = np.unique(values.T, axis=0, return_inverse=True)
    return distinct, index.reshape(-1)


def one_hot(codes: Ints, n_categories: int) -> Any:
    """One row a code, one column a category; all zero for unread. Sparse where the full table would be large."""
    if codes.size * n_categories <= DENSE:
        return np.asarray(codes[:, None] == np.arange(n_categories)[None, :], dtype=np.float64)
    from scipy.sparse import csr_array

    read = codes >= 0
    starts = np.concatenate([[0], np.cumsum(read)])
    return csr_array((np.ones(int(read.sum())), codes[read], starts), shape=(codes.size, n_categories))


def full_rows(table: Any) -> Floats:
    """Give a table, full or sparse, as a full one."""
    return table if isinstance(table, np.ndarray) else np.asarray(table.toarray())


def side_by_side(*blocks: Any) -> Any:
    """Put columns and tables, full or sparse, beside each other."""
    if all(isinstance(block, np.ndarray) for block in blocks):
        return np.column_stack(blocks)
    from scipy.sparse import csr_array, hstack

    return hstack([csr_array(b[:, None] if b.ndim == 1 else b) for b in blocks], format="csr")


def scaled_rows(table: Any, factors: Floats) -> Any:
    """Multiply each row of a table, full or sparse."""
    return table * factors[:, None] if isinstance(table, np.ndarray) else table.multiply(factors[:, None]).tocsr()


def basis(codes: Codes, n_units: int, *, names_matter: bool = True, **more: object) -> dict[str, Any]:
    """Gather what every result says about its data; groupings are compared whatever their groups are called."""
    remarks = [*more.pop("remarks", ())]  # type: ignore[misc]
    n_rows, n_columns = codes.values.shape
    if n_rows > n_columns > 0 and n_rows > 2:
        remarks.append(f"{n_rows} coders and only {n_columns} units: ratings need one row per coder, not per unit")
    if names_matter and not codes.declared:
        remarks += spelled_alike(codes.categories)
    return {
        "n_units": n_units,
        "n_coders": codes.n_coders,
        "categories": codes.categories,
        "n_left_out": n_columns - n_units,
        "remarks": tuple(remarks),
        **more,
    }


def _in_words(category: object) -> str:
    """Write a category; a set of codes as a reader would."""
    if isinstance(category, Set):
        return f"the set of {', '.join(sorted(map(repr, category)))}" if category else "the empty set"
    return repr(category)


def no_variation(codes: Codes, kept: Ints, needs: str = "two coders") -> str:
    """Say why a chance-corrected figure is undefined."""
    if kept.size == 0:
        return Told(f"no unit was read by {needs}", "unread")
    used = codes.values[:, kept]
    seen = np.unique(used[used >= 0])
    if seen.size == 1:
        value = _in_words(codes.categories[int(seen[0])])
        said = f"every value is {value}: without variation, agreement beyond chance cannot be told from habit"
        return Told(said, "one_value", value=value)
    return Told("chance alone would give full agreement", "full")


def measure(parts: Parts) -> Agreement:
    """Compute the figure on all units and wrap it with what it rests on."""
    about = dict(parts.about)
    undefined = about.pop("undefined")
    solved = parts.solve(parts.sums(parts.counts()[None, :]))
    value = float(solved.value[0])
    scalars = [None if part is None else float(part[0]) for part in (solved.observed, solved.expected)]
    reason = undefined if np.isnan(value) else None
    return Agreement(parts.name, value, observed=scalars[0], expected=scalars[1], reason=reason, **about)
