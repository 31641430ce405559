"""How themes relate: which are spoken of in one turn, and which follows which."""

from __future__ import annotations

from typing import Literal

import numpy as np

from alliance_nlp.errors import check_type
from alliance_nlp.method.relations import Relations
from alliance_nlp.numeric import format_number
from alliance_nlp.plots.figures import Axes, drawn_names, plain_axes, with_fonts

What = Literal["both", "share", "follows"]
TITLES = {
    "both": "Turns that carry both themes",
    "share": "Share of the turns of either theme that carry both",
    "follows": "How often the column's theme follows the row's",
}


def plot_relations(relations: Relations, *, what: What = "both", ax: Axes | None = None) -> Axes:
    """Draw a square of themes by themes: how often they come together or follow one another.

    Parameters
    ----------
    relations : Relations
        What `relate_themes` found.
    what : {"both", "share", "follows"}, default "both"
        Turns that carry both; their share; or how often the column's theme follows the row's.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib Axes
        With the picture; every field holds its number.

    Raises
    ------
    InputError
        When it is no Relations, or `what` is unknown.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    Common themes come together often by chance alone: the table beside it says how often. The diagonal is left empty.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> plot_relations(an.relate_themes(an.load_study("focus_group"))).get_title(loc="left")
    'Turns that carry both themes'
    """
    check_type("plot_relations() takes what relate_themes() gives", Relations, relations)
    values = relations.matrix(what)
    names = drawn_names(relations.names)
    size = 3.2 + 0.55 * len(names)
    ax = plain_axes(ax, size=(size + 1.2, size), title=TITLES[what])
    shown = np.where(np.eye(len(names), dtype=bool), np.nan, values)
    most = float(np.nanmax(shown)) if np.isfinite(shown).any() else 0.0
    ax.imshow(shown, cmap="Blues", vmin=0, vmax=max(most, 1e-9) * 1.25, aspect="equal")
    for row, column in zip(*np.nonzero(np.isfinite(shown)), strict=True):
        text = format_number(shown[row, column]) if what == "share" else f"{shown[row, column]:.0f}"
        dark = shown[row, column] > 0.7 * most
        ax.text(column, row, text, ha="center", va="center", color="white" if dark else "black")
    ax.set_xticks(range(len(names)), names, rotation=35, ha="right")
    ax.set_yticks(range(len(names)), names)
    return with_fonts(ax, relations.names)
