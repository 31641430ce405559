"""Intervals: by drawing units or participants again, with or without replacement."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.agreement.parts import Parts, full_rows
from alliance_nlp.agreement.ratings import grid_of, in_order, is_unread
from alliance_nlp.agreement.recipes import Statistic, name_of, parts_for, unwrapped
from alliance_nlp.agreement.results import GroupFigure, Interval
from alliance_nlp.errors import AlignmentError, InputError, Told, around, check_choice
from alliance_nlp.numeric import DUST, Bools, Floats, Ints, counting

# Fewer groups than this and the spread between them is itself a guess (docs/decisions/0012).
LEAST_GROUPS = 10
# Fewer finite draws than this and the ends of an interval are single draws.
LEAST_DRAWS = 20
# Where the figure is undefined in more draws than this, the rest is no picture of chance (docs/decisions/0012).
MOST_UNDEFINED = 0.2
_ALONE = "on the units of this group alone nothing varies, or there is nothing to compare"
Method = Literal["percentile", "expanded", "bca"]
METHODS = get_args(Method)
# Draws worked on at a time, fewer where they have more cells than this together: memory stays below some hundred MB.
BATCH = 200
AT_ONCE = 4_000_000


def groups_of(by: Sequence[object] | None, n_units: int, name: str = "by") -> tuple[Ints, tuple[object, ...]]:
    """Give each group a number that does not depend on the order of units."""
    if by is None:
        return np.zeros(n_units, dtype=np.int64), (None,)
    listed = list(np.asarray(by).tolist() if isinstance(by, np.ndarray) else by)
    if len(listed) != n_units:
        raise AlignmentError(f"{name} must hold one group per unit. Got {len(listed)} groups for {n_units} units.")
    distinct = set(listed)
    if any(map(is_unread, distinct)):
        without = sum(map(is_unread, listed))
        raise InputError(f"{name} names no group for {without} units (None or nan). Give every unit a group.")
    names = in_order(distinct)
    place = {value: position for position, value in enumerate(names)}
    return np.array([place[value] for value in listed], dtype=np.int64), names


def _check(n_draws: int, level: float, method: str = "percentile") -> None:
    check_choice("method", METHODS, method)
    if not isinstance(n_draws, int | np.integer) or n_draws < LEAST_DRAWS:
        raise InputError(f"n_draws must be at least {LEAST_DRAWS}. Got {n_draws!r}. Use 2000 for a figure to publish.")
    if not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, such as 0.95. Got {level!r}.")


class _Frame:
    """The units of one statistic, one by one or in groups: what there is to draw."""

    def __init__(self, statistic: Statistic, ratings: object, by: Sequence[object] | None) -> None:
        self.parts = parts_for(statistic, ratings)
        groups, names = groups_of(by, grid_of(ratings).shape[1])
        used, self.member = np.unique(groups[self.parts.kept], return_inverse=True)
        self.names = [names[position] for position in used]
        self.grouped = by is not None
        self.counts = self.parts.counts()
        self.value = float(self.parts.values(self.counts[None, :])[0])

    def group_counts(self) -> Any:
        """Count patterns in each group, a full table or a sparse one."""
        return self.parts.group_counts(self.member.reshape(-1), len(self.names))

    def group_sums(self) -> Any:
        """Say what each group adds to the sums, a full table or a sparse one."""
        return self.parts.group_sums(self.member.reshape(-1), len(self.names))

    def batches(self, n_draws: int) -> Iterator[int]:
        """Share out draws so that what is held at a time is bounded, whatever is drawn from."""
        most = max(1, min(BATCH, AT_ONCE // max(self.parts.n_patterns, len(self.names), 1)))
        for start in range(0, n_draws, most):
            yield min(most, n_draws - start)

    def figures(self) -> tuple[GroupFigure, ...]:
        """Compute the figure of each group on its own."""
        if not self.grouped or not self.names:
            return ()
        counts = self.group_counts()
        edges = np.cumsum([0, *self.batches(len(self.names))]).tolist()
        some = (full_rows(counts[start:end]) for start, end in itertools.pairwise(edges))
        values = np.concatenate([self.parts.values(rows) for rows in some])
        return tuple(
            GroupFigure(name, float(value), int(n), _ALONE if np.isnan(value) else None)
            for name, value, n in zip(self.names, values, counts.sum(axis=1), strict=True)
        )

    def refusal(self) -> str | None:
        """Why there can be no interval, before anything is drawn."""
        if np.isnan(self.value):
            return around(self.parts.about["undefined"], "the figure itself is undefined: ")
        if self.grouped and len(self.names) < LEAST_GROUPS:
            return (
                f"{len(self.names)} groups; an interval over groups needs at least {LEAST_GROUPS}. Read the groups' "
                "own figures (per_group), or leave out by= and say that units of a group are not independent"
            )
        return None


def _with_replacement(frame: _Frame, n_draws: int, rng: np.random.Generator) -> Floats:
    """Compute the figure on units, or groups, drawn as often as there are, each time from all of them."""
    parts, draws = frame.parts, []
    pool = frame.group_sums() if frame.grouped else None
    chance = np.full(len(frame.names), 1 / len(frame.names)) if frame.grouped else frame.counts / frame.counts.sum()
    size = len(frame.names) if frame.grouped else int(frame.counts.sum())
    with counting("drawing again", n_draws, "draw") as done:
        for batch in frame.batches(n_draws):
            times = rng.multinomial(size, chance, size=batch).astype(np.float64)
            draws.append(parts.solve(parts.sums(times) if pool is None else times @ pool).value)
            done(batch)
    return np.concatenate(draws)


def _left_one_out(frame: _Frame) -> tuple[Floats, Floats]:
    """Compute the figure without each unit or group, and how many units each such value stands for."""
    parts = frame.parts
    if frame.grouped:
        pool = full_rows(frame.group_sums())
        return parts.solve(pool.sum(axis=0) - pool).value, np.ones(len(pool))
    values = []
    with counting("leaving out one by one", parts.n_patterns, "pattern") as done:
        for start, end in itertools.pairwise(np.cumsum([0, *frame.batches(parts.n_patterns)]).tolist()):
            rows = np.arange(start, end)
            less = np.repeat(frame.counts[None, :], rows.size, axis=0)
            less[np.arange(rows.size), rows] -= 1
            values.append(parts.values(less))
            done(rows.size)
    return np.concatenate(values), frame.counts


def _bca_levels(frame: _Frame, draws: Floats, level: float) -> tuple[float, float]:
    """Shift the percentiles by bias and acceleration (Efron 1987, doi:10.1080/01621459.1987.10478410)."""
    from scipy.special import ndtr, ndtri

    below = ((draws < frame.value - DUST).mean() + (draws <= frame.value + DUST).mean()) / 2
    bias = ndtri(np.clip(below, 1 / (draws.size + 1), draws.size / (draws.size + 1)))
    values, weight = _left_one_out(frame)
    finite = np.isfinite(values)
    values, weight = values[finite], weight[finite]
    off = np.average(values, weights=weight) - values
    spread = (weight * off**2).sum()
    acceleration = (weight * off**3).sum() / (6 * spread**1.5) if spread > 0 else 0.0
    z = bias + ndtri([(1 - level) / 2, (1 + level) / 2])
    low, high = ndtr(bias + z / (1 - acceleration * z))
    return float(low), float(high)


def _same_everywhere(n_units: int) -> str:
    most = f"{min(1.0, 3 / max(n_units, 1)):.2g}"
    said = (
        "every draw gives the same figure, so drawing cannot say how sure it is; with no disagreement in "
        f"{n_units} units the true share of disagreements may still be up to {most} (3/n)"
    )
    return Told(said, "same", n=n_units, most=most)


def _tails(level: float, size: int, method: str) -> tuple[float, float]:
    """Say which quantiles of the draws to take; "expanded" reaches further out when little was drawn from."""
    from scipy.special import ndtr, stdtrit

    tail = (1 - level) / 2
    if method == "expanded" and size > 1:
        tail = float(ndtr(-np.sqrt(size / (size - 1)) * stdtrit(size - 1, 1 - tail)))
    return tail, 1 - tail


def interval_from_draws(
    value: float,
    draws: ArrayLike,
    *,
    name: str = "figure",
    method: Method = "percentile",
    level: float = 0.95,
    n_units: int = 0,
    n_groups: int = 0,
    random_state: int = 0,
) -> Interval:
    """Turn draws of a figure into a percentile interval, or say why they give none.

    Parameters
    ----------
    value : float
        The figure on all units.
    draws : array of shape (n_draws,)
        The figure in each draw; nan where it was undefined.
    name : str
        What the figure is called in the result.
    method : {"percentile", "expanded"}
        As in `bootstrap_interval`; "bca" needs more than the draws.
    level : float
        Coverage aimed at.
    n_units, n_groups : int
        What was drawn from; the size that "expanded" goes by.
    random_state : int
        The seed the draws were made with; for the record.

    Returns
    -------
    Interval
        nan ends with a reason when the figure is undefined, fewer than 20 draws are finite, more than a fifth of them
        are undefined, or all are equal.

    Notes
    -----
    Meant for draws made by `bootstrap_tables`, for instance of the difference between two kappas.

    Examples
    --------
    >>> interval = interval_from_draws(0.5, np.linspace(0.3, 0.7, 41))
    >>> round(interval.low, 2), round(interval.high, 2)
    (0.31, 0.69)
    """
    draws = np.asarray(draws, dtype=np.float64)
    _check(draws.size, level, method)
    finite = draws[np.isfinite(draws)]
    reason = None
    if np.isnan(value):
        reason = "the figure itself is undefined"
    elif finite.size < LEAST_DRAWS:
        said = f"the figure is defined in {finite.size} of {draws.size} draws; at least {LEAST_DRAWS} are needed"
        reason = Told(said, "too_few", found=finite.size, draws=draws.size, least=LEAST_DRAWS)
    elif finite.size < (1 - MOST_UNDEFINED) * draws.size:
        share, most = f"{100 * (1 - finite.size / draws.size):.0f}", f"{100 * MOST_UNDEFINED:.0f}"
        said = f"the figure is undefined in {share}% of the draws, because nothing varies in them; at most {most}% is "
        reason = Told(f"{said}allowed", "undefined", share=share, most=most)
    elif np.ptp(finite) <= DUST:
        reason = _same_everywhere(n_units)
    tails = _tails(level, n_groups or n_units, method)
    ends = np.quantile(finite, tails) if reason is None else (np.nan, np.nan)
    return Interval(
        name,
        float(value),
        float(ends[0]),
        float(ends[1]),
        level=level,
        method=method,
        n_draws=int(draws.size),
        undefined_share=float(1 - finite.size / draws.size),
        n_units=n_units,
        n_groups=n_groups,
        random_state=random_state,
        reason=reason,
    )


def bootstrap_interval(
    statistic: Statistic,
    ratings: object,
    *,
    by: Sequence[object] | None = None,
    method: Method = "percentile",
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> Interval:
    """Say how far an agreement figure could move had other segments, or other participants, been drawn.

    Parameters
    ----------
    statistic : callable
        A statistic of this module, a functools.partial of one that fixes options, or a function of your own that
        takes (a, b) or ratings and does not depend on the order of units.
    ratings : array of shape (n_coders, n_units)
        One row a coder; None or nan where the coder did not read. For a two-coder statistic, two rows.
    by : sequence of n_units groups, optional
        Participant or transcript of each unit: whole groups are drawn. Default: units are drawn one by one.
    method : {"percentile", "expanded", "bca"}
        Percentiles of the draws; percentiles further out, as few groups or units make necessary; or percentiles moved
        for bias and skewness.
    n_draws : int
        Draws; 2000 for a figure to publish.
    level : float
        Coverage aimed at.
    random_state : int
        Seed; the same seed gives the same interval, whatever the order of units.

    Returns
    -------
    Interval
        With a reason and nan ends when fewer than ten groups are given, the figure is undefined, more than a fifth of
        the draws are undefined, fewer than 20 are finite, or no draw differs.

    Raises
    ------
    InputError
        For ARI, AMI, V and omega: a unit drawn twice agrees with itself. Use `subsample_interval`.

    Notes
    -----
    The whole coefficient, chance included, is computed anew in every draw. Turns of one speaker resemble each other, so
    intervals over units are too narrow for talk: prefer `by=` where there are ten or more participants. The interval
    knows nothing of other coders or another codebook. Where it fails is tabulated in docs/agreement.md.
    Participants: Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x; "expanded": Hesterberg 2015,
    doi:10.1080/00031305.2015.1089789.

    Examples
    --------
    >>> from alliance_nlp.agreement import bootstrap_interval, cohen_kappa
    >>> a, b = [1, 1, 0, 0, 1, 0, 0, 1] * 10, [1, 0, 0, 0, 1, 0, 1, 1] * 10
    >>> interval = bootstrap_interval(cohen_kappa, [a, b])
    >>> round(interval.low, 1), round(interval.high, 1)
    (0.3, 0.7)
    """
    _check(n_draws, level, method)
    recipe, _ = unwrapped(statistic)
    if recipe is not None and not recipe.with_replacement:
        raise InputError(
            f"{name_of(statistic)} must not be bootstrapped: a unit drawn twice always agrees with itself, so the "
            "interval would miss the truth. Use subsample_interval, which draws without replacement."
        )
    frame = _Frame(statistic, ratings, by)
    ends = _Ends(reason=frame.refusal())
    if ends.reason is None:
        draws = _with_replacement(frame, n_draws, np.random.default_rng(random_state))
        n_units, n_groups = int(frame.counts.sum()), len(frame.names) if frame.grouped else 0
        plain: Method = "expanded" if method == "expanded" else "percentile"
        found = interval_from_draws(frame.value, draws, method=plain, level=level, n_units=n_units, n_groups=n_groups)
        low, high = found.low, found.high
        if method == "bca" and found.reason is None:
            finite = draws[np.isfinite(draws)]
            low, high = np.quantile(finite, _bca_levels(frame, finite, level)).tolist()
        ends = _Ends(low, high, found.undefined_share, found.reason)
    return _interval(frame, ends, n_draws=n_draws, level=level, method=method, random_state=random_state)


@dataclass(frozen=True)
class _Ends:
    """What drawing gave: the ends, the share of undefined draws, or the reason why there are no ends."""

    low: float = np.nan
    high: float = np.nan
    undefined_share: float = 0.0
    reason: str | None = None


def _interval(frame: _Frame, ends: _Ends, *, n_draws: int, level: float, method: str, random_state: int) -> Interval:
    return Interval(
        frame.parts.name,
        frame.value,
        ends.low,
        ends.high,
        level=level,
        method=method,
        n_draws=n_draws,
        undefined_share=ends.undefined_share,
        n_units=int(frame.counts.sum()),
        n_groups=len(frame.names) if frame.grouped else 0,
        random_state=random_state,
        reason=ends.reason,
        per_group=frame.figures(),
        remarks=tuple(frame.parts.about.get("remarks", ())),
    )


def _without_replacement(frame: _Frame, size: int, n_draws: int, rng: np.random.Generator) -> Floats:
    """Compute the figure on `size` units, or groups, each drawn at most once."""
    parts, draws = frame.parts, []
    pool = frame.group_counts() if frame.grouped else None
    with counting("drawing halves", n_draws, "draw") as done:
        for batch in frame.batches(n_draws):
            if pool is None:
                whole = frame.counts.astype(np.int64)
                counts = rng.multivariate_hypergeometric(whole, size, size=batch, method="marginals").astype(np.float64)
                draws.append(parts.values(counts))
            else:
                drawn: Bools = np.argsort(rng.random((batch, len(frame.names))), axis=1) < size
                draws.append(_of_halves(parts, drawn, pool))
            done(batch)
    return np.concatenate(draws)


def _of_halves(parts: Parts, drawn: Bools, pool: Any) -> Floats:
    """Compute the figure on the groups of each draw; of few groups there are few halves, and each is looked at once."""
    if math.comb(drawn.shape[1], int(drawn[0].sum())) > 2 * len(drawn):  # hardly any comes twice
        return parts.values(drawn.astype(np.float64) @ pool)
    halves, which = np.unique(drawn, axis=0, return_inverse=True)
    return parts.values(halves.astype(np.float64) @ pool)[which.reshape(-1)]


def _half_sampled(frame: _Frame, halves: Floats, odds: float, level: float) -> tuple[float, float]:
    """Middle and half width of the interval; `odds` is the share drawn over the share left out."""
    from scipy.special import ndtri, stdtrit

    error, tail = float(np.sqrt(odds) * np.std(halves)), (1 + level) / 2
    if not frame.grouped:
        return frame.value, float(ndtri(tail)) * error
    bias = odds * (float(halves.mean()) - frame.value)
    return frame.value - bias, float(stdtrit(len(frame.names) - 1, tail)) * error


def subsample_interval(
    statistic: Statistic,
    ratings: object,
    *,
    by: Sequence[object] | None = None,
    n_draws: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> Interval:
    """Say how far a clustering's agreement figure could move, without ever drawing a segment twice.

    Parameters
    ----------
    statistic : callable
        adjusted_rand, adjusted_mutual_info, v_measure, omega_index, or any other statistic.
    ratings : array of shape (n_coders, n_units)
        The two groupings as two rows.
    by : sequence of n_units groups, optional
        Participant or transcript of each unit: whole groups are drawn. Default: units are drawn one by one.
    n_draws : int
        Draws.
    level : float
        Coverage aimed at.
    random_state : int
        Seed.

    Returns
    -------
    Interval
        With a reason and nan ends as for `bootstrap_interval`.

    Notes
    -----
    Each draw takes half of the units, or of the groups. The spread of the halves around their mean estimates the
    standard error (delete-d jackknife with d = n/2; Shao & Wu 1989, doi:10.1214/aos/1176347263), and the interval is
    the figure plus and minus the normal quantile times it. Over groups the quantile is Student's, and how much higher
    halves come out than the whole is taken off the middle: with few people, or talk that runs on, two groupings that
    follow the people look alike, and the figure itself is too high. It may then lie at the upper end of its interval
    or above it. The clusters are taken as given: what another run of the clustering would find is not in the interval.

    Examples
    --------
    >>> from alliance_nlp.agreement import adjusted_rand, subsample_interval
    >>> codes, clusters = [0, 0, 1, 1, 2, 2] * 20, [0, 0, 1, 2, 2, 2] * 20
    >>> interval = subsample_interval(adjusted_rand, [codes, clusters])
    >>> interval.low < interval.value < interval.high
    True
    """
    _check(n_draws, level)
    frame = _Frame(statistic, ratings, by)
    total = len(frame.names) if frame.grouped else int(frame.counts.sum())
    ends = _Ends(reason=frame.refusal())
    if ends.reason is None and total < 4:
        ends = _Ends(reason=f"{total} units; halves of fewer than 4 say nothing")
    if ends.reason is None:
        half = total // 2
        draws = _without_replacement(frame, half, n_draws, np.random.default_rng(random_state))
        found = interval_from_draws(frame.value, draws, n_units=int(frame.counts.sum()), level=level)
        if found.reason is None:
            middle, reach = _half_sampled(frame, draws[np.isfinite(draws)], half / (total - half), level)
            ends = _Ends(middle - reach, middle + reach, found.undefined_share)
        else:
            ends = _Ends(undefined_share=found.undefined_share, reason=found.reason)
    return _interval(frame, ends, n_draws=n_draws, level=level, method="subsample", random_state=random_state)
