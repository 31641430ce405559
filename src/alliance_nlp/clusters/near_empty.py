"""Which segments say too little to be grouped by meaning, and which say the same in the same words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from alliance_nlp.embeddings.languages import stop_words_in
from alliance_nlp.records import Segments, is_conversation

# Responses that carry the talk on without adding meaning of their own. Written for this project from everyday spoken
# English, with the commonest ones of Norwegian, Swedish, Danish, Finnish, German, Dutch, French, Spanish, Portuguese,
# Italian and Polish. In these a response may also be made of stop words ("jeg vet ikke").
_SPOKEN = """
    mm mmm mhm mmhm hm hmm um uhm uh er erm ah aha oh ooh eh huh uhhuh
    yes yeah yea yep yup no nope nah ok okay okey right sure true same agreed agree exactly absolutely
    definitely indeed totally completely certainly precisely quite
    well so and but or i me you too also either neither think that thats that's it is its it's this really just of
    course see know mean do dont don't didn't not here there like what sorry please hello hi hey bye
    ja jo jada joda nei nej nein nee ne oui ouais non si sí sì sim não bueno claro vale genau eben stimmt klar doch naja
    akkurat enig selvfølgelig klart precis okej visst netop nå joo juu niin kyllä ei okei aivan klopt precies oké voilà
    vet ved weiß sais sé sei weet tiedä wiem accord ben euh pois certo esatto ecco tak nie aha właśnie dobra
"""
RESPONSES = frozenset(_SPOKEN.split())
# With these words people leave a question on a form without an answer; alone they are no word of any code.
_UNANSWERED = """
    nothing none nil na n a idk unsure cannot can't say comment comments applicable any anything
    ingenting inget intet niks niets nichts keine keiner rien aucun aucune nada ninguno ninguna
"""
NO_ANSWERS = frozenset(_UNANSWERED.split())
MOST_WORDS = 5  # a longer chain of such words may still be an answer
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[\u2600-\u27bf\U0001f000-\U0001faff]")
MARKED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")


def words_of(text: str) -> list[str]:
    """Words in lower case, with the straight apostrophe; letters with marks are one sign each, an emoji is a word."""
    return _WORD.findall(unicodedata.normalize("NFC", text).replace("’", "'").casefold())


def reason_to_set_aside(text: str, *, in_talk: bool = True, empty: Container[str] = ()) -> str | None:
    """Say why a segment is too empty to cluster, or None when it is not.

    `empty` are further words without content, the stop words of the language. In talk a response carries the talk on,
    and brackets hold a remark of the transcriber. An answer that stands alone is an answer, whatever it says; only one
    without any word is empty.

    Examples
    --------
    >>> reason_to_set_aside("Mm, yeah."), reason_to_set_aside("Cheating."), reason_to_set_aside("[laughs]")
    ('short response', None, 'no words')
    >>> reason_to_set_aside("No.", in_talk=False), reason_to_set_aside("(none)", in_talk=False)
    (None, None)
    """
    words = words_of(MARKED.sub(" ", text) if in_talk else text)
    if not words:
        return "no words"
    if in_talk and len(words) <= MOST_WORDS and all(word in RESPONSES or word in empty for word in words):
        return "short response"
    return None


def says_nothing(text: str) -> bool:
    """Whether a text, in talk or on a form, holds no word that the name of a code could be compared with.

    Examples
    --------
    >>> [says_nothing(text) for text in ("No", "I don't know", "N/A", "nothing at home", "(waiting)", "...")]
    [True, True, True, False, False, True]
    """
    words = words_of(text)
    return len(words) <= MOST_WORDS and (RESPONSES | NO_ANSWERS).issuperset(words)


def find_near_empty(segments: Segments) -> dict[int, str]:
    """Positions of the near-empty segments, each with the reason."""
    talk = {transcript.id for transcript in segments.transcripts if is_conversation(transcript)}
    empty = stop_words_in([segment.text for segment in segments if segment.transcript_id in talk])
    reasons = {
        place: reason_to_set_aside(segment.text, in_talk=segment.transcript_id in talk, empty=empty)
        for place, segment in enumerate(segments)
    }
    return {place: reason for place, reason in reasons.items() if reason is not None}


def same_words(text: str) -> str:
    """Key that is equal for texts that differ only in case, white space or final punctuation."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(" .,!?;:…-–—\"'“”‘’")
