"""The key of a pseudonymised study: a file of its own that only its owner may read, never beside the data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.files import checked_path, refuse_size, telling

SCHEMA = "alliance_nlp.key/1"


def write_key(key: Mapping[str, Any], path: str | Path, folder: Path) -> Path:
    """Write the key, readable and writable for its owner only.

    Raises
    ------
    InputError
        When it would lie in the folder of the data, or something is there already.
    FileError
        When the system refuses.
    """
    target = checked_path(path, "The path of a key").resolve()
    if target == folder or folder in target.parents:
        raise InputError(
            f"The key must not lie with the data. {target.name} would lie in the folder {folder.name!r}. Name a place "
            f"outside of it, best on another disk."
        )
    if target.exists():
        raise InputError(f"{target.name} is there already, and a key is never overwritten. Name another file.")
    data = json.dumps({"schema": SCHEMA, **key}, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
    with telling(target):
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return target


def read_key(path: str | Path) -> Mapping[str, Any]:
    """Read a key.

    Raises
    ------
    InputError
        When the file is none.
    """
    source = checked_path(path, "The path of a key")
    if not source.is_file():
        raise InputError(f"No file is called {source.name!r}. Name the key that was written with the study.")
    refuse_size(source, "project")
    with telling(source, "read"):
        data = source.read_bytes()
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or not isinstance(found.get("transcripts"), dict):
        raise InputError(
            f"{source.name} is no key of a pseudonymised study. Name the file that `write` was given as key."
        )
    return found
