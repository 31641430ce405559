"""What a change of the codebook does to the machine's suggestions, and to the agreement with people."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from alliance_nlp.comparison import compare
from alliance_nlp.errors import counted, present
from alliance_nlp.ledger.changes import carry_coding, diff_codebooks, renamed_codes
from alliance_nlp.mapping import map_clusters
from alliance_nlp.records import Clusters, Codebook, Coding, Encoder, Level, Mapping, Record, Table, Tabular


@dataclass(frozen=True, eq=False, repr=False)
class CodebookEffect(Tabular, Record):
    """What a change of the codebook does.

    Parameters
    ----------
    changes : Table
        What people changed, as `diff_codebooks` says it.
    suggestions : Table
        One row a code: clusters linked and segments suggested before and after.
    agreement : Table
        One row a theme (or code): kappa of the machine with the consensus before and after; empty without a consensus.
    """

    changes: Table
    suggestions: Table
    agreement: Table

    def tables(self) -> tuple[Table, ...]:
        """Give the suggestions (one row a code), what people changed, and the agreement."""
        return self.suggestions, self.changes, self.agreement

    def _summary(self) -> str:
        moved = sum(row["segments_before"] != row["segments_after"] for row in self.suggestions)
        return f"{counted(len(self.changes), 'change')}, suggestions of {counted(moved, 'code')} moved"


def effect_of_change(
    clusters: Clusters, before: Codebook | None, after: Codebook | None, *, consensus: Coding | None = None,
    encoder: str | Path | Encoder | None = None, level: Level = "theme", random_state: int = 0,
) -> CodebookEffect:  # fmt: skip
    """Say what a change of the codebook does to the machine's suggestions and to the agreement with people.

    Parameters
    ----------
    clusters : Clusters
        The machine's clusters; they stay the same.
    before, after : Codebook
        The earlier and the later codebook, such as two of ``Standing.versions``.
    consensus : Coding, optional
        What people agreed on under the earlier codebook; carried over to the later one.
    encoder : str, Path or Encoder, optional
        As in `map_clusters`.
    level : {"theme", "essence", "code"}, default "theme"
        At which to compare with the consensus.
    random_state : int, default 0
        Seed of the comparison's draws.

    Returns
    -------
    CodebookEffect
        Changes, suggestions before and after, agreement before and after.

    Notes
    -----
    Higher agreement after a change does not say that the new definition is better: it may only be worded more like the
    segments. People coded by the earlier definition; a definition that changes what is in and out asks for coding anew.

    Examples
    --------
    >>> import alliance_nlp as an
    >>> said = [f"{word} on day {i}" for word in ("no time at all", "trust and being believed") for i in range(4)]
    >>> clusters = an.cluster(an.embed(an.segment(an.read_transcripts(said))), n_clusters=2)
    >>> before = an.Codebook((an.Code("Time", definition="no time at all"), an.Code("Trust", definition="money")))
    >>> after = an.Codebook((before.codes[0], an.Code("Trust", definition="trust and being believed")))
    >>> effect_of_change(clusters, before, after).changes.rows()[0]["code"]
    'Trust'
    """
    advice = "Read one with an.read_codebook()."
    before, after = (present(book, "codebook", "effect_of_change()", advice) for book in (before, after))
    first, second = (map_clusters(clusters, book, encoder=encoder) for book in (before, after))
    renamed = {old: new.id for old, new in renamed_codes(before, after).items()}
    now = {old: renamed.get(old, old) for old in before.ids}
    rows: list[tuple[object, ...]] = []
    for path in dict.fromkeys([*(now[old] for old in before.ids), *after.ids]):
        was = next((old for old, new in now.items() if new == path), None)
        held = _clusters_of(first, was), _clusters_of(second, path)
        rows.append((path, *held, _n_segments(first, was), _n_segments(second, path)))
    columns = ("code", "clusters_before", "clusters_after", "segments_before", "segments_after")
    agreement = Table((), ())
    if consensus is not None:
        coded, _ = carry_coding(consensus, {}, before)
        carried, n_waiting = carry_coding(consensus, {old: (new,) for old, new in now.items()}, after)
        n_gone = sum(a.code_id not in after for a in carried.applied)
        agreement = _agreement(((coded, first), (carried, second)), level, random_state, n_waiting, n_gone)
    return CodebookEffect(diff_codebooks(before, after), Table(columns, tuple(rows)), agreement)


def _clusters_of(mapping: Mapping, path: str | None) -> tuple[int, ...]:
    return tuple(cluster for cluster, codes in sorted(mapping.codes_of.items()) if path in codes)


def _n_segments(mapping: Mapping, path: str | None) -> int:
    return sum(len(mapping.clusters.members(cluster)) for cluster in _clusters_of(mapping, path))


def _agreement(
    sides: tuple[tuple[Coding, Mapping], ...], level: Level, random_state: int, n_waiting: int, n_gone: int
) -> Table:
    found: list[dict[str, float]] = []
    for people, mapping in sides:
        machine = replace(mapping, codebook=people.book).to_coding()
        result = compare(people, machine, level=level, n_draws=20, n_permutations=0, random_state=random_state)
        found.append({row["code"]: row["kappa"] for row in result.main})
    before, after = found
    rows = tuple((name, before.get(name, math.nan), after.get(name, math.nan)) for name in before | after)
    notes = [f"With a code that the later codebook lacks: {counted(n_gone, 'application')}."] if n_gone else []
    notes += [f"Waiting for a decision: {counted(n_waiting, 'application')}."] if n_waiting else []
    return Table((level, "kappa_before", "kappa_after"), rows, notes=tuple(notes))
