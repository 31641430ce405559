"""One figure over all codes: pooled kappa and mean kappa, by hand and drawn."""

import math

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.errors import InputError

# tables of (both, a only, b only, neither)
FIRST = (20, 5, 10, 15)  # observed .7, expected .5 * .6 + .5 * .4 = .5, kappa .4
SECOND = (3, 2, 3, 42)  # observed .9, expected .1 * .12 + .9 * .88 = .804, kappa .096 / .196


def coded(*tables):
    """Two codings of one code for each table."""
    cells = [np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], table, axis=0).T for table in tables]
    return [np.array([cell[side] for cell in cells], dtype=float) for side in (0, 1)]


def test_pooled_kappa_by_hand():
    """Mean observed (.7 + .9) / 2 = .8, mean expected (.5 + .804) / 2 = .652: (.8 - .652) / (1 - .652)."""
    found = ag.pooled_kappa(*coded(FIRST, SECOND))
    assert found.observed == pytest.approx(0.8)
    assert found.expected == pytest.approx(0.652)
    assert found.value == pytest.approx(0.148 / 0.348)
    assert (found.n_units, found.n_coders, found.n_left_out, found.remarks) == (50, 2, 0, ("over 2 codes",))


def test_mean_kappa_by_hand():
    found = ag.mean_kappa(*coded(FIRST, SECOND))
    assert found.value == pytest.approx((0.4 + 0.096 / 0.196) / 2)
    assert found.remarks == ("over 2 codes of 2",)


def test_a_code_that_nobody_applied_changes_neither():
    """It adds 1 to observed and expected agreement alike: the difference and what is left stay in proportion."""
    without, unused = coded(FIRST, SECOND), coded(FIRST, SECOND, (0, 0, 0, 50))
    assert ag.pooled_kappa(*unused).value == pytest.approx(ag.pooled_kappa(*without).value)
    assert ag.mean_kappa(*unused).value == ag.mean_kappa(*without).value
    assert ag.mean_kappa(*unused).remarks == ("over 2 codes of 3",)


def test_one_code_is_its_kappa():
    a, b = coded(SECOND)
    kappa = ag.cohen_kappa(a[0], b[0]).value
    assert ag.pooled_kappa(a, b).value == pytest.approx(kappa)
    assert ag.mean_kappa(a, b).value == pytest.approx(kappa)


def test_unread_units_drop_out_code_by_code():
    a, b = coded(FIRST, SECOND)
    more = np.hstack([a, [[1], [0]]]), np.hstack([b, [[np.nan], [np.nan]]])
    assert ag.pooled_kappa(*more).value == ag.pooled_kappa(a, b).value
    assert ag.pooled_kappa(*more).n_left_out == 1


@pytest.mark.parametrize("figure", [ag.pooled_kappa, ag.mean_kappa])
def test_undefined_has_a_reason(figure):
    assert figure([[0, 0]], [[0, 0]]).reason == "no code varies among the units that both coders read"
    assert figure([[np.nan]], [[1]]).reason == "no unit was read by both coders"


@pytest.mark.parametrize("figure", [ag.pooled_kappa, ag.mean_kappa])
def test_values_of_tables_are_those_of_codings(figure):
    a, b = coded(FIRST, SECOND)
    assert ag.over_codes_values(figure, ag.binary_tables(a, b)) == pytest.approx(figure(a, b).value)
    with pytest.raises(InputError, match="must be pooled_kappa or mean_kappa"):
        ag.over_codes_values(ag.cohen_kappa, ag.binary_tables(a, b))


@pytest.mark.parametrize("figure", [ag.pooled_kappa, ag.mean_kappa])
def test_an_interval_draws_the_same_units_for_all_codes(figure):
    """Codes that are copies of one another have the interval of the one."""
    a, b = coded(FIRST)
    one = ag.over_codes_interval(figure, a, b, n_draws=200)
    three = ag.over_codes_interval(figure, np.repeat(a, 3, axis=0), np.repeat(b, 3, axis=0), n_draws=200)
    assert (three.low, three.high) == pytest.approx((one.low, one.high))
    alone = ag.per_code_intervals(ag.cohen_kappa, a, b, n_draws=200)[0]
    assert (one.low, one.high) == pytest.approx((alone.low, alone.high))


def test_an_interval_over_groups_needs_ten_of_them():
    a, b = coded(FIRST, SECOND)
    few = ag.over_codes_interval(ag.pooled_kappa, a, b, by=[1, 2] * 25)
    assert few.reason == "2 groups; an interval over groups needs at least 10"
    assert math.isnan(few.low)
    assert few.value == ag.pooled_kappa(a, b).value
    enough = ag.over_codes_interval(ag.pooled_kappa, a, b, by=list(range(25)) * 2, method="expanded", n_draws=200)
    assert enough.low < enough.value < enough.high
    assert (enough.name, enough.n_groups) == ("pooled_kappa", 25)


def test_the_interval_of_the_pooled_figure_holds_the_truth():
    """Two hundred made studies of three codes with kappa .6; seeded."""
    rng, held = np.random.default_rng(0), 0
    prevalence = np.array([0.3, 0.15, 0.05])
    both = prevalence**2 + 0.6 * prevalence * (1 - prevalence)
    cells = np.stack([both, prevalence - both, prevalence - both, 1 - 2 * prevalence + both], axis=1)
    for seed in range(200):
        a, b = coded(*(rng.multinomial(150, row) for row in cells))
        interval = ag.over_codes_interval(ag.pooled_kappa, a, b, n_draws=200, random_state=seed)
        held += interval.low <= 0.6 <= interval.high
    assert 0.88 <= held / 200 <= 0.98
