"""Agreement per participant and per session."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.sides import Sides, coded_differently
from alliance_nlp.errors import counted
from alliance_nlp.numeric import Bools, Ints, nan_mean
from alliance_nlp.records import Row, Table

UNTESTED = (
    "no p: what coders slip on runs along a person's talk, and no test that was tried holds there (Fisher's exact test "
    "told people apart in up to nine of ten studies in which nobody differed)"
)


def per_group(sides: Sides, names: Sequence[str | None], kind: str) -> Table:
    """One row a group: how many segments, how many coded differently, and pooled kappa.

    `names` holds the group of each counted segment.
    """
    groups = sorted({name for name in names if name is not None})
    place = {name: number for number, name in enumerate(groups)}
    known = np.array([name is not None for name in names], dtype=bool)
    whose = np.array([place[name] for name in names if name is not None], dtype=np.int64)
    wrong, rows = coded_differently(sides.a[0], sides.b[0])[known], []
    read = np.isfinite(wrong)
    n_read, n_wrong = (np.bincount(whose[those], minlength=len(groups)).tolist() for those in (read, wrong == 1))
    for group, n, different, kappa in zip(groups, n_read, n_wrong, _kappas(sides, known, whose), strict=True):
        remark = "nothing that the first coder of each side both read" if not n else ""
        row: Row = {
            kind: group, "n": n, "different": different, "different_share": different / n if n else math.nan,
            "pooled_kappa": kappa, "remark": remark or ("no code varies" if math.isnan(kappa) else ""),
        }  # fmt: skip
        rows.append(row)
    columns = (kind, "n", "different", "different_share", "pooled_kappa", "remark")
    left_out = sum(name is None for name in names)
    notes = (UNTESTED, *([f"{counted(left_out, 'segment')} without a known {kind} left out"] if left_out else []))
    return Table.of(rows, columns=columns, title=f"Per {kind}", notes=notes)


def _kappas(sides: Sides, known: Bools, whose: Ints) -> list[float]:
    """Pooled kappa of each group, mean over pairs; counted once for all groups."""
    if not whose.size:
        return []
    by = whose.tolist()
    tables = [agreement.binary_tables(a.applied[:, known], b.applied[:, known], by=by) for a, b in sides.pairs]
    kappas = nan_mean([agreement.over_codes_values(agreement.pooled_kappa, x) for x in tables])
    return [float(kappa) for kappa in kappas]
