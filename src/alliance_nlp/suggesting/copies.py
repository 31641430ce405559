"""Words that were written down twice: what is judged must not have been learnt from its own copy.

A recording that was transcribed twice, a session that stands under two names, an answer that was pasted into another
transcript: whoever learns from the one knows what people applied to the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from alliance_nlp.numeric import Bools, Ints, grouped

LEAST, LEAST_NEAR = 6, 8  # words, the same or nearly: a shorter answer is given by many, each of whom says it
RUN, ALIKE = 4, 0.7  # words in a row by which texts that differ in a few are found, and the share that both have
COMMON = 20  # texts that share a run of words: beyond it is a phrase and shows nothing
MOST_NEAR = 20_000  # of more texts only whole copies are looked for: runs of words take room


def plain_words(text: str) -> list[str]:
    """Words in lower case, without the signs between them."""
    return re.findall(r"\w+", text.casefold())


def copies_of(texts: Sequence[str], rows: Ints) -> list[list[int]]:
    """Say of each text which of some texts it is a copy of: the same words, or seven tenths of their runs of four.

    Places among `rows`, in order, its own among them where it is one of them.

    Examples
    --------
    >>> said = ["We never have the time we need.", "No time.", "We never have all the time in the world."]
    >>> said += ["WE NEVER HAVE THE TIME WE NEED", "Well, we never have all the time in the world."]
    >>> copies_of(said, np.arange(3))
    [[0], [], [2], [0], [2]]
    """
    said = [plain_words(text) for text in texts]
    learnt = [(place, said[row]) for place, row in enumerate(rows.tolist())]
    same = grouped((" ".join(words), place) for place, words in learnt if len(words) >= LEAST)
    found = [set(same.get(" ".join(words), ())) if len(words) >= LEAST else set() for words in said]
    near = [(place, words) for place, words in learnt if len(words) >= LEAST_NEAR]
    long = [row for row, words in enumerate(said) if len(words) >= LEAST_NEAR and len(near) <= MOST_NEAR]
    for start in range(0, len(long), MOST_NEAR):
        asked = long[start : start + MOST_NEAR]
        for one, other in _nearly_the_same([said[row] for row in asked], [words for _, words in near]):
            found[asked[one]].add(near[other][0])
    return [sorted(places) for places in found]


def _nearly_the_same(said: Sequence[list[str]], learnt: Sequence[list[str]]) -> list[tuple[int, int]]:
    """Pair texts with those among the learnt that share seven tenths of the runs of the longer one."""
    from scipy.sparse import csr_array

    text, run = _runs([*said, *learnt])
    n_runs = np.bincount(text, minlength=len(said) + len(learnt))
    table = csr_array((np.ones(len(run)), (text, run)), shape=(len(n_runs), int(run.max(initial=-1)) + 1))
    times = np.bincount(run[text >= len(said)], minlength=table.shape[1])
    kept = table[:, np.flatnonzero((times > 0) & (times <= COMMON))]
    shared = (kept[: len(said)] @ kept[len(said) :].T).tocoo()
    one, other = shared.coords
    near = shared.data >= ALIKE * np.maximum(n_runs[one], n_runs[len(said) + other])
    return list(zip(one[near].tolist(), other[near].tolist(), strict=True))


def _runs(texts: Sequence[list[str]]) -> tuple[Ints, Ints]:
    """Give each text with each run of words in it, a number a run, once however often it comes there."""
    known: dict[str, int] = {}
    words = np.array([known.setdefault(word, len(known)) for text in texts for word in text], dtype=np.int64)
    text = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
    n_starts = max(0, len(words) - RUN + 1)
    first = np.flatnonzero(text[:n_starts] == text[len(words) - n_starts :])
    run = words[first]
    for more in range(1, RUN):  # numbered anew with each word, so that no number grows beyond what fits
        run = np.unique(run * len(known) + words[first + more], return_inverse=True)[1].reshape(-1)
    size = int(run.max(initial=0)) + 1
    pairs = np.unique(text[first] * size + run)
    return pairs // size, pairs % size


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
        kept.update(enumerate(copies_of(texts, rows)))
    for row in asked:
        found[fold[row], kept[row]] = True
    return found
