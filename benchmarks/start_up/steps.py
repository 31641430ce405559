"""What each step of the main job takes beside encoding, for the study that ships said again up to a size."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import alliance_nlp as an
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part
from benchmarks.start_up.processes import PACKAGES
from benchmarks.start_up.varied import varied_study

QUICK = 30


def steps(options: argparse.Namespace) -> Iterator[Row]:
    """Time every step of the main job in processor seconds; encoding is done anew."""
    for n in [QUICK] if options.quick else options.sizes:
        study = varied_study(n)
        times: dict[str, float] = {}
        _once(times, study, options)
        data = hash_of([transcript.text for transcript in study.transcripts])
        for name, seconds in times.items():
            yield {"n": n, "step": name, "processor_seconds": seconds, "share": seconds / times["encoding"],
                   "seed": 0, "data": data}  # fmt: skip


def _once(times: dict[str, float], study: an.Study, options: argparse.Namespace) -> None:
    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        times[name] = round(time.process_time() - start, 3)

    encoder = options.encoder or an.load_encoder()
    encoder.encode(["loaded before the clock runs"])
    with timed("cutting"):
        segments = an.segment(study.transcripts)
    with timed("encoding"):
        embeddings = an.embed(segments, encoder=encoder, cache=False)
    with timed("clustering"):
        clusters = an.cluster(embeddings)
    with timed("mapping"):
        mapping = an.map_clusters(clusters, study.codebook)
    with timed("suggesting, held out"):
        machine = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding)
    with timed("comparing"):
        comparison = an.compare(study.consensus, machine, clusters=mapping, study=study)
    with tempfile.TemporaryDirectory() as folder, timed("report"):
        an.write_report(comparison, Path(folder) / "report", study=study)


PARTS = {"steps": Part(steps, ("n", "step"), PACKAGES)}
