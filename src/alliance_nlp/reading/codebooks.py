"""Codebooks: tables or YAML to records, with every fault and its row in one error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, counted, import_extra
from alliance_nlp.files import CODES, checked_path, own_errors, refuse_count
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.column_names import CODEBOOK_COLUMNS
from alliance_nlp.reading.decoding import lines_in, read_text
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.levels import entries_of, level_columns, place_of
from alliance_nlp.reading.outlines import outline_of
from alliance_nlp.reading.paths import folded
from alliance_nlp.reading.plain_yaml import plain_yaml
from alliance_nlp.reading.remarks import AsWritten, Remarks, which
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, TableSource, read_sheet, split_cell
from alliance_nlp.records import Code, Codebook, Theme


def read_codebook(
    source: TableSource, *, columns: Mapping[str, str] | None = None, sheet: str | None = None,
    as_written: AsWritten = False, encoding: str | None = None,
) -> Codebook:  # fmt: skip
    """Read a codebook of any depth: one row a code, under its essence and theme.

    Parameters
    ----------
    source : str, Path, data frame, or list of dicts
        A .csv, .tsv, .xlsx, .yaml or .txt file (one code a line, its definition after a tab), a pandas or polars frame,
        or rows.
    columns : dict of str to str, optional
        Which column holds "theme", "essence", "code", "definition", "include", "exclude", "exemplars", "notes",
        "code_aliases", "theme_aliases", "aliases", "group", "theme_description"; for other shapes "subcode", "parent",
        "depth", "id". Others are found by name, in several languages.
    sheet : str, optional
        Which sheet of a workbook holds the codes; by default the visible one that does.
    as_written : bool or list of str, default False
        What must not be assumed: True for nothing at all, or names of assumptions ("as above", "paths", ...; see
        docs/formats.md).
    encoding : str, optional
        Encoding of the file, where it has no byte order mark.

    Returns
    -------
    Codebook
        Codes in the order of the rows; its ``report`` says what was assumed and left out, with rows.

    Raises
    ------
    InputError
        When the file has faults; all of them, with rows as a spreadsheet shows them.

    Notes
    -----
    Any of the three levels may be missing, in the table or in a row. A level that is written once (merged cells, blanks
    below it, a row of its own), names that are set in, numbered, or paths (``Time > Waiting``), a column of parents,
    and a sheet a theme are read as levels where the table shows that they are meant so; one warning says it, with rows.
    Of more than three levels the first is the theme, the second the essence, the others the code ("waiting/alone").
    Exemplars and aliases are joined by ``|``, or stand on lines of their own in one cell. "aliases" are other names of
    the row's theme; of its code where the row has no theme, or where rows of one theme have different ones.

    Examples
    --------
    >>> book = read_codebook([{"theme": "Trust", "code": "demanding", "exemplars": "It is a job. | They test you."}])
    >>> book["Trust/demanding"].exemplars
    ('It is a job.', 'They test you.')
    """
    remarks = Remarks()
    with own_errors(Path(source).name if isinstance(source, str | Path) else "the codebook"):
        book = codebook_of(source, columns, encoding, remarks, sheet=sheet, as_written=as_written)
    remarks.warn()
    return book


def codebook_of(
    source: Any, columns: Mapping[str, str] | None, encoding: str | None, remarks: Remarks, *,
    themes: Sequence[Theme] = (), sheet: str | None = None, as_written: AsWritten = False,
) -> Codebook:  # fmt: skip
    """Read a codebook with remarks gathered and not yet said; themes described elsewhere are joined to it."""
    remarks = remarks.strictly(as_written, "codebook")
    several = ("code",) if remarks.may("parents") else ()
    found_in = _table(source, encoding, remarks, sheet)
    table = _lowest_is_code(found_in.named(CODEBOOK_COLUMNS, {**_of_a_path(found_in), **(columns or {})}, several))
    refuse_count(table.source, len(table.rows), "code", CODES)
    found = level_columns(table)
    if not found:
        raise table.lacks(
            "called 'code', 'essence' or 'theme'.", f"Name one: {table.remarks.way('columns', NAMED_CODE)}."
        )
    entries = entries_of(table)
    placed = _by_groups(table, [(entry.row, place_of(entry, found)) for entry in entries])
    _check(table, placed, [theme.name for theme in themes])
    by_code = _are_names_of_codes(table, placed)
    without = sum("definition" in table.columns and not row.text("definition") for row, _ in placed)
    if without:
        table.remarks.note(f"{counted(without, 'code has', 'codes have')} no definition")
    table.say_unread(found)
    codes = tuple(
        Code(*place, row.text("definition"), _many(row.text("exemplars")), _aliases(row, place, "code", by_code),
             row.text("include"), row.text("exclude"), row.text("notes"))
        for row, place in placed
    )  # fmt: skip
    return Codebook(codes, tuple(_themes(placed, themes, by_code)), report=table.remarks.as_table())


def _table(source: Any, encoding: str | None, remarks: Remarks, sheet: str | None) -> Sheet:
    """Read whatever holds the codebook as a table."""
    path = checked_path(source, "The path of a codebook") if isinstance(source, str | Path) else None
    if path is not None and path.is_file() and (outline := outline_of(path, remarks.about(path.name))):
        return read_sheet(outline, encoding=encoding, remarks=remarks, name=path.name)
    if path is not None and path.suffix.lower() in (".yaml", ".yml", ".txt"):
        listed = (
            _lines(path, encoding, remarks) if path.suffix.lower() == ".txt" else _yaml_rows(path, encoding, remarks)
        )
        return read_sheet(listed, encoding=encoding, remarks=remarks, name=path.name)
    return read_sheet(
        source, encoding=encoding, remarks=remarks, name="the codebook", known=CODEBOOK_COLUMNS, sheet=sheet
    )


NAMED_CODE = "{'code': '...'}"
Placed = tuple[SheetRow, tuple[str, str, str]]  # a row, with its theme, essence and code


def _of_a_path(sheet: Sheet) -> dict[str, str]:
    """Find the column whose heading is itself a path that ends in a code: "Category > Code"; none beside another."""
    names = {"code", *CODEBOOK_COLUMNS["code"]}
    if any(fold_column(column) in names for column in sheet.header):
        return {}
    parted = ((column, re.split(r"[>/\\|→»›]+", column)) for column in sheet.header)
    found = [column for column, parts in parted if len(parts) > 1 and fold_column(parts[-1]) in names]
    return {"code": found[0]} if len(found) == 1 else {}


def _lowest_is_code(sheet: Sheet) -> Sheet:
    """Read the lower of two levels as the code where the table has no other: a subcategory is what people apply."""
    lower = sheet.columns.get("essence", "essence")
    if fold_column(lower) != "essence" and not {"code", "subcode", "subsubcode"} & set(sheet.columns):
        sheet.columns["code"] = sheet.columns.pop("essence")
        between = {*CODEBOOK_COLUMNS["theme"], *CODEBOOK_COLUMNS["essence"]}
        free = [c for c in sheet.header if c not in sheet.columns.values() and fold_column(c) in between]
        if len(free) == 1 and "theme" in sheet.columns:
            sheet.columns["essence"] = free[0]
        sheet.remarks.note(f"{lower!r} was read as code, as no column holds a lower level")
    return sheet


def _by_groups(sheet: Sheet, placed: Sequence[Placed]) -> Sequence[Placed]:
    """Read the group of a code as its theme, where no theme is written; a code in several groups has none."""
    groups = [re.split(r"\s*[\n;|]\s*", _groups_of(sheet, row)) for row, _ in placed]
    if any(place[0] for _, place in placed) or not any(map(any, groups)) or not sheet.remarks.may("groups"):
        return placed
    column = sheet.columns.get("code_groups") or _numbered_groups(sheet)[0]
    one = [row.number for (row, _), own in zip(placed, groups, strict=True) if len(own) == 1 and own[0]]
    more = [row.number for (row, _), own in zip(placed, groups, strict=True) if len(own) > 1]
    sheet.remarks.assume("groups", f"{column!r} was read as the theme of codes that are in one group", one)
    if more:
        sheet.remarks.doubt(f"codes in several groups have no theme ({which(more, 'row', shown=40)}). Write it in a "
                            f"column 'theme'")  # fmt: skip
    return [
        (row, (own[0] if len(own) == 1 else "", *place[1:])) for (row, place), own in zip(placed, groups, strict=True)
    ]


def _numbered_groups(sheet: Sheet) -> list[str]:
    """Columns that hold a group each: "Code Group 1", "Code Group 2"."""
    names = CODEBOOK_COLUMNS["code_groups"]
    return [c for c in sheet.header if re.search(r"\d$", c.strip()) and re.sub(r"_?\d+$", "", fold_column(c)) in names]


def _groups_of(sheet: Sheet, row: SheetRow) -> str:
    return row.text("code_groups") or "|".join(cell for c in _numbered_groups(sheet) if (cell := row[c].strip()))


def _check(sheet: Sheet, placed: Sequence[Placed], described: Sequence[str]) -> None:
    """Refuse rows that define what another row defines, and themes that go by two spellings."""
    used = {theme for _, (theme, _, _) in placed}
    orphans = [name for name in described if name not in used]
    first: dict[str, int] = {}
    spellings: dict[str, tuple[str, int]] = {}
    for row, (theme, essence, code) in placed:
        path = "/".join(filter(None, (theme, essence, code)))
        if path in first:
            row.fault(f"code {path!r} is already defined on row {first[path]}")
        first.setdefault(path, row.number)
        spelled, number = spellings.setdefault(folded(theme), (theme, row.number))
        if spelled != theme:
            row.fault(f"theme {theme!r} is spelled {spelled!r} on row {number}")
        elif orphans and theme and theme not in described:
            row.fault(f"theme {theme!r} is not among the themes ({', '.join(map(repr, described))})")
    sheet.refuse([f"theme {name!r} is described, but no code belongs to it" for name in orphans])


def _are_names_of_codes(sheet: Sheet, placed: Sequence[Placed]) -> bool:
    """Whether "aliases" name codes even where there are themes: rows of one theme have different ones."""
    told: dict[str, set[str]] = {}
    for row, (theme, _, _) in placed:
        if theme and row.text("aliases"):
            told.setdefault(theme, set()).add(row.text("aliases"))
    differ = sum(len(cells) > 1 for cells in told.values())
    if differ:
        sheet.remarks.doubt(
            f"'aliases' differ within {differ} themes, so they were read as names of the codes; to say whose they are, "
            f"call the column 'code_aliases' or 'theme_aliases'"
        )
    return differ > 0


def _aliases(row: SheetRow, place: tuple[str, str, str], level: str, by_code: bool) -> tuple[str, ...]:
    """Other names that a row gives its theme, or its code."""
    owner = "code" if by_code or not place[0] else "theme"
    shared = row.text("aliases") if owner == level else ""
    return _many(f"{row.text(f'{level}_aliases')}\n{shared}")


def _many(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for line in cell.splitlines() for part in split_cell(line)))


def _themes(placed: Sequence[Placed], described: Sequence[Theme], by_code: bool) -> list[Theme]:
    """Themes with what rows and descriptions say of them; names from both, in that order."""
    told = {theme.name: theme for theme in described}
    themes = []
    for name, own in grouped((place[0], (row, place)) for row, place in placed if place[0]).items():
        other = told.get(name, Theme(name))
        named = (alias for row, place in own for alias in _aliases(row, place, "theme", by_code))
        group = other.group or next(filter(None, (row.text("group") for row, _ in own)), "")
        words = other.description or next(filter(None, (row.text("theme_description") for row, _ in own)), "")
        themes.append(Theme(name, tuple(dict.fromkeys([*other.aliases, *named])), group, words))
    return themes


def _lines(path: Path, encoding: str | None, remarks: Remarks) -> list[dict[str, Any]]:
    """Rows of a plain list of codes: one a line, with what it means after a tab."""
    if not path.is_file():
        raise InputError(f"No file is called {path.name!r}. Check the path.")
    lines = [line for line in lines_in(read_text(path, encoding, remarks)) if line.strip()]
    parted = [re.split(r"(?<=\S)\t+", line.rstrip(), maxsplit=1) for line in lines]
    if all(len(parts) == 1 for parts in parted) and remarks.may("definitions"):
        parted = _behind_colons(lines, remarks.about(path.name))
    return [{"code": parts[0], "definition": parts[1] if len(parts) > 1 else ""} for parts in parted]


def _behind_colons(lines: Sequence[str], remarks: Remarks) -> list[list[str]]:
    """Part names from what stands behind a colon or a dash, where most lines have words there that are no name."""
    found = [
        re.fullmatch(r"(?P<name>\s*(?:[-–—•*]\s+)?[^:\t]{1,60}?)(?::\s+|\s+[–—]\s+)(?P<words>\S.*?)\s*", line)
        for line in lines
    ]
    told = [one for one in found if one is not None and (one["words"][0].islower() or len(one["words"].split()) > 2)]
    names = {folded(one["name"]) for one in told}
    if 2 * len(told) < len(lines) or len(told) < sum(one is not None for one in found) or len(names) < len(told):
        return [[line.rstrip()] for line in lines]
    remarks.assume("definitions", "what stands behind a colon or a dash was read as what the code means")
    return [
        [one["name"], one["words"]] if one is not None else [line.rstrip()]
        for one, line in zip(found, lines, strict=True)
    ]


def _yaml_rows(path: Path, encoding: str | None, remarks: Remarks) -> list[dict[str, Any]]:
    """Rows of a YAML codebook: a list of rows, or a mapping with the list under ``codes``."""
    yaml = import_extra("yaml", "formats", "Reading .yaml files")
    if not checked_path(path, "The path of a codebook").is_file():
        raise InputError(f"No file is called {path.name!r}. Check the path.")
    text = read_text(path, encoding, remarks)
    try:
        content = plain_yaml(yaml, text, path.name)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        where = f" near line {min(mark.line, text.count(chr(10))) + 1}" if mark is not None else ""
        raise InputError(f"{path.name} is no valid YAML{where}. Check indentation and quotes.") from err
    rows = content.get("codes") if isinstance(content, Mapping) else content
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            f"{path.name} must hold a list of codes, each with names such as theme, code and definition, or that list "
            f"under 'codes'. Got {type(rows).__name__} instead."
        )
    return [{str(key): _yaml_cell(value) for key, value in row.items()} for row in rows]


def _yaml_cell(value: Any) -> Any:
    return "\n".join(str(part).replace("\n", " ") for part in value) if isinstance(value, list) else value
