"""Two files of codings, one answer: matched without transcripts, per code, with what was assumed."""

import math

import openpyxl
import pandas as pd
import pytest

from alliance_nlp import Code, Codebook, InputError, compare_files
from alliance_nlp.__main__ import main
from alliance_nlp.comparison.two_files import compare_from

THEMES = [("Time", "waiting"), ("", "deadlines"), ("Trust", "being believed"), ("", "doubt")]
OTHERS = [("Time", "deadlines"), ("", "duration"), ("Trust", "doubt"), ("", "being believed")]


def kappas(found):
    return {row["code"]: row["kappa"] for row in found.rows()}


def test_two_coders_who_agree_on_every_theme_have_kappa_one_though_each_typed_it_once():
    a, b = ([{"unit": str(i), "theme": t, "code": c} for i, (t, c) in enumerate(rows * 3)] for rows in (THEMES, OTHERS))
    found = compare_files(a, b, level="theme")
    assert kappas(found) == {"Time": 1.0, "Trust": 1.0}
    assert len(found.disagreements) == 0
    assert {row["source"] for row in found.assumed} == {"A", "B"}
    # by hand: 3 of 12 units carry waiting for a and none for b; nobody agrees on a code
    assert kappas(compare_files(a, b))["Time/waiting"] == 0.0


def test_merged_themes_of_two_workbooks_agree(tmp_path):
    for name in ("KL", "MR"):
        book = openpyxl.Workbook()
        for row in [["theme", "quote"], ["Time", "It took long."], [None, "And longer."], ["Trust", "She listened."]]:
            book.active.append(row)
        book.active.merge_cells("A2:A3")
        book.save(tmp_path / f"{name}.xlsx")
    found = compare_files(tmp_path / "KL.xlsx", tmp_path / "MR.xlsx", level="theme")
    assert kappas(found) == {"Time": 1.0, "Trust": 1.0}
    assert found.comparison.a.coders == ("KL",)


def test_the_order_of_codes_in_a_cell_is_no_disagreement():
    a = [{"unit": "1", "code": "a; b"}, {"unit": "2", "code": "c"}]
    b = [{"unit": "1", "code": "B; a"}, {"unit": "2", "code": "c"}]
    assert kappas(compare_files(a, b)) == {"a": 1.0, "b": 1.0, "c": 1.0}


def test_kappa_by_hand_on_quotes_that_differ_in_blanks_and_signs():
    quotes = [f"Quote number {i} \u201cin\u201d   words" for i in range(10)]
    a = [
        {"coder": "KL", "document": "one.docx", "quote": q, "code": "x" if i < 5 else "y"} for i, q in enumerate(quotes)
    ]
    typed = [q.replace("   ", " ").replace("\u201c", '"') for q in quotes]
    b = [{"coder": "MR", "document": "one", "quote": q, "code": "x" if i < 4 else "y"} for i, q in enumerate(typed)]
    found = compare_files(a, b)
    # x: both 4, a alone 1, neither 5: observed .9, expected .5 * .4 + .5 * .6 = .5, kappa .8
    assert kappas(found)["x"] == pytest.approx(0.8)
    low, high = found.rows()[0]["interval"]
    assert low < 0.8 < high
    assert found.rows()[0]["drawn"] == "units"
    assert found.disagreements.rows()[0]["rows_a"] == "5"
    assert "10 units of 10 stand in both files, matched by transcript and quote" in str(found)
    assert "Quote number" not in str(found)


def test_what_stands_in_one_file_only_is_unknown_unless_it_is_stated():
    a = [{"quote": q, "code": "x"} for q in ("one", "two", "three and more")]
    b = [{"quote": q, "code": "x"} for q in ("one", "two", "three")]
    found = compare_files(a, b)
    assert [row["n_a"] for row in found.rows()] == [2]
    assert math.isnan(found.rows()[0]["kappa"])
    assert "2 units in one file only: left out" in str(found)
    assert [row["overlaps_rows_of_the_other"] for row in found.alone] == ["3", "3"]
    stated = compare_files(a, b, read="all")
    assert [row["n_a"] for row in stated.rows()] == [3]
    assert len(stated.disagreements) == 2
    assert compare_files(a, b, read={"A": "all", "B": "coded"}).rows()[0]["n_a"] == 2
    with pytest.raises(InputError, match="what A read, without transcripts, must be 'all' or 'coded'"):
        compare_files(a, b, read="participants")
    with pytest.raises(InputError, match="a coder in read must be 'A' or 'B'"):
        compare_files(a, b, read={"C": "all"})


def test_a_row_without_a_code_was_read():
    a = [{"unit": str(i), "code": code} for i, code in enumerate(("x", "x", "", ""))]
    b = [{"unit": str(i), "code": code} for i, code in enumerate(("x", "", "", ""))]
    # both 1, a alone 1, neither 2: observed .75, expected .5 * .25 + .5 * .75 = .5, kappa .5
    assert kappas(compare_files(a, b)) == {"x": 0.5}


def test_ids_that_each_file_counts_for_itself_are_no_match():
    quotes = [f"words {i}" for i in range(6)]
    a = [{"segment_id": str(i), "quote": q, "code": "x"} for i, q in enumerate(quotes)]
    b = [{"segment_id": str(i), "quote": q, "code": "x"} for i, q in enumerate(reversed(quotes))]
    assert "matched by quotes" in str(compare_files(a, b))


def test_paths_of_two_programs_and_a_codebook_meet():
    a = [
        {"Document name": "t", "Segment": q, "Code": c, "Created by": "KL"}
        for q, c in (("one", "Time\\wait"), ("two", "Trust\\doubt"))
    ]
    b = [{"File": "t", "Reference": q, "Code": c, "Coded By": "MR"}
         for q, c in (("one", "Nodes\\\\Time\\\\wait"), ("two", "Nodes\\\\Trust\\\\doubt"))]  # fmt: skip
    assert kappas(compare_files(a, b)) == {"Time/wait": 1.0, "Trust/doubt": 1.0}
    book = Codebook((Code("Time", "", "wait"), Code("Trust", "", "doubt")))
    assert kappas(compare_files(a, b, codebook=book, level="theme")) == {"Time": 1.0, "Trust": 1.0}
    rows = [{"theme": "Time", "code": "wait"}, {"theme": "Trust", "code": "doubt"}]
    assert kappas(compare_files(a, b, codebook=rows)) == {"Time/wait": 1.0, "Trust/doubt": 1.0}
    c = [{"coder": "AB", "document": "t", "quote": q, "code": c} for q, c in (("one", "wait"), ("two", "doubt"))]
    assert kappas(compare_files(a, c)) == {"Time/wait": 1.0, "Trust/doubt": 1.0}


def test_one_coder_in_both_files_is_named_apart():
    a, b = ([{"coder": "admin", "unit": u, "code": "x" if u != off else "y"} for u in "123"] for off in "34")
    found = compare_files(pd.DataFrame(a), pd.DataFrame(b))
    assert [c.coders for c in (found.comparison.a, found.comparison.b)] == [("admin (A)",), ("admin (B)",)]
    assert kappas(found)["y"] == 0.0


def test_files_that_share_no_words_are_one_sentence():
    with pytest.raises(
        InputError, match="is about the same words: neither segment ids nor turns, paragraphs, offsets or quotes match"
    ):
        compare_files([{"quote": "one", "code": "x"}], [{"quote": "two", "code": "x"}])
    with pytest.raises(InputError, match="code 'z' is not in the codebook"):
        compare_files([{"unit": "1", "code": "z"}], [{"unit": "1", "code": "a"}], codebook=[{"code": "a"}])


def test_advice_names_a_way_that_works_on_the_command_line():
    a = [{"quote": q, "code": "x, y"} for q in ("one", "two")]
    b = [{"quote": q, "code": "y, x"} for q in ("one", "three")]
    found = compare_from(
        "command", a, b, codebook=None, read=None, level="code", columns=None, columns_b=None, as_written=False
    )
    shown = str(found)
    assert "--read all" in shown
    assert "--as-written several-codes" in shown
    assert "as_written=" not in shown


def write(path, rows):
    pd.DataFrame(rows).to_csv(path, index=False)
    return str(path)


def test_the_command_line_prints_the_answer_and_writes_its_tables(tmp_path, capsys):
    a = write(tmp_path / "KL.csv", [{"Id": i, "Kode": "x" if i < 3 else "y", "Satz": f"s {i}"} for i in range(6)])
    b = write(tmp_path / "MR.csv", [{"Id": i, "Kode": "x" if i < 2 else "y", "Satz": f"s {i}"} for i in range(5)])
    assert (
        main(
            ["agreement", a, b, "--columns", "quote=Satz", "--read", "KL=all", "MR=all", "--out", str(tmp_path / "out")]
        )
        == 0
    )
    shown = capsys.readouterr().out
    assert "KL and MR: 5 units of 6 stand in both files, matched by quotes" in shown
    assert "Agreement on each code: KL (a) and MR (b)" in shown
    assert (tmp_path / "out" / "per_code.csv").is_file()
    assert main(["agreement", a, b, "--columns", "quote"]) == 2
    assert "--columns takes words such as code=Kode. Got 'quote'." in capsys.readouterr().err
    assert main(["agreement", a, str(tmp_path / "none.csv")]) == 2


def test_paragraphs_are_units_where_no_quote_is_given_and_an_empty_file_is_named(tmp_path):
    one = [{"transcript": "A", "paragraph": "1", "code": "Time", "coder": "KL"},
           {"transcript": "A", "paragraph": "2", "code": "Trust", "coder": "KL"}]  # fmt: skip
    two = [{"Dokument": "Files\\\\A.docx", "Absatz": n, "Kode": "Time", "Kodierer": "MR"} for n in "12"]
    found = compare_files(one, two, n_draws=100)
    assert "2 units of 2 stand in both files, matched by transcript and paragraph" in found.said[0]
    (tmp_path / "none.csv").write_text("segment_id,code,coder\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"none.csv holds no rows: nobody applied a code. Is it the right export\?"):
        compare_files(one, tmp_path / "none.csv")
