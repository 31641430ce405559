"""Two sessions side by side: what is new, kept and gone, and whether the same people changed."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from alliance_nlp.errors import InputError
from alliance_nlp.method.sessions import compare_sessions, sign_flip
from alliance_nlp.records import (
    Clusters,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Participant,
    ReadSpan,
    Study,
    attendance,
    resolve_people,
)
from alliance_nlp.segments import segment
from hand_made_study import BOOK, RUSH, make_study, transcript


@pytest.fixture
def study():
    return make_study()


def test_four_people_cannot_give_a_p_below_an_eighth():
    test = sign_flip([0.1, 0.2, 0.3, 0.4])
    assert test == (0.25, 0.125, 4, 16, 0.125, "")
    assert sign_flip([0.1, 0.2, 0.3, -0.4]).p == pytest.approx(
        14 / 16
    )  # all but +++- kept at .2: counted by hand below
    sums = [
        abs(sum(s * v for s, v in zip(signs, (0.1, 0.2, 0.3, 0.4), strict=True)))
        for signs in product((1, -1), repeat=4)
    ]
    assert sum(x >= 0.2 - 1e-12 for x in sums) == 14


def test_nobody_and_no_change_have_no_p_but_a_reason():
    nobody = sign_flip([])
    assert math.isnan(nobody.p)
    assert nobody.reason == "nobody attended both sessions"
    still = sign_flip([0.0, 0.0])
    assert math.isnan(still.p)
    assert (still.mean, still.smallest_p, still.reason) == (0.0, 0.5, "nobody's share changed")


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=8).filter(any), st.randoms())
def test_laws_of_the_sign_flip(changes, random):
    test = sign_flip(changes)
    assert test.smallest_p <= test.p + 1e-12
    assert test.p <= 1
    assert sign_flip([-c for c in changes]).p == test.p
    assert sign_flip([7.3 * c for c in changes]).p == test.p
    shuffled = list(changes)
    random.shuffle(shuffled)
    assert sign_flip(shuffled).p == test.p


def test_many_people_are_drawn_with_the_seed_and_agree_with_the_exact_answer():
    values = np.linspace(-1, 1.4, 16)
    exact = sign_flip(values).p
    many = sign_flip([*values, 0.0])  # a change of 0 alters nothing but the number of people
    assert many.p == pytest.approx(exact, abs=0.015)
    assert many == sign_flip([*values, 0.0], random_state=0)
    assert many.p != sign_flip([*values, 0.0], random_state=1).p
    assert many.arrangements == 2**17


def test_new_kept_and_gone_by_hand(study):
    found = compare_sessions(study)
    assert (found.first, found.second) == ("S1", "S2")
    rows = {row["name"]: row for row in found.rows()}
    assert [(r["first"], r["second"], r["verdict"]) for r in rows.values()] == [
        (2, 2, "kept"), (2, 1, "kept"), (0, 0, "in neither"),
    ]  # fmt: skip
    people = {(r["name"], r["participant"]): r for r in found.per_person.rows()}
    # P1 has two turns of three words or more in S1 (one on trust) and one in S2 (on trust); "Same here." is assent
    assert (people["Trust", "P1"]["first"], people["Trust", "P1"]["second"]) == (0.5, 1.0)
    assert people["Trust", "P4"]["remark"] == "absent from S2"
    assert math.isnan(people["Trust", "P4"]["change"])
    assert found.not_in_both == (("P4", "absent from S2"),)
    assert (rows["Trust"]["up"], rows["Trust"]["down"], rows["Trust"]["unchanged"]) == (1, 0, 2)
    assert "189 days" in str(found)
    assert "8 arrangements of signs, so p cannot fall below .250" in str(found)
    assert "Not in the test: P4 absent from S2. Absent is not silent." in str(found)
    assert repr(found) == "SessionComparison('S1' to 'S2': 2 kept, 0 new, 0 gone)"
    assert "*" not in str(found)
    assert "<table>" in found._repr_html_()
    assert len(found.to_frame()) == 3


def test_new_and_gone(study):
    spans = [a for a in study.consensus.applied if (a.transcript_id == "S1") == (a.code_id == RUSH)]
    found = compare_sessions(replace(study, consensus=replace(study.consensus, applied=tuple(spans))))
    assert found.of("new") == ("Trust",)
    assert found.of("gone") == ("Time",)


def test_a_person_who_was_there_and_said_nothing_is_not_in_the_test_and_not_absent(study):
    quiet = (*study.participants, Participant("P7", "participant", ("S1", "S2")))
    assert ("P7", "no statement in S1 and S2") in compare_sessions(replace(study, participants=quiet)).not_in_both


def test_turns_that_nobody_read_are_unknown_and_not_no_code(study):
    read = tuple(r for r in study.consensus.read if r.transcript_id == "S1")
    applied = tuple(a for a in study.consensus.applied if a.transcript_id == "S1")
    unread = compare_sessions(replace(study, consensus=Coding(applied, read, BOOK)))
    assert dict(unread.not_in_both)["P1"] == "no statement in S2"
    assert "Nobody spoke in both sessions" in str(unread)


def test_sessions_without_dates_keep_their_order_and_say_so(study):
    undated = replace(study, transcripts=tuple(replace(t, date=None) for t in study.transcripts))
    found = compare_sessions(undated)
    assert found.first == "S1"
    assert "Not every session has a date; the order is that in which they were given." in str(found)
    backwards = replace(study, transcripts=study.transcripts[::-1])
    assert compare_sessions(backwards).first == "S1"
    assert compare_sessions(study, sessions=("S2", "S1")).first == "S2"


def test_the_level_and_the_coder_can_be_chosen(study):
    assert len(compare_sessions(study, level="code").rows()) == 3
    assert compare_sessions(study, coder="B").rows()[0]["second"] == 1
    both = replace(study, consensus=None)
    assert compare_sessions(both).rows()[0]["second"] == 2


def test_what_cannot_be_compared(study):
    in_one = (span for span in study.coding.applied if span.transcript_id == study.transcripts[0].id)
    one = Study(study.transcripts[:1], BOOK, Coding(tuple(in_one), (), BOOK))
    cases = [
        (lambda: compare_sessions(one), r"compares two sessions. There are 1: 'S1'. Name two"),
        (lambda: compare_sessions(study, level="topic"), "level must be"),
        (lambda: compare_sessions(study, sessions=("S1", "S9")), "two different sessions of 'S1', 'S2'"),
        (lambda: compare_sessions(study, sessions=("S1", "S1")), "two different sessions"),
        (lambda: compare_sessions(study, coder="X"), "coder must be one of 'consensus', 'A', 'B'. Got 'X'"),
        (lambda: compare_sessions(Study(study.transcripts)), "Nobody has coded anything"),
        (lambda: compare_sessions(study.transcripts), "takes a Study or Clusters. Got tuple"),
    ]
    for call, message in cases:
        with pytest.raises(InputError, match=message):
            call()


def test_clusters_of_two_sessions():
    talk = {
        "S1": [("P1", "a"), ("P2", "b"), ("P1", "c")],
        "S2": [("P1", "d"), ("P2", "e"), ("P3", "mm")],
    }  # fmt: skip
    transcripts = tuple(transcript(n, [(s, "participant", w) for s, w in turns]) for n, turns in talk.items())
    segments = segment(resolve_people(transcripts, same_people=True))
    embeddings = Embeddings(segments, np.eye(6), EncoderInfo("hand"))
    clusters = Clusters(embeddings, np.array([1, 0, 1, 0, 0, -1]), {segments[5].id: "near-empty"})
    found = compare_sessions(clusters)
    assert found.of("gone") == ("cluster 1",)
    assert found.of("kept") == ("cluster 0",)
    assert dict(found.not_in_both)["P3"] == "absent from S1"
    change = {(r["name"], r["participant"]): r["change"] for r in found.per_person.rows()}
    assert change["cluster 0", "P1"] == 1.0
    assert change["cluster 0", "P2"] == 0.0


def test_attendance_adds_who_speaks_to_who_is_stated(study):
    stated = replace(study, participants=(Participant("P1", "participant", ("S1",)),))
    assert attendance(stated)["P1"] == {"S1", "S2"}
    assert "M" not in attendance(stated)


def test_a_read_turn_without_a_code_counts_as_a_statement_without_the_theme():
    t = [
        transcript(n, [("P1", "participant", "Three words here."), ("P1", "participant", "And three more.")])
        for n in "AB"
    ]
    spans = (CodedSpan("c", "A", t[0].turns[0].start, t[0].turns[0].end, RUSH),)
    coding = Coding(spans, tuple(ReadSpan("c", x.id, 0, len(x.text)) for x in t), BOOK)
    people = compare_sessions(Study(tuple(t), BOOK, coding)).per_person.rows()
    assert next(r["first"] for r in people if r["name"] == "Time") == 0.5
