"""Words of a class's lesson, by language: its kit, its slides and its pictures, in one place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from alliance_nlp.reading.empty_studies import FormLanguage


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
