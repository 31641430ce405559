"""Agreement per participant and per session, and whether it depends on who speaks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp.agreement import adjust_p
from alliance_nlp.comparison.overall import pooled_kappa
from alliance_nlp.comparison.sides import Sides, coded_differently
from alliance_nlp.errors import counted
from alliance_nlp.numeric import nan_mean
from alliance_nlp.records import Row, Table

FEWEST_SEGMENTS = 10  # a participant with fewer says too little to be told apart from the others
FEWEST_PEOPLE = 3


def per_group(sides: Sides, names: Sequence[str | None], kind: str) -> Table:
    """One row a group: how many segments, how many coded differently, pooled kappa, and the test against the rest.

    `names` holds the group of each counted segment.
    """
    wrong = coded_differently(sides.a[0], sides.b[0])
    known = sorted({name for name in names if name is not None})
    rows: list[Row] = []
    for group in known:
        inside = np.array([name == group for name in names])
        here = wrong[inside]
        rows.append(
            {kind: group, "n": int(np.isfinite(here).sum()), "different": int(np.nansum(here)),
             "different_share": float(nan_mean(here)), "pooled_kappa": pooled_kappa(sides, sides.pairs, inside),
             "p_differs": math.nan}
        )  # fmt: skip
    note = _test_each(rows, kind)
    columns = (kind, "n", "different", "different_share", "pooled_kappa", "p_differs", "remark")
    for row in rows:
        row["remark"] = _why_undefined(row)
    left_out = sum(name is None for name in names)
    notes = (note, *([f"{counted(left_out, 'segment')} without a known {kind} left out"] if left_out else []))
    return Table.of(rows, columns=columns, title=f"Per {kind}", notes=notes)


def _why_undefined(row: Row) -> str:
    if not row["n"]:
        return "nothing that the first coder of each side both read"
    said = ["no code varies" if math.isnan(row["pooled_kappa"]) else ""]
    said += [f"fewer than {FEWEST_SEGMENTS} segments, not tested" if row["n"] < FEWEST_SEGMENTS else ""]
    return "; ".join(filter(None, said))


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
    for row, p in zip(enough, adjust_p(raw).tolist(), strict=True):
        row["p_differs"] = p
    return (
        f"p differs: is the share coded differently not that of the other {kind}s? Fisher's exact test, Holm "
        f"over {len(enough)} {kind}s; segments of one {kind} are not independent, so read it as a hint"
    )
