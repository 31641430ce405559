"""Clusters of meaning beside the codes that people validated: which look alike, and which are linked to none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist

import numpy as np

from alliance_nlp.embeddings import embed_codes
from alliance_nlp.errors import InputError, present, warn
from alliance_nlp.numeric import Bools, Floats, Ints, Singles, ratio
from alliance_nlp.records import Clusters, Codebook, Encoder, Link, Mapping

ALPHA = 0.05  # how often a group of segments drawn at random may look like some code of the codebook
NEAR_BEST = 0.9  # a further code is linked when its lift is at least this share of the best one's
AT_ONCE = 1_000  # segments whose vectors are laid out in double precision at a time: they stay near the processor


def map_clusters(
    clusters: Clusters,
    codebook: Codebook | None,
    *,
    encoder: str | Path | Encoder | None = None,
    alpha: float = ALPHA,
    near_best: float = NEAR_BEST,
) -> Mapping:
    """Suggest which clusters and codes belong together.

    Parameters
    ----------
    clusters : Clusters
        The machine's clusters of meaning.
    codebook : Codebook
        The people's codes, such as ``study.codebook``. A code is read by its name, definition and exemplars.
    encoder : str, Path or Encoder, optional
        What embeds the codebook; by default the encoder that embedded the segments. It must be the same one.
    alpha : float, default 0.05
        A link needs a lift that a group of as many segments, drawn at random, reaches with *any* code of the codebook
        in less than this share of the draws (normal approximation, Bonferroni over the codes).
    near_best : float, default 0.9
        Codes whose lift is at least this share of the best one's are linked too: a cluster may show two codes.

    Returns
    -------
    Mapping
        Links with score and margin, clusters and codes that are linked to none.

    Raises
    ------
    InputError
        When there is no codebook or an empty one, or the encoder gives vectors of another size than the segments have.

    Notes
    -----
    The score is the *lift*: mean cosine between the cluster's segments and the code, minus that of all clustered
    segments and the same code. Subtracting it keeps a code whose wording is close to everything from winning every
    cluster. A high lift says that the words are alike. It does not say that the cluster means the code: people decide.

    Examples
    --------
    >>> import numpy as np, alliance_nlp as an
    >>> class Words:
    ...     def encode(self, texts): return np.array([[t.count(w) + 0.01 for w in ("trust", "time")] for t in texts])
    >>> said = an.read_transcripts([f"{word} is {end}" for word in ("trust", "time") for end in "abcd"])
    >>> clusters = an.cluster(an.embed(an.segment(said), encoder=Words()), n_clusters=2)
    >>> book = an.Codebook((an.Code("Time", "", "no time"), an.Code("Trust", "", "building trust")))
    >>> [(link.cluster, link.code_id) for link in map_clusters(clusters, book).links]
    [(0, 'Time/no time'), (1, 'Trust/building trust')]
    """
    codebook = present(codebook, "codebook", "map_clusters()", "Read one with an.read_codebook().")
    if not isinstance(codebook, Codebook) or not len(codebook):
        raise InputError("map_clusters() needs a codebook with at least one code. Read one with an.read_codebook().")
    space = clusters.embeddings
    codes = embed_codes(codebook, space.same_encoder if encoder is None else encoder, space.vectors.shape[1])
    lift, z = code_lift(space.vectors, clusters.labels, codes)
    needed = NormalDist().inv_cdf(1 - alpha / len(codebook))
    links = [
        link
        for number in range(clusters.n_clusters)
        for link in _links_of(number, lift[number], z[number] > needed, codebook.ids, near_best)
    ]
    linked, used = {link.cluster for link in links}, {link.code_id for link in links}
    if clusters.n_clusters and not links:
        warn(
            f"None of the {clusters.n_clusters} clusters is linked to any of the {len(codebook)} codes. Are "
            f"codebook and transcripts in the same language, and in one that the encoder reads?"
        )
    return Mapping(
        clusters,
        codebook,
        tuple(links),
        tuple(number for number in range(clusters.n_clusters) if number not in linked),
        tuple(code_id for code_id in codebook.ids if code_id not in used),
        {"score": "lift", "alpha": alpha, "near_best": near_best, "encoder": str(clusters.embeddings.encoder)},
    )


def code_lift(vectors: Floats | Singles, labels: Ints, codes: Floats) -> tuple[Floats, Floats]:
    """Lift of every cluster for every code, and how many standard errors it lies above a random group of that size.

    Parameters
    ----------
    vectors : array of shape (n_segments, n_dimensions)
    labels : array of shape (n_segments,)
    codes : array of shape (n_codes, n_dimensions)

    Returns
    -------
    lift, z : arrays of shape (n_clusters, n_codes)
    """
    inside = np.flatnonzero(labels >= 0)
    n_clusters, n = int(labels.max(initial=-1)) + 1, len(inside)
    if not n_clusters:
        return np.zeros((0, len(codes))), np.zeros((0, len(codes)))
    given = labels[inside]
    near, sums, squares = np.zeros(len(codes)), np.zeros((n_clusters, len(codes))), np.zeros(len(codes))
    for start in range(0, n, AT_ONCE):  # vectors of very many segments may lie in a file, in single precision
        some = slice(start, start + AT_ONCE)
        alike = np.asarray(vectors[inside[some]], dtype=float) @ codes.T
        near = near if start else alike.mean(axis=0)  # squares of what is left are small, so that none loses its digits
        alike -= near
        squares += (alike**2).sum(axis=0)
        sums += np.stack([np.bincount(given[some], column, n_clusters) for column in alike.T], axis=1)
    sizes, mean = np.bincount(given, minlength=n_clusters)[:, None], sums.sum(axis=0) / n
    lift = sums / sizes - mean
    # standard error of the mean of a group drawn without replacement
    spread = np.sqrt(np.maximum(squares / n - mean**2, 0.0))
    error = spread * np.sqrt(np.maximum(n - sizes, 0) / max(n - 1, 1) / sizes)
    # one cluster that holds every segment has nothing to stand out from
    return np.round(lift, 6), ratio(lift, error, otherwise=0.0)


def _links_of(number: int, lift: Floats, clear: Bools, ids: Sequence[str], near_best: float) -> list[Link]:
    order = sorted(range(len(ids)), key=lambda j: (-lift[j], ids[j]))
    best = order[0]
    if not clear[best] or lift[best] <= 0:
        return []
    chosen = [j for j in order if clear[j] and lift[j] >= near_best * lift[best]]
    rest = next((j for j in order if j not in chosen), None)
    name, below = (ids[rest], lift[rest]) if rest is not None else (None, np.nan)
    return [Link(number, ids[j], float(lift[j]), name, float(lift[j] - below)) for j in chosen]
