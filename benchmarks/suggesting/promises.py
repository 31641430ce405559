"""Do the promises hold? At most 10, 20, 30 % wrong among accepted suggestions, per code: simulated and on real corpora.

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
    """Count how often the share wrong in as many further transcripts exceeds what was promised."""
    rounds = 10 if options.quick else 400
    for n_transcripts in (5, 10, 20):
        for spread in (0.0, 0.5, 1.0):
            for n, distance, prevalence in ((40, 2.5, 0.25), (40, 1.5, 0.25), (100, 1.5, 0.1)):
                world = _world(n_transcripts, n, spread, distance, prevalence, rounds)
                for target in TARGETS:
                    about = {"transcripts": n_transcripts, "segments": n, "spread": spread, "distance": distance}
                    about |= {"prevalence": prevalence, "target": target, "rounds": rounds}
                    yield about | _simulated(*world, target) | {"seed": 0, "data": hash_of(list(world))}


def _world(
    n_transcripts: int, n: int, spread: float, distance: float, prevalence: float, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate calibrated probabilities and codes of two times as many transcripts, one code a round.

    Log-odds of how common a code is differ between transcripts by `spread`; scores of segments with and without it lie
    `distance` times their own spread apart.
    """
    rng = np.random.default_rng(0)
    usual = np.log(prevalence / (1 - prevalence))
    odds = usual + spread * rng.normal(size=(2 * n_transcripts, 1, rounds))
    applied = rng.random((2 * n_transcripts, n, rounds)) < 1 / (1 + np.exp(-odds))
    score = rng.normal(size=applied.shape) + distance * applied
    return 1 / (1 + np.exp(-(usual + distance * score - distance**2 / 2))), applied.astype(float)


def _simulated(shares: np.ndarray, applied: np.ndarray, target: float) -> Row:
    """Half of the transcripts make the promises, the other half keeps or breaks them."""
    half, n, rounds = len(shares) // 2, shares.shape[1], shares.shape[2]
    blocks = np.repeat(np.arange(half), n).tolist()
    known = [table[:half].reshape(half * n, rounds) for table in (shares, applied)]
    promised = broken = accepted = 0
    for number, promise in enumerate(promise_codes(*known, blocks=blocks, target=target)):
        if promise.promise is None:
            continue
        taken = shares[half:, :, number] >= promise.threshold
        promised += 1
        accepted += promise.n_accepted
        broken += bool(taken.any()) and bool((1 - applied[half:, :, number][taken]).mean() > target)
    return {"promised": promised, "broken": broken, "mean_accepted": accepted / max(promised, 1)}


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
    "promises_simulated": Part(simulated, ("transcripts", "segments", "spread", "distance", "prevalence", "target")),
    "promises_kept": Part(kept, ("set", "target")),
    "risk_coverage": Part(risk, ("set",)),
}
