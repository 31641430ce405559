"""Vectors kept between runs: small files named by the hash of what they hold, so that two programs never collide."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import InputError, check_type, counted, warn
from alliance_nlp.files import safe_array, write_atomic
from alliance_nlp.numeric import Singles
from alliance_nlp.provenance import hash_bytes, hash_words
from alliance_nlp.records import EncoderInfo, Table

SCHEME = "unit rows, sentence windows, 2"  # how a text becomes a vector; a change makes old vectors strangers
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
        n_damaged = 0
        for file in sorted(self.folder.glob("*.npy")):
            if len(found) == len(wanted):
                break
            if not _NAME.fullmatch(file.name):
                continue
            kept = _read(file, wanted)
            if kept is None:
                n_damaged += 1
                with contextlib.suppress(OSError):  # a folder that may only be read
                    file.unlink()
            found.update({wanted[key]: vector for key, vector in (kept or {}).items()})
        if n_damaged:
            warn(
                f"{counted(n_damaged, 'damaged file')} of kept vectors in {self.folder}: passed over and removed; what "
                f"was in there is computed again."
            )
        return found

    def add(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        """Keep the vectors of these texts in a file of their own."""
        keys = np.array([[*_key(text), v.is_long] for text, v in zip(texts, vectors, strict=True)], dtype=np.uint8)
        content = io.BytesIO()
        np.save(content, keys, allow_pickle=False)
        np.save(content, np.array([v.row for v in vectors], dtype=np.float32), allow_pickle=False)
        data = content.getvalue()
        write_atomic(self.folder / f"{hash_bytes(data)}.npy", data)


def files_with(folder: Path, texts: Collection[str]) -> list[Path]:
    """Find the files of kept vectors, of any encoder, in which one of these texts is; damaged ones among them."""
    wanted = {_key(text) for text in texts}
    found = []
    for file in sorted(folder.glob("vectors/*/*.npy")) if wanted else ():
        if _NAME.fullmatch(file.name) and _read(file, wanted) != {}:
            found.append(file)
    return found


def kept_vectors() -> Table:
    """List what the user's cache folder holds: one row an encoder (by the hash of its name), its files and their size.

    Returns
    -------
    Table
        Titled with the folder.
    """
    folder = find_cache_folder()
    homes = sorted(folder.glob("vectors/*")) if folder is not None else []
    each = [(home, [file for file in home.glob("*.npy") if _NAME.fullmatch(file.name)]) for home in homes]
    values = tuple(
        (home.name, len(files), round(sum(f.stat().st_size for f in files) / 1e6, 1)) for home, files in each
    )
    title = f"Vectors kept in {folder}" if folder is not None else "No folder for what can be computed again"
    total = sum(mb for *_, mb in values)
    return Table(("encoder", "files", "mb"), values, title, notes=(f"{total:.1f} MB; hashes and vectors, no words",))


def clear_vectors() -> Table:
    """Remove the vectors of the user's cache folder, and nothing else; list what it held."""
    table, folder = kept_vectors(), find_cache_folder()
    for file in folder.glob("vectors/*/*.npy") if folder is not None else ():
        if _NAME.fullmatch(file.name):
            file.unlink(missing_ok=True)
    for home in folder.glob("vectors/*") if folder is not None else ():
        with contextlib.suppress(OSError):  # something else lies in it
            home.rmdir()
    return replace(table, title=table.title.replace("Vectors kept in", "Vectors removed from"))


def _key(text: str) -> bytes:
    return bytes.fromhex(hash_words(text))


def _read(file: Path, wanted: Collection[bytes]) -> dict[bytes, Vector] | None:
    """Vectors of one file; its keys are read first, the rest only where a key is wanted; None for a damaged file."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            keys = safe_array(opened, size)
            if keys.dtype != np.uint8 or keys.ndim != 2 or keys.shape[1] != _WIDTH:
                return None
            rows = [(at, key) for at, row in enumerate(keys) if (key := row[:32].tobytes()) in wanted]
            if not rows:
                return {}
            vectors = safe_array(opened, size)
            opened.seek(0)
            whole = hashlib.file_digest(opened, "sha256").hexdigest() == file.stem
    except OSError:  # taken away by somebody who cleared the folder
        return {}
    except InputError:
        return None
    if not whole or vectors.ndim != 2 or len(vectors) != len(keys) or vectors.dtype != np.float32:
        return None
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
