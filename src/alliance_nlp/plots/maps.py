"""A map of the segments: near one another when their words are alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeVar, overload

import numpy as np

from alliance_nlp.clusters.spaces import principal_components
from alliance_nlp.errors import InputError, check_type, counted, listed
from alliance_nlp.numeric import Bools, Floats, Ints, Singles, one_thread
from alliance_nlp.plots.figures import Axes, drawn_names
from alliance_nlp.plots.fitting import settle
from alliance_nlp.plots.ground import SMALL, Board, of_study, open_board
from alliance_nlp.plots.lettering import width_of
from alliance_nlp.plots.looks import MOST_CLASSES, SHAPES
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Clusters, Coding, InlinePage, Level, Study, at_the_door

_Key = TypeVar("_Key")
MOST_POINTS = 2000  # above it the picture is a blot and the map takes longer than the rest of the report
AT_ONCE = 100_000  # pairs of boxes that are laid beside one another at a time
NEAREST = 3  # drawn segments among which one that was not drawn is placed
FEWEST_POINTS = 12  # below it neighbors mean nothing; the two main directions are the honest map
REST = {"(several)": "*", "(none)": ".", "(not read)": "o"}  # groups that are no theme, with their shapes
# from the main directions more steps, smaller cells or pulling groups together first bring no neighbor nearer
# (decisions 0248, 0259); any slope is small enough at the looks after 50 and 100 steps, which ends both parts of t-SNE
LAYOUT = {"angle": 1.0, "early_exaggeration": 1.0, "max_iter": 250, "min_grad_norm": 1e9}
STRIDE, SPREAD = 1.0, 1e-2  # learning rate by the number of segments; how far apart they start
CAPTION = "Near means alike in wording; distances between far groups mean little."


class SegmentMap(NamedTuple):
    """Positions of the segments that are drawn, and the place of each."""

    drawn: Ints
    places: Floats


@overload
def plot_map(
    clusters: Clusters, *, codes: Coding | None = ..., level: Level = ..., places: SegmentMap | None = ...,
    study: Study | None = ..., ax: Axes | None = ..., dark: bool | None = ..., random_state: int = ...,
    interactive: Literal[False] = ...,
) -> Axes: ...  # fmt: skip
@overload
def plot_map(
    clusters: Clusters, *, study: Study | None = ..., random_state: int = ..., interactive: Literal[True],
) -> InlinePage: ...  # fmt: skip
def plot_map(
    clusters: Clusters, *, codes: Coding | None = None, level: Level = "theme", places: SegmentMap | None = None,
    study: Study | None = None, ax: Axes | None = None, dark: bool | None = None, random_state: int = 0,
    interactive: bool = False,
) -> Axes | InlinePage:  # fmt: skip
    """Draw the segments as a map on which alike segments lie near one another.

    Parameters
    ----------
    clusters : Clusters
        The clusters; each one's number stands in its middle. The ten largest have a color and a shape.
    codes : Coding, optional
        Color the segments by what the first coder of this coding applied, instead of by cluster.
    level : {"code", "essence", "theme"}, default "theme"
        Level of the codebook for `codes`.
    places : SegmentMap, optional
        Where each segment lies, as ``map_segments(clusters)`` gives, when the same map is drawn twice.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own (`save_figure` keeps it).
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.
    random_state : int, default 0
        Seed of the map, and of the draw when there are more than 2000 segments.
    interactive : bool, default False
        True gives the map of the report's page, to look around in below a notebook's cell, words of participants in it.
        There one chooses what colors stand for; with codes: ``comparison.show(view="map")``.

    Returns
    -------
    matplotlib Axes or InlinePage
        With the picture.

    Raises
    ------
    InputError
        When `clusters` are not Clusters, `codes` is no Coding, the axes are too small, or an interactive map is given
        what only a drawn one has.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    Many dimensions are pressed into two (t-SNE, https://jmlr.org/papers/v9/vandermaaten08a.html). Neighbors can be
    trusted; sizes of islands, distances between them and empty space cannot. A gap on the map is no finding.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "ab")), (Transcript("T", "abab"),))
    >>> clusters = Clusters(Embeddings(segments, np.eye(2), EncoderInfo("example")), np.array([0, -1]))
    >>> plot_map(clusters).get_title(loc="left")
    'Segments by cluster'
    """
    check_type("plot_map() takes Clusters, as an.cluster() gives", Clusters, clusters)
    check_type("codes must be a Coding", Coding | None, codes)
    if interactive:
        return _page(clusters, study, {"codes": codes, "places": places, "ax": ax, "dark": dark}, random_state)
    drawn, at = map_segments(clusters, random_state=random_state) if places is None else places
    groups = _groups(clusters, codes, level, drawn) if codes is not None else {}
    aside = np.array([clusters.segments.ids[i] in clusters.set_aside for i in drawn], dtype=bool)
    board, n = open_board(ax, dark=dark), len(clusters.segments)
    board.ax.set_xticks([])
    board.ax.set_yticks([])
    look = board.look
    _dots(board.ax, at[aside], color="none", edge=look.grey, label=f"set aside ({int(aside.sum())})")
    numbers = _by_code(board, at, groups, aside) if codes is not None else _by_cluster(
        board, at, clusters.labels[drawn], aside
    )  # fmt: skip
    board.ax.margins(0.04)
    board.ax.autoscale_view()
    left_out = "" if len(drawn) == n else f" {len(drawn)} of {counted(n, 'segment')}, drawn at random."
    settle(board, Said(
        title="Segments by cluster" if codes is None else f"Segments by {level}", names=list(groups), inches=3.9,
        notes=[f"Unit: segment; n = {len(drawn)}.{left_out} {CAPTION}", *of_study(study)],
        words="In the legend stand the groups and how many segments each has.",
    ))  # fmt: skip
    _number(board, numbers)
    return board.ax


def _page(clusters: Clusters, study: Study | None, given: dict[str, object], random_state: int) -> InlinePage:
    if set_ones := [name for name, value in given.items() if value is not None]:
        raise InputError(
            f"plot_map(interactive=True) draws a page of its own, without {listed(set_ones, 'and')}. Leave that out; "
            f"colors are chosen on the page, those of codes with comparison.show(view='map')."
        )
    page: InlinePage = at_the_door("show_page")(clusters, view="map", study=study, random_state=random_state)
    return page


def map_segments(clusters: Clusters, *, random_state: int = 0) -> SegmentMap:
    """Give each segment a place in the plane; of more than 2000 segments a random 2000."""
    drawn = np.arange(len(clusters.segments), dtype=np.int64)
    if len(drawn) > MOST_POINTS:
        drawn = np.sort(np.random.default_rng(random_state).choice(drawn, MOST_POINTS, replace=False))
    return SegmentMap(drawn, lay_out(np.asarray(clusters.embeddings.vectors)[drawn], random_state))


def place_all(clusters: Clusters, drawn: SegmentMap, wanted: Ints | None = None) -> Floats:
    """Give segments a place from 0 to 1: those that were not drawn stand among the three drawn ones most alike.

    `wanted` are positions of segments; all of them by default.
    """
    wanted = np.arange(len(clusters.segments)) if wanted is None else wanted
    at = np.zeros((len(clusters.segments), 2))
    if not len(wanted):
        return at[wanted]
    at[drawn.drawn] = drawn.places
    vectors = np.asarray(clusters.embeddings.vectors)
    rest = np.setdiff1d(wanted, drawn.drawn)
    for some in np.array_split(rest, -(-len(rest) // MOST_POINTS) or 1):
        alike = vectors[some] @ vectors[drawn.drawn].T
        near = np.sort(np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST], axis=1)
        weights = np.maximum(np.take_along_axis(alike, near, axis=1), 1e-3)
        at[some] = (drawn.places[near] * weights[..., None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    at = at[wanted]
    low, span = at.min(axis=0), np.ptp(at, axis=0).max()
    return np.asarray((at - low) / span if span else np.full_like(at, 0.5))


def lay_out(vectors: Singles, random_state: int = 0) -> Floats:
    """Give each vector a place in the plane, near those of vectors like it."""
    with one_thread():
        flat = main_directions(vectors)
    start = np.zeros((len(flat), 2))
    start[:, : min(2, flat.shape[1])] = flat[:, :2]
    if len(flat) < FEWEST_POINTS or len(np.unique(np.round(flat, 6), axis=0)) < FEWEST_POINTS:
        return start
    from sklearn.manifold import TSNE

    scale = max(float(start[:, 0].std()), 1e-12)
    with one_thread():
        tsne = TSNE(
            init=start / scale * SPREAD, perplexity=min(30.0, (len(flat) - 1) / 3), random_state=random_state,
            learning_rate=max(STRIDE * len(flat), 50.0), **LAYOUT,
        )  # fmt: skip
        return np.asarray(tsne.fit_transform(flat.astype(np.float32)), dtype=float)


def main_directions(vectors: Singles, n: int = 50) -> Floats:
    """Scores on the first principal components, the largest of each made positive."""
    if not len(vectors):
        return np.zeros((0, 2))
    scores = principal_components(np.asarray(vectors, dtype=float), dimensions=n)
    signs = np.sign(scores[np.abs(scores).argmax(axis=0), np.arange(scores.shape[1])])
    return np.asarray(scores * np.where(signs == 0, 1, signs))


def _dots(ax: Axes, places: Floats, *, color: str, edge: str, label: str | None = None, marker: str = "o") -> None:
    if len(places):
        size = 70 if marker in "*." else 26
        ax.scatter(places[:, 0], places[:, 1], s=size, c=color, edgecolors=edge, linewidths=0.6, marker=marker,
                   label=label, alpha=0.85)  # fmt: skip


class Numbered(NamedTuple):
    """What stands on the map beside a group: its number or name, the places of its segments, and its color."""

    text: str
    places: Floats
    edge: str


def _by_cluster(board: Board, places: Floats, labels: Ints, aside: Bools) -> list[Numbered]:
    ax, look = board.ax, board.look
    apart = (labels < 0) & ~aside
    _dots(ax, places[apart], color=look.pale, edge=look.grey, label=f"in no cluster ({int(apart.sum())})")
    numbers = [int(k) for k in np.unique(labels[labels >= 0])]
    looks = _looks({k: int((labels == k).sum()) for k in numbers}, look.colors)
    rest = [k for k in numbers if k not in looks]
    others = np.isin(labels, rest)
    _dots(ax, places[others], color=look.grey, edge=look.ground, marker=".")  # at once: there can be hundreds
    for k, (color, marker) in looks.items():
        own = f"{k} ({int((labels == k).sum())})"
        _dots(ax, places[labels == k], color=color, edge=look.ground, marker=marker, label=own)
    if rest:
        said = f"{counted(len(rest), 'other')}, by number ({int(others.sum())})"
        ax.scatter([], [], s=70, c=look.grey, marker=".", label=said)
    edges = {k: looks.get(k, (look.grey, "."))[0] for k in numbers}
    return [Numbered(str(k), places[labels == k], edges[k]) for k in numbers]


def _number(board: Board, numbers: list[Numbered]) -> None:
    """Write each number or name on a segment of its group, near the middle, where it lies on no other."""
    ax = board.ax
    to_inches = ax.transData - ax.figure.dpi_scale_trans
    edges: Any = ax.get_window_extent()
    inside = np.array([float(edge) * 72 / ax.figure.dpi for edge in (edges.x0, edges.y0, edges.x1, edges.y1)])
    back, taken, around = to_inches.inverted(), np.zeros((0, 4)), _around()
    for found in numbers:
        half = np.array([width_of(found.text, SMALL, bold=True) / 2 + 3, SMALL * 0.62 + 2])
        places = np.asarray(to_inches.transform(_from_the_middle(found.places))) * 72
        free = next((place for steps in (around[:1], around[1:])
                     if (place := _free_place(places, steps, half, inside, taken)) is not None), None)  # fmt: skip
        if free is not None:
            taken = np.vstack([taken, [*(free - half), *(free + half)]])
            across, up = back.transform(free / 72)
            _write(board, found, (across, up))


def _around() -> Floats:
    """Give steps away from a segment in points: none first, then to all sides, further and further."""
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    rings = [np.array([np.cos(turn), np.sin(turn)]) * far for far in (12.0, 20.0, 30.0, 42.0) for turn in turns]
    return np.array([np.zeros(2), *rings])


def _free_place(places: Floats, steps: Floats, half: Floats, inside: Floats, taken: Floats) -> Floats | None:
    """Give the first place so many steps from a segment where a box lies within the plot and on no other box."""
    tried = (steps[:, None] + places[None]).reshape(-1, 2)
    low, high = tried - half, tried + half
    within = np.flatnonzero((low >= inside[:2]).all(axis=1) & (high <= inside[2:]).all(axis=1))
    for some in np.array_split(within, -(-len(within) * max(len(taken), 1) // AT_ONCE) or 1):
        apart = (high[some, None] <= taken[:, :2]) | (taken[:, 2:] <= low[some, None])
        free = some[np.all(np.any(apart, axis=2), axis=1)]
        if len(free):
            return np.asarray(tried[free[0]])
    return None


def _write(board: Board, found: Numbered, place: tuple[float, float]) -> None:
    frame = {"boxstyle": "round,pad=0.15", "facecolor": board.look.ground, "linewidth": 0.9, "alpha": 0.9}
    board.ax.text(
        *place, found.text, ha="center", va="center", fontsize=SMALL, fontweight="bold", color=board.look.ink,
        gid="number", bbox=frame | {"edgecolor": found.edge},
    )  # fmt: skip


def _from_the_middle(places: Floats) -> Floats:
    """Give the places of segments, those nearest to the median first."""
    order = np.argsort(np.linalg.norm(places - np.median(places, axis=0), axis=1), kind="stable")
    return places[order]


def _looks(sizes: dict[_Key, int], colors: Sequence[str]) -> dict[_Key, tuple[str, str]]:
    """Give the ten largest groups a color and a shape of their own, in the order given; the others have none."""
    largest = set(sorted(sizes, key=lambda name: -sizes[name])[:MOST_CLASSES])
    return dict(zip((name for name in sizes if name in largest), zip(colors, SHAPES, strict=True), strict=False))


def _groups(clusters: Clusters, codes: Coding, level: Level, drawn: Ints) -> dict[str, list[int]]:
    """Positions on the map by what the first coder applied; several codes and no code are groups of their own."""
    seen = codes.on(clusters.segments).at(level, codes.codebook)
    sets = seen.sets[seen.coders[0]] if seen.coders else (None,) * len(clusters.segments)
    found: dict[str, list[int]] = {name: [] for name in codes.book.names_at(level)}
    rest: dict[str, list[int]] = {name: [] for name in REST}
    for at, position in enumerate(drawn):
        applied = sets[int(position)]
        if applied is not None and len(applied) == 1:
            found.setdefault(next(iter(applied)), []).append(at)
        else:
            rest["(not read)" if applied is None else "(several)" if applied else "(none)"].append(at)
    return {name: places for name, places in (found | rest).items() if places}


def _by_code(board: Board, places: Floats, groups: dict[str, list[int]], aside: Bools) -> list[Numbered]:
    ax, look = board.ax, board.look
    looks = _looks({name: len(at) for name, at in groups.items() if name not in REST}, look.colors)
    shades = {"(several)": (look.ink, look.ground), "(none)": (look.pale, look.grey), "(not read)": ("none", look.pale)}
    named = []
    for name, drawn in zip(groups, drawn_names(list(groups)), strict=True):
        at = np.array([i for i in groups[name] if not aside[i]], dtype=np.int64)
        color, marker = looks.get(name, (look.grey, "."))
        color, edge = shades.get(name, (color, look.ground))
        _dots(ax, places[at], color=color, edge=edge, marker=REST.get(name, marker), label=f"{drawn} ({len(at)})")
        if name not in looks and name not in REST and len(at):  # grey, so known by its name alone
            named.append(Numbered(drawn, places[at], look.grey))
    return named
