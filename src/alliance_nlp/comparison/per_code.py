"""Per code or theme: how well the two sides agree, against chance, against two people, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.units import Reader, Sides
from alliance_nlp.numeric import Bools, Floats, Ints, nan_mean, ratio
from alliance_nlp.records import Row, Segments

Statistic = Callable[..., Any]
FEWEST = 5  # applications on either side below which a figure is "too few to judge"
WIDEST = 0.6  # an interval wider than this is "too few to judge" as well
LEAST_PEOPLE = 10  # fewer participants cannot carry an interval over participants
STATISTICS: dict[str, Statistic] = {
    "agreement": agreement.percent_agreement,
    "kappa": agreement.cohen_kappa,
    "alpha": agreement.krippendorff_alpha,
    "ac1": agreement.gwet_ac1,
}
AGAINST_GOLD: dict[str, Statistic] = {
    "precision": agreement.precision,
    "recall": agreement.recall,
    "f1": agreement.f1,
}


class PairTables:
    """Tables of four counts for pairs of coders, and the same draws of segments for each, so that pairs compare."""

    def __init__(self, sides: Sides, *, n_draws: int, random_state: int, as_no_code: bool = False) -> None:
        self.sides, self.n_draws, self.random_state = sides, n_draws, random_state
        self.as_no_code = as_no_code
        self.by = draw_by(sides)
        self._values: dict[int, Floats] = {}
        self._draws: dict[tuple[int, int], Floats] = {}

    def values(self, reader: Reader) -> Floats:
        """Give what a reader applied and read, kept so that nothing is put on segments twice."""
        key = id(reader)
        if key not in self._values:
            kept = self.sides.counted
            self._values[key] = self.sides.values(reader, as_no_code=self.as_no_code)[:, kept]
        return self._values[key]

    def counts(self, pair: tuple[Reader, Reader]) -> Ints:
        """Tables of all codes for one pair."""
        return agreement.binary_tables(self.values(pair[0]), self.values(pair[1]))

    def mean(self, statistic: Statistic, pairs: Sequence[tuple[Reader, Reader]]) -> Floats:
        """Mean of a figure over pairs, per code; nan where no pair has it."""
        return nan_mean(
            [agreement.table_values(statistic, self.counts(pair)) for pair in pairs]
            or [np.full(len(self.sides.codes), np.nan)]
        )

    def mean_draws(self, statistic: Statistic, pairs: Sequence[tuple[Reader, Reader]]) -> Floats:
        """Compute the same for every draw of segments or participants, shape (n_draws, n_codes)."""
        found = [agreement.table_values(statistic, self._drawn(pair)) for pair in pairs]
        return nan_mean(found or [np.full((self.n_draws, len(self.sides.codes)), np.nan)])

    def _drawn(self, pair: tuple[Reader, Reader]) -> Floats:
        key = (id(pair[0]), id(pair[1]))
        if key not in self._draws:
            self._draws[key] = agreement.bootstrap_tables(
                self.values(pair[0]), self.values(pair[1]), by=self.by, n_draws=self.n_draws,
                random_state=self.random_state,
            )  # fmt: skip
        return self._draws[key]


def draw_by(sides: Sides) -> list[str] | None:
    """Participants to draw, one per counted segment, where there are enough of them; else None: draw segments."""
    names = [s.speaker for s, kept in zip(sides.segments, sides.counted, strict=True) if kept]
    known = {name for name in names if name is not None}
    if len(known) < LEAST_PEOPLE or any(name is None for name in names):
        return None
    return [str(name) for name in names]


def blocks_of(segments: Segments, kept: Bools) -> list[str]:
    """Participant within session, for each counted segment: the blocks inside which codes are moved."""
    return [f"{segments.session_of(s)}\n{s.speaker}" for s, k in zip(segments, kept, strict=True) if k]


def code_rows(
    sides: Sides, *, machine: str | None, gold: str | None, n_draws: int, n_permutations: int, random_state: int,
    as_no_code: bool = False,
) -> list[Row]:  # fmt: skip
    """One row a code at the level of `sides`.

    `machine` and `gold` name the side ("a" or "b") that is the machine's or a consensus.
    """
    tables = PairTables(sides, n_draws=n_draws, random_state=random_state, as_no_code=as_no_code)
    figures = {name: tables.mean(statistic, sides.pairs) for name, statistic in STATISTICS.items()}
    if gold is not None:
        ordered = sides.pairs if gold == "a" else [(b, a) for a, b in sides.pairs]
        figures |= {name: tables.mean(statistic, ordered) for name, statistic in AGAINST_GOLD.items()}
    kappas = tables.mean_draws(agreement.cohen_kappa, sides.pairs)
    human = _beside_people(sides, tables, machine)
    p_values = _p_values(sides, tables, n_permutations, random_state)
    applied = _applications(sides, tables)
    return [
        _code_row(code, index, figures, kappas[:, index], human, p_values, applied, tables.by)
        for index, code in enumerate(sides.codes)
    ]


def _applications(sides: Sides, tables: PairTables) -> dict[str, Floats]:
    """Mean number of applications per coder of each side, and segments that both sides read."""
    counts = {}
    for name, readers in (("a", sides.a), ("b", sides.b)):
        counts[name] = np.mean([np.nansum(tables.values(r), axis=1) for r in readers], axis=0)
    pooled = np.sum([tables.counts(pair) for pair in sides.pairs], axis=0).astype(float)
    counts["both"] = pooled[:, 1, 1] / len(sides.pairs)
    counts["n"] = (_read_by_any(tables, sides.a) & _read_by_any(tables, sides.b)).sum(axis=1).astype(float)
    return counts


def _read_by_any(tables: PairTables, readers: tuple[Reader, ...]) -> Bools:
    read: Bools = np.any([np.isfinite(tables.values(reader)) for reader in readers], axis=0)
    return read


def _beside_people(sides: Sides, tables: PairTables, machine: str | None) -> dict[str, Any]:
    """Human-human kappa on the same segments; machine-human beside it, as difference and ratio."""
    pairs = sides.human_pairs
    found: dict[str, Any] = {"human_human": tables.mean(agreement.cohen_kappa, pairs)}
    if machine is None or not pairs:
        return found
    readers = sides.a if machine == "a" else sides.b
    crossed = [(reader, person) for reader in readers for person in sides.people]
    found["machine_human"] = tables.mean(agreement.cohen_kappa, crossed)
    found["difference"] = found["machine_human"] - found["human_human"]
    drawn = tables.mean_draws(agreement.cohen_kappa, crossed) - tables.mean_draws(agreement.cohen_kappa, pairs)
    found["difference_draws"] = drawn
    people = tables.mean_draws(agreement.cohen_kappa, pairs)
    low = [interval_of(float(v), people[:, i], tables.by).low for i, v in enumerate(found["human_human"])]
    # a ratio to agreement that may be nothing says nothing
    whole, part = found["human_human"], found["machine_human"]
    found["ratio"] = np.where(np.array(low) > 0, ratio(part, whole), np.nan)
    return found


def _p_values(sides: Sides, tables: PairTables, n_permutations: int, random_state: int) -> list[Any] | None:
    if len(sides.pairs) != 1 or not n_permutations:
        return None
    a, b = (tables.values(reader) for reader in sides.pairs[0])
    return agreement.per_code_permutations(
        agreement.cohen_kappa, a, b, within=blocks_of(sides.segments, sides.counted),
        n_permutations=n_permutations, random_state=random_state,
    )  # fmt: skip


def interval_of(value: float, draws: Floats, by: Sequence[str] | None) -> Any:
    """Interval of draws, with a reason where there is none.

    Drawn by participants it reaches further out ("expanded"): with ten of them a percentile interval covers too little
    (see docs/agreement.md).
    """
    if by is None:
        return agreement.interval_from_draws(value, draws, name="cohen_kappa")
    return agreement.interval_from_draws(value, draws, name="cohen_kappa", method="expanded", n_groups=len(set(by)))


def _code_row(
    code: str,
    index: int,
    figures: dict[str, Floats],
    kappas: Floats,
    human: dict[str, Any],
    p_values: list[Any] | None,
    applied: dict[str, Floats],
    by: list[str] | None,
) -> Row:
    row: Row = {"code": code, "n": int(applied["n"][index])}
    row |= {
        "n_a": _whole(applied["a"][index]),
        "n_b": _whole(applied["b"][index]),
        "n_both": _whole(applied["both"][index]),
    }
    row["prevalence"] = float((row["n_a"] + row["n_b"]) / 2 / row["n"]) if row["n"] else math.nan
    row |= {name: float(values[index]) for name, values in figures.items()}
    interval = interval_of(row["kappa"], kappas, by)
    row["kappa_interval"] = (float(interval.low), float(interval.high))
    row["p"] = float(p_values[index].p) if p_values is not None else math.nan
    row["smallest_p"] = float(p_values[index].smallest_p) if p_values is not None else math.nan
    for name in ("human_human", "machine_human", "difference", "ratio"):
        if name in human:
            row[name] = float(human[name][index])
    if "difference_draws" in human:
        apart = interval_of(row["difference"], human["difference_draws"][:, index], by)
        row["difference_interval"] = (float(apart.low), float(apart.high))
    row["remark"] = remark_on(row)
    return row


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(float(value), 1)


def remark_on(row: Row) -> str:
    """Say by a rule when a figure is undefined or rests on too few applications."""
    if not row["n"]:
        return "no segment was read on both sides"
    if not row["n_a"] and not row["n_b"]:
        return "undefined: neither side applied it"
    if math.isnan(row["kappa"]):
        return "undefined: both sides applied it everywhere"
    low, high = row["kappa_interval"]
    if not row["n_a"] or not row["n_b"]:
        return f"{'a' if not row['n_a'] else 'b'} applied it 0 times"
    if min(row["n_a"], row["n_b"]) < FEWEST or (math.isfinite(low) and high - low > WIDEST):
        return "too few to judge"
    if row["ac1"] - row["kappa"] > 0.3:
        return "rare or common: AC1 misleads"
    return ""
