"""The file itself: a zip of a description and sources, or a description alone; members are opened by name."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from alliance_nlp.errors import InputError, counted
from alliance_nlp.files import MB, PROJECT_XML, refuse_project, refuse_size, too_much

MEDIA = frozenset({
    ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".mp3", ".wav", ".m4a", ".wma", ".aac", ".ogg", ".flac",
    ".mp4", ".m4v", ".mov", ".avi", ".wmv", ".mpg", ".mpeg", ".mkv", ".webm", ".pdf",
})  # fmt: skip
INTERNAL = "internal://"
_SCHEME = re.compile("^[a-z]+:/{2,3}", re.IGNORECASE)
DESCRIPTION = ".qde"
_TEXT = 10 * MB


@dataclass(frozen=True)
class Container:
    """A project's file: its description, and its other members by their folded names."""

    path: Path
    description: bytes
    members: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def name_of(self, path: str) -> str | None:
        """Name of the member that an ``internal://`` path means; None where it is not there, or is outside the file.

        Some programs leave the beginning away, or write another one before a name that is in the file.
        """
        wanted = _SCHEME.sub("", path).replace("\\", "/").lstrip("/").casefold()
        return self.members.get(f"sources/{wanted}") or self.members.get(wanted)

    def read(self, name: str) -> bytes:
        """Bytes of a member; no more than a text may hold."""
        with zipfile.ZipFile(self.path) as archive, archive.open(name) as member:
            data = member.read(_TEXT + 1)
        if len(data) > _TEXT:
            raise too_much(f"{name} in {self.path.name}", f"more than {_TEXT / MB:.0f} MB", f"{_TEXT / MB:.0f} MB")
        return data


def open_container(path: Path, ending: str = DESCRIPTION) -> Container:
    """Open a project: a zip whatever its name, or a bare description.

    Raises
    ------
    InputError
        When it is neither, holds no description or several, or more than it may.
    """
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        raise InputError(f"{path.name} {kind}. Name a file that a QDA program exported (.qdpx, .qdc).")
    refuse_size(path, "project")
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] != b"PK":
        return Container(path, _bare(path, start))
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_project(path, archive, MEDIA)
            return _of_archive(path, archive, ending)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError) as err:
        raise InputError(f"{path.name} is a damaged archive: {err}. Export it again, or copy it again.") from err


def _bare(path: Path, start: bytes) -> bytes:
    if not start.strip():
        raise InputError(f"{path.name} is empty. Export it again.")
    if path.stat().st_size > PROJECT_XML:
        raise too_much(path.name, f"{path.stat().st_size / MB:.0f} MB of XML", f"{PROJECT_XML / MB:.0f} MB")
    return path.read_bytes()


def _of_archive(path: Path, archive: zipfile.ZipFile, ending: str) -> Container:
    names = [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX/")]
    found = [name for name in names if name.lower().endswith(ending)]
    usual = [name for name in found if PurePosixPath(name).name.lower() == f"project{ending}"]
    chosen = found if len(found) == 1 else usual
    if len(chosen) != 1:
        listed = f": {', '.join(map(repr, found[:6]))}" if found else ""
        raise InputError(
            f"{path.name} must hold one description of a project ({ending}). It holds {len(found)}{listed}. Export it "
            f"again as REFI-QDA project."
        )
    home = PurePosixPath(chosen[0]).parent.as_posix()
    inside = {n.removeprefix(f"{home}/") if home != "." else n: n for n in names if n != chosen[0]}
    remarks = []
    if PurePosixPath(chosen[0]).name != f"project{ending}":
        remarks.append(f"its description is called {chosen[0]!r}, not 'project{ending}'; it was read")
    if any(name.startswith("Sources/") for name in archive.namelist()):
        remarks.append("its folder of sources is called 'Sources', not 'sources'; it was read")
    if len(found) > 1:
        remarks.append(f"it holds {counted(len(found), 'description')}; {chosen[0]!r} was read")
    data = _description(path, archive, chosen[0])
    return Container(path, data, {name.casefold(): n for name, n in inside.items()}, tuple(remarks))


def _description(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """Read the description, and no more of it than is allowed, whatever the archive declares."""
    with archive.open(name) as file:
        data = file.read(PROJECT_XML + 1)
    if len(data) > PROJECT_XML:
        raise too_much(f"{name} in {path.name}", "more than it declares", f"{PROJECT_XML / MB:.0f} MB")
    return data
