"""Plain text to turns: every turn is a slice of the text as it stands in the file."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from alliance_nlp.errors import counted
from alliance_nlp.reading.labels import Believed, Head, Line, believe, head_of, is_title_block, lines_of, words_between
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.speakers import cast_of, fold
from alliance_nlp.records import Role, Turn

_NUMBERED = re.compile(r"[ \t]*(?P<number>\d{1,5})[.):]?(?:[ \t]+|$)")


@dataclass
class _Stretch:
    """A turn in the making."""

    start: int
    end: int
    name: str | None = None
    begin_s: float | None = None
    end_s: float | None = None


def turns_of(text: str, roles: Mapping[str, Role | None], remarks: Remarks, *, unit: str = "line") -> tuple[Turn, ...]:
    """Cut a text into turns by the names, times and blank lines it has.

    Notes
    -----
    Names begin turns; lines below belong to the turn above. Where nobody is named each paragraph is a turn without a
    speaker, and each line where there are no blank lines. Where only one person is named, an unnamed paragraph is
    a turn without a speaker: in such files the others are not named.
    """
    lines = lines_of(text)
    if unit == "paragraph":  # what somebody sees who opens the file in a word processor
        numbers = itertools.accumulate(int(line.first) for line in lines)
        lines = [replace(line, number=number) for line, number in zip(lines, numbers, strict=True)]
    first = next((index for index, line in enumerate(lines) if index and line.first), len(lines))
    if first < len(lines) and is_title_block(text, lines[:first]):
        remarks.doubt(f"{_span(lines[:first], unit)} read as a title block and left out of the turns")
        lines = lines[first:]
    lines = _after_line_numbers(text, lines, remarks)
    heads = _heads(text, lines)
    believed = believe(lines, heads, roles)
    stretches = _stretches(lines, [believed.head(head) for head in heads], remarks, unit)
    _report(believed, stretches, remarks, unit)
    return _finish(text, stretches, roles)


def _after_line_numbers(text: str, lines: list[Line], remarks: Remarks) -> list[Line]:
    """Begin each line after its number where a program numbered all of them."""
    found = [_NUMBERED.match(text, line.start, line.end) for line in lines]
    numbers = [int(match["number"]) for match in found if match is not None]
    steps = {later - earlier for earlier, later in itertools.pairwise(numbers)}
    if len(numbers) < max(5, len(lines)) or steps != {1}:
        return lines
    remarks.doubt("its lines are numbered; numbers inside a turn stay in its words. Export it without them")
    return [replace(line, start=match.end()) for line, match in zip(lines, found, strict=True) if match is not None]


def _heads(text: str, lines: Sequence[Line]) -> list[Head | None]:
    """Candidates at the start of each line; what follows a time may be a name alone, with the words below it."""
    heads: list[Head | None] = []
    for line in lines:
        last = heads[-1] if heads else None
        alone = last is not None and last.kind == "stamp" and last.body >= lines[len(heads) - 1].end
        heads.append(head_of(text, line, after_time=alone))
    timed = [head is not None and head.kind == "stamp" for head in heads]
    if sum(timed) > 0.6 * len(lines):  # a time on every line: words follow it, not names
        return heads
    return [
        head_of(text, line, after_time=True) if is_timed else head
        for line, head, is_timed in zip(lines, heads, timed, strict=True)
    ]


def _span(lines: Sequence[Line], unit: str) -> str:
    first, last = lines[0].number, lines[-1].number
    return f"{unit}s {first}-{last}" if last > first else f"{unit} {first}"


def _stretches(lines: Sequence[Line], heads: Sequence[Head | None], remarks: Remarks, unit: str) -> list[_Stretch]:
    spoken = {fold(h.name) for h in heads if h is not None and h.name is not None}
    every_line = not spoken and not any(line.first for line in lines[1:]) and not _is_wrapped(lines)
    if every_line and len(lines) > 1:
        remarks.note(f"no speaker and no blank line: each of the {len(lines)} lines is a turn")
    alone = len(spoken) < 2
    found: list[_Stretch] = []
    above: list[int] = []
    named = False
    for line, head in zip(lines, heads, strict=True):
        if head is not None:
            _open(found, head, line)
            named = named or head.name is not None
        elif not found or every_line or (line.first and (alone or not named)):
            found.append(_Stretch(line.start, line.end))
            if spoken and not named:
                above.append(line.number)
        else:
            found[-1].end = line.end
    if above:
        remarks.doubt(f"{which(above, unit)}: above the first speaker, so turns without a speaker")
    return found


def _open(found: list[_Stretch], head: Head, line: Line) -> None:
    """Begin a turn; a time alone on its line belongs to the name on the next one."""
    waiting = found[-1] if found and found[-1].start == found[-1].end and found[-1].name is None else None
    if head.name is not None and waiting is not None and waiting.begin_s is not None:
        found.pop()
        head = replace(head, begin_s=waiting.begin_s if head.begin_s is None else head.begin_s, end_s=waiting.end_s)
    name = head.name
    if head.kind == "stamp":
        name = next((s.name for s in reversed(found)), None) if head.body < line.end else None
    found.append(_Stretch(head.body, max(head.body, line.end) if head.kind != "bare" else head.body, name,
                          head.begin_s, head.end_s))  # fmt: skip
    if head.body >= line.end:
        found[-1].start = found[-1].end = line.end


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines were broken at a margin: nearly all but the last about equally long."""
    widths = [line.end - line.start for line in lines[:-1]]
    if len(widths) < 2:
        return False
    middle = statistics.median(widths)
    return middle >= 45 and max(widths) <= min(100, 1.3 * middle)


def _report(believed: Believed, stretches: Sequence[_Stretch], remarks: Remarks, unit: str) -> None:
    if believed.once:
        remarks.note(f"{which(believed.once, unit)}: a speaker who is named once")
    names = {fold(s.name) for s in stretches if s.name is not None}
    if believed.passed_over and names:
        remarks.doubt(
            f"{which(believed.passed_over, unit)}: what may be a name, seen once, was left among the words. "
            f"If it is a speaker, name them in roles={{...}}"
        )
    if len(names) == 1 and len(stretches) > 1:
        unnamed = sum(s.name is None for s in stretches)
        remarks.doubt(f"only one speaker is named; {counted(unnamed, 'turn has', 'turns have')} no speaker")
    if not names and stretches:
        remarks.doubt(f"no speaker found: {counted(len(stretches), 'turn')} without a speaker")
    remarks.doubt_order([s.begin_s for s in stretches if s.begin_s is not None])


def _finish(text: str, stretches: Sequence[_Stretch], roles: Mapping[str, Role | None]) -> tuple[Turn, ...]:
    cast = cast_of((stretch.name for stretch in stretches), roles)
    turns = []
    for stretch in stretches:
        start, end, end_s = words_between(text, stretch.start, stretch.end)
        speaker, role = cast.get(fold(stretch.name or ""), (None, None))
        end_s = stretch.end_s if end_s is None else end_s
        turns.append(Turn(start, end, speaker, role, stretch.begin_s, end_s))
    return tuple(turns)
