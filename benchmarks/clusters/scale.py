"""Processor time and peak memory of the default at growing sizes: each size in a fresh process."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.corpora import embed, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import some_of

LARGE = ("banking77", "clinc150")
RUN = """
import sys, time
from pathlib import Path
import numpy as np
import alliance_nlp as an
given = np.load(sys.argv[1])
# ru_maxrss would count the parent's memory at the moment of the fork
high = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
segments = an.segment(an.read_transcripts(given["texts"].tolist()))
embeddings = an.Embeddings(segments, given["vectors"], an.EncoderInfo("given"))
loaded = high()
clusters = an.cluster(embeddings)
print(time.process_time(), loaded, high(), clusters.n_clusters, clusters.settings["landmarks"])
"""


def scale(options: argparse.Namespace) -> Iterator[Row]:
    """Draw rows of the large sets with a fixed seed, and cluster them."""
    corpora = [corpus for name in LARGE if (corpus := find_corpus(options.data, name)) is not None]
    if not corpora:
        return
    parts = [embed(corpus, encoder=options.encoder) for corpus in corpora]
    vectors = np.vstack([part.vectors for part in parts])
    texts = [text for part in parts for text in part.segments.texts]
    data = "+".join(corpus.data_hash for corpus in corpora)
    for size in [50] if options.quick else options.sizes:
        rows = some_of(len(vectors), size)
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.npz"
            np.savez(source, vectors=vectors[rows], texts=np.array([texts[i] for i in rows]))
            done = subprocess.run([sys.executable, "-c", RUN, str(source)], capture_output=True, text=True, check=True)
        seconds, loaded, peak, found_clusters, landmarks = done.stdout.split()
        yield {
            "n": len(rows), "seconds": round(float(seconds), 1), "loaded_mb": int(loaded), "peak_mb": int(peak),
            "n_clusters": int(found_clusters), "landmarks": None if landmarks == "None" else int(landmarks),
            "seed": 0, "data": data,
        }  # fmt: skip


PARTS = {"scale": Part(scale, ("n",))}
