"""Measure encoders: ``python benchmarks/encoders/run.py [--parts languages] [--sets wac_experts]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.encoders import measuring, page
from benchmarks.running import Benchmark


def arguments(parser: argparse.ArgumentParser) -> None:
    add, sets = parser.add_argument, list(measuring.SETS)
    add("--sets", nargs="+", choices=sets, default=sets, help="coded sets of the benchmark of suggestions")
    add("--encoders", nargs="+", choices=measuring.ENCODERS, default=list(measuring.ENCODERS), help="which encoders")
    add("--draws", type=int, default=2, help="draws of halves")


BENCHMARK = Benchmark("encoders", measuring.PARTS, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
