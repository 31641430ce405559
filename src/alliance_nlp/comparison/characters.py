"""The universe of characters: how many characters both, one or neither side gave a code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.per_code import STATISTICS, remark_on
from alliance_nlp.comparison.units import Sides
from alliance_nlp.records import COUNTED, Codebook, Coding, Level, Row

Stretches = dict[str, list[tuple[int, int]]]


def character_rows(a: Coding, b: Coding, sides: Sides) -> list[Row]:
    """One row a code, counted in characters that both sides read.

    Characters of one segment are anything but independent, so there is no interval and no p.
    """
    read = _common(_spans(_read_of(a)), _spans(_read_of(b)))
    n = _length(read)
    codes = sides.codes
    counts = np.zeros((len(codes), 2, 2))
    for row, code in enumerate(codes):
        in_a, in_b = (_common(_spans(_coded(c, code, sides.level, sides.codebook)), read) for c in (a, b))
        both = _length(_common(in_a, in_b))
        only_a, only_b = _length(in_a) - both, _length(in_b) - both
        counts[row] = [[n - both - only_a - only_b, only_b], [only_a, both]]
    figures = {name: agreement.table_values(statistic, counts) for name, statistic in STATISTICS.items()}
    return [_row(code, counts[i], {name: float(v[i]) for name, v in figures.items()}) for i, code in enumerate(codes)]


def _row(code: str, counts: np.ndarray, figures: dict[str, float]) -> Row:
    n, in_a, in_b = int(counts.sum()), int(counts[1].sum()), int(counts[:, 1].sum())
    row: Row = {"code": code, "n": n, "n_a": in_a, "n_b": in_b, "n_both": int(counts[1, 1])}
    row |= {"prevalence": (in_a + in_b) / 2 / n if n else math.nan, **figures}
    row |= {"kappa_interval": (math.nan, math.nan), "p": math.nan, "smallest_p": math.nan, "human_human": math.nan}
    return row | {"remark": remark_on(row)}


def _read_of(coding: Coding) -> Iterable[tuple[str, int, int]]:
    yield from ((r.transcript_id, r.start, r.end) for r in coding.read)
    yield from ((s.transcript_id, s.start, s.end) for s in coding.applied)


def _coded(coding: Coding, code: str, level: Level, codebook: Codebook | None) -> Iterable[tuple[str, int, int]]:
    for span in coding.applied:
        at_level = codebook.roll_up(span.code_id, level) if codebook is not None else span.code_id
        if span.status in COUNTED and at_level == code:
            yield span.transcript_id, span.start, span.end


def _spans(rows: Iterable[tuple[str, int, int]]) -> Stretches:
    """Join spans that touch or overlap, per transcript."""
    found: Stretches = {}
    for transcript_id, start, end in sorted(rows):
        spans = found.setdefault(transcript_id, [])
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return found


def _common(a: Stretches, b: Stretches) -> Stretches:
    return {t: _overlap(spans, b[t]) for t, spans in a.items() if t in b}


def _overlap(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        low, high = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if low < high:
            found.append((low, high))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return found


def _length(spans: Stretches) -> int:
    return sum(end - start for part in spans.values() for start, end in part)
