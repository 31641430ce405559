"""Whether two agreement figures differ by less than a margin that was stated beforehand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.agreement.parts import Parts
from alliance_nlp.agreement.ratings import grid_of
from alliance_nlp.agreement.recipes import Statistic, name_of, parts_for, unwrapped
from alliance_nlp.agreement.resampling import BATCH, LEAST_GROUPS, MOST_UNDEFINED, groups_of
from alliance_nlp.agreement.tested import Equivalence
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import DUST, Floats, Ints, counting

DEPENDENT = (
    "units are not independent when the same people say them, or say them one after the other: pass by= (participants, "
    "or stretches of talk), or independent=True for units such as answers of different people"
)


def what_is_drawn(
    by: Sequence[object] | None, n_units: int, *, independent: bool, least: int
) -> tuple[Ints, str | None]:
    """Give each unit its group, or the reason why how units depend on each other is not handled."""
    if by is None:
        return np.arange(n_units), None if independent else DEPENDENT
    groups, names = groups_of(by, n_units)
    few = f"{len(names)} groups; the test needs at least {least}"
    return groups, few if len(names) < least else None


class _Figure(NamedTuple):
    """One of the two figures: its value on everything, and what each group adds to it."""

    parts: Parts
    value: float
    pool: Any  # (n_groups, n_features), full or sparse

    @classmethod
    def of(cls, statistic: Statistic, ratings: object, groups: Ints) -> _Figure:
        from scipy.sparse import csr_array

        parts = parts_for(statistic, ratings)
        shape = (int(groups.max(initial=-1)) + 1, parts.n_patterns)
        member = csr_array((np.ones(parts.kept.size), (groups[parts.kept], parts.pattern)), shape=shape)
        return cls(parts, float(parts.values(parts.counts()[None, :])[0]), member @ parts.features)

    def drawn(self, times: Floats) -> Floats:
        """Compute the figure with each group taken so many times."""
        return self.parts.solve(np.asarray(times @ self.pool)).value


def equivalence_test(
    statistic: Statistic,
    first: object,
    second: object,
    *,
    margin: float,
    by: Sequence[object] | None = None,
    independent: bool = False,
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> Equivalence:
    """Test whether two agreement figures on the same units differ by less than a margin.

    Parameters
    ----------
    statistic : callable
        A statistic of this module that may be bootstrapped, or a functools.partial of one.
    first, second : array of shape (n_coders, n_units)
        The ratings of each figure, on the same units in the same order; for a two-coder statistic, two rows.
    margin : float
        The difference that would not matter, stated before anything was computed. There is no default.
    by : sequence of n_units groups, optional
        Whole groups are drawn, the same for both figures: participants, or stretches of talk. At least ten.
    independent : bool
        Say that units are independent of each other (answers of different people), so that they may be drawn one by
        one.
    n_draws : int
        Draws.
    level : float
        1 minus the level of the test; the interval that belongs to it has the level 1 - 2 (1 - level).
    random_state : int
        Seed.

    Returns
    -------
    Equivalence
        Difference, interval and p; nan with a reason where a figure is undefined, groups are fewer than ten, or neither
        `by` nor `independent` is given.

    Raises
    ------
    InputError
        When the margin is not above 0, or the statistic may not be bootstrapped.

    Notes
    -----
    Two one-sided tests (Schuirmann 1987, doi:10.1007/BF01068419; Lakens 2017, doi:10.1177/1948550617697177): p is the
    larger of those for "at most -margin" and "at least margin". The standard error of the difference comes from drawing
    groups, the same for both figures; its quantiles are Student's with (groups - 1) degrees of freedom, or normal for
    independent units. p <= .05 exactly when the interval lies inside (-margin, margin).

    A small p says that the two figures lie within the margin of each other on such units. It does not say that one
    coder can stand for another, nor that the margin was sensible. A large p does not say that they differ.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = rng.random(600) < 0.3
    >>> ann, ben, machine = (truth ^ (rng.random(600) < 0.08) for _ in range(3))
    >>> from alliance_nlp.agreement import cohen_kappa
    >>> result = equivalence_test(cohen_kappa, [ann, ben], [ann, machine], margin=0.15, independent=True)
    >>> round(result.difference, 2), result.p < 0.05
    (-0.01, True)
    """
    recipe, _ = unwrapped(statistic)
    if not margin > 0:
        raise InputError(f"margin must be above 0: the difference that would not matter. Got {margin!r}.")
    if recipe is None or not recipe.with_replacement:
        raise InputError(f"{name_of(statistic)} cannot be drawn with replacement, so its equivalence cannot be tested.")
    n_units = grid_of(first).shape[1]
    if grid_of(second).shape[1] != n_units:
        raise AlignmentError(
            f"first and second must hold the same units. Got {n_units} and {grid_of(second).shape[1]} of them."
        )
    groups, reason = what_is_drawn(by, n_units, independent=independent, least=LEAST_GROUPS)
    figures = [_Figure.of(statistic, ratings, groups) for ratings in (first, second)]
    used = np.unique(np.concatenate([groups[figure.parts.kept] for figure in figures]))
    undefined = next((f.parts.about["undefined"] for f in figures if math.isnan(f.value)), None)
    about = {"margin": margin, "level": level, "n_groups": used.size, "random_state": random_state}
    values = (figures[0].value, figures[1].value)
    if undefined is not None:
        reason = f"a figure is undefined: {undefined}"
    if reason is not None:
        return _no_test(statistic, values, reason, **about)
    rng, draws = np.random.default_rng(random_state), []
    with counting("drawing again", n_draws, "draw") as done:
        for start in range(0, n_draws, BATCH):
            times = np.zeros((min(BATCH, n_draws - start), groups.max() + 1))
            times[:, used] = rng.multinomial(used.size, np.full(used.size, 1 / used.size), size=len(times))
            draws.append(figures[0].drawn(times) - figures[1].drawn(times))
            done(len(times))
    return _tested(statistic, values, np.concatenate(draws), by is not None, **about)


def _tested(
    statistic: Statistic, values: tuple[float, float], draws: Floats, grouped: bool, **about: Any
) -> Equivalence:
    from scipy.special import stdtr, stdtrit

    finite, n_groups, level, margin = draws[np.isfinite(draws)], about["n_groups"], about["level"], about["margin"]
    if finite.size < (1 - MOST_UNDEFINED) * draws.size:
        return _no_test(statistic, values, f"{draws.size - finite.size} of {draws.size} draws are undefined", **about)
    if np.ptp(finite) <= DUST:
        return _no_test(statistic, values, "every draw gives the same difference", **about)
    df = n_groups - 1 if grouped else np.inf
    error = float(finite.std()) * math.sqrt(n_groups / (n_groups - 1))
    difference = values[0] - values[1]
    p = max(float(stdtr(df, -(margin + side * difference) / error)) for side in (1, -1))
    reach = float(stdtrit(df, level)) * error
    low, high = difference - reach, difference + reach
    return Equivalence(name_of(statistic), values[0], values[1], difference, low, high, p, n_draws=draws.size, **about)


def _no_test(statistic: Statistic, values: tuple[float, float], reason: str, **about: Any) -> Equivalence:
    nan = math.nan
    apart = values[0] - values[1]
    return Equivalence(name_of(statistic), values[0], values[1], apart, nan, nan, nan, reason=reason, **about)
