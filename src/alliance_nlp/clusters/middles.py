"""Which cluster a vector is nearest to, and whether it is near enough to be one of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.numeric import Floats, Ints, Labels, one_thread, unit_rows

DIGITS = 6  # of a cosine: what lies beyond is rounding dust and would part equals


class Middles(NamedTuple):
    """The middle of each cluster as a unit row, and the least cosine with it at which a vector is near enough."""

    rows: Floats
    reach: Floats


def middles_of(vectors: ArrayLike, labels: Labels, ranks: Ints, *, share: float = 0.0) -> Middles:
    """Find the middles of clusters; `share` (0-1) is the share of a cluster's own rows that lie beyond its reach.

    Rows are added up in canonical order (`ranks`), since sums of floats depend on their order.
    """
    by = np.argsort(ranks, kind="stable")
    by = by[labels[by] >= 0]
    rows, own, numbers = unit_rows(np.asarray(vectors, dtype=float)[by]), labels[by], range(int(labels.max()) + 1)
    with one_thread():
        middles = unit_rows(np.eye(len(numbers))[own].T @ rows)
    alike = np.round((rows * middles[own]).sum(axis=1), DIGITS)
    held = [alike[own == number] for number in numbers]
    return Middles(middles, np.array([np.quantile(a, share) if len(a) else np.inf for a in held]))


def nearest_cluster(middles: Middles, vectors: ArrayLike) -> tuple[Labels, Floats]:
    """Give each vector its nearest cluster, -1 beyond that one's reach, and its cosines with all middles."""
    with one_thread():
        alike = np.round(unit_rows(np.asarray(vectors, dtype=float)) @ middles.rows.T, DIGITS)
    nearest = alike.argmax(axis=1)
    return np.where(alike.max(axis=1) >= middles.reach[nearest], nearest, -1), alike
