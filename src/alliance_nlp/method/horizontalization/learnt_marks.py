"""Weights learnt from what people marked, tried on transcripts that they were not learnt from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.numeric import Bools, Floats, Ints, Singles, largest_first, numbered

NEAREST = 25  # most alike statements of other transcripts that are looked at
BLOCKS = 5
MOST_FOLDS = 10


class Learnt(NamedTuple):
    """Chance of being marked per segment, from folds that held its transcript out; weights learnt from all."""

    chance: Floats
    weights: Floats
    near: Floats | None
    held_out: str


def learn_weights(
    features: Floats, marked: Bools, known: Bools, groups: Sequence[str], vectors: Singles | None
) -> Learnt:
    """Learn how much each feature counts, and give each segment a chance by a model that has not seen its transcript.

    Parameters
    ----------
    features : array of shape (n_segments, n_features)
        Damped counts.
    marked, known : arrays of shape (n_segments,)
        What people marked, and which segments they read.
    groups : sequence of str
        Transcript of each segment.
    vectors : array of shape (n_segments, n_dimensions) or None
        Embeddings, for the share of marked ones among the most alike statements of other transcripts.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def columns(train: Bools) -> Floats:
        if vectors is None:
            return features
        return np.column_stack([features, near_share(vectors, marked, train, parts)])

    def fitted(x: Floats, train: Bools) -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x[train], marked[train])

    several = len(set(groups)) > 1
    parts = numbered(groups, len(groups)) if several else np.arange(len(groups)) * BLOCKS // max(len(groups), 1)
    folds = parts % MOST_FOLDS  # a transcript is never split over folds
    chance, near = np.full((2, len(marked)), math.nan)
    for fold in np.unique(folds):
        inside, train = folds == fold, (folds != fold) & known
        if len(np.unique(marked[train])) < 2:
            continue
        x = columns(train)
        chance[inside], near[inside] = fitted(x, train).predict_proba(x[inside])[:, 1], x[inside, -1]
    weights = fitted(columns(known), known)[-1].coef_[0]
    held_out = "transcript" if several else "stretch of the only transcript"
    return Learnt(chance, weights, near if vectors is not None else None, held_out)


def near_share(vectors: Singles, marked: Bools, train: Bools, parts: Ints) -> Floats:
    """Share of marked ones among the statements most alike that are learnt from and lie in another transcript."""
    pool = np.flatnonzero(train)
    shares = np.full(len(marked), float(marked[train].mean()))
    for part in np.unique(parts):
        own, others = np.flatnonzero(parts == part), pool[parts[pool] != part]
        if not others.size:
            continue
        k = min(NEAREST, others.size)
        alike = np.round(vectors[own].astype(float) @ vectors[others].astype(float).T, 6)
        nearest = largest_first(alike)[:, :k]
        shares[own] = marked[others][nearest].mean(axis=1)
    return shares


def average_precision(marked: Bools, scores: Floats) -> float:
    """Mean share of marked ones at the rank of each marked one; ties share their ranks' average.

    Examples
    --------
    >>> average_precision(np.array([True, False, True]), np.array([3.0, 2.0, 1.0])).__round__(3)
    0.833
    """
    if not marked.any():
        return math.nan
    order = largest_first(scores)
    values, hits = scores[order], marked[order]
    ends = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)  # ties are one step
    found = np.cumsum(hits)[ends]
    precision = found / (ends + 1)
    return float(np.sum(np.diff(found, prepend=0) * precision) / marked.sum())
