"""plot_relations(): every pair with its number, the diagonal empty, bad input said."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.plots import plot_relations


@pytest.fixture(scope="module")
def relations():
    return an.relate_themes(an.load_study("focus_group"))


def test_every_pair_has_its_number(relations):
    ax = plot_relations(relations)
    order = [0, 3, 1, 2]  # overarching, overarching, practical, practical
    values = relations.matrix("both")[np.ix_(order, order)]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [relations.names[i] for i in order[::-1]]
    fields = [t for t in ax.texts if t.get_gid() == "field"]
    shown = {(3 - int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in fields}
    assert len(shown) == 12
    assert all(shown[row, column] == f"{values[row, column]:.0f}" for row, column in shown)


@pytest.mark.parametrize("what", ["share", "follows"])
def test_other_readings_have_their_own_title(relations, what):
    ax = plot_relations(relations, what=what)
    assert ax.get_title(loc="left") != plot_relations(relations).get_title(loc="left")


def test_what_people_recorded_is_framed_and_said():
    study = an.load_study("focus_group")
    row = {"kind": "relation", "by": "KL", "role": "coder", "date": "2025-05-14", "theme": "Time-consuming",
           "to": "An ideal standard", "note": "no time, no standard"}  # fmt: skip
    found = an.relate_themes(study, standing=an.replay(an.Ledger.of([row]), codebook=study.codebook))
    ax = plot_relations(found)
    assert len(ax.patches) == 1
    # column: An ideal standard, the first; row: Time-consuming, the third of four from the top
    assert tuple(np.round(ax.patches[0].get_xy())) == (0, 1)
    assert ax.get_xlabel().startswith("Frame: people recorded")
    recorded = plot_relations(found, what="recorded").texts
    assert [t.get_position() for t in recorded if t.get_gid() == "field" and t.get_text() == "1"] == [(0, 1)]
    assert not plot_relations(an.relate_themes(study)).patches


def test_bad_input_is_said(relations):
    with pytest.raises(InputError, match="takes what relate_themes\\(\\) gives. Got list"):
        plot_relations([])
    with pytest.raises(InputError, match="what must be 'both', 'share', 'follows' or 'recorded'"):
        plot_relations(relations, what="shares")
