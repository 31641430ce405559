"""The two pictures of a comparison: agreement per theme with its interval, and themes beside clusters."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.words import BEFORE, THEME_VERDICTS
from alliance_nlp.errors import InputError, check_type, counted, import_extra
from alliance_nlp.numeric import Ints, format_number, ratio
from alliance_nlp.plots.figures import Axes, drawn_names
from alliance_nlp.plots.fitting import rows_that_fit, say_inside, settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.shaded import Shaded, shade
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Clusters, Coding, Level, Row, Study, code_table

MOST_CLUSTERS = 70  # rows of a picture that can still be read


def plot_agreement(
    comparison: Comparison, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw the kappa of each theme with its interval, and beside it that of two people and of position alone.

    Parameters
    ----------
    comparison : Comparison
        What to draw; the level is the one it was made with.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        With the picture, the highest kappa on top and undefined ones at the bottom. It is as wide as a column of print
        or a phone, so each name stands above its row.

    Raises
    ------
    InputError
        When it is no Comparison, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    No color says "good": thresholds for kappa are conventions, and how high it can be depends on how common the code
    is. Read a theme beside its own human-human figure, and the interval before the point. A machine that is no further
    from chance than position alone has found nothing that the order of talk does not say.

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
    board, s = open_board(ax, dark=dark), comparison.basis
    ax, look = board.ax, board.look
    ax.axvline(0, color=look.grey, linewidth=0.8, zorder=0.4)
    _points(board, comparison, rows)
    low = min([-0.1, *(_low(row) for row in rows)])
    ax.set_xlim(max(-1.0, low - 0.05), 1.03)
    ax.grid(axis="x", color=look.pale, linewidth=0.6)
    ax.set_axisbelow(True)
    return settle(board, Said(
        title=f"Agreement per {s.level}", axis=f"Cohen's kappa (0: chance, 1: the same on all {s.units})",
        notes=[*_basis(comparison), *of_study(study)], rows=[str(row["code"]) for row in reversed(rows)], above=True,
        names=_named(comparison, rows), words="; ".join(map(_in_words, rows)) + "." if rows else "Nothing was coded.",
    ))  # fmt: skip


def _named(comparison: Comparison, rows: list[Row]) -> list[str]:
    """All names in the picture: codes, then the two sides, then the people."""
    s = comparison.basis
    return [*(str(row["code"]) for row in rows), s.name_a, s.name_b, *([s.people] if s.people else [])]


def _basis(comparison: Comparison) -> list[str]:
    """Say unit, n, what intervals rest on, and what position is."""
    s = comparison.basis
    n = f"{s.n_compared} of {counted(s.n_segments, 'segment')}"
    notes = [f"Unit: {s.unit}; {n}, {counted(s.n_transcripts, 'transcript')}, "
             f"{counted(s.n_participants, 'participant')}.", s.on_intervals]  # fmt: skip
    if any(math.isfinite(row.get("position", math.nan)) for row in comparison.main):
        notes.append(f"Position alone: {BEFORE}.")
    undefined = [row for row in comparison.main if not math.isfinite(row["kappa"])]
    if undefined:
        notes.append(f"Undefined: {counted(len(undefined), s.level)}; the reason stands in the row.")
    return notes


def _in_words(row: Row) -> str:
    if not math.isfinite(row["kappa"]):
        return f"{row['code']}: undefined, {row['remark']}"
    low, high = row["kappa_interval"]
    said = f"{row['code']}: {format_number(row['kappa'])}"
    said += f" ({format_number(low)} to {format_number(high)})" if math.isfinite(low) else " (no interval)"
    beside = {"human_human": "people", "position": "position alone"}
    known = [
        f"{what} {format_number(row[key])}" for key, what in beside.items() if math.isfinite(row.get(key, math.nan))
    ]
    return ", ".join([said, *known])


def _low(row: Row) -> float:
    values = [row["kappa"], row["kappa_interval"][0], row.get("human_human", math.nan), row.get("position", math.nan)]
    return min((float(v) for v in values if math.isfinite(v)), default=0.0)


def _points(board: Board, comparison: Comparison, rows: list[Row]) -> None:
    """Draw each row from the top down: the interval, the point, two people, position alone."""
    ax, look = board.ax, board.look
    places = range(len(rows) - 1, -1, -1)
    known = any(math.isfinite(row["kappa_interval"][0]) for row in rows)
    for place, row in zip(places, rows, strict=True):
        low, high = row["kappa_interval"]
        if not math.isfinite(row["kappa"]):
            say_inside(board, place, f"undefined: {row['remark']}".removesuffix(": "))
        elif math.isfinite(low) and math.isfinite(high):
            ax.plot([low, high], [place, place], color=look.first, linewidth=2.4, solid_capstyle="round", zorder=2)
    a, b, *people = drawn_names(_named(comparison, rows))[len(rows) :]
    sure = ", 95% interval" if known else ", no interval"
    labels = {
        "kappa": ("filled", f"{a} and {b}{sure}", 4),
        "human_human": ("open", f"{''.join(people)}, same segments", 3),
        "position": ("bar", "position alone", 3),
    }
    for key, (kind, label, above) in labels.items():
        values = [row.get(key, math.nan) for row in rows]
        at = [i for i, value in enumerate(values) if math.isfinite(value)]
        if at or key == "kappa":
            ax.plot([values[i] for i in at], [places[i] for i in at], label=label, zorder=above, **look.mark(kind))


class SharedSegments(NamedTuple):
    """How many segments each theme shares with each cluster, and how many the cluster has."""

    themes: tuple[str, ...]
    counts: Ints
    sizes: Ints


def plot_themes_and_clusters(
    comparison: Comparison, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw which share of each cluster carries each of the people's themes.

    Parameters
    ----------
    comparison : Comparison
        A comparison whose machine side was made from clusters.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One column a theme with its verdict, one row a cluster, the count in the field, a frame where cluster and
        theme belong together by the rule of ``comparison.theme_recovery``.

    Raises
    ------
    InputError
        When it is no Comparison, no side was made from clusters, or the axes are too small.
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
    board, level = open_board(ax, dark=dark), comparison.basis.level
    found = shared_segments(clusters, comparison.human, level, comparison.basis.rule)
    order = side_by_side(found)[: rows_that_fit(board, MOST_CLUSTERS)][::-1]
    shares = ratio(found.counts, found.sizes, otherwise=0.0)
    shade(board, Shaded(found.counts[:, order].T.astype(float), shares[:, order].T))
    if len(order) and found.themes:
        _frames(board, comparison, found.themes, list(order))
    verdicts = {row[level]: row["verdict"] for row in comparison.theme_recovery.rows()}
    below = [verdicts.get(name, "") for name in found.themes]
    return settle(board, Said(
        title=f"Share of each cluster that carries each {level}",
        notes=[*_of_fields(comparison, clusters, found, len(order)), *of_study(study)],
        up=f"cluster, in order of its most common {level}", rows=[str(k) for k in order], columns=found.themes,
        below=below if any(below) else (), names=found.themes, inches=0.19 * max(len(order), 6),
        words=" ".join(f"{name}: {verdict} ({THEME_VERDICTS.get(verdict, '')})." for name, verdict in verdicts.items()),
    ))  # fmt: skip


def _of_fields(comparison: Comparison, clusters: Clusters, found: SharedSegments, shown: int) -> list[str]:
    """Say what shade, number and frame are, and what was left out."""
    level, unit = comparison.basis.level, comparison.basis.unit
    n = f"{int(found.sizes.sum())} of {counted(len(clusters.segments), 'segment')}"
    notes = [
        f"Unit: {unit}; {n} in a cluster. Shade: share of the cluster's segments with the {level}; number: how many.",
        "Frame: clusters that the verdict rests on; it allows for what chance gives a common theme.",
    ]
    if rest := len(found.sizes) - shown:
        notes.append(f"{counted(rest, 'cluster')} with the fewest coded segments left out.")
    return notes


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


def _frames(board: Board, comparison: Comparison, themes: tuple[str, ...], order: list[int]) -> None:
    patches: Any = import_extra("matplotlib.patches", "report", "A plot")
    level = comparison.basis.level
    for row in comparison.theme_recovery.rows():
        for cluster in row["clusters"]:
            if row[level] in themes and cluster in order:
                corner = (themes.index(row[level]) - 0.46, order.index(cluster) - 0.44)
                board.ax.add_patch(patches.Rectangle(
                    corner, 0.92, 0.88, fill=False, edgecolor=board.look.second, linewidth=2, zorder=2
                ))  # fmt: skip
