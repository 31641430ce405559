"""Ask whether `find_significant` ranks what people marked, or coded, above what they left, better than length does.

Coded segments count as marked, segments without a code (or with one that `--uncoded` names) as read and not marked.
A corpus in which people coded everything, or nothing, says nothing here and is listed as such. Moderators, therapists
and interviewers are left out. The shipped study is synthetic and no evidence; it is here because it alone has readers'
own marks (part ``marks``).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import alliance_nlp as an
from alliance_nlp.provenance import hash_words
from benchmarks.corpora import Corpus, embed, find_corpus
from benchmarks.rows import Row
from benchmarks.running import Part

CORPORA = ("annomi", "argkp", "mlss_interviews", "pdpilot_interviews", "wac_experts")
ASKING = {"therapist", "interviewer", "moderator"}
LEAST = 20  # marked and unmarked segments
LEARNT = "learnt from marks"


def significance(options: argparse.Namespace) -> Iterator[Row]:
    """Give one row a corpus and way of scoring."""
    for name in CORPORA:
        corpus = find_corpus(options.data, name)
        if corpus is not None:
            corpus = corpus.in_order()
            answers = [
                s.casefold() not in ASKING and not asks for s, asks in zip(corpus.speakers, corpus.asks, strict=True)
            ]
            kept = [row for row, answer in enumerate(answers) if answer]
            yield from measure(corpus.take(kept[:80] if options.quick else kept), options)


def measure(corpus: Corpus, options: argparse.Namespace) -> Iterator[Row]:
    """Rank the segments of one corpus, without and with embeddings."""
    marked = [bool(codes - set(options.uncoded)) for codes in corpus.sets]
    base = {"corpus": corpus.name, "segments": len(marked), "documents": len(set(corpus.documents))}
    about = {"seed": 0, "data": corpus.data_hash}
    if not LEAST <= sum(marked) <= len(marked) - LEAST:
        yield {**base, "score": None, "marked": sum(marked), "why": "nothing to tell apart", **about}
        return
    embeddings = embed(corpus, encoder=options.encoder)
    for row in judged(embeddings, marked):
        yield {**base, "marked": sum(marked), **row, **about}


def judged(embeddings: an.Embeddings, marked: an.Marks | list[bool]) -> Iterator[Row]:
    """Give one row a way of scoring, without and with embeddings."""
    found = an.find_significant(embeddings.segments, marked=marked)
    near = an.find_significant(embeddings.segments, marked=marked, embeddings=embeddings)
    seen = set()
    for with_embeddings, result in ((False, found), (True, near)):
        for row in result.beside_people.rows():
            name = row["score"] + (", with embeddings" if with_embeddings and row["score"] == LEARNT else "")
            if name not in seen:
                seen.add(name)
                low, high = row["interval"]
                beyond_low, beyond_high = row["beyond_interval"]
                yield {
                    "score": name, "ap": row["average_precision"], "low": low, "high": high, "n": row["n"],
                    "beyond": row["beyond_length"], "beyond_low": beyond_low, "beyond_high": beyond_high,
                    "says": row["says"], "remark": row["remark"],
                }  # fmt: skip


def marks(options: argparse.Namespace) -> Iterator[Row]:
    """Give the same rows for readers' own marks in the shipped (synthetic) study: anybody's, then each reader's."""
    study = an.load_study("focus_group")
    embeddings = an.embed(an.segment(study.transcripts), encoder=options.encoder or "all-MiniLM-L6-v2")
    data = hash_words("".join(t.text for t in study.transcripts) + study.marks.to_csv())
    readers = [] if options.quick else study.marks.readers
    for whose, found in {"anybody": study.marks, **{r: study.marks.by(r) for r in readers}}.items():
        for row in judged(embeddings, found):
            yield {"corpus": "focus_group (synthetic)", "reader": whose, **row, "seed": 0, "data": data}


PARTS = {"significance": Part(significance, ("corpus", "score")), "marks": Part(marks, ("corpus", "reader", "score"))}
