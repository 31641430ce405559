"""Figures as files for papers and slides: the same bytes for the same records, and in words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from alliance_nlp.errors import InputError, check_choice, import_extra
from alliance_nlp.files import write_atomic
from alliance_nlp.plots.figures import Axes
from alliance_nlp.records import printable

Letters = Literal["text", "paths"]
LETTERS: tuple[Letters, ...] = ("text", "paths")
KINDS = {".svg": "svg", ".pdf": "pdf", ".png": "png"}
UNSTABLE = {"svg": ("Date", "Creator"), "png": ("Software",), "pdf": ("CreationDate", "ModDate", "Creator", "Producer")}


def describe_figure(ax: Axes) -> str:
    """Say in words what a figure shows: for those who cannot see it, and for what had no room on it.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes on which a plot of this library has drawn.

    Returns
    -------
    str
        Title, figures, and all that is said below the figure; names that stand as numbers in it.

    Raises
    ------
    InputError
        When no plot of this library has drawn on them.

    Notes
    -----
    The words say what is drawn, not what follows from it.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> words = describe_figure(an.plot_relations(an.relate_themes(an.load_study("focus_group"))))
    >>> words[:36]
    'Turns that carry both themes. The hi'
    """
    said = getattr(ax, "in_words", None)
    if said is None:
        raise InputError(
            "describe_figure() takes axes on which a plot of this library has drawn, such as an.plot_map()."
        )
    return " ".join(filter(None, (str(said), getattr(ax, "names_beside", ""))))


def save_figure(ax: Axes, path: str | Path, *, letters: Letters = "text", dots_per_inch: int = 300) -> Path:
    """Write the figure of some axes to a file: vectors for a paper, or points.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes that a plot of this library gave.
    path : str or Path
        Where to; its ending says which of .svg, .pdf and .png.
    letters : {"text", "paths"}, default "text"
        Letters of an .svg as text, which programs can change and search, or as paths, which look the same where the
        font (DejaVu Sans) is not installed. A .pdf holds the letters of its fonts in any case.
    dots_per_inch : int, default 300
        Of a .png.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        When the ending is another one, `letters` is unknown, or a plot of this library has not drawn there.
    MissingExtraError
        When matplotlib is not installed.

    Notes
    -----
    The same records give the same bytes: the file holds no date and nothing random. It holds what the figure says in
    words (`describe_figure`), in an .svg where screen readers look for it.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> ax = an.plot_relations(an.relate_themes(an.load_study("focus_group")))
    >>> save_figure(ax, f"{tempfile.mkdtemp()}/relations.svg").suffix
    '.svg'
    """
    check_choice("letters", LETTERS, letters)
    kind = KINDS.get(Path(path).suffix.lower())
    if kind is None:
        raise InputError(f"save_figure() writes .svg, .pdf and .png. Got {Path(path).name!r}.")
    words = printable(describe_figure(ax))
    matplotlib = import_extra("matplotlib", "report", "A figure")
    figure: Any = ax.figure
    metadata: dict[str, Any] = dict.fromkeys(UNSTABLE[kind])
    title = ax.get_title(loc="left").replace("\n", " ").replace(r"\$", "$")
    metadata |= {"Title": title}
    metadata |= {"Subject" if kind == "pdf" else "Description": words}
    held = {"svg.hashsalt": "alliance_nlp", "pdf.fonttype": 42,
            "svg.fonttype": "none" if letters == "text" else "path"}  # fmt: skip
    out = io.BytesIO()
    with matplotlib.rc_context(held):
        figure.savefig(out, format=kind, dpi=dots_per_inch, metadata=metadata, facecolor=figure.get_facecolor())
    content = out.getvalue()
    write_atomic(path, _told(content, title, words) if kind == "svg" else content)
    return Path(path)


def _told(svg: bytes, title: str, words: str) -> bytes:
    """Put title and description where screen readers find them: first in the drawing."""
    at = svg.index(b">", svg.index(b"<svg")) + 1
    said = f"<title>{escape(title)}</title><desc>{escape(words)}</desc>"
    return svg[:at] + said.encode() + svg[at:]
