"""Tables: how numbers are written, what a spreadsheet may not run, what a notebook shows, and what print leaves out."""

import csv
import html
import io
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, strategies as st

import alliance_nlp as an
from alliance_nlp.errors import counted
from alliance_nlp.method.table1 import TableOne
from alliance_nlp.numeric import format_number, format_p
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import read_sheet
from alliance_nlp.records import Cell, Grid, Table, Tabular, in_markdown, printable, unguarded
from alliance_nlp.records.tables import SHOWN_ROWS, guarded

NAN = math.nan
MIXED = Table(
    ("theme", "n", "kappa", "ci", "codes", "when", "all_empty"),
    (
        ("Trust", 12, 0.5, (0.1, 0.9), frozenset({"b", "a"}), "not stated", None),
        ("Time", 3, NAN, (NAN, NAN), frozenset(), 4, None),
    ),
)


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.62, ".62"), (-0.5, "-.50"), (0.0, ".00"), (-0.001, ".00"), (1.0, "1.00"), (-1.0, "-1.00"), (0.999, "1.00"),
     (-0.999, "-1.00"), (12.0, "12"), (10.25, "10.25"), (-20.5, "-20.50"), (NAN, "nan"), (math.inf, "∞"),
     (-math.inf, "-∞")],
)  # fmt: skip
def test_figures_have_two_decimals_and_no_zero_before_the_point(value, written):
    assert format_number(value) == written


def test_a_sign_is_written_where_it_is_asked_for():
    assert [format_number(x, signed=True) for x in (0.3, -0.3, 0.0, 2.0)] == ["+.30", "-.30", "+.00", "+2"]


@pytest.mark.parametrize(
    ("p", "written"),
    [(0.05, ".050"), (0.0421, ".042"), (0.001, ".001"), (0.000999, "<.001"), (0.0, "<.001"), (1.0, "1.000"),
     (NAN, "nan")],
)  # fmt: skip
def test_p_has_three_decimals_and_is_never_zero(p, written):
    assert format_p(p) == written


def test_columns_of_p_are_known_by_their_name():
    table = Table(("p", "q", "smallest_p", "kappa"), ((0.0421, 0.0001, 0.5, 0.0421),))
    assert str(table).splitlines()[1].split() == [".042", "<.001", ".500", ".04"]


def test_counts_stand_with_their_noun():
    assert [counted(n, "cluster") for n in (0, 1, 2)] == ["0 clusters", "1 cluster", "2 clusters"]
    assert [counted(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]


# --- a table is true or it is not made -------------------------------------------------------------------------------


def test_columns_have_names_of_their_own_and_rows_their_length():
    with pytest.raises(an.InputError, match="Columns need names of their own. Got 'a', 'a'"):
        Table(("a", "a"), ())
    with pytest.raises(an.InputError, match="Each row needs 2 values, one a column. Row 1 has 1."):
        Table(("a", "b"), ((1, 2), (3,)))


def test_columns_are_kept_in_the_order_asked_for_and_others_put_beside_them():
    table = Table(("a", "b", "c"), ((1, 2, 3),), "T", ("b",), ("note",))
    assert table.only(["c", "b"]) == Table(("c", "b"), ((3, 2),), "T", ("b",), ("note",))
    assert table.beside(("d",), [(4,)]) == Table(("a", "b", "c", "d"), ((1, 2, 3, 4),), "T", ("b",), ("note",))


# --- frames ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_every_backend_has_the_columns_and_the_rows(backend):
    frame = MIXED.to_frame(backend=backend)
    names = frame.column_names if backend == "pyarrow" else list(frame.columns)
    assert names == list(MIXED.columns)
    assert frame.shape == (2, 7)


def test_typed_backends_get_one_type_a_column():
    frame = MIXED.to_frame(backend="polars")
    assert frame["ci"].to_list()[0] == [0.1, 0.9]
    assert frame["codes"].to_list() == [["a", "b"], []]
    assert frame["when"].to_list() == ["not stated", "4"]
    assert frame["n"].to_list() == [12, 3]
    numpy = Table(("x", "y"), ((np.float32(0.5), 1), (np.int64(2), 0.5)))
    assert numpy.to_frame(backend="pyarrow").to_pydict() == {"x": [0.5, 2.0], "y": [1.0, 0.5]}


def test_a_column_without_a_type_of_its_own_becomes_words():
    table = Table(("x", "y", "z"), (((1, 2), {"a": 1}, True), ([3], {"b": 2}, False), (None, None, None)))
    assert table.to_frame(backend="pyarrow").to_pydict() == {
        "x": [[1, 2], [3], None], "y": ["{'a': 1}", "{'b': 2}", None], "z": [True, False, None],
    }  # fmt: skip
    mixed = Table(("x", "y"), (((1, "a"), True), ((2,), "b")))
    assert mixed.to_frame(backend="polars").to_dict(as_series=False) == {"x": [["1", "a"], ["2"]], "y": ["yes", "b"]}


def test_pandas_keeps_values_as_they_are():
    assert MIXED.to_frame()["codes"].tolist() == [frozenset({"a", "b"}), frozenset()]
    assert MIXED.to_frame()["when"].tolist() == ["not stated", 4]


def test_an_unknown_backend_is_refused_and_an_absent_one_says_what_to_install(monkeypatch):
    import sys

    with pytest.raises(an.InputError, match="backend must be 'pandas', 'polars' or 'pyarrow'. Got 'dask' instead"):
        MIXED.to_frame(backend="dask")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(an.MissingExtraError, match=r"to_frame\(backend='polars'\) needs .*pip install polars"):
        MIXED.to_frame(backend="polars")


# --- CSV -------------------------------------------------------------------------------------------------------------

RUN = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
BEFORE = [
    "", " ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u200e", "\u202e", "\u2066", "\u2060", "\u00ad", "\u034f",
    "\ufe0f", "\u180e", "\u3164", "\u2800", "\u200b \ufeff", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("sign", RUN)
@pytest.mark.parametrize("before", BEFORE, ids=ascii)
def test_what_would_run_gets_an_apostrophe(before, sign):
    text = f"{before}{sign}HYPERLINK(1)"
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx"])
def test_what_begins_with_a_tab_or_a_line_end_gets_one_too(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "Trust", "so =1", "-0.5", "+3", "-1,5", "-.5", "1e-3", "-12%", "−5", "– no", "'tis", "'-0.5", "\u200bTrust"],
)
def test_other_words_and_plain_numbers_stay_as_they_are(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@pytest.mark.parametrize("text", ["-1+1", "+47 22", "-0.5x", "--5", "-", "-1-1", "=-1"])
def test_what_only_begins_like_a_number_is_guarded(text):
    assert guarded(text) == f"'{text}"


ANY_TEXT = st.text(st.one_of(st.sampled_from("'=+-@ \u200b\ufeff\u202e1.x\t\r\n＝"), st.characters()), max_size=8)


@given(ANY_TEXT)
def test_the_guard_is_undone_exactly(text):
    assert unguarded(guarded(text)) == printable(text)


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=5))
def test_csv_comes_back_and_nothing_in_it_runs(rows):
    text = Table(("=head", "b"), tuple(rows)).to_csv()
    head, *cells = csv.reader(io.StringIO(text, newline=""))
    assert head == ["'=head", "b"]
    assert [tuple(map(unguarded, row)) for row in cells] == [tuple(map(printable, row)) for row in rows]
    assert not [cell for row in cells for cell in row if cell[:1] in ("=", "@", "\t", "\r", "\n")]


def test_csv_writes_numbers_in_full_intervals_as_two_columns_and_sets_as_words():
    assert MIXED.to_csv().splitlines() == [
        "theme,n,kappa,ci_low,ci_high,codes,when,all_empty",
        "Trust,12,0.5,0.1,0.9,a | b,not stated,",
        "Time,3,nan,nan,nan,,4,",
    ]
    assert Table(("x",), ((1 / 3,), (np.float64(0.1),))).to_csv() == "x\r\n0.3333333333333333\r\n0.1\r\n"
    holes = Table(("ci",), (((0.1, 0.2),), (None,)))
    assert holes.to_csv().splitlines() == ["ci_low,ci_high", "0.1,0.2", ","]


def test_a_file_of_csv_begins_with_a_mark_and_the_text_does_not(tmp_path):
    table = Table(("quote", "n"), (("så =1", 1),), quoting=("quote",))
    text = table.to_csv(tmp_path / "t.csv")
    assert text == "quote,n\r\nså =1,1\r\n"
    assert (tmp_path / "t.csv").read_bytes() == b"\xef\xbb\xbf" + text.encode()
    assert table.to_csv(quotes=False) == "n\r\n1\r\n"


def test_our_own_readers_take_the_apostrophe_away(tmp_path, caplog):
    Table(("code", "definition"), (("=1+1", "'tis"), ("@b", "'=x"))).to_csv(tmp_path / "book.csv")
    with caplog.at_level("INFO", "alliance_nlp.reading"):
        sheet = read_sheet(tmp_path / "book.csv", encoding=None, remarks=Remarks())
    assert [tuple(row.cells.values()) for row in sheet.rows] == [("=1+1", "'tis"), ("@b", "'=x")]
    assert "keeps a cell from running as a formula taken from 3 cells" in caplog.text


# --- for readers -----------------------------------------------------------------------------------------------------


class Seen(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_html_names_columns_and_rows_and_marks_numbers():
    seen = Seen(
        Table(("theme", "kappa"), (("Trust", -0.5), ("Time", NAN)), "Agreement", notes=("n of 15",))._repr_html_()
    )
    assert [t for t in seen.tags if t[0] == "th"] == [
        ("th", {"scope": "col", "dir": "auto"}), ("th", {"scope": "col", "dir": "auto", "class": "number"}),
        ("th", {"scope": "row", "dir": "auto"}), ("th", {"scope": "row", "dir": "auto"}),
    ]  # fmt: skip
    assert ("td", {"dir": "auto", "class": "number", "data-number": "-0.5"}) in seen.tags
    assert [w for w in seen.words if w.strip()] == [
        "Agreement", "theme", "kappa", "Trust", "−.50", "Time", "nan", "n of 15",
    ]  # fmt: skip


def test_words_are_never_markup():
    attack = '<img src=x onerror="a">&\x00'
    hostile = Table((attack,), ((attack,),), attack, notes=(attack,))
    seen = Seen(hostile._repr_html_())
    assert {tag for tag, _ in seen.tags} == {"table", "caption", "thead", "tbody", "tr", "th", "p"}
    assert [w for w in seen.words if w.strip()] == [printable(attack)] * 4
    assert "<img" not in hostile.to_markdown()
    assert in_markdown("- *a* | <b>\n# c") == r"\- \*a\* \| &lt;b&gt; # c"


def test_a_quote_stands_in_markdown_as_it_was_said():
    said = 'On Sunday! [laughs] You (and I) said no_one #1 comes ... 50 % ^ it\'s "so" - 3 + 4 = 7?'
    assert in_markdown(said) == said
    assert in_markdown("[x](http://a) ![y][z] [q]: b _so_ a] b") == (
        r"\[x\](http://a) !\[y\]\[z\] \[q\]: b \_so\_ a\] b"
    )


@given(st.text("ab1[]()!:*_~`#>-+.\\ \n|$^=<&;/", max_size=40))
def test_whatever_is_said_renders_as_the_words_and_no_markup(words):
    markdown = pytest.importorskip("markdown_it")
    page = markdown.MarkdownIt("gfm-like", {"linkify": False}).render(f"> {in_markdown(words)}\n>\n> — P1, turn 3")
    assert set(re.findall(r"</?(\w+)", page)) <= {"blockquote", "p"}
    first = re.search(r"<p>(.*?)</p>", page, re.DOTALL)[1]
    assert html.unescape(first).split() == (words.split() or ["—", "P1,", "turn", "3"])


def test_markdown_has_a_title_a_line_a_row_and_the_notes():
    table = Table(("a_b", "n"), (("x|y", 1), ("- z", 2)), "A *title*", notes=("1. note",))
    assert table.to_markdown() == (
        "**A \\*title\\***\n\n| a b | n |\n| --- | ---: |\n| x\\|y | 1 |\n| \\- z | 2 |\n\n1\\. note"
    )
    assert Table(("a",), (), "T").to_markdown() == "**T**: no rows."


def test_intervals_are_two_figures_sort_by_the_lower_and_say_nothing_where_one_is_undefined():
    cells = [Cell.of(value) for value in ((0.1, 0.4), (0.1, NAN), (0.1, "x"), (0.1, 0.2, 0.3), None, NAN, 3, True, "w")]
    assert [cell.text for cell in cells] == [
        ".10 to .40", "", "0.1, x", "0.1, 0.2, 0.3", "", "nan", "3", "yes", "w",
    ]  # fmt: skip
    numbers = [cell.number for cell in cells]
    assert numbers[0] == 0.1
    assert [number is None for number in numbers] == [False, False, True, True, False, False, False, True, True]
    assert math.isnan(numbers[4])


def test_a_table_with_one_row_too_many_says_so():
    assert str(Table(("n",), tuple((i,) for i in range(SHOWN_ROWS + 1)))).endswith("\n… 1 more; .rows() has all.")


def test_long_words_wrap_and_the_first_cell_is_the_row_s_name():
    html = Table(("a", "b", "c"), (("x" * 25, "y" * 25, "z" * 24),))._repr_html_()
    assert f'<th scope="row" dir="auto">{"x" * 25}</th><td dir="auto" class="words">{"y" * 25}</td>' in html
    assert f'<td dir="auto">{"z" * 24}</td>' in html


def test_a_long_table_is_cut_in_print_and_html_and_nowhere_else():
    long = Table(("n",), tuple((i,) for i in range(SHOWN_ROWS + 7)))
    assert str(long).splitlines()[-2:] == ["49", "… 7 more; .rows() has all."]
    assert "<p>… 7 more; .rows() has all.</p>" in long._repr_html_()
    assert long._repr_html_().count("<tr>") == SHOWN_ROWS + 1
    assert len(long.to_csv().splitlines()) == SHOWN_ROWS + 8
    assert long.to_markdown().count("\n") == SHOWN_ROWS + 8
    assert "more" not in str(Table(("n",), long.values[:SHOWN_ROWS]))


def test_a_cell_with_markup_of_its_own_is_no_heading():
    html = Grid("", ("a", "b"), ((Cell("", markup="<em>x</em>"), Cell("<y>")),), kind="table1").to_html()
    assert html.startswith('<table class="table1">\n<thead>')
    assert '<td dir="auto"><em>x</em></td><td dir="auto">&lt;y&gt;</td>' in html


def test_records_show_all_their_tables_the_first_with_its_name(study):
    printed, html = str(study), study._repr_html_()
    assert printed.splitlines()[0] == "Study(synthetic, 2 transcripts, 3 codes, 2 coders, no consensus)"
    assert '<caption dir="auto">Study(synthetic, 2 transcripts' in html
    assert study.rows()[0] == {
        "transcript_id": "S1", "session": "S1", "date": study.transcripts[0].date, "speakers": 4, "turns": 8,
        "characters": len(study.transcripts[0].text), "source": study.transcripts[0].source,
    }  # fmt: skip


def test_the_rows_of_a_record_with_several_tables_are_those_of_the_first():
    class Two(Tabular):
        def tables(self):
            return Table(("a",), ((1,),), "First"), Table(("b",), ((2,),), "Second"), Table((), ())

    assert Two().rows() == [{"a": 1}]
    assert str(Two()) == "First\na\n1\n\nSecond\nb\n2"


def test_a_column_of_intervals_and_words_is_no_column_of_intervals():
    assert Table(("x",), (((0.1, 0.2),), ("none",))).to_csv().splitlines() == ["x", "0.1 | 0.2", "none"]


def test_embeddings_say_which_segments_have_a_vector(study, encoder):
    segments = an.segment(study.transcripts)
    embeddings = an.embed(segments, encoder=encoder)
    assert [row["embedded"] for row in embeddings.rows()] == [True] * len(segments)
    assert embeddings.table().columns == (*segments.table().columns, "embedded")


def test_table_one_is_a_report_and_shows_words():
    from hand_made_study import make_study

    table = an.table1(make_study())
    assert isinstance(table, TableOne)
    assert "“I have all the time I need, and it is good.”" in str(table)
    assert len(table.to_csv().splitlines()) == len(table.rows()) + 1
    assert table.to_csv(quotes=False).splitlines()[0] == "Cluster of meaning,Essence,Theme"
    assert "all the time" in table.to_csv()
    assert "all the time" not in table.to_csv(quotes=False)
