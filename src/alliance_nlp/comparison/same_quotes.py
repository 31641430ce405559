"""Quotes of two files that are one stretch though not the same words: cut short, or with other signs at the ends."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from alliance_nlp.numeric import grouped
from alliance_nlp.reading.remarks import Remarks

Key = tuple[str, ...]
OF_QUOTES = ("transcript and quote", "quotes")  # ways of matching whose keys end with a quote in plain form
_EDGES = " .,;:!?\"'()[]{}<>-*_/「」『』【】（）。、，．！？；：؟،؛।·"
_LEFT_OUT = re.compile(r"\s*(?:[\[(<{]\s*(?:\.{2,})\s*[\])>}]|\.{3,}|[\[(]\s*-\s*[\])])\s*")
_FEWEST_LETTERS = 8  # of the parts of a quote in which words were left out


def same_quotes(a: Mapping[Key, Any], b: Mapping[Key, Any], remarks: Remarks) -> dict[Key, Key]:
    """Keys of the second file that mean one of the first, where none stands in both and there is one reading only."""
    left, other = [key for key in a if key not in b], [key for key in b if key not in a]
    found: dict[Key, Key] = {}
    if remarks.may("quote ends"):
        found |= _by_edges(left, other)
    if remarks.may("ellipses"):
        gone = set(found.values())
        found |= _by_parts([key for key in left if key not in gone], [key for key in other if key not in found])
    return found


def say_same_quotes(remarks: Remarks, rows: Iterable[int]) -> None:
    """Say which rows were laid beside a quote of the other file that is not the same to the letter."""
    said = (
        "quotes that are cut short, or have other signs at their ends, were taken for the same words in the other file"
    )
    remarks.assume("quote ends", said, sorted(set(rows)), loud=False)


def are_one_quote(one: str, other: str) -> bool:
    """Whether two quotes in plain form are one but for signs at the ends, or words that one of them leaves out."""
    return one.strip(_EDGES) == other.strip(_EDGES) or _is_cut(one, other) or _is_cut(other, one)


def _by_edges(left: Collection[Key], other: Collection[Key]) -> dict[Key, Key]:
    first = grouped(((*key[:-1], key[-1].strip(_EDGES)), key) for key in left)
    second = grouped(((*key[:-1], key[-1].strip(_EDGES)), key) for key in other)
    both = [key for key in second if key[-1] and key in first and len(first[key]) == len(second[key]) == 1]
    return {second[key][0]: first[key][0] for key in both}


def _by_parts(left: Collection[Key], other: Collection[Key]) -> dict[Key, Key]:
    """Pair quotes of which one leaves words out; none that could be paired with two."""
    above = grouped((key[:-1], key) for key in left)
    pairs = [
        (one, key) for key in other for one in above.get(key[:-1], ())
        if _is_cut(key[-1], one[-1]) or _is_cut(one[-1], key[-1])
    ]  # fmt: skip
    ways = [grouped(pairs), grouped((key, one) for one, key in pairs)]
    return {key: one for one, key in pairs if len(ways[0][one]) == 1 and len(ways[1][key]) == 1}


def _is_cut(short: str, full: str) -> bool:
    """Whether a quote with "..." is the other one without some of its words, at its ends or between."""
    parts = [part.strip(_EDGES) for part in _LEFT_OUT.split(short)]
    inner = [part for part in parts if part]
    if len(parts) < 2 or sum(map(len, inner)) < _FEWEST_LETTERS:
        return False
    bare, at = full.strip(_EDGES), 0
    if parts[0] and not bare.startswith(parts[0]):
        return False
    if parts[-1] and not bare.endswith(parts[-1]):
        return False
    for part in inner:
        found = bare.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
