"""What a report holds before it has a format: sections of paragraphs, tables, figures and quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from alliance_nlp.plots import Picture
from alliance_nlp.records import Grid


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its title, and in words what it shows."""

    name: str
    title: str
    words: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a participant, and where they stand."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One cluster or one disagreement: a heading, named facts, quotes."""

    name: str
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries one after the other; "cards" may stand side by side."""

    items: tuple[Entry, ...]
    shape: Literal["cards", "list"] = "cards"


Block = Paragraph | Bullets | Grid | Figure | Entries


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under one heading."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    title: str
    lead: str
    banners: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    version: str
    date: str = ""
    language: str = field(default="en")

    def figures(self) -> tuple[Figure, ...]:
        """Give all figures, in order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, Figure))
