"""How probabilities become suggestions, and how scores do where nothing was held out to cut them by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import DUST, Bools, Floats
from alliance_nlp.suggesting.calibration import log_odds
from alliance_nlp.suggesting.thresholds import decide

# Where nothing was held out: how many spreads over all segments a score must lie above the mean by names alone, how
# many over the exemplars by these alone, after how many exemplars both count alike; how far below the best code.
FAR, FAR_SHOWN, FEW_SHOWN, NEAR_BEST = 1.5, 0.8, 3.0, 0.5


class Deciding(NamedTuple):
    """How probabilities become suggestions: exactly one code, at least one, or none below a distance from the best."""

    one_code: bool
    at_least_one: bool
    near_best: bool

    def suggested(self, probabilities: Floats, thresholds: Floats, taught: Bools) -> Bools:
        """Decide for each segment and code."""
        shares = np.where(taught, probabilities, 0.0)
        chosen = decide(shares, thresholds, one_code=self.one_code, at_least_one=self.at_least_one) & taught
        if self.near_best and shares.shape[1]:
            odds = log_odds(shares)
            chosen &= odds >= odds.max(axis=1, keepdims=True) - NEAR_BEST
        return np.asarray(chosen)


def far_scores(scores: Floats, n_shown: Floats, picked: Bools) -> Floats:
    """Say from which score on each code is suggested where nothing was held out.

    `n_shown` says how many examples there are of each code, `picked` which rows of scores are exemplars.

    Without examples a score must stand out among all segments. With more and more it is measured by those of the
    examples, which differ more where a code's passages do. A segment that stands out for no code gets none; one alone,
    or one among equals, stands out from nothing.
    """
    highest = 0.9 * np.sqrt(max(len(scores) - 1, 1))  # no value of n lies further from their mean than sqrt(n - 1)
    spread = scores[~picked].std(axis=0) if (~picked).any() else np.ones(scores.shape[1])
    share = n_shown / (n_shown + FEW_SHOWN)
    return np.asarray(np.maximum((1 - share) * min(FAR, highest) * spread + share * FAR_SHOWN, DUST))


def in_order(scores: Floats) -> Floats:
    """Turn scores that were fitted to nothing into shares that only give an order."""
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -35.0, 35.0))))
