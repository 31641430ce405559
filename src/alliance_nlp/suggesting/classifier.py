"""The learner as a scikit-learn classifier: vectors and codes in, codes out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

# The only module of the room that imports scikit-learn when it is loaded: its classes cannot be made later. The door
# loads it when CodebookClassifier is asked for.
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Floats
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.learning import CodeScores, fit_codes, score_codes


class CodebookClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Give segments the codes that people gave to similar ones.

    Parameters
    ----------
    code_vectors : array of shape (n_codes, n_features), optional
        Vectors of each code's label and definition, in the order of the columns of `y` (several codes a segment) or of
        the sorted codes (one code a segment). Each counts as one more example.

    Attributes
    ----------
    classes_ : array
        The codes; with an indicator their column numbers.
    n_features_in_ : int
        Dimensions of the vectors.
    fitted_ : FittedCodes
        Everything that was learnt.

    Notes
    -----
    `y` of one code a segment gives a single-label classifier, an indicator table a multilabel one, in which a segment
    may carry no code. It always answers; declining to answer is the matter of `suggest_codes`. Words, turns around and
    unread segments are not seen here: `fit_codes` uses them. Equal input gives equal output; nothing is random.

    Examples
    --------
    >>> X = [[1.0, 0.0], [0.9, 0.1], [0.1, 0.9], [0.0, 1.0]]
    >>> CodebookClassifier().fit(X, ["trust", "trust", "time", "time"]).predict([[0.8, 0.2]]).tolist()
    ['trust']
    """

    def __init__(self, code_vectors: ArrayLike | None = None) -> None:
        self.code_vectors = code_vectors

    def __sklearn_tags__(self) -> Any:
        """Say that several codes a segment are possible."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike, groups: Sequence[Hashable] | None = None) -> Self:
        """Learn from coded segments.

        Parameters
        ----------
        X : array of shape (n_segments, n_features)
            Vectors of segments.
        y : array of shape (n_segments,) or (n_segments, n_codes)
            The code of each segment, or a table of 0 and 1.
        groups : sequence, optional
            Transcript or participant of each segment; probabilities and thresholds are then judged on groups that were
            left out.

        Returns
        -------
        CodebookClassifier
            Itself.

        Raises
        ------
        InputError
            When code_vectors do not hold one row a code.
        """
        checked: Any = validate_data(self, X, y, multi_output=True, dtype=np.float64)
        rows, given = checked
        check_classification_targets(given)
        self.several_codes_ = type_of_target(given) == "multilabel-indicator"
        if self.several_codes_:
            self.classes_ = np.arange(given.shape[1])
            table = given.astype(np.float64)
        else:
            self.classes_, place = np.unique(column_or_1d(given, warn=True), return_inverse=True)
            table = np.eye(len(self.classes_))[place]
        codes = self._codes(len(self.classes_))
        evidence = SegmentEvidence(rows, blocks=None if groups is None else list(groups))
        self.fitted_ = fit_codes(evidence, table, codes=codes, one_code=not self.several_codes_)
        return self

    def _codes(self, n_codes: int) -> CodeEvidence:
        names = [str(name) for name in self.classes_]
        if self.code_vectors is None:
            return CodeEvidence(names)
        if len(np.asarray(self.code_vectors)) != n_codes:
            raise InputError(
                f"code_vectors must hold one row per code. Got {len(np.asarray(self.code_vectors))} rows for "
                f"{n_codes} codes."
            )
        return CodeEvidence(names, self.code_vectors)

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Give the probability of each code.

        Parameters
        ----------
        X : array of shape (n_segments, n_features)
            Vectors of segments.

        Returns
        -------
        array of shape (n_segments, n_codes)
            Rows sum to one where each segment carries one code; otherwise every code stands for itself.
        """
        check_is_fitted(self, "fitted_")
        return self._scores(X).probabilities

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Give each segment its code, or its row of the indicator table.

        Parameters
        ----------
        X : array of shape (n_segments, n_features)
            Vectors of segments.

        Returns
        -------
        array of shape (n_segments,) or (n_segments, n_codes)
            Codes, in the form in which they were learnt.
        """
        check_is_fitted(self, "fitted_")
        if self.several_codes_:
            return np.asarray(self._scores(X).suggested.astype(np.int64))
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def _scores(self, X: ArrayLike) -> CodeScores:
        rows: Any = validate_data(self, X, reset=False, dtype=np.float64)
        return score_codes(self.fitted_, SegmentEvidence(rows))
