"""Every public statistic on input that can say nothing is nan with a reason, and on input that is none one sentence."""

import math

import pytest

from alliance_nlp import InputError, agreement as ag

NAN = math.nan
NOTHING = {
    "no unit": ([], []),
    "nobody read": ([NAN] * 4, [NAN] * 4),
    "one read": ([NAN] * 4, [1, 0, 1, 0]),
    "no unit of both": ([1, 0, NAN, NAN], [NAN, NAN, 1, 0]),
    "None for unread": ([None] * 3, [None] * 3),
}
WITHOUT_VARIATION = {"one unit": ([1], [1]), "all the same": ([1] * 5, [1] * 5), "none applied": ([0] * 5, [0] * 5)}
TWO = (
    "adjusted_mutual_info", "adjusted_rand", "cohen_kappa", "f1", "holsti", "jaccard", "negative_agreement",
    "omega_index", "positive_agreement", "precision", "recall", "scott_pi", "v_measure",
)  # fmt: skip
MANY = ("brennan_prediger", "conger_kappa", "fleiss_kappa", "gwet_ac1", "krippendorff_alpha", "percent_agreement")
OF_CHANCE = ("cohen_kappa", "scott_pi", "conger_kappa", "fleiss_kappa", "krippendorff_alpha")


def figure(name, a, b):
    return getattr(ag, name)(a, b) if name in TWO else getattr(ag, name)([a, b])


@pytest.mark.parametrize("case", NOTHING)
@pytest.mark.parametrize("name", [*TWO, *MANY])
def test_nothing_read_by_both_is_undefined_with_a_reason(name, case):
    found = figure(name, *NOTHING[case])
    assert math.isnan(found.value)
    assert found.reason


@pytest.mark.parametrize("case", WITHOUT_VARIATION)
@pytest.mark.parametrize("name", OF_CHANCE)
def test_what_does_not_vary_has_no_figure_beyond_chance(name, case):
    found = figure(name, *WITHOUT_VARIATION[case])
    assert math.isnan(found.value)
    assert found.reason


@pytest.mark.parametrize("case", [*NOTHING, *WITHOUT_VARIATION])
@pytest.mark.parametrize("grouped", [False, True])
def test_intervals_tests_and_figures_of_groups_have_a_reason_too(case, grouped):
    ratings = (NOTHING | WITHOUT_VARIATION)[case]
    by = list(range(len(ratings[0]))) if grouped else None
    found = [ag.bootstrap_interval(ag.cohen_kappa, ratings, by=by, method=m, n_draws=20) for m in ("percentile", "bca")]
    found.append(ag.subsample_interval(ag.cohen_kappa, ratings, by=by, n_draws=20))
    assert all(math.isnan(one.low) and math.isnan(one.high) and one.reason for one in found)
    assert all(math.isnan(one.value) and one.reason for one in found[0].per_group)
    tested = ag.permutation_p(ag.cohen_kappa, ratings, within=by, n_permutations=19)
    assert math.isnan(tested.p)
    assert tested.reason


NO_INPUT = {
    "names of codes": lambda: ag.mean_kappa([["a", "b"]], [["a", "b"]]),
    "rows of different lengths": lambda: ag.pooled_kappa([[1, 0], [1]], [[1, 0], [1, 0]]),
    "a table of four": lambda: ag.table_values(ag.cohen_kappa, [1, 2, 3, 4]),
    "words for a table": lambda: ag.over_codes_values(ag.mean_kappa, [["a", "b"]]),
    "one pair without a list": lambda: ag.stretch_test(([1, 0, 1], [1, 0, 1]), sessions=[1, 1, 1]),
    "words in a pair": lambda: ag.per_code_stretch_tests([(["a"], ["a"])], sessions=[1]),
    "a value for a coder": lambda: ag.percent_agreement([1, 1]),
    "spans of two": lambda: ag.unitizing_alpha([[(0, 3)], [(0, 3)]], 10),
    "spans of words": lambda: ag.unitizing_alpha([[("0", 3, "a")], [(0, 3, "a")]], 10),
    "a length of words": lambda: ag.unitizing_alpha([[(0, 3, "a")], [(0, 3, "a")]], "10"),
    "a kappa of words": lambda: ag.plan_units("high", 0.2),
    "a half draw": lambda: ag.bootstrap_interval(ag.cohen_kappa, [[1, 0], [1, 0]], n_draws=99.5),
    "a level of words": lambda: ag.bootstrap_interval(ag.cohen_kappa, [[1, 0], [1, 0]], level="high"),
    "permutations of words": lambda: ag.permutation_p(ag.cohen_kappa, [[1, 0], [1, 0]], n_permutations="many"),
}


@pytest.mark.parametrize("case", NO_INPUT)
def test_what_is_no_input_is_refused_in_a_sentence(case):
    with pytest.raises(InputError):
        NO_INPUT[case]()
