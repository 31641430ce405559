"""Two files of codings, one answer: how far two coders agree on each code, with or without the transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alliance_nlp import agreement
from alliance_nlp.comparison.comparing import compare
from alliance_nlp.comparison.matched_units import CodedUnit, Matched, in_words, match, overlapping
from alliance_nlp.comparison.own_codebook import own_codebook, under
from alliance_nlp.comparison.result import Comparison
from alliance_nlp.comparison.two_projects import as_tables
from alliance_nlp.errors import check_choice, counted
from alliance_nlp.files import own_errors
from alliance_nlp.numeric import grouped
from alliance_nlp.reading.code_names import CodeNames
from alliance_nlp.reading.codebooks import codebook_of
from alliance_nlp.reading.coded_tables import CodedTable, coded_table
from alliance_nlp.reading.remarks import AsWritten, Caller, Remarks
from alliance_nlp.reading.spreadsheets import TableSource
from alliance_nlp.records import (
    Codebook,
    CodedSpan,
    Coding,
    Level,
    Page,
    ReadSpan,
    Record,
    Row,
    Segment,
    Segments,
    Table,
    Transcript,
    Turn,
    code_table,
)

STATEMENTS = ("all", "coded")
KAPPA = "kappa: Cohen's, chance from each side's own use of the code; n: units that carry the code"
SHOWN = ("code", "n_a", "n_b", "agreement", "kappa", "interval", "drawn")
ONE_BY_ONE = (
    "interval 95%; where stretches of talk cannot be drawn (column drawn), units were drawn one by one: too narrow "
    "where codes run on from one unit to the next"
)


@dataclass(frozen=True, eq=False, repr=False)
class FilesCompared(Page, Record):
    """Say how far the coders of two files agree, what was assumed, and where they do not.

    Parameters
    ----------
    comparison : Comparison
        The comparison behind the figures.
    per_code : Table
        One row a code at the level asked for: how often each side gave it, agreement, kappa with its interval.
    disagreements : Table
        Units that the two sides coded differently, with the rows of each file.
    alone : Table
        Units that stand in one file only, with the row of the other file that overlaps, where there is one.
    assumed : Table
        What was read beyond the letters of both files, with rows.
    said : tuple of str
        What the figures rest on, in sentences.
    """

    comparison: Comparison
    per_code: Table
    disagreements: Table
    alone: Table
    assumed: Table
    said: tuple[str, ...] = ()

    def table(self) -> Table:
        """Give one row a code."""
        return self.per_code

    def tables(self) -> tuple[Table, ...]:
        """Give the tables that print shows: codes, disagreements, units in one file only, what was assumed."""
        shown = self.per_code.only(SHOWN) if len(self.per_code) else self.per_code
        return tuple(t for t in (shown, self.disagreements, self.alone, self.assumed) if len(t))

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file."""
        return {name: getattr(self, name) for name in ("per_code", "disagreements", "alone", "assumed")}

    def _summary(self) -> str:
        return f"{counted(len(self.per_code), 'code')}, {counted(len(self.disagreements), 'disagreement')}"


def compare_files(
    a: TableSource,
    b: TableSource,
    *,
    codebook: Codebook | TableSource | None = None,
    read: str | Mapping[str, str] | None = None,
    level: Level = "code",
    columns: Mapping[str, str] | None = None,
    columns_b: Mapping[str, str] | None = None,
    sheet: str | None = None,
    program: str | None = None,
    as_written: AsWritten = False,
    encoding: str | None = None,
    n_draws: int = 2000,
    random_state: int = 0,
) -> FilesCompared:
    """Compare the codings of two files, without transcripts: agreement for each code, and where it fails.

    Parameters
    ----------
    a, b : str, Path, data frame, or list of dicts
        A table of codings each, or an export of a program, as `read_codings` takes them; or two projects (.qdpx) of one
        team, whose texts are then known by their words, and compared turn by turn. A file that does not say who
        coded is called by its name.
    codebook : Codebook or what `read_codebook` takes, optional
        The codes, with their themes. Without it the names stand for themselves; where they are paths, or stand below
        themes, themes are known too.
    read : "all", "coded" or dict of coder to these, optional
        What is known of who read what: "all", everybody read every unit of both files; "coded", each read what their
        file lists. None means not stated, which counts like "coded" and is said.
    level : {"code", "essence", "theme"}, default "code"
        Level of the table.
    columns : dict of str to str, optional
        Which column holds what, where the names do not tell.
    columns_b : dict of str to str, optional
        The same for the second file, where its columns are others.
    sheet : str, optional
        Which sheet of the workbooks.
    program : str, optional
        Which program wrote the files, where their columns do not tell.
    as_written : bool or list of str, default False
        What must not be assumed, as in `read_codings`.
    encoding : str, optional
        Encoding of the files, where they have no byte order mark.
    n_draws : int, default 2000
        Bootstrap draws for intervals.
    random_state : int, default 0
        Seed of the draws.

    Returns
    -------
    FilesCompared
        Prints as a page; each part is a table; ``comparison`` is what `compare` gives.

    Raises
    ------
    InputError
        When a file has faults (all of them), or no unit stands in both.

    Notes
    -----
    Units are matched by segment ids, transcript and turn, quotes or offsets, whichever finds most of them in both
    files; ids whose quotes differ are taken for each file's own. What stands in one file only is unknown, not "no
    code", unless `read` says so, because exports of coded segments do not say what was read and left without a code.
    Two spans that overlap without being the same are two units; they are listed. For figures over the words themselves
    read both files with the transcripts (`read_codings`) and use `compare`.

    Examples
    --------
    >>> one = [{"coder": "KL", "quote": q, "code": c} for q, c in (("We wait.", "Time"), ("I doubt it.", "Trust"))]
    >>> other = [{"coder": "MR", "quote": q, "code": c} for q, c in (("We wait.", "time"), ("I doubt it.", "Trust"))]
    >>> [row["kappa"] for row in compare_files(one, other).rows()]
    [1.0, 1.0]
    """
    return compare_from(
        "call", a, b, codebook=codebook, read=read, level=level, columns=columns, columns_b=columns_b, sheet=sheet,
        program=program, as_written=as_written, encoding=encoding, n_draws=n_draws, random_state=random_state,
    )  # fmt: skip


def compare_from(
    caller: Caller, a: Any, b: Any, *, codebook: Any, read: Any, level: Level, columns: Mapping[str, str] | None,
    columns_b: Mapping[str, str] | None, as_written: AsWritten, n_draws: int = 2000, random_state: int = 0,
    **options: Any,
) -> FilesCompared:  # fmt: skip
    """Compare two files, with advice that works where the caller stands."""
    a, b, codebook, told = as_tables(a, b, codebook)
    remarks = Remarks(caller=caller).strictly(as_written, "codings")
    book = _codebook(codebook, remarks, as_written, options.get("encoding"))
    options |= {"as_written": as_written}
    first, second = _tables((a, b), book, remarks, (columns, columns_b or columns), options)
    if book is None:
        book = own_codebook((first, second))
        first, second = (replace(t, names=under(book, t, (first, second))) for t in (first, second))
    matched = match(first, second)
    for table in (first, second):
        table.names.say()
        table.sheet.refuse()
    sides = _names_of_sides(matched, (first, second))
    stated = _stated(read, [name for side in sides for name in side.values()])
    codings, segments = _codings(matched, sides, stated, book)
    compared = compare(*codings, segments=segments, level=level, n_draws=n_draws, random_state=random_state)
    return FilesCompared(
        compared,
        _per_code(compared, level, n_draws, random_state),
        _disagreements(matched, codings, segments, level),
        _alone(matched, (first, second)),
        _assumed((first, second)),
        (*told, *_said(matched, codings, read, (first, second))),
    )


def _codebook(codebook: Any, remarks: Remarks, as_written: AsWritten, encoding: str | None) -> Codebook | None:
    if codebook is None or isinstance(codebook, Codebook):
        return codebook
    book = codebook_of(codebook, None, encoding, remarks, as_written=as_written)
    remarks.warn()
    return book


def _tables(
    files: tuple[Any, Any], book: Codebook | None, remarks: Remarks,
    columns: tuple[Mapping[str, str] | None, Mapping[str, str] | None], options: Mapping[str, Any],
) -> tuple[CodedTable, CodedTable]:  # fmt: skip
    """Read both tables; one whose coder is not named is called by its file."""
    found = []
    for source, name, own in zip(files, _names_of_files(*files), columns, strict=True):
        with own_errors(Path(source).name if isinstance(source, str | Path) else "the table"):
            table = coded_table(source, book, replace(remarks, doubts=[], items=[]), coder=name, columns=own, **options)
        found.append(table)
    cells = [cell for table in found for row in table.sheet.rows for _, cell in table.said(row)]
    if book is None:
        found = [replace(t, names=CodeNames(None, t.sheet.remarks, cells)) for t in found]
    return found[0], found[1]


def _names_of_files(a: Any, b: Any) -> tuple[str, str]:
    stems = [Path(source).stem if isinstance(source, str | Path) else name for source, name in ((a, "A"), (b, "B"))]
    return (stems[0], stems[1]) if stems[0] != stems[1] else (f"{stems[0]} (1)", f"{stems[1]} (2)")


def _names_of_sides(matched: Matched, tables: Sequence[CodedTable]) -> tuple[dict[str, str], dict[str, str]]:
    """Name the coders of each file, apart where both files have one of the same name."""
    coders = [dict.fromkeys(coder for unit in matched.units for coder in unit.said[side]) for side in (0, 1)]
    both = set(coders[0]) & set(coders[1])
    named = [
        {c: f"{c} ({table.coder})" if c in both else c for c in own} for own, table in zip(coders, tables, strict=True)
    ]
    return named[0], named[1]


def _stated(read: Any, coders: Sequence[str]) -> dict[str, str]:
    """Give what is stated of each coder: "all", "coded", or nothing."""
    each = dict(read) if isinstance(read, Mapping) else dict.fromkeys(coders, read) if read is not None else {}
    for coder, said in each.items():
        check_choice("a coder in read", list(coders), coder)
        check_choice(f"what {coder} read, without transcripts,", STATEMENTS, said)
    return each


def _codings(
    matched: Matched, sides: Sequence[Mapping[str, str]], stated: Mapping[str, str], book: Codebook | None
) -> tuple[tuple[Coding, Coding], Segments]:
    """Codings of both sides on the units, each unit a segment in a text that holds nothing else."""
    transcripts, places = _texts(matched.units)
    found = []
    for side, names in enumerate(sides):
        applied, read = [], []
        for unit, place in zip(matched.units, places, strict=True):
            for coder, name in names.items():
                own = unit.said[side].get(coder)
                if own is not None or stated.get(name) == "all":
                    read.append(ReadSpan(name, *place))
                applied += [CodedSpan(name, *place, path) for path in sorted(own or ())]
        found.append(Coding(tuple(applied), tuple(read), book))
    parts = tuple(
        Segment(t.id, turn.start, turn.end, t.turn_text(i), turn=i)
        for t in transcripts
        for i, turn in enumerate(t.turns)
    )
    return (found[0], found[1]), Segments(parts, transcripts)


def _texts(units: Sequence[CodedUnit]) -> tuple[tuple[Transcript, ...], list[tuple[str, int, int]]]:
    """Lay the units out in a text for each document; give the texts, and where each unit stands."""
    places: dict[int, tuple[str, int, int]] = {}
    transcripts = []
    for document, own in grouped((unit.document or "units", unit) for unit in units).items():
        text, turns = "", []
        for unit in own:
            words = unit.quote or " ".join(unit.key)
            turns.append(Turn(len(text), len(text) + len(words)))
            places[id(unit)] = (document, len(text), len(text) + len(words))
            text += f"{words}\n"
        transcripts.append(Transcript(document, text, tuple(turns)))
    return tuple(transcripts), [places[id(unit)] for unit in units]


def _per_code(compared: Comparison, level: Level, n_draws: int, random_state: int) -> Table:
    """One row a code, with an interval over units where none over stretches of talk can be had."""
    main = {"code": compared.per_code, "essence": compared.per_essence, "theme": compared.per_theme}[level]
    seen = [coding.on(compared.segments).at(level, compared.a.codebook) for coding in (compared.a, compared.b)]
    sets = [side.sets[side.coders[0]] for side in seen]
    single = all(len(side.coders) == 1 for side in seen)
    rows: list[Row] = []
    for row in main:
        low, high = row["kappa_interval"]
        drawn, reason = "stretches of talk", row["interval_reason"]
        if reason and single:
            pair = [code_table(side, [row["code"]])[0] for side in sets]
            own = agreement.bootstrap_interval(agreement.cohen_kappa, pair, n_draws=n_draws, random_state=random_state)
            low, high, drawn, reason = own.low, own.high, "units", own.reason or ""
        if 0 in (row["n_a"], row["n_b"]):
            reason = "one side never gave the code"
        kept = {name: row[name] for name in ("code", "n_a", "n_b", "agreement", "kappa", "ac1")}
        rows.append(kept | {"interval": (low, high), "drawn": "" if reason else drawn, "no_interval": reason})
    title = f"Agreement on each {level}: {compared.basis.name_a} (a) and {compared.basis.name_b} (b)"
    why = grouped((row["no_interval"], row["code"]) for row in rows if row["no_interval"])
    notes = [f"no interval for {', '.join(codes)}: {reason}" for reason, codes in why.items()]
    return Table.of(rows, title=title, notes=[KAPPA, ONE_BY_ONE, *notes])


def _disagreements(matched: Matched, codings: Sequence[Coding], segments: Segments, level: Level) -> Table:
    """Units that both files have and code differently, with their rows."""
    _, places = _texts(matched.units)
    seen = [coding.on(segments).at(level, coding.codebook) for coding in codings]
    at = {(s.transcript_id, s.start, s.end): position for position, s in enumerate(segments)}
    rows: list[Row] = []
    for unit, place in zip(matched.units, places, strict=True):
        both = [_together(side.sets.values(), at[place]) for side in seen]
        if None not in both and both[0] != both[1]:
            rows.append(_where(unit) | {"a": both[0], "b": both[1], "quote": unit.quote})
    columns = ("document", "rows_a", "rows_b", "a", "b", "quote")
    return Table.of(rows, columns=columns, title="Coded differently", quoting=("quote",))


def _together(sides: Iterable[Sequence[frozenset[str] | None]], position: int) -> frozenset[str] | None:
    """Codes of all coders of one side at a unit; None where nobody read it."""
    own = [sets[position] for sets in sides if sets[position] is not None]
    return frozenset(code for codes in own if codes for code in codes) if own else None


def _where(unit: CodedUnit) -> Row:
    rows = [", ".join(map(str, own)) for own in unit.rows]
    return {"document": unit.called, "rows_a": rows[0], "rows_b": rows[1]}


def _alone(matched: Matched, tables: Sequence[CodedTable]) -> Table:
    """Units that stand in one file only."""
    near: dict[int, list[str]] = {}
    for one, other in overlapping(matched.units):
        near.setdefault(id(one), []).append(", ".join(map(str, other.rows[1])))
        near.setdefault(id(other), []).append(", ".join(map(str, one.rows[0])))
    rows: list[Row] = [
        {
            "file": tables[0 if unit.rows[0] else 1].sheet.source, "document": unit.called,
            "rows": ", ".join(map(str, unit.rows[0] or unit.rows[1])),
            "overlaps_rows_of_the_other": "; ".join(near.get(id(unit), [])), "quote": unit.quote,
        }
        for unit in matched.units
        if not unit.shared
    ]  # fmt: skip
    return Table.of(rows, title="In one file only", quoting=("quote",))


def _assumed(tables: Sequence[CodedTable]) -> Table:
    """Gather the reports of both files, each under its name."""
    rows: list[Row] = []
    for table in tables:
        source = table.sheet.source if table.sheet.source != "the codings" else str(table.coder)
        rows += [row | {"source": source} for row in table.sheet.remarks.as_table() if row["kind"] != "noticed"]
    return Table.of(rows, columns=("source", "kind", "why", "where"), title="What was read and assumed")


def _said(matched: Matched, codings: Sequence[Coding], read: Any, tables: Sequence[CodedTable]) -> tuple[str, ...]:
    """Say what the figures rest on."""
    remarks = tables[0].sheet.remarks
    who = " and ".join(", ".join(coding.coders) for coding in codings)
    said = [f"{who}: {in_words(matched)}."]
    if all(any(codes for side in unit.said for codes in side.values()) for unit in matched.units):
        said.append("What nobody coded stands in neither file: the figures are over what one of them coded at least.")
    n_alone = len(matched.units) - matched.n_shared
    if n_alone and read is None:
        said.append(
            f"{counted(n_alone, 'unit')} in one file only: left out, as it is not stated that the other coder read "
            f"them. If both read everything that is listed: {remarks.way('read', repr('all'))}."
        )
    elif n_alone and read == "all":
        units = counted(n_alone, "unit")
        said.append(f"{units} in one file only: read by the other coder and given no code, as stated.")
    return tuple(said)
