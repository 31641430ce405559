"""Clusters by consensus: many groupings of the rows, what they agree on, and the tree that follows from it.

Arrays in, arrays out. Nothing here knows of segments; the records side of this room puts the ids back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.clusters.ensemble import (
    CUTS_PER_TREE,
    SHARE,
    Ensemble,
    consensus_tree,
    grow_ensemble,
    returns,
    tree_strength,
)
from alliance_nlp.clusters.landmarks import Landmarks, Near, hang_beyond
from alliance_nlp.clusters.spaces import Likeness, wording_rows
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, Labels, RowsOf, one_thread, unit_rows
from alliance_nlp.records import GRAINS, Cut, canonical_ranks, cut_rows, cut_tree

LARGEST = 4000  # distinct rows that are all leaves of the tree; above, LANDMARKS of them stand for the rest
LANDMARKS = 3000
REFERENCE = (
    10_000  # distinct rows that are compared each with each; what lies beyond joins the cluster it is nearest to
)
SIZES_TRIED = 40
KEPT: dict[str, float] = {"coarse": 1.0, "default": 0.9, "fine": 0.75}  # share of the best modularity, decision 0021


@dataclass(frozen=True, eq=False)
class ConsensusResult:
    """Hold what the consensus found: labels at the default cut and the tree that every other cut comes from.

    Attributes
    ----------
    labels : array of shape (n_rows,)
        Cluster of each row, 0 the largest; equal sizes by their smallest row in canonical order.
    tree : array of shape (n_leaves - 1, 4)
        Merges of the leaves in scipy's linkage form. The leaves are the distinct rows or, above 4,000 of them, 3,000
        landmarks.
    distinct : array of shape (n_rows,)
        Which leaf of the tree each row hangs on; equal rows share one.
    ranks : array of shape (n_rows,)
        Canonical order of the rows, by their content; equal rows share a rank.
    strength : array of shape (n_rows,)
        In what share of the groupings, on average over the other leaves of its cluster, the row's leaf was together
        with them; nan for a leaf that is alone in its cluster.
    stability : array of shape (n_clusters,)
        How much of each cluster comes back, on average, in single groupings of 80 % subsamples (Jaccard overlap, 0-1).
    tree_strength : array
        The same strength for every merge of the tree in turn and every leaf under it.
    cut_stability : mapping
        The same stability for the three grains: number of clusters -> one value for each group of the cut.
    sizes : mapping
        Number of clusters at the grains "coarse", "default" and "fine".
    settings : mapping
        What the result rests on: seed, number of groupings, whether wording was used, landmarks.
    """

    labels: Labels
    tree: Floats
    distinct: Labels
    ranks: Labels
    strength: Floats
    stability: Floats
    tree_strength: Floats
    cut_stability: Mapping[int, Floats]
    sizes: Mapping[str, int]
    settings: Mapping[str, int | float | str | bool | None]

    def cut(self, n: int) -> Cut:
        """Cut the tree into `n` clusters, at most as many as it has leaves; finer ones lie inside coarser ones.

        Raises
        ------
        InputError
            When `n` is not a positive whole number.

        Examples
        --------
        >>> rows = np.repeat(np.eye(3), 6, axis=0) + np.random.default_rng(0).normal(0, 0.1, (18, 3))
        >>> np.bincount(consensus_labels(rows).cut(3).labels).tolist()
        [6, 6, 6]
        """
        n = _checked_count(n)
        return cut_rows(
            self.tree, self.distinct, self.ranks, n=n,
            tree_strength=self.tree_strength, cut_stability=self.cut_stability,
        )  # fmt: skip


def consensus_labels(
    vectors: ArrayLike | RowsOf,
    *,
    texts: Sequence[str] | None = None,
    n_clusters: int | None = None,
    random_state: int = 0,
) -> ConsensusResult:
    """Group unit vectors by what many different groupings of them agree on.

    Parameters
    ----------
    vectors : array of shape (n_rows, n_dimensions)
        One vector per row; scaled to length one before use.
    texts : sequence of str, optional
        The words behind each row. When given, half of the groupings also heed likeness of wording, which agrees
        better with people's codes than vectors alone.
    n_clusters : int, optional
        Number of clusters of the default cut; by default it is chosen from the consensus itself. Never more than
        there are distinct rows.
    random_state : int
        Seed of the subsamples and of the sizes of the groupings.

    Returns
    -------
    ConsensusResult
        Every row is in a cluster. The same input and seed give the same labels to the bit in any order of rows and on
        any number of threads.

    Raises
    ------
    InputError
        When `n_clusters` is not a positive whole number.

    Notes
    -----
    A cluster is a suggestion to read segments side by side. That segments were grouped again and again says that the
    method is sure, not that they mean the same. Above 4,000 distinct rows, 3,000 of them are grouped, in spaces made of
    up to 10,000, and the others hang on them; what lies beyond joins the cluster whose middle is nearest.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.repeat(np.eye(3), [7, 6, 5], axis=0) + np.random.default_rng(0).normal(0, 0.1, (18, 3))
    >>> consensus_labels(rows, n_clusters=3).labels.tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    """
    rows = vectors if isinstance(vectors, RowsOf) else as_rows(vectors)
    n_clusters = None if n_clusters is None else _checked_count(n_clusters)
    ranks = canonical_ranks(rows)
    leaves, distinct = _standing(ranks, texts), ranks
    landmarks = Landmarks.drawn(len(leaves), LARGEST, LANDMARKS, REFERENCE, random_state)
    with one_thread():
        likeness = _likeness(rows, texts, leaves[landmarks.reference])
        ensemble, near = grow_ensemble(likeness, landmarks, random_state=random_state)
        tree = consensus_tree(ensemble, likeness.vectors[landmarks.rows], n_clusters=n_clusters)
        sizes = _with_wish(grain_sizes(ensemble, tree, near), n_clusters, most=ensemble.n)
        if near is not None:
            on_leaves = cut_tree(tree, n_leaves=ensemble.n, n=sizes["default"])
            hung = near.hang(on_leaves)
            distinct = hang_beyond(rows, leaves, landmarks, likeness.vectors, hung, on_leaves)[distinct]
        strengths, stabilities = tree_strength(ensemble, tree), _stabilities(ensemble, tree, sizes)
    settings = {
        "random_state": random_state, "n_clusters": n_clusters, "wording": texts is not None,
        "groupings": len(ensemble.trees) * CUTS_PER_TREE, "subsample": SHARE,
        "landmarks": None if near is None else ensemble.n,
        "reference": len(landmarks.reference) if len(landmarks.reference) < len(leaves) else None,
    }  # fmt: skip
    made = cut_rows(tree, distinct, ranks, n=sizes["default"], tree_strength=strengths, cut_stability=stabilities)
    return ConsensusResult(made.labels, tree, distinct, ranks, *made[1:], strengths, stabilities, sizes, settings)


def _standing(ranks: Labels, texts: Sequence[str] | None) -> Labels:
    """Find the row that stands for each distinct vector, in canonical order.

    Of equal vectors with different texts (an encoder reads only so much) the alphabetically first text stands.
    """
    order = sorted(range(len(ranks)), key=lambda row: (ranks[row], "" if texts is None else texts[row]))
    by = np.array(order, dtype=np.int64)
    return by[np.unique(ranks[by], return_index=True)[1]]


def as_rows(vectors: ArrayLike) -> NDArray[Any]:
    """Give vectors as a table of numbers with at least one column; single precision stays so, to save memory."""
    rows = np.asarray(vectors)
    if rows.dtype != np.float32:
        rows = rows.astype(np.float64, copy=False)
    return rows if rows.size else np.empty((len(rows), 1))


def _likeness(rows: NDArray[Any] | RowsOf, texts: Sequence[str] | None, reference: Labels) -> Likeness:
    """Lay out what the rows of the reference are compared by."""
    wording = None if texts is None else wording_rows([texts[i] for i in reference])
    return Likeness(unit_rows(rows[reference].astype(np.float64) + 0.0), wording)  # minus zero is zero


def _checked_count(n: int) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"The number of clusters must be a whole number of at least 1. Got {n!r} instead.")
    return int(n)


def grain_sizes(ensemble: Ensemble, tree: Floats, near: Near | None = None) -> dict[str, int]:
    """Choose the number of clusters at the three grains by the modularity of the neighbor graph.

    Modularity falls slowly once the real divisions are made. The best one gives the coarse grain; the largest number
    of clusters that keeps nine tenths of the best is the default, that keeps three quarters the fine grain. Where
    landmarks stand for the rest, the graph is that of all reference rows, each in the cluster of the landmark it hangs
    on: among the landmarks alone neighbors are farther apart, and the grain would be coarser.
    """
    n = ensemble.n
    if n < 4:
        return dict.fromkeys(GRAINS, min(n, 1))
    tried = np.unique(np.rint(np.geomspace(2, max(2, n // 3), SIZES_TRIED)).astype(int))
    cuts = [cut_tree(tree, n_leaves=n, n=int(size)) for size in tried]
    linked = np.array([modularity(ensemble.graph, cut if near is None else cut[near.hang(cut)]) for cut in cuts])
    best = max(float(linked.max()), 0.0)
    return {grain: int(tried[np.flatnonzero(linked >= min(KEPT[grain] * best, linked.max()))[-1]]) for grain in GRAINS}


def modularity(graph: Any, labels: Labels) -> float:
    """Compute how many links of a graph stay inside clusters, beyond what their numbers of links lead to expect."""
    start, end = graph.nonzero()
    degree = np.bincount(start, minlength=len(labels))
    inside = float(np.mean(labels[start] == labels[end]))
    shares = np.bincount(labels, weights=degree) / len(start)
    return inside - float((shares**2).sum())


def _with_wish(sizes: dict[str, int], wish: int | None, *, most: int) -> dict[str, int]:
    """Put the number that the caller asked for in the middle of the grains."""
    if wish is None:
        return sizes
    wish = min(wish, most)
    return {"coarse": min(sizes["coarse"], wish), "default": wish, "fine": max(sizes["fine"], wish)}


def _stabilities(ensemble: Ensemble, tree: Floats, sizes: Mapping[str, int]) -> dict[int, Floats]:
    """Measure how much of each cluster comes back, at each grain; nothing where nothing was resampled."""
    if not len(ensemble.trees):
        return {}
    cuts = {size: cut_tree(tree, n_leaves=ensemble.n, n=size) for size in sorted(set(sizes.values()))}
    return {size: returns(ensemble, on_leaves) for size, on_leaves in cuts.items()}
