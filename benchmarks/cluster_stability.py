"""Ask whether sure clusters agree better with people's codes: ``python benchmarks/cluster_stability.py``.

Within each set, over clusters: partial rank correlation of stability, strength and cohesion with the chance-corrected
agreement of the cluster with the codes, given its size (small clusters are always purer). Pooled by Fisher's z with
weights n - 4; the interval resamples sets.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
from cluster_corpora import REPOSITORY, SETS, data_folder, load
from clusters import commit
from scipy.stats import rankdata

from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.clusters.stability import cohesion

RESULTS = REPOSITORY / "benchmarks" / "results" / "clusters_stability.jsonl"
FIGURES = ("stability", "strength", "cohesion")


def lift(gold: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Compute, per cluster, the share of its pairs that carry one code, beyond the share among all pairs."""
    counts = np.bincount(gold)
    expected = float((counts * (counts - 1)).sum() / (len(gold) * (len(gold) - 1)))
    found = []
    for cluster in range(int(labels.max()) + 1):
        inside = np.bincount(gold[labels == cluster])
        n = int(inside.sum())
        pairs = float((inside * (inside - 1)).sum() / (n * (n - 1))) if n > 1 else np.nan
        found.append((pairs - expected) / (1.0 - expected))
    return np.array(found)


def partial(x: np.ndarray, y: np.ndarray, given: np.ndarray) -> float:
    """Compute the rank correlation of x and y with a third variable held constant."""
    r = np.corrcoef([rankdata(values) for values in (x, y, given)])
    return float((r[0, 1] - r[0, 2] * r[1, 2]) / np.sqrt(max(1e-9, (1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=data_folder, default=data_folder())
    args = parser.parse_args()
    rows = []
    for name in SETS:
        corpus = load(name, data=args.data)
        result = consensus_labels(corpus.vectors, texts=corpus.texts)
        labels = result.labels
        agreement, sizes = lift(corpus.gold, labels), np.bincount(labels)
        sums = np.bincount(labels, weights=np.nan_to_num(result.strength))
        figures = {
            "stability": result.stability,
            "strength": sums / sizes,
            "cohesion": cohesion(corpus.vectors, labels),
        }
        ok = np.isfinite(agreement) & np.all([np.isfinite(figure) for figure in figures.values()], axis=0)
        if ok.sum() < 8:
            continue
        found = {key: round(partial(figure[ok], agreement[ok], sizes[ok]), 3) for key, figure in figures.items()}
        rows.append({"set": name, "clusters": int(ok.sum()), **found, "commit": commit()})
        print(rows[-1], flush=True)
    weights = np.array([float(str(row["clusters"])) - 4 for row in rows])
    draws = np.random.default_rng(0).integers(0, len(rows), (5000, len(rows)))
    pooled: dict[str, object] = {
        "set": "**pooled (95 % interval over sets)**",
        "clusters": int(weights.sum() + 4 * len(rows)),
    }
    for key in FIGURES:
        z = np.arctanh(np.clip([float(str(row[key])) for row in rows], -0.99, 0.99))
        again = np.tanh((weights[draws] * z[draws]).sum(axis=1) / weights[draws].sum(axis=1))
        low, high = np.quantile(again, [0.025, 0.975])
        pooled[key] = f"{np.tanh((weights * z).sum() / weights.sum()):.2f} ({low:.2f} to {high:.2f})"
    rows.append({**pooled, "commit": commit()})
    print(pooled)
    RESULTS.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
