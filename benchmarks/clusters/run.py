"""Measure clusters: ``python benchmarks/clusters/run.py [--parts runs] [--methods alliance] [--seeds 0 1]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.clusters import comparing, left_out, maps, page, reach, scale, stability
from benchmarks.clusters.sets import SETS
from benchmarks.rows import REPOSITORY
from benchmarks.running import Benchmark


def arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    add("--methods", nargs="+", choices=list(comparing.ENVIRONMENTS), default=list(comparing.ENVIRONMENTS))
    add("--venvs", type=Path, default=REPOSITORY.parent / "venvs", help="environments of the peers")
    add("--seeds", nargs="+", type=int, default=[0])
    add("--subsamples", type=int, default=0, help="for the part spread: subsamples of 80 %% of the segments")
    add("--sizes", nargs="+", type=int, default=[300, 1000, 3000, 10000, 30000], help="for the part scale")


PARTS = {**comparing.PARTS, **scale.PARTS, **stability.PARTS, **left_out.PARTS, **reach.PARTS, **maps.PARTS}
BENCHMARK = Benchmark("clusters", PARTS, page.pages, page.pictures, arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
