"""Where a line of a transcript names its speaker or its time, and which of those names are believed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alliance_nlp.reading.speakers import NO_NAMES, NOBODY, fold, is_label, is_mark, is_name

# Word's soft break and the separators of Unicode part lines too, though editors do not number them
_TOKEN = re.compile(r"[^\r\n\x0b\u2028\u2029]+|\r\n|[\r\n]|[\x0b\u2028\u2029]")
INVISIBLE = " \t\u00a0\u200b\u200c\u200d\u2060\ufeff"
BLANK = INVISIBLE + "\r\n\x0b\x0c\u2028\u2029"  # what a turn does not begin or end with

# 1:02, 00:01:02, 0:0:5.120, 00:01:02,5, and the tenths of f4: #00:01:02-3#
TIME = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
TENTHS = r"\#\d{1,2}:\d{2}:\d{2}-\d\#"
_PARTS = re.compile(r"#?(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,-](\d{1,3}))?#?")
_BRACKETED = rf"[\[(<{{]\s*(?:{TIME})(?:\s*(?:-->|[-–])\s*(?:{TIME}))?\s*[\])>}}]|{TENTHS}"
_STAMP = re.compile(
    rf"[\[(<{{]?\s*(?P<begin>{TIME})(?:\s*(?:-->|[-–])\s*(?P<end>{TIME}))?\s*[\])>}}]?(?=\s|[-–|:]\s|$)|(?P<f4>{TENTHS})"
)
_GLUE = re.compile(r"[ \t\u00a0]*(?:[-–|:][ \t\u00a0]+)?[ \t\u00a0]*")
_COLON = re.compile(
    rf"(?P<name>[^:：\r\n]{{1,60}}?)[ \t\u00a0]*(?P<time>{_BRACKETED}|(?<=[ \t])(?:{TIME}))?[ \t\u00a0]*"
    rf"(?:[:：](?![\d/])|(?<!\d)[:：](?!/))"
)
_CLOCK = re.compile(
    rf"(?P<name>[^:\r\n]{{1,60}}?)[ \t\u00a0]*[|,·–-]?[ \t\u00a0]+(?P<time>{_BRACKETED}|{TIME})[ \t\u00a0]*$"
)
_TAB = re.compile(rf"(?P<name>[^:\t\r\n]{{1,60}}?)[ \u00a0]*\t[ \t\u00a0]*(?:(?P<time>{_BRACKETED}|{TIME})\t)?(?=\S)")
_MARK = re.compile(r"[\[<](?P<name>[^\]>\r\n:]{1,40})[\]>][ \t\u00a0]*[:：]?(?=[ \t\u00a0]|$)")
_CLOSING = re.compile(rf"[ \t]*(?P<time>{TENTHS})[ \t]*$")
_CHEVRON = re.compile(r">>+[ \t]*")
_TITLE = re.compile(r"\s*(?P<word>[^:\r\n]{1,40}):(?!//)")


def seconds_of(written: str) -> float | None:
    """Seconds that a time stands for; None when it is no time.

    Examples
    --------
    >>> seconds_of("1:02"), seconds_of("00:01:02,500"), seconds_of("#00:01:02-3#"), seconds_of("12")
    (62.0, 62.5, 62.3, None)
    """
    found = _PARTS.fullmatch(written.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + int(fraction) / 10 ** len(fraction) if fraction else float(whole)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number as an editor shows it, its offsets, whether a blank line precedes it."""

    number: int
    start: int
    end: int
    first: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the start of a line before the words: a name, a time, both."""

    kind: str  # "colon" | "clock" | "tab" | "mark" | "bare" | "chevron" | "stamp"
    name: str | None
    body: int
    begin_s: float | None = None
    end_s: float | None = None
    bare_time: bool = False
    unnamed: Head | None = None  # what is left of the head when the name is not believed: a time, a chevron


def lines_of(text: str) -> list[Line]:
    """Lines that are not blank; only CRLF, CR and LF are counted."""
    lines: list[Line] = []
    number, first = 1, True
    open_line = False
    for token in _TOKEN.finditer(text):
        if token.group()[0] in "\r\n":
            number, first = number + 1, first or not open_line
            open_line = False
        elif token.group() in "\x0b\u2028\u2029":
            continue
        elif token.group().strip(INVISIBLE):
            lines.append(Line(number, token.start(), token.end(), first))
            first, open_line = False, True
    return lines


def head_of(text: str, line: Line, *, after_time: bool = False) -> Head | None:
    """Candidate for a speaker's name or a time at the start of a line; whether it is believed is decided later."""
    at = _skip(text, line.start, line.end)
    chevron = _CHEVRON.match(text, at, line.end)
    at = chevron.end() if chevron else at
    stamp = _STAMP.match(text, at, line.end)
    begin = end = None
    bare = False
    if stamp is not None:
        begin = seconds_of(stamp["begin"] or stamp["f4"])
        end = seconds_of(stamp["end"]) if stamp["end"] else None
        bare = stamp["f4"] is None and text[stamp.start()].isdigit() and stamp["end"] is None
        at = _GLUE.match(text, stamp.end(), line.end).end()  # type: ignore[union-attr]  # matches the empty string
    sign = "chevron" if chevron is not None else "stamp"
    unnamed = Head(sign, None, at, begin, end, bare) if chevron is not None or stamp is not None else None
    named = _name_at(text, at, line.end, after_time=after_time)
    if named is None:
        return unnamed
    kind, name, body, written = named
    begin = seconds_of(written) if written else begin
    inner = None if written else _leading_time(text, body, line.end)
    if inner is not None:
        begin, body = inner
    return Head(kind, name, body, begin, end, bare, unnamed)


def _name_at(text: str, at: int, end: int, *, after_time: bool) -> tuple[str, str, int, str | None] | None:
    for kind, pattern in (("colon", _COLON), ("clock", _CLOCK), ("mark", _MARK), ("tab", _TAB)):
        found = pattern.match(text, at, end)
        if found is None:
            continue
        name = found["name"].strip(INVISIBLE)
        if kind == "colon" and name[:1] in "[<" and name[-1:] in "]>":
            name = name[1:-1].strip(INVISIBLE)
        if not (is_mark(name) if kind == "mark" else is_name(name)):
            continue
        time = found["time"] if kind != "mark" else None
        return kind, name, _skip(text, found.end(), end), time.strip("[](){}<> \t") if time else None
    alone = text[at:end].strip(INVISIBLE) if end - at <= 40 else ""
    if is_name(alone) and (after_time or (len(alone) > 1 and is_label(alone))):
        return "bare", alone, end, None
    return None


def _leading_time(text: str, at: int, end: int) -> tuple[float | None, int] | None:
    """Find a time in brackets, or in f4's signs, between a name and the words."""
    found = re.compile(_BRACKETED).match(text, at, end)
    if found is None:
        return None
    first = re.search(rf"{TENTHS}|{TIME}", found.group())
    return (seconds_of(first.group()) if first else None), _skip(text, found.end(), end)


def _skip(text: str, at: int, end: int) -> int:
    return end - len(text[at:end].lstrip(INVISIBLE))


@dataclass(frozen=True, slots=True)
class Believed:
    """Names and signs of one file that start a turn, with the lines that were doubtful either way."""

    names: frozenset[str]
    times: bool
    bare_times: bool
    chevrons: bool
    once: tuple[int, ...]  # lines whose name occurs once and was believed
    passed_over: tuple[int, ...]  # lines that look like a name and were left among the words

    def head(self, candidate: Head | None) -> Head | None:
        """Give what of a candidate is believed; None where the line begins no turn."""
        if candidate is None:
            return None
        if candidate.bare_time and not self.bare_times:
            return None
        if candidate.name is not None:
            return candidate if fold(candidate.name) in self.names else self.head(candidate.unnamed)
        if candidate.kind == "chevron":
            return candidate if self.chevrons else None
        return candidate if self.times else None


def believe(lines: Sequence[Line], heads: Sequence[Head | None], known: Collection[str]) -> Believed:
    """Decide which candidates are speakers: named by the caller, telling a role, seen twice, or on nearly every turn.

    Notes
    -----
    A name that occurs once is believed only where nine in ten paragraphs (or lines) begin with a name. In a file of
    paragraphs only names that begin one are counted, so that a wrapped line never invents a speaker.
    """
    bare = sum(head is not None and head.bare_time for head in heads)
    bare_times = bare >= 2 and bare >= 0.5 * sum(head is not None for head in heads)
    heads = [None if head is not None and head.bare_time and not bare_times else head for head in heads]
    named = [(line, head, fold(head.name)) for line, head in zip(lines, heads, strict=True) if head and head.name]
    n_first = sum(line.first for line in lines)
    at_first = sum(line.first for line, _, _ in named)
    share = at_first / max(1, len(named))
    in_paragraphs = n_first >= 2 and (share >= 0.8 or (share >= 0.5 and at_first >= 0.9 * n_first))
    everywhere = (n_first >= 2 and at_first >= 0.9 * n_first) or len(named) >= 0.9 * len(lines)
    times_seen = Counter(name for line, _, name in named if line.first or not in_paragraphs)
    told = {fold(name) for name in known}
    told |= {name for _, head, name in named if head.unnamed and head.unnamed.kind == "chevron"}
    sure = {n for n, times in times_seen.items() if n in told or n in NOBODY or times > 1 or is_label(n)}
    names = sure | (set(times_seen) if everywhere else set())
    kinds = ("colon", "clock", "mark")
    return Believed(
        frozenset(names),
        any(head is not None and (head.unnamed or head).begin_s is not None for head in heads),
        bare_times,
        sum("chevron" in (h.kind, h.unnamed.kind if h.unnamed else "") for h in heads if h is not None) >= 2,
        once=tuple(line.number for line, _, name in named if name in names - sure),
        passed_over=tuple(line.number for line, head, name in named if head.kind in kinds and name not in names),
    )


def words_between(text: str, start: int, end: int) -> tuple[int, int, float | None]:
    """Offsets without the blanks on both sides and without a time in f4's signs behind the words, and that time."""
    closing = _CLOSING.search(text, max(start, end - 40), end)
    words = text[start : closing.start() if closing else end].rstrip(BLANK)
    end_s = seconds_of(closing["time"]) if closing else None
    return start + len(words) - len(words.lstrip(BLANK)), start + len(words), end_s


def is_title_block(text: str, lines: Sequence[Line]) -> bool:
    """Whether lines read "Date: ...", "Participants: ...": what stands above a transcript and nobody said."""
    found = [_TITLE.match(text, line.start, line.end) for line in lines]
    words = [fold(match["word"]).split() for match in found if match is not None]
    return len(words) == len(lines) and any(word and word[0] in NO_NAMES for word in words)
