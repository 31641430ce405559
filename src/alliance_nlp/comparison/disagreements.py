"""The segments that the two sides coded differently, those worth reading first on top."""

from __future__ import annotations

import math
from collections.abc import Iterable

from alliance_nlp.comparison.units import Reader, Sides
from alliance_nlp.records import CodeSet, Row, Segment, Table

COLUMNS = (
    "rank", "segment_id", "speaker", "session", "a", "b", "likely_reason", "people_agree", "score", "question", "quote",
)  # fmt: skip
LOW_SCORE = 0.25  # suggestions in the lowest quarter of the machine's scores count as unsure


def list_disagreements(sides: Sides) -> Table:
    """List the disagreements of the first coder of each side, ranked.

    First those where all people who read the segment agree with one another against the machine or the other side,
    then by likely reason: one side saw a code where the other saw none, neighboring codes, boundaries, and at last
    what the machine itself was unsure of.
    """
    one, other = sides.a[0], sides.b[0]
    unsure = _unsure_below((*sides.a, *sides.b))
    found = []
    for position, segment in enumerate(sides.segments):
        a, b = one.sets[position], other.sets[position]
        declined = position in one.abstained or position in other.abstained
        if not sides.counted[position] or a is None or b is None or a == b or declined:
            continue
        reason = _likely_reason(sides, position, a, b, unsure)
        found.append((segment, position, reason, _people_agree(sides.people, position)))
    found.sort(key=lambda item: (not item[3], ORDER.index(item[2]), item[1]))
    rows = [_row(sides, rank, *item) for rank, item in enumerate(found, start=1)]
    note = "A disagreement is a reason to read the segment again, not an error of either side."
    return Table.of(
        rows, columns=COLUMNS, title="Disagreements, to read first", quoting=("question", "quote"), notes=(note,)
    )


ORDER = ("one side saw no code", "neighboring codes", "different themes", "boundary", "machine unsure")


def _likely_reason(sides: Sides, position: int, a: CodeSet, b: CodeSet, unsure: float) -> str:
    score = _score(sides, position)
    if math.isfinite(score) and score <= unsure:
        return "machine unsure"
    if _at_boundary(sides, position, a, b):
        return "boundary"
    if not a or not b:
        return "one side saw no code"
    return "neighboring codes" if _siblings(a, b) or a & b else "different themes"


def _at_boundary(sides: Sides, position: int, a: CodeSet, b: CodeSet) -> bool:
    """Whether the side without a code applied it to the segment just before or after."""
    segment = sides.segments[position]
    for near in (position - 1, position + 1):
        if not 0 <= near < len(sides.segments) or sides.segments[near].transcript_id != segment.transcript_id:
            continue
        if (a - b) & (sides.b[0].sets[near] or frozenset()) or (b - a) & (sides.a[0].sets[near] or frozenset()):
            return True
    return False


def _siblings(a: CodeSet, b: CodeSet) -> bool:
    """Whether codes of both sides lie under one parent."""
    parents = {code.rpartition("/")[0] for code in a} & {code.rpartition("/")[0] for code in b}
    return bool(parents - {""})


def _people_agree(people: Iterable[Reader], position: int) -> bool:
    read = [reader.sets[position] for reader in people if reader.sets[position] is not None]
    return len(read) > 1 and all(codes == read[0] for codes in read)


def _scores(readers: Iterable[Reader]) -> list[float]:
    return sorted(score for reader in readers for score in reader.scores.values())


def _unsure_below(readers: Iterable[Reader]) -> float:
    scores = _scores(readers)
    return scores[int(LOW_SCORE * (len(scores) - 1))] if len(set(scores)) > 1 else -math.inf


def _score(sides: Sides, position: int) -> float:
    found = [s for r in (*sides.a, *sides.b) for (at, _), s in r.scores.items() if at == position]
    return max(found, default=math.nan)


def _row(sides: Sides, rank: int, segment: Segment, position: int, reason: str, agreed: bool) -> Row:
    return {
        "rank": rank, "segment_id": segment.id, "speaker": segment.speaker,
        "session": sides.segments.session_of(segment), "a": sides.a[0].sets[position], "b": sides.b[0].sets[position],
        "likely_reason": reason, "people_agree": agreed, "score": _score(sides, position),
        "question": sides.segments.question_before(segment), "quote": segment.text,
    }  # fmt: skip
