"""Subtitles (.vtt, .srt) to turns: a turn for each voice of each cue, with its times."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alliance_nlp.errors import InputError, counted
from alliance_nlp.reading.decoding import lines_in
from alliance_nlp.reading.labels import BLANK, TIME, Line, believe, head_of, seconds_of
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import Said, transcript_of
from alliance_nlp.records import Role, Transcript

_TIMING = re.compile(rf"\s*(?P<begin>{TIME})\s*-->\s*(?P<end>{TIME})(?:[ \t].*)?$")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_TAG = re.compile(r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?=[\s.>/])[^>]*>|</?v>|<\d[\d:.]*>|\{\\[^}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]*)>")
_HABIT = 3  # so many cues must repeat the line before, and a third of all, before it counts as the file's habit


def from_subtitles(
    text: str, path: Path, roles: Mapping[str, Role | None], remarks: Remarks, *, merge_gap: float | None = None
) -> Transcript:
    """Make a transcript of subtitles; its text is built of the cues' words, one turn a line.

    Notes
    -----
    Speakers are voices (``<v Name>``), else names before a colon as in plain text. A cue that names nobody goes on
    with the speaker before it; such cues are counted. Tags and entities are resolved; notes and styles left out.
    """
    is_vtt = path.suffix.lower() == ".vtt"
    cues = _without_rolling(_cues(text, is_vtt, remarks), remarks) if text.strip() else []
    said = [one for cue in cues for one in _voices(cue, is_vtt)]
    if said and not any(one.name for one in said):
        said = _labelled(said, roles)
    said = _continued(said, remarks)
    if merge_gap is not None:
        said = _merged(said, merge_gap, remarks)
    remarks.doubt_order([one.begin_s or 0.0 for one in said])
    return transcript_of(said, path.stem, path.name, roles)


def _cues(text: str, is_vtt: bool, remarks: Remarks) -> list[Said]:
    lines = lines_in(text)
    notes = _in_notes(lines) if is_vtt else [False] * len(lines)
    timed = [index for index, line in enumerate(lines) if "-->" in line and not notes[index]]
    times = {index: found.groups() for index in timed if (found := _TIMING.match(lines[index]))}
    wrong = [index + 1 for index in timed if index not in times]
    remarks.refuse([f"line {n}: a time was expected on each side of -->, such as 00:00:01.000" for n in wrong])
    if not timed:
        raise InputError(
            f"{remarks.source} holds no cue: no line reads as 00:00:01.000 --> 00:00:02.000. Is it a subtitle file?"
        )
    if is_vtt and not lines[0].startswith("WEBVTT"):
        remarks.doubt("does not begin with WEBVTT; it was read all the same")
    cues: list[Said] = []
    outside = 0
    for index, following in zip(timed, [*timed[1:], len(lines)], strict=True):
        own = list(range(index + 1, following))
        if own and following < len(lines) and _is_name_of_cue(lines, own, is_vtt):
            own.pop()
        if is_vtt:
            stop = next((i for i in own if not lines[i].strip()), following)
            outside += sum(i > stop and bool(lines[i].strip()) and not notes[i] for i in own)
            own = [i for i in own if i < stop]
        words = "\n".join(lines[i].strip() for i in own if lines[i].strip())
        begin_s, end_s = map(seconds_of, times[index])
        cues.append(Said(None, words, begin_s, end_s))
    if outside:
        remarks.doubt(f"{outside} lines stand outside of any cue and were left out")
    return cues


def _in_notes(lines: Sequence[str]) -> list[bool]:
    """Which lines belong to a NOTE, STYLE or REGION block, which runs to the next blank line."""
    inside, fresh = [False] * len(lines), True
    for index, line in enumerate(lines):
        if line.strip():
            inside[index] = (index > 0 and inside[index - 1]) or (fresh and _BLOCK.match(line) is not None)
        fresh = not line.strip()
    return inside


def _is_name_of_cue(lines: Sequence[str], own: Sequence[int], is_vtt: bool) -> bool:
    """Whether the last line before a cue is its number, or in .vtt its id, and no words of the cue before it."""
    return len(own) > 1 and not lines[own[-2]].strip() if is_vtt else lines[own[-1]].strip().isdigit()


def _without_rolling(cues: list[Said], remarks: Remarks) -> list[Said]:
    """Leave out lines that each cue repeats from the one before, where that is the habit of the file."""
    overlaps = [0]
    for before, cue in itertools.pairwise(cues):
        first, second = ([_TAG.sub("", line).strip() for line in one.words.split("\n")] for one in (before, cue))
        touching = (cue.begin_s or 0.0) <= (before.end_s or 0.0) + 0.05
        longest = range(min(len(first), len(second)), 0, -1) if touching and before.words and cue.words else ()
        overlaps.append(next((n for n in longest if first[-n:] == second[:n]), 0))
    rolling = sum(n > 0 for n in overlaps)
    if rolling < _HABIT or 3 * rolling < len(cues):
        return cues
    left_out = counted(sum(overlaps), "line")
    remarks.doubt(f"{rolling} of {len(cues)} cues repeat lines of the cue before; {left_out} left out")
    return [replace(cue, words="\n".join(cue.words.split("\n")[n:])) for cue, n in zip(cues, overlaps, strict=True)]


def _voices(cue: Said, decoded: bool) -> list[Said]:
    """Voices of one cue, each with its words."""
    pieces: list[tuple[str | None, str]] = []
    name, at = None, 0
    for tag in _TAG.finditer(cue.words):
        pieces.append((name, cue.words[at : tag.start()]))
        at = tag.end()
        voice = _VOICE.fullmatch(tag.group())
        if voice is not None:
            name = " ".join(html.unescape(voice["name"]).split()) or None
        elif tag.group() == "</v>":
            name = None
    pieces.append((name, cue.words[at:]))
    said = []
    for who, own in itertools.groupby(pieces, key=lambda piece: piece[0]):
        words = "".join(words for _, words in own)
        said.append(replace(cue, name=who, words=(html.unescape(words) if decoded else words).strip(BLANK)))
    return [one for one in said if one.words]


def _labelled(said: Sequence[Said], roles: Mapping[str, Role | None]) -> list[Said]:
    """Names before a colon, believed by the same rule as in plain text."""
    text = "\n".join(one.words for one in said)
    starts = itertools.accumulate((len(one.words) + 1 for one in said[:-1]), initial=0)
    first_lines = [re.split(r"[\r\n\x0b\u2028\u2029]", one.words, maxsplit=1)[0] for one in said]
    lines = [Line(0, at, at + len(words), True) for at, words in zip(starts, first_lines, strict=True)]
    heads = [head_of(text, line) for line in lines]
    believed = believe(lines, heads, roles)
    found = []
    for one, line, candidate in zip(said, lines, heads, strict=True):
        head = believed.head(candidate)
        if head is None or head.name is None or head.kind == "bare":
            found.append(one)
        else:
            found.append(replace(one, name=head.name, words=one.words[head.body - line.start :].strip(BLANK)))
    return found


def _continued(said: Sequence[Said], remarks: Remarks) -> list[Said]:
    """Give cues that name nobody to the speaker before them, and count them."""
    if not any(one.name for one in said):
        if said:
            remarks.doubt(f"no speaker found: {counted(len(said), 'turn')} without a speaker")
        return list(said)
    found: list[Said] = []
    last, unnamed = None, 0
    for one in said:
        unnamed += one.name is None and last is not None
        last = one.name or last
        found.append(replace(one, name=last))
    if unnamed:
        remarks.doubt(f"{unnamed} of {len(said)} cues name nobody; they were given to the speaker before them")
    return found


def _merged(said: Sequence[Said], gap: float, remarks: Remarks) -> list[Said]:
    if not gap >= 0:
        raise InputError(f"merge_gap must be a number of seconds, 0 or more. Got {gap} instead.")
    found: list[Said] = []
    for one in said:
        last = found[-1] if found else None
        pause = (one.begin_s or 0.0) - (last.end_s or 0.0) if last else 0.0
        if last and last.name and last.name == one.name and pause <= gap:
            end_s = max(last.end_s or 0.0, one.end_s or 0.0)
            found[-1] = replace(last, words=f"{last.words} {one.words}", end_s=end_s)
        else:
            found.append(one)
    turns = counted(len(found), "turn")
    remarks.note(f"{counted(len(said), 'cue')} merged into {turns} (gaps of at most {gap:g} s)")
    return found
