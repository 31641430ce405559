"""Axes without global state, colors that stay apart for color-blind readers, names as they can be drawn, and bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from alliance_nlp.errors import import_extra
from alliance_nlp.records import printable

if TYPE_CHECKING:
    import matplotlib.axes

Axes: TypeAlias = "matplotlib.axes.Axes"  # matplotlib is imported when something is drawn

# Okabe and Ito's colors without black and yellow (too faint on white), https://jfly.uni-koeln.de/color/
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
INK, GREY, PALE = "#222222", "#8A8A8A", "#D9D9D9"
LONGEST_NAME = 42
LEGEND_LETTERS = 86  # that stand side by side below a plot
RESOLUTION = 160


def plain_axes(ax: Axes | None, *, size: tuple[float, float], title: str) -> Axes:
    """Take away what is not data, and write the title on the left.

    Axes that are not given are made on a figure of that size that pyplot does not know of, so that nothing keeps it
    alive.
    """
    if ax is None:
        figures = import_extra("matplotlib.figure", "report", "A plot")
        ax = figures.Figure(figsize=size, layout="constrained").add_subplot()
    ax.set_title(title, loc="left", fontsize=11, color=INK, fontweight="bold")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(PALE)
    ax.tick_params(colors=INK, labelsize=9, length=0)
    return ax


def legend_below(ax: Axes, *, inches: float) -> None:
    """Put the legend below the axes, in as many columns as its longest name leaves room for."""
    _, names = ax.get_legend_handles_labels()
    if not names:
        return
    transforms = import_extra("matplotlib.transforms", "report", "A plot")
    below = ax.transAxes + transforms.ScaledTranslation(0, -inches, ax.figure.dpi_scale_trans)
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, 0.0), bbox_transform=below, ncols=legend_columns(names), frameon=False,
        fontsize=8.5, borderaxespad=0,
    )  # fmt: skip


def legend_columns(names: Sequence[str]) -> int:
    """Columns of a legend that fit a page."""
    return max(1, min(3, len(names), LEGEND_LETTERS // (max(map(len, names), default=1) + 4)))


def drawn_name(name: str) -> str:
    """Shorten a name and keep matplotlib from reading it as a formula; what its font cannot draw becomes a box."""
    name = " ".join(name.split())
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    manager = import_extra("matplotlib.font_manager", "report", "A plot")
    known = manager.get_font(manager.findfont("DejaVu Sans")).get_charmap()
    return "".join(letter if ord(letter) in known else "□" for letter in short).replace("$", r"\$")


class Picture(NamedTuple):
    """One figure as a drawing and as points."""

    svg: bytes
    png: bytes


def take_picture(ax: Axes, *, title: str = "") -> Picture:
    """Draw the figure of some axes as SVG and PNG: the same bytes for the same records, without a date.

    Parameters
    ----------
    ax : Axes
        Axes that a plot of this library gave.
    title : str, default ""
        Written into the files, for readers that cannot see them.

    Returns
    -------
    Picture
        Content of the two files.
    """
    matplotlib = import_extra("matplotlib", "report", "A picture")
    figure: Any = ax.figure
    content = {}
    with matplotlib.rc_context({"svg.hashsalt": "alliance_nlp", "svg.fonttype": "path"}):
        for kind, unstable in (("svg", ("Date", "Creator")), ("png", ("Software",))):
            out = io.BytesIO()
            metadata = {"Title": printable(title), **dict.fromkeys(unstable)}
            figure.savefig(out, format=kind, dpi=RESOLUTION, metadata=metadata, facecolor="white")
            content[kind] = out.getvalue()
    return Picture(**content)
