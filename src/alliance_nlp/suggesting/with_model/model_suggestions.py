"""What a language model gave, for which words, and what of its answers did not count: the record behind its coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, check_choice, counted
from alliance_nlp.numeric import Bools
from alliance_nlp.records import Codebook, Record, Segments, Sentence, Table, Tabular
from alliance_nlp.records.fields import refuse_shape
from alliance_nlp.suggesting.with_model.answers import ANSWERED, OUTCOMES

NOT_SENT = "not sent"
EVIDENCE = ("segment_id", "code_id", "start", "end")
COUNTED = ("what", "n")
NOTES = (
    "A code counts where the codebook has it and its quote stands in the segment. What does not is counted here.",
    "A language model suggests; a person decides.",
)


@dataclass(frozen=True, eq=False, repr=False)
class ModelSuggestions(Tabular, Record):
    """Hold which codes a language model gave to which segments, the words it gave them for, and what was sent where.

    Parameters
    ----------
    segments : Segments
        The segments.
    codebook : Codebook
        The codes, on the level that was asked for.
    given : array of bool of shape (n_segments, n_codes)
        Which codes count.
    outcomes : tuple of str
        One a segment: "coded", "no code"; "nothing valid" (every code was rejected), "missing" in the answer, "not
        JSON", "cut off", "refused", "no answer" (the server declined the request), where the model abstains; "not sent"
        where it was not asked.
    evidence : Table
        Per code that counts: the segment, and where in the transcript the quote stands.
    counts : Table
        Calls, answers and faults.
    settings : dict
        Model, host, prompt with its words and hash, options, and what was sent: bytes, their hash, segments.

    Notes
    -----
    A quote that stands in the segment shows what the model pointed at, not that the code is right. Counts say how often
    an answer could be used, not how good it was.
    """

    segments: Segments
    codebook: Codebook
    given: Bools
    outcomes: tuple[str, ...]
    evidence: Table
    counts: Table
    settings: Mapping[str, Any] = field(default_factory=dict)

    def _check(self) -> None:
        refuse_shape("ModelSuggestions.given", self.given, (len(self.segments), len(self.codebook)), "segments, codes")
        if len(self.outcomes) != len(self.segments):
            raise AlignmentError(
                f"ModelSuggestions.outcomes must hold one entry a segment. Got {len(self.outcomes)} for "
                f"{counted(len(self.segments), 'segment')}."
            )
        for outcome in dict.fromkeys(self.outcomes):
            check_choice("ModelSuggestions.outcomes", (*OUTCOMES, NOT_SENT), outcome)
        if np.any(self.given.any(axis=1) != (np.array(self.outcomes, dtype=object) == "coded")):
            raise InputError("ModelSuggestions.given must hold codes where the outcome is 'coded', and only there.")
        if self.evidence.columns != EVIDENCE or self.counts.columns != COUNTED:
            raise InputError(f"ModelSuggestions needs evidence with {EVIDENCE} and counts with {COUNTED} as columns.")

    def table(self) -> Table:
        """Give one row a code that counts; the quote is in ``rows()`` and HTML, not in ``print``."""
        place = {segment.id: segment for segment in self.segments}
        values = tuple(
            (name, code, place[name].person, self.segments.transcript_of(place[name]).shown(start, end))
            for name, code, start, end in self.evidence.values
        )
        return Table(("segment_id", "code_id", "speaker", "quote"), values, "Suggested codes", ("quote",))

    def tables(self) -> tuple[Table, ...]:
        """Give the counts, then the suggestions."""
        return (self.counts, self.table())

    @property
    def asked(self) -> Bools:
        """Whether each segment was sent to the model."""
        return np.array([outcome != NOT_SENT for outcome in self.outcomes], dtype=bool)

    @property
    def abstained(self) -> Bools:
        """Whether the model was asked and no answer of it can be used."""
        return np.array([outcome not in (*ANSWERED, NOT_SENT) for outcome in self.outcomes], dtype=bool)

    def explain(self, segment_id: str, code_id: str | None = None) -> str:
        """Say what the model gave to a segment, and where the words stand that it named.

        Parameters
        ----------
        segment_id : str
            The segment.
        code_id : str, optional
            The code; by default all that it gave.

        Raises
        ------
        InputError
            When there is no such segment or code.
        """
        return "\n".join(sentence.text for sentence in self.sentences(segment_id, code_id))

    def sentences(self, segment_id: str, code_id: str | None = None) -> tuple[Sentence, ...]:
        """Give the sentences of `explain`, each with its kind."""
        outcome = self.outcomes[self.segments.index_of(segment_id)]
        if code_id is not None and code_id not in self.codebook:
            raise InputError(f"No code has the path {code_id!r} on the level {self.settings.get('level')!r}.")
        model = self.settings.get("model", "the language model")
        named = [
            f"{code} for the words at {start}-{end}"
            for name, code, start, end in self.evidence.values
            if name == segment_id and code_id in (None, code)
        ]
        said = (
            f"gave {'; '.join(named)}"
            if named
            else f"did not give {code_id}"
            if code_id
            else f"gave no code ({outcome})"
        )
        return (
            Sentence("score", f"{segment_id}: {model} {said}."),
            Sentence("caution", "It says which words the model named, not why a person would code it so."),
        )

    def _summary(self) -> str:
        asked, coded = int(self.asked.sum()), int(self.given.any(axis=1).sum())
        return (
            f"{counted(int(self.given.sum()), 'code')} on {coded} of {counted(asked, 'segment')} sent, "
            f"{int(self.abstained.sum())} without a usable answer, by {self.settings.get('model', '?')}"
        )
