"""One figure for everything: sets of codes, clusters against codes, and the same between two people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp import agreement
from alliance_nlp.comparison.per_code import Draws, Statistic
from alliance_nlp.comparison.sides import Pairs, Reader, Sides, coded_differently
from alliance_nlp.comparison.words import OVERALL_REMARKS
from alliance_nlp.errors import counted
from alliance_nlp.numeric import Ints, Labels, format_number, nan_mean
from alliance_nlp.records import Row, Table

# sets of codes, partly overlapping ones counted in part
masi_alpha = partial(agreement.krippendorff_alpha, level="masi")
COLUMNS = ("figure", "value", "interval", "p", "smallest_p", "n", "human_human", "remark")
MOST_DRAWS, MOST_SUBSAMPLES, MOST_ARRANGEMENTS = 500, 400, 499  # figures over sets and partitions are slow


def overall_table(sides: Sides, per_code: Sequence[Row], draws: Draws) -> Table:
    """Figures over all codes of the level, and of the clusters against the people's codes."""
    rows = [_mean_kappa(sides, per_code), _alpha_of_sets(sides, draws), _same_sets(sides)]
    if sides.clusters is not None:
        rows += _cluster_rows(sides, draws)
    return Table.of(rows, columns=COLUMNS, title="Over everything")


def _row(figure: str, value: float, **more: Any) -> Row:
    blank: Row = dict.fromkeys(COLUMNS, math.nan) | {"interval": (math.nan, math.nan), "remark": ""}
    return blank | {"figure": figure, "value": value} | more


def _mean_kappa(sides: Sides, per_code: Sequence[Row]) -> Row:
    kappas = [row["kappa"] for row in per_code if math.isfinite(row["kappa"])]
    left_out = len(per_code) - len(kappas)
    low, high = format_number(min(kappas, default=math.nan)), format_number(max(kappas, default=math.nan))
    parts = [OVERALL_REMARKS["spread"].format(low=low, high=high)] if kappas else []
    parts += [OVERALL_REMARKS["left out"].format(n=left_out)] if left_out else []
    return _row(
        f"mean kappa over {counted(len(kappas), sides.level)}", float(nan_mean(kappas)), n=int(sides.counted.sum()),
        human_human=float(nan_mean([row["human_human"] for row in per_code])), remark=", ".join(parts),
    )  # fmt: skip


def _alpha_of_sets(sides: Sides, draws: Draws) -> Row:
    """Alpha with MASI distance."""
    found = agreement.bootstrap_interval(
        masi_alpha, _set_grid(sides, (*sides.a, *sides.b)), by=sides.drawn_by,
        method="percentile" if sides.drawn_by is None else "expanded", n_draws=min(draws.n_draws, MOST_DRAWS),
        random_state=draws.random_state,
    )  # fmt: skip
    people = masi_alpha(_set_grid(sides, sides.people)).value if sides.human_pairs else math.nan
    return _row(
        "alpha (MASI, sets of codes)", found.value, interval=(found.low, found.high), n=found.n_units,
        human_human=people, remark=found.reason or "",
    )  # fmt: skip


def _set_grid(sides: Sides, readers: Sequence[Reader]) -> NDArray[np.object_]:
    kept = np.flatnonzero(sides.counted).tolist()
    grid = np.empty((len(readers), len(kept)), dtype=object)
    for row, reader in enumerate(readers):
        grid[row] = [None if position in reader.abstained else reader.sets[position] for position in kept]
    return grid


def _same_sets(sides: Sides) -> Row:
    """Share of segments with exactly the same codes."""
    return _row(
        "same codes exactly (share)", _same_share(sides.pairs), n=int(sides.counted.sum()),
        human_human=_same_share(sides.human_pairs), remark=OVERALL_REMARKS["by chance too"],
    )  # fmt: skip


def _same_share(pairs: Pairs) -> float:
    return float(nan_mean([nan_mean(1 - coded_differently(one, other)) for one, other in pairs]))


def _cluster_rows(sides: Sides, draws: Draws) -> list[Row]:
    """AMI and ARI of the clusters against the codes of the segments that carry exactly one."""
    single, labels = sides.single_codes(sides.human), sides.labels
    inside, coded = np.flatnonzero((single >= 0) & (labels >= 0)), np.flatnonzero(single >= 0)
    n = {"n": len(inside), "total": len(coded)}
    readings = [(OVERALL_REMARKS["in a cluster"].format(**n), inside, labels)]
    if len(inside) < len(coded):
        apart = np.where(labels >= 0, labels, labels.max(initial=-1) + np.cumsum(labels < 0))
        readings.append((OVERALL_REMARKS["one by one"].format(**n), coded, apart))
    rows = []
    for remark, kept, groups in readings:
        for name, statistic in (("AMI", agreement.adjusted_mutual_info), ("ARI", agreement.adjusted_rand)):
            row = _cluster_row(statistic, sides, single[kept], groups[kept], kept, draws)
            row |= {"figure": f"{name} of clusters and {sides.level}s", "remark": row["remark"] or remark}
            rows.append(row | {"human_human": _people_partition(sides, statistic)})
    return rows


def _cluster_row(
    statistic: Statistic, sides: Sides, codes: Labels, groups: Labels, kept: Ints, draws: Draws
) -> Row:  # fmt: skip
    point = statistic(codes, groups)
    if not math.isfinite(point.value):
        return _row("", math.nan, n=len(kept), remark=point.reason or "")
    found = agreement.subsample_interval(
        statistic, [codes, groups], n_draws=min(draws.n_draws, MOST_SUBSAMPLES), random_state=draws.random_state
    )
    row = _row("", point.value, interval=(float(found.low), float(found.high)), n=len(kept))
    if not draws.n_permutations:
        return row
    mask = np.zeros(len(sides.segments), dtype=bool)
    mask[kept] = True
    chance = agreement.permutation_p(
        statistic, [codes, groups], within=sides.blocks(mask),
        n_permutations=min(draws.n_permutations, MOST_ARRANGEMENTS), random_state=draws.random_state,
    )  # fmt: skip
    return row | {"p": chance.p, "smallest_p": chance.smallest_p}


def _people_partition(sides: Sides, statistic: Statistic) -> float:
    """Mean figure between two people on the segments where each applied exactly one code."""
    values = []
    for one, other in sides.human_pairs:
        a, b = sides.single_codes(one), sides.single_codes(other)
        kept = (a >= 0) & (b >= 0)
        if kept.sum() > 1:
            values.append(statistic(a[kept], b[kept]).value)
    return float(nan_mean(values))
