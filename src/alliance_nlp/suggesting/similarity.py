"""How alike two segments are: their vectors, words and letters, the turns around them, and who speaks.

Vectors see what two passages are about; shared words and letter sequences see names, phrases and word forms that a
small encoder blurs. In a conversation the turns around a turn say what is talked of, and a moderator's turns are more
like one another than like a participant's (docs/decisions/0110).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.clusters.spaces import full_product
from alliance_nlp.errors import AlignmentError
from alliance_nlp.numeric import Floats, Ints, unit_rows
from alliance_nlp.suggesting.cutting_up import cut_up
from alliance_nlp.suggesting.evidence import (
    FITTED,
    CodeEvidence,
    InOrder,
    SegmentEvidence,
    in_blocks,
    laid_out_later,
)

# Shares of the parts and the width of the first: chosen on the development sets, flat around these values.
WORDS, LETTERS, WIDTH = 0.2, 0.45, 0.6
# What the turns around and the speaker's role add, and how many turns on either side count as around.
AROUND, ROLE, REACH = 0.3, 0.1, 3
COMMON = 0.2  # share of columns from which on a word is multiplied for all of them: that takes less than looking it up


class Features(NamedTuple):
    """What segments are compared by; parts that are not known are None."""

    vectors: Floats
    words: Any
    letters: Any
    around: Floats | None
    words_around: Any
    asks: Floats | None

    def take(self, rows: Ints | slice) -> Features:
        """Keep some rows."""
        kept: list[Any] = [None if part is None else part[rows] for part in self]
        return Features(*kept)

    def letters_of(self, rows: Ints) -> Any:
        """Letters of some rows, None where they are not known."""
        return None if self.letters is None else self.letters[rows]


class Shared(NamedTuple):
    """Hold words of columns, turned to be multiplied with: those that many have as a full table, the others sparse."""

    common: Ints
    full: Floats
    rest: Any

    @classmethod
    def of(cls, table: Any) -> Shared:
        """Turn a table of columns."""
        common = np.flatnonzero(np.bincount(table.indices, minlength=table.shape[1]) > COMMON * table.shape[0])
        rest = table.T.tocsr()
        full = rest[common].toarray()
        if len(common):
            lengths = np.diff(rest.indptr)
            rest.data[np.repeat(np.isin(np.arange(len(lengths)), common), lengths)] = 0.0
            rest.eliminate_zeros()
        return cls(common, full, rest)

    def product(self, rows: Any) -> Floats:
        """Multiply rows with them."""
        found = full_product(rows, self.rest)
        return found + rows[:, self.common].toarray() @ self.full if len(self.common) else found


@dataclass(frozen=True, eq=False)
class Columns:
    """Hold segments that others are compared with: each part of the comparison is one product with them, weighed."""

    features: Features
    width: float

    @property
    def vectors(self) -> Floats:
        """Their vectors."""
        return self.features.vectors

    @property
    def share(self) -> float:
        """What the same vector counts beside words and letters."""
        return 1.0 if self.features.words is None else 1 / (1 + WORDS + LETTERS)

    @cached_property
    def by_vectors(self) -> Floats:
        """What vectors, their squared lengths and ones are multiplied with for the logarithm of what vectors count."""
        scale, squares = 1 / (WIDTH * self.width), (self.vectors**2).sum(axis=1)
        last = np.log(self.share) - scale * squares
        return np.vstack([2 * scale * self.vectors.T, np.full(len(squares), -scale), last])

    @cached_property
    def by_turns(self) -> Floats | None:
        """What the turns around, whether a moderator speaks, and ones are multiplied with."""
        around, asks = self.features.around, self.features.asks
        if around is None:
            return None
        asks = np.full(len(around), np.nan) if asks is None else asks
        weight = AROUND if self.features.words_around is None else AROUND / 2
        return np.vstack([weight * around.T, ROLE * (2 * asks - 1), ROLE * (1 - asks)])  # equal: 1 - a - b + 2 a b

    @cached_property
    def by_words(self) -> Shared | None:
        """What words, letters, and words of the turns around are multiplied with."""
        from scipy.sparse import hstack

        words, letters, around = self.features.words, self.features.letters, self.features.words_around
        if words is None:
            return None
        parts = [WORDS * self.share * words, LETTERS * self.share * letters]
        return Shared.of(hstack([*parts, *([] if around is None else [AROUND / 2 * around])], format="csr"))


@dataclass(frozen=True, eq=False)
class FeaturesLater:
    """What very many segments are compared by: laid out for some of them at a time, when it is asked for."""

    similarity: Similarity
    segments: SegmentEvidence

    def take(self, rows: Ints) -> Features:
        """Lay out some rows."""
        some = rows if len(rows) else np.zeros(1, dtype=np.int64)  # scikit-learn lays out no table without a row
        return self.similarity.laid_out(self.segments, some).take(np.arange(len(rows)))

    def letters_of(self, rows: Ints) -> Any:
        """Letters of some rows, None where they are not known."""
        if not self.similarity.vectorizers:
            return None
        return self.similarity.vectorizers[1].transform(_texts(self.segments, rows))


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

    @cached_property
    def names_of_words(self) -> Any:
        """Give the words that occur, in the order of the columns of `Features.words`."""
        return self.vectorizers[0].get_feature_names_out()

    @classmethod
    def of(cls, segments: SegmentEvidence, codes: CodeEvidence, learnt: Ints | None = None) -> Similarity:
        """Fit on all segments, read or not, and on the texts of the codes.

        Of very many segments words and letters are fitted on those that are learnt from and `FITTED` others: what
        occurs nowhere among these is compared with nothing.
        """
        rows = segments.rows
        if len(codes.rows) and len(rows) and codes.rows.shape[1] != rows.shape[1]:
            raise AlignmentError(
                f"Codes and segments must be embedded by one encoder. Vectors of codes have {codes.rows.shape[1]} "
                f"dimensions, those of segments {rows.shape[1]}."
            )
        texts: list[str] = []
        many = laid_out_later(len(segments))
        if segments.texts is not None and len(segments):
            some = _fitted_on(len(segments), learnt) if many else np.arange(len(segments))
            texts = [*_texts(segments, some), *map(str, codes.texts or codes.names)]
        center, width = _middle(rows)
        made = cut_up(texts) if texts else ()
        tables = () if many else tuple(t[: len(segments)] for _, t in made)
        return cls(center, width, tuple(v for v, _ in made), segments, tables)

    def features(self, segments: SegmentEvidence) -> Features | FeaturesLater:
        """Lay out what segments are compared by; that of very many when it is needed."""
        if segments.rows.shape[1] != len(self.center):
            raise AlignmentError(
                f"New segments must be embedded by the encoder that was learnt with. Their vectors have "
                f"{segments.rows.shape[1]} dimensions, those learnt from {len(self.center)}."
            )
        if self.vectorizers and segments.texts is None:
            raise AlignmentError("The codes were learnt with words; new segments need texts= as well.")
        if laid_out_later(len(segments)):
            return FeaturesLater(self, segments)
        return self.laid_out(segments, np.arange(len(segments)))

    def laid_out(self, segments: SegmentEvidence, rows: Ints) -> Features:
        """Lay out what some rows are compared by."""
        asks = None if segments.asks is None else np.asarray(segments.asks, dtype=np.float64)[rows]
        letters = self._table(1, segments, rows)
        if not segments.in_dialogue:
            return Features(segments.rows[rows], self._table(0, segments, rows), letters, None, None, asks)
        from sklearn.preprocessing import normalize

        turns, places = _turns_around(segments, rows)
        own, words = np.searchsorted(places, rows), self._table(0, segments, places)
        vectors = segments.rows[places]
        around = unit_rows(turns @ unit_rows(vectors - self.center))
        words_around = None if words is None else normalize(turns @ words)
        return Features(vectors[own], None if words is None else words[own], letters, around, words_around, asks)

    def _table(self, which: int, segments: SegmentEvidence, rows: Ints) -> Any:
        """Words or letters of some rows; those of all that were fitted on are cut up already."""
        if not self.vectorizers:
            return None
        if segments is self.segments and self.tables:
            return self.tables[which][rows]
        return self.vectorizers[which].transform(_texts(segments, rows))

    def columns(self, features: Features) -> Columns:
        """Lay out segments that others are compared with."""
        return Columns(features, self.width)

    def between(self, rows: Features, columns: Features | Columns) -> Floats:
        """Compute how alike some rows are to some columns; 1 for the same words said in the same place."""
        from scipy.sparse import csr_array, hstack

        columns = columns if isinstance(columns, Columns) else self.columns(columns)
        ones, own = np.ones(len(rows.vectors)), columns.features
        alike = np.column_stack([rows.vectors, (rows.vectors**2).sum(axis=1), ones]) @ columns.by_vectors
        np.minimum(alike, np.log(columns.share), out=alike)
        np.exp(alike, out=alike)
        if rows.around is not None and columns.by_turns is not None:
            if rows.asks is None or own.asks is None:
                alike += rows.around @ columns.by_turns[:-2]
            else:
                alike += np.column_stack([rows.around, rows.asks, ones]) @ columns.by_turns
        if rows.words is not None and columns.by_words is not None:
            words = [rows.words, rows.letters]
            if own.words_around is not None:
                nothing = csr_array((len(ones), own.words_around.shape[1]))
                words.append(nothing if rows.words_around is None else rows.words_around)
            alike += columns.by_words.product(hstack(words, format="csr"))
        return np.asarray(alike)


def _turns_around(segments: SegmentEvidence, rows: Ints) -> tuple[Any, Ints]:
    """Sum over the turns around some turns, as a sparse table, and which turns its columns are: these and those."""
    from scipy.sparse import csr_array

    around = [segments.neighbor(step, of=rows) for step in range(-REACH, REACH + 1) if step]
    places = np.unique(np.concatenate([rows, *around]))
    places = places[places >= 0]
    at = np.concatenate([np.flatnonzero(place >= 0) for place in around])
    columns = np.searchsorted(places, np.concatenate([place[place >= 0] for place in around]))
    return csr_array((np.ones(len(at)), (at, columns)), shape=(len(rows), len(places))), places


def _texts(segments: SegmentEvidence, rows: Ints) -> list[str]:
    texts = segments.texts or ()
    return [str(texts[row]) for row in rows.tolist()]


def _fitted_on(n: int, learnt: Ints | None) -> Ints:
    """Choose segments on which words and letters are fitted: those that are learnt from, and others evenly."""
    own = np.zeros(0, dtype=np.int64) if learnt is None else learnt
    others = np.linspace(0, n - 1, min(n, FITTED)).astype(np.int64)
    return np.union1d(own, others)


def _middle(rows: Floats | InOrder) -> tuple[Floats, float]:
    """Mean of the vectors, and the mean squared distance of two."""
    if not len(rows):
        return np.zeros(rows.shape[1]), 1.0
    blocks = in_blocks(len(rows))
    if not isinstance(rows, InOrder):
        return rows.mean(axis=0), max(float(2 * rows.var(axis=0).sum()), 1e-12)
    center = sum(rows[some].sum(axis=0) for some in blocks) / len(rows)
    squares = sum(float(((rows[some] - center) ** 2).sum()) for some in blocks)
    return np.asarray(center), max(2 * squares / len(rows), 1e-12)
