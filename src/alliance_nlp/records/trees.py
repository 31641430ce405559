"""Cutting a tree of merges, numbering the groups that come out, and what is known of them at that cut."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.numeric import Floats, Ints, Labels, RowsOf
from alliance_nlp.records.fields import refuse_shape


class Cut(NamedTuple):
    """Rows grouped by a cut of a tree, and what is known of the groups.

    Attributes
    ----------
    labels : array of shape (n_rows,)
        Group of each row, numbered as `ordered` does; -1 for a row on no leaf.
    strength : array of shape (n_rows,)
        How firmly each row's leaf belongs; nan where it is alone or nothing is known, 0 for a row on no leaf.
    stability : array of shape (n_groups,)
        How often each group comes back; nan where it was not measured for this number of groups.
    """

    labels: Labels
    strength: Floats
    stability: Floats


def cut_rows(
    tree: NDArray[Any], leaves: Labels, ranks: Labels, *, n: int,
    tree_strength: Floats | None = None, cut_stability: Mapping[int, Floats] | None = None,
) -> Cut:  # fmt: skip
    """Cut a tree into `n` groups (as many as there are leaves, if that is fewer) and number the rows on it.

    Parameters
    ----------
    tree : array of shape (n_leaves - 1, 4)
        Merges in scipy's linkage form.
    leaves : array of shape (n_rows,)
        Leaf of each row, -1 for none.
    ranks : array of shape (n_rows,)
        Canonical order of the rows.
    n : int
        Number of groups.
    tree_strength : array, optional
        For each merge in turn, one strength for each leaf under it, leaves in ascending order.
    cut_stability : dict of int to array, optional
        For some numbers of groups, the stability of each group in the order of `cut_tree`.

    Examples
    --------
    >>> tree, leaves = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 3]]), np.array([2, 0, 1, -1])
    >>> cut = cut_rows(tree, leaves, leaves, n=2, tree_strength=np.array([0.9, 0.8, 0.5, 0.6, 0.1]))
    >>> cut.labels.tolist(), cut.strength.tolist(), cut.stability.tolist()
    ([1, 0, 0, -1], [nan, 0.9, 0.8, 0.0], [nan, nan])
    """
    n_leaves, inside = int(leaves.max(initial=-1)) + 1, leaves >= 0
    tops = _tops(tree, n_leaves=n_leaves, n=n)
    found, strength = np.full(len(leaves), -1, dtype=np.int64), np.zeros(len(leaves))
    found[inside] = _numbers(tops)[leaves[inside]]
    strength[inside] = _strength_below(tops, tree, tree_strength)[leaves[inside]]
    labels = ordered(found, ranks)
    stability = np.full(min(n, n_leaves), np.nan)
    measured = (cut_stability or {}).get(len(stability))
    if measured is not None:
        stability[labels[inside]] = measured[found[inside]]
    return Cut(labels, strength, stability)


def cut_tree(tree: NDArray[Any], *, n_leaves: int, n: int) -> Labels:
    """Undo the last merges of a tree in scipy's linkage form until exactly `n` groups are left.

    Examples
    --------
    >>> tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 3]])
    >>> cut_tree(tree, n_leaves=3, n=2).tolist()
    [1, 1, 0]
    """
    return _numbers(_tops(tree, n_leaves=n_leaves, n=n))


def _tops(tree: NDArray[Any], *, n_leaves: int, n: int) -> Ints:
    """Find the node that each leaf hangs on at last; merge number i is node n_leaves + i."""
    parent = np.arange(n_leaves + len(tree))
    done = max(0, n_leaves - n)
    parent[tree[:done, :2].astype(np.int64)] = n_leaves + np.arange(done)[:, None]
    while not np.array_equal(above := parent[parent], parent):  # each turn doubles the way that is gone up
        parent = above
    return parent[:n_leaves]


def _numbers(tops: Ints) -> Labels:
    there = np.zeros(int(tops.max(initial=-1)) + 1, dtype=np.int64)
    there[tops] = 1
    return (np.cumsum(there) - 1)[tops]


def _strength_below(tops: Ints, tree: NDArray[Any], tree_strength: Floats | None) -> Floats:
    strength = np.full(len(tops), np.nan)
    if tree_strength is None:
        return strength
    ends = np.cumsum(tree[:, 3]).astype(np.int64)
    for top in np.unique(tops[tops >= len(tops)]):
        own, end = tops == top, ends[top - len(tops)]
        strength[own] = tree_strength[end - own.sum() : end]
    return strength


def canonical_ranks(vectors: NDArray[Any] | RowsOf, texts: Sequence[str] | None = None) -> Labels:
    """Rank rows by what they hold: by their vectors, number by number, then by their words; equal rows share a rank.

    Everything that is drawn or numbered goes by this order, so that the order in which rows were given reaches nothing.

    Examples
    --------
    >>> canonical_ranks(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])).tolist()
    [1, 0, 1]
    >>> canonical_ranks(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]), ["b", "c", "a"]).tolist()
    [2, 0, 1]
    """
    ranks = _row_ranks(vectors if isinstance(vectors, RowsOf) else np.asarray(vectors))
    if texts is None:
        return ranks
    rows = list(zip(ranks.tolist(), texts, strict=True))
    rank_of = {row: rank for rank, row in enumerate(sorted(set(rows)))}
    return np.array([rank_of[row] for row in rows], dtype=np.int64)


_COLUMNS = 4  # numbers of a row that are looked at together: rows that differ differ early
_ROWS = 10_000  # rows that are looked at together


def _row_ranks(rows: NDArray[Any] | RowsOf) -> Labels:
    """Rank rows number by number, equal rows alike, without a second copy of them all.

    What np.unique(rows, axis=0) gives, which lays out all rows anew, twice: at a million that is gigabytes. Equal rows
    are found by what they hold first, so that only distinct ones are put in order, and only those that their first
    numbers do not part are looked at further.
    """
    places: dict[bytes, int] = {}
    which = np.empty(len(rows), dtype=np.int64)
    firsts: list[int] = []
    for start in range(0, len(rows), _ROWS):
        for row, held in enumerate(map(bytes, rows[start : start + _ROWS] + 0.0), start):  # minus zero is zero
            key = held if len(held) <= 32 else hashlib.blake2b(held, digest_size=32).digest()
            which[row] = place = places.setdefault(key, len(places))
            if place == len(firsts):
                firsts.append(row)
    return _sorted_ranks(rows, np.array(firsts, dtype=np.int64))[which]


def _sorted_ranks(rows: NDArray[Any] | RowsOf, distinct: Ints) -> Labels:
    """Rank rows that all differ: by their first numbers, those that are still equal by the next ones."""
    ranks, tied = np.zeros(len(distinct), dtype=np.int64), np.arange(len(distinct))
    for start in range(0, rows.shape[1] if len(distinct) > 1 else 0, _COLUMNS):
        keys = [ranks[tied], *(rows[distinct[tied], start : start + _COLUMNS] + 0.0).T]
        order = np.lexsort(keys[::-1])
        steps = [np.diff(key[order]) != 0 for key in keys]
        begins = [np.r_[True, part] for part in (steps[0], np.logical_or.reduce(steps))]
        # the first of each run of equals stands at its place among all; the others share it until they are parted
        group, run = (np.maximum.accumulate(np.where(begin, np.arange(len(order)), 0)) for begin in begins)
        ranks[tied[order]] += run - group
        tied = tied[order][~(begins[1] & np.r_[begins[1][1:], True])]
        if not len(tied):
            break
    return ranks


def ordered(labels: Labels, ranks: Labels) -> Labels:
    """Give numbers to groups by size, largest first, equal sizes by their smallest rank; below 0 becomes -1.

    Parameters
    ----------
    labels : array of shape (n_rows,)
        The group of each row, under any numbers; below 0: in no group.
    ranks : array of shape (n_rows,)
        Rank of each row by its content, as `canonical_ranks` gives it.

    Returns
    -------
    array of shape (n_rows,)
        The same groups as 0 … k-1. Labels that are so numbered come back as they are.

    Examples
    --------
    >>> ordered(np.array([7, 2, 2, 5, -1]), np.array([3, 0, 4, 1, 2])).tolist()
    [2, 0, 0, 1, -1]
    """
    inside = labels >= 0
    names, group, sizes = np.unique(labels[inside], return_inverse=True, return_counts=True)
    smallest = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(smallest, group, ranks[inside])
    place = np.empty(len(names), dtype=np.int64)
    place[np.lexsort((smallest, -sizes))] = np.arange(len(names))
    numbered = np.full(len(labels), -1, dtype=np.int64)
    numbered[inside] = place[group]
    return numbered


def refuse_misnumbered(labels: Labels, ranks: Callable[[], Ints], *, kept: bool) -> None:
    """Refuse labels below -1 and, unless old numbers are kept, labels that `ordered` would number otherwise.

    Parameters
    ----------
    labels : array of shape (n_rows,)
        The labels of clusters.
    ranks : callable
        Gives the canonical order of the rows; asked only where clusters are of equal size.
    kept : bool
        Whether the numbers are those of an earlier clustering.

    Raises
    ------
    InputError
        With what is wrong first: a label below -1, a gap, the order of sizes, the order of equal sizes.
    """
    must, how = "Clusters.labels must be", "records.ordered(labels, embeddings.ranks) numbers them."
    low = np.flatnonzero(labels < -1)
    if low.size:
        raise InputError(f"{must} at least -1, which is no cluster. Got {labels[low[0]]} at position {low[0]}.")
    sizes = np.bincount(labels[labels >= 0])
    if kept or not sizes.size:
        return
    if not sizes.all():
        gap = f"No segment has label {sizes.argmin()}, the largest is {len(sizes) - 1}"
        raise InputError(f"{must} numbered from 0 without a gap. {gap}. {how}")
    steps = np.diff(sizes)
    if np.any(steps > 0):
        at = int(np.argmax(steps > 0))
        both = f"Cluster {at} has {counted(sizes[at], 'segment')}, cluster {at + 1} has {sizes[at + 1]}"
        raise InputError(f"{must} numbered by size, largest first. {both}. {how}")
    moved = labels[ordered(labels, ranks()) != labels] if not steps.all() else steps[:0]
    if moved.size:
        raise InputError(f"{must} numbered, at equal size, by their smallest member. {moved.min()} is not. {how}")


def refuse_bad_tree(tree: Floats | None, leaves: Labels | None, shape: tuple[int, ...]) -> None:
    """Refuse a tree without leaves, leaves without a tree, and merges of what was not there before.

    Raises
    ------
    AlignmentError
        When only one of the two is given, or there is not one leaf for each row.
    InputError
        When the tree is not one of these leaves in scipy's linkage form.
    """
    if tree is None or leaves is None:
        if tree is not None or leaves is not None:
            raise AlignmentError("Clusters.hierarchy and Clusters.leaves go together. Got one of them.")
        return
    refuse_shape("Clusters.leaves", leaves, shape, "segments")
    n = int(leaves.max(initial=-1)) + 1
    merges = tree if tree.shape == (max(n - 1, 0), 4) else np.full((1, 4), np.nan)
    fresh = n + np.arange(len(merges))[:, None]  # number of the node that a merge makes
    joined = merges[:, :2]
    there = (joined >= 0) & (joined < fresh) & (merges[:, 2:] >= 0)
    if leaves.min(initial=-1) < -1 or not there.all() or len(np.unique(joined)) < joined.size:
        raise InputError(
            f"Clusters.hierarchy and Clusters.leaves must join {counted(n, 'leaf', 'leaves')} in {max(n - 1, 0)} "
            f"merges, each of what was there before, in scipy's linkage form. Got shape {tree.shape}."
        )
