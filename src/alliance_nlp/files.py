"""Files that are either whole or absent: atomic writes, lines that are only ever added."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError

fcntl: Any
try:
    import fcntl
except ImportError:  # not on Windows; a lock file made exclusively takes its place
    fcntl = None


def write_atomic(path: str | Path, content: bytes | str) -> Path:
    """Write a file so that a reader sees the old one or the new one, never half of it.

    Parameters
    ----------
    path : str or Path
        Where; folders above it are made.
    content : bytes or str
        What; words are written as UTF-8 with the line ends they have.

    Returns
    -------
    Path
        The file that was written.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _open_as_usual(name, target)
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    return target


def _open_as_usual(name: str, target: Path) -> None:
    """Give a new file the rights that files of this folder have: a temporary file is its maker's alone."""
    rights = target.stat().st_mode & 0o777 if target.exists() else target.parent.stat().st_mode & 0o666
    with contextlib.suppress(OSError):  # file systems without such rights
        Path(name).chmod(rights)


@contextlib.contextmanager
def hold_lock(path: str | Path, *, patience: float = 30.0) -> Iterator[None]:
    """Keep other writers of a file waiting while the block runs.

    Parameters
    ----------
    path : str or Path
        The file to be written; the lock is a file beside it that ends in ``.lock``.
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
    lock = Path(f"{path}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_CREAT | os.O_RDWR | (0 if fcntl is not None else os.O_EXCL)
    until = time.monotonic() + patience
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
        handle = os.open(lock, flags, 0o644)
    except (FileExistsError, PermissionError):  # Windows denies access to a file that is just being removed
        if fcntl is not None or not os.access(lock.parent, os.W_OK):
            raise
        return None
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
    return handle


def append_line(path: str | Path, line: str) -> None:
    """Add one line to the end of a file: the whole line or nothing, and on the disk when this returns.

    Parameters
    ----------
    path : str or Path
        The file; made when it is absent. Hold its lock where two may write.
    line : str
        The line, without line ends.

    Raises
    ------
    InputError
        When the line holds a line end.

    Notes
    -----
    A file whose last line was cut off by an interruption keeps that piece as a line of its own.
    """
    if "\n" in line or "\r" in line:
        raise InputError(f"append_line() adds one line. Got a text with {len(line.splitlines())} lines.")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
        cut_off = bool(size) and file.read(1) != b"\n"
        try:
            file.write((b"\n" if cut_off else b"") + line.encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                file.truncate(size)
            raise
