"""Coded statements: who said them, where they stand, which count; every value counted by hand."""

from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.records import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Participant,
    Study,
    Transcript,
    Turn,
    attendance,
    moderates,
    session_dates,
)
from hand_made_study import DATES, DEMANDING, RUSH, make_study

BOOK = Codebook(
    (
        Code("Trust", "takes time", "rush"),
        Code("Trust", "takes time", "wait"),
        Code("Joy", "", "thanks"),
        Code("", "", "alone"),
    ),
    former=("not/in it",),
)
WORDS = "M: How? A: Slow days. B: Yes, slow. C: Why slow?"
#        0  3    8  11         22 25        36 39
TALK = Transcript(
    "T", WORDS,
    (Turn(3, 7, "M", "moderator"), Turn(11, 21, "A", "participant"), Turn(21, 21, "A", "participant"),
     Turn(25, 35, "B"), Turn(39, 48, "C")),
)  # fmt: skip


def study_of(*spans, consensus=None, participants=()):
    coding = Coding(tuple(spans), (), BOOK)
    return Study((TALK,), BOOK, coding, consensus, participants=participants)


def span(start, end, code="Trust/takes time/rush", status="coded", coder="KL"):
    return CodedSpan(coder, "T", start, end, code, status)


def test_what_a_statement_knows():
    (found,) = study_of(span(16, 20, "Joy/thanks")).statements()
    assert (found.segment_id, found.text, found.n_words) == ("T:16-20", "days", 1)
    assert (found.turn, found.speaker, found.role, found.session) == (1, "A", "participant", "T")
    assert (found.coder, found.code_id, found.name, found.status) == ("KL", "Joy/thanks", "thanks", "coded")
    assert (found.question, found.moderates, found.counts, found.by_people) == ("How?", False, True, True)
    assert repr(found) == "Statement('T:16-20', 'Joy/thanks', coded by 'KL')"


@pytest.mark.parametrize(
    ("code", "name", "essence", "theme"),
    [
        ("Trust/takes time/rush", "rush", "Trust/takes time", "Trust"),
        ("Trust/takes time", "takes time", "Trust/takes time", "Trust"),  # an essence without a row of its own
        ("Trust", "Trust", "Trust", "Trust"),  # a theme without one
        ("Joy/thanks", "thanks", "Joy/thanks", "Joy"),  # no essence: stands for itself
        ("alone", "alone", "alone", "alone"),
        ("not/in it", "not/in it", "not/in it", "not/in it"),  # a code that was taken out
    ],
)
def test_where_a_code_stands(code, name, essence, theme):
    (found,) = study_of(span(11, 21, code)).statements()
    assert (found.name, found.at("code"), found.at("essence"), found.at("theme")) == (name, code, essence, theme)


@pytest.mark.parametrize(
    ("status", "counts", "by_people"),
    [("coded", True, True), ("consensus", True, True), ("suggested", True, False), ("accepted", True, False),
     ("rejected", False, False)],
)  # fmt: skip
def test_the_status_alone_says_whether_a_statement_counts(status, counts, by_people):
    study = study_of(span(11, 21, status=status))
    (found,) = study.statements(counted=False)
    assert (found.counts, found.by_people) == (counts, by_people)
    assert len(study.statements()) == counts


def test_where_the_machine_declined_there_is_no_statement():
    study = study_of(span(11, 21, "", "abstained", "m"), span(25, 35, "Joy", "abstained", "m"), span(25, 29))
    assert [x.segment_id for x in study.statements(counted=False)] == ["T:25-29"]


@pytest.mark.parametrize(
    ("start", "end", "speaker", "turn"),
    [
        (11, 21, "A", 1),
        (8, 21, "A", 1),  # with the label before the turn
        (22, 35, "B", 3),
        (22, 24, "A", 2),  # a label alone: the turn before it
        (21, 21, "A", 2),  # a blank turn that was coded itself
        (16, 35, "A", 1),  # over two turns: the one in which it begins
        (0, 2, None, None),
    ],
)
def test_who_said_it_is_who_speaks_its_first_words(start, end, speaker, turn):
    (found,) = study_of(span(start, end)).statements()
    assert (found.speaker, found.turn) == (speaker, turn)


def test_a_blank_turn_is_a_statement_without_words():
    (found,) = study_of(span(21, 21)).statements()
    assert (found.text, found.n_words, found.counts) == ("", 0, True)


def test_the_parts_of_a_statement_that_one_person_says():
    """Turns of M 3-7, A 11-21, A 21-21, B 25-35, C 39-48: what lies between them is nobody's."""
    whole, part = study_of(span(0, 48), span(16, 27)).statements()
    assert whole.said_by("A") == [(1, 11, 21)]  # the blank turn holds no words
    assert (whole.said_by("B"), whole.said_by("C")) == ([(3, 25, 35)], [(4, 39, 48)])
    assert whole.said_by("M") == []  # asked, not said
    assert (part.said_by("A"), part.said_by("B"), part.said_by("C")) == ([(1, 16, 21)], [(3, 25, 27)], [])
    (up_to_c,) = study_of(span(25, 39)).statements()
    assert up_to_c.said_by("C") == []
    (nobodys,) = study_of(span(0, 3)).statements()
    assert (nobodys.turn, nobodys.said_by("M"), nobodys.said_by("A")) == (None, [], [])


def test_sessions_stand_in_the_order_of_their_dates_or_as_they_were_given():
    late, early = (Transcript(name, "", (), date) for name, date in (("b", DATES["S2"]), ("a", DATES["S1"])))
    assert list(session_dates((late, early)).items()) == [("a", DATES["S1"]), ("b", DATES["S2"])]
    undated = Transcript("c", "")
    assert list(session_dates((late, undated, early))) == ["b", "c", "a"]
    second = replace(early, id="x", session="b")  # the first transcript of a session dates it
    assert session_dates((late, second)) == {"b": DATES["S2"]}


def test_attendance_knows_sessions_by_their_name_and_by_their_transcript():
    t = Transcript("T1", "ab", (Turn(0, 1, "A"), Turn(1, 2)), session="first")
    people = (Participant("B", None, ("T1",)), Participant("C", None, ("first", "elsewhere")), Participant("D"))
    assert attendance(Study((t,), participants=people)) == {"B": {"first"}, "C": {"first"}, "D": set(), "A": {"first"}}


def test_who_moderates_is_what_the_turn_or_the_study_says():
    people = (Participant("C", "co-moderator"), Participant("B", "participant"), Participant("M", "participant"))
    study = study_of(*(span(t.start, t.end) for t in TALK.turns), participants=people)
    assert [(x.speaker, x.role, x.moderates) for x in study.statements(moderators=True)] == [
        ("M", "moderator", True), ("A", "participant", False), ("A", "participant", False),
        ("B", "participant", False), ("C", "co-moderator", True),
    ]  # fmt: skip
    assert [x.speaker for x in study.statements()] == ["A", "A", "B"]
    assert set(attendance(study)) == {"A", "B", "M"}  # stated as a participant; the turn is a moderator's
    assert attendance(study)["M"] == frozenset()
    assert [study_of(span(39, 48)).statements()[0].role, moderates(None)] == [None, False]


def test_the_question_is_the_moderators_and_not_the_co_moderators():
    talk = Transcript("T", "abcd", (Turn(0, 1, "M", "moderator"), Turn(1, 2, "C", "co-moderator"), Turn(2, 4, "A")))
    (found,) = Study((talk,), None, Coding((span(2, 4),), ())).statements()
    assert found.question == "a"
    assert talk.question_before(0) is None
    assert talk.question_turn(2) == 0


def test_the_consensus_counts_where_there_is_one_and_a_coder_when_asked():
    study = make_study()
    assert len(study.statements()) == 7
    assert {x.coder for x in study.statements()} == {"consensus"}
    assert {x.date for x in study.statements()} == set(DATES.values())
    assert len(study.statements(coder="A")) == 7
    assert len(study.statements(coder="B")) == 6
    assert len(replace(study, consensus=None).statements()) == 13
    with pytest.raises(InputError, match="coder must be one of 'consensus', 'A', 'B'. Got 'C' instead"):
        study.statements(coder="C")
    with pytest.raises(InputError, match="Nobody has coded anything"):
        replace(study, coding=None, consensus=None).statements()


def test_a_level_gives_each_statement_once_a_name():
    study = study_of(
        span(25, 35), span(25, 35, "Trust/takes time/wait"), span(25, 35, coder="MR"), span(11, 21, "Joy/thanks")
    )
    assert [(x.segment_id, x.name) for x in study.statements()] == [
        ("T:11-21", "thanks"), ("T:25-35", "rush"), ("T:25-35", "wait"), ("T:25-35", "rush"),
    ]  # fmt: skip
    assert [x.at("theme") for x in study.statements(level="theme")] == ["Joy", "Trust"]
    assert [x.code_id for x in study.statements(level="code")] == [
        "Joy/thanks", "Trust/takes time/rush", "Trust/takes time/wait",
    ]  # fmt: skip
    with pytest.raises(InputError, match="level must be 'code', 'essence' or 'theme'. Got 'themes'"):
        study.statements(level="themes")


def test_statements_follow_the_order_of_the_transcripts():
    study = make_study()
    backwards = replace(study, transcripts=study.transcripts[::-1])
    assert [x.transcript_id for x in backwards.statements()] == ["S2"] * 3 + ["S1"] * 4
    assert [x.start for x in study.statements()][:4] == sorted(x.start for x in study.statements()[:4])


def test_names_stand_in_the_codebooks_order_before_those_that_only_the_coding_knows():
    assert BOOK.names_at("theme", ["x", "Joy", "a"]) == ["Trust", "Joy", "alone", "x", "a"]
    assert make_study().codebook.names_at("code") == [DEMANDING, RUSH, "Joy/worth it"]
