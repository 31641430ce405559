"""Which transcripts are forms: answers of several people side by side."""

import pytest

from alliance_nlp.records import Transcript, Turn, is_form


def transcript(speakers, roles=None):
    turns = tuple(
        Turn(2 * i, 2 * i + 1, speaker, role)
        for i, (speaker, role) in enumerate(zip(speakers, roles or ["participant"] * len(speakers), strict=True))
    )
    return Transcript("T", "x " * len(speakers), turns)


PEOPLE = [f"P{i}" for i in range(20)]


@pytest.mark.parametrize(
    ("speakers", "found"),
    [
        (PEOPLE, True),
        ([*PEOPLE, "P0"], True),  # one of twenty answered twice
        ([*PEOPLE, "P0", "P1"], True),  # nine in ten have one turn
        ([*PEOPLE, "P0", "P1", "P2"], False),
        (["P1", "P2"], True),
        (["P1", "P2", "P1"], False),
        (["P1"], False),
        (["P1", "P1"], False),
        ([*PEOPLE, None], False),
        ([None, None], False),
        ([], False),
    ],
)
def test_a_form_is_many_people_with_one_answer_each(speakers, found):
    assert is_form(transcript(speakers)) is found


@pytest.mark.parametrize("role", ["moderator", "co-moderator"])
def test_the_question_above_every_answer_makes_it_no_talk(role):
    assert is_form(transcript(["M", "P1", "M", "P2", "M", "P3"], [role, "participant"] * 3))
    assert not is_form(transcript(["M", "P1", "M", "P1", "M", "P2"], [role, "participant"] * 3))
