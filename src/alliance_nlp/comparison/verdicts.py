"""The rule on what clusters gathered of themes, and what each cluster is to them (docs/decisions/0102).

All segments count that both sides read, those in no cluster included. Clusters go with a theme where segments share
both more often than who speaks when gives; how much of it they gathered is said by recall and precision, corrected for
chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp import agreement
from alliance_nlp.comparison.words import ClusterVerdict, ThemeVerdict, Why
from alliance_nlp.numeric import Bools, Floats, Ints, nan_mean, ratio

ALPHA = 0.05
MOSTLY = 0.5  # of recall and of precision, both corrected for chance
EVERYTHING = 0.75  # clusters that hold more than this share of all other segments have set nothing apart
TRACE = 0.15  # kappa below which clusters gathered no part that people would call one
LEAST_FLIPS = 31  # of the overall test, which is not used here


class Units(NamedTuple):
    """Segments in the order of talk: what each person and the machine gave them, their cluster, session and voice."""

    people: list[Floats]  # each of shape (n_themes, n_units): 1, 0, or nan where it was not read
    machine: list[Floats]
    cluster: Ints  # -1 for none
    sessions: Sequence[str]
    voices: Sequence[object]

    def without(self, out: Bools) -> Units:
        """Leave segments out."""
        kept = np.flatnonzero(~out).tolist()
        return Units(
            [each[:, kept] for each in self.people], [each[:, kept] for each in self.machine], self.cluster[kept],
            [self.sessions[i] for i in kept], [self.voices[i] for i in kept],
        )  # fmt: skip


class Gathered(NamedTuple):
    """How much of a theme a set of clusters holds, and how much of what they hold is the theme."""

    recall: float
    share: float  # of all segments, those in the clusters: recall by chance
    precision: float
    prevalence: float  # precision by chance
    recall_corrected: float
    precision_corrected: float
    kappa: float
    fallout: float  # of all other segments, those in the clusters


NOTHING = Gathered(*[math.nan] * 8)


def gathered(n: float, in_clusters: float, in_theme: float, both: float) -> Gathered:
    """Figures of a set of clusters and a theme from four counts."""
    return gathered_each(n, [in_clusters], in_theme, [both])[0]


def gathered_each(n: float, in_clusters: ArrayLike, in_theme: float, both: ArrayLike) -> list[Gathered]:
    """Figures of several sets of clusters and one theme, a set each of `in_clusters` and `both`.

    R' = (R - s) / (1 - s) and P' = (P - p) / (1 - p) are the weighted kappas of Kraemer 1982 (doi:10.2307/2529887);
    Cohen's kappa is their harmonic mean.
    """
    s, p, joint = (ratio(count, n) for count in (in_clusters, in_theme, both))
    more = joint - s * p
    columns = (
        ratio(both, in_theme), s, ratio(both, in_clusters), np.broadcast_to(p, s.shape),
        ratio(more, p * (1 - s)), ratio(more, s * (1 - p)),
        ratio(2 * more, p * (1 - s) + s * (1 - p)), ratio(s - joint, 1 - p),
    )  # fmt: skip
    return [Gathered(*figures) for figures in np.array(columns).T.tolist()]


class Finding(NamedTuple):
    """The verdict on one theme: the clusters judged, whether as the set that the machine linked, and why."""

    verdict: ThemeVerdict
    why: Why
    clusters: tuple[int, ...] = ()
    linked: bool = False
    q: float = math.nan
    figures: Gathered = NOTHING
    untold: tuple[int, ...] = ()  # clusters that hold some of it and could not be told from chance


class Judged(NamedTuple):
    """What the rule says of the segments; arrays are of shape (n_clusters, n_themes)."""

    test: agreement.GroupingTest
    both: Floats  # segments that are in the cluster and carry the theme; shares of people who gave it, summed
    sizes: Ints  # of the clusters
    mass: Floats  # of the themes
    n: int
    q: Floats
    themes: tuple[Finding, ...]
    clusters: tuple[ClusterVerdict, ...]


def apply_rule(units: Units) -> Judged:
    """Apply the rule of decision 0102."""
    themes = nan_mean(units.people)
    read: Bools = np.asarray(np.isfinite(themes).all(axis=0))
    test = agreement.grouping_test(
        themes, units.cluster, sessions=units.sessions, people=units.voices, n_flips=LEAST_FLIPS
    )
    n_clusters = len(test.pair_q)
    inside, carried = units.cluster[read], themes[:, read]
    placed = inside >= 0
    both = [np.bincount(inside[placed], theme[placed], minlength=n_clusters) for theme in carried]
    sizes = np.bincount(inside[placed], minlength=n_clusters)
    shape = (n_clusters, len(themes))
    p, q, smallest = (
        np.reshape(part, shape).astype(float) for part in (test.pair_p, test.pair_q, test.pair_smallest_p)
    )
    found = Judged(
        test, np.reshape(both, shape[::-1]).T, sizes, carried.sum(axis=1), int(read.sum()), q, (), ()
    )  # fmt: skip
    reachable, linked = _reachable(p, smallest), _linked(units, found, read)
    return found._replace(
        themes=tuple(_on_theme(found, t, linked[t], reachable[:, t]) for t in range(len(themes))),
        clusters=tuple(_on_cluster(found, k, reachable[k].any()) for k in range(n_clusters)),
    )


def _reachable(p: Floats, smallest: Floats) -> Bools:
    """Whether the q of each pair would be low enough if it alone had the smallest p that its stretches allow.

    It alone: a theme that lies in one cluster does not lie in the others.
    """
    n_tests = int(np.isfinite(p).sum())
    ordered = np.sort(p[np.isfinite(p)])
    found = np.zeros(p.shape, dtype=bool)
    for pair in zip(*np.nonzero(smallest <= ALPHA), strict=True):
        others = np.delete(ordered, np.searchsorted(ordered, p[pair]))
        rank = int(np.searchsorted(others, smallest[pair], side="right")) + 1
        above = others[rank - 1 :] / np.arange(rank + 1, n_tests + 1)
        found[pair] = n_tests * min(smallest[pair] / rank, above.min(initial=1.0)) <= ALPHA
    return found


def _linked(units: Units, found: Judged, read: Bools) -> list[Finding | None]:
    """Give the clusters that the machine linked to each theme, as one set; None where they do not go with it."""
    none: list[Finding | None] = [None] * len(found.mass)
    if not units.machine:
        return none
    pairs = [(person, machine) for person in units.people for machine in units.machine]
    tests = agreement.per_code_stretch_tests(pairs, sessions=units.sessions, people=units.voices)
    given, themes = nan_mean(units.machine)[:, read] > 0, nan_mean(units.people)[:, read]
    for t, p in enumerate(agreement.adjust_p([test.p for test in tests]).tolist()):
        if p <= ALPHA:
            clusters = tuple(np.unique(units.cluster[read][given[t]]).tolist())
            counts = (found.n, given[t].sum(), found.mass[t], themes[t, given[t]].sum())
            none[t] = _verdict(gathered(*counts), tuple(k for k in clusters if k >= 0), p, linked=True)
    return none


def _on_theme(found: Judged, theme: int, linked: Finding | None, reachable: Bools) -> Finding:
    """Judge the set of clusters with the highest kappa: those linked, or the purest ones that go with the theme."""
    both, sizes, q = found.both[:, theme], found.sizes, found.q[:, theme]
    alone = np.flatnonzero(q <= ALPHA)
    purest = alone[np.lexsort((alone, -sizes[alone], -ratio(both, sizes)[alone]))].tolist()
    sets = [purest[: i + 1] for i in range(len(purest))]
    of_sets = ([each[chosen].sum() for chosen in sets] for each in (sizes, both))
    findings = [
        _verdict(figures, tuple(sorted(chosen)), float(q[chosen].max()))
        for figures, chosen in zip(_beside(found, theme, *of_sets), sets, strict=True)
    ]
    findings += [linked] if linked is not None else []
    if findings:
        return max(findings, key=lambda finding: finding.figures.kappa)
    if not ((sizes > 0) & (sizes < found.n)).any():
        return Finding("not", "nothing apart")
    if not reachable.any():
        return Finding("too little to say", "out of reach")
    # a cluster that would have gathered some of it, could it be told from chance, is no "not"
    silent = np.flatnonzero(~reachable & (sizes > 0))
    each = zip(silent.tolist(), _beside(found, theme, sizes[silent], both[silent]), strict=True)
    untold = tuple(k for k, figures in each if called(figures)[0] != "not")
    return Finding("too little to say", "untold", untold=untold) if untold else Finding("not", "none")


def _beside(found: Judged, theme: int, in_clusters: ArrayLike, both: ArrayLike) -> list[Gathered]:
    return gathered_each(found.n, in_clusters, float(found.mass[theme]), both)


def _verdict(figures: Gathered, clusters: tuple[int, ...], q: float, *, linked: bool = False) -> Finding:
    verdict, why = called(figures)
    return Finding(verdict, why, clusters, linked, q, figures)


def called(figures: Gathered) -> tuple[ThemeVerdict, Why]:
    """Name what clusters gathered that go with a theme."""
    most, mostly = figures.recall_corrected >= MOSTLY, figures.precision_corrected >= MOSTLY
    if most and mostly:
        return "most of", "gathered"
    if figures.fallout > EVERYTHING:
        return "not", "everything"
    if most:
        return "together with", "gathered"
    return ("part of", "gathered") if figures.kappa >= TRACE else ("not", "trace")


def _on_cluster(found: Judged, cluster: int, reachable: np.bool_) -> ClusterVerdict:
    themes = np.flatnonzero(found.q[cluster] <= ALPHA)
    if len(themes) > 1:
        return "goes with several"
    if len(themes) == 1:
        return "shares one" if (found.q[:, themes[0]] <= ALPHA).sum() > 1 else "goes with one"
    return "goes with none" if reachable else "too little to say"
