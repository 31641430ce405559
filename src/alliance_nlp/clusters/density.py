"""The usual recipe of topic models: UMAP to a few dimensions, HDBSCAN on what is left."""

from __future__ import annotations

from typing import Any

import numpy as np

from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, Ints, Singles

FEWEST = 15  # below this UMAP's neighbor graph is nearly complete and HDBSCAN cannot split it


def umap_hdbscan_labels(rows: Singles, *, random_state: int) -> tuple[Ints, Floats, dict[str, Any]]:
    """Group rows by UMAP and HDBSCAN, seeded and on one thread, with parameters clamped to the corpus.

    Raises
    ------
    InputError
        When there are fewer than 15 distinct segments.
    """
    n = len(rows)
    if n < FEWEST:
        raise InputError(
            f"The recipe 'umap-hdbscan' needs at least {FEWEST} distinct segments. Got {n}. Use recipe='consensus', "
            f"which answers for any number of segments."
        )
    import hdbscan
    import umap

    settings = {
        "n_neighbors": min(15, n - 1),
        "n_components": min(5, n - 3),
        "min_cluster_size": max(3, min(10, n // 8)),
    }
    reducer = umap.UMAP(
        n_neighbors=settings["n_neighbors"], n_components=settings["n_components"], min_dist=0.0, metric="cosine",
        random_state=random_state, n_jobs=1, init="random" if n < 40 else "spectral",
    )  # fmt: skip
    reduced = reducer.fit_transform(rows)
    model = hdbscan.HDBSCAN(min_cluster_size=settings["min_cluster_size"], core_dist_n_jobs=1).fit(reduced)
    return (
        np.asarray(model.labels_, dtype=np.int64),
        np.asarray(model.probabilities_),
        {"recipe": "umap-hdbscan", **settings},
    )
