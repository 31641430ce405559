"""A workbook as it is written: header first, widths that a person would choose."""

import io

import openpyxl

from alliance_nlp.records.workbooks import workbook_bytes


def test_rows_stand_below_the_header_and_columns_are_as_wide_as_their_words_within_bounds():
    made = workbook_bytes(["id", "quote", "words"], [[1, "y" * 200, "twenty signs or more"], [2, "z", "x"]])
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["id", "quote", "words"], [1, "y" * 200, "twenty signs or more"], [2, "z", "x"],
    ]  # fmt: skip
    assert [sheet.column_dimensions[name].width for name in "ABC"] == [8, 60, 22]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    assert [cell.font.bold for cell in sheet["A"]] == [True, False, False]
