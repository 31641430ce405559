"""Whole words in any script: letters with their marks; where a script has no blanks, parts by a tokenizer or runs."""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

# Scripts that are written without blanks between words, by the first code point of each range.
_UNPARTED = (
    (0x0E00, 0x0E7F, "thai"), (0x0E80, 0x0EFF, "lao"), (0x1000, 0x109F, "burmese"), (0x1780, 0x17FF, "khmer"),
    (0x3040, 0x30FF, "japanese"), (0x3400, 0x4DBF, "chinese"), (0x4E00, 0x9FFF, "chinese"), (0xF900, 0xFAFF, "chinese"),
    (0x20000, 0x3FFFF, "chinese"),
)  # fmt: skip
_UNPARTED_SIGN = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last, _ in _UNPARTED)}]")
_PARSERS = {
    "thai": "load_default_thai_parser", "japanese": "load_default_japanese_parser",
    "chinese": "load_default_simplified_chinese_parser",
}  # fmt: skip
_JOINERS = "\u200c\u200d"  # they stand inside of words of Persian and of the scripts of India


@cache
def _word() -> re.Pattern[str]:
    """Pattern of a letter and what belongs to it: further letters, marks above, below and beside, joiners."""
    codes = [c for c in range(0x300, 0x1F000) if unicodedata.category(chr(c)).startswith("M")]
    ends = [(a, b) for a, b in zip(codes, [*codes[1:], sys.maxunicode], strict=True) if b != a + 1]
    starts = [codes[0], *(b for _, b in ends[:-1])]
    marks = "".join(f"{chr(a)}-{chr(b)}" for a, (b, _) in zip(starts, ends, strict=True))
    letter = r"[^\W\d_]"
    return re.compile(rf"{letter}(?:{letter}|[{marks}{_JOINERS}])*")


def words_of(text: str) -> list[str]:
    """Words of a text in lower case, each with its marks; of one letter only where a letter is a syllable.

    Parameters
    ----------
    text : str
        In any script. Thai, Lao, Khmer, Burmese, Chinese and Japanese have no blanks between words: there ``budoux``
        (extra ``scripts``) parts Thai, Chinese and Japanese; else, and for the others, a word is a run of letters.

    Examples
    --------
    >>> words_of("Ventetiden, भरोसा और विश्वास!")
    ['ventetiden', 'भरोसा', 'और', 'विश्वास']
    """
    runs = _word().findall(text.lower())
    if not _UNPARTED_SIGN.search(text):  # most texts; no sign becomes one of these in lower case
        return [word for word in runs if len(word) > 1]
    found = (part for run in runs for part in _parted(run))
    return [word for word in found if len(word) > 1 or script_of(word)]


def _parted(run: str) -> Iterator[str]:
    script = script_of(run)
    if script == "chinese" and any(script_of(sign) == "japanese" for sign in run):
        script = "japanese"
    parser = _parser(script) if script in _PARSERS else None
    yield from parser.parse(run) if parser is not None else (run,)


def script_of(word: str) -> str:
    """Script of a word's first letter where that is written without blanks; empty for all others.

    Examples
    --------
    >>> script_of("ความไว้วางใจ"), script_of("信任"), script_of("tillit")
    ('thai', 'chinese', '')
    """
    code = ord(word[0]) if word else 0
    if code < _UNPARTED[0][0]:  # most words of most studies
        return ""
    return next((name for first, last, name in _UNPARTED if first <= code <= last), "")


@cache
def _parser(script: str) -> Any:
    if importlib.util.find_spec("budoux") is None:
        return None
    import budoux

    return getattr(budoux, _PARSERS[script])()


def how_parted(words: Iterable[str]) -> str:
    """Say how words of scripts without blanks were found; empty where there are none.

    Examples
    --------
    >>> how_parted(["tillit"])
    ''
    """
    scripts = sorted({script for word in words for part in word.split() if (script := script_of(part))})
    if not scripts:
        return ""
    by_parser = [script for script in scripts if script in _PARSERS and _parser(script) is not None]
    runs = [script for script in scripts if script not in by_parser]
    said = [f"{', '.join(by_parser)}: parted by budoux"] if by_parser else []
    advice = " (pip install 'alliance-nlp[scripts]' parts them)" if set(runs) & set(_PARSERS) else ""
    said += [f"{', '.join(runs)}: runs of letters between other signs, not words{advice}"] if runs else []
    return f"Keywords in scripts without blanks: {'; '.join(said)}."
