"""Learn from what is left when a part is left out, for all parts at once, and suggest on what was left out.

What knows nothing of who coded what is worked out once for all parts: how alike segments are, what names say. What was
coded in a part is taken out before anything is learnt for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_nlp.errors import AllianceWarning
from alliance_nlp.numeric import Bools, Floats, Ints, grouped, one_thread
from alliance_nlp.records import Codebook, CodedSpan, Coding, Embeddings, Encoder, Level, Rule, Segments
from alliance_nlp.suggesting.copies import copied_into
from alliance_nlp.suggesting.gathering import (
    applied_on,
    gathered_from,
    lay_out,
    refuse_coding,
    silent_coders,
    stand_in,
    unstated_reading,
)
from alliance_nlp.suggesting.held_out_parts import HeldOutPlan, Ranges, beside_rows, touched_one, without
from alliance_nlp.suggesting.learning import fit_together
from alliance_nlp.suggesting.making import Learnt, coded_spans, suggested_shares, task_of, withheld_codes


class Wishes(NamedTuple):
    """How the caller wants it: see `suggest_codes`."""

    level: Level
    rule: Rule
    encoder: str | Path | Encoder | None
    coder: str


class FoundInPart(NamedTuple):
    """What one part gave on the segments that were left out; no probabilities where nothing was left to learn from."""

    rows: Ints
    probabilities: Floats | None
    spans: tuple[CodedSpan, ...]
    withheld: tuple[tuple[object, ...], ...]
    exemplars_left_out: int
    n_learnt: int
    warnings: tuple[str, ...]


class Rest(NamedTuple):
    """What is left to learn from: the codebook, what people applied, and whose reading is not stated."""

    rows: Ints
    book: Codebook
    exemplars_left_out: int
    below: Floats
    above: Floats | None
    n_learnt: int  # 0 where no code is left
    silent: tuple[str, ...]
    stated: bool


def learn_parts(
    embeddings: Embeddings, codebook: Codebook, coding: Coding, plan: HeldOutPlan, wishes: Wishes,
    *, unlearnt: Sequence[Ints] | None = None, step: Callable[[], object] = lambda: None,
) -> list[FoundInPart]:  # fmt: skip
    """Learn from everything but each part, and but for what is not to be learnt from either, and suggest on it.

    `step` is called twice for each part: when it was learnt, and when it was suggested on.
    """
    rests = list(_rests(embeddings.segments, codebook, coding, plan, wishes, unlearnt))
    found = {part: FoundInPart(rest.rows, None, (), (), rest.exemplars_left_out, 0, ())
             for part, rest in enumerate(rests)}  # fmt: skip
    if any(rest.n_learnt for rest in rests):
        refuse_coding(coding, codebook)
    same_book = grouped((tuple(code.exemplars for code in r.book), part) for part, r in enumerate(rests) if r.n_learnt)
    for parts in same_book.values():
        own = [rests[part] for part in parts]
        for part, made in zip(parts, _together(embeddings, own, wishes, step), strict=True):
            found[part] = made
    return [found[part] for part in range(plan.n_parts)]


def _together(
    embeddings: Embeddings, rests: list[Rest], wishes: Wishes, step: Callable[[], object]
) -> Iterator[FoundInPart]:
    """Learn for all parts whose codebook shows the same exemplars."""
    model = embeddings.same_encoder if wishes.encoder is None else wishes.encoder
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        laid_out = lay_out(embeddings, rests[0].book, wishes.level, model)
    said = [str(w.message) for w in caught if issubclass(w.category, AllianceWarning)]
    given = [gathered_from(laid_out, rest.below, rest.above, stated=rest.stated) for rest in rests]
    with one_thread():
        for rest, gathered, fitted in zip(
            rests, given, fit_together(list(map(task_of, given)), step=step), strict=True
        ):
            learnt = Learnt(embeddings, rest.book.at(wishes.level), gathered, fitted)
            probabilities, suggested = suggested_shares(learnt)
            shares, chosen = probabilities[rest.rows], suggested[rest.rows]
            own = [embeddings.segments[i] for i in rest.rows.tolist()]
            spans = coded_spans(wishes.coder, own, learnt.codebook.ids, shares, chosen, chosen)
            withheld = withheld_codes(learnt, gathered.wanted[gathered.rows_of])
            heard = (*said, *([unstated_reading(rest.silent)] if rest.silent else []))
            yield FoundInPart(
                rest.rows, shares, tuple(spans), tuple(tuple(row.values()) for row in withheld.rows()),
                rest.exemplars_left_out, rest.n_learnt, tuple(dict.fromkeys(heard)),
            )  # fmt: skip
            step()


class Seen(NamedTuple):
    """What people applied to each segment, whether anybody read it, and whether it carries any code."""

    below: Floats
    above: Floats | None
    read: Bools
    carried: Bools

    @classmethod
    def of(cls, coding: Coding, segments: Segments, codebook: Codebook, wishes: Wishes) -> Seen:
        """See a coding on the segments."""
        seen = coding.on(segments, rule=wishes.rule)
        below, above = applied_on(seen, codebook, wishes.level)
        sets = list(zip(*seen.sets.values(), strict=True)) or [()] * len(segments)
        read = np.array([any(s is not None for s in found) for found in sets], dtype=bool)
        return cls(below, above, read, np.array([any(found) for found in sets], dtype=bool))

    def without(self, gone: Bools) -> Seen:
        """Forget some segments."""
        above = None if self.above is None else np.where(gone[:, None], np.nan, self.above)
        return Seen(np.where(gone[:, None], np.nan, self.below), above, self.read & ~gone, self.carried & ~gone)


def _rests(
    segments: Segments, codebook: Codebook, coding: Coding, plan: HeldOutPlan, wishes: Wishes,
    unlearnt: Sequence[Ints] | None,
) -> Iterator[Rest]:  # fmt: skip
    """Say what is left without each part. Where no span reaches from one segment to another it is looked at once."""
    if not plan.n_parts:
        return
    coding = coding if coding.codebook == codebook else replace(coding, codebook=codebook)
    touched = touched_one(coding, segments)
    again = _said_again(segments, plan)
    whole_parts = plan.whole and unlearnt is None and not any(map(len, again))
    seen = Seen.of(coding, segments, codebook, wishes) if touched is not None or whole_parts else None
    for part in range(plan.n_parts):
        rows = plan.rows(part)
        more = again[part] if unlearnt is None else np.union1d(again[part], unlearnt[part])
        if seen is not None:
            gone, whole = _gone(segments, rows, plan, more)
            left = seen.without(gone)
            unstated = _unstated(coding, segments, gone, whole, touched or [-1] * len(coding.applied))
        else:
            rest = without(coding, segments, rows, plan)
            rest = rest if not len(more) else without(rest, segments, more, plan._replace(whole=False, kind=""))
            left, silent = Seen.of(rest, segments, codebook, wishes), silent_coders(rest)
            unstated = tuple(silent), len(silent) < len(rest.coders)
        book, left_out = unshown(codebook, [segments[i].text for i in rows.tolist()])
        n_learnt = int(left.read.sum()) if left.carried.any() else 0
        yield Rest(rows, book, left_out, left.below, left.above, n_learnt, *unstated)


def _said_again(segments: Segments, plan: HeldOutPlan) -> list[Ints]:
    """Give the segments outside each part that are copies of what people read in it."""
    read = np.flatnonzero(plan.read)
    of_segment = np.append(plan.part, -1)[plan.block]
    copied = copied_into([s.text for s in segments], plan.read, of_segment, read)
    return [read[own & (of_segment[read] != part)] for part, own in enumerate(copied)]


def _gone(segments: Segments, rows: Ints, plan: HeldOutPlan, more: Ints) -> tuple[Bools, set[str]]:
    """Say which segments are not learnt from, and which transcripts are left out whole."""
    whole = {segments[i].transcript_id for i in rows.tolist()} if plan.whole else set()
    gone = np.array([s.transcript_id in whole for s in segments], dtype=bool)
    gone[beside_rows(segments, rows, plan)] = True
    gone[more] = True
    return gone, whole


def _unstated(
    coding: Coding, segments: Segments, gone: Bools, whole: set[str], touched: Sequence[int]
) -> tuple[tuple[str, ...], bool]:
    """Say whose reading is not stated once these segments are gone, and whether anybody's is."""
    places = [(segments[i].transcript_id, (segments[i].start, segments[i].end)) for i in np.flatnonzero(gone).tolist()]
    kept: dict[str, None] = {}  # coders who coded anything that is left, in order
    for span, at in zip(coding.applied, touched, strict=True):
        if span.transcript_id in whole:
            continue
        if at >= 0 and gone[at]:
            places.append((span.transcript_id, (span.start, span.end)))
        else:
            kept.setdefault(span.coder)
    unread = {t: Ranges(ranges) for t, ranges in grouped((t, at) for t, at in places if t not in whole).items()}
    nothing, readers = Ranges(()), set[str]()
    for read in coding.read:
        if read.coder not in readers and read.transcript_id not in whole:
            readers |= {piece.coder for piece in unread.get(read.transcript_id, nothing).pieces(read)}
    silent = tuple(coder for coder in kept if coder not in readers)
    return silent, bool(readers)


def unshown(codebook: Codebook, texts: list[str]) -> tuple[Codebook, int]:
    """Leave out exemplars that stand in these texts, or hold one of them: their codes are what is to be found."""
    shown = list(dict.fromkeys(text for code in codebook for text in code.exemplars))
    gone = {text for text, stands in zip(shown, stand_in(shown, texts), strict=True) if stands}
    kept = [tuple(text for text in code.exemplars if text not in gone) for code in codebook]
    left_out = sum(len(code.exemplars) - len(texts) for code, texts in zip(codebook, kept, strict=True))
    if not left_out:
        return codebook, 0
    codes = [replace(code, exemplars=texts) for code, texts in zip(codebook, kept, strict=True)]
    return replace(codebook, codes=tuple(codes)), left_out
