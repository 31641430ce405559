"""New rows and segments to clusters that are already there: the nearest one, if it is near enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.clusters.near_empty import find_near_empty, same_words
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import Floats, Ints, Labels, one_thread, unit_rows
from alliance_nlp.records import Clusters, Embeddings

DIGITS = 6  # of a cosine: what lies beyond is rounding dust and would part equals


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
        new one that of the nearest cluster, or -1 when it is farther from its middle than all the cluster's segments.
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
        inside = np.flatnonzero(clusters.labels >= 0)
        known = {same_words(own.segments[int(p)].text): int(clusters.labels[p]) for p in inside}
        return cls(middles_of(own.vectors, clusters.labels, own.ranks), known)

    def place(self, texts: Sequence[str], vectors: ArrayLike, aside: Collection[int]) -> tuple[Labels, Floats]:
        """Give each text its cluster, and the cosine with that one's middle (0 where there is none).

        `aside` are positions of texts that say too little to be placed by their vector.
        """
        found, alike = nearest_cluster(self.middles, vectors)
        for position, text in enumerate(texts):
            found[position] = self.known.get(same_words(text), -1 if position in aside else found[position])
        with_own = alike[np.arange(len(found)), found]
        return found, np.where(found >= 0, np.clip(with_own, 0.0, 1.0), 0.0)


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
