"""Several coders to one coding, with the ledger of how each segment was settled."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.errors import InputError, check_choice, counted, present, problems_error, warn
from alliance_nlp.numeric import Floats, format_number, nan_mean
from alliance_nlp.records import (
    CodedSpan,
    CodeSet,
    Coding,
    ProjectedCoding,
    ReadSpan,
    Row,
    Rule,
    Segment,
    Segments,
    Table,
    Transcript,
    code_table,
)
from alliance_nlp.records.fields import Checked, Name

ConsensusRule = Literal["unanimous", "majority", "discussed"]
RULES = get_args(ConsensusRule)
Way = Literal["unanimous", "majority", "discussed", "same", "open", "one reader", "unread"]
NOT_PARTED: frozenset[Way] = frozenset({"same", "one reader", "unread"})  # ways in which coders did not differ


@dataclass(frozen=True, slots=True)
class Settlement(Checked):
    """How people settled one segment on which coders differed.

    Parameters
    ----------
    codes : tuple of str
        Paths of the codes that were agreed on; empty for "no code".
    by : str
        Who settled it.
    note : str
        Why.
    date : datetime.date or None
        When.
    """

    codes: tuple[Name, ...]
    by: str = ""
    note: str = ""
    date: datetime.date | None = None


class _Settled(NamedTuple):
    codes: CodeSet | None
    how: Way
    settlement: Settlement = Settlement(())


def reach_consensus(
    coding: Coding | None,
    segments: Segments | None = None,
    *,
    rule: ConsensusRule = "unanimous",
    decisions: Mapping[str, Settlement | Sequence[str]] | None = None,
    coder: str = "consensus",
    projection: Rule = "half",
) -> Coding:
    """Make one coding of several and keep a ledger of how every segment was settled.

    Parameters
    ----------
    coding : Coding
        Two coders or more, each having coded alone.
    segments : Segments, optional
        The segments that are settled one by one; by default the stretches between the ends of all spans that anybody
        read or coded (for coders who coded whole turns, the turns).
    rule : {"unanimous", "majority", "discussed"}, default "unanimous"
        Which codes are kept: those that all readers applied; those that more than half of them applied; or, where they
        differ, what `decisions` says.
    decisions : dict of segment id to Settlement or list of code paths, optional
        What people agreed on in discussion, with by whom, why and when. They win over every rule.
    coder : str, default "consensus"
        Name of the new coding's coder.
    projection : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.

    Returns
    -------
    Coding
        Status "consensus"; ``made_from`` is the coding behind it, ``ledger`` the table of how each segment was settled,
        with agreement before consensus and what consensus changed in its notes.

    Raises
    ------
    InputError
        When there are fewer than two coders, a decision names no segment of these, or a code that the codebook lacks.

    Notes
    -----
    Segments that fewer than two coders read stay unread in the consensus. With "discussed", segments on which coders
    differ and nobody decided are left open: they stay unread, stand in the ledger as "open", and are counted in a
    warning. A consensus is less noisy than a person: agreement with it is no human-human figure.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, ReadSpan, Segment, Segments, Transcript
    >>> segments = Segments((Segment("T", 0, 2, "ab"), Segment("T", 2, 4, "cd")), (Transcript("T", "abcd"),))
    >>> read = (ReadSpan("A", "T", 0, 4), ReadSpan("B", "T", 0, 4))
    >>> coding = Coding((CodedSpan("A", "T", 0, 2, "Trust"), CodedSpan("B", "T", 0, 4, "Trust")), read)
    >>> [(row.start, row.code_id) for row in reach_consensus(coding, segments).applied]
    [(0, 'Trust')]
    """
    coding = present(coding, "coding", "reach_consensus()", "Read one with an.read_codings().")
    check_choice("rule", RULES, rule)
    if len(coding.coders) < 2:
        raise InputError(
            f"A consensus needs at least two coders. Got {len(coding.coders)}: {', '.join(coding.coders)}."
        )
    segments = _stretches(coding) if segments is None else segments
    seen = coding.on(segments, rule=projection)
    chosen = _checked(decisions or {}, segments, coding)
    settled = [_settle(seen, position, rule, chosen.get(s.id)) for position, s in enumerate(segments)]
    open_ones = sum(each.how == "open" for each in settled)
    if open_ones:
        warn(
            f"No decision on {counted(open_ones, 'segment')} on which the coders differ. They stay open: unread in "
            "the consensus, 'open' in its ledger."
        )
    rows = [_ledger_row(seen, position, each) for position, each in enumerate(settled) if each.how != "unread"]
    columns = ("segment_id", *seen.coders, "agreed", "how", "changed_for", "by", "note", "date")
    notes, title = _before_and_after(seen, settled), f"Consensus by the rule {rule!r}"
    ledger = Table.of(rows, columns=columns, title=title, notes=notes)
    return Coding(*_spans(segments, settled, coder), coding.codebook, made_from=coding, ledger=ledger)


def _stretches(coding: Coding) -> Segments:
    """Cut the transcripts at every end of a span; the words themselves are not needed to settle codes."""
    ends: dict[str, set[int]] = {}
    for span in coding.all_spans:
        ends.setdefault(span.transcript_id, set()).update((span.start, span.end))
    transcripts = tuple(Transcript(transcript_id, " " * max(found)) for transcript_id, found in ends.items())
    cuts = [(t, cut) for t in transcripts for cut in pairwise(sorted(ends[t.id]))]
    return Segments(tuple(Segment(t.id, start, end, t.text[start:end]) for t, (start, end) in cuts), transcripts)


def _checked(decisions: Mapping[str, Any], segments: Segments, coding: Coding) -> dict[str, Settlement]:
    known = set(segments.ids)
    found = {key: v if isinstance(v, Settlement) else Settlement(tuple(v)) for key, v in decisions.items()}
    problems = [f"{key}: no such segment" for key in found if key not in known]
    if coding.codebook is not None:
        problems += [
            f"{key}: no code has the path {code!r}"
            for key, settlement in found.items()
            for code in settlement.codes
            if code not in coding.codebook
        ]
    if problems:
        raise problems_error("decisions", problems)
    return found


def _settle(seen: ProjectedCoding, position: int, rule: ConsensusRule, decision: Settlement | None) -> _Settled:
    had = [codes for coder in seen.coders if (codes := seen.sets[coder][position]) is not None]
    if decision is not None:
        return _Settled(frozenset(decision.codes), "discussed", decision)
    if len(had) < 2:
        return _Settled(None, "one reader" if had else "unread")
    agreed, *others = set(had)
    if not others:
        return _Settled(agreed, "same")
    if rule == "discussed":
        return _Settled(None, "open")
    times = Counter(code for codes in had for code in codes)
    needed = len(had) if rule == "unanimous" else len(had) // 2 + 1
    return _Settled(frozenset(code for code, n in times.items() if n >= needed), rule)


def _spans(
    segments: Segments, settled: Sequence[_Settled], coder: str
) -> tuple[tuple[CodedSpan, ...], tuple[ReadSpan, ...]]:
    applied, read = [], []
    for segment, each in zip(segments, settled, strict=True):
        if each.codes is None:
            continue
        where, made = (coder, segment.transcript_id, segment.start, segment.end), each.settlement
        read.append(ReadSpan(*where))
        applied += [CodedSpan(*where, code, "consensus", note=made.note, date=made.date) for code in sorted(each.codes)]
    return tuple(applied), tuple(read)


def _ledger_row(seen: ProjectedCoding, position: int, settled: _Settled) -> Row:
    had = {coder: seen.sets[coder][position] for coder in seen.coders}
    changed = tuple(c for c, codes in had.items() if settled.codes is not None and codes not in (None, settled.codes))
    made = settled.settlement
    return {
        "segment_id": seen.segments[position].id, **had, "agreed": settled.codes, "how": settled.how,
        "changed_for": changed, "by": made.by, "note": made.note, "date": made.date,
    }  # fmt: skip


def _before_and_after(seen: ProjectedCoding, settled: Sequence[_Settled]) -> tuple[str, ...]:
    codes = sorted({code for sets in seen.sets.values() for s in sets if s for code in s})
    coders = [code_table(seen.sets[coder], codes) for coder in seen.coders]
    agreed = code_table([each.codes for each in settled], codes)
    before, after = (
        format_number(_mean_kappa(pairs)) for pairs in (combinations(coders, 2), [(one, agreed) for one in coders])
    )
    differed = counted(sum(each.how not in NOT_PARTED for each in settled), "segment")
    return (
        f"Before consensus: mean kappa between coders over codes {before}; they differed on {differed}.",
        f"After: mean kappa of a coder with the consensus {after} (no independent figure: they made it).",
    )


def _mean_kappa(pairs: Iterable[tuple[Floats, Floats]]) -> float:
    tables = np.stack([agreement.binary_tables(one, other) for one, other in pairs])
    return float(nan_mean(agreement.table_values(agreement.cohen_kappa, tables).ravel()))
