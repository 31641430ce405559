"""How many units two people should both code."""

from __future__ import annotations

import math

from alliance_nlp.agreement.results import UnitPlan
from alliance_nlp.errors import InputError

# Below this many uses of a code the interval's own width is unsure (docs/agreement.md, "Where intervals fail").
_FEW = 10


def plan_units(kappa: float, width: float, *, prevalence: float = 0.5, level: float = 0.95) -> UnitPlan:
    """Plan how many segments two people should both code for an interval of a wanted width.

    Parameters
    ----------
    kappa : float
        The kappa you expect, between 0 and 1 (1 excluded).
    width : float
        The whole width of the interval you want, such as .2 for .6 to .8.
    prevalence : float
        Share of the segments that carry the code, the same for both coders.
    level : float
        Level of the interval.

    Returns
    -------
    UnitPlan
        Number of segments, with the expected number of uses of the code.

    Raises
    ------
    InputError
        When a number lies outside its range.

    Notes
    -----
    n = (2 z / width)^2 * (1 - k) * ((1 - k)(1 - 2k) + k(2 - k) / (2 p (1 - p))) for two coders with equal prevalence p
    (Donner & Eliasziw 1992, doi:10.1002/sim.4780111109). It takes segments as independent; turns of few people are not,
    and need more.

    Examples
    --------
    >>> print(plan_units(0.7, 0.2, prevalence=0.3))
    236 units coded by both give a 95% interval about 0.2 wide, if kappa is 0.7 and the code is on 30% of the units
    """
    from scipy.special import ndtri

    for name, value, low, high in (
        ("kappa", kappa, -1e-12, 1),
        ("width", width, 0, 2),
        ("prevalence", prevalence, 0, 1),
        ("level", level, 0, 1),
    ):
        if not isinstance(value, int | float) or not low < value < high:
            raise InputError(f"{name} must lie between {max(low, 0):g} and {high:g}, ends excluded. Got {value!r}.")
    z = float(ndtri((1 + level) / 2))
    mixed = prevalence * (1 - prevalence)
    variance = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / (2 * mixed))
    n_units = max(math.ceil((2 * z / width) ** 2 * variance), 2)
    positives = n_units * prevalence
    remarks = []
    if min(positives, n_units - positives) < _FEW:
        remarks.append(
            f"only about {min(positives, n_units - positives):.0f} units would be of the rarer kind: the width is then "
            "a guess; code more, or draw segments where the code is likelier and say so"
        )
    return UnitPlan(n_units, kappa, width, prevalence, level, positives, tuple(remarks))
