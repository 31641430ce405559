"""A machine that learnt and clusters of meaning in one comparison: who is compared with whom, and both side by side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping as MappingABC
from typing import Any, NamedTuple

from alliance_nlp.comparison.sides import Roles, Source
from alliance_nlp.errors import InputError
from alliance_nlp.records import Clusters, Coding, Mapping, ReadSpan, Row, Segments, Table

COLUMNS = ("code", "verdict", "clusters", "machine", "people", "position", "n", "reason")
UNTAUGHT = "too few codings to learn it from"
NO_MACHINE = "no machine that learnt from people took part"


class Beside(NamedTuple):
    """Clusters that are set beside a machine: the people they are compared with, and the clusters as one more coder."""

    people: Coding
    coding: Coding
    clusters: Clusters
    segments: Segments


def of_clusters(a: Coding, b: Coding, clusters: Mapping | Clusters | None) -> Beside | None:
    """Make the clusters one more coder, beside the people's side.

    Raises
    ------
    InputError
        When they are neither a Mapping nor Clusters, or a side was made from clusters itself.
    """
    if clusters is None:
        return None
    if not isinstance(clusters, Mapping | Clusters):
        raise InputError(
            f"clusters must be a Mapping, as an.map_clusters() gives, or Clusters. Got {type(clusters).__name__}."
        )
    if any(Source.of(coding).clusters is not None for coding in (a, b)):
        raise InputError(
            "A side of the comparison was made from clusters already. With clusters= the machine's side is one that "
            "learnt, as an.suggest_held_out() gives."
        )
    people = a if Roles.of(a, b).human == "a" else b
    if isinstance(clusters, Mapping):
        return Beside(people, clusters.to_coding(coder="clusters"), clusters.clusters, clusters.clusters.segments)
    read = tuple(ReadSpan("clusters", s.transcript_id, s.start, s.end) for s in clusters.segments)
    return Beside(people, Coding((), read, people.codebook, made_from=clusters), clusters, clusters.segments)


def with_clusters(basis: Any, clustered: Any) -> Any:
    """Give what a comparison rests on what its clusters rest on, too; the machine that was named is the one that fits.

    Both are a `Basis`.
    """
    warnings = tuple(dict.fromkeys((*basis.warnings, *clustered.warnings)))
    found = basis._replace(warnings=warnings)
    if basis.machine_named and basis.not_as_named and not clustered.not_as_named:
        return found._replace(machine_is=clustered.machine_is, not_as_named="")
    return found


def side_by_side(main: Table, recovery: Table, machine: Coding | None) -> Table:
    """Put what clusters gathered of each theme beside the figures of the main table.

    Kappa of the machine is the mean over each person where these are known: people with each other is the same figure
    among people. Undefined is nan, with a reason where it is the machine's; `machine` is None where none took part that
    learnt from people.
    """
    level = recovery.columns[0] if recovery.columns else ""
    verdicts: MappingABC[str, Row] = {row[level]: row for row in recovery.rows()} if level else {}
    untaught = untaught_in(machine) if machine is not None else None
    rows = [_row(row, verdicts.get(row["code"]), untaught) for row in main.rows() if row["n_a"] or row["n_b"]]
    notes = (
        "machine: agreement beyond chance (kappa) with each person, in the mean; people: theirs with each other",
        "position: what the people's own code of the segment before says by itself",
        "machine: nan where it is undefined, see the reason; people: nan where fewer than two are known",
    )
    return Table.of(rows, columns=COLUMNS, title="Side by side", notes=notes)


def _row(row: Row, verdict: Row | None, untaught: frozenset[str] | None) -> Row:
    reason = NO_MACHINE if untaught is None else UNTAUGHT if row["code"] in untaught else ""
    figure = row.get("machine_human", math.nan)
    figure = row["kappa"] if math.isnan(figure) else figure
    return {
        "code": row["code"], "verdict": verdict["verdict"] if verdict is not None else None,
        "clusters": verdict["clusters"] if verdict is not None else (),
        "machine": math.nan if reason else figure, "people": row["human_human"],
        "position": row.get("position", math.nan), "n": row["n"], "reason": reason,
    }  # fmt: skip


def untaught_in(machine: Coding) -> frozenset[str]:
    """Codes that a machine which learnt did not suggest anywhere, because too little of them was seen."""
    withheld = getattr(machine.made_from, "withheld", None)
    if not isinstance(withheld, Table):
        return frozenset()
    times = Counter(row["code"] for row in withheld.rows())
    n_parts = getattr(machine.made_from, "settings", {}).get("n_parts", 1)
    return frozenset(code for code, n in times.items() if n >= n_parts)
