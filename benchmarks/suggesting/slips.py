"""How many of the first 50 flagged segments are planted slips? 5 % of the coded segments get a wrong code.

A slip replaces one code of a segment by a code drawn from those used in the set, as often as they are used. Beside the
library: chance, and the least probable applied code of a plain logistic regression in five folds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

import alliance_nlp as an
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.splitting import folds_of
from benchmarks.suggesting.sets import CodedSet, sets_of

SETS = ("wac_experts", "serdif_thinkaloud", "nhs_feedback", "counselchat", "annomi", "banking77")
SHARE, FLAGGED = 0.05, 50


def plant(found: CodedSet, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Replace one code of some segments; return the table and which segments."""
    rng = np.random.default_rng(seed)
    table = np.array(found.applied)
    coded = np.flatnonzero(table.any(axis=1))
    slipped = rng.choice(coded, round(SHARE * len(coded)), replace=False)
    often = table.sum(axis=0) / table.sum()
    for row in slipped:
        weights = np.where(found.applied[row] > 0, 0.0, often)
        table[row, rng.choice(np.flatnonzero(table[row]))] = 0.0
        table[row, rng.choice(len(often), p=weights / weights.sum())] = 1.0
    return table, slipped


def least_probable(found: CodedSet, table: np.ndarray) -> np.ndarray:
    """Order segments by the probability that a plain logistic regression gives their least probable code."""
    from sklearn.linear_model import LogisticRegression

    folds = folds_of(found.groups, 5)
    shares = np.zeros(table.shape)
    for fold in np.unique(folds):
        out = folds == fold
        for code in range(table.shape[1]):
            y = table[~out, code]
            if 0 < y.sum() < len(y):
                model = LogisticRegression(max_iter=300).fit(found.rows[~out], y)
                shares[out, code] = model.predict_proba(found.rows[out])[:, 1]
    return np.argsort(np.where(table > 0, shares, 2.0).min(axis=1), kind="stable")


def slips(options: argparse.Namespace) -> Iterator[Row]:
    """Plant slips and look for them among what `find_trouble` lists first."""
    for found in sets_of(options, SETS):
        every = np.arange(len(found.applied))
        ids = {segment_id: row for row, segment_id in enumerate(found.embeddings.segments.ids)}
        for seed in range(options.draws or 5):
            table, slipped = plant(found, seed)
            listed = an.find_trouble(found.embeddings, found.coding(every, table), n=FLAGGED).slips.rows()
            flagged = [ids[row["segment_id"]] for row in listed]
            row = {"set": found.name, "draw": seed, "segments": len(table), "planted": len(slipped)}
            row["ours"] = int(np.isin(flagged, slipped).sum())
            if seed == 0:
                row["logistic"] = int(np.isin(least_probable(found, table)[:FLAGGED], slipped).sum())
            yield row | {"seed": seed, "data": found.data_hash}


PARTS = {"slips": Part(slips, ("set", "draw"))}
