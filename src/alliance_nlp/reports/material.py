"""What a report is made of: the records behind the one it was given, and what the reader asked for."""

from __future__ import annotations

from dataclasses import dataclass

from alliance_nlp.clusters.describing import Descriptions, describe
from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import check_type
from alliance_nlp.records import Clusters, Codebook, Coding, Mapping, Segment, Segments, Study


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


@dataclass(frozen=True, slots=True)
class Material:
    """The record of the report and those it was made from; None where there is none."""

    record: Comparison | Mapping | Clusters
    comparison: Comparison | None
    mapping: Mapping | None
    clusters: Clusters | None
    descriptions: Descriptions | None
    segments: Segments
    codebook: Codebook | None
    wishes: Wishes

    @property
    def human(self) -> Coding | None:
        """The people's side of the comparison."""
        return self.comparison.human if self.comparison is not None else None

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
    check_type(
        "write_report() takes a Comparison, a Mapping or Clusters", Comparison | Mapping | Clusters, record, advice
    )
    comparison = record if isinstance(record, Comparison) else None
    mapping = record.mapping if isinstance(record, Comparison) else record if isinstance(record, Mapping) else None
    clusters = record.clusters if isinstance(record, Comparison | Mapping) else record
    segments = comparison.segments if comparison is not None else clusters.segments if clusters else Segments((), ())
    found = describe(clusters, n_exemplars=max(wishes.n_quotes, 1)) if clusters is not None else None
    return Material(record, comparison, mapping, clusters, found, segments, _codebook(comparison, mapping), wishes)


def _codebook(comparison: Comparison | None, mapping: Mapping | None) -> Codebook | None:
    holders = [mapping, *((comparison.a, comparison.b) if comparison is not None else ())]
    return next((holder.codebook for holder in holders if holder is not None and holder.codebook is not None), None)
