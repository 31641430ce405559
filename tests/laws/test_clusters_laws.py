"""Laws of the consensus: every n, any order, any number of threads, duplicates, nested cuts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from threadpoolctl import threadpool_limits

from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.records import canonical_ranks, ordered


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
    there = consensus_labels(rows, texts=texts).labels
    back = consensus_labels(rows[order], texts=[texts[i] for i in order]).labels
    assert there[order].tolist() == back.tolist()


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
