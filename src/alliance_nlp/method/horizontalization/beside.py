"""Scores of significance beside length, place in the talk, chance and other readers, by what people marked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.agreement import groups_to_draw
from alliance_nlp.errors import listed
from alliance_nlp.method.horizontalization.learnt_marks import Learnt, average_precision, learn_weights
from alliance_nlp.numeric import Bools, Floats, largest_first, numbered, ratio
from alliance_nlp.records import Segments, Table

LENGTH = "length alone"
LEAST_GROUPS = 10  # transcripts; among fewer the spread between them is itself a guess
N_DRAWS = 2000
BETTER, NO_BETTER, WORSE = "better than length", "no better than length", "worse than length"
COLUMNS = ("score", "average_precision", "interval", "n", "beyond_length", "beyond_interval", "says", "remark")


class Laid(NamedTuple):
    """What people marked (`marked` counts where `known`), how long each segment is, and what was learnt from it."""

    segments: Segments
    marked: Bools
    known: Bools
    length: Floats
    learnt: Learnt


class Drawn(NamedTuple):
    """How often each segment is drawn, one row a draw; what is drawn again, or why nothing can be."""

    weights: Floats | None
    over: str


def beside_people(laid: Laid, scores: Mapping[str, Floats], readers: Mapping[str, Floats], random_state: int) -> Table:
    """Lay scores beside trivial ones, with intervals on the same draws.

    Parameters
    ----------
    laid : Laid
        What people marked.
    scores : dict of str to array of shape (n_segments,)
        Scores to judge; the first one's nan are left out of all.
    readers : dict of str to array of shape (n_segments,)
        What each reader marked: 1, 0, or nan for not read; empty where that is not known apart.
    random_state : int
        Seed of the draws.
    """
    use = laid.known & np.isfinite(next(iter(scores.values())))
    ways = {**scores, LENGTH: laid.length, "place in the talk alone": _of_place(laid)}
    if laid.learnt.near is not None:
        ways["most alike marked ones alone"] = laid.learnt.near
    use &= np.all([np.isfinite(values) for values in ways.values()], axis=0)
    marked, drawn = laid.marked[use], _draw(laid.segments, use, random_state)
    found = {name: drawn_precisions(marked, values[use], drawn.weights) for name, values in ways.items()}
    length = found[LENGTH]
    rows: list[tuple[Any, ...]] = [
        (name, own[0], _ends(own), int(use.sum()), *_beyond(own, length, name),
         drawn.over if drawn.weights is None else f"interval over {drawn.over}")
        for name, own in found.items()
    ]  # fmt: skip
    chance = float(marked.mean()) if use.any() else math.nan
    none = (math.nan, math.nan)
    rows.append(("chance", chance, none, int(use.sum()), math.nan, none, "", "share of marked segments"))
    rows += _readers(readers)
    n_marked, n_read = int(laid.marked[laid.known].sum()), int(laid.known.sum())
    note = (
        f"Learnt scores are of segments whose {laid.learnt.held_out} was held out. {n_marked} of {n_read} segments "
        f"that were read are marked."
    )
    return Table(COLUMNS, tuple(rows), "Beside what people marked", notes=(note, _sentence(rows)))


def _of_place(laid: Laid) -> Floats:
    """Learn from the place in the talk alone, in the same folds: from 0 at the beginning to 1 at the end."""
    groups = [segment.transcript_id for segment in laid.segments]
    at = np.zeros(len(groups))
    for name in dict.fromkeys(groups):
        own = np.flatnonzero([group == name for group in groups])
        at[own] = np.arange(own.size) / max(own.size - 1, 1)
    return learn_weights(np.column_stack([at, at**2]), laid.marked, laid.known, groups, None).chance


def _draw(segments: Segments, use: Bools, random_state: int) -> Drawn:
    """Draw transcripts again where there are ten, else participants or stretches of talk, where they are enough."""
    chosen = [segments[int(i)] for i in np.flatnonzero(use)]
    groups: tuple[object, ...] | None = tuple(segment.transcript_id for segment in chosen)
    over = "transcripts"
    if len(set(groups or ())) < LEAST_GROUPS:
        drawing = groups_to_draw([s.transcript_id for s in chosen], [s.person for s in chosen])
        groups, over = drawing.groups, drawing.kind
        if groups is None:
            return Drawn(None, drawing.reason or "")
    of = numbered(groups, len(chosen))
    n_groups = int(of.max()) + 1
    rng = np.random.default_rng(random_state)
    times = np.array([np.bincount(rng.integers(0, n_groups, n_groups), minlength=n_groups) for _ in range(N_DRAWS)])
    return Drawn(times[:, of].astype(float), over)


def drawn_precisions(marked: Bools, scores: Floats, weights: Floats | None) -> Floats:
    """Average precision as it is, then of every draw: each segment counts as often as it was drawn.

    Examples
    --------
    >>> marked, scores = np.array([True, False, True]), np.array([3.0, 2.0, 1.0])
    >>> drawn_precisions(marked, scores, np.array([[1.0, 0.0, 1.0]])).round(2).tolist()
    [0.83, 1.0]
    """
    as_it_is = average_precision(marked, scores)
    if weights is None or not len(marked):
        return np.array([as_it_is])
    order = largest_first(scores)
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)  # ties are one step
    drawn = weights[:, order]
    n, hits = np.cumsum(drawn, axis=1)[:, ends], np.cumsum(drawn * marked[order], axis=1)[:, ends]
    gained = np.diff(hits, axis=1, prepend=0)
    return np.append(as_it_is, ratio((gained * ratio(hits, n, otherwise=0.0)).sum(axis=1), hits[:, -1]))


def _ends(values: Floats) -> tuple[float, float]:
    if len(values) < 2 or not np.isfinite(values[1:]).any():
        return math.nan, math.nan
    low, high = np.nanpercentile(values[1:], [2.5, 97.5])
    return float(low), float(high)


def _beyond(own: Floats, length: Floats, name: str) -> tuple[float, tuple[float, float], str]:
    """Difference to length alone, its interval on the same draws, and what that says."""
    if name == LENGTH:
        return math.nan, (math.nan, math.nan), ""
    low, high = _ends(own - length)
    says = BETTER if low > 0 else WORSE if high < 0 else NO_BETTER if low <= 0 <= high else "no interval, so not said"
    return float(own[0] - length[0]), (low, high), says


def _readers(readers: Mapping[str, Floats]) -> list[tuple[Any, ...]]:
    """Say how well each reader's marks tell what the other readers marked, of what both read: another universe."""
    rows: list[tuple[Any, ...]] = []
    for name, own in readers.items() if len(readers) > 1 else ():
        others = np.array([values for other, values in readers.items() if other != name])
        both = ~np.isnan(own) & ~np.isnan(others).all(axis=0)
        theirs = (others == 1).any(axis=0)[both]
        if theirs.any():
            names = listed([other for other in readers if other != name], "and")
            remark = f"of what {names} marked; chance there {theirs.mean():.2f}"
            rows.append((f"{name}'s own marks", average_precision(theirs, own[both]), (math.nan, math.nan),
                         int(both.sum()), math.nan, (math.nan, math.nan), "", remark))  # fmt: skip
    return rows


def _sentence(rows: list[tuple[Any, ...]]) -> str:
    """Say in words whether the wording says more than length."""
    name, _, _, _, beyond, (low, high), says, _ = rows[0]
    around = f" ({low:+.2f} to {high:+.2f})" if math.isfinite(low) else ""
    return f"Scores {name} are {says}: {beyond:+.2f}{around} in average precision." if math.isfinite(low) else (
        f"Whether scores {name} are better than length cannot be said: there is no interval."
    )  # fmt: skip
