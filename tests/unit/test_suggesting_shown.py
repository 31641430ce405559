"""Names and exemplars alone, each part by values that were worked out by hand or in the long way."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.explaining import explain_code
from alliance_nlp.suggesting.learning import fit_codes, score_codes
from alliance_nlp.suggesting.ridge import PENALTY, Ridge
from alliance_nlp.suggesting.shown import (
    Prototypes,
    covering_score,
    ridge_left_out,
    share_coded,
    shown_scores,
    shown_weights,
)


def unit(row):
    return np.asarray(row) / np.linalg.norm(row)


def test_with_more_exemplars_the_ridge_weighs_more_and_the_name_less():
    none, two, many = map(shown_weights, (0, 2, 1e9))
    assert (none.own, two.own) == (0.0, 0.5)
    assert many.own == pytest.approx(1.0)
    assert (none.name, many.name) == pytest.approx((1.15, 0.35))
    assert {w.near for w in (none, two, many)} == {1.0}


def test_nearness_is_the_cosine_to_name_and_exemplars_in_units_that_compare_codes():
    exemplars, targets = np.array([[0.0, 2.0], [3.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    segments = np.array([[1.0, 0.0], [0.0, 1.0]])
    made = Prototypes.of(np.array([[1.0, 0.0], [5.0, 0.0]]), exemplars, targets, segments)
    # the first code's name lies along x and its exemplar along y, the second's both along x
    cosines = np.array([[np.sqrt(0.5), 1.0], [np.sqrt(0.5), 0.0]])
    assert made.judge(segments) == pytest.approx((cosines - cosines.mean()) / cosines.std())
    assert Prototypes.of(np.zeros((0, 0)), exemplars, targets, segments).judge(segments)[0, 1] > 0  # no names at all


def test_an_exemplar_left_out_is_compared_with_what_remains():
    rng = np.random.default_rng(3)
    names, exemplars, segments = rng.normal(size=(3, 4)), rng.normal(size=(6, 4)), rng.normal(size=(9, 4))
    targets = (rng.random((6, 3)) < 0.5).astype(float)
    made = Prototypes.of(names, exemplars, targets, segments)
    for i in range(6):
        rest = np.delete(np.arange(6), i)
        sums = [unit(names[c]) + sum((targets[j, c] * unit(exemplars[j]) for j in rest), np.zeros(4)) for c in range(3)]
        by_hand = [(unit(exemplars[i]) @ unit(row) - made.mean) / made.spread for row in sums]
        assert made.left_out(exemplars, targets)[i] == pytest.approx(by_hand)


def test_a_code_of_one_exemplar_and_no_name_says_nothing_of_it():
    made = Prototypes.of(np.zeros((0, 0)), np.eye(2), np.eye(2), np.eye(2))
    assert made.left_out(np.eye(2), np.eye(2))[0] == pytest.approx([(0 - made.mean) / made.spread] * 2)


def test_the_ridge_without_a_row_is_that_which_never_saw_it():
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(7, 3))
    alike, targets = rows @ rows.T, (rng.random((7, 2)) < 0.5).astype(float)
    found = ridge_left_out(Ridge.of(alike, targets))
    about = targets - targets.mean(axis=0)
    for i in range(7):
        rest = np.delete(np.arange(7), i)
        by_hand = alike[i, rest] @ np.linalg.solve(alike[np.ix_(rest, rest)] + PENALTY * np.eye(6), about[rest])
        assert found[i] == pytest.approx(by_hand)
    assert ridge_left_out(Ridge.of(np.zeros((0, 0)), np.zeros((0, 2)))).shape == (0, 2)


def test_the_share_that_carries_a_code_is_read_off_the_exemplars():
    like, unlike = np.linspace(1, 2, 50), np.linspace(-2, -1, 50)
    exemplars = np.linspace(1, 2, 20)
    assert share_coded(like, exemplars) == pytest.approx(1.0, abs=0.1)
    assert share_coded(np.concatenate([like, unlike]), exemplars) == pytest.approx(0.5, abs=0.05)
    assert share_coded(unlike, exemplars) == 0.0


def test_the_cut_lies_where_right_and_missed_codes_are_worth_most():
    best, shown = np.array([4.0, 3.0, 2.0, -2.0, -4.0]), np.array([3.5, 2.5, 2.5, 2.5])
    # three of five segments lie as high as the exemplars do
    share = share_coded(best, shown)
    by_hand = [
        1.25 * min(share * above, n / 5) / (0.25 * share + n / 5)
        for n, above in ((1, 0.0), (2, 0.25), (3, 1.0), (4, 1.0), (5, 1.0))
    ]
    assert int(np.argmax(by_hand)) == 2
    assert covering_score(best, shown) == pytest.approx((2.0 - 2.0) / 2)
    assert covering_score(best, np.full(4, -9.0)) == -4.0  # all are nearer than exemplars: everything
    assert covering_score(np.array([1.0]), np.array([5.0])) == 1.0  # nothing but one segment


def test_from_standing_out_to_lying_as_near_as_exemplars_do():
    scores = np.array([[4.0, 0.0], [2.0, 0.0], [-2.0, 0.0], [-4.0, 0.0]])
    # of both codes 1.5 spreads above the mean; of the best codes the first two lie as near as the exemplars
    outstanding = np.array([1.5 * np.sqrt(10.0), 1e-12])
    covering = covering_score(np.array([4.0, 2.0, 0.0, 0.0]), np.full(10, 2.0))
    assert covering == 1.0
    assert shown_scores(scores, np.full(10, 2.0)) == pytest.approx(0.5 * covering + 0.5 * outstanding)
    assert shown_scores(scores, np.full(30, 2.0)) == pytest.approx(0.75 * covering + 0.25 * outstanding)
    assert shown_scores(np.zeros((0, 2)), np.zeros(1)).tolist() == [0.0, 0.0]


def study(n=40, shown=20, seed=0):
    """Three kinds of talk of which the first two have a code, and some exemplars of each."""
    rng = np.random.default_rng(seed)
    kind = rng.permutation(n) % 3
    which = np.arange(2 * shown) % 2
    rows = np.vstack([np.eye(5)[kind], np.eye(5)[which]]) + 0.15 * rng.normal(size=(n + 2 * shown, 5))
    table = np.full((len(rows), 2), np.nan)
    table[n:] = np.eye(2)[which]
    return SegmentEvidence(rows), table, np.arange(len(rows)) >= n, kind


CODES = CodeEvidence(["a", "b"], np.eye(5)[:2], above=((0,), (1,)))


@pytest.mark.parametrize("upward", [False, True])
def test_what_exemplars_are_like_is_suggested_and_the_rest_is_not(upward):
    found, wrong = [], []
    for seed in range(5):
        segments, table, chosen, kind = study(seed=seed)
        fitted = fit_codes(segments, table, codes=CODES, chosen=chosen, applied_above=table if upward else None)
        suggested, right = fitted.scores.suggested[~chosen], np.eye(3, dtype=bool)[kind][:, :2]
        found.append(suggested[right].mean())
        wrong.append(suggested[~right].mean())
        assert not fitted.calibrated
    assert np.mean(found) > 0.75
    assert np.mean(wrong) < 0.03


def test_new_segments_are_scored_as_those_that_were_given():
    segments, table, chosen, kind = study(60)
    fitted = fit_codes(segments, table, codes=CODES, chosen=chosen)
    rows = np.flatnonzero(~chosen)
    again = score_codes(fitted, SegmentEvidence(segments.rows[rows]))
    assert again.added == pytest.approx(fitted.scores.added[rows])
    assert (again.suggested == fitted.scores.suggested[rows]).all()
    assert again.suggested[kind == 0, 0].mean() > 3 * again.suggested[kind != 0, 0].mean()


def test_the_parts_of_a_score_from_exemplars_add_up():
    segments, table, chosen, _ = study()
    fitted = fit_codes(segments, table, codes=CODES, chosen=chosen)
    for row in (0, 7, 41):
        terms = dict(explain_code(fitted, row, 1).terms)
        assert "name and exemplars together" in terms
        assert sum(terms.values()) == pytest.approx(fitted.scores.added[row, 1])


def test_scores_compare_codes_where_one_is_broad_and_one_is_narrow():
    """The narrow code's passages are all near its exemplars; z scores a code would give it half of the broad one's."""
    rng = np.random.default_rng(1)
    spread = np.where(np.arange(60) < 50, 0.5, 0.05)
    kind = (np.arange(60) >= 50).astype(int)
    rows = np.eye(6)[kind] + spread[:, None] * rng.normal(size=(60, 6))
    shown = np.eye(6)[[0] * 4 + [1] * 4] + np.repeat([0.5, 0.05], 4)[:, None] * rng.normal(size=(8, 6))
    table = np.full((68, 2), np.nan)
    table[60:] = np.eye(2)[[0] * 4 + [1] * 4]
    fitted = fit_codes(
        SegmentEvidence(np.vstack([rows, shown])), table, codes=CodeEvidence(["broad", "narrow"], np.eye(6)[:2]),
        chosen=np.arange(68) >= 60,
    )  # fmt: skip
    assert (fitted.scores.added[:60].argmax(axis=1) == kind).mean() > 0.9


def test_talk_of_those_who_ask_says_nothing_of_how_much_is_coded():
    segments, table, chosen, _ = study()
    asks = np.zeros(len(table), dtype=bool)
    more = SegmentEvidence(np.vstack([segments.rows, np.eye(5)[[4] * 200]]), asks=[*asks, *[True] * 200])
    without = fit_codes(SegmentEvidence(segments.rows, asks=asks), table, codes=CodeEvidence(["a", "b"]), chosen=chosen)
    beside = fit_codes(
        more, np.vstack([table, np.full((200, 2), np.nan)]), codes=CodeEvidence(["a", "b"]),
        chosen=np.concatenate([chosen, asks[:1].repeat(200)]),
    )  # fmt: skip
    own = np.flatnonzero(~chosen)
    assert (beside.scores.suggested[own] == without.scores.suggested[own]).mean() > 0.9


def test_an_exemplar_of_two_codes_is_one_passage_with_both():
    class Counts:
        def encode(self, texts):
            return np.array([[text.count(word) + 0.01 for word in ("trust", "time", "pain")] for text in texts])

    both = ("trust takes time",)
    book = an.Codebook((an.Code("", "", "trust", exemplars=both), an.Code("", "", "time", exemplars=both)))
    texts = ["trust takes time", "pain all day", "trust and time", "a pain", "pain again", "pain"]
    made = an.suggest_codes(an.embed(an.segment(an.read_transcripts(texts)), encoder=Counts()), book).made_from
    assert made.settings["n_exemplars"] == 1
    assert made.suggested[0].all()
    assert not made.suggested[[1, 3, 4, 5]].any()
