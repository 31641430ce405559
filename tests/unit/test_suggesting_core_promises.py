"""Promises, reading list, trouble, explanations, the estimator."""

import math

import numpy as np
import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.suggesting.asking import (
    choose_next,
    confused_codes,
    likely_slips,
    overlapping_definitions,
    unfitting_definitions,
)
from alliance_nlp.suggesting.classifier import CodebookClassifier
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.suggestions import explain_code
from alliance_nlp.suggesting.thresholds import least_needed, promise_codes, risk_coverage, upper_bound


def test_bounds_are_clopper_and_pearsons():
    # rule of three and its kin: with no error in n, the bound is 1 - (1 - confidence) ** (1 / n)
    assert upper_bound(0, 22) == pytest.approx(1 - 0.1 ** (1 / 22))
    assert upper_bound(2, 20, confidence=0.95) == pytest.approx(0.2826, abs=5e-4)
    assert upper_bound(0, 0) == upper_bound(3, 3) == 1.0
    assert least_needed(0.1) == 22
    assert least_needed(0.1, confidence=0.95) == 29


def test_too_few_coded_segments_state_the_arithmetic():
    found = promise_codes([[0.9]] * 10, [[1]] * 10, target=0.1)[0]
    assert found.threshold == math.inf
    assert "too few coded segments to promise this: 10 suggestions could be tested" in found.reason
    assert "needs 22 in a row that are right" in found.reason


def test_a_code_that_is_often_wrong_is_not_promised():
    found = promise_codes([[0.9]] * 40, [[1], [0]] * 20, target=0.1)[0]
    assert found.reason.startswith("not promised: 20 of the 40 surest suggestions were wrong")
    assert found.n_accepted == 0


def test_the_threshold_goes_as_low_as_the_target_allows():
    scores = np.linspace(1, 0, 200)[:, None]
    applied = (scores > 0.5).astype(float)
    found = promise_codes(scores, applied, target=0.2, groups=[i % 10 for i in range(200)])[0]
    assert 80 <= found.n_accepted <= 120  # thresholds stand a fifth of the accepted apart
    assert found.bound <= 0.2
    assert 0 <= found.bound_by_groups <= 0.25


def test_unread_segments_and_a_floor_are_left_out_and_few_groups_have_no_bound():
    scores = np.array([[0.9]] * 30 + [[0.2]] * 30)
    applied = np.array([[1.0]] * 30 + [[np.nan]] * 30)
    found = promise_codes(scores, applied, groups=["A"] * 60)[0]
    assert (found.n_accepted, found.n_wrong) == (30, 0)
    assert math.isnan(found.bound_by_groups)
    assert promise_codes(scores, applied, floor=0.95)[0].n_accepted == 0


def test_promises_refuse_impossible_confidence():
    with pytest.raises(InputError, match=r"confidence must lie between 0 and 1, such as 0.1. Got 1 instead"):
        promise_codes([[0.5]], [[1]], confidence=1)


def test_risk_coverage_of_nothing_is_empty():
    assert risk_coverage([], []) == []
    assert risk_coverage([0.5, 0.5], [1, np.nan]) == [(0.5, 1, 0.0)]


def test_reading_list_spreads_over_kinds_and_stops_when_all_is_listed():
    alike = np.kron(np.eye(2), np.ones((3, 3)))
    found = choose_next(np.full((6, 1), 0.5), alike, [True] * 6, n=2, prevalence=[0.5])
    assert {int(i) // 3 for i in found} == {0, 1}
    assert choose_next(np.full((6, 1), 0.5), alike, [False] * 6, n=2, prevalence=[0.5]).tolist() == []
    assert len(choose_next(np.full((6, 1), 0.5), alike, [True] * 6, n=99, prevalence=[0.5])) == 6


def test_reading_list_prefers_doubt_about_rare_codes():
    shares = [[0.5, 0.0], [0.0, 0.5]]
    assert choose_next(shares, np.eye(2), [True, True], n=1, prevalence=[0.5, 0.02]).tolist() == [1]


def test_reading_list_refuses_fewer_than_none():
    with pytest.raises(InputError, match=r"n must be zero or more segments to list. Got -1"):
        choose_next([[0.5]], [[1.0]], [True], n=-1, prevalence=[0.5])


def test_slips_are_of_segments_that_were_read():
    assert [slip.row for slip in likely_slips([[0.9], [0.1], [0.95]], [[1], [np.nan], [0]])] == [2, 0]


def test_planted_slips_come_first():
    rng = np.random.default_rng(1)
    kind = rng.integers(0, 3, 120)
    vectors = np.eye(3)[kind] + 0.2 * rng.normal(size=(120, 3))
    applied = np.eye(3)[kind]
    planted = rng.choice(120, 6, replace=False)
    applied[planted] = np.roll(applied[planted], 1, axis=1)
    scores = fit_codes(SegmentEvidence(vectors), applied, codes=CodeEvidence(["a", "b", "c"])).scores
    found = {slip.row for slip in likely_slips(scores.probabilities, applied, n=6)}
    assert len(found & set(planted.tolist())) >= 5


def test_trouble_in_definitions():
    assert overlapping_definitions(np.eye(3)) == []
    assert confused_codes([[0.1, 0.9]], [[1, 0]]) == []  # nobody without either: nothing to compare with
    swapped = unfitting_definitions([[0.0, 1.0], [1.0, 0.0]], [[0.9, 0.1], [0.1, 0.9]], [[1, 0], [0, 1]])
    assert swapped == [(0, 1.0, 1), (1, 1.0, 0)]


def test_an_explanation_adds_up_and_names_words_and_runner_up():
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, 60)
    texts = [("we trust them" if k else "no time left") for k in kind]
    segments = SegmentEvidence(np.eye(2)[kind] + 0.3 * rng.normal(size=(60, 2)), texts, sequences=["T"] * 60)
    table = np.eye(2)[kind]
    table[50:] = np.nan
    fitted = fit_codes(segments, table, codes=CodeEvidence(["time", "trust"], np.eye(2), ["time", "trust"]))
    row = 55
    code = int(kind[row])
    found = explain_code(fitted, row, code, n=100)
    raw = fitted.similarity.matrix[row, fitted.learnt] @ fitted.ridge.coefficients[:, code]
    others = fitted.similarity.matrix[row, 60 + 1 - code] * fitted.ridge.coefficients[fitted.learnt == 61 - code, code]
    assert sum(w for _, w in found.examples) + found.definition + others.sum() == pytest.approx(raw)
    assert found.words[0][0] in texts[row]
    assert found.runner_up == 1 - code
    total = sum(value for _, value in found.terms) + fitted.calibration.coefficients[0]
    assert 1 / (1 + np.exp(-total)) == pytest.approx(found.probability)
    assert np.isfinite(found.around)


def test_estimator_keeps_the_form_of_y():
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, 60)
    X = np.eye(3)[kind] + 0.2 * rng.normal(size=(60, 3))
    single = CodebookClassifier().fit(X, np.array(["a", "b", "c"])[kind])
    assert single.predict_proba(X).sum(axis=1) == pytest.approx(np.ones(60))
    assert single.score(X, np.array(["a", "b", "c"])[kind]) > 0.9
    table = np.eye(3, dtype=int)[kind]
    table[kind == 2] = 0
    table[kind == 1, 0] = 1
    many = CodebookClassifier().fit(X, table, groups=[i // 6 for i in range(60)])
    assert many.predict(X).shape == (60, 3)
    assert not many.predict(X)[kind == 2].any()


def test_estimator_counts_definitions():
    with pytest.raises(InputError, match=r"one row per code. Got 1 rows for 2 codes"):
        CodebookClassifier([[1.0, 0.0]]).fit(np.eye(2), [0, 1])
    assert CodebookClassifier(np.eye(2)).fit(np.eye(2), [0, 1]).predict([[0.9, 0.0]]).tolist() == [0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_estimator_keeps_scikit_learns_contract():
    from sklearn.utils.estimator_checks import check_estimator

    found = check_estimator(CodebookClassifier(), on_fail=None, on_skip=None)
    failed = [result["check_name"] for result in found if result["status"] == "failed"]
    assert failed == []
