"""SQLite files of programs: opened read-only and as they lie there, with limits, and nothing of them run."""

from __future__ import annotations

import contextlib
import sqlite3
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, listed
from alliance_nlp.files import MB, PROJECT_TEXT, checked_path, refuse_count, refuse_size, too_much

_MAGIC = b"SQLite format 3\0"
_ROWS = 400_000  # of one table
_LONGEST = 20 * MB  # of one value: a text
_STEPS = 1_000_000  # of the database's machine between two looks at how much it has done
_MOST = 2000  # such looks, then the file is taken for one that never ends


@dataclass(frozen=True)
class Database:
    """An open file: its tables with their columns, and what was noticed when it was opened."""

    name: str
    connection: sqlite3.Connection
    tables: Mapping[str, tuple[str, ...]]
    remarks: tuple[str, ...] = ()

    def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        """Give rows of a table with these columns; one that this version of the program lacks is None."""
        there = self.tables.get(table, ())
        if not there:
            return []
        (n,) = self.connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        refuse_count(f"{table} of {self.name}", n, "row", _ROWS)
        held = " + ".join(f'total(length("{one}"))' for one in columns if one in there) or "0"
        (size,) = self.connection.execute(f'SELECT {held} FROM "{table}"').fetchone()
        if size > PROJECT_TEXT:
            raise too_much(f"{table} of {self.name}", f"{size / MB:.0f} MB of text", f"{PROJECT_TEXT / MB:.0f} MB")
        chosen = ", ".join(f'"{one}"' if one in there else f'NULL AS "{one}"' for one in columns)
        found = self.connection.execute(f'SELECT {chosen} FROM "{table}" ORDER BY rowid')
        return [dict(zip(columns, row, strict=True)) for row in found]


@contextlib.contextmanager
def open_database(path: str | Path, program: str, needed: Mapping[str, Sequence[str]]) -> Iterator[Database]:
    """Open a program's SQLite file without a lock and without a change to it.

    Parameters
    ----------
    path : str or Path
        The file.
    program : str
        Whose file it must be, for the messages.
    needed : dict of str to sequence of str
        Tables that such a file has, and columns that are read of them.

    Raises
    ------
    InputError
        When it is no such file, is damaged, or holds more than it may.
    """
    file = checked_path(path, "The path of a project")
    if not file.is_file():
        kind = "is a folder" if file.is_dir() else "does not exist"
        raise InputError(f"{file.name} {kind}. Name the database of a {program} project.")
    refuse_size(file, "database")
    with file.open("rb") as start:
        if start.read(len(_MAGIC)) != _MAGIC:
            raise InputError(f"{file.name} is no SQLite database. Name the database of a {program} project.")
    link = f"file:{urllib.parse.quote(str(file.resolve()))}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(link, uri=True)) as connection:
            _limit(connection)
            tables = _tables(connection)
            _refuse_strange(file.name, program, tables, needed)
            yield Database(file.name, connection, tables, _beside(file))
    except sqlite3.Error as err:
        if "too big" in str(err):
            raise too_much(file.name, "a value of more", f"{_LONGEST // MB} MB in one") from err
        raise InputError(
            f"{file.name} cannot be read as a database ({err}). It is damaged, or not whole: close {program}, and copy "
            f"the file again."
        ) from err


def _limit(connection: sqlite3.Connection) -> None:
    """Let the file run nothing of its own, hold no endless value, and take no endless time."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    looks = iter(range(_MOST))
    connection.set_progress_handler(lambda: next(looks, None) is None, _STEPS)


def _tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Tables with their columns; a view under the name of a table could count for ever, and is none."""
    names = [str(n) for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    quoted = {name: name.replace('"', '""') for name in names}
    return {
        name: tuple(str(row[1]) for row in connection.execute(f'PRAGMA table_info("{one}")'))
        for name, one in quoted.items()
    }


def _refuse_strange(
    name: str, program: str, tables: Mapping[str, Sequence[str]], needed: Mapping[str, Sequence[str]]
) -> None:
    lacking = [
        table if table not in tables else f"{table}.{column}"
        for table, columns in needed.items()
        for column in ((columns[0],) if table not in tables else [c for c in columns if c not in tables[table]])
    ]
    if lacking:
        raise InputError(
            f"{name} is a SQLite database, but not of {program}: it lacks "
            f"{listed(sorted(set(lacking))[:4], 'and')}. Name the database of a {program} project."
        )


def _beside(file: Path) -> tuple[str, ...]:
    """Say that another file holds what the program has not put into this one yet."""
    for ending in ("-wal", "-journal"):
        other = file.with_name(file.name + ending)
        if other.is_file() and other.stat().st_size:
            return (
                f"beside it lies {other.name}: the program is open, or was cut off, and its latest changes are not "
                f"read. Close it and read again",
            )
    return ()
