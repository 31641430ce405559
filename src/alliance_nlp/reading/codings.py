"""What coders applied, from tables in long or wide form; every row that cannot be placed is in one error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, Told, check_choice, counted
from alliance_nlp.files import own_errors
from alliance_nlp.numeric import counting
from alliance_nlp.reading.coded_tables import CodedTable, coded_table, read_by
from alliance_nlp.reading.paths import folded
from alliance_nlp.reading.places import Places
from alliance_nlp.reading.quote_places import NoPlaceError
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import AsWritten, Remarks, which
from alliance_nlp.reading.spreadsheets import Sheet, SheetRow, TableSource
from alliance_nlp.reading.who_read import WhoRead, how_to_state, read_spans
from alliance_nlp.records import (
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


def read_codings(
    source: TableSource,
    transcripts: Transcript | Iterable[Transcript] | Segments | Study,
    codebook: Codebook | None = None,
    *,
    read: WhoRead = None,
    coder: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    program: str | None = None,
    as_written: AsWritten = False,
    encoding: str | None = None,
    unmatched: str = "error",
) -> Coding:
    """Read what one or more coders applied, and who read what.

    Parameters
    ----------
    source : str, Path, data frame, or list of dicts
        A .csv, .tsv or .xlsx file, a frame, or rows; or an export of a program (docs/formats.md lists them). Long form:
        one row for each code that a coder applied, with columns "coder", "code" and a place. Wide form: one row a
        place, with the codes of each coder, joined by ``|``, in columns such as "coder_1", "coder_KL". Matrix: one row
        a place and coder, with a column for each code that holds 1 or 0.
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
    sheet : str, optional
        Which sheet of a workbook holds the codings; by default the visible one that does.
    program : str, optional
        Which program wrote the table, where its columns do not tell, or fit several; "none" for no program.
    as_written : bool or list of str, default False
        What must not be assumed: True for nothing at all, or names of assumptions ("several codes", "spelling", ...;
        see docs/formats.md).
    encoding : str, optional
        Encoding of the file, where it has no byte order mark.
    unmatched : {"error", "skip"}, default "error"
        What to do with quotes that are nowhere, or in several places: stop and list them all, or leave them out and
        list them in a warning.

    Returns
    -------
    Coding
        With ``codebook`` set to the one given; its ``report`` says what was assumed, with rows.

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

    Several codes in a cell are joined by ``|``; by ``;``, ``,`` or line breaks only where each part is a code of the
    codebook, or, without one, where parts recur in other cells. Codes and coders that differ in case, blanks or normal
    form only are one. Offsets that do not fit as they are are tried as UTF-16 units and bytes, and taken as such where
    quotes or the edges of words show it. All of this is said, with rows, and switched off by `as_written`.

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
    with own_errors(Path(source).name if isinstance(source, str | Path) else "the table"):
        coding = codings_of(source, given, codebook, remarks, read=read, coder=coder, columns=columns,
                            encoding=encoding, unmatched=unmatched, sheet=sheet, program=program,
                            as_written=as_written)  # fmt: skip
    remarks.warn()
    return coding


def codings_of(
    source: Any, transcripts: Sequence[Transcript], codebook: Codebook | None, remarks: Remarks, *, read: Any = None,
    coder: str | None = None, unmatched: str = "error", status: Status = "coded",
    segments: Mapping[str, Place] | None = None, **options: Any,
) -> Coding:  # fmt: skip
    """Read a table of codings with remarks gathered and not yet said; `options` are those of `coded_table`."""
    check_choice("unmatched", ("error", "skip"), unmatched)
    table = coded_table(source, codebook, remarks, coder=coder, **options)
    sheet = table.sheet
    places = Places(transcripts, segments, bridges=remarks.strictly(options.get("as_written", False)).may("ellipses"))
    places.texts.learn(sheet.rows, sheet.remarks)
    reader = _Reader(table, places, status, unmatched)
    reader.read_rows()
    table.names.say()
    sheet.refuse()
    if places.bridged:
        said = "quotes with ... or [...] were read from their first to their last words"
        sheet.remarks.assume("ellipses", said, places.bridged)
    if not sheet.rows:
        sheet.remarks.doubt("holds no rows: nobody applied a code")
    doubt_moderated(sheet, reader.moderated)
    for sentence in reader.missing:
        sheet.remarks.doubt(f"left out {sentence}")
    applied = tuple(dict.fromkeys(reader.applied))
    if len(applied) < len(reader.applied):
        again = counted(len(reader.applied) - len(applied), "application")
        sheet.remarks.doubt(f"{again} said what an earlier row says in every column; each counts once")
    coders = tuple(
        table.wide.values() or dict.fromkeys([*(r.coder for r in reader.read), *(a.coder for a in reader.applied)])
    )
    spans = _read(reader, coders, read, transcripts, options.get("encoding"))
    return Coding(applied, spans, codebook, report=sheet.remarks.as_table())


def _read(
    reader: _Reader, coders: tuple[str, ...], read: Any, transcripts: Sequence[Transcript], encoding: str | None
) -> tuple[ReadSpan, ...]:
    """Stretches that the rows and the statement say were read; coders of whom nothing is stated are said."""
    remarks = reader.table.sheet.remarks
    read = read_by(read, reader.table.wide)
    if isinstance(read, Mapping) and remarks.may("spelling"):
        usual = {folded(name): name for name in coders}
        read = {usual.get(folded(name), name): said for name, said in read.items()}
    spans = (*reader.read, *read_spans(read, coders, transcripts, remarks, encoding))
    stated = {*coders} if isinstance(read, str) else {span.coder for span in spans}
    silent = [c for c in coders if c not in stated and not (isinstance(read, Mapping) and c in read)]
    if silent:
        blanks = sum(reader.blank[c] for c in silent)
        cells = f" ({counted(blanks, 'blank cell')})" if blanks else ""
        names = ", ".join(silent)
        said = f"it is not stated what {names} read{cells}: only what carries a code counts as read. "
        remarks.doubt(Told(f"{said}{how_to_state(remarks)}", "only_coded", coders=names))
    return spans


def is_moderated(transcript: Transcript, place: Place) -> bool:
    """Whether coded words are a moderator's and nobody else's."""
    turn = transcript.answer_at(place.start, place.end)
    return turn is not None and moderates(transcript.turns[turn].role)


def doubt_moderated(sheet: Sheet, rows: Collection[int]) -> None:
    """List the rows that code what a moderator says, with what to do."""
    if rows:
        said = (
            f"{which(rows, 'row', shown=40)} {'codes' if len(rows) == 1 else 'code'} what a moderator says: kept, but "
            "never quoted, represented, counted or put into Table 1 unless asked (moderators=True). If an answer was "
            "meant, mend the place (turns count from 1); if the speaker is no moderator, say so "
            f"{_roles(sheet.remarks)}"
        )
        sheet.remarks.doubt(Told(said, "moderator", rows=tuple(rows)))


def _roles(remarks: Remarks) -> str:
    """Say how a role is given where the reader was called."""
    return "with roles={...}" if remarks.caller == "call" else "under [roles] in study.toml"


@dataclass
class _Reader:
    """One table of codings on its way to spans."""

    table: CodedTable
    places: Places
    status: Status
    unmatched: str
    applied: list[CodedSpan] = field(default_factory=list)
    read: list[ReadSpan] = field(default_factory=list)
    blank: Counter[str] = field(default_factory=Counter)  # rows per coder that are blank and not stated as read
    missing: list[str] = field(default_factory=list)
    moderated: dict[int, None] = field(default_factory=dict)  # rows that code what a moderator says

    def read_rows(self) -> None:
        """Read each row: its place, then what each coder said there."""
        rows = self.table.sheet.rows
        with counting("reading codings", len(rows), "row") as done:
            for row in rows:
                self._read_row(row)
                done(1)

    def _read_row(self, row: SheetRow) -> None:
        there = self.table.present(row)
        said = list(self.table.said(row))
        place = self._place(row) if said else None
        if place is None:
            return
        for coder, cell in said:
            if coder in there or not (cell.strip() or self.table.wide):
                self.read.append(ReadSpan(coder, *place))
            self._apply(row, coder, cell, place)
            self.blank[coder] += bool(self.table.wide) and not self.table.blanks_are_told() and not cell.strip()

    def _apply(self, row: SheetRow, coder: str, cell: str, place: Place) -> None:
        spans = self.table.names.spans(row, coder, cell, place, self.status)
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
                row.fault(err.why)
            return None
