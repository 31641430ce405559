"""What coders applied, from tables in long or wide form; every row that cannot be placed is in one error."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliance_nlp.errors import InputError, check_choice, choice_error, counted
from alliance_nlp.reading.places import PLACE_COLUMNS, NoPlaceError, Places
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, TableSource, fold_column, read_sheet, split_cell
from alliance_nlp.reading.who_read import HOW_TO_STATE, WhoRead, read_spans
from alliance_nlp.records import (
    STATUSES,
    Codebook,
    CodedSpan,
    Coding,
    ReadSpan,
    Segments,
    Status,
    Study,
    Transcript,
    moderates,
)

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


def present_in(row: SheetRow, column: str | None) -> set[str]:
    """Coders named in a row's cell of "coders_present", however they are joined."""
    return set(split_cell(re.sub("[,;]", "|", row[column]))) if column is not None else set()


class CodeNames:
    """Names that coders wrote, as paths of the codebook; without a codebook they stand for themselves."""

    def __init__(self, codebook: Codebook | None) -> None:
        self.codebook = codebook
        self._known: dict[str, tuple[str, str]] = {}

    def spans(self, row: SheetRow, coder: str, cell: str, place: Place, status: Status) -> list[CodedSpan]:
        """Give a span for each code in a cell of a row; a name that means none is a fault of the row."""
        paths = [path for name in split_cell(cell) if (path := self._path_of(name, row))]
        return [
            CodedSpan(coder, *place, path, row.choice("status", STATUSES, status), row.score("score"), row.text("note"),
                      row.date("date"))
            for path in paths
        ]  # fmt: skip

    def _path_of(self, name: str, row: SheetRow) -> str:
        if self.codebook is None:
            return name
        if name not in self._known:
            self._known[name] = _meaning(name, self.codebook)
        path, problem = self._known[name]
        if problem:
            row.fault(problem)
        return path


def _meaning(name: str, book: Codebook) -> tuple[str, str]:
    """Path that a name means, or why it means none."""
    paths = book.find(name)
    if len(paths) > 1:
        return "", f"code {name!r} is ambiguous: {' or '.join(map(repr, paths))}. Write the path"
    found = paths[0] if paths else book.find_theme(name)
    if found is not None:
        return found, ""
    if name in {code.at("essence") for code in book if code.essence}:
        return name, ""
    names = dict.fromkeys([*book.ids, *(code.name for code in book)])
    near = difflib.get_close_matches(name, list(names), n=2)
    hint = f"Near it: {', '.join(map(repr, near))}" if near else f"The codebook has {len(book)} codes"
    return "", f"code {name!r} is not in the codebook. {hint}"


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
    unmatched: str = "error", status: Status = "coded", segments: Mapping[str, Place] | None = None,
) -> Coding:  # fmt: skip
    """Read a table of codings with remarks gathered and not yet said."""
    check_choice("unmatched", ("error", "skip"), unmatched)
    sheet = read_sheet(source, encoding=encoding, remarks=remarks, name="the codings").named(CODING_COLUMNS, columns)
    reader = _Reader(sheet, Places(transcripts, segments), CodeNames(codebook), status, unmatched)
    is_long = "coder" in sheet.columns or (coder is not None and "code" in sheet.columns)
    wide = [] if is_long else [c for c in sheet.header if _WIDE.fullmatch(c) and fold_column(c) != PRESENT]
    if wide:
        reader.read_wide(wide)
    else:
        reader.read_long(coder)
    sheet.refuse()
    if not sheet.rows:
        sheet.remarks.doubt("holds no rows: nobody applied a code")
    doubt_moderated(sheet, reader.moderated)
    for sentence in reader.missing:
        sheet.remarks.doubt(f"left out {sentence}")
    coders = tuple(wide or dict.fromkeys([*(r.coder for r in reader.read), *(a.coder for a in reader.applied)]))
    spans = (*reader.read, *read_spans(read, coders, transcripts, remarks, encoding))
    stated = {*coders} if isinstance(read, str) else {span.coder for span in spans}
    silent = [c for c in coders if c not in stated and not (isinstance(read, Mapping) and c in read)]
    if silent:
        blanks = sum(reader.blank[c] for c in silent)
        cells = f" ({counted(blanks, 'blank cell')})" if blanks else ""
        sheet.remarks.doubt(
            f"it is not stated what {', '.join(silent)} read{cells}: only what carries a code counts as read. "
            f"{HOW_TO_STATE}"
        )
    applied = tuple(dict.fromkeys(reader.applied))
    if len(applied) < len(reader.applied):
        again = counted(len(reader.applied) - len(applied), "application")
        sheet.remarks.doubt(f"{again} said what an earlier row says in every column; each counts once")
    return Coding(applied, spans, codebook)


def is_moderated(transcript: Transcript, place: Place) -> bool:
    """Whether coded words are a moderator's and nobody else's."""
    turn = transcript.answer_at(place.start, place.end)
    return turn is not None and moderates(transcript.turns[turn].role)


def doubt_moderated(sheet: Sheet, rows: Collection[int]) -> None:
    """List the rows that code what a moderator says, with what to do."""
    if rows:
        sheet.remarks.doubt(
            f"{which(rows, 'row', shown=40)} {'codes' if len(rows) == 1 else 'code'} what a moderator says: kept, but "
            "never quoted, represented, counted or put into Table 1 unless asked (moderators=True). If an answer was "
            "meant, mend the place (turns count from 1); if the speaker is no moderator, say so with roles={...}"
        )


@dataclass
class _Reader:
    """One table of codings on its way to spans."""

    sheet: Sheet
    places: Places
    codes: CodeNames
    status: Status
    unmatched: str
    applied: list[CodedSpan] = field(default_factory=list)
    read: list[ReadSpan] = field(default_factory=list)
    blank: Counter[str] = field(default_factory=Counter)  # rows per coder that are blank and not stated as read
    missing: list[str] = field(default_factory=list)
    moderated: dict[int, None] = field(default_factory=dict)  # rows that code what a moderator says

    def read_long(self, coder: str | None) -> None:
        """One row for each code that a coder applied."""
        columns = self.sheet.columns
        if "code" not in columns or ("coder" not in columns and coder is None):
            needed = "'code'" if "code" not in columns else "'coder' (or say coder='...')"
            raise self.sheet.lacks(
                f"called {needed}, and no columns coder_1, coder_2, ...", "Name it with columns={...}."
            )
        for row in self.sheet.rows:
            who = row.text("coder") if "coder" in columns else coder
            if not who:
                row.fault("no coder is named")
            elif (place := self._place(row)) is None:
                continue
            elif row.text("code"):
                self._apply(row, who, row.text("code"), place)
            else:
                self.read.append(ReadSpan(who, *place))

    def read_wide(self, coders: Sequence[str]) -> None:
        """One row for each place, with a column for each coder."""
        present = self.sheet.column_called(PRESENT)
        for row in self.sheet.rows:
            there = present_in(row, present)
            for stranger in sorted(there - set(coders)):
                row.fault(str(choice_error("coders_present", coders, stranger)))
            place = self._place(row)
            if place is None:
                continue
            for coder in coders:
                if coder in there:
                    self.read.append(ReadSpan(coder, *place))
                self._apply(row, coder, row[coder], place)
                self.blank[coder] += present is None and not row[coder].strip()

    def _apply(self, row: SheetRow, coder: str, cell: str, place: Place) -> None:
        spans = self.codes.spans(row, coder, cell, place, self.status)
        self.applied += spans
        if any(span.counts for span in spans) and is_moderated(self.places.by_id[place.transcript_id], place):
            self.moderated[row.number] = None

    def _place(self, row: SheetRow) -> Place | None:
        """Where a row lies; a fault noted, and None, where that cannot be told."""
        try:
            return self.places.of(row)
        except NoPlaceError as err:
            if err.is_quote and self.unmatched == "skip":
                self.missing.append(f"row {row.number}: {err}")
            else:
                row.fault(str(err))
            return None
