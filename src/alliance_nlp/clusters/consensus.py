"""Clusters by consensus: many groupings of the rows, what they agree on, and the tree that follows from it.

Arrays in, arrays out. Nothing here knows of segments; the records side of this room puts the ids back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.clusters.spaces import Array, build_spaces, unit_rows
from alliance_nlp.errors import InputError, choice_error

Labels = NDArray[np.int64]
Grain = Literal["coarse", "default", "fine"]
GRAINS: tuple[Grain, ...] = ("coarse", "default", "fine")

TREES = 40
CUTS_PER_TREE = 3
SHARE = 0.8


@dataclass(frozen=True, eq=False)
class ConsensusResult:
    """Hold what the consensus found: labels at the default cut and the tree that every other cut comes from.

    Attributes
    ----------
    labels : array of shape (n_rows,)
        Cluster of each row, 0 the largest; equal sizes in the order of their first row.
    tree : array of shape (n_distinct - 1, 4)
        Merges of the distinct rows in scipy's linkage form; its heights are 1 minus the mean co-association.
    distinct : array of shape (n_rows,)
        Which distinct row (leaf of the tree) each row is; equal rows share one.
    strength : array of shape (n_rows,)
        Share of the groupings, on average over the other distinct rows of its cluster, in which the row was together
        with them; nan for a row that is alone in its cluster.
    sizes : mapping
        Number of clusters at the grains "coarse", "default" and "fine".
    settings : mapping
        Every constant and the seed that the result rests on.
    """

    labels: Labels
    tree: Array
    distinct: Labels
    strength: Array
    sizes: Mapping[str, int]
    settings: Mapping[str, int | float | str | None]


def consensus_labels(vectors: ArrayLike, *, n_clusters: int | None = None, random_state: int = 0) -> ConsensusResult:
    """Group unit vectors by what many different groupings of them agree on.

    Parameters
    ----------
    vectors : array of shape (n_rows, n_dimensions)
        One vector per row; scaled to length one before use.
    n_clusters : int, optional
        Number of clusters of the default cut. By default it is chosen from the consensus itself.
    random_state : int
        Seed of the subsamples and of the sizes of the groupings.

    Returns
    -------
    ConsensusResult
        Every row is in a cluster. The same vectors and seed give the same labels to the bit in any order of rows and
        on any number of threads.
    """
    rows = _checked(vectors)
    n_clusters = _checked_count(n_clusters)
    with one_thread():
        leaves, distinct = np.unique(rows, axis=0, return_inverse=True)
        distinct = np.asarray(distinct, dtype=np.int64).reshape(-1)
        together = co_association(unit_rows(leaves), random_state=random_state)
        tree = average_tree(together)
        sizes = grain_sizes(together, tree)
        if n_clusters is not None:
            chosen = min(n_clusters, len(leaves))
            sizes = {"coarse": min(sizes["coarse"], chosen), "default": chosen, "fine": max(sizes["fine"], chosen)}
        on_leaves = cut_tree(tree, n_leaves=len(leaves), n=sizes["default"])
        strength = mean_within(together, on_leaves)
    settings = {
        "random_state": random_state, "n_clusters": n_clusters, "trees": TREES, "cuts_per_tree": CUTS_PER_TREE,
        "share": SHARE,
    }  # fmt: skip
    labels = ordered(on_leaves[distinct])
    return ConsensusResult(labels, tree, distinct, strength[distinct], sizes, settings)


def cut(result: ConsensusResult, *, n: int | None = None, grain: Grain = "default") -> Labels:
    """Cut the tree of a result at a number of clusters or at a named grain; the cuts are nested."""
    if grain not in GRAINS:
        raise choice_error("grain", GRAINS, grain)
    wanted = result.sizes[grain] if n is None else _checked_count(n)
    leaves = len(result.tree) + 1 if len(result.distinct) else 0
    on_leaves = cut_tree(result.tree, n_leaves=leaves, n=min(wanted or 0, leaves))
    return ordered(on_leaves[result.distinct])


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the linear algebra to one thread: with more, sums are split differently and their last bits change."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        yield


def co_association(rows: Array, *, random_state: int) -> NDArray[np.float32]:
    """Count how often two rows fall together over Ward trees of subsamples, cut at random sizes."""
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(rows)
    if n < 3:
        return np.eye(n, dtype=np.float32)
    spaces = build_spaces(rows)
    rng = np.random.default_rng(random_state)
    most = max(2, min(n // 3, int(2 * np.sqrt(n)) + 5))
    together, seen = np.zeros((n, n), dtype=np.float32), np.zeros((n, n), dtype=np.float32)
    for turn in range(TREES):
        picked = np.sort(rng.choice(n, size=max(2, round(SHARE * n)), replace=False))
        tree = linkage(spaces[turn % len(spaces)][picked], "ward")
        block = np.ix_(picked, picked)
        seen[block] += CUTS_PER_TREE
        for _ in range(CUTS_PER_TREE):
            groups = fcluster(tree, int(rng.integers(2, most + 1)), "maxclust") - 1
            member = np.eye(groups.max() + 1, dtype=np.float32)[groups]
            together[block] += member @ member.T
    together /= np.maximum(seen, 1.0)
    np.fill_diagonal(together, 1.0)
    return together


def average_tree(together: NDArray[np.float32]) -> Array:
    """Merge rows by average linkage on one minus their co-association."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    if len(together) < 2:
        return np.empty((0, 4))
    apart = np.clip(1.0 - together.astype(np.float64), 0.0, None)
    return np.asarray(linkage(squareform(apart, checks=False), "average"))


def grain_sizes(together: NDArray[np.float32], tree: Array) -> dict[str, int]:
    """Choose the number of clusters at the three grains."""
    n = len(together)
    if n < 4:
        return dict.fromkeys(GRAINS, min(n, 1))
    tried = range(2, max(3, min(n // 3, int(2 * np.sqrt(n)) + 5)) + 1)
    best = max(tried, key=lambda k: silhouette(together, cut_tree(tree, n_leaves=n, n=k)))
    return {"coarse": max(2, round(best / 2)), "default": best, "fine": min(n, best * 2)}


def silhouette(together: NDArray[np.float32], labels: Labels) -> float:
    """Compute the mean silhouette of a cut, with one minus the co-association as distance."""
    n, k = len(labels), int(labels.max()) + 1
    counts = np.bincount(labels, minlength=k)
    sums = (1.0 - together) @ np.eye(k, dtype=np.float32)[labels]
    own = sums[np.arange(n), labels] / np.maximum(counts[labels] - 1, 1)
    others = sums / counts
    others[np.arange(n), labels] = np.inf
    nearest = others.min(axis=1)
    width = np.where(counts[labels] > 1, (nearest - own) / np.maximum(np.maximum(nearest, own), 1e-12), 0.0)
    return float(width.mean())


def cut_tree(tree: Array, *, n_leaves: int, n: int) -> Labels:
    """Undo the last merges of a tree until exactly `n` groups are left."""
    parent = np.arange(n_leaves + len(tree))
    for step in range(max(0, n_leaves - n)):
        left, right = int(tree[step, 0]), int(tree[step, 1])
        parent[left] = parent[right] = n_leaves + step
    for node in range(len(parent) - 1, -1, -1):
        parent[node] = parent[parent[node]]
    return np.unique(parent[:n_leaves], return_inverse=True)[1].reshape(-1).astype(np.int64)


def mean_within(together: NDArray[np.float32], labels: Labels) -> Array:
    """Average each row's co-association with the other rows of its cluster; nan where there is none."""
    if len(labels) == 0:
        return np.empty(0)
    member = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    others = member.sum(axis=0)[labels] - 1.0
    sums = (together @ member)[np.arange(len(labels)), labels].astype(np.float64) - 1.0
    return np.where(others > 0, sums / np.maximum(others, 1.0), np.nan)


def ordered(labels: Labels) -> Labels:
    """Give numbers to clusters by size, largest first, equal sizes by their first row."""
    names, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(names))
    return rank[inverse.reshape(-1)]


def _checked(vectors: ArrayLike) -> Array:
    rows = np.asarray(vectors, dtype=np.float64)
    if rows.size == 0:
        return np.empty((len(rows), 1)) if rows.ndim == 2 else np.empty((0, 1))
    if rows.ndim != 2:
        raise InputError(f"vectors must be a table of one row per segment. Got an array of shape {rows.shape} instead.")
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise InputError(
            f"vectors must be finite numbers. {len(bad)} of {len(rows)} rows hold nan or infinity; the first is row "
            f"{int(bad[0])}. Embed these segments again."
        )
    return rows


def _checked_count(n: int | None) -> int | None:
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1):
        raise InputError(f"The number of clusters must be a whole number of at least 1. Got {n!r} instead.")
    return None if n is None else int(n)
