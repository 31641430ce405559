"""Files too large for memory, cut into parts of so many rows: where each part lies, and its rows when they are wanted.

A file is read through once to find where its parts begin and what each holds (a hash), then each part by itself. A row
that cannot be read makes its part fail, by file and row; it does not shift the others.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from alliance_nlp.errors import InputError, counted, import_extra, listed, problems_error
from alliance_nlp.files.whole import checked_path, telling
from alliance_nlp.records.tables import PARQUET

KINDS = (".csv", ".tsv", ".txt", ".parquet")
DELIMITERS = (",", ";", "\t", "|")
MOST_NAMED = 5  # bad rows of a part that are named, and how many there are in all


class Part(NamedTuple):
    """Some rows of one file.

    Attributes
    ----------
    number : int
        Of all parts, from 0.
    file : str
        The file.
    first : int
        Row of its first text, as a spreadsheet shows it: the names of the columns stand in row 1.
    n_rows : int
        How many rows.
    at : int
        Byte at which it begins; of a Parquet file, the row group that it lies in.
    skipped : int
        Rows of the row group before it.
    key : str
        Hash of what it holds.
    """

    number: int
    file: str
    first: int
    n_rows: int
    at: int
    skipped: int
    key: str


class Columns(NamedTuple):
    """Which columns are read: the words, a name for each row, the codes that people gave, and who wrote it."""

    text: str
    id: str | None = None
    coded: str | None = None
    person: str | None = None

    @property
    def names(self) -> list[str]:
        """Give the columns that are wanted."""
        return [name for name in self if name is not None]


class Rows(NamedTuple):
    """Rows that were read: their numbers as a spreadsheet shows them, and the cells of each column."""

    numbers: list[int]
    cells: dict[str, list[str]]


class BadRowsError(InputError):
    """Say which rows of a part cannot be read."""


def find_files(source: str | Path | Sequence[str | Path]) -> list[Path]:
    """List the files of a source: a file, several, or all that a folder holds, in the order of their names.

    Raises
    ------
    InputError
        When there is none, or one is of another kind.
    """
    given = [source] if isinstance(source, str | Path) else list(source)
    files: list[Path] = []
    for each in given:
        path = checked_path(each, "A file with texts")
        inside = path.is_dir()
        files += sorted(p for p in path.iterdir() if p.suffix.lower() in KINDS) if inside else [path]
    if not files:
        raise InputError(f"There is no file with texts. Name files that end in {', '.join(KINDS)}, or their folder.")
    problems = [f"{p.name}: there is no such file" for p in files if not p.is_file()]
    problems += [f"{p.name}: not of a kind that is read in parts" for p in files if p.suffix.lower() not in KINDS]
    if problems:
        raise problems_error("The source", problems, f"Files end in {', '.join(KINDS)}.")
    return files


def plan_parts(files: Sequence[Path], columns: Columns, rows_per_part: int) -> list[Part]:
    """Cut files into parts; each file is read through once."""
    parts: list[Part] = []
    for path in files:
        with telling(path, "read"):
            found = _parts_of_parquet if path.suffix.lower() == ".parquet" else _parts_of_csv
            for part in found(path, columns, rows_per_part):
                parts.append(part._replace(number=len(parts)))
    return parts


def read_part(part: Part, columns: Columns) -> Rows:
    """Read the rows of a part; empty lines of a table of text are left out.

    Raises
    ------
    BadRowsError
        When a row cannot be read, with its file and number.
    InputError
        When the file is no longer what it was when it was cut into parts.
    """
    path = Path(part.file)
    with telling(path, "read"):
        return (
            _parquet_rows(path, part, columns) if path.suffix.lower() == ".parquet" else _csv_rows(path, part, columns)
        )


# --- csv -------------------------------------------------------------------------------------------------------------


class _Record(NamedTuple):
    """One row of a table of text: its cells, or what is wrong with it."""

    cells: list[str]
    problem: str


class _Lines:
    """Lines of a file of bytes as text; counts and hashes the bytes that were handed out."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.at = file.tell()
        self.hash = hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.file.readline()
        if not line:
            raise StopIteration
        self.at += len(line)
        self.hash.update(line)
        return line.decode("utf-8", "surrogateescape")  # bytes that are no UTF-8 are told of the row they stand in


def _records(lines: _Lines, delimiter: str) -> Iterator[_Record]:
    """Give the rows of a table, empty ones without cells; after one that cannot be read, go on with the next line."""
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as err:
            yield _Record([], f"cannot be read as a row ({err})")
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        yield _Record(cells, "" if all(map(_is_utf8, cells)) else "holds bytes that are no UTF-8")


def _is_utf8(cell: str) -> bool:
    return cell.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in cell)


def _head(path: Path, file: BinaryIO, columns: Columns) -> tuple[list[str], str]:
    """Read the names of the columns, and find the sign between cells by them."""
    line = file.readline().decode("utf-8-sig", "replace")
    for sign in DELIMITERS:
        names = [name.strip() for name in next(csv.reader([line], delimiter=sign), [])]
        if all(name in names for name in columns.names):
            return names, sign
    lacking = [name for name in columns.names if name not in line]
    raise InputError(
        f"{path.name}, row 1: there is no column {_named(lacking or columns.names)} (columns between "
        f"{' '.join(map(repr, DELIMITERS))}). Name the columns of the file: text=, id=, coded=, person=."
    )


def _named(columns: list[str]) -> str:
    return listed([repr(name) for name in columns], "and")


def _parts_of_csv(path: Path, columns: Columns, rows_per_part: int) -> Iterator[Part]:
    with path.open("rb") as file:
        _, sign = _head(path, file, columns)
        lines = _Lines(file)
        first, at, n = 2, lines.at, 0
        for _ in _records(lines, sign):
            n += 1
            if n == rows_per_part:
                yield Part(0, str(path), first, n, at, 0, lines.hash.hexdigest())
                first, at, n, lines.hash = first + n, lines.at, 0, hashlib.sha256()
        if n:
            yield Part(0, str(path), first, n, at, 0, lines.hash.hexdigest())


def _csv_rows(path: Path, part: Part, columns: Columns) -> Rows:
    found = Rows([], {name: [] for name in columns.names})
    problems: list[str] = []
    with path.open("rb") as file:
        names, sign = _head(path, file, columns)
        places = [names.index(name) for name in columns.names]
        file.seek(part.at)
        lines = _Lines(file)
        for k, record in zip(range(part.n_rows), _records(lines, sign), strict=False):
            problem = record.problem
            if not problem and len(record.cells) != len(names):
                problem = f"has {counted(len(record.cells), 'cell')}, and there are {counted(len(names), 'column')}"
            if problem and (record.cells or record.problem):
                problems.append(f"{path.name}, row {part.first + k}: {problem}")
            elif record.cells:
                found.numbers.append(part.first + k)
                for name, place in zip(columns.names, places, strict=True):
                    found.cells[name].append(record.cells[place])
        if lines.hash.hexdigest() != part.key:
            raise _changed(path)
    _refuse_bad(path, problems)
    return found


# --- parquet ---------------------------------------------------------------------------------------------------------


def _parts_of_parquet(path: Path, columns: Columns, rows_per_part: int) -> Iterator[Part]:
    parquet = import_extra(PARQUET, "scale", "Reading a Parquet file in parts")
    with path.open("rb") as file:
        key = hashlib.file_digest(file, "sha256").hexdigest()
    with _opened(parquet, path) as opened:
        lacking = [name for name in columns.names if name not in opened.schema_arrow.names]
        if lacking:
            raise InputError(
                f"{path.name}: there is no column {_named(lacking)}. Name the columns of the file: text=, id=, coded=, "
                "person=."
            )
        first = 2
        for group in range(opened.num_row_groups):
            n = opened.metadata.row_group(group).num_rows
            for skipped in range(0, n, rows_per_part):
                some = min(rows_per_part, n - skipped)
                yield Part(0, str(path), first, some, group, skipped, f"{key} {group} {skipped} {some}")
                first += some


def _opened(parquet: Any, path: Path) -> Any:
    try:
        return parquet.ParquetFile(path)
    except ValueError as err:  # pyarrow's own words may hold what the file holds
        raise InputError(
            f"{path.name} cannot be read as a Parquet file ({type(err).__name__}). Write it again."
        ) from err


def _parquet_rows(path: Path, part: Part, columns: Columns) -> Rows:
    parquet = import_extra(PARQUET, "scale", "Reading a Parquet file in parts")
    with _opened(parquet, path) as opened:
        try:
            table = opened.read_row_group(part.at, columns=columns.names).slice(part.skipped, part.n_rows)
            given = {name: table[name].to_pylist() for name in columns.names}
        except (ValueError, OSError) as err:
            raise BadRowsError(
                f"{path.name}, rows {part.first} to {part.first + part.n_rows - 1}: the row group cannot be read "
                f"({type(err).__name__})."
            ) from err
    if table.num_rows != part.n_rows:
        raise _changed(path)
    problems = [
        f"{path.name}, row {part.first + k}: the text is a {type(text).__name__}, not words"
        for k, text in enumerate(given[columns.text])
        if text is not None and not isinstance(text, str)
    ]
    _refuse_bad(path, problems)
    words = {name: ["" if cell is None else str(cell) for cell in cells] for name, cells in given.items()}
    return Rows(list(range(part.first, part.first + part.n_rows)), words)


def _changed(path: Path) -> InputError:
    return InputError(f"{path.name} has changed since it was cut into parts. Call again: what is done stays done.")


def _refuse_bad(path: Path, problems: list[str]) -> None:
    if problems:
        more = f"; {len(problems) - MOST_NAMED} more" if len(problems) > MOST_NAMED else ""
        raise BadRowsError("; ".join(problems[:MOST_NAMED]) + more + f". Repair {path.name}, then call again.")
