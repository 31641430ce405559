"""Time the statistics and their intervals, beside statsmodels, krippendorff and nltk on the same work.

Run: python benchmarks/agreement_speed.py
Writes benchmarks/results/agreement_speed.jsonl and agreement_speed.md. Times are the best of three in one process; the
ratios are what carries over to other computers.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag

RESULTS = Path(__file__).parent / "results"
Row = dict[str, Any]


def seconds(work: Callable[[], Any], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def ratings_of(rng: np.random.Generator, coders: int, units: int, categories: int, unread: float) -> np.ndarray:
    truth = rng.integers(0, categories, units)
    ratings = np.where(rng.random((coders, units)) < 0.7, truth, rng.integers(0, categories, (coders, units)))
    return np.where(rng.random(ratings.shape) < unread, np.nan, ratings)


def against_krippendorff(rng: np.random.Generator) -> Iterator[Row]:
    import krippendorff

    for coders, units, categories in ((2, 500, 5), (10, 500, 10), (3, 10_000, 20)):
        ratings = ratings_of(rng, coders, units, categories, 0.1)
        for level in ("nominal", "ordinal", "interval"):
            ours = ag.krippendorff_alpha(ratings, level=level).value
            theirs = krippendorff.alpha(ratings, level_of_measurement=level)
            yield {
                "work": f"alpha {level}, {coders} coders x {units} units, {categories} values",
                "peer": "krippendorff",
                "difference": abs(ours - theirs),
                "ours_ms": 1e3 * seconds(lambda r=ratings, v=level: ag.krippendorff_alpha(r, level=v)),
                "peer_ms": 1e3 * seconds(lambda r=ratings, v=level: krippendorff.alpha(r, level_of_measurement=v)),
            }


def against_statsmodels(rng: np.random.Generator) -> Iterator[Row]:
    from statsmodels.stats import inter_rater

    for units, categories in ((500, 5), (10_000, 20)):
        a, b = ratings_of(rng, 2, units, categories, 0.0).astype(int)

        def cohen(a: np.ndarray = a, b: np.ndarray = b, size: int = categories) -> float:
            table = np.bincount(a * size + b, minlength=size * size).reshape(size, size)
            return float(inter_rater.cohens_kappa(table, return_results=False))

        yield {
            "work": f"Cohen's kappa, {units} units, {categories} categories",
            "peer": "statsmodels",
            "difference": abs(ag.cohen_kappa(a, b).value - cohen()),
            "ours_ms": 1e3 * seconds(lambda a=a, b=b: ag.cohen_kappa(a, b)),
            "peer_ms": 1e3 * seconds(cohen),
        }
        ratings = ratings_of(rng, 6, units, categories, 0.0).astype(int)

        def fleiss(ratings: np.ndarray = ratings) -> float:
            return float(inter_rater.fleiss_kappa(inter_rater.aggregate_raters(ratings.T)[0]))

        yield {
            "work": f"Fleiss' kappa, 6 coders x {units} units, {categories} categories",
            "peer": "statsmodels",
            "difference": abs(ag.fleiss_kappa(ratings).value - fleiss()),
            "ours_ms": 1e3 * seconds(lambda r=ratings: ag.fleiss_kappa(r)),
            "peer_ms": 1e3 * seconds(fleiss),
        }


def against_nltk(rng: np.random.Generator) -> Iterator[Row]:
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import binary_distance, masi_distance

    for units in (100, 400):
        ratings = ratings_of(rng, 3, units, 5, 0.0).astype(int)
        triples = [(str(c), str(u), int(ratings[c, u])) for c in range(3) for u in range(units)]
        yield {
            "work": f"alpha nominal, 3 coders x {units} units",
            "peer": "nltk",
            "difference": abs(
                ag.krippendorff_alpha(ratings).value - AnnotationTask(triples, distance=binary_distance).alpha()
            ),
            "ours_ms": 1e3 * seconds(lambda r=ratings: ag.krippendorff_alpha(r)),
            "peer_ms": 1e3 * seconds(lambda t=triples: AnnotationTask(t, distance=binary_distance).alpha()),
        }
        sets = [[frozenset(np.flatnonzero(rng.random(5) < 0.35).tolist()) or frozenset([0]) for _ in range(units)]]
        sets.append([s if rng.random() < 0.7 else s | {int(rng.integers(5))} for s in sets[0]])
        marked = [(str(c), str(u), sets[c][u]) for c in range(2) for u in range(units)]
        yield {
            "work": f"alpha over sets (MASI), 2 coders x {units} units",
            "peer": "nltk",
            "difference": abs(
                ag.krippendorff_alpha(sets, level="masi").value - AnnotationTask(marked, distance=masi_distance).alpha()
            ),
            "ours_ms": 1e3 * seconds(lambda s=sets: ag.krippendorff_alpha(s, level="masi")),
            "peer_ms": 1e3 * seconds(lambda m=marked: AnnotationTask(m, distance=masi_distance).alpha()),
        }


def intervals(rng: np.random.Generator) -> Iterator[Row]:
    """Time 50 codes x 10,000 units x 1,000 draws; the peer's time is one statsmodels kappa a draw, taken from 200."""
    from statsmodels.stats import inter_rater

    codes, units, draws = 50, 10_000, 1000
    a = (rng.random((codes, units)) < rng.uniform(0.02, 0.5, (codes, 1))).astype(float)
    b = np.where(rng.random(a.shape) < 0.85, a, 1 - a)
    by = rng.integers(0, 200, units).tolist()

    def peer() -> None:
        for _ in range(200):
            chosen = rng.integers(0, units, units)
            table = np.bincount((2 * a[0, chosen] + b[0, chosen]).astype(int), minlength=4).reshape(2, 2)
            inter_rater.cohens_kappa(table, return_results=False)

    loop = 1e3 * seconds(peer) / 200 * draws * codes
    for name in ("cohen_kappa", "krippendorff_alpha", "gwet_ac1", "f1"):
        statistic = getattr(ag, name)
        yield {
            "work": f"{name}: intervals of {codes} codes x {units} units x {draws} draws",
            "peer": "loop over statsmodels (extrapolated)" if name == "cohen_kappa" else "",
            "ours_ms": 1e3 * seconds(lambda s=statistic: ag.per_code_intervals(s, a, b, n_draws=draws)),
            "peer_ms": loop if name == "cohen_kappa" else None,
        }
    yield {
        "work": "cohen_kappa: the same, drawing 200 participants",
        "peer": "",
        "ours_ms": 1e3 * seconds(lambda: ag.per_code_intervals(ag.cohen_kappa, a, b, by=by, n_draws=draws)),
    }
    for scheme in ("shift", "shuffle"):
        yield {
            "work": f"cohen_kappa: permutation p of {codes} codes x {units} units x 999, {scheme} in 200 participants",
            "peer": "",
            "ours_ms": 1e3
            * seconds(lambda s=scheme: ag.per_code_permutations(ag.cohen_kappa, a, b, within=by, scheme=s), times=1),
        }


def as_table(rows: list[Row]) -> str:
    lines = ["| work | peer | ours, ms | peer, ms | peer / ours | largest difference |", "|---|---|--:|--:|--:|--:|"]
    for row in rows:
        peer = row.get("peer_ms")
        ratio = f"{peer / row['ours_ms']:.1f}" if peer else ""
        apart = f"{row['difference']:.0e}" if "difference" in row else ""
        shown = f"{peer:.1f}" if peer else ""
        lines.append(f"| {row['work']} | {row['peer']} | {row['ours_ms']:.1f} | {shown} | {ratio} | {apart} |")
    return "\n".join(lines)


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    rows = []
    for part in (against_krippendorff, against_statsmodels, against_nltk, intervals):
        for row in part(rng):
            rows.append(row)
            print(row, flush=True)
    where = f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, one process."
    (RESULTS / "agreement_speed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    text = f"# Time of the agreement statistics\n\nMade by benchmarks/agreement_speed.py. {where}\n\n{as_table(rows)}\n"
    (RESULTS / "agreement_speed.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
