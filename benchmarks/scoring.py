"""How answers are scored against people's codes: kappas of many codes at once, and groupings."""

from __future__ import annotations

import numpy as np

from alliance_nlp import agreement as ag

Interval = tuple[float, float]


def code_tables(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Count, for each code (column), the 2 x 2 table of two indicators: first index a, second b."""
    n, both = len(a), (a * b).sum(axis=0)
    only_a, only_b = a.sum(axis=0) - both, b.sum(axis=0) - both
    neither = n - both - only_a - only_b
    return np.stack([np.stack([neither, only_b], axis=-1), np.stack([only_a, both], axis=-1)], axis=-2)


def code_kappas(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute Cohen's kappa of each code; nan where it is undefined."""
    return np.asarray(ag.table_values(ag.cohen_kappa, code_tables(a, b)))


def mean_kappa(gold: np.ndarray, chosen: np.ndarray, codes: np.ndarray, *, one_code: bool) -> float:
    """Average the kappas of some codes; where a segment carries one code, the kappa of the codes themselves."""
    if one_code:
        return float(ag.cohen_kappa(gold.argmax(axis=1), chosen.argmax(axis=1)))
    return mean_defined(code_kappas(gold, chosen)[codes])


def mean_f1(gold: np.ndarray, chosen: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """Compute F1 averaged over some codes, and over all codings; an undefined one counts as 0."""
    counts = code_tables(gold, chosen)
    by_code = np.nan_to_num(ag.table_values(ag.f1, counts[codes]))
    macro = float(by_code.mean()) if len(by_code) else float("nan")
    return macro, float(np.nan_to_num(ag.table_values(ag.f1, counts.sum(axis=0))))


def masi_alpha(gold: np.ndarray, chosen: np.ndarray) -> float:
    """Compute Krippendorff's alpha over sets of codes."""
    sets = [[frozenset(np.flatnonzero(row).tolist()) for row in side] for side in (gold, chosen)]
    return float(ag.krippendorff_alpha(sets, level="masi"))


def drawn_kappas(a: np.ndarray, b: np.ndarray, by: list[str] | list[int] | None, n_draws: int) -> np.ndarray:
    """Compute the kappa of each code in draws of whole groups: one row a draw; equal seeds draw the same groups."""
    made = ag.bootstrap_tables(a.T, b.T, by=by, n_draws=n_draws, random_state=0)
    return np.asarray(ag.table_values(ag.cohen_kappa, made))


def middle(draws: np.ndarray, least: int = 20) -> Interval:
    """Give the middle 95 % of draws; nan where too few are defined."""
    defined = draws[np.isfinite(draws)]
    if len(defined) <= least:
        return float("nan"), float("nan")
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def mean_defined(values: np.ndarray) -> float:
    """Average what is defined; nan where nothing is."""
    defined = np.asarray(values, dtype=float)[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def best_only(scores: np.ndarray) -> np.ndarray:
    """Choose the code with the highest score in each row."""
    chosen = np.zeros_like(scores)
    chosen[np.arange(len(scores)), scores.argmax(axis=1)] = 1.0
    return chosen


def alone(labels: np.ndarray) -> np.ndarray:
    """Let every segment in no cluster stand for itself."""
    outside = labels < 0
    found = labels.copy()
    found[outside] = labels.max(initial=-1) + 1 + np.arange(int(outside.sum()))
    return found


def ranked(gold: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute average precision and area under the curve of each column; nan where a code is on all or on none."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    ap, auc = np.full(gold.shape[1], np.nan), np.full(gold.shape[1], np.nan)
    for code in np.flatnonzero((gold.sum(axis=0) > 0) & (gold.sum(axis=0) < len(gold))):
        ap[code] = average_precision_score(gold[:, code] > 0, scores[:, code])
        auc[code] = roc_auc_score(gold[:, code] > 0, scores[:, code])
    return ap, auc
