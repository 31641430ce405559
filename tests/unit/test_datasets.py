"""The shipped studies, read by the same reader as a researcher's own folder."""

import csv
import datetime
import warnings
from importlib.resources import files

import pytest

from alliance_nlp import InputError, load_study
from alliance_nlp.segments import segment


def test_the_shipped_study_is_whole_and_reads_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = load_study()
    assert study.synthetic
    assert [t.id for t in study.transcripts] == ["session_1", "session_2"]
    assert [t.date for t in study.transcripts] == [datetime.date(2025, 3, 19), datetime.date(2025, 9, 24)]
    assert study.coding.coders == ("KL", "MR")
    assert study.consensus.coders == ("consensus",)
    assert all(turn.role is not None for t in study.transcripts for turn in t.turns)
    assert len(study.participants) == 7
    assert study.guide
    assert study.notes
    assert study.expectations
    assert all(theme.description and theme.aliases for theme in study.codebook.themes)
    assert load_study("focus_group") == study


def test_both_coders_and_the_consensus_have_read_every_participant_turn_and_nothing_else():
    study = load_study()
    segments = segment(study.transcripts)
    assert {s.role for s in segments} == {"participant"}
    for coding in (study.coding, study.consensus):
        assert all(None not in sets for sets in coding.on(segments).sets.values())
    moderators = segment(study.transcripts, roles=("moderator", "co-moderator"))
    assert all(set(sets) == {None} for sets in study.coding.on(moderators).sets.values())


def test_the_survey_reads_without_a_warning_and_a_person_is_one_over_the_questions():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = load_study("open_answers")
        segments = segment(study.transcripts)
    assert study.synthetic
    assert [(t.id, len(t.turns)) for t in study.transcripts] == [
        ("q1_helped", 116),
        ("q2_hard", 108),
        ("q3_change", 76),
    ]
    assert len(segments) == 300
    assert {s.role for s in segments} == {"participant"}
    assert {s.person for s in segments} == {f"P{n:03}" for n in range(1, 121)}
    assert len(study.participants) == 120
    for coding in (study.coding, study.consensus):
        assert all(None not in sets for sets in coding.on(segments).sets.values())
    assert [theme.name for theme in study.codebook.themes if not (theme.description and theme.aliases)] == []


def test_the_norwegian_group_reads_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = load_study("fokusgruppe")
        segments = segment(study.transcripts)
    assert study.synthetic
    assert study.settings["language"] == "nb"
    assert (len(study.transcripts[0].turns), len(segments)) == (45, 35)
    for coding in (study.coding, study.consensus):
        assert all(None not in sets for sets in coding.on(segments).sets.values())


def test_the_interviews_read_without_a_warning_and_each_interviewee_is_somebody_else():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = load_study("interviews")
        segments = segment(study.transcripts)
    assert study.synthetic
    assert len(segments) == 121
    assert {s.transcript_id: s.person for s in segments} == {
        "interview_1": "Berit", "interview_2": "Marek", "interview_3": "Salma", "interview_4": "Tom",
        "interview_5": "Wen",
    }  # fmt: skip
    for coding in (study.coding, study.consensus):
        assert all(None not in sets for sets in coding.on(segments).sets.values())
    assert all(code.include and code.exclude for code in study.codebook.codes)


def test_answers_stay_as_they_were_written():
    table = files("alliance_nlp") / "studies" / "open_answers" / "transcripts" / "answers.csv"
    with table.open(encoding="utf-8", newline="") as file:
        written = [(row["transcript"], row["person"], row["answer"]) for row in csv.DictReader(file)]
    study = load_study("open_answers")
    assert [
        (t.id, turn.person, t.text[turn.start : turn.end]) for t in study.transcripts for turn in t.turns
    ] == written


def test_an_unknown_study_is_one_sentence():
    with pytest.raises(
        InputError,
        match=r"'fokusgruppe', 'interviews' or 'open_answers'\. Got 'focusgroup' instead\. Did you",
    ):
        load_study("focusgroup")
