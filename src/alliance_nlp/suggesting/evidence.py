"""What the learner is given, as arrays: what is known of each segment and of each code."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alliance_nlp.errors import AlignmentError, InputError, counted
from alliance_nlp.numeric import Floats, Ints, frozen_array, numbered

MANY = 30_000  # segments from which on rows, words and letters are laid out a block at a time, when they are needed
FITTED = 20_000  # segments on which words and letters are fitted at most, but for what is learnt from
BLOCK = 1024  # rows that are compared with all columns at a time: memory stays bounded


def in_blocks(n: int, most: int | None = None) -> list[Ints]:
    """Cut row numbers into blocks that are compared at a time, of `most` rows at most where that is given."""
    step = min(BLOCK, most or BLOCK)
    return [np.arange(start, min(n, start + step)) for start in range(0, n, step)]


def passing(n: int, what: str) -> Iterable[Ints]:
    """Give blocks of n rows in turn; in a terminal a bar shows the time that remains, after two seconds."""
    from tqdm import tqdm

    blocks: Iterable[Ints] = tqdm(in_blocks(n), desc=what, unit="block", delay=2, disable=None, leave=False)
    return blocks


def laid_out_later(n: int) -> bool:
    """Whether so many segments are laid out a block at a time."""
    return n > MANY


@dataclass(frozen=True, eq=False)
class InOrder:
    """Hold vectors in the order of speaking without laying them out anew: those of a table, and some more.

    What is asked for is copied in double precision, and no more; the table may lie in a file.
    """

    table: NDArray[Any]
    more: Floats
    place: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows, and of dimensions."""
        return len(self.place), self.table.shape[1]

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, key: Any) -> Floats:
        place = self.place[key]
        own, found = place < len(self.table), np.empty((len(place), self.table.shape[1]))
        found[own] = self.table[place[own]]
        found[~own] = self.more[place[~own] - len(self.table)]
        return found


@dataclass(frozen=True, eq=False)
class SegmentEvidence:
    """Hold what is known of each segment before anybody codes it.

    Parameters
    ----------
    vectors : array of shape (n_segments, n_dimensions)
        One vector a segment.
    texts : sequence of str, optional
        The words. Without them only the vectors are compared.
    blocks : sequence, optional
        The session (or stretch of talk) of each segment. What is judged is judged on whole blocks that were not learnt
        from. Without them every segment is a block.
    sequences : sequence, optional
        The conversation in which a segment was spoken, segments given in the order of speaking: the turns around it
        are then evidence too. Without them, and for a segment alone in its sequence, there are none.
    asks : sequence of bool, optional
        Whether a moderator speaks.

    Raises
    ------
    InputError
        When vectors are not a table of finite numbers.
    AlignmentError
        When two of the arguments differ in length.

    Examples
    --------
    >>> len(SegmentEvidence([[1.0, 0.0], [0.0, 1.0]], texts=("they listened", "we waited")))
    2
    """

    vectors: ArrayLike | InOrder
    texts: Sequence[str] | None = None
    blocks: Sequence[Hashable] | None = None
    sequences: Sequence[Hashable] | None = None
    asks: ArrayLike | None = None
    rows: Floats | InOrder = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = self.vectors if isinstance(self.vectors, InOrder) else table_of("vectors", self.vectors)
        object.__setattr__(self, "rows", rows)
        for name in ("texts", "blocks", "sequences", "asks"):
            given = getattr(self, name)
            if given is not None and len(given) != len(rows):
                raise AlignmentError(
                    f"{name} must hold one entry per segment. Got {len(given)} for {counted(len(rows), 'vector')}. "
                    "Give the same segments, in the same order, to both."
                )

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"SegmentEvidence({counted(len(self), 'segment')})"

    @cached_property
    def block_numbers(self) -> Ints:
        """Number the blocks in order of first appearance."""
        return frozen_array(numbered(self.blocks, len(self)), np.int64)

    @cached_property
    def _sequence_numbers(self) -> Ints:
        return numbered(self.sequences, len(self))

    def neighbor(self, step: int, *, in_block: bool = False, of: Ints | None = None) -> Ints:
        """Give the row that stands `step` turns on in the same sequence (and block), -1 where there is none.

        Of all rows, or of some.
        """
        own = np.arange(len(self)) if of is None else of
        place = own + step
        if self.sequences is None:
            return np.full(len(own), -1, dtype=np.int64)
        same = (place >= 0) & (place < len(self))
        for numbers in (self._sequence_numbers, *((self.block_numbers,) if in_block else ())):
            same[same] = numbers[place[same]] == numbers[own[same]]
        return np.where(same, place, -1).astype(np.int64)

    def take(self, rows: Ints) -> SegmentEvidence:
        """Keep some segments."""
        given = (self.texts, self.blocks, self.sequences, self.asks)
        kept: list[Any] = [None if each is None else [each[i] for i in rows.tolist()] for each in given]  # type: ignore[index, unused-ignore]
        return SegmentEvidence(self.rows[rows], *kept)

    @cached_property
    def in_dialogue(self) -> bool:
        """Whether any segment has a turn beside it."""
        return bool((self.neighbor(-1) >= 0).any())


@dataclass(frozen=True, eq=False)
class CodeEvidence:
    """Hold what the codebook says of each code.

    Parameters
    ----------
    names : sequence of str
        The codes.
    vectors : array of shape (n_codes, n_dimensions), optional
        Label and definition of each code, embedded as segments are.
    texts : sequence of str, optional
        Label and definition of each code.
    above : sequence of sequence of int, optional
        Positions of the codes that belong together one level up (a theme), one entry a theme.

    Raises
    ------
    InputError
        When vectors are not a table of finite numbers.
    """

    names: Sequence[str]
    vectors: ArrayLike | None = None
    texts: Sequence[str] | None = None
    above: Sequence[Sequence[int]] = ()
    rows: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = np.zeros((0, 0)) if self.vectors is None else table_of("vectors of codes", self.vectors)
        object.__setattr__(self, "rows", rows)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"CodeEvidence({counted(len(self), 'code')})"


def table_of(name: str, values: ArrayLike) -> Floats:
    """Check a table of finite numbers."""
    rows = np.asarray(values, dtype=np.float64)
    rows = np.zeros((0, 0)) if rows.shape == (0,) else rows  # an empty list
    if rows.ndim != 2:
        raise InputError(f"{name} must be a table with one row each. Got an array of shape {rows.shape} instead.")
    bad = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(bad):
        raise InputError(
            f"{name} must be finite numbers. {len(bad)} of {len(rows)} rows hold nan or infinity, the first is row "
            f"{int(bad[0])}. Embed these again."
        )
    return rows


def fold_numbers(blocks: Ints, n_folds: int) -> Ints:
    """Put whole blocks into folds of about equal size: largest block first, always into the smallest fold."""
    names, sizes = np.unique(blocks, return_counts=True)
    fold_of = np.zeros(int(blocks.max(initial=0)) + 1, dtype=np.int64)
    filled = np.zeros(max(1, min(n_folds, len(names))), dtype=np.int64)
    for k in np.lexsort((names, -sizes)):
        fold_of[names[k]] = int(filled.argmin())
        filled[fold_of[names[k]]] += sizes[k]
    return fold_of[blocks]
