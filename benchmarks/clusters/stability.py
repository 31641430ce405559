"""Ask whether sure clusters agree better with people's codes.

Within each set, over clusters: partial rank correlation of stability, strength and cohesion with the chance-corrected
agreement of the cluster with the codes, given its size (small clusters are always purer).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import alliance_nlp as an
from benchmarks.clusters.sets import sets_of
from benchmarks.rows import Row
from benchmarks.running import Part

FIGURES = ("stability", "strength", "cohesion")
LEAST_CLUSTERS = 8


def lift(gold: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Compute, per cluster, the share of its pairs that carry one code, beyond the share among all pairs."""
    counts = np.bincount(gold)
    expected = float((counts * (counts - 1)).sum() / (len(gold) * (len(gold) - 1)))
    found = []
    for cluster in range(int(labels.max(initial=-1)) + 1):
        inside = np.bincount(gold[labels == cluster])
        n = int(inside.sum())
        pairs = float((inside * (inside - 1)).sum() / (n * (n - 1))) if n > 1 else np.nan
        found.append((pairs - expected) / (1.0 - expected))
    return np.array(found)


def partial(x: np.ndarray, y: np.ndarray, given: np.ndarray) -> float:
    """Compute the rank correlation of x and y with a third variable held constant; nan where one does not vary."""
    from scipy.stats import rankdata

    with np.errstate(invalid="ignore"):
        r = np.corrcoef([rankdata(values) for values in (x, y, given)])
    return float((r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt(max(1e-9, (1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))))


def stability(options: argparse.Namespace) -> Iterator[Row]:
    """Correlate, set by set."""
    least = 3 if options.quick else LEAST_CLUSTERS
    for found in sets_of(options):
        clusters = an.cluster(found.embeddings)
        labels = clusters.labels
        agreement, sizes = lift(found.gold, labels), np.bincount(labels[labels >= 0])
        sums = np.bincount(labels[labels >= 0], weights=np.nan_to_num(clusters.strength[labels >= 0]))
        figures = {
            "stability": np.asarray(clusters.stability),
            "strength": sums / sizes,
            "cohesion": np.array([item.cohesion for item in an.describe(clusters).items]),
        }
        ok = np.isfinite(agreement) & np.all([np.isfinite(figure) for figure in figures.values()], axis=0)
        if ok.sum() < least:
            print(f"{found.name}: {int(ok.sum())} clusters, at least {least} are needed, skipped", flush=True)
            continue
        row = {key: round(partial(figure[ok], agreement[ok], sizes[ok]), 3) for key, figure in figures.items()}
        yield {"set": found.name, "clusters": int(ok.sum()), **row, "seed": 0, "data": found.data_hash}


PARTS = {"stability": Part(stability, ("set",))}
