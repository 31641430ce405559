"""Agreement per participant and per session, and whether it depends on who speaks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.sides import Sides
from alliance_nlp.numeric import Bools, Floats
from alliance_nlp.records import Row, Table

FEWEST_SEGMENTS = 10  # a participant with fewer says too little to be told apart from the others
FEWEST_PEOPLE = 3


def per_group(sides: Sides, groups: Sequence[str | None], kind: str) -> Table:
    """One row a group: how many segments, how many coded differently, pooled kappa, and the test against the rest."""
    names = [group for group, kept in zip(groups, sides.counted, strict=True) if kept]
    wrong = _coded_differently(sides)
    known = sorted({name for name in names if name is not None})
    rows: list[Row] = []
    for group in known:
        inside = np.array([name == group for name in names])
        here = inside & np.isfinite(wrong)
        rows.append(
            {kind: group, "n": int(here.sum()), "different": int(np.nansum(wrong[inside])),
             "different_share": float(wrong[here].mean()) if here.any() else math.nan,
             "pooled_kappa": _pooled_kappa(sides, inside), "p_differs": math.nan}
        )  # fmt: skip
    note = _test_each(rows, kind)
    columns = (kind, "n", "different", "different_share", "pooled_kappa", "p_differs")
    left_out = sum(name is None for name in names)
    notes = (note, *([f"{left_out} segments without a known {kind} left out"] if left_out else []))
    return Table.of(rows, columns=columns, title=f"Per {kind}", notes=notes)


def _coded_differently(sides: Sides) -> Floats:
    """For each counted segment 1 where the first pair's codes differ, 0 where they are the same, nan where unread."""
    a, b = sides.a[0].applied, sides.b[0].applied
    read = np.isfinite(a).all(axis=0) & np.isfinite(b).all(axis=0)
    return np.where(read, (a != b).any(axis=0), math.nan)


def _pooled_kappa(sides: Sides, inside: Bools) -> float:
    """Kappa from the mean observed and mean expected agreement of all codes (de Vries, 10.1177/1525822X08317166)."""
    values = []
    for one, other in sides.pairs:
        counts = agreement.binary_tables(one.applied[:, inside], other.applied[:, inside]).astype(float)
        n = counts.sum(axis=(1, 2))
        if not n.any():
            continue
        counts = counts[n > 0] / n[n > 0, None, None]
        observed = np.trace(counts, axis1=1, axis2=2).mean()
        in_a, in_b = counts[:, 1].sum(axis=1), counts[:, :, 1].sum(axis=1)
        expected = (in_a * in_b + (1 - in_a) * (1 - in_b)).mean()
        if expected < 1 - 1e-12:
            values.append(float((observed - expected) / (1 - expected)))
    return float(np.mean(values)) if values else math.nan


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
