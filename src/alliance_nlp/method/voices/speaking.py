"""Per theme: who speaks of it, how much, who only assents, who is silent, and who was not there."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from alliance_nlp.errors import InputError, counted
from alliance_nlp.method.voices.interaction import Assent, find_assent
from alliance_nlp.records import (
    Level,
    Record,
    Row,
    Statement,
    Study,
    Table,
    Tabular,
    moderators_left_out,
    not_counted,
    still_in,
)

Voice = Literal["speaks", "assents", "silent", "absent"]  # what a person is to a theme
ONE_VOICE = 0.5  # more than this share of a theme's statements by one person: the theme is carried by one voice


@dataclass(frozen=True, eq=False, repr=False)
class Voices(Tabular, Record):
    """Who speaks of each theme; whether for or against it, `who_spoke_for` says by people's marks.

    Parameters
    ----------
    per_theme : Table
        One row a theme: statements, how many people speak of it, only assent, are silent, were absent; the largest
        share of one person, evenness, and whether one voice carries it.
    per_person : Table
        One row a theme and person: what they are to it, statements, words, share, assents, sessions attended,
        statements per session attended.
    assents : tuple of Assent
        Short assent and the statements it answers.
    """

    per_theme: Table
    per_person: Table
    assents: tuple[Assent, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Give one row a theme, then one a theme and person."""
        return self.per_theme, self.per_person

    def _summary(self) -> str:
        return f"{counted(len(self.per_theme), 'theme')}, {counted(len(self.assents), 'assent')}"


def count_voices(study: Study, *, level: Level = "theme", coder: str | None = None) -> Voices:
    """Count, per theme, who speaks of it, how much, who only assents, and who is silent.

    Parameters
    ----------
    study : Study
        A study with a coding; its consensus counts where it has one.
    level : {"theme", "essence", "code"}, default "theme"
        For what to count voices.
    coder : str, optional
        Count only what this coder applied.

    Returns
    -------
    Voices
        Prints one row a theme.

    Raises
    ------
    InputError
        When the level is none of the three, or nobody has coded anything.

    Notes
    -----
    Evenness is Pielou's J: entropy of the statements over people, divided by the logarithm of how many people were
    there; 1 when all speak equally, nan for one person (doi:10.1016/0022-5193(66)90013-0). A theme in which one person
    makes more than half of the statements is marked as carried by one voice. Short assent makes a person a voice, never
    a statement. A participant who attended no session is absent, not silent; one who took back what they said is not
    counted, and a line says so. How often somebody speaks of a theme
    does not say how much it means to them.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Study, Transcript, Turn
    >>> t = Transcript("T", "No time. Me neither.", (Turn(0, 8, "P1"), Turn(9, 20, "P2")))
    >>> study = Study((t,), Codebook((Code("Time"),)), Coding((CodedSpan("KL", "T", 0, 8, "Time"),), ()))
    >>> row = count_voices(study).rows()[0]
    >>> row["speaking"], row["only_assenting"], row["one_voice"]
    (1, 1, 'one voice: P1')
    """
    present = still_in(study)
    if not present:
        raise InputError(
            "No turn of the transcripts has a speaker, so voices cannot be counted. Read transcripts with speakers."
        )
    statements = study.statements(level=level, coder=coder)
    assents = find_assent(study.transcripts)
    per_theme, per_person = [], []
    for name in study.book.names_at(level, (x.at(level) for x in statements)):
        people = _people(name, [x for x in statements if x.at(level) == name], assents, present)
        per_person += people
        per_theme.append(_theme_row(name, people))
    n_asked = len(study.statements(level=level, coder=coder, moderators=True)) - len(statements)
    notes = ("Short assent counts as a voice, never as a coding. Absent is not silent.", *moderators_left_out(n_asked),
             *not_counted(study))  # fmt: skip
    return Voices(
        Table.of(per_theme, columns=THEME_COLUMNS, notes=notes), Table.of(per_person, columns=PERSON_COLUMNS), assents
    )


THEME_COLUMNS = (
    "theme", "statements", "speaking", "only_assenting", "silent", "absent", "largest_share", "evenness", "one_voice",
)  # fmt: skip
PERSON_COLUMNS = (
    "theme", "participant", "voice", "statements", "words", "share", "assents", "sessions_attended", "per_session",
)  # fmt: skip


def _people(
    name: str, statements: Sequence[Statement], assents: Sequence[Assent], present: Mapping[str, frozenset[str]]
) -> list[Row]:
    said, words = Counter(x.person for x in statements), Counter[str | None]()
    for x in statements:
        words[x.person] += x.n_words
    turns = {(x.transcript_id, x.turn) for x in statements}
    assenting = Counter(a.speaker for a in assents if (a.transcript_id, a.answers) in turns)
    total = sum(said.values()) - said[None]
    rows: list[Row] = []
    for person, sessions in present.items():
        voice: Voice = (
            "speaks" if said[person] else "assents" if assenting[person] else "silent" if sessions else "absent"
        )
        rows.append({
            "theme": name, "participant": person, "voice": voice, "statements": said[person], "words": words[person],
            "share": said[person] / total if total else math.nan, "assents": assenting[person],
            "sessions_attended": len(sessions), "per_session": said[person] / len(sessions) if sessions else math.nan,
        })  # fmt: skip
    return rows


def _theme_row(name: str, people: Sequence[Row]) -> Row:
    kinds = Counter(row["voice"] for row in people)
    counts = [row["statements"] for row in people if row["voice"] != "absent"]
    largest = max(people, key=lambda row: row["statements"])
    total = sum(counts)
    share = largest["statements"] / total if total else math.nan
    alone = len(counts) > 1 and share > ONE_VOICE
    return {
        "theme": name, "statements": total, "speaking": kinds["speaks"], "only_assenting": kinds["assents"],
        "silent": kinds["silent"], "absent": kinds["absent"], "largest_share": share, "evenness": evenness(counts),
        "one_voice": f"one voice: {largest['participant']}" if alone else "",
    }  # fmt: skip


def evenness(counts: Sequence[int]) -> float:
    """Pielou's J of statements over people; nan where there are fewer than two people or no statement.

    Examples
    --------
    >>> evenness([3, 3, 3]), evenness([5, 0]), evenness([5])
    (1.0, 0.0, nan)
    """
    total = sum(counts)
    if total == 0 or len(counts) < 2:
        return math.nan
    entropy = sum(-n / total * math.log(n / total) for n in counts if n)
    return round(entropy / math.log(len(counts)), 12)
