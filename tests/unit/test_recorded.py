"""What people recorded, as tables: nobody's silence is consent, both readings stand, offsets hold to the original."""

import datetime
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import record_decision, replay
from alliance_nlp.method.recorded import (
    case_matrix,
    recorded_relations,
    translated_quotes,
    who_spoke_for,
    written_notes,
)
from alliance_nlp.reports.audit import write_audit_trail
from hand_made_study import BOOK, make_study

DAY = datetime.date(2025, 5, 14)


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def write(tmp_path, study):
    def written(kind, by="KL", **told):
        return record_decision(tmp_path / "d.jsonl", kind, by=by, date=DAY, of=study, **told)

    written.path = tmp_path / "d.jsonl"
    return written


def standing(write):
    return replay(write.path, codebook=BOOK)


def test_all_agreed_only_where_everybody_is_marked_for_it(study, write):
    for person in ("P1", "P2", "P3"):
        write("stance", theme="Time", about=person, verdict="for")
    row = next(r for r in who_spoke_for(study, standing(write)).rows() if r["theme"] == "Time")
    assert (row["for"], row["not_marked"]) == (("P1", "P2", "P3"), ("P4",))
    assert row["all_agreed"] == "no: P4 not marked"
    write("stance", theme="Time", about="P4", verdict="for")
    assert next(r for r in who_spoke_for(study, standing(write)).rows() if r["theme"] == "Time")["all_agreed"] == "yes"
    write("stance", by="MR", theme="Time", about="P2", verdict="against")
    write("stance", theme="Time", about="P3", verdict="neither")  # KL thinks again
    row = next(r for r in who_spoke_for(study, standing(write)).rows() if r["theme"] == "Time")
    assert (row["for"], row["neither"], row["markers_differ"]) == (("P1", "P4"), ("P3",), ("P2",))
    assert row["all_agreed"] == "no: P3 not for it; markers differ on P2"
    trust = next(r for r in who_spoke_for(study, standing(write)).rows() if r["theme"] == "Trust")
    assert trust["for"] == ()  # four statements carry it, and nobody is marked as being for it
    assert trust["not_marked"] == ("P1", "P2", "P3", "P4")


def test_relations_are_directed_and_carry_the_groups_of_both(study, write):
    write("relation", theme="time", to="a standard", note="too little of it wears it down", segment="S1:0-5")
    row = recorded_relations(study, standing(write)).rows()[0]
    assert (row["theme"], row["group"], row["bears_on"], row["its_group"]) == (
        "Time", "practical", "Trust", "overarching",
    )  # fmt: skip
    with pytest.raises(InputError, match="theme must be .* Got 'Tme' instead. Did you mean 'Time'"):
        write("relation", theme="Trust", to="Tme", note="x")


def test_translations_stand_beside_the_original_and_a_replaced_one_keeps_no_check(study, write):
    place = study.consensus.applied[0].segment_id
    write("translation", by="MR", segment=place, language="nb", to="Det er hardt arbeid.")
    write("translation check", by="KL", segment=place, language="nb", verdict="as said")
    row = translated_quotes(study, standing(write)).rows()[0]
    assert row["original"] == "It is hard work to win their trust every time."
    assert (row["translated_by"], row["checked"]) == ("MR", "as said, by KL, 2025-05-14")
    assert "hardt" not in str(translated_quotes(study, standing(write)))
    write("translation", by="MR", segment=place, language="nb", to="Det er tungt arbeid.")
    row = translated_quotes(study, standing(write), original=False).rows()[0]
    assert (row["translation"], row["checked"], "original" in row) == ("Det er tungt arbeid.", "not checked", False)
    assert "translation" not in translated_quotes(study, standing(write), translation=False).columns
    refusing = tuple(replace(p, quotation=False) if p.id == "P1" else p for p in study.participants)
    words = str(translated_quotes(replace(study, participants=refusing), standing(write)).rows())
    assert "tungt" not in words
    assert "hard work" not in words


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (
            "translation",
            {"segment": "S9:0-4", "language": "nb", "to": "x"},
            "No words of the study have the id 'S9:0-4'",
        ),
        ("translation", {"language": "nb", "to": "x"}, "'translation' needs segment"),
        ("translation check", {"segment": "S1:0-5", "language": "nb", "verdict": "fine"}, "verdict must be 'as said'"),
        ("stance", {"theme": "Time", "about": "P9", "verdict": "for"}, "about, a participant, must be"),
        ("stance", {"theme": "Time", "about": "P1", "verdict": "yes"}, "verdict must be 'for', 'against' or 'neither'"),
        ("case summary", {"about": "P1", "to": "x"}, "'case summary' needs theme"),
        ("differ", {"note": "we do"}, "'differ' needs settles"),
        ("memo", {}, "'memo' needs note"),
        ("memo", {"note": "  "}, "'memo' needs note"),
        ("theme description", {"theme": "Time", "to": " "}, "'theme description' needs to"),
        ("translation", {"segment": "S1:0-5", "language": "nb", "to": "  "}, "'translation' needs to"),
        ("translation", {"segment": "S1:5-5", "language": "nb", "to": "x"}, "Nothing is said at 'S1:5-5'"),
        ("negative case", {"theme": "Time", "segment": "S1:2-2", "note": "x"}, "Nothing is said at 'S1:2-2'"),
        ("mark", {"segment": "S1:5-5", "verdict": "significant"}, "Nothing is said at 'S1:5-5'"),
        ("relation", {"theme": "Time", "to": "time", "note": "x"}, "between two themes. Got 'Time' on both sides"),
        ("read differently", {"note": " "}, "'read differently' needs note"),
    ],
)
def test_entries_that_are_refused(write, kind, given, message):
    with pytest.raises(InputError, match=message):
        write(kind, **given)
    assert not write.path.exists()


def test_cases_stand_beside_themes_in_the_words_of_each(study, write):
    write("case summary", about="P1", theme="Time", to="Runs.")
    write("case summary", about="P1", theme="Time", to="Runs less now.")  # a later word of the same person
    write("case summary", by="MR", about="P1", theme="Time", to="Has time.")
    write("case summary", about="P2", theme="Trust", to="Easy.")
    assert case_matrix(study, standing(write)).rows() == [
        {"case": "P1", "Trust": "", "Time": "KL: Runs less now.; MR: Has time."},
        {"case": "P2", "Trust": "KL: Easy.", "Time": ""},
    ]


def test_memos_versions_negative_cases_and_what_we_still_differ_on(study, write):
    write("theme description", theme="Time", to="First.")
    write("theme description", theme="Time", to="Second.")
    write("memo", about="the second session", note="Colder.")
    write("negative case", theme="Time", segment="S1:0-5", note="Has all the time.")
    code = BOOK.ids[0]
    write("accept", segment="S1:0-5", code=code)
    write("reject", by="MR", segment="S1:0-5", code=code)
    assert len(standing(write).conflicts) == 1
    write("differ", by="KL+MR", settles=(5, 6), segment="S1:0-5", note="Both read it so.")
    now = standing(write)
    assert now.conflicts == ()
    rows = written_notes(study, now).rows()
    assert [(r["what"], r["words"]) for r in rows] == [
        ("theme description", "First."), ("theme description", "Second."), ("memo", "Colder."),
        ("negative case", "Has all the time."), ("differ", "Both read it so."),
    ]  # fmt: skip
    assert rows[-1]["both_stand"] == (5, 6)


def test_the_audit_trail_holds_what_was_recorded(study, write, tmp_path):
    write("relation", theme="Time", to="Trust", note="wears it down")
    write("memo", note="Colder.")
    home = write_audit_trail(study, tmp_path / "trail", ledger=write.path) / "3_reconstruction_and_synthesis"
    assert "wears it down" in (home / "relations_recorded.csv").read_text(encoding="utf-8")
    assert "Colder." in (home / "written_notes.csv").read_text(encoding="utf-8")
    assert not (home / "translated_quotes.csv").exists()


def test_a_relation_to_no_theme_is_listed_and_said(study, write):
    record_decision(write.path, "relation", theme="Time", to="Tme", note="x", by="KL")
    table = recorded_relations(study, standing(write))
    assert len(table) == 1
    assert table.notes == ("Decision 1 relates 'Tme', which is no theme of the codebook.",)
