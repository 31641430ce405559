"""What a person said, and where a text copies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alliance_nlp.records import WITHDRAWN, Study, Transcript
from alliance_nlp.records.consent import LONG, RUN, WORD, plain_word, runs_of, words_in

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
        own, others = ([words_in(text) for text in texts[mine]] for mine in (True, False))
        runs = set().union(*map(runs_of, own)).difference(*map(runs_of, others)) if own else set()
        elsewhere = " | ".join(" ".join(words) for words in others)
        whole = {tuple(words) for words in own if len(words) >= FEWEST and any(len(word) >= LONG for word in words)}
        alone = {words for words in whole if f" {' '.join(words)} " not in f" {elsewhere} "}
        signs = _signs_in(texts[True]) - _signs_in(texts[False])
        mine, theirs = ({key: tuple(found) for key, found in spans[own].items()} for own in (True, False))
        return cls(person, frozenset(alone), frozenset(runs), mine, theirs, frozenset(signs))

    @cached_property
    def _by_first(self) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = {}
        for words in self.turns:
            found.setdefault(words[0], []).append(words)
        return found

    def places(self, text: str) -> list[tuple[int, int]]:
        """Offsets of each stretch of a text that copies what the person said."""
        found = list(WORD.finditer(text))
        words = [plain_word(match.group()) for match in found]
        hit = [False] * len(words)
        for at in range(len(words)):
            sizes = [
                len(turn) for turn in self._by_first.get(words[at], ()) if tuple(words[at : at + len(turn)]) == turn
            ]
            sizes += [RUN] if tuple(words[at : at + RUN]) in self.runs else []
            for one in range(at, at + max(sizes, default=0)):
                hit[one] = True
        edges = [at for at in range(len(hit) + 1) if (at < len(hit) and hit[at]) != (at > 0 and hit[at - 1])]
        copied = [(found[a].start(), found[b - 1].end()) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        return _joined([*copied, *self._without_blanks(text)])

    def _without_blanks(self, text: str) -> Iterator[tuple[int, int]]:
        for found in _NO_BLANKS.finditer(text) if self.signs else ():
            for at in range(found.start(), found.end() - SIGNS + 1):
                if text[at : at + SIGNS] in self.signs:
                    yield at, at + SIGNS

    def holds(self, text: str) -> bool:
        """Whether a text copies anything that the person said."""
        return bool(self.places(text))

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
    """Give the turns, from 1, in which others repeat eight words in a row of a person, per source of transcripts."""
    turns = [(t, at, turn) for t in transcripts for at, turn in enumerate(t.turns) if turn.person is not None]
    own = {run for t, at, turn in turns if turn.person == person for run in _long_runs(t.turn_text(at))}
    found: dict[str, list[int]] = {}
    for t, at, turn in turns:
        if turn.person != person and own and own & _long_runs(t.turn_text(at)):
            found.setdefault(t.source or t.id, []).append(at + 1)
    return found


def _long_runs(text: str) -> set[tuple[str, ...]]:
    words = words_in(text)
    return {tuple(words[i : i + ECHO]) for i in range(len(words) - ECHO + 1)}


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
