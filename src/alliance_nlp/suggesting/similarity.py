"""How alike two segments are: their vectors, words and letters, the turns around them, and who speaks.

Vectors see what two passages are about; shared words and letter sequences see names, phrases and word forms that a
small encoder blurs. In a conversation the turns around a turn say what is talked of, and a moderator's turns are more
like one another than like a participant's (docs/decisions/0110).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.errors import AlignmentError
from alliance_nlp.numeric import Floats, Ints, unit_rows
from alliance_nlp.suggesting.cutting_up import cut_up
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence

# Shares of the parts and the width of the first: chosen on the development sets, flat around these values.
WORDS, LETTERS, WIDTH = 0.2, 0.45, 0.6
# What the turns around and the speaker's role add, and how many turns on either side count as around.
AROUND, ROLE, REACH = 0.3, 0.1, 3
BLOCK = 1024  # rows that are compared with all columns at a time: memory stays bounded


class Features(NamedTuple):
    """What segments are compared by; parts that are not known are None."""

    vectors: Floats
    words: Any
    letters: Any
    around: Floats | None
    words_around: Any
    asks: Floats | None

    def take(self, rows: Ints) -> Features:
        """Keep some rows."""
        kept: list[Any] = [None if part is None else part[rows] for part in self]
        return Features(*kept)


@dataclass(frozen=True, eq=False)
class Similarity:
    """Hold what comparing was fitted on: the mean and spread of the vectors, and the words and letters that occur.

    Nothing in it knows who coded what.
    """

    center: Floats
    width: float
    vectorizers: tuple[Any, ...]
    segments: SegmentEvidence
    tables: tuple[Any, ...]

    @classmethod
    def of(cls, segments: SegmentEvidence, codes: CodeEvidence) -> Similarity:
        """Fit on all segments, read or not, and on the texts of the codes."""
        rows = segments.rows
        if len(codes.rows) and len(rows) and codes.rows.shape[1] != rows.shape[1]:
            raise AlignmentError(
                f"Codes and segments must be embedded by one encoder. Vectors of codes have {codes.rows.shape[1]} "
                f"dimensions, those of segments {rows.shape[1]}."
            )
        texts: list[str] = []
        if segments.texts is not None and len(segments):
            texts = [*map(str, segments.texts), *map(str, codes.texts or codes.names)]
        width = max(float(2 * rows.var(axis=0).sum()), 1e-12) if len(rows) else 1.0  # mean squared distance of two
        center = rows.mean(axis=0) if len(rows) else np.zeros(rows.shape[1])
        made = cut_up(texts) if texts else ()
        return cls(center, width, tuple(v for v, _ in made), segments, tuple(t[: len(segments)] for _, t in made))

    def features(self, segments: SegmentEvidence) -> Features:
        """Lay out what segments are compared by."""
        if segments.rows.shape[1] != len(self.center):
            raise AlignmentError(
                f"New segments must be embedded by the encoder that was learnt with. Their vectors have "
                f"{segments.rows.shape[1]} dimensions, those learnt from {len(self.center)}."
            )
        if self.vectorizers and segments.texts is None:
            raise AlignmentError("The codes were learnt with words; new segments need texts= as well.")
        words, letters = self._tables(segments) or (None, None)
        asks = None if segments.asks is None else np.asarray(segments.asks, dtype=np.float64)
        if not segments.in_dialogue:
            return Features(segments.rows, words, letters, None, None, asks)
        from sklearn.preprocessing import normalize

        turns = _turns_around(segments)
        around = unit_rows(turns @ unit_rows(segments.rows - self.center))
        return Features(
            segments.rows, words, letters, around, None if words is None else normalize(turns @ words), asks
        )

    def _tables(self, segments: SegmentEvidence) -> tuple[Any, ...]:
        """Words and letters of segments; those that were fitted on are cut up already."""
        if segments is self.segments:
            return self.tables
        return tuple(vectorizer.transform(map(str, segments.texts or ())) for vectorizer in self.vectorizers)

    def between(self, rows: Features, columns: Features) -> Floats:
        """Compute how alike some rows are to some columns; 1 for the same words said in the same place."""
        alike = rows.vectors @ columns.vectors.T
        alike *= -2
        alike += (rows.vectors**2).sum(axis=1)[:, None] + (columns.vectors**2).sum(axis=1)[None, :]
        np.clip(alike, 0.0, None, out=alike)
        alike /= -(WIDTH * self.width)
        np.exp(alike, out=alike)
        if rows.words is not None and columns.words is not None:
            alike += WORDS * _products(rows.words, columns.words)
            alike += LETTERS * _products(rows.letters, columns.letters)
            alike /= 1 + WORDS + LETTERS
        if rows.around is not None and columns.around is not None:
            around = rows.around @ columns.around.T
            if rows.words_around is not None and columns.words_around is not None:
                around += _products(rows.words_around, columns.words_around)
                around /= 2
            around *= AROUND
            alike += around
            if rows.asks is not None and columns.asks is not None:
                alike += ROLE * (rows.asks[:, None] == columns.asks[None, :])
        return np.asarray(alike)


def _products(rows: Any, columns: Any) -> Floats:
    """Multiply two sparse tables row by row; nearly every segment shares letters with every other, so into a full one.

    What scikit-learn does of old counts first how much will not be zero, which takes longer than multiplying.
    """
    from sklearn.utils import sparsefuncs

    into_full = getattr(sparsefuncs, "sparse_matmul_to_dense", None)
    return np.asarray((rows @ columns.T).toarray() if into_full is None else into_full(rows, columns.T.tocsr()))


def in_blocks(n: int) -> list[Ints]:
    """Cut row numbers into blocks that are compared at a time."""
    return [np.arange(start, min(n, start + BLOCK)) for start in range(0, n, BLOCK)]


def _turns_around(segments: SegmentEvidence) -> Any:
    """Sum over the turns around each turn, as a sparse table."""
    from scipy.sparse import csr_array

    places = [segments.neighbor(step) for step in range(-REACH, REACH + 1) if step]
    rows = np.concatenate([np.flatnonzero(place >= 0) for place in places])
    columns = np.concatenate([place[place >= 0] for place in places])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(segments), len(segments)))
