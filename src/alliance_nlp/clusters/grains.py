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
STEP = 1.5  # coarse and fine lie at least this factor away from the default


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
    """Choose the number of clusters at the three grains from the consensus itself.

    Two judges with opposite leanings: the silhouette on the groupings' disagreement likes many clusters, the
    modularity of the neighbor graph few. Each is scaled to 0-1 over the sizes tried; the default has the largest sum,
    coarse the best modularity well below it, fine the best silhouette well above it.
    """
    n = ensemble.n
    if n < 4:
        return dict.fromkeys(GRAINS, min(n, 1))
    tried = np.unique(np.rint(np.geomspace(2, max(2, n // 3), SIZES_TRIED)).astype(int))
    cuts = [cut_tree(tree, n_leaves=n, n=int(size)) for size in tried]
    tight = _scaled(silhouettes(ensemble, cuts))
    linked = _scaled(np.array([modularity(ensemble.graph, labels) for labels in cuts]))
    best = int(tried[np.argmax(tight + linked)])
    below, above = tried <= best / STEP, tried >= best * STEP
    coarse = int(tried[below][np.argmax(linked[below])]) if below.any() else best
    fine = int(tried[above][np.argmax(tight[above])]) if above.any() else best
    return {"coarse": coarse, "default": best, "fine": fine}


def silhouettes(ensemble: Ensemble, cuts: list[Labels]) -> Array:
    """Compute the mean silhouette of each of several nested cuts, fewest clusters first.

    The distance of two rows is the share of groupings in which they are apart.
    """
    finest = cuts[-1]
    sums = ensemble.together @ np.eye(int(finest.max()) + 1, dtype=np.float32)[finest]
    found = []
    for labels in cuts[::-1]:
        # the sums of a coarser cut are sums over those of the next finer one
        parent = np.empty(int(finest.max()) + 1, dtype=np.int64)
        parent[finest] = labels
        order = np.argsort(parent, kind="stable")
        sums = np.add.reduceat(sums[:, order], np.searchsorted(parent[order], np.arange(parent.max() + 1)), axis=1)
        found.append(_silhouette(sums, labels))
        finest = labels
    return np.array(found[::-1])


def _silhouette(sums: NDArray[np.float32], labels: Labels) -> float:
    rows, counts = np.arange(len(labels)), np.bincount(labels)
    own = 1.0 - (sums[rows, labels] - 1.0) / np.maximum(counts[labels] - 1, 1)
    others = 1.0 - sums / counts
    others[rows, labels] = np.inf
    nearest = others.min(axis=1)
    width = np.where(counts[labels] > 1, (nearest - own) / np.maximum(np.maximum(nearest, own), 1e-12), 0.0)
    return float(width.mean())


def modularity(graph: Any, labels: Labels) -> float:
    """Compute how many links of a graph stay inside clusters, beyond what their numbers of links lead to expect."""
    start, end = graph.nonzero()
    degree = np.bincount(start, minlength=len(labels))
    inside = float(np.mean(labels[start] == labels[end]))
    shares = np.bincount(labels, weights=degree) / len(start)
    return inside - float((shares**2).sum())


def _scaled(values: Array) -> Array:
    return np.asarray((values - values.min()) / max(float(values.max() - values.min()), 1e-12))
