"""Clusters of meaning against hand-made codes, side by side with the peers.

Every run is a fresh process of the peer's own Python (``--venvs FOLDER``, one environment for each file of
``benchmarks/clusters/peers``), timed from start to end, imports included, on the vectors that all methods share.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.clusters.sets import GoldSet, sets_of
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import alone

METHODS = Path(__file__).with_name("methods.py")
# method -> its environment; "own" is the Python that runs this file
ENVIRONMENTS = {
    "alliance": "own", "alliance_vectors": "own", "alliance_told": "own", "umap_hdbscan": "own",
    "kmeans_silhouette": "own", "kmeans_told": "own", "bertopic": "bertopic", "bertopic_ours": "bertopic",
    "top2vec": "top2vec", "tritopic": "tritopic", "tritopic_told": "tritopic", "evoc": "evoc", "plscan": "evoc",
    "turftopic_told": "turftopic",
}  # fmt: skip
PACKAGES = {
    "own": ("umap-learn", "hdbscan"), "bertopic": ("bertopic", "umap-learn", "hdbscan"), "top2vec": ("top2vec",),
    "tritopic": ("tritopic",), "evoc": ("evoc", "fast_hdbscan"), "turftopic": ("turftopic",),
}  # fmt: skip


def python_of(method: str, venvs: Path) -> str | None:
    """Find the Python that runs a method; None where its environment is not there."""
    place = ENVIRONMENTS[method]
    if place == "own":
        return sys.executable
    python = venvs / place / "bin" / "python"
    return str(python) if python.exists() else None


def methods_of(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Give the methods that were asked for and can be run, each with its Python."""
    for method in options.methods:
        python = python_of(method, options.venvs)
        if python is None:
            where = options.venvs / ENVIRONMENTS[method]
            print(f"{method}: no environment in {where}, skipped (see benchmarks/clusters/peers)", flush=True)
        else:
            yield method, python


def run_once(method: str, python: str, found: GoldSet, *, rows: np.ndarray, seed: int) -> Row:
    """Run one method on some rows of one set in a fresh process; keep its labels, time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        source, target, peak = (Path(folder) / name for name in ("in.npz", "out.npy", "peak"))
        texts = np.array([found.texts[i] for i in rows])
        vectors = np.asarray(found.embeddings.vectors)[rows]
        np.savez(source, vectors=vectors, texts=texts, k=len(set(found.gold[rows])), seed=seed)
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [python, str(METHODS), method, str(source), str(target), str(peak)],
                capture_output=True, text=True, timeout=1200, check=False,
                env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as err:
            return {"failed": type(err).__name__}
        seconds = time.perf_counter() - start
        if done.returncode or not target.exists():
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return {"failed": reason[:300], "seconds": round(seconds, 2)}
        return {"labels": np.load(target), "seconds": round(seconds, 2), "peak_mb": int(peak.read_text() or 0)}


def scores(found: GoldSet, rows: np.ndarray, labels: np.ndarray) -> Row:
    """Compare labels with the codes: segments in no cluster once as singletons, once left out."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    gold, single, inside = found.gold[rows], alone(labels), labels >= 0
    some = bool(inside.any())
    return {
        "n": len(rows), "n_codes": len(set(gold.tolist())), "n_clusters": len(set(labels[inside].tolist())),
        "coverage": round(float(inside.mean()), 4),
        "ami": round(float(adjusted_mutual_info_score(gold, single)), 4),
        "ari": round(float(adjusted_rand_score(gold, single)), 4),
        "ami_covered": round(float(adjusted_mutual_info_score(gold[inside], labels[inside])), 4) if some else None,
        "ari_covered": round(float(adjusted_rand_score(gold[inside], labels[inside])), 4) if some else None,
        "omega": round(omega(tuple(found.codes[i] for i in rows), single), 4),
    }  # fmt: skip


def omega(codes: tuple[frozenset[str], ...], labels: np.ndarray) -> float:
    """Compute the omega index: pairs that share equally many codes and clusters, beyond chance.

    Collins and Dent 1988, 10.1207/s15327906mbr2302_6.
    """
    names = sorted(set().union(*codes))
    position = {name: i for i, name in enumerate(names)}
    has = np.zeros((len(codes), len(names)), dtype=np.float32)
    for row, held in enumerate(codes):
        has[row, [position[name] for name in held]] = 1.0
    upper = np.triu_indices(len(codes), 1)
    people = (has @ has.T)[upper].astype(int)
    machine = (labels[:, None] == labels[None, :])[upper].astype(int)
    observed = float(np.mean(people == machine))
    shares = [np.bincount(x, minlength=3) / len(x) for x in (people, machine)]
    width = min(len(s) for s in shares)
    expected = float(sum(shares[0][j] * shares[1][j] for j in range(width)))
    return (observed - expected) / (1.0 - expected)


def versions_of(method: str, python: str) -> dict[str, str]:
    """Ask the method's environment which versions it holds."""
    code = "import importlib.metadata as m,sys;print(';'.join(p+'='+m.version(p) for p in sys.argv[1:]))"
    packages = PACKAGES[ENVIRONMENTS[method]]
    done = subprocess.run([python, "-c", code, *packages], capture_output=True, text=True, check=False)
    return dict(item.split("=", 1) for item in done.stdout.strip().split(";") if "=" in item)


def runs(options: argparse.Namespace) -> Iterator[Row]:
    """Run every method on every set, once a seed."""
    methods = [(*found, versions_of(*found)) for found in methods_of(options)]
    for found in sets_of(options):
        rows = np.arange(len(found))
        for method, python, versions in methods:
            for seed in options.seeds[:1] if options.quick else options.seeds:
                made = run_once(method, python, found, rows=rows, seed=seed)
                labels = made.pop("labels", None)
                scored = scores(found, rows, labels) if labels is not None else {}
                about = {"seed": seed, "data": found.data_hash, "versions": versions}
                yield {"method": method, "set": found.name, **made, **scored, **about}


def spread(options: argparse.Namespace) -> Iterator[Row]:
    """Repeat with other seeds, and on 80 % subsamples, and say how far apart the results are."""
    methods = list(methods_of(options))
    for found in sets_of(options):
        n, about = len(found), {"set": found.name, "data": found.data_hash}
        whole = [(np.arange(n), seed) for seed in options.seeds]
        parts = [
            (np.sort(np.random.default_rng(100 + i).choice(n, round(0.8 * n), replace=False)), 0)
            for i in range(options.subsamples)
        ]
        for method, python in methods:
            for over, plans in (("seeds", whole), ("subsamples", parts)):
                if len(plans) > 1:
                    made = [(rows, run_once(method, python, found, rows=rows, seed=seed)) for rows, seed in plans]
                    row = {"method": method, "over": over, **about, **apart(found, made)}
                    yield row | {
                        "seed": options.seeds if over == "seeds" else 0,
                        "versions": versions_of(method, python),
                    }


def apart(found: GoldSet, made: list[tuple[np.ndarray, Row]]) -> Row:
    """Measure how far results lie apart: mean pairwise ARI on shared rows, and the deviation of AMI and ARI."""
    from sklearn.metrics import adjusted_rand_score

    good = [(rows, row["labels"]) for rows, row in made if "labels" in row]
    if len(good) < 2:
        return {"runs": len(good), "failed": "fewer than two results"}
    pairs = []
    for i, (rows_a, a) in enumerate(good):
        for rows_b, b in good[:i]:
            both, at_a, at_b = np.intersect1d(rows_a, rows_b, return_indices=True)
            pairs.append(adjusted_rand_score(a[at_a], b[at_b]) if len(both) else np.nan)
    each = [scores(found, rows, labels) for rows, labels in good]
    return {
        "runs": len(good),
        "pairwise_ari": round(float(np.mean(pairs)), 4),
        "sd_ami": round(float(np.std([row["ami"] for row in each], ddof=1)), 4),
        "sd_ari": round(float(np.std([row["ari"] for row in each], ddof=1)), 4),
    }


PARTS = {"runs": Part(runs, ("method", "set", "seed")), "spread": Part(spread, ("method", "over", "set"))}
