"""A paper of a class's kit as PDF, drawn by matplotlib: any script that a font on this computer has."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from alliance_nlp.errors import import_extra
from alliance_nlp.plots.drawn_words import POINTS, lines_of, plain_words, runs_left, undrawn
from alliance_nlp.plots.lettering import fonts_for
from alliance_nlp.plots.looks import LIGHT
from alliance_nlp.reports.class_kit.papers import Block, Kind

INK, GREY = LIGHT.ink, LIGHT.grey
WIDE, HIGH, MARGIN = 595.0, 842.0, 62.0  # A4, in points
LEADING = 1.42  # height of a line, in sizes of its letters
SIZES: dict[Kind, float] = {"title": 19, "heading": 12.5, "note": 10, "asked": 10}
USUAL_SIZE = 10.5
SET_IN: dict[Kind, float] = {"item": 14, "turn": 86, "asked": 86, "code": 14}
ABOVE: dict[Kind, float] = {
    "title": 0,
    "heading": 14,
    "item": 3,
    "turn": 7,
    "asked": 6,
    "code": 6,
    "text": 6,
    "note": 9,
}


class DrawnLine(NamedTuple):
    """One line as it is drawn: where from the left, what, how large, how."""

    left: float
    text: str
    size: float
    bold: bool = False
    color: str = INK
    turned: bool = False  # ends at the right margin


class DrawnRow(NamedTuple):
    """Lines at one height, the room above them, and whether a page may begin here."""

    lines: tuple[DrawnLine, ...]
    above: float
    height: float
    begins: bool


def why_no_pdf(blocks: Sequence[Block]) -> str:
    """Say why a paper cannot be drawn; empty where it can."""
    return undrawn("".join(plain_words(block.text + block.before) for block in blocks))


def pdf_bytes(blocks: Sequence[Block]) -> bytes:
    """Draw blocks on pages of A4: the same bytes for the same words, fonts and matplotlib; letters stay letters."""
    matplotlib: Any = import_extra("matplotlib", "report", "A handout as PDF")
    pdf = import_extra("matplotlib.backends.backend_pdf", "report", "A handout as PDF")
    pages = _pages([row for block in blocks for row in _rows(block)])
    title = next((plain_words(block.text) for block in blocks if block.kind == "title"), "")
    out = io.BytesIO()
    about = {"Title": title, "CreationDate": None, "Creator": None, "Producer": None}
    with matplotlib.rc_context({"pdf.fonttype": 42}), pdf.PdfPages(out, metadata=about) as file:
        for number, page in enumerate(pages, 1):
            file.savefig(_drawn(page, f"{number} / {len(pages)}"))
    return out.getvalue()


def _pages(rows: Sequence[DrawnRow]) -> list[list[tuple[float, DrawnRow]]]:
    """Lay rows on pages, each with its height above the foot; a heading is not left behind alone."""
    pages: list[list[tuple[float, DrawnRow]]] = [[]]
    at = HIGH - MARGIN
    for number, row in enumerate(rows):
        room = row.above + row.height
        together = room + (rows[number + 1].height if row.begins and number + 1 < len(rows) else 0)
        if pages[-1] and at - together < MARGIN:
            pages.append([])
            at = HIGH - MARGIN
        at -= row.height + (row.above if pages[-1] else 0)
        pages[-1].append((at, row))
    return pages


def _drawn(page: Sequence[tuple[float, DrawnRow]], foot: str) -> Any:
    figures = import_extra("matplotlib.figure", "report", "A handout as PDF")
    figure = figures.Figure(figsize=(WIDE / POINTS, HIGH / POINTS))
    for at, row in page:
        for line in row.lines:
            left, side = (WIDE - MARGIN, "right") if line.turned else (line.left, "left")
            figure.text(
                left / WIDE, (at + 0.3 * line.size) / HIGH, line.text, size=line.size, color=line.color, ha=side,
                weight="bold" if line.bold else "normal", family=fonts_for(line.text), parse_math=False,
            )  # fmt: skip
    figure.text(0.5, MARGIN / 2 / HIGH, foot, size=8, color=GREY, ha="center")
    return figure


def _rows(block: Block) -> Iterator[DrawnRow]:
    """Break a block into lines; what stands before its words is bold, beside the first of them."""
    size, left = SIZES.get(block.kind, USUAL_SIZE), MARGIN + SET_IN.get(block.kind, 0)
    bold, turned = block.kind in ("title", "heading"), runs_left(block.text)
    color = GREY if block.kind in ("asked", "note") else INK
    beside = block.kind in ("turn", "asked")
    lines = lines_of(block.text, WIDE - MARGIN - left, size, bold=bold) if block.text else []
    above = ABOVE.get(block.kind, 6.0)
    if block.before and not beside:
        for part in lines_of(block.before, WIDE - 2 * MARGIN, size, bold=True):
            yield DrawnRow((DrawnLine(MARGIN, part, size, True),), above, size * LEADING, True)
            above = 0.0
    names = lines_of(block.before, left - MARGIN - 6, size, bold=color != GREY) if beside else []
    for at in range(max(len(lines), len(names))):
        drawn = [DrawnLine(MARGIN, names[at], size, color == INK, color)] if at < len(names) else []
        if at < len(lines):
            drawn.append(DrawnLine(left, lines[at], size, bold, color, turned))
        if block.kind == "item" and at == 0:
            drawn.append(DrawnLine(MARGIN + 3, "•", size))
        first = at == 0
        yield DrawnRow(tuple(drawn), above if first else 0.0, size * LEADING, first and block.kind == "heading")
