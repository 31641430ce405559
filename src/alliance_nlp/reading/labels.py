"""Where a line of a transcript names its speaker or its time: every candidate, whether it is believed or not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from alliance_nlp.reading.names import (
    BLANK,
    INVISIBLE,
    bare_name,
    can_stand_alone,
    is_mark,
    is_name,
    spellings,
)
from alliance_nlp.reading.times import (
    BRACKETED,
    CLOSING,
    COLONS,
    DATED,
    FIRST,
    IN_BRACKETS,
    SPOKEN,
    TO,
    Stamp,
    has_date,
    seconds_of,
    stamp_at,
)
from alliance_nlp.records import fold

# Word's soft break and the separators of Unicode part lines too, though editors do not number them
_TOKEN = re.compile(r"[^\r\n\x0b\u2028\u2029]+|\r\n|[\r\n]|[\x0b\u2028\u2029]")
_B = f"[{INVISIBLE}]"
_GAP = f"{_B}{{0,40}}"  # bounded: two runs of blanks side by side are tried in every way of parting them
_M = r"[*_]{0,3}"  # bold and italics of Markdown
_DAY = r"\d{1,2}:\d{2}(?::\d{2})?[ \u00a0\u202f]?[AaPp]\.?[Mm]\b\.?"
_TIME = rf"{BRACKETED}|(?<=[ \t\u00a0])(?:{_DAY}|{COLONS})"
_ENDING = r"(?:in|innen|r|e)(?:[ \u00a0]\w{1,3})?[ \u00a0]{0,3}[:：]"  # the rest of "Interviewer:in 1:", "Befragte:r:"
_COLON_SIGN = rf"(?!(?<=\w):{_ENDING})(?:[:：](?![\d/])|(?<!\d)[:：](?!/))"
_COLON = re.compile(
    rf"(?P<name>(?:[^:：\t\r\n]|(?<=\w):(?={_ENDING})){{1,90}}?){_M}{_GAP}{_M}(?P<time>{_TIME})?{_M}{_GAP}{_COLON_SIGN}",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    rf"(?P<name>[^:\r\n]{{1,90}}?){_M}{_GAP}[|,·–—-]?{_B}{{1,40}}{_M}"
    rf"(?P<time>{BRACKETED}|{DATED}|{_DAY}|{COLONS}|{SPOKEN})(?:{TO}(?P<until>{COLONS}))?{_M}{_B}*$",
    re.IGNORECASE,
)
_TAB = re.compile(
    r"(?P<name>[^:\t\r\n\u3000]{1,90}?)[ \u00a0]*[\t\u3000][ \t\u00a0\u3000]*"
    rf"(?:(?P<time>{BRACKETED}|{COLONS})\t)?(?=\S)"
)
_IN = {
    name: rf"(?P<{name}>[^{sign}\r\n:]{{1,80}}:?)" for name, sign in zip("abcd", ("\\]", ")", "}", ">"), strict=True)
}
_WRAPPED = re.compile(
    rf"(?:\[{_IN['a']}\]|\({_IN['b']}\)|\{{{_IN['c']}\}}|<{_IN['d']}>|\#(?P<e>[^\#\r\n:]{{1,60}})\#|"
    rf"\*\*(?P<f>[^*\r\n:]{{1,80}})\*\*|@(?P<g>[^\s@:]{{1,60}})){_B}*(?P<colon>[:：])?(?=[ \t\u00a0:：]|$)"
)
_DASH = re.compile(r"(?P<name>[^\W\d_][^\r\n:–—-]{0,40}?)[ \t\u00a0]+[-–—][ \t\u00a0]+(?=\S)")
_DOTTED = re.compile(r"(?P<name>[^\W\d_a-z]{1,3}\d{0,2})\.[ \t\u00a0]+(?=\S)")
_HEADING = re.compile(rf"\#{{1,6}}{_B}+(?P<name>[^\r\n]+?){_B}*\#*$")
_FROM = re.compile(
    r"(?:From[ ]+(?P<a>.+?)|"
    r"(?:Von|Fra|Från|De|Da|Van|Od|From)[ ]+(?P<b>.+?)[ ]+(?:to|an|til|till|à|a|para|aan|do)[ ]+.+)$"
)
_SENT_TO = re.compile(r"\s(?:to|an|til|till|à|a|para|aan|do)\s+\S", re.IGNORECASE)
_TIMED = re.compile(
    rf"(?P<name>[^:\r\n\[(<{{]{{1,60}}?){_B}{{1,9}}(?P<time>{BRACKETED}){_B}{{1,9}}(?=\S)", re.IGNORECASE
)
_BULLET = re.compile(rf"[-–—•●▪>][ \t\u00a0]+(?={_M}\S)")
_OPEN = re.compile(r"[*_]{1,3}(?=\S)")
_AROUND_TIME = re.compile(rf"[*_]{{1,3}}(?=(?:{BRACKETED}|{COLONS})[ \t\u00a0]+\S[^\r\n]*[*_])", re.IGNORECASE)
_CHEVRON = re.compile(r">>+[ \t]*")
_GLUE = re.compile(r"[ \t\u00a0]*(?:[-–—|:•·,~][ \t\u00a0]+)?[ \t\u00a0]*")

HeadKind = Literal["told", "colon", "clock", "tab", "mark", "bare", "chevron", "stamp"]


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

    kind: HeadKind
    name: str | None
    body: int
    begin: str | None = None
    end: str | None = None
    doubtful: str = "sure"  # of the time: "bare" and "dots" may be words
    unnamed: Head | None = None  # what is left of the head when the name is not believed: a time, a chevron
    wrapped: str = ""  # the sign around a name without a colon

    @property
    def timed(self) -> bool:
        """Whether the line begins with a time that is one as it stands."""
        return self.begin is not None


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


@lru_cache(maxsize=64)
def literally(names: frozenset[str]) -> re.Pattern[str] | None:
    """Pattern of names that the caller gave, whatever they are, before a colon, a tab, a time, or alone on a line."""
    written = {one for name in names for one in spellings(" ".join(bare_name(name).split())) if one}
    if not written:
        return None
    ways = "|".join(
        r"[\s\u00a0]+".join(re.escape(part) for part in name.split()) for name in sorted(written, key=len, reverse=True)
    )
    time = rf"{BRACKETED}|{_DAY}|{COLONS}|{SPOKEN}"
    around = r"[\[\](){}<>#@*_]"
    return re.compile(
        rf"{around}{{0,4}}{_B}*(?P<name>{ways}){_B}*(?P<closed>{around}{{0,4}}){_B}*(?:"
        rf"(?P<t1>{time})?{_B}*{around}{{0,4}}{_B}*(?P<colon>[:：]){_M}|(?P<tab>\t)|[|,·–-]?{_B}*(?P<t2>{time}){_M}{_B}*$|"
        rf"[.]?{_B}*$|{_B}{{2,}}(?=\S)|(?<=[\])}}>#*])(?={_B}))",
        re.IGNORECASE,
    )


def head_of(text: str, line: Line, known: Iterable[str] = ()) -> Head | None:
    """Candidate for a speaker's name or a time at the start of a line; whether it is believed is decided later."""
    at = _skip(text, line.start, line.end)
    bullet = _BULLET.match(text, at, line.end)
    at = _skip(text, bullet.end(), line.end) if bullet is not None else at
    chevron = _CHEVRON.match(text, at, line.end)
    at = chevron.end() if chevron is not None else at
    around = _AROUND_TIME.match(text, at, line.end)
    at = around.end() if around is not None else at
    stamp, at = _stamped(text, at, line.end)
    unnamed = None
    if chevron is not None or stamp is not None:
        begin, end, doubtful = (stamp.begin, stamp.end, stamp.kind) if stamp is not None else (None, None, "sure")
        unnamed = Head("chevron" if chevron is not None else "stamp", None, at, begin, end, doubtful)
    named = _told_at(text, at, line.end, frozenset(known))
    if named is None and stamp is not None and has_date(stamp.begin):
        named = _in_chat(text, at, line.end)
    named = named or _name_at(text, at, line.end, stamped=stamp is not None)
    if named is None:
        return unnamed
    if around is not None:  # **[0:05] Anna:** Why?
        closed = len(text[named.body : line.end]) - len(text[named.body : line.end].lstrip("*_"))
        named = replace(named, body=_skip(text, named.body + closed, line.end, BLANK))
    if unnamed is not None:
        named = replace(
            named, begin=named.begin or unnamed.begin, end=named.end or unnamed.end, unnamed=unnamed,
            doubtful=unnamed.doubtful if unnamed.begin is not None else "sure",
        )  # fmt: skip
    if named.begin is None and (inner := _leading_time(text, named.body, line.end)) is not None:
        named = replace(named, begin=inner[0], body=inner[1])
        if named.kind == "mark" and text[named.body : named.body + 1] in (":", "："):
            named = replace(named, kind="colon", wrapped="", body=_skip(text, named.body + 1, line.end, BLANK))
    return named


def _stamped(text: str, at: int, end: int) -> tuple[Stamp | None, int]:
    """Find times at the start of a line, more than one where a program writes it twice, and where they end."""
    stamp = stamp_at(text, at, end)
    if stamp is None:
        return None, at
    after = _glued(text, stamp.end_at, end)
    again = stamp_at(text, after, end)
    while again is not None and seconds_of(again.begin) == seconds_of(stamp.begin):
        after = _glued(text, again.end_at, end)
        again = stamp_at(text, after, end)
    return stamp, after


def _glued(text: str, at: int, end: int) -> int:
    return _skip(text, _GLUE.match(text, at, end).end(), end)  # type: ignore[union-attr]  # matches the empty string


def _told_at(text: str, at: int, end: int, known: frozenset[str]) -> Head | None:
    """Find a name that the caller gave."""
    pattern = literally(known) if known else None
    found = pattern.match(text, at, end) if pattern is not None else None
    if found is None:
        return None
    written = found["t1"] or found["t2"]
    return Head("told", found["name"], _skip(text, found.end(), end, BLANK), _first_time(written) if written else None)


def _in_chat(text: str, at: int, end: int) -> Head | None:
    """Find what stands between a day and a colon: there a chat puts who writes, whatever that is."""
    found = _COLON.match(text, at, end)
    if found is None or _FROM.match(found["name"].strip(INVISIBLE)) or not bare_name(found["name"]):
        return None
    return Head("told", bare_name(found["name"]), _skip(text, found.end(), end, BLANK))


def _name_at(text: str, at: int, end: int, *, stamped: bool) -> Head | None:
    opened = _OPEN.match(text, at, end)
    marked = _WRAPPED.match(text, at, end)
    start = opened.end() if opened is not None and marked is None else at
    if marked is None:
        for kind, pattern in (("colon", _COLON), ("clock", _CLOCK), ("tab", _TAB)):
            head = _matched(
                kind, pattern.match(text, start, end), text, end, opened=opened is not None, stamped=stamped
            )
            if head is not None:
                return head
    else:
        head = _matched("colon", _COLON.match(text, at, end), text, end, opened=False, stamped=stamped)
        if head is not None and fold(bare_name(text[at : marked.end()].rstrip(":： "))) != fold(head.name or ""):
            return head
        inside = next(inner for inner in marked.group(*"abcdefg") if inner is not None)
        name = bare_name(inside.rstrip(":：" + INVISIBLE))
        if is_mark(name) and _FROM.match(name) is None:
            kind = "colon" if marked["colon"] or inside.endswith(":") else "mark"
            sign = "" if kind == "colon" else marked.group()[0]
            return Head(kind, name, _skip(text, marked.end(), end, BLANK), wrapped=sign)  # type: ignore[arg-type]
        if head is not None:
            return head
        if marked["a"] is None and (clock := _matched("clock", _CLOCK.match(text, at, end), text, end, opened=False,
                                                      stamped=stamped)):  # fmt: skip
            return clock
    return _before_time(text, start, end) or _alone(text, at, end) or _before_dash(text, at, end)


def _before_time(text: str, at: int, end: int) -> Head | None:
    """Find a name before a time in brackets and words: "Anna Berg [00:03] Why?"."""
    found = _TIMED.match(text, at, end)
    name = bare_name(found["name"]) if found is not None else ""
    if found is None or not is_mark(name) or not can_stand_alone(name):
        return None
    return Head("clock", name, _skip(text, found.end(), end, BLANK), _first_time(found["time"]))


def _matched(
    kind: str, found: re.Match[str] | None, text: str, end: int, *, opened: bool, stamped: bool
) -> Head | None:
    if found is None:
        return None
    written = found["name"]
    if stamped and (sent := _FROM.match(written.strip(INVISIBLE))):
        kind = (
            "told" if (kind == "colon" and sent["b"]) or _SENT_TO.search(written) else kind
        )  # in its program's own form
        written = sent["a"] or sent["b"]
        written = re.sub(r"\s{1,9}(?:to|an|til|till)\s+\S.*$", "", written) if sent["a"] else written
    name = bare_name(written.rstrip("," + INVISIBLE) if found["time"] else written)
    if not is_name(name) or (opened and kind != "colon" and name != written.strip(INVISIBLE)):
        return None
    body = found.end()
    if opened:
        body += len(text[body:end]) - len(text[body:end].lstrip("*_"))
    time = _first_time(found["time"]) if found["time"] else None
    until = found["until"] if kind == "clock" else None
    return Head(kind, name, _skip(text, body, end, BLANK), time, until)  # type: ignore[arg-type]


def _before_dash(text: str, at: int, end: int) -> Head | None:
    """Find a name before a dash, or a letter with a dot: "Anna – Why?", "Q. Why?"; believed where that is the habit."""
    dotted = _DOTTED.match(text, at, end)
    if dotted is not None:
        return Head("mark", dotted["name"], _skip(text, dotted.end(), end, BLANK), wrapped=".")
    found = _DASH.match(text, at, end)
    if found is None or not can_stand_alone(found["name"]):
        return None
    return Head("mark", bare_name(found["name"]), _skip(text, found.end(), end, BLANK), wrapped="–")


def _alone(text: str, at: int, end: int) -> Head | None:
    """Find a name that has the line to itself."""
    heading = _HEADING.match(text, at, end)
    words = bare_name(heading["name"] if heading is not None else text[at:end]) if end - at <= 90 else ""
    words = words.rstrip("*_")
    if not words or not is_mark(words) or not can_stand_alone(words):
        return None
    return Head("bare", words, end, wrapped="#" if heading is not None else "")


def _first_time(written: str) -> str | None:
    found = FIRST.search(written)
    return found.group() if found is not None else None


def _leading_time(text: str, at: int, end: int) -> tuple[str | None, int] | None:
    """Find a time in brackets, or in the signs of f4 and QualCoder, between a name and the words."""
    found = _IN_BRACKETS.match(text, at, end)
    if found is None or (found.group().startswith("#") and found.end() >= end):
        return None
    return _first_time(found.group()), _skip(text, found.end(), end, BLANK)


_IN_BRACKETS = re.compile(rf"[*_]{{0,3}}(?:{BRACKETED})[*_]{{0,3}}", re.IGNORECASE)


def _skip(text: str, at: int, end: int, signs: str = INVISIBLE) -> int:
    return end - len(text[at:end].lstrip(signs))


def closing_time(text: str, start: int, end: int, *, brackets: bool = False) -> tuple[int, str | None]:
    """Where the words of a stretch end before a time in the signs of f4, QualCoder, or in brackets, and that time."""
    found = (IN_BRACKETS if brackets else CLOSING).search(text, max(start, end - 40), end)
    return (found.start(), found["time"]) if found is not None else (end, None)
