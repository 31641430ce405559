"""What is learnt per coded segment: from the list of what to code next, and from as many drawn at random by transcript.

Half of the documents (participants, where a set has no documents) are the pool to code from, the other half the test.
Both begin with nothing. After 40, 80 and 160 coded segments the machine learns from them, through the public call
with its defaults, and is scored on the test. Stratified random: each transcript of the pool gives as many as its share
of the pool, drawn at random within it; a larger draw holds the smaller one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import mean_defined, ranked
from benchmarks.splitting import numbered
from benchmarks.suggesting.exemplars import kappa_of, ours
from benchmarks.suggesting.sets import CodedSet, Draw, draw, sets_of

SETS = ("wac_experts", "pdpilot_themes", "serdif_thinkaloud", "nhs_feedback", "counselchat", "annomi")
BUDGETS = (40, 80, 160)
MOST = 0.9  # of the pool: where nearly all of it is coded, every order is one


def listed(found: CodedSet, drawn: Draw, read: np.ndarray, n: int) -> np.ndarray:
    """Ask the library which segments of the pool to code next."""
    rows = an.next_to_code(taken(found.embeddings, drawn.learnt), found.coding(read), n=n).rows()
    ids = {segment_id: row for row, segment_id in enumerate(found.embeddings.segments.ids)}
    return np.array([ids[row["segment_id"]] for row in rows], dtype=np.int64)


def stratified(found: CodedSet, drawn: Draw) -> np.ndarray:
    """Put the pool in an order of which every beginning holds each transcript by its share."""
    rng = np.random.default_rng(1000 + drawn.number)
    group = numbered(found.groups)[drawn.learnt]
    sizes, begun = np.bincount(group), rng.random(group.max() + 1)
    place, shuffled, seen = np.empty(len(group)), rng.permutation(len(group)), np.zeros(len(sizes))
    for row in shuffled.tolist():
        place[row] = (seen[group[row]] + begun[group[row]]) / sizes[group[row]]
        seen[group[row]] += 1
    return np.asarray(drawn.learnt[np.argsort(place, kind="stable")])


def score(found: CodedSet, drawn: Draw, read: np.ndarray) -> tuple[float, float]:
    """Learn from what was read and compare with people on the test: kappa, and average precision."""
    chosen, shares = ours(found, Draw("half", drawn.number, read, drawn.tested, drawn.judged))
    assert shares is not None
    ap, _ = ranked(found.applied[drawn.tested][:, drawn.judged], shares[:, drawn.judged])
    return kappa_of(found, drawn, chosen), mean_defined(ap)


def reading_list(options: argparse.Namespace) -> Iterator[Row]:
    """Follow both through every draw."""
    budgets = (10,) if options.quick else BUDGETS
    for found in sets_of(options, SETS):
        for number in range(options.draws or 10):
            drawn = draw(found, "half", number)
            by_chance, by_list = stratified(found, drawn), np.zeros(0, dtype=np.int64)
            for n in (n for n in budgets if n <= MOST * len(drawn.learnt)):
                by_list = np.concatenate([by_list, listed(found, drawn, by_list, n - len(by_list))])
                row: Row = {"set": found.name, "draw": number, "coded": n, "pool": len(drawn.learnt)}
                for name, read in (("listed", by_list), ("stratified", by_chance[:n])):
                    kappa, ap = score(found, drawn, read)
                    row |= {f"kappa_{name}": round(kappa, 4), f"ap_{name}": round(ap, 4)}
                yield row | {"seed": number, "data": found.data_hash}


PARTS = {"reading_list": Part(reading_list, ("set", "draw", "coded"))}
