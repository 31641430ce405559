"""One figure for everything: sets of codes, clusters against codes, and the same between two people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp import agreement
from alliance_nlp.comparison.per_code import PairTables, Statistic, blocks_of, draw_by
from alliance_nlp.comparison.units import Reader, Sides, plural
from alliance_nlp.numeric import Bools, Labels
from alliance_nlp.records import Clusters, Row

# sets of codes, partly overlapping ones counted in part
masi_alpha = partial(agreement.krippendorff_alpha, level="masi")
COLUMNS = ("figure", "value", "interval", "p", "smallest_p", "n", "human_human", "remark")


def overall_rows(
    sides: Sides, per_code: Sequence[Row], clusters: Clusters | None, *, human_side: str, n_draws: int,
    n_permutations: int, random_state: int,
) -> list[Row]:  # fmt: skip
    """Figures over all codes of the level, and of the clusters against the people's codes."""
    rows = [_mean_kappa(sides, per_code), *_set_figures(sides, n_draws, random_state)]
    if clusters is not None:
        human = (sides.a if human_side == "a" else sides.b)[0]
        rows += cluster_rows(
            sides, human, clusters, n_draws=n_draws, n_permutations=n_permutations, random_state=random_state
        )
    return rows


def _mean_kappa(sides: Sides, per_code: Sequence[Row]) -> Row:
    kappas = [row["kappa"] for row in per_code if math.isfinite(row["kappa"])]
    people = [row["human_human"] for row in per_code if math.isfinite(row["human_human"])]
    left_out = len(per_code) - len(kappas)
    parts = [f"from {min(kappas):.2f} to {max(kappas):.2f}"] if kappas else []
    parts += [f"{left_out} undefined left out"] if left_out else []
    return _row(
        f"mean kappa over {len(kappas)} {plural(sides.level)}", float(np.mean(kappas)) if kappas else math.nan,
        n=int(sides.counted.sum()), human_human=float(np.mean(people)) if people else math.nan,
        remark=", ".join(parts),
    )  # fmt: skip


def _row(figure: str, value: float, **more: Any) -> Row:
    blank: Row = dict.fromkeys(COLUMNS, math.nan) | {"interval": (math.nan, math.nan), "remark": "", "n": 0}
    return blank | {"figure": figure, "value": value} | more


def _set_figures(sides: Sides, n_draws: int, random_state: int) -> list[Row]:
    """Alpha with MASI distance, and the share of segments with exactly the same codes."""
    kept = np.flatnonzero(sides.counted)
    by = draw_by(sides)
    ratings = _set_grid(sides, [*sides.a, *sides.b], kept)
    found = agreement.bootstrap_interval(
        masi_alpha, ratings, by=by, method="percentile" if by is None else "expanded", n_draws=min(n_draws, 500),
        random_state=random_state,
    )  # fmt: skip
    people = masi_alpha(_set_grid(sides, sides.people, kept)).value if len(sides.people) > 1 else math.nan
    alpha = _row(
        "alpha (MASI, sets of codes)", found.value, interval=(found.low, found.high), n=found.n_units,
        human_human=people, remark=found.reason or "",
    )  # fmt: skip
    tables = PairTables(sides, n_draws=n_draws, random_state=random_state)
    same = _row(
        "same codes exactly (share)", _same_share(tables, sides.pairs), n=len(kept),
        human_human=_same_share(tables, sides.human_pairs), remark="not corrected for chance",
    )  # fmt: skip
    return [alpha, same]


def _set_grid(sides: Sides, readers: Sequence[Reader], kept: Labels) -> NDArray[np.object_]:
    grid = np.empty((len(readers), len(kept)), dtype=object)
    for row, reader in enumerate(readers):
        for column, position in enumerate(kept):
            grid[row, column] = None if position in reader.abstained else reader.sets[position]
    return grid


def _same_share(tables: PairTables, pairs: Sequence[tuple[Reader, Reader]]) -> float:
    shares = []
    for one, other in pairs:
        a, b = tables.values(one), tables.values(other)
        read = np.isfinite(a).all(axis=0) & np.isfinite(b).all(axis=0)
        if read.any():
            shares.append(float((a[:, read] == b[:, read]).all(axis=0).mean()))
    return float(np.mean(shares)) if shares else math.nan


def cluster_rows(
    sides: Sides, human: Reader, clusters: Clusters, *, n_draws: int, n_permutations: int, random_state: int
) -> list[Row]:
    """AMI and ARI of the clusters against the codes of the segments that carry exactly one, and omega over all."""
    position = {segment_id: i for i, segment_id in enumerate(clusters.segments.ids)}
    labels = np.array(
        [clusters.labels[position[i]] if i in position else -1 for i in sides.segments.ids], dtype=np.int64
    )
    single = single_codes(sides, human.sets)
    rows = []
    draws = {"n_draws": n_draws, "n_permutations": n_permutations, "random_state": random_state}
    for remark, kept, groups in _two_readings_of_noise(single >= 0, labels):
        for name, statistic in (("AMI", agreement.adjusted_mutual_info), ("ARI", agreement.adjusted_rand)):
            row = _cluster_row(statistic, sides, single[kept], groups[kept], kept, **draws)
            row |= {"figure": f"{name} of clusters and {plural(sides.level)}"}
            rows.append(row | {"remark": row["remark"] or remark, "human_human": _people_partition(sides, statistic)})
    return rows


def _two_readings_of_noise(single: Bools, labels: Labels) -> list[tuple[str, Labels, Labels]]:
    """Segments with one code: those in a cluster; and, where some are in none, all with these one by one."""
    inside = np.flatnonzero(single & (labels >= 0))
    apart = labels.copy()
    apart[labels < 0] = labels.max(initial=-1) + 1 + np.arange((labels < 0).sum())
    n = int(single.sum())
    readings = [(f"segments with one code and a cluster, {len(inside)} of {n}", inside, labels)]
    if len(inside) < n:
        readings.append(
            (f"all {n} segments with one code, those in no cluster one by one", np.flatnonzero(single), apart)
        )
    return readings


def single_codes(sides: Sides, sets: Sequence[Any]) -> Labels:
    """Give the number of the code of each counted segment that carries exactly one; -1 elsewhere."""
    place = {code: number for number, code in enumerate(sides.codes)}
    return np.array(
        [place[next(iter(s))] if kept and s is not None and len(s) == 1 else -1
         for s, kept in zip(sets, sides.counted, strict=True)],
        dtype=np.int64,
    )  # fmt: skip


def _cluster_row(
    statistic: Statistic, sides: Sides, codes: Labels, groups: Labels, kept: Labels, *, n_draws: int,
    n_permutations: int, random_state: int,
) -> Row:  # fmt: skip
    mask = np.zeros(len(sides.segments), dtype=bool)
    mask[kept] = True
    point = statistic(codes, groups)
    if not math.isfinite(point.value):
        return _row("", math.nan, n=len(kept), remark=point.reason or "")
    found = agreement.subsample_interval(
        statistic, [codes, groups], n_draws=min(n_draws, 400), random_state=random_state
    )
    interval = (float(found.low), float(found.high))
    if not n_permutations:
        return _row("", point.value, interval=interval, n=len(kept))
    chance = agreement.permutation_p(
        statistic, [codes, groups], within=blocks_of(sides.segments, mask), n_permutations=min(n_permutations, 499),
        random_state=random_state,
    )  # fmt: skip
    return _row("", point.value, interval=interval, p=chance.p, smallest_p=chance.smallest_p, n=len(kept))


def _people_partition(sides: Sides, statistic: Statistic) -> float:
    """Mean figure between two people on the segments where each applied exactly one code."""
    values = []
    for one, other in sides.human_pairs:
        a, b = single_codes(sides, one.sets), single_codes(sides, other.sets)
        kept = (a >= 0) & (b >= 0)
        if kept.sum() > 1:
            values.append(statistic(a[kept], b[kept]).value)
    finite = [value for value in values if math.isfinite(value)]
    return float(np.mean(finite)) if finite else math.nan
