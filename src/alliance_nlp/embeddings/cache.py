"""Vectors kept between runs: small files named by the hash of what they hold, so that two programs never collide."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import stat
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import InputError, check_type, counted, warn
from alliance_nlp.files import safe_array, write_atomic
from alliance_nlp.numeric import Singles
from alliance_nlp.provenance import hash_bytes, hash_words
from alliance_nlp.records import EncoderInfo

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
        for file in own_files(self.folder):
            if len(found) == len(wanted):
                break
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

    def add(self, texts: Sequence[str], vectors: Sequence[Vector]) -> Path:
        """Keep the vectors of these texts in a file of their own."""
        keys = np.array([[*_key(text), v.is_long] for text, v in zip(texts, vectors, strict=True)], dtype=np.uint8)
        return self._write(keys, np.array([v.row for v in vectors], dtype=np.float32))

    def join(self, files: Sequence[Path]) -> None:
        """Put what these files hold into one, and then take them away.

        Every call opens each file and reads its keys; a large study came in hundreds of batches. A run that is
        killed in between leaves both, which is no harm: vectors of one text are equal. A file that was damaged since
        it was written is not hidden in another: then all stay, and whoever reads it finds out.
        """
        keys, rows = [], []
        for file in files:
            data = file.read_bytes()
            if hash_bytes(data) != file.stem:
                return
            held = io.BytesIO(data)
            keys.append(np.load(held, allow_pickle=False))
            rows.append(np.load(held, allow_pickle=False))
        if len({some.shape[1] for some in rows}) == 1:  # an encoder may have given rows of two sizes
            self._write(np.concatenate(keys), np.concatenate(rows))
            for file in files:
                file.unlink(missing_ok=True)

    def _write(self, keys: npt.NDArray[np.uint8], rows: Singles) -> Path:
        content = io.BytesIO()
        np.save(content, keys, allow_pickle=False)
        np.save(content, rows, allow_pickle=False)
        data = content.getvalue()
        path = self.folder / f"{hash_bytes(data)}.npy"
        write_atomic(path, data)
        return path


def files_with(folder: Path, texts: Collection[str]) -> list[Path]:
    """Find the files of kept vectors, of any encoder, in which one of these texts is; damaged ones among them."""
    wanted = {_key(text) for text in texts}
    found = []
    for home in own_homes(folder) if wanted else ():
        found += [file for file in own_files(home) if _read(file, wanted) != {}]
    return found


def own_homes(folder: Path) -> list[Path]:
    """List the folders of a cache, one an encoder; links lead elsewhere and are no part of it."""
    return [home for home in sorted(folder.glob("vectors/*")) if home.is_dir() and not home.is_symlink()]


def own_files(home: Path) -> list[Path]:
    """List the files of vectors in the folder of an encoder: of our names, and files, not links or pipes."""
    if home.is_symlink() or home.parent.is_symlink():
        return []
    return [file for file in sorted(home.glob("*.npy")) if _NAME.fullmatch(file.name) and _is_file(file)]


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:  # taken away meanwhile
        return False


def is_whole(file: Path) -> bool:
    """Whether a file of vectors holds what its name says."""
    return _read(file, _Everything()) is not None


class _Everything(frozenset[bytes]):
    """All keys."""

    def __contains__(self, key: object) -> bool:
        return True


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
