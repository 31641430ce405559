"""The call a researcher writes: compare one coding with another."""

from __future__ import annotations

from collections.abc import Callable, Mapping as MappingABC, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alliance_nlp import agreement
from alliance_nlp.comparison.basis_of_figures import Basis
from alliance_nlp.comparison.characters import on_characters
from alliance_nlp.comparison.clustered import Beside, of_clusters, with_clusters
from alliance_nlp.comparison.counting import count_comparison, machine_of, named_before
from alliance_nlp.comparison.disagreements import list_disagreements
from alliance_nlp.comparison.groups import per_group
from alliance_nlp.comparison.lost import lost_spans
from alliance_nlp.comparison.machines_beside import lay_beside
from alliance_nlp.comparison.overall import overall_table
from alliance_nlp.comparison.people_beside import doubts_on_people, named_people
from alliance_nlp.comparison.per_code import Draws, character_rows, code_rows, table_of
from alliance_nlp.comparison.prevalence import correct_prevalence
from alliance_nlp.comparison.recovery import recover
from alliance_nlp.comparison.result import Comparison
from alliance_nlp.comparison.sides import Projection, Sides, Source, Universe, people_behind, project, segments_behind
from alliance_nlp.errors import InputError, present
from alliance_nlp.files import showing
from alliance_nlp.records import LEVELS, Clusters, Coding, Level, Mapping, Row, Rule, Segments, Study, Table

# Of the time for 20,000 segments and 20 codes: codes laid on segments, figures of each code, over all codes, lists.
SHARES = {"projected": 5, "levels": 2, "overall": 1, "listed": 2}


def compare(
    a: Coding | None,
    b: Coding | None,
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
    study: Study | None = None,
    ledger: str | Path | None = None,
    clusters: Mapping | Clusters | None = None,
    machines: Sequence[Coding] = (),
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
        Seed of draws, halves and turned signs.
    n_draws : int, default 2000
        Bootstrap draws: of participants where at least ten are known, else of stretches of talk where these hold twenty
        segments each on average; else there is no interval, and the reason is said.
    n_permutations : int, default 999
        Ways of turning the signs of stretches that are drawn for the p of clusters beside codes; where there are fewer,
        all are gone through. The p of codes draws nothing. 0 for no p at all; verdicts on clusters keep theirs.
    study : Study, optional
        The study, whose ``study.toml`` may name beforehand the machine that counts (``[machine]``): the page says
        whether this is it.
    ledger : str or Path, optional
        The study's ledger, such as ``my_study/decisions.jsonl``: a line is added that counts this comparison, and the
        page says how many there were.
    clusters : Mapping or Clusters, optional
        Clusters of meaning to set beside the same people, where a side is a machine that learnt: what they gathered of
        each theme stands in this comparison, their own figures in ``.clustered``. A mapping says which clusters the
        machine linked to which code.
    machines : sequence of Coding, default ()
        Further machines, each one more coder, to set beside the machine's side and the same people: a language model
        beside a learnt coder, say. ``.machines_beside`` has everybody in one table, on the segments on which every
        machine has an answer; ``.machines_answered`` what each has read and answered. All other tables stay those of
        the two sides.

    Returns
    -------
    Comparison
        Prints as a page of text; ``explain()`` says what it means; each part is a table.

    Raises
    ------
    InputError
        When no segment was read on both sides, codebooks differ, a choice is unknown, a number of draws is too low, or
        clusters are given beside a side that was made from clusters itself, or `machines` holds what no machine made.

    Notes
    -----
    Segments outside what a coder read are unknown, never "no code". Segments on which the machine abstained are left
    out of coefficients, counted, and shown once more as "no code". A figure says how far two codings agree. It does
    not say that the codes are right, and a machine above the human-human figure asks for a look for leakage. p is that
    of `agreement.stretch_test` for each code, adjusted over the codes by Holm, and of `agreement.grouping_test` for
    clusters; every nan has its reason beside it.

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
    draws = Draws.of(n_draws, n_permutations, random_state)
    a, b = _side("a", a), _side("b", b)
    beside = of_clusters(a, b, clusters)
    if beside is not None and segments is None and Source.of(a).segments is None and Source.of(b).segments is None:
        segments = beside.segments
    wishes = _Wishes(segments, people, tuple(machines), study, drawn, ledger, level, rule, universe, draws)
    with showing("comparing", (1 if beside is None else 2) * sum(SHARES.values())) as done:
        return _compared(a, b, beside, wishes, done)


class _Wishes(NamedTuple):
    """What compare() was asked for."""

    segments: Segments | None
    people: Coding | None
    machines: tuple[Coding, ...]
    study: Study | None
    drawn: MappingABC[str, float] | float | None
    ledger: str | Path | None
    level: Level
    rule: Rule
    universe: Universe
    draws: Draws


def _compared(
    a: Coding, b: Coding, beside: Beside | None, wishes: _Wishes, done: Callable[[float], None]
) -> Comparison:  # fmt: skip
    """Compare, and say how much of it is done; clusters beside a machine are a comparison of their own."""
    level, rule, draws = wishes.level, wishes.rule, wishes.draws
    found, behind = segments_behind(a, b, wishes.segments), people_behind(a, b, wishes.people)
    seen = project(a, b, found, behind, level=level, rule=rule, universe=wishes.universe)
    seen = seen if beside is None else seen._replace(clusters=beside.clusters)
    main = seen.at(level)
    done(SHARES["projected"])
    levels, rows = (level,) if seen.is_flat else LEVELS, {}
    for each in levels:
        rows[each] = _rows_at(main if each == level else seen.at(each), seen, (a, b), draws)
        done(SHARES["levels"] / len(levels))
    rows = {each: rows.get(each, rows[level]) for each in LEVELS}
    tables = {each: table_of(rows[each], f"Agreement on {each}s") for each in LEVELS}
    declined = any(reader.abstained for reader in (*main.a, *main.b))
    again = _rows_at(seen.at(level, answered=True), seen, (a, b), draws, answered=True) if declined else None
    alone = wishes._replace(segments=found, people=behind, machines=(), drawn=None, ledger=None)
    clustered = None if beside is None else _compared(beside.people, beside.coding, None, alone, done)
    gathered, verdicts, pairs = (
        recover(main) if clustered is None
        else (clustered.theme_recovery, clustered.cluster_verdicts, clustered.cluster_pairs)
    )  # fmt: skip
    lost = lost_spans(seen)
    overall = overall_table(main, rows[level], draws)
    done(SHARES["overall"])
    basis = _basis(a, b, seen, main, behind, draws, len(lost))
    basis = basis._replace(**named_before(machine_of(a, b, seen.roles, found, level), wishes.study))
    if clustered is not None:
        basis = with_clusters(basis, clustered.basis)
    machines = wishes.machines
    beside_them = lay_beside(a, b, machines, seen, behind, draws, level=level, rule=rule)
    basis = basis._replace(others=tuple(coder for coding in machines for coder in coding.coders))
    counted_tables = (tables[level], overall, gathered, *((beside_them.figures,) if machines else ()))
    basis = basis._replace(**count_comparison(wishes.ledger, basis.short, counted_tables))
    comparison = Comparison(
        a, b, found, basis._asdict(),
        tables["code"], tables["essence"], tables["theme"],
        overall,
        gathered, verdicts,
        per_group(main, main.persons, "participant"),
        per_group(main, main.sessions, "session"),
        list_disagreements(main),
        correct_prevalence(main, wishes.drawn),
        Table((), ()) if again is None else table_of(again, "Abstained segments counted as no code"),
        pairs, lost, clustered, machines, beside_them.figures, beside_them.answered,
    )  # fmt: skip
    done(SHARES["listed"])
    return comparison


def _rows_at(
    sides: Sides, seen: Projection, codings: tuple[Coding, Coding], draws: Draws, *, answered: bool = False
) -> list[Row]:
    """One row a code, in what the universe counts."""
    in_characters = seen.universe == "characters"
    characters = on_characters(sides, codings, seen.codebook, inside=not in_characters, answered=answered)
    return character_rows(sides, characters) if in_characters else code_rows(sides, characters, draws)


def _side(side: str, coding: Coding | None) -> Coding:
    advice = "Read one with an.read_codings(), or settle one with an.reach_consensus()."
    coding = present(coding, f"Coding as {side}", "compare()", advice)
    if not isinstance(coding, Coding):
        raise InputError(
            f"compare() takes two Codings. Got {type(coding).__name__} as {side}. "
            "A mapping gives one with .to_coding()."
        )
    return coding


def _basis(
    a: Coding, b: Coding, seen: Projection, main: Sides, people: Coding | None, draws: Draws, n_lost: int
) -> Basis:
    counted = [s for s, kept in zip(seen.segments, seen.counted, strict=True) if kept]
    gold = {"a": a.coders, "b": b.coders, None: ()}[seen.roles.gold]
    declined = {p for reader in (*main.a, *main.b) for p in reader.abstained if seen.counted[p]}
    return Basis(
        ", ".join(a.coders), ", ".join(b.coders), *seen.roles, ", ".join(gold),
        named_people(people.coders) if people is not None else "", main.level, seen.rule, seen.universe,
        seen.segments.unit, *draws,
        **_done(main, draws),
        n_segments=len(seen.segments), n_compared=len(counted),
        n_transcripts=len({s.transcript_id for s in counted}),
        n_participants=len({person for person in main.persons if person is not None}),
        n_abstained=len(declined), lost=n_lost,
        coverage=seen.clusters.coverage if seen.clusters is not None else None,
        n_set_aside=len(seen.clusters.set_aside) if seen.clusters is not None else 0,
        warnings=(*_warnings(a, b, seen, people), *doubts_on_people(main, people)),
    )  # fmt: skip


def _done(main: Sides, draws: Draws) -> dict[str, Any]:
    """Say what was drawn for intervals and what the p rest on."""
    drawing, stretches = main.drawing, agreement.stretches_of(main.sessions)
    return {
        "drawn_by": drawing.kind, "n_drawn": drawing.n_groups if drawing.groups else 0,
        "not_drawn": drawing.reason or "", "p_from": "stretches" if draws.n_permutations else "nothing",
        "n_stretches": len(set(stretches.tolist())), "n_unnamed": sum(person is None for person in main.persons),
    }  # fmt: skip


def _warnings(a: Coding, b: Coding, seen: Projection, people: Coding | None) -> tuple[str, ...]:
    """Say what a reader must know of how the codings came about."""
    found = []
    for consensus, other in ((a, b), (b, a)):
        behind = Source.of(consensus).people
        helped = [coder for coder in other.coders if behind is not None and coder in behind.coders]
        if helped:
            found.append(
                f"{', '.join(helped)} helped to make the consensus: agreement with it is no independent figure."
            )
    if seen.clusters is not None and seen.clusters.settings.get("guided"):
        found.append("The clusters were guided by the codebook: agreement with it measures the guidance as well.")
    for coding in (a, b, *([people] if people is not None else [])):
        saw = [coder for coder, seen in coding.saw_suggestions.items() if seen]
        if saw:
            found.append(f"{', '.join(saw)} saw suggestions before coding: agreement measures influence as well.")
    return tuple(dict.fromkeys(found))
