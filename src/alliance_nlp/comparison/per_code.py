"""Per code or theme: how well the two sides agree, against chance, against two people, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.agreement.permuting import LEAST_PERMUTATIONS
from alliance_nlp.agreement.resampling import LEAST_DRAWS
from alliance_nlp.comparison.characters import Characters
from alliance_nlp.comparison.sides import Pairs, Sides
from alliance_nlp.comparison.words import NAN_COLUMNS, NO_CHARACTERS, NOT_ASKED, REMARKS, Remark
from alliance_nlp.errors import InputError, check_type
from alliance_nlp.numeric import Bools, Floats, Ints, nan_mean, ratio
from alliance_nlp.records import Row, Table

Statistic = Callable[..., Any]
Columns = dict[str, Sequence[Any] | Floats]  # one value a code
FEWEST = 5  # applications on either side below which a figure is "too few to judge"
WIDEST = 0.6  # an interval wider than this is "too few to judge" as well
MISLEADS = 0.3  # AC1 above kappa by more than this
PARTS = 0.2  # kappa over segments and over characters further from each other than this
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
    """How often, and from which seed, participants or stretches are drawn and signs of stretches turned."""

    n_draws: int
    n_permutations: int
    random_state: int

    @classmethod
    def of(cls, n_draws: int, n_permutations: int, random_state: int) -> Draws:
        """Refuse numbers of draws that no interval or p can be made of.

        Raises
        ------
        InputError
            When one is no whole number, or too low.
        """
        for name, n in (("n_draws", n_draws), ("n_permutations", n_permutations)):
            check_type(f"{name} must be a whole number", int | np.integer, n)
        if n_draws < LEAST_DRAWS:
            raise InputError(
                f"n_draws must be at least {LEAST_DRAWS}. Got {n_draws}. Use 2000 for a figure to publish."
            )
        if n_permutations and n_permutations < LEAST_PERMUTATIONS:
            raise InputError(
                f"n_permutations must be 0, for no p, or at least {LEAST_PERMUTATIONS}, the fewest that can give "
                f"p = .05. Got {n_permutations}."
            )
        return cls(n_draws, n_permutations, random_state)


def table_of(rows: list[Row], title: str) -> Table:
    """Table of one row a code."""
    columns = tuple(rows[0]) if rows else ("code",)
    notes = [note for column, note in NAN_COLUMNS.items() if any(_is_nan(row.get(column)) for row in rows)]
    return Table.of(rows, columns=columns, title=title, notes=notes)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def code_rows(sides: Sides, characters: Characters, draws: Draws) -> list[Row]:
    """One row a code, counted in segments, kappa over their characters beside it."""
    tables = tables_of(sides, sides.pairs)
    a, b = ([reader.applied for reader in side] for side in (sides.a, sides.b))
    found: Columns = {"code": sides.codes, **_counts(a, b, np.ones(len(sides.sessions), dtype=np.int64), tables)}
    found |= {name: nan_mean(agreement.table_values(statistic, tables)) for name, statistic in STATISTICS.items()}
    if sides.roles.gold is not None:
        ordered = tables if sides.roles.gold == "a" else tables.swapaxes(-1, -2)
        found |= {name: nan_mean(agreement.table_values(figure, ordered)) for name, figure in AGAINST_GOLD.items()}
    found["kappa_characters"] = nan_mean(agreement.table_values(agreement.cohen_kappa, characters.tables))
    ends = intervals(found["kappa"], drawn_kappas(sides, sides.pairs, draws), sides)
    found["kappa_interval"] = [(interval.low, interval.high) for interval in ends]
    found["interval_reason"] = [interval.reason or "" for interval in ends]
    position: Columns = {"position": mean_kappas(sides, sides.before)} if sides.machine else {}
    return _rows(found | _tested(sides, draws) | _beside_people(sides, draws) | position)


def tables_of(sides: Sides, pairs: Pairs, inside: Bools | None = None) -> Floats:
    """Four counts for every pair of coders and every code on the segments inside, of shape (n_pairs, n_codes, 2, 2)."""
    kept = slice(None) if inside is None else inside
    tables = [agreement.binary_tables(one.applied[:, kept], other.applied[:, kept]) for one, other in pairs]
    return np.array(tables, dtype=float).reshape(len(pairs), len(sides.codes), 2, 2)


def mean_kappas(sides: Sides, pairs: Pairs) -> Floats:
    """Mean kappa over pairs, per code; nan where no pair has it."""
    return nan_mean(agreement.table_values(agreement.cohen_kappa, tables_of(sides, pairs)))


def drawn_tables(sides: Sides, pairs: Pairs, draws: Draws) -> Iterator[Floats]:
    """Four counts of each pair in every draw of participants or stretches, of shape (n_draws, n_codes, 2, 2).

    The draws are the same for all pairs and codes, so figures may be subtracted draw by draw. Nothing where there is
    nothing to draw.
    """
    by = sides.drawing.groups
    for start in range(0, len(pairs) if by else 0, PAIRS_AT_ONCE):
        ones, others = zip(*pairs[start : start + PAIRS_AT_ONCE], strict=True)
        drawn = agreement.bootstrap_tables(
            np.vstack([x.applied for x in ones]), np.vstack([x.applied for x in others]), by=by,
            n_draws=draws.n_draws, random_state=draws.random_state,
        )  # fmt: skip
        yield from np.split(drawn, len(ones), axis=1)


def drawn_kappas(sides: Sides, pairs: Pairs, draws: Draws) -> Floats:
    """Mean kappa over pairs in every draw, of shape (n_draws, n_codes); no draw where there is nothing to draw."""
    found = [agreement.table_values(agreement.cohen_kappa, drawn) for drawn in drawn_tables(sides, pairs, draws)]
    return nan_mean(found) if found else np.full((draws.n_draws, len(sides.codes)), np.nan)


def interval_of(value: float, drawn: Floats, sides: Sides, name: str = "cohen_kappa") -> agreement.Interval:
    """Interval of one figure's draws, further out where few groups were drawn ("expanded"; docs/agreement.md)."""
    drawing = sides.drawing
    found = agreement.interval_from_draws(
        value, drawn, name=name, method="expanded", n_units=len(sides.sessions), n_groups=drawing.n_groups
    )
    return found if drawing.reason is None or math.isnan(value) else replace(found, reason=drawing.reason)


def intervals(values: Sequence[float] | Floats, drawn: Floats, sides: Sides) -> list[agreement.Interval]:
    """Interval of each code's draws; nan ends with a reason where there is none."""
    return [interval_of(float(value), column, sides) for value, column in zip(values, drawn.T, strict=True)]


def _counts(a: list[Floats], b: list[Floats], lengths: Ints, tables: Floats) -> Columns:
    """Segments or characters that both sides read, and mean number of applications per coder of each side."""
    read = [np.any(np.isfinite(side), axis=0) for side in (a, b)]
    by_side = [np.mean([np.nan_to_num(applied) @ lengths for applied in side], axis=0) for side in (a, b)]
    both = tables[:, :, 1, 1].sum(axis=0) / len(tables)
    return {
        "n": (read[0] & read[1]) @ lengths, "n_a": _whole(by_side[0]), "n_b": _whole(by_side[1]),
        "n_both": _whole(both),
    }  # fmt: skip


def _whole(values: Iterable[float]) -> list[int | float]:
    return [int(value) if float(value).is_integer() else round(float(value), 1) for value in values]


def _tested(sides: Sides, draws: Draws) -> Columns:
    """Give the stretch test of every code, and its p adjusted over the codes."""
    if not draws.n_permutations:
        return _no_p(sides, NOT_ASKED)
    tests = agreement.per_code_stretch_tests(
        [(one.applied, other.applied) for one, other in sides.pairs], sessions=sides.sessions, people=sides.voices
    )
    p = [test.p for test in tests]
    return {
        "p": p, "p_adjusted": agreement.adjust_p(p), "smallest_p": [test.smallest_p for test in tests],
        "n_stretches": [test.n_stretches for test in tests], "p_reason": [test.reason or "" for test in tests],
    }  # fmt: skip


def _no_p(sides: Sides, reason: str) -> Columns:
    n = len(sides.codes)
    undefined: Columns = dict.fromkeys(("p", "p_adjusted", "smallest_p"), [math.nan] * n)
    return undefined | {"n_stretches": [0] * n, "p_reason": [reason] * n}


def _beside_people(sides: Sides, draws: Draws) -> Columns:
    """Human-human kappa on the same segments; machine-human beside it, as difference and ratio."""
    people = mean_kappas(sides, sides.human_pairs)
    if not (sides.machine and sides.human_pairs):
        return {"human_human": people}
    crossed = [(reader, person) for reader in sides.machine for person in sides.people]
    machine = mean_kappas(sides, crossed)
    drawn = drawn_kappas(sides, sides.human_pairs, draws)
    low = np.array([interval.low for interval in intervals(people, drawn, sides)])
    apart = drawn_kappas(sides, crossed, draws) - drawn
    return {
        "human_human": people, "machine_human": machine, "difference": machine - people,
        # a ratio to agreement that may be nothing says nothing
        "ratio": np.where(low > 0, ratio(machine, people), np.nan),
        "difference_interval": [(each.low, each.high) for each in intervals(machine - people, apart, sides)],
    }  # fmt: skip


def _rows(found: Columns) -> list[Row]:
    """Turn columns into rows of plain numbers, with prevalence and a remark."""
    rows = []
    for values in zip(*found.values(), strict=True):
        row: Row = {n: v.item() if isinstance(v, np.generic) else v for n, v in zip(found, values, strict=True)}
        prevalence = float((row["n_a"] + row["n_b"]) / 2 / row["n"]) if row["n"] else math.nan
        start = {name: row[name] for name in ("code", "n", "n_a", "n_b", "n_both")}
        said: list[Remark | None] = [remark_on(row), "characters" if _parts(row) else None]
        remark = "; ".join(REMARKS[each] for each in said if each is not None)
        rows.append({**start, "prevalence": prevalence, **row, "remark": remark})
    return rows


def _parts(row: Row) -> bool:
    """Whether kappa over the characters of the segments is another than over segments."""
    return bool(abs(row["kappa"] - row.get("kappa_characters", math.nan)) > PARTS)


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


def character_rows(sides: Sides, characters: Characters) -> list[Row]:
    """One row a code, counted in characters that both sides read.

    Characters of one segment are anything but independent, so there is no interval and no p.
    """
    tables, n = characters.tables, len(sides.codes)
    found: Columns = {"code": sides.codes, **_counts(*characters, tables)}
    found |= {name: nan_mean(agreement.table_values(statistic, tables)) for name, statistic in STATISTICS.items()}
    found |= {"kappa_interval": [(math.nan, math.nan)] * n, "interval_reason": [NO_CHARACTERS] * n}
    return _rows(found | _no_p(sides, NO_CHARACTERS) | {"human_human": [math.nan] * n})
