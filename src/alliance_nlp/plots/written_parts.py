"""What is written round a plot, broken into lines, and the room that each part takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from alliance_nlp.plots.figures import Axes, as_drawn, drawn_names
from alliance_nlp.plots.ground import SMALL, TITLE, USUAL, Board, place_of
from alliance_nlp.plots.lettering import balanced, broken, width_of

GAP = 5.0  # points between the parts of a picture
MARK, LINE = 13.0, 1.14  # points that the mark of a row takes; height of a line by the size of its letters
LEAST = 36.0  # points: a plot below this width or height shows nothing
HANDLE = 30.0  # points that mark and gaps of an entry of a legend take
OVERHANG = 18.0  # points that the first number below a plot may stand out at its left
LINES_OF_NAMES, LINES_OF_TITLE, LINES_LYING = 3, 4, 4


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
    rest : str
        What stands in place of notes that have no room.
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
    rest: str = "What else must be known: describe_figure()."

    @property
    def all_names(self) -> list[str]:
        """All names, in the order in which numbers stand for those without a font."""
        return list(dict.fromkeys([*self.names, *(self.rows or ()), *(self.columns or ())]))

    def drawn(self, names: Sequence[str]) -> list[str]:
        """Give names as they can be drawn."""
        found = dict(zip(self.all_names, drawn_names(self.all_names), strict=True))
        return [found[name] for name in names]


class Rows(NamedTuple):
    """Names of rows as they are written, and what room a row needs."""

    names: list[str]
    width: float  # points left of the plot
    lines: int
    pitch: float  # points a row takes at least

    @classmethod
    def of(cls, board: Board, said: Said) -> Rows:
        """Break the names of rows into lines."""
        if said.rows is None:
            return cls([], 0.0, 0, 0.0)
        place, whole = place_of(board.ax), said.drawn(said.rows)
        width = place.width - GAP - OVERHANG if said.above else 0.42 * place.width
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


class Columns(NamedTuple):
    """Names of columns as they are written, whether they stand upright, the points that they take, and need across."""

    names: list[str]
    upright: bool
    room: float
    need: float

    @classmethod
    def of(cls, board: Board, said: Said, width: float) -> Columns:
        """Break the names of columns into lines, lying where each has the width, else upright."""
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


def numbered(board: Board, said: Said) -> bool:
    """Whether numbers stand below the plot."""
    return bool(not said.columns and board.ax.xaxis.get_visible() and len(board.ax.get_xticks()))


class Heads(NamedTuple):
    """Title, names of columns, axis, legend and notes as they are written; points that each takes."""

    title: list[str]
    columns: Columns
    axis: list[str]
    up: list[str]
    labels: list[str]
    n_columns: int
    legend_room: float
    notes: list[str]

    @classmethod
    def of(cls, board: Board, said: Said, rows: Rows) -> Heads:
        """Break everything else that is written into lines."""
        place = place_of(board.ax)
        title, _ = broken(as_drawn(said.title), place.width, TITLE, bold=True, lines=LINES_OF_TITLE)
        notes, _ = broken(as_drawn(" ".join(said.notes)), place.width, SMALL) if said.notes else ([], True)
        axis = balanced(as_drawn(said.axis), place.width - rows.width, USUAL) if said.axis else []
        labels, n_columns, room = _legend(board.ax, place.width)
        columns = Columns.of(board, said, place.width - rows.width)
        heads = cls(title, columns, axis, [], labels, n_columns, room, notes)
        if not said.up:
            return heads
        high = place.high - place.low - heads.room_above() - heads.room_below(numbered(board, said))
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
