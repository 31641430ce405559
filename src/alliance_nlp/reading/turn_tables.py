"""Tables of turns to transcripts: one row a turn; the text is built from the rows, one line each."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from alliance_nlp.errors import InputError, problems_error
from alliance_nlp.reading.clock import seconds_of
from alliance_nlp.reading.remarks import Remarks, listed
from alliance_nlp.reading.speakers import NOBODY, fold, role_of, roles_of
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, fold_column
from alliance_nlp.records import ROLES, Role, Transcript, Turn

# What a transcript table may hold, and names under which it is found.
TURN_COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        "utterance", "utterance_text", "content", "words", "message", "speech", "answer", "response", "comment",
        "verbatim", "freetext", "free_text", "statement", "quote", "sentence", "segment_text", "segment",
    ),
    "speaker": (
        "name", "who", "voice", "interlocutor", "person", "participant", "participant_id", "respondent",
        "respondent_id", "interviewee", "informant", "case", "speaker_id", "speaker_name",
    ),
    "role": ("speaker_role",),
    "begin": (
        "start", "begin_ms", "start_ms", "begin_s", "start_s", "start_time", "begin_time", "timestamp", "time",
        "timespan", "timecode", "in", "from",
    ),
    "end": ("end_s", "end_ms", "end_time", "stop", "out", "to"),
    "transcript": (
        "transcript_id", "document", "document_id", "doc", "file", "filename", "source", "interview", "conversation",
        "session", "session_id", "focus_group",
    ),
    "position": ("turn", "turn_number", "order", "index", "number", "utterance_id"),
}  # fmt: skip
_PARTICIPANT_COLUMNS = {
    "participant", "participant_id", "respondent", "respondent_id", "interviewee", "informant", "case",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """A transcript made of rows, and the rows in the order of its turns."""

    transcript: Transcript
    rows: tuple[SheetRow, ...]


def from_items(items: Iterable[str], name: str) -> Transcript:
    """One turn per item, in order; blanks stay blank turns, nothing is split or parsed."""
    texts = list(items)
    turns, at = [], 0
    for text in texts:
        turns.append(Turn(at, at + len(text)))
        at += len(text) + 1
    return Transcript(name, "\n".join(texts), tuple(turns))


def from_sheet(
    sheet: Sheet, name: str, columns: Mapping[str, str] | None, roles: Mapping[str, Role | None], remarks: Remarks,
    *, fill_speakers: bool = False,
) -> list[Built]:  # fmt: skip
    """Make the transcripts of a table: one, or one for each value of the column that names them."""
    found = sheet.find_columns(TURN_COLUMNS, columns, remarks)
    if "text" not in found:
        found["text"] = _wordiest(sheet, set(found.values()), remarks)
    groups: dict[str, list[SheetRow]] = {}
    for row in sheet.rows:
        groups.setdefault(row[found["transcript"]].strip() if "transcript" in found else name, []).append(row)
    if set(groups) == {""}:
        groups = {name: groups[""]}
    if "" in groups:
        numbers = [row.number for row in groups[""]]
        raise problems_error(sheet.source, [f"{listed(numbers, 'row')}: no {found['transcript']!r} is named"])
    if "speaker" in found:
        groups = {
            key: _with_speakers(sheet, rows, found["speaker"], fill_speakers, remarks) for key, rows in groups.items()
        }
    scale = _time_scale(sheet, found, remarks)
    built = [_build(sheet, key, _in_order(rows, found), found, roles, scale) for key, rows in groups.items()]
    _report_times(sheet, built, found, remarks)
    return built or [Built(Transcript(name, "", source=sheet.source), ())]


def _wordiest(sheet: Sheet, taken: set[str], remarks: Remarks) -> str:
    length = {
        c: statistics.fmean(len(row[c]) for row in sheet.rows) for c in sheet.header if c not in taken and sheet.rows
    }
    best = max(length, key=length.__getitem__, default=None)
    if best is None or (length[best] < 10 and len(sheet.header) > 1):
        raise InputError(
            f"{sheet.source} has no column that could hold what was said. Its columns are "
            f"{', '.join(map(repr, sheet.header))}. Name it with columns={{'text': ...}}."
        )
    if len(sheet.header) > 1:
        remarks.doubt(sheet.source, f"the column {best!r} was taken for the text, as its cells are the longest")
    return best


def _with_speakers(sheet: Sheet, rows: Sequence[SheetRow], column: str, fill: bool, remarks: Remarks) -> list[SheetRow]:
    """Empty speaker cells stay empty unless the caller says that they mean "as above"."""
    empty = [row.number for row in rows if not row[column].strip()]
    if not empty or len(empty) == len(rows):
        return list(rows)
    if not fill:
        remarks.doubt(
            sheet.source,
            f"{listed(empty, 'row')}: no speaker. If an empty cell means 'as above', say fill_speakers=True",
        )
        return list(rows)
    filled, last = [], ""
    for row in rows:
        last = row[column].strip() or last
        filled.append(SheetRow(row.number, {**row.cells, column: last}))
    remarks.note(sheet.source, f"{listed(empty, 'row')}: speaker filled in from above")
    return filled


def _in_order(rows: Sequence[SheetRow], found: Mapping[str, str]) -> list[SheetRow]:
    """By the column of positions where every row has a number there, else as the rows stand."""
    if "position" not in found:
        return list(rows)
    numbers = [_number(row[found["position"]]) for row in rows]
    if any(number is None for number in numbers):
        return list(rows)
    return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0] or 0.0)]


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _time_scale(sheet: Sheet, found: Mapping[str, str], remarks: Remarks) -> float:
    """Seconds per unit of a bare number: 1, or .001 where numbers can only be milliseconds (as Whisper writes)."""
    if "begin" not in found:
        return 1.0
    if fold_column(found["begin"]).endswith("_ms"):
        return 0.001
    if "end" not in found:
        return 1.0
    pairs = [(_number(row[found["begin"]]), _number(row[found["end"]])) for row in sheet.rows]
    long = [b - a for a, b in pairs if a is not None and b is not None and a.is_integer() and b.is_integer()]
    if len(long) < len(sheet.rows) or not long or statistics.median(long) < 200:
        return 1.0
    remarks.note(sheet.source, "times are whole numbers too long for seconds: read as milliseconds")
    return 0.001


def _build(
    sheet: Sheet, name: str, rows: Sequence[SheetRow], found: Mapping[str, str], roles: Mapping[str, Role | None],
    scale: float,
) -> Built:  # fmt: skip
    transcript = from_items((row[found["text"]] for row in rows), name)
    spelled: dict[str, str] = {}
    for row in rows:
        said = " ".join(row[found["speaker"]].split()) if "speaker" in found else ""
        if said and fold(said) not in NOBODY:
            spelled.setdefault(fold(said), said)
    told = {spelled[fold(row[found["speaker"]])]: _told_role(row[found["role"]]) for row in rows
            if "role" in found and "speaker" in found and fold(row[found["speaker"]]) in spelled}  # fmt: skip
    by_column = "speaker" in found and fold_column(found["speaker"]) in _PARTICIPANT_COLUMNS
    known = {n: r for n, r in told.items() if r is not None} | dict(roles)
    role = roles_of(list(spelled.values()), known, rest="participant" if by_column else None)
    turns = []
    for turn, row in zip(transcript.turns, rows, strict=True):
        speaker = spelled.get(fold(row[found["speaker"]])) if "speaker" in found else None
        own = role[speaker] if speaker is not None else _told_role(row[found["role"]]) if "role" in found else None
        begin, end = (_seconds(row[found[key]], scale) if key in found else None for key in ("begin", "end"))
        turns.append(Turn(turn.start, turn.end, speaker, own, begin, end))
    return Built(Transcript(name, transcript.text, tuple(turns), source=sheet.source), tuple(rows))


def _told_role(cell: str) -> Role | None:
    wanted = fold(cell)
    return cast(Role, wanted) if wanted in ROLES else role_of(cell)


def _seconds(cell: str, scale: float) -> float | None:
    number = _number(cell)
    return number * scale if number is not None and number >= 0 else seconds_of(cell.replace(" ", ""))


def _report_times(sheet: Sheet, built: Sequence[Built], found: Mapping[str, str], remarks: Remarks) -> None:
    if "begin" not in found:
        return
    unread = [
        row.number
        for one in built
        for row, turn in zip(one.rows, one.transcript.turns, strict=True)
        if turn.begin_s is None and row[found["begin"]].strip()
    ]
    if unread:
        remarks.doubt(sheet.source, f"{listed(sorted(unread), 'row')}: {found['begin']!r} holds no time that is known")
