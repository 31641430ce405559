"""A map of the segments: near one another when their words are alike."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np

from alliance_nlp.errors import check_type, counted
from alliance_nlp.numeric import Bools, Floats, Ints, Singles, one_thread
from alliance_nlp.plots.figures import (
    GREY,
    INK,
    PALE,
    SHAPES,
    TEN,
    Axes,
    drawn_names,
    legend_below,
    legend_columns,
    plain_axes,
    with_fonts,
)
from alliance_nlp.records import Clusters, Coding, Level

_Key = TypeVar("_Key")
MOST_POINTS = 2000  # above it the picture is a blot and the map takes longer than the rest of the report
NEAREST = 3  # drawn segments among which one that was not drawn is placed
FEWEST_POINTS = 12  # below it neighbors mean nothing; the two main directions are the honest map
REST = {"(several)": (INK, "white", "*"), "(none)": (PALE, GREY, "."), "(not read)": ("none", PALE, "o")}
NUMBERED = {"boxstyle": "round,pad=0.15", "facecolor": "white", "linewidth": 0.9, "alpha": 0.9}
WIDE = 5.2  # inches: numbers can still be read on a phone
CAPTION = "Near means alike in wording; distances between far groups mean little."


class SegmentMap(NamedTuple):
    """Positions of the segments that are drawn, and the place of each."""

    drawn: Ints
    places: Floats


def plot_map(
    clusters: Clusters, *, codes: Coding | None = None, level: Level = "theme", places: SegmentMap | None = None,
    ax: Axes | None = None, random_state: int = 0,
) -> Axes:  # fmt: skip
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
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own (``.figure.savefig(...)`` keeps it).
    random_state : int, default 0
        Seed of the map, and of the draw when there are more than 2000 segments.

    Returns
    -------
    matplotlib Axes
        With the picture.

    Raises
    ------
    InputError
        When `clusters` are not Clusters, or `codes` is no Coding.
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
    drawn, at = map_segments(clusters, random_state=random_state) if places is None else places
    groups = _groups(clusters, codes, level, drawn) if codes is not None else {}
    aside = np.array([clusters.segments.ids[i] in clusters.set_aside for i in drawn], dtype=bool)
    title = "Segments by cluster" if codes is None else f"Segments by {level}"
    ax = plain_axes(ax, size=(WIDE, 5.2 + 0.2 * _legend_rows(list(groups))), title=title)
    ax.set_xticks([])
    ax.set_yticks([])
    _dots(ax, at[aside], color="none", edge=GREY, label=f"set aside ({int(aside.sum())})")
    if codes is None:
        _by_cluster(ax, at, clusters.labels[drawn], aside)
    else:
        _by_code(ax, at, groups, aside)
    n = len(clusters.segments)
    left_out = "" if len(drawn) == n else f" {len(drawn)} of {counted(n, 'segment')}, drawn at random."
    ax.set_xlabel(CAPTION + left_out, fontsize=8.5, color=INK, loc="left")
    return with_fonts(ax, list(groups))


def _legend_rows(names: list[str]) -> int:
    shown = [f"{name} (100)" for name in drawn_names(names)]
    return -(-len(shown) // legend_columns(shown, WIDE)) if shown else 4


def map_segments(clusters: Clusters, *, random_state: int = 0) -> SegmentMap:
    """Give each segment a place in the plane; of more than 2000 segments a random 2000."""
    drawn = np.arange(len(clusters.segments), dtype=np.int64)
    if len(drawn) > MOST_POINTS:
        drawn = np.sort(np.random.default_rng(random_state).choice(drawn, MOST_POINTS, replace=False))
    return SegmentMap(drawn, _places(np.asarray(clusters.embeddings.vectors)[drawn], random_state))


def place_all(clusters: Clusters, drawn: SegmentMap) -> Floats:
    """Give every segment a place from 0 to 1: those that were not drawn stand among the three drawn ones most alike."""
    at = np.zeros((len(clusters.segments), 2))
    if not len(at):
        return at
    at[drawn.drawn] = drawn.places
    vectors = np.asarray(clusters.embeddings.vectors)
    rest = np.setdiff1d(np.arange(len(at)), drawn.drawn)
    for some in np.array_split(rest, -(-len(rest) // MOST_POINTS) or 1):
        alike = vectors[some] @ vectors[drawn.drawn].T
        near = np.sort(np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST], axis=1)
        weights = np.maximum(np.take_along_axis(alike, near, axis=1), 1e-3)
        at[some] = (drawn.places[near] * weights[..., None]).sum(axis=1) / weights.sum(axis=1)[:, None]
    low, span = at.min(axis=0), np.ptp(at, axis=0).max()
    return np.asarray((at - low) / span if span else np.full_like(at, 0.5))


def _places(vectors: Singles, random_state: int) -> Floats:
    flat = _main_directions(vectors, 50)
    start = np.zeros((len(flat), 2))
    start[:, : min(2, flat.shape[1])] = flat[:, :2]
    if len(flat) < FEWEST_POINTS or len(np.unique(np.round(flat, 6), axis=0)) < FEWEST_POINTS:
        return start
    from sklearn.manifold import TSNE

    scale = max(float(start[:, 0].std()), 1e-12)
    with one_thread():
        tsne = TSNE(
            init=start / scale * 1e-4, perplexity=min(30.0, (len(flat) - 1) / 3), random_state=random_state,
            max_iter=750, learning_rate="auto",
        )  # fmt: skip
        return np.asarray(tsne.fit_transform(flat.astype(np.float32)), dtype=float)


def _main_directions(vectors: Singles, n: int) -> Floats:
    """Scores on the first principal components, the largest loading of each made positive."""
    if not len(vectors):
        return np.zeros((0, 2))
    centered = np.asarray(vectors, dtype=float) - np.mean(vectors, axis=0, dtype=float)
    _, _, axes = np.linalg.svd(centered, full_matrices=False)
    axes = axes[:n]
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    scores: Floats = centered @ (axes * np.where(signs == 0, 1, signs)[:, None]).T
    return scores


def _dots(ax: Axes, places: Floats, *, color: str, edge: str, label: str | None = None, marker: str = "o") -> None:
    if len(places):
        size = 70 if marker in "*." else 26
        ax.scatter(places[:, 0], places[:, 1], s=size, c=color, edgecolors=edge, linewidths=0.6, marker=marker,
                   label=label, alpha=0.85)  # fmt: skip


def _by_cluster(ax: Axes, places: Floats, labels: Ints, aside: Bools) -> None:
    apart = (labels < 0) & ~aside
    _dots(ax, places[apart], color=PALE, edge=GREY, label=f"in no cluster ({int(apart.sum())})")
    numbers = [int(k) for k in np.unique(labels[labels >= 0])]
    looks = _looks({k: int((labels == k).sum()) for k in numbers})
    for k in numbers:
        color, marker = looks.get(k, (GREY, "."))
        own = f"{k} ({int((labels == k).sum())})" if k in looks else None
        _dots(ax, places[labels == k], color=color, edge="white", marker=marker, label=own)
    if rest := [k for k in numbers if k not in looks]:
        n = int(np.isin(labels, rest).sum())
        ax.scatter([], [], s=70, c=GREY, marker=".", label=f"{counted(len(rest), 'other')}, by number ({n})")
    for k in numbers:
        across, up = _middle(places[labels == k])
        ax.text(
            across, up, str(k), ha="center", va="center", fontsize=7 if len(numbers) > 30 else 9, fontweight="bold",
            color=INK, bbox=NUMBERED | {"edgecolor": looks.get(k, (GREY, "."))[0]},
        )  # fmt: skip
    legend_below(ax, inches=0.3)


def _looks(sizes: dict[_Key, int]) -> dict[_Key, tuple[str, str]]:
    """Give the ten largest groups a color and a shape of their own, in the order given; the others have none."""
    largest = set(sorted(sizes, key=lambda name: -sizes[name])[: len(TEN)])
    return dict(zip((name for name in sizes if name in largest), zip(TEN, SHAPES, strict=True), strict=False))


def _middle(places: Floats) -> Floats:
    """Place of the segment nearest the median: a number always stands on a segment of its cluster."""
    median = np.median(places, axis=0)
    return np.asarray(places[int(np.linalg.norm(places - median, axis=1).argmin())])


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


def _by_code(ax: Axes, places: Floats, groups: dict[str, list[int]], aside: Bools) -> None:
    looks = _looks({name: len(at) for name, at in groups.items() if name not in REST})
    for name, drawn in zip(groups, drawn_names(list(groups)), strict=True):
        at = np.array([i for i in groups[name] if not aside[i]], dtype=np.int64)
        color, marker = looks.get(name, (GREY, "."))
        color, edge, marker = REST.get(name, (color, "white", marker))
        _dots(ax, places[at], color=color, edge=edge, marker=marker, label=f"{drawn} ({len(at)})")
        if name not in looks and name not in REST and len(at):  # grey, so known by its name alone
            across, up = _middle(places[at])
            ax.text(across, up, drawn, ha="center", va="center", fontsize=7, color=INK, bbox=NUMBERED)
    legend_below(ax, inches=0.3)
