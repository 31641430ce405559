"""The simple form of a coded corpus: one table with a row a segment, its words and its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_nlp.errors import InputError, choice_error, counted, problems_error
from alliance_nlp.reading.codings import PRESENT, CodeNames, present_in
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, fold_column, read_sheet, split_cell
from alliance_nlp.reading.turn_tables import Built, from_sheet
from alliance_nlp.reading.who_read import HOW_TO_STATE, read_spans
from alliance_nlp.records import Codebook, CodedSpan, Coding, ReadSpan, Status, Study, Transcript, Turn

if TYPE_CHECKING:
    from alliance_nlp.reading.study_file import StudyFile

SEGMENTS = "segments.csv"
CONSENSUS = "consensus"
_COLUMNS = {"text": "text", "speaker": "speaker", "transcript": "document", "position": "position"}


@dataclass
class _Corpus:
    """The table, the transcripts made of it, and the faults found so far."""

    sheet: Sheet
    built: Sequence[Built]
    names: CodeNames
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def transcripts(self) -> tuple[Transcript, ...]:
        return tuple(one.transcript for one in self.built)

    def places(self) -> Iterator[tuple[Transcript, Turn, SheetRow]]:
        """Each row with its turn."""
        for one in self.built:
            for turn, row in zip(one.transcript.turns, one.rows, strict=True):
                yield one.transcript, turn, row

    def coding(self, columns: Mapping[str, str], status: Status, read: Sequence[ReadSpan], remarks: Remarks) -> Coding:
        """Coding by the columns, each under its coder's name, with what is stated as read."""
        present = next((c for c in self.sheet.header if fold_column(c) == PRESENT), None)
        applied: list[CodedSpan] = []
        there: list[ReadSpan] = []
        blank = dict.fromkeys(columns, 0)
        for transcript, turn, row in self.places():
            who = present_in(row[present]) if present is not None else set()
            for column, coder in columns.items():
                if column in who:
                    there.append(ReadSpan(coder, transcript.id, turn.start, turn.end))
                applied += self._codes(row, column, CodedSpan(coder, transcript.id, turn.start, turn.end, "?", status))
                blank[column] += not row[column].strip()
        order = list(columns.values())
        applied.sort(key=lambda span: order.index(span.coder))
        stated = {span.coder for span in (*read, *there)}
        silent = [
            f"{counted(n, 'cell')} of {column!r}" for column, n in blank.items() if n and columns[column] not in stated
        ]
        if silent:
            remarks.doubt(
                self.sheet.source, f"blank, not stated as read, so unread: {', '.join(silent)}. {HOW_TO_STATE}"
            )
        return Coding(tuple(applied), (*there, *read), self.names.codebook)

    def _codes(self, row: SheetRow, column: str, like: CodedSpan) -> list[CodedSpan]:
        spans = []
        for name in split_cell(row[column]):
            code = self.names.path_of(name)
            if code.path is None:
                self.problems.append((row.number, f"row {row.number}: {code.problem}"))
            else:
                spans.append(CodedSpan(like.coder, like.transcript_id, like.start, like.end, code.path, like.status))
        return spans


def read_segment_table(
    path: Path, book: Codebook | None, told: StudyFile, read: Any, encoding: str | None, remarks: Remarks
) -> tuple[Study, dict[str, Place]]:
    """Make a study of a table: each document a transcript, each row a turn, each coder's column a coder.

    Returns
    -------
    tuple of Study and dict
        The study, and where each of the table's own segment ids lies.
    """
    sheet = read_sheet(path, encoding=encoding, remarks=remarks)
    if "text" not in sheet.header:
        listed = ", ".join(map(repr, sheet.header))
        raise InputError(f"{path.name} has no column called 'text'. Its columns are {listed}.")
    columns = {key: name for key, name in _COLUMNS.items() if name in sheet.header}
    built = from_sheet(sheet, path.parent.resolve().name, columns, told.speaker_roles(), remarks)
    corpus = _Corpus(sheet, built, CodeNames(book))
    people = {c: c for c in sheet.header if fold_column(c).startswith("coder_")}
    agreed = {"code": CONSENSUS} if "code" in sheet.header else {}
    spans = _stated(read, (*people, *agreed.values()), corpus.transcripts, remarks, encoding)
    own = [span for span in spans if span.coder != CONSENSUS]
    shared = [span for span in spans if span.coder == CONSENSUS]
    coding = corpus.coding(people, "coded", own, remarks) if people else None
    consensus = corpus.coding(agreed, "consensus", shared, remarks) if agreed else None
    if corpus.problems:
        raise problems_error(path.name, [sentence for _, sentence in sorted(corpus.problems)])
    places = {
        row["segment_id"].strip(): Place(transcript.id, turn.start, turn.end)
        for transcript, turn, row in corpus.places()
        if "segment_id" in sheet.header
    }
    return Study(corpus.transcripts, book, coding, consensus), places


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
