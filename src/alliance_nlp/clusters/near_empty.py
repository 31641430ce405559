"""Which segments say too little to be grouped by meaning, and which say the same in the same words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Responses that carry the talk on without adding meaning of their own. Written for this project from everyday spoken
# English, with the commonest Norwegian, Swedish, Danish, German, Dutch, French and Spanish ones.
_SPOKEN = """
    mm mmm mhm mmhm hm hmm um uhm uh er erm ah aha oh ooh eh huh uhhuh
    yes yeah yea yep yup no nope nah ok okay okey right sure true same agreed agree exactly absolutely
    definitely indeed totally completely certainly precisely quite
    well so and but or i me you too also either neither think that thats that's it is its it's this really just of
    course see know mean do dont don't didn't not here there like what sorry please hello hi hey bye
    ja jo nei nej nein ne oui non si sim bueno claro genau eben stimmt akkurat enig selvfølgelig klart precis
"""
RESPONSES = frozenset(_SPOKEN.split())
MOST_WORDS = 5  # a longer chain of such words may still be an answer
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
MARKED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")


def words_of(text: str) -> list[str]:
    """Words in lower case, with the straight apostrophe; letters with marks are one sign each."""
    return _WORD.findall(unicodedata.normalize("NFC", text).replace("’", "'").casefold())


def reason_to_set_aside(text: str) -> str | None:
    """Say why a segment is too empty to cluster, or None when it is not.

    Examples
    --------
    >>> reason_to_set_aside("Mm, yeah."), reason_to_set_aside("Cheating."), reason_to_set_aside("[laughs]")
    ('short response', None, 'no words')
    """
    words = words_of(MARKED.sub(" ", text))
    if not words:
        return "no words"
    if len(words) <= MOST_WORDS and all(word in RESPONSES for word in words):
        return "short response"
    return None


def find_near_empty(texts: Sequence[str]) -> dict[int, str]:
    """Positions of the near-empty texts, each with the reason."""
    reasons = {position: reason_to_set_aside(text) for position, text in enumerate(texts)}
    return {position: reason for position, reason in reasons.items() if reason is not None}


def same_words(text: str) -> str:
    """Key that is equal for texts that differ only in case, white space or final punctuation."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(" .,!?;:…-–—\"'“”‘’")
