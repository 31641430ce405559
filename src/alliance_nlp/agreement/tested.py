"""What a test hands back: one frozen record a test, with everything its p rests on."""

from __future__ import annotations

from dataclasses import dataclass

from alliance_nlp.agreement.results import Record, title_of
from alliance_nlp.numeric import format_number, format_p


@dataclass(frozen=True, eq=False)
class StretchTest(Record):
    """Hold whether two codings have more to do with each other than who speaks when.

    Attributes
    ----------
    p : float
        Probability that codings without any relation beyond who speaks when reach this; one-sided; nan with `reason`.
    t : float
        Mean of the stretches' sums in units of its standard error.
    n_stretches : int
        Stretches of talk in which both sides read anything; the test has one degree of freedom fewer.
    n_telling : int
        Stretches that can tell: in which some person's segments vary on both sides.
    smallest_p : float
        The smallest p that so many telling stretches can give; 0 when every stretch tells.
    sums : tuple of float
        What each stretch says: above 0 where the codings meet more often than each person's own use of the code gives.
    lopsided : float
        Skewness of the whole sum under chance, where below 0: p is corrected for it. 0 where it is harmless.
    reason : str or None
        Why there is no p.

    Notes
    -----
    A small p says that the two codings are related within the talk of the same person in the same stretch. It does not
    say that they agree well, nor why: two codings that both follow the questions of a guide are related. A large p
    does not say that there is no relation.
    """

    p: float
    t: float
    n_stretches: int
    n_telling: int
    smallest_p: float
    sums: tuple[float, ...]
    lopsided: float = 0.0
    reason: str | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"no p: {self.reason}"
        return (
            f"p = {format_p(self.p)} (t = {format_number(self.t)} over {self.n_stretches} stretches of talk, "
            f"{self.n_telling} tell)"
        )


@dataclass(frozen=True, eq=False)
class GroupingTest(Record):
    """Hold whether clusters have more to do with themes than who speaks when.

    Attributes
    ----------
    p : float
        Of all pairs of a cluster and a theme together; nan with `reason`.
    n_stretches : int
        Stretches of talk.
    n_flips : int
        Ways of turning the signs of stretches that were tried.
    exact : bool
        True when all ways were tried.
    random_state : int
        The seed.
    pair_p, pair_q : tuple of tuple of float
        One row a cluster, one column a theme: p of the pair, and q, adjusted over all pairs by Benjamini and Hochberg;
        nan with its reason.
    pair_smallest_p : tuple of tuple of float
        The smallest p that the stretches which can tell could give: a pair for which it is large has too little to say.
    pair_reasons : tuple of tuple of str or None
        Why a pair has no p.
    reason : str or None
        Why there is no overall p.

    Notes
    -----
    A small q says that segments of a theme lie in the cluster more often than each person's talk in a stretch gives. It
    does not say how much of the theme the cluster gathered.
    """

    p: float
    n_stretches: int
    n_flips: int
    exact: bool
    random_state: int
    pair_p: tuple[tuple[float, ...], ...]
    pair_q: tuple[tuple[float, ...], ...]
    pair_smallest_p: tuple[tuple[float, ...], ...]
    pair_reasons: tuple[tuple[str | None, ...], ...]
    reason: str | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"no p: {self.reason}"
        tried = "all" if self.exact else f"{self.n_flips}"
        found, n_pairs = sum(q <= 0.05 for row in self.pair_q for q in row), sum(map(len, self.pair_q))
        return (
            f"p = {format_p(self.p)} ({tried} ways of turning {self.n_stretches} stretches of talk); q <= .05 for "
            f"{found} of {n_pairs} pairs"
        )


@dataclass(frozen=True, eq=False)
class Equivalence(Record):
    """Hold whether two agreement figures on the same units differ by less than a margin.

    Attributes
    ----------
    name : str
        The statistic.
    first, second : float
        The two figures.
    difference : float
        First minus second.
    low, high : float
        Interval of the difference at the level 1 - 2 (1 - `level`), such as 90 % for a test at .05.
    p : float
        Of two one-sided tests; nan with `reason`.
    margin : float
        The margin that was stated.
    level : float
        1 minus the level of the test.
    n_groups : int
        Groups, or independent units, that were drawn.
    n_draws : int
        Draws made.
    random_state : int
        The seed.
    reason : str or None
        Why there is no test.

    Notes
    -----
    A small p says that the figures lie within the margin of each other. It says nothing about what one coder is worth.
    """

    name: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    margin: float
    level: float = 0.95
    n_groups: int = 0
    n_draws: int = 0
    random_state: int = 0
    reason: str | None = None

    def __str__(self) -> str:
        head = f"{title_of(self.name)} {format_number(self.first)} and {format_number(self.second)}"
        if self.reason is not None:
            return f"{head}, equivalence not tested: {self.reason}"
        low, high, margin = (format_number(value) for value in (self.low, self.high, self.margin))
        return (
            f"{head}, difference {format_number(self.difference)} ({100 * (2 * self.level - 1):g}% interval {low} to "
            f"{high}), p = {format_p(self.p)} for a margin of {margin} stated beforehand"
        )


@dataclass(frozen=True, eq=False)
class LeftOut(Record):
    """Hold how a machine compares with one coder beside the other coders.

    Attributes
    ----------
    coder : int
        Row of the coder who was left out.
    n_units : int
        Units that this coder, the machine and at least one other coder read.
    advantage : float
        Share of them on which the machine agrees with the others as often as this coder does, or more often.
    difference : float
        Share on which the coder is at least as near to the others as the machine, minus `advantage`.
    p, q : float
        That `difference` is below epsilon; and adjusted over coders by Benjamini and Yekutieli.
    reason : str or None
        Why there is no p.
    """

    coder: int
    n_units: int
    advantage: float
    difference: float
    p: float
    q: float
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class AlternativeCoder(Record):
    """Hold the alternative-annotator test of a machine beside three or more people.

    Attributes
    ----------
    winning_rate : float
        Omega: share of the people whom the machine is near enough to replace by the rule (q at most .05); nan with
        `reason`.
    advantage : float
        Rho: mean over people of the share of units on which the machine is at least as near to the others.
    epsilon : float
        How much farther than the coder the machine may be, as it was stated.
    n_groups : int
        Groups, or independent units.
    per_coder : tuple of LeftOut
        The comparison with each coder.
    reason : str or None
        Why there is no winning rate.

    Notes
    -----
    It says how near the machine's codes lie to those of these people, on these units, by a rule with an epsilon that
    somebody chose. It does not say that a machine may take a person's place: people answer for what they read.
    """

    winning_rate: float
    advantage: float
    epsilon: float
    n_groups: int
    per_coder: tuple[LeftOut, ...]
    reason: str | None = None

    def __str__(self) -> str:
        if self.reason is not None:
            return f"alternative-annotator test not made: {self.reason}"
        omega, rho, epsilon = (format_number(value) for value in (self.winning_rate, self.advantage, self.epsilon))
        return (
            f"alternative-annotator test: omega {omega}, rho {rho} for epsilon {epsilon} stated beforehand "
            f"({len(self.per_coder)} coders)"
        )
