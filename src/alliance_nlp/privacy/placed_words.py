"""Words of a text with their places, as two versions of it are laid beside each other."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Scripts that put no blanks between words go sign by sign; a mark in brackets, such as [Name 1], is one word.
_SOLID = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200b-\u200f\u00ad"
)
_WORD = re.compile(rf"\[[^\[\]\n]{{1,40}}\]|[{_SOLID}]|(?:(?![{_SOLID}])\w|(?<=\w)[{_MARKS}])+|\n|[^\w\s]")


class Word(NamedTuple):
    """A word or sign: where it stands, how it is compared, whether it is more than a sign, and in which line."""

    start: int
    end: int
    key: str
    spoken: bool
    line: int


def words_of(text: str) -> list[Word]:
    r"""Words and signs of a text in order; forms of marks are one.

    Examples
    --------
    >>> [(w.key, w.start, w.line) for w in words_of("P1: No.\nM: [Name 1]?")][3:7]
    [('.', 6, 0), ('M', 8, 1), (':', 9, 1), ('[Name 1]', 11, 1)]
    """
    found, line = [], 0
    for match in _WORD.finditer(text):
        sign = match.group()
        if sign == "\n":
            line += 1
            continue
        key = sign if sign.isascii() else unicodedata.normalize("NFC", sign)
        found.append(Word(match.start(), match.end(), key, any(map(str.isalnum, sign)), line))
    return found
