"""Slides for a class, on light and on dark: the turns to talk about, and figures after that."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from alliance_nlp.comparison.class_codings import ClassCodings
from alliance_nlp.comparison.class_tables import ALL
from alliance_nlp.comparison.class_words import counted_in, said_in, told_in, words_in
from alliance_nlp.errors import InputError, check_choice, check_type, import_extra, warn
from alliance_nlp.files import checked_path, telling, write_atomic
from alliance_nlp.numeric import format_number
from alliance_nlp.plots import plot_class
from alliance_nlp.plots.drawn_words import POINTS, lines_of, plain_words, runs_left, undrawn
from alliance_nlp.plots.lettering import fonts_for
from alliance_nlp.plots.looks import look_for
from alliance_nlp.reading.empty_studies import NO_CODES, FormLanguage
from alliance_nlp.records import Row, Table

WIDE, HIGH, MARGIN = 960.0, 540.0, 48.0  # points
LARGEST, SMALLEST, LEADING = 32, 9, 1.35
BELOW = 22  # points of the letters below a turn
Part = TypeVar("Part")
ROWS = 19  # of a table that a slide holds
GROUNDS = ("light", "dark")
# where each column of the table ends, in points from the left; the first begins at the margin
ENDS = {"alpha": 400.0, "interval": 530.0, "disagreement": 640.0, "chance": 725.0, "given": 790.0, "by": WIDE - MARGIN}


def write_class_slides(
    found: ClassCodings, folder: str | Path, *, figures: bool = False, by_name: bool = False,
    language: FormLanguage | None = None,
) -> list[Path]:  # fmt: skip
    """Write what a class talks about as tables and slides; its figures only when asked for.

    Parameters
    ----------
    found : ClassCodings
        What `collect_class` gave.
    folder : str or Path
        Where tables (.csv) and slides go: slides/light and slides/dark (lysbilder/lyse and lysbilder/moerke), .png
        each, and .svg in a folder inside. Those of an earlier call, in either language, are taken away first, so that
        no figure and no name of it is left.
    figures : bool, default False
        Whether to write how far the class agrees, too, as one. After the discussion.
    by_name : bool, default False
        Whether to write every student by name beside the others and the consensus: for each of them alone, not for a
        wall.
    language : {"en", "nb"}, optional
        Of slides, columns and names of files. By default that of the class, in which it was collected; sentences in a
        table stay as they were collected.

    Returns
    -------
    list of Path
        The files, in the order in which a class needs them.

    Raises
    ------
    InputError
        When it is no ClassCodings, or the language is another one.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    A slide shows a turn and how it was read, without a name or a count: who reads it how, people say themselves. A turn
    with letters that no font on this computer has is no slide, and a warning says so. The words of a slide are those of
    participants: what goes on a wall is for the room. Slides are 1920 by 1080; a table of turns that needs more height
    goes on over several.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> home = tempfile.mkdtemp()
    >>> for name, code in (("Bo", "presence"), ("Ada", "no code")):
    ...     rows = (("session_1", 6, code), ("session_1", 7, "no code"))
    ...     _ = an.Table(("transcript", "turn", "code"), rows).to_csv(f"{home}/{name}.csv")
    >>> found = an.collect_class(home, an.load_study(), n_draws=20)
    >>> [path.name for path in write_class_slides(found, tempfile.mkdtemp())][:3]
    ['1_to_discuss.csv', '1_turn_6.png', '1_turn_6.svg']
    """
    check_type("write_class_slides() takes what collect_class() gives", ClassCodings, found)
    language = found.language if language is None else language
    check_choice("language", get_args(FormLanguage), language)
    found = replace(found, language=language)
    home = checked_path(folder, "The folder of slides")
    shown = found if by_name else found.whole_class() if figures else found.discussion()
    slides = [*_turns(found, language), *(_figures(found, language) if figures else ())]
    slides += _by_name(found, language) if by_name else []
    with telling(home):
        _clear(home)
        written = shown.write(home)
    words = words_in(language)["slides"]
    for number, (name, figure, dark) in enumerate(slides):
        ground = home / words["folder"] / words[GROUNDS[int(dark)]]
        with telling(ground):
            (ground / "svg").mkdir(parents=True, exist_ok=True)
        called = f"{number // len(GROUNDS) + 1}_{name}"
        png, svg = _saved(figure, dark)
        written += [write_atomic(ground / f"{called}.png", png), write_atomic(ground / "svg" / f"{called}.svg", svg)]
    return written


def _clear(home: Path) -> None:
    """Take away the tables and slides of an earlier call, in whichever language, and nothing else that lies there."""
    for language in NO_CODES:
        words = words_in(language)["slides"]
        old = [home / f"{name}.csv" for name in words_in(language)["files_collected"].values()]
        grounds = [home / words["folder"] / words[ground] for ground in GROUNDS]
        slides = [*(path for at in grounds for path in (*at.glob("*.png"), *(at / "svg").glob("*.svg")))]
        names = "|".join(words[name].format(turn=r"\d+") for name in words if name.startswith("file_"))
        old += [path for path in slides if re.fullmatch(rf"\d+_({names})(_\d+)?", path.stem)]
        for path in old:
            path.unlink(missing_ok=True)


class Slide(NamedTuple):
    """One slide on one ground."""

    name: str
    figure: Any
    dark: bool


def _turns(found: ClassCodings, language: FormLanguage) -> Iterator[Slide]:
    """Give a slide a turn on which students part."""
    rows = found.to_discuss.rows()
    for number, row in enumerate(rows, 1):
        if why := undrawn(plain_words(str(row["quote"]))):
            file = words_in(language)["files_collected"]["to_discuss"]
            told = {"turn": row["turn"], "transcript": row["transcript_id"], "file": file}
            warn(said_in(language, "slides", "no_slide", {**told, "why": told_in(language, "undrawn", why)}))
            continue
        for dark in (False, True):
            figure = _turn(row, f"{number} / {len(rows)}", words_in(language)["said"], dark)
            yield Slide(words_in(language)["slides"]["file_turn"].format(turn=row["turn"]), figure, dark)


def _turn(row: Row, place: str, said: Mapping[str, str], dark: bool) -> Any:
    """Draw one turn as large as it fits, and below it how it was read."""
    board = _Board.new(dark)
    board.put(f"{row['transcript_id']}, {said['turn']} {row['turn']}", MARGIN, HIGH - MARGIN, 15, grey=True)
    board.put(place, WIDE - MARGIN, HIGH - MARGIN, 15, grey=True, side="right")
    below = lines_of(str(row["codes"]), WIDE - 2 * MARGIN, BELOW)
    top = HIGH - MARGIN - 34
    room = top - MARGIN - len(below) * BELOW * LEADING - 16
    sizes = {size: _lines(row, size) for size in range(LARGEST, SMALLEST - 1, -1)}
    size = next((s for s, lines in sizes.items() if len(lines) * s * LEADING <= room), SMALLEST)
    fit = max(1, int(room / (size * LEADING)))
    lines = sizes[size] if len(sizes[size]) <= fit else [*sizes[size][: fit - 1], f"{sizes[size][fit - 1]} …"]
    left, side = (WIDE - MARGIN, "right") if runs_left(str(row["quote"])) else (MARGIN, "left")
    for number, line in enumerate(lines):
        board.put(line, left, top - size - number * size * LEADING, size, side=side)
    for number, line in enumerate(reversed(below)):
        board.put(line, MARGIN, MARGIN + number * BELOW * LEADING, BELOW)
    return board.figure


def _lines(row: Row, size: int) -> list[str]:
    return lines_of(str(row["quote"]), WIDE - 2 * MARGIN, size)


def _figures(found: ClassCodings, language: FormLanguage) -> Iterator[Slide]:
    """Give how far the class agrees on each code, then which turn was given which code."""
    rows, words = found.per_code.rows(), words_in(language)["slides"]
    parts = [rows[at : at + ROWS] for at in range(0, len(rows), ROWS)]
    for name, part in _numbered(words["file_agreement"], parts):
        for dark in (False, True):
            yield Slide(name, _table(found, part, language, dark), dark)
    for name, some in _numbered(words["file_turns"], _that_fit(found, language)):
        for dark in (False, True):
            yield Slide(name, _pictured(some, "turns", language, dark), dark)


def _numbered(name: str, parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    """Give each part its name: with a number where there are several."""
    return ((f"{name}_{number}" if len(parts) > 1 else name, part) for number, part in enumerate(parts, 1))


def _that_fit(found: ClassCodings, language: FormLanguage) -> list[ClassCodings]:
    """Part the turns, in the order of the talk, so that each part is as high as a slide."""
    rows = found.per_turn.rows()
    coded = list(dict.fromkeys((row["transcript_id"], row["turn"]) for row in rows if row["given"]))
    for n in range(1, len(coded) + 1):
        begins = {coded[len(coded) * at // n]: at for at in range(1, n)}
        parts: list[list[Row]] = [[] for _ in range(n)]
        now = 0
        for row in rows:
            now = begins.get((row["transcript_id"], row["turn"]), now)
            parts[now].append(row)
        some = [replace(found, per_turn=Table.of(part, columns=found.per_turn.columns)) for part in parts]
        with suppress(InputError):  # too many rows for a slide
            for part in some:
                _on_slide(part, "turns", language, dark=False)
            return some
    return [found]


def _by_name(found: ClassCodings, language: FormLanguage) -> list[Slide]:
    """Give every student by name: for each of them alone."""
    name = words_in(language)["slides"]["file_students"]
    return [Slide(name, _pictured(found, "students", language, dark), dark) for dark in (False, True)]


def _pictured(found: ClassCodings, what: Literal["turns", "students"], language: FormLanguage, dark: bool) -> Any:
    """Draw a picture on a slide; on a figure of its own where its rows need more height."""
    try:
        return _on_slide(found, what, language, dark=dark)
    except InputError:  # the slide is too low for so many rows
        return plot_class(found, what=what, language=language, dark=dark).figure


def _on_slide(found: ClassCodings, what: Literal["turns", "students"], language: FormLanguage, *, dark: bool) -> Any:
    board = _Board.new(dark)
    axes = board.figure.add_axes((0.03, 0.04, 0.94, 0.92))
    return plot_class(found, what=what, language=language, dark=dark, ax=axes).figure


def _table(found: ClassCodings, rows: Sequence[Row], language: FormLanguage, dark: bool) -> Any:
    """Draw rows of agreement with interval and chance, in the order of the codebook."""
    words: Mapping[str, str] = words_in(language)["slides"]
    board = _Board.new(dark)
    board.put(words["class_agrees"], MARGIN, HIGH - MARGIN, 20, bold=True)
    at, step = HIGH - MARGIN - 32, min(26.0, (HIGH - 2 * MARGIN - 32 - 46) / (len(rows) + 1))
    size = min(15.0, step * 0.72)
    for column, end in ENDS.items():
        board.put(words[column], end, at, size * 0.85, grey=True, side="right")
    for number, row in enumerate(rows, 1):
        name = words["all"] if row["code"] == ALL else str(row["code"]).rpartition("/")[2]
        board.put(lines_of(name, ENDS["alpha"] - MARGIN - 70, size)[0], MARGIN, at - number * step, size)
        for column, cell in _cells(row, words).items():
            board.put(cell, ENDS[column], at - number * step, size, side="right")
    students = counted_in(language, "student", len(found.students))
    n_turns = len({(row["transcript_id"], row["turn"]) for row in found.per_turn.rows()})
    turns = counted_in(language, "turn", n_turns)
    notes = f"{words['unit'].format(students=students, turns=turns)} {words['alpha_means']}"
    for number, line in enumerate(reversed(lines_of(notes, WIDE - 2 * MARGIN, 11))):
        board.put(line, MARGIN, MARGIN * 0.55 + number * 11 * LEADING, 11, grey=True)
    return board.figure


def _cells(row: Row, words: Mapping[str, str]) -> dict[str, str]:
    low, high = (format_number(value) for value in row["interval"])
    alpha = format_number(row["alpha"])
    return {
        "alpha": words["undefined"] if alpha == "nan" else alpha,
        "interval": words["none"] if "nan" in (low, high) else words["from_to"].format(low=low, high=high),
        "disagreement": format_number(row["disagreement"]), "chance": format_number(row["chance"]),
        "given": str(row["given"]), "by": str(row["students"]),
    }  # fmt: skip


class _Board(NamedTuple):
    """A slide that is being written on."""

    figure: Any
    dark: bool

    @classmethod
    def new(cls, dark: bool) -> _Board:
        figures = import_extra("matplotlib.figure", "report", "A slide")
        return cls(figures.Figure(figsize=(WIDE / POINTS, HIGH / POINTS)), dark)

    def put(self, text: str, left: float, at: float, size: float, *, side: str = "left", grey: bool = False,
            bold: bool = False) -> None:  # fmt: skip
        look = look_for(self.dark, "#ffffff")
        self.figure.text(
            left / WIDE, at / HIGH, text, size=size, color=look.grey if grey else look.ink, ha=side, parse_math=False,
            family=fonts_for(text), weight="bold" if bold else "normal",
        )  # fmt: skip


def _saved(figure: Any, dark: bool) -> tuple[bytes, bytes]:
    """Give the slide as points and as a drawing: the same bytes for the same words."""
    matplotlib = import_extra("matplotlib", "report", "A slide")
    content = []
    with matplotlib.rc_context({"svg.hashsalt": "alliance_nlp", "svg.fonttype": "path"}):
        for kind, unstable in (("png", ("Software",)), ("svg", ("Date", "Creator"))):
            out = io.BytesIO()
            ground = look_for(dark, "#ffffff").ground
            figure.savefig(out, format=kind, dpi=144, facecolor=ground, metadata=dict.fromkeys(unstable))
            content.append(out.getvalue())
    return content[0], content[1]
