"""Where the codings may be in trouble: lists for people to read, never verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp.errors import InputError, present
from alliance_nlp.numeric import Floats, ratio, unit_rows
from alliance_nlp.records import Codebook, Coding, Embeddings, Encoder, Level, Rule, Segments, Table
from alliance_nlp.suggesting.calibration import log_odds
from alliance_nlp.suggesting.gathering import Gathered
from alliance_nlp.suggesting.making import learn


class Trouble(NamedTuple):
    """Four lists: likely slips, codes that are confused, definitions that overlap, definitions that do not fit."""

    slips: Table
    confused: Table
    overlapping: Table
    unfitting: Table


def find_trouble(
    segments: Segments | Embeddings,
    coding: Coding | None,
    *,
    codebook: Codebook | None = None,
    n: int = 50,
    level: Level = "code",
    rule: Rule = "half",
    encoder: str | Path | Encoder | None = None,
) -> Trouble:
    """List what may be wrong in codings or codebook: likely slips, confused codes, definitions that overlap or misfit.

    Parameters
    ----------
    segments : Segments or Embeddings
        Segments of the coded transcripts.
    coding : Coding
        What people coded.
    codebook : Codebook, optional
        The codes; by default the coding's own codebook.
    n : int, default 50
        How many likely slips to list.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook to look at.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds segments and codebook; see `suggest_codes`.

    Returns
    -------
    Trouble
        Four tables: ``slips``, ``confused``, ``overlapping``, ``unfitting``.

    Raises
    ------
    InputError
        When there is no codebook, or the coders read none of the segments.

    Notes
    -----
    A coding that surprises the machine may be the one good reading of an unusual passage. Each row is a place to read
    again, never an error.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> found = find_trouble(an.segment(study.transcripts), study.consensus, n=5)
    >>> len(found.slips), found.confused.columns
    (5, ('code', 'other', 'excess'))
    """
    coding = present(coding, "coding", "find_trouble()", "Read one with an.read_codings().")
    book = _book(codebook, coding)
    embeddings, leveled, gathered, fitted = learn(segments, book, coding, level=level, rule=rule, encoder=encoder)
    kept = embeddings.segments
    ids, rows = leveled.ids, gathered.rows_of
    probabilities, applied = fitted.scores.probabilities[rows], gathered.wanted[rows]
    definitions = _definitions(gathered)
    slips = tuple(
        (kept[slip.row].id, ids[slip.applied] if slip.applied >= 0 else "no code",
         ids[slip.rather] if slip.rather >= 0 else "no code", slip.surprise, kept[slip.row].shown)
        for slip in likely_slips(probabilities, applied, n=n)
    )  # fmt: skip
    nearer = tuple(
        (ids[code], share, ids[other] if other >= 0 else None)
        for code, share, other in unfitting_definitions(definitions, gathered.evidence.rows[rows], applied)
    )
    again = "Places to read again; a surprising coding may be the better reading."
    title = "Share of a code's segments nearer to another code's definition"
    return Trouble(
        Table(("segment_id", "applied", "rather", "surprise", "quote"), slips, "Likely slips", ("quote",), (again,)),
        _pairs(confused_codes(probabilities, applied), ids, "excess", "Codes expected where another was applied"),
        _pairs(overlapping_definitions(definitions), ids, "cosine", "Definitions that say nearly the same"),
        Table(("code", "share", "nearer"), nearer, title),
    )


def _definitions(gathered: Gathered) -> Floats:
    """Vectors of name and definition of each code; one level up the mean of the codes that belong there."""
    rows = gathered.codes.rows
    return rows if gathered.above is None else np.stack([rows[list(m)].mean(axis=0) for m in gathered.codes.above])


def _pairs(found: list[tuple[int, int, float]], ids: tuple[str, ...], figure: str, title: str) -> Table:
    return Table(("code", "other", figure), tuple((ids[a], ids[b], value) for a, b, value in found), title)


def _book(codebook: Codebook | None, coding: Coding) -> Codebook:
    book = codebook if codebook is not None else coding.codebook
    if book is None or not len(book):
        raise InputError("The coding carries no codebook. Pass codebook=, or read the codings with one.")
    return book


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
    doubted = np.where(given.any(axis=1), least.argmin(axis=1), -1)
    rather = np.where((~given).any(axis=1), most.argmax(axis=1), -1)
    return [Slip(int(row), int(doubted[row]), int(rather[row]), float(surprise[row])) for row in order]


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
