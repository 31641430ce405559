"""Readers' own marks of significance, from tables; every row that cannot be placed is in one error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from alliance_nlp.errors import InputError, check_choice, check_type, counted, listed
from alliance_nlp.files import checked_path, own_errors
from alliance_nlp.reading.coded_tables import CODING_COLUMNS
from alliance_nlp.reading.places import PLACE_COLUMNS, Places
from alliance_nlp.reading.programs import NO, YES
from alliance_nlp.reading.quote_places import NoPlaceError
from alliance_nlp.reading.quoted import Place
from alliance_nlp.reading.remarks import Remarks, which
from alliance_nlp.reading.spreadsheets import TABLES, Sheet, SheetRow, TableSource, read_sheet
from alliance_nlp.reading.who_read import WhoRead, how_to_state, read_spans
from alliance_nlp.records import Mark, Marks, Segments, Study, Transcript, join_marks

MARK_COLUMNS: dict[str, tuple[str, ...]] = {
    "reader": (
        "read_by",
        "marked_by",
        "by",
        "author",
        "leser",
        "leserin",
        "lecteur",
        *CODING_COLUMNS["coder"],
        "coder",
    ),
    "significant": ("significance", "is_significant", "marked", "mark", "signifikant", "betydningsfull", "bedeutsam"),
    "why": ("because", "hvorfor", "warum", "pourquoi", *CODING_COLUMNS["note"], "note"),
    "date": CODING_COLUMNS["date"],
    **PLACE_COLUMNS,
}
SAID: dict[str, bool] = {
    **dict.fromkeys([*YES, "significant", "y"], True), **dict.fromkeys([*NO - {""}, "not significant", "n"], False)
}  # fmt: skip


def read_marks(
    source: TableSource,
    transcripts: Transcript | Iterable[Transcript] | Segments | Study,
    *,
    read: WhoRead = None,
    reader: str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    unmatched: str = "error",
) -> Marks:
    """Read what each reader marked as significant, apart from codes, and who read what.

    Parameters
    ----------
    source : str, Path, data frame, or list of dicts
        A .csv, .tsv or .xlsx file, a frame, or rows; or a folder of such files, one or more for each reader. One row
        for each stretch that a reader judged: "reader", a place, "significant" (yes or no), and, where they said so,
        "why" and "date". Without a column "significant" every row is a mark.
    transcripts : Transcript, iterable of Transcript, Segments, or Study
        What was read. A place is a "segment_id"; or "transcript" and "turn" (from 1); or "transcript", "start" and
        "end"; or a "quote", found by its words, which "transcript" and "turn" may narrow.
    read : "all", "participants", "coded", dict, table, or Path, optional
        Who read what: one statement for everybody, or one per reader; a list of transcript ids; or a table with
        columns "coder" (the reader), "transcript" and, where not all of it was read, a place. None means not stated.
    reader : str, optional
        Who read, where the table has no such column. In a folder the name of such a file says it.
    columns : dict of str to str, optional
        Which column holds what, where the names do not tell.
    sheet : str, optional
        Which sheet of a workbook holds the marks; by default the visible one that does.
    encoding : str, optional
        Encoding of the file, where it has no byte order mark.
    unmatched : {"error", "skip"}, default "error"
        What to do with quotes that are nowhere, or in several places: stop and list them all, or leave them out and
        list them in a warning.

    Returns
    -------
    Marks
        What was marked, and who read what.

    Raises
    ------
    InputError
        With every row that cannot be placed, names no reader, says neither yes nor no, or contradicts another row.

    Notes
    -----
    What nobody says they read is unknown, which is not "insignificant". Where nothing is stated only what a reader said
    yes or no to counts as read, and one AllianceWarning says so. A blank under "significant" says neither.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> transcript = Transcript("T1", "P1: We listen.", (Turn(4, 14, "P1", "participant"),))
    >>> rows = [{"reader": "KL", "quote": "we listen", "significant": "yes", "why": "we"}]
    >>> read_marks(rows, transcript, read="participants").rows()[0]["segment_id"]
    'T1:4-13'
    """
    remarks = Remarks()
    texts = transcripts.transcripts if isinstance(transcripts, Segments | Study) else transcripts
    given = (texts,) if isinstance(texts, Transcript) else tuple(texts)
    for one in given:
        check_type("transcripts must hold records of type Transcript", Transcript, one, "Read them first.")
    found = marks_of_source(source, given, remarks, read=read, reader=reader, columns=columns, sheet=sheet,
                            encoding=encoding, unmatched=unmatched)  # fmt: skip
    remarks.warn()
    return found


def marks_of_source(
    source: Any, transcripts: Sequence[Transcript], remarks: Remarks, *, read: Any = None, reader: str | None = None,
    encoding: str | None = None, unmatched: str = "error", segments: Mapping[str, Place] | None = None, **options: Any,
) -> Marks:  # fmt: skip
    """Read marks with remarks gathered and not yet said; of a folder all of its tables, their problems in one error."""
    check_choice("unmatched", ("error", "skip"), unmatched)
    remarks = remarks.strictly((), "marks")
    places = Places(transcripts, segments)
    path = checked_path(source, "The path of marks") if isinstance(source, str | Path) else None
    files = tables_in(path) if path is not None and path.is_dir() else [source]
    in_folder = files != [source]
    found, problems = [], []
    for file in files:
        name = Path(file).name if isinstance(file, str | Path) else "the marks"
        whose = reader or (Path(file).stem if in_folder else None)
        try:
            with own_errors(name):
                found.append(_marks_of(file, places, remarks, whose, unmatched, encoding, in_folder, options))
        except InputError as err:
            problems.append(str(err))
    if problems:
        raise InputError("\n".join(problems))
    _refuse_twice([placed for one in found for placed in one], remarks)
    marks = tuple(mark for one in found for mark, _ in one)
    return _with_read(marks, read, transcripts, remarks, encoding)


def tables_in(folder: Path) -> list[Path]:
    """Tables of a folder of marks, by name; none is an error."""
    found = sorted(p for p in folder.iterdir() if p.suffix.lower() in TABLES and not p.name.startswith((".", "~$")))
    if not found:
        raise InputError(
            f"The folder {folder.name!r} holds no marks. Put one table a reader there: {', '.join(TABLES)}."
        )
    return found


def _marks_of(
    source: Any, places: Places, remarks: Remarks, reader: str | None, unmatched: str, encoding: str | None,
    in_folder: bool, options: Mapping[str, Any],
) -> tuple[tuple[Mark, str], ...]:  # fmt: skip
    """Give the marks of one table, each with its row."""
    sheet = read_sheet(source, encoding=encoding, remarks=remarks, name="the marks", known=MARK_COLUMNS,
                       sheet=options.get("sheet"))  # fmt: skip
    sheet = sheet.named(MARK_COLUMNS, options.get("columns"))
    sheet.say_unread()
    if "reader" not in sheet.columns and reader is None:
        way = remarks.way("reader", repr("..."))
        raise sheet.lacks(f"called 'reader' (or say {way}).", "Who read is never guessed.")
    if "reader" not in sheet.columns and in_folder:
        sheet.remarks.note(f"has no column 'reader': its name says who read, {reader}")
    if "significant" not in sheet.columns:
        sheet.remarks.note("has no column 'significant': every row was read as a mark")
    places.texts.learn(sheet.rows, sheet.remarks)
    rows = _Rows(sheet, places, reader, unmatched)
    made = tuple(
        (mark, f"{sheet.source} row {row.number}") for row in sheet.rows if (mark := rows.mark(row)) is not None
    )
    sheet.refuse()
    for sentence in rows.missing:
        sheet.remarks.doubt(f"left out {sentence}")
    if rows.blank:
        sheet.remarks.doubt(f"{which(rows.blank, 'row')} say neither yes nor no: nobody is taken to have read them")
    return made


@dataclass
class _Rows:
    """One table of marks on its way to records."""

    sheet: Sheet
    places: Places
    reader: str | None
    unmatched: str
    missing: list[str] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)

    def mark(self, row: SheetRow) -> Mark | None:
        """Give the mark of a row; None with a fault noted, or where it says neither yes nor no."""
        who = row.text("reader") if "reader" in self.sheet.columns else self.reader or ""
        said = row.text("significant").casefold() if "significant" in self.sheet.columns else "yes"
        if not said:
            self.blank.append(row.number)
            return None
        if not who:
            row.fault("no reader is named")
        if said not in SAID:
            row.fault(f"significant must be yes, no or empty. Got {said!r} instead")
        date, place = row.date("date"), self._place(row)
        if place is None or not who or said not in SAID:
            return None
        return Mark(who, *place, SAID[said], row.text("why"), date)

    def _place(self, row: SheetRow) -> Place | None:
        try:
            return self.places.of(row)
        except NoPlaceError as err:
            if err.is_quote and self.unmatched == "skip":
                self.missing.append(f"row {row.number}: {err}")
            else:
                row.fault(str(err))
            return None


def _refuse_twice(marks: Sequence[tuple[Mark, str]], remarks: Remarks) -> None:
    """Refuse that one reader says yes and no of the same words; who says the same twice has said it once."""
    said: dict[tuple[str, str], tuple[Mark, str]] = {}
    problems = []
    for mark, row in marks:
        before, first = said.setdefault((mark.reader, mark.segment_id), (mark, row))
        if before.significant != mark.significant:
            problems.append(
                f"{row}: {mark.reader} says {_yes(mark)} of {mark.segment_id}, and {_yes(before)} in {first}. Keep the "
                f"one that stands"
            )
    remarks.about("the marks").refuse(list(dict.fromkeys(problems)))


def _yes(mark: Mark) -> str:
    return "yes" if mark.significant else "no"


def _with_read(
    marks: Sequence[Mark], read: Any, transcripts: Sequence[Transcript], remarks: Remarks, encoding: str | None
) -> Marks:
    readers = tuple(dict.fromkeys(mark.reader for mark in marks))
    more = tuple(name for name in read if name not in readers) if isinstance(read, Mapping) else ()
    if more:
        remarks.about("the marks").doubt(
            f"{listed(list(map(repr, more)), 'and')} stated to have read and marked nothing: a reader to whom nothing "
            f"stood out, or another spelling of {', '.join(map(repr, readers)) or 'nobody'}?"
        )
    spans = read_spans(read, (*readers, *more), transcripts, remarks, encoding)
    stated = {*readers} if isinstance(read, str) else {*(span.coder for span in spans), *more}
    silent = [reader for reader in readers if reader not in stated]
    if silent:
        remarks.about("the marks").doubt(
            f"it is not stated what {', '.join(silent)} read: only what they said yes or no to counts as read, and the "
            f"rest is not taken as insignificant. {how_to_state(remarks)}"
        )
    joined = join_marks([Marks((mark,)) for mark in marks])
    if (again := len(marks) - len(joined.marks)) > 0:
        remarks.about("the marks").doubt(f"{counted(again, 'mark')} said what an earlier row of the reader says")
    return replace(joined, read=tuple(dict.fromkeys(spans)))
