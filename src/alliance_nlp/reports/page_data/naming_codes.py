"""Themes and codes of the page, each once under a number: those of the codebook, then those that only codings know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from alliance_nlp.records import CodeSet, Use
from alliance_nlp.records.consent import Unquoted
from alliance_nlp.reports.page_data.everything import Everything


class CodesNamed(NamedTuple):
    """Rows of the data's themes and codes, and the number of each code by its path."""

    themes: list[dict[str, Any]]
    codes: list[dict[str, Any]]
    place: dict[str, int]

    @classmethod
    def of(cls, every: Everything) -> CodesNamed:
        """List the codes of the codebook, then paths that were applied or linked and that it does not list."""
        book, shown = every.book, _written(every)
        used = {path for sets in (*every.coders.values(), every.agreed or ()) for codes in sets for path in codes or ()}
        used |= {link.code_id for link in every.material.mapping.links} if every.material.mapping is not None else set()
        known = {code.id: code for code in book}
        every_code = [*book, *(book.place(path) for path in sorted(used - known.keys()))]
        described = {theme.name: theme.description for theme in book.themes}
        themes = list(dict.fromkeys(code.at("theme") for code in every_code))
        codes = [
            {"id": path, "theme": themes.index(code.at("theme")), "essence": code.essence, "name": code.name,
             "definition": shown(code.definition)}
            for path, code in zip([*known, *sorted(used - known.keys())], every_code, strict=True)
        ]  # fmt: skip
        rows = [{"name": name, "description": shown(described.get(name, ""))} for name in themes]
        return cls(rows, codes, {row["id"]: number for number, row in enumerate(codes)})

    def numbers(self, sets: Sequence[CodeSet | None]) -> list[list[int] | None]:
        """Give the codes of each segment by their numbers; None where it was not read."""
        return [None if codes is None else sorted(self.place[path] for path in codes) for codes in sets]


def _written(every: Everything) -> Callable[[str], str]:
    """Give what leaves out of the file what people wrote where it copies out talk that may not stand in it."""
    quotes = every.material.wishes.quotes
    silent: frozenset[Use] = frozenset({"quotation"})
    turns = ((t.refuses if quotes else silent, x.turn_text(i)) for x in every.segments.transcripts
             for i, t in enumerate(x.turns))  # fmt: skip
    unquoted = Unquoted.of(turns)
    return lambda text: text if unquoted.shown(text) == text else ""
