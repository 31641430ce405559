"""Whether clusters have more to do with themes than who speaks when: every pair of them, and all together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.agreement.adjusting import adjust_p
from alliance_nlp.agreement.signs import Likeness, add_sums, are_related, likeness_of, turned
from alliance_nlp.agreement.stretches import (
    LEAST_STRETCHES,
    Talk,
    centred,
    leaning,
    refusal,
    talk_of,
    told,
    turned_moments,
)
from alliance_nlp.agreement.tested import GroupingTest
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Floats, Ints, counting, ratio

# Values laid out at a time (32 MB an array): clusters by stretches, or by units of some stretches.
_VALUES = 4_000_000


class _Groups(NamedTuple):
    """Themes and clusters of the segments read, in the order of the talk's layout."""

    talk: Talk
    themes: Floats  # (n_themes, n_units)
    cluster: Ints  # (n_units,), -1 for none
    shares: Floats  # (n_clusters,): of the units, those in the cluster
    # cells (person's part of a stretch, cluster) with some but not all of the part's units in the cluster: the part,
    # and the number of its cell (stretch, cluster); then the clusters of those
    mixed_part: Ints
    mixed_cell: Ints
    cell_cluster: Ints

    @property
    def n_clusters(self) -> int:
        return self.shares.size

    def some_clusters(self) -> Iterator[slice]:
        """Cut the clusters into ranges whose sums over all stretches are laid out at a time."""
        step = max(1, _VALUES // max(self.talk.n_stretches, 1))
        return (slice(start, start + step) for start in range(0, self.n_clusters, step))

    def by_stretch(self, weights: Floats, some: slice) -> Floats:
        """Sum weights over the units of each stretch and of some clusters, shape (n_stretches, n_some)."""
        first, n_some = some.start, len(range(self.n_clusters)[some])
        inside = (self.cluster >= first) & (self.cluster < first + n_some)
        cell = self.talk.stretch[inside] * n_some + self.cluster[inside] - first
        sums = np.bincount(cell, weights[inside], minlength=self.talk.n_stretches * n_some)
        return np.asarray(sums.reshape(self.talk.n_stretches, n_some), dtype=np.float64)

    def n_telling(self, theme: Floats) -> Ints:
        """Count, for each cluster, the stretches in which some person's units vary in theme and in cluster."""
        talk = self.talk
        varies = np.minimum.reduceat(theme, talk.starts) < np.maximum.reduceat(theme, talk.starts)
        told = np.zeros(self.cell_cluster.size, dtype=bool)
        told[self.mixed_cell[varies[self.mixed_part]]] = True
        return np.bincount(self.cell_cluster[told], minlength=self.n_clusters)

    def lopsided(self, weights: Floats, share: float) -> Floats:
        """Skewness of each cluster's sum under chance; only common beside rare can lean to the left."""
        found = np.zeros(self.n_clusters)
        unlike = np.flatnonzero(((self.shares - 0.5) * (share - 0.5) < 0) & (self.shares > 0))
        largest = int(np.bincount(self.talk.stretch, minlength=1).max())
        step = max(1, _VALUES // max(largest, 1))
        for start in range(0, unlike.size, step):
            some = unlike[start : start + step]
            squares, cubes = np.zeros(1), np.zeros(1)
            for units, talk in self.talk.some_stretches(_VALUES // some.size):
                here, everything = weights[units], np.ones(talk.order.size, dtype=bool)
                if here.any():
                    in_some = (self.cluster[units] == some[:, None]).astype(np.float64)
                    for second, third in turned_moments(talk, [(here[None, :], centred(talk, in_some, everything))]):
                        squares, cubes = squares + second, cubes + third
            found[some] = leaning(squares, cubes)
        return found


def _read(
    themes: ArrayLike, clusters: Sequence[int] | Ints, sessions: Sequence[object], people: Sequence[object] | None
) -> _Groups:
    of_theme, label = np.atleast_2d(np.asarray(themes, dtype=np.float64)), np.asarray(clusters, dtype=np.int64)
    if label.shape != of_theme.shape[1:]:
        raise AlignmentError(
            f"themes and clusters must hold the same units. Got {of_theme.shape[1]} units with themes and clusters of "
            f"shape {label.shape}."
        )
    n_odd = int((~(np.isnan(of_theme) | ((of_theme >= 0) & (of_theme <= 1)))).sum())
    if n_odd or (label < -1).any():
        raise InputError(
            "themes must hold 1 (carries it), 0 (does not), the share of coders between, or nan (not read); clusters "
            f"whole numbers from 0, or -1 for none. {n_odd} values of themes and {int((label < -1).sum())} of clusters "
            "are none of these."
        )
    talk = talk_of(sessions, people, np.asarray(np.isfinite(of_theme).all(axis=0)))
    cluster, n_clusters = label[talk.order], int(label.max(initial=-1)) + 1
    inside, size = cluster >= 0, np.bincount(talk.part)
    cell, count = np.unique(talk.part[inside] * n_clusters + cluster[inside], return_counts=True)
    part, of_cluster = np.divmod(cell[count < size[cell // max(n_clusters, 1)]], max(n_clusters, 1))
    told_at, mixed_cell = np.unique(talk.stretch[talk.starts][part] * n_clusters + of_cluster, return_inverse=True)
    shares = np.bincount(cluster[inside], minlength=n_clusters) / max(cluster.size, 1)
    return _Groups(
        talk, of_theme[:, talk.order], cluster, shares, part, mixed_cell, told_at % max(n_clusters, 1)
    )  # fmt: skip


class _Pairs(NamedTuple):
    """What is known of each pair, one row a theme, and how alike the stretches are over all pairs."""

    p: list[Floats]
    smallest: list[Floats]
    reasons: list[list[str | None]]
    alike: Likeness


def _theme_by_theme(groups: _Groups) -> _Pairs:
    """Go through the themes one by one: nothing of the size themes x clusters x segments is ever held."""
    found = _Pairs([], [], [], likeness_of(groups.talk.session))
    with counting("comparing clusters with themes", len(groups.themes), "theme") as done:
        for theme in groups.themes:
            p, smallest, reasons = _on_theme(groups, theme, found.alike)
            found.p.append(p)
            found.smallest.append(smallest)
            found.reasons.append(reasons)
            done(1)
    return found


def _on_theme(groups: _Groups, theme: Floats, alike: Likeness) -> tuple[Floats, Floats, list[str | None]]:
    """Give p, the smallest p and the reason of each cluster, and add what the stretches say to how alike they are."""
    weights = centred(groups.talk, theme, np.ones(theme.size, dtype=bool))
    share, square = (float((theme**power).sum() / max(theme.size, 1)) for power in (1, 2))
    skew, n_telling = groups.lopsided(weights, share), groups.n_telling(theme)
    scale = np.sqrt((square - share**2) * groups.shares * (1 - groups.shares))
    p, smallest = np.full(groups.n_clusters, np.nan), np.full(groups.n_clusters, np.nan)
    if not weights.any():  # where each person speaks once in a stretch, say
        nothing = np.zeros(groups.talk.n_stretches)
        return p, smallest, [refusal(nothing, np.array([share, in_k]), 0.0, theme.size) for in_k in groups.shares]
    reasons: list[str | None] = []
    for some in groups.some_clusters():
        x = groups.by_stretch(weights, some)
        add_sums(alike, x * ratio(1.0, scale[some], otherwise=0.0))
        reasons += [
            refusal(own, np.array([share, in_k]), lean, theme.size)
            for own, in_k, lean in zip(x.T, groups.shares[some], skew[some], strict=True)
        ]
        given = np.array([reason is None for reason in reasons[some]], dtype=bool)
        of_sums = told(x.T, skew[some], n_telling[some], theme.size)
        p[some] = np.where(given, of_sums.p, np.nan)
        smallest[some] = np.where(given, of_sums.smallest_p, np.nan)
    return p, smallest, reasons


def _no_overall(groups: _Groups, alike: Likeness) -> str | None:
    k = groups.talk.n_stretches
    if not k:
        return "no segment was read"
    if not groups.n_clusters or not (groups.cluster >= 0).any():
        return "no segment that was read is in a cluster"
    if not len(groups.themes):
        return "no theme was given"
    if k < LEAST_STRETCHES:
        return f"{k} stretches of talk were read; the test needs {LEAST_STRETCHES}"
    if not are_related(alike):
        return "no person's segments in a stretch of talk vary in theme and in cluster, so nothing can be told"
    return None


def grouping_test(
    themes: ArrayLike,
    clusters: Sequence[int] | Ints,
    *,
    sessions: Sequence[object],
    people: Sequence[object] | None = None,
    n_flips: int = 4999,
    random_state: int = 0,
) -> GroupingTest:
    """Test whether clusters have more to do with themes than who speaks when: each pair, and all together.

    Parameters
    ----------
    themes : array of shape (n_themes, n_units)
        1 where the unit carries the theme, 0 where it was read and does not, nan where it was not read; or the share of
        several coders who gave it. Units in the order in which they were said.
    clusters : sequence of n_units whole numbers
        Cluster of each unit, from 0; -1 for none. Units in no cluster count.
    sessions : sequence of n_units values
        The session (transcript) of each unit.
    people : sequence of n_units values, optional
        Who said each unit. Default: one person.
    n_flips : int
        Ways of turning signs that are drawn for the overall p; with fewer ways than that, all are gone through.
    random_state : int
        Seed; not used where all are gone through.

    Returns
    -------
    GroupingTest
        One p over everything, and p and q of every pair; nan with a reason where there is none.

    Raises
    ------
    InputError
        When themes are not between 0 and 1 or clusters not whole numbers from -1.

    Notes
    -----
    A pair's p is that of `stretch_test` for the theme and the cluster; q is Benjamini and Hochberg's over all pairs.
    Overall: in every stretch the sums of all pairs, each over sqrt(share (1 - share)) of its theme and cluster, make a
    matrix F; the figure is the sum of <F_i, F_j> over stretches i and j, neighbors of one session left out. Without a
    relation each F is as likely with the other sign, so the signs of stretches are turned (Canay, Romano & Shaikh 2017,
    doi:10.3982/ECTA13081). A relation that differs from stretch to stretch does not count.

    Memory: some hundred MB, however many stretches there are, and at most a few times what the themes take
    (docs/decisions/0271).

    A small p says that clusters and themes are related, not that a cluster *is* a theme; a pair's q says that they go
    together, not how much of the theme the cluster gathered. How often unrelated ones are called related is tabulated
    in docs/benchmarks/agreement.md.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> theme = rng.integers(0, 3, 300)
    >>> clusters = np.where(rng.random(300) < 0.5, theme, rng.integers(0, 4, 300))
    >>> found = grouping_test(theme == np.arange(3)[:, None], clusters, sessions=[1] * 300, people=list("PQR") * 100)
    >>> found.p, [round(q, 3) for q in found.pair_q[0]]
    (0.001953125, [0.005, 1.0, 1.0])
    """
    if n_flips < 31:
        raise InputError(f"n_flips must be at least 31, all ways there are with six stretches. Got {n_flips}.")
    groups = _read(themes, clusters, sessions, people)
    pairs = _theme_by_theme(groups)
    reason = _no_overall(groups, pairs.alike)
    p, n_tried, exact = (math.nan, 0, False) if reason else turned(pairs.alike, n_flips, random_state)
    pair_p = np.reshape(pairs.p, (len(pairs.p), groups.n_clusters)).T
    return GroupingTest(
        p,
        groups.talk.n_stretches,
        n_tried,
        exact,
        random_state,
        tuple(map(tuple, pair_p.tolist())),
        tuple(map(tuple, adjust_p(pair_p, method="benjamini-hochberg").tolist())),
        tuple(zip(*(row.tolist() for row in pairs.smallest), strict=True)),
        tuple(zip(*pairs.reasons, strict=True)),
        reason,
    )
