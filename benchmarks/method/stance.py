"""Does wording tell apart who is for and who is against? Arguments on a motion; turns of the shipped study.

The corpus needs documents named ``motion [for]`` and ``motion [against]``. Turns were marked by one reader, with one
sentence for each theme, and committed before any measure was run on them (stances_marked.csv).
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import alliance_nlp as an
from alliance_nlp.method.horizontalization.lexicon import NEGATION, words_of
from alliance_nlp.method.voices import stance_scores
from alliance_nlp.provenance import hash_words
from benchmarks.corpora import Corpus, embed, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part

CORPUS = "argkp"
SIDES = re.compile(r"^(.*) \[(for|against)\]$")
MARKED = Path(__file__).with_name("stances_marked.csv")
N_DRAWS = 2000
SUBJECT = 0.2  # share of statements; .05 to .3 differ by .02
TOLD = (1, 3, 5, 10)  # statements of each side
SEEDS = 5
LEARNT = ("wording, the poles named by what is told", "learnt from what is told", "learnt, with the wording")
Method = Callable[[list[str], np.ndarray], np.ndarray]


def _at_random(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.random.default_rng(len(texts)).normal(size=len(texts))


def _two_means(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    from sklearn.cluster import KMeans

    distances = KMeans(2, n_init=5, random_state=0).fit_transform(vectors)
    return distances[:, 0] - distances[:, 1]


def _first_direction(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)[0][:, 0]


def _length(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.array([float(len(words_of(text))) for text in texts])


def _negations(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    return np.array([float(sum(word in NEGATION for word in words_of(text))) for text in texts])


def _without_the_subject(texts: list[str], vectors: np.ndarray) -> np.ndarray:
    """Words that more than a fifth of the statements hold are their subject: they carry no stance, and are left out."""
    spoken = [words_of(text) for text in texts]
    times = Counter(word for words in spoken for word in set(words))
    kept = [" ".join(word for word in words if times[word] <= SUBJECT * len(texts)) for words in spoken]
    return stance_scores(kept, vectors)


METHODS: dict[str, Method] = {
    "majority (one side for all)": lambda texts, vectors: np.zeros(len(texts)),
    "random numbers": _at_random,
    "length": _length,
    "negation words": _negations,
    "embeddings alone: two means": _two_means,
    "embeddings alone: first direction": _first_direction,
    "wording alone": lambda texts, vectors: stance_scores(texts),
    "wording and embeddings": stance_scores,
    "the same, words of the subject left out": _without_the_subject,
}


def motions(corpus: Corpus) -> dict[str, list[tuple[int, bool]]]:
    """Rows of each motion, with whether they speak for it; motions with both sides only."""
    found: dict[str, list[tuple[int, bool]]] = {}
    for row, document in enumerate(corpus.documents):
        match = SIDES.match(document)
        if match is not None:
            found.setdefault(match[1], []).append((row, match[2] == "for"))
    return {name: rows for name, rows in found.items() if len({side for _, side in rows}) == 2}


def area(sides: np.ndarray, scores: np.ndarray) -> float:
    """Area under the curve whichever pole is "for": the score does not claim to know."""
    from sklearn.metrics import roc_auc_score

    value = roc_auc_score(sides, scores) if scores.any() else 0.5
    return max(value, 1 - value)


def opposite_pairs(sides: np.ndarray, scores: np.ndarray, n: int = 5) -> float:
    """Share of the n furthest pairs whose statements really stand on opposite sides."""
    order = np.argsort(scores, kind="stable")
    return float(np.mean(sides[order[:n]] != sides[order[::-1][:n]]))


def halves(by_motion: dict[str, list[tuple[int, bool]]]) -> dict[str, list[str]]:
    """All motions; and every second one by name. None was out of sight when the method was set (see the page)."""
    names = sorted(by_motion)
    return {"all": names, "held out": names[1::2]}


def stance(options: argparse.Namespace) -> Iterator[Row]:
    """Score every motion in every way; intervals are over motions drawn again."""
    corpus = find_corpus(options.data, CORPUS)
    if corpus is None:
        return
    by_motion, vectors = motions(corpus), np.asarray(embed(corpus, encoder=options.encoder).vectors, dtype=float)
    for name, method in METHODS.items():
        found = {}
        for motion, items in by_motion.items():
            at, sides = [row for row, _ in items], np.array([side for _, side in items])
            scores = method([corpus.texts[row] for row in at], vectors[at])
            found[motion] = area(sides, scores), opposite_pairs(sides, scores)
        for part, chosen in halves(by_motion).items():
            areas, pairs = np.array([found[motion] for motion in chosen]).T
            low, high = _over(areas)
            yield {
                "corpus": corpus.name, "part": part, "segments": len(corpus), "method": name, "motions": len(areas),
                "area": float(np.mean(areas)), "low": low, "high": high,
                "opposite_pairs": float(np.mean(pairs)), "seed": 0, "data": corpus.data_hash,
            }  # fmt: skip


def _over(areas: np.ndarray) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, len(areas), (N_DRAWS, len(areas)))
    low, high = np.percentile(areas[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def stance_learnt(options: argparse.Namespace) -> Iterator[Row]:
    """Learn each motion's sides from a few of its statements that are told, and try the rest: what marks would give."""
    corpus = find_corpus(options.data, CORPUS)
    if corpus is None:
        return
    by_motion, vectors = motions(corpus), np.asarray(embed(corpus, encoder=options.encoder).vectors, dtype=float)
    scored = {}
    for motion, items in by_motion.items():
        at, sides = np.array([row for row, _ in items]), np.array([side for _, side in items])
        scored[motion] = sides, vectors[at], stance_scores([corpus.texts[row] for row in at], vectors[at])
    for k in TOLD:
        found = {motion: [learnt_areas(*parts, k, seed) for seed in range(SEEDS)] for motion, parts in scored.items()}
        for part, chosen in halves(by_motion).items():
            for name in LEARNT:
                areas = np.array([np.mean([one[name] for one in found[motion]]) for motion in chosen])
                low, high = _over(areas)
                yield {
                    "corpus": corpus.name, "part": part, "told": k, "method": name, "motions": len(areas),
                    "area": float(np.mean(areas)), "low": low, "high": high, "seed": 0, "data": corpus.data_hash,
                }  # fmt: skip


def learnt_areas(sides: np.ndarray, vectors: np.ndarray, scores: np.ndarray, k: int, seed: int) -> dict[str, float]:
    """Area on what was not told; the poles are named by what was, so it may fall below .5."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(seed)
    told = np.concatenate([rng.choice(np.flatnonzero(sides == side), k, replace=False) for side in (True, False)])
    rest = np.setdiff1d(np.arange(len(sides)), told)
    right = np.sign(scores[told][sides[told]].mean() - scores[told][~sides[told]].mean()) or 1.0
    both = np.column_stack([vectors, 0.3 * scores])
    learnt = [LogisticRegression(C=10).fit(x[told], sides[told]).decision_function(x) for x in (vectors, both)]
    areas = [roc_auc_score(sides[rest], own[rest]) for own in (right * scores, *learnt)]
    return dict(zip(LEARNT, map(float, areas), strict=True))


def stance_turns(options: argparse.Namespace) -> Iterator[Row]:
    """Try the same on turns of the shipped (synthetic) study, which were marked before any measure was run on them."""
    study = an.load_study("focus_group")
    segments = an.segment(study.transcripts)
    vectors = np.asarray(an.embed(segments, encoder=options.encoder or "all-MiniLM-L6-v2").vectors, dtype=float)
    place = {(s.transcript_id, s.turn + 1): at for at, s in enumerate(segments)}
    with MARKED.open(encoding="utf-8", newline="") as file:
        marked = list(csv.DictReader(file))
    for theme in dict.fromkeys(row["theme"] for row in marked):
        own = [row for row in marked if row["theme"] == theme]
        at = [place[row["transcript"], int(row["turn"])] for row in own]
        judged = np.array([row["stance"] != "neither" for row in own])
        sides = np.array([row["stance"] == "for" for row in own])[judged]
        texts = [segments[i].text for i in at]
        chance, high = _by_chance(sides, 100 if options.quick else N_DRAWS // 4)
        for name, method in METHODS.items():
            scores = method(texts, vectors[at])[judged]
            yield {
                "corpus": "focus_group (synthetic)", "theme": theme, "method": name, "turns": len(own),
                "for": int(sides.sum()), "against": int((~sides).sum()), "area": area(sides, scores), "chance": chance,
                "chance_95": high, "seed": 0, "data": hash_words(MARKED.read_text(encoding="utf-8")),
            }  # fmt: skip


def _by_chance(sides: np.ndarray, n_draws: int) -> tuple[float, float]:
    """Mean area that random numbers reach where the better pole counts, and what one in twenty of them exceed."""
    rng = np.random.default_rng(0)
    drawn = [area(sides, rng.normal(size=len(sides))) for _ in range(n_draws)]
    return float(np.mean(drawn)), float(np.quantile(drawn, 0.95))


PARTS = {
    "stance": Part(stance, ("corpus", "part", "method")),
    "stance_learnt": Part(stance_learnt, ("corpus", "part", "told", "method")),
    "stance_turns": Part(stance_turns, ("corpus", "theme", "method")),
}
