"""What a machine that learnt from people suggests on talk whose codes it has not seen: each block left out in turn."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.embeddings import embed
from alliance_nlp.errors import AllianceWarning, counted, present, warn
from alliance_nlp.numeric import Bools, Ints, grouped
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
    is_form,
)
from alliance_nlp.records.fields import Shares, refuse_shape
from alliance_nlp.suggesting.gathering import stand_in
from alliance_nlp.suggesting.making import suggest_codes
from alliance_nlp.suggesting.origin import origin_of
from alliance_nlp.suggesting.similarity import words_cut_once
from alliance_nlp.suggesting.suggestions import Suggestions

MOST_PARTS = 10  # more sessions or people than this are left out several at a time
STRETCHES, LEAST_TURNS, GAP = 8, 15, 3  # one session: so many stretches of at least so many segments, and beside them
BLOCKS = ("block", "part", "n_segments", "n_read", "n_learnt", "exemplars_left_out", "reason")
NOTHING_LEFT = "nothing that people coded is left to learn from when it is left out"
ONE_BLOCK = "one session was read, and its {n} segments are too few to leave a stretch of talk out"
NONE_READ = "nobody has coded any of these segments"


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
    is one call of `suggest_codes` with its defaults, which does not see what people coded or read there; a coded span
    that reaches into it is not learnt from either. So nothing that people coded in a block reaches what is suggested
    there. Who learns without a session that is rich in a code expects less of it there, so figures over several
    sessions come out a little low. Time grows with the number of parts.

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
    wishes: dict[str, Any] = {"level": level, "rule": rule, "encoder": encoder, "coder": coder}
    with words_cut_once():  # the texts are the same in every part
        found = [one_part(embeddings, codebook, learn_from, plan, part, wishes) for part in _shown(plan.n_parts)]
    made = _record(embeddings, codebook, plan, found, {**wishes, "origin": origin_of(embeddings, learn_from, rule)})
    _warn_of(made)
    spans = (
        span for part in found if part.coding is not None for span in only_held(part.coding, embeddings, part.rows)
    )
    kept = embeddings.segments.take(np.flatnonzero(made.held))
    read = tuple(ReadSpan(coder, s.transcript_id, s.start, s.end) for s in kept)
    return Coding(tuple(spans), read, codebook, made_from=made)


class HeldOutPlan(NamedTuple):
    """Which block each segment belongs to (-1 none), in which part it is left out, and what is left out whole."""

    names: tuple[str, ...]
    block: Ints
    part: Ints  # of each block
    kind: str  # "session", "person" or "stretch of talk"
    read: Bools
    whole: bool  # whole transcripts, with all that is no segment
    reason: str

    @property
    def n_parts(self) -> int:
        """Number of parts."""
        return int(self.part.max(initial=-1)) + 1

    @property
    def held_out(self) -> str:
        """What is left out, in words."""
        several = {"person": "people", "stretch of talk": "stretches of talk"}.get(self.kind)
        return counted(len(self.names), self.kind, several)

    def rows(self, part: int) -> Ints:
        """Segments that are left out in a part."""
        of_segment = np.append(self.part, -1)[self.block]
        return np.flatnonzero(of_segment == part)


class FoundInPart(NamedTuple):
    """What one part gave: the segments that were left out, suggestions on them, or why there are none."""

    rows: Ints
    coding: Coding | None
    exemplars_left_out: int
    n_learnt: int
    warnings: tuple[str, ...]


def plan_parts(segments: Segments, coding: Coding, rule: Rule) -> HeldOutPlan:
    """Say what is left out together."""
    seen = coding.on(segments, rule=rule)
    read = np.zeros(len(segments), dtype=bool)
    for sets in seen.sets.values():
        read |= np.array([found is not None for found in sets], dtype=bool)
    sessions = [segments.session_of(segment) for segment in segments]
    used = sorted({name for name, known in zip(sessions, read, strict=True) if known})
    people = [segment.person for segment in segments]
    form = all(is_form(t) for t in segments.transcripts)
    if form and len({p for p, known in zip(people, read, strict=True) if known and p}) > 1:
        return _of_names([p or f"nobody named, {s}" for p, s in zip(people, sessions, strict=True)], read, "person")
    if len(used) > 1:
        return _of_names(sessions, read, "session")
    return _of_stretches(segments, sessions, used, read)


def _of_names(names: list[str], read: Bools, kind: str) -> HeldOutPlan:
    """Leave out what goes by one name, where any of it was read."""
    blocks = sorted({name for name, known in zip(names, read, strict=True) if known})
    number = {name: i for i, name in enumerate(blocks)}
    block = np.array([number.get(name, -1) for name in names], dtype=np.int64)
    return HeldOutPlan(tuple(blocks), block, np.arange(len(blocks)) % MOST_PARTS, kind, read, kind == "session", "")


def _of_stretches(segments: Segments, sessions: list[str], used: list[str], read: Bools) -> HeldOutPlan:
    """Cut the one session that was read into stretches of talk; none where it is too short."""
    place = {t.id: i for i, t in enumerate(segments.transcripts)}
    inside = [i for i, name in enumerate(sessions) if name in used]
    inside.sort(key=lambda i: (place[segments[i].transcript_id], segments[i].start))
    n = min(STRETCHES, len(inside) // LEAST_TURNS)
    block = np.full(len(segments), -1, dtype=np.int64)
    reason = "" if n > 1 else (ONE_BLOCK.format(n=len(inside)) if used else NONE_READ)
    if not reason:
        block[inside] = np.arange(len(inside)) * n // len(inside)
    names = tuple(f"{used[0]}, stretch {i + 1} of {n}" for i in range(n)) if not reason else ()
    return HeldOutPlan(names, block, np.arange(len(names)), "stretch of talk", read, False, reason)


def _shown(n: int) -> Iterable[int]:
    """Count the parts, with a bar where they take longer than two seconds."""
    from tqdm import tqdm

    bar: Iterable[int] = tqdm(range(n), desc="learning, held out", unit="part", delay=2, disable=None, leave=False)
    return bar


def one_part(
    embeddings: Embeddings, codebook: Codebook, coding: Coding, plan: HeldOutPlan, part: int, wishes: dict[str, Any],
    *, unlearnt: Ints | None = None,
) -> FoundInPart:  # fmt: skip
    """Learn from everything but one part, and but for what is not to be learnt from either, and suggest on it."""
    segments, rows = embeddings.segments, plan.rows(part)
    rest = _without(coding, segments, rows, plan)
    if unlearnt is not None:
        rest = _without(rest, segments, unlearnt, plan._replace(whole=False, kind=""))
    book, left_out = _unshown(codebook, [segments[i].text for i in rows.tolist()])
    rest = replace(rest, codebook=book)
    learnt = rest.on(segments, rule=wishes["rule"]) if rest.coders else None
    sets = [] if learnt is None else [s for found in learnt.sets.values() for s in found]
    if learnt is None or not any(sets):
        return FoundInPart(rows, None, left_out, 0, ())
    n_learnt = int(np.any([[s is not None for s in found] for found in learnt.sets.values()], axis=0).sum())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = suggest_codes(embeddings, book, learn_from=rest, **wishes)
    said = tuple(dict.fromkeys(str(w.message) for w in caught if issubclass(w.category, AllianceWarning)))
    return FoundInPart(
        rows, made, left_out, n_learnt, tuple(text for text in said if ".made_from.withheld" not in text)
    )


def _without(coding: Coding, segments: Segments, rows: Ints, plan: HeldOutPlan) -> Coding:
    """Forget what was coded or read where these segments stand: whole transcripts, or the segments and their sides."""
    whole = {segments[i].transcript_id for i in rows.tolist()} if plan.whole else set()
    out = grouped((s.transcript_id, (s.start, s.end)) for s in _beside(segments, rows, plan))
    kept = [a for a in coding.applied if a.transcript_id not in whole and not _touches(a, out)]
    dropped = [a for a in coding.applied if a.transcript_id not in whole and _touches(a, out)]
    unread = grouped([*((t, r) for t, ranges in out.items() for r in ranges),
                      *((a.transcript_id, (a.start, a.end)) for a in dropped)])  # fmt: skip
    read = [piece for r in coding.read if r.transcript_id not in whole for piece in _cut(r, unread)]
    left = {a.coder for a in kept} | {r.coder for r in read}
    saw = {coder: seen for coder, seen in coding.saw_suggestions.items() if coder in left}
    return Coding(tuple(kept), tuple(read), coding.codebook, saw)


def _beside(segments: Segments, rows: Ints, plan: HeldOutPlan) -> Segments:
    """Segments that are left out; of a stretch of talk those beside it too, which may answer one another."""
    if plan.kind != "stretch of talk":
        return segments.take(rows)
    order = sorted(range(len(segments)), key=lambda i: (segments[i].transcript_id, segments[i].start))
    out = set(rows.tolist())
    near = {order[k] for at, i in enumerate(order) if i in out
            for k in range(max(0, at - GAP), min(len(order), at + GAP + 1))}  # fmt: skip
    return segments.take(sorted(near))


def _touches(span: Any, out: Mapping[str, list[tuple[int, int]]]) -> bool:
    own = (span.start, span.end)
    return any(own == r or (own[0] < r[1] and r[0] < own[1]) for r in out.get(span.transcript_id, ()))


def _cut(span: ReadSpan, out: Mapping[str, list[tuple[int, int]]]) -> list[ReadSpan]:
    """Give the pieces of what was read that lie outside what is left out."""
    pieces, at = [], span.start
    for start, end in sorted(out.get(span.transcript_id, ())):
        if end <= at or start >= span.end:
            continue
        pieces += [replace(span, start=at, end=start)] if start > at else []
        at = max(at, end)
    return [*pieces, *([replace(span, start=at)] if at < span.end or at == span.start else [])]


def _unshown(codebook: Codebook, texts: list[str]) -> tuple[Codebook, int]:
    """Leave out exemplars that stand in these texts, or hold one of them: their codes are what is to be found."""
    kept = [
        tuple(text for text, stands in zip(code.exemplars, stand_in(code.exemplars, texts), strict=True) if not stands)
        for code in codebook
    ]
    left_out = sum(len(code.exemplars) - len(texts) for code, texts in zip(codebook, kept, strict=True))
    if not left_out:
        return codebook, 0
    codes = [replace(code, exemplars=texts) for code, texts in zip(codebook, kept, strict=True)]
    return replace(codebook, codes=tuple(codes)), left_out


def only_held(made: Coding, embeddings: Embeddings, rows: Ints) -> list[Any]:
    """Suggestions on what was left out."""
    inside = {embeddings.segments[i].id for i in rows.tolist()}
    return [span for span in made.applied if span.segment_id in inside]


def _record(
    embeddings: Embeddings, codebook: Codebook, plan: HeldOutPlan, found: list[FoundInPart], wishes: dict[str, Any]
) -> HeldOut:
    segments, leveled = embeddings.segments, codebook.at(wishes["level"])
    probabilities = np.full((len(segments), len(leveled)), np.nan)
    withheld: list[tuple[object, ...]] = []
    for number, part in enumerate(found):
        if part.coding is not None and isinstance(part.coding.made_from, Suggestions):
            probabilities[part.rows] = part.coding.made_from.probabilities[part.rows]
            withheld += [(number, *row.values()) for row in part.coding.made_from.withheld.rows()]
    rows = tuple(_on_block(plan, block, found) for block in range(len(plan.names)))
    failed = bool(rows) and all(row["reason"] for row in rows)
    settings = {
        "level": wishes["level"], "rule": wishes["rule"], "encoder": str(embeddings.encoder), "n_parts": plan.n_parts,
        "kind": plan.kind,
        "held_out": plan.held_out,
        "n_learnt": max((part.n_learnt for part in found), default=0),
        "remarks": tuple(dict.fromkeys(text for part in found for text in part.warnings)), **wishes["origin"],
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
        "exemplars_left_out": part.exemplars_left_out, "reason": "" if part.coding is not None else NOTHING_LEFT,
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
