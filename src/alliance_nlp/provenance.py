"""What a thing was made from: hashes, versions, and plain values for manifests.

Hashes stand in files that people keep (ledgers, saved folders, caches, manifests), so what a function gives for the
same input never changes.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

# figures may depend on these
PACKAGES = (
    "numpy", "scipy", "scikit-learn", "sentence-transformers", "torch", "umap-learn", "hdbscan", "matplotlib", "jinja2",
)  # fmt: skip


def hash_bytes(content: bytes | str) -> str:
    """SHA-256 of some bytes, or of words as UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(content.encode("utf-8") if isinstance(content, str) else content).hexdigest()


def content_hash(text: str) -> str:
    """Source expression by which a content security policy lets this style or script work, and no other.

    Examples
    --------
    >>> content_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def hash_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_words(*parts: str) -> str:
    """SHA-256 of strings, each preceded by its length so that no two lists of strings share a hash by accident.

    Examples
    --------
    >>> hash_words("ab", "c") == hash_words("a", "bc")
    False
    """
    encoded = [part.encode("utf-8", errors="surrogatepass") for part in parts]
    return hash_bytes(b"".join(f"{len(data)}:".encode() + data for data in encoded))


def canonical_json(value: Any, *, ascii_only: bool = True) -> str:
    r"""Write the one JSON text of a value that its hash is taken of, on one line.

    Examples
    --------
    >>> canonical_json({"b": [1, "é"], "a": None})
    '{"a":null,"b":[1,"\\u00e9"]}'
    """
    text = json.dumps(value, ensure_ascii=ascii_only, sort_keys=True, separators=(",", ":"))
    for mark in ("\x85", "\u2028", "\u2029"):  # line ends to some programs, though not to JSON
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def readable_json(value: Any, *, digits: int | None = None) -> str:
    """Write plain values as JSON that a person can read."""
    return json.dumps(plain(value, digits=digits), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def plain(value: Any, *, digits: int | None = None) -> Any:
    """Turn a value into what JSON can hold; undefined numbers become None, others are rounded to `digits` if given.

    Examples
    --------
    >>> plain({"kappa": float("nan"), "themes": frozenset({"rush", "trust"}), 1: (0.25,)})
    {'kappa': None, 'themes': ['rush', 'trust'], '1': [0.25]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item, digits=digits) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [plain(item, digits=digits) for item in value]
    if hasattr(value, "tolist"):  # an array of numpy, or one of its numbers
        return plain(value.tolist(), digits=digits)
    if isinstance(value, float):
        return None if not math.isfinite(value) else value if digits is None else round(value, digits)
    return value if value is None or isinstance(value, str | int) else str(value)


@functools.cache
def installed_packages() -> Mapping[str, str]:
    """Versions of everything that this library needs at run time and that is installed, its needs' needs among them.

    Examples
    --------
    >>> "numpy" in installed_packages()
    True
    """
    import importlib.metadata

    found: dict[str, str] = {}
    waiting = list(PACKAGES)
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        needs = importlib.metadata.requires("alliance-nlp") or []
        waiting += [name for line in needs if (name := _needed(line, ("offline", "report", "formats")))]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            told = importlib.metadata.metadata(name)  # read once: most of it is the package's README
            found[name] = told["Version"]
            waiting += [need for line in told.get_all("Requires-Dist") or [] if (need := _needed(line, ()))]
    return dict(sorted(found.items()))


def _needed(line: str, extras: tuple[str, ...]) -> str:
    """Name in a line of requirements; nothing where it belongs to an extra that is not among those given."""
    extra = re.search(r"""extra\s*==\s*['"]([\w.-]+)['"]""", line)
    name = re.match(r"[\w.-]+", line)
    return name[0] if name is not None and (extra is None or extra[1] in extras) else ""


def versions() -> dict[str, str]:
    """Python, the library, and those of the packages that figures may depend on which are installed."""
    import importlib.metadata
    import platform

    found = {"alliance_nlp": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional package that this run did not have
    return found
