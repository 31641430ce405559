"""How themes relate: which are spoken of in one turn, and which follows which."""

from __future__ import annotations

import numpy as np

from alliance_nlp.errors import check_type
from alliance_nlp.method.relations import NO_GROUP, Relations, What
from alliance_nlp.numeric import Floats, format_number
from alliance_nlp.plots.figures import Axes, drawn_names, plain_axes, with_fonts

TITLES = {
    "both": "Turns that carry both themes",
    "share": "Share of the turns of either theme that carry both",
    "follows": "How often the column's theme follows the row's",
    "recorded": "How many people recorded that the row's theme bears on the column's",
}


def plot_relations(relations: Relations, *, what: What = "both", ax: Axes | None = None) -> Axes:
    """Draw a square of themes by themes: how often they come together, follow one another, or were related by people.

    Parameters
    ----------
    relations : Relations
        What `relate_themes` found.
    what : {"both", "share", "follows", "recorded"}, default "both"
        Turns that carry both; their share; how often the column's theme follows the row's; or how many people recorded
        that the row's theme bears on the column's.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.

    Returns
    -------
    matplotlib Axes
        With the picture; every field holds its number. Themes of one group stand together, and a line parts the groups.
        A frame: people recorded that the row's theme bears on the column's.

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
    order, cuts = _by_group(relations)
    names = drawn_names([relations.names[i] for i in order])
    values, recorded = (relations.matrix(which)[np.ix_(order, order)] for which in (what, "recorded"))
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
    for cut in cuts:
        ax.axhline(cut - 0.5, color="grey", linewidth=0.8)
        ax.axvline(cut - 0.5, color="grey", linewidth=0.8)
    _frame(ax, recorded)
    return with_fonts(ax, relations.names)


def _by_group(relations: Relations) -> tuple[list[int], list[int]]:
    """Places of the themes, those of a group together in the order of the groups; where one group ends."""
    group_of = relations.group_of
    groups = [group_of.get(name, NO_GROUP) for name in relations.names]
    known = list(dict.fromkeys(groups))
    order = sorted(range(len(groups)), key=lambda i: known.index(groups[i]))
    return order, [at for at in range(1, len(order)) if groups[order[at]] != groups[order[at - 1]]]


def _frame(ax: Axes, recorded: Floats) -> None:
    """Put a frame round the fields in which people recorded a relation, and say so."""
    from matplotlib.patches import Rectangle

    fields = list(zip(*np.nonzero(recorded), strict=True))
    for row, column in fields:
        ax.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=2))
    if fields:
        ax.set_xlabel("Frame: people recorded that the row's theme bears on the column's.")
