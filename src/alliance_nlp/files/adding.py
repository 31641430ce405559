"""Lines that are only ever added to a file, and the lock that keeps two writers apart."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.files.whole import FileError, checked_path, telling, write_all

fcntl: Any
try:
    import fcntl
except ImportError:  # not on Windows; a lock file made exclusively takes its place
    fcntl = None

_BLOCK = 1 << 16


@contextlib.contextmanager
def hold_lock(path: str | Path, *, patience: float = 30.0) -> Iterator[None]:
    """Keep other writers of a file waiting while the block runs.

    Parameters
    ----------
    path : str or Path
        The file to be written; the lock is a file beside it that ends in ``.lock``. A folder is its own lock.
    patience : float, default 30
        Seconds to wait for another writer before giving up.

    Raises
    ------
    InputError
        When another writer holds the lock for longer than that.

    Notes
    -----
    Where the system has ``fcntl`` the lock ends with the program that held it. Elsewhere a program that was cut off
    leaves its lock file, and the error names the file to remove.
    """
    given = checked_path(path)
    is_folder = fcntl is not None and given.is_dir()
    lock = given if is_folder else Path(f"{given}.lock")
    flags = os.O_RDONLY if is_folder else os.O_CREAT | os.O_RDWR | (0 if fcntl is not None else os.O_EXCL)
    until = time.monotonic() + patience
    with telling(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
    while (handle := _take_lock(lock, flags)) is None:
        if time.monotonic() > until:
            raise InputError(
                f"Another program has been writing to {Path(path).name} for {patience:g} seconds. Try again when it "
                f"has ended. If there is none, remove the file {lock.name} beside it."
            )
        time.sleep(0.005)
    try:
        yield
    finally:
        os.close(handle)
        if fcntl is None:
            lock.unlink(missing_ok=True)


def _take_lock(lock: Path, flags: int) -> int | None:
    try:
        with telling(lock):
            handle = os.open(lock, flags, 0o644)
    except FileError as err:  # Windows denies access to a file that is just being removed
        if fcntl is not None or err.errno not in (errno.EEXIST, errno.EACCES) or not os.access(lock.parent, os.W_OK):
            raise
        return None
    if fcntl is not None:
        try:
            with telling(lock, "locked"):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileError as err:
            os.close(handle)
            if err.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            return None
    return handle


def append_lines(path: str | Path, *lines: str) -> None:
    """Add lines to the end of a file: all of them or nothing, and on the disk when this returns.

    Parameters
    ----------
    path : str or Path
        The file; made when it is absent. Hold its lock where two may write.
    lines : str
        The lines, without line ends.

    Raises
    ------
    InputError
        When a line holds a line end.
    FileError
        When the system refuses, as a full disk does; the file is as it was then.

    Notes
    -----
    A file whose last line was cut off by an interruption keeps that piece as a line of its own.
    """
    for line in lines:
        if "\n" in line or "\r" in line:
            raise InputError(
                f"append_lines() adds lines one by one. Got one with {len(line.splitlines())} lines in it."
            )
    target = checked_path(path)
    with telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        # unbuffered: what a buffer still holds after a failure is written later, when nobody expects it
        handle = os.open(target, os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
        try:
            _add(handle, "".join(f"{line}\n" for line in lines).encode("utf-8"))
        finally:
            os.close(handle)


def _add(handle: int, data: bytes) -> None:
    size = os.lseek(handle, 0, os.SEEK_END)
    if size:
        os.lseek(handle, size - 1, os.SEEK_SET)
    cut_off = bool(size) and os.read(handle, 1) != b"\n"
    try:
        write_all(handle, b"\n" + data if cut_off else data)
        os.fsync(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, size)
        raise


def last_line(path: Path) -> bytes | None:
    """Last line of a file that is not blank, without its end, read from the end; None where there is none."""
    found = b""
    with telling(path, "read"), path.open("rb") as file:
        at = file.seek(0, os.SEEK_END)
        while at and b"\n" not in found.rstrip():
            step = min(at, max(_BLOCK, len(found)))  # twice as much each time, so that a long line is not read over
            at -= step
            file.seek(at)
            found = file.read(step) + found
    return next((line.removesuffix(b"\r") for line in reversed(found.split(b"\n")) if line.strip()), None)
