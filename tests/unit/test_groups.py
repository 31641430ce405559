"""Member checks of groups: present, shown, said, changed; packs handed out; nobody is counted who was not asked."""

import datetime
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import read_ledger, record_decision, replay
from alliance_nlp.method.member_checks import (
    group_checks,
    hand_out_pack,
    member_agreement,
    member_check_pack,
    record_workshop,
)
from hand_made_study import BOOK, make_study

DAY = datetime.date(2025, 10, 2)
SAID = {"said": "Not on Fridays.", "theme": "Time", "by": ["P1", "P3"], "verdict": "partly", "changed": "Fridays added"}


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions.jsonl"


def test_who_was_there_what_was_shown_said_and_changed(study, path):
    record_workshop(path, "workshop", present=["P1", "P3"], shown="two themes", by="KL", of=study, date=DAY,
                    replies=[SAID, {"said": "Fine with me."}])  # fmt: skip
    table = group_checks(study, replay(path, codebook=BOOK))
    first, second = table.rows()
    assert (first["present"], first["not_present"], first["shown"]) == (("P1", "P3"), ("P2", "P4"), "two themes")
    assert (first["theme"], first["said"], first["said_by"]) == ("Time", "Not on Fridays.", ("P1", "P3"))
    assert (first["verdict"], first["changed"], first["date"]) == ("partly", "Fridays added", DAY)
    assert (second["theme"], second["said_by"], second["verdict"]) == ("", (), "")
    assert "Not on Fridays." not in str(table)


def test_to_be_there_is_not_to_agree_and_not_to_be_there_is_not_to_be_silent(study, path):
    record_workshop(path, "workshop", present=["P1", "P3"], shown="two themes", by="KL", of=study, replies=[SAID])
    rows = {row["theme"]: row for row in member_agreement(study, replay(path, codebook=BOOK)).rows()}
    assert {row["asked"] for row in rows.values()} == {0}
    assert {row["no_answer"] for row in rows.values()} == {0}
    assert {row["status"] for row in rows.values()} == {"nobody was asked"}
    assert len(group_checks(study, replay(path, codebook=BOOK)).rows()) == 1


def test_a_session_in_which_findings_were_shown_is_a_member_check(study, path):
    present = ["P1", "P2", "P3"]
    assert record_workshop(path, "S2", present=present, shown="themes of S1", by="KL", of=study)
    assert group_checks(study, replay(path, codebook=BOOK)).rows()[0]["not_present"] == ("P4",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"workshop": "S2", "present": ["P1", "P4"]}, "people names P4, who by the study did not attend 'S2'"),
        ({"present": []}, "'workshop' needs people"),
        ({"present": ["P1"], "shown": ""}, "'workshop' needs note"),
        ({"present": ["P9"]}, "people, each a participant, must be 'P1', 'P2', 'P3' or 'P4'. Got 'P9' instead"),
        ({"present": ["P2"], "replies": [SAID]}, "reply 1: P1 and P3 was not present; a reply is by"),
        ({"present": ["P1"], "replies": [{"said": " "}, {"sayd": "x"}]},
         "(?s)has 3 problems:.*reply 1: nothing was said.*reply 2: 'sayd' is not read"),
        ({"present": ["P1", "P3"], "replies": [SAID | {"verdict": "maybe"}]}, "verdict must be 'yes', 'partly' or"),
        ({"present": ["P1", "P3"], "replies": [SAID | {"theme": "Tim"}]}, "theme must be .* Did you mean 'Time'"),
    ],
)  # fmt: skip
def test_workshops_that_are_refused_and_write_nothing(study, path, given, message):
    told = {"workshop": "workshop", "shown": "themes", "by": "KL", "of": study} | given
    with pytest.raises(InputError, match=message):
        record_workshop(path, told.pop("workshop"), **told)
    assert not path.exists()


def test_a_reply_without_its_workshop_is_listed_and_said(study, path):
    record_decision(path, "workshop reply", about="nowhere", note="x", by="KL", of=study)
    table = group_checks(study, replay(path, codebook=BOOK))
    assert [(r["workshop"], r["shown"], r["said"]) for r in table.rows()] == [
        ("nowhere", "(the ledger does not hold it)", "x")
    ]
    assert "Decision 1 is a reply of 'nowhere', a workshop that the ledger does not hold." in table.notes


def test_a_reply_of_somebody_absent_is_listed_and_said(study, path):
    record_workshop(path, "May", present=["P1"], shown="themes", by="KL", of=study)
    record_decision(path, "workshop reply", about="May", people="P2", note="x", by="KL", of=study)
    table = group_checks(study, replay(path, codebook=BOOK))
    assert table.rows()[0]["said_by"] == ("P2",)
    assert "Decision 2 is a reply of P2, by the ledger not present at 'May'." in table.notes


def test_two_workshops_of_one_name_keep_their_people_and_replies(study, path):
    said = {"said": "First.", "by": "P1"}
    record_workshop(path, "workshop", present="P1", shown="two themes", by="KL", of=study, replies=[said])
    record_workshop(path, "workshop", present=["P2"], shown="four themes", by="KL", of=study,
                    replies=[{"said": "Second.", "by": ["P2"]}])  # fmt: skip
    rows = group_checks(study, replay(path, codebook=BOOK)).rows()
    assert [(r["present"], r["shown"], r["said"]) for r in rows] == [
        (("P1",), "two themes", "First."), (("P2",), "four themes", "Second."),
    ]  # fmt: skip


def test_all_problems_of_a_workshop_at_once(study, path):
    replies = [{"said": "x", "theme": "Nope"}, "x", {"said": "y", "by": ["P3"], "verdict": "maybe"}]
    with pytest.raises(InputError) as err:
        record_workshop(path, "May", present=["P1", "P9"], shown="", by="KL", of=study, replies=replies)
    said = str(err.value)
    for part in ("'workshop' needs note", "reply 1: theme must be", "reply 2: must be a dict", "reply 3: P3 was not"):
        assert part in said, part
    assert not path.exists()
    with pytest.raises(InputError, match="people must name each person once. Got P1 and P1"):
        record_workshop(path, "May", present=["P1", "P1"], shown="x", by="KL", of=study)


def test_handing_out_a_pack_is_an_event_and_makes_silence_an_answer_that_is_missing(study, path):
    pack = member_check_pack(study, "P1", date=DAY)
    written = hand_out_pack(path, pack, by="KL", of=study, note="by post", date=DAY)
    assert (written.about, written.to, written.note) == ("P1", pack.id, "by post")
    assert read_ledger(path).problems == ()
    rows = {row["theme"]: row for row in member_agreement(study, replay(path, codebook=BOOK)).rows()}
    assert (rows["Time"]["asked"], rows["Time"]["no_answer"], rows["Time"]["not_asked"]) == (1, 1, 1)
    assert rows["Time"]["status"] == "no answer"
    with pytest.raises(InputError, match="about, a participant, must be"):
        hand_out_pack(path, replace(pack, participant="P9"), by="KL", of=study)


def test_words_of_who_did_not_agree_to_be_quoted_stay_out(study, path):
    people = tuple(replace(p, quotation=False) if p.id == "P1" else p for p in study.participants)
    study = replace(study, participants=people)
    copied = {"said": "There is no time, the next one is waiting.", "by": ["P1"]}
    record_workshop(path, "workshop", present=["P1"], shown="themes", by="KL", of=study, replies=[copied])
    assert "next one is waiting" not in str(group_checks(study, replay(path, codebook=BOOK)).rows())
