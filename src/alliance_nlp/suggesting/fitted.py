"""What was learnt, and how new segments are scored with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.errors import AlignmentError, counted
from alliance_nlp.numeric import Bools, Floats, Ints, one_thread
from alliance_nlp.suggesting.calibration import Calibration, Scores, gather
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.ridge import Ridge
from alliance_nlp.suggesting.similarity import Similarity, compare_new, nearest_columns
from alliance_nlp.suggesting.thresholds import decide

# Chosen once on the development sets (docs/decisions/0030); on a plateau.
SMOOTHING = 0.2
TEMPERATURE = 0.15
# How much of a code's share among exemplars counts: a code for which fewer were found is likely, not surely, rarer.
PREVALENCE_KEPT = 0.5
# Above this many segments the graph of similar ones would no longer be a matter of seconds.
MOST_LINKED = 6000


@dataclass(frozen=True, eq=False)
class CodeScores:
    """Hold for every segment and code how probable the code is and whether it is suggested.

    Attributes
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply the code. For segments that were read, the score they get when their own
        group (transcript, participant) is left out.
    suggested : array of bool, same shape
        Whether the code is suggested.
    anything : array of shape (n_segments,)
        Share of coders expected to apply any code at all; nan when only exemplars were learnt from, which cannot tell.
    worth_coding : array of bool, shape (n_segments,)
        Whether there seems to be anything to code here, decided apart from which code it is.
    """

    probabilities: Floats
    suggested: Bools
    anything: Floats
    worth_coding: Bools


@dataclass(frozen=True, eq=False)
class Gate:
    """Hold what decides whether there is anything to code in a segment."""

    calibration: Calibration
    threshold: float

    @staticmethod
    def gather(scores: Scores, prior: Floats, segments: SegmentEvidence) -> tuple[tuple[str, ...], Floats]:
        """Lay out what the decision sees: the score for anything, the best code's, length, speaker, neighbours."""
        best = scores.codes.max(axis=1, keepdims=True, initial=0.0)
        return gather(Scores(scores.anything, best, scores.themes), prior, segments, CodeEvidence(["anything"]))

    def judge(self, scores: Scores, segments: SegmentEvidence) -> tuple[Floats, Bools]:
        """Give the share of coders expected to code anything, and whether that is enough."""
        _, evidence = self.gather(scores, self.calibration.prior, segments)
        shares = self.calibration.probabilities(evidence)[:, 0]
        return shares, np.asarray(shares >= self.threshold)


@dataclass(frozen=True, eq=False)
class FittedCodes:
    """Hold everything that was learnt, and the scores of the segments that were given.

    Attributes
    ----------
    codes : CodeEvidence
        The codes.
    segments : SegmentEvidence
        The segments that were given, read or not.
    scores : CodeScores
        Their scores.
    thresholds : array of shape (n_codes,)
        Probability from which a code is suggested.
    calibrated : bool
        Whether probabilities were fitted to what people coded. From exemplars alone they only give an order.
    one_code : bool
        Whether every segment carries exactly one code.
    learnt : array of int
        Which columns of the similarity were learnt from: segments, then code texts.
    similarity, ridge, smoothed, offset, calibration, gate
        The parts that scores of new segments are made from.
    """

    codes: CodeEvidence
    segments: SegmentEvidence
    scores: CodeScores
    thresholds: Floats
    calibrated: bool
    one_code: bool
    learnt: Ints
    similarity: Similarity
    ridge: Ridge
    smoothed: Floats
    offset: Floats
    calibration: Calibration | None
    gate: Gate | None

    def __repr__(self) -> str:
        codes, segments = counted(len(self.codes), "code"), counted(len(self.segments), "segment")
        return f"FittedCodes({codes}, {segments}, calibrated={self.calibrated})"


def score_codes(fitted: FittedCodes, segments: SegmentEvidence) -> CodeScores:
    """Score new segments with what was learnt.

    Parameters
    ----------
    fitted : FittedCodes
        What `fit_codes` learnt.
    segments : SegmentEvidence
        New segments, embedded by the same encoder and with texts if texts were learnt from.

    Returns
    -------
    CodeScores
        Probabilities and suggestions, one row a segment.

    Raises
    ------
    AlignmentError
        When the vectors have another number of dimensions, or texts are missing.

    Examples
    --------
    >>> from alliance_nlp.suggesting.learning import fit_codes
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.0, 1.0]])
    >>> fitted = fit_codes(segments, [[1, 0], [0, 1]], codes=CodeEvidence(["trust", "time"]))
    >>> score_codes(fitted, SegmentEvidence([[0.8, 0.2]])).suggested.tolist()
    [[True, False]]
    """
    with one_thread():
        return _score_new(fitted, segments)


def split_scores(scores: Floats, codes: CodeEvidence) -> Scores:
    """Take columns apart: codes, anything, themes."""
    c = len(codes)
    return Scores(scores[:, :c], scores[:, c : c + 1], scores[:, c + 1 :])


def no_gate(suggested: Bools) -> tuple[Floats, Bools]:
    """Exemplars show what codes look like, not what uncoded talk looks like."""
    return np.full(len(suggested), np.nan), np.asarray(suggested.any(axis=1))


def soft_shares(scores: Floats) -> Floats:
    """Share each segment's weight among the codes by their scores."""
    if scores.shape[1] == 0:
        return scores
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) / TEMPERATURE)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _score_new(fitted: FittedCodes, segments: SegmentEvidence) -> CodeScores:
    matrix = compare_new(fitted.similarity, segments, fitted.segments)
    raw = matrix[:, fitted.learnt] @ fitted.ridge.coefficients
    n = len(fitted.segments)
    if fitted.calibration is None and 1 < n <= MOST_LINKED and len(segments):
        index, weights = nearest_columns(matrix[:, :n])
        around = ((fitted.smoothed - fitted.offset)[index] * weights[:, :, None]).sum(axis=1)
        raw = (1 - SMOOTHING) * raw + SMOOTHING * around
    scores, codes = split_scores(raw + fitted.offset, fitted.codes), fitted.codes
    if fitted.calibration is None or fitted.gate is None:
        probabilities = soft_shares(raw[:, : len(codes)] + PREVALENCE_KEPT * fitted.offset[: len(codes)])
        suggested = decide(probabilities, fitted.thresholds, one_code=fitted.one_code, at_least_one=True)
        return CodeScores(probabilities, suggested, *no_gate(suggested))
    names, evidence = gather(scores, fitted.calibration.prior, segments, codes)
    _same_evidence(names, fitted.calibration.names)
    probabilities = fitted.calibration.probabilities(evidence)
    suggested = decide(probabilities, fitted.thresholds, one_code=fitted.one_code, at_least_one=False)
    return CodeScores(probabilities, suggested, *fitted.gate.judge(scores, segments))


def _same_evidence(given: tuple[str, ...], learnt: tuple[str, ...]) -> None:
    missing = sorted(set(learnt) - set(given)) + sorted(set(given) - set(learnt))
    if missing:
        raise AlignmentError(
            f"New segments must carry the same evidence as those learnt from. They differ in: {', '.join(missing)}. "
            "Give texts, sequences and asks for both or for neither."
        )
