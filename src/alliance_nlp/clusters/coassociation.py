"""Clusters by consensus: many groupings of the rows, what they agree on, and the tree that follows from it.

Arrays in, arrays out. Nothing here knows of segments; the records side of this room puts the ids back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.clusters.ensemble import CUTS_PER_TREE, SHARE, Ensemble, consensus_tree, grow_ensemble, returns
from alliance_nlp.clusters.grains import grain_sizes
from alliance_nlp.clusters.spaces import Likeness
from alliance_nlp.clusters.wording import wording_matrix
from alliance_nlp.errors import AlignmentError, InputError, check_choice
from alliance_nlp.numeric import Floats, Labels, one_thread, ratio, unit_rows
from alliance_nlp.records import GRAINS, Grain, canonical_ranks, cut_tree, ordered

LARGEST = 4000  # distinct rows that are compared each with each; above, LANDMARKS of them stand for the rest
LANDMARKS = 2500
VOTERS = 10


@dataclass(frozen=True, eq=False)
class ConsensusResult:
    """Hold what the consensus found: labels at the default cut and the tree that every other cut comes from.

    Attributes
    ----------
    labels : array of shape (n_rows,)
        Cluster of each row, 0 the largest; equal sizes by their smallest row in canonical order.
    tree : array of shape (n_leaves - 1, 4)
        Merges of the leaves in scipy's linkage form. The leaves are the distinct rows or, above 4,000 of them, the
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
    sizes: Mapping[str, int]
    settings: Mapping[str, int | float | str | bool | None]


def consensus_labels(
    vectors: ArrayLike, *, texts: Sequence[str] | None = None, n_clusters: int | None = None, random_state: int = 0
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
        When vectors are not a table of finite numbers or `n_clusters` is not a positive whole number.
    AlignmentError
        When there are more or fewer texts than rows.

    Notes
    -----
    A cluster is a suggestion to read segments side by side. That segments were grouped again and again says that the
    method is sure, not that they mean the same.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.repeat(np.eye(3), [7, 6, 5], axis=0) + np.random.default_rng(0).normal(0, 0.1, (18, 3))
    >>> consensus_labels(rows, n_clusters=3).labels.tolist()
    [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    """
    rows = checked_vectors(vectors)
    n_clusters = _checked_count(n_clusters)
    ranks = canonical_ranks(rows)
    leaves, distinct = _standing(ranks, texts), ranks
    with one_thread():
        likeness = Likeness(
            unit_rows(rows[leaves]), None if texts is None else wording_matrix([texts[i] for i in leaves])
        )
        if len(leaves) > LARGEST:
            landmarks = np.sort(np.random.default_rng(random_state).choice(len(leaves), LANDMARKS, replace=False))
            inner = _subset(likeness, landmarks)
        else:
            landmarks, inner = np.arange(len(leaves)), likeness
        ensemble = _grown(inner, random_state=random_state)
        tree = consensus_tree(ensemble, inner.vectors)
        sizes = _with_wish(grain_sizes(ensemble, tree), n_clusters, most=ensemble.n)
        on_leaves = cut_tree(tree, n_leaves=ensemble.n, n=sizes["default"])
        if len(landmarks) < len(leaves):
            distinct = _hang(likeness, landmarks, on_leaves)[distinct]
        labels = ordered(on_leaves[distinct], ranks)
        strength, stability = _strength(ensemble, on_leaves), _stability(ensemble, on_leaves, labels, distinct)
    settings = {
        "random_state": random_state, "n_clusters": n_clusters, "wording": texts is not None,
        "groupings": len(ensemble.runs) * CUTS_PER_TREE, "subsample": SHARE,
        "landmarks": len(landmarks) if len(landmarks) < len(leaves) else None,
    }  # fmt: skip
    return ConsensusResult(labels, tree, distinct, ranks, strength[distinct], stability, sizes, settings)


def cut(result: ConsensusResult, *, n: int | None = None, grain: Grain = "default") -> Labels:
    """Cut the tree of a result at a number of clusters or at a named grain.

    Parameters
    ----------
    result : ConsensusResult
        What `consensus_labels` returned.
    n : int, optional
        Number of clusters, at most the number of leaves; goes before `grain`.
    grain : {"coarse", "default", "fine"}
        Named number of clusters, see ``result.sizes``.

    Returns
    -------
    array of shape (n_rows,)
        Labels, 0 the largest cluster. Cuts are nested: a cluster of a finer cut lies inside one of any coarser cut.

    Raises
    ------
    InputError
        When `grain` is not one of the three or `n` not a positive whole number.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.repeat(np.eye(3), 6, axis=0) + np.random.default_rng(0).normal(0, 0.1, (18, 3))
    >>> np.bincount(cut(consensus_labels(rows), n=3)).tolist()
    [6, 6, 6]
    """
    check_choice("grain", GRAINS, grain)
    wanted = result.sizes[grain] if n is None else _checked_count(n)
    leaves = len(result.tree) + 1 if len(result.distinct) else 0
    return ordered(cut_tree(result.tree, n_leaves=leaves, n=min(wanted or 0, leaves))[result.distinct], result.ranks)


def _standing(ranks: Labels, texts: Sequence[str] | None) -> Labels:
    """Find the row that stands for each distinct vector, in canonical order.

    Of equal vectors with different texts (an encoder reads only so much) the alphabetically first text stands.
    """
    if texts is not None and len(texts) != len(ranks):
        raise AlignmentError(f"There must be one text per row. Got {len(texts)} texts and {len(ranks)} rows.")
    order = sorted(range(len(ranks)), key=lambda row: (ranks[row], "" if texts is None else texts[row]))
    by = np.array(order, dtype=np.int64)
    return by[np.unique(ranks[by], return_index=True)[1]]


def checked_vectors(vectors: ArrayLike) -> Floats:
    """Give vectors as a table of finite float64 numbers, or say what is wrong with them."""
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
    return rows + 0.0  # minus zero and zero are the same vector


def _checked_count(n: int | None) -> int | None:
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1):
        raise InputError(f"The number of clusters must be a whole number of at least 1. Got {n!r} instead.")
    return None if n is None else int(n)


def _subset(likeness: Likeness, rows: Labels) -> Likeness:
    return Likeness(likeness.vectors[rows], None if likeness.wording is None else likeness.wording[rows])


def _grown(likeness: Likeness, *, random_state: int) -> Ensemble:
    """Grow the ensemble; one or two rows have nothing to group."""
    if len(likeness.vectors) < 3:
        return Ensemble(np.eye(len(likeness.vectors), dtype=np.float32), (), None)
    return grow_ensemble(likeness, random_state=random_state)


def _with_wish(sizes: dict[str, int], wish: int | None, *, most: int) -> dict[str, int]:
    """Put the number that the caller asked for in the middle of the grains."""
    if wish is None:
        return sizes
    wish = min(wish, most)
    return {"coarse": min(sizes["coarse"], wish), "default": wish, "fine": max(sizes["fine"], wish)}


def _hang(likeness: Likeness, landmarks: Labels, on_landmarks: Labels) -> Labels:
    """Hang every row on a landmark: of its ten nearest, those of one cluster win together, then the nearest of them."""
    everyone = np.arange(len(likeness.vectors))
    nearest, alike = likeness.nearest(everyone, landmarks, k=VOTERS)
    position = np.searchsorted(landmarks, nearest)
    cluster = on_landmarks[position]
    votes = ((cluster[:, :, None] == cluster[:, None, :]) * alike[:, None, :]).sum(axis=2)
    hung = position[everyone, np.argmax(votes, axis=1)]
    hung[landmarks] = np.arange(len(landmarks))
    return np.asarray(hung, dtype=np.int64)


def _strength(ensemble: Ensemble, labels: Labels) -> Floats:
    """Average each leaf's togetherness with the other leaves of its cluster; nan where there is none."""
    if len(labels) == 0:
        return np.empty(0)
    member = np.eye(int(labels.max()) + 1, dtype=np.float32)[labels]
    others = member.sum(axis=0)[labels] - 1.0
    sums = (ensemble.together @ member)[np.arange(len(labels)), labels].astype(np.float64) - 1.0
    return ratio(sums, others)


def _stability(ensemble: Ensemble, on_leaves: Labels, labels: Labels, distinct: Labels) -> Floats:
    """Put the stability of the clusters in the order of their final numbers; nan where nothing was resampled."""
    if len(labels) == 0:
        return np.empty(0)
    if not ensemble.runs:
        return np.full(int(labels.max()) + 1, np.nan)
    first = np.unique(labels, return_index=True)[1]
    return returns(ensemble, on_leaves)[on_leaves[distinct[first]]]
