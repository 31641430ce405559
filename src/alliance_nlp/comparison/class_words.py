"""Words of a class's lesson, by language: its kit, what is collected, its slides and its pictures, in one place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from alliance_nlp.errors import Told, listed
from alliance_nlp.reading.empty_studies import NO_CODES, FormLanguage
from alliance_nlp.records import Table


@cache
def words_in(language: FormLanguage) -> Mapping[str, Any]:
    """Every word of a lesson in one language, by the part that says it."""
    file = resources.files("alliance_nlp").joinpath("comparison", "words", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def counted_in(language: FormLanguage, what: str, n: int) -> str:
    """Write a number of things in a language, in the singular where it is one.

    Examples
    --------
    >>> [counted_in("nb", "student", n) for n in (1, 2)]
    ['1 student', '2 studenter']
    """
    one, others = words_in(language)["counts"][what]
    return str(one if n == 1 else others.format(n=n))


def no_codes_in(language: FormLanguage) -> str:
    """Both ways in which a sheet says that no code applies, the language's own first.

    Examples
    --------
    >>> no_codes_in("nb")
    "'ingen kode' eller 'no code'"
    """
    ways = sorted(NO_CODES, key=lambda own: own != language)
    return listed([repr(NO_CODES[own]) for own in ways], words_in(language)["collected"]["or"])


def said_in(language: FormLanguage, part: str, kind: str, facts: Mapping[str, object]) -> str:
    """Say something of a part in a language, with the facts that it names.

    Examples
    --------
    >>> said_in("nb", "troubles", "ambiguous_code", {"code": "x", "paths": ("A/x", "B/x")})
    "koden 'x' kan være flere: 'A/x' eller 'B/x'. Skriv hele stien"
    """
    shown = {name: _Several(value, language) if isinstance(value, tuple) else value for name, value in facts.items()}
    sentence: str = words_in(language)[part][kind]
    return sentence.format(**{"none": no_codes_in(language), "own": NO_CODES[language], **shown})


def told_in(language: FormLanguage, part: str, sentence: str) -> str:
    """Say in a language what another room said in English; where there are no words for it, that sentence as it is.

    Examples
    --------
    >>> told_in("nb", "why_no_interval", Told("no unit was read by two coders", "unread"))
    'ingen replikk ble lest av to studenter'
    >>> told_in("en", "troubles", "the date must be written as 2025-03-19")
    'the date must be written as 2025-03-19'
    """
    if isinstance(sentence, Told) and sentence.kind in words_in(language)[part]:
        return said_in(language, part, sentence.kind, sentence.facts)
    return said_in(language, part, "as_said", {"sentence": str(sentence)})


def in_words(table: Table, language: FormLanguage) -> Table:
    """Give a table with its columns named in a language; one that has no name there keeps its own."""
    names = words_in(language)["columns"]
    columns, quoting = (tuple(names.get(own, own) for own in some) for some in (table.columns, table.quoting))
    return replace(table, columns=columns, quoting=quoting)


class _Several:
    """Names or rows in a sentence: `{names}`, `{names:and}`, `{rows:6}` for the first six and how many more."""

    def __init__(self, values: tuple[object, ...], language: FormLanguage) -> None:
        self.values, self.language = values, language

    def __format__(self, spec: str) -> str:
        if not spec.isdecimal():
            return listed(list(map(repr, self.values)), spec) if spec else ", ".join(map(repr, self.values))
        n, most = len(self.values), int(spec)
        way: str = words_in(self.language)["troubles"]["rows"][2 if n > most else min(n, 2) - 1]
        return way.format(numbers=", ".join(map(str, self.values[:most])), more=n - most)
