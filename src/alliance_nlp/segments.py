"""Transcripts to segments: the slices of turns that are coded."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from alliance_nlp.errors import AllianceWarning, InputError, choice_error
from alliance_nlp.records import ROLES, Role, Segment, Segments, Transcript, Turn, Unit

UNITS = ("turn", "sentence", "paragraph", "window")
Splitter = Callable[[str], Sequence[str]]
Span = tuple[int, int]
KEPT: tuple[Role | None, ...] = ("participant", None)
_BLANK_LINE = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)\s*")
_PIECE = 4000  # characters given to the sentence splitter at once: its time grows faster than the text


def segment(
    transcripts: Transcript | Iterable[Transcript],
    *,
    unit: Unit = "turn",
    roles: Sequence[Role | None] | None = None,
    window: int = 3,
    stride: int | None = None,
    sentence_splitter: Splitter | None = None,
    language: str = "en",
) -> Segments:
    """Cut transcripts into the segments that are coded.

    Parameters
    ----------
    transcripts : Transcript or iterable of Transcript
        The sessions.
    unit : {"turn", "sentence", "paragraph", "window"}, default "turn"
        What a segment is. Every segment lies inside one turn, so it has one speaker.
    roles : sequence of roles, optional
        Whose turns are cut; None among them stands for unknown roles. By default participants and unknown roles:
        a moderator's questions are context, not coded material.
    window : int, default 3
        Sentences in a window, for ``unit="window"``.
    stride : int, optional
        Sentences from one window's start to the next one's; by default `window`, so that windows do not overlap.
    sentence_splitter : callable, optional
        Takes words, gives its sentences in order; by default pySBD's rules for `language`.
    language : str, default "en"
        Two-letter code of the language, for pySBD.

    Returns
    -------
    Segments
        In the order of the transcripts. ``transcript.text[s.start:s.end] == s.text`` for each.

    Raises
    ------
    InputError
        When the unit or a role is unknown, a number is below 1, or two transcripts have the same id.

    Notes
    -----
    With the unit "turn" blank turns give a segment too, so a list of strings keeps its length. The other units cover all
    words that are not blank. When some speakers are known and some turns have no known role, one warning says how many
    such turns were kept.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> words = "Trust takes time. It has to be built."
    >>> t = Transcript("T1", words, (Turn(0, len(words), "P1", "participant"),))
    >>> [s.text for s in segment(t, unit="sentence")]
    ['Trust takes time.', 'It has to be built.']
    """
    if unit not in UNITS:
        raise choice_error("unit", UNITS, unit)
    step = window if stride is None else stride
    if window < 1 or step < 1:
        raise InputError(f"window and stride must be at least 1. Got window={window}, stride={stride}.")
    sessions = _sessions(transcripts)
    kept = _checked_roles(roles)
    _warn_of_unknown_roles(sessions, kept, chosen=roles is not None)
    split = _splitter(sentence_splitter, language) if unit in ("sentence", "window") else None
    items = []
    for transcript in sessions:
        spans = (
            (index, turn, span)
            for index, turn in enumerate(transcript.turns)
            if turn.role in kept
            for span in _cut(transcript.turn_text(index), unit, split, window, step)
        )
        items += [
            _segment(transcript, index, turn.start + start, turn.start + end, position)
            for position, (index, turn, (start, end)) in enumerate(spans)
        ]
    return Segments(tuple(items), sessions, unit)


def _segment(transcript: Transcript, index: int, start: int, end: int, position: int) -> Segment:
    turn = transcript.turns[index]
    return Segment(transcript.id, start, end, transcript.text[start:end], turn.speaker, turn.role, index, position)


def _sessions(transcripts: Transcript | Iterable[Transcript]) -> tuple[Transcript, ...]:
    sessions = (transcripts,) if isinstance(transcripts, Transcript) else tuple(transcripts)
    for position, session in enumerate(sessions):
        if not isinstance(session, Transcript):
            raise InputError(
                f"segment() takes Transcripts. Item {position} is a {type(session).__name__}. "
                f"Read files, frames or a list of strings with an.read_transcripts() first."
            )
    return sessions


def _checked_roles(roles: Sequence[Role | None] | None) -> tuple[Role | None, ...]:
    if roles is None:
        return KEPT
    if isinstance(roles, str):
        raise InputError(f"roles must be a list of roles. Got the single string {roles!r}. Write [{roles!r}].")
    for role in roles:
        if role is not None and role not in ROLES:
            raise choice_error("roles", ROLES, role)
    return tuple(roles)


def _warn_of_unknown_roles(sessions: Sequence[Transcript], kept: Sequence[Any], *, chosen: bool) -> None:
    """Say how many turns of unknown role stay, where it informs: among turns with known speakers."""
    turns: list[Turn] = [turn for session in sessions for turn in session.turns]
    unknown = sum(turn.role is None for turn in turns)
    if unknown and None in kept and not chosen and any(turn.speaker is not None for turn in turns):
        warnings.warn(
            f"{unknown} of {len(turns)} turns have no known role; they are kept as segments. If a moderator is among "
            f"them, say who: roles={{'Name': 'moderator'}} when reading.",
            AllianceWarning,
            stacklevel=3,
        )


def _cut(words: str, unit: str, split: Splitter | None, window: int, step: int) -> Iterator[Span]:
    if unit == "turn":
        yield 0, len(words)
    elif unit == "paragraph" or split is None:
        yield from _paragraphs(words)
    else:
        sentences = list(_sentences(words, split))
        if unit == "sentence":
            yield from sentences
        else:
            last_start = max(len(sentences) - window, 0)
            starts = [*range(0, last_start, step), last_start] if step < window else range(0, len(sentences), step)
            yield from (
                (sentences[i][0], sentences[min(i + window, len(sentences)) - 1][1]) for i in starts if sentences
            )


def _trimmed(words: str, start: int, end: int) -> Iterator[Span]:
    part = words[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def _paragraphs(words: str) -> Iterator[Span]:
    start = 0
    for match in _BLANK_LINE.finditer(words):
        yield from _trimmed(words, start, match.start())
        start = match.end()
    yield from _trimmed(words, start, len(words))


def _sentences(words: str, split: Splitter) -> Iterator[Span]:
    """Find each sentence of the splitter again in the words; what it changed or dropped stays with the one before."""
    for low, high in _pieces(words):
        starts, at = [low], low
        for sentence in split(words[low:high])[1:]:
            found = words.find(sentence.strip(), at, high) if sentence.strip() else -1
            if found > starts[-1]:
                starts.append(found)
                at = found + 1
        for start, end in zip(starts, [*starts[1:], high], strict=True):
            yield from _trimmed(words, start, end)


def _pieces(words: str) -> Iterator[Span]:
    """Cut very long words at line ends, else at the last space, so that splitting them stays quick."""
    start = 0
    while len(words) - start > _PIECE:
        cut = max(words.rfind("\n", start, start + _PIECE), words.rfind(". ", start, start + _PIECE))
        cut = cut if cut > start else words.rfind(" ", start, start + _PIECE)
        end = cut + 1 if cut > start else start + _PIECE
        yield start, end
        start = end
    yield start, len(words)


def _splitter(given: Splitter | None, language: str) -> Splitter:
    if given is not None:
        return given
    import pysbd

    try:
        rules = pysbd.Segmenter(language=language, clean=False)
    except ValueError as err:
        raise InputError(
            f"language must be a two-letter code that pySBD knows, such as 'en'. Got {language!r} instead. "
            f"For other languages pass sentence_splitter=."
        ) from err

    def split(words: str) -> Sequence[str]:
        found: Sequence[str] = rules.segment(words)
        return found

    return split
