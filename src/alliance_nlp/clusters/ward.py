"""Ward's tree of many points: in each round every two groups that are nearest to one another are joined, all at once.

The tree is the one that joining the nearest two groups one after the other gives: no join brings a group nearer to one
that was not joined (Murtagh 1983, 10.1093/comjnl/26.4.354). scipy looks for one group at a time, which takes longer
where there are many (decision 0262).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alliance_nlp.numeric import Floats, Ints, Labels

AT_ONCE = 1_500  # rows of a space beyond which rounds take less time
BLOCK_CELLS = 4_000_000  # distances held at once: 32 MB


def grower(space: Floats) -> Callable[[Labels], Floats]:
    """Give what grows Ward's tree of some rows of a space of unit rows; what trees share is worked out once."""
    if len(space) > AT_ONCE:
        found, cost = nearest_two(space)
        return lambda picked: ward_tree(space[picked], *nearest_among(found, cost, picked))
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import pdist

    apart = pdist(space)
    return lambda picked: np.asarray(linkage(apart_among(apart, picked, n=len(space)), "ward"))


def apart_among(apart: Floats, picked: Labels, *, n: int) -> Floats:
    """Take the distances among some rows, ascending, out of those among n, both in scipy's condensed form."""
    kept, taken = np.zeros(n, dtype=bool), np.zeros(len(apart), dtype=bool)
    kept[picked] = True
    for row in picked.tolist():
        start = row * (2 * n - row - 1) // 2
        taken[start : start + n - 1 - row] = kept[row + 1 :]
    return np.asarray(apart[taken])


@dataclass(eq=False)
class Groups:
    """Hold the groups of one round: middle, squared length of the middle and a 1; size, node, height, and neighbor.

    `nearest` is the group that costs least to join, -1 where that is not known, and `cost` twice what joining adds to
    the sum of squares: the square of Ward's height.
    """

    middles: Floats
    sizes: Floats
    nodes: Ints
    heights: Floats
    nearest: Ints
    cost: Floats

    @classmethod
    def of(cls, points: Floats, nearest: Ints, cost: Floats) -> Groups:
        """Begin with one group for each point."""
        n = len(points)
        middles = np.column_stack([points, (points**2).sum(axis=1), np.ones(n)])
        return cls(middles, np.ones(n), np.arange(n), np.zeros(n), nearest.copy(), cost.copy())

    def seek(self) -> None:
        """Find the nearest group of those of which it is not known."""
        sought = np.flatnonzero(self.nearest < 0)
        step = max(1, BLOCK_CELLS // len(self.sizes))
        for start in range(0, len(sought), step):
            some = sought[start : start + step]
            some = some[np.argsort(self.sizes[some], kind="stable")]
            cost = self._costs(some)
            cost[np.arange(len(some)), some] = np.inf
            found = cost.argmin(axis=1)
            self.nearest[some], self.cost[some] = found, cost[np.arange(len(some)), found]

    def _costs(self, some: Ints) -> Floats:
        """Say what joining some groups, in order of size, with each group costs."""
        own = self.middles[some]
        own[:, -2:] = own[:, :-3:-1]  # squared lengths are added in the same multiplication
        own[:, :-2] *= -2.0
        cost = np.asarray(own @ self.middles.T)
        sizes, starts = np.unique(self.sizes[some], return_index=True)
        for size, (start, end) in zip(sizes, pairwise([*starts, len(some)]), strict=True):
            cost[start:end] *= 2.0 * size * self.sizes / (self.sizes + size)
        return cost

    def mutual(self) -> tuple[Ints, Ints]:
        """Find groups that are nearest to one another; where rounding hides them all, the two that are nearest."""
        places = np.arange(len(self.nearest))
        first = np.flatnonzero((self.nearest[self.nearest] == places) & (places < self.nearest))
        if len(first):
            return first, self.nearest[first]
        least = int(self.cost.argmin())
        pair = np.sort([least, int(self.nearest[least])])
        return pair[:1], pair[1:]

    def join(self, first: Ints, second: Ints, made: int) -> Floats:
        """Join pairs of groups, numbered from `made` on, and give the rows of the tree; what they were is forgotten."""
        sizes = self.sizes[first] + self.sizes[second]
        height = np.sqrt(np.maximum(self.cost[first], 0.0))
        height = np.max([height, self.heights[first], self.heights[second]], axis=0)  # rounding must not turn it around
        rows = np.column_stack([self.nodes[first], self.nodes[second], height, sizes])
        shares = (self.sizes[first] / sizes)[:, None], (self.sizes[second] / sizes)[:, None]
        middles = self.middles[first, :-2] * shares[0] + self.middles[second, :-2] * shares[1]
        self.middles[first, :-2], self.middles[first, -2] = middles, (middles**2).sum(axis=1)
        self.sizes[first], self.heights[first], self.nodes[first] = sizes, height, made + np.arange(len(first))
        joined, stay = np.zeros(len(self.sizes), dtype=bool), np.ones(len(self.sizes), dtype=bool)
        joined[first] = joined[second] = True
        stay[second] = False
        self.nearest = np.where(joined | joined[self.nearest], -1, (np.cumsum(stay) - 1)[self.nearest])
        for name in ("middles", "sizes", "nodes", "heights", "nearest", "cost"):
            setattr(self, name, getattr(self, name)[stay])
        return np.asarray(rows)


def ward_tree(points: Floats, nearest: Ints, cost: Floats) -> Floats:
    """Grow Ward's tree, in scipy's linkage form.

    Parameters
    ----------
    points : array of shape (n_points, n_dimensions)
        What is grouped.
    nearest : array of shape (n_points,)
        The point nearest to each, -1 where it is not known.
    cost : array of shape (n_points,)
        Its squared distance.

    Examples
    --------
    >>> ward_tree(np.array([[0.0], [1.0], [5.0], [7.0]]), np.full(4, -1), np.zeros(4)).round(2).tolist()
    [[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 2.0, 2.0], [4.0, 5.0, 7.78, 4.0]]
    """
    n, made = len(points), [np.empty((0, 4))]
    groups = Groups.of(points, nearest, cost)
    while len(groups.sizes) > 1:
        groups.seek()
        made.append(groups.join(*groups.mutual(), made=n + sum(map(len, made))))
    rows = np.concatenate(made)
    order = np.argsort(rows[:, 2], kind="stable")
    number = np.arange(2 * n - 1)
    number[n + order] = n + np.arange(n - 1)
    rows = rows[order]
    rows[:, :2] = np.sort(number[rows[:, :2].astype(np.int64)], axis=1)
    return rows


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
    """Say which picked point is nearest to each of them, by the two nearest of all; -1 where neither was picked."""
    place = np.full(len(found), -1)
    place[picked] = np.arange(len(picked))
    two = place[found[picked]]
    which = np.where(two[:, 0] >= 0, 0, 1)
    rows = np.arange(len(picked))
    return two[rows, which], cost[picked][rows, which]
