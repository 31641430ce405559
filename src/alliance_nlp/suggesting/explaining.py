"""What carried a suggestion: the segments that were learnt from, words, the theme, the name, the turns around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from alliance_nlp.numeric import Floats, largest_first
from alliance_nlp.suggesting.learning import FittedCodes, beyond_parts
from alliance_nlp.suggesting.similarity import Features
from alliance_nlp.suggesting.weighing import Weights


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
        Segments learnt from that speak for the code (weight above 0) or against it, strongest first. None of them lies
        in the segment's own block where that was held out.
    words : tuple of (word, weight)
        Words and pairs of words of the segment that speak for the code, strongest first; empty without texts.
    runner_up : int
        The most probable other code, -1 where there is only one.
    runner_up_probability : float
        Its probability; nan where there is none.
    terms : tuple of (what, amount)
        The parts of the score: "learnt", "theme" (for a theme, its best code), "anything to code here" (as one more
        part, and as half the logarithm of its probability), "name", "name and exemplars together" (nearness to their
        mean, where nothing was read), and "turns around", which is what the turns before and after change in the learnt
        parts. In units of the spread of all scores; they add up to
        ``fitted.scores.added``.
    """

    row: int
    code: int
    probability: float
    threshold: float
    examples: tuple[tuple[int, float], ...]
    words: tuple[tuple[str, float], ...]
    runner_up: int
    runner_up_probability: float
    terms: tuple[tuple[str, float], ...]


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
    Weights are exact for the learnt part: it is the sum of all examples' weights, about the block's mean. They say what
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
    n_codes = fitted.scores.probabilities.shape[1]
    pull = fitted.pull(row)[:, code]
    here = fitted.features.take(np.array([row]))
    weights = fitted.similarity.between(here, fitted.of_learnt)[0] * pull
    pairs = [(int(at), float(w)) for at, w in zip(fitted.learnt, weights, strict=True) if at != row and w]
    shares = fitted.scores.probabilities[row]
    others = largest_first(np.where(np.arange(n_codes) == code, -np.inf, shares))
    runner_up = int(others[0]) if n_codes > 1 else -1
    return Explanation(
        row, code, float(shares[code]), float(fitted.thresholds[code]),
        tuple(sorted(pairs, key=lambda pair: (-abs(pair[1]), pair[0]))[:n]), _words(fitted, here, pull, n),
        runner_up, float(shares[runner_up]) if runner_up >= 0 else float("nan"), _terms(fitted, row, code),
    )  # fmt: skip


def _words(fitted: FittedCodes, here: Features, pull: Floats, n: int) -> tuple[tuple[str, float], ...]:
    """Split the part of the score that comes from shared words among the words."""
    learnt = fitted.of_learnt.features.words
    if learnt is None:
        return ()
    toward = np.asarray(learnt.T @ pull).ravel()
    own, names = here.words.tocoo(), fitted.similarity.names_of_words
    weighed = [(str(names[k]), float(v * toward[k])) for k, v in zip(own.coords[1], own.data, strict=True)]
    return tuple(sorted((pair for pair in weighed if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))[:n])


def _terms(fitted: FittedCodes, row: int, code: int) -> tuple[tuple[str, float], ...]:
    """Take the score apart: each part alone, without and with the turns around."""
    weights, spread = fitted.weighing_of(row)
    parts_near, at = fitted.parts.beside(row)
    none = Weights(own=0.0, name=0.0, wide=weights.wide)

    def score(**kept: Any) -> float:
        given = Weights(**(none._asdict() | kept))
        return float(parts_near.scores(given, fitted.units_of(given))[at, code] / spread[code])

    parts = {"learnt": "own", "theme": "related", "anything to code here": "anything", "name": "name",
             "name and exemplars together": "near"}  # fmt: skip
    found = {what: score(**{name: getattr(weights, name)}) for what, name in parts.items()}
    learnt = {name: getattr(weights, name) for name in ("own", "related", "anything")}
    found["turns around"] = score(**learnt, around=weights.around) - score(**learnt)
    found["anything to code here"] += float(beyond_parts(fitted.scores.anything[[row]])[0])
    return tuple((what, value) for what, value in found.items() if value)
