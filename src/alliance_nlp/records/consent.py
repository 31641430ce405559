"""What a person agreed to: that their words are quoted, read by a machine, sent to a model elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeVar, get_args

from alliance_nlp.errors import counted

Use = Literal["quotation", "machine", "remote model"]
USES: tuple[Use, ...] = get_args(Use)
NOT_QUOTED = "[not quoted: no consent]"
Spoken = TypeVar("Spoken")
_SIGN = "[^\\W_][\u0300-\u036f\u00ad\u200b-\u200d\u2060]*"  # a letter with what stands on it or is not seen behind it
WORD = re.compile(f"(?:{_SIGN})+(?:['’](?:{_SIGN})+)*")
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060]")
RUN = 4  # words in a row that count as repeating what somebody said
LONG = 5  # letters from which a word says something


def allowed(items: Iterable[Spoken], *uses: Use) -> list[Spoken]:
    """Keep the turns, segments or statements whose people refused none of these uses.

    Examples
    --------
    >>> from alliance_nlp.records import Turn
    >>> said = [Turn(0, 4, "P1", refuses=frozenset({"machine"})), Turn(5, 9, "P2")]
    >>> [turn.speaker for turn in allowed(said, "machine")]
    ['P2']
    """
    return [item for item in items if not getattr(item, "refuses", frozenset()) & set(uses)]


def no_consent(n: int, noun: str, what: str) -> tuple[str, ...]:
    """Say how many of something were left out because somebody did not agree; nothing where none was.

    Examples
    --------
    >>> no_consent(2, "statement", "be quoted")
    ('Left out: 2 statements of people who did not agree to be quoted.',)
    """
    return (f"Left out: {counted(n, noun)} of people who did not agree to {what}.",) if n else ()


def words_in(text: str) -> list[str]:
    r"""Words as `plain_word` gives them, so that a text is known again however a program spelled its letters.

    Examples
    --------
    >>> words_in("We\u2019re _on_ the va\u030ar\u00adsti.")
    ["we're", 'on', 'the', 'vårsti']
    """
    return [plain_word(word) for word in WORD.findall(text)]


def plain_word(word: str) -> str:
    """Word in lower case, letters composed, without soft hyphens and their like, with the straight apostrophe.

    Examples
    --------
    >>> plain_word("We’re")
    "we're"
    """
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFC", _UNSEEN.sub("", word)).casefold().replace("’", "'")


def runs_of(words: list[str]) -> set[tuple[str, ...]]:
    """Four words in a row, two of them long: "at the end of" is nobody's.

    Examples
    --------
    >>> sorted(runs_of(words_in("There was never any time.")))
    [('there', 'was', 'never', 'any')]
    """
    runs = (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
    return {run for run in runs if sum(len(word) >= LONG for word in run) >= 2}


class Unquoted(NamedTuple):
    """What those said who did not agree to be quoted: words in a row that nobody else says, and all their words."""

    runs: frozenset[tuple[str, ...]]
    spoken: str

    @classmethod
    def of(cls, turns: Iterable[tuple[frozenset[Use], str]]) -> Unquoted:
        """Gather it from what each turn refuses, and its words."""
        given = [("quotation" in refused, text) for refused, text in turns]
        if not any(silent for silent, _ in given):  # most studies: nobody's words need to be known
            return cls(frozenset(), "")
        said = [(silent, words_in(text)) for silent, text in given]
        runs: set[tuple[str, ...]] = set().union(*(runs_of(words) for silent, words in said if silent))
        others = (runs_of(words) for silent, words in said if not silent) if runs else ()
        return cls(
            frozenset(runs.difference(*others)), "".join(f" {' '.join(words)} |" for silent, words in said if silent)
        )

    def shown(self, text: str) -> str:
        """Give what people wrote, or the mark where it copies out this talk.

        Copied is what stands whole in one turn, and what repeats four words in a row, two of them long, that nobody
        else says. Who names or retells what was said is not seen.
        """
        words = words_in(text) if self.spoken else []
        copied = len(words) > 1 and f" {' '.join(words)} " in self.spoken
        return NOT_QUOTED if copied or self.runs & runs_of(words) else text
