"""Voices: assent, who answers whom, voices per theme, field notes, quotes for everybody, statements that pull apart."""

import math
from dataclasses import replace

import numpy as np
import pytest

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.method.voices import (
    choose_quotes,
    count_voices,
    find_assent,
    find_opposing,
    notes_beside,
    stance_scores,
    who_answers_whom,
)
from alliance_nlp.records import (
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    FieldNote,
    Participant,
    Segment,
    Segments,
    Study,
    Transcript,
    attendance,
)
from hand_made_study import BOOK, RUSH, make_study, transcript


@pytest.fixture
def study():
    return make_study()


def talk(*turns):
    return transcript("T", [(s, "moderator" if s == "M" else "participant", words) for s, words in turns])


def assents_of(*turns):
    return [(a.turn, a.speaker, a.answers, a.answers_speaker) for a in find_assent((talk(*turns),))]


# --- assent -----------------------------------------------------------------------------------------------------------


def test_short_assent_is_linked_to_the_statement_it_answers(study):
    found = find_assent(study.transcripts)
    assert [(a.transcript_id, a.turn, a.speaker, a.answers, a.answers_speaker) for a in found] == [
        ("S1", 2, "P2", 1, "P1"), ("S1", 6, "P3", 5, "P1"), ("S2", 3, "P1", 2, "P2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["Mm.", "Yes, yes, exactly.", "Yeah. Me too!", "That’s true.", "So do I, absolutely.", "Oh yes"]
)
def test_words_of_assent_in_any_order(words):
    assert assents_of(("P1", "Time is short."), ("P2", words)) == [(1, "P2", 0, "P1")]


@pytest.mark.parametrize("words", ["Yes, but it depends.", "Me too in a way", "...", "", "Yes " * 9, "Time, yes"])
def test_more_than_assent_is_a_statement_of_its_own(words):
    assert assents_of(("P1", "Time is short."), ("P2", words)) == []


def test_several_people_assent_to_one_statement_and_nobody_to_themselves():
    assert assents_of(("P1", "Time is short."), ("P2", "Mm."), ("P3", "Same here."), ("P1", "Yes.")) == [
        (1, "P2", 0, "P1"), (2, "P3", 0, "P1"),
    ]  # fmt: skip


def test_an_answer_to_the_moderator_is_no_assent_to_a_participant():
    assert assents_of(("P1", "Time is short."), ("M", "Do you agree?"), ("P2", "Yes.")) == []


def test_no_assents_to_a_negation_and_contradicts_anything_else():
    assert assents_of(("P1", "I never have time."), ("P2", "No.")) == [(1, "P2", 0, "P1")]
    assert assents_of(("P1", "I always have time."), ("P2", "No.")) == []
    assert assents_of(("P1", "I always have time."), ("P2", "No."), ("P3", "Mm.")) == [(2, "P3", 0, "P1")]


def test_words_of_assent_of_another_language_and_unknown_speakers():
    t = transcript("T", [("P1", "participant", "Det tar tid."), ("P2", "participant", "Ja, enig.")])
    assert len(find_assent((t,), words={"ja", "enig"})) == 1
    assert find_assent((t,)) == ()
    unknown = replace(t, turns=tuple(replace(turn, speaker=None) for turn in t.turns))
    assert find_assent((unknown,), words={"ja", "enig"}) == ()


# --- who answers whom, field notes ------------------------------------------------------------------------------------


def test_who_answers_whom(study):
    rows = {(r["speaker"], r["after"]): (r["turns"], r["assents"]) for r in who_answers_whom(study.transcripts).rows()}
    assert rows == {
        ("P1", "M"): (3, 0), ("P1", "P2"): (1, 1), ("P2", "P1"): (2, 1), ("P2", "P3"): (1, 0), ("P3", "P2"): (1, 0),
        ("P3", "P1"): (2, 1), ("P4", "C"): (1, 0),
    }  # fmt: skip


def test_turns_without_a_speaker_are_counted_and_left_out():
    t = transcript("T", [("P1", "participant", "a"), (None, None, "b"), ("P2", "participant", "c"), (None, None, "d")])
    table = who_answers_whom((t,))
    assert len(table) == 0
    assert table.notes == ("Left out: 3 turns without a speaker on one side.",)


def test_field_notes_stand_beside_their_turns(study):
    study = replace(
        study, notes=(*study.notes, FieldNote("Lost.", "C", None, "S1", 99), FieldNote("?", "C", None, "S9", 1))
    )
    table = notes_beside(study)
    assert [(r["session"], r["turn"], r["speaker"], r["note"]) for r in table.rows()] == [
        ("S1", None, None, "A warm room."), ("S1", 4, "P3", "Leans back."), ("S1", 99, None, "Lost."),
        ("S9", 1, None, "?"),
    ]  # fmt: skip
    assert table.rows()[1]["text"] == "I never found that hard, trust comes easily."
    assert table.notes == ("2 notes name a turn that their session does not have.",)
    assert "Leans" not in str(table)


# --- voices per theme -------------------------------------------------------------------------------------------------


def test_attendance_is_what_the_study_states_or_who_speaks(study):
    assert attendance(study) == {
        "P1": {"S1", "S2"}, "P2": {"S1", "S2"}, "P3": {"S1", "S2"}, "P4": {"S1"},
    }  # fmt: skip
    assert attendance(replace(study, participants=()))["P4"] == {"S1"}
    away = (*study.participants, Participant("P9", "participant"))
    assert attendance(replace(study, participants=away))["P9"] == frozenset()


def test_voices_per_theme_by_hand(study):
    study = replace(study, participants=(*study.participants, Participant("P9", "participant")))
    voices = count_voices(study)
    trust, time, joy = voices.rows()
    assert (trust["theme"], trust["statements"], trust["speaking"], trust["only_assenting"]) == ("Trust", 4, 2, 1)
    assert (trust["silent"], trust["absent"], trust["one_voice"]) == (1, 1, "")
    assert trust["evenness"] == pytest.approx(math.log(2) / math.log(4))  # two of four people, two statements each
    assert (time["statements"], time["speaking"], time["only_assenting"]) == (3, 2, 1)
    assert (time["largest_share"], time["one_voice"]) == (pytest.approx(2 / 3), "one voice: P2")
    assert joy["statements"] == 0
    assert math.isnan(joy["evenness"])
    people = {(r["theme"], r["participant"]): r for r in voices.per_person.rows()}
    assert [people["Time", p]["voice"] for p in ("P1", "P2", "P3", "P4", "P9")] == [
        "speaks", "speaks", "assents", "silent", "absent",
    ]  # fmt: skip
    assert (people["Time", "P1"]["statements"], people["Time", "P1"]["words"], people["Time", "P1"]["assents"]) == (
        1,
        9,
        1,
    )
    assert people["Time", "P2"]["per_session"] == 1
    assert math.isnan(people["Time", "P9"]["per_session"])
    assert "one voice: P2" in str(voices)
    assert repr(voices) == "Voices(3 themes, 3 assents)"
    assert "<table>" in voices._repr_html_()
    assert len(voices.to_frame()) == 3


def test_voices_at_the_level_of_codes_and_of_one_coder(study):
    assert [r["theme"] for r in count_voices(study, level="code").rows()] == list(BOOK.ids)
    assert count_voices(study, coder="B").rows()[0]["statements"] == 3


def test_two_codes_of_one_theme_on_one_statement_are_one_statement(study):
    double = [replace(a, code_id="Trust/x") for a in study.consensus.applied if a.code_id.startswith("Trust")]
    book = replace(BOOK, codes=(*BOOK.codes, replace(BOOK.codes[0], essence="", code="x")))
    consensus = replace(study.consensus, applied=(*study.consensus.applied, *double), codebook=book)
    assert count_voices(make_study(codebook=book, consensus=consensus)).rows()[0]["statements"] == 4


def test_voices_that_cannot_be_counted(study):
    with pytest.raises(InputError, match="level must be 'code', 'essence' or 'theme'"):
        count_voices(study, level="themes")
    with pytest.raises(InputError, match="No turn of the transcripts has a speaker"):
        count_voices(Study((Transcript("T", "x"),), BOOK))


# --- quotes -----------------------------------------------------------------------------------------------------------


def test_every_participant_who_can_be_quoted_is_quoted(study):
    quotes = choose_quotes(study)
    assert {row["participant"] for row in quotes.rows()} == {"P1", "P2", "P3"}
    assert quotes.not_represented == (("P4", "none of their 1 turn carries a code of a theme"),)
    assert [row["theme"] for row in quotes.rows()] == ["Trust", "Trust", "Time", "Time"]
    assert quotes.rows()[0]["why"].startswith("their only theme; ")
    assert "Not represented: P4" in str(quotes)
    assert "win their trust" not in str(quotes) + repr(quotes)
    assert "win their trust" in quotes._repr_html_()
    assert quotes.open(0).question == quotes.rows()[0]["question"]
    assert len(quotes.to_frame()) == len(quotes) == 4


def test_who_is_not_represented_and_why(study):
    more = tuple(Participant(name, "participant", at) for name, at in (("P8", ("S1",)), ("P9", ())))
    coding = Coding(tuple(a for a in study.consensus.applied if a.transcript_id == "S2"), (), BOOK)
    only_s2 = replace(study, consensus=coding, participants=(*study.participants, *more))
    why = dict(choose_quotes(only_s2).not_represented)
    assert why == {
        "P4": "none of their 1 turn carries a code of a theme", "P8": "attended and did not speak",
        "P9": "attended no session",
    }  # fmt: skip


def test_a_theme_grows_rather_than_leave_somebody_out():
    t = talk(*[(f"P{i}", f"Number {i} has no time at all here.") for i in range(5)])
    coding = Coding(tuple(CodedSpan("A", "T", x.start, x.end, RUSH) for x in t.turns), (), BOOK)
    quotes = choose_quotes(Study((t,), BOOK, coding), n_per_theme=2)
    assert {row["participant"] for row in quotes.rows()} == {f"P{i}" for i in range(5)}
    assert sum("beyond the number asked for" in row["why"] for row in quotes.rows()) == 3
    assert "Every participant is represented." in str(quotes)


def test_better_examples_go_first():
    t = talk(
        ("P1", "No time."), ("P1", "There is no time for anything at all."), ("P1", "There is no time for her today.")
    )
    spans = [CodedSpan("A", "T", x.start, x.end, RUSH) for x in t.turns]
    both = Coding((*spans, replace(spans[2], coder="B")), (), BOOK)
    study = Study((t,), BOOK, both, Coding(tuple(replace(s, coder="c") for s in spans), (), BOOK, made_from=both))
    assert choose_quotes(study, n_per_theme=1).rows()[0]["quote"] == "There is no time for her today."
    alone = replace(study, coding=None)
    scores = {f"T:{t.turns[2].start}-{t.turns[2].end}": 2.0}
    assert choose_quotes(alone, n_per_theme=1).rows()[0]["quote"] == "There is no time for anything at all."
    assert choose_quotes(alone, n_per_theme=1, scores=scores).rows()[0]["quote"] == "There is no time for her today."


@pytest.mark.parametrize("bad", [{"n_per_theme": 0}, {"min_words": 5, "max_words": 4}])
def test_quotes_by_impossible_numbers(study, bad):
    with pytest.raises(InputError, match="n_per_theme must be at least 1"):
        choose_quotes(study, **bad)


# --- statements that pull apart ---------------------------------------------------------------------------------------


def test_wording_and_negation_place_a_statement():
    scores = stance_scores(["It is hard work.", "It is not hard.", "It is a table.", "Wonderful, a joy!"])
    assert list(np.argsort(scores)) == [0, 2, 1, 3]
    assert abs(scores.mean()) < 1e-6
    assert scores.std() == pytest.approx(1)


def test_statements_alike_in_wording_have_no_poles():
    assert not stance_scores(["a table", "a chair"]).any()
    assert stance_scores([]).shape == (0,)
    assert not stance_scores(["a table", "a chair"], np.eye(2)).any()


def test_a_statement_without_charged_words_takes_the_pole_of_those_it_lies_close_to():
    rng = np.random.default_rng(0)
    poles = np.repeat([[1.0, 0, 0], [-1.0, 0, 0]], 20, axis=0)
    vectors = poles + rng.normal(scale=0.05, size=(40, 3))
    texts = ["It is good."] * 19 + ["It is so."] + ["It is bad."] * 19 + ["So it is."]
    scores = stance_scores(texts, vectors)  # more statements than dimensions
    assert scores[19] > 0 > scores[39]
    wide = np.hstack([vectors, np.zeros((40, 60))])  # fewer statements than dimensions: the same answer
    np.testing.assert_allclose(stance_scores(texts, wide), scores, atol=1e-6)


def test_one_vector_a_statement():
    with pytest.raises(AlignmentError, match=r"one vector a statement. Got 3 for 2"):
        stance_scores(["good", "bad"], np.eye(3))


def test_opposing_statements_of_a_theme(study):
    found = find_opposing(study, "a standard")
    assert found.theme == "Trust"
    best = found.rows()[0]
    assert {best["participant"], best["other_participant"]} == {"P1", "P3"}
    assert best["score"] > 0 > best["other_score"]
    assert "hard" in "".join(best["other_words"])
    assert "win their trust" not in str(found) + repr(found)
    assert {r["participant"]: r["statements"] for r in found.per_person.rows()} == {"P1": 2, "P3": 2}
    assert len(found.statements) == 4
    assert "<table>" in found._repr_html_()
    assert len(found.to_frame()) == len(found.rows())


def test_a_pair_holds_two_people_and_a_statement_one_pair():
    t = talk(*[(f"P{i % 3}", "This is good." if i % 2 else "This is bad.") for i in range(12)])
    coding = Coding(tuple(CodedSpan("A", "T", x.start, x.end, RUSH) for x in t.turns), (), BOOK)
    rows = find_opposing(Study((t,), BOOK, coding), "Time", n_pairs=4).rows()
    ids = [row[key] for row in rows for key in ("segment_id", "other_segment_id")]
    assert len(rows) == 4
    assert len(set(ids)) == 8
    assert all(row["participant"] != row["other_participant"] for row in rows)


def test_no_pairs_are_explained_and_embeddings_are_matched_by_place(study):
    t = study.transcripts[0]
    turn = t.turns[1]
    segments = Segments((Segment("S1", turn.start, turn.end, t.turn_text(1), "P1", "participant", 1),), (t,))
    embeddings = Embeddings(segments, np.eye(1, 3), EncoderInfo("hand"))
    found = find_opposing(study, "Trust", embeddings=embeddings)
    assert any("Without an embedding, in the middle: 3 statements" in note for note in found.pairs.notes)
    elsewhere = Segments((Segment("U", 0, 1, "x"),), (Transcript("U", "x"),))
    nothing = find_opposing(study, "Trust", embeddings=Embeddings(elsewhere, np.eye(1, 3), EncoderInfo("hand")))
    assert nothing.rows() == find_opposing(study, "Trust").rows()
    joy = find_opposing(study, "Joy")
    assert joy.rows() == []
    assert joy.reason == "no two statements by different people lie apart in their wording"
    assert joy.reason in str(joy)


def test_what_opposing_cannot_do(study):
    with pytest.raises(InputError, match="no theme 'Money'. It has 'Trust', 'Time', 'Joy'"):
        find_opposing(study, "Money")
    with pytest.raises(InputError, match="n_pairs must be at least 1. Got 0"):
        find_opposing(study, "Time", n_pairs=0)
