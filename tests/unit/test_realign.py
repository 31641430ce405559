"""Codings on transcripts that were edited: each case by hand, what cannot be proven is lost and listed."""

import datetime
import warnings

import pytest

from alliance_nlp import Realigned, realign
from alliance_nlp.errors import AlignmentError, AllianceWarning, InputError
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Table, Transcript, Turn

OLD = """M: How was it for you?
P1: So Ann Berg waited teh whole day, and then she went home to rest.
P2: Yes.
P1: We had no time for lunch at all, not on Mondays and not later either.
P2: I I was tired by then, and the clinic closed early that week.
M: What did you do about it?
P2: Nothing much, to be honest. We had no time for lunch at all, did we."""


def transcript(text, ident="T"):
    turns, at = [], 0
    for line in text.split("\n"):
        label, _, said = line.partition(": ")
        start = at + len(line) - len(said)
        turns.append(Turn(start, at + len(line), label or None, "moderator" if label == "M" else "participant"))
        at += len(line) + 1
    return Transcript(ident, text, tuple(turns))


def landed(old, new, words, *, nth=0):
    """What some words of the old text became, and why."""
    start = -1
    for _ in range(nth + 1):
        start = old.index(words, start + 1)
    coding = Coding((CodedSpan("KL", "T", start, start + len(words), "Time"),), ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = realign(coding, transcript(old), transcript(new)).landings[0]
    return found.new_words if found.became != "lost" else None, found


@pytest.mark.parametrize(
    ("change", "words", "now"),
    [
        (("teh", "the"), "Ann Berg waited teh whole day", "Ann Berg waited the whole day"),
        (("Ann Berg", "Eva Moe"), "Ann Berg waited teh whole day", "Eva Moe waited teh whole day"),
        (("Ann Berg", "[Name 1]"), "So Ann Berg waited", "So [Name 1] waited"),
        (("So Ann", "Ann"), "So Ann Berg waited", "Ann Berg waited"),
        (("So Ann", "Well, so then Ann"), "Ann Berg waited", "Ann Berg waited"),
        (("I I was", "I was"), "I I was tired by then", "I was tired by then"),
        (("I I was", "I was"), "I was tired by then", None),  # which of the two was taken out?
        (("P2: Yes.\n", ""), "Yes.", None),
        (("P2: Yes.", "P2: "), "Yes.", None),
        (("P2: Yes.", "P7: Yes."), "Yes.", "Yes."),
        ((" and then she", "\nM: And?\nP1: and then she"), "waited teh whole day,", "waited teh whole day,"),
        (("home to rest.\nP2: Yes.", "home to rest. Yes."), "Yes.", "Yes."),
        (("whole", "WHOLE"), "whole day", "WHOLE day"),
        (("early", "ear-ly"), "the clinic closed early that week", "the clinic closed ear-ly that week"),
    ],
)
def test_words_are_followed_or_lost(change, words, now):
    assert change[0] in OLD
    assert landed(OLD, OLD.replace(*change), words)[0] == now


def test_a_paragraph_that_moved_takes_its_codings_along():
    lines = OLD.split("\n")
    new = "\n".join([*lines[:1], *lines[4:], *lines[1:4]])
    assert landed(OLD, new, "Ann Berg waited")[0] == "Ann Berg waited"
    assert landed(OLD, new, "the clinic closed early that week")[1].became == "elsewhere"


def test_words_that_stand_twice_land_where_they_stood_and_not_on_their_twin():
    words = "We had no time for lunch at all"
    first, second = (landed(OLD, OLD.replace("teh", "the, the"), words, nth=n)[1] for n in (0, 1))
    assert (first.start, second.start) == (OLD.index(words) + 5, OLD.rindex(words) + 5)
    gone = OLD.replace("P1: We had no time for lunch at all, not on Mondays and not later either.\n", "")
    assert landed(OLD, gone, words, nth=0)[0] is None
    assert landed(OLD, gone, words, nth=1)[1].start == gone.index(words)


def test_words_that_went_apart_are_lost():
    lines = OLD.split("\n")
    new = "\n".join([*lines[:2], *lines[3:6], lines[2], lines[6]])
    both = OLD[OLD.index("So Ann") : OLD.index("later either.") + len("later either.")]
    assert landed(OLD, new, both)[1].start is not None  # "Yes." went away, and the rest is together
    assert landed(OLD, "\n".join([lines[0], lines[1], *lines[4:], lines[3]]), both)[0] is None
    much = OLD.replace("waited teh", "waited " + "and nobody told her why she should " * 3 + "teh")
    assert landed(OLD, much, "waited teh")[1].why == "less than half of its words are the same"


def test_names_of_other_length_at_an_edge_need_to_be_replaced_again():
    old = OLD.replace("I I was", "Ann Berg was").replace("M: What did", "M: What did Ann Berg and you or what did")
    new = old.replace("Ann Berg", "Tove of the other team")
    assert landed(old, new, "Ann Berg was tired by then")[0] == "Tove of the other team was tired by then"
    once = old.replace("Ann Berg was tired", "Tove of the other team was tired")
    assert landed(old, once, "Ann Berg was tired by then")[0] is None


def test_what_a_person_should_look_at_is_said():
    split = OLD.replace(" and then she", "\nM: And?\nP1: and then she")
    words = "Ann Berg waited teh whole day, and then she went home"
    assert landed(OLD, split, words)[1].why == "stood in 1 turn, stands in 3"
    other = OLD.replace("P2: I I was", "P1: I I was")
    assert landed(OLD, other, "tired by then")[1].why == "said by 'P2', now by 'P1'"


@pytest.mark.parametrize(
    "words", ["Tære på kreftene, vente på tog", "私たちは時間がない", "אין לנו זמן בכלל", "cafe\u0301 a\u0300 midi"]
)
def test_other_scripts_and_forms(words):
    old = f"P1: {words} og så var det slutt der for dagen.\nP2: 今日は雨です。"
    new = f"P2: 今日は雨です。\nP1: Vel, {words} og så var det slutt der for dagen."
    with_start = landed(old, f"P9: Hei.\n{old}", words)[1]
    assert with_start.start == old.index(words) + 9
    assert landed(old, new.replace("\nP1", "\n\nP1"), words)[0] in (words, None)


def test_read_words_statements_and_a_coding_behind_are_followed():
    old, new = transcript(OLD), transcript(OLD.replace("P2: Yes.\n", "").replace("teh", "the"))
    start = OLD.index("I I was")
    day = datetime.date(2026, 1, 2)
    span = CodedSpan("KL", "T", start, start + 20, "Time", "coded", None, "why", day)
    turns = tuple(ReadSpan("KL", "T", turn.start, turn.end) for turn in old.turns)
    behind = Coding((span,), turns, saw_suggestions={"KL": False})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = realign(Coding((span,), turns, made_from=behind), old, new)
    assert found.coding.made_from.applied == found.coding.applied
    assert (found.coding.applied[0].note, found.coding.applied[0].date) == ("why", day)
    assert found.coding.made_from.saw_suggestions == {"KL": False}
    assert {new.text[r.start : r.end] for r in found.coding.read} >= {
        "So Ann Berg waited the whole day, and then she went home to rest.",
        "We had no time for lunch at all, not on Mondays and not later either.",
    }
    assert not any("Yes" in new.text[r.start : r.end] for r in found.coding.read)
    assert found.places == {f"T:{start}-{start + 20}": f"T:{start - 9}-{start + 11}"}
    assert found.read_share == {"KL": 1.0}  # what was taken out between two known words is known


def test_a_new_text_without_the_words_is_not_read():
    old, new = transcript(OLD), transcript("M: Other talk, and nothing of what was there before.")
    with pytest.warns(AllianceWarning, match="1 application of 1 could not be placed"):
        found = realign(Coding((CodedSpan("KL", "T", 3, 20, "x"),), (ReadSpan("KL", "T", 0, 60),)), old, new)
    assert found.coding.applied == ()
    assert found.landings[0].old_words == OLD[3:20]
    assert "lost" in str(found)
    assert OLD[3:20] not in str(found)
    assert found.rows()[0]["old_words"] == OLD[3:20]


def test_nothing_changed_is_nothing_to_say():
    old = transcript(OLD)
    coding = Coding(
        (CodedSpan("KL", "T", 26, 45, "x"), CodedSpan("MR", "T", 26, 45, "x")), (ReadSpan("KL", "T", 0, 9),)
    )
    found = realign(coding, old, old)
    assert found.coding == coding
    assert len(found.table()) == 0
    assert isinstance(found, Realigned)


def test_two_stretches_that_fall_together_are_one_and_said():
    old = OLD.replace("Ann Berg", "um Ann Berg")
    start = old.index("um Ann")
    spans = (CodedSpan("KL", "T", start, start + 11, "x"), CodedSpan("KL", "T", start + 3, start + 11, "x"))
    found = realign(Coding(spans, ()), transcript(old), transcript(OLD))
    assert len(found.coding.applied) == 1
    assert found.landings[1].why == "the coder now has this code here twice; it is kept once"


def test_what_cannot_be_realigned_is_said():
    old = transcript(OLD)
    with pytest.raises(InputError, match=r"realign\(\) takes a Coding"):
        realign("KL", old, old)
    with pytest.raises(InputError, match="old of realign"):
        realign(Coding((), ()), (old, old), old)
    with pytest.raises(InputError, match="new must hold transcripts"):
        realign(Coding((), ()), old, ["T"])
    with pytest.raises(AlignmentError, match="Was the transcript changed"):
        realign(Coding((CodedSpan("KL", "T", 0, 10**6, "x"),), ()), old, old)
    with pytest.warns(AllianceWarning, match="listed as lost"):
        found = realign(Coding((CodedSpan("KL", "T", 0, 9, "x"),), ()), old, transcript(OLD, "U"))
    assert found.landings[0].why == "its transcript is not among the new ones"


def test_blank_turns_keep_their_place():
    old = "P1: We had a day off then.\nP2: \nP1: And I went to see her at home."
    at = old.index("P2: ") + 4
    coding = Coding((CodedSpan("KL", "T", at, at, "silence"),), (ReadSpan("KL", "T", at, at),))
    found = realign(coding, transcript(old), transcript(old.replace("off", "off, off")))
    assert (found.landings[0].start, found.landings[0].became) == (at + 5, "elsewhere")
    assert isinstance(found.table(), Table)
