"""Learn which code a segment carries, from whatever there is: definitions, exemplars, or what people coded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Bools, Floats, Ints, one_thread
from alliance_nlp.suggesting.calibration import fit_calibration, gather, prevalence
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, checked_applied, fold_numbers
from alliance_nlp.suggesting.fitted import (
    MOST_LINKED,
    PREVALENCE_KEPT,
    SMOOTHING,
    CodeScores,
    FittedCodes,
    Gate,
    no_gate,
    soft_shares,
    split_scores,
)
from alliance_nlp.suggesting.ridge import Ridge, fit_ridge, held_out
from alliance_nlp.suggesting.similarity import (
    Similarity,
    compare_rows,
    nearest_graph,
)
from alliance_nlp.suggesting.thresholds import decide, kappa_thresholds

# Chosen once on the development sets (docs/decisions/0030); all of them lie on a plateau.
DESCRIPTION_WEIGHT = 1.0
SMOOTHING_STEPS = 8
FOLDS = 8
# Fewer read segments (or coded ones among them) than this and nothing about prevalence can be learnt from them.
LEAST_READ, LEAST_CODED = 30, 10
# Above this fitting would no longer be a matter of seconds: every k-th read segment is learnt from instead.
MOST_LEARNT = 4000


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
    table = checked_applied(applied, len(segments), len(codes))
    if not use_unread:
        return _fit_read_first(segments, table, codes, chosen, one_code)
    picked = np.zeros(len(segments), dtype=bool) if chosen is None else np.asarray(chosen, dtype=bool)
    similarity = _checked_similarity(similarity, segments, codes)
    with one_thread():
        return _fit(_Task(segments, table, codes, picked, one_code, similarity))


@dataclass(frozen=True, eq=False)
class _Task:
    """What one fit works on."""

    segments: SegmentEvidence
    table: Floats
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
    def known(self) -> Floats:
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
    if by_shares:
        return _with_calibration(task, _held_out_scores(task, raw, ridge), learnt, ridge, offset)
    return _with_order_only(task, _smoothed_scores(task, raw, targets, offset), learnt, ridge, offset)


def _can_calibrate(task: _Task) -> bool:
    rows = task.shares
    coded = int((task.known[rows] > 0).any(axis=1).sum())
    return int(rows.sum()) >= LEAST_READ and coded >= LEAST_CODED


def _targets(known: Floats, codes: CodeEvidence) -> Floats:
    """Columns: every code, anything at all, every theme."""
    anything = known.max(axis=1, keepdims=True) if known.shape[1] else np.zeros((len(known), 1))
    themes = [known[:, members].max(axis=1, keepdims=True) for members in codes.theme_members]
    return np.hstack([known, anything, *themes])


def _offset(targets: Floats, read: Ints, n_described: int) -> Floats:
    """Mean of what is learnt from; with definitions alone, one code in as many as there are."""
    if len(read):
        return np.asarray(targets[read].mean(axis=0))
    return np.full(targets.shape[1], 1.0 / max(n_described, 1))


def _square(similarity: Similarity, learnt: Ints) -> Floats:
    """Similarity of the learnt rows with one another; code texts among themselves are computed here."""
    n = similarity.n_segments
    segments, texts = learnt[learnt < n], learnt[learnt >= n]
    top = similarity.matrix[np.ix_(segments, learnt)]
    if len(texts) == 0:
        return top
    given = [columns[texts] for _, columns in similarity.spaces]
    among = sum(share * values for share, values in similarity.parts(similarity.vectors[texts], given))
    return np.vstack([top, np.asarray(among)[:, learnt]])


def _smoothed_scores(task: _Task, raw: Floats, targets: Floats, offset: Floats) -> Floats:
    """Smooth scores over similar segments: a few exemplars reach further that way."""
    n, read = len(task.segments), task.read
    if not 1 < n <= MOST_LINKED:
        return raw
    graph = nearest_graph(task.similarity.matrix[:, :n])
    pulled = np.array(raw)
    pulled[read] = (raw[read] + targets[read]) / 2
    return _walk(graph, pulled - offset) + offset


def _held_out_scores(task: _Task, raw: Floats, ridge: Ridge) -> Floats:
    """Give read segments the scores they have with their group left out; enough is known to need no smoothing."""
    scores, read = np.array(raw), task.read
    folds = fold_numbers(task.segments.group_numbers[read], FOLDS)
    for fold in range(int(folds.max()) + 1):
        places = np.flatnonzero(folds == fold)
        scores[read[places]] = held_out(ridge, places)
    return scores


def _walk(graph: Any, values: Floats) -> Floats:
    out = values
    for _ in range(SMOOTHING_STEPS):
        out = (1 - SMOOTHING) * values + SMOOTHING * (graph @ out)
    return np.asarray(out)


def _with_calibration(task: _Task, smoothed: Floats, learnt: Ints, ridge: Ridge, offset: Floats) -> FittedCodes:
    rows, known = np.flatnonzero(task.shares), task.known
    prior = prevalence(known, rows, task.segments)
    names, evidence = gather(split_scores(smoothed, task.codes), prior, task.segments, task.codes)
    counted = known[rows].sum(axis=0) >= 2
    counted = counted if counted.any() else np.ones(len(counted), dtype=bool)
    calibration = fit_calibration(names, evidence[rows][:, counted], known[rows][:, counted], prior)
    probabilities = calibration.probabilities(evidence)
    thresholds = kappa_thresholds(probabilities[rows])
    whole = np.round(known[rows])
    one_code = bool((whole.sum(axis=1) == 1).all()) if task.one_code is None else task.one_code
    suggested = decide(probabilities, thresholds, one_code=one_code, at_least_one=False)
    gate = _fit_gate(task, smoothed, rows)
    scores = CodeScores(probabilities, suggested, *gate.judge(split_scores(smoothed, task.codes), task.segments))
    return FittedCodes(
        task.codes, task.segments, scores, thresholds, True, one_code, learnt, task.similarity, ridge, smoothed,
        offset, calibration, gate,
    )  # fmt: skip


def _with_order_only(task: _Task, smoothed: Floats, learnt: Ints, ridge: Ridge, offset: Floats) -> FittedCodes:
    probabilities = soft_shares((smoothed - (1 - PREVALENCE_KEPT) * offset)[:, : len(task.codes)])
    open_rows = np.isnan(task.table).all(axis=1)
    thresholds = kappa_thresholds(probabilities[open_rows] if open_rows.any() else probabilities)
    one_code = bool(task.one_code)
    suggested = decide(probabilities, thresholds, one_code=one_code, at_least_one=True)
    scores = CodeScores(probabilities, suggested, *no_gate(suggested))
    return FittedCodes(
        task.codes, task.segments, scores, thresholds, False, one_code, learnt, task.similarity, ridge, smoothed,
        offset, None, None,
    )  # fmt: skip


def _fit_gate(task: _Task, smoothed: Floats, rows: Ints) -> Gate:
    """Calibrate "anything to code here" on its own, as if it were the only code."""
    applied = _targets(task.known, task.codes)[:, [len(task.codes)]]
    prior = prevalence(applied, rows, task.segments)
    names, evidence = Gate.gather(split_scores(smoothed, task.codes), prior, task.segments)
    calibration = fit_calibration(names, evidence[rows], applied[rows], prior)
    return Gate(calibration, float(kappa_thresholds(calibration.probabilities(evidence[rows]))[0]))


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
    segments: SegmentEvidence, table: Floats, codes: CodeEvidence, chosen: ArrayLike | None, one_code: bool | None
) -> FittedCodes:
    """Learn from read segments only, then score the others as new ones."""
    read = np.flatnonzero(~np.isnan(table).all(axis=1))
    picked = None if chosen is None else np.asarray(chosen, dtype=bool)[read]
    return fit_codes(segments.take(read), table[read], codes=codes, chosen=picked, one_code=one_code)
