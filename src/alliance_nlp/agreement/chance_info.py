"""How much two groupings of many units tell of one another by chance alone: the expected mutual information."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.numeric import Floats, Ints

# Beyond so many standard deviations, and so many units, from what is expected, an overlap adds less than rounding does.
REACH, LEAST = 8.5, 12.0


def chance_info(rows: ArrayLike, columns: ArrayLike) -> float:
    """Give the mutual information, in nats, that groupings of these sizes have on average when filled at random.

    Parameters
    ----------
    rows, columns : array of int
        Sizes of the groups of either grouping; both add up to the number of units.

    Returns
    -------
    float
        Sum over pairs of groups of what each possible overlap tells, times its hypergeometric chance (Vinh, Epps &
        Bailey 2010). Groups of one size are reckoned once, and overlaps that chance hardly ever gives are left out, so
        that time grows with the square root of the number of units; scikit-learn's goes through every overlap.

    Examples
    --------
    >>> round(chance_info([2, 2], [2, 2]), 4)
    0.231
    """
    a, b, times = _pairs(np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64))
    n = int(np.asarray(rows).sum())
    expected = a * (b / n)
    spread = REACH * np.sqrt(expected * ((n - a) / max(n - 1, 1)) * (1 - b / n)) + LEAST
    first = np.maximum(np.maximum(1, a + b - n), np.floor(expected - spread).astype(np.int64))
    last = np.minimum(np.minimum(a, b), np.ceil(expected + spread).astype(np.int64))
    size = np.maximum(last - first + 1, 0)
    pair = np.repeat(np.arange(a.size), size)
    both = np.arange(pair.size) - np.repeat(np.cumsum(size) - size, size) + first[pair]
    log_factorial = _log_factorials(n)
    whole = sum(log_factorial[part] for part in (a, b, n - a, n - b)) - log_factorial[n]
    a_, b_ = a[pair], b[pair]
    ways = sum(log_factorial[part] for part in (both, a_ - both, b_ - both, n - a_ - b_ + both))
    tells = both / n * (np.log(both) + np.log(n) - np.log(a_ * b_.astype(np.float64)))
    return float((times[pair] * tells * np.exp(whole[pair] - ways)).sum())


def _pairs(rows: Ints, columns: Ints) -> tuple[Ints, Ints, Floats]:
    """Pair every size of a row with every size of a column, and say how often the pair comes."""
    (a, of_a), (b, of_b) = (np.unique(sizes[sizes > 0], return_counts=True) for sizes in (rows, columns))
    return np.repeat(a, b.size), np.tile(b, a.size), np.outer(of_a, of_b).reshape(-1).astype(np.float64)


def _log_factorials(n: int) -> Floats:
    from scipy.special import gammaln

    return np.asarray(gammaln(np.arange(n + 1) + 1.0))
