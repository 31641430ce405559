"""Does `stance_scores` tell apart the two sides of a motion? Measured on arguments for and against it.

    python benchmarks/stance.py --data FOLDER [--corpus argkp] [--cache FOLDER]

The corpus needs documents named ``motion [for]`` and ``motion [against]``. The corpora are not part of the project.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from corpora import CodedCorpus, default_folder, read_corpus
from sklearn.cluster import KMeans
from sklearn.metrics import roc_auc_score

from alliance_nlp.method.voices import stance_scores

RESULTS = Path(__file__).resolve().parent / "results"
SIDES = re.compile(r"^(.*) \[(for|against)\]$")
N_DRAWS = 2000
Method = Callable[[list[str], np.ndarray], np.ndarray]


def _at_random(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.random.default_rng(len(texts)).normal(size=len(texts))


def _two_means(texts: list[str], vectors: np.ndarray) -> np.ndarray:
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


def motions(corpus: CodedCorpus) -> dict[str, list[tuple[int, bool]]]:
    """Rows of each motion, with whether they speak for it; motions with both sides only."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for row, document in enumerate(corpus.documents):
        match = SIDES.match(document)
        if match is not None:
            found.setdefault(match[1], []).append((row, match[2] == "for"))
    return {name: rows for name, rows in found.items() if len({side for _, side in rows}) == 2}


def area(sides: np.ndarray, scores: np.ndarray) -> float:
    """Area under the curve whichever pole is "for": the score does not claim to know."""
    value = roc_auc_score(sides, scores) if scores.any() else 0.5
    return max(value, 1 - value)


def opposite_pairs(sides: np.ndarray, scores: np.ndarray, n: int = 5) -> float:
    """Share of the n furthest pairs whose statements really stand on opposite sides."""
    order = np.argsort(scores, kind="stable")
    return float(np.mean(sides[order[:n]] != sides[order[::-1][:n]]))


def measure(corpus: CodedCorpus) -> list[dict[str, object]]:
    rows = []
    by_motion = motions(corpus)
    for name, method in METHODS.items():
        areas, pairs = [], []
        for items in by_motion.values():
            at, sides = [row for row, _ in items], np.array([side for _, side in items])
            scores = method([corpus.texts[row] for row in at], corpus.vectors[at].astype(float))
            areas.append(area(sides, scores))
            pairs.append(opposite_pairs(sides, scores))
        draws = np.random.default_rng(0).integers(0, len(areas), (N_DRAWS, len(areas)))
        low, high = np.percentile(np.array(areas)[draws].mean(axis=1), [2.5, 97.5])
        rows.append({"method": name, "motions": len(areas), "area": float(np.mean(areas)), "low": float(low),
                     "high": float(high), "opposite_pairs": float(np.mean(pairs))})  # fmt: skip
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--corpus", default="argkp")
    parser.add_argument("--cache", type=Path, default=None, help="folder for embeddings")
    chosen = parser.parse_args()
    corpus = read_corpus(chosen.data / chosen.corpus, cache=chosen.cache)
    rows = measure(corpus)
    lines = [
        f"| {r['method']} | {r['motions']} | {r['area']:.3f} ({r['low']:.3f} to {r['high']:.3f}) "
        f"| {r['opposite_pairs']:.2f} |"
        for r in rows
    ]
    text = (
        f"# Two sides of a motion, told apart without any coding\n\nMade by benchmarks/stance.py on {chosen.corpus} "
        f"({len(corpus)} segments). Area under the curve per motion, the better pole counted as the right one "
        f"(so chance lies above .5: see random numbers); mean and 95% interval over motions drawn again. Last "
        f"column: share of the five furthest pairs whose statements stand on opposite sides. The smoothing was "
        f"chosen on this corpus; from 10 to 100 it changes the area by .001.\n\n"
        "| method | motions | area (95% interval) | opposite pairs |\n|---|--:|---|--:|\n" + "\n".join(lines) + "\n"
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "stance.md").write_text(text, encoding="utf-8")
    (RESULTS / "stance.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
