"""Rows of a student's sheet: which answers can be used, and each that cannot, with its row and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from alliance_nlp.comparison.class_troubles import Trouble
from alliance_nlp.errors import InputError, Told
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.coded_tables import CODING_COLUMNS, numbered_columns
from alliance_nlp.reading.codings import codings_of
from alliance_nlp.reading.empty_studies import NO_CODES
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow
from alliance_nlp.records import Coding, Study, fold

NO_CODE = tuple(NO_CODES.values())  # how a sheet says: read, and none applies
_JOINED = r"[|;,+\n]"  # what may stand between two answers in a cell


@dataclass(frozen=True)
class Used:
    """What of a sheet could be read, and by row why an answer could not be."""

    coding: Coding | None
    faults: list[Trouble] = field(default_factory=list)
    n_left_out: int = 0  # answers; one of them may have faults in several rows


class Answers(NamedTuple):
    """Rows of a sheet that say something of codes: which columns hold them, and who coded where no column says it."""

    sheet: Sheet
    codes: Sequence[str]
    who: str | None
    file: str
    owner: str

    @property
    def once(self) -> list[str]:
        """Columns that may be written once and mean the rows below, too."""
        return [c for c in (*columns_of(self.sheet, "transcript"), self.who) if c is not None]

    def placed(self) -> Iterator[tuple[SheetRow, tuple[str, ...]]]:
        """Give each row with whose answer it is to which turn; codes of one turn may stand in several rows."""
        above: dict[str, str] = {}
        others = ("segment_id", "start", "end", "paragraph", "quote")
        places = columns_of(self.sheet, "turn") or [c for meaning in others for c in columns_of(self.sheet, meaning)]
        for row in self.sheet.rows:
            above |= {c: row[c].strip() for c in self.once if row[c].strip()}
            where = tuple(row[c].strip() for c in places)
            yield row, (*(above.get(c, "") for c in self.once), *(where if any(where) else (f"row {row.number}",)))

    def plain(self) -> Sheet:
        """Write "no code" as the readers of tables have it: a blank."""
        rows = tuple(
            replace(row, cells={**row.cells, **{c: "" for c in self.codes if fold(row[c].strip()) in NO_CODE}})
            for row in self.sheet.rows
        )
        return replace(self.sheet, rows=rows)

    def without(self, numbers: Collection[int]) -> tuple[Answers, int]:
        """Leave out the answers that these rows are of, all rows of each; say how many answers that were."""
        wrong = {place for row, place in self.placed() if row.number in numbers}
        rows = [
            replace(row, cells={**row.cells, **dict.fromkeys(self.codes, "")}) if place in wrong else row
            for row, place in self.placed()
        ]
        return self._replace(sheet=replace(self.sheet, rows=filled(rows, self.codes, self.once))), len(wrong)


def used(answers: Answers, study: Study, remarks: Remarks) -> Used:
    """Read what can be read: an answer that cannot be used is left out and said, and the others stay.

    Raises
    ------
    InputError
        When something is wrong with the sheet that is no fault of a row.
    """
    faults, left_out = contradictions(answers), 0
    if faults:
        answers, left_out = answers.without({row for fault in faults if (row := fault.row) is not None})
    while answers.sheet.rows:
        found, n_doubts = answers.sheet.faults, len(remarks.doubts)
        found.clear()
        try:
            coder = None if answers.who is not None else answers.owner
            coding = codings_of(answers.plain(), study.transcripts, study.codebook, remarks, coder=coder)
            return Used(coding, faults, left_out)
        except InputError:
            del remarks.doubts[n_doubts:]  # what is read again is said again
            numbers = {row.number for row in answers.sheet.rows}
            wrong = {number for number, _ in found}
            if not wrong or not numbers.issuperset(wrong):
                raise
            faults += [_fault(answers, number, why) for number, why in dict.fromkeys(found)]
            answers, more = answers.without(wrong)
            left_out += more
    return Used(None, faults, left_out)


def contradictions(answers: Answers) -> list[Trouble]:
    """Find turns of which a sheet says both that no code applies and that one does; either may be meant."""
    found: list[Trouble] = []
    for rows in grouped((place, row) for row, place in answers.placed()).values():
        said = [(row.number, part) for row in rows for c in answers.codes for part in _parts(row[c])]
        none = [(number, part) for number, part in said if fold(part) in NO_CODE]
        codes = list(dict.fromkeys(part for _, part in said if fold(part) not in NO_CODE))
        if none and codes:
            number, words = none[0]
            found.append(Trouble(answers.file, "both", number, {"said": words, "codes": tuple(codes)}))
    return found


def _fault(answers: Answers, number: int, why: str) -> Trouble:
    """Say why a row cannot be used, and in which column of codes where there are several."""
    code = why.facts.get("code") if isinstance(why, Told) else None
    row = next(row for row in answers.sheet.rows if row.number == number)
    columns = [c for c in answers.codes if code is not None and str(code) in row[c]]
    facts = {"column": columns[0]} if columns and len(answers.codes) > 1 else {}
    return Trouble(answers.file, "row_left_out", number, facts, why)


def _parts(cell: str) -> list[str]:
    """Give what a cell says: its parts only where one of them is that no code applies, else the cell as it is."""
    parts = [part.strip() for part in re.split(_JOINED, cell) if part.strip()]
    if len(parts) > 1 and not any(fold(part) in NO_CODE for part in parts):
        return [cell.strip()]
    return parts


def columns_of(sheet: Sheet, meaning: str) -> list[str]:
    """Find the columns of a name, numbered ones too."""
    return numbered_columns(sheet.header, {meaning, *CODING_COLUMNS[meaning]})


def filled(rows: Sequence[SheetRow], codes: Sequence[str], once: Sequence[str]) -> tuple[SheetRow, ...]:
    """Keep the rows that say something of codes; what is written once, in a row that goes, moves to the next."""
    kept: list[SheetRow] = []
    moving: dict[str, str] = {}
    for row in rows:
        moving |= {c: row[c] for c in once if row[c].strip()}
        if any(row[c].strip() for c in codes):
            kept.append(replace(row, cells={**row.cells, **moving}))
            moving = {}
    return tuple(kept)
