"""What coders applied, from tables in long or wide form; every row that cannot be placed is in one error."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from alliance_nlp.errors import InputError, check_choice, choice_error, problems_error
from alliance_nlp.reading.places import PLACE_COLUMNS, Places
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, TableSource, fold_column, read_sheet, split_cell
from alliance_nlp.reading.who_read import HOW_TO_STATE, WhoRead, read_spans
from alliance_nlp.records import STATUSES, Codebook, CodedSpan, Coding, ReadSpan, Segments, Status, Study, Transcript

CODING_COLUMNS: dict[str, tuple[str, ...]] = {
    "coder": ("coder_id", "coded_by", "coder_name", "annotator", "rater", "who"),
    "code": ("codes", "code_id", "tag", "theme", "category"),
    **PLACE_COLUMNS,
    "status": (),
    "score": ("confidence",),
    "note": ("reason", "comment", "memo", "notes"),
    "date": ("created", "coded_on", "when"),
}
_WIDE = re.compile(r"coder[ _-]?(?!s?$)(?!id$|name$)\S+", re.IGNORECASE)
PRESENT = "coders_present"


def present_in(cell: str) -> set[str]:
    """Coders named in a cell of "coders_present", however they are joined."""
    return set(split_cell(cell.replace(",", "|").replace(";", "|")))


@dataclass
class _Reader:
    """One table of codings on its way to spans."""

    sheet: Sheet
    found: Mapping[str, str]
    places: Places
    codes: CodeNames
    status: str
    unmatched: str
    applied: list[CodedSpan] = field(default_factory=list)
    read: list[ReadSpan] = field(default_factory=list)
    blank: dict[str, int] = field(default_factory=dict)  # rows per coder that are blank and not stated as read
    problems: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def place(self, row: SheetRow) -> Place | None:
        """Where a row lies; a problem noted, and None, where that cannot be told."""
        found = self.places.of(row, self.found)
        if isinstance(found, Place):
            return found
        (self.missing if found.is_quote and self.unmatched == "skip" else self.problems).append(
            f"row {row.number}: {found.why}"
        )
        return None

    def apply(self, row: SheetRow, coder: str, cell: str, place: Place) -> None:
        """Add a span for each code of a cell."""
        for name in split_cell(cell):
            code = self.codes.path_of(name)
            if code.path is None:
                self.problems.append(f"row {row.number}: {code.problem}")
                continue
            self.applied.append(
                CodedSpan(coder, place.transcript_id, place.start, place.end, code.path, self._status(row),
                          self._score(row), self._cell(row, "note"), self._date(row))
            )  # fmt: skip

    def _cell(self, row: SheetRow, key: str) -> str:
        return row[self.found[key]].strip() if key in self.found else ""

    def _status(self, row: SheetRow) -> Status:
        said = self._cell(row, "status").casefold() or self.status
        if said not in STATUSES:
            self.problems.append(f"row {row.number}: {choice_error('status', STATUSES, said)}")
            return "coded"
        return cast(Status, said)

    def _score(self, row: SheetRow) -> float | None:
        cell = self._cell(row, "score")
        try:
            return float(cell) if cell else None
        except ValueError:
            self.problems.append(f"row {row.number}: the score must be a number. Got {cell!r} instead")
            return None

    def _date(self, row: SheetRow) -> datetime.date | None:
        cell = self._cell(row, "date")
        try:
            return date_of(cell)
        except ValueError:
            self.problems.append(f"row {row.number}: the date must be written as 2025-03-19. Got {cell!r} instead")
            return None


def date_of(cell: str) -> datetime.date | None:
    """Read a day written as 2025-03-19, with or without a time after it; None for a blank.

    Raises
    ------
    ValueError
        When it is written otherwise.
    """
    return datetime.date.fromisoformat(cell.strip().replace("T", " ").split(" ")[0]) if cell.strip() else None


@dataclass(frozen=True, slots=True)
class _FoundCode:
    path: str | None
    problem: str = ""


class CodeNames:
    """Names that coders wrote, as paths of the codebook; without a codebook they stand for themselves."""

    def __init__(self, codebook: Codebook | None) -> None:
        self.codebook = codebook
        self._known: dict[str, _FoundCode] = {}

    def path_of(self, name: str) -> _FoundCode:
        """Path that a name means, or why it means none."""
        if self.codebook is None:
            return _FoundCode(name)
        if name not in self._known:
            self._known[name] = self._look_up(self.codebook, name)
        return self._known[name]

    def _look_up(self, book: Codebook, name: str) -> _FoundCode:
        paths = book.find(name)
        if len(paths) == 1:
            return _FoundCode(paths[0])
        if len(paths) > 1:
            return _FoundCode(None, f"code {name!r} is ambiguous: {' or '.join(map(repr, paths))}. Write the path")
        if (theme := book.find_theme(name)) is not None:
            return _FoundCode(theme)
        essences = {code.at("essence") for code in book if code.essence}
        if name in essences:
            return _FoundCode(name)
        names = dict.fromkeys([*book.ids, *(code.name for code in book)])
        near = difflib.get_close_matches(name, list(names), n=2)
        hint = f". Near it: {', '.join(map(repr, near))}" if near else f". The codebook has {len(book)} codes"
        return _FoundCode(None, f"code {name!r} is not in the codebook{hint}")


def read_codings(
    source: TableSource,
    transcripts: Transcript | Iterable[Transcript] | Segments | Study,
    codebook: Codebook | None = None,
    *,
    read: WhoRead = None,
    coder: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
    unmatched: str = "error",
) -> Coding:
    """Read what one or more coders applied, and who read what.

    Parameters
    ----------
    source : str, Path, data frame, or list of dicts
        A .csv, .tsv or .xlsx file, a frame, or rows. Long form: one row for each code that a coder applied, with
        columns "coder", "code" and a place. Wide form: one row a place, with the codes of each coder, joined by
        ``|``, in columns such as "coder_1", "coder_KL".
    transcripts : Transcript, iterable of Transcript, Segments, or Study
        What was coded. A place is a "segment_id"; or "transcript" and "turn" (from 1); or "transcript", "start" and
        "end"; or a "quote", found by its words, which "transcript" and "turn" may narrow.
    codebook : Codebook, optional
        Codes are looked up in it by path, by name, or by alias.
    read : "all", "participants", "coded", dict, table, or Path, optional
        Who read what: one statement for everybody, or one per coder; a list of transcript ids; or a table with
        columns "coder", "transcript" and, where not all of it was read, a place. None means not stated.
    coder : str, optional
        Who coded, where the table has no such column.
    columns : dict of str to str, optional
        Which column holds what, where the names do not tell.
    encoding : str, optional
        Encoding of the file, where it has no byte order mark.
    unmatched : {"error", "skip"}, default "error"
        What to do with quotes that are nowhere, or in several places: stop and list them all, or leave them out and
        list them in a warning.

    Returns
    -------
    Coding
        With ``codebook`` set to the one given.

    Raises
    ------
    InputError
        With every row that cannot be placed, or whose code is unknown or ambiguous.

    Notes
    -----
    Words that nobody says were read are unknown, which is not "no code". Where nothing is stated only what carries a
    code counts as read, and one AllianceWarning says so. A row of the long form with a coder, a place and no code
    means: read, and no code applies. In the wide form a blank cell means that only for coders named in the row's
    "coders_present", or where `read` says so.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> transcript = Transcript("T1", "P1: We listen.", (Turn(4, 14, "P1", "participant"),))
    >>> rows = [{"coder": "KL", "quote": "we  listen", "code": "Trust"}]
    >>> read_codings(rows, transcript, read="participants").applied[0].end
    13
    """
    remarks = Remarks()
    if isinstance(transcripts, Segments | Study):
        transcripts = transcripts.transcripts
    given = (transcripts,) if isinstance(transcripts, Transcript) else tuple(transcripts)
    wrong = next((index for index, one in enumerate(given) if not isinstance(one, Transcript)), None)
    if wrong is not None:
        raise InputError(
            f"transcripts must hold records of type Transcript. Item {wrong} is of type {type(given[wrong]).__name__}. "
            f"Read them with read_transcripts() first."
        )
    coding = codings_of(source, given, codebook, remarks, read=read, coder=coder, columns=columns, encoding=encoding,
                        unmatched=unmatched)  # fmt: skip
    remarks.warn()
    return coding


def codings_of(
    source: Any, transcripts: Sequence[Transcript], codebook: Codebook | None, remarks: Remarks, *, read: Any = None,
    coder: str | None = None, columns: Mapping[str, str] | None = None, encoding: str | None = None,
    unmatched: str = "error", status: str = "coded", segments: Mapping[str, Place] | None = None,
) -> Coding:  # fmt: skip
    """Read a table of codings with remarks gathered and not yet said."""
    check_choice("unmatched", ("error", "skip"), unmatched)
    sheet = read_sheet(source, encoding=encoding, remarks=remarks, name="the codings")
    found = sheet.find_columns(CODING_COLUMNS, columns, remarks)
    reader = _Reader(sheet, found, Places(transcripts, segments), CodeNames(codebook), status, unmatched)
    long = "coder" in found or (coder is not None and "code" in found)
    wide = [] if long else [c for c in sheet.header if _WIDE.fullmatch(c) and fold_column(c) != PRESENT]
    if wide:
        _read_wide(reader, wide)
    else:
        _read_long(reader, coder)
    if reader.problems:
        raise problems_error(sheet.source, reader.problems)
    if not sheet.rows:
        remarks.doubt(sheet.source, "holds no rows: nobody applied a code")
    for sentence in reader.missing:
        remarks.doubt(sheet.source, f"left out {sentence}")
    coders = tuple(wide or dict.fromkeys([*(r.coder for r in reader.read), *(a.coder for a in reader.applied)]))
    spans = (*reader.read, *read_spans(read, coders, transcripts, remarks, encoding))
    _warn_unstated(reader, read, coders, spans, remarks)
    return Coding(tuple(reader.applied), spans, codebook)


def _read_long(reader: _Reader, coder: str | None) -> None:
    found = reader.found
    if "code" not in found or ("coder" not in found and coder is None):
        needed = "'code'" if "code" not in found else "'coder' (or say coder='...')"
        raise InputError(
            f"{reader.sheet.source} has no column called {needed}, and no columns coder_1, coder_2, ... Its columns "
            f"are {', '.join(map(repr, reader.sheet.header))}. Name it with columns={{...}}."
        )
    for row in reader.sheet.rows:
        who = row[found["coder"]].strip() if "coder" in found else coder or ""
        if not who:
            reader.problems.append(f"row {row.number}: no coder is named")
        elif (place := reader.place(row)) is not None:
            if row[found["code"]].strip():
                reader.apply(row, who, row[found["code"]], place)
            else:
                reader.read.append(ReadSpan(who, place.transcript_id, place.start, place.end))


def _read_wide(reader: _Reader, coders: Sequence[str]) -> None:
    present = next((c for c in reader.sheet.header if fold_column(c) == PRESENT), None)
    for row in reader.sheet.rows:
        there = present_in(row[present]) if present is not None else set()
        for stranger in sorted(there - set(coders)):
            reader.problems.append(f"row {row.number}: {choice_error('coders_present', coders, stranger)}")
        place = reader.place(row)
        if place is None:
            continue
        for coder in coders:
            if coder in there:
                reader.read.append(ReadSpan(coder, place.transcript_id, place.start, place.end))
            if row[coder].strip():
                reader.apply(row, coder, row[coder], place)
            elif present is None:
                reader.blank[coder] = reader.blank.get(coder, 0) + 1


def _warn_unstated(
    reader: _Reader, read: Any, coders: Sequence[str], spans: Sequence[ReadSpan], remarks: Remarks
) -> None:
    stated = {span.coder for span in spans} if not isinstance(read, str) else set(coders)
    stated |= set(read) if isinstance(read, Mapping) else set()
    silent = [c for c in coders if c not in stated]
    if silent:
        blanks = sum(reader.blank.get(c, 0) for c in silent)
        cells = f" ({blanks} blank cells)" if blanks else ""
        remarks.doubt(
            reader.sheet.source,
            f"it is not stated what {', '.join(silent)} read{cells}: only what carries a code counts as read. "
            f"{HOW_TO_STATE}",
        )
