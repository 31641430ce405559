"""Vectors kept between runs: small files named by the hash of what they hold, so that two programs never collide."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import check_type
from alliance_nlp.files import write_atomic
from alliance_nlp.numeric import Singles
from alliance_nlp.provenance import hash_bytes, hash_words
from alliance_nlp.records import EncoderInfo

SCHEME = "unit rows, sentence windows, 1"  # how a text becomes a vector; a change makes old vectors strangers
_WIDTH = 33  # bytes of a key: the hash of the text, then 1 where it is long
_NAME = re.compile(r"[0-9a-f]{64}\.npy")


class Vector(NamedTuple):
    """What is known of one text: its unit vector, and whether it was longer than the encoder reads."""

    row: Singles
    is_long: bool


class VectorCache:
    """Vectors of one encoder in one folder.

    Parameters
    ----------
    folder : Path
        Where all caches lie; this one has a folder of its own below it.
    encoder : EncoderInfo
        With a name and a revision.

    Notes
    -----
    A file holds keys (hash of the text, flag for long), then vectors; it is never changed. A file that is damaged is
    passed over, and its vectors are computed again. Words of a transcript are in no file and in no name.
    """

    def __init__(self, folder: Path, encoder: EncoderInfo) -> None:
        parts = (encoder.name, encoder.revision or "", str(encoder.max_tokens), SCHEME)
        self.folder = folder / "vectors" / hash_words(*parts)[:32]

    def read(self, texts: Collection[str]) -> dict[str, Vector]:
        """Give what is kept of these texts."""
        wanted = {_key(text): text for text in texts}
        found: dict[str, Vector] = {}
        for file in sorted(self.folder.glob("*.npy")):
            if len(found) == len(wanted):
                break
            if _NAME.fullmatch(file.name):
                found.update({wanted[key]: vector for key, vector in _read(file, wanted).items()})
        return found

    def add(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        """Keep the vectors of these texts in a file of their own."""
        keys = np.array([[*_key(text), v.is_long] for text, v in zip(texts, vectors, strict=True)], dtype=np.uint8)
        content = io.BytesIO()
        np.save(content, keys, allow_pickle=False)
        np.save(content, np.array([v.row for v in vectors], dtype=np.float32), allow_pickle=False)
        data = content.getvalue()
        write_atomic(self.folder / f"{hash_bytes(data)}.npy", data)


def _key(text: str) -> bytes:
    return bytes.fromhex(hash_words(text))


def _read(file: Path, wanted: Collection[bytes]) -> dict[bytes, Vector]:
    """Vectors of one file; its keys are read first, the rest only where a key is wanted."""
    try:
        with file.open("rb") as opened:
            keys = np.load(opened, allow_pickle=False)
            raw = keys.tobytes()
            rows = [(at, raw[at * _WIDTH : at * _WIDTH + 32]) for at in range(len(raw) // _WIDTH)]
            rows = [(index, key) for index, key in rows if key in wanted]
            if not rows:
                return {}
            opened.seek(0)
            data = opened.read()
        if hash_bytes(data) != file.stem:
            return {}
        content = io.BytesIO(data)
        np.load(content, allow_pickle=False)
        vectors = np.load(content, allow_pickle=False)
    except (OSError, ValueError, EOFError):  # damaged, or taken away by somebody who cleared the folder
        return {}
    return {key: Vector(vectors[index], bool(keys[index, 32])) for index, key in rows}


def cache_for(cache: str | Path | bool | None, encoder: EncoderInfo) -> VectorCache | None:
    """Cache that an argument asks for; None for none, and for an encoder that does not say which one it is.

    Raises
    ------
    InputError
        When the argument is neither a folder nor True, False or None.
    """
    check_type("cache must be a folder, True, False or None", str | Path | bool | None, cache)
    if cache is None or cache is False or encoder.revision is None:
        return None
    folder = find_cache_folder() if cache is True else Path(cache)
    return VectorCache(folder, encoder) if folder is not None else None
