"""What the layout of a text says before anybody is named: numbers of lines, dashes, titles, what a program wrote."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from alliance_nlp.reading.chats import are_sent, is_no_words, of_program
from alliance_nlp.reading.labels import Head, Line
from alliance_nlp.reading.names import is_bracket
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.times import of_day
from alliance_nlp.reading.tops import PROGRAM, Ends, is_heading, title_above

_NUMBERED = re.compile(r"[ \t]*[(\[#]?(?P<number>\d{1,5})[.):\]]{0,2}(?:[ \t]+|$)")
_DASH = re.compile(r"[ \t]*[-–—][ \t]*(?=\S)")
HEADING = "a heading"
_CARRIED = 4  # so many turns must begin with a name before what stands above the first of them may be a title


def without_line_numbers(text: str, lines: Sequence[Line], remarks: Remarks) -> str | None:
    """Text without the numbers of its lines, where a program numbered all of them; None where it did not."""
    found = [_NUMBERED.match(text, line.start, line.end) for line in lines]
    matches = [match for match in found if match is not None]
    steps = {int(later["number"]) - int(earlier["number"]) for earlier, later in itertools.pairwise(matches)}
    tabbed = all(match is not None and "\t" in match.group() for match in found)
    if len(matches) < max(3 if tabbed else 5, len(lines)) or steps != {1}:
        return None
    numbers = "\n".join(match["number"] for match in matches)
    why = "its lines are numbered: the numbers were set apart, so offsets are counted without them"
    remarks.doubt(why, "set apart", where=span(lines, "line"), words=numbers)
    pieces, at = [], 0
    for match in matches:
        pieces.append(text[at : match.start()])
        at = match.end()
    return "".join([*pieces, text[at:]])


def by_dashes(
    text: str, lines: Sequence[Line], heads: Sequence[Head | None], remarks: Remarks
) -> Sequence[Head | None]:
    """Read a dash that begins every line, or every paragraph, as the start of a turn, where nothing else is one."""
    firsts = [line for line in lines if line.first]
    begin = lines if len(firsts) < 2 else firsts
    found = {line.start: dash for line in begin if (dash := _DASH.match(text, line.start, line.end))}
    if (
        len(found) < 2
        or len(found) < len(begin)
        or any(h is not None and h.kind not in ("bare", "mark") for h in heads)
    ):
        return heads
    remarks.keep("guessed", "every turn begins with a dash, which was taken off; nobody is named")
    return [
        Head("stamp", None, found[line.start].end(), doubtful="sure") if line.start in found else None for line in lines
    ]


def below_titles(
    text: str, lines: list[Line], heads: Sequence[Head | None], ends: Ends
) -> tuple[list[Line], Sequence[Head | None]]:
    """Lines from where the talk begins: titles above the first who is named are set aside, if names carry the file."""
    named = [at for at, head in enumerate(heads) if head is not None and head.name is not None]
    if len(named) < _CARRIED or not all(head is None for head in heads[: named[0]]):
        return lines, heads
    above = title_above(text, lines[: named[0]])
    if len(above) < named[0]:  # something was said there: what stands above it may head it
        return lines, heads
    ends.put_aside(above, "above the first speaker, and no sentence: a title")
    return lines[len(above) :], heads[len(above) :]


def nobodys(text: str, lines: Sequence[Line], heads: Sequence[Head | None], *, headings: bool) -> dict[int, str]:
    """Lines among the talk that nobody says, with why: what the program of a chat writes, remarks, headings."""
    dated = any(h is not None and h.name is not None and h.begin is not None and of_day(h.begin) for h in heads)
    chat = dated or are_sent(text)
    notices = of_program(text, lines, heads) if chat else []
    headings = headings or sum(head is not None and head.begin is not None for head in heads) > 2
    found: dict[int, str] = {}
    for at, (line, head) in enumerate(zip(lines, heads, strict=True)):
        words = text[head.body if head is not None else line.start : line.end]
        unnamed = dated and head is not None and head.name is None and of_day(head.begin or "") and bool(words)
        if unnamed or at in notices or (chat and head is None and is_no_words(words)):
            found[at] = PROGRAM
        elif head is not None and head.kind == "stamp" and is_bracket(words):
            found[at] = "a remark of the transcriber"
        elif head is None and headings and is_heading(words):
            found[at] = HEADING
    return found


def span(lines: Sequence[Line], unit: str) -> str:
    """Word which lines, first to last."""
    first, last = lines[0].number, lines[-1].number
    return f"{unit}s {first}-{last}" if last > first else f"{unit} {first}"
