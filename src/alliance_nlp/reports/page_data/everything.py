"""Everything that the data of the page are made of: all segments in the order of the talk, and who is seen on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.comparison.sides import is_machine
from alliance_nlp.numeric import Bools
from alliance_nlp.records import Codebook, CodeSet, Coding, Level, Segment, Segments, Transcript, Turn, moderates
from alliance_nlp.reports.material import Material
from alliance_nlp.reports.meeting.seen import Seen, Sets
from alliance_nlp.reports.page_data.drawing import drawn_for_page, fits


@dataclass(frozen=True, eq=False)
class Everything:
    """Segments of comparison and clusters together, and what each holds of them."""

    material: Material
    seen: Seen | None
    quoted: frozenset[str] = frozenset()

    @cached_property
    def segments(self) -> Segments:
        """Segments that the page opens: all of them, or of very many some that were drawn from each theme."""
        every = self.all_segments
        if fits(len(every)):
            return every
        wanted = np.array([name in self.quoted for name in every.ids], dtype=bool)
        kept = drawn_for_page(self._kinds(), wanted, self.material.wishes.random_state)
        return every.take(np.flatnonzero(kept).tolist())

    def _kinds(self) -> list[str]:
        """Give what each segment is drawn as: the first theme that people gave it, else its cluster."""
        themes = next(iter(self.seen.human), ()) if self.seen is not None else ()
        given = dict(zip(self.material.segments.ids, themes, strict=True)) if themes else {}
        found = []
        for name in self.all_segments.ids:
            codes = given.get(name)
            cluster = self.clusters.get(name, (-1, 0.0))[0]
            found.append(f"cluster {cluster}" if codes is None else f"code {min(codes)}" if codes else "no code")
        return found

    @cached_property
    def all_segments(self) -> Segments:
        """Segments that were compared; of other transcripts those that were clustered; in the order of the talk."""
        compared = self.material.segments
        clusters = self.material.clusters
        known = {s.transcript_id for s in compared}
        more = [s for s in clusters.segments if s.transcript_id not in known] if clusters is not None else []
        beside = clusters.segments.transcripts if clusters is not None and more else ()
        transcripts = {t.id: t for t in (*compared.transcripts, *beside)}
        order = {name: place for place, name in enumerate(transcripts)}
        items = sorted((*compared, *more), key=lambda s: (order[s.transcript_id], s.start, s.end))
        return Segments(tuple(items), tuple(transcripts.values()), compared.unit)

    @cached_property
    def quotable(self) -> Bools:
        """Segments that may be shown: of finished transcripts, by people who agreed to it, no moderator's."""
        return np.array([self.material.may_show(s) and not moderates(s.role) for s in self.segments], bool)

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Who speaks in the segments; with transcripts, in any turn."""
        said = [s.person for s in self.segments]
        if self.material.wishes.transcripts:
            said += [self.speaks(turn, t) for t in self.segments.transcripts for turn in t.turns]
        return tuple(dict.fromkeys(name for name in said if name))

    def speaks(self, turn: Turn, transcript: Transcript) -> str | None:
        """Name who speaks a turn as their segments do: a label of several transcripts is somebody else in each."""
        apart = f"{turn.person} ({transcript.id})"
        return apart if apart in self._named else turn.person

    @cached_property
    def _named(self) -> frozenset[str]:
        return self.all_segments.speakers

    @property
    def level(self) -> Level:
        """Level of the comparison; themes without one."""
        return self.seen.level if self.seen is not None else "theme"

    @property
    def book(self) -> Codebook:
        """The codebook; an empty one where there is none."""
        return self.material.codebook or Codebook(())

    def is_open(self, segment: Segment) -> bool:
        """Whether everybody has finished the transcript of a segment."""
        return segment.transcript_id not in self.material.hidden

    @cached_property
    def coders(self) -> Mapping[str, Sets]:
        """Codes of each person alone, as applied."""
        return self._spread(self.seen.codes_of(self.seen.people)) if self.seen is not None else {}

    @cached_property
    def rolled(self) -> Mapping[str, Sets]:
        """Codes of each person alone, at the level of the comparison."""
        return self._spread(self.seen.coders) if self.seen is not None else {}

    @cached_property
    def clusters(self) -> Mapping[str, tuple[int, float]]:
        """Cluster of each segment that has one, and how firmly it belongs (nan where nothing was measured)."""
        clusters = self.material.clusters
        if clusters is None:
            return {}
        strength = clusters.strength if clusters.strength.size else np.full(len(clusters.segments), np.nan)
        found = zip(clusters.segments.ids, clusters.labels.tolist(), strength.tolist(), strict=True)
        return {name: (label, firm) for name, label, firm in found if label >= 0}

    @cached_property
    def agreed(self) -> Sets | None:
        """Codes that people agreed on, as applied."""
        if self.seen is None or self.seen.agreed is None:
            return None
        return next(iter(self._spread(self.seen.codes_of(self.seen.comparison.human)).values()), None)

    @cached_property
    def machine(self) -> Coding | None:
        """The side that is a machine's."""
        if self.seen is None:
            return None
        comparison = self.seen.comparison
        return next((side for side in (comparison.b, comparison.a) if is_machine(side)), None)

    @cached_property
    def suggested(self) -> Sets:
        """Suggestions of that side, at the level of the comparison."""
        if self.seen is None or self.machine is None:
            return ()
        return self._spread({"": self.seen.suggested(self.machine)})[""]

    def _spread(self, given: Mapping[str, Sequence[CodeSet | None]]) -> dict[str, Sets]:
        """Put what stands on compared segments onto all of them; unread where a transcript is not finished."""
        compared = self.material.segments.ids
        found = {}
        for name, sets in given.items():
            at = dict(zip(compared, sets, strict=True))
            found[name] = tuple(at.get(s.id) if self.is_open(s) else None for s in self.segments)
        return found
