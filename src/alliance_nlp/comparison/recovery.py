"""What the clusters gathered of each theme, what each cluster is to the themes, and every pair, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mode
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from alliance_nlp import agreement
from alliance_nlp.comparison.sides import Sides
from alliance_nlp.comparison.verdicts import ALPHA, Judged, Units, apply_rule
from alliance_nlp.comparison.words import NOT_WEAKER, WHYS
from alliance_nlp.errors import AlignmentError, InputError, counted, listed
from alliance_nlp.numeric import Floats, Ints, nan_mean, ratio
from alliance_nlp.records import Row, Table, format_cell

PARTS_LEFT_OUT = 10
BESIDE = 0.1  # of the segments in a theme's clusters, from which on something else is named
MOST_NAMED = 3
ORDERS = 25  # that are drawn where rows are no talk
UNCODED = "segments without a code"
PRINTED = (
    "verdict", "with", "stable", "n", "clusters", "recall", "by_chance", "precision", "kappa", "q",
)  # fmt: skip
FIGURES_NOTE = (
    "recall: share of its segments in the clusters that go with it; by chance: of all segments; precision: share of "
    "theirs that carry it; kappa: of being in them and carrying it; nan: nothing goes with it, see the reason"
)


def recover(sides: Sides) -> tuple[Table, Table, Table]:
    """Tables of verdicts on themes and on clusters, and of all pairs; empty without clusters."""
    if sides.clusters is None:
        return Table((), ()), Table((), ()), Table((), ())
    units = Units(
        [reader.applied for reader in sides.humans],
        [reader.applied for reader in sides.machine], sides.labels[sides.counted], sides.sessions, sides.voices,
    )  # fmt: skip
    judged, tenth = apply_rule(units), _tenths(units.sessions)
    again = [apply_rule(units.without(tenth == part)) for part in np.unique(tenth)]
    parts = counted(len(again), "part of the talk is", "parts of the talk, each is")
    stable = f"stable: {parts} left out in turn and all done again; share with the same verdict"
    return _theme_table(sides, units, judged, again, stable), *_cluster_tables(sides, judged, again, stable)


def judge(
    theme_of: ArrayLike,
    cluster_of: ArrayLike,
    *,
    sessions: Sequence[object] | None = None,
    people: Sequence[object] | None = None,
    random_state: int = 0,
) -> dict[str, Any]:
    """Say what clusters gathered of themes from two tables of who is where, without a comparison (decision 0102).

    Parameters
    ----------
    theme_of : array of shape (n_units, n_themes)
        True where the unit carries the theme. Units in no cluster belong into it: without them clusters look better
        than they are.
    cluster_of : array of shape (n_units, n_clusters)
        True where the unit is in the cluster; a unit is in one cluster or in none.
    sessions, people : sequence of n_units values, optional
        The session and the speaker of each unit, units in the order in which they were said. Default: one of each.
    random_state : int, default 0
        Seed of the orders, where they are drawn.

    Returns
    -------
    dict
        Of themes: `themes` (the verdict), `reasons`, and `precision`, `recall`, `union_f1`, `kappa` of the clusters
        that were judged, nan where none goes with the theme. Of clusters: `clusters`. Of every pair, in arrays of shape
        (n_clusters, n_themes): `belong` (the cluster is among those judged for the theme), `p` (adjusted over all pairs
        by Benjamini and Hochberg; nan where the talk cannot tell), `share` (of the cluster's units, those with the
        theme), `f1`. And `order`: "as said", or "drawn".

    Raises
    ------
    AlignmentError
        When the tables, sessions or people hold different numbers of units.
    InputError
        When a unit is in several clusters.

    Notes
    -----
    Codes and clusters run along the talk, so rows count as said one after the other. Only where no sessions are given
    and the rows are sorted, by theme or by cluster, are they a list and no talk: then 25 orders are drawn, which takes
    units for independent, and the verdicts are those that come most often (docs/decisions/0106).

    `compare` gives the same verdicts on a study, with what a reader needs beside them: what else the clusters hold,
    whether a verdict stands when a part of the talk is left out, how many people gave the theme.

    Examples
    --------
    >>> care = np.random.default_rng(0).random(200) < 0.3
    >>> found = judge(care[:, None], np.stack([care, ~care], axis=1))
    >>> found["themes"], found["clusters"][0], found["kappa"].round(2), found["order"]
    (['most of'], 'goes with one', array([1.]), 'as said')
    """
    themes, member = np.asarray(theme_of, dtype=np.float64), np.asarray(cluster_of, dtype=bool)
    if themes.ndim != 2 or member.ndim != 2 or len(themes) != len(member):
        raise AlignmentError(
            "theme_of and cluster_of must hold the same units, one a row, and a column for each theme and cluster. Got "
            f"the shapes {themes.shape} and {member.shape}."
        )
    if n_several := int((member.sum(axis=1) > 1).sum()):
        raise InputError(
            f"cluster_of must put a unit into one cluster or none. {counted(n_several, 'unit')} stand in several."
        )
    n_units, n_clusters = member.shape
    for name, given in (("sessions", sessions), ("people", people)):
        if given is not None and len(given) != n_units:
            raise AlignmentError(
                f"{name} must hold one value for each of {counted(n_units, 'unit')}. Got {len(given)}."
            )
    cluster = np.where(member.any(axis=1), member @ np.arange(n_clusters), -1)
    of_session, of_person = ([0] * n_units if given is None else list(given) for given in (sessions, people))
    if sessions is None and (_is_sorted(themes) or _is_sorted(cluster[:, None])):
        orders, order = np.random.default_rng(random_state).permuted([range(n_units)] * ORDERS, axis=1), "drawn"
    else:
        orders, order = np.arange(n_units)[None], "as said"
    judged = [
        apply_rule(Units([themes[at].T], [], cluster[at], [of_session[i] for i in at], [of_person[i] for i in at]))
        for at in orders
    ]
    verdicts = [tuple(finding.verdict for finding in each.themes) for each in judged]
    return _by_hand(judged[verdicts.index(mode(verdicts))], n_clusters) | {"order": order}


def _is_sorted(rows: Floats | Ints) -> bool:
    """Whether equal rows stand together, each kind in one place."""
    changes = int((rows[1:] != rows[:-1]).any(axis=1).sum())
    return changes + 1 <= len(np.unique(rows, axis=0))


def _by_hand(judged: Judged, n_clusters: int) -> dict[str, Any]:
    """Lay out what the rule says under plain names; clusters without a unit at the end are there, too."""
    findings, n_themes = judged.themes, len(judged.themes)
    both, q, sizes = (
        np.concatenate([part, np.full((n_clusters - len(part), *part.shape[1:]), empty)])
        for part, empty in ((judged.both, 0.0), (judged.q, np.nan), (judged.sizes, 0))
    )
    belong = np.zeros((n_clusters, n_themes), dtype=bool)
    for t, finding in enumerate(findings):
        belong[list(finding.clusters), t] = True
    precision, recall = (
        np.array([getattr(each.figures, name) for each in findings]) for name in ("precision", "recall")
    )
    return {
        "themes": [finding.verdict for finding in findings],
        "reasons": [_why(judged, t) for t in range(n_themes)],
        "precision": precision, "recall": recall, "union_f1": ratio(2 * precision * recall, precision + recall),
        "kappa": np.array([finding.figures.kappa for finding in findings]),
        "clusters": [*judged.clusters, *["too little to say"] * (n_clusters - len(judged.clusters))],
        "belong": belong, "p": q, "share": ratio(both, sizes[:, None], otherwise=0.0),
        "f1": ratio(2 * both, sizes[:, None] + judged.mass, otherwise=0.0),
    }  # fmt: skip


def _tenths(sessions: Sequence[str]) -> Ints:
    """Parts of the talk to leave out: stretches, or several of them together where there are many."""
    stretch = agreement.stretches_of(sessions)
    n_stretches = int(stretch.max()) + 1
    return stretch * min(PARTS_LEFT_OUT, n_stretches) // n_stretches


def _theme_table(sides: Sides, units: Units, judged: Judged, again: list[Judged], stable: str) -> Table:
    themes = nan_mean(units.people)
    rows: list[Row] = []
    for t, finding in enumerate(judged.themes):
        if not judged.mass[t]:
            continue
        figures = finding.figures
        others = [other.themes[t].verdict for other in again]
        rows.append({
            sides.level: sides.codes[t], "verdict": finding.verdict, "with": _beside(sides, units, themes, t, judged),
            "stable": sum(other == finding.verdict for other in others) / len(others), "n": _whole(judged.mass[t]),
            "clusters": finding.clusters, "recall": figures.recall, "by_chance": figures.share,
            "precision": figures.precision, "prevalence": float(judged.mass[t] / judged.n),
            "recall_corrected": figures.recall_corrected, "precision_corrected": figures.precision_corrected,
            "kappa": figures.kappa, "q": finding.q, "linked": finding.linked,
            "reason": _why(judged, t),
        })  # fmt: skip
    columns = (
        sides.level, "verdict", "with", "stable", "n", "clusters", "recall", "by_chance", "precision", "prevalence",
        "recall_corrected", "precision_corrected", "kappa", "q", "linked", "reason",
    )  # fmt: skip
    title = f"What the clusters gathered of each {sides.level}"
    return Table.of(rows, columns=columns, title=title, notes=(FIGURES_NOTE, stable, NOT_WEAKER))


def _why(judged: Judged, theme: int) -> str:
    """Say why a verdict is "not" or "too little to say", or that the clusters go with the theme as a set only."""
    finding = judged.themes[theme]
    said = WHYS[finding.why].format(
        fallout=finding.figures.fallout, kappa=finding.figures.kappa,
        untold=f"cluster{'s' * (len(finding.untold) > 1)} {listed([str(k) for k in finding.untold], 'and')}",
    )  # fmt: skip
    if finding.linked:
        together = "linked to it by the machine, they go with it together"
        return f"{together}; {said}" if said else together
    if finding.why == "none":
        lowest = judged.q[:, theme][np.isfinite(judged.q[:, theme])].min()
        return f"{said}, lowest q {format_cell(float(lowest), 'q')}"
    if finding.why in ("out of reach", "untold"):
        asked = finding.untold or np.flatnonzero(judged.sizes).tolist()
        reasons = {judged.test.pair_reasons[k][theme] for k in asked}
        # a reason that is not that of all pairs would say something else of the others
        return f"{said}: {reasons.pop()}" if len(reasons) == 1 and None not in reasons else said
    return said


def _beside(sides: Sides, units: Units, themes: Floats, theme: int, judged: Judged) -> tuple[str, ...]:
    """Name what else stands on the segments in a theme's clusters, most common first, where it is most of them."""
    finding = judged.themes[theme]
    if not finding.clusters or finding.verdict in ("most of", "not"):
        return ()
    inside = themes[:, np.isin(units.cluster, finding.clusters) & np.isfinite(themes).all(axis=0)]
    shares = dict(zip(sides.codes, inside.mean(axis=1).tolist(), strict=True)) | {
        UNCODED: float((inside.max(axis=0, initial=0.0) == 0).mean())
    }
    del shares[sides.codes[theme]]
    return tuple(sorted((s for s in shares if shares[s] >= BESIDE), key=lambda s: -shares[s])[:MOST_NAMED])


def _cluster_tables(sides: Sides, judged: Judged, again: list[Judged], stable: str) -> tuple[Table, Table]:
    codes, level = sides.codes, sides.level
    rows: list[Row] = []
    pairs: list[Row] = []
    for k in np.flatnonzero(judged.sizes).tolist():
        n, share = int(judged.sizes[k]), ratio(judged.both[k], judged.sizes[k])
        others = [other.clusters[k] if k < len(other.clusters) else "" for other in again]
        rows.append({
            "cluster": k, "verdict": judged.clusters[k],
            "stable": sum(other == judged.clusters[k] for other in others) / len(others), "n": n,
            "goes_with": tuple(codes[t] for t in np.flatnonzero(judged.q[k] <= ALPHA)),
            "most_common": codes[int(share.argmax())] if share.any() else None, "share": float(share.max(initial=0.0)),
        })  # fmt: skip
        pairs += [
            {"cluster": k, level: codes[t], "n_cluster": n, f"n_{level}": _whole(judged.mass[t]),
             "n_both": _whole(judged.both[k, t]), "share_of_cluster": float(share[t]),
             f"share_of_{level}": float(judged.both[k, t] / judged.mass[t]), "p": judged.test.pair_p[k][t],
             "q": judged.test.pair_q[k][t], "smallest_p": judged.test.pair_smallest_p[k][t],
             "reason": judged.test.pair_reasons[k][t] or ""}
            for t in np.flatnonzero(judged.mass).tolist()
        ]  # fmt: skip
    columns = ("cluster", "verdict", "stable", "n", "goes_with", "most_common", "share")
    alone = "by itself: clusters that the machine linked to one code may go with it together"
    more = (
        "cluster", level, "n_cluster", f"n_{level}", "n_both", "share_of_cluster", f"share_of_{level}", "p", "q",
        "smallest_p", "reason",
    )  # fmt: skip
    tested = (
        "p: of the pair alone, by stretches of talk; q: Benjamini and Hochberg's over all pairs; nan: see the reason"
    )
    return (
        Table.of(rows, columns=columns, title=f"What each cluster is to the people's {level}s", notes=(alone, stable)),
        Table.of(pairs, columns=more, title=f"Every cluster and {level}", notes=(tested,)),
    )


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(float(value), 2)


def on_theme(row: Row, level: str) -> str:
    """Say in one sentence what the clusters gathered of a theme."""
    name, verdict = row[level], row["verdict"]
    if verdict == "too little to say":
        return f"{name}: there is too little to say what the clusters gathered of it ({row['reason']})."
    if verdict == "not":
        return f"{name}: the clusters did not gather it ({row['reason']})."
    numbers = [str(k) for k in row["clusters"]]
    where = f"cluster{'s' * (len(numbers) > 1)} {listed(numbers, 'and')}"
    start = f"the clusters gathered {verdict} it" if verdict != "together with" else "the clusters gathered it"
    beside = f" together with {listed(list(row['with']), 'and')}" if row["with"] else ""
    shares = f"{row['recall']:.0%} of its segments (of all segments {row['by_chance']:.0%})"
    mostly = f"{row['precision']:.0%} of theirs carry it (of all {row['prevalence']:.0%})"
    return f"{name}: {start}{beside}: {where} {'hold' if len(numbers) > 1 else 'holds'} {shares}, and {mostly}."


def count_verdicts(table: Table, verdicts: Sequence[str]) -> str:
    """Count the verdicts of a table, in this order."""
    found = [row["verdict"] for row in table.rows()]
    return ", ".join(f"{verdict} {found.count(verdict)}" for verdict in verdicts if verdict in found)
