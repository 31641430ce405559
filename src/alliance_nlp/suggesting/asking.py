"""What to code next, and where the codings may be in trouble: lists for people to read, never verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.errors import InputError, check_choice, present
from alliance_nlp.records import LEVELS, Codebook, Coding, Embeddings, Encoder, Level, Row, Rule, Segments, Table
from alliance_nlp.suggesting.fitted import FittedCodes
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.making import Gathered, embeddings_of, gather_evidence
from alliance_nlp.suggesting.reading_next import choose_next
from alliance_nlp.suggesting.trouble import confused_codes, likely_slips, overlapping_definitions, unfitting_definitions


class Trouble(NamedTuple):
    """Four lists: likely slips, codes that are confused, definitions that overlap, definitions that do not fit."""

    slips: Table
    confused: Table
    overlapping: Table
    unfitting: Table


def next_to_code(
    segments: Segments | Embeddings,
    coding: Coding | None,
    *,
    codebook: Codebook | None = None,
    n: int = 10,
    level: Level = "code",
    rule: Rule = "half",
    encoder: str | Path | Encoder | None = None,
) -> Table:
    """List the segments that people should code next, so that the comparison becomes sharper soonest.

    Parameters
    ----------
    segments : Segments or Embeddings
        All segments, coded or not.
    coding : Coding
        What was coded so far.
    codebook : Codebook, optional
        The codes; by default the coding's own codebook.
    n : int, default 10
        How many to list; fewer when fewer are unread.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook that should become sharper.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds segments and codebook; see `suggest_codes`.

    Returns
    -------
    Table
        The most useful segment first, with what the machine expects there. Quotes are in ``rows()`` only.

    Raises
    ------
    InputError
        When there is no codebook, or the coders read none of the segments or all of them.

    Notes
    -----
    Segments that the machine is unsure of, that stand for many others, and that do not repeat one another come first.
    What was coded by this list was not drawn at random: its share of codes says nothing about how common they are.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> said = ["No minutes.", "The clock decides.", "They believe me.", "It needs trust.", "Hours are short."]
    >>> segments = an.segment(an.read_transcripts(said))
    >>> book = an.Codebook((an.Code("", "", "time"), an.Code("", "", "trust")))
    >>> done = [an.CodedSpan("A", s.transcript_id, s.start, s.end, c) for s, c in zip(segments[1:3], book.ids)]
    >>> len(next_to_code(segments, an.Coding(tuple(done), (), book), n=2))
    2
    """
    coding = present(coding, "coding", "next_to_code()", "Read one with an.read_codings().")
    gathered, fitted, leveled, kept = _learn(segments, coding, codebook, level, rule, encoder)
    unread = np.isnan(gathered.applied).all(axis=1)
    mine = np.zeros(len(gathered.evidence), dtype=bool)
    mine[gathered.rows_of] = True
    if not (unread & mine).any():
        raise InputError(f"The coders have read all {len(kept)} segments; there is nothing left to code next.")
    alike = fitted.similarity.matrix[:, : fitted.similarity.n_segments]
    often = np.nan_to_num(gathered.applied[~unread]).mean(axis=0)
    picked = choose_next(fitted.scores.probabilities, alike, unread & mine, n=n, prevalence=often)
    position_of = {int(row): position for position, row in enumerate(gathered.rows_of)}
    rows: list[Row] = []
    for rank, row in enumerate(picked.tolist(), start=1):
        segment, best = kept[position_of[row]], int(fitted.scores.probabilities[row].argmax())
        rows.append(
            {"rank": rank, "segment_id": segment.id, "speaker": segment.speaker, "expected": leveled.ids[best],
             "probability": float(fitted.scores.probabilities[row, best]), "quote": segment.text}
        )  # fmt: skip
    columns = ("rank", "segment_id", "speaker", "expected", "probability", "quote")
    note = "Chosen to be learnt from, not drawn at random: no prevalence may be estimated from them."
    return Table.of(rows, columns=columns, title="To code next", quoting=("quote",), notes=(note,))


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
    gathered, fitted, leveled, kept = _learn(segments, coding, codebook, level, rule, encoder)
    ids, rows = leveled.ids, gathered.rows_of
    probabilities, applied = fitted.scores.probabilities[rows], gathered.applied[rows]
    slips = [
        {"segment_id": kept[s.row].id, "applied": ids[s.applied] if s.applied >= 0 else "no code",
         "rather": ids[s.rather] if s.rather >= 0 else "no code", "surprise": s.surprise, "quote": kept[s.row].text}
        for s in likely_slips(probabilities, applied, n=n)
    ]  # fmt: skip
    again = "Places to read again; a surprising coding may be the better reading."
    return Trouble(
        Table.of(slips, columns=("segment_id", "applied", "rather", "surprise", "quote"), title="Likely slips",
                 quoting=("quote",), notes=(again,)),
        _pairs(confused_codes(probabilities, applied), ids, "excess", "Codes expected where another was applied"),
        _pairs(overlapping_definitions(gathered.codes.rows), ids, "cosine", "Definitions that say nearly the same"),
        Table.of(
            [{"code": ids[c], "share": share, "nearer": ids[other] if other >= 0 else None}
             for c, share, other in unfitting_definitions(gathered.codes.rows, gathered.evidence.rows[rows], applied)],
            columns=("code", "share", "nearer"), title="Share of a code's segments nearer to another code's definition",
        ),
    )  # fmt: skip


def _pairs(found: list[tuple[int, int, float]], ids: tuple[str, ...], figure: str, title: str) -> Table:
    rows = [{"code": ids[a], "other": ids[b], figure: value} for a, b, value in found]
    return Table.of(rows, columns=("code", "other", figure), title=title)


def _learn(
    segments: Segments | Embeddings,
    coding: Coding,
    codebook: Codebook | None,
    level: Level,
    rule: Rule,
    encoder: str | Path | Encoder | None,
) -> tuple[Gathered, FittedCodes, Codebook, Segments]:
    book = codebook if codebook is not None else coding.codebook
    if book is None or not len(book):
        raise InputError("The coding carries no codebook. Pass codebook=, or read the codings with one.")
    check_choice("level", LEVELS, level)
    embeddings, model = embeddings_of(segments, encoder)
    leveled = book.at(level)
    gathered = gather_evidence(embeddings, book, leveled, coding, rule=rule, encoder=model)
    fitted = fit_codes(gathered.evidence, gathered.applied, codes=gathered.codes, chosen=gathered.chosen)
    return gathered, fitted, leveled, embeddings.segments
