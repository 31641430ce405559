"""What the researchers expected before the analysis, beside what was found."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from alliance_nlp.errors import counted
from alliance_nlp.records import Codebook, Expectation, Record, Row, Study, Table, Tabular

Outcome = Literal[
    "expected and spoken of", "expected and not spoken of", "spoken of and not expected", "not linked to a theme"
]
Written = Literal[
    "before the sessions", "before the analysis", "after the analysis began", "undated", "the analysis has no date", "",
]  # fmt: skip
LATE: frozenset[Written] = frozenset({"after the analysis began", "undated"})  # it may be hindsight
SUMMED: tuple[Outcome, ...] = ("expected and spoken of", "expected and not spoken of", "spoken of and not expected")


@dataclass(frozen=True, eq=False, repr=False)
class ExpectationsBeside(Tabular, Record):
    """Expectations beside what was found.

    Parameters
    ----------
    beside : Table
        One row an expectation, then one for each theme that nobody expected: verdict, theme, statements, by whom, date,
        and whether the date lies before the sessions and the analysis.
    began : datetime.date or None
        Day from which the analysis counts as begun; None where nothing says.
    """

    beside: Table
    began: datetime.date | None

    @property
    def n_late(self) -> int:
        """Expectations that may be hindsight: undated, or written after the analysis began."""
        return sum(row["written"] in LATE for row in self.beside)

    def of(self, verdict: Outcome) -> tuple[str, ...]:
        """Themes with a verdict, such as "spoken of and not expected"."""
        return tuple(dict.fromkeys(row["theme"] for row in self.beside if row["verdict"] == verdict and row["theme"]))

    def table(self) -> Table:
        """Give one row an expectation, then one for each theme that nobody expected."""
        return self.beside

    def _summary(self) -> str:
        counts = Counter(row["verdict"] for row in self.beside)
        return ", ".join(f"{counts[verdict]} {verdict}" for verdict in SUMMED)


def compare_expectations(
    study: Study, *, began: datetime.date | None = None, coder: str | None = None
) -> ExpectationsBeside:
    """Put what was expected beside what was found.

    Parameters
    ----------
    study : Study
        A study with expectations and a coding; its consensus counts where it has one.
    began : datetime.date, optional
        Day on which the analysis began; by default the earliest date of a coding, of any coder.
    coder : str, optional
        Use only what this coder applied.

    Returns
    -------
    ExpectationsBeside
        Prints one row an expectation, and one for each theme that was spoken of and not expected.

    Raises
    ------
    InputError
        When nobody has coded anything.

    Notes
    -----
    A theme that people linked an expectation to (the column `theme`) was spoken of when it carries at least one
    statement. That is all that is said: whether what was said is what was expected, or its contrary, is for people to
    judge; the library compares no words. An expectation written down after the analysis began, or without a date, is
    said so: it may be hindsight.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Expectation, Study, Transcript
    >>> coding = Coding((CodedSpan("KL", "T", 0, 8, "Time"),), ())
    >>> study = Study((Transcript("T", "No time."),), Codebook((Code("Time"),)), coding,
    ...               expectations=(Expectation("They will speak of trust.", "KL", None, "Trust"),))
    >>> [row["verdict"] for row in compare_expectations(study).rows()]
    ['expected and not spoken of', 'spoken of and not expected']
    """
    counts = Counter(statement.at("theme") for statement in study.statements(level="theme", coder=coder))
    begin = began if began is not None else _first_coding(study)
    first_session = min((t.date for t in study.transcripts if t.date is not None), default=None)
    rows = [_row(e, study.book, counts, begin, first_session) for e in study.expectations]
    expected = {row["theme"] for row in rows}
    rows += [
        {"verdict": "spoken of and not expected", "theme": name, "statements": n, "by": "", "date": None, "written": "",
         "expectation": None}
        for name in study.book.names_at("theme", counts)
        if (n := counts[name]) and name not in expected
    ]  # fmt: skip
    columns = ("verdict", "theme", "statements", "by", "date", "written", "expectation")
    return ExpectationsBeside(Table.of(rows, columns=columns, notes=_notes(rows, begin)), begin)


def _first_coding(study: Study) -> datetime.date | None:
    return min((a.date for c in study.codings for a in c.applied if a.date is not None and a.counts), default=None)


def _row(
    expectation: Expectation, book: Codebook, counts: Counter[str], began: datetime.date | None,
    first_session: datetime.date | None,
) -> Row:  # fmt: skip
    named = expectation.theme or ""
    theme = book.find_theme(named) or named
    verdict: Outcome = "expected and spoken of" if counts[theme] else "expected and not spoken of"
    return {
        "verdict": verdict if theme else "not linked to a theme", "theme": theme,
        "statements": counts[theme] if theme else None,
        "by": expectation.by, "date": expectation.date, "written": _when(expectation.date, began, first_session),
        "expectation": expectation.text,
    }  # fmt: skip


def _when(date: datetime.date | None, began: datetime.date | None, first_session: datetime.date | None) -> Written:
    if date is None:
        return "undated"
    if first_session is not None and date < first_session:
        return "before the sessions"
    if began is None:
        return "the analysis has no date"
    return "before the analysis" if date < began else "after the analysis began"


def _notes(rows: Sequence[Row], began: datetime.date | None) -> list[str]:
    late = sum(row["written"] in LATE for row in rows)
    doubts = [f"Undated, or written after the analysis began: {counted(late, 'expectation')}, which may be hindsight."]
    start = (
        f"The analysis began on {began.isoformat()}." if began is not None else "Nothing says when the analysis began."
    )
    linked = (
        "An expectation is compared only by the theme that people linked it to; whether what was said bears it out, or "
        "says the contrary, is for people to judge."
    )
    return [linked, start, *(doubts if late else [])]
