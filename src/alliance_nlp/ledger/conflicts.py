"""Which decisions stand: changes of mind, decisions that build on others, and those that contradict one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alliance_nlp.errors import InputError
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.provenance import canonical_json
from alliance_nlp.records.fields import Checked, Count, Name

Matter = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Conflict(Checked):
    """Decisions of several people that cannot all stand; none of them is applied until one settles it.

    Parameters
    ----------
    subject : str
        What they are about.
    decisions : tuple of int
        Their numbers in the ledger.
    sentence : str
        Who decided what, and how to settle it.
    """

    subject: Name
    decisions: tuple[Count, ...]
    sentence: Name

    def _check(self) -> None:
        if len(set(self.decisions)) < 2:
            raise InputError(f"Conflict.decisions must name two decisions or more. Got {self.decisions}.")


def standing_decisions(decisions: Sequence[Decision]) -> tuple[list[Decision], list[Conflict], list[Decision]]:
    """Decisions to apply, in order; conflicts among the others; and those that were replaced only in part.

    A later decision of the same person replaces their earlier one. A change of definition that states the earlier
    new definition as what stood before it builds on it. Anything else of two people on one matter is a conflict.
    """
    settled = {number for decision in decisions for number in decision.settles}
    matters: dict[Matter, list[Decision]] = {}
    times_added: Counter[str] = Counter()
    free: list[Decision] = []
    made: dict[Matter, list[Decision]] = {}
    for decision in decisions:
        if decision.number in settled:
            continue
        for path in _made_by(decision):
            if matters.get(("name", path, times_added[path])):
                times_added[path] += 1  # the path was given away and now names another code
            made.setdefault((path, times_added[path]), []).append(decision)
        keys = _matters_of(decision, times_added)
        for key in keys:
            matters.setdefault(key, []).append(decision)
        free += [decision] if not keys else []
    conflicts, chosen = [], {decision.number: 0 for decision in free}
    for group in matters.values():
        outcomes = _open_outcomes(group)
        if len(outcomes) > 1:
            conflicts.append(_conflict(list(outcomes.values())))
        else:
            first = next(iter(outcomes.values()))
            chosen[first.number] = chosen.get(first.number, 0) + 1
    n_matters = {d.number: len(_matters_of(d, times_added)) for d in decisions}
    applied = [d for d in decisions if chosen.get(d.number, -1) == n_matters[d.number]]
    collisions = _collisions(made, {d.number for d in applied})
    conflicts += map(_conflict, collisions)
    collided = {d.number for group in collisions for d in group}
    applied = [d for d in applied if d.number not in collided]
    contradicted = {number for conflict in conflicts for number in conflict.decisions}
    in_part = [d for d in decisions if 0 < chosen.get(d.number, 0) < n_matters[d.number]]
    return applied, _merged(conflicts), [d for d in in_part if d.number not in contradicted]


def _matters_of(decision: Decision, times_added: Counter[str]) -> list[Matter]:
    """Name what a decision decides, so that two decisions on the same are seen."""
    if decision.kind in ("accept", "reject"):
        return [("link", decision.members or decision.segment, decision.code[0])]
    if decision.kind == "change definition":
        return [("definition", decision.code[0], times_added[decision.code[0]])]
    if decision.kind in ("rename", "merge", "split"):
        names: list[Matter] = [("name", path, times_added[path]) for path in decision.code]
        return names or [("theme", decision.theme)]
    if decision.kind == "add code":
        return [("add", decision.made[0].id, times_added[decision.made[0].id])]
    if decision.kind == "agree":
        return [("segment", decision.segment)]
    if decision.kind == "member check":
        return [("member check", decision.by, decision.theme, decision.code, decision.segment)]
    return [(decision.kind, decision.by, *part(decision))] if (part := _OWN.get(decision.kind)) is not None else []


def _made_by(decision: Decision) -> list[str]:
    """Name the paths that a decision gives to codes that did not have them, and the name that it gives to a theme."""
    if decision.kind == "rename" and isinstance(decision.to, str):
        above, slash, _ = decision.code[0].rpartition("/") if decision.code else ("", "", "")
        return [f"{above}{slash}{decision.to}"]
    return [code.id for code in decision.made if code.id not in decision.code]


def _collisions(made: dict[Matter, list[Decision]], applied: set[int]) -> list[list[Decision]]:
    """Give decisions of several people that would give one path to different codes: who came first is no reason."""
    found = []
    for group in made.values():
        standing = [d for d in group if d.number in applied]
        words = {same_word(d) for d in standing}
        people = {d.by for d in group if same_word(d) in words}  # others may be of one mind with those that stand
        if len(people) > 1 and len({(d.code, d.theme) for d in standing}) > 1:
            found.append(standing)
    return found


def same_word(decision: Decision) -> tuple[tuple[Matter, ...], str]:
    """Give what a decision decides and to which end: two people of whom this is the same are of one mind."""
    return tuple(_matters_of(decision, Counter())), _outcome(decision)


# what each person says for themselves: their later word replaces their earlier one, and two who differ both stand
_OWN: dict[str, Callable[[Decision], tuple[object, ...]]] = {
    "expectation": lambda d: (d.about,), "contrary": lambda d: (d.about,), "position": lambda d: (d.about,),
    "stance": lambda d: (d.theme, d.about), "relation": lambda d: (d.theme, d.to),
    "translation": lambda d: (d.segment, d.language), "translation check": lambda d: (d.segment, d.language),
    "case summary": lambda d: (d.theme, d.about), "mark": lambda d: (d.segment,),
    "read for significance": lambda d: (d.segment, d.about),
}  # fmt: skip


def _outcome(decision: Decision) -> str:
    row = decision.row()
    return canonical_json([row.get("kind"), row.get("to"), row.get("verdict"), sorted(decision.code)])


def _open_outcomes(group: Sequence[Decision]) -> dict[str, Decision]:
    """Outcomes that stand beside one another at the end, each with the first decision for it."""
    standing: dict[str, Decision] = {}
    for decision in group:
        texts = {str(other.to) for other in standing.values()}
        if decision.before is not None and texts == {decision.before}:
            standing = {}
        standing.pop(decision.by, None)
        standing[decision.by] = decision
    outcomes: dict[str, Decision] = {}
    for decision in standing.values():
        outcomes.setdefault(_outcome(decision), decision)
    return outcomes


def _conflict(decisions: Sequence[Decision]) -> Conflict:
    said = ", ".join(f"decision {d.number} ({d.by}: {d.kind})" for d in decisions)
    numbers = tuple(d.number for d in decisions)
    return Conflict(
        decisions[0].subject,
        numbers,
        f"{decisions[0].subject}: {said} contradict one another; none is applied. Settle it with a decision that has "
        f"settles={numbers}.",
    )


def _merged(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """One conflict for the same decisions, though they collide in several codes."""
    return list({frozenset(conflict.decisions): conflict for conflict in reversed(conflicts)}.values())[::-1]
