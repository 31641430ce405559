"""What a report holds before it has a format: sections of paragraphs, tables, figures and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from alliance_nlp.plots import Picture, take_picture
from alliance_nlp.plots.figures import Axes
from alliance_nlp.records import Cell, Grid, Row, Table

HEADINGS = {
    "n_both": "Both", "kappa": "Kappa", "kappa_interval": "95% interval", "interval": "95% interval",
    "machine_human": "Machine and each person", "difference": "Difference", "f1": "F1", "p": "p", "q": "q",
    "kappa_characters": "Over characters", "p_adjusted": "p adjusted",
    "figure": "Figure", "value": "Value", "n": "Segments", "verdict": "Verdict", "stable": "Stable",
    "clusters": "Clusters", "precision": "Precision", "recall": "Recall", "with": "Together with",
    "most_common": "Most common", "share": "Its share", "different": "Coded differently",
    "different_share": "Share", "pooled_kappa": "Pooled kappa", "remark": "Remark",
    "ac1": "AC1", "n_coded": "Coded by people", "n_segments": "Segments",
}  # fmt: skip
HIDDEN = "The machine's view"  # heading of what is hidden until asked for
BEHIND = "Everything behind this page"
LONG_REMARK = 18  # a longer remark that comes twice stands once, below the table


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its title, and in words what it shows."""

    name: str
    title: str
    words: str
    picture: Picture

    @classmethod
    def of(cls, name: str, title: str, words: str, ax: Axes) -> Figure:
        """Take the picture of what was drawn; numbers that stand for names in it are told in its words."""
        beside = getattr(ax, "names_beside", "")
        return cls(name, title, f"{words} {beside}".rstrip(), take_picture(ax, title=title))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a participant, where they stand, and in which segment."""

    text: str
    source: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cluster, passage or disagreement: a heading, named facts, quotes, facts below them, and what is asked for.

    `hidden` stands behind a heading of its own until a reader opens it.
    """

    name: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries one after the other; "cards" may stand side by side."""

    items: tuple[Entry, ...]
    shape: Literal["cards", "list"] = "cards"


# a text is a paragraph
Block = str | Bullets | Grid | Figure | Entries


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under one heading."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report: the page that opens, and behind it facts and sections with every figure."""

    title: str
    lead: str
    banners: tuple[str, ...]
    front: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    version: str
    date: str = ""
    language: str = "en"

    def figures(self) -> tuple[Figure, ...]:
        """Give all figures, in order."""
        return tuple(block for block in self._blocks() if isinstance(block, Figure))

    def quoted(self) -> frozenset[str]:
        """Ids of the segments that are quoted."""
        entries = (entry for block in self._blocks() if isinstance(block, Entries) for entry in block.items)
        return frozenset(quote.segment for entry in entries for quote in entry.quotes)

    def _blocks(self) -> tuple[Block, ...]:
        return tuple(block for section in (*self.front, *self.sections) for block in section.blocks)


def grid_of(table: Table, *, headings: Mapping[str, str] | None = None, columns: Sequence[str] | None = None,
            notes: Sequence[str] | None = None) -> Grid:  # fmt: skip
    """Write a table for readers.

    Parameters
    ----------
    table : Table
        The table.
    headings : dict, optional
        Headings that differ from the usual ones.
    columns : list of str, optional
        Columns to keep.
    notes : list of str, optional
        Sentences below instead of the table's own.
    """
    kept = [name for name in (columns if columns is not None else table.columns) if name in table.columns]
    known = HEADINGS | dict(headings or {})
    rows = table.rows()
    repeated = _repeated_remarks(rows)
    cells = tuple(tuple(_cell(name, row[name], repeated) for name in kept) for row in rows)
    below = (
        *(f"Note {i}: {text}." for i, text in enumerate(repeated, start=1)),
        *(table.notes if notes is None else notes),
    )
    return Grid(table.title, tuple(known.get(name, name.replace("_", " ").capitalize()) for name in kept), cells, below)


def _repeated_remarks(rows: Sequence[Row]) -> list[str]:
    counts = Counter(row["remark"] for row in rows if row.get("remark"))
    return [text for text, n in counts.items() if n > 1 and len(text) > LONG_REMARK]


def _cell(name: str, value: Any, repeated: Sequence[str]) -> Cell:
    if name == "remark" and value in repeated:
        return Cell(f"note {repeated.index(value) + 1}")
    cell = Cell.of(value, name)
    if cell.text in ("", "nan") and not isinstance(value, str):
        named = name in ("kappa", "value") and isinstance(value, float)
        return replace(cell, text="undefined" if named else "–")
    return cell
