"""What a file holds, as far as words can be found in it: text, tables, packed XML, JSON, saved records."""

from __future__ import annotations

import html
import importlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.reading.decoding import decode
from alliance_nlp.reading.remarks import Remarks

_TAG = re.compile(r"<[^<>]{0,2000}>")
PACKED = frozenset({".docx", ".odt", ".xlsx", ".qdpx", ".zip", ".ods", ".pptx"})
ARCHIVES = frozenset({".qdpx", ".zip"})  # of whatever files; in those of office programs only markup holds words
MARKED_UP = frozenset({".html", ".htm", ".xml", ".svg", ".qde", ".qdc", ".eaf", ".rels"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".npy"})  # and numbers: no words stand in them
NO_WORDS = PICTURES | {
    ".mp3",
    ".wav",
    ".mp4",
    ".m4a",
    ".avi",
    ".mov",
    ".pdf",
    ".eml",
    ".mbox",
    ".msg",
}  # mail is packed
DEEPEST = 4  # archives within archives that are opened
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LARGEST = 200 << 20  # bytes of a file that is looked into


def text_of(path: Path) -> str | None:
    """Words that a file holds; None where they cannot be looked for: sound, pictures, databases, a large file."""
    if path.suffix.lower() in NO_WORDS or path.stat().st_size > LARGEST:
        return None
    if path.suffix.lower() == ".parquet":
        return _columns(path)
    if path.suffix.lower() in PACKED:
        found = _packed(path)
        return "\n".join(one for one in found if one is not None) if found is not None else None
    return _words(path.suffix.lower(), path.read_bytes())


def is_closed(path: Path) -> bool:
    """Whether an archive holds something into which nobody can look, such as sound, or another that is encrypted."""
    found = _packed(path) if path.suffix.lower() in ARCHIVES else []
    return found is None or None in found


def _packed(file: Path | io.BytesIO, deepest: int = DEEPEST) -> list[str | None] | None:
    """Words of each member, None for one that cannot be looked into; None where the whole cannot be."""
    found: list[str | None] = []
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                suffix = Path(member.filename).suffix.lower()
                if suffix in PICTURES or member.is_dir():
                    continue
                if member.file_size > LARGEST or suffix in NO_WORDS:
                    found.append(None)
                elif suffix in PACKED:
                    found += (_packed(io.BytesIO(archive.read(member)), deepest - 1) if deepest else None) or [None]
                else:
                    found.append(_words(suffix, archive.read(member)))
    except Exception:  # encrypted or damaged, in the many ways that zipfile and zlib have
        return None
    return found


def _columns(path: Path) -> str | None:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        return None
    try:
        return "\n".join(texts_in([list(row.values()) for row in parquet.read_table(path).to_pylist()]))
    except Exception:  # whatever pyarrow says of a damaged file
        return None


def _words(suffix: str, data: bytes) -> str | None:
    """Text in whichever encoding it is written; None where it is none, as in a database, or its letters are escaped."""
    try:
        text = decode(data, None, Remarks())
    except InputError:
        if data.startswith(b"{\\rtf") or b"\0" in data:
            return None
        text = data.decode("utf-8", "replace") + "\n" + data.decode("cp1252", "replace")  # one that mixes them
    if _UNPRINTED.search(text):
        return None
    if suffix in MARKED_UP or text.lstrip("\ufeff \r\n").startswith("<"):
        # words that markup parts are found together, and apart; what it says of itself, too, such as a title
        return "\n".join(html.unescape(one) for one in (_TAG.sub("", text), _TAG.sub(" ", text), text))
    if suffix in (".json", ".jsonl") or text.lstrip().startswith("{"):
        return "\n".join(_of_json(text))
    return text


def _of_json(text: str) -> Iterator[str]:
    for part in [text] if _is_json(text) else text.splitlines():
        try:
            yield from texts_in(json.loads(part))
        except (ValueError, RecursionError):
            yield part


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def texts_in(value: Any) -> Iterator[str]:
    """Every text within lists and dicts, names of entries included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from texts_in(key)
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
