"""New segments to clusters that are already there."""

from __future__ import annotations

import numpy as np

from alliance_nlp.clusters.middles import middles_of, nearest_cluster
from alliance_nlp.clusters.near_empty import find_near_empty, same_words
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.records import Clusters, Embeddings


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
    middles = middles_of(own.vectors, clusters.labels, own.ranks)
    found, alike = nearest_cluster(middles, embeddings.vectors)
    inside = np.flatnonzero(clusters.labels >= 0)
    known = {same_words(own.segments[int(p)].text): clusters.labels[p] for p in inside}
    texts, ids = embeddings.segments.texts, embeddings.segments.ids
    aside = find_near_empty(texts) if clusters.set_aside or "n_distinct" in clusters.settings else {}
    for position, text in enumerate(texts):
        found[position] = known.get(same_words(text), -1 if position in aside else found[position])
    with_own = alike[np.arange(len(found)), found]
    return Clusters(
        embeddings,
        found,
        {ids[p]: why for p, why in aside.items() if found[p] < 0},
        np.where(found >= 0, np.clip(with_own, 0.0, 1.0), 0.0),
        settings={**clusters.settings, "assigned": True},
    )
