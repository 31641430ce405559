"""What was coded, as tables for other programs: quotes, segments × codes, codes × participants, cases × themes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from alliance_nlp.errors import check_choice, counted, present
from alliance_nlp.records import (
    Coding,
    Record,
    Row,
    Segments,
    Statement,
    Study,
    Table,
    Tabular,
    code_table,
    no_consent,
)

FileKind = Literal["csv", "xlsx", "parquet"]
KINDS: dict[str, Callable[[Table, Path], object]] = {
    "csv": lambda table, path: table.to_csv(path),
    "xlsx": lambda table, path: table.to_xlsx(path),
    "parquet": lambda table, path: table.to_parquet(path),
}
PARTS = ("quotes", "matrix", "per_participant", "per_case")


@dataclass(frozen=True, eq=False, repr=False)
class CodedTables(Tabular, Record):
    """Hold a coding as four tables, each of which a program for tables, or `read_codings`, reads.

    Parameters
    ----------
    quotes : Table
        One row an application of a code, with its place and words; words of people who refused quotation are blank.
    matrix : Table
        One row a coder and segment, one column a code: 1 applied, 0 read without it, blank unread.
    per_participant : Table
        One row a code, one column a person: in how many of their coded statements it stands.
    per_case : Table
        One row a transcript, one column a theme: how many coded statements it has.
    """

    quotes: Table
    matrix: Table
    per_participant: Table
    per_case: Table

    def table(self) -> Table:
        """Give one row an application of a code."""
        return self.quotes

    def tables(self) -> tuple[Table, ...]:
        """Give the quotes, the matrix, codes by person, and themes by case."""
        return (self.quotes, self.matrix, self.per_participant, self.per_case)

    def write(self, folder: str | Path, *, kind: FileKind = "csv") -> list[Path]:
        """Write each table into a file of a folder; participants' words are in the quotes.

        Parameters
        ----------
        folder : str or Path
            Made where it does not exist.
        kind : {"csv", "xlsx", "parquet"}, default "csv"
            Format of the files.

        Returns
        -------
        list of Path
            The files.
        """
        check_choice("kind", KINDS, kind)
        Path(folder).mkdir(parents=True, exist_ok=True)
        paths = [Path(folder) / f"{name}.{kind}" for name in PARTS]
        for table, path in zip(self.tables(), paths, strict=True):
            KINDS[kind](table, path)
        return paths

    def _summary(self) -> str:
        return f"{counted(len(self.quotes), 'application')}, {counted(len(self.matrix), 'row')} of segments"


def tabulate_codings(study: Study, segments: Segments, *, coder: str | None = None) -> CodedTables:
    """Lay out what was coded as tables for other programs.

    Parameters
    ----------
    study : Study
        With a coding or a consensus.
    segments : Segments
        The segments of the matrix.
    coder : str, optional
        Whose codes; by default the consensus where there is one, else every coder.

    Returns
    -------
    CodedTables
        ``write(folder, kind=...)`` makes .csv, .xlsx or .parquet files of it.

    Raises
    ------
    InputError
        When nobody has coded anything, or the coder is not known.

    Notes
    -----
    ``read_codings(quotes)`` gives the applications back, and ``read_codings(matrix)`` the codes of each segment with
    what was read, where the codebook is given. Moderators' statements are in the quotes, and not counted by person or
    case. Words of people who refused to be quoted are left blank, and counted in the notes.

    Examples
    --------
    >>> from alliance_nlp import load_study, segment
    >>> study = load_study("focus_group")
    >>> found = tabulate_codings(study, segment(study.transcripts))
    >>> found.quotes.columns[:4]
    ('coder', 'transcript', 'start', 'end')
    """
    advice = "Read one with an.read_codings(), or settle one with an.reach_consensus()."
    coding = present(study.coded_by(coder), "coding", "tabulate_codings()", advice)
    made = study.statements(coder=coder, counted=False, moderators=True)
    counts = [x for x in made if x.counts and not x.moderates]
    return CodedTables(
        _quotes(made), _matrix(coding, segments, study),
        _crossed(counts, "code", lambda x: x.at("code"), lambda x: x.person or "", "Codes by participant"),
        _crossed(counts, "case", lambda x: x.transcript_id, lambda x: x.at("theme"), "Themes by case"),
    )  # fmt: skip


def _quotes(statements: tuple[Statement, ...]) -> Table:
    """One row an application; the words of who refused are blank."""
    refused = [bool(x.refuses & {"quotation"}) for x in statements]
    rows: list[Row] = [
        {
            "coder": x.coder, "transcript": x.transcript_id, "start": x.start, "end": x.end, "code": x.code_id,
            "under_theme": x.code.theme, "status": x.status, "score": x.score, "note": x.note,
            "date": x.date.isoformat() if x.date is not None else "", "participant": x.person or "",
            "quote": "" if no else x.transcript.text[x.start : x.end],
        }
        for x, no in zip(statements, refused, strict=True)
    ]  # fmt: skip
    columns = ("coder", "transcript", "start", "end", "code", "under_theme", "status", "score", "note", "date",
               "participant", "quote")  # fmt: skip
    notes = no_consent(sum(refused), "quote", "be quoted")
    return Table.of(rows, columns=columns, title="Quotes", quoting=("quote", "note"), notes=notes)


def _matrix(coding: Coding, segments: Segments, study: Study) -> Table:
    """One row a coder and segment, one column a code."""
    seen = coding.on(segments)
    used = {code for sets in seen.sets.values() for codes in sets if codes for code in codes}
    names = study.book.names_at("code", sorted(used))
    rows: list[Row] = []
    for coder in seen.coders:
        applied = code_table(seen.sets[coder], names)
        for at, segment in enumerate(segments):
            own = [None if value != value else int(value) for value in applied[:, at]]  # noqa: PLR0124
            rows.append({"coder": coder, "segment_id": segment.id} | dict(zip(names, own, strict=True)))
    return Table.of(rows, columns=("coder", "segment_id", *names), title="Segments by codes")


def _crossed(
    statements: list[Statement], kind: str, of_row: Callable[[Statement], str], of_column: Callable[[Statement], str],
    title: str,
) -> Table:  # fmt: skip
    """Count the statements of each row and column; one counts once in each, however many coders gave it."""
    each = {(of_row(x), of_column(x), x.transcript_id, x.start, x.end) for x in statements}
    times = Counter((row, column) for row, column, *_ in each)
    rows, columns = (list(dict.fromkeys(of(x) for x in statements)) for of in (of_row, of_column))
    named = {column: column or "(nobody named)" for column in columns}
    values = tuple((row, *(times[row, column] for column in columns)) for row in rows)
    head = kind if kind not in named.values() else f"{kind} (name)"
    return replace(Table((head, *named.values()), values), title=f"{title}: coded statements")
