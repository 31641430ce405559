"""Does the stance score tell apart the two sides of a motion? Measured on arguments for and against it.

The corpus needs documents named ``motion [for]`` and ``motion [against]``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator

import numpy as np

from alliance_nlp.method.voices import stance_scores
from benchmarks.corpora import Corpus, embed, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part

CORPUS = "argkp"
SIDES = re.compile(r"^(.*) \[(for|against)\]$")
N_DRAWS = 2000
Method = Callable[[list[str], np.ndarray], np.ndarray]


def _at_random(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.random.default_rng(len(texts)).normal(size=len(texts))


def _two_means(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    from sklearn.cluster import KMeans

    distances = KMeans(2, n_init=5, random_state=0).fit_transform(vectors)
    return distances[:, 0] - distances[:, 1]


def _first_direction(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)[0][:, 0]


METHODS: dict[str, Method] = {
    "random numbers": _at_random,
    "embeddings alone: two means": _two_means,
    "embeddings alone: first direction": _first_direction,
    "wording alone": lambda texts, vectors: stance_scores(texts),
    "wording and embeddings": stance_scores,
}


def motions(corpus: Corpus) -> dict[str, list[tuple[int, bool]]]:
    """Rows of each motion, with whether they speak for it; motions with both sides only."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for row, document in enumerate(corpus.documents):
        match = SIDES.match(document)
        if match is not None:
            found.setdefault(match[1], []).append((row, match[2] == "for"))
    return {name: rows for name, rows in found.items() if len({side for _, side in rows}) == 2}


def area(sides: np.ndarray, scores: np.ndarray) -> float:
    """Area under the curve whichever pole is "for": the score does not claim to know."""
    from sklearn.metrics import roc_auc_score

    value = roc_auc_score(sides, scores) if scores.any() else 0.5
    return max(value, 1 - value)


def opposite_pairs(sides: np.ndarray, scores: np.ndarray, n: int = 5) -> float:
    """Share of the n furthest pairs whose statements really stand on opposite sides."""
    order = np.argsort(scores, kind="stable")
    return float(np.mean(sides[order[:n]] != sides[order[::-1][:n]]))


def stance(options: argparse.Namespace) -> Iterator[Row]:
    """Score every motion in every way; intervals are over motions drawn again."""
    corpus = find_corpus(options.data, CORPUS)
    if corpus is None:
        return
    by_motion, vectors = motions(corpus), np.asarray(embed(corpus, encoder=options.encoder).vectors, dtype=float)
    for name, method in METHODS.items():
        areas, pairs = [], []
        for items in by_motion.values():
            at, sides = [row for row, _ in items], np.array([side for _, side in items])
            scores = method([corpus.texts[row] for row in at], vectors[at])
            areas.append(area(sides, scores))
            pairs.append(opposite_pairs(sides, scores))
        draws = np.random.default_rng(0).integers(0, len(areas), (N_DRAWS, len(areas)))
        low, high = np.percentile(np.array(areas)[draws].mean(axis=1), [2.5, 97.5])
        yield {
            "corpus": corpus.name, "segments": len(corpus), "method": name, "motions": len(areas),
            "area": float(np.mean(areas)), "low": float(low), "high": float(high),
            "opposite_pairs": float(np.mean(pairs)), "seed": 0, "data": corpus.data_hash,
        }  # fmt: skip


PARTS = {"stance": Part(stance, ("corpus", "method"))}
