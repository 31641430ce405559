"""Numbers in place of names: a report's record in which no person, session or transcript goes by its name.

It is done to the record, before anything is written, so that no page, table or figure can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping as MappingABC
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from alliance_nlp.comparison import Comparison
from alliance_nlp.records import (
    Clusters,
    CodedSpan,
    Coding,
    FieldNote,
    Mapping,
    ReadSpan,
    Segment,
    Segments,
    Study,
    Table,
    Transcript,
    Turn,
    span_of,
)
from alliance_nlp.records.fingerprints import numbered_transcripts
from alliance_nlp.suggesting import HeldOut, ModelSuggestions, Suggestions

Placed = TypeVar("Placed", CodedSpan, ReadSpan, Segment)
Named = TypeVar("Named", bound=Comparison | Mapping | Clusters)
PEOPLE = frozenset({"speaker", "participant", "person", "one_person"})  # columns, by what they name
PLACES = frozenset({"session", "transcript", "transcript_id", "segment_id", "first_segment", "segments"})
TABLES = (
    "per_participant", "per_session", "disagreements", "lost_spans", "theme_recovery", "cluster_verdicts",
)  # fmt: skip


def without_names(record: Named, study: Study | None) -> tuple[Named, Study | None]:
    """Give a record, and its study, in which people, sessions and transcripts are numbered; dates of sessions go."""
    segments = record.clusters.segments if isinstance(record, Mapping) else record.segments
    transcripts = study.transcripts if study is not None else segments.transcripts
    names = _Numbers.of({t.id: t for t in (*transcripts, *segments.transcripts)}.values(), segments)
    return names.of_record(record), names.study(study) if study is not None else None


@dataclass(frozen=True)
class _Numbers:
    """Which number stands for which name; records are changed once each, whoever holds them."""

    transcripts: MappingABC[str, str]
    sessions: MappingABC[str, str]
    people: MappingABC[str, str]
    done: dict[int, tuple[Any, Any]]

    @classmethod
    def of(cls, transcripts: Iterable[Transcript], segments: Segments) -> _Numbers:
        known = tuple(transcripts)
        sessions = dict.fromkeys(t.session for t in known if t.session is not None)
        said = (turn.person for t in known for turn in t.turns)
        people = dict.fromkeys(name for name in (*(s.person for s in segments), *said) if name is not None)
        return cls(
            numbered_transcripts(known), {name: f"session {i}" for i, name in enumerate(sessions, start=1)},
            {name: f"person {i}" for i, name in enumerate(people, start=1)}, {},
        )  # fmt: skip

    def of_record(self, record: Any) -> Any:
        """Change a record that others may hold, too: once."""
        if id(record) not in self.done:
            self.done[id(record)] = (record, self._changed(record))  # the record is kept, so that its id stays its own
        return self.done[id(record)][1]

    def _changed(self, record: Any) -> Any:
        if isinstance(record, Segments):
            kept = tuple(map(self.segment, record))
            return replace(record, items=kept, transcripts=tuple(map(self.of_record, record.transcripts)))
        if isinstance(record, Transcript):
            return self.transcript(record)
        if isinstance(record, Clusters):
            vectors = replace(record.embeddings, segments=self.of_record(record.segments))
            aside = {self.place(name): why for name, why in record.set_aside.items()}
            return replace(record, embeddings=vectors, set_aside=aside)
        if isinstance(record, Mapping):
            return replace(record, clusters=self.of_record(record.clusters))
        if isinstance(record, HeldOut):
            return replace(record, segments=self.of_record(record.segments), blocks=Table((), ()))
        if isinstance(record, ModelSuggestions):  # a `ModelStability` is never behind a comparison
            return replace(record, segments=self.of_record(record.segments), evidence=self.table(record.evidence))
        if isinstance(record, Suggestions):
            return replace(record, segments=self.of_record(record.segments))
        if isinstance(record, Coding):
            return self.coding(record)
        return self.comparison(record) if isinstance(record, Comparison) else record

    def comparison(self, record: Comparison) -> Comparison:
        """Change both sides, and every table that names somebody or a place."""
        changed: dict[str, Any] = {name: self.table(getattr(record, name)) for name in TABLES}
        changed |= {name: self.of_record(getattr(record, name)) for name in ("a", "b", "segments", "clustered")}
        changed["machines"] = tuple(map(self.of_record, record.machines))
        return replace(record, **changed)

    def coding(self, record: Coding) -> Coding:
        """Change places; what coders noted, and how it was read, goes."""
        applied = tuple(replace(self.span(span), note="") for span in record.applied)
        read = tuple(map(self.span, record.read))
        made_from = self.of_record(record.made_from)
        return replace(record, applied=applied, read=read, made_from=made_from, ledger=None, report=None)

    def span(self, span: Placed) -> Placed:
        return replace(span, transcript_id=self.transcripts.get(span.transcript_id, span.transcript_id))

    def segment(self, segment: Segment) -> Segment:
        name = self.person(segment.person, segment.transcript_id)
        return replace(self.span(segment), speaker=name, person_id=name)

    def transcript(self, t: Transcript) -> Transcript:
        turns = tuple(self._turn(turn, t.id) for turn in t.turns)
        return Transcript(self.transcripts[t.id], t.text, turns, None, self.sessions.get(t.session_name))

    def _turn(self, turn: Turn, transcript_id: str) -> Turn:
        name = self.person(turn.person, transcript_id)
        return replace(turn, speaker=name, person_id=name)

    def person(self, name: str | None, transcript_id: str) -> str | None:
        """Give the number of a person; a label that is somebody else in each transcript is told by both."""
        return None if name is None else self.people.get(f"{name} ({transcript_id})") or self.people.get(name)

    def table(self, table: Table) -> Table:
        """Change the columns that name somebody or a place."""
        change = dict.fromkeys(PEOPLE, self.somebody) | dict.fromkeys(PLACES, self.place)
        kept = [change.get(column, lambda value: value) for column in table.columns]
        values = tuple(tuple(to(value) for to, value in zip(kept, row, strict=True)) for row in table.values)
        return replace(table, values=values)

    def somebody(self, value: Any) -> Any:
        """Give the number of a person; anything else as it is."""
        return self.people.get(value, value) if isinstance(value, str) else value

    def place(self, value: Any) -> Any:
        """Give the number for a segment's id, a session or transcript, or several of them; anything else as it is."""
        if isinstance(value, tuple | list | frozenset):
            return type(value)(map(self.place, value))
        if not isinstance(value, str):
            return value
        found = span_of(value)
        if found is not None and found[0] in self.transcripts:
            return f"{self.transcripts[found[0]]}:{found[1]}-{found[2]}"
        return self.sessions.get(value) or self.transcripts.get(value, value)

    def study(self, study: Study) -> Study:
        """Keep of a study what a report asks it for."""
        transcripts = tuple(map(self.of_record, study.transcripts))
        coding = self.of_record(study.coding) if study.coding is not None else None
        consensus = self.of_record(study.consensus) if study.consensus is not None else None
        notes = tuple(FieldNote(n.text, session=self.place(n.session), turn=n.turn) for n in study.notes)
        return Study(
            transcripts, study.codebook, coding, consensus, title=study.title, synthetic=study.synthetic,
            settings=study.settings, notes=notes, same_people=True,
        )  # fmt: skip
