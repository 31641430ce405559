"""Where to draw the line between suggested and not suggested, from probabilities alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.numeric import Bools, Floats, ratio


def expected_kappa(probabilities: ArrayLike) -> Floats:
    """Compute the kappa to expect when the m most probable segments are given the code, for every m from 1.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply each code.

    Returns
    -------
    array of shape (n_segments, n_codes)
        Row m-1 is the kappa of the expected table when the m most probable segments carry the code.

    Notes
    -----
    Cohen 1960, doi:10.1177/001316446002000104, with expected instead of counted cells. It is no better than the
    probabilities are.

    Examples
    --------
    >>> expected_kappa([[1.0], [0.0]]).ravel().tolist()
    [1.0, 0.0]
    """
    sorted_down = -np.sort(-np.asarray(probabilities, dtype=np.float64), axis=0)
    n = len(sorted_down)
    given = np.arange(1, n + 1)[:, None] / max(n, 1)
    both, applied = np.cumsum(sorted_down, axis=0) / max(n, 1), sorted_down.mean(axis=0) if n else np.zeros(0)
    observed = 1 + 2 * both - applied - given
    chance = applied * given + (1 - applied) * (1 - given)
    return ratio(observed - chance, 1 - chance, otherwise=0.0)


def kappa_thresholds(probabilities: ArrayLike) -> Floats:
    """Choose for every code the threshold with the highest expected kappa.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply each code, on segments like those to be coded.

    Returns
    -------
    array of shape (n_codes,)
        A segment is given a code when its probability is at least the threshold.

    Notes
    -----
    No code of a person is looked at, so a rare code's threshold does not hang on two or three lucky segments.

    Examples
    --------
    >>> kappa_thresholds([[0.9], [0.7], [0.1], [0.1]]).tolist()
    [0.7]
    """
    table = np.asarray(probabilities, dtype=np.float64)
    if len(table) == 0:
        return np.full(table.shape[1], 0.5)
    best = expected_kappa(table).argmax(axis=0)
    return np.asarray(np.take_along_axis(-np.sort(-table, axis=0), best[None, :], axis=0)[0])


def decide(probabilities: Floats, thresholds: Floats, *, one_code: bool, at_least_one: bool) -> Bools:
    """Turn probabilities into suggestions: exactly one code, at least one, or those above their thresholds."""
    chosen = probabilities >= thresholds
    if one_code:
        chosen = np.zeros_like(chosen)
    if (one_code or at_least_one) and probabilities.shape[1]:
        chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return np.asarray(chosen)
