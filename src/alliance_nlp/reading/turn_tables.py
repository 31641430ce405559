"""Tables of turns to transcripts: one row a turn; the text is built from the rows, one line each."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from alliance_nlp.errors import counted
from alliance_nlp.numeric import counting, grouped
from alliance_nlp.reading.dittos import as_above
from alliance_nlp.reading.headings import fold_column, n_known
from alliance_nlp.reading.names import is_label
from alliance_nlp.reading.remarks import which
from alliance_nlp.reading.speakers import Said, cast_of, fold, role_of, transcript_of
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow
from alliance_nlp.reading.surveys import answers_of
from alliance_nlp.reading.times import seconds_of
from alliance_nlp.reading.turn_columns import TURN_COLUMNS, Columns, columns_of, meaning_of, speaks
from alliance_nlp.records import ROLES, Role, Transcript

_SPOKEN = {kind: (kind, *TURN_COLUMNS[kind]) for kind in ("text", "transcript")}  # what no survey has as a column
HEADINGS = "the headings of the table"  # as a column: who speaks, where each speaker has a column
_PARTICIPANT_COLUMNS = {
    "participant", "participant_id", "respondent", "respondent_id", "interviewee", "informant", "case",
    "deltaker", "deltager", "deltagare", "teilnehmer", "teilnehmerin", "befragte", "participante", "partecipante",
    "deelnemer", "osallistuja",
}  # fmt: skip


Built = tuple[Transcript, Sequence[SheetRow]]  # a transcript, and its rows in the order of its turns


def from_sheet(
    sheet: Sheet, name: str, columns: Mapping[str, str] | None, roles: Mapping[str, Role | None], *,
    fill_speakers: bool = False,
) -> list[Built]:  # fmt: skip
    """Make the transcripts of a table: one, or one for each value of the column that names them."""
    survey = answers_of(sheet) if not columns and not _is_of_turns(sheet) else None
    if survey is not None:
        said = [Said(*one) for one in survey.said]
        own = transcript_of(said, name, sheet.source, roles, rest="participant", taken_off=survey.ids)
        return [(own, survey.rows)]
    sheet, held = _by_content(sheet) if not columns else (sheet, {})
    sheet = sheet.named(TURN_COLUMNS, {**_by_words(sheet), **held, **(columns or {})})
    _words_for_names(sheet, columns or {})
    sheet = _a_column_each(_without_marks(sheet))
    if "text" not in sheet.columns:
        sheet.columns["text"] = _wordiest(sheet)
    _doubt_speakers(sheet)
    several = "transcript" in sheet.columns
    groups = grouped((row.text("transcript") if several else name, row) for row in sheet.rows)
    if set(groups) == {""}:
        groups = {name: groups[""]}
    if "" in groups:
        numbers = [row.number for row in groups[""]]
        sheet.remarks.refuse([f"{which(numbers, 'row')}: no {sheet.columns['transcript']!r} is named"])
    if "speaker" in sheet.columns:
        groups = {key: _with_speakers(sheet, rows, fill_speakers) for key, rows in groups.items()}
    scale = _time_scale(sheet)
    ordered = {key: _in_order(rows) for key, rows in groups.items()}
    with counting("reading turns", len(sheet.rows), "row") as done:
        built: list[Built] = [(_build(sheet, key, rows, roles, scale, done), rows) for key, rows in ordered.items()]
    _report_times(sheet, built)
    _report_columns(sheet)
    return built or [(Transcript(name, "", source=sheet.source), ())]


def _is_of_turns(sheet: Sheet) -> bool:
    """Whether headings say that a column holds what was said, or who speaks and does so more than once."""
    if n_known(sheet.header, _SPOKEN) or "text" in map(meaning_of, sheet.header):
        return True
    names = [
        [row[column] for row in sheet.rows if row[column].strip()]
        for column in sheet.header
        if meaning_of(column) == "speaker"
    ]
    return any(len({*own}) < len(own) for own in names)


def _by_words(sheet: Sheet) -> dict[str, str]:
    """Columns whose headings say in several words what they hold, where none is called so in one."""
    found: dict[str, str] = {}
    for column in sheet.header:
        kind = meaning_of(column)
        if kind is not None and not n_known(sheet.header, {kind: TURN_COLUMNS[kind]}):
            found.setdefault(kind, column)
    return found


def _by_content(sheet: Sheet) -> tuple[Sheet, dict[str, str]]:
    """Tell the columns of a table without known headings by what they hold; its first row may be a turn."""
    if (
        len(sheet.header) < 2
        or not sheet.top
        or any(map(meaning_of, sheet.header))
        or n_known(sheet.header, TURN_COLUMNS)
    ):
        return sheet, {}
    first = [re.sub(r" \(\d+\)$", "", c) if re.sub(r" \(\d+\)$", "", c) in sheet.twice else c for c in sheet.header]
    told = columns_of([first, *([row[column] for column in sheet.header] for row in sheet.rows)])
    if told is None or told.columns.speaker is None or not (told.header or _is_turn(first, sheet, told.columns)):
        return sheet, {}
    held = {"text": told.columns.text, "speaker": told.columns.speaker, "begin": told.columns.begin}
    said = ", ".join(f"{kind} in column {at + 1}" for kind, at in held.items() if at is not None)
    if told.header:
        sheet.remarks.doubt(f"none of its headings is known; by what stands below them: {said}", "guessed")
    else:
        sheet.remarks.doubt(
            f"has no headings; its first row was read as a turn, and by what it holds: {said}", "guessed"
        )
        names = [f"column {number}" for number in range(1, len(first) + 1)]
        cells = [(sheet.top, first), *((row.number, [row[c] for c in sheet.header]) for row in sheet.rows)]
        rows = tuple(SheetRow(number, dict(zip(names, row, strict=True))) for number, row in cells)
        sheet = replace(sheet, header=tuple(names), rows=rows, twice={})
    return sheet, {kind: sheet.header[at] for kind, at in held.items() if at is not None}


def _words_for_names(sheet: Sheet, given: Mapping[str, str]) -> None:
    """Read a column called transcript as what was said where it holds words, and no other does."""
    column = sheet.columns.get("transcript")
    if column is None or "text" in sheet.columns or "transcript" in given:
        return
    cells = [row[column].strip() for row in sheet.rows if row[column].strip()]
    if len({*cells}) > 0.5 * len(cells) and statistics.fmean(len(cell.split()) for cell in cells or ["x"]) >= 1.5:
        sheet.columns["text"] = sheet.columns.pop("transcript")
        sheet.remarks.doubt(f"{column!r} was read as what was said, as it holds words and no names", "guessed")


def _a_column_each(sheet: Sheet) -> Sheet:
    """Read a table with times and a column for each speaker, as ELAN exports it: every row fills one of them."""
    free = [column for column in sheet.header if column not in sheet.columns.values()]
    if {"text", "speaker"} & set(sheet.columns) or "begin" not in sheet.columns or len(free) < 2:
        return sheet
    filled = [[column for column in free if row[column].strip()] for row in sheet.rows]
    if not filled or any(len(own) != 1 for own in filled) or len({own[0] for own in filled}) < 2:
        return sheet
    sheet.remarks.doubt(f"every row fills one of {len(free)} columns: each was read as a speaker", "guessed")
    header = tuple(column for column in sheet.header if column not in free)
    columns = {**sheet.columns, "speaker": HEADINGS, "text": "words"}
    rows = tuple(
        replace(row, cells={**{c: row[c] for c in header}, HEADINGS: own[0], "words": row[own[0]]}, columns=columns)
        for row, own in zip(sheet.rows, filled, strict=True)
    )
    return replace(sheet, header=(*header, HEADINGS, "words"), rows=rows, columns=columns)


def _is_turn(first: Sequence[str], sheet: Sheet, columns: Columns) -> bool:
    """Whether the first row is a turn for certain: its time is one, or whoever speaks there speaks below as well."""
    if columns.begin is not None and seconds_of(first[columns.begin]) is not None:
        return True
    name = first[columns.speaker or 0]
    return is_label(name) or fold(name) in {fold(row[sheet.header[columns.speaker or 0]]) for row in sheet.rows}


def _doubt_speakers(sheet: Sheet) -> None:
    """Name the column that may hold who speaks, where no heading says so: it is not guessed in a table of answers."""
    if "speaker" in sheet.columns:
        return
    words = [row[sheet.columns["text"]] for row in sheet.rows]
    free = [column for column in sheet.header if column not in sheet.columns.values()]
    may = next((column for column in free if speaks([row[column] for row in sheet.rows], words)), None)
    if may is not None:
        way = sheet.remarks.way("columns", f"{{'speaker': {may!r}}}")
        sheet.remarks.keep("noticed", f"no column is known to say who speaks. If {may!r} does: {way}")


def _wordiest(sheet: Sheet) -> str:
    free = [column for column in sheet.header if column not in sheet.columns.values() and sheet.rows]
    length = {column: statistics.fmean(len(row[column]) for row in sheet.rows) for column in free}
    best = max(length, key=length.__getitem__, default=None)
    if best is None or (length[best] < 10 and len(sheet.header) > 1):
        raise sheet.lacks("that could hold what was said.", "Name it with columns={'text': ...}.")
    if len(sheet.header) > 1:
        sheet.remarks.doubt(f"the column {best!r} was taken for the text, as its cells are the longest")
    return best


def _without_marks(sheet: Sheet) -> Sheet:
    """Read marks that say the same as above in columns of speakers and transcripts."""
    read, found = as_above(sheet, [sheet.columns[one] for one in ("speaker", "transcript") if one in sheet.columns])
    for column, rows in found.items():
        sheet.remarks.doubt(
            f"marks in {column!r} that say the same as above were read as what stands there", "guessed",
            where=which(rows, "row"),
        )  # fmt: skip
    return read


def _with_speakers(sheet: Sheet, rows: list[SheetRow], fill: bool) -> list[SheetRow]:
    """Empty speaker cells stay empty unless the caller says that they mean "as above"."""
    empty = [row.number for row in rows if not row.text("speaker")]
    if not empty or len(empty) == len(rows):
        return rows
    if not fill:
        means = "If an empty cell means 'as above', say fill_speakers=True"
        sheet.remarks.doubt(f"{which(empty, 'row')}: no speaker. {means}")
        return rows
    filled, last = [], ""
    for row in rows:
        last = row.text("speaker") or last
        filled.append(replace(row, cells={**row.cells, sheet.columns["speaker"]: last}))
    sheet.remarks.note(f"{which(empty, 'row')}: speaker filled in from above")
    return filled


def _in_order(rows: list[SheetRow]) -> list[SheetRow]:
    """By the column of positions where every row has a number of its own there, else as the rows stand."""
    numbers = [_number(row.text("position")) for row in rows]
    if None in numbers or len(set(numbers)) < len(numbers):
        return rows
    return [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0] or 0.0)]


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _time_scale(sheet: Sheet) -> float:
    """Seconds per unit of a bare number: 1, or .001 where numbers can only be milliseconds (as Whisper writes)."""
    if fold_column(sheet.columns.get("begin", "")).endswith("_ms"):
        return 0.001
    pairs = [(_number(row.text("begin")), _number(row.text("end"))) for row in sheet.rows]
    long = [b - a for a, b in pairs if a is not None and b is not None and a.is_integer() and b.is_integer()]
    if len(long) < len(sheet.rows) or not long or statistics.median(long) < 200:
        return 1.0
    sheet.remarks.note("times are whole numbers too long for seconds: read as milliseconds")
    return 0.001


def _build(
    sheet: Sheet, name: str, rows: Sequence[SheetRow], roles: Mapping[str, Role | None], scale: float,
    done: Callable[[int], object],
) -> Transcript:  # fmt: skip
    said = []
    for row in rows:
        words, role = row[sheet.columns["text"]], _told_role(row.text("role"))
        said.append(Said(row.text("speaker"), words, *_times(row, scale), role))
        done(1)
    spelled = cast_of((one.name for one in said), {})
    told = {
        spelled[fold(one.name)].name or one.name: one.role for one in said if one.name and fold(one.name) in spelled
    }
    known = {name: role for name, role in told.items() if role is not None} | dict(roles)
    by_column = fold_column(sheet.columns.get("speaker", "")) in _PARTICIPANT_COLUMNS
    told_of = ("transcript", "position", "begin", "end", "role", *(["speaker"] * (HEADINGS not in sheet.header)))
    off = [row.text(kind) for row in rows for kind in told_of]
    return transcript_of(
        said, name, sheet.source, known, rest="participant" if by_column else None, taken_off=list(filter(None, off))
    )


def _times(row: SheetRow, scale: float) -> tuple[float | None, float | None]:
    """Begin and end, of two cells or of one that holds both, as in "0:03.0 - 0:08.0"."""
    begin, _, until = _RANGE.sub("\t", row.text("begin"), count=1).partition("\t")
    begin_s, end_s = _seconds(begin, scale), _seconds(row.text("end") or until, scale)
    return begin_s, None if begin_s is not None and end_s is not None and end_s < begin_s else end_s


_RANGE = re.compile(r"(?<=\d)\s*(?:-->|→|\s-|[–—])\s*(?=\d)")


def _told_role(cell: str) -> Role | None:
    wanted = fold(cell)
    return cast(Role, wanted) if wanted in ROLES else role_of(cell)


def _seconds(cell: str, scale: float) -> float | None:
    number = _number(cell)
    return number * scale if number is not None and number >= 0 else seconds_of(cell.replace(" ", ""))


def _report_times(sheet: Sheet, built: Sequence[Built]) -> None:
    unread = [
        row.number
        for transcript, rows in built
        for row, turn in zip(rows, transcript.turns, strict=True)
        if turn.begin_s is None and row.text("begin")
    ]
    if unread:
        column = sheet.columns["begin"]
        sheet.remarks.doubt(f"{which(sorted(unread), 'row')}: {column!r} holds no time that is known")


def _report_columns(sheet: Sheet) -> None:
    """Report the columns that are not read, with what stands in them."""
    for column in sheet.header:
        cells = [row[column] for row in sheet.rows if row[column].strip()]
        if column not in sheet.columns.values() and cells:
            why = f"the column {column!r}: {counted(len(cells), 'cell')} not read"
            sheet.remarks.keep("left out", why, words="\n".join(cells))
