"""Intervals: what is drawn, when there is none, and why."""

import functools
import math

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.agreement.resampling import LEAST_GROUPS
from alliance_nlp.errors import AlignmentError, InputError


def coded(n=200, seed=0, slip=0.2, prevalence=0.4):
    rng = np.random.default_rng(seed)
    a = (rng.random(n) < prevalence).astype(int)
    return a, np.where(rng.random(n) < slip, 1 - a, a)


def ends(interval):
    return interval.low, interval.high


def test_interval_agrees_with_drawing_units_by_hand():
    """The draws over patterns and draws of the units themselves have the same spread."""
    a, b = coded()
    rng = np.random.default_rng(1)
    by_hand = []
    for _ in range(2000):
        chosen = rng.integers(0, a.size, a.size)
        by_hand.append(float(ag.cohen_kappa(a[chosen], b[chosen])))
    interval = ag.bootstrap_interval(ag.cohen_kappa, [a, b])
    assert ends(interval) == pytest.approx(tuple(np.quantile(by_hand, [0.025, 0.975])), abs=0.01)
    assert (interval.n_draws, interval.n_units, interval.level, interval.method) == (2000, 200, 0.95, "percentile")


@pytest.mark.parametrize(
    "statistic",
    [ag.scott_pi, ag.percent_agreement, ag.gwet_ac1, ag.conger_kappa, ag.f1, functools.partial(ag.f1, category=0)],
)
def test_every_statistic_has_an_interval_around_it(statistic):
    interval = ag.bootstrap_interval(statistic, coded(), n_draws=300)
    assert interval.low < interval.value < interval.high


def test_interval_over_participants_draws_participants():
    """Each participant repeats one turn twenty times: over participants the interval is far wider."""
    a, b = coded(n=30)
    by = np.repeat(np.arange(30), 20).tolist()
    ratings = [np.repeat(a, 20), np.repeat(b, 20)]
    turns = ag.bootstrap_interval(ag.cohen_kappa, ratings)
    people = ag.bootstrap_interval(ag.cohen_kappa, ratings, by=by)
    alone = ag.bootstrap_interval(ag.cohen_kappa, [a, b], random_state=3)
    assert people.high - people.low > 3 * (turns.high - turns.low)
    assert ends(people) == pytest.approx(ends(alone), abs=0.06)
    assert (people.n_groups, len(people.per_group)) == (30, 30)


def test_few_groups_give_no_interval_but_their_own_figures():
    a, b = coded(n=60)
    by = np.repeat(["P1", "P2", "P3"], 20)
    interval = ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=by)
    assert math.isnan(interval.low)
    assert f"3 groups; an interval over groups needs at least {LEAST_GROUPS}" in interval.reason
    assert [figure.group for figure in interval.per_group] == ["P1", "P2", "P3"]
    assert interval.per_group[1].value == float(ag.cohen_kappa(a[20:40], b[20:40]))
    assert "no interval: 3 groups" in str(interval)


def test_groups_must_fit_the_units():
    a, b = coded(n=20)
    with pytest.raises(AlignmentError, match=r"by must hold one group per unit. Got 2 groups for 20 units"):
        ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=["P1", "P2"])
    with pytest.raises(InputError, match=r"by names no group for 2 units"):
        ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=[None, float("nan")] + ["P1"] * 18)


def test_the_seed_decides_and_the_order_of_units_does_not():
    a, b = coded()
    order = np.random.default_rng(5).permutation(a.size)
    by = (np.arange(a.size) % 20).tolist()
    for options in ({}, {"by": by}):
        first = ag.bootstrap_interval(ag.cohen_kappa, [a, b], n_draws=100, **options)
        moved = {"by": [by[i] for i in order]} if options else {}
        assert ends(ag.bootstrap_interval(ag.cohen_kappa, [a[order], b[order]], n_draws=100, **moved)) == ends(first)
        other = ag.bootstrap_interval(ag.cohen_kappa, [a, b], n_draws=100, random_state=1, **options)
        assert ends(other) != ends(first)


def test_bca_agrees_with_scipy():
    scipy_stats = pytest.importorskip("scipy.stats")
    a, b = coded(n=80)

    def kappa(x, y):
        return float(ag.cohen_kappa(x, y))

    theirs = scipy_stats.bootstrap((a, b), kappa, paired=True, vectorized=False, n_resamples=2500, method="BCa", rng=1)
    ours = ag.bootstrap_interval(ag.cohen_kappa, [a, b], method="bca", n_draws=5000)
    assert ends(ours) == pytest.approx((theirs.confidence_interval.low, theirs.confidence_interval.high), abs=0.035)


def test_bca_over_participants_moves_the_ends():
    a, b = coded(n=300)
    by = (np.arange(300) % 15).tolist()
    plain = ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=by)
    moved = ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=by, method="bca")
    assert ends(plain) != ends(moved)
    assert ends(plain) == pytest.approx(ends(moved), abs=0.05)


@pytest.mark.parametrize("statistic", [ag.adjusted_rand, ag.adjusted_mutual_info, ag.v_measure, ag.omega_index])
def test_partitions_are_never_drawn_with_replacement(statistic):
    with pytest.raises(InputError, match=r"must not be bootstrapped: a unit drawn twice always agrees with itself"):
        ag.bootstrap_interval(statistic, [[0, 0, 1, 1], [0, 1, 1, 1]])
    with pytest.raises(InputError, match=r"Use subsample_interval"):
        ag.bootstrap_interval(functools.partial(statistic), [[0, 0, 1, 1], [0, 1, 1, 1]])
    rng = np.random.default_rng(0)
    gold = rng.integers(0, 4, 100)
    clusters = np.where(rng.random(100) < 0.6, gold, rng.integers(0, 5, 100))
    interval = ag.subsample_interval(statistic, [gold, clusters], n_draws=100)
    assert interval.low < interval.value < interval.high
    assert interval.method == "subsample"


def test_subsampling_over_participants():
    rng = np.random.default_rng(0)
    gold = np.repeat(rng.integers(0, 4, 30), 10)
    clusters = np.repeat(np.where(rng.random(30) < 0.6, gold[::10], rng.integers(0, 5, 30)), 10)
    by = np.repeat(np.arange(30), 10).tolist()
    units = ag.subsample_interval(ag.adjusted_rand, [gold, clusters])
    people = ag.subsample_interval(ag.adjusted_rand, [gold, clusters], by=by)
    assert people.high - people.low > 2 * (units.high - units.low)
    assert "4 groups" in ag.subsample_interval(ag.adjusted_rand, [gold, clusters], by=(gold % 4).tolist()).reason


def test_subsampling_needs_units():
    assert "3 units; halves" in ag.subsample_interval(ag.adjusted_rand, [[0, 0, 1], [0, 1, 1]]).reason


def test_no_interval_when_no_draw_differs():
    interval = ag.bootstrap_interval(ag.cohen_kappa, [[1, 0] * 20, [1, 0] * 20])
    assert "every draw gives the same figure" in interval.reason
    assert "up to 0.075 (3/n)" in interval.reason
    assert math.isnan(interval.high)


def test_no_interval_when_the_figure_is_undefined():
    interval = ag.bootstrap_interval(ag.cohen_kappa, [[1] * 30, [1] * 30])
    assert "the figure itself is undefined: every value is 1" in interval.reason


def test_no_interval_when_too_many_draws_are_undefined():
    rare = [1] + [0] * 60
    interval = ag.bootstrap_interval(ag.cohen_kappa, [rare, rare[::-1]])
    assert interval.reason is None or "undefined in" in interval.reason
    alone = ag.bootstrap_interval(ag.cohen_kappa, [rare, rare])
    assert "undefined in 3" in alone.reason
    assert alone.undefined_share == pytest.approx(math.exp(-1), abs=0.05)


def test_too_few_finite_draws():
    interval = ag.interval_from_draws(0.5, np.array([0.1] * 10 + [np.nan] * 10))
    assert interval.reason == "the figure is defined in 10 of 20 draws; at least 20 are needed"
    assert ag.interval_from_draws(math.nan, np.zeros(30)).reason == "the figure itself is undefined"


def test_settings_are_checked():
    ratings = coded(n=20)
    with pytest.raises(InputError, match=r"n_draws must be at least 20. Got 5"):
        ag.bootstrap_interval(ag.cohen_kappa, ratings, n_draws=5)
    with pytest.raises(InputError, match=r"level must lie between 0 and 1, such as 0.95. Got 95"):
        ag.bootstrap_interval(ag.cohen_kappa, ratings, level=95)
    with pytest.raises(InputError, match=r"method must be 'percentile', 'expanded' or 'bca'. Got 'BCa'"):
        ag.bootstrap_interval(ag.cohen_kappa, ratings, method="BCa")


def test_a_statistic_of_ones_own():
    def share_alike(x, y):
        return float(np.mean(np.asarray(x) == np.asarray(y)))

    a, b = coded(n=40)
    own = ag.bootstrap_interval(share_alike, [a, b], n_draws=200)
    ours = ag.bootstrap_interval(ag.percent_agreement, [a, b], n_draws=200)
    assert ends(own) == ends(ours)
    assert own.name == "share_alike"
    assert "n_units" not in own.name
    whole = ag.bootstrap_interval(lambda ratings: share_alike(*ratings), [a, b], n_draws=50, method="bca")
    assert whole.low < whole.value < whole.high


def test_options_are_fixed_with_partial():
    rng = np.random.default_rng(0)
    a = rng.integers(1, 5, 100)
    b = np.clip(a + rng.integers(-1, 2, 100), 1, 4)
    weighted = functools.partial(ag.cohen_kappa, weights="quadratic")
    interval = ag.bootstrap_interval(weighted, [a, b], n_draws=200)
    assert interval.value == float(ag.cohen_kappa(a, b, weights="quadratic"))
    declared = functools.partial(ag.gwet_ac1, categories=[1, 2, 3, 4, 5])
    assert ag.bootstrap_interval(declared, [a, b]).value == float(ag.gwet_ac1([a, b], categories=[1, 2, 3, 4, 5]))


def test_expanded_reaches_further_out_with_few_participants():
    a, b = coded(n=300)
    for groups, wider in ((10, 1.08), (100, 1.0)):
        by = (np.arange(300) % groups).tolist()
        plain = ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=by)
        expanded = ag.bootstrap_interval(ag.cohen_kappa, [a, b], by=by, method="expanded")
        assert (expanded.high - expanded.low) / (plain.high - plain.low) > wider
        assert expanded.method == "expanded"
    codes = ag.per_code_intervals(ag.cohen_kappa, [a], [b], by=(np.arange(300) % 10).tolist(), method="expanded")
    assert codes[0].method == "expanded"


def test_words_of_an_interval():
    text = str(ag.bootstrap_interval(ag.cohen_kappa, coded(), n_draws=100))
    assert text.startswith("Cohen's kappa .")
    assert "95% interval" in text
    assert "percentile, 100 draws of 200 units, 0.0% undefined, seed 0" in text


@pytest.mark.slow
def test_coverage_is_near_what_it_says():
    rng = np.random.default_rng(0)
    both = 0.3**2 + 0.6 * 0.21
    hits = 0
    for seed in range(400):
        cell = rng.choice(4, 250, p=[0.4 + both, 0.3 - both, 0.3 - both, both])
        interval = ag.bootstrap_interval(ag.cohen_kappa, [cell // 2, cell % 2], n_draws=500, random_state=seed)
        hits += interval.low <= 0.6 <= interval.high
    assert 0.92 <= hits / 400 <= 0.975


def test_a_group_on_which_nothing_varies_has_a_reason():
    by = ["P1"] * 4 + ["P2"] * 4
    found = ag.bootstrap_interval(ag.cohen_kappa, [[1, 0, 1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0]], by=by)
    first, second = found.per_group
    assert (first.value, first.reason) == (0.5, None)
    assert math.isnan(second.value)
    assert second.reason == "on the units of this group alone nothing varies, or there is nothing to compare"


def test_halves_of_groups_reach_as_far_as_students_t_and_give_up_their_bias():
    """From the halves themselves: middle = figure - bias, half width = t times their spread."""
    from scipy.stats import t

    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 240)
    clusters = np.where(rng.random(240) < 0.6, codes, rng.integers(0, 4, 240))
    by = np.repeat(np.arange(12), 20)
    found = ag.subsample_interval(ag.adjusted_rand, [codes, clusters], by=by, n_draws=4000)
    halves = []
    for _ in range(4000):
        drawn = np.isin(by, rng.permutation(12)[:6])
        halves.append(ag.adjusted_rand(codes[drawn], clusters[drawn]).value)
    middle, width = (found.low + found.high) / 2, found.high - found.low
    assert middle == pytest.approx(2 * found.value - np.mean(halves), abs=0.003)
    assert width == pytest.approx(2 * t.ppf(0.975, 11) * np.std(halves), rel=0.05)


def test_participants_are_drawn_where_there_are_ten_of_them():
    people = [f"P{turn % 10}" for turn in range(60)]
    found = ag.groups_to_draw([1] * 60, people)
    assert (found.kind, found.groups, found.n_groups, found.reason) == ("participants", tuple(people), 10, None)


def test_stretches_of_talk_are_drawn_where_participants_are_few_or_not_all_known():
    sessions = ["a"] * 120 + ["b"] * 80
    few = ag.groups_to_draw(sessions, ["P", "Q"] * 100)
    assert (few.kind, few.n_groups) == ("stretches of talk", 10)
    assert few.groups == tuple(ag.stretches_of(sessions).tolist())
    unknown = [None, *(f"P{turn}" for turn in range(199))]
    assert ag.groups_to_draw(sessions, unknown) == ag.groups_to_draw(sessions) == few


def test_people_may_be_an_array_and_must_fit():
    people = np.repeat(np.arange(12), 20)
    assert ag.groups_to_draw(np.ones(240), people).n_groups == 12
    assert ag.groups_to_draw(np.ones(240), people % 3).kind == "stretches of talk"
    with pytest.raises(AlignmentError, match="people must hold one group per unit"):
        ag.groups_to_draw([1] * 239, people)


def test_short_talk_has_nothing_to_draw_and_says_why():
    found = ag.groups_to_draw([1] * 199, ["P", "Q", "R"] * 66 + ["P"])
    assert found.groups is None
    assert found.reason == (
        "3 participants, and 199 units in 10 stretches of talk; an interval needs 10 participants, or 10 stretches of "
        "20 units on average"
    )
    assert ag.groups_to_draw([1] * 5).reason.startswith(
        "participants that are not all known, and 5 units in 5 stretches"
    )


def test_what_is_to_be_drawn_goes_into_every_interval():
    rng = np.random.default_rng(0)
    a, b = (rng.random((2, 2, 240)) < 0.3).astype(float)
    b = np.where(rng.random(b.shape) < 0.6, a, b)
    by = ag.groups_to_draw([1] * 240, ["P", "Q"] * 120).groups
    for found in (
        ag.bootstrap_interval(ag.cohen_kappa, [a[0], b[0]], by=by, method="expanded"),
        ag.per_code_intervals(ag.cohen_kappa, a, b, by=by, method="expanded")[0],
        ag.over_codes_interval(ag.pooled_kappa, a, b, by=by, method="expanded"),
        ag.subsample_interval(ag.adjusted_rand, [a[0], b[0]], by=by),
    ):
        assert found.n_groups == 10
        assert found.low < found.value < found.high
