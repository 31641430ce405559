"""Subtitles (.vtt, .srt) to turns: a turn for each voice of each cue, with its times."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from alliance_nlp.errors import InputError, counted, problems_error
from alliance_nlp.reading.clock import TIME, seconds_of
from alliance_nlp.reading.labels import BLANK, Line, believe, head_of
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.speakers import NOBODY, fold, roles_of
from alliance_nlp.records import Role, Transcript, Turn

_TIMING = re.compile(rf"\s*(?P<begin>{TIME})\s*-->\s*(?P<end>{TIME})(?:[ \t].*)?$")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_TAG = re.compile(r"</?(?:v|c|i|b|u|s|ruby|rt|lang|font)(?=[\s.>/])[^>]*>|</?v>|<\d[\d:.]*>|\{\\[^}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]*)>")
_HABIT = 3  # so many cues must repeat the line before, and a third of all, before it counts as the file's habit


@dataclass(frozen=True, slots=True)
class _Cue:
    line: int
    begin_s: float
    end_s: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What one voice said in one cue."""

    name: str | None
    words: str
    begin_s: float
    end_s: float


def from_subtitles(
    text: str, transcript_id: str, source: str, roles: Mapping[str, Role | None], remarks: Remarks,
    *, merge_gap: float | None = None,
) -> Transcript:  # fmt: skip
    """Make a transcript of subtitles; its text is built of the cues' words, one turn a line.

    Notes
    -----
    Speakers are voices (``<v Name>``), else names before a colon as in plain text. A cue that names nobody goes on
    with the speaker before it; such cues are counted. Tags and entities are resolved; notes and styles left out.
    """
    if not text.strip():
        return Transcript(transcript_id, "", source=source)
    cues = _cues(text, source, is_vtt=source.lower().endswith(".vtt"), remarks=remarks)
    cues = _without_rolling(cues, source, remarks)
    said = [one for cue in cues for one in _voices(cue, decoded=source.lower().endswith(".vtt"))]
    if said and not any(one.name for one in said):
        said = _labelled(said, roles)
    said = _continued(said, source, remarks)
    if merge_gap is not None:
        said = _merged(said, merge_gap, source, remarks)
    back = sum(later.begin_s < earlier.begin_s for earlier, later in itertools.pairwise(said))
    if back:
        remarks.doubt(source, f"times run backwards {back} times; they were kept as written")
    return _transcript(said, transcript_id, source, roles)


def _cues(text: str, source: str, *, is_vtt: bool, remarks: Remarks) -> list[_Cue]:
    lines = re.split(r"\r\n|\r|\n", text)
    notes = _in_notes(lines) if is_vtt else [False] * len(lines)
    timed = [index for index, line in enumerate(lines) if "-->" in line and not notes[index]]
    problems = [
        f"line {i + 1}: a time was expected on each side of -->, such as 00:00:01.000" for i in timed
        if not _TIMING.match(lines[i])
    ]  # fmt: skip
    if problems:
        raise problems_error(source, problems)
    if not timed:
        raise InputError(
            f"{source} holds no cue: no line reads as 00:00:01.000 --> 00:00:02.000. Is it a subtitle file?"
        )
    if is_vtt and not lines[0].startswith("WEBVTT"):
        remarks.doubt(source, "does not begin with WEBVTT; it was read all the same")
    cues, outside = [], 0
    for index, following in zip(timed, [*timed[1:], len(lines)], strict=True):
        found = _TIMING.match(lines[index])
        payload = lines[index + 1 : following]
        numbered = payload[-1].strip().isdigit() if payload and not is_vtt else False
        after_blank = len(payload) > 1 and not payload[-2].strip()
        if following < len(lines) and (numbered or (is_vtt and after_blank)):  # the next cue's number or id
            payload = payload[:-1]
        if is_vtt:
            stop = next((i for i, line in enumerate(payload) if not line.strip()), len(payload))
            outside += _n_outside(payload[stop:])
            payload = payload[:stop]
        begin, end = (seconds_of(found[key]) or 0.0 for key in ("begin", "end")) if found else (0.0, 0.0)
        cues.append(_Cue(index + 1, begin, end, tuple(line.strip() for line in payload if line.strip())))
    if outside:
        remarks.doubt(source, f"{outside} lines stand outside of any cue and were left out")
    return cues


def _in_notes(lines: Sequence[str]) -> list[bool]:
    """Which lines belong to a NOTE, STYLE or REGION block, which runs to the next blank line."""
    inside, fresh = [False] * len(lines), True
    for index, line in enumerate(lines):
        if line.strip():
            inside[index] = (index > 0 and inside[index - 1]) or (fresh and _BLOCK.match(line) is not None)
        fresh = not line.strip()
    return inside


def _n_outside(lines: Sequence[str]) -> int:
    """Lines after a cue's blank line that belong to no note, style or id of the next cue."""
    count, skipping, fresh = 0, False, True
    for line in lines:
        if not line.strip():
            skipping, fresh = False, True
            continue
        if fresh:
            skipping = _BLOCK.match(line) is not None
        fresh = False
        count += not skipping
    return count


def _bare(line: str) -> str:
    return _TAG.sub("", line).strip()


def _without_rolling(cues: list[_Cue], source: str, remarks: Remarks) -> list[_Cue]:
    """Leave out lines that each cue repeats from the one before, where that is the habit of the file."""
    overlaps = [0]
    for before, cue in itertools.pairwise(cues):
        first, second = [_bare(line) for line in before.lines], [_bare(line) for line in cue.lines]
        longest = range(min(len(first), len(second)), 0, -1)
        touching = cue.begin_s <= before.end_s + 0.05
        overlaps.append(next((n for n in longest if first[-n:] == second[:n]), 0) if touching else 0)
    rolling = sum(n > 0 for n in overlaps)
    if rolling < _HABIT or 3 * rolling < len(cues):
        return cues
    remarks.doubt(
        source,
        f"{rolling} of {len(cues)} cues repeat lines of the cue before; {counted(sum(overlaps), 'line')} left out",
    )
    kept = [replace(cue, lines=cue.lines[n:]) for cue, n in zip(cues, overlaps, strict=True)]
    return [cue for cue in kept if cue.lines]


def _voices(cue: _Cue, *, decoded: bool) -> list[_Said]:
    """Voices of one cue, each with its words."""
    payload = "\n".join(cue.lines)
    pieces: list[tuple[str | None, str]] = []
    name, at = None, 0
    for tag in _TAG.finditer(payload):
        pieces.append((name, payload[at : tag.start()]))
        at = tag.end()
        voice = _VOICE.fullmatch(tag.group())
        if voice is not None:
            name = " ".join(html.unescape(voice["name"]).split()) or None
        elif tag.group() == "</v>":
            name = None
    pieces.append((name, payload[at:]))
    joined: list[tuple[str | None, str]] = []
    for who, words in pieces:
        if joined and joined[-1][0] == who:
            joined[-1] = (who, joined[-1][1] + words)
        else:
            joined.append((who, words))
    said = [_Said(who, (html.unescape(w) if decoded else w).strip(BLANK), cue.begin_s, cue.end_s) for who, w in joined]
    return [one for one in said if one.words]


def _labelled(said: Sequence[_Said], roles: Mapping[str, Role | None]) -> list[_Said]:
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


def _continued(said: Sequence[_Said], source: str, remarks: Remarks) -> list[_Said]:
    """Give cues that name nobody to the speaker before them, and count them."""
    if not any(one.name for one in said):
        if said:
            remarks.doubt(source, f"no speaker found: {counted(len(said), 'turn')} without a speaker")
        return list(said)
    found: list[_Said] = []
    last, unnamed = None, 0
    for one in said:
        unnamed += one.name is None and last is not None
        last = one.name or last
        found.append(replace(one, name=last))
    if unnamed:
        remarks.doubt(source, f"{unnamed} of {len(said)} cues name nobody; they were given to the speaker before them")
    return found


def _merged(said: Sequence[_Said], gap: float, source: str, remarks: Remarks) -> list[_Said]:
    if not gap >= 0:
        raise InputError(f"merge_gap must be a number of seconds, 0 or more. Got {gap} instead.")
    found: list[_Said] = []
    for one in said:
        last = found[-1] if found else None
        if last is not None and last.name is not None and last.name == one.name and one.begin_s - last.end_s <= gap:
            found[-1] = replace(last, words=f"{last.words} {one.words}", end_s=max(last.end_s, one.end_s))
        else:
            found.append(one)
    turns = counted(len(found), "turn")
    remarks.note(source, f"{counted(len(said), 'cue')} merged into {turns} (gaps of at most {gap:g} s)")
    return found


def _transcript(said: Sequence[_Said], transcript_id: str, source: str, roles: Mapping[str, Role | None]) -> Transcript:
    spelled: dict[str, str] = {}
    for one in said:
        if one.name is not None and fold(one.name) not in NOBODY:
            spelled.setdefault(fold(one.name), one.name)
    role = roles_of(list(spelled.values()), roles)
    turns, at = [], 0
    for one in said:
        speaker = spelled.get(fold(one.name)) if one.name is not None else None
        own = role[speaker] if speaker is not None else None
        turns.append(Turn(at, at + len(one.words), speaker, own, one.begin_s, one.end_s))
        at += len(one.words) + 1
    return Transcript(transcript_id, "\n".join(one.words for one in said), tuple(turns), source=source)
