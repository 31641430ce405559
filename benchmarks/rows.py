"""The form of a result: one line of JSON that says what was measured, and what the figure rests on.

Every row carries ``commit`` and ``dirty`` (whether what was measured differs from that commit), ``versions``,
``machine``, ``seed`` and ``data`` (a hash of what it was measured on). What is not known, or does not apply, is null;
so is a figure that is undefined.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

Row = dict[str, Any]
REPOSITORY = Path(__file__).resolve().parents[1]
PROVENANCE = ("commit", "dirty", "versions", "machine", "seed", "data")
ALWAYS = ("numpy", "scikit-learn", "alliance-nlp")
# what a run writes is no change to what it measures
MEASURED = ("src", "benchmarks", "pyproject.toml", ":(exclude,glob)benchmarks/*/results/**")


def write_row(path: Path, found: Row, *, packages: Sequence[str] = ()) -> Row:
    """Append one result to a file, with what it rests on.

    Parameters
    ----------
    path : Path
        The file; made when there is none.
    found : dict
        Settings and figures. ``seed`` and ``data`` must be among them, None where nothing is drawn or read.
        ``versions`` may name packages of another environment.
    packages : sequence of str
        Peers whose version is kept as well.

    Returns
    -------
    dict
        The row as it was written.
    """
    missing = [name for name in ("seed", "data") if name not in found]
    if missing:
        raise ValueError(f"A row must say {' and '.join(missing)}; None where there is none. Got {sorted(found)}.")
    about = {
        "commit": commit(),
        "dirty": is_dirty(),
        "versions": {**versions(packages), **found.get("versions", {})},
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    row = plain({**found, **about})
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(as_line(row))
    return row


def as_line(row: Row) -> str:
    """Put what was measured first and what it rests on last."""
    own = {name: value for name, value in row.items() if name not in PROVENANCE}
    return json.dumps({**own, **{name: row[name] for name in PROVENANCE}}, ensure_ascii=False, allow_nan=False) + "\n"


def read_rows(path: Path) -> list[Row]:
    """Read the rows of a file; an absent file has none."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def keep_last(path: Path, key: Sequence[str]) -> None:
    """Keep one row for each setting: the one that was measured last, at the place of the first."""
    kept = {json.dumps([row.get(name) for name in key]): row for row in read_rows(path)}
    partial = path.with_suffix(".partial")
    partial.write_text("".join(map(as_line, kept.values())), encoding="utf-8")
    partial.replace(path)


def plain(value: Any) -> Any:
    """Turn numbers of numpy into those of Python, and undefined ones into None."""
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def hash_of(parts: Iterable[Any]) -> str:
    """Hash arrays and plain values, in order; 16 digits of SHA-256."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype}{part.shape}".encode() + np.ascontiguousarray(part).tobytes())
        else:
            digest.update(json.dumps(part).encode())
        digest.update(b"\x1e")
    return digest.hexdigest()[:16]


def versions(packages: Sequence[str] = ()) -> dict[str, str | None]:
    """Give the versions of Python and of packages; None for one that is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version()}
    for name in (*ALWAYS, *packages):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


@functools.cache
def commit() -> str | None:
    """Give the commit of this checkout; None outside a checkout."""
    return _git("rev-parse", "--short", "HEAD") or None


@functools.cache
def is_dirty() -> bool | None:
    """Say whether what is measured differs from the commit; asked once, before anything is written."""
    changed = _git("status", "--porcelain", "--", *MEASURED)
    return None if changed is None else bool(changed)


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(REPOSITORY), *words], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def figures(rows: Iterable[Row], name: str) -> Iterator[float]:
    """Give one figure of many rows, nan where it is undefined."""
    return (math.nan if row.get(name) is None else float(row[name]) for row in rows)
