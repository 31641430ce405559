"""One figure for everything: sets of codes, clusters against codes, and the same between two people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alliance_nlp import agreement
from alliance_nlp.comparison.per_code import Draws, Statistic, drawn_kappas, drawn_tables, interval_of, tables_of
from alliance_nlp.comparison.position import no_order, of_blocks
from alliance_nlp.comparison.sides import Pairs, Reader, Sides, coded_differently
from alliance_nlp.comparison.words import (
    BEFORE,
    NO_INTERVAL,
    NO_ORDER,
    NOT_ASKED,
    OVERALL_REMARKS,
    TESTED_WITH_POOLED,
)
from alliance_nlp.errors import counted
from alliance_nlp.numeric import Bools, Ints, Labels, format_number, nan_mean
from alliance_nlp.records import Row, Table

# sets of codes, partly overlapping ones counted in part
masi_alpha = partial(agreement.krippendorff_alpha, level="masi")
COLUMNS = (
    "figure", "value", "interval", "p", "smallest_p", "n", "human_human", "position", "remark", "drawn",
    "interval_reason", "tested", "p_reason", "position_from",
)  # fmt: skip
MOST_DRAWS, MOST_SUBSAMPLES = 500, 400  # figures over sets and partitions are slow
LEAST_FLIPS = 31  # all ways there are with six stretches


def overall_table(sides: Sides, per_code: Sequence[Row], draws: Draws) -> Table:
    """Figures over all codes of the level, and of the clusters against the people's codes."""
    rows = [
        _mean_kappa(sides, per_code, draws), _pooled_kappa(sides, draws), _alpha_of_sets(sides, draws),
        _same_sets(sides),
    ]  # fmt: skip
    if sides.before:
        rows = [row | {"position_from": NO_ORDER if no_order(sides) else BEFORE} for row in rows]
    if sides.clusters is not None:
        rows += _cluster_rows(sides, draws)
    return Table.of(rows, columns=COLUMNS, title="Over everything")


def pooled_kappa(sides: Sides, pairs: Pairs, inside: Bools | None = None) -> float:
    """Mean over pairs of kappa over all codes at once, on the segments inside."""
    return float(nan_mean(agreement.over_codes_values(agreement.pooled_kappa, tables_of(sides, pairs, inside))))


def _row(figure: str, value: float, **more: Any) -> Row:
    undefined: Row = dict.fromkeys(("p", "smallest_p", "n", "human_human", "position"), math.nan)
    blank = undefined | dict.fromkeys(("remark", "drawn", "interval_reason", "tested", "p_reason", "position_from"), "")
    return blank | {"figure": figure, "value": value, "interval": (math.nan, math.nan)} | more


def _with_interval(found: agreement.Interval, what: str) -> Row:
    """Columns of an interval: its ends, and what was drawn how often, or why there is none."""
    drawn = "" if found.reason else f"{found.n_draws} {what}"
    return {"interval": (found.low, found.high), "interval_reason": found.reason or "", "drawn": drawn}


def _drawn(sides: Sides) -> str:
    return f"draws of {sides.drawing.n_groups} {sides.drawing.kind}"


def _mean_kappa(sides: Sides, per_code: Sequence[Row], draws: Draws) -> Row:
    kappas = [row["kappa"] for row in per_code if math.isfinite(row["kappa"])]
    left_out = len(per_code) - len(kappas)
    low, high = format_number(min(kappas, default=math.nan)), format_number(max(kappas, default=math.nan))
    parts = [OVERALL_REMARKS["spread"].format(low=low, high=high)] if kappas else []
    parts += [OVERALL_REMARKS["left out"].format(n=left_out)] if left_out else []
    value, drawn = float(nan_mean(kappas)), nan_mean(drawn_kappas(sides, sides.pairs, draws).T)
    return _row(
        f"mean kappa over {counted(len(kappas), sides.level)}", value, n=int(sides.counted.sum()),
        human_human=float(nan_mean([row["human_human"] for row in per_code])),
        position=float(nan_mean([row.get("position", math.nan) for row in per_code])), remark=", ".join(parts),
        p_reason=TESTED_WITH_POOLED, **_with_interval(interval_of(value, drawn, sides, "mean_kappa"), _drawn(sides)),
    )  # fmt: skip


def _pooled_kappa(sides: Sides, draws: Draws) -> Row:
    """Kappa over all codes at once, and whether the sides are related at all."""
    found = [over_codes(drawn) for drawn in drawn_tables(sides, sides.pairs, draws)]
    value, drawn = pooled_kappa(sides, sides.pairs), nan_mean(found) if found else np.full(draws.n_draws, np.nan)
    return _row(
        f"pooled kappa over {counted(len(sides.codes), sides.level)}", value, n=int(sides.counted.sum()),
        human_human=pooled_kappa(sides, sides.human_pairs), position=pooled_kappa(sides, sides.before),
        remark=OVERALL_REMARKS["pooled" if math.isfinite(value) else "nothing varies"],
        **_with_interval(interval_of(value, drawn, sides, "pooled_kappa"), _drawn(sides)), **_tested(sides, draws),
    )  # fmt: skip


over_codes = partial(agreement.over_codes_values, agreement.pooled_kappa)


def _tested(sides: Sides, draws: Draws) -> Row:
    if not draws.n_permutations:
        return {"p_reason": NOT_ASKED}
    test = agreement.stretch_test(
        [(one.applied, other.applied) for one, other in sides.pairs], sessions=sides.sessions, people=sides.voices
    )
    tested = "" if test.reason else f"Student's t over {test.n_stretches} stretches of talk"
    return {"p": test.p, "smallest_p": test.smallest_p, "p_reason": test.reason or "", "tested": tested}


def _alpha_of_sets(sides: Sides, draws: Draws) -> Row:
    """Alpha with MASI distance."""
    grid, by = _set_grid(sides, (*sides.a, *sides.b)), sides.drawing.groups
    point = masi_alpha(grid)
    row = _row(
        "alpha (MASI, sets of codes)", point.value, n=point.n_units, remark=point.reason or "",
        human_human=masi_alpha(_set_grid(sides, sides.people)).value if sides.human_pairs else math.nan,
        position=float(nan_mean([masi_alpha(_set_grid(sides, pair)).value for pair in sides.before])),
        p_reason=TESTED_WITH_POOLED, interval_reason=point.reason or sides.drawing.reason or "",
    )  # fmt: skip
    if row["interval_reason"]:
        return row
    found = agreement.bootstrap_interval(
        masi_alpha, grid, by=by, method="expanded", n_draws=min(draws.n_draws, MOST_DRAWS),
        random_state=draws.random_state,
    )  # fmt: skip
    return row | _with_interval(found, _drawn(sides))


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
        human_human=_same_share(sides.human_pairs), position=_same_share(sides.before),
        remark=OVERALL_REMARKS["by chance too"],
        interval_reason=NO_INTERVAL, p_reason=TESTED_WITH_POOLED,
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
    rows, related = [], _related(sides, draws)
    for remark, kept, groups in readings:
        for name, statistic in (("AMI", agreement.adjusted_mutual_info), ("ARI", agreement.adjusted_rand)):
            row = _cluster_row(statistic, sides, single[kept], groups[kept], kept, draws)
            row |= {"figure": f"{name} of clusters and {sides.level}s", "remark": row["remark"] or remark}
            position = of_blocks(statistic, sides, single[kept], kept)
            rows.append(row | related | position | {"human_human": _people_partition(sides, statistic)})
    return rows


def _related(sides: Sides, draws: Draws) -> Row:
    """Whether clusters and codes are related, on all segments that were read; codes of several people as shares."""
    if not draws.n_permutations:
        return {"p_reason": NOT_ASKED}
    test = agreement.grouping_test(
        nan_mean([reader.applied for reader in sides.humans]), sides.labels[sides.counted], sessions=sides.sessions,
        people=sides.voices, n_flips=max(draws.n_permutations, LEAST_FLIPS), random_state=draws.random_state,
    )  # fmt: skip
    ways = f"{'all ' * test.exact}{test.n_flips} ways of turning {test.n_stretches} stretches of talk"
    smallest = 1 / (test.n_flips + (not test.exact))
    return (
        {"p": test.p, "p_reason": test.reason} if test.reason else {"p": test.p, "smallest_p": smallest, "tested": ways}
    )


def _cluster_row(
    statistic: Statistic, sides: Sides, codes: Labels, groups: Labels, kept: Ints, draws: Draws
) -> Row:  # fmt: skip
    point = statistic(codes, groups)
    mask = np.zeros(len(sides.segments), dtype=bool)
    mask[kept] = True
    drawing = sides.to_draw(mask[sides.counted])
    if point.reason or drawing.groups is None:
        reasons = {"remark": point.reason or "", "interval_reason": point.reason or drawing.reason}
        return _row("", point.value, n=len(kept), **reasons)
    found = agreement.subsample_interval(
        statistic, [codes, groups], by=drawing.groups, n_draws=min(draws.n_draws, MOST_SUBSAMPLES),
        random_state=draws.random_state,
    )  # fmt: skip
    return _row("", point.value, n=len(kept), **_with_interval(found, f"halves of {drawing.n_groups} {drawing.kind}"))


def _people_partition(sides: Sides, statistic: Statistic) -> float:
    """Mean figure between two people on the segments where each applied exactly one code."""
    values = []
    for one, other in sides.human_pairs:
        a, b = sides.single_codes(one), sides.single_codes(other)
        kept = (a >= 0) & (b >= 0)
        if kept.sum() > 1:
            values.append(statistic(a[kept], b[kept]).value)
    return float(nan_mean(values))
