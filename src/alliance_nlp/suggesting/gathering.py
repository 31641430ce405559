"""From segments, codebook and codings to what the learner is given."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.embeddings import encode_texts
from alliance_nlp.errors import InputError, counted, did_you_mean, problems_error, warn
from alliance_nlp.numeric import Bools, Floats, Ints, grouped, nan_mean
from alliance_nlp.records import (
    Code,
    Codebook,
    Coding,
    Embeddings,
    Encoder,
    Level,
    ProjectedCoding,
    Rule,
    Segments,
    code_table,
    is_conversation,
    is_form,
    moderates,
)
from alliance_nlp.suggesting.copies import plain_words
from alliance_nlp.suggesting.evidence import CodeEvidence, InOrder, SegmentEvidence, laid_out_later
from alliance_nlp.suggesting.promises import PEOPLE, TALK, Unit

STRETCHES, LEAST_TURNS = 8, 15  # one session is held out in so many stretches, or fewer of at least so many turns


class Gathered(NamedTuple):
    """Everything the learner is given, in the order of speaking, and where the caller's segments stand in it.

    `above` is what people applied one level up where suggestions are wanted there; `held_out` says in words what is
    held out together, `unit` what one such block is called; `stated` whether it is known what any coder read.
    """

    evidence: SegmentEvidence
    applied: Floats
    above: Floats | None
    codes: CodeEvidence
    chosen: Bools
    rows_of: Ints
    held_out: str
    unit: Unit
    stated: bool

    @property
    def wanted(self) -> Floats:
        """What people applied on the level that suggestions are wanted for."""
        return self.applied if self.above is None else self.above


class _Row(NamedTuple):
    """Something that was said: whose segment it is (None for a moderator's turn that is none), and where it stands."""

    transcript: str
    start: int
    text: str
    asks: bool
    segment: int | None


class LaidOut(NamedTuple):
    """Segments, the moderator's turns between them, and the exemplars, as the learner is given them.

    Who coded what is in none of it. `shown` says of each exemplar which codes it shows, `stood` in which blocks
    exemplars were found to stand.
    """

    segments: Segments
    said: list[_Row]
    shown: dict[str, list[int]]
    evidence: SegmentEvidence
    codes: CodeEvidence
    rows_of: Ints
    upward: bool
    stood: dict[tuple[Hashable, ...], list[bool]]


def gather_evidence(
    embeddings: Embeddings,
    codebook: Codebook,
    learn_from: Coding | None,
    *,
    level: Level,
    rule: Rule,
    encoder: str | Path | Encoder,
) -> Gathered:
    """Lay out segments, the moderator's turns between them, the exemplars, and who applied what."""
    laid_out = lay_out(embeddings, codebook, level, encoder)
    applied, above = applied_by_people(embeddings.segments, codebook, learn_from, level, rule)
    stated = learn_from is None or len(silent_coders(learn_from)) < len(learn_from.coders)
    return gathered_from(laid_out, applied, above, stated=stated)


def lay_out(embeddings: Embeddings, codebook: Codebook, level: Level, encoder: str | Path | Encoder) -> LaidOut:
    """Lay out everything but who applied what."""
    segments = embeddings.segments
    said = sorted([*_own(segments), *_asked(segments)], key=lambda row: row[:2])
    base = codebook.at("code")
    # an exemplar that is shown for two codes is one passage with both: as two it would be evidence against each
    shown = grouped((text, number) for number, code in enumerate(base) for text in code.exemplars)
    texts = [*(row.text for row in said if row.segment is None), *shown]
    more = encode_texts(texts, encoder)[0] if texts else np.zeros((0, embeddings.vectors.shape[1]))
    given = np.array([-1 if row.segment is None else row.segment for row in said] + [-1] * len(shown), dtype=np.int64)
    rows_of = np.empty(len(segments), dtype=np.int64)
    rows_of[given[given >= 0]] = np.flatnonzero(given >= 0)
    given[given < 0] = len(segments) + np.arange(len(texts))
    in_order = InOrder(embeddings.vectors, np.asarray(more), given)
    alone: list[Hashable] = [("exemplar", i) for i in range(len(shown))]
    evidence = SegmentEvidence(
        in_order if laid_out_later(len(in_order)) else in_order[:], [*(row.text for row in said), *shown], None,
        [*_sequences(segments, said), *alone], [*(row.asks for row in said), *[False] * len(shown)],
    )  # fmt: skip
    codes = _codes(base, codebook, level, encoder)
    return LaidOut(segments, said, shown, evidence, codes, rows_of, codebook.at(level).ids != base.ids, {})


def gathered_from(laid_out: LaidOut, applied: Floats, above: Floats | None, *, stated: bool) -> Gathered:
    """Put beside it who applied what: one row a segment, shares of the coders who read it, nan where nobody did."""
    n, n_all, shown = len(laid_out.said), len(laid_out.evidence), laid_out.shown
    table = np.full((n_all, applied.shape[1]), np.nan)
    table[laid_out.rows_of] = applied
    upper = None if above is None else np.full((n_all, above.shape[1]), np.nan)
    if upper is not None:
        upper[laid_out.rows_of] = above
    for place, numbers in enumerate(shown.values(), start=n):
        table[place] = np.isin(np.arange(applied.shape[1]), numbers)
        if upper is not None:
            upper[place] = [not set(numbers).isdisjoint(members) for members in laid_out.codes.above]
    blocks, held_out, unit = _blocks(laid_out.segments, laid_out.said, ~np.isnan(table[:n]).all(axis=1))
    evidence = replace(laid_out.evidence, blocks=[*blocks, *_blocks_of_exemplars(laid_out, blocks)])
    chosen = np.arange(n_all) >= n
    return Gathered(evidence, table, upper, laid_out.codes, chosen, laid_out.rows_of, held_out, unit, stated)


def _own(segments: Segments) -> list[_Row]:
    return [_Row(s.transcript_id, s.start, s.text, moderates(s.role), i) for i, s in enumerate(segments)]


def _asked(segments: Segments) -> list[_Row]:
    """List moderators' turns of the same transcripts that are no segments: evidence for what is answered."""
    taken = {(s.transcript_id, s.turn) for s in segments}
    used = {s.transcript_id for s in segments}
    return [
        _Row(transcript.id, turn.start, transcript.text[turn.start : turn.end], True, None)
        for transcript in segments.transcripts
        if transcript.id in used
        for index, turn in enumerate(transcript.turns)
        if moderates(turn.role)
        and turn.end > turn.start
        and "machine" not in turn.refuses
        and (transcript.id, index) not in taken
    ]


def _sequences(segments: Segments, said: list[_Row]) -> list[Hashable]:
    """Give the conversation of each row; a row that stands beside others in a file, not in talk, is alone."""
    in_talk = {transcript.id for transcript in segments.transcripts if is_conversation(transcript)}
    return [row.transcript if row.transcript in in_talk else (row.transcript, place) for place, row in enumerate(said)]


def _blocks(segments: Segments, said: list[_Row], read: Bools) -> tuple[list[Hashable], str, Unit]:
    """Say what is held out together: sessions; where only one was read, stretches of its talk.

    Where all that was read are answers side by side, a person's answers are held out together: they are no talk with
    one another, and whole questions would be held out with codes of their own.
    """
    of = {t.id: t for t in segments.transcripts}
    sessions = [of[row.transcript].session_name for row in said]
    known = [row for row, seen in zip(said, read, strict=True) if seen]
    if known and all(is_form(of[name]) for name in {row.transcript for row in known}):
        people = [segments[row.segment].person if row.segment is not None else None for row in said]
        blocks: list[Hashable] = [
            name if p is None else ("person", p) for name, p in zip(sessions, people, strict=True)
        ]
        n = len({person for person, seen in zip(people, read, strict=True) if seen})
        return blocks, f"{counted(n, 'person', 'people')}, each with all their answers", PEOPLE
    names = list(dict.fromkeys(of[row.transcript].session_name for row in known))
    if len(names) != 1:
        return list(sessions), counted(len(names), "session") if names else "nothing", TALK
    inside = [place for place, name in enumerate(sessions) if name == names[0]]
    n_stretches = max(1, min(STRETCHES, len(inside) // LEAST_TURNS))
    blocks = list(sessions)
    for order, place in enumerate(inside):
        blocks[place] = (names[0], order * n_stretches // len(inside))
    if n_stretches == 1:
        short = f"nothing: one session was read, and {len(inside)} turns are too few to cut into stretches"
        return blocks, short, TALK
    return blocks, f"{n_stretches} stretches of talk of the one session that was read", TALK


def _blocks_of_exemplars(laid_out: LaidOut, blocks: list[Hashable]) -> list[Hashable]:
    """Give an exemplar that was taken from the talk the block in which it stands: there it would give the code away."""
    shown = list(laid_out.shown)
    found: list[Hashable] = [("exemplar", i) for i in range(len(shown))]
    rows_of = grouped((block, place) for place, block in enumerate(blocks)) if shown else {}
    for block, rows in reversed(rows_of.items()):
        if (stood := laid_out.stood.get(tuple(rows))) is None:
            stood = laid_out.stood[tuple(rows)] = stand_in(shown, [laid_out.said[row].text for row in rows])
        for place, stands in enumerate(stood):
            if stands:
                found[place] = block
    return found


def stand_in(exemplars: Sequence[str], texts: Sequence[str]) -> list[bool]:
    """Say of each exemplar whether its words stand in one of the texts, or hold a whole one of three words or more.

    Examples
    --------
    >>> stand_in(["They believe me!", "And: I have no time.", "no"], ["Yes, they believe me.", "I have no time"])
    [True, True, True]
    """
    said = [" ".join(plain_words(text)) for text in texts]
    joined = f" {' | '.join(said)} "
    found = [f" {' '.join(plain_words(exemplar))} " for exemplar in exemplars]
    shown = "|".join(found)  # few of many texts stand in any exemplar: only these are looked for in each
    longer = [text for text in (f" {text} " for text in said if text.count(" ") > 1) if text in shown]
    return [bool(words.strip()) and (words in joined or any(text in words for text in longer)) for words in found]


def applied_by_people(
    segments: Segments, codebook: Codebook, coding: Coding | None, level: Level, rule: Rule
) -> tuple[Floats, Floats | None]:
    """Share of the coders who read a segment that applied each code, and each code of the wanted level above."""
    base, wanted = codebook.at("code").ids, codebook.at(level).ids
    unread = np.full((len(segments), len(base)), np.nan)
    if coding is None:
        return unread, None if wanted == base else np.full((len(segments), len(wanted)), np.nan)
    refuse_coding(coding, codebook)
    if silent := silent_coders(coding):
        warn(unstated_reading(silent))
    below, upper = applied_on(coding.on(segments, rule=rule), codebook, level)
    if np.isnan(below).all():
        raise InputError(
            f"The coders of learn_from read none of the {len(segments)} segments. Pass the segments of the coded "
            f"transcripts together with those to be coded."
        )
    return below, upper


def applied_on(seen: ProjectedCoding, codebook: Codebook, level: Level) -> tuple[Floats, Floats | None]:
    """Share of the coders who read a segment that applied each code, and each code of the wanted level above."""
    base, wanted = codebook.at("code").ids, codebook.at(level).ids
    unread = np.full((len(seen.segments), len(base)), np.nan)
    below = nan_mean([code_table(seen.sets[coder], base).T for coder in seen.coders] or [unread])
    if wanted == base:
        return below, None
    at_level = seen.at(level, codebook)
    above = [code_table(at_level.sets[coder], wanted).T for coder in seen.coders]
    return below, nan_mean(above or [np.full((len(seen.segments), len(wanted)), np.nan)])


def refuse_coding(coding: Coding, codebook: Codebook) -> None:
    """Refuse a machine's own suggestions and codes that the codebook lacks."""
    refuse_suggestions(coding, "learn_from", "a machine that learns from itself repeats itself")
    lacking = sorted({a.code_id for a in coding.applied} - codebook.paths)
    if lacking:
        known = codebook.paths
        problems = [f"{code!r} is not in the codebook. {did_you_mean(code, known)}".rstrip() for code in lacking]
        raise problems_error("learn_from", problems, "Pass the codebook that it was coded with, or rename these codes.")


def unstated_reading(silent: Sequence[str]) -> str:
    """Say whose reading is not stated, and what follows from that."""
    return (
        f"What {', '.join(silent)} read is not stated: only what they coded is learnt from, and nothing as 'no "
        "code'. State it when reading the codings, with read='all', read='participants' or a list of transcripts."
    )


def refuse_suggestions(coding: Coding, name: str, why: str) -> None:
    """Refuse a machine's suggestions where an argument must hold what people coded."""
    made = coding.made_from is not None and not isinstance(coding.made_from, Coding)
    suggested = {a.coder for a in coding.applied if made or a.status in ("suggested", "abstained")}
    if made or suggested:
        by = f", by {', '.join(sorted(suggested))}" if suggested else ""
        raise InputError(
            f"{name} must hold what people coded. It holds suggestions of a machine{by}: {why}. "
            "Pass study.coding, or what people accepted of them."
        )


def silent_coders(coding: Coding) -> list[str]:
    """Coders of whom it is not stated what they read."""
    readers = {r.coder for r in coding.read}
    return [coder for coder in coding.coders if coder not in readers]


def _codes(base: Codebook, codebook: Codebook, level: Level, encoder: str | Path | Encoder) -> CodeEvidence:
    texts = [words_of(code, codebook) for code in base]
    wanted = codebook.at(level).ids
    if wanted != base.ids:
        above = [tuple(i for i, code in enumerate(base) if codebook.roll_up(code.id, level) == name) for name in wanted]
    else:
        themes = dict.fromkeys(code.theme for code in base if code.theme and (code.code or code.essence))
        groups = [tuple(i for i, code in enumerate(base) if code.theme == theme) for theme in themes]
        above = [members for members in groups if len(members) > 1]
    return CodeEvidence(base.ids, encode_texts(texts, encoder)[0], texts, above)


def words_of(code: Code, codebook: Codebook) -> str:
    """Name and definition; for a theme or essence without a definition, the names of the codes below it."""
    below = [c.name for c in codebook if c.id != code.id and c.id.startswith(f"{code.id}/")]
    said = code.definition or ", ".join(below)
    return ". ".join(part for part in (code.name, *code.aliases, said) if part)
