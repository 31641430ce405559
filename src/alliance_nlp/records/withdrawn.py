"""What stands where somebody's words were taken out: as many signs as there were, so that nothing else moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alliance_nlp.records.transcripts import Transcript

WITHDRAWN = "[withdrawn]"  # in notes, reasons and cells, where length does not matter
FILLER = "\u00b7"
_LINE_ENDS = frozenset("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def blanked(words: str) -> str:
    r"""Put a dot for every sign but line ends, so that the offsets of everybody else stay right.

    Examples
    --------
    >>> blanked("No time.\nNone.")
    '········\n·····'
    """
    return "".join(sign if sign in _LINE_ENDS else FILLER for sign in words)


def is_withdrawn(words: str) -> bool:
    r"""Whether words are what `blanked` put in their place; such a turn is no segment.

    Examples
    --------
    >>> is_withdrawn("····\n··"), is_withdrawn("· time"), is_withdrawn("")
    (True, False, False)
    """
    return bool(words.strip()) and set("".join(words.split())) == {FILLER}


def took_back(transcripts: Iterable[Transcript], person: str) -> bool:
    r"""Whether somebody spoke, and all that they said was withdrawn.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> turns = (Turn(0, 3, "Ann"), Turn(4, 9, "Bo"))
    >>> [took_back((Transcript("T", "\u00b7\u00b7\u00b7\nYes..", turns),), name) for name in ("Ann", "Bo", "Cy")]
    [True, False, False]
    """
    own = [t.turn_text(at) for t in transcripts for at, turn in enumerate(t.turns) if turn.person == person]
    return any(map(is_withdrawn, own)) and all(is_withdrawn(words) or not words.strip() for words in own)
