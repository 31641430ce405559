"""Read every file of programs that is made to harm, at its full size, each in a process of its own: what it costs.

The files are those of ``tests/unit/qda_hostile_files.py``, where tests hold what is said of each.
"""

from __future__ import annotations

import argparse
import re
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import alliance_nlp as an
from benchmarks.rows import REPOSITORY, Row, hash_of
from benchmarks.running import Part

READERS = {".qdpx": "read_qdpx", ".qdc": "read_qdc", ".sqlite3": "read_taguette", ".qda": "read_qualcoder"}
SOUND = "a sound project of one word"


def hostile(options: argparse.Namespace) -> Iterator[Row]:
    """Make each file, read it, and say what came of it; first one that is sound, for what a process takes anyway."""
    names = harmful()
    about = {"seed": 0, "data": hash_of(sorted(map(list, names)))}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.qdpx"
        an.write_qdpx(an.Study((an.Transcript("t", "Yes."),)), path)
        yield {"kind": ".qdpx", "name": SOUND, **_apart(".qdpx", path), **about}
    for kind, name in names[: 2 if options.quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            with get_context("spawn").Pool(1) as pool:  # what is made here would count as memory of its reader
                path = pool.apply(_made, (folder, kind, name, not options.quick))
            yield {"kind": kind, "name": name, **_apart(kind, Path(path)), **about}


def harmful() -> list[tuple[str, str]]:
    """Name the files: their kind, and what harms."""
    sys.path.insert(0, str(REPOSITORY / "tests" / "unit"))
    from qda_hostile_files import HARMFUL

    return list(HARMFUL)


def _made(folder: str, kind: str, name: str, full: bool) -> str:
    harmful()
    from qda_hostile_files import made

    return str(made(folder, kind, name, full=full)[0])


def _apart(kind: str, path: Path) -> Row:
    size = path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    with get_context("spawn").Pool(1) as pool:
        return {"file_mb": size / 2**20, **pool.apply(_read, (kind, str(path)))}


def _read(kind: str, path: str) -> Row:
    said, start = "read", time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            getattr(an, READERS[kind])(path)
        except an.AllianceError as error:
            said = str(error).splitlines()[0]
    return {"said": said, "seconds": time.perf_counter() - start, "peak_mb": _peak()}


def _peak() -> float:
    """Peak of this process alone; what `resource` says begins at that of the process which started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if told is not None:
            return int(told[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


PARTS = {"hostile": Part(hostile, ("kind", "name"))}
