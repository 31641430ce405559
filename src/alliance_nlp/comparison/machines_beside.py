"""Several machines beside the same people: a learnt coder, a language model, clusters, in one table on shared segments.

A machine is one more coder. Each has read, been asked and answered what it could, so that figures over its own segments
do not compare: here everybody is counted on the segments on which every machine has an answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping as MappingABC, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from alliance_nlp.comparison.clustered import UNTAUGHT, untaught_in
from alliance_nlp.comparison.per_code import FEWEST, WIDEST, Draws, drawn_kappas, interval_of, mean_kappas
from alliance_nlp.comparison.sides import Pairs, Projection, Roles, Sides, Source, is_machine, project
from alliance_nlp.comparison.words import REMARKS
from alliance_nlp.errors import InputError, counted
from alliance_nlp.numeric import Bools, Floats, nan_mean
from alliance_nlp.records import Coding, Level, Row, Rule, Table, join_codings
from alliance_nlp.suggesting import HeldOut, ModelSuggestions, Suggestions
from alliance_nlp.suggesting.with_model.answers import ANSWERED as USABLE

PEOPLE, ORDER, MEAN = "people with each other", "order of talk", "(mean)"
FIGURES = ("code", "coder", "n", "given", "kappa", "kappa_interval", "difference", "difference_interval", "remark")
ANSWERED = ("coder", "kind", "people_read", "read", "declined", "shared", "mean_if_no_code", "said")
MOST_PRINTED = 40  # rows; beyond them the means alone
TITLE = "Machines beside the same people"
ONE_PERSON = "fewer than two people are known"
NOT_HELD_OUT = "learnt from these very codings: its figure is no test of it"


class Beside(NamedTuple):
    """Everybody's figures on shared segments, and what each machine has read and answered."""

    figures: Table = Table((), ())
    answered: Table = Table((), ())


def lay_beside(
    a: Coding, b: Coding, machines: Sequence[Coding], seen: Projection, behind: Coding | None, draws: Draws, *,
    level: Level, rule: Rule,
) -> Beside:  # fmt: skip
    """Put the machine of a comparison, and further ones, beside its people.

    Raises
    ------
    InputError
        When what is given is no machine's coding, or two go by one name.
    """
    if not machines:
        return Beside()
    side = {"a": a, "b": b}
    own = () if seen.roles.machine is None else (side[seen.roles.machine],)
    together = _together((*own, *machines))
    both = (side[seen.roles.human],) if own else (a, b)
    people = behind if behind is not None else both[0] if len(both) == 1 else join_codings(both)
    every = project(people, together, seen.segments, people, level=level, rule=rule, universe="shared")
    every = every._replace(roles=Roles("b", None), clusters=None)
    shared = _shared(every.at(level), every.counted, coded=seen.universe == "coded")
    made = {coder: coding.made_from for coding in (*own, *machines) for coder in coding.coders}
    untaught = {coder: untaught_in(coding) for coding in (*own, *machines) for coder in coding.coders}
    return Beside(
        _figures(every._replace(counted=shared).at(level), together.coders, untaught, draws),
        _answered(every, together.coders, made, shared, every.at(level, answered=True)),
    )


def _together(machines: Sequence[Coding]) -> Coding:
    for coding in machines:
        if not isinstance(coding, Coding) or not is_machine(coding):
            got = "a coding of people" if isinstance(coding, Coding) else type(coding).__name__
            raise InputError(
                "machines must hold codings that a machine made, as an.suggest_held_out(), an.suggest_with_model() or "
                f".to_coding() of a mapping give. Got {got}."
            )
    names = Counter(coder for coding in machines for coder in coding.coders)
    twice = [name for name, n in names.items() if n > 1]
    if twice:
        raise InputError(f"Two machines go by the name {twice[0]!r}. Give one of them another with coder='...'.")
    return join_codings(machines)


def _shared(sides: Sides, counted_: Bools, *, coded: bool) -> Bools:
    """Mark the segments that a person has read and on which every machine has an answer."""
    kept: Bools = np.all([np.isfinite(reader.applied).all(axis=0) for reader in sides.b], axis=0)
    if coded:
        kept &= np.any([(reader.applied > 0).any(axis=0) for reader in (*sides.a, *sides.b)], axis=0)
    shared = counted_.copy()
    shared[counted_] = kept
    return shared


class _Coder(NamedTuple):
    """One line of the table for each code: kappa with each person in the mean, in every draw, and times given."""

    name: str
    kappa: Floats
    drawn: Floats
    given: Floats
    untaught: frozenset[str] = frozenset()


def _figures(sides: Sides, names: Sequence[str], untaught: MappingABC[str, frozenset[str]], draws: Draws) -> Table:
    n = len(sides.sessions)
    if not n:
        return Table(FIGURES, (), f"{TITLE}: no segment that all of them answered")
    coders = list(_coders(sides, names, untaught, draws))
    alone = len(sides.people) < 2
    rows = [row for at, code in enumerate(sides.codes) for row in _of_code(code, at, coders, sides, n, alone=alone)]
    means, kept = _means(coders, sides, n, alone=alone)
    with_whom = "the people's side" if alone else "each person, in the mean"
    notes = (
        f"kappa: with {with_whom}, on the same {counted(n, 'segment')} for everybody: those on which every machine has "
        "an answer. 0 is chance. Difference: to people with each other; intervals 95%",
        f"{ORDER}: kappa of the people's own code of the segment before, without a word read",
        f"{MEAN}: over {kept} of {len(sides.codes)} {sides.level}s, those for which everybody's kappa is defined",
        *((f"no intervals: {sides.drawing.reason}",) if sides.drawing.reason else ()),
    )
    return Table.of([*means, *rows], columns=FIGURES, title=TITLE, notes=notes)


def _coders(
    sides: Sides, names: Sequence[str], untaught: MappingABC[str, frozenset[str]], draws: Draws
) -> Iterator[_Coder]:
    def of(name: str, pairs: Pairs, given: Floats, none: frozenset[str] = frozenset()) -> _Coder:
        undefined = [code in none for code in sides.codes]
        kappa, drawn = mean_kappas(sides, pairs), drawn_kappas(sides, pairs, draws)
        kappa[undefined], drawn[:, undefined] = np.nan, np.nan
        return _Coder(name, kappa, drawn, given, none)

    def applied(*readers: Any) -> Floats:
        return nan_mean([np.nansum(reader.applied, axis=1) for reader in readers])

    yield of(PEOPLE, sides.human_pairs, applied(*sides.people))
    for name, reader in zip(names, sides.b, strict=True):
        yield of(name, [(reader, person) for person in sides.people], applied(reader), untaught[name])
    if any(np.isfinite(reader.applied).any() for _, reader in sides.before):
        yield of(ORDER, sides.before, applied(*(reader for _, reader in sides.before)))


def _of_code(code: str, at: int, coders: Sequence[_Coder], sides: Sides, n: int, *, alone: bool) -> Iterator[Row]:
    people = coders[0]
    for coder in coders:
        row = _row(code, coder.name, coder.kappa[at], coder.drawn[:, at], people.kappa[at], people.drawn[:, at], sides)
        given = (float(people.given[at]), float(coder.given[at]))
        yield {**row, "n": n, "given": round(given[1], 1), "remark": _remark(row, code, coder, given, alone=alone)}


def _row(
    code: str, name: str, kappa: float, drawn: Floats, beside: float, beside_drawn: Floats, sides: Sides
) -> Row:  # fmt: skip
    own = interval_of(float(kappa), drawn, sides)
    row: Row = {"code": code, "coder": name, "kappa": float(kappa), "kappa_interval": (own.low, own.high),
                "difference": math.nan, "difference_interval": (math.nan, math.nan)}  # fmt: skip
    if name != PEOPLE:
        apart = interval_of(float(kappa - beside), drawn - beside_drawn, sides)
        row |= {"difference": float(kappa - beside), "difference_interval": (apart.low, apart.high)}
    return row


def _remark(row: Row, code: str, coder: _Coder, given: tuple[float, float], *, alone: bool) -> str:
    low, high = row["kappa_interval"]
    if coder.name == PEOPLE and alone:
        return ONE_PERSON
    if code in coder.untaught:
        return UNTAUGHT
    if math.isnan(row["kappa"]):
        return REMARKS["unused"] if not any(given) else REMARKS["everywhere"]
    few = min(given) < FEWEST or (math.isfinite(low) and high - low > WIDEST)
    return REMARKS["few"] if few else ""


def _means(coders: Sequence[_Coder], sides: Sides, n: int, *, alone: bool) -> tuple[list[Row], int]:
    """Give the mean over codes of each coder: the codes are the same for everybody."""
    told = [coder for coder in coders if not (alone and coder.name == PEOPLE)]
    kept = np.all([np.isfinite(coder.kappa) for coder in told], axis=0)

    def mean(coder: _Coder) -> tuple[float, Floats]:
        value = float(coder.kappa[kept].mean()) if kept.any() else math.nan
        return value, nan_mean(coder.drawn[:, kept].T) if kept.any() else np.full(len(coder.drawn), np.nan)

    beside = mean(coders[0])
    rows = [
        {**_row(MEAN, coder.name, *mean(coder), *beside, sides), "n": n, "given": round(float(coder.given.sum()), 1),
         "remark": ONE_PERSON if alone and coder.name == PEOPLE else ""}
        for coder in coders
    ]  # fmt: skip
    return rows, int(kept.sum())


def _answered(
    every: Projection, names: Sequence[str], made: MappingABC[str, Any], shared: Bools, as_none: Sides
) -> Table:  # fmt: skip
    """Say what each machine read of what people read, what it declined, and why; on which segments all have answers."""
    people = np.any([[s is not None for s in sets] for sets in every.a.sets.values()], axis=0)
    rows = []
    for name, reader in zip(names, as_none.b, strict=True):
        read: Bools = people & np.array([s is not None for s in every.b.sets[name]], dtype=bool)
        declined = sum(bool(read[at]) for at in every.b.abstained[name])
        ids = [every.segments[at].id for at in np.flatnonzero(people).tolist()]
        rows.append({
            "coder": name, "kind": _kind(made[name]), "people_read": int(people.sum()), "read": int(read.sum()),
            "declined": declined, "shared": int(shared.sum()),
            "mean_if_no_code": float(nan_mean(mean_kappas(as_none, [(reader, person) for person in as_none.people]))),
            "said": "; ".join(_said(made[name], ids)),
        })  # fmt: skip
    notes = (
        "people read: segments that a person has read; read: those of them that the machine was given; declined: those "
        "on which it has no answer; shared: those on which every machine has one, and which the table above counts",
        'mean if no code: mean kappa on all that the machine read, where it has no answer taken as "no code": who '
        "declines what is hard looks better above than here",
    )
    return Table.of(rows, columns=ANSWERED, title="What each machine has read and answered", notes=notes)


def _kind(made: Any) -> str:
    if isinstance(made, ModelSuggestions):
        return "language model"
    if isinstance(made, HeldOut | Suggestions):
        of = made.settings
        if of.get("language_model"):
            return "language model, with learnt" if of.get("stacked_with") else "language model, calibrated"
        return "learnt" if of.get("learnt_from") or isinstance(made, HeldOut) else "words of the codebook"
    return "clusters" if Source.of(Coding((), (), made_from=made)).clusters is not None else "machine"


def _said(made: Any, ids: Sequence[str]) -> Iterator[str]:
    """Say what a reader must know of where a machine's answers are missing, and of what it had seen."""
    if isinstance(made, ModelSuggestions):
        yield from _said_of_answers(made, ids)
    elif isinstance(made, HeldOut):
        yield made.reason or f"held out: {made.settings.get('held_out', '')}"
    elif isinstance(made, Suggestions):
        held = made.settings.get("held_out")
        if held or made.settings.get("learnt_from"):
            yield f"held out: {held}" if held else NOT_HELD_OUT


def _said_of_answers(made: ModelSuggestions, ids: Sequence[str]) -> Iterator[str]:
    of = dict(zip(made.segments.ids, made.outcomes, strict=True))
    outcomes = Counter(of.get(segment_id, "not among its segments") for segment_id in ids)
    yield from (f"{outcome}: {n}" for outcome, n in sorted(outcomes.items()) if outcome not in USABLE)
    counts = {row["what"]: row["n"] for row in made.counts.rows()}
    for what in ("codes rejected: not in the codebook", "codes rejected: quote not in the segment",
                 "exemplars not shown"):  # fmt: skip
        if counts.get(what):
            yield f"{what}: {counts[what]}"


def printed(beside: Beside) -> tuple[Table, ...]:
    """Give what fits a page: all rows, or the means alone."""
    figures = beside.figures
    if len(figures) > MOST_PRINTED:
        means = tuple(row for row in figures.values if row[0] == MEAN)
        figures = replace(figures, values=means, notes=(*figures.notes, "The rows of each code: .machines_beside"))
    return (figures, beside.answered) if len(beside.answered) else ()
