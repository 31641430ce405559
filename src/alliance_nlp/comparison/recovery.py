"""Which themes the clusters found, missed, split or merged, with the evidence and how firm it is.

The rule, many to many. Take the segments of the universe that are in a cluster. Cluster and theme *belong* when they
share more segments than chance gives (hypergeometric tail; Benjamini and Hochberg over all pairs, q <= .05) and the
theme is on at least half as large a share of the cluster as its most common theme. Verdicts:

theme     matched         its clusters together find it with F1 >= .5 (most of it, and mostly it)
          partly matched  some cluster belongs to it, F1 below .5
          missed          no cluster belongs to it
cluster   matched         belongs to one theme, and no other cluster does
          split           belongs to one theme, which other clusters share with it
          merged          belongs to two themes or more
          extra           belongs to none

A one-to-one assignment that maximizes the sum of F1 (Hungarian method) stands beside it as `best_cluster`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.comparison.words import ClusterVerdict, ThemeVerdict
from alliance_nlp.numeric import Bools, Floats, ratio
from alliance_nlp.records import Row, Table, code_table

ALPHA = 0.05
MATCHED_F1 = 0.5
LEAST_SHARE = 0.5  # of the share that a cluster's most common theme has
SUBSAMPLES = 100
SHARE = 0.8


class Judged(NamedTuple):
    """What the rule says of two tables of who is where; arrays are of shape (n_clusters, n_themes) or (n_themes,)."""

    belong: Bools
    share: Floats  # of the cluster's segments that are on the theme
    q: Floats
    f1: Floats  # of one cluster as a finder of one theme
    precision: Floats  # of all clusters that belong to a theme, together
    recall: Floats
    found: Floats  # their F1
    themes: tuple[ThemeVerdict, ...]
    clusters: tuple[ClusterVerdict, ...]


def recover(sides: Sides, random_state: int) -> tuple[Table, Table]:
    """Tables of verdicts on the human codes of a level and on the clusters; empty where there are none."""
    if sides.clusters is None:
        return Table((), ()), Table((), ())
    theme_of, cluster_of = _indicators(sides, sides.clusters.n_clusters)
    n = len(theme_of)
    if not n:
        return _tables([], [], sides.level)
    judged, rng = judge(theme_of, cluster_of), np.random.default_rng(random_state)
    picks = [np.sort(rng.choice(n, max(1, round(SHARE * n)), replace=False)) for _ in range(SUBSAMPLES)]
    again = [judge(theme_of[pick], cluster_of[pick]) for pick in picks]
    themes = _theme_rows(sides, theme_of, judged, [other.themes for other in again])
    return _tables(themes, _cluster_rows(sides, cluster_of, judged, [o.clusters for o in again]), sides.level)


def _theme_rows(sides: Sides, theme_of: Bools, judged: Judged, again: list[Any]) -> list[Row]:
    best = _one_to_one(judged.f1)
    return [
        {sides.level: sides.codes[t], "verdict": judged.themes[t], "stable": _stable(judged.themes, again, t),
         "n": int(theme_of[:, t].sum()), "clusters": tuple(np.flatnonzero(judged.belong[:, t]).tolist()),
         "precision": float(judged.precision[t]), "recall": float(judged.recall[t]), "f1": float(judged.found[t]),
         "best_cluster": best.get(t), "best_f1": float(judged.f1[best[t], t]) if t in best else float("nan")}
        for t in np.flatnonzero(theme_of.any(axis=0)).tolist()
    ]  # fmt: skip


def _cluster_rows(sides: Sides, cluster_of: Bools, judged: Judged, again: list[Any]) -> list[Row]:
    codes = sides.codes
    return [
        {"cluster": k, "verdict": judged.clusters[k], "stable": _stable(judged.clusters, again, k),
         "n": int(cluster_of[:, k].sum()), f"{sides.level}s": tuple(codes[t] for t in np.flatnonzero(judged.belong[k])),
         "most_common": codes[int(judged.share[k].argmax())] if judged.share[k].any() else None,
         "share": float(judged.share[k].max(initial=0.0)), "q": float(judged.q[k].min(initial=1.0))}
        for k in np.flatnonzero(cluster_of.any(axis=0)).tolist()
    ]  # fmt: skip


def _stable(verdicts: Sequence[str], again: list[Sequence[str]], index: int) -> float:
    return sum(other[index] == verdicts[index] for other in again) / len(again)


def _tables(themes: list[Row], groups: list[Row], level: str) -> tuple[Table, Table]:
    note = f"stable: share of {SUBSAMPLES} subsamples of {SHARE:.0%} of the segments with the same verdict"
    columns = (level, "verdict", "stable", "n", "clusters", "precision", "recall", "f1", "best_cluster", "best_f1")
    more = ("cluster", "verdict", "stable", "n", f"{level}s", "most_common", "share", "q")
    return (
        Table.of(themes, columns=columns, title=f"What the clusters found of each {level}", notes=(note,)),
        Table.of(groups, columns=more, title="What each cluster is to the people's codes", notes=(note,)),
    )


def _indicators(sides: Sides, n_clusters: int) -> tuple[Bools, Bools]:
    """Which code, and which cluster, each segment is in that the person read and that is in a cluster."""
    read = np.array([codes is not None for codes in sides.human.sets], dtype=bool)
    rows = np.flatnonzero(sides.counted & read & (sides.labels >= 0)).tolist()
    theme_of = code_table([sides.human.sets[position] for position in rows], sides.codes).T == 1
    return theme_of, sides.labels[rows, None] == np.arange(n_clusters)


def judge(theme_of: Bools, cluster_of: Bools) -> Judged:
    """Apply the rule of this module to two tables of who is where."""
    both = cluster_of.T.astype(float) @ theme_of
    in_cluster, in_theme = cluster_of.sum(axis=0).astype(float)[:, None], theme_of.sum(axis=0).astype(float)
    q = above_chance(both, in_cluster, in_theme, len(theme_of))
    share = ratio(both, in_cluster)
    # sure of more than chance gives, so they share a segment
    belong = (q <= ALPHA) & (share >= LEAST_SHARE * share.max(axis=1, keepdims=True, initial=0.0))
    found = cluster_of.astype(float) @ belong > 0
    hits, n_found = (found & theme_of).sum(axis=0), found.sum(axis=0)
    f1 = ratio(2 * hits, n_found + in_theme)
    return Judged(
        belong, share, q, ratio(2 * both, in_cluster + in_theme, otherwise=0.0),
        ratio(hits, n_found, otherwise=0.0), ratio(hits, in_theme), f1,
        tuple(_theme_verdict(belong[:, t].any(), f1[t]) for t in range(len(in_theme))),
        tuple(_cluster_verdict(belong, k) for k in range(len(in_cluster))),
    )  # fmt: skip


def above_chance(both: Floats, in_cluster: Floats, in_theme: Floats, n: int) -> Floats:
    """Probability that chance shares as many segments or more, adjusted over all pairs by Benjamini and Hochberg."""
    from scipy.stats import false_discovery_control, hypergeom

    if not both.size:
        return both
    raw = np.clip(hypergeom.sf(both - 1, n, in_theme, in_cluster), 0.0, 1.0)
    adjusted: Floats = false_discovery_control(raw.ravel(), method="bh")
    return adjusted.reshape(both.shape)


def _theme_verdict(any_cluster: bool, f1: float) -> ThemeVerdict:
    if not any_cluster:
        return "missed"
    return "matched" if f1 >= MATCHED_F1 else "partly matched"


def _cluster_verdict(belong: Bools, cluster: int) -> ClusterVerdict:
    themes = np.flatnonzero(belong[cluster])
    if len(themes) == 0:
        return "extra"
    if len(themes) > 1:
        return "merged"
    return "split" if belong[:, themes[0]].sum() > 1 else "matched"


def _one_to_one(f1: Floats) -> dict[int, int]:
    from scipy.optimize import linear_sum_assignment

    clusters, themes = linear_sum_assignment(-f1)
    return {int(t): int(k) for k, t in zip(clusters, themes, strict=True) if f1[k, t] > 0}
