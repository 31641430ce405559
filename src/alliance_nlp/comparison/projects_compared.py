"""The projects of a team, any number of them, one answer: how far their coders agree on each code."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from alliance_nlp import agreement
from alliance_nlp.comparison.merging import Given, MergedProjects, merge_projects
from alliance_nlp.comparison.people_beside import MOST_NAMED
from alliance_nlp.comparison.two_projects import coding_of, project_names, said_of_merging, turns_in_all
from alliance_nlp.errors import InputError, check_choice, counted
from alliance_nlp.numeric import Floats, grouped, nan_mean
from alliance_nlp.records import LEVELS, CodeSet, Level, Page, Record, Row, Segments, Table, code_table

STATEMENTS = ("all", "coded")
_ALPHA = (
    "alpha: Krippendorff's, over coders known to have read a turn; agreement: share of their pairs, mean over turns"
)
_DRAWN = "interval 95%, turns drawn one by one: too narrow where codes run on from one turn to the next"
_MOST_PAIRS = 6  # of four coders; more rows are read by nobody
_SHOWN = ("code", "given", "agreement", "alpha", "interval")


@dataclass(frozen=True, eq=False, repr=False)
class ProjectsCompared(Page, Record):
    """Say how far the coders of a team's projects agree, and where they do not.

    Parameters
    ----------
    merged : MergedProjects
        The projects as one study.
    per_code : Table
        One row a code: how often each coder gave it, agreement, alpha with its interval.
    pairs : Table
        One row a pair of coders: turns that both are known to have read, share with the same codes, pooled kappa.
    disagreements : Table
        Turns that were coded differently.
    said : tuple of str
        What the figures rest on, in sentences.
    """

    merged: MergedProjects
    per_code: Table
    pairs: Table
    disagreements: Table
    said: tuple[str, ...] = ()

    def table(self) -> Table:
        """Give one row a code."""
        return self.per_code

    def tables(self) -> tuple[Table, ...]:
        """Give codes, pairs of coders (of many, one row a coder) and disagreements."""
        shown = self.per_code.only(_SHOWN) if len(self.per_code) else self.per_code
        pairs = self.pairs if len(self.pairs) <= _MOST_PAIRS else _each_with_others(self.pairs)
        return tuple(t for t in (shown, pairs, self.disagreements) if len(t))

    def files(self) -> dict[str, Table]:
        """Give the tables that are written, by the name of their file; those of the merging among them."""
        own = {name: getattr(self, name) for name in ("per_code", "pairs", "disagreements")}
        return own | self.merged.files()

    def _summary(self) -> str:
        return f"{counted(len(self.per_code), 'code')}, {counted(len(self.disagreements), 'disagreement')}"


def compare_projects(
    projects: Sequence[Given],
    *,
    read: Literal["all", "coded"] | None = None,
    level: Level = "code",
    same_coders: bool | Sequence[str] | None = None,
    same_codes: Mapping[str, str] | None = None,
    edited: Literal["apart", "realign"] = "apart",
    n_draws: int = 2000,
    random_state: int = 0,
) -> ProjectsCompared:
    """Compare the codings of any number of one team's projects, code by code and turn by turn.

    Parameters
    ----------
    projects : sequence of str, Path, QdaProject or Study
        Two or more, as `merge_projects` takes them.
    read : {"all", "coded"}, optional
        What is known of who read what: "all", everybody read every turn that somebody coded; "coded", each read the
        turns that they coded. None means not stated, which counts like "coded" and is said.
    level : {"code", "essence", "theme"}, default "code"
        Level of the table.
    same_coders, same_codes, edited : optional
        As in `merge_projects`.
    n_draws : int, default 2000
        Bootstrap draws for intervals.
    random_state : int, default 0
        Seed of the draws.

    Returns
    -------
    ProjectsCompared
        Prints as a page; each part is a table.

    Raises
    ------
    InputError
        When projects cannot be merged, share no text that all of them hold, or one holds no codings.

    Notes
    -----
    A turn carries a code when any letter of it does: two people seldom mark the same stretch to the letter. A project
    does not say what was read and left without a code, so what one person left without a code is unknown, not "no
    code", unless `read` says so. The figures are over turns that somebody coded. Agreement is not truth.

    Examples
    --------
    >>> from alliance_nlp.records import CodedSpan, Coding, Study, Transcript, Turn
    >>> turns = tuple(Turn(*place, "P1", "participant") for place in ((0, 8), (9, 18)))
    >>> talk = Transcript("talk", "No time. No trust.", turns)
    >>> def coded(who, *codes):
    ...     spans = zip((0, 9), (8, 18), codes, strict=True)
    ...     return Study((talk,), None, Coding(tuple(CodedSpan(who, "talk", *s) for s in spans), ()), title=who)
    >>> found = compare_projects([coded("KL", "rush", "doubt"), coded("MR", "rush", "doubt"), coded("TO", "rush", "x")])
    >>> [(row["code"], round(row["agreement"], 2)) for row in found.rows()]
    [('rush', 1.0), ('doubt', 0.67), ('x', 0.67)]
    """
    check_choice("level", LEVELS, level)
    if read is not None:
        check_choice("read", STATEMENTS, read)
    merged = merge_projects(projects, same_coders=same_coders, same_codes=same_codes, edited=edited)
    turns = turns_in_all(merged)
    if len(coders := merged.study.coding.coders if merged.study.coding is not None else ()) < 2:
        raise InputError(
            f"All codings of these projects are by {', '.join(map(repr, coders)) or 'nobody'}. Agreement takes two "
            f"coders or more; if users of one name are several people, do not say that they are one."
        )
    told = _told(merged, turns, level, everything=read == "all")
    alone = sum(sum(sets is not None for sets in told.at(i)) == 1 for i in range(len(told.turns)))
    said = [*said_of_merging(merged), *_said(told, alone, read)]
    return ProjectsCompared(
        merged, _per_code(told, level, n_draws, random_state), _pairs(told), _disagreements(told), tuple(said)
    )


class _Told(NamedTuple):
    """What each coder gave each turn that somebody coded; None where it is not known that they read it."""

    turns: Segments
    sets: dict[str, list[frozenset[str] | None]]
    codes: list[str]

    def at(self, i: int) -> list[frozenset[str] | None]:
        """Codes of all coders at a turn."""
        return [sets[i] for sets in self.sets.values()]

    def tables(self) -> list[Floats]:
        """Give codes by turns for each coder: 1 given, 0 not, nan not read."""
        return [code_table(sets, self.codes) for sets in self.sets.values()]


def _told(merged: MergedProjects, turns: Segments, level: Level, *, everything: bool) -> _Told:
    given: dict[str, Sequence[frozenset[str] | None]] = {}
    for name in project_names(merged):
        coding = coding_of(merged, name)
        given |= coding.on(turns, rule="any").at(level, merged.study.book).sets
    coded = [i for i in range(len(turns)) if any(sets[i] for sets in given.values())]
    none = frozenset[str]() if everything else None
    sets = {coder: [own[i] or none for i in coded] for coder, own in given.items()}
    used = {code for own in sets.values() for codes in own for code in codes or ()}
    order = dict.fromkeys(code.at(level) for code in merged.study.book)
    return _Told(turns.take(coded), sets, [*(c for c in order if c in used), *sorted(used - set(order))])


def _per_code(told: _Told, level: Level, n_draws: int, random_state: int) -> Table:
    tables = told.tables()
    rows: list[Row] = []
    for at, code in enumerate(told.codes):
        ratings = [table[at] for table in tables]
        alpha = agreement.krippendorff_alpha(ratings)
        interval = agreement.bootstrap_interval(
            agreement.krippendorff_alpha, ratings, n_draws=n_draws, random_state=random_state
        )
        given = {coder: int(np.nansum(row)) for coder, row in zip(told.sets, ratings, strict=True)}
        rows.append({
            "code": code, "given": ", ".join(f"{coder} {n}" for coder, n in given.items()),
            "agreement": float(agreement.percent_agreement(ratings)), "alpha": float(alpha),
            "interval": (interval.low, interval.high), "why_not": alpha.reason or interval.reason or "",
        })  # fmt: skip
    why = grouped((row["why_not"], row["code"]) for row in rows if row["why_not"])
    notes = [_ALPHA, _DRAWN, *(f"no interval for {', '.join(codes)}: {reason}" for reason, codes in why.items())]
    return Table.of(rows, columns=(*_SHOWN, "why_not"), title=f"Agreement on each {level}", notes=notes)


def _pairs(told: _Told) -> Table:
    tables = dict(zip(told.sets, told.tables(), strict=True))
    rows: list[Row] = []
    for one, other in combinations(told.sets, 2):
        both = [(a, b) for a, b in zip(told.sets[one], told.sets[other], strict=True) if a is not None and
                b is not None]  # fmt: skip
        kappa = agreement.pooled_kappa(tables[one], tables[other])
        rows.append({
            "a": one, "b": other, "n_turns": len(both),
            "same_codes": sum(a == b for a, b in both) / len(both) if both else float("nan"),
            "pooled_kappa": float(kappa), "why_not": kappa.reason or "",
        })  # fmt: skip
    return Table.of(rows, columns=("a", "b", "n_turns", "same_codes", "pooled_kappa", "why_not"), title="Two by two")


def _each_with_others(pairs: Table) -> Table:
    """Fold pairs of many coders: one row a coder, in the order in which they stand, over the pairs that they are in."""
    rows: list[Row] = []
    given = pairs.rows()
    for coder in dict.fromkeys(row[side] for side in ("a", "b") for row in given):
        own = [row for row in given if coder in (row["a"], row["b"])]
        kappas = [(row["pooled_kappa"], row["b" if row["a"] == coder else "a"]) for row in own]
        known = sorted((kappa, other) for kappa, other in kappas if math.isfinite(kappa))
        turns = [row["n_turns"] for row in own]
        rows.append({
            "coder": coder, "pairs": len(own), "n_turns": f"{min(turns)} to {max(turns)}",
            "pooled_kappa": float(nan_mean(np.array([kappa for kappa, _ in kappas]))),
            "from": known[0][0] if known else math.nan, "to": known[-1][0] if known else math.nan,
            "least_with": known[0][1] if known else "",
        })  # fmt: skip
    notes = (
        f"{counted(len(pairs), 'pair')}, which the table pairs has one by one",
        "pooled kappa: mean over the pairs that a coder is in, from the least to the most",
    )
    columns = ("coder", "pairs", "n_turns", "pooled_kappa", "from", "to", "least_with")
    return Table.of(rows, columns=columns, title="Each coder with the others", notes=notes)


def _disagreements(told: _Told) -> Table:
    rows: list[Row] = []
    for i, turn in enumerate(told.turns):
        known = {coder: codes for coder, sets in told.sets.items() if (codes := sets[i]) is not None}
        if len(set(known.values())) > 1:
            said = _readings(known)
            at = None if turn.turn is None else turn.turn + 1
            rows.append({"transcript_id": turn.transcript_id, "turn": at, "said": said, "quote": turn.shown})
    columns = ("transcript_id", "turn", "said", "quote")
    return Table.of(rows, columns=columns, title="Coded differently", quoting=("quote",))


def _readings(known: Mapping[str, CodeSet]) -> str:
    """Say what each coder gave a turn; of many coders, who gave each reading."""
    named = {coder: ", ".join(sorted(codes)) or "no code" for coder, codes in known.items()}
    if len(named) <= MOST_NAMED:
        return "; ".join(f"{coder}: {codes}" for coder, codes in named.items())
    readings = grouped((codes, coder) for coder, codes in named.items())
    return "; ".join(f"{codes}: {', '.join(who)}" for codes, who in readings.items())


def _said(told: _Told, alone: int, read: str | None) -> list[str]:
    said = [f"{', '.join(told.sets)}: {counted(len(told.turns), 'turn')} that one of them coded at least."]
    if alone and read is None:
        said.append(
            f"{counted(alone, 'turn')} coded by one of them only: left out, as it is not stated that the others read "
            f"them. If all read everything that somebody coded: read='all'."
        )
    elif read == "all":
        said.append("Who left a turn without a code had read it, as stated.")
    return said
