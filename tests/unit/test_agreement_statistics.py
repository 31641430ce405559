"""Figures worked out by hand, their reasons, remarks and words."""

import math

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.errors import InputError


@pytest.mark.parametrize(
    ("every", "words"), [(frozenset(), "the empty set"), (frozenset({"b", "a"}), "the set of 'a', 'b'"), (1, "1")]
)
def test_a_set_that_everybody_gave_is_written_in_words(every, words):
    rows = [[every] * 4, [every] * 4]
    found = ag.krippendorff_alpha(rows, level="masi" if isinstance(every, frozenset) else "nominal")
    assert found.reason.startswith(f"every value is {words}: without variation")


def test_weighted_kappa_by_hand():
    """Three ranks, 4 units: credits 1, 1, 0.5, 0; each coder uses the ranks 2, 1, 1 times of four."""
    a, b = [1, 1, 2, 3], [1, 1, 3, 2]
    result = ag.cohen_kappa(a, b, weights="linear")
    observed = (1 + 1 + 0.5 + 0.5) / 4
    shares = np.array([0.5, 0.25, 0.25])
    credit = np.array([[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])
    expected = shares @ credit @ shares
    assert (result.observed, result.expected) == (pytest.approx(observed), pytest.approx(expected))
    assert float(result) == pytest.approx((observed - expected) / (1 - expected))


def test_weights_with_one_category_are_undefined_not_a_crash():
    assert math.isnan(float(ag.cohen_kappa([2, 2], [2, 2], weights="quadratic")))


def test_interval_alpha_by_hand():
    """Two units: (0, 2) and (2, 2). Observed 8/4; expected: one 0 and three 2 give 2*3*4 / (4*3)."""
    result = ag.krippendorff_alpha([[0, 2], [2, 2]], level="interval")
    assert (result.observed, result.expected) == (pytest.approx(2), pytest.approx(2))
    assert float(result) == pytest.approx(0)


def test_ratio_alpha_takes_two_zeros_as_equal():
    assert float(ag.krippendorff_alpha([[0, 1, 0], [0, 1, 0]], level="ratio")) == 1


def test_one_coder_never_used_the_code():
    result = ag.cohen_kappa([0, 0, 0, 0, 0], [1, 0, 0, 0, 1])
    assert float(result) == 0
    assert result.remarks == ("coder 1 used only 0: the figure cannot rise above 0",)
    assert float(ag.scott_pi([0] * 5, [1, 0, 0, 0, 1])) < 0


def test_undefined_says_which_value_was_everywhere():
    result = ag.cohen_kappa(["trust"] * 3, ["trust"] * 3)
    assert math.isnan(result.value)
    assert result.reason == (
        "every value is 'trust': without variation, agreement beyond chance cannot be told from habit"
    )
    assert "undefined (3 units, 2 coders)" in str(result)


def test_overlaps_of_codes_nobody_applied():
    nobody = [0, 0, 0], [0, 0, 0]
    for statistic in (ag.positive_agreement, ag.f1, ag.jaccard):
        assert statistic(*nobody).reason == "neither coder applied 1"
    assert ag.recall(*nobody).reason == "the gold coding never applied 1"
    assert ag.precision(*nobody).reason == "the coding that is judged never applied 1"
    assert float(ag.negative_agreement(*nobody)) == 1
    assert ag.negative_agreement([1, 1], [1, 1]).reason == "both coders applied 1 to every unit"
    assert ag.f1([None], [1]).reason == "no unit was read by both coders"
    assert ag.holsti([set()], [set()]).reason == "neither coder applied any code"
    assert ag.holsti([None], [{"a"}]).reason == "no unit was read by both coders"


def test_category_names_what_counts_as_applied():
    a, b = ["yes", "no", "yes"], ["yes", "no", "no"]
    assert float(ag.f1(a, b, category="yes")) == pytest.approx(2 / 3)
    with pytest.raises(InputError, match=r"category must be one of the values in the codings: 'no', 'yes'. Got 1"):
        ag.f1(a, b)


def test_two_coder_statistics_refuse_three_rows():
    with pytest.raises(InputError, match=r"compares two coders. Got 3. Use fleiss_kappa or krippendorff_alpha"):
        ag.bootstrap_interval(ag.cohen_kappa, [[1, 0], [1, 0], [1, 0]])


def test_more_coders_than_units_looks_turned_round():
    table = np.zeros((30, 2), dtype=int)
    table[::2, 1] = 1
    assert "30 coders and only 2 units" in ag.fleiss_kappa(table).remarks[0]


def test_what_depends_on_the_categories_seen_says_so():
    assert any("2 categories seen" in remark for remark in ag.gwet_ac1([[0, 1], [0, 1]]).remarks)
    assert ag.gwet_ac1([[0, 1], [0, 1]], categories=[0, 1, 2]).remarks == ()


def test_units_read_once_count_for_prevalence_only_and_are_said():
    result = ag.fleiss_kappa([[1, 0, 1], [1, 0, None]])
    assert (result.n_units, result.n_left_out) == (2, 1)
    assert result.remarks == ("1 units read by one coder count for prevalence only",)
    assert result.expected == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)


def test_conger_passes_over_a_coder_missing_from_a_draw():
    assert float(ag.conger_kappa([[1, 0, 1, 0], [1, 0, 0, 0], [None] * 4])) == pytest.approx(
        float(ag.cohen_kappa([1, 0, 1, 0], [1, 0, 0, 0]))
    )


def test_noise_is_never_a_cluster():
    gold = ["a", "a", "b", "b", "b"]
    result = ag.adjusted_rand(gold, [0, 0, 1, 1, -1])
    assert (float(result), result.n_units, result.n_left_out) == (1.0, 4, 1)
    assert ag.adjusted_mutual_info(gold, np.array([-1, -1, -1, -1, -1])).reason == "no unit is in a group on both sides"


def test_partitions_without_variation():
    one = ag.adjusted_rand([0, 0, 0], [1, 1, 1])
    assert "all units are in one group on both sides" in one.reason
    assert "every unit is a group of its own" in ag.adjusted_rand([0, 1, 2], [2, 1, 0]).reason
    assert float(ag.adjusted_rand([0, 0, 0, 0], [0, 0, 1, 1])) == 0
    assert float(ag.v_measure([0, 0, 0, 0], [0, 0, 1, 1])) == pytest.approx(0)


def test_v_measure_warns_on_few_units():
    assert "chance is not taken off" in ag.v_measure([0, 0, 1], [0, 0, 1]).remarks[0]
    assert ag.v_measure([0, 1] * 500, [0, 1] * 500).remarks == ()


def test_omega_by_hand():
    """Pairs of 3 units. a: together 1, 1, 0 times; b: 1, 0, 0. Alike in 2 of 3; chance (2*1 + 1*2) / 9."""
    a = [{"x"}, {"x", "y"}, {"x"}]
    b = [{"p"}, {"p"}, set()]
    result = ag.omega_index(a, b)
    together_a = [1, 1, 1]
    together_b = [1, 0, 0]
    observed = sum(x == y for x, y in zip(together_a, together_b, strict=True)) / 3
    expected = (together_a.count(1) * together_b.count(1) + together_a.count(0) * together_b.count(0)) / 9
    assert (result.observed, result.expected) == (pytest.approx(observed), pytest.approx(expected))


def test_omega_counts_how_often_a_pair_is_together():
    twice, once = [{"x", "y"}, {"x", "y"}, {"z"}], [{"x"}, {"x"}, {"z"}]
    assert float(ag.omega_index(twice, twice)) == 1
    assert float(ag.omega_index(twice, once)) < 1
    assert "fewer than two units" in ag.omega_index([{"x"}], [{"x"}]).reason
    assert "same number of groups" in ag.omega_index([{"x"}] * 3, [{"x"}] * 3).reason


def test_records_compare_by_content_and_keep_their_words():
    first, second = ag.cohen_kappa([1, 1], [1, 1]), ag.cohen_kappa([1, 1], [1, 1])
    assert first == second
    assert hash(first) == hash(second)
    assert first != ag.cohen_kappa([0, 0], [0, 0])
    assert first != "kappa"
    assert str(ag.percent_agreement([[1, 0, 1], [1, 0, 0]])) == (
        "percent agreement .67 (3 units, 2 coders)\n  chance: none"
    )


def test_records_are_frozen():
    with pytest.raises(AttributeError):
        ag.cohen_kappa([1, 0], [1, 0]).value = 1.0
