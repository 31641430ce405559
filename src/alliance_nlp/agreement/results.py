"""What a statistic hands back: one frozen record a figure, with everything the figure rests on."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, ClassVar

from alliance_nlp.errors import counted
from alliance_nlp.numeric import format_number, format_p

TITLES = {
    "cohen_kappa": "Cohen's kappa",
    "pooled_kappa": "pooled kappa",
    "mean_kappa": "mean kappa over codes",
    "scott_pi": "Scott's pi",
    "holsti": "Holsti's coefficient",
    "positive_agreement": "positive agreement",
    "negative_agreement": "negative agreement",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "jaccard": "Jaccard index",
    "percent_agreement": "percent agreement",
    "fleiss_kappa": "Fleiss' kappa",
    "conger_kappa": "Conger's kappa",
    "gwet_ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger coefficient",
    "krippendorff_alpha": "Krippendorff's alpha",
    "unitizing_alpha": "Krippendorff's unitizing alpha",
    "adjusted_rand": "adjusted Rand index",
    "adjusted_mutual_info": "adjusted mutual information",
    "v_measure": "V-measure",
    "omega_index": "omega index",
}


def title_of(name: str) -> str:
    """Return the printed name of a statistic; a statistic of the caller's own keeps its own."""
    return TITLES.get(name, name)


def _comparable(value: object) -> object:
    """Make undefined equal to undefined, so that records compare by content."""
    if isinstance(value, float) and math.isnan(value):
        return "undefined"
    if isinstance(value, tuple):
        return tuple(_comparable(item) for item in value)
    return value


class Record:
    """Compare by content, nan included."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def _content(self) -> tuple[object, ...]:
        return tuple(_comparable(getattr(self, field.name)) for field in dataclasses.fields(self))

    def __eq__(self, other: object) -> bool:
        return self._content() == other._content() if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._content())


@dataclass(frozen=True, eq=False)
class Agreement(Record):
    """Hold one agreement figure together with what it rests on.

    Attributes
    ----------
    name : str
        Name of the function that made it.
    value : float
        The figure; nan when undefined, and then `reason` says why.
    n_units : int
        Units (segments) that the observed part rests on.
    n_coders : int
        Coders who read at least one unit.
    observed, expected : float or None
        Agreement observed, and expected by chance. For Krippendorff's alphas the two are *dis*agreements, as its
        author defines it. None where the statistic has no such part.
    categories : tuple
        The categories it was computed over: those declared, or else those seen.
    n_left_out : int
        Units given that the observed part does not use (unread, read by one coder, in no cluster).
    chance : str
        Whose use of the categories stands for chance.
    reason : str or None
        Why the figure is undefined.
    remarks : tuple of str
        What a reader should know before quoting the figure.

    Notes
    -----
    A coefficient is about the coders, the codebook and these units together. It does not say that the codes are right.
    """

    name: str
    value: float
    n_units: int
    n_coders: int
    observed: float | None = None
    expected: float | None = None
    categories: tuple[object, ...] = ()
    n_left_out: int = 0
    chance: str = "none"
    reason: str | None = None
    remarks: tuple[str, ...] = ()

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        basis = f"{counted(self.n_units, 'unit')}, {counted(self.n_coders, 'coder')}"
        if self.n_left_out:
            basis += f", {counted(self.n_left_out, 'unit')} left out"
        if self.reason is not None:
            return f"{title_of(self.name)}: undefined ({basis}): {self.reason}"
        lines = [f"{title_of(self.name)} {format_number(self.value)} ({basis})"]
        if self.observed is not None and self.expected is not None:
            kind = "disagreement" if self.name.endswith("_alpha") else "agreement"
            lines.append(
                f"  {kind} observed {format_number(self.observed)}, expected by chance {format_number(self.expected)}"
            )
        lines.append(f"  chance: {self.chance}")
        return "\n".join([*lines, *(f"  note: {remark}" for remark in self.remarks)])


@dataclass(frozen=True, eq=False)
class GroupFigure(Record):
    """Hold the figure of one participant or transcript; nan with a reason where nothing varies on its units."""

    group: object
    value: float
    n_units: int
    reason: str | None = None


@dataclass(frozen=True, eq=False)
class Interval(Record):
    """Hold an interval around an agreement figure, and how it was made.

    Attributes
    ----------
    name : str
        The statistic.
    value : float
        The figure on all units.
    low, high : float
        Ends of the interval; nan when there is none, and then `reason` says why.
    level : float
        Coverage aimed at, such as .95.
    method : str
        "percentile", "expanded", "bca" or "subsample".
    n_draws : int
        Draws made.
    undefined_share : float
        Share of the draws in which the figure was undefined; these are left out.
    n_units, n_groups : int
        Units drawn from; groups drawn (0 when units were drawn one by one).
    random_state : int
        The seed.
    reason : str or None
        Why there is no interval.
    per_group : tuple of GroupFigure
        The figure of each group, when `by` was given.
    remarks : tuple of str
        What a reader should know of the ratings before quoting the figure.

    Notes
    -----
    The interval covers which units were drawn. It does not cover which coders took part, nor how the codebook was made.
    """

    name: str
    value: float
    low: float
    high: float
    level: float = 0.95
    method: str = "percentile"
    n_draws: int = 0
    undefined_share: float = 0.0
    n_units: int = 0
    n_groups: int = 0
    random_state: int = 0
    reason: str | None = None
    per_group: tuple[GroupFigure, ...] = ()
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{title_of(self.name)} {format_number(self.value)}"
        if self.reason is not None:
            return f"{head}, no interval: {self.reason}"
        drawn = counted(self.n_groups, "group") if self.n_groups else counted(self.n_units, "unit")
        return (
            f"{head}, {100 * self.level:g}% interval {format_number(self.low)} to {format_number(self.high)} "
            f"({self.method}, {counted(self.n_draws, 'draw')} of {drawn}, {100 * self.undefined_share:.1f}% undefined, "
            f"seed {self.random_state})"
        )


@dataclass(frozen=True, eq=False)
class Permutation(Record):
    """Hold how often chance alone agrees as well as the coders did.

    Attributes
    ----------
    name : str
        The statistic.
    value : float
        The figure as observed.
    p : float
        Share of arrangements, the observed one among them, that reach the observed figure; nan with `reason`.
    smallest_p : float
        The smallest p that this design can give.
    n_arrangements : float
        Number of distinct arrangements (inf when beyond counting).
    n_permutations : int
        Arrangements tried.
    exact : bool
        True when every arrangement was tried once.
    scheme : str
        "shift" or "shuffle".
    chance_mean : float
        Mean of the figure over the arrangements tried.
    n_undefined : int
        Arrangements in which the figure was undefined; they count as reaching the observed figure.
    random_state : int
        The seed.
    reason : str or None
        Why p is undefined.
    remarks : tuple of str
        What a reader should know of the ratings before quoting the figure.

    Notes
    -----
    A small p says the agreement is more than the arrangement of the codes alone gives. It does not say that the
    agreement is good.
    """

    name: str
    value: float
    p: float
    smallest_p: float
    n_arrangements: float
    n_permutations: int
    exact: bool
    scheme: str
    chance_mean: float
    n_undefined: int = 0
    random_state: int = 0
    reason: str | None = None
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{title_of(self.name)} {format_number(self.value)}"
        if self.reason is not None:
            return f"{head}, no p: {self.reason}"
        tried = "all" if self.exact else f"{self.n_permutations} of"
        text = (
            f"{head}, p = {format_p(self.p)} ({self.scheme}, {tried} {self.n_arrangements:.4g} arrangements, "
            f"smallest possible p {format_p(self.smallest_p)}, mean under chance {format_number(self.chance_mean)})"
        )
        return "\n".join([text, *(f"  note: {remark}" for remark in self.remarks)])


@dataclass(frozen=True, eq=False)
class UnitPlan(Record):
    """Hold how many units two people should both code.

    Attributes
    ----------
    n_units : int
        Units both coders should read.
    kappa, width, prevalence, level : float
        What was assumed and asked for.
    expected_positives : float
        How often a coder is expected to apply the code among them.
    remarks : tuple of str
        Where the plan is less safe than it looks.
    """

    n_units: int
    kappa: float
    width: float
    prevalence: float
    level: float
    expected_positives: float
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = (
            f"{counted(self.n_units, 'unit')} coded by both give a {100 * self.level:g}% interval about {self.width:g} "
            f"wide, if kappa is {self.kappa:g} and the code is on {100 * self.prevalence:g}% of the units"
        )
        return "\n".join([text, *(f"  note: {remark}" for remark in self.remarks)])
