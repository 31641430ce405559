"""A class that coded the same talk: each student beside the others and the consensus, and what to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

from alliance_nlp.comparison.class_sheets import HandedIn, by_name, language_of, read_class
from alliance_nlp.comparison.class_tables import ALL, Figures, by_student, per_turn, short_names, to_discuss
from alliance_nlp.comparison.class_troubles import listed_troubles
from alliance_nlp.comparison.class_words import counted_in, in_words, said_in, words_in
from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.numeric import format_number
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import (
    LEVELS,
    CodeSet,
    Coding,
    Level,
    Page,
    ProjectedCoding,
    Record,
    Row,
    Study,
    Table,
)
from alliance_nlp.records.tables import SHOWN_ROWS
from alliance_nlp.segments import segment

PARTS = ("to_discuss", "per_code", "students", "troubles")


@dataclass(frozen=True, eq=False, repr=False)
class ClassCodings(Page, Record):
    """Hold what a class coded: where its students part, how far they agree, each beside the others and the consensus.

    Parameters
    ----------
    coding : Coding
        What the students applied and read.
    to_discuss : Table
        The turns on which most pairs of students part, with who gave which codes.
    per_code : Table
        One row a code: who gave it how often, agreement, alpha with its interval and the disagreement of chance. The
        first row is on whole sets of codes.
    students : Table
        One row a student, by name: turns read, applications, agreement with the others and with the consensus.
    troubles : Table
        What is wrong or doubtful with sheets, by file and row.
    said : tuple of str
        What the figures rest on, in sentences.
    per_turn : Table
        One row a turn and code that anybody gave it there: by how many students, of how many who read the turn. A turn
        on which nobody gave any has one row without a code.
    language : {"en", "nb"}, default "en"
        Of its sentences, of what it prints and writes, and of slides and pictures of it. In `rows()` columns have their
        English names in every language, so that a script reads each class alike.
    """

    coding: Coding
    to_discuss: Table
    per_code: Table
    students: Table
    troubles: Table
    said: tuple[str, ...] = ()
    per_turn: Table = field(default_factory=lambda: Table((), ()))
    language: FormLanguage = "en"

    def table(self) -> Table:
        """Give one row a student."""
        return self.students

    def tables(self) -> tuple[Table, ...]:
        """Give turns to talk about, then codes, then students, then sheets to look at: talk before figures."""
        turns, codes = self.to_discuss, self.per_code
        if "readings" in turns.columns:  # the same with names
            turns = turns.only([name for name in turns.columns if name != "codes"])
        if len(codes):  # why a figure has no interval stands below the table
            codes = codes.only([name for name in codes.columns if name != "why_not"])
        return tuple(table for table in (turns, codes, self.students, self.troubles) if len(table))

    def worded(self) -> tuple[Table, ...]:
        """Give the tables as people read them, in the language of the class."""
        return tuple(self._read(table) for table in self.tables())

    def _read(self, table: Table) -> Table:
        """Name columns and the row of whole sets in the language; of a long table print shows the first rows."""
        words, rows = words_in(self.language)["collected"], self._named(table)
        for row in rows:
            if "interval" in row and self.language != "en":  # in English it is written as in every table
                low, high = map(format_number, row["interval"])
                row["interval"] = "" if "nan" in (low, high) else words["from_to"].format(low=low, high=high)
        more = len(rows) - SHOWN_ROWS
        notes = [words["more"].format(n=more)] * (more > 0) + [*table.notes]
        first = Table.of(rows[:SHOWN_ROWS], columns=table.columns, title=table.title, quoting=table.quoting)
        return in_words(replace(first, notes=tuple(notes)), self.language)

    def _named(self, table: Table) -> list[Row]:
        """Call the row of whole sets by its name in the language."""
        name = {"code": words_in(self.language)["collected"]["all"]}
        return [row | name if row.get("code") == ALL else row for row in table.rows()]

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file: numbered, discussion before figures."""
        names = words_in(self.language)["files_collected"]
        return {names[part]: self._written(getattr(self, part)) for part in PARTS}

    def _written(self, table: Table) -> Table:
        """Name columns and the row of whole sets in the language; an interval is two columns, as in every file."""
        rows, columns = self._named(table), list(table.columns)
        if "interval" in columns:
            at = columns.index("interval")
            columns[at : at + 1] = ["interval_low", "interval_high"]
            for row in rows:
                row["interval_low"], row["interval_high"] = row["interval"]
        written = Table.of(rows, columns=columns, title=table.title, quoting=table.quoting, notes=table.notes)
        return in_words(written, self.language)

    def discussion(self) -> ClassCodings:
        """Give the same without a figure or a name: turns to talk about, how they were read, sheets to look at.

        Who read a turn how is for people to say, and how many did would settle the matter before anybody has argued.
        """
        columns = [name for name in self.to_discuss.columns if name not in ("parted", "given", "readings")]
        turns = replace(self.to_discuss.only(columns), notes=self.to_discuss.notes[:1])
        return replace(self, to_discuss=turns, per_code=Table((), ()), students=Table((), ()))

    def whole_class(self) -> ClassCodings:
        """Give the same without a row for single students: what can stand on a wall after the discussion."""
        return replace(self, students=Table((), ()))

    def _summary(self) -> str:
        return f"{counted(len(self.students), 'student')}, {counted(len(self.to_discuss), 'turn')} to discuss"


def collect_class(
    folder: str | Path,
    study: Study,
    *,
    level: Level = "code",
    n_draws: int = 2000,
    random_state: int = 0,
    language: FormLanguage | None = None,
) -> ClassCodings:
    """Read what the students of a class coded, one table each, and lay it side by side.

    Parameters
    ----------
    folder : str or Path
        One .xlsx, .csv or .tsv a student, such as `write_coding_sheets` hands out. Names come from the column "coder",
        or from the file.
    study : Study
        What was coded: transcripts and codebook, and a consensus if there is one.
    level : {"code", "essence", "theme"}, default "code"
        Level of the comparison.
    n_draws : int, default 2000
        Bootstrap draws for intervals.
    random_state : int, default 0
        Seed of the draws.
    language : {"en", "nb"}, optional
        Of what is said, printed and written: English or Norwegian. By default that of the kit, and English where the
        folder is of none.

    Returns
    -------
    ClassCodings
        Prints as a page; each part is a table.

    Raises
    ------
    InputError
        When the folder is none, no sheet in it can be read, nobody read a turn of a participant, or the language is
        another one.

    Notes
    -----
    A row with a code, or with the words "no code", was read; a row that is blank was not reached and is unknown. A
    sheet that cannot be read is listed with its rows, and the others go on without it. Students stand by name, and no
    figure orders them. Agreement is not truth, and the consensus is one reading: a class that agrees may have missed
    the same thing. With a dozen students and thirty turns the intervals are wide, and that is what they are for.

    Examples
    --------
    >>> import tempfile, alliance_nlp as an
    >>> home = tempfile.mkdtemp()
    >>> for name, code in (("Bo", "presence"), ("Ada", "no code")):
    ...     rows = [("session_1", turn, code) for turn in (6, 7)]
    ...     _ = an.Table(("transcript", "turn", "code"), tuple(rows)).to_csv(f"{home}/{name}.csv")
    >>> found = collect_class(home, an.load_study(), n_draws=20)
    >>> [(row["student"], row["read"], row["applied"]) for row in found.rows()]
    [('Ada', 2, 0), ('Bo', 2, 2)]
    """
    check_choice("level", LEVELS, level)
    language = language_of(folder) if language is None else language
    check_choice("language", get_args(FormLanguage), language)
    handed = read_class(folder, study, language)
    turns = segment(study.transcripts, unit="turn")
    seen = handed.coding.on(turns).at(level, study.codebook)
    kept = [i for i in range(len(turns)) if any(seen.sets[coder][i] is not None for coder in seen.coders)]
    if not kept:
        raise InputError("The sheets code no turn of a participant. Check the columns transcript and turn.")
    sets = {coder: [seen.sets[coder][i] for i in kept] for coder in by_name(seen.coders)}
    agreed = _agreed(study, seen, kept, level)
    order = dict.fromkeys(code.at(level) for code in study.codebook or ())
    used = {code for own in sets.values() for codes in own for code in codes or ()}
    codes = [*(code for code in order if code in used), *sorted(used - set(order))]
    read = turns.take(kept)
    return ClassCodings(
        handed.coding, to_discuss(read, sets, short_names(study, level), language),
        Figures(sets, codes, n_draws, random_state, language).per_code(level),
        by_student(sets, agreed, [*codes, *sorted(_codes_of(agreed) - set(codes))], language),
        listed_troubles(handed.troubles, language), _said(handed, list(sets), len(kept), language),
        per_turn(read, sets, codes, language), language,
    )  # fmt: skip


def _said(handed: HandedIn, names: Sequence[str], n_turns: int, language: FormLanguage) -> tuple[str, ...]:
    """Say who coded how much, and what of it is in no figure."""

    def told(kind: str, **facts: str) -> str:
        return said_in(language, "collected", kind, facts)

    def many(what: str, n: int) -> str:
        return counted_in(language, what, n)

    who = ", ".join(names).removesuffix(".")
    said = [
        told("students", students=many("student", len(names)), turns=many("turn", n_turns), names=who),
        told("blank"),
    ]
    if handed.not_used:
        said.append(told("not_used", answers=many("answer", handed.not_used)))
    if handed.n_files > len(names):
        said.append(told("files", sheets=many("sheet", handed.n_files)))
    if handed.missing:
        said.append(told("missing", names=", ".join(handed.missing)))
    return tuple(said)


def _agreed(study: Study, seen: ProjectedCoding, kept: Sequence[int], level: Level) -> list[CodeSet | None]:
    """Give what the consensus says of each turn; nothing where there is none."""
    if study.consensus is None:
        return []
    on = study.consensus.on(seen.segments).at(level, study.codebook)
    (sets,) = on.sets.values()
    return [sets[i] for i in kept]


def _codes_of(sets: Sequence[CodeSet | None]) -> set[str]:
    return {code for codes in sets for code in codes or ()}
