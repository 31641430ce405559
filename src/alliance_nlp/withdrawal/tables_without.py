"""Tables of a study's folder without one person's words: rows that code them go, cells that copy them are blanked."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.files import refuse_file
from alliance_nlp.reading.coded_tables import CODING_COLUMNS, coder_columns
from alliance_nlp.reading.places import Places
from alliance_nlp.reading.quote_places import NoPlaceError
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, read_sheet
from alliance_nlp.records import Study, Table, Transcript, Turn, blanked, fold
from alliance_nlp.withdrawal.looking import text_of
from alliance_nlp.withdrawal.taken_back import Said

PLACED = ("codings", "consensus", "marks")  # rows of these lie somewhere in the talk
_AGREED = ("quotation", "machine", "remote_model")


def table_without(path: Path, part: str, study: Study, said: Said) -> str | None:
    """Give a table of a study without the person's words as CSV; None where it holds none.

    Raises
    ------
    InputError
        When a row is about the words of several people and names them by a quote alone.
    """
    told = study.settings.get(part, {})
    _refuse_sheets(path)
    sheet = read_sheet(
        path, encoding=None, remarks=Remarks(), known=CODING_COLUMNS if part in PLACED else None,
        sheet=told.get("sheet") if isinstance(told, Mapping) else None,
    )  # fmt: skip
    columns = told.get("columns") if isinstance(told, Mapping) else None
    rows = _beside(sheet, columns, study, said) if part in PLACED else list(sheet.rows)
    kept = [_cells(row, sheet.header, part, said) for row in rows]
    header = tuple(map(said.out_of, sheet.header))
    same = header == sheet.header and kept == [
        tuple(row.cells.get(name, "") for name in sheet.header) for row in sheet.rows
    ]
    if same and (path.suffix.lower() != ".xlsx" or not said.holds(text_of(path) or "")):  # remarks on cells, say
        return None
    return as_csv(header, kept, path)


def _refuse_sheets(path: Path) -> None:
    """Refuse a workbook of several sheets: what is written in its place holds the one that is read."""
    if path.suffix.lower() == ".xlsx":
        openpyxl = import_extra("openpyxl", "formats", "A workbook")
        n = len(openpyxl.load_workbook(path, read_only=True).sheetnames)
        if n > 1:
            raise InputError(
                f"{path.name} holds {n} sheets, and one of them has to be shortened. Save that one as "
                f"{path.stem}.csv in its place, then call again."
            )


def as_csv(header: Sequence[str], rows: Sequence[tuple[Any, ...]], path: Path | None = None) -> str:
    """Write rows as the library writes tables, with the mark by which spreadsheets know UTF-8; .tsv stays .tsv."""
    text = Table(tuple(header), tuple(rows)).to_csv()
    if path is not None and path.suffix.lower() == ".tsv":
        rows_of_text = csv.reader(io.StringIO(text, newline=""))
        text = "".join("\t".join(map(_in_tabs, row)) + "\r\n" for row in rows_of_text)
    return "\ufeff" + text


def _in_tabs(cell: str) -> str:
    return f'"{cell.replace(chr(34), 2 * chr(34))}"' if set(cell) & set('\t"\r\n') else cell


def _beside(sheet: Sheet, columns: Mapping[str, str] | None, study: Study, said: Said) -> list[SheetRow]:
    """Give the rows that are not about this person's words alone."""
    named = sheet.named(CODING_COLUMNS, {k: v for k, v in (columns or {}).items() if k in CODING_COLUMNS})
    places = Places(study.transcripts)
    places.texts.learn(named.rows, Remarks())
    kept, mixed = [], []
    for row in named.rows:
        try:
            place = places.of(row)
        except NoPlaceError:
            kept.append(row)
            continue
        if said.alone(*place):
            continue
        by_quote = not any(row.text(name) for name in ("segment_id", "start", "turn"))
        mixed += [row.number] if said.touches(*place) and by_quote and row.text("quote") else []
        kept.append(row)
    if mixed:
        raise InputError(
            f"{sheet.source}: row {', '.join(map(str, mixed))} quotes {said.person} together with somebody else, so "
            f"that the row would lose its place. Give it a quote of the other person's words alone, then call again."
        )
    return kept


def _cells(row: SheetRow, header: Sequence[str], part: str, said: Said) -> tuple[str, ...]:
    cells = [row.cells.get(name, "") for name in header]
    if part == "participants" and fold(said.person) in map(fold, cells):
        keep = {"id", "participant", "name", "pseudonym", "speaker", "role", "sessions", "session", "labels", "label"}
        return tuple(
            "no" if name.strip().casefold() in _AGREED else cell if name.strip().casefold() in keep else ""
            for name, cell in zip(header, cells, strict=True)
        )
    return tuple(map(said.out_of, cells))


def cells_without(path: Path, said: Said) -> bytes:
    """Give any other table with a mark in the cells that copy the person."""
    sheet = read_sheet(path, encoding=None, remarks=Remarks())
    before = [sheet.header, *(tuple(row.cells.get(name, "") for name in sheet.header) for row in sheet.rows)]
    after = [tuple(map(said.out_of, row)) for row in before]
    return as_csv(after[0], after[1:], path).encode()


def parquet_without(path: Path, said: Said) -> bytes:
    """Give a table in Parquet with a mark in place of what copies the person; columns without that stay as they are."""
    pyarrow, parquet = (import_extra(name, None, "A table in Parquet") for name in ("pyarrow", "pyarrow.parquet"))
    table = parquet.read_table(io.BytesIO(path.read_bytes()))
    for at, field in enumerate(table.schema):
        values = table.column(at).to_pylist()
        after = said.out_of_value(values)
        if after != values:
            table = table.set_column(at, field, pyarrow.array(after, type=field.type))
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def workbook_without(path: Path, said: Said) -> bytes | None:
    """Give a workbook with a mark in the cells, of all its sheets, that copy the person; None where it cannot be."""
    openpyxl = import_extra("openpyxl", "formats", "A workbook")
    try:
        refuse_file(path)
        book = openpyxl.load_workbook(path)
        for cell in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
            if isinstance(cell.value, str):
                cell.value = said.out_of(cell.value)
            if cell.comment is not None:
                cell.comment.text = said.out_of(cell.comment.text)
        out = io.BytesIO()
        book.save(out)
    except Exception:  # damaged or encrypted, in the many ways that openpyxl has
        return None
    return out.getvalue()


def turns_in_place(path: Path, transcripts: Sequence[Transcript], said: Said) -> str:
    """Give a table of turns as it is but for the person's words, each a cell in a row that names the person."""
    sheet = read_sheet(path, encoding=None, remarks=Remarks())
    theirs = {
        (turn.speaker or "", t.turn_text(at).strip())
        for t in transcripts
        for at, turn in enumerate(t.turns)
        if turn.person == said.person
    }
    rows = []
    for row in sheet.rows:
        cells = [row.cells.get(name, "") for name in sheet.header]
        own = [at for at, cell in enumerate(cells) if any((who.strip(), cell.strip()) in theirs for who in cells)]
        rows.append(tuple(blanked(cell) if at in own else said.out_of(cell) for at, cell in enumerate(cells)))
    return as_csv(sheet.header, rows)


def turns_as_table(transcripts: Sequence[Transcript], columns: Mapping[str, str]) -> str:
    """Write transcripts as a table of turns: whose text is built from rows comes out the same, offset by offset."""
    names = {key: columns.get(key, key) for key in ("transcript", "speaker", "role", "begin", "end", "text")}
    several = len(transcripts) > 1
    rows = [((t.id,) if several else ()) + _row(t, at, turn) for t in transcripts for at, turn in enumerate(t.turns)]
    header = [names[key] for key in (["transcript"] if several else []) + ["speaker", "role", "begin", "end", "text"]]
    used = [i for i in range(len(header)) if any(row[i] for row in rows) or header[i] == names["text"]]
    return as_csv([header[i] for i in used], [tuple(row[i] for i in used) for row in rows])


def _row(t: Transcript, at: int, turn: Turn) -> tuple[str, ...]:
    return (turn.speaker or "", turn.role or "", _clock(turn.begin_s), _clock(turn.end_s), t.turn_text(at))


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{int(seconds // 3600)}:{int(seconds // 60 % 60):02d}:{seconds % 60:06.3f}"


def segments_without(path: Path, study: Study, said: Said) -> str:
    """Give the simple form, a row a segment, with dots for the person's words and no code on them."""
    sheet = read_sheet(path, encoding=None, remarks=Remarks())
    coded = {*coder_columns(sheet.header), "code"}
    theirs = {
        (turn.speaker or "", t.turn_text(at).strip())
        for t in study.transcripts
        for at, turn in enumerate(t.turns)
        if turn.person == said.person
    }
    rows = []
    for row in sheet.rows:
        cells = {name: row.cells.get(name, "") for name in sheet.header}
        if (cells.get("speaker", "").strip(), cells.get("text", "").strip()) in theirs:
            cells |= dict.fromkeys(coded & cells.keys(), "") | {"text": blanked(cells["text"])}
        rows.append(tuple(map(said.out_of, cells.values())))
    return as_csv(sheet.header, rows)
