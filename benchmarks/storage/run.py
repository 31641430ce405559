"""Measure what storage and readers withstand: ``python benchmarks/storage/run.py [--parts kills disks peaks]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.storage import page, withstanding


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=32, help="of mutated files for each reader")


BENCHMARK = Benchmark("storage", withstanding.PARTS, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
