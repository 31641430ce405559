"""Two curves of a machine that learnt: errors by how much it codes, and agreement by how much people coded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_nlp.comparison.learning_curves import CURVE
from alliance_nlp.errors import InputError, check_type, counted
from alliance_nlp.numeric import Floats, format_number
from alliance_nlp.plots.figures import Axes, drawn_names
from alliance_nlp.plots.fitting import settle
from alliance_nlp.plots.ground import Board, of_study, open_board
from alliance_nlp.plots.looks import DASHES, MOST_CLASSES, SHAPES
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Coding, Study, Table
from alliance_nlp.suggesting import Suggestions

NO_INTERVAL = (
    "No interval: suggestions of one session are wrong together. The lowest point of a curve was picked after seeing "
    "the answers and is no promise."
)
FEWEST = 5  # suggestions of which a share of wrong ones is drawn
ENDS = (
    f"Curves begin with the {FEWEST} surest suggestions; at the right end a rule that knows nothing gives the code to "
    "every segment. The axis is stretched where little is coded."
)


def plot_risk_coverage(
    suggestions: Coding | Suggestions, *, codes: Sequence[str] | None = None, study: Study | None = None,
    ax: Axes | None = None, dark: bool | None = None,
) -> Axes:  # fmt: skip
    """Draw which share of a machine's suggestions is wrong when it codes only the segments it is surest of, or more.

    Parameters
    ----------
    suggestions : Coding or Suggestions
        What `suggest_codes` gave from people's codings, or the record behind it (``.made_from``).
    codes : sequence of str, optional
        Codes to draw, at most ten; by default the ten that people applied most.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        One curve a code over the share of held-out segments that are given it. Its right end is the rule that knows
        nothing and gives the code to everything. A large open mark is one person beside the other, where two coded; a
        bar reaches from a promised point to its bound.

    Raises
    ------
    InputError
        When these are no suggestions, nothing people coded is known behind them, a code is unknown, there are more than
        ten, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    Wrong means: not what the coders applied, who differ themselves. Where coders differ, a suggestion is as wrong as
    the share of them who did not apply the code.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("interviews")
    >>> segments = an.segment(study.transcripts)
    >>> made = an.suggest_codes(segments, study.codebook, learn_from=study.coding, level="theme")
    >>> plot_risk_coverage(made, study=study).get_title(loc="left")
    'Errors by how much the machine codes'
    """
    source = suggestions.made_from if isinstance(suggestions, Coding) else suggestions
    check_type("plot_risk_coverage() takes what suggest_codes() gives", Suggestions, source)
    assert isinstance(source, Suggestions)  # as check_type has seen to
    shown = _chosen(source, codes)
    board = open_board(ax, dark=dark)
    people = _two_people(source)
    for at, (name, drawn) in enumerate(zip(shown, drawn_names(shown), strict=True)):
        _curve(board, source, (at, name, drawn), people.get(name))
    if people:
        board.ax.plot([], [], marker="o", markersize=9, color=board.look.ink, markerfacecolor="none", linestyle="none",
                      label="one person beside the other")  # fmt: skip
    _square(board)
    n = int(np.isfinite(_applied(source)).all(axis=1).sum())
    held_out = source.settings.get("held_out", "")
    promised = [row for row in source.promises.rows() if row["code"] in shown and row["promise"] is not None]
    notes = [
        f"Unit: segment; {n} held out{f' ({held_out}, each in turn)' if held_out else ''}. {ENDS}", NO_INTERVAL
    ]  # fmt: skip
    notes += ["Square and bar: what is promised, and its bound."] if promised else []
    rest = len(source.codebook) - len(shown)
    notes += [f"{counted(rest, 'code')} not drawn."] if rest else []
    return settle(board, Said(
        title="Errors by how much the machine codes", axis="share of held-out segments given the code",
        up="share of them wrong", inches=2.9, names=shown, notes=[*notes, *of_study(study)],
        words=" ".join(f"{name}: {_end(source, name)}." for name in shown),
    ))  # fmt: skip


def _chosen(source: Suggestions, codes: Sequence[str] | None) -> list[str]:
    """Give the codes to draw: those asked for, or the ten applied most of those applied at all."""
    if source.applied is None:
        raise InputError("No coded segments are known behind these suggestions; there is nothing to draw a curve from.")
    ids = list(source.codebook.ids)
    if codes is None:
        sums = np.nansum(source.applied, axis=0)
        first = np.argsort(-sums, kind="stable")[:MOST_CLASSES].tolist()
        return [ids[i] for i in sorted(first) if sums[i] > 0]
    unknown = [code for code in codes if code not in ids]
    if unknown or len(codes) > MOST_CLASSES:
        said = f"{unknown[0]!r} is none" if unknown else f"Got {len(codes)}"
        raise InputError(f"codes must be at most {MOST_CLASSES} of the codes of these suggestions. {said}.")
    return list(codes)


def _applied(source: Suggestions) -> Floats:
    return source.applied if source.applied is not None else np.zeros((0, 0))


def _two_people(source: Suggestions) -> dict[str, tuple[float, float]]:
    """Give, where two people coded, the share of segments that one applies a code to, and the other does not share."""
    table = _applied(source)
    known = table[np.isfinite(table)]
    coders = source.settings.get("learnt_from", {}).get("coders", ())
    if len(coders) != 2 or not np.isin(known, (0.0, 0.5, 1.0)).all():
        return {}
    found = {}
    for name, column in zip(source.codebook.ids, table.T, strict=True):
        read = column[np.isfinite(column)]
        one, both = float((read == 0.5).sum()), float((read == 1).sum())
        if one + both:
            found[name] = ((one / 2 + both) / len(read), one / (one + 2 * both))
    return found


def _curve(board: Board, source: Suggestions, code: tuple[int, str, str], people: tuple[float, float] | None) -> None:
    """Draw one code: its curve with its own color, dashes and shape; two people; what is promised."""
    at, name, drawn = code
    color, shape = board.look.colors[at], SHAPES[at]
    rows = source.risk_coverage(name).rows()
    n = max(rows[-1]["n_accepted"], 1) if rows else 1
    rows = [row for row in rows if row["n_accepted"] >= min(FEWEST, n)]
    across, up = [row["n_accepted"] / n for row in rows], [row["share_wrong"] for row in rows]
    marks = sorted(
        {int(np.searchsorted(across, share)) for share in (0.1, 0.25, 0.5, 0.75, 1.0)} & set(range(len(rows)))
    )
    board.ax.plot(across, up, color=color, linestyle=DASHES[at % len(DASHES)], linewidth=1.7, marker=shape,
                  markersize=5.5, markevery=marks, label=drawn, zorder=3)  # fmt: skip
    if people is not None:
        board.ax.plot(*people, marker=shape, markersize=10, markerfacecolor="none", markeredgecolor=color,
                      markeredgewidth=1.6, linestyle="none", zorder=4)  # fmt: skip
    for row in source.promises.rows():
        if row["code"] == name and row["promise"] is not None:
            x, share = row["n_accepted"] / n, row["n_wrong"] / row["n_accepted"]
            board.ax.plot([x, x], [share, row["bound"]], color=color, linewidth=1.4, zorder=4)
            board.ax.plot([x], [share], marker="s", markersize=5, color=color, linestyle="none", zorder=4)


def _square(board: Board) -> None:
    """Both axes are shares."""
    board.ax.set_xscale("function", functions=(_root, np.square))  # codes are rare: most happens at the left
    board.ax.set_xlim(0, 1.03)
    board.ax.set_ylim(-0.02, 1.03)
    for axis, ticks in ((board.ax.xaxis, (0, 0.05, 0.1, 0.25, 0.5, 1)), (board.ax.yaxis, (0, 0.25, 0.5, 0.75, 1))):
        axis.set_ticks(ticks, [f"{tick:g}".removeprefix("0") or "0" for tick in ticks])
    board.ax.grid(color=board.look.pale, linewidth=0.6)
    board.ax.set_axisbelow(True)


def _root(values: Any) -> Any:
    return np.sqrt(np.maximum(values, 0))


def _end(source: Suggestions, name: str) -> str:
    rows = source.risk_coverage(name).rows()
    if not rows:
        return "nothing was held out"
    at = min(rows, key=lambda row: abs(row["n_accepted"] / rows[-1]["n_accepted"] - 0.1))
    return (
        f"{format_number(at['share_wrong'])} wrong where a tenth of the segments is given it, "
        f"{format_number(rows[-1]['share_wrong'])} where all are"
    )


def plot_learning_curve(
    curve: Table, *, study: Study | None = None, ax: Axes | None = None, dark: bool | None = None
) -> Axes:
    """Draw how agreement with people grows with the talk that a machine learnt from.

    Parameters
    ----------
    curve : Table
        What `learning_curve` found.
    study : Study, optional
        The study it is of; where that is synthetic, the picture says so.
    ax : matplotlib Axes, optional
        Where to draw; by default on a figure of its own.
    dark : bool, optional
        On a dark ground; by default on a ground like that of the figure.

    Returns
    -------
    matplotlib Axes
        The line is the mean over orders of coding, small dots are the orders, the bar at the right end is the 95%
        interval. Two people and position alone are level lines.

    Raises
    ------
    InputError
        When it is no such table, or the axes are too small.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    Dots of different orders show luck in what was coded first, not how sure a figure is for other talk; the interval
    does. What lies beyond the right end is not known.

    Examples
    --------
    >>> from alliance_nlp.comparison.learning_curves import CURVE
    >>> half, whole = (0.5, 0, 40, 80, 0.3, (float("nan"),) * 2), (1.0, 0, 80, 80, 0.4, (0.3, 0.5))
    >>> plot_learning_curve(Table(CURVE, tuple((*row, 0.7, 0.2, "") for row in (half, whole)))).get_title(loc="left")
    'Agreement by how much people coded'
    """
    check_type("plot_learning_curve() takes what learning_curve() gives", Table, curve)
    if not set(CURVE) <= set(curve.columns):
        raise InputError(f"plot_learning_curve() takes what learning_curve() gives, a table of {', '.join(CURVE)}.")
    board = open_board(ax, dark=dark)
    rows = [row for row in curve.rows() if math.isfinite(row["kappa"])]
    _growth(board, rows)
    values = [0.0, *(row["kappa"] for row in rows)]
    for row in rows:
        values += [v for v in (*row["interval"], row["human_human"], row["position"]) if math.isfinite(v)]
    board.ax.set_ylim(min(values) - 0.05, min(1.05, max(values) + 0.1))
    board.ax.axhline(0, color=board.look.grey, linewidth=0.8, zorder=0.4)
    most = max([1.0, *(row["n_learnt"] for row in rows)])
    board.ax.set_xlim(0, 1.06 * most)
    board.ax.grid(axis="y", color=board.look.pale, linewidth=0.6)
    board.ax.set_axisbelow(True)
    why = sorted({row["reason"] for row in curve.rows() if row["reason"]})
    n = max((row["n"] for row in rows), default=0)
    orders = len({row["order"] for row in rows})
    notes = [f"Unit: segment; n = {n}, held out. Dots: {counted(orders, 'order')} of coding. 0: chance.", *curve.notes,
             *(f"{reason[0].upper()}{reason[1:]}." for reason in why), *of_study(study)]  # fmt: skip
    return settle(board, Said(
        title="Agreement by how much people coded", axis="coded segments that were learnt from",
        up="kappa, pooled over codes", inches=2.7, notes=notes, words=_grown(rows),
    ))  # fmt: skip


def _growth(board: Board, rows: list[dict[str, Any]]) -> None:
    ax, look = board.ax, board.look
    levels = {
        "human_human": ("people with each other", look.second, DASHES[1]),
        "position": ("position alone", look.ink, DASHES[2]),
    }
    means = []
    for share in sorted({row["share"] for row in rows}):
        own = [row for row in rows if row["share"] == share]
        ax.plot([row["n_learnt"] for row in own], [row["kappa"] for row in own], marker="o", markersize=3.5, alpha=0.7,
                color=look.first, linestyle="none", zorder=3)  # fmt: skip
        means.append([float(np.mean([row[key] for row in own])) for key in ("n_learnt", "kappa")])
        for low, high in (row["interval"] for row in own):
            if math.isfinite(low):
                ax.plot([means[-1][0]] * 2, [low, high], color=look.first, linewidth=2.2, zorder=2,
                        solid_capstyle="round")  # fmt: skip
    sure = any(math.isfinite(row["interval"][0]) for row in rows)
    if means:
        ax.plot(*zip(*means, strict=True), color=look.first, linewidth=1.8, marker="o", markersize=7, zorder=4,
                label=f"machine and people{', 95% interval at the end' if sure else ', no interval'}")  # fmt: skip
    for key, (label, color, dashes) in levels.items():
        known = [row[key] for row in rows if math.isfinite(row[key])]
        if known:
            ax.axhline(known[-1], color=color, linestyle=dashes, linewidth=1.6, label=label, zorder=2)


def _grown(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "Undefined everywhere."
    first, last = rows[0], rows[-1]
    said = f"Kappa {format_number(first['kappa'])} from {first['n_learnt']:.0f} segments, "
    said += f"{format_number(last['kappa'])} from {last['n_learnt']:.0f}"
    beside = {"human_human": "people with each other", "position": "position alone"}
    return (
        said
        + "".join(f"; {what} {format_number(last[k])}" for k, what in beside.items() if math.isfinite(last[k]))
        + "."
    )
