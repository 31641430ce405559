"""What saves time beside what it saves: agreement with people's codes, and of both ways with one another.

Landmarks beside all segments as leaves, and fewer groupings from 1,500 segments on beside as many as before.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from unittest import mock

import numpy as np

import alliance_nlp as an
from alliance_nlp.clusters.ensemble import TREES_TIMES_PAIRS
from benchmarks.corpora import embed, find_corpus, taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import some_of

SETS = {"nhs_feedback_v6": (10_000,), "banking77": (5_000, 10_000), "clinc150": (5_000, 10_000)}
LIMIT = "alliance_nlp.clusters.coassociation.LARGEST"  # up to it all segments are leaves
FEWER = dict.fromkeys(SETS, (2_000, 3_000))
COST = "alliance_nlp.clusters.ensemble.TREES_TIMES_PAIRS"  # what holds the number of groupings down
Ways = dict[str, tuple[str, int]]


def landmarks(options: argparse.Namespace) -> Iterator[Row]:
    """Cluster distinct segments with all of them as leaves, then by the public call, with two seeds."""
    return _measured(SETS, (0, 1), {"all": (LIMIT, 10**9), "landmarks": (LIMIT, 4_000)}, options)


def groupings(options: argparse.Namespace) -> Iterator[Row]:
    """Cluster distinct segments with as many groupings as before, then by the public call, with three seeds."""
    return _measured(FEWER, (0, 1, 2), {"before": (COST, 10**15), "now": (COST, TREES_TIMES_PAIRS)}, options)


def _measured(
    sets: dict[str, tuple[int, ...]], seeds: tuple[int, ...], ways: Ways, options: argparse.Namespace
) -> Iterator[Row]:
    for name, sizes in sets.items():
        corpus = find_corpus(options.data, name)
        if corpus is None:
            continue
        first = {" ".join(text.casefold().split()): k for k, text in reversed(list(enumerate(corpus.texts)))}
        distinct = np.sort(list(first.values()))
        rows = taken(embed(corpus, corpus.ids, encoder=options.encoder), distinct)
        codes = np.array([min(codes, default="") for codes in corpus.sets])[distinct]
        for size in [50] if options.quick else sizes:
            some = some_of(len(distinct), size)
            for seed in seeds:
                yield from _both(name, taken(rows, some), codes[some], seed, ways, corpus.data_hash)


def _both(name: str, rows: an.Embeddings, codes: np.ndarray, seed: int, ways: Ways, data: str) -> Iterator[Row]:
    from sklearn.metrics import adjusted_mutual_info_score as ami, adjusted_rand_score as ari

    first = None
    for how, (what, limit) in ways.items():
        began = time.process_time()
        with mock.patch(what, limit):
            found = an.cluster(rows, random_state=seed, keep_short=True)
        first = found.labels if first is None else first
        yield {
            "set": name, "n": len(rows), "how": how, "seed": seed, "n_clusters": found.n_clusters,
            "ami": ami(codes, found.labels), "ari": ari(codes, found.labels),
            "ami_with_all": ami(first, found.labels), "ari_with_all": ari(first, found.labels),
            "cpu_seconds": round(time.process_time() - began, 1), "data": data,
        }  # fmt: skip


KEY = ("set", "n", "how", "seed")
PARTS = {"landmarks": Part(landmarks, KEY), "groupings": Part(groupings, KEY)}
