"""What stands where somebody's words were taken out: as many signs as there were, so that nothing else moves."""

from __future__ import annotations

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
