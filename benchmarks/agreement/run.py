"""Measure agreement: ``python benchmarks/agreement/run.py [--parts units speed ...] [--repeats 1000]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.agreement import coverage, null, page, simulation, speed, studies
from benchmarks.running import Benchmark


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=1000, help="simulated studies for each setting")


BENCHMARK = Benchmark(
    "agreement",
    {**simulation.PARTS, **coverage.PARTS, **null.PARTS, **speed.PARTS, **studies.PARTS},
    page.pages,
    arguments=arguments,
)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
