"""Learn which code a segment carries, from whatever there is: definitions, exemplars, or what people coded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.clusters.consensus import one_thread
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.suggesting.calibration import Calibration, Scores, fit_calibration, gather
from alliance_nlp.suggesting.evidence import (
    Array,
    Bools,
    CodeEvidence,
    Ints,
    SegmentEvidence,
    checked_applied,
    fold_numbers,
)
from alliance_nlp.suggesting.ridge import Ridge, fit_ridge, held_out
from alliance_nlp.suggesting.similarity import (
    Similarity,
    compare_new,
    compare_rows,
    nearest_columns,
    nearest_graph,
)
from alliance_nlp.suggesting.thresholds import decide, kappa_thresholds

# Chosen once on the development sets (docs/decisions/0030); all of them lie on a plateau.
DESCRIPTION_WEIGHT = 0.5
SMOOTHING = 0.2
SMOOTHING_STEPS = 8
TEMPERATURE = 0.12
FOLDS = 8
# Fewer read segments (or coded ones among them) than this and nothing about prevalence can be learnt from them.
LEAST_READ, LEAST_CODED = 30, 10
# Above this the matrices would no longer be a matter of seconds: every k-th read segment is learnt from instead.
MOST_LEARNT, MOST_LINKED = 4000, 6000


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

    probabilities: Array
    suggested: Bools
    anything: Array
    worth_coding: Bools


@dataclass(frozen=True, eq=False)
class Gate:
    """Hold what decides whether there is anything to code in a segment."""

    calibration: Calibration
    threshold: float

    @staticmethod
    def gather(scores: Scores, prior: Array, segments: SegmentEvidence) -> tuple[tuple[str, ...], Array]:
        """Lay out what the decision sees: the score for anything, the best code's, length, speaker, neighbours."""
        best = scores.codes.max(axis=1, keepdims=True, initial=0.0)
        return gather(Scores(scores.anything, best, scores.themes), prior, segments, CodeEvidence(["anything"]))

    def judge(self, scores: Scores, segments: SegmentEvidence) -> tuple[Array, Bools]:
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
    thresholds: Array
    calibrated: bool
    one_code: bool
    learnt: Ints
    similarity: Similarity
    ridge: Ridge
    smoothed: Array
    offset: Array
    calibration: Calibration | None
    gate: Gate | None

    def __repr__(self) -> str:
        return f"FittedCodes({len(self.codes)} codes, {len(self.segments)} segments, calibrated={self.calibrated})"


def fit_codes(
    segments: SegmentEvidence,
    applied: ArrayLike,
    *,
    codes: CodeEvidence,
    chosen: ArrayLike | None = None,
    one_code: bool | None = None,
    use_unread: bool = True,
    similarity: Similarity | None = None,
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
    use_unread : bool
        Whether segments that nobody coded take part (as neighbours, for word counts and, with exemplars only, to
        place thresholds). With False they are scored as if they came later.
    similarity : Similarity, optional
        Result of `compare_rows` on the same segments and codes, to save time over many fits.

    Returns
    -------
    FittedCodes
        What was learnt, with `.scores` for all segments given.

    Raises
    ------
    AlignmentError
        When the table does not have one row a segment and one column a code.
    InputError
        When there is nothing to learn from.

    Notes
    -----
    Kernel ridge on similar vectors, words and letters; code texts are examples of small weight; scores are smoothed
    over a graph of similar segments; one logistic regression for all codes makes them probabilities. Everything that
    is judged is judged on groups that were left out. A probability says what these coders would do with a segment
    like this one, not that the code is right.

    Examples
    --------
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0]])
    >>> coded = [[1, 0], [np.nan, np.nan], [np.nan, np.nan], [0, 1]]
    >>> fitted = fit_codes(segments, coded, codes=CodeEvidence(["trust", "time"]))
    >>> fitted.scores.suggested.tolist()[1:3]
    [[True, False], [False, True]]
    """
    table = checked_applied(applied, len(segments), len(codes))
    if not use_unread:
        return _fit_read_first(segments, table, codes, chosen, one_code)
    picked = np.zeros(len(segments), dtype=bool) if chosen is None else np.asarray(chosen, dtype=bool)
    similarity = _checked_similarity(similarity, segments, codes)
    with one_thread():
        return _fit(_Task(segments, table, codes, picked, one_code, similarity))


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
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.0, 1.0]])
    >>> fitted = fit_codes(segments, [[1, 0], [0, 1]], codes=CodeEvidence(["trust", "time"]))
    >>> score_codes(fitted, SegmentEvidence([[0.8, 0.2]])).suggested.tolist()
    [[True, False]]
    """
    with one_thread():
        return _score_new(fitted, segments)


@dataclass(frozen=True, eq=False)
class _Task:
    """What one fit works on."""

    segments: SegmentEvidence
    table: Array
    codes: CodeEvidence
    chosen: Bools
    one_code: bool | None
    similarity: Similarity

    @property
    def read(self) -> Ints:
        """Segments to learn from; beyond the most that is quick, every k-th."""
        rows = np.flatnonzero(~np.isnan(self.table).all(axis=1))
        if len(rows) > MOST_LEARNT:
            rows = rows[np.linspace(0, len(rows) - 1, MOST_LEARNT).astype(np.int64)]
        return rows

    @property
    def known(self) -> Array:
        """The table with codes that a reader did not judge at their share among those who did."""
        with np.errstate(invalid="ignore"):
            counted = np.maximum((~np.isnan(self.table)).sum(axis=0), 1)
        return np.where(np.isnan(self.table), np.nansum(self.table, axis=0) / counted, self.table)

    @property
    def shares(self) -> Bools:
        """Read segments that were not picked: they show how common codes are."""
        read = np.zeros(len(self.segments), dtype=bool)
        read[self.read] = True
        return np.asarray(read & ~self.chosen)


def _fit(task: _Task) -> FittedCodes:
    read, known = task.read, task.known
    n_described = task.similarity.matrix.shape[1] - len(task.segments)
    if len(read) == 0 and n_described == 0:
        raise InputError(
            "There is nothing to learn from: no segment was read and no code has a definition. Give a codebook with "
            "definitions or exemplars, or a coding."
        )
    by_shares = _can_calibrate(task)
    targets = _targets(known, task.codes)
    offset = _offset(targets, read, n_described)
    learnt = np.concatenate([read, len(task.segments) + np.arange(n_described)])
    values = np.vstack([targets[read], _targets(np.eye(len(task.codes)), task.codes)[: n_described or 0]])
    weights = np.concatenate([np.ones(len(read)), np.full(n_described, DESCRIPTION_WEIGHT)])
    ridge = fit_ridge(_square(task.similarity, learnt), values, weights, offset)
    raw = task.similarity.matrix[:, learnt] @ ridge.coefficients + offset
    smoothed = _smoothed_scores(task, raw, targets, offset, ridge, by_groups=by_shares)
    if by_shares:
        return _with_calibration(task, smoothed, learnt, ridge, offset)
    return _with_order_only(task, smoothed, learnt, ridge, offset)


def _can_calibrate(task: _Task) -> bool:
    rows = task.shares
    coded = int((task.known[rows] > 0).any(axis=1).sum())
    return int(rows.sum()) >= LEAST_READ and coded >= LEAST_CODED


def _targets(known: Array, codes: CodeEvidence) -> Array:
    """Columns: every code, anything at all, every theme."""
    anything = known.max(axis=1, keepdims=True) if known.shape[1] else np.zeros((len(known), 1))
    themes = [known[:, members].max(axis=1, keepdims=True) for members in codes.theme_members]
    return np.hstack([known, anything, *themes])


def _offset(targets: Array, read: Ints, n_described: int) -> Array:
    """Mean of what is learnt from; with definitions alone, one code in as many as there are."""
    if len(read):
        return np.asarray(targets[read].mean(axis=0))
    return np.full(targets.shape[1], 1.0 / max(n_described, 1))


def _square(similarity: Similarity, learnt: Ints) -> Array:
    """Similarity of the learnt rows with one another; code texts among themselves are computed here."""
    n = similarity.n_segments
    segments, texts = learnt[learnt < n], learnt[learnt >= n]
    top = similarity.matrix[np.ix_(segments, learnt)]
    if len(texts) == 0:
        return top
    given = [columns[texts] for _, columns in similarity.spaces]
    among = sum(share * values for share, values in similarity.parts(similarity.vectors[texts], given))
    return np.vstack([top, np.asarray(among)[:, learnt]])


def _smoothed_scores(task: _Task, raw: Array, targets: Array, offset: Array, ridge: Ridge, *, by_groups: bool) -> Array:
    """Smooth scores over similar segments; read segments get the scores they have with their group left out."""
    n, read = len(task.segments), task.read
    graph = nearest_graph(task.similarity.matrix[:, :n]) if 1 < n <= MOST_LINKED else None
    pulled = np.array(raw)
    pulled[read] = (raw[read] + targets[read]) / 2
    everything = _walk(graph, pulled - offset) + offset
    if not by_groups:
        return everything
    folds = fold_numbers(task.segments.group_numbers[read], FOLDS)
    for fold in range(int(folds.max()) + 1):
        places = np.flatnonzero(folds == fold)
        rows = read[places]
        start = np.array(pulled)
        start[rows] = held_out(ridge, places)
        everything[rows] = (_walk(graph, start - offset) + offset)[rows]
    return everything


def _walk(graph: Any, values: Array) -> Array:
    if graph is None:
        return values
    out = values
    for _ in range(SMOOTHING_STEPS):
        out = (1 - SMOOTHING) * values + SMOOTHING * (graph @ out)
    return np.asarray(out)


def _split(scores: Array, codes: CodeEvidence) -> Scores:
    c = len(codes)
    return Scores(scores[:, :c], scores[:, c : c + 1], scores[:, c + 1 :])


def _with_calibration(task: _Task, smoothed: Array, learnt: Ints, ridge: Ridge, offset: Array) -> FittedCodes:
    rows, known = np.flatnonzero(task.shares), task.known
    prior = (known[rows].sum(axis=0) + 0.5) / (len(rows) + 1)
    names, evidence = gather(_split(smoothed, task.codes), prior, task.segments, task.codes)
    counted = known[rows].sum(axis=0) >= 2
    counted = counted if counted.any() else np.ones(len(counted), dtype=bool)
    calibration = fit_calibration(names, evidence[rows][:, counted], known[rows][:, counted], prior)
    probabilities = calibration.probabilities(evidence)
    thresholds = kappa_thresholds(probabilities[rows])
    whole = np.round(known[rows])
    one_code = bool((whole.sum(axis=1) == 1).all()) if task.one_code is None else task.one_code
    suggested = decide(probabilities, thresholds, one_code=one_code, at_least_one=False)
    gate = _fit_gate(task, smoothed, rows)
    scores = CodeScores(probabilities, suggested, *gate.judge(_split(smoothed, task.codes), task.segments))
    return FittedCodes(
        task.codes, task.segments, scores, thresholds, True, one_code, learnt, task.similarity, ridge, smoothed,
        offset, calibration, gate,
    )  # fmt: skip


def _with_order_only(task: _Task, smoothed: Array, learnt: Ints, ridge: Ridge, offset: Array) -> FittedCodes:
    probabilities = _soft(smoothed[:, : len(task.codes)] - offset[: len(task.codes)])
    open_rows = np.isnan(task.table).all(axis=1)
    thresholds = kappa_thresholds(probabilities[open_rows] if open_rows.any() else probabilities)
    one_code = bool(task.one_code)
    suggested = decide(probabilities, thresholds, one_code=one_code, at_least_one=True)
    scores = CodeScores(probabilities, suggested, *_no_gate(suggested))
    return FittedCodes(
        task.codes, task.segments, scores, thresholds, False, one_code, learnt, task.similarity, ridge, smoothed,
        offset, None, None,
    )  # fmt: skip


def _no_gate(suggested: Bools) -> tuple[Array, Bools]:
    """Exemplars show what codes look like, not what uncoded talk looks like."""
    return np.full(len(suggested), np.nan), np.asarray(suggested.any(axis=1))


def _fit_gate(task: _Task, smoothed: Array, rows: Ints) -> Gate:
    """Calibrate "anything to code here" on its own, as if it were the only code."""
    applied = _targets(task.known, task.codes)[rows, len(task.codes)][:, None]
    prior = (applied.sum(axis=0) + 0.5) / (len(rows) + 1)
    names, evidence = Gate.gather(_split(smoothed, task.codes), prior, task.segments)
    calibration = fit_calibration(names, evidence[rows], applied, prior)
    return Gate(calibration, float(kappa_thresholds(calibration.probabilities(evidence[rows]))[0]))


def _soft(scores: Array) -> Array:
    """Share each segment's weight among the codes by their scores."""
    if scores.shape[1] == 0:
        return scores
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) / TEMPERATURE)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _score_new(fitted: FittedCodes, segments: SegmentEvidence) -> CodeScores:
    matrix = compare_new(fitted.similarity, segments)
    raw = matrix[:, fitted.learnt] @ fitted.ridge.coefficients
    n = len(fitted.segments)
    if 1 < n <= MOST_LINKED and len(segments):
        index, weights = nearest_columns(matrix[:, :n])
        around = ((fitted.smoothed - fitted.offset)[index] * weights[:, :, None]).sum(axis=1)
        raw = (1 - SMOOTHING) * raw + SMOOTHING * around
    scores, codes = _split(raw + fitted.offset, fitted.codes), fitted.codes
    if fitted.calibration is None or fitted.gate is None:
        probabilities = _soft(raw[:, : len(codes)])
        suggested = decide(probabilities, fitted.thresholds, one_code=fitted.one_code, at_least_one=True)
        return CodeScores(probabilities, suggested, *_no_gate(suggested))
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


def _checked_similarity(similarity: Similarity | None, segments: SegmentEvidence, codes: CodeEvidence) -> Similarity:
    if similarity is None:
        return compare_rows(segments, codes)
    if similarity.matrix.shape != (len(segments), len(segments) + len(codes.rows)):
        raise AlignmentError(
            f"The similarity was made for {similarity.n_segments} segments and "
            f"{similarity.matrix.shape[1] - similarity.n_segments} code texts. Got {len(segments)} segments and "
            f"{len(codes.rows)} code texts. Compare these rows again."
        )
    return similarity


def _fit_read_first(
    segments: SegmentEvidence, table: Array, codes: CodeEvidence, chosen: ArrayLike | None, one_code: bool | None
) -> FittedCodes:
    """Learn from read segments only, then score the others as new ones."""
    read = np.flatnonzero(~np.isnan(table).all(axis=1))
    picked = None if chosen is None else np.asarray(chosen, dtype=bool)[read]
    return fit_codes(segments.take(read), table[read], codes=codes, chosen=picked, one_code=one_code)
