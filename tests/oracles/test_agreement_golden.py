"""Published worked examples, and the same figures from other libraries."""

import doctest
from pathlib import Path

import numpy as np
import pytest

from alliance_nlp import agreement as ag

NOT_READ = None
T1 = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
T2 = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
]  # fmt: skip
T3 = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
T4 = {  # a b c d: percent, Cohen, Scott, alpha, AC1, PABAK, F1, Jaccard
    (118, 5, 2, 0): (0.944, -0.023392, -0.028807, -0.024691, 0.940776, 0.888, 0.971193, 0.944),
    (20, 5, 10, 15): (0.700, 0.400, 0.393939, 0.400, 0.405941, 0.400, 0.727273, 0.571429),
    (40, 9, 6, 45): (0.850, 0.699519, 0.699248, 0.700752, 0.700748, 0.700, 0.842105, 0.727273),
    (80, 10, 5, 5): (0.850, 0.318182, 0.314286, 0.317714, 0.808000, 0.700, 0.914286, 0.842105),
    (2, 1, 1, 996): (0.998, 0.665664, 0.665664, 0.665831, 0.997988, 0.996, 0.666667, 0.500),
    (0, 1, 1, 998): (0.998, -0.001001, -0.001001, -0.000501, 0.997996, 0.996, 0.0, 0.0),
}
T5 = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
T7 = [
    ["a", "ab", "b", "c", "ac", "b", "bc", None],
    ["a", "a", "b", "c", "abc", "c", "bc", "a"],
    ["a", "ab", "bc", "c", None, "b", "b", "a"],
]
GOLD = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
CLUSTERS = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 0, 2]


def near(value):
    return pytest.approx(value, abs=6e-7)


def pair_from(table):
    """Write out a table of counts as two lists of values."""
    a = [row for row, cells in enumerate(table) for count in cells for _ in range(count)]
    b = [column for cells in table for column, count in enumerate(cells) for _ in range(count)]
    return a, b


def binary_pair(a, b, c, d):
    return [1] * (a + b) + [0] * (c + d), [1] * a + [0] * b + [1] * c + [0] * d


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_krippendorffs_own_example(level, value):
    result = ag.krippendorff_alpha(T1, level=level)
    assert float(result) == near(value)
    assert (result.n_units, result.n_coders, result.n_left_out) == (11, 4, 1)


def test_gwets_figures_for_krippendorffs_example():
    assert float(ag.percent_agreement(T1)) == near(0.818182)
    ac1, fleiss = ag.gwet_ac1(T1), ag.fleiss_kappa(T1)
    assert (float(ac1), ac1.expected) == (near(0.775444), near(0.190321))
    assert (float(fleiss), fleiss.expected) == (near(0.761169), near(0.238715))
    assert float(ag.brennan_prediger(T1)) == near(0.772727)
    assert float(ag.conger_kappa(T1)) == near(0.762067)


def test_declared_categories_enter_ac1_and_brennan_prediger():
    assert float(ag.gwet_ac1(T1, categories=[1, 2, 3, 4, 5, 6])) == near(0.785527)
    assert float(ag.brennan_prediger(T1, categories=[1, 2, 3, 4, 5, 6])) == near(0.781818)


def test_gwets_four_raters_where_the_lone_rating_is_another_coders():
    table = [list(row) for row in T1]
    table[1][11], table[2][11] = None, 3
    conger = ag.conger_kappa(table)
    assert (float(conger), conger.expected) == (near(0.762817), pytest.approx(0.233425, abs=2e-6))
    assert float(ag.fleiss_kappa(table)) == near(0.761169)


def test_gwets_six_raters():
    ratings = ag.ratings_from_counts(T2)
    assert ratings.shape == (6, 15)
    assert float(ag.percent_agreement(ratings)) == near(0.551111)
    assert (float(ag.gwet_ac1(ratings)), ag.gwet_ac1(ratings).expected) == (near(0.444801), near(0.191481))
    assert (float(ag.fleiss_kappa(ratings)), ag.fleiss_kappa(ratings).expected) == (near(0.413926), near(0.234074))
    assert float(ag.krippendorff_alpha(ratings)) == near(0.420438)
    assert float(ag.brennan_prediger(ratings)) == near(0.438889)


def test_gwets_three_categories_of_two_abstractors():
    a, b = pair_from(T3)
    assert float(ag.percent_agreement([a, b])) == near(0.89)
    assert float(ag.cohen_kappa(a, b)) == near(0.796409)
    assert float(ag.conger_kappa([a, b])) == near(0.796409)
    assert float(ag.scott_pi(a, b)) == near(0.796240)
    assert float(ag.gwet_ac1([a, b])) == near(0.849331)
    assert float(ag.brennan_prediger([a, b])) == near(0.835)
    assert float(ag.krippendorff_alpha([a, b])) == near(0.797258)


@pytest.mark.parametrize(("cells", "values"), T4.items())
def test_two_by_two_tables(cells, values):
    a, b = binary_pair(*cells)
    got = [
        ag.percent_agreement([a, b]),
        ag.cohen_kappa(a, b),
        ag.scott_pi(a, b),
        ag.krippendorff_alpha([a, b]),
        ag.gwet_ac1([a, b]),
        ag.brennan_prediger([a, b]),
        ag.f1(a, b),
        ag.jaccard(a, b),
    ]
    assert [float(result) for result in got] == [near(value) for value in values]
    assert float(ag.positive_agreement(a, b)) == float(ag.f1(a, b))
    assert float(ag.holsti(a, b)) == near(values[0])


def test_precision_and_recall_take_the_first_as_gold():
    first, second = binary_pair(118, 5, 2, 0), binary_pair(20, 5, 10, 15)
    assert [float(ag.precision(*first)), float(ag.recall(*first))] == [near(0.983333), near(0.959350)]
    assert [float(ag.precision(*second)), float(ag.recall(*second))] == [near(0.666667), near(0.8)]


def test_fleiss_own_example():
    ratings = ag.ratings_from_counts(T5)
    fleiss = ag.fleiss_kappa(ratings)
    assert (float(fleiss), fleiss.observed, fleiss.expected) == (near(0.209931), near(0.378022), near(0.212755))
    assert float(ag.krippendorff_alpha(ratings)) == near(0.215574)
    assert float(ag.gwet_ac1(ratings)) == near(0.225614)
    assert float(ag.brennan_prediger(ratings)) == near(0.222527)


def test_read_is_not_coded():
    a = [1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]
    b = [1, 0, 0, 1, 0, 0]
    assert float(ag.krippendorff_alpha([a, b + [None] * 6])) == 1.0
    wrong = b + [0] * 6  # what happens when unread becomes "not applied"
    assert float(ag.krippendorff_alpha([a, wrong])) == near(0.420168)
    assert float(ag.cohen_kappa(a, wrong)) == near(0.4375)
    assert float(ag.percent_agreement([a, wrong])) == near(0.75)


def sets(rows):
    return [[None if value is None else frozenset(value) for value in row] for row in rows]


def test_several_codes_on_a_unit():
    ratings = sets(T7)
    assert float(ag.krippendorff_alpha(ratings, level="masi")) == pytest.approx(425 / 761, abs=1e-12)
    assert float(ag.krippendorff_alpha(ratings, level="jaccard")) == pytest.approx(566 / 923, abs=1e-12)
    assert float(ag.krippendorff_alpha(ratings)) == pytest.approx(13 / 28, abs=1e-12)
    for code, value in {"a": 1.0, "b": 0.479339, "c": 0.461538}.items():
        binary = [[None if codes is None else int(code in codes) for codes in row] for row in ratings]
        assert float(ag.krippendorff_alpha(binary)) == near(value)


@pytest.mark.parametrize(
    ("x", "y", "distance"),
    [("12", "1234", 2 / 3), ("12", "23", 8 / 9), ("1", "12", 2 / 3), ("123", "234", 5 / 6), ("1", "1", 0),
     ("1", "2", 1), ("", "", 0), ("", "1", 1)],
)  # fmt: skip
def test_masi_distances(x, y, distance):
    from alliance_nlp.agreement.alpha import set_distance

    assert set_distance(frozenset(x), frozenset(y), masi=True) == pytest.approx(distance)


def test_partitions():
    assert float(ag.adjusted_rand(GOLD, CLUSTERS)) == near(0.511945)
    assert float(ag.adjusted_mutual_info(GOLD, CLUSTERS)) == near(0.549208)
    assert float(ag.v_measure(GOLD, CLUSTERS)) == near(0.645783)
    tiny = [0, 0, 1, 1], [0, 0, 1, 2]
    assert float(ag.adjusted_rand(*tiny)) == pytest.approx(4 / 7)
    assert float(ag.adjusted_mutual_info(*tiny)) == pytest.approx(4 / 7)
    assert float(ag.v_measure(*tiny)) == pytest.approx(0.8)


def test_holstis_own_example():
    both, a_only, b_only = [{f"c{i}"} for i in range(40)], 10, 20
    a = [*both, *[{"x"}] * a_only, *[frozenset()] * b_only]
    b = [*both, *[frozenset()] * a_only, *[{"y"}] * b_only]
    assert float(ag.holsti(a, b)) == near(0.727273)


def test_random_clusters_look_good_to_measures_without_chance():
    """Random groups of 20 units score about .49 in V; the adjusted figures stay at 0."""
    rng = np.random.default_rng(0)
    shares = 1 / np.arange(1, 9)
    shares /= shares.sum()
    v, ami, ari = [], [], []
    for _ in range(200):
        gold, clusters = rng.choice(8, 20, p=shares), rng.integers(0, 10, 20)
        v.append(float(ag.v_measure(gold, clusters)))
        ami.append(float(ag.adjusted_mutual_info(gold, clusters)))
        ari.append(float(ag.adjusted_rand(gold, clusters)))
    assert np.mean(v) == pytest.approx(0.494, abs=0.02)
    assert np.mean(ami) == pytest.approx(0, abs=0.025)
    assert np.mean(ari) == pytest.approx(0, abs=0.025)


@pytest.mark.parametrize(
    ("a_chars", "b_chars", "both", "n", "cohen"),
    [(150, 100, 50, 1000, 0.3182), (100, 100, 80, 1000, 0.7778), (100, 100, 80, 200, 0.6), (500, 500, 400, 1000, 0.6),
     (100, 100, 0, 1000, -0.1111)],
)  # fmt: skip
def test_kappa_of_coded_characters(a_chars, b_chars, both, n, cohen):
    pair = binary_pair(both, a_chars - both, b_chars - both, n - a_chars - b_chars + both)
    assert float(ag.cohen_kappa(*pair)) == pytest.approx(cohen, abs=5e-5)


def test_every_figure_of_the_page_on_agreement():
    page = Path(__file__).parents[2] / "docs" / "agreement.md"
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 15
    assert result.failed == 0
