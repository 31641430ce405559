"""Words in a picture, measured: how wide they are, and how they break into lines that fit."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from alliance_nlp.errors import import_extra
from alliance_nlp.plots.figures import USUAL, font_of

SLACK = 1.03  # letters of a screen may be wider than those that were measured, by rounding to dots
ROOMY = 0.45  # of the size of letters: more than a blank (.32) and what rounding adds to it
COARSE = 72  # dots an inch of the coarsest screens: there each letter is moved to whole dots, and lines grow by a tenth


def fonts_for(text: str) -> list[str]:
    """Give the families whose letters a text needs, the usual one first."""
    found = dict.fromkeys(font_of(sign) for sign in text if not sign.isascii())
    return [USUAL, *(family for family in found if family is not None and family != USUAL)]


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Compute how wide one line is at most, in points, on paper or a screen; an escaped dollar sign is one sign."""
    plain = text.replace(r"\$", "$")
    return max(_width(plain, bold) * size * SLACK, _on_screen(plain, size, bold)) if text else 0.0


@cache
def _on_screen(text: str, size: float, bold: bool) -> float:
    """Measure one line on the coarsest screen."""
    manager = import_extra("matplotlib.font_manager", "report", "A plot")
    screen: Any = import_extra("matplotlib.backends.backend_agg", "report", "A plot").RendererAgg(1, 1, COARSE)
    font = manager.FontProperties(family=fonts_for(text), size=size, weight="bold" if bold else "normal")
    return float(screen.get_text_width_height_descent(text, font, ismath=False)[0]) + 1


@cache
def _width(text: str, bold: bool) -> float:
    """Measure one line of letters of one point."""
    manager = import_extra("matplotlib.font_manager", "report", "A plot")
    outlines = import_extra("matplotlib.textpath", "report", "A plot").text_to_path
    font = manager.FontProperties(family=fonts_for(text), weight="bold" if bold else "normal", size=100)
    return float(outlines.get_text_width_height_descent(text, font, ismath=False)[0]) / 100


def broken(text: str, width: float, size: float, *, lines: int = 99, bold: bool = False) -> tuple[list[str], bool]:
    """Break a text into lines no wider than so many points, and say whether all of it fits.

    What does not fit into so many lines ends with "…". Words wider than a line are broken, never before a sign that
    belongs to the one before it.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            rest, wider = word, f"{line} {word}" if line else word
            if (line and _surely_fits(wider, width, size, bold)) or width_of(wider, size, bold=bold) <= width:
                line = wider
                continue
            if line:
                found.append(line)
            while rest and width_of(rest, size, bold=bold) > width:
                part = _head(rest, width, size, bold)
                found.append(part)
                rest = rest[len(part) :]
            line = rest
        found.append(line)
    if len(found) <= lines:
        return found, True
    return [*found[: lines - 1], _with_dots(" ".join(found[lines - 1 :]), width, size, bold)], False


def _surely_fits(line: str, width: float, size: float, bold: bool) -> bool:
    """Whether a line has room to spare by the widths of its words: measuring a word once is cheaper than each line."""
    blank = size * ROOMY
    return sum(width_of(word, size, bold=bold) + blank for word in line.split(" ")) <= width


def balanced(text: str, width: float, size: float) -> list[str]:
    """Break a text into no more lines than it needs, about equally long."""
    found, _ = broken(text, width, size)
    for part in (0.6, 0.7, 0.8, 0.9):
        closer, _ = broken(text, width * part, size)
        if len(closer) == len(found):
            return closer
    return found


def _with_dots(text: str, width: float, size: float, bold: bool) -> str:
    pieces = _pieces(text)
    while pieces and width_of("".join(pieces).rstrip() + "…", size, bold=bold) > width:
        pieces.pop()
    return "".join(pieces).rstrip() + "…"


def _head(word: str, width: float, size: float, bold: bool) -> str:
    """Give the longest beginning of a word that fits, one letter at least."""
    pieces = _pieces(word)
    n = 1
    while n < len(pieces) and width_of("".join(pieces[: n + 1]), size, bold=bold) <= width:
        n += 1
    return "".join(pieces[:n])


def _pieces(text: str) -> list[str]:
    """Give the letters, each with what belongs to it: accents, vowel signs, joiners, an escaped dollar sign."""
    found: list[str] = []
    for sign in text:
        belongs = unicodedata.category(sign) in ("Mn", "Mc", "Me", "Cf") or (found and found[-1].endswith("\u200d"))
        if found and (belongs or (sign == "$" and found[-1] == "\\")):
            found[-1] += sign
        else:
            found.append(sign)
    return found
