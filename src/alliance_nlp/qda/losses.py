"""What a file of a QDA program held, how much of it came over, and why the rest did not: a report with rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alliance_nlp.errors import InputError, counted
from alliance_nlp.records import Record, Table, Tabular
from alliance_nlp.records.fields import Checked, Count, Name, Share


@dataclass(frozen=True, slots=True)
class QdaCount(Checked):
    """How much of one kind of thing a file held, and what became of it.

    Parameters
    ----------
    kind : str
        What they are: "codes", "codings", "picture selections".
    held : int
        How many the file holds.
    carried : int
        How many stand in the records (on writing: in the file).
    passed : int, default 0
        How many of the others are kept as they are, and written again by `write_qdpx`.
    why : str
        Why not all were carried; empty where all were.

    Examples
    --------
    >>> QdaCount("graphs", 2, 0, 2, "no record for them").left
    0
    """

    kind: Name
    held: Count
    carried: Count
    passed: Count = 0
    why: str = ""

    def _check(self) -> None:
        if self.carried + self.passed > self.held:
            raise InputError(
                f"QdaCount of {self.kind} cannot carry and pass on more than were held. Got held={self.held}, "
                f"carried={self.carried}, passed={self.passed}."
            )

    @property
    def left(self) -> int:
        """How many are lost."""
        return self.held - self.carried - self.passed


@dataclass(frozen=True, slots=True)
class QdaOffsets(Checked):
    """How the positions in one transcript were counted, and what shows it.

    Parameters
    ----------
    transcript_id : str
        The transcript.
    counting : str
        What one position counts, as `docs/programs.md` lists them; empty where no way fits, and nothing was placed.
    judged : int
        Selections that were held against the text.
    fit : float
        Share of them whose name begins their words, or that begin and end at edges of words; ``nan`` where none was
        judged.
    shown_by : str
        What was looked at: "quotes", "edges of words"; "the program" where there was nothing to look at.
    next_best : float
        The same share under the best other way of counting that gives other places; ``nan`` where there is none.
    """

    transcript_id: Name
    counting: str = ""
    judged: Count = 0
    fit: Share = math.nan
    shown_by: str = ""
    next_best: Share = math.nan


@dataclass(frozen=True, slots=True)
class QdaTrouble(Checked):
    """One thing that a person should know of: where it is, what it is, and what follows.

    Parameters
    ----------
    kind : str
        What it is about, as in the counts: "codes", "codings", "sources".
    where : str
        The transcript, code or file.
    what : str
        What is odd, and what was done.
    """

    kind: Name
    where: str
    what: str


@dataclass(frozen=True, eq=False, repr=False)
class LossReport(Tabular, Record):
    """Say what a file of a QDA program held, what came over, what is passed on as it is, and what is lost.

    Parameters
    ----------
    counts : tuple of QdaCount
        One a kind of thing.
    offsets : tuple of QdaOffsets
        One a transcript that has selections.
    troubles : tuple of QdaTrouble
        Single things to look at.

    Examples
    --------
    >>> print(LossReport((QdaCount("codes", 3, 3), QdaCount("graphs", 1, 0, 1, "no record holds them"))))
    LossReport(2 kinds of things, 0 lost; 0 to look at)
    kind    held  carried  passed on  lost  why
    codes      3        3          0     0
    graphs     1        0          1     0  no record holds them
    """

    counts: tuple[QdaCount, ...] = ()
    offsets: tuple[QdaOffsets, ...] = ()
    troubles: tuple[QdaTrouble, ...] = ()

    def of(self, kind: str) -> QdaCount:
        """Give the count of a kind; all zero where the file has nothing of it."""
        return next((count for count in self.counts if count.kind == kind), QdaCount(kind, 0, 0))

    @property
    def lost(self) -> int:
        """How many things of all kinds are lost."""
        return sum(count.left for count in self.counts)

    def table(self) -> Table:
        """Give one row a kind of thing."""
        values = tuple((c.kind, c.held, c.carried, c.passed, c.left, c.why) for c in self.counts)
        return Table(("kind", "held", "carried", "passed_on", "lost", "why"), values)

    @property
    def positions(self) -> Table:
        """One row a transcript: how its positions were counted and what shows it."""
        columns = ("transcript_id", "counting", "judged", "fit", "shown_by", "next_best")
        values = tuple(tuple(getattr(o, name) for name in columns) for o in self.offsets)
        return Table(columns, values, "How positions were counted")

    @property
    def to_look_at(self) -> Table:
        """One row a single thing: where it is, and what was done."""
        values = tuple((t.kind, t.where, t.what) for t in self.troubles)
        return Table(("kind", "where", "what"), values, "To look at")

    def tables(self) -> tuple[Table, ...]:
        """Give the counts, then positions and single things where there are any."""
        return (self.table(), *(t for t in (self.positions, self.to_look_at) if len(t)))

    def _summary(self) -> str:
        kinds = counted(len(self.counts), "kind of things", "kinds of things")
        return f"{kinds}, {self.lost} lost; {len(self.troubles)} to look at"
