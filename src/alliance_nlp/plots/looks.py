"""How pictures look on a light and on a dark ground: shades, ten colors with ten shapes, and the marks of a figure.

Colors and shapes were chosen together: no class is told by its color alone. The colors lie at least 12 apart (CIE 1976)
for readers without red, green or blue cones as well (Machado et al. 2009, doi:10.1109/TVCG.2009.113), and stand out
from their ground by 3 to 1 (WCAG 2.2, 1.4.11); docs/decisions/0232.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SHAPES = ("o", "s", "^", "D", "P", "v", "*", "h", "X", "p")
MOST_CLASSES = len(SHAPES)
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 1.5, 1, 1.5)), (0, (9, 3)))


@dataclass(frozen=True, slots=True)
class Look:
    """The shades of a picture.

    Parameters
    ----------
    ground, ink : str
        What is behind everything; letters and lines.
    grey, pale : str
        What stands back: notes and rules; lines of a grid.
    colors : tuple of str
        Of up to ten classes, in the order in which they are given away.
    fields : tuple of str
        Fields of a table from nothing to everything.
    """

    ground: str
    ink: str
    grey: str
    pale: str
    colors: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def first(self) -> str:
        """Color of what a figure is about."""
        return self.colors[0]

    @property
    def second(self) -> str:
        """Color of what stands beside it."""
        return self.colors[1]

    def mark(self, kind: str) -> dict[str, Any]:
        """Give the look of a mark: "filled", "open" or "bar"; each has a shape of its own."""
        if kind == "filled":
            return {"marker": "o", "markersize": 7, "color": self.first, "linestyle": "none"}
        if kind == "open":
            return {"marker": "D", "markersize": 7, "markerfacecolor": self.ground, "markeredgecolor": self.second,
                    "markeredgewidth": 1.6, "linestyle": "none"}  # fmt: skip
        return {"marker": "|", "markersize": 11, "markeredgecolor": self.ink, "markeredgewidth": 1.8,
                "linestyle": "none"}  # fmt: skip


LIGHT = Look(
    ground="#ffffff", ink="#222222", grey="#5f666d", pale="#d9d9d9",
    colors=("#308dd9", "#d96c1d", "#159b66", "#7e4fac", "#e8464f", "#007883", "#76095d", "#535500", "#63341d",
            "#1f3587"),
    fields=("#ffffff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"),
)  # fmt: skip
DARK = Look(
    ground="#15181d", ink="#eceff2", grey="#a4acb5", pale="#3a4149",
    colors=("#a9ceff", "#bf7c2f", "#40d9a3", "#a693ee", "#d25d6e", "#9ffffa", "#ee78c7", "#fff276", "#d7a378",
            "#4073cd"),
    fields=("#15181d", "#17405f", "#1f6d9e", "#56a8d8", "#c3e4f7"),
)  # fmt: skip


def luminance(color: Any) -> float:
    """Compute the relative luminance of a color, 0 black to 1 white (WCAG 2.2)."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def look_for(dark: bool | None, ground: Any) -> Look:
    """Give the look that was asked for, or the one that fits the ground."""
    if dark is None:
        dark = luminance(ground) < 0.18
    return DARK if dark else LIGHT
