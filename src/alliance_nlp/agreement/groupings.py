"""Whether clusters have more to do with themes than who speaks when: every pair of them, and all together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.agreement.adjusting import adjust_p
from alliance_nlp.agreement.permuting import SAME
from alliance_nlp.agreement.stretches import (
    LEAST_STRETCHES,
    Talk,
    centred,
    lopsided_sums,
    refusal,
    talk_of,
    told,
)
from alliance_nlp.agreement.tested import GroupingTest
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Bools, Floats, Ints, ratio

# Clusters whose indicators are laid out at a time, for themes on most segments.
_AT_ONCE = 200


class _Groups(NamedTuple):
    """Themes and clusters of the segments read, in the order of the talk's layout."""

    talk: Talk
    themes: Floats  # (n_themes, n_units)
    cluster: Ints  # (n_units,), -1 for none
    shares: Floats  # (n_clusters,): of the units, those in the cluster
    # cells (person's part of a stretch, cluster) with some but not all of the part's units in the cluster
    mixed_part: Ints
    mixed_cluster: Ints

    @property
    def n_clusters(self) -> int:
        return self.shares.size

    def by_stretch(self, weights: Floats) -> Floats:
        """Sum weights over the units of each stretch and cluster, shape (n_stretches, n_clusters)."""
        inside = self.cluster >= 0
        cell = self.talk.stretch[inside] * self.n_clusters + self.cluster[inside]
        sums = np.bincount(cell, weights[inside], minlength=self.talk.n_stretches * self.n_clusters)
        return np.asarray(sums.reshape(self.talk.n_stretches, self.n_clusters), dtype=np.float64)

    def n_telling(self, theme: Floats) -> Ints:
        """Count, for each cluster, the stretches in which some person's units vary in theme and in cluster."""
        talk = self.talk
        varies = np.minimum.reduceat(theme, talk.starts) < np.maximum.reduceat(theme, talk.starts)
        told = varies[self.mixed_part]
        stretch = talk.stretch[talk.starts][self.mixed_part[told]]
        seen = np.bincount(
            stretch * self.n_clusters + self.mixed_cluster[told], minlength=talk.n_stretches * self.n_clusters
        )
        told_at: Bools = seen.reshape(talk.n_stretches, self.n_clusters) > 0
        return np.asarray(told_at.sum(axis=0))

    def lopsided(self, weights: Floats, share: float) -> Floats:
        """Skewness of each cluster's sum under chance; only common beside rare can lean to the left."""
        found = np.zeros(self.n_clusters)
        unlike = np.flatnonzero(((self.shares - 0.5) * (share - 0.5) < 0) & (self.shares > 0))
        everything = np.ones(self.cluster.size, dtype=bool)
        for start in range(0, unlike.size, _AT_ONCE):
            some = unlike[start : start + _AT_ONCE]
            inside = centred(self.talk, (self.cluster[None, :] == some[:, None]).astype(np.float64), everything)
            found[some] = lopsided_sums(self.talk, [(weights[None, :], inside)])
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
    mixed = cell[count < size[cell // max(n_clusters, 1)]]
    shares = np.bincount(cluster[inside], minlength=n_clusters) / max(cluster.size, 1)
    return _Groups(
        talk, of_theme[:, talk.order], cluster, shares, mixed // max(n_clusters, 1), mixed % max(n_clusters, 1)
    )


class _Pairs(NamedTuple):
    """What is known of each pair, one row a theme, and how alike the stretches are over all pairs."""

    p: list[Floats]
    smallest: list[Floats]
    reasons: list[list[str | None]]
    alike: Floats  # (n_stretches, n_stretches)


def _theme_by_theme(groups: _Groups) -> _Pairs:
    """Go through the themes one by one: nothing of the size themes x clusters x segments is ever held."""
    n_stretches = groups.talk.n_stretches
    found = _Pairs([], [], [], np.zeros((n_stretches, n_stretches)))
    for theme in groups.themes:
        weights = centred(groups.talk, theme, np.ones(theme.size, dtype=bool))
        share, square = (float((theme**power).sum() / max(theme.size, 1)) for power in (1, 2))
        x, skew = groups.by_stretch(weights), groups.lopsided(weights, share)
        scale = np.sqrt((square - share**2) * groups.shares * (1 - groups.shares))
        scaled = x * ratio(1.0, scale, otherwise=0.0)
        found.alike[:] += scaled @ scaled.T
        reasons = [
            refusal(x[:, k], np.array([share, in_k]), skew[k], theme.size) for k, in_k in enumerate(groups.shares)
        ]
        _, p, smallest = told(x.T, skew, groups.n_telling(theme), theme.size)
        given = np.array([reason is None for reason in reasons], dtype=bool)
        found.p.append(np.where(given, p, np.nan))
        found.smallest.append(np.where(given, smallest, np.nan))
        found.reasons.append(reasons)
    return found


def _apart(talk: Talk, alike: Floats) -> Floats:
    """Leave out each stretch with itself, and neighbors of one session: runs cross their border."""
    kept = alike.copy()
    np.fill_diagonal(kept, 0.0)
    left = np.flatnonzero(talk.session[:-1] == talk.session[1:])
    kept[left, left + 1] = kept[left + 1, left] = 0.0
    return kept


def _flipped(apart: Floats, n_flips: int, random_state: int) -> tuple[float, int, bool]:
    """Turn the sign of every stretch or not, in all ways or in as many as asked for: p, ways tried, whether all."""
    k = len(apart)
    exact = 2 ** (k - 1) <= n_flips + 1
    if exact:
        signs = 1.0 - 2.0 * (np.arange(2 ** (k - 1))[:, None] >> np.arange(k) & 1)
    else:
        signs = np.random.default_rng(random_state).choice([-1.0, 1.0], (n_flips, k))
    reached = ((signs @ apart) * signs).sum(axis=1) >= apart.sum() - SAME * np.abs(apart).sum()
    if exact:  # the signs as they are stand among them
        return float(reached.mean()), len(signs), True
    return float((1 + reached.sum()) / (1 + n_flips)), n_flips, False


def _no_overall(groups: _Groups, apart: Floats) -> str | None:
    k = groups.talk.n_stretches
    if not k:
        return "no segment was read"
    if not groups.n_clusters or not (groups.cluster >= 0).any():
        return "no segment that was read is in a cluster"
    if not len(groups.themes):
        return "no theme was given"
    if k < LEAST_STRETCHES:
        return f"{k} stretches of talk were read; the test needs {LEAST_STRETCHES}"
    if not np.abs(apart).max() > 0:
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
    apart = _apart(groups.talk, pairs.alike)
    reason = _no_overall(groups, apart)
    p, n_tried, exact = (math.nan, 0, False) if reason else _flipped(apart, n_flips, random_state)
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
