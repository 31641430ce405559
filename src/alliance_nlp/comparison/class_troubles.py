"""What is wrong or doubtful with what students hand in: kept as what it is, and put into words once, in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alliance_nlp.comparison.class_words import said_in, told_in, words_in
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import Table, fold


@dataclass(frozen=True)
class Trouble:
    """One thing to look at: in which file and row, which sentence says it, and what the sentence names.

    `why` is what a reader of tables said, where the sentence holds that.
    """

    file: str
    kind: str
    row: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    why: str = ""

    def worded(self, language: FormLanguage) -> str:
        """Put it into words."""
        why = told_in(language, "troubles", self.why)
        if column := self.facts.get("column"):
            why = said_in(language, "troubles", "in_column", {"column": column, "why": why})
        return said_in(language, "troubles", self.kind, {**self.facts, "why": why})


def listed_troubles(troubles: Sequence[Trouble], language: FormLanguage) -> Table:
    """List troubles by file, in the order in which each file's were found."""
    rows = [
        {"file": one.file, "row": one.row, "trouble": one.worded(language)}
        for one in sorted(troubles, key=lambda one: fold(one.file))
    ]
    title = words_in(language)["collected"]["troubles"]
    return Table.of(rows, columns=("file", "row", "trouble"), title=title)
