"""How many segments must be read until the machine is nearly as good as it will get? Against reading at random.

Half of the documents are the pool to read from, the other half the test. Both readers begin with the same 20 segments
drawn at random and read 20 at a time; after each round the machine learns and is scored on the test. The figure is the
number of segments read when kappa first reaches 90 % of what the whole pool gives, and stays there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.suggesting.exemplars import kappa_of, ours
from benchmarks.suggesting.sets import CodedSet, Draw, draw, sets_of

SETS = ("serdif_thinkaloud", "nhs_feedback", "counselchat")
FIRST, STEP, MOST = 20, 20, 500


def score(found: CodedSet, drawn: Draw, read: np.ndarray) -> float:
    """Learn from what was read and compare with people on the test."""
    so_far = Draw("half", drawn.number, read, drawn.tested, drawn.judged)
    return kappa_of(found, so_far, ours(found, so_far)[0])


def next_from_list(found: CodedSet, drawn: Draw, read: np.ndarray) -> np.ndarray:
    """Ask the library which segments of the pool to read next."""
    pool = np.union1d(drawn.learnt, read)
    listed = an.next_to_code(taken(found.embeddings, pool), found.coding(read), n=STEP).rows()
    ids = {segment_id: row for row, segment_id in enumerate(found.embeddings.segments.ids)}
    return np.array([ids[row["segment_id"]] for row in listed], dtype=np.int64)


def curve(found: CodedSet, drawn: Draw, *, active: bool) -> list[tuple[int, float]]:
    """Read step by step and score after each step."""
    order = np.random.default_rng(drawn.number).permutation(drawn.learnt)
    read = order[:FIRST]
    kappas = []
    while True:
        kappas.append((len(read), score(found, drawn, read)))
        if len(np.setdiff1d(drawn.learnt, read)) == 0 or len(read) >= MOST:
            return kappas
        new = next_from_list(found, drawn, read) if active else order[len(read) : len(read) + STEP]
        read = np.concatenate([read, new])


def reached(found: list[tuple[int, float]], goal: float) -> int:
    """Give the number read from which on the mean of two successive rounds stays at the goal; else the most tried."""
    smooth = [(n, (k + found[min(i + 1, len(found) - 1)][1]) / 2) for i, (n, k) in enumerate(found)]
    return next((n for n, kappa in smooth if kappa >= goal), found[-1][0] + STEP)


def reading_list(options: argparse.Namespace) -> Iterator[Row]:
    """Follow both readers through every draw."""
    for found in sets_of(options, SETS):
        for number in range(options.draws or 5):
            drawn = draw(found, "half", number)
            final = score(found, drawn, drawn.learnt)
            active, chance = (curve(found, drawn, active=active) for active in (True, False))
            yield {
                "set": found.name, "draw": number, "pool": len(drawn.learnt), "final_kappa": final,
                "active": reached(active, 0.9 * final), "random": reached(chance, 0.9 * final),
                "mean_kappa_active": float(np.mean([kappa for _, kappa in active])),
                "mean_kappa_random": float(np.mean([kappa for _, kappa in chance])),
                "curve_active": active, "curve_random": chance, "seed": number, "data": found.data_hash,
            }  # fmt: skip


PARTS = {"reading_list": Part(reading_list, ("set", "draw"))}
