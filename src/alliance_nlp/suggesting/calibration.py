"""From raw scores to probabilities: one logistic regression for all codes together, learnt on held-out scores.

All codes share its dozen coefficients, so a code with four coded segments is calibrated by what the others have in
common. Beside the score itself it sees how common the code is, whether anything in the segment looks worth coding,
the best rival code, the theme, the length, who speaks, and the scores of the turns before and after.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.numeric import Floats, Ints
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence

_LOW, _HIGH = 0.003, 0.98
STEPS = (-1, 1, -2, 2)
CODE_AT = {step: f"code at {step:+d}" for step in STEPS}
ANYTHING_AT = {step: f"anything at {step:+d}" for step in STEPS if abs(step) == 1}
AROUND = frozenset({*CODE_AT.values(), *ANYTHING_AT.values()})
# Segments of all kinds that a speaker's own habit is mixed with.
DRAWN = 20


@dataclass(frozen=True, eq=False)
class Scores:
    """Hold raw scores of segments: for every code, for "anything", and for every theme."""

    codes: Floats
    anything: Floats
    themes: Floats


@dataclass(frozen=True, eq=False)
class Calibration:
    """Hold the shared logistic regression: location, spread and coefficients of what it sees."""

    center: Floats
    spread: Floats
    coefficients: Floats
    prior: Floats

    def judge(self, scores: Scores, segments: SegmentEvidence, codes: CodeEvidence) -> Floats:
        """Compute the share of coders expected to apply each code."""
        _, evidence = gather(scores, self.prior, segments, codes)
        return _logistic(self.terms(evidence).sum(axis=-1) + self.coefficients[0])

    def terms(self, evidence: Floats) -> Floats:
        """Give what each kind of evidence adds to the log-odds, against the average segment."""
        return np.asarray((evidence - self.center) / self.spread * self.coefficients[1:])


def log_odds(scores: Floats) -> Floats:
    """Take log-odds of scores that may lie a little outside 0 and 1."""
    clipped = np.clip(scores, _LOW, _HIGH)
    return np.asarray(np.log(clipped / (1 - clipped)))


def gather(
    scores: Scores, prior: Floats, segments: SegmentEvidence, codes: CodeEvidence
) -> tuple[tuple[str, ...], Floats]:
    """Lay out what the calibration sees, shape (n_segments, n_codes, n_kinds)."""
    s = scores.codes
    prior = prior[_roles(segments)] if len(prior) > 1 else prior
    columns = {
        "score": s,
        "score, log-odds": log_odds(s),
        "how common the code is": np.broadcast_to(log_odds(prior), s.shape),
        "anything to code here": np.broadcast_to(log_odds(scores.anything), s.shape),
        "best rival": _best_other(s),
    }
    if codes.theme_members:
        columns["theme"] = _theme_column(scores.themes, codes, s.shape)
    if segments.texts is not None:
        lengths = np.log1p([len(str(text).split()) for text in segments.texts])
        columns["length"] = np.broadcast_to(lengths[:, None], s.shape)
    if segments.asks is not None:
        columns["who speaks"] = np.broadcast_to(np.asarray(segments.asks, dtype=np.float64)[:, None], s.shape)
    if segments.sequences is not None:
        for step in STEPS:
            columns[CODE_AT[step]] = _at(s - prior, segments, step)
            if step in ANYTHING_AT:
                around = _at(scores.anything - scores.anything.mean(), segments, step)
                columns[ANYTHING_AT[step]] = np.broadcast_to(around, s.shape)
    return tuple(columns), np.stack(list(columns.values()), axis=-1)


def prevalence(applied: Floats, rows: Ints, segments: SegmentEvidence) -> Floats:
    """Count how common each code is, apart for moderators and participants where that is known.

    Shape (1, n_codes), or (2, n_codes) with participants first. A role that speaks rarely is drawn to all segments.
    """
    overall = (applied[rows].sum(axis=0) + 0.5) / (len(rows) + 1)
    if segments.asks is None:
        return np.asarray(overall[None, :])
    roles = _roles(segments)[rows]
    counts = [(applied[rows[roles == role]].sum(axis=0), (roles == role).sum()) for role in (0, 1)]
    return np.stack([(sums + DRAWN * overall) / (n + DRAWN) for sums, n in counts])


def _roles(segments: SegmentEvidence) -> Ints:
    return np.asarray(np.asarray(segments.asks, dtype=np.float64) > 0.5, dtype=np.int64)


def calibrate(
    scores: Scores, applied: Floats, rows: Ints, segments: SegmentEvidence, codes: CodeEvidence
) -> Calibration:
    """Fit the shared logistic regression on some rows; shares of coders count as that many of each answer."""
    prior = prevalence(applied, rows, segments)
    _, evidence = gather(scores, prior, segments, codes)
    counted = applied[rows].sum(axis=0) >= 2
    counted = counted if counted.any() else ~counted
    flat = evidence[rows][:, counted].reshape(-1, evidence.shape[-1])
    center, spread = flat.mean(axis=0), flat.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    design = np.column_stack([np.ones(len(flat)), (flat - center) / spread])
    return Calibration(center, spread, _newton(design, applied[rows][:, counted].reshape(-1)), prior)


def _newton(design: Floats, shares: Floats, *, penalty: float = 1.0, steps: int = 30) -> Floats:
    """Fit a logistic regression with a small penalty on everything but the intercept."""
    weights = np.full(design.shape[1], penalty)
    weights[0] = 1e-6
    mean = float(np.clip(shares.mean(), 1e-6, 1 - 1e-6))
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(mean / (1 - mean))
    loss = _loss(design, shares, beta, weights)
    for _ in range(steps):
        p = _logistic(design @ beta)
        gradient = design.T @ (p - shares) + weights * beta
        curvature = (design * (p * (1 - p))[:, None]).T @ design + np.diag(weights)
        step, size = np.linalg.solve(curvature, gradient), 1.0
        while (new := _loss(design, shares, beta - size * step, weights)) > loss and size > 1e-4:
            size /= 2
        if loss - new < 1e-9 * max(1.0, loss):
            break
        beta, loss = beta - size * step, new
    return beta


def _loss(design: Floats, shares: Floats, beta: Floats, weights: Floats) -> float:
    z = design @ beta
    return float((np.logaddexp(0.0, z) - shares * z).sum() + (weights * beta**2).sum() / 2)


def _logistic(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -35.0, 35.0))))


def _best_other(scores: Floats) -> Floats:
    """Give the highest score among the other codes."""
    if scores.shape[1] < 2:
        return np.zeros_like(scores)
    top = -np.partition(-scores, 1, axis=1)[:, :2]
    best, second = top.max(axis=1, keepdims=True), top.min(axis=1, keepdims=True)
    return np.asarray(np.where(scores >= best, second, best))


def _theme_column(themes: Floats, codes: CodeEvidence, shape: tuple[int, ...]) -> Floats:
    column = np.zeros(shape)
    for theme, members in enumerate(codes.theme_members):
        column[:, members] = themes[:, [theme]]
    return column


def _at(values: Floats, segments: SegmentEvidence, step: int) -> Floats:
    """Give each segment the values of the one `step` turns on; zero where there is none."""
    place = segments.neighbor(step)
    return np.asarray(np.where((place >= 0)[:, None], values[np.maximum(place, 0)], 0.0))
