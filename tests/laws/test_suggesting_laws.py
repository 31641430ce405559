"""Laws of the suggesting core, on random studies."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.thresholds import expected_kappa, kappa_thresholds, promise_codes, upper_bound


def random_study(seed, n):
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, n)
    vectors = np.eye(4)[kind] + 0.4 * rng.normal(size=(n, 4))
    applied = np.where(rng.random((n, 1)) < 0.7, np.eye(3)[kind], np.nan)
    return SegmentEvidence(vectors, groups=rng.integers(0, 9, n).tolist()), applied


NAMES = CodeEvidence(["a", "b", "c"], np.eye(4)[:3])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 80))
def test_probabilities_lie_between_0_and_1_and_the_same_input_gives_the_same_output(seed, n):
    segments, applied = random_study(seed, n)
    first = fit_codes(segments, applied, codes=NAMES).scores
    again = fit_codes(segments, applied, codes=NAMES).scores
    assert ((first.probabilities >= 0) & (first.probabilities <= 1)).all()
    assert (first.probabilities == again.probabilities).all()
    assert (first.suggested == again.suggested).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_renaming_codes_renames_suggestions(seed):
    segments, applied = random_study(seed, 60)
    turned = [2, 0, 1]
    codes = CodeEvidence(["c", "a", "b"], np.asarray(NAMES.vectors)[turned])
    one = fit_codes(segments, applied, codes=NAMES).scores.probabilities
    other = fit_codes(segments, applied[:, turned], codes=codes).scores.probabilities
    assert one[:, turned] == pytest.approx(other, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_thresholds_have_the_highest_expected_kappa(shares):
    table = np.array(shares)[:, None]
    chosen = int((table[:, 0] >= kappa_thresholds(table)[0]).sum())
    values = expected_kappa(table)[:, 0]
    assert values[chosen - 1] <= values.max() + 1e-12
    assert (np.abs(values) <= 1 + 1e-9).all()


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 200), st.data())
def test_the_bound_lies_above_what_was_seen_and_rises_with_errors(n, data):
    wrong = data.draw(st.integers(0, n - 1))
    assert wrong / n < upper_bound(wrong, n) <= 1
    assert upper_bound(wrong, n) <= upper_bound(wrong + 1, n)


@pytest.mark.slow
def test_promises_hold_as_often_as_they_say():
    rng = np.random.default_rng(0)
    broken = 0
    rounds = 600
    for _ in range(rounds):
        x = rng.random(300)
        truth = 1 / (1 + np.exp(-8 * (x - 0.45)))
        applied = (rng.random(300) < truth).astype(float)
        found = promise_codes(x[:, None], applied[:, None], target=0.2)[0]
        if found.reason:
            continue
        fresh = np.linspace(found.threshold, 1, 2000)
        broken += (1 - 1 / (1 + np.exp(-8 * (fresh - 0.45)))).mean() > 0.2
    assert broken / rounds <= 0.1 + 3 * np.sqrt(0.09 / rounds)
