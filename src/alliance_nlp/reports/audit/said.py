"""One sentence of a draft, with the record that it rests on and what that record holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from alliance_nlp.records import Table, format_cell

AUTHORS = "for the authors"


class Said(NamedTuple):
    """One sentence of a draft.

    Parameters
    ----------
    text : str
        The sentence.
    record : str
        The record it was read from, by name; "for the authors" where no record says it.
    holds : str
        What the record holds; every number of the sentence stands in it.
    """

    text: str
    record: str
    holds: str = ""

    @property
    def is_authors(self) -> bool:
        """Whether no record says it, so that the authors have to write it."""
        return self.record == AUTHORS


def said(text: str, record: str, *values: object) -> Said:
    """Give a sentence with what its record holds."""
    return Said(text, record, "; ".join(_written(value) for value in values))


def left_open(what: str) -> Said:
    """Give a sentence that names what the authors have to write; it states nothing."""
    return Said(f"[For the authors to write: {what}.]", AUTHORS)


def paragraph(sentences: Iterable[Said]) -> str:
    """Put sentences in a row."""
    return " ".join(one.text for one in sentences)


def records_of(sentences: Iterable[Said]) -> str:
    """Name the records that some sentences rest on, each once; nothing for what the authors write."""
    return "; ".join(dict.fromkeys(one.record for one in sentences if not one.is_authors))


def beside_records(drafts: Iterable[tuple[str, str, Iterable[Said]]]) -> Table:
    """Lay every sentence of the drafts beside its record: one row a sentence."""
    rows = tuple(
        (draft, item, one.text, one.record, one.holds) for draft, item, sentences in drafts for one in sentences
    )
    open_ones = sum(row[3] == AUTHORS for row in rows)
    note = f"{len(rows) - open_ones} of {len(rows)} sentences rest on a record; {open_ones} are the authors' to write."
    return Table(("draft", "item", "sentence", "from", "record_holds"), rows, "Sentences and their records",
                 notes=(note,))  # fmt: skip


def _written(value: object) -> str:
    if isinstance(value, tuple | list | frozenset | set):
        items = sorted(map(str, value)) if isinstance(value, frozenset | set) else value
        return ", ".join(_written(item) for item in items)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(item)}" for key, item in value.items())
    return format_cell(value)
