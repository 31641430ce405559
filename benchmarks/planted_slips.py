"""How many of the first 50 flagged segments are planted slips? 5 % of the coded segments get a wrong code.

    python benchmarks/planted_slips.py [--data FOLDER] [--cache FOLDER] [--draws 5]

A slip replaces one code of a segment by a code drawn from those used in the set, as often as they are used. Beside the
library: chance, and the least probable applied code of a plain logistic regression in five folds.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from codebook import Part, parts_of
from corpora import default_folder

from alliance_nlp.suggesting.evidence import fold_numbers
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.trouble import likely_slips

RESULTS = Path(__file__).resolve().parent / "results"
SETS = ("wac_experts", "serdif_thinkaloud", "nhs_feedback_v6", "counselchat", "annomi", "banking77")
SHARE, FLAGGED = 0.05, 50


def plant(part: Part, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Replace one code of some segments; return the table and which segments."""
    rng = np.random.default_rng(seed)
    table = np.array(part.applied)
    coded = np.flatnonzero(table.any(axis=1))
    slipped = rng.choice(coded, round(SHARE * len(coded)), replace=False)
    often = table.sum(axis=0) / table.sum()
    for row in slipped:
        weights = np.where(part.applied[row] > 0, 0.0, often)
        table[row, rng.choice(np.flatnonzero(table[row]))] = 0.0
        table[row, rng.choice(len(often), p=weights / weights.sum())] = 1.0
    return table, slipped


def least_probable(part: Part, table: np.ndarray) -> np.ndarray:
    """Order segments by the probability that a plain logistic regression gives their least probable code."""
    from sklearn.linear_model import LogisticRegression

    folds = fold_numbers(part.segments.group_numbers, 5)
    shares = np.zeros(table.shape)
    for fold in np.unique(folds):
        out = folds == fold
        for code in range(table.shape[1]):
            y = table[~out, code]
            if 0 < y.sum() < len(y):
                model = LogisticRegression(max_iter=300).fit(part.segments.rows[~out], y)
                shares[out, code] = model.predict_proba(part.segments.rows[out])[:, 1]
    return np.argsort(np.where(table > 0, shares, 2.0).min(axis=1), kind="stable")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--out", type=Path, default=RESULTS / "planted_slips.json")
    options = parser.parse_args()
    rows = []
    for part in parts_of(options.data, options.cache, list(SETS)):
        for seed in range(options.draws):
            table, slipped = plant(part, seed)
            fitted = fit_codes(part.segments, table, codes=part.codes, similarity=part.similarity)
            found = [slip.row for slip in likely_slips(fitted.scores.probabilities, table, n=FLAGGED)]
            row = {"set": part.name, "draw": seed, "segments": len(table), "planted": len(slipped)}
            row["ours"] = int(np.isin(found, slipped).sum())
            if seed == 0:
                row["logistic"] = int(np.isin(least_probable(part, table)[:FLAGGED], slipped).sum())
            rows.append(row)
        print(rows[-1], flush=True)
    lines = ["| set | segments | planted | found in first 50 | most possible | by chance | plain logistic regression |",
             "|---|--:|--:|--:|--:|--:|--:|"]  # fmt: skip
    for name in dict.fromkeys(row["set"] for row in rows):
        mine = [row for row in rows if row["set"] == name]
        lines.append(
            f"| {name} | {mine[0]['segments']} | {mine[0]['planted']} | {np.mean([r['ours'] for r in mine]):.1f} | "
            f"{min(FLAGGED, mine[0]['planted'])} | {SHARE * FLAGGED:.1f} | {mine[0]['logistic']} |"
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows, indent=0), encoding="utf-8")
    options.out.with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
