"""The segments that the two sides coded differently, those worth reading first on top."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from alliance_nlp.comparison.sides import Reader, Sides
from alliance_nlp.comparison.words import REASONS, Reason
from alliance_nlp.records import CodeSet, Row, Table

COLUMNS = (
    "rank", "segment_id", "speaker", "session", "a", "b", "likely_reason", "people_agree", "score", "question", "quote",
)  # fmt: skip
MOST_LISTED = 100_000  # disagreements that are listed, with their words; how many there are is said of all
LOW_SCORE = 0.25  # suggestions in the lowest quarter of the machine's scores count as unsure


def list_disagreements(sides: Sides) -> Table:
    """List the disagreements of the first coder of each side, ranked.

    First those where all people who read the segment agree with one another against the machine or the other side,
    then by likely reason: one side saw a code where the other saw none, neighboring codes, boundaries, and at last
    what the machine itself was unsure of. At most 100,000 are listed; the notes say of how many.
    """
    one, other = sides.a[0], sides.b[0]
    scores, order = _scores(sides), list(REASONS)
    unsure, found = _unsure_below((*sides.a, *sides.b)), []
    for position in np.flatnonzero(sides.counted).tolist():
        a, b = one.sets[position], other.sets[position]
        if a is None or b is None or a == b or position in one.abstained or position in other.abstained:
            continue
        score = scores.get(position, math.nan)
        reason: Reason = "unsure" if score <= unsure else _likely_reason(sides, position, a, b)
        found.append((not _people_agree(sides.people, position), order.index(reason), position, score))
    rows = [_row(sides, rank, *item) for rank, item in enumerate(sorted(found)[:MOST_LISTED], start=1)]
    some = [f"The first {len(rows):,} of {len(found):,} are listed."] if len(rows) < len(found) else []
    note = "A disagreement is a reason to read the segment again, not an error of either side."
    unscored = "score: nan where the machine gave none, or no machine takes part"
    return Table.of(
        rows,
        columns=COLUMNS,
        title="Disagreements, to read first",
        quoting=("question", "quote"),
        notes=(*some, note, unscored),
    )


def _likely_reason(sides: Sides, position: int, a: CodeSet, b: CodeSet) -> Reason:
    if _at_boundary(sides, position, a, b):
        return "boundary"
    if not a or not b:
        return "one side"
    return "neighboring" if _siblings(a, b) or a & b else "different"


def _at_boundary(sides: Sides, position: int, a: CodeSet, b: CodeSet) -> bool:
    """Whether the side without a code applied it to the segment just before or after."""
    segments, near = sides.segments, (position - 1, position + 1)
    transcript_id = segments[position].transcript_id
    beside = [p for p in near if 0 <= p < len(segments) and segments[p].transcript_id == transcript_id]
    return any(
        (a - b) & (sides.b[0].sets[p] or frozenset()) or (b - a) & (sides.a[0].sets[p] or frozenset()) for p in beside
    )


def _siblings(a: CodeSet, b: CodeSet) -> bool:
    """Whether codes of both sides lie under one parent."""
    parents = {code.rpartition("/")[0] for code in a} & {code.rpartition("/")[0] for code in b}
    return bool(parents - {""})


def _people_agree(people: Iterable[Reader], position: int) -> bool:
    read = [reader.sets[position] for reader in people if reader.sets[position] is not None]
    return len(read) > 1 and len(set(read)) == 1


def _scores(sides: Sides) -> dict[int, float]:
    """Highest score of each segment that has any."""
    best: dict[int, float] = {}
    for reader in (*sides.a, *sides.b):
        for (position, _), score in reader.scores.items():
            best[position] = max(score, best.get(position, score))
    return best


def _unsure_below(readers: Iterable[Reader]) -> float:
    scores = sorted(score for reader in readers for score in reader.scores.values())
    return scores[int(LOW_SCORE * (len(scores) - 1))] if len(set(scores)) > 1 else -math.inf


def _row(sides: Sides, rank: int, people_differ: bool, reason: int, position: int, score: float) -> Row:
    segment = sides.segments[position]
    return {
        "rank": rank, "segment_id": segment.id, "speaker": segment.person,
        "session": sides.segments.session_of(segment), "a": sides.a[0].sets[position], "b": sides.b[0].sets[position],
        "likely_reason": list(REASONS.values())[reason], "people_agree": not people_differ, "score": score,
        "question": sides.segments.question_before(segment), "quote": segment.shown,
    }  # fmt: skip
