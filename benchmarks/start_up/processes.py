"""What starting costs: the import beside numpy's, and the demo's first and second run beside the imports' own floor.

Every figure is a whole new process; the best of the repeats is kept, since other work on a machine only adds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import alliance_nlp
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

IMPORTS = {
    "python alone": "pass",
    "numpy": "import numpy",
    "alliance_nlp": "import alliance_nlp",
    "alliance_nlp and its records": "import alliance_nlp as an; an.Codebook, an.compare, an.cluster, an.embed",
    "torch and sentence_transformers (the floor of a first run)": "import torch, sentence_transformers",
    "scipy, scikit-learn, matplotlib (the floor of a second run)": (
        "import scipy.cluster.hierarchy, scipy.stats, sklearn.feature_extraction.text, matplotlib.figure"
    ),
}
QUICK = ("python alone", "numpy", "alliance_nlp")
STUDY = Path(alliance_nlp.__file__).parent / "studies" / "focus_group"
Cost = tuple[float, float, float]


def cost_of(command: list[str], environment: dict[str, str]) -> Cost:
    """Seconds on the wall, seconds of processor, and peak memory in MB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def best(command: list[str], environment: dict[str, str], repeats: int) -> Row:
    """Keep the least of each cost."""
    runs = [cost_of(command, environment) for _ in range(repeats)]
    return dict(zip(("seconds", "processor_seconds", "peak_mb"), map(min, zip(*runs, strict=True)), strict=True))


def imports(options: argparse.Namespace) -> Iterator[Row]:
    """Import in a new process each time; each beside numpy, whose import everybody knows."""
    repeats, numpy = 1 if options.quick else options.repeats, float("nan")
    for name, code in IMPORTS.items():
        if name in QUICK or not options.quick:
            found = best([sys.executable, "-c", code], dict(os.environ), repeats)
            numpy = found["processor_seconds"] if name == "numpy" else numpy
            times = found["processor_seconds"] / numpy
            yield {"what": name, "repeats": repeats, **found, "times_numpy": times, "seed": None, "data": None}


def demo(options: argparse.Namespace) -> Iterator[Row]:
    """Run the demo on the study that ships, with nothing cached and then with what the first run cached."""
    data = hash_of([path.read_text(encoding="utf-8") for path in sorted(STUDY.rglob("*")) if path.is_file()])
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        words = ["--help"] if options.quick else ["demo", "--out", str(Path(folder) / "report")]
        command = [sys.executable, "-m", "alliance_nlp", *words]
        for name, repeats in (("first run (nothing cached)", 1), ("second run (vectors cached, no torch)", 2)):
            found = best(command, environment, repeats)
            yield {"what": name, "repeats": repeats, **found, "seed": 0, "data": data}


PARTS = {
    "imports": Part(imports, ("what",), ("torch", "sentence-transformers", "scipy", "matplotlib")),
    "demo": Part(demo, ("what",), ("torch", "sentence-transformers", "scipy", "matplotlib")),
}
