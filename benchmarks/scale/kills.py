"""Kill -9 at random moments of a long run of embedding: what is lost, and whether the result is the same."""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from alliance_nlp.embeddings.kept_files import verify_vectors
from benchmarks.corpora import find_corpus
from benchmarks.rows import REPOSITORY, Row, hash_of
from benchmarks.running import Part
from benchmarks.splitting import some_of

LARGE = ("banking77", "clinc150", "nhs_feedback_v6")
BATCH = 64
# encodes with the default encoder (for a quick run with a toy) and writes down, before each call, how many texts it got
RUN = """
import sys
from pathlib import Path
texts, folder, log, out = map(Path, sys.argv[1:5])
import numpy as np
import alliance_nlp as an
class Quick:
    revision, max_tokens = "1", 256
    def encode(self, texts):
        return [[len(text), text.count("a"), 1.0] for text in texts]
    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]
class Counting:
    def __init__(self):
        self.own = Quick() if sys.argv[5:] else an.load_encoder()
        self.name, self.revision, self.max_tokens = "counted", self.own.revision, self.own.max_tokens
    def encode(self, texts):
        with log.open("a") as file:
            file.write(f"{len(texts)}\\n")
        return self.own.encode(texts)
    def count_tokens(self, texts):
        return self.own.count_tokens(texts)
segments = an.segment(an.read_transcripts(texts.read_text(encoding="utf-8").split("\\0")))
np.save(out, an.embed(segments, encoder=Counting(), cache=folder, progress=False).vectors)
"""


def kills(options: argparse.Namespace) -> Iterator[Row]:
    """Embed once in peace, once killed again and again at random moments, and compare."""
    texts = _texts(options)
    if not texts:
        return
    with tempfile.TemporaryDirectory() as home:
        source = Path(home) / "texts"
        source.write_text("\0".join(texts), encoding="utf-8")
        began, more = time.perf_counter(), ["quick"] * options.quick
        calm = _Run(source, Path(home) / "calm", 0, more)
        calm.start().wait()
        seconds = time.perf_counter() - began
        cut = _Run(source, Path(home) / "cut", 1, more)
        n_kills = _kill(cut, len(calm.encoded), 2 if options.quick else options.kills)
        ended = cut.start().wait()
        again = _Run(source, cut.folder, 2, more)
        again.start().wait()
        vectors = [np.load(run.out) for run in (calm, cut, again)]
        _, damaged, left = verify_vectors(cut.folder)
        yield {
            "n": len(texts), "kills": n_kills, "finished": ended == 0, "batch": BATCH,
            "encoded": sum(cut.encoded), "encoded_in_peace": sum(calm.encoded),
            "again_per_kill": round((sum(cut.encoded) - sum(calm.encoded)) / max(n_kills, 1), 2),
            "most_again": BATCH * n_kills, "third_run_encoded": sum(again.encoded),
            "same_bits": bool(np.array_equal(vectors[0], vectors[1]) and np.array_equal(vectors[0], vectors[2])),
            "largest_difference": float(np.abs(vectors[0] - vectors[1]).max()),
            "damaged_files": damaged, "unfinished_files": left, "seconds_in_peace": round(seconds, 1),
            "seed": 0, "data": hash_of(texts),
        }  # fmt: skip


def _kill(run: _Run, n_batches: int, n_kills: int) -> int:
    """Start a run again and again, and kill it at a random moment each time; say how often it could be killed."""
    draws = random.Random(0)
    for done in range(n_kills):
        process = run.start()
        if draws.random() < 0.8:  # after some batches; else while packages, texts or vectors are read
            left = max(n_batches - len(run.encoded), 0)
            run.wait_for(draws.randrange(1, 2 + int(1.5 * left / (n_kills - done))), process)
            time.sleep(draws.random() * 0.3)
        else:
            time.sleep(draws.random() * 8.0)
        if process.poll() is not None:
            return done
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return n_kills


class _Run:
    """One run of embedding that may be started again: its cache, the log of what it encoded, and its result."""

    def __init__(self, source: Path, folder: Path, number: int, more: Sequence[str]) -> None:
        self.source, self.folder = source, folder
        self.log, self.out = source.parent / f"log{number}", source.parent / f"out{number}.npy"
        self.more = more
        self.log.touch()

    def start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", RUN, *map(str, (self.source, self.folder, self.log, self.out)), *self.more]
        return subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")})

    @property
    def encoded(self) -> list[int]:
        return [int(line) for line in self.log.read_text().split()]

    def wait_for(self, n: int, process: subprocess.Popen[bytes]) -> None:
        """Wait until so many batches were begun since now, or the run has ended."""
        before = len(self.encoded)
        while len(self.encoded) < before + n and process.poll() is None:
            time.sleep(0.02)


def _texts(options: argparse.Namespace) -> Sequence[str]:
    """Give distinct short texts of the large corpora, as many as were asked for."""
    corpora = [corpus for name in LARGE if (corpus := find_corpus(options.data, name)) is not None]
    texts = sorted({text.replace("\0", " ") for corpus in corpora for text in corpus.texts if len(text) < 400})
    texts.sort(key=lambda text: hashlib.sha256(text.encode()).digest())
    return [texts[i] for i in some_of(len(texts), 200 if options.quick else options.rows)]


PARTS = {"kills": Part(kills, ("n", "kills"))}
