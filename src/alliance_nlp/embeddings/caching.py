"""Vectors kept between runs, under the hash of what made them; file names never hold words."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.files import hash_words, write_atomic
from alliance_nlp.records import EncoderInfo

SCHEME = "unit-windows-1"  # how long texts are put together; part of every key


class Kept(NamedTuple):
    """One vector, and whether its text was longer than the encoder reads at once."""

    vector: NDArray[np.float32]
    is_long: bool


def key_of(info: EncoderInfo, text: str) -> str:
    """Key of one text under one encoder."""
    return hash_words(info.name, info.revision or "", SCHEME, text)


def shelf_of(folder: Path, info: EncoderInfo) -> Path:
    """Folder of one encoder's vectors."""
    return folder / "vectors" / hash_words(info.name, info.revision or "", SCHEME)[:16]


def read_kept(shelf: Path, wanted: set[str]) -> dict[str, Kept]:
    """Read the vectors wanted; a file that is damaged is passed over, so its texts are encoded again."""
    found: dict[str, Kept] = {}
    for path in sorted(shelf.glob("*.npz")):
        try:
            with np.load(path, allow_pickle=False) as stored:
                keys, vectors, long = stored["keys"].tolist(), stored["vectors"], stored["long"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
        if vectors.ndim != 2 or not len(keys) == len(vectors) == len(long) or not np.isfinite(vectors).all():
            continue
        for position, key in enumerate(keys):
            if key in wanted:
                found[key] = Kept(np.asarray(vectors[position], dtype=np.float32), bool(long[position]))
    return found


def write_kept(shelf: Path, rows: Mapping[str, Kept]) -> None:
    """Write one file of vectors, whole or not at all; two processes that write the same write the same file."""
    keys: Sequence[str] = sorted(rows)
    buffer = io.BytesIO()
    np.savez(
        buffer, keys=np.array(keys), vectors=np.stack([rows[key].vector for key in keys]),
        long=np.array([rows[key].is_long for key in keys]),
    )  # fmt: skip
    write_atomic(shelf / f"{hash_words(*keys)[:32]}.npz", buffer.getvalue())
