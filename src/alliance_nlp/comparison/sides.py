"""What is compared: two sides, seen once on the same segments, and rolled up to each level of the codebook."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise, product
from typing import Literal, NamedTuple, get_args

import numpy as np

from alliance_nlp.agreement import Drawing, groups_to_draw
from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Bools, Floats, Labels
from alliance_nlp.records import (
    LEVELS,
    Clusters,
    Codebook,
    CodeSet,
    Coding,
    Level,
    Mapping,
    ProjectedCoding,
    Rule,
    Segment,
    Segments,
    code_table,
    is_form,
)

Universe = Literal["shared", "coded", "characters"]
UNIVERSES = get_args(Universe)
Side = Literal["a", "b"]


class Source(NamedTuple):
    """What a coding was made from: the coders behind a consensus, or a machine's mapping, clusters and segments."""

    people: Coding | None = None
    mapping: Mapping | None = None
    clusters: Clusters | None = None
    segments: Segments | None = None

    @classmethod
    def of(cls, coding: Coding) -> Source:
        """Follow `made_from` to where it leads."""
        made_from = coding.made_from
        if isinstance(made_from, Coding):
            return cls(people=made_from)
        mapping = made_from if isinstance(made_from, Mapping) else None
        clusters = mapping.clusters if mapping is not None else made_from if isinstance(made_from, Clusters) else None
        segments = clusters.segments if clusters is not None else getattr(made_from, "segments", None)
        return cls(None, mapping, clusters, segments if isinstance(segments, Segments) else None)


def clusters_behind(a: Coding, b: Coding) -> Clusters | None:
    """Clusters that a side was made from; the second side's where both were."""
    return next((found for coding in (b, a) if (found := Source.of(coding).clusters) is not None), None)


def segments_behind(a: Coding, b: Coding, segments: Segments | None) -> Segments:
    """Take the segments given, else those that the machine's side was made on."""
    if segments is not None and not isinstance(segments, Segments):
        raise InputError(f"segments must be Segments, as an.segment() gives. Got {type(segments).__name__}.")
    for found in (segments, Source.of(b).segments, Source.of(a).segments):
        if found is not None:
            return found
    raise InputError(
        "compare() needs the segments on which to compare: neither side was made from segments. "
        "Pass segments=an.segment(study.transcripts)."
    )


def people_behind(a: Coding, b: Coding, people: Coding | None) -> Coding | None:
    """Take the people given, else the coders behind a consensus, else a side that several people coded."""
    several = [coding for coding in (a, b) if not is_machine(coding) and len(coding.coders) > 1]
    known = (people, Source.of(a).people, Source.of(b).people, *several)
    return next((found for found in known if found is not None), None)


def is_machine(coding: Coding) -> bool:
    """Whether a coding is the machine's: its rows are suggestions, or it was made from clusters."""
    if coding.made_from is not None and not isinstance(coding.made_from, Coding):
        return True
    return any(a.status in ("suggested", "abstained") for a in coding.applied)


def is_consensus(coding: Coding) -> bool:
    """Whether a coding is what several people agreed on."""
    return isinstance(coding.made_from, Coding) or any(a.status == "consensus" for a in coding.applied)


class Roles(NamedTuple):
    """Which side, if any, is the machine's, and which a consensus."""

    machine: Side | None
    gold: Side | None

    @classmethod
    def of(cls, a: Coding, b: Coding) -> Roles:
        """Look at how the two codings came about."""
        machine: Side | None = "b" if is_machine(b) else "a" if is_machine(a) else None
        sides: tuple[tuple[Side, Coding], ...] = (("a", a), ("b", b))
        gold = next((side for side, coding in sides if side != machine and is_consensus(coding)), None)
        return cls(machine, gold)

    @property
    def human(self) -> Side:
        """The people's side."""
        return "b" if self.machine == "a" else "a"


@dataclass(frozen=True, eq=False)
class Reader:
    """One coder on the segments: the set of codes per segment (None: unread), and where the machine declined.

    `applied` is 1, 0 or nan (unread, or declined) for each code of the level and counted segment.
    """

    sets: tuple[CodeSet | None, ...]
    abstained: frozenset[int]
    scores: MappingABC[tuple[int, str], float]
    applied: Floats


Pairs = list[tuple[Reader, Reader]]


def person_of(segment: Segment) -> str | None:
    """Who said a segment; None where that is not known."""
    return segment.person


def coded_differently(one: Reader, other: Reader) -> Floats:
    """For each counted segment 1 where the codes differ, 0 where they are the same, nan where one has not read it."""
    read = np.isfinite(one.applied).all(axis=0) & np.isfinite(other.applied).all(axis=0)
    return np.where(read, (one.applied != other.applied).any(axis=0), np.nan)


@dataclass(frozen=True, eq=False)
class Sides:
    """Both sides at one level of the codebook.

    `a`, `b` are the coders of each side, `people` those whose agreement with each other is the human-human figure.
    `segments` stand in the order of talk, `counted` marks those of the universe. `codes` are the codebook's, then those
    that only the codings know.
    """

    segments: Segments
    counted: Bools
    roles: Roles
    clusters: Clusters | None
    level: Level
    codes: tuple[str, ...]
    a: tuple[Reader, ...]
    b: tuple[Reader, ...]
    people: tuple[Reader, ...]

    @property
    def pairs(self) -> Pairs:
        """Every coder of one side with every coder of the other."""
        return list(product(self.a, self.b))

    @property
    def human_pairs(self) -> Pairs:
        """Every two people."""
        return list(combinations(self.people, 2))

    @property
    def humans(self) -> tuple[Reader, ...]:
        """The coders of the people's side; the first side's where people are compared with people."""
        return self.a if self.roles.human == "a" else self.b

    @property
    def human(self) -> Reader:
        """The first coder of the people's side."""
        return self.humans[0]

    @property
    def machine(self) -> tuple[Reader, ...]:
        """The machine's side; nobody where people are compared with people."""
        return {"a": self.a, "b": self.b, None: ()}[self.roles.machine]

    @cached_property
    def before(self) -> Pairs:
        """Each person beside a coder who gives each segment what that person gave the one before it.

        The first segment of a transcript is not read, nor is one that follows what was not read, nor is an answer on a
        form: the one before it is somebody else's. Nobody without a machine: it is what a machine has to be above.
        """
        same = [False, *(self.in_order(a, b) for a, b in pairwise(self.segments))]
        found = []
        for reader in self.humans if self.machine else ():
            earlier = (None, *reader.sets)
            sets = tuple(earlier[i] if kept else None for i, kept in enumerate(same[: len(self.segments)]))
            found.append((reader, Reader(sets, frozenset(), {}, code_table(sets, self.codes)[:, self.counted])))
        return found

    def in_order(self, before: Segment, after: Segment) -> bool:
        """Whether one segment is said after another: in one transcript, on a form in one answer."""
        together = before.transcript_id == after.transcript_id
        return together and (before.turn == after.turn or after.transcript_id not in self.forms)

    @cached_property
    def forms(self) -> frozenset[str]:
        """Transcripts in which answers of different people stand side by side."""
        return frozenset(t.id for t in self.segments.transcripts if is_form(t))

    @cached_property
    def sessions(self) -> list[str]:
        """Session of each counted segment."""
        return [self.segments.session_of(s) for s, kept in zip(self.segments, self.counted, strict=True) if kept]

    @cached_property
    def persons(self) -> list[str | None]:
        """Who said each counted segment; None where that is not known."""
        return [person_of(s) for s, kept in zip(self.segments, self.counted, strict=True) if kept]

    @cached_property
    def voices(self) -> list[object]:
        """Who said each counted segment; what nobody is named for is one voice in each session."""
        return [(s,) if p is None else p for s, p in zip(self.sessions, self.persons, strict=True)]

    def to_draw(self, kept: Bools | None = None) -> Drawing:
        """Say what is drawn for intervals over the counted segments, or over those kept of them."""
        chosen = range(len(self.sessions)) if kept is None else np.flatnonzero(kept).tolist()
        return groups_to_draw([self.sessions[i] for i in chosen], [self.persons[i] for i in chosen])

    @cached_property
    def drawing(self) -> Drawing:
        """What is drawn for intervals over all counted segments."""
        return self.to_draw()

    @cached_property
    def labels(self) -> Labels:
        """Cluster of each segment; -1 for those in none, or unknown to the clusters."""
        clusters = self.clusters
        label_of = (
            dict(zip(clusters.segments.ids, clusters.labels.tolist(), strict=True)) if clusters is not None else {}
        )
        return np.array([label_of.get(segment_id, -1) for segment_id in self.segments.ids], dtype=np.int64)

    def single_codes(self, reader: Reader) -> Labels:
        """Give the number of the code of each counted segment that carries exactly one; -1 elsewhere."""
        place: dict[str, int] = {code: number for number, code in enumerate(self.codes)}
        return np.array(
            [place.setdefault(next(iter(s)), len(place)) if kept and s is not None and len(s) == 1 else -1
             for s, kept in zip(reader.sets, self.counted, strict=True)],
            dtype=np.int64,
        )  # fmt: skip


class Projection(NamedTuple):
    """Everybody on the segments, and which segments count: made once, then rolled up to each level."""

    segments: Segments
    rule: Rule
    universe: Universe
    codebook: Codebook | None
    roles: Roles
    clusters: Clusters | None
    a: ProjectedCoding
    b: ProjectedCoding
    people: ProjectedCoding | None
    counted: Bools

    @property
    def is_flat(self) -> bool:
        """Whether every code stands for itself at every level: then one level is as all of them."""
        book, projected = self.codebook or Codebook(()), (c for c in (self.a, self.b, self.people) if c is not None)
        used = {code for c in projected for sets in c.sets.values() for s in set(sets) if s for code in s}
        return all(book.roll_up(code, level) == code for code in {*book.ids, *used} for level in LEVELS)

    def at(self, level: Level, *, answered: bool = False) -> Sides:
        """Roll everybody up to a level; with `answered`, what the machine declined counts as "no code"."""
        seen = {id(c): c.at(level, self.codebook) for c in (self.a, self.b, self.people) if c is not None}
        sides = (seen[id(self.a)], seen[id(self.b)])
        used = {code for side in sides for sets in side.sets.values() for s in set(sets) if s for code in s}
        codes = tuple((self.codebook or Codebook(())).names_at(level, sorted(used)))
        readers = {key: self._readers(side, codes, answered=answered) for key, side in seen.items()}
        return Sides(
            self.segments, self.counted, self.roles, self.clusters, level, codes, readers[id(self.a)],
            readers[id(self.b)], readers.get(id(self.people), ()),
        )  # fmt: skip

    def _readers(self, seen: ProjectedCoding, codes: tuple[str, ...], *, answered: bool) -> tuple[Reader, ...]:
        found = []
        for coder in seen.coders:
            declined = frozenset() if answered else seen.abstained[coder]
            applied = code_table(seen.sets[coder], codes)
            applied[:, sorted(declined)] = np.nan
            found.append(Reader(seen.sets[coder], declined, seen.scores[coder], applied[:, self.counted]))
        return tuple(found)


def project(
    a: Coding, b: Coding, segments: Segments, people: Coding | None, *, level: Level, rule: Rule, universe: Universe
) -> Projection:
    """Project everybody onto the segments in the order of talk, each coding once, and mark those of the universe."""
    check_choice("level", LEVELS, level)
    check_choice("universe", UNIVERSES, universe)
    segments = _as_said(segments)
    codebook = _codebook_of(a, b, people)
    # by identity: a side that several people coded is also whom it is compared with, and is projected once
    given = {id(coding): coding for coding in (a, b, people) if coding is not None}
    seen = {key: coding.on(segments, rule=rule) for key, coding in given.items()}
    first, second = seen[id(a)], seen[id(b)]
    for side, which in ((first, "first"), (second, "second")):
        if not side.coders:
            raise InputError(f"The {which} coding holds no coder: nothing was applied and nothing was read.")
    counted = _counted((first, second), universe)
    if not counted.any():
        raise InputError(
            f"None of the {len(segments)} segments was read on both sides, so there is nothing to compare. "
            f"State who read what when reading the codings (read=...), or pass other segments."
        )
    return Projection(
        segments, rule, universe, codebook, Roles.of(a, b), clusters_behind(a, b), first, second,
        seen.get(id(people)), counted,
    )  # fmt: skip


def _as_said(segments: Segments) -> Segments:
    """Put segments in the order in which they were said."""
    place = {transcript.id: number for number, transcript in enumerate(segments.transcripts)}
    order = sorted(range(len(segments)), key=lambda i: (place[segments[i].transcript_id], segments[i].start))
    return segments if order == list(range(len(segments))) else segments.take(order)


def _counted(sides: tuple[ProjectedCoding, ProjectedCoding], universe: Universe) -> Bools:
    """Segments that a coder of each side read; in the universe "coded" only those that anybody coded."""
    read = [np.any([[s is not None for s in sets] for sets in side.sets.values()], axis=0) for side in sides]
    counted: Bools = read[0] & read[1]
    if universe == "coded":
        counted &= np.any([[bool(s) for s in sets] for side in sides for sets in side.sets.values()], axis=0)
    return counted


def _codebook_of(*codings: Coding | None) -> Codebook | None:
    books = [coding.codebook for coding in codings if coding is not None and coding.codebook is not None]
    if any(book != books[0] for book in books[1:]):
        raise InputError(
            "The two sides belong to different codebooks, so their codes cannot be told to be the same. "
            "Read both codings with one codebook."
        )
    return books[0] if books else None
