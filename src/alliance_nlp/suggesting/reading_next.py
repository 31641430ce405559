"""Which segments to read next, so that what the machine learns, and what is measured of it, becomes sharp soonest."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Floats, Ints


def choose_next(
    probabilities: ArrayLike, similarity: ArrayLike, unread: ArrayLike, *, n: int, prevalence: ArrayLike | None = None
) -> Ints:
    """List the segments from whose coding most is to be learnt.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply each code, from `fit_codes(...).scores`.
    similarity : array of shape (n_segments, n_segments)
        How alike segments are, from `compare_rows(...).matrix`.
    unread : array of bool, shape (n_segments,)
        Segments that may be listed.
    n : int
        How many to list; fewer when fewer are unread.
    prevalence : array of shape (n_codes,), optional
        How often each code was applied so far; rarer codes then weigh more. Default: all weigh alike.

    Returns
    -------
    array of int
        Positions of segments, the most useful first.

    Raises
    ------
    AlignmentError
        When the arguments do not have the same segments.
    InputError
        When n is negative.

    Notes
    -----
    A segment is useful when the machine is unsure which codes it carries, when many unread segments are like it, and
    when none like it is on the list yet. What was read in this order is no random sample: prevalence and agreement
    must be estimated on segments drawn at random.

    Examples
    --------
    >>> alike = [[1.0, 0.9, 0.1], [0.9, 1.0, 0.1], [0.1, 0.1, 1.0]]
    >>> choose_next([[0.5], [0.5], [0.4]], alike, [True, True, True], n=2).tolist()
    [0, 2]
    """
    shares, alike = np.asarray(probabilities, dtype=np.float64), np.asarray(similarity, dtype=np.float64)
    free = np.flatnonzero(np.asarray(unread, dtype=bool))
    if not len(shares) == len(alike) == len(np.asarray(unread)):
        raise AlignmentError(
            f"probabilities, similarity and unread must have the same segments. Got {len(shares)}, {len(alike)} and "
            f"{len(np.asarray(unread))}."
        )
    if n < 0:
        raise InputError(f"n must be zero or more segments to list. Got {n}.")
    value = _doubt(shares, prevalence)[free]
    near = np.clip(alike[np.ix_(free, free)], 0.0, 1.0)
    value = value * near.mean(axis=1) if len(free) else value
    chosen: list[int] = []
    for _ in range(min(n, len(free))):
        best = int(value.argmax())
        chosen.append(best)
        value = value * (1 - near[best])
        value[chosen] = -1.0
    return np.asarray(free[chosen], dtype=np.int64)


def _doubt(shares: Floats, prevalence: ArrayLike | None) -> Floats:
    """Sum how undecided each code is; a code seen rarely weighs as much as a common one."""
    spread = shares * (1 - shares)
    if prevalence is None:
        return np.asarray(spread.sum(axis=1))
    often = np.asarray(prevalence, dtype=np.float64)
    return np.asarray((spread / np.sqrt(np.clip(often, 0.01, 1.0))).sum(axis=1))
