"""A whole study: what was said, what people coded, and what they wrote down around it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from alliance_nlp.errors import InputError, choice_error, counted
from alliance_nlp.records.base import Record
from alliance_nlp.records.codebook import LEVELS, Codebook, Level, UnderCodebook
from alliance_nlp.records.coding import Coding
from alliance_nlp.records.consent import Unquoted
from alliance_nlp.records.fields import Checked, Name, Positive, refuse_twice
from alliance_nlp.records.marks import Marks
from alliance_nlp.records.people import Participant, SamePeople, key, resolve_people
from alliance_nlp.records.read_reports import ReadReport
from alliance_nlp.records.statements import NOBODY_CODED, Statement, chosen_coding, statements_of
from alliance_nlp.records.tables import Table, Tabular
from alliance_nlp.records.transcripts import Role, Transcript, Turn, moderates, refuse_outside


@dataclass(frozen=True, slots=True)
class Question(Checked):
    """One question of the interview guide: context for answers, never coded material."""

    text: str
    session: Name | None = None


@dataclass(frozen=True, slots=True)
class FieldNote(Checked):
    """What a co-moderator wrote down during a session; never a segment.

    `turn` counts the session's turns from 1, as a person counts them in the file; a segment's `turn` counts from 0.
    """

    text: str
    by: str = ""
    date: datetime.date | None = None
    session: Name | None = None
    turn: Positive | None = None


@dataclass(frozen=True, slots=True)
class Expectation(Checked):
    """What the researchers expected before the analysis, dated; `contrary` says in their words what it is not."""

    text: str
    by: str = ""
    date: datetime.date | None = None
    theme: Name | None = None
    contrary: str = ""


# what names the machine that counts before anything is compared, and what it must be
MACHINE: dict[str, tuple[type, str]] = {
    "recipe": (str, "text, such as 'consensus'"), "unit": (str, "text, such as 'turn'"),
    "level": (str, " or ".join(map(repr, LEVELS))), "learnt": (bool, "true or false"),
}  # fmt: skip


def machine_problems(machine: Any) -> list[str]:
    """Say what is wrong with the machine that a study names beforehand."""
    if not isinstance(machine, Mapping):
        return ["machine must be written as [machine], with recipe, unit, level and learnt below it"]
    problems = [f"[machine] {choice_error('key', tuple(MACHINE), str(key))}" for key in machine if key not in MACHINE]
    for name, (kind, wanted) in MACHINE.items():
        value = machine.get(name)
        if name in machine and (
            not isinstance(value, kind) or value == "" or (name == "level" and value not in LEVELS)
        ):
            problems.append(f"[machine] {name} must be {wanted}. Got {value!r} instead")
    return problems


@dataclass(frozen=True, eq=False, repr=False)
class Study(UnderCodebook, Tabular, Record):
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
    ledger_lines : tuple of str
        Lines of decisions.jsonl as they stand, also those that hold no decision: ``Ledger.of_study(study)`` and
        the audit trail check the same chain as `read_ledger`, with its problems and its seal.
    marks : Marks or None
        What readers marked as significant, each alone and apart from codes, and what each of them read.
    title : str
        Name of the study.
    synthetic : bool
        True for material written for demonstration: figures on it are no evidence of quality.
    settings : dict
        What else `study.toml` says; ``machine`` names the machine that counts, before anything is compared.
    same_people : bool or tuple of str, optional
        Whether a label that recurs over transcripts is one person: True, False, or the labels that are; None: not said.

    Raises
    ------
    InputError
        When two transcripts, or two people, have one id, two people go by one label in one place, or a code is not in
        the codebook.
    AlignmentError
        When a span lies in no transcript of the study, or ends beyond it.
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
    same_people: SamePeople = None
    ledger_lines: tuple[str, ...] = ()
    marks: Marks | None = None

    def _check(self) -> None:
        problems = machine_problems(self.settings.get("machine", {}))
        if problems:
            raise InputError(f"Study.settings: {'; '.join(problems)}.")
        refuse_twice("Study.transcripts", (transcript.id for transcript in self.transcripts))
        refuse_twice("Study.participants", (person.id for person in self.participants))
        people = resolve_people(self.transcripts, self.participants, self.same_people)
        # who speaks, and what they agreed to, is said once, and goes wherever the turns go
        object.__setattr__(self, "transcripts", tuple(map(self._as_agreed, people)))
        if self.marks is not None:
            refuse_outside("Study.marks", (*self.marks.marks, *self.marks.read), self.transcripts)
        for name, coding in (("coding", self.coding), ("consensus", self.consensus)):
            if coding is None:
                continue
            refuse_outside(f"Study.{name}.applied", coding.applied, self.transcripts)
            refuse_outside(f"Study.{name}.read", coding.read, self.transcripts)
            if self.codebook is not None:
                self.codebook.refuse_unknown({a.code_id for a in coding.applied if a.code_id}, f"Study.{name}")

    def _as_agreed(self, transcript: Transcript) -> Transcript:
        """Give a transcript in which every turn knows what its person did not agree to."""
        turns = tuple(self._turn_as_agreed(turn) for turn in transcript.turns)
        same = all(one is other for one, other in zip(turns, transcript.turns, strict=True))
        return transcript if same else replace(transcript, turns=turns)

    def _turn_as_agreed(self, turn: Turn) -> Turn:
        person = self._entry(turn)
        refused = person.consent(turn.refuses) if person is not None else turn.refuses
        return turn if refused == turn.refuses else replace(turn, refuses=refused)

    @cached_property
    def _listed(self) -> dict[str | None, Participant]:
        return {person.id: person for person in self.participants}

    @cached_property
    def _by_label(self) -> dict[str, Participant]:
        """Whom a label alone means: people who are listed without sessions."""
        return {name: person for person in self.participants if not person.sessions for name in person.keys}

    def _entry(self, turn: Turn) -> Participant | None:
        """Give what the list of participants says of whoever speaks."""
        return self._listed.get(turn.person) or self._by_label.get(key(turn.speaker or ""))

    @cached_property
    def _unquoted(self) -> Unquoted:
        return Unquoted.of((turn.refuses, t.turn_text(at)) for t in self.transcripts for at, turn in enumerate(t.turns))

    def quotable(self, text: str) -> str:
        """Give what people wrote, or a mark where it copies out the talk of those who did not agree to be quoted."""
        return self._unquoted.shown(text)

    @property
    def consent(self) -> Table:
        """One row a person: whether they agreed to be quoted, read by a machine, sent to a model elsewhere."""
        words = {True: "yes", False: "no", None: "not said"}
        values = tuple((p.id, words[p.quotation], words[p.machine], words[p.remote_model]) for p in self.participants)
        columns = ("participant", "quotation", "machine", "remote_model")
        return Table(columns, values, "What people agreed to", notes=("Not said is not refused; ask them.",))

    @property
    def report(self) -> ReadReport:
        """What reading the transcripts came to: what was guessed, left out, set apart; empty where nothing was read."""
        return ReadReport.of(self.transcripts)

    @property
    def codings(self) -> tuple[Coding, ...]:
        """What people coded, the consensus first; empty where nobody did."""
        return tuple(coding for coding in (self.consensus, self.coding) if coding is not None)

    def role_of(self, turn: Turn) -> Role | None:
        """Role in which a turn is spoken: a moderator's when the turn or the study says so; None where neither says."""
        entry = self._entry(turn)
        said = (turn.role, entry.role if entry is not None else None)
        return next(filter(moderates, said), said[0] or said[1])

    def coded_by(self, coder: str | None = None) -> Coding | None:
        """Give the coding that counts: the consensus where there is one, else what the coders applied.

        Parameters
        ----------
        coder : str, optional
            Take only what this coder (or "consensus") applied; also a coder behind the consensus.

        Raises
        ------
        InputError
            When the study does not know the coder.
        """
        return chosen_coding(self.codings, coder)

    def statements(
        self, *, level: Level | None = None, coder: str | None = None, counted: bool = True, moderators: bool = False
    ) -> tuple[Statement, ...]:
        """Give the coded statements of the study: who said which words, under which code they stand.

        Parameters
        ----------
        level : {"theme", "essence", "code"}, optional
            Give each statement once for each name on this level, however many codes below it, or coders, apply. By
            default every application of a code.
        coder : str, optional
            Use only what this coder (or "consensus") applied. By default the consensus counts where there is one, else
            what all coders applied, a machine among them.
        counted : bool, default True
            False gives rejected suggestions too; their ``counts`` is False.
        moderators : bool, default False
            True gives what moderators say, too: a question is no statement of a participant, whatever code it carries.

        Returns
        -------
        tuple of Statement
            In the order of the transcripts.

        Raises
        ------
        InputError
            When the level is none of the three, the coder is not known, or nobody has coded anything.

        Examples
        --------
        >>> from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, Transcript, Turn
        >>> t = Transcript("T", "No time.", (Turn(0, 8, "P1", "participant"),))
        >>> spans = (CodedSpan("KL", "T", 0, 8, "Time/rush"), CodedSpan("m", "T", 0, 8, "Time", "rejected"))
        >>> study = Study((t,), Codebook((Code("Time", "", "rush"),)), Coding(spans, ()))
        >>> [(x.speaker, x.at("theme"), x.name, x.counts) for x in study.statements(counted=False)]
        [('P1', 'Time', 'rush', True), ('P1', 'Time', 'Time', False)]
        """
        if level is not None and level not in LEVELS:
            raise choice_error("level", LEVELS, level)
        coding = self.coded_by(coder)
        if coding is None or not coding.applied:
            raise InputError(NOBODY_CODED)
        made = statements_of(coding, self.transcripts, self.codebook, self.role_of)
        found = [x for x in made if (x.counts or not counted) and (moderators or not x.moderates)]
        if level is None:
            return tuple(found)
        once: dict[tuple[str, str], Statement] = {}
        for statement in found:
            once.setdefault((statement.segment_id, statement.at(level)), statement)
        return tuple(once.values())

    def viewed(self, *, theme: int = 1, essence: int | None = None) -> Study:
        """View the study with other levels of its codebook as themes and essences, as `Codebook.viewed` does.

        Parameters
        ----------
        theme : int, default 1
            On which level, counted from 1, the themes of the view stand.
        essence : int, optional
            On which level the essences stand; by default the next one.

        Returns
        -------
        Study
            Whatever takes a study counts, relates and draws on these levels.

        Raises
        ------
        InputError
            When a level is below 1, or the essences do not stand below the themes.

        Examples
        --------
        >>> from alliance_nlp.records import Code
        >>> study = Study((Transcript("T", "No time."),), Codebook((Code("Work", "Time", "clock/rush"),)))
        >>> study.viewed(theme=2).book.themes[0].name
        'Work/Time'
        """
        return _viewed(self, theme, essence)

    def table(self) -> Table:
        """Give one row a transcript: its session, date and file, and how much was said by how many."""
        columns = ("transcript_id", "session", "date", "speakers", "turns", "characters", "source")
        return Table(columns, tuple(map(_sizes, self.transcripts)))

    def _summary(self) -> str:
        codes = counted(len(self.codebook) if self.codebook is not None else 0, "code")
        coders = counted(len(self.coding.coders) if self.coding is not None else 0, "coder")
        kind = "synthetic, " if self.synthetic else ""
        consensus = "a consensus" if self.consensus is not None else "no consensus"
        return f"{kind}{counted(len(self.transcripts), 'transcript')}, {codes}, {coders}, {consensus}"


def _sizes(t: Transcript) -> tuple[Any, ...]:
    return t.id, t.session_name, t.date, len(t.speakers), len(t.turns), len(t.text), t.source


def _viewed(study: Study, theme: int, essence: int | None) -> Study:
    def seen(coding: Coding | None, behind: object) -> Coding | None:
        if coding is None or coding.codebook is None:
            return coding
        return replace(coding, codebook=coding.codebook.viewed(theme=theme, essence=essence), made_from=behind)

    book = study.codebook.viewed(theme=theme, essence=essence) if study.codebook is not None else None
    coding = seen(study.coding, study.coding.made_from if study.coding is not None else None)
    behind = study.consensus.made_from if study.consensus is not None else None
    behind = coding if behind is study.coding else seen(behind, None) if isinstance(behind, Coding) else behind
    return replace(study, codebook=book, coding=coding, consensus=seen(study.consensus, behind))
