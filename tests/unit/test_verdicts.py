"""Verdicts on what clusters gathered of themes: the toys, and laws."""

import pytest
from verdict_toys import LITTLE, MOST, NOT, PART, TOGETHER, TOYS, laid_out, people_of


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.name)
def test_a_toy_is_a_talk_that_holds_what_its_table_says(toy):
    units = laid_out(toy)
    sessions, people = people_of(toy, len(units))
    assert len(sessions) == len(people) == len(units) == sum(n for *_, n in toy.cells)
    assert len(set(sessions)) == toy.sessions
    themes = {theme for said, _ in units for theme in said.split("+")}
    assert set(toy.expected) <= themes
    assert set(toy.expected.values()) <= {MOST, PART, TOGETHER, NOT, LITTLE}
    if toy.laid in ("shuffled", "in order"):
        assert sorted(units) == sorted((said, cluster) for said, cluster, n in toy.cells for _ in range(n))


def test_there_are_many_toys_and_no_two_have_one_name():
    assert len(TOYS) >= 30
    assert len({toy.name for toy in TOYS}) == len(TOYS)
