"""What the codebook's words alone say: how near a segment is to the name and definition of each code.

Prototypes and figures: docs/decisions/0110. Nothing here knows who coded what, so it needs nothing held out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.numeric import DUST, Floats, ratio, unit_rows
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, in_blocks, passing
from alliance_nlp.suggesting.ridge import Ridge
from alliance_nlp.suggesting.similarity import Columns, Features, FeaturesLater, Similarity

LETTERS_SHARE = 0.5  # of letter sequences shared with the name, beside 1 of vectors
NEAREST, LEARNT_SHARE = 8, 0.7  # the nearest segments of each code teach a ridge, whose scores are added
# A codebook is heard where segments that are near a name by meaning share its letters too, more than those of other
# names: .16 to .45 on seven development sets, .07 where codes are speech acts, .00 for noise.
HEARD, ENOUGH = 0.1, 20
NARROW, WIDE = (0.5, 2), (1.0, 3)  # share and reach of the turns around that names are looked for in


Above = tuple[tuple[int, ...], ...]  # the codes of each group one level up
Units = tuple[Floats, Floats]  # mean and spread, one of each group


class ByName(NamedTuple):
    """Scores from names: each code's in units of its spread over the segments that were fitted.

    `narrow` and `wide` differ in the turns around that are listened to (the same outside of conversations).
    """

    narrow: Floats
    wide: Floats


class NameScorer:
    """Scores by name and definition, in units that the first segments fixed.

    Parameters
    ----------
    similarity : Similarity
        What segments are compared by.
    codes : CodeEvidence
        Codes with vectors.
    segments, features
        The segments that fix the units, and the nearest of which teach.

    Attributes
    ----------
    first : ByName
        Scores of these segments.
    heard : bool
        Whether names say anything about these segments; taken for true of fewer than twenty.
    """

    def __init__(
        self,
        similarity: Similarity,
        codes: CodeEvidence,
        segments: SegmentEvidence,
        features: Features | FeaturesLater,
    ) -> None:
        self.similarity, self.codes = similarity, codes
        center = codes.rows.mean(axis=0) if len(codes) > 2 else similarity.center
        self.directions = unit_rows(codes.rows - center)
        self.described: Any = (
            similarity.vectorizers[1].transform(map(str, codes.texts or codes.names))
            if similarity.vectorizers
            else None
        )
        self.units: dict[str, tuple[Floats, Floats]] = {}
        self.taught: tuple[Columns, Floats] | None = None
        near, letters = self._near(segments), self._letters(features, len(segments))
        self.heard = len(segments) < ENOUGH or self._heard(near, letters)
        self.first = self._judged(segments, features, near, letters)

    def judge(self, segments: SegmentEvidence, features: Features | FeaturesLater) -> ByName:
        """Score segments by name."""
        return self._judged(segments, features, self._near(segments), self._letters(features, len(segments)))

    def _judged(
        self, segments: SegmentEvidence, features: Features | FeaturesLater, near: Floats, letters: Floats | None
    ) -> ByName:
        scores = self._in_units("near", near)
        if letters is not None:
            scores = scores + LETTERS_SHARE * self._in_units("letters", letters)
        narrow = self._in_units("narrow", turns_mean(scores, segments, *NARROW))
        wide = self._in_units("wide", turns_mean(scores, segments, *WIDE))
        if self.taught is None:
            self.taught = _taught_by_nearest(self.similarity, features, narrow)
        columns, coefficients = self.taught
        blocks = [
            self.similarity.between(features.take(rows), columns) @ coefficients
            for rows in passing(len(scores), "comparing with the codebook's words")
        ]
        learnt = LEARNT_SHARE * self._in_units("learnt", np.vstack([np.zeros((0, scores.shape[1])), *blocks]))
        return ByName(self._in_units("both, narrow", narrow + learnt), self._in_units("both, wide", wide + learnt))

    def _in_units(self, name: str, scores: Floats) -> Floats:
        """Put columns in units of their spread, about their mean, both of the first segments."""
        mean, spread = self.units.setdefault(name, (scores.mean(axis=0), scores.std(axis=0)))
        return ratio(scores - mean, spread, otherwise=0.0)

    def _near(self, segments: SegmentEvidence) -> Floats:
        found = np.empty((len(segments), len(self.directions)))
        for rows in in_blocks(len(segments)):
            found[rows] = unit_rows(segments.rows[rows] - self.similarity.center) @ self.directions.T
        return found

    def _letters(self, features: Features | FeaturesLater, n: int) -> Floats | None:
        """Letters that are shared with each name, None without words."""
        if self.described is None:
            return None
        found = np.empty((n, self.described.shape[0]))
        for rows in passing(n, "looking for the codebook's words"):
            found[rows] = (features.letters_of(rows) @ self.described.T).toarray()
        return found

    @staticmethod
    def _heard(near: Floats, letters: Floats | None) -> bool:
        """Whether nearness in meaning goes with shared letters, for a code's own name more than for the others'."""
        if letters is None:
            return True
        together = standard(near).T @ standard(letters) / len(letters)
        own = np.diag(together)
        elsewhere = (together.sum(axis=1) - own) / max(len(own) - 1, 1)
        said = letters.std(axis=0) > DUST
        return bool(said.any() and np.median((own - elsewhere)[said]) >= HEARD)


def standard(scores: Floats) -> Floats:
    """Put each column in units of its spread, about its mean."""
    return ratio(scores - scores.mean(axis=0), scores.std(axis=0), otherwise=0.0)


def turns_mean(
    scores: Floats, segments: SegmentEvidence, share: float, reach: int, *, in_block: bool = False
) -> Floats:
    """Mix each segment's scores with the mean of the turns around; a segment without any keeps its own."""
    if not share:
        return scores
    total, n = np.zeros_like(scores), np.zeros(len(scores))
    for step in (step for step in range(-reach, reach + 1) if step):
        place = segments.neighbor(step, in_block=in_block)
        has = place >= 0
        total[has] += scores[place[has]]
        n += has
    around = np.where(n[:, None] > 0, total / np.maximum(n, 1)[:, None], scores)
    return np.asarray((1 - share) * scores + share * around)


def _taught_by_nearest(
    similarity: Similarity, features: Features | FeaturesLater, scores: Floats
) -> tuple[Columns, Floats]:
    """Learn each code from the segments nearest to its name: what is compared with, and the coefficients."""
    nearest = np.argsort(-scores, axis=0, kind="stable")[:NEAREST]
    rows = np.unique(nearest)
    targets = np.zeros((len(rows), scores.shape[1]))
    targets[np.searchsorted(rows, nearest), np.arange(scores.shape[1])] = 1.0
    known = features.take(rows)
    return similarity.columns(known), Ridge.of(similarity.between(known, known), targets).coefficients


def best_of(scores: Floats, above: Above, units: Units | None = None) -> Floats:
    """Give each group of codes one level up the best score among its codes, in units of its spread or in given ones."""
    best = _best_of(scores, above)
    mean, spread = _units_of(best) if units is None else units
    return ratio(best - mean, spread, otherwise=0.0)


def units_of(scores: Floats, above: Above) -> Units:
    """Give mean and spread of the best scores of each group of codes."""
    return _units_of(_best_of(scores, above))


def _units_of(scores: Floats) -> Units:
    return scores.mean(axis=0), scores.std(axis=0)


def _best_of(scores: Floats, above: Above) -> Floats:
    if not above:
        return np.zeros((len(scores), 0))
    return np.stack([scores[:, list(members)].max(axis=1) for members in above], axis=1)
