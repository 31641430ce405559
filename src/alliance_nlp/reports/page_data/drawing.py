"""Which segments the page opens where there are more than a browser can: some, drawn from each theme."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Bools, grouped

MOST = 20_000  # segments that the page opens; a file with more of them is slow to open and hard to send
FEWEST = 50  # of each theme, where it has so many
SAID = (
    "This report rests on {n:,} segments. Its figures and tables are of all of them. The page that opens here lists, "
    "counts and maps some {most:,}, drawn with seed {seed} from each theme in proportion to its size (at least "
    "{fewest} of each), and those that are quoted: look there for examples, not for shares."
)


def fits(n: int) -> bool:
    """Whether the page opens so many segments, all of them."""
    return n <= MOST


def refuse_all_words(n: int) -> None:
    """Refuse to put all words of more segments into the page than it opens.

    Raises
    ------
    InputError
        When there are more.
    """
    if not fits(n):
        raise InputError(
            f"transcripts=True puts all words into one page, which opens {MOST:,} segments at most. These are {n:,}. "
            "Leave it out, and the page draws some and says so; or write a report for some of the transcripts."
        )


def said_of_drawing(n: int, random_state: int) -> str:
    """Say how many of all segments the page opens; nothing where it opens all."""
    return "" if fits(n) else SAID.format(n=n, most=MOST, seed=random_state, fewest=FEWEST)


def drawn_for_page(kinds: Sequence[Hashable], wanted: Bools, random_state: int) -> Bools:
    """Say of each segment whether the page opens it: all of them up to 20,000, else about so many.

    Drawn from each kind (theme) in proportion to its size, at least fifty where it has so many; those that are wanted
    (quoted in the report) always. The same segments for the same seed.

    Examples
    --------
    >>> bool(drawn_for_page(["Trust", "Time"], np.zeros(2, bool), 0).all())
    True
    """
    n = len(kinds)
    if fits(n):
        return np.ones(n, dtype=bool)
    kept, rng = wanted.copy(), np.random.default_rng(random_state)
    places = grouped((kind, place) for place, kind in enumerate(kinds))
    for kind in sorted(places, key=str):
        size = len(places[kind])
        drawn = rng.choice(size, min(size, max(FEWEST, MOST * size // n)), replace=False)
        kept[np.asarray(places[kind])[drawn]] = True
    return kept
