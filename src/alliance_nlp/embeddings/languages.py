"""Whether words are in the language that an encoder was trained on; a rough look, only good enough to warn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alliance_nlp.errors import warn

ENGLISH_ONLY = frozenset({"all-MiniLM-L6-v2"})
# the commonest English function words, without those that are common words of neighboring languages too
_COMMON = """
    the and that it you to of is was they we have with but not this what are my your there be which from or she he
    because would about if when them then who their had has been do does did don't it's that's i'm were how can could
    will just very really some more than into our her his one get know think like people
"""
COMMON = frozenset(_COMMON.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
FEWEST_WORDS = 8  # shorter segments cannot be judged
LEAST_COMMON = 0.12  # English talk has .35 and more of these words; other languages in Latin letters below .05
FEWEST_JUDGED = 8
LEAST_FOREIGN = 0.2


def looks_english(text: str) -> bool | None:
    """Say whether a text looks English; None when it is too short to tell.

    Examples
    --------
    >>> looks_english("It takes a lot of time and they do not have it"), looks_english("Mm, yes")
    (True, None)
    >>> looks_english("Det tar lang tid før pasienten stoler på meg")
    False
    """
    words = _WORD.findall(text.casefold().replace("’", "'"))
    letters = "".join(words)
    if len(letters) >= FEWEST_WORDS and sum(not letter.isascii() for letter in letters) > len(letters) / 2:
        return False
    if len(words) < FEWEST_WORDS:
        return None
    return sum(word in COMMON for word in words) >= LEAST_COMMON * len(words)


def warn_of_other_languages(texts: Sequence[str], encoder: str) -> None:
    """Warn when an encoder trained on English is given many segments that do not look English."""
    if encoder not in ENGLISH_ONLY:
        return
    judged = [english for text in texts if (english := looks_english(text)) is not None]
    foreign = judged.count(False)
    if len(judged) >= FEWEST_JUDGED and foreign >= LEAST_FOREIGN * len(judged):
        warn(
            f"{foreign} of {len(judged)} segments long enough to judge ({foreign / len(judged):.0%}) do not look "
            f"English, and {encoder} was trained on English: its vectors say little about them. Name an encoder "
            f"that reads the language, such as encoder='paraphrase-multilingual-MiniLM-L12-v2' with download=True."
        )
