"""Numbers of paragraphs as places: counted with blank lines or without them, by what all rows of a table bear out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alliance_nlp.reading.quoted import plain_form
from alliance_nlp.reading.spreadsheets import SheetRow
from alliance_nlp.records import Transcript

_NUMBERS = re.compile(r"[^\w]{0,3}(?P<first>\d{1,6})(?:\s*[-–]\s*(?P<last>\d{1,6}))?\s*$")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
WAYS = ("blank lines counted", "blank lines not counted")
Stretch = tuple[int, int]


def paragraphs_in(cell: str) -> tuple[int, int] | None:
    """First and last number of a cell such as "12", "¶ 12" or "12 - 14"; None for other words."""
    found = _NUMBERS.fullmatch(cell.strip())
    return (int(found["first"]), int(found["last"] or found["first"])) if found is not None else None


def lines_by(transcript: Transcript, way: str) -> list[Stretch]:
    """Lines of a text as paragraphs, without the blanks at their ends."""
    found = []
    for line in _LINE.finditer(transcript.text):
        words = line.group().strip()
        if line.group() and (words or way == WAYS[0]):
            start = line.start() + line.group().find(words) if words else line.start()
            found.append((start, start + len(words)))
    return found


@dataclass
class Paragraphs:
    """How the rows of one table count paragraphs in each transcript."""

    ways: dict[str, list[list[Stretch]]] = field(default_factory=dict)  # lines, by every way that fits, by transcript

    def learn(self, transcripts: Mapping[str, Transcript], rows: Iterable[tuple[str, SheetRow]]) -> None:
        """Keep the ways of counting in which every row's number leads to words of a turn, and to its quote."""
        given: dict[str, list[tuple[int, int, str]]] = {}
        for name, row in rows:
            if (numbers := paragraphs_in(row.text("paragraph"))) is not None:
                given.setdefault(name, []).append((*numbers, row.text("quote")))
        for name, asked in given.items():
            counted = [lines_by(transcripts[name], way) for way in WAYS]
            self.ways[name] = [lines for lines in counted if _fits(transcripts[name], lines, asked)]

    def of(self, transcript: Transcript, cell: str) -> list[Stretch]:
        """Every stretch that a cell may mean: one where all ways of counting agree."""
        numbers = paragraphs_in(cell)
        if numbers is None:
            return []
        found = []
        for lines in self.ways.get(transcript.id, ()):
            start, end = lines[numbers[0] - 1][0], lines[numbers[1] - 1][1]
            turns = [turn for turn in transcript.turns if turn.start < end and start < turn.end]
            found.append((max(start, turns[0].start), min(end, turns[-1].end)))
        return list(dict.fromkeys(found))


def _fits(transcript: Transcript, lines: list[Stretch], asked: Iterable[tuple[int, int, str]]) -> bool:
    for first, last, quote in asked:
        if not 1 <= first <= last <= len(lines):
            return False
        start, end = lines[first - 1][0], lines[last - 1][1]
        if not any(turn.start < end and start < turn.end for turn in transcript.turns):
            return False
        words = plain_form(transcript.text[start:end])[0]
        if quote and plain_form(quote)[0].strip()[:40] not in words:
            return False
    return True
