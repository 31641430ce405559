"""A folder of files that belong together: replaced whole in one step, and what others put into it is kept."""

from __future__ import annotations

import contextlib
import ctypes
import glob
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import counted, warn
from alliance_nlp.files.whole import (
    as_bytes,
    checked_path,
    claim,
    is_left,
    is_running,
    sweep,
    sync_folder,
    telling,
    write_all,
)
from alliance_nlp.provenance import hash_file

MANIFEST = "manifest.json"
_EARLIER = ".earlier-manifest.json"  # the list of what a write that was cut off began to replace
_STAGED = ".staged"  # holds the name of the folder that is being filled
_AT_FDCWD, _EXCHANGE = -100, 2


def replace_folder(target: str | Path, files: Mapping[str, bytes | str]) -> Path:
    """Put files into a folder in place of those that an earlier call put there: all of them or none.

    Parameters
    ----------
    target : str or Path
        The folder; made when it is absent.
    files : dict of str to bytes or str
        What to write, by path inside the folder. ``manifest.json`` is among them: JSON with a ``schema``, and under
        ``files`` the others with their SHA-256.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileError
        When the system refuses; the earlier files are still there then.

    Notes
    -----
    The new folder is filled beside the old one, and the two change places in one step. Files that the earlier manifest
    does not list, or that were changed since, are carried over where the new folder has none of their name. Where the
    system cannot exchange folders (the folder is a mount or the current one, its parent is read-only), files are moved
    in one by one, without a manifest until the last one is there: a folder that has one holds a whole set.
    """
    home = checked_path(target).resolve()
    with telling(home):
        home.parent.mkdir(parents=True, exist_ok=True)
        _clean(home)
        if not home.exists():
            with _filled(home.parent / _beside(home), files) as fresh:
                fresh.rename(home)
            sync_folder(home.parent)
            (home / _STAGED).unlink(missing_ok=True)
        elif not _exchange_into(home, files):
            _move_into(home, files)
    return home


def listed_files(folder: Path, schema: str) -> dict[str, str]:
    """Names and hashes of the files that a manifest of this schema lists; nothing where there is none."""
    for name in (MANIFEST, _EARLIER):
        found = _manifest_in(folder / name)
        if found.get("schema") == schema and isinstance(found.get("files"), dict):
            return {str(file): str(digest) for file, digest in found["files"].items()}
    return {}


def _manifest_in(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _beside(home: Path) -> str:
    return f".{home.name}.writing-{os.getpid()}-{secrets.token_hex(6)}"


@contextlib.contextmanager
def _filled(fresh: Path, files: Mapping[str, bytes | str]) -> Iterator[Path]:
    """Fill a folder with files that are on the disk, and hold it as ours while the block runs."""
    fresh.mkdir()
    handle = os.open(fresh / _STAGED, os.O_CREAT | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        claim(handle)
        write_all(handle, fresh.name.encode())
        for name, content in files.items():
            _write(fresh / name, as_bytes(content, name))
        for folder in {(fresh / name).parent for name in files} | {fresh}:
            sync_folder(folder)
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange_into(home: Path, files: Mapping[str, bytes | str]) -> bool:
    """Let a new folder and the old one change places; False where the system cannot."""
    if Path.cwd().resolve().is_relative_to(home) or home.is_mount() or not os.access(home.parent, os.W_OK):
        return False
    fresh = home.parent / _beside(home)
    with _filled(fresh, files):
        shutil.copymode(home, fresh)
        try:
            exchange(fresh, home)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            return False
    sync_folder(home.parent)
    (home / _STAGED).unlink(missing_ok=True)
    _retire(fresh, home)
    return True


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places in one step of the system.

    Raises
    ------
    OSError
        When the system, or this kind of disk, cannot.
    """
    names = (os.fsencode(one), os.fsencode(other))
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            failed = library.renamex_np(*names, _EXCHANGE)
        else:
            failed = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    except (AttributeError, TypeError) as err:  # no such call: Windows, old systems
        raise OSError("this system cannot exchange folders") from err
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _retire(old: Path, home: Path) -> None:
    """Take an old folder away: what its manifest lists goes, what others put there moves to the new one."""
    schema = str(_manifest_in(home / MANIFEST).get("schema"))
    listed, new = listed_files(old, schema), {MANIFEST, _STAGED, _EARLIER, *listed_files(home, schema)}
    inside = [path for path in old.rglob("*") if path.is_symlink() or not path.is_dir()]
    for path in sorted(inside, key=lambda p: (p.parent == old and p.name in (MANIFEST, _EARLIER), p)):  # the lists last
        name = path.relative_to(old).as_posix()
        own = not path.is_symlink() and path.is_file() and listed.get(name) == hash_file(path)
        if own or name in new:
            path.unlink(missing_ok=True)
        elif not (home / name).exists():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            path.rename(home / name)
    for folder in sorted((p for p in old.rglob("*") if p.is_dir() and not p.is_symlink()), reverse=True):
        kept = home / folder.relative_to(old)
        if not any(folder.iterdir()) and not kept.exists() and not any(n.startswith(f"{kept.name}/") for n in listed):
            kept.mkdir(parents=True, exist_ok=True)  # an empty folder that somebody made
        with contextlib.suppress(OSError):
            folder.rmdir()
    with contextlib.suppress(OSError):
        old.rmdir()


def _move_into(home: Path, files: Mapping[str, bytes | str]) -> None:
    """Move files into a folder one by one, without a manifest until all of them are there."""
    listed = listed_files(home, str(json.loads(files[MANIFEST])["schema"]))
    fresh = home / _beside(home)
    with _filled(fresh, files):
        if (home / MANIFEST).exists():
            (home / MANIFEST).replace(home / _EARLIER)
        for name in sorted(files, key=lambda name: name == MANIFEST):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            if name == MANIFEST:
                _remove(home, {n: digest for n, digest in listed.items() if n not in files})
                sync_folder(home)
            (fresh / name).replace(home / name)
        shutil.rmtree(fresh, ignore_errors=True)
        (home / _EARLIER).unlink(missing_ok=True)
    sync_folder(home)


def _remove(home: Path, listed: Mapping[str, str]) -> None:
    for name, digest in listed.items():
        path = home / name
        inside = path.resolve().is_relative_to(home)  # a manifest edited by hand may name anything
        if inside and path.is_file() and hash_file(path) == digest:
            path.unlink()


def _clean(home: Path) -> None:
    """Take away what writes that were cut off left beside and inside, and say so."""
    left, pattern = 0, f".{glob.escape(home.name)}.writing-*"
    for fresh in [*home.parent.glob(pattern), *home.glob(pattern)]:
        marker = fresh / _STAGED
        if not fresh.is_dir() or fresh.is_symlink():
            continue
        if marker.is_file() and fresh.name.encode().startswith(marker.read_bytes()):
            if not is_left(marker, fresh.name):
                continue  # another program is filling it
            shutil.rmtree(fresh, ignore_errors=True)
        elif is_running(fresh.name):
            continue
        elif home.is_dir():
            _retire(fresh, home)
        elif not any(fresh.iterdir()):
            fresh.rmdir()
        left += 1
    if home.is_dir():
        (home / _STAGED).unlink(missing_ok=True)
    if left:
        warn(f"{home.name}: {counted(left, 'leftover')} of a write that was cut off removed.")
    sweep(home)
