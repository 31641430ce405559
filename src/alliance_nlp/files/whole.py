"""Whole files or none: written beside, then moved into place; and what is said when the system refuses."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alliance_nlp.errors import AllianceError, InputError, counted, warn

fcntl: Any
try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

WRITING = re.compile(r"\.writing-(?:\d+-)?\w+\.tmp")  # what an interrupted write leaves; its program's number first
HALVES = re.compile("[\ud800-\udfff]")
UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
# what a plain `pip install` brings on Linux, and the library never uses
_CUDA = " PyTorch is installed with CUDA here, which takes several GB: README says at its top how to leave that out."
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REPAIRS = {
    **dict.fromkeys(_FULL, "Free some space, or name a place on another disk."),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Name a place that you may write to."),
    errno.ENAMETOOLONG: "Give it a shorter name, or a place with a shorter path.",
}


class FileError(AllianceError, OSError):
    """Say that the system refuses a file: the disk is full, the place is read-only, the path is too long.

    Notes
    -----
    It is an `OSError` as well, with the ``errno`` and ``strerror`` of the one behind it.
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


@contextlib.contextmanager
def telling(path: Path, what: str = "written") -> Iterator[None]:
    """Turn what the system says of a file into a sentence with its name, its folder, and what to do."""
    try:
        yield
    except FileError:
        raise
    except OSError as err:
        repair = _REPAIRS.get(err.errno or 0, "Check the path and the disk.")
        repair += _CUDA if err.errno in _FULL and importlib.util.find_spec("nvidia") is not None else ""
        where = f" in the folder {str(path.parent)[:200]!r}" if path.parent != path else ""
        told = FileError(f"{path.name[:100]} cannot be {what}{where}: {err.strerror or err}. {repair}")
        told.errno, told.strerror, told.filename = err.errno, err.strerror, err.filename
        raise told from err


def checked_path(path: str | Path, what: str = "A path") -> Path:
    r"""Give a path that the system can look at, whether anything is there or not.

    Raises
    ------
    InputError
        When it is no path, is too long for this system, or holds what no path can hold.

    Examples
    --------
    >>> checked_path("study\0")
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: A path cannot hold a NUL or half of a character. Name another place.
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"{what} must be text or a Path. Got {type(path).__name__}.")
    found = Path(path)
    try:
        os.lstat(found)
    except ValueError as err:  # a NUL, or half of a pair of surrogates
        raise InputError(f"{what} cannot hold a NUL or half of a character. Name another place.") from err
    except OSError as err:
        if err.errno == errno.ENAMETOOLONG:
            raise InputError(
                f"{what} is too long for this system: {counted(len(str(found)), 'character')}. {_REPAIRS[err.errno]}"
            ) from err
    return found


def printable(text: str) -> str:
    """Replace what no file of words may hold: control characters, halves of surrogate pairs, non-characters."""
    return UNPRINTABLE.sub("\ufffd", text)


def whole_signs(text: str) -> str:
    """Replace halves of surrogate pairs alone: what takes any sign, but only whole ones."""
    return text if text.isascii() else HALVES.sub("\ufffd", text)


def as_bytes(content: bytes | str, name: str = "the text") -> bytes:
    r"""UTF-8 of words; halves of characters, which no file can hold, become U+FFFD, and are counted in a warning.

    Examples
    --------
    >>> as_bytes("é")
    b'\xc3\xa9'
    """
    if isinstance(content, bytes):
        return content
    whole, n = HALVES.subn("\ufffd", content)
    if n:
        warn(
            f"{name}: {counted(n, 'half of a character', 'halves of characters')} (lone surrogates) written as U+FFFD."
        )
    return whole.encode("utf-8")


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

    Raises
    ------
    FileError
        When the system refuses; what was there before is still there then.
    """
    target = checked_path(path)
    data = as_bytes(content, target.name)
    with telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent)
        handle, name = _claimed(target.parent)
        try:
            try:
                write_all(handle, data)
                _open_as_usual(name, target)
                os.fsync(handle)
                if os.name != "nt":  # the name changes while the file is still held as ours
                    Path(name).replace(target)
            finally:
                os.close(handle)
            if os.name == "nt":
                Path(name).replace(target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        sync_folder(target.parent)
    return target


def _claimed(folder: Path) -> tuple[int, str]:
    """Make a new file that `sweep` of another program leaves alone."""
    while True:
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".writing-{os.getpid()}-", suffix=".tmp")
        claim(handle)
        if os.name == "nt" or os.fstat(handle).st_nlink:  # else it was swept away before it was held
            return handle, name
        os.close(handle)


def claim(handle: int) -> None:
    """Hold an open file as ours until it is closed, or its program ends.

    Another thread's `sweep` may be looking at it just now and hold it for that moment: then it is waited for. A claim
    given up there would leave a file that is being written to the next sweep.
    """
    if fcntl is not None:
        with contextlib.suppress(OSError):  # disks without locks
            fcntl.flock(handle, fcntl.LOCK_EX)


def is_left(path: Path, name: str) -> bool:
    """Whether a file that a write holds is nobody's any more: its program has ended.

    A file is held before anything is written to it. One that is still empty may just have been made; the number of its
    program, in `name`, tells.
    """
    if fcntl is None:
        return True  # Windows does not remove a file that is open
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return bool(os.fstat(handle).st_size) or not is_running(name)
    except OSError:
        return False
    finally:
        os.close(handle)


def is_running(name: str) -> bool:
    """Whether the program runs whose number stands in the name of what it was writing."""
    found = re.search(r"\.writing-(\d+)-", name)
    if found is None or os.name == "nt":
        return False
    try:
        os.kill(int(found[1]), 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def sweep(folder: Path) -> None:
    """Remove what a write that was cut off left in a folder (it may hold words of transcripts), and say so."""
    left = [path for path in folder.glob(".writing-*.tmp") if WRITING.fullmatch(path.name) and is_left(path, path.name)]
    n = 0
    for path in left:
        with contextlib.suppress(OSError):
            path.unlink()
            n += 1
    if n:
        warn(f"{folder.name}: {counted(n, 'leftover')} of a write that was cut off removed.")


def write_all(handle: int, data: bytes) -> None:
    """Write all bytes to an open file; the system may take them in several pieces."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def sync_folder(folder: Path) -> None:
    """See to it that names in a folder are on the disk, where the system knows how."""
    if os.name == "nt":
        return  # a folder cannot be opened there
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _open_as_usual(name: str, target: Path) -> None:
    """Give a new file the rights that files of this folder have: a temporary file is its maker's alone."""
    try:
        rights = target.stat().st_mode & 0o777
    except FileNotFoundError:  # new, or taken away just now by another process
        rights = target.parent.stat().st_mode & 0o666
    with contextlib.suppress(OSError):  # file systems without such rights
        Path(name).chmod(rights)
