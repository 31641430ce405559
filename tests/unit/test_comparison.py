"""compare(): figures by hand, universes, unread and abstained segments, recovery, groups, words."""

import math
from dataclasses import replace

import numpy as np
import pytest
from coded_by_hand import BOOK, DEMANDING, SHORT, SLOW, coding_of, machine_of, segments_of, twenty

from alliance_nlp import agreement
from alliance_nlp.comparison import compare, comparing, sides
from alliance_nlp.comparison.prevalence import REFUSED
from alliance_nlp.errors import InputError
from alliance_nlp.records import (
    LEVELS,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    ReadSpan,
)


def test_kappa_of_a_hand_counted_table():
    segments, a, b = twenty()
    row = compare(a, b, segments=segments, level="code", n_draws=100).per_code[0]
    observed, expected = 15 / 20, (8 * 7 + 12 * 13) / 400
    assert (row["n"], row["n_a"], row["n_b"], row["n_both"]) == (20, 8, 7, 5)
    assert row["agreement"] == pytest.approx(observed)
    assert row["kappa"] == pytest.approx((observed - expected) / (1 - expected))


@pytest.mark.parametrize(
    ("draws", "message"),
    [
        ({"n_draws": 0}, "n_draws must be at least 20. Got 0."),
        ({"n_draws": -1}, "n_draws must be at least 20. Got -1."),
        ({"n_draws": 99.5}, "n_draws must be a whole number. Got float."),
        ({"n_permutations": -5}, "n_permutations must be 0, for no p, or at least 19"),
        ({"n_permutations": 18}, "n_permutations must be 0, for no p, or at least 19"),
        ({"n_permutations": "many"}, "n_permutations must be a whole number. Got str."),
    ],
)
def test_draws_that_give_no_interval_and_no_p_are_refused(draws, message):
    segments, a, b = twenty()
    with pytest.raises(InputError) as error:
        compare(a, b, segments=segments, level="code", **draws)
    assert str(error.value).startswith(message)


def test_a_code_that_nobody_used_is_undefined_with_a_reason():
    segments, a, b = twenty()
    row = compare(a, b, segments=segments, n_draws=100).per_code[2]
    assert math.isnan(row["kappa"])
    assert row["remark"] == "undefined: neither side applied it"


def test_levels_are_rolled_up_by_theme():
    segments = segments_of(20)
    a = coding_of(segments, "A", [DEMANDING] * 6 + [SHORT] * 6)
    b = coding_of(segments, "B", [SLOW] * 6 + [SHORT] * 6)
    found = compare(a, b, segments=segments, n_draws=100)
    assert found.per_theme[0]["kappa"] == pytest.approx(1.0)
    assert found.per_code[0]["kappa"] == pytest.approx(0.0)
    assert [row["code"] for row in found.per_theme.rows()] == ["Trust", "Time"]


def test_a_codebook_of_one_level_is_counted_once_and_says_the_same_at_each_level(monkeypatch):
    segments, a, b = twenty()
    counted, count = [], comparing.code_rows
    monkeypatch.setattr(comparing, "code_rows", lambda *given: counted.append(given) or count(*given))
    flat = [Coding(tuple(replace(x, code_id=x.code_id.split("/")[0]) for x in c.applied), c.read) for c in (a, b)]
    found = compare(*flat, segments=segments, n_draws=100)
    assert len(counted) == 1
    monkeypatch.setattr(sides.Projection, "is_flat", False)
    each = compare(*flat, segments=segments, n_draws=100)
    assert len(counted) == 1 + len(LEVELS)
    for level in LEVELS:
        assert repr(getattr(found, f"per_{level}").rows()) == repr(getattr(each, f"per_{level}").rows())


def test_levels_of_a_codebook_with_levels_are_each_counted(monkeypatch):
    segments, a, b = twenty()
    counted, count = [], comparing.code_rows
    monkeypatch.setattr(comparing, "code_rows", lambda *given: counted.append(given[0].level) or count(*given))
    compare(a, b, segments=segments, n_draws=100)
    assert counted == list(LEVELS)


def test_unread_segments_are_not_no_code():
    segments = segments_of(12)
    a = coding_of(segments, "A", [DEMANDING, "", "", DEMANDING, "", "", DEMANDING, DEMANDING, "", "", DEMANDING, ""])
    b = coding_of(segments, "B", [DEMANDING, "", "", DEMANDING, "", ""], read=range(6))
    row = compare(a, b, segments=segments, level="code", n_draws=100).per_code[0]
    assert (row["n"], row["kappa"]) == (6, pytest.approx(1.0))


def test_the_universe_of_coded_segments_drops_what_nobody_coded():
    segments, a, b = twenty()
    row = compare(a, b, segments=segments, universe="coded", level="code", n_draws=100).per_code[0]
    assert row["n"] == 10
    assert row["agreement"] == pytest.approx(0.5)


def test_the_universe_of_characters_counts_characters():
    segments = segments_of(10)
    a = Coding((CodedSpan("A", "T0", 0, 50, SHORT),), (ReadSpan("A", "T0", 0, 100),), BOOK)
    b = Coding((CodedSpan("B", "T0", 25, 50, SHORT),), (ReadSpan("B", "T0", 0, 100),), BOOK)
    row = compare(a, b, segments=segments, universe="characters", level="code").per_code[2]
    expected = agreement.cohen_kappa([1] * 50 + [0] * 50, [0] * 25 + [1] * 25 + [0] * 50).value
    assert (row["n"], row["n_a"], row["n_b"], row["n_both"]) == (100, 50, 25, 25)
    assert row["kappa"] == pytest.approx(expected)


def test_people_stand_beside_the_machine_on_the_same_segments():
    segments = segments_of(40)
    a = coding_of(segments, "A", [DEMANDING] * 20 + [""] * 20)
    b = coding_of(segments, "B", [DEMANDING] * 18 + [""] * 22)
    both = Coding(a.applied + b.applied, a.read + b.read, BOOK)
    consensus = coding_of(segments, "consensus", [DEMANDING] * 19 + [""] * 21, status="consensus", made_from=both)
    machine = coding_of(segments, "machine", [DEMANDING] * 10 + [""] * 30, status="suggested")
    row = compare(consensus, machine, segments=segments, level="code", n_draws=200).per_code[0]
    people = agreement.cohen_kappa([1] * 20 + [0] * 20, [1] * 18 + [0] * 22).value
    with_a = agreement.cohen_kappa([1] * 20 + [0] * 20, [1] * 10 + [0] * 30).value
    with_b = agreement.cohen_kappa([1] * 18 + [0] * 22, [1] * 10 + [0] * 30).value
    assert row["human_human"] == pytest.approx(people)
    assert row["machine_human"] == pytest.approx((with_a + with_b) / 2)
    assert row["difference"] == pytest.approx((with_a + with_b) / 2 - people)
    assert row["f1"] == pytest.approx(2 * 10 / (2 * 10 + 0 + 9))
    assert (row["precision"], row["recall"]) == (pytest.approx(1.0), pytest.approx(10 / 19))


def test_abstained_segments_are_left_out_and_shown_once_more():
    segments = segments_of(20)
    people = coding_of(segments, "A", [DEMANDING] * 10 + [""] * 10)
    rows = [CodedSpan("machine", "T0", s.start, s.end, DEMANDING, "suggested") for s in segments[:5]]
    rows += [CodedSpan("machine", "T0", s.start, s.end, "", "abstained") for s in segments[5:10]]
    machine = Coding(tuple(rows), (ReadSpan("machine", "T0", 0, 200),), BOOK)
    found = compare(people, machine, segments=segments, level="code", n_draws=100)
    assert (found.per_code[0]["n"], found.per_code[0]["kappa"]) == (15, pytest.approx(1.0))
    assert found.settings["n_abstained"] == 5
    again = found.abstained_as_no_code[0]
    assert (again["n"], again["agreement"]) == (20, pytest.approx(0.75))


def test_swapping_the_sides_changes_no_symmetric_figure():
    segments, a, b = twenty()
    one = compare(a, b, segments=segments, level="code", n_draws=100).per_code[0]
    other = compare(b, a, segments=segments, level="code", n_draws=100).per_code[0]
    for name in ("agreement", "kappa", "alpha", "ac1"):
        assert one[name] == pytest.approx(other[name])
    assert (one["n_a"], one["n_b"]) == (other["n_b"], other["n_a"])


def test_the_same_call_gives_the_same_comparison():
    segments, a, b = twenty()
    assert compare(a, b, segments=segments, n_draws=100) == compare(a, b, segments=segments, n_draws=100)


def test_print_shows_no_word_of_a_participant():
    segments, a, b = twenty()
    found = compare(a, b, segments=segments, n_draws=100)
    for text in (str(found), repr(found), found.explain(), str(found.disagreements)):
        assert not any(s.text in text for s in segments)
    assert found.disagreements[0]["quote"] in segments.texts


def test_disagreements_name_both_sides_and_a_reason():
    segments, a, b = twenty()
    found = compare(a, b, segments=segments, level="code", n_draws=100).disagreements
    assert len(found) == 5
    assert {row["likely_reason"] for row in found.rows()} <= {"boundary", "one side saw no code"}
    assert sorted(row["segment_id"] for row in found.rows()) == sorted(segments.ids[i] for i in (5, 6, 7, 8, 9))


def test_clusters_equal_to_codes_reach_one():
    segments = segments_of(60)
    human = coding_of(segments, "A", [DEMANDING] * 20 + [SLOW] * 20 + [SHORT] * 20)
    machine = machine_of(segments, [0] * 20 + [1] * 20 + [2] * 20, [(0, DEMANDING), (1, SLOW), (2, SHORT)])
    overall = compare(human, machine, level="code", n_draws=100).overall.rows()
    figures = {row["figure"]: row["value"] for row in overall}
    assert figures["AMI of clusters and codes"] == pytest.approx(1)
    assert figures["ARI of clusters and codes"] == pytest.approx(1)
    assert figures["alpha (MASI, sets of codes)"] == pytest.approx(1)


def test_segments_in_no_cluster_are_read_both_ways():
    segments = segments_of(60)
    human = coding_of(segments, "A", [DEMANDING] * 30 + [SHORT] * 30)
    machine = machine_of(segments, [0] * 20 + [-1] * 10 + [1] * 30, [(0, DEMANDING), (1, SHORT)])
    overall = compare(human, machine, level="code", n_draws=100).overall.rows()
    n = [row["n"] for row in overall if row["figure"].startswith("ARI")]
    assert n == [50, 60]


def test_one_participant_coded_differently_is_seen():
    segments = segments_of(200, speakers=("P1", "P2", "P3", "P4"))
    a = coding_of(segments, "A", [DEMANDING] * 200)
    b = coding_of(segments, "B", ["" if s.speaker == "P3" else DEMANDING for s in segments])
    rows = compare(a, b, segments=segments, n_draws=100).per_participant.rows()
    assert {row["participant"]: row["different_share"] for row in rows} == {"P1": 0, "P2": 0, "P3": 1, "P4": 0}


def test_prevalence_is_refused_unless_the_coded_part_was_drawn():
    segments = segments_of(20)
    human = coding_of(segments, "A", [DEMANDING] * 10 + [""] * 10)
    machine = machine_of(segments, [0] * 10 + [1] * 10, [(0, DEMANDING)])
    assert compare(human, machine, n_draws=100).prevalence.notes == (REFUSED,)


def test_corrected_prevalence_by_hand():
    segments = segments_of(40)
    drawn = range(0, 40, 2)
    human = coding_of(segments, "A", [DEMANDING if i in drawn and i < 20 else "" for i in range(40)], read=drawn)
    machine = machine_of(segments, [0] * 10 + [1] * 30, [(0, DEMANDING)])
    row = compare(human, machine, level="code", drawn=0.5, n_draws=100).prevalence[0]
    # the machine says 10 of 40; on the 20 coded segments people say 10, the machine 5: + 5 / .5 / 40
    assert (row["naive"], row["corrected"]) == (pytest.approx(0.25), pytest.approx(0.5))
    assert row["interval"][0] < 0.5 < row["interval"][1]


def test_a_probability_must_be_known_for_every_coded_segment():
    segments = segments_of(20)
    human = coding_of(segments, "A", [DEMANDING] * 10)
    machine = machine_of(segments, [0] * 10 + [1] * 10, [(0, DEMANDING)])
    with pytest.raises(InputError, match="drawn must give a probability above 0 and up to 1"):
        compare(human, machine, drawn={segments.ids[0]: 0.5}, n_draws=100)


def test_the_naive_interval_would_miss_where_the_corrected_one_does_not():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(100):
        truth = rng.random(400) < 0.3
        suggested = np.where(rng.random(400) < 0.3, ~truth, truth)
        coded = rng.random(400) < 0.3
        from alliance_nlp.comparison.prevalence import _estimate

        row = _estimate(suggested.astype(float), truth.astype(float), coded, np.full(400, 0.3))
        hits += row["interval"][0] <= 0.3 <= row["interval"][1]
    assert hits >= 88


def test_who_helped_to_make_the_consensus_is_named():
    segments, a, b = twenty()
    both = Coding(a.applied + b.applied, a.read + b.read, BOOK)
    consensus = coding_of(segments, "consensus", [DEMANDING] * 8, status="consensus", made_from=both)
    found = compare(consensus, a, segments=segments, n_draws=100)
    assert "A helped to make the consensus" in str(found)


def test_coders_who_saw_suggestions_are_named():
    segments, a, b = twenty()
    saw = Coding(b.applied, b.read, BOOK, {"B": True})
    assert "B saw suggestions before coding" in str(compare(a, saw, segments=segments, n_draws=100))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"level": "themes"},
            r"level must be 'code', 'essence' or 'theme'\. Got 'themes' instead\. Did you mean 'theme'\?",
        ),
        ({"universe": "all"}, "universe must be 'shared', 'coded' or 'characters'"),
        ({"rule": "most"}, "rule must be 'half', 'any' or 'all'"),
        ({"segments": None}, "needs the segments on which to compare"),
        ({"segments": ["a"]}, "segments must be Segments"),
        ({"drawn": 0.5}, "neither side holds suggestions"),
    ],
)
def test_bad_choices_are_said(options, message):
    segments, a, b = twenty()
    with pytest.raises(InputError, match=message):
        compare(a, b, **({"segments": segments, "n_draws": 100} | options))


def test_sides_that_share_nothing_are_said():
    segments = segments_of(20)
    a = coding_of(segments, "A", [DEMANDING] * 5, read=range(10))
    b = coding_of(segments, "B", [""] * 20, read=range(10, 20))
    with pytest.raises(InputError, match="None of the 20 segments was read on both sides"):
        compare(a, b, segments=segments)


def test_different_codebooks_are_said():
    segments, a, b = twenty()
    other = Coding(b.applied, b.read, Codebook((Code("Trust", "", "demanding"),)))
    with pytest.raises(InputError, match="belong to different codebooks"):
        compare(a, other, segments=segments)


def test_what_is_no_coding_is_said():
    segments, a, _ = twenty()
    with pytest.raises(InputError, match=r"compare\(\) takes two Codings\. Got list as b"):
        compare(a, [], segments=segments)


def test_an_empty_coding_is_said():
    segments, a, _ = twenty()
    with pytest.raises(InputError, match="The second coding holds no coder"):
        compare(a, Coding((), (), BOOK), segments=segments)


def test_many_coders_count_as_the_mean_over_pairs():
    segments, a, b = twenty()
    c = coding_of(segments, "C", [DEMANDING] * 8)
    both = Coding(b.applied + c.applied, b.read + c.read, BOOK)
    row = compare(a, both, segments=segments, level="code", n_draws=100).per_code[0]
    alone = compare(a, b, segments=segments, level="code", n_draws=100).per_code[0]
    assert row["kappa"] == pytest.approx((alone["kappa"] + 1) / 2)
    assert row["human_human"] == pytest.approx(alone["kappa"])  # B against C, and C codes like A


def test_with_ten_participants_the_draws_are_of_participants():
    segments = segments_of(200, speakers=tuple(f"P{i}" for i in range(10)))
    rng = np.random.default_rng(0)
    a = coding_of(segments, "A", [DEMANDING if rng.random() < 0.4 else "" for _ in segments])
    b = coding_of(segments, "B", [DEMANDING if rng.random() < 0.4 else "" for _ in segments])
    found = compare(a, b, segments=segments, level="code", n_draws=200)
    assert found.settings["drawn_by"] == "participants"
    low, high = found.per_code[0]["kappa_interval"]
    assert low < found.per_code[0]["kappa"] < high


def test_permutations_can_be_left_out():
    segments = segments_of(60)
    human = coding_of(segments, "A", [DEMANDING] * 30 + [SHORT] * 30)
    machine = machine_of(segments, [0] * 30 + [1] * 30, [(0, DEMANDING), (1, SHORT)])
    found = compare(human, machine, level="code", n_draws=100, n_permutations=0)
    assert all(math.isnan(row["p"]) for row in [*found.per_code.rows(), *found.overall.rows()])
