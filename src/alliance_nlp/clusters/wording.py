"""How alike two segments are in wording: shared runs of four letters, weighted by how rare they are.

Sentence vectors forget names, figures and terms of art that people code by. Runs of letters need no word list and no
stemmer, so they serve any language written in letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

LETTERS = 4
COMMONEST = 0.3  # runs of letters in a larger share of the segments say nothing about their meaning


def letter_runs(text: str) -> Counter[str]:
    """Count the runs of four letters in the words of a text; a shorter word counts whole, with its borders.

    Examples
    --------
    >>> sorted(letter_runs("Warm up"))
    [' up ', ' war', 'arm ', 'warm']
    """
    runs: Counter[str] = Counter()
    for word in re.findall(r"\w+", text.lower()):
        padded = f" {word} "
        runs.update(padded[i : i + LETTERS] for i in range(max(1, len(padded) - LETTERS + 1)))
    return runs


def wording_matrix(texts: Sequence[str]) -> Any:
    """Give each text a unit row of weighted letter runs, as a sparse array; texts without any keep an empty row.

    Notes
    -----
    Weight of a run: (1 + ln count) * (1 + ln((1 + n) / (1 + segments that hold it))). Runs in one segment only, or in
    more than three in ten, are left out. Columns stand in alphabetical order, so sums do not depend on row order.
    """
    from scipy.sparse import csr_array

    counted = [letter_runs(text) for text in texts]
    held_by = Counter(run for runs in counted for run in runs)
    n = len(texts)
    kept = sorted(run for run, held in held_by.items() if 2 <= held <= max(2.0, COMMONEST * n))
    column = {run: i for i, run in enumerate(kept)}
    rarity = np.array([1.0 + np.log((1 + n) / (1 + held_by[run])) for run in kept])
    pointer, values = [0], []
    columns: list[int] = []
    for runs in counted:
        found = sorted((column[run], count) for run, count in runs.items() if run in column)
        columns.extend(index for index, _ in found)
        weights = np.array([(1.0 + np.log(count)) * rarity[index] for index, count in found])
        values.append(weights / (np.linalg.norm(weights) or 1.0))
        pointer.append(len(columns))
    data = np.concatenate(values) if values else np.empty(0)
    return csr_array((data, np.array(columns, dtype=np.int64), np.array(pointer)), shape=(n, len(kept)))
