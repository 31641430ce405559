"""Where stretches land after random edits of real transcripts: right, lost or wrong, by an oracle; and how long."""

from __future__ import annotations

import argparse
import random
import time
import warnings
from collections import Counter
from collections.abc import Iterator

import alliance_nlp as an
from alliance_nlp.privacy.following import LostError, Versions, renamed_in
from benchmarks.corpora import Corpus, find_corpus
from benchmarks.privacy.edits import Edited, random_stretch
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

CORPORA = ("annomi", "mlss_interviews", "serdif_thinkaloud", "wac_experts")
N_STRETCHES = 40  # of each edited transcript
AT_MOST = 12  # edits of one transcript, each over all of it or of one line


def texts_of(corpus: Corpus) -> list[str]:
    """Documents as transcripts: a line a turn, with its speaker."""
    lines: dict[str, list[str]] = {}
    for text, speaker, document in zip(corpus.texts, corpus.speakers, corpus.documents, strict=True):
        lines.setdefault(document, []).append(f"{speaker or 'P'}: {' '.join(text.split())}")
    return ["\n\n".join(said[:120]) for said in lines.values()]


def landed(options: argparse.Namespace) -> Iterator[Row]:
    """Give one row a corpus: verdicts of the oracle on random stretches."""
    for name in CORPORA:
        corpus = find_corpus(options.data, name)
        if corpus is not None:
            n_texts = 3 if options.quick else 100
            yield {"corpus": name, "edits": AT_MOST, **tried(texts_of(corpus.in_order()), n_texts), "seed": 0,
                   "data": corpus.data_hash}  # fmt: skip


def tried(texts: list[str], n_texts: int) -> dict[str, int]:
    """Edit texts at random and ask the oracle about stretches of them."""
    rng, verdicts, why = random.Random(0), Counter[str](), Counter[str]()
    for _ in range(n_texts):
        edited = Edited(rng.choice(texts), rng).at_random(rng.randint(1, AT_MOST))
        versions = Versions(edited.old, edited.new)
        versions.renamed = renamed_in([versions])
        for start, end in (random_stretch(edited.old, rng) for _ in range(N_STRETCHES)):
            try:
                place = versions.follow(start, end)
            except LostError as err:
                place, why[str(err)] = None, why[str(err)] + 1
            verdicts[edited.verdict(start, end, place).partition(":")[0]] += 1
    return {
        "transcripts": n_texts, "stretches": verdicts.total(), "right": verdicts["right"], "wrong": verdicts["wrong"],
        "lost": verdicts["lost"], "gone": why["its words are gone"],
    }  # fmt: skip


def took(options: argparse.Namespace) -> Iterator[Row]:
    """Give one row: `realign` on many transcripts with mended typos and moved lines."""
    study = an.load_study("focus_group")
    n = 4 if options.quick else 100
    old, new, spans = [], [], []
    for k in range(n):
        source = study.transcripts[k % len(study.transcripts)]
        edited = Edited(source.text, random.Random(k))
        edited.typos()
        edited.move()
        old.append(an.Transcript(f"T{k}", source.text))
        new.append(an.Transcript(f"T{k}", edited.new))
        spans += [
            an.CodedSpan("KL", f"T{k}", turn.start, turn.end, "x") for turn in source.turns if turn.end > turn.start
        ]
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)  # what is lost stands in the row
        found = an.realign(an.Coding(tuple(spans), ()), old, new)
    seconds = time.perf_counter() - start
    letters = sum(len(t.text) for t in old)
    yield {"transcripts": n, "letters": letters, "applications": len(spans), "lost": len(found.lost),
           "seconds": round(seconds, 2), "seed": 0, "data": hash_of([t.text for t in new])}  # fmt: skip


PARTS = {"landed": Part(landed, ("corpus", "edits")), "took": Part(took, ("transcripts",))}
