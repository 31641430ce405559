"""What starting costs: imports beside numpy's, and the demo's first and second run beside floors and BERTopic.

Every figure is a whole new process. The floor of a first run imports sentence-transformers, loads the default model and
encodes the texts that the demo encodes; the floor of a second run imports what that run imports. Runs and their
floors take turns, and a ratio is the median over turns, so that what else a computer does touches both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

import alliance_nlp as an
from alliance_nlp.embeddings import embed_codes
from alliance_nlp.embeddings.weights import find_packaged
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

IMPORTS = {
    "python alone": "pass",
    "numpy": "import numpy",
    "alliance_nlp": "import alliance_nlp",
    "alliance_nlp and its records": "import alliance_nlp as an; an.Codebook, an.compare, an.cluster, an.embed",
    "torch": "import torch",
    "sentence_transformers": "import sentence_transformers",
    "onnxruntime, onnx, tokenizers": "import onnxruntime, onnx, tokenizers",
}
QUICK = ("python alone", "numpy", "alliance_nlp")
STUDY = Path(an.__file__).parent / "studies" / "focus_group"
DEMO = "import sys; from alliance_nlp.__main__ import main; sys.exit(main(sys.argv[1:]))"
NAMES = "import alliance_nlp.__main__ as m; m.main(sys.argv[2:]); names = sorted(set(sys.modules) - {'__main__'})"
LISTED = f"import sys, pathlib; {NAMES}; pathlib.Path(sys.argv[1]).write_text(' '.join(names))"
ENCODED = """
import sys, pathlib
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
model.encode(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").split(chr(30)), show_progress_bar=False)
"""
IMPORTED = """
import contextlib, importlib, pathlib, sys
for name in pathlib.Path(sys.argv[1]).read_text().split():
    with contextlib.suppress(Exception):
        importlib.import_module(name)
"""
PEER = """
import sys, pathlib
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu", local_files_only=True)
BERTopic(embedding_model=model).fit_transform(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").split(chr(30)))
"""
FIRST, SECOND = "floor of a first run", "floor of a second run"
BESIDE = {
    "first run, torch": FIRST, "first run, onnx": FIRST, "BERTopic, fit_transform": FIRST, "second run": SECOND,
}  # fmt: skip
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


def surroundings(options: argparse.Namespace, folder: str | None = None) -> dict[str, str]:
    """Environment of a process: so many threads, and a folder for what it keeps."""
    threads = {} if options.threads == 0 else {"OMP_NUM_THREADS": str(options.threads)}
    return {**os.environ, **threads, **({} if folder is None else {"XDG_CACHE_HOME": folder})}


def imports(options: argparse.Namespace) -> Iterator[Row]:
    """Import in a new process each time; each beside numpy, whose import everybody knows."""
    repeats, numpy = 1 if options.quick else options.repeats, float("nan")
    for name, code in IMPORTS.items():
        absent = "onnxruntime" in code and find_spec("onnxruntime") is None
        if not absent and (name in QUICK or not options.quick):
            found = best([sys.executable, "-c", code], surroundings(options), repeats)
            numpy = found["processor_seconds"] if name == "numpy" else numpy
            times = found["processor_seconds"] / numpy
            yield {"what": name, "repeats": repeats, **found, "times_numpy": times, "seed": None, "data": None}


class Recording:
    """An encoder that keeps what it is given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        """Keep the texts."""
        self.texts += texts
        return np.ones((len(texts), 2))


def encoded_texts() -> tuple[list[str], list[str]]:
    """Texts of the demo's segments, and all texts that it encodes, those of the codebook among them."""
    study, seen = an.load_study("focus_group"), Recording()
    segments = an.segment(study.transcripts)
    an.embed(segments, encoder=seen, cache=False)
    embed_codes(study.codebook, seen, 2)
    return list(segments.texts), seen.texts


def demo(options: argparse.Namespace) -> Iterator[Row]:
    """Run the demo with nothing kept and with what was kept, its floors and a peer, in turn."""
    data = hash_of([path.read_text(encoding="utf-8") for path in sorted(STUDY.rglob("*")) if path.is_file()])
    with tempfile.TemporaryDirectory() as folder:
        commands = dict(_commands(Path(folder), options))
        runs: dict[str, list[Cost]] = {name: [] for name in commands}
        for turn in range(1 if options.quick else options.repeats):
            for name, command in commands.items():
                kept = str(Path(folder) / ("kept" if name.startswith("second") else f"new {name} {turn}"))
                runs[name].append(cost_of(command, surroundings(options, kept)))
        for name, found in runs.items():
            yield {"what": name, "threads": options.threads, **_beside(found, runs.get(BESIDE.get(name, ""))),
                   "load": round(os.getloadavg()[0], 1), "seed": 0, "data": data,
                   "versions": _peer_versions(options) if name.startswith("BERTopic") else {}}  # fmt: skip


def _commands(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    run = [sys.executable, "-c", DEMO] + (["--help"] if options.quick else ["demo", "--out", str(folder / "report")])
    if options.quick:
        yield from (("first run, torch", run), ("second run", run))
        return
    spoken, encoded = encoded_texts()
    files = {"spoken": spoken, "encoded": encoded}
    for name, texts in files.items():
        (folder / name).write_text(chr(30).join(texts), encoding="utf-8")
    model, imported = str(find_packaged()), str(folder / "imported")
    kept = surroundings(options, str(folder / "kept"))
    cost_of([sys.executable, "-c", LISTED, imported, *run[3:]], kept)  # keeps the vectors
    cost_of([sys.executable, "-c", LISTED, imported, *run[3:]], kept)  # lists what a second run imports
    yield FIRST, [sys.executable, "-c", ENCODED, model, str(folder / "encoded")]
    yield "first run, torch", run
    if find_spec("onnxruntime") is not None:
        yield "first run, onnx", [*run, "--backend", "onnx"]
    if options.peer_python is not None:
        yield "BERTopic, fit_transform", [options.peer_python, "-c", PEER, model, str(folder / "spoken")]
    yield SECOND, [sys.executable, "-c", IMPORTED, imported]
    yield "second run", run


def _beside(found: list[Cost], floor: list[Cost] | None) -> Row:
    """Medians over turns; of ratios and differences, turn by turn."""
    costs = np.array(found)
    row: Row = dict(zip(("seconds", "processor_seconds", "peak_mb"), np.median(costs, axis=0).tolist(), strict=True))
    if floor is not None:
        ratios, over = np.median(costs / np.array(floor), axis=0), np.median(costs - np.array(floor), axis=0)
        row |= {"times_seconds": ratios[0], "times_processor": ratios[1], "times_peak": ratios[2],
                "over_seconds": over[0], "over_processor": over[1]}  # fmt: skip
    return {"repeats": len(found), **row}


def _peer_versions(options: argparse.Namespace) -> dict[str, str]:
    code = "from importlib.metadata import version as v; print(*map(v, ('bertopic', 'umap-learn', 'hdbscan', 'torch')))"
    done = subprocess.run([options.peer_python, "-c", code], capture_output=True, text=True, check=True)
    return dict(zip(("bertopic", "umap-learn", "hdbscan", "torch"), done.stdout.split(), strict=True))


PACKAGES = ("torch", "sentence-transformers", "transformers", "onnxruntime", "onnx", "scipy", "matplotlib")
PARTS = {
    "imports": Part(imports, ("what",), PACKAGES),
    "demo": Part(demo, ("what", "threads"), PACKAGES),
}
