"""Agreement in two real studies: ten coders of counselling talk, two coders of survey answers.

Figures only, no words of the studies but the names of their codes.
"""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from alliance_nlp import agreement as ag
from benchmarks.corpora import Corpus, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part

MANY = (ag.percent_agreement, ag.fleiss_kappa, ag.conger_kappa, ag.krippendorff_alpha, ag.gwet_ac1, ag.brennan_prediger)
LEAST_USES = 6  # by the two coders together
Ratings = Sequence[Sequence[Any]]


def with_interval(statistic: Any, ratings: Ratings, by: list[str] | None) -> Row:
    """Give a figure with its interval over transcripts; where these are too few, over segments, and that is said."""
    interval, over = ag.bootstrap_interval(statistic, ratings, by=by), "transcripts" if by else "answers"
    if by is not None and interval.n_groups < 10:
        interval, over = ag.bootstrap_interval(statistic, ratings), "segments"
    return {"value": interval.value, "low": interval.low, "high": interval.high, "over": over, "why": interval.reason}


def one_code(codes: frozenset[str] | None) -> str | None:
    """Read the only code of a segment."""
    return None if not codes else next(iter(codes))


def talk(options: argparse.Namespace) -> Iterator[Row]:
    """Let ten coders of counselling talk agree: over all codes, pair by pair, code by code."""
    corpus = find_corpus(options.data, "annomi")
    if corpus is None:
        return
    shared = corpus.take(np.flatnonzero([_n_coders(corpus, k) > 1 for k in range(len(corpus))]))
    for row in (*_talk_overall(shared), *_talk_pairs(shared), *_talk_codes(shared)):
        yield row | {"study": corpus.name, "seed": 0, "data": shared.data_hash}


def _n_coders(corpus: Corpus, row: int) -> int:
    return sum(bool(sets[row]) for sets in corpus.coders.values())


def _sides(corpus: Corpus) -> Iterator[tuple[str, Corpus]]:
    for speaker in ("client", "therapist"):
        yield speaker, corpus.take([k for k, name in enumerate(corpus.speakers) if name == speaker])


def _talk_overall(corpus: Corpus) -> Iterator[Row]:
    for speaker, mine in _sides(corpus):
        ratings = [[one_code(codes) for codes in sets] for sets in mine.coders.values()]
        for statistic in MANY:
            result = statistic(ratings)
            yield {
                "table": "overall", "speaker": speaker, "statistic": statistic.__name__, "segments": result.n_units,
                "coders": result.n_coders, "transcripts": len(set(mine.documents)),
                "categories": len(result.categories), **with_interval(statistic, ratings, list(mine.documents)),
            }  # fmt: skip


def _talk_pairs(corpus: Corpus) -> Iterator[Row]:
    for speaker, mine in _sides(corpus):
        sides = [["" if codes is None else one_code(codes) or "" for codes in sets] for sets in mine.coders.values()]
        kappas = [float(ag.cohen_kappa(x, y)) for i, x in enumerate(sides) for y in sides[i + 1 :]]
        yield {
            "table": "pairs", "speaker": speaker, "pairs": len(kappas), "mean_kappa": float(np.mean(kappas)),
            "lowest": min(kappas), "highest": max(kappas),
        }  # fmt: skip


def _talk_codes(corpus: Corpus) -> Iterator[Row]:
    for code in sorted({code for sets in corpus.coders.values() for codes in sets for code in codes or ()}):
        speaker = code.split(":", maxsplit=1)[0]
        mine = corpus.take([k for k, name in enumerate(corpus.speakers) if name == speaker])
        ratings = [[int(code in (codes or ())) for codes in sets] for sets in mine.coders.values()]
        used = [sum(row) for row in ratings]
        yield {
            "table": "codes", "code": code, "segments": len(mine), "fewest_uses": min(used), "most_uses": max(used),
            **with_interval(ag.krippendorff_alpha, ratings, list(mine.documents)),
            "fleiss": float(ag.fleiss_kappa(ratings)), "ac1": float(ag.gwet_ac1(ratings, categories=[0, 1])),
            "percent": float(ag.percent_agreement(ratings)),
        }  # fmt: skip


def survey(options: argparse.Namespace) -> Iterator[Row]:
    """Let two coders of survey answers agree: question by question over sets of codes, then code by code."""
    corpus = find_corpus(options.data, "proctoring_survey")
    if corpus is None:
        return
    for row in (*_survey_overall(corpus), *_survey_codes(corpus)):
        yield row | {"study": corpus.name, "seed": 0, "data": corpus.data_hash}


def _questions(corpus: Corpus) -> Iterator[tuple[str, Corpus]]:
    for question in sorted(set(corpus.documents)):
        yield question, corpus.of([question])


def _both(corpus: Corpus) -> list[list[frozenset[str] | None]]:
    return [[codes or None for codes in corpus.coders[coder]] for coder in ("coder_1", "coder_2")]


def _survey_overall(corpus: Corpus) -> Iterator[Row]:
    for question, mine in _questions(corpus):
        ratings = _both(mine)
        masi, exact = (ag.krippendorff_alpha(ratings, level=level) for level in ("masi", "nominal"))
        yield {
            "table": "questions", "question": question, "answers": len(mine), "read_by_both": masi.n_units,
            "codes": len(masi.categories),
            **with_interval(functools.partial(ag.krippendorff_alpha, level="masi"), ratings, None),
            "exact_sets": float(exact), "holsti": float(ag.holsti(*ratings)),
        }  # fmt: skip


def _survey_codes(corpus: Corpus) -> Iterator[Row]:
    read = [all(sets[k] for sets in corpus.coders.values()) for k in range(len(corpus))]
    for _, mine in _questions(corpus.take(np.flatnonzero(read))):
        sets = _both(mine)
        codes = sorted({code for side in sets for applied in side for code in applied or ()})
        a, b = ([[int(code in (applied or ())) for applied in side] for code in codes] for side in sets)
        tables, kappas = ag.binary_tables(a, b), ag.per_code_intervals(ag.cohen_kappa, a, b)
        others = {"alpha": ag.krippendorff_alpha, "ac1": ag.gwet_ac1, "positive_agreement": ag.positive_agreement}
        values = {name: ag.table_values(statistic, tables) for name, statistic in others.items()}
        for i, code in enumerate(codes):
            uses = [int(tables[i, 1, :].sum()), int(tables[i, :, 1].sum())]
            if sum(uses) >= LEAST_USES:
                yield {
                    "table": "codes", "code": code, "read_by_both": len(mine), "uses": uses,
                    "both": int(tables[i, 1, 1]), "value": kappas[i].value, "low": kappas[i].low,
                    "high": kappas[i].high, "over": "answers", "why": kappas[i].reason,
                    **{name: float(found[i]) for name, found in values.items()},
                }  # fmt: skip


PARTS = {
    "talk": Part(talk, ("table", "speaker", "statistic", "code")),
    "survey": Part(survey, ("table", "question", "code")),
}
