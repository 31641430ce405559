"""Tables of codings in any form: which row says what of whom, before anybody asks where the words stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from alliance_nlp.errors import Told, choice_error
from alliance_nlp.reading.code_names import CodeNames, say_near, spellings
from alliance_nlp.reading.column_names import with_more
from alliance_nlp.reading.days import with_days
from alliance_nlp.reading.decoding import read_text
from alliance_nlp.reading.dittos import assume_above
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.paths import folded
from alliance_nlp.reading.places import PLACE_COLUMNS
from alliance_nlp.reading.programs import (
    NO,
    NONE,
    YES,
    in_plain_columns,
    is_yes,
    program_of,
    programs,
    rows_of_export,
    rows_with_json,
)
from alliance_nlp.reading.remarks import AsWritten, Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, read_sheet, split_cell
from alliance_nlp.reading.webanno import is_webanno
from alliance_nlp.records import Codebook, span_of

_CODINGS: dict[str, tuple[str, ...]] = {
    "coder": (
        "coder_id", "coded_by", "coder_name", "annotator", "rater", "who", "kodierer", "codierer", "koder", "kodare",
        "codeur", "codificador", "codeerder", "codificatore",
    ),
    "code": ("codes", "code_id", "tag", "tags", "kode", "kod", "codigo", "codice", "koodi", "node"),
    "theme": (
        "themes", "category", "thema", "tema", "teema", "kategorie", "kategori", "categoria", "categorie",
        "hauptkategorie", "hovedtema",
    ),
    "essence": ("subtheme", "sub_theme", "subcategory", "unterkategorie", "underkategori", "undertema", "subcategoria"),
    **PLACE_COLUMNS,
    "status": (),
    "score": ("confidence",),
    "note": ("reason", "comment", "memo", "notes", "kommentar", "bemerkung", "commentaire", "comentario"),
    "date": ("created", "coded_on", "when", "datum", "dato", "fecha"),
}  # fmt: skip
CODING_COLUMNS = with_more(_CODINGS, "codings")
LEVELS = ("theme", "essence", "code")
WIDE = re.compile(
    r"(?P<prefix>coder|rater|annotator|kodierer(?:in)?|codierer(?:in)?|kodare|codeur|codificador|codeerder|"
    r"codificatore)"
    r"[ _-]?(?P<name>(?!s?$)(?!id$|name$)\S+)",
    re.IGNORECASE,
)
PRESENT = "coders_present"
NO_TABLES = (".json", ".jsonl")
NAMED_CODE = "{'code': '...'}"


@dataclass(frozen=True)
class CodedTable:
    """A table of codings: its rows, who coded, and how the codes stand in it."""

    sheet: Sheet
    names: CodeNames
    coder: str | None  # of the whole table, where no column says it
    spelled: Mapping[str, str]  # coders in their usual spelling
    wide: Mapping[str, str] = field(default_factory=dict)  # columns that hold the codes of a coder each, and who it is
    matrix: tuple[str, ...] = ()  # columns that hold one code each, with yes or no

    def said(self, row: SheetRow) -> Iterator[tuple[str, str]]:
        """Each coder of a row, with the cell of their codes; nothing, with a fault, where nobody is named."""
        if self.wide:
            yield from ((coder, row[column]) for column, coder in self.wide.items())
            return
        who = row.text("coder") if "coder" in self.sheet.columns else self.coder or ""
        if not who:
            row.fault("no coder is named")
        elif not self.matrix:
            yield self.spelled.get(who, who), codes_in(row)
        elif any(row[column].strip() for column in self.matrix):
            yield self.spelled.get(who, who), " | ".join(c for c in self.matrix if is_yes(row[c]))

    def present(self, row: SheetRow) -> set[str]:
        """Coders who are stated to have read a row of the wide form."""
        there = {self.wide.get(name, name) for name in present_in(row, self._present_column)}
        for stranger in sorted(there - set(self.wide.values())):
            row.fault(str(choice_error(PRESENT, tuple(self.wide.values()), stranger)))
        return there

    def blanks_are_told(self) -> bool:
        """Whether the wide form says of its blanks who read them."""
        return self._present_column is not None

    @cached_property
    def _present_column(self) -> str | None:
        """Column that names who was there, looked up once for all rows."""
        return self.sheet.column_called(PRESENT)


def present_in(row: SheetRow, column: str | None) -> set[str]:
    """Coders named in a row's cell of "coders_present", however they are joined."""
    return set(split_cell(re.sub("[,;]", "|", row[column]))) if column is not None else set()


def codes_in(row: SheetRow) -> str:
    """Cell of a row's codes, each below the theme and essence that the row names besides."""
    above = [row.text(level) for level in LEVELS[:2] if row.text(level)]
    if not row.text("code"):
        return "/".join(above)
    return " | ".join("/".join([*above, name]) for name in split_cell(row.text("code"))) if above else row.text("code")


def coded_table(
    source: Any, codebook: Codebook | None, remarks: Remarks, *, coder: str | None = None,
    columns: Mapping[str, str] | None = None, sheet: str | None = None, program: str | None = None,
    as_written: AsWritten = False, encoding: str | None = None,
) -> CodedTable:  # fmt: skip
    """Read a table of codings of any form that is known."""
    remarks = remarks.strictly(as_written, "codings")
    read = _sheet(source, encoding, remarks, sheet, program)
    is_told = "code" in (columns or {}) or (remarks.may("program") and program_of(read.header, program, read.source))
    table = _filled_down(_named(read if is_told else _in_one_column(read), columns, program))
    has_codes = bool(set(LEVELS) & set(table.columns))
    is_long = "coder" in table.columns or (coder is not None and has_codes)
    wide = {} if is_long else coder_columns(table.header)
    matrix = () if wide or has_codes else _code_columns(table, codebook)
    told = [column for column in table.header if WIDE.fullmatch(column) or fold_column(column) == PRESENT]
    table.say_unread([*told, *matrix])
    if not wide:
        _refuse_missing(table, coder, has_codes=has_codes or bool(matrix))
    cells = [row[c] for row in table.rows for c in wide] if wide else [codes_in(row) for row in table.rows]
    spelled: dict[str, str] = {}
    if "coder" in table.columns and table.remarks.may("spelling"):
        spelled = _spelled(table)
    return CodedTable(table, CodeNames(codebook, table.remarks, cells), coder, spelled, wide, matrix)


def coder_columns(header: Sequence[str]) -> dict[str, str]:
    """Columns that hold the codes of a coder each, and who it is.

    The word before the name is taken off where all of them share it and what is left tells them apart and is no number.

    Examples
    --------
    >>> coder_columns(["quote", "coder_KL", "coder_MR"]), coder_columns(["coder_1", "coder_2"])
    ({'coder_KL': 'KL', 'coder_MR': 'MR'}, {'coder_1': 'coder_1', 'coder_2': 'coder_2'})
    """
    found = {c: hit for c in header if (hit := WIDE.fullmatch(c.strip())) and fold_column(c) != PRESENT}
    names = {column: hit["name"] for column, hit in found.items()}
    distinct = len({folded(name) for name in names.values()}) == len(names)
    if (
        distinct
        and len({hit["prefix"].casefold() for hit in found.values()}) == 1
        and not any(name.isdecimal() for name in names.values())
    ):
        return names
    return {column: column for column in found}


def read_by(read: Any, columns: Mapping[str, str]) -> Any:
    """Statement of who read what, with coders under their names where it calls them as their columns."""
    return {columns.get(name, name): said for name, said in read.items()} if isinstance(read, Mapping) else read


def _sheet(source: Any, encoding: str | None, remarks: Remarks, sheet: str | None, program: str | None) -> Sheet:
    path = Path(source) if isinstance(source, str | Path) else None
    if path is not None and path.is_file() and _is_no_table(path, encoding):
        rows = rows_of_export(path, encoding, remarks.about(path.name), program)
        return read_sheet(rows, encoding=encoding, remarks=remarks, name=path.name)
    known = {meaning: names for meaning, names in CODING_COLUMNS.items() if meaning not in LEVELS[:2]}
    for one in programs():
        for meaning, names in one.columns.items():
            known[meaning] = (*known.get(meaning, ()), *map(fold_column, names))
    table = read_sheet(source, encoding=encoding, remarks=remarks, name="the codings", known=known, sheet=sheet)
    spans = rows_with_json(table, program) if program != NONE else []
    if not spans:
        return table
    table.remarks.assume("program", "a column of JSON was read as coded spans, as Label Studio writes them", loud=False)
    return read_sheet(spans, encoding=encoding, remarks=table.remarks, name=table.source)


def _is_no_table(path: Path, encoding: str | None) -> bool:
    if path.suffix.lower() == ".tsv":
        return is_webanno(read_text(path, encoding, Remarks())[:200])
    return path.suffix.lower() in NO_TABLES


def _named(sheet: Sheet, columns: Mapping[str, str] | None, program: str | None) -> Sheet:
    """Name the columns by the caller's word, then by a program's table, then by their plain names."""
    given = dict(columns or {})
    if sheet.remarks.may("program") or program is not None:
        known = program_of(sheet.header, program, sheet.source)
        if known is not None and not set(given) >= {"code", "coder"}:
            sheet, found = in_plain_columns(sheet, known)
            given = {meaning: column for meaning, column in found.items() if meaning in CODING_COLUMNS} | given
    return with_days(_words_for_quotes(_words_for_ids(sheet.named(CODING_COLUMNS, given), given)))


def _in_one_column(sheet: Sheet) -> Sheet:
    """Put columns such as "Code 1", "Code 2", or several that are called code, into one."""
    sheet = _called_codes(sheet)
    names = {"code", *CODING_COLUMNS["code"]}
    several = numbered_columns(sheet.header, names)
    numbered = [column for column in several if re.search(r"\d\W{0,3}$", column)]
    cells = {row[column].strip().casefold() for column in several for row in sheet.rows}
    if not numbered or len(several) < 2 or len(several) > len(numbered) + 1 or cells <= YES | NO:
        return sheet
    if not sheet.remarks.may("several codes"):
        return sheet
    rows = [
        replace(row, cells={**{c: row[c] for c in sheet.header if c not in several},
                            "code": " | ".join(row[c].strip() for c in several if row[c].strip())})
        for row in sheet.rows
    ]  # fmt: skip
    said = f"columns that hold a code each were read as one: {', '.join(map(repr, several))}"
    sheet.remarks.assume("several codes", said, loud=False)
    header = (*(column for column in sheet.header if column not in several), "code")
    return replace(
        sheet, header=header, rows=tuple(rows), twice={n: at for n, at in sheet.twice.items() if n not in several}
    )


def numbered_columns(header: Sequence[str], names: Collection[str]) -> list[str]:
    """Columns of these names, with or without a number; "Koder" is who coded where others hold the codes.

    Examples
    --------
    >>> numbered_columns(["Koder", "Kode 1", "Kode 2"], {"kode", "koder"}), numbered_columns(["Koder"], {"koder"})
    (['Kode 1', 'Kode 2'], ['Koder'])
    """
    bare = {column: re.sub(r"_?\(?\d{1,4}\)?$", "", fold_column(column)) for column in header}
    found = [column for column in header if bare[column] in names]
    others = [column for column in found if bare[column] != "koder"]
    return others or found


def _called_codes(sheet: Sheet) -> Sheet:
    """Call the column of codes so where one alone begins with that word, "Kod KL", or where "Koder" are codes."""
    names = {"code", *CODING_COLUMNS["code"]}
    here = {fold_column(column): column for column in reversed(sheet.header)}
    others = [column for column in numbered_columns(sheet.header, names) if fold_column(column) != "koder"]
    if others or not sheet.remarks.may("program"):
        return sheet
    found = [
        c
        for name, c in here.items()
        if name.partition("_")[0] in names and not name[-1:].isdecimal() and not name.endswith("_id")
    ]
    if len(found) != 1:
        return sheet
    sheet.remarks.assume("program", f"{found[0]!r} was read as code", loud=False)
    rows = tuple(
        replace(row, cells={"code" if c == found[0] else c: row[c] for c in sheet.header}) for row in sheet.rows
    )
    return replace(sheet, header=tuple("code" if c == found[0] else c for c in sheet.header), rows=rows)


def _words_for_quotes(sheet: Sheet) -> Sheet:
    """Read the one column of words whose heading has a word for quotes in it so, where no other tells the place."""
    if {"segment_id", "quote", "passage", "turn", "start", "paragraph"} & set(sheet.columns):
        return sheet
    names = {"quote", *(name for name in CODING_COLUMNS["quote"] if "_" not in name)}
    free = [c for c in sheet.header if c not in sheet.columns.values() and names & set(fold_column(c).split("_"))]
    found = [c for c in free if sum(len(row[c].split()) for row in sheet.rows) >= 3 * len(sheet.rows)]
    if len(found) == 1 and sheet.remarks.may("program"):
        sheet.columns["quote"] = found[0]
        sheet.remarks.assume("program", f"{found[0]!r} was read as quote", loud=False)
    return sheet


def _words_for_ids(sheet: Sheet, given: Mapping[str, str]) -> Sheet:
    """Read a column called segment as quotes where it holds words, and nothing else does."""
    column = sheet.columns.get("segment_id")
    if (
        column is None
        or {"quote", "passage", "turn", "start", "paragraph"} & set(sheet.columns)
        or "segment_id" in given
    ):
        return sheet
    cells = [row[column].strip() for row in sheet.rows if row[column].strip()]
    if 2 * sum(len(cell.split()) > 2 and span_of(cell) is None for cell in cells) > len(cells):
        sheet.columns["quote"] = sheet.columns.pop("segment_id")
        sheet.remarks.note(f"{column!r} was read as quotes, as it holds words and no ids")
    return sheet


def _filled_down(sheet: Sheet) -> Sheet:
    """Read blanks below a coder, transcript, theme or essence that is written once as "the same as above"."""
    if not sheet.remarks.may("as above"):
        return sheet
    names = ("coder", "transcript", *LEVELS)
    sheet = assume_above(sheet, [sheet.columns[meaning] for meaning in names if meaning in sheet.columns])
    rows = list(sheet.rows)
    for meaning in names:
        column = sheet.columns.get(meaning)
        if column is None or not rows or not rows[0].cells[column].strip() or not _means_as_above(sheet, meaning, rows):
            continue
        above, filled = "", []
        for at, row in enumerate(rows):
            if row.cells[column].strip():
                above = row.cells[column]
            elif _is_filled(sheet, meaning, row):
                rows[at] = replace(row, cells={**row.cells, column: above})
                filled.append(row.number)
        if filled:
            said = f"a blank in {column!r} was read as what stands above it"
            sheet.remarks.assume("as above", Told(said, "as_above", column=column), filled)
    return replace(sheet, rows=tuple(rows))


def _is_filled(sheet: Sheet, meaning: str, row: SheetRow) -> bool:
    """Whether a blank can mean "as above" in a row: one that names what stands below that level."""
    lower = _lower(sheet, meaning)
    return not lower or any(row.text(level) for level in lower)


def _lower(sheet: Sheet, meaning: str) -> list[str]:
    """Levels below a level that the table has."""
    return (
        [level for level in LEVELS[LEVELS.index(meaning) + 1 :] if level in sheet.columns] if meaning in LEVELS else []
    )


def _means_as_above(sheet: Sheet, meaning: str, rows: Sequence[SheetRow]) -> bool:
    """Whether more rows leave a value out than write it again; for codes, only where they stand before all else."""
    column = sheet.columns[meaning]
    if meaning in LEVELS and not _lower(sheet, meaning):
        places = [sheet.header.index(sheet.columns[p]) for p in PLACE_COLUMNS if p in sheet.columns]
        if not places or sheet.header.index(column) > min(places):
            return False
    cells = [row.cells[column].strip() for row in rows if _is_filled(sheet, meaning, row)]
    blank = sum(not cell for cell in cells)
    again = sum(bool(cell) and folded(cell) == folded(before) for before, cell in pairwise(cells))
    return blank > again


def _code_columns(sheet: Sheet, codebook: Codebook | None) -> tuple[str, ...]:
    """Columns that hold one code each: their cells say yes or no, and the codebook, or a second one, bears them out."""
    known = {*sheet.columns.values()}
    found = []
    for column in sheet.header:
        cells = {row[column].strip().casefold() for row in sheet.rows}
        if column not in known and cells <= YES | NO and cells - {""} and fold_column(column) != PRESENT:
            found.append(column)
    if codebook is not None:
        names = CodeNames(codebook, Remarks())
        found = [column for column in found if names.means_one(column)]
    return tuple(found) if len(found) > 1 or codebook is not None else ()


def _refuse_missing(sheet: Sheet, coder: str | None, *, has_codes: bool) -> None:
    """Refuse a table that does not say what was applied, or by whom."""
    way = sheet.remarks.way
    if not has_codes:
        raise sheet.lacks(
            "called 'code', and no columns coder_1, coder_2, ...",
            f"Name it: {way('columns', NAMED_CODE)}. Programs known by their columns: "
            f"{', '.join(dict.fromkeys(one.name for one in programs()))}.",
            kind="no_codes",
        )
    if "coder" not in sheet.columns and coder is None:
        raise sheet.lacks(f"called 'coder' (or say {way('coder', repr('...'))}).", "Who coded is never guessed.")


def _spelled(sheet: Sheet) -> dict[str, str]:
    """Coders by their usual spelling, with what was joined and what is nearly alike."""
    usual = spellings(row.text("coder") for row in sheet.rows if row.text("coder"))
    rows = [row.number for row in sheet.rows if usual.get(row.text("coder"), "") != row.text("coder")]
    if rows:
        sheet.remarks.assume("spelling", "coders that differ in case, blanks or normal form only are one", rows)
    say_near(sheet.remarks, "coders", usual.values())
    return usual
