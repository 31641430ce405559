"""Coded spans that no segment carries: where each stands, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alliance_nlp.comparison.sides import Projection
from alliance_nlp.records import CodedSpan, ProjectedCoding, Row, Rule, Segments, Table, Transcript, moderates

COLUMNS = ("coder", "transcript_id", "turn", "speaker", "role", "start", "end", "code_id", "why", "what_to_do")
NOTE = "turn counts from 1, as in a table of codings"
MODERATOR = (
    "a moderator says it, and no segment is cut from moderators' turns",
    "check the row (turns count from 1); if it is meant, cut segments with roles='all'",
)
NO_TRANSCRIPT = ("the segments were cut without this transcript", "cut segments from it too, or leave its codings out")
NO_TURN = ("nobody says it: the span lies in no turn", "correct start and end in the table of codings")
NO_MACHINE = (
    "they did not agree to be read by a machine, so the machine has no segment of it",
    "nothing: the code stands, and counts where people are compared with people",
)
NOT_CUT = ("no segment was cut from this turn", "cut segments with the roles that hold it, or check the row")
TOO_SMALL = "the rule {!r} gives no segment of this turn the code", "compare with rule='half', or in smaller units"


def lost_spans(seen: Projection) -> Table:
    """List the spans of all sides that no segment carries; a coder who stands on several sides is listed once."""
    return table_of_lost(once_each((seen.people, seen.b, seen.a)), seen.segments, seen.rule)


def once_each(projected: Iterable[ProjectedCoding | None]) -> list[CodedSpan]:
    """Lost spans of several codings, those of each coder once."""
    by_coder = {coder: coding for coding in projected if coding is not None for coder in coding.coders}
    return [span for coder, coding in by_coder.items() for span in coding.lost if span.coder == coder]


def table_of_lost(lost: Iterable[CodedSpan], segments: Segments, rule: Rule) -> Table:
    """Give one row a span, in the order of talk, with why it is lost and what to do."""
    place = {t.id: number for number, t in enumerate(segments.transcripts)}
    cut = {(segment.transcript_id, segment.turn) for segment in segments}
    known = {transcript.id: transcript for transcript in segments.transcripts}
    rows = [_row(span, known, cut, rule) for span in sorted(
        lost, key=lambda span: (place.get(span.transcript_id, len(place)), span.transcript_id, span.start, span.coder)
    )]  # fmt: skip
    return Table.of(rows, columns=COLUMNS, title="Coded spans that no segment carries", notes=(NOTE,) if rows else ())


def _row(span: CodedSpan, known: Mapping[str, Transcript], cut: set[tuple[str, int]], rule: Rule) -> Row:
    transcript = known.get(span.transcript_id)
    index = transcript.turn_at(span.start, span.end) if transcript is not None else None
    turn = transcript.turns[index] if transcript is not None and index is not None else None
    why, what = NO_TRANSCRIPT if transcript is None else NO_TURN
    at = (span.start, span.end)
    said = turn is not None and (max(turn.start, at[0]) < min(turn.end, at[1]) or (turn.start, turn.end) == at)
    if said and turn is not None and index is not None:
        uncut = MODERATOR if moderates(turn.role) else NO_MACHINE if "machine" in turn.refuses else NOT_CUT
        why, what = uncut if (span.transcript_id, index) not in cut else TOO_SMALL
    return {
        "coder": span.coder, "transcript_id": span.transcript_id, "turn": None if index is None else index + 1,
        "speaker": turn.person if turn is not None else None, "role": turn.role if turn is not None else None,
        "start": span.start, "end": span.end, "code_id": span.code_id, "why": why.format(rule), "what_to_do": what,
    }  # fmt: skip
