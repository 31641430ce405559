"""Laws that hold for lists of statistics, on codings made up by Hypothesis."""

import functools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from alliance_nlp import agreement as ag
from alliance_nlp.agreement.results import TITLES


def on_rows(statistic, **options):
    """Give a two-coder statistic the shape of the others."""

    @functools.wraps(statistic)
    def call(ratings):
        return statistic(ratings[0], ratings[1], **options)

    return call


PAIR = {
    name: on_rows(getattr(ag, name))
    for name in ("cohen_kappa", "scott_pi", "holsti", "adjusted_rand", "adjusted_mutual_info", "v_measure")
} | {"omega_index": on_rows(ag.omega_index)}
ONE_CODE = {
    name: on_rows(getattr(ag, name))
    for name in ("positive_agreement", "negative_agreement", "jaccard", "precision", "recall", "f1")
}
MANY = {
    "percent_agreement": ag.percent_agreement,
    "fleiss_kappa": ag.fleiss_kappa,
    "conger_kappa": ag.conger_kappa,
    "gwet_ac1": ag.gwet_ac1,
    "brennan_prediger": ag.brennan_prediger,
    "krippendorff_alpha": ag.krippendorff_alpha,
}
ALL = PAIR | ONE_CODE | MANY
GOLD_FIRST = {"precision", "recall"}
SYMMETRIC = set(ALL) - GOLD_FIRST
ORDER_FREE = set(ALL)
RENAME_FREE = set(PAIR) | set(MANY)  # the others are about one named code
BOUNDED = set(ALL)
CHANCE_CORRECTED = {
    "cohen_kappa", "scott_pi", "fleiss_kappa", "conger_kappa", "krippendorff_alpha", "adjusted_rand",
    "adjusted_mutual_info", "omega_index", "gwet_ac1", "brennan_prediger",
}  # fmt: skip
NO_CHANCE = set(ALL) - CHANCE_CORRECTED
PAIRS_ONLY = set(ALL) - {"fleiss_kappa", "conger_kappa", "gwet_ac1"}  # these take prevalence from every rating
NEEDS_VARIATION = CHANCE_CORRECTED - {"gwet_ac1", "brennan_prediger"} | {"v_measure"}
PARTITIONS = {"adjusted_rand", "adjusted_mutual_info", "v_measure", "omega_index"}
# With very few units these may fall below -1; Fleiss and Conger when chance and agreement come from different units
NO_FLOOR = {"krippendorff_alpha", "adjusted_mutual_info", "omega_index", "fleiss_kappa", "conger_kappa"}
# Statistics of another shape, with tests of their own
ELSEWHERE = {"unitizing_alpha", "pooled_kappa", "mean_kappa"}


def test_the_lists_cover_every_statistic():
    assert set(TITLES) == set(ALL) | ELSEWHERE
    public = {name: getattr(ag, name) for name in ag.__all__}
    statistics = {
        name for name, thing in public.items() if getattr(thing, "__annotations__", {}).get("return") == "Agreement"
    }
    assert statistics == set(TITLES)
    assert set(ALL) == NO_CHANCE | CHANCE_CORRECTED
    assert all(laws <= set(ALL) for laws in (SYMMETRIC, ORDER_FREE, RENAME_FREE, BOUNDED, PAIRS_ONLY, NEEDS_VARIATION))


FOUR_VALUES, APPLIED_OR_NOT = st.integers(0, 3), st.integers(0, 1)


def ratings(coders=2, values=FOUR_VALUES, unread=True, least=1):
    cell = st.one_of(st.none(), values) if unread else values
    return st.integers(least, 14).flatmap(
        lambda n: st.lists(st.lists(cell, min_size=n, max_size=n), min_size=coders, max_size=coders)
    )


def fitting(name):
    """Codings that suit the statistic: one code, two coders, or three."""
    if name in ONE_CODE:
        return ratings(values=APPLIED_OR_NOT)
    return ratings(coders=3 if name in MANY else 2)


def same(x, y):
    x, y = float(x), float(y)
    return (math.isnan(x) and math.isnan(y)) or math.isclose(x, y, abs_tol=1e-9)


def law(names):
    """Check a law for each of these statistics, on codings that Hypothesis makes up."""

    def wrap(test):
        checked = settings(max_examples=15, deadline=None)(given(data=st.data())(test))
        return pytest.mark.parametrize("name", sorted(names))(checked)

    return wrap


@law(SYMMETRIC)
def test_coders_may_change_places(name, data):
    table = data.draw(fitting(name))
    assert same(ALL[name](table), ALL[name](table[::-1]))


@law(ORDER_FREE)
def test_the_order_of_units_does_not_matter(name, data):
    table = data.draw(fitting(name))
    order = data.draw(st.permutations(range(len(table[0]))))
    assert same(ALL[name](table), ALL[name]([[row[i] for i in order] for row in table]))


@law(RENAME_FREE)
def test_codes_may_be_renamed(name, data):
    names = {0: "time", 1: "trust", 2: "art", 3: "ideal", None: None}
    table = data.draw(fitting(name))
    assert same(ALL[name](table), ALL[name]([[names[value] for value in row] for row in table]))


@law(BOUNDED)
def test_no_figure_leaves_its_range(name, data):
    value = float(ALL[name](data.draw(fitting(name))))
    low = -1 if name in CHANCE_CORRECTED else 0
    if name in NO_FLOOR:
        low = -math.inf
    assert math.isnan(value) or low - 1e-9 <= value <= 1 + 1e-9


@law(ALL)
def test_undefined_has_a_reason_and_defined_has_none(name, data):
    result = ALL[name](data.draw(fitting(name)))
    assert math.isnan(result.value) == (result.reason is not None)
    assert result.name == name
    assert str(result)


@law(MANY)
def test_a_coder_who_read_nothing_changes_nothing(name, data):
    table = data.draw(fitting(name))
    fewer, more = ALL[name](table), ALL[name]([*table, [None] * len(table[0])])
    assert same(fewer, more)
    assert fewer.n_coders == more.n_coders


@law(PAIRS_ONLY)
def test_units_that_one_coder_read_change_nothing_where_pairs_are_compared(name, data):
    table = data.draw(fitting(name))
    seen = sorted({value for row in table for value in row if value is not None})
    assume(seen)
    extra = [[*row, None] for row in table]
    extra[0][-1] = seen[0]  # a new value would change the categories seen
    assert same(ALL[name](table), ALL[name](extra))


@law(ALL)
def test_units_that_nobody_read_change_nothing(name, data):
    table = data.draw(fitting(name))
    assert same(ALL[name](table), ALL[name]([[*row, None] for row in table]))


@law(ALL)
def test_identical_codings_reach_one_where_they_vary(name, data):
    table = data.draw(fitting(name))
    row = [0 if value is None else value for value in table[0]]
    assume(len(set(row)) > 1)
    assume(len(set(row)) < len(row) or name not in PARTITIONS)  # every unit its own group is no evidence
    assert same(ALL[name]([row] * len(table)), 1.0)


@pytest.mark.parametrize("name", sorted(CHANCE_CORRECTED))
def test_unrelated_codings_come_out_at_zero_on_average(name):
    rng = np.random.default_rng(0)
    figures = [float(ALL[name](rng.integers(0, 4, (2, 60)))) for _ in range(150)]
    assert abs(np.mean(figures)) < 0.02


def test_without_variation_a_chance_corrected_figure_is_undefined():
    for name in sorted(NEEDS_VARIATION):
        result = ALL[name]([[1] * 6, [1] * 6])
        assert math.isnan(result.value), name
        assert result.reason, name


def test_without_variation_the_others_are_one():
    same_value = [[1] * 6, [1] * 6]
    assert float(ag.percent_agreement(same_value)) == 1
    assert float(ag.holsti(*same_value)) == 1
    assert float(ag.gwet_ac1(same_value, categories=[0, 1])) == 1
    assert float(ag.brennan_prediger(same_value, categories=[0, 1])) == 1


def test_without_declared_categories_ac1_and_brennan_prediger_ask_for_them():
    for statistic in (ag.gwet_ac1, ag.brennan_prediger):
        assert "declare the codebook's categories" in str(statistic([[1] * 6, [1] * 6]))


@settings(max_examples=60, deadline=None)
@given(ratings(coders=2, unread=False, least=2))
def test_conger_of_two_is_cohen_and_fleiss_of_two_is_scott(table):
    assert same(ag.conger_kappa(table), ag.cohen_kappa(*table))
    assert same(ag.fleiss_kappa(table), ag.scott_pi(*table))


@settings(max_examples=60, deadline=None)
@given(ratings(coders=2, unread=False, least=2))
def test_omega_of_plain_groups_is_the_adjusted_rand_index(table):
    rand = ag.adjusted_rand(*table)
    assume(rand.reason is None)
    assert same(ag.omega_index(*table), rand)


@settings(max_examples=40, deadline=None)
@given(ratings(coders=3), st.sampled_from(["nominal", "ordinal", "interval"]))
def test_batches_of_units_add_up(table, level):
    """A coefficient is a function of sums: the sums of two halves are the sums of the whole."""
    from alliance_nlp.agreement.alpha import alpha_parts
    from alliance_nlp.agreement.ratings import encode

    parts = alpha_parts(encode(table), level=level)
    groups = np.arange(parts.pattern.size) % 2
    halves = parts.group_counts(groups, 2)
    assert np.allclose(parts.sums(halves).sum(axis=0), parts.sums(parts.counts()[None, :])[0])
