"""Names as they can be drawn, with the fonts that have their letters, and pictures as bytes."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from alliance_nlp.errors import import_extra, warn
from alliance_nlp.records import printable

if TYPE_CHECKING:
    import matplotlib.axes

Axes: TypeAlias = "matplotlib.axes.Axes"  # matplotlib is imported when something is drawn

LONGEST_NAME = 90
USUAL = "DejaVu Sans"  # ships with matplotlib
_NO_WORDS = ("Last Resort", "STIX", "cm", "DejaVu Sans Display", "DejaVu Serif Display", "DejaVu Math")
RESOLUTION = 160
COMPRESSED = 2  # of 9: more takes three times as long for a tenth of the bytes


def drawn_name(name: str) -> str:
    """Shorten a name and keep matplotlib from reading it as a formula; as `drawn_names` does for one alone."""
    return drawn_names([name])[0]


def drawn_names(names: Sequence[str]) -> list[str]:
    """Names as they can be drawn: short, no formulas.

    A number, counted from 1 in their order, stands for a name with letters that no installed font has (`say_numbers`
    is the legend beside the picture), or whose only difference are signs that none has; elsewhere these become a box.
    """
    numbers = {name: number for number, name in undrawable(names).items()}
    return [f"no. {numbers[name]}" if name in numbers else as_drawn(_shortened(name)) for name in names]


def as_drawn(text: str) -> str:
    """Keep a text from being read as a formula, and give a box for each sign that no font has."""
    return "".join(sign if sign == "\n" else _drawn(sign) for sign in text).replace("$", r"\$")


def undrawable(names: Sequence[str]) -> dict[int, str]:
    """Names that no installed font can tell, by the numbers that stand for them.

    They have letters without a font, or signs without one are all that sets them apart: two emoji are two boxes.
    """
    drawn = {name: as_drawn(_shortened(name)) for name in dict.fromkeys(names)}
    alike = Counter(words for words in drawn.values() if "□" in words)
    odd = [name for name, words in drawn.items() if alike[words] > 1 or any(_is_unknown(x) for x in _shortened(name))]
    return dict(enumerate(odd, 1))


def say_numbers(names: Sequence[str]) -> str:
    """Legend of the numbers that stand for names in a picture; empty where every name can be drawn."""
    beside = "; ".join(f"no. {number}: {name}" for number, name in undrawable(names).items())
    why = "No installed font has the letters or signs of some names, so numbers stand for them in the picture"
    return f"{why}: {beside}." if beside else ""


def _shortened(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _is_unknown(sign: str) -> bool:
    """Whether a letter has no font, or needs to be shaped by one that cannot: before matplotlib 3.11 none could."""
    return _is_letter(sign) and (font_of(sign) is None or (_is_shaped(sign) and not _shapes()))


def _is_shaped(sign: str) -> bool:
    """Whether letters of this script run from the right or change with their neighbors."""
    return (
        unicodedata.bidirectional(sign) in ("R", "AL") or 0x0900 <= ord(sign) <= 0x109F or 0x1780 <= ord(sign) < 0x1800
    )


@cache
def _shapes() -> bool:
    version = import_extra("matplotlib", "report", "A plot").__version__
    return tuple(int(part) for part in version.split(".")[:2]) >= (3, 11)


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _drawn(sign: str) -> str:
    if unicodedata.category(sign) == "Cf":  # joiners and marks of direction shape their neighbors
        return sign
    if unicodedata.category(sign) in ("Cc", "Cs"):  # some fonts have a picture of nothing for these
        return "□"
    return sign if font_of(sign) is not None else "□"


@cache
def font_of(sign: str) -> str | None:
    """Family of an installed font that has a sign, the usual one first; None where none has it."""
    return next((family for family, known in _fonts().items() if ord(sign) in known), None)


@cache
def _fonts() -> dict[str, frozenset[int]]:
    """Signs of each installed family; fonts of formulas and of placeholders left out."""
    manager = import_extra("matplotlib.font_manager", "report", "A plot")
    paths: dict[str, str] = {USUAL: manager.findfont(USUAL)}
    for entry in sorted(manager.fontManager.ttflist, key=lambda entry: (entry.name, entry.weight != 400, entry.fname)):
        if not entry.name.startswith(_NO_WORDS):
            paths.setdefault(entry.name, entry.fname)
    found: dict[str, frozenset[int]] = {}
    for family, path in paths.items():
        try:
            found[family] = frozenset(manager.get_font(path).get_charmap())
        except (OSError, RuntimeError):  # a file that is no font any more
            continue
    return found


def with_fonts(ax: Axes, names: Sequence[str] = ()) -> Axes:
    """Give each text of some axes the fonts that its letters need, and say which names stand as numbers."""
    text_of = import_extra("matplotlib.text", "report", "A plot")
    for text in ax.findobj(text_of.Text):
        families = dict.fromkeys(font_of(sign) for sign in text.get_text() if not sign.isascii())
        others = [family for family in families if family is not None and family != USUAL]
        if others:
            text.set_fontfamily([USUAL, *others])
    if said := say_numbers(names):
        warn(said)
        vars(ax)["names_beside"] = said  # what a report writes below the picture
    return ax


class Picture(NamedTuple):
    """One figure as a drawing and as points."""

    svg: bytes
    png: bytes


def take_picture(ax: Axes, *, title: str = "") -> Picture:
    """Draw the figure of some axes as SVG and PNG: the same bytes for the same records, without a date.

    Parameters
    ----------
    ax : Axes
        Axes that a plot of this library gave.
    title : str, default ""
        Written into the files, for readers that cannot see them.

    Returns
    -------
    Picture
        Content of the two files.
    """
    matplotlib = import_extra("matplotlib", "report", "A picture")
    figure: Any = ax.figure
    drawn, points, layout = io.BytesIO(), io.BytesIO(), figure.get_layout_engine()
    words = printable(title)
    with matplotlib.rc_context({"svg.hashsalt": "alliance_nlp", "svg.fonttype": "path"}):
        metadata = {"Title": words, **dict.fromkeys(("Date", "Creator"))}
        figure.savefig(drawn, format="svg", dpi=RESOLUTION, metadata=metadata, facecolor="white")
        figure.set_layout_engine("none")  # both hold the layout of the first, which takes as long as drawing
        figure.savefig(points, format="rgba", dpi=RESOLUTION, facecolor="white")
    figure.set_layout_engine(layout)
    return Picture(drawn.getvalue(), _as_png(points.getvalue(), int(figure.bbox_inches.width * RESOLUTION), words))


def _as_png(points: bytes, width: int, title: str) -> bytes:
    """Write points as colors alone, which takes half the time and fewer bytes: nothing shines through the ground."""
    images = import_extra("PIL.Image", "report", "A picture")
    files = import_extra("PIL.PngImagePlugin", "report", "A picture")
    told, out = files.PngInfo(), io.BytesIO()
    told.add_text("Title", title)
    image = images.frombytes("RGBA", (width, len(points) // 4 // width), points).convert("RGB")
    image.save(out, format="png", dpi=(RESOLUTION, RESOLUTION), pnginfo=told, compress_level=COMPRESSED)
    return out.getvalue()
