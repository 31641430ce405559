"""Quotes found again in their transcripts: exactly, or but for blanks, case and typographic signs, or nearly."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from alliance_nlp.numeric import grouped
from alliance_nlp.records import Transcript

_SAME = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"',
    "»": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...",
})  # fmt: skip
_NOTHING = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
_LEFT_OUT = re.compile(r"[\[(<{]\s*(?:\.{2,}|…)\s*[\])>}]|\.{3,}|…|[\[(]\s*[-–—]\s*[\])]")
_FARTHEST, _FEWEST_LETTERS = 2000, 8  # characters that may be left out; letters of the longest part
_WORD = re.compile(r"""[^ .,;:!?"'()\[\]-](?:[^ ]*[^ .,;:!?"'()\[\]-])?""")


class Place(NamedTuple):
    """A stretch of one transcript."""

    transcript_id: str
    start: int
    end: int


def plain_form(text: str) -> tuple[str, list[int]]:
    """Text without what typing changes, and for each of its characters the offset it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for offset, sign in enumerate(text):
        if sign in _NOTHING:
            continue
        if sign.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                origin.append(offset)
            continue
        same = sign.translate(_SAME)
        same = same.lower() if same.isascii() else unicodedata.normalize("NFD", same).casefold()
        letters.extend(same)
        origin.extend([offset] * len(same))
    return "".join(_marks_in_order(letters)), origin


def _marks_in_order(letters: list[str]) -> list[str]:
    """Put the marks after each letter in Unicode's canonical order: programs write them in either."""
    start = None
    for index, letter in enumerate([*letters, " "]):
        if unicodedata.combining(letter):
            start = index if start is None else start
        elif start is not None:
            letters[start:index] = sorted(letters[start:index], key=unicodedata.combining)
            start = None
    return letters


class SearchedText:
    """One transcript, ready to be searched."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript

    @cached_property
    def _plain(self) -> tuple[str, list[int]]:
        return plain_form(self.transcript.text)

    @cached_property
    def _shingles(self) -> dict[tuple[str, ...], list[int]]:
        """Where each run of three words begins, in words."""
        return grouped((run, index) for index, run in enumerate(_runs(self._words)))

    @cached_property
    def _words(self) -> list[tuple[str, int]]:
        return words_of(self._plain[0])

    def exact(self, quote: str, start: int, end: int) -> list[Place]:
        """Every place where the quote stands as it is."""
        return [self._place(at, at + len(quote)) for at in _every(self.transcript.text, quote, start, end)]

    def loose(self, quote: str, start: int, end: int) -> list[Place]:
        """Every place where the quote stands but for blanks, case, and the form of quotes, dashes and accents."""
        wanted = plain_form(quote)[0].strip()
        plain, origin = self._plain
        spans = [(origin[at], origin[at + len(wanted) - 1] + 1) for at in _every(plain, wanted, 0, len(plain))]
        return [self._place(first, last) for first, last in spans if start <= first and last <= end]

    def bridged(self, quote: str, start: int, end: int) -> list[Place]:
        """Stretches from the first to the last words of a quote in which words were left out ("...", "[...]").

        Each part must stand behind the one before it, in one turn, and at most `_FARTHEST` characters away.
        """
        parts = [part for part in _LEFT_OUT.split(quote) if any(map(str.isalnum, part))]
        if _LEFT_OUT.search(quote) is None or not parts or max(map(len, parts)) < _FEWEST_LETTERS:
            return []
        found = []
        for first in self.loose(parts[0], start, end):
            last = first
            for part in parts[1:]:
                limit = min(end, last.end + _FARTHEST)
                behind = next((place for place in self.loose(part, last.end, limit)), None)
                if behind is None or self.turn_at(behind.start) != self.turn_at(first.start):
                    break
                last = behind
            else:
                found.append(self._place(first.start, last.end))
        return found

    def nearest(self, quote: str) -> tuple[int, Place] | None:
        """Place that shares the most runs of three words with the quote, and how many; None where none is shared."""
        wanted = words_of(plain_form(quote)[0])
        votes = Counter(hit - at for at, run in enumerate(_runs(wanted)) for hit in self._shingles.get(run, ()))
        if not votes:
            return None
        first, count = min(votes.items(), key=lambda pair: (-pair[1], pair[0]))
        words, origin = self._words, self._plain[1]
        last_word, last_at = words[min(first + len(wanted), len(words)) - 1]
        return count, self._place(origin[words[max(first, 0)][1]], origin[last_at + len(last_word) - 1] + 1)

    def turn_at(self, offset: int) -> int | None:
        """Count the turn that an offset lies in, counted from 1; None between turns."""
        index = bisect_right([turn.start for turn in self.transcript.turns], offset) - 1
        return index + 1 if index >= 0 and offset < max(self.transcript.turns[index].end, 1) else None

    def _place(self, start: int, end: int) -> Place:
        return Place(self.transcript.id, start, end)


def words_of(plain: str) -> list[tuple[str, int]]:
    """Words of a plain form without their punctuation, with their offsets."""
    return [(word.group(), word.start()) for word in _WORD.finditer(plain)]


def _runs(words: Sequence[tuple[str, int]]) -> Iterator[tuple[str, ...]]:
    bare = [word for word, _ in words]
    return zip(bare, bare[1:], bare[2:], strict=False)


def _every(text: str, wanted: str, start: int, end: int) -> list[int]:
    """Offsets of every occurrence between start and end; occurrences do not overlap."""
    return [found.start() for found in re.compile(re.escape(wanted)).finditer(text, start, end)] if wanted else []


def describe_place(place: Place, searched: Sequence[SearchedText]) -> str:
    """Where a place is, in numbers only."""
    text = next(one for one in searched if one.transcript.id == place.transcript_id)
    turn = text.turn_at(place.start)
    where = f"turn {turn}, " if turn is not None else ""
    return f"{place.transcript_id!r} {where}characters {place.start}-{place.end}"
