"""Whose words are in the file of the page: those that are argued over, and a few of each theme and cluster."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from alliance_nlp.numeric import Bools, grouped
from alliance_nlp.reports.meeting.seen import WORDS
from alliance_nlp.reports.page_data.everything import Everything

FEW = 5  # passages of each theme, and of each cluster


def chosen(every: Everything, quoted: frozenset[str]) -> Bools:
    """Say of each segment whether its words are in the file.

    Without transcripts: what the page quotes, where coders part from one another or the machine from one of them, of
    each theme the longest passages, of each cluster the firmest. Never what may not be quoted, nor what moderators say.
    """
    wishes = every.material.wishes
    if not wishes.quotes:
        return np.zeros(len(every.segments), bool)
    if wishes.transcripts:
        return every.quotable
    kept = np.array([s.id in quoted for s in every.segments], bool)
    kept[[*_parted(every), *_of_themes(every), *_of_clusters(every)]] = True
    return kept & every.quotable


def _parted(every: Everything) -> Iterator[int]:
    """Find where coders part from one another, or the machine from one of them."""
    for i in range(len(every.segments)):
        read = {codes for sets in every.coders.values() if (codes := sets[i]) is not None}
        suggested = every.suggested[i] if every.suggested else None
        at_level = {codes for sets in every.rolled.values() if (codes := sets[i]) is not None}
        if len(read) > 1 or (suggested is not None and at_level - {suggested}):
            yield i


def _of_themes(every: Everything) -> Iterator[int]:
    """Choose of each theme the longest passages that anybody gave it; beyond sixty words none is better."""
    said = [min(len(s.text.split()), WORDS) for s in every.segments]
    given = ((name, i) for sets in every.rolled.values() for i in _shown(every) for name in sets[i] or ())
    for places in grouped(given).values():
        yield from sorted(set(places), key=lambda i: (-said[i], i))[:FEW]


def _of_clusters(every: Everything) -> Iterator[int]:
    """Choose of each cluster the segments that belong to it most firmly."""
    found = ((every.clusters.get(every.segments.ids[i]), i) for i in _shown(every))
    for places in grouped((at[0], (at[1], i)) for at, i in found if at is not None).values():
        yield from (i for _, i in sorted(places, key=lambda at: (-at[0] if math.isfinite(at[0]) else 0.0, at[1]))[:FEW])


def _shown(every: Everything) -> list[int]:
    return np.flatnonzero(every.quotable).tolist()
