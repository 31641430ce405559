"""Whose words may go to a language model, by the consent on record; and what of a codebook copies other people's.

On this computer: words of everybody who did not refuse a machine. Elsewhere: words of those of whom it is recorded that
they agreed to a remote model, and of nobody else; what is not said is no consent to being sent away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from alliance_nlp.records import Code, Segment, Segments, Study, Transcript, Turn, is_form, moderates
from alliance_nlp.records.consent import Unquoted
from alliance_nlp.records.people import key

SILENT = frozenset({"quotation"})  # as `Unquoted` knows those whose words are to be found and left out


@dataclass(frozen=True)
class Permission:
    """Whose words may be sent.

    Parameters
    ----------
    segments : Segments
        What is to be coded, with all transcripts.
    remote : bool
        Whether the model runs elsewhere.
    agreed, refused : frozenset of str
        People of whom it is recorded that their words may be sent elsewhere; every name and label of those of whom it
        is recorded that no machine may read them, for transcripts that do not know of the study.
    """

    segments: Segments
    remote: bool
    agreed: frozenset[str]
    refused: frozenset[str] = frozenset()

    @classmethod
    def of(cls, segments: Segments, study: Study | None, *, remote: bool) -> Permission:
        """Read off a study who agreed."""
        people = study.participants if study is not None else ()
        refused = frozenset[str]().union(*(p.keys for p in people if p.machine is False))
        agreed = frozenset(p.id for p in people if p.remote_model and p.machine is not False)
        return cls(segments, remote, agreed, refused)

    def may(self, said: Segment | Turn) -> bool:
        """Whether these words may be sent."""
        names = {key(name) for name in (said.person, said.speaker) if name is not None}
        if "machine" in said.refuses or names & self.refused:
            return False
        return not self.remote or ("remote model" not in said.refuses and said.person in self.agreed)

    @cached_property
    def unsent(self) -> Unquoted:
        """What those said whose words may not be sent, to be known again in the codebook."""
        used = {s.transcript_id for s in self.segments}
        return Unquoted.of(
            (frozenset[str]() if self.may(turn) else SILENT, t.text[turn.start : turn.end])  # type: ignore[misc]
            for t in self.segments.transcripts if t.id in used for turn in t.turns
        )  # fmt: skip

    def cleared(self, code: Code) -> tuple[Code, int]:
        """Give a code without texts that copy words which may not be sent, and how many were left out."""
        exemplars = tuple(text for text in code.exemplars if self._is_free(text))
        written = {name: getattr(code, name) for name in ("definition", "include", "exclude")}
        kept = {name: text if self._is_free(text) else "" for name, text in written.items()}
        left_out = len(code.exemplars) - len(exemplars) + sum(kept[name] != text for name, text in written.items())
        return Code(code.theme, code.essence, code.code, exemplars=exemplars, aliases=code.aliases, **kept), left_out

    def _is_free(self, text: str) -> bool:
        return self.unsent.shown(text) == text

    def before(self, segment: Segment, n: int) -> tuple[list[dict[str, str]], int]:
        """Give what was said before a segment: the last `n` turns that may be sent, and how many may not.

        On a form the turn before is somebody else's answer somewhere else; only the question is given there.
        """
        transcript = self.segments.transcript_of(segment)
        places = _turns_before(transcript, segment, n)
        turns = [transcript.turns[at] for at in places]
        said = [
            {"by": "moderator" if moderates(turn.role) else "participant",
             "text": transcript.text[turn.start : min(turn.end, segment.start)].strip()}
            for turn in turns if self.may(turn)
        ]  # fmt: skip
        return [each for each in said if each["text"]], sum(not self.may(turn) for turn in turns)


def _turns_before(transcript: Transcript, segment: Segment, n: int) -> Sequence[int]:
    """Give the turns before a segment, and its own where part of it stands before the segment."""
    if not n or not transcript.turns:
        return ()
    if is_form(transcript):
        asked = transcript.question_turn(segment.turn)
        return () if asked is None else (asked,)
    own = (segment.turn,) if transcript.turns[segment.turn].start < segment.start else ()
    return (*range(max(0, segment.turn - n), segment.turn), *own)
