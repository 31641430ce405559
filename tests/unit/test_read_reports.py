"""The report of a read: who was found and why, what was guessed, left out, set apart; words where they may stand."""

import warnings

import pandas as pd
import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.reading import read_transcripts
from alliance_nlp.studies import read_study

TALK = (
    "Date: 3 May\nPlace: here\n\nInterviewer: Why Zwetschge?\n\nM: It takes time.\n\n[Zwetschge laughs]\n\n"
    "Interviewer: And?\n\nM: No."
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / "one.txt").write_text(TALK, encoding="utf-8")
    (tmp_path / "transcripts" / "two.csv").write_text(
        "speaker,text,memo\nP1,one,Zwetschge\nP1,two,\n", encoding="utf-8"
    )
    return tmp_path


def quietly(reader, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reader(*arguments, **options)


def test_a_study_has_the_report_of_all_its_files(folder):
    report = quietly(read_study, folder).report
    assert repr(report) == "ReadReport(2 transcripts, 6 turns, 3 speakers; 1 guessed, 2 left out, 1 set apart)"
    counts = ("turns", "speakers", "moderators", "no_speaker", "timed", "guessed", "left_out", "set_apart")
    per_transcript = [(row["transcript_id"], *(row[name] for name in counts)) for row in report.per_transcript]
    assert per_transcript == [("one", 4, 2, 1, 0, 0, 1, 1, 1), ("two", 2, 1, 0, 0, 0, 0, 1, 0)]
    assert [(row["speaker"], row["role"], row["guessed"], row["why"]) for row in report.speakers] == [
        ("Interviewer", "moderator", False, "the word in the label says so"),
        ("M", "participant", True, "somebody else is the moderator"),
        ("P1", "participant", False, "the word in the label says so"),
    ]
    assert [(row["kind"], row["where"], row["words"]) for row in report.rows()] == [
        ("left out", "lines 1-2", "Date: 3 May\nPlace: here"), ("set apart", "line 8", "[Zwetschge laughs]"),
        ("left out", "", "Zwetschge"),
    ]  # fmt: skip
    assert report == an.ReadReport.of(quietly(read_study, folder).transcripts)


def test_print_and_repr_have_counts_and_reasons_and_no_words(folder):
    study = quietly(read_study, folder)
    for shown in (str(study.report), repr(study.report), repr(study.transcripts[0].report), repr(study), str(study)):
        assert "Zwetschge" not in shown
    assert "read as a title block; left out of the turns" in str(study.report)
    assert "Zwetschge laughs" in study.report._repr_html_()
    assert "Zwetschge" not in study.report.to_csv(quotes=False)


def test_the_report_is_no_part_of_what_a_transcript_says_and_is_not_kept(folder, tmp_path):
    first, _ = quietly(read_transcripts, folder / "transcripts")
    assert first.report is not None
    again = an.load(an.save(first, tmp_path / "kept"))
    assert again == first
    assert again.report is None
    assert an.ReadReport.of([again]) == an.ReadReport()
    assert an.load(an.save(an.ReadReport.of([first]), tmp_path / "report")) == an.ReadReport.of([first])


def test_frames_dicts_and_lists_are_reported_too():
    (texts,) = read_transcripts(["one", "two"])
    assert repr(texts.report) == "ReadReport(1 transcript, 2 turns, 0 speakers; 0 guessed, 0 left out, 0 set apart)"
    (named,) = quietly(read_transcripts, {"anna": TALK})
    assert [row["where"] for row in named.report.rows()] == ["lines 1-2", "line 8"]
    (table,) = quietly(read_transcripts, pd.DataFrame({"speaker": ["A B"], "text": ["one"], "memo": ["m"]}))
    assert [row["words"] for row in table.report.rows() if row["kind"] == "left out"] == ["m"]


def test_the_command_line_prints_it(folder, tmp_path, capsys):
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "ReadReport(2 transcripts, 6 turns, 3 speakers; 1 guessed, 2 left out, 1 set apart)" in shown
    assert "Zwetschge laughs" not in shown


@pytest.mark.parametrize("speakers", ["Berg, Anna", [""], [3]])
def test_names_of_speakers_are_a_list_of_names(folder, speakers):
    with pytest.raises(an.InputError, match=r"speakers must be a list of names as they stand in the files"):
        read_transcripts(folder / "transcripts" / "one.txt", speakers=speakers)


def test_a_speaker_who_is_nowhere_is_a_slip(folder):
    with pytest.raises(an.InputError, match="a name in speakers must be 'Interviewer' or 'M'. Got 'Interviewr'"):
        quietly(read_transcripts, folder / "transcripts" / "one.txt", speakers=["Interviewr"])
