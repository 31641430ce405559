"""Who read what: statements in words, lists or tables become stretches that a coder read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted
from alliance_nlp.reading.places import PLACE_COLUMNS, Places
from alliance_nlp.reading.quote_places import NoPlaceError
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TableSource, is_frame, read_sheet
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Transcript

_ALL = {"all", "everything", "all turns", "all transcripts"}
_PARTICIPANTS = {
    "participants", "all participants", "participant turns", "all participant turns", "all participants' turns",
}  # fmt: skip
_CODED = {"coded", "only what is coded", "what is coded"}
_STATED = {"study": "[read] of study.toml, or read=", "command": "--read"}  # where it stands
STATEMENTS = ("all", "participants", "coded")

_Stretch = tuple[tuple[int, int], tuple[int, int]]  # from and to, each a transcript's number and an offset in it
WhoRead = TableSource | Sequence[str] | Mapping[str, str | Sequence[str]] | None


def how_to_state(remarks: Remarks) -> str:
    """Say how to state who read what, where the reader was called."""
    if remarks.caller == "study" and remarks.part == "marks":
        return 'State it under [marks.read] in study.toml: KL = "all" or "participants" or ["session_1"]'
    if remarks.caller == "study":
        return 'State it under [read] in study.toml: KL = "all" or "participants" or ["session_1"]'
    if remarks.caller == "command":
        return "State it with --read all, or --read KL=all MR=coded"
    return "State it with read='all', read='participants' or read={'coder': ...}"


def read_spans(
    read: Any, coders: Sequence[str], transcripts: Sequence[Transcript], remarks: Remarks, encoding: str | None
) -> tuple[ReadSpan, ...]:
    """Stretches that were read, by a statement or by a table with a row for each stretch."""
    is_list = isinstance(read, list) and bool(read) and all(isinstance(row, Mapping) for row in read)
    if not (isinstance(read, Path) or is_frame(read) or is_list):
        where = "[marks.read] of study.toml" if remarks.part == "marks" else _STATED.get(remarks.caller, "read")
        return stated_spans(read, coders, transcripts, remarks.about(where if remarks.caller != "call" else "read"))
    sheet = read_sheet(read, encoding=encoding, remarks=remarks, name="read").named(
        {"coder": ("coder_id", "who", "by"), **PLACE_COLUMNS}
    )
    if "coder" not in sheet.columns:
        raise InputError(f"{sheet.source} must say who read: it has no column called 'coder'.")
    places, spans = Places(transcripts), []
    for row in sheet.rows:
        try:
            spans.append(ReadSpan(row.text("coder"), *places.of(row, whole=True)))
        except NoPlaceError as err:
            row.fault(str(err))
    sheet.refuse()
    return tuple(spans)


def stated_spans(
    statement: Any, coders: Sequence[str], transcripts: Sequence[Transcript], remarks: Remarks
) -> tuple[ReadSpan, ...]:
    """Stretches that a statement says were read: one statement for all coders, or one each."""
    if statement is None:
        return ()
    each = statement if isinstance(statement, Mapping) else dict.fromkeys(coders, statement)
    silent = [coder for coder in each if coder not in coders]
    if silent:
        remarks.doubt(
            f"{', '.join(map(repr, silent))} is stated to have read and applied no code: a coder who found "
            f"nothing, or another spelling of {', '.join(map(repr, coders)) or 'nobody'}?"
        )
    return tuple(span for coder, said in each.items() for span in _spans_of(coder, said, transcripts, remarks))


def _spans_of(coder: str, said: Any, transcripts: Sequence[Transcript], remarks: Remarks) -> list[ReadSpan]:
    words = " ".join(said.casefold().split()) if isinstance(said, str) else ""
    if words in _CODED:
        return []
    if words in _ALL:
        return [ReadSpan(coder, transcript.id, 0, len(transcript.text)) for transcript in transcripts]
    if words not in _PARTICIPANTS:
        return _whole(coder, [said] if isinstance(said, str) else said, transcripts, remarks.source)
    without = [t.id for t in transcripts if t.turns and all(turn.role != "participant" for turn in t.turns)]
    if without:
        have = counted(len(without), "transcript has", "transcripts have")
        remarks.doubt(
            f"{coder} is said to have read the participants, and {have} none: "
            f"{', '.join(map(repr, without[:6]))}. Give roles, or state read='all'"
        )
    return [
        ReadSpan(coder, transcript.id, turn.start, turn.end)
        for transcript in transcripts
        for turn in transcript.turns
        if turn.role == "participant"
    ]


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


def shared_spans(coder: str, coders: Sequence[str], coding: Coding) -> tuple[ReadSpan, ...]:
    """Find what all of these coders read or coded, as what one coder (their consensus) read."""
    spans: list[ReadSpan | CodedSpan] = [*coding.read, *coding.applied]
    ids = list(dict.fromkeys(span.transcript_id for span in spans if span.coder in coders[:1]))
    order = {key: number for number, key in enumerate(ids)}
    stretches = [
        _joined([((order[s.transcript_id], s.start), (order[s.transcript_id], s.end))
                 for s in spans if s.coder == each and s.transcript_id in order])
        for each in coders
    ]  # fmt: skip
    common = reduce(_overlap, stretches) if stretches else []
    return tuple(ReadSpan(coder, ids[number], start, end) for (number, start), (_, end) in common)


def _joined(spans: Iterable[_Stretch]) -> list[_Stretch]:
    """Stretches in order, those that overlap or touch made one."""
    joined: list[_Stretch] = []
    for start, end in sorted(set(spans)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _overlap(first: Sequence[_Stretch], second: Sequence[_Stretch]) -> list[_Stretch]:
    found, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end or (start == end and (first[i][0] == first[i][1] or second[j][0] == second[j][1])):
            found.append((start, end))
        i, j = (i + 1, j) if first[i][1] < second[j][1] else (i, j + 1)
    return found
