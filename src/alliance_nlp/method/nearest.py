"""Which statements of participants lie nearest to a sentence that somebody wrote, and how likeness was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from alliance_nlp.embeddings import encode_texts
from alliance_nlp.embeddings.embedding import agreed
from alliance_nlp.embeddings.languages import stop_words_in
from alliance_nlp.errors import check_type
from alliance_nlp.numeric import Floats, largest_first
from alliance_nlp.records import Embeddings, Segment, Segments, Study, Transcript, moderates
from alliance_nlp.segments import segment

LEAST_WORDS = 4  # of a statement that can say or contradict anything
BY_WORDS = "Nearest by telling words that both share (tf-idf, cosine); give embeddings= to go by meaning."
BY_MEANING = "Nearest by meaning: cosine of the vectors of {encoder}."


class Near(NamedTuple):
    """A statement, and how like it is to the sentence: a cosine, 1 the same."""

    segment: Segment
    likeness: float


class Nearest:
    """Participants' statements of a study, laid beside sentences."""

    def __init__(self, study: Study, embeddings: Embeddings | None) -> None:
        check_type("embeddings must be Embeddings, as an.embed(segments) gives", Embeddings | None, embeddings)
        self.embeddings = embeddings
        found = embeddings.segments if embeddings is not None else agreed(segment(study.transcripts), "nearest")
        self.segments: Segments = found
        of = {transcript.id: transcript for transcript in study.transcripts}
        self.rows = [i for i, each in enumerate(found) if _says_something(each, of.get(each.transcript_id), study)]

    @property
    def how(self) -> str:
        """Say how likeness was measured."""
        return BY_WORDS if self.embeddings is None else BY_MEANING.format(encoder=self.embeddings.encoder)

    def to(self, sentences: Sequence[str], n: int) -> list[list[Near]]:
        """Give the n statements nearest to each sentence, nearest first; none where nothing is shared."""
        if not self.rows or not sentences:
            return [[] for _ in sentences]
        alike = np.round(self._likeness(sentences), 6)
        found = []
        for row in alike:
            best = [self.rows[at] for at in largest_first(row)[:n].tolist() if row[at] > 0]
            values = dict(zip(self.rows, row.tolist(), strict=True))
            found.append([Near(self.segments[i], values[i]) for i in best])
        return found

    def _likeness(self, sentences: Sequence[str]) -> Floats:
        """Cosines, shape (n_sentences, n_statements)."""
        if self.embeddings is not None:
            vectors, _ = encode_texts(sentences, self.embeddings.same_encoder)
            alike: Floats = np.asarray(vectors, dtype=float) @ self.embeddings.vectors[self.rows].astype(float).T
            return alike
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

        texts = [self.segments[i].text for i in self.rows]
        stop_words = sorted(ENGLISH_STOP_WORDS | stop_words_in(texts))
        try:
            words = TfidfVectorizer(sublinear_tf=True, stop_words=stop_words).fit(texts)
        except ValueError:  # no statement holds a word that says something
            return np.zeros((len(sentences), len(texts)))
        return np.asarray((words.transform(sentences) @ words.transform(texts).T).toarray())


def _says_something(each: Segment, transcript: Transcript | None, study: Study) -> bool:
    """Whether a participant says more than a few words here."""
    turns = transcript.turns if transcript is not None else ()
    turn = turns[each.turn] if each.turn is not None and each.turn < len(turns) else None
    asks = moderates(each.role) or (turn is not None and moderates(study.role_of(turn)))
    return not asks and len(each.text.split()) >= LEAST_WORDS
