"""Which new segments are in no cluster: those of the kind that was clustered, and those of another kind.

Some segments of a set are clustered, then ``an.assign`` is given others of the same set (of other sessions or people
where the set says whose they are), and segments of another kind: of the other sets, of a study in Norwegian, which the
default encoder does not read, vectors drawn at random, and what clinc150 calls out of scope. Beside the share that
``assign`` leaves out, others; "none" bounds nothing, and "as made" is the reach before decision 0252: the largest
distance from a middle of the segments that it was made of.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

import alliance_nlp as an
from alliance_nlp.clusters.assigning import BEYOND, Placing, middles_of
from alliance_nlp.clusters.near_empty import find_near_empty
from alliance_nlp.numeric import unit_rows
from benchmarks.corpora import embed, find_corpus, taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import half_of, some_of

# name -> whether its documents are sessions or people (else they are questions, or it has none)
SETS = {
    "wac_experts": True, "pdpilot_interviews": True, "proctoring_survey": False, "counselchat": False,
    "napire_effects": True, "serdif_thinkaloud": True, "nhs_feedback_v6": False, "banking77": False, "clinc150": False,
}  # fmt: skip
DRAWS = {7: 4, 20: 3, 50: 2, 200: 2, 1000: 1, 2000: 1}  # how many segments are clustered: how often they are drawn
MOST, NEW, FOREIGN = 6000, 500, 200
OUT = "oos"  # out of scope
SHARES = (0.01, BEYOND, 0.03, 0.05, 0.10)
HOWS = (*(f"{share:.0%}" for share in SHARES), "none", "as made")
CHOSEN = f"{BEYOND:.0%}"


@dataclass(frozen=True)
class Kind:
    """The distinct segments of one set, what people coded them as, and whose they are."""

    rows: an.Embeddings
    codes: np.ndarray
    whose: list[str]
    data: str


def reach(options: argparse.Namespace) -> Iterator[Row]:
    """Measure every set at every size, in a few draws."""
    kinds = {name: kind for name in SETS if (kind := _kind(name, options)) is not None}
    if not kinds:
        return
    language = an.embed(an.segment(an.load_study("fokusgruppe").transcripts), **_encoder(options))
    for name, kind in kinds.items():
        others = {other: taken(o.rows, some_of(len(o.rows), FOREIGN)) for other, o in kinds.items() if other != name}
        for n, draws in {20: 1}.items() if options.quick else DRAWS.items():
            for draw in range(draws):
                yield from _drawn(name, kind, n, draw, others, language)


def _encoder(options: argparse.Namespace) -> dict[str, object]:
    return {} if options.encoder is None else {"encoder": options.encoder}


def _kind(name: str, options: argparse.Namespace) -> Kind | None:
    corpus = find_corpus(options.data, name)
    if corpus is None:
        return None
    first = {" ".join(text.casefold().split()): k for k, text in reversed(list(enumerate(corpus.texts)))}
    distinct = np.sort(list(first.values()))
    distinct = distinct[some_of(len(distinct), 200 if options.quick else MOST)]
    rows = embed(corpus.take(distinct), [corpus.ids[k] for k in distinct], encoder=options.encoder)
    whose = [corpus.documents[k] if SETS[name] else str(k) for k in distinct]
    codes = [min(codes, default="") for codes in corpus.sets]
    return Kind(rows, np.array(codes)[distinct], whose, corpus.data_hash)


def _drawn(
    name: str, kind: Kind, n: int, draw: int, others: dict[str, an.Embeddings], language: an.Embeddings
) -> Iterator[Row]:
    rng = np.random.default_rng([n, draw])
    inside = kind.codes != OUT
    old_half = half_of(kind.whose, rng)
    old, new = (rng.permutation(np.flatnonzero(inside & half)) for half in (old_half, ~old_half))
    if len(old) < n or len(new) < min(20, n):
        return
    old, new = old[:n], new[:NEW]
    clusters = an.cluster(taken(kind.rows, old), keep_short=True)
    together = an.cluster(taken(kind.rows, np.concatenate([old, new])), keep_short=True).labels[n:]
    given = {"same": taken(kind.rows, new), "language": language, "random": _random(kind.rows, rng), **others}
    if not inside.all():
        given["out of scope"] = taken(kind.rows, np.flatnonzero(~inside))
    for how in HOWS:
        found = {what: _labels(clusters, rows, how) for what, rows in given.items()}
        none = {what: float(np.mean(labels < 0)) for what, labels in found.items()}
        yield {
            "set": name, "n": n, "draw": draw, "how": how, "clusters": clusters.n_clusters, "new": len(new),
            "none_same": none["same"], "none_other": float(np.mean([none[other] for other in others] or [np.nan])),
            "none_language": none["language"], "none_random": none["random"],
            "none_out_of_scope": none.get("out of scope", float("nan")),
            **_agreement(kind.codes[new], together, found["same"]),
            "seed": 0, "data": kind.data,
        }  # fmt: skip


def _agreement(codes: np.ndarray, together: np.ndarray, assigned: np.ndarray) -> dict[str, float]:
    sides = {"codes": (codes, assigned), "together": (together, assigned), "codes_together": (codes, together)}
    return {
        f"{figure}_{name}": float(function(*side))
        for name, side in sides.items()
        for figure, function in (("ami", adjusted_mutual_info_score), ("ari", adjusted_rand_score))
    }


def _random(like: an.Embeddings, rng: np.random.Generator) -> an.Embeddings:
    """Give vectors that point anywhere, under words that nobody said."""
    vectors = unit_rows(rng.normal(size=(FOREIGN, like.vectors.shape[1]))).astype(np.float32)
    segments = an.segment(an.read_transcripts([f"vector {k}" for k in range(FOREIGN)]))
    return replace(like, segments=segments, vectors=vectors, n_long=0)


def _labels(clusters: an.Clusters, rows: an.Embeddings, how: str) -> np.ndarray:
    if how == CHOSEN:
        return np.asarray(an.assign(clusters, rows).labels)
    own, placing = clusters.embeddings, Placing.of(clusters)
    if how == "none":
        reach = np.full(clusters.n_clusters, -1.0)
    elif how == "as made":
        alike = (own.vectors.astype(float) * placing.middles.rows[clusters.labels]).sum(axis=1)
        reach = np.array([alike[clusters.labels == c].min() for c in range(clusters.n_clusters)])
    else:
        share = SHARES[HOWS.index(how)]
        reach = middles_of(own.vectors, clusters.labels, own.ranks, np.arange(len(own)), share=share).reach
    middles = placing.middles._replace(reach=reach)
    aside = find_near_empty(rows.segments)
    return placing._replace(middles=middles).place(rows.segments.texts, rows.vectors, aside)[0]


PARTS = {"reach": Part(reach, ("set", "n", "draw", "how"))}
