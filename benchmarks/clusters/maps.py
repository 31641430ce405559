"""How near on the map what is alike lies, by how the map is laid out: t-SNE from the main directions, each way."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.manifold import TSNE, trustworthiness
from sklearn.neighbors import NearestNeighbors

import alliance_nlp as an
from alliance_nlp.numeric import Floats, Singles, one_thread
from alliance_nlp.plots.maps import lay_out, main_directions
from benchmarks.clusters.sets import sets_of
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part
from benchmarks.splitting import some_of

NEAR = (10, 50)
FEW = 50  # segments of a small set
BEFORE: dict[str, dict[str, Any]] = {
    "400 steps, pulled, angle .8": {"max_iter": 400, "early_exaggeration": 12.0, "angle": 0.8},  # before 0248
    "250 steps, angle 1": {"max_iter": 250, "early_exaggeration": 1.0, "angle": 1.0},  # before 0259
}
TODAY = "as drawn today"


def maps(options: argparse.Namespace) -> Iterator[Row]:
    """Lay out each set, and fifty segments of it, each way on one thread."""
    for name, vectors, data in _vectors(options):
        for size in sorted({min(FEW, len(vectors)), len(vectors)}):
            some = vectors[some_of(len(vectors), size)]
            for way in [TODAY] if options.quick else [*BEFORE, TODAY]:
                start = time.process_time()
                with one_thread():
                    places = lay_out(some) if way == TODAY else _laid_out(some, BEFORE[way])
                seconds = time.process_time() - start
                yield {"set": name, "n": len(some), "way": way, **kept_near(some, places),
                       "processor_seconds": round(seconds, 3), "seed": 0, "data": data}  # fmt: skip


def _vectors(options: argparse.Namespace) -> Iterator[tuple[str, Singles, str]]:
    if not options.quick:  # a quick run is of the sets that were asked for
        segments = an.segment(an.load_study("focus_group").transcripts)
        made = an.embed(segments, encoder=options.encoder or an.load_encoder(), cache=False)
        yield "study that ships", np.asarray(made.vectors), hash_of(segments.texts)
    for found in sets_of(options):
        yield found.name, np.asarray(found.embeddings.vectors), found.data_hash


def _laid_out(vectors: Singles, how: dict[str, Any]) -> Floats:
    flat = main_directions(vectors)
    perplexity = min(30.0, (len(flat) - 1) / 3)
    tsne = TSNE(init=flat[:, :2] / flat[:, 0].std() * 1e-4, perplexity=perplexity, random_state=0, **how)
    return np.asarray(tsne.fit_transform(flat.astype(np.float32)), dtype=float)


def kept_near(vectors: Singles, places: Floats) -> Row:
    """Say which share of the nearest in all dimensions is among as many nearest on the map, and trustworthiness."""
    shares: Row = {f"of_{k}": None for k in NEAR}
    for k in NEAR:
        if k < len(vectors) // 2:
            truly, drawn = (NearestNeighbors(n_neighbors=k).fit(x).kneighbors(return_distance=False)
                            for x in (vectors, places))  # fmt: skip
            both = [len(set(a) & set(b)) / k for a, b in zip(truly.tolist(), drawn.tolist(), strict=True)]
            shares[f"of_{k}"] = round(float(np.mean(both)), 4)
    trusted = trustworthiness(vectors, places, n_neighbors=NEAR[0]) if NEAR[0] < len(vectors) / 2 else None
    return shares | {"trustworthiness": None if trusted is None else round(float(trusted), 4)}


PARTS = {"maps": Part(maps, ("set", "n", "way"))}
