"""Agreement on where codes begin and end: Krippendorff's unitizing alpha."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import numpy as np

from alliance_nlp.agreement.ratings import in_order
from alliance_nlp.agreement.results import Agreement
from alliance_nlp.errors import InputError, check_choice, problems_error
from alliance_nlp.numeric import Floats

Span = tuple[int, int, object]
_GAP = 0


def _partition(spans: list[Span], length: int, place: dict[object, int]) -> list[tuple[int, int, int]]:
    """Cut the whole text into spans and the gaps between them: (start, end, category), gaps being category 0."""
    pieces, cursor = [], 0
    for start, end, code in sorted(spans, key=lambda span: span[:2]):
        if start > cursor:
            pieces.append((cursor, start, _GAP))
        pieces.append((start, end, place[code]))
        cursor = end
    return [*pieces, (cursor, length, _GAP)] if cursor < length else pieces


def _problems(coder: int, spans: list[Span], length: int) -> list[str]:
    found = [
        f"coder {coder}: span {start} to {end} does not lie inside 0 to {length}"
        for start, end, _ in spans
        if not 0 <= start < end <= length
    ]
    ordered = sorted(spans, key=lambda span: span[:2])
    return found + [
        f"coder {coder}: spans {x[0]} to {x[1]} and {y[0]} to {y[1]} overlap"
        for x, y in itertools.pairwise(ordered)
        if y[0] < x[1]
    ]


def _categories_along(
    pieces: list[tuple[int, int, int]], cuts: list[int]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Category of every stretch between two neighbouring cuts."""
    starts = np.array([start for start, _, _ in pieces])
    kinds = np.array([kind for _, _, kind in pieces], dtype=np.int64)
    return np.asarray(kinds[np.searchsorted(starts, cuts[:-1], side="right") - 1])


def _observed(partitions: list[list[tuple[int, int, int]]], size: int) -> Floats:
    """Length on which one coder has category c and another k, summed over pairs of coders, over (m - 1)."""
    cuts = sorted({edge for pieces in partitions for piece in pieces for edge in piece[:2]})
    lengths = np.diff(cuts).astype(np.float64)
    along = [_categories_along(pieces, cuts) for pieces in partitions]
    matrix = np.zeros((size, size))
    for i, first in enumerate(along):
        for j, second in enumerate(along):
            if i != j:
                np.add.at(matrix, (first, second), lengths)
    return matrix / (len(along) - 1)


def unitizing_alpha(
    codings: Sequence[Sequence[Span]], length: int, *, kind: Literal["all", "binary"] = "all"
) -> Agreement:
    """Compare where several coders set the beginnings and ends of their codes, in one text.

    Parameters
    ----------
    codings : sequence of n_coders lists of (start, end, code)
        The spans of each coder in characters, end excluded. One coder's spans may not overlap.
    length : int
        Number of characters that all coders read.
    kind : {"all", "binary"}
        "all" compares places and codes (the paper's u-alpha); "binary" only what was coded at all (its |u-alpha).

    Returns
    -------
    Agreement
        1 - observed / expected disagreement; `n_units` is the number of spans. nan with a reason when nothing varies.

    Raises
    ------
    InputError
        When spans overlap within a coder or leave the text, or fewer than two coders are given.

    Notes
    -----
    Krippendorff, Mathet, Bouvry & Widlöcher 2016, doi:10.1007/s11135-015-0266-1: the revised nominal coefficient, whose
    chance part never pairs a span with itself (equations 4 to 6). Two members of the family are left out: the coding of
    shared places, cu-alpha, and its value-wise form (docs/decisions/0014). For codes that may overlap, call it once a
    code. It comes without an interval: stretches of one text are not independent, so compute it for each transcript and
    show the spread. It says nothing about which of the coders is right.

    Examples
    --------
    >>> a = [(2, 5, "trust")]
    >>> b = [(2, 5, "trust"), (10, 20, "time")]
    >>> c = [(2, 5, "trust"), (15, 20, "time")]
    >>> round(float(unitizing_alpha([a, b, c], 60)), 3)
    0.54
    """
    check_choice("kind", ("all", "binary"), kind)
    if len(codings) < 2:
        raise InputError(f"unitizing_alpha compares two or more coders. Got {len(codings)}.")
    if isinstance(length, bool) or not isinstance(length, int | np.integer):
        raise InputError(f"length must be a whole number of characters. Got {length!r}.")
    listed = [list(spans) for spans in codings]
    odd = [span for spans in listed for span in spans if not _is_span(span)]
    if odd:
        raise InputError("codings must hold spans (start, end, code) of each coder, start and end whole numbers.")
    problems = [problem for coder, spans in enumerate(listed, start=1) for problem in _problems(coder, spans, length)]
    if problems:
        raise problems_error(
            "codings", problems, "Cut the spans to the text; for overlapping codes call it once a code."
        )
    codes = in_order({code for spans in listed for _, _, code in spans})
    place = {code: position + 1 for position, code in enumerate(codes)}
    partitions = [_partition(spans, length, place) for spans in listed]
    observed, expected = _disagreements(partitions, len(codes) + 1, kind)
    n_spans = sum(map(len, listed))
    defined = expected > 1e-12
    return Agreement(
        "unitizing_alpha",
        1 - observed / expected if defined else float("nan"),
        n_spans,
        len(codings),
        observed=observed,
        expected=expected,
        categories=codes,
        chance="all coders' spans and gaps, none paired with itself",
        reason=None if defined else "nothing varies: no spans, or one span over the whole text for every coder",
    )


def _is_span(span: object) -> bool:
    whole = int | np.integer
    return isinstance(span, Sequence) and len(span) == 3 and isinstance(span[0], whole) and isinstance(span[1], whole)


def _disagreements(partitions: list[list[tuple[int, int, int]]], size: int, kind: str) -> tuple[float, float]:
    """Observed and expected share of the text on which categories differ."""
    if not any(partitions):
        return 0.0, 0.0
    matrix = _observed(partitions, size)
    itself: dict[int, float] = defaultdict(float)
    for pieces in partitions:
        for start, end, category in pieces:
            itself[category] += (end - start) ** (1 if category == _GAP else 2)
    margin, total = matrix.sum(axis=1), matrix.sum()
    pairs = np.outer(margin, margin) - np.diag([itself[category] for category in range(size)])
    whole = total**2 - sum(itself.values())
    same = np.eye(size, dtype=bool)
    if kind == "binary":
        same[1:, 1:] = True
    return float(matrix[~same].sum() / total), float(pairs[~same].sum() / whole)
