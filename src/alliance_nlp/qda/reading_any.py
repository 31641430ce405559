"""A project of whichever program, by what its file is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.qda.projects import QdaProject
from alliance_nlp.qda.qualcoder import DATA, read_qualcoder
from alliance_nlp.qda.reading_projects import read_qdpx
from alliance_nlp.qda.taguette import read_taguette

EXCHANGED = frozenset({".qdpx", ".qde"})
TAGUETTE = frozenset({".sqlite3", ".sqlite"})
QUALCODER = frozenset({".qda"})
PROJECTS = EXCHANGED | TAGUETTE | QUALCODER


def is_project(source: Any) -> bool:
    """Whether something names a project of a program: by its ending, and a folder by the database in it."""
    if not isinstance(source, str | Path):
        return False
    path = Path(source)
    return path.suffix.lower() in PROJECTS and (not path.is_dir() or (path / DATA).is_file())


def read_project(
    source: str | Path, *, roles: Mapping[str, str | None] | None = None, encoding: str | None = None
) -> QdaProject:
    """Read a project of whichever program; an encoding is for REFI-QDA only, databases are UTF-8."""
    ending = Path(source).suffix.lower()
    if ending in QUALCODER:
        return read_qualcoder(source, roles=roles)
    return (
        read_taguette(source, roles=roles) if ending in TAGUETTE else read_qdpx(source, roles=roles, encoding=encoding)
    )
