"""What was learnt, made small enough to be sent elsewhere, and put to texts that nobody coded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from alliance_nlp.clusters.near_empty import same_words, says_nothing
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Bools, Floats
from alliance_nlp.provenance import hash_words
from alliance_nlp.records import Codebook, Coding
from alliance_nlp.suggesting.evidence import SegmentEvidence
from alliance_nlp.suggesting.learning import FittedCodes, score_codes
from alliance_nlp.suggesting.suggestions import Suggestions


@dataclass(frozen=True, eq=False)
class Scorer:
    """Hold what scoring new texts needs: nothing of the segments that were given but those that were learnt from.

    Attributes
    ----------
    codebook : Codebook
        The codes on the level of the suggestions.
    fitted : FittedCodes
        What was learnt.
    needed : array of shape (n_codes,)
        Probability that a suggestion needs to be accepted; minus infinity where nothing was promised.
    learnt : frozenset of str
        Hashes of the words that were learnt from.
    level : str
        Level of the codebook.
    """

    codebook: Codebook
    fitted: FittedCodes
    needed: Floats
    learnt: frozenset[str]
    level: str

    @classmethod
    def of(cls, coding: Coding) -> Scorer:
        """Take it from what `suggest_codes` gave.

        Raises
        ------
        InputError
            When the coding is no suggestion, or was loaded without what was learnt.
        """
        made = coding.made_from
        if not isinstance(made, Suggestions) or made.fitted is None:
            raise InputError(
                "suggestions must be what suggest_codes() gave in this session. What was loaded from a folder came "
                "without what was learnt: suggest again."
            )
        fitted = made.fitted
        said = fitted.segments.texts or ()
        promised = [(row["threshold"], row["promise"]) for row in made.promises.rows()]
        needed = np.array([at if promise is not None else -np.inf for at, promise in promised])
        small = replace(
            fitted, features=fitted.features.take(fitted.learnt), learnt=np.arange(len(fitted.learnt)),
            coefficients=fitted.coefficients[-1:], segments=SegmentEvidence(np.zeros((0, 0))),
        )  # fmt: skip
        words = frozenset(hash_words(same_words(str(said[row]))) for row in fitted.learnt if len(said))
        needed = needed if promised else np.full(len(made.codebook), -np.inf)
        return cls(made.codebook, small, needed, words, str(made.settings["level"]))

    def score(self, texts: Sequence[str], vectors: Floats) -> tuple[Floats, Bools, Bools]:
        """Give probabilities, what is suggested, and what of that is accepted; each text stands by itself."""
        scores = score_codes(self.fitted, SegmentEvidence(vectors, list(texts)))
        suggested = scores.suggested.copy()
        if not self.fitted.calibrated:  # as where they were learnt: nobody showed what uncoded talk looks like
            suggested[[says_nothing(text) for text in texts]] = False
        return scores.probabilities, suggested, suggested & (scores.probabilities >= self.needed)

    def was_learnt(self, text: str) -> bool:
        """Whether these words were among those that were learnt from."""
        return hash_words(same_words(text)) in self.learnt
