"""Codes counted in characters: where the spans of two coders meet, whatever the segments."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, chain
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
            if place.end > ends.get(place.transcript_id, -1):
                ends[place.transcript_id] = place.end
        start = dict(zip(ends, accumulate(ends.values(), initial=0), strict=False))
        return cls(start, np.unique(_bounds(start, places)))

    def pieces(self, places: Places) -> Ints:
        """Give the first piece of each place, and the first one after it."""
        return np.searchsorted(self.cuts, _bounds(self.start, places))

    def marked(self, at: Ints) -> Bools:
        """Mark the pieces that lie in any of the places, given as `pieces`."""
        edges = np.zeros(self.cuts.size, dtype=np.int64)
        np.add.at(edges, at[:, 0], 1)
        np.add.at(edges, at[:, 1], -1)
        return np.asarray(np.cumsum(edges)[:-1] > 0)


def _bounds(start: dict[str, int], places: Places) -> Ints:
    offsets = ((start[p.transcript_id], p.start, p.end) for p in places)
    flat = np.fromiter(chain.from_iterable(offsets), dtype=np.int64).reshape(-1, 3)
    return flat[:, 1:] + flat[:, :1]


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
    counted = axis.marked(axis.pieces(kept)) if inside else np.ones(max(axis.cuts.size - 1, 0), dtype=bool)
    book = codebook or Codebook(())
    place = {code: row for row, code in enumerate(sides.codes)}

    def applied(coding: Coding) -> Floats:
        spans = [span for span in coding.applied if span.counts]
        rows = {code: place.get(book.roll_up(code, sides.level), -1) for code in {span.code_id for span in spans}}
        row_of, at = np.array([rows[span.code_id] for span in spans], dtype=np.int64), axis.pieces(spans)
        abstained = [span for span in coding.applied if span.status == "abstained" and not answered]
        read = axis.marked(axis.pieces(coding.all_spans)) & counted & ~axis.marked(axis.pieces(abstained))
        coded = np.zeros((len(sides.codes), read.size))
        for number, row in enumerate(coded):
            row[axis.marked(at[row_of == number])] = 1
        return np.where(read, coded, np.nan)

    a, b = ([applied(coding.by(coder)) for coder in coding.coders] for coding in codings)
    both = np.isfinite(a).any(axis=0) & np.isfinite(b).any(axis=0)  # read by a coder of each side
    a, b = ([np.where(both, said, np.nan) for said in side] for side in (a, b))
    return Characters(a, b, np.diff(axis.cuts))
