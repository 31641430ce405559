"""The page of the clusters benchmark and its picture: AMI against ARI of each method."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.clusters.maps_page import maps_section
from benchmarks.clusters.reach_page import reach_section
from benchmarks.clusters.sets import ADDED
from benchmarks.clusters.stability import FIGURES
from benchmarks.rows import Row, figures
from benchmarks.running import Stored, measured
from benchmarks.scoring import mean_defined
from benchmarks.tables import provenance, section, table

Runs = dict[str, dict[str, list[Row]]]
TOLD = ("alliance_told", "tritopic_told", "turftopic_told", "kmeans_told")
ORDER = (
    "alliance", "alliance_vectors", "tritopic", "evoc", "umap_hdbscan", "bertopic", "kmeans_silhouette", "plscan",
    "top2vec", *TOLD,
)  # fmt: skip
HEAD = """\
# Clusters against people's codes

Made by `python benchmarks/clusters/run.py` from `benchmarks/clusters/results/`; {n_sets} sets.
AMI and ARI are corrected for chance; the first code of a segment is the gold, segments in no cluster
count as singletons (in brackets: left out). All sets but those marked as added served to choose the
constants, so figures on other material may be lower. Times are whole processes on a machine that did other
work: they say an order of magnitude. Rows with the commit db03131 (evoc, plscan) were run from a scratch
copy of this script and re-scored here: their commit is approximate and their memory absent. Where a method
ran with several seeds, a set's figure is their mean. How the default was chosen, and what it did not show:
[decision 0022](../decisions/0022-what-the-cluster-figures-rest-on.md).

{provenance} Rows measured with 0.1.0 clustered by the function behind `an.cluster`, with no near-empty segment set
aside, on vectors that were cut at the encoder's length; their hash of the data covers ids and first codes only.
"""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    full = runs_of(stored["runs"])
    sets = sorted({name for found in full.values() for name in found})
    head = HEAD.format(n_sets=len(sets), provenance=provenance(measured(stored)))
    failed = [row for row in stored["runs"] + stored["spread"] if "failed" in row]
    lines = [
        head, *_all_means(full, sets), *_against(full, sets), *_per_set(full, sets), *_spread(stored["spread"]),
        *_scale(stored["scale"]), *_stability(stored["stability"]), *_left_out(stored["left_out"]),
        *reach_section(stored["reach"]), *maps_section(stored["maps"]),
    ]  # fmt: skip
    if failed:
        lines += section("Runs that gave no result", [f"- {r['method']} on {r['set']}: {r['failed']}" for r in failed])
    return {"benchmarks/clusters.md": "\n".join(lines).rstrip() + "\n"}


def runs_of(rows: list[Row]) -> Runs:
    """Sort the runs that gave a result by method and set."""
    runs: Runs = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if "ami" in row:
            runs[row["method"]][row["set"]].append(row)
    return {method: runs[method] for method in ORDER if method in runs}


def _mean(rows: list[Row], key: str) -> float:
    return mean_defined(np.array(list(figures(rows, key))))


def _means(full: Runs, sets: list[str]) -> list[str]:
    cells = []
    for method, found in full.items():
        rows = [row for name in sets for row in found.get(name, [])]
        if not rows:
            continue
        mean = {
            key: mean_defined(np.array([_mean(found[name], key) for name in sets if name in found]))
            for key in ("ami", "ari", "ami_covered", "ari_covered", "omega", "coverage")
        }
        memory = max((row.get("peak_mb") or 0 for row in rows), default=0)
        cells.append(
            [method, sum(name in found for name in sets), mean["ami"], mean["ari"],
             f"({mean['ami_covered']:.3f}, {mean['ari_covered']:.3f})", mean["omega"], f"{mean['coverage']:.2f}",
             f"{np.median([row['seconds'] for row in rows]):.0f}", memory or "-"]
        )  # fmt: skip
    heads = [
        "method", "sets", "AMI", "ARI", "AMI, ARI of the covered", "omega", "coverage", "median s", "largest MB",
    ]  # fmt: skip
    return table(heads, cells)


def groups_of(sets: list[str]) -> dict[str, list[str]]:
    """Part the sets on which constants were chosen from those that took no part."""
    return {
        "sets that served to choose": [name for name in sets if name not in ADDED],
        "sets that took no part": [name for name in sets if name in ADDED],
    }


def _all_means(full: Runs, sets: list[str]) -> list[str]:
    said = "`_told`: was told the number of codes. `alliance_vectors`: without texts."
    lines = section("Means over the sets", said)
    for title, names in groups_of(sets).items():
        if names:
            lines += [f"{len(names)} {title}:", "", *_means(full, names), ""]
    return lines


def _against(full: Runs, sets: list[str]) -> list[str]:
    """Hold ours beside a peer, set by set; the interval draws sets."""
    cells = []
    for ours, theirs in BESIDE:
        for title, names in groups_of(sets).items():
            both = [name for name in names if name in full.get(ours, {}) and name in full.get(theirs, {})]
            cells += [[f"{ours} / {theirs}", title, *_beside(full[ours], full[theirs], both)]] if len(both) > 2 else []
    if not cells:
        return []
    said = (
        "Mean over sets, each the mean over its seeds; ratio of the means, with the middle 95 % of 10,000 draws of\n"
        "sets; sets on which ours is higher."
    )
    heads = ["methods", "sets", "n", "seeds", "AMI", "ratio", "higher on", "ARI", "ratio", "higher on"]
    return section("Beside TriTopic, and UMAP with HDBSCAN", said, table(heads, cells))


BESIDE = (
    ("alliance", "tritopic"), ("alliance_told", "tritopic_told"), ("alliance", "umap_hdbscan"),
    ("alliance_told", "kmeans_told"),
)  # fmt: skip


def _beside(ours: dict[str, list[Row]], theirs: dict[str, list[Row]], sets: list[str]) -> list[object]:
    """Give sets, fewest seeds of one; for AMI and ARI the means, their ratio, on how many sets ours leads."""
    cells: list[object] = [len(sets), min(len(found[name]) for found in (ours, theirs) for name in sets)]
    draws = np.random.default_rng(0).integers(0, len(sets), (10_000, len(sets)))
    for key in ("ami", "ari"):
        a, b = (np.array([_mean(found[name], key) for name in sets]) for found in (ours, theirs))
        low, high = np.percentile(a[draws].mean(axis=1) / b[draws].mean(axis=1), [2.5, 97.5])
        ratio = f"{a.mean() / b.mean():.2f} ({low:.2f} to {high:.2f})"
        cells += [f"{a.mean():.3f} / {b.mean():.3f}", ratio, f"{int((a > b).sum())} of {len(sets)}"]
    return cells


def _per_set(full: Runs, sets: list[str]) -> list[str]:
    lines = []
    for name in sets:
        first = next(found[name][0] for found in full.values() if name in found)
        cells = [f"{name} ({first['n']}, {first['n_codes']}){' added' if name in ADDED else ''}"]
        for found in full.values():
            rows = found.get(name, [])
            shown = f"{_mean(rows, 'ami'):.3f} / {_mean(rows, 'ari'):.3f}, {_mean(rows, 'n_clusters'):.0f}"
            cells.append(shown if rows else "-")
        lines.append(cells)
    return section("Each set: AMI / ARI, clusters found", table(["set (segments, codes)", *full], lines))


def _spread(rows: list[Row]) -> list[str]:
    good = sorted((row for row in rows if "pairwise_ari" in row), key=lambda r: (r["over"], r["set"], r["method"]))
    if not good:
        return []
    keys = ("method", "over", "set", "runs", "pairwise_ari", "sd_ami", "sd_ari")
    said = "Pairwise ARI between repeated runs (1: the same each time), deviation of AMI and ARI."
    heads = ["method", "over", "set", "runs", "pairwise ARI", "sd AMI", "sd ARI"]
    return section("Spread", said, table(heads, [[row[key] for key in keys] for row in good]))


def _scale(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = ["segments", "processor seconds", "peak MB (with input alone)", "clusters", "landmarks"]
    cells = [
        [row["n"], f"{row['seconds']:.1f}", f"{row['peak_mb']} ({row['loaded_mb']})", row["n_clusters"],
         row["landmarks"] or "-"]
        for row in rows
    ]  # fmt: skip
    said = "Start-up included; one thread; vectors given."
    return section("Time and peak memory by size", said, table(heads, cells))


def _stability(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = [[row["set"], row["clusters"], *(row[key] for key in FIGURES)] for row in rows]
    return section(
        "Do sure clusters agree better with people's codes?",
        "Within each set: rank correlation over clusters between a figure of the cluster and its agreement with\n"
        "the codes (share of its pairs with one code, beyond chance), with the cluster's size held constant. Pooled\n"
        "by Fisher's z with weights n - 4; the interval draws sets.",
        table(["set", "clusters", "stability", "mean strength", "cohesion"], [*lines, pooled(rows)]),
    )


def _left_out(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    by_set: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        by_set[row["set"]][row["method"]] = row
    cells = [_left_out_line(name, found) for name, found in by_set.items()]
    talk = [found for name, found in by_set.items() if found["alliance"]["uncoded"] >= MUCH_UNCODED]
    rest = [found for name, found in by_set.items() if found["alliance"]["uncoded"] < MUCH_UNCODED]
    for name, found in (("mean, much uncoded,", talk), ("mean, all or nearly all coded,", rest)):
        if found:
            line = _left_out_line(f"{name} of {len(found)} sets", {
                method: {key: float(np.mean([one[method][key] for one in found])) for key in LEFT_OUT}
                for method in ("alliance", "k-means")
            })  # fmt: skip
            cells.append([line[0], "", *line[2:]])
    heads = ["set", "codes", "uncoded", "named", "brought back", "chance", "possible", "k-means", "its chance",
             "recall", "precision", "lift", "lift of k-means"]  # fmt: skip
    no_better = [
        name for name, found in by_set.items() if found["alliance"]["brought_back"] <= found["alliance"]["chance"]
    ]
    said = (
        "Each code in turn is taken out of codebook and coding; `find_unnamed` names at most three clusters. Brought\n"
        "back: the share of codes for which one of them goes with the code by a kappa of at least .15. Chance: three\n"
        "clusters drawn at random; possible: the best choice among all clusters. Recall, precision and lift\n"
        "(precision over how common the code is) are of the named clusters together, in the mean over codes.\n"
        "K-means has as many "
        "clusters, and the same rule chooses among them. Development figures: that length is taken into account was\n"
        f"chosen on some of these sets. No better than chance: {', '.join(no_better) or 'none'}."
    )
    return section("Does talk without a name bring a code back that was left out?", said, table(heads, cells))


LEFT_OUT = (
    "codes", "uncoded", "named", "brought_back", "chance", "possible", "recall", "precision", "lift",
)  # fmt: skip
MUCH_UNCODED = 0.1


def _left_out_line(name: str, found: dict[str, Row]) -> list[object]:
    ours, other = found["alliance"], found["k-means"]
    first = [f"{ours[key]:.2f}" for key in ("uncoded", "named", "brought_back", "chance", "possible")]
    beside = [f"{other[key]:.2f}" for key in ("brought_back", "chance")]
    last = [f"{ours[key]:.2f}" for key in ("recall", "precision", "lift")]
    return [name, f"{ours['codes']:.0f}", *first, *beside, *last, f"{other['lift']:.2f}"]


def pooled(rows: list[Row]) -> list[object]:
    """Pool the correlations of the sets in which all are defined."""
    rows = [row for row in rows if all(row[key] is not None for key in FIGURES)]
    if not rows:
        return ["**pooled**", 0, "", "", ""]
    weights = np.array([row["clusters"] - 4.0 for row in rows])
    draws = np.random.default_rng(0).integers(0, len(rows), (5000, len(rows)))
    cells: list[object] = ["**pooled (95 % interval over sets)**", int(weights.sum() + 4 * len(rows))]
    for key in FIGURES:
        z = np.arctanh(np.clip([row[key] for row in rows], -0.99, 0.99))
        again = np.tanh((weights[draws] * z[draws]).sum(axis=1) / weights[draws].sum(axis=1))
        low, high = np.quantile(again, [0.025, 0.975])
        cells.append(f"{np.tanh((weights * z).sum() / weights.sum()):.2f} ({low:.2f} to {high:.2f})")
    return cells


def pictures(stored: Stored, folder: Path) -> None:
    """Draw the mean AMI against the mean ARI of each method that ran on every set."""
    full = runs_of(stored["runs"])
    sets = sorted({name for found in full.values() for name in found})
    if not sets:
        return
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 5))
    for method, found in full.items():
        rows = [row for name in sets for row in found.get(name, [])]
        if len(found) < len(sets):
            continue
        at, own = (_mean(rows, "ami"), _mean(rows, "ari")), method.startswith("alliance")
        axes.scatter(*at, marker="s" if method in TOLD else "o", c="C1" if own else "C0")
        axes.annotate(method, at, xytext=(4, 4), textcoords="offset points", size=8)
    axes.set(
        xlabel="mean AMI",
        ylabel="mean ARI",
        title=f"{len(sets)} hand-coded sets; squares were told the number of codes",
    )
    figure.tight_layout()
    figure.savefig(folder / "clusters.svg", metadata={"Date": None})
    plt.close(figure)
