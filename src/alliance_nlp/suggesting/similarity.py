"""How alike two segments are, and the kernel ridge regression of their codes on it.

Their vectors, their words and their letters have a fixed share each. Vectors see what two passages are about; shared
words and letter sequences see names, phrases and word forms that a small encoder blurs. Over twelve hand-coded sets the
sum ranks segments better than any of the three (docs/decisions/0030).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alliance_nlp.errors import AlignmentError
from alliance_nlp.numeric import Floats, Ints
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence

# Shares of the three parts and the width of the first: chosen once on the development sets, flat around these values.
WORDS, LETTERS, WIDTH = 0.2, 0.45, 0.6
# Share at which the turns before and after count, beside the turn itself.
AROUND = 0.15
NEIGHBORS = 10
PENALTY = 0.3
_BLOCK = 1024


@dataclass(frozen=True, eq=False)
class Similarity:
    """Hold how alike all segments are to one another and to the texts of the codes.

    Attributes
    ----------
    matrix : array of shape (n_segments, n_segments + n_code_texts)
        Between 0 and 1; columns are the segments, then label and definition of every code.
    width : float
        Mean squared distance of two segments' vectors.
    vectors : array
        Vectors of the segments, then of the codes.
    spaces : tuple
        For words and letters each: the fitted vectorizer and the columns' features; empty without texts.
    n_segments : int
        Segments among the columns.
    """

    matrix: Floats
    width: float
    vectors: Floats
    spaces: tuple[tuple[Any, Any], ...]
    n_segments: int

    def to_columns(self, rows: Floats, features: Sequence[Any]) -> Floats:
        """Compute how alike some rows are to all columns, the turns around left aside."""
        parts = [(1.0, np.exp(-_squared(rows, self.vectors) / (WIDTH * self.width)))]
        for share, (_, columns), given in zip((WORDS, LETTERS), self.spaces, features, strict=False):
            parts.append((share, np.asarray((given @ columns.T).toarray())))
        total = sum(share for share, _ in parts)
        return np.asarray(sum(share / total * values for share, values in parts))


def compare_rows(segments: SegmentEvidence, codes: CodeEvidence) -> Similarity:
    """Compute how alike segments are to one another and to the codes' own texts.

    Parameters
    ----------
    segments : SegmentEvidence
        Segments; all that take part, read or not.
    codes : CodeEvidence
        Codes; those with vectors become columns after the segments.

    Returns
    -------
    Similarity
        Nothing in it knows who coded what.

    Raises
    ------
    AlignmentError
        When codes and segments were embedded with different encoders.
    """
    n, rows = len(segments), segments.rows
    if len(codes.rows):
        if codes.rows.shape[1] != rows.shape[1]:
            raise AlignmentError(
                f"Codes and segments must be embedded by one encoder. Vectors of codes have {codes.rows.shape[1]} "
                f"dimensions, those of segments {rows.shape[1]}."
            )
        rows = np.vstack([rows, _moved(codes.rows, segments.rows)])
    texts = _texts(segments, codes)
    spaces = tuple((v, v.transform(texts)) for v in _vectorizers(texts)) if texts else ()
    width = max(float(2 * segments.rows.var(axis=0).sum()), 1e-12) if n else 1.0  # twice the summed variance
    made = Similarity(np.empty((n, len(rows))), width, rows, spaces, n)
    for start in range(0, n, _BLOCK):
        block = slice(start, min(n, start + _BLOCK))
        made.matrix[block] = made.to_columns(rows[block], [columns[block] for _, columns in spaces])
    return replace(made, matrix=_with_turns_around(made.matrix, segments, segments))


def compare_new(similarity: Similarity, segments: SegmentEvidence, known: SegmentEvidence) -> Floats:
    """Compute how alike new segments are to the columns of an earlier comparison of `known` segments."""
    given = [vectorizer.transform(segments.texts) for vectorizer, _ in similarity.spaces]
    return _with_turns_around(similarity.to_columns(segments.rows, given), segments, known)


def _with_turns_around(matrix: Floats, segments: SegmentEvidence, known: SegmentEvidence) -> Floats:
    """Add how alike the turns before are to one another, and the turns after."""
    if segments.sequences is None or known.sequences is None:
        return matrix
    around = np.array(matrix)
    for step in (-1, 1):
        rows, columns = segments.neighbor(step), known.neighbor(step)
        has, had = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
        around[np.ix_(has, had)] += AROUND * matrix[np.ix_(rows[has], columns[had])]
    return around


def nearest_graph(matrix: Floats, *, k: int = NEIGHBORS) -> Any:
    """Link every segment with its most similar ones, weights scaled so that a walk neither grows nor dies."""
    from scipy.sparse import csr_array, diags_array

    n = len(matrix)
    k = min(k, n - 1)
    if k < 1:
        return csr_array((n, n))
    near = np.array(matrix)
    np.fill_diagonal(near, -1.0)
    index = np.argpartition(-near, k - 1, axis=1)[:, :k]
    weights = np.clip(np.take_along_axis(near, index, axis=1), 0.0, None)
    one_way = csr_array((weights.ravel(), index.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    graph = one_way.maximum(one_way.T)
    scale = diags_array(1.0 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel() + 1e-12))
    return (scale @ graph @ scale).tocsr()


def nearest_columns(matrix: Floats, *, k: int = NEIGHBORS) -> tuple[Ints, Floats]:
    """Give each row its most similar columns and their weights, which sum to one."""
    k = min(k, matrix.shape[1])
    index = np.argpartition(-matrix, k - 1, axis=1)[:, :k]
    weights = np.clip(np.take_along_axis(matrix, index, axis=1), 1e-12, None)
    return index, weights / weights.sum(axis=1, keepdims=True)


def _texts(segments: SegmentEvidence, codes: CodeEvidence) -> list[str]:
    if segments.texts is None:
        return []
    described = (codes.texts if codes.texts is not None else codes.names) if len(codes.rows) else ()
    return [str(text) for text in (*segments.texts, *described)]


def _vectorizers(texts: list[str]) -> list[Any]:
    """Fit words and letters; texts without a single word have neither."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = 2 if len(texts) > 20 else 1
    made = [
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=least, strip_accents="unicode"),
        TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5), min_df=least),
    ]
    try:
        return [vectorizer.fit(texts) for vectorizer in made]
    except ValueError:  # scikit-learn's way of saying that no word occurs often enough
        return []


def _moved(codes: Floats, segments: Floats) -> Floats:
    """Move codes half of the way to where segments lie: definitions are written, segments are spoken."""
    if len(segments) == 0 or len(codes) < 3:
        return codes
    return np.asarray(codes + (segments.mean(axis=0) - codes.mean(axis=0)) / 2)


def _squared(rows: Floats, columns: Floats) -> Floats:
    lengths = (rows**2).sum(axis=1)[:, None] + (columns**2).sum(axis=1)[None, :]
    return np.asarray(np.clip(lengths - 2 * rows @ columns.T, 0.0, None))


@dataclass(frozen=True, eq=False)
class Ridge:
    """Hold a fitted ridge: coefficients of the learnt rows, and what held-out scores need."""

    coefficients: Floats
    inverse: Floats
    targets: Floats
    offset: Floats


def fit_ridge(similarity: Floats, targets: Floats, weights: Floats, offset: Floats) -> Ridge:
    """Fit all columns of targets at once; a row of small weight may be missed by more."""
    from scipy.linalg.lapack import dpotrf, dpotri

    centered = targets - offset
    system = similarity + PENALTY * np.diag(1.0 / weights)
    lower = dpotri(dpotrf(system, lower=1, overwrite_a=1)[0], lower=1, overwrite_c=1)[0]
    inverse = np.where(np.tri(len(system), dtype=bool), lower, lower.T)
    return Ridge(inverse @ centered, inverse, targets, offset)


def held_out(ridge: Ridge, rows: Ints) -> Floats:
    """Score some learnt rows as if exactly these rows had not been learnt from.

    The identity is that of block-wise leave-one-out: with A the regularised kernel, the held-out residual of the rows
    G is the solution r of (A^-1)_GG r = (A^-1 y)_G.
    """
    block = ridge.inverse[np.ix_(rows, rows)]
    residual = np.linalg.solve(block, ridge.coefficients[rows])
    return np.asarray(ridge.targets[rows] - residual)
