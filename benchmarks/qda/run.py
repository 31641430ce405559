"""Measure reading and writing projects of QDA programs: ``python benchmarks/qda/run.py [--interop FOLDER]``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.qda import hostile, page, projects
from benchmarks.rows import REPOSITORY
from benchmarks.running import Benchmark


def arguments(parser: argparse.ArgumentParser) -> None:
    given = os.environ.get("ALLIANCE_NLP_INTEROP")
    folder = Path(given) if given else REPOSITORY.parent / "shared" / "interop"
    parser.add_argument("--interop", type=Path, default=folder, help="folder of projects that programs exported")


BENCHMARK = Benchmark("qda", {**projects.PARTS, **hostile.PARTS}, page.pages, arguments=arguments)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
