"""Paragraphs as matplotlib draws them: which fonts, how wide, broken into lines; and what cannot be drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from alliance_nlp.errors import import_extra
from alliance_nlp.plots.figures import USUAL, font_of
from alliance_nlp.records import printable

POINTS = 72.0  # an inch
_FINE = 10  # dots that are measured a point, so that widths are not those of whole dots
_SHAPES = (3, 11)  # the version of matplotlib that joins letters and turns lines from right to left
_SIMPLE = ("LATIN", "GREEK", "CYRILLIC", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "ARMENIAN", "GEORGIAN", "BOPOMOFO")
_TURNED = frozenset({"R", "AL"})  # classes of signs that run from right to left
_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def plain_words(text: str) -> str:
    """Write words so that they are drawn in the order in which they stand: marks of direction and controls go."""
    return printable(_MARKS.sub("", text))


def runs_left(text: str) -> bool:
    """Whether a paragraph begins at the right: by its first letter that has a direction.

    Examples
    --------
    >>> runs_left("1. \u05e9\u05dc\u05d5\u05dd"), runs_left("abc \u05e9")
    (True, False)
    """
    for sign in text:
        way = unicodedata.bidirectional(sign)
        if way in _TURNED or way == "L":
            return way in _TURNED
    return False


def undrawn(text: str) -> str:
    """Say why a text cannot be drawn as it is read; empty where it can.

    Examples
    --------
    >>> undrawn("Bl\u00e5b\u00e6r, \u03b2")
    ''
    """
    letters = {sign for sign in text if unicodedata.category(sign)[0] in "LMN"}
    missing = sorted(sign for sign in letters if font_of(sign) is None)
    if missing:
        names = unicodedata.name(missing[0], "one without a name").lower()
        return f"no font on this computer has {len(missing)} of its letters ({names}, for one)"
    matplotlib = import_extra("matplotlib", "report", "A page to print")
    shapes = tuple(map(int, re.findall(r"\d+", matplotlib.__version__)[:2])) >= _SHAPES
    odd = () if shapes else [s for s in letters if ord(s) > 0x24F and not unicodedata.name(s, "").startswith(_SIMPLE)]
    odd = [sign for sign in odd if unicodedata.category(sign) not in ("Mn", "Nd", "Lm")]
    return f"matplotlib {matplotlib.__version__} does not join its letters; 3.11 does" if odd else ""


def families(text: str) -> list[str]:
    """Fonts that a text needs, the usual one first."""
    found = dict.fromkeys(font_of(sign) for sign in text if not sign.isascii())
    return [USUAL, *(family for family in found if family is not None and family != USUAL)]


def drawable(text: str) -> str:
    """Write a box for signs, emoji say, that no font has; letters are left as they are (`undrawn` tells of them)."""
    return "".join(s if s.isascii() or font_of(s) or unicodedata.category(s)[0] in "CMLZ" else "□" for s in text)


@cache
def _measure() -> Any:
    agg = import_extra("matplotlib.backends.backend_agg", "report", "A page to print")
    return agg.RendererAgg(1, 1, POINTS * _FINE)


@cache
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a text in points."""
    manager = import_extra("matplotlib.font_manager", "report", "A page to print")
    weight = "bold" if bold else "normal"
    properties = manager.FontProperties(family=families(text), size=size, weight=weight)
    width, _, _ = _measure().get_text_width_height_descent(text, properties, ismath=False)
    return float(width) / _FINE


def broken(text: str, width: float, size: float, *, bold: bool = False) -> Iterator[str]:
    """Break a text into lines of a width in points: between words, and within one that is wider than a line."""
    for paragraph in drawable(plain_words(text)).splitlines() or [""]:
        line, wide = "", 0.0
        blank = width_of("n n", size, bold=bold) - width_of("nn", size, bold=bold)
        for word in _pieces(paragraph.split(), width, size, bold):
            own = width_of(word, size, bold=bold)
            if line and wide + blank + own > width:
                yield line
                line, wide = word, own
            else:
                line, wide = (f"{line} {word}", wide + blank + own) if line else (word, own)
        yield line


def _pieces(words: list[str], width: float, size: float, bold: bool) -> Iterator[str]:
    """Give words, cut where one alone is wider than a line; marks stay with their letters."""
    for word in words:
        if width_of(word, size, bold=bold) <= width:
            yield word
            continue
        piece, wide = "", 0.0
        for sign in word:
            own = width_of(sign, size, bold=bold)
            if piece and wide + own > width and unicodedata.category(sign)[0] != "M":
                yield piece
                piece, wide = "", 0.0
            piece, wide = piece + sign, wide + own
        yield piece
