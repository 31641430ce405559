"""What the students of a class hand in: one table each, read; what cannot be read is listed by file and row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alliance_nlp.errors import InputError, counted
from alliance_nlp.files import checked_path, own_errors, refuse_links
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.codings import codings_of
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TABLES, Sheet, SheetRow, read_sheet
from alliance_nlp.records import Coding, Row, Study, Table, fold, join_codings

NO_CODE = ("no code", "ingen kode")  # how a sheet says: read, and no code applies
TO_CODE, CODES = "to code", "codes"  # the two pages of a sheet that was handed out
_KNOWN = {meaning: names for meaning, names in CODING_COLUMNS.items() if meaning not in ("theme", "essence")}
_OWN_PAGES = f"has 2 sheets; only {TO_CODE!r} was read, not {CODES!r}"


@dataclass(frozen=True)
class HandedIn:
    """The codings of all who handed in a sheet that can be read, and what is wrong or doubtful with sheets."""

    coding: Coding
    troubles: Table
    n_files: int


def read_class(folder: str | Path, study: Study) -> HandedIn:
    """Read every table of a folder as one student's, in the order of the files' names."""
    home = checked_path(folder, "The path of a class's sheets")
    if not home.is_dir():
        raise InputError(
            f"The sheets of a class stand in a folder, one .xlsx or .csv a student. {home.name!r} "
            f"{'is a file' if home.exists() else 'does not exist'}. Check the path."
        )
    refuse_links(home)
    paths = sorted(
        (
            p
            for p in home.iterdir()
            if p.suffix.lower() in TABLES and p.is_file() and not p.name.startswith(("~$", "."))
        ),
        key=lambda p: fold(p.name),
    )
    rows: list[Row] = []
    parts: list[Coding] = []
    of_file: dict[str, str] = {}
    for path in paths:
        found, troubles = _one(path, study)
        again = [c for c in found.coders if fold(c) in of_file] if found is not None else []
        if again:
            rows.append(_trouble(path, None, f"left out: {again[0]!r} is in {of_file[fold(again[0])]} already"))
            continue
        rows += troubles
        if found is not None:
            parts.append(found)
            of_file |= {fold(coder): path.name for coder in found.coders}
    columns, title = ("file", "row", "trouble"), "Sheets to look at"
    table = Table.of(rows, columns=columns, title=title)
    if not parts:
        raise InputError(
            f"No sheet of {home.name!r} could be read ({counted(len(paths), 'table')}; .xlsx, .csv and .tsv are read)."
            + "".join(f"\n  {row['file']}: {row['trouble']}" for row in rows)
        )
    return HandedIn(join_codings(parts), table, len(paths))


def _one(path: Path, study: Study) -> tuple[Coding | None, list[Row]]:
    """Read the sheet of one student; None, and why, where it cannot be read."""
    remarks = Remarks(caller="study")
    try:
        with own_errors(path.name):
            sheet = read_sheet(path, encoding=None, remarks=remarks, name=path.name, known=_KNOWN)
            sheet, coder = _plainly(sheet, path.stem)
            coding = codings_of(sheet, study.transcripts, study.codebook, remarks, coder=coder)
    except InputError as err:
        return None, [_trouble(path, *_placed(line)) for line in _sentences(str(err))]
    said = [_reworded(doubt.partition(": ")[2]) for doubt in remarks.doubts]
    rows = [_trouble(path, *_placed(doubt)) for doubt in said if not doubt.startswith(_OWN_PAGES)]
    return (coding, rows) if coding.coders else (None, [_trouble(path, None, "left out: nothing is coded")])


def _reworded(doubt: str) -> str:
    """Say in the words of a sheet that nothing tells which rows without a code were read."""
    found = re.match(r"it is not stated what (.+?) read", doubt)
    return f"{found[1]}: no row says {NO_CODE[0]!r}; only turns with a code count as read" if found else doubt


def _plainly(sheet: Sheet, name: str) -> tuple[Sheet, str | None]:
    """Leave out rows that nobody filled in, and write "no code" as the readers have it; give who coded, by the file.

    Columns of codes go last, where no reader takes a blank for "as above".
    """
    codes = _columns(sheet, "code") or _columns(sheet, "theme")
    who = next((c for c in _columns(sheet, "coder") if c not in codes), None)
    rows = sheet.rows
    if codes:
        rows = _filled(rows, codes, [c for c in (*_columns(sheet, "transcript"), who) if c is not None])
        sheet = replace(sheet, header=(*(c for c in sheet.header if c not in codes), *codes))
    if who is None or any(row[who].strip() for row in rows):
        return replace(sheet, rows=rows), name if who is None else None
    return replace(sheet, rows=tuple(replace(row, cells={**row.cells, who: name}) for row in rows)), None


def _columns(sheet: Sheet, meaning: str) -> list[str]:
    """Find the columns of a name, numbered ones too."""
    names = {meaning, *CODING_COLUMNS[meaning]}
    return [c for c in sheet.header if re.sub(r"_?\(?\d{1,4}\)?$", "", fold_column(c)) in names]


def _filled(rows: Sequence[SheetRow], codes: Sequence[str], once: Sequence[str]) -> tuple[SheetRow, ...]:
    """Keep the rows that say something of codes; what is written once, in a row that goes, moves to the next."""
    kept: list[SheetRow] = []
    moving: dict[str, str] = {}
    for row in rows:
        moving |= {c: row[c] for c in once if row[c].strip()}
        if any(row[c].strip() for c in codes):
            plain = {c: "" if fold(row[c].strip()) in NO_CODE else row[c] for c in codes}
            kept.append(replace(row, cells={**row.cells, **moving, **plain}))
            moving = {}
    return tuple(kept)


def _sentences(message: str) -> list[str]:
    """Give each problem of an error that lists several, or its one sentence."""
    first, *others = message.splitlines()
    return [line.strip() for line in others if line.strip()] or [first]


def _placed(sentence: str) -> tuple[int | None, str]:
    """Part a sentence from the row that it begins with."""
    found = re.match(r"row (\d+):? ", sentence)
    return (int(found[1]), sentence[found.end() :]) if found else (None, sentence)


def _trouble(path: Path, row: int | None, sentence: str) -> Row:
    return {"file": path.name, "row": row, "trouble": sentence}


def by_name(coders: Sequence[str]) -> list[str]:
    """Order people by their names, and by nothing else."""
    return sorted(coders, key=lambda name: (fold(name), name))
