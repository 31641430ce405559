"""The shipped study, read by the same reader as a researcher's own folder."""

import datetime
import warnings

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


def test_an_unknown_study_is_one_sentence():
    with pytest.raises(InputError, match=r"name must be 'focus_group'\. Got 'focusgroup' instead\. Did you mean"):
        load_study("focusgroup")
