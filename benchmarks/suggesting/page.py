"""The page of the suggesting benchmarks, and its picture of risk and coverage."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.scoring import mean_defined
from benchmarks.suggesting.exemplars import BUDGETS, ELSEWHERE, OURS
from benchmarks.suggesting.slips import FLAGGED, SHARE
from benchmarks.tables import interval, number, provenance, section, table

SETFIT_SAID = """\
Half of the documents (participants) are tested; exemplars come from the other half. Mean kappa over nine sets: per-
code binary kappa where several codes are allowed, Cohen's kappa where one is. Logistic regression and SetFit get the
best of three decision rules, chosen on the test itself, in their favour. SetFit and TriTopic 2.6.0 ran in their own
environments on the first draw of some sets only (SetFit with 10 pairs a text, 20 at one exemplar, texts cut at 64
words: the computer was shared), so each is compared on exactly its own draws. 'Unread segments unused' does without
the neighbour graph and without placing thresholds on the tested segments. annomi codes speech functions."""
PARITY_SAID = """\
Every document held out in turn, thresholds from the others. proctoring_survey has no documents: each question is
worked on its own with folds of participants, and only two have codes that are frequent enough, on 20 and 24 answers;
the intervals say what that is worth. annomi: 428 utterances coded by ten people, all of them in few talks, codes are
speech functions; its intervals are over segments. Neither is an interview with two coders and uncoded turns: the
figure for those is taken elsewhere."""
PROMISES_SAID = """\
At most 10, 20 or 30 % wrong among accepted suggestions of a code, at 90 % confidence. Above: simulated codes with
known errors, which may come in transcripts; a promise is broken when the true share wrong exceeds the target. Below:
promises made on half of the documents and what became of them on the other half, where a few accepted suggestions may
exceed a target by chance alone. ![risk and coverage](abstention.svg)"""
LIST_SAID = """\
Segments read until kappa on other documents reaches 90 % of what the whole pool gives; both readers begin with the
same 20 and read 20 at a time."""
SLIPS_SAID = "5 % of coded segments were given a wrong code; the first 50 flagged."
HEAD = """\
# Suggesting codes: what was measured

Made by `python benchmarks/suggesting/run.py --data FOLDER` from `benchmarks/suggesting/results/`; each part by its
name, such as `--parts parity`. The learner's constants were chosen by the mean over these sets, so its figures are
those of development. The peers, the reading list and the planted slips were not run again after its last changes.
[Decision 0022](../decisions/0022-what-the-cluster-figures-rest-on.md) says what each figure rests on, and where a
plain ridge does better.

{provenance} Rows measured with 0.1.0 called the learner behind `an.suggest_codes` directly, with who asks as evidence
and the number of codes a segment told; there, "coded or not" was the learner's own judgement, now it is whether
anything is suggested. The picture of risk and coverage was drawn before its points were kept as rows.
"""
CODING = ("macro_f1", "micro_f1", "alpha_masi", "calibration_error")


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))), *_exemplars(stored["exemplars"]),
        *_parity(stored["parity"]),
        *_promises(stored["promises_simulated"], stored["promises_kept"]), *_reading(stored["reading_list"]),
        *_slips(stored["slips"]),
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
    return section("From a codebook and a few exemplars", SETFIT_SAID, *blocks, paired(rows))


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


def _parity(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = [
        "corpus", "level", "on", "machine", "segments", "codes", "kappa people", "kappa machine", "parity",
        "difference",
    ]  # fmt: skip
    lines = []
    for row in rows:
        figures = [_with_interval(row, key) for key in ("kappa_people", "kappa_machine", "parity", "difference")]
        about = [row.get(key) for key in ("level", "on", "machine", "n_segments", "n_codes")]
        lines.append([row["corpus"], *about, *figures])
    return section("Beside the agreement of two people", PARITY_SAID, table(heads, lines))


def _with_interval(row: Row, key: str) -> str:
    if key == "parity" and row.get("reason"):
        return f"nan: {row['reason']}"
    return "" if row.get(key) is None else interval(row[key], *row[f"{key}_interval"], digits=2)


def _promises(simulated: list[Row], kept: list[Row]) -> list[str]:
    if not simulated and not kept:
        return []
    heads = [
        "simulation, 12 transcripts", "promised", "broken, of all rounds", "broken, of promises", "mean accepted",
    ]  # fmt: skip
    rounds = [
        [f"n={row['n']}, spread between transcripts {row['clustered']}, target {row['target']}",
         *(number(row[key], undefined="nan") for key in ("promised", "broken_of_all", "broken_of_promised")),
         f"{row['mean_accepted']:.0f}"]
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
    tables = [table(heads, rounds)] if simulated else []
    return section("Promises about errors", PROMISES_SAID, *tables, *([table(columns, halves)] if kept else []))


def _by_set(rows: list[Row]) -> Iterable[tuple[str, list[Row]]]:
    for name in dict.fromkeys(row["set"] for row in rows):
        yield name, [row for row in rows if row["set"] == name]


def _reading(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    digits = {
        "pool": 0, "final_kappa": 3, "active": 0, "random": 0, "mean_kappa_active": 3, "mean_kappa_random": 3,
    }  # fmt: skip
    heads = [
        "set", "pool", "final kappa", "read at 90 %, reading list", "read at 90 %, random",
        "mean kappa on the way, list", "random",
    ]  # fmt: skip
    lines = [
        [name, *(number(mean_defined(np.array([_value(row, k) for row in mine])), n) for k, n in digits.items())]
        for name, mine in _by_set(rows)
    ]
    return section("What to read next", LIST_SAID, table(heads, lines))


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
