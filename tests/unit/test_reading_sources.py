"""What a caller may pass: files, folders, lists of paths, lists of strings; and every way to get it wrong."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_nlp import AllianceWarning, InputError
from alliance_nlp.reading import read_codebook, read_transcripts
from alliance_nlp.reading.codebooks import CODEBOOK_COLUMNS
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.sources import READERS
from alliance_nlp.reading.turn_columns import TURN_COLUMNS
from alliance_nlp.studies import PARTS, read_study


def told(source, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        transcripts = read_transcripts(source, **options)
    return transcripts, "".join(str(item.message) for item in caught)


@pytest.fixture
def folder(tmp_path):
    for name in ("session_10.txt", "session_2.txt"):
        (tmp_path / name).write_text(f"I: {name}\n\nP1: two", encoding="utf-8")
    return tmp_path


class SpacyDoc:
    """Stands for a document of spaCy, which goes on as its tokens."""

    vocab = ()

    def __init__(self, text):
        self.text = text

    def __iter__(self):
        return iter(self.text.split())


class DataSet:
    """Stands for a data set of Hugging Face's `datasets`: it goes on as dicts; one that streams knows no columns."""

    features = None

    def __init__(self, rows, column_names=None):
        self.rows, self.column_names = rows, column_names

    def __iter__(self):
        return iter(self.rows)


@pytest.mark.parametrize("named", [["speaker", "text"], None])
def test_a_data_set_is_read_as_a_frame_is(named):
    rows = [{"speaker": "P1", "text": "It takes time."}, {"speaker": "P2", "text": "Trust, too."}]
    found, _ = told(DataSet(rows, named))
    assert [(turn.speaker, found[0].turn_text(i)) for i, turn in enumerate(found[0].turns)] == [
        ("P1", "It takes time."), ("P2", "Trust, too.")]  # fmt: skip
    codes = read_codebook(DataSet([{"theme": "Time", "code": "rush"}], ["theme", "code"]))
    assert codes.ids == ("Time/rush",)


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        (SpacyDoc("It takes time. Really."), ["It takes time. Really."]),
        ([SpacyDoc("It takes time."), "Yes."], ["It takes time.", "Yes."]),
        ([], []),
        ([""], [""]),
        (["Moderator: a\n\nP1: b", "", "  ", "c"], ["Moderator: a\n\nP1: b", "", "  ", "c"]),
        (("a", None, float("nan")), ["a", "", ""]),
        (np.array(["a", "b"]), ["a", "b"]),
        (pd.Series(["a", None]), ["a", ""]),
        ((word for word in "ab"), ["a", "b"]),
    ],
)
def test_strings_are_one_transcript_and_never_parsed(items, texts):
    (transcript,), warned = told(items)
    assert [transcript.turn_text(i) for i in range(len(transcript.turns))] == texts
    assert {turn.speaker for turn in transcript.turns} <= {None}
    assert (transcript.id, transcript.source, warned) == ("texts", None, "")


def test_a_folder_is_read_in_natural_order_and_what_is_left_out_is_said(folder):
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "README.txt").write_text("about", encoding="utf-8")
    (folder / ".hidden.txt").write_text("I: x", encoding="utf-8")
    (folder / "~$session.docx").write_bytes(b"x")
    (folder / "inside").mkdir()
    transcripts, warned = told(folder)
    assert [t.id for t in transcripts] == ["session_2", "session_10"]
    assert "2 files left out: README.txt, photo.jpg" in warned
    assert told(str(folder))[0] == transcripts
    assert told([folder / "session_2.txt", folder / "session_10.txt"])[0] == transcripts


def test_strings_that_name_files_are_words_and_that_is_said(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (transcript,), warned = told(["session_2.txt", "session_10.txt"])
    assert transcript.turn_text(0) == "session_2.txt"
    assert "all 2 strings are names of files, and were read as words. For the files use Path" in warned


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("absent.txt", "No file or folder is called 'absent.txt'"),
        ("some/absent folder", "No file or folder is called 'some/absent folder'"),
        (Path("it was said here"), "No file or folder is called 'it was said here'"),
        ("We spoke of time, and of trust.", "Got a string of 31 characters that names neither"),
        ("a\nb", "Got a string of 3 characters that names neither"),
        ("x" * 5000, "Got a string of 5000 characters that names neither"),
        ("", "Got a string of 0 characters"),
        (3, "a list of strings, a dict of names and texts, or a data frame. Got int"),
        (None, "Got NoneType instead."),
        ({"a": 3}, "item 1: str and int"),
        (b"abc", "Got bytes instead."),
        (["a", 3], "A list must hold strings only, or Path only. Item 1 is of type int."),
        ([Path("a.txt"), "b"], "Item 0 is of type PosixPath."),
    ],
)
def test_what_is_no_source_is_one_sentence_without_its_words(source, message):
    with pytest.raises(InputError) as caught:
        read_transcripts(source)
    assert message in str(caught.value)
    assert "We spoke" not in str(caught.value)


def test_an_empty_folder_and_an_unknown_ending_name_the_formats(tmp_path):
    with pytest.raises(
        InputError, match=r"holds no transcripts\. Formats read: \.csv, \.docx, \.eaf, \.htm, \.html, \.md, \.odt"
    ):
        read_transcripts(tmp_path)
    (tmp_path / "t.pages").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"The ending of t\.pages must be '\.csv'.*Got '\.pages' instead"):
        read_transcripts(tmp_path / "t.pages")


def test_two_transcripts_of_one_name_are_an_error_and_of_one_text_a_warning(folder):
    (folder / "session_2.csv").write_text("speaker,text\nI,x", encoding="utf-8")
    with pytest.raises(InputError, match=r"2 transcripts are called 'session_2' \(session_2\.csv, session_2\.txt\)"):
        read_transcripts(folder)
    (folder / "session_2.csv").unlink()
    (folder / "copy.txt").write_bytes((folder / "session_2.txt").read_bytes())
    transcripts, warned = told(folder)
    assert len(transcripts) == 3
    assert "session_2: has the same text as 'copy'; both were kept" in warned


def test_the_problems_of_all_files_come_in_one_error(folder):
    (folder / "bad.txt").write_bytes(b"PK\x03\x04")
    (folder / "worse.csv").write_text("speaker,text\nI,a,b\nP1,a,b", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_transcripts(folder)
    message = str(caught.value)
    assert message.startswith("The set of 4 files has 2 problems:")
    assert "bad.txt is not a text file" in message
    assert "row 3: 3 cells" in message


def test_a_file_that_may_not_be_read_is_one_sentence(folder, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"session_2\.txt cannot be read: Permission denied"):
        read_transcripts(folder / "session_2.txt")


def test_all_doubts_of_a_read_come_in_one_warning_cut_short_and_are_all_logged(tmp_path, caplog):
    caplog.set_level("INFO", logger="alliance_nlp.reading")
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text(f"no speaker {number}", encoding="utf-8")
    with pytest.warns(AllianceWarning, match="and 8 more; all of them are in the report") as caught:
        read_transcripts(tmp_path)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert sum("no speaker found" in record.message for record in caplog.records) == 20


def test_the_page_on_formats_names_every_ending_column_and_file():
    page = Path(__file__).parents[2] / "docs" / "formats.md"
    if not page.exists():
        pytest.skip("installed without the docs")
    text = page.read_text(encoding="utf-8")
    assert [ending for ending in READERS if f"`{ending}`" not in text] == []
    assert [column for column in (*TURN_COLUMNS, *CODEBOOK_COLUMNS) if f"`{column}`" not in text] == []
    assert [column for column in CODING_COLUMNS if column not in text] == []
    assert [part for part in PARTS if part not in text] == []


def test_the_study_file_of_the_page_is_read(folder):
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
    toml = page.split("```toml\n")[1].split("```")[0].replace("session_1", "session_2")
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    (folder / "codebook.csv").write_text("theme,code\nTime,short\n", encoding="utf-8")
    with pytest.warns(AllianceWarning, match="1 speaker is not listed"):
        study = read_study(folder)
    assert study.title == "Trust in long treatments"
    assert study.codebook.find_theme("the clock") == "Time"


def test_reading_twice_gives_equal_records(folder):
    assert read_transcripts(folder, same_people=True) == read_transcripts(folder, same_people=True)
