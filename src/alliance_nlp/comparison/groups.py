"""Agreement per participant and per session."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp.comparison.overall import pooled_kappa
from alliance_nlp.comparison.sides import Sides, coded_differently
from alliance_nlp.errors import counted
from alliance_nlp.numeric import nan_mean
from alliance_nlp.records import Row, Table

UNTESTED = (
    "no p: what coders slip on runs along a person's talk, and no test that was tried holds there (Fisher's exact test "
    "told people apart in up to nine of ten studies in which nobody differed)"
)


def per_group(sides: Sides, names: Sequence[str | None], kind: str) -> Table:
    """One row a group: how many segments, how many coded differently, and pooled kappa.

    `names` holds the group of each counted segment.
    """
    wrong, rows = coded_differently(sides.a[0], sides.b[0]), []
    for group in sorted({name for name in names if name is not None}):
        inside = np.array([name == group for name in names])
        here, kappa = wrong[inside], pooled_kappa(sides, sides.pairs, inside)
        n = int(np.isfinite(here).sum())
        remark = "nothing that the first coder of each side both read" if not n else ""
        row: Row = {
            kind: group, "n": n, "different": int(np.nansum(here)), "different_share": float(nan_mean(here)),
            "pooled_kappa": kappa, "remark": remark or ("no code varies" if math.isnan(kappa) else ""),
        }  # fmt: skip
        rows.append(row)
    columns = (kind, "n", "different", "different_share", "pooled_kappa", "remark")
    left_out = sum(name is None for name in names)
    notes = (UNTESTED, *([f"{counted(left_out, 'segment')} without a known {kind} left out"] if left_out else []))
    return Table.of(rows, columns=columns, title=f"Per {kind}", notes=notes)
