"""Who read what: statements in words, lists or tables become stretches that a coder read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted, problems_error
from alliance_nlp.reading.places import PLACE_COLUMNS, Places
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TableSource, is_frame, read_sheet
from alliance_nlp.records import CodedSpan, ReadSpan, Transcript

_ALL = {"all", "everything", "all turns", "all transcripts"}
_PARTICIPANTS = {
    "participants",
    "all participants",
    "participant turns",
    "all participant turns",
    "all participants' turns",
}
_CODED = {"coded", "only what is coded", "what is coded"}
STATEMENTS = ("all", "participants", "coded")
HOW_TO_STATE = "State it with read='all', read='participants', read={'coder': ...}, or under [read] in study.toml"


WhoRead = TableSource | Sequence[str] | Mapping[str, str | Sequence[str]] | None


def read_spans(
    read: Any, coders: Sequence[str], transcripts: Sequence[Transcript], remarks: Remarks, encoding: str | None
) -> tuple[ReadSpan, ...]:
    """Stretches that were read, by a statement or by a table with a row for each stretch."""
    is_list = isinstance(read, list) and bool(read) and all(isinstance(row, Mapping) for row in read)
    if not (isinstance(read, Path) or is_frame(read) or is_list):
        return stated_spans(read, coders, transcripts, "read", remarks)
    sheet = read_sheet(read, encoding=encoding, remarks=remarks, name="read")
    found = sheet.find_columns({"coder": ("coder_id", "who", "by"), **PLACE_COLUMNS}, None, remarks)
    if "coder" not in found:
        raise InputError(f"{sheet.source} must say who read: it has no column called 'coder'.")
    places = Places(transcripts)
    problems, spans = [], []
    for row in sheet.rows:
        place = places.of(row, found, whole=True)
        if isinstance(place, Place):
            spans.append(ReadSpan(row[found["coder"]].strip(), place.transcript_id, place.start, place.end))
        else:
            problems.append(f"row {row.number}: {place.why}")
    if problems:
        raise problems_error(sheet.source, problems)
    return tuple(spans)


def stated_spans(
    statement: Any, coders: Sequence[str], transcripts: Sequence[Transcript], source: str, remarks: Remarks
) -> tuple[ReadSpan, ...]:
    """Stretches that a statement says were read: one statement for all coders, or one each."""
    if statement is None:
        return ()
    if isinstance(statement, Mapping):
        silent = [coder for coder in statement if coder not in coders]
        if silent:
            remarks.doubt(
                source,
                f"{', '.join(map(repr, silent))} is stated to have read and applied no code: a coder who found "
                f"nothing, or another spelling of {', '.join(map(repr, coders)) or 'nobody'}?",
            )
        each = dict(statement)
    else:
        each = dict.fromkeys(coders, statement)
    return tuple(span for coder, said in each.items() for span in _spans_of(coder, said, transcripts, source, remarks))


def _spans_of(
    coder: str, said: Any, transcripts: Sequence[Transcript], source: str, remarks: Remarks
) -> Iterable[ReadSpan]:
    if isinstance(said, str) and " ".join(said.casefold().split()) in _CODED:
        return []
    if isinstance(said, str) and " ".join(said.casefold().split()) in _PARTICIPANTS:
        spans = [
            ReadSpan(coder, transcript.id, turn.start, turn.end)
            for transcript in transcripts
            for turn in transcript.turns
            if turn.role == "participant"
        ]
        without = [t.id for t in transcripts if t.turns and all(turn.role != "participant" for turn in t.turns)]
        if without:
            remarks.doubt(
                source, f"{coder} is said to have read the participants, and "
                f"{counted(len(without), 'transcript has', 'transcripts have')} none: "
                f"{', '.join(map(repr, without[:6]))}. Give roles, or state read='all'"
            )  # fmt: skip
        return spans
    if isinstance(said, str) and " ".join(said.casefold().split()) in _ALL:
        return [ReadSpan(coder, transcript.id, 0, len(transcript.text)) for transcript in transcripts]
    return _whole(coder, [said] if isinstance(said, str) else said, transcripts, source)


def _whole(coder: str, names: Any, transcripts: Sequence[Transcript], source: str) -> list[ReadSpan]:
    """Whole transcripts by their ids."""
    known = {transcript.id: transcript for transcript in transcripts}
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InputError(
            f"What {coder} read must be 'all', 'participants', 'coded' or a list of transcripts ({source}). "
            f"Got {type(names).__name__} instead."
        )
    for name in names:
        if name not in known:
            raise choice_error(f"What {coder} read ({source})", (*STATEMENTS, *known), name)
    return [ReadSpan(coder, name, 0, len(known[name].text)) for name in names]


def shared_spans(
    coder: str, coders: Sequence[str], read: Sequence[ReadSpan], applied: Sequence[CodedSpan]
) -> tuple[ReadSpan, ...]:
    """Find what all of these coders read or coded, as what one coder (their consensus) read."""
    stretches: list[dict[str, list[tuple[int, int]]]] = []
    for each in coders:
        own: dict[str, list[tuple[int, int]]] = {}
        spans: list[ReadSpan | CodedSpan] = [*read, *applied]
        for span in spans:
            if span.coder == each:
                own.setdefault(span.transcript_id, []).append((span.start, span.end))
        stretches.append({key: _joined(parts) for key, parts in own.items()})
    if not stretches:
        return ()
    common = stretches[0]
    for other in stretches[1:]:
        common = {key: _overlap(common[key], other[key]) for key in common if key in other}
    return tuple(ReadSpan(coder, key, start, end) for key, spans in common.items() for start, end in spans)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that overlap or touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _overlap(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end or (start == end and (first[i][0] == first[i][1] or second[j][0] == second[j][1])):
            found.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found
