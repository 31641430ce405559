"""How agreement grows with the talk that people coded: a machine that learnt from more and more of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from alliance_nlp.comparison.comparing import compare
from alliance_nlp.comparison.words import BEFORE
from alliance_nlp.embeddings import embed
from alliance_nlp.errors import InputError, check_type, present
from alliance_nlp.records import Codebook, Coding, Embeddings, Encoder, Level, Row, Rule, Segments, Table
from alliance_nlp.suggesting.from_less import LearntFromLess, suggest_from_less

SHARES = (0.125, 0.25, 0.5, 1.0)
CURVE = ("share", "order", "n_learnt", "n", "kappa", "interval", "human_human", "position", "reason")
NOTHING = "nothing could be suggested from so little"
FEWEST_DRAWS = 20  # of intervals that are not shown


def learning_curve(
    segments: Segments | Embeddings, codebook: Codebook | None, *, learn_from: Coding | None,
    people: Coding | None = None, level: Level = "theme", rule: Rule = "half",
    encoder: str | Path | Encoder | None = None, shares: Sequence[float] = SHARES, n_orders: int = 3,
    n_draws: int = 2000, random_state: int = 0,
) -> Table:  # fmt: skip
    """Say how well a machine agrees with people after learning from more and more of what they coded.

    Parameters
    ----------
    segments : Segments or Embeddings
        The segments. Embeddings save embedding them again.
    codebook : Codebook
        The codes.
    learn_from : Coding
        What people coded.
    people : Coding, optional
        With whom the machine is compared, a consensus say; by default with those it learnt from.
    level : {"code", "essence", "theme"}, default "theme"
        Level of the codebook.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds segments and codebook; see `suggest_codes`.
    shares : sequence of float, default (0.125, 0.25, 0.5, 1.0)
        Shares of what is not held out that are learnt from, each above 0 and at most 1.
    n_orders : int, default 3
        How many orders of coding the talk are tried, where less than all is learnt from.
    n_draws : int, default 2000
        Draws for the interval where all is learnt from; elsewhere orders show the spread.
    random_state : int, default 0
        Seed of orders and draws.

    Returns
    -------
    Table
        One row a share and order: coded segments learnt from (mean over what was held out), segments compared, kappa
        pooled over codes, its 95% interval where all was learnt from, kappa of the people with each other and of
        position alone on the same segments, and why a figure is undefined.

    Raises
    ------
    InputError
        When there is nothing to learn from or to hold out, or a share or number is out of range.

    Notes
    -----
    Each session is suggested by a machine that saw nothing of it (see `suggest_held_out`), and that learnt from whole
    sessions, or with fewer than eight from whole stretches, of the others. A curve that still rises says that more
    coding would help the machine; one that is flat does not say that the codes are right. Time grows with sessions,
    shares and orders.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("interviews")
    >>> curve = learning_curve(an.segment(study.transcripts), study.codebook, learn_from=study.coding, shares=(1.0,))
    >>> [(row["share"], row["order"], row["n"]) for row in curve.rows()]
    [(1.0, 0, 121)]
    """
    learn_from = present(learn_from, "learn_from", "learning_curve()", "Read one with an.read_codings().")
    codebook = present(codebook, "codebook", "learning_curve()", "Read one with an.read_codebook().")
    check_type("n_orders must be a whole number", int, n_orders)
    if n_orders < 1 or not shares or not all(0 < share <= 1 for share in shares):
        raise InputError(
            f"learning_curve() needs n_orders of 1 or more, and shares above 0 and up to 1. Got n_orders={n_orders}, "
            f"shares={tuple(shares)}."
        )
    if not isinstance(segments, Embeddings):
        segments = embed(segments) if encoder is None else embed(segments, encoder=encoder)
    rows, held_out = [], ""
    for share in sorted(set(shares)):
        for order in range(n_orders if share < 1 else 1):
            made = suggest_from_less(
                segments, codebook, learn_from=learn_from, share=share, level=level, rule=rule, encoder=encoder,
                random_state=random_state + 1000 * order,
            )  # fmt: skip
            draws = n_draws if share == 1 else FEWEST_DRAWS
            figures = _figures(made, people or learn_from, segments.segments, level, rule, draws, random_state)
            rows.append({"share": float(share), "order": order, "n_learnt": made.n_learnt, **figures})
            held_out = made.held_out
    notes = (f"Held out: {held_out}, each by a machine that saw nothing of it. Kappa: pooled over codes.",
             f"Position alone: kappa of {BEFORE}.")  # fmt: skip
    return Table.of(rows, columns=CURVE, title=f"Agreement by what was learnt from, per {level}", notes=notes)


def _figures(
    made: LearntFromLess, people: Coding, segments: Segments, level: Level, rule: Rule, n_draws: int, random_state: int
) -> Row:  # fmt: skip
    if not made.coding.read:
        nothing = dict.fromkeys(("kappa", "human_human", "position"), math.nan)
        return {"n": 0, **nothing, "interval": (math.nan, math.nan), "reason": NOTHING}
    found = compare(
        people, made.coding, segments=segments, level=level, rule=rule, n_draws=n_draws, n_permutations=0,
        random_state=random_state,
    )  # fmt: skip
    pooled = next(row for row in found.overall.rows() if row["figure"].startswith("pooled kappa"))
    interval = pooled["interval"] if n_draws > FEWEST_DRAWS else (math.nan, math.nan)
    return {
        "n": pooled["n"], "kappa": pooled["value"], "interval": interval,
        "human_human": pooled.get("human_human", math.nan), "position": pooled.get("position", math.nan),
        "reason": _reason(pooled, asked=n_draws > FEWEST_DRAWS),
    }  # fmt: skip


def _reason(pooled: Row, *, asked: bool) -> str:
    """Say why there is no kappa, or no interval where one was asked for."""
    if not math.isfinite(pooled["value"]):
        return str(pooled["remark"])
    return f"no interval: {pooled['interval_reason']}" if asked and pooled.get("interval_reason") else ""
