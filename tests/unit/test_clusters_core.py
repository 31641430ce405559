"""The numeric core of clusters: spaces, ensemble, tree, grains, stability on arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist
from sklearn.metrics import adjusted_mutual_info_score

from alliance_nlp.clusters.coassociation import ConsensusResult, as_rows, consensus_labels, grain_sizes, modularity
from alliance_nlp.clusters.ensemble import (
    CUTS_PER_TREE,
    Ensemble,
    _count,
    _cuts,
    _most_groups,
    hang_small,
    overlaps,
    tree_strength,
)
from alliance_nlp.clusters.landmarks import Landmarks, hang_beyond
from alliance_nlp.clusters.spaces import Likeness, neighbor_graph, principal_components, wording_rows
from alliance_nlp.clusters.stability import belonging, cohesion, leave_one_out, next_and_loose
from alliance_nlp.clusters.ward import apart_among, nearest_among, nearest_two, ward_trees
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import unit_rows
from alliance_nlp.records import canonical_ranks, cut_tree, ordered


def blobs(groups: int, each: int, *, seed: int = 0, noise: float = 0.15, dimensions: int = 12) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.repeat(np.eye(dimensions)[:groups], each, axis=0) + rng.normal(0, noise, (groups * each, dimensions))


def by_first_row(labels: np.ndarray) -> list[int]:
    return ordered(labels, np.arange(len(labels))).tolist()


def test_clear_groups_are_found_whole() -> None:
    result = consensus_labels(blobs(4, 20))
    expected = np.repeat(np.arange(4), 20)
    assert by_first_row(result.cut(4).labels) == expected.tolist()
    for cluster in np.unique(result.labels):
        assert len(np.unique(expected[result.labels == cluster])) == 1


def test_the_largest_cluster_is_number_zero_and_ties_go_by_the_smallest_rank() -> None:
    labels = np.array([5, 3, 3, -2, 9, 9, 7])
    # 3 holds ranks 6 and 2, 9 holds 1 and 5: 9 goes first; of the single rows 7 (rank 0) goes before 5 (rank 4)
    assert ordered(labels, np.array([4, 6, 2, 3, 1, 5, 0])).tolist() == [3, 1, 1, -1, 0, 0, 2]
    assert ordered(np.array([], dtype=int), np.array([], dtype=int)).tolist() == []


def test_labels_in_order_stay_as_they_are_where_ranks_do_not_decide() -> None:
    assert ordered(np.array([1, 0, 0, 1]), np.zeros(4, dtype=int)).tolist() == [1, 0, 0, 1]


def test_canonical_order_goes_by_numbers_then_by_words() -> None:
    rows = np.array([[0.0, 2.0], [-0.0, 1.0], [-1.0, 9.0], [0.0, 1.0]])
    # row 2 has the smallest first number; rows 1 and 3 are the same vector, for zero has no sign
    assert canonical_ranks(rows).tolist() == [2, 1, 0, 1]
    assert canonical_ranks(rows, ["a", "b", "c", "a"]).tolist() == [3, 2, 0, 1]
    assert canonical_ranks(np.empty((0, 4)), []).tolist() == []


def test_the_seed_reaches_the_groupings() -> None:
    rows = np.random.default_rng(3).normal(size=(60, 8))
    first, second = consensus_labels(rows, random_state=0), consensus_labels(rows, random_state=1)
    assert not np.array_equal(first.tree, second.tree)


def test_wording_moves_segments_of_one_wording_together() -> None:
    # random vectors carry nothing; whatever agreement there is comes from the words
    rows = np.random.default_rng(0).normal(size=(50, 8))
    wordings = ["waiting room", "therapist listened", "cold hands", "stairs at home", "trust grows slowly"]
    gold = np.tile(np.arange(5), 10)
    texts = [f"{wordings[g]} {i}" for i, g in enumerate(gold)]
    with_words = adjusted_mutual_info_score(gold, consensus_labels(rows, texts=texts).cut(5).labels)
    without = adjusted_mutual_info_score(gold, consensus_labels(rows).cut(5).labels)
    assert with_words > without + 0.2


def test_a_result_above_the_limit_uses_landmarks_and_still_labels_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance_nlp.clusters.coassociation.LARGEST", 100)
    monkeypatch.setattr("alliance_nlp.clusters.coassociation.LANDMARKS", 60)
    rows = blobs(3, 60)
    result = consensus_labels(rows)
    assert result.settings["landmarks"] == 60
    assert len(result.tree) == 59
    assert by_first_row(result.cut(3).labels) == np.repeat(np.arange(3), 60).tolist()
    shuffled = np.random.default_rng(1).permutation(180)
    assert np.array_equal(result.labels[shuffled], consensus_labels(rows[shuffled]).labels)


def test_rows_beyond_the_reference_join_the_nearest_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LARGEST", 60), ("LANDMARKS", 40), ("REFERENCE", 90)):
        monkeypatch.setattr(f"alliance_nlp.clusters.coassociation.{name}", value)
    rows, texts = blobs(3, 60), [f"{'abc'[i // 60] * 4} {i}" for i in range(180)]
    result = consensus_labels(rows, texts=texts)
    assert (result.settings["landmarks"], result.settings["reference"], len(result.tree)) == (40, 90, 39)
    assert by_first_row(result.cut(3).labels) == np.repeat(np.arange(3), 60).tolist()
    shuffled = np.random.default_rng(1).permutation(180)
    again = consensus_labels(rows[shuffled], texts=[texts[i] for i in shuffled])
    assert np.array_equal(result.labels[shuffled], again.labels)
    singles = consensus_labels(rows.astype(np.float32), texts=texts)  # half the memory, the same clusters
    assert np.array_equal(singles.labels, result.labels)


def test_what_lies_beyond_hangs_on_the_nearest_landmark_of_the_nearest_cluster() -> None:
    # leaves 0, 1 and 3 are the reference, of which 0 and 1 (at 0 and 90 degrees) are landmarks; 3 hangs on 1
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.6, 0.8], [0.0, 3.0]])
    marks = Landmarks(np.array([0, 1, 3]), np.array([0, 1]), beyond=True)
    hung, clusters = np.array([0, 1, 1]), np.array([0, 1])
    # the middle of cluster 1 lies between 53 and 90 degrees; row 2 is near to cluster 0, row 4 to cluster 1
    found = hang_beyond(rows, np.arange(5), marks, rows[marks.reference], hung, clusters)
    assert found.tolist() == [0, 1, 0, 1, 1]


def test_up_to_the_limit_all_rows_are_landmarks_and_of_the_reference() -> None:
    few, some, many = (Landmarks.drawn(n, 4, 3, 6, 0) for n in (4, 5, 9))
    assert few.reference.tolist() == few.rows.tolist() == [0, 1, 2, 3]
    assert not few.beyond
    assert not some.beyond
    assert (some.reference.tolist(), len(some.rows)) == ([0, 1, 2, 3, 4], 3)
    assert many.beyond
    assert (len(many.reference), len(many.rows)) == (6, 3)


@pytest.mark.parametrize(("shape", "values"), [((500, 9), 2), ((300, 3), 40), ((60, 1), 3), ((1, 5), 2), ((0, 4), 2)])
def test_ranks_are_those_of_sorting_whole_rows(shape: tuple[int, int], values: int) -> None:
    rows = np.random.default_rng(0).integers(-values, values, shape) * -0.5  # many ties, and minus zeros
    expected = np.unique(rows + 0.0, axis=0, return_inverse=True)[1].reshape(-1)
    assert canonical_ranks(rows).tolist() == expected.tolist()
    assert canonical_ranks(rows.astype(np.float32)).tolist() == expected.tolist()


def test_numbers_of_clusters_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match=r"whole number of at least 1. Got 0"):
        consensus_labels(np.eye(3), n_clusters=0)
    with pytest.raises(InputError, match=r"whole number of at least 1. Got True"):
        consensus_labels(np.eye(3)).cut(True)


def test_cutting_a_tree_gives_exactly_the_number_asked_for() -> None:
    # rows 0,1 merge, then 2,3, then both pairs
    tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.9, 4]])
    assert cut_tree(tree, n_leaves=4, n=4).tolist() == [0, 1, 2, 3]
    three = cut_tree(tree, n_leaves=4, n=3)
    assert three[0] == three[1]
    assert len(set(three.tolist())) == 3
    two = cut_tree(tree, n_leaves=4, n=2)
    assert two[0] == two[1] != two[2] == two[3]
    assert cut_tree(tree, n_leaves=4, n=1).tolist() == [0, 0, 0, 0]


def test_a_late_single_row_is_hung_on_its_nearest_row() -> None:
    # rows 0-2 and 3-5 are two groups; row 6 joins everything last but is nearest to row 4
    tree = np.array(
        [[0, 1, 0.1, 2], [2, 7, 0.2, 3], [3, 4, 0.1, 2], [5, 9, 0.2, 3], [8, 10, 0.5, 6], [6, 11, 0.9, 7]], dtype=float
    )
    apart = np.full((7, 7), 0.95)
    apart[6, 4] = apart[4, 6] = 0.8
    again = hang_small(tree, apart)
    assert again.shape == tree.shape
    assert np.all(np.diff(again[:, 2]) >= 0)
    two = cut_tree(again, n_leaves=7, n=2)
    assert two[6] == two[4] == two[3] != two[0]
    assert len(set(cut_tree(again, n_leaves=7, n=7).tolist())) == 7


def test_modularity_of_two_separate_triangles_is_one_half() -> None:
    graph = neighbor_graph(np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4]]))
    assert modularity(graph, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(0.5)
    assert modularity(graph, np.zeros(6, dtype=np.int64)) == pytest.approx(0.0)


def test_grains_stand_in_order() -> None:
    sizes = consensus_labels(np.random.default_rng(0).normal(size=(90, 10))).sizes
    assert 2 <= sizes["coarse"] <= sizes["default"] <= sizes["fine"] <= 30


def test_fewer_than_four_rows_are_one_cluster() -> None:
    alone = Ensemble(np.eye(3, dtype=np.float32), np.empty((0, 3), dtype=np.int64), np.empty((0, 2, 4)), None)
    assert grain_sizes(alone, np.empty((2, 4)))["default"] == 1
    assert consensus_labels(np.eye(3)).labels.tolist() == [0, 0, 0]
    assert consensus_labels(np.eye(3), n_clusters=3).labels.tolist() == [2, 1, 0]  # (0, 0, 1) is the smallest row


def test_overlap_is_the_largest_jaccard_share() -> None:
    # cluster 0 = rows 0-3, of which 3 are in group 0 with one more: 3 / 5
    found = overlaps(np.array([0, 0, 0, 0, 1]), np.array([0, 0, 0, 1, 0]), n_clusters=3)
    assert found[0] == pytest.approx(3 / 5)
    assert found[1] == pytest.approx(1 / 4)
    assert np.isnan(found[2])


def test_stability_is_high_for_clear_groups_and_lower_for_none() -> None:
    clear = consensus_labels(blobs(3, 25, noise=0.05), n_clusters=3).stability
    none = consensus_labels(np.random.default_rng(0).normal(size=(75, 12)), n_clusters=3).stability
    assert clear.min() > 0.95
    assert none.mean() < clear.min()


def test_strength_at_every_merge_by_hand() -> None:
    together = np.array([[1, 0.8, 0.2], [0.8, 1, 0.4], [0.2, 0.4, 1]], dtype=np.float32)
    tree = np.array([[0, 1, 0.1, 2], [2, 3, 0.5, 3]])
    grown = Ensemble(together, np.arange(3)[None], tree[None], None)
    # rows 0, 1 were together in .8 of the groupings; of all three, row 0 in (.8 + .2) / 2, row 1 in (.8 + .4) / 2, ...
    assert tree_strength(grown, tree) == pytest.approx([0.8, 0.8, 0.5, 0.6, 0.3])
    ungrown = replace(grown, picked=grown.picked[:0], trees=grown.trees[:0])
    assert np.isnan(tree_strength(ungrown, tree)).tolist() == [True] * 5


def test_a_cluster_of_one_speaker_shows_when_that_speaker_is_left_out() -> None:
    rows = blobs(3, 12, noise=0.05)
    labels = np.repeat(np.arange(3), 12)
    groups = ["P1"] * 12 + ["P2", "P3"] * 12
    found = leave_one_out(rows, labels, groups=groups)
    assert found.groups == ("P1", "P2", "P3")
    assert np.isnan(found.overlap[0, 0])
    assert found.overlap[1, 1] == pytest.approx(1.0)


def test_cohesion_belonging_and_loose_rows_by_hand() -> None:
    rows = [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]]
    assert cohesion(rows, [0, 0, 1])[0] == pytest.approx(0.6)
    near = belonging(rows, [0, 0, 1])
    assert near[1].tolist() == pytest.approx([0.6, 0.8])
    assert np.isnan(near[2, 1])
    assert next_and_loose(rows, [0, 0, 1], n=1)[1].tolist() == [1]
    assert [found.tolist() for found in next_and_loose(rows, [0, 0, 1], n=1)[0]] == [[2], [1]]


def test_wording_ignores_case_and_punctuation() -> None:
    found = wording_rows(["Warm (water)!", "warm water", "Warm, WATER?"]).toarray()
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])


def test_wording_weighs_rare_runs_of_four_letters_by_hand() -> None:
    # eight texts; "_up_" (whole, being short) stands in two of them, "cold" in runs "_col", "cold", "old_" in two
    found = wording_rows(["up up", "up cold", "cold", "ab", "cd", "ef", "gh", "ij"])
    assert found.shape == (8, 4)  # a run that stands in one text only is left out
    rare = 1 + np.log(9 / 3)
    assert found.toarray()[1] == pytest.approx([rare / np.sqrt(4 * rare**2)] * 4)
    assert found.toarray()[0].tolist() == [0.0, 1.0, 0.0, 0.0]  # columns: " col", " up ", "cold", "old "


def test_wording_leaves_out_runs_that_stand_in_more_than_three_in_ten_texts() -> None:
    texts = [*["warm"] * 4, *["cold"] * 3, "ab", "cd", "ef"]
    assert wording_rows(texts).toarray().any(axis=1).tolist() == [False] * 4 + [True] * 3 + [False] * 3


def test_wording_rows_have_length_one_or_are_empty() -> None:
    found = wording_rows(["warm water helps", "warm hands help", "", "warm water again", "xyz"])
    lengths = np.sqrt((found.toarray() ** 2).sum(axis=1))
    assert set(np.round(lengths, 9).tolist()) <= {0.0, 1.0}
    assert lengths[2] == 0.0
    assert wording_rows([]).shape[0] == 0
    assert not wording_rows(["only one"]).toarray().any()


def test_components_keep_distances_when_all_are_kept() -> None:
    rows = np.random.default_rng(0).normal(size=(5, 9))
    kept = principal_components(rows)
    assert np.linalg.norm(kept[0] - kept[3]) == pytest.approx(np.linalg.norm(rows[0] - rows[3]))
    tall = principal_components(rows.T)
    assert np.linalg.norm(tall[1] - tall[8]) == pytest.approx(np.linalg.norm(rows.T[1] - rows.T[8]))


def test_a_row_is_not_its_own_neighbor() -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(12, 4)))
    nearest, alike = Likeness(rows).nearest(np.arange(12), np.arange(12), k=3)
    assert not (nearest == np.arange(12)[:, None]).any()
    assert np.all(np.diff(alike, axis=1) <= 0)


def test_neighbors_by_wording_too_are_those_of_both_likenesses_added_up() -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(30, 4)))
    words = wording_rows([f"{'river bank' if k % 3 else 'village school'} {k % 5}{k % 5}{k % 5}" for k in range(30)])
    plain, worded = Likeness(rows, words).neighbors(k=4)
    for found, alike in ((plain, rows @ rows.T), (worded, rows @ rows.T + (words @ words.T).toarray())):
        np.fill_diagonal(alike, -np.inf)
        assert found.tolist() == np.argsort(-alike, axis=1)[:, :4].tolist()
    assert [table.tolist() for table in Likeness(rows).neighbors(k=4)] == [plain.tolist()] * 2


def test_distances_among_some_rows_are_those_of_these_rows() -> None:
    rows, picked = np.random.default_rng(0).normal(size=(9, 3)), np.array([0, 2, 3, 7, 8])
    assert apart_among(rows, 5)(picked).tolist() == pdist(rows[picked]).tolist()


def test_an_empty_corpus_has_an_empty_result() -> None:
    result = consensus_labels(np.empty((0, 5)), texts=[])
    assert isinstance(result, ConsensusResult)
    assert result.labels.tolist() == []
    assert result.cut(3).labels.tolist() == []


def test_the_number_that_was_asked_for_stands_in_the_middle_of_the_grains() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 10))
    own = consensus_labels(rows).sizes
    assert 1 < own["coarse"] < own["fine"] < 60
    for wish in (1, own["fine"] + 1, 60, 61):
        found = consensus_labels(rows, n_clusters=wish).sizes
        most = min(wish, 60)
        assert found == {"coarse": min(own["coarse"], most), "default": most, "fine": max(own["fine"], most)}
        assert found["coarse"] <= found["default"] <= found["fine"]


def test_all_rows_outside_a_cluster_may_join_it_and_no_row_inside() -> None:
    rows, labels = [[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [1.0, 0.1]], [0, 0, 1, -1]
    # cluster 0: row 3, in no cluster, has nothing to lose (.99 and .68, mean .83); row 2, alone, has .4
    # cluster 1: row 1 gains .8 - .6, row 3 gains .1, row 0 loses .6
    assert [found.tolist() for found in next_and_loose(rows, labels, n=9)[0]] == [[3, 2], [1, 3, 0]]


def test_minus_zero_is_zero_and_an_empty_table_has_a_column() -> None:
    rows = [[-0.0, 1.0], [0.0, 1.0], [1.0, -0.0], [1.0, 0.0]]
    assert consensus_labels(rows).ranks.tolist() == [0, 0, 1, 1]
    assert as_rows(np.empty((3, 0))).shape == (3, 1)
    assert [as_rows(np.eye(2, dtype=kind)).dtype for kind in ("f4", "f8", "i4")] == ["f4", "f8", "f8"]


@pytest.mark.parametrize(("n", "most"), [(5, 2), (12, 4), (300, 39)])
def test_a_tree_is_cut_from_two_groups_to_a_third_of_the_rows_or_twice_their_root_and_five(n: int, most: int) -> None:
    picked = np.arange(0, n, 2) if n > 5 else np.arange(3)
    tree = linkage(np.random.default_rng(0).normal(size=(len(picked), 3)), "ward")
    assert _most_groups(n, n) == most
    cuts = _cuts(tree[None], np.zeros((1, CUTS_PER_TREE)), most=most)[0]
    sizes = [round(2 + (most - 2) * layer / CUTS_PER_TREE) for layer in range(CUTS_PER_TREE)]
    assert [len(np.unique(cut)) for cut in cuts] == sizes
    counts = np.ones((n, n), dtype=np.uint16)
    _count(counts, picked, cuts)
    # two rows of the tree are counted once for each cut that holds them in one group, a row left out never
    expected = np.ones((n, n))
    expected[np.ix_(picked, picked)] += (cuts[:, :, None] == cuts[:, None, :]).sum(axis=0)
    assert counts.tolist() == expected.tolist()


@pytest.mark.parametrize("known", [False, True])
def test_rounds_give_the_tree_that_joining_one_by_one_gives(known: bool) -> None:
    rows = unit_rows(blobs(6, 30, noise=0.3))
    rng, unknown = np.random.default_rng(1), (np.full((3, 140), -1), np.zeros((3, 140)))
    picked = np.stack([np.sort(rng.choice(len(rows), 140, replace=False)) for _ in range(3)])
    nearest, cost = nearest_among(*nearest_two(rows), picked) if known else unknown
    assert (nearest >= 0).any() == known
    for ours, own in zip(ward_trees(rows, picked, nearest, cost), picked, strict=True):
        theirs = linkage(rows[own], "ward")
        assert ours[:, [0, 1, 3]].tolist() == theirs[:, [0, 1, 3]].tolist()
        assert np.abs(ours[:, 2] - theirs[:, 2]).max() < 1e-12


def test_rounds_end_where_all_points_are_equally_far_apart() -> None:
    picked = np.array([[0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7]])
    for tree in ward_trees(np.eye(8) + 1e-17, picked, np.full((2, 7), -1), np.zeros((2, 7))):
        assert sorted(tree[:, :2].ravel().tolist()) == list(range(12))
        assert tree[-1, 3] == 7
        assert (np.diff(tree[:, 2]) >= 0).all()


def test_what_is_left_out_has_a_row_a_group_and_a_column_a_cluster() -> None:
    rows = blobs(2, 4)
    assert leave_one_out(rows, [0] * 4 + [1] * 4, groups=["A", "B"] * 4).overlap.shape == (2, 2)
    assert leave_one_out(rows, [-1] * 8, groups=["A", "B"] * 4).overlap.shape == (2, 0)


def test_rows_are_loose_only_where_another_cluster_is_nearer() -> None:
    even = [[1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [0.0, 1.0]]
    # rows 0 and 1 have 0 with their own and 0 with the other cluster; row 3 has -1 and .5, row 2 -1 and -.5
    assert next_and_loose(even, [0, 0, 1, 1], n=1)[1].tolist() == [3, 2]
    assert next_and_loose([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [1.0, 0.1]], [0, 0, 1, -1], n=1)[1].tolist() == []
    without_1 = [0, 0, 2, 2]
    assert next_and_loose([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 1.0]], without_1, n=1)[1].tolist() == []
    assert next_and_loose([[1.0, 0.0], [0.0, 1.0]], [-1, -1], n=1)[1].tolist() == []


def test_a_row_without_direction_belongs_nowhere() -> None:
    assert belonging([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]], [0, 0, 0])[:, 0].tolist() == [0.0, 0.5, 0.5]
