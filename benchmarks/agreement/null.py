"""How often the tests find a relation that is not there, and one that is, in talk where codes run on.

The worlds (`worlds.py`) were committed before the tests that are judged on them.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag
from benchmarks.agreement import worlds
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

Options = argparse.Namespace
LEVEL = 0.05
# Studies of a cell: so many must have got a p, or this many times as many be drawn.
GIVEN, MOST_TIMES = 2000, 10
BESIDE = 200  # studies on which the older ways are tried beside the test
ARRANGEMENTS = 199


def upper_limit(n_rejected: int, n: int) -> float:
    """Upper end of the 95 % interval of a share (Clopper & Pearson 1934)."""
    from scipy.stats import beta

    return float(beta.ppf(0.975, n_rejected + 1, n - n_rejected)) if n_rejected < n else 1.0


def rejected(p: list[float]) -> Row:
    """Share of the studies that got a p in which it is at most .05, and how high it may truly be."""
    given = [value for value in p if not math.isnan(value)]
    n = sum(value <= LEVEL for value in given)
    return {
        "given": len(given),
        "rejected": round(n / len(given), 4) if given else None,
        "upper": round(upper_limit(n, len(given)), 4) if given else None,
    }


def why_refused(made: worlds.Made, test: ag.StretchTest) -> str:
    """Name the kind of refusal, from what the study and the record hold."""
    carried = [side.mean() for side in (made.a, made.b)]
    if {0.0, 1.0} & set(carried):
        return "one side all or nothing"
    if test.n_stretches < 6:
        return "few stretches"
    if not np.any(test.sums):
        return "nothing tells"
    return "common beside rare"


def setting_of(design: worlds.Design) -> Row:
    """Give the columns that name a cell."""
    return {
        "kind": design.kind,
        "run": design.run,
        "run_b": design.run_b or design.run,
        "people": "differ" if design.people_differ else "alike",
        "sessions": design.n_sessions,
        "turns": design.n_turns,
        "people_each": design.n_people,
        "prevalence": design.prevalence,
        "prevalence_b": design.prevalence_b or design.prevalence,
        "turn_taking": design.turn_taking,
        "uneven": design.uneven_sessions,
        "agreement": design.agreement,
    }


CELL = tuple(setting_of(worlds.Design("threshold", 1, False, 1, 1, 1)))


def test_of(made: worlds.Made) -> ag.StretchTest:
    return ag.stretch_test([(made.a, made.b)], sessions=made.session, people=made.person)


def null(options: Options) -> Iterator[Row]:
    """Count p <= .05 in studies without any relation, by the test and by the older ways of moving codes."""
    cells = list(worlds.designs())
    for number, design in enumerate(cells[::60] if options.quick else cells):
        yield null_cell(number, design, options)


def null_cell(number: int, design: worlds.Design, options: Options) -> Row:
    """Draw studies of one design until enough of them got a p."""
    seed = [20, number]
    rng, wanted = np.random.default_rng(seed), 3 if options.quick else GIVEN
    first, p, refused = [], [], Counter[str]()
    while len(p) - sum(refused.values()) < wanted and len(p) < MOST_TIMES * wanted:
        made = worlds.make(rng, design)
        first += [made] if len(first) < BESIDE else []
        test = test_of(made)
        p.append(test.p)
        refused.update([why_refused(made, test)] if test.reason else [])
    found = {"studies": len(p), **rejected(p), "refused": dict(refused)}
    older = older_ways(first[: 2 if options.quick else BESIDE])
    return setting_of(design) | found | older | {"seed": seed, "data": hash_of(x for m in first for x in (m.a, m.b))}


def older_ways(studies: list[worlds.Made]) -> Row:
    """Move each person's turns on their own; sessions; sessions, with a figure centred within person."""
    ways: dict[str, Callable[[worlds.Made, int], float]] = {
        "participant_shift": lambda made, seed: _moved(made, made.session * 10_000 + made.person, seed),
        "session_shift": lambda made, seed: _moved(made, made.session, seed),
        "centred_session_shift": centred_session_shift,
    }
    return {
        name: rejected([way(made, seed) for seed, made in enumerate(studies)])["rejected"] for name, way in ways.items()
    }


def _moved(made: worlds.Made, within: np.ndarray, seed: int) -> float:
    found = ag.per_code_permutations(
        ag.cohen_kappa, made.a[None], made.b[None], within=within, n_permutations=ARRANGEMENTS, random_state=seed
    )
    return found[0].p


def centred_session_shift(made: worlds.Made, seed: int) -> float:
    """Move a session's codes all together; the figure is what is left when each person's means are taken off."""
    rng = np.random.default_rng(seed)
    group = np.unique(made.session * 10_000 + made.person, return_inverse=True)[1]
    size = np.bincount(group)
    a = made.a - (np.bincount(group, made.a) / size)[group]
    if not a.any() or not made.b.any():
        return math.nan
    sessions = [np.flatnonzero(made.session == session) for session in np.unique(made.session)]
    figures = np.zeros(ARRANGEMENTS)
    for units in sessions:  # a is centred, so the mean of the moved b plays no part
        spectrum = np.fft.rfft(a[units]) * np.conj(np.fft.rfft(made.b[units]))
        figures += np.fft.irfft(spectrum, n=units.size)[rng.integers(0, units.size, ARRANGEMENTS)]
    return float((1 + (figures >= a @ made.b - 1e-9).sum()) / (1 + ARRANGEMENTS))


def power_cells(agreement: float) -> list[worlds.Design]:
    """Give codes that run or not in every shape, and rare ones."""
    cells = [
        worlds.Design("threshold", run, True, *shape, prevalence=prevalence, agreement=agreement)
        for shape in worlds.SHAPES
        for run in (1, 8)
        for prevalence in (0.25, 0.05)
    ]
    return [*cells, worlds.Design("threshold", 1, False, 1, 300, 300, agreement=agreement)]


def power(options: Options) -> Iterator[Row]:
    """Count p <= .05 in studies whose second coding repeats the first on a share of the turns."""
    for agreement in (0.05, 0.15, 0.3):
        for number, design in enumerate(power_cells(agreement)[:: 9 if options.quick else 1]):
            seed = [21, number, int(100 * agreement)]
            rng = np.random.default_rng(seed)
            studies = [worlds.make(rng, design) for _ in range(3 if options.quick else 1000)]
            tests = [test_of(made) for made in studies]
            found = {"studies": len(tests), **rejected([test.p for test in tests])}
            kappa = np.nanmean([ag.cohen_kappa(made.a, made.b).value for made in studies[:100]])
            data = hash_of(x for m in studies for x in (m.a, m.b))
            yield setting_of(design) | found | {"kappa": round(float(kappa), 3), "seed": seed, "data": data}


def grouped_setting(design: worlds.GroupDesign) -> Row:
    """Give the columns that name a cell."""
    return {
        "run": design.run,
        "people": "differ" if design.people_differ else "alike",
        "sessions": design.n_sessions,
        "turns": design.n_turns,
        "people_each": design.n_people,
        "themes": design.n_themes,
        "clusters": design.n_clusters,
        "agreement": design.agreement,
    }


GROUPED = tuple(grouped_setting(worlds.GroupDesign(1, False, 1, 1, 1)))


def groupings(options: Options) -> Iterator[Row]:
    """Count studies in which the overall p of clusters beside themes, or the q of any pair, is at most .05."""
    for agreement in (0.0, 0.15, 0.3):
        cells = list(worlds.group_designs(agreement))
        for number, design in enumerate(cells[:: 20 if options.quick else 1 if not agreement else 5]):
            seed = [22, number, int(100 * agreement)]
            yield grouped_setting(design) | _grouped(
                design, seed, 3 if options.quick else GIVEN if not agreement else 300
            )


def _grouped(design: worlds.GroupDesign, seed: list[int], n_studies: int) -> Row:
    rng, found, data = np.random.default_rng(seed), [], []
    for _ in range(n_studies):
        made = worlds.make_groups(rng, design)
        data += [made.theme, made.cluster]
        found.append(_grouping_p(made, design, rng))
    overall, pairs, codes, coders, given = (list(column) for column in zip(*found, strict=True))
    row: Row = {"studies": n_studies}
    named = {"overall": overall, "any_pair": pairs, "codes_summed": codes, "coders_summed": coders}
    for name, p in named.items():
        row |= {f"{name}_{key}": value for key, value in rejected(p).items()}
    return row | {"pairs_given": round(float(np.mean(given)), 3), "seed": seed, "data": hash_of(data)}


def _grouping_p(made: worlds.MadeGroups, design: worlds.GroupDesign, rng: np.random.Generator) -> tuple[float, ...]:
    """Give p over all pairs, the smallest q, p of codes summed, p of codes and of two coders who agree summed."""
    place = {"sessions": made.session, "people": made.person}
    themes = made.theme[None] == np.arange(design.n_themes)[:, None]
    test = ag.grouping_test(themes, made.cluster, **place)
    n_codes = min(design.n_themes, design.n_clusters)
    codes = [made.cluster == code for code in range(n_codes)]
    other = np.where(
        rng.random(made.theme.size) < 0.7, themes[:n_codes], themes[:n_codes][:, rng.permutation(made.theme.size)]
    )
    one, two = (
        ag.stretch_test(pairs, **place).p
        for pairs in ([(themes[:n_codes], codes)], [(themes[:n_codes], codes), (other, codes)])
    )
    q = np.array(test.pair_q)
    given = np.isfinite(q)
    return test.p, float(np.min(q[given])) if given.any() else math.nan, one, two, float(given.mean())


def who_differs(options: Options) -> Iterator[Row]:
    """Count studies in which some person's share of a code is told from the others', and nobody differs.

    Fisher's exact test of each person against the others, and the stretch test of the code beside "this person spoke",
    both ways; each adjusted by Holm over persons.
    """
    for kind in worlds.KINDS:
        for run in (1, 3, 8):
            seed, design = [23, len(kind), run], worlds.Design(kind, run, False, *worlds.SHAPES[0])
            rng = np.random.default_rng(seed)
            studies = [worlds.make(rng, design) for _ in range(3 if options.quick else 300)]
            smallest = [(_smallest(made, _fisher), _smallest(made, _apart)) for made in studies]
            fisher, stretches = (rejected(list(p))["rejected"] for p in zip(*smallest, strict=True))
            data = hash_of(made.a for made in studies)
            yield {"kind": kind, "run": run, "studies": len(studies), "fisher": fisher, "stretches": stretches,
                   "seed": seed, "data": data}  # fmt: skip


def _smallest(made: worlds.Made, test: Callable[[worlds.Made, np.ndarray], float]) -> float:
    p = ag.adjust_p([test(made, made.person == who) for who in np.unique(made.person)])
    return float(np.min(p[np.isfinite(p)], initial=1.0))


def _fisher(made: worlds.Made, own: np.ndarray) -> float:
    from scipy.stats import fisher_exact

    return float(fisher_exact([[(made.a[who] == x).sum() for x in (1, 0)] for who in (own, ~own)]).pvalue)


def _apart(made: worlds.Made, own: np.ndarray) -> float:
    return min(1.0, 2 * min(ag.stretch_test([(code, own)], sessions=made.session).p for code in (made.a, 1 - made.a)))


PARTS: dict[str, Any] = {
    "null": Part(null, CELL),
    "power": Part(power, CELL),
    "groupings": Part(groupings, GROUPED),
    "who_differs": Part(who_differs, ("kind", "run")),
}
