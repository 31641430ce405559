"""Talk that the codebook may not name: clusters whose segments people left uncoded, or coded across themes."""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple

import numpy as np

from alliance_nlp.errors import InputError, check_choice, check_type, present
from alliance_nlp.numeric import Floats, Ints, nan_mean, positions_of, ratio
from alliance_nlp.records import LEVELS, Clusters, Coding, Level, Mapping, Row, Rule, Table, code_table, moderates

Unnamed = Literal["without a code", "across themes"]
COLUMNS = (
    "cluster", "what", "n", "n_uncoded", "expected", "z", "themes", "n_people", "one_person", "segments",
)  # fmt: skip
FEWEST = 5  # segments that people read, for a cluster to be looked at
TENTHS = 10  # segments of like length: tenths by number of words
BEYOND = 2.0  # standard deviations that more segments are uncoded than others of their length
NO_THEME = 1.0  # standard deviations by which no theme may be commoner among the coded ones than elsewhere
ONE_PERSON = 0.8  # of the segments
NAMED = 3  # themes that are named
NOTE = (
    "A machine put these segments together by their wording. Whether they say something that the codebook lacks, are "
    "banter, or were rightly left, is for people to say."
)


def find_unnamed(
    clusters: Clusters | Mapping, coding: Coding | None, *, level: Level = "theme", rule: Rule = "half", n: int = 3
) -> Table:
    """List clusters of meaning that the codebook may have no name for, at most so many; perhaps none.

    Parameters
    ----------
    clusters : Clusters or Mapping
        The clusters of meaning.
    coding : Coding
        What people coded and read; a consensus, or several coders, whose mean counts.
    level : {"code", "essence", "theme"}, default "theme"
        Level on which a cluster may be coded across.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    n : int, default 3
        How many clusters to list, and how many of those that one person says.

    Returns
    -------
    Table
        One row a cluster: *without a code*, its segments were left uncoded by more than 2 standard deviations more than
        other segments of like length (tenths by number of words), the most so first; or *across themes*, at least five
        of them carry codes and no theme is commoner among them than elsewhere, the largest first. ``expected`` is how
        many would be uncoded, ``z`` by how many standard deviations they are more; ``one_person`` names who says at
        least four fifths of it, and such rows stand last, counted apart. ``segments`` are the ids of what people read,
        the firmest first.

    Raises
    ------
    InputError
        When there is no coding, or n is negative.

    Notes
    -----
    Only segments that people read count, and no moderator's. Short turns are rarely coded and often alike: without
    taking their length into account the list would be "mm" and "thank you". A code that is left out of the codebook
    comes back in one of the three clusters more often than by chance on most sets, and not at all on the rare codes of
    long interviews; the page on benchmarks of clusters has the figures. An empty list says that no cluster stood out,
    not that the codebook is complete.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> clusters = an.cluster(an.embed(an.segment(study.transcripts)))
    >>> find_unnamed(clusters, study.consensus, n=1).columns[:3]
    ('cluster', 'what', 'n')
    """
    coding = present(coding, "coding", "find_unnamed()", "Read one with an.read_codings().")
    check_type("find_unnamed() takes Clusters or a Mapping", Clusters | Mapping, clusters)
    check_choice("level", LEVELS, level)
    if n < 0:
        raise InputError(f"n must be zero or more clusters to list. Got {n}.")
    found = clusters.clusters if isinstance(clusters, Mapping) else clusters
    read = _read(found, coding, level, rule)
    inside = positions_of(found.labels[read.rows], found.n_clusters)
    rows = [row for k, here in enumerate(inside) if (row := _on_cluster(found, read, k, here)) is not None]
    rows.sort(key=lambda row: (row["what"] != "without a code", -row["z"] if row["what"] == "without a code" else
                               -row["n"], row["cluster"]))  # fmt: skip
    shared = [row for row in rows if row["one_person"] is None][:n]
    apart = [row for row in rows if row["one_person"] is not None][:n]
    title = "Talk that the codebook may not name"
    return Table.of([*shared, *apart], columns=COLUMNS, title=title, notes=(NOTE,))


class _Read(NamedTuple):
    """Segments that people read: their places, whether they are uncoded (shares of the coders), their themes."""

    rows: Ints
    uncoded: Floats
    expected: Floats  # by the length of each
    themes: Floats  # shape (n_themes, n_read)
    shares: Floats  # of each theme among the segments that carry a code
    names: tuple[str, ...]


def _read(clusters: Clusters, coding: Coding, level: Level, rule: Rule) -> _Read:
    seen = coding.on(clusters.segments, rule=rule).at(level, coding.codebook)
    used = sorted({code for sets in seen.sets.values() for s in sets if s for code in s})
    tables = [code_table(sets, used) for sets in seen.sets.values()]
    known = np.array([[s is not None for s in sets] for sets in seen.sets.values()], dtype=bool)
    known = known.reshape(-1, len(clusters.segments))
    asks = np.array([moderates(segment.role) for segment in clusters.segments], dtype=bool)
    rows = np.flatnonzero(known.any(axis=0) & ~asks)
    none = [np.where(k, ~(np.nan_to_num(t) > 0).any(axis=0), np.nan) for t, k in zip(tables, known, strict=True)]
    uncoded = nan_mean(none)[rows] if none else np.zeros(0)
    words = np.array([len(clusters.segments[i].text.split()) for i in rows.tolist()])
    themes = nan_mean(tables)[:, rows] if tables and used else np.zeros((0, len(rows)))
    coded = uncoded < 0.5
    shares = themes[:, coded].mean(axis=1) if coded.any() else np.zeros(len(themes))
    return _Read(rows, uncoded, _by_length(uncoded, words), themes, shares, tuple(used))


def _by_length(uncoded: Floats, words: Ints) -> Floats:
    """Share that is uncoded among segments of the same tenth by number of words."""
    if not len(words):
        return np.zeros(0)
    edges = np.quantile(words, np.linspace(0, 1, TENTHS + 1)[1:-1])
    tenth = np.searchsorted(edges, words)
    totals, counts = np.bincount(tenth, weights=uncoded), np.bincount(tenth)
    return np.asarray(ratio(totals, counts, otherwise=0.0)[tenth])


def _on_cluster(clusters: Clusters, read: _Read, cluster: int, inside: Ints) -> Row | None:
    """Describe a cluster that the codebook may not name; None for the others."""
    n = len(inside)
    if n < FEWEST:
        return None
    expected, uncoded = float(read.expected[inside].sum()), float(read.uncoded[inside].sum())
    spread = float(np.sqrt((read.expected[inside] * (1 - read.expected[inside])).sum()))
    z = (uncoded - expected) / spread if spread > 0 else 0.0
    what: Unnamed | None = "without a code" if z >= BEYOND else "across themes" if _is_across(read, inside) else None
    if what is None:
        return None
    places = read.rows[inside]
    people = Counter(clusters.segments[i].person for i in places.tolist())
    who, most = people.most_common(1)[0]
    alone = most >= ONE_PERSON * n and len(clusters.segments.speakers) > 1 and who is not None
    shares = read.themes[:, inside].sum(axis=1)
    named = sorted(np.flatnonzero(shares > 0).tolist(), key=lambda t: (-shares[t], read.names[t]))[:NAMED]
    firm = clusters.strength[places] if clusters.strength.size else np.zeros(n)
    order = places[np.lexsort((places, -np.nan_to_num(firm)))]
    return {
        "cluster": cluster, "what": what, "n": n, "n_uncoded": round(uncoded, 2), "expected": round(expected, 2),
        "z": round(z, 3), "themes": tuple(read.names[t] for t in named), "n_people": len(people),
        "one_person": who if alone else None, "segments": tuple(clusters.segments.ids[i] for i in order.tolist()),
    }  # fmt: skip


def _is_across(read: _Read, inside: Ints) -> bool:
    """Whether enough of a cluster is coded, under two themes at least, and none is commoner there than elsewhere."""
    here = read.themes[:, inside[read.uncoded[inside] < 0.5]]
    n = here.shape[1]
    if n < FEWEST or (here.sum(axis=1) > 0).sum() < 2:
        return False
    share = read.shares
    z = ratio(here.mean(axis=1) - share, np.sqrt(share * (1 - share) / n), otherwise=0.0)
    return bool(z.max() < NO_THEME)
