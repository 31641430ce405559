"""A whole study: what was said, what people coded, and what they wrote down around it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alliance_nlp.records.base import Record
from alliance_nlp.records.codebook import Codebook
from alliance_nlp.records.coding import Coding
from alliance_nlp.records.transcripts import Role, Transcript


@dataclass(frozen=True, slots=True)
class Participant:
    """One person of the study: pseudonym, role, the sessions they came to.

    Parameters
    ----------
    id : str
        Pseudonym, as it stands in the transcripts.
    role : {"participant", "moderator", "co-moderator"} or None
        None where the study does not say.
    sessions : tuple of str
        Sessions they attended. Absent from a session is not the same as silent in it.
    description : str
        What the study says of them.
    """

    id: str
    role: Role | None = None
    sessions: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the interview guide: context for answers, never coded material."""

    text: str
    session: str | None = None


@dataclass(frozen=True, slots=True)
class FieldNote:
    """What a co-moderator wrote down during a session; never a segment.

    `turn` counts the session's turns from 1, as a person counts them in the file; a segment's `turn` counts from 0.
    """

    text: str
    by: str = ""
    date: datetime.date | None = None
    session: str | None = None
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the researchers expected before the analysis, dated."""

    text: str
    by: str = ""
    date: datetime.date | None = None
    theme: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Study(Record):
    """Everything that a folder of a study holds.

    Parameters
    ----------
    transcripts : tuple of Transcript
        The sessions.
    codebook : Codebook or None
        The codes that people validated.
    coding : Coding or None
        What the coders applied, each alone.
    consensus : Coding or None
        What they agreed on; its ``made_from`` is `coding`.
    guide, participants, expectations, notes : tuples
        The interview guide, the people, what was expected, field notes.
    decisions : tuple of dict
        Rows of the decision log, oldest first.
    title : str
        Name of the study.
    synthetic : bool
        True for material written for demonstration: figures on it are no evidence of quality.
    settings : dict
        What else `study.toml` says.
    """

    transcripts: tuple[Transcript, ...]
    codebook: Codebook | None = None
    coding: Coding | None = None
    consensus: Coding | None = None
    guide: tuple[Question, ...] = ()
    participants: tuple[Participant, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    notes: tuple[FieldNote, ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()
    title: str = ""
    synthetic: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    def _summary(self) -> str:
        codes = len(self.codebook) if self.codebook is not None else 0
        coders = len(self.coding.coders) if self.coding is not None else 0
        kind = "synthetic, " if self.synthetic else ""
        consensus = "a consensus" if self.consensus is not None else "no consensus"
        return f"{kind}{len(self.transcripts)} transcripts, {codes} codes, {coders} coders, {consensus}"
