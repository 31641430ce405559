"""Rows of two tables of codings, matched without transcripts: by ids, turns, quotes, whichever both files share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from alliance_nlp.comparison.common_columns import share_columns
from alliance_nlp.comparison.same_quotes import OF_QUOTES, Key, are_one_quote, same_quotes, say_same_quotes
from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.coded_tables import CodedTable
from alliance_nlp.reading.paths import folded
from alliance_nlp.reading.places import UP_TO_NAME
from alliance_nlp.reading.quoted import plain_form
from alliance_nlp.reading.spreadsheets import SheetRow

PLACES = ("segment_id", "transcript", "turn", "paragraph", "start", "end", "quote")
QUOTE = "{'quote': '...'}"
SAME_WORDS = 0.9  # of units with one id whose quotes are the same, below which the ids are each file's own
ByCoder = dict[str, set[str]]  # codes by coder


@dataclass(frozen=True)
class CodedUnit:
    """One stretch that was coded: where it stands in each file, its words, and what each coder said of it there."""

    key: Key
    document: str  # as it is compared
    called: str  # as it is written
    quote: str
    rows: tuple[tuple[int, ...], tuple[int, ...]]
    said: tuple[ByCoder, ByCoder]

    @property
    def shared(self) -> bool:
        """Whether both files have it."""
        return bool(self.rows[0] and self.rows[1])


@dataclass(frozen=True)
class Matched:
    """Units of two files, in the order of the first, then of the second; by what they were matched."""

    by: str
    units: tuple[CodedUnit, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def n_shared(self) -> int:
        """How many units both files have."""
        return sum(unit.shared for unit in self.units)


def document_of(row: SheetRow) -> str:
    """Name of a row's transcript as it is compared: without an ending such as .docx, or what a program puts before."""
    name = row.text("transcript")
    lead = UP_TO_NAME.match(name)
    name = name[lead.end() :] if lead is not None else name
    stem, dot, ending = name.rpartition(".")
    return folded(stem if dot and 2 <= len(ending) <= 5 and ending.isalnum() else name)


def words_of(row: SheetRow) -> str:
    """Words of a row's stretch: its quote, or what its offsets cut out of its passage; else the passage."""
    passage, start, end = row.cell("passage"), row.text("start"), row.text("end")
    cut = passage[int(start) : int(end)] if passage and start.isdecimal() and end.isdecimal() else ""
    return row.text("quote") or cut.strip() or passage.strip()


def _quote(row: SheetRow) -> str:
    return plain_form(words_of(row))[0].strip()


def _in_passage(row: SheetRow) -> Key:
    """Text in which offsets are counted, where the rows carry it, and the offsets."""
    parts = (plain_form(row.text("passage"))[0].strip(), row.text("start"), row.text("end"))
    return parts if all(parts) else ()


def _of(*meanings: str) -> Callable[[SheetRow], Key]:
    def key(row: SheetRow) -> Key:
        parts = tuple(document_of(row) if meaning == "transcript" else row.text(meaning) for meaning in meanings)
        return parts if all(parts) else ()

    return key


WAYS: dict[str, Callable[[SheetRow], Key]] = {
    "segment ids": _of("segment_id"),
    "transcript and turn": _of("transcript", "turn"),
    "transcript and quote": lambda row: (document_of(row), _quote(row)) if document_of(row) and _quote(row) else (),
    "transcript and offsets": _of("transcript", "start", "end"),
    "texts and offsets": _in_passage,
    "quotes": lambda row: (_quote(row),) if _quote(row) else (),
    "turns": _of("turn"),
    # several quotes may stand in one paragraph: a unit only where the rows have no quotes
    "transcript and paragraph": lambda row: () if _quote(row) else _of("transcript", "paragraph")(row),
}


def match(a: CodedTable, b: CodedTable) -> Matched:
    """Match the rows of two tables in the way in which most units are found in both."""
    for table in (a, b):
        if not table.sheet.rows:
            raise InputError(f"{table.sheet.source} holds no rows: nobody applied a code. Is it the right export?")
    share_columns(a.sheet, b.sheet)
    found = {name: (_groups(a, way), _groups(b, way)) for name, way in WAYS.items()}
    alike = {name: same_quotes(*found[name], a.sheet.remarks) for name in OF_QUOTES}
    found |= {name: (found[name][0], {nearer.get(key, key): rows for key, rows in found[name][1].items()})
              for name, nearer in alike.items()}  # fmt: skip
    fits = {name: _n_shared(*groups) for name, groups in found.items()}
    best = max(WAYS, key=lambda name: (fits[name], -list(WAYS).index(name)))
    if not fits[best]:
        raise _no_match(a, b)
    first, second = found[best]
    if near := alike.get(best):
        say_same_quotes(b.sheet.remarks, [row.number for key in near.values() for row in second[key]])
    keys = list(dict.fromkeys([*first, *second]))
    return Matched(best, tuple(_unit(key, (a, b), (first.get(key, []), second.get(key, []))) for key in keys))


def _no_match(a: CodedTable, b: CodedTable) -> InputError:
    """Word the error for two files that share no words, with the columns that were looked at."""
    have = [", ".join(m for m in PLACES if m in table.sheet.columns) or "none" for table in (a, b)]
    way = a.sheet.remarks.way
    return InputError(
        f"No row of {a.sheet.source} and {b.sheet.source} is about the same words: neither segment ids nor turns, "
        f"paragraphs, offsets or quotes match (columns that tell places: {have[0]}; {have[1]}). Export both from the "
        f"same transcripts, or name the columns: {way('columns', QUOTE)}, {way('columns_b', QUOTE)}."
    )


def _groups(table: CodedTable, way: Callable[[SheetRow], Key]) -> dict[Key, list[SheetRow]]:
    return {key: rows for key, rows in grouped((way(row), row) for row in table.sheet.rows).items() if key}


def _n_shared(a: dict[Key, list[SheetRow]], b: dict[Key, list[SheetRow]]) -> int:
    """Count the keys that both have; none where their quotes show that the keys are each file's own."""
    shared = [key for key in a if key in b]
    quotes = [(_quote(a[key][0]), _quote(b[key][0])) for key in shared]
    told = [one == other or are_one_quote(one, other) for one, other in quotes if one and other]
    return 0 if told and sum(told) < SAME_WORDS * len(told) else len(shared)


def _unit(key: Key, tables: tuple[CodedTable, CodedTable], rows: tuple[list[SheetRow], list[SheetRow]]) -> CodedUnit:
    anywhere = [*rows[0], *rows[1]]
    quote = next((words for row in anywhere if (words := words_of(row))), "")
    said = tuple(_said(table, own) for table, own in zip(tables, rows, strict=True))
    numbers = tuple(tuple(row.number for row in own) for own in rows)
    first = anywhere[0]
    called = first.text("transcript")
    return CodedUnit(key, document_of(first), called, quote, (numbers[0], numbers[1]), (said[0], said[1]))


def _said(table: CodedTable, rows: Sequence[SheetRow]) -> ByCoder:
    """Codes that each coder of a file gave in some rows; an empty set where they read and gave none."""
    said: ByCoder = {}
    for row in rows:
        for coder, cell in table.said(row):
            paths = [path for name in table.names.names(cell, row) if (path := table.names.path_of(name, row))]
            said.setdefault(coder, set()).update(paths)
    return said


def overlapping(units: Sequence[CodedUnit]) -> list[tuple[CodedUnit, CodedUnit]]:
    """Pairs of units of which each stands in one file only, and the quote of one holds that of the other."""
    alone = ([u for u in units if u.rows[0] and not u.rows[1]], [u for u in units if u.rows[1] and not u.rows[0]])
    words = {id(unit): plain_form(unit.quote)[0].strip() for own in alone for unit in own}
    return [
        (one, other)
        for one in alone[0]
        for other in alone[1]
        if one.document == other.document and words[id(one)] and words[id(other)]
        and (words[id(one)] in words[id(other)] or words[id(other)] in words[id(one)])
    ]  # fmt: skip


def in_words(matched: Matched) -> str:
    """Say how many units both files have, and by what they were matched."""
    return f"{counted(matched.n_shared, 'unit')} of {len(matched.units)} stand in both files, matched by {matched.by}"
