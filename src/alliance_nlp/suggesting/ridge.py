"""Kernel ridge regression of many codes at once, with exact scores for groups that were left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.numeric import Floats, Ints

PENALTY = 0.3


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
