"""How close does the machine come to the agreement between two people? Leave one document out, learn from the others.

    python benchmarks/parity.py --data FOLDER [--cache FOLDER] [--json] [--out FILE]

FOLDER is one corpus (segments.csv with coder_<k> columns; codebook.csv, coders_present, speaker and position where
there are any) or a folder of such corpora. Each document is held out in turn (documents beyond 20 in 20 groups of
whole documents; where there is one document, or where documents are questions, folds of participants); the machine
learns from what anybody coded in the others and takes every threshold from them. It is compared on the segments that
two people read, each pair of people once:

parity = mean over codes of the mean of kappa(machine, A) and kappa(machine, B), divided by the mean of kappa(A, B)

over codes with at least 15 coded segments in the training documents of every fold and at least 5 by each of the two in
the documents compared. It is nan, with the reason, where the interval of kappa(A, B) reaches 0. A machine is never
compared with a consensus here.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from codebook import code_evidence, indicator
from corpora import CodedCorpus, default_folder, read_corpus

from alliance_nlp.agreement import bootstrap_tables, cohen_kappa, table_values
from alliance_nlp.suggesting.evidence import CodeEvidence, SegmentEvidence, fold_numbers
from alliance_nlp.suggesting.learning import fit_codes
from alliance_nlp.suggesting.similarity import Similarity, compare_rows

RESULTS = Path(__file__).resolve().parent / "results"
MOST_FOLDS, N_DRAWS, MOST_SEGMENTS = 20, 1000, 6000
LEAST_TRAINING, LEAST_COMPARED = 15, 5


@dataclass(frozen=True)
class Task:
    """One corpus, or one question of it, ready to be held out."""

    name: str
    corpus: CodedCorpus
    segments: SegmentEvidence
    folds: np.ndarray
    units: list[str]
    unit_name: str


@dataclass(frozen=True)
class Level:
    """Codes or themes: what each coder applied, as tables with nan for unread segments."""

    name: str
    codes: CodeEvidence
    coders: dict[str, np.ndarray]
    similarity: Similarity

    @property
    def shares(self) -> np.ndarray:
        """Share of those who read a segment and applied the code; nan where nobody read."""
        stack = np.stack(list(self.coders.values()))
        known = ~np.isnan(stack)
        counted = known.sum(axis=0)
        return np.where(counted > 0, np.nansum(stack, axis=0) / np.maximum(counted, 1), np.nan)


Guess = tuple[np.ndarray, np.ndarray]
"""Suggested codes, and whether there is anything to code, for the held-out segments."""
Learner = Callable[[Task, Level, np.ndarray, np.ndarray], Guess]


def within_reach(corpus: CodedCorpus) -> CodedCorpus:
    """Keep whole documents up to a number of segments, those that two people read before the others."""
    if len(corpus) <= MOST_SEGMENTS:
        return corpus
    readers = [sum(sets[k] is not None for sets in corpus.coders.values()) for k in range(len(corpus))]
    twice = {d for d, n in zip(corpus.documents, readers, strict=True) if n > 1}
    order = sorted(dict.fromkeys(corpus.documents), key=lambda document: document not in twice)
    kept: set[str] = set()
    room = MOST_SEGMENTS
    for document in order:
        room -= sum(d == document for d in corpus.documents)
        if room < 0 and kept:
            break
        kept.add(document)
    print(f"{corpus.name}: {len(kept)} of {len(order)} documents used, those two people read first", file=sys.stderr)
    return corpus.take([k for k, document in enumerate(corpus.documents) if document in kept])


def tasks_of(corpus: CodedCorpus) -> list[Task]:
    """Decide what is held out: documents; participants where documents are questions or there is one document."""
    corpus = within_reach(corpus)
    documents, speakers = list(dict.fromkeys(corpus.documents)), set(corpus.speakers)
    if _documents_are_questions(corpus):
        found = []
        for document in documents:
            part = corpus.take([k for k, d in enumerate(corpus.documents) if d == document])
            found.append(_task(f"{corpus.name}:{document}", part, list(part.speakers), "participants", ordered=False))
        return found
    if len(documents) > 1:
        return [_task(corpus.name, corpus, list(corpus.documents), "documents", ordered=True)]
    people = [s for s, asks in zip(corpus.speakers, corpus.is_moderator, strict=True) if not asks]
    if len(set(people)) > 1 and len(speakers) > 1:
        return [_task(corpus.name, corpus, list(corpus.speakers), "participants", ordered=True)]
    blocks = [str(10 * k // max(len(corpus), 1)) for k in range(len(corpus))]
    return [_task(corpus.name, corpus, blocks, "tenths of the only document", ordered=True)]


def _documents_are_questions(corpus: CodedCorpus) -> bool:
    """Tell questions from transcripts: every document is answered once each by mostly the same participants."""
    pairs = list(zip(corpus.documents, corpus.speakers, strict=True))
    n_documents, n_speakers = len(set(corpus.documents)), len({s for s in corpus.speakers if s})
    once = len(set(pairs)) > 0.95 * len(pairs)
    return n_documents > 1 and n_speakers > n_documents and once


def _task(name: str, corpus: CodedCorpus, units: list[str], unit_name: str, *, ordered: bool) -> Task:
    place = {unit: k for k, unit in enumerate(dict.fromkeys(units))}
    numbers = np.array([place[unit] for unit in units], dtype=np.int64)
    folds = numbers if len(place) <= MOST_FOLDS else fold_numbers(numbers, MOST_FOLDS)
    asks = corpus.is_moderator
    segments = SegmentEvidence(
        corpus.vectors, corpus.texts, units, list(corpus.documents) if ordered else None,
        asks.astype(float) if 0 < asks.sum() < len(asks) else None,
    )  # fmt: skip
    return Task(name, corpus, segments, folds, units, unit_name)


def levels_of(task: Task, cache: Path | None) -> list[Level]:
    """Lay out codes and, where the codebook names at least two, themes."""
    corpus = task.corpus
    used = sorted({code for sets in corpus.coders.values() for codes in sets for code in codes or ()})
    codes = code_evidence(used, corpus, cache)
    coders = {name: indicator(list(sets), used) for name, sets in corpus.coders.items()}
    similarity = compare_rows(task.segments, codes)
    levels = [Level("code", codes, coders, similarity)]
    themes = sorted({corpus.themes.get(code, "") for code in used} - {""})
    if 2 <= len(themes) < len(used):
        members = [[k for k, code in enumerate(used) if corpus.themes.get(code, "") == t] for t in themes]
        tables = {n: np.stack([t[:, m].max(axis=1) for m in members], axis=1) for n, t in coders.items()}
        vectors = np.stack([np.asarray(codes.vectors)[m].mean(axis=0) for m in members])
        texts = [" ".join([theme, *(codes.texts[k] for k in m)]) for theme, m in zip(themes, members, strict=True)]
        about = CodeEvidence(themes, vectors, texts)
        levels.append(Level("theme", about, tables, compare_rows(task.segments, about)))
    return levels


def learn(task: Task, level: Level, shares: np.ndarray, tested: np.ndarray) -> Guess:
    """Learn with the library's own core; the tested rows are unread in `shares`."""
    fitted = fit_codes(task.segments, shares, codes=level.codes, similarity=level.similarity)
    return fitted.scores.suggested[tested], fitted.scores.worth_coding[tested]


def plain_ridge(task: Task, level: Level, shares: np.ndarray, tested: np.ndarray) -> Guess:
    """Ridge on the vectors, thresholds with the best kappa on held-out training groups: the plain comparison."""
    read = np.flatnonzero(~np.isnan(shares).all(axis=1))
    table = np.column_stack([np.nan_to_num(shares), np.nan_to_num(shares).max(axis=1, initial=0.0)])
    X = task.segments.rows
    groups = fold_numbers(task.segments.group_numbers[read], 5)
    held = np.zeros((len(read), table.shape[1]))
    for fold in range(int(groups.max(initial=0)) + 1):
        out = groups == fold
        if (~out).any():
            held[out] = _ridge(X[read][~out], table[read][~out], X[read][out])
    scores = _ridge(X[read], table[read], X[tested])
    lines = [_best_line(np.round(table[read, k]), held[:, k]) for k in range(table.shape[1])]
    chosen = scores >= np.array(lines)
    return chosen[:, :-1], chosen[:, -1]


def _ridge(X: np.ndarray, Y: np.ndarray, asked: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    center, mean = X.mean(axis=0), Y.mean(axis=0)
    Z = X - center
    return (asked - center) @ np.linalg.solve(Z.T @ Z + penalty * np.eye(Z.shape[1]), Z.T @ (Y - mean)) + mean


def _best_line(gold: np.ndarray, scores: np.ndarray) -> float:
    order = np.argsort(-scores, kind="stable")
    hits, n, total = np.cumsum(gold[order]), len(gold), gold.sum()
    given = np.arange(1, n + 1)
    tables = np.stack([n - total - given + hits, given - hits, total - hits, hits], axis=-1).reshape(-1, 2, 2)
    values = np.nan_to_num(table_values(cohen_kappa, tables), nan=-1.0)
    return float(scores[order][values.argmax()]) if total else float("inf")


LEARNERS: dict[str, Learner] = {"alliance_nlp": learn, "plain ridge": plain_ridge}


def compared_rows(level: Level) -> tuple[np.ndarray, list[str], list[str]]:
    """List every segment with every pair of people who read it."""
    rows, first, second = [], [], []
    read = {name: ~np.isnan(table).all(axis=1) for name, table in level.coders.items()}
    for a, b in combinations(sorted(read), 2):
        both = np.flatnonzero(read[a] & read[b])
        rows += both.tolist()
        first += [a] * len(both)
        second += [b] * len(both)
    return np.array(rows, dtype=np.int64), first, second


def guesses(task: Task, level: Level, learner: Learner, *, coded_only: bool) -> tuple[Guess, np.ndarray]:
    """Hold out every fold that two people read; give the guesses and the least training count of every code."""
    rows, *_ = compared_rows(level)
    shares = level.shares
    if coded_only:
        shares = np.where((np.nan_to_num(shares).max(axis=1) > 0)[:, None], shares, np.nan)
    chosen = np.zeros(shares.shape, dtype=bool)
    worth = np.zeros(len(shares), dtype=bool)
    least = np.full(shares.shape[1], np.inf)
    for fold in np.unique(task.folds[rows]):
        tested = np.flatnonzero(task.folds == fold)
        training = np.array(shares)
        training[tested] = np.nan
        least = np.minimum(least, (np.nan_to_num(training) > 0).sum(axis=0))
        if (~np.isnan(training).all(axis=1)).sum() >= 2:
            chosen[tested], worth[tested] = learner(task, level, training, tested)
    return (chosen, worth), least


def figures(task: Task, level: Level, found: Guess, least: np.ndarray, *, coded_only: bool) -> dict[str, object]:
    """Compute kappas of people and machine on the same segments, parity, and intervals over documents."""
    rows, first, second = compared_rows(level)
    A = np.array([level.coders[name][row] for name, row in zip(first, rows, strict=True)]).reshape(len(rows), -1)
    B = np.array([level.coders[name][row] for name, row in zip(second, rows, strict=True)]).reshape(len(rows), -1)
    A, B, M = np.nan_to_num(A), np.nan_to_num(B), found[0][rows].astype(float)
    if coded_only:
        both = (A.max(axis=1, initial=0) > 0) & (B.max(axis=1, initial=0) > 0)
        A, B, M, rows = A[both], B[both], M[both], rows[both]
    enough = (least >= LEAST_TRAINING) & (A.sum(axis=0) >= LEAST_COMPARED) & (B.sum(axis=0) >= LEAST_COMPARED)
    names = [name for name, kept in zip(level.codes.names, enough, strict=True) if kept]
    units = [task.units[row] for row in rows]
    found_figures = _report(A[:, enough], B[:, enough], M[:, enough], units, names, rows)
    return found_figures | {"n_codes_seen": len(level.codes)}


def coded_or_not(task: Task, level: Level, found: Guess) -> dict[str, object]:
    """Compare only whether anything was coded."""
    rows, first, second = compared_rows(level)
    A = [np.nanmax(level.coders[name][row]) for name, row in zip(first, rows, strict=True)]
    B = [np.nanmax(level.coders[name][row]) for name, row in zip(second, rows, strict=True)]
    columns = [np.array(values, dtype=np.float64)[:, None] for values in (A, B, found[1][rows])]
    return _report(*columns, [task.units[row] for row in rows], ["coded"], rows)


def _report(
    A: np.ndarray, B: np.ndarray, M: np.ndarray, units: list[str], names: list[str], rows: np.ndarray
) -> dict[str, object]:
    """Put the three kappas of every code side by side and draw units (else segments) again for the intervals."""
    out: dict[str, object] = {
        "n_segments": len(set(rows.tolist())),
        "n_comparisons": len(A),
        "n_units": len(set(units)),
        "n_codes": len(names),
    }
    pairs = {"kappa_people": (A, B), "kappa_machine_a": (M, A), "kappa_machine_b": (M, B)}
    if not names or len(A) == 0:
        reason = f"no code with {LEAST_TRAINING} coded training segments and {LEAST_COMPARED} by each person compared"
        return out | {"parity": float("nan"), "reason": reason, "codes": []}
    by_units = len(set(units)) >= 10
    drawn_by = units if by_units else rows.tolist() if len(set(rows.tolist())) >= 10 else None
    values, draws = {}, {}
    for key, (x, y) in pairs.items():
        values[key] = table_values(cohen_kappa, _tables(x, y))
        draws[key] = table_values(cohen_kappa, bootstrap_tables(x.T, y.T, by=drawn_by, n_draws=N_DRAWS, random_state=0))
    people, machine, ratio, difference = _summary(values)
    d_people, d_machine, d_ratio, d_difference = _summary(draws)
    low, high = _interval(d_people)
    reason = None
    if not low > 0:
        reason = f"the interval of kappa between people reaches 0 ({low:.2f} to {high:.2f})"
    return out | {
        "kappa_people": people, "kappa_people_interval": [low, high],
        "kappa_machine": machine, "kappa_machine_interval": _interval(d_machine),
        "parity": float("nan") if reason else ratio, "parity_interval": _interval(d_ratio),
        "difference": difference, "difference_interval": _interval(d_difference), "reason": reason,
        "interval_over": "units held out" if by_units else "segments (fewer than ten units): too narrow",
        "codes": [
            {"code": name, "n_a": int(A[:, k].sum()), "n_b": int(B[:, k].sum()), "n_machine": int(M[:, k].sum())}
            | {key: float(found[k]) for key, found in values.items()}
            for k, name in enumerate(names)
        ],
    }  # fmt: skip


def _tables(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    n, a, b, both = len(x), x.sum(axis=0), y.sum(axis=0), (x * y).sum(axis=0)
    return np.stack([np.stack([n - a - b + both, b - both], -1), np.stack([a - both, both], -1)], axis=-2)


def _summary(kappas: dict[str, np.ndarray]) -> tuple:
    """Average over codes; an undefined kappa of a code leaves that code out of all three means."""
    stack = np.stack(list(kappas.values()))
    stack = np.where(np.isnan(stack).any(axis=0), np.nan, stack)
    counted = np.maximum((~np.isnan(stack[0])).sum(axis=-1), 1)
    people, first, second = (np.nansum(values, axis=-1) / counted for values in stack)
    machine = (first + second) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return people, machine, machine / people, machine - people


def _interval(draws: np.ndarray) -> list[float]:
    finite = draws[np.isfinite(draws)]
    return [float(x) for x in np.percentile(finite, [2.5, 97.5])] if len(finite) > 20 else [float("nan")] * 2


def run(task: Task, cache: Path | None) -> list[dict[str, object]]:
    """Compute every row of one corpus: levels, all segments and coded ones, the library and the plain ridge."""
    rows: list[dict[str, object]] = []
    for level in levels_of(task, cache):
        compared, *_ = compared_rows(level)
        if len(compared) == 0:
            return [{"corpus": task.name, "parity": float("nan"), "reason": "no segment was read by two people"}]
        some_empty = bool((np.nan_to_num(level.shares).max(axis=1)[compared] == 0).any())
        for name, learner in LEARNERS.items():
            head = {"corpus": task.name, "level": level.name, "machine": name, "held_out": task.unit_name}
            started = time.perf_counter()
            found, least = guesses(task, level, learner, coded_only=False)
            took = {"seconds": round(time.perf_counter() - started, 1)}
            rows.append(head | {"on": "all segments"} | figures(task, level, found, least, coded_only=False) | took)
            if some_empty:
                if level.name == "code":
                    rows.append(head | {"on": "coded or not"} | coded_or_not(task, level, found))
                found, least = guesses(task, level, learner, coded_only=True)
            scored = figures(task, level, found, least, coded_only=True)
            rows.append(head | {"on": "segments both coded"} | scored)
    return rows


def corpora_in(folder: Path) -> list[Path]:
    """Give the folder itself if it is a corpus, else the corpora in it."""
    if (folder / "segments.csv").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/segments.csv"))


def markdown(rows: list[dict[str, object]]) -> str:
    """Write one line a row."""
    lines = [
        "| corpus | level | on | machine | segments | codes | kappa people | kappa machine | parity | difference |",
        "|---|---|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        if "level" not in row:
            lines.append(f"| {row['corpus']} | | | | | | | | nan: {row['reason']} | |")
            continue
        cells = [row["corpus"], row["level"], row["on"], row["machine"], row["n_segments"], row["n_codes"]]
        cells += [_cell(row, key) for key in ("kappa_people", "kappa_machine", "parity", "difference")]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    if key == "parity" and row.get("reason"):
        return f"nan: {row['reason']}"
    if not isinstance(value, float) or math.isnan(value):
        return ""
    low, high = row[f"{key}_interval"]
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--cache", type=Path, default=None, help="folder that keeps vectors between runs")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--out", type=Path, default=None, help="write JSON here and the table beside it")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for folder in corpora_in(options.data):
        corpus = read_corpus(folder, embed=False)
        if len(corpus.coders) < 2:
            print(f"{folder.name}: no two coder columns, left out", file=sys.stderr)
            continue
        for task in tasks_of(read_corpus(folder, cache=options.cache)):
            rows += run(task, options.cache)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        options.out.with_suffix(".md").write_text(markdown(rows), encoding="utf-8")
    print(json.dumps(rows, indent=1) if options.json else markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
