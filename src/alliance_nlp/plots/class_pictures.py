"""Two slides of a class: every student beside the others and the consensus, and who gave which turn which code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from alliance_nlp.comparison.class_codings import ClassCodings
from alliance_nlp.comparison.class_words import counted_in, words_in
from alliance_nlp.errors import check_choice, check_type
from alliance_nlp.numeric import format_number
from alliance_nlp.plots.figures import Axes
from alliance_nlp.plots.fitting import settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.shaded import Shaded, shade
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import Row, Study

ClassPicture = Literal["students", "turns"]
PICTURES: tuple[ClassPicture, ...] = ("students", "turns")
MOST_TURNS = 60  # rows of a picture that can still be read
MARKS = {"kappa_others": "filled", "kappa_consensus": "open"}


def plot_class(
    found: ClassCodings, *, what: ClassPicture = "students", study: Study | None = None, ax: Axes | None = None,
    dark: bool | None = None, language: FormLanguage | None = None,
) -> Axes:  # fmt: skip
    """Draw a class for a slide: every student by name, or every turn with how many gave it which code.

    Parameters
    ----------
    found : ClassCodings
        What `collect_class` found.
    what : {"students", "turns"}, default "students"
        Every student beside the other students and beside the consensus, with the alpha of the whole class below; or a
        table of turns by codes with the number of students who gave it.
    study : Study, optional
        The study that was coded; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.
    language : {"en", "nb"}, optional
        Of the words around the codes: English or Norwegian. By default that of the class.

    Returns
    -------
    matplotlib Axes
        With the picture. Students stand by name, turns in the order of the talk.

    Raises
    ------
    InputError
        When it is no ClassCodings, `what` or the language is unknown, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    No order, color or line says who codes well: a class codes too few turns for that, and the consensus is one reading.
    Show the turns first, and talk about them; then the students.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> home = tempfile.mkdtemp()
    >>> for name, code in (("Bo", "presence"), ("Ada", "no code")):
    ...     rows = [("session_1", turn, code) for turn in (6, 7)]
    ...     _ = an.Table(("transcript", "turn", "code"), tuple(rows)).to_csv(f"{home}/{name}.csv")
    >>> ax = plot_class(an.collect_class(home, an.load_study(), n_draws=20))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['The whole class (alpha)', 'Bo (2 turns)', 'Ada (2 turns)']
    """
    check_type("plot_class() takes what collect_class() gives", ClassCodings, found)
    check_choice("what", PICTURES, what)
    language = found.language if language is None else language
    check_choice("language", get_args(FormLanguage), language)
    board = open_board(ax, dark=dark)
    drawn = _students(board, found, language) if what == "students" else _turns(board, found, language)
    rest = words_in(language)["pictures"]["rest"]
    return settle(board, drawn._replace(notes=[*drawn.notes, *of_study(study)], rest=rest))


def _students(board: Board, found: ClassCodings, language: FormLanguage) -> Said:
    ax, look, words = board.ax, board.look, words_in(language)["pictures"]
    rows = found.students.rows()
    whole = found.per_code.rows()[:1]
    names = [f"{row['student']} ({counted_in(language, 'turn', row['read'])})" for row in rows]
    places = {row["student"]: len(rows) - i - 1 + len(whole) for i, row in enumerate(rows)}
    ax.axvline(0, color=look.grey, linewidth=0.8, zorder=0.4)
    values = [0.0, 1.0]
    for column, kind in MARKS.items():
        known = [(row[column], places[row["student"]]) for row in rows if math.isfinite(row[column])]
        if known:
            ax.plot(*zip(*known, strict=True), **look.mark(kind), label=words[column], zorder=4)
            values += [value for value, _ in known]
    for row in rows:
        if not any(math.isfinite(row[column]) for column in MARKS):
            _undefined(board, places[row["student"]], language)
    for row in whole:
        values += _alpha(board, row, language)
    ax.set_xlim(min(-0.05, min(values) - 0.05), 1.05)
    ax.grid(axis="x", color=look.pale, linewidth=0.6)
    ax.set_axisbelow(True)
    n = len({(row["transcript_id"], row["turn"]) for row in found.per_turn.rows()})
    consensus = any(math.isfinite(row["kappa_consensus"]) for row in rows)
    told = {"turns": counted_in(language, "turn", n), "students": counted_in(language, "student", len(rows))}
    notes = [words["unit"].format(**told), words["no_ranking"], words["no_intervals"]]
    notes += [words["one_reading"]] if consensus else []
    said = "; ".join(_in_words(row, language) for row in rows)
    return Said(
        title=words["students_title"], notes=notes, axis=words["kappa"],
        rows=[*([words["whole_class"]] if whole else []), *reversed(names)], above=True, names=names,
        words=words["students_in_words"].format(students=said),
    )  # fmt: skip


def _in_words(row: Row, language: FormLanguage) -> str:
    others, consensus = (format_number(row[f"kappa_{side}"]) for side in ("others", "consensus"))
    words: str = words_in(language)["pictures"]["one"]
    return words.format(student=row["student"], others=others, consensus=consensus)


def _undefined(board: Board, at: float, language: FormLanguage) -> None:
    words = words_in(language)["pictures"]["undefined"]
    board.ax.text(0.02, at, words, va="center", fontsize=8.5, color=board.look.grey)


def _alpha(board: Board, row: Row, language: FormLanguage) -> list[float]:
    """Draw the alpha of the whole class with its interval; give the values that must be inside the picture."""
    low, high = row["interval"]
    if not math.isfinite(row["alpha"]):
        _undefined(board, 0, language)
        return []
    ends = [value for value in (low, high) if math.isfinite(value)]
    if ends:
        board.ax.plot(ends, [0, 0], color=board.look.ink, linewidth=2.0, solid_capstyle="butt", zorder=2)
    label = words_in(language)["pictures"]["interval" if ends else "no_interval"]
    board.ax.plot([row["alpha"]], [0], marker="s", markersize=7, color=board.look.ink, linestyle="none", zorder=4,
                  label=label)  # fmt: skip
    return [row["alpha"], *ends]


def _turns(board: Board, found: ClassCodings, language: FormLanguage) -> Said:
    rows = [(Turn(row["transcript_id"], row["turn"]), row) for row in found.per_turn.rows()]
    turns, coded = (list(dict.fromkeys(at for at, row in rows if row["given"] >= least)) for least in (0, 1))
    shown = coded[:MOST_TURNS]
    codes = [row["code"] for row in found.per_code.rows()[1:]]
    counts, read = np.zeros((len(shown), len(codes))), np.zeros(len(shown))
    for at, row in rows:
        if at in shown:
            place = len(shown) - 1 - shown.index(at)
            read[place] = row["students"]
            if row["code"]:
                counts[place, codes.index(row["code"])] = row["given"]
    shade(board, Shaded(counts, counts / np.maximum(read, 1)[:, None]))
    words = words_in(language)["pictures"]
    told = {"turns": counted_in(language, "turn", len(shown)), "codes": counted_in(language, "code", len(codes))}
    return Said(
        title=words["turns_title"],
        notes=_of_turns(found, (len(turns), len(coded)), shown, sorted(set(read.tolist())), language),
        rows=_names_of_turns(found, shown), columns=short_names(codes), names=codes,
        inches=0.19 * max(len(shown), 1),
        words=words["turns_in_words"].format(**told),
    )  # fmt: skip


class Turn(NamedTuple):
    """One turn of the talk."""

    transcript_id: str
    turn: int | None


def _names_of_turns(found: ClassCodings, shown: Sequence[Turn]) -> list[str]:
    """Name turns from the bottom of the picture up; a star where students part most."""
    several = len({at.transcript_id for at in shown}) > 1
    first = {Turn(row["transcript_id"], row["turn"]) for row in found.to_discuss.rows()}
    return [
        f"{f'{at.transcript_id} ' * several}{'–' if at.turn is None else at.turn}{' *' * (at in first)}"
        for at in reversed(shown)
    ]


def _of_turns(
    found: ClassCodings, sizes: tuple[int, int], shown: Sequence[Turn], read: Sequence[float], language: FormLanguage
) -> list[str]:
    """Say what the rows are, how many students stand behind a number, and what was left out."""
    (n_turns, n_coded), words = sizes, words_in(language)["pictures"]
    talks = {at.transcript_id for at in shown}
    rows = words["rows_of"].format(transcript=next(iter(talks))) if len(talks) == 1 else words["rows"]
    ends = [f"{value:.0f}" for value in (read[:1] if len(read) < 2 else (read[0], read[-1]))]
    many = words["from_to"].format(low=ends[0], high=ends[1]) if len(ends) > 1 else "".join(ends)
    notes = [f"{rows} {words['counts'].format(read=many)}"] if shown else [words["nothing"]]
    if len(found.to_discuss):
        notes.append(words["parting"])
    if n_turns > n_coded and shown:
        notes.append(words["left_out"].format(turns=counted_in(language, "turn", n_turns - n_coded)))
    if n_coded > len(shown):
        notes.append(words["first"].format(shown=len(shown), n=n_coded))
    return notes


def short_names(codes: Sequence[str]) -> list[str]:
    """Give codes their names without a path, where a name is one code's only.

    Examples
    --------
    >>> short_names(["Time/waiting", "Trust/waiting", "Trust/listening"])
    ['Time/waiting', 'Trust/waiting', 'listening']
    """
    last = [code.rpartition("/")[2] for code in codes]
    return [name if last.count(name) == 1 and name else code for name, code in zip(last, codes, strict=True)]
