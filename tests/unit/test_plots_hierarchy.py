"""plot_hierarchy(): what stands in a branch, where groups join, where the cut lies, and trees of any size."""

import numpy as np
import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.plots import plot_hierarchy, take_picture
from alliance_nlp.plots.hierarchy import MOST_BRANCHES, SEVERAL, find_branches
from alliance_nlp.records import Clusters, Embeddings, EncoderInfo, Segment, Segments, Transcript

# leaves 0 and 1 join to 5, 3 and 4 to 6, 2 joins 5 to 7, then all
TREE = np.array([[0, 1, 0.1, 2], [3, 4, 0.2, 2], [2, 5, 0.5, 3], [6, 7, 0.9, 5]])


def clusters_of(labels, tree=TREE, leaves=None, sizes=None, aside=()):
    n = len(labels)
    segments = Segments(tuple(Segment("T", i, i + 1, "a") for i in range(n)), (Transcript("T", "a" * n),))
    vectors = Embeddings(segments, np.eye(n)[::-1], EncoderInfo("example"))
    settings = {"recipe": "consensus", **({"sizes": sizes} if sizes else {})}
    reasons = {segments.ids[i]: "short response" for i in aside}
    at = np.arange(n) if leaves is None else np.array(leaves)
    return Clusters(vectors, np.array(labels), reasons, settings=settings, hierarchy=tree, leaves=at)


def names_of(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def marks_of(ax):
    return {line.get_label(): line.get_linestyle() for line in ax.lines}


def random_tree(n, rng):
    """A tree in linkage form: any two nodes join, at rising heights."""
    alive, rows = dict.fromkeys(range(n), 1), []
    for new in range(n, 2 * n - 1):
        left, right = sorted(rng.choice(sorted(alive), 2, replace=False).tolist())
        alive[new] = alive.pop(left) + alive.pop(right)
        rows.append((left, right, (new - n + 1) / n, alive[new]))
    return np.array(rows).reshape(-1, 4)


def test_each_branch_is_named_after_its_cluster_and_counted():
    ax = plot_hierarchy(clusters_of([0, 0, 0, 1, 1]))
    assert sorted(names_of(ax)) == ["cluster 0 (1 of 3)"] * 3 + ["cluster 1 (1 of 2)"] * 2
    assert ax.get_title(loc="left") == "Which clusters join next"


def test_a_cluster_that_is_one_branch_has_only_its_number_of_segments():
    made = clusters_of([0, 0, 0, 1, 1], sizes={"coarse": 1, "default": 2, "fine": 3})
    assert names_of(plot_hierarchy(made)) == ["cluster 1 (2)", "cluster 0 (1 of 3)", "cluster 0 (2 of 3)"]


def test_twins_count_as_segments_and_those_set_aside_do_not():
    labels, leaves = [0, 0, 0, 1, 1, 1, -1, -1], [0, 1, 2, 3, 4, 4, -1, -1]
    ax = plot_hierarchy(clusters_of(labels, leaves=leaves, sizes={"fine": 2}, aside=(6, 7)))
    assert names_of(ax) == ["cluster 1 (3)", "cluster 0 (3)"]
    assert ax.get_xlabel().endswith("; 2 segments set aside")


def test_joins_stand_at_their_height_between_their_parts():
    found = find_branches(clusters_of([0, 0, 0, 1, 1]), 5)
    assert found.clusters == [1, 1, 0, 0, 0]
    assert [(join.height, join.cluster) for join in found.joins] == [(0.1, 0), (0.2, 1), (0.5, 0), (0.9, SEVERAL)]
    first, second, third, last = found.joins
    assert {first.low, first.high} == {(0.0, 3.0, 0), (0.0, 4.0, 0)}
    assert {second.low, second.high} == {(0.0, 0.0, 1), (0.0, 1.0, 1)}
    assert {third.low, third.high} == {(0.0, 2.0, 0), (0.1, 3.5, 0)}
    assert (last.low, last.high) == ((0.2, 0.5, 1), (0.5, 2.75, 0))


def test_the_cut_of_these_clusters_is_solid_and_the_other_grains_broken():
    sizes = {"coarse": 2, "default": 3, "fine": 5}
    ax = plot_hierarchy(clusters_of([0, 0, 2, 1, 1], sizes=sizes))
    assert marks_of(ax) == {"fine (5)": "--", "default (3)": "-", "coarse (2)": "--"}
    assert [line.get_xdata()[0] for line in ax.lines] == pytest.approx([0.05, 0.35, 0.7])
    assert marks_of(plot_hierarchy(clusters_of([0, 0, 0, 1, 1]))) == {"this cut (2)": "-"}
    same = plot_hierarchy(clusters_of([0, 0, 0, 1, 1], sizes={"coarse": 2, "default": 2, "fine": 9}))
    assert marks_of(same) == {"coarse = default (2)": "-"}


def test_one_cluster_is_cut_above_the_last_join():
    ax = plot_hierarchy(clusters_of([0] * 5))
    assert ax.lines[0].get_xdata()[0] > 0.9
    assert ax.lines[0].get_xdata()[0] < ax.get_xlim()[1]


def test_a_branch_of_several_clusters_says_how_many():
    n = 100
    made = clusters_of(list(range(n)), random_tree(n, np.random.default_rng(0)))
    ax = plot_hierarchy(made)
    assert len(names_of(ax)) == MOST_BRANCHES
    several = [name for name in names_of(ax) if " clusters (" in name]
    whole = [name for name in names_of(ax) if name.startswith("cluster ")]
    assert several
    assert len(several) + len(whole) == MOST_BRANCHES
    assert len(whole) + sum(int(name.split()[0]) for name in several) == n


@pytest.mark.parametrize("n", [2, 3, 5, 17, 59, 60, 61, 200])
def test_no_segment_is_lost_and_no_lines_cross_in_any_tree(n):
    rng = np.random.default_rng(n)
    tree = random_tree(n, rng)
    made = clusters_of([0] * n, tree, rng.permutation(n)).at(n=min(n, 7))
    found = find_branches(made, n)
    branches = min(n, MOST_BRANCHES)
    assert len(found.names) == branches
    assert sum(int(name.split("(")[1].split()[0].rstrip(")")) for name in found.names) == n
    assert len(found.joins) == branches - 1
    assert [join.height for join in found.joins] == sorted(join.height for join in found.joins)
    # what joins covers neighboring lines: a place is the middle of the places below it, so each is used once
    used = [part[:2] for join in found.joins for part in (join.low, join.high)]
    assert len(used) == len(set(used)) == 2 * (branches - 1)
    runs = [k for k, cluster in enumerate(found.clusters) if not k or found.clusters[k - 1] != cluster]
    assert len(runs) == len(set(found.clusters))  # each cluster stands in one run of lines


def test_trees_of_one_leaf_and_of_none():
    one = plot_hierarchy(clusters_of([0, 0], np.empty((0, 4)), [0, 0]))
    assert names_of(one) == ["cluster 0 (2)"]
    none = plot_hierarchy(clusters_of([-1], np.empty((0, 4)), [-1], aside=(0,)))
    assert names_of(none) == []
    assert none.get_xlabel().endswith("; 1 segment set aside")
    assert len(plot_hierarchy(clusters_of([], np.empty((0, 4)), np.zeros(0, int))).lines) == 0


def test_the_picture_is_the_same_twice():
    made = clusters_of([0, 0, 0, 1, 1])
    first, second = (take_picture(plot_hierarchy(made)) for _ in range(2))
    assert first == second
    assert first.png[:4] == b"\x89PNG"


def test_given_axes_are_drawn_on():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert plot_hierarchy(clusters_of([0, 0, 0, 1, 1]), ax=ax) is ax
    assert ax.collections


def test_without_a_tree_there_is_no_picture():
    made = clusters_of([0, 0, 0, 1, 1])
    bare = Clusters(made.embeddings, made.labels, settings={"recipe": "umap-hdbscan"})
    with pytest.raises(InputError, match="needs a tree, and the recipe 'umap-hdbscan' leaves none. Use an.cluster"):
        plot_hierarchy(bare)
    with pytest.raises(InputError, match="plot_hierarchy\\(\\) takes Clusters, as an.cluster\\(\\) gives. Got list"):
        plot_hierarchy([])
