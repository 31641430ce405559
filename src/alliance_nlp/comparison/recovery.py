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

from collections import Counter
from typing import Any

import numpy as np

from alliance_nlp.comparison.units import Reader, Sides, plural
from alliance_nlp.numeric import Bools, Floats, ratio
from alliance_nlp.records import Clusters, Row, Table

ALPHA = 0.05
MATCHED_F1 = 0.5
SUBSAMPLES = 100
SHARE = 0.8


def recover(sides: Sides, human: Reader, clusters: Clusters, *, random_state: int) -> tuple[Table, Table]:
    """Tables of verdicts on the human codes of a level and on the clusters."""
    theme_of, cluster_of = _indicators(sides, human, clusters)
    codes = sides.codes
    if not len(theme_of):
        return _tables([], [], sides.level)
    found = judge(theme_of, cluster_of)
    rng = np.random.default_rng(random_state)
    n = len(theme_of)
    again = [
        judge(theme_of[pick], cluster_of[pick])
        for pick in (np.sort(rng.choice(n, max(1, round(SHARE * n)), replace=False)) for _ in range(SUBSAMPLES))
    ]
    best = _one_to_one(found["f1"])
    themes = [
        {sides.level: code, "verdict": found["themes"][t], "stable": _same_share(found, again, "themes", t),
         "n": int(theme_of[:, t].sum()), "clusters": tuple(np.flatnonzero(found["belong"][:, t]).tolist()),
         "precision": float(found["precision"][t]), "recall": float(found["recall"][t]),
         "f1": float(found["union_f1"][t]),
         "best_cluster": best.get(t), "best_f1": float(found["f1"][best[t], t]) if t in best else float("nan")}
        for t, code in enumerate(codes) if theme_of[:, t].any()
    ]  # fmt: skip
    groups = [
        {"cluster": k, "verdict": found["clusters"][k], "stable": _same_share(found, again, "clusters", k),
         "n": int(cluster_of[:, k].sum()),
         plural(sides.level): tuple(codes[t] for t in np.flatnonzero(found["belong"][k])),
         "most_common": codes[int(found["share"][k].argmax())] if found["share"][k].any() else None,
         "share": float(found["share"][k].max(initial=0.0)), "q": float(found["p"][k].min(initial=1.0))}
        for k in range(cluster_of.shape[1]) if cluster_of[:, k].any()
    ]  # fmt: skip
    return _tables(themes, groups, sides.level)


def _tables(themes: list[Row], groups: list[Row], level: str) -> tuple[Table, Table]:
    note = f"stable: share of {SUBSAMPLES} subsamples of {SHARE:.0%} of the segments with the same verdict"
    columns = (level, "verdict", "stable", "n", "clusters", "precision", "recall", "f1", "best_cluster", "best_f1")
    more = ("cluster", "verdict", "stable", "n", plural(level), "most_common", "share", "q")
    return (
        Table.of(themes, columns=columns, title=f"What the clusters found of each {level}", notes=(note,)),
        Table.of(groups, columns=more, title="What each cluster is to the people's codes", notes=(note,)),
    )


def _indicators(sides: Sides, human: Reader, clusters: Clusters) -> tuple[Bools, Bools]:
    position = {segment_id: i for i, segment_id in enumerate(clusters.segments.ids)}
    place = {code: t for t, code in enumerate(sides.codes)}
    rows = [
        (human.sets[i], int(clusters.labels[position[segment_id]]))
        for i, segment_id in enumerate(sides.segments.ids)
        if sides.counted[i] and human.sets[i] is not None and segment_id in position
    ]
    rows = [(codes, label) for codes, label in rows if label >= 0]
    theme_of = np.zeros((len(rows), len(place)), dtype=bool)
    cluster_of = np.zeros((len(rows), clusters.n_clusters), dtype=bool)
    for row, (codes, label) in enumerate(rows):
        theme_of[row, [place[code] for code in codes or ()]] = True
        cluster_of[row, label] = True
    return theme_of, cluster_of


def judge(theme_of: Bools, cluster_of: Bools) -> dict[str, Any]:
    """Apply the rule of this module to two tables of who is where."""
    both = cluster_of.T.astype(float) @ theme_of
    in_cluster, in_theme = cluster_of.sum(axis=0).astype(float)[:, None], theme_of.sum(axis=0).astype(float)[None, :]
    p = above_chance(both, in_cluster, in_theme, len(theme_of))
    share = ratio(both, in_cluster, otherwise=0.0)
    belong = (p <= ALPHA) & (share >= 0.5 * share.max(axis=1, keepdims=True, initial=0.0)) & (both > 0)
    found = cluster_of.astype(float) @ belong > 0
    hits = (found & theme_of).sum(axis=0)
    precision = ratio(hits, found.sum(axis=0), otherwise=0.0)
    recall = ratio(hits, theme_of.sum(axis=0), otherwise=0.0)
    union_f1 = ratio(2 * hits, found.sum(axis=0) + theme_of.sum(axis=0), otherwise=0.0)
    return {
        "p": p, "share": share, "belong": belong, "precision": precision, "recall": recall, "union_f1": union_f1,
        "f1": ratio(2 * both, in_cluster + in_theme, otherwise=0.0),
        "themes": [_theme_verdict(belong[:, t].any(), union_f1[t]) for t in range(theme_of.shape[1])],
        "clusters": [_cluster_verdict(belong, k) for k in range(cluster_of.shape[1])],
    }  # fmt: skip


def above_chance(both: Floats, in_cluster: Floats, in_theme: Floats, n: int) -> Floats:
    """Probability that chance shares as many segments or more, adjusted over all pairs by Benjamini and Hochberg."""
    from scipy.stats import false_discovery_control, hypergeom

    raw = np.asarray(hypergeom.sf(both - 1, n, in_theme, in_cluster), dtype=float).reshape(both.shape)
    if not raw.size:
        return raw
    adjusted: Floats = false_discovery_control(np.clip(raw, 0.0, 1.0).reshape(-1), method="bh")
    return adjusted.reshape(raw.shape)


def _theme_verdict(any_cluster: bool, f1: float) -> str:
    if not any_cluster:
        return "missed"
    return "matched" if f1 >= MATCHED_F1 else "partly matched"


def _cluster_verdict(belong: Bools, cluster: int) -> str:
    themes = np.flatnonzero(belong[cluster])
    if len(themes) == 0:
        return "extra"
    if len(themes) > 1:
        return "merged"
    return "split" if belong[:, themes[0]].sum() > 1 else "matched"


def _same_share(found: dict[str, Any], again: list[dict[str, Any]], kind: str, index: int) -> float:
    verdicts = Counter(other[kind][index] for other in again)
    return verdicts[found[kind][index]] / len(again)


def _one_to_one(f1: Floats) -> dict[int, int]:
    from scipy.optimize import linear_sum_assignment

    clusters, themes = linear_sum_assignment(-f1)
    return {int(t): int(k) for k, t in zip(clusters, themes, strict=True) if f1[k, t] > 0}
