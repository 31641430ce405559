"""Workbooks in: each sheet as words, with what its merged cells, indents and hidden rows say."""

from __future__ import annotations

import datetime
import math
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from alliance_nlp.errors import InputError, Told, counted, import_extra
from alliance_nlp.files import trim_blank_cells
from alliance_nlp.reading.remarks import Remarks, which

BLANK_OF_AN_INDENT = "\u2003"


class Page(NamedTuple):
    """One sheet that holds something: its title, its cells as words, whether people see it, and what is odd in it."""

    title: str
    rows: list[list[str]]
    visible: bool
    merged: list[int]  # rows that take their value from a merged cell above
    hidden: list[int]
    unknown: list[int]  # rows with a formula whose value the file does not hold
    heads: list[int]  # rows that are one cell over all columns
    theme: str = ""  # that all of its codes belong to, where each sheet holds one
    kind: str = "sheet"  # "table" of a document, which goes on in others with the same headings

    def remark(self, remarks: Remarks) -> None:
        """Say what a person should know of the sheet that was read."""
        if self.hidden:
            remarks.doubt(f"hidden {which(self.hidden, 'row')}: read as well")
        if self.merged:
            remarks.assume("merged", "merged cells: their value was read for each of their rows", self.merged)
        if self.unknown:
            remarks.doubt(
                f"{which(self.unknown, 'row', shown=40)}: a formula whose value the file does not hold was read as "
                f"blank. Open the file in a spreadsheet program, save it, and read it again"
            )


def pages_of(path: Path, remarks: Remarks, *, set_in: bool = False) -> list[Page]:
    """Read every sheet that holds something, in order; with `set_in`, indents are written as blanks."""
    openpyxl = import_extra("openpyxl", "formats", "Reading .xlsx files")
    try:
        with path.open("rb") as file:  # a package that fails leaves a file open that it opened itself
            book = openpyxl.load_workbook(file, data_only=True)
            formulas = openpyxl.load_workbook(file) if _has_formulas(path) else None
    except Exception as err:  # openpyxl raises zipfile, KeyError, ValueError ... on what is no workbook
        said = f"{path.name} is no Excel workbook that can be opened. Save it again as .xlsx."
        raise InputError(Told(said, "no_workbook", file=path.name)) from err
    for workbook in filter(None, (book, formulas)):
        trim_blank_cells(workbook, path.name)
    pages = []
    for sheet in book.worksheets:
        cells = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        unknown = _unknown(sheet, formulas[sheet.title]) if formulas is not None else []
        if not unknown and not any(cell for row in cells for cell in row):
            continue
        hidden = [number for number, dimension in sheet.row_dimensions.items() if dimension.hidden]
        merged = _fill_merged(sheet, cells) if remarks.may("merged") else []
        if not remarks.may("merged") and sheet.merged_cells.ranges:
            several = counted(len(sheet.merged_cells.ranges), "merged cell")
            remarks.doubt(f"{several} in {sheet.title!r}: their value stands in the first row only, as asked")
        if set_in and remarks.may("indentation"):
            _set_in(sheet, cells)
        seen = sheet.sheet_state == "visible"
        pages.append(Page(sheet.title, cells, seen, merged, sorted(hidden), unknown, _one_cell(sheet, cells)))
    return pages


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(b"<f>" in (text := parts.read(name)) or b"<f " in text for name in sheets)


def _unknown(values: Any, formulas: Any) -> list[int]:
    """Rows with a formula that nobody computed; whatever they mean, it is not "nothing"."""
    return sorted({
        cell.row
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and values.cell(cell.row, cell.column).value is None
    })  # fmt: skip


def _fill_merged(sheet: Any, cells: list[list[str]]) -> list[int]:
    """Write the value of each merged cell into those of its rows that hold something of their own; give the rows."""
    own = [any(cell.strip() for cell in row) for row in cells]
    filled = set()
    for area in sheet.merged_cells.ranges:
        value = cells[area.min_row - 1][area.min_col - 1]
        for row in range(area.min_row, min(area.max_row, len(cells))):
            if own[row] and value:
                cells[row][area.min_col - 1] = value
                filled.add(row + 1)
    return sorted(filled)


def _one_cell(sheet: Any, cells: list[list[str]]) -> list[int]:
    """Rows that one merged cell covers as far as any row is filled."""
    width = max((at + 1 for row in cells for at, cell in enumerate(row) if cell.strip()), default=0)
    flat = [area for area in sheet.merged_cells.ranges if area.min_row == area.max_row <= len(cells)]
    wide = [area.min_row for area in flat if area.min_col == 1 and area.max_col >= width > 1]
    return sorted(row for row in wide if cells[row - 1][0].strip())


def _set_in(sheet: Any, cells: list[list[str]]) -> None:
    """Write indents of cells, and grouped rows, as blanks before the words of a row's first filled cell."""
    for number, row in enumerate(cells, 1):
        at = next((index for index, cell in enumerate(row) if cell.strip()), None)
        if at is None:
            continue
        alignment = sheet.cell(number, at + 1).alignment
        level = int(alignment.indent or 0) if alignment is not None else 0
        level = level or int(sheet.row_dimensions[number].outlineLevel or 0)
        row[at] = BLANK_OF_AN_INDENT * level + row[at]


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
