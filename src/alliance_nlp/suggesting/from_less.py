"""What a machine suggests on talk that is held out when it learnt from a part of the rest: whole stretches of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.agreement.stretches import stretches_of
from alliance_nlp.errors import InputError
from alliance_nlp.numeric import Ints
from alliance_nlp.records import Codebook, Coding, Embeddings, Encoder, Level, ReadSpan, Rule
from alliance_nlp.suggesting.held_out_parts import HeldOutPlan, plan_parts
from alliance_nlp.suggesting.leaving_out import Wishes, learn_parts

FEW = 8  # with fewer sessions, stretches of them are learnt from one after the other
CODER = "machine, learnt from less"


class LearntFromLess(NamedTuple):
    """Suggestions on what was held out, how many coded segments were learnt from on average, and what was held out."""

    coding: Coding
    n_learnt: float
    held_out: str


def suggest_from_less(
    embeddings: Embeddings, codebook: Codebook, *, learn_from: Coding, share: float, level: Level = "theme",
    rule: Rule = "half", encoder: str | Path | Encoder | None = None, random_state: int = 0,
) -> LearntFromLess:  # fmt: skip
    """Suggest codes for each session by a machine that learnt from a share of the others.

    Parameters
    ----------
    embeddings : Embeddings
        The segments, embedded.
    codebook : Codebook
        The codes.
    learn_from : Coding
        What people coded.
    share : float
        Share of the rest that is learnt from: whole sessions, or with fewer than eight whole stretches of them; on a
        form the answers of whole people.
    level, rule, encoder
        As in `suggest_held_out`.
    random_state : int, default 0
        Seed of the order in which stretches are learnt from; with one seed a larger share holds the smaller one.

    Raises
    ------
    InputError
        When nothing can be held out.
    """
    segments = embeddings.segments
    plan = plan_parts(segments, learn_from, rule)
    if plan.reason:
        raise InputError(f"Nothing can be held out to learn from less: {plan.reason}.")
    of = plan.block if plan.kind != "session" or len(plan.names) >= FEW else _stretches(embeddings, plan)
    unlearnt = [_unlearnt(of, plan.rows(part), share, random_state + part) for part in range(plan.n_parts)]
    wishes = Wishes(level, rule, encoder, CODER)
    made = [part for part in learn_parts(embeddings, codebook, learn_from, plan, wishes, unlearnt=unlearnt)
            if part.probabilities is not None]  # fmt: skip
    kept = segments.take(np.concatenate([part.rows for part in made])) if made else segments.take(np.zeros(0, int))
    read = tuple(ReadSpan(CODER, s.transcript_id, s.start, s.end) for s in kept)
    n_learnt = float(np.mean([part.n_learnt for part in made])) if made else 0.0
    return LearntFromLess(
        Coding(tuple(s for part in made for s in part.spans), read, codebook), n_learnt, plan.held_out
    )


def _stretches(embeddings: Embeddings, plan: HeldOutPlan) -> Ints:
    segments = embeddings.segments
    return stretches_of([segments.session_of(segment) for segment in segments], counted=plan.block >= 0)


def _unlearnt(of: Ints, held: Ints, share: float, seed: int) -> Ints:
    """Segments outside what is held out whose session or stretch is not yet learnt from."""
    rest = np.setdiff1d(np.unique(of[of >= 0]), of[held])
    order = np.random.default_rng(seed).permutation(rest)
    learnt = order[: max(1, math.ceil(share * len(rest) - 1e-9))]
    return np.setdiff1d(np.flatnonzero(~np.isin(of, learnt)), held)
