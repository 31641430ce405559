"""Learn which code a segment carries, from whatever there is: the codebook's words, exemplars, or what people coded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, Ints, one_thread, ratio, unit_rows
from alliance_nlp.suggesting.by_name import NameScorer
from alliance_nlp.suggesting.calibration import FEWEST, Calibration, taught, uncoded_share
from alliance_nlp.suggesting.deciding import (
    NEAR_BY_NAME,
    NEAR_SHOWN,
    NEAR_UNSTATED,
    Deciding,
    far_scores,
    in_order,
)
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, passing
from alliance_nlp.suggesting.reference import BLOCK_MEAN, Fit, Reference, without_block_means
from alliance_nlp.suggesting.shown import (
    Prototypes,
    ridge_left_out,
    shown_scores,
    shown_weights,
    spread_of_all,
)
from alliance_nlp.suggesting.similarity import Columns, Features, FeaturesLater, Similarity
from alliance_nlp.suggesting.task import Held, Task, learnt_apart, to_learn
from alliance_nlp.suggesting.thresholds import kappa_thresholds
from alliance_nlp.suggesting.weighing import Parts, UnitsAbove, Weights, choose_weights, spread_over

ANYTHING = 0.5  # of the logarithm of the probability that anything is coded, added to every score


@dataclass(frozen=True, eq=False)
class CodeScores:
    """Hold for every segment and code how probable the code is and whether it is suggested.

    Attributes
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply the code. For segments of a block that was read, the score they get when the
        block is left out. Where nothing could be held out they only give an order.
    suggested : array of bool, same shape
        Whether the code is suggested.
    anything : array of shape (n_segments,)
        Share of coders expected to apply any code at all; nan where no reading says what uncoded talk looks like.
    added : array of shape (n_segments, n_codes)
        What probabilities are made of: all parts added up, in units of their spread. Above 0 more speaks for the code
        than for most segments. It compares segments within a code; from exemplars alone, where all codes have one unit,
        codes as well.
    """

    probabilities: Floats
    suggested: Bools
    anything: Floats
    added: Floats


@dataclass(frozen=True, eq=False)
class FittedCodes:
    """Hold everything that was learnt, and the scores of the segments that were given.

    Attributes
    ----------
    codes : CodeEvidence
        The codes.
    segments : SegmentEvidence
        The segments that were given, read or not.
    upward : bool
        Whether suggestions are made one level up.
    similarity, features, learnt
        What segments are compared by, and which of them were learnt from.
    coefficients : array of shape (n_folds + 1, n_learnt, n_columns)
        Of the ridge: without each fold, and in the end with everything. Columns are the codes, "anything", and the
        groups one level up. Of several fits at once, those without a fold are 0 where nothing was scored with them.
    spread : array of shape (n_columns,)
        Spread of the ridge's scores.
    parts : Parts
        What the scores of the segments that were given are the sum of.
    held : Held
        What was held out together.
    names : NameScorer or None
        What the codebook's words alone say; None without words.
    prototypes : Prototypes or None
        Names and exemplars added up, where nothing was read; None elsewhere.
    weighing : tuple of (Weights, array)
        What each part of a score weighs, and the spread of the sum: for new segments, then for each half of the blocks
        as chosen on the other half.
    calibration, of_anything : Calibration or None
        From scores to probabilities; None where nothing could be held out.
    thresholds : array of shape (n_codes,)
        Probability from which a code is suggested.
    taught : array of bool, shape (n_codes,)
        Codes of which enough was seen; the others are never suggested.
    rule : Rule
        How probabilities become suggestions.
    scores : CodeScores
        Of the segments that were given.
    """

    codes: CodeEvidence
    segments: SegmentEvidence
    upward: bool
    similarity: Similarity
    features: Features | FeaturesLater
    learnt: Ints
    coefficients: Floats
    spread: Floats
    parts: Parts
    held: Held
    names: NameScorer | None
    prototypes: Prototypes | None
    weighing: tuple[Weighing, ...]
    calibration: Calibration | None
    of_anything: Calibration | None
    thresholds: Floats
    taught: Bools
    deciding: Deciding
    scores: CodeScores

    def __repr__(self) -> str:
        codes, segments = counted(len(self.codes), "code"), counted(len(self.segments), "segment")
        return f"FittedCodes({codes}, {segments}, calibrated={self.calibrated})"

    @property
    def calibrated(self) -> bool:
        """Whether probabilities were fitted to what people coded. If not they only give an order."""
        return self.calibration is not None

    @property
    def heard(self) -> bool:
        """Whether the codebook's words say anything about these segments."""
        return self.names is not None and self.names.heard

    @cached_property
    def _units(self) -> dict[tuple[float, bool], UnitsAbove]:
        return {}

    def units_of(self, weights: Weights) -> UnitsAbove:
        """Give the units of scores one level up, which hang on all segments; worked out once."""
        key = (weights.around, weights.wide)
        if key not in self._units:
            self._units[key] = self.parts.units(*key)
        return self._units[key]

    @cached_property
    def of_learnt(self) -> Columns:
        """What is compared with: the segments that were learnt from."""
        return self.similarity.columns(self.features.take(self.learnt))

    def weighing_of(self, row: int) -> Weighing:
        """Give what the parts of a segment's score weigh, and the spread of the sum."""
        half = int(self.held.half[row])
        return self.weighing[half + 1] if len(self.weighing) > 1 else self.weighing[0]

    def pull(self, row: int) -> Floats:
        """Coefficients that a segment's learnt scores were made with; its own fold's are 0. Columns as wanted."""
        first = len(self.codes) + 1 if self.upward else 0
        return np.asarray(self.coefficients[int(self.held.fold[row])][:, first:])


class Weighing(NamedTuple):
    """What each part of a score weighs, and the spread of the sum over what was read."""

    weights: Weights
    spread: Floats


def fit_codes(
    segments: SegmentEvidence,
    applied: ArrayLike,
    *,
    codes: CodeEvidence,
    applied_above: ArrayLike | None = None,
    chosen: ArrayLike | None = None,
    one_code: bool | None = None,
    stated: bool = True,
) -> FittedCodes:
    """Learn codes from segments that people coded, and score all segments.

    Parameters
    ----------
    segments : SegmentEvidence
        All segments: those that were read and those to be coded.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 read and not applied, a share where several coders differ; nan where nobody read.
    codes : CodeEvidence
        The codes, with the vectors of their names and definitions where there are any.
    applied_above : array of shape (n_segments, n_groups), optional
        The same one level up, for `codes.above`: then suggestions are made on that level. By default they are made for
        the codes.
    chosen : array of bool, optional
        Segments that were picked to show a code (exemplars) and so say nothing about how common it is.
    one_code : bool, optional
        Whether every segment carries exactly one code. By default seen from what was read.
    stated : bool, default True
        Whether it is known what was read. If not, only what was coded is there: it is held out all the same, but says
        nothing about how common codes are, so that probabilities only give an order.

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
    A score is the sum of a kernel ridge on similar segments, the same for the theme and for "anything", and what the
    code's name says alone. Whole blocks are held out, with the turns beside them; the parts are weighed by how well
    they order segments of blocks that took no part in the weighing. One logistic regression makes probabilities of
    held-out scores. A probability says what these coders would do with a segment like this one, not that the code is
    right. Memory grows with the number of segments times `MOST_LEARNT` at most, in blocks of rows.

    Examples
    --------
    >>> segments = SegmentEvidence([[1.0, 0.0], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0]])
    >>> coded = [[1, 0], [np.nan, np.nan], [np.nan, np.nan], [0, 1]]
    >>> fitted = fit_codes(segments, coded, codes=CodeEvidence(["trust", "time"]))
    >>> fitted.scores.suggested.tolist()[1:3]
    [[True, False], [False, True]]
    """
    table = np.asarray(applied, dtype=np.float64)
    above = None if applied_above is None else np.asarray(applied_above, dtype=np.float64)
    picked = np.zeros(len(segments), dtype=bool) if chosen is None else np.asarray(chosen, dtype=bool)
    with one_thread():
        return next(fit_together([Task(segments, table, above, codes, picked, stated)], one_code))


def fit_together(
    tasks: Sequence[Task], one_code: bool | None = None, *, step: Callable[[], object] = lambda: None
) -> Iterator[FittedCodes]:
    """Fit tasks that differ in who coded what, and in what is held out together; what compares segments is shared.

    More than can be learnt from are chosen once for all, so that a task learns from those of them that it knows. `step`
    is called for each task that was learnt.
    """
    segments, codes = tasks[0].segments, tasks[0].codes
    known = np.any([task.known for task in tasks], axis=0)
    if learnt_apart(known, len(tasks)):
        for task in tasks:
            yield from fit_together([task], one_code, step=step)
        return
    learnt = to_learn(known, n_parts=len(tasks))
    similarity = Similarity.of(segments, codes, learnt)
    features = similarity.features(segments)
    names = NameScorer(similarity, codes, segments, features) if len(codes.rows) and len(segments) else None
    if not len(learnt) and not len(codes.rows):
        raise InputError(
            "There is nothing to learn from: no segment was read and no code has a definition. Give a codebook with "
            "definitions or exemplars, or a coding."
        )
    others = np.delete(np.arange(len(segments)), learnt)
    near = others if len(tasks) > 1 and len(others) <= len(learnt) else others[:0]
    reference = Reference.of(similarity, features, learnt, near)
    fits = []
    for task in tasks:
        held = Held.of(task.segments, task.read)
        fits.append((task, held, reference.fit(task, held, every_fold=len(tasks) == 1)))
        step()
    for fit, scored in zip(fits, reference.scores(fits), strict=True):
        yield _fitted(reference, names, *fit, scored, one_code)


def _fitted(
    reference: Reference, names: NameScorer | None, task: Task, held: Held, fit: Fit,
    scored: list[Floats], one_code: bool | None,
) -> FittedCodes:  # fmt: skip
    """From the scores of the ridge to suggestions."""
    segments, codes, read = task.segments, task.codes, task.read
    raw, *halves_scored = scored
    prototypes = _prototypes(task, reference.rows)
    spread = spread_over(raw, task.known) if prototypes is None else _one_spread(task, raw)
    parts = Parts(
        raw / spread, names.first if names and names.heard else None, segments, codes, task.above is not None,
        None if prototypes is None else prototypes.judge(segments.rows),
    )  # fmt: skip
    halves = [parts._replace(learnt=each / spread) for each in halves_scored]
    weighing = _weighed(parts, halves[0] if halves else None, task, held)
    of_anything, anything = _anything(parts, task, held)
    mixed = _mixed(parts, weighing, held) + beyond_parts(anything)[:, None]
    applied = task.wanted[read]
    calibration = Calibration.of(mixed[read], applied) if held.n_folds > 1 and task.stated else None
    shown = task.wanted[task.chosen].sum(axis=0) > 0
    known = taught(applied, shown) if read.any() else shown | (names is None or names.heard)
    deciding = _deciding(task, one_code, calibrated=calibration is not None)
    probabilities = _shares(mixed, calibration, deciding)
    of_halves: list[Floats] = []
    if prototypes is not None:
        left_out = _left_out(task, reference, spread, prototypes, parts, weighing[0].weights)
        thresholds = in_order(shown_scores(mixed[task.to_code], left_out.max(axis=1)))
    elif calibration is None:
        thresholds = in_order(far_scores(mixed, task.wanted[task.known].sum(axis=0), task.chosen))
    else:
        thresholds, of_halves = _thresholds(probabilities, task, held, deciding)
    suggested = deciding.suggested(probabilities, thresholds, known)
    for half, threshold in enumerate(of_halves):
        rows = held.half == half
        suggested[rows] = deciding.suggested(probabilities[rows], threshold, known)
    return FittedCodes(
        codes, segments, parts.upward, reference.similarity, reference.features, reference.rows, fit.coefficients[0],
        spread, parts, held, names, prototypes, weighing, calibration, of_anything, thresholds, known, deciding,
        CodeScores(probabilities, suggested, anything, mixed),
    )  # fmt: skip


def _deciding(task: Task, one_code: bool | None, *, calibrated: bool) -> Deciding:
    """Say how scores become suggestions, by what was read: one code each, at least one, or what is near the best."""
    applied = task.wanted[task.read]
    told = bool(len(applied)) and task.stated
    one = told and bool((np.round(applied).sum(axis=1) == 1).all()) if one_code is None else one_code
    near = NEAR_SHOWN if task.only_shown else NEAR_UNSTATED if task.known.any() else NEAR_BY_NAME
    return Deciding(one, told and uncoded_share(applied) == 0, None if calibrated else near)


def _prototypes(task: Task, learnt: Ints) -> Prototypes | None:
    """Add up names and exemplars on the level that is asked for, where nothing was read; None elsewhere."""
    if not task.only_shown:
        return None
    names = task.codes.rows
    if task.above is not None and len(names):
        names = np.stack([unit_rows(names[list(members)]).sum(axis=0) for members in task.codes.above])
    rows = learnt[task.known[learnt]]
    return Prototypes.of(names, task.segments.rows[rows], task.wanted[rows], task.segments.rows, task.to_code)


def _one_spread(task: Task, raw: Floats) -> Floats:
    """Spread of all codes together (and of all groups one level up) over what is to be coded: codes stay comparable."""
    n = len(task.codes)
    codes, above = (spread_of_all(raw[:, part], task.to_code) for part in (slice(0, n), slice(n + 1, None)))
    return np.concatenate([np.full(n, codes), [1.0], np.full(raw.shape[1] - n - 1, above)])


def _left_out(
    task: Task, reference: Reference, spread: Floats, prototypes: Prototypes, parts: Parts, weights: Weights
) -> Floats:
    """Score the exemplars, each as if it had not been shown."""
    rows = reference.rows[task.known[reference.rows]]
    learnt = ridge_left_out(reference.ridge(task)) / spread
    own = learnt[:, len(task.codes) + 1 :] if parts.upward else learnt[:, : len(task.codes)]
    own = own * (1 - 1 / (1 + BLOCK_MEAN))  # as `without_block_means` does with a segment alone in its block
    named = parts.scores(Weights(own=0.0, name=weights.name))[rows]
    near = prototypes.left_out(task.segments.rows[rows], task.wanted[rows])
    return np.asarray(weights.own * own + named + weights.near * near)


def _weighed(parts: Parts, halves: Parts | None, task: Task, held: Held) -> tuple[Weighing, ...]:
    """Weigh the parts, for new segments and for each half of the blocks as chosen on the other half."""
    if parts.near is not None:
        n_shown = float(task.wanted[task.chosen].sum(axis=0).mean())
        return (Weighing(shown_weights(n_shown), np.ones(task.wanted.shape[1])),)

    def chosen(by: Parts, judged: Bools) -> Weighing:
        weights = choose_weights(by, task.wanted, judged)
        return Weighing(weights, spread_over(parts.scores(weights), task.known))

    if halves is None:
        return (chosen(parts, np.zeros_like(task.read)),)
    return chosen(parts, task.read), *(chosen(halves, task.read & (held.half == 1 - half)) for half in (0, 1))


def _mixed(parts: Parts, weighing: tuple[Weighing, ...], held: Held) -> Floats:
    """Weigh the parts of each segment as its half of the blocks asks, in units of the spread."""
    scores = parts.scores(weighing[0].weights) / weighing[0].spread
    for half, (weights, spread) in enumerate(weighing[1:]):
        rows = held.half == half
        scores[rows] = (parts.scores(weights) / spread)[rows]
    return np.asarray(scores)


def _thresholds(probabilities: Floats, task: Task, held: Held, deciding: Deciding) -> tuple[Floats, list[Floats]]:
    """Thresholds for new segments, and for each half of the blocks those chosen on the other half."""

    def chosen(rows: Bools) -> Floats:
        applied = task.wanted[rows]
        found = kappa_thresholds(probabilities[rows], applied)
        # nothing was held out of a code with a single coding; the best code is suggested anyhow
        return np.where((applied.sum(axis=0) < FEWEST) & deciding.at_least_one, np.inf, found)

    halves = [task.read & (held.half == 1 - half) for half in (0, 1)]
    return chosen(task.read), [chosen(rows) for rows in halves] if all(rows.any() for rows in halves) else []


def _anything(parts: Parts, task: Task, held: Held) -> tuple[Calibration | None, Floats]:
    """Probability that a segment carries any code, where reading says what uncoded talk looks like."""
    column = [len(task.codes)]
    applied = task.targets[task.read][:, column]
    if held.n_folds < 2 or not uncoded_share(applied):
        return None, np.full(len(task.segments), np.nan)
    calibration = Calibration.of(parts.learnt[task.read][:, column], applied)
    return calibration, calibration.judge(parts.learnt[:, column])[:, 0]


def beyond_parts(anything: Floats) -> Floats:
    """Give what is added to every score for how probable it is that anything is coded here; 0 where that is unknown."""
    return np.asarray(ANYTHING * np.log(np.clip(np.nan_to_num(anything, nan=1.0), 1e-6, 1.0)))


def _shares(mixed: Floats, calibration: Calibration | None, deciding: Deciding) -> Floats:
    """Turn scores into shares of coders; where each segment carries one code, they sum to one."""
    shares = in_order(mixed) if calibration is None else calibration.judge(mixed)
    return ratio(shares, shares.sum(axis=1, keepdims=True), otherwise=0.0) if deciding.one_code else shares


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
    if not len(segments):
        none = np.zeros((0, fitted.scores.probabilities.shape[1]))
        return CodeScores(none, none > 0, none.sum(axis=1), none)
    with one_thread():
        features = fitted.similarity.features(segments)
        raw = [fitted.similarity.between(features.take(rows), fitted.of_learnt) @ fitted.coefficients[-1]
               for rows in passing(len(segments), "comparing with what was coded")]  # fmt: skip
        learnt = np.vstack([np.zeros((0, fitted.coefficients.shape[2])), *raw])
        learnt = without_block_means(learnt, segments) / fitted.spread
        names = fitted.names.judge(segments, features) if fitted.names and fitted.names.heard else None
        near = None if fitted.prototypes is None else fitted.prototypes.judge(segments.rows)
        parts = Parts(learnt, names, segments, fitted.codes, fitted.upward, near)
        mixed = parts.scores(fitted.weighing[0].weights) / fitted.weighing[0].spread
        anything = np.full(len(segments), np.nan)
        if fitted.of_anything is not None:
            anything = fitted.of_anything.judge(learnt[:, [len(fitted.codes)]])[:, 0]
        mixed = mixed + beyond_parts(anything)[:, None]
        shares = _shares(mixed, fitted.calibration, fitted.deciding)
        return CodeScores(shares, fitted.deciding.suggested(shares, fitted.thresholds, fitted.taught), anything, mixed)
