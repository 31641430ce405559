"""How close does the machine come to the agreement between two people? Leave one document out, learn from the others.

Every corpus with the columns of at least two coders. Each document is held out in turn (documents beyond 20 in 20
groups of whole documents; where there is one document, or where documents are questions, folds of participants); the
machine learns from what anybody coded in the others and takes every threshold from them. It is compared on the
segments that two people read, each pair of people once:

parity = mean over codes of the mean of kappa(machine, A) and kappa(machine, B), divided by the mean of kappa(A, B)

over codes with at least 15 coded segments in the training documents of every fold and at least 5 by each of the two
in the documents compared. It is undefined, with the reason, where the interval of kappa(A, B) reaches 0. A machine is
never compared with a consensus here.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np

import alliance_nlp as an
from alliance_nlp import agreement as ag
from benchmarks.corpora import Corpus, codebook_of, coding_of, embed, indicator, read_corpus
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import code_kappas, drawn_kappas, middle
from benchmarks.splitting import folds_of, numbered
from benchmarks.suggesting.sets import suggest

MOST_FOLDS, N_DRAWS, MOST_SEGMENTS = 20, 1000, 6000
LEAST_TRAINING, LEAST_COMPARED = 15, 5
NAN = float("nan")
SOMETHING = "coded or not"


@dataclass(frozen=True)
class Task:
    """One corpus, or one question of it, ready to be held out: what each coder applied, nan for unread segments."""

    name: str
    embeddings: an.Embeddings
    book: an.Codebook
    coders: dict[str, np.ndarray]
    folds: np.ndarray
    units: tuple[str, ...]
    unit_name: str
    data_hash: str


@dataclass(frozen=True)
class Level:
    """Codes or themes: their ids, and what each coder applied of them."""

    name: Literal["code", "theme"]
    ids: tuple[str, ...]
    coders: dict[str, np.ndarray]

    @property
    def shares(self) -> np.ndarray:
        """Share of those who read a segment and applied the code; nan where nobody read."""
        stack = np.stack(list(self.coders.values()))
        known = ~np.isnan(stack)
        counted = known.sum(axis=0)
        return np.where(counted > 0, np.nansum(stack, axis=0) / np.maximum(counted, 1), np.nan)


Guess = tuple[np.ndarray, np.ndarray]
"""Suggested codes, and whether anything is suggested, for the held-out segments."""
Learner = Callable[[Task, Level, np.ndarray, np.ndarray], Guess]


def within_reach(corpus: Corpus, most: int) -> Corpus:
    """Keep whole documents up to a number of segments, those that two people read before the others."""
    if len(corpus) <= most:
        return corpus
    readers = [sum(sets[k] is not None for sets in corpus.coders.values()) for k in range(len(corpus))]
    twice = {d for d, n in zip(corpus.documents, readers, strict=True) if n > 1}
    order = sorted(dict.fromkeys(corpus.documents), key=lambda document: document not in twice)
    kept: set[str] = set()
    room = most
    for document in order:
        room -= corpus.documents.count(document)
        if room < 0 and kept:
            break
        kept.add(document)
    print(f"{corpus.name}: {len(kept)} of {len(order)} documents used, those two people read first", flush=True)
    return corpus.of(kept)


def tasks_of(corpus: Corpus, options: argparse.Namespace) -> Iterator[Task]:
    """Decide what is held out: documents; participants where documents are questions or there is one document."""
    documents = list(dict.fromkeys(corpus.documents))
    if _documents_are_questions(corpus):
        for document in documents[:2] if options.quick else documents:
            part = corpus.of([document])
            yield _task(f"{corpus.name}:{document}", part, part.speakers, "participants", options, in_talk=False)
        return
    people = {speaker for speaker, asks in zip(corpus.speakers, corpus.asks, strict=True) if not asks}
    if len(documents) > 1:
        units, unit_name = corpus.documents, "documents"
    elif len(people) > 1:
        units, unit_name = corpus.speakers, "participants"
    else:
        units = tuple(str(10 * k // max(len(corpus), 1)) for k in range(len(corpus)))
        unit_name = "tenths of the only document"
    yield _task(corpus.name, corpus, units, unit_name, options, in_talk=True)


def _documents_are_questions(corpus: Corpus) -> bool:
    """Tell questions from transcripts: every document is answered once each by mostly the same participants."""
    pairs = list(zip(corpus.documents, corpus.speakers, strict=True))
    n_documents, n_speakers = len(set(corpus.documents)), len({s for s in corpus.speakers if s})
    once = len(set(pairs)) > 0.95 * len(pairs)
    return n_documents > 1 and n_speakers > n_documents and once


def _task(
    name: str, corpus: Corpus, units: tuple[str, ...], unit_name: str, options: argparse.Namespace, *, in_talk: bool
) -> Task:
    numbers = numbered(units)
    most = 2 if options.quick else MOST_FOLDS
    folds = numbers if len(set(units)) <= most else folds_of(units, most)
    used = sorted({code for sets in corpus.coders.values() for codes in sets for code in codes or ()})
    coders = {coder: indicator(sets, used) for coder, sets in corpus.coders.items()}
    embeddings = embed(corpus, None if in_talk else units, encoder=options.encoder)
    return Task(name, embeddings, codebook_of(corpus, used), coders, folds, units, unit_name, corpus.data_hash)


def levels_of(task: Task) -> Iterator[Level]:
    """Lay out codes and, where the codebook names at least two, themes; codes without a theme have none there."""
    yield Level("code", task.book.ids, task.coders)
    named = {code.theme for code in task.book if code.theme}
    if 2 <= len(named) < len(task.book):
        ids = task.book.at("theme").ids
        place = np.array([ids.index(task.book.roll_up(code_id, "theme")) for code_id in task.book.ids])
        tables = {
            coder: np.stack([table[:, place == k].max(axis=1) for k in range(len(ids))], axis=1)
            for coder, table in task.coders.items()
        }
        yield Level("theme", ids, tables)


def learn(task: Task, level: Level, learnt: np.ndarray, tested: np.ndarray) -> Guess:
    """Ask the library; the tested segments are unread in what it learns from."""
    tables = {coder: np.where(learnt[:, None], table, np.nan) for coder, table in task.coders.items()}
    coding = coding_of(task.embeddings.segments, task.book, tables)
    suggested = suggest(task.embeddings, task.book, learn_from=coding, level=level.name).suggested[tested]
    return suggested, suggested.any(axis=1)


def plain_ridge(task: Task, level: Level, learnt: np.ndarray, tested: np.ndarray) -> Guess:
    """Ridge on the vectors, thresholds with the best kappa on held-out training groups: the plain comparison."""
    read, shares, X = np.flatnonzero(learnt), level.shares, np.asarray(task.embeddings.vectors)
    table = np.column_stack([np.nan_to_num(shares), np.nan_to_num(shares).max(axis=1, initial=0.0)])
    groups = folds_of([task.units[row] for row in read], 5)
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
    values = np.nan_to_num(ag.table_values(ag.cohen_kappa, tables), nan=-1.0)
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
    usable = (np.nan_to_num(shares).max(axis=1) > 0) if coded_only else ~np.isnan(shares).all(axis=1)
    chosen = np.zeros(shares.shape, dtype=bool)
    something = np.zeros(len(shares), dtype=bool)
    least = np.full(shares.shape[1], np.inf)
    for fold in np.unique(task.folds[rows]):
        tested = np.flatnonzero(task.folds == fold)
        learnt = usable & (task.folds != fold)
        least = np.minimum(least, (np.nan_to_num(shares[learnt]) > 0).sum(axis=0))
        if learnt.sum() > 1:
            chosen[tested], something[tested] = learner(task, level, learnt, tested)
    return (chosen, something), least


def sides(level: Level) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the compared rows and what the first and the second of each pair applied there."""
    rows, first, second = compared_rows(level)
    tables = [
        np.array([level.coders[name][row] for name, row in zip(names, rows, strict=True)]).reshape(len(rows), -1)
        for names in (first, second)
    ]
    return rows, np.nan_to_num(tables[0]), np.nan_to_num(tables[1])


def figures(task: Task, level: Level, found: Guess, least: np.ndarray, *, coded_only: bool) -> Row:
    """Compute kappas of people and machine on the same segments, parity, and intervals over documents."""
    rows, A, B = sides(level)
    M = found[0][rows].astype(float)
    if coded_only:
        both = (A.max(axis=1, initial=0) > 0) & (B.max(axis=1, initial=0) > 0)
        A, B, M, rows = A[both], B[both], M[both], rows[both]
    enough = (least >= LEAST_TRAINING) & (A.sum(axis=0) >= LEAST_COMPARED) & (B.sum(axis=0) >= LEAST_COMPARED)
    names = [name for name, kept in zip(level.ids, enough, strict=True) if kept]
    units = [task.units[row] for row in rows]
    return _report(A[:, enough], B[:, enough], M[:, enough], units, names, rows) | {"n_codes_seen": len(level.ids)}


def coded_or_not(task: Task, level: Level, found: Guess) -> Row:
    """Compare only whether anything was coded."""
    rows, A, B = sides(level)
    columns = [table.max(axis=1, initial=0.0)[:, None] for table in (A, B, found[1][rows].astype(float)[:, None])]
    return _report(*columns, [task.units[row] for row in rows], ["coded"], rows)


def _report(A: np.ndarray, B: np.ndarray, M: np.ndarray, units: list[str], names: list[str], rows: np.ndarray) -> Row:
    """Put the three kappas of every code side by side and draw units (else segments) again for the intervals."""
    out: Row = {
        "n_segments": len(set(rows.tolist())), "n_comparisons": len(A), "n_units": len(set(units)),
        "n_codes": len(names),
    }  # fmt: skip
    if not names or len(A) == 0:
        reason = f"no code with {LEAST_TRAINING} coded training segments and {LEAST_COMPARED} by each person compared"
        return out | {"parity": NAN, "reason": reason, "codes": []}
    by_units = len(set(units)) >= 10
    drawn_by = units if by_units else rows.tolist() if len(set(rows.tolist())) >= 10 else None
    pairs = {"kappa_people": (A, B), "kappa_machine_a": (M, A), "kappa_machine_b": (M, B)}
    values = {key: code_kappas(x, y) for key, (x, y) in pairs.items()}
    draws = {key: drawn_kappas(x, y, drawn_by, N_DRAWS) for key, (x, y) in pairs.items()}
    codes = [
        {"code": name, "n_a": int(A[:, k].sum()), "n_b": int(B[:, k].sum()), "n_machine": int(M[:, k].sum())}
        | {key: float(found[k]) for key, found in values.items()}
        for k, name in enumerate(names)
    ]
    over = "units held out" if by_units else "segments (fewer than ten units): too narrow"
    return out | _parity(values, draws) | {"interval_over": over, "codes": codes}


def _parity(values: dict[str, np.ndarray], draws: dict[str, np.ndarray]) -> Row:
    people, machine, ratio, difference = _summary(values)
    d_people, d_machine, d_ratio, d_difference = _summary(draws)
    low, high = middle(d_people)
    reason = None
    if not low > 0:
        reason = f"the interval of kappa between people reaches 0 ({low:.2f} to {high:.2f})"
    return {
        "kappa_people": people, "kappa_people_interval": [low, high],
        "kappa_machine": machine, "kappa_machine_interval": middle(d_machine),
        "parity": NAN if reason else ratio, "parity_interval": middle(d_ratio),
        "difference": difference, "difference_interval": middle(d_difference), "reason": reason,
    }  # fmt: skip


def _summary(kappas: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Average over codes; an undefined kappa of a code leaves that code out of all three means."""
    stack = np.stack(list(kappas.values()))
    stack = np.where(np.isnan(stack).any(axis=0), np.nan, stack)
    counted = np.maximum((~np.isnan(stack[0])).sum(axis=-1), 1)
    people, first, second = (np.nansum(values, axis=-1) / counted for values in stack)
    machine = (first + second) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return people, machine, machine / people, machine - people


def measure(task: Task) -> Iterator[Row]:
    """Compute every row of one task: levels, all segments and coded ones, the library and the plain ridge."""
    for level in levels_of(task):
        compared, *_ = compared_rows(level)
        if len(compared) == 0:
            yield {"parity": NAN, "reason": "no segment was read by two people"}
            return
        some_empty = bool((np.nan_to_num(level.shares).max(axis=1)[compared] == 0).any())
        for name, learner in LEARNERS.items():
            head = {"level": level.name, "machine": name, "held_out": task.unit_name}
            started = time.perf_counter()
            found, least = guesses(task, level, learner, coded_only=False)
            took = {"seconds": round(time.perf_counter() - started, 1)}
            yield head | {"on": "all segments"} | figures(task, level, found, least, coded_only=False) | took
            if some_empty:
                if level.name == "code":
                    yield head | {"on": SOMETHING} | coded_or_not(task, level, found)
                found, least = guesses(task, level, learner, coded_only=True)
            yield head | {"on": "segments both coded"} | figures(task, level, found, least, coded_only=True)


def corpora_in(folder: Path) -> list[Path]:
    """Give the folder itself if it is a corpus, else the corpora in it."""
    if (folder / "segments.csv").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/segments.csv"))


def parity(options: argparse.Namespace) -> Iterator[Row]:
    """Compare machine and people in every corpus that two people coded."""
    for folder in corpora_in(options.data):
        corpus = read_corpus(folder)
        if len(corpus.coders) < 2:
            print(f"{folder.name}: no two coder columns, skipped", flush=True)
            continue
        within = within_reach(corpus.in_order(), 120 if options.quick else MOST_SEGMENTS)
        for task in tasks_of(within, options):
            for row in measure(task):
                yield {"corpus": task.name} | row | {"seed": 0, "data": task.data_hash}


PARTS = {"parity": Part(parity, ("corpus", "level", "machine", "on"))}
