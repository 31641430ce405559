"""How many segments must be read until the machine is nearly as good as it will get? Against reading at random.

    python benchmarks/reading_list.py [--data FOLDER] [--cache FOLDER] [--draws 5]

Half of the documents are the pool to read from, the other half the test. Both readers begin with the same 20 segments
drawn at random and read 20 at a time; after each round the machine learns and is scored on the test. The figure is the
number of segments read when kappa first reaches 90 % of what the whole pool gives, and stays there.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from codebook import Draw, Part, draw, kappa_of, parts_of
from corpora import default_folder

from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.reading_next import choose_next

RESULTS = Path(__file__).resolve().parent / "results"
SETS = ("serdif_thinkaloud", "nhs_feedback_v6", "counselchat")
FIRST, STEP, MOST = 20, 20, 500


def learn(part: Part, read: np.ndarray):  # noqa: ANN201
    table = np.full(part.applied.shape, np.nan)
    table[read] = part.applied[read]
    return fit_codes(part.segments, table, codes=part.codes, one_code=part.one_code, similarity=part.similarity)


def score(part: Part, drawn: Draw, read: np.ndarray) -> tuple[float, np.ndarray]:
    fitted = learn(part, read)
    return kappa_of(part, drawn, fitted.scores.suggested[drawn.tested].astype(float)), fitted.scores.probabilities


def curve(part: Part, drawn: Draw, *, active: bool, seed: int) -> list[tuple[int, float]]:
    """Read step by step and score after each step."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(drawn.learnt)
    read = order[:FIRST]
    found = []
    while True:
        kappa, shares = score(part, drawn, read)
        found.append((len(read), kappa))
        left = np.setdiff1d(drawn.learnt, read)
        if len(left) == 0 or len(read) >= MOST:
            return found
        if active:
            unread = np.isin(np.arange(len(shares)), left)
            alike = part.similarity.matrix[:, : len(shares)]
            new = choose_next(shares, alike, unread, n=STEP, prevalence=part.applied[read].mean(axis=0))
        else:
            new = order[len(read) : len(read) + STEP]
        read = np.concatenate([read, new])


def reached(found: list[tuple[int, float]], goal: float) -> int:
    """Give the number read from which on the mean of two successive rounds stays at the goal; else the most tried."""
    smooth = [(n, (k + found[min(i + 1, len(found) - 1)][1]) / 2) for i, (n, k) in enumerate(found)]
    return next((n for n, kappa in smooth if kappa >= goal), found[-1][0] + STEP)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--out", type=Path, default=RESULTS / "reading_list.json")
    options = parser.parse_args()
    rows = []
    for part in parts_of(options.data, options.cache, list(SETS)):
        for number in range(options.draws):
            drawn = draw(part, "half", number)
            final, _ = score(part, drawn, drawn.learnt)
            active = curve(part, drawn, active=True, seed=number)
            chance = curve(part, drawn, active=False, seed=number)
            rows.append(
                {"set": part.name, "draw": number, "pool": len(drawn.learnt), "final_kappa": final,
                 "active": reached(active, 0.9 * final), "random": reached(chance, 0.9 * final),
                 "mean_kappa_active": float(np.mean([k for _, k in active])),
                 "mean_kappa_random": float(np.mean([k for _, k in chance])),
                 "curve_active": active, "curve_random": chance}
            )  # fmt: skip
            print({k: v for k, v in rows[-1].items() if "curve" not in k}, flush=True)
    lines = ["| set | pool | final kappa | read at 90 %, reading list | read at 90 %, random | mean kappa on the way, "
             "list | random |", "|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for name in dict.fromkeys(row["set"] for row in rows):
        mine = [row for row in rows if row["set"] == name]
        keys = ("pool", "final_kappa", "active", "random", "mean_kappa_active", "mean_kappa_random")
        means = {key: float(np.mean([row[key] for row in mine])) for key in keys}
        lines.append(
            f"| {name} | {means['pool']:.0f} | {means['final_kappa']:.3f} | {means['active']:.0f} | "
            f"{means['random']:.0f} | {means['mean_kappa_active']:.3f} | {means['mean_kappa_random']:.3f} |"
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows), encoding="utf-8")
    options.out.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
