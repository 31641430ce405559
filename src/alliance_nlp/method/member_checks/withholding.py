"""What may not go into a participant's pack: names and words of other participants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.records import Study, Transcript, Turn, attendance, doubt_about, is_generic, moderates, people_behind
from alliance_nlp.records.consent import LONG, runs_of, words_in

JUST_SAID = 10  # turns in which a moderator takes up what was said
OTHER = "[another participant]"


def refuse_doubtful(study: Study, participant: str) -> None:
    """Refuse a pack for nobody, and one that could hold the words of another person.

    Raises
    ------
    InputError
        When nobody of that name took part, or the study does not say who stands behind a label.
    """
    people = attendance(study)
    if why := doubt_about(participant, people_behind(study)):
        raise InputError(
            f"A pack for {participant!r} could hold another person's words: {why}. In study.toml give each person a "
            f"[[participants]] entry with id, sessions = [...] and labels = [...]; for labels that are one person in "
            f"every session write same_people = [those labels]. As it stands, they are {', '.join(map(repr, people))}."
        )
    if participant not in people:
        raise choice_error("participant", tuple(people) or ("(nobody)",), participant)


@dataclass(frozen=True)
class OthersWords:
    """Names and words of everybody but one participant."""

    study: Study
    participant: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the other participants, longest first: their ids and labels, but no word that names nobody."""
        ids = attendance(self.study).keys()
        labels = {(turn.person, turn.speaker) for transcript in self.study.transcripts for turn in transcript.turns}
        labels |= {(person.id, label) for person in self.study.participants for label in person.labels}
        own = {self.participant, *(label for person, label in labels if person == self.participant)}
        others = {label for person, label in labels if label and person in ids} | ids
        return tuple(sorted((n for n in others - own if not is_generic(n)), key=lambda name: (-len(name), name)))

    @cached_property
    def _spoken(self) -> list[tuple[Turn, list[str]]]:
        """Every turn with its words."""
        return [
            (turn, words_in(transcript.turn_text(index)))
            for transcript in self.study.transcripts
            for index, turn in enumerate(transcript.turns)
        ]

    def _is_others(self, turn: Turn) -> bool:
        """Whether another participant speaks, or somebody unknown, who counts as another."""
        return not moderates(self.study.role_of(turn)) and turn.person != self.participant

    @cached_property
    def _runs(self) -> frozenset[tuple[str, ...]]:
        """Four words in a row that others said and the participant did not, two of them long enough to tell."""
        others = {run for turn, words in self._spoken if self._is_others(turn) for run in runs_of(words)}
        return frozenset(
            others.difference(*(runs_of(w) for turn, w in self._spoken if turn.person == self.participant))
        )

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Long words that one other person alone has said, at most twice, and the participant never."""
        told: dict[str, list[str | None]] = {}
        for turn, words in self._spoken:
            if self._is_others(turn) or turn.person == self.participant:
                for word in set(words):
                    told.setdefault(word, []).append(turn.person)
        return frozenset(
            word for word, by in told.items()
            if len(word) >= LONG and len(by) <= 2 and len(set(by)) == 1 and by[0] != self.participant
        )  # fmt: skip

    def named_in(self, text: str) -> bool:
        """Whether a text names another participant."""
        return any(_whole(name).search(text) for name in self.names)

    def in_written(self, text: str) -> bool:
        """Whether what researchers wrote names another participant or repeats four words of theirs in a row."""
        return self.named_in(text) or bool(self._runs & runs_of(words_in(text)))

    def in_question(self, transcript: Transcript, turn: int) -> bool:
        """Whether a moderator's turn names another participant, repeats them, or takes up a telling word of theirs.

        A word is taken up when another participant said it in one of the ten turns before.
        """
        text = transcript.turn_text(turn)
        before = {
            word
            for index in range(max(0, turn - JUST_SAID), turn)
            if self._is_others(transcript.turns[index])
            for word in words_in(transcript.turn_text(index))
        }
        return self.in_written(text) or bool(set(words_in(text)) & self._telling & before)

    def masked(self, text: str) -> str:
        """Put a mark in place of other participants' names."""
        for name in self.names:
            text = _whole(name).sub(OTHER, text)
        return text


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
