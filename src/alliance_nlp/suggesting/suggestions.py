"""What was suggested, from what, and why: the record behind a machine's coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, Ints, format_number
from alliance_nlp.records import Codebook, Record, Segments, Sentence, SentenceKind, Table, Tabular
from alliance_nlp.records.fields import Shares, refuse_shape
from alliance_nlp.suggesting.explaining import explain_code
from alliance_nlp.suggesting.learning import FittedCodes
from alliance_nlp.suggesting.promises import risk_coverage

MOST_SAID = 3  # codes whose reasons stand in the line that says what the record is


@dataclass(frozen=True, eq=False, repr=False)
class Suggestions(Tabular, Record):
    """Hold how probable each code is on each segment, what is suggested, and what may be promised.

    Parameters
    ----------
    segments : Segments
        The segments.
    codebook : Codebook
        The codes, on the level that was asked for.
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply the code. For segments of a session that was learnt from, the score they get
        when the session (with one session, the stretch of talk; on a form, the person) is left out.
    suggested, accepted : arrays of bool of the same shape
        What is suggested, and what of it remains when the machine may abstain.
    anything : array of shape (n_segments,)
        Share of coders expected to code anything here; nan when only exemplars or definitions were learnt from.
    promises : Table
        Per code: what share of wrong suggestions is promised, from which probability on, what that rests on, or why
        nothing is promised; empty without `abstain`.
    settings : dict
        Level, target, counts, encoder, what was held out together, what the parts of a score weigh.
    withheld : Table
        Codes that are not suggested, with what was seen of them and why that is not enough.
    fitted : FittedCodes, optional
        What was learnt, for explanations; neither compared nor saved.
    rows_of : array of int
        Row of each segment among those that were learnt from (moderator's turns stand between them).

    Notes
    -----
    A probability says what these coders would do with a segment like this one, not that the code is right.
    """

    segments: Segments
    codebook: Codebook
    probabilities: Shares
    suggested: Bools
    accepted: Bools
    anything: Shares
    promises: Table
    settings: Mapping[str, Any] = field(default_factory=dict)
    withheld: Table = field(default_factory=lambda: Table(("code", "n_coded", "reason"), ()))
    fitted: FittedCodes | None = field(default=None, compare=False)
    rows_of: Ints | None = field(default=None, compare=False)
    applied: Floats | None = field(default=None, compare=False)

    def _check(self) -> None:
        shape = (len(self.segments), len(self.codebook))
        shapes = {"probabilities": shape, "suggested": shape, "accepted": shape, "anything": shape[:1]}
        for name, wanted in shapes.items():
            refuse_shape(f"Suggestions.{name}", getattr(self, name), wanted, "segments and codes")
        if np.any(self.accepted & ~self.suggested):
            raise InputError("Suggestions.accepted must hold some of what is suggested. Got more.")

    def table(self) -> Table:
        """Give one row a suggestion; the words of its segment are in ``rows()`` and HTML, not in ``print``."""
        columns = ("segment_id", "code_id", "probability", "accepted", "speaker", "text")
        found = ((self.segments[i], i, c) for i, c in np.argwhere(self.suggested).tolist())
        values = (
            (s.id, self.codebook.ids[c], float(self.probabilities[i, c]), bool(self.accepted[i, c]), s.person, s.shown)
            for s, i, c in found
        )
        return Table(columns, tuple(values), quoting=("text",))

    def tables(self) -> tuple[Table, ...]:
        """Give the suggestions, what is promised of them (where that was asked for), and the codes that have none."""
        return (self.table(), *(table for table in (self.promises, self.withheld) if len(table)))

    def explain(self, segment_id: str, code_id: str | None = None) -> str:
        """Say what carried a suggestion: examples, words, the definition, the turns around, the runner-up.

        Parameters
        ----------
        segment_id : str
            The segment.
        code_id : str, optional
            The code; by default the most probable one.

        Raises
        ------
        InputError
            When there is no such segment or code, or the suggestions were loaded without what was learnt.
        """
        return "\n".join(sentence.text for sentence in self.sentences(segment_id, code_id))

    def sentences(self, segment_id: str, code_id: str | None = None) -> tuple[Sentence, ...]:
        """Give the sentences of `explain`, each with its kind."""
        if self.fitted is None or self.rows_of is None:
            raise InputError("These suggestions were loaded from a folder, without what was learnt. Suggest again.")
        position = self.segments.index_of(segment_id)
        if code_id is not None and code_id not in self.codebook:
            raise InputError(f"No code has the path {code_id!r} on the level {self.settings['level']!r}.")
        ids = self.codebook.ids
        code = ids.index(code_id) if code_id is not None else int(self.probabilities[position].argmax())
        found = explain_code(self.fitted, int(self.rows_of[position]), code)
        asked = np.flatnonzero(np.isin(self.rows_of, [row for row, _ in found.examples]))
        known = {int(self.rows_of[i]): self.segments.ids[i] for i in asked.tolist()}
        examples = [
            f"{known.get(row, 'an exemplar of the codebook')} ({format_number(weight, signed=True)})"
            for row, weight in found.examples
        ]
        words = ", ".join(f"{word!r} ({format_number(weight, signed=True)})" for word, weight in found.words)
        terms = ", ".join(f"{what} {format_number(amount, signed=True)}" for what, amount in found.terms)
        said: dict[SentenceKind, str] = {
            "score": f"{segment_id}: {ids[found.code]} has a probability of {format_number(found.probability)} "
                     f"(suggested from {format_number(found.threshold)}).",
            "examples": f"Examples that speak for it (+) or against it (-): {examples}." if examples else "",
            "words": f"Words of the segment: {words}." if words else "",
            "parts": f"Parts of the score: {terms}." if terms else "",
            "runner-up": f"Runner-up: {ids[found.runner_up]} with {format_number(found.runner_up_probability)}."
                         if found.runner_up >= 0 else "",
            "caution": "It says what the machine used, not why a person would code it so.",
        }  # fmt: skip
        return tuple(Sentence(kind, text) for kind, text in said.items() if text)

    def risk_coverage(self, code_id: str) -> Table:
        """List, for every threshold, how many held-out suggestions of a code are accepted and which share is wrong."""
        if self.applied is None or code_id not in self.codebook:
            raise InputError(f"No coded segments are known for {code_id!r}; there is nothing to draw a curve from.")
        code = self.codebook.ids.index(code_id)
        rows = risk_coverage(self.probabilities[:, code], self.applied[:, code])
        note = "A curve to look at; its lowest point was picked after seeing the answers and is no promise."
        return Table(("threshold", "n_accepted", "share_wrong"), tuple(rows), code_id, notes=(note,))

    def _summary(self) -> str:
        n_said, n_abstained = (int(rows.sum()) for rows in (self.suggested.any(axis=1), self._abstained))
        unkept = [f"{row['code']}: {row['reason']}" for row in self.promises.rows() if row["promise"] is None]
        withheld = [f"{row['code']}: {row['n_coded']:g} coded, {row['reason']}" for row in self.withheld]
        said = [
            f"{counted(int(self.suggested.sum()), 'suggestion')} of {counted(len(self.codebook), 'code')} on "
            f"{n_said} of {counted(len(self.segments), 'segment')}",
            *([f"{int(self.accepted.sum())} accepted",
               f"promised for {len(self.promises) - len(unkept)} of {counted(len(self.promises), 'code')}"
               f"{_first(unkept)}",
               f"{counted(n_abstained, 'segment')} abstained"] if len(self.promises) else []),
            *([f"{counted(len(withheld), 'code')} withheld{_first(withheld)}"] if withheld else []),
        ]  # fmt: skip
        return ", ".join(said)

    @property
    def _abstained(self) -> Bools:
        """Segments with suggestions of which none was accepted."""
        return np.asarray(self.suggested.any(axis=1) & ~self.accepted.any(axis=1))


def _first(reasons: list[str]) -> str:
    """Put the first few reasons in brackets."""
    more = [f"{len(reasons) - MOST_SAID} more"] if len(reasons) > MOST_SAID else []
    return f" ({'; '.join([*reasons[:MOST_SAID], *more])})" if reasons else ""
