"""What the page is made of: everybody on the segments, once, and what may be shown of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.sides import Source, is_consensus
from alliance_nlp.comparison.unnamed import find_unnamed
from alliance_nlp.errors import listed
from alliance_nlp.numeric import Bools, grouped
from alliance_nlp.records import CodeSet, Coding, Level, ProjectedCoding, Row, Segment, moderates
from alliance_nlp.reports.document import Entry, Quote
from alliance_nlp.reports.material import Material, people_alone

Sets = tuple[CodeSet | None, ...]
MOST_APART = 3  # coders of whom each has a line of their own; of more, each reading has one
WORDS = 60  # a passage with more words is no better than one with so many
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, eq=False)
class Seen:
    """People, consensus and machine on the segments of a comparison, at its level."""

    material: Material
    comparison: Comparison

    @classmethod
    def of(cls, material: Material) -> Seen | None:
        """See everybody of a report; None where nothing is compared. Made once, whoever asks: it keeps what it sees."""
        return cls(material, material.comparison) if material.comparison is not None else None

    @property
    def level(self) -> Level:
        """Level of the page."""
        return self.comparison.basis.level

    @cached_property
    def people(self) -> Coding:
        """What each coder applied alone; the consensus where nothing else is known."""
        return people_of(self.comparison, self.material)

    @cached_property
    def coders(self) -> Mapping[str, Sets]:
        """Codes of each coder on each segment."""
        return self._sets(self.people)

    @cached_property
    def agreed(self) -> Sets | None:
        """Codes that people agreed on; None without a consensus."""
        human = self.comparison.human
        return next(iter(self._sets(human).values()), None) if is_consensus(human) and Source.of(human).people else None

    @cached_property
    def human(self) -> tuple[Sets, ...]:
        """The people's side of the comparison."""
        return tuple(self._sets(self.comparison.human).values())

    @cached_property
    def machine(self) -> Sets | None:
        """Suggestions of the machine that learnt; None where there is none, or it declined or was not asked."""
        learnt = self.comparison.learnt
        return self.suggested(learnt) if learnt is not None else None

    def suggested(self, machine: Coding) -> Sets:
        """Suggestions of a machine; None where it declined or was not asked."""
        seen = self._on(machine)
        declined = seen.abstained[seen.coders[0]] if seen.coders else frozenset()
        sets = next(iter(self._sets(machine).values()), (None,) * len(self.comparison.segments))
        return tuple(None if i in declined else codes for i, codes in enumerate(sets))

    @cached_property
    def labels(self) -> Mapping[str, int]:
        """Cluster of each segment that has one."""
        clusters = self.comparison.clusters
        pairs = zip(clusters.segments.ids, clusters.labels.tolist(), strict=True) if clusters is not None else ()
        return {segment_id: label for segment_id, label in pairs if label >= 0}

    @cached_property
    def quotable(self) -> Bools:
        """Segments that may be shown: of finished transcripts, by people who agreed to it, no moderator's."""
        return np.array([self.material.may_show(s) and not moderates(s.role) for s in self.comparison.segments], bool)

    @cached_property
    def n_words(self) -> list[int]:
        """Words of each segment, no more than make a good passage."""
        return [min(len(segment.text.split()), WORDS) for segment in self.comparison.segments]

    @cached_property
    def unnamed(self) -> list[Row]:
        """Clusters that the codebook may not name, of transcripts that everybody has finished."""
        clusters = self.comparison.clusters
        if clusters is None:
            return []
        coding = self.material.as_finished(self.comparison.human)
        return find_unnamed(clusters, coding, level=self.level, rule=self.comparison.basis.rule).rows()

    def codes_of(self, coding: Coding) -> Mapping[str, Sets]:
        """Codes of each coder on each segment as they were applied, whatever the level of the page."""
        return self._on(coding).sets

    def _sets(self, coding: Coding) -> dict[str, Sets]:
        return dict(self._on(coding).at(self.level, self.material.codebook).sets)

    def _on(self, coding: Coding) -> ProjectedCoding:
        """See a coding on the segments, once."""
        if id(coding) not in self._projected:
            seen = coding.on(self.comparison.segments, rule=self.comparison.basis.rule)
            self._projected[id(coding)] = seen
        return self._projected[id(coding)]

    @cached_property
    def _projected(self) -> dict[int, ProjectedCoding]:
        return {}

    def quote(self, position: int, what: str = "") -> Quote:
        """Quote a segment, with its source."""
        segment = self.comparison.segments[position]
        return quoted(self.material, segment, what)

    def said(self, codes: CodeSet | None) -> str:
        """Name the codes of a segment in words."""
        return "not read" if codes is None else listed(sorted(codes), "and") if codes else f"no {self.level}"

    def passage(self, name: str, position: int, *, machine_hidden: bool) -> Entry:
        """Show a passage: the question before it, its words, what each coder gave it, and the machine's view."""
        segment = self.comparison.segments[position]
        material, asked = self.material, self.comparison.segments.question_before(segment)
        facts = (("Asked before", material.shorten(asked)),) if asked and material.wishes.quotes else ()
        quotes = (self.quote(position),) if material.wishes.quotes else ()
        below = self._of_coders(position)
        if self.agreed is not None and self.agreed[position] is not None and len(self.coders) > 1:
            below.append(("Agreed on", self.said(self.agreed[position])))
        view = self._machines_view(position)
        title = f"{segment.person or 'speaker unknown'}, {self.comparison.segments.session_of(segment)}"
        if not quotes:
            below.append(("Passage", segment.id))
        hidden = tuple(view) if machine_hidden else ()
        return Entry(name, title, facts, quotes, (*below, *(() if machine_hidden else view)), hidden)

    def _of_coders(self, position: int) -> list[tuple[str, str]]:
        """Say what each coder gave a passage; of many coders, who gave each reading, the commonest first."""
        each = [(coder, sets[position]) for coder, sets in self.coders.items()]
        if len(each) <= MOST_APART:
            return [(coder, self.said(codes)) for coder, codes in each]
        readings = grouped((codes, coder) for coder, codes in each)
        ordered = sorted(readings.items(), key=lambda reading: (reading[0] is None, -len(reading[1])))
        return [(f"{len(who)} of {len(each)}", f"{self.said(codes)} ({', '.join(who)})") for codes, who in ordered]

    def _machines_view(self, position: int) -> list[tuple[str, str]]:
        view = []
        if self.machine is not None and self.machine[position] is not None:
            view.append(("The machine that learnt", self.said(self.machine[position])))
        cluster = self.labels.get(self.comparison.segments.ids[position])
        found = self.material.descriptions
        if cluster is not None and found is not None:
            words = f": {', '.join(found[cluster].keywords[:4])}" if self.material.wishes.quotes else ""
            view.append(("Cluster of meaning", f"number {cluster}{words}"))
        return view


def quoted(material: Material, segment: Segment, what: str = "") -> Quote:
    """Quote a segment; `what` says of it what it is an example of."""
    source = material.source(segment)
    return Quote(material.shorten(segment.shown), f"{what} · {source}" if what else source, segment.id)


def people_of(comparison: Comparison, material: Material) -> Coding:
    """Give what each coder applied alone, of the study where it is at hand."""
    study = material.wishes.study
    return study.coding if study is not None and study.coding is not None else people_alone(comparison)


def in_words(n: int, noun: str, several: str | None = None) -> str:
    """Write a number up to twelve as a word, with its noun.

    Examples
    --------
    >>> in_words(2, "coder"), in_words(14, "person", "people")
    ('two coders', '14 people')
    """
    number = NUMBERS[n] if n < len(NUMBERS) else str(n)
    return f"{number} {noun if n == 1 else several or f'{noun}s'}"


def in_turn(groups: Iterable[list[int]], most: int) -> list[int]:
    """Take one of each group in turn, until there are enough.

    Examples
    --------
    >>> in_turn([[1, 2, 3], [7], [8, 9]], 5)
    [1, 7, 8, 2, 9]
    """
    waiting, found = [list(group) for group in groups], list[int]()
    while len(found) < most and any(waiting):
        for group in waiting:
            if group and len(found) < most:
                found.append(group.pop(0))
    return found
