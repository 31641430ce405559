"""What reading a file came to: who was found and why, what was guessed, left out, set apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from alliance_nlp.errors import counted
from alliance_nlp.records.base import Record
from alliance_nlp.records.fields import Checked, Count, Name
from alliance_nlp.records.tables import Table, Tabular

ReadKind = Literal["left out", "set apart", "guessed", "noticed"]


@dataclass(frozen=True, slots=True)
class ReadItem(Checked):
    """One thing that a reader did with a file beside reading its turns.

    Parameters
    ----------
    kind : {"left out", "set apart", "guessed", "noticed"}
        "left out": words that nobody said and that stand in no turn (a title block, a program's closing line);
        "set apart": what belongs to the talk and to nobody's turn (a remark of the transcriber, captions that a program
        repeated); "guessed": a decision that the file does not settle; "noticed": anything else that was said in the
        warning or the log.
    why : str
        What was done, and by which rule.
    where : str
        Lines, rows, paragraphs or cues as an editor numbers them; empty where it is the whole file.
    words : str
        The words themselves; in ``rows()`` only, never in ``print``.
    """

    kind: ReadKind
    why: str
    where: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class FoundSpeaker(Checked):
    """Somebody who speaks in a file: how they are called, their role, their turns, and why role and name were believed.

    Parameters
    ----------
    name : str
        The label, in its first spelling.
    role : {"participant", "moderator", "co-moderator"} or None
        None means unknown.
    turns : int
        How many turns they have.
    why : str
        What tells the role.
    guessed : bool
        Whether that is a guess: by a single letter, by what the others are.
    """

    name: Name
    role: Literal["participant", "moderator", "co-moderator"] | None
    turns: Count
    why: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class FileRead(Checked):
    """What reading one transcript came to.

    Parameters
    ----------
    transcript_id : str
        The transcript.
    turns, timed, unnamed : int
        How many turns there are, how many of them have a time, and how many have no speaker.
    speakers : tuple of FoundSpeaker
        In order of first appearance.
    items : tuple of ReadItem
        What was left out, set apart, guessed, noticed.
    taken_off : tuple of str
        What stood before and behind the words of turns, in order: names, times, numbers of lines.
    """

    transcript_id: Name
    turns: Count = 0
    timed: Count = 0
    unnamed: Count = 0
    speakers: tuple[FoundSpeaker, ...] = ()
    items: tuple[ReadItem, ...] = ()
    taken_off: tuple[str, ...] = ()

    def count(self, kind: ReadKind) -> int:
        """How many items are of a kind; a role that was guessed counts with the guesses."""
        own = sum(item.kind == kind for item in self.items)
        return own + (sum(one.guessed for one in self.speakers) if kind == "guessed" else 0)


class Reported(Protocol):
    """What may carry a report of how it was read: a transcript."""

    @property
    def report(self) -> ReadReport | None:
        """The report; None for what was not read from a file or a frame."""


@dataclass(frozen=True, eq=False, repr=False)
class ReadReport(Tabular, Record):
    """Say what reading came to, a row for each thing that was left out, set apart, guessed or noticed.

    Parameters
    ----------
    files : tuple of FileRead
        One a transcript.

    Notes
    -----
    Every word of a file stands in a turn, in ``rows()`` of this report, or in ``taken_off`` of its file; none stands in
    two of them. Markup, and hyphens at the ends of a PDF's pages, are no words. ``print`` shows places, reasons and
    counts; the words are in ``rows()``, ``to_frame()`` and HTML.

    Examples
    --------
    >>> print(ReadReport((FileRead("S1", 2, items=(ReadItem("left out", "a title block", "line 1", "Date: May"),)),)))
    ReadReport(1 transcript, 2 turns, 0 speakers; 0 guessed, 1 left out, 0 set apart)
    transcript id  kind      where   why
    S1             left out  line 1  a title block
    <BLANKLINE>
    Per transcript
    transcript id  turns  speakers  moderators  no speaker  timed  guessed  left out  set apart
    S1                 2         0           0           0      0        0         1          0
    """

    files: tuple[FileRead, ...] = ()

    @classmethod
    def of(cls, transcripts: Iterable[Reported]) -> ReadReport:
        """Gather the reports of some transcripts; one that was not read from a file has none."""
        return cls(tuple(file for t in transcripts if t.report is not None for file in t.report.files))

    @property
    def per_transcript(self) -> Table:
        """One row a transcript: turns, speakers, times, and how much was guessed, left out, set apart."""
        columns = (
            "transcript_id", "turns", "speakers", "moderators", "no_speaker", "timed", "guessed", "left_out",
            "set_apart",
        )  # fmt: skip
        values = (
            (f.transcript_id, f.turns, len(f.speakers),
             sum(s.role in ("moderator", "co-moderator") for s in f.speakers), f.unnamed, f.timed,
             f.count("guessed"), f.count("left out"), f.count("set apart"))
            for f in self.files
        )  # fmt: skip
        return Table(columns, tuple(values), "Per transcript")

    @property
    def speakers(self) -> Table:
        """One row a speaker of a transcript: role, turns, what tells the role, and whether that is a guess."""
        values = tuple(
            (f.transcript_id, s.name, s.role, s.turns, s.guessed, s.why) for f in self.files for s in f.speakers
        )
        return Table(("transcript_id", "speaker", "role", "turns", "guessed", "why"), values, "Speakers")

    def table(self) -> Table:
        """Give one row a thing that was left out, set apart, guessed or noticed; its words are not in ``print``."""
        values = tuple((f.transcript_id, i.kind, i.where, i.why, i.words) for f in self.files for i in f.items)
        return Table(("transcript_id", "kind", "where", "why", "words"), values, quoting=("words",))

    def tables(self) -> tuple[Table, ...]:
        """Give the table of rows, then one row a transcript, then one a speaker."""
        return (self.table(), self.per_transcript, *([self.speakers] if len(self.speakers) else []))

    def _summary(self) -> str:
        files, turns = counted(len(self.files), "transcript"), counted(sum(f.turns for f in self.files), "turn")
        speakers = counted(sum(len(f.speakers) for f in self.files), "speaker")
        kinds: tuple[ReadKind, ...] = ("guessed", "left out", "set apart")
        return f"{files}, {turns}, {speakers}; " + ", ".join(
            f"{sum(f.count(kind) for f in self.files)} {kind}" for kind in kinds
        )
