"""A class that coded the same talk: each student beside the others and the consensus, and what to talk about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.class_rows import NO_CODE
from alliance_nlp.comparison.class_sheets import by_name, read_class
from alliance_nlp.comparison.class_words import words_in
from alliance_nlp.errors import InputError, check_choice, counted, listed
from alliance_nlp.numeric import Floats, grouped, nan_mean
from alliance_nlp.reading.empty_studies import NO_CODES
from alliance_nlp.records import (
    LEVELS,
    CodeSet,
    Coding,
    Level,
    Page,
    ProjectedCoding,
    Record,
    Row,
    Segments,
    Study,
    Table,
    code_table,
)
from alliance_nlp.segments import segment

TO_DISCUSS = 5
ALPHA = (
    "alpha: Krippendorff's, 1 - disagreement / chance; chance: disagreement if all codes of the class were shuffled "
    "among its turns"
)
DRAWN = "interval 95%, turns drawn one by one: too narrow where codes run on from one turn to the next"
PARTED = "By how many pairs of students gave different codes; where they are as many, in the order of the talk."


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
    """

    coding: Coding
    to_discuss: Table
    per_code: Table
    students: Table
    troubles: Table
    said: tuple[str, ...] = ()
    per_turn: Table = field(default_factory=lambda: Table((), ()))

    def table(self) -> Table:
        """Give one row a student."""
        return self.students

    def tables(self) -> tuple[Table, ...]:
        """Give turns to talk about, then codes, then students, then sheets to look at: talk before figures."""
        shown = self.files()
        if "readings" in self.to_discuss.columns:  # the same with names
            shown["1_to_discuss"] = self.to_discuss.only([name for name in self.to_discuss.columns if name != "codes"])
        if len(self.per_code):  # why a figure has no interval stands below the table
            columns = [name for name in self.per_code.columns if name != "why_not"]
            shown["2_per_code"] = self.per_code.only(columns)
        return tuple(table for table in shown.values() if len(table))

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file: numbered, discussion before figures."""
        return {
            "1_to_discuss": self.to_discuss, "2_per_code": self.per_code, "3_students": self.students,
            "4_troubles": self.troubles,
        }  # fmt: skip

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

    Returns
    -------
    ClassCodings
        Prints as a page; each part is a table.

    Raises
    ------
    InputError
        When the folder is none, no sheet in it can be read, or nobody read a turn of a participant.

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
    handed = read_class(folder, study)
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
    figures = _Figures(sets, codes, n_draws, random_state)
    words = listed([repr(word) for word in NO_CODE], "or")
    said = [
        f"{counted(len(sets), 'student')} on {counted(len(kept), 'turn')}: {', '.join(sets).removesuffix('.')}.",
        f"A blank row was not reached, and is unknown; {words} says that it was read.",
    ]
    if handed.not_used:
        said.append(f"Not used: {counted(handed.not_used, 'answer')}, listed below by row. What such a turn was "
                    f"given is unknown, which is not 'no code'.")  # fmt: skip
    if handed.n_files > len(sets):
        said.append(f"{counted(handed.n_files, 'sheet')} in the folder; those left out are listed below.")
    if handed.missing:
        said.append(f"In the kit, and not read: {', '.join(handed.missing)}.")
    return ClassCodings(
        handed.coding, _to_discuss(turns.take(kept), sets, _short_names(study, level), _no_code_in(study)),
        figures.per_code(level),
        _students(sets, agreed, [*codes, *sorted(_codes_of(agreed) - set(codes))]), handed.troubles, tuple(said),
        _per_turn(turns.take(kept), sets, codes),
    )  # fmt: skip


def _agreed(study: Study, seen: ProjectedCoding, kept: Sequence[int], level: Level) -> list[CodeSet | None]:
    """Give what the consensus says of each turn; nothing where there is none."""
    if study.consensus is None:
        return []
    on = study.consensus.on(seen.segments).at(level, study.codebook)
    (sets,) = on.sets.values()
    return [sets[i] for i in kept]


def _codes_of(sets: Sequence[CodeSet | None]) -> set[str]:
    return {code for codes in sets for code in codes or ()}


@dataclass(frozen=True)
class _Figures:
    """Agreement of the whole class, on sets of codes and on each code."""

    sets: dict[str, list[CodeSet | None]]
    codes: list[str]
    n_draws: int
    random_state: int

    def per_code(self, level: Level) -> Table:
        tables = [code_table(own, self.codes) for own in self.sets.values()]
        rows = [self._row("all together", list(self.sets.values()), level="masi")]
        rows += [self._row(code, [table[at] for table in tables]) for at, code in enumerate(self.codes)]
        for row, at in zip(rows[1:], range(len(self.codes)), strict=True):
            row["given"] = int(sum(np.nansum(table[at]) for table in tables))
            row["students"] = sum(bool(np.nansum(table[at])) for table in tables)
        rows[0]["given"] = sum(row["given"] for row in rows[1:])
        rows[0]["students"] = sum(any(own) for own in self.sets.values())
        why = grouped((row["why_not"], row["code"]) for row in rows if row["why_not"])
        notes = [ALPHA, "all together: whole sets of codes, by MASI: sets that overlap differ less", DRAWN,
                 *(f"no interval for {', '.join(codes)}: {reason}" for reason, codes in why.items())]  # fmt: skip
        columns = ("code", "given", "students", "agreement", "disagreement", "chance", "alpha", "interval", "why_not")
        return Table.of(rows, columns=columns, title=f"How far the class agrees, per {level}", notes=notes)

    def _row(self, code: str, ratings: Sequence[object], level: agreement.alpha.Level = "nominal") -> Row:
        statistic = partial(agreement.krippendorff_alpha, level=level)
        alpha = statistic(ratings)
        interval = agreement.bootstrap_interval(
            statistic, ratings, n_draws=self.n_draws, random_state=self.random_state
        )
        return {
            "code": code, "agreement": float(agreement.percent_agreement(ratings)), "disagreement": alpha.observed,
            "chance": alpha.expected, "alpha": float(alpha), "interval": (interval.low, interval.high),
            "why_not": alpha.reason or interval.reason or "",
        }  # fmt: skip


def _to_discuss(turns: Segments, sets: dict[str, list[CodeSet | None]], short: Mapping[str, str], none: str) -> Table:
    """List the turns on which most pairs of students part, with who gave which codes."""
    rows: list[tuple[int, Row]] = []
    for i, turn in enumerate(turns):
        known = {student: own[i] for student, own in sets.items() if own[i] is not None}
        parted = sum(a != b for a, b in combinations(known.values(), 2))
        if parted:
            said = grouped((codes, student) for student, codes in known.items())
            in_order = sorted(said.items(), key=lambda each: sorted(each[0] or ()))
            words = "; ".join(f"{_named(codes, short, none)}: {', '.join(who)}" for codes, who in in_order)
            given = "; ".join(f"{_named(codes, short, none)}: {len(who)}" for codes, who in in_order)
            alone = "; ".join(_named(codes, short, none) for codes, _ in in_order)
            at = None if turn.turn is None else turn.turn + 1
            pairs = len(known) * (len(known) - 1) // 2
            rows.append((parted, {
                "transcript_id": turn.transcript_id, "turn": at, "students": len(known), "parted": parted / pairs,
                "given": given, "readings": words, "codes": alone, "quote": turn.shown,
            }))  # fmt: skip
    first = sorted(rows, key=lambda each: -each[0])[:TO_DISCUSS]
    columns = ("transcript_id", "turn", "students", "parted", "given", "readings", "codes", "quote")
    return Table.of(
        [row for _, row in first], columns=columns, title="To talk about first", quoting=("quote",),
        notes=(PARTED, "parted: share of the pairs of students who gave different codes"),
    )  # fmt: skip


def _per_turn(turns: Segments, sets: dict[str, list[CodeSet | None]], codes: Sequence[str]) -> Table:
    """Count, for each turn in the order of the talk, how many students gave it which codes."""
    rows: list[Row] = []
    for i, turn in enumerate(turns):
        known = [own[i] for own in sets.values() if own[i] is not None]
        given = {code: sum(code in (seen or ()) for seen in known) for code in codes}
        at = {"transcript_id": turn.transcript_id, "turn": None if turn.turn is None else turn.turn + 1}
        found = [(code, n) for code, n in given.items() if n] or [("", 0)]
        rows += [{**at, "code": code, "given": n, "students": len(known)} for code, n in found]
    columns = ("transcript_id", "turn", "code", "given", "students")
    return Table.of(rows, columns=columns, title="How many students gave each turn which code")


def _named(codes: CodeSet | None, short: Mapping[str, str], none: str) -> str:
    return " + ".join(short.get(code, code) for code in sorted(codes or ())) or none


def _no_code_in(study: Study) -> str:
    """Give the words for "no code" in the language of the study's codes, where sheets know them."""
    stated = str(study.settings.get("language", "")).partition("-")[0].casefold()
    return NO_CODES["nb" if stated in ("nb", "nn", "no") else "en"]


def _short_names(study: Study, level: Level) -> dict[str, str]:
    """Give codes their names without a path, where a name is one code's only."""
    if level != "code":
        return {}
    book = study.codebook or ()
    times = Counter(code.name for code in book)
    return {code.id: code.name for code in book if times[code.name] == 1}


def _students(sets: dict[str, list[CodeSet | None]], agreed: list[CodeSet | None], codes: list[str]) -> Table:
    """Lay every student beside the others and beside the consensus, by name."""
    tables = {student: code_table(own, codes) for student, own in sets.items()}
    kappas = {frozenset(pair): _kappa(*(tables[name] for name in pair)) for pair in combinations(tables, 2)}
    consensus = code_table(agreed, codes) if agreed else None
    rows: list[Row] = []
    for student, own in sets.items():
        others = [kappas[frozenset((student, other))] for other in sets if other != student]
        rows.append({
            "student": student, "read": sum(codes is not None for codes in own),
            "applied": sum(len(codes or ()) for codes in own),
            "kappa_others": float(nan_mean(np.array(others))) if others else float("nan"),
            "kappa_consensus": float("nan") if consensus is None else _kappa(tables[student], consensus),
        })  # fmt: skip
    words = words_in("en")["pictures"]  # the picture of the same students says the same
    notes = (
        words["no_ranking"],
        "kappa: pooled over codes, chance from each one's own use; others: mean over the other students",
        words["one_reading"] if consensus is not None else "The study has no consensus to stand beside.",
    )
    columns = ("student", "read", "applied", "kappa_others", "kappa_consensus")
    return Table.of(rows, columns=columns, title="Every student, by name", notes=notes)


def _kappa(one: Floats, other: Floats) -> float:
    return float(agreement.pooled_kappa(one, other))
