"""New rows and segments to clusters that are already there: the nearest one, if it is near enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.clusters.near_empty import find_near_empty, same_words
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Floats, Ints, Labels, numbered, one_thread, unit_rows
from alliance_nlp.records import Clusters, Embeddings

BEYOND = 0.02  # share of the clustered segments that would be in no cluster if they were new (decision 0252)
DIGITS = 6  # of a cosine: what lies beyond is rounding dust and would part equals
_BLOCK = 10_000  # rows that are placed at a time


def assign(clusters: Clusters, embeddings: Embeddings) -> Clusters:
    """Put segments into clusters that were made before, for instance those of a second session into the first one's.

    Parameters
    ----------
    clusters : Clusters
        The clusters.
    embeddings : Embeddings
        Segments to place, by the same encoder.

    Returns
    -------
    Clusters
        The new segments under the old numbers. A segment whose words were clustered before gets its own label back; a
        new one that of the nearest cluster, or -1 when it is farther from its middle than all but one in fifty of the
        clustered segments would be from theirs if they were new: each is measured from the middle of the others.
        `strength` is the cosine with the middle of the segment's cluster, not a share of groupings: nothing was grouped
        again.

    Raises
    ------
    InputError
        When there is no cluster to assign to.
    AlignmentError
        When the two were made by different encoders.

    Notes
    -----
    The clusters stay as they are; what the new segments say beyond them shows only as -1, or in a new clustering.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> said = [f"{word} on day {i}" for word in ("no time at all", "trust and being believed") for i in range(4)]
    >>> embeddings = an.embed(an.segment(an.read_transcripts(said)))
    >>> clusters = an.cluster(embeddings, n_clusters=2)
    >>> assign(clusters, embeddings).labels.tolist() == clusters.labels.tolist()
    True
    """
    own = clusters.embeddings
    if str(own.encoder) != str(embeddings.encoder) or own.vectors.shape[1] != embeddings.vectors.shape[1]:
        raise AlignmentError(
            f"The clusters were made with {own.encoder}, the new segments with {embeddings.encoder}. Embed both "
            f"with one encoder."
        )
    if not clusters.n_clusters:
        raise InputError("There is no cluster to assign to: all segments were set aside or are in no cluster.")
    texts, ids = embeddings.segments.texts, embeddings.segments.ids
    aside = find_near_empty(embeddings.segments) if clusters.set_aside or "n_distinct" in clusters.settings else {}
    found, with_own = Placing.of(clusters).place(texts, embeddings.vectors, aside)
    return Clusters(
        embeddings,
        found,
        {ids[p]: why for p, why in aside.items() if found[p] < 0},
        with_own,
        settings={**clusters.settings, "assigned": True},
    )


class Middles(NamedTuple):
    """The middle of each cluster as a unit row, and the least cosine with it at which a vector is near enough."""

    rows: Floats
    reach: Floats


class Placing(NamedTuple):
    """All that placing segments into clusters needs: their middles, and which words were clustered before."""

    middles: Middles
    known: Mapping[str, int]

    @classmethod
    def of(cls, clusters: Clusters) -> Placing:
        """Take it from clusters."""
        own = clusters.embeddings
        said = [same_words(text) for text in own.segments.texts]
        # what the recipe left in no cluster stays there, what was set aside may be an answer elsewhere
        judged = [p for p, segment_id in enumerate(own.segments.ids) if segment_id not in clusters.set_aside]
        judged.sort(key=lambda p: clusters.labels[p] >= 0)
        known = {said[p]: int(clusters.labels[p]) for p in judged}
        return cls(middles_of(own.vectors, clusters.labels, own.ranks, numbered(said, len(said))), known)

    def place(self, texts: Sequence[str], vectors: NDArray[Any], aside: Collection[int]) -> tuple[Labels, Floats]:
        """Give each text its cluster, and the cosine with that one's middle (0 where there is none).

        `aside` are positions of texts that say too little to be placed by their vector.
        """
        found, with_own = np.empty(len(texts), dtype=np.int64), np.zeros(len(texts))
        for start in range(0, len(texts), _BLOCK):
            some, alike = nearest_cluster(self.middles, np.asarray(vectors[start : start + _BLOCK]))
            for row, text in enumerate(texts[start : start + _BLOCK]):
                some[row] = self.known.get(same_words(text), -1 if start + row in aside else some[row])
            own = np.clip(alike[np.arange(len(some)), some], 0.0, 1.0)
            found[start : start + len(some)], with_own[start : start + len(some)] = some, np.where(some >= 0, own, 0.0)
        return found, with_own


def middles_of(vectors: ArrayLike, labels: Labels, ranks: Ints, same: Ints, *, share: float = BEYOND) -> Middles:
    """Find the middles of clusters, and how far they reach: as far as their rows would lie from them if they were new.

    A middle is nearer to the rows that it was made of than to others of their kind, the more so the fewer they are. So
    each row is measured from the middle of the cluster's other rows; those of its own words (`same`) are left out, too.
    All clusters reach to the cosine that `share` (0-1) of these cosines fall short of: few rows say too little about
    how far their own cluster reaches, a single one says nothing. Where no cluster has two, only its middle is near.
    What stands at a right angle is near nowhere.

    Rows are added up in canonical order (`ranks`), since sums of floats depend on their order.
    """
    table = np.asarray(vectors)
    by = np.argsort(ranks, kind="stable")
    by = by[np.argsort(labels[by], kind="stable")]
    ends = np.searchsorted(labels[by], np.arange(int(labels.max()) + 2))
    middles, alike = np.zeros((len(ends) - 1, table.shape[1])), [np.zeros(0)]
    for number in range(len(middles)):
        own = by[ends[number] : ends[number + 1]]
        rows = unit_rows(table[own].astype(float))
        middles[number] = unit_rows(rows.sum(axis=0))
        alike.append(_as_new(rows, same[own]))
    seen = np.round(np.concatenate(alike), DIGITS)
    reach = max(np.quantile(seen, share, method="lower"), 10**-DIGITS) if len(seen) else 1.0
    return Middles(middles, np.where(np.diff(ends) > 0, reach, np.inf))


def _as_new(rows: NDArray[Any], same: Ints) -> Floats:
    """Cosine of each row of a cluster with the middle of those of other words; one value for rows of the same words."""
    _, first, which = np.unique(same, return_index=True, return_inverse=True)
    if len(first) < 2:
        return np.zeros(0)
    own = np.zeros((len(first), rows.shape[1]))
    np.add.at(own, which, rows)
    return np.asarray((rows[first] * unit_rows(rows.sum(axis=0) - own)).sum(axis=1))


def nearest_cluster(middles: Middles, vectors: ArrayLike) -> tuple[Labels, Floats]:
    """Give each vector its nearest cluster, -1 beyond that one's reach, and its cosines with all middles."""
    with one_thread():
        alike = np.round(unit_rows(np.asarray(vectors, dtype=float)) @ middles.rows.T, DIGITS)
    nearest = alike.argmax(axis=1)
    return np.where(alike.max(axis=1) >= middles.reach[nearest], nearest, -1), alike
