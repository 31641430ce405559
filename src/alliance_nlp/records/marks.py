"""What readers marked as significant, each alone and apart from codes, and what each of them read."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.numeric import Floats
from alliance_nlp.records.base import Record, Row
from alliance_nlp.records.coding import CodedSpan, Coding, ReadSpan, Rule
from alliance_nlp.records.fields import Name
from alliance_nlp.records.tables import Table, Tabular
from alliance_nlp.records.transcripts import Located, Segments

SIGNIFICANT = "significant"


@dataclass(frozen=True, slots=True)
class Mark(Located):
    """What one reader said of one stretch of a transcript: significant, or read and not.

    Parameters
    ----------
    reader : str
        Who read it.
    transcript_id : str
        Where.
    start, end : int
        Offsets in code points of the transcript's text.
    significant : bool, default True
        False: read, and not significant to this reader.
    why : str
        Why, in the reader's words.
    date : datetime.date or None
        When.
    """

    reader: Name
    transcript_id: Name
    start: int
    end: int
    significant: bool = True
    why: str = ""
    date: datetime.date | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Marks(Tabular, Record):
    """What one or more readers marked as significant, and what each of them read.

    Parameters
    ----------
    marks : tuple of Mark
        One row for each stretch that a reader judged.
    read : tuple of ReadSpan
        What each reader read besides (``coder`` is the reader). Words that lie in neither are unknown: nobody says that
        they are insignificant. A stretch that was marked counts as read.

    Raises
    ------
    InputError
        When a mark is given twice, or one reader says of the same words that they are and are not significant.

    Notes
    -----
    Marks are no codes: they say that a statement stood out to a person, not what it means.

    Examples
    --------
    >>> marks = Marks((Mark("KL", "T", 0, 8), Mark("MR", "T", 0, 8, False)))
    >>> marks.readers, marks
    (('KL', 'MR'), Marks(1 mark by 2 readers))
    """

    marks: tuple[Mark, ...]
    read: tuple[ReadSpan, ...] = ()

    def _check(self) -> None:
        places = Counter((m.reader, m.transcript_id, m.start, m.end) for m in self.marks)
        again = next((place for place, times in places.items() if times > 1), None)
        if again is not None:
            reader, where, start, end = again
            raise InputError(
                f"Marks.marks must hold one mark for each reader and place. {reader!r} has more than one of "
                f"'{where}:{start}-{end}'. Keep the later one."
            )

    @cached_property
    def readers(self) -> tuple[str, ...]:
        """Readers in order of first appearance in `read`, then in `marks`."""
        return tuple(dict.fromkeys([*(r.coder for r in self.read), *(m.reader for m in self.marks)]))

    def by(self, *readers: str) -> Marks:
        """Keep what these readers marked and read.

        Raises
        ------
        InputError
            When one of them is none of these readers.
        """
        for reader in readers:
            check_choice("reader", self.readers or ("(no readers)",), reader)
        return Marks(
            tuple(m for m in self.marks if m.reader in readers), tuple(r for r in self.read if r.coder in readers)
        )

    def on(self, segments: Segments, *, rule: Rule = "half") -> dict[str, Floats]:
        """Lay the marks on segments.

        Parameters
        ----------
        segments : Segments
            The segments.
        rule : {"half", "any", "all"}, default "half"
            When a stretch covers a segment, as in `Coding.on`.

        Returns
        -------
        dict of str to array of shape (n_segments,)
            Per reader 1 (significant), 0 (read and not significant), nan (not read).

        Raises
        ------
        InputError
            When the rule is none of the three.
        AlignmentError
            When a mark ends beyond its transcript.

        Examples
        --------
        >>> from alliance_nlp.records import Segment, Transcript
        >>> text = "No time. Coffee."
        >>> segments = Segments((Segment("T", 0, 8, text[:8]), Segment("T", 9, 16, text[9:])), (Transcript("T", text),))
        >>> Marks((Mark("KL", "T", 0, 8),)).on(segments)["KL"].tolist()
        [1.0, nan]
        """
        sets = self._as_coding().on(segments, rule=rule).sets
        return {
            reader: np.array([math.nan if said is None else float(bool(said)) for said in sets[reader]], dtype=float)
            for reader in self.readers
        }

    def _as_coding(self) -> Coding:
        """Spans for the one projection that there is; who says "not significant" of words has read them."""
        applied = tuple(
            CodedSpan(m.reader, m.transcript_id, m.start, m.end, SIGNIFICANT) for m in self.marks if m.significant
        )
        unmarked = (ReadSpan(m.reader, m.transcript_id, m.start, m.end) for m in self.marks if not m.significant)
        return Coding(applied, (*self.read, *unmarked))

    def table(self) -> Table:
        """Give one row a mark: who, where, significant or not, why, when; ``print`` leaves the reasons out."""
        rows: list[Row] = [
            {"reader": m.reader, "segment_id": m.segment_id, "significant": "yes" if m.significant else "no",
             "why": m.why, "date": m.date}
            for m in self.marks
        ]  # fmt: skip
        return Table.of(rows, columns=("reader", "segment_id", "significant", "why", "date"), quoting=("why",))

    def _summary(self) -> str:
        n = sum(m.significant for m in self.marks)
        return f"{counted(n, 'mark')} by {counted(len(self.readers), 'reader')}"


def join_marks(marks: Iterable[Marks]) -> Marks:
    """Take several records of marks as one; of two marks of one reader on the same words the later one stands.

    Examples
    --------
    >>> join_marks([Marks((Mark("KL", "T", 0, 8),)), Marks((Mark("KL", "T", 0, 8, False),))]).marks[0].significant
    False
    """
    last: dict[tuple[str, str], Mark] = {}
    read: dict[ReadSpan, None] = {}
    for one in marks:
        last |= {(m.reader, m.segment_id): m for m in one.marks}
        read |= dict.fromkeys(one.read)
    return Marks(tuple(last.values()), tuple(read))
