"""The people beside a comparison, any number of them: what they are called, and what a mean over them hides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from alliance_nlp.comparison.sides import Sides
from alliance_nlp.errors import counted, listed
from alliance_nlp.records import Coding

MOST_NAMED = 3  # more names than that fill a heading


def named_people(coders: Sequence[str]) -> str:
    """Name people by their names, and more than fit a heading by their number.

    Examples
    --------
    >>> named_people(["KL", "MR"]), named_people(["A", "B", "C", "D"])
    ('KL and MR', 'the 4 people who coded')
    """
    return " and ".join(coders) if len(coders) <= MOST_NAMED else f"the {len(coders)} people who coded"


def doubts_on_people(main: Sides, people: Coding | None) -> list[str]:
    """Say who gave no code at all, which pairs share no segment, and that they share unlike numbers of them."""
    if people is None or len(main.people) < 2:
        return []
    read = [np.isfinite(reader.applied).all(axis=0) for reader in main.people]
    silent = [
        f"{name} ({counted(int(seen.sum()), 'segment')} read)"
        for name, reader, seen in zip(people.coders, main.people, read, strict=True)
        if seen.any() and not np.nansum(reader.applied)
    ]
    found = []
    if silent:
        found.append(f"No code was given by {listed(silent, 'and')}: that lowers what people reach with one another.")
    pairs = [int((one & other).sum()) for one, other in combinations(read, 2)]
    shared = [n for n in pairs if n]
    if not shared:
        return [*found, "No two people read the same segment: nothing says how far people agree with one another."]
    if len(shared) < len(pairs):
        apart = len(pairs) - len(shared)
        found.append(f"{apart} of {counted(len(pairs), 'pair')} of people read no segment in common and say nothing.")
    if 2 * min(shared) < max(shared):
        found.append(
            f"People read unequally: pairs share {min(shared)} to {max(shared)} segments, and each pair weighs "
            "the same in a mean over people."
        )
    return found
