"""Do the promises hold? At most 10 % wrong among accepted suggestions, per code: in simulation and on real corpora.

Simulation: codes that come in transcripts more or less, calibrated scores, as many further transcripts as made the
promise. Real corpora: half of the documents are learnt from and make the promise on their held-out scores, the other
half shows what became of it; only codes with a promise count.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from alliance_nlp.suggesting.promises import promise_codes
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part
from benchmarks.suggesting.sets import CodedSet, Draw, draw, sets_of, suggest

TARGETS = (0.1, 0.2, 0.3)
REAL = (
    "wac_experts", "serdif_thinkaloud", "pdpilot_themes", "nhs_feedback", "counselchat", "annomi", "banking77",
)  # fmt: skip
DRAWN = ("serdif_thinkaloud", "nhs_feedback", "counselchat", "wac_experts")
POINTS = 100


def simulated(options: argparse.Namespace) -> Iterator[Row]:
    """Count how often the true share wrong above the accepted threshold exceeds the target."""
    rounds = 20 if options.quick else 2000
    for target in (0.1, 0.2):
        for clustered in (0.0, 0.5, 1.0):
            for n in (60, 200, 600):
                yield _simulated(n, clustered, target, rounds)


def _simulated(n: int, clustered: float, target: float, rounds: int) -> Row:
    """Twelve transcripts make the promise, twelve further ones keep or break it; calibrated scores."""
    rng = np.random.default_rng(0)
    seen: list[np.ndarray] = []
    broken = promised = accepted = 0
    half = 12 * (n // 12)
    blocks = np.repeat(np.arange(24), n // 12)
    for _ in range(rounds):
        usual = np.log(0.25) + clustered * rng.normal(size=24)[blocks]
        applied = (rng.random(2 * half) < 1 / (1 + np.exp(-usual))).astype(float)
        score = rng.normal(size=2 * half) + 2.5 * applied
        share = 1 / (1 + np.exp(-(np.log(0.25) + 2.5 * score - 2.5**2 / 2)))
        seen += [share, applied]
        known, later = slice(0, half), slice(half, None)
        promise = promise_codes(
            share[known, None], applied[known, None], blocks=blocks[known].tolist(), target=target
        )[0]  # fmt: skip
        if promise.promise is None:
            continue
        taken = share[later] >= promise.threshold
        promised += 1
        accepted += promise.n_accepted
        broken += bool(taken.any()) and (1 - applied[later][taken]).mean() > target
    return {
        "n": n, "clustered": clustered, "target": target, "promised": promised / rounds,
        "broken_of_all": broken / rounds, "broken_of_promised": broken / promised if promised else float("nan"),
        "mean_accepted": accepted / max(promised, 1), "seed": 0, "data": hash_of(seen),
    }  # fmt: skip


def kept(options: argparse.Namespace) -> Iterator[Row]:
    """Make promises on half of the documents and look at the other half."""
    draws = range(options.draws or 3)
    for found in sets_of(options, REAL):
        for target in TARGETS:
            counted = np.sum([outcome(found, draw(found, "half", number), target) for number in draws], axis=0)
            n_codes, n_promised, n_above, accepted, wrong, positives = counted.tolist()
            yield {
                "set": found.name, "target": target, "codes": int(n_codes), "promised": int(n_promised),
                "above": int(n_above), "accepted": int(accepted),
                "wrong_share": wrong / accepted if accepted else float("nan"),
                "share_of_codings_found": (accepted - wrong) / max(positives, 1), "seed": list(draws),
                "data": found.data_hash,
            }  # fmt: skip


def outcome(found: CodedSet, drawn: Draw, target: float) -> np.ndarray:
    """Count codes, promises that accepted something, those above the target, accepted, wrong, and codings in all."""
    made = suggest(found.embeddings, found.book, learn_from=found.coding(drawn.learnt), abstain=target)
    gold, taken = found.applied[drawn.tested], made.accepted[drawn.tested]
    promised = np.array([row["promise"] is not None for row in made.promises.rows()], dtype=bool)
    taken = taken & promised
    n_taken, n_wrong = taken.sum(axis=0), (taken * (1 - gold)).sum(axis=0)
    some = n_taken > 0
    above = some & (n_wrong > target * n_taken)
    return np.array([len(found.book), some.sum(), above.sum(), n_taken.sum(), n_wrong.sum(), gold.sum()])


def risk(options: argparse.Namespace) -> Iterator[Row]:
    """Follow the share wrong of the best suggestion of each segment, from the surest on."""
    for found in sets_of(options, DRAWN):
        drawn = draw(found, "half", 0)
        made = suggest(found.embeddings, found.book, learn_from=found.coding(drawn.learnt))
        shares, gold = made.probabilities[drawn.tested], found.applied[drawn.tested]
        rows, best = np.arange(len(shares)), shares.argmax(axis=1)
        order = np.argsort(-shares[rows, best], kind="stable")
        wrong = np.cumsum(1 - gold[rows, best][order]) / (rows + 1)
        at = np.unique(np.linspace(0, len(rows) - 1, POINTS).astype(int))
        answered = np.round((at + 1) / len(rows), 4)
        yield {
            "set": found.name, "answered": answered, "wrong": np.round(wrong[at], 4), "seed": 0,
            "data": found.data_hash,
        }  # fmt: skip


PARTS = {
    "promises_simulated": Part(simulated, ("n", "clustered", "target")),
    "promises_kept": Part(kept, ("set", "target")),
    "risk_coverage": Part(risk, ("set",)),
}
