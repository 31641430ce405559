"""Measure what starting costs: ``python benchmarks/start_up/run.py [--peer-python PATH] [--threads 0]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.start_up import backends, installing, page, processes, steps


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--repeats", type=int, default=5, help="turns, of which the median is kept; of imports the best")
    add("--threads", type=int, default=1, help="of each process; 0 for as many as there are")
    add("--peer-python", help="Python of an environment with bertopic, for the peer of a first run")
    add("--sets", nargs="+", choices=backends.SETS, default=list(backends.SETS), help="coded sets")
    add("--sizes", nargs="+", type=int, default=[2000, 20000], help="segments of which each step is timed")
    add("--packages", type=Path, help="folder of packages to install from; else they are fetched first")


PARTS = {**processes.PARTS, **backends.PARTS, **steps.PARTS, **installing.PARTS}
BENCHMARK = Benchmark("start_up", PARTS, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
