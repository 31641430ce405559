"""Texts as weighed counts of words and of letter sequences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

KEPT_WORDS = 100_000  # of which the counts are kept, some 20 MB; those that are said often come early


class LetterCounts:
    """Count sequences of three to five letters within words, as scikit-learn's ``char_wb`` does.

    A word is cut up once, however often it is said: a text's counts are the sum of those of its words. Texts come in
    blocks, several times over, so the counts of the first words that come are kept.
    """

    def __init__(self, least: int) -> None:
        self.least = least
        self.vocabulary: dict[str, int] | None = None
        self.kept: dict[str, int] = {}
        self.table: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "kept": {}, "table": None}

    def fit_transform(self, texts: list[str]) -> Any:
        """Count all sequences that occur in so many texts at least."""
        from sklearn.feature_extraction.text import CountVectorizer

        counting = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float64)
        said, words = _said(texts)
        counts = said @ counting.fit_transform(words)
        kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= self.least)
        if not len(kept):
            raise ValueError("no sequence of letters occurs often enough")
        names = counting.get_feature_names_out()[kept]
        self.vocabulary = {str(name): place for place, name in enumerate(names)}
        return counts[:, kept]

    def transform(self, texts: Iterable[str]) -> Any:
        """Count these sequences in other texts."""
        from scipy.sparse import csr_matrix

        said, words = _said(list(texts))
        if not words:
            return csr_matrix((said.shape[0], len(self.vocabulary or ())))
        counts = said @ self._counts_of(words)
        counts.sort_indices()  # sums in another order have other last bits
        return counts

    def _counts_of(self, words: list[str]) -> Any:
        """Count the sequences of each word, and keep the counts of words while there is room."""
        from scipy.sparse import csr_matrix, vstack
        from sklearn.feature_extraction.text import CountVectorizer

        new = [word for word in words if word not in self.kept]
        counting = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float64, vocabulary=self.vocabulary)
        cut = counting.transform(new) if new else csr_matrix((0, len(self.vocabulary or ())))
        old = [self.kept[word] for word in words if word in self.kept]
        found = cut if self.table is None else vstack([self.table[old], cut], format="csr")
        room = new[: KEPT_WORDS - len(self.kept)]
        if room:
            self.table = (
                cut[: len(room)] if self.table is None else vstack([self.table, cut[: len(room)]], format="csr")
            )
            self.kept.update(zip(room, range(len(self.kept), len(self.kept) + len(room)), strict=True))
        is_new = set(new)
        order = np.argsort([word in is_new for word in words], kind="stable")
        return found[np.argsort(order)]


def _said(texts: list[str]) -> tuple[Any, list[str]]:
    """Count the words of each text, as they stand between spaces in lower case, and list them."""
    from scipy.sparse import csr_matrix

    place: dict[str, int] = {}
    found = [[place.setdefault(word, len(place)) for word in text.lower().split()] for text in texts]
    ends = np.cumsum([0, *map(len, found)])
    columns = np.fromiter((column for row in found for column in row), dtype=np.int64, count=int(ends[-1]))
    table = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(texts), len(place)))
    table.sum_duplicates()
    return table, list(place)


def cut_up(texts: list[str]) -> tuple[tuple[Any, Any], ...]:
    """Fit words and letters, each with the table of these texts; texts without a single word have neither."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.pipeline import Pipeline

    least = 2 if len(texts) > 20 else 1
    words = CountVectorizer(min_df=least, dtype=np.float64, ngram_range=(1, 2), strip_accents="unicode")
    made = []
    for counting in (words, LetterCounts(least)):
        weighing = TfidfTransformer(sublinear_tf=True)
        try:
            counts = counting.fit_transform(texts)
        except ValueError:  # scikit-learn's way of saying that no word occurs often enough
            return ()
        counts.sort_indices()  # as they are counted later: sums in another order have other last bits
        table = weighing.fit(counts).transform(counts)
        made.append((Pipeline([("counting", counting), ("weighing", weighing)]), table))
    return tuple(made)
