"""A quote back in its context: the question before it, the turns around it, the rest of its own turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.records import Record, Row, Segment, Table, Tabular, Transcript, span_of
from alliance_nlp.records.fields import Count


@dataclass(frozen=True, eq=False, repr=False)
class QuoteInContext(Tabular, Record):
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
    start: Count
    end: Count
    turn: Count
    before: Count = 2
    after: Count = 1

    def _check(self) -> None:
        if not self.start <= self.end <= len(self.transcript.text) or self.turn >= len(self.transcript.turns):
            raise AlignmentError(
                f"QuoteInContext.start, end and turn must lie inside the {len(self.transcript.text)} characters and "
                f"{len(self.transcript.turns)} turns of {self.transcript.id!r}. Got {self.start}-{self.end} in turn "
                f"{self.turn}."
            )

    @property
    def text(self) -> str:
        """The quote, verbatim."""
        return self.transcript.shown(self.start, self.end)

    @property
    def speaker(self) -> str | None:
        """Who said it."""
        return self.transcript.turns[self.turn].person

    @property
    def question(self) -> str | None:
        """Words of the moderator's last turn before it."""
        return self.transcript.question_before(self.turn)

    def table(self) -> Table:
        """Give one row a turn: the question, the turns before, the quote's own, the turns after."""
        last = max(self.turn, self.transcript.turn_at(max(self.start, self.end - 1)) or 0)
        shown = range(max(0, self.turn - self.before), min(len(self.transcript.turns), last + self.after + 1))
        asked = self.transcript.question_turn(self.turn)
        before = [] if asked is None or asked in shown else [asked]
        rows: list[Row] = [self._row(index, last) for index in (*before, *shown)]
        return Table.of(rows, columns=("turn", "what", "speaker", "text"), quoting=("text",))

    def _row(self, index: int, last: int) -> Row:
        turn = self.transcript.turns[index]
        own = self.turn <= index <= last
        what = "quote" if own else "question" if turn.asks else "before" if index < self.turn else "after"
        text = self.transcript.shown(turn.start, turn.end)
        if own and "quotation" not in turn.refuses:
            first, end = max(self.start, turn.start) - turn.start, min(self.end, turn.end) - turn.start
            text = f"{text[:first]}[{text[first:end]}]{text[end:]}"
        return {"turn": index, "what": what, "speaker": turn.person, "text": text}

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
    place = span_of(quote_id)
    found = next((t for t in transcripts if place is not None and t.id == place[0]), None)
    if place is None or found is None or place[2] > len(found.text):
        raise InputError(
            f"No transcript holds the quote {quote_id!r}. An id is 'transcript:start-end'; the transcripts are "
            f"{', '.join(repr(t.id) for t in transcripts) or 'none'}."
        )
    _, start, end = place
    turn = found.turn_at(start, end)
    if turn is None:
        raise InputError(f"The quote {quote_id!r} lies before the first turn of its transcript, so nobody said it.")
    return QuoteInContext(found, start, end, turn, before, after)
