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
from alliance_nlp.numeric import Floats, Labels, Singles, nan_mean, unit_rows
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
    """Hold Ward trees of subsamples, and what follows from them: shares of togetherness between 0 and 1.

    `picked` are the rows of each subsample, ascending, `trees` their trees in scipy's linkage form, one table a tree.
    """

    together: Singles
    picked: Labels
    trees: Floats
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
        nothing = np.empty((0, n), dtype=np.int64), np.empty((0, max(n - 1, 0), 4))
        return Ensemble(np.eye(n, dtype=np.float32), *nothing, None), None
    spaces, graph = build_spaces(likeness)
    near = None if n == len(likeness.vectors) and not landmarks.beyond else Near.of(spaces, landmarks.rows)
    most = _most_groups(len(likeness.vectors), n)
    rng = np.random.default_rng(random_state)
    n_trees = max(FEWEST_TREES, min(MOST_TREES, TREES_TIMES_ROWS // n, TREES_TIMES_PAIRS // n**2))
    size = max(2, round(SHARE * n))
    drawn = [(np.sort(rng.choice(n, size, replace=False)), rng.random(CUTS_PER_TREE)) for _ in range(n_trees)]
    picked, layers = (np.array(each) for each in zip(*drawn, strict=True))
    trees, counts = _grow(picked, layers, [space[landmarks.rows] for space in spaces], most=most)
    picked_in = np.zeros((n, n_trees), dtype=np.float32)
    picked_in[picked, np.arange(n_trees)[:, None]] = 1.0
    together: Singles = counts / np.maximum(CUTS_PER_TREE * (picked_in @ picked_in.T), np.float32(1.0))
    np.fill_diagonal(together, 1.0)
    return Ensemble(together, picked, trees, graph), near


def _grow(
    picked: Labels, layers: Floats, spaces: Sequence[Floats], *, most: int
) -> tuple[Floats, NDArray[np.uint16]]:  # fmt: skip
    """Grow a tree for each draw, the spaces in turn, and count how often two rows are in one group of its cuts.

    Trees of one space are grown together, so that its distances are computed once and no two tables of them are held.
    """
    from tqdm import tqdm

    n, trees = len(spaces[0]), np.empty((len(picked), picked.shape[1] - 1, 4))
    counts = np.zeros((n, n), dtype=np.uint16)
    # a bar after two seconds, in a terminal only
    with tqdm(total=len(picked), desc="clustering", unit="grouping", delay=2, disable=None, leave=False) as bar:
        for number, space in enumerate(spaces[: len(picked)]):
            turns = np.arange(number, len(picked), len(spaces))
            trees[turns] = grower(space, picked.shape[1])(picked[turns])
            for turn, cuts in zip(turns, _cuts(trees[turns], layers[turns], most=most), strict=True):
                _count(counts, picked[turn], cuts)
            bar.update(len(turns))
    return trees, counts


def _most_groups(n_rows: int, n_landmarks: int) -> int:
    """Say into how many groups a tree is cut at most: by the number of rows that its leaves stand for."""
    return max(2, min(n_landmarks // 3, int(2 * np.sqrt(n_rows)) + 5))


def _cuts(trees: Floats, layers: Floats, *, most: int) -> Labels:
    """Cut each of some trees at several sizes, from coarse to fine; one row a cut.

    `layers` are numbers from 0 to 1, one a layer of sizes: where in its layer each size lies.
    """
    shares = (np.arange(CUTS_PER_TREE) + layers) / CUTS_PER_TREE
    sizes = np.rint(2 + (most - 2) * shares).astype(np.int64)
    return np.stack([groups_of(trees, at_most=of_each) for of_each in sizes.T], axis=1)


def _count(counts: NDArray[np.uint16], picked: Labels, cuts: Labels) -> None:
    """Add, for each two of all rows, in how many cuts of one tree they are in one group; rows left out are in none.

    Groups of a coarse cut hold whole ones of the finest, so that it is enough to compare these.
    """
    _, firsts, finest = np.unique(cuts[-1], return_index=True, return_inverse=True)
    of_each = cuts[:, firsts]
    shared = (of_each[:, :, None] == of_each[:, None, :]).sum(axis=0, dtype=np.uint16)
    n, k = len(counts), len(shared)
    group, wide = np.full(n, k), np.zeros((k + 1, n), dtype=np.uint16)
    group[picked], wide[:k, picked] = finest, shared[:, finest]
    for start in range(0, n, ROWS_COUNTED):
        counts[start : start + ROWS_COUNTED] += wide[group[start : start + ROWS_COUNTED]]


def groups_of(trees: Floats, *, at_most: int | Labels) -> Labels:
    """Cut trees whose heights never fall into as many groups as there can be, at most so many, all ties undone.

    What fcluster(tree, k, "maxclust") of scipy gives for one tree, whose checks take longer than the cut, but for the
    numbers: groups of different trees have different ones.

    Examples
    --------
    >>> tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.2, 4]])
    >>> groups_of(np.stack([tree, tree]), at_most=np.array([2, 3])).tolist()
    [[2, 2, 2, 2], [3, 3, 0, 1]]
    """
    n_trees, n_leaves = len(trees), trees.shape[1] + 1
    merged = np.broadcast_to(np.maximum(0, n_leaves - np.asarray(at_most)), n_trees)
    highest = np.take_along_axis(trees[:, :, 2], merged[:, None] - 1, axis=1)
    merged = np.where(merged > 0, (trees[:, :, 2] <= highest).sum(axis=1), 0)
    # all trees become one, of which only what is merged is kept
    of, ends = np.repeat(np.arange(n_trees), merged)[:, None], np.arange(n_leaves - 1) < merged[:, None]
    joined = trees[:, :, :2][ends].astype(np.int64)
    first = n_trees * n_leaves + np.cumsum(merged) - merged
    joined = np.where(joined < n_leaves, joined + of * n_leaves, joined - n_leaves + first[of])
    return cut_tree(joined, n_leaves=n_trees * n_leaves, n=n_trees * n_leaves - len(joined)).reshape(n_trees, n_leaves)


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
    above, sizes = list(range(2 * n - 1)), [1] * (2 * n - 1)  # the way up from each node, shortened as it is gone

    def top(node: int) -> int:
        while above[node] != node:
            above[node] = node = above[above[node]]
        return node

    table: Floats = np.empty((n - 1, 4))
    for step, (a, b, height) in enumerate(merges):
        made, left, right = n + step, *sorted((top(a), top(b)))
        above[left] = above[right] = made
        sizes[made] = sizes[left] + sizes[right]
        table[step] = (left, right, height, sizes[made])
    return table


def tree_strength(ensemble: Ensemble, tree: Floats) -> Floats:
    """Ask, for each merge of a tree and each row under it, in what share of groupings it was with the others there.

    Returns
    -------
    array
        One mean share for each row under the first merge, rows in ascending order, then under the second, and so on;
        nan where nothing was grouped.
    """
    n, sizes = ensemble.n, tree[:, 3].astype(np.int64)
    if not len(ensemble.trees):
        return np.full(sizes.sum(), np.nan)
    order, begins = _side_by_side(tree)
    merge = np.repeat(np.arange(len(tree)), sizes)
    place = np.arange(len(merge)) + np.repeat(begins - (np.cumsum(sizes) - sizes), sizes)
    row = np.sort(merge * n + order[place]) % n
    begin, end, found = begins[merge], (begins + sizes)[merge], np.empty(len(merge))
    block = row // ROWS_COUNTED
    for number in range(int(block.max(initial=-1)) + 1):
        here, first = np.flatnonzero(block == number), number * ROWS_COUNTED
        # shares have 24 bits and are not small, so that sums of them in double precision are exact in any order
        shared = ensemble.together[first : first + ROWS_COUNTED].take(order, axis=1)
        up_to = np.zeros((len(shared), n + 1))
        np.cumsum(shared, axis=1, dtype=np.float64, out=up_to[:, 1:])
        own = row[here] - first
        found[here] = up_to[own, end[here]] - up_to[own, begin[here]] - 1.0  # less its share with itself
    return found / (sizes[merge] - 1)


def _side_by_side(tree: Floats) -> tuple[Labels, Labels]:
    """Put the leaves of a tree into an order in which those under each merge stand side by side, and say from where."""
    n = len(tree) + 1
    begins = [0] * (2 * n - 1)
    ends, sizes = tree[:, :2].astype(np.int64).tolist(), [1] * n + tree[:, 3].astype(np.int64).tolist()
    for merge in range(n - 2, -1, -1):
        left, right = ends[merge]
        begins[left] = begins[n + merge]
        begins[right] = begins[left] + sizes[left]
    order = np.empty(n, dtype=np.int64)
    order[begins[:n]] = np.arange(n)
    return order, np.array(begins[n:], dtype=np.int64)


def returns(ensemble: Ensemble, labels: Labels) -> Floats:
    """Ask, for each cluster, how much of it comes back in the single trees cut at the same number of clusters.

    For each tree: the largest Jaccard overlap of the cluster (its rows in the subsample) with any group of the tree;
    then the mean over trees (Hennig 2007, 10.1016/j.csda.2006.11.025). nan for a cluster that no subsample holds.
    """
    k, n_trees = int(labels.max()) + 1, len(ensemble.trees)
    # the clusters beside one tree are others than beside the next
    clusters = labels[ensemble.picked] + k * np.arange(n_trees)[:, None]
    groups = groups_of(ensemble.trees, at_most=k)
    return nan_mean(overlaps(clusters.ravel(), groups.ravel(), n_clusters=k * n_trees).reshape(n_trees, k))


def overlaps(labels: Labels, groups: Labels, *, n_clusters: int) -> Floats:
    """Find, for each cluster, its largest Jaccard overlap with any group; nan for a cluster without rows here."""
    n_groups = int(groups.max()) + 1
    pairs, shared = np.unique(labels * n_groups + groups, return_counts=True)  # those that share no row overlap by 0
    cluster, group = np.divmod(pairs, n_groups)
    union = np.bincount(labels, minlength=n_clusters)[cluster] + np.bincount(groups)[group] - shared
    here, starts = np.unique(cluster, return_index=True)
    best = np.full(n_clusters, np.nan)
    best[here] = np.maximum.reduceat(shared / union, starts)
    return best
