"""What was suggested, from what, and why: the record behind a machine's coding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, Ints, format_number, largest_first
from alliance_nlp.records import Codebook, Record, Segments, Sentence, SentenceKind, Table, Tabular
from alliance_nlp.records.fields import Shares, refuse_shape
from alliance_nlp.suggesting.calibration import AROUND, gather
from alliance_nlp.suggesting.learning import FittedCodes, split_scores
from alliance_nlp.suggesting.thresholds import risk_coverage


@dataclass(frozen=True)
class Explanation:
    """Hold what carried the score of one segment for one code.

    Attributes
    ----------
    row, code : int
        Position of the segment and of the code.
    probability : float
        Share of coders expected to apply the code.
    threshold : float
        Probability from which the code is suggested.
    examples : tuple of (row, weight)
        Segments learnt from that speak for the code (weight above 0) or against it, strongest first.
    definition : float
        What label and definition of the code itself add.
    words : tuple of (word, weight)
        Words and pairs of words of the segment that speak for the code, strongest first; empty without texts.
    runner_up : int
        The most probable other code, -1 where there is only one.
    runner_up_probability : float
        Its probability; nan where there is none.
    terms : tuple of (what, log-odds)
        What the rest of the evidence (how common the code is, anything to code here, turns around, length) adds
        against the average segment; empty when only exemplars were learnt from.
    around : float
        The part of it that comes from the turns before and after.
    """

    row: int
    code: int
    probability: float
    threshold: float
    examples: tuple[tuple[int, float], ...]
    definition: float
    words: tuple[tuple[str, float], ...]
    runner_up: int
    runner_up_probability: float
    terms: tuple[tuple[str, float], ...]
    around: float


def explain_code(fitted: FittedCodes, row: int, code: int, *, n: int = 5) -> Explanation:
    """Show what carried the score of one segment for one code.

    Parameters
    ----------
    fitted : FittedCodes
        What `fit_codes` learnt, with the segment among those it was given.
    row, code : int
        Position of the segment and of the code.
    n : int
        How many examples and words to show.

    Returns
    -------
    Explanation
        Positions and numbers; words of the segment only.

    Notes
    -----
    Weights are exact for the ridge below the probability: score = mean + sum of the examples' weights. They say what
    the machine used, not why people would code it so.

    Examples
    --------
    >>> from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
    >>> from alliance_nlp.suggesting.learning import fit_codes
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1]])
    >>> fitted = fit_codes(segments, [[1, 0], [0, 1], [np.nan, np.nan]], codes=CodeEvidence(["trust", "time"]))
    >>> explain_code(fitted, 2, 0).examples[0][0]
    0
    """
    n_segments, n_codes = fitted.scores.probabilities.shape
    weights = fitted.similarity.matrix[row, fitted.learnt] * fitted.ridge.coefficients[:, code]
    is_segment = fitted.learnt < n_segments
    given = zip(fitted.learnt[is_segment].tolist(), weights[is_segment].tolist(), strict=True)
    pairs = sorted((pair for pair in given if pair[0] != row), key=lambda pair: (-abs(pair[1]), pair[0]))
    shares = fitted.scores.probabilities[row]
    others = largest_first(np.where(np.arange(n_codes) == code, -np.inf, shares))
    runner_up = int(others[0]) if n_codes > 1 else -1
    terms = _terms(fitted, row, code)
    own = fitted.learnt == n_segments + code
    return Explanation(
        row, code, float(shares[code]), float(fitted.thresholds[code]), tuple(pairs[:n]), float(weights[own].sum()),
        _words(fitted, row, code, n), runner_up, float(shares[runner_up]) if runner_up >= 0 else float("nan"),
        terms, float(sum(value for name, value in terms if name in AROUND)),
    )  # fmt: skip


def _words(fitted: FittedCodes, row: int, code: int, n: int) -> tuple[tuple[str, float], ...]:
    """Split the part of the score that comes from shared words among the words."""
    if not fitted.similarity.spaces:
        return ()
    vectorizer, columns = fitted.similarity.spaces[0]
    pull = np.asarray(columns[fitted.learnt].T @ fitted.ridge.coefficients[:, code]).ravel()
    own = columns[[row]].tocoo()
    names = vectorizer.get_feature_names_out()
    weighed = [(str(names[k]), float(v * pull[k])) for k, v in zip(own.coords[1], own.data, strict=True)]
    return tuple(sorted((pair for pair in weighed if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))[:n])


def _terms(fitted: FittedCodes, row: int, code: int) -> tuple[tuple[str, float], ...]:
    if fitted.calibration is None:
        return ()
    scores = split_scores(fitted.smoothed, fitted.codes)
    names, evidence = gather(scores, fitted.calibration.prior, fitted.segments, fitted.codes)
    values: Floats = fitted.calibration.terms(evidence[row, code])
    return tuple((name, float(value)) for name, value in zip(names, values, strict=True))


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
        Share of coders expected to apply the code. For segments that were learnt from, the score they get when their
        own transcript (or participant) is left out.
    suggested, accepted : arrays of bool of the same shape
        What is suggested, and what of it remains when the machine may abstain.
    anything : array of shape (n_segments,)
        Share of coders expected to code anything here; nan when only exemplars or definitions were learnt from.
    promises : Table
        Per code: from which probability on suggestions are accepted, what that rests on, or why nothing is promised.
    settings : dict
        Level, target, counts, encoder.
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
            (s.id, self.codebook.ids[c], float(self.probabilities[i, c]), bool(self.accepted[i, c]), s.speaker, s.shown)
            for s, i, c in found
        )
        return Table(columns, tuple(values), quoting=("text",))

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
        known = {int(row): name for row, name in zip(self.rows_of, self.segments.ids, strict=True)}
        examples = [
            f"{known.get(row, 'an exemplar of the codebook')} ({format_number(weight, signed=True)})"
            for row, weight in found.examples
        ]
        words = ", ".join(f"{word!r} ({format_number(weight, signed=True)})" for word, weight in found.words)
        said: dict[SentenceKind, str] = {
            "score": f"{segment_id}: {ids[found.code]} has a probability of {format_number(found.probability)} "
                     f"(suggested from {format_number(found.threshold)}).",
            "examples": f"Examples that speak for it (+) or against it (-): {examples}." if examples else "",
            "definition": f"Its label and definition add {format_number(found.definition, signed=True)}.",
            "words": f"Words of the segment: {words}." if words else "",
            "around": f"The turns around it add {format_number(found.around, signed=True)} in log-odds."
                      if found.terms else "",
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
        return (
            f"{counted(int(self.suggested.sum()), 'suggestion')} of {counted(len(self.codebook), 'code')} on "
            f"{counted(len(self.segments), 'segment')}, {int(self.accepted.sum())} accepted"
        )
