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
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.decoding import decode
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.withdrawal.spellings import laid_out

_TAG = re.compile(r"<[^<>]{0,2000}>")
_PARTING = re.compile(
    r"</?(?:\w+:)?(?:p|br|tab|t[rcdh]|div|li|h\d|line-break|s|ul|ol|d[ltd]|table|blockquote|section|a:p|ANNOTATION_VALUE"
    r"|text|tspan|cell|row|si|v)\b[^<>]{0,2000}>"
)
PACKED = frozenset({".docx", ".odt", ".xlsx", ".qdpx", ".zip", ".ods", ".pptx"})
ARCHIVES = frozenset({".qdpx", ".zip"})  # of whatever files; in those of office programs only markup holds words
MARKED_UP = frozenset({".html", ".htm", ".xml", ".svg", ".qde", ".qdc", ".eaf", ".rels"})
PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif"}
)  # what is seen in them nobody looks for; what they are called is
NUMBERS = frozenset({".npy"})
NO_WORDS = frozenset(
    {".mp3", ".wav", ".mp4", ".m4a", ".avi", ".mov", ".pdf", ".eml", ".mbox", ".msg"}  # mail is packed
)
DEEPEST = 4  # archives within archives that are opened
_UNPRINTED = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LARGEST = 200 << 20  # bytes of a file that is looked into


def text_of(path: Path) -> str | None:
    """Words that a file holds; None where they cannot be looked for: sound, databases, a large file."""
    if path.suffix.lower() in NO_WORDS or path.stat().st_size > LARGEST:
        return None
    return text_in(path.suffix, path.read_bytes())


def text_in(suffix: str, data: bytes) -> str | None:
    """Words in the bytes of a file, as they stand and in other spellings and layouts; None where nobody can look."""
    suffix = suffix.lower()
    if suffix in NO_WORDS:
        return None
    if suffix in PICTURES:
        return data.decode("utf-8", "replace")
    if suffix in NUMBERS:
        return _array(data)
    if suffix == ".parquet":
        return _columns(data)
    if suffix in PACKED:
        found = _packed(io.BytesIO(data))
        return "\n".join(one for one in found if one is not None) if found is not None else None
    return _words(suffix, data)


def is_closed(path: Path) -> bool:
    """Whether an archive holds something into which nobody can look, such as sound, or another that is encrypted."""
    found = _packed(path) if path.suffix.lower() in ARCHIVES else []
    return found is None or None in found


def _packed(file: Path | io.BytesIO, deepest: int = DEEPEST) -> list[str | None] | None:
    """Words of each member, None for one that cannot be looked into; None where the whole cannot be."""
    found: list[str | None] = []
    try:
        with zipfile.ZipFile(file) as archive:
            notes = (archive.comment, *(member.comment for member in archive.infolist()))
            found += [*archive.namelist(), *(note.decode("utf-8", "replace") for note in notes)]
            for member in archive.infolist():
                suffix = Path(member.filename).suffix.lower()
                if member.is_dir():
                    continue
                if member.file_size > LARGEST:
                    found.append(None)
                elif suffix in PACKED:
                    found += (_packed(io.BytesIO(archive.read(member)), deepest - 1) if deepest else None) or [None]
                else:
                    found.append(text_in(suffix, archive.read(member)))
    except Exception:  # encrypted or damaged, in the many ways that zipfile and zlib have
        return None
    return found


def _array(data: bytes) -> str | None:
    """Words in an array of them; nothing where it holds numbers, None where it is none or holds objects."""
    import numpy as np

    try:
        found = np.load(io.BytesIO(data), allow_pickle=False)
    except ValueError:
        return None
    return "\n".join(map(str, found.ravel().tolist())) if found.dtype.kind in "SU" else ""


def _columns(data: bytes) -> str | None:
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        return None
    try:
        table = parquet.read_table(io.BytesIO(data))
        notes = [one.decode("utf-8", "replace") for one in (table.schema.metadata or {}).values()]
        return "\n".join(texts_in([table.to_pydict(), notes]))
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
    if b"\0" in data:  # words in two bytes a sign, or a file of another kind that passes for that
        text += "\n" + data.replace(b"\0", b" ").decode("utf-8", "replace")
    if suffix in MARKED_UP or text.lstrip("\ufeff \r\n").startswith("<"):
        # words that markup parts are found together, and apart; what it says of itself, too, such as a title
        apart = _TAG.sub("", _PARTING.sub(" ", text))
        found = [html.unescape(one) for one in (_TAG.sub("", text), _TAG.sub(" ", text), apart, text)]
    elif suffix in (".json", ".jsonl") or text.lstrip().startswith(("{", "[")):
        found = list(_of_json(text))
    else:
        found = [text]
    return "\n".join([*found, *laid_out(text)])


def _of_json(text: str) -> Iterator[str]:
    for part in [text] if _is_json(text) else text.splitlines():
        try:
            value = json.loads(part)
        except (ValueError, RecursionError):
            yield part
            continue
        yield from texts_in(value)
        yield from (" ".join(words) for words in grouped(_by_key(value, "")).values())


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _by_key(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Give every text with the name of its entry: words that a program timed one by one stand under one name."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _by_key(one, str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _by_key(one, key)


def texts_in(value: Any) -> Iterator[str]:
    """Every text within lists and dicts, names of entries included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from texts_in(key)
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)
