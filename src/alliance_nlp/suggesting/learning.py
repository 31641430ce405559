"""Learn which code a segment carries, from whatever there is: definitions, exemplars, or what people coded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, Ints, numbered, one_thread
from alliance_nlp.suggesting.calibration import Calibration, Scores, calibrate
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, fold_numbers
from alliance_nlp.suggesting.similarity import (
    Ridge,
    Similarity,
    compare_new,
    compare_rows,
    fit_ridge,
    held_out,
    nearest_columns,
    nearest_graph,
)
from alliance_nlp.suggesting.thresholds import decide, kappa_thresholds

# Chosen once on the development sets (docs/decisions/0030); all of them lie on a plateau.
DESCRIPTION_WEIGHT = 1.0
SMOOTHING = 0.2
SMOOTHING_STEPS = 8
TEMPERATURE = 0.15
FOLDS = 8
# How much of a code's share among exemplars counts: a code for which fewer were found is likely, not surely, rarer.
PREVALENCE_KEPT = 0.5
# Fewer read segments (or coded ones among them) than this and nothing about prevalence can be learnt from them.
LEAST_READ, LEAST_CODED = 30, 10
# Above this fitting would no longer be a matter of seconds: every k-th read segment is learnt from instead.
MOST_LEARNT = 4000
# Above this many segments the graph of similar ones would no longer be a matter of seconds.
MOST_LINKED = 6000
ANYTHING = CodeEvidence(["anything"])


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
    """

    probabilities: Floats
    suggested: Bools
    anything: Floats


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
    similarity, ridge, smoothed, calibration, gate
        The parts that scores of new segments are made from; `gate` says whether there is anything to code in a segment,
        learnt as if that were the only code.
    """

    codes: CodeEvidence
    segments: SegmentEvidence
    thresholds: Floats
    one_code: bool
    learnt: Ints
    similarity: Similarity
    ridge: Ridge
    smoothed: Floats
    calibration: Calibration | None
    gate: Calibration | None

    def __repr__(self) -> str:
        codes, segments = counted(len(self.codes), "code"), counted(len(self.segments), "segment")
        return f"FittedCodes({codes}, {segments}, calibrated={self.calibrated})"

    @property
    def calibrated(self) -> bool:
        """Whether probabilities were fitted to what people coded."""
        return self.calibration is not None

    @cached_property
    def scores(self) -> CodeScores:
        """Give the scores of the segments that were given."""
        return self.judge(self.smoothed, self.segments)

    def judge(self, smoothed: Floats, segments: SegmentEvidence) -> CodeScores:
        """Turn scores of segments into probabilities and suggestions."""
        probabilities = _probabilities(smoothed, segments, self.codes, self.ridge.offset, self.calibration)
        suggested = decide(
            probabilities, self.thresholds, one_code=self.one_code, at_least_one=self.calibration is None
        )
        if self.gate is None:  # exemplars show what codes look like, not what uncoded talk looks like
            return CodeScores(probabilities, suggested, np.full(len(suggested), np.nan))
        anything = self.gate.judge(_of_anything(smoothed, self.codes), segments, ANYTHING)
        return CodeScores(probabilities, suggested, anything[:, 0])


def fit_codes(
    segments: SegmentEvidence,
    applied: ArrayLike,
    *,
    codes: CodeEvidence,
    chosen: ArrayLike | None = None,
    one_code: bool | None = None,
) -> FittedCodes:
    """Learn codes from segments that people coded, and score all segments.

    Parameters
    ----------
    segments : SegmentEvidence
        All segments: those that were read and those to be coded.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 read and not applied, a share where several coders differ; nan where nobody read.
    codes : CodeEvidence
        The codes, with the vectors of their label and definition where there are any.
    chosen : array of bool, optional
        Segments that were picked to show a code (exemplars) and so say nothing about how common it is.
    one_code : bool, optional
        Whether every segment carries exactly one code. By default seen from what was read.

    Returns
    -------
    FittedCodes
        What was learnt, with `.scores` for all segments given.

    Raises
    ------
    InputError
        When there is nothing to learn from.

    Notes
    -----
    Kernel ridge on similar vectors, words and letters of the turn and its neighbours, with code texts as examples.
    Where segments were read, one logistic regression for all codes turns held-out scores into probabilities; where
    there are only exemplars, scores are smoothed over a graph of similar segments and give an order. A probability
    says what these coders would do with a segment like this one, not that the code is right.

    Examples
    --------
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0]])
    >>> coded = [[1, 0], [np.nan, np.nan], [np.nan, np.nan], [0, 1]]
    >>> fitted = fit_codes(segments, coded, codes=CodeEvidence(["trust", "time"]))
    >>> fitted.scores.suggested.tolist()[1:3]
    [[True, False], [False, True]]
    """
    table = np.asarray(applied, dtype=np.float64)
    picked = np.zeros(len(segments), dtype=bool) if chosen is None else np.asarray(chosen, dtype=bool)
    similarity = compare_rows(segments, codes)
    with one_thread():
        return _fit(_Task(segments, table, codes, picked, similarity), one_code)


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

    Examples
    --------
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.0, 1.0]])
    >>> fitted = fit_codes(segments, [[1, 0], [0, 1]], codes=CodeEvidence(["trust", "time"]))
    >>> score_codes(fitted, SegmentEvidence([[0.8, 0.2]])).suggested.tolist()
    [[True, False]]
    """
    n = len(fitted.segments)
    with one_thread():
        matrix = compare_new(fitted.similarity, segments, fitted.segments)
        raw = matrix[:, fitted.learnt] @ fitted.ridge.coefficients
        if fitted.calibration is None and 1 < n <= MOST_LINKED and len(segments):
            index, weights = nearest_columns(matrix[:, :n])
            around = ((fitted.smoothed - fitted.ridge.offset)[index] * weights[:, :, None]).sum(axis=1)
            raw = (1 - SMOOTHING) * raw + SMOOTHING * around
        return fitted.judge(raw + fitted.ridge.offset, segments)


@dataclass(frozen=True, eq=False)
class _Task:
    """What one fit works on."""

    segments: SegmentEvidence
    table: Floats
    codes: CodeEvidence
    chosen: Bools
    similarity: Similarity

    @property
    def read(self) -> Ints:
        """Segments to learn from; beyond the most that is quick, every k-th."""
        rows = np.flatnonzero(~np.isnan(self.table).all(axis=1))
        if len(rows) > MOST_LEARNT:
            rows = rows[np.linspace(0, len(rows) - 1, MOST_LEARNT).astype(np.int64)]
        return rows

    @property
    def known(self) -> Floats:
        """The table with codes that a reader did not judge at their share among those who did."""
        with np.errstate(invalid="ignore"):
            counted = np.maximum((~np.isnan(self.table)).sum(axis=0), 1)
        return np.where(np.isnan(self.table), np.nansum(self.table, axis=0) / counted, self.table)

    @property
    def shares(self) -> Ints:
        """Read segments that were not picked: they show how common codes are."""
        return self.read[~self.chosen[self.read]]


def _fit(task: _Task, one_code: bool | None) -> FittedCodes:
    read, known, codes = task.read, task.known, task.codes
    n_described = task.similarity.matrix.shape[1] - len(task.segments)
    if len(read) == 0 and n_described == 0:
        raise InputError(
            "There is nothing to learn from: no segment was read and no code has a definition. Give a codebook with "
            "definitions or exemplars, or a coding."
        )
    targets = _targets(known, codes)
    # with definitions alone: one code in as many as there are
    offset = targets[read].mean(axis=0) if len(read) else np.full(targets.shape[1], 1.0 / n_described)
    learnt = np.concatenate([read, len(task.segments) + np.arange(n_described)])
    values = np.vstack([targets[read], _targets(np.eye(len(codes)), codes)[:n_described]])
    weights = np.concatenate([np.ones(len(read)), np.full(n_described, DESCRIPTION_WEIGHT)])
    ridge = fit_ridge(_square(task.similarity, learnt), values, weights, offset)
    raw = task.similarity.matrix[:, learnt] @ ridge.coefficients + offset
    rows, calibration, gate = task.shares, None, None
    if len(rows) >= LEAST_READ and int((known[rows] > 0).any(axis=1).sum()) >= LEAST_CODED:
        smoothed = _held_out_scores(task, raw, ridge)
        calibration = calibrate(split_scores(smoothed, codes), known, rows, task.segments, codes)
        gate = calibrate(_of_anything(smoothed, codes), targets[:, [len(codes)]], rows, task.segments, ANYTHING)
        one_code = bool((np.round(known[rows]).sum(axis=1) == 1).all()) if one_code is None else one_code
    else:
        smoothed = _smoothed_scores(task, raw, targets, offset)
        rows = np.flatnonzero(np.isnan(task.table).all(axis=1))
    probabilities = _probabilities(smoothed, task.segments, codes, offset, calibration)
    thresholds = kappa_thresholds(probabilities[rows] if len(rows) else probabilities)
    return FittedCodes(
        codes, task.segments, thresholds, bool(one_code), learnt, task.similarity, ridge, smoothed, calibration, gate
    )


def _targets(known: Floats, codes: CodeEvidence) -> Floats:
    """Columns: every code, anything at all, every theme."""
    anything = known.max(axis=1, keepdims=True) if known.shape[1] else np.zeros((len(known), 1))
    themes = [known[:, members].max(axis=1, keepdims=True) for members in codes.theme_members]
    return np.hstack([known, anything, *themes])


def _square(similarity: Similarity, learnt: Ints) -> Floats:
    """Similarity of the learnt rows with one another; code texts among themselves are computed here."""
    n = similarity.n_segments
    segments, texts = learnt[learnt < n], learnt[learnt >= n]
    top = similarity.matrix[np.ix_(segments, learnt)]
    if len(texts) == 0:
        return top
    among = similarity.to_columns(similarity.vectors[texts], [columns[texts] for _, columns in similarity.spaces])
    return np.vstack([top, among[:, learnt]])


def _smoothed_scores(task: _Task, raw: Floats, targets: Floats, offset: Floats) -> Floats:
    """Smooth scores over similar segments: a few exemplars reach further that way."""
    n, read = len(task.segments), task.read
    if not 1 < n <= MOST_LINKED:
        return raw
    graph = nearest_graph(task.similarity.matrix[:, :n])
    pulled = np.array(raw)
    pulled[read] = (raw[read] + targets[read]) / 2
    walked = start = pulled - offset
    for _ in range(SMOOTHING_STEPS):
        walked = (1 - SMOOTHING) * start + SMOOTHING * np.asarray(graph @ walked)
    return walked + offset


def _held_out_scores(task: _Task, raw: Floats, ridge: Ridge) -> Floats:
    """Give read segments the scores they have with their group left out; enough is known to need no smoothing."""
    scores, read = np.array(raw), task.read
    folds = fold_numbers(numbered(task.segments.groups, len(task.segments))[read], FOLDS)
    for fold in range(int(folds.max()) + 1):
        places = np.flatnonzero(folds == fold)
        scores[read[places]] = held_out(ridge, places)
    return scores


def _probabilities(
    smoothed: Floats, segments: SegmentEvidence, codes: CodeEvidence, offset: Floats, calibration: Calibration | None
) -> Floats:
    """Calibrate scores; where there is no calibration share each segment's weight among the codes by their scores."""
    if calibration is not None:
        return calibration.judge(split_scores(smoothed, codes), segments, codes)
    scores = (smoothed - (1 - PREVALENCE_KEPT) * offset)[:, : len(codes)]
    if scores.shape[1] == 0:
        return scores
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) / TEMPERATURE)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def split_scores(scores: Floats, codes: CodeEvidence) -> Scores:
    """Take columns apart: codes, anything, themes."""
    c = len(codes)
    return Scores(scores[:, :c], scores[:, c : c + 1], scores[:, c + 1 :])


def _of_anything(smoothed: Floats, codes: CodeEvidence) -> Scores:
    """Lay out scores as if "anything" were the only code: its own, and the best code's in place of anything's."""
    scores = split_scores(smoothed, codes)
    return Scores(scores.anything, scores.codes.max(axis=1, keepdims=True, initial=0.0), scores.themes)
