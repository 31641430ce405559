"""From `pip install` to a first figure: each way to install into a new environment, then what a newcomer types first.

Packages come from a folder (`--packages`), which is filled first where it is not named: what a network takes is no
property of the library. Afterwards nothing is fetched: `--no-index` sees to it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import REPOSITORY, Row, hash_of
from benchmarks.running import Part
from benchmarks.start_up.processes import cost_of

WAYS = ("", "offline", "all", "all,multilingual")
FIGURE = "all"  # the way after which figures are drawn
STEPS = {
    "import alliance_nlp": "import alliance_nlp as an",
    "read and cut the study that ships": "segments = an.segment(an.load_study('focus_group').transcripts, unit='turn')",
    "embed (nothing cached)": "embeddings = an.embed(segments)",
    "cluster": "clusters = an.cluster(embeddings)",
    "draw and save the map": "an.plot_map(clusters).figure.savefig('map.png')",
}


def installing(options: argparse.Namespace) -> Iterator[Row]:
    """Install each way, say how large it is, and go on to a figure."""
    if options.quick:
        yield {"what": "import alliance_nlp", "way": "as it is here", **_steps(sys.executable, 1)[0], **NO_DRAW}
        return
    with tempfile.TemporaryDirectory() as folder:
        packages = options.packages or _fetched(Path(folder, "packages"))
        for way in WAYS:
            home = Path(folder, "environment")
            seconds, processor, _ = cost_of([sys.executable, "-m", "venv", "--clear", str(home)], dict(os.environ))
            yield {
                "what": "make an environment",
                "way": way,
                "seconds": seconds,
                "processor_seconds": processor,
                **NO_DRAW,
            }
            seconds, processor, _ = cost_of(_install(home, packages, way), {**os.environ, "PIP_NO_CACHE_DIR": "1"})
            found = {"what": "pip install", "way": way, "seconds": seconds, "processor_seconds": processor}
            yield {**found, "disk_mb": _megabytes(home), "versions": _versions(home), **NO_DRAW}
            if way == FIGURE:
                for step in _steps(home / "bin" / "python", len(STEPS)):
                    yield {"way": way, **step, "versions": _versions(home), **NO_DRAW}


NO_DRAW: Row = {"seed": None, "data": hash_of([(REPOSITORY / "constraints.txt").read_text(encoding="utf-8")])}


def _fetched(folder: Path) -> Path:
    """Fill a folder with everything that any way needs, in the versions of constraints.txt."""
    constraints = str(REPOSITORY / "constraints.txt")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "-c", constraints, "-w", folder, f"{REPOSITORY}[{WAYS[-1]}]"],
        check=True,
    )
    return folder


def _install(home: Path, packages: Path, way: str) -> list[str]:
    named = f"alliance-nlp[{way}]" if way else "alliance-nlp"
    options = ["-q", "--no-index", "--find-links", str(packages), "-c", str(REPOSITORY / "constraints.txt")]
    return [str(home / "bin" / "python"), "-m", "pip", "install", *options, named]


def _megabytes(home: Path) -> float:
    """Say what the disk gives up for an environment, pip itself included; hard links count once."""
    blocks = {(about.st_dev, about.st_ino): about.st_blocks for path in home.rglob("*") for about in [path.lstat()]}
    return sum(blocks.values()) * 512 / 1024**2


def _versions(home: Path) -> dict[str, str]:
    listed = subprocess.run(
        [home / "bin" / "python", "-m", "pip", "list", "--format", "json"], check=True, capture_output=True, text=True
    )
    found = {row["name"].lower(): row["version"] for row in json.loads(listed.stdout)}
    return {
        name: found[name] for name in ("alliance-nlp", "numpy", "scikit-learn", "torch", "matplotlib") if name in found
    }


def _steps(python: str | Path, n: int) -> list[Row]:
    """Time what a newcomer types, line by line in one process, with empty caches."""
    lines = ["import json, time", "found = []"]
    for name, code in list(STEPS.items())[:n]:
        lines += ["begin = time.perf_counter(), time.process_time()", code]
        lines += [f"found.append([{name!r}, time.perf_counter() - begin[0], time.process_time() - begin[1]])"]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "MPLCONFIGDIR": folder}
        environment.pop("PYTHONPATH", None) if n > 1 else None
        run = subprocess.run(
            [python, "-c", "\n".join([*lines, "print(json.dumps(found))"])],
            check=True, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    rows = json.loads(run.stdout.splitlines()[-1])
    return [{"what": name, "seconds": seconds, "processor_seconds": processor} for name, seconds, processor in rows]


PARTS = {"installing": Part(installing, ("what", "way"), ("torch", "matplotlib"))}
