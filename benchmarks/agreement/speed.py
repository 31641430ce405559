"""How long the statistics and their intervals take, beside statsmodels, krippendorff and nltk on the same work.

Times are the best of three in one process; the ratios are what carries over to other computers.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part


def milliseconds(work: Callable[[], Any], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def ratings_of(rng: np.random.Generator, coders: int, units: int, categories: int, unread: float) -> np.ndarray:
    truth = rng.integers(0, categories, units)
    ratings = np.where(rng.random((coders, units)) < 0.7, truth, rng.integers(0, categories, (coders, units)))
    return np.where(rng.random(ratings.shape) < unread, np.nan, ratings)


def beside(
    work: str, peer: str, ours: Callable[[], float], theirs: Callable[[], float], data: np.ndarray | list[Any]
) -> Row:
    """Let both do the same work: how far their figures lie apart, and how long each takes."""
    return {
        "work": work,
        "peer": peer,
        "difference": abs(ours() - theirs()),
        "ours_ms": milliseconds(ours),
        "peer_ms": milliseconds(theirs),
        "data": hash_of([data]),
    }


def against_krippendorff(rng: np.random.Generator, options: argparse.Namespace) -> Iterator[Row]:
    import krippendorff

    sizes = ((2, 50, 5),) if options.quick else ((2, 500, 5), (10, 500, 10), (3, 10_000, 20))
    for coders, units, categories in sizes:
        ratings = ratings_of(rng, coders, units, categories, 0.1)
        for level in ("nominal", "ordinal", "interval"):
            yield beside(
                f"alpha {level}, {coders} coders x {units} units, {categories} values", "krippendorff",
                lambda r=ratings, v=level: ag.krippendorff_alpha(r, level=v).value,
                lambda r=ratings, v=level: float(krippendorff.alpha(r, level_of_measurement=v)), ratings,
            )  # fmt: skip


def against_statsmodels(rng: np.random.Generator, options: argparse.Namespace) -> Iterator[Row]:
    from statsmodels.stats import inter_rater

    def cohen(a: np.ndarray, b: np.ndarray, size: int) -> float:
        table = np.bincount(a * size + b, minlength=size * size).reshape(size, size)
        return float(inter_rater.cohens_kappa(table, return_results=False))

    def fleiss(ratings: np.ndarray) -> float:
        return float(inter_rater.fleiss_kappa(inter_rater.aggregate_raters(ratings.T)[0]))

    for units, categories in ((50, 5),) if options.quick else ((500, 5), (10_000, 20)):
        two = ratings_of(rng, 2, units, categories, 0.0).astype(int)
        yield beside(
            f"Cohen's kappa, {units} units, {categories} categories", "statsmodels",
            lambda r=two: ag.cohen_kappa(r[0], r[1]).value, lambda r=two, k=categories: cohen(r[0], r[1], k), two,
        )  # fmt: skip
        six = ratings_of(rng, 6, units, categories, 0.0).astype(int)
        yield beside(
            f"Fleiss' kappa, 6 coders x {units} units, {categories} categories", "statsmodels",
            lambda r=six: ag.fleiss_kappa(r).value, lambda r=six: fleiss(r), six,
        )  # fmt: skip


def against_nltk(rng: np.random.Generator, options: argparse.Namespace) -> Iterator[Row]:
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import binary_distance, masi_distance

    for units in (20,) if options.quick else (100, 400):
        ratings = ratings_of(rng, 3, units, 5, 0.0).astype(int)
        triples = [(str(c), str(u), int(ratings[c, u])) for c in range(3) for u in range(units)]
        yield beside(
            f"alpha nominal, 3 coders x {units} units", "nltk",
            lambda r=ratings: ag.krippendorff_alpha(r).value,
            lambda t=triples: AnnotationTask(t, distance=binary_distance).alpha(), ratings,
        )  # fmt: skip
        sets = [[frozenset(np.flatnonzero(rng.random(5) < 0.35).tolist()) or frozenset([0]) for _ in range(units)]]
        sets.append([s if rng.random() < 0.7 else s | {int(rng.integers(5))} for s in sets[0]])
        marked = [(str(c), str(u), sets[c][u]) for c in range(2) for u in range(units)]
        yield beside(
            f"alpha over sets (MASI), 2 coders x {units} units", "nltk",
            lambda s=sets: ag.krippendorff_alpha(s, level="masi").value,
            lambda m=marked: AnnotationTask(m, distance=masi_distance).alpha(),
            [[sorted(s) for s in side] for side in sets],
        )  # fmt: skip


def intervals(rng: np.random.Generator, options: argparse.Namespace) -> Iterator[Row]:
    """Time 50 codes x 10,000 units x 1,000 draws; the peer's time is one statsmodels kappa a draw, taken from 200."""
    codes, units, draws = (3, 200, 50) if options.quick else (50, 10_000, 1000)
    a = (rng.random((codes, units)) < rng.uniform(0.02, 0.5, (codes, 1))).astype(float)
    b = np.where(rng.random(a.shape) < 0.85, a, 1 - a)
    by = rng.integers(0, 200, units).tolist()
    data = hash_of([a, b, by])
    for name in ("cohen_kappa", "krippendorff_alpha", "gwet_ac1", "f1"):
        statistic, timed = getattr(ag, name), name == "cohen_kappa" and importlib.util.find_spec("statsmodels")
        yield {
            "work": f"{name}: intervals of {codes} codes x {units} units x {draws} draws",
            "peer": "loop over statsmodels (extrapolated)" if timed else "",
            "ours_ms": milliseconds(lambda s=statistic: ag.per_code_intervals(s, a, b, n_draws=draws)),
            "peer_ms": draws * codes * _one_draw(rng, a[0], b[0]) if timed else None,
            "data": data,
        }
    yield {
        "work": "cohen_kappa: the same, drawing 200 participants",
        "peer": "",
        "ours_ms": milliseconds(lambda: ag.per_code_intervals(ag.cohen_kappa, a, b, by=by, n_draws=draws)),
        "data": data,
    }
    for scheme in ("shift", "shuffle"):
        yield {
            "work": f"cohen_kappa: permutation p of {codes} codes x {units} units x 999, {scheme} in 200 participants",
            "peer": "",
            "ours_ms": milliseconds(
                lambda s=scheme: ag.per_code_permutations(ag.cohen_kappa, a, b, within=by, scheme=s), times=1
            ),
            "data": data,
        }


def _one_draw(rng: np.random.Generator, a: np.ndarray, b: np.ndarray, times: int = 200) -> float:
    from statsmodels.stats import inter_rater

    def loop() -> None:
        for _ in range(times):
            chosen = rng.integers(0, len(a), len(a))
            table = np.bincount((2 * a[chosen] + b[chosen]).astype(int), minlength=4).reshape(2, 2)
            inter_rater.cohens_kappa(table, return_results=False)

    return milliseconds(loop) / times


AGAINST: dict[str, Callable[[np.random.Generator, argparse.Namespace], Iterator[Row]]] = {
    "krippendorff": against_krippendorff,
    "statsmodels": against_statsmodels,
    "nltk": against_nltk,
}


def speed(options: argparse.Namespace) -> Iterator[Row]:
    """Time the statistics beside every peer that is installed, then the intervals."""
    rng = np.random.default_rng(0)
    for peer, work in AGAINST.items():
        if importlib.util.find_spec(peer) is None:
            print(f"{peer}: not installed, skipped (it comes with the extra 'dev')", flush=True)
            continue
        for row in work(rng, options):
            yield row | {"seed": 0}
    for row in intervals(rng, options):
        yield row | {"seed": 0}


PARTS = {"speed": Part(speed, ("work", "peer"), tuple(AGAINST))}
