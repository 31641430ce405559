"""Who is learnt from and who is tested: always whole groups (documents, participants)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np


def numbered(values: Sequence[Hashable]) -> np.ndarray:
    """Give numbers to values in order of first appearance."""
    place: dict[Hashable, int] = {}
    return np.array([place.setdefault(value, len(place)) for value in values], dtype=np.int64)


def half_of(groups: Sequence[Hashable], rng: np.random.Generator) -> np.ndarray:
    """Say which rows lie in the half of the groups that is learnt from."""
    numbers = numbered(groups)
    names = rng.permutation(np.unique(numbers))
    return np.isin(numbers, names[: len(names) // 2])


def folds_of(groups: Sequence[Hashable], n_folds: int) -> np.ndarray:
    """Put whole groups into folds of about equal size: largest group first, always into the smallest fold."""
    numbers = numbered(groups)
    names, sizes = np.unique(numbers, return_counts=True)
    fold_of = np.zeros(len(names), dtype=np.int64)
    filled = np.zeros(max(1, min(n_folds, len(names))), dtype=np.int64)
    for name in np.lexsort((names, -sizes)):
        fold_of[name] = int(filled.argmin())
        filled[fold_of[name]] += sizes[name]
    return fold_of[numbers]


def some_of(n: int, most: int, seed: int = 0) -> np.ndarray:
    """Draw at most so many of n rows, in their order; the same ones every time."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
