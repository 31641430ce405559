"""Where codes begin and end."""

import numpy as np
import pytest

from alliance_nlp.agreement import plan_units, unitizing_alpha
from alliance_nlp.errors import InputError


def letter_by_letter(codings, length, binary=False):
    """The same coefficient from its idea: pair letters of different coders; by chance, of different spans."""
    value = np.full((len(codings), length), "", dtype=object)
    span = np.arange(len(codings) * length).reshape(len(codings), length)
    for coder, spans in enumerate(codings):
        for number, (start, end, code) in enumerate(spans):
            value[coder, start:end] = "x" if binary else code
            span[coder, start:end] = -1 - number - 1000 * coder
    observed = np.mean(
        [
            value[i, at] != value[j, at]
            for at in range(length)
            for i in range(len(codings))
            for j in range(len(codings))
            if i != j
        ]
    )
    flat, owner = value.ravel(), span.ravel()
    apart = owner[:, None] != owner[None, :]
    expected = (flat[:, None] != flat[None, :])[apart].mean()
    return 1 - observed / expected


THREE = [
    [(2, 5, "trust"), (20, 30, "time")],
    [(2, 5, "trust"), (12, 20, "trust"), (22, 28, "time")],
    [(0, 6, "trust"), (21, 30, "art")],
]


@pytest.mark.parametrize("kind", ["all", "binary"])
def test_it_is_what_pairing_letters_gives(kind):
    result = unitizing_alpha(THREE, 40, kind=kind)
    assert float(result) == pytest.approx(letter_by_letter(THREE, 40, binary=kind == "binary"))
    assert (result.n_units, result.n_coders) == (7, 3)


def test_worked_example():
    """Three coders on 60 letters: 20 of 180 differ; by chance 7758 of 32092 pairs do."""
    codings = [[(2, 5, 1)], [(2, 5, 1), (10, 20, 2)], [(2, 5, 1), (15, 20, 2)]]
    result = unitizing_alpha(codings, 60)
    assert (result.observed, result.expected) == (pytest.approx(20 / 180), pytest.approx(7758 / 32092))


def test_identical_spans_reach_one_and_order_does_not_matter():
    assert float(unitizing_alpha([THREE[0], THREE[0][::-1]], 40)) == 1
    assert unitizing_alpha(THREE, 40) == unitizing_alpha([spans[::-1] for spans in THREE], 40)


def test_moving_a_border_costs_a_little():
    near = unitizing_alpha([[(4, 20, "a")], [(0, 20, "a")]], 100)
    far = unitizing_alpha([[(4, 20, "a")], [(60, 76, "a")]], 100)
    assert 0.5 < float(near) < 1
    assert float(far) < 0


def test_nothing_coded_is_undefined():
    assert "nothing varies" in unitizing_alpha([[], []], 10).reason
    assert "nothing varies" in unitizing_alpha([[(0, 10, "a")], [(0, 10, "a")]], 10).reason
    assert "nothing varies" in unitizing_alpha([[], []], 0).reason


def test_all_problems_are_told_at_once():
    with pytest.raises(InputError) as caught:
        unitizing_alpha([[(0, 5, "a"), (3, 8, "b")], [(4, 12, "a"), (13, 13, "a")]], 10)
    message = str(caught.value)
    assert "codings has 3 problems" in message
    assert "coder 1: spans 0 to 5 and 3 to 8 overlap" in message
    assert "coder 2: span 4 to 12 does not lie inside 0 to 10" in message
    assert "span 13 to 13" in message
    assert "call it once a code" in message


def test_wrong_choices_are_refused():
    with pytest.raises(InputError, match=r"kind must be 'all' or 'binary'. Got 'bin'"):
        unitizing_alpha(THREE, 40, kind="bin")
    with pytest.raises(InputError, match=r"two or more coders. Got 1"):
        unitizing_alpha(THREE[:1], 40)


def test_plan_reaches_the_width_it_promises():
    """The planned number of units gives intervals of about the wanted width."""
    from alliance_nlp.agreement import bootstrap_interval, cohen_kappa

    plan = plan_units(0.6, 0.2, prevalence=0.3)
    rng = np.random.default_rng(0)
    both = 0.09 + 0.6 * 0.21
    widths = []
    for seed in range(60):
        cell = rng.choice(4, plan.n_units, p=[0.4 + both, 0.3 - both, 0.3 - both, both])
        interval = bootstrap_interval(cohen_kappa, [cell // 2, cell % 2], n_draws=400, random_state=seed)
        widths.append(interval.high - interval.low)
    assert np.mean(widths) == pytest.approx(0.2, abs=0.015)
    assert plan.expected_positives == pytest.approx(0.3 * plan.n_units)


def test_plan_says_when_it_is_a_guess_and_refuses_the_impossible():
    assert "the width is then a guess" in str(plan_units(0.6, 0.8, prevalence=0.02))
    assert plan_units(0.6, 0.2).remarks == ()
    with pytest.raises(InputError, match=r"prevalence must lie between 0 and 1, ends excluded. Got 0"):
        plan_units(0.6, 0.2, prevalence=0)
    with pytest.raises(InputError, match=r"kappa must lie between 0 and 1"):
        plan_units(1.0, 0.2)
