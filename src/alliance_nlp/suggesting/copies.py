"""Words that were written down twice: what is judged must not have been learnt from its own copy.

A recording that was transcribed twice, a session that stands under two names, an answer that was pasted into another
transcript: whoever learns from the one knows what people applied to the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from alliance_nlp.numeric import Bools, Ints, grouped

LEAST, LEAST_NEAR = 6, 8  # words, the same or nearly: a shorter answer is given by many, each of whom says it
RUN, ALIKE = 4, 0.7  # words in a row by which texts that differ in a few are found, and the share that both have
COMMON = 20  # texts that share a run of words: beyond it is a phrase and shows nothing
MOST_NEAR = 20_000  # of more texts only whole copies are looked for: runs of words take room


def plain_words(text: str) -> list[str]:
    """Words in lower case, without the signs between them."""
    return re.findall(r"\w+", text.casefold())


class Copies:
    """Find the texts that another one is a copy of: the same words, or seven tenths of their runs of four.

    Examples
    --------
    >>> known = Copies(["We never have the time we need.", "No time.", "We never have all the time in the world."])
    >>> known.of("WE NEVER HAVE THE TIME WE NEED"), known.of("No time.")
    ([0], [])
    >>> known.of("Well, we never have all the time in the world.")
    [2]
    """

    def __init__(self, texts: Iterable[str]) -> None:
        said = [plain_words(text) for text in texts]
        long = [(place, words) for place, words in enumerate(said) if len(words) >= LEAST]
        self._same = grouped((" ".join(words), place) for place, words in long)
        near = [(place, words) for place, words in long if len(words) >= LEAST_NEAR]
        near = near if len(near) <= MOST_NEAR else []
        self._n_runs = {place: len(_runs(words)) for place, words in near}
        shared = grouped((run, place) for place, words in near for run in _runs(words))
        self._by_run = {run: places for run, places in shared.items() if len(places) <= COMMON}

    def of(self, text: str) -> list[int]:
        """Places of the texts that this one is a copy of, itself among them where it is one."""
        words = plain_words(text)
        if len(words) < LEAST:
            return []
        runs = _runs(words) if len(words) >= LEAST_NEAR else set()
        shared = Counter(place for run in runs for place in self._by_run.get(run, ()))
        near = {place for place, n in shared.items() if n >= ALIKE * max(len(runs), self._n_runs[place])}
        return sorted(near.union(self._same.get(" ".join(words), ())))


def _runs(words: Sequence[str]) -> set[str]:
    return {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def copied_into(
    texts: Sequence[str] | None, known: Bools, fold: Ints, rows: Ints, kept: dict[int, list[int]] | None = None
) -> Bools:
    """Say of each fold which of some rows are copies of what people coded in it, one row a fold.

    What is found of texts and rows is kept where they are asked for again, of other folds.

    Examples
    --------
    >>> said = ["we never have the time we need", "no", "We never have the time we need!"]
    >>> copied_into(said, np.array([True, True, True]), np.array([0, 0, 1]), np.array([0, 1, 2])).astype(int).tolist()
    [[1, 0, 1], [1, 0, 1]]
    """
    found = np.zeros((int(fold.max(initial=-1)) + 1, len(rows)), dtype=bool)
    if texts is None or len(found) < 2:
        return found
    kept = {} if kept is None else kept
    asked = np.flatnonzero(known & (fold >= 0)).tolist()
    if any(row not in kept for row in asked):
        learnt = Copies(texts[row] for row in rows.tolist())
        kept.update((row, learnt.of(text)) for row, text in enumerate(texts) if row not in kept)
    for row in asked:
        found[fold[row], kept[row]] = True
    return found
