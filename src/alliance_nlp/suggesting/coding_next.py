"""What people should code next: passages that many others are like, and nothing that was read is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.clusters.near_empty import find_near_empty
from alliance_nlp.embeddings import embed
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Bools, Floats, Ints, grouped, largest_first, one_thread
from alliance_nlp.records import Codebook, Coding, Embeddings, Encoder, Level, Rule, Segments, Table
from alliance_nlp.suggesting.gathering import refuse_suggestions

# Of more unread segments, so many stand for all: evenly spaced in the canonical order. Rows are compared in blocks.
MOST_STOOD_FOR, BLOCK = 4000, 1000
TOGETHER = 100  # so many of the highest values are looked at anew at a time
SAME = 1e-5  # values that differ by less are equal: vectors agree within a millionth, however they were encoded
NOT_DRAWN = "Chosen to be learnt from, not drawn at random: no prevalence may be estimated from them."
DRAWN = "Drawn at random, each transcript by its share of what is unread."


def next_to_code(
    segments: Segments | Embeddings,
    coding: Coding | None = None,
    *,
    n: int = 10,
    by_lot: bool = False,
    rule: Rule = "half",
    encoder: str | Path | Encoder | None = None,
    random_state: int = 0,
    codebook: Codebook | None = None,
    level: Level | None = None,
) -> Table:
    """List the segments that people should code next, so that what stands for most is coded first.

    Parameters
    ----------
    segments : Segments or Embeddings
        All segments, coded or not. Embeddings save embedding them again.
    coding : Coding, optional
        What was read and coded so far, by anybody. Default: nothing.
    n : int, default 10
        How many to list; fewer when fewer are unread.
    by_lot : bool, default False
        Draw them at random instead, each transcript by its share of what is unread: for what must be estimated (how
        common a code is, how far coders agree), and for codes that are ways of speaking.
    rule : {"half", "any", "all"}, default "half"
        How much of a segment must have been read for it to count as read; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds the segments; by default all-MiniLM-L6-v2. Not needed with embeddings.
    random_state : int, default 0
        Seed of the lot; a longer list by the same seed begins with the shorter one.
    codebook, level : optional
        Kept for scripts of 0.1.0, which listed by doubt about codes. They change nothing.

    Returns
    -------
    Table
        The most useful segment first; ``stands_for`` is the number of unread segments, itself among them, that are
        nearer to it than to anything read or listed before (None by lot). Quotes are in ``rows()`` only. No code is
        suggested: whoever codes it should not have been told.

    Raises
    ------
    InputError
        When n is negative, the coders have read all segments, or `coding` holds suggestions of a machine.

    Notes
    -----
    Listed is, one after the other, the segment that brings all unread segments nearest to something read or listed
    (facility location; Wei, Iyer & Bilmes 2015, Submodularity in data subset selection and active learning, ICML 37),
    by cosine of their vectors. Near-empty turns of talk come last. Which codes were applied plays no part.
    On six hand-coded sets a machine learnt more from such a list than from as many segments by lot on four, as much on
    one, and less on one whose codes are ways of speaking: docs/benchmarks/suggesting.md.

    It reads passages out of their talk: whoever codes whole transcripts keeps the context. What was listed was not
    drawn at random, so the share of a code among it says nothing about how common the code is.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> said = ["There is no time.", "We have no time.", "No time is left.", "They trust me.", "Trust comes slowly."]
    >>> listed = next_to_code(an.segment(an.read_transcripts(said)), n=2)
    >>> [(row["quote"], row["stands_for"]) for row in listed.rows()]
    [('There is no time.', 5), ('They trust me.', 2)]
    """
    del codebook, level
    if n < 0:
        raise InputError(f"n must be zero or more segments to list. Got {n}.")
    if isinstance(segments, Embeddings):
        embeddings = segments
    else:
        embeddings = embed(segments) if encoder is None else embed(segments, encoder=encoder)
    kept = embeddings.segments
    read = _read(kept, coding, rule)
    if len(kept) and read.all():
        raise InputError(f"The coders have read all {len(kept)} segments; there is nothing left to code next.")
    if by_lot:
        drawn = _by_lot(kept, np.flatnonzero(~read), random_state)[:n]
        return _table(kept, [(i, None) for i in drawn], DRAWN)
    order = np.argsort(embeddings.ranks, kind="stable")  # the order in which rows were given reaches nothing
    vectors = np.asarray(embeddings.vectors, dtype=np.float64)[order]
    last = np.isin(order, list(find_near_empty(kept)))
    unread = ~read[order]
    picked, stand_for = choose_next(vectors, unread & ~last, read[order], n=n)
    rest = np.flatnonzero(unread & last)[: n - len(picked)]
    found = zip(order[[*picked, *rest]].tolist(), [*stand_for.tolist(), *[1] * len(rest)], strict=True)
    return _table(kept, found, NOT_DRAWN)


def _table(segments: Segments, found: Iterable[tuple[int, int | None]], note: str) -> Table:
    """Write what was found, each with the number of segments that it stands for."""
    values = [
        (rank, segments[i].id, segments[i].person, number, segments[i].shown)
        for rank, (i, number) in enumerate(found, start=1)
    ]
    columns = ("rank", "segment_id", "speaker", "stands_for", "quote")
    return Table(columns, tuple(values), "To code next", ("quote",), (note,))


def _by_lot(segments: Segments, unread: Ints, random_state: int) -> list[int]:
    """Put the unread segments in an order of which every beginning holds each transcript by its share."""
    rng = np.random.default_rng(random_state)
    of = grouped((segments[i].transcript_id, i) for i in sorted(unread.tolist(), key=lambda i: segments[i].id))
    placed = [
        ((number + begun) / len(rows), row)
        for rows in of.values()
        for begun in [rng.random()]
        for number, row in enumerate(rng.permutation(rows).tolist())
    ]
    return [row for _, row in sorted(placed)]


def _read(segments: Segments, coding: Coding | None, rule: Rule) -> Bools:
    """Say which segments anybody read."""
    read = np.zeros(len(segments), dtype=bool)
    if coding is None or not coding.coders:
        return read
    refuse_suggestions(coding, "coding", "what a machine has read is still for people to code")
    for sets in coding.on(segments, rule=rule).sets.values():
        read |= np.array([found is not None for found in sets], dtype=bool)
    return read


def choose_next(vectors: ArrayLike, unread: ArrayLike, read: ArrayLike, *, n: int) -> tuple[Ints, Ints]:
    """List the rows that bring all unread rows nearest to something read or listed.

    Parameters
    ----------
    vectors : array of shape (n_segments, n_dimensions)
        Rows of length one (or zero).
    unread : array of bool, shape (n_segments,)
        Rows that may be listed, and that are to be stood for.
    read : array of bool, shape (n_segments,)
        Rows that were read.
    n : int
        How many to list; fewer when fewer are unread.

    Returns
    -------
    listed : array of int
        Positions, the most useful first; of equal ones the first.
    stand_for : array of int
        For how many unread rows each was the nearest of all read and listed when it was listed.

    Notes
    -----
    The value of a row is the sum over unread rows of how much their cosine to the nearest read or listed row grows;
    a cosine below 0 counts as 0. Values only shrink as more is listed, so the greedy choice needs few of them anew
    (Minoux 1978, doi:10.1007/BFb0006528), and reaches at least 1 - 1/e of the best list (Nemhauser, Wolsey & Fisher
    1978, doi:10.1007/BF01588971). Memory grows with the number of segments.

    Examples
    --------
    >>> rows = [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]
    >>> [found.tolist() for found in choose_next(rows, [True] * 3, [False] * 3, n=2)]
    [[1, 2], [3, 1]]
    """
    rows, may = np.asarray(vectors, dtype=np.float64), np.flatnonzero(np.asarray(unread, dtype=bool))
    stood_for = may
    if len(may) > MOST_STOOD_FOR:
        stood_for = may[np.linspace(0, len(may) - 1, MOST_STOOD_FOR).astype(np.int64)]
    with one_thread():
        near = _nearest(rows[stood_for], rows[np.asarray(read, dtype=bool)])
        values = _values(rows[stood_for], near, rows[may])
        listed: list[int] = []
        for _ in range(min(n, len(may))):
            best = _best(rows[stood_for], near, rows[may], values)
            listed.append(best)
            values[best] = -np.inf
            near = np.maximum(near, rows[stood_for] @ rows[may[best]])
        picked = np.asarray(may[listed], dtype=np.int64)
        return picked, _stand_for(rows, may, np.flatnonzero(np.asarray(read, dtype=bool)), picked)


def _nearest(rows: Floats, read: Floats) -> Floats:
    """Cosine of each row to the nearest that was read; 0 where there is none, or none on its side."""
    near = np.zeros(len(rows))
    for start in range(0, len(read), BLOCK):
        near = np.maximum(near, (rows @ read[start : start + BLOCK].T).max(axis=1, initial=0.0))
    return near


def _values(rows: Floats, near: Floats, candidates: Floats) -> Floats:
    """Sum, for each candidate, of how much nearer it brings the rows."""
    blocks = [candidates[start : start + BLOCK] for start in range(0, len(candidates), BLOCK)]
    return np.concatenate([np.zeros(0), *(np.maximum(rows @ b.T - near[:, None], 0.0).sum(axis=0) for b in blocks)])


def _best(rows: Floats, near: Floats, candidates: Floats, values: Floats) -> int:
    """Find the first candidate of highest value: values stand as they were at most, those looked at are put right."""
    known = np.zeros(len(values), dtype=bool)
    while True:
        alike = values >= values.max() - SAME
        if known[alike].all():
            return int(np.flatnonzero(alike)[0])
        alike[largest_first(values)[:TOGETHER]] = True
        looked_at = np.flatnonzero(alike & ~known & np.isfinite(values))
        values[looked_at] = _values(rows, near, candidates[looked_at])
        known[looked_at] = True


def _stand_for(rows: Floats, may: Ints, read: Ints, picked: Ints) -> Ints:
    """Count the unread rows that were nearer to each listed row than to all before it, when it was listed."""
    near = _nearest(rows[may], rows[read])
    counts = []
    for row in picked.tolist():
        cosine = rows[may] @ rows[row]
        counts.append(int(((cosine > near) | (may == row)).sum()))
        near = np.maximum(near, cosine)
    return np.array(counts, dtype=np.int64)
