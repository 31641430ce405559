"""What makes a statement stand out, counted word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from alliance_nlp.method.horizontalization.lexicon import (
    CONTRAST,
    FEELING,
    INTENSITY,
    MODALITY,
    NEGATION,
    OWN_STANCE,
    VALUE,
    charged_words,
    look_up,
    words_of,
)
from alliance_nlp.numeric import Floats

FEATURES = ("feeling", "value", "intensity", "own_stance", "modality", "contrast", "negation", "length")
# Set by hand before anything was measured, own stance and length after a look at annomi (decision 0064): wording of
# feeling first, worth next; what only colors it less.
WEIGHTS: dict[str, float] = {
    "feeling": 1.0, "value": 0.7, "intensity": 0.5, "own_stance": 0.7, "modality": 0.3, "contrast": 0.4,
    "negation": 0.3, "length": 0.5,
}  # fmt: skip
COMMON_SHARE = 0.1  # a word in more than this share of the segments is what they talk about, not how
COMMON_FROM = 50  # segments; among fewer, a share says little


class WordFeatures(NamedTuple):
    """Counts of every segment, the words that made them, and the words set aside as too common."""

    counts: Floats
    words: tuple[tuple[str, ...], ...]
    common: tuple[str, ...]


def count_features(texts: Sequence[str]) -> WordFeatures:
    """Count, per text, weights of feeling and worth, words of intensity, own stance, modality, contrast and negation.

    Examples
    --------
    >>> found = count_features(["I must say it is very hard, but good"])
    >>> dict(zip(FEATURES, found.counts[0].tolist()))["feeling"], found.words[0]
    (2.0, ('hard (-1.0)', 'good (+1.0)'))
    """
    spoken = [words_of(text) for text in texts]
    common = _common(spoken)
    rows, shown = [], []
    for words in spoken:
        charges = [charge for charge in charged_words(words) if charge.word not in common]
        worth = [word for word in words if word not in common and look_up(word, VALUE)]
        rows.append([
            sum(abs(charge.weight) for charge in charges), len(worth),
            *(sum(word in kind for word in words) for kind in (INTENSITY, OWN_STANCE, MODALITY, CONTRAST, NEGATION)),
            len(words),
        ])  # fmt: skip
        shown.append((*(f"{'not ' if c.negated else ''}{c.word} ({c.turned:+.1f})" for c in charges), *worth))
    counts = np.array(rows, dtype=float).reshape(len(texts), len(FEATURES))
    return WordFeatures(counts, tuple(shown), tuple(sorted(common)))


def _common(spoken: Sequence[Sequence[str]]) -> frozenset[str]:
    if len(spoken) < COMMON_FROM:
        return frozenset()
    n_with = Counter(word for words in spoken for word in set(words))
    most = COMMON_SHARE * len(spoken)
    return frozenset(w for w, n in n_with.items() if n > most and (look_up(w, FEELING) or look_up(w, VALUE)))


def damped(counts: Floats) -> Floats:
    """Take log(1 + count): the third such word says less than the first."""
    return np.log1p(counts)
