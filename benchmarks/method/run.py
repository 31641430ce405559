"""Measure steps of the founding study: ``python benchmarks/method/run.py [--parts stance]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.method import page, significance, stance
from benchmarks.running import Benchmark


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--uncoded", nargs="*", default=["client: neutral talk"], help="codes that count as none in significance"
    )


BENCHMARK = Benchmark("method", {**significance.PARTS, **stance.PARTS}, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
