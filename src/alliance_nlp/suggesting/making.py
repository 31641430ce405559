"""Segments to suggested codes: learning, what may be promised, and the machine as one more coder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.clusters.near_empty import find_near_empty, says_nothing
from alliance_nlp.embeddings import embed
from alliance_nlp.errors import InputError, check_choice, counted, present, warn
from alliance_nlp.numeric import Bools, Floats, one_thread
from alliance_nlp.records import (
    LEVELS,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    Encoder,
    Level,
    ReadSpan,
    Rule,
    Segment,
    Segments,
    Table,
)
from alliance_nlp.suggesting.gathering import Gathered, gather_evidence
from alliance_nlp.suggesting.learning import FittedCodes, fit_together
from alliance_nlp.suggesting.origin import origin_of
from alliance_nlp.suggesting.promises import CodePromise, promise_codes
from alliance_nlp.suggesting.suggestions import Suggestions
from alliance_nlp.suggesting.task import Task

CONFIDENCE = 0.9
PROMISES = tuple(part.name for part in fields(CodePromise))


class Learnt(NamedTuple):
    """The segments with their vectors, the codes on the level that was asked for, and what was learnt of both."""

    embeddings: Embeddings
    codebook: Codebook
    gathered: Gathered
    fitted: FittedCodes


def suggest_codes(
    segments: Segments | Embeddings,
    codebook: Codebook | None,
    *,
    learn_from: Coding | None = None,
    level: Level = "code",
    abstain: float | None = None,
    confidence: float | None = None,
    rule: Rule = "half",
    encoder: str | Path | Encoder | None = None,
    coder: str = "machine",
) -> Coding:
    """Suggest codes for segments: from the codebook alone, from exemplars, or from what people coded.

    Parameters
    ----------
    segments : Segments or Embeddings
        All segments: those that people coded and those to be coded. Embeddings save embedding them again.
    codebook : Codebook
        The codes; names, definitions, exemplars and themes are all evidence.
    learn_from : Coding, optional
        What people coded. Words that a coder read without applying a code are learnt from as "no code"; unread words
        are unknown. A machine's suggestions are refused.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook on which to suggest. Codes below it are evidence all the same.
    abstain : float, optional
        Largest share of wrong suggestions among the accepted, per code (for instance .1). Where that can be promised,
        suggestions below the needed probability are withheld and their segments abstained on; where it cannot, they
        stand without a promise, with the reason. Without it nothing is promised.
    confidence : float, optional
        How sure each code's promise is, .9 unless stated; only with `abstain`.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds segments and codebook; by default the encoder of the embeddings, else all-MiniLM-L6-v2.
    coder : str, default "machine"
        Name the machine goes by.

    Returns
    -------
    Coding
        Status "suggested" with the probability as score, or "abstained". It has read all segments. ``made_from`` is
        the `Suggestions` record: promises, what was withheld, probabilities, ``explain(segment_id)``.

    Raises
    ------
    InputError
        When the codebook is empty, a choice is unknown, the coders read none of the segments, or `learn_from` holds
        suggestions of a machine or codes that the codebook lacks.

    Notes
    -----
    Suggestions on segments of a session that people coded come from a fit that had not seen the session, neither its
    participants' turns nor its moderator's; with one session, from fits without a stretch of its talk and the turns
    beside it; where people answer on a form, from fits without a person's answers. So they may be compared with the
    people's codes. Exemplars that stand in what is left out are left out, too. From names or exemplars alone, or where
    it is not stated what was read, a segment that stands out for no code gets none; with more exemplars, one that lies
    less near to them than they to one another. A code that people applied fewer
    than three times in what they read is withheld and listed in ``made_from.withheld``.

    A probability says what these coders would do, not that the code is right; `abstain` bounds the share of wrong among
    accepted suggestions, which is not the share of codes found.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> segments = an.segment(an.read_transcripts(["We never have enough minutes.", "They believe me and open up."]))
    >>> book = an.Codebook((an.Code("", "", "lack of time"), an.Code("", "", "trust")))
    >>> [row.code_id for row in suggest_codes(segments, book).applied]
    ['lack of time', 'trust']
    """
    codebook = present(codebook, "codebook", "suggest_codes()", "Read one with an.read_codebook().")
    if not isinstance(codebook, Codebook) or not len(codebook):
        raise InputError("suggest_codes() needs a codebook with at least one code. Read one with an.read_codebook().")
    if abstain is not None and not 0 < abstain < 1:
        raise InputError(f"abstain must be a share between 0 and 1, such as 0.1. Got {abstain!r}.")
    if confidence is not None and abstain is None:
        raise InputError("confidence says how sure a promise is, and without abstain= none is made. Give abstain= too.")
    confidence = CONFIDENCE if confidence is None else confidence
    if not 0 < confidence < 1:
        raise InputError(f"confidence must lie between 0 and 1, such as 0.9. Got {confidence!r} instead.")
    learnt = learn(segments, codebook, learn_from, level=level, rule=rule, encoder=encoder)
    made = _suggestions(learnt, level, abstain, confidence, origin_of(learnt.embeddings, learn_from, rule))
    _warn_of(made, abstain)
    return _coding(made, codebook, coder)


def learn(
    segments: Segments | Embeddings,
    codebook: Codebook,
    coding: Coding | None,
    *,
    level: Level,
    rule: Rule,
    encoder: str | Path | Encoder | None,
) -> Learnt:
    """Embed segments that are not embedded yet, gather what is known of them and of the codes, and learn from it."""
    check_choice("level", LEVELS, level)
    if isinstance(segments, Embeddings):
        embeddings = segments
    else:
        embeddings = embed(segments) if encoder is None else embed(segments, encoder=encoder)
    model = embeddings.same_encoder if encoder is None else encoder
    gathered = gather_evidence(embeddings, codebook, coding, level=level, rule=rule, encoder=model)
    with one_thread():
        fitted = next(fit_together([task_of(gathered)]))
    return Learnt(embeddings, codebook.at(level), gathered, fitted)


def task_of(gathered: Gathered) -> Task:
    """Say what is to be learnt."""
    return Task(gathered.evidence, gathered.applied, gathered.above, gathered.codes, gathered.chosen, gathered.stated)


def suggested_shares(learnt: Learnt) -> tuple[Floats, Bools]:
    """Give the probability of each code on each of the caller's segments, and whether it is suggested."""
    rows, scores = learnt.gathered.rows_of, learnt.fitted.scores
    probabilities, suggested = scores.probabilities[rows], scores.suggested[rows]
    if not learnt.fitted.calibrated:  # where nobody showed what uncoded talk looks like, the commonest kind is known
        suggested[_saying_little(learnt.embeddings.segments)] = False
    return probabilities, suggested


def _suggestions(
    learnt: Learnt, level: Level, abstain: float | None, confidence: float, origin: dict[str, Any]
) -> Suggestions:
    embeddings, leveled, gathered, fitted = learnt
    rows = gathered.rows_of
    applied, (probabilities, suggested) = gathered.wanted[rows], suggested_shares(learnt)
    promises = _promises(learnt, applied, abstain, confidence) if abstain is not None else []
    needed = [p.threshold if p.promise is not None else -np.inf for p in promises] or -np.inf
    settings: dict[str, Any] = {
        "level": level, "abstain": abstain, "confidence": confidence if abstain is not None else None,
        "encoder": str(embeddings.encoder), "calibrated": fitted.calibrated, "held_out": gathered.held_out,
        "n_learnt": int((~np.isnan(applied)).any(axis=1).sum()), "n_exemplars": int(gathered.chosen.sum()),
        "names_heard": fitted.heard, "weights": fitted.weighing[0].weights._asdict(), "random_state": 0, **origin,
    }  # fmt: skip
    promised = tuple((code, *astuple(p)) for code, p in zip(leveled.ids, promises, strict=False))
    return Suggestions(
        embeddings.segments, leveled, probabilities, suggested, suggested & (probabilities >= np.array(needed)),
        fitted.scores.anything[rows],
        Table(("code", *PROMISES), promised, "What is promised of each code's suggestions"),
        settings, withheld_codes(learnt, applied), fitted, rows, applied,
    )  # fmt: skip


def _saying_little(segments: Segments) -> list[int]:
    """Segments that no name or exemplar can speak for: near-empty ones, and a mere "No", which may be an answer."""
    little = find_near_empty(segments)
    return [place for place, text in enumerate(segments.texts) if place in little or says_nothing(text)]


def _promises(learnt: Learnt, applied: np.ndarray, target: float, confidence: float) -> list[CodePromise]:
    gathered, fitted = learnt.gathered, learnt.fitted
    if not fitted.calibrated:
        reason = (
            "nothing was read that could be held out to count errors on"
            if gathered.stated
            else "what the coders read is not stated: nothing tells a wrong suggestion from an unread segment"
        )
        return [CodePromise(reason=reason)] * len(learnt.codebook)
    blocks = gathered.evidence.blocks or ()
    promises = promise_codes(
        fitted.scores.probabilities[gathered.rows_of], applied, target=target, confidence=confidence,
        blocks=[blocks[i] for i in gathered.rows_of.tolist()], floor=fitted.thresholds, unit=gathered.unit,
    )  # fmt: skip
    untaught = CodePromise(reason="too few codings to suggest it at all")
    return [p if taught else untaught for p, taught in zip(promises, fitted.taught.tolist(), strict=True)]


def withheld_codes(learnt: Learnt, applied: np.ndarray) -> Table:
    """List codes that are never suggested, with what was seen of them and why that is not enough."""
    n_coded = np.nansum(applied, axis=0)
    said = (
        "the codebook's words say nothing here: segments near to a name share no more letters with it than with others"
        if np.isnan(applied).all()
        else "too few codings among what was read to learn from"
    )
    rows = tuple(
        (code, int(n) if n == int(n) else round(float(n), 6), said)
        for code, n, taught in zip(learnt.codebook.ids, n_coded, learnt.fitted.taught.tolist(), strict=True)
        if not taught
    )
    return Table(("code", "n_coded", "reason"), rows, "Codes that are not suggested")


def _warn_of(made: Suggestions, abstain: float | None) -> None:
    """Say at once which codes are withheld, and for which no promise stands."""
    if len(made.withheld):
        first = made.withheld.rows()[0]
        warn(
            f"{counted(len(made.withheld), 'code')} of {len(made.codebook)} not suggested; the first, "
            f"{first['code']!r}: {first['reason']}. See .made_from.withheld."
        )
    unkept = [row for row in made.promises.rows() if row["promise"] is None]
    if unkept:
        warn(
            f"For {len(unkept)} of {len(made.codebook)} codes 'at most {abstain:.0%} wrong' cannot be promised; their "
            f"suggestions stand without a promise. The first, {unkept[0]['code']!r}: {unkept[0]['reason']}."
        )


def _coding(made: Suggestions, codebook: Codebook, coder: str) -> Coding:
    spans = coded_spans(
        coder, made.segments, made.codebook.ids, made.probabilities, made.suggested, made.accepted
    )  # fmt: skip
    read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in made.segments)
    return Coding(tuple(spans), read, codebook, made_from=made)


def coded_spans(
    coder: str, segments: Iterable[Segment], ids: Sequence[str], shares: Floats, suggested: Bools, accepted: Bools
) -> Iterator[CodedSpan]:
    """Give what is accepted as spans of the machine, and where nothing that is suggested is, that it abstained."""
    for segment, row, wanted, taken in zip(segments, shares, suggested, accepted, strict=True):
        where = (coder, segment.transcript_id, segment.start, segment.end)
        for c in np.flatnonzero(taken).tolist():
            yield CodedSpan(*where, ids[c], "suggested", round(float(row[c]), 6))
        if wanted.any() and not taken.any():
            yield CodedSpan(*where, "", "abstained")
