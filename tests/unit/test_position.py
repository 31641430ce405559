"""What position alone gives: the code of the segment before, blocks of neighboring segments, who is below them."""

import math

import numpy as np
import pytest
from coded_by_hand import DEMANDING, SHORT, coding_of, machine_of, segments_of

import alliance_nlp as an
from alliance_nlp import agreement
from alliance_nlp.comparison import compare
from alliance_nlp.comparison.position import blocks_of, no_order
from alliance_nlp.comparison.sides import project

QUICK = {"level": "code", "n_draws": 20}


def sides_of(human, machine, segments, level="code"):
    return project(human, machine, segments, None, level=level, rule="half", universe="shared").at(level)


def test_each_segment_gets_the_code_of_the_one_before_it_in_its_transcript():
    segments = segments_of(8, transcripts=2)
    human = coding_of(
        segments, "A", [DEMANDING, "", SHORT, DEMANDING, DEMANDING, "", "", ""], read=[0, 1, 2, 3, 4, 6, 7]
    )
    machine = machine_of(segments, [0] * 8, [(0, DEMANDING)])
    ((person, before),) = sides_of(human, machine, segments).before
    a, d, s = frozenset(), frozenset([DEMANDING]), frozenset([SHORT])
    # the second transcript begins with segment 4; segment 6 follows what was not read
    assert before.sets == (None, d, a, s, None, d, None, a)
    row = compare(human, machine, segments=segments, **QUICK).per_code[0]
    assert person.sets[3] == d
    # counted are 1, 2, 3 and 7 (5 was not read): person 0 0 1 0, before 1 0 0 0
    assert row["position"] == pytest.approx(agreement.cohen_kappa([0, 0, 1, 0], [1, 0, 0, 0]).value)


def test_a_segment_s_own_code_never_reaches_its_own_position_figure():
    segments = segments_of(30)
    codes = [DEMANDING if i % 4 < 2 else "" for i in range(30)]
    machine = machine_of(segments, [0] * 30, [(0, DEMANDING)])
    for at in (0, 7, 29):
        other = [*codes[:at], SHORT, *codes[at + 1 :]]
        first, second = (
            sides_of(coding_of(segments, "A", each), machine, segments).before[0][1] for each in (codes, other)
        )
        assert first.sets[at] == second.sets[at]
        changed = [i for i in range(30) if first.sets[i] != second.sets[i]]
        assert changed == [i for i in (at + 1,) if i < 30]


def test_blocks_count_what_was_read_and_end_with_a_transcript():
    segments = segments_of(10, transcripts=2)
    human = coding_of(segments, "A", ["", "", *[DEMANDING] * 8], read=[0, 2, 3, 4, 5, 6, 7, 8, 9])
    sides = sides_of(human, machine_of(segments, [0] * 10, []), segments)
    assert blocks_of(sides, 2).tolist() == [0, -1, 0, 1, 1, 2, 2, 3, 3, 4]
    assert blocks_of(sides, 8).tolist() == [0, -1, 0, 0, 0, 1, 1, 1, 1, 1]


def test_as_many_blocks_as_clusters_stand_beside_ami_and_ari():
    segments = segments_of(60)
    codes = [DEMANDING] * 20 + [SHORT] * 40
    machine = machine_of(segments, [i % 4 for i in range(60)], [(0, DEMANDING)])
    found = compare(coding_of(segments, "A", codes), machine, **QUICK)
    rows = {row["figure"]: row for row in found.overall.rows()}
    blocks = [i // 15 for i in range(60)]
    assert rows["AMI of clusters and codes"]["position"] == pytest.approx(
        agreement.adjusted_mutual_info(codes, blocks).value
    )
    assert rows["ARI of clusters and codes"]["position"] == pytest.approx(agreement.adjusted_rand(codes, blocks).value)
    ends = [agreement.adjusted_rand(codes, [i // size for i in range(60)]).value for size in (8, 12, 16, 20)]
    said = rows["ARI of clusters and codes"]["position_from"]
    assert said.startswith("blocks of 15 neighboring segments; of 8 to 20: ")
    low, high = (float(part) for part in said.rpartition(": ")[2].split(" to "))
    assert (low, high) == pytest.approx((min(ends), max(ends)), abs=0.005)


def test_where_the_machine_is_below_the_page_and_explain_say_so():
    segments = segments_of(80)
    runs = [DEMANDING if (i // 10) % 2 else "" for i in range(80)]
    rng = np.random.default_rng(0)
    person, drawn = coding_of(segments, "A", runs), rng.integers(2, size=80).tolist()
    worse = compare(person, machine_of(segments, drawn, [(1, DEMANDING)]), **QUICK)
    assert worse.per_code[0]["kappa"] < worse.per_code[0]["position"]
    for text in (str(worse), worse.explain()):
        assert f"Below position stand {DEMANDING}, " in text
        assert "nothing that the order of talk does not say better" in text
    better = compare(person, machine_of(segments, [int(bool(c)) for c in runs], [(1, DEMANDING)]), **QUICK)
    assert "Below position" not in str(better)
    assert "Position is what the order of talk says by itself" in better.explain()


def test_people_beside_people_have_no_position_and_undefined_is_nan():
    segments = segments_of(40)
    a, b = (coding_of(segments, coder, [DEMANDING] * 10 + [""] * 30) for coder in "AB")
    people = compare(a, b, segments=segments, **QUICK)
    assert "position" not in people.per_code.columns
    assert all(math.isnan(row["position"]) for row in people.overall.rows())
    found = compare(a, machine_of(segments, [0] * 40, [(0, DEMANDING)]), **QUICK)
    assert math.isnan(found.per_code[2]["position"])
    assert any(note.startswith("position: nan where") for note in found.per_code.notes)


def form_of(n, question="Q1"):
    """One answer of two sentences a person, side by side."""
    text, turns = "", []
    for i in range(n):
        words = f"The first thing of {i}. And the second thing of {i}."
        turns.append(an.Turn(len(text), len(text) + len(words), f"P{i}", "participant"))
        text += words + "\n"
    return an.Transcript(question, text, tuple(turns))


def test_answers_of_different_people_on_a_form_have_no_order():
    segments = an.segment([form_of(30)])
    codes = [DEMANDING if i % 3 else "" for i in range(30)]
    machine = machine_of(segments, [i % 4 for i in range(30)], [(0, DEMANDING)])
    found = compare(coding_of(segments, "A", codes), machine, **QUICK)
    assert all(math.isnan(row["position"]) for row in [*found.per_code.rows(), *found.overall.rows()])
    reason = "none: answers of different people stand side by side, one each, so there is no order of talk"
    assert {row["position_from"] for row in found.overall.rows()} == {reason}
    assert reason in str(found)
    assert "Below position" not in found.explain()


def test_on_a_form_only_an_answers_own_sentences_follow_one_another():
    segments = an.segment([form_of(3)], unit="sentence")
    assert len(segments) == 6
    codes = [DEMANDING, "", SHORT, DEMANDING, "", SHORT]
    sides = sides_of(coding_of(segments, "A", codes), machine_of(segments, [0] * 6, []), segments)
    d, s, nothing = frozenset([DEMANDING]), frozenset([SHORT]), frozenset()
    assert sides.before[0][1].sets == (None, d, None, s, None, nothing)
    assert blocks_of(sides, 4).tolist() == [0, 0, 1, 1, 2, 2]
    talk = an.segment([*segments_of(4).transcripts, form_of(2)])
    mixed = sides_of(coding_of(talk, "A", [DEMANDING] * 6), machine_of(talk, [0] * 6, []), talk)
    assert [codes is None for codes in mixed.before[0][1].sets] == [True, False, False, False, True, True]
    assert blocks_of(mixed, 3).tolist() == [0, 0, 0, 1, 2, 3]
    assert not no_order(mixed)
