"""What the researchers expected before the analysis, beside what was said nearest to it and nearest to its contrary."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from alliance_nlp.errors import InputError, counted
from alliance_nlp.ledger import Decision, Standing
from alliance_nlp.method.nearest import Nearest
from alliance_nlp.records import Codebook, Embeddings, Expectation, Record, Row, Study, Table, Tabular

Outcome = Literal[
    "theme spoken of", "theme not spoken of", "not linked to a theme", "spoken of and not expected",
    "linked to a theme that is not in the codebook",
]  # fmt: skip
Written = Literal[
    "before the sessions", "before the analysis", "after the analysis began", "undated", "the analysis has no date", "",
]  # fmt: skip
LATE: frozenset[Written] = frozenset({"after the analysis began", "undated"})  # it may be hindsight
SUMMED: tuple[Outcome, ...] = ("theme spoken of", "theme not spoken of", "spoken of and not expected")
NOT_JUDGED = "nobody has judged it"
BESIDE = (
    "number", "expectation", "by", "date", "written", "theme", "outcome", "statements", "contrary", "contrary_from",
    "verdict", "quotes",
)  # fmt: skip
NEAREST = ("number", "near_to", "likeness", "participant", "session", "segment_id", "sentence", "quote")
NO_CONTRARY = "nobody has written it down"


@dataclass(frozen=True, eq=False, repr=False)
class ExpectationsBeside(Tabular, Record):
    """Expectations beside what was said.

    Parameters
    ----------
    beside : Table
        One row an expectation, then one for each theme that nobody expected: the theme that people linked it to and
        whether that was spoken of, its contrary and whose words these are, and what people judged, each of them.
    began : datetime.date or None
        Day from which the analysis counts as begun; None where nothing says.
    nearest : Table
        Per expectation the statements nearest to it, and nearest to its contrary where somebody wrote that down.
        Quotes are in ``rows()``, not in ``print``.
    """

    beside: Table
    began: datetime.date | None
    nearest: Table = field(default_factory=lambda: Table((), ()))

    @property
    def n_late(self) -> int:
        """Expectations that may be hindsight: undated, or written after the analysis began."""
        return sum(row["written"] in LATE for row in self.beside)

    def of(self, outcome: Outcome) -> tuple[str, ...]:
        """Themes with an outcome, such as "spoken of and not expected"."""
        return tuple(dict.fromkeys(row["theme"] for row in self.beside if self._of(row) == outcome and row["theme"]))

    @staticmethod
    def _of(row: Row) -> str:
        """Outcome of a row; 0.1.0 called it a verdict, which today is a person's."""
        return str(row["outcome"] if "outcome" in row else row["verdict"])

    def table(self) -> Table:
        """Give one row an expectation, then one for each theme that nobody expected."""
        return self.beside

    def tables(self) -> tuple[Table, ...]:
        """Give the expectations, then the statements nearest to each and to its contrary."""
        return (self.beside, self.nearest) if self.nearest.columns else (self.beside,)

    def _summary(self) -> str:
        counts = Counter(map(self._of, self.beside))
        return ", ".join(f"{counts[outcome]} {outcome}" for outcome in SUMMED)


def compare_expectations(
    study: Study, *, began: datetime.date | None = None, coder: str | None = None, standing: Standing | None = None,
    embeddings: Embeddings | None = None, n_nearest: int = 3,
) -> ExpectationsBeside:  # fmt: skip
    """Put what was expected beside what was said nearest to it, and nearest to its contrary.

    Parameters
    ----------
    study : Study
        A study with expectations and a coding; its consensus counts where it has one.
    began : datetime.date, optional
        Day on which the analysis began; by default the earliest date of a coding, of any coder.
    coder : str, optional
        Use only what this coder applied.
    standing : Standing, optional
        What `replay` gave: contraries and verdicts that people recorded (kinds "contrary" and "expectation").
    embeddings : Embeddings, optional
        Embeddings of the study's segments: statements are then found by meaning, else by the words that both share.
    n_nearest : int, default 3
        How many statements to give on each side.

    Returns
    -------
    ExpectationsBeside
        Prints one row an expectation, one for each theme that was spoken of and not expected, and the statements.

    Raises
    ------
    InputError
        When nobody has coded anything, or `n_nearest` is below 1.

    Notes
    -----
    Whether an expectation is confirmed, contradicted, changed or open is a person's verdict
    (``record_decision(ledger, "expectation", about=..., verdict=..., segment=...)``); where two people differ, both
    stand. That its theme was spoken of says nothing about it: the contrary is spoken of under the same theme. The
    contrary is what somebody wrote down (column `contrary` of expectations.csv, or a decision of kind "contrary"); the
    library makes none up, and says so where there is none. Statements are of participants, four words or longer, with
    or without a code. Nearest is likeness of what is spoken of: a statement near to an expectation may contradict it,
    so both lists may hold the same one. An expectation without a date, or from after the analysis began, may be
    hindsight.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Expectation, Study, Transcript, Turn
    >>> words = "I talk about being tired, gladly."
    >>> t = Transcript("T", words, (Turn(0, len(words), "P1", "participant"),))
    >>> expected = Expectation("Nobody will talk about being tired.", "KL", None, "Load", "They talk of it gladly.")
    >>> coding = Coding((CodedSpan("KL", "T", 0, len(words), "Load"),), ())
    >>> found = compare_expectations(Study((t,), Codebook((Code("Load"),)), coding, expectations=(expected,)))
    >>> found.rows()[0]["outcome"], found.rows()[0]["verdict"]
    ('theme spoken of', 'nobody has judged it')
    >>> [(row["near_to"], row["quote"]) for row in found.nearest.rows()][1]
    ('contrary, as KL wrote it', 'I talk about being tired, gladly.')
    """
    if n_nearest < 1:
        raise InputError(f"n_nearest must be at least 1. Got {n_nearest}.")
    counts = Counter(statement.at("theme") for statement in study.statements(level="theme", coder=coder))
    begin = began if began is not None else _first_coding(study)
    first_session = min((t.date for t in study.transcripts if t.date is not None), default=None)
    rows = []
    for number, expectation in enumerate(study.expectations, start=1):
        written = _when(expectation.date, begin, first_session)
        rows.append({"number": number, **_row(expectation, study.book, counts), "written": written,
                     **_judged(expectation, standing)})  # fmt: skip
    expected = {row["theme"] for row in rows}
    rows += [
        {**dict.fromkeys(BESIDE, ""), "number": None, "expectation": None, "date": None, "theme": name,
         "outcome": "spoken of and not expected", "statements": n, "quotes": ()}
        for name in study.book.names_at("theme", counts)
        if (n := counts[name]) and name not in expected
    ]  # fmt: skip
    beside = Table.of(rows, columns=BESIDE, notes=[*_notes(rows, begin), *_of_nothing(study, standing)])
    return ExpectationsBeside(beside, begin, _nearest(study, standing, embeddings, n_nearest))


def _first_coding(study: Study) -> datetime.date | None:
    return min((a.date for c in study.codings for a in c.applied if a.date is not None and a.counts), default=None)


def _row(expectation: Expectation, book: Codebook, counts: Counter[str]) -> Row:
    named = expectation.theme or ""
    theme = book.find_theme(named) or named
    spoken: Outcome = "theme spoken of" if counts[theme] else "theme not spoken of"
    known = not theme or counts[theme] or book.find_theme(named) is not None or theme in book.paths
    unknown: Outcome = "linked to a theme that is not in the codebook"
    return {
        "outcome": (spoken if known else unknown) if theme else "not linked to a theme", "theme": theme,
        "statements": counts[theme] if theme else None, "by": expectation.by, "date": expectation.date,
        "expectation": expectation.text,
    }  # fmt: skip


def _judged(expectation: Expectation, standing: Standing | None) -> Row:
    """Give what people wrote as its contrary, and what each of them judged, with their quotes."""
    contraries = contraries_of(expectation, standing)
    verdicts = [d for d in _about(expectation, standing, "expectation") if d.verdict]
    return {
        "contrary": "; ".join(text for text, _ in contraries),
        "contrary_from": "; ".join(source for _, source in contraries) or NO_CONTRARY,
        "verdict": "; ".join(f"{d.by}: {d.verdict}" for d in verdicts) or NOT_JUDGED,
        "quotes": tuple(d.segment for d in verdicts if d.segment),
    }  # fmt: skip


def contraries_of(expectation: Expectation, standing: Standing | None) -> list[tuple[str, str]]:
    """Contraries that people wrote down, each with whose words they are."""
    own = [(expectation.contrary, f"as {expectation.by or 'somebody'} wrote it")] if expectation.contrary else []
    later = _about(expectation, standing, "contrary")
    return [*own, *((str(d.to), f"as {d.by} wrote it (decision {d.number})") for d in later)]


def _about(
    expectation: Expectation, standing: Standing | None, kind: Literal["expectation", "contrary"]
) -> list[Decision]:
    found = standing.of_kind(kind) if standing is not None else ()
    return [decision for decision in found if decision.about == expectation.text]


def _of_nothing(study: Study, standing: Standing | None) -> list[str]:
    """Say which verdicts and contraries are about no expectation that the study has."""
    texts = {expectation.text for expectation in study.expectations}
    found = standing.of_kind("expectation", "contrary") if standing is not None else ()
    return [
        f"Decision {d.number} by {d.by} is about {d.about!r}, which is no expectation of the study. Write it again "
        f"with of=study, which knows expectations by their number, too."
        for d in found if d.about not in texts
    ]  # fmt: skip


def _nearest(study: Study, standing: Standing | None, embeddings: Embeddings | None, n: int) -> Table:
    """Lay the statements nearest to each expectation and to its contrary beside them."""
    sides = [
        (number, near_to, sentence)
        for number, expectation in enumerate(study.expectations, start=1)
        for near_to, sentence in [
            ("expectation", expectation.text),
            *((f"contrary, {source}", text) for text, source in contraries_of(expectation, standing)),
        ]
    ]
    if not sides:
        return Table((), ())
    nearest = Nearest(study, embeddings)
    rows: list[Row] = [
        {"number": number, "near_to": near_to, "likeness": near.likeness, "participant": near.segment.person,
         "session": nearest.segments.session_of(near.segment), "segment_id": near.segment.id, "sentence": sentence,
         "quote": near.segment.shown}
        for (number, near_to, sentence), found in zip(sides, nearest.to([s for *_, s in sides], n), strict=True)
        for near in found
    ]  # fmt: skip
    notes = (nearest.how, "Near is spoken of alike: it may say the contrary. Read the quotes in .nearest.rows().")
    return Table.of(rows, columns=NEAREST, title="Statements nearest to each expectation and to its contrary",
                    quoting=("quote",), notes=notes)  # fmt: skip


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
    judged = (
        "Confirmed, contradicted, changed or open is a person's verdict. That a theme was spoken of says nothing about "
        "it: the contrary is spoken of under the same theme."
    )
    bare = sum(row["contrary_from"] == NO_CONTRARY for row in rows if row["number"] is not None)
    ask = f"No contrary is written down of {counted(bare, 'expectation')}; ask those who expected it." if bare else ""
    return [judged, *([ask] if ask else []), start, *(doubts if late else [])]
