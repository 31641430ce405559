"""The two pictures of a comparison: agreement per theme with its interval, and themes beside clusters."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError, check_type, import_extra
from alliance_nlp.numeric import Ints, ratio
from alliance_nlp.plots.figures import (
    COLORS,
    GREY,
    INK,
    PALE,
    Axes,
    drawn_names,
    legend_below,
    plain_axes,
    with_fonts,
)
from alliance_nlp.records import Clusters, Coding, Level, Row, code_table

DIAMOND: dict[str, Any] = {
    "marker": "D", "markerfacecolor": "white", "markeredgecolor": COLORS[1], "markeredgewidth": 1.6,
    "linestyle": "none",
}  # fmt: skip
COLUMN = 4.2  # inches: of print, and what a phone can show
MOST_CLUSTERS = 70  # rows of a picture that can still be read


def plot_agreement(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """Draw the kappa of each theme with its interval, and the figure of two people beside it.

    Parameters
    ----------
    comparison : Comparison
        What to draw; the level is the one it was made with.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib Axes
        With the picture, the highest kappa on top and undefined ones at the bottom. It is as wide as a column of print
        or a phone, so each name stands above its row.

    Raises
    ------
    InputError
        When it is no Comparison.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    No color says "good": thresholds for kappa are conventions, and how high it can be depends on how common the code
    is. Read a theme beside its own human-human figure, and the interval before the point.

    Examples
    --------
    >>> from alliance_nlp.comparison import compare
    >>> from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "ab")), (Transcript("T", "abab"),))
    >>> a, b = (Coding((CodedSpan(c, "T", 0, 2, "Trust"),), (ReadSpan(c, "T", 0, 4),)) for c in "AB")
    >>> plot_agreement(compare(a, b, segments=segments)).get_title(loc="left")
    'Agreement per theme'
    """
    check_type("plot_agreement() takes a Comparison", Comparison, comparison)
    # the undefined last; the others from the highest down
    rows = sorted(comparison.main, key=lambda row: (math.isnan(row["kappa"]), -np.nan_to_num(row["kappa"])))
    ax = plain_axes(ax, size=(COLUMN, 2.0 + 0.5 * max(len(rows), 1)), title=f"Agreement per {comparison.basis.level}")
    ax.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    for place, row in enumerate(reversed(rows)):
        _one(ax, place, row)
    s = comparison.basis
    names = [*(str(row["code"]) for row in rows), s.name_a, s.name_b, *([s.people] if s.people else [])]
    drawn = dict(zip(names, drawn_names(names), strict=True))
    ax.set_yticks(
        range(len(rows)), [drawn[str(row["code"])] + "\n" for row in reversed(rows)], ha="left", linespacing=2.1
    )
    ax.tick_params(axis="y", pad=-4)
    ax.set_ylim(-0.6, len(rows) - 0.1)
    low = min([-0.1, *(_low(row) for row in rows)])
    ax.set_xlim(max(-1.0, low - 0.05), 1.02)
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("Cohen's kappa (0: chance,\n1: the same code on the same segments)", fontsize=9, color=INK)
    _legend(ax, comparison, drawn)
    return with_fonts(ax, names)


def _low(row: Row) -> float:
    values = [row["kappa"], row["kappa_interval"][0], row.get("human_human", math.nan)]
    return min((float(v) for v in values if math.isfinite(v)), default=0.0)


def _one(ax: Axes, place: int, row: Row) -> None:
    human = row.get("human_human", math.nan)
    if math.isfinite(human):
        ax.plot([human], [place], markersize=7, zorder=3, **DIAMOND)
    if not math.isfinite(row["kappa"]):
        ax.text(0.02, place, "undefined", va="center", fontsize=8.5, style="italic", color=GREY)
        return
    low, high = row["kappa_interval"]
    if math.isfinite(low) and math.isfinite(high):
        ax.plot([low, high], [place, place], color=COLORS[0], linewidth=2.2, solid_capstyle="round", zorder=2)
    ax.plot([row["kappa"]], [place], marker="o", markersize=7, color=COLORS[0], linestyle="none", zorder=4)


def _legend(ax: Axes, comparison: Comparison, drawn: Mapping[str, str]) -> None:
    a, b = drawn[comparison.basis.name_a], drawn[comparison.basis.name_b]
    known = any(math.isfinite(row["kappa_interval"][0]) for row in comparison.main)
    sure = ", 95% interval" if known else ", no interval"
    ax.plot([], [], marker="o", color=COLORS[0], linewidth=2.2 if known else 0, label=_broken(f"{a} and {b}{sure}"))
    if comparison.basis.people:
        ax.plot([], [], label=_broken(f"{drawn[comparison.basis.people]}, same segments"), **DIAMOND)
    legend_below(ax, inches=0.62)


def _broken(name: str) -> str:
    return "\n".join(textwrap.wrap(name, 46))


class SharedSegments(NamedTuple):
    """How many segments each theme shares with each cluster, and how many the cluster has."""

    themes: tuple[str, ...]
    counts: Ints
    sizes: Ints


def plot_themes_and_clusters(comparison: Comparison, *, ax: Axes | None = None) -> Axes:
    """Draw which share of each cluster carries each of the people's themes.

    Parameters
    ----------
    comparison : Comparison
        A comparison whose machine side was made from clusters.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib Axes
        One column a theme with its verdict, one row a cluster, the count in the field, a frame where cluster and
        theme belong together by the rule of ``comparison.theme_recovery``.

    Raises
    ------
    InputError
        When it is no Comparison, or no side was made from clusters.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    A dark field in a small cluster is a handful of segments: read the counts. A theme that is common fills many
    fields by chance; the frames, not the shades, allow for that.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.comparison import compare
    >>> from alliance_nlp.records import Clusters, CodedSpan, Coding, EncoderInfo, Embeddings
    >>> from alliance_nlp.records import ReadSpan, Segment, Segments, Transcript
    >>> parts = tuple(Segment("T", i, i + 2, "ab") for i in (0, 2, 4))
    >>> vectors = Embeddings(Segments(parts, (Transcript("T", "ababab"),)), np.eye(3), EncoderInfo("example"))
    >>> spans = (CodedSpan("A", "T", 0, 2, "Trust"),), (ReadSpan("A", "T", 0, 6),)
    >>> a, b = Coding(*spans), Coding(*spans, made_from=Clusters(vectors, np.array([0, 0, 1])))
    >>> plot_themes_and_clusters(compare(a, b)).get_title(loc="left")
    'Share of each cluster that carries each theme'
    """
    check_type("plot_themes_and_clusters() takes a Comparison", Comparison, comparison)
    clusters = comparison.clusters
    if clusters is None:
        raise InputError("plot_themes_and_clusters() needs a comparison with clusters. Neither side was made from any.")
    found = shared_segments(clusters, comparison.human, comparison.basis.level, comparison.basis.rule)
    order = side_by_side(found)[:MOST_CLUSTERS]
    shown = len(order)
    verdicts = {row[comparison.basis.level]: row["verdict"] for row in comparison.theme_recovery.rows()}
    drawn = zip(found.themes, drawn_names(found.themes), strict=True)
    names = [own + (f"\n{verdicts[name]}" if name in verdicts else "") for name, own in drawn]
    longest = max((len(line) for name in names for line in name.split("\n")), default=0)
    size = (max(COLUMN, 1.4 + 0.5 * len(names)), 1.2 + 0.08 * longest + 0.26 * max(shown, 12))
    ax = plain_axes(
        ax, size=size, title=f"Share of each cluster that carries each {comparison.basis.level}", letters=8.5
    )
    ax.xaxis.tick_top()
    if shown and found.themes:
        _fields(ax, found.counts[:, order], found.sizes[order])
        _frames(ax, comparison, found.themes, list(order))
    ax.set_xticks(range(len(names)), names, rotation=90, va="bottom")
    ax.set_yticks(range(shown), [str(k) for k in order])
    rest = "" if shown == len(found.sizes) else f",\n{len(found.sizes) - shown} with the fewest coded segments left out"
    ax.set_ylabel(f"cluster, in order of its most common {comparison.basis.level}{rest}", fontsize=9, color=INK)
    return with_fonts(ax, found.themes)


def shared_segments(clusters: Clusters, human: Coding, level: Level, rule: Any) -> SharedSegments:
    """Count segments by theme of the first person and by cluster."""
    seen = human.on(clusters.segments, rule=rule).at(level, human.codebook)
    sets = seen.sets[seen.coders[0]] if seen.coders else (None,) * len(clusters.segments)
    themes = tuple(human.book.names_at(level, sorted({code for s in sets if s for code in s})))
    inside = (clusters.labels == np.arange(clusters.n_clusters)[:, None]).astype(np.int64)
    carried = np.nan_to_num(code_table(sets, themes)).astype(np.int64)
    return SharedSegments(themes, carried @ inside.T, inside.sum(axis=1))


def side_by_side(found: SharedSegments) -> Ints:
    """Order of the clusters in which those of one theme stand together, the surest first; uncoded ones last."""
    share = ratio(found.counts, found.sizes, otherwise=0.0)
    if not share.size:
        return np.arange(len(found.sizes), dtype=np.int64)
    best, top = share.argmax(axis=0), share.max(axis=0)
    return np.lexsort((-found.sizes, -np.round(top, 12), np.where(top > 0, best, len(found.themes)))).astype(np.int64)


def _fields(ax: Axes, counts: Ints, sizes: Ints) -> None:
    share = ratio(counts, sizes, otherwise=0.0)
    image = ax.imshow(share.T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, column in np.argwhere(counts > 0):
        dark = share[row, column] > 0.55
        ax.text(row, column, str(int(counts[row, column])), ha="center", va="center", fontsize=8,
                color="white" if dark else INK)  # fmt: skip
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.8, pad=0.01)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=8, colors=GREY)


def _frames(ax: Axes, comparison: Comparison, themes: tuple[str, ...], order: list[int]) -> None:
    patches = import_extra("matplotlib.patches", "report", "A plot")
    level = comparison.basis.level
    for row in comparison.theme_recovery.rows():
        for cluster in row["clusters"]:
            if row[level] in themes and cluster in order:
                corner = (themes.index(row[level]) - 0.46, order.index(cluster) - 0.44)
                ax.add_patch(patches.Rectangle(corner, 0.92, 0.88, fill=False, edgecolor=COLORS[1], linewidth=2))
