"""A few rows that stand for many: which they are, and on which of them each other row hangs.

Comparing each row with each costs the square of their number. So at most some ten thousand rows, the reference, are
compared with one another; of these, landmarks are grouped, and the rest of the reference hangs on them in the spaces
that the whole reference made. Rows beyond the reference join the cluster whose middle is nearest: nothing that is held
grows faster than the number of rows (docs/decisions/0244).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.clusters.spaces import Likeness
from alliance_nlp.numeric import Floats, Ints, Labels, RowsOf, unit_rows

VOTERS = 10
DIGITS = 6  # of a cosine: what lies beyond is rounding dust and would part equals
_BLOCK = 20_000  # rows that are hung at a time


class Landmarks(NamedTuple):
    """Which distinct rows are compared with each other, and which of these are grouped.

    Attributes
    ----------
    reference : array of shape (n_reference,)
        Positions among the distinct rows, ascending.
    rows : array of shape (n_landmarks,)
        Positions in the reference, ascending.
    beyond : bool
        Whether there are rows that are not in the reference.
    """

    reference: Ints
    rows: Ints
    beyond: bool

    @classmethod
    def drawn(cls, n: int, largest: int, n_landmarks: int, n_reference: int, random_state: int) -> Landmarks:
        """Draw them from n rows in canonical order; up to `largest` rows all of them are both."""
        everyone = np.arange(n)
        if n <= largest:
            return cls(everyone, everyone, beyond=False)
        rng = np.random.default_rng(random_state)
        reference = np.sort(rng.choice(n, n_reference, replace=False)) if n > n_reference else everyone
        rows = np.sort(rng.choice(len(reference), min(n_landmarks, len(reference)), replace=False))
        return cls(reference, rows, beyond=len(reference) < n)


@dataclass(frozen=True, eq=False)
class Near:
    """Hold, for each row of the reference, the landmarks nearest to it on average over all spaces, and how near."""

    landmarks: Ints
    places: Ints
    alike: Floats

    @classmethod
    def of(cls, spaces: list[Floats], landmarks: Ints) -> Near:
        """Find the ten nearest; a landmark is not its own neighbor."""
        rows = np.hstack(spaces) / np.sqrt(len(spaces))
        nearest, alike = Likeness(rows).nearest(np.arange(len(rows)), landmarks, k=VOTERS)
        return cls(landmarks, np.searchsorted(landmarks, nearest), alike)

    def hang(self, on_landmarks: Labels) -> Labels:
        """Hang each row on a landmark: of its ten nearest, those of one cluster win together, then the nearest."""
        cluster = on_landmarks[self.places]
        votes = ((cluster[:, :, None] == cluster[:, None, :]) * self.alike[:, None, :]).sum(axis=2)
        hung = self.places[np.arange(len(votes)), np.argmax(votes, axis=1)]
        hung[self.landmarks] = np.arange(len(self.landmarks))
        return np.asarray(hung, dtype=np.int64)


def hang_beyond(
    rows: NDArray[Any] | RowsOf, leaves: Ints, landmarks: Landmarks, vectors: Floats, hung: Labels, on_landmarks: Labels
) -> Labels:
    """Hang the rows beyond the reference: the cluster whose middle is nearest, then its nearest landmark.

    Parameters
    ----------
    rows : array of shape (n_rows, n_dimensions)
        All rows.
    leaves : array of shape (n_leaves,)
        Row of each distinct one, in canonical order.
    landmarks : Landmarks
        Which of these are in the reference, and which of the reference are landmarks.
    vectors : array of shape (n_reference, n_dimensions)
        Unit rows of the reference.
    hung : array of shape (n_reference,)
        Landmark that each row of the reference hangs on.
    on_landmarks : array of shape (n_landmarks,)
        Cluster of each landmark.

    Returns
    -------
    array of shape (n_leaves,)
        Landmark of each distinct row.
    """
    found = np.full(len(leaves), -1, dtype=np.int64)
    found[landmarks.reference] = hung
    middles = middles_by(vectors, on_landmarks[hung])
    members = [np.flatnonzero(on_landmarks == cluster) for cluster in range(len(middles))]
    standing = vectors[landmarks.rows]
    rest = np.flatnonzero(found < 0)
    for start in range(0, len(rest), _BLOCK):
        some = rest[start : start + _BLOCK]
        own = unit_rows(rows[leaves[some]].astype(np.float64) + 0.0)
        nearest = np.round(own @ middles.T, DIGITS).argmax(axis=1)
        for cluster in np.unique(nearest).tolist():
            inside, those = np.flatnonzero(nearest == cluster), members[cluster]
            found[some[inside]] = those[np.round(own[inside] @ standing[those].T, DIGITS).argmax(axis=1)]
    return found


def middles_by(rows: Floats, labels: Labels) -> Floats:
    """Give the mean of the rows of each group, as a unit row; groups are numbered from 0 without a gap."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(int(labels.max(initial=-1)) + 1))
    return unit_rows(np.add.reduceat(rows[order], starts, axis=0))
