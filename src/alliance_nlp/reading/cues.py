"""Cues of subtitles (.vtt, .srt, .sbv): their words, times and names; what stands in none of them is reported."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from alliance_nlp.errors import InputError, counted
from alliance_nlp.reading.decoding import lines_in
from alliance_nlp.reading.names import BLANK, INVISIBLE
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.speakers import Said
from alliance_nlp.reading.times import COLONS, seconds_of

TAG = re.compile(r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?=[\s.>/])[^>]*>|</?v>|<\d[\d:.]*>|\{\\[^}]*\}", re.IGNORECASE)
_TIMING = re.compile(rf"\s*(?P<begin>{COLONS})\s*-->\s*(?P<end>{COLONS})(?:[ \t].*)?$")
_OF_YOUTUBE = re.compile(rf"\s*(?P<begin>{COLONS}),(?P<end>{COLONS})\s*$")  # .sbv: 0:00:00.030,0:00:03.720
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_IN_ID = re.compile(r'\d+ "(?P<name>[^"]+)"(?: \(\d*\))?')  # Webex: 1 "Anna Berg" (12345)
_TITLES = 5  # so many lines may stand above the first cue of subtitles that a text file holds


def holds_subtitles(text: str) -> str | None:
    """Tell which subtitles a text file holds, by a number and a time with an arrow near its top; None for others."""
    lines = [line.strip("\ufeff" + BLANK) for line in lines_in(text[:4000])]
    lines = [line for line in lines if line]
    if lines and lines[0].startswith("WEBVTT") and any(_TIMING.match(line) for line in lines):
        return ".vtt"
    if len(lines) > 3 and all(_OF_YOUTUBE.match(line) for line in lines[:1]) and any(map(_OF_YOUTUBE.match, lines[2:])):
        return ".sbv"
    cues = [at for at, line in enumerate(lines[1:], 1) if _TIMING.match(line)]
    numbered = [at for at in cues if lines[at - 1].isdigit()]
    titled = len(numbered) > 1 and cues[0] <= _TITLES + 1
    return ".srt" if numbered[:1] and numbered[0] == cues[0] and (cues[0] == 1 or titled) and len(lines) > 2 else None


def cues_of(text: str, ending: str, remarks: Remarks) -> tuple[list[Said], list[str]]:
    """Cues with their words, and their names; what stands in none of them goes into the report."""
    is_vtt = ending == ".vtt"
    lines = [re.sub("^\ufeff(?=.)", "", line) for line in lines_in(text)]  # files that were joined have a mark each
    notes = _in_notes(lines) if is_vtt else [False] * len(lines)
    times = _times(lines, notes, ending, remarks)
    timed = list(times)
    if is_vtt and not lines[0].startswith("WEBVTT"):
        remarks.doubt("does not begin with WEBVTT; it was read all the same")
    joined = _part_joined(lines, times, remarks) if ending == ".srt" else []
    cues: list[Said] = []
    names: list[int] = []
    outside: list[int] = []
    for index, following in zip(timed, [*timed[1:], len(lines)], strict=True):
        own = list(range(index + 1, following))
        if own and following < len(lines) and (name := _name_of_cue(lines, own, is_vtt, times)) is not None:
            names.append(name)
            own = [i for i in own if i < name]
        if is_vtt:
            stop = next((i for i in own if not lines[i]), following)  # a line of blanks ends no cue
            outside += [i for i in own if i > stop and lines[i].strip() and not notes[i]]
            own = [i for i in own if i < stop]
        words = "\n".join(lines[i].strip() for i in own if _holds_words(lines[i]))
        begin_s, end_s = map(seconds_of, times[index])
        cues.append(Said(None, words, begin_s, end_s if (end_s or 0.0) >= (begin_s or 0.0) else None))
    lines[0] = re.sub(r"^WEBVTT(?=\s|$)", "", lines[0]) if is_vtt else lines[0]
    top = [i for i in range(timed[0]) if lines[i].strip() and not notes[i]]
    if top and (lines[top[-1]].strip().isdigit() or (top[-1] > 0 and not lines[top[-1] - 1])):
        names.append(top.pop() if top[-1] > 0 or not is_vtt else -1)
    ids = [_IN_ID.fullmatch(lines[index - 1].strip()) if index - 1 in names else None for index in timed]
    cues = [replace(cue, name=found["name"] if found else None) for cue, found in zip(cues, ids, strict=True)]
    plain = [_plain(line) if is_vtt else TAG.sub("", line).strip() for line in lines]
    _leave_out(plain, outside, "outside of any cue", remarks, said=True)
    _leave_out(plain, [i for i, inside in enumerate(notes) if inside], "a note or a style", remarks)
    _leave_out(plain, top, "above the first cue", remarks)
    return cues, [*(lines[i].strip() for i in sorted(names) if i >= 0), *joined]


def _times(lines: Sequence[str], notes: Sequence[bool], ending: str, remarks: Remarks) -> dict[int, tuple[str, str]]:
    """Begin and end of each cue as written, by the line that holds them."""
    form = _OF_YOUTUBE if ending == ".sbv" else _TIMING
    timed = [i for i, line in enumerate(lines) if ("-->" in line or ending == ".sbv") and not notes[i]]
    found = {i: (match["begin"], match["end"]) for i in timed if (match := form.match(lines[i]))}
    wrong = [i + 1 for i in timed if i not in found and ending != ".sbv"]
    remarks.refuse([f"line {n}: a time was expected on each side of -->, such as 00:00:01.000" for n in wrong])
    if not found:
        written = "0:00:01.000,0:00:02.000" if ending == ".sbv" else "00:00:01.000 --> 00:00:02.000"
        raise InputError(f"{remarks.source} holds no cue: no line reads as {written}. Is it a subtitle file?")
    return found


def _part_joined(lines: list[str], times: dict[int, tuple[str, str]], remarks: Remarks) -> list[str]:
    """Take the number of a first cue off the last words of a file that it was joined to without a line end.

    Every other cue must have its number, and the times must begin again.
    """
    timed = list(times)
    without = [i for i in timed if i > 0 and not lines[i - 1].strip().isdigit()]
    begun = {
        after for before, after in itertools.pairwise(timed)
        if (seconds_of(times[after][0]) or 0.0) < (seconds_of(times[before][0]) or 0.0)
    }  # fmt: skip
    glued = [i for i in without if i in begun and re.search(r"[^\s\d]\ufeff?1\s*$", lines[i - 1])]
    if not glued or glued != without:
        return []
    for i in glued:
        lines[i - 1] = re.sub(r"\ufeff?1\s*$", "", lines[i - 1])
    remarks.doubt(
        "files were joined without a line end: the number of a cue was taken off the words before it", "guessed",
        where=which(glued, "line"),
    )  # fmt: skip
    return ["1"] * len(glued)


def _plain(line: str) -> str:
    return TAG.sub("", html.unescape(line)).strip()


def _holds_words(line: str) -> bool:
    """Whether something of a line is seen, or names a voice."""
    return "<v" in line.casefold() or "</v" in line.casefold() or _plain(line).strip(INVISIBLE + BLANK).strip() != ""


def _leave_out(lines: Sequence[str], found: Sequence[int], why: str, remarks: Remarks, *, said: bool = False) -> None:
    """Report lines that stand in no cue."""
    if not found:
        return
    where, words = which([i + 1 for i in found], "line"), "\n".join(lines[i] for i in found)
    if said:
        remarks.doubt(
            f"{counted(len(found), 'line stands', 'lines stand')} {why}", "left out", where=where, words=words
        )
    else:
        remarks.keep("left out", why, where=where, words=words)


def _in_notes(lines: Sequence[str]) -> list[bool]:
    """Which lines belong to a NOTE, STYLE or REGION block, which runs to the next empty line."""
    inside, fresh = [False] * len(lines), True
    for index, line in enumerate(lines):
        if line.strip():
            inside[index] = (index > 0 and inside[index - 1]) or (fresh and _BLOCK.match(line) is not None)
        fresh = not line.strip()
    return inside


def _name_of_cue(lines: Sequence[str], own: Sequence[int], is_vtt: bool, times: Mapping[int, object]) -> int | None:
    """Line before a cue that is its number, or in .vtt its id, and no words of the cue before it; None for none.

    A number may have blank lines below it where it counts on: some programs write a blank line below every line.
    """
    if is_vtt:
        return own[-1] if len(own) > 1 and not lines[own[-2]] else None
    if lines[own[-1]].strip().isdigit():
        return own[-1]
    last = next((i for i in reversed(own) if lines[i].strip()), own[0])
    before = next((i for i in range(own[0] - 2, -1, -1) if lines[i].strip()), None)
    numbers = [lines[i].strip() if i is not None and i not in times else "" for i in (before, last)]
    if lines[last - 1].strip() or not all(map(str.isdigit, numbers)):
        return None
    return last if int(numbers[1]) in (int(numbers[0]) + 1, 1) else None
