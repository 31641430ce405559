"""Many groupings of the same rows, how often two rows fall together in them, and the tree that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.clusters.landmarks import Landmarks, Near
from alliance_nlp.clusters.spaces import Likeness, build_spaces, principal_components
from alliance_nlp.clusters.ward import grower
from alliance_nlp.numeric import Floats, Labels, Singles, nan_mean, ratio, unit_rows
from alliance_nlp.records import cut_tree

# trees times rows is held at TREES_TIMES_ROWS, between the fewest and the most: the cost of a tree grows with the
# square of the rows, and small corpora, whose seeds differ most, can afford more trees (decision 0020); beyond 1,500
# rows the cost itself is held (decision 0253)
TREES_TIMES_ROWS = 96_000
TREES_TIMES_PAIRS = TREES_TIMES_ROWS * 1_500
FEWEST_TREES, MOST_TREES = 24, 288
CUTS_PER_TREE = 5
ROWS_COUNTED = 256  # at a time
SHARE = 0.8
SMALLEST = 3  # rows of a cluster, while larger ones can still be divided
SMALLEST_SHARE = 0.25  # the same where the number of clusters is told, as a share of their mean size (decision 0120)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Hold Ward trees of subsamples, and what follows from them: shares of togetherness between 0 and 1."""

    together: Singles
    runs: tuple[tuple[Labels, Floats], ...]
    graph: Any

    @property
    def n(self) -> int:
        """Count the rows."""
        return len(self.together)


def grow_ensemble(
    likeness: Likeness, landmarks: Landmarks, *, random_state: int
) -> tuple[Ensemble, Near | None]:  # fmt: skip
    """Grow Ward trees on 80 % subsamples of the landmarks in every space in turn, and cut each at five sizes.

    The spaces and the graph are those of all rows that are given. Sizes are drawn in layers.

    Returns
    -------
    Ensemble
        Of the landmarks.
    Near or None
        Which landmarks each row is near to in the spaces; None where all rows are landmarks.
    """
    n = len(landmarks.rows)
    if n < 3:  # there is nothing to group
        return Ensemble(np.eye(n, dtype=np.float32), (), None), None
    spaces, graph = build_spaces(likeness)
    near = None if n == len(likeness.vectors) and not landmarks.beyond else Near.of(spaces, landmarks.rows)
    most = _most_groups(len(likeness.vectors), n)
    rng = np.random.default_rng(random_state)
    n_trees = max(FEWEST_TREES, min(MOST_TREES, TREES_TIMES_ROWS // n, TREES_TIMES_PAIRS // n**2))
    size = max(2, round(SHARE * n))
    drawn = [(np.sort(rng.choice(n, size, replace=False)), rng.random(CUTS_PER_TREE)) for _ in range(n_trees)]
    trees, counts = _grow(drawn, [space[landmarks.rows] for space in spaces], most=most)
    picked_in = np.zeros((n, n_trees), dtype=np.float32)
    for turn, (picked, _) in enumerate(drawn):
        picked_in[picked, turn] = 1.0
    together: Singles = counts / np.maximum(CUTS_PER_TREE * (picked_in @ picked_in.T), np.float32(1.0))
    np.fill_diagonal(together, 1.0)
    runs = tuple((picked, tree) for (picked, _), tree in zip(drawn, trees, strict=True))
    return Ensemble(together, runs, graph), near


def _grow(
    drawn: Sequence[tuple[Labels, Floats]], spaces: Sequence[Floats], *, most: int
) -> tuple[list[Floats], NDArray[np.uint16]]:
    """Grow a tree for each draw, the spaces in turn, and count how often two rows are in one group of its cuts.

    Trees of one space are grown one after the other, so that its distances are computed once and no two tables of them
    are held.
    """
    from tqdm import tqdm

    n, trees = len(spaces[0]), [np.empty((0, 4))] * len(drawn)
    counts = np.zeros((n, n), dtype=np.uint16)
    # a bar after two seconds, in a terminal only
    with tqdm(total=len(drawn), desc="clustering", unit="grouping", delay=2, disable=None, leave=False) as bar:
        for number, space in enumerate(spaces[: len(drawn)]):
            trees_of = grower(space)
            for turn in range(number, len(drawn), len(spaces)):
                picked, layers = drawn[turn]
                trees[turn] = trees_of(picked)
                _count(counts, picked, _cuts(trees[turn], layers, most=most))
                bar.update()
    return trees, counts


def _most_groups(n_rows: int, n_landmarks: int) -> int:
    """Say into how many groups a tree is cut at most: by the number of rows that its leaves stand for."""
    return max(2, min(n_landmarks // 3, int(2 * np.sqrt(n_rows)) + 5))


def _cuts(tree: Floats, drawn: Floats, *, most: int) -> Labels:
    """Cut one tree at several sizes, from coarse to fine; one row a cut.

    `drawn` are numbers from 0 to 1, one a layer of sizes: where in its layer each size lies.
    """
    layers = (np.arange(CUTS_PER_TREE) + drawn) / CUTS_PER_TREE
    sizes = np.rint(2 + (most - 2) * layers).astype(int)
    return np.stack([groups_of(tree, at_most=int(size)) for size in sizes])


def _count(counts: NDArray[np.uint16], picked: Labels, cuts: Labels) -> None:
    """Add, for each two of all rows, in how many cuts of one tree they are in one group; rows left out are in none.

    Groups of a coarse cut hold whole ones of the finest, so that it is enough to compare these.
    """
    finest = cuts[-1]
    of_each = cuts[:, np.unique(finest, return_index=True)[1]]
    shared = (of_each[:, :, None] == of_each[:, None, :]).sum(axis=0, dtype=np.uint16)
    n, k = len(counts), len(shared)
    group, wide = np.full(n, k), np.zeros((k + 1, n), dtype=np.uint16)
    group[picked], wide[:k, picked] = finest, shared[:, finest]
    for start in range(0, n, ROWS_COUNTED):
        counts[start : start + ROWS_COUNTED] += wide[group[start : start + ROWS_COUNTED]]


def groups_of(tree: Floats, *, at_most: int) -> Labels:
    """Cut a tree whose heights never fall into as many groups as there can be, at most so many, all ties undone.

    What fcluster(tree, k, "maxclust") of scipy gives, whose checks take longer than the cut, but for the numbers.

    Examples
    --------
    >>> tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.2, 4]])
    >>> groups_of(tree, at_most=2).tolist(), groups_of(tree, at_most=3).tolist()
    ([0, 0, 0, 0], [2, 2, 0, 1])
    """
    n_leaves = len(tree) + 1
    merged = max(0, n_leaves - at_most)
    if merged > 0:
        merged = int(np.searchsorted(tree[:, 2], tree[merged - 1, 2], side="right"))
    return cut_tree(tree, n_leaves=n_leaves, n=n_leaves - merged)


def consensus_tree(ensemble: Ensemble, vectors: Floats, *, n_clusters: int | None = None) -> Floats:
    """Merge rows by average linkage; their distance is half disagreement of the groupings, half distance of meaning.

    The meaning of a row is its vector averaged twice with those of the rows it falls together with. One or two rows
    never make a cluster of their own while larger ones can still be divided; where a number of clusters is told, nor
    does a branch of less than a quarter of the rows of a cluster on average.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    if ensemble.n < 2:
        return np.empty((0, 4))
    others = ensemble.together.astype(np.float64)
    np.fill_diagonal(others, 0.0)
    others /= np.maximum(others.sum(axis=1, keepdims=True), 1e-12)
    meaning = vectors
    for _ in range(2):
        meaning = 0.5 * meaning + 0.5 * (others @ meaning)
    meaning = unit_rows(principal_components(meaning))
    apart = 0.5 * (1.0 - ensemble.together) + 0.25 * np.clip(1.0 - meaning @ meaning.T, 0.0, 2.0)
    np.fill_diagonal(apart, 0.0)
    apart = np.clip(apart, 0.0, None)
    tree = hang_small(np.asarray(linkage(squareform(apart, checks=False), "average")), apart)
    if n_clusters is None:
        return tree
    return hold_together(tree, apart, smallest=max(SMALLEST, int(np.ceil(SMALLEST_SHARE * ensemble.n / n_clusters))))


def hang_small(tree: Floats, apart: Floats, *, smallest: int = SMALLEST) -> Floats:
    """Rebuild a tree so that its cuts hold no cluster of fewer than `smallest` rows for as long as they can avoid it.

    Wherever fewer than `smallest` rows join a larger group, each of them is hung on its nearest row of that group
    instead. These and the merges of groups that are both too small come first, at height zero. All rows stay leaves,
    so every number of clusters can still be asked for and cuts stay nested.
    """
    n = len(tree) + 1
    members: list[list[int]] = [[row] for row in range(n)]
    hung = np.arange(n)
    for left, right, *_ in tree:
        few, many = sorted((members[int(left)], members[int(right)]), key=len)
        if len(few) < smallest <= len(many):
            for row in few:
                hung[row] = many[int(np.argmin(apart[row, many]))]
        members.append(members[int(left)] + members[int(right)])
    early = [(int(row), int(hung[row]), 0.0) for row in np.flatnonzero(hung != np.arange(n))]
    late: list[tuple[int, int, float]] = []
    for left, right, height, _ in tree:
        sides = members[int(left)], members[int(right)]
        ends = [next((row for row in side if hung[row] == row), -1) for side in sides]
        if min(ends) >= 0:
            small = min(map(len, sides)) < smallest
            (early if small else late).append((ends[0], ends[1], 0.0 if small else float(height)))
    return _linkage(early + late, n)


def hold_together(tree: Floats, apart: Floats, *, smallest: int) -> Floats:
    """Rebuild a tree so that its coarse cuts divide groups of at least `smallest` rows from one another only.

    Where a smaller branch joins a larger group, average linkage often joins it last, so that a cut into few clusters
    spends them on leftovers. Here such a branch hangs, whole, on the row of that group which is nearest to it on
    average, below every division of large groups. Finer cuts take it off again, so cuts stay nested.
    """
    n = len(tree) + 1
    members: list[list[int]] = [[row] for row in range(n)]
    within: list[tuple[int, int, float]] = []
    between: list[tuple[int, int, float]] = []
    for left, right, height, _ in tree:
        few, many = sorted((members[int(left)], members[int(right)]), key=len)
        if len(few) >= smallest:
            between.append((few[0], many[0], float(height)))
        else:
            apart_by = apart[np.ix_(few, many)].mean(axis=0) if len(many) >= smallest else [0.0]
            within.append((few[0], many[int(np.argmin(apart_by))], float(height)))
        members.append(members[int(left)] + members[int(right)])
    least = min((height for *_, height in between), default=np.inf)
    within = sorted(((a, b, min(height, least)) for a, b, height in within), key=lambda merge: merge[2])
    return _linkage([*within, *sorted(between, key=lambda merge: merge[2])], n)


def _linkage(merges: list[tuple[int, int, float]], n: int) -> Floats:
    """Write merges of rows as scipy's linkage table."""
    from scipy.cluster.hierarchy import DisjointSet

    groups, node_of = DisjointSet(range(n)), list(range(n))  # the node of a group stands at its root
    table: Floats = np.empty((n - 1, 4))
    for step, (a, b, height) in enumerate(merges):
        tops = sorted((node_of[groups[a]], node_of[groups[b]]))
        groups.merge(a, b)
        node_of[groups[a]] = n + step
        table[step] = (*tops, height, sum(table[top - n, 3] if top >= n else 1 for top in tops))
    return table


def tree_strength(ensemble: Ensemble, tree: Floats) -> Floats:
    """Ask, for each merge of a tree and each row under it, in what share of groupings it was with the others there.

    Returns
    -------
    array
        One mean share for each row under the first merge, rows in ascending order, then under the second, and so on;
        nan where nothing was grouped.
    """
    under, sums, found = [np.array([row]) for row in range(ensemble.n)], np.zeros(ensemble.n), [np.zeros(0)]
    for left, right in tree[:, :2].astype(np.int64):
        a, b = under[left], under[right]
        between = ensemble.together[np.ix_(a, b)].astype(np.float64)
        sums[a] += between.sum(axis=1)
        sums[b] += between.sum(axis=0)
        under.append(np.sort(np.concatenate([a, b])))
        found.append(sums[under[-1]] / (len(under[-1]) - 1))
    return np.concatenate(found) if ensemble.runs else np.full(sum(map(len, found)), np.nan)


def returns(ensemble: Ensemble, labels: Labels) -> Floats:
    """Ask, for each cluster, how much of it comes back in the single trees cut at the same number of clusters.

    For each tree: the largest Jaccard overlap of the cluster (its rows in the subsample) with any group of the tree;
    then the mean over trees (Hennig 2007, 10.1016/j.csda.2006.11.025). nan for a cluster that no subsample holds.
    """
    k = int(labels.max()) + 1
    best = np.full((len(ensemble.runs), k), np.nan)
    for turn, (picked, tree) in enumerate(ensemble.runs):
        best[turn] = overlaps(labels[picked], groups_of(tree, at_most=k), n_clusters=k)
    return nan_mean(best)


def overlaps(labels: Labels, groups: NDArray[Any], *, n_clusters: int) -> Floats:
    """Find, for each cluster, its largest Jaccard overlap with any group; nan for a cluster without rows here."""
    n_groups = int(groups.max()) + 1
    shared = np.bincount(labels * n_groups + groups, minlength=n_clusters * n_groups).reshape(n_clusters, n_groups)
    sizes = shared.sum(axis=1)
    union = sizes[:, None] + shared.sum(axis=0)[None, :] - shared
    return np.where(sizes > 0, ratio(shared, union, otherwise=0.0).max(axis=1), np.nan)
