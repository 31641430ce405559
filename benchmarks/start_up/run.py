"""Measure what starting costs: ``python benchmarks/start_up/run.py [--repeats 5]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.start_up import page, processes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=5, help="processes of which the best is kept")


BENCHMARK = Benchmark("start_up", processes.PARTS, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
