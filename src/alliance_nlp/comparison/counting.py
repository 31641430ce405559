"""Which machine is compared, whether it was named beforehand, and how many comparisons a study's ledger counts."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC, Sequence
from pathlib import Path
from typing import Any

from alliance_nlp.comparison.sides import Roles, Source
from alliance_nlp.ledger import PROGRAM, DecisionKind, read_ledger, record_decision
from alliance_nlp.provenance import __version__, hash_words
from alliance_nlp.records import Coding, Segments, Study, Table

COUNTED: DecisionKind = "comparison"


def machine_of(a: Coding, b: Coding, roles: Roles, segments: Segments, level: str) -> dict[str, Any]:
    """Name the machine's recipe, unit, level, and whether it learnt from people's codes; nothing without a machine."""
    side = {"a": a, "b": b, None: None}[roles.machine]
    if side is None:
        return {}
    made, clusters = side.made_from, Source.of(side).clusters
    if clusters is not None:
        recipe, learnt = clusters.settings.get("recipe", "not stated"), bool(clusters.settings.get("guided"))
    else:
        settings = getattr(made, "settings", {})
        recipe, learnt = type(made).__name__ if made is not None else "not stated", settings.get("n_learnt", 0) > 0
    return {"recipe": str(recipe), "unit": segments.unit, "level": level, "learnt": learnt}


def in_words(machine: MappingABC[str, Any]) -> str:
    """Write a machine as words."""
    parts = [f"{name} {machine[name]}" for name in ("recipe", "unit", "level") if name in machine]
    return ", ".join([*parts, *(["learnt" if machine["learnt"] else "not learnt"] if "learnt" in machine else [])])


def named_before(machine: MappingABC[str, Any], study: Study | None) -> dict[str, Any]:
    """Lay a machine beside what study.toml names: in words, and the parts that are others."""
    named = study.settings.get("machine", {}) if study is not None and machine else {}
    other = {name: value for name, value in machine.items() if name in named and named[name] != value}
    return {
        "machine_is": in_words(machine), "machine_named": in_words(named), "not_as_named": in_words(other),
        "asked_study": study is not None,
    }  # fmt: skip


def count_comparison(ledger: str | Path | None, said: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """Add a line to the ledger; give the comparison's number, and how many of those counted are different."""
    if ledger is None:
        return {}
    figures = hash_words(*(table.to_csv(quotes=False) for table in tables))[:12]
    by = f"alliance_nlp {__version__}"
    record_decision(ledger, COUNTED, by=by, role=PROGRAM, note=f"{said}; figures {figures}")
    notes = [decision.note for decision in read_ledger(ledger) if decision.kind == COUNTED]
    return {"n_counted": len(notes), "n_different": len(set(notes))}


def said_of_naming(basis: Any, later: Sequence[str] = ()) -> list[str]:
    """Say whether the machine was named beforehand, and which of how many comparisons is shown.

    `later` holds what the ledger says of all that were counted, where it is at hand and may have grown.
    """
    said = []
    if basis.machine_named:
        fit = f"this is another: {basis.not_as_named}" if basis.not_as_named else "this is it"
        said.append(f"Named in study.toml beforehand: {basis.machine_named}; {fit}.")
    elif basis.machine_is and basis.asked_study:
        said.append(f"No machine was named in study.toml beforehand; this one is {basis.machine_is}.")
    n, different = max((basis.n_counted, basis.n_different), (len(later), len(set(later))))
    if n:
        shown = f"shown is number {basis.n_counted}" if basis.n_counted else "the one that is shown is not among them"
        said.append(f"Comparisons that the ledger counts: {n}, {different} of them different; {shown}.")
    elif basis.machine_is:
        said.append("In no ledger was this comparison counted (ledger=...): how many were tried is not known here.")
    return said
