"""How close `suggest_held_out` comes to what people coded, on whole sets, and how long it takes.

Every code that people used at least five times counts; kappa is the mean of theirs. At most 4,000 segments are learnt
from: three sets are larger. With ``--draws`` on four fifths of the sessions (people), drawn anew each time: a change of
the learner is then seen beside chance.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import taken
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import code_kappas, mean_defined
from benchmarks.suggesting.sets import CodedSet, sets_of

LEAST = 5
SHARE, MOST = 0.8, 1600  # of the groups of a draw, and rows that it has at most
WHOLE = ("wac_experts", "serdif_thinkaloud", "pdpilot_themes", "counselchat", "nhs_feedback", "annomi", "banking77")


def left_out(options: argparse.Namespace) -> Iterator[Row]:
    """Suggest on all of each set, part by part, and compare with what people coded."""
    among = WHOLE if options.sets is None else tuple(options.sets)
    sets, drawn = sets_of(options, among, sample=False), range(options.draws) if options.draws else [None]
    for found, seed in ((some_of(each, seed), seed) for each in sets for seed in drawn):
        coding = found.coding(np.arange(len(found.applied)))
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", an.AllianceWarning)
            machine = an.suggest_held_out(found.embeddings, found.book, learn_from=coding)
        seconds = time.process_time() - start
        place = {segment_id: row for row, segment_id in enumerate(found.embeddings.segments.ids)}
        chosen = np.zeros_like(found.applied)
        for span in machine.applied:
            chosen[place[span.segment_id], found.book.ids.index(span.code_id)] = 1.0
        judged = np.flatnonzero(found.applied.sum(axis=0) >= LEAST)
        held = machine.made_from.held
        yield {
            "set": found.name, "segments": len(found.applied), "codes": len(judged),
            "left_out": machine.made_from.settings["held_out"], "suggestions": len(machine.applied),
            "kappa": mean_defined(code_kappas(found.applied[held], chosen[held])[judged]),
            "processor_seconds": round(seconds, 2), "seed": seed, "data": found.data_hash,
        }  # fmt: skip


def some_of(found: CodedSet, seed: int | None) -> CodedSet:
    """Draw groups of rows that are held out together; all without a seed."""
    if seed is None:
        return found
    groups = np.array(found.groups)
    names = sorted(set(found.groups))
    order = np.random.default_rng(seed).permutation(len(names))[: max(2, round(SHARE * len(names)))]
    kept: list[str] = []
    n = 0
    for name in (names[place] for place in order):
        size = int((groups == name).sum())
        if not kept or n + size <= MOST:
            kept, n = [*kept, name], n + size
    rows = np.flatnonzero(np.isin(groups, kept))
    return replace(found, embeddings=taken(found.embeddings, rows), applied=found.applied[rows],
                   groups=tuple(groups[rows].tolist()))  # fmt: skip


PARTS = {"left_out": Part(left_out, ("set", "seed"))}
