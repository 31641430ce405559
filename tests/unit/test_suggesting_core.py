"""The learner: what it learns from, in which form it answers, and what it refuses."""

import numpy as np
import pytest

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, fold_numbers
from alliance_nlp.suggesting.learning import fit_codes, score_codes
from alliance_nlp.suggesting.ridge import PENALTY, Ridge
from alliance_nlp.suggesting.similarity import Similarity
from alliance_nlp.suggesting.thresholds import FEW, MOST, kappa_curve, kappa_thresholds

N, D = 90, 8


def study(seed=0, n=N, noise=0.25):
    """Three codes along three axes, a fourth kind of segment that carries none, groups of nine segments."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 4, n)
    vectors = np.eye(D)[kind] + noise * rng.normal(size=(n, D))
    applied = np.eye(4)[kind][:, :3]
    texts = [f"{('trust', 'time', 'hands', 'weather')[k]} word{rng.integers(30)}" for k in kind]
    groups = [f"T{i // 9}" for i in range(n)]
    return SegmentEvidence(vectors, texts, groups, groups), applied


def take(segments, picked):
    parts = (segments.rows, segments.texts, segments.blocks, segments.sequences)
    return SegmentEvidence(*([part[i] for i in picked] for part in parts))


def codes(vectors=True):
    return CodeEvidence(["trust", "time", "hands"], np.eye(D)[:3] if vectors else None, ["trust", "time", "hands"])


def test_learns_from_read_segments_and_leaves_uncoded_ones_without_code():
    segments, applied = study()
    table = np.array(applied)
    table[45:] = np.nan
    fitted = fit_codes(segments, table, codes=codes())
    assert fitted.calibrated
    assert (fitted.scores.suggested[45:] == applied[45:]).mean() > 0.95
    assert ((fitted.scores.anything[45:] > 0.5) == applied[45:].any(axis=1)).mean() > 0.9
    assert not fitted.deciding.one_code


def test_definitions_alone_suffice_and_say_that_they_are_not_calibrated():
    segments, applied = study()
    fitted = fit_codes(segments, np.full(applied.shape, np.nan), codes=codes())
    coded = applied.any(axis=1)
    assert not fitted.calibrated
    assert (fitted.scores.probabilities.argmax(axis=1) == applied.argmax(axis=1))[coded].mean() > 0.95
    assert np.isnan(fitted.scores.anything).all()


def test_exemplars_say_nothing_about_how_common_a_code_is():
    segments, applied = study()
    table = np.full(applied.shape, np.nan)
    table[:40] = applied[:40]
    picked = np.arange(N) < 40
    assert not fit_codes(segments, table, codes=codes(), chosen=picked).calibrated
    assert fit_codes(segments, table, codes=codes()).calibrated


def test_new_segments_get_nearly_the_score_they_would_have_had_among_the_others():
    segments, applied = study()
    table = np.array(applied)
    table[60:] = np.nan
    whole = fit_codes(segments, table, codes=codes()).scores
    part = fit_codes(take(segments, range(60)), applied[:60], codes=codes())
    later = score_codes(part, take(segments, range(60, N)))
    assert np.abs(whole.probabilities[60:] - later.probabilities).mean() < 0.06
    assert np.abs(whole.anything[60:] - later.anything).mean() < 0.1
    assert (whole.suggested[60:] == later.suggested).mean() > 0.9


@pytest.mark.parametrize("none", [SegmentEvidence([]), SegmentEvidence(np.zeros((0, D)), [])], ids=["list", "rows"])
def test_no_new_segments_are_an_empty_answer(none):
    segments, applied = study(n=30)
    for vectors in (True, False):
        found = score_codes(fit_codes(segments, applied, codes=codes(vectors)), none)
        assert found.probabilities.shape == found.suggested.shape == found.added.shape == (0, 3)
        assert found.anything.shape == (0,)
        assert found.suggested.dtype == bool


def test_exactly_one_code_where_every_read_segment_has_one():
    segments, applied = study()
    coded = np.flatnonzero(applied.any(axis=1))
    fitted = fit_codes(take(segments, coded), applied[coded], codes=codes())
    assert fitted.deciding.one_code
    assert (fitted.scores.suggested.sum(axis=1) == 1).all()


def test_two_coders_who_differ_make_a_share_between():
    segments, applied = study()
    fitted = fit_codes(segments, applied / 2, codes=codes())
    assert fitted.scores.probabilities.max() < 0.8
    assert fitted.scores.probabilities[applied > 0].mean() == pytest.approx(0.5, abs=0.15)


def test_a_code_that_some_readers_did_not_judge_is_taken_at_its_share():
    segments, applied = study()
    table = np.array(applied)
    table[:30, 2] = np.nan
    fitted = fit_codes(segments, table, codes=codes())
    assert np.isfinite(fitted.scores.probabilities).all()


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_segments_get_an_answer_from_definitions(n):
    segments = SegmentEvidence(np.eye(D)[:n].reshape(n, D), ["a word"] * n)
    fitted = fit_codes(segments, np.full((n, 3), np.nan), codes=codes())
    assert fitted.scores.probabilities.shape == (n, 3)
    assert np.isfinite(fitted.scores.probabilities).all()


def test_words_alone_are_not_needed_and_wordless_texts_do_no_harm():
    segments, applied = study()
    mute = SegmentEvidence(segments.rows, ["..."] * N, segments.blocks)
    assert Similarity.of(mute, CodeEvidence([])).vectorizers == ()
    assert fit_codes(mute, applied, codes=CodeEvidence(["a", "b", "c"])).scores.suggested.shape == applied.shape


def test_nothing_to_learn_from_is_said():
    with pytest.raises(InputError, match=r"nothing to learn from: no segment was read and no code has a definition"):
        fit_codes(SegmentEvidence(np.eye(3)), np.full((3, 1), np.nan), codes=CodeEvidence(["a"]))


def test_bad_input_is_named():
    with pytest.raises(AlignmentError, match=r"texts must hold one entry per segment. Got 1 for 3 vectors"):
        SegmentEvidence(np.eye(3), ["a"])
    with pytest.raises(InputError, match=r"1 of 2 rows hold nan or infinity, the first is row 1"):
        SegmentEvidence([[0.0], [np.nan]])
    with pytest.raises(InputError, match=r"vectors must be a table with one row each. Got an array of shape \(3,\)"):
        SegmentEvidence([0.0, 1.0, 2.0])


def test_encoders_that_differ_are_named():
    segments, applied = study()
    with pytest.raises(AlignmentError, match=r"embedded by one encoder. Vectors of codes have 2 dimensions"):
        fit_codes(segments, applied, codes=CodeEvidence(["a", "b", "c"], np.eye(3)[:, :2]))


def test_coefficients_without_rows_are_those_of_a_fit_that_never_saw_them():
    rng = np.random.default_rng(3)
    rows, targets = rng.normal(size=(20, 4)), rng.random((20, 2))
    kernel, out = rows @ rows.T, np.array([2, 5, 11])
    rest = np.setdiff1d(np.arange(20), out)
    none = np.array([], dtype=int)
    found = Ridge.of(kernel, targets).without(none).and_without(out).coefficients
    system = kernel[np.ix_(rest, rest)] + PENALTY * np.eye(17)
    assert found[rest] == pytest.approx(np.linalg.solve(system, targets[rest] - targets[rest].mean(axis=0)))
    assert not found[out].any()
    assert not Ridge.of(kernel, targets).without(np.arange(20)).and_without(none).coefficients.any()
    assert Ridge.of(kernel, targets).coefficients == pytest.approx(
        np.linalg.solve(kernel + PENALTY * np.eye(20), targets - targets.mean(axis=0))
    )


def test_rows_are_scored_as_by_their_similarities_times_the_coefficients():
    rng = np.random.default_rng(4)
    rows, targets = rng.normal(size=(20, 4)), rng.random((20, 2))
    kernel, gone, out = rows @ rows.T, np.array([2, 5, 11]), np.array([5, 7, 8, 9, 14])
    ridge = Ridge.of(kernel, targets)
    for first, second in ((gone, out), (gone, gone[:0]), (gone[:0], out), (gone, np.arange(20))):
        left = ridge.without(first).and_without(second)
        rest = np.setdiff1d(np.arange(20), np.union1d(first, second))
        assert np.flatnonzero(left.coefficients.any(axis=1)).tolist() == rest.tolist()
        if len(rest):
            alone = Ridge.of(kernel[np.ix_(rest, rest)], targets[rest]).coefficients
            assert left.coefficients[rest] == pytest.approx(alone)
        assert left.scores(np.arange(20)) == pytest.approx(kernel @ left.coefficients)
        assert ridge.inverse @ left.filled == pytest.approx(left.coefficients)
    other = np.where(np.isin(np.arange(20), gone)[:, None], 7.0, targets)
    one, two = (Ridge(ridge.inverse, each).without(gone).and_without(out) for each in (targets, other))
    assert (one.scores(gone) == two.scores(gone)).all()  # not a bit is theirs


def test_similarity_is_one_for_the_same_words_and_falls_with_distance():
    segments = SegmentEvidence(np.eye(3), ["we trust them", "no time left", "we trust them"])
    similarity = Similarity.of(segments, CodeEvidence([]))
    features = similarity.features(segments)
    found = similarity.between(features, features)
    assert np.diag(found) == pytest.approx([1.0] * 3)
    # vectors alone: exp(-2 / (.6 x mean squared distance)); twice the summed variance of the three is 4/3
    far = np.exp(-2 / (0.6 * 4 / 3))
    assert found[0, 1] == pytest.approx(far / 1.65)
    assert found[0, 2] == pytest.approx((far + 0.2 + 0.45) / 1.65)


def test_turns_around_and_the_role_count_only_in_talk():
    vectors = np.eye(6)
    alone = SegmentEvidence(vectors, asks=[True, False] * 3)
    talk = SegmentEvidence(vectors, sequences=["A"] * 3 + ["B"] * 3, asks=[True, False] * 3)
    found = []
    for segments in (alone, talk):
        similarity = Similarity.of(segments, CodeEvidence([]))
        features = similarity.features(segments)
        found.append(similarity.between(features, features))
    assert not alone.in_dialogue
    assert talk.in_dialogue
    assert np.diag(found[1] - found[0]) == pytest.approx([0.3 + 0.1] * 6)  # the same turns around, the same role
    roles = np.array([True, False] * 3)
    assert (found[1] - found[0])[~(roles[:, None] == roles)].max() < 0.3
    assert talk.neighbor(1).tolist() == [1, 2, -1, 4, 5, -1]
    assert talk.neighbor(-2).tolist() == [-1, -1, 0, -1, -1, 3]


def test_neighbors_in_a_block_do_not_cross_it():
    segments = SegmentEvidence(np.eye(4), blocks=[0, 0, 1, 1], sequences=["A"] * 4)
    assert segments.neighbor(1).tolist() == [1, 2, 3, -1]
    assert segments.neighbor(1, in_block=True).tolist() == [1, -1, 3, -1]


def test_folds_keep_blocks_whole_and_even():
    folds = fold_numbers(np.array([0, 0, 0, 1, 1, 2, 2, 3]), 2)
    assert folds.tolist() == [0, 0, 0, 1, 1, 1, 1, 0]


def test_the_curve_of_certain_answers_is_cohens_kappa():
    # 3 of 5 carry the code; giving it to the first 2 is a table of 2 both, 1 missed, 2 neither
    found = kappa_curve(np.array([[1.0], [1.0], [1.0], [0.0], [0.0]]))[1, 0]
    assert found == pytest.approx((0.8 - (0.4 * 0.6 + 0.6 * 0.4)) / (1 - (0.4 * 0.6 + 0.6 * 0.4)))
    assert kappa_thresholds(np.empty((0, 2))).tolist() == [np.inf, np.inf]


def test_thresholds_lean_on_what_was_applied_where_there_is_much_of_it():
    probabilities = np.linspace(1, 0, 1000)[:, None]
    applied = np.zeros((1000, 1))
    applied[:100] = 1.0
    found = kappa_thresholds(probabilities, applied)[0]
    assert 60 < (probabilities >= found).sum() < 250  # expected alone would take about 500
    assert (probabilities >= kappa_thresholds(probabilities)[0]).sum() == 500


def test_a_code_is_never_suggested_much_more_often_than_it_was_applied():
    rng = np.random.default_rng(0)
    probabilities, applied = np.full((400, 1), 0.5) + 1e-3 * rng.random((400, 1)), np.zeros((400, 1))
    applied[rng.choice(400, 5, replace=False)] = 1.0
    chosen = (probabilities >= kappa_thresholds(probabilities, applied)).sum()
    assert chosen <= MOST * 5 + FEW


def test_who_speaks_changes_what_is_expected():
    segments, applied = study()
    asks = np.arange(N) % 2 == 0
    applied = np.where(asks[:, None], 0.0, applied)
    heard = SegmentEvidence(segments.rows, None, segments.blocks, segments.blocks, asks)
    unheard = SegmentEvidence(segments.rows, None, segments.blocks, segments.blocks)
    with_roles, without = (fit_codes(s, applied, codes=codes()).scores.probabilities for s in (heard, unheard))
    assert with_roles[asks].mean() < without[asks].mean()
    assert with_roles[~asks].mean() > without[~asks].mean()
