"""Do the promises hold? At most 10 % wrong among accepted suggestions, per code: in simulation and on real corpora.

    python benchmarks/abstention.py [--data FOLDER] [--cache FOLDER]

Simulation: segments of known error probability, with and without errors that come in transcripts. Real corpora: half of
the documents are learnt from and make the promise on their held-out scores, the other half shows what became of it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from codebook import draw, parts_of
from corpora import default_folder

from alliance_nlp.suggesting.abstaining import promise_codes, risk_coverage
from alliance_nlp.suggesting.learning import fit_codes

RESULTS = Path(__file__).resolve().parent / "results"
TARGETS = (0.1, 0.2, 0.3)


def simulate(n: int, *, clustered: float, rounds: int = 2000, target: float = 0.1) -> dict[str, float]:
    """Count how often the true share wrong above the accepted threshold exceeds the target."""
    rng = np.random.default_rng(0)
    broken = promised = accepted = 0
    for _ in range(rounds):
        x = rng.random(n)
        groups = rng.integers(0, 12, n)
        shift = clustered * rng.normal(size=12)
        truth = 1 / (1 + np.exp(-(8 * (x - 0.45) + shift[groups])))
        applied = (rng.random(n) < truth).astype(float)
        found = promise_codes(x[:, None], applied[:, None], target=target, groups=groups.tolist())[0]
        if found.reason:
            continue
        promised += 1
        accepted += found.n_accepted
        fresh = rng.uniform(found.threshold, 1, 4000)
        new_shift = clustered * rng.normal(size=400)[rng.integers(0, 400, 4000)]
        wrong = 1 - 1 / (1 + np.exp(-(8 * (fresh - 0.45) + new_shift)))
        broken += wrong.mean() > target
    share = float("nan") if promised == 0 else broken / promised
    return {
        "n": n, "clustered": clustered, "target": target, "promised": promised / rounds,
        "broken_of_all": broken / rounds, "broken_of_promised": share,
        "mean_accepted": accepted / max(promised, 1),
    }  # fmt: skip


def real(data: Path, cache: Path | None, draws: int) -> list[dict]:
    """Make promises on half of the documents and look at the other half."""
    rows = []
    for part in parts_of(data, cache, None):
        if part.name in ("clinc150", "argkp", "proctoring"):
            continue
        for target in TARGETS:
            n_promised = n_broken = n_codes = accepted = wrong = positives = 0
            for number in range(draws):
                drawn = draw(part, "half", number)
                table = np.full(part.applied.shape, np.nan)
                table[drawn.learnt] = part.applied[drawn.learnt]
                fitted = fit_codes(part.segments, table, codes=part.codes, similarity=part.similarity)
                groups = part.segments.group_numbers[drawn.learnt].tolist()
                held = fitted.scores.probabilities
                promises = promise_codes(held[drawn.learnt], table[drawn.learnt], target=target, groups=groups)
                for code, promise in enumerate(promises):
                    n_codes += 1
                    gold = part.applied[drawn.tested, code]
                    positives += int(gold.sum())
                    kept = held[drawn.tested, code] >= promise.threshold
                    if promise.reason or kept.sum() == 0:
                        continue
                    errors = float((1 - gold[kept]).sum())
                    n_promised += 1
                    n_broken += bool(errors / kept.sum() > target)
                    accepted += int(kept.sum())
                    wrong += errors
            rows.append(
                {"set": part.name, "target": target, "codes": n_codes, "promised": n_promised, "above": n_broken,
                 "accepted": accepted, "wrong_share": wrong / accepted if accepted else float("nan"),
                 "share_of_codings_found": (accepted - wrong) / max(positives, 1)}
            )  # fmt: skip
            print(rows[-1], flush=True)
    return rows


def picture(data: Path, cache: Path | None, out: Path) -> None:
    """Draw the risk-coverage curves of the best suggestion of each segment."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(6, 4))
    for part in parts_of(data, cache, ["serdif_thinkaloud", "nhs_feedback_v6", "counselchat", "wac_experts"]):
        drawn = draw(part, "half", 0)
        table = np.full(part.applied.shape, np.nan)
        table[drawn.learnt] = part.applied[drawn.learnt]
        scores = fit_codes(part.segments, table, codes=part.codes, similarity=part.similarity).scores
        shares = scores.probabilities[drawn.tested]
        best = shares.argmax(axis=1)
        rows = np.arange(len(best))
        curve = risk_coverage(shares[rows, best], part.applied[drawn.tested][rows, best])
        axis.plot([n / len(best) for _, n, _ in curve], [share for *_, share in curve], label=part.name)
    axis.axhline(0.1, color="gray", linewidth=0.8)
    axis.set(xlabel="share of segments answered", ylabel="share of answers wrong", ylim=(0, 1), xlim=(0, 1))
    axis.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


def markdown(found: dict[str, list[dict]]) -> str:
    lines = [
        "| simulation, 12 transcripts | promised | broken, of all rounds | broken, of promises | mean accepted |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in found["simulation"]:
        name = f"n={row['n']}, spread between transcripts {row['clustered']}, target {row['target']}"
        lines.append(
            f"| {name} | {row['promised']:.3f} | {row['broken_of_all']:.3f} | {row['broken_of_promised']:.3f} | "
            f"{row['mean_accepted']:.0f} |"
        )
    lines += ["", "| set | target | codes x draws | promised | above target on the other half | accepted | wrong | "
              "codings found |", "|---|--:|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for row in found["real"]:
        lines.append(
            f"| {row['set']} | {row['target']} | {row['codes']} | {row['promised']} | {row['above']} | "
            f"{row['accepted']} | {row['wrong_share']:.3f} | {row['share_of_codings_found']:.3f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS / "abstention.json")
    options = parser.parse_args()
    simulation = [
        simulate(n, clustered=spread, target=target)
        for target in (0.1, 0.2)
        for spread in (0.0, 0.5, 1.0)
        for n in (60, 200, 600)
    ]
    found = {"simulation": simulation, "real": real(options.data, options.cache, options.draws)}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1), encoding="utf-8")
    options.out.with_suffix(".md").write_text(markdown(found), encoding="utf-8")
    picture(options.data, options.cache, RESULTS.parent.parent / "docs" / "benchmarks" / "abstention.svg")
    print(markdown(found))


if __name__ == "__main__":
    main()
