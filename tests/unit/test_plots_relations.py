"""plot_relations(): every pair with its number, the diagonal empty, bad input said."""

import pytest

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.plots import plot_relations


@pytest.fixture(scope="module")
def relations():
    return an.relate_themes(an.load_study("focus_group"))


def test_every_pair_has_its_number(relations):
    ax = plot_relations(relations)
    values = relations.matrix("both")
    shown = {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in ax.texts}
    assert len(shown) == 12
    assert all(shown[row, column] == f"{values[row, column]:.0f}" for row, column in shown)


@pytest.mark.parametrize("what", ["share", "follows"])
def test_other_readings_have_their_own_title(relations, what):
    ax = plot_relations(relations, what=what)
    assert ax.get_title(loc="left") != plot_relations(relations).get_title(loc="left")


def test_bad_input_is_said(relations):
    with pytest.raises(InputError, match="takes what relate_themes\\(\\) gives. Got list"):
        plot_relations([])
    with pytest.raises(InputError, match="what must be 'both', 'share' or 'follows'"):
        plot_relations(relations, what="shares")
