"""The spaces in which segments are grouped: principal components, plain and smoothed over nearest neighbours.

Sentence vectors of short, similar texts are noisy. Averaging a vector with those of its nearest neighbours a few times
moves segments of one meaning together; different numbers of neighbours see different grains, so all are used.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEIGHBORS = (5, 10, 20)
DIMENSIONS = 30
STEPS = 3
WEIGHT = 0.7
_BLOCK_CELLS = 4_000_000  # similarities held at once while neighbours are sought: 32 MB


def nearest_rows(rows: Array, others: Array, *, k: int) -> NDArray[np.int64]:
    """Find, for each unit row, the `k` most similar of the other unit rows, in blocks of bounded memory."""
    k = min(k, len(others))
    found = np.empty((len(rows), k), dtype=np.int64)
    step = max(1, _BLOCK_CELLS // max(1, len(others)))
    for start in range(0, len(rows), step):
        similar = rows[start : start + step] @ others.T
        part = np.argpartition(-similar, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(similar, part, axis=1), axis=1, kind="stable")
        found[start : start + step] = np.take_along_axis(part, order, axis=1)
    return found


def unit_rows(rows: Array) -> Array:
    """Scale every row to length one; rows of length zero stay zero."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def principal_components(rows: Array, *, dimensions: int = DIMENSIONS) -> Array:
    """Project centered rows on their main directions, at most as many as there are rows or columns."""
    centered = rows - rows.mean(axis=0)
    if centered.shape[0] < centered.shape[1]:
        values, vectors = np.linalg.eigh(centered @ centered.T)
        order = np.argsort(-values, kind="stable")[:dimensions]
        return np.asarray(vectors[:, order] * np.sqrt(np.clip(values[order], 0.0, None)))
    values, vectors = np.linalg.eigh(centered.T @ centered)
    order = np.argsort(-values, kind="stable")[:dimensions]
    return np.asarray(centered @ vectors[:, order])


def smooth(rows: Array, neighbors: NDArray[np.int64], *, steps: int = STEPS, weight: float = WEIGHT) -> Array:
    """Average each row with its neighbours in the symmetric neighbour graph, a few times."""
    from scipy.sparse import csr_array, diags_array

    n, k = neighbors.shape
    if k == 0:
        return rows
    one_way = csr_array((np.ones(n * k), neighbors.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    graph = one_way.maximum(one_way.T)
    walk = diags_array(1.0 / graph.sum(axis=1)) @ graph
    for _ in range(steps):
        rows = (1.0 - weight) * rows + weight * (walk @ rows)
    return rows


def build_spaces(rows: Array) -> list[Array]:
    """Give the plain space and one smoothed space for every number of neighbours that the rows allow."""
    k = max(0, min(max(NEIGHBORS), len(rows) - 1))
    nearest = nearest_rows(rows, rows, k=k + 1)
    nearest = without_self(nearest)
    spaces = [principal_components(rows)]
    for count in sorted({min(count, k) for count in NEIGHBORS}):
        spaces.append(principal_components(smooth(rows, nearest[:, :count])))
    return spaces


def without_self(nearest: NDArray[np.int64]) -> NDArray[np.int64]:
    """Drop each row from its own list of nearest rows, or its last entry where it is not in the list."""
    n, k = nearest.shape
    own = nearest == np.arange(n)[:, None]
    own[~own.any(axis=1), k - 1] = True
    return np.asarray(nearest[~own].reshape(n, k - 1))
