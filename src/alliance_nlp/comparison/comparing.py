"""The call a researcher writes: compare one coding with another."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from typing import Any

from alliance_nlp.comparison.characters import character_rows
from alliance_nlp.comparison.disagreements import list_disagreements
from alliance_nlp.comparison.groups import per_group
from alliance_nlp.comparison.overall import COLUMNS as OVERALL
from alliance_nlp.comparison.overall import overall_rows
from alliance_nlp.comparison.per_code import code_rows, draw_by
from alliance_nlp.comparison.prevalence import COLUMNS as PREVALENCE
from alliance_nlp.comparison.prevalence import REFUSED, correct_prevalence
from alliance_nlp.comparison.recovery import recover
from alliance_nlp.comparison.result import Comparison
from alliance_nlp.comparison.units import (
    Sides,
    Universe,
    is_consensus,
    is_machine,
    make_sides,
    people_behind,
    segments_of,
)
from alliance_nlp.comparison.words import level_title
from alliance_nlp.errors import InputError
from alliance_nlp.records import LEVELS, Clusters, Coding, Level, Row, Rule, Segments, Table

SEGMENTS_DRAWN = (
    "segments (fewer than ten participants are known; segments of one person are not independent, so intervals are "
    "too narrow)"
)


def compare(
    a: Coding,
    b: Coding,
    *,
    segments: Segments | None = None,
    people: Coding | None = None,
    level: Level = "theme",
    rule: Rule = "half",
    universe: Universe = "shared",
    drawn: MappingABC[str, float] | float | None = None,
    random_state: int = 0,
    n_draws: int = 2000,
    n_permutations: int = 999,
) -> Comparison:
    """Compare one coding with another: two people, a consensus and the machine, or many coders.

    Parameters
    ----------
    a, b : Coding
        The two sides. A side with several coders counts as the mean over all pairs across the sides.
    segments : Segments, optional
        The segments to compare on; by default those that the machine's side was made on.
    people : Coding, optional
        Whose agreement with one another stands beside each figure; by default the coders behind a consensus.
    level : {"code", "essence", "theme"}, default "theme"
        Level of the main table, the recovery of themes and the disagreements. The other levels are computed too.
    rule : {"half", "any", "all"}, default "half"
        How coded spans become codes of segments; see `Coding.on`.
    universe : {"shared", "coded", "characters"}, default "shared"
        What is counted: segments that both sides read; those among them that at least one side coded; or characters
        that both sides read. Leaving out what nobody coded changes every coefficient, so it is named in print.
    drawn : float or dict of segment id to float, optional
        Probability with which each coded segment was drawn from all segments. Only with it is the prevalence of a code
        estimated from suggestions.
    random_state : int, default 0
        Seed of draws, subsamples and permutations.
    n_draws : int, default 2000
        Bootstrap draws: of participants where at least ten are known, else of segments.
    n_permutations : int, default 999
        Arrangements behind each p; 0 for none.

    Returns
    -------
    Comparison
        Prints as a page of text; ``explain()`` says what it means; each part is a table.

    Raises
    ------
    InputError
        When no segment was read on both sides, codebooks differ, or a choice is unknown.

    Notes
    -----
    Segments outside what a coder read are unknown, never "no code". Segments on which the machine abstained are left
    out of coefficients, counted, and shown once more as "no code". A figure says how far two codings agree. It does
    not say that the codes are right, and a machine above the human-human figure asks for a look for leakage.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, ReadSpan, Segment, Segments, Transcript
    >>> words = "ab" * 20
    >>> segments = Segments(tuple(Segment("T", i, i + 2, "ab") for i in range(0, 40, 2)), (Transcript("T", words),))
    >>> def coding(coder, starts):
    ...     spans = tuple(CodedSpan(coder, "T", i, i + 2, "Trust") for i in starts)
    ...     return Coding(spans, (ReadSpan(coder, "T", 0, 40),))
    >>> found = compare(coding("A", (0, 2, 4, 6)), coding("B", (0, 2, 4, 8)), segments=segments, level="code")
    >>> round(found.per_code[0]["kappa"], 4)
    0.6875
    """
    for side, coding in (("a", a), ("b", b)):
        if not isinstance(coding, Coding):
            raise InputError(
                f"compare() takes two Codings. Got {type(coding).__name__} as {side}. "
                "A mapping gives one with .to_coding()."
            )
    found = segments_of(a, b, segments)
    behind = people_behind(a, b, people)
    options = {"rule": rule, "universe": universe}
    sides = {each: make_sides(a, b, found, behind, level=each, **options) for each in (*LEVELS, level)}  # type: ignore[arg-type]
    main = sides[level]
    draws = {"n_draws": n_draws, "n_permutations": n_permutations, "random_state": random_state}
    roles = _roles(a, b)
    tables = {each: _level_table(a, b, sides[each], roles, draws) for each in LEVELS}
    clusters = _clusters_of(a, b)
    themes, verdicts = _recovery(main, roles, clusters, random_state)
    overall = overall_rows(main, tables[level].rows(), clusters, human_side=_human_side(roles), **draws)
    return Comparison(
        a, b, found, _settings(a, b, main, behind, roles, clusters, draws),
        tables["code"], tables["essence"], tables["theme"],
        Table.of(overall, columns=OVERALL, title="Over everything"),
        themes, verdicts,
        per_group(main, [s.speaker for s in found], "participant"),
        per_group(main, [found.session_of(s) for s in found], "session"),
        list_disagreements(main),
        _prevalence(main, roles, drawn),
        _abstained_again(main, roles, draws),
    )  # fmt: skip


def _roles(a: Coding, b: Coding) -> dict[str, str | None]:
    """Which side, if any, is the machine's, and which a consensus."""
    machine = "b" if is_machine(b) else "a" if is_machine(a) else None
    gold = next((side for side, coding in (("a", a), ("b", b)) if is_consensus(coding) and side != machine), None)
    return {"machine": machine, "gold": gold}


def _human_side(roles: dict[str, str | None]) -> str:
    return "b" if roles["machine"] == "a" else "a"


def _clusters_of(a: Coding, b: Coding) -> Clusters | None:
    for coding in (b, a):
        clusters = getattr(coding.made_from, "clusters", coding.made_from)
        if isinstance(clusters, Clusters):
            return clusters
    return None


def _level_table(a: Coding, b: Coding, sides: Sides, roles: dict[str, str | None], draws: dict[str, int]) -> Table:
    if sides.universe == "characters":
        rows = character_rows(a, b, sides)
    else:
        rows = code_rows(
            sides, machine=roles["machine"], gold=roles["gold"], n_draws=draws["n_draws"],
            n_permutations=draws["n_permutations"], random_state=draws["random_state"],
        )  # fmt: skip
    return Table.of(rows, columns=_columns(rows), title=level_title(sides.level))


def _columns(rows: list[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for row in rows for name in row)) or ("code",)


def _recovery(
    sides: Sides, roles: dict[str, str | None], clusters: Clusters | None, random_state: int
) -> tuple[Table, Table]:
    if clusters is None:
        return Table((), ()), Table((), ())
    human = (sides.a if _human_side(roles) == "a" else sides.b)[0]
    return recover(sides, human, clusters, random_state=random_state)


def _prevalence(
    sides: Sides, roles: dict[str, str | None], drawn: MappingABC[str, float] | float | None
) -> Table:  # fmt: skip
    if roles["machine"] is None:
        if drawn is not None:
            raise InputError("drawn= is for a comparison with the machine: neither side holds suggestions.")
        return Table.of([], columns=PREVALENCE, title="Prevalence", notes=(REFUSED,))
    return correct_prevalence(sides, roles["machine"], drawn)


def _abstained_again(sides: Sides, roles: dict[str, str | None], draws: dict[str, int]) -> Table:
    if not any(reader.abstained for reader in (*sides.a, *sides.b)):
        return Table((), ())
    rows = code_rows(
        sides, machine=roles["machine"], gold=roles["gold"], as_no_code=True, n_draws=draws["n_draws"],
        n_permutations=draws["n_permutations"], random_state=draws["random_state"],
    )  # fmt: skip
    return Table.of(rows, columns=_columns(rows), title="Abstained segments counted as no code")


def _settings(
    a: Coding,
    b: Coding,
    sides: Sides,
    people: Coding | None,
    roles: dict[str, str | None],
    clusters: Clusters | None,
    draws: dict[str, int],
) -> dict[str, Any]:
    counted = [s for s, kept in zip(sides.segments, sides.counted, strict=True) if kept]
    abstained = {p for reader in (*sides.a, *sides.b) for p in reader.abstained if sides.counted[p]}
    gold = {"a": a, "b": b}.get(roles["gold"] or "")
    return {
        "name_a": ", ".join(a.coders), "name_b": ", ".join(b.coders), **roles,
        "gold_name": ", ".join(gold.coders) if gold is not None else "",
        "people": " and ".join(people.coders) if people is not None else "", "level": sides.level, "rule": sides.rule,
        "universe": sides.universe, "unit": sides.segments.unit, **draws,
        "drawn_by": "participants" if draw_by(sides) is not None else SEGMENTS_DRAWN,
        "n_segments": len(sides.segments), "n_compared": len(counted),
        "n_transcripts": len({s.transcript_id for s in counted}),
        "n_participants": len({s.speaker for s in counted if s.speaker is not None}),
        "n_abstained": len(abstained), "lost": sum(sides.n_lost.values()),
        "coverage": clusters.coverage if clusters is not None else None,
        "n_set_aside": len(clusters.set_aside) if clusters is not None else 0,
        "warnings": _warnings(a, b, people),
    }  # fmt: skip


def _warnings(a: Coding, b: Coding, people: Coding | None) -> tuple[str, ...]:
    """Say what a reader must know of how the codings came about."""
    found = []
    for consensus, other in ((a, b), (b, a)):
        behind = consensus.made_from if isinstance(consensus.made_from, Coding) else None
        helped = [coder for coder in other.coders if behind is not None and coder in behind.coders]
        if helped:
            found.append(
                f"{', '.join(helped)} helped to make the consensus: agreement with it is no independent figure."
            )
    clusters = _clusters_of(a, b)
    if clusters is not None and clusters.settings.get("guided"):
        found.append("The clusters were guided by the codebook: agreement with it measures the guidance as well.")
    for coding in (a, b, *([people] if people is not None else [])):
        saw = [coder for coder, seen in coding.saw_suggestions.items() if seen]
        if saw:
            found.append(f"{', '.join(saw)} saw suggestions before coding: agreement measures influence as well.")
    return tuple(dict.fromkeys(found))
