"""Short assent ("me neither"), linked to the statement that it answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alliance_nlp.method.horizontalization.lexicon import NEGATION, words_of
from alliance_nlp.records import Transcript, Turn

ASSENT = frozenset(
    {
        "mm", "mhm", "mmm", "hm", "yes", "yeah", "yep", "yup", "aye", "uh huh", "exactly", "agreed", "right", "true",
        "sure", "absolutely", "definitely", "precisely", "indeed", "totally", "certainly", "of course", "ok", "okay",
        "i agree", "i agree with that", "i think so too", "me too", "me neither", "nor me", "nor i", "same here",
        "same for me", "likewise", "so do i", "so am i", "so have i", "so did i", "neither do i", "neither have i",
        "neither am i", "nor do i", "nor have i", "that's true", "that's right", "that's it", "that's so", "it is",
        "it does", "they do", "you do", "we do", "i know", "quite", "quite so", "fair enough", "good point",
        "very true", "so true", "well said", "i do too", "i do as well", "as well", "too", "oh yes", "it's true",
    }
)  # fmt: skip
DISSENT_UNLESS_NEGATED = frozenset({"no", "nope", "not me", "i don't", "i don't either", "not at all", "never"})
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Assent:
    """A short turn that assents to what another person said.

    Parameters
    ----------
    transcript_id : str
        Where.
    turn : int
        Index of the short turn.
    speaker : str
        Who assents.
    answers : int
        Index of the turn that holds the statement.
    answers_speaker : str
        Who made the statement.
    """

    transcript_id: str
    turn: int
    speaker: str
    answers: int
    answers_speaker: str


def find_assent(transcripts: Sequence[Transcript], *, words: Collection[str] | None = None) -> tuple[Assent, ...]:
    """Find short turns that assent to a statement of another participant, and link them to it.

    Parameters
    ----------
    transcripts : sequence of Transcript
        Transcripts with speakers.
    words : collection of str, optional
        Words and phrases of assent, in lower case, for another language than English.

    Returns
    -------
    tuple of Assent
        In the order of the transcripts.

    Notes
    -----
    A turn assents when it consists of words of assent only, at most eight of them, and the last longer turn before it
    is another participant's, with no moderator in between (then it answers the moderator). "No" assents to a
    statement with a negation and to nothing else. Assent is counted as a voice, never as a coding: "mm" may also mean
    "go on". Tone, nods and silence are not in the words.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> t = Transcript("T", "I never do. Me neither.", (Turn(0, 11, "P1"), Turn(12, 23, "P2")))
    >>> [(a.speaker, a.answers_speaker) for a in find_assent((t,))]
    [('P2', 'P1')]
    """
    phrases = frozenset(words) if words is not None else ASSENT
    negative = DISSENT_UNLESS_NEGATED if words is None else frozenset()
    found = []
    for transcript in transcripts:
        statement: int | None = None
        for index, turn in enumerate(transcript.turns):
            spoken = words_of(transcript.turn_text(index))
            if turn.role in ("moderator", "co-moderator"):
                statement = None
            elif _consists_of(spoken, phrases | negative):
                if statement is not None and _assents(transcript, turn, spoken, statement, phrases):
                    other = str(transcript.turns[statement].speaker)
                    found.append(Assent(transcript.id, index, str(turn.speaker), statement, other))
            elif spoken:
                statement = index
    return tuple(found)


def _consists_of(spoken: Sequence[str], phrases: Collection[str]) -> bool:
    """Whether a short turn falls into words and phrases of a list, without remainder."""
    if not 0 < len(spoken) <= LONGEST:
        return False
    reachable = {0}
    for end in range(1, len(spoken) + 1):
        if any(start in reachable and " ".join(spoken[start:end]) in phrases for start in range(max(0, end - 4), end)):
            reachable.add(end)
    return len(spoken) in reachable


def _assents(
    transcript: Transcript, turn: Turn, spoken: Sequence[str], statement: int, phrases: Collection[str]
) -> bool:
    said_by = transcript.turns[statement].speaker
    if turn.speaker is None or said_by is None or said_by == turn.speaker:
        return False
    negated = bool(NEGATION & set(words_of(transcript.turn_text(statement))))
    return _consists_of(spoken, phrases) or negated
