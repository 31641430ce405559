"""Two versions of a text beside each other: which words are surely the same ones, and what stands between them.

A match needs proof. Three words in a row that stand once in either version are evidence; a run of words is an anchor
where two such triples do not overlap and do not hang on one word (three, where the run changed its place among the
others). Between two anchors that are neighbors in both versions the same is asked of what stands between them alone.
What can be matched in two ways is matched in none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

from alliance_nlp.privacy.placed_words import Word, words_of

_TRIPLE = 3
_STUTTER = 4  # words that may be said twice in a row
_IN_PLACE, _OUT_OF_PLACE = 2, 3  # triples without overlap that make an anchor


class Gap(NamedTuple):
    """Words between two that are sure, in both versions; as numbers of words, ends exclusive."""

    start: int
    end: int
    new_start: int
    new_end: int


class Run(NamedTuple):
    """Words in a row that are the same in both versions."""

    start: int
    new_start: int
    n: int

    @property
    def end(self) -> int:
        """First word after it in the old version."""
        return self.start + self.n

    @property
    def new_end(self) -> int:
        """First word after it in the new version."""
        return self.new_start + self.n


@dataclass
class Alignment:
    """Which word of the old version is which of the new one; `gaps` are changes between words that are sure."""

    old: Sequence[Word]
    new: Sequence[Word]
    to: list[int | None] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def back(self) -> dict[int, int]:
        """Old word of each new one that has one."""
        return {new: old for old, new in enumerate(self.to) if new is not None}

    def pair(self, gap: Gap) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Words of a gap, as they are compared."""
        return _keys(self.old[gap.start : gap.end]), _keys(self.new[gap.new_start : gap.new_end])


def align(old: str, new: str) -> Alignment:
    """Lay two versions of a text beside each other.

    Examples
    --------
    >>> found = align("So Ann waits, and we wait with her.", "So Eva waits, and we wait with her.")
    >>> found.to[:3], found.gaps
    ([0, None, 2], [Gap(start=1, end=2, new_start=1, new_end=2)])
    """
    found = Alignment(words_of(old), words_of(new))
    found.to = [None] * len(found.old)
    whole = Gap(0, len(found.old), 0, len(found.new))
    runs = _anchors(found) if _keys(found.old) != _keys(found.new) else []
    for run in runs:
        _match(found, run)
    if not runs:
        _fill(found, whole)
    else:
        _between(found, runs, whole)
    _loosen(found)
    return found


def _keys(words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(word.key for word in words)


def _match(found: Alignment, run: Run) -> None:
    for k in range(run.n):
        found.to[run.start + k] = run.new_start + k


def _triples(words: Sequence[Word], first: int, last: int, n: int, one_line: bool) -> dict[tuple[str, ...], int]:
    """Places of words in a row that stand once; where told, in one line."""
    places: dict[tuple[str, ...], int] = {}
    times: Counter[tuple[str, ...]] = Counter()
    keys = [word.key for word in words[first:last]]
    for at in range(len(keys) - n + 1):
        gram = tuple(keys[at : at + n])
        times[gram] += 1
        places[gram] = first + at
    return {
        gram: at for gram, at in places.items()
        if times[gram] == 1 and sum(word.spoken for word in words[at : at + n]) >= min(n, 2)
        and not (one_line and words[at].line != words[at + n - 1].line)
    }  # fmt: skip


def _shared(found: Alignment, gap: Gap, n: int, one_line: bool) -> list[tuple[int, int]]:
    """Where words in a row stand that occur once in either part."""
    old = _triples(found.old, gap.start, gap.end, n, one_line)
    new = _triples(found.new, gap.new_start, gap.new_end, n, one_line)
    return sorted((at, new[gram]) for gram, at in old.items() if gram in new)


def _runs(pairs: Sequence[tuple[int, int]], n: int) -> list[tuple[Run, list[int]]]:
    """Give runs that triples cover, each with the places of its triples; a word claimed twice is nobody's."""
    claims: dict[int, set[int]] = {}
    claimed: dict[int, set[int]] = {}
    for old, new in pairs:
        for k in range(n):
            claims.setdefault(old + k, set()).add(new + k)
            claimed.setdefault(new + k, set()).add(old + k)
    sure = {o: next(iter(ns)) for o, ns in claims.items() if len(ns) == 1 and len(claimed[next(iter(ns))]) == 1}
    starts = [old for old, _ in pairs]
    found: list[Run] = []
    for old in sorted(sure):
        last = found[-1] if found else None
        if last is not None and last.end == old and last.new_end == sure[old]:
            found[-1] = last._replace(n=last.n + 1)
        else:
            found.append(Run(old, sure[old], 1))
    return [(run, starts[bisect_left(starts, run.start) : bisect_right(starts, run.end - n)]) for run in found]


def _strength(found: Alignment, starts: Sequence[int]) -> int:
    """Count triples without overlap; none where all hang on one word, which a new name may have made alike."""
    if not starts or set.intersection(*({w.key for w in found.old[a : a + _TRIPLE]} for a in starts)):
        return 0
    n, free = 0, -1
    for at in starts:
        if at >= free:
            n, free = n + 1, at + _TRIPLE
    return n


def _anchors(found: Alignment) -> list[Run]:
    """Give runs that are sure by themselves, in the order of the old version."""
    whole = Gap(0, len(found.old), 0, len(found.new))
    told = [
        (run, _strength(found, starts)) for run, starts in _runs(_shared(found, whole, _TRIPLE, True), _TRIPLE)
    ]  # fmt: skip
    told = [(run, strength) for run, strength in told if strength >= _IN_PLACE]
    kept = _in_order([run for run, _ in told])
    return _sure_edges(found, [run for run, strength in told if run in kept or strength >= _OUT_OF_PLACE])


def _sure_edges(found: Alignment, runs: Sequence[Run]) -> list[Run]:
    """Take from runs what is said again right at their edges: one of the two may have been taken out."""
    kept = []
    for run in runs:
        first = max(_again(found.old, run.start, run.n), _again(found.new, run.new_start, run.n))
        last = max(_again(found.old, run.end, run.n), _again(found.new, run.new_end, run.n))
        if first + last < run.n:
            kept.append(Run(run.start + first, run.new_start + first, run.n - first - last))
    return kept


def _again(words: Sequence[Word], edge: int, n: int) -> int:
    """Count words at the edge of a run that stand beyond it once more; at most four."""
    before = [word.key for word in words[max(edge - _STUTTER, 0) : edge]]
    after = [word.key for word in words[edge : edge + _STUTTER]]
    return max((k for k in range(1, min(n, len(before), len(after)) + 1) if before[-k:] == after[:k]), default=0)


def _in_order(runs: Sequence[Run]) -> set[Run]:
    """Give runs that keep their order in both versions, most of them: the longest rising row."""
    ends: list[int] = []
    rows: list[int] = []
    before: list[int] = []
    for at, run in enumerate(runs):
        place = bisect_left(ends, run.new_start)
        before.append(rows[place - 1] if place else -1)
        ends[place : place + 1], rows[place : place + 1] = [run.new_start], [at]
    kept, at = set(), rows[-1] if rows else -1
    while at >= 0:
        kept.add(runs[at])
        at = before[at]
    return kept


def _between(found: Alignment, runs: Sequence[Run], whole: Gap) -> None:
    """Compare what stands between neighbors; where they are neighbors in one version only, the rest of their lines."""
    edges = [Run(0, 0, 0), *runs, Run(whole.end, whole.new_end, 0)]
    placed = sorted(edges, key=lambda run: (run.new_start, run.n))
    place = {run: at for at, run in enumerate(placed)}
    for run, after in pairwise(edges):
        if place[after] == place[run] + 1:
            _fill(found, Gap(run.end, after.start, run.new_end, after.new_start))
            continue
        if run.n:
            _rest_of_line(found, run, after.start, placed[place[run] + 1].new_start)
        if after.n:
            _start_of_line(found, after, run.end, placed[place[after] - 1].new_end)


def _rest_of_line(found: Alignment, run: Run, end: int, new_end: int) -> None:
    """Match the words after a run up to the ends of both lines, where they are the same and nobody else's."""
    n = _to_edge(found.old, run.end - 1, 1)
    old, new = found.old[run.end : run.end + n], found.new[run.new_end : run.new_end + n]
    closed = n == _to_edge(found.new, run.new_end - 1, 1) and run.end + n <= end and run.new_end + n <= new_end
    if closed and _keys(old) == _keys(new):
        _match(found, Run(run.end, run.new_end, n))


def _start_of_line(found: Alignment, run: Run, start: int, new_start: int) -> None:
    """Match the words before a run from the beginnings of both lines, where they are the same and nobody else's."""
    n = _to_edge(found.old, run.start, -1)
    old, new = found.old[run.start - n : run.start], found.new[run.new_start - n : run.new_start]
    closed = n == _to_edge(found.new, run.new_start, -1) and run.start - n >= start and run.new_start - n >= new_start
    if closed and _keys(old) == _keys(new):
        _match(found, Run(run.start - n, run.new_start - n, n))


def _to_edge(words: Sequence[Word], at: int, step: int) -> int:
    """Count words from one to the end of its line, or to its beginning."""
    n = 0
    while 0 <= at + step * (n + 1) < len(words) and words[at + step * (n + 1)].line == words[at].line:
        n += 1
    return n


def _fill(found: Alignment, gap: Gap) -> None:
    """Match what is sure between two words that are: all of it, or rows that stand there once, or its edges."""
    old, new = found.pair(gap)
    if old == new:
        _match(found, Run(gap.start, gap.new_start, len(old)))
        return
    order = [Run(at, new_at, 1) for at, new_at in _shared(found, gap, 1, False)]
    for n in (_TRIPLE, 2):
        near = [run for run, _ in _runs(_shared(found, gap, n, False), n) if run.n >= n]
        runs = _sure_edges(found, _uncrossed(near, order))
        if runs:
            _fill_between(found, gap, runs)
            return
    same = _same_places(found, gap, old, new)
    if same:
        _fill_between(found, gap, same)
        return
    first, last = _same_edges(old, new)
    first = _heard(found, range(gap.start, gap.start + first), gap.start - 1, gap.new_start - gap.start)
    last = _heard(found, range(gap.end - 1, gap.end - last - 1, -1), gap.end, gap.new_end - gap.end)
    _match(found, Run(gap.start, gap.new_start, first))
    _match(found, Run(gap.end - last, gap.new_end - last, last))
    found.gaps.append(Gap(gap.start + first, gap.end - last, gap.new_start + first, gap.new_end - last))


def _fill_between(found: Alignment, gap: Gap, runs: Sequence[Run]) -> None:
    at, new_at = gap.start, gap.new_start
    for run in runs:
        _match(found, run)
        _fill(found, Gap(at, run.start, new_at, run.new_start))
        at, new_at = run.end, run.new_end
    _fill(found, Gap(at, gap.end, new_at, gap.new_end))


def _uncrossed(runs: Sequence[Run], order: Sequence[Run]) -> list[Run]:
    """Give runs that nothing crosses, be it one word that stands there once: of two that cross, neither is sure."""
    every = sorted({*runs, *order})
    before = accumulate((run.new_start for run in every), max, initial=-1)
    after = list(accumulate((run.new_start for run in reversed(every)), min))[::-1]
    kept = set(runs)
    return [
        run for run, highest, lowest in zip(every, before, after, strict=False)
        if run in kept and highest <= run.new_start == lowest
    ]  # fmt: skip


def _same_places(found: Alignment, gap: Gap, old: tuple[str, ...], new: tuple[str, ...]) -> list[Run]:
    """Words that stand once in either part and at the same place of it, where both have as many words."""
    if len(old) != len(new):
        return []
    times = Counter(old), Counter(new)
    return [
        Run(gap.start + k, gap.new_start + k, 1) for k, (a, b) in enumerate(zip(old, new, strict=True))
        if a == b and times[0][a] == times[1][b] == 1 and found.old[gap.start + k].spoken
    ]  # fmt: skip


def _heard(found: Alignment, same: range, beside: int, shift: int) -> int:
    """Count what is the same at an edge: signs alone count on the line of the sure word beside them only."""
    if any(found.old[at].spoken for at in same) or not 0 <= beside < len(found.old):
        return len(same)
    line, new_line = found.old[beside].line, found.new[beside + shift].line
    return sum(found.old[at].line == line and found.new[at + shift].line == new_line for at in same)


def _same_edges(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[int, int]:
    """Count words that are the same at the beginning and at the end, and could not be others."""
    least = min(len(old), len(new))
    first = next((k for k in range(least) if old[k] != new[k]), least)
    last = next((k for k in range(least) if old[-1 - k] != new[-1 - k]), least)
    return min(first, least - last) if first + last > least else first, (
        min(last, least - first) if first + last > least else last
    )


def _loosen(found: Alignment) -> None:
    """Take into each change the words beside it that stand in it, too: either of the two may be the one that stayed."""
    done: list[Gap] = []
    for gap in sorted(found.gaps):
        wider, before = gap, None
        while wider != before:
            before = wider
            wider = _with_next(found, _with_last(found, wider))
            if done and done[-1].end >= wider.start and done[-1].new_end >= wider.new_start:
                last = done.pop()
                wider = Gap(last.start, max(last.end, wider.end), last.new_start, max(last.new_end, wider.new_end))
        for word in range(wider.start, wider.end):
            found.to[word] = None
        done.append(wider)
    found.gaps = done


def _with_next(found: Alignment, gap: Gap) -> Gap:
    """Widen a change by what follows it, up to a word that stands in it."""
    at, inside = gap.end, {key for part in found.pair(gap) for key in part}
    while at < len(found.old) and found.to[at] == gap.new_end + at - gap.end and not found.old[at].spoken:
        at += 1
    if at < len(found.old) and found.to[at] == gap.new_end + at - gap.end and found.old[at].key in inside:
        return gap._replace(end=at + 1, new_end=gap.new_end + at + 1 - gap.end)
    return gap


def _with_last(found: Alignment, gap: Gap) -> Gap:
    """Widen a change by what stands before it, back to a word that stands in it."""
    at, inside = gap.start - 1, {key for part in found.pair(gap) for key in part}
    while at >= 0 and found.to[at] == gap.new_start - gap.start + at and not found.old[at].spoken:
        at -= 1
    if at >= 0 and found.to[at] == gap.new_start - gap.start + at and found.old[at].key in inside:
        return gap._replace(start=at, new_start=gap.new_start - gap.start + at)
    return gap
