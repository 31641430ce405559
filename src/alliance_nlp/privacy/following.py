"""Where a stretch of an old text stands in a new one; or why that cannot be proven."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from alliance_nlp.privacy.aligning import Alignment, Gap, align
from alliance_nlp.privacy.placed_words import Word

_NAME = 3  # words that may have been replaced by as many others, at the edge of a stretch
_TYPO = 0.6  # share of letters that a mended word has in common with what it was
_AGAIN = 2  # times that other words must stand for the same ones before they count as their replacement

GONE = "its words are gone"
EDGE = "where it begins or ends was rewritten"
APART = "its words went apart, or others came between them"
FEW = "less than half of its words are the same"
NO_TRANSCRIPT = "its transcript is not among the new ones"


class LostError(Exception):
    """Say why a stretch has no place in the new text."""


class Edge(NamedTuple):
    """Where a stretch begins or ends: the new word, and the place in either text."""

    word: int
    new: int
    old: int


@dataclass
class Versions:
    """An old text and a new one, and which words of the one are those of the other.

    `renamed` holds pairs of words that stand for each other again and again, in this text or in others of the study.
    """

    old: str
    new: str
    renamed: frozenset[tuple[tuple[str, ...], tuple[str, ...]]] = frozenset()
    alignment: Alignment = field(init=False)

    def __post_init__(self) -> None:
        self.alignment = align(self.old, self.new)

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.alignment.old]

    @cached_property
    def _ends(self) -> list[int]:
        return [word.end for word in self.alignment.old]

    @cached_property
    def _back(self) -> dict[int, int]:
        return self.alignment.back()

    def words_in(self, start: int, end: int) -> tuple[int, int]:
        """Numbers of the words that a stretch touches, the second exclusive."""
        return bisect_right(self._ends, start), bisect_left(self._starts, end)

    def gap_at(self, word: int) -> Gap | None:
        """Give the change that a word lies in, between two words that are sure."""
        at = bisect_right(self.alignment.gaps, word, key=lambda gap: gap.start) - 1
        gap = self.alignment.gaps[at] if at >= 0 else None
        return gap if gap is not None and gap.start <= word < gap.end else None

    def follow(self, start: int, end: int) -> tuple[int, int]:
        """Give where a stretch stands in the new text.

        Raises
        ------
        LostError
            When that cannot be proven.
        """
        if self.old == self.new:
            return start, end
        first, last = self.words_in(start, end)
        if first >= last:
            return _blank(self, start, end, first)
        left, right = self._left(first, last, start), self._right(first, last, end)
        self._check_inside(first, last, left.word, right.word)
        before, after = self.old[start : left.old], self.old[right.old : end]
        new_start, new_end = left.new, right.new
        if not _has_words(before) and self.new.startswith(before, max(new_start - len(before), 0)):
            new_start -= len(before)
        if not _has_words(after) and self.new.startswith(after, new_end):
            new_end += len(after)
        return new_start, new_end

    def _left(self, first: int, last: int, start: int) -> Edge:
        """Give where a stretch begins: at its first word that is sure, or that all new words of a change stand for."""
        old, new, at = self.alignment.old, self.alignment.new, first
        while at < last:
            to, gap = self.alignment.to[at], self.gap_at(at)
            if to is not None and (at == first or old[at].spoken):
                cut = self._inside(at, to, start if at == first else old[at].start)
                return Edge(to, new[to].start + cut, old[at].start + cut)
            heard = self._heard(gap)
            if gap is not None and not heard:
                at = gap.end  # what stood here was taken out
            elif gap is not None and at == gap.start and gap.end <= last and self._stands_for(gap):
                if start > old[first].start:
                    break
                return Edge(heard[0], new[heard[0]].start, old[at].start)
            elif not old[at].spoken:
                at += 1
            else:
                break
        raise LostError(GONE if at >= last else EDGE)

    def _right(self, first: int, last: int, end: int) -> Edge:
        """Give where a stretch ends, by the same rule."""
        old, new, at = self.alignment.old, self.alignment.new, last - 1
        while at >= first:
            to, gap = self.alignment.to[at], self.gap_at(at)
            if to is not None and (at == last - 1 or old[at].spoken):
                cut = self._inside(at, to, end if at == last - 1 else old[at].end, ends=True)
                return Edge(to, new[to].end + cut, old[at].end + cut)
            heard = self._heard(gap)
            if gap is not None and not heard:
                at = gap.start - 1
            elif gap is not None and at == gap.end - 1 and gap.start >= first and self._stands_for(gap):
                if end < old[last - 1].end:
                    break
                return Edge(heard[-1], new[heard[-1]].end, old[at].end)
            elif not old[at].spoken:
                at -= 1
            else:
                break
        raise LostError(GONE if at < first else EDGE)

    def _heard(self, gap: Gap | None) -> list[int]:
        """Numbers of the new words of a change, signs left out."""
        if gap is None:
            return []
        return [word for word in range(gap.new_start, gap.new_end) if self.alignment.new[word].spoken]

    def _inside(self, at: int, to: int, edge: int, *, ends: bool = False) -> int:
        """Letters from the edge of a word to that of the stretch: none, unless it cuts the word, which is the same."""
        old, new = self.alignment.old[at], self.alignment.new[to]
        n = min(edge - old.end, 0) if ends else max(edge - old.start, 0)
        if n and self.old[old.start : old.end] != self.new[new.start : new.end]:
            raise LostError(EDGE)
        return n

    def _stands_for(self, gap: Gap) -> bool:
        """Whether all new words of a change came from its old ones, so that nothing new stands at the edge."""
        before, after = self.alignment.pair(gap)
        if _is_part(after, before) or (before, after) in self.renamed:
            return True
        old, new = self.alignment.old[gap.start : gap.end], self.alignment.new[gap.new_start : gap.new_end]
        return len(old) == len(new) <= _NAME and all(word.spoken for word in (*old, *new))

    def _check_inside(self, first: int, last: int, low: int, high: int) -> None:
        """Refuse a stretch whose words are not together any more, or mostly others."""
        to, back = self.alignment.to, self._back
        kept = [word for word in range(first, last) if to[word] is not None]
        images = [to[word] or 0 for word in kept]
        strangers = any(not first <= back[word] < last for word in range(low, high + 1) if word in back)
        if images != sorted(images) or strangers or (images and (images[0] < low or images[-1] > high)):
            raise LostError(APART)
        there = _letters(self.alignment.old[word] for word in kept)
        come = _letters(self.alignment.new[word] for word in range(low, high + 1) if word not in back)
        for gap in _changes_in(self, first, last):
            there += _mended(self, gap)
            come -= _letters(self.alignment.new[gap.new_start : gap.new_end]) if self._stands_for(gap) else 0
        if 2 * there < _letters(self.alignment.old[first:last]) or come > there:
            raise LostError(FEW)


def _blank(versions: Versions, start: int, end: int, after: int) -> tuple[int, int]:
    """Place a stretch without words: between the same two words, where the same signs stand between them."""
    words, to = versions.alignment.old, versions.alignment.to
    before = after - 1
    low, new_low = (words[before].end, _new_word(versions, before)) if before >= 0 else (0, None)
    high, new_high = (
        (words[after].start, _new_word(versions, after)) if after < len(words) else (len(versions.old), None)
    )
    sure = (before < 0 or to[before] is not None) and (after >= len(words) or to[after] is not None)
    first = new_low.end if new_low is not None else 0
    last = new_high.start if new_high is not None else len(versions.new)
    if not sure or versions.old[low:high] != versions.new[first:last]:
        raise LostError(GONE)
    return first + start - low, first + end - low


def _new_word(versions: Versions, word: int) -> Word | None:
    to = versions.alignment.to[word]
    return versions.alignment.new[to] if to is not None else None


def _changes_in(versions: Versions, first: int, last: int) -> list[Gap]:
    """Give the changes between words that are sure, inside a stretch."""
    gaps = versions.alignment.gaps
    at = bisect_left(gaps, first, key=lambda gap: gap.start)
    return [gap for gap in gaps[at : bisect_left(gaps, last, key=lambda gap: gap.start)] if gap.end <= last]


def _mended(versions: Versions, gap: Gap) -> int:
    """Letters of words that stand for nearly the same ones: typos, capitals."""
    before, after = versions.alignment.pair(gap)
    pairs = (
        zip(versions.alignment.old[gap.start : gap.end], before, after, strict=True)
        if len(before) == len(after)
        else ()
    )
    return _letters(word for word, old, new in pairs if _alike(old, new))


def n_letters(versions: Versions, start: int, end: int) -> int:
    """Count the letters of the words that a stretch touches."""
    first, last = versions.words_in(start, end)
    return _letters(versions.alignment.old[first:last])


def n_kept(versions: Versions, start: int, end: int) -> int:
    """Count those that are surely there in the new text, or were taken out or replaced between words that are."""
    if versions.old == versions.new:
        return n_letters(versions, start, end)
    to = versions.alignment.to
    known = (word for word in range(*versions.words_in(start, end)) if to[word] is not None or versions.gap_at(word))
    return _letters(versions.alignment.old[word] for word in known)


def pieces(versions: Versions, start: int, end: int) -> list[tuple[int, int]]:
    """Give stretches of the new text whose words surely stood in one of the old text, changes inside included."""
    if versions.old == versions.new:
        return [(start, end)]
    to, new = versions.alignment.to, versions.new
    whole = {word for word in range(*versions.words_in(start, end)) if to[word] is not None}
    taken = {to[word] or 0 for word in whole}
    for gap in versions.alignment.gaps:
        if gap.start - 1 in whole and gap.end in whole:
            taken.update(range(gap.new_start, gap.new_end))
    found = _joined(sorted(taken), versions.alignment.new, new)
    if start == 0 and found and not new[: found[0][0]].strip():
        found[0] = (0, found[0][1])
    if end == len(versions.old) and found and not new[found[-1][1] :].strip():
        found[-1] = (found[-1][0], len(new))
    return found


def renamed_in(versions: Iterable[Versions]) -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of other words that were put for each other more than once, over all texts."""
    times = Counter(each.alignment.pair(gap) for each in versions for gap in each.alignment.gaps)
    return frozenset(pair for pair, n in times.items() if n >= _AGAIN and all(pair) and not set(pair[0]) & set(pair[1]))


def _is_part(less: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Whether words are others with some left out."""
    rest = iter(more)
    return all(word in rest for word in less)


def _alike(old: str, new: str) -> bool:
    """Whether a word is another one with a typo, or other capitals."""
    return SequenceMatcher(None, old.casefold(), new.casefold(), autojunk=False).ratio() >= _TYPO


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _letters(words: Iterable[Word]) -> int:
    return sum(word.end - word.start for word in words if word.spoken)


def _joined(numbers: list[int], words: Sequence[Word], text: str) -> list[tuple[int, int]]:
    """Stretches of text that words in a row make up."""
    found: list[tuple[int, int]] = []
    for at in numbers:
        word = words[at]
        if found and not text[found[-1][1] : word.start].strip():
            found[-1] = (found[-1][0], word.end)
        else:
            found.append((word.start, word.end))
    return found
