"""Passages to read together: where the coders part, and where the machine parts from all of them.

Neither list is ordered by what the machine is sure of.
"""

from __future__ import annotations

import numpy as np

from alliance_nlp.numeric import grouped
from alliance_nlp.records import CodeSet
from alliance_nlp.reports.document import Block, Entries, Section
from alliance_nlp.reports.meeting.seen import Seen, in_turn

MOST, MOST_OF_MACHINE = 10, 3
PARTING = "Where the coders part"
BOTH = "Where the machine parts from every coder"
ONE_CODER = (
    "One person coded here, so nobody parts from anybody. A second coder makes this page worth more than any figure."
)
APART = "No passage that may be shown was read by two coders, so nothing says where they part."
ALIKE = "The coders gave every passage that may be shown the same {level}s."
HOW = (
    "Each kind of difference once before any comes twice, the commonest first; the longest passage of each. What the "
    "machine makes of a passage is folded away: decide first, then look."
)
HOW_BOTH = (
    "The coders agree with one another on these, and the machine, which had not seen their codes there, does not."
)
NEVER = "On passages where the coders agree and that may be shown, the machine agrees with them every time."


def parting_section(seen: Seen) -> Section:
    """List up to ten passages that the coders coded differently, the machine's view hidden."""
    blocks: list[Block]
    if len(seen.coders) < 2:
        blocks = [ONE_CODER]
    else:
        found = parting(seen)
        entries = [seen.passage(f"parting-{i}", p, machine_hidden=True) for i, p in enumerate(found, start=1)]
        alike = ALIKE.format(level=seen.level) if _read_together(seen) else APART
        blocks = [HOW, Entries(tuple(entries), "list")] if entries else [alike]
    return Section("parting", PARTING, tuple(blocks))


def _read_together(seen: Seen) -> bool:
    """Whether two coders read one of the passages that may be shown."""
    return any(
        sum(sets[position] is not None for sets in seen.coders.values()) > 1
        for position in np.flatnonzero(seen.quotable).tolist()
    )


def parting(seen: Seen) -> list[int]:
    """Choose passages that the coders coded differently: each kind of difference in turn, commonest kinds first."""
    pairs = []
    for position in np.flatnonzero(seen.quotable).tolist():
        read = [codes for sets in seen.coders.values() if (codes := sets[position]) is not None]
        if len(set(read)) > 1:
            pairs.append((_kind(read), position))
    groups = grouped(sorted(pairs, key=lambda pair: (pair[0], -seen.n_words[pair[1]], pair[1])))
    return in_turn(
        (groups[kind] for kind in sorted(groups, key=lambda kind: (kind[0], -len(groups[kind]), kind))), MOST
    )


def _kind(read: list[CodeSet]) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Say how codings differ: 0 different codes, 1 some in common, 2 somebody gave none; then which codes they are."""
    said = set(read)
    order = 2 if frozenset() in said else 1 if frozenset.intersection(*said) else 0
    return order, tuple(sorted(tuple(sorted(codes)) for codes in said))


def both_section(seen: Seen) -> Section:
    """List three passages on which the coders agree, and the machine does not."""
    if seen.machine is None:
        return Section("both", BOTH, ("No machine learnt from the coding here, so there is none to part from it.",))
    entries = [seen.passage(f"both-{i}", p, machine_hidden=False) for i, p in enumerate(against_all(seen), start=1)]
    blocks: tuple[Block, ...] = (HOW_BOTH, Entries(tuple(entries), "list")) if entries else (NEVER,)
    return Section("both", BOTH, blocks)


def against_all(seen: Seen) -> list[int]:
    """Choose passages on which all who read them gave one set of codes and the machine another; each kind in turn.

    Where several coded, two at least must have read it.
    """
    pairs = []
    for position in np.flatnonzero(seen.quotable).tolist():
        suggested = seen.machine[position] if seen.machine is not None else None
        read = [codes for sets in seen.coders.values() if (codes := sets[position]) is not None]
        codes = read[0] if len(read) >= min(2, len(seen.coders)) else None
        if suggested is None or codes is None or len(set(read)) > 1 or suggested == codes:
            continue
        kind = 2 if not suggested else 1 if not codes else 0
        pairs.append(((kind, tuple(sorted(codes)), tuple(sorted(suggested))), position))
    groups = grouped(sorted(pairs, key=lambda pair: (pair[0], -seen.n_words[pair[1]], pair[1])))
    by_kind: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for key in sorted(groups, key=lambda key: (-len(groups[key]), key)):
        by_kind[key[0]] += groups[key][:1]
    return in_turn(by_kind.values(), MOST_OF_MACHINE)
