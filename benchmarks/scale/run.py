"""Measure growth: ``python benchmarks/scale/run.py [--parts kills] [--rows 20000] [--kills 50]``.

All of it, on a quiet machine: ``python benchmarks/scale/run.py --sizes 1000 10000 100000 1000000 10000000``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.scale import growing, kills, landmarks, page, throughput, workers


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--rows", type=int, default=20_000, help="for the part kills: texts to embed")
    add("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000, 1_000_000], help="for the part growth")
    add("--stages", nargs="+", choices=list(growing.WORK), default=list(growing.WORK), help="for the part growth")
    add("--limit", type=float, default=7_200, help="for the part growth: seconds after which a stage is given up")
    add("--peers", type=Path, default=None, help="python of an environment with umap-learn, fast_hdbscan, evoc")
    add("--scratch", type=Path, default=None, help="where the vectors lie: 1.6 GB a million")
    add("--answers", type=int, default=5_000, help="for the part throughput: answers that are coded in parts")
    add("--many", type=int, default=100_000, help="for the part workers: rows that each way codes")
    add("--kills", type=int, default=50, help="for the part kills: how often the run is killed")


PARTS = {**landmarks.PARTS, **growing.PARTS, **throughput.PARTS, **workers.PARTS, **kills.PARTS}
BENCHMARK = Benchmark("scale", PARTS, page.pages, page.pictures, arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
