"""How close does the machine come to two people? Leave each interview that two people coded out, learn from all others.

Corpora of talk in which two people coded at least one document and left some of it uncoded. What anybody coded in the
other documents is learnt from, through the public call with its defaults; nothing is chosen on what is left out.

    ratio = mean of pooled kappa(machine, A) and (machine, B) / pooled kappa(A, B)

over the codes that both people used at least five times in the documents compared (themes: three). Pooled kappa:
`alliance_nlp.agreement.pooled_kappa`. Intervals draw documents again; with few of them they are too narrow. Beside it
stand rules that hardly read. Where a rule only gives scores, each code gets as many segments as its share of what was
learnt from; the previous segment's code is the person's own, each person's beside that person. Average precision (AP)
and area under the curve (AUC) take each person's codes as the truth; as a machine among them stands the other person,
whose yes or no is a ranking of two ranks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

import alliance_nlp as an
from alliance_nlp import agreement as ag
from alliance_nlp.records import is_conversation
from benchmarks.corpora import Corpus, codebook_of, coding_of, embed, indicator, read_corpus, segments_of
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import code_kappas, code_tables, mean_defined, middle, ranked
from benchmarks.suggesting.sets import suggest

LEAST = {"code": 5, "theme": 3}
N_DRAWS, MOST_SEGMENTS = 1000, 6000
PEOPLE, BEFORE = "the other person", "previous segment's code"
SOMETHING, MODERATED = "coded or not", "moderated"


@dataclass(frozen=True)
class Task:
    """One corpus on one level: what each coder applied (nan unread), in the order of speaking."""

    name: str
    level: Literal["code", "theme"]
    ids: tuple[str, ...]
    embeddings: an.Embeddings
    book: an.Codebook
    on_codes: dict[str, np.ndarray]
    coders: dict[str, np.ndarray]
    documents: np.ndarray
    data_hash: str

    @property
    def shares(self) -> np.ndarray:
        """Share of those who read a segment and applied the code; nan where nobody read."""
        stack = np.stack(list(self.coders.values()))
        counted = (~np.isnan(stack)).sum(axis=0)
        return np.where(counted > 0, np.nansum(stack, axis=0) / np.maximum(counted, 1), np.nan)


Answer = tuple[np.ndarray, np.ndarray]
"""Suggested codes and their scores for the segments that are left out."""
Machine = Callable[[Task, np.ndarray, np.ndarray], Answer]


def ours(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Ask the library; what is left out is unread in what it learns from."""
    tables = {coder: np.where(learnt[:, None], table, np.nan) for coder, table in task.on_codes.items()}
    coding = coding_of(task.embeddings.segments, task.book, tables)
    made = suggest(task.embeddings, task.book, learn_from=coding, level=task.level)
    return made.suggested[tested].astype(float), made.probabilities[tested]


def logistic(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Plain logistic regression on the vectors, one a code."""
    from sklearn.linear_model import LogisticRegression

    X, model = np.asarray(task.embeddings.vectors), LogisticRegression(max_iter=500, C=10)
    return _one_a_code(task, learnt, lambda rows, y: model.fit(X[rows], y).predict_proba(X[tested])[:, 1], len(tested))


def svm(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Linear support vectors on TF-IDF of words and pairs of words, one a code."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    X = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit_transform(task.embeddings.segments.texts)
    model = LinearSVC(class_weight="balanced")
    return _one_a_code(
        task, learnt, lambda rows, y: model.fit(X[rows], y).decision_function(X[tested]), len(tested)
    )  # fmt: skip


def position(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Share of each tenth of the other documents that carries the code."""
    tenth = np.zeros(len(task.documents), dtype=np.int64)
    for document in np.unique(task.documents):
        rows = np.flatnonzero(task.documents == document)
        tenth[rows] = 10 * np.arange(len(rows)) // len(rows)
    shares, rows = np.nan_to_num(task.shares), np.flatnonzero(learnt)
    by_tenth = np.stack([shares[rows[tenth[rows] == k]].mean(axis=0) if (tenth[rows] == k).any() else
                         np.zeros(shares.shape[1]) for k in range(10)])  # fmt: skip
    return _at_share(by_tenth[tenth[tested]], shares[rows])


def length(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Longer segments first."""
    words = np.log1p([len(text.split()) for text in task.embeddings.segments.texts])
    shares = np.nan_to_num(task.shares)[learnt]
    return _at_share(np.repeat(words[tested][:, None], shares.shape[1], axis=1), shares)


def majority(task: Task, learnt: np.ndarray, tested: np.ndarray) -> Answer:
    """Give everything the commonest code."""
    shares = np.nan_to_num(task.shares)[learnt].mean(axis=0)
    chosen = np.zeros((len(tested), len(shares)))
    chosen[:, shares.argmax()] = 1.0
    return chosen, np.zeros_like(chosen)


MACHINES: dict[str, Machine] = {
    "alliance_nlp": ours, "logistic regression": logistic, "TF-IDF + linear SVM": svm, "position": position,
    "length": length, "majority code": majority,
}  # fmt: skip


def _one_a_code(task: Task, learnt: np.ndarray, scored: Callable[..., np.ndarray], n: int) -> Answer:
    """Learn each code that is on some of the segments and not on all."""
    rows, table = np.flatnonzero(learnt), np.nan_to_num(task.shares)
    scores = np.zeros((n, table.shape[1]))
    for code in range(table.shape[1]):
        y = table[rows, code] >= 0.5
        if 1 < y.sum() < len(y):
            scores[:, code] = scored(rows, y)
    return _at_share(scores, table[rows])


def _at_share(scores: np.ndarray, learnt: np.ndarray) -> Answer:
    """Give each code the share of segments that it has among what was learnt from, the highest scores first."""
    chosen = np.zeros_like(scores)
    for code, n in enumerate(np.round(learnt.mean(axis=0) * len(scores)).astype(int)):
        chosen[np.argsort(-scores[:, code], kind="stable")[:n], code] = 1.0
    return chosen, scores


@dataclass(frozen=True)
class Compared:
    """What two people and a machine gave the same segments; the machine beside each of the two."""

    a: np.ndarray
    b: np.ndarray
    beside_a: Answer
    beside_b: Answer
    documents: list[str]

    def only(self, codes: np.ndarray) -> Compared:
        """Keep some codes."""
        cut = [tuple(table[:, codes] for table in answer) for answer in (self.beside_a, self.beside_b)]
        return Compared(self.a[:, codes], self.b[:, codes], cut[0], cut[1], self.documents)  # type: ignore[arg-type]

    @property
    def anything(self) -> Compared:
        """Whether anything was coded."""
        a, b = (table.max(axis=1, keepdims=True) for table in (self.a, self.b))
        m = [tuple(table.max(axis=1, keepdims=True) for table in answer) for answer in (self.beside_a, self.beside_b)]
        return Compared(a, b, m[0], m[1], self.documents)  # type: ignore[arg-type]


def pairs_of(task: Task) -> dict[str, tuple[str, str]]:
    """Give the first two coders of each document that two people read."""
    found = {}
    for document in dict.fromkeys(task.documents.tolist()):
        rows = task.documents == document
        readers = [name for name, table in task.coders.items() if (~np.isnan(table[rows]).all(axis=1)).mean() > 0.5]
        people = [name for name in readers if name != MODERATED]
        if len(people) > 1:
            found[document] = (people[0], people[1])
    return found


def compared(task: Task, machine: str, most: int | None) -> Compared:
    """Leave out every document that two people read, one after the other."""
    parts: list[tuple[np.ndarray, ...]] = []
    documents: list[str] = []
    for document, pair in list(pairs_of(task).items())[:most]:
        tested = np.flatnonzero(task.documents == document)
        a, b = (np.nan_to_num(task.coders[name][tested]) for name in pair)
        learnt = (task.documents != document) & ~np.isnan(task.shares).all(axis=1)
        if machine == PEOPLE:
            sides = ((b, b), (a, a))
        elif machine == BEFORE:
            before = [np.vstack([np.zeros((1, table.shape[1])), table[:-1]]) for table in (a, b)]
            sides = ((before[0], before[0]), (before[1], before[1]))
        else:
            answer = MACHINES[machine](task, learnt, tested)
            sides = (answer, answer)
        parts.append((a, b, *sides[0], *sides[1]))
        documents += [document] * len(tested)
    a, b, *m = (np.vstack(tables) for tables in zip(*parts, strict=True))
    return Compared(a, b, (m[0], m[1]), (m[2], m[3]), documents)


def figures(found: Compared) -> Row:
    """Compute pooled kappas, their ratio, AP and AUC, with intervals over documents."""
    pairs = {
        "people": (found.a, found.b),
        "with_a": (found.beside_a[0], found.a),
        "with_b": (found.beside_b[0], found.b),
    }
    tables = {name: tables_by_document(*sides, found.documents) for name, sides in pairs.items()}
    values = {name: float(pooled(each.sum(axis=0))) for name, each in tables.items()}
    # the same documents for all three kappas; the library's own intervals refuse fewer than ten groups
    n = len(tables["people"])
    weights = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=N_DRAWS)
    draws = {name: pooled(np.tensordot(weights, each, axes=1)) for name, each in tables.items()}
    machine, drawn = ((each["with_a"] + each["with_b"]) / 2 for each in (values, draws))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.asarray(drawn / draws["people"])
    ap, auc = (np.nanmean([ranked(*side)[k] for side in ranked_sides(found)], axis=0) for k in (0, 1))
    return {
        "kappa_people": values["people"], "kappa_people_interval": middle(draws["people"]),
        "kappa_a": values["with_a"], "kappa_b": values["with_b"], "kappa": machine, "kappa_interval": middle(drawn),
        "ratio": machine / values["people"] if values["people"] else float("nan"), "ratio_interval": middle(ratios),
        "ap": mean_defined(ap), "auc": mean_defined(auc), "n_codes": found.a.shape[1], "n_segments": len(found.a),
        "n_documents": len(set(found.documents)),
    }  # fmt: skip


def tables_by_document(a: np.ndarray, b: np.ndarray, documents: list[str]) -> np.ndarray:
    """Count the 2 x 2 table of each code in each document."""
    names = np.array(documents)
    return np.stack([code_tables(a[names == name], b[names == name]) for name in dict.fromkeys(documents)])


def pooled(tables: np.ndarray) -> np.ndarray:
    """Compute the pooled kappa of tables of codes."""
    return np.asarray(ag.over_codes_values(ag.pooled_kappa, tables))


def ranked_sides(found: Compared) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give each person's codes with the scores beside that person."""
    return [(found.a, found.beside_a[1]), (found.b, found.beside_b[1])]


def by_code(found: Compared, ids: list[str]) -> list[Row]:
    """Compute for every code what people and machine reach."""
    people = code_kappas(found.a, found.b)
    machine = (code_kappas(found.beside_a[0], found.a) + code_kappas(found.beside_b[0], found.b)) / 2
    ap, auc = (np.mean([ranked(*side)[k] for side in ranked_sides(found)], axis=0) for k in (0, 1))
    return [
        {"code": name, "n_a": int(found.a[:, k].sum()), "n_b": int(found.b[:, k].sum()),
         "kappa_people": float(people[k]), "kappa": float(machine[k]), "ap": float(ap[k]), "auc": float(auc[k])}
        for k, name in enumerate(ids)
    ]  # fmt: skip


def measure(task: Task, options: argparse.Namespace) -> Iterator[Row]:
    """Compute every row of one corpus on one level."""
    most = 2 if options.quick else None
    for machine in (*MACHINES, BEFORE, PEOPLE):
        started = time.perf_counter()
        every = compared(task, machine, most)
        seconds = round(time.perf_counter() - started, 1)
        enough = np.flatnonzero((every.a.sum(axis=0) >= LEAST[task.level]) & (every.b.sum(axis=0) >= LEAST[task.level]))
        if task.level == "code":
            yield {"level": SOMETHING, "method": machine} | figures(every.anything) | {"codes": []}
        if not len(enough):
            print(f"{task.name}: no {task.level} that both people used {LEAST[task.level]} times", flush=True)
            continue
        found = every.only(enough)
        about = {"level": task.level, "method": machine, "seconds": seconds}
        yield about | figures(found) | {"codes": by_code(found, [task.ids[k] for k in enough])}


def tasks_of(corpus: Corpus, options: argparse.Namespace) -> Iterator[Task]:
    """Lay out codes and, where the codebook names at least two, themes."""
    sets = dict(corpus.coders) | ({MODERATED: _moderated(corpus)} if any(corpus.codes) else {})
    used = sorted({code for each in sets.values() for codes in each for code in codes or ()})
    book, documents = codebook_of(corpus, used), np.array(corpus.documents)
    tables = {coder: indicator(each, used) for coder, each in sets.items()}
    embeddings = embed(corpus, encoder=options.encoder)
    for level in ("theme", "code"):
        leveled = book.at(level)
        if level == "theme" and not 2 <= len(leveled) < len(book):
            continue
        place = np.array([leveled.ids.index(book.roll_up(code_id, level)) for code_id in book.ids])
        rolled = {
            coder: np.stack([table[:, place == k].max(axis=1) for k in range(len(leveled))], axis=1)
            for coder, table in tables.items()
        }
        yield Task(
            corpus.name, level, leveled.ids, embeddings, book, tables, rolled, documents, corpus.data_hash
        )  # fmt: skip


def _moderated(corpus: Corpus) -> list[frozenset[str] | None]:
    """Give the coding that people settled on, or the one person's, where any of the document was coded."""
    coded = {document for document, codes in zip(corpus.documents, corpus.codes, strict=True) if codes}
    pairs = zip(corpus.documents, corpus.codes, strict=True)
    return [frozenset(codes) if document in coded else None for document, codes in pairs]


def _reason_to_skip(corpus: Corpus) -> str:
    """Say why a corpus is no talk that two people coded and left some of uncoded."""
    if len(corpus.coders) < 2:
        return "no two coder columns"
    if all(codes for sets in corpus.coders.values() for codes in sets if codes is not None):
        return "nothing that was read is uncoded"
    if not all(map(is_conversation, segments_of(corpus).transcripts)):
        return "no talk"
    return ""


def corpora_in(folder: Path) -> list[Path]:
    """Give the folder itself if it is a corpus, else the corpora in it."""
    if (folder / "segments.csv").exists():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/segments.csv"))


def parity(options: argparse.Namespace) -> Iterator[Row]:
    """Compare machine and people in every corpus of talk that two people coded."""
    for folder in corpora_in(options.data):
        corpus = read_corpus(folder).in_order()
        if reason := _reason_to_skip(corpus):
            print(f"{folder.name}: {reason}, skipped", flush=True)
            continue
        if len(corpus) > MOST_SEGMENTS:
            print(f"{folder.name}: only the first {MOST_SEGMENTS} of {len(corpus)} segments", flush=True)
            corpus = corpus.take(range(MOST_SEGMENTS))
        for task in tasks_of(corpus, options):
            for row in measure(task, options):
                yield {"corpus": task.name} | row | {"seed": 0, "data": task.data_hash}


PARTS = {"parity": Part(parity, ("corpus", "level", "method"))}
