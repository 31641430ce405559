"""Cutting a tree of merges, and numbering the groups that come out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.numeric import Labels


def cut_tree(tree: NDArray[Any], *, n_leaves: int, n: int) -> Labels:
    """Undo the last merges of a tree in scipy's linkage form until exactly `n` groups are left.

    Examples
    --------
    >>> tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 3]])
    >>> cut_tree(tree, n_leaves=3, n=2).tolist()
    [1, 1, 0]
    """
    parent = np.arange(n_leaves + len(tree))
    for step in range(max(0, n_leaves - n)):
        left, right = int(tree[step, 0]), int(tree[step, 1])
        parent[left] = parent[right] = n_leaves + step
    for node in range(len(parent) - 1, -1, -1):
        parent[node] = parent[parent[node]]
    return np.unique(parent[:n_leaves], return_inverse=True)[1].reshape(-1).astype(np.int64)


def canonical_ranks(vectors: NDArray[Any], texts: Sequence[str] | None = None) -> Labels:
    """Rank rows by what they hold: by their vectors, number by number, then by their words; equal rows share a rank.

    Everything that is drawn or numbered goes by this order, so that the order in which rows were given reaches nothing.

    Examples
    --------
    >>> canonical_ranks(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])).tolist()
    [1, 0, 1]
    >>> canonical_ranks(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), ["b", "c", "a"]).tolist()
    [2, 0, 1]
    """
    _, by_vector = np.unique(np.asarray(vectors) + 0.0, axis=0, return_inverse=True)  # minus zero is zero
    ranks = np.asarray(by_vector, dtype=np.int64).reshape(-1)
    if texts is None:
        return ranks
    rows = list(zip(ranks.tolist(), texts, strict=True))
    rank_of = {row: rank for rank, row in enumerate(sorted(set(rows)))}
    return np.array([rank_of[row] for row in rows], dtype=np.int64)


def ordered(labels: Labels, ranks: Labels) -> Labels:
    """Give numbers to groups by size, largest first, equal sizes by their smallest rank; below 0 becomes -1.

    Parameters
    ----------
    labels : array of shape (n_rows,)
        The group of each row, under any numbers; below 0: in no group.
    ranks : array of shape (n_rows,)
        Rank of each row by its content, as `canonical_ranks` gives it.

    Returns
    -------
    array of shape (n_rows,)
        The same groups as 0 … k-1. Labels that are so numbered come back as they are.

    Examples
    --------
    >>> ordered(np.array([7, 2, 2, 5, -1]), np.array([3, 0, 4, 1, 2])).tolist()
    [2, 0, 0, 1, -1]
    """
    inside = labels >= 0
    names, group, sizes = np.unique(labels[inside], return_inverse=True, return_counts=True)
    smallest = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(smallest, group, ranks[inside])
    place = np.empty(len(names), dtype=np.int64)
    place[np.lexsort((smallest, -sizes))] = np.arange(len(names))
    numbered = np.full(len(labels), -1, dtype=np.int64)
    numbered[inside] = place[group]
    return numbered
