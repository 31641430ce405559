"""Codebooks: levels that may be missing, names that mean the same, every fault with its row."""

import warnings

import openpyxl
import pandas as pd
import polars as pl
import pytest

from alliance_nlp import Code, InputError, MissingExtraError, Theme
from alliance_nlp.reading import read_codebook


def write(tmp_path, text, name="codebook.csv"):
    (tmp_path / name).write_bytes(text.encode("utf-8"))
    return tmp_path / name


def test_every_column_of_the_full_form(tmp_path):
    path = write(
        tmp_path,
        "theme,essence,code,definition,exemplars,code_aliases,aliases,group,theme_description\n"
        'Trust,building it,demanding,"Asks, a lot.",One. | Two.,hard | tough,Reliance | Faith,inner,What it is\n'
        "Trust,building it,slow,,\"Three.\nFour.\",,,,\n",
    )  # fmt: skip
    book = read_codebook(path)
    assert book.codes == (
        Code("Trust", "building it", "demanding", "Asks, a lot.", ("One.", "Two."), ("hard", "tough")),
        Code("Trust", "building it", "slow", "", ("Three.", "Four.")),
    )
    assert book.themes == (Theme("Trust", ("Reliance", "Faith"), "inner", "What it is"),)
    assert book.find("tough") == ("Trust/building it/demanding",)
    assert book.find_theme("faith") == "Trust"


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("code,definition\nWaiting,x\nTrust,y", ("Waiting", "Trust")),
        ("theme\nWaiting\nTrust", ("Waiting", "Trust")),
        ("Theme;Code;Description;Examples\nA;one;d;e\nA;two;;\n;three;;", ("A/one", "A/two", "three")),
        ("tag,description,number of highlights\nfirst,d,174\nsecond,d,3", ("first", "second")),
        ("theme,subtheme,code\nA,b,c\nA,b,\nA,,", ("A/b/c", "A/b", "A")),
        ("code,theme\nsame,A\nsame,B", ("A/same", "B/same")),
        ("code,theme\na/b,A", ("A/a/b",)),
    ],
)
def test_levels_may_be_missing_and_columns_have_other_names(tmp_path, text, ids):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_codebook(write(tmp_path, text)).ids == ids


ROWS = [
    {"theme": "Trust", "code": "slow", "exemplars": "One. | Two."},
    {"theme": "Time", "code": "short", "exemplars": ""},
]


def test_rows_frames_excel_and_yaml_give_the_same_codebook(tmp_path):
    book = read_codebook(ROWS)
    assert read_codebook(pd.DataFrame(ROWS)) == book
    assert read_codebook(pl.DataFrame(ROWS)) == book
    workbook = openpyxl.Workbook()
    for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)]:
        workbook.active.append(row)
    workbook.save(tmp_path / "codebook.xlsx")
    assert read_codebook(tmp_path / "codebook.xlsx") == book
    listed = "- {theme: Trust, code: slow, exemplars: [One., Two.]}\n- {theme: Time, code: short, exemplars: }\n"
    assert read_codebook(write(tmp_path, listed, "codebook.yaml")) == book
    nested = "codes:\n" + "".join(f"  {line}\n" for line in listed.splitlines())
    assert read_codebook(write(tmp_path, nested, "codebook.yml")) == book


def test_all_faults_of_a_file_come_at_once_with_rows_as_a_spreadsheet_shows_them(tmp_path):
    path = write(tmp_path, "theme,code,definition\nA,one,\nA,one,again\n,,nothing\n\na,two,\n")
    with pytest.raises(InputError) as caught:
        read_codebook(path)
    assert str(caught.value).splitlines() == [
        "codebook.csv has 3 problems:",
        "  row 3: code 'A/one' is already defined on row 2",
        "  row 4: no theme, essence or code is named",
        "  row 6: theme 'a' is spelled 'A' on row 2",
    ]


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("a,b\n1,2", "codebook.csv", "has no column called 'code', 'essence' or 'theme'. Its columns are 'a', 'b'."),
        ("", "codebook.csv", "codebook.csv is empty. Expected a header row and at least one row below it."),
        ("a: [", "codebook.yaml", "codebook.yaml is no valid YAML near line 1"),
        (
            "just words",
            "codebook.yaml",
            "must hold a list of codes, each with names such as theme, code and definition",
        ),
        ("x", "codebook.pdf", "codebook.pdf is no table that can be read"),
    ],
)
def test_what_is_no_codebook_is_one_sentence(tmp_path, text, name, message):
    with pytest.raises(InputError) as caught:
        read_codebook(write(tmp_path, text, name))
    assert message in str(caught.value)


def test_an_absent_file_and_an_absent_package_are_one_sentence(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"No file is called 'codebook\.yaml'"):
        read_codebook(tmp_path / "codebook.yaml")
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(MissingExtraError, match=r"Reading \.yaml files needs the package 'yaml'"):
        read_codebook(write(tmp_path, "a: b", "codebook.yaml"))


def test_aliases_belong_to_the_theme_or_to_the_code():
    def names(rows):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            book = read_codebook(rows)
        return [t.aliases for t in book.themes], [c.aliases for c in book], "".join(str(w.message) for w in caught)

    theme = [{"theme": "A", "code": "x", "aliases": "first | second"}, {"theme": "A", "code": "y", "aliases": ""}]
    assert names(theme) == ([("first", "second")], [(), ()], "")
    assert names([{"code": "x", "aliases": "first"}]) == ([], [("first",)], "")
    theme[1]["aliases"] = "third"
    themes, codes, warned = names(theme)
    assert (themes, codes) == ([()], [("first", "second"), ("third",)])
    assert "'aliases' differ within 1 themes, so they were read as names of the codes" in warned
    rows = [{"theme": "A", "code": c, "theme_aliases": f"t{c}", "code_aliases": f"c{c}"} for c in "xy"]
    assert names(rows) == ([("tx", "ty")], [("cx",), ("cy",)], "")


def test_columns_may_be_named_by_the_caller():
    book = read_codebook([{"Kode": "tillit", "Tema": "A"}], columns={"code": "Kode", "theme": "Tema"})
    assert book.ids == ("A/tillit",)
