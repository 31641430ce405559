"""What a command prints: what was asked for on one stream, what is said beside it on the other."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from alliance_nlp.commands.advice import printed
from alliance_nlp.provenance import readable_json
from alliance_nlp.records import Table, Tabular
from alliance_nlp.records.wrapping import fitted


def width_of(stream: Any) -> int | None:
    """Signs in a line of a terminal, or those that COLUMNS names; None where lines go into a file or another program.

    Examples
    --------
    >>> import io
    >>> width_of(io.StringIO()) is None or "COLUMNS" in os.environ
    True
    """
    if not (stream.isatty() or os.environ.get("COLUMNS", "").isdecimal()):
        return None
    return max(shutil.get_terminal_size().columns, 20)


def say(line: str) -> None:
    """Say something beside what was asked for."""
    print(fitted(line, width_of(sys.stderr)), file=sys.stderr)


def show(record: Any, options: argparse.Namespace, *, quotes: bool = True, **named: Any) -> None:
    """Print a record, and below it what was written, each under its name; all of it as JSON where asked.

    Parameters
    ----------
    record : Tabular, Table or None
        What was asked for.
    options : Namespace
        What was typed.
    quotes : bool, default True
        False leaves participants' words out of JSON; what is printed as a table never has them.
    **named : object
        Further values, such as ``report=path``.
    """
    if options.json:
        kept = {name: value if isinstance(value, int | list) else str(value) for name, value in named.items()}
        print(readable_json({"tables": [_plain(table, quotes) for table in _tables(record)], **kept}), end="")
        return
    print("\n\n".join(filter(None, [text_of(record), *map(_said, named, named.values())])))


def text_of(record: Any) -> str:
    """Write a record as it fits the terminal; as `print` does where there is none."""
    width = width_of(sys.stdout)
    if record is None:
        return ""
    text = record.to_text(width) if width is not None and isinstance(record, Table | Tabular) else str(record)
    return fitted(printed(text), width)


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    said = f"{name.capitalize()}: {value}" if isinstance(value, int) else f"The {name.replace('_', ' ')}: {value}"
    return said if isinstance(value, Path) else fitted(said, width_of(sys.stdout))  # a path stays whole


def _tables(record: Any) -> tuple[Table, ...]:
    if isinstance(record, Table):
        return (record,)
    return record.tables() if isinstance(record, Tabular) else ()


def _plain(table: Table, quotes: bool) -> dict[str, Any]:
    kept = table if quotes else table.only([name for name in table.columns if name not in table.quoting])
    return {"title": kept.title, "columns": kept.columns, "rows": kept.rows(), "notes": kept.notes}
