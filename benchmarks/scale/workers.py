"""One process beside workers of Dask, in peace and with one of them killed: are labels, figures and rows the same.

Through the public `code_in_parts`, each way in a fresh process. Texts and vectors are synthetic (`synthetic.py`), so
that what is compared is reading, giving clusters and codes, counting and writing; encoders are measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import REPOSITORY, Row
from benchmarks.running import Part
from benchmarks.scale.growing import TAUGHT, write_rows, write_synthetic
from benchmarks.scale.synthetic import DIMENSIONS

WAYS = {"one process": (0, False), "2 workers": (2, False), "2 workers, one killed": (2, True)}
# the job, the same for every way; what people coded in the first rows is what suggestions learn from
RUN = """
import json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import alliance_nlp as an
from benchmarks.scale.workers import Numbered, told
if __name__ == "__main__":
    home, to, n_workers, killed, size = Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:])
    encoder = Numbered(home / "vectors.npy", to.parent / "killed" if killed else None)
    clusters, machine = told(home, Numbered(home / "vectors.npy", None))  # what is killed later is a worker
    began = time.perf_counter()
    done = an.code_in_parts(home / "rows.csv", to, clusters=clusters, suggestions=machine, encoder=encoder,
                            coded="code", rows_per_part=size, n_workers=n_workers, progress=False)
    figures = [table.values for table in (done.clusters, done.codes, done.beside)]
    states = [row["state"] for row in done.parts.rows()]
    processes = len({row["process"] for row in done.parts.rows()})
    print("RESULT", json.dumps([time.perf_counter() - began, states.count("done"), processes, repr(figures)]))
"""


class Numbered:
    """An encoder that looks up a text's vector by the number it ends with, and may kill its own process once."""

    name, revision = "given", "1"

    def __init__(self, path: Path, flag: Path | None) -> None:
        self.path, self.flag = str(path), str(flag or "")

    def encode(self, texts: list[str]) -> np.ndarray:
        """Give the vectors of texts that end with their number; of others, that of the first."""
        vectors = np.load(self.path, mmap_mode="r")
        numbers = [int(text.rpartition(" ")[2]) if text[-1].isdigit() else 0 for text in texts]
        if self.flag and max(numbers) > len(vectors) // 2 and not Path(self.flag).exists():
            Path(self.flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return np.asarray(vectors[numbers])


def told(home: Path, encoder: Numbered) -> tuple[Any, Any]:
    """Make clusters and suggestions from the first rows."""
    import alliance_nlp as an

    with (home / "texts.txt").open() as file:
        segments = an.segment(
            an.read_transcripts([line.rstrip() for line, _ in zip(file, range(TAUGHT), strict=False)])
        )
    embeddings = an.embed(segments, encoder=encoder, cache=None, progress=False)
    book = an.Codebook(tuple(an.Code("", "", f"theme {k}") for k in range(20)))
    centers = np.load(home / "centers.npy")
    at = [("people", s.transcript_id, s.start, s.end) for s in segments]
    spans = tuple(an.CodedSpan(*place, book.ids[int(c) % 20]) for place, c in zip(at, centers, strict=False))
    coding = an.Coding(spans, tuple(an.ReadSpan(*place) for place in at), book)
    return an.cluster(embeddings), an.suggest_codes(embeddings, book, learn_from=coding)


def workers(options: argparse.Namespace) -> Iterator[Row]:
    """Do the same job each way, and compare with one process."""
    n = 200 if options.quick else options.many
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        home = Path(folder)
        write_synthetic(home, n)
        write_rows(home, n)
        alone: tuple[list[str], str, float] | None = None
        for way, (n_workers, killed) in WAYS.items():
            (home / way).mkdir()
            seconds, n_done, processes, figures = _run(home, home / way / "coded", n_workers, killed, max(20, n // 20))
            rows = _rows(home / way / "coded")
            alone = alone or (rows, figures, seconds)
            yield {
                "n": n, "way": way, "n_parts": n_done, "seconds": round(seconds, 1),
                "times_one_process": seconds / alone[2], "processes": processes, "rows_written": len(rows),
                "rows_same": sum(a == b for a, b in zip(alone[0], rows, strict=False)),
                "figures_same": figures == alone[1], "load": round(os.getloadavg()[0], 1),
                "seed": 0, "data": f"synthetic.py, {DIMENSIONS} dimensions",
            }  # fmt: skip


def _run(home: Path, to: Path, n_workers: int, killed: bool, size: int) -> tuple[float, int, int, str]:
    script = home / "run.py"  # a file, since workers that are spawned import the main module anew
    script.write_text(RUN)
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    env = {**os.environ, **one, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])}
    words = [sys.executable, str(script), str(home), str(to), str(n_workers), str(int(killed)), str(size)]
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    found = next((line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT")), None)
    if found is None:
        raise RuntimeError(f"{n_workers} workers ended without a result ({done.returncode}): {done.stderr[-500:]}")
    seconds, n_done, processes, figures = json.loads(found)
    return seconds, n_done, processes, figures


def _rows(folder: Path) -> list[str]:
    """Give every row that was written, all of its columns to the last bit."""
    import pyarrow.parquet as pq

    return [repr(row) for path in sorted(folder.glob("parts/*.parquet")) for row in pq.read_table(path).to_pylist()]


PARTS = {"workers": Part(workers, ("n", "way"), ("dask", "distributed", "pyarrow"))}
