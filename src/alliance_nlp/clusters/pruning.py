"""Trees without tiny clusters: rows that come late and alone are hung on the row they are nearest to."""

from __future__ import annotations

import numpy as np

from alliance_nlp.numeric import Floats

SMALLEST = 3


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


def _linkage(merges: list[tuple[int, int, float]], n: int) -> Floats:
    """Write merges of rows as scipy's linkage table."""
    parent = list(range(2 * n - 1))
    sizes = np.ones(2 * n - 1, dtype=np.int64)
    table: Floats = np.empty((n - 1, 4))
    for step, (a, b, height) in enumerate(merges):
        tops = []
        for node in (a, b):
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]  # noqa: PLW2901  walking up
            tops.append(node)
        new = n + step
        parent[tops[0]] = parent[tops[1]] = new
        sizes[new] = sizes[tops[0]] + sizes[tops[1]]
        table[step] = (*sorted(tops), height, sizes[new])
    return table
