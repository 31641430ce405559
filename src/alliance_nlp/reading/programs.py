"""Exports of other programs, by one table of their columns (programs.toml): known, renamed, their dates read."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.files import DEEPEST, nesting
from alliance_nlp.reading.days import days
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet
from alliance_nlp.reading.webanno import webanno_rows
from alliance_nlp.records import Row, Table

YES = frozenset(
    {
        "1",
        "1.0",
        "1,0",
        "y",
        "t",
        "kyllä",
        "tak",
        "sim",
        "да",
        "是",
        "はい",
        "✔",
        "☒",
        "+",
        "true",
        "yes",
        "x",
        "✓",
        "wahr",
        "vrai",
        "verdadero",
        "sann",
        "ja",
        "oui",
        "si",
        "sí",
    }
)
NO = frozenset(
    {
        "",
        "0",
        "0.0",
        "0,0",
        "n",
        "f",
        "ei",
        "nie",
        "não",
        "нет",
        "否",
        "いいえ",
        "☐",
        "-",
        "–",
        "false",
        "no",
        "falsch",
        "faux",
        "falso",
        "usann",
        "nein",
        "nei",
        "non",
    }
)
NONE = "none"  # as a program: read the columns by their plain names


@dataclass(frozen=True)
class Program:
    """One export of one program, as programs.toml has it."""

    name: str
    export: str
    known_from: str
    shows: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    dates: tuple[str, ...] = ()
    code_columns: str = ""
    one_a_line: bool = False
    reads: str = "table"
    each: tuple[str, ...] = ()
    says_coder: bool = True

    def found_in(self, header: Sequence[str]) -> dict[str, str]:
        """Columns of a table by what they mean."""
        folded = {fold_column(column): column for column in reversed(header)}
        found: dict[str, str] = {}
        for meaning, names in self.columns.items():
            hit = next((folded[name] for name in map(fold_column, names) if name in folded), None)
            if hit is not None and hit not in found.values():
                found[meaning] = hit
        return found

    def code_of(self, column: str) -> str:
        """Code that a column holds with yes or no; empty for other columns."""
        hit = re.fullmatch(self.code_columns, column.strip(), re.IGNORECASE) if self.code_columns else None
        return hit["code"] if hit else ""

    def fits(self, header: Sequence[str]) -> int:
        """Count the columns that are known; 0 where one that shows the program is absent."""
        found = self.found_in(header)
        return len(found) if set(self.shows) <= set(found) else 0


@cache
def programs() -> tuple[Program, ...]:
    """Every export that is known, in the order of the table."""
    table = tomllib.loads(files("alliance_nlp.reading").joinpath("programs.toml").read_text(encoding="utf-8"))
    return tuple(map(_program, table["program"]))


def _program(block: Mapping[str, Any]) -> Program:
    """Make one program of its block; lists become tuples, so that nobody can change them."""
    told: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in block.items()}
    return Program(**told)


def program_of(header: Sequence[str], asked: str | None, source: str) -> Program | None:
    """Give the program that a table comes from: the one that is asked for, else the one whose columns fit best."""
    names = tuple(dict.fromkeys(program.name for program in programs()))
    chosen = programs()
    if asked is not None:
        by_name = {name.casefold(): name for name in (*names, NONE)}
        if asked.casefold() not in by_name:
            raise choice_error("program", (*names, NONE), asked)
        chosen = tuple(one for one in programs() if one.name == by_name[asked.casefold()])
    tables = [program for program in chosen if program.reads == "table"]
    fits = [program.fits(header) for program in tables]
    if any(fits):
        return tables[fits.index(max(fits))]
    if asked is None or asked.casefold() == NONE or not tables:
        return None
    lacking = [meaning for meaning in tables[0].shows if meaning not in tables[0].found_in(header)]
    wanted = "; ".join(f"{meaning}: {', '.join(map(repr, tables[0].columns[meaning][:3]))}" for meaning in lacking)
    raise InputError(
        f"{source} is no export of {tables[0].name} that is known ({tables[0].export}): it lacks {wanted}. Its columns "
        f"are {', '.join(map(repr, header)) or 'none'}. Name them with columns, and no program."
    )


def in_plain_columns(sheet: Sheet, program: Program) -> tuple[Sheet, dict[str, str]]:
    """Read a program's dates and columns of codes; give the sheet, and its columns by what they mean."""
    found = program.found_in(sheet.header)
    rows = [dict(row.cells) for row in sheet.rows]
    if "date" in found:
        for row, date in zip(
            rows, days([row[found["date"]] for row in rows], program.dates, sheet.remarks), strict=True
        ):
            row[found["date"]] = date
    if program.one_a_line and sheet.remarks.may("several codes"):
        for row in rows:
            row[found["code"]] = " | ".join(filter(None, map(str.strip, row[found["code"]].splitlines())))
    header, codes = sheet.header, {column: code for column in sheet.header if (code := program.code_of(column))}
    if codes:
        header = (*(column for column in header if column not in codes), "codes of all columns")
        found |= {"code": "codes of all columns"}
        for row in rows:
            row["codes of all columns"] = " | ".join(c for column, c in codes.items() if is_yes(row[column]))
    plain = tuple(replace(old, cells=row) for old, row in zip(sheet.rows, rows, strict=True))
    said = ", ".join(f"{column!r} as {meaning}" for meaning, column in found.items())
    sheet.remarks.assume("program", f"read as an export of {program.name} ({said})", loud=False)
    return replace(sheet, header=header, rows=plain), found


def is_yes(cell: str) -> bool:
    """Whether a cell says that a code was applied."""
    return cell.strip().casefold() in YES


def rows_of_export(path: Path, encoding: str | None, remarks: Remarks, asked: str | None) -> list[dict[str, str]]:
    """Read an export that is no table: one row a coded span, under the plain names of its columns."""
    text = read_text(path, encoding, remarks)
    if path.suffix.lower() == ".tsv":
        remarks.assume("program", "read as an export of INCEpTION (WebAnno TSV)", loud=False)
        return webanno_rows(text, path.name)
    try:
        content = _of_json(text)
        records = content if isinstance(content, list) else [content]
    except json.JSONDecodeError:
        records = _lines_of_json(text, path.name)
    kinds = [program for program in programs() if program.each and asked in (None, program.name)]
    best, name = _best_spans(records, kinds)
    if best:
        remarks.assume("program", f"read as an export of {name}, one row a coded span", loud=False)
    if not best:
        names = ", ".join(dict.fromkeys(program.name for program in kinds)) or "none that is known"
        raise InputError(f"{path.name} holds no coded span in the form of {names}. Export it as docs/formats.md says.")
    return best


def rows_with_json(sheet: Sheet, asked: str | None) -> list[dict[str, str]]:
    """Coded spans of a table with a column of JSON, as Label Studio's .csv has it; none for other tables."""
    column = next((c for c in sheet.header if _holds_json([row[c] for row in sheet.rows])), None)
    if column is None:
        return []
    records = [{**row.cells, column: row[column], "label": _of_json(row[column] or "[]")} for row in sheet.rows]
    return _best_spans(records, [program for program in programs() if program.each and asked in (None, program.name)])[
        0
    ]


def _best_spans(records: Sequence[Any], kinds: Sequence[Program]) -> tuple[list[dict[str, str]], str]:
    """Rows of the program whose ways lead to the most columns, and its name."""
    tables = [([row for record in records for row in _spans_in(record, program)], program.name) for program in kinds]
    return max(tables, key=lambda table: max(map(len, table[0]), default=0), default=([], ""))


def _holds_json(cells: Sequence[str]) -> bool:
    """Whether the cells that are filled are lists of records, one at least with something in it."""
    filled = [cell for cell in cells if cell.strip()]
    try:
        lists = [_of_json(cell) if cell.lstrip().startswith("[") else None for cell in filled]
    except json.JSONDecodeError:
        return False
    return any(lists) and all(isinstance(one, list) and all(isinstance(x, dict) for x in one) for one in lists)


def _of_json(text: str) -> Any:
    """Read JSON; what is nested deeper than any export, or holds numbers of thousands of digits, is none."""
    try:
        if nesting(text) <= DEEPEST:
            return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as err:
        raise json.JSONDecodeError(str(err)[:60], "", 0) from err
    raise json.JSONDecodeError("nested too deep", "", 0)


def _lines_of_json(text: str, name: str) -> list[Any]:
    records, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            records += [_of_json(line)] if line.strip() else []
        except json.JSONDecodeError as err:
            problems.append(f"line {number}: no valid JSON at character {err.pos}")
    Remarks(name).refuse(problems, "Export the file again.")
    return records


def _spans_in(record: Any, program: Program) -> list[dict[str, str]]:
    """Rows of one record: what each column of the program holds, at each place where a span may stand."""
    rows = []
    for way in program.each:
        for at in _places(record, way.split("."), ()):
            found = {m: _cell(record, names, at) for m, names in program.columns.items()}
            if found.get("code") and all(found.get(meaning) for meaning in program.shows):
                rows.append({meaning: cell for meaning, cell in found.items() if cell})
    return rows


@dataclass(frozen=True)
class _At:
    """Which item of each list a span stands in, by the way to the list."""

    items: Mapping[str, int] = field(default_factory=dict)


def _places(value: Any, way: Sequence[str], done: tuple[str, ...], at: _At | None = None) -> Iterator[_At]:
    """Every place at the end of a way through lists and dicts."""
    at = at or _At()
    if not way:
        yield at
        return
    step, *rest = way
    inside = value.get(step.removesuffix("[]")) if isinstance(value, dict) else None
    if step.endswith("[]"):
        path = ".".join((*done, step))
        for number, item in enumerate(inside if isinstance(inside, list) else []):
            yield from _places(item, rest, (*done, step), _At({**at.items, path: number}))
    elif inside is not None:
        yield from _places(inside, rest, (*done, step), at)


def _cell(record: Any, names: Sequence[str], at: _At) -> str:
    """Words at the first of some ways that leads anywhere, in the items that a place is in."""
    for name in names:
        value, done = record, ""
        for step in name.split("."):
            done = f"{done}.{step}" if done else step
            value = _step(value, step, at.items.get(done))
        if value is not None and not isinstance(value, dict | list):
            return str(value)
    return ""


def _step(value: Any, step: str, item: int | None) -> Any:
    if step.endswith("[]"):
        inside = value.get(step[:-2]) if isinstance(value, dict) else None
        return inside[item] if isinstance(inside, list) and item is not None else None
    if isinstance(value, list):
        return value[int(step)] if step.isdecimal() and int(step) < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def programs_table() -> Table:
    """Say of each export that is known what is read of it, as docs/formats.md shows it."""
    rows: list[Row] = [
        {
            "program": program.name, "what to export": program.export,
            "what is read": ", ".join(f"{meaning} ({_first(names)})" for meaning, names in program.columns.items()),
            "who coded": "in the export" if program.says_coder else "say it: coder",
            "columns known from": program.known_from,
        }
        for program in programs()
    ]  # fmt: skip
    return Table.of(rows)


def _first(names: Sequence[str]) -> str:
    return " or ".join(names[:2]) if len(names) > 1 else names[0]
