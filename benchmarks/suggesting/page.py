"""The page of the suggesting benchmarks, and its picture of risk and coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from benchmarks.running import TIMES, Stored, measured
from benchmarks.scoring import mean_defined
from benchmarks.suggesting.ablations import EVERYTHING, OFF
from benchmarks.suggesting.exemplars import BUDGETS, ELSEWHERE, OURS
from benchmarks.suggesting.reading_list import BUDGETS as CODED
from benchmarks.suggesting.slips import FLAGGED, SHARE
from benchmarks.tables import interval, number, provenance, section, table

SETFIT_SAID = """\
Half of the documents (participants) are tested; exemplars come from the other half. Mean kappa over sets: per-code
binary kappa where several codes are allowed, Cohen's kappa where one is. A segment may stay without a code with
alliance_nlp at 0 to 10 exemplars, while all segments of these sets carry one: figures of those who always answer are
higher here than where much is uncoded. Logistic regression, support vectors and SetFit get the best of three decision
rules, chosen on the test itself, in their favour. SetFit and TriTopic 2.6.0 ran in their own environments on the first
draw of some sets only (SetFit with 10 pairs a text, 20 at one exemplar, texts cut at 64 words), so each is compared on
exactly its own draws, beside rows of ours that may be of a later commit. Where a mean is over fewer sets, their number
stands beside it, and means over different sets do not compare. annomi codes speech functions. DEVELOPMENT figures."""
ABLATIONS_SAID = """\
Half of the documents are learnt from, through the public call; then the same with one part of the score switched off.
Gain: with everything less without the part, mean over sets (draws and parts of a set averaged), with the middle 95 % of
10,000 draws of sets. Weights of names, themes, "anything to code" and turns are chosen within what a study learns from.
DEVELOPMENT figures: the constants were chosen on these sets, so that gains are rather large than small."""
PARITY_SAID = """\
Every interview that two people coded is left out once; learnt is what anybody coded in all others, through the public
call with its defaults. Ratio: mean pooled kappa of the machine with each of the two, over the pooled kappa of the two,
over the codes that both used at least five times (themes: three). Intervals draw these interviews again: with few of
them they are too narrow, and differences of a tenth mean nothing. Where a rule only gives scores, each code gets its
share among what was learnt from. 'The other person' is the second coder taken as a machine: its AP and AUC are those of
a yes or no. DEVELOPMENT figures: constants were chosen with these interviews among the sets."""
PROMISES_SAID = """\
At most 10, 20 or 30 % wrong among accepted suggestions of a code, at 90 % confidence. Above: simulated codes that come
in transcripts (spread of the log-odds of how common they are), with calibrated probabilities; a promise is broken when
more of the accepted suggestions in as many further transcripts are wrong. Below: promises made on half of the documents
and what became of them on the other half, where a few accepted suggestions may exceed a target by chance alone.
![risk and coverage](abstention.svg)"""
LIST_SAID = """\
Half of the documents (participants) are the pool, the other half the test; both begin with nothing. Kappa on the test
after so many coded segments of the pool: those that `next_to_code` listed / as many at random, each transcript by its
share. In brackets 95 % intervals, over draws of the halves for a set (draws share its segments: too narrow), over
sets in the last row. DEVELOPMENT figures: the way of listing was chosen on these sets, see decision 0115."""
LEFT_OUT_SAID = """\
`suggest_held_out` on all of each set: mean kappa of the codes that people used five times or more. At most 4,000
segments are learnt from at a time."""
SLIPS_SAID = "5 % of coded segments were given a wrong code; the first 50 flagged."
HEAD = """\
# Suggesting codes: what was measured

Made by `python benchmarks/suggesting/run.py --data FOLDER` from `benchmarks/suggesting/results/`; each part by its
name, such as `--parts parity`. All figures of alliance_nlp are those of its public functions with their defaults. Its
constants were chosen by the mean over these sets, so its figures are figures of DEVELOPMENT; the last section says
where each constant comes from. Which rows are of which commit stands at the end.

{provenance}
"""
COMMITS_SAID = """\
A star: measured with changes that were not committed. Rows of 0.1.0 are of another learner: they say what that one did.
a6a69b2 was moved before it was merged; on the main branch the same change is 0402826. Since then the learner changed in
its wording, the way of listing what to code next, and one normalisation in `CodebookClassifier`."""
CONSTANTS_SAID = """\
Chosen on the development sets (annomi, argkp, banking77, counselchat, interviews, napire, nhs, pdpilot, proctoring,
serdif, wac and, since decision 0113, the shipped `open_answers`), by the mean over them, not leaving sets out one by
one; what was tried beside each stands in the decision."""
CONSTANTS = [
    ("ridge.PENALTY .3, similarity.WORDS .2, LETTERS .45, WIDTH .6", "best mean kappa on a grid, flat around", "0030"),
    ("similarity.AROUND .3, ROLE .1, REACH 3", "average precision of annomi, interviews, serdif", "0110"),
    ("by_name.LETTERS_SHARE .5, NEAREST 8, LEARNT_SHARE .7, NARROW, WIDE", "prototypes of others, tried again", "0110"),
    ("by_name.HEARD .1", "between .07 where names say nothing and .16, the least where they do", "0110"),
    ("weighing.FIXED, CHOICES, ENOUGH_READ 300", "average precision, below 300 no choice", "0110"),
    ("calibration.PENALTY 10, KNOTS, FLATTEST .05", "error of calibration; mean AUC on noise", "0110"),
    ("thresholds.EXPECTED 20, MOST 4, FEW 10, EDGE .1, SPREAD .5", "kappa of codes and themes of interviews", "0110"),
    ("learning.ANYTHING .5, BLOCK_MEAN 20, task.FOLDS 10, GAP 3", "kappa of interviews; a law on noise", "0110"),
    ("task.MOST_LEARNT 4000, similarity.BLOCK", "seconds and memory", "0110"),
    ("deciding.FAR_SHOWN .8, FEW_SHOWN 3, NEAR_UNSTATED .5", "kappa over nine sets, 0 to 10 exemplars", "0113"),
    ("deciding.FAR 1.5, NEAR_BY_NAME .75, NEAR_SHOWN .15", "kappa over eleven sets, 0 to 10 exemplars", "0123"),
    ("shown.HALF_RIDGE 2, NAME .35, NAME_ALONE .8, STANDS_OUT 10, COMPARED", "the same, flat around", "0123"),
    ("promises.EXPECTED 20, LEAST_ALIKE 3.5, GROWTH 1.2", "simulation", "0112"),
    ("promises.LEAST_BLOCKS 5", "set beforehand, by the issue that asked for it", "0111"),
]  # fmt: skip
SIDES = ("listed", "stratified")
CODING = ("macro_f1", "micro_f1", "alpha_masi", "ap", "auc", "calibration_error")


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))), *_exemplars(stored["exemplars"]),
        *_ablations(stored["ablations"]), *_parity(stored["parity"]), *_left_out(stored["left_out"]),
        *_promises(stored["promises_simulated"], stored["promises_kept"]), *_reading(stored["reading_list"]),
        *_slips(stored["slips"]), *_commits(stored),
        *section("Where constants come from", CONSTANTS_SAID, _constants()),
    ]  # fmt: skip
    return {"benchmarks/suggesting.md": "\n".join(lines).rstrip() + "\n"}


Means = dict[tuple[str, str], dict[str, float]]


def summary(rows: list[Row], figure: str = "kappa") -> Means:
    """Average draws, then parts, giving one figure a method, budget and set."""
    cells: dict[tuple[str, str, str, str], list[float]] = {}
    for row in rows:
        key = (row["method"], row["budget"], row["set"], row["part"])
        cells.setdefault(key, []).append(_value(row, figure))
    by_set: dict[tuple[str, str], dict[str, list[float]]] = {}
    for (method, budget, name, _), values in cells.items():
        by_set.setdefault((method, budget), {}).setdefault(name, []).append(mean_defined(np.array(values)))
    return {key: {name: mean_defined(np.array(v)) for name, v in sets.items()} for key, sets in by_set.items()}


def _value(row: Row, figure: str) -> float:
    return float("nan") if row.get(figure) is None else float(row[figure])


def _exemplars(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    sets = sorted({row["set"] for row in rows})
    compared = [name for name in sets if name != "banking77"]
    methods = sorted({row["method"] for row in rows}, key=lambda name: (not name.startswith("alliance"), name))
    means, budgets = summary(rows), [str(budget) for budget in BUDGETS]
    blocks = [_over_sets("mean kappa over sets without banking77", means, methods, budgets, compared, noted=True)]
    for budget in budgets:
        found = [(method, means.get((method, budget), {})) for method in methods]
        cells = [[method, *(number(by_set.get(name)) for name in sets)] for method, by_set in found if by_set]
        blocks.append(table([f"{budget} exemplars", *sets], cells))
    for figure in CODING:
        blocks.append(_over_sets(figure, summary(rows, figure), methods, budgets, compared))
    blocks.append(by_names(rows, sets))
    return section("From a codebook and a few exemplars", SETFIT_SAID, beside_best(means, sets), *blocks, paired(rows))


def _ablations(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = []
    for name in [name for name in OFF if name != EVERYTHING]:
        cells = [name]
        for figure in ("ap", "kappa"):
            gains = _gains(rows, name, figure)
            rng = np.random.default_rng(0)
            means = gains[rng.integers(0, len(gains), (10_000, len(gains)))].mean(axis=1)
            low, high = np.quantile(means, (0.025, 0.975))
            cells += [interval(gains.mean(), low, high), f"{int((gains > 0).sum())} of {len(gains)}"]
        lines.append(cells)
    heads = ["part", "gain in AP", "sets that gain", "gain in kappa", "sets that gain"]
    return section("What each part of a learnt score adds", ABLATIONS_SAID, table(heads, lines))


def _gains(rows: list[Row], without: str, figure: str) -> np.ndarray:
    """Give each set's figure with everything less that without a part."""
    of: dict[str, dict[tuple[str, int], dict[str, float]]] = {}
    for row in rows:
        of.setdefault(row["set"], {}).setdefault((row["part"], row["draw"]), {})[row["without"]] = _value(row, figure)
    pairs = [
        [each[EVERYTHING] - each[without] for each in runs.values() if EVERYTHING in each and without in each]
        for runs in of.values()
    ]
    return np.array([mean_defined(np.array(found)) for found in pairs if found])


def beside_best(means: Means, sets: list[str]) -> list[str]:
    """Set ours beside the best peer of each budget, and of each set; intervals draw the sets again."""
    lines = []
    for budget in map(str, BUDGETS):
        here = {method: found for (method, other), found in means.items() if other == budget}
        common = [name for name in sets if name in here.get(OURS, {})]
        whole = {m: [f[n] for n in common] for m, f in here.items() if common and all(n in f for n in common)}
        # a rule that never agrees beyond chance is nothing to divide by
        peers = {method: np.array(values) for method, values in whole.items() if method != OURS and np.mean(values) > 0}
        if not peers or OURS not in whole:
            continue
        own, best = np.array(whole[OURS]), max(peers, key=lambda method: peers[method].mean())
        rng = np.random.default_rng(0)
        drawn = rng.integers(0, len(common), (10_000, len(common)))
        middle_most = np.quantile(own[drawn].mean(axis=1) / peers[best][drawn].mean(axis=1), (0.025, 0.975))
        under = [
            f"{name} ({gap:+.3f})"
            for name, gap in zip(common, own - np.max(list(peers.values()), axis=0), strict=True)
            if gap < -0.01
        ]
        ratio = interval(own.mean() / peers[best].mean(), *middle_most, digits=2)
        lines.append([budget, len(common), own.mean(), best, peers[best].mean(), ratio, ", ".join(under)])
    heads = [
        "exemplars",
        "sets",
        "ours",
        "best peer on the mean",
        "its kappa",
        "ratio",
        "sets where the best of them is ahead by more than .01",
    ]
    return (
        table(heads, [[*row[:2], number(row[2]), row[3], number(row[4]), *row[5:]] for row in lines]) if lines else []
    )


def by_names(rows: list[Row], sets: list[str]) -> list[str]:
    """AP of codes from names and definitions alone, beside the plain cosine."""
    found = summary([row for row in rows if row["budget"] == "0"], "ap")
    methods = [method for method in (OURS, "zero-shot cosine") if (method, "0") in found]
    lines = [[method, *(number(found[method, "0"].get(name)) for name in sets)] for method in methods]
    return table(["AP, names alone", *sets], lines) if len(methods) > 1 else []


def _over_sets(
    title: str, means: Means, methods: list[str], budgets: list[str], sets: list[str], *, noted: bool = False
) -> list[str]:
    lines = []
    for method in methods:
        cells = [method]
        for budget in budgets:
            found = means.get((method, budget), {})
            values = [found[name] for name in sets if name in found and np.isfinite(found[name])]
            note = f" ({len(values)} sets)" if noted and len(values) != len(sets) else ""
            cells.append(f"{np.mean(values):.3f}{note}" if values else "")
        lines.append(cells)
    return table([title, *budgets], lines)


def paired(rows: list[Row]) -> list[str]:
    """Compare with peers that ran on some draws only: both on exactly those."""
    mine = {(r["set"], r["part"], r["budget"], r["draw"]): _value(r, "kappa") for r in rows if r["method"] == OURS}
    lines = []
    for method in ELSEWHERE:
        for budget in map(str, BUDGETS):
            found = [r for r in rows if r["method"] == method and r["budget"] == budget]
            keys = [(r["set"], r["part"], r["budget"], r["draw"]) for r in found]
            pairs = [(_value(r, "kappa"), mine[k]) for r, k in zip(found, keys, strict=True) if k in mine]
            if pairs:
                peer, own = (mean_defined(np.array(side)) for side in zip(*pairs, strict=True))
                sets = len({key[0] for key in keys})
                lines.append([method, budget, len(pairs), sets, peer, own, number(own / peer if peer else None, 2)])
    heads = ["on the peer's own draws", "exemplars", "draws", "sets", "peer", OURS, "ratio"]
    return table(heads, lines) if lines else []


def _commits(stored: Stored) -> list[str]:
    """Say, for each part and set, at which commit its rows were measured, those of peers apart."""
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for part, rows in stored.items():
        for row in rows if part != TIMES else ():
            method = row.get("method", "")
            who = method if method in ELSEWHERE else ""
            where = str(row.get("set") or row.get("corpus") or "simulated")
            commit = "0.1.0, commit unknown" if row["commit"] is None else row["commit"] + ("*" if row["dirty"] else "")
            found.setdefault((part, where, who), Counter())[commit] += 1
    lines = [[*key, ", ".join(f"{name} ({n})" for name, n in commits.items())] for key, commits in found.items()]
    return section(
        "Which rows are of which commit", COMMITS_SAID, table(["part", "set", "peer", "commit (rows)"], lines)
    )


def _constants() -> list[str]:
    return table(["constants", "chosen by", "decision"], CONSTANTS)


def _parity(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = [
        "corpus", "level", "method", "kappa with A", "with B", "mean", "people", "ratio", "AP", "AUC", "codes",
        "segments", "interviews",
    ]  # fmt: skip
    lines = [
        [row["corpus"], row["level"], row["method"], *(number(row[key], 2) for key in ("kappa_a", "kappa_b")),
         *(_with_interval(row, key) for key in ("kappa", "kappa_people", "ratio")),
         *(number(row[key], 2) for key in ("ap", "auc")), row["n_codes"], row["n_segments"], row["n_documents"]]
        for row in rows
    ]  # fmt: skip
    ours = [row for row in rows if row["method"] == OURS and row["level"] == "theme"]
    each = [
        [row["corpus"], code["code"], code["n_a"], code["n_b"],
         *(number(code[key], 2) for key in ("kappa_people", "kappa", "ap", "auc"))]
        for row in ours for code in row["codes"]
    ]  # fmt: skip
    columns = ["corpus", "theme", "segments of A", "of B", "kappa people", "kappa alliance_nlp", "AP", "AUC"]
    return section("Beside the agreement of two people", PARITY_SAID, table(heads, lines), table(columns, each))


def _with_interval(row: Row, key: str) -> str:
    return "" if row.get(key) is None else interval(row[key], *row[f"{key}_interval"], digits=2)


def _promises(simulated: list[Row], kept: list[Row]) -> list[str]:
    if not simulated and not kept:
        return []
    settings = ("transcripts", "spread", "segments", "distance", "prevalence")
    rounds = [
        [*(str(row[key]) for key in settings), f"{row['target']:.0%}", f"{row['promised']} of {row['rounds']}",
         row["broken"], f"{row['mean_accepted']:.0f}" if row["promised"] else ""]
        for row in simulated
    ]  # fmt: skip
    halves = [
        [*(row[key] for key in ("set",)), str(row["target"]),
         *(row[key] for key in ("codes", "promised", "above", "accepted")),
         number(row["wrong_share"], undefined="nan"), row["share_of_codings_found"]]
        for row in kept
    ]  # fmt: skip
    columns = [
        "set", "target", "codes x draws", "promised", "above target on the other half", "accepted", "wrong",
        "codings found",
    ]  # fmt: skip
    heads = [*settings, "at most wrong", "promised", "broken", "mean accepted"]
    tables = [table(heads, rounds)] if simulated else []
    return section("Promises about errors", PROMISES_SAID, *tables, *([table(columns, halves)] if kept else []))


def _by_set(rows: list[Row]) -> Iterable[tuple[str, list[Row]]]:
    for name in dict.fromkeys(row["set"] for row in rows):
        yield name, [row for row in rows if row["set"] == name]


def _reading(rows: list[Row]) -> list[str]:
    """Give, for each set, kappa after so many coded segments, by list and by chance, and the paired difference."""
    if not rows:
        return []
    heads = [
        "set",
        "draws",
        *(f"{n} coded" for n in CODED),
        "list less stratified random",
        "draws ahead",
        "AP, the same",
    ]
    lines, means = [], []
    for name, mine in _by_set(rows):
        cells = []
        for n in CODED:
            found = [row for row in mine if row["coded"] == n]
            sides = [mean_defined(np.array([_value(row, f"kappa_{side}") for row in found])) for side in SIDES]
            cells.append(" / ".join(number(side) for side in sides) if found else "")
        by_draw, by_draw_ap = (_ahead(mine, figure) for figure in ("kappa", "ap"))
        means.append((by_draw.mean(), by_draw_ap.mean()))
        ahead = f"{(by_draw > 0).sum()} of {len(by_draw)}"
        lines.append([name, len(by_draw), *cells, _mean_with_interval(by_draw), ahead, _mean_with_interval(by_draw_ap)])
    over = [_mean_with_interval(np.array(each)) for each in zip(*means, strict=True)]
    ahead = f"{sum(kappa > 0 for kappa, _ in means)} of {len(means)} sets"
    lines.append(["mean over sets", "", *[""] * len(CODED), over[0], ahead, over[1]])
    return section("What to code next", LIST_SAID, table(heads, lines))


def _ahead(rows: list[Row], figure: str) -> np.ndarray:
    """Give, for each draw, how far the list lies ahead of chance, over all numbers of coded segments."""
    differences: dict[int, list[float]] = {}
    for row in rows:
        differences.setdefault(row["draw"], []).append(
            _value(row, f"{figure}_listed") - _value(row, f"{figure}_stratified")
        )
    return np.array([mean_defined(np.array(each)) for each in differences.values()])


def _mean_with_interval(values: np.ndarray) -> str:
    """Write a mean with its 95 % interval by Student's t."""
    from scipy.stats import t

    if len(values) < 2:
        return number(float(values.mean()) if len(values) else None)
    half = float(t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return interval(float(values.mean()), float(values.mean()) - half, float(values.mean()) + half, digits=3)


def _left_out(rows: list[Row]) -> list[str]:
    keys = ("set", "segments", "left_out", "codes", "suggestions")
    heads = ["set", "segments", "left out", "codes", "suggestions", "kappa", "processor s"]
    lines = [[*(row[key] for key in keys), number(row["kappa"]), row["processor_seconds"]] for row in rows]
    return section("Each session left out in turn", LEFT_OUT_SAID, table(heads, lines)) if rows else []


def _slips(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = [
        "set", "segments", "planted", "found in first 50", "most possible", "by chance", "plain logistic regression",
    ]  # fmt: skip
    lines = [
        [name, mine[0]["segments"], mine[0]["planted"], f"{np.mean([row['ours'] for row in mine]):.1f}",
         min(FLAGGED, mine[0]["planted"]), f"{SHARE * FLAGGED:.1f}", mine[0].get("logistic")]
        for name, mine in _by_set(rows)
    ]  # fmt: skip
    return section("What to read again", SLIPS_SAID, table(heads, lines))


def pictures(stored: Stored, folder: Path) -> None:
    """Draw the risk-coverage curves of the best suggestion of each segment, where their points are kept."""
    rows = stored["risk_coverage"]
    if not rows:
        return
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(6, 4))
    for row in rows:
        axis.plot(row["answered"], row["wrong"], label=row["set"])
    axis.axhline(0.1, color="gray", linewidth=0.8)
    axis.set(xlabel="share of segments answered", ylabel="share of answers wrong", ylim=(0, 1), xlim=(0, 1))
    axis.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    figure.savefig(folder / "abstention.svg", metadata={"Date": None})
    plt.close(figure)
