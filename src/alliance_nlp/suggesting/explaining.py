"""Why this code: the examples and words that carried a score, the runner-up, what the turns around changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats, largest_first
from alliance_nlp.suggesting.calibration import AROUND, gather
from alliance_nlp.suggesting.fitted import FittedCodes, split_scores


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

    Raises
    ------
    InputError
        When the fit has no such segment or code.

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
    if not (0 <= row < n_segments and 0 <= code < n_codes):
        raise InputError(
            f"There are {n_segments} segments and {n_codes} codes, counted from 0. Got segment {row} and code {code}."
        )
    weights = fitted.similarity.matrix[row, fitted.learnt] * fitted.ridge.coefficients[:, code]
    is_segment = fitted.learnt < n_segments
    pairs = [
        (int(k), float(w)) for k, w in zip(fitted.learnt[is_segment], weights[is_segment], strict=True) if k != row
    ]
    pairs.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
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
    names, evidence = gather(
        split_scores(fitted.smoothed, fitted.codes), fitted.calibration.prior, fitted.segments, fitted.codes
    )
    values: Floats = fitted.calibration.terms(evidence[row, code])
    return tuple((name, float(value)) for name, value in zip(names, values, strict=True))
