"""Trouble in codings: likely slips, codes that are confused, definitions that overlap or do not fit their exemplars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import AlignmentError
from alliance_nlp.numeric import ratio, unit_rows
from alliance_nlp.suggesting.calibration import log_odds


@dataclass(frozen=True)
class Slip:
    """Hold one segment whose coding looks like a slip.

    Attributes
    ----------
    row : int
        Position of the segment.
    applied : int
        Position of the applied code that least belongs; -1 where no code was applied.
    rather : int
        Position of the code that was not applied and most belongs; -1 where none does.
    surprise : float
        How much more the second belongs than the first, in log-odds; only the order means something.
    """

    row: int
    applied: int
    rather: int
    surprise: float


def likely_slips(probabilities: ArrayLike, applied: ArrayLike, *, n: int | None = None) -> list[Slip]:
    """List segments whose codes are least like what the same coders did elsewhere.

    Parameters
    ----------
    probabilities : array of shape (n_segments, n_codes)
        Held-out probabilities, from `fit_codes(...).scores`.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 read and not applied; nan where not read.
    n : int, optional
        How many to list. Default: all segments that were read.

    Returns
    -------
    list of Slip
        The most surprising first.

    Raises
    ------
    AlignmentError
        When the tables differ in shape.

    Notes
    -----
    Confident learning (Northcutt et al. 2021, doi:10.1613/jair.1.12125) for many codes: every code is judged against
    its own usual probability where it is applied. A surprising coding may well be the one good reading of an unusual
    passage: a list to read again, never a list of errors.

    Examples
    --------
    >>> found = likely_slips([[0.9, 0.1], [0.8, 0.1], [0.1, 0.9]], [[1, 0], [0, 1], [0, 1]], n=1)
    >>> found[0].row, found[0].applied, found[0].rather
    (1, 1, 0)
    """
    scores, table = np.asarray(probabilities, dtype=np.float64), np.asarray(applied, dtype=np.float64)
    if scores.shape != table.shape:
        raise AlignmentError(
            f"probabilities and applied must have the same segments and codes. Got {scores.shape} and {table.shape}."
        )
    if table.shape[1] == 0:
        return []
    given = table >= 0.5
    usual = log_odds(ratio((scores * given).sum(axis=0), given.sum(axis=0), otherwise=0.5))
    belongs = log_odds(scores) - usual
    least = np.where(given, belongs, np.inf)
    most = np.where(given, -np.inf, belongs)
    rows = np.flatnonzero(~np.isnan(table).all(axis=1))
    low = np.where(given.any(axis=1), least.min(axis=1), 0.0)
    high = np.where((~given).any(axis=1), most.max(axis=1), low)
    surprise = high - low
    order = rows[np.lexsort((rows, -surprise[rows]))][:n]
    return [
        Slip(
            int(row),
            int(least[row].argmin()) if given[row].any() else -1,
            int(most[row].argmax()) if (~given[row]).any() else -1,
            float(surprise[row]),
        )
        for row in order
    ]


def confused_codes(probabilities: ArrayLike, applied: ArrayLike) -> list[tuple[int, int, float]]:
    """List pairs of codes of which one is expected where the other was applied.

    Parameters
    ----------
    probabilities, applied : array of shape (n_segments, n_codes)
        As for `likely_slips`.

    Returns
    -------
    list of (code, other, share)
        Where `code` alone of the two was applied, the mean probability of `other` beyond its probability elsewhere;
        largest first, pairs without excess left out.

    Notes
    -----
    Codes that touch the same passages by design are on the list too.

    Examples
    --------
    >>> confused_codes([[0.6, 0.6], [0.6, 0.5], [0.1, 0.1]], [[1, 0], [1, 0], [0, 0]])
    [(0, 1, 0.45)]
    """
    scores, table = np.asarray(probabilities, dtype=np.float64), np.nan_to_num(np.asarray(applied, dtype=np.float64))
    given = table >= 0.5
    found = []
    for code in range(given.shape[1]):
        for other in range(given.shape[1]):
            alone = given[:, code] & ~given[:, other]
            elsewhere = ~given[:, code] & ~given[:, other]
            if other == code or not alone.any() or not elsewhere.any():
                continue
            excess = float(scores[alone, other].mean() - scores[elsewhere, other].mean())
            if excess > 0:
                found.append((code, other, round(excess, 6)))
    return sorted(found, key=lambda pair: (-pair[2], pair[:2]))


def overlapping_definitions(code_vectors: ArrayLike, *, at_least: float = 0.7) -> list[tuple[int, int, float]]:
    """List pairs of codes whose definitions say nearly the same, by the cosine of their vectors.

    Examples
    --------
    >>> overlapping_definitions([[1.0, 0.0], [0.96, 0.28], [0.0, 1.0]])
    [(0, 1, 0.96)]
    """
    rows = unit_rows(np.asarray(code_vectors, dtype=np.float64))
    alike = rows @ rows.T
    first, second = np.nonzero(np.triu(alike >= at_least, k=1))
    pairs = [(int(a), int(b), round(float(alike[a, b]), 6)) for a, b in zip(first, second, strict=True)]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))


def unfitting_definitions(
    code_vectors: ArrayLike, vectors: ArrayLike, applied: ArrayLike
) -> list[tuple[int, float, int]]:
    """Say for every code how often its own segments lie nearer to another code's definition.

    Parameters
    ----------
    code_vectors : array of shape (n_codes, n_dimensions)
        Vectors of label and definition.
    vectors : array of shape (n_segments, n_dimensions)
        Vectors of segments.
    applied : array of shape (n_segments, n_codes)
        1 applied, 0 not, nan not read.

    Returns
    -------
    list of (code, share, nearer)
        Share of the code's segments that are nearer to a definition of a code they do not carry, and the code that is
        nearest most often (-1 for none); largest share first, codes without segments left out.

    Notes
    -----
    Vectors are centered on their own means, since definitions are written and segments spoken. A high share can mean a
    vague definition, a code about how and not about what is said, or an encoder that does not see the difference.

    Examples
    --------
    >>> unfitting_definitions([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.1], [0.8, 0.2]], [[1, 0], [0, 1]])
    [(0, 0.0, -1), (1, 0.0, -1)]
    """
    codes, rows = np.asarray(code_vectors, dtype=np.float64), np.asarray(vectors, dtype=np.float64)
    given = np.nan_to_num(np.asarray(applied, dtype=np.float64)) >= 0.5
    alike = unit_rows(rows - rows.mean(axis=0)) @ unit_rows(codes - codes.mean(axis=0)).T
    found = []
    for code in np.flatnonzero(given.any(axis=0)):
        own = given[:, code]
        rivals = np.where(given[own], -np.inf, alike[own])
        away = rivals.max(axis=1) > alike[own, code] + 1e-12
        nearest = rivals.argmax(axis=1)[away]
        nearer = int(np.bincount(nearest).argmax()) if len(nearest) else -1
        found.append((int(code), float(away.mean()), nearer))
    return sorted(found, key=lambda row: (-row[1], row[0]))
