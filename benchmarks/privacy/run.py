"""Measure what edits and privacy cost: ``python benchmarks/privacy/run.py [--parts landed took identifiers]``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.privacy import landing, page, planting
from benchmarks.running import Benchmark

BENCHMARK = Benchmark("privacy", landing.PARTS | planting.PARTS, page.pages)
main = BENCHMARK.main

if __name__ == "__main__":
    sys.exit(main())
