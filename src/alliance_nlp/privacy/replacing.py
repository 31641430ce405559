"""Put words in the place of others: whole words in any case and normal form, with possessives and endings."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from alliance_nlp.errors import problems_error
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import TableSource, read_sheet

Replacing = Mapping[str, str] | TableSource
_LETTERS = "[^\\W\\d_]"
_MARKS = "\u0300-\u036f"
HYPHENS = "‐‑–-"
_BETWEEN = f"(?:[^\\S\\r\\n]+|[{HYPHENS}])"  # Anne-Marie is Anne Marie, and 12-34 is 12 34
_ALIKE = {"'": "['’‘]", "’": "['’‘]", **dict.fromkeys(HYPHENS, _BETWEEN), " ": _BETWEEN}
_HIDDEN = "[\u00ad\u200b-\u200d\u2060\ufeff]"  # soft hyphens and blanks of no width, which nobody sees
UNSEEN = re.compile(_HIDDEN)
_EDGE = f"(?<!{_LETTERS})(?<![{_MARKS}])"
_LONG = 5  # letters of an original that may take the ending -en, which makes Bergen of Berg
_COLUMNS = {"original": ("from", "name", "was"), "replacement": ("to", "pseudonym", "becomes"), "kind": ()}


class Swap(NamedTuple):
    """One replacement in one text: where the words stood, where the new ones stand, and in which form."""

    start: int
    end: int
    new_start: int
    new_end: int
    form: str


class Swapped(NamedTuple):
    """A text with other words, and each place in order."""

    text: str
    swaps: tuple[Swap, ...]

    def start_of(self, at: int) -> int:
        """Give where words that began here begin now: with the whole replacement, where they began inside of one."""
        swap = self._before(at)
        return at if swap is None else swap.new_start if at < swap.end else at + swap.new_end - swap.end

    def end_of(self, at: int) -> int:
        """Give where words that ended here end now."""
        swap = self._before(at)
        if swap is None or at == swap.start:
            return at if swap is None else swap.new_start
        return swap.new_end + max(at - swap.end, 0)

    def _before(self, at: int) -> Swap | None:
        found = bisect_right(self.swaps, at, key=lambda swap: swap.start) - 1
        return self.swaps[found] if found >= 0 else None


@dataclass(frozen=True)
class Replacements:
    """Which words are put for which; longer originals go first, and nothing is replaced twice."""

    pairs: Mapping[str, str]

    @cached_property
    def _new(self) -> dict[str, str]:
        return {folded(original): new for original, new in self.pairs.items()}

    @cached_property
    def _old(self) -> dict[str, str]:
        return {folded(original): original for original in self.pairs}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ordered = sorted(self.pairs, key=len, reverse=True)
        long = _any_of([one for one in ordered if len(one) >= _LONG])
        short = _any_of([one for one in ordered if len(one) < _LONG])
        return re.compile(
            f"(?:(?P<long>{long})(?P<e1>['’]s?|s|ens?)?|(?P<short>{short})(?P<e2>['’]s?|s)?)"
            f"(?!{_LETTERS}|[{_MARKS}])", re.IGNORECASE,
        )  # fmt: skip

    def swap(self, text: str) -> Swapped:
        """Replace all originals in a text.

        Examples
        --------
        >>> found = Replacements({"Anna": "Eva", "Ann": "Kim"}).swap("ANNA, Anna's and Ann; not Annabel.")
        >>> found.text, [swap.form for swap in found.swaps]
        ("EVA, Eva's and Kim; not Annabel.", ['other capitals', 'with an ending', 'as listed'])
        """
        parts, swaps, at, length = [], [], 0, 0
        for match in self._pattern.finditer(text):
            stem, ending = match["long"] or match["short"], match["e1"] or match["e2"] or ""
            key = folded(stem)
            new = _in_case(self._new[key], stem, self._old[key])
            words = new + ("'" if ending == "s" and new[-1:].casefold() in "szx" and stem[-1:] not in "szx" else ending)
            length += match.start() - at
            exact = unicodedata.normalize("NFC", UNSEEN.sub("", stem)) == self._old[key]
            form = "with an ending" if ending else "as listed" if exact else "other capitals"
            swaps.append(Swap(match.start(), match.end(), length, length + len(words), form))
            parts += [text[at : match.start()], words]
            length, at = length + len(words), match.end()
        return Swapped("".join([*parts, text[at:]]), tuple(swaps))


def folded(words: str) -> str:
    """Form in which originals are compared: case, normal form, blanks, hyphens, apostrophes, unseen signs forgotten."""
    plain = unicodedata.normalize("NFC", " ".join(UNSEEN.sub("", words).split())).casefold()
    return re.sub("[’‘]", "'", " ".join(re.sub(f"[{HYPHENS}]", " ", plain).split()))


def _any_of(originals: Sequence[str]) -> str:
    """Pattern of originals, longest first, those of one first letter together, so that most places are soon left."""
    composed = [unicodedata.normalize("NFC", original) for original in originals]
    parts = []
    for own in grouped((original[0].lower(), original) for original in composed).values():
        first, before = _sign(own[0][0]), _before(own[0])
        rests = [_rest(original) for original in own]
        parts.append(f"{before}{first}(?:{'|'.join(rests)})")
    words, others = ([part for part in parts if part.startswith(_EDGE) == word] for word in (True, False))
    both = [_EDGE + f"(?:{'|'.join(part.removeprefix(_EDGE) for part in words)})"] if words else []
    return "|".join([*both, *others]) or "(?!)"


def _before(original: str) -> str:
    return r"(?<!\d)" if original[0].isdigit() else _EDGE if original[0].isalnum() else ""


def _sign(sign: str) -> str:
    """Pattern of one sign, composed or not."""
    apart = unicodedata.normalize("NFD", sign)
    return _ALIKE.get(sign, f"(?:{re.escape(sign)}|{re.escape(apart)})" if apart != sign else re.escape(sign))


def _rest(original: str) -> str:
    """Pattern of one original behind its first sign."""
    signs = unicodedata.normalize("NFC", " ".join(original.split()))[1:]
    return "".join(f"{_HIDDEN}*{_sign(sign)}" for sign in signs) + (r"(?!\d)" if original[-1].isdigit() else "")


def _in_case(new: str, stem: str, original: str) -> str:
    """Write a replacement as large, or as small, as the words that it stands for."""
    if stem.isupper() and not original.isupper() and len(stem) > 1:
        return new.upper()
    return new.lower() if stem.islower() and not original.islower() else new


def read_replacements(given: Replacing) -> Replacements:
    """Take replacements from a dict, or from a table with the columns "original" and "replacement".

    Raises
    ------
    InputError
        With all that is wrong: originals twice, replacements that are originals.
    """
    if isinstance(given, Mapping):
        name, rows = "The replacements", [("", str(old), str(new)) for old, new in given.items()]
    else:
        sheet = read_sheet(given, encoding=None, remarks=Remarks(), name="replacements").named(_COLUMNS)
        name = Path(given).name if isinstance(given, str | Path) else "The replacements"
        for needed in ("original", "replacement"):
            if needed not in sheet.columns:
                raise sheet.lacks(f"called {needed!r}.")
        rows = [(f"row {row.number}: ", row.text("original"), row.text("replacement")) for row in sheet.rows]
        rows = [row for row in rows if row[2].strip()]
    if problems := _problems(rows):
        raise problems_error(name, problems)
    first: dict[str, tuple[str, str]] = {}
    for _, old, new in rows:
        first.setdefault(folded(old), (" ".join(old.split()), new.strip()))
    return Replacements(dict(first.values()))


def _problems(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Say what is wrong with rows, without the words of an original."""
    found, seen = [], dict[str, tuple[int, str]]()
    every = Replacements({old: old for _, old, _ in rows if old.strip()})
    for at, (row, old, new) in enumerate(rows, 1):
        where, key = row or f"entry {at}: ", folded(old)
        if len(key) < 2 or not new.strip() or "\n" in new:
            found.append(f"{where}needs an original of two signs or more and a replacement on one line")
        if seen.setdefault(key, (at, new))[1].strip() != new.strip():
            found.append(f"{where}the original stands in entry {seen[key][0]} already, with another replacement")
        if every.swap(new).swaps:
            found.append(f"{where}the replacement {new!r} is or holds an original; choose another word")
    return found if rows else ["no row has an original and a replacement"]
