"""How common a code is, from machine suggestions put right by a part that people coded."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Bools, Floats, nan_mean, ratio
from alliance_nlp.records import Row, Table, code_table

COLUMNS = ("code", "corrected", "interval", "naive", "coded_part", "n_coded", "n_segments", "remark")
REFUSED = (
    "Prevalence from suggestions is not given: the coded part was not declared as drawn with known probabilities "
    "(drawn=...). Machine errors are not random, so the share of suggestions alone would be biased."
)
Z = 1.959964  # normal quantile of .975


def correct_prevalence(sides: Sides, drawn: Mapping[str, float] | float | None) -> Table:
    """Estimate the share of segments that carry each code, by the difference estimator.

    The machine's share over all segments, plus the mean difference of people and machine on the coded part, each
    segment weighted by the inverse of the probability with which it was drawn (Egami et al., arXiv:2306.04746). The
    interval is normal, for segments drawn independently of one another.
    """
    if not sides.machine and drawn is not None:
        raise InputError("drawn= is for a comparison with the machine: neither side holds suggestions.")
    if drawn is None:
        return Table.of([], columns=COLUMNS, title="Prevalence", notes=(REFUSED,))
    machine, people = (code_table(reader.sets, sides.codes) for reader in (sides.machine[0], sides.human))
    suggested = np.array([s is not None for s in sides.machine[0].sets], dtype=bool)
    coded = np.array([s is not None for s in sides.human.sets], dtype=bool) & suggested
    chance = _chances(sides, drawn, coded)[suggested]
    rows: list[Row] = [
        {"code": code} | _estimate(by_machine[suggested], by_people[suggested], coded[suggested], chance)
        for code, by_machine, by_people in zip(sides.codes, machine, np.nan_to_num(people), strict=True)
    ]
    note = "corrected: valid when the coded segments were drawn as stated, whatever errors the machine makes"
    return Table.of(rows, columns=COLUMNS, title="Prevalence", notes=(note,))


def _chances(sides: Sides, drawn: Mapping[str, float] | float, coded: Bools) -> Floats:
    if isinstance(drawn, int | float):
        chance = np.full(len(sides.segments), float(drawn))
    else:
        chance = np.array([float(drawn.get(i, math.nan)) for i in sides.segments.ids])
    odd = coded & ~((chance > 0) & (chance <= 1))
    if odd.any():
        raise InputError(
            f"drawn must give a probability above 0 and up to 1 for every segment that people coded. {int(odd.sum())} "
            f"of {int(coded.sum())} have none, the first {sides.segments.ids[int(np.flatnonzero(odd)[0])]}."
        )
    return chance


def _estimate(machine: Floats, people: Floats, coded: Bools, chance: Floats) -> Row:
    n, n_coded = len(machine), int(coded.sum())
    row: Row = {"corrected": math.nan, "interval": (math.nan, math.nan), "naive": float(nan_mean(machine)),
                "coded_part": math.nan, "n_coded": n_coded, "n_segments": n, "remark": ""}  # fmt: skip
    if n_coded < 2:
        return row | {"remark": "fewer than two coded segments correct nothing"}
    # per segment: what it adds to the estimate; its spread over segments is the estimate's
    terms = machine + ratio(coded, chance, otherwise=0.0) * (people - machine)
    value, error = float(terms.mean()), float(terms.std(ddof=1) / math.sqrt(n))
    interval = (max(0.0, value - Z * error), min(1.0, value + Z * error))
    return row | {"corrected": value, "interval": interval, "coded_part": float(people[coded].mean())}
