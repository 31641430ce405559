"""Words of a study on paper and slides: what is drawn of them, from which side, in lines; and what cannot be drawn."""

from __future__ import annotations

import re
import unicodedata

from alliance_nlp.errors import Told, import_extra
from alliance_nlp.plots.figures import font_of
from alliance_nlp.plots.lettering import broken
from alliance_nlp.records import printable

POINTS = 72.0  # an inch
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
        name, n = unicodedata.name(missing[0], "one without a name").lower(), len(missing)
        return Told(f"no font on this computer has {n} of its letters ({name}, for one)", "no_font", n=n, name=name)
    matplotlib = import_extra("matplotlib", "report", "A page to print")
    shapes = tuple(map(int, re.findall(r"\d+", matplotlib.__version__)[:2])) >= _SHAPES
    odd = () if shapes else [s for s in letters if ord(s) > 0x24F and not unicodedata.name(s, "").startswith(_SIMPLE)]
    odd = [sign for sign in odd if unicodedata.category(sign) not in ("Mn", "Nd", "Lm")]
    version = matplotlib.__version__
    said = Told(f"matplotlib {version} does not join its letters; 3.11 does", "not_joined", version=version)
    return said if odd else ""


def drawable(text: str) -> str:
    """Write a box for signs, emoji say, that no font has; letters are left as they are (`undrawn` tells of them)."""
    return "".join(s if s.isascii() or font_of(s) or unicodedata.category(s)[0] in "CMLZ" else "□" for s in text)


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break words of a study, of any script, into lines no wider than so many points.

    Examples
    --------
    >>> lines_of("It takes time.", 50, 12)
    ['It takes', 'time.']
    """
    return broken(drawable(plain_words(text)), width, size, bold=bold)[0]
