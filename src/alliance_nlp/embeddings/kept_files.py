"""What the cache of vectors holds, whether it is whole, and what may go: for the command line."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.embeddings.cache import is_whole, own_files, own_homes
from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import InputError
from alliance_nlp.files.whole import is_left
from alliance_nlp.records import Table

DAY = 86_400.0


class Verified(NamedTuple):
    """The files of each encoder, how many are damaged, and how many an interrupted program left unfinished."""

    table: Table
    n_damaged: int
    n_unfinished: int


def kept_vectors(folder: Path | None = None) -> Table:
    """List what the user's cache folder (or another) holds: one row an encoder (by the hash of its name).

    Returns
    -------
    Table
        Files and their size, titled with the folder.
    """
    folder = folder or find_cache_folder()
    homes = own_homes(folder) if folder is not None else []
    each = [(home, own_files(home)) for home in homes]
    values = tuple((home.name, len(files), round(sum(map(_size, files)) / 1e6, 1)) for home, files in each)
    title = f"Vectors kept in {folder}" if folder is not None else "No folder for what can be computed again"
    total = sum(mb for *_, mb in values)
    return Table(("encoder", "files", "mb"), values, title, notes=(f"{total:.1f} MB; hashes and vectors, no words",))


def verify_vectors(folder: Path | None = None) -> Verified:
    """Read every file of the cache and see whether it holds what its name, a hash, says; nothing is changed."""
    table = kept_vectors(folder)
    folder = folder or find_cache_folder()
    homes = own_homes(folder) if folder is not None else []
    damaged = [sum(not is_whole(file) for file in own_files(home)) for home in homes]
    left = [len(_unfinished(home)) for home in homes]
    checked = table.beside(("damaged", "unfinished"), list(zip(damaged, left, strict=True)))
    return Verified(checked, sum(damaged), sum(left))


def prune_vectors(folder: Path | None = None, *, days: float | None = None) -> Table:
    """Remove damaged files, what interrupted programs left, and on request what is older than so many days.

    Parameters
    ----------
    folder : Path, optional
        The cache; by default the user's.
    days : float, optional
        Files that were written longer ago go, too; their vectors are computed again when they are needed.

    Returns
    -------
    Table
        One row an encoder: how many files of each kind were removed.

    Raises
    ------
    InputError
        When days is negative.
    """
    if days is not None and not days >= 0:
        raise InputError(f"days must be at least 0. Got {days}.")
    table = kept_vectors(folder)
    folder = folder or find_cache_folder()
    removed = []
    for home in own_homes(folder) if folder is not None else []:
        damaged = [file for file in own_files(home) if not is_whole(file)]
        old = [file for file in own_files(home) if file not in damaged and days is not None and _age(file) > days]
        left = _unfinished(home)
        for file in (*damaged, *left, *old):
            file.unlink(missing_ok=True)
        removed.append((len(damaged), len(left), len(old)))
        _remove_empty(home)
    names = ("removed_damaged", "removed_unfinished", "removed_old")
    return replace(table.beside(names, removed), title=table.title.replace("Vectors kept in", "Removed from"))


def clear_vectors() -> Table:
    """Remove the vectors of the user's cache folder, and nothing else; list what it held."""
    table, folder = kept_vectors(), find_cache_folder()
    for home in own_homes(folder) if folder is not None else []:
        for file in own_files(home):
            file.unlink(missing_ok=True)
        _remove_empty(home)
    return replace(table, title=table.title.replace("Vectors kept in", "Vectors removed from"))


def _unfinished(home: Path) -> list[Path]:
    """List what programs that no longer run left half written."""
    return [path for path in sorted(home.glob(".writing-*")) if path.is_file() and is_left(path, path.name)]


def _remove_empty(home: Path) -> None:
    with contextlib.suppress(OSError):  # something else lies in it
        home.rmdir()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # taken away meanwhile
        return 0


def _age(file: Path) -> float:
    try:
        return (time.time() - file.stat().st_mtime) / DAY
    except OSError:
        return 0.0
