"""A picture on its own part of a figure: what is written is measured, broken into lines, and has room of its own.

Nothing is left to a layout that runs while drawing, so that a picture fits on axes of any figure: on one of its own,
the figure grows with its texts; on axes that were given, the plot takes what the texts leave of their place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.plots.figures import Axes, as_drawn, drawn_names, with_fonts
from alliance_nlp.plots.ground import PAD, SMALL, TITLE, USUAL, WIDTH, Board, Place, place_of
from alliance_nlp.plots.lettering import balanced, broken, width_of

GAP = 5.0  # points between the parts of a picture
MARK, LINE = 13.0, 1.14  # points that the mark of a row takes; height of a line by the size of its letters
LEAST = 36.0  # points: a plot below this width or height shows nothing
HANDLE = 30.0  # points that mark and gaps of an entry of a legend take
LINES_OF_NAMES, LINES_OF_TITLE, LINES_LYING = 3, 4, 4
REST_IN_WORDS = "What else must be known: describe_figure()."
TOO_SMALL = "Fields are too small for their numbers here, so only the shades are left; the table has the numbers."


class Said(NamedTuple):
    """What is written round a plot.

    Parameters
    ----------
    title : str
        What the figure shows, in bold.
    notes : tuple of str
        Unit, n, intervals, chance: sentences below.
    axis, up : str
        What the horizontal axis measures, and the vertical one.
    rows, columns : sequence of str
        Names from bottom to top, and from left to right.
    below : sequence of str
        What stands below each name of a column, and is never shortened.
    above : bool
        Whether the names of rows stand above them, which leaves the whole width to the plot.
    names : sequence of str
        All names from the study, so that those without a font are told beside the picture.
    inches : float
        Height of the plot where the figure is made for it.
    words : str
        The figure in words, for those who cannot see it.
    """

    title: str
    notes: Sequence[str] = ()
    axis: str = ""
    up: str = ""
    rows: Sequence[str] | None = None
    columns: Sequence[str] | None = None
    below: Sequence[str] = ()
    above: bool = False
    names: Sequence[str] = ()
    inches: float = 3.0
    words: str = ""

    @property
    def all_names(self) -> list[str]:
        """All names, in the order in which numbers stand for those without a font."""
        return list(dict.fromkeys([*self.names, *(self.rows or ()), *(self.columns or ())]))

    def drawn(self, names: Sequence[str]) -> list[str]:
        """Give names as they can be drawn."""
        found = dict(zip(self.all_names, drawn_names(self.all_names), strict=True))
        return [found[name] for name in names]


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
    rows = _Rows.of(board, said)
    shown = said
    if not board.own and len(said.notes) > 1 and any(_missing(board, said, rows, _Heads.of(board, said, rows))):
        shown = said._replace(notes=[said.notes[0], REST_IN_WORDS])
    heads = _Heads.of(board, shown, rows)
    if board.own:
        _grow(board, shown, rows, heads)
    left_out = _put(board, shown, rows, heads)
    vars(ax)["in_words"] = " ".join(filter(None, (f"{said.title}.", said.words, *said.notes, TOO_SMALL * left_out)))
    return with_fonts(ax, said.all_names)


class _Rows(NamedTuple):
    """Names of rows as they are written, and what room a row needs."""

    names: list[str]
    width: float  # points left of the plot
    lines: int
    pitch: float  # points a row takes at least

    @classmethod
    def of(cls, board: Board, said: Said) -> _Rows:
        if said.rows is None:
            return cls([], 0.0, 0, 0.0)
        place, whole = place_of(board.ax), said.drawn(said.rows)
        width = place.width - GAP if said.above else 0.42 * place.width
        most = LINES_OF_NAMES
        if not board.own:  # as many lines as leave every row its place
            each = 0.62 * (place.high - place.low) / max(len(whole), 1) - MARK * said.above
            most = max(1, min(most, int(each / (USUAL * LINE))))
        found = [broken(name, width, USUAL, lines=most)[0] for name in whole]
        written = distinct(["\n".join(lines) for lines in found], said.rows)
        lines = max((name.count("\n") + 1 for name in written), default=1)
        widest = max((width_of(line, USUAL) for name in written for line in name.split("\n")), default=0.0)
        pitch = lines * USUAL * LINE + (MARK if said.above else 3.0)
        return cls(written, 0.0 if said.above else widest + GAP, lines, pitch)

    @property
    def over(self) -> float:
        """Points above the first row and below the last, for names that stand above their rows."""
        return self.lines * USUAL * LINE + MARK


def distinct(written: Sequence[str], whole: Sequence[str]) -> list[str]:
    """Tell apart, by a number, names that became the same when they were shortened."""
    same = {text for text in written if len({w for t, w in zip(written, whole, strict=True) if t == text}) > 1}
    return [f"{text} ({at})" if text in same else text for at, text in enumerate(written, 1)]


class _Heads(NamedTuple):
    """Title, names of columns, axis, legend and notes as they are written; points that each takes."""

    title: list[str]
    columns: _Columns
    axis: list[str]
    up: list[str]
    labels: list[str]
    n_columns: int
    legend_room: float
    notes: list[str]

    @classmethod
    def of(cls, board: Board, said: Said, rows: _Rows) -> _Heads:
        place = place_of(board.ax)
        title, _ = broken(as_drawn(said.title), place.width, TITLE, bold=True, lines=LINES_OF_TITLE)
        notes, _ = broken(as_drawn(" ".join(said.notes)), place.width, SMALL) if said.notes else ([], True)
        axis = balanced(as_drawn(said.axis), place.width - rows.width, USUAL) if said.axis else []
        labels, n_columns, room = _legend(board.ax, place.width)
        columns = _Columns.of(board, said, place.width - rows.width)
        heads = cls(title, columns, axis, [], labels, n_columns, room, notes)
        if not said.up:
            return heads
        high = place.high - place.low - heads.room_above() - heads.room_below(_numbered(board, said))
        up, _ = broken(as_drawn(said.up), max(said.inches * 72 if board.own else high, LEAST), USUAL)
        return heads._replace(up=up)

    def room_above(self) -> float:
        """Points between the top of the plot and the top of its place."""
        return len(self.title) * TITLE * LINE + GAP + self.columns.room

    def room_below(self, numbered: bool) -> float:
        """Points between the bottom of its place and that of the plot."""
        parts = [len(self.notes) * SMALL * LINE, self.legend_room, len(self.axis) * USUAL * LINE]
        parts.append(USUAL * LINE if numbered else 0.0)
        return sum(part + GAP for part in parts if part)


class _Columns(NamedTuple):
    """Names of columns as they are written, whether they stand upright, the points that they take, and need across."""

    names: list[str]
    upright: bool
    room: float
    need: float

    @classmethod
    def of(cls, board: Board, said: Said, width: float) -> _Columns:
        if not said.columns:
            return cls([], False, 0.0, 0.0)
        whole, each = said.drawn(said.columns), width / len(said.columns)
        below = list(said.below) or [""] * len(whole)
        lying = _lying(whole, below, each)
        if lying:
            return cls(lying, False, (max(name.count("\n") for name in lying) + 1) * USUAL * LINE + GAP, 0.0)
        if each < 2 * USUAL * LINE:  # the figure in words has what stands below
            below = [""] * len(whole)
        place = place_of(board.ax)
        most = 130.0 if board.own else min(130.0, 0.4 * (place.high - place.low))
        lines = max(1, min(3, int(each / (USUAL * LINE))) - any(below))
        found = distinct(["\n".join(broken(name, most, USUAL, lines=lines)[0]) for name in whole], said.columns)
        written = [f"{name}\n{more}" if more else name for name, more in zip(found, below, strict=True)]
        widest = max(width_of(line, USUAL) for name in written for line in name.split("\n"))
        need = len(written) * (max(name.count("\n") for name in written) + 1) * USUAL * LINE
        return cls(written, True, widest + GAP, need)


def _lying(whole: Sequence[str], below: Sequence[str], each: float) -> list[str]:
    """Break names of columns that are wide enough for whole words; nothing where they are not."""
    words = [word for name in (*whole, *below) for word in name.split()]
    if each < LEAST or max((width_of(word, USUAL) for word in words), default=0.0) > each - 6:
        return []
    both = [f"{name}\n{more}" if more else name for name, more in zip(whole, below, strict=True)]
    lies = [broken(name, each - 6, USUAL)[0] for name in both]
    return ["\n".join(lines) for lines in lies] if max(map(len, lies)) <= LINES_LYING else []


def _legend(ax: Axes, width: float) -> tuple[list[str], int, float]:
    """Break the names of a legend, and say in how many columns it fits and how high it is."""
    _, names = ax.get_legend_handles_labels()
    if not names:
        return [], 0, 0.0
    labels = distinct(["\n".join(broken(n, width - HANDLE, SMALL, lines=3)[0]) for n in names], names)
    widths = [max(width_of(line, SMALL) for line in label.split("\n")) + HANDLE for label in labels]
    heights = [(label.count("\n") + 1) * SMALL * LINE + 2.2 for label in labels]
    for n in (4, 3, 2, 1):
        size = -(-len(labels) // n)
        parts = [slice(at, at + size) for at in range(0, len(labels), size)]
        if sum(max(widths[part]) for part in parts) <= width or n == 1:
            return labels, n, max(sum(heights[part]) for part in parts) + 2.0
    raise AssertionError("one column always ends the search")


def _numbered(board: Board, said: Said) -> bool:
    """Whether numbers stand below the plot."""
    return bool(not said.columns and board.ax.xaxis.get_visible() and len(board.ax.get_xticks()))


def _grow(board: Board, said: Said, rows: _Rows, heads: _Heads) -> None:
    """Make the figure as high as its plot and its texts need."""
    n = len(rows.names)
    plot = rows.pitch * (n - 1) + rows.over + 4 if said.above else max(said.inches * 72, rows.pitch * n)
    plot = max(plot, LEAST + 1)
    high = heads.room_above() + plot + heads.room_below(_numbered(board, said)) + 2 * PAD
    figure: Any = board.ax.figure  # one of its own, no part of another
    figure.set_figheight(high / 72)


def _plot(board: Board, said: Said, rows: _Rows, heads: _Heads) -> Place:
    """Give what the texts leave of the place of a plot."""
    place = place_of(board.ax)
    beside = rows.width if said.rows is not None else _left_of(board)
    up = len(heads.up) * USUAL * LINE + GAP if heads.up else 0.0
    low = place.low + heads.room_below(_numbered(board, said))
    return Place(place.left + beside + up, low, place.right - _right_of(board), place.high - heads.room_above())


def _missing(board: Board, said: Said, rows: _Rows, heads: _Heads) -> tuple[float, float]:
    """Points of width and height that a plot is too small by."""
    plot, n = _plot(board, said, rows, heads), len(rows.names)
    need = max(LEAST, rows.pitch * (n - 1) + rows.over if said.above else rows.pitch * n)
    wide, high = max(LEAST, heads.columns.need) - plot.width, need - (plot.high - plot.low)
    return wide if wide > 0.5 else 0.0, high if high > 0.5 else 0.0


def _put(board: Board, said: Said, rows: _Rows, heads: _Heads) -> bool:
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
    _name_rows(board, said, rows, plot.high - plot.low)
    _write(board, said, heads, (plot, place))
    for text in ax.texts:
        if text.get_gid() == "inside":
            text.set_text(broken(as_drawn(text.get_text()), plot.width - 2 * GAP, SMALL, lines=1)[0][0])
    return _without_numbers_that_touch(ax, plot)


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


def _right_of(board: Board) -> float:
    """Points that the last number on the horizontal axis may stand out."""
    ticks = _texts_of(board.ax.xaxis)
    return max((width_of(text, USUAL) for text in ticks), default=0.0) / 2 if ticks else 0.0


def _texts_of(axis: Any) -> list[str]:
    if not axis.get_visible() or axis.get_tick_params().get("labelleft") is False:
        return []
    return [text for text in axis.get_major_formatter().format_ticks(axis.get_majorticklocs()) if text]


def _name_rows(board: Board, said: Said, rows: _Rows, height: float) -> None:
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


def _write(board: Board, said: Said, heads: _Heads, at: tuple[Place, Place]) -> None:
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
    low = plot.low - (USUAL * LINE + GAP if _numbered(board, said) else 0.0)
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
