"""Where a picture stands: axes that were given or made, their look, and the part of the figure that is their own."""

from __future__ import annotations

from typing import Any, NamedTuple

from alliance_nlp.errors import check_type, import_extra
from alliance_nlp.plots.figures import Axes
from alliance_nlp.plots.looks import LIGHT, Look, look_for
from alliance_nlp.records import Study

WIDTH = 5.0  # inches, the column of a journal or a phone: at 390 px letters of 8.5 points are 9.2 px high
SMALL, USUAL, TITLE = 8.5, 9.0, 11.0  # points
PAD = 6.0  # points round a picture
SYNTHETIC = "Synthetic study, written to show the method: no evidence of how well it works."


class Board(NamedTuple):
    """Axes to draw on, their look, and whether the figure was made for them."""

    ax: Axes
    look: Look
    own: bool


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


def of_study(study: Study | None) -> list[str]:
    """Say of a synthetic study that it is one.

    Raises
    ------
    InputError
        When it is no study.
    """
    check_type("study must be a Study", Study | None, study)
    return [SYNTHETIC] if study is not None and study.synthetic else []


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
    nested = hasattr(grid, "get_topmost_subplotspec")
    edges = (lefts[0], rights[-1], lows[-1], highs[0]) if nested else (0.0, 1.0, 0.0, 1.0)
    columns, rows = spec.colspan, spec.rowspan
    first, last = columns.start == 0, columns.stop == grid.ncols
    left = edges[0] if first else (rights[columns.start - 1] + lefts[columns.start]) / 2
    right = edges[1] if last else (rights[columns.stop - 1] + lefts[columns.stop]) / 2
    low = edges[2] if rows.stop == grid.nrows else (lows[rows.stop - 1] + highs[rows.stop]) / 2
    high = edges[3] if rows.start == 0 else (lows[rows.start - 1] + highs[rows.start]) / 2
    return left, right, low, high
