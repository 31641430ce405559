"""How sure a cluster is: does it come back without some rows, what hangs loosely on it, what would join it next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.clusters.coassociation import as_rows, consensus_labels
from alliance_nlp.clusters.ensemble import overlaps
from alliance_nlp.numeric import Bools, Floats, Ints, Labels, few_largest, largest_first, one_thread, ratio, unit_rows

AT_ONCE = 20_000  # rows that lie beside all clusters at a time


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Hold what happened to each cluster when one group after the other was left out.

    Attributes
    ----------
    groups : tuple of str
        The groups (participants, sessions) that were left out, one at a time.
    overlap : array of shape (n_groups, n_clusters)
        How much of the rest of each cluster came back (Jaccard overlap, 0-1); nan where the cluster has no rows
        outside the group.
    """

    groups: tuple[str, ...]
    overlap: Floats


def leave_one_out(
    vectors: ArrayLike,
    labels: ArrayLike,
    *,
    groups: Sequence[str],
    texts: Sequence[str] | None = None,
    random_state: int = 0,
) -> LeftOut:
    """Cluster again without each group in turn, and ask how much of each cluster comes back.

    Parameters
    ----------
    vectors, labels : array
        The rows and their clusters, labels 0 to k - 1.
    groups : sequence of str
        The group (participant, session) of each row.
    texts : sequence of str, optional
        The words behind each row, if the clusters were made with them.
    random_state : int
        Seed of every refit.

    Notes
    -----
    Every refit costs about as much as the clustering itself. That a cluster survives without a person says that it
    does not depend on that person's wording, not that others would agree with it.
    """
    rows, given = as_rows(vectors), np.asarray(labels, dtype=np.int64)
    names = tuple(sorted(set(groups)))
    of = np.array([names.index(group) for group in groups], dtype=np.int64)
    k = int(given.max(initial=-1)) + 1
    overlap = np.full((len(names), k), np.nan)
    for turn in range(len(names)):
        rest = np.flatnonzero((of != turn) & (given >= 0))
        if len(rest):
            kept = None if texts is None else [texts[int(i)] for i in rest]
            left = len(np.unique(given[rest]))
            again = consensus_labels(rows[rest], texts=kept, n_clusters=left, random_state=random_state).labels
            overlap[turn] = overlaps(given[rest], again, n_clusters=k)
    return LeftOut(names, overlap)


def cohesion(vectors: ArrayLike, labels: ArrayLike) -> Floats:
    """Compute the mean cosine of all pairs of rows in each cluster; nan for a cluster of one row.

    Examples
    --------
    >>> cohesion([[1, 0], [1, 0], [0, 1]], [0, 0, 1]).tolist()
    [1.0, nan]
    """
    given = np.asarray(labels, dtype=np.int64)
    sums, counts = _sums(vectors, given)
    squares = np.concatenate([(rows**2).sum(axis=1) for _, rows in _in_blocks(vectors)])
    norms = np.bincount(given[given >= 0], weights=squares[given >= 0], minlength=len(counts))
    return ratio((sums**2).sum(axis=1) - norms, counts * (counts - 1))


def belonging(vectors: ArrayLike, labels: ArrayLike) -> Floats:
    """Compute, for each row and cluster, the mean cosine with the cluster's other rows; nan where there is none."""
    return np.concatenate([near for _, near in _belonging(vectors, np.asarray(labels, dtype=np.int64))])


def _belonging(vectors: ArrayLike, given: Labels) -> Iterator[tuple[slice, Floats]]:
    """Compute `belonging` for some rows at a time: all rows beside all clusters would not fit into memory."""
    sums, counts = _sums(vectors, given)
    for some, rows in _in_blocks(vectors):
        with one_thread():
            total = rows @ sums.T
        near, here = ratio(total, counts[None, :]), given[some]
        at = np.flatnonzero(here >= 0)  # a row is none of the others of its cluster
        own = at, here[at]
        near[own] = ratio(total[own] - (rows[at] ** 2).sum(axis=1), counts[here[at]] - 1)
        del total
        yield some, near


def _in_blocks(vectors: ArrayLike) -> Iterator[tuple[slice, Floats]]:
    """Give rows of length one in double precision, some at a time."""
    every = np.asarray(vectors)
    for start in range(0, max(len(every), 1), AT_ONCE):
        some = slice(start, min(start + AT_ONCE, len(every)))
        rows = as_rows(every[some])  # of no rows this does not know how wide they are
        yield some, unit_rows(rows) if len(rows) else np.zeros(every.shape)


def next_and_loose(
    vectors: ArrayLike, labels: ArrayLike, *, n: int, left_out: Bools | None = None
) -> tuple[list[Labels], Labels]:
    """Find, for each cluster, `n` rows outside it that would join it next; and all rows that lie loosely in theirs.

    Next means, nearest first: little is lost by moving the row, that is, its mean cosine with this cluster comes
    closest to (or exceeds) the one with its own cluster. A row in no cluster, or alone in one, has nothing to lose.
    Rows that are `left_out` join none. Loosely means, worst first: the mean cosine with another cluster is larger than
    with their own. Rows lie beside all clusters once for both.

    Examples
    --------
    >>> joining, loose = next_and_loose([[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.2]], [0, 0, 1, 1, 1], n=1)
    >>> [rows.tolist() for rows in joining], loose.tolist()
    ([[4], [1]], [4])
    """
    given = np.asarray(labels, dtype=np.int64)
    never = np.zeros(len(given), dtype=bool) if left_out is None else left_out
    best: list[list[tuple[Floats, Labels]]] = [[] for _ in range(int(given.max(initial=-1)) + 1)]
    losses = []
    for some, near in _belonging(vectors, given):
        losses.append(_losses(near, given[some]))
        gains = _gains(near, given[some], never[some])
        for parts, gain in zip(best, gains, strict=True):
            first = few_largest(gain, n)
            parts.append((gain[first], first + some.start))
    found = []
    outside = int((~never).sum()) - np.bincount(given[(given >= 0) & ~never], minlength=len(best))
    for parts, n_outside in zip(best, outside.tolist(), strict=True):
        gain, rows = (np.concatenate(each) for each in zip(*parts, strict=True))
        found.append(rows[few_largest(gain, min(n, n_outside))])
    loss = np.concatenate(losses)
    order = largest_first(loss)
    return found, np.asarray(order[loss[order] > 0], dtype=np.int64)


def _gains(near: Floats, given: Labels, never: Bools) -> Floats:
    """Compute what each row would gain by joining each cluster, a line a cluster; its own and no row left out."""
    gains = np.ascontiguousarray(near.T)
    gains -= _own(near, given)
    inside = np.flatnonzero(given >= 0)
    gains[given[inside], inside] = -np.inf
    gains[:, never] = -np.inf
    return gains


def _losses(near: Floats, given: Labels) -> Floats:
    """Compute how much nearer each row lies to another cluster than to its own."""
    other = np.nan_to_num(near, nan=-np.inf)
    inside = np.flatnonzero(given >= 0)
    other[inside, given[inside]] = -np.inf
    lost = other.max(axis=1, initial=-np.inf) - _own(near, given, alone=np.inf)
    return np.where(given >= 0, lost, -np.inf)


def _own(near: Floats, given: Labels, *, alone: float = 0.0) -> Floats:
    """Pick each row's mean cosine with its own cluster; `alone` for a row without company."""
    if near.shape[1] == 0:
        return np.zeros(len(given))
    return np.where(given >= 0, np.nan_to_num(near[np.arange(len(given)), np.maximum(given, 0)], nan=alone), 0.0)


def _sums(vectors: ArrayLike, given: Labels) -> tuple[Floats, Ints]:
    from scipy.sparse import csr_array

    sums = np.zeros((int(given.max(initial=-1)) + 1, np.shape(vectors)[1]))
    for some, rows in _in_blocks(vectors):
        inside = np.flatnonzero(given[some] >= 0)
        here = (np.ones(len(inside)), (given[some][inside], inside))  # adds row by row, as np.add.at does, but sooner
        sums += csr_array(here, shape=(len(sums), len(rows))) @ rows
    return sums, np.bincount(given[given >= 0], minlength=len(sums))
