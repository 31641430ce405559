"""Ward's trees of many points: in each round every two groups that are nearest to one another are joined, all at once.

The tree is the one that joining the nearest two groups one after the other gives: no join brings a group nearer to one
that was not joined (Murtagh 1983, 10.1093/comjnl/26.4.354). scipy looks for one group at a time, which takes longer
where there are many (decisions 0262, 0269).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alliance_nlp.numeric import Floats, Ints, Labels

AT_ONCE = 1_000  # rows of a space beyond which rounds take less time
BLOCK_CELLS = 65_536  # distances held at once: half a MB, which stays near the processor


def grower(space: Floats, size: int) -> Callable[[Labels], Floats]:
    """Give what grows Ward's trees of draws of so many rows of a space of unit rows, one draw a row.

    What trees share is worked out once.
    """
    if len(space) > AT_ONCE:
        found, cost = nearest_two(space)
        return lambda picked: ward_trees(space, picked, *nearest_among(found, cost, picked))
    from scipy.cluster.hierarchy import linkage

    among = apart_among(space, size)
    return lambda picked: np.stack([linkage(among(rows), "ward") for rows in picked])


def apart_among(space: Floats, size: int) -> Callable[[Labels], Floats]:
    """Give what takes the distances among so many rows, ascending, out of those of a space: scipy's condensed form."""
    from scipy.spatial.distance import pdist

    n, apart = len(space), pdist(space)
    begins = np.arange(n) * (2 * n - np.arange(n) - 3) // 2 - 1  # where row 0 would stand beside each
    later, second = np.arange(size)[::-1], np.triu_indices(size, 1)[1]
    return lambda picked: np.asarray(apart[np.repeat(begins[picked], later) + picked[second]])


@dataclass(eq=False)
class Groups:
    """Hold the groups of one round of several trees: those of one tree lie side by side.

    `middles` hold the middle of each group, its squared length and a 1; `nearest` is the group of the same tree that
    costs least to join, -1 where that is not known, and `cost` twice what joining adds to the sum of squares, which is
    the square of Ward's height.
    """

    middles: Floats
    sizes: Floats
    trees: Ints
    nodes: Ints
    heights: Floats
    nearest: Ints
    cost: Floats

    @classmethod
    def of(cls, points: Floats, nearest: Ints, cost: Floats) -> Groups:
        """Begin with one group for each point of each tree."""
        (n_trees, n, _), every = points.shape, points.reshape(-1, points.shape[2])
        middles = np.column_stack([every, (every**2).sum(axis=1), np.ones(len(every))])
        trees, nodes = np.divmod(np.arange(n_trees * n), n)
        known = np.where(nearest.ravel() >= 0, nearest.ravel() + n * trees, -1)
        return cls(middles, np.ones(len(every)), trees, nodes, np.zeros(len(every)), known, cost.ravel().copy())

    def seek(self) -> None:
        """Find the nearest group of those of which it is not known."""
        begins = np.flatnonzero(np.diff(self.trees, prepend=-1))
        sought = np.flatnonzero(self.nearest < 0)
        parts = np.split(sought, np.searchsorted(sought, begins[1:]))
        for (start, end), lost in zip(pairwise([*begins.tolist(), len(self.trees)]), parts, strict=True):
            step = max(1, BLOCK_CELLS // (end - start))
            for some in (lost[at : at + step] for at in range(0, len(lost), step)):
                cost = self._costs(some, slice(start, end))
                rows = np.arange(len(some))
                cost[rows, some - start] = np.inf
                best = cost.argmin(axis=1)
                self.nearest[some], self.cost[some] = best + start, cost[rows, best]

    def _costs(self, some: Ints, others: slice) -> Floats:
        """Say what joining some groups with each of others costs."""
        own = self.middles[some]
        own[:, -2:] = own[:, :-3:-1]  # squared lengths are added in the same multiplication
        own[:, :-2] *= -2.0
        own *= 2.0
        cost = np.asarray(own @ self.middles[others].T)
        cost /= (1.0 / self.sizes[some])[:, None] + 1.0 / self.sizes[others]
        return cost

    def mutual(self) -> tuple[Ints, Ints]:
        """Find groups that are nearest to one another; where rounding hides all of a tree, the two that are nearest."""
        places = np.arange(len(self.nearest))
        first = np.flatnonzero((self.nearest[self.nearest] == places) & (places < self.nearest))
        second = self.nearest[first]
        for tree in np.setdiff1d(self.trees, self.trees[first]).tolist():
            own = np.flatnonzero(self.trees == tree)
            least = own[self.cost[own].argmin()]
            pair = np.sort([least, self.nearest[least]])
            first, second = np.append(first, pair[0]), np.append(second, pair[1])
        order = np.argsort(first)
        return first[order], second[order]

    def join(self, first: Ints, second: Ints, grown: Floats, made: Ints) -> None:
        """Join pairs of groups, and add to the trees that are grown, of which so many rows are made.

        What joined groups were is forgotten, and so are groups of trees that are done.
        """
        n, tree = grown.shape[1] + 1, self.trees[first]
        sizes = self.sizes[first] + self.sizes[second]
        height = np.sqrt(np.maximum(self.cost[first], 0.0))
        height = np.max([height, self.heights[first], self.heights[second]], axis=0)  # rounding must not turn it around
        more = np.bincount(tree, minlength=len(made))
        at = made[tree] + np.arange(len(first)) - (np.cumsum(more) - more)[tree]
        grown[tree, at] = np.column_stack([self.nodes[first], self.nodes[second], height, sizes])
        made += more
        shares = (self.sizes[first] / sizes)[:, None], (self.sizes[second] / sizes)[:, None]
        middles = self.middles[first, :-2] * shares[0] + self.middles[second, :-2] * shares[1]
        self.middles[first, :-2], self.middles[first, -2] = middles, (middles**2).sum(axis=1)
        self.sizes[first], self.heights[first], self.nodes[first] = sizes, height, n + at
        joined, stay = np.zeros(len(self.sizes), dtype=bool), (made < n - 1)[self.trees]
        joined[first] = joined[second] = True
        stay[second] = False
        self.nearest = np.where(joined | joined[self.nearest], -1, (np.cumsum(stay) - 1)[self.nearest])
        for name in ("middles", "sizes", "trees", "nodes", "heights", "nearest", "cost"):
            setattr(self, name, getattr(self, name)[stay])


def ward_trees(space: Floats, picked: Ints, nearest: Ints, cost: Floats) -> Floats:
    """Grow Ward's trees of some draws of points, all at once, in scipy's linkage form.

    Parameters
    ----------
    space : array of shape (n_points, n_dimensions)
        All points.
    picked : array of shape (n_trees, n_picked)
        Which points each tree is of.
    nearest : array of shape (n_trees, n_picked)
        Which picked point is nearest to each, -1 where it is not known.
    cost : array of shape (n_trees, n_picked)
        Its squared distance.

    Returns
    -------
    array of shape (n_trees, n_picked - 1, 4)

    Examples
    --------
    >>> points, both = np.array([[0.0], [1.0], [5.0], [7.0]]), np.array([[0, 1, 2], [1, 2, 3]])
    >>> ward_trees(points, both, np.full((2, 3), -1), np.zeros((2, 3))).round(2).tolist()
    [[[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 5.2, 3.0]], [[1.0, 2.0, 2.0, 2.0], [0.0, 3.0, 5.77, 3.0]]]
    """
    n_trees, n = picked.shape
    grown, made = np.empty((n_trees, n - 1, 4)), np.zeros(n_trees, dtype=np.int64)
    groups = Groups.of(space[picked], nearest, cost)
    while len(groups.sizes):
        groups.seek()
        groups.join(*groups.mutual(), grown, made)
    for tree in grown:
        order = np.argsort(tree[:, 2], kind="stable")
        number = np.arange(2 * n - 1)
        number[n + order] = n + np.arange(n - 1)
        tree[:] = tree[order]
        tree[:, :2] = np.sort(number[tree[:, :2].astype(np.int64)], axis=1)
    return grown


def nearest_two(points: Floats) -> tuple[Ints, Floats]:
    """Find the two points nearest to each unit row, the nearer one first, and their squared distances."""
    n = len(points)
    found, cost = np.empty((n, 2), dtype=np.int64), np.empty((n, 2))
    for start in range(0, n, step := max(1, BLOCK_CELLS // n)):
        alike = points[start : start + step] @ points.T
        rows = np.arange(len(alike))
        alike[rows, start + rows] = -np.inf
        for turn in range(2):
            found[start : start + step, turn] = best = alike.argmax(axis=1)
            cost[start : start + step, turn] = 2.0 - 2.0 * alike[rows, best]
            alike[rows, best] = -np.inf
    return found, cost


def nearest_among(found: Ints, cost: Floats, picked: Ints) -> tuple[Ints, Floats]:
    """Say which point of each draw is nearest to each of it, by the two nearest of all; -1 where neither was picked."""
    place = np.full((len(picked), len(found)), -1)
    np.put_along_axis(place, picked, np.arange(picked.shape[1])[None], axis=1)
    two = place[np.arange(len(picked))[:, None, None], found[picked]]
    which = np.where(two[..., :1] >= 0, 0, 1)
    return np.take_along_axis(two, which, 2)[..., 0], np.take_along_axis(cost[picked], which, 2)[..., 0]
