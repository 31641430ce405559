"""The simple form of a coded corpus: one table with a row a segment, its words and its codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alliance_nlp.errors import choice_error, counted
from alliance_nlp.reading.code_names import CodeNames
from alliance_nlp.reading.coded_tables import PRESENT, coder_columns, present_in, read_by
from alliance_nlp.reading.codings import doubt_moderated, is_moderated
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, read_sheet
from alliance_nlp.reading.turn_tables import from_sheet
from alliance_nlp.reading.who_read import how_to_state, read_spans
from alliance_nlp.records import Codebook, Coding, ReadSpan, Status, Study, Transcript

if TYPE_CHECKING:
    from alliance_nlp.reading.study_file import StudyFile

SEGMENTS = "segments.csv"
CONSENSUS: Final = "consensus"
_COLUMNS = {"text": "text", "speaker": "speaker", "transcript": "document", "position": "position"}


def read_segment_table(
    path: Path, book: Codebook | None, told: StudyFile, read: Any, encoding: str | None, remarks: Remarks,
    settle: Callable[[Sequence[Transcript]], tuple[Transcript, ...]],
) -> tuple[Study, dict[str, Place]]:  # fmt: skip
    """Make a study of a table: each document a transcript, each row a turn, each coder's column a coder.

    `settle` gives transcripts their sessions and people.

    Returns
    -------
    tuple of Study and dict
        The study, and where each of the table's own segment ids lies.
    """
    sheet = read_sheet(path, encoding=encoding, remarks=remarks)
    if "text" not in sheet.header:
        raise sheet.lacks("called 'text'.")
    columns = {key: name for key, name in _COLUMNS.items() if name in sheet.header}
    built = from_sheet(sheet, path.parent.resolve().name, columns, told.speaker_roles())
    transcripts = settle([transcript for transcript, _ in built])
    placed = [
        (row, Place(transcript.id, turn.start, turn.end))
        for transcript, rows in built
        for row, turn in zip(rows, transcript.turns, strict=True)
    ]
    people = coder_columns(sheet.header)
    agreed = {"code": CONSENSUS} if "code" in sheet.header else {}
    spans = _stated(read_by(read, people), (*people.values(), *agreed.values()), transcripts, remarks, encoding)
    own = [span for span in spans if span.coder != CONSENSUS]
    shared = [span for span in spans if span.coder == CONSENSUS]
    coding = _coding(sheet, placed, book, people, "coded", own)
    consensus = _coding(sheet, placed, book, agreed, CONSENSUS, shared)
    sheet.refuse()
    spoken = {transcript.id: transcript for transcript in transcripts}
    coded = {(a.transcript_id, a.start, a.end) for c in (coding, consensus) if c is not None for a in c.applied}
    asked = [row.number for row, at in placed if at in coded and is_moderated(spoken[at.transcript_id], at)]
    doubt_moderated(sheet, asked)
    places = {row["segment_id"].strip(): place for row, place in placed if "segment_id" in sheet.header}
    return Study(transcripts, book, coding, consensus), places


def _coding(
    sheet: Sheet, placed: Sequence[tuple[SheetRow, Place]], book: Codebook | None, columns: Mapping[str, str],
    status: Status, read: Sequence[ReadSpan],
) -> Coding | None:  # fmt: skip
    """Coding by the columns, each under its coder's name, with what is stated as read; None without a column."""
    if not columns:
        return None
    cells = [row[column] for column in columns for row, _ in placed]
    present, names = sheet.column_called(PRESENT), CodeNames(book, sheet.remarks, cells)
    there = [
        ReadSpan(coder, *place)
        for row, place in placed
        for column, coder in columns.items()
        if {column, coder} & present_in(row, present)
    ]
    applied = [
        span
        for column, coder in columns.items()
        for row, place in placed
        for span in names.spans(row, coder, row[column], place, status)
    ]
    names.say()
    blank = {column: sum(not row[column].strip() for row, _ in placed) for column in columns}
    stated = {span.coder for span in (*read, *there)}
    silent = [
        f"{counted(n, 'cell')} of {column!r}" for column, n in blank.items() if n and columns[column] not in stated
    ]
    if silent:
        sheet.remarks.doubt(f"blank, not stated as read, so unread: {', '.join(silent)}. {how_to_state(sheet.remarks)}")
    return Coding(tuple(applied), (*there, *read), book)


def _stated(
    read: Any, coders: Sequence[str], transcripts: Sequence[Transcript], remarks: Remarks, encoding: str | None
) -> tuple[ReadSpan, ...]:
    if not coders:
        return ()
    spans = read_spans(read, coders, transcripts, remarks, encoding)
    strangers = [span.coder for span in spans if span.coder not in coders]
    if strangers:
        raise choice_error("a coder in 'read'", coders or ("(no coders)",), strangers[0])
    return spans
