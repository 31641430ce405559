"""Who speaks of which theme, and what changed between two sessions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp.errors import check_type, counted
from alliance_nlp.method.sessions import SessionComparison
from alliance_nlp.method.voices import Voices
from alliance_nlp.numeric import Floats, format_number, format_p, grouped
from alliance_nlp.plots.figures import Axes, drawn_names
from alliance_nlp.plots.fitting import rows_that_fit, say_inside, settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.shaded import Shaded, shade
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Row, Study

MOST_PEOPLE = 60  # rows of a picture that can still be read
SIGNS = {"assents": "a", "silent": "–", "absent": "×"}


def plot_sessions(
    found: SessionComparison, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw how much the people who came to both sessions spoke of each theme in the first and in the second.

    Parameters
    ----------
    found : SessionComparison
        What `compare_sessions` found.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One row a theme or cluster: a diamond for the first session and a dot for the second, each the mean share of a
        person's own turns; in its name whether it is new, kept or gone, and how many people changed which way.

    Raises
    ------
    InputError
        When it is no SessionComparison, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    No interval is drawn: p of the sign-flip test, in the name of a row, is what so few people allow. A theme that is
    gone was not spoken of; that does not say that it no longer holds.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> plot_sessions(an.compare_sessions(an.load_study("focus_group"))).get_title(loc="left")
    'From session_1 to session_2'
    """
    check_type("plot_sessions() takes what compare_sessions() gives", SessionComparison, found)
    board = open_board(ax, dark=dark)
    rows = found.rows()[::-1]
    shares = [_shares(found, row["name"]) for row in rows]
    for at, both in enumerate(shares):
        if not len(both):
            say_inside(board, at, f"undefined: {rows[at]['remark'] or 'nobody attended both sessions'}")
    means = [(at, *both.mean(axis=0).tolist()) for at, both in enumerate(shares) if len(both)]
    for at, one, two in means:
        board.ax.plot([one, two], [at, at], color=board.look.grey, linewidth=1.6, zorder=2)
    names = drawn_names([found.first, found.second])
    for kind, name, column in zip(("open", "filled"), names, (1, 2), strict=True):
        if means:
            board.ax.plot([each[column] for each in means], [each[0] for each in means], label=name, zorder=3,
                          **board.look.mark(kind))  # fmt: skip
    most = max([0.1, *(max(one, two) for _, one, two in means)])
    board.ax.set_xlim(-0.03 * most, 1.08 * most)
    board.ax.grid(axis="x", color=board.look.pale, linewidth=0.6)
    board.ax.set_axisbelow(True)
    n = max(map(len, shares), default=0)
    notes = [f"Unit: person, by the share of their own turns; {counted(n, 'person', 'people')} in both sessions.",
             *found.per_name.notes, *of_study(study)]  # fmt: skip
    return settle(board, Said(
        title=f"From {found.first} to {found.second}", axis="mean share of a person's turns", above=True, notes=notes,
        rows=[_named(row) for row in rows], names=(found.first, found.second),
        words="; ".join(_in_words(row, both) for row, both in zip(rows[::-1], shares[::-1], strict=True)) + ".",
    ))  # fmt: skip


def _shares(found: SessionComparison, name: str) -> Floats:
    """Shares of turns in either session, of those who are in the test, of shape (n_people, 2)."""
    out = {person for person, _ in found.not_in_both}
    kept = [(row["first"], row["second"]) for row in found.per_person.rows()
            if row["name"] == name and row["participant"] not in out]  # fmt: skip
    both = np.array(kept, dtype=float).reshape(-1, 2)
    return np.asarray(both[np.isfinite(both).all(axis=1)])


def _named(row: Row) -> str:
    ways = ", ".join(f"{row[way]} {way}" for way in ("up", "down", "unchanged") if row[way])
    p = f", p {format_p(row['p'])}" if math.isfinite(row["p"]) else ""
    return f"{row['name']}: {row['verdict']}{f' ({ways}{p})' if ways else ''}"


def _in_words(row: Row, both: Floats) -> str:
    if not len(both):
        return f"{_named(row)}, undefined"
    one, two = (format_number(float(mean)) for mean in both.mean(axis=0))
    return f"{_named(row)}, {one} then {two}"


def plot_voices(
    voices: Voices, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw who speaks of each theme, who only assents, who is silent on it and who was not there.

    Parameters
    ----------
    voices : Voices
        What `count_voices` found.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One column a theme with its evenness, one row a participant: statements in the field, the shade is the share of
        the theme's statements. At most 60 people, those with the most statements.

    Raises
    ------
    InputError
        When it is no Voices, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    A group gathered these people; who speaks most of a theme is not who cares most about it. Absent is not silent. The
    rows name participants: leave the picture out of what is published where a pseudonym may tell who somebody is.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> ax = plot_voices(an.count_voices(an.load_study("focus_group")))
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['P5', 'P4', 'P3', 'P2', 'P1']
    """
    check_type("plot_voices() takes what count_voices() gives", Voices, voices)
    board = open_board(ax, dark=dark)
    themes = voices.per_theme.rows()
    people = grouped((row["participant"], row) for row in voices.per_person.rows())
    said = {person: sum(row["statements"] for row in rows) for person, rows in people.items()}
    first = sorted(people, key=lambda person: -said[person])[: rows_that_fit(board, MOST_PEOPLE)]
    shown = [person for person in people if person in first][::-1]
    _fields(board, [people[person] for person in shown], [row["theme"] for row in themes])
    used = {SIGNS[row["voice"]]: None for rows in people.values() for row in rows if row["voice"] in SIGNS}
    meant = {"a": "a: only assents", "–": "–: silent", "×": "×: was not there"}
    n = f"{sum(row['statements'] for row in themes)} of {counted(len(people), 'person', 'people')}"
    signs = "".join(f" {meant[sign]}." for sign in used)
    notes = [f"Unit: statement; {n}. Shade: share of the theme's statements.{signs}",
             "Evenness: 1 where all speak equally (Pielou's J).", *voices.per_theme.notes]  # fmt: skip
    notes += [f"{counted(len(people) - len(shown), 'person', 'people')} with the fewest statements left out."] * (
        len(shown) < len(people)
    )  # fmt: skip
    return settle(board, Said(
        title="Who speaks of which theme", rows=shown, columns=[row["theme"] for row in themes],
        below=[_evenness(row) for row in themes], notes=[*notes, *of_study(study)], inches=0.25 * max(len(shown), 3),
        words=" ".join(f"{row['theme']}: {row['speaking']} speak, {row['only_assenting']} only assent, {row['silent']} "
                       f"silent, {row['absent']} absent." for row in themes),
    ))  # fmt: skip


def _evenness(row: Row) -> str:
    return f"evenness {format_number(row['evenness'])}" if math.isfinite(row["evenness"]) else "evenness undefined"


def _fields(board: Board, rows: Sequence[Sequence[Row]], themes: Sequence[str]) -> None:
    """Write statements, or a sign for who made none."""
    counts, shares = np.zeros((len(rows), len(themes))), np.zeros((len(rows), len(themes)))
    signs = {}
    for at, own in enumerate(rows):
        for row in own:
            column = themes.index(row["theme"])
            counts[at, column], shares[at, column] = row["statements"], np.nan_to_num(row["share"])
            if row["voice"] in SIGNS:
                signs[at, column] = SIGNS[row["voice"]]
    shade(board, Shaded(counts, shares, signs=signs))
