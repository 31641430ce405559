"""What is left out together, and what people coded once that is left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from alliance_nlp.errors import counted
from alliance_nlp.numeric import Bools, Ints, grouped
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Rule, Segments, is_form

MOST_PARTS = 10  # more sessions or people than this are left out several at a time
STRETCHES, LEAST_TURNS, GAP = 8, 15, 3  # one session: so many stretches of at least so many segments, and beside them
ONE_BLOCK = "one session was read, and its {n} segments are too few to leave a stretch of talk out"
NONE_READ = "nobody has coded any of these segments"


class HeldOutPlan(NamedTuple):
    """Which block each segment belongs to (-1 none), in which part it is left out, and what is left out whole."""

    names: tuple[str, ...]
    block: Ints
    part: Ints  # of each block
    kind: str  # "session", "person" or "stretch of talk"
    read: Bools
    whole: bool  # whole transcripts, with all that is no segment
    reason: str

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return int(self.part.max(initial=-1)) + 1

    @property
    def held_out(self) -> str:
        """What is left out, in words."""
        several = {"person": "people", "stretch of talk": "stretches of talk"}.get(self.kind)
        return counted(len(self.names), self.kind, several)

    def rows(self, part: int) -> Ints:
        """Segments that are left out in a part."""
        of_segment = np.append(self.part, -1)[self.block]
        return np.flatnonzero(of_segment == part)


def plan_parts(segments: Segments, coding: Coding, rule: Rule) -> HeldOutPlan:
    """Say what is left out together."""
    seen = coding.on(segments, rule=rule)
    read = np.zeros(len(segments), dtype=bool)
    for sets in seen.sets.values():
        read |= np.array([found is not None for found in sets], dtype=bool)
    sessions = [segments.session_of(segment) for segment in segments]
    used = sorted({name for name, known in zip(sessions, read, strict=True) if known})
    people = [segment.person for segment in segments]
    form = all(is_form(t) for t in segments.transcripts)
    if form and len({p for p, known in zip(people, read, strict=True) if known and p}) > 1:
        return _of_names([p or f"nobody named, {s}" for p, s in zip(people, sessions, strict=True)], read, "person")
    if len(used) > 1:
        return _of_names(sessions, read, "session")
    return _of_stretches(segments, sessions, used, read)


def _of_names(names: list[str], read: Bools, kind: str) -> HeldOutPlan:
    """Leave out what goes by one name, where any of it was read."""
    blocks = sorted({name for name, known in zip(names, read, strict=True) if known})
    number = {name: i for i, name in enumerate(blocks)}
    block = np.array([number.get(name, -1) for name in names], dtype=np.int64)
    return HeldOutPlan(tuple(blocks), block, np.arange(len(blocks)) % MOST_PARTS, kind, read, kind == "session", "")


def _of_stretches(segments: Segments, sessions: list[str], used: list[str], read: Bools) -> HeldOutPlan:
    """Cut the one session that was read into stretches of talk; none where it is too short."""
    place = {t.id: i for i, t in enumerate(segments.transcripts)}
    inside = [i for i, name in enumerate(sessions) if name in used]
    inside.sort(key=lambda i: (place[segments[i].transcript_id], segments[i].start))
    n = min(STRETCHES, len(inside) // LEAST_TURNS)
    block = np.full(len(segments), -1, dtype=np.int64)
    reason = "" if n > 1 else (ONE_BLOCK.format(n=len(inside)) if used else NONE_READ)
    if not reason:
        block[inside] = np.arange(len(inside)) * n // len(inside)
    names = tuple(f"{used[0]}, stretch {i + 1} of {n}" for i in range(n)) if not reason else ()
    return HeldOutPlan(names, block, np.arange(len(names)), "stretch of talk", read, False, reason)


class Ranges:
    """Ranges of one transcript, in which what a span touches is found without a look at each."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.ranges = sorted(ranges)
        self.starts = [start for start, _ in self.ranges]
        self.ends = list(accumulate((end for _, end in self.ranges), max))  # the furthest end so far
        self.known = set(self.ranges)

    def touched(self, span: CodedSpan | ReadSpan) -> bool:
        """Whether a span shares a character with one of them, or is one of them."""
        before = bisect_left(self.starts, span.end)
        return (span.start, span.end) in self.known or (before > 0 and self.ends[before - 1] > span.start)

    def pieces(self, span: ReadSpan) -> list[ReadSpan]:
        """Give the pieces of what was read that lie outside."""
        found, at = [], span.start
        for start, end in self.ranges[bisect_right(self.ends, span.start) : bisect_left(self.starts, span.end)]:
            if end <= at:
                continue
            found += [replace(span, start=at, end=start)] if start > at else []
            at = max(at, end)
        return [*found, *([replace(span, start=at)] if at < span.end or at == span.start else [])]


def without(coding: Coding, segments: Segments, rows: Ints, plan: HeldOutPlan) -> Coding:
    """Forget what was coded or read where these segments stand: whole transcripts, or the segments and their sides."""
    whole = {segments[i].transcript_id for i in rows.tolist()} if plan.whole else set()
    beside = segments.take(beside_rows(segments, rows, plan))
    places = [(s.transcript_id, (s.start, s.end)) for s in beside]
    nothing, out = Ranges(()), {t: Ranges(ranges) for t, ranges in grouped(places).items()}
    outside = [a for a in coding.applied if a.transcript_id not in whole]
    gone = [out.get(a.transcript_id, nothing).touched(a) for a in outside]
    kept = [a for a, touched in zip(outside, gone, strict=True) if not touched]
    dropped = [(a.transcript_id, (a.start, a.end)) for a, touched in zip(outside, gone, strict=True) if touched]
    unread = {t: Ranges(ranges) for t, ranges in grouped([*places, *dropped]).items()}
    read = [piece for r in coding.read if r.transcript_id not in whole
            for piece in unread.get(r.transcript_id, nothing).pieces(r)]  # fmt: skip
    left = {a.coder for a in kept} | {r.coder for r in read}
    saw = {coder: seen for coder, seen in coding.saw_suggestions.items() if coder in left}
    return Coding(tuple(kept), tuple(read), coding.codebook, saw)


def beside_rows(segments: Segments, rows: Ints, plan: HeldOutPlan) -> Ints:
    """Segments that are left out; of a stretch of talk those beside it too, which may answer one another."""
    if plan.kind != "stretch of talk":
        return rows
    order = sorted(range(len(segments)), key=lambda i: (segments[i].transcript_id, segments[i].start))
    out = set(rows.tolist())
    near = {order[k] for at, i in enumerate(order) if i in out
            for k in range(max(0, at - GAP), min(len(order), at + GAP + 1))}  # fmt: skip
    return np.array(sorted(near), dtype=np.int64)


def touched_one(coding: Coding, segments: Segments) -> list[int] | None:
    """Give the one segment that each span touches (-1 none); None where one touches several, or segments overlap.

    Then what is coded in some segments says nothing of the others, and these need not be looked at anew without it.
    """
    rows = grouped(sorted((s.transcript_id, (s.start, s.end, i)) for i, s in enumerate(segments)))
    starts = {t: [start for start, _, _ in own] for t, own in rows.items()}
    for own in rows.values():
        overlap = any(one[1] > other[0] for one, other in pairwise(own))
        if overlap or any(start == end for start, end, _ in own):
            return None
    found = []
    for span in coding.applied:
        own = rows.get(span.transcript_id, [])
        last = bisect_left(starts.get(span.transcript_id, []), span.end) - 1
        if last > 0 and own[last - 1][1] > span.start:
            return None
        found.append(own[last][2] if last >= 0 and own[last][1] > span.start else -1)
    return found
