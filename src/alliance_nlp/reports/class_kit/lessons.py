"""One lesson: the turns to be coded, the codes to choose from, and the words that say so in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alliance_nlp.comparison.class_words import words_in
from alliance_nlp.comparison.coding_sheets import meanings, turns_to_code
from alliance_nlp.embeddings.languages import languages_of
from alliance_nlp.errors import present
from alliance_nlp.reading.empty_studies import FormLanguage
from alliance_nlp.records import Codebook, Segment, Segments, Study, allowed
from alliance_nlp.segments import segment


@dataclass(frozen=True)
class Lesson:
    """What a class codes: a study's turns, moderators' included, and nobody's codes."""

    study: Study
    codebook: Codebook
    turns: Segments
    language: FormLanguage

    @classmethod
    def of(cls, study: Study, transcript: str | None, turns: tuple[int, int] | None, language: FormLanguage) -> Lesson:
        """Take the turns that were asked for.

        Raises
        ------
        InputError
            When there is no codebook, no such transcript, or no participant says anything in these turns.
        """
        codebook = present(study.codebook, "codebook", "write_class_kit()", "Read one with an.read_codebook().")
        return cls(study, codebook, turns_to_code(study, transcript, turns), language)

    def words(self, part: str) -> Mapping[str, Any]:
        """Words of one part of the kit."""
        found: Mapping[str, Any] = words_in(self.language)[part]
        return found

    @property
    def said(self) -> list[Segment]:
        """Turns of participants, which are to be coded."""
        coded = set(segment(self.study.transcripts, unit="turn").ids)
        return [turn for turn in self.turns if turn.id in coded]

    def codes(self) -> list[tuple[str, str, str]]:
        """Theme, name and meaning of each code; no exemplars, which may be words of the talk that somebody coded."""
        return [(code.theme, *named) for code, named in zip(self.codebook, meanings(self.codebook), strict=True)]

    def shown(self, turn: Segment) -> str:
        """Words of a turn, or that whoever said them did not agree to be quoted."""
        return turn.text if allowed([turn], "quotation") else str(self.words("said")["withheld"])

    def frame(self) -> dict[str, object]:
        """Values that sentences of the kit name: the title, which transcript, first and last turn."""
        numbers = [number_of(turn) for turn in self.turns]
        return {
            "title": self.study.title, "transcript": ", ".join(dict.fromkeys(t.transcript_id for t in self.turns)),
            "first": min(numbers), "last": max(numbers), "turns": len(self.turns), "said": len(self.said),
        }  # fmt: skip

    def talk_language(self) -> str:
        """Code of the talk's language: as study.toml says, else as its words seem to be; empty where neither does."""
        stated = self.study.settings.get("language")
        if isinstance(stated, str) and stated.strip():
            return stated.strip()
        return next((code for code, _ in languages_of([turn.text for turn in self.turns]).most_common(1)), "")

    def in_which_language(self) -> str:
        """Say the talk's language, and whether that is stated or only seems so."""
        code, said = self.talk_language(), self.words("said")
        if not code:
            return str(said["talk_unknown"])
        names = self.words("languages")
        name = names.get(code, names.get(code.partition("-")[0].casefold(), code))
        stated = bool(self.study.settings.get("language"))
        return str(said["talk_in" if stated else "talk_seems"]).format(language=name)

    def about(self) -> list[str]:
        """Say the talk's language, and that it is synthetic where it is."""
        return [self.in_which_language(), *([str(self.words("said")["synthetic"])] if self.study.synthetic else [])]


def number_of(turn: Segment) -> int:
    """Give a turn's number, counted from 1 as everywhere."""
    return (turn.turn or 0) + 1
