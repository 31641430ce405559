"""Probabilities of many tests, adjusted so that they may be read together."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import InputError, check_choice
from alliance_nlp.numeric import Floats

Adjustment = Literal["holm", "benjamini-hochberg", "benjamini-yekutieli"]
ADJUSTMENTS = get_args(Adjustment)


def adjust_p(p: ArrayLike, *, method: Adjustment = "holm") -> Floats:
    """Adjust the p of many tests that are read together.

    Parameters
    ----------
    p : array of any shape
        Probabilities; nan where there is none, which stays nan and does not count as a test.
    method : {"holm", "benjamini-hochberg", "benjamini-yekutieli"}
        Holm keeps the chance of *any* false finding below the level; Benjamini and Hochberg the expected share of false
        ones among the findings, and call the result q; Benjamini and Yekutieli do so however tests depend on each
        other.

    Returns
    -------
    ndarray of the shape of `p`
        Adjusted values, at most 1.

    Raises
    ------
    InputError
        When a value is not between 0 and 1, or the method is unknown.

    Notes
    -----
    Holm 1979 (Scandinavian Journal of Statistics 6:65) holds however the tests depend on each other; Benjamini &
    Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x, where they are independent or rise together; Benjamini &
    Yekutieli 2001, doi:10.1214/aos/1013699998. None makes up for tests that were tried and left out.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03, float("nan")]).tolist()
    [0.03, 0.06, 0.06, nan]
    >>> adjust_p([0.01, 0.04, 0.03], method="benjamini-hochberg").tolist()
    [0.03, 0.04, 0.04]
    """
    check_choice("method", ADJUSTMENTS, method)
    given = np.asarray(p, dtype=np.float64)
    tested = ~np.isnan(given)
    if ((given[tested] < 0) | (given[tested] > 1)).any():
        raise InputError("p must lie between 0 and 1, or be nan where there is none.")
    found, values = np.full(given.shape, np.nan), given[tested]
    rank, order = np.arange(1, values.size + 1), np.argsort(values, kind="stable")
    if method == "holm":
        steps = np.maximum.accumulate(values[order] * (values.size + 1 - rank))
    else:
        tests = values.size * ((1 / rank).sum() if method == "benjamini-yekutieli" else 1)
        steps = np.minimum.accumulate((values[order] * tests / rank)[::-1])[::-1]
    adjusted = np.empty(values.size)
    adjusted[order] = np.minimum(steps, 1.0)
    found[tested] = adjusted
    return found
