"""Do the intervals cover, and do the permutation tests keep their level? Seeded simulations, one process."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

Options = argparse.Namespace


def repeats_of(options: Options, most: int | None = None) -> int:
    """Say how many studies are simulated for each setting."""
    repeats = 3 if options.quick else options.repeats
    return repeats if most is None else min(repeats, most)


def halves_of(options: Options) -> int:
    """Say how many halves are drawn for an interval of a partition's figure."""
    return 30 if options.quick else 300


def coverage(truth: float, intervals: list[ag.Interval]) -> Row:
    """Share of the intervals that hold the truth; those without ends are counted apart."""
    given = [interval for interval in intervals if interval.reason is None]
    inside = [interval.low <= truth <= interval.high for interval in given]
    widths = [interval.high - interval.low for interval in given]
    return {
        "truth": round(truth, 4),
        "coverage": round(float(np.mean(inside)), 3) if given else None,
        "mean_width": round(float(np.mean(widths)), 3) if given else None,
        "no_interval": round(1 - len(given) / len(intervals), 3),
        "repeats": len(intervals),
    }


def cells_of(prevalence: float, kappa: float) -> np.ndarray:
    """Probabilities of neither, only b, only a, both, for two coders with equal prevalence."""
    both = prevalence**2 + kappa * prevalence * (1 - prevalence)
    return np.array([1 - 2 * prevalence + both, prevalence - both, prevalence - both, both])


def draw_pair(rng: np.random.Generator, n: int, cells: np.ndarray) -> np.ndarray:
    cell = rng.choice(4, n, p=cells)
    return np.stack([cell // 2, cell % 2])


def unit_cases(repeats: int, grid: Iterable[tuple[str, int, float, float, str]]) -> Iterator[Row]:
    for case, (name, n, prevalence, kappa, method) in enumerate(grid):
        statistic, seed = getattr(ag, name), [1, case]
        cells = cells_of(prevalence, kappa)
        truth = float(ag.table_values(statistic, cells.reshape(2, 2) * 1e9))
        rng = np.random.default_rng(seed)
        pairs = [draw_pair(rng, n, cells) for _ in range(repeats)]
        intervals = [
            ag.bootstrap_interval(statistic, pair, n_draws=1000, method=method, random_state=repeat)
            for repeat, pair in enumerate(pairs)
        ]
        setting = {"statistic": name, "n": n, "prevalence": prevalence, "kappa": kappa, "method": method}
        found = coverage(truth, intervals) | {"seed": seed, "data": hash_of(pairs)}
        yield setting | {"positives": round(n * prevalence, 1)} | found


def units(options: Options) -> Iterator[Row]:
    """Try the wide field: n of 200 or more, prevalence .2 to .8, kappa .3 to .8."""
    fields = [(n, p, k) for n in (200, 500) for p in (0.2, 0.5, 0.8) for k in (0.3, 0.55, 0.8)]
    grid = [("cohen_kappa", *field, method) for field in fields for method in ("percentile", "bca")]
    others = [("krippendorff_alpha", "percentile"), ("scott_pi", "percentile"), ("gwet_ac1", "percentile")]
    others += [("f1", "percentile"), ("percent_agreement", "percentile")]
    grid += [(name, 200, p, 0.55, method) for name, method in others for p in (0.2, 0.5, 0.8)]
    return unit_cases(repeats_of(options), grid[::9] if options.quick else grid)


def rare(options: Options) -> Iterator[Row]:
    """Where it fails: rare codes and few units."""
    fields = [(n, p) for n in (30, 50, 100, 200, 500) for p in (0.02, 0.05, 0.1, 0.2)]
    grid = [("cohen_kappa", n, p, 0.6, method) for n, p in fields for method in ("percentile", "expanded", "bca")]
    return unit_cases(repeats_of(options), grid[:12] if options.quick else grid)


def draw_talk(rng: np.random.Generator, people: int, turns: int) -> tuple[np.ndarray, list[int]]:
    """Participants differ in how often the code fits and in how often the coders slip."""
    fits = np.repeat(rng.beta(1.5, 3.5, people), turns)
    slips = np.repeat(rng.beta(1.2, 8.0, people), turns)
    truth = rng.random(people * turns) < fits
    pair = np.stack([truth ^ (rng.random(truth.size) < slips) for _ in range(2)]).astype(int)
    return pair, np.repeat(np.arange(people), turns).tolist()


def people(options: Options) -> Iterator[Row]:
    """Clustered talk: intervals over turns against intervals over participants."""
    large, _ = draw_talk(np.random.default_rng(0), 1000 if options.quick else 100_000, 20)
    truth = float(ag.cohen_kappa(large[0], large[1]))
    for n in (5, 10) if options.quick else (5, 10, 20, 40):
        seed = [2, n]
        rng = np.random.default_rng(seed)
        talks = [draw_talk(rng, n, 20) for _ in range(repeats_of(options))]
        about = {"seed": seed, "data": hash_of(pair for pair, _ in talks)}
        for over in ("turns", "participants"):
            for method in ("percentile", "expanded", "bca"):
                intervals = [
                    ag.bootstrap_interval(
                        ag.cohen_kappa,
                        pair,
                        by=by if over == "participants" else None,
                        n_draws=1000,
                        method=method,
                        random_state=repeat,
                    )
                    for repeat, (pair, by) in enumerate(talks)
                ]
                setting = {"statistic": "cohen_kappa", "participants": n, "turns_each": 20, "drawn": over}
                yield setting | {"method": method} | coverage(truth, intervals) | about


SHARES = 1 / np.arange(1, 9) / (1 / np.arange(1, 9)).sum()


def draw_groupings(rng: np.random.Generator, n: int, follow: float) -> tuple[np.ndarray, np.ndarray]:
    """Eight codes with 1/r frequencies; ten clusters that follow the code in a share `follow` of the units."""
    gold = rng.choice(8, n, p=SHARES)
    return gold, np.where(rng.random(n) < follow, gold, rng.integers(0, 10, n))


def draw_grouped_talk(rng: np.random.Generator, people: int, follow: float) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Participants have favourite codes; clusters follow the code, not the participant."""
    favour = rng.dirichlet(SHARES * 8, people)
    gold = np.concatenate([rng.choice(8, 20, p=favour[person]) for person in range(people)])
    clusters = np.where(rng.random(gold.size) < follow, gold, rng.integers(0, 10, gold.size))
    return gold, clusters, np.repeat(np.arange(people), 20).tolist()


def partitions(options: Options) -> Iterator[Row]:
    """Clusters against codes: halves without replacement, at no relation and at ARI near .3."""
    statistics = (ag.adjusted_rand, ag.adjusted_mutual_info, ag.v_measure, ag.omega_index)
    for statistic in statistics:
        for n in (50,) if options.quick else (50, 200, 500):
            for follow in (0.0, 0.52):
                yield _partition_case(statistic, n, follow, options)
    yield from _grouped_talk(options)


def _partition_case(statistic: Any, n: int, follow: float, options: Options) -> Row:
    seed = [3, n, int(100 * follow)]
    rng = np.random.default_rng(seed)
    draws = [draw_groupings(rng, n, follow) for _ in range(repeats_of(options, 500))]
    if statistic is ag.v_measure:  # not adjusted for chance: its expectation depends on n
        truth = float(np.mean([float(statistic(*draw)) for draw in draws]))
    else:
        large = [draw_groupings(rng, 200 if options.quick else 20_000, follow) for _ in range(5)]
        same = ag.adjusted_rand if statistic is ag.omega_index else statistic
        truth = float(np.mean([float(same(*draw)) for draw in large]))
    intervals = [
        ag.subsample_interval(statistic, list(draw), n_draws=halves_of(options), random_state=repeat)
        for repeat, draw in enumerate(draws)
    ]
    setting = {"statistic": statistic.__name__, "n": n, "follow": follow, "drawn": "units"}
    return setting | coverage(truth, intervals) | {"seed": seed, "data": hash_of(side for d in draws for side in d)}


def _grouped_talk(options: Options) -> Iterator[Row]:
    for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info):
        for follow in (0.0, 0.52):
            seed = [4, int(100 * follow)]
            rng = np.random.default_rng(seed)
            gold, clusters, _ = draw_grouped_talk(rng, 50 if options.quick else 5000, follow)
            truth = float(statistic(gold, clusters))
            for n in (10,) if options.quick else (10, 20, 40):
                draws = [draw_grouped_talk(rng, n, follow) for _ in range(repeats_of(options))]
                data = hash_of(side for g, c, _ in draws for side in (g, c))
                for over in ("units", "participants"):
                    intervals = [
                        ag.subsample_interval(
                            statistic,
                            [g, c],
                            by=by if over == "participants" else None,
                            n_draws=halves_of(options),
                            random_state=i,
                        )
                        for i, (g, c, by) in enumerate(draws)
                    ]
                    setting = {"statistic": statistic.__name__, "n": n * 20, "follow": follow, "participants": n}
                    yield setting | {"drawn": over} | coverage(truth, intervals) | {"seed": seed, "data": data}


def sticky(rng: np.random.Generator, n: int, prevalence: float, stay: float) -> np.ndarray:
    """Draw a code that goes on to the next turn with probability `stay`, else is drawn anew."""
    fresh, go_on = rng.random(n) < prevalence, rng.random(n) < stay
    go_on[0] = False
    last = np.maximum.accumulate(np.where(go_on, 0, np.arange(n)))
    return fresh[last].astype(int)


def null_world(name: str, rng: np.random.Generator, people: int, turns: int) -> np.ndarray:
    """Two codings that have nothing to do with each other beyond what the world's name says."""
    n = people * turns
    if name == "independent":
        return (rng.random((2, n)) < 0.3).astype(int)
    if name == "sticky":
        return np.stack([sticky(rng, n, 0.3, 0.8) for _ in range(2)])
    shares = rng.beta(0.6, 1.4, people)
    if name == "participants":
        return (rng.random((2, n)) < np.repeat(shares, turns)).astype(int)
    runs = [[sticky(rng, turns, share, 0.7) for share in shares] for _ in range(2)]
    return np.stack([np.concatenate(run) for run in runs])


def permutation(options: Options) -> Iterator[Row]:
    """P(p <= .05) when there is no agreement beyond what the world's name says."""
    for world in ("independent", "sticky", "participants", "sticky participants"):
        for n, turns in ((6, 20),) if options.quick else ((6, 20), (20, 20), (4, 60)):
            by, seed = np.repeat(np.arange(n), turns).tolist(), [5, n, len(world)]
            rng = np.random.default_rng(seed)
            pairs = [null_world(world, rng, n, turns) for _ in range(repeats_of(options))]
            about = {"seed": seed, "data": hash_of(pairs)}
            for scheme in ("shift", "shuffle"):
                for within in ("one block", "participants"):
                    results = [
                        ag.permutation_p(
                            ag.cohen_kappa,
                            pair,
                            within=by if within == "participants" else None,
                            scheme=scheme,
                            n_permutations=199,
                            random_state=repeat,
                        )
                        for repeat, pair in enumerate(pairs)
                    ]
                    setting = {"world": world, "participants": n, "turns_each": turns, "scheme": scheme}
                    yield setting | {"within": within} | _levels(results) | about


def _levels(results: list[Any]) -> Row:
    p = np.array([result.p for result in results if result.reason is None])
    found: Row = {f"p<={level}": round(float((p <= level).mean()), 3) for level in (0.01, 0.05, 0.1)}
    return found | {"error_at_.05": round(1.96 * float(np.sqrt(0.05 * 0.95 / p.size)), 4), "repeats": int(p.size)}


def replacement(options: Options) -> Iterator[Row]:
    """Show what an ordinary bootstrap would do to ARI and AMI: why the library refuses it."""
    n_draws = 30 if options.quick else 200
    for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info):
        for n in (50,) if options.quick else (50, 200):
            seed = [6, n]
            rng = np.random.default_rng(seed)
            draws = [draw_groupings(rng, n, 0.0) for _ in range(repeats_of(options, 200))]
            # the library knows its own statistics and refuses them, so this one goes in disguise
            intervals = [
                ag.bootstrap_interval(
                    lambda a, b, f=statistic: float(f(a, b)), list(pair), n_draws=n_draws, random_state=i
                )
                for i, pair in enumerate(draws)
            ]
            setting = {"statistic": statistic.__name__, "n": n, "method": "with replacement"}
            about = {"seed": seed, "data": hash_of(side for draw in draws for side in draw)}
            yield setting | coverage(0.0, intervals) | about


CASE = ("statistic", "n", "prevalence", "kappa", "method")
PARTS = {
    "units": Part(units, CASE),
    "rare": Part(rare, CASE),
    "people": Part(people, ("participants", "drawn", "method")),
    "partitions": Part(partitions, ("statistic", "n", "follow", "participants", "drawn")),
    "replacement": Part(replacement, ("statistic", "n")),
    "permutation": Part(permutation, ("world", "participants", "turns_each", "scheme", "within")),
}
