"""Cutting a tree of merges, and numbering the groups that come out."""

from __future__ import annotations

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


def ordered(labels: Labels) -> Labels:
    """Give numbers to groups by size, largest first, equal sizes by their first row.

    Examples
    --------
    >>> ordered(np.array([7, 2, 2, 5])).tolist()
    [1, 0, 0, 2]
    """
    names, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(names))
    return rank[inverse.reshape(-1)]
