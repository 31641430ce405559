"""Tables: separators, shapes, columns by name, times, empty cells; files, frames and lists of dicts alike."""

import datetime
import warnings

import narwhals.stable.v1 as nw
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from alliance_nlp import InputError
from alliance_nlp.reading import read_transcripts
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import cell_text, read_sheet

FRAMES = [
    pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, lambda data: nw.from_native(pl.LazyFrame(data)),
    lambda data: pd.DataFrame(data).convert_dtypes(dtype_backend="pyarrow"),
]  # fmt: skip


def told(source, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        transcripts = read_transcripts(source, **options)
    return transcripts, "".join(str(item.message) for item in caught)


def write(tmp_path, text, name="t.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return tmp_path / name


def turns(transcript):
    return [(turn.speaker, transcript.turn_text(i)) for i, turn in enumerate(transcript.turns)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("speaker,text\nI,one\nP1,two", "t.csv"),
        ("speaker;text\nI;one\nP1;two\n", "t.csv"),
        ("\ufeffspeaker;text\r\nI;one\r\nP1;two\r\n", "t.csv"),
        ("sep=;\nspeaker;text\nI;one\nP1;two\n", "t.csv"),
        ("speaker\ttext\nI\tone\nP1\ttwo\n", "t.tsv"),
        ("\n\nspeaker,text,,\nI,one,,\n,,,\nP1,two,,\n", "t.csv"),
        ("Speaker , TEXT\nI,one\nP1,two", "t.csv"),
    ],
)
def test_separators_marks_and_blank_rows(tmp_path, text, name):
    (transcript,), warned = told(write(tmp_path, text, name))
    assert turns(transcript) == [("I", "one"), ("P1", "two")]
    assert [turn.role for turn in transcript.turns] == ["moderator", "participant"]
    assert warned == ""


def test_quoted_line_breaks_and_separators_stay_inside_their_cell(tmp_path):
    (transcript,), _ = told(write(tmp_path, 'speaker,text\nI,"one,\r\nmore ""so"""\nP1,two'))
    assert turns(transcript) == [("I", 'one,\r\nmore "so"'), ("P1", "two")]


def test_a_megabyte_in_one_cell_is_read_and_the_limit_of_csv_is_as_before(tmp_path):
    import csv

    before = csv.field_size_limit()
    (transcript,), _ = told(write(tmp_path, f"speaker,text\nI,{'word ' * 200_000}\n"))
    assert len(transcript.turn_text(0)) == 1_000_000
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('speaker,text\nI,one\nP1,"two', "t.csv breaks off in row 3"),
        ('speaker,text\nI,one\nP1,"two"x', "t.csv breaks off in row 3"),
        (
            "speaker,text\nI,one, and two\nP1,two\nP1,a,b",
            "t.csv has 2 problems:\n  row 2: 3 cells, but the header has 2\n  row 4:",
        ),
        ("speaker,text,text\nI,one,x", "row 1: the column 'text' occurs more than once"),
        ("a,b\n1,2\n", "t.csv has no column that could hold what was said. Its columns are 'a', 'b'."),
        ("transcript,text\nT1,one\n,two\n,three", "rows 3, 4: no 'transcript' is named"),
    ],
)
def test_faults_of_shape_are_said_with_their_rows(tmp_path, text, message):
    with pytest.raises(InputError) as caught:
        read_transcripts(write(tmp_path, text))
    assert message in str(caught.value)


def test_a_header_alone_is_an_empty_transcript_and_said(tmp_path):
    (transcript,), warned = told(write(tmp_path, "speaker,text\n"))
    assert transcript.turns == ()
    assert "t.csv: is empty" in warned
    assert "t.csv: is empty" in told(write(tmp_path, ""))[1]


def test_columns_without_a_name_are_left_out_and_said_unless_they_count_the_rows(tmp_path):
    (transcript,), warned = told(write(tmp_path, ",speaker,text\n0,I,one\n1,P1,two\n"))
    assert turns(transcript) == [("I", "one"), ("P1", "two")]
    assert warned == ""
    (transcript,), warned = told(write(tmp_path, "speaker,,text\nI,x,one\nP1,,two\n"))
    assert turns(transcript) == [("I", "one"), ("P1", "two")]
    assert "t.csv: column 2 without a name left out" in warned


def test_a_column_of_transcripts_that_is_blank_and_positions_that_are_no_numbers_change_nothing(tmp_path):
    path = write(tmp_path, "transcript,position,speaker,text\n,b,I,one\n,a,P1,two\n")
    (transcript,), _ = told(path)
    assert (transcript.id, turns(transcript)) == ("t", [("I", "one"), ("P1", "two")])


def test_columns_are_found_by_other_names_or_named_by_the_caller(tmp_path):
    path = write(tmp_path, "Who,What,Utterance\nI,x,one\nP1,y,two")
    assert turns(told(path)[0][0]) == [("I", "one"), ("P1", "two")]
    assert turns(told(path, columns={"text": "What"})[0][0]) == [("I", "x"), ("P1", "y")]
    with pytest.raises(InputError, match="a key of columns must be 'text'"):
        read_transcripts(path, columns={"txt": "What"})
    with pytest.raises(
        InputError, match=r"columns\['text'\] of t\.csv must be 'Who', 'What' or 'Utterance'\. Got 'Wat'"
    ):
        read_transcripts(path, columns={"text": "Wat"})


def test_a_guessed_text_column_is_said(tmp_path):
    (transcript,), warned = told(write(tmp_path, "case,about\nID4,words that are long\nID5,and some others"))
    assert turns(transcript) == [("ID4", "words that are long"), ("ID5", "and some others")]
    assert {turn.role for turn in transcript.turns} == {"participant"}
    assert "the column 'about' was taken for the text, as its cells are the longest" in warned


def test_empty_speaker_cells_stay_empty_and_are_said_unless_they_mean_as_above(tmp_path):
    path = write(tmp_path, "speaker,text\nI,one\n,two\nP1,three\n,four")
    (transcript,), warned = told(path)
    assert [turn.speaker for turn in transcript.turns] == ["I", None, "P1", None]
    assert "rows 3, 5: no speaker. If an empty cell means 'as above', say fill_speakers=True" in warned
    (transcript,), warned = told(path, fill_speakers=True)
    assert [turn.speaker for turn in transcript.turns] == ["I", "I", "P1", "P1"]
    assert warned == ""


def test_several_transcripts_roles_positions_and_times(tmp_path):
    path = write(
        tmp_path,
        "document,position,speaker,role,begin,end,text\nB,2,Ann,,3.5,4,b2\nA,1,Bo,moderator,0:10,,a1\n"
        "B,1,Cy,Participant,1,2,b1\n",
    )
    (b, a), _ = told(path)
    assert (b.id, a.id) == ("B", "A")
    assert turns(b) == [("Cy", "b1"), ("Ann", "b2")]
    assert [(t.role, t.begin_s, t.end_s) for t in b.turns] == [("participant", 1.0, 2.0), (None, 3.5, 4.0)]
    assert [(t.role, t.begin_s, t.end_s) for t in a.turns] == [("moderator", 10.0, None)]


def test_whole_milliseconds_as_whisper_writes_them(tmp_path):
    (transcript,), _ = told(write(tmp_path, "start\tend\ttext\n0\t4200\tone\n4200\t7000\ttwo\n", "t.tsv"))
    assert [(t.begin_s, t.end_s) for t in transcript.turns] == [(0.0, 4.2), (4.2, 7.0)]
    (transcript,), _ = told(write(tmp_path, "begin_ms,text\n1500,one\n"))
    assert transcript.turns[0].begin_s == 1.5
    _, warned = told(write(tmp_path, "time,text\nlater,one\n"))
    assert "row 2: 'time' holds no time that is known" in warned


def workbook(tmp_path, rows, more=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if more:
        more(book)
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def test_excel_with_times_numbers_and_no_values(tmp_path):
    path = workbook(tmp_path, [["speaker", "start", "text"], ["I", datetime.time(0, 1, 2), "one"], [None, None, None],
                               ["P1", datetime.timedelta(seconds=63.5), 3.0]])  # fmt: skip
    (transcript,), warned = told(path)
    assert turns(transcript) == [("I", "one"), ("P1", "3")]
    assert [turn.begin_s for turn in transcript.turns] == [62.0, 63.5]
    assert warned == ""


def test_excel_with_more_sheets_hidden_rows_and_merged_cells_is_said(tmp_path):
    def more(book):
        book.active.row_dimensions[2].hidden = True
        book.active.merge_cells("A2:A3")
        book.create_sheet("Other").append(["x"])
        book.create_sheet("Empty")

    _, warned = told(workbook(tmp_path, [["speaker", "text"], ["I", "one"], ["P1", "two"]], more))
    assert "has 2 sheets; only 'Sheet' was read" in warned
    assert "hidden row 2: read as well" in warned
    assert "merged cells: their value was read for each of their rows (row 3)" in warned
    assert "as_written" not in warned


def test_what_is_no_workbook_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match=r"t\.xlsx is no Excel workbook"):
        read_transcripts(write(tmp_path, "speaker,text", "t.xlsx"))
    with pytest.raises(InputError, match=r"t\.xlsx is empty\. Expected a header row"):
        read_transcripts(workbook(tmp_path, []))


@pytest.mark.parametrize("make", FRAMES)
def test_frames_of_every_library(make):
    (transcript,), warned = told(make({"speaker": ["I", "P1", None], "text": ["one", "two", "three"]}))
    assert turns(transcript) == [("I", "one"), ("P1", "two"), (None, "three")]
    assert "the frame: row 3: no speaker" in warned
    assert (transcript.id, transcript.source) == ("texts", None)


@pytest.mark.parametrize("make", FRAMES)
def test_a_frame_with_one_column_is_a_list_of_items(make):
    (transcript,), warned = told(make({"anything": ["P1: one", None, "two\n\nthree"]}), name="survey")
    assert turns(transcript) == [(None, "P1: one"), (None, ""), (None, "two\n\nthree")]
    assert (transcript.id, warned) == ("survey", "")


def test_what_is_no_table_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="the table must be a file .* or a list of dicts"):
        read_sheet(3, encoding=None, remarks=Remarks())
    with pytest.raises(InputError, match="must be a frame of pandas, polars or pyarrow"):
        read_sheet(type("Odd", (), {"columns": []})(), encoding=None, remarks=Remarks())
    with pytest.raises(InputError, match=r"t\.pdf is no table that can be read"):
        read_sheet(write(tmp_path, "", "t.pdf"), encoding=None, remarks=Remarks())
    with pytest.raises(InputError, match=r"No file is called 'absent\.csv'"):
        read_sheet(tmp_path / "absent.csv", encoding=None, remarks=Remarks())


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (float("nan"), ""), (pd.NA, ""), (pd.NaT, ""), (3.0, "3"), (3.5, "3.5"), (True, "True"),
     (datetime.datetime(2025, 3, 19), "2025-03-19"), (datetime.datetime(2025, 3, 19, 10, 5), "2025-03-19 10:05:00"),
     (datetime.timedelta(hours=1, seconds=2), "01:00:02.000")],
)  # fmt: skip
def test_cells_as_words(value, text):
    assert cell_text(value) == text


SECRET = "Zwetschge of a participant"


@pytest.mark.parametrize(
    "source",
    [
        pa.table({"text": [SECRET], "speaker": ["P1"], "begin": ["soon"]}).rename_columns(["text", "text", "begin"]),
        pd.DataFrame([[SECRET, SECRET]], columns=["text", "text"]),
        pl.LazyFrame({"text": [SECRET]}).select(pl.col("text").str.to_integer().alias("text"), pl.lit(1).alias("b")),
        pa.table({"a": [1, 2], "b": [3, 4]}),
        [SECRET, 3],
        {"one": SECRET, "two": 3},
        {3: SECRET},
        SECRET,
    ],
    ids=["pyarrow", "pandas", "polars", "no text", "list", "dict", "key", "string"],
)
def test_an_error_never_prints_words_of_a_transcript(source):
    with pytest.raises(InputError) as caught:
        read_transcripts(source)
    chain, error = [], caught.value
    while error is not None:
        chain.append(str(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert "Zwetschge" not in "".join(chain)


def test_a_dict_of_names_and_texts_is_a_transcript_each(tmp_path):
    talk = "I: Why?\n\nP1: It takes time."
    (anna, bo), _ = told({"anna": talk, "bo": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>one\n"}, same_people=True)
    assert (anna.id, anna.source, turns(anna)) == ("anna", None, [("I", "Why?"), ("P1", "It takes time.")])
    assert (bo.id, turns(bo)) == ("bo", [("Ann", "one")])
    with pytest.raises(InputError, match="The dict has 1 problem:\n  item 2: str and int"):
        read_transcripts({"anna": talk, "bo": 3})


def test_arrays_of_pyarrow_and_missing_values_are_items():
    assert turns(told(pa.array(["one", None, "two"]))[0][0]) == [(None, "one"), (None, ""), (None, "two")]
    assert turns(told(pd.Series(["one", pd.NA], dtype="string"))[0][0]) == [(None, "one"), (None, "")]
