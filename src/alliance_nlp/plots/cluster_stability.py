"""How firm clusters are: whether each comes back under resampling, and how firmly its segments belong."""

from __future__ import annotations

import math

import numpy as np

from alliance_nlp.errors import check_type, counted
from alliance_nlp.numeric import format_number
from alliance_nlp.plots.figures import Axes
from alliance_nlp.plots.fitting import rows_that_fit, say_inside, settle
from alliance_nlp.plots.ground import of_study, open_board
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Clusters, Study

MOST_CLUSTERS = 70  # rows of a picture that can still be read
READ_BESIDE = (
    "No chance level is known for either: read clusters beside one another. What comes back is not thereby meaningful."
)


def plot_stability(
    clusters: Clusters, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw how often each cluster comes back under resampling, and how firmly its segments belong to it.

    Parameters
    ----------
    clusters : Clusters
        What to draw, the most stable on top and those that were not measured at the bottom.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One row a cluster, at most 70 of them, the largest: its number and how many segments it has.

    Raises
    ------
    InputError
        When they are no Clusters, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    A cluster that comes back does not depend on a few segments. That does not say that it means something, and one that
    does not come back may hold what only few people said.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript
    >>> parts = tuple(Segment("T", i, i + 2, "ab") for i in (0, 2, 4))
    >>> vectors = Embeddings(Segments(parts, (Transcript("T", "ababab"),)), np.eye(3), EncoderInfo("example"))
    >>> ax = plot_stability(Clusters(vectors, np.array([0, 0, 1]), stability=np.array([0.4, 0.9])))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['cluster 0 (2)', 'cluster 1 (1)']
    """
    check_type("plot_stability() takes Clusters, as an.cluster() gives", Clusters, clusters)
    board = open_board(ax, dark=dark)
    sizes = np.bincount(clusters.labels[clusters.labels >= 0], minlength=clusters.n_clusters)
    stable = clusters.stability if clusters.stability.size else np.full(clusters.n_clusters, np.nan)
    firm = [_mean(clusters, k) for k in range(clusters.n_clusters)]
    largest = np.argsort(-sizes, kind="stable")[: rows_that_fit(board, MOST_CLUSTERS)].tolist()
    order = sorted(largest, key=lambda k: (math.isfinite(stable[k]), np.nan_to_num(stable[k])))
    reason = str(clusters.settings.get("stability_reason", "not measured"))
    for at, k in enumerate(order):
        if not math.isfinite(stable[k]):
            say_inside(board, at, f"undefined: {reason}")
    both = (("filled", "stability: how often it comes back", stable), ("open", "strength, mean of its segments", firm))
    for kind, label, values in both:
        known = [(values[k], at) for at, k in enumerate(order) if math.isfinite(values[k])]
        drawn = known if kind == "filled" or any(math.isfinite(stable[k]) for k in order) else []
        if drawn:
            board.ax.plot(*zip(*drawn, strict=True), label=label, zorder=3, **board.look.mark(kind))
    board.ax.set_xlim(-0.03, 1.03)
    board.ax.set_ylim(-0.7, max(len(order), 1) - 0.3)
    board.ax.grid(axis="both", color=board.look.pale, linewidth=0.5)
    board.ax.set_axisbelow(True)
    rest = clusters.n_clusters - len(order)
    notes = [f"Unit: segment; {int(sizes.sum())} of {counted(len(clusters.segments), 'segment')} in "
             f"{counted(clusters.n_clusters, 'cluster')}. {READ_BESIDE}",
             *([f"{counted(rest, 'smaller cluster')} left out."] if rest else []), *of_study(study)]  # fmt: skip
    said = [f"cluster {k} {format_number(stable[k])}" for k in reversed(order) if math.isfinite(stable[k])]
    return settle(board, Said(
        title="How firm the clusters are", rows=[f"cluster {k} ({sizes[k]})" for k in order],
        axis="stability, strength (0 to 1)", inches=0.19 * max(len(order), 6),
        notes=notes, words=f"Stability: {', '.join(said) or f'undefined, {reason}'}.",
    ))  # fmt: skip


def _mean(clusters: Clusters, k: int) -> float:
    own = clusters.strength[clusters.labels == k] if clusters.strength.size else np.zeros(0)
    known = own[np.isfinite(own)]
    return float(known.mean()) if len(known) else math.nan
