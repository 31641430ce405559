"""Two coders' projects: agreement by code over the texts that both hold, nothing overwritten."""

from dataclasses import replace

import pytest

import alliance_nlp as an
from alliance_nlp import InputError
from alliance_nlp.__main__ import main

pytestmark = pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")


def of(study, coder, folder, **changes):
    coding = study.coding.by(coder)
    an.write_qdpx(replace(study, coding=coding, **changes), folder / f"{coder}.qdpx")
    return folder / f"{coder}.qdpx"


def test_two_projects_agree_as_the_study_that_they_were_made_of(tmp_path, study):
    found = an.compare_files(of(study, "A", tmp_path), of(study, "B", tmp_path))
    assert found.said[0] == "2 texts in both projects."
    counts = {row["code"]: (row["n_a"], row["n_b"]) for row in found.rows()}
    demanding, listening, rush = study.codebook.ids
    # by hand: seven turns that both coded; B gave the sixth no rush
    assert counts == {demanding: (3, 3), listening: (1, 1), rush: (4, 3)}
    # coded by A alone: one that B read and left without a code, one that B did not read: a project tells them not apart
    assert sorted(row["document"] for row in found.alone.rows()) == ["S1", "S2"]


def test_the_same_text_under_another_name_is_the_same_and_other_texts_are_left_out(tmp_path, study):
    renamed = tuple(replace(t, id=f"{t.id} of B") for t in study.transcripts[:1])
    more = an.Transcript("extra", "P1: Something else.")
    applied = tuple(replace(s, transcript_id="S1 of B") for s in study.coding.applied if s.transcript_id == "S1")
    coding = replace(study.coding, applied=applied, read=())
    other = replace(study, transcripts=(*renamed, more), coding=coding)
    found = an.compare_files(of(study, "A", tmp_path), of(other, "B", tmp_path))
    assert found.said[0] == "3 texts, 1 of them in both projects."
    assert "1 text in A only: S2." in found.said
    assert "1 text in B only: extra." in found.said
    assert "The same words under another name in B: S1 of B is S1." in found.said


def test_new_codes_and_other_definitions_are_said_and_nothing_is_overwritten(tmp_path, study):
    codes = (replace(study.codebook.codes[0], definition="something else"), *study.codebook.codes[1:], an.Code("New"))
    book = replace(study.codebook, codes=codes)
    other = replace(study, codebook=book, coding=replace(study.coding, codebook=book))
    found = an.compare_files(of(study, "A", tmp_path), of(other, "B", tmp_path))
    assert "Codes of B, new: New." in found.said
    assert any("defined in other words" in sentence for sentence in found.said)


def test_projects_that_share_no_text_or_hold_no_codings_are_refused(tmp_path, study):
    one = of(study, "A", tmp_path)
    an.write_qdpx(an.Study((an.Transcript("x", "Other."),)), tmp_path / "other.qdpx")
    with pytest.raises(InputError, match="share no text"):
        an.compare_files(one, tmp_path / "other.qdpx")
    an.write_qdpx(replace(study, coding=None), tmp_path / "bare.qdpx")
    with pytest.raises(InputError, match=r"bare holds no codings"):
        an.compare_files(one, tmp_path / "bare.qdpx")


def test_the_command_takes_projects(tmp_path, study, capsys):
    assert main(["agreement", str(of(study, "A", tmp_path)), str(of(study, "B", tmp_path))]) == 0
    assert "2 texts in both projects" in capsys.readouterr().out
