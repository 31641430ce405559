"""Promises, trouble, explanations, the estimator."""

import math

import numpy as np
import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.suggesting.asking import (
    confused_codes,
    likely_slips,
    overlapping_definitions,
    unfitting_definitions,
)
from alliance_nlp.suggesting.classifier import CodebookClassifier
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.explaining import explain_code
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.promises import promise_codes, risk_coverage, upper_bound

BLOCKS = [i % 10 for i in range(200)]


def test_the_bound_by_hand():
    # five transcripts of five, three errors in one of them: share 4/27, the spread between transcripts is the larger:
    # four times (0 - 20/27)^2 and (3 - 20/27)^2, over 4, over 5, over 5^2; t with 4 degrees of freedom at .95
    errors, sizes = np.array([0, 0, 0, 3, 0]), np.array([5] * 5)
    share, between = 4 / 27, (4 * (20 / 27) ** 2 + (3 - 20 / 27) ** 2) / 500
    assert upper_bound(errors, sizes) == pytest.approx(share + 2.131847 * math.sqrt(2 * between), abs=1e-5)
    # without any error the spread is that of single suggestions
    share = 1 / 27
    within = share * (1 - share) / 27
    assert upper_bound([0] * 5, sizes) == pytest.approx(share + 2.131847 * math.sqrt(2 * within), abs=1e-5)
    assert upper_bound([0], [9]) == 1.0
    assert upper_bound([5] * 5, sizes) == 1.0


def test_a_transcript_that_holds_most_of_the_suggestions_leaves_the_others_telling_less():
    assert upper_bound([0] * 6, [50, 2, 2, 2, 2, 2]) > upper_bound([0] * 6, [10] * 6)


def test_fewer_than_five_transcripts_with_the_code_promise_nothing():
    found = promise_codes([[0.9]] * 40, [[1]] * 40, blocks=list("abcd") * 10)[0]
    assert found.promise is None
    assert math.isnan(found.threshold)
    assert found.reason.startswith("4 transcripts or stretches of talk carry the code; 5 are needed")
    assert promise_codes([[0.9]] * 40, [[1]] * 40, blocks=["a"] * 40)[0].reason.startswith("1 transcript or stretch")


def test_a_code_whose_suggestions_lie_in_few_transcripts_promises_nothing():
    scores = np.array([[0.9]] * 20 + [[0.1]] * 20)
    applied = np.ones((40, 1))
    blocks = ["a", "b"] * 10 + list("cdefg") * 4
    found = promise_codes(scores, applied, blocks=blocks, floor=0.5)[0]
    assert found.promise is None
    assert "suggestions of it lie in fewer than 5 transcripts" in found.reason


def test_a_code_that_is_often_wrong_is_not_promised_and_the_arithmetic_is_said():
    found = promise_codes([[0.9]] * 40, [[1]] * 20 + [[0]] * 20, blocks=[i % 5 for i in range(40)], target=0.1)[0]
    assert found.promise is None
    assert (found.n_accepted, found.n_wrong, found.n_blocks) == (40, 20.0, 5)
    assert found.reason.startswith("20 of the 40 surest suggestions, in 5 transcripts or stretches of talk, were wrong")
    assert found.bound > 0.5


def test_the_threshold_goes_as_low_as_the_target_allows():
    scores = np.linspace(1, 0, 200)[:, None]
    applied = (scores > 0.5).astype(float)
    found = promise_codes(scores, applied, target=0.2, blocks=BLOCKS)[0]
    assert found.promise == 0.2
    assert 80 <= found.n_accepted <= 120  # thresholds stand a fifth of the accepted apart
    assert found.bound <= 0.2
    assert found.n_wrong == max(0, found.n_accepted - 100)
    assert found.threshold == scores[found.n_accepted - 1, 0]


def test_equal_scores_stay_together_and_unread_segments_and_a_floor_are_left_out():
    scores = np.array([[0.95]] * 60 + [[0.2]] * 60)
    applied = np.array([[1.0]] * 60 + [[np.nan]] * 60)
    blocks = [i % 6 for i in range(120)]
    found = promise_codes(scores, applied, blocks=blocks)[0]
    assert (found.promise, found.n_accepted, found.n_wrong) == (0.1, 60, 0)
    assert promise_codes(scores, applied, blocks=blocks, floor=0.96)[0].promise is None
    assert promise_codes(scores, applied, blocks=blocks, floor=0.95)[0] == found


def test_what_probabilities_expect_to_be_wrong_counts_as_twenty_suggestions():
    # ten errors of forty in five transcripts of eight, .1 expected: (10 + 1 + 20 * .1) / (40 + 2 + 20)
    errors, sizes = [2] * 5, [8] * 5
    share = 13 / 62
    between = 2 * (5 * (2 - share * 8) ** 2) / 4 / 5 / 64
    within = share * (1 - share) * (1 / 62 + 1 / 42)
    assert within > between
    expected = share + 2.131847 * math.sqrt(within)
    assert upper_bound(errors, sizes, expected=0.1) == pytest.approx(expected, abs=1e-5)
    assert upper_bound(errors, sizes, expected=0.5) > upper_bound(errors, sizes, expected=0.1)
    apart = [10, 0, 0, 0, 0]
    between = 2 * ((10 - share * 8) ** 2 + 4 * (share * 8) ** 2) / 4 / 5 / 64
    assert upper_bound(apart, sizes, expected=0.1) == pytest.approx(share + 2.131847 * math.sqrt(between), abs=1e-5)


def test_thresholds_that_no_absence_of_errors_would_pass_do_not_end_the_test():
    # the surest five could not pass: fifty of .8 without an error in twenty transcripts do
    scores, blocks = np.linspace(0.9, 0.7, 60)[:, None], [i % 20 for i in range(60)]
    found = promise_codes(scores, np.ones((60, 1)), blocks=blocks, target=0.2)[0]
    assert (found.promise, found.n_accepted, found.n_wrong) == (0.2, 53, 0)
    assert upper_bound([0] * 5, [1] * 5, expected=0.1) > 0.2
    wrong = np.ones((60, 1))
    wrong[:20:2] = 0  # ten errors among the surest twenty: the first threshold that could pass does not
    assert promise_codes(scores, wrong, blocks=blocks, target=0.2)[0].reason.startswith("10 of the 25 surest")


def test_probabilities_too_modest_for_a_promise_are_said_to_be():
    found = promise_codes(np.full((60, 1), 0.5), np.ones((60, 1)), blocks=[i % 20 for i in range(60)], target=0.1)[0]
    assert (found.promise, found.n_accepted, found.n_wrong, found.n_blocks) == (None, 60, 0, 20)
    assert found.bound == upper_bound([0] * 20, [3] * 20, expected=0.5)
    assert found.reason.startswith("0 of the 60 surest suggestions, in 20 transcripts or stretches of talk, were wrong")
    assert "and their probabilities expect 50%; up to 23% wrong must be reckoned with in others" in found.reason
    people = promise_codes([[0.9]] * 4, [[1]] * 4, blocks=list("abcd"), unit=("person", "people"))[0]
    assert people.reason == "4 people carry the code; 5 are needed to say how it goes in another"


def test_shares_of_coders_count_as_that_much_wrong():
    found = promise_codes([[0.9]] * 60, [[0.9]] * 60, blocks=[i % 6 for i in range(60)], target=0.3)[0]
    assert found.n_wrong == pytest.approx(6.0)


def test_risk_coverage_of_nothing_is_empty():
    assert risk_coverage([], []) == []
    assert risk_coverage([0.5, 0.5], [1, np.nan]) == [(0.5, 1, 0.0)]


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
    blocks = ["T"] * 50 + ["U"] * 10
    segments = SegmentEvidence(np.eye(2)[kind] + 0.3 * rng.normal(size=(60, 2)), texts, blocks, blocks)
    table = np.eye(2)[kind]
    table[50:] = np.nan
    fitted = fit_codes(segments, table, codes=CodeEvidence(["time", "trust"], np.eye(2), ["time", "trust"]))
    row = 55
    code = int(kind[row])
    found = explain_code(fitted, row, code, n=100)
    # examples add up to the learnt score before block means are taken off: similarity times coefficients
    here, learnt = fitted.features.take(np.array([row])), fitted.features.take(fitted.learnt)
    raw = fitted.similarity.between(here, learnt)[0] @ fitted.coefficients[-1][:, code]
    assert fitted.held.fold[row] == -1
    assert sum(weight for _, weight in found.examples) == pytest.approx(raw)
    assert found.words[0][0] in texts[row]
    assert found.runner_up == 1 - code
    weights, spread = fitted.weighing_of(row)
    total = sum(value for _, value in found.terms)
    assert total == pytest.approx(fitted.parts.scores(weights)[row, code] / spread[code])
    assert {what for what, _ in found.terms} <= {"learnt", "theme", "anything to code here", "name", "turns around"}


def test_an_explanation_of_a_held_out_segment_names_nobody_of_its_block():
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, 60)
    segments = SegmentEvidence(np.eye(2)[kind] + 0.3 * rng.normal(size=(60, 2)), blocks=[i // 15 for i in range(60)])
    fitted = fit_codes(segments, np.eye(2)[kind], codes=CodeEvidence(["time", "trust"]))
    found = explain_code(fitted, 20, 0, n=100)
    assert len(found.examples) == 45
    assert not {row for row, _ in found.examples} & set(range(15, 30))


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


def test_estimator_says_that_several_codes_are_possible():
    from sklearn.utils import get_tags

    assert get_tags(CodebookClassifier()).classifier_tags.multi_label
    X = np.repeat(np.eye(3), 6, axis=0)
    proba = CodebookClassifier().fit(X, ["a"] * 6 + ["b"] * 6 + ["c"] * 6).predict_proba(X)
    assert proba.sum(axis=1) == pytest.approx(np.ones(18), abs=1e-12)
    assert proba.argmax(axis=1).tolist() == [0] * 6 + [1] * 6 + [2] * 6


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
