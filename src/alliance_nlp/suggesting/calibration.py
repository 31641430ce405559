"""From scores to probabilities: one logistic regression for all codes together, fitted to held-out scores.

All codes share its few coefficients, so a code with four coded segments is calibrated by what the others have in
common. They start from what they would be if scores were log-odds beyond how common a code is, so a few codings move
them little: there is no number of codings at which anything jumps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alliance_nlp.numeric import Bools, Floats

START = np.array([0.0, 1.0, 1.0, 0.0, 0.0])  # constant, how common the code is, score, score beyond 1 and beyond 3
KNOTS = (1.0, 3.0)
PENALTY, STEPS, FLATTEST = 10.0, 30, 0.05
FEWEST = 2  # codings of a code from which one can be held out while another is learnt from


@dataclass(frozen=True, eq=False)
class Calibration:
    """Hold the coefficients and, for each code, the log-odds of how common it is."""

    coefficients: Floats
    prior: Floats

    @classmethod
    def of(cls, scores: Floats, applied: Floats) -> Calibration:
        """Fit to held-out scores and shares of coders, both of shape (n_read, n_codes)."""
        share = (applied.sum(axis=0) + 0.5) / (len(applied) + 1)
        prior = log_odds(share)
        told = applied.sum(axis=0) >= FEWEST
        if not told.any():
            return cls(START, prior)
        design = _design(scores[:, told], prior[told]).reshape(-1, len(START))
        return cls(_newton(design, applied[:, told].reshape(-1)), prior)

    def judge(self, scores: Floats) -> Floats:
        """Compute the share of coders expected to apply each code."""
        return _logistic(_design(scores, self.prior) @ self.coefficients)


def _design(scores: Floats, prior: Floats) -> Floats:
    beyond = [np.maximum(scores - knot, 0.0) for knot in KNOTS]
    return np.stack([np.ones_like(scores), np.broadcast_to(prior, scores.shape), scores, *beyond], axis=-1)


def _newton(design: Floats, shares: Floats) -> Floats:
    beta = START.copy()
    for _ in range(STEPS):
        p = _logistic(design @ beta)
        gradient = design.T @ (p - shares) + PENALTY * (beta - START)
        curvature = (design * (p * (1 - p))[:, None]).T @ design + PENALTY * np.eye(len(beta))
        step = np.linalg.solve(curvature, gradient)
        beta = beta - step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    # scores that go backwards teach nothing, but their order stays: to give it up only where it is bad would be to
    # look at the answers
    slopes = np.maximum(np.cumsum(beta[2:]), FLATTEST)
    return np.concatenate([beta[:2], np.diff(slopes, prepend=0.0)])


def log_odds(shares: Floats) -> Floats:
    """Take log-odds of shares; 0 and 1 are drawn in a little."""
    clipped = np.clip(shares, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _logistic(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -35.0, 35.0))))


def uncoded_share(applied: Floats) -> float:
    """Share of read segments that carry no code, drawn a little away from 0."""
    return float((applied.max(axis=1, initial=0.0) <= 0).mean()) if len(applied) else 0.0


def taught(applied: Floats, shown: Bools) -> Bools:
    """Codes of which enough was seen to suggest them.

    `applied` is what was read, `shown` the codes that exemplars show. Where read segments carry no code, a code needs
    three codings: one or two among much that was read teach where it is not, hardly where it is. Where every read
    segment carries a code, passages were picked to show codes, and one is enough.
    """
    least = 3 if uncoded_share(applied) else 1
    return np.asarray(shown | (applied.sum(axis=0) >= least))
