"""Saturation of codes over sessions or interviews, where there are enough of them to say anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from alliance_nlp.errors import InputError, counted
from alliance_nlp.records import NOT_DATED, Level, Record, Row, Study, Table, Tabular, session_dates
from alliance_nlp.records.fields import Name, NotNegative, Positive, Share

Codes = Sequence[set[str]]  # of each event


@dataclass(frozen=True, eq=False, repr=False)
class Saturation(Tabular, Record):
    """Whether new sessions still brought new codes.

    Parameters
    ----------
    share : float
        New codes in the run, as a share of those in the base, where it was first at most the threshold, else in the
        last run; nan where it is not assessable.
    reached_after : int or None
        Number of events after which it was reached; None where it was not, or is not assessable.
    statement : str
        The result in words, as it is reported: "6+2 at 5%", "not reached", "not assessable: …".
    in_other_orders : float
        Share of orders of the events in which it is reached by the end; nan where it is not assessable.
    events : Table
        One row an event: codes, new codes, codes so far, and the band of codes so far over other orders.
    """

    share: NotNegative
    reached_after: Positive | None
    statement: Name
    in_other_orders: Share
    events: Table

    def table(self) -> Table:
        """Give one row an event."""
        return replace(self.events, title=f"Saturation: {self.statement}")

    def _summary(self) -> str:
        return self.statement


def assess_saturation(
    study: Study, *, base: int = 4, run: int = 2, threshold: float = 0.05, level: Level = "code",
    coder: str | None = None, n_orders: int = 1000, random_state: int = 0, not_wanted: str = "",
) -> Saturation:  # fmt: skip
    """Assess whether further sessions or interviews still brought new codes.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one. The event is the session, never the speaker.
    base, run : int, default 4 and 2
        Events whose codes make the base, and events in which new codes are looked for.
    threshold : float, default 0.05
        Reached when new codes in the run are at most this share of those in the base.
    level : {"code", "essence", "theme"}, default "code"
        What has to be new.
    coder : str, optional
        Use only what this coder applied.
    n_orders : int, default 1000
        Orders of the events that are tried beside the one given.
    random_state : int, default 0
        Seed of these orders.
    not_wanted : str, optional
        Why saturation is not assessed in this study; the reason stands in the result in place of a figure.

    Returns
    -------
    Saturation
        The result in words, the events, and how it depends on their order.

    Raises
    ------
    InputError
        When a number is out of range, or nobody has coded anything.

    Notes
    -----
    Guest, Namey and Chen 2020 (doi:10.1371/journal.pone.0232076): unique codes in the first `base` events; new codes
    in each run of `run` events after it; "6+2 at 5%" means that after six events the next two brought at most 5%.
    Fewer events than base plus run are not assessable: there is no run to look at. Two focus groups never are. This is
    saturation of codes in this codebook, not of meaning; reflexive thematic analysis rejects the criterion
    (doi:10.1080/2159676X.2019.1704846), and `not_wanted` is for saying so. Clusters of the machine do not saturate.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, Coding, Study, Transcript
    >>> days = tuple(Transcript(name, "No time.") for name in ("S1", "S2"))
    >>> coding = Coding(tuple(CodedSpan("A", t.id, 0, 8, "Time") for t in days), ())
    >>> assess_saturation(Study(days, None, coding)).statement
    'not assessable: 2 events; base 4 plus run 2 needs at least 6'
    """
    if base < 1 or run < 1 or not 0 <= threshold < 1 or n_orders < 1:
        raise InputError(
            f"base, run and n_orders must be at least 1, and 0 <= threshold < 1. Got base={base}, run={run}, "
            f"n_orders={n_orders}, threshold={threshold}."
        )
    dates = session_dates(study.transcripts)
    of_session: dict[str, set[str]] = {name: set() for name in dates}
    for x in study.statements(level=level, coder=coder):
        of_session[x.session].add(x.at(level))
    codes, rng = list(of_session.values()), np.random.default_rng(random_state)
    orders = [[codes[i] for i in rng.permutation(len(codes))] for _ in range(n_orders)]
    table = _table(list(dates), codes, orders, [NOT_DATED] if None in dates.values() else [])
    if not_wanted.strip():
        return Saturation(math.nan, None, f"not assessed: {not_wanted.strip()}", math.nan, table)
    if len(codes) < base + run:
        why = f"{counted(len(codes), 'event')}; base {base} plus run {run} needs at least {base + run}"
        return Saturation(math.nan, None, f"not assessable: {why}", math.nan, table)
    share, after = _reached(codes, base, run, threshold)
    if math.isnan(share):
        return Saturation(share, None, "not assessable: the base holds no code", math.nan, table)
    others = [_reached(order, base, run, threshold)[1] is not None for order in orders]
    percent = f"{100 * threshold:g}%"
    statement = (
        f"{after}+{run} at {percent}" if after is not None else f"not reached at {percent} (base {base}, run {run})"
    )
    return Saturation(share, after, statement, float(np.mean(others)), table)


def _reached(codes: Codes, base: int, run: int, threshold: float) -> tuple[float, int | None]:
    """Share of new codes in the first run that is at most the threshold, and the events before it; else the last."""
    in_base = len(set().union(*codes[:base]))
    if not in_base:
        return math.nan, None
    share = math.nan
    for before in range(base, len(codes) - run + 1):
        known = set().union(*codes[:before])
        share = len(set().union(*codes[before : before + run]) - known) / in_base
        if share <= threshold:
            return share, before
    return share, None


def _table(names: Sequence[str], codes: Codes, orders: Sequence[Codes], notes: Sequence[str]) -> Table:
    so_far = _curve(codes)
    curves = np.array([_curve(order) for order in orders]).reshape(len(orders), len(names))
    band = np.percentile(curves, [5, 95], axis=0).T.tolist() if len(names) else []
    rows: list[Row] = [
        {"event": name, "codes": len(own), "new": n - before, "so_far": n, "other_orders": tuple(around)}
        for name, own, before, n, around in zip(names, codes, [0, *so_far[:-1]], so_far, band, strict=True)
    ]
    note = "Codes of this codebook, not meaning. Other orders: 5% to 95% of codes so far over shuffled events."
    return Table.of(rows, columns=("event", "codes", "new", "so_far", "other_orders"), notes=(note, *notes))


def _curve(codes: Codes) -> list[int]:
    """Codes so far after each event."""
    return [len(known) for known in accumulate(codes, lambda known, own: known | own)]
