"""Who has finished what, and who had seen suggestions."""

import pytest

import alliance_nlp as an
from alliance_nlp.records import as_recorded, saw_problems, unfinished, unstated


def transcript(name, *, moderator=True):
    roles = ("moderator", "participant", "participant") if moderator else ("participant",) * 3
    turns = tuple(an.Turn(i * 5, i * 5 + 4, f"P{i}", role) for i, role in enumerate(roles))
    return an.Transcript(name, "aaaa bbbb cccc", turns)


SEGMENTS = an.segment([transcript("A"), transcript("B")], roles="all")


def read(coder, name, start=0, end=14):
    return an.ReadSpan(coder, name, start, end)


def test_every_coder_must_have_read_every_segment_that_is_no_moderators():
    coding = an.Coding((), (read("KL", "A"), read("KL", "B"), read("MR", "A", 5), read("MR", "B", 5, 9)))
    assert dict(unfinished(coding, SEGMENTS)) == {"B": ("MR",)}


def test_a_coder_who_has_not_begun_has_not_finished():
    coding = an.Coding((), (read("KL", "A"), read("KL", "B"), read("MR", "A")))
    assert dict(unfinished(coding, SEGMENTS)) == {"B": ("MR",)}


def test_of_a_coder_whose_reading_is_not_stated_what_they_coded_anything_in_is_taken_as_finished():
    spans = (an.CodedSpan("KL", "A", 5, 9, "x"), an.CodedSpan("MR", "A", 5, 9, "x"), an.CodedSpan("MR", "B", 5, 9, "x"))
    silent = an.Coding(spans, ())
    assert dict(unfinished(silent, SEGMENTS)) == {"B": ("KL",)}
    assert unstated(silent) == ("KL", "MR")
    told = an.Coding(spans, (read("MR", "A"),))  # with a word of MR's reading, B is unread but for one segment
    assert dict(unfinished(told, SEGMENTS)) == {"B": ("MR", "KL")}
    assert unstated(told) == ("KL",)
    agreed = an.Coding((an.CodedSpan("consensus", "B", 5, 9, "x", "consensus"),), ())
    assert dict(unfinished(silent, SEGMENTS, consensus=agreed)) == {}


def test_without_coders_nothing_is_finished_but_what_was_agreed_on():
    agreed = an.Coding((), (read("consensus", "A"),))
    assert dict(unfinished(None, SEGMENTS)) == {"A": (), "B": ()}
    assert dict(unfinished(None, SEGMENTS, consensus=agreed)) == {"B": ()}
    one = an.Coding((), (read("KL", "A", 5, 9),))
    assert dict(unfinished(one, SEGMENTS, consensus=agreed)) == {"B": ("KL",)}


def test_the_ledger_counts_for_more_than_what_is_stated():
    coding = an.Coding((), (read("KL", "A"), read("MR", "A")))
    rows = [
        {"kind": "saw suggestions", "by": "MR"},
        {"kind": "note", "by": "KL"},
        {"kind": "saw suggestions", "by": "XX"},
    ]
    assert as_recorded(coding, rows, {"MR": False, "KL": False}).saw_suggestions == {"KL": False, "MR": True}
    assert as_recorded(coding, rows[1:], {}) is coding
    anybody = as_recorded(coding, [{"kind": "saw suggestions", "by": "anybody"}], {})
    assert anybody.saw_suggestions == {"KL": True, "MR": True}


def test_what_a_study_states_wrongly_is_listed(tmp_path):
    assert saw_problems({"KL": False}, ("KL",)) == []
    assert saw_problems(True, ()) == [
        "saw_suggestions must be written as [saw_suggestions], one line a coder: KL = false"
    ]
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "one.txt").write_text("P1: It takes time.\n\nP2: It does.", encoding="utf-8")
    (folder / "codings.csv").write_text("coder,transcript,turn,code\nKL,one,1,time\n", encoding="utf-8")
    (folder / "codebook.csv").write_text("theme,essence,code\n,,time\n", encoding="utf-8")
    (folder / "study.toml").write_text(
        '[read]\nKL = "all"\n[saw_suggestions]\nKLL = true\nKL = "no"\n', encoding="utf-8"
    )
    with pytest.raises(an.InputError) as raised:
        an.read_study(folder)
    assert "[saw_suggestions] 'KLL' is no coder of this study" in str(raised.value)
    assert "[saw_suggestions] KL must be true or false, without quotes. Got 'no'" in str(raised.value)
    (folder / "study.toml").write_text('[read]\nKL = "all"\n[saw_suggestions]\nKL = true\n', encoding="utf-8")
    assert an.read_study(folder).coding.saw_suggestions == {"KL": True}
