"""Whether intervals hold the truth where few people speak, codes and slips run on, or codes are rare."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np

from alliance_nlp import agreement as ag
from benchmarks.agreement import worlds
from benchmarks.agreement.simulation import cells_of, coverage, halves_of, repeats_of
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

Options = argparse.Namespace


def over_stretches(options: Options) -> Iterator[Row]:
    """Draw stretches of talk, or turns one by one; the truth is what more talk of the same people gives."""
    cells = list(worlds.slip_designs())
    for number, design in enumerate(cells[::25] if options.quick else cells):
        seed = [30, number]
        rng = np.random.default_rng(seed)
        more = 1000 if options.quick else 20_000
        studies = [worlds.make_slipped(rng, design, more=more) for _ in range(repeats_of(options))]
        data = hash_of(x for study in studies for x in (study.a, study.b))
        shape = {"sessions": design.n_sessions, "turns": design.n_turns, "people_each": design.n_people}
        setting = shape | {"prevalence": design.prevalence, "run": design.run, "slip_run": design.slip_run}
        for drawn in ("stretches", "turns"):
            intervals = [_interval(study, drawn, seed) for seed, study in enumerate(studies)]
            found = coverage_of([study.kappa for study in studies], intervals)
            told = ag.groups_to_draw(studies[0].session, studies[0].person)
            offered = "yes" if told.groups is not None else "no"
            yield setting | {"drawn": drawn, "offered": offered} | found | {"seed": seed, "data": data}


def _interval(study: worlds.Slipped, drawn: str, seed: int) -> ag.Interval:
    by = ag.stretches_of(study.session) if drawn == "stretches" else None
    return ag.bootstrap_interval(
        ag.cohen_kappa, [study.a, study.b], by=by, n_draws=500, random_state=seed,
        method="expanded" if drawn == "stretches" else "percentile",
    )  # fmt: skip


def coverage_of(truths: list[float], intervals: list[ag.Interval]) -> Row:
    """Share of the intervals that hold each its own truth."""
    rows = [coverage(truth, [interval]) for truth, interval in zip(truths, intervals, strict=True)]
    held = [row["coverage"] for row in rows if row["coverage"] is not None]
    widths = [row["mean_width"] for row in rows if row["mean_width"] is not None]
    return {
        "truth": round(float(np.nanmean(truths)), 4),
        "coverage": round(float(np.mean(held)), 3) if held else None,
        "mean_width": round(float(np.mean(widths)), 3) if widths else None,
        "no_interval": round(1 - len(held) / len(rows), 3),
        "repeats": len(rows),
    }


def over_groups(options: Options) -> Iterator[Row]:
    """Draw halves of participants, of stretches of talk, or of segments, for clusters beside themes."""
    cells = list(worlds.follow_designs())
    for number, design in enumerate(cells[::6] if options.quick else cells):
        seed = [31, number]
        rng, n = np.random.default_rng(seed), repeats_of(options, 400)
        large = 2000 if options.quick else 20_000
        if design.together:  # more talk of the same people
            drawn = [worlds.make_followed_twice(rng, design, large) for _ in range(n)]
            studies, longer = [study for study, _ in drawn], [long for _, long in drawn]
        else:  # other people
            studies = [worlds.make_followed(rng, design, design.n_people, design.n_turns) for _ in range(n)]
            longer = [worlds.make_followed(rng, design, large // 10, design.n_turns)] * n
        data = hash_of(x for study in studies for x in study[:2])
        for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info):
            truths = _truths(statistic, longer)
            for way in ("groups", "segments"):
                intervals = [_halves(statistic, design, study, way, options, k) for k, study in enumerate(studies)]
                setting = {
                    "statistic": statistic.__name__, "run": design.run, "people": design.n_people,
                    "turns": design.n_turns, "talk": "one talk of all" if design.together else "each their own",
                    "drawn": way if way == "segments" else "stretches" if design.together else "participants",
                }  # fmt: skip
                yield setting | coverage_of(truths, intervals) | {"seed": seed, "data": data}


def _truths(statistic: Callable[..., ag.Agreement], longer: list[tuple[np.ndarray, ...]]) -> list[float]:
    if longer[0] is longer[-1]:  # one population for all studies
        return [float(statistic(*longer[0][:2]))] * len(longer)
    return [float(statistic(*long[:2])) for long in longer]


def _halves(
    statistic: Callable[..., ag.Agreement], design: worlds.FollowDesign, study: tuple[np.ndarray, ...], way: str,
    options: Options, seed: int,
) -> ag.Interval:  # fmt: skip
    theme, cluster, person = study
    by = None if way == "segments" else ag.stretches_of([1] * len(theme)) if design.together else person
    return ag.subsample_interval(statistic, [theme, cluster], by=by, n_draws=halves_of(options), random_state=seed)


CODEBOOKS = {
    "four common": (0.4, 0.3, 0.2, 0.1),
    "six, half rare": (0.3, 0.2, 0.1, 0.05, 0.03, 0.02),
    "eight, most rare": (0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.01),
}


def over_codes(options: Options) -> Iterator[Row]:
    """Mean kappa and pooled kappa over codes, segments drawn one by one; all codes have kappa .6."""
    for name, prevalences in CODEBOOKS.items():
        for n in (100, 440) if not options.quick else (100,):
            seed = [32, n, len(prevalences)]
            rng, studies = np.random.default_rng(seed), []
            for _ in range(repeats_of(options)):
                cells = [rng.choice(4, n, p=cells_of(p, 0.6)) for p in prevalences]
                studies.append(np.stack([np.stack(cells) // 2, np.stack(cells) % 2]))
            for statistic in (ag.pooled_kappa, ag.mean_kappa):
                intervals = [
                    ag.over_codes_interval(statistic, a, b, n_draws=500, random_state=k)
                    for k, (a, b) in enumerate(studies)
                ]
                setting = {"statistic": statistic.__name__, "codes": name, "n": n}
                yield setting | coverage(0.6, intervals) | {"seed": seed, "data": hash_of(studies)}


PARTS = {
    "over_stretches": Part(
        over_stretches, ("sessions", "turns", "people_each", "prevalence", "run", "slip_run", "drawn")
    ),
    "over_groups": Part(over_groups, ("statistic", "run", "people", "turns", "talk", "drawn")),
    "over_codes": Part(over_codes, ("statistic", "codes", "n")),
}
