"""What may still tell a name after it was replaced: forms that no rule dares to replace, said with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from alliance_nlp.privacy.replacing import HYPHENS, UNSEEN, folded

_TOLD = 4  # letters of a word that is told where it is a part of longer ones, or stands alone
_DIGITS = 6  # of a number that is told where it is written in other groups
_GAP = "[ \\t./()-]*"  # between the digits of a number
_LETTERS = "[^\\W\\d_]"
PART, LINE_END = "a part of a longer word", "over a line end"
NO_MARKS, ALONE = "without its accents", "a part of a name, alone"
HALF, GROUPS = "half of a double name, the other half stands", "the same digits, in other groups"


class Left(NamedTuple):
    """A place where an original may still be told: where, and in which form."""

    at: int
    what: str


class LeftOver:
    """Looks for forms of originals in texts in which they were replaced.

    Parameters
    ----------
    pairs : dict of str to str
        Originals and their replacements.
    """

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self.pairs = pairs
        self._keys = {folded(original): original for original in pairs}

    def find(self, text: str) -> list[Left]:
        """Give places, in order; each once, by the first form that fits."""
        shown = unicodedata.normalize("NFC", text)
        flat = UNSEEN.sub("", shown).casefold()
        bare = _bare(flat)
        found: list[Left] = []
        seen_already = bytearray(len(shown) + 1)
        for pattern, seen, what in (
            (self._parts, flat, PART), (self._over_lines, flat, LINE_END), (self._without_marks, bare, NO_MARKS),
            (self._halves, shown, HALF), (self._numbers, flat, GROUPS), (self._words, shown, ALONE),
        ):  # fmt: skip
            for match in pattern.finditer(seen):
                if not any(seen_already[match.start() : match.end()]):
                    found.append(Left(match.start(), what))
                    seen_already[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        return sorted(found)

    @cached_property
    def _parts(self) -> re.Pattern[str]:
        return _any(re.escape(key) for key in self._keys if len(key) >= _TOLD)

    @cached_property
    def _over_lines(self) -> re.Pattern[str]:
        several = [key.split() for key in self._keys if " " in key]
        return _any(_whole(f"(?:\\s|[{HYPHENS}])+".join(map(re.escape, words))) for words in several)

    @cached_property
    def _without_marks(self) -> re.Pattern[str]:
        return _any(_whole(re.escape(_bare(key))) for key in self._keys if _bare(key) != key and len(key) >= _TOLD)

    @cached_property
    def _halves(self) -> re.Pattern[str]:
        """Find replacements that hang on a hyphen with another name: Anne-Marie, of which only Anne was listed."""
        new = _any(re.escape(one) for one in set(self.pairs.values()) if one[:1].isupper()).pattern
        capital = "[^\\W\\d_a-zæøåäöü]"
        before, behind = f"(?<!{_LETTERS})(?:{new})[{HYPHENS}]{capital}", f"{capital}{_LETTERS}+[{HYPHENS}](?:{new})"
        return re.compile(f"{before}|{behind}(?!{_LETTERS})") if self.pairs else _any(())

    @cached_property
    def _numbers(self) -> re.Pattern[str]:
        digits = [re.sub(r"\D", "", key) for key in self._keys if not re.search(_LETTERS, key)]
        return _any(f"(?<!\\d){_GAP.join(d)}(?!\\d)" for d in digits if len(d) >= _DIGITS)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """Find words of names of several, in capitals: Lund, of whom only Kari Lund was listed."""
        kept = {word for new in self.pairs.values() for word in re.split(r"\W+", new)}
        words = {
            word for original in self.pairs for word in _several(original)
            if len(word) >= _TOLD and word[0].isupper() and folded(word) not in self._keys and word not in kept
        }  # fmt: skip
        return _any(_whole(f"(?:{re.escape(word)}|{re.escape(word.upper())})", more="s?") for word in sorted(words))


def _several(original: str) -> list[str]:
    words = re.split(f"[\\s{HYPHENS}]+", unicodedata.normalize("NFC", original))
    return words if len(words) > 1 else []


def _bare(words: str) -> str:
    """Letters without their marks, as many as there were, so that places stay."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in words)


def _whole(pattern: str, more: str = "") -> str:
    return f"(?<!{_LETTERS}){pattern}{more}(?!{_LETTERS})"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)) or "(?!)")
