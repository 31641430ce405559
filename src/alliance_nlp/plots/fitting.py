"""A picture on its own part of a figure: what is written is measured, broken into lines, and has room of its own.

Nothing is left to a layout that runs while drawing, so that a picture fits on axes of any figure: on one of its own,
the figure grows with its texts; on axes that were given, the plot takes what the texts leave of their place.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.plots.figures import LONGEST_NAME, Axes, as_drawn, with_fonts
from alliance_nlp.plots.ground import PAD, SMALL, TITLE, USUAL, WIDTH, Board, Place, place_of
from alliance_nlp.plots.lettering import broken, width_of
from alliance_nlp.plots.written_parts import GAP, LEAST, LINE, MARK, OVERHANG, Heads, Rows, Said, numbered

TOO_SMALL = "Fields are too small for their numbers here, so only the shades are left; the table has the numbers."


def rows_that_fit(board: Board, most: int) -> int:
    """Say how many rows with names beside them may be drawn: as many as can be read, on axes that were given fewer."""
    if board.own:
        return most
    place = place_of(board.ax)
    return max(2, min(most, int(0.55 * (place.high - place.low) / (USUAL * LINE + 3.0))))


def say_inside(board: Board, at: float, text: str) -> None:
    """Write a line into a row, such as why there is no figure; `settle` shortens it to the width of the plot."""
    across = board.ax.get_yaxis_transform()
    board.ax.text(0.015, at, text, va="center", fontsize=SMALL, color=board.look.grey, gid="inside",
                  transform=across)  # fmt: skip


def settle(board: Board, said: Said) -> Axes:
    """Write round a plot what is said of it, and give everything its room.

    Raises
    ------
    InputError
        When the axes that were given are too small for what must be read on them.
    """
    ax = board.ax
    ax.set_autoscale_on(False)
    if board.own and said.columns:  # more columns than a page is wide
        figure: Any = ax.figure
        figure.set_figwidth(max(WIDTH, (len(said.columns) * USUAL * LINE / 0.5 + 2 * PAD) / 72))
    rows = Rows.of(board, said)
    shown = said
    if not board.own and len(said.notes) > 1 and any(_missing(board, said, rows, Heads.of(board, said, rows))):
        shown = said._replace(notes=[said.notes[0], said.rest])
    heads = Heads.of(board, shown, rows)
    if board.own:
        _grow(board, shown, rows, heads)
    left_out = _put(board, shown, rows, heads)
    whole = f"In full: {'; '.join(short)}." if (short := _shortened(ax, said)) else ""
    words = (f"{said.title}.", said.words, *said.notes, TOO_SMALL * left_out, whole)
    vars(ax)["in_words"] = " ".join(filter(None, words))
    return with_fonts(ax, said.all_names)


def _shortened(ax: Axes, said: Said) -> list[str]:
    """Give the names that stand nowhere in full on the figure, for its words."""
    texts = import_extra("matplotlib.text", "report", "A plot")
    written = ["".join(text.get_text().split()) for text in ax.findobj(texts.Text) if text.get_text()]
    drawn = zip(said.all_names, said.drawn(said.all_names), strict=True)
    return [
        name
        for name, own in drawn
        if len(" ".join(name.split())) > LONGEST_NAME or not any("".join(own.split()) in text for text in written)
    ]


def _grow(board: Board, said: Said, rows: Rows, heads: Heads) -> None:
    """Make the figure as high as its plot and its texts need."""
    n = len(rows.names)
    plot = rows.pitch * (n - 1) + rows.over + 4 if said.above else max(said.inches * 72, rows.pitch * n)
    plot = max(plot, LEAST + 1)
    high = heads.room_above() + plot + heads.room_below(numbered(board, said)) + 2 * PAD
    figure: Any = board.ax.figure  # one of its own, no part of another
    figure.set_figheight(high / 72)


def _plot(board: Board, said: Said, rows: Rows, heads: Heads) -> Place:
    """Give what the texts leave of the place of a plot."""
    place = place_of(board.ax)
    beside = rows.width if said.rows is not None else _left_of(board)
    beside = max(beside, _first_number(board, place.width) if numbered(board, said) else 0.0)
    up = len(heads.up) * USUAL * LINE + GAP if heads.up else 0.0
    low = place.low + heads.room_below(numbered(board, said))
    return Place(place.left + beside + up, low, place.right - _right_of(board), place.high - heads.room_above())


def _missing(board: Board, said: Said, rows: Rows, heads: Heads) -> tuple[float, float]:
    """Points of width and height that a plot is too small by."""
    plot, n = _plot(board, said, rows, heads), len(rows.names)
    need = max(LEAST, rows.pitch * (n - 1) + rows.over if said.above else rows.pitch * n)
    wide, high = max(LEAST, heads.columns.need) - plot.width, need - (plot.high - plot.low)
    return wide if wide > 0.5 else 0.0, high if high > 0.5 else 0.0


def _put(board: Board, said: Said, rows: Rows, heads: Heads) -> bool:
    """Give the plot what the texts leave of its place; say whether numbers had to be taken out of its fields."""
    ax, place, plot = board.ax, place_of(board.ax), _plot(board, said, rows, heads)
    missing = _missing(board, said, rows, heads)
    if any(missing):
        _refuse(place, missing, said.title)
    to = ax.figure.transSubfigure.inverted()
    pixels = [
        (x * ax.figure.dpi / 72, y * ax.figure.dpi / 72) for x, y in ((plot.left, plot.low), (plot.right, plot.high))
    ]
    (x0, y0), (x1, y1) = to.transform(pixels).tolist()
    ax.set_position((x0, y0, x1 - x0, y1 - y0))
    if not board.own:
        boxes = import_extra("matplotlib.transforms", "report", "A plot")
        held: Any = _Held(boxes.Bbox.from_extents(x0, y0, x1, y1), ax.get_subplotspec())
        ax.set_axes_locator(held)
    _name_rows(board, said, rows, plot.high - plot.low)
    _write(board, said, heads, (plot, place))
    for text in ax.texts:
        if text.get_gid() == "inside":
            text.set_text(broken(as_drawn(text.get_text()), plot.width - 2 * GAP, SMALL, lines=1)[0][0])
    return _without_numbers_that_touch(ax, plot)


class _Held(NamedTuple):
    """Keeps a plot where it is when the figure lays out its other axes: matplotlib asks it for the place."""

    box: Any
    spec: Any

    def __call__(self, ax: Any, renderer: Any) -> Any:
        """Give the place."""
        return self.box

    def get_subplotspec(self) -> Any:
        """Give the cell of the grid, so that layouts count the plot as part of it."""
        return self.spec


def _refuse(place: Place, more: tuple[float, float], title: str) -> None:
    have = place.width / 72, (place.high - place.low) / 72
    need = [math.ceil(each * 10 + points / 7.2) / 10 for each, points in zip(have, more, strict=True)]
    raise InputError(
        f"The axes have room for {have[0]:.1f} x {have[1]:.1f} inches, and {title!r} with all that must be read on it "
        f"needs at least {need[0]} x {need[1]}. Give larger axes, or none: then a figure is made that fits."
    )


def _left_of(board: Board) -> float:
    """Points that numbers on the vertical axis take."""
    ticks = _texts_of(board.ax.yaxis)
    return max((width_of(text, USUAL) for text in ticks), default=0.0) + GAP if ticks else 0.0


def _first_number(board: Board, width: float) -> float:
    """Points by which the first number on the horizontal axis would stand out at the left."""
    low, high = board.ax.get_xlim()
    ticks = [tick for tick in board.ax.get_xticks() if low <= tick <= high]
    texts = _texts_of(board.ax.xaxis)
    if not ticks or not texts:
        return 0.0
    widest = max(width_of(text, USUAL) for text in texts)
    out: float = widest / 2 - 0.8 * width * (min(ticks) - low) / (high - low)
    return min(max(0.0, out), OVERHANG)


def _right_of(board: Board) -> float:
    """Points that the last number on the horizontal axis may stand out."""
    ticks = _texts_of(board.ax.xaxis)
    return max((width_of(text, USUAL) for text in ticks), default=0.0) / 2 if ticks else 0.0


def _texts_of(axis: Any) -> list[str]:
    if not axis.get_visible() or axis.get_tick_params().get("labelleft") is False:
        return []
    return [text for text in axis.get_major_formatter().format_ticks(axis.get_majorticklocs()) if text]


def _name_rows(board: Board, said: Said, rows: Rows, height: float) -> None:
    ax, n = board.ax, len(rows.names)
    if said.rows is None:
        return
    if not said.above:
        ax.set_yticks(range(n), rows.names, linespacing=1.1)
        ax.tick_params(axis="y", pad=GAP - 1)
        return
    pitch = (height - rows.over) / max(n - 1, 1) if n > 1 else height
    below = MARK / 2
    ax.set_ylim(-below / pitch, (height - below) / pitch)
    ax.set_yticks([at + MARK / 2 / pitch for at in range(n)], rows.names, ha="left", va="bottom", linespacing=1.1)
    ax.tick_params(axis="y", pad=-1)
    for label in ax.get_yticklabels():
        label.set_bbox({"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 0.5})
    ax.spines["left"].set_visible(False)
    ax.hlines(range(n), 0, 1, transform=ax.get_yaxis_transform(), color=board.look.pale, linewidth=0.6, zorder=0.3)


def _write(board: Board, said: Said, heads: Heads, at: tuple[Place, Place]) -> None:
    """Put title, names of columns, axis, legend and notes where there is room for them."""
    ax, look, (plot, place) = board.ax, board.look, at
    points = _points(ax)
    wide, high = plot.right - plot.left, plot.high - plot.low
    across = (place.left - plot.left) / wide
    ax.set_title("\n".join(heads.title), loc="left", fontsize=TITLE, color=look.ink, fontweight="bold", x=across, pad=0,
                 y=1 + (heads.columns.room + GAP) / high, va="bottom", linespacing=1.1)  # fmt: skip
    if names := heads.columns.names:
        ax.xaxis.tick_top()
        turned: dict[str, Any] = {"rotation": 90, "multialignment": "left"} if heads.columns.upright else {}
        ax.set_xticks(range(len(names)), names, va="bottom", linespacing=1.1, **turned)
        ax.tick_params(axis="x", pad=2)
    low = plot.low - (USUAL * LINE + GAP if numbered(board, said) else 0.0)
    if heads.axis:
        ax.set_xlabel("\n".join(heads.axis), fontsize=USUAL, color=look.ink, va="top", linespacing=1.1)
        half = max(width_of(line, USUAL) for line in heads.axis) / 2
        middle = min(max((plot.left + plot.right) / 2, place.left + half), place.right - half)
        ax.xaxis.set_label_coords(middle, low - 1, transform=points)
        low -= len(heads.axis) * USUAL * LINE + GAP
    if heads.labels:
        handles, _ = ax.get_legend_handles_labels()
        legend = ax.legend(
            handles, heads.labels, loc="upper center", bbox_to_anchor=((place.left + place.right) / 2, low - 1),
            bbox_transform=points, ncols=heads.n_columns, frameon=False, fontsize=SMALL, borderaxespad=0, borderpad=0,
            handlelength=1.6, handletextpad=0.5, columnspacing=1.0, labelspacing=0.25, labelcolor=look.ink,
        )  # fmt: skip
        legend.set_clip_on(False)
    if heads.notes:
        ax.text(place.left, place.low, "\n".join(heads.notes), transform=points, ha="left", va="bottom", fontsize=SMALL,
                color=look.grey, linespacing=1.1, gid="notes")  # fmt: skip
    if heads.up:
        ax.set_ylabel("\n".join(heads.up), fontsize=USUAL, color=look.ink, va="top", linespacing=1.1)
        ax.yaxis.set_label_coords(place.left, (plot.low + plot.high) / 2, transform=points)


def _without_numbers_that_touch(ax: Axes, plot: Place) -> bool:
    """Take the numbers out of all fields where one does not fit, and say whether that was so."""
    found = [text for text in ax.texts if text.get_gid() == "field"]
    if not found:
        return False
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    wide, tall = (plot.right - plot.left) / abs(right - left), (plot.high - plot.low) / abs(high - low)
    widest = max(width_of(text.get_text(), SMALL) for text in found)
    if widest + 1 <= wide and tall >= SMALL * 1.05:
        return False
    for text in found:
        text.remove()
    return True


def _points(ax: Axes) -> Any:
    """Transform points from the lower left corner of the whole figure, whatever its resolution."""
    transforms = import_extra("matplotlib.transforms", "report", "A plot")
    return transforms.Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans
