"""Who answers whom: short assent ("me neither") linked to what it answers, turns after turns, notes beside turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alliance_nlp.errors import InputError, counted
from alliance_nlp.method.horizontalization.lexicon import NEGATION, words_of
from alliance_nlp.records import FieldNote, Row, Study, Table, Transcript, Turn, moderates, resolve_people
from alliance_nlp.records.fields import Checked, Count, Name

ASSENT = frozenset({
    "mm", "mhm", "mmm", "hm", "yes", "yeah", "yep", "yup", "aye", "uh huh", "exactly", "agreed", "right", "true",
    "sure", "absolutely", "definitely", "precisely", "indeed", "totally", "certainly", "of course", "ok", "okay",
    "i agree", "i agree with that", "i think so too", "me too", "me neither", "nor me", "nor i", "same here",
    "same for me", "likewise", "so do i", "so am i", "so have i", "so did i", "neither do i", "neither have i",
    "neither am i", "nor do i", "nor have i", "that's true", "that's right", "that's it", "that's so", "it is",
    "it does", "they do", "you do", "we do", "i know", "quite", "quite so", "fair enough", "good point",
    "very true", "so true", "well said", "i do too", "i do as well", "as well", "too", "oh yes", "it's true",
})  # fmt: skip
DISSENT_UNLESS_NEGATED = frozenset({"no", "nope", "not me", "i don't", "i don't either", "not at all", "never"})
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Assent(Checked):
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

    transcript_id: Name
    turn: Count
    speaker: Name
    answers: Count
    answers_speaker: Name

    def _check(self) -> None:
        if self.answers >= self.turn or self.speaker == self.answers_speaker:
            raise InputError(
                f"Assent.turn must answer an earlier turn of another person. Got turn {self.turn} of {self.speaker!r} "
                f"for turn {self.answers} of {self.answers_speaker!r}."
            )


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
    for transcript in resolve_people(transcripts):
        answered: tuple[int, Turn, list[str]] | None = None
        for index, turn in enumerate(transcript.turns):
            spoken = words_of(transcript.turn_text(index))
            if moderates(turn.role):
                answered = None
            elif not _consists_of(spoken, phrases | negative):
                answered = (index, turn, spoken) if spoken else answered
            elif answered is not None:
                at, said, words_said = answered
                known = None not in (turn.person, said.person) and turn.person != said.person
                if known and (_consists_of(spoken, phrases) or NEGATION & set(words_said)):
                    found.append(Assent(transcript.id, index, str(turn.person), at, str(said.person)))
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


def who_answers_whom(transcripts: Sequence[Transcript]) -> Table:
    """Count whose turns follow whose.

    Parameters
    ----------
    transcripts : sequence of Transcript
        Transcripts with speakers.

    Returns
    -------
    Table
        One row a pair: who speaks, after whom, in how many turns, how many of these are short assent to that person's
        statement. Moderators stand in the column `after` only.

    Notes
    -----
    Short assent counts for the person whose statement it answers; any other turn for the person who spoke just
    before. To speak after someone is not always to answer them.

    Examples
    --------
    >>> from alliance_nlp.records import Transcript, Turn
    >>> t = Transcript("T", "I never do. Me neither.", (Turn(0, 11, "P1"), Turn(12, 23, "P2")))
    >>> print(who_answers_whom((t,)))
    speaker  after  turns  assents
    P2       P1         1        1
    """
    assents = {(a.transcript_id, a.turn): a.answers_speaker for a in find_assent(transcripts)}
    turns: Counter[tuple[str, str]] = Counter()
    assenting: Counter[tuple[str, str]] = Counter()
    unknown = 0
    for transcript in transcripts:
        for index, (before, turn) in enumerate(zip(transcript.turns, transcript.turns[1:], strict=False), start=1):
            if moderates(turn.role) or before.person == turn.person is not None:
                continue
            if turn.person is None or before.person is None:
                unknown += 1
                continue
            pair = (turn.person, assents.get((transcript.id, index), before.person))
            turns[pair] += 1
            assenting[pair] += (transcript.id, index) in assents
    rows: list[Row] = [
        {"speaker": pair[0], "after": pair[1], "turns": n, "assents": assenting[pair]}
        for pair, n in sorted(turns.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    ]
    notes = (f"Left out: {counted(unknown, 'turn')} without a speaker on one side.",) if unknown else ()
    return Table.of(rows, columns=("speaker", "after", "turns", "assents"), notes=notes)


def notes_beside(study: Study) -> Table:
    """Put the co-moderator's field notes beside the turns that they belong to.

    Parameters
    ----------
    study : Study
        A study with field notes; ``FieldNote.turn`` counts every turn of its session from 1, as in ``notes.csv``.

    Returns
    -------
    Table
        One row a note, in the order of the sessions: date, by whom, session, turn, speaker, the note, the turn's
        words. A note without a turn is about the whole session. Words and notes are in ``rows()`` and HTML, not in
        ``print``.

    Notes
    -----
    Field notes are what somebody saw. They are never segments and are never coded.

    Examples
    --------
    >>> from alliance_nlp.records import FieldNote, Study, Transcript, Turn
    >>> t = Transcript("T", "No time.", (Turn(0, 8, "P1"),))
    >>> study = Study((t,), notes=(FieldNote("Sighs.", "C", None, "T", 1),))
    >>> [(row["speaker"], row["note"]) for row in notes_beside(study)]
    [('P1', 'Sighs.')]
    """
    known = {name: t for t in study.transcripts for name in (t.id, t.session_name)}
    order = {t.session_name: place for place, t in enumerate(study.transcripts)}
    rows: list[Row] = []
    lost = 0
    for note in study.notes:
        transcript = known.get(note.session or "")
        turn = _turn_of(note, transcript)
        lost += note.turn is not None and turn is None
        speaker = text = None
        if transcript is not None and turn is not None:
            place = (transcript.turns[turn].start, transcript.turns[turn].end)
            speaker, text = transcript.turns[turn].person, transcript.shown(*place)
        rows.append({
            "session": transcript.session_name if transcript is not None else note.session, "turn": note.turn,
            "speaker": speaker, "date": note.date, "by": note.by, "note": study.quotable(note.text), "text": text,
        })  # fmt: skip
    rows.sort(key=lambda row: (order.get(row["session"], len(order)), -1 if row["turn"] is None else row["turn"]))
    notes = [f"{counted(lost, 'note names', 'notes name')} a turn that their session does not have."] if lost else []
    columns = ("session", "turn", "speaker", "date", "by", "note", "text")
    return Table.of(rows, columns=columns, quoting=("note", "text"), notes=notes)


def _turn_of(note: FieldNote, transcript: Transcript | None) -> int | None:
    """Index of a note's turn; None where it has none or its session lacks it."""
    if transcript is None or note.turn is None or not 1 <= note.turn <= len(transcript.turns):
        return None
    return note.turn - 1
