"""Codes that two files name themselves, where no codebook is given, and the names of each file under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliance_nlp.reading.code_names import CodeNames
from alliance_nlp.reading.coded_tables import CodedTable
from alliance_nlp.reading.paths import Habit, Parts, habit_of
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.records import Code, Codebook


def own_codebook(tables: Sequence[CodedTable]) -> Codebook | None:
    """Codes that the two files name, below their themes where the files have them or the names are paths."""
    parted: dict[Parts, None] = {}
    whole: dict[str, None] = {}
    for table in tables:
        rows = [(row, name) for row in table.sheet.rows for _, cell in table.said(row)
                for name in table.names.names(cell, row)]  # fmt: skip
        has_themes = bool({"theme", "essence"} & set(table.sheet.columns))
        names = list(dict.fromkeys(table.names.path_of(name, row) for row, name in rows))
        habit = habit_of(names) if table.sheet.remarks.may("paths") and not has_themes else Habit(None)
        split = {name: tuple(name.split("/")) for name in names if "/" in name} if has_themes else habit.split
        parted |= dict.fromkeys(split.values())
        whole |= dict.fromkeys(name for name in names if name not in split)
        if habit.split:
            paths = [row.number for row, name in rows if name in habit.split]
            table.sheet.remarks.assume("paths", f"names were read as paths of levels: {habit.proof}", paths)
    book = Codebook(tuple({code.id: code for code in map(_code, parted)}.values()))
    known = CodeNames(book, Remarks())
    alone = [Code(code=name) for name in whole if not known.means_one(name) and name not in book.ids]
    return Codebook((*book.codes, *alone)) if parted or alone else None


def _code(parts: Parts) -> Code:
    """Code at the end of a path of levels."""
    first, *others = parts
    return Code(first, others[0] if len(others) > 1 else "", "/".join(others[1:] or others))


def under(book: Codebook | None, table: CodedTable, tables: Sequence[CodedTable]) -> CodeNames:
    """Names of a table under the codebook that both files make, cut as the habit of both files has it."""
    cells = [cell for one in tables for row in one.sheet.rows for _, cell in one.said(row)]
    plain = CodeNames(None, table.sheet.remarks, cells)
    return _OwnNames(plain, book, table) if book is not None else plain


class _OwnNames(CodeNames):
    """Names that are cut and spelled by the habit of two files, and placed in the codebook that they make."""

    def __init__(self, plain: CodeNames, book: Codebook, table: CodedTable) -> None:
        super().__init__(book, table.sheet.remarks)
        self._plain = plain

    def names(self, cell: str, row: Any) -> list[str]:
        """Cut a cell as without a codebook."""
        return self._plain.names(cell, row)

    def path_of(self, name: str, row: Any) -> str:
        """Place the usual spelling of a name."""
        return super().path_of(self._plain.path_of(name, row), row)

    def say(self) -> None:
        """Say what was assumed of the cells."""
        self._plain.say()
