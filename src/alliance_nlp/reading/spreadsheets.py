"""Tables in: .csv, .tsv, .xlsx, frames, lists of dicts; one sheet with rows numbered as a spreadsheet shows them."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from alliance_nlp.errors import InputError, Told, around, check_choice, choice_error, counted
from alliance_nlp.files import COLUMNS, checked_path, own_errors, refuse_count, refuse_file
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.excel import Page, cell_text, pages_of
from alliance_nlp.reading.frames import frame_rows, is_frame
from alliance_nlp.reading.headings import MOST_TITLES, Names, fold_column, header_at, n_known
from alliance_nlp.reading.other_doors import refuse_elsewhere
from alliance_nlp.reading.pages import below_heads, chosen_pages
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.word_sheets import DOCUMENTS, pages_of_document
from alliance_nlp.records import unguarded

TABLES = (".csv", ".tsv", ".xlsx")
SIGNS = ",;\t|"  # that part the cells of a line
QUOTE_CELLS = "Quote cells that hold the separator."


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it, its cells by column, and the columns by what they mean."""

    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)  # of all rows, with their numbers
    where: str = ""  # which of several sheets, where more than one was read

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def text(self, meaning: str) -> str:
        """Words of a cell by what its column means; empty where no column means it."""
        return self.cells[self.columns[meaning]].strip() if meaning in self.columns else ""

    def cell(self, meaning: str) -> str:
        """Give a cell by what its column means, blanks at its ends included; empty where no column means it."""
        return self.cells.get(self.columns[meaning], "") if meaning in self.columns else ""

    def fault(self, sentence: str) -> None:
        """Note what is wrong with the row, for the error that names all faults of the sheet."""
        self.faults.append((self.number, around(sentence, self.where)))

    def date(self, meaning: str) -> datetime.date | None:
        """Day written as 2025-03-19, with or without a time after it; None for a blank, or with a fault noted."""
        cell = self.text(meaning)
        try:
            return datetime.date.fromisoformat(re.split("[ T]", cell)[0]) if cell else None
        except ValueError:
            self.fault(f"the date must be written as 2025-03-19. Got {cell!r} instead")
            return None

    def score(self, meaning: str) -> float | None:
        """Give a number; None for a blank, or with a fault noted."""
        cell = self.text(meaning)
        if re.fullmatch(r"[+-]?(0,\d+|\d+,(?!\d{3}$)\d+)", cell):  # 0,8 is a decimal comma; 1,000 may be a thousand
            cell = cell.replace(",", ".")
        try:
            score = float(cell or 0)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            self.fault(f"the {meaning} must be a number. Got {cell!r} instead")
        return score if cell and math.isfinite(score) else None

    def choice(self, meaning: str, allowed: Collection[str], default: Any = None) -> Any:
        """One of a few words; the default for a blank, or with a fault noted."""
        said = self.text(meaning).casefold() or default
        if said == default or said in allowed:
            return said
        self.fault(str(choice_error(meaning, allowed, said)))
        return default


@dataclass(frozen=True)
class Sheet:
    """A table as words: the header, the rows that are not blank, and the columns that are known by what they mean."""

    remarks: Remarks
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    columns: dict[str, str] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)
    twice: Mapping[str, int] = field(default_factory=dict)  # names that several columns have, with the header's row
    top: int = 0  # row of the header; 0 where a frame or list has none
    shown: Mapping[str, str] = field(default_factory=dict)  # words that a program writes below headings that are codes

    @property
    def source(self) -> str:
        """What the table is called in remarks and errors."""
        return self.remarks.source

    def named(
        self, names: Mapping[str, Sequence[str]], given: Mapping[str, str] | None = None, several: Collection[str] = ()
    ) -> Sheet:
        """Match what is needed to the columns: the caller's word first, then names that mean the same.

        `several` are meanings that more than one column of a name may have.
        """
        found: dict[str, str] = {}
        for meaning, column in (given or {}).items():
            check_choice("a key of columns", names, meaning)
            check_choice(f"columns[{meaning!r}] of {self.source}", self.header or ("(no columns)",), column)
            found[meaning] = column
        folded = {fold_column(column): column for column in reversed(self.header)}
        for meaning, synonyms in names.items():
            hit = next((folded[s] for s in (meaning, *synonyms) if s in folded), None)
            if hit is not None and meaning not in found and hit not in found.values():
                found[meaning] = hit
        said = [f"{column!r} as {meaning}" for meaning, column in found.items() if fold_column(column) != meaning]
        if said:
            self.remarks.note(f"columns read by name: {', '.join(said)}")
        sure = {*(given or {}).values(), *(found[meaning] for meaning in several if meaning in found)}
        twice = [column for column in found.values() if column in self.twice and column not in sure]
        self.remarks.refuse(
            [f"row {at}: the column {c!r} occurs more than once" for c in twice for at in [self.twice[c]]]
        )
        rows = tuple(SheetRow(row.number, row.cells, found, self.faults, row.where) for row in self.rows)
        return replace(self, rows=rows, columns=found)

    def say_unread(self, read: Collection[str] = ()) -> None:
        """Name the columns that hold something and were not read."""
        if twice := [name for name in self.twice if f"{name} (2)" not in read]:
            self.remarks.leave(f"of columns that share a name all but the first: {', '.join(map(repr, twice))}")
        unread = [
            c for c in self.header if c not in {*self.columns.values(), *read} and any(r[c].strip() for r in self.rows)
        ]
        if unread:
            way = self.remarks.way("columns", "{'...': '...'}")
            self.remarks.leave(f"columns that were not read: {', '.join(map(repr, unread))}; name them with {way}")

    def column_called(self, name: str) -> str | None:
        """Find a column by its name alone, however that is spelled."""
        return next((column for column in self.header if fold_column(column) == name), None)

    def lacks(self, what: str, advice: str = "", *, kind: str = "") -> InputError:
        """Word the error for a column that is needed and absent; what is lacking ends the sentence."""
        # what reads like a sentence may be the first row of a table without headings: words of a transcript
        heads = [f"(column {n})" if re.search(r"[.?!]$|.{60}", c) else repr(c) for n, c in enumerate(self.header, 1)]
        header = ", ".join(heads) or "none"
        said = f"{self.source} has no column {what} Its columns are {header}. {advice}".rstrip()
        return InputError(Told(said, kind, columns=header))

    def refuse(self, others: Sequence[str] = ()) -> None:
        """Raise the faults of all rows, in their order, and other ones in one error; go on where there are none."""
        in_order = sorted(self.faults, key=lambda fault: fault[0])
        self.remarks.refuse([*(f"row {number}: {sentence}" for number, sentence in in_order), *others])


def split_cell(cell: str) -> list[str]:
    """Names in one cell, joined by ``|``."""
    return [part.strip() for part in cell.split("|") if part.strip()]


class Frame(Protocol):
    """A data frame of pandas, polars, or another package that narwhals reads."""

    @property
    def columns(self) -> Any:
        """Names of the columns."""


TableSource = str | Path | Frame | Sequence[Mapping[str, object]]


def read_sheet(
    source: Any, *, encoding: str | None, remarks: Remarks, name: str = "the table", known: Names | None = None,
    sheet: str | None = None,
) -> Sheet:  # fmt: skip
    """Read a table from a file, a frame, or a list of dicts.

    `known` are the columns that are asked for, with their other names: by them the header is found below titles, and
    the sheet of a workbook. `sheet` names the one to read.
    """
    if isinstance(source, str | Path):
        path = checked_path(source, "The path of a table")
        with own_errors(path.name):
            refuse_file(path)
            return _read_file(path, encoding, remarks.about(path.name), known or {}, sheet)
    if isinstance(source, Sheet):  # that somebody has read already
        return source
    if is_frame(source):
        return _from_rows(*frame_rows(source, name), remarks.about(name))
    if isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        header = tuple(dict.fromkeys(str(key) for row in source for key in row))
        return _from_rows(source, header, remarks.about(name))
    raise InputError(
        f"{name} must be a file ({', '.join(TABLES)}), a frame of pandas, polars or pyarrow, or a list of dicts. "
        f"Got {type(source).__name__} instead."
    )


def _read_file(path: Path, encoding: str | None, remarks: Remarks, known: Names, sheet: str | None) -> Sheet:
    if not path.is_file():
        raise InputError(
            f"No file is called {path.name!r} in the folder {path.resolve().parent.name!r}. Check the path."
        )
    if path.suffix.lower() in (".xlsx", *DOCUMENTS):
        in_document = path.suffix.lower() in DOCUMENTS
        found = (pages_of_document if in_document else pages_of)(path, remarks, set_in="code" in known)
        pages = [below_heads(page, known, remarks) for page in chosen_pages(found, remarks, known, sheet)]
        for page in pages:
            page.remark(remarks)
        if in_document and not pages:
            raise InputError(f"{path.name} holds no table. A codebook or codings in a document must stand in one.")
        if not pages:
            return _tabulate([], remarks, known)
        return _joined([_tabulate(page.rows, remarks, known, in_excel=True) for page in pages], pages)
    if path.suffix.lower() not in TABLES:
        refuse_elsewhere(path)
        raise InputError(f"{path.name} is no table that can be read. Formats read: {', '.join((*TABLES, *DOCUMENTS))}.")
    rows = _csv_rows(read_text(path, encoding, remarks), path.name, known)
    cells = [[unguarded(cell) for cell in row] for row in rows]
    n = sum(cell != was for row, old in zip(cells, rows, strict=True) for cell, was in zip(row, old, strict=True))
    if n:
        remarks.note(f"the apostrophe that keeps a cell from running as a formula taken from {counted(n, 'cell')}")
    return _tabulate(cells, remarks, known)


def _joined(sheets: Sequence[Sheet], pages: Sequence[Page]) -> Sheet:
    """One sheet, or several under one header, below the theme of each where each holds one."""
    if len(sheets) == 1:
        return sheets[0]
    themed = any(page.theme for page in pages)
    rows = tuple(
        replace(row, cells={"theme": page.theme, **row.cells}, where=f"{page.kind} {page.title!r}: ")
        for sheet, page in zip(sheets, pages, strict=True)
        for row in sheet.rows
    )
    header = tuple(dict.fromkeys(["theme"] * themed + [column for sheet in sheets for column in sheet.header]))
    blank = dict.fromkeys(header, "")
    return replace(sheets[0], header=header, rows=tuple(replace(row, cells={**blank, **row.cells}) for row in rows))


def _csv_rows(text: str, name: str, known: Names) -> list[list[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:  # Excel's own line above the header
        text, delimiter, above = rest, first.strip()[4], 1
    else:
        delimiter, above = _delimiter(text, known), 0
    limit = csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = [[]] * above
    try:
        for row in reader:
            rows.append(row)
    except csv.Error as err:
        raise InputError(
            f"{name} breaks off in row {len(rows) + 1} (line {reader.line_num + above} of the file): a quoted cell "
            f"does not end, or goes on after its closing quote. Double the quotes inside a quoted cell."
        ) from err
    finally:
        csv.field_size_limit(limit)
    return rows


def _delimiter(text: str, known: Names) -> str:
    """Sign that parts the header: of comma, semicolon, tab and bar the one that parts it most often."""
    lines = [line for line in re.split(r"\r\n|\r|\n", text[:20000]) if line.strip()][:MOST_TITLES] or [""]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def names(sign: str, line: str) -> int:
        return n_known(next(csv.reader([line], delimiter=sign), []), known) if line.count(sign) else 0

    found = {sign: max((names(sign, line) for line in lines), default=0) for sign in SIGNS}
    if n_known(re.split("[,;\t|]", bare[0]), known) == 0 and max(found.values()) > 1:
        return max(SIGNS, key=found.__getitem__)
    return max(SIGNS, key=lambda sign: (bare[0].count(sign), sign == ","))


def _tabulate(rows: Sequence[Sequence[str]], remarks: Remarks, known: Names, *, in_excel: bool = False) -> Sheet:
    """Header and rows of a file; every fault of their shape in one error."""
    at = header_at(rows, known if remarks.may("title rows") else {})
    if at is None:
        raise InputError(f"{remarks.source} is empty. Expected a header row and at least one row below it.")
    if above := [n for n, row in enumerate(rows[:at], 1) if any(cell.strip() for cell in row)]:
        remarks.assume("title rows", "rows above the header were taken for titles", above)
    header, below = [cell.strip() for cell in rows[at]], rows[at + 1 :]
    while not header[-1]:
        header.pop()
    refuse_count(remarks.source, len(header), "column", COLUMNS)
    twice = {cell: at + 1 for cell in header if cell and header.count(cell) > 1}
    header = _apart(header)
    filled = {i for row in below for i, cell in enumerate(row) if cell.strip()}
    unnamed = [i for i in sorted(filled) if i < len(header) and not header[i]]
    if unnamed == [0] and _is_index(below):
        remarks.note("the first column has no name and counts the rows: left out")
    elif unnamed:
        remarks.doubt(f"{which([i + 1 for i in unnamed], 'column')} without a name left out")
    problems, found = [], []
    for number, row in enumerate(below, at + 2):
        if any(cell.strip() for cell in row[len(header) :]):
            problems.append(f"row {number}: {len(row)} cells, but the header has {len(header)}")
        elif any(cell.strip() for cell in row):
            cells = [*row[: len(header)], *[""] * (len(header) - len(row))]
            found.append(SheetRow(number, {name: cell for name, cell in zip(header, cells, strict=True) if name}))
    beyond = f"Row {at + 1} was read as the header. Give the columns beyond the header a name, or empty them."
    advice = beyond if in_excel else QUOTE_CELLS
    remarks.refuse(problems, advice)
    return Sheet(remarks, tuple(name for name in header if name), tuple(found), twice=twice, top=at + 1)


def _apart(header: Sequence[str]) -> list[str]:
    """Give the second and later columns of one name a number."""
    found: list[str] = []
    for name in header:
        again = header[: len(found)].count(name)
        found.append(f"{name} ({again + 1})" if name and again else name)
    return found


def _is_index(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells count the rows, as pandas writes them."""
    cells = [row[0].strip() for row in rows if row]
    return cells in ([str(i) for i in range(len(cells))], [str(i + 1) for i in range(len(cells))])


def _from_rows(rows: Iterable[Mapping[Any, Any]], header: tuple[str, ...], remarks: Remarks) -> Sheet:
    """Rows of a frame or list; the first one is row 1, as there is no header row above it."""
    blank = dict.fromkeys(header, "")
    cells = [blank | {str(key): cell_text(value) for key, value in row.items()} for row in rows]
    return Sheet(remarks, header, tuple(SheetRow(number, row) for number, row in enumerate(cells, 1)))
