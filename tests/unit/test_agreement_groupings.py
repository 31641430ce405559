"""Whether clusters have to do with themes, pair by pair and all together."""

import itertools
import math
import tracemalloc
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp import agreement as ag
from alliance_nlp.agreement import groupings, signs
from alliance_nlp.errors import AlignmentError, InputError


def made(n=240, related=0.5, seed=0):
    """Three themes, four clusters that follow the theme in a share of the turns; two sessions, four people."""
    rng = np.random.default_rng(seed)
    theme = rng.integers(0, 3, n)
    cluster = np.where(rng.random(n) < related, theme, rng.integers(-1, 4, n))
    return theme == np.arange(3)[:, None], cluster, np.repeat([1, 2], n // 2), rng.integers(0, 4, n)


def test_a_pair_has_the_p_of_its_own_stretch_test():
    themes, cluster, sessions, people = made()
    found = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    for k, t in itertools.product(range(4), range(3)):
        alone = ag.stretch_test([(themes[t], cluster == k)], sessions=sessions, people=people)
        assert found.pair_p[k][t] == pytest.approx(alone.p)
        assert found.pair_smallest_p[k][t] == pytest.approx(alone.smallest_p)
        assert found.pair_reasons[k][t] is alone.reason is None


def test_q_is_adjusted_over_all_pairs():
    from scipy.stats import false_discovery_control

    themes, cluster, sessions, people = made()
    found = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    assert np.ravel(found.pair_q) == pytest.approx(false_discovery_control(np.ravel(found.pair_p)))
    assert [found.pair_q[k][k] < 0.05 for k in range(3)] == [True] * 3


def test_the_overall_p_by_hand():
    """All 2^9 ways of turning ten stretches, from matrices that are made segment by segment."""
    themes, cluster, sessions, people = made(related=0.15, seed=4)
    stretch = ag.stretches_of(sessions)
    shares = [np.mean(cluster == k) for k in range(4)]
    matrices = np.zeros((10, 3, 4))
    for j, t, k in itertools.product(range(10), range(3), range(4)):
        for person in range(4):
            here = (stretch == j) & (people == person)
            if here.any():
                matrices[j, t, k] += ((themes[t] - themes[t][here].mean()) * (cluster == k))[here].sum()
        p = themes[t].mean()
        matrices[j, t, k] /= math.sqrt(p * (1 - p) * shares[k] * (1 - shares[k]))
    far = [(i, j) for i in range(10) for j in range(10) if i != j and (abs(i - j) > 1 or {i, j} == {4, 5})]
    alike = {(i, j): float((matrices[i] * matrices[j]).sum()) for i, j in far}
    ways = [(1, *signs) for signs in itertools.product((1, -1), repeat=9)]
    figures = [sum(signs[i] * signs[j] * value for (i, j), value in alike.items()) for signs in ways]
    found = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    assert found.p == pytest.approx(np.mean(np.array(figures) >= figures[0] - 1e-9))
    assert (found.exact, found.n_flips, found.n_stretches) == (True, 512, 10)
    assert 0.01 < found.p < 0.9


def test_with_many_stretches_ways_are_drawn_with_the_seed():
    themes, cluster, _, people = made(n=300, related=0.1)
    sessions = np.repeat(np.arange(20), 15)
    runs = [
        ag.grouping_test(themes, cluster, sessions=sessions, people=people, n_flips=499, random_state=seed)
        for seed in (0, 0, 1)
    ]
    assert runs[0] == runs[1]
    assert runs[0].p != runs[2].p
    assert not runs[0].exact
    assert runs[0].p >= 1 / 500


def test_unread_units_are_left_out_and_units_in_no_cluster_count():
    themes, cluster, sessions, people = made()
    unread = np.zeros(240, dtype=bool)
    unread[::7] = True
    part = np.where(unread, np.nan, themes)
    kept = ~unread
    expected = ag.grouping_test(themes[:, kept], cluster[kept], sessions=sessions[kept], people=people[kept])
    assert ag.grouping_test(part, cluster, sessions=sessions, people=people) == expected
    nowhere = ag.grouping_test(themes, np.where(cluster == 3, -1, cluster), sessions=sessions, people=people)
    before = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    assert nowhere.pair_p == before.pair_p[:3]


def test_shares_of_several_coders_are_taken():
    themes, cluster, sessions, people = made()
    half = ag.grouping_test(themes / 2, cluster, sessions=sessions, people=people)
    whole = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    assert half.p == whole.p
    assert half.pair_p[0] == pytest.approx(whole.pair_p[0])


def test_no_p_without_a_reason():
    themes, cluster, sessions, people = made()
    options = {"sessions": sessions, "people": people}
    cases = {
        "no segment was read": (np.full(themes.shape, np.nan), cluster, options),
        "no segment that was read is in a cluster": (themes, np.full(240, -1), options),
        "no theme was given": (np.empty((0, 240)), cluster, options),
        "5 stretches of talk were read": (themes[:, :5], cluster[:5], {"sessions": [1] * 5}),
        "no person's segments in a stretch of talk vary": (themes, np.zeros(240, dtype=int), options),
    }
    for reason, (of_theme, of_cluster, more) in cases.items():
        found = ag.grouping_test(of_theme, of_cluster, **more)
        assert math.isnan(found.p)
        assert reason in found.reason
        assert str(found).startswith("no p: ")
        undefined = np.isnan(np.array(found.pair_p, dtype=float))
        given = np.array([[each is not None for each in row] for row in found.pair_reasons], dtype=bool)
        assert np.array_equal(undefined, given.reshape(undefined.shape))


def test_a_pair_without_p_says_why_and_leaves_the_others_theirs():
    themes, cluster, sessions, people = made()
    found = ag.grouping_test(np.vstack([themes, np.zeros(240)]), cluster, sessions=sessions, people=people)
    assert {row[3] for row in found.pair_reasons} == {"the first side gives the code to no segment that both read"}
    assert all(math.isnan(row[3]) for row in found.pair_q)
    before = ag.grouping_test(themes, cluster, sessions=sessions, people=people)
    assert [row[:3] for row in found.pair_q] == list(before.pair_q)


def test_a_theme_on_most_segments_is_corrected_as_the_stretch_test_is():
    _, cluster, sessions, people = made()
    common = np.random.default_rng(5).random(240) < 0.8
    found = ag.grouping_test(common, cluster, sessions=sessions, people=people)
    for k in range(4):
        alone = ag.stretch_test([(common, cluster == k)], sessions=sessions, people=people)
        assert alone.lopsided < 0
        assert found.pair_p[k][0] == pytest.approx(alone.p, nan_ok=True)
        assert found.pair_reasons[k][0] == alone.reason


def test_what_cannot_be_used_is_refused():
    themes, cluster, sessions, people = made()
    options = {"sessions": sessions, "people": people}
    with pytest.raises(AlignmentError, match="themes and clusters must hold the same units"):
        ag.grouping_test(themes, cluster[:-1], **options)
    with pytest.raises(InputError, match=r"240 values of themes and 1 of clusters are none of these"):
        ag.grouping_test(np.full(240, 2), np.where(np.arange(240) == 3, -2, cluster), **options)
    with pytest.raises(InputError, match="n_flips must be at least 31"):
        ag.grouping_test(themes, cluster, **options, n_flips=10)


def test_printed():
    themes, cluster, sessions, people = made()
    text = str(ag.grouping_test(themes, cluster, sessions=sessions, people=people))
    assert text == "p = .002 (all ways of turning 10 stretches of talk); q <= .05 for 3 of 12 pairs"


def test_holm_and_benjamini_hochberg_by_hand():
    """Holm: .01 x 3, then .03 x 2, then .04 x 1 but never below the one before; BH: .01 x 3/1, .03 x 3/2, .04 x 3/3."""
    assert ag.adjust_p([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert ag.adjust_p([0.01, 0.04, 0.03], method="benjamini-hochberg").tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert ag.adjust_p([0.6, 0.9]).tolist() == [1.0, 1.0]
    assert np.isnan(ag.adjust_p([np.nan])).all()
    assert ag.adjust_p(np.full((2, 3), 0.5), method="benjamini-hochberg").tolist() == [[0.5] * 3] * 2


def test_adjusting_what_is_no_probability_is_refused():
    with pytest.raises(InputError, match="p must lie between 0 and 1"):
        ag.adjust_p([1.2])
    with pytest.raises(InputError, match="method must be"):
        ag.adjust_p([0.2], method="bonferroni")


@given(
    st.integers(0, 2**32 - 1), st.integers(6, 40), st.integers(1, 9), st.booleans(),
    st.sampled_from([0, 7, 10**9]), st.sampled_from([1, 60, 500]),
)  # fmt: skip
@settings(max_examples=12)
def test_however_much_is_laid_out_at_a_time_the_figures_are_the_same(seed, n_sessions, per, common, together, values):
    rng = np.random.default_rng(seed)
    n = n_sessions * per
    theme = rng.integers(0, 3, n)
    cluster = np.where(rng.random(n) < 0.3, theme, rng.integers(-1, 4, n))
    themes = np.vstack([theme == np.arange(3)[:, None], rng.random((1, n)) < (0.8 if common else 0.2)])
    options = {"sessions": np.arange(n) // per, "people": rng.integers(0, 3, n), "n_flips": 99}
    at_once = ag.grouping_test(themes, cluster, **options)
    with (
        mock.patch.object(signs, "_TOGETHER", together),
        mock.patch.object(signs, "_VALUES", values),
        mock.patch.object(groupings, "_VALUES", values),
    ):
        in_blocks = ag.grouping_test(themes, cluster, **options)
    assert (in_blocks.reason, in_blocks.pair_reasons) == (at_once.reason, at_once.pair_reasons)
    for name in ("p", "n_flips", "pair_p", "pair_smallest_p"):
        assert np.array(getattr(in_blocks, name)) == pytest.approx(np.array(getattr(at_once, name)), nan_ok=True)


def test_sessions_by_the_thousand_hold_no_table_of_one_beside_another():
    """6,000 answers of their own: a table of sessions would hold 288 MB."""
    rng = np.random.default_rng(0)
    n = 12_000
    theme = rng.integers(0, 3, n)
    tracemalloc.start()
    found = ag.grouping_test(theme == np.arange(3)[:, None], theme, sessions=np.arange(n) // 2, n_flips=31)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.n_stretches, found.p) == (6_000, 1 / 32)
    assert peak < 120e6
