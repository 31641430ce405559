"""Kernel ridge regression of all codes at once, and what it would have been without some of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.numeric import Floats, Ints

PENALTY = 0.3


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
        return cls(inverse_of(similarity), targets)

    @property
    def coefficients(self) -> Floats:
        """Coefficients of all rows."""
        return self.without(np.zeros(0, dtype=np.int64))

    @cached_property
    def _found(self) -> Floats:
        """Coefficients of the targets as they are, and of a target that is 1 everywhere."""
        return np.asarray(self.inverse @ np.column_stack([self.targets, np.ones(len(self.targets))]))

    def without(self, rows: Ints) -> Floats:
        """Give the coefficients as if these rows had not been learnt from; theirs are 0.

        With A the inverse of the regularized kernel and c = A y, leaving out G turns c into c - A_.G (A_GG)^-1 c_G
        (block inversion; Rifkin & Lippert 2007, MIT-CSAIL-TR-2007-025, for single rows), whatever the targets of G are.
        The mean that is taken off is that of the rows which stay: otherwise what is left out would still be seen in it.
        """
        stay = np.ones(len(self.targets), dtype=bool)
        stay[rows] = False
        if not stay.any():
            return np.zeros_like(self.targets)
        found = self._found
        if len(rows):
            from scipy.linalg import cho_factor, cho_solve

            across = self.inverse[rows]  # A is symmetric: rows are read faster than columns
            inner = cho_factor(across[:, rows], lower=True, overwrite_a=True, check_finite=False)
            found = found - across.T @ cho_solve(inner, found[rows], check_finite=False)
            found[rows] = 0.0
        return np.asarray(found[:, :-1] - found[:, -1:] * self.targets[stay].mean(axis=0))


def inverse_of(similarity: Floats) -> Floats:
    """Invert a table of similarities with the penalty on its diagonal."""
    from scipy.linalg.lapack import dpotrf, dpotri

    if not len(similarity):
        return similarity
    system = np.array(similarity.T, dtype=np.float64, order="F")  # columns one after the other, as LAPACK works
    system[np.diag_indices_from(system)] += PENALTY
    lower = dpotri(dpotrf(system, lower=1, overwrite_a=1)[0], lower=1, overwrite_c=1)[0].T
    found = lower + lower.T  # above the diagonal LAPACK leaves zeros
    found[np.diag_indices_from(found)] /= 2
    return np.asarray(found)
