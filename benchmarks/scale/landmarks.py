"""Landmarks beside all segments as leaves: agreement with people's codes, and of both with one another."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from unittest import mock

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import embed, find_corpus, taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import some_of

SETS = {"nhs_feedback_v6": (10_000,), "banking77": (5_000, 10_000), "clinc150": (5_000, 10_000)}
LIMIT = "alliance_nlp.clusters.coassociation.LARGEST"  # up to it all segments are leaves


def landmarks(options: argparse.Namespace) -> Iterator[Row]:
    """Cluster distinct segments by the public call, then with all of them as leaves, with two seeds."""
    for name, sizes in SETS.items():
        corpus = find_corpus(options.data, name)
        if corpus is None:
            continue
        first = {" ".join(text.casefold().split()): k for k, text in reversed(list(enumerate(corpus.texts)))}
        distinct = np.sort(list(first.values()))
        rows = taken(embed(corpus, corpus.ids, encoder=options.encoder), distinct)
        codes = np.array([min(corpus.sets[k], default="") for k in distinct])
        for size in [50] if options.quick else sizes:
            some = some_of(len(distinct), size)
            for seed in (0, 1):
                yield from _both(name, taken(rows, some), codes[some], seed, corpus.data_hash)


def _both(name: str, rows: an.Embeddings, codes: np.ndarray, seed: int, data: str) -> Iterator[Row]:
    from sklearn.metrics import adjusted_mutual_info_score as ami, adjusted_rand_score as ari

    labels = {}
    for how, limit in (("all", 10**9), ("landmarks", 4_000)):
        began = time.process_time()
        with mock.patch(LIMIT, limit):
            found = an.cluster(rows, random_state=seed, keep_short=True)
        labels[how] = found.labels
        yield {
            "set": name, "n": len(rows), "how": how, "seed": seed, "n_clusters": found.n_clusters,
            "ami": ami(codes, found.labels), "ari": ari(codes, found.labels),
            "ami_with_all": ami(labels["all"], found.labels), "ari_with_all": ari(labels["all"], found.labels),
            "cpu_seconds": round(time.process_time() - began, 1), "data": data,
        }  # fmt: skip


PARTS = {"landmarks": Part(landmarks, ("set", "n", "how", "seed"))}
