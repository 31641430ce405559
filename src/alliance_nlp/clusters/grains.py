"""Cuts of a tree of clusters, and how many clusters to make."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_nlp.clusters.ensemble import Ensemble
from alliance_nlp.numeric import Floats, Labels
from alliance_nlp.records import GRAINS, cut_tree

SIZES_TRIED = 40
KEPT: dict[str, float] = {"coarse": 1.0, "default": 0.9, "fine": 0.75}  # share of the best modularity, decision 0021


def grain_sizes(ensemble: Ensemble, tree: Floats) -> dict[str, int]:
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
