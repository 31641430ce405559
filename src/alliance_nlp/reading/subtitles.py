"""Subtitles (.vtt, .srt, .sbv) to turns: a turn for each voice of each cue, with its times."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.errors import InputError, counted
from alliance_nlp.reading.believing import NAMED_ONCE, PASSED_OVER, believe
from alliance_nlp.reading.cues import TAG, cues_of
from alliance_nlp.reading.labels import Head, Line, head_of
from alliance_nlp.reading.names import BLANK, is_bracket
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.speakers import Said, transcript_of
from alliance_nlp.records import Role, Transcript

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+(?P<name>[^>]*)>", re.IGNORECASE)
_EMPTY = re.compile(r"<v(?:\.[^\s>]*)?\s+[^>]*>\s*</v>\s*\S", re.IGNORECASE)
_DASHED = re.compile(r"^[-–—‐]\s*(?=\S)", re.MULTILINE)
_HABIT = 3  # so many cues must repeat the line before, and a third of all, before it counts as the file's habit
_NAMED, _UNNAMED = 3, 0.25  # so many cues name a speaker, never the one before, and such a share none: a habit


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What one voice says in one cue."""

    said: Said
    cue: int  # counted from 1
    by_nobody: bool = False  # the cue has voices, and these words stand in none of them


def from_subtitles(
    text: str, path: Path, roles: Mapping[str, Role | None], remarks: Remarks, *, known: Collection[str] = (),
    merge_gap: float | None = None,
) -> Transcript:  # fmt: skip
    """Make a transcript of subtitles; its text is built of the cues' words, one turn a line.

    Notes
    -----
    Speakers are voices (``<v Name>``), else names before a colon as in plain text. A cue that names nobody belongs to
    nobody, unless names stand only where the speaker changes (no cue names the speaker before it, and a quarter of
    them name nobody): then it goes on with the speaker before it. Either is counted. Tags and entities are
    resolved; notes and styles left out; captions that roll count once.
    """
    ending = path.suffix.lower()
    is_vtt = ending == ".vtt"
    cues, taken = cues_of(text, ending, remarks) if text.strip() else ([], [])
    cues = _without_rolling(cues, remarks)
    spoken = [one for number, cue in enumerate(cues, 1) for one in _voices(cue, number, is_vtt)]
    spoken, dashes = _by_dashes(spoken, remarks)
    taken += dashes
    if spoken and not any(one.said.name for one in spoken) and any(_EMPTY.search(cue.words) for cue in cues):
        spoken = [one for number, cue in enumerate(cues, 1) for one in _voices(cue, number, is_vtt, empty=True)]
        remarks.doubt("its voices hold no words: each was read as who says what follows", "guessed")
    if spoken and not any(one.said.name for one in spoken):
        spoken, names = _labelled(spoken, {*known, *roles}, remarks)
        taken += names
    said = _continued(_without_remarks(spoken, remarks), remarks)
    if merge_gap is not None:
        said = _merged(said, merge_gap, remarks)
    remarks.doubt_order([one.begin_s or 0.0 for one in said])
    return transcript_of(said, path.stem, path.name, roles, taken_off=taken)


def _without_rolling(cues: list[Said], remarks: Remarks) -> list[Said]:
    """Leave out what each cue repeats from the one before, where that is the habit of the file."""
    parts = [_Rolled("", cue.words) for cue in cues[:1]]
    for before, cue in itertools.pairwise(cues):
        touching = (cue.begin_s or 0.0) <= (before.end_s or 0.0) + 0.05
        parts.append(_repeated(before.words, cue.words) if touching else _Rolled("", cue.words))
    rolling = sum(bool(part.repeated) for part in parts)
    if rolling < _HABIT or 3 * rolling < len(cues):
        return cues
    words = html.unescape("\n".join(TAG.sub("", part.repeated) for part in parts if part.repeated))
    lines = counted(sum(part.repeated.count("\n") + 1 for part in parts if part.repeated), "line")
    remarks.doubt(
        f"{rolling} of {len(cues)} cues repeat words of the cue before; {lines} set apart, each counts once",
        "set apart", words=words,
    )  # fmt: skip
    found = [replace(cue, words=part.rest) for cue, part in zip(cues, parts, strict=True)]
    at = 0
    for number, (cue, part) in enumerate(zip(cues, parts, strict=True)):
        if part.grown:  # what a line has grown by belongs to the turn that it grew in
            found[at] = replace(found[at], words=f"{found[at].words} {part.rest}".strip(), end_s=cue.end_s)
            found[number] = replace(cue, words="")
        else:
            at = number
    return found


class _Rolled(NamedTuple):
    """A cue of captions that roll: what it repeats of the one before, what is new, and whether a line only grew."""

    repeated: str
    rest: str
    grown: bool = False


def _repeated(before: str, words: str) -> _Rolled:
    """Part the words of a cue into what the cue before ended with, whole lines or a line that grows, and the rest."""
    if not before or not words:
        return _Rolled("", words)
    lines = words.split("\n")
    first, second = ([TAG.sub("", line).strip() for line in text.split("\n")] for text in (before, words))
    for n in range(min(len(first), len(second)), 0, -1):
        if first[-n:] == second[:n]:
            return _Rolled("\n".join(lines[:n]), "\n".join(lines[n:]), n == len(lines))
    for n in range(min(len(first), len(second)), 0, -1):
        grown = re.match(rf"{re.escape(first[-1])}(?=\s)\s*", second[n - 1])
        if grown is not None and first[-n:-1] == second[: n - 1] and lines[n - 1].strip() == second[n - 1]:
            rest = "\n".join([second[n - 1][grown.end() :], *lines[n:]])
            return _Rolled("\n".join([*lines[: n - 1], first[-1]]), rest, grown=True)
    return _Rolled("", words)


def _voices(cue: Said, number: int, decoded: bool, *, empty: bool = False) -> list[_Spoken]:
    """Voices of one cue, each with its words; or, where voices are empty, with the words behind them."""
    pieces: list[tuple[str | None, str]] = []
    name, at, voiced = cue.name, 0, False
    for tag in TAG.finditer(cue.words):
        pieces.append((name, cue.words[at : tag.start()]))
        at = tag.end()
        voice = _VOICE.fullmatch(tag.group())
        if voice is not None:
            name = " ".join(html.unescape(voice["name"]).split()) or None
            voiced = voiced or name is not None
        elif tag.group().casefold() == "</v>" and not empty:
            name = None
    pieces.append((name, cue.words[at:]))
    spoken = []
    for who, own in itertools.groupby(pieces, key=lambda piece: piece[0]):
        words = "".join(words for _, words in own)
        said = replace(cue, name=who, words=(html.unescape(words) if decoded else words).strip(BLANK))
        spoken.append(_Spoken(said, number, voiced and who is None))
    return [one for one in spoken if one.said.words]


def _by_dashes(spoken: Sequence[_Spoken], remarks: Remarks) -> tuple[list[_Spoken], list[str]]:
    """Part cues in which several lines begin with a dash: subtitles write so that somebody else goes on."""
    several = {one.cue for one in spoken if one.said.name is None and len(_DASHED.findall(one.said.words)) > 1}
    if not several:
        return list(spoken), []
    found: list[_Spoken] = []
    taken: list[str] = []
    for one in spoken:
        parts = _DASHED.split(one.said.words) if one.said.name is None else [one.said.words]
        taken += _DASHED.findall(one.said.words) if one.said.name is None else []
        found += [replace(one, said=replace(one.said, words=w.strip(BLANK))) for w in parts if w.strip(BLANK)]
    remarks.keep(
        "guessed", "lines that begin with a dash are said by one person each: a turn each",
        where=which(sorted(several), "cue"),
    )  # fmt: skip
    return found, taken


def _labelled(spoken: Sequence[_Spoken], known: Collection[str], remarks: Remarks) -> tuple[list[_Spoken], list[str]]:
    """Names before a colon, believed by the same rule as in plain text, at the start of any line of a cue."""
    text = "\n".join(one.said.words for one in spoken)
    lines: list[list[Line]] = []
    at = 0
    for one in spoken:
        parts = re.finditer(r"[^\r\n\x0b\u2028\u2029]+", one.said.words)
        lines.append(
            [Line(one.cue, at + m.start(), at + m.end(), i == 0 or m[0][0] in "-–—") for i, m in enumerate(parts)]
        )
        at += len(one.said.words) + 1
    flat = [line for own in lines for line in own]
    candidates = [head_of(text, line, known) for line in flat]
    kept = [head if head is not None and head.kind not in ("bare", "stamp") else None for head in candidates]
    bore_out = believe(flat, kept, known)
    if bore_out.once:
        remarks.keep("guessed", NAMED_ONCE, where=which(bore_out.once, "cue"))
    if bore_out.passed_over:
        remarks.doubt(PASSED_OVER, "guessed", where=which(bore_out.passed_over, "cue"))
    believed = dict(zip((line.start for line in flat), bore_out.heads, strict=True))
    found: list[_Spoken] = []
    taken: list[str] = []
    for one, own in zip(spoken, lines, strict=True):
        heads = {line: believed[line.start] for line in own}
        starts = [line for line, head in heads.items() if head is not None and head.kind != "stamp"]
        begin = own[0].start if own else 0
        if not starts or starts[0].start > begin:
            stop = starts[0].start if starts else begin + len(one.said.words)
            found.append(replace(one, said=replace(one.said, words=text[begin:stop].strip(BLANK))))
        borders = [*(line.start for line in starts), begin + len(one.said.words)]
        for line, following in zip(starts, borders[1:], strict=True):
            head = heads[line] or Head("stamp", None, line.start)
            taken.append(text[line.start : head.body].strip())
            said = replace(one.said, name=head.name, words=text[head.body : following].strip(BLANK))
            found.append(_Spoken(said, one.cue, head.name is None))
    return found, [words for words in taken if words]


def _without_remarks(spoken: Sequence[_Spoken], remarks: Remarks) -> list[_Spoken]:
    """Set apart cues that are a bracket and nothing else: a transcriber wrote them, nobody said them."""
    found = [one for one in spoken if one.said.name is not None or not is_bracket(one.said.words)]
    for one in spoken:
        if one.said.name is None and is_bracket(one.said.words):
            remarks.keep("set apart", "a remark of the transcriber", where=f"cue {one.cue}", words=one.said.words)
    return found


def _continued(spoken: Sequence[_Spoken], remarks: Remarks) -> list[Said]:
    """Give cues that name nobody to nobody, or to the speaker before them where that is the habit; say how many."""
    named = [one.said.name for one in spoken if one.said.name is not None]
    if not named:
        if spoken:
            remarks.doubt(f"no speaker found: {counted(len(spoken), 'turn')} without a speaker")
        return [one.said for one in spoken]
    n_unnamed = sum(one.said.name is None and not one.by_nobody for one in spoken)
    never_again = all(before != after for before, after in itertools.pairwise(named))
    at_changes = never_again and len(named) >= _NAMED and n_unnamed >= max(2, _UNNAMED * len(spoken))
    found: list[Said] = []
    in_sentences = not any(one.said.words[:1].islower() for one in spoken if one.said.name is not None)
    last = None
    given: list[int] = []
    within: list[int] = []
    left: list[int] = []
    for one in spoken:
        said = one.said
        if said.name is not None:
            last = said.name
        elif at_changes and last is not None and not one.by_nobody:
            said = replace(said, name=last)
            given.append(one.cue)
        elif in_sentences and found and found[-1].name and not one.by_nobody and _goes_on(found[-1].words, said.words):
            said = replace(said, name=found[-1].name)
            within.append(one.cue)
        else:
            left.append(one.cue)
            last = None if one.by_nobody else last
        found.append(said)
    of = f"of {spoken[-1].cue} cues"
    if given:
        remarks.doubt(
            f"{len(given)} {of} name nobody; names stand only where the speaker changes, so they were given to the "
            f"speaker before them", "guessed", where=which(given, "cue"),
        )  # fmt: skip
    if within:
        remarks.doubt(
            f"{len(within)} {of} name nobody and go on with a sentence: given to whoever began it", "guessed",
            where=which(within, "cue"),
        )  # fmt: skip
    if left:
        remarks.doubt(f"{len(left)} {of} name nobody: without a speaker", where=which(left, "cue"))
    return found


def _goes_on(before: str, words: str) -> bool:
    """Whether words go on with a sentence that the cue before leaves open: no sign ends it, and they begin small."""
    return re.search(r"[\w,;]$", before.rstrip(BLANK)) is not None and words[:1].islower()


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
