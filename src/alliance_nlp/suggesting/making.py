"""Segments to suggested codes: gathering the evidence, learning, abstaining, and the machine as one more coder."""

from __future__ import annotations

from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.embeddings import embed, encode_texts
from alliance_nlp.errors import InputError, check_choice, present, warn
from alliance_nlp.numeric import Bools, Floats, Ints, nan_mean
from alliance_nlp.records import (
    LEVELS,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    Encoder,
    Level,
    ReadSpan,
    Rule,
    Segments,
    Table,
    code_table,
    moderates,
)
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence
from alliance_nlp.suggesting.learning import FittedCodes, fit_codes
from alliance_nlp.suggesting.suggestions import Suggestions
from alliance_nlp.suggesting.thresholds import CodePromise, promise_codes

FEWEST_TRANSCRIPTS = 5  # with fewer, participants are what is held out
PROMISES = tuple(part.name for part in fields(CodePromise))


class Gathered(NamedTuple):
    """Everything the learner is given, in the order of speaking, and where the caller's segments stand in it."""

    evidence: SegmentEvidence
    applied: Floats
    codes: CodeEvidence
    chosen: Bools
    rows_of: Ints


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
    confidence: float = 0.9,
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
        The codes; labels, definitions, exemplars and themes are all evidence.
    learn_from : Coding, optional
        What people coded. Words that a coder read without applying a code are learnt from as "no code"; unread words
        are unknown.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook on which to suggest.
    abstain : float, optional
        Largest share of wrong suggestions among the accepted, per code (for instance .1). Suggestions that cannot be
        promised to stay below it are withheld, and their segments abstained on. Without it nothing is withheld.
    confidence : float, default 0.9
        How sure each code's promise is.
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
        the `Suggestions` record: promises, probabilities, ``explain(segment_id)``.

    Raises
    ------
    InputError
        When the codebook is empty, a choice is unknown, or the coders read none of the segments.

    Notes
    -----
    Suggestions on segments that people coded come from a fit that had not seen their transcript (with fewer than five
    transcripts: their participant), so they may be compared with the people's codes. Segments that nobody coded take
    part as neighbors and for word counts. A probability says what these coders would do, not that the code is right;
    `abstain` bounds the share of wrong among accepted suggestions, which is not the share of codes found.

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
    learnt = learn(segments, codebook, learn_from, level=level, rule=rule, encoder=encoder)
    promises = _promises(learnt, abstain, confidence) if abstain is not None else []
    settings = {
        "level": level, "abstain": abstain, "confidence": confidence, "encoder": str(learnt.embeddings.encoder),
    }  # fmt: skip
    made = _suggestions(learnt, promises, settings)
    refused = [row for row in made.promises.rows() if row["reason"]]
    if refused:
        warn(
            f"For {len(refused)} of {len(made.codebook)} codes 'at most {abstain:.0%} wrong' cannot be promised; their "
            f"suggestions are withheld. The first, {refused[0]['code']!r}: {refused[0]['reason']}."
        )
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
    leveled = codebook.at(level)
    gathered = gather_evidence(embeddings, codebook, leveled, coding, rule=rule, encoder=model)
    fitted = fit_codes(gathered.evidence, gathered.applied, codes=gathered.codes, chosen=gathered.chosen)
    return Learnt(embeddings, leveled, gathered, fitted)


def gather_evidence(
    embeddings: Embeddings,
    codebook: Codebook,
    leveled: Codebook,
    learn_from: Coding | None,
    *,
    rule: Rule,
    encoder: str | Path | Encoder,
) -> Gathered:
    """Lay out segments, the moderator's turns between them, the exemplars, and who applied what."""
    asked = _moderator_turns(embeddings.segments)
    shown = [(number, text) for number, code in enumerate(leveled) for text in code.exemplars]
    texts = [*(text for _, _, text in asked), *(text for _, text in shown)]
    more, _ = encode_texts(texts, encoder) if texts else (np.zeros((0, embeddings.vectors.shape[1])), 0)
    own = [(s.transcript_id, s.start, s.text) for s in embeddings.segments]
    spoken = sorted(range(len(own) + len(asked)), key=lambda i: (own + asked)[i][:2])
    order = np.array([*spoken, *range(len(spoken), len(spoken) + len(shown))], dtype=np.int64)
    vectors = np.vstack([embeddings.vectors, more])[order] if len(order) else embeddings.vectors
    n, people = len(own), _groups(embeddings.segments)
    names = [*people, *(f"asked {i}" for i in range(len(asked))), *(f"exemplar {i}" for i in range(len(shown)))]
    where = [*(t for t, _, _ in own + asked), *(f"exemplar {i}" for i in range(len(shown)))]
    words = [*(text for _, _, text in own), *texts]
    evidence = SegmentEvidence(
        vectors, [words[i] for i in order], [names[i] for i in order], [where[i] for i in order],
        [n <= i < n + len(asked) for i in order],
    )  # fmt: skip
    table = np.full((len(words), len(leveled)), np.nan)
    table[:n] = applied_table(embeddings.segments, leveled, codebook, learn_from, rule)
    for row, (number, _) in enumerate(shown, start=n + len(asked)):
        table[row, number] = 1.0
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Gathered(evidence, table[order], _codes(leveled, codebook, encoder), order >= n + len(asked), place[:n])


def _moderator_turns(segments: Segments) -> list[tuple[str, int, str]]:
    """List turns of moderators in the same transcripts: what is asked is evidence for what is answered, never coded."""
    used = {s.transcript_id for s in segments}
    return [
        (transcript.id, turn.start, transcript.text[turn.start : turn.end])
        for transcript in segments.transcripts
        if transcript.id in used
        for turn in transcript.turns
        if moderates(turn.role) and turn.end > turn.start and "machine" not in turn.refuses
    ]


def _groups(segments: Segments) -> list[str]:
    """Whom to hold out together: transcripts, or participants where there are too few transcripts."""
    transcripts = [s.transcript_id for s in segments]
    speakers = [s.speaker for s in segments]
    if len(set(transcripts)) >= FEWEST_TRANSCRIPTS or None in speakers or len(set(speakers)) < 2:
        return transcripts
    return [str(speaker) for speaker in speakers]


def applied_table(
    segments: Segments, leveled: Codebook, codebook: Codebook, coding: Coding | None, rule: Rule
) -> Floats:
    """Share of the coders who read a segment that applied each code; nan where nobody read it."""
    unread = np.full((len(segments), len(leveled)), np.nan)
    if coding is None:
        return unread
    level = next(level for level in LEVELS if codebook.at(level).ids == leveled.ids)
    seen = coding.on(segments, rule=rule).at(level, codebook)
    table = nan_mean([code_table(seen.sets[coder], leveled.ids).T for coder in seen.coders] or [unread])
    if np.isnan(table).all():
        raise InputError(
            f"The coders of learn_from read none of the {len(segments)} segments. Pass the segments of the coded "
            f"transcripts together with those to be coded."
        )
    return table


def _codes(leveled: Codebook, codebook: Codebook, encoder: str | Path | Encoder) -> CodeEvidence:
    texts = [_words_of(code, codebook) for code in leveled]
    vectors, _ = encode_texts(texts, encoder)
    return CodeEvidence(
        leveled.ids, vectors, texts, [code.theme if code.code or code.essence else "" for code in leveled]
    )


def _words_of(code: Code, codebook: Codebook) -> str:
    """Label and definition; for a theme or essence without a definition, the names of the codes below it."""
    below = [c.name for c in codebook if c.id != code.id and c.id.startswith(f"{code.id}/")]
    said = code.definition or ", ".join(below)
    return ". ".join(part for part in (code.name, *code.aliases, said) if part)


def _promises(learnt: Learnt, target: float, confidence: float) -> list[CodePromise]:
    gathered, fitted = learnt.gathered, learnt.fitted
    if not fitted.calibrated:
        reason = "only exemplars or definitions were learnt from: nothing was held out to count errors on"
        return [CodePromise(reason=reason)] * len(fitted.codes)
    rows, groups = gathered.rows_of, gathered.evidence.groups
    return promise_codes(
        fitted.scores.probabilities[rows], gathered.applied[rows], target=target, confidence=confidence,
        groups=[groups[i] for i in rows.tolist()] if groups is not None else None, floor=fitted.thresholds,
    )  # fmt: skip


def _suggestions(learnt: Learnt, promises: list[CodePromise], settings: dict[str, Any]) -> Suggestions:
    embeddings, leveled, gathered, fitted = learnt
    rows, scores = gathered.rows_of, fitted.scores
    applied, suggested, probabilities = gathered.applied[rows], scores.suggested[rows], scores.probabilities[rows]
    needed = np.array([p.threshold for p in promises]) if promises else np.full(len(leveled), -np.inf)
    table = Table(
        ("code", *PROMISES),
        tuple((code, *astuple(p)) for code, p in zip(leveled.ids, promises, strict=False)),
        "From which probability on suggestions are accepted",
    )
    learnt_from = {
        "calibrated": fitted.calibrated, "n_learnt": int((~np.isnan(applied)).any(axis=1).sum()),
        "n_exemplars": int(gathered.chosen.sum()), "random_state": 0,
    }  # fmt: skip
    return Suggestions(
        embeddings.segments, leveled, probabilities, suggested, suggested & (probabilities >= needed),
        scores.anything[rows], table, settings | learnt_from, fitted, rows, applied,
    )  # fmt: skip


def _coding(made: Suggestions, codebook: Codebook, coder: str) -> Coding:
    applied: list[CodedSpan] = []
    for segment, shares, suggested, accepted in zip(
        made.segments, made.probabilities, made.suggested, made.accepted, strict=True
    ):
        where = (coder, segment.transcript_id, segment.start, segment.end)
        taken = np.flatnonzero(accepted).tolist()
        applied += [CodedSpan(*where, made.codebook.ids[c], "suggested", round(float(shares[c]), 6)) for c in taken]
        if suggested.any() and not taken:
            applied.append(CodedSpan(*where, "", "abstained"))
    read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in made.segments)
    return Coding(tuple(applied), read, codebook, made_from=made)
