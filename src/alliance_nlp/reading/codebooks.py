"""Codebooks: tables or YAML to records, with every fault and its row in one error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, import_extra
from alliance_nlp.numeric import grouped
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
_LEVELS = ("theme", "essence", "code")


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
    if isinstance(source, str | Path) and Path(source).suffix.lower() in (".yaml", ".yml"):
        rows = _yaml_rows(Path(source), encoding, remarks)
        sheet = read_sheet(rows, encoding=encoding, remarks=remarks, name=Path(source).name)
    else:
        sheet = read_sheet(source, encoding=encoding, remarks=remarks, name="the codebook")
    sheet = sheet.named(CODEBOOK_COLUMNS, columns)
    if not set(_LEVELS) & set(sheet.columns):
        raise sheet.lacks("called 'code', 'essence' or 'theme'.", "Name one with columns={'code': ...}.")
    _check(sheet, [theme.name for theme in themes])
    by_code = _are_names_of_codes(sheet)
    without = sum("definition" in sheet.columns and not row.text("definition") for row in sheet.rows)
    if without:
        sheet.remarks.note(f"{without} codes have no definition")
    codes = tuple(
        Code(row.text("theme"), row.text("essence"), row.text("code"), row.text("definition"),
             _many(row.text("exemplars")), _aliases(row, "code", by_code))
        for row in sheet.rows
    )  # fmt: skip
    return Codebook(codes, tuple(_themes(sheet.rows, themes, by_code)))


def _check(sheet: Sheet, described: Sequence[str]) -> None:
    """Refuse rows that define nothing, or what another row defines, and themes that go by two spellings."""
    used = {row.text("theme") for row in sheet.rows}
    orphans = [name for name in described if name not in used]
    first: dict[str, int] = {}
    folded: dict[str, tuple[str, int]] = {}
    for row in sheet.rows:
        path = "/".join(filter(None, map(row.text, _LEVELS)))
        if not path:
            row.fault("no theme, essence or code is named")
            continue
        if path in first:
            row.fault(f"code {path!r} is already defined on row {first[path]}")
        first.setdefault(path, row.number)
        theme = row.text("theme")
        spelled, number = folded.setdefault(" ".join(theme.casefold().split()), (theme, row.number))
        if spelled != theme:
            row.fault(f"theme {theme!r} is spelled {spelled!r} on row {number}")
        elif orphans and theme and theme not in described:
            row.fault(f"theme {theme!r} is not among the themes ({', '.join(map(repr, described))})")
    sheet.refuse([f"theme {name!r} is described, but no code belongs to it" for name in orphans])


def _are_names_of_codes(sheet: Sheet) -> bool:
    """Whether "aliases" name codes even where there are themes: rows of one theme have different ones."""
    told: dict[str, set[str]] = {}
    for row in sheet.rows:
        if row.text("theme") and row.text("aliases"):
            told.setdefault(row.text("theme"), set()).add(row.text("aliases"))
    differ = sum(len(cells) > 1 for cells in told.values())
    if differ:
        sheet.remarks.doubt(
            f"'aliases' differ within {differ} themes, so they were read as names of the codes; to say whose they are, "
            f"call the column 'code_aliases' or 'theme_aliases'"
        )
    return differ > 0


def _aliases(row: SheetRow, level: str, by_code: bool) -> tuple[str, ...]:
    """Other names that a row gives its theme, or its code."""
    owner = "code" if by_code or not row.text("theme") else "theme"
    shared = row.text("aliases") if owner == level else ""
    return _many(f"{row.text(f'{level}_aliases')}\n{shared}")


def _many(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for line in cell.splitlines() for part in split_cell(line)))


def _themes(rows: Sequence[SheetRow], described: Sequence[Theme], by_code: bool) -> list[Theme]:
    """Themes with what rows and descriptions say of them; names from both, in that order."""
    told = {theme.name: theme for theme in described}
    themes = []
    for name, own in grouped((row.text("theme"), row) for row in rows if row.text("theme")).items():
        other = told.get(name, Theme(name))
        aliases = dict.fromkeys([*other.aliases, *(alias for row in own for alias in _aliases(row, "theme", by_code))])
        group = other.group or next(filter(None, (row.text("group") for row in own)), "")
        words = other.description or next(filter(None, (row.text("theme_description") for row in own)), "")
        themes.append(Theme(name, tuple(aliases), group, words))
    return themes


def _yaml_rows(path: Path, encoding: str | None, remarks: Remarks) -> list[dict[str, Any]]:
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
    return [{str(key): _yaml_cell(value) for key, value in row.items()} for row in rows]


def _yaml_cell(value: Any) -> Any:
    return "\n".join(str(part).replace("\n", " ") for part in value) if isinstance(value, list) else value
