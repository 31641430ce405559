"""Ask how well codes are suggested from a codebook and a few exemplars, beside peers.

0, 1, 3, 5 and 10 exemplars a code, and "half": half of the documents read and coded. Half of the documents (or
participants, where a set has no documents) are kept for the test; exemplars are drawn from the other half, never from
tested documents. Kappa is the mean binary kappa of codes with at least five tested segments where a segment may carry
several codes, Cohen's kappa of the codes where it carries one. Peers that answer with scores get the better of two
rules: best code only, or best code and everything at .5 and above.

SetFit and TriTopic run in environments of their own: ``--jobs FOLDER`` writes their jobs; run ``peers/setfit.py
FOLDER`` and ``peers/tritopic.py FOLDER`` there, then the part again with ``--methods SetFit "TriTopic with seeds"``.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import alliance_nlp as an
from benchmarks.rows import Row
from benchmarks.running import Part
from benchmarks.scoring import best_only, drawn_kappas, masi_alpha, mean_defined, mean_f1, mean_kappa, middle, ranked
from benchmarks.splitting import numbered
from benchmarks.suggesting.sets import CodedSet, Draw, draw, sets_of, suggest

BUDGETS: tuple[int | str, ...] = (0, 1, 3, 5, 10, "half")
OURS, SETFIT, TRITOPIC = "alliance_nlp", "SetFit", "TriTopic with seeds"
N_DRAWS = 300  # of the tested groups, for the interval of a kappa

Answer = tuple[np.ndarray, np.ndarray | None]
"""Suggested codes of the tested segments, and scores by which they are ordered where the method has them."""


def ours(found: CodedSet, drawn: Draw) -> Answer:
    """Ask the library: exemplars stand in the codebook, what was read and coded is learnt from."""
    if drawn.budget == "half":
        made = suggest(found.embeddings, found.book, learn_from=found.coding(drawn.learnt))
    else:
        made = suggest(found.embeddings, with_exemplars(found, drawn))
    return _of_machine(found, made.suggested[drawn.tested].astype(float), made.probabilities[drawn.tested])


def with_exemplars(found: CodedSet, drawn: Draw) -> an.Codebook:
    """Write the exemplars that were drawn into the codebook."""
    shown = [
        tuple(found.texts[row] for row in drawn.learnt if found.applied[row, code] > 0)
        for code in range(len(found.book))
    ]
    return an.Codebook(tuple(replace(code, exemplars=texts) for code, texts in zip(found.book, shown, strict=True)))


def _of_machine(found: CodedSet, suggested: np.ndarray, probabilities: np.ndarray) -> Answer:
    """Take the most probable suggestion where a segment carries one code."""
    if found.one_code:
        return best_only(np.where(suggested > 0, probabilities + 1, probabilities)), probabilities
    return suggested, probabilities


def zero_shot(found: CodedSet, drawn: Draw) -> Answer:
    """Cosine to label and definition, best code (BERTopic's zero-shot way without its cut)."""
    cosines = found.rows[drawn.tested] @ found.code_rows.T
    return best_only(cosines), cosines


def prototypes(found: CodedSet, drawn: Draw) -> Answer:
    """Cosine to the mean of the exemplars and the definition."""
    cosines = found.rows[drawn.tested] @ seeds_of(found, drawn).T
    return best_only(cosines), cosines


def seeds_of(found: CodedSet, drawn: Draw) -> np.ndarray:
    """Add up exemplars and definition of each code, to length one."""
    sums = found.applied[drawn.learnt].T @ found.rows[drawn.learnt] + found.code_rows
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    return sums / np.where(length > 0, length, 1.0)


def majority(found: CodedSet, drawn: Draw) -> Answer:
    """Give everything the commonest code (of what was read, or else of the tested segments)."""
    seen = drawn.learnt if drawn.budget == "half" else drawn.tested
    chosen = np.zeros((len(drawn.tested), found.applied.shape[1]))
    chosen[:, found.applied[seen].sum(axis=0).argmax()] = 1.0
    return chosen, None


def logistic(found: CodedSet, drawn: Draw, *, balanced: bool = False) -> Answer | None:
    """Plain logistic regression on the vectors: multinomial where one code is allowed, else one a code."""
    from sklearn.linear_model import LogisticRegression

    if len(drawn.learnt) == 0:
        return None
    X, Y = found.rows[drawn.learnt], found.applied[drawn.learnt]
    asked, weight = found.rows[drawn.tested], "balanced" if balanced else None
    scores = np.zeros((len(asked), Y.shape[1]))
    if found.one_code and len(set(Y.argmax(axis=1))) > 1:
        model = LogisticRegression(max_iter=500, C=10, class_weight=weight).fit(X, Y.argmax(axis=1))
        scores[:, model.classes_] = model.predict_proba(asked)
        return best_only(scores), scores
    for code in range(Y.shape[1]):
        if 0 < Y[:, code].sum() < len(Y):
            fitted = LogisticRegression(max_iter=500, C=10, class_weight=weight).fit(X, Y[:, code])
            scores[:, code] = fitted.predict_proba(asked)[:, 1]
    return better_rule(found, drawn, scores), scores


def logistic_balanced(found: CodedSet, drawn: Draw) -> Answer | None:
    return logistic(found, drawn, balanced=True)


def tfidf_svm(found: CodedSet, drawn: Draw) -> Answer | None:
    """Linear support vectors on TF-IDF of words and pairs of words, one a code; the surest code of each segment."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    if len(drawn.learnt) == 0:
        return None
    X, Y = (
        TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2)).fit_transform(found.texts),
        found.applied[drawn.learnt],
    )
    scores = np.full((len(drawn.tested), Y.shape[1]), -np.inf)
    for code in np.flatnonzero((Y.sum(axis=0) > 0) & (Y.sum(axis=0) < len(Y))):
        fitted = LinearSVC(class_weight="balanced").fit(X[drawn.learnt], Y[:, code])
        scores[:, code] = fitted.decision_function(X[drawn.tested])
    # above 0 is its own cut, as .5 is that of the regression
    shares = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return better_rule(found, drawn, shares), None


def better_rule(found: CodedSet, drawn: Draw, scores: np.ndarray) -> np.ndarray:
    """Favour the peer: the better, on the test itself, of best code only, .5 only, and both together."""
    half = (scores >= 0.5).astype(float)
    rules = [best_only(scores), np.maximum(best_only(scores), half), half]
    return max(rules, key=lambda chosen: np.nan_to_num(kappa_of(found, drawn, chosen)))


def kappa_of(found: CodedSet, drawn: Draw, chosen: np.ndarray) -> float:
    return mean_kappa(found.applied[drawn.tested], chosen, drawn.judged, one_code=found.one_code)


def calibration_error(gold: np.ndarray, shares: np.ndarray) -> float:
    """Mean distance of stated and found share over ten bins of equal width, weighted by what is in them."""
    bins = np.clip((shares * 10).astype(int), 0, 9).ravel()
    stated = np.bincount(bins, shares.ravel(), 10)
    seen = np.bincount(bins, gold.ravel(), 10)
    return float(np.abs(stated - seen).sum() / shares.size)


def judge(found: CodedSet, drawn: Draw, answer: Answer, *, shares: bool = True) -> Row:
    """Compute every figure of one answer; scores that are no shares of coders have no error of calibration."""
    gold, (chosen, scores) = found.applied[drawn.tested], answer
    macro, micro = mean_f1(gold, chosen, drawn.judged)
    row: Row = {
        "kappa": kappa_of(found, drawn, chosen), "macro_f1": macro, "micro_f1": micro,
        "alpha_masi": masi_alpha(gold, chosen),
    }  # fmt: skip
    if scores is not None:
        if shares:
            row["calibration_error"] = calibration_error(gold, scores)
        row["ap"], row["auc"] = (mean_defined(each) for each in ranked(gold[:, drawn.judged], scores[:, drawn.judged]))
    row = {name: round(value, 4) for name, value in row.items()}
    return row | {"kappa_interval": interval(found, drawn, chosen)} if drawn.number == 0 else row


def interval(found: CodedSet, drawn: Draw, chosen: np.ndarray) -> tuple[float, float]:
    """Give a 95 % interval of kappa over the tested groups (documents, participants)."""
    groups = numbered(found.groups)[drawn.tested]
    if len(np.unique(groups)) < 10 or found.one_code or not len(drawn.judged):
        return float("nan"), float("nan")
    gold, codes = found.applied[drawn.tested], drawn.judged
    draws = drawn_kappas(gold[:, codes], chosen[:, codes], groups.tolist(), N_DRAWS)
    return middle(np.array([mean_defined(row) for row in draws]))


METHODS: dict[str, Callable[[CodedSet, Draw], Answer | None]] = {
    OURS: ours,
    "zero-shot cosine": zero_shot,
    "prototypes": prototypes,
    "logistic regression": logistic,
    "logistic regression, balanced": logistic_balanced,
    "TF-IDF + linear SVM": tfidf_svm,
    "majority code": majority,
}
ELSEWHERE = (SETFIT, TRITOPIC)
COSINES = ("zero-shot cosine", "prototypes")  # ordered by cosines, which are no shares


def job_name(found: CodedSet, drawn: Draw) -> str:
    return re.sub(r"\W+", "_", f"{found.name}_{found.part}_{drawn.budget}_{drawn.number}")[:90]


def write_job(folder: Path, found: CodedSet, drawn: Draw) -> None:
    """Write what the peers in other environments need: one json and one npz a draw."""
    folder.mkdir(parents=True, exist_ok=True)
    exemplars = [code.exemplars for code in with_exemplars(found, drawn)]
    pairs = len(drawn.learnt) * 40
    job = {
        "texts": found.texts, "many_codes": not found.one_code,
        "seed_texts": [" ".join([text, *more]) for text, more in zip(found.code_texts, exemplars, strict=True)],
        "setfit": drawn.budget in (1, 3, 5, 10) and drawn.number == 0, "setfit_pairs": 20 if pairs < 12_000 else 5,
    }  # fmt: skip
    path = folder / job_name(found, drawn)
    np.savez(
        path.with_suffix(".npz"), vectors=found.rows.astype(np.float32), applied=found.applied,
        seed_vectors=seeds_of(found, drawn).astype(np.float32), learnt=drawn.learnt, asked=drawn.tested,
    )  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(job), encoding="utf-8")


def from_jobs(folder: Path, found: CodedSet, drawn: Draw) -> Iterator[tuple[str, Answer]]:
    """Read what peers in other environments answered."""
    path = folder / job_name(found, drawn)
    if (answered := path.with_suffix(".setfit.npy")).exists():
        scores = np.load(answered)
        yield SETFIT, (best_only(scores) if found.one_code else better_rule(found, drawn, scores), scores)
    if (answered := path.with_suffix(".tritopic.npy")).exists():
        codes = np.load(answered)[drawn.tested]
        chosen = np.zeros((len(codes), found.applied.shape[1]))
        chosen[np.flatnonzero(codes >= 0), codes[codes >= 0]] = 1.0
        yield TRITOPIC, (chosen, None)


def answers(found: CodedSet, drawn: Draw, options: argparse.Namespace) -> Iterator[tuple[str, Answer, float]]:
    """Give the answer of every method that was asked for and has one, with the seconds it took."""
    for name, method in METHODS.items():
        if name in options.methods:
            started = time.perf_counter()
            answer = method(found, drawn)
            if answer is not None:
                yield name, answer, round(time.perf_counter() - started, 2)
    if options.jobs is not None:
        if not (options.jobs / f"{job_name(found, drawn)}.json").exists():
            write_job(options.jobs, found, drawn)
        for name, answer in from_jobs(options.jobs, found, drawn):
            if name in options.methods:
                yield name, answer, float("nan")


def exemplars(options: argparse.Namespace) -> Iterator[Row]:
    """Run every method on every draw."""
    for found in sets_of(options):
        for budget in (0, 1, "half") if options.quick else BUDGETS:
            for number in range(options.draws or 5):
                drawn = draw(found, budget, number)
                setting = {"set": found.name, "part": found.part, "budget": str(budget), "draw": number}
                for name, answer, seconds in answers(found, drawn, options):
                    row = setting | {"method": name} | judge(found, drawn, answer, shares=name not in COSINES)
                    yield row | {"seconds": seconds, "seed": number, "data": found.data_hash}


PARTS = {"exemplars": Part(exemplars, ("set", "part", "budget", "draw", "method"))}
