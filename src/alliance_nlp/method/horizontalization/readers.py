"""Readers of significance side by side: how far they agree beyond chance, where they part, and who read what."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.errors import InputError, check_type, counted, listed
from alliance_nlp.method.horizontalization.marking import marks_of
from alliance_nlp.numeric import Bools, Floats, grouped, ratio
from alliance_nlp.records import Marks, Record, Row, Rule, Segments, Study, Table, Tabular
from alliance_nlp.records.fields import Name, refuse_shape
from alliance_nlp.segments import segment

PAIRS = (
    "reader", "other", "n_both_read", "both", "reader_only", "other_only", "neither", "of_either",
    "of_either_by_chance", "observed", "by_chance", "kappa", "interval", "interval_over", "reason",
)  # fmt: skip
APART = ("segment_id", "session", "speaker", "significant_to", "not_to", "not_read_by", "why", "text")


@dataclass(frozen=True, eq=False, repr=False)
class ReadersCompared(Tabular, Record):
    """What several readers marked as significant, side by side.

    Parameters
    ----------
    segments : Segments
        What was compared.
    marked : dict of str to array of shape (n_segments,)
        Per reader 1 significant, 0 read and not significant, nan not read.
    pairs : Table
        Each two readers on what both read: both marked, one alone, neither; of what either marked the share that both
        did, with what chance gives; Cohen's kappa with its 95% interval.
    per_reader : Table
        What each read and marked.
    apart : Table
        Segments on which readers part, with reasons; what one of them did not read is in the column "not_read_by".
    together : Table
        Krippendorff's alpha of all readers, with its interval.
    """

    segments: Segments
    marked: Mapping[Name, Floats]
    pairs: Table
    per_reader: Table
    apart: Table
    together: Table

    def _check(self) -> None:
        for reader, values in self.marked.items():
            refuse_shape(f"ReadersCompared.marked[{reader!r}]", values, (len(self.segments),), "segments")
            if not np.isin(values[~np.isnan(values)], (0, 1)).all():
                raise InputError(f"ReadersCompared.marked[{reader!r}] must hold 1, 0 or nan. It does not.")

    def tables(self) -> tuple[Table, ...]:
        """Give each two readers, what each of them read, all together, and where they part."""
        return self.pairs, self.per_reader, self.together, self.apart

    def _summary(self) -> str:
        return f"{counted(len(self.marked), 'reader')} on {counted(len(self.segments), 'segment')}"


def compare_readers(
    marks: Marks | Study, segments: Segments | None = None, *, rule: Rule = "half", random_state: int = 0
) -> ReadersCompared:
    """Compare what readers marked as significant: agreement beyond chance, and where they part.

    Parameters
    ----------
    marks : Marks or Study
        The marks; or a study that holds some.
    segments : Segments, optional
        What is compared; of a study its turns by default.
    rule : {"half", "any", "all"}, default "half"
        When a stretch covers a segment, as in `Coding.on`.
    random_state : int, default 0
        Seed of the intervals.

    Returns
    -------
    ReadersCompared
        Tables of pairs, readers, all together, and segments on which they part.

    Raises
    ------
    InputError
        When there are no marks, fewer than two readers, or no segments are given for marks alone.

    Notes
    -----
    A pair is compared on what both read; what one of them did not read is unknown, and neither agreement nor
    disagreement. Chance is two readers who mark as often as these, independently: for kappa (Cohen 1960,
    doi:10.1177/001316446002000104), and for the share of what either marked, p q / (p + q - p q) with p and q the
    shares of each. Intervals draw participants again where there are ten, else stretches of talk
    (`agreement.groups_to_draw`); where there are too few of either, there is none, and the reason stands beside.
    Agreement says that two readings meet, not that what both marked matters more, nor that what one alone saw matters
    less.

    Examples
    --------
    >>> from alliance_nlp.records import Mark, Segment, Transcript
    >>> text = "No time. Coffee. Tired."
    >>> parts = [(0, 8), (9, 16), (17, 23)]
    >>> segments = Segments(tuple(Segment("T", *p, text[slice(*p)]) for p in parts), (Transcript("T", text),))
    >>> said = {"KL": (True, False, True), "MR": (True, False, False)}
    >>> marks = Marks(tuple(Mark(r, "T", *p, x) for r, xs in said.items() for p, x in zip(parts, xs)))
    >>> row = compare_readers(marks, segments).pairs.rows()[0]
    >>> row["both"], row["reader_only"], round(row["kappa"], 2), row["of_either"]
    (1, 1, 0.4, 0.5)
    """
    check_type("compare_readers() takes Marks or a Study", Marks | Study, marks)
    found = marks_of(marks) if isinstance(marks, Study) else marks
    if found is None or len(found.readers) < 2:
        who = listed(found.readers, "and") if found is not None and found.readers else "nobody"
        raise InputError(
            f"Comparing readers needs marks of two or more. Got those of {who}. Read them with read_marks()."
        )
    if segments is None and not isinstance(marks, Study):
        raise InputError("Marks alone do not say what the segments are. Pass segments=segment(transcripts).")
    units = segments if segments is not None else segment(marks.transcripts)  # type: ignore[union-attr]
    said = found.on(units, rule=rule)
    rows = [_pair(one, other, said, units, random_state) for one, other in combinations(found.readers, 2)]
    n_unread = int(sum(all(math.isnan(said[r][i]) for r in said) for i in range(len(units))))
    notes = [f"{counted(n_unread, 'segment')} that nobody read: unknown, not insignificant."] if n_unread else []
    notes += _outside(found, units)
    return ReadersCompared(
        units, said,
        Table.of(rows, columns=PAIRS, title="Each two readers, on what both read", notes=_notes(rows)),
        Table.of([_reader(r, said[r]) for r in said], columns=("reader", "read", "not_read", "marked", "share"),
                 title="What each read and marked", notes=tuple(notes)),
        Table.of(_apart(found, said, units), columns=APART, title="Where readers part", quoting=("why", "text")),
        _together(said, units, random_state),
    )  # fmt: skip


def _pair(one: str, other: str, said: Mapping[str, Floats], units: Segments, random_state: int) -> Row:
    a, b = said[one], said[other]
    known = ~np.isnan(a) & ~np.isnan(b)
    x, y = a[known] == 1, b[known] == 1
    n, both, either = len(x), int((x & y).sum()), int((x | y).sum())
    p, q = (float(v.mean()) if n else math.nan for v in (x, y))
    kappa = agreement.cohen_kappa(_ratings(a), _ratings(b))
    ends, over, why = _interval(agreement.cohen_kappa, [a, b], known, units, random_state)
    chance = float(ratio(p * q, p + q - p * q))
    return {
        "reader": one, "other": other, "n_both_read": n, "both": both, "reader_only": int((x & ~y).sum()),
        "other_only": int((~x & y).sum()), "neither": n - either, "of_either": float(ratio(both, either)),
        "of_either_by_chance": chance, "observed": _or_nan(kappa.observed), "by_chance": _or_nan(kappa.expected),
        "kappa": kappa.value, "interval": ends, "interval_over": over, "reason": kappa.reason or why,
    }  # fmt: skip


def _ratings(values: Floats) -> list[int | None]:
    return [None if math.isnan(v) else int(v) for v in values.tolist()]


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _interval(
    statistic: Callable[..., Any], values: Sequence[Floats], known: Bools, units: Segments, random_state: int
) -> tuple[tuple[float, float], str, str]:
    """95% interval, and what it draws again: participants or stretches of talk; nan with the reason otherwise."""
    at = np.flatnonzero(known)
    chosen = [units[int(i)] for i in at]
    drawing = agreement.groups_to_draw([s.transcript_id for s in chosen], [s.person for s in chosen])
    if drawing.groups is None:
        return (math.nan, math.nan), "", drawing.reason or ""
    ratings = [_ratings(v[at]) for v in values]
    found = agreement.bootstrap_interval(
        statistic,
        ratings,
        by=drawing.groups,
        method="expanded",
        random_state=random_state,
    )
    return (found.low, found.high), drawing.kind if found.reason is None else "", found.reason or ""


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    return (
        "Of either: of what either marked, the share that both did; by chance: of two who mark as often, each alone.",
        *(f"{row['reader']} and {row['other']}: {row['reason']}." for row in rows if row["reason"]),
    )


def _outside(marks: Marks, units: Segments) -> list[str]:
    """Say how many marks lie on words of no segment that is compared, such as a moderator's: they count nowhere."""
    places = grouped((unit.transcript_id, (unit.start, unit.end)) for unit in units)
    lost = [
        mark.segment_id
        for mark in marks.marks
        if not any(start < mark.end and mark.start < end for start, end in places.get(mark.transcript_id, ()))
    ]
    if not lost:
        return []
    verb = "lies" if len(lost) == 1 else "lie"
    which = f"{', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}"
    return [f"{counted(len(lost), 'mark')} {verb} on words of no segment here, and no figure counts them: {which}."]


def _reader(reader: str, values: Floats) -> Row:
    read, marked = int((~np.isnan(values)).sum()), int(np.nansum(values))
    return {"reader": reader, "read": read, "not_read": len(values) - read, "marked": marked,
            "share": float(ratio(marked, read))}  # fmt: skip


def _apart(marks: Marks, said: Mapping[str, Floats], units: Segments) -> list[Row]:
    """Segments that one reader marked and another read and did not, in the order of the talk."""
    alone = {reader: marks.by(reader) for reader in said}
    rows: list[Row] = []
    for at, unit in enumerate(units):
        yes = tuple(r for r in said if said[r][at] == 1)
        no = tuple(r for r in said if said[r][at] == 0)
        if yes and no:
            why = tuple(
                f"{r}: {m.why}" for r in (*yes, *no) for m in alone[r].marks
                if m.why and m.transcript_id == unit.transcript_id and m.start < unit.end and m.end > unit.start
            )  # fmt: skip
            rows.append({
                "segment_id": unit.id, "session": units.session_of(unit), "speaker": unit.person, "significant_to": yes,
                "not_to": no, "not_read_by": tuple(r for r in said if math.isnan(said[r][at])), "why": why,
                "text": unit.shown,
            })  # fmt: skip
    return rows


def _together(said: Mapping[str, Floats], units: Segments, random_state: int) -> Table:
    values = list(said.values())
    alpha = agreement.krippendorff_alpha([_ratings(v) for v in values])
    twice = np.sum([~np.isnan(v) for v in values], axis=0) >= 2
    ends, over, why = _interval(agreement.krippendorff_alpha, values, twice, units, random_state)
    row: Row = {"statistic": "Krippendorff's alpha", "readers": len(said), "n": int(twice.sum()), "value": alpha.value,
                "interval": ends, "interval_over": over, "reason": alpha.reason or why}  # fmt: skip
    return Table.of([row], title="All readers together, on what two or more read")
