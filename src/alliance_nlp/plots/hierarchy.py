"""The tree behind the clusters: which groups join next when the grain gets coarser."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alliance_nlp.errors import InputError, check_type, counted, import_extra
from alliance_nlp.numeric import Floats, Ints, grouped
from alliance_nlp.plots.figures import Axes
from alliance_nlp.plots.fitting import rows_that_fit, settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.looks import DASHES
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import GRAINS, Clusters, Study, cut_tree

MOST_BRANCHES = 60  # lines of text that can still be read
SEVERAL = -2  # in place of a cluster's number, where a branch holds several


class Join(NamedTuple):
    """Where two groups join: height, place and cluster of either, and the height and the cluster of both together."""

    low: tuple[float, float, int]
    high: tuple[float, float, int]
    height: float
    cluster: int


class Branches(NamedTuple):
    """Names of the groups at the left end of the tree, from bottom to top, their clusters, and how they join."""

    names: list[str]
    clusters: list[int]
    joins: list[Join]


def plot_hierarchy(
    clusters: Clusters, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw the tree from which the clusters are cut: which of them would join next, and which would split.

    Parameters
    ----------
    clusters : Clusters
        Clusters of the recipe "consensus", at any grain.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One line a branch, at most 60 of them, fewer on axes with less room: the cluster it lies in and its number of
        segments. A colored part is one cluster. The solid line marks the cut that these clusters stand at, broken lines
        mark the named grains.

    Raises
    ------
    InputError
        When they are no Clusters, the recipe left no tree, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    The order from top to bottom is free wherever two groups join: neighbors in the picture need not be alike. Only the
    distance at which they join says how alike they are. Where to cut is a choice of the researcher;
    no cut is the true one. Segments that were set aside are not in the tree.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import Clusters, EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> parts = tuple(Segment("T", i, i + 2, "ab") for i in (0, 2, 4))
    >>> vectors = Embeddings(Segments(parts, (Transcript("T", "ababab"),)), np.eye(3), EncoderInfo("example"))
    >>> tree = np.array([[0, 1, 0.2, 2], [2, 3, 0.8, 3]])
    >>> ax = plot_hierarchy(Clusters(vectors, np.array([0, 0, 1]), hierarchy=tree, leaves=np.arange(3)))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['cluster 1 (1)', 'cluster 0 (1 of 2)', 'cluster 0 (1 of 2)']
    """
    check_type("plot_hierarchy() takes Clusters, as an.cluster() gives", Clusters, clusters)
    if clusters.hierarchy is None or clusters.leaves is None:
        raise InputError(
            f"plot_hierarchy() needs a tree, and the recipe {clusters.settings.get('recipe')!r} leaves none. Use "
            "an.cluster() with recipe='consensus'."
        )
    board = open_board(ax, dark=dark)
    n_leaves = int(clusters.leaves.max(initial=-1)) + 1
    heights = clusters.hierarchy[:, 2]
    found = find_branches(clusters, n_leaves, most=rows_that_fit(board, MOST_BRANCHES))
    _draw_joins(board, found)
    board.ax.set_ylim(-0.7, max(len(found.names), 1) - 0.3)
    top = float(heights.max(initial=0)) or 1.0
    board.ax.set_xlim(0, top * 1.06)
    if n_leaves:
        _mark_cuts(board, clusters, heights, top)
    aside = len(clusters.segments) - int((clusters.leaves >= 0).sum())
    rest = f"; {counted(aside, 'segment')} set aside" if aside else ""
    cuts = "; ".join(f"{name} at {counted(n, 'cluster')}" for n, name in _cuts(clusters).items())
    return settle(board, Said(
        title="Which clusters join next", rows=found.names, inches=0.17 * max(len(found.names), 8),
        axis=f"distance at which groups join (low: alike and often grouped together){rest}",
        notes=[f"Unit: segment; n = {len(clusters.segments)}, {counted(clusters.n_clusters, 'cluster')}.",
               "A row is a branch of the tree, with its segments; one color is one cluster. No cut is the true one.",
               *of_study(study)],
        words=f"Cuts: {cuts}." if cuts else "",
    ))  # fmt: skip


def find_branches(clusters: Clusters, n_leaves: int, *, most: int = MOST_BRANCHES) -> Branches:
    """Cut the tree where a picture can still be read, and say what lies in each branch."""
    if clusters.hierarchy is None or clusters.leaves is None or not n_leaves:
        return Branches([], [], [])
    fine = int(clusters.settings.get("sizes", {}).get("fine", MOST_BRANCHES))
    n = min(most, n_leaves, max(clusters.n_clusters, fine))
    inside = clusters.leaves >= 0
    labels = clusters.labels[inside]
    branch_of = cut_tree(clusters.hierarchy, n_leaves=n_leaves, n=n)[clusters.leaves[inside]]
    held = [labels[branch_of == branch] for branch in range(n)]
    merges = clusters.hierarchy[n_leaves - n :]
    nodes = _uncut(clusters.hierarchy, n_leaves, n)
    order = _order(merges, nodes, 2 * n_leaves - n, [len(part) for part in held])
    owners = [int(part[0]) if len(np.unique(part)) == 1 else SEVERAL for part in held]
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    names = [_name(held[branch], owners[branch], sizes) for branch in order]
    place = {nodes[branch]: (0.0, float(at), owners[branch]) for at, branch in enumerate(order)}
    joins = []
    for new, (left, right, height, _) in enumerate(merges, 2 * n_leaves - n):
        low, high = sorted((place[int(left)], place[int(right)]), key=lambda part: part[1])
        owner = low[2] if low[2] == high[2] else SEVERAL
        joins.append(Join(low, high, float(height), owner))
        place[new] = (float(height), (low[1] + high[1]) / 2, owner)
    return Branches(names, [owners[branch] for branch in order], joins)


def _uncut(tree: Floats, n_leaves: int, n: int) -> list[int]:
    """Nodes of the tree that stand for the branches, in the order in which `cut_tree` numbers them."""
    done = n_leaves - n
    return sorted(set(range(n_leaves + done)) - set(tree[:done, :2].astype(int).ravel().tolist()))


def _order(merges: Floats, nodes: list[int], first: int, sizes: list[int]) -> list[int]:
    """Branches from bottom to top, so that no lines cross; of two groups that join, the larger one stands higher."""
    below = {node: [branch] for branch, node in enumerate(nodes)}
    for new, merge in enumerate(merges, first):
        parts = [below.pop(int(child)) for child in merge[:2]]
        parts.sort(key=lambda part: sum(sizes[branch] for branch in part))
        below[new] = parts[0] + parts[1]
    return [branch for part in below.values() for branch in part]


def _name(labels: Ints, owner: int, sizes: Ints) -> str:
    if owner == SEVERAL:
        return f"{counted(len(np.unique(labels)), 'cluster')} ({len(labels)})"
    part = len(labels) < sizes[owner]
    return f"cluster {owner} ({len(labels)}{f' of {sizes[owner]}' if part else ''})"


def _draw_joins(board: Board, found: Branches) -> None:
    lines = import_extra("matplotlib.collections", "report", "A plot")
    held = [cluster for cluster in dict.fromkeys(found.clusters) if cluster != SEVERAL]
    shown = board.look.colors[:6]
    colors = {cluster: shown[at % len(shown)] for at, cluster in enumerate(held)} | {SEVERAL: board.look.grey}
    paths, shades = [], []
    for join in found.joins:
        for height, at, cluster in (join.low, join.high):
            paths.append([(height, at), (join.height, at)])
            shades.append(colors[cluster])
        paths.append([(join.height, join.low[1]), (join.height, join.high[1])])
        shades.append(colors[join.cluster])
    board.ax.add_collection(lines.LineCollection(paths, colors=shades, linewidths=1.4, capstyle="round"))


def _cuts(clusters: Clusters) -> dict[int, str]:
    """Numbers of clusters at which cuts are marked, each with what it is called."""
    sizes = clusters.settings.get("sizes", {})
    named = grouped((int(sizes[grain]), grain) for grain in GRAINS if grain in sizes)
    named.setdefault(clusters.n_clusters, ["this cut"])
    return {n: " = ".join(names) for n, names in named.items()}


def _mark_cuts(board: Board, clusters: Clusters, heights: Floats, top: float) -> None:
    """Draw a line at each cut, from the left; the legend has their names."""
    found = []
    for n, name in _cuts(clusters).items():
        done = len(heights) + 1 - n
        if 0 <= done <= len(heights):
            before = float(heights[done - 1]) if done else 0.0
            after = float(heights[done]) if done < len(heights) else top * 1.05
            found.append(((before + after) / 2, name, n))
    broken = iter(DASHES[1:])
    for at, name, n in sorted(found):
        own = n == clusters.n_clusters
        shade, width, line = (board.look.ink, 1.4, "-") if own else (board.look.ink, 1.0, next(broken))
        board.ax.axvline(at, color=shade, linewidth=width, linestyle=line, zorder=3, label=f"{name} ({n})")
