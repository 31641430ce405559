"""Slides for a class, 16 to 9, on light and on dark: the turns to talk about, and figures after that."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from alliance_nlp.comparison.class_codings import ClassCodings
from alliance_nlp.errors import check_choice, check_type, import_extra, warn
from alliance_nlp.files import checked_path, telling, write_atomic
from alliance_nlp.plots.drawn_words import POINTS, broken, families, plain_words, runs_left, undrawn
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import Row
from alliance_nlp.reports.class_kit.lessons import words_in

WIDE, HIGH, MARGIN = 960.0, 540.0, 56.0  # points
LARGEST, SMALLEST, LEADING = 32, 9, 1.35
GROUNDS = {"light": ("#ffffff", "#222222", "#5f666d"), "dark": ("#15181d", "#eceff2", "#a4acb5")}


def write_class_slides(
    found: ClassCodings, folder: str | Path, *, figures: bool = False, language: FormLanguage = "en"
) -> list[Path]:
    """Write what a class talks about as tables and slides; its figures only when asked for.

    Parameters
    ----------
    found : ClassCodings
        What `collect_class` gave.
    folder : str or Path
        Where tables (.csv) and slides (.png and .svg, 1920 by 1080, light and dark) go. Those of an earlier call are
        written anew.
    figures : bool, default False
        Whether to write what can be counted, too: agreement and every student by name. After the discussion.
    language : {"en", "nb"}, default "en"
        Of the few words on a slide that are not the talk's.

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
    A slide shows a turn and how many gave which codes, without a name: who reads it how, people say themselves. A turn
    with letters that no font on this computer has is no slide, and a warning says so. The words of a slide are those of
    participants: what goes on a wall is for the room.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> home = tempfile.mkdtemp()
    >>> for name, code in (("Bo", "presence"), ("Ada", "no code")):
    ...     rows = (("session_1", 6, code), ("session_1", 7, "no code"))
    ...     _ = an.Table(("transcript", "turn", "code"), rows).to_csv(f"{home}/{name}.csv")
    >>> found = an.collect_class(home, an.load_study(), n_draws=20)
    >>> [path.name for path in write_class_slides(found, tempfile.mkdtemp())][:2]
    ['1_to_discuss.csv', 'slide_1_turn_6_light.png']
    """
    check_type("write_class_slides() takes what collect_class() gives", ClassCodings, found)
    check_choice("language", get_args(FormLanguage), language)
    home = checked_path(folder, "The folder of slides")
    with telling(home):
        written = (found if figures else found.discussion()).write(home)
    turns = found.to_discuss.rows()
    for number, row in enumerate(turns, 1):
        if why := undrawn(plain_words(str(row["quote"]))):
            warn(f"Turn {row['turn']} of {row['transcript_id']!r} is no slide: {why}. It stands in 1_to_discuss.csv.")
            continue
        for name, data in _slides(row, f"{number} / {len(turns)}", language):
            written.append(write_atomic(home / f"slide_{number}_turn_{row['turn']}_{name}", data))
    return written


def _slides(row: Row, place: str, language: FormLanguage) -> Iterator[tuple[str, bytes]]:
    for name, (ground, ink, grey) in GROUNDS.items():
        figure = _turn(row, place, words_in(language)["said"], ink, grey)
        yield from ((f"{name}.{kind}", data) for kind, data in _saved(figure, ground).items())


def _turn(row: Row, place: str, said: dict[str, str], ink: str, grey: str) -> Any:
    """Draw one turn as large as it fits, and below it how many gave which codes."""
    figures = import_extra("matplotlib.figure", "report", "A slide")
    figure = figures.Figure(figsize=(WIDE / POINTS, HIGH / POINTS))
    head = f"{row['transcript_id']}, {said['turn']} {row['turn']}"
    _put(figure, head, MARGIN, HIGH - MARGIN, 15, grey)
    _put(figure, place, WIDE - MARGIN, HIGH - MARGIN, 15, grey, side="right")
    below = list(broken(str(row["given"]), WIDE - 2 * MARGIN, 17))
    room = HIGH - 2 * MARGIN - 34 - len(below) * 17 * LEADING - 16
    size = next((s for s in range(LARGEST, SMALLEST, -1) if len(_lines(row, s)) * s * LEADING <= room), SMALLEST)
    lines = _lines(row, size)
    fit = max(1, int(room / (size * LEADING)))
    lines = lines if len(lines) <= fit else [*lines[: fit - 1], f"{lines[fit - 1]} …"]
    at = HIGH - MARGIN - 34 - size
    turned = runs_left(str(row["quote"]))
    for line in lines:
        _put(figure, line, WIDE - MARGIN if turned else MARGIN, at, size, ink, side="right" if turned else "left")
        at -= size * LEADING
    for number, line in enumerate(reversed(below)):
        _put(figure, line, MARGIN, MARGIN + number * 17 * LEADING, 17, grey)
    return figure


def _lines(row: Row, size: int) -> list[str]:
    return list(broken(str(row["quote"]), WIDE - 2 * MARGIN, size))


def _put(figure: Any, text: str, left: float, at: float, size: float, color: str, *, side: str = "left") -> None:
    figure.text(left / WIDE, at / HIGH, text, size=size, color=color, ha=side, family=families(text), parse_math=False)


def _saved(figure: Any, ground: str) -> dict[str, bytes]:
    """Give the slide as points and as a drawing: the same bytes for the same words."""
    matplotlib = import_extra("matplotlib", "report", "A slide")
    content = {}
    with matplotlib.rc_context({"svg.hashsalt": "alliance_nlp", "svg.fonttype": "path"}):
        for kind, unstable in (("png", ("Software",)), ("svg", ("Date", "Creator"))):
            out = io.BytesIO()
            figure.savefig(out, format=kind, dpi=144, facecolor=ground, metadata=dict.fromkeys(unstable))
            content[kind] = out.getvalue()
    return content
