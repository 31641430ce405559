"""Ask whether talk that the codebook may not name brings a code back that was left out of it.

Each code in turn is taken out of codebook and coding, so that its segments are read and carry only what else they were
given. ``an.find_unnamed`` then names at most three clusters. A code is brought back where one of them goes with it by a
kappa of at least .15 (the floor of decision 0102 for "part of"). Chance is three clusters drawn at random of those that
could be named; possible, what the best choice among all clusters would reach.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from math import comb

import numpy as np
from sklearn.cluster import KMeans

import alliance_nlp as an
from benchmarks.clusters.sets import SAMPLE, SETS
from benchmarks.corpora import Corpus, coding_of, embed, find_corpus, indicator
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import some_of

NAMED, FLOOR = 3, 0.15
LEAST, MOST_SHARE, MOST_CODES = 10, 0.5, 12  # segments of a code, its largest share of all, codes of a set
FEWEST = 5  # read segments of a cluster that may be named; as in the library
# beside the sets of the other parts: name -> (corpus, codes or themes, documents)
MORE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "mlss_themes": ("mlss_interviews", "themes", ()),
    "mlss_codes": ("mlss_interviews", "codes", ()),
    "napire": ("napire_effects", "codes", ()),
    "annomi": ("annomi", "codes", ()),
}
TALK = ("mlss_interviews", "annomi")  # whole documents are taken, and nothing that the one who asks says


def left_out(options: argparse.Namespace) -> Iterator[Row]:
    """Leave codes out, set by set, for our clusters and for k-means with as many."""
    for name, (folder, column, documents) in {**{s: SETS[s] for s in options.sets}, **MORE}.items():
        corpus = find_corpus(options.data, folder)
        if corpus is None:
            continue
        corpus = sampled(corpus.of(documents) if documents else corpus, 60 if options.quick else SAMPLE)
        sets = _sets(corpus, column)
        tested = codes_to_leave_out(sets, 3 if options.quick else LEAST)
        if not tested:
            print(f"{name}: no code to leave out, skipped", flush=True)
            continue
        embeddings = embed(corpus, encoder=options.encoder)
        ours = an.cluster(embeddings)
        alike = KMeans(max(ours.n_clusters, 1), n_init=3, random_state=0)
        for method, clusters in (("alliance", ours), ("k-means", an.cluster(embeddings, recipe=alike))):
            found = [_one(clusters, sets, code) for code in tested]
            mean = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
            uncoded = float(np.mean([not codes for codes in sets]))
            yield {
                "set": name, "method": method, "n": len(sets), "clusters": clusters.n_clusters, "codes": len(tested),
                "uncoded": uncoded, **mean, "seed": 0, "data": corpus.data_hash,
            }  # fmt: skip


def sampled(corpus: Corpus, most: int) -> Corpus:
    """Take at most so many rows; of talk whole documents as they come, without the one who asks."""
    if corpus.name not in TALK:
        return corpus.take(some_of(len(corpus), most))
    corpus = corpus.take(np.flatnonzero(~corpus.asks))
    kept: list[int] = []
    for document in dict.fromkeys(corpus.documents):
        rows = [row for row, own in enumerate(corpus.documents) if own == document]
        kept += rows if not kept or len(kept) + len(rows) <= most else []
    return corpus.take(kept)


def _sets(corpus: Corpus, column: str) -> list[frozenset[str]]:
    if column == "codes":
        return [frozenset(codes) - {"oos"} for codes in corpus.sets]
    if any(corpus.themes):
        return [frozenset(themes) for themes in corpus.themes]
    return [frozenset(corpus.theme_of.get(code) or code for code in codes) for codes in corpus.sets]


def codes_to_leave_out(sets: list[frozenset[str]], least: int) -> list[str]:
    """Choose codes that are neither rare nor on most segments, evenly from the commonest to the rarest."""
    counts = Counter(code for codes in sets for code in codes)
    names = sorted(
        (c for c, n in counts.items() if least <= n <= MOST_SHARE * len(sets)), key=lambda c: (-counts[c], c)
    )
    return [names[int(i)] for i in np.unique(np.linspace(0, len(names) - 1, min(len(names), MOST_CODES)).astype(int))]


def _one(clusters: an.Clusters, sets: list[frozenset[str]], code: str) -> Row:
    """Leave one code out, ask for clusters without a name, and see what they hold of it."""
    names = sorted({other for codes in sets for other in codes} - {code})
    book = an.Codebook(tuple(an.Code("", "", name) for name in names))
    coding = coding_of(clusters.segments, book, {"people": indicator(sets, names)})
    rows = [row for row in an.find_unnamed(clusters, coding, level="code", n=NAMED).rows() if not row["one_person"]]
    carried, labels = np.array([code in codes for codes in sets]), clusters.labels
    sizes = np.bincount(labels[labels >= 0], minlength=clusters.n_clusters)
    could = np.flatnonzero(sizes >= FEWEST)
    holds = np.array([kappa(labels == k, carried) >= FLOOR for k in range(clusters.n_clusters)], dtype=bool)
    drawn = min(NAMED, len(could))
    missed = comb(len(could) - int(holds[could].sum()), drawn) / comb(len(could), drawn) if drawn else 1.0
    named = [row["cluster"] for row in rows]
    inside = np.isin(labels, named)
    precision = float(carried[inside].mean()) if inside.any() else 0.0
    return {
        "named": float(len(named)), "brought_back": float(holds[named].any() if named else False),
        "chance": 1 - missed, "possible": float(holds.any()), "recall": float(inside[carried].mean()),
        "precision": precision, "prevalence": float(carried.mean()), "lift": precision / float(carried.mean()),
    }  # fmt: skip


def kappa(inside: np.ndarray, carried: np.ndarray) -> float:
    """Cohen's kappa of lying in a cluster and carrying a code; 0 where it is undefined."""
    value = float(an.agreement.cohen_kappa(inside.astype(int), carried.astype(int)))
    return value if np.isfinite(value) else 0.0


PARTS = {"left_out": Part(left_out, ("set", "method"))}
