"""What each step of the main job takes beside encoding, for the study that ships said again up to a size."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import alliance_nlp as an
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part
from benchmarks.start_up.processes import PACKAGES
from benchmarks.start_up.varied import varied_study

QUICK = 30


class Clocked:
    """An encoder that counts what it takes, so that what a later step embeds is encoding too."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.seconds = inner, 0.0
        self.name, self.revision = getattr(inner, "name", "given"), getattr(inner, "revision", "1")

    def encode(self, texts: Sequence[str]) -> Any:
        """Encode, and count."""
        start = time.process_time()
        found = self.inner.encode(texts)
        self.seconds += time.process_time() - start
        return found


def steps(options: argparse.Namespace) -> Iterator[Row]:
    """Time every step of the main job in processor seconds; encoding is done anew.

    The job is done on a few segments first: what that takes is packages that are loaded once, whatever the number.
    Vectors of the codebook are kept as for every user, in a folder of this run: others may hold thousands of files.
    """
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, XDG_CACHE_HOME=folder, LOCALAPPDATA=folder):
        yield from _steps(options)


def _steps(options: argparse.Namespace) -> Iterator[Row]:
    encoder = options.encoder or an.load_encoder()
    encoder.encode(["loaded before the clock runs"])
    few = _once(varied_study(QUICK), encoder)
    for n in [QUICK] if options.quick else options.sizes:
        study = varied_study(n)
        times = {"loading packages, once": sum(few.values()) - few["encoding"], **_once(study, encoder)}
        data = hash_of([transcript.text for transcript in study.transcripts])
        for name, seconds in times.items():
            yield {"n": n, "step": name, "processor_seconds": round(seconds, 3), "share": seconds / times["encoding"],
                   "load": round(os.getloadavg()[0], 1), "seed": 0, "data": data}  # fmt: skip


def _once(study: an.Study, inner: Any) -> dict[str, float]:
    times: dict[str, float] = {}
    encoder = Clocked(inner)

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start, encoded = time.process_time(), encoder.seconds
        yield
        times[name] = time.process_time() - start - (encoder.seconds - encoded if name != "encoding" else 0.0)

    with timed("cutting"):
        segments = an.segment(study.transcripts)
    with timed("encoding"):
        embeddings = an.embed(segments, encoder=encoder, cache=False)
    within = encoder.seconds
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
    times["encoding"] += encoder.seconds - within
    return times


PARTS = {"steps": Part(steps, ("n", "step"), PACKAGES)}
