"""Which themes the clusters found: every figure and verdict of small tables, by hand."""

import math

import numpy as np
import pytest
from coded_by_hand import BOOK, DEMANDING, SHORT, SLOW, coding_of, machine_of, segments_of

from alliance_nlp.comparison import compare
from alliance_nlp.comparison.recovery import above_chance, judge
from alliance_nlp.records import Clusters, Coding, Embeddings, EncoderInfo


def judged(*rows, themes="XY"):
    """Rows: (cluster, or -1 for none; the themes of each of its segments as one string; how many segments)."""
    given = [(cluster, said) for cluster, said, n in rows for _ in range(n)]
    n_clusters = max(cluster for cluster, _ in given) + 1
    theme_of = np.array([[theme in said for theme in themes] for _, said in given], dtype=bool)
    cluster_of = np.array([[cluster == k for k in range(n_clusters)] for cluster, _ in given], dtype=bool)
    return judge(theme_of, cluster_of)


def test_one_cluster_and_one_theme_by_hand():
    found = judged((0, "X", 4), (0, "", 1), (1, "", 5), themes="X")
    # 4 of the 4 X in a cluster of 5 of 10: 5 of 210 arrangements; two pairs were looked at
    assert found.q[:, 0] == pytest.approx([2 * 5 / 210, 1])
    assert found.belong.tolist() == [[True], [False]]
    assert found.share[:, 0] == pytest.approx([4 / 5, 0])
    assert found.f1[:, 0] == pytest.approx([2 * 4 / (5 + 4), 0])
    assert (found.precision[0], found.recall[0], found.found[0]) == pytest.approx((4 / 5, 1, 8 / 9))
    assert (found.themes, found.clusters) == (("matched",), ("matched", "extra"))


def test_a_pair_among_three_must_be_surer_than_one_among_two():
    found = judged((0, "X", 4), (0, "", 1), (1, "", 3), (2, "", 2), themes="X")
    assert found.q[0, 0] == pytest.approx(3 * 5 / 210)  # above .05
    assert (found.themes, found.clusters) == (("missed",), ("extra", "extra", "extra"))
    assert (found.precision[0], found.recall[0], found.found[0]) == (0, 0, 0)


def test_at_five_in_a_hundred_a_pair_still_belongs():
    # 1 of the 20 ways to put 3 of 6 segments into a cluster of 3; one pair
    assert above_chance(np.array([[3.0]]), np.array([[3.0]]), np.array([3.0]), 6) == pytest.approx(0.05)
    q = above_chance(np.array([[2.0, 1.0]]), np.array([[2.0]]), np.array([2.0, 2.0]), 5)
    assert q[0] == pytest.approx([0.2, 0.7])  # 1 of 10, twice; at least one of two: 7 of 10
    assert above_chance(np.zeros((0, 2)), np.zeros((0, 1)), np.zeros(2), 3).shape == (0, 2)


def test_the_bar_is_met_by_what_equals_it(monkeypatch):
    given = [(0, "X", 4), (0, "", 1), (1, "", 5)]
    q = float(judged(*given, themes="X").q[0, 0])
    monkeypatch.setattr("alliance_nlp.comparison.recovery.ALPHA", q)
    assert judged(*given, themes="X").clusters[0] == "matched"
    monkeypatch.setattr("alliance_nlp.comparison.recovery.ALPHA", np.nextafter(q, 0))
    assert judged(*given, themes="X").clusters[0] == "extra"


@pytest.mark.parametrize(("n_y", "verdict"), [(4, "merged"), (3, "matched")])
def test_a_theme_on_half_as_many_as_the_most_common_one_belongs_too(n_y, verdict):
    # 8 of 10 carry X; Y belongs from 4 on, however sure 3 would be
    found = judged((0, "XY", n_y), (0, "X", 8 - n_y), (0, "", 2), (1, "", 60))
    assert found.q[0, 1] < 0.02
    assert found.clusters == (verdict, "extra")
    assert found.themes == ("matched", "matched" if n_y == 4 else "missed")


@pytest.mark.parametrize(("n_elsewhere", "f1", "verdict"), [(5, 0.5, "matched"), (6, 10 / 21, "partly matched")])
def test_a_theme_is_matched_from_an_f1_of_one_half_on(n_elsewhere, f1, verdict):
    # the cluster of 10 holds 5 of the theme's; the others are spread thin over a large cluster
    found = judged((0, "X", 5), (0, "", 5), (1, "X", n_elsewhere), (1, "", 90), themes="X")
    assert found.belong.tolist() == [[True], [False]]
    assert found.found[0] == pytest.approx(f1)
    assert found.themes == (verdict,)


def test_two_clusters_find_a_theme_together():
    found = judged((0, "X", 6), (0, "", 2), (1, "X", 4), (1, "", 1), (2, "X", 1), (2, "", 40), themes="X")
    assert found.belong[:, 0].tolist() == [True, True, False]
    assert found.clusters == ("split", "split", "extra")
    assert (found.precision[0], found.recall[0], found.found[0]) == pytest.approx((10 / 13, 10 / 11, 20 / 24))
    assert found.f1[:, 0] == pytest.approx([12 / 19, 8 / 16, 2 / 52])


def test_a_segment_with_two_themes_counts_for_both():
    found = judged((0, "XY", 6), (1, "Y", 6), (2, "", 20))
    assert found.belong.tolist() == [[True, True], [False, True], [False, False]]
    assert found.clusters == ("merged", "split", "extra")
    assert found.precision == pytest.approx([1, 1])
    assert found.found == pytest.approx([1, 1])


def test_segments_in_no_cluster_count_for_the_theme_only():
    found = judged((0, "X", 6), (-1, "X", 6), (-1, "", 20), themes="X")
    assert (found.precision[0], found.recall[0]) == (1, 0.5)
    assert found.share[0, 0] == 1


def test_without_a_theme_on_it_a_cluster_belongs_to_none():
    found = judged((0, "X", 6), (1, "", 6), themes="XY")
    assert found.share[1].tolist() == [0, 0]
    assert found.clusters == ("matched", "extra")
    assert found.themes == ("matched", "missed")
    assert found.q[1] == pytest.approx([1, 1])


def eighty():
    """20 segments each of three codes and 20 without; the first two in one cluster, the third in two."""
    segments = segments_of(80)
    human = coding_of(segments, "A", [DEMANDING] * 20 + [SLOW] * 20 + [SHORT] * 20 + [""] * 20)
    labels = [0] * 40 + [2] * 11 + [3] * 9 + [1] * 20
    return segments, human, machine_of(segments, labels, [(0, DEMANDING), (2, SHORT)])


def test_each_row_says_what_it_rests_on():
    _, human, machine = eighty()
    found = compare(human, machine, level="code", n_draws=20, n_permutations=0)
    demanding, slow, short = found.theme_recovery.rows()
    first = {"code": DEMANDING, "verdict": "matched", "n": 20, "clusters": (0,), "precision": 0.5, "recall": 1.0}
    assert demanding == first | {"stable": 1.0, "f1": pytest.approx(2 / 3), "best_cluster": 0,
                                 "best_f1": pytest.approx(2 / 3)}  # fmt: skip
    # cluster 0 stands for one of the two only
    assert (slow["f1"], slow["best_cluster"]) == (pytest.approx(2 / 3), None)
    assert math.isnan(slow["best_f1"])
    assert (short["clusters"], short["f1"]) == ((2, 3), 1)
    assert (short["best_cluster"], short["best_f1"]) == (2, pytest.approx(22 / 31))
    clusters = found.cluster_verdicts.rows()
    assert [row["verdict"] for row in clusters] == ["merged", "extra", "split", "split"]
    assert [row["n"] for row in clusters] == [40, 20, 11, 9]
    assert [row["codes"] for row in clusters] == [(DEMANDING, SLOW), (), (SHORT,), (SHORT,)]
    assert [row["most_common"] for row in clusters] == [DEMANDING, None, SHORT, SHORT]
    assert [row["share"] for row in clusters] == [0.5, 0, 1, 1]
    assert clusters[1]["q"] == 1
    # of 12 pairs the two of cluster 0 share ranks two and three; a surer one (all 11 of cluster 2) takes their q over
    pair = math.comb(40, 20) / math.comb(80, 20)
    assert pair / 3 < math.comb(20, 11) / math.comb(80, 11) < pair
    assert [clusters[2]["q"], clusters[0]["q"]] == pytest.approx([12 * pair / 3] * 2, rel=1e-6)
    assert found.theme_recovery.columns[0] == "code"
    assert "100 subsamples of 80%" in found.theme_recovery.notes[0]


def test_the_best_single_clusters_are_chosen_together():
    segments = segments_of(120)
    codes = [DEMANDING] * 12 + [SLOW] * 14 + [""] * 4 + [DEMANDING] * 10 + [""] * 80
    machine = machine_of(segments, [1] * 30 + [2] * 10 + [0] * 80, [(1, DEMANDING)])
    human = coding_of(segments, "A", codes)
    rows = compare(human, machine, level="code", n_draws=20, n_permutations=0).theme_recovery.rows()
    # F1 of cluster 1: 24/52 for the first code, 28/44 for the second; of cluster 2: 20/32 for the first
    assert [(row["best_cluster"], row["best_f1"]) for row in rows] == [
        (2, pytest.approx(20 / 32)), (1, pytest.approx(28 / 44)),
    ]  # fmt: skip


def test_stable_is_the_share_of_a_hundred_subsamples_of_four_fifths():
    segments = segments_of(40)
    human = coding_of(segments, "A", [DEMANDING] * 6 + [""] * 4 + [DEMANDING] * 4 + [""] * 26)
    machine = machine_of(segments, [1] * 10 + [0] * 30, [(1, DEMANDING)])
    found = compare(human, machine, level="code", n_draws=20, n_permutations=0, random_state=7)
    theme_of = np.array([[i < 6 or 10 <= i < 14, False, False] for i in range(40)])
    cluster_of = np.array([[i >= 10, i < 10] for i in range(40)])
    rng, verdicts = np.random.default_rng(7), []
    for _ in range(100):
        pick = np.sort(rng.choice(40, 32, replace=False))
        verdicts.append(judge(theme_of[pick], cluster_of[pick]))
    verdict = judge(theme_of, cluster_of)
    share = sum(other.clusters[1] == verdict.clusters[1] for other in verdicts) / 100
    assert 0 < share < 1
    assert found.cluster_verdicts[1]["stable"] == share
    same = sum(other.themes[0] == verdict.themes[0] for other in verdicts) / 100
    assert found.theme_recovery[0]["stable"] == same


def test_only_what_was_read_and_is_in_a_cluster_is_judged():
    segments = segments_of(60)
    read = [i for i in range(60) if i != 3]
    human = coding_of(segments, "A", [DEMANDING] * 20 + [""] * 40, read=[i for i in read if i != 25])
    human = Coding(tuple(a for a in human.applied if a.start != segments[3].start), human.read, BOOK)
    machine = machine_of(segments, [1] * 20 + [0] * 38 + [-1] * 2, [(1, DEMANDING)])
    found = compare(human, machine, level="code", n_draws=20, n_permutations=0)
    assert [row["n"] for row in found.cluster_verdicts.rows()] == [37, 19]  # 3, 25 unread; two in no cluster
    assert [row["n"] for row in found.theme_recovery.rows()] == [19]


def test_segments_that_the_clusters_do_not_know_are_left_out():
    segments = segments_of(60)
    human = coding_of(segments, "A", [DEMANDING] * 20 + [""] * 40)
    part = segments[:50]
    vectors = np.eye(2, dtype=np.float32)[[0] * 20 + [1] * 30]
    clusters = Clusters(Embeddings(part, vectors, EncoderInfo("example")), np.array([1] * 20 + [0] * 30))
    machine = coding_of(segments, "machine", [DEMANDING] * 60, status="suggested", made_from=clusters)
    found = compare(human, machine, segments=segments, level="code", n_draws=20, n_permutations=0)
    assert [row["n"] for row in found.cluster_verdicts.rows()] == [30, 20]


def test_with_no_segment_in_a_cluster_the_tables_are_empty():
    segments = segments_of(20)
    human = coding_of(segments, "A", [DEMANDING] * 20)
    machine = machine_of(segments, [-1] * 20, [])
    found = compare(human, machine, level="code", n_draws=20, n_permutations=0)
    assert (len(found.theme_recovery), len(found.cluster_verdicts)) == (0, 0)
    assert found.theme_recovery.columns[:2] == ("code", "verdict")


def test_without_any_code_clusters_are_extra():
    segments = segments_of(20)
    human = coding_of(segments, "A", [""] * 20, book=None)
    clusters = machine_of(segments, [0] * 20, []).made_from.clusters
    machine = coding_of(segments, "machine", [""] * 20, book=None, made_from=clusters)
    row = compare(human, machine, level="code", n_draws=20, n_permutations=0).cluster_verdicts[0]
    assert (row["verdict"], row["codes"], row["most_common"], row["share"], row["q"]) == ("extra", (), None, 0, 1)


def test_without_clusters_there_is_no_recovery():
    segments = segments_of(20)
    a, b = (coding_of(segments, coder, [DEMANDING] * 10) for coder in "AB")
    found = compare(a, b, segments=segments, n_draws=20)
    assert (found.theme_recovery.columns, found.cluster_verdicts.columns) == ((), ())
