"""Clusters of meaning against hand-made codes, side by side with the peers.

    python benchmarks/clusters.py run --methods alliance,tritopic --seeds 0
    python benchmarks/clusters.py spread --methods alliance --seeds 0,1,2 --subsamples 5
    python benchmarks/clusters.py table

Every run is a fresh process of the peer's own Python (``--venvs FOLDER``, one environment per file of
``benchmarks/peers``), timed from start to end, imports included, on the vectors that all methods share. A run is one
line of ``benchmarks/results/clusters.jsonl``; `table` writes ``docs/benchmarks/clusters.md`` and its picture from them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from cluster_corpora import REPOSITORY, SETS, Corpus, data_folder, load
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

RESULTS = REPOSITORY / "benchmarks" / "results" / "clusters.jsonl"
# method -> its environment; "own" is the Python that runs this file
ENVIRONMENTS = {
    "alliance": "own", "alliance_vectors": "own", "alliance_told": "own", "umap_hdbscan": "own",
    "kmeans_silhouette": "own", "kmeans_told": "own", "bertopic": "bertopic", "bertopic_ours": "bertopic",
    "top2vec": "top2vec", "tritopic": "tritopic", "tritopic_told": "tritopic", "evoc": "evoc", "plscan": "evoc",
    "turftopic_told": "turftopic",
}  # fmt: skip
TOLD = ("alliance_told", "tritopic_told", "turftopic_told", "kmeans_told")
PACKAGES = {
    "own": ("scikit-learn", "umap-learn", "hdbscan"), "bertopic": ("bertopic", "umap-learn", "hdbscan"),
    "top2vec": ("top2vec",), "tritopic": ("tritopic",), "evoc": ("evoc", "fast_hdbscan"), "turftopic": ("turftopic",),
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


def run_once(method: str, corpus: Corpus, *, rows: np.ndarray, seed: int, venvs: Path) -> dict[str, object]:
    """Run one method on some rows of one corpus in a fresh process; keep its labels, time and memory."""
    place = ENVIRONMENTS[method]
    python = sys.executable if place == "own" else str(venvs / place / "bin" / "python")
    with tempfile.TemporaryDirectory() as folder:
        source, target, peak = (Path(folder) / name for name in ("in.npz", "out.npy", "peak"))
        texts = np.array([corpus.texts[i] for i in rows])
        np.savez(source, vectors=corpus.vectors[rows], texts=texts, k=len(set(corpus.gold[rows])), seed=seed)
        script = Path(__file__).with_name("cluster_methods.py")
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [python, str(script), method, str(source), str(target), str(peak)],
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


def scores(corpus: Corpus, rows: np.ndarray, labels: np.ndarray) -> dict[str, object]:
    """Compare labels with the codes: segments in no cluster once as singletons, once left out."""
    gold = corpus.gold[rows]
    alone = labels.copy()
    alone[labels < 0] = labels.max(initial=-1) + 1 + np.arange(int((labels < 0).sum()))
    inside = labels >= 0
    some = bool(inside.any())
    return {
        "n": len(rows), "n_codes": len(set(gold.tolist())), "n_clusters": len(set(labels[inside].tolist())),
        "coverage": round(float(inside.mean()), 4),
        "ami": round(float(adjusted_mutual_info_score(gold, alone)), 4),
        "ari": round(float(adjusted_rand_score(gold, alone)), 4),
        "ami_covered": round(float(adjusted_mutual_info_score(gold[inside], labels[inside])), 4) if some else None,
        "ari_covered": round(float(adjusted_rand_score(gold[inside], labels[inside])), 4) if some else None,
        "omega": round(omega(tuple(corpus.codes[i] for i in rows), alone), 4),
    }  # fmt: skip


def versions(method: str, venvs: Path) -> dict[str, str]:
    """Ask the method's environment which versions it holds."""
    place = ENVIRONMENTS[method]
    python = sys.executable if place == "own" else str(venvs / place / "bin" / "python")
    code = "import importlib.metadata as m,sys;print(';'.join(p+'='+m.version(p) for p in sys.argv[1:]))"
    done = subprocess.run([python, "-c", code, *PACKAGES[place]], capture_output=True, text=True, check=False)
    return dict(item.split("=", 1) for item in done.stdout.strip().split(";") if "=" in item)


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def write(row: dict[str, object]) -> None:
    with RESULTS.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(row) + "\n")
    shown = {key: row.get(key) for key in ("kind", "method", "set", "seed", "n_clusters", "ami", "ari", "seconds")}
    print(" ".join(f"{key}={value}" for key, value in shown.items()), row.get("failed", ""), flush=True)


def run_command(args: argparse.Namespace) -> None:
    for method in args.methods:
        about = {"commit": commit(), "python": platform.python_version(), "versions": versions(method, args.venvs)}
        for name in args.sets:
            corpus = load(name, data=args.data)
            rows = np.arange(len(corpus.gold))
            for seed in args.seeds:
                found = run_once(method, corpus, rows=rows, seed=seed, venvs=args.venvs)
                labels = found.pop("labels", None)
                row = {"kind": "run", "method": method, "set": name, "seed": seed, "data": corpus.data_hash, **about}
                write({**row, **found, **(scores(corpus, rows, labels) if labels is not None else {})})


def spread_command(args: argparse.Namespace) -> None:
    """Repeat with other seeds, and on 80 % subsamples, and say how far apart the results are."""
    for method in args.methods:
        about = {"commit": commit(), "python": platform.python_version()}
        for name in args.sets:
            corpus = load(name, data=args.data)
            n = len(corpus.gold)
            whole = [(np.arange(n), seed) for seed in args.seeds]
            parts = [
                (np.sort(np.random.default_rng(100 + i).choice(n, round(0.8 * n), replace=False)), 0)
                for i in range(args.subsamples)
            ]
            for kind, plans in (("seeds", whole), ("subsamples", parts)):
                if len(plans) < 2:
                    continue
                found = [(rows, run_once(method, corpus, rows=rows, seed=s, venvs=args.venvs)) for rows, s in plans]
                good = [(rows, f["labels"]) for rows, f in found if "labels" in f]
                row = {"kind": f"spread over {kind}", "method": method, "set": name, "runs": len(good), **about}
                write({**row, **spread(corpus, good)} if len(good) > 1 else {**row, "failed": "fewer than two results"})


def spread(corpus: Corpus, found: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, object]:
    """Measure how far results lie apart: mean pairwise ARI on shared rows, and the deviation of AMI and ARI."""
    pairs = []
    for i, (rows_a, a) in enumerate(found):
        for rows_b, b in found[:i]:
            both, at_a, at_b = np.intersect1d(rows_a, rows_b, return_indices=True)
            pairs.append(adjusted_rand_score(a[at_a], b[at_b]) if len(both) else np.nan)
    each = [scores(corpus, rows, labels) for rows, labels in found]
    return {
        "pairwise_ari": round(float(np.mean(pairs)), 4),
        "sd_ami": round(float(np.std([float(str(s["ami"])) for s in each], ddof=1)), 4),
        "sd_ari": round(float(np.std([float(str(s["ari"])) for s in each], ddof=1)), 4),
    }


def read_rows() -> list[dict[str, object]]:
    with RESULTS.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("run", "spread", "table"))
    parser.add_argument("--data", type=data_folder, default=data_folder())
    parser.add_argument("--venvs", type=Path, default=REPOSITORY.parent / "venvs")
    parser.add_argument("--methods", type=lambda s: s.split(","), default=list(ENVIRONMENTS))
    parser.add_argument("--sets", type=lambda s: s.split(","), default=list(SETS))
    parser.add_argument("--seeds", type=lambda s: [int(x) for x in s.split(",")], default=[0])
    parser.add_argument("--subsamples", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    if args.command == "run":
        run_command(args)
    elif args.command == "spread":
        spread_command(args)
    else:
        from cluster_table import write_table

        write_table(read_rows())


if __name__ == "__main__":
    main()
