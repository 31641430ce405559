"""A picture on its own part of a figure: what is written is measured, broken into lines, and has room of its own.

Nothing is left to a layout that runs while drawing, so that a picture fits on axes of any figure: on one of its own,
the figure grows with its texts; on axes that were given, the plot takes what the texts leave of their place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.plots.figures import Axes, drawn_names, with_fonts
from alliance_nlp.plots.lettering import balanced, broken, width_of
from alliance_nlp.plots.looks import LIGHT, Look, look_for

WIDTH = 5.0  # inches, the column of a journal or a phone: at 390 px letters of 8.5 points are 9.2 px high
SMALL, USUAL, TITLE = 8.5, 9.0, 11.0  # points
PAD, GAP = 6.0, 5.0  # points round a picture, and between its parts
MARK, LINE = 13.0, 1.2  # points that the mark of a row takes; height of a line by the size of its letters
LEAST = 36.0  # points: a plot below this width or height shows nothing
HANDLE = 30.0  # points that mark and gaps of an entry of a legend take
LINES_OF_NAMES, LINES_OF_TITLE = 3, 4
TOO_SMALL = "Fields are too small for their numbers here, so only the shades are left; the table has the numbers."


class Board(NamedTuple):
    """Axes to draw on, their look, and whether the figure was made for them."""

    ax: Axes
    look: Look
    own: bool


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
    above: bool = False
    names: Sequence[str] = ()
    inches: float = 3.0
    words: str = ""


class Place(NamedTuple):
    """A rectangle of a figure, in points from its lower left corner."""

    left: float
    low: float
    right: float
    high: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.right - self.left


def open_board(ax: Axes | None, *, dark: bool | None) -> Board:
    """Take axes, or make some on a figure that pyplot does not know of; put nothing on them but the look."""
    own = ax is None
    if ax is None:
        figures = import_extra("matplotlib.figure", "report", "A plot")
        figure = figures.Figure(figsize=(WIDTH, WIDTH), facecolor=look_for(dark, LIGHT.ground).ground)
        ax = figure.add_subplot()
    look = look_for(dark, ax.figure.get_facecolor())
    if dark is not None:
        ax.figure.set_facecolor(look.ground)
    ax.set_facecolor(look.ground if own or dark is not None else ax.figure.get_facecolor())
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(look.pale)
    ax.tick_params(colors=look.ink, labelsize=USUAL, length=0)
    ax.grid(visible=False)
    return Board(ax, look, own)


def settle(board: Board, said: Said) -> Axes:
    """Write round a plot what is said of it, and give everything its room.

    Raises
    ------
    InputError
        When the axes that were given are too small for what must be read on them.
    """
    ax = board.ax
    ax.set_autoscale_on(False)
    rows = _Rows.of(board, said)
    heads = _Heads.of(board, said, rows)
    if board.own:
        _grow(board, said, rows, heads)
    left_out = _put(board, said, rows, heads)
    vars(ax)["in_words"] = " ".join(filter(None, (f"{said.title}.", said.words, *said.notes, TOO_SMALL * left_out)))
    return with_fonts(ax, said.names)


def place_of(ax: Axes) -> Place:
    """Give the part of the figure that is a plot's own: its cell of a grid, or the rectangle that it was given."""
    figure, spec = ax.figure, ax.get_subplotspec()
    if spec is None:
        box = vars(ax).setdefault("place_given", ax.get_position())
        left, low, right, high = box.x0, box.y0, box.x1, box.y1
    else:
        left, right, low, high = _cell(spec, figure)
    corners = figure.transSubfigure.transform([(left, low), (right, high)]) * 72 / figure.dpi
    (x0, y0), (x1, y1) = corners.tolist()
    pad = PAD if spec is not None else 0.0
    return Place(x0 + pad, y0 + pad, x1 - pad, y1 - pad)


def _cell(spec: Any, figure: Any) -> tuple[float, float, float, float]:
    """Edges of a cell of a grid: halfway to the cells beside it, and the edge of the figure."""
    grid = spec.get_gridspec()
    lows, highs, lefts, rights = grid.get_grid_positions(figure)
    nested = hasattr(grid, "_subplot_spec")
    edges = (lefts[0], rights[-1], lows[-1], highs[0]) if nested else (0.0, 1.0, 0.0, 1.0)
    columns, rows = spec.colspan, spec.rowspan
    first, last = columns.start == 0, columns.stop == grid.ncols
    left = edges[0] if first else (rights[columns.start - 1] + lefts[columns.start]) / 2
    right = edges[1] if last else (rights[columns.stop - 1] + lefts[columns.stop]) / 2
    low = edges[2] if rows.stop == grid.nrows else (lows[rows.stop - 1] + highs[rows.stop]) / 2
    high = edges[3] if rows.start == 0 else (lows[rows.start - 1] + highs[rows.start]) / 2
    return left, right, low, high


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
        place, whole = place_of(board.ax), drawn_names(said.rows)
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
    columns: list[str]
    column_room: float
    axis: list[str]
    up: list[str]
    labels: list[str]
    n_columns: int
    legend_room: float
    notes: list[str]

    @classmethod
    def of(cls, board: Board, said: Said, rows: _Rows) -> _Heads:
        place = place_of(board.ax)
        title, _ = broken(said.title, place.width, TITLE, bold=True, lines=LINES_OF_TITLE)
        notes, _ = broken(" ".join(said.notes), place.width, SMALL) if said.notes else ([], True)
        axis = balanced(said.axis, place.width - rows.width, USUAL) if said.axis else []
        labels, n_columns, room = _legend(board.ax, place.width)
        columns, column_room = _columns(board, said, place.width - rows.width)
        up, _ = broken(said.up, max(said.inches * 72, 90.0), USUAL) if said.up else ([], True)
        return cls(title, columns, column_room, axis, up, labels, n_columns, room, notes)

    def room_above(self) -> float:
        """Points between the top of the plot and the top of its place."""
        return len(self.title) * TITLE * LINE + GAP + self.column_room

    def room_below(self, numbered: bool) -> float:
        """Points between the bottom of its place and that of the plot."""
        parts = [len(self.notes) * SMALL * LINE, self.legend_room, len(self.axis) * USUAL * LINE]
        parts.append(USUAL * LINE if numbered else 0.0)
        return sum(part + GAP for part in parts if part)


def _columns(board: Board, said: Said, width: float) -> tuple[list[str], float]:
    """Break names of columns that stand upright, and give their height."""
    if not said.columns:
        return [], 0.0
    each, place = width / len(said.columns), place_of(board.ax)
    lines = max(1, min(2, int(each / (USUAL * LINE))))
    longest = min(120.0, 0.4 * (place.high - place.low)) if not board.own else 120.0
    found = [broken(name, longest, USUAL, lines=lines)[0] for name in drawn_names(said.columns)]
    written = distinct(["\n".join(lines) for lines in found], said.columns)
    widest = max(width_of(line, USUAL) for name in written for line in name.split("\n"))
    return written, widest + GAP


def _legend(ax: Axes, width: float) -> tuple[list[str], int, float]:
    """Break the names of a legend, and say in how many columns it fits and how high it is."""
    _, names = ax.get_legend_handles_labels()
    if not names:
        return [], 0, 0.0
    labels = distinct(["\n".join(broken(n, width - HANDLE, SMALL, lines=3)[0]) for n in names], names)
    widths = [max(width_of(line, SMALL) for line in label.split("\n")) + HANDLE for label in labels]
    heights = [(label.count("\n") + 1) * SMALL * LINE + 1.5 for label in labels]
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
    high = heads.room_above() + plot + heads.room_below(_numbered(board, said)) + 2 * PAD
    figure: Any = board.ax.figure  # one of its own, no part of another
    figure.set_size_inches(WIDTH, high / 72)


def _put(board: Board, said: Said, rows: _Rows, heads: _Heads) -> bool:
    """Give the plot what the texts leave of its place; say whether numbers had to be taken out of its fields."""
    ax, place = board.ax, place_of(board.ax)
    low = place.low + heads.room_below(_numbered(board, said))
    high = place.high - heads.room_above()
    left = place.left + max(rows.width, _left_of(board)) + (len(heads.up) * USUAL * LINE + GAP if heads.up else 0.0)
    right = place.right - _right_of(board)
    need = max(LEAST, rows.pitch * (len(rows.names) - 1) + rows.over if said.above else rows.pitch * len(rows.names))
    if high - low < need - 0.5 or right - left < LEAST:
        more = max(0.0, need - (high - low)), max(0.0, LEAST - (right - left))
        _refuse(place, more, said.title)
    to = ax.figure.transSubfigure.inverted()
    corners = to.transform([(x * ax.figure.dpi / 72, y * ax.figure.dpi / 72) for x, y in ((left, low), (right, high))])
    (x0, y0), (x1, y1) = corners.tolist()
    ax.set_position((x0, y0, x1 - x0, y1 - y0))
    _name_rows(board, said, rows, high - low)
    plot = Place(left, low, right, high)
    _write(board, said, heads, (plot, place))
    return _without_numbers_that_touch(ax, plot)


def _refuse(place: Place, more: tuple[float, float], title: str) -> None:
    have = place.width / 72, (place.high - place.low) / 72
    need = have[0] + more[1] / 72, have[1] + more[0] / 72
    raise InputError(
        f"The axes have room for {have[0]:.1f} x {have[1]:.1f} inches, and {title!r} with all that must be read on it "
        f"needs at least {need[0]:.1f} x {need[1]:.1f}. Give larger axes, or none: then a figure is made that fits."
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
                 y=1 + (heads.column_room + GAP) / high, va="bottom", linespacing=1.1)  # fmt: skip
    if heads.columns:
        ax.xaxis.tick_top()
        ax.set_xticks(range(len(heads.columns)), heads.columns, rotation=90, va="bottom", linespacing=1.1,
                      multialignment="left")  # fmt: skip
        ax.tick_params(axis="x", pad=2)
    low = plot.low - (USUAL * LINE + GAP if _numbered(board, said) else 0.0)
    if heads.axis:
        ax.set_xlabel("\n".join(heads.axis), fontsize=USUAL, color=look.ink, va="top", linespacing=1.1)
        ax.xaxis.set_label_coords((plot.left + plot.right) / 2, low - 1, transform=points)
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
