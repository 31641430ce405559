"""What a person said, and where a text copies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from alliance_nlp.numeric import grouped
from alliance_nlp.records import WITHDRAWN, Study, Transcript
from alliance_nlp.records.consent import LONG, RUN, WORD, plain_word, runs_of, words_in
from alliance_nlp.withdrawal.spellings import unescaped

FEWEST = 3  # words of a turn that is known again as a whole; "yes, that" may be anybody's
ECHO = 8  # words in a row in which others repeat somebody, as when a moderator reads back
SIGNS = 8  # in a row, in scripts that put no blanks between words
_NO_BLANKS = re.compile(
    rf"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]{{{SIGNS},}}"
)


@dataclass(frozen=True)
class Said:
    """All that one person said in a study, and where in its transcripts.

    Copied is what repeats four words in a row, two of them long, that nobody else says; and a turn of three words or
    more that stands there as a whole and that nobody else says; in scripts without blanks, eight signs in a row. Fewer
    words, and what is retold, are not seen. Words without a speaker are nobody's: they hide no copy.
    """

    person: str
    turns: frozenset[tuple[str, ...]]
    runs: frozenset[tuple[str, ...]]
    spans: Mapping[str, tuple[tuple[int, int], ...]]
    of_others: Mapping[str, tuple[tuple[int, int], ...]]
    signs: frozenset[str] = frozenset()
    repeated: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, transcripts: tuple[Transcript, ...], person: str) -> Said:
        """Gather it from transcripts whose people are settled."""
        texts: dict[bool, list[str]] = {True: [], False: []}
        spans: dict[bool, dict[str, list[tuple[int, int]]]] = {True: {}, False: {}}
        for t in transcripts:
            for at, turn in enumerate(t.turns):
                if turn.person is not None:  # a memo among the transcripts, say, is nobody's: what it copies goes
                    texts[turn.person == person].append(t.turn_text(at))
                spans[turn.person == person].setdefault(t.id, []).append((turn.start, turn.end))
        mine, theirs = ({key: tuple(found) for key, found in spans[own].items()} for own in (True, False))
        signs, repeated = _signs(texts[True], texts[False]), _repeated(texts[True], texts[False])
        return cls(person, *_only_in(texts[True], texts[False]), mine, theirs, signs, repeated)

    def on(self, transcripts: tuple[Transcript, ...]) -> Said:
        """Know all of this again, and what the person said in other transcripts, in whose places it is to be taken."""
        there = Said.of(transcripts, self.person)
        return replace(
            there, turns=there.turns | self.turns, runs=there.runs | self.runs, signs=there.signs | self.signs
        )

    def written(self, gone: Iterable[str], kept: Iterable[str]) -> Said:
        """Know again, too, what was written of the person and goes, as answers and translations do, but not `kept`."""
        gone, kept = list(gone), list(kept)
        turns, runs = _only_in(gone, kept)
        return replace(self, turns=self.turns | turns, runs=self.runs | runs, signs=self.signs | _signs(gone, kept))

    @cached_property
    def _by_first(self) -> dict[str, list[tuple[str, ...]]]:
        return grouped((words[0], words) for words in (*self.turns, *self.runs))

    def places(self, text: str) -> list[tuple[int, int]]:
        """Offsets of each stretch of a text that copies what the person said, escaped letters included."""
        plain, at = unescaped(text)
        found = list(WORD.finditer(plain))
        copied = [(found[a].start(), found[b - 1].end()) for a, b in _joined(self._known([*map(_plain, found)]))]
        return [(at[start], at[end]) for start, end in _joined([*copied, *self._without_blanks(plain)])]

    def _known(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Give the stretches, counted in words, that the person said."""
        by_first = self._by_first
        for at, word in enumerate(words):
            for known in by_first.get(word, ()):
                if tuple(words[at : at + len(known)]) == known:
                    yield at, at + len(known)

    def _without_blanks(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _NO_BLANKS.finditer(text) if self.signs else ():
            for at in range(found.start(), found.end() - SIGNS + 1):
                if text[at : at + SIGNS] in self.signs:
                    yield at, at + SIGNS

    def holds(self, text: str) -> bool:
        """Whether a text copies anything that the person said."""
        plain, _ = unescaped(text)
        words = [*map(_plain, WORD.finditer(plain))]
        return next(self._known(words), None) is not None or next(self._without_blanks(plain), None) is not None

    def is_repeated_in(self, text: str) -> bool:
        """Whether a text copies what others repeat of the person: it is theirs, too, so that it stays."""
        words = words_in(unescaped(text)[0]) if self.repeated else []
        sizes = {len(run) for run in self.repeated}
        return any(self.repeated & _long_runs(words, n) for n in sizes)

    def is_named_in(self, text: str) -> bool:
        """Whether a text holds the person's name; one that is a number alone may count anything."""
        name = words_in(self.person)
        words = words_in(text)
        return any(word.isalpha() or not word.isdigit() for word in name) and name in (
            words[at : at + len(name)] for at in range(len(words))
        )

    def out_of(self, text: str) -> str:
        """Give a text with a mark in the place of what it copies."""
        kept, at = [], 0
        for start, end in self.places(text):
            kept += [text[at:start], WITHDRAWN]
            at = end
        return "".join([*kept, text[at:]])

    def out_of_value(self, value: Any) -> Any:
        """Take the words out of every text within a value: tuples, lists and dicts are gone through."""
        if isinstance(value, str):
            return self.out_of(value)
        if isinstance(value, Mapping):
            return {key: self.out_of_value(one) for key, one in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(self.out_of_value(one) for one in value)
        return value

    def beside(self, transcript_id: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Give the parts of a stretch in which other people speak; none where it holds this person's words alone."""
        edges = [start]
        for first, last in self.spans.get(transcript_id, ()):
            if first < end and start < last:
                edges += [max(start, first), min(last, end)]
        for begin, until in zip(edges[::2], [*edges[1::2], end], strict=True):
            if any(first < until and begin < last for first, last in self.of_others.get(transcript_id, ())):
                yield begin, until

    def touches(self, transcript_id: str, start: int, end: int) -> bool:
        """Whether a stretch holds any of what the person said."""
        return any(first < end and start < last for first, last in self.spans.get(transcript_id, ()))

    def alone(self, transcript_id: str, start: int, end: int) -> bool:
        """Whether a stretch holds this person's words and nobody else's."""
        return self.touches(transcript_id, start, end) and not any(self.beside(transcript_id, start, end))


def repeating(transcripts: Iterable[Transcript], person: str) -> dict[str, list[int]]:
    """Give the turns, from 1, in which others repeat a person, per source of transcripts.

    Repeated is a statement of four words or more that stands there whole, or eight words in a row.
    """
    turns = [(t, at, turn) for t in transcripts for at, turn in enumerate(t.turns) if turn.person is not None]
    known = _statements(t.turn_text(at) for t, at, turn in turns if turn.person == person)
    found: dict[str, list[int]] = {}
    for t, at, turn in turns:
        if turn.person != person and known & _runs_in(t.turn_text(at)):
            found.setdefault(t.source or t.id, []).append(at + 1)
    return found


def _repeated(own: Iterable[str], others: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Give the statements and long runs of words of the person that others say, too."""
    known = _statements(own)
    return frozenset(known.intersection(set().union(*map(_runs_in, others))) if known else ())


def _statements(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """Give every run of eight words, and whole texts of four words or more, two of them long."""
    own = [words_in(text) for text in texts]
    whole = {tuple(words) for words in own if RUN <= len(words) < ECHO and sum(len(word) >= LONG for word in words) > 1}
    return whole.union(*map(_long_runs, own))


def _runs_in(text: str) -> set[tuple[str, ...]]:
    words = words_in(text)
    return set().union(*(_long_runs(words, n) for n in range(RUN, ECHO + 1)))


def _long_runs(words: list[str], n: int = ECHO) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def _plain(found: re.Match[str]) -> str:
    return plain_word(found.group())


def _only_in(
    own: Iterable[str], others: Iterable[str]
) -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """Whole texts, and runs of words, that stand in the first and not in the second."""
    mine, theirs = [words_in(text) for text in own], [words_in(text) for text in others]
    runs = set().union(*map(runs_of, mine)).difference(*map(runs_of, theirs)) if mine else set()
    elsewhere = f" {' | '.join(' '.join(words) for words in theirs)} "
    whole = {tuple(words) for words in mine if len(words) >= FEWEST and any(len(word) >= LONG for word in words)}
    return frozenset(words for words in whole if f" {' '.join(words)} " not in elsewhere), frozenset(runs)


def _signs(own: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    return frozenset(_signs_in(own) - _signs_in(others))


def _signs_in(texts: Iterable[str]) -> set[str]:
    runs = (found.group() for text in texts for found in _NO_BLANKS.finditer(text))
    return {run[at : at + SIGNS] for run in runs for at in range(len(run) - SIGNS + 1)}


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that overlap or touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def people_of(study: Study) -> tuple[str, ...]:
    """Everybody who speaks in a study or is listed, by the names that it prints."""
    spoken = (turn.person for t in study.transcripts for turn in t.turns if turn.person is not None)
    return tuple(dict.fromkeys([*(p.id for p in study.participants), *spoken]))
