"""The parts of the learner, each by values that were worked out by hand."""

import math

import numpy as np
import pytest

from alliance_nlp.suggesting.by_name import ByName, NameScorer, best_of, standard, turns_mean
from alliance_nlp.suggesting.calibration import START, Calibration, log_odds, taught, uncoded_share
from alliance_nlp.suggesting.deciding import Deciding, far_scores, in_order
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, fold_numbers, in_blocks
from alliance_nlp.suggesting.gathering import stand_in
from alliance_nlp.suggesting.learning import beyond_parts, fit_codes, score_codes
from alliance_nlp.suggesting.promises import promise_codes, risk_coverage, upper_bound
from alliance_nlp.suggesting.reference import without_block_means
from alliance_nlp.suggesting.similarity import AROUND, LETTERS, ROLE, WIDTH, WORDS, Similarity
from alliance_nlp.suggesting.task import Held
from alliance_nlp.suggesting.thresholds import decide, kappa_thresholds
from alliance_nlp.suggesting.weighing import FIXED, FIXED_IN_DIALOGUE, Parts, Weights, choose_weights, spread_over

NOTHING_CHOSEN = np.zeros(4, dtype=bool)


def test_without_examples_a_score_must_stand_out_among_all_segments():
    scores = np.array([[3.0, 0.0], [-1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]])
    found = far_scores(scores, np.zeros(2), NOTHING_CHOSEN)
    # spread sqrt((9 + 3) / 4) = sqrt(3); of four values none lies further than sqrt(3) spreads from their mean
    assert found == pytest.approx([min(1.5, 0.9 * math.sqrt(3)) * math.sqrt(3), 0.0])
    two = far_scores(scores[:2], np.zeros(2), NOTHING_CHOSEN[:2])
    assert two[0] == pytest.approx(0.9 * 2.0)  # .9 * sqrt(1) spreads of 2


def test_the_more_examples_the_more_a_score_is_measured_by_theirs():
    scores = np.array([[4.0], [-4.0], [4.0], [-4.0], [9.0]])
    picked = np.array([False, False, False, False, True])
    highest = 1.5  # .9 * sqrt(4) = 1.8 is more
    none, three, many = (far_scores(scores, np.array([n]), picked)[0] for n in (0.0, 3.0, 1e9))
    assert none == pytest.approx(highest * 4.0)  # the exemplar's own score is not among them
    assert many == pytest.approx(0.8)
    assert three == pytest.approx((none + many) / 2)
    assert far_scores(scores[4:], np.array([0.0]), picked[4:])[0] == pytest.approx(0.9)  # nothing but exemplars


def test_one_alone_or_among_equals_stands_out_from_nothing():
    for n in (1, 3):
        found = in_order(far_scores(np.zeros((n, 2)), np.zeros(2), np.zeros(n, dtype=bool)))
        assert not (in_order(np.zeros((n, 2))) >= found).any()


def test_scores_that_were_fitted_to_nothing_only_give_an_order():
    assert in_order(np.array([0.0, math.log(3), -1e9, 1e9])) == pytest.approx([0.5, 0.75, 0.0, 1.0], abs=1e-12)


def test_deciding_takes_what_is_taught_above_its_threshold_and_near_the_best():
    shares = np.array([[0.6, 0.5, 0.2], [0.1, 0.2, 0.1]])
    thresholds, all_taught = np.array([0.5, 0.5, 0.1]), np.array([True, True, True])
    plain = Deciding(one_code=False, at_least_one=False, near_best=None)
    assert plain.suggested(shares, thresholds, all_taught).tolist() == [[True, True, True], [False, False, True]]
    assert plain.suggested(shares, thresholds, np.array([False, True, True]))[0].tolist() == [False, True, True]
    # log-odds of .6 and .5 lie .41 apart, of .6 and .2 1.79
    near = plain._replace(near_best=0.5)
    assert near.suggested(shares, thresholds, all_taught)[0].tolist() == [True, True, False]
    assert plain._replace(one_code=True).suggested(shares, thresholds, all_taught).tolist() == [
        [True, False, False], [False, True, False],
    ]  # fmt: skip
    # the best code is suggested whatever its share, beside those above their thresholds
    least = plain._replace(at_least_one=True).suggested(shares, thresholds, all_taught)
    assert least.tolist() == [[True, True, True], [False, True, True]]
    # the best that was taught, never another
    assert not plain._replace(at_least_one=True).suggested(shares, thresholds, np.zeros(3, dtype=bool)).any()
    assert decide(np.zeros((2, 0)), np.zeros(0), one_code=True, at_least_one=True).shape == (2, 0)


def test_half_the_logarithm_of_anything_is_added_and_nothing_where_it_is_unknown():
    assert beyond_parts(np.array([1.0, math.exp(-2), np.nan, 0.0])) == pytest.approx([0, -1, 0, 0.5 * math.log(1e-6)])


def test_calibration_starts_from_log_odds_of_how_common_a_code_is():
    applied = np.zeros((9, 2))
    applied[0, 0] = 1.0  # a single coding cannot be held out of itself
    found = Calibration.of(np.zeros((9, 2)), applied)
    assert found.coefficients.tolist() == START.tolist()
    assert found.prior == pytest.approx([math.log(0.15 / 0.85), math.log(0.05 / 0.95)])
    expected = 1 / (1 + math.exp(-(math.log(0.15 / 0.85) + 2.0)))  # scores are taken for log-odds beyond that
    assert found.judge(np.array([[2.0, 0.0]]))[0, 0] == pytest.approx(expected)


def test_calibration_learns_that_scores_say_nothing_and_keeps_their_order():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 1))
    applied = (rng.random((4000, 1)) < 0.3).astype(float)
    found = Calibration.of(scores, applied).judge(np.array([[-1.0], [0.0], [1.0]]))[:, 0]
    assert found == pytest.approx([0.3] * 3, abs=0.04)
    assert (np.diff(found) > 0).all()
    told = (rng.random((4000, 1)) < 1 / (1 + np.exp(-2 * scores))).astype(float)
    sharp = Calibration.of(scores, told).judge(np.array([[-0.9], [0.0], [0.9]]))[:, 0]
    assert sharp == pytest.approx(1 / (1 + np.exp(-2 * np.array([-0.9, 0.0, 0.9]))), abs=0.06)


def test_log_odds_and_the_share_of_what_is_uncoded():
    assert log_odds(np.array([0.5, 0.75])) == pytest.approx([0.0, math.log(3)])
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
    assert uncoded_share(np.array([[0, 0], [0.5, 0], [0, 1], [0, 0]])) == 0.5
    assert uncoded_share(np.zeros((0, 2))) == 0.0


@pytest.mark.parametrize(("n_coded", "some_empty", "found"), [(2, True, False), (3, True, True), (1, False, True)])
def test_three_codings_are_enough_or_one_where_all_was_picked_to_show_a_code(n_coded, some_empty, found):
    applied = np.zeros((10, 2))
    applied[:n_coded, 0] = 1
    if not some_empty:
        applied[n_coded:, 1] = 1
    assert taught(applied, np.array([False, False]))[0] == found
    assert taught(applied, np.array([True, False]))[0]


def test_the_turns_around_are_the_mean_of_those_there_are():
    segments = SegmentEvidence(np.eye(5), blocks=[0, 0, 1, 1, 2], sequences=["T", "T", "T", "T", "U"])
    scores = np.array([[0.0], [10.0], [20.0], [60.0], [7.0]])
    assert turns_mean(scores, segments, 0.5, 1)[:, 0] == pytest.approx([5, 10, 27.5, 40, 7])
    assert turns_mean(scores, segments, 1.0, 2)[:, 0] == pytest.approx([15, 80 / 3, 70 / 3, 15, 7])
    assert turns_mean(scores, segments, 0.3, 1, in_block=True)[:, 0] == pytest.approx([3, 7, 32, 48, 7])
    assert (turns_mean(scores, segments, 0.0, 3) == scores).all()


def test_a_theme_has_the_best_score_among_its_codes():
    scores = np.array([[1.0, 3.0, 0.0], [2.0, 0.0, 4.0]])
    found = best_of(scores, ((0, 1), (2,)))
    assert found.tolist() == standard(np.array([[3.0, 0.0], [2.0, 4.0]])).tolist() == [[1.0, -1.0], [-1.0, 1.0]]
    assert best_of(scores, ()).shape == (2, 0)


def test_the_parts_of_a_score_are_weighed_and_added():
    segments = SegmentEvidence(np.eye(2))
    learnt = np.array([[1.0, 2.0, 5.0, 7.0], [3.0, 4.0, 6.0, 9.0]])  # two codes, anything, the theme of both
    codes = CodeEvidence(["a", "b"], above=[(0, 1)])
    parts = Parts(learnt, None, segments, codes, upward=False)
    assert parts.scores(Weights(own=2.0, related=0.5, anything=0.1, name=9.0))[0].tolist() == [6.0, 8.0]
    above = parts._replace(upward=True)
    assert above.scores(Weights(own=1.0, related=1.0, anything=0.0))[:, 0].tolist() == [6.0, 10.0]  # 7 - 1, 9 + 1
    alone = parts._replace(codes=CodeEvidence(["a", "b"]))
    assert alone.scores(Weights(own=1.0, related=0.5, anything=0.0))[0].tolist() == [1.0, 2.0]


def test_names_stand_beside_the_learnt_parts_narrow_or_wide_and_rolled_up():
    segments, learnt = SegmentEvidence(np.eye(2)), np.zeros((2, 4))
    codes = CodeEvidence(["a", "b"], above=[(0, 1)])
    names = ByName(np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[10.0, 20.0], [30.0, 0.0]]))
    parts = Parts(learnt, names, segments, codes, upward=False)
    assert parts.scores(Weights(name=0.5)).tolist() == [[0.5, 1.0], [1.5, 0.0]]
    assert parts.scores(Weights(name=0.5, wide=True)).tolist() == [[5.0, 10.0], [15.0, 0.0]]
    above = parts._replace(upward=True).scores(Weights(name=0.5, related=0.0))
    assert above.tolist() == [[-0.5], [0.5]]  # the best names are 2 and 3: one spread below and above their mean
    assert parts._replace(names=None).scores(Weights(name=0.5)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_the_turns_around_are_mixed_into_the_learnt_parts_alone():
    segments = SegmentEvidence(np.eye(2), blocks=["T", "T"], sequences=["T", "T"])
    names = ByName(np.array([[1.0], [0.0]]), np.array([[0.0], [0.0]]))
    parts = Parts(np.array([[1.0, 4.0], [3.0, 8.0]]), names, segments, CodeEvidence(["a"]), upward=False)
    found = parts.scores(Weights(own=1.0, anything=0.5, name=1.0, around=0.25))[:, 0]
    # own .75 * 1 + .25 * 3 and .75 * 3 + .25 * 1; anything 5 and 7
    assert found == pytest.approx([1.5 + 0.5 * 5 + 1, 2.5 + 0.5 * 7])


def test_two_turns_are_a_dialogue_and_one_is_none():
    assert SegmentEvidence(np.eye(2), sequences=["T", "T"]).in_dialogue
    assert not SegmentEvidence(np.eye(2), sequences=["T", "U"]).in_dialogue
    assert not SegmentEvidence(np.eye(2)).in_dialogue
    assert not SegmentEvidence(np.eye(1), sequences=["T"]).in_dialogue


def test_weights_are_chosen_where_there_is_enough_to_choose_by():
    rng = np.random.default_rng(0)
    n = 300
    carried = np.arange(n) % 5 == 0
    learnt = np.stack(
        [rng.normal(size=n), 3.0 * carried + rng.normal(size=n)], axis=1
    )  # own says nothing, anything all
    parts = Parts(learnt, None, SegmentEvidence(np.zeros((n, 1))), CodeEvidence(["a"]), upward=False)
    applied, judged = carried[:, None].astype(float), np.ones(n, dtype=bool)
    found = choose_weights(parts, applied, judged)
    assert (found.anything, found.own) == (0.5, 0.3)
    few = judged.copy()
    few[149:] = False
    assert choose_weights(parts, applied, few) == FIXED
    few[149] = True
    assert choose_weights(parts, applied, few).anything == 0.5
    rare = np.zeros((n, 1))
    rare[:2] = 1
    assert choose_weights(parts, rare, judged) == FIXED
    talk = parts._replace(segments=SegmentEvidence(np.zeros((n, 1)), sequences=["T"] * n))
    assert choose_weights(talk, rare, judged) == FIXED_IN_DIALOGUE


def test_spread_is_over_the_rows_asked_for_and_never_zero():
    values = np.array([[0.0, 1.0], [2.0, 1.0], [100.0, 1.0]])
    assert spread_over(values, np.array([True, True, False])).tolist() == [1.0, 1.0]
    assert spread_over(values, np.zeros(3, dtype=bool))[0] == pytest.approx(values[:, 0].std())
    assert spread_over(np.zeros((0, 2)), np.zeros(0, dtype=bool)).tolist() == [1.0, 1.0]


def test_a_blocks_own_mean_is_taken_off_as_if_twenty_average_segments_stood_beside_it():
    segments = SegmentEvidence(np.eye(4), blocks=["a", "a", "a", "b"])
    found = without_block_means(np.array([[2.0], [4.0], [6.0], [21.0]]), segments)[:, 0]
    assert found == pytest.approx([2 - 12 / 23, 4 - 12 / 23, 6 - 12 / 23, 21 - 1.0])
    assert without_block_means(np.zeros((0, 3)), SegmentEvidence(np.zeros((0, 2)))).shape == (0, 3)


def test_blocks_with_anything_read_are_folds_and_their_halves_alternate():
    segments = SegmentEvidence(np.eye(6), blocks=list("aabbcd"))
    read = np.array([True, False, True, True, True, False])
    held = Held.of(segments, read)
    assert held.fold.tolist() == [0, 0, 1, 1, 2, -1]
    assert held.half.tolist() == [0, 0, 1, 1, 0, -1]
    assert held.n_folds == 3
    assert Held.of(segments, np.zeros(6, dtype=bool)).n_folds == 0
    # the largest block first, always into the smallest fold
    assert fold_numbers(np.array([0, 0, 0, 1, 1, 2]), 2).tolist() == [0, 0, 0, 1, 1, 1]
    assert fold_numbers(np.array([1, 0]), 10).tolist() == [1, 0]


def test_where_one_block_is_unread_the_others_stay_in_their_halves_unless_one_half_becomes_small():
    def without_b(blocks):
        segments = SegmentEvidence(np.eye(len(blocks)), blocks=list(blocks))
        return Held.of(segments, np.array([block != "b" for block in blocks]))

    seven = without_b("abcdefg")
    assert seven.place.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert seven.fold.tolist() == [0, -1, 1, 2, 3, 4, 5]
    assert seven.half.tolist() == [0, -1, 0, 1, 0, 1, 0]
    known = seven.fold >= 0
    assert [seven.within(half, known).tolist() for half in (0, 1)] == [
        [True, False, True, False, True, False, True],
        [False, True, False, True, False, True, False],  # the unread one is left out of what others learn from, too
    ]
    five = without_b("abcde")  # halves of all would leave d alone beside a, c and e
    assert five.fold.tolist() == five.place.tolist() == [0, -1, 1, 2, 3]
    assert without_b("abc").fold.tolist() == [0, -1, 1]  # a third is unread: folds are those of what was read


def test_similarity_by_hand():
    vectors = [[0.0, 0.0], [2.0, 0.0]]
    segments = SegmentEvidence(vectors)
    alike = Similarity.of(segments, CodeEvidence(["a"]))
    assert alike.center.tolist() == [1.0, 0.0]
    assert alike.width == pytest.approx(2.0)  # two times the variance: the mean squared distance of two
    features = alike.features(segments)
    assert alike.between(features, features)[0] == pytest.approx([1.0, math.exp(-4 / (WIDTH * 2))])
    texts = ["trust grows", "trust grows"]
    spoken = SegmentEvidence([[1.0, 0.0], [1.0, 0.0]], texts, sequences=["T", "T"], asks=[True, False])
    both = Similarity.of(spoken, CodeEvidence(["a"]))
    parts = both.features(spoken)
    # the same vector, words and letters; each one's only turn around is the other: the same words around, no direction
    one = (1 + WORDS + LETTERS) / (1 + WORDS + LETTERS)
    around = (0 + 1) / 2
    assert both.between(parts, parts)[0] == pytest.approx([one + AROUND * around + ROLE, one + AROUND * around])
    assert [rows.tolist()[:1] + rows.tolist()[-1:] for rows in in_blocks(2049)] == [
        [0, 1023],
        [1024, 2047],
        [2048, 2048],
    ]
    assert in_blocks(0) == []


def test_words_of_an_exemplar_stand_in_a_text_as_whole_words():
    texts = ["I have no time.", "Trust me"]
    found = stand_in(
        ["no TIME", "o time", "she said I have no time at all", "me", "Trust me or not", "?!", "", "x"], texts
    )
    # a text of two words may stand in anything by chance; one without words stands nowhere
    assert found == [True, False, True, True, False, False, False, False]
    assert stand_in(["time trust"], texts) == [False]  # never across two texts
    assert stand_in([], texts) == []


def test_new_segments_are_scored_with_everything_that_was_learnt():
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 2, 40)
    vectors = np.eye(2)[kind] + 0.1 * rng.normal(size=(40, 2))
    fitted = fit_codes(
        SegmentEvidence(vectors, blocks=[i // 4 for i in range(40)]), np.eye(2)[kind], codes=CodeEvidence(["a", "b"])
    )
    new = SegmentEvidence([[1.0, 0.0], [0.0, 1.0]])
    found = score_codes(fitted, new)
    learnt = fitted.features.take(fitted.learnt)
    raw = fitted.similarity.between(fitted.similarity.features(new), learnt) @ fitted.coefficients[-1]
    parts = fitted.parts._replace(learnt=without_block_means(raw, new) / fitted.spread, segments=new)
    weights, spread = fitted.weighing[0]
    assert found.added == pytest.approx(parts.scores(weights) / spread)
    assert found.suggested.tolist() == [[True, False], [False, True]]


def test_a_promise_accepts_down_to_the_last_threshold_that_passes():
    # 200 suggestions in ten transcripts, none wrong among the first 120, then all: every fifth more is tried
    scores = np.linspace(0.999, 0.9, 200)[:, None]
    applied = np.ones((200, 1))
    applied[120:] = 0
    found = promise_codes(scores, applied, blocks=[i % 10 for i in range(200)], target=0.2)[0]
    sizes, size = [], 5.0
    while size <= 200:
        sizes.append(int(size))
        size = max(size * 1.2, size + 1)
    passing = []
    for size in sizes:
        expected = float((1 - scores[:size]).mean())
        n = np.bincount(np.arange(size) % 10, minlength=10)
        wrong = np.bincount(np.arange(size) % 10, 1 - applied[:size, 0], minlength=10)
        passing.append(upper_bound(wrong[n > 0], n[n > 0], expected=expected) <= 0.2)
    last = max(size for size, passed in zip(sizes, passing, strict=True) if passed)
    assert found.n_accepted == last
    assert found.threshold == scores[last - 1, 0]
    assert found.n_blocks == 10


def test_wrong_ones_are_counted_in_shares_to_six_digits():
    applied = np.full((50, 1), 2 / 3)
    found = promise_codes(np.full((50, 1), 0.9), applied, blocks=[i % 10 for i in range(50)], target=0.8)[0]
    assert (found.promise, found.n_accepted, found.n_wrong, found.n_blocks) == (0.8, 50, 16.666667, 10)


def test_what_lies_nearly_all_in_one_transcript_promises_nothing():
    blocks = [0] * 60 + [1, 2, 3, 4, 5]
    found = promise_codes(np.full((65, 1), 0.99), np.ones((65, 1)), blocks=blocks, target=0.3)[0]
    assert found.promise is None
    assert (
        found.reason == "suggestions of it lie in fewer than 5 transcripts or stretches of talk, or nearly all in few"
    )


def test_risk_counts_wrong_ones_down_from_the_surest_and_leaves_unread_ones_out():
    found = risk_coverage([0.2, 0.9, 0.9, 0.5], [1, 0, 0.5, np.nan])
    assert found == [(0.9, 2, 0.75), (0.2, 3, 0.5)]


def test_thresholds_of_no_segments_accept_none():
    assert kappa_thresholds(np.zeros((0, 2))).tolist() == [np.inf, np.inf]


def named(n=24, n_codes=3, texts=True):
    """Segments along the axes of their codes in talk, with the code's name in the words of every second one."""
    rng = np.random.default_rng(3)
    kind = np.arange(n) % n_codes
    names = ["trusting", "minutes", "backache"][:n_codes]
    words = [f"{names[k]} w{i % 5}" if i % 2 else f"v{i % 7} w{i % 5}" for i, k in enumerate(kind)]
    vectors = np.eye(n_codes + 1)[kind] + 0.3 * rng.normal(size=(n, n_codes + 1))
    segments = SegmentEvidence(vectors, words if texts else None, sequences=["T"] * n)
    return segments, CodeEvidence(names, np.eye(n_codes + 1)[:n_codes], names)


@pytest.mark.parametrize("n_codes", [2, 3])
def test_scores_by_name_by_hand(n_codes):
    segments, codes = named(n_codes=n_codes, texts=False)
    similarity = Similarity.of(segments, codes)
    features = similarity.features(segments)
    scorer = NameScorer(similarity, codes, segments, features)
    # two codes lie on one line through their mean: then the segments' mean stands in its place
    center = codes.rows.mean(axis=0) if n_codes == 3 else segments.rows.mean(axis=0)
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)  # noqa: E731
    near = standard(unit(segments.rows - segments.rows.mean(axis=0)) @ unit(codes.rows - center).T)
    narrow, wide = (standard(turns_mean(near, segments, share, reach)) for share, reach in ((0.5, 2), (1.0, 3)))
    nearest = np.argsort(-narrow, axis=0, kind="stable")[:8]
    rows = np.unique(nearest)
    targets = np.array([[float(row in nearest[:, code]) for code in range(n_codes)] for row in rows])
    kernel = similarity.between(features, features.take(rows))
    inside = kernel[rows] + 0.3 * np.eye(len(rows))
    mean = targets.mean(axis=0)
    learnt = 0.7 * standard(kernel @ np.linalg.solve(inside, targets - mean))
    assert scorer.first.narrow == pytest.approx(standard(narrow + learnt))
    assert scorer.first.wide == pytest.approx(standard(wide + learnt))
    assert scorer.heard  # without words there is nothing that could speak against it


def test_letters_shared_with_a_name_count_half_and_names_are_heard_where_they_go_with_meaning():
    segments, codes = named()
    similarity = Similarity.of(segments, codes)
    scorer = NameScorer(similarity, codes, segments, similarity.features(segments))
    assert scorer.heard
    letters = (similarity.features(segments).letters @ scorer.described.T).toarray()
    assert scorer.described.shape[0] == 3
    assert np.argmax(letters[1]) == 1
    texts = [f"v{i % 7} w{i % 5}" for i in range(24)]  # no name is ever said
    mute = SegmentEvidence(segments.vectors, texts, sequences=["T"] * 24)
    alike = Similarity.of(mute, codes)
    assert not NameScorer(alike, codes, mute, alike.features(mute)).heard
    # of fewer than twenty nothing can be told
    few = SegmentEvidence(segments.rows[:19], texts[:19])
    assert NameScorer(Similarity.of(few, codes), codes, few, Similarity.of(few, codes).features(few)).heard
    wrong = SegmentEvidence(np.roll(segments.rows, 1, axis=0), segments.texts, sequences=["T"] * 24)
    turned = Similarity.of(wrong, codes)
    assert not NameScorer(turned, codes, wrong, turned.features(wrong)).heard
