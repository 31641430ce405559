"""The spaces in which segments are grouped: principal components, plain and averaged over nearest neighbors.

Sentence vectors of short, similar texts are noisy. Averaging a vector with those of its nearest neighbors a few times
moves segments of one meaning together; different numbers of neighbors see different grains, so several are used. With
texts at hand, half of the spaces look for neighbors that are also alike in wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from alliance_nlp.numeric import Floats, Ints, largest_first, unit_rows

LETTERS = 4
COMMONEST = 0.3  # runs of letters in a larger share of the segments say nothing about their meaning
NEIGHBORS = (5, 10, 15)
DIMENSIONS = 30
STEPS = 3
WEIGHT = 0.7
_BLOCK_CELLS = 4_000_000  # similarities held at once while neighbors are sought: 32 MB


@dataclass(frozen=True, eq=False)
class Likeness:
    """Say how alike rows are: cosine of their vectors, plus, where there are texts, cosine of their wording."""

    vectors: Floats
    wording: Any = None

    def take(self, rows: Ints) -> Likeness:
        """Keep some rows."""
        return Likeness(self.vectors[rows], None if self.wording is None else self.wording[rows])

    def nearest(self, rows: Ints, others: Ints, *, k: int) -> tuple[Ints, Floats]:
        """Find the `k` others whose vectors are most like each row's, best first, with their likeness.

        A row is not its own neighbor.
        """
        k = min(k, len(others))
        found, alike = np.empty((len(rows), k), dtype=np.int64), np.empty((len(rows), k))
        for part, block in self._blocks(rows, others):
            found[part], alike[part] = _best(block, others, k)
        return found, alike

    def neighbors(self, *, k: int) -> tuple[Ints, Ints]:
        """Find the `k` rows most like each row, best first: by vectors, then by vectors and wording."""
        everyone = np.arange(len(self.vectors))
        plain, worded = np.empty((2, len(everyone), k), dtype=np.int64)
        runs = None if self.wording is None else self.wording.T.tocsr()
        for part, block in self._blocks(everyone, everyone):
            plain[part] = worded[part] = _best(block, everyone, k)[0]
            if runs is not None:
                np.add(block, full_product(self.wording[part], runs), out=block)
                worded[part] = _best(block, everyone, k)[0]
        return plain, worded

    def _blocks(self, rows: Ints, others: Ints) -> Iterator[tuple[slice, Floats]]:
        """Compute the likeness of vectors, some rows at a time; of a row to itself it is minus infinity."""
        step, columns = max(1, _BLOCK_CELLS // max(1, len(others))), self.vectors[others].T
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            block = np.asarray(self.vectors[some] @ columns)
            block[some[:, None] == others[None, :]] = -np.inf
            yield slice(start, start + len(some)), block


def _best(block: Floats, others: Ints, k: int) -> tuple[Ints, Floats]:
    """Find the columns with the `k` largest values of each row, best first."""
    part = np.argpartition(-block, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(block, part, axis=1)
    order = largest_first(values)
    return others[np.take_along_axis(part, order, axis=1)], np.take_along_axis(values, order, axis=1)


def wording_rows(texts: Sequence[str]) -> Any:
    """Give each text a unit row of its runs of four letters, weighted by rarity; empty where it has none.

    Sentence vectors forget names, figures and terms of art that people code by. Runs of letters need no word list and
    no stemmer, so they serve any language written in letters. Runs in one text only, or in more than three in ten, are
    left out.
    """
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import TfidfTransformer

    counts, runs = _runs_in(texts)
    held = np.bincount(counts.indices, minlength=len(runs))
    kept = np.flatnonzero((held >= 2) & (held <= max(2, int(COMMONEST * len(texts)))))
    if not len(kept):  # no run is common and rare enough
        return csr_array((len(texts), 1))
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, kept])
    alphabet = np.argsort(np.array(runs)[kept])
    weighted = csr_array(weighted)[:, alphabet]
    weighted.sort_indices()  # so that the likeness of two texts does not depend on which others there are
    return weighted


def _runs_in(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Count the runs of letters of each text, within words; a word is cut up once, however often it is said."""
    from scipy.sparse import csr_matrix

    place: dict[str, int] = {}
    of_word: dict[str, list[int]] = {}
    found = []
    for text in texts:
        own: list[int] = []
        for word in re.sub(r"\W+", " ", text.lower()).split():
            if (cut := of_word.get(word)) is None:
                padded = f" {word} "
                starts = range(max(1, len(padded) - LETTERS + 1))
                cut = [place.setdefault(padded[at : at + LETTERS], len(place)) for at in starts]
                of_word[word] = cut
            own += cut
        found.append(own)
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=int(ends[-1]))
    counts = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(texts), len(place)))
    counts.sum_duplicates()
    return counts, list(place)


def full_product(rows: Any, columns: Any) -> Floats:
    """Multiply two sparse tables into a full one, where scikit-learn can without counting first what will not be zero.

    Nearly every segment shares letters with every other, so that little of the product is zero.
    """
    from sklearn.utils import sparsefuncs

    into_full = getattr(sparsefuncs, "sparse_matmul_to_dense", None)
    return np.asarray((rows @ columns).toarray() if into_full is None else into_full(rows, columns))


def principal_components(rows: Floats, *, dimensions: int = DIMENSIONS) -> Floats:
    """Project centered rows on their main directions, at most as many as there are rows or columns."""
    centered = rows - rows.mean(axis=0)
    if centered.shape[0] < centered.shape[1]:
        values, vectors = np.linalg.eigh(centered @ centered.T)
        order = largest_first(values)[:dimensions]
        return np.asarray(vectors[:, order] * np.sqrt(np.clip(values[order], 0.0, None)))
    values, vectors = np.linalg.eigh(centered.T @ centered)
    order = largest_first(values)[:dimensions]
    return np.asarray(centered @ vectors[:, order])


def neighbor_graph(nearest: Ints) -> Any:
    """Link each row with its neighbors, both ways, all links of weight one."""
    from scipy.sparse import csr_array

    n, k = nearest.shape
    one_way = csr_array((np.ones(n * k), nearest.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    return one_way.maximum(one_way.T)


def smooth(rows: Floats, graph: Any, *, steps: int = STEPS, weight: float = WEIGHT) -> Floats:
    """Average each row with its neighbors in the graph, a few times."""
    from scipy.sparse import diags_array

    walk = diags_array(1.0 / graph.sum(axis=1)) @ graph
    for _ in range(steps):
        rows = (1.0 - weight) * rows + weight * (walk @ rows)
    return rows


def build_spaces(likeness: Likeness) -> tuple[list[Floats], Any]:
    """Give the plain space, the smoothed ones, and the neighbor graph that grains are judged on.

    With wording: plain, 5 and 15 neighbors by vectors, then 5, 10 and 15 neighbors by vectors and wording. Without:
    plain, and 5, 10 and 15 neighbors by vectors.
    """
    rows = likeness.vectors
    k = min(max(NEIGHBORS), len(rows) - 1)
    spaces = [principal_components(rows)]
    plain, worded = likeness.neighbors(k=k)
    plans = [(worded, NEIGHBORS)] if likeness.wording is None else [(plain, NEIGHBORS[::2]), (worded, NEIGHBORS)]
    for nearest, counts in plans:
        for count in sorted({min(count, k) for count in counts}):
            spaces.append(principal_components(smooth(rows, neighbor_graph(nearest[:, :count]))))
    return [unit_rows(space) for space in spaces], neighbor_graph(worded[:, : min(NEIGHBORS[1], k)])
