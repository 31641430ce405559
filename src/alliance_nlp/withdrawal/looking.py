"""What a file holds, as far as words can be found in it: text, tables, packed XML, JSON, saved records."""

from __future__ import annotations

import html
import importlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_TAG = re.compile(r"<[^<>]{0,2000}>")
PACKED = frozenset({".docx", ".odt", ".xlsx", ".qdpx", ".zip", ".ods", ".pptx"})
MARKED_UP = frozenset({".html", ".htm", ".xml", ".svg", ".qde", ".qdc", ".eaf", ".rels"})
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".npy"})  # and numbers: no words stand in them
NO_WORDS = PICTURES | {".mp3", ".wav", ".mp4", ".m4a", ".avi", ".mov", ".pdf"}
LARGEST = 200 << 20  # bytes of a file that is looked into


def text_of(path: Path) -> str | None:
    """Words that a file holds; None where they cannot be looked for: sound, pictures, packed columns, a large file."""
    if path.suffix.lower() in NO_WORDS or path.stat().st_size > LARGEST:
        return None
    if path.suffix.lower() == ".parquet":
        return _columns(path)
    if path.suffix.lower() in PACKED:
        return _packed(path)
    return _words(path.suffix.lower(), path.read_bytes())


def _packed(path: Path) -> str | None:
    found: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                suffix = Path(member.filename).suffix.lower()
                if member.file_size <= LARGEST and suffix not in NO_WORDS and not member.is_dir():
                    found.append(_words(suffix, archive.read(member)))
    except Exception:  # encrypted or damaged, in the many ways that zipfile and zlib have
        return None
    return "\n".join(found)


def _columns(path: Path) -> str | None:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        return None
    try:
        return "\n".join(_texts([list(row.values()) for row in parquet.read_table(path).to_pylist()]))
    except Exception:  # whatever pyarrow says of a damaged file
        return None


def _words(suffix: str, data: bytes) -> str:
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    if suffix in MARKED_UP or text.lstrip("\ufeff \r\n").startswith("<"):
        # words that markup parts are found together, and apart
        return html.unescape(_TAG.sub("", text)) + "\n" + html.unescape(_TAG.sub(" ", text))
    if suffix in (".json", ".jsonl") or text.lstrip().startswith("{"):
        return "\n".join(_of_json(text))
    return text


def _of_json(text: str) -> Iterator[str]:
    for part in [text] if _is_json(text) else text.splitlines():
        try:
            yield from _texts(json.loads(part))
        except (ValueError, RecursionError):
            yield part


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
