"""Laws of the consensus: every n, any order, any number of threads, duplicates, nested cuts."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import AgglomerativeClustering, KMeans
from threadpoolctl import threadpool_limits

import alliance_nlp as an
from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.clusters.ensemble import Ensemble, groups_of, tree_strength
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.records import Clusters, canonical_ranks, cut_rows, ordered
from extras import NEEDS_UMAP


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 101, 10))
def test_every_number_of_rows_gets_an_answer(start: int) -> None:
    rng = np.random.default_rng(start)
    for n in range(start, min(start + 10, 101)):
        result = consensus_labels(rng.normal(size=(n, 9)))
        assert result.labels.shape == result.strength.shape == (n,)
        assert result.labels.tolist() == ordered(result.labels, result.ranks).tolist()
        assert n == 0 or result.labels.min() == 0
        assert len(result.stability) == len(set(result.labels.tolist()))


@pytest.mark.parametrize("n", [1, 2, 3, 10, 50])
def test_equal_rows_are_one_cluster(n: int) -> None:
    assert consensus_labels(np.ones((n, 5))).labels.tolist() == [0] * n
    assert consensus_labels(np.zeros((n, 5))).labels.tolist() == [0] * n


@pytest.mark.parametrize("distinct", [2, 3, 4, 5])
@pytest.mark.parametrize("copies", [1, 7])
def test_a_few_distinct_rows_get_an_answer_and_copies_share_it(distinct: int, copies: int) -> None:
    rows = np.tile(np.random.default_rng(distinct).normal(size=(distinct, 6)), (copies, 1))
    labels = consensus_labels(rows).labels
    assert all(len(set(labels[i::distinct].tolist())) == 1 for i in range(distinct))
    assert len(set(consensus_labels(rows, n_clusters=distinct).labels.tolist())) == distinct


@settings(max_examples=12, deadline=None)
@given(n=st.integers(2, 40), seed=st.integers(0, 10_000))
def test_the_order_of_rows_changes_no_label(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 7)).astype(np.float32)
    texts = [" ".join(rng.choice(["warm", "waiting", "listen", "hands", "trust"], 4)) for _ in range(n)]
    order = rng.permutation(n)
    there = consensus_labels(rows, texts=texts)
    back = consensus_labels(rows[order], texts=[texts[i] for i in order])
    assert there.labels[order].tolist() == back.labels.tolist()
    for k in (n // 3 + 1, n):  # with one cluster a row, all are equally large
        assert there.cut(k).labels[order].tolist() == back.cut(k).labels.tolist()


@settings(max_examples=10, deadline=None)
@given(n=st.integers(3, 30), seed=st.integers(0, 10_000))
def test_duplicates_change_no_grouping(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 7))
    twice = np.vstack([rows, rows[rng.integers(0, n, n // 2)]])
    alone, both = consensus_labels(rows), consensus_labels(twice)
    assert ordered(both.labels[:n], canonical_ranks(rows)).tolist() == alone.labels.tolist()


@settings(max_examples=10, deadline=None)
@given(n=st.integers(4, 45), seed=st.integers(0, 10_000))
def test_a_finer_cut_lies_inside_a_coarser_one(n: int, seed: int) -> None:
    result = consensus_labels(np.random.default_rng(seed).normal(size=(n, 7)))
    wanted = [*range(1, n + 1), *(result.sizes[grain] for grain in ("coarse", "default", "fine"))]
    cuts = [result.cut(k).labels for k in wanted]
    assert [len(set(labels.tolist())) for labels in cuts[:n]] == list(range(1, n + 1))
    pairs = [*itertools.pairwise(cuts[:n]), *itertools.pairwise(cuts[n:])]
    for coarse, fine in pairs:
        assert all(len(set(coarse[fine == c].tolist())) == 1 for c in np.unique(fine))


def test_threads_change_no_bit() -> None:
    rows = np.random.default_rng(5).normal(size=(300, 64)).astype(np.float32)
    with threadpool_limits(limits=1):
        one = consensus_labels(rows)
    with threadpool_limits(limits=2):
        two = consensus_labels(rows)
    assert np.array_equal(one.tree, two.tree)
    assert np.array_equal(one.labels, two.labels)
    assert np.array_equal(one.strength, two.strength, equal_nan=True)


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 60), k=st.integers(1, 62), decimals=st.integers(0, 3), seed=st.integers(0, 10_000))
def test_a_tree_is_cut_as_scipy_cuts_it(n: int, k: int, decimals: int, seed: int) -> None:
    """Few decimals make ties, which no cut may divide."""
    rows = np.random.default_rng(seed).normal(size=(2, n, 3)).round(decimals)
    trees, sizes = np.stack([linkage(of_one, "ward") for of_one in rows]), np.array([k, n // 2 + 1])
    both = groups_of(trees, at_most=sizes).tolist()
    for tree, ours, size in zip(trees, both, sizes, strict=True):
        theirs = fcluster(tree, size, "maxclust").tolist()
        assert len(set(zip(ours, theirs, strict=True))) == len(set(ours)) == len(set(theirs))
    assert not set(both[0]) & set(both[1])


WORDS = ("trust", "time", "pain", "music", "warm water", "waiting room", "stairs at home", "cold hands", "listened")


class Coordinates:
    """Vectors of few values, so that many are equal or equally far apart; case matters, as in many encoders."""

    def encode(self, texts: list[str]) -> list[list[float]]:
        return [[0.5 + text.count(word) for word in WORDS] + [float(text[:1].isupper())] for text in texts]


class Thirds:
    """A recipe of the caller's own that heeds nothing but the order of the rows it is given."""

    def fit_predict(self, rows: np.ndarray) -> np.ndarray:
        return np.arange(len(rows)) * 3 // max(len(rows), 1)


def said_by(n: int, seed: int, *, variety: int) -> list[str]:
    """Make texts with twins in other writing, duplicates, near-empty turns and turns without a word."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(n):
        words = " and ".join(rng.choice(WORDS[:variety], rng.integers(1, 4)))
        texts.append(str(rng.choice([words, words, words.capitalize() + "!", words + " on some day", "mm", "..."])))
    return texts


def clustered(said: list[str], **options: object) -> Clusters:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)  # all set aside, or most in no cluster
        return an.cluster(an.embed(an.segment(an.read_transcripts(said)), encoder=Coordinates()), **options)


def assert_same_numbers(one: Clusters, other: Clusters, order: np.ndarray) -> None:
    assert other.labels.tolist() == one.labels[order].tolist()
    assert np.array_equal(other.strength, one.strength[order], equal_nan=True)
    assert np.array_equal(other.stability, one.stability, equal_nan=True)


ORDERS = st.sampled_from(["reversed", "shuffled", "sorted"])
CORPORA = {"n": st.integers(0, 100), "seed": st.integers(0, 10_000), "variety": st.integers(1, len(WORDS))}


def order_of(said: list[str], kind: str, seed: int) -> np.ndarray:
    if kind == "shuffled":
        return np.random.default_rng(seed + 1).permutation(len(said))
    if kind == "reversed":
        return np.arange(len(said))[::-1]
    return np.array(sorted(range(len(said)), key=lambda i: said[i]), dtype=int)


@settings(max_examples=10, deadline=None)
@given(**CORPORA, kind=ORDERS)
def test_the_order_of_segments_changes_no_number_at_any_grain(n: int, seed: int, variety: int, kind: str) -> None:
    said = said_by(n, seed, variety=variety)
    order = order_of(said, kind, seed)
    one, other = clustered(said), clustered([said[i] for i in order])
    assert_same_numbers(one, other, order)
    for cut in ({"grain": "coarse"}, {"grain": "fine"}, {"n": 2}, {"n": 7}, {"n": 1000}):
        assert_same_numbers(one.at(**cut), other.at(**cut), order)
    if one.n_clusters:
        new = an.embed(an.segment(an.read_transcripts(said_by(20, seed + 2, variety=9))), encoder=Coordinates())
        assert an.assign(one, new).labels.tolist() == an.assign(other, new).labels.tolist()


@settings(max_examples=60, deadline=None)
@given(**CORPORA, kind=ORDERS, recipe=st.sampled_from(["k-means", "Ward", "by position"]))
def test_the_order_of_segments_changes_no_number_of_a_callers_recipe(
    n: int, seed: int, variety: int, kind: str, recipe: str
) -> None:
    made = {
        "k-means": KMeans(3, random_state=0, n_init=1), "Ward": AgglomerativeClustering(4), "by position": Thirds(),
    }[recipe]  # fmt: skip
    said = said_by(n, seed, variety=variety)
    order = order_of(said, kind, seed)
    try:
        one = clustered(said, recipe=made)
    except InputError:
        assume(False)  # fewer distinct segments than the recipe makes clusters
    assert_same_numbers(one, clustered([said[i] for i in order], recipe=made), order)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), kind=ORDERS)
def test_the_order_of_segments_changes_no_number_of_guided_clusters(seed: int, kind: str) -> None:
    said = said_by(60, seed, variety=9)
    book = an.Codebook(tuple(an.Code("", "", word) for word in WORDS[:6]))
    order = order_of(said, kind, seed)
    options = {"codebook": book, "guided": True}
    assert_same_numbers(clustered(said, **options), clustered([said[i] for i in order], **options), order)


@NEEDS_UMAP
@pytest.mark.long
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), kind=ORDERS)
def test_the_order_of_segments_changes_no_number_of_umap_and_hdbscan(seed: int, kind: str) -> None:
    said = said_by(100, seed, variety=9)
    order = order_of(said, kind, seed)
    options = {"recipe": "umap-hdbscan", "keep_short": True}
    try:
        one = clustered(said, **options)
    except InputError:
        assume(False)  # fewer than fifteen distinct segments
    assert_same_numbers(one, clustered([said[i] for i in order], **options), order)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 40), seed=st.integers(0, 10_000), k=st.integers(1, 45))
def test_strength_at_any_cut_is_the_mean_share_with_the_other_rows_of_the_cluster(n: int, seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    shares = np.triu(rng.integers(0, 9, (n, n)) / 8, 1)
    together = (shares + shares.T + np.eye(n)).astype(np.float32)
    tree = linkage(squareform(1 - together, checks=False), "average") if n > 1 else np.empty((0, 4))
    known = tree_strength(Ensemble(together, np.arange(n)[None], tree[None], None), tree)
    cut = cut_rows(tree, np.arange(n), np.arange(n), n=k, tree_strength=known)
    for row in range(n):
        others = np.flatnonzero((cut.labels == cut.labels[row]) & (np.arange(n) != row))
        expected = together[row, others].mean() if len(others) else np.nan
        assert cut.strength[row] == pytest.approx(expected, nan_ok=True)
