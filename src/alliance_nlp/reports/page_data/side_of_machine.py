"""The machine's side of the page: clusters, what links them to codes, and what was suggested with its reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from alliance_nlp.numeric import Bools, format_number, grouped, largest_first
from alliance_nlp.records import Coding, Mapping
from alliance_nlp.reports.meeting.who import how_learnt
from alliance_nlp.reports.page_data.everything import Everything
from alliance_nlp.reports.page_data.naming_codes import CodesNamed
from alliance_nlp.suggesting import HeldOut, Suggestions

MOST_EXPLAINED = 200  # suggestions whose reasons are worked out word by word: each takes as long as a fit
BY_WORDING = "Clusters of meaning, made from the words alone, and linked to codes by wording: no code was learnt from."
Reason = Callable[[int, str], str | None]


def clusters_of(every: Everything) -> list[dict[str, Any]]:
    """Give one row a cluster: its size, keywords where words may stand in the file, how it holds together."""
    found, clusters = every.material.descriptions, every.material.clusters
    if found is None or clusters is None:
        return []
    firm = grouped(pair for pair in every.clusters.values() if math.isfinite(pair[1]))
    return [
        {"number": item.cluster, "n": item.n_segments,
         "keywords": list(item.keywords) if every.material.wishes.quotes else [],
         "strength": _mean(firm.get(item.cluster, [])), "stability": _rounded(item.stability),
         "members": every.material.origin.members.get(item.cluster, "")}
        for item in found.items
    ]  # fmt: skip


def _mean(values: list[float]) -> float | None:
    return _rounded(sum(values) / len(values)) if values else None


def _rounded(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


def links_of(every: Everything, names: CodesNamed) -> list[dict[str, Any]]:
    """Give one row a link between a cluster and a code."""
    links = every.material.mapping.links if every.material.mapping is not None else ()
    return [
        {"cluster": link.cluster, "code": names.place[link.code_id], "score": _rounded(link.score),
         "verdict": link.verdict}
        for link in links
    ]  # fmt: skip


def machine_of(every: Everything, words: Bools) -> dict[str, Any] | None:
    """Give what the machine's side suggested on each segment, and why where that can be said."""
    machine = every.machine
    if machine is None:
        return None
    sets, made = every.suggested, machine.made_from
    names = every.book.names_at(every.level, sorted({name for codes in sets for name in codes or ()}))
    place = {name: number for number, name in enumerate(names)}
    how = BY_WORDING if isinstance(made, Mapping) else how_learnt(made)
    return {
        "name": ", ".join(machine.coders) or "machine", "how": how, "level": every.level, "names": names,
        "sets": [None if codes is None else sorted(place[name] for name in codes) for codes in sets],
        "reasons": _reasons(every, machine, words),
    }  # fmt: skip


def _reasons(every: Everything, machine: Coding, words: Bools) -> list[str | None]:
    """Say why each suggestion was made."""
    reason = _reason_of(every, machine, words)
    found = []
    for i, codes in enumerate(every.suggested):
        said = [reason(i, name) for name in sorted(codes or ())]
        found.append(" ".join(filter(None, said)) or None)
    return found


def _reason_of(every: Everything, machine: Coding, words: Bools) -> Reason:
    made = machine.made_from
    if isinstance(made, HeldOut):
        return _by_probability(every, made)
    if isinstance(made, Suggestions):
        return _by_explanation(every, made, words)
    if isinstance(made, Mapping):
        return _by_link(every, made)
    return lambda position, name: None


def _by_probability(every: Everything, made: HeldOut) -> Reason:
    """How many coders are expected to give the code, by a machine that saw none of the passage, and what comes next."""
    rows = {segment_id: row for row, segment_id in enumerate(made.segments.ids)}
    ids = made.codebook.ids

    def reason(position: int, name: str) -> str | None:
        row = rows.get(every.segments.ids[position])
        if row is None or name not in ids:
            return None
        shares = made.probabilities[row]
        order = [ids[int(c)] for c in largest_first(shares)]
        after = next((other for other in order if other != name), None)
        said = f"{name}: {format_number(float(shares[ids.index(name)]))} of the coders are expected to give it"
        return (
            f"{said}; {after}: {format_number(float(shares[ids.index(after)]))}." if after is not None else f"{said}."
        )

    return reason


def _by_explanation(every: Everything, made: Suggestions, words: Bools) -> Reason:
    """Sentences on what carried the suggestion; words of a passage only where the file holds them."""
    left = [MOST_EXPLAINED if made.fitted is not None else 0]
    known = set(made.segments.ids)

    def reason(position: int, name: str) -> str | None:
        segment_id = every.segments.ids[position]
        if not left[0] or not words[position] or segment_id not in known or name not in made.codebook:
            return None
        left[0] -= 1
        return " ".join(sentence.text for sentence in made.sentences(segment_id, name))

    return reason


def _by_link(every: Everything, mapping: Mapping) -> Reason:
    """Name the cluster that a passage lies in, and how alike it and the code are."""

    def reason(position: int, name: str) -> str | None:
        cluster = every.clusters.get(every.segments.ids[position], (-1, 0.0))[0]
        links = [x for x in mapping.links if x.cluster == cluster and x.counts]
        shown = [x for x in links if every.book.roll_up(x.code_id, every.level) == name]
        if not shown:
            return None
        return f"Cluster {cluster}, linked by wording to {shown[0].code_id} (score {format_number(shown[0].score)})."

    return reason
