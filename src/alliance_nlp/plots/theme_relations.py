"""How themes relate: which are spoken of in one turn, and which follows which."""

from __future__ import annotations

import numpy as np

from alliance_nlp.errors import check_type, counted
from alliance_nlp.method.relations import NO_GROUP, Relations, What
from alliance_nlp.numeric import Floats, format_number
from alliance_nlp.plots.figures import Axes
from alliance_nlp.plots.fitting import settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.shaded import Shaded, shade
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Study

TITLES = {
    "both": "Turns that carry both themes",
    "share": "Share of the turns of either theme that carry both",
    "follows": "How often the column's theme follows the row's",
    "recorded": "How many people recorded that the row's theme bears on the column's",
}


def plot_relations(
    relations: Relations, *, what: What = "both", study: Study | None = None, ax: Axes | None = None,
    dark: bool | None = None,
) -> Axes:  # fmt: skip
    """Draw a square of themes by themes: how often they come together, follow one another, or were related by people.

    Parameters
    ----------
    relations : Relations
        What `relate_themes` found.
    what : {"both", "share", "follows", "recorded"}, default "both"
        Turns that carry both; their share; how often the column's theme follows the row's; or how many people recorded
        that the row's theme bears on the column's.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        With the picture; every field holds its number. Themes of one group stand together, and a line parts the groups.
        A frame: people recorded that the row's theme bears on the column's.

    Raises
    ------
    InputError
        When it is no Relations, `what` is unknown, or the axes are too small.
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
    names = [relations.names[i] for i in order]
    values, recorded = (relations.matrix(which)[np.ix_(order, order)] for which in (what, "recorded"))
    board, n = open_board(ax, dark=dark), len(names)
    shown = np.where(np.eye(n, dtype=bool), np.nan, values)[::-1]  # the first row on top
    most = float(np.nanmax(shown)) if np.isfinite(shown).any() else 0.0
    shade(board, Shaded(shown, 0.8 * shown / max(most, 1e-9), format_number if what == "share" else "{:.0f}".format,
                        zeros=True))  # fmt: skip
    for cut in cuts:
        board.ax.axhline(n - cut - 0.5, color=board.look.ink, linewidth=1.0)
        board.ax.axvline(cut - 0.5, color=board.look.ink, linewidth=1.0)
    framed = _frame(board, recorded[::-1])
    return settle(board, Said(
        title=TITLES[what], rows=names[::-1], columns=names, inches=max(1.6, 0.42 * n), axis=FRAME * framed,
        notes=[*_of_fields(relations, what), *of_study(study)], words=_strongest(names, shown[::-1]),
    ))  # fmt: skip


FRAME = "Frame: people recorded that the row's theme bears on the column's."


def _of_fields(relations: Relations, what: What) -> list[str]:
    """Say unit, n and chance."""
    turns = {row["other"]: None for row in relations.overlap}
    n = counted(len({*turns, *relations.names}), "theme")
    notes = [f"Unit: turn of a participant that carries a theme; {n}."]
    if what in ("both", "share"):
        notes.append(
            "Common themes come together by chance as well: the table has what chance gives beside each number."
        )
    if what == "follows":
        notes.append("A row's theme comes first. What a shuffle of the turns gives stands in the table.")
    return [*notes, "Turns follow from one another; this is no test."]


def _strongest(names: list[str], shown: Floats) -> str:
    """Name the pair with the highest number."""
    if not np.isfinite(shown).any() or not np.nanmax(shown):
        return "No two themes come together."
    row, column = np.unravel_index(int(np.nanargmax(shown)), shown.shape)
    return f"The highest number, {format_number(float(shown[row, column]))}: {names[row]} and {names[column]}."


def _by_group(relations: Relations) -> tuple[list[int], list[int]]:
    """Places of the themes, those of a group together in the order of the groups; where one group ends."""
    group_of = relations.group_of
    groups = [group_of.get(name, NO_GROUP) for name in relations.names]
    known = list(dict.fromkeys(groups))
    order = sorted(range(len(groups)), key=lambda i: known.index(groups[i]))
    return order, [at for at in range(1, len(order)) if groups[order[at]] != groups[order[at - 1]]]


def _frame(board: Board, recorded: Floats) -> bool:
    """Put a frame round the fields in which people recorded a relation, and say whether there is any."""
    from matplotlib.patches import Rectangle

    fields = list(zip(*np.nonzero(recorded), strict=True))
    for row, column in fields:
        corner = (column - 0.46, row - 0.46)
        board.ax.add_patch(
            Rectangle(corner, 0.92, 0.92, fill=False, edgecolor=board.look.second, linewidth=2, zorder=2)
        )
    return bool(fields)
