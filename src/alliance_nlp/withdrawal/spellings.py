"""Words in other spellings: letters that programs escape, words one by one, in columns, parted by marks and lines."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator, Sequence

from alliance_nlp.numeric import grouped

_ESCAPED = re.compile(
    r"""(?P<hex>(?:%(?:25)*[0-9A-Fa-f]{2}|=[0-9A-F]{2}|\\x[0-9A-Fa-f]{2}|\\'[0-9A-Fa-f]{2})+)
    |\\u(?P<rtf>-?\d{3,5})(?:\?|\\'3f)|\\u(?P<code>[0-9A-Fa-f]{4})|(?P<entity>&(?:amp;)*\#?\w{2,31};)|(?P<soft>=\r?\n)""",
    re.X,
)
_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_PERCENT = re.compile(r"%(?:25)+(?=[0-9A-Fa-f]{2})")
_AMP = re.compile(r"&(?:amp;)+(?=#?\w)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}")
_AT_LINE_END = re.compile(r"-[ \t]*\r?\n[ \t>]*")
_TEX_LETTERS = {"o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "ss": "ß", "l": "ł"}
_TEX_LETTER = re.compile(r"\{?\\(aa|AA|ae|AE|oe|ss|[oOl])(?![A-Za-z])(?:\{\}| |\})?")
_TEX_ACCENT = re.compile(r"""\{?\\(["'`^~])\{?([A-Za-z])\}{0,2}""")
_ACCENTS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
_MARKS = re.compile(r"\\[A-Za-z]+\*?|[*_~`{}]")
_NUMBERS = re.compile(r"<[^<>]{0,200}>|(?<!\S)[\d:.,;()\[\]<>%#-]+(?!\S)")
_CELLS = re.compile(r"\S+(?: \S+)*")  # of a table that is printed: two blanks part them
_FIELDS = re.compile(r"[\s,;|]+")
COLUMNS = 12  # of a line, in which one word may stand
CLOSELY = 4 << 20  # signs of a text whose lines and columns are laid out otherwise, too


def unescaped(text: str) -> tuple[str, Sequence[int]]:
    r"""Text with escaped letters as they are read, and for each of its signs, and its end, where it stands in the text.

    Examples
    --------
    >>> unescaped("t%C3%B8r, \\u00e5")
    ('tør, å', [0, 1, 7, 8, 9, 10, 16])
    >>> unescaped("as it is")[0]
    'as it is'
    """
    if not _ESCAPED.search(text):
        return text, range(len(text) + 1)
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for found in _ESCAPED.finditer(text):
        letters = _letters(found)
        parts += [text[at : found.start()], letters]
        places += [*range(at, found.start()), *[found.start()] * len(letters)]
        at = found.end()
    return "".join([*parts, text[at:]]), [*places, *range(at, len(text) + 1)]


def _letters(found: re.Match[str]) -> str:
    if found["hex"] is not None:
        data = bytes.fromhex("".join(_PAIR.findall(_PERCENT.sub("%", found["hex"]))))
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")
    if found["rtf"] is not None:
        return chr(int(found["rtf"]) % 0x10000)
    if found["code"] is not None:
        return chr(int(found["code"], 16))
    return html.unescape(_AMP.sub("&", found["entity"])) if found["entity"] is not None else ""


def laid_out(text: str) -> Iterator[str]:
    r"""Give a text as it reads without what programs put between words: numbers, marks, ends of lines, other columns.

    Examples
    --------
    >>> [one.split() for one in laid_out("1 it\n2 takes\n3 time\n4 co-\nming")][:2]
    [['1', 'it', '2', 'takes', '3', 'time', '4', 'coming'], ['it', 'takes', 'time', 'co-', 'ming']]
    """
    yield from _packed_letters(text)
    if len(text) > CLOSELY:
        return
    if _AT_LINE_END.search(text):
        yield _AT_LINE_END.sub("", text)
    if _NUMBERS.search(text):
        yield _NUMBERS.sub(" ", text)
    if _MARKS.search(text):
        yield _MARKS.sub("", _TEX_ACCENT.sub(_accented, _TEX_LETTER.sub(lambda m: _TEX_LETTERS[m[1]], text)))
    cells = grouped((found.start(), found.group()) for line in text.splitlines() for found in _CELLS.finditer(line))
    if len(cells) > 1:
        yield "\n".join(" ".join(column) for column in cells.values())
    rows = [[field for field in _FIELDS.split(line) if field] for line in text.splitlines()]
    for at in range(COLUMNS):
        column = [row[at] for row in rows if at < len(row) <= COLUMNS]
        if len(column) > 1:
            yield " ".join(field for field in column if not _NUMBERS.fullmatch(field))


def _accented(found: re.Match[str]) -> str:
    return f"{found[2]}{_ACCENTS[found[1]]}"


def _packed_letters(text: str) -> Iterator[str]:
    """Give what stands in base64, as in mail and in pages that hold everything."""
    for found in _BASE64.finditer(text):
        letters = "".join(found.group().split()).rstrip("=")
        try:
            yield base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
