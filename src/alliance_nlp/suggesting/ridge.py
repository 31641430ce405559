"""Kernel ridge regression of all codes at once, and what it would have been without some of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.numeric import Bools, Floats, Ints

PENALTY = 0.3
NEARLY = 1.3  # rows among which at most so many times as many stand are taken as one stretch
MIRRORED = 256  # rows that are mirrored at a time


@dataclass(frozen=True, eq=False)
class Ridge:
    """Hold a fitted ridge, each column of targets about its mean.

    A score is similarity to the learnt rows times `coefficients`.
    """

    inverse: Floats
    targets: Floats

    @classmethod
    def of(cls, similarity: Floats, targets: Floats) -> Ridge:
        """Fit all columns of targets at once."""
        return cls(inverse_of(np.array(similarity, dtype=np.float64)), targets)

    @property
    def coefficients(self) -> Floats:
        """Coefficients of all rows."""
        return self.without(np.zeros(0, dtype=np.int64)).and_without(np.zeros(0, dtype=np.int64)).coefficients

    def without(self, rows: Ints) -> Without:
        """Leave out some rows."""
        return Without(self, rows)


@dataclass(frozen=True, eq=False)
class Without:
    """Hold a ridge as if some rows had not been learnt from; more can be left out in turn.

    With A the inverse of the regularized kernel and c = A y, leaving out G turns c into c - A_.G w, where A_GG w = c_G,
    and the rows of G are scored y_G - w (block inversion; Rifkin & Lippert 2007, MIT-CSAIL-TR-2007-025, for single
    rows), whatever the targets of G are. Here they are taken for 0, so that no last bit is theirs.
    """

    ridge: Ridge
    gone: Ints

    @cached_property
    def targets(self) -> Floats:
        """Targets, 0 where a row is gone, and beside them one that is 1 everywhere."""
        made = np.column_stack([self.ridge.targets, np.ones(len(self.ridge.targets))])
        made[self.gone, :-1] = 0.0
        return made

    @cached_property
    def factor(self) -> Floats:
        """Lower triangle L of the part of the inverse whose rows and columns are gone."""
        return _lower(self.ridge.inverse[np.ix_(self.gone, self.gone)])

    @cached_property
    def across(self) -> Floats:
        """Rows of the inverse that are gone, solved by L: what the inverse loses without them is their product."""
        return _solved(self.factor, self.ridge.inverse[self.gone])  # it is symmetric: rows are read faster than columns

    @cached_property
    def found(self) -> tuple[Floats, Floats]:
        """Coefficients of all rows, and what those of the rows that are gone were, solved by L."""
        found = np.asarray(self.ridge.inverse @ self.targets)
        lost = _solved(self.factor, found[self.gone])
        if len(self.gone):
            found -= self.across.T @ lost
            found[self.gone] = 0.0
        return found, lost

    def and_without(self, rows: Ints) -> WithoutMore:
        """Leave out these rows as well."""
        found, lost = self.found
        stay = np.zeros(len(found), dtype=bool)
        stay[rows] = True
        stay[self.gone] = False
        own = np.flatnonzero(stay)
        shared = self.across[:, own]
        factor = _lower(self.ridge.inverse[np.ix_(own, own)] - shared.T @ shared)
        left = _solved(factor, _solved(factor, found[own]), turned=True)
        return WithoutMore(self, own, left, lost - shared @ left)


@dataclass(frozen=True, eq=False)
class WithoutMore:
    """Hold what a ridge without some rows is without more of them.

    `left` is w of these rows; `lost`, solved by L, that of the rows that were gone before.
    """

    of: Without
    own: Ints
    left: Floats
    lost: Floats

    @cached_property
    def stay(self) -> Bools:
        """Rows that are learnt from."""
        found = np.ones(len(self.of.targets), dtype=bool)
        found[self.own] = found[self.of.gone] = False
        return found

    @cached_property
    def mean(self) -> Floats:
        """Mean of the rows that stay: in that of all, what is left out would still be seen."""
        return np.asarray(self.of.targets[self.stay, :-1].mean(axis=0))

    @cached_property
    def coefficients(self) -> Floats:
        """Coefficients of all rows; 0 of those that are left out."""
        if not self.stay.any():
            return np.zeros_like(self.of.ridge.targets)
        across, found = self.of.across, self.of.found[0].copy()
        if len(self.own):
            first, last = int(self.own[0]), int(self.own[-1]) + 1
            if last - first <= NEARLY * len(self.own):  # rows that stand together are not copied
                left = np.zeros((last - first, found.shape[1]))
                left[self.own - first] = self.left
                found -= self.of.ridge.inverse[first:last].T @ left
            else:
                found -= self.of.ridge.inverse[self.own].T @ self.left
        if len(self.of.gone):
            found += across.T @ (across[:, self.own] @ self.left)
        found[~self.stay] = 0.0
        return np.asarray(found[:, :-1] - found[:, -1:] * self.mean)

    @cached_property
    def filled(self) -> Floats:
        """Targets about their mean, with scores in the place of those that are left out.

        The inverse times them are the coefficients, so what is similar to all rows is scored by its similarities times
        the inverse times them.
        """
        if not self.stay.any():
            return np.zeros_like(self.of.ridge.targets)
        table = self.of.targets.copy()
        table[self.own] -= self.left
        if len(self.of.gone):
            table[self.of.gone] -= _solved(self.of.factor, self.lost, turned=True)
        return np.asarray(table[:, :-1] - table[:, -1:] * self.mean)

    def scores(self, rows: Ints) -> Floats:
        """Score some rows: their similarities to all rows times the coefficients, without a look at either."""
        found = self.filled[rows]
        if (learnt := self.stay[rows]).any():
            found[learnt] -= PENALTY * self.coefficients[rows[learnt]]
        return found


def _lower(table: Floats) -> Floats:
    """Lower triangle of a symmetric positive table."""
    from scipy.linalg import cholesky

    return np.asarray(cholesky(table, lower=True, check_finite=False)) if len(table) else table


def _solved(lower: Floats, right: Floats, *, turned: bool = False) -> Floats:
    """Solve a system of a lower triangle, or of the upper one that it is when turned."""
    from scipy.linalg.blas import dtrsm

    if not right.size:
        return right
    return np.asarray(dtrsm(1.0, lower, right.T, side=1, lower=1, trans_a=not turned).T)  # rows are columns to BLAS


def inverse_of(similarity: Floats) -> Floats:
    """Invert a table of similarities with the penalty on its diagonal; the table is written over."""
    from scipy.linalg.lapack import dpotrf, dpotri

    if not len(similarity):
        return similarity
    similarity[np.diag_indices_from(similarity)] += PENALTY
    lower = dpotrf(similarity.T, lower=1, overwrite_a=1)[0]  # columns one after the other, as LAPACK works
    found = np.asarray(dpotri(lower, lower=1, overwrite_c=1)[0].T)
    for start in range(0, len(found), MIRRORED):  # LAPACK fills one triangle
        end = start + MIRRORED
        own = found[start:end, start:end]
        own += np.triu(own, 1).T
        found[end:, start:end] = found[start:end, end:].T
    return found
