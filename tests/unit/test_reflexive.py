"""Themes over time, negative cases, readings left to differ: everything that was written stands, in order."""

import datetime
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Ledger, record_decision, replay
from alliance_nlp.method.recorded import recorded_relations, written_notes
from alliance_nlp.method.reflexive import left_to_differ, negative_cases, theme_versions
from alliance_nlp.records import NOT_QUOTED, Coding, ReadSpan
from alliance_nlp.reports.audit import write_audit_trail
from hand_made_study import BOOK, DEMANDING, make_study

DAYS = [datetime.date(2025, 5, day) for day in range(1, 29)]


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def write(tmp_path, study):
    days = iter(DAYS)

    def written(kind, by="KL", of=study, **told):
        record_decision(tmp_path / "d.jsonl", kind, by=by, date=next(days), of=of, **told)
        return replay(tmp_path / "d.jsonl", codebook=BOOK)

    written.path = tmp_path / "d.jsonl"
    return written


def test_one_analyst_and_the_course_of_a_theme(study, write):
    write("theme description", theme="Time", to="They speak of clocks and doors.")
    write("memo", theme="Time", note="Doors?")
    write("negative case", theme="Time", segment="S1:0-5", note="Has all of it.")
    write("rename", theme="Time", to="Other people's time")
    now = write("theme description", of=None, theme="Other people's time", to="Whose time is it?")
    rows = theme_versions(study, now).rows()
    assert [(r["theme"], r["version"], r["by"]) for r in rows] == [
        ("Other people's time", 0, "the study"), ("Other people's time", 1, "KL"), ("Other people's time", 2, "KL"),
        ("Other people's time", 3, "KL"),
    ]  # fmt: skip
    assert [r["description"] for r in rows] == [
        "They speak of clocks.", "They speak of clocks and doors.", "They speak of clocks and doors.",
        "Whose time is it?",
    ]  # fmt: skip
    assert (rows[1]["words_before"], rows[1]["words_kept"]) == (4, 4)
    assert rows[1]["since"] == ("memo 2", "negative case 3")
    assert rows[2]["what"] == "renamed from 'Time' to \"Other people's time\""
    assert (rows[3]["words_before"], rows[3]["words_kept"]) == (6, 0)
    assert [r["date"] for r in rows[1:]] == [DAYS[0], DAYS[3], DAYS[4]]


def test_a_theme_that_nobody_wrote_on_has_no_versions(study, write):
    now = write("memo", theme="Trust", note="Hm.")
    assert theme_versions(study, now).rows() == []


def test_negative_cases_have_their_words_and_stand_beside_a_count(study, write):
    turn = study.transcripts[0].turns[7]
    now = write("negative case", theme="Time", segment=f"S1:{turn.start}-{turn.end}", note="Has time, and is glad.")
    row = negative_cases(study, now).rows()[0]
    assert (row["speaker"], row["session"], row["statements_under_it"]) == ("P2", "S1", 3)
    assert row["quote"] == "I have all the time I need, and it is good."
    assert "all the time I need" not in str(negative_cases(study, now))
    people = tuple(replace(p, quotation=False) if p.id == "P2" else p for p in study.participants)
    assert "all the time" not in str(negative_cases(replace(study, participants=people), now).rows())
    elsewhere = write("negative case", of=None, theme="Time", segment="S9:0-4", note="Lost.")
    row = negative_cases(study, elsewhere).rows()[1]
    assert (row["session"], row["why"], row["quote"]) == ("(not in the study)", "Lost.", "")


def test_two_decisions_that_differ_for_good(study, write):
    write("accept", segment="S1:0-5", code=DEMANDING)
    write("reject", by="MR", segment="S1:0-5", code=DEMANDING)
    now = write("differ", by="KL+MR", settles=(1, 2), note="Both read it so.")
    row = left_to_differ(study, now).rows()[0]
    assert row["about"] == f"S1:0-5 and {DEMANDING!r}"
    assert row["readings"] == (f"KL: accept {DEMANDING}", f"MR: reject {DEMANDING}")
    assert now.conflicts == ()
    assert [d.number for d in now.settled] == [1, 2]


def test_what_is_left_to_differ_on_stays_among_the_versions_and_quotes_nobody_who_refused(study, write):
    write("theme description", theme="Time", to="Clocks and doors.")
    write("theme description", by="MR", theme="Time", to="I have all the time I need, and it is good.")
    write("rename", theme="Time", to="Hours")
    now = write("differ", by="KL+MR", settles=(1, 2), note="Both stand.")
    found = [(r["version"], r["by"]) for r in theme_versions(study, now).rows()]
    assert found == [(0, "the study"), (1, "KL"), (2, "MR"), (3, "KL")]
    told = [r["number"] for r in written_notes(study, now).rows() if r["what"] == "theme description"]
    assert told == [1, 2]
    people = tuple(replace(p, quotation=False) if p.id == "P2" else p for p in study.participants)
    row = left_to_differ(replace(study, participants=people), now).rows()[0]
    assert row["readings"] == ("KL: theme description Clocks and doors.", f"MR: theme description {NOT_QUOTED}")


def test_a_renamed_theme_keeps_its_statements_and_its_group(study, write):
    turn = study.transcripts[0].turns[7]
    write("rename", theme="Time", to="Hours")
    write("relation", theme="Time", to="Trust", note="Time makes trust.")
    now = write("negative case", theme="Time", segment=f"S1:{turn.start}-{turn.end}", note="Has time.")
    row = negative_cases(study, now).rows()[0]
    assert (row["theme"], row["statements_under_it"]) == ("Hours", 3)
    groups = {theme.name: theme.group for theme in BOOK.themes}
    related = recorded_relations(study, now).rows()[0]
    assert groups["Time"]
    assert (related["group"], related["its_group"]) == (groups["Time"], groups["Trust"])


def test_two_coders_who_differ_on_words_for_good_and_a_later_word(study, write):
    turn = study.transcripts[1].turns[4]
    place = f"S2:{turn.start}-{turn.end}"
    now = write("differ", by="A+B", segment=place, note="By itself, or hard?")
    row = left_to_differ(study, now).rows()[0]
    assert row["readings"] == (f"A: {DEMANDING}", "B: no code")
    assert row["since"] == ()
    now = write("agree", by="A+B", segment=place, code=DEMANDING)
    assert left_to_differ(study, now).rows()[0]["since"] == (2,)
    with pytest.raises(InputError, match=r"'differ' needs settles \(the decisions that differ\) or segment"):
        write("differ", note="We do.")


def test_to_differ_takes_two_people_and_two_readings(study, write):
    turn = study.transcripts[1].turns[4]
    with pytest.raises(InputError, match=r"To differ takes two: by='KL\+MR'.* Got 'A\+A' alone"):
        write("differ", by="A+A", segment=f"S2:{turn.start}-{turn.end}", note="We do.")
    place = "S1:0-5"
    reads = tuple(ReadSpan(coder, "S1", 0, 5) for coder in ("A", "B"))
    study = replace(study, coding=Coding((), reads), consensus=None)
    with pytest.raises(InputError, match=f"By the codings A and B read '{place}' alike: no code. Name the words"):
        write("differ", by="A+B", segment=place, note="We do.", of=study)
    old = {"kind": "differ", "by": "KL", "role": "coder", "date": "2025-05-01", "segment": place, "note": "Do I?"}
    assert left_to_differ(study, replay(Ledger.of([old]), codebook=BOOK)).notes == (
        "Decision 1 is by KL alone: to differ takes two.",
        "Decision 1 leaves no two readings on record.",
    )


def test_a_theme_goes_by_the_name_that_the_ledger_gave_it(study, write):
    write("rename", theme="Time", to="Hours")
    now = write("stance", theme="Hours", about="P1", verdict="for")
    assert [d.theme for d in now.of_kind("stance")] == ["Hours"]
    with pytest.raises(InputError, match="theme must be 'Trust', 'Hours' or 'Joy'. Got 'Minutes'"):
        write("stance", theme="Minutes", about="P1", verdict="for")


def test_the_audit_trail_holds_all_three(study, write, tmp_path):
    turn = study.transcripts[1].turns[4]
    place = f"S2:{turn.start}-{turn.end}"
    write("theme description", theme="Time", to="Clocks.")
    write("negative case", theme="Time", segment="S1:0-5", note="No clock.")
    write("differ", by="A+B", segment=place, note="We do.")
    home = write_audit_trail(study, tmp_path / "trail", ledger=write.path) / "3_reconstruction_and_synthesis"
    for name, words in (("theme_versions", "Clocks."), ("negative_cases", "No clock."), ("left_to_differ", "We do.")):
        assert words in (home / f"{name}.csv").read_text(encoding="utf-8-sig")
