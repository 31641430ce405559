"""Coded statements: who said which words, and under which code they stand. Whoever counts, counts these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from alliance_nlp.errors import InputError
from alliance_nlp.records.codebook import Code, Codebook, Level
from alliance_nlp.records.coding import CodedSpan, Coding
from alliance_nlp.records.consent import Use
from alliance_nlp.records.transcripts import Role, Transcript, Turn, Voiced, moderates

NOBODY_CODED = "Nobody has coded anything, so there is no chain to follow. Read codings into the study first."
SPAN = tuple(each.name for each in fields(CodedSpan))


@dataclass(frozen=True, slots=True, repr=False)
class Statement(CodedSpan, Voiced):
    """One application of a code, with the words it was applied to and who said them.

    Parameters
    ----------
    coder, transcript_id, start, end, code_id, status, score, note, date
        As in the `CodedSpan` that it was made of.
    code : Code
        Where the code stands: its row in the codebook; a code of its own where the codebook does not know it.
    transcript : Transcript
        What was said around it.
    turn : int or None
        Index of its first turn that is not a moderator's, else of the turn in which it begins; None where no turn
        begins before it, so that nobody is known to say it.
    speaker : str or None
        Under which label it stands in the file.
    role : {"participant", "moderator", "co-moderator"} or None
        In which role, by the turn or by what the study says of the person; None means unknown.
    person_id : str or None
        As in its turn; ``person`` is who says it.

    Notes
    -----
    ``counts`` follows from the status alone, never from a name or a sentence. Printing shows ids, not words.
    """

    code: Code = field(kw_only=True)
    transcript: Transcript = field(kw_only=True)
    turn: int | None = field(kw_only=True)
    speaker: str | None = field(kw_only=True)
    role: Role | None = field(kw_only=True)
    person_id: str | None = field(kw_only=True)

    @property
    def text(self) -> str:
        """The words, verbatim."""
        return self.transcript.text[self.start : self.end]

    @property
    def shown(self) -> str:
        """The words as a reader may see them: a mark stands for people who did not agree to be quoted."""
        return self.transcript.shown(self.start, self.end)

    @property
    def refuses(self) -> frozenset[Use]:
        """To which uses the people who say it did not agree."""
        return self.transcript.refuses(self.start, self.end)

    @property
    def n_words(self) -> int:
        """Number of words."""
        return len(self.text.split())

    @property
    def session(self) -> str:
        """Name of the session in which they were said."""
        return self.transcript.session_name

    @property
    def question(self) -> str | None:
        """Words of the moderator's last turn before them; None where there is none."""
        return self.transcript.question_before(self.turn) if self.turn is not None else None

    @property
    def moderates(self) -> bool:
        """Whether a moderator or co-moderator says it."""
        return moderates(self.role)

    @property
    def name(self) -> str:
        """Name of the code on the lowest level that is filled."""
        return self.code.name

    def at(self, level: Level) -> str:
        """Path of the code rolled up to a level; a code without that level stands for itself."""
        return self.code.at(level)

    def said_by(self, person: str) -> list[tuple[int, int, int]]:
        """Parts of it that one person says, not as a moderator: index of the turn, start, end."""
        parts = []
        for index in range(self.turn or 0, len(self.transcript.turns)):
            turn = self.transcript.turns[index]
            start, end = max(turn.start, self.start), min(turn.end, self.end)
            if turn.start >= self.end:
                break
            if turn.person == person and not moderates(turn.role) and start < end:
                parts.append((index, start, end))
        return parts

    def __repr__(self) -> str:
        return f"Statement({self.segment_id!r}, {self.code_id!r}, {self.status} by {self.coder!r})"


def statements_of(
    coding: Coding, transcripts: Sequence[Transcript], codebook: Codebook | None, role_of: Callable[[Turn], Role | None]
) -> list[Statement]:
    """Make the statements of a coding, in the order of the transcripts.

    Parameters
    ----------
    coding : Coding
        The coding.
    transcripts : sequence of Transcript
        Where the words stand; spans of other transcripts are passed over.
    codebook : Codebook or None
        Where the codes stand.
    role_of : callable
        Gives the role in which a turn is spoken.

    Returns
    -------
    list of Statement
        Rejected ones are among them (``counts`` is False). Where the machine declined to answer there is no statement.
    """
    known = {transcript.id: (place, transcript) for place, transcript in enumerate(transcripts)}
    book = codebook or Codebook(())
    found = [
        _statement(span, known[span.transcript_id][1], book, role_of)
        for span in coding.applied
        if span.status != "abstained" and span.transcript_id in known
    ]
    return sorted(found, key=lambda x: (known[x.transcript_id][0], x.start, x.end))


def _statement(
    span: CodedSpan, transcript: Transcript, book: Codebook, role_of: Callable[[Turn], Role | None]
) -> Statement:
    index = transcript.answer_at(span.start, span.end)
    turn = transcript.turns[index] if index is not None else None
    return Statement(
        **{name: getattr(span, name) for name in SPAN}, code=book.place(span.code_id),
        transcript=transcript, turn=index, speaker=turn.speaker if turn is not None else None,
        role=role_of(turn) if turn is not None else None, person_id=turn.person_id if turn is not None else None,
    )  # fmt: skip


def moderators_left_out(n: int) -> tuple[str, ...]:
    """Say how many coded statements of moderators were left out; nothing where there was none.

    Examples
    --------
    >>> moderators_left_out(1)
    ('1 coded statement of a moderator is left out: mend its row, or ask for it with moderators=True.',)
    """
    are, its, it = ("statement of a moderator is", "its row", "it") if n == 1 else (
        "statements of moderators are", "their rows", "them"
    )  # fmt: skip
    return (f"{n} coded {are} left out: mend {its}, or ask for {it} with moderators=True.",) if n else ()


def chosen_coding(codings: Sequence[Coding], coder: str | None = None) -> Coding | None:
    """Take the first of several codings, or what one coder applied in whichever of them knows the coder.

    Raises
    ------
    InputError
        When none of them knows the coder.
    """
    coders = [name for coding in codings for name in coding.coders]
    if coder is None:
        return codings[0] if codings else None
    if coder not in coders:
        raise InputError(f"coder must be one of {', '.join(map(repr, coders)) or 'nobody'}. Got {coder!r} instead.")
    return next(coding.by(coder) for coding in codings if coder in coding.coders)
