"""Agreement per theme, with its interval and what two people reach."""

from __future__ import annotations

import math

from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import InputError
from alliance_nlp.plots.figures import COLORS, GREY, INK, PALE, Axes, drawn_name, legend_below, new_axes, plain_axes
from alliance_nlp.records import Row


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
        With the picture, the highest kappa on top and undefined ones at the bottom.

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
    if not isinstance(comparison, Comparison):
        raise InputError(f"plot_agreement() takes a Comparison. Got {type(comparison).__name__}.")
    rows = _ordered(comparison.main.rows())
    ax = new_axes(7.6, 1.7 + 0.42 * max(len(rows), 1)) if ax is None else ax
    plain_axes(ax, title=f"Agreement per {comparison.basis.level}")
    ax.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    for place, row in enumerate(reversed(rows)):
        _one(ax, place, row)
    ax.set_yticks(range(len(rows)), [drawn_name(row["code"]) for row in reversed(rows)])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    low = min([-0.1, *(_low(row) for row in rows)])
    ax.set_xlim(max(-1.0, low - 0.05), 1.02)
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("Cohen's kappa (0: chance, 1: the same code on the same segments)", fontsize=9, color=INK)
    _legend(ax, comparison)
    return ax


def _ordered(rows: list[Row]) -> list[Row]:
    return sorted(
        rows, key=lambda row: (math.isnan(row["kappa"]), -row["kappa"] if row["kappa"] == row["kappa"] else 0)
    )


def _low(row: Row) -> float:
    values = [row["kappa"], row["kappa_interval"][0], row.get("human_human", math.nan)]
    return min((float(v) for v in values if math.isfinite(v)), default=0.0)


def _one(ax: Axes, place: int, row: Row) -> None:
    human = row.get("human_human", math.nan)
    if math.isfinite(human):
        ax.plot([human], [place], marker="D", markersize=7, markerfacecolor="white", markeredgecolor=COLORS[1],
                markeredgewidth=1.6, linestyle="none", zorder=3)  # fmt: skip
    if not math.isfinite(row["kappa"]):
        ax.text(0.02, place, "undefined", va="center", fontsize=8.5, style="italic", color=GREY)
        return
    low, high = row["kappa_interval"]
    if math.isfinite(low) and math.isfinite(high):
        ax.plot([low, high], [place, place], color=COLORS[0], linewidth=2.2, solid_capstyle="round", zorder=2)
    ax.plot([row["kappa"]], [place], marker="o", markersize=7, color=COLORS[0], linestyle="none", zorder=4)


def _legend(ax: Axes, comparison: Comparison) -> None:
    a, b = map(drawn_name, (comparison.basis.name_a, comparison.basis.name_b))
    ax.plot([], [], marker="o", color=COLORS[0], linewidth=2.2, label=f"{a} and {b}, 95% interval")
    if comparison.basis.people:
        ax.plot([], [], marker="D", markerfacecolor="white", markeredgecolor=COLORS[1], markeredgewidth=1.6,
                linestyle="none", label=f"{drawn_name(comparison.basis.people)}, same segments")  # fmt: skip
    legend_below(ax, inches=0.5)
