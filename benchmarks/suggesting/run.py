"""Measure suggested codes: ``python benchmarks/suggesting/run.py [--parts parity] [--sets annomi] [--draws 5]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.running import Benchmark
from benchmarks.suggesting import ablations, exemplars, left_out, page, parity, promises, reading_list, slips
from benchmarks.suggesting.sets import SETS


def arguments(parser: argparse.ArgumentParser) -> None:
    add, methods = parser.add_argument, [*exemplars.METHODS, *exemplars.ELSEWHERE]
    add("--sets", nargs="+", choices=list(SETS), default=None, help="coded sets; parity takes the folder's corpora")
    add("--draws", type=int, default=None, help="draws of halves or slips; by default 5, for promises 3")
    add("--methods", nargs="+", choices=methods, default=methods, help="for the part exemplars")
    add("--jobs", type=Path, default=None, help="folder shared with peers of other environments")


PARTS = {
    **ablations.PARTS,
    **exemplars.PARTS,
    **left_out.PARTS,
    **parity.PARTS,
    **promises.PARTS,
    **reading_list.PARTS,
    **slips.PARTS,
}
BENCHMARK = Benchmark("suggesting", PARTS, page.pages, page.pictures, arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
