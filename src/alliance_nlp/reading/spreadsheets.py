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

from alliance_nlp.errors import InputError, check_choice, choice_error, counted, import_extra
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.records import unguarded

TABLES = (".csv", ".tsv", ".xlsx")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number as a spreadsheet shows it, its cells by column, and the columns by what they mean."""

    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    faults: list[tuple[int, str]] = field(default_factory=list)  # of all rows, with their numbers

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def text(self, meaning: str) -> str:
        """Words of a cell by what its column means; empty where no column means it."""
        return self.cells[self.columns[meaning]].strip() if meaning in self.columns else ""

    def fault(self, sentence: str) -> None:
        """Note what is wrong with the row, for the error that names all faults of the sheet."""
        self.faults.append((self.number, sentence))

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

    @property
    def source(self) -> str:
        """What the table is called in remarks and errors."""
        return self.remarks.source

    def named(self, names: Mapping[str, Sequence[str]], given: Mapping[str, str] | None = None) -> Sheet:
        """Match what is needed to the columns: the caller's word first, then names that mean the same."""
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
        rows = tuple(SheetRow(row.number, row.cells, found, self.faults) for row in self.rows)
        return replace(self, rows=rows, columns=found)

    def column_called(self, name: str) -> str | None:
        """Find a column by its name alone, however that is spelled."""
        return next((column for column in self.header if fold_column(column) == name), None)

    def lacks(self, what: str, advice: str = "") -> InputError:
        """Word the error for a column that is needed and absent; what is lacking ends the sentence."""
        header = ", ".join(map(repr, self.header)) or "none"
        return InputError(f"{self.source} has no column {what} Its columns are {header}. {advice}".rstrip())

    def refuse(self, others: Sequence[str] = ()) -> None:
        """Raise the faults of all rows, in their order, and other ones in one error; go on where there are none."""
        in_order = sorted(self.faults, key=lambda fault: fault[0])
        self.remarks.refuse([*(f"row {number}: {sentence}" for number, sentence in in_order), *others])


def fold_column(name: str) -> str:
    """Form a column's name for comparing: lower case, spaces and dashes as underscores."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold()).strip("_")


def split_cell(cell: str) -> list[str]:
    """Names in one cell, joined by ``|``."""
    return [part.strip() for part in cell.split("|") if part.strip()]


class Frame(Protocol):
    """A data frame of pandas, polars, or another package that narwhals reads."""

    @property
    def columns(self) -> Any:
        """Names of the columns."""


TableSource = str | Path | Frame | Sequence[Mapping[str, object]]


def is_frame(source: object) -> bool:
    """Whether something is a pandas or polars frame, or what narwhals takes for one."""
    return hasattr(source, "columns") and not isinstance(source, str | Path | Mapping)


def read_sheet(source: Any, *, encoding: str | None, remarks: Remarks, name: str = "the table") -> Sheet:
    """Read a table from a file, a frame, or a list of dicts."""
    if isinstance(source, str | Path):
        return _read_file(Path(source), encoding, remarks.about(Path(source).name))
    if is_frame(source):
        return _from_rows(_frame_rows(source, name), tuple(map(str, source.columns)), remarks.about(name))
    if isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        header = tuple(dict.fromkeys(str(key) for row in source for key in row))
        return _from_rows(source, header, remarks.about(name))
    raise InputError(
        f"{name} must be a file ({', '.join(TABLES)}), a pandas or polars frame, or a list of dicts. "
        f"Got {type(source).__name__} instead."
    )


def _read_file(path: Path, encoding: str | None, remarks: Remarks) -> Sheet:
    if not path.is_file():
        raise InputError(
            f"No file is called {path.name!r} in the folder {path.resolve().parent.name!r}. Check the path."
        )
    if path.suffix.lower() == ".xlsx":
        return _tabulate(_excel_rows(path, remarks), remarks)
    if path.suffix.lower() not in TABLES:
        raise InputError(f"{path.name} is no table that can be read. Formats read: {', '.join(TABLES)}.")
    rows = _csv_rows(read_text(path, encoding, remarks), path.name)
    cells = [[unguarded(cell) for cell in row] for row in rows]
    n = sum(cell != was for row, old in zip(cells, rows, strict=True) for cell, was in zip(row, old, strict=True))
    if n:
        remarks.note(f"the apostrophe that keeps a cell from running as a formula taken from {counted(n, 'cell')}")
    return _tabulate(cells, remarks)


def _csv_rows(text: str, name: str) -> list[list[str]]:
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == 5:  # Excel's own line above the header
        text, delimiter, above = rest, first.strip()[4], 1
    else:
        delimiter, above = _delimiter(text), 0
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


def _delimiter(text: str) -> str:
    """Sign that parts the header: of comma, semicolon, tab and bar the one that parts it most often."""
    header = next((line for line in re.split(r"\r\n|\r|\n", text[:20000]) if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t|", key=lambda sign: (bare.count(sign), sign == ","))


def _excel_rows(path: Path, remarks: Remarks) -> list[list[str]]:
    openpyxl = import_extra("openpyxl", "formats", "Reading .xlsx files")
    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except Exception as err:  # openpyxl raises zipfile, KeyError, ValueError ... on what is no workbook
        raise InputError(f"{path.name} is no Excel workbook that can be opened. Save it again as .xlsx.") from err
    values = {sheet: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    filled = [sheet for sheet, rows in values.items() if any(cell is not None for row in rows for cell in row)]
    if not filled:
        return []
    sheet = filled[0]
    if len(filled) > 1:
        remarks.doubt(f"has {len(filled)} sheets; only {sheet.title!r} was read")
    hidden = [number for number, dimension in sheet.row_dimensions.items() if dimension.hidden]
    if hidden:
        remarks.doubt(f"hidden {which(sorted(hidden), 'row')}: read as well")
    if merged := sheet.merged_cells.ranges:
        remarks.doubt(f"{len(merged)} merged cells: their value stands in the first cell only")
    return [[cell_text(value) for value in row] for row in values[sheet]]


def cell_text(value: object) -> str:
    """Write a cell's value as words: nothing as "", 3.0 as "3", times as ``hh:mm:ss``."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else str(int(value) if value.is_integer() else value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, datetime.timedelta):
        whole = value.total_seconds()
        return f"{int(whole // 3600):02d}:{int(whole % 3600 // 60):02d}:{whole % 60:06.3f}"
    return str(value)


def _tabulate(rows: Sequence[Sequence[str]], remarks: Remarks) -> Sheet:
    """Header and rows of a file; every fault of their shape in one error."""
    at = next((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if at is None:
        raise InputError(f"{remarks.source} is empty. Expected a header row and at least one row below it.")
    header, below = [cell.strip() for cell in rows[at]], rows[at + 1 :]
    while not header[-1]:
        header.pop()
    filled = {i for row in below for i, cell in enumerate(row) if cell.strip()}
    unnamed = [i for i, cell in enumerate(header) if not cell and i in filled]
    if unnamed == [0] and _is_index(below):
        remarks.note("the first column has no name and counts the rows: left out")
    elif unnamed:
        remarks.doubt(f"{which([i + 1 for i in unnamed], 'column')} without a name left out")
    twice = sorted({cell for cell in header if cell and header.count(cell) > 1})
    problems = [f"row {at + 1}: the column {cell!r} occurs more than once" for cell in twice]
    found = []
    for number, row in enumerate(below, at + 2):
        if any(cell.strip() for cell in row[len(header) :]):
            problems.append(f"row {number}: {len(row)} cells, but the header has {len(header)}")
        elif any(cell.strip() for cell in row):
            cells = [*row[: len(header)], *[""] * (len(header) - len(row))]
            found.append(SheetRow(number, {name: cell for name, cell in zip(header, cells, strict=True) if name}))
    remarks.refuse(problems, "Quote cells that hold the separator.")
    return Sheet(remarks, tuple(name for name in header if name), tuple(found))


def _is_index(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells count the rows, as pandas writes them."""
    cells = [row[0].strip() for row in rows if row]
    return cells in ([str(i) for i in range(len(cells))], [str(i + 1) for i in range(len(cells))])


def _frame_rows(frame: Any, name: str) -> Iterable[Mapping[str, Any]]:
    import narwhals.stable.v1 as nw

    try:
        native = nw.from_native(frame, eager_only=True)
    except TypeError as err:
        raise InputError(f"{name} must be a pandas or polars data frame. Got {type(frame).__name__} instead.") from err
    rows: Iterable[Mapping[str, Any]] = native.iter_rows(named=True)
    return rows


def _from_rows(rows: Iterable[Mapping[Any, Any]], header: tuple[str, ...], remarks: Remarks) -> Sheet:
    """Rows of a frame or list; the first one is row 1, as there is no header row above it."""
    blank = dict.fromkeys(header, "")
    cells = [blank | {str(key): cell_text(value) for key, value in row.items()} for row in rows]
    return Sheet(remarks, header, tuple(SheetRow(number, row) for number, row in enumerate(cells, 1)))
