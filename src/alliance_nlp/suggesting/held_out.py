"""What a machine that learnt from people suggests on talk whose codes it has not seen: each block left out in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.embeddings import embed
from alliance_nlp.errors import counted, present, warn
from alliance_nlp.numeric import Bools
from alliance_nlp.records import (
    Codebook,
    Coding,
    Embeddings,
    Encoder,
    Level,
    ReadSpan,
    Record,
    Row,
    Rule,
    Segments,
    Table,
    Tabular,
)
from alliance_nlp.records.fields import Shares, refuse_shape
from alliance_nlp.suggesting.held_out_parts import HeldOutPlan, plan_parts
from alliance_nlp.suggesting.leaving_out import FoundInPart, Wishes, learn_parts
from alliance_nlp.suggesting.origin import origin_of

BLOCKS = ("block", "part", "n_segments", "n_read", "n_learnt", "exemplars_left_out", "reason")
NOTHING_LEFT = "nothing that people coded is left to learn from when it is left out"


@dataclass(frozen=True, eq=False, repr=False)
class HeldOut(Tabular, Record):
    """Hold what was left out in turn, how probable each code is there, or why nothing could be left out.

    Parameters
    ----------
    segments : Segments
        The segments.
    codebook : Codebook
        The codes, on the level that was asked for.
    probabilities : array of shape (n_segments, n_codes)
        Share of coders expected to apply the code, by a machine that saw nothing of the segment's block; nan where the
        segment was not left out.
    blocks : Table
        One row a block: what was left out together, how much of it people had read, how many segments were learnt
        from, how many exemplars of the codebook stand in it and so were not shown, or why it was not left out.
    withheld : Table
        Per part, codes that were not suggested there, with what was seen of them and why that is not enough.
    settings : dict
        Level, rule, encoder, and in words what was left out.
    reason : str, default ""
        Why nothing was left out; empty where something was.

    Notes
    -----
    A learnt machine repeats the coding that it learnt from. How well it does says how well the codes can be taught,
    not that they are right.
    """

    segments: Segments
    codebook: Codebook
    probabilities: Shares
    blocks: Table
    withheld: Table
    settings: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def _check(self) -> None:
        shape = (len(self.segments), len(self.codebook))
        refuse_shape("HeldOut.probabilities", self.probabilities, shape, "segments and codes")

    @property
    def held(self) -> Bools:
        """Whether each segment was left out, and so has a suggestion or none by a machine that had not seen it."""
        return np.asarray(np.isfinite(self.probabilities).all(axis=1))

    def table(self) -> Table:
        """Give one row a block."""
        return self.blocks

    def _summary(self) -> str:
        if self.reason:
            return f"nothing left out: {self.reason}"
        return f"{self.settings.get('held_out')} left out, {int(self.held.sum())} of {len(self.segments)} segments"


def suggest_held_out(
    segments: Segments | Embeddings,
    codebook: Codebook | None,
    *,
    learn_from: Coding | None,
    level: Level = "code",
    rule: Rule = "half",
    encoder: str | Path | Encoder | None = None,
    coder: str = "machine, learnt",
) -> Coding:
    """Suggest codes for talk that people coded, each session by a machine that learnt from the others alone.

    Parameters
    ----------
    segments : Segments or Embeddings
        The segments. Embeddings save embedding them again.
    codebook : Codebook
        The codes. An exemplar that stands in what is left out is not shown to the machine.
    learn_from : Coding
        What people coded.
    level : {"code", "essence", "theme"}, default "code"
        Level of the codebook on which to suggest.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    encoder : str, Path or Encoder, optional
        What embeds segments and codebook; see `suggest_codes`.
    coder : str, default "machine, learnt"
        Name the machine goes by.

    Returns
    -------
    Coding
        It has read what was left out, and nothing else. ``made_from`` is the `HeldOut` record: blocks, probabilities,
        and the reason where nothing could be left out; then the coding is empty.

    Raises
    ------
    InputError
        When there is no codebook or nothing to learn from, or as in `suggest_codes`.

    Notes
    -----
    Left out are sessions of which anything was read; where nobody answers anybody, as in a questionnaire, people; with
    one session, stretches of its talk with the segments beside them. More than ten are left out in ten parts. Each part
    is suggested on as by one call of `suggest_codes` with its defaults, which does not see what people coded or read
    there; a coded span that reaches into it is not learnt from either. So nothing that people coded in a block reaches
    what is suggested there. Nor is a copy learnt from, wherever it stands: six words or more that are the same, or
    eight that nearly are, as in a session under two names. With more than 4,000 coded segments, which of them are
    learnt from is chosen once for all parts: by how many were read in all, those of the part among them, never by a
    code. Who learns without a session that is rich in a code expects less of it there, so figures over several
    sessions come out a little low.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> study = an.load_study("focus_group")
    >>> segments = an.segment(study.transcripts)
    >>> learnt = suggest_held_out(segments, study.codebook, learn_from=study.coding, level="theme")
    >>> [(row["block"], row["n_segments"]) for row in learnt.made_from.blocks.rows()]
    [('session_1', 242), ('session_2', 217)]
    """
    learn_from = present(learn_from, "learn_from", "suggest_held_out()", "Read one with an.read_codings().")
    codebook = present(codebook, "codebook", "suggest_held_out()", "Read one with an.read_codebook().")
    if isinstance(segments, Embeddings):
        embeddings = segments
    else:
        embeddings = embed(segments) if encoder is None else embed(segments, encoder=encoder)
    plan = plan_parts(embeddings.segments, learn_from, rule)
    wishes = Wishes(level, rule, encoder, coder)
    with _bar(plan.n_parts) as bar:
        found = learn_parts(embeddings, codebook, learn_from, plan, wishes, step=bar.update)
    made = _record(embeddings, codebook, plan, found, wishes, origin_of(embeddings, learn_from, rule))
    _warn_of(made)
    spans = tuple(span for part in found for span in part.spans)
    kept = embeddings.segments.take(np.flatnonzero(made.held))
    read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in kept)
    return Coding(spans, read, codebook, made_from=made)


def _bar(n: int) -> Any:
    """Count how often parts were learnt and suggested on, with a bar where it takes longer than two seconds."""
    from tqdm import tqdm

    return tqdm(total=2 * n, desc="learning, held out", unit="step", delay=2, disable=None, leave=False)


def _record(
    embeddings: Embeddings, codebook: Codebook, plan: HeldOutPlan, found: list[FoundInPart], wishes: Wishes,
    origin: Mapping[str, Any],
) -> HeldOut:  # fmt: skip
    segments, leveled = embeddings.segments, codebook.at(wishes.level)
    probabilities = np.full((len(segments), len(leveled)), np.nan)
    withheld: list[tuple[object, ...]] = []
    for number, part in enumerate(found):
        if part.probabilities is not None:
            probabilities[part.rows] = part.probabilities
        withheld += [(number, *row) for row in part.withheld]
    rows = tuple(_on_block(plan, block, found) for block in range(len(plan.names)))
    failed = bool(rows) and all(row["reason"] for row in rows)
    settings = {
        "level": wishes.level, "rule": wishes.rule, "encoder": str(embeddings.encoder), "n_parts": plan.n_parts,
        "kind": plan.kind,
        "held_out": plan.held_out,
        "n_learnt": max((part.n_learnt for part in found), default=0),
        "remarks": tuple(dict.fromkeys(text for part in found for text in part.warnings)), **origin,
    }  # fmt: skip
    return HeldOut(
        segments, leveled, probabilities, Table.of(list(rows), columns=BLOCKS, title="What was left out in turn"),
        Table(("part", "code", "n_coded", "reason"), tuple(withheld), "Codes that were not suggested, by part"),
        settings, plan.reason or (NOTHING_LEFT if failed else ""),
    )  # fmt: skip


def _on_block(plan: HeldOutPlan, block: int, found: list[FoundInPart]) -> Row:
    mine = plan.block == block
    part = found[int(plan.part[block])]
    return {
        "block": plan.names[block], "part": int(plan.part[block]), "n_segments": int(mine.sum()),
        "n_read": int((mine & plan.read).sum()), "n_learnt": part.n_learnt,
        "exemplars_left_out": part.exemplars_left_out, "reason": "" if part.probabilities is not None else NOTHING_LEFT,
    }  # fmt: skip


def _warn_of(made: HeldOut) -> None:
    """Say once what the parts said, and which codes could be suggested in none of them."""
    for text in made.settings["remarks"]:
        warn(text)
    parts = Counter(row["code"] for row in made.withheld.rows())
    never = [code for code, n in parts.items() if n == made.settings["n_parts"]]
    if never:
        warn(
            f"{counted(len(never), 'code')} of {len(made.codebook)} not suggested wherever it was left out; the first "
            f"is {never[0]!r}. See .made_from.withheld."
        )
