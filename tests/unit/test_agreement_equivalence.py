"""Equivalence of two figures, and a machine beside people who are left out in turn."""

import functools
import math

import numpy as np
import pytest
from scipy.stats import false_discovery_control, t, ttest_1samp

from alliance_nlp import agreement as ag
from alliance_nlp.errors import AlignmentError, InputError


def talk(n_people=12, n=25, seed=0, worse=0.0):
    """Two people and a machine that slip alike, or the machine more often; everybody's slips differ by participant."""
    rng = np.random.default_rng(seed)
    slips = np.repeat(rng.beta(1.2, 12, n_people), n)
    truth = rng.random(n_people * n) < np.repeat(rng.beta(1.5, 3.5, n_people), n)
    ann, ben = (truth ^ (rng.random(truth.size) < slips) for _ in range(2))
    machine = truth ^ (rng.random(truth.size) < np.minimum(slips + worse, 0.5))
    return ann, ben, machine, np.repeat(np.arange(n_people), n).tolist()


kappa = functools.partial(ag.equivalence_test, ag.cohen_kappa, n_draws=500)


def test_both_one_sided_tests_from_difference_and_error():
    """The interval is the difference plus and minus t times the error, so the error can be read off it."""
    ann, ben, machine, by = talk()
    found = kappa([ann, ben], [ann, machine], margin=0.2, by=by)
    assert found.first == ag.cohen_kappa(ann, ben).value
    assert found.difference == pytest.approx(found.first - ag.cohen_kappa(ann, machine).value)
    error = (found.high - found.difference) / t.ppf(0.95, 11)
    assert found.difference - found.low == pytest.approx(found.high - found.difference)
    assert found.p == pytest.approx(t.sf((0.2 - abs(found.difference)) / error, 11))
    assert found.n_groups == 12


def test_the_error_is_that_of_the_drawn_differences():
    ann, ben, machine, by = talk()
    found = kappa([ann, ben], [ann, machine], margin=0.2, by=by, n_draws=4000)
    member = np.array(by)[None, :] == np.arange(12)[:, None]
    rng, differences = np.random.default_rng(9), []
    for _ in range(2000):
        drawn = np.concatenate([np.flatnonzero(member[k]) for k in rng.integers(0, 12, 12)])
        pair = [ag.cohen_kappa(ann[drawn], other[drawn]).value for other in (ben, machine)]
        differences.append(pair[0] - pair[1])
    error = (found.high - found.difference) / t.ppf(0.95, 11)
    assert error == pytest.approx(np.std(differences) * math.sqrt(12 / 11), rel=0.08)


def test_p_is_at_most_the_level_where_the_interval_lies_inside_the_margin():
    ann, ben, machine, by = talk()
    reach = kappa([ann, ben], [ann, machine], margin=1.0, by=by)
    edge = max(abs(reach.low), abs(reach.high))
    assert kappa([ann, ben], [ann, machine], margin=edge + 1e-6, by=by).p < 0.05
    assert kappa([ann, ben], [ann, machine], margin=edge - 1e-6, by=by).p > 0.05


def test_figures_that_differ_by_the_margin_are_seldom_called_equivalent():
    """At the margin itself the test errs in at most one of twenty; 200 made studies, seeded."""
    ann, ben, machine, _ = talk(4000, 25, seed=1, worse=0.06)
    margin = ag.cohen_kappa(ann, ben).value - ag.cohen_kappa(ann, machine).value
    assert margin > 0.05
    found = []
    for seed in range(200):
        ann, ben, machine, by = talk(16, 25, seed=seed + 10, worse=0.06)
        found.append(kappa([ann, ben], [ann, machine], margin=margin, by=by, n_draws=100).p <= 0.05)
    assert np.mean(found) <= 0.08
    assert np.mean([kappa(*pair, margin=0.3, by=by, n_draws=100).p <= 0.05 for pair, by in _alike()]) > 0.8


def _alike():
    for seed in range(40):
        ann, ben, machine, by = talk(16, 25, seed=seed)
        yield ([ann, ben], [ann, machine]), by


def test_independent_units_are_drawn_one_by_one():
    ann, ben, machine, _ = talk()
    found = kappa([ann, ben], [ann, machine], margin=0.2, independent=True)
    assert found.n_groups == 300
    assert found == kappa([ann, ben], [ann, machine], margin=0.2, independent=True)


def test_without_dependence_handled_there_is_no_test():
    ann, ben, machine, by = talk()
    found = kappa([ann, ben], [ann, machine], margin=0.2)
    assert math.isnan(found.p)
    assert found.reason.startswith("units are not independent when the same people say them")
    assert "equivalence not tested: units are not independent" in str(found)
    few = kappa([ann, ben], [ann, machine], margin=0.2, by=[who % 9 for who in by])
    assert few.reason == "9 groups; the test needs at least 10"


def test_undefined_figures_and_equal_ones_have_a_reason():
    ann, ben, machine, by = talk()
    nothing = np.zeros(300, dtype=int)
    assert "a figure is undefined: every value is 0" in kappa([nothing, nothing], [ann, ben], margin=0.1, by=by).reason
    assert kappa([ann, ben], [ann, ben], margin=0.1, by=by).reason == "every draw gives the same difference"
    once = np.zeros(300, dtype=int)
    once[3] = 1
    rare = kappa([once, once], [ann, machine], margin=0.1, by=by)
    assert rare.reason.endswith("of 500 draws are undefined")


def test_more_than_two_coders_and_partly_read_units():
    ann, ben, machine, by = talk()
    read = np.array([None if unit % 7 == 0 else int(value) for unit, value in enumerate(machine)], dtype=object)
    people, all_three = [ann.astype(int).tolist(), ben.astype(int).tolist()], None
    all_three = [*people, read.tolist()]
    found = ag.equivalence_test(ag.krippendorff_alpha, people, all_three, margin=0.2, by=by, n_draws=200)
    assert found.second == ag.krippendorff_alpha(all_three).value
    assert found.p < 0.05
    assert str(found).startswith("Krippendorff's alpha .")


def test_what_cannot_be_tested_is_refused():
    ann, ben, machine, by = talk()
    with pytest.raises(InputError, match="margin must be above 0"):
        kappa([ann, ben], [ann, machine], margin=0.0, by=by)
    with pytest.raises(InputError, match="adjusted_rand cannot be drawn with replacement"):
        ag.equivalence_test(ag.adjusted_rand, [ann, ben], [ann, machine], margin=0.1, by=by)
    with pytest.raises(AlignmentError, match="must hold the same units"):
        kappa([ann, ben], [ann[:-1], machine[:-1]], margin=0.1, by=by)


def coders(seed=0, n=120, careful=0.8, machine=0.7):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    own = [np.where(rng.random(n) < careful, truth, rng.integers(0, 3, n)) for _ in range(4)]
    return np.where(rng.random(n) < machine, truth, rng.integers(0, 3, n)).tolist(), [row.tolist() for row in own]


def by_the_definition(machine, people, epsilon):
    """The paper's procedure, unit by unit: omega, rho and each p."""
    p, wins = [], []
    for left_out, own in enumerate(people):
        differences, advantage = [], []
        for unit, said in enumerate(own):
            others = [row[unit] for k, row in enumerate(people) if k != left_out and row[unit] is not None]
            if said is None or machine[unit] is None or not others:
                continue
            near, machine_near = (np.mean([value == other for other in others]) for value in (said, machine[unit]))
            advantage.append(machine_near >= near)
            differences.append(int(near >= machine_near) - int(machine_near >= near))
        p.append(ttest_1samp(differences, epsilon, alternative="less").pvalue)
        wins.append(np.mean(advantage))
    return np.mean(false_discovery_control(p, method="by") <= 0.05), np.mean(wins), p


@pytest.mark.parametrize("unread", [0.0, 0.3])
@pytest.mark.parametrize("machine", [0.5, 0.7, 0.9])
def test_the_alternative_coder_test_is_the_papers(machine, unread):
    said, people = coders(machine=machine)
    rng = np.random.default_rng(1)
    people = [[None if rng.random() < unread else value for value in row] for row in people]
    found = ag.alternative_coder_test(said, people, epsilon=0.15, independent=True)
    omega, rho, p = by_the_definition(said, people, 0.15)
    assert (found.winning_rate, found.advantage) == (omega, pytest.approx(rho))
    assert [each.p for each in found.per_coder] == pytest.approx(p)


def test_a_unit_of_three_coders_by_hand():
    """Forty units alike: coder 0 says x, 1 and 2 say y, the machine y. Only beside coder 0 are they not equal."""
    found = ag.alternative_coder_test(["y"] * 40, [["x"] * 40, ["y"] * 40, ["y"] * 40], epsilon=0.1, independent=True)
    assert [each.difference for each in found.per_coder] == [-1.0, 0.0, 0.0]
    assert [each.advantage for each in found.per_coder] == [1.0, 1.0, 1.0]
    # nothing varies: had the true share been .1, forty units without any would be as likely as .9 ** 40
    assert [each.p for each in found.per_coder] == pytest.approx([0.9**40] * 3)
    assert found.winning_rate == 1.0


def test_groups_are_tested_by_their_sums():
    said, people = coders()
    by = np.repeat(np.arange(12), 10).tolist()
    found = ag.alternative_coder_test(said, people, epsilon=0.15, by=by)
    others = np.array(people[1:])
    near = (others == np.array(people[0])).mean(axis=0)
    machine_near = (others == np.array(said)).mean(axis=0)
    apart = (near >= machine_near).astype(int) - (machine_near >= near)
    sums = [float((apart - 0.15)[np.array(by) == group].sum()) for group in range(12)]
    assert found.per_coder[0].p == pytest.approx(ttest_1samp(sums, 0, alternative="less").pvalue)
    assert found.n_groups == 12


def test_the_alternative_coder_test_is_refused_with_a_reason():
    said, people = coders()
    two = ag.alternative_coder_test(said, people[:2], epsilon=0.1, independent=True)
    assert two.reason == "2 coders; the test needs 3, so that each can be seen beside two others"
    unread = ag.alternative_coder_test(said, [*people[:2], [None] * 120], epsilon=0.1, independent=True)
    assert unread.reason == two.reason
    dependent = ag.alternative_coder_test(said, people, epsilon=0.1)
    assert dependent.reason.startswith("units are not independent")
    few = ag.alternative_coder_test(said[:20], [row[:20] for row in people], epsilon=0.1, independent=True)
    assert few.reason == "coder 0: 20 units beside the machine and another coder; 30 are needed"
    assert math.isnan(few.winning_rate)
    five = ag.alternative_coder_test(said, people, epsilon=0.1, by=[unit % 5 for unit in range(120)])
    assert five.reason == "5 groups; the test needs at least 6"
    assert str(five) == f"alternative-annotator test not made: {five.reason}"


def test_a_coder_with_few_units_is_left_out_with_a_reason():
    said, people = coders()
    people[3] = [*people[3][:10], *[None] * 110]
    found = ag.alternative_coder_test(said, people, epsilon=0.15, independent=True)
    assert found.per_coder[3].reason.startswith("coder 3: 10 units")
    assert math.isnan(found.per_coder[3].q)
    kept = [each.q <= 0.05 for each in found.per_coder[:3]]
    assert found.winning_rate == np.mean(kept)


def test_a_rare_code_is_won_by_a_machine_that_never_applies_it():
    """Why kappa has to stand beside it: nearly every unit is a tie."""
    rng = np.random.default_rng(0)
    truth = rng.random(400) < 0.03
    people = [(truth ^ (rng.random(400) < 0.01)).astype(int) for _ in range(3)]
    found = ag.alternative_coder_test([0] * 400, people, epsilon=0.1, independent=True)
    assert found.winning_rate == 1.0
    assert ag.cohen_kappa([0] * 400, people[0]).value == 0


@pytest.mark.parametrize("epsilon", [0, 1, -0.1])
def test_epsilon_lies_between_0_and_1(epsilon):
    said, people = coders()
    with pytest.raises(InputError, match="epsilon must lie between 0 and 1"):
        ag.alternative_coder_test(said, people, epsilon=epsilon, independent=True)
