"""How alike segments are to those that are learnt from: worked out once for all fits on the same segments.

Fits differ in who coded what, and so in which of these segments they learn from; what compares segments knows nothing
of that. A fit without some of them follows from the inverse for all (`Ridge.without`), and so do the scores of those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import Bools, Floats, Ints
from alliance_nlp.suggesting.copies import copied_into
from alliance_nlp.suggesting.evidence import SegmentEvidence, in_blocks, passing
from alliance_nlp.suggesting.ridge import Ridge, Without, inverse_of
from alliance_nlp.suggesting.similarity import Features, FeaturesLater, Similarity
from alliance_nlp.suggesting.task import Held, Task
from alliance_nlp.suggesting.weighing import ENOUGH_READ

TRIANGLES = 256  # rows that are compared at a time with those from them on: little is compared twice
FEW_STRANGE = 0.4  # with more rows that a fit does not learn from, fitting anew takes less than leaving them out
BLOCK_MEAN = 20  # a block's own mean is taken off its scores as if so many average segments stood beside it


class Fit(NamedTuple):
    """Hold one fit: scores of some segments, and coefficients without each fold and in the end with everything.

    Of each there is one table, and where halves are told apart a second one within halves. Coefficients without a fold
    are there if all were asked for, or if a segment without a score here is scored with them; else they are 0.
    """

    rows: Ints
    scores: tuple[Floats, ...]
    coefficients: tuple[Floats, ...]


class Inverse(NamedTuple):
    """Hold some of the rows that are learnt from, the inverse for them, and what is near to them times the inverse."""

    kept: Ints
    inverse: Floats
    near: Floats


class System(NamedTuple):
    """Hold an inverse, and the ridge it gives without those of its rows that a task does not know."""

    of: Inverse
    ridge: Without


@dataclass(frozen=True, eq=False)
class Reference:
    """Hold the segments that are learnt from, how alike they are, and how near others are to them that fits score."""

    similarity: Similarity
    features: Features | FeaturesLater
    rows: Ints
    alike: Floats
    near: Ints
    toward: Floats

    @classmethod
    def of(cls, similarity: Similarity, features: Features | FeaturesLater, rows: Ints, near: Ints) -> Reference:
        """Compare the rows that are learnt from with one another, each two of them once, and some others with them."""
        known, alike = features.take(rows), np.empty((len(rows), len(rows)))
        for some in in_blocks(len(rows), TRIANGLES):
            start, end = int(some[0]), int(some[-1]) + 1
            own = similarity.between(known.take(slice(start, None)), known.take(slice(start, end)))
            alike[start:, start:end] = own
            alike[start:end, end:] = own[end - start :].T
        columns, toward = similarity.columns(known), np.empty((len(near), len(rows)))
        for some in in_blocks(len(near)):
            toward[some] = similarity.between(features.take(near[some]), columns)
        return cls(similarity, features, rows, alike, near, toward)

    def ridge(self, task: Task) -> Ridge:
        """Fit what this task learns from, and nothing else."""
        own = np.flatnonzero(task.known[self.rows])
        return Ridge(inverse_of(self.alike[np.ix_(own, own)]), task.targets[self.rows[own]])

    def fit(self, task: Task, held: Held, *, every_fold: bool = True) -> Fit:
        """Fit the ridge without each fold and in the end with everything; so within halves.

        Within halves neither the fold nor anything of the other half was learnt from. Weights that a half is scored
        with are chosen by scores of the other half, and those must not have learnt from the first: who predicts whom is
        symmetric, so that a chance likeness of the two halves would be chosen and then counted.
        """
        rows = np.concatenate([self.rows, self.near])
        asked = np.arange(held.n_folds) if every_fold else np.unique(np.delete(held.fold, rows))
        again = copied_into(task.segments.texts, task.known, held.fold, self.rows, self._copies)
        beside = [*(held.beside(task.segments)[:, self.rows] | again), np.zeros(len(self.rows), dtype=bool)]
        everything = self._system(task, held, np.ones(len(self.rows), dtype=bool), -1)
        tables = [[(everything, out) for out in beside]]
        if task.read.sum() >= ENOUGH_READ:
            halves = [self._system(task, held, held.within(half, task.known)[self.rows], half) for half in (0, 1)]
            of_fold = [int(held.half[held.fold == fold][0]) for fold in range(held.n_folds)]
            tables.append([*((halves[half], out) for half, out in zip(of_fold, beside, strict=False)), tables[0][-1]])
        return Fit(rows, *zip(*(self._filled(table, held.fold[rows], asked) for table in tables), strict=True))

    def _filled(self, table: list[tuple[System, Bools]], fold: Ints, asked: Ints) -> tuple[Floats, Floats]:
        """Score what is in each fold without it, and the rest with everything; give coefficients as asked for."""
        n, n_columns = len(self.rows), table[0][0].ridge.ridge.targets.shape[1]
        scores, found = np.zeros((len(fold), n_columns)), np.zeros((len(table), n, n_columns))
        for number, ((of, ridge), out) in zip((*range(len(table) - 1), -1), table, strict=True):
            left = ridge.and_without(np.flatnonzero(out[of.kept]))
            if number == -1 or number in asked:
                found[number, of.kept] = left.coefficients
            at = np.full(len(fold), -1, dtype=np.int64)
            at[of.kept] = np.arange(len(of.kept))
            mine = np.flatnonzero(fold == number)
            inside, outside, near = mine[at[mine] >= 0], mine[(at[mine] < 0) & (mine < n)], mine[mine >= n]
            scores[inside] = left.scores(at[inside])
            if len(outside):
                scores[outside] = self.alike[np.ix_(outside, of.kept)] @ left.coefficients
            if len(near):
                scores[near] = _rows(of.near, near - n) @ left.filled
        return scores, found

    def _system(self, task: Task, held: Held, within: Bools, number: int) -> System:
        """Lay out a ridge over some rows; rows that a task does not know are left out of it, or not put in if many."""
        strange = ~task.known[self.rows]
        if (strange & within).sum() >= FEW_STRANGE * within.sum():
            within = within & ~strange
        kept = np.flatnonzero(within)
        kept = kept[np.argsort(held.place[self.rows[kept]], kind="stable")]  # a fold's rows stand together
        if number not in self._inverses or not np.array_equal(self._inverses[number].kept, kept):
            inverse = inverse_of(self.alike[np.ix_(kept, kept)])
            self._inverses[number] = Inverse(kept, inverse, self.toward[:, kept] @ inverse)
        found = self._inverses[number]
        ridge = Ridge(found.inverse, task.targets[self.rows[kept]])
        return System(found, ridge.without(np.flatnonzero(strange[kept])))

    @cached_property
    def _inverses(self) -> dict[int, Inverse]:
        """Hold the last inverse of all rows (-1) and of each half: mostly it is that of the next fit."""
        return {}

    @cached_property
    def _copies(self) -> dict[int, list[int]]:
        """Hold which rows are copies of each segment: the same for every task."""
        return {}

    def scores(self, fits: Sequence[tuple[Task, Held, Fit]]) -> list[list[Floats]]:
        """Score all segments for each fit, each with the coefficients of its fold (the last where it has none)."""
        raw = [np.zeros((len(task.segments), sum(each.shape[1] for each in fit.scores))) for task, _, fit in fits]
        for (*_, fit), scored in zip(fits, raw, strict=True):
            scored[fit.rows] = np.hstack(fit.scores)
        others = np.delete(np.arange(len(raw[0])), fits[0][-1].rows) if len(self.rows) else self.rows
        used = [np.concatenate(fit.coefficients, axis=2) for *_, fit in fits if len(others)]
        columns = self.similarity.columns(self.features.take(self.rows if len(others) else others))
        for some in passing(len(others), "comparing with what was coded"):
            rows = others[some]
            alike = self.similarity.between(self.features.take(rows), columns)
            for (_, held, _), scored, sets in zip(fits, raw, used, strict=True):
                for fold in np.unique(held.fold[rows]).tolist():
                    inside = np.flatnonzero(held.fold[rows] == fold)
                    scored[rows[inside]] = _rows(alike, inside) @ sets[fold]
        parted = [np.split(scored, len(fit.scores), axis=1) for (*_, fit), scored in zip(fits, raw, strict=True)]
        return [[_without_means(table, task, held) for table in tables]
                for (task, held, _), tables in zip(fits, parted, strict=True)]  # fmt: skip


def _rows(table: Floats, rows: Ints) -> Floats:
    """Take some rows; those that stand together are not copied."""
    first, last = int(rows[0]), int(rows[-1]) + 1
    return table[first:last] if last - first == len(rows) else table[rows]


def _without_means(raw: Floats, task: Task, held: Held) -> Floats:
    """Take off what a fold and a block have on average."""
    # What is learnt without a block that is rich in a code expects less of it: the mean of what is held out runs
    # against what people applied there, so it says nothing and is taken off.
    for fold in range(held.n_folds):
        raw[held.fold == fold] -= raw[held.fold == fold].mean(axis=0)
    return without_block_means(raw, task.segments)


def without_block_means(scores: Floats, segments: SegmentEvidence) -> Floats:
    """Take off each block's own mean, drawn to 0 where the block has few segments."""
    if not scores.size:
        return scores
    blocks = segments.block_numbers
    sums = np.stack([np.bincount(blocks, column) for column in scores.T], axis=1)
    return np.asarray(scores - (sums / (np.bincount(blocks) + BLOCK_MEAN)[:, None])[blocks])
