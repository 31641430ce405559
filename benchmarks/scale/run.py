"""Measure growth: ``python benchmarks/scale/run.py [--parts kills] [--rows 20000] [--kills 50]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.scale import kills, page


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--rows", type=int, default=20_000, help="for the part kills: texts to embed")
    add("--kills", type=int, default=50, help="for the part kills: how often the run is killed")


PARTS = {**kills.PARTS}
BENCHMARK = Benchmark("scale", PARTS, page.pages, None, arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
