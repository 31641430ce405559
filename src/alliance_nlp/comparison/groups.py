"""Agreement per participant and per session, and whether it depends on who speaks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.sides import Sides, coded_differently
from alliance_nlp.errors import counted
from alliance_nlp.numeric import Bools, nan_mean, ratio
from alliance_nlp.records import Row, Table

FEWEST_SEGMENTS = 10  # a participant with fewer says too little to be told apart from the others
FEWEST_PEOPLE = 3


def per_group(sides: Sides, groups: Sequence[str | None], kind: str) -> Table:
    """One row a group: how many segments, how many coded differently, pooled kappa, and the test against the rest."""
    names = [group for group, kept in zip(groups, sides.counted, strict=True) if kept]
    wrong = coded_differently(sides.a[0], sides.b[0])
    known = sorted({name for name in names if name is not None})
    rows: list[Row] = []
    for group in known:
        inside = np.array([name == group for name in names])
        here = wrong[inside]
        rows.append(
            {kind: group, "n": int(np.isfinite(here).sum()), "different": int(np.nansum(here)),
             "different_share": float(nan_mean(here)), "pooled_kappa": _pooled_kappa(sides, inside),
             "p_differs": math.nan}
        )  # fmt: skip
    note = _test_each(rows, kind)
    columns = (kind, "n", "different", "different_share", "pooled_kappa", "p_differs")
    left_out = sum(name is None for name in names)
    notes = (note, *([f"{counted(left_out, 'segment')} without a known {kind} left out"] if left_out else []))
    return Table.of(rows, columns=columns, title=f"Per {kind}", notes=notes)


def _pooled_kappa(sides: Sides, inside: Bools) -> float:
    """Kappa from the mean observed and mean expected agreement of all codes (de Vries, 10.1177/1525822X08317166)."""
    values = []
    for one, other in sides.pairs:
        tables = agreement.binary_tables(one.applied[:, inside], other.applied[:, inside])
        shares = ratio(tables, tables.sum(axis=(1, 2), keepdims=True))
        in_a, in_b = shares[:, 1].sum(axis=1), shares[:, :, 1].sum(axis=1)
        observed = nan_mean(shares.trace(axis1=1, axis2=2))
        expected = nan_mean(in_a * in_b + (1 - in_a) * (1 - in_b))
        values.append(ratio(observed - expected, 1 - expected))
    return float(nan_mean(values))


def _test_each(rows: list[Row], kind: str) -> str:
    """Fisher's exact test of each group against the rest, adjusted by Holm; written into the rows."""
    enough = [row for row in rows if row["n"] >= FEWEST_SEGMENTS]
    if len(enough) < FEWEST_PEOPLE:
        return (
            f"p differs: too few {kind}s to tell ({len(enough)} with at least {FEWEST_SEGMENTS} segments; "
            f"the test needs {FEWEST_PEOPLE})"
        )
    from scipy.stats import fisher_exact

    total, different = sum(r["n"] for r in enough), sum(r["different"] for r in enough)
    raw = []
    for row in enough:
        same, other = row["n"] - row["different"], different - row["different"]
        raw.append(float(fisher_exact([[row["different"], same], [other, total - row["n"] - other]]).pvalue))
    highest = 0.0
    for rank, index in enumerate(np.argsort(raw, kind="stable")):
        highest = min(1.0, max(highest, raw[index] * (len(raw) - rank)))
        enough[index]["p_differs"] = highest
    return (
        f"p differs: is the share coded differently not that of the other {kind}s? Fisher's exact test, Holm "
        f"over {len(enough)} {kind}s; segments of one {kind} are not independent, so read it as a hint"
    )
