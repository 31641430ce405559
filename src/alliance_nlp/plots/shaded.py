"""A table of fields, shaded from nothing to everything, with numbers where there is room for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.errors import import_extra
from alliance_nlp.numeric import Floats
from alliance_nlp.plots.ground import SMALL, Board
from alliance_nlp.plots.looks import Look, luminance


class Shaded(NamedTuple):
    """Numbers of fields, and their shade from 0 to 1; nan leaves a field empty, and so does 0 where not asked for."""

    numbers: Floats  # row 0 is the lowest
    shades: Floats
    written: Callable[[float], str] = "{:.0f}".format
    zeros: bool = False
    signs: Mapping[tuple[int, int], str] = MappingProxyType({})  # in place of a number, by row and column


def shade(board: Board, fields: Shaded) -> None:
    """Shade fields; a number stands in each that is not empty, once `settle` has given the plot its room."""
    ax, look = board.ax, board.look
    n_rows, n_columns = fields.numbers.shape
    colors = ramp(look)
    ax.set_xlim(-0.5, max(n_columns, 1) - 0.5)
    ax.set_ylim(-0.5, max(n_rows, 1) - 0.5)
    if fields.numbers.size:
        ax.pcolormesh(
            np.arange(n_columns + 1) - 0.5, np.arange(n_rows + 1) - 0.5, np.ma.masked_invalid(fields.shades),
            cmap=colors, vmin=0, vmax=1, edgecolors=look.pale, linewidth=0.4, zorder=1,
        )  # fmt: skip
    for spine in ax.spines.values():
        spine.set_visible(False)
    for (row, column), sign in fields.signs.items():
        ax.text(column, row, sign, ha="center", va="center", fontsize=SMALL, color=look.grey, gid="field", zorder=3)
    for row, column in np.argwhere(
        np.isfinite(fields.numbers) & (fields.zeros | (np.nan_to_num(fields.numbers) != 0))
    ).tolist():
        ground = colors(float(np.nan_to_num(fields.shades[row, column])))
        ax.text(column, row, fields.written(fields.numbers[row, column]), ha="center", va="center", fontsize=SMALL,
                color=letters_on(ground), gid="field", zorder=3)  # fmt: skip


def letters_on(ground: Any) -> str:
    """Give the letters that can be read on a color."""
    light = luminance(ground)
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def ramp(look: Look) -> Any:
    """Give the colors of fields as matplotlib takes them."""
    colors = import_extra("matplotlib.colors", "report", "A plot")
    return colors.LinearSegmentedColormap.from_list("fields", look.fields)
