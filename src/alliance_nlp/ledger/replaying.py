"""Replay a ledger: today's codebook, the verdicts on the mapping, the consensus, and what could not be applied."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alliance_nlp.errors import check_type, counted
from alliance_nlp.ledger.changes import CHANGES_CODEBOOK, BookInWork, CodebookVersion, carry_coding
from alliance_nlp.ledger.conflicts import Conflict, standing_decisions
from alliance_nlp.ledger.decisions import Decision, DecisionKind
from alliance_nlp.ledger.lines import Ledger, read_ledger
from alliance_nlp.ledger.recording import members_hash
from alliance_nlp.numeric import grouped
from alliance_nlp.records import (
    Codebook,
    CodedSpan,
    Coding,
    Link,
    Mapping,
    ReadSpan,
    Record,
    Row,
    Table,
    Tabular,
    Verdict,
    span_of,
)

VERDICT_OF: dict[str, Verdict] = {"accept": "accepted", "reject": "rejected"}


@dataclass(frozen=True, eq=False, repr=False)
class Standing(Tabular, Record):
    """What stands once every decision has been replayed.

    Parameters
    ----------
    codebook : Codebook
        Today's codebook.
    mapping : Mapping or None
        The mapping under today's codebook, with what people said of its links.
    consensus : Coding or None
        The consensus under today's codebook, with what was agreed since.
    suggestions : Coding or None
        Suggested codes of segments, accepted and rejected ones marked.
    versions : tuple of CodebookVersion
        The codebook after each decision that changed it, the first one included.
    conflicts : tuple of Conflict
        Decisions that contradict one another; none of them is applied.
    not_applied : tuple of (int, str)
        Number of a decision and why it could not be applied.
    waiting : tuple of str
        What a decision left open, such as codings of a code that was split.
    member_checks, notes : tuple of Decision
        What participants said last of each theme; notes in order.
    problems : tuple of str
        What is doubtful about the ledger's file.
    comparisons : tuple of Decision
        Comparisons that were counted, in order.
    decisions : tuple of Decision
        All decisions that stand, whatever they are about, in order; see `of_kind`.
    settled : tuple of Decision
        Decisions that a later one settled: not applied, and on record.
    coding : Coding or None
        What the coders applied, each alone, under today's codebook; no decision changes what somebody coded.
    """

    codebook: Codebook
    mapping: Mapping | None
    consensus: Coding | None
    suggestions: Coding | None
    versions: tuple[CodebookVersion, ...]
    conflicts: tuple[Conflict, ...]
    not_applied: tuple[tuple[int, str], ...]
    waiting: tuple[str, ...]
    member_checks: tuple[Decision, ...]
    notes: tuple[Decision, ...]
    problems: tuple[str, ...] = ()
    comparisons: tuple[Decision, ...] = ()
    decisions: tuple[Decision, ...] = ()
    settled: tuple[Decision, ...] = ()
    coding: Coding | None = None

    def of_kind(self, *kinds: DecisionKind) -> tuple[Decision, ...]:
        """Give the decisions of some kinds that stand, in order."""
        return tuple(decision for decision in self.decisions if decision.kind in kinds)

    def written(self, *kinds: DecisionKind) -> tuple[Decision, ...]:
        """Give the decisions of some kinds that somebody wrote, in order, those that a later one settled included."""
        both = {d.number: d for d in (*self.decisions, *self.settled) if d.kind in kinds}
        return tuple(both[number] for number in sorted(both))

    def table(self) -> Table:
        """Give what asks for somebody's attention: conflicts, decisions not applied, what waits, doubts."""
        rows: list[Row] = [{"what": "conflict", "decision": c.decisions, "why": c.sentence} for c in self.conflicts]
        rows += [{"what": "not applied", "decision": (number,), "why": why} for number, why in self.not_applied]
        rows += [{"what": "waiting", "decision": (), "why": why} for why in self.waiting]
        rows += [{"what": "ledger", "decision": (), "why": why} for why in self.problems]
        codes = counted(len(self.codebook), "code")
        title = f"Version {self.versions[-1].number} of the codebook: {codes}.{'' if rows else ' Nothing is open.'}"
        return Table.of(rows, columns=("what", "decision", "why"), title=title)

    def _summary(self) -> str:
        return (
            f"{counted(len(self.codebook), 'code')}, version {self.versions[-1].number}, "
            f"{counted(len(self.conflicts), 'conflict')}, {len(self.not_applied)} not applied"
        )


def replay(
    ledger: Ledger | str | Path, *, codebook: Codebook | None = None, mapping: Mapping | None = None,
    consensus: Coding | None = None, suggestions: Coding | None = None, coding: Coding | None = None,
) -> Standing:  # fmt: skip
    """Replay all decisions and give what stands today.

    Parameters
    ----------
    ledger : Ledger, str or Path
        The decisions, or their file.
    codebook : Codebook, optional
        The codebook before the first decision; by default that of the mapping or the consensus, else an empty one.
    mapping, consensus, suggestions, coding : optional
        The mapping, consensus, suggested codings, and what each coder applied, to bring up to date.

    Returns
    -------
    Standing
        Today's codebook, mapping and consensus; versions; conflicts; what could not be applied and why.

    Raises
    ------
    InputError
        When `ledger` is neither a ledger nor a path.

    Notes
    -----
    The order of the ledger counts, not the dates. A person's later decision replaces their earlier one. Decisions of
    two people that contradict one another are not applied, neither of them, until a later one settles them. Codes
    that were renamed keep their old name as an alias; a code that was merged or split keeps nothing of the definition
    that people did not write anew.

    Examples
    --------
    >>> from alliance_nlp.records import Code, Codebook
    >>> book = Codebook((Code("Trust", "", "demanding"),))
    >>> rows = [{"kind": "rename", "by": "KL", "role": "coder", "date": "2025-05-14", "code": ["Trust/demanding"],
    ...          "to": "asks much"}]
    >>> replay(Ledger.of(rows), codebook=book).codebook.ids
    ('Trust/asks much',)
    """
    advice = "Rows become a ledger by Ledger.of(rows)."
    check_type("replay() takes a Ledger or the path of its file", Ledger | str | Path, ledger, advice)
    read = ledger if isinstance(ledger, Ledger) else read_ledger(ledger)
    carriers = [x for x in (mapping, consensus, suggestions, coding) if x is not None]
    first = codebook or next((x.codebook for x in carriers if x.codebook is not None), None) or Codebook(())
    applied, conflicts, in_part = standing_decisions(read.decisions)
    work = _Work(first, applied)
    for decision in in_part:
        work.refuse(decision, "a later decision of the same person replaced a part of it; decide on the rest")
    versions = work.versions()
    return Standing(
        versions[-1].codebook, work.mapping(mapping), work.consensus(consensus), work.suggestions(suggestions),
        versions, tuple(conflicts), tuple(sorted(work.problems)), tuple(work.waiting),
        tuple(d for d in applied if d.kind == "member check"), tuple(d for d in applied if d.kind == "note"),
        read.problems, tuple(d for d in applied if d.kind == "comparison"), tuple(applied),
        tuple(d for d in read.decisions if d.number in {number for each in applied for number in each.settles}),
        work.carried(coding, "coding") if coding is not None else None,
    )  # fmt: skip


class _Work:
    """Codebook, links and codings on their way from the first decision to today."""

    def __init__(self, first: Codebook, applied: Sequence[Decision]) -> None:
        self.first, self.applied = first, applied
        self.book = BookInWork(first)
        self.today = first
        self.problems: list[tuple[int, str]] = []
        self.waiting: list[str] = []

    def refuse(self, decision: Decision, why: str) -> None:
        """Note a decision that cannot be applied."""
        self.problems.append((decision.number, why))

    def versions(self) -> tuple[CodebookVersion, ...]:
        """Bring the codebook up to date, and give it after every decision."""
        found = [CodebookVersion(0, self.first)]
        for decision in (d for d in self.applied if d.kind in CHANGES_CODEBOOK):
            problem = self.book.apply(decision)
            if problem is not None:
                self.refuse(decision, f"{decision.kind} of {decision.subject} by {decision.by}: {problem}")
                continue
            book = self.book.codebook()
            found.append(CodebookVersion(len(found), book, decision.number, decision.date, decision.by))
        self.today = found[-1].codebook
        return tuple(found)

    def _paths(self, path: str, codebook: Codebook | None) -> tuple[str, ...]:
        """Find what a path stands for today; its record may lie under the first codebook or a later one."""
        return self.book.paths_from(path, start=codebook is None or codebook == self.first)

    def carried(self, coding: Coding, name: str) -> Coding:
        """Carry a coding over to today's codebook, and note what of it waits for a decision."""
        behind = coding.made_from.applied if isinstance(coding.made_from, Coding) else ()
        used = {span.code_id for span in (*coding.applied, *behind) if span.code_id}
        paths = {path: found for path in used if (found := self._paths(path, coding.codebook))}
        carried, n_waiting = carry_coding(coding, paths, self.today)
        if n_waiting:
            split = sorted(path for path, found in paths.items() if len(found) > 1)
            self.waiting.append(
                f"{counted(n_waiting, 'application')} in the {name} with a code that was split "
                f"({', '.join(map(repr, split))}); decide for each with kind='agree'"
            )
        return carried

    def mapping(self, mapping: Mapping | None) -> Mapping | None:
        """Carry the links over to today's codebook, and set the verdicts."""
        if mapping is None:
            return None
        links: dict[tuple[int, str], Link] = {}
        for link in mapping.links:
            now = self._paths(link.code_id, mapping.codebook) or (link.code_id,)
            if len(now) > 1:
                self.waiting.append(f"the link of cluster {link.cluster} with {link.code_id!r}, which was split")
            path = now[0] if len(now) == 1 else link.code_id
            next_best = self._paths(link.runner_up, mapping.codebook) if link.runner_up is not None else ()
            runner_up = next_best[0] if len(next_best) == 1 else link.runner_up
            links.setdefault((link.cluster, path), replace(link, code_id=path, runner_up=runner_up))
        of_members = {members_hash(mapping, c): c for c in range(mapping.clusters.n_clusters)}
        for decision in self.applied:
            if decision.kind in VERDICT_OF and decision.cluster is not None:
                self._set_verdict(decision, links, of_members)
        kept = tuple(links.values())
        live = {link.cluster for link in kept if link.counts}
        linked = {link.code_id for link in kept if link.counts}
        return replace(
            mapping, codebook=self.today, links=kept,
            without_code=tuple(c for c in range(mapping.clusters.n_clusters) if c not in live),
            without_cluster=tuple(path for path in self.today.ids if path not in linked),
        )  # fmt: skip

    def _set_verdict(self, decision: Decision, links: dict[tuple[int, str], Link], of_members: dict[str, int]) -> None:
        cluster = of_members.get(decision.members)
        paths = self.book.paths_from(decision.code[0])
        if cluster is None:
            why = f"cluster {decision.cluster} held other segments when {decision.by} decided; decide again on today's"
            self.refuse(decision, why)
        elif len(paths) != 1:
            became = f"was split into {' and '.join(map(repr, paths))}" if paths else "is not in the codebook"
            self.refuse(decision, f"the code {decision.code[0]!r} {became}")
        else:
            link = links.get((cluster, paths[0]), Link(cluster, paths[0], float("nan")))
            links[cluster, paths[0]] = replace(link, verdict=VERDICT_OF[decision.kind])

    def consensus(self, consensus: Coding | None) -> Coding | None:
        """Carry the consensus over, and put in what was agreed for single segments."""
        agreed = [decision for decision in self.applied if decision.kind == "agree"]
        if consensus is None and not agreed:
            return None
        carried = self.carried(consensus, "consensus") if consensus is not None else Coding((), (), self.today)
        coder = carried.coders[0] if carried.coders else "consensus"
        spans, read = dict(enumerate(carried.applied)), list(carried.read)
        fresh = itertools.count(len(spans))
        stands = grouped((span.transcript_id, number) for number, span in spans.items())
        for decision in agreed:
            place = span_of(decision.segment)
            paths = [self.book.paths_from(path) for path in decision.code]
            if place is None or any(len(found) != 1 for found in paths):
                no_segment = f"{decision.segment!r} is no segment's id"
                self.refuse(decision, no_segment if place is None else "a code of it is unknown or was split")
                continue
            here = stands.setdefault(place[0], [])
            for number in [n for n in here if place[1] <= spans[n].start and spans[n].end <= place[2]]:
                here.remove(number)
                del spans[number]
            read.append(ReadSpan(coder, *place))
            for code in dict.fromkeys(found[0] for found in paths):  # two that were merged are one
                number = next(fresh)
                spans[number] = CodedSpan(coder, *place, code, "consensus", None, decision.note, decision.date)
                here.append(number)
        return replace(carried, applied=tuple(spans.values()), read=tuple(read))

    def suggestions(self, suggestions: Coding | None) -> Coding | None:
        """Carry suggested codes over, and mark those that people accepted or rejected."""
        if suggestions is None:
            return None
        carried = self.carried(suggestions, "suggestions")
        verdicts: dict[tuple[str, int, int, str], Verdict] = {}
        for decision in self.applied:
            if decision.kind in VERDICT_OF and (place := span_of(decision.segment)) is not None:
                for path in self.book.paths_from(decision.code[0]):
                    verdicts[*place, path] = VERDICT_OF[decision.kind]
        spans = tuple(
            replace(a, status=verdicts.get((a.transcript_id, a.start, a.end, a.code_id), a.status))
            for a in carried.applied
        )
        return replace(carried, applied=spans)
