"""Two projects of one team as two tables of codings: the texts that both hold, turn by turn, nothing overwritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alliance_nlp.comparison.merging import MergedProjects, merge_projects
from alliance_nlp.errors import InputError
from alliance_nlp.qda import is_project
from alliance_nlp.records import Codebook, Coding, Row, Segments
from alliance_nlp.segments import segment


@dataclass(frozen=True)
class TwoProjects:
    """Rows of both projects, the codes of both, and what was found when they were laid side by side."""

    rows: tuple[list[Row], list[Row]]
    codebook: Codebook
    said: tuple[str, ...]


def as_tables(a: Any, b: Any, codebook: Any) -> tuple[Any, Any, Any, tuple[str, ...]]:
    """Give two projects as tables with the codes of both; anything else as it is, with nothing to say."""
    if not (is_project(a) and is_project(b)):
        return a, b, codebook, ()
    both = lay_side_by_side(a, b)
    return *both.rows, both.codebook if codebook is None else codebook, both.said


def lay_side_by_side(a: str | Path, b: str | Path) -> TwoProjects:
    """Read two projects and give what was coded in the texts that both hold, a row for each turn, coder and code.

    Raises
    ------
    InputError
        When no text stands in both, or a project holds no codings.
    """
    merged = merge_projects((a, b))
    turns = turns_in_all(merged)
    rows = []
    for name in project_names(merged):
        coding = coding_of(merged, name)
        rows += [[
            {"coder": coder, "transcript": s.transcript_id, "turn": s.turn + 1, "quote": s.shown, "code": code}
            for coder, sets in coding.on(turns, rule="any").sets.items()
            for s, codes in zip(turns, sets, strict=True)
            for code in sorted(codes or ()) if s.turn is not None
        ]]  # fmt: skip
    return TwoProjects((rows[0], rows[1]), merged.study.book, said_of_merging(merged))


def project_names(merged: MergedProjects) -> list[str]:
    """Name the projects, in order."""
    return [row["project"] for row in merged.projects.rows()]


def turns_in_all(merged: MergedProjects) -> Segments:
    """Give the turns of the texts that all projects hold."""
    kept = tuple(
        # all turns are compared, whoever speaks: a role that nobody knows is nothing to ask about here
        replace(t, turns=tuple(turn if turn.role else replace(turn, role="participant") for turn in t.turns))
        for t in merged.study.transcripts if t.id in merged.in_all
    )  # fmt: skip
    if not kept:
        names = project_names(merged)
        raise InputError(
            f"{', '.join(names[:-1])} and {names[-1]} share no text that all of them hold with the same words. Compare "
            f"those that do; where a text was edited, say edited='realign'."
        )
    return segment(kept, unit="turn", roles=None)


def coding_of(merged: MergedProjects, name: str) -> Coding:
    """Give what the coders of a project coded."""
    coders = merged.coders_of(name)
    if merged.study.coding is None or not coders:
        raise InputError(f"{name} holds no codings of people in its texts. Export the project in which they coded.")
    return merged.study.coding.by(*coders)


def said_of_merging(merged: MergedProjects) -> tuple[str, ...]:
    """Say what was compared, and what does not fit between the codes of the projects."""
    said = [*merged.said, "Turns that somebody coded, of texts in all projects, were compared."]
    kinds: dict[tuple[str, str], list[str]] = {}
    for row in merged.codes.rows():
        kinds.setdefault((row["project"], row["what"]), []).append(row["code"])
    for (project, what), codes in kinds.items():
        more = f" and {len(codes) - 6} more" if len(codes) > 6 else ""
        said.append(f"Codes of {project}, {what}: {', '.join(codes[:6])}{more}.")
    return tuple(said)
