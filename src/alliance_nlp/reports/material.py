"""What a report is made of: the records behind the one it was given, and what the reader asked for."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from alliance_nlp.clusters.describing import Descriptions, describe
from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.sides import Source, is_consensus, is_machine
from alliance_nlp.errors import check_type
from alliance_nlp.ledger import PROGRAM, record_decision
from alliance_nlp.ledger.lines import ledger_of
from alliance_nlp.ledger.recording import members_hash
from alliance_nlp.plots import SegmentMap, map_segments
from alliance_nlp.records import (
    SAW,
    Clusters,
    Codebook,
    Coding,
    Mapping,
    Row,
    Segment,
    Segments,
    Study,
    Table,
    join_codings,
    span_of,
    unfinished,
)
from alliance_nlp.records.fingerprints import key_of_study
from alliance_nlp.reports.numbered import without_names

Language = Literal["en", "nb"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller of the report asked for."""

    title: str | None
    study: Study | None
    n_quotes: int
    quotes: bool
    quote_length: int
    date: str
    random_state: int
    show_unfinished: bool = False
    transcripts: bool = False
    people: bool = True
    language: Language = "en"
    called: str = "write_report()"  # what the reader typed, which errors name

    @property
    def words(self) -> Literal["quotes", "transcripts", "none"]:
        """How many of the participants' words the report holds."""
        return "transcripts" if self.transcripts else "quotes" if self.quotes else "none"


@dataclass(frozen=True, slots=True)
class Origin:
    """What the record of a report was made from, so that what is decided on the page finds its way back.

    `members` are the clusters' hashes (see `ledger.recording.members_hash`).
    """

    key: str
    seal: str = ""
    n_decisions: int = 0
    members: MappingABC[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Segments, clusters: Clusters | None, study: Study | None, *, numbered: bool) -> Origin:
        """Take the hashes of a study, or where there is none of what the record holds."""
        ledger = ledger_of(study.ledger_lines) if study is not None and study.ledger_lines else None
        known = len(study.decisions) if study is not None else 0  # rows that were given without a file carry no seal
        used = sorted(set(clusters.labels.tolist()) - {-1}) if clusters is not None else []
        members = {number: members_hash(clusters, number) for number in used} if clusters is not None else {}
        transcripts = study.transcripts if study is not None else segments.transcripts
        seal, n_decisions = (ledger.seal, len(ledger)) if ledger is not None else ("", known)
        return cls(key_of_study(transcripts, numbered=numbered), seal, n_decisions, members)


@dataclass(frozen=True)
class Material:
    """The record of the report and those it was made from; None where there is none.

    `hidden` are transcripts that not every coder has finished, with who has not: no codes and no quotes of them.
    """

    record: Comparison | Mapping | Clusters
    comparison: Comparison | None
    mapping: Mapping | None
    clusters: Clusters | None
    descriptions: Descriptions | None
    segments: Segments
    codebook: Codebook | None
    wishes: Wishes
    origin: Origin
    hidden: MappingABC[str, tuple[str, ...]] = field(default_factory=dict)

    def may_show(self, segment: Segment) -> bool:
        """Whether a segment may be quoted: everybody has finished its transcript, and who says it agreed."""
        return segment.transcript_id not in self.hidden and "quotation" not in segment.refuses

    def as_finished(self, coding: Coding) -> Coding:
        """Leave out what was coded and read in transcripts that not everybody has finished."""
        if not self.hidden:
            return coding
        applied = tuple(span for span in coding.applied if span.transcript_id not in self.hidden)
        read = tuple(span for span in coding.read if span.transcript_id not in self.hidden)
        return Coding(applied, read, coding.codebook)

    def finished_rows(self, table: Table) -> Table:
        """Leave out rows of a table that lie in transcripts that not everybody has finished."""
        if not self.hidden or not {"transcript_id", "transcript", "segment_id"} & set(table.columns):
            return table
        kept = [row for row in table.rows() if _transcript_of(row) not in self.hidden]
        return Table.of(kept, columns=table.columns, title=table.title, quoting=table.quoting, notes=table.notes)

    @cached_property
    def places(self) -> SegmentMap:
        """Where the segments lie on the map; drawn once, whoever shows it."""
        if self.clusters is None:
            return SegmentMap(np.zeros(0, np.int64), np.zeros((0, 2)))
        return map_segments(self.clusters, random_state=self.wishes.random_state)

    @property
    def human(self) -> Coding | None:
        """The people's side of the comparison, as far as everybody has finished."""
        return self.as_finished(self.comparison.human) if self.comparison is not None else None

    def shorten(self, text: str) -> str:
        """Cut a long quote at a word, and say how much is missing."""
        length = self.wishes.quote_length
        if len(text) <= length:
            return text
        kept = text[:length].rsplit(maxsplit=1)[0] if " " in text[:length] else text[:length]
        return f"{kept} […] ({len(text) - len(kept)} more characters)"

    def source(self, segment: Segment) -> str:
        """Say who spoke, in which session, and where the words stand."""
        return " · ".join([segment.person or "speaker unknown", self.segments.session_of(segment), segment.id])


def gather(record: Comparison | Mapping | Clusters, wishes: Wishes) -> Material:
    """Reach the records behind a Comparison, a Mapping or Clusters.

    Raises
    ------
    InputError
        When it is none of these, or `study` is no Study.
    """
    check_type("study must be a Study, as an.read_study() gives", Study | None, wishes.study)
    advice = "Make one with an.compare(), an.map_clusters() or an.cluster()."
    takes = f"{wishes.called} takes a Comparison, a Mapping or Clusters"
    check_type(takes, Comparison | Mapping | Clusters, record, advice)
    if isinstance(record, Comparison) and record.clusters is not None and nothing_finished(record, wishes):
        record = record.clusters  # neither codes nor suggestions are shown; the clusters know of none
    origin = Origin.of(segments_of(record), _clusters_of(record), wishes.study, numbered=not wishes.people)
    if not wishes.people:
        record, study = without_names(record, wishes.study)
        wishes = replace(wishes, study=study)
    comparison = record if isinstance(record, Comparison) else None
    mapping = record.mapping if isinstance(record, Comparison) else record if isinstance(record, Mapping) else None
    clusters, segments = _clusters_of(record), segments_of(record)
    found = describe(clusters, n_exemplars=max(wishes.n_quotes, 1)) if clusters is not None else None
    hidden = _hidden(comparison, wishes) if comparison is not None and not wishes.show_unfinished else {}
    book = _codebook(comparison, mapping)
    return Material(record, comparison, mapping, clusters, found, segments, book, wishes, origin, hidden)


def _clusters_of(record: Comparison | Mapping | Clusters) -> Clusters | None:
    return record if isinstance(record, Clusters) else record.clusters


def segments_of(record: Comparison | Mapping | Clusters) -> Segments:
    """Segments that a report rests on."""
    return record.clusters.segments if isinstance(record, Mapping) else record.segments


def nothing_finished(record: Comparison | Mapping | Clusters, wishes: Wishes) -> bool:
    """Whether a comparison holds no transcript that every coder has finished, and none is to be shown."""
    if not isinstance(record, Comparison) or wishes.show_unfinished:
        return False
    return {s.transcript_id for s in record.segments} <= set(_hidden(record, wishes))


def _hidden(comparison: Comparison, wishes: Wishes) -> MappingABC[str, tuple[str, ...]]:
    """Transcripts of the compared and the clustered segments that not every coder of the study has finished."""
    study = wishes.study
    coding, agreed = people_alone(comparison), comparison.human if is_consensus(comparison.human) else None
    if study is not None and study.coding is not None:
        coding, agreed = study.coding, study.consensus
    clustered = comparison.clusters.segments if comparison.clusters is not None else Segments((), ())
    found = {**unfinished(coding, comparison.segments, consensus=agreed)}
    return found | dict(unfinished(coding, clustered, consensus=agreed))


def people_alone(comparison: Comparison) -> Coding:
    """Give what each coder of a comparison applied alone: what is behind a consensus, else the people's sides."""
    sides = [coding for coding in (comparison.a, comparison.b) if not is_machine(coding)]
    behind = next((found for coding in sides if (found := Source.of(coding).people) is not None), None)
    if behind is not None:
        return behind
    names = [coder for coding in sides for coder in coding.coders]
    return join_codings(sides) if len(sides) > 1 and len(set(names)) == len(names) else sides[0]


def _transcript_of(row: Row) -> str:
    """Transcript of a row that names it or a segment."""
    named = row.get("transcript_id") or row.get("transcript")
    place = span_of(row["segment_id"]) if not named and row.get("segment_id") else None
    return str(named) if named else place[0] if place is not None else ""


def record_seen(record: Comparison | Mapping | Clusters, wishes: Wishes, ledger: str | Path) -> None:
    """Write into the ledger which coders may have seen suggestions of transcripts that they have not finished."""
    if not isinstance(record, Comparison):
        return
    waiting = _hidden(record, wishes)
    for coder in dict.fromkeys(coder for who in waiting.values() for coder in who):
        names = [name for name, who in waiting.items() if coder in who]
        record_decision(ledger, SAW, by=coder, role=PROGRAM, note=f"shown before they had finished: {', '.join(names)}")


def _codebook(comparison: Comparison | None, mapping: Mapping | None) -> Codebook | None:
    holders = [mapping, *((comparison.a, comparison.b) if comparison is not None else ())]
    return next((holder.codebook for holder in holders if holder is not None and holder.codebook is not None), None)
