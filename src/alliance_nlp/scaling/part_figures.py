"""From counts to figures: what whole parts counted, added up, is all that sizes, agreement and its interval need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from alliance_nlp.agreement import cohen_kappa, interval_from_draws, table_values
from alliance_nlp.agreement.resampling import LEAST_GROUPS
from alliance_nlp.numeric import Floats, Ints
from alliance_nlp.records import Codebook, Table
from alliance_nlp.scaling.part_work import GROUPS

DRAWS = 1000
CLUSTERS = ("cluster", "n", "share")
CODES = ("code", "n_suggested", "n_judged", "n_people", "n_both", "percent", "kappa", "low", "high", "p", "reason")
BESIDE = ("cluster", "n_read", "code", "n_code", "share", "share_elsewhere")
BY_ROWS = (
    f"low, high: {DRAWS} draws of as many rows, which takes rows for independent of one another (several by one person "
    "are not: name their column, person=). p: as many rows in common or more, if codes fell on rows by chance."
)
BY_PEOPLE = (
    f"low, high: {DRAWS} draws of as many groups of people, all rows of a person in one of at most {GROUPS} groups, so "
    "that they count together. p: share of draws without agreement beyond chance."
)
REST = (
    " Rows that were learnt from or abstained on are left out. Nobody coded these rows twice here: how far two people "
    "agree on them is not known."
)
ADDED = ("n_rows", "n_long", "n_no_words", "n_abstained", "n_learnt_from", "bytes")


def add_up(counts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up what parts counted.

    Examples
    --------
    >>> add_up([{"n_rows": 2, "clusters": {"0": 2}}, {"n_rows": 3, "clusters": {"0": 1, "-1": 2}}])["clusters"]
    {'0': 3, '-1': 2}
    """
    total: dict[str, Any] = dict.fromkeys(ADDED, 0)
    clusters: Counter[str] = Counter()
    rows: dict[str, Ints] = {}
    arrays: dict[str, Ints] = {}
    groups: dict[str, Ints] = {}
    for part in counts:
        for name in ADDED:
            total[name] += int(part.get(name, 0))
        clusters.update(part.get("clusters", {}))
        for name in ("suggested", "tables"):
            if name in part:
                arrays[name] = arrays.get(name, 0) + np.asarray(part[name], dtype=np.int64)
        for found, given in ((rows, "cluster_codes"), (groups, "by_people")):
            for label, row in part.get(given, {}).items():
                found[label] = found.get(label, 0) + np.asarray(row, dtype=np.int64)
    return {**total, "clusters": dict(clusters), "cluster_codes": rows, "by_people": groups, **arrays}


def tabulate_sizes(clusters: Mapping[str, int]) -> Table:
    """List how many rows each cluster got; -1 in none."""
    n = sum(clusters.values())
    values = [(int(label), size, size / n) for label, size in sorted(clusters.items(), key=lambda pair: int(pair[0]))]
    return Table(CLUSTERS, tuple(values), "Rows in each cluster (-1: in none)")


def tabulate_codes(total: Mapping[str, Any], codebook: Codebook, random_state: int) -> Table:
    """List how often each code was suggested and, where people coded, how far machine and people agree."""
    suggested: Ints = total.get("suggested", np.zeros(len(codebook), dtype=np.int64))
    tables: Ints = total.get("tables", np.zeros((len(codebook), 4), dtype=np.int64)).reshape(-1, 2, 2)
    kappas = table_values(cohen_kappa, tables)
    percent = (tables[:, 0, 0] + tables[:, 1, 1]) / np.maximum(tables.sum(axis=(1, 2)), 1)
    rng, groups = np.random.default_rng(random_state), total.get("by_people", {})
    drawn = _draws_of_people(groups, rng) if groups else None
    values = []
    for code, name in enumerate(codebook.ids):
        table, n = tables[code], int(tables[code].sum())
        if drawn is None:
            found, p = _interval(float(kappas[code]), table, rng), chance_of(table)
        else:
            found, p = _among_people(float(kappas[code]), drawn[:, code], n, len(groups))
        shown = (float(percent[code]) if n else np.nan, float(kappas[code]), found[0], found[1], p)
        values.append((name, int(suggested[code]), n, int(table[1].sum()), int(table[1, 1]), *shown, found[2]))
    notes = (
        "kappa: Cohen's, of machine and people on rows that people read; " + (BY_PEOPLE if groups else BY_ROWS) + REST,
    )
    return Table(CODES, tuple(values), "Codes that were suggested", notes=notes if "tables" in total else ())


def _draws_of_people(groups: Mapping[str, Ints], rng: np.random.Generator) -> Floats:
    """Draw as many groups of people again, and give the kappa of each code in every draw."""
    tables = np.stack([groups[name] for name in sorted(groups, key=int)])
    times = rng.multinomial(len(tables), np.full(len(tables), 1 / len(tables)), size=DRAWS)
    drawn = (times @ tables.reshape(len(tables), -1)).reshape(DRAWS, -1, 2, 2)
    return table_values(cohen_kappa, drawn)


def _among_people(kappa: float, draws: Floats, n: int, n_groups: int) -> tuple[tuple[float, float, str], float]:
    """Give the interval of a code over groups of people, and the share of draws in which there is no agreement."""
    if n_groups < LEAST_GROUPS:
        few = f"people fall into {n_groups} groups; an interval over groups needs at least {LEAST_GROUPS}"
        return (np.nan, np.nan, few), np.nan
    found = interval_from_draws(kappa, draws, method="expanded", n_units=n, n_groups=n_groups)
    p = np.nan if found.reason else (1 + int((draws <= 0).sum())) / (1 + int(np.isfinite(draws).sum()))
    return (found.low, found.high, found.reason or ""), p


def _interval(kappa: float, table: Ints, rng: np.random.Generator) -> tuple[float, float, str]:
    """Draw as many rows again: from counts alone, since rows of one kind are alike."""
    n = int(table.sum())
    if not n:
        return np.nan, np.nan, "people read none of these rows"
    draws = rng.multinomial(n, table.ravel() / n, size=DRAWS).reshape(DRAWS, 2, 2)
    found = interval_from_draws(kappa, table_values(cohen_kappa, draws), n_units=n)
    return found.low, found.high, found.reason or ""


def chance_of(table: Ints) -> float:
    """Say how probable it is that at least so many rows carry a code twice by chance; nan where nobody gave it.

    Fisher's exact test, one-sided: the permutation of rows, summed up instead of drawn.

    Examples
    --------
    >>> round(chance_of(np.array([[2, 0], [0, 2]])), 4)
    0.1667
    """
    from scipy.stats import hypergeom

    (_, _), (_, both) = table.tolist()
    n, people, machine = int(table.sum()), int(table[1].sum()), int(table[:, 1].sum())
    return float(hypergeom.sf(both - 1, n, people, machine)) if people and machine else float("nan")


def tabulate_beside(rows: Mapping[str, Floats | Ints], codebook: Codebook, most: int = 3) -> Table:
    """List, for each cluster, the codes that people gave its rows more often than other rows."""
    if not rows:
        return Table(BESIDE, ())
    labels = sorted(rows, key=int)
    counts = np.stack([rows[label] for label in labels])
    everywhere = counts.sum(axis=0)
    values = []
    for label, row in zip(labels, counts, strict=True):
        n, rest = int(row[-1]), int(everywhere[-1] - row[-1])
        share, other = row[:-1] / max(n, 1), (everywhere - row)[:-1] / max(rest, 1)
        for code in np.argsort(-(share - other), kind="stable")[:most]:
            if share[code] > other[code]:
                values.append(
                    (int(label), n, codebook.ids[code], int(row[code]), float(share[code]), float(other[code]))
                )
    return Table(BESIDE, tuple(values), "Codes that people gave in each cluster more often than elsewhere")


def plan_of(
    rows: int, per_second: float, bytes_per_row: float, machines: Sequence[int], workers: int, price: float
) -> Table:
    """Say what so many rows would take: hours, machine hours, cost and bytes, for each number of machines."""
    values = []
    for n in machines:
        hours = rows / (per_second * workers * n) / 3600
        values.append((n, n * workers, round(hours, 3), round(hours * n, 3), round(hours * n * price, 2)))
    notes = (
        f"{rows:,} rows at {per_second:.1f} rows a second and worker, as measured here; "
        f"{rows * bytes_per_row / 1e9:.2f} GB of results. That workers do not hinder one another, and that every "
        "machine reads the files as fast as this one, is assumed.",
    )
    return Table(
        ("machines", "workers", "hours", "machine_hours", "cost"), tuple(values), "What it would take", notes=notes
    )
