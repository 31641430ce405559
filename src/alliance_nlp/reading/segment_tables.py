"""The simple form of a coded corpus: one table with a row a segment, its words and its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance_nlp.errors import InputError, problems_error
from alliance_nlp.reading.codebooks import codebook_of
from alliance_nlp.reading.codings import PRESENT, CodeNames
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.tables import Sheet, SheetRow, fold_column, read_sheet, split_cell
from alliance_nlp.reading.turn_tables import Built, from_sheet
from alliance_nlp.reading.who_read import HOW_TO_STATE, stated_spans
from alliance_nlp.records import Codebook, CodedSpan, Coding, ReadSpan, Status, Study, Transcript, Turn

if TYPE_CHECKING:
    from alliance_nlp.reading.study_file import StudyFile

SEGMENTS = "segments.csv"
_COLUMNS = {"text": "text", "speaker": "speaker", "transcript": "document", "position": "position"}


@dataclass
class _Coded:
    """What the columns of one coder hold."""

    applied: list[CodedSpan] = field(default_factory=list)
    read: list[ReadSpan] = field(default_factory=list)
    n_blank: int = 0


def read_segment_table(
    path: Path, codebook: Path | None, told: StudyFile, read: Any, encoding: str | None, remarks: Remarks
) -> Study:
    """Make a study of a table: each document a transcript, each row a turn, each coder's column a coder."""
    sheet = read_sheet(path, encoding=encoding, remarks=remarks)
    if "text" not in sheet.header:
        raise InputError(
            f"{path.name} has no column called 'text'. Its columns are {', '.join(map(repr, sheet.header))}."
        )
    columns = {key: name for key, name in _COLUMNS.items() if name in sheet.header}
    built = from_sheet(sheet, path.parent.resolve().name, columns, told.roles, remarks)
    transcripts = tuple(one.transcript for one in built)
    book = codebook_of(codebook, None, encoding, remarks, themes=told.themes) if codebook is not None else None
    coders = [c for c in sheet.header if fold_column(c).startswith("coder_")]
    names = CodeNames(book)
    problems: list[tuple[int, str]] = []
    people = _columns_of(sheet, built, coders, names, "coded", problems)
    agreed = _columns_of(sheet, built, ["code"] if "code" in sheet.header else [], names, "consensus", problems)
    if problems:
        raise problems_error(path.name, [sentence for _, sentence in sorted(problems)])
    statement = _statements(read, coders)
    coding = _coding(people, {c: c for c in coders}, statement, transcripts, book, path.name, remarks)
    consensus = _coding(agreed, {"code": "consensus"}, statement, transcripts, book, path.name, remarks, coding)
    return Study(transcripts, book, coding, consensus)


def _columns_of(
    sheet: Sheet, built: Sequence[Built], coders: Sequence[str], names: CodeNames, status: Status,
    problems: list[tuple[int, str]],
) -> dict[str, _Coded]:  # fmt: skip
    """Spans of each coder's column; who was there is what "coders_present" says."""
    present = next((c for c in sheet.header if fold_column(c) == PRESENT), None)
    found = {coder: _Coded() for coder in coders}
    for one in built:
        for turn, row in zip(one.transcript.turns, one.rows, strict=True):
            there = set(split_cell(row[present].replace(",", "|").replace(";", "|"))) if present is not None else set()
            for coder in coders:
                _add(found[coder], coder if status == "coded" else "consensus", one.transcript.id, turn, row, coder, names,
                     status, there, problems)  # fmt: skip
    return found


def _add(
    to: _Coded, coder: str, transcript_id: str, turn: Turn, row: SheetRow, column: str, names: CodeNames, status: Status,
    there: set[str], problems: list[tuple[int, str]],
) -> None:  # fmt: skip
    if column in there:
        to.read.append(ReadSpan(coder, transcript_id, turn.start, turn.end))
    codes = split_cell(row[column])
    to.n_blank += not codes and column not in there
    for name in codes:
        code = names.path_of(name)
        if code.path is None:
            problems.append((row.number, f"row {row.number}: {code.problem}"))
        else:
            to.applied.append(CodedSpan(coder, transcript_id, turn.start, turn.end, code.path, status))


def _statements(read: Any, coders: Sequence[str]) -> Mapping[str, Any]:
    """Statement per coder, the consensus among them."""
    if isinstance(read, Mapping):
        return read
    return {} if read is None else dict.fromkeys([*coders, "consensus"], read)


def _coding(
    columns: Mapping[str, _Coded], names: Mapping[str, str], statement: Mapping[str, Any],
    transcripts: Sequence[Transcript], book: Codebook | None, source: str, remarks: Remarks, behind: Coding | None = None,
) -> Coding | None:  # fmt: skip
    if not columns:
        return None
    coders = [names[column] for column in columns]
    own = {coder: said for coder, said in statement.items() if coder in coders}
    spans = stated_spans(own or None, coders, transcripts, source, remarks)
    read = [span for column in columns.values() for span in column.read]
    silent = {
        c: coded.n_blank for c, coded in columns.items() if coded.n_blank and names[c] not in own and not coded.read
    }
    if silent:
        cells = ", ".join(f"{n} cells of {column!r}" for column, n in silent.items())
        remarks.doubt(source, f"blank and not stated as read, so unread: {cells}. {HOW_TO_STATE}")
    return Coding(
        tuple(span for column in columns.values() for span in column.applied), (*read, *spans), book, made_from=behind
    )
