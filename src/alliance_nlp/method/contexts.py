"""A quote back in its context: the question before it, the turns around it, the rest of its own turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alliance_nlp.errors import InputError
from alliance_nlp.records import Record, Row, Segment, Table, Transcript, Turn


def turn_at(transcript: Transcript, position: int) -> int | None:
    """Index of the turn that holds a position of the text, or the last one before it; None where none begins before.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> turn_at(Transcript("T", "Yes. No.", (Turn(0, 4), Turn(5, 8))), 6)
    1
    """
    index = bisect_right(transcript.turns, position, key=lambda turn: turn.start) - 1
    return index if index >= 0 else None


def question_before(transcript: Transcript, turn: int) -> str | None:
    """Words of the moderator's last turn before a turn; None where there is none."""
    asked = [index for index in range(turn) if transcript.turns[index].role == "moderator"]
    return transcript.turn_text(asked[-1]) if asked else None


@dataclass(frozen=True, eq=False, repr=False)
class QuoteInContext(Record):
    """One quote where it was said.

    Parameters
    ----------
    transcript : Transcript
        Where.
    start, end : int
        Offsets of the quote in the transcript's text.
    turn : int
        Index of the turn in which it begins.
    before, after : int
        How many turns around it to show.

    Notes
    -----
    ``text`` is the quote alone (decontextualized), ``rows()`` the quote among what was said around it
    (recontextualized). Printing shows offsets and people only; ``_repr_html_`` and ``rows()`` show the words.
    """

    transcript: Transcript
    start: int
    end: int
    turn: int
    before: int = 2
    after: int = 1

    @property
    def text(self) -> str:
        """The quote, verbatim."""
        return self.transcript.text[self.start : self.end]

    @property
    def speaker(self) -> str | None:
        """Who said it."""
        return self.transcript.turns[self.turn].speaker

    @property
    def question(self) -> str | None:
        """Words of the moderator's last turn before it."""
        return question_before(self.transcript, self.turn)

    def table(self) -> Table:
        """Give one row a turn: the question, the turns before, the quote's own, the turns after."""
        last = max(self.turn, turn_at(self.transcript, max(self.start, self.end - 1)) or 0)
        turns = self.transcript.turns
        shown = range(max(0, self.turn - self.before), min(len(turns), last + self.after + 1))
        asked = [i for i in range(self.turn) if turns[i].role == "moderator"][-1:]
        rows: list[Row] = [self._row(i, last) for i in [*(i for i in asked if i not in shown), *shown]]
        return Table.of(rows, columns=("turn", "what", "speaker", "text"), quoting=("text",))

    def _row(self, index: int, last: int) -> Row:
        turn: Turn = self.transcript.turns[index]
        own = self.turn <= index <= last
        what = (
            "quote" if own else "question" if turn.role == "moderator" else "before" if index < self.turn else "after"
        )
        text = self.transcript.turn_text(index)
        if own:
            first, end = max(self.start, turn.start) - turn.start, min(self.end, turn.end) - turn.start
            text = f"{text[:first]}[{text[first:end]}]{text[end:]}"
        return {"turn": index, "what": what, "speaker": turn.speaker, "text": text}

    def rows(self) -> list[Row]:
        """Give one dict a turn; the quote's words stand in square brackets within their turn."""
        return self.table().rows()

    def to_frame(self) -> Any:
        """Give the turns as a pandas data frame."""
        return self.table().to_frame()

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()

    def _summary(self) -> str:
        return f"{self.transcript.id}:{self.start}-{self.end} in turn {self.turn}"


def open_quote(
    transcripts: Sequence[Transcript], quote: Segment | str, *, before: int = 2, after: int = 1
) -> QuoteInContext:
    """Open a quote in its context: the question before it, the turns around it.

    Parameters
    ----------
    transcripts : sequence of Transcript
        The transcripts of the study.
    quote : Segment or str
        The segment, or its id ``transcript:start-end``.
    before, after : int, default 2 and 1
        Turns to show on either side; the moderator's last question is shown even when it lies further back.

    Returns
    -------
    QuoteInContext
        The quote, its question, and the turns around it.

    Raises
    ------
    InputError
        When no transcript holds words at that place.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> t = Transcript("T", "How? Slowly.", (Turn(0, 4, "M", "moderator"), Turn(5, 12, "P1", "participant")))
    >>> open_quote((t,), "T:5-12").question
    'How?'
    """
    quote_id = quote.id if isinstance(quote, Segment) else str(quote)
    name, _, offsets = quote_id.rpartition(":")
    first, _, last = offsets.partition("-")
    found = next((t for t in transcripts if t.id == name), None)
    if found is None or not (first.isdecimal() and last.isdecimal()) or not int(first) <= int(last) <= len(found.text):
        raise InputError(
            f"No transcript holds the quote {quote_id!r}. An id is 'transcript:start-end'; the transcripts are "
            f"{', '.join(repr(t.id) for t in transcripts) or 'none'}."
        )
    turn = turn_at(found, int(first))
    if turn is None:
        raise InputError(f"The quote {quote_id!r} lies before the first turn of its transcript, so nobody said it.")
    return QuoteInContext(found, int(first), int(last), turn, before, after)
