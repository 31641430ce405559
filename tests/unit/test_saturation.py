"""Saturation: figures by hand, and why two focus groups have none."""

import math
from dataclasses import replace

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.records import CodedSpan, Coding, Study, Transcript
from hand_made_study import make_study


def study_of(*events):
    transcripts = tuple(Transcript(f"I{i}", "x" * 20) for i in range(len(events)))
    spans = tuple(
        CodedSpan("A", f"I{i}", n, n + 1, code) for i, codes in enumerate(events) for n, code in enumerate(codes)
    )
    return Study(transcripts, None, Coding(spans, ()))


def test_two_focus_groups_are_not_assessable():
    found = assess_saturation(make_study())
    assert found.statement == "not assessable: 2 events; base 4 plus run 2 needs at least 6"
    assert math.isnan(found.share)
    assert math.isnan(found.in_other_orders)
    assert found.reached_after is None
    assert "not assessable" in str(found) + repr(found)
    assert [(r["event"], r["codes"], r["new"], r["so_far"]) for r in found.rows()] == [("S1", 2, 2, 2), ("S2", 2, 0, 2)]


def test_figures_by_hand():
    events = ("abcdefgh", "ijkl", "mnop", "qrst", "u", "v", "w", "a", "b")  # base of 4: 20 codes
    found = assess_saturation(study_of(*events), threshold=0.05)
    # after 4 the next two bring 2 (10%), after 5 two (10%), after 6 one (5%)
    assert (found.reached_after, found.share, found.statement) == (6, 0.05, "6+2 at 5%")
    strict = assess_saturation(study_of(*events), threshold=0)
    assert (strict.reached_after, strict.statement) == (7, "7+2 at 0%")
    assert [r["so_far"] for r in found.rows()] == [8, 12, 16, 20, 21, 22, 23, 23, 23]
    assert 0 < found.in_other_orders < 1
    assert len(found.to_frame()) == 9


def test_not_reached_and_an_empty_base():
    found = assess_saturation(study_of("a", "b", "c", "d", "e", "f"))
    assert (found.statement, found.share, found.in_other_orders) == ("not reached at 5% (base 4, run 2)", 0.5, 0.0)
    empty = assess_saturation(study_of("", "", "", "", "a", "b"))
    assert empty.statement == "not assessable: the base holds no code"


def test_order_by_date_the_seed_and_the_level():
    study = make_study()
    backwards = replace(study, transcripts=study.transcripts[::-1])
    assert [r["event"] for r in assess_saturation(backwards).rows()] == ["S1", "S2"]
    undated = study_of("ab", "cd", "ef", "gh", "ij", "a")
    assert "Not every session has a date" in str(assess_saturation(undated))
    once, again = (assess_saturation(undated, threshold=0.3, random_state=s) for s in (0, 0))
    assert once == again
    assert assess_saturation(study, level="theme").rows()[0]["codes"] == 2


def test_a_study_that_rejects_the_criterion_says_why():
    found = assess_saturation(make_study(), not_wanted="reflexive thematic analysis")
    assert found.statement == "not assessed: reflexive thematic analysis"


@pytest.mark.parametrize("bad", [{"base": 0}, {"run": 0}, {"threshold": 1.0}, {"threshold": -0.1}, {"n_orders": 0}])
def test_numbers_out_of_range(bad):
    with pytest.raises(InputError, match="base, run and n_orders must be at least 1"):
        assess_saturation(make_study(), **bad)


def test_an_unknown_level():
    with pytest.raises(InputError, match="level must be"):
        assess_saturation(make_study(), level="themes")
