"""Vectors written to a file as they come, some thousand texts at a time, and mapped from there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError
from alliance_nlp.files.whole import checked_path, sweep, telling
from alliance_nlp.numeric import Singles

TEXTS = 50_000  # texts whose vectors are in memory at a time


def write_vectors(
    texts: Sequence[str], path: str | Path, encode: Callable[[Sequence[str]], tuple[Singles, int]]
) -> tuple[Singles, int]:
    """Encode texts a part at a time into one .npy file, and give it as an array that is read from there.

    Parameters
    ----------
    texts : sequence of str
        The texts.
    path : str or Path
        The file; it is there whole or not at all, an earlier one stays until then.
    encode : callable
        Gives the vectors of some texts, and how many of them were long.

    Returns
    -------
    array of shape (n_texts, n_dimensions), float32
        Mapped, for reading only.
    int
        How many texts were long.

    Raises
    ------
    InputError
        When the name does not end in .npy.
    FileError
        When the system refuses, for instance because the disk is full.
    """
    target = checked_path(path, "The file for the vectors")
    if target.suffix != ".npy":
        raise InputError(f"The file for the vectors must end in .npy. Got {target.name!r}.")
    with telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        partial = target.with_name(f".writing-{os.getpid()}-vectors.tmp")
        try:
            n_long = _fill(partial, texts, encode)
            partial.replace(target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                partial.unlink()
    return np.load(target, mmap_mode="r"), n_long


def _fill(partial: Path, texts: Sequence[str], encode: Callable[[Sequence[str]], tuple[Singles, int]]) -> int:
    """Write all vectors, then see that they are on the disk."""
    n_long = 0
    with partial.open("wb") as file:
        for start in range(0, max(len(texts), 1), TEXTS):
            vectors, long = encode(texts[start : start + TEXTS])
            if not start:
                shape = (len(texts), vectors.shape[1])
                head: dict[str, Any] = {"descr": "<f4", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, head)
            elif vectors.shape[1] != shape[1]:
                raise InputError(
                    f"The encoder gave vectors of {shape[1]} numbers, later of {vectors.shape[1]}: not comparable."
                )
            file.write(np.ascontiguousarray(vectors, dtype="<f4").data)
            n_long += long
        file.flush()
        os.fsync(file.fileno())
    return n_long
