"""Which coded sets codes are suggested for, what is held out together, and what is drawn as learnt and tested."""

from __future__ import annotations

import argparse
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import alliance_nlp as an
from benchmarks.corpora import (
    Corpus,
    codebook_of,
    coding_of,
    embed,
    embed_texts,
    find_corpus,
    indicator,
)
from benchmarks.rows import hash_of
from benchmarks.splitting import half_of, some_of

ARGUMENTS = (
    "We should legalize cannabis [for]", "Homeschooling should be banned [against]", "Urbanization",
    "The USA is a good country to live in [for]", "We should ban human cloning", "We should adopt libertarianism [for]",
)  # fmt: skip
QUESTIONS = ("N3", "N4", "Q5")
LEAST_TESTED = 5
QUICK = 60


@dataclass(frozen=True)
class CodedSet:
    """One coded set, or one of several parts whose mean is the set's figure (questions, debates)."""

    name: str
    part: str
    embeddings: an.Embeddings
    book: an.Codebook
    applied: np.ndarray
    groups: tuple[str, ...]
    in_talk: bool
    data_hash: str

    @property
    def one_code(self) -> bool:
        """Whether every segment carries one code."""
        return bool((self.applied.sum(axis=1) == 1).mean() > 0.98)

    @property
    def rows(self) -> np.ndarray:
        """The vectors of the segments."""
        return np.asarray(self.embeddings.vectors)

    @property
    def texts(self) -> list[str]:
        """The words of the segments."""
        return self.embeddings.segments.texts

    @cached_property
    def code_texts(self) -> list[str]:
        """Label and definition of each code in one text."""
        return [f"{code.name}. {code.definition}" if code.definition else code.name for code in self.book]

    @cached_property
    def code_rows(self) -> np.ndarray:
        """The vectors of the codes."""
        return embed_texts(self.code_texts, self.embeddings)

    def known(self, rows: np.ndarray, applied: np.ndarray | None = None) -> np.ndarray:
        """Give the table in which only some rows were read."""
        table = np.full(self.applied.shape, np.nan)
        table[rows] = (self.applied if applied is None else applied)[rows]
        return table

    def coding(self, rows: np.ndarray, applied: np.ndarray | None = None) -> an.Coding:
        """Give what people coded on some rows."""
        return coding_of(self.embeddings.segments, self.book, {"people": self.known(rows, applied)})


@dataclass(frozen=True)
class Draw:
    """What is learnt from and what is tested."""

    budget: int | str
    number: int
    learnt: np.ndarray
    tested: np.ndarray
    judged: np.ndarray


def suggest(embeddings: an.Embeddings, book: an.Codebook, **given: Any) -> Any:
    """Call ``an.suggest_codes`` and give the record behind its coding: what is suggested and how probable it is."""
    with warnings.catch_warnings():
        # a promise that cannot be made is counted here; the warning says the same once a call
        warnings.simplefilter("ignore", an.AllianceWarning)
        return an.suggest_codes(embeddings, book, **given).made_from


def draw(found: CodedSet, budget: int | str, number: int) -> Draw:
    """Split groups in halves and draw exemplars from the first."""
    rng = np.random.default_rng(number)
    pool = half_of(found.groups, rng)
    tested = np.flatnonzero(~pool)
    if budget == "half":
        learnt = np.flatnonzero(pool)
    else:
        chosen: list[int] = []
        for code in range(found.applied.shape[1]):
            candidates = np.flatnonzero(pool & (found.applied[:, code] > 0))
            chosen += rng.choice(candidates, min(int(budget), len(candidates)), replace=False).tolist()
        learnt = np.unique(np.array(chosen, dtype=np.int64))
    judged = np.flatnonzero(found.applied[tested].sum(axis=0) >= LEAST_TESTED)
    return Draw(budget, number, learnt, tested, judged)


Parts = Iterator[tuple[str, Corpus]]


def whole(corpus: Corpus) -> Parts:
    yield corpus.name, corpus


def by_theme(corpus: Corpus) -> Parts:
    yield "themes", replace(corpus, codes=corpus.themes)


def sampled(most: int) -> Callable[[Corpus], Parts]:
    def parts(corpus: Corpus) -> Parts:
        in_scope = corpus.take([k for k, codes in enumerate(corpus.codes) if "oos" not in codes])
        yield "sample", in_scope.take(some_of(len(in_scope), most))

    return parts


def some_talks(corpus: Corpus) -> Parts:
    sizes = Counter(corpus.documents)
    yield "24 talks", corpus.of(sorted(document for document in sizes if 40 <= sizes[document] <= 200)[:24])


def questions(corpus: Corpus) -> Parts:
    for question in QUESTIONS:
        yield question, corpus.of([question])


def debates(corpus: Corpus) -> Parts:
    for debate in sorted(document for document in set(corpus.documents) if document.startswith(ARGUMENTS)):
        yield debate, corpus.of([debate])


# name -> (corpus, what is held out together, whether rows of a document follow one another in a talk, its parts)
SETS: dict[str, tuple[str, str, bool, Callable[[Corpus], Parts]]] = {
    "wac_experts": ("wac_experts", "documents", False, whole),
    "serdif_thinkaloud": ("serdif_thinkaloud", "documents", True, whole),
    "pdpilot_themes": ("pdpilot_interviews", "documents", True, by_theme),
    "nhs_feedback": ("nhs_feedback_v6", "speakers", False, sampled(1500)),
    "counselchat": ("counselchat", "documents", False, whole),
    "annomi": ("annomi", "documents", True, some_talks),
    "proctoring": ("proctoring_survey", "speakers", False, questions),
    "argkp": ("argkp", "ids", False, debates),
    "banking77": ("banking77", "ids", False, sampled(2500)),
    "clinc150": ("clinc150", "ids", False, sampled(2500)),
}


def sets_of(
    options: argparse.Namespace, among: tuple[str, ...] = tuple(SETS), *, sample: bool = True
) -> Iterator[CodedSet]:
    """Read every set that was asked for and whose corpus is there, part by part; large ones whole if need be."""
    for name in among:
        if options.sets is None or name in options.sets:
            folder, held_out, in_talk, parts = SETS[name]
            if not sample and parts is not by_theme:
                parts = whole
            corpus = find_corpus(options.data, folder)
            for part, rows in parts(corpus.in_order()) if corpus is not None else ():
                if options.quick:
                    rows = rows.take(range(min(len(rows), QUICK)))  # noqa: PLW2901
                if len(rows):
                    yield _coded_set(name, part, rows, held_out, options.encoder, in_talk=in_talk)


def _coded_set(name: str, part: str, corpus: Corpus, held_out: str, encoder: Any, *, in_talk: bool) -> CodedSet:
    names = sorted({code for codes in corpus.sets for code in codes})
    # what is held out together is a transcript, since that is what the library holds out
    groups: tuple[str, ...] = getattr(corpus, held_out)
    return CodedSet(
        name, part, embed(corpus, groups, encoder=encoder), codebook_of(corpus, names),
        indicator(corpus.sets, names), groups, in_talk, hash_of([part, corpus.data_hash]),
    )  # fmt: skip
