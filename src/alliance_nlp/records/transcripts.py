"""Sessions as they were spoken: turns, transcripts, and the segments that are coded."""

from __future__ import annotations

import datetime
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, get_args, overload

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.records.base import Record
from alliance_nlp.records.consent import NOT_QUOTED, Use
from alliance_nlp.records.fields import MOST, Checked, Count, Name, Seconds, shown_number
from alliance_nlp.records.read_reports import ReadReport
from alliance_nlp.records.tables import Table, Tabular
from alliance_nlp.records.turns_at import turn_at, turns_within

Role = Literal["participant", "moderator", "co-moderator"]
Unit = Literal["turn", "sentence", "paragraph", "window"]
ROLES: tuple[str, ...] = get_args(Role)
MODERATORS: frozenset[Role | None] = frozenset({"moderator", "co-moderator"})


def moderates(role: Role | None) -> bool:
    """Whether a role is that of a moderator or co-moderator; an unknown role is not.

    Examples
    --------
    >>> moderates("co-moderator"), moderates(None)
    (True, False)
    """
    return role in MODERATORS


class Spanning(Checked):
    """What begins at one character of a text and ends at another."""

    __slots__ = ()
    start: int
    end: int

    def _check(self) -> None:
        if not 0 <= self.start <= self.end < MOST:
            noun = re.sub("(?<=.)(?=[A-Z])", " ", type(self).__name__).lower()
            below = " < 2**63" if self.end >= MOST else ""
            start, end = shown_number(self.start), shown_number(self.end)
            raise InputError(f"A {noun} needs 0 <= start <= end{below}. Got start={start}, end={end}.")


class Located(Spanning):
    """What stands somewhere in a transcript."""

    __slots__ = ()
    transcript_id: str

    @property
    def segment_id(self) -> str:
        """Id of the words, ``transcript_id:start-end``."""
        return f"{self.transcript_id}:{self.start}-{self.end}"


def refuse_outside(
    where: str, spans: Iterable[Located], transcripts: Iterable[Transcript], *, strangers: bool = False
) -> None:
    """Refuse spans that end beyond their transcript, or lie in none of those given.

    Parameters
    ----------
    where : str
        What holds them, for the message.
    spans : iterable of CodedSpan, ReadSpan, ChainLink, ...
        The spans.
    transcripts : iterable of Transcript
        Where they must lie.
    strangers : bool, default False
        Pass over spans of other transcripts.

    Raises
    ------
    AlignmentError
        When there are any.
    """
    ends = {transcript.id: len(transcript.text) for transcript in transcripts}
    for place, span in enumerate(spans):
        end = ends.get(span.transcript_id, math.inf if strangers else None)
        if end is None or span.end > end:
            why = f"is not among the {len(ends)} transcripts" if end is None else f"has {end} characters"
            raise AlignmentError(
                f"{where} must lie inside the transcripts. Position {place} is {span.transcript_id}:{span.start}-"
                f"{span.end}; {span.transcript_id!r} {why}. Was the transcript changed after it was coded?"
            )


class Voiced(Checked):
    """What somebody says."""

    __slots__ = ()
    speaker: str | None
    person_id: str | None

    @property
    def person(self) -> str | None:
        """Who says it: the person as the study knows them, else the label; whoever counts people counts these."""
        return self.person_id or self.speaker


@dataclass(frozen=True, slots=True)
class Turn(Spanning, Voiced):
    """One person's stretch of talk: a slice of the transcript's text.

    Parameters
    ----------
    start, end : int
        Offsets in code points; ``transcript.text[start:end]`` is what was said. Equal for a blank turn.
    speaker : str or None
        The label in the file; None where the file does not say or where several spoke at once.
    role : {"participant", "moderator", "co-moderator"} or None
        None means unknown, which is not the same as participant.
    begin_s, end_s : float or None
        Seconds from the start of the recording; None where the file gives none.
    refuses : frozenset of {"quotation", "machine", "remote model"}
        To which uses of these words the person did not agree; a study fills it in from its list of participants.
    person_id : str or None
        Who that is, where the label alone does not say it (see `Participant`); None where it does.

    Raises
    ------
    InputError
        When offsets or times run backwards, or the role is none of the three.
    """

    start: int
    end: int
    speaker: Name | None = None
    role: Role | None = None
    begin_s: Seconds | None = None
    end_s: Seconds | None = None
    refuses: frozenset[Use] = frozenset()
    person_id: Name | None = None

    def _check(self) -> None:
        Spanning._check(self)
        if self.begin_s is not None and self.end_s is not None and self.begin_s > self.end_s:
            raise InputError(f"A turn needs begin_s <= end_s. Got begin_s={self.begin_s}, end_s={self.end_s}.")

    @property
    def asks(self) -> bool:
        """Whether the moderator speaks, so that it is the question of the turns after it."""
        return self.role == "moderator"


@dataclass(frozen=True, repr=False)
class Transcript(Tabular, Checked):
    """One session: its verbatim text and the turns in it.

    Parameters
    ----------
    id : str
        Name of the transcript, unique in a study; a file's name without its ending.
    text : str
        Everything that was read, character for character; offsets count its code points.
    turns : tuple of Turn
        In order, not overlapping, inside the text.
    date : datetime.date or None
        Day of the session.
    session : str or None
        Name of the session where several transcripts belong to one; None means the transcript is its own session.
    source : str or None
        Name of the file it came from.
    report : ReadReport or None
        What reading it came to: what was guessed, left out, set apart. It is no part of what a transcript says: two
        transcripts are equal without it, and `save` does not keep it.

    Raises
    ------
    InputError
        When turns overlap, run backwards or leave the text.

    Examples
    --------
    >>> t = Transcript("T1", "P1: We listen.", (Turn(4, 14, "P1", "participant"),))
    >>> t.turn_text(0)
    'We listen.'
    """

    id: str
    text: str
    turns: tuple[Turn, ...] = ()
    date: datetime.date | None = None
    session: Name | None = None
    source: str | None = None
    report: ReadReport | None = field(default=None, compare=False, repr=False)

    def _check(self) -> None:
        if not self.id:
            raise InputError("A transcript needs an id. Got an empty one. Give it the name of its file or session.")
        last = 0
        for index, turn in enumerate(self.turns):
            if turn.start < last or turn.end > len(self.text):
                raise InputError(
                    f"Turns of transcript {self.id!r} must follow one another inside its {len(self.text)} characters. "
                    f"Turn {index} has start={turn.start}, end={turn.end}; the one before it ends at {last}."
                )
            last = turn.end

    @property
    def session_name(self) -> str:
        """Name of the session: the one given, else the transcript's own id."""
        return self.session if self.session is not None else self.id

    @property
    def speakers(self) -> tuple[str, ...]:
        """Labels under which people speak, in order of first appearance."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker is not None))

    def turn_text(self, index: int) -> str:
        """Words of one turn, verbatim."""
        turn = self.turns[index]
        return self.text[turn.start : turn.end]

    def refuses(self, start: int, end: int) -> frozenset[Use]:
        """To which uses of some words the people who say them did not agree."""
        return frozenset().union(*(turn.refuses for turn in turns_within(self.turns, start, end)))

    def shown(self, start: int, end: int) -> str:
        """Words as a reader may see them: a mark stands for what somebody says who did not agree to be quoted.

        Examples
        --------
        >>> t = Transcript("T", "No time. Me too.", (Turn(0, 8, "P1", refuses=frozenset({"quotation"})), Turn(9, 16)))
        >>> t.shown(0, 16)
        '[not quoted: no consent] Me too.'
        """
        parts, at = [], start
        for turn in turns_within(self.turns, start, end):
            if "quotation" in turn.refuses:
                parts += [self.text[at : max(turn.start, start)], NOT_QUOTED]
                at = min(turn.end, end)
        return "".join([*parts, self.text[at:end]])

    def turn_at(self, start: int, end: int | None = None) -> int | None:
        """Index of the turn that words belong to.

        Parameters
        ----------
        start, end : int
            Offsets of the words; without `end`, of a position.

        Returns
        -------
        int or None
            The first turn that shares words with them, or the blank turn that stands there; where none does, the last
            turn that begins before them, None where none does.

        Examples
        --------
        >>> t = Transcript("T", "A: Yes. B: No.", (Turn(3, 7), Turn(11, 14)))
        >>> t.turn_at(4), t.turn_at(8, 14), t.turn_at(0)
        (0, 1, None)
        """
        return turn_at(self.turns, start, start if end is None else end)

    def answer_at(self, start: int, end: int) -> int | None:
        """Index of the turn that coded words belong to: the first that a moderator does not speak, where there is one.

        Examples
        --------
        >>> t = Transcript("T", "Why? No time.", (Turn(0, 4, "M", "moderator"), Turn(5, 13, "P1")))
        >>> t.answer_at(0, 13), t.answer_at(0, 4)
        (1, 0)
        """
        first = self.turn_at(start, end)
        if first is not None:
            until = bisect_left(self.turns, end, key=lambda turn: turn.start)
            for index, turn in enumerate(self.turns[first:until], first):
                if not moderates(turn.role) and max(turn.start, start) < min(turn.end, end):
                    return index
        return first

    def question_turn(self, turn: int) -> int | None:
        """Index of the moderator's last turn before a turn; None where there is none."""
        before = bisect_left(self._asked, turn)
        return self._asked[before - 1] if before else None

    @cached_property
    def _asked(self) -> tuple[int, ...]:
        return tuple(index for index, turn in enumerate(self.turns) if turn.asks)

    def question_before(self, turn: int) -> str | None:
        """Words of the moderator's last turn before a turn; None where there is none."""
        asked = self.question_turn(turn)
        return self.shown(self.turns[asked].start, self.turns[asked].end) if asked is not None else None

    def table(self) -> Table:
        """Give one row a turn; its words are in ``rows()`` and HTML, not in ``print``."""
        columns = ("transcript_id", "turn", "speaker", "role", "begin_s", "end_s", "start", "end", "text")
        values = (
            (self.id, index, turn.person, turn.role, turn.begin_s, turn.end_s, turn.start, turn.end,
             self.shown(turn.start, turn.end))
            for index, turn in enumerate(self.turns)
        )  # fmt: skip
        return Table(columns, tuple(values), quoting=("text",))

    def __repr__(self) -> str:
        turns, speakers = counted(len(self.turns), "turn"), counted(len(self.speakers), "speaker")
        return f"Transcript({self.id!r}, {turns}, {speakers})"


@dataclass(frozen=True, slots=True, repr=False)
class Segment(Located, Voiced):
    """The unit that is coded: a slice of one turn of one transcript.

    Parameters
    ----------
    transcript_id : str
        The transcript it lies in.
    start, end : int
        Offsets in code points of the transcript's text.
    text : str
        The words between them, verbatim.
    speaker, role : str or None
        As in its turn.
    turn : int
        Index of its turn in the transcript, from 0.
    position : int
        Its place among the segments of the same transcript, from 0.
    refuses : frozenset of {"quotation", "machine", "remote model"}
        As in its turn.
    person_id : str or None
        As in its turn.
    """

    transcript_id: Name
    start: int
    end: int
    text: str
    speaker: Name | None = None
    role: Role | None = None
    turn: Count = 0
    position: Count = 0
    refuses: frozenset[Use] = frozenset()
    person_id: Name | None = None

    @property
    def shown(self) -> str:
        """Words as a reader may see them: a mark where the person did not agree to be quoted."""
        return NOT_QUOTED if "quotation" in self.refuses else self.text

    @property
    def id(self) -> str:
        """``transcript_id:start-end``: derived, so the same segment has the same id in every run."""
        return f"{self.transcript_id}:{self.start}-{self.end}"

    def __repr__(self) -> str:
        return f"Segment({self.id!r}, {counted(len(self.text), 'character')})"


def span_of(segment_id: str) -> tuple[str, int, int] | None:
    """Transcript, start and end of a segment's id; None when it is not one.

    Examples
    --------
    >>> span_of("T1:4-14"), span_of("T1")
    (('T1', 4, 14), None)
    """
    transcript_id, _, offsets = segment_id.rpartition(":")
    start, _, end = offsets.partition("-")
    if not (transcript_id and start.isdecimal() and end.isdecimal() and int(start) <= int(end)):
        return None
    return transcript_id, int(start), int(end)


@dataclass(frozen=True, eq=False, repr=False)
class Segments(Tabular, Record, Sequence[Segment]):
    """A sequence of segments that keeps the transcripts they lie in.

    Parameters
    ----------
    items : tuple of Segment
        The segments, in the order of their transcripts.
    transcripts : tuple of Transcript
        Where they were cut from; a segment always leads back to its turn, its neighbors and the question before it.
    unit : {"turn", "sentence", "paragraph", "window"}, default "turn"
        How they were cut.

    Raises
    ------
    AlignmentError
        When a segment's words are not those of its transcript at its offsets, or two segments are the same one.

    Examples
    --------
    >>> t = Transcript("T1", "We listen.", (Turn(0, 10),))
    >>> segments = Segments((Segment("T1", 0, 10, "We listen."),), (t,))
    >>> segments.ids, len(segments)
    (('T1:0-10',), 1)
    """

    items: tuple[Segment, ...]
    transcripts: tuple[Transcript, ...]
    unit: Unit = "turn"

    def _check(self) -> None:
        known = self._transcripts_by_id
        if len(set(self.ids)) != len(self.items):
            raise AlignmentError(
                f"{len(self.items) - len(set(self.ids))} segments are given twice. Give each one once."
            )
        for index, segment in enumerate(self.items):
            transcript = known.get(segment.transcript_id)
            if transcript is None:
                raise AlignmentError(
                    f"Segment {index} ({segment.id}) lies in transcript {segment.transcript_id!r}, which is not among "
                    f"the {len(known)} given. Pass the transcripts that the segments were cut from."
                )
            if transcript.text[segment.start : segment.end] != segment.text or segment.end > len(transcript.text):
                raise AlignmentError(
                    f"The words of segment {index} ({segment.id}) are not those at its offsets in the transcript. "
                    f"Cut the segments again from these transcripts."
                )
            if segment.turn >= max(len(transcript.turns), 1):
                turns = counted(len(transcript.turns), "turn")
                raise AlignmentError(f"Segment {index} ({segment.id}) is of turn {segment.turn}. There are {turns}.")
        object.__setattr__(self, "items", _kept_apart(self))
        if any(turn.refuses for transcript in self.transcripts for turn in transcript.turns):
            object.__setattr__(self, "items", tuple(map(self._as_agreed, self.items)))

    def _as_agreed(self, segment: Segment) -> Segment:
        """Give a segment with what its people did not agree to."""
        refused = segment.refuses | self.transcript_of(segment).refuses(segment.start, segment.end)
        return segment if refused == segment.refuses else replace(segment, refuses=refused)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.items)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> Segments: ...
    def __getitem__(self, index: int | slice) -> Segment | Segments:
        return (
            Segments(self.items[index], self.transcripts, self.unit) if isinstance(index, slice) else self.items[index]
        )

    def take(self, positions: Sequence[int] | np.ndarray[Any, Any]) -> Segments:
        """Keep the segments at these positions, in that order, with their transcripts."""
        return Segments(tuple(self.items[int(p)] for p in positions), self.transcripts, self.unit)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(segment.id for segment in self.items)

    @property
    def speakers(self) -> frozenset[str]:
        """People who speak in them."""
        return frozenset(segment.person for segment in self.items if segment.person is not None)

    @property
    def texts(self) -> list[str]:
        """The words of each segment, in order."""
        return [segment.text for segment in self.items]

    @cached_property
    def _transcripts_by_id(self) -> dict[str, Transcript]:
        known = {transcript.id: transcript for transcript in self.transcripts}
        if len(known) != len(self.transcripts):
            raise AlignmentError("Two transcripts have the same id. Give each transcript a name of its own.")
        return known

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {segment_id: index for index, segment_id in enumerate(self.ids)}

    def index_of(self, segment_id: str) -> int:
        """Position of the segment with this id.

        Raises
        ------
        InputError
            When there is none.
        """
        if segment_id not in self._positions:
            raise InputError(f"No segment has the id {segment_id!r}. There are {len(self)} segments; see `.ids`.")
        return self._positions[segment_id]

    def transcript_of(self, segment: Segment) -> Transcript:
        """Transcript that a segment lies in."""
        return self._transcripts_by_id[segment.transcript_id]

    def turn_of(self, segment: Segment) -> Turn:
        """Turn that a segment lies in."""
        return self.transcript_of(segment).turns[segment.turn]

    def session_of(self, segment: Segment) -> str:
        """Name of the session that a segment was spoken in."""
        return self.transcript_of(segment).session_name

    def neighbors(self, segment: Segment, *, n: int = 1) -> tuple[Segment, ...]:
        """Up to `n` segments before and after this one in the same transcript, itself left out."""
        here = self.index_of(segment.id)
        around = range(max(0, here - n), min(len(self), here + n + 1))
        return tuple(
            self.items[i] for i in around if i != here and self.items[i].transcript_id == segment.transcript_id
        )

    def question_before(self, segment: Segment) -> str | None:
        """Words of the moderator's last turn before this segment; None where there is none."""
        return self.transcript_of(segment).question_before(segment.turn)

    def table(self) -> Table:
        """Give one row a segment; its words are in ``rows()`` and HTML, not in ``print``."""
        columns = (
            "segment_id", "transcript_id", "session", "turn", "position", "speaker", "role", "start", "end", "text",
        )  # fmt: skip
        values = (
            (s.id, s.transcript_id, self.session_of(s), s.turn, s.position, s.person, s.role, s.start, s.end, s.shown)
            for s in self.items
        )
        return Table(columns, tuple(values), quoting=("text",))

    def _summary(self) -> str:
        transcripts = counted(len(self.transcripts), "transcript")
        return f"{counted(len(self), 'segment')} of {transcripts}, unit={self.unit!r}"


def _kept_apart(segments: Segments) -> tuple[Segment, ...]:
    """Segments in which a label of several transcripts, that nobody answered for, is a person in each."""
    open_ = [s for s in segments.items if s.speaker is not None and s.person_id is None]
    places: dict[str | None, set[str]] = {}
    for segment in open_:
        places.setdefault(segment.speaker, set()).add(segment.transcript_id)
    if all(len(where) == 1 for where in places.values()):
        return segments.items
    return tuple(
        replace(s, person_id=f"{s.speaker} ({s.transcript_id})")
        if s.person_id is None and len(places.get(s.speaker, ())) > 1 else s
        for s in segments.items
    )  # fmt: skip
