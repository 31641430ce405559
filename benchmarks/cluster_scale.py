"""Time and peak memory of the default at growing sizes: ``python benchmarks/cluster_scale.py``.

Each size is a fresh process; rows are drawn with a fixed seed from banking77 and clinc150 together.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from cluster_corpora import REPOSITORY, data_folder, full_vectors
from clusters import commit

RESULTS = REPOSITORY / "benchmarks" / "results" / "clusters_scale.jsonl"
RUN = """
import sys, time
from pathlib import Path
start = time.perf_counter()
import numpy as np
from alliance_nlp.clusters.coassociation import consensus_labels
given = np.load(sys.argv[1])
# ru_maxrss would count the parent's memory at the moment of the fork
high = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
loaded = high()
result = consensus_labels(given["vectors"], texts=given["texts"].tolist())
print(time.perf_counter() - start, loaded, high(), result.labels.max() + 1, result.settings["landmarks"])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=data_folder, default=data_folder())
    parser.add_argument(
        "--sizes", type=lambda s: [int(x) for x in s.split(",")], default=[300, 1000, 3000, 10000, 30000]
    )
    args = parser.parse_args()
    texts: list[str] = []
    parts = []
    for name in ("banking77", "clinc150"):
        with (args.data / name / "segments.csv").open(newline="", encoding="utf-8") as handle:
            found = [row["text"] for row in csv.DictReader(handle)]
        parts.append(full_vectors(name, found))
        texts += found
    vectors = np.vstack(parts)
    for size in args.sizes:
        rows = np.sort(np.random.default_rng(0).choice(len(vectors), size, replace=False))
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.npz"
            np.savez(source, vectors=vectors[rows], texts=np.array([texts[i] for i in rows]))
            done = subprocess.run([sys.executable, "-c", RUN, str(source)], capture_output=True, text=True, check=True)
        seconds, loaded, peak, found_clusters, landmarks = done.stdout.split()
        row = {
            "kind": "scale", "n": size, "seconds": round(float(seconds), 1), "loaded_mb": int(loaded),
            "peak_mb": int(peak), "n_clusters": int(found_clusters), "landmarks": landmarks, "commit": commit(),
        }  # fmt: skip
        with RESULTS.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(row) + "\n")
        print(row, flush=True)


if __name__ == "__main__":
    main()
