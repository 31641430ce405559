"""Answers of a survey, one question a column, as survey programs export them: each answer is a turn."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from alliance_nlp.errors import counted
from alliance_nlp.reading.headings import fold_column
from alliance_nlp.reading.remarks import which
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow
from alliance_nlp.reading.times import seconds_of
from alliance_nlp.reading.turn_columns import name_words

# What survey programs write beside the answers
_PROGRAM = frozenset({
    "startdate", "enddate", "recordeddate", "status", "ipaddress", "progress", "duration", "finished", "responseid",
    "response_id",
    "recipientlastname", "recipientfirstname", "recipientemail", "externalreference", "locationlatitude",
    "locationlongitude",
    "distributionchannel", "userlanguage", "timestamp", "zeitstempel", "tidsstempel", "tidsstampel", "horodateur",
    "marca_temporal",
    "carimbo_de_data_hora", "informazioni_cronologiche", "tijdstempel", "aikaleima", "sygnatura_czasowa", "username",
    "email",
    "email_address", "e_mail", "e_mail_adresse", "id", "submitdate", "lastpage", "startlanguage", "seed",
    "startdatum", "datestamp",
    "start_time", "completion_time", "name", "respondent_id", "collector_id", "date_created", "date_modified",
    "ip_address",
})  # fmt: skip
_IDS = (
    "responseid",
    "response_id",
    "respondent_id",
    "participant_id",
    "participant",
    "respondent",
    "id",
    "pid",
    "case",
    "nr",
    "no",
)
_PERSONAL = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_FEW_WORDS = 3  # so many words an answer, on average, make a column one of free text


class Survey(NamedTuple):
    """Answers in order: who gave each and its words, the row in which it stands; and the ids of people, once each."""

    said: list[tuple[str, str]]
    rows: list[SheetRow]
    ids: list[str]


def answers_of(sheet: Sheet) -> Survey | None:
    """Answers, question by question, with who gave each; None for a table that is no survey.

    Notes
    -----
    A survey has two columns of free text at least whose headings ask something or are numbered, a row for each person,
    and nothing that says who speaks. A person is the id of the row, or the row; addresses are no names, and not read.
    Turns stand question by question.
    """
    whole, sheet = sheet, _without_second_heads(sheet)
    questions = [column for column in sheet.header if _is_free_text(sheet, column)]
    asked = [column for column in questions if _asks(_shown(sheet, column))]
    of_program = sum(_folded(column) in _PROGRAM for column in sheet.header)
    if len(asked) < 2 or not (of_program or len(asked) == len(questions)):
        return None
    who = _ids(sheet, asked)
    found = Survey([], [], [row[who] for row in sheet.rows] if who is not None else [])
    for question in asked:
        own = [row for row in sheet.rows if row[question].strip()]
        where = f"turns {len(found.rows) + 1}-{len(found.rows) + len(own)}"
        found.said.extend((row[who] if who is not None else f"row {row.number}", row[question]) for row in own)
        found.rows.extend(own)
        sheet.remarks.keep(
            "noticed", f"answers to {_shown(sheet, question)!r}: {counted(len(own), 'turn')}", where=where
        )
    _say_heads(sheet, whole.rows[: len(whole.rows) - len(sheet.rows)])
    _say(sheet, asked, who)
    return found


def _say_heads(sheet: Sheet, gone: Sequence[SheetRow]) -> None:
    if gone:
        words = "\n".join(cell for row in gone for cell in row.cells.values() if cell.strip())
        why = "rows below the header that hold no answers: questions and ids of the program"
        sheet.remarks.keep("left out", why, where=which([row.number for row in gone], "row"), words=words)


def _say(sheet: Sheet, asked: Sequence[str], who: str | None) -> None:
    people = f"{who!r} says who answers" if who is not None else "each row is a person, called by its number"
    way = sheet.remarks.way("columns", f"{{'text': {asked[0]!r}}}")
    sheet.remarks.doubt(
        f"read as a survey: {len(asked)} columns are a question each, an answer a turn, question by question; "
        f"{people}. If it is none: {way}", "guessed",
    )  # fmt: skip
    others = [c for c in sheet.header if c not in asked and c != who]
    for column in others:
        if cells := [row[column] for row in sheet.rows if row[column].strip()]:
            sheet.remarks.keep(
                "left out", f"the column {column!r}: {counted(len(cells), 'cell')} not read", words="\n".join(cells)
            )


def _second_head(sheet: Sheet) -> int:
    """Count the rows below the header that hold no answers: what Qualtrics and SurveyMonkey write there."""
    for n, row in enumerate(sheet.rows[:3]):
        if sum("ImportId" in cell for cell in row.cells.values()) > 1:
            return n + 1
    if len(sheet.rows) < 3:
        return 0
    ids = [c for c in sheet.header if all(row[c].strip() for row in sheet.rows[1:])]
    blank = [c for c in ids if not sheet.rows[0][c].strip()]
    filled = [cell for cell in sheet.rows[0].cells.values() if cell.strip()]
    return int(bool(blank) and len({*filled}) < max(2, len(filled)))


def _without_second_heads(sheet: Sheet) -> Sheet:
    """Take them out; the first of several holds the words of questions whose headings are codes."""
    n = _second_head(sheet)
    shown = dict(sheet.rows[0].cells) if n > 1 else {}
    return replace(sheet, rows=sheet.rows[n:], shown=shown) if n else sheet


def _shown(sheet: Sheet, column: str) -> str:
    """Words of a question: below the header where the program writes them there, else the heading."""
    return sheet.shown.get(column) or column


def _folded(column: str) -> str:
    """Name of a column without what LimeSurvey writes behind its code: "id. Response ID"."""
    return fold_column(column.partition(". ")[0])


def _is_free_text(sheet: Sheet, column: str) -> bool:
    cells = [row[column].strip() for row in sheet.rows if row[column].strip()]
    if (
        not cells
        or _folded(column) in _PROGRAM
        or any(map(_PERSONAL.fullmatch, cells))
        or any(seconds_of(c) is not None for c in cells)
    ):
        return False
    words = statistics.fmean(len(cell.split()) for cell in cells)
    return words >= _FEW_WORDS and (len({*cells}) >= 0.7 * len(cells) or words >= 2 * _FEW_WORDS)


def _asks(heading: str) -> bool:
    """Whether a heading is a question: its sign, several words, or a number of one."""
    return "?" in heading or "？" in heading or "؟" in heading or len(name_words(heading)) > 2 or re.match(
        r"(?:q|question|frage|spm|f|v|item)[ _.]?\d+", heading.strip().casefold()) is not None  # fmt: skip


def _ids(sheet: Sheet, asked: Sequence[str]) -> str | None:
    """Column whose cells name each row's person: an id, every one another; no address."""
    by_name = {_folded(column): column for column in reversed(sheet.header) if column not in asked}
    named = [name for name in by_name if "id" in name_words(by_name[name]) and name not in _IDS]
    for name in (*_IDS, *named):
        cells = [row[by_name[name]].strip() for row in sheet.rows] if name in by_name else [""]
        if all(cells) and len({*cells}) == len(cells) and not any(map(_PERSONAL.fullmatch, cells)):
            return by_name[name]
    return None
