"""Who applied which code to which words, who read which words, and how spans become codes of segments."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, Literal, get_args

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, check_choice, check_type, counted
from alliance_nlp.numeric import Floats, grouped
from alliance_nlp.records.base import Record
from alliance_nlp.records.codebook import Codebook, Level, UnderCodebook
from alliance_nlp.records.fields import Count, Finite, Name, refuse_twice
from alliance_nlp.records.tables import Table, Tabular
from alliance_nlp.records.transcripts import Located, Segments, refuse_outside

Status = Literal["coded", "consensus", "suggested", "accepted", "rejected", "abstained"]
Rule = Literal["half", "any", "all"]
STATUSES: tuple[str, ...] = get_args(Status)
RULES: tuple[str, ...] = get_args(Rule)
_KEPT_PROJECTIONS = 2  # the segments of the clusters, and those that everybody has read
COUNTED: frozenset[str] = frozenset({"coded", "consensus", "suggested", "accepted"})
BY_PEOPLE: frozenset[str] = frozenset({"coded", "consensus"})


class Applied(Located):
    """What every application of a code to words has in common, whichever record holds it.

    Whether it counts and whether people made it follows from its status, here and nowhere else.
    """

    __slots__ = ()
    status: Status

    @property
    def counts(self) -> bool:
        """Whether the code counts as applied: nobody rejected it, and the machine did not decline to answer."""
        return self.status in COUNTED

    @property
    def by_people(self) -> bool:
        """Whether people applied the code themselves; a suggestion that they accepted is the machine's."""
        return self.status in BY_PEOPLE


@dataclass(frozen=True, slots=True)
class CodedSpan(Applied):
    """One application of one code by one coder to one stretch of a transcript.

    Parameters
    ----------
    coder : str
        Who applied it.
    transcript_id : str
        Where.
    start, end : int
        Offsets in code points of the transcript's text.
    code_id : str
        Path of the code; empty only for the status "abstained".
    status : {"coded", "consensus", "suggested", "accepted", "rejected", "abstained"}
        "rejected" and "abstained" are kept on record and never count as an applied code.
    score : float or None
        For a machine suggestion: how sure; None for people.
    note : str
        Why, in the coder's words.
    date : datetime.date or None
        When.
    """

    coder: Name
    transcript_id: Name
    start: int
    end: int
    code_id: str
    status: Status = "coded"
    score: Finite | None = None
    note: str = ""
    date: datetime.date | None = None

    def _check(self) -> None:
        Applied._check(self)
        if not self.code_id and self.status != "abstained":
            raise InputError(
                f"A coded span of {self.coder!r} in {self.transcript_id!r} at {self.start}-{self.end} has no code. "
                f"Words that were read and carry no code stand in `read`, without a row in `applied`."
            )


@dataclass(frozen=True, slots=True)
class ReadSpan(Located):
    """A stretch of a transcript that one coder read, whether or not a code was applied to it."""

    coder: Name
    transcript_id: Name
    start: int
    end: int


CodeSet = frozenset[str]


@dataclass(frozen=True, eq=False, repr=False)
class ProjectedCoding(Record):
    """A coding seen on segments: for each coder and segment the set of codes, or None where it was not read.

    Parameters
    ----------
    segments : Segments
        The segments.
    coders : tuple of str
        The coders, in the coding's order.
    sets : dict of str to tuple
        Per coder one entry a segment: ``frozenset`` of code paths (empty: read, no code) or None (unread).
    abstained : dict of str to frozenset of int
        Per coder the positions where the machine declined to answer; their set is empty.
    scores : dict of str to dict
        Per coder ``(position, code path) -> score`` for suggestions that carry one.
    rule : {"half", "any", "all"}
        How spans became codes of segments.
    n_spans, n_cut, n_lost : int
        Counted spans; those that reach beyond the segments that carry their code; those that no segment carries.
    lost : tuple of CodedSpan
        Those that no segment carries; empty in what 0.1.0 saved.
    """

    segments: Segments
    coders: tuple[Name, ...]
    sets: Mapping[str, tuple[CodeSet | None, ...]]
    abstained: Mapping[str, frozenset[int]]
    scores: Mapping[str, Mapping[tuple[int, str], float]]
    rule: Rule
    n_spans: Count
    n_cut: Count
    n_lost: Count
    lost: tuple[CodedSpan, ...] = ()

    def _check(self) -> None:
        n, coders = len(self.segments), set(self.coders)
        refuse_twice("ProjectedCoding.coders", self.coders)
        if set(self.sets) != coders or any(len(sets) != n for sets in self.sets.values()):
            raise AlignmentError(
                f"ProjectedCoding.sets must have one entry for each of {counted(n, 'segment')}, for each of its "
                f"{counted(len(coders), 'coder')}."
            )
        for name, by in (("abstained", self.abstained), ("scores", self.scores)):
            places = (at if isinstance(at, int) else at[0] for found in by.values() for at in found)
            if not coders.issuperset(by) or not all(0 <= at < n for at in places):
                raise InputError(f"ProjectedCoding.{name} must name its coders, and positions from 0 to {n - 1}.")
        if self.n_cut + self.n_lost > self.n_spans:
            both = f"n_cut={self.n_cut}, n_lost={self.n_lost}"
            raise InputError(f"ProjectedCoding counts at most n_spans={self.n_spans} as cut or lost. Got {both}.")

    def at(self, level: Level, codebook: Codebook | None) -> ProjectedCoding:
        """Roll every set of codes up to a level of the codebook."""
        if level == "code" or codebook is None:
            return self
        # many segments carry the same codes: what is the same is rolled up once
        kinds = set(chain.from_iterable(self.sets.values()))
        rolled = {code: codebook.roll_up(code, level) for code in frozenset().union(*(s for s in kinds if s))}
        if all(code == name for code, name in rolled.items()):
            return self
        above = {s: None if s is None else frozenset(rolled[code] for code in s) for s in kinds}
        sets = {coder: tuple(map(above.__getitem__, values)) for coder, values in self.sets.items()}
        scores: dict[str, dict[tuple[int, str], float]] = {}
        for coder, values in self.scores.items():
            best = scores.setdefault(coder, {})
            for (position, code), score in values.items():
                key = (position, rolled.get(code, code))
                best[key] = max(score, best.get(key, score))
        return replace(self, sets=sets, scores=scores)

    def _summary(self) -> str:
        coders, segments = counted(len(self.coders), "coder"), counted(len(self.segments), "segment")
        return f"{coders} on {segments}, rule={self.rule!r}, {self.n_lost} lost"


@dataclass(frozen=True, eq=False, repr=False)
class Coding(UnderCodebook, Tabular, Record):
    """What one or more coders applied and read, as spans of the transcripts, independent of any unit.

    Parameters
    ----------
    applied : tuple of CodedSpan
        One row for each application of a code.
    read : tuple of ReadSpan
        Who read what. Words outside it are unknown, which is not the same as "no code". Applying a code to words
        counts as having read them.
    codebook : Codebook or None
        The codebook that the codes belong to; needed to compare on the level of essences or themes.
    saw_suggestions : dict of str to bool
        Per coder, whether they saw machine suggestions before they coded; absent means not stated.
    made_from : Coding, Mapping or None
        For a consensus the coding behind it; for a machine the mapping (or suggestions) it came from.
    ledger : Table or None
        For a consensus that was made here: what each coder had on each segment, what was agreed, how and by whom.
    report : Table or None
        How it was read: what was assumed and left out, with rows. Not compared and not kept by `save`.

    Notes
    -----
    A person and the machine are the same type. A coding says what was applied, not that it is right.

    Examples
    --------
    >>> coding = Coding((CodedSpan("A", "T1", 0, 10, "Trust"),), (ReadSpan("A", "T1", 0, 30),))
    >>> coding
    Coding(1 application by 1 coder: 'A')
    """

    applied: tuple[CodedSpan, ...]
    read: tuple[ReadSpan, ...]
    codebook: Codebook | None = None
    saw_suggestions: Mapping[str, bool] = field(default_factory=dict)
    made_from: Any = None
    ledger: Table | None = None
    report: Table | None = field(default=None, compare=False)

    def _check(self) -> None:
        again = next((span for span, times in Counter(self.applied).items() if times > 1), None)
        if again is not None:
            raise InputError(
                f"Coding.applied must hold each application once, or it counts twice. Given more than once: that of "
                f"{again.code_id!r} to {again.segment_id} by {again.coder!r}."
            )
        if self.codebook is not None:
            self.codebook.refuse_unknown((span.code_id for span in self.applied), "Coding.applied")
        check_type("Coding.made_from must be a record or None", Record | None, self.made_from)
        for coder in self.saw_suggestions:
            check_choice("saw_suggestions", self.coders or ("(no coders)",), coder)

    @cached_property
    def coders(self) -> tuple[str, ...]:
        """Coders in order of first appearance in `read`, then in `applied`."""
        return tuple(dict.fromkeys(span.coder for span in self.all_spans))

    @property
    def all_spans(self) -> tuple[ReadSpan | CodedSpan, ...]:
        """Every span that a coder is known to have read: what `read` states, then what was coded."""
        return (*self.read, *self.applied)

    def by(self, *coders: str) -> Coding:
        """Keep what these coders applied and read.

        Raises
        ------
        InputError
            When one of them is not a coder of this coding.
        """
        for coder in coders:
            check_choice("coder", self.coders or ("(no coders)",), coder)
        kept = set(coders)
        if kept.issuperset(self.coders):
            return self
        return replace(
            self,
            applied=tuple(a for a in self.applied if a.coder in kept),
            read=tuple(r for r in self.read if r.coder in kept),
            saw_suggestions={c: saw for c, saw in self.saw_suggestions.items() if c in kept},
        )

    def on(self, segments: Segments, *, rule: Rule = "half") -> ProjectedCoding:
        """Project the spans onto segments.

        Parameters
        ----------
        segments : Segments
            The segments to see the coding on.
        rule : {"half", "any", "all"}, default "half"
            When a segment carries a code: "half", at least half of the shorter of span and segment lies in the
            overlap; "any", one shared character; "all", the whole segment lies in the span. A segment counts as read
            when the same share of it (half, any, all) lies in what the coder read or coded.

        Returns
        -------
        ProjectedCoding
            Sets of codes per coder and segment, with the number of spans that were cut or lost.

        Raises
        ------
        InputError
            When the rule is none of the three.
        AlignmentError
            When a code was applied to words beyond the end of their transcript.
        """
        check_choice("rule", RULES, rule)
        for kept in self._projections:
            if kept.segments is segments and kept.rule == rule:
                return kept
        self._projections.append(self._project(segments, rule))
        del self._projections[:-_KEPT_PROJECTIONS]
        return self._projections[-1]

    @cached_property
    def _projections(self) -> list[ProjectedCoding]:
        """What this coding was last seen on: a report asks for the same ones forty times."""
        return []

    def _project(self, segments: Segments, rule: Rule) -> ProjectedCoding:
        refuse_outside("Coding.applied", self.applied, segments.transcripts, strangers=True)
        index = _SegmentIndex(segments)
        read: dict[str, list[tuple[str, int, int]]] = {coder: [] for coder in self.coders}
        for each in self.all_spans:
            read[each.coder].append((each.transcript_id, each.start, each.end))
        nothing: CodeSet = frozenset()
        kinds: dict[CodeSet, CodeSet] = {}  # one set for all segments that carry the same codes
        sets: dict[str, list[CodeSet | None]] = {
            coder: [nothing if known else None for known in index.covered(stretches, rule)]
            for coder, stretches in read.items()
        }
        abstained: dict[str, set[int]] = {coder: set() for coder in self.coders}
        scores: dict[str, dict[tuple[int, str], float]] = {coder: {} for coder in self.coders}
        lost = []
        spans = cut = 0
        for span in self.applied:
            carried = index.carriers(span.transcript_id, span.start, span.end, rule)
            if span.status == "abstained":
                abstained[span.coder].update(carried)
            if not span.counts:
                continue
            spans, cut = spans + 1, cut + index.is_cut(span, carried)
            lost += [] if carried else [span]
            for position in carried:
                codes = (sets[span.coder][position] or nothing) | {span.code_id}
                sets[span.coder][position] = kinds.setdefault(codes, codes)
                if span.score is not None:
                    scores[span.coder][(position, span.code_id)] = span.score
        settled = {coder: tuple(values) for coder, values in sets.items()}
        return ProjectedCoding(
            segments, self.coders, settled, {c: frozenset(p) for c, p in abstained.items()}, scores, rule,
            spans, cut, len(lost), tuple(lost),
        )  # fmt: skip

    def explain(self, segment_id: str, code_id: str | None = None) -> str:
        """Say what carried the machine's suggestion for a segment: examples, words, the turns around, the runner-up.

        Parameters
        ----------
        segment_id : str
            The segment.
        code_id : str, optional
            The code; by default the most probable one.

        Raises
        ------
        InputError
            When the coding was not made by `suggest_codes`, or there is no such segment or code.
        """
        told = getattr(self.made_from, "explain", None)
        if told is None:
            raise InputError("Only suggestions of suggest_codes() can be explained. This coding was not made by it.")
        return str(told(segment_id, code_id))

    def table(self) -> Table:
        """Give one row an application of a code; the coder's notes are in ``rows()`` and HTML, not in ``print``."""
        columns = ("coder", "transcript_id", "start", "end", "code_id", "status", "score", "note", "date")
        values = tuple(tuple(getattr(row, name) for name in columns) for row in self.applied)
        return Table(columns, values, quoting=("note",))

    def _summary(self) -> str:
        names = ", ".join(map(repr, self.coders))
        return f"{counted(len(self.applied), 'application')} by {counted(len(self.coders), 'coder')}: {names}"


def join_codings(codings: Iterable[Coding]) -> Coding:
    """Put the codings of several coders into one.

    Parameters
    ----------
    codings : iterable of Coding
        Codings under the same codebook; a coder may occur in one of them only.

    Raises
    ------
    InputError
        When a coder occurs in two of them, or their codebooks differ.

    Examples
    --------
    >>> one, other = (Coding((CodedSpan(name, "T1", 0, 9, "Trust"),), ()) for name in "AB")
    >>> join_codings([one, other]).coders
    ('A', 'B')
    """
    parts = list(codings)
    coders = [coder for part in parts for coder in part.coders]
    twice = sorted({coder for coder in coders if coders.count(coder) > 1})
    if twice:
        raise InputError(f"Each coder may come from one coding only. In two or more: {', '.join(map(repr, twice))}.")
    books = [part.codebook for part in parts if part.codebook is not None]
    if any(book != books[0] for book in books):
        raise InputError("The codings belong to different codebooks. Code with one codebook, or compare them apart.")
    return Coding(
        tuple(a for part in parts for a in part.applied),
        tuple(r for part in parts for r in part.read),
        books[0] if books else None,
        {c: saw for part in parts for c, saw in part.saw_suggestions.items()},
    )


def code_table(sets: Sequence[CodeSet | None], codes: Sequence[str]) -> Floats:
    """Lay out the codes of segments as numbers: 1 applied, 0 read without it, nan unread.

    Parameters
    ----------
    sets : sequence of frozenset or None
        Codes of each segment, as `ProjectedCoding` holds them for a coder.
    codes : sequence of str
        The codes that get a row; others are left out.

    Returns
    -------
    array of shape (n_codes, n_segments)

    Examples
    --------
    >>> code_table([frozenset({"Trust"}), frozenset(), None], ["Trust", "Time"]).tolist()
    [[1.0, 0.0, nan], [0.0, 0.0, nan]]
    """
    place = {code: row for row, code in enumerate(codes)}
    kinds: dict[CodeSet | None, int] = {}  # many segments carry the same codes: each set is looked up once
    kind_of = np.array([kinds.setdefault(given, len(kinds)) for given in sets], dtype=np.intp)
    columns = np.zeros((len(codes), len(kinds)))
    for given, column in kinds.items():
        if given is None:
            columns[:, column] = np.nan
        else:
            columns[[place[code] for code in given if code in place], column] = 1
    return np.take(columns, kind_of, axis=1)


class _SegmentIndex:
    """Segments of each transcript in order of their start, so that a span finds its segments without a full scan."""

    def __init__(self, segments: Segments) -> None:
        self.places = [(s.start, s.end) for s in segments]
        rows = ((s.transcript_id, (s.start, s.end, position)) for position, s in enumerate(segments))
        self.by_transcript = grouped(sorted(rows))
        self.starts = {t: [start for start, _, _ in rows] for t, rows in self.by_transcript.items()}
        self.longest = Counter(
            {t: max(end - start for start, end, _ in rows) for t, rows in self.by_transcript.items()}
        )

    def near(self, transcript_id: str, start: int, end: int) -> Sequence[tuple[int, int, int]]:
        """Segments that may overlap a span: windows overlap one another, so the longest one bounds the look back."""
        starts = self.starts.get(transcript_id, ())
        first = bisect_left(starts, start - self.longest[transcript_id])
        return self.by_transcript.get(transcript_id, [])[first : bisect_right(starts, end)]

    def carriers(self, transcript_id: str, start: int, end: int, rule: Rule) -> list[int]:
        """Positions of the segments that carry the code of a span."""
        return [p for s, e, p in self.near(transcript_id, start, end) if _carries(rule, (start, end), (s, e))]

    def is_cut(self, span: CodedSpan, carried: Sequence[int]) -> bool:
        """Whether words of the span lie outside the segments that carry its code."""
        inside = [self.places[p] for p in carried]
        return bool(inside) and _n_covered(inside, span.start, span.end) < span.end - span.start

    def covered(self, stretches: Iterable[tuple[str, int, int]], rule: Rule) -> list[bool]:
        """Whether half, any or all of each segment lies in the stretches."""
        pieces: dict[int, list[tuple[int, int]]] = {}
        known = [False] * len(self.places)
        for transcript_id, start, end in dict.fromkeys(stretches):  # words with several codes are one stretch
            for s, e, position in self.near(transcript_id, start, end):
                if start <= s and e <= end:
                    known[position] = True
                elif max(s, start) <= min(e, end):
                    pieces.setdefault(position, []).append((start, end))
        for position, found in pieces.items():
            known[position] = known[position] or self._is_covered(position, found, rule)
        return known

    def _is_covered(self, position: int, pieces: list[tuple[int, int]], rule: Rule) -> bool:
        start, end = self.places[position]
        length = end - start
        inside = _n_covered(pieces, start, end)
        if length == 0:  # a blank turn is read when it lies in what was read
            return True
        return inside > 0 if rule == "any" else inside * (2 if rule == "half" else 1) >= length


def _carries(rule: Rule, span: tuple[int, int], segment: tuple[int, int]) -> bool:
    overlap = min(span[1], segment[1]) - max(span[0], segment[0])
    if overlap <= 0:  # a blank turn carries a code only when it was coded itself
        return overlap == 0 and span == segment
    if rule == "any":
        return True
    length = segment[1] - segment[0]
    return overlap == length if rule == "all" else 2 * overlap >= min(length, span[1] - span[0])


def _n_covered(pieces: Sequence[tuple[int, int]], start: int, end: int) -> int:
    covered, reached = 0, start
    for first, last in sorted(pieces):
        low, high = max(first, reached), min(last, end)
        if high > low:
            covered, reached = covered + high - low, high
    return covered
