"""Segments of any number with a structure that is known: vectors around centers, texts of words that go with them.

The recipe: 200 centers, unit vectors drawn at random in 384 dimensions, in groups of ten around 20 themes (cosine of a
center with its theme about .5); how often each occurs falls as 1 / (rank + 20); a segment's vector is its center plus
noise such that its cosine with the center is .45 on average, as those of short answers with the mean of their code are.
A text has eight words: four of its center's own twenty, four of two thousand that anybody uses, and its number, so that
no two are equal. All is drawn from one seed in blocks of 10,000, so that the first n of a larger set are the set of n.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

CENTERS, THEMES, DIMENSIONS, BLOCK = 200, 20, 384, 10_000
NEAR, TOGETHER = 0.45, 0.5
OWN, EVERYBODYS, EACH = 20, 2_000, 4
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "sha")


class Block(NamedTuple):
    """Some segments: unit vectors (float32), texts, and the center of each."""

    vectors: np.ndarray
    texts: list[str]
    centers: np.ndarray


def blocks(n: int, *, seed: int = 0) -> Iterator[Block]:
    """Give n segments, at most 10,000 at a time."""
    rng = np.random.default_rng(seed)
    themes = _unit(rng.normal(size=(THEMES, DIMENSIONS)))
    own = _unit(rng.normal(size=(CENTERS, DIMENSIONS)))
    share = np.sqrt(1 - TOGETHER**2)
    middles = _unit(TOGETHER * themes[np.arange(CENTERS) % THEMES] + share * own)
    odds = 1 / (np.arange(CENTERS) + 20)
    for start in range(0, n, BLOCK):
        drawn = np.random.default_rng([seed, start])
        centers = drawn.choice(CENTERS, BLOCK, p=odds / odds.sum())
        away = _unit(drawn.normal(size=(BLOCK, DIMENSIONS)))
        vectors = _unit(NEAR * middles[centers] + np.sqrt(1 - NEAR**2) * away).astype(np.float32)
        words = np.hstack([
            EVERYBODYS + centers[:, None] * OWN + drawn.integers(OWN, size=(BLOCK, EACH)),
            drawn.integers(EVERYBODYS, size=(BLOCK, EACH)),
        ])  # fmt: skip
        size = min(BLOCK, n - start)
        texts = [f"{' '.join(map(word, row))} {start + k}" for k, row in enumerate(words[:size].tolist())]
        yield Block(vectors[:size], texts, centers[:size])


def word(number: int) -> str:
    """Give a word of three syllables."""
    return "".join(_SYLLABLES[number // 16**place % 16] for place in range(3))


def _unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
