"""Plain text to turns: every turn is a slice of the text as it stands in the file."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alliance_nlp.errors import counted
from alliance_nlp.reading.believing import NAMED_ONCE, PASSED_OVER, Believed, believe
from alliance_nlp.reading.chats import is_no_words, without_change
from alliance_nlp.reading.labels import Head, Line, closing_time, head_of, lines_of
from alliance_nlp.reading.layout import HEADING, below_titles, by_dashes, nobodys, span, without_line_numbers
from alliance_nlp.reading.names import BLANK, is_bracket, joint_parts
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.speakers import Voice, asked_by, cast_of, fold, report_of
from alliance_nlp.reading.tab_tables import rows_of
from alliance_nlp.reading.times import are_of_day, has_date, of_day, seconds_of, since_first
from alliance_nlp.reading.tops import PAGE, PROGRAM, Ends, ends_of
from alliance_nlp.records import Role, Transcript, Turn
from alliance_nlp.records.people import key
from alliance_nlp.records.read_reports import ReadKind

_WORD = re.compile(r"\w")


@dataclass
class _Stretch:
    """A turn in the making: where its words begin, its lines, and what stood before them."""

    start: int
    lines: list[Line] = field(default_factory=list)
    name: str | None = None
    begin: str | None = None
    end: str | None = None
    under_a_time: bool = False
    number: int = 0  # of the line that opens it

    @property
    def stop(self) -> int:
        """Where its last line ends."""
        return max(self.start, self.lines[-1].end) if self.lines else self.start


def read_plain(
    text: str, name: str, source: str | None, roles: Mapping[str, Role | None], remarks: Remarks, *,
    known: Collection[str] = (), unit: str = "line",
) -> Transcript:  # fmt: skip
    """Cut a text into turns by the names, times and blank lines it has.

    Notes
    -----
    Names begin turns; lines below belong to the turn above. Where nobody is named each paragraph is a turn without a
    speaker, and each line where there are no blank lines. Where only one person is named, an unnamed paragraph is
    a turn without a speaker: in such files the others are not named. Whatever stands in no turn is in the report.
    """
    lines = lines_of(text)
    if unit == "paragraph":  # what somebody sees who opens the file in a word processor
        numbers = itertools.accumulate(int(line.first) for line in lines)
        lines = [replace(line, number=number) for line, number in zip(lines, numbers, strict=True)]
    ends = ends_of(text, lines)
    lines = ends.lines
    if unit == "line" and (bare := without_line_numbers(text, lines, remarks)) is not None:
        return read_plain(bare, name, source, roles, remarks, known=known)
    if unit == "line" and (table := rows_of(text, lines)) is not None:
        rows, header = table
        ends.put_aside([header] if header is not None else [], "the header row of a table")
        stretches = [
            _Stretch(r.start, [Line(r.line.number, r.start, r.end, True)], r.name, r.begin, r.until) for r in rows
        ]
        return _finish(text, name, source, stretches, roles, ends, remarks, unit)
    names = {*known, *roles, *ends.legend}
    heads = [head_of(text, line, names) for line in lines]
    believed = believe(lines, by_dashes(text, lines, heads, remarks), names)
    lines, found = below_titles(text, lines, believed.heads, ends)
    stretches = _stretches(text, lines, found, ends, remarks, unit)
    _set_apart_remarks(text, stretches, ends)
    _report(believed, stretches, remarks, unit)
    return _finish(text, name, source, stretches, roles, ends, remarks, unit)


def _stretches(
    text: str, lines: Sequence[Line], heads: Sequence[Head | None], ends: Ends, remarks: Remarks, unit: str
) -> list[_Stretch]:
    spoken = {fold(h.name) for h in heads if h is not None and h.name is not None}
    every_line = not any(heads) and not any(line.first for line in lines[1:]) and not _is_wrapped(lines)
    if every_line and len(lines) > 1:
        remarks.note(f"no speaker and no blank line: each of the {len(lines)} lines is a turn")
    alone = len(spoken) < 2
    found: list[_Stretch] = []
    above: list[int] = []
    behind: list[int] = []
    named = cut = False
    unsaid = nobodys(text, lines, heads, headings=bool(spoken))
    for at, (line, head) in enumerate(zip(lines, heads, strict=True)):
        if at in unsaid:
            ends.put_aside([line], unsaid[at])
            cut = cut or unsaid[at] == HEADING
            if head is not None and head.name is not None and is_no_words(text[head.body : line.end]):
                found.append(_Stretch(line.start, [], head.name, head.begin))  # what is written below a picture
        elif head is not None:
            _open(found, head, line)
            named, cut = named or head.name is not None, False
        elif not found or cut or every_line or (line.first and (alone or not named) and not _waits(found[-1])):
            found.append(_Stretch(line.start, [line], found[-1].name if cut and found else None))
            cut = False
            if spoken and not named:
                above.append(line.number)
        elif not found[-1].lines and found[-1].name is not None and _only_programs(ends, found[-1].start, line.start):
            found[-1].start, found[-1].lines = line.start, [line]  # a reply: its words stand below what they reply to
        elif any(found[-1].stop <= gone.start < line.start for gone, _ in ends.aside):
            on = _across_pages(found[-1], line, ends)  # a turn is a slice, so it must not run over what was put aside
            found.append(_Stretch(line.start, [line], on))
            behind += [line.number] if on is None else []
        else:
            found[-1].lines.append(line)
    borders = [*(stretch.start for stretch in found[1:]), len(text)][: len(found)]
    found = [
        stretch for stretch, end in zip(found, borders, strict=True)
        if stretch.lines or stretch.name is None or not _only_programs(ends, stretch.start, end)
    ]  # fmt: skip
    if above:
        remarks.doubt("above the first speaker, so turns without a speaker", where=which(above, unit))
    if behind and spoken:
        remarks.doubt("below what was left out, so turns without a speaker", where=which(behind, unit))
    return found


def _across_pages(last: _Stretch, line: Line, ends: Ends) -> str | None:
    """Name that goes on with a line though something was put aside between: the foot of a page ends no turn."""
    between = [why for gone, why in ends.aside if last.stop <= gone.start < line.start]
    return last.name if set(between) == {PAGE} else None


def _only_programs(ends: Ends, start: int, end: int) -> bool:
    """Whether what was put aside between two places is a program's, and something was."""
    return {why for gone, why in ends.aside if start <= gone.start < end} == {PROGRAM}


def _waits(stretch: _Stretch) -> bool:
    """Whether a stretch is a time alone, whose words come on the next line."""
    return not stretch.lines and stretch.name is None and stretch.begin is not None


def _open(found: list[_Stretch], head: Head, line: Line) -> None:
    """Begin a turn; a time alone on its line belongs to the name on the next one, or on the one above it."""
    last = found[-1] if found and not found[-1].lines else None
    begin, end = head.begin, head.end
    if last is not None and head.name is not None and last.name is None and last.begin is not None:
        found.pop()
        begin, end = begin or last.begin, end or last.end
    name = head.name
    if head.kind == "stamp" and last is not None and (last.name is None or last.begin is None or head.body >= line.end):
        if last.name is not None or last.begin is not None:  # a name or a time above this time
            found.pop()
            name, begin, end = last.name, begin if last.begin is None else last.begin, end or last.end
    elif head.kind == "stamp":
        name = next((s.name for s in reversed(found)), None) if head.body < line.end else None
    opened = _Stretch(head.body, [line] if head.body < line.end and head.kind != "bare" else [], name, begin, end,
                      head.kind == "stamp" and name is None, line.number)  # fmt: skip
    if not opened.lines:
        opened.start = line.end
    found.append(opened)


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines were broken at a margin: nearly all but the last about equally long."""
    widths = [line.end - line.start for line in lines[:-1]]
    if len(widths) < 2:
        return False
    middle = statistics.median(widths)
    return middle >= 45 and max(widths) <= min(100, 1.3 * middle)


def _set_apart_remarks(text: str, stretches: list[_Stretch], ends: Ends) -> None:
    """Take brackets that have a line to themselves off the end of a turn: nobody said what a transcriber wrote."""
    for stretch in list(stretches):
        while stretch.lines and _is_remark(text, stretch):
            ends.put_aside([stretch.lines.pop()], "a remark of the transcriber")
            if not stretch.lines and stretch.name is None:
                stretches.remove(stretch)
    if stretches and not stretches[-1].lines and stretches[-1].name is None:  # a time below the last words
        last = stretches.pop()
        closing = [s.begin for s in [*stretches[1:], last]]
        if stretches and stretches[0].begin is None and all(closing):  # each time stands below its turn
            for stretch, end in zip(stretches, closing, strict=True):
                stretch.begin, stretch.end = None, end
        elif stretches:
            stretches[-1].end = stretches[-1].end or last.begin
    for before, after in itertools.pairwise(list(stretches)):
        if before.name is None and before.begin is None and not before.lines and after is not before:
            stretches.remove(before)


def _is_remark(text: str, stretch: _Stretch) -> bool:
    """Whether the last line of a stretch is a bracket and no end of a sentence that was broken at the margin."""
    line = stretch.lines[-1]
    before = text[stretch.lines[-2].start : stretch.lines[-2].end].rstrip(BLANK) if len(stretch.lines) > 1 else "."
    if line.start < stretch.start or not (line.first or re.search(r"[^\w\s,;–-]$", before)):
        return False
    return is_bracket(text[line.start : line.end])


def _report(believed: Believed, stretches: Sequence[_Stretch], remarks: Remarks, unit: str) -> None:
    if believed.once:
        remarks.keep("guessed", NAMED_ONCE, where=which(believed.once, unit))
    names = {fold(s.name) for s in stretches if s.name is not None}
    if believed.passed_over and names:
        remarks.doubt(PASSED_OVER, "guessed", where=which(believed.passed_over, unit))
    if believed.times_passed_over and len(believed.times_passed_over) > 1:
        remarks.keep(
            "guessed", "what may be a time was left among the words", where=which(believed.times_passed_over, unit)
        )
    if silent := [s.number for s in stretches if s.name is not None and not s.lines]:
        remarks.doubt("a name without words: an empty turn", where=which(silent, unit))
    under = sum(s.under_a_time for s in stretches)
    if len(names) > 1 and under:
        remarks.doubt(
            f"{counted(under, 'turn stands', 'turns stand')} under a time that names nobody: without a speaker"
        )
    if len(names) == 1 and len(stretches) > 1:
        unnamed = sum(s.name is None for s in stretches)
        remarks.doubt(f"only one speaker is named; {counted(unnamed, 'turn has', 'turns have')} no speaker")
    if not names and stretches:
        remarks.doubt(f"no speaker found: {counted(len(stretches), 'turn')} without a speaker")


def _times(
    stretches: Sequence[_Stretch], days: Sequence[tuple[Line, str]], remarks: Remarks
) -> list[tuple[float | None, float | None]]:
    """Seconds of begin and end; times of day count from the first one of the file."""
    written = [stretch.begin for stretch in stretches]
    if days:
        of = [next((day for line, day in reversed(days) if line.start < s.start), days[0][1]) for s in stretches]
        written = [f"{day} {one}" if one else None for day, one in zip(of, written, strict=True)]
    if any(one is not None and of_day(one) for one in written) or are_of_day(written):
        remarks.doubt("times of day: each turn begins so many seconds after the first one", "guessed")
        return [(begin, None) for begin in since_first(written)]
    pairs = [(seconds_of(s.begin) if s.begin else None, seconds_of(s.end) if s.end else None) for s in stretches]
    remarks.doubt_order([begin for begin, _ in pairs if begin is not None])
    return [(begin, None if begin is not None and end is not None and end < begin else end) for begin, end in pairs]


def _finish(
    text: str, name: str, source: str | None, stretches: Sequence[_Stretch], roles: Mapping[str, Role | None],
    ends: Ends, remarks: Remarks, unit: str,
) -> Transcript:  # fmt: skip
    asked = asked_by((s.name, text[s.start : s.stop]) for s in stretches)
    voices = cast_of((s.name for s in stretches), roles, legend=ends.legend, asked=asked)
    in_chat = any(s.begin is not None and has_date(s.begin) for s in stretches)
    ended = sum(closing_time(text, s.start, s.stop, brackets=True)[1] is not None for s in stretches)
    in_brackets = ended >= 2 and ended >= 0.6 * len(stretches) and not any(s.begin for s in stretches)
    turns = []
    for stretch, (begin_s, end_s) in zip(stretches, _times(stretches, ends.days, remarks), strict=True):
        start, end, closing = _words_between(text, stretch.start, stretch.stop, in_brackets)
        end = start + len(without_change(text[start:end])) if in_chat else end
        voice = voices.get(fold(stretch.name or ""))
        speaker, role = (voice.name, voice.role) if voice is not None else (None, None)
        until = seconds_of(closing) if end_s is None and closing is not None else end_s
        backwards = begin_s is not None and until is not None and until < begin_s
        turns.append(Turn(start, end, speaker, role, begin_s, None if backwards else until))
    taken = _account(text, turns, ends, remarks, unit)
    _report_voices(stretches, voices, remarks, unit)
    return Transcript(name, text, tuple(turns), source=source, report=report_of(name, turns, voices.values(), taken))


def _words_between(text: str, start: int, end: int, in_brackets: bool) -> tuple[int, int, str | None]:
    """Offsets without blanks around the words and a time behind them, and that time."""
    until, closing = closing_time(text, start, end, brackets=in_brackets)
    words = text[start:until].rstrip(BLANK)
    return start + len(words) - len(words.lstrip(BLANK)), start + len(words), closing


def _account(text: str, turns: Sequence[Turn], ends: Ends, remarks: Remarks, unit: str) -> list[str]:
    """Report what stands in no turn; give the names and times that were taken off, in order."""
    for lines, why in _runs(ends):
        words = "\n".join(text[line.start : line.end] for line in lines)
        kind: ReadKind = "set apart" if why.startswith("a remark") else "left out"
        if kind == "left out" and why != HEADING:
            remarks.doubt(f"{why}; left out of the turns", kind, where=span(lines, unit), words=words)
        else:
            remarks.keep(kind, why, where=span(lines, unit), words=words)
    aside = [(line.start, line.end) for line, _ in ends.aside]
    taken, at = [], 0
    for start, end in sorted([*((turn.start, turn.end) for turn in turns), *aside, (len(text), len(text))]):
        if _WORD.search(between := text[at:start]):
            taken.append(between.strip(BLANK))
        at = max(at, end)
    return taken


def _runs(ends: Ends) -> Iterator[tuple[list[Line], str]]:
    """Lines around the talk that stand together for one reason."""
    run: list[Line] = []
    why = ""
    for line, reason in sorted(ends.aside, key=lambda pair: pair[0].start):
        if run and (reason != why or line.number > run[-1].number + 2 or reason.startswith("a remark")):
            yield run, why
            run = []
        run, why = [*run, line], reason
    if run:
        yield run, why


def _report_voices(stretches: Sequence[_Stretch], voices: Mapping[str, Voice], remarks: Remarks, unit: str) -> None:
    """Say where several speak at once, and whose label is spelled in several ways."""
    several = [
        s for s in stretches if s.name is not None and (v := voices.get(fold(s.name))) is not None and v.name is None
    ]
    lines = [s.lines[0].number for s in several if s.lines]
    if several:
        n = len(joint_parts(several[0].name or ""))
        remarks.doubt(f"spoken by {n} people at once: no speaker", "guessed", where=which(lines, unit))
    spelled = {s.name for s in stretches if s.name is not None}
    named = {voices[fold(name)].name for name in spelled if fold(name) in voices} - {None}
    more = len({name for name in spelled if fold(name) in voices and voices[fold(name)].name is not None}) - len(named)
    for name in sorted(spelled):
        voice = voices.get(fold(name))
        if voice is not None and voice.name is not None and key(name) != key(voice.name):
            remarks.doubt(f"{name!r} was read as {voice.name!r}, who is introduced so", "guessed")
            more -= 1
    if more > 0:
        remarks.note(f"{counted(more, 'label is', 'labels are')} another spelling of one above it: read as one speaker")
