"""Cuts of a tree of clusters, and how many clusters to make."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.clusters.ensemble import Ensemble
from alliance_nlp.clusters.spaces import Array

Labels = NDArray[np.int64]
Grain = Literal["coarse", "default", "fine"]
GRAINS: tuple[Grain, ...] = ("coarse", "default", "fine")
SIZES_TRIED = 40
KEPT: dict[Grain, float] = {"coarse": 1.0, "default": 0.9, "fine": 0.75}  # share of the best modularity, decision 0021


def cut_tree(tree: Array, *, n_leaves: int, n: int) -> Labels:
    """Undo the last merges of a tree until exactly `n` groups are left."""
    parent = np.arange(n_leaves + len(tree))
    for step in range(max(0, n_leaves - n)):
        parent[int(tree[step, 0])] = parent[int(tree[step, 1])] = n_leaves + step
    for node in range(len(parent) - 1, -1, -1):
        parent[node] = parent[parent[node]]
    return np.unique(parent[:n_leaves], return_inverse=True)[1].reshape(-1).astype(np.int64)


def ordered(labels: Labels) -> Labels:
    """Give numbers to clusters by size, largest first, equal sizes by their first row."""
    names, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(names))
    return np.asarray(rank[inverse.reshape(-1)])


def grain_sizes(ensemble: Ensemble, tree: Array) -> dict[str, int]:
    """Choose the number of clusters at the three grains by the modularity of the neighbor graph.

    Modularity falls slowly once the real divisions are made. The best one gives the coarse grain; the largest number
    of clusters that keeps nine tenths of the best is the default, that keeps three quarters the fine grain.
    """
    n = ensemble.n
    if n < 4:
        return dict.fromkeys(GRAINS, min(n, 1))
    tried = np.unique(np.rint(np.geomspace(2, max(2, n // 3), SIZES_TRIED)).astype(int))
    linked = np.array([modularity(ensemble.graph, cut_tree(tree, n_leaves=n, n=int(size))) for size in tried])
    best = max(float(linked.max()), 0.0)
    return {grain: int(tried[np.flatnonzero(linked >= min(KEPT[grain] * best, linked.max()))[-1]]) for grain in GRAINS}


def modularity(graph: Any, labels: Labels) -> float:
    """Compute how many links of a graph stay inside clusters, beyond what their numbers of links lead to expect."""
    start, end = graph.nonzero()
    degree = np.bincount(start, minlength=len(labels))
    inside = float(np.mean(labels[start] == labels[end]))
    shares = np.bincount(labels, weights=degree) / len(start)
    return inside - float((shares**2).sum())
