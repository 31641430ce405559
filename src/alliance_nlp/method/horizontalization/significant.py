"""Which statements stand out, how much, and what made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.method.horizontalization.features import FEATURES
from alliance_nlp.numeric import Bools, Floats, Ints, largest_first
from alliance_nlp.records import Record, Row, Segments, Table


@dataclass(frozen=True, eq=False, repr=False)
class Significant(Record):
    """Statements by how much their wording stands out.

    Parameters
    ----------
    segments : Segments
        What was scored.
    scores : array of shape (n_segments,)
        In segment order. Without marks a weighted sum of damped counts; with marks the chance of being marked, from a
        model that has not seen the segment's transcript.
    suggested : array of shape (n_segments,), bool
        Statements suggested for reading; people decide which are significant.
    counts : array of shape (n_segments, n_features)
        Counts behind the score, columns as in `FEATURES`.
    words : tuple of tuple of str
        Per segment the words of feeling and worth, with their weights.
    marked : array of shape (n_segments,) or None
        1 marked by people, 0 read and not marked, nan not read; None when nothing was given.
    weights : Table
        How much each feature counts, and whether that was set by hand or learnt.
    beside_people : Table
        Average precision against what people marked, beside length alone and chance; empty without marks.
    common : tuple of str
        Words of feeling or worth set aside because they occur in more than a tenth of the segments: the subject.
    """

    segments: Segments
    scores: Floats
    suggested: Bools
    counts: Floats
    words: tuple[tuple[str, ...], ...]
    marked: Floats | None
    weights: Table
    beside_people: Table
    common: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.segments)

    def top(self, n: int) -> Segments:
        """Give the n statements with the highest scores, highest first.

        Raises
        ------
        InputError
            When n is below 1.
        """
        if n < 1:
            raise InputError(f"n must be at least 1. Got {n}.")
        return self.segments.take(self._order()[:n])

    @property
    def by_id(self) -> dict[str, float]:
        """Score per segment id, as `choose_quotes(scores=...)` takes it."""
        return dict(zip(self.segments.ids, self.scores.tolist(), strict=True))

    def _order(self) -> Ints:
        return largest_first(self.scores)

    def table(self) -> Table:
        """Give one row a segment, highest score first; its words are in ``rows()`` and HTML, not in ``print``."""
        rows: list[Row] = []
        for at in self._order().tolist():
            segment = self.segments[at]
            row: Row = {
                "segment_id": segment.id, "session": self.segments.session_of(segment), "speaker": segment.speaker,
                "score": float(self.scores[at]), "suggested": "suggested" if self.suggested[at] else "",
            }  # fmt: skip
            if self.marked is not None:
                row["marked"] = {1.0: "marked", 0.0: ""}.get(float(self.marked[at]), "not read")
            row |= {name: int(n) for name, n in zip(FEATURES, self.counts[at], strict=True)}
            rows.append({**row, "words": self.words[at], "text": segment.text})
        aside = f"Set aside as the subject itself: {', '.join(self.common)}." if self.common else ""
        notes = [
            "Suggested for reading by their wording; people decide what is significant.",
            *([aside] if aside else []),
        ]
        return Table.of(rows, quoting=("words", "text"), notes=notes)

    def rows(self) -> list[Row]:
        """Give one dict a segment, highest score first."""
        return self.table().rows()

    def to_frame(self) -> Any:
        """Give the segments as a pandas data frame, highest score first."""
        return self.table().to_frame()

    def __str__(self) -> str:
        head = f"{int(self.suggested.sum())} of {len(self)} segments suggested by their wording"
        whole = self.table()
        shown = Table(whole.columns, whole.values[:20], head, whole.quoting, whole.notes)
        return "\n\n".join(str(part) for part in (shown, self.weights, self.beside_people) if len(part.columns))

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _summary(self) -> str:
        return f"{int(self.suggested.sum())} of {len(self)} segments suggested"
