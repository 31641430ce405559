"""A number of clusters that is told is not spent on leftovers."""

import itertools

import numpy as np
import pytest

from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.clusters.ensemble import hold_together
from alliance_nlp.records import cut_tree


def broad_groups_and_far_leftovers(seed):
    """Four broad groups of forty, two by two near one another, and two groups of four, far from everything."""
    rng = np.random.default_rng(seed)
    middles = np.eye(16)[:4] + 1.2 * np.eye(16)[[4, 4, 5, 5]]
    groups = [middle + rng.normal(0, 0.2, (40, 16)) for middle in middles]
    leftovers = [3 * row + rng.normal(0, 0.05, (4, 16)) for row in np.eye(16)[6:8]]
    return np.vstack([*groups, *leftovers])


@pytest.mark.parametrize("seed", range(3))
def test_told_the_number_of_groups_the_groups_come_back(seed):
    # average linkage alone cuts 80 + 44 + 40 + 4 or 80 + 40 + 40 + 8
    found = consensus_labels(broad_groups_and_far_leftovers(seed), n_clusters=4).labels[:160].reshape(4, 40)
    most = [np.bincount(group, minlength=4) for group in found]
    assert sorted(int(counts.argmax()) for counts in most) == [0, 1, 2, 3]
    assert min(int(counts.max()) for counts in most) >= 37


def test_finer_cuts_of_a_told_tree_lie_inside_coarser_ones_and_take_the_leftovers_off_whole():
    found = consensus_labels(broad_groups_and_far_leftovers(0), n_clusters=4)
    cuts = [found.cut(n).labels for n in (2, 4, 6, 9, 12)]
    for coarse, fine in itertools.pairwise(cuts):
        for cluster in range(int(fine.max()) + 1):
            assert len(set(coarse[fine == cluster])) == 1
        assert np.bincount(fine).min() >= 3


def test_a_smaller_branch_hangs_whole_on_the_nearest_group():
    # rows 0-3 and 4-7 are groups, 8 and 9 a pair that average linkage joins last; it is nearer to row 5
    apart = np.full((10, 10), 4.0)
    for group in (range(4), range(4, 8), (8, 9)):
        apart[np.ix_(list(group), list(group))] = 1.0
    apart[np.ix_([8, 9], [5])] = apart[np.ix_([5], [8, 9])] = 3.0
    tree = np.array([
        [0, 1, 1, 2], [2, 10, 1, 3], [3, 11, 1, 4],
        [4, 5, 1, 2], [6, 13, 1, 3], [7, 14, 1, 4],
        [8, 9, 1, 2], [12, 15, 4, 8], [16, 17, 5, 10],
    ], dtype=float)  # fmt: skip
    held = hold_together(tree, apart, smallest=3)
    in_two, in_three = (cut_tree(held, n_leaves=10, n=n) for n in (2, 3))
    assert [set(np.flatnonzero(in_two == in_two[row])) for row in (0, 8)] == [{0, 1, 2, 3}, {4, 5, 6, 7, 8, 9}]
    assert set(np.flatnonzero(in_three == in_three[8])) == {8, 9}
    assert (np.diff(held[:, 2]) >= 0).all()
