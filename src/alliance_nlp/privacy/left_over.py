"""What may still tell a name after it was replaced: forms that no rule dares to replace, said with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
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
        found: list[Left] = []
        seen = bytearray(len(shown) + 1)
        for what, spans in (
            (PART, self._parts(flat)), (LINE_END, _spans(self._over_lines, flat)),
            (NO_MARKS, _spans(self._without_marks, _bare(flat)) if self._without_marks else ()),
            (HALF, self._halves(shown)), (GROUPS, _spans(self._numbers, flat)), (ALONE, self._words(shown)),
        ):  # fmt: skip
            for start, end in spans:
                if not any(seen[start:end]):
                    found.append(Left(start, what))
                    seen[start:end] = b"\1" * (end - start)
        return sorted(found)

    def _parts(self, flat: str) -> Iterator[tuple[int, int]]:
        """Find originals anywhere: whole words were replaced, so that these are parts of longer ones."""
        for key in self._keys:
            at = flat.find(key) if len(key) >= _TOLD else -1
            while at >= 0:
                yield at, at + len(key)
                at = flat.find(key, at + len(key))

    @cached_property
    def _over_lines(self) -> re.Pattern[str] | None:
        several = [key.split() for key in self._keys if " " in key]
        return _whole(f"(?:\\s|[{HYPHENS}])+".join(map(re.escape, words)) for words in several)

    @cached_property
    def _without_marks(self) -> re.Pattern[str] | None:
        return _whole(re.escape(_bare(key)) for key in self._keys if _bare(key) != key and len(key) >= _TOLD)

    @cached_property
    def _numbers(self) -> re.Pattern[str] | None:
        digits = [re.sub(r"\D", "", key) for key in self._keys if not re.search(_LETTERS, key)]
        return _whole((_GAP.join(d) for d in digits if len(d) >= _DIGITS), edge="\\d")

    def _halves(self, shown: str) -> Iterator[tuple[int, int]]:
        """Find replacements that hang on a hyphen with another name: Anne-Marie, of which only Anne was listed."""
        new = {one for one in self.pairs.values() if one[:1].isupper()}
        for pair in re.finditer(f"(?<!{_LETTERS})({_LETTERS}+)[{HYPHENS}]({_LETTERS}+)", shown):
            if (pair[1] in new or pair[2] in new) and pair[1][0].isupper() and pair[2][0].isupper():
                yield pair.span()

    def _words(self, shown: str) -> Iterator[tuple[int, int]]:
        """Find words of names of several, in capitals: Lund, of whom only Kari Lund was listed."""
        alone = self._alone
        for word in re.finditer(f"{_LETTERS}+", shown) if alone else ():
            said = word[0]
            if said in alone or (said[-1] in "sS" and said[:-1] in alone):
                yield word.span()

    @cached_property
    def _alone(self) -> frozenset[str]:
        kept = {word for new in self.pairs.values() for word in re.split(r"\W+", new)}
        words = {
            word for original in self.pairs for word in _several(original)
            if len(word) >= _TOLD and word[0].isupper() and folded(word) not in self._keys and word not in kept
        }  # fmt: skip
        return frozenset(form for word in words for form in (word, word.upper()))


def _several(original: str) -> list[str]:
    words = re.split(f"[\\s{HYPHENS}]+", unicodedata.normalize("NFC", original))
    return words if len(words) > 1 else []


def _bare(words: str) -> str:
    """Letters without their marks, as many as there were, so that places stay."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in words)


def _whole(patterns: Iterable[str], edge: str = _LETTERS) -> re.Pattern[str] | None:
    """Pattern of any of these between edges; None where there are none."""
    longest = sorted(patterns, key=len, reverse=True)
    return re.compile(f"(?<!{edge})(?:{'|'.join(longest)})(?!{edge})") if longest else None


def _spans(pattern: re.Pattern[str] | None, text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in pattern.finditer(text)) if pattern is not None else iter(())
