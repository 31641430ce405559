"""Whether codings have more to do with each other than who speaks when, from sums that were worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp import agreement as ag
from alliance_nlp.errors import AlignmentError, InputError

PEOPLE = ["P", "Q", "P", "Q"]
# sessions of four turns, P Q P Q; x worked out person by person as n_ab - n_a n_b / n
SAYING = {
    1.0: ([1, 0, 0, 1], [1, 0, 0, 1]),  # P: 1 - 1 * 1 / 2, Q: the same
    -1.0: ([1, 0, 0, 1], [0, 1, 1, 0]),  # P: 0 - 1 * 1 / 2, Q: the same
    0.5: ([1, 0, 0, 0], [1, 0, 0, 1]),  # P: 1 - 1 * 1 / 2, Q: a does not vary
    0.0: ([1, 1, 1, 1], [1, 0, 0, 1]),  # a does not vary for either
}


def study(*says):
    """Sessions that say this, one after the other: a, b, sessions, people."""
    a = [value for x in says for value in SAYING[x][0]]
    b = [value for x in says for value in SAYING[x][1]]
    return a, b, np.repeat(np.arange(len(says)), 4).tolist(), PEOPLE * len(says)


TEN = (1.0, 1.0, 1.0, 1.0, 1.0, -1.0, 0.0, 0.0, 0.5, 0.5)


def test_sums_and_t_by_hand():
    """Mean 5/10; squares sum to 6.5, so the variance is (6.5 - 10 / 4) / 9 = 4/9 and t = .5 / (2/3 / sqrt 10)."""
    a, b, sessions, people = study(*TEN)
    found = ag.stretch_test([(a, b)], sessions=sessions, people=people)
    assert found.sums == TEN
    assert found.t == pytest.approx(0.75 * math.sqrt(10))
    # Student's t with 9 degrees of freedom: 2.3717 lies between the printed 2.262 (.025) and 2.398 (.02)
    assert 0.02 < found.p < 0.025
    assert (found.n_stretches, found.n_telling, found.reason) == (10, 8, None)


def test_p_is_the_upper_tail_of_t():
    from scipy.stats import ttest_1samp

    a, b, sessions, people = study(*TEN)
    found = ag.stretch_test([(a, b)], sessions=sessions, people=people)
    assert found.p == pytest.approx(ttest_1samp(TEN, 0, alternative="greater").pvalue)


def test_the_smallest_p_is_that_of_equal_telling_stretches():
    """Two of ten tell: t is at most that of (1, 1, 0 ... 0), 0.2 / sqrt(.1778 / 10) = 1.5."""
    from scipy.stats import t

    a = [1, 0, 0, 0, 0] * 2 + [0] * 40
    found = ag.stretch_test([(a, a)], sessions=["one"] * 50)
    assert found.t == pytest.approx(1.5)
    assert [found.p, found.smallest_p] == pytest.approx([t.sf(1.5, 9)] * 2)


def test_in_stretches_of_few_turns_three_that_tell_can_never_reach_five_in_a_hundred():
    """Ten pairs of turns of one person; three say 1/2 and seven nothing: t = 1.96, by t alone p = .04; signs: 1 / 8."""
    a = [1, 0] * 3 + [0, 0] * 7
    found = ag.stretch_test([(a, a)], sessions=["one"] * 20)
    assert found.sums == (0.5,) * 3 + (0.0,) * 7
    assert found.t == pytest.approx(np.sqrt(27 / 7))
    assert found.p == found.smallest_p == 1 / 8
    longer = np.repeat(
        a, 3
    )  # the same t in stretches of six turns, long enough for it: between .05 (1.833) and .025 (2.262)
    assert 0.04 < ag.stretch_test([(longer, longer)], sessions=["one"] * 60).p < 0.041


def test_in_short_stretches_five_on_one_side_do():
    a, b = [1, 0] * 5 + [0, 0] * 5, [1, 0] * 5 + [0, 1] * 5
    found = ag.stretch_test([(a, b)], sessions=["one"] * 20)
    assert (found.n_telling, found.p) == (5, 1 / 32)


def test_two_sessions_are_cut_into_five_stretches_each():
    cut = ag.stretches_of(["a"] * 12 + ["b"] * 5)
    assert cut.tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9]


def test_a_session_shorter_than_its_share_gives_fewer_stretches():
    assert ag.stretches_of(["a"] * 7 + ["b"] * 2).tolist() == [0, 0, 1, 2, 2, 3, 4, 5, 6]


def test_ten_sessions_are_ten_stretches_and_what_does_not_count_is_in_none():
    sessions = np.repeat(np.arange(10), 3)
    counted = np.ones(30, dtype=bool)
    counted[[0, 29]] = False
    cut = ag.stretches_of(sessions, counted=counted)
    assert cut.tolist() == [-1, 0, 0, *np.repeat(np.arange(1, 9), 3), 9, 9, -1]


def test_stretches_follow_sessions_that_come_in_turns():
    """Units of two sessions told alternately still make stretches inside each session."""
    cut = ag.stretches_of(["a", "b"] * 10)
    assert cut[::2].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert cut[1::2].tolist() == [5, 5, 6, 6, 7, 7, 8, 8, 9, 9]


def test_counted_must_fit():
    with pytest.raises(AlignmentError, match="counted must hold one value per unit"):
        ag.stretches_of(["a"] * 3, counted=[True, False])


def test_sessions_and_people_must_fit():
    a, b, sessions, people = study(*TEN)
    with pytest.raises(AlignmentError, match="sessions must hold one group per unit"):
        ag.stretch_test([(a, b)], sessions=sessions[:-1], people=people)
    with pytest.raises(AlignmentError, match="people must hold one group per unit"):
        ag.stretch_test([(a, b)], sessions=sessions, people=people[:-1])


def test_what_several_coders_and_codes_say_is_summed():
    a, b, sessions, people = study(*TEN)
    other = study(*TEN[::-1])
    pairs = ag.stretch_test([(a, b), other[:2]], sessions=sessions, people=people)
    codes = ag.stretch_test([([a, other[0]], [b, other[1]])], sessions=sessions, people=people)
    expected = tuple(x + y for x, y in zip(TEN, TEN[::-1], strict=True))
    assert pairs.sums == codes.sums == expected


def test_each_code_has_its_own_test():
    a, b, sessions, people = study(*TEN)
    other = study(*TEN[::-1])
    found = ag.per_code_stretch_tests([([a, other[0]], [b, other[1]])], sessions=sessions, people=people)
    assert [test.sums for test in found] == [TEN, TEN[::-1]]
    assert found[0] == ag.stretch_test([(a, b)], sessions=sessions, people=people)


def test_unread_units_drop_out_of_the_mean():
    """In the first session P's second turn is unread: P's one turn tells nothing, Q's 1 - 1/2 is left."""
    a, b, sessions, people = study(*TEN)
    a[2] = math.nan
    found = ag.stretch_test([(a, b)], sessions=sessions, people=people)
    assert found.sums == (0.5, *TEN[1:])


def test_those_who_speak_once_are_taken_together():
    """One answer each: without that, nobody's answers could vary."""
    rng = np.random.default_rng(1)
    a = (rng.random(60) < 0.4).astype(int)
    together = ag.stretch_test([(a, a)], sessions=[1] * 60, people=list(range(60)))
    assert together.sums == ag.stretch_test([(a, a)], sessions=[1] * 60).sums
    assert together.p < 0.001


UNREAD = [math.nan] * 40
REFUSED = {
    "no segment was read on both sides": lambda a, b, people: (UNREAD, b, people),
    "the second side gives the code to no segment that both read": lambda a, b, people: (a, [0] * 40, people),
    "the first side gives the code to every segment that both read": lambda a, b, people: ([1] * 40, b, people),
    "no person's segments in a stretch of talk tell anything": lambda a, b, people: (a, b, list("PQRS") * 10),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_there_is_no_p_without_a_reason(reason):
    a, b, sessions, people = study(*TEN)
    a, b, people = REFUSED[reason](a, b, people)
    found = ag.stretch_test([(a, b)], sessions=sessions, people=people)
    assert all(map(math.isnan, (found.p, found.t, found.smallest_p)))
    assert reason in found.reason
    assert str(found) == f"no p: {found.reason}"


@pytest.mark.parametrize("n_stretches", [10, 12])
def test_stretches_that_all_say_the_same_are_told_by_their_signs(n_stretches):
    """In each stretch both coders take the first turn of two: 1 - 1/2, by chance above 0 half the time."""
    a = [1, 0] * n_stretches
    sessions = [at // 2 for at in range(2 * n_stretches)]
    found = ag.stretch_test([(a, a)], sessions=sessions)
    assert found.sums == (0.5,) * n_stretches
    assert (found.t, found.p, found.reason) == (math.inf, 0.5**n_stretches, None)
    against = ag.stretch_test([(a, [1 - x for x in a])], sessions=sessions)
    assert (against.t, against.p) == (-math.inf, 1.0)


def test_stretches_alike_that_lean_to_the_left_are_told_with_care():
    """One of three beside two of three: both meet in two thirds of all cases. 13 stretches lean by -.707 / sqrt(13)."""
    sessions = [at // 3 for at in range(39)]
    found = ag.stretch_test([([1, 0, 0] * 13, [1, 1, 0] * 13)], sessions=sessions)
    assert found.sums == pytest.approx((1 / 3,) * 13)
    assert found.lopsided == pytest.approx(-math.sqrt(1 / 2) / math.sqrt(13))
    assert found.p == pytest.approx((2 / 3) ** 13)


def test_five_stretches_give_no_p():
    found = ag.stretch_test([([1, 0, 1, 0, 1], [1, 0, 1, 1, 0])], sessions=[1] * 5)
    assert found.reason == "5 stretches of talk were read on both sides; the test needs 6"


def test_a_code_that_was_read_in_five_sessions_has_no_p_beside_one_that_has():
    a, b, sessions, people = study(*TEN)
    part = [*a[:20], *UNREAD[:20]]
    read, unread = ag.per_code_stretch_tests([([a, part], [b, b])], sessions=sessions, people=people)
    assert read.reason is None
    assert (unread.n_stretches, unread.sums) == (5, TEN[:5])
    assert unread.reason.startswith("5 stretches")


def test_common_beside_rare_is_corrected_or_refused():
    """One side on nine tenths of the turns, the other on a twentieth: chance seldom puts the rare one elsewhere."""
    rng = np.random.default_rng(0)
    common, rare = rng.random((2, 4000)) < [[0.9], [0.05]]
    options = {"people": ["P", "Q"] * 2000, "sessions": [1] * 4000}
    corrected = ag.stretch_test([(common, rare)], **options)
    assert -0.2 <= corrected.lopsided < 0
    from scipy.stats import t

    plain, density = t.sf(corrected.t, 9), t.pdf(corrected.t, 9)
    assert corrected.p == pytest.approx(plain - corrected.lopsided * (2 * corrected.t**2 + 1) * density / 6)
    few = {"people": ["P", "Q"] * 200, "sessions": [1] * 400}
    refused = ag.stretch_test([(common[:400], rare[:400])], **few)
    assert refused.lopsided < -0.2
    assert "one side gives the code to 88% of the segments and the other to 4%" in refused.reason
    assert ag.stretch_test([(rare, rare)], **options).lopsided == 0


def test_a_design_of_common_beside_rare_is_refused_whole():
    """Shares of .9 and .1: skewness -8 / 3 and 8 / 3, of the sum of n units -64 / 9 / sqrt(n); -.2 from n = 1264 on."""
    rng, given = np.random.default_rng(1), {}
    for n in (900, 2600):
        # exactly these shares, in any order
        tests = [
            ag.stretch_test(
                [(rng.permutation(np.arange(n) < 0.9 * n), rng.permutation(np.arange(n) < 0.1 * n))],
                sessions=[1] * n, people=["P", "Q"] * (n // 2),
            )
            for _ in range(40)
        ]  # fmt: skip
        given[n] = sum(test.reason is None for test in tests)
        if n == 900:
            assert max(test.lopsided for test in tests) > -0.2  # those that happen to lean less are refused as well
    assert given == {900: 0, 2600: 40}


def test_pairs_must_be_there_and_fit():
    with pytest.raises(InputError, match="at least one pair of codings"):
        ag.stretch_test([], sessions=[1])
    with pytest.raises(AlignmentError, match="same codes and units"):
        ag.stretch_test([([1, 0], [1, 0]), ([1, 0, 1], [1, 0, 1])], sessions=[1, 1])
    with pytest.raises(InputError, match="must hold 1"):
        ag.stretch_test([([1, 2], [1, 0])], sessions=[1, 1])


def test_unrelated_codes_reach_p_as_often_as_p_says():
    """400 unrelated codes on one talk: p lies below .05 in one of twenty, below .5 in half of them."""
    rng = np.random.default_rng(3)
    a, b = (rng.random((400, 300)) < 0.3 for _ in range(2))
    found = ag.per_code_stretch_tests([(a, b)], sessions=[1] * 150 + [2] * 150, people=rng.integers(0, 4, 300))
    p = np.array([test.p for test in found])
    assert 0.02 < (p <= 0.05).mean() < 0.08
    assert 0.42 < (p <= 0.5).mean() < 0.58


CELL = st.sampled_from([0.0, 0.0, 1.0, math.nan])


@st.composite
def talks(draw):
    """Two codings of two codes, with sessions and people."""
    n = draw(st.integers(10, 40))
    codings = [[draw(st.lists(CELL, min_size=n, max_size=n)) for _ in range(2)] for _ in range(2)]
    sessions = sorted(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    people = draw(st.lists(st.sampled_from("PQR"), min_size=n, max_size=n))
    return *map(np.array, codings), sessions, people


def sums(pairs, sessions, people):
    return [test.sums for test in ag.per_code_stretch_tests(pairs, sessions=sessions, people=people)]


def close(one, other):
    return all(len(x) == len(y) and np.allclose(x, y, atol=1e-9) for x, y in zip(one, other, strict=True))


LAWS = {
    "the sides may change places": lambda a, b, s, p: ([(b, a)], s, p),
    "present and absent may change places on both sides": lambda a, b, s, p: ([(1 - a, 1 - b)], s, p),
    "people may be renamed": lambda a, b, s, p: ([(a, b)], s, [{"P": "z", "Q": "a", "R": "m"}[x] for x in p]),
    "sessions may be renamed": lambda a, b, s, p: ([(a, b)], [{0: 5, 1: 7, 2: 9}[x] for x in s], p),
    "a coder who read nothing changes nothing": lambda a, b, s, p: ([(a, b), (a, np.full(b.shape, math.nan))], s, p),
    "codes may change places": lambda a, b, s, p: ([(a[::-1], b[::-1])], s, p),
}


@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=40, deadline=None)
@given(talk=talks())
def test_laws_of_the_sums(law, talk):
    a, b, sessions, people = talk
    expected, found = sums([(a, b)], sessions, people), sums(*LAWS[law](a, b, sessions, people))
    assert close(expected, found[::-1] if law == "codes may change places" else found)


def test_a_talk_read_by_nobody_says_so():
    assert ag.stretch_test([([], [])], sessions=[]).reason == "no segment was read on both sides"
