"""Which transcripts are talk: read off who speaks when."""

import pytest

from alliance_nlp.records import Transcript, Turn, is_conversation


def transcript_of(voices):
    """One turn of one letter for each voice: "M" moderates, "?" is unknown, all others take part."""
    turns = []
    for place, voice in enumerate(voices):
        role = "moderator" if voice == "M" else None if voice == "?" else "participant"
        turns.append(Turn(place, place + 1, None if voice == "?" else voice, role))
    return Transcript("T", "x" * len(turns), tuple(turns))


@pytest.mark.parametrize(
    "voices",
    [
        ["M", "P", "M", "P"],  # an interview
        ["A", "B", "A"],  # two people, nobody moderates
        ["M", "A", "B", "C", "D", "E", "F", "B", "A", "C"],  # a round first, then talk: 3 of 9 come back
    ],
)
def test_people_who_come_back_after_others_talk(voices):
    assert is_conversation(transcript_of(voices))


@pytest.mark.parametrize(
    "voices",
    [
        [],
        ["P"],
        ["P", "P", "P"],  # one person's statements
        ["M", "P"],  # a question and its answer
        ["M", "A", "M", "B", "M", "C"],  # a table with the question above every answer: only the asker comes back
        [f"P{i}" for i in range(30)],  # one answer each
        [f"P{i}" for i in range(30)] * 3,  # three questions, each answered by all in turn
        [f"P{i}" for i in range(30) for _ in range(3)],  # sorted by person
        [*(f"P{i}" for i in range(30)), "P28"],  # one of them says more: 1 of 31
        ["?", "?", "?", "?"],  # nobody knows who speaks
    ],
)
def test_what_stands_side_by_side_is_no_talk(voices):
    assert not is_conversation(transcript_of(voices))


def test_a_fifth_of_the_turns_within_ten_turns_is_the_edge():
    others = [f"P{i}" for i in range(20)]
    # "A" comes back at the tenth turn after its own, but not at the eleventh
    back, late = ["A", *others[:9], "A", "B", "A"], ["A", *others[:10], "A"]
    assert not is_conversation(transcript_of(late))
    # 2 of 10 turns come back, then 2 of 11
    edge = ["A", "B", "A", "B", *others[:6]]
    assert is_conversation(transcript_of(edge))
    assert not is_conversation(transcript_of([*edge, others[7]]))
    assert not is_conversation(transcript_of(back))  # 2 of 13
    assert is_conversation(transcript_of([*back, "B"]))  # 3 of 14


def test_a_name_and_nothing_said_is_no_turn_of_a_conversation():
    who = ("M", "moderator"), ("P1", "participant")
    said = tuple(Turn(k, k + 1, *who[k % 2]) for k in range(4))
    unsaid = (*said[:2], *(Turn(k, k, *who[k % 2]) for k in (2, 3)))
    assert is_conversation(Transcript("T", "abcd", said))
    assert not is_conversation(Transcript("T", "abcd", unsaid))
