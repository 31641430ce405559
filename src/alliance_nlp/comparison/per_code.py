"""Per code or theme: how well the two sides agree, against chance, against two people, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.sides import Pairs, Sides
from alliance_nlp.comparison.words import REMARKS, Remark
from alliance_nlp.numeric import Bools, Floats, nan_mean, ratio
from alliance_nlp.records import Codebook, CodedSpan, Coding, Level, ReadSpan, Row, Table

Statistic = Callable[..., Any]
Columns = dict[str, Sequence[Any] | Floats]  # one value a code
FEWEST = 5  # applications on either side below which a figure is "too few to judge"
WIDEST = 0.6  # an interval wider than this is "too few to judge" as well
MISLEADS = 0.3  # AC1 above kappa by more than this
PAIRS_AT_ONCE = 16  # draws of so many pairs of coders are held in memory together
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


class Draws(NamedTuple):
    """How often, and from which seed, segments or participants are drawn and codes moved."""

    n_draws: int
    n_permutations: int
    random_state: int


def table_of(rows: list[Row], title: str) -> Table:
    """Table of one row a code."""
    return Table.of(rows, columns=tuple(rows[0]) if rows else ("code",), title=title)


def code_rows(sides: Sides, draws: Draws) -> list[Row]:
    """One row a code, counted in segments."""
    tables = tables_of(sides, sides.pairs)
    found: Columns = {"code": sides.codes, **_counts(sides, tables)}
    found |= {name: nan_mean(agreement.table_values(statistic, tables)) for name, statistic in STATISTICS.items()}
    if sides.roles.gold is not None:
        ordered = tables if sides.roles.gold == "a" else tables.swapaxes(-1, -2)
        found |= {name: nan_mean(agreement.table_values(figure, ordered)) for name, figure in AGAINST_GOLD.items()}
    found["kappa_interval"] = intervals(found["kappa"], drawn_kappas(sides, sides.pairs, draws), sides.drawn_by)
    found["p"], found["smallest_p"] = _p_values(sides, draws)
    return _rows(found | _beside_people(sides, draws))


def tables_of(sides: Sides, pairs: Pairs) -> Floats:
    """Four counts for every pair of coders and every code, of shape (n_pairs, n_codes, 2, 2)."""
    tables = [agreement.binary_tables(one.applied, other.applied) for one, other in pairs]
    return np.array(tables, dtype=float).reshape(len(pairs), len(sides.codes), 2, 2)


def mean_kappas(sides: Sides, pairs: Pairs) -> Floats:
    """Mean kappa over pairs, per code; nan where no pair has it."""
    return nan_mean(agreement.table_values(agreement.cohen_kappa, tables_of(sides, pairs)))


def drawn_kappas(sides: Sides, pairs: Pairs, draws: Draws) -> Floats:
    """Mean kappa over pairs in every draw of segments or participants, of shape (n_draws, n_codes).

    The draws are the same for all pairs and codes, so figures may be subtracted draw by draw.
    """
    found: list[Floats] = []
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        ones, others = zip(*pairs[start : start + PAIRS_AT_ONCE], strict=True)
        drawn = agreement.bootstrap_tables(
            np.vstack([x.applied for x in ones]), np.vstack([x.applied for x in others]), by=sides.drawn_by,
            n_draws=draws.n_draws, random_state=draws.random_state,
        )  # fmt: skip
        found += np.split(agreement.table_values(agreement.cohen_kappa, drawn), len(ones), axis=1)
    return nan_mean(found)


def intervals(values: Sequence[float] | Floats, drawn: Floats, by: Sequence[str] | None) -> list[tuple[float, float]]:
    """Interval of each code's draws; nan where there is none.

    Drawn by participants it reaches further out ("expanded"): with ten of them a percentile interval covers too little
    (see docs/agreement.md).
    """
    method: Any = {} if by is None else {"method": "expanded", "n_groups": len(set(by))}
    found = [
        agreement.interval_from_draws(float(value), column, name="cohen_kappa", **method)
        for value, column in zip(values, drawn.T, strict=True)
    ]
    return [(float(interval.low), float(interval.high)) for interval in found]


def _counts(sides: Sides, tables: Floats) -> Columns:
    """Segments that both sides read, and mean number of applications per coder of each side."""
    read = [np.any([np.isfinite(reader.applied) for reader in side], axis=0) for side in (sides.a, sides.b)]
    by_side = [np.mean([np.nansum(reader.applied, axis=1) for reader in side], axis=0) for side in (sides.a, sides.b)]
    both = tables[:, :, 1, 1].sum(axis=0) / len(tables)
    return {
        "n": (read[0] & read[1]).sum(axis=1), "n_a": _whole(by_side[0]), "n_b": _whole(by_side[1]),
        "n_both": _whole(both),
    }  # fmt: skip


def _whole(values: Iterable[float]) -> list[int | float]:
    return [int(value) if float(value).is_integer() else round(float(value), 1) for value in values]


def _p_values(sides: Sides, draws: Draws) -> tuple[Sequence[float], Sequence[float]]:
    if len(sides.pairs) != 1 or not draws.n_permutations:
        undefined = [math.nan] * len(sides.codes)
        return undefined, undefined
    found = agreement.per_code_permutations(
        agreement.cohen_kappa, sides.a[0].applied, sides.b[0].applied, within=sides.blocks(sides.counted),
        n_permutations=draws.n_permutations, random_state=draws.random_state,
    )  # fmt: skip
    return [each.p for each in found], [each.smallest_p for each in found]


def _beside_people(sides: Sides, draws: Draws) -> Columns:
    """Human-human kappa on the same segments; machine-human beside it, as difference and ratio."""
    people = mean_kappas(sides, sides.human_pairs)
    if not (sides.machine and sides.human_pairs):
        return {"human_human": people}
    crossed = [(reader, person) for reader in sides.machine for person in sides.people]
    machine = mean_kappas(sides, crossed)
    drawn = drawn_kappas(sides, sides.human_pairs, draws)
    low = np.array([low for low, _ in intervals(people, drawn, sides.drawn_by)])
    apart = drawn_kappas(sides, crossed, draws) - drawn
    return {
        "human_human": people, "machine_human": machine, "difference": machine - people,
        # a ratio to agreement that may be nothing says nothing
        "ratio": np.where(low > 0, ratio(machine, people), np.nan),
        "difference_interval": intervals(machine - people, apart, sides.drawn_by),
    }  # fmt: skip


def _rows(found: Columns) -> list[Row]:
    """Turn columns into rows of plain numbers, with prevalence and a remark."""
    rows = []
    for values in zip(*found.values(), strict=True):
        row: Row = {n: v.item() if isinstance(v, np.generic) else v for n, v in zip(found, values, strict=True)}
        prevalence = float((row["n_a"] + row["n_b"]) / 2 / row["n"]) if row["n"] else math.nan
        start = {name: row[name] for name in ("code", "n", "n_a", "n_b", "n_both")}
        rows.append({**start, "prevalence": prevalence, **row, "remark": REMARKS[remark_on(row)]})
    return rows


def remark_on(row: Row) -> Remark | None:
    """Say by a rule when a figure is undefined or rests on too few applications."""
    low, high = row["kappa_interval"]
    if not row["n"]:
        return "unread"
    if not row["n_a"] and not row["n_b"]:
        return "unused"
    if math.isnan(row["kappa"]):
        return "everywhere"
    if not row["n_a"] or not row["n_b"]:
        return "never b" if row["n_a"] else "never a"
    if min(row["n_a"], row["n_b"]) < FEWEST or (math.isfinite(low) and high - low > WIDEST):
        return "few"
    return "ac1" if row["ac1"] - row["kappa"] > MISLEADS else None


def character_rows(sides: Sides, codings: tuple[Coding, Coding], codebook: Codebook | None) -> list[Row]:
    """One row a code, counted in characters that both sides read.

    Characters of one segment are anything but independent, so there is no interval and no p.
    """
    start, n = _character_axis(codings)
    spans = [_spans_by_code(coding, sides.level, codebook) for coding in codings]
    read = np.logical_and(*(_marked(coding.all_spans, start, n) for coding in codings))
    counts = np.zeros((len(sides.codes), 2, 2))
    for row, code in enumerate(sides.codes):
        in_a, in_b = (_marked(coded.get(code, ()), start, n)[read] for coded in spans)
        counts[row] = [[(~in_a & ~in_b).sum(), (~in_a & in_b).sum()], [(in_a & ~in_b).sum(), (in_a & in_b).sum()]]
    undefined = [math.nan] * len(sides.codes)
    return _rows(
        {"code": sides.codes, "n": counts.sum(axis=(1, 2)).astype(int), "n_a": _whole(counts[:, 1].sum(axis=1)),
         "n_b": _whole(counts[:, :, 1].sum(axis=1)), "n_both": _whole(counts[:, 1, 1])}
        | {name: agreement.table_values(statistic, counts) for name, statistic in STATISTICS.items()}
        | {"kappa_interval": [(math.nan, math.nan)] * len(sides.codes)}
        | dict.fromkeys(("p", "smallest_p", "human_human"), undefined)
    )  # fmt: skip


def _character_axis(codings: tuple[Coding, Coding]) -> tuple[dict[str, int], int]:
    """Put the transcripts one after another: where each starts, and where the last ends."""
    ends: dict[str, int] = {}
    for span in (*codings[0].all_spans, *codings[1].all_spans):
        ends[span.transcript_id] = max(ends.get(span.transcript_id, 0), span.end)
    return dict(zip(ends, accumulate(ends.values(), initial=0), strict=False)), sum(ends.values())


def _spans_by_code(coding: Coding, level: Level, codebook: Codebook | None) -> dict[str, list[CodedSpan]]:
    found: dict[str, list[CodedSpan]] = {}
    book = codebook or Codebook(())
    for span in coding.applied:
        if span.counts:
            found.setdefault(book.roll_up(span.code_id, level), []).append(span)
    return found


def _marked(spans: Iterable[CodedSpan | ReadSpan], start: dict[str, int], n: int) -> Bools:
    """Mark the characters that lie in any of the spans."""
    mask = np.zeros(n, dtype=bool)
    for span in spans:
        mask[start[span.transcript_id] + span.start : start[span.transcript_id] + span.end] = True
    return mask
