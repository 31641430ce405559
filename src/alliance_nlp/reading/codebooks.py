"""Codebooks: tables or YAML to records, with every fault and its row in one error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, import_extra, problems_error
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, TableSource, read_sheet, split_cell
from alliance_nlp.records import Code, Codebook, Theme

CODEBOOK_COLUMNS: dict[str, tuple[str, ...]] = {
    "theme": ("themes", "category", "overarching_theme"),
    "essence": ("subtheme", "sub_theme", "subcategory"),
    "code": ("codes", "cluster_of_meaning", "tag", "code_name"),
    "definition": ("description", "meaning", "memo"),
    "exemplars": ("exemplar", "examples", "example", "quotes", "statements", "exemplar_statements"),
    "code_aliases": ("other_names_of_the_code", "synonyms"),
    "theme_aliases": ("other_names_of_the_theme",),
    "aliases": ("other_names",),  # of the theme, or of the code: see _whose_aliases
    "group": ("theme_group",),
    "theme_description": ("composite_description", "composite"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    cells: Mapping[str, str]


def read_codebook(
    source: TableSource, *, columns: Mapping[str, str] | None = None, encoding: str | None = None
) -> Codebook:
    """Read a codebook: one row a code, under its essence and theme.

    Parameters
    ----------
    source : str, Path, data frame, or list of dicts
        A .csv, .tsv, .xlsx or .yaml file, a pandas or polars frame, or rows.
    columns : dict of str to str, optional
        Which column holds "theme", "essence", "code", "definition", "exemplars", "code_aliases", "theme_aliases",
        "aliases", "group", "theme_description". Others are found by name.
    encoding : str, optional
        Encoding of the file, where it has no byte order mark.

    Returns
    -------
    Codebook
        Codes in the order of the rows.

    Raises
    ------
    InputError
        When the file has faults; all of them, with rows as a spreadsheet shows them.

    Notes
    -----
    Any of the three levels may be missing, in the table or in a row. Exemplars and aliases are joined by ``|``, or
    stand on lines of their own in one cell. "aliases" are other names of the row's theme; of its code where the row has
    no theme, or where rows of one theme have different ones.

    Examples
    --------
    >>> book = read_codebook([{"theme": "Trust", "code": "demanding", "exemplars": "It is a job. | They test you."}])
    >>> book["Trust/demanding"].exemplars
    ('It is a job.', 'They test you.')
    """
    remarks = Remarks()
    book = codebook_of(source, columns, encoding, remarks)
    remarks.warn()
    return book


def codebook_of(
    source: Any, columns: Mapping[str, str] | None, encoding: str | None, remarks: Remarks, *,
    themes: Sequence[Theme] = (),
) -> Codebook:  # fmt: skip
    """Read a codebook with remarks gathered and not yet said; themes described elsewhere are joined to it."""
    is_yaml = isinstance(source, str | Path) and Path(source).suffix.lower() in (".yaml", ".yml")
    sheet = _yaml_sheet(Path(source), encoding, remarks) if is_yaml else read_sheet(
        source, encoding=encoding, remarks=remarks, name="the codebook")  # fmt: skip
    found = sheet.find_columns(CODEBOOK_COLUMNS, columns, remarks)
    if not {"theme", "essence", "code"} & set(found):
        raise InputError(
            f"{sheet.source} has no column called 'code', 'essence' or 'theme'. Its columns are "
            f"{', '.join(map(repr, sheet.header)) or 'none'}. Name one with columns={{'code': ...}}."
        )
    entries = [_Entry(row.number, {key: row[column].strip() for key, column in found.items()}) for row in sheet.rows]
    problems = _faults(entries, [theme.name for theme in themes])
    if problems:
        raise problems_error(sheet.source, problems)
    entries = _whose_aliases(entries, sheet.source, remarks)
    without = sum("definition" in found and not entry.cells["definition"] for entry in entries)
    if without:
        remarks.note(sheet.source, f"{without} codes have no definition")
    return Codebook(tuple(map(_code, entries)), tuple(_themes(entries, themes)))


def _faults(entries: Sequence[_Entry], described: Sequence[str]) -> list[str]:
    problems = []
    used = {entry.cells.get("theme", "") for entry in entries}
    orphans = [name for name in described if name not in used]
    first: dict[str, int] = {}
    folded: dict[str, tuple[str, int]] = {}
    for entry in entries:
        if not any(entry.cells.get(level) for level in ("theme", "essence", "code")):
            problems.append(f"row {entry.number}: no theme, essence or code is named")
            continue
        path = "/".join(entry.cells[k] for k in ("theme", "essence", "code") if entry.cells.get(k))
        if path in first:
            problems.append(f"row {entry.number}: code {path!r} is already defined on row {first[path]}")
        first.setdefault(path, entry.number)
        theme = entry.cells.get("theme", "")
        spelled, row = folded.setdefault(" ".join(theme.casefold().split()), (theme, entry.number))
        if spelled != theme:
            problems.append(f"row {entry.number}: theme {theme!r} is spelled {spelled!r} on row {row}")
        elif orphans and theme and theme not in described:
            problems.append(f"row {entry.number}: theme {theme!r} is not among the themes ({_quoted(described)})")
    return problems + [f"theme {name!r} is described, but no code belongs to it" for name in orphans]


def _whose_aliases(entries: Sequence[_Entry], source: str, remarks: Remarks) -> list[_Entry]:
    """Give the column "aliases" to themes, or to codes where a row has no theme or rows of one theme differ."""
    told: dict[str, set[str]] = {}
    for entry in entries:
        if entry.cells.get("aliases"):
            told.setdefault(entry.cells.get("theme", ""), set()).add(entry.cells["aliases"])
    differ = sum(len(cells) > 1 for theme, cells in told.items() if theme)
    if differ:
        remarks.doubt(
            source,
            f"'aliases' differ within {differ} themes, so they were read as names of the codes; to say whose they are, "
            f"call the column 'code_aliases' or 'theme_aliases'",
        )
    given = []
    for entry in entries:
        key = "theme_aliases" if entry.cells.get("theme") and not differ else "code_aliases"
        joined = "|".join(part for part in (entry.cells.get(key, ""), entry.cells.get("aliases", "")) if part)
        given.append(_Entry(entry.number, {**entry.cells, key: joined}))
    return given


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))


def _many(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for line in cell.splitlines() for part in split_cell(line)))


def _code(entry: _Entry) -> Code:
    cells = entry.cells
    return Code(
        cells.get("theme", ""), cells.get("essence", ""), cells.get("code", ""), cells.get("definition", ""),
        _many(cells.get("exemplars", "")), _many(cells.get("code_aliases", "")),
    )  # fmt: skip


def _themes(entries: Sequence[_Entry], described: Sequence[Theme]) -> list[Theme]:
    """Themes with what rows and descriptions say of them; names from both, in that order."""
    told = {theme.name: theme for theme in described}
    themes = []
    for name in dict.fromkeys(entry.cells.get("theme", "") for entry in entries):
        if not name:
            continue
        rows = [entry.cells for entry in entries if entry.cells.get("theme") == name]
        other = told.get(name, Theme(name))
        aliases = tuple(
            dict.fromkeys([*other.aliases, *(a for row in rows for a in _many(row.get("theme_aliases", "")))])
        )
        group = other.group or next((row["group"] for row in rows if row.get("group")), "")
        words = other.description or next((r["theme_description"] for r in rows if r.get("theme_description")), "")
        themes.append(Theme(name, aliases, group, words))
    return themes


def _yaml_sheet(path: Path, encoding: str | None, remarks: Remarks) -> Sheet:
    """Rows of a YAML codebook: a list of rows, or a mapping with the list under ``codes``."""
    yaml = import_extra("yaml", "formats", "Reading .yaml files")
    if not path.is_file():
        raise InputError(f"No file is called {path.name!r}. Check the path.")
    try:
        content = yaml.safe_load(read_text(path, encoding, remarks))
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark is not None else ""
        raise InputError(f"{path.name} is no valid YAML{where}. Check indentation and quotes.") from err
    rows = content.get("codes") if isinstance(content, Mapping) else content
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        raise InputError(
            f"{path.name} must hold a list of codes, each with names such as theme, code and definition, or that list "
            f"under 'codes'. Got {type(rows).__name__} instead."
        )
    header = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    cells = [{str(key): _yaml_cell(value) for key, value in row.items()} for row in rows]
    return Sheet(
        path.name, header, tuple(SheetRow(n, {h: c.get(h, "") for h in header}) for n, c in enumerate(cells, 1))
    )


def _yaml_cell(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(part).replace("\n", " ") for part in value)
    return "" if value is None else str(value)
