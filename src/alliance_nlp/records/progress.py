"""Who has finished which transcript: what has to be known before anybody is shown what others, or a machine, coded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from alliance_nlp.errors import did_you_mean
from alliance_nlp.records.coding import Coding
from alliance_nlp.records.transcripts import Segments, moderates

SAW: Literal["saw suggestions"] = "saw suggestions"  # the kind of a decision, and the table of study.toml
REVIEW = "review"  # what such a decision is about where somebody looked before deciding on a passage, not before coding
ANYBODY = "anybody"  # suggestions that were shown before it was known who would code


def unfinished(
    coding: Coding | None, segments: Segments, *, consensus: Coding | None = None
) -> Mapping[str, tuple[str, ...]]:
    """Give the transcripts that not every coder has finished, with the coders who have not.

    Parameters
    ----------
    coding : Coding or None
        What the coders applied and read, each alone; None where nobody has coded.
    segments : Segments
        The segments that a transcript has; what moderators say need not be read.
    consensus : Coding, optional
        What they agreed on: a transcript that it has read was finished by everybody.

    Returns
    -------
    dict of str to tuple of str
        Transcript -> coders, in the order of the transcripts. Without any coder, every transcript with nobody.

    Notes
    -----
    Finished is a transcript of which a coder read every segment. Of a coder whose reading nobody stated at all nobody
    can know: what they coded anything in is taken as finished, and the page says so (`unstated`).

    Examples
    --------
    >>> from alliance_nlp.records import ReadSpan, Segment, Transcript
    >>> said = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "cd")), (Transcript("T", "abcd"),))
    >>> dict(unfinished(Coding((), (ReadSpan("KL", "T", 0, 4), ReadSpan("MR", "T", 0, 2))), said))
    {'T': ('MR',)}
    """
    own = [i for i, segment in enumerate(segments) if not moderates(segment.role)]
    used = dict.fromkeys(segments[i].transcript_id for i in own)
    order = [t.id for t in segments.transcripts if t.id in used]
    agreed = set() if consensus is None else _read_by_all(consensus, segments, own)
    coders = coding.coders if coding is not None else ()
    if coding is None or not coders:
        return {name: () for name in order if name not in agreed}
    waiting: dict[str, list[str]] = {name: [] for name in order if name not in agreed}
    for coder, open_ in _open(coding, segments, own).items():
        for name in open_ & set(waiting):
            waiting[name].append(coder)
    return {name: tuple(waiting[name]) for name in order if waiting.get(name)}


def unstated(coding: Coding) -> tuple[str, ...]:
    """Coders of whom nobody has stated what they read."""
    stated = {span.coder for span in coding.read}
    return tuple(coder for coder in coding.coders if coder not in stated)


def _open(coding: Coding, segments: Segments, own: list[int]) -> dict[str, set[str]]:
    """Transcripts that each coder has not finished; of those whose reading is not stated, where they coded nothing."""
    seen, silent = coding.on(segments), unstated(coding)
    all_ = {segments[i].transcript_id for i in own}
    return {
        coder: all_ - {span.transcript_id for span in coding.applied if span.coder == coder}
        if coder in silent
        else {segments[i].transcript_id for i in own if seen.sets[coder][i] is None}
        for coder in coding.coders
    }


def _read_by_all(coding: Coding, segments: Segments, own: list[int]) -> set[str]:
    """Transcripts that every coder of a coding has finished."""
    left = _open(coding, segments, own)
    return {segments[i].transcript_id for i in own}.difference(*left.values()) if left else set()


def as_recorded(coding: Coding, decisions: Iterable[Mapping[str, Any]], stated: Mapping[str, bool]) -> Coding:
    """Give a coding that knows who had seen suggestions: by the ledger, else by what the study states.

    Examples
    --------
    >>> from alliance_nlp.records import ReadSpan
    >>> coding = Coding((), (ReadSpan("KL", "T", 0, 4), ReadSpan("MR", "T", 0, 4)))
    >>> dict(as_recorded(coding, [{"kind": "saw suggestions", "by": "MR"}], {"KL": False}).saw_suggestions)
    {'KL': False, 'MR': True}
    """
    shown = {row.get("by") for row in decisions if row.get("kind") == SAW and row.get("about") != REVIEW}
    told = dict(coding.saw_suggestions) | {coder: saw for coder, saw in stated.items() if coder in coding.coders}
    told |= {coder: True for coder in coding.coders if coder in shown or ANYBODY in shown}
    return coding if told == coding.saw_suggestions else replace(coding, saw_suggestions=told)


def saw_problems(stated: Any, coders: Iterable[str]) -> list[str]:
    """Say what is wrong with the table of a study that states who had seen suggestions."""
    if not isinstance(stated, Mapping):
        return ["saw_suggestions must be written as [saw_suggestions], one line a coder: KL = false"]
    known = tuple(coders)
    return [
        *(f"[saw_suggestions] {name!r} is no coder of this study. {did_you_mean(name, known)}".rstrip()
          for name in stated if name not in known),
        *(f"[saw_suggestions] {name} must be true or false, without quotes. Got {saw!r}"
          for name, saw in stated.items() if not isinstance(saw, bool)),
    ]  # fmt: skip
