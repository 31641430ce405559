"""Do the intervals cover, and do the permutation tests keep their level? Seeded simulations, one process.

Run: python benchmarks/agreement_simulation.py [--part NAME ...] [--repeats 1000]
Writes benchmarks/results/agreement_simulation_<part>.jsonl, and from them agreement_simulation.md beside them and the
tables of docs/agreement.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "agreement.md"
Row = dict[str, Any]


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


def unit_cases(repeats: int, grid: Iterator[tuple[str, int, float, float, str]]) -> Iterator[Row]:
    for case, (name, n, prevalence, kappa, method) in enumerate(grid):
        statistic = getattr(ag, name)
        cells = cells_of(prevalence, kappa)
        truth = float(ag.table_values(statistic, cells.reshape(2, 2) * 1e9))
        rng = np.random.default_rng([1, case])
        intervals = [
            ag.bootstrap_interval(statistic, draw_pair(rng, n, cells), n_draws=1000, method=method, random_state=repeat)
            for repeat in range(repeats)
        ]
        setting = {"statistic": name, "n": n, "prevalence": prevalence, "kappa": kappa, "method": method}
        yield setting | {"positives": round(n * prevalence, 1)} | coverage(truth, intervals)


def part_units(repeats: int) -> Iterator[Row]:
    """Try the wide field: n of 200 or more, prevalence .2 to .8, kappa .3 to .8."""
    fields = [(n, p, k) for n in (200, 500) for p in (0.2, 0.5, 0.8) for k in (0.3, 0.55, 0.8)]
    grid = [("cohen_kappa", *field, method) for field in fields for method in ("percentile", "bca")]
    others = [("krippendorff_alpha", "percentile"), ("scott_pi", "percentile"), ("gwet_ac1", "percentile")]
    others += [("f1", "percentile"), ("percent_agreement", "percentile")]
    grid += [(name, 200, p, 0.55, method) for name, method in others for p in (0.2, 0.5, 0.8)]
    return unit_cases(repeats, iter(grid))


def part_rare(repeats: int) -> Iterator[Row]:
    """Where it fails: rare codes and few units."""
    fields = [(n, p) for n in (30, 50, 100, 200, 500) for p in (0.02, 0.05, 0.1, 0.2)]
    return unit_cases(
        repeats, (("cohen_kappa", n, p, 0.6, method) for n, p in fields for method in ("percentile", "expanded", "bca"))
    )


def draw_talk(rng: np.random.Generator, people: int, turns: int) -> tuple[np.ndarray, list[int]]:
    """Participants differ in how often the code fits and in how often the coders slip."""
    fits = np.repeat(rng.beta(1.5, 3.5, people), turns)
    slips = np.repeat(rng.beta(1.2, 8.0, people), turns)
    truth = rng.random(people * turns) < fits
    pair = np.stack([truth ^ (rng.random(truth.size) < slips) for _ in range(2)]).astype(int)
    return pair, np.repeat(np.arange(people), turns).tolist()


def part_people(repeats: int) -> Iterator[Row]:
    """Clustered talk: intervals over turns against intervals over participants."""
    pair, _ = draw_talk(np.random.default_rng(0), 100_000, 20)
    truth = float(ag.cohen_kappa(pair[0], pair[1]))
    for people in (5, 10, 20, 40):
        rng = np.random.default_rng([2, people])
        talks = [draw_talk(rng, people, 20) for _ in range(repeats)]
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
                setting = {"statistic": "cohen_kappa", "participants": people, "turns_each": 20, "drawn": over}
                yield setting | {"method": method} | coverage(truth, intervals)


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


def part_partitions(repeats: int) -> Iterator[Row]:
    """Clusters against codes: halves without replacement, at no relation and at ARI near .3."""
    repeats = min(repeats, 500)
    statistics = (ag.adjusted_rand, ag.adjusted_mutual_info, ag.v_measure, ag.omega_index)
    for statistic in statistics:
        for n in (50, 200, 500):
            for follow in (0.0, 0.52):
                rng = np.random.default_rng([3, n, int(100 * follow)])
                draws = [draw_groupings(rng, n, follow) for _ in range(repeats)]
                if statistic is ag.v_measure:  # not adjusted for chance: its expectation depends on n
                    truth = float(np.mean([float(statistic(*draw)) for draw in draws]))
                else:
                    large = [draw_groupings(rng, 20_000, follow) for _ in range(5)]
                    same = ag.adjusted_rand if statistic is ag.omega_index else statistic
                    truth = float(np.mean([float(same(*draw)) for draw in large]))
                intervals = [
                    ag.subsample_interval(statistic, list(draw), n_draws=300, random_state=repeat)
                    for repeat, draw in enumerate(draws)
                ]
                setting = {"statistic": statistic.__name__, "n": n, "follow": follow, "drawn": "units"}
                yield setting | coverage(truth, intervals)
    yield from _grouped_talk(repeats)


def _grouped_talk(repeats: int) -> Iterator[Row]:
    for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info):
        for follow in (0.0, 0.52):
            rng = np.random.default_rng([4, int(100 * follow)])
            gold, clusters, _ = draw_grouped_talk(rng, 5000, follow)
            truth = float(statistic(gold, clusters))
            for people in (10, 20, 40):
                draws = [draw_grouped_talk(rng, people, follow) for _ in range(repeats)]
                for over in ("units", "participants"):
                    intervals = [
                        ag.subsample_interval(
                            statistic, [g, c], by=by if over == "participants" else None, n_draws=300, random_state=i
                        )
                        for i, (g, c, by) in enumerate(draws)
                    ]
                    setting = {"statistic": statistic.__name__, "n": people * 20, "follow": follow}
                    yield setting | {"participants": people, "drawn": over} | coverage(truth, intervals)


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


def part_permutation(repeats: int) -> Iterator[Row]:
    """P(p <= .05) when there is no agreement beyond what the world's name says."""
    for world in ("independent", "sticky", "participants", "sticky participants"):
        for people, turns in ((6, 20), (20, 20), (4, 60)):
            by = np.repeat(np.arange(people), turns).tolist()
            rng = np.random.default_rng([5, people, len(world)])
            pairs = [null_world(world, rng, people, turns) for _ in range(repeats)]
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
                    p = np.array([result.p for result in results if result.reason is None])
                    setting = {"world": world, "participants": people, "turns_each": turns, "scheme": scheme}
                    error = round(1.96 * float(np.sqrt(0.05 * 0.95 / p.size)), 4)
                    found = {f"p<={level}": round(float((p <= level).mean()), 3) for level in (0.01, 0.05, 0.1)}
                    yield setting | {"within": within} | found | {"error_at_.05": error, "repeats": int(p.size)}


def part_replacement(repeats: int) -> Iterator[Row]:
    """Show what an ordinary bootstrap would do to ARI and AMI: why the library refuses it."""
    repeats = min(repeats, 200)
    for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info):
        for n in (50, 200):
            rng = np.random.default_rng([6, n])
            draws = [draw_groupings(rng, n, 0.0) for _ in range(repeats)]
            # the library knows its own statistics and refuses them, so this one goes in disguise
            intervals = [
                ag.bootstrap_interval(lambda a, b, f=statistic: float(f(a, b)), list(pair), n_draws=200, random_state=i)
                for i, pair in enumerate(draws)
            ]
            yield {"statistic": statistic.__name__, "n": n, "method": "with replacement"} | coverage(0.0, intervals)


PARTS: dict[str, Callable[[int], Iterator[Row]]] = {
    "units": part_units,
    "rare": part_rare,
    "people": part_people,
    "partitions": part_partitions,
    "replacement": part_replacement,
    "permutation": part_permutation,
}


def as_table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row.get(column, "")) for column in columns) + " |" for row in rows]
    return "\n".join(lines)


def grid(rows: list[Row], down: list[str], across: str, shown: Callable[[Row], str]) -> str:
    """Lay rows out as a table: `down` names its rows, the values of `across` its columns."""
    columns = list(dict.fromkeys(row[across] for row in rows))
    lines: dict[tuple[Any, ...], dict[Any, str]] = {}
    for row in rows:
        lines.setdefault(tuple(row[key] for key in down), {})[row[across]] = shown(row)
    heads = [*down, *(f"{across} {column}" for column in columns)]
    text = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for key, cells in lines.items():
        text.append("| " + " | ".join([*map(str, key), *(cells.get(column, "") for column in columns)]) + " |")
    return "\n".join(text)


def covered(row: Row) -> str:
    without = f" ({row['no_interval']:.0%} none)" if row["no_interval"] else ""
    return "no interval" if row["coverage"] is None else f"{row['coverage']:.3f}{without}"


FOR_THE_PAGE: dict[str, Callable[[list[Row]], str]] = {
    "units": lambda rows: grid(
        [row for row in rows if row["statistic"] == "cohen_kappa" and row["method"] == "percentile"],
        ["n", "prevalence"],
        "kappa",
        covered,
    ),
    "rare": lambda rows: grid([row for row in rows if row["method"] == "percentile"], ["n"], "prevalence", covered),
    "people": lambda rows: grid(rows, ["participants", "drawn"], "method", covered),
    "partitions": lambda rows: grid(
        [row for row in rows if row["drawn"] == "units" and "participants" not in row],
        ["statistic", "n"],
        "follow",
        lambda row: f"{row['coverage']:.3f} (truth {row['truth']:.2f})",
    ),
    "replacement": lambda rows: grid(rows, ["statistic"], "n", covered),
    "permutation": lambda rows: grid(
        [row for row in rows if row["within"] == "participants"],
        ["world", "participants", "turns_each"],
        "scheme",
        lambda row: f"{row['p<=0.05']:.3f}",
    ),
}


def write_summary() -> None:
    parts = ["# Simulations of intervals and permutation tests", "", "Made by benchmarks/agreement_simulation.py.", ""]
    page = PAGE.read_text(encoding="utf-8")
    for name, part in PARTS.items():
        path = RESULTS / f"agreement_simulation_{name}.jsonl"
        if path.exists():
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            seconds = rows.pop()["seconds"]
            parts += [f"## {name}", "", f"{part.__doc__} ({seconds} s, one process)", "", as_table(rows), ""]
            before, _, rest = page.partition(f"<!-- begin: {name} -->")
            _, _, after = rest.partition(f"<!-- end: {name} -->")
            table = f"<!-- begin: {name} -->\n{FOR_THE_PAGE[name](rows)}\n<!-- end: {name} -->"
            page = f"{before}{table}{after}"
    (RESULTS / "agreement_simulation.md").write_text("\n".join(parts), encoding="utf-8")
    PAGE.write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=[*PARTS], nargs="*", default=[*PARTS])
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--tables-only", action="store_true", help="write the tables anew from the stored results")
    chosen = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for name in [] if chosen.tables_only else chosen.part:
        start = time.perf_counter()
        rows = []
        for row in PARTS[name](chosen.repeats):
            rows.append(row)
            print(name, row, flush=True)
        rows.append({"seconds": round(time.perf_counter() - start, 1)})
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (RESULTS / f"agreement_simulation_{name}.jsonl").write_text(text, encoding="utf-8")
    write_summary()


if __name__ == "__main__":
    main()
