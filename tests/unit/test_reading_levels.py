"""Codebooks as people write them: levels once, set in, as paths, by parents, in sheets; what is assumed is said."""

import warnings

import openpyxl
import pytest
from openpyxl.styles import Alignment

from alliance_nlp import InputError
from alliance_nlp.reading import read_codebook

FIVE = ("Time/waiting", "Time/deadlines", "Time/duration", "Trust/being believed", "Trust/doubt")


def told(source, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        book = read_codebook(source, **options)
    return book, "".join(str(item.message) for item in caught)


def write(tmp_path, text, name="codebook.csv"):
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    return tmp_path / name


def workbook(tmp_path, rows, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    book.save(tmp_path / "codebook.xlsx")
    return tmp_path / "codebook.xlsx"


ROWS = [["Theme", "Code"], ["Time", "waiting"], [None, "deadlines"], [None, "duration"], ["Trust", "being believed"],
        [None, "doubt"]]  # fmt: skip


def merge(sheet):
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("A5:A6")


def test_merged_cells_stand_for_all_their_rows(tmp_path):
    path = workbook(tmp_path, ROWS, merge)
    book, warned = told(path)
    assert book.ids == FIVE
    assert "merged cells: their value was read for each of their rows (rows 3, 4, 6)" in warned
    assert "To read it as written: as_written=['merged']" in warned
    assert told(path, as_written=True)[0].ids == (
        "Time/waiting", "deadlines", "duration", "Trust/being believed", "doubt",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Theme,Code\nTime,waiting\n,deadlines\n,duration\nTrust,being believed\n,doubt\n",
        "theme;code\nTime;waiting\n;deadlines\n;duration\n;;\nTrust;being believed\n;doubt\n",
        "Theme\tCode\nTime\t\n\twaiting\n\tdeadlines\n\tduration\nTrust\t\n\tbeing believed\n\tdoubt\n",
        "Tema,Kode,Beskrivelse\nTime,waiting,x\n,deadlines,y\n,duration,\nTrust,being believed,z\n,doubt,\n",
        "Hauptkategorie;Kode\nTime;waiting\n;deadlines\n;duration\nTrust;being believed\n;doubt\n",
    ],
)
def test_blanks_below_a_level_that_is_written_once_mean_as_above(tmp_path, text):
    book, warned = told(write(tmp_path, text, "codebook.tsv" if "\t" in text else "codebook.csv"))
    assert book.ids == FIVE
    assert "was read as what stands above it (row" in warned
    assumed = next(row for row in book.report if row["kind"] == "guessed")
    assert assumed["why"].endswith("To read it as written: as_written=['as above']")


def test_blanks_of_a_column_that_repeats_its_values_are_blanks_and_on_the_report(tmp_path):
    book, warned = told(write(tmp_path, "theme,code\nA,one\nA,two\nB,three\nB,four\n,five\n"))
    assert book.ids == ("A/one", "A/two", "B/three", "B/four", "five")
    assert warned == ""
    assert ("noticed", "row 6") in [(row["kind"], row["where"]) for row in book.report]


def test_three_levels_fill_within_what_stands_above_them(tmp_path):
    text = "theme,subtheme,code\nA,x,1st\n,,2nd\n,y,3rd\nB,,4th\n,z,5th\n,,6th\n"
    assert told(write(tmp_path, text))[0].ids == ("A/x/1st", "A/x/2nd", "A/y/3rd", "B/4th", "B/z/5th", "B/z/6th")


def test_a_tree_by_columns_of_any_depth(tmp_path):
    text = "Level 1,Level 2,Level 3,Level 4,Memo\nA,,,,\n,b,,,\n,,c,,m\n,,,d,n\nB,,,,about B\n,e,,,o\n"
    book, _ = told(write(tmp_path, text))
    assert book.ids == ("A/b/c", "A/b/c/d", "B", "B/e")
    assert [(c.theme, c.essence, c.code, c.definition) for c in book] == [
        ("A", "b", "c", "m"), ("A", "b", "c/d", "n"), ("B", "", "", "about B"), ("B", "", "e", "o"),
    ]  # fmt: skip
    assert [row["where"] for row in book.report if row["kind"] == "left out"] == ["rows 2, 3"]


def test_code_and_subcode(tmp_path):
    book, _ = told(write(tmp_path, "Code,Subcode,Definition\nTime,waiting,a\n,deadlines,b\nTrust,,c\n"))
    assert book.ids == ("Time/waiting", "Time/deadlines", "Trust")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Code\nTime\n  waiting\n  deadlines\n  duration\nTrust\n  being believed\n  doubt\n", "codebook.csv"),
        ("Kode;Opis\nTime;\n- waiting;x\n- deadlines;\n- duration;\nTrust;\n- being believed;\n- doubt;\n", "c.csv"),
        ("Time\n\twaiting\n\tdeadlines\n\tduration\nTrust\n\tbeing believed\n\tdoubt\n", "codes.txt"),
        ("Time\n  • waiting\n  • deadlines\n  • duration\nTrust\n  • being believed\n  • doubt\n", "codes.txt"),
    ],
)  # fmt: skip
def test_what_is_set_in_is_below_what_is_not(tmp_path, text, name):
    book, warned = told(write(tmp_path, text, name))
    assert book.ids == FIVE
    assert "names that are set in were read as below those above them" in warned


def test_indents_of_excel_and_grouped_rows_are_levels(tmp_path):
    names = ["Code", "Time", "waiting", "deadlines", "duration", "Trust", "being believed", "doubt"]

    def indent(sheet):
        for row in (3, 4, 5, 7, 8):
            sheet.cell(row, 1).alignment = Alignment(indent=1)

    def group(sheet):
        for row in (3, 4, 5, 7, 8):
            sheet.row_dimensions[row].outlineLevel = 1

    for change in (indent, group):
        assert told(workbook(tmp_path, [[name] for name in names], change))[0].ids == FIVE


def test_a_blank_that_slipped_in_is_no_level(tmp_path):
    book, warned = told(write(tmp_path, "code\nwaiting\n doubt\nduration\n"))
    assert (book.ids, warned) == (("waiting", "doubt", "duration"), "")


def test_numbers_are_levels_where_every_name_has_one(tmp_path):
    book, _ = told(
        write(tmp_path, "code,definition\n1 Time,\n1.1 waiting,a\n1.2 deadlines,b\n2. Trust,\n2.1 doubt,c\n")
    )
    assert book.ids == ("1 Time/1.1 waiting", "1 Time/1.2 deadlines", "2. Trust/2.1 doubt")
    assert told(write(tmp_path, "code\n1 Time\n2 Trust\n"))[0].ids == ("1 Time", "2 Trust")


@pytest.mark.parametrize("sign", [" > ", "\\", " >> ", "::", "\\\\", " → ", "/", ".", ": ", " – ", " » ", ">"])
def test_paths_are_levels_where_most_rows_have_them(tmp_path, sign):
    names = [path.replace("/", sign) for path in FIVE]
    book, warned = told([{"Code": name, "Memo": "m"} for name in names])
    assert book.ids == FIVE
    assert "were read as paths of levels: 5 of 5 names have it (rows 1, 2, 3, 4, 5)" in warned
    assert told([{"Code": name} for name in names], as_written=["paths"])[0].ids == tuple(names)


@pytest.mark.parametrize("sign", [" > ", "\\", ".", "/"])
def test_paths_are_levels_where_a_parent_has_a_row(tmp_path, sign):
    rows = [{"code": name} for name in ("Time", f"Time{sign}waiting", "Trust", "Money", "Hope")]
    book, warned = told(rows)
    assert book.ids == ("Time/waiting", "Trust", "Money", "Hope")
    assert "1 parents have a row of their own" in warned


@pytest.mark.parametrize(
    "names",
    [
        ("Dr. Smith", "Dr. Lee", "Dr. Jones"),
        ("income > 50k", "trust", "hope"),
        ("him/her", "trust", "and/or"),
        ("10:30", "10:45", "11:00"),
        ("vers. 1.2", "vers. 1.3"),
        ("Mr.Smith", "Mr.Lee"),
        ("self-care", "self-doubt"),
        ("card_arrival", "card_delivery", "card_lost"),
        ("e.g. waiting", "e.g. doubt"),
    ],
)
def test_signs_with_other_uses_are_no_levels(names):
    book, warned = told([{"code": name} for name in names])
    assert (book.ids, warned) == (names, "")


def test_roots_that_programs_write_are_no_level():
    rows = [{"Name": f"Nodes\\\\Time\\\\{code}", "Description": "d"} for code in ("waiting", "deadlines")]
    assert told(rows)[0].ids == ("Time/waiting", "Time/deadlines")
    assert told([{"Name": f"Codes\\\\A\\\\b\\\\c\\\\{n}"} for n in "de"])[0].ids == ("A/b/c/d", "A/b/c/e")


def test_paths_below_a_column_of_themes_count_the_theme_once():
    rows = [{"theme": "Time", "code": "Time > waiting > alone"}, {"theme": "Time", "code": "Time > deadlines"}]
    assert told(rows)[0].ids == ("Time/waiting/alone", "Time/deadlines")


@pytest.mark.parametrize(
    "rows",
    [
        [{"Parent code": "", "Code": "Time"}, {"Parent code": "Time", "Code": "waiting"},
         {"Parent code": "Time\\waiting", "Code": "alone"}],
        [{"Id": "7", "Parent Id": "", "Title": "Time"}, {"Id": "8", "Parent Id": "7", "Title": "waiting"},
         {"Id": "9", "Parent Id": "8", "Title": "alone"}],
        [{"Depth": "0", "Title": "Time"}, {"Depth": "1", "Title": "waiting"}, {"Depth": "2", "Title": "alone"}],
        [{"Übergeordneter Code": "Time", "Code": "waiting"}, {"Übergeordneter Code": "waiting", "Code": "alone"}],
    ],
)  # fmt: skip
def test_parents_and_depths_are_levels(rows):
    book, warned = told(rows)
    assert set(book.ids) in ({"Time/waiting/alone"}, {"Time/waiting", "Time/waiting/alone"})
    assert "of each code" in warned


def test_parents_in_a_circle_end():
    book, _ = told([{"code": "a", "parent": "b"}, {"code": "b", "parent": "a"}])
    assert len(book) == 2


def test_the_visible_sheet_that_holds_the_codes_is_read_and_the_others_named(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Our codebook, version 3"])
    for title, rows in {
        "Old": [["code"], ["old"]],
        "Codes": [["theme", "code", "definition"], ["A", "one", "d"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "codebook.xlsx")
    found, warned = told(tmp_path / "codebook.xlsx")
    assert found.ids == ("A/one",)
    assert (
        "has 3 sheets; only 'Codes' was read, not 'Read me', 'Old' (hidden: 'Old'). For another: sheet='Read me'"
        in warned
    )
    assert told(tmp_path / "codebook.xlsx", sheet="Old")[0].ids == ("old",)
    with pytest.raises(InputError, match="sheet of codebook.xlsx must be 'Read me', 'Old' or 'Codes'. Got 'Cods'"):
        read_codebook(tmp_path / "codebook.xlsx", sheet="Cods")


def test_one_sheet_a_theme(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for theme, codes in {"Time": ["waiting", "deadlines", "duration"], "Trust": ["being believed", "doubt"]}.items():
        sheet = book.create_sheet(theme)
        for row in [["Code", "Definition"], *([code, "d"] for code in codes)]:
            sheet.append(row)
    book.save(tmp_path / "codebook.xlsx")
    found, warned = told(tmp_path / "codebook.xlsx")
    assert found.ids == FIVE
    assert "each of 2 sheets holds the codes of the theme that it is called" in warned
    assert told(tmp_path / "codebook.xlsx", as_written=["sheets"])[0].ids == ("waiting", "deadlines", "duration")
    book["Trust"]["A3"] = "being believed"
    book.save(tmp_path / "codebook.xlsx")
    with pytest.raises(
        InputError, match="row 3: sheet 'Trust': code 'Trust/being believed' is already defined on row 2"
    ):
        read_codebook(tmp_path / "codebook.xlsx")


@pytest.mark.parametrize(
    "text",
    [
        "Codebook of the study\nVersion 2, March 2025\n\nTheme;Code\nTime;waiting\nTrust;doubt\n",
        "Kodebok,,\nTheme,Code,Definition\nTime,waiting,a\nTrust,doubt,\n",
    ],
)
def test_titles_above_the_header_are_skipped_and_said(tmp_path, text):
    book, warned = told(write(tmp_path, text))
    assert book.ids == ("Time/waiting", "Trust/doubt")
    assert "rows above the header were taken for titles" in warned


def test_formulas_without_a_value_are_listed(tmp_path):
    path = workbook(tmp_path, [["code", "definition"], ["one", '="a"&"b"'], ["two", "d"]])
    book, warned = told(path)
    assert [code.definition for code in book] == ["", "d"]
    assert "row 2: a formula whose value the file does not hold was read as blank" in warned


def test_columns_that_are_not_read_and_columns_of_one_name_are_named(tmp_path):
    book, warned = told(write(tmp_path, "code,colour,definition,colour\none,red,d,blue\n"))
    assert warned == ""
    left_out = [row["why"] for row in book.report if row["kind"] == "left out"]
    assert left_out[0] == "of columns that share a name all but the first: 'colour'"
    assert left_out[1].startswith("columns that were not read: 'colour', 'colour (2)'")
    with pytest.raises(InputError, match="row 1: the column 'code' occurs more than once"):
        read_codebook(write(tmp_path, "code,code\none,two\n"), as_written=["parents"])


def test_advice_fits_the_format(tmp_path):
    with pytest.raises(InputError) as caught:
        read_codebook(workbook(tmp_path, [["code"], ["one", "two"]]))
    assert "separator" not in str(caught.value)
    assert "Give the columns beyond the header a name, or empty them." in str(caught.value)


def test_inclusion_exclusion_examples_and_notes_are_kept():
    rows = [{"Code": "waiting", "Inclusion criteria": "in", "Exclusion": "out", "Example": "I wait.", "Comments": "n"},
            {"Code": "doubt", "Inclusion criteria": "", "Exclusion": "", "Example": "", "Comments": ""}]  # fmt: skip
    book, _ = told(rows)
    assert (book.codes[0].include, book.codes[0].exclude, book.codes[0].notes) == ("in", "out", "n")
    assert book.codes[0].exemplars == ("I wait.",)
    assert book.rows()[0]["exclude"] == "out"


def test_a_slip_in_as_written_is_one_sentence():
    with pytest.raises(InputError, match="a name in as_written must be 'merged'"):
        read_codebook([{"code": "a"}], as_written=["path"])


@pytest.mark.parametrize(
    ("theme", "essence"),
    [("Tema", "Categoria"), ("Thema", "Kategorie"), ("tema", "category"), ("Overordnet tema", "Undertema")],
)
def test_a_category_beside_a_theme_stands_below_it(theme, essence):
    book = read_codebook([{theme: "Time", essence: "Waiting", "code": "queue", "definition": "x"}])
    assert book.ids == ("Time/Waiting/queue",)


def test_the_root_of_nvivo_is_no_level_of_a_theme_either():
    names = ["Codes\\\\Time", "Codes\\\\Time\\Waiting", "Codes\\\\Trust", "Codes\\\\Trust\\Doubt"]
    book, _ = told([{"Hierarchical Name": name, "Description": ""} for name in names])
    assert book.ids == ("Time/Waiting", "Trust/Doubt")
