"""Proposals beside the ledger as it stands: what is new, what was there, what contradicts, what is about nobody now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from alliance_nlp.errors import counted, listed, problems_error
from alliance_nlp.ledger import PROGRAM, Decision, Ledger, Standing, replay
from alliance_nlp.ledger.conflicts import same_word
from alliance_nlp.ledger.lines import ParsedLine, ledger_of, parsed_lines, seals_of
from alliance_nlp.method.proposals.imported import CONFLICT, GONE, KNOWN, NEW, NOT_APPLIED
from alliance_nlp.method.proposals.in_study import StudyNow
from alliance_nlp.method.proposals.proposal_files import Proposal, Proposals
from alliance_nlp.numeric import grouped
from alliance_nlp.provenance import hash_words
from alliance_nlp.records import REVIEW, SAW, Row, Study

BOTH = "both"
MOST_TOLD = 50  # problems with what proposals name
VIEWED = {"machine": "the machine's view", "others": "what others had"}


class Merged(NamedTuple):
    """Decisions to write, a row for each proposal, and what is to be said beside them."""

    decisions: tuple[Decision, ...]
    rows: list[Row]
    notes: list[str]


def merge(given: Sequence[Proposals], study: Study, lines: Sequence[str]) -> Merged:
    """Set proposals beside the lines of a ledger.

    Raises
    ------
    InputError
        When proposals name what the study does not have, or replace what they may not: all of them at once.
    """
    ledger, read = ledger_of(lines), parsed_lines(lines)
    work = _Merging(ledger, StudyNow.of(study, ledger, given), read[-1].number if read else 0)
    for file in given:
        for proposal in file.proposals:
            work.take(proposal)
    if work.problems:
        more = "There may be more. " if len(work.problems) >= MOST_TOLD else ""
        raise problems_error("What was handed over", work.problems[:MOST_TOLD], f"{more}Nothing was written.")
    work.look(given)
    before, after = (replay(one, codebook=study.codebook) for one in (ledger, work.ledger))
    newer = {file.file: _since(file, read) for file in given}
    rows = work.rows(after, newer)
    fresh = {row["file"] for row in rows if row["outcome"] not in (KNOWN, GONE)}
    return Merged(tuple(work.new), rows, _notes(given, newer, fresh, ledger, before, after, work.last))


class _Merging:
    """Proposals on their way: those that become decisions get the numbers that they will have."""

    def __init__(self, ledger: Ledger, study: StudyNow, last: int) -> None:
        self.before, self.study, self.last = ledger, study, last
        self.known = {d.proposal: d for d in ledger.decisions if d.proposal}
        self.new: list[Decision] = []
        self.places: list[tuple[Proposal, Decision | None, str]] = []  # what became of each; why it is left out
        self.gone: set[str] = set()
        self.problems: list[str] = []

    @property
    def ledger(self) -> Ledger:
        """The ledger as it will be."""
        return Ledger((*self.before.decisions, *self.new))

    def take(self, proposal: Proposal) -> None:
        """Make a proposal a decision, or find the one that it was made already."""
        earlier = self.known.get(proposal.id)
        if earlier is not None:
            if earlier.by != proposal.decision.by and not earlier.is_shortened:
                self._refuse(proposal, f"its id is that of a proposal of {earlier.by}")
            self.places.append((proposal, earlier, ""))
            return
        decision = self.study.as_named(proposal.decision)
        why = self.study.why_gone(decision)
        if why:
            self.gone.add(proposal.id)
            self.places.append((proposal, None, why))
            return
        for problem in self.study.problems(decision) if len(self.problems) < MOST_TOLD else ():
            self._refuse(proposal, problem)
        settles = self._settled(proposal)
        made = replace(decision, settles=tuple(settles), number=self.last + len(self.new) + 1)
        self.known[proposal.id] = made
        self.new.append(made)
        self.places.append((proposal, made, ""))

    def _settled(self, proposal: Proposal) -> list[int]:
        numbers = []
        for one in proposal.replaces:
            earlier = self.known.get(one)
            if earlier is not None and earlier.by == proposal.decision.by:
                numbers.append(earlier.number)
            elif earlier is not None:
                self._refuse(proposal, f"it replaces {one!r}, which {earlier.by} decided")
            elif one not in self.gone:
                self._refuse(proposal, f"it replaces {one!r}, which stands neither before it nor in the ledger")
        return sorted(numbers)

    def _refuse(self, proposal: Proposal, why: str) -> None:
        self.problems.append(f"{proposal.file}: proposal {proposal.row}: {why}")

    def look(self, given: Sequence[Proposals]) -> None:
        """Add a line for each person who opened views before deciding on what they showed."""
        opened = grouped((file.by, (file, view)) for file in given for view in _opened(file))
        for by, found in opened.items():
            pairs = sorted({(what, self.study.real_name(segment)) for _, (segment, what) in found})
            own = f"saw {hash_words(by, *(f'{what} {segment}' for what, segment in pairs))[:16]}"
            if own in self.known:
                continue
            said = "; ".join(f"{VIEWED[what]} on {', '.join(places)}" for what, places in grouped(pairs).items())
            day = max(file.exported for file, _ in found)
            number = self.last + len(self.new) + 1
            self.new.append(Decision(
                SAW, by, PROGRAM, day, about=REVIEW, note=f"opened before deciding there: {said}", number=number,
                proposal=own,
            ))  # fmt: skip

    def rows(self, after: Standing, newer: dict[str, list[Decision]]) -> list[Row]:
        """Give one row a proposal."""
        fresh = {decision.number for decision in self.new}
        open_, near = _open(self.ledger, after), {file: _by_subject(found) for file, found in newer.items()}
        rows = []
        for proposal, decision, gone in self.places:
            if decision is None:
                outcome, why = GONE, gone
            else:
                outcome, why = open_.get(decision.number, (NEW, ""))
                why = why or _said_since(decision, near[proposal.file])
                if decision.number not in fresh:
                    outcome = KNOWN
                fresh -= {decision.number}  # the same proposal in another file was there by then
            shown = proposal.decision
            rows.append({"file": proposal.file, "by": shown.by, "what": shown.kind, "subject": _subject(shown),
                         "outcome": outcome, "why": why})  # fmt: skip
        return rows


def _open(ledger: Ledger, after: Standing) -> dict[int, tuple[str, str]]:
    """Give decisions that do not take effect, with why: contradicted, or not to be applied."""
    decided = {decision.number: decision for decision in ledger}
    found = {number: (NOT_APPLIED, why) for number, why in after.not_applied}
    last = {(d.by, same_word(d)[0]): d.number for d in ledger}
    words = {same_word(decided[number]): c.sentence for c in after.conflicts for number in c.decisions}
    settled = {number for decision in ledger for number in decision.settles}
    for number, decision in decided.items():
        word = same_word(decision)
        if word[0] and word in words and number not in settled and last[decision.by, word[0]] == number:
            found[number] = (CONFLICT, words[word])
    return found


def _opened(file: Proposals) -> Iterable[tuple[str, str]]:
    """Give the views that somebody opened on a segment before deciding on it."""
    yield from file.saw
    for proposal in file.proposals:
        if proposal.after and proposal.decision.segment:
            for what in VIEWED if proposal.after == BOTH else (proposal.after,):
                yield proposal.decision.segment, what


def _since(file: Proposals, read: Sequence[ParsedLine]) -> list[Decision]:
    """Give the decisions that were written after the page of a file was made."""
    at = next((line.at for line in reversed(read) if file.seal and file.seal in seals_of(line.text)), None)
    first = at if at is not None else min(file.n_decisions, len(read)) if not file.seal else 0
    return [line.decision for line in read[first:] if line.decision is not None and line.decision.role != PROGRAM]


def _by_subject(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    """List decisions under the place that they are about; those about no place under their codes and theme."""
    pairs = ((subject, d) for d in decisions for subject in ({d.segment or d.members} - {""}) or _named(d))
    return grouped(pairs)


def _named(decision: Decision) -> set[str]:
    return {*decision.code, *(code.id for code in decision.made), decision.theme} - {""}


def _said_since(decision: Decision, newer: dict[str, list[Decision]]) -> str:
    """Name what others decided on the same subject since the page was made."""
    subjects = _named(decision) | {decision.segment, decision.members}
    found = {d.number: d for subject in subjects for d in newer.get(subject, ()) if d.by != decision.by}
    said = [f"decision {number} ({found[number].by}: {found[number].kind})" for number in sorted(found)]
    return f"decided since the page was made: {listed(said, 'and')}" if said else ""


def _subject(decision: Decision) -> str:
    """Say what is proposed of what."""
    if decision.kind == "agree":
        return f"{decision.segment}: {', '.join(decision.code) or 'no code'}"
    to = ", ".join(code.id for code in decision.made) or str(decision.to or "")
    return f"{decision.subject} → {to}" if to else decision.subject


def _notes(
    given: Sequence[Proposals], newer: dict[str, list[Decision]], fresh: set[str], ledger: Ledger, before: Standing,
    after: Standing, last: int,
) -> list[str]:  # fmt: skip
    """Say what a reader of the table must know of the ledger."""
    notes = []
    for file in given:
        others = sum(decision.by != file.by for decision in newer[file.file])
        if others and file.file in fresh:
            notes.append(f"{file.file}: {counted(others, 'decision')} of others in the ledger since its page was made.")
    names = sorted({*(file.by for file in given), *(decision.by for decision in ledger)})
    for alike in grouped((name.casefold(), name) for name in names).values():
        notes += [f"{listed(alike, 'and')} are alike but for their letters. Is that one person?"] if alike[1:] else []
    was = {number for number, _ in before.not_applied}
    notes += [f"Decision {number} cannot be applied any more: {why}." for number, why in after.not_applied
              if number <= last and number not in was]  # fmt: skip
    if ledger.problems:
        notes.append(
            f"The ledger has {counted(len(ledger.problems), 'problem')}: alliance-nlp ledger verify lists them."
        )
    return notes
