"""What a language model's codes mean beside held-out codings of people: probabilities, promises, and stacking."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.errors import AlignmentError, InputError, check_type, present, warn
from alliance_nlp.numeric import Bools, Floats, Ints, one_thread
from alliance_nlp.records import CodedSpan, Coding, ReadSpan, Rule, Segments, Table
from alliance_nlp.records.fingerprints import hash_coding
from alliance_nlp.suggesting.calibration import log_odds, taught
from alliance_nlp.suggesting.gathering import applied_by_people
from alliance_nlp.suggesting.held_out import HeldOut
from alliance_nlp.suggesting.held_out_parts import plan_parts
from alliance_nlp.suggesting.making import CONFIDENCE, PROMISES
from alliance_nlp.suggesting.promises import PEOPLE, TALK, CodePromise, promise_codes
from alliance_nlp.suggesting.suggestions import Suggestions
from alliance_nlp.suggesting.thresholds import kappa_thresholds
from alliance_nlp.suggesting.with_model.model_suggestions import ModelSuggestions
from alliance_nlp.suggesting.with_model.self_agreement import ModelStability, decisions_of

# A code's own table of "the model gave it, people applied it" leans on that of all codes as if by so many segments.
LEAN = 5.0


class _Given(NamedTuple):
    """What is known before people are asked: the model's decisions, shares of samples, the learnt coder's log-odds."""

    gave: Floats
    parts: tuple[Floats, ...]


def promise_with_model(
    coding: Coding,
    learn_from: Coding | None,
    *,
    stability: ModelStability | None = None,
    stacked_with: Coding | None = None,
    abstain: float | None = None,
    confidence: float = CONFIDENCE,
    rule: Rule = "half",
    coder: str | None = None,
) -> Coding:
    """Give a language model's codes the probability that people apply them, counted on codings that were held out.

    Parameters
    ----------
    coding : Coding
        What `suggest_with_model` gave.
    learn_from : Coding
        What people coded of the same segments.
    stability : ModelStability, optional
        What `stability_with_model` gave on the same segments: the share of samples that gave a code grades it.
    stacked_with : Coding, optional
        What a learnt coder suggests there, as `suggest_held_out` gives: both make one probability.
    abstain : float, optional
        Largest share of wrong suggestions among the accepted, per code; see `suggest_codes`.
    confidence : float, default 0.9
        How sure each code's promise is.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    coder : str, optional
        Name of the coder; by default the model's with "calibrated", or with the coder that it is stacked with.

    Returns
    -------
    Coding
        Status "suggested" with the probability as score, or "abstained". ``made_from`` is a `Suggestions` record with
        probabilities and promises.

    Raises
    ------
    InputError
        When a coding is not what it must be, or nothing can be held out.
    AlignmentError
        When stability or the learnt coder know other segments or codes.

    Notes
    -----
    Sessions (with one session stretches of talk, on a form people) are held out in turn: the probability of a segment
    comes from the others alone. What is learnt is little: how often people apply a code where the model gives it and
    where it does not, and what the graded parts add. With `stacked_with`, the learnt coder's figures on the others had
    seen codings of what is held out, as in all stacking, so that a stack may look a little better than it is.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> promise_with_model(study.coding, study.coding)
    Traceback (most recent call last):
    alliance_nlp.errors.InputError: promise_with_model() takes what suggest_with_model() gave. This coding was not made
        by it.
    """
    made = coding.made_from if isinstance(coding, Coding) else None
    if not isinstance(made, ModelSuggestions):
        raise InputError("promise_with_model() takes what suggest_with_model() gave. This coding was not made by it.")
    people = present(learn_from, "learn_from", "promise_with_model()", "Read one with an.read_codings().")
    if abstain is not None and not 0 < abstain < 1:
        raise InputError(f"abstain must be a share between 0 and 1, such as 0.1. Got {abstain!r}.")
    if not 0 < confidence < 1:
        raise InputError(f"confidence must lie between 0 and 1, such as 0.9. Got {confidence!r} instead.")
    given = _given(made, stability, stacked_with)
    level = made.settings.get("level", "code")
    below, above = applied_by_people(made.segments, present(coding.codebook, "codebook", "promise_with_model()", ""),
                                     people, level, rule)  # fmt: skip
    applied = np.where(np.isfinite(given.gave), below if above is None else above, np.nan)
    plan = plan_parts(made.segments, people, rule)
    if plan.reason:
        raise InputError(f"Nothing can be held out: {plan.reason}. Promises are counted on codings that were not seen.")
    fold = np.append(plan.part, -1)[plan.block]
    with one_thread():
        found = _held_out(given, applied, fold)
    unit = PEOPLE if plan.kind == "person" else TALK
    promises = [] if abstain is None else promise_codes(
        found.probabilities, applied, target=abstain, confidence=confidence, blocks=plan.block.tolist(),
        floor=found.thresholds, unit=unit,
    )  # fmt: skip
    settings = {
        "level": level, "rule": rule, "abstain": abstain, "confidence": None if abstain is None else confidence,
        "encoder": _encoder(stacked_with), "calibrated": True, "held_out": plan.held_out,
        "n_learnt": int(np.isfinite(applied).all(axis=1).sum()), "n_exemplars": 0, "random_state": 0,
        "learnt_from": {"coders": people.coders, "sha256": hash_coding(people)}, "ran_here": False,
        "language_model": dict(made.settings), "stacked_with": () if stacked_with is None else stacked_with.coders,
    }  # fmt: skip
    name = coder if coder is not None else _name(coding, stacked_with)
    return _coding(_suggestions(made, found, applied, promises, settings), coding, name)


def _given(made: ModelSuggestions, stability: ModelStability | None, stacked_with: Coding | None) -> _Given:
    gave, parts = decisions_of(made), []
    if stability is not None:
        check_type("stability must be what stability_with_model() gave", ModelStability, stability)
        parts.append(_aligned("stability", stability.segments, stability.codebook.ids, stability.shares, made) - 0.5)
    if stacked_with is not None:
        learnt = getattr(stacked_with, "made_from", None)
        if not isinstance(learnt, HeldOut | Suggestions):
            raise InputError(
                "stacked_with must be what suggest_held_out() or suggest_codes() gave. It was not made by them."
            )
        shares = _aligned("stacked_with", learnt.segments, learnt.codebook.ids, learnt.probabilities, made)
        parts.append(np.clip(log_odds(shares), -7.0, 7.0))
    unknown = np.isnan(np.concatenate([np.zeros((len(gave), 0)), *parts], axis=1)).any(axis=1)
    return _Given(np.where(unknown[:, None], np.nan, gave), tuple(parts))


def _aligned(name: str, segments: Segments, codes: tuple[str, ...], values: Floats, made: ModelSuggestions) -> Floats:
    """Give the rows of these segments, the columns of these codes."""
    place = {segment_id: row for row, segment_id in enumerate(segments.ids)}
    lacking = sum(segment_id not in place for segment_id in made.segments.ids)
    if lacking or codes != made.codebook.ids:
        same = "the same" if codes == made.codebook.ids else "others"
        raise AlignmentError(
            f"{name} must know the segments and codes that the language model coded. It lacks {lacking} of "
            f"{len(made.segments)} segments, and its codes are {same}. Make it on the same segments, at the same level."
        )
    return np.asarray(values[[place[segment_id] for segment_id in made.segments.ids]])


class _Found(NamedTuple):
    probabilities: Floats
    suggested: Bools
    thresholds: Floats
    taught: Bools


def _held_out(given: _Given, applied: Floats, fold: Ints) -> _Found:
    """Fit without each part in turn, and in the end with all; thresholds of a half come from the other half."""
    read: Bools = np.asarray(np.isfinite(applied).all(axis=1))
    probabilities = _probabilities(given, applied, read, np.ones(len(read), dtype=bool))
    for part in range(int(fold.max(initial=-1)) + 1):
        mine = np.asarray(fold == part)
        others = read & ~mine
        # where nothing else was read nothing is known of it; what had seen it does not stand in
        probabilities[mine] = _probabilities(given, applied, others, mine)[mine] if others.any() else np.nan
    known = taught(applied[read], np.zeros(applied.shape[1], dtype=bool))
    thresholds = kappa_thresholds(probabilities[read], applied[read])
    suggested = probabilities >= thresholds
    for half in (0, 1):
        rows, judged = (fold >= 0) & (fold % 2 == half), read & (fold % 2 != half)
        if judged.any():
            suggested[rows] = probabilities[rows] >= kappa_thresholds(probabilities[judged], applied[judged])
    return _Found(probabilities, suggested & known, thresholds, known)


def _probabilities(given: _Given, applied: Floats, rows: Bools, wanted: Bools) -> Floats:
    """Learn from some rows how often people apply a code where the model gives it and where not; judge the wanted."""
    from sklearn.linear_model import LogisticRegression

    gave = given.gave >= 0.5
    table = log_odds(np.where(gave, *(_rate(applied, rows[:, None] & side) for side in (gave, ~gave))))
    design = np.stack([table, *given.parts], axis=-1)
    found = np.full(applied.shape, np.nan)
    can = wanted & np.isfinite(given.gave).all(axis=1)
    if not given.parts:
        found[can] = 1 / (1 + np.exp(-table[can]))
        return found
    told, shares = design[rows].reshape(-1, design.shape[-1]), applied[rows].reshape(-1)
    targets, weights = np.repeat([1, 0], len(shares)), np.concatenate([shares, 1 - shares])
    if weights[targets == 1].sum() == 0 or weights[targets == 0].sum() == 0:
        found[can] = 1 / (1 + np.exp(-table[can]))
        return found
    fitted = LogisticRegression(max_iter=500).fit(np.vstack([told, told]), targets, sample_weight=weights)
    if can.any():
        found[can] = fitted.predict_proba(design[can].reshape(-1, design.shape[-1]))[:, 1].reshape(-1, applied.shape[1])
    return found


def _rate(applied: Floats, rows: Bools) -> Floats:
    """Share applied among these rows of each code, leaning on that of all codes together."""
    values = np.where(rows, np.nan_to_num(applied), 0.0)
    n, together = rows.sum(axis=0), (values.sum() + 0.5) / (rows.sum() + 1)
    return np.asarray((values.sum(axis=0) + LEAN * together) / (n + LEAN))


def _suggestions(
    made: ModelSuggestions, found: _Found, applied: Floats, promises: list[CodePromise], settings: dict[str, Any]
) -> Suggestions:
    untaught = CodePromise(reason="too few codings to suggest it at all")
    kept = [p if known else untaught for p, known in zip(promises, found.taught.tolist(), strict=False)]
    needed = np.array([p.threshold if p.promise is not None else -np.inf for p in kept] or -np.inf)
    n_coded = np.nansum(applied, axis=0)
    withheld = tuple(
        (code, float(n), "too few codings among what was read to learn from")
        for code, n, known in zip(made.codebook.ids, n_coded, found.taught.tolist(), strict=True)
        if not known
    )
    if withheld:
        warn(f"{len(withheld)} of {len(made.codebook)} codes not suggested: too few codings. See .made_from.withheld.")
    return Suggestions(
        made.segments, made.codebook, found.probabilities, found.suggested,
        found.suggested & (np.nan_to_num(found.probabilities, nan=-1.0) >= needed), np.full(len(applied), np.nan),
        Table(("code", *PROMISES), tuple((code, *astuple(p)) for code, p in zip(made.codebook.ids, kept, strict=False)),
              "What is promised of each code's suggestions"),
        settings, Table(("code", "n_coded", "reason"), withheld, "Codes that are not suggested"), applied=applied,
    )  # fmt: skip


def _coding(made: Suggestions, coding: Coding, name: str) -> Coding:
    applied: list[CodedSpan] = []
    known = np.isfinite(made.probabilities).all(axis=1)
    for row, segment in enumerate(made.segments):
        where = (name, segment.transcript_id, segment.start, segment.end)
        taken = np.flatnonzero(made.accepted[row]).tolist()
        shares = made.probabilities[row]
        applied += [CodedSpan(*where, made.codebook.ids[c], "suggested", round(float(shares[c]), 6)) for c in taken]
        if made.suggested[row].any() and not taken:
            applied.append(CodedSpan(*where, "", "abstained"))
    read = tuple(ReadSpan(name, s.transcript_id, s.start, s.end) for s in made.segments.take(np.flatnonzero(known)))
    return Coding(tuple(applied), read, coding.codebook, made_from=made)


def _encoder(stacked_with: Coding | None) -> str:
    settings = getattr(getattr(stacked_with, "made_from", None), "settings", {})
    return str(settings.get("encoder", ""))


def _name(coding: Coding, stacked_with: Coding | None) -> str:
    own = coding.coders[0] if coding.coders else "language model"
    return f"{own}, calibrated" if stacked_with is None else f"{own}, stacked with {', '.join(stacked_with.coders)}"
