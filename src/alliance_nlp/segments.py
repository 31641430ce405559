"""Transcripts into segments: the turns, sentences, paragraphs or windows that are coded, each a slice of its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Any, Literal, get_args

from alliance_nlp.errors import AlignmentError, InputError, check_choice, counted, warn
from alliance_nlp.records import ROLES, Role, Segment, Segments, Transcript, Turn, Unit, is_withdrawn, resolve_people

Span = tuple[int, int]
Borders = Callable[[str], list[int]]
SentenceSplitter = Callable[[str], Iterable[str]]
UNITS: tuple[str, ...] = get_args(Unit)
KEPT: tuple[Role | None, ...] = ("participant", None)
# the splitter's time can grow with the square of a text's length; a turn of 1 MB is therefore read through this opening
_OPENING = 1_000
_STOP = re.compile(r"[^\w\s,'’()\[\]-]")  # in any script
# one line end, then a line with nothing on it; (?>...) keeps CRLF from counting as two line ends
_BLANK_LINE = re.compile(r"(?>\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)\s*|\u2029\s*")
_UNSHOWN = re.compile(r"\s|[\ud800-\udfff]")  # wrapped lines are no sentences, and half a character is none
_NUMBER = re.compile(r"\W*\d{1,2}\W*")
_I = re.compile(r"(?<=[.…]\s)I[\s'’]")  # is taken for an initial that goes on
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# the splitter has no list for these and would take the English one; Danish abbreviates as they do ("f.eks.", "kl.")
_LISTS = {"nb": "da", "nn": "da", "no": "da", "sv": "da"}


def segment(
    transcripts: Transcript | Iterable[Transcript],
    *,
    unit: Unit = "turn",
    roles: Sequence[Role | None] | Literal["all"] | None = None,
    window: int = 3,
    overlap: int = 1,
    language: str = "en",
    sentence_splitter: SentenceSplitter | None = None,
) -> Segments:
    """Cut transcripts into the segments that are coded.

    Parameters
    ----------
    transcripts : Transcript or iterable of Transcript
        What `read_transcripts` or a study gives.
    unit : {"turn", "sentence", "paragraph", "window"}, default "turn"
        "turn": each turn whole, blank ones included. "sentence", "paragraph" (parts of a turn between blank lines):
        without the white space around them. "window": some sentences of one turn at a time, one window after another.
    roles : sequence of str or None, or "all", optional
        Whose turns to keep, for instance ``("participant", "moderator")``; None stands for an unknown role. By
        default participants and turns of unknown role.
    window : int, default 3
        For the unit "window": sentences in one window. A shorter turn is one window.
    overlap : int, default 1
        For the unit "window": sentences that a window shares with the one before it.
    language : str, default "en"
        Whose abbreviations end no sentence: a code such as "en", "nb" or "de". Norwegian and Swedish take the list
        of Danish; a language that the splitter has no rules for takes those of English.
    sentence_splitter : callable, optional
        Your own way to split instead: takes a text, gives its sentences in order, word for word.

    Returns
    -------
    Segments
        In the order of the transcripts, with ``transcript.text[s.start:s.end] == s.text`` for each.

    Raises
    ------
    InputError
        When something other than transcripts is given, or a choice is none of those above.
    AlignmentError
        When a sentence of `sentence_splitter` is not found in its turn.

    Warns
    -----
    AllianceWarning
        When turns of unknown role were kept by default in a transcript that names its speakers, with their number; and
        when there are words, but no segment came of them.

    Notes
    -----
    A segment never crosses the border of a turn, so it has one speaker. Sentences and paragraphs of a turn do not
    overlap and hold all of it but white space; a line end alone ends no sentence, because many transcripts are wrapped.
    Where a sentence ends in speech is the transcriber's decision: check a page before you count sentences. Turns of
    people who withdrew hold no words any more and are no segments.

    Examples
    --------
    >>> text = "M: Why? P1: It takes time. We listen."
    >>> turns = (Turn(3, 7, "M", "moderator"), Turn(12, 37, "P1", "participant"))
    >>> [s.text for s in segment(Transcript("T1", text, turns), unit="sentence")]
    ['It takes time.', 'We listen.']
    """
    given = resolve_people(_check_transcripts(transcripts))
    _check_choices(unit, window, overlap)
    kept = _check_roles(roles)
    split = _borders_by(sentence_splitter, language) if unit in ("sentence", "window") else None
    items = tuple(
        piece
        for transcript in given
        for piece in _segments_of(transcript, kept, lambda text: _cut(text, unit, window, overlap, split))
    )
    if roles is None:
        _warn_of_unknown_roles(given)
    if not items and any(map(_has_talk, given)):
        _warn_of_nothing(given)
    return Segments(items, given, unit)


def _check_transcripts(transcripts: Any) -> tuple[Transcript, ...]:
    given = (transcripts,) if isinstance(transcripts, Transcript) else transcripts
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InputError(
            f"segment() takes transcripts, as an.read_transcripts() or study.transcripts gives. "
            f"Got {type(given).__name__}."
        )
    given = tuple(given)
    for index, item in enumerate(given):
        if not isinstance(item, Transcript):
            raise InputError(
                f"segment() takes transcripts. Item {index} is a {type(item).__name__}. "
                f"Read texts and files with an.read_transcripts() first."
            )
    return given


def _check_choices(unit: str, window: int, overlap: int) -> None:
    check_choice("unit", UNITS, unit)
    if window < 1:
        raise InputError(f"window must be at least 1 sentence. Got {window}.")
    if not 0 <= overlap < window:
        raise InputError(f"overlap must be at least 0 and less than window={window}. Got {overlap}.")


def _check_roles(roles: Sequence[Role | None] | str | None) -> tuple[Role | None, ...]:
    if roles is None:
        return KEPT
    if isinstance(roles, str):
        if roles != "all":
            raise InputError(f"roles must be 'all' or a sequence such as ('participant', None). Got {roles!r}.")
        return ("participant", "moderator", "co-moderator", None)
    for role in roles:
        if role is not None:
            check_choice("role", ROLES, role)
    return tuple(roles)


def _segments_of(
    transcript: Transcript, kept: Sequence[Role | None], cut: Callable[[str], Iterable[Span]]
) -> Iterator[Segment]:
    position = 0
    for index, turn in enumerate(transcript.turns):
        if turn.role not in kept or is_withdrawn(transcript.turn_text(index)):
            continue
        for first, last in cut(transcript.turn_text(index)):
            start, end = turn.start + first, turn.start + last
            yield Segment(
                transcript.id,
                start,
                end,
                transcript.text[start:end],
                turn.speaker,
                turn.role,
                index,
                position,
                turn.refuses,
                turn.person_id,
            )
            position += 1


def _cut(text: str, unit: Unit, window: int, overlap: int, split: Borders | None) -> list[Span]:
    if unit == "turn":
        return [(0, len(text))]
    if unit == "paragraph" or split is None:
        return _paragraphs(text)
    sentences = _sentences(text, split)
    if unit == "sentence" or not sentences:
        return sentences
    starts = range(0, max(len(sentences) - overlap, 1), window - overlap)
    return [(sentences[i][0], sentences[min(i + window, len(sentences)) - 1][1]) for i in starts]


def _paragraphs(text: str) -> list[Span]:
    edges = [0, *(edge for found in _BLANK_LINE.finditer(text) for edge in found.span()), len(text)]
    spans = (_trim(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [span for span in spans if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> Span:
    """Leave out the white space around a slice."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences of a text lie: in order, without overlap, covering all of it but white space."""
    return _sentences(text, _borders_by(None, "en"))


def _sentences(text: str, split: Borders) -> list[Span]:
    spans: list[Span] = []
    for first, last in _paragraphs(text):
        edges = sorted({0, *split(text[first:last]), last - first})
        here = [_trim(text, first + a, first + b) for a, b in pairwise(edges)]
        spans += _join_marks(text, [span for span in here if span[0] < span[1]])
    return spans


def _join_marks(text: str, spans: Sequence[Span]) -> list[Span]:
    """Give a piece without a letter or digit (a stray full stop, a dash) to the sentence before it, else after it.

    A number alone is the number of what follows.
    """
    joined: list[Span] = []
    for start, end in spans:
        worded = any(map(str.isalnum, text[start:end]))
        before = text[joined[-1][0] : joined[-1][1]] if joined else ""
        bare_before = not any(map(str.isalnum, before)) or _NUMBER.fullmatch(before) is not None
        if joined and (bare_before or not worded):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _borders_by(splitter: SentenceSplitter | None, language: str) -> Borders:
    if splitter is None:
        return partial(_borders, propose=_proposals(language))
    return partial(_own_borders, splitter=splitter)


def _own_borders(text: str, splitter: SentenceSplitter) -> list[int]:
    borders, at = [], 0
    for number, sentence in enumerate(map(str.strip, splitter(text)), 1):
        found = text.find(sentence, at)
        if found < 0 or text[at:found].strip():
            raise AlignmentError(
                f"Sentence {number} of sentence_splitter (of {len(sentence)} characters) does not follow the one "
                f"before it in its paragraph of {len(text)} characters. It must give every sentence in order and word "
                f"for word."
            )
        borders.append(found)
        at = found + len(sentence)
    return borders


def _borders(text: str, propose: Borders) -> list[int]:
    """Where sentences begin, found through an opening that moves on from the last sentence it saw whole."""
    if not _STOP.search(text):
        return []
    borders: list[int] = []
    at, is_within = 0, False  # whether the opening begins within a sentence longer than itself
    while at < len(text):
        starts = propose(text[at : at + _OPENING])
        fresh = starts[is_within:]
        if at + _OPENING >= len(text):
            return borders + [at + start for start in fresh]
        is_within = len(starts) == 1
        # the last one may go on beyond the opening, which then moves on to where it begins
        borders += [at + start for start in (fresh if is_within else fresh[:-1])]
        at += _OPENING if is_within else starts[-1]
    return borders


@cache
def _proposals(language: str) -> Borders:
    """Give what proposes where sentences of a language begin."""
    from sentencex import get_sentence_boundaries

    if not _LANGUAGE.fullmatch(language):
        raise InputError(f"language must be a code of two or three letters, such as 'en' or 'nb'. Got {language!r}.")
    words = _whole_words(language)

    def propose(text: str) -> list[int]:
        shown = words.sub(lambda found: "x" * len(found[0]), _UNSHOWN.sub(" ", text))
        shown = _I.sub("Ix", shown)
        return [found["start_index"] for found in get_sentence_boundaries(_LISTS.get(language, language), shown)] or [0]

    return propose


def _whole_words(language: str) -> re.Pattern[str]:
    """Find words that may stand before a full stop and abbreviate nothing, though they look like it ("to me. I ...").

    They are the language's commonest words; the splitter takes "me", "is" and "mm" for Maine, Israel and millimeters.
    """
    from stop_words import StopWordError, get_stop_words

    try:
        common = [word for word in get_stop_words(language) if word.isalpha() and len(word) > 1]
    except StopWordError:
        common = []
    longest_first = sorted({*common, "mm"}, key=lambda word: (-len(word), word))
    words = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w.])(?i:{words})(?=\.\s+[^\W\d_a-z])")


def _warn_of_unknown_roles(transcripts: Sequence[Transcript]) -> None:
    """Warn where somebody is named: in a plain list of answers nobody is, and there is nothing to look up."""
    unknown = {t.id: sum(turn.role is None for turn in t.turns) for t in transcripts if any(map(_is_named, t.turns))}
    number = sum(unknown.values())
    if number:
        among = sum(map(bool, unknown.values()))
        warn(
            f"{counted(number, 'turn')} of unknown role in {counted(among, 'transcript')} kept as segments. If a "
            f"moderator is among them, say who with an.read_transcripts(..., roles={{'NAME': 'moderator'}}); to leave "
            "them out, pass roles=('participant',)."
        )


def _is_named(turn: Turn) -> bool:
    return turn.speaker is not None or turn.role is not None


def _has_talk(transcript: Transcript) -> bool:
    spoken = map(transcript.turn_text, range(len(transcript.turns))) if transcript.turns else (transcript.text,)
    return any(words.strip() for words in spoken)


def _warn_of_nothing(transcripts: Sequence[Transcript]) -> None:
    roles = [turn.role or "unknown" for t in transcripts for turn in t.turns]
    each = ", ".join(f"{roles.count(role)} {role}" for role in (*ROLES, "unknown") if role in roles)
    warn(
        f"No segment came of {counted(len(transcripts), 'transcript')} with {counted(len(roles), 'turn')} "
        f"({each or 'none'}). Check the roles they were read with, or say which to keep with roles=."
    )
