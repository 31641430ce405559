"""Bytes to text: byte order marks, UTF-8, UTF-16, the caller's encoding, Windows-1252; never a silent replacement."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from alliance_nlp.errors import InputError, Told
from alliance_nlp.files import refuse_file
from alliance_nlp.reading.letters import ENCODINGS, best_encoding
from alliance_nlp.reading.remarks import Remarks, which

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_BINARY = {
    b"PK\x03\x04": "a zip archive, as .docx, .xlsx and .odt are", b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file (.doc, .xls)", b"{\\rtf": "an RTF file",
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"RIFF": "sound or video",
    b"ID3": "sound", b"OggS": "sound", b"\x1f\x8b": "a packed file", b"SQLite format 3": "a database",
}  # fmt: skip
_WORDS = {b"GIF8", b"RIFF", b"ID3", b"OggS"}  # a person may be called ID3: these count with a NUL behind them only
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
FEW_NULS = 4  # in UTF-16 every second byte of Latin letters is one


def read_text(path: Path, encoding: str | None, remarks: Remarks) -> str:
    """Read a file as text, every character and line end as it stands; a byte order mark is no part of the text."""
    try:
        refuse_file(path)
        data = path.read_bytes()
    except OSError as err:
        raise InputError(f"{path.name} cannot be read: {err.strerror}. Check its path and permissions.") from err
    text = decode(data, encoding, remarks.about(path.name))
    if found := _CONTROLS.search(text):
        line = len(lines_in(text[: found.start()]))
        raise InputError(
            f"{path.name} is not a text file: line {line} holds the control character {ord(found.group()):#04x}. "
            f"Export it as plain text."
        )
    return text


def lines_in(text: str) -> list[str]:
    """Lines of a text, as editors number them: only CRLF, CR and LF end one."""
    return re.split(r"\r\n|\r|\n", text)


def decode(data: bytes, encoding: str | None, remarks: Remarks) -> str:
    """Decode by byte order mark, then the caller's encoding, then UTF-8, UTF-16 without mark, Windows-1252."""
    for start, kind in _BINARY.items():
        if data.startswith(start) and (start not in _WORDS or b"\0" in data[:1000]):
            raise InputError(
                f"{remarks.source} is not a text file: it begins like {kind}. Give it the ending of its format, or "
                f"export it as plain text."
            )
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], marked, remarks.source, "which its byte order mark announces")
    if encoding is not None:
        return _strictly(data, _known(encoding), remarks.source, "which you named").removeprefix("\ufeff")
    if b"\0" in data:
        return _utf16_without_mark(data, remarks)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _windows(data, remarks)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as err:
        raise InputError(
            f"encoding must be one that Python knows, such as 'cp1252'. Got {encoding!r} instead."
        ) from err


def _strictly(data: bytes, encoding: str, name: str, why: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as err:
        line = len(_LINE_END.findall(data[: err.start])) + 1
        raise InputError(
            f"{name} is not {encoding}, {why}: byte {data[err.start]:#04x} at position {err.start}, line {line}. "
            f"Save it as UTF-8, or name its encoding, for instance encoding='cp1252'."
        ) from err


def _utf16_without_mark(data: bytes, remarks: Remarks) -> str:
    """NUL bytes mean UTF-16 without a mark, or no text at all."""
    kind = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    try:
        text = "\0" if _is_utf8_with_few_nuls(data) else data.decode(kind)
    except UnicodeDecodeError:
        text = "\0"
    if _CONTROLS.search(text):
        at = data.index(b"\0")
        raise InputError(
            f"{remarks.source} is not a text file: it holds NUL bytes, the first at position {at}. Export it as plain "
            f"text."
        )
    remarks.doubt(f"has no byte order mark; its NUL bytes say {kind}, and it was read so")
    return text


def _is_utf8_with_few_nuls(data: bytes) -> bool:
    """Whether a NUL got into a file of UTF-8: in pairs its bytes would be letters of other scripts, all of them wrong.

    Letters whose UTF-16 holds fewer NULs (Cyrillic, Arabic, Chinese ...) hold control characters, or bytes that are no
    UTF-8, in their place.
    """
    if data.count(0) * FEW_NULS > len(data):
        return False
    try:
        rest = data.replace(b"\0", b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(rest) is None


def _windows(data: bytes, remarks: Remarks) -> str:
    """Windows-1252 for a file that is nowhere UTF-8; one that is both, or neither, is an error."""
    lines = list(enumerate(_LINE_END.split(data), 1))
    bad = [number for number, line in lines if line.decode("utf-8", "ignore").encode() != line]
    good = sorted({number for number, line in lines if not line.isascii()} - set(bad))
    if good:
        raise InputError(
            f"{remarks.source} mixes encodings: {which(bad, 'line')} {'is' if len(bad) == 1 else 'are'} not UTF-8, "
            f"{which(good, 'line')} {'is' if len(good) == 1 else 'are'}. Save the whole file as UTF-8, or name one "
            f"encoding, for instance encoding='cp1252'."
        )
    found = best_encoding(data)
    if found is None:
        at = next(at for at, byte in enumerate(data) if byte > 0x7F)
        raise InputError(
            f"{remarks.source} is neither UTF-8 nor Windows-1252: byte {data[at]:#04x} at position {at}, line "
            f"{bad[0]}, and its letters show no other encoding. Save it as UTF-8, or name its encoding, such as "
            f"encoding='cp1251'."
        )
    why = "" if found == "cp1252" else ", as only there its letters make words"
    said = f"is not UTF-8 (first on line {bad[0]}), read as {ENCODINGS[found]}{why}; if so, say encoding={found!r}"
    kind = "letters" if why else "usual_letters"
    remarks.doubt(Told(said, kind, line=bad[0], encoding=ENCODINGS[found]), "guessed")
    return data.decode(found)
