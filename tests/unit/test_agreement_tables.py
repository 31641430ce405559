"""Many binary codes at once give what each code gives alone."""

import math

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.errors import AlignmentError, InputError

STATISTICS = [
    ag.cohen_kappa, ag.scott_pi, ag.krippendorff_alpha, ag.gwet_ac1, ag.brennan_prediger, ag.percent_agreement, ag.f1,
    ag.fleiss_kappa, ag.precision, ag.recall, ag.jaccard, ag.positive_agreement, ag.negative_agreement, ag.holsti,
]  # fmt: skip
PAIRS = {ag.cohen_kappa, ag.scott_pi, ag.f1, ag.precision, ag.recall, ag.jaccard, ag.positive_agreement}
PAIRS |= {ag.negative_agreement, ag.holsti}


def codings(n_codes=5, n_units=120, seed=0, unread=0.1):
    rng = np.random.default_rng(seed)
    a = (rng.random((n_codes, n_units)) < rng.uniform(0.05, 0.5, (n_codes, 1))).astype(float)
    b = np.where(rng.random(a.shape) < 0.85, a, 1 - a)
    a[:, rng.random(n_units) < unread] = np.nan
    b[:, rng.random(n_units) < unread] = np.nan
    return a, b


def alone(statistic, a, b):
    if statistic in PAIRS:
        return float(statistic(a, b))
    both = ~(np.isnan(a) | np.isnan(b))
    declared = {"categories": [0, 1]}
    return float(statistic([a[both], b[both]], **declared))


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_table_gives_what_the_codings_give(statistic):
    a, b = codings()
    values = ag.table_values(statistic, ag.binary_tables(a, b))
    assert values == pytest.approx([alone(statistic, *rows) for rows in zip(a, b, strict=True)])


def test_a_code_nobody_used_is_undefined_in_its_place():
    a, b = codings(n_codes=3)
    a[1], b[1] = 0, 0
    values = ag.table_values(ag.cohen_kappa, ag.binary_tables(a, b))
    assert np.isnan(values).tolist() == [False, True, False]


def test_intervals_agree_with_those_of_each_code():
    a, b = codings()
    for statistic in (ag.cohen_kappa, ag.f1):
        for code, interval in enumerate(ag.per_code_intervals(statistic, a, b)):
            single = ag.bootstrap_interval(statistic, [a[code], b[code]], random_state=7)
            assert (interval.low, interval.high) == pytest.approx((single.low, single.high), abs=0.05)
            assert (interval.n_units, interval.name) == (single.n_units, statistic.__name__)


def test_draws_take_the_same_units_for_all_codes_and_all_calls():
    a, b = codings(unread=0)
    draws = ag.bootstrap_tables(a, b, n_draws=50)
    assert np.array_equal(draws[:, 2], ag.bootstrap_tables(a[2:3], b[2:3], n_draws=50)[:, 0])
    assert (draws.sum(axis=(2, 3)) == 120).all()
    same = ag.table_values(ag.cohen_kappa, draws) - ag.table_values(
        ag.cohen_kappa, ag.bootstrap_tables(b, a, n_draws=50)
    )
    assert np.nanmax(np.abs(same)) < 1e-12


def test_draws_of_participants():
    a, b = codings(n_units=200, unread=0)
    by = (np.arange(200) // 10).tolist()
    draws = ag.bootstrap_tables(a, b, by=by, n_draws=30)
    assert draws.shape == (30, 5, 2, 2)
    intervals = ag.per_code_intervals(ag.cohen_kappa, a, b, by=by, n_draws=500)
    single = ag.bootstrap_interval(ag.cohen_kappa, [a[0], b[0]], by=by)
    assert (intervals[0].low, intervals[0].high) == pytest.approx((single.low, single.high), abs=0.08)
    assert intervals[0].n_groups == 20


@pytest.mark.parametrize("by", [None, [k % 12 for k in range(120)]])
def test_draws_do_not_depend_on_how_many_are_held_at_a_time(monkeypatch, by):
    a, b = codings()
    whole = ag.bootstrap_tables(a, b, by=by, n_draws=60)
    monkeypatch.setattr("alliance_nlp.agreement.contingency._AT_ONCE", 500)  # four draws of units at a time
    assert np.array_equal(ag.bootstrap_tables(a, b, by=by, n_draws=60), whole)


def test_draws_of_units_are_draws_of_whole_units():
    # in each draw of these ten units a code is given to as many as the other: they always come together
    a = np.array([[1, 0] * 5, [1, 0] * 5], dtype=float)
    drawn = ag.bootstrap_tables(a, 1 - a, n_draws=50)
    assert np.array_equal(drawn[:, 0], drawn[:, 1])
    assert (drawn[:, 0].sum(axis=(1, 2)) == 10).all()
    assert len(np.unique(drawn[:, 0, 1, 0])) > 3


def test_tables_of_each_group():
    a, b = [[1, 1, 0, 0, 1]], [[1, 0, 0, np.nan, 1]]
    found = ag.binary_tables(a, b, by=["P2", "P1", "P2", "P1", "P2"])
    assert found.tolist() == [[[[0, 0], [1, 0]]], [[[1, 0], [0, 2]]]]


@pytest.mark.parametrize("statistic", [ag.adjusted_mutual_info, ag.adjusted_rand])
def test_sparse_counts_of_groups_give_the_same_interval(monkeypatch, statistic):
    rng = np.random.default_rng(0)
    ratings, by = rng.integers(4, size=(2, 240)), [k % 20 for k in range(240)]
    whole = ag.subsample_interval(statistic, ratings, by=by, n_draws=40)
    monkeypatch.setattr("alliance_nlp.agreement.parts.DENSE", 10)
    monkeypatch.setattr("alliance_nlp.agreement.resampling.AT_ONCE", 50)
    again = ag.subsample_interval(statistic, ratings, by=by, n_draws=40)
    assert (again.low, again.high) == pytest.approx((whole.low, whole.high), rel=1e-12)
    assert [x.value for x in again.per_group] == pytest.approx([x.value for x in whole.per_group], nan_ok=True)


def test_few_participants_are_refused():
    a, b = codings(n_units=40)
    by = ["P1"] * 20 + ["P2"] * 20
    with pytest.raises(InputError, match=r"by holds 2 groups; drawing groups needs at least 10"):
        ag.bootstrap_tables(a, b, by=by)
    interval = ag.per_code_intervals(ag.cohen_kappa, a, b, by=by, n_draws=20)[0]
    assert interval.reason == "2 groups; an interval over groups needs at least 10"
    assert math.isnan(interval.low)


@pytest.mark.parametrize("scheme", ["shift", "shuffle"])
def test_moving_all_codes_agrees_with_moving_one(scheme):
    a, b = codings(n_units=60)
    within = (np.arange(60) // 20).tolist()
    together = ag.per_code_permutations(ag.cohen_kappa, a, b, within=within, scheme=scheme, n_permutations=1999)
    for code, result in enumerate(together):
        single = ag.permutation_p(ag.cohen_kappa, [a[code], b[code]], within=within, scheme=scheme, n_permutations=1999)
        assert result.n_arrangements == single.n_arrangements
        assert result.chance_mean == pytest.approx(single.chance_mean, abs=0.02)
        assert result.p == pytest.approx(single.p, abs=0.03)


def test_a_code_that_cannot_move_has_no_p():
    a, b = codings(n_codes=2, n_units=20, unread=0)
    b[0] = 1
    results = ag.per_code_permutations(ag.cohen_kappa, a, b)
    assert "only one arrangement" in results[0].reason
    a[0] = 1
    assert ag.per_code_permutations(ag.cohen_kappa, a, b)[0].reason == "the figure itself is undefined"


def test_shapes_and_values_are_checked():
    a, b = codings(n_codes=2)
    odd, holes = a.copy(), np.zeros((2, 5))
    odd[1, np.flatnonzero(~np.isnan(a[1]))[0]], holes[0, 3] = 2, np.nan
    with pytest.raises(InputError, match=r"a must hold 1 \(applied\).*1 values are neither, the first in row 1"):
        ag.binary_tables(odd, b)
    with pytest.raises(InputError, match=r"b must have shape \(n_codes, n_units\). Got 1 dimensions"):
        ag.binary_tables(a, b[0])
    with pytest.raises(AlignmentError, match=r"a is \(2, 120\), b is \(1, 120\)"):
        ag.binary_tables(a, b[:1])
    with pytest.raises(InputError, match=r"read for all codes or for none.*1 units are not"):
        ag.per_code_permutations(ag.cohen_kappa, holes, np.zeros((2, 5)))
    with pytest.raises(InputError, match=r"<lambda> is not a statistic of alliance_nlp.agreement"):
        ag.table_values(lambda x, y: 0.0, ag.binary_tables(a, b))


def test_nothing_to_count():
    assert ag.binary_tables(np.zeros((0, 5)), np.zeros((0, 5))).shape == (0, 2, 2)
    assert ag.binary_tables(np.zeros((2, 0)), np.zeros((2, 0))).sum() == 0
    assert ag.bootstrap_tables(np.zeros((2, 0)), np.zeros((2, 0)), n_draws=20).sum() == 0
    assert ag.per_code_permutations(ag.cohen_kappa, np.zeros((0, 5)), np.zeros((0, 5))) == []
