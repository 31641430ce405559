"""What is compared: two sides on the same segments, who reads on each side, and which segments count."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Literal

import numpy as np

from alliance_nlp.errors import InputError, choice_error
from alliance_nlp.numeric import Bools, Floats
from alliance_nlp.records import LEVELS, Codebook, CodeSet, Coding, Level, Rule, Segments

Universe = Literal["shared", "coded", "characters"]
UNIVERSES = ("shared", "coded", "characters")
Sets = tuple[CodeSet | None, ...]


@dataclass(frozen=True)
class Reader:
    """One coder on the segments: the set of codes per segment (None: unread), and where the machine declined."""

    name: str
    sets: Sets
    abstained: frozenset[int]
    scores: dict[tuple[int, str], float]

    def codes_used(self) -> set[str]:
        """Codes that this coder applied anywhere."""
        return {code for s in self.sets if s for code in s}


@dataclass(frozen=True)
class Sides:
    """Both sides of a comparison at one level of the codebook.

    `a`, `b` are the coders of each side, `people` those whose agreement with each other is the human-human figure.
    `counted` marks the segments of the universe.
    """

    segments: Segments
    level: Level
    rule: Rule
    universe: Universe
    codebook: Codebook | None
    a: tuple[Reader, ...]
    b: tuple[Reader, ...]
    people: tuple[Reader, ...]
    counted: Bools
    n_lost: dict[str, int]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes at this level: the codebook's, then those that only the codings know."""
        known = self.codebook.at(self.level).ids if self.codebook is not None else ()
        used = {code for reader in (*self.a, *self.b) for code in reader.codes_used()}
        return (*known, *sorted(used - set(known)))

    @property
    def pairs(self) -> list[tuple[Reader, Reader]]:
        """Every coder of one side with every coder of the other."""
        return list(product(self.a, self.b))

    @property
    def human_pairs(self) -> list[tuple[Reader, Reader]]:
        """Every two people."""
        return list(combinations(self.people, 2))

    def values(self, reader: Reader, *, as_no_code: bool = False) -> Floats:
        """Give 1 applied, 0 read, nan not read or outside the universe, of shape (n_codes, n_segments).

        Segments on which the machine abstained are nan, or with `as_no_code` the empty set.
        """
        place = {code: row for row, code in enumerate(self.codes)}
        values = np.zeros((len(place), len(self.segments)))
        for position, codes in enumerate(reader.sets):
            declined = position in reader.abstained and not as_no_code
            if codes is None or declined or not self.counted[position]:
                values[:, position] = np.nan
            else:
                values[[place[code] for code in codes if code in place], position] = 1
        return values


def plural(level: str) -> str:
    """Write the name for several of a level."""
    return f"{level}s"


def is_machine(coding: Coding) -> bool:
    """Whether a coding is the machine's: its rows are suggestions, or it was made from clusters."""
    if coding.made_from is not None and not isinstance(coding.made_from, Coding):
        return True
    return any(a.status in ("suggested", "abstained") for a in coding.applied)


def is_consensus(coding: Coding) -> bool:
    """Whether a coding is what several people agreed on."""
    return isinstance(coding.made_from, Coding) or any(a.status == "consensus" for a in coding.applied)


def segments_of(a: Coding, b: Coding, segments: Segments | None) -> Segments:
    """Take the segments given, else those that the machine's side was made on."""
    if segments is not None:
        if not isinstance(segments, Segments):
            raise InputError(f"segments must be Segments, as an.segment() gives. Got {type(segments).__name__}.")
        return segments
    for coding in (b, a):
        made_from: Any = coding.made_from
        clusters = getattr(made_from, "clusters", made_from)
        found = getattr(clusters, "segments", None)
        if isinstance(found, Segments):
            return found
    raise InputError(
        "compare() needs the segments on which to compare: neither side was made from segments. "
        "Pass segments=an.segment(study.transcripts)."
    )


def people_behind(a: Coding, b: Coding, people: Coding | None) -> Coding | None:
    """Take the people given, else the coders behind a consensus, else a side that several people coded."""
    if people is not None:
        return people
    for coding in (a, b):
        if isinstance(coding.made_from, Coding):
            return coding.made_from
    several = [coding for coding in (a, b) if not is_machine(coding) and len(coding.coders) > 1]
    return several[0] if several else None


def make_sides(
    a: Coding, b: Coding, segments: Segments, people: Coding | None, *, level: Level, rule: Rule, universe: Universe
) -> Sides:
    """Project everybody onto the segments, roll up to the level, and mark the segments of the universe."""
    if level not in LEVELS:
        raise choice_error("level", LEVELS, level)
    if universe not in UNIVERSES:
        raise choice_error("universe", UNIVERSES, universe)
    codebook = _codebook_of(a, b, people)
    lost: dict[str, int] = {}
    first, second, third = (_readers(c, segments, level, rule, codebook, lost) for c in (a, b, people))
    _check_coders(first, "The first coding")
    _check_coders(second, "The second coding")
    counted = _known_to(first, len(segments)) & _known_to(second, len(segments))
    if universe == "coded":
        counted &= np.array([any(r.sets[i] for r in (*first, *second)) for i in range(len(segments))], dtype=bool)
    if not counted.any():
        raise InputError(
            f"None of the {len(segments)} segments was read on both sides, so there is nothing to compare. "
            f"State who read what when reading the codings (read=...), or pass other segments."
        )
    return Sides(segments, level, rule, universe, codebook, first, second, third, counted, lost)


def _known_to(readers: tuple[Reader, ...], n: int) -> Bools:
    """Segments that at least one of the coders read."""
    return np.array([any(reader.sets[i] is not None for reader in readers) for i in range(n)], dtype=bool)


def _check_coders(readers: tuple[Reader, ...], which: str) -> None:
    if not readers:
        raise InputError(f"{which} holds no coder: nothing was applied and nothing was read.")


def _codebook_of(*codings: Coding | None) -> Codebook | None:
    books = [coding.codebook for coding in codings if coding is not None and coding.codebook is not None]
    if any(book != books[0] for book in books[1:]):
        raise InputError(
            "The two sides belong to different codebooks, so their codes cannot be told to be the same. "
            "Read both codings with one codebook."
        )
    return books[0] if books else None


def _readers(
    coding: Coding | None,
    segments: Segments,
    level: Level,
    rule: Rule,
    codebook: Codebook | None,
    lost: dict[str, int],
) -> tuple[Reader, ...]:
    if coding is None:
        return ()
    seen = coding.on(segments, rule=rule)
    for coder in seen.coders:
        lost.setdefault(
            coder, seen.n_lost if len(seen.coders) == 1 else coding.by(coder).on(segments, rule=rule).n_lost
        )
    rolled = seen.at(level, codebook)
    return tuple(
        Reader(coder, tuple(rolled.sets[coder]), rolled.abstained[coder], dict(rolled.scores[coder]))
        for coder in rolled.coders
    )
