"""How probabilities become suggestions, and how scores do where nothing was held out to cut them by."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import DUST, Bools, Floats
from alliance_nlp.suggesting.calibration import log_odds
from alliance_nlp.suggesting.thresholds import decide

# Where nothing was held out: how many spreads over all segments a score must lie above the mean by names alone, how
# many over the exemplars by these alone, after how many exemplars both count alike.
FAR, FAR_SHOWN, FEW_SHOWN = 1.5, 0.8, 3.0
# How far below the best code another is still suggested: by names alone, where it is not stated what was read, and by
# exemplars, whose scores compare codes.
NEAR_BY_NAME, NEAR_UNSTATED, NEAR_SHOWN = 0.75, 0.5, 0.15


class Deciding(NamedTuple):
    """How probabilities become suggestions: exactly one code, at least one, or none further below the best."""

    one_code: bool
    at_least_one: bool
    near_best: float | None

    def suggested(self, probabilities: Floats, thresholds: Floats, taught: Bools) -> Bools:
        """Decide for each segment and code."""
        shares = np.where(taught, probabilities, 0.0)
        chosen = decide(shares, thresholds, one_code=self.one_code, at_least_one=self.at_least_one) & taught
        if self.near_best is not None and shares.shape[1]:
            odds = log_odds(shares)
            chosen &= odds >= odds.max(axis=1, keepdims=True) - self.near_best
        return np.asarray(chosen)


def far_scores(scores: Floats, n_shown: Floats, picked: Bools) -> Floats:
    """Say from which score on each code is suggested where nothing was held out.

    `n_shown` says how many examples there are of each code, `picked` which rows of scores are exemplars.

    Without examples a score must stand out among all segments. With more and more it is measured by those of the
    examples, which differ more where a code's passages do. A segment that stands out for no code gets none; one alone,
    or one among equals, stands out from nothing.
    """
    spread = scores[~picked].std(axis=0) if (~picked).any() else np.ones(scores.shape[1])
    share = n_shown / (n_shown + FEW_SHOWN)
    return np.asarray(np.maximum((1 - share) * far_spreads(len(scores)) * spread + share * FAR_SHOWN, DUST))


def far_spreads(n: int) -> float:
    """Say how many spreads above the mean of so many scores one stands out; none of n can lie beyond sqrt(n - 1)."""
    return min(FAR, 0.9 * math.sqrt(max(n - 1, 1)))


def in_order(scores: Floats) -> Floats:
    """Turn scores that were fitted to nothing into shares that only give an order."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -35.0, 35.0))))
