"""Segments to clusters of meaning: what is set aside, which recipe, and the labels of twins."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from alliance_nlp.clusters.coassociation import ConsensusResult, as_rows, consensus_labels
from alliance_nlp.clusters.near_empty import find_near_empty, same_words
from alliance_nlp.embeddings import embed_codes
from alliance_nlp.errors import AlignmentError, InputError, check_choice, check_type, counted, import_extra, warn
from alliance_nlp.numeric import Floats, Ints, Labels, RowsOf, Singles, one_thread, unit_rows
from alliance_nlp.records import REASONS, Clusters, Codebook, Embeddings, cut_rows, ordered

Recipe = Literal["consensus", "umap-hdbscan"]
RECIPES = get_args(Recipe)
FEWEST_FOR_DENSITY = 15  # below this UMAP's neighbor graph is nearly complete and HDBSCAN cannot split it


@runtime_checkable
class OwnRecipe(Protocol):
    """A recipe of your own, such as any clusterer of scikit-learn: it groups rows."""

    def fit_predict(self, rows: Any, /) -> object:
        """Give one whole number for each row, its group; -1 for none."""


class Grouping(NamedTuple):
    """What a recipe without a tree found on the distinct rows it was given."""

    labels: Labels
    strength: Floats
    settings: Mapping[str, Any]


def cluster(
    embeddings: Embeddings,
    *,
    recipe: Recipe | OwnRecipe = "consensus",
    n_clusters: int | None = None,
    codebook: Codebook | None = None,
    guided: bool = False,
    random_state: int = 0,
    keep_short: bool = False,
) -> Clusters:
    """Group segments into candidate clusters of meaning.

    Parameters
    ----------
    embeddings : Embeddings
        Segments with their vectors.
    recipe : {"consensus", "umap-hdbscan"} or OwnRecipe, default "consensus"
        "consensus" groups the segments many times over, by vectors and by wording, and keeps what the groupings
        agree on; every segment that is not set aside gets a cluster. "umap-hdbscan" is the usual recipe of topic
        models and leaves segments in no cluster (``pip install 'alliance-nlp[umap]'``). An object of your own with
        ``fit_predict`` is cloned first; it gets the distinct segments' vectors in canonical order, not in segment
        order.
    n_clusters : int, optional
        How many clusters to cut; by default the recipe chooses. Only for the recipe "consensus".
    codebook : Codebook, optional
        Take the grain from a codebook: as many clusters as it has codes. It never moves a segment from one cluster to
        another, unless `guided`. Only for the recipe "consensus".
    guided : bool, default False
        Let the codebook's wording pull the clusters towards its codes. The result says so, and so does every
        comparison made from it: agreement with that codebook then measures the guidance too.
    random_state : int, default 0
        Seed of everything that is drawn. The same segments, vectors and seed give the same labels.
    keep_short : bool, default False
        Cluster near-empty turns of a conversation ("mm", "yes", "[laughs]") too. By default they are set aside with a
        reason. Answers that stand side by side, one a person, are never set aside for being short: "No" is an answer.

    Returns
    -------
    Clusters
        Labels in segment order, 0 the largest cluster, -1 in no cluster.

    Raises
    ------
    InputError
        When the recipe is unknown, `n_clusters` or `codebook` go with something they do not reach, both are given, or
        `guided` comes without a codebook.
    MissingExtraError
        When the recipe is "umap-hdbscan" and its packages are not installed.

    Notes
    -----
    Segments of the same words carry the same label. The number of clusters is a choice of grain, not a finding about
    the material; nobody has read the clusters yet.

    Examples
    --------
    >>> import numpy as np
    >>> from alliance_nlp.records import EncoderInfo, Embeddings, Segment, Segments, Transcript, Turn
    >>> words = "trust takes work|time is short|mm"
    >>> turns = tuple(Turn(*at, who) for at, who in (((0, 16), "P1"), ((17, 30), "P2"), ((31, 33), "P1")))
    >>> parts = [Segment("T", t.start, t.end, words[t.start : t.end], t.speaker, turn=i) for i, t in enumerate(turns)]
    >>> segments = Segments(tuple(parts), (Transcript("T", words, turns),))
    >>> clusters = cluster(Embeddings(segments, np.eye(3), EncoderInfo("example")))
    >>> int(clusters.labels[2]), clusters.set_aside
    (-1, {'T:31-33': 'short response'})
    """
    check_type("cluster() takes Embeddings, as an.embed(segments) gives", Embeddings, embeddings)
    texts = embeddings.segments.texts
    aside = {} if keep_short else find_near_empty(embeddings.segments)
    aside.update({int(p): "no words" for p in np.flatnonzero(~np.any(embeddings.vectors, axis=1))})
    standing, row_of = merge_twins(texts, embeddings.ranks, aside)
    said = [texts[p] for p in standing]
    distinct = RowsOf(as_rows(embeddings.vectors), standing)
    wished, rows, guidance = _heed(codebook, embeddings, distinct, recipe, n_clusters, guided=guided)
    if recipe == "consensus":
        result = consensus_labels(rows, texts=said, n_clusters=wished, random_state=random_state)
        found = _on_tree(result, row_of, embeddings.ranks)
    else:
        grouping = _group(rows[:], recipe, wished, random_state)
        found = _without_tree(grouping, row_of, embeddings.ranks)
    about = {**found.pop("settings"), **guidance, "random_state": random_state, "n_distinct": len(standing)}
    reasons = {embeddings.segments.ids[p]: reason for p, reason in sorted(aside.items())}
    clusters = Clusters(embeddings, set_aside=reasons, settings=about, **found)
    _warn_when_doubtful(clusters)
    return clusters


def _on_tree(result: ConsensusResult, row_of: Ints, ranks: Ints) -> dict[str, Any]:
    """Cut the tree of a consensus for all segments: twins count in the size of a cluster."""
    settings = {"recipe": "consensus", **result.settings, "sizes": dict(result.sizes)}
    if not result.cut_stability:
        settings |= dict.fromkeys(REASONS, "fewer than three distinct segments: there was nothing to group")
    leaves = _spread(result.distinct, row_of, otherwise=-1)
    tree, strength, stability = result.tree, result.tree_strength, result.cut_stability
    n = result.sizes["default"]
    cut = cut_rows(tree, leaves, ranks, n=n, tree_strength=strength, cut_stability=stability)
    kept = {"hierarchy": tree, "leaves": leaves, "tree_strength": strength, "cut_stability": stability}
    return {**cut._asdict(), **kept, "settings": settings}


def _without_tree(grouping: Grouping, row_of: Ints, ranks: Ints) -> dict[str, Any]:
    labels = ordered(_spread(grouping.labels, row_of, otherwise=-1), ranks)
    settings = {**grouping.settings, "stability_reason": "measured with recipe='consensus' only"}
    strength = np.where(labels >= 0, _spread(grouping.strength, row_of, otherwise=np.nan), 0.0)
    stability = np.full(int(labels.max(initial=-1)) + 1, np.nan)
    return {"labels": labels, "strength": strength, "stability": stability, "settings": settings}


def _spread(values: NDArray[Any], row_of: Ints, *, otherwise: float) -> NDArray[Any]:
    """Give each segment the value of its row; one that is on no row (-1) takes the last place, `otherwise`."""
    return np.append(values, np.array(otherwise, dtype=values.dtype))[row_of]


def _heed(
    codebook: Codebook | None,
    embeddings: Embeddings,
    rows: RowsOf,
    recipe: Recipe | OwnRecipe,
    n_clusters: int | None,
    *,
    guided: bool,
) -> tuple[int | None, RowsOf | Singles, dict[str, Any]]:
    """Take the grain, and when guided the pull, from a codebook."""
    if codebook is None:
        if guided:
            raise InputError("guided=True needs codebook=, the codes that are to guide the clusters.")
        return n_clusters, rows, {}
    if recipe != "consensus":
        raise InputError(f"codebook goes with recipe='consensus' only. Got recipe={recipe!r}.")
    if n_clusters is not None:
        raise InputError(f"n_clusters={n_clusters} and codebook both choose the grain. Give one of them.")
    about = {"grain_from": f"codebook of {counted(len(codebook), 'code')}", "guided": guided}
    wished = max(1, min(len(codebook), len(rows) // 3)) if len(rows) else None
    if guided and len(rows):
        codes = embed_codes(codebook, embeddings.same_encoder, rows.shape[1])
        given = rows[:]
        with one_thread():
            alike = given @ codes.T
        # beside a unit vector a unit row of likeness to the codes: both count alike
        return wished, np.hstack([given, unit_rows(alike - alike.mean(axis=0))]).astype(np.float32), about
    return wished, rows, about


def merge_twins(texts: Sequence[str], ranks: Ints, aside: Collection[int]) -> tuple[Ints, Ints]:
    """Find segments of the same words, and put the distinct ones into canonical order.

    Returns
    -------
    standing : array of shape (n_rows,)
        Position of the segment that stands for each distinct one: the alphabetically first, the rest being alike.
    row_of : array of shape (n_texts,)
        Which of these each segment is; -1 for one that was set aside.
    """
    said = {text: same_words(text) for text in set(texts)}
    stands: dict[str, int] = {}
    for position in sorted(set(range(len(texts))) - set(aside), key=lambda p: (texts[p], ranks[p])):
        stands.setdefault(said[texts[position]], position)
    standing = sorted(stands.values(), key=lambda position: ranks[position])
    number = {said[texts[position]]: row for row, position in enumerate(standing)}
    rows = [-1 if position in aside else number[said[text]] for position, text in enumerate(texts)]
    return np.array(standing, dtype=np.int64), np.array(rows, dtype=np.int64)


def _group(rows: Singles, recipe: Recipe | OwnRecipe, n_clusters: int | None, random_state: int) -> Grouping:
    if isinstance(recipe, str):
        check_choice("recipe", RECIPES, recipe)
    if n_clusters is not None:
        raise InputError(f"n_clusters goes with recipe='consensus' only. Got n_clusters={n_clusters} with {recipe!r}.")
    if isinstance(recipe, str):
        return _umap_hdbscan(rows, random_state)
    return _by_object(rows, recipe)


def _umap_hdbscan(rows: Singles, random_state: int) -> Grouping:
    """Group rows as topic models usually do, seeded and on one thread, with parameters clamped to the corpus."""
    n = len(rows)
    if n < FEWEST_FOR_DENSITY:
        raise InputError(
            f"The recipe 'umap-hdbscan' needs at least {FEWEST_FOR_DENSITY} distinct segments. Got {n}. Use "
            "recipe='consensus', which answers for any number of segments."
        )
    needed_for = "The recipe 'umap-hdbscan'"
    umap, hdbscan = import_extra("umap", "umap", needed_for), import_extra("hdbscan", "umap", needed_for)
    settings = {
        "n_neighbors": min(15, n - 1),
        "n_components": 5,
        "min_cluster_size": max(3, min(10, n // 8)),
    }
    reducer = umap.UMAP(
        n_neighbors=settings["n_neighbors"], n_components=settings["n_components"], min_dist=0.0, metric="cosine",
        random_state=random_state, n_jobs=1, init="random" if n < 40 else "spectral",
    )  # fmt: skip
    reduced = reducer.fit_transform(rows)
    model = hdbscan.HDBSCAN(min_cluster_size=settings["min_cluster_size"], core_dist_n_jobs=1).fit(reduced)
    return Grouping(
        np.asarray(model.labels_, dtype=np.int64),
        np.asarray(model.probabilities_),
        {"recipe": "umap-hdbscan", **settings},
    )


def _by_object(rows: Singles, recipe: OwnRecipe) -> Grouping:
    if not isinstance(recipe, OwnRecipe):
        raise InputError(
            f"recipe must be {' or '.join(map(repr, RECIPES))}, or an object with fit_predict(vectors). "
            f"Got an object of type {type(recipe).__name__}."
        )
    about = {
        "recipe": type(recipe).__name__, "object": repr(recipe), "strength_reason": "the recipe gives labels only",
    }  # fmt: skip
    if not len(rows):
        return Grouping(np.array([], np.int64), np.array([]), about)
    try:
        labels = np.asarray(_clone(recipe).fit_predict(rows))
    except ValueError as err:
        raise InputError(
            f"The recipe {type(recipe).__name__} could not group {len(rows)} distinct segments. It said: {err}"
        ) from err
    if labels.shape != (len(rows),):
        raise AlignmentError(
            f"{type(recipe).__name__}.fit_predict must give one label for each of the {len(rows)} distinct segments. "
            f"Got shape {labels.shape}."
        )
    return Grouping(labels.astype(np.int64), np.full(len(rows), np.nan), about)


def _clone(recipe: OwnRecipe) -> Any:
    if hasattr(recipe, "get_params"):
        from sklearn.base import clone

        return clone(recipe)
    return copy.deepcopy(recipe)


def _warn_when_doubtful(clusters: Clusters) -> None:
    usable = len(clusters.segments) - len(clusters.set_aside)
    if usable and clusters.n_clusters == 0:
        message = f"No cluster was found in {counted(usable, 'segment')}: all are in no cluster"
    elif usable and clusters.coverage < 0.6:
        message = f"{1 - clusters.coverage:.0%} of {counted(usable, 'segment')} are in no cluster"
    elif clusters.segments and not usable:
        message = f"All {len(clusters.segments)} segments were set aside as near-empty; there is nothing to cluster"
    else:
        return
    recipe = clusters.settings.get("recipe")
    warn(f"{message} (recipe={recipe!r}).")
