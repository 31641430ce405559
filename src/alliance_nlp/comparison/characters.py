"""Codes counted in characters: where the spans of two coders meet, whatever the segments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.numeric import Bools, Floats, Ints
from alliance_nlp.records import Codebook, CodedSpan, Coding, ReadSpan, Segment

Places = Iterable[CodedSpan | ReadSpan | Segment]


class Axis(NamedTuple):
    """The transcripts one after another, cut wherever a span begins or ends: within a piece nothing changes."""

    start: dict[str, int]
    cuts: Ints

    @classmethod
    def of(cls, places: list[CodedSpan | ReadSpan | Segment]) -> Axis:
        """Cut the transcripts."""
        ends: dict[str, int] = {}
        for place in places:
            ends[place.transcript_id] = max(ends.get(place.transcript_id, 0), place.end)
        start = dict(zip(ends, accumulate(ends.values(), initial=0), strict=False))
        cuts = {start[place.transcript_id] + at for place in places for at in (place.start, place.end)}
        return cls(start, np.array(sorted(cuts), dtype=np.int64))

    def marked(self, places: Places) -> Bools:
        """Mark the pieces that lie in any of the places."""
        bounds = [(self.start[p.transcript_id] + p.start, self.start[p.transcript_id] + p.end) for p in places]
        at = np.searchsorted(self.cuts, np.array(bounds, dtype=np.int64).reshape(-1, 2))
        edges = np.zeros(self.cuts.size, dtype=np.int64)
        np.add.at(edges, at[:, 0], 1)
        np.add.at(edges, at[:, 1], -1)
        return np.asarray(np.cumsum(edges)[:-1] > 0)


class Characters(NamedTuple):
    """What every coder of both sides says of every piece, as `Reader.applied` does of segments, and how long it is."""

    a: list[Floats]
    b: list[Floats]
    lengths: Ints

    @property
    def tables(self) -> Floats:
        """Four counts for every pair of coders and every code, of shape (n_pairs, n_codes, 2, 2)."""
        return np.array(
            [np.stack([np.stack([((one == x) & (other == y)) @ self.lengths for y in (0, 1)], -1) for x in (0, 1)], -2)
             for one in self.a for other in self.b],
            dtype=np.float64,
        )  # fmt: skip


def on_characters(
    sides: Sides, codings: tuple[Coding, Coding], codebook: Codebook | None, *, inside: bool, answered: bool = False
) -> Characters:
    """Put the spans of every coder on characters; `inside` keeps those of counted segments, as segments are compared.

    With `answered`, what the machine declined counts as "no code".
    """
    kept = [segment for segment, counts in zip(sides.segments, sides.counted, strict=True) if counts and inside]
    axis = Axis.of([*kept, *codings[0].all_spans, *codings[1].all_spans])
    counted = axis.marked(kept) if inside else np.ones(max(axis.cuts.size - 1, 0), dtype=bool)
    book = codebook or Codebook(())

    def applied(coding: Coding) -> Floats:
        spans: dict[str, list[CodedSpan]] = {}
        for span in coding.applied:
            if span.counts:
                spans.setdefault(book.roll_up(span.code_id, sides.level), []).append(span)
        declined = axis.marked(span for span in coding.applied if span.status == "abstained" and not answered)
        read = axis.marked(coding.all_spans) & counted & ~declined
        coded = np.zeros((len(sides.codes), read.size))
        for row, code in zip(coded, sides.codes, strict=True):
            row[axis.marked(spans.get(code, ()))] = 1
        return np.where(read, coded, np.nan)

    a, b = ([applied(coding.by(coder)) for coder in coding.coders] for coding in codings)
    both = np.isfinite(a).any(axis=0) & np.isfinite(b).any(axis=0)  # read by a coder of each side
    a, b = ([np.where(both, said, np.nan) for said in side] for side in (a, b))
    return Characters(a, b, np.diff(axis.cuts))
