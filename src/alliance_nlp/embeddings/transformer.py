"""Texts to vectors as a scikit-learn transformer.

This module imports scikit-learn at its top, because a class must know its bases. It is therefore loaded only when
somebody asks the door for `TextVectors`; nothing else in the library may import it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from alliance_nlp.embeddings.embedding import encode_texts
from alliance_nlp.embeddings.encoders import Reader, reader_of
from alliance_nlp.embeddings.languages import warn_of_other_languages
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Singles
from alliance_nlp.records import Encoder


class TextVectors(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn texts into unit vectors, as the first step of a pipeline of scikit-learn.

    Parameters
    ----------
    encoder : str, Path or Encoder, default "all-MiniLM-L6-v2"
        As in `embed`.
    cache : str, Path, bool or None, default True
        Where vectors are kept for next time, as in `embed`: hashes and numbers, never words.
    download : bool, default False
        Whether to fetch a model that is not on this computer. Nothing else here uses the network.

    Attributes
    ----------
    n_long_ : int
        How many texts of the last `transform` were longer than the encoder reads; they were read window by window.

    Notes
    -----
    Nothing is learnt: `fit` finds out how many numbers a vector has. Bare texts do not know whether the people who said
    them agreed that a machine reads them; `embed` asks, and this class cannot. That two vectors are close says that the
    texts are used in similar ways, not that the speakers mean the same.

    Examples
    --------
    >>> class Lengths:
    ...     def encode(self, texts): return [[len(text), 1.0] for text in texts]
    >>> model = TextVectors(encoder=Lengths()).fit(["We listen.", "Time is short."])
    >>> model.transform(["One more."]).shape, model.get_feature_names_out().tolist()
    ((1, 2), ['textvectors0', 'textvectors1'])
    """

    _reader: Reader | None = None

    def __init__(
        self,
        *,
        encoder: str | Path | Encoder = "all-MiniLM-L6-v2",
        cache: str | Path | bool | None = True,
        download: bool = False,
    ) -> None:
        self.encoder = encoder
        self.cache = cache
        self.download = download

    def __sklearn_tags__(self) -> Any:
        """Say that it takes texts, one each, and no table of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags

    def __getstate__(self) -> Any:
        """Leave out the loaded model: it is read again where it is needed."""
        state = dict(super().__getstate__())
        state.pop("_reader", None)
        return state

    def _read_with(self) -> Reader:
        if self._reader is None:
            self._reader = reader_of(self.encoder, download=self.download)
        return self._reader

    def fit(self, X: Iterable[str], y: object = None) -> TextVectors:
        """Find out how many numbers a vector has; y is not looked at."""
        self._reader = None
        self._n_features_out = encode_texts(_texts(X)[:1], self._read_with(), cache=self.cache).vectors.shape[1]
        return self

    def transform(self, X: Iterable[str]) -> Singles:
        """Give each text its vector.

        Parameters
        ----------
        X : list, array or column of str
            One text each; a column of pandas, polars or pyarrow will do.

        Returns
        -------
        array of shape (n_texts, n_dimensions)
            Rows of length 1; zeros for a text without words. A frame after ``set_output(transform="pandas")``.

        Raises
        ------
        InputError
            When something other than texts is given.
        """
        check_is_fitted(self, "_n_features_out")
        texts, reader = _texts(X), self._read_with()
        done = encode_texts(texts, reader, cache=self.cache)
        warn_of_other_languages(texts, reader.info.name)
        self.n_long_ = done.n_long
        return done.vectors


def _texts(given: Any) -> list[str]:
    """Read a list, an array or a column as texts."""
    must = "TextVectors takes a list or a column of texts"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"{must}. Got {type(given).__name__}. Put a single text into a list.")
    if len(getattr(given, "shape", (0,))) > 1:
        raise InputError(f"{must}. Got a table with columns: name one of them, as in frame['text'].")
    texts: list[Any] = given.to_pylist() if hasattr(given, "to_pylist") else list(given)
    wrong = next((i for i, text in enumerate(texts) if not isinstance(text, str)), None)
    if wrong is not None:
        kind = type(texts[wrong]).__name__
        raise InputError(f"{must}. Row {wrong + 1} is of type {kind}. Where nobody answered, write an empty text.")
    return [str(text) for text in texts]
