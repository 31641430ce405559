"""How close `suggest_held_out` comes to what people coded, on whole sets, and how long it takes.

Every code that people used at least five times counts; kappa is the mean of theirs. At most 4,000 segments are learnt
from: three sets are larger.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator

import numpy as np

import alliance_nlp as an
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import code_kappas, mean_defined
from benchmarks.suggesting.sets import sets_of

LEAST = 5
WHOLE = ("wac_experts", "serdif_thinkaloud", "pdpilot_themes", "counselchat", "nhs_feedback", "annomi", "banking77")


def left_out(options: argparse.Namespace) -> Iterator[Row]:
    """Suggest on all of each set, part by part, and compare with what people coded."""
    for found in sets_of(options, WHOLE, sample=False):
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
            "processor_seconds": round(seconds, 2), "seed": None, "data": found.data_hash,
        }  # fmt: skip


PARTS = {"left_out": Part(left_out, ("set",))}
