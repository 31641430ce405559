"""How alike segments are to those that are learnt from: worked out once for all fits on the same segments.

Fits differ in who coded what, and so in which of these segments they learn from; what compares segments knows nothing
of that. A fit without some of them follows from the inverse for all (`Ridge.without`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import Floats, Ints
from alliance_nlp.suggesting.copies import copied_into
from alliance_nlp.suggesting.evidence import SegmentEvidence, in_blocks, passing
from alliance_nlp.suggesting.ridge import Ridge, inverse_of
from alliance_nlp.suggesting.similarity import Features, FeaturesLater, Similarity
from alliance_nlp.suggesting.task import Held, Task
from alliance_nlp.suggesting.weighing import ENOUGH_READ

TRIANGLES = 256  # rows that are compared at a time with those from them on: little is compared twice
FEW_STRANGE = 0.25  # with more rows that a fit does not learn from, fitting anew takes less than leaving them out
BLOCK_MEAN = 20  # a block's own mean is taken off its scores as if so many average segments stood beside it


class Coefficients(NamedTuple):
    """Coefficients of one fit: without each fold and in the end with everything; the same within halves, or None."""

    folds: Floats
    halves: Floats | None


@dataclass(frozen=True, eq=False)
class Reference:
    """Hold the segments that are learnt from, how alike they are, and the inverse of that with the ridge's penalty."""

    similarity: Similarity
    features: Features | FeaturesLater
    rows: Ints
    alike: Floats
    inverse: Floats

    @classmethod
    def of(cls, similarity: Similarity, features: Features | FeaturesLater, rows: Ints) -> Reference:
        """Compare the rows that are learnt from with one another, each two of them once."""
        columns, alike = features.take(rows), np.empty((len(rows), len(rows)))
        for some in in_blocks(len(rows), TRIANGLES):
            start, end = int(some[0]), int(some[-1]) + 1
            own, others = columns.take(slice(start, end)), columns.take(slice(start, None))
            alike[start:end, start:] = similarity.between(own, others)
            alike[end:, start:end] = alike[start:end, end:].T
        return cls(similarity, features, rows, alike, inverse_of(alike))

    def ridge(self, task: Task) -> Ridge:
        """Fit what this task learns from, and nothing else."""
        own = np.flatnonzero(task.known[self.rows])
        return self._ridge(own, task.targets[self.rows[own]])

    def coefficients(self, task: Task, held: Held) -> Coefficients:
        """Fit the ridge without each fold and in the end with everything; so within halves.

        Within halves neither the fold nor anything of the other half was learnt from. Weights that a half is scored
        with are chosen by scores of the other half, and those must not have learnt from the first: who predicts whom is
        symmetric, so that a chance likeness of the two halves would be chosen and then counted.
        """
        again = copied_into(task.segments.texts, task.known, held.fold, self.rows)
        folds = [held.beside(fold, task.segments)[self.rows] | again[fold] for fold in range(held.n_folds)]
        targets, strange = task.targets[self.rows], ~task.known[self.rows]  # strange: other fits learn from them
        kept = np.arange(len(self.rows)) if strange.sum() < FEW_STRANGE * len(strange) else np.flatnonzero(~strange)
        ridge = self._ridge(kept, np.where(strange[:, None], 0.0, targets)[kept])  # no last bit is theirs
        found = np.zeros((len(folds) + 1, *targets.shape))
        for left_out, own in zip((*folds, np.zeros_like(strange)), found, strict=True):
            own[kept] = ridge.without(np.flatnonzero((strange | left_out)[kept]))
        if task.read.sum() < ENOUGH_READ:
            return Coefficients(found, None)
        within = np.zeros_like(found)
        within[-1] = found[-1]
        for half in (0, 1):
            stay = np.flatnonzero(~strange & (held.half[self.rows] != 1 - half))
            ridge = self._ridge(stay, targets[stay])
            for fold in range(half, len(folds), 2):
                within[fold, stay] = ridge.without(np.flatnonzero(folds[fold][stay]))
        return Coefficients(found, within)

    def _ridge(self, kept: Ints, targets: Floats) -> Ridge:
        """Fit some of the rows that are learnt from."""
        if len(kept) == len(self.rows):
            return Ridge(self.inverse, targets)
        return Ridge(inverse_of(self.alike[np.ix_(kept, kept)]), targets)

    def scores(self, fits: Sequence[tuple[Task, Held, Coefficients]]) -> list[list[Floats]]:
        """Score all segments for each fit, each with the coefficients of its fold (the last where it has none)."""
        n = len(fits[0][0].segments) if len(self.rows) else 0
        used = [np.concatenate([each for each in found if each is not None], axis=2) for _, _, found in fits]
        raw = [np.zeros((len(task.segments), sets.shape[2])) for (task, _, _), sets in zip(fits, used, strict=True)]
        place = np.full(n, -1, dtype=np.int64)
        if n:
            place[self.rows] = np.arange(len(self.rows))
        columns = self.features.take(self.rows)
        for rows in passing(n, "comparing with what was coded"):
            alike = self._rows_of(rows, place[rows], columns)
            for (_, held, _), scored, sets in zip(fits, raw, used, strict=True):
                for fold in np.unique(held.fold[rows]).tolist():
                    inside = np.flatnonzero(held.fold[rows] == fold)
                    scored[rows[inside]] = _rows(alike, inside) @ sets[fold]
        parted = [np.split(scored, 2 - (found.halves is None), axis=1)
                  for (*_, found), scored in zip(fits, raw, strict=True)]  # fmt: skip
        return [[_without_means(table, task, held) for table in tables]
                for (task, held, _), tables in zip(fits, parted, strict=True)]  # fmt: skip

    def _rows_of(self, rows: Ints, place: Ints, columns: Features) -> Floats:
        """Compare some rows with those that are learnt from; those among them were compared already."""
        if (place >= 0).all():
            return _rows(self.alike, place)
        alike = np.empty((len(rows), len(self.rows)))
        alike[place >= 0] = self.alike[place[place >= 0]]
        if (place < 0).any():
            alike[place < 0] = self.similarity.between(self.features.take(rows[place < 0]), columns)
        return alike


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
