"""Which candidates for names and times a file bears out: by its habits, never by one line alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from alliance_nlp.reading.labels import Head, Line
from alliance_nlp.reading.names import NOBODY, can_stand_alone, is_label, is_response, joint_parts, shape_of
from alliance_nlp.reading.times import has_date
from alliance_nlp.records import fold

NAMED_ONCE = "a speaker who is named once: nearly every turn begins with a name"
PASSED_OVER = "what may be a name, seen once, was left among the words. If it is a speaker, name them in roles={...}"
_NAMING = ("told", "colon", "clock", "tab")


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed of each line, with the lines that were doubtful either way."""

    heads: tuple[Head | None, ...]
    once: tuple[int, ...] = ()  # lines whose name occurs once and was believed
    passed_over: tuple[int, ...] = ()  # lines that look like a name and were left among the words
    times_passed_over: tuple[int, ...] = ()  # lines that begin with what may be a time and was left among the words


@dataclass
class _File:
    """Candidates of a file, and what is known of all of them together."""

    lines: Sequence[Line]
    heads: list[Head | None]
    known: frozenset[str]  # folded names that the caller or a legend gives
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # a bracket alone on a line is no turn, so it does not count among those that begin with a name
        remarks = [
            head is not None and head.kind == "mark" and head.body >= line.end
            for line, head in zip(self.lines, self.heads, strict=True)
        ]
        alone = [self.is_alone(i) for i in range(len(self.lines))]  # a time alone gives its place to the line below it
        self.firsts = {
            line.start for i, line in enumerate(self.lines) if not alone[i] and (line.first or (i > 0 and alone[i - 1]))
        }
        start = next((i for i, head in enumerate(self.heads) if head is not None and head.kind in _NAMING), 0)
        counting = [line for line, remark, time in zip(self.lines, remarks, alone, strict=True) if not (remark or time)]
        counting = [line for line in counting if line.start >= self.lines[start].start] if self.lines else []
        self.n_first = sum(line.start in self.firsts for line in counting)  # what stands above the talk does not count
        candidates = [(line, head) for line, head in zip(self.lines, self.heads, strict=True) if head and head.name]
        self.named = [
            (line, h, fold(h.name or "")) for line, h in candidates if h.kind in _NAMING and not self.answers(h)
        ]
        at_first = sum(line.start in self.firsts for line, _, _ in self.named)
        share = at_first / max(1, len(self.named))
        n = len(self.named)
        each_line = n >= 0.9 * len(counting)
        begin_paragraphs = share >= 0.8 or (share >= 0.5 and at_first >= 0.9 * self.n_first)
        of_lines = (
            each_line and n >= 2 * self.n_first
        )  # no line goes on with the one above: a name on each is no chance
        self.in_paragraphs = self.n_first >= 2 and begin_paragraphs and not of_lines
        self.everywhere = (self.n_first >= 2 and at_first >= 0.9 * self.n_first) or each_line
        counted = (name for line, _, name in self.named if line.start in self.firsts or not self.in_paragraphs)
        self.times_seen = Counter(counted)

    def answers(self, head: Head) -> bool:
        """Whether a candidate is what people answer, and nobody says that somebody is called so."""
        return is_response(head.name or "") and fold(head.name or "") not in self.known

    def is_alone(self, index: int) -> bool:
        """Whether a line is a time and nothing else."""
        head = self.heads[index] if 0 <= index < len(self.heads) else None
        return head is not None and head.kind == "stamp" and head.body >= self.lines[index].end

    def has_words_below(self, index: int, *, timed: bool = False) -> bool:
        """Whether words follow below a line before the next time or name; words behind a time only where asked."""
        if index + 1 >= len(self.lines):
            return False
        below = self.heads[index + 1]
        if timed and below is not None and below.kind == "stamp":
            return below.body < self.lines[index + 1].end
        return below is None or not (below.timed or below.kind in ("told", "chevron") or self._is_sure(below))

    def _is_sure(self, head: Head) -> bool:
        return head.name is not None and (is_label(head.name) or fold(head.name) in self.names)


def believe(lines: Sequence[Line], heads: Sequence[Head | None], known: Collection[str]) -> Believed:
    """Decide which candidates are speakers: named by the caller, telling a role, seen twice, or on nearly every turn.

    Notes
    -----
    A name that occurs once is believed only where nine in ten paragraphs (or lines) begin with a name. In a file of
    paragraphs only names that begin one are counted, so that a wrapped line never invents a speaker. A name in brackets
    without a colon is believed where eight in ten paragraphs begin so; a name on a line of its own where that is the
    habit and words stand below it.
    """
    trusted, times_passed_over = _trusted(lines, _of_chat(heads))
    file = _File(lines, trusted, frozenset(map(fold, known)))
    sure = _sure_names(file)
    file.names |= sure | (set(file.times_seen) if file.everywhere else set())
    file.names |= _in_capitals(file, sure)
    file.names |= _joint_names(file)
    believed = _colons(file)
    for more in (_marks(file), _alone(file)):
        believed = [b or m for b, m in zip(believed, more, strict=True)]
    found = tuple(b or _unnamed(h, trusted) for b, h in zip(believed, trusted, strict=True))
    doubtful = file.names - sure
    seen_once = tuple(line.number for line, _, name in file.named if name in doubtful)
    over = tuple(
        line.number for line, h, b in zip(lines, trusted, believed, strict=True)
        if h is not None and h.name is not None and h.kind in ("colon", "clock", "mark") and b is None
        and not (h.kind == "mark" and (h.body >= line.end or h.wrapped == ".")) and not file.answers(h)
    )  # fmt: skip
    left = tuple(line.number for line, skipped in zip(lines, times_passed_over, strict=True) if skipped)
    return Believed(found, seen_once, over, left)


def _of_chat(heads: Sequence[Head | None]) -> Sequence[Head | None]:
    """Heads of a file; where its turns begin with a day, none of the lines without one: they go on with a message."""
    dated = [h is not None and h.name is not None and h.begin is not None and has_date(h.begin) for h in heads]
    if sum(dated) < 2 or not dated[next((at for at, h in enumerate(heads) if h is not None and h.name is not None), 0)]:
        return heads
    return [
        h if is_dated or h is None or h.begin is not None else None for h, is_dated in zip(heads, dated, strict=True)
    ]


def _trusted(lines: Sequence[Line], heads: Sequence[Head | None]) -> tuple[list[Head | None], list[bool]]:
    """Heads without the times that may be words: digits and colons, or dots, that are no habit of the file.

    Digits and colons that have lines to themselves are times where there are hours or several of them: nobody says so.
    """
    alone = [
        h is not None and h.kind == "stamp" and h.doubtful == "bare" and h.body >= line.end
        for line, h in zip(lines, heads, strict=True)
    ]
    hours = [a and h is not None and (h.begin or "").count(":") > 1 for a, h in zip(alone, heads, strict=True)]
    n = sum(head is not None for head in heads)
    bare = sum(head is not None and head.doubtful == "bare" for head in heads)
    dots = sum(head is not None and head.doubtful == "dots" for head in heads)
    trusts = {
        "sure": True,
        "bare": bare >= 2 and bare + dots >= 0.5 * n,
        "dots": dots >= 2 and (dots >= 0.8 * n or (bare >= 2 and bare + dots >= 0.5 * n and dots >= 0.2 * n)),
    }
    sure = alone if sum(alone) > 1 else hours
    kept = [
        h if h is None or trusts[h.doubtful] or h.kind == "told" or is_sure else None
        for h, is_sure in zip(heads, sure, strict=True)
    ]
    return kept, [h is not None and k is None for h, k in zip(heads, kept, strict=True)]


def _sure_names(file: _File) -> set[str]:
    told = {name for _, head, name in file.named if head.kind == "told" or name in file.known}
    told |= {name for _, head, name in file.named if head.unnamed and head.unnamed.kind == "chevron"}
    shapes = {name: shape_of(head.name or "") for _, head, name in file.named}
    clocks = _clocks(file)
    told |= {
        name for _, head, name in file.named if head.kind == "colon" and len(name) > 1 and is_label(head.name or "")
    }
    return {
        name for name, times in file.times_seen.items()
        if name in told or name in clocks or (shapes[name] != "number" and (name in NOBODY or is_label(name)))
        or (times > 1 and (shapes[name] != "number" or file.in_paragraphs or file.everywhere or times > 2))
    } | told  # fmt: skip


def _in_capitals(file: _File, sure: Collection[str]) -> set[str]:
    """Names that stand once, in capitals, where that is how all who are believed are written."""
    written = {name: head.name or "" for _, head, name in file.named}
    if not any(file.times_seen[name] > 1 for name in sure) or not all(map(_is_shouted, map(written.get, sure))):
        return set()
    return {name for name in file.times_seen if _is_shouted(written[name]) and shape_of(written[name]) != "number"}


def _is_shouted(name: str | None) -> bool:
    return name is not None and name.isupper() and sum(map(str.isalpha, name)) > 1


def _clocks(file: _File) -> set[str]:
    """Names that have a line to themselves with a time, where several lines are such and one of the names recurs."""
    alone = [
        (name, head) for line, head, name in file.named
        if head.kind == "clock" and head.timed and head.body >= line.end and can_stand_alone(head.name or "")
    ]  # fmt: skip
    seen = Counter(name for name, _ in alone)
    return set(seen) if len(alone) >= 3 and max(seen.values()) > 1 else set()


def _joint_names(file: _File) -> set[str]:
    """Labels such as "Anna and Per", of people who are believed."""
    several = ((name, [fold(part) for part in joint_parts(head.name or "")]) for _, head, name in file.named)
    return {name for name, parts in several if len(parts) > 1 and all(p in file.names or is_label(p) for p in parts)}


def _colons(file: _File) -> list[Head | None]:
    return [
        head if head is not None and head.kind in _NAMING and fold(head.name or "") in file.names else None
        for head in file.heads
    ]


def _marks(file: _File) -> list[Head | None]:
    """Names in brackets with words behind them; elsewhere brackets hold remarks of the transcriber."""
    marks = [
        (line, h) for line, h in zip(file.lines, file.heads, strict=True)
        if h is not None and h.kind == "mark" and h.body < line.end
    ]  # fmt: skip
    seen = Counter((h.wrapped, fold(h.name or "")) for _, h in marks)
    signs = Counter(h.wrapped for line, h in marks if line.first or file.n_first < 2 or h.timed)
    n_heads = max(1, min(file.n_first if file.n_first >= 2 else len(file.lines), len(file.lines)))
    habit = {sign for sign, n in signs.items() if n >= 2 and n >= 0.8 * n_heads}

    def is_believed(line: Line, head: Head) -> bool:
        name = fold(head.name or "")
        labelled = is_label(name) and (len(name) > 1 or name in file.names)
        if name in file.known or (labelled and (head.body < line.end or file.has_words_below(file.lines.index(line)))):
            return True
        everywhere = signs[head.wrapped] >= 0.9 * n_heads and head.wrapped != "."  # A., B., C. may count
        repeated = seen[head.wrapped, name] > 1 or everywhere
        return head.body < line.end and head.wrapped in habit and repeated and not file.answers(head)

    return [
        head if head is not None and head.kind == "mark" and is_believed(line, head) else None
        for line, head in zip(file.lines, file.heads, strict=True)
    ]


def _alone(file: _File) -> list[Head | None]:
    """Names on lines of their own with words below: under or above a time, headings, first lines of paragraphs."""
    found: list[Head | None] = [None] * len(file.lines)
    bare = [
        i for i, h in enumerate(file.heads)
        if h is not None and h.name is not None
        and (h.kind == "bare" or (h.kind == "mark" and h.body >= file.lines[i].end))
    ]  # fmt: skip
    under = [i for i in bare if file.has_words_below(i) and _is_timed(file, i)]
    above = [i for i in bare if file.is_alone(i + 1) and file.has_words_below(_after_times(file, i + 1))]
    n_times = sum(_is_block(file, i) for i in range(len(file.lines)))
    for indices in (under, [i for i in above if i not in under]):
        if len(indices) >= 2 and len(indices) >= 0.6 * n_times:
            _take(file, found, indices, all_of_them=len(indices) >= 0.9 * n_times)
    headings = [i for i in bare if (file.heads[i].wrapped in ("#", "*")) and file.has_words_below(i)]  # type: ignore[union-attr]
    _take(file, found, headings)
    paragraphs = [i for i in bare if file.lines[i].first and file.has_words_below(i) and not file.lines[i + 1].first]
    names = {fold(file.heads[i].name or "") for i in paragraphs}  # type: ignore[union-attr]
    if not file.names and len(paragraphs) >= max(4, 0.8 * file.n_first) and len(names) <= len(paragraphs) / 2:
        _take(file, found, paragraphs)
    if not file.names and not paragraphs:
        _take(file, found, _headed(file, bare))
    for i in bare:
        name = fold(file.heads[i].name or "")  # type: ignore[union-attr]
        told = name in file.known or (file.heads[i].kind == "bare" and is_label(name) and len(name) > 1)  # type: ignore[union-attr]
        if (told and file.has_words_below(i, timed=True)) or (name in file.names and (i in under or i in above)):
            found[i] = file.heads[i]
    return found


def _headed(file: _File, bare: Sequence[int]) -> list[int]:
    """Names that are a paragraph each, above the paragraphs of their words, where they recur and nobody else is named.

    Two of them at least twice, never one below another, and at least a fourth of all paragraphs.
    """
    own = {i for i in bare if file.lines[i].first and i + 1 < len(file.lines) and file.lines[i + 1].first}
    own = {i for i in own if i + 1 not in own and i - 1 not in own and file.has_words_below(i)}
    seen = Counter(fold(file.heads[i].name or "") for i in own)  # type: ignore[union-attr]
    again = [name for name, n in seen.items() if n > 1]
    few = len(again) > 1 and 2 * len(seen) <= len(own) and 4 * len(own) >= file.n_first
    return sorted(own) if few and min(own) <= 3 else []


def _is_timed(file: _File, index: int) -> bool:
    """Whether a line begins with a time, or the line above it is one."""
    head = file.heads[index]
    return (head is not None and head.unnamed is not None and head.timed) or file.is_alone(index - 1)


def _is_block(file: _File, index: int) -> bool:
    """Whether a stretch under a time begins at a line."""
    head = file.heads[index]
    return head is not None and head.timed and not file.is_alone(index - 1)


def _after_times(file: _File, index: int) -> int:
    """Last of several lines that are times and nothing else."""
    while file.is_alone(index + 1):
        index += 1
    return index


def _take(file: _File, found: list[Head | None], indices: Sequence[int], *, all_of_them: bool = False) -> None:
    """Believe the names of these lines that occur twice, or all of them."""
    seen = Counter(fold(file.heads[i].name or "") for i in indices)  # type: ignore[union-attr]
    for i in indices:
        name = fold(file.heads[i].name or "")  # type: ignore[union-attr]
        if seen[name] > 1 or name in file.names or name in file.known or is_label(name) or all_of_them:
            found[i] = file.heads[i]


def _unnamed(head: Head | None, heads: Sequence[Head | None]) -> Head | None:
    """Give what is left of a head whose name is not believed: a time, or a chevron where there are several."""
    while head is not None and head.name is not None:
        head = head.unnamed
    if head is not None and head.kind == "chevron":
        chevrons = sum("chevron" in (h.kind, h.unnamed.kind if h.unnamed else "") for h in heads if h is not None)
        return head if chevrons >= 2 else None
    return head
