"""What a thing was made from: hashes, versions, and plain values for manifests.

Hashes stand in files that people keep (ledgers, saved folders, caches, manifests), so what a function gives for the
same input never changes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

__version__ = "0.1.0"

# figures may depend on these
PACKAGES = (
    "numpy", "scipy", "scikit-learn", "sentence-transformers", "torch", "umap-learn", "hdbscan", "matplotlib", "jinja2",
)  # fmt: skip


def hash_bytes(content: bytes | str) -> str:
    """SHA-256 of some bytes, or of words as UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content).hexdigest()


def content_hash(text: str) -> str:
    """Source expression by which a content security policy lets this style or script work, and no other.

    Examples
    --------
    >>> content_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()).decode("ascii")


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
    found: dict[str, str] = {}
    waiting = list(PACKAGES)
    if (own := _installed("alliance-nlp")) is not None:
        waiting += [name for line in own.needs if (name := _needed(line, ("offline", "report", "formats")))]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name not in found and (told := _installed(name)) is not None:
            found[name] = told.version
            waiting += [need for line in told.needs if (need := _needed(line, ()))]
    return dict(sorted(found.items()))


class _Installed(NamedTuple):
    """What an installed package says of itself."""

    version: str
    needs: tuple[str, ...]  # lines of requirements


@functools.cache
def _installed(name: str) -> _Installed | None:
    """Read the head of what a package says of itself, None where it is not installed; below the head is its README."""
    import email
    import importlib.metadata

    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    head = (package.read_text("METADATA") or package.read_text("PKG-INFO") or "").partition("\n\n")[0]
    told = email.message_from_string(head)
    return _Installed(told["Version"], tuple(told.get_all("Requires-Dist") or ()))


def _needed(line: str, extras: tuple[str, ...]) -> str:
    """Name in a line of requirements; nothing where it belongs to an extra that is not among those given."""
    extra = re.search(r"""extra\s*==\s*['"]([\w.-]+)['"]""", line)
    name = re.match(r"[\w.-]+", line)
    return name[0] if name is not None and (extra is None or extra[1] in extras) else ""


def versions() -> dict[str, str]:
    """Python, the library, and those of the packages that figures may depend on which are installed."""
    import platform

    told = {name: about.version for name in PACKAGES if (about := _installed(name)) is not None}
    return {"alliance_nlp": __version__, "python": platform.python_version(), **told}
