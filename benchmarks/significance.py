"""Measure whether `find_significant` ranks what people coded above what they left without a code.

    python benchmarks/significance.py --data FOLDER [--corpus annomi ...] [--uncoded "client: neutral talk"] [--cache F]

Coded segments count as marked, segments without a code (or with one that `--uncoded` names) as read and not marked.
A corpus in which people coded everything, or nothing, says nothing here and is listed as such. Moderators, therapists
and interviewers are left out. The corpora are not part of the project; the shipped study is synthetic and no evidence.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from corpora import CodedCorpus, default_folder, read_corpus

from alliance_nlp.method.horizontalization import find_significant
from alliance_nlp.records import Embeddings, EncoderInfo, Segment, Segments, Transcript, Turn

RESULTS = Path(__file__).resolve().parent / "results"
ASKING = {"therapist", "interviewer", "moderator"}
LEAST = 20  # marked and unmarked segments


def as_segments(corpus: CodedCorpus) -> Segments:
    """One transcript a document, one turn a row."""
    transcripts, items = [], []
    for name in dict.fromkeys(corpus.documents):
        text, turns = "", []
        for row in (k for k, document in enumerate(corpus.documents) if document == name):
            turns.append(Turn(len(text), len(text) + len(corpus.texts[row]), corpus.speakers[row] or None))
            items.append((row, name or "all", turns[-1].start, turns[-1].end, len(turns) - 1))
            text += corpus.texts[row] + "\n"
        transcripts.append(Transcript(name or "all", text, tuple(turns)))
    items.sort()
    made = [Segment(t, start, end, corpus.texts[row], None, None, turn, turn) for row, t, start, end, turn in items]
    return Segments(tuple(made), tuple(transcripts))


def measure(corpus: CodedCorpus, uncoded: set[str]) -> Iterator[dict[str, object]]:
    """Give one row a way of scoring."""
    keep = [k for k, s in enumerate(corpus.speakers) if s.casefold() not in ASKING and not corpus.is_moderator[k]]
    corpus = corpus.take(keep)
    marked = [bool(codes - uncoded) for codes in corpus.sets]
    base = {"corpus": corpus.name, "segments": len(marked), "documents": len(set(corpus.documents))}
    if not LEAST <= sum(marked) <= len(marked) - LEAST:
        yield {**base, "score": f"nothing to tell apart: {sum(marked)} of {len(marked)} segments are coded"}
        return
    segments = as_segments(corpus)
    vectors = corpus.vectors / np.linalg.norm(corpus.vectors, axis=1, keepdims=True)
    found = find_significant(segments, marked=marked)
    near = find_significant(segments, marked=marked, embeddings=Embeddings(segments, vectors, EncoderInfo("minilm")))
    rows = [*found.beside_people.rows(), *near.beside_people.rows()]
    names = {"learnt from marks": ("learnt from marks", "learnt from marks, with embeddings")}
    seen: dict[str, int] = {}
    for row in rows:
        times = seen[row["score"]] = seen.get(row["score"], -1) + 1
        if times and row["score"] not in names:
            continue
        name = names.get(row["score"], (row["score"],))[times]
        low, high = row["interval"]
        yield {**base, "score": name, "ap": row["average_precision"], "low": low, "high": high, "n": row["n"]}


def as_line(row: dict[str, object]) -> str:
    if "ap" not in row:
        return f"| {row['corpus']} | {row['segments']} | {row['documents']} | {row['score']} | |"
    around = f" ({row['low']:.3f} to {row['high']:.3f})" if np.isfinite(row["low"]) else ""
    return f"| {row['corpus']} | {row['segments']} | {row['documents']} | {row['score']} | {row['ap']:.3f}{around} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_folder())
    parser.add_argument("--corpus", nargs="+", default=["annomi", "argkp", "pdpilot_interviews", "wac_experts"])
    parser.add_argument("--uncoded", nargs="*", default=["client: neutral talk"])
    parser.add_argument("--cache", type=Path, default=None, help="folder for embeddings")
    chosen = parser.parse_args()
    rows = []
    for name in chosen.corpus:
        for row in measure(read_corpus(chosen.data / name, cache=chosen.cache), set(chosen.uncoded)):
            rows.append(row)
            print(row, flush=True)
    text = (
        "# Statements that people coded, above those they left\n\nMade by benchmarks/significance.py. Average precision"
        " over segments, 95% interval over documents drawn again (none below ten documents). Learnt scores are of "
        "documents held out. In annomi neutral talk stands for what was left, in argkp arguments that match no key "
        "point: both only come near to what a researcher leaves unmarked.\n\n"
        "| corpus | segments | documents | score | average precision |\n|---|--:|--:|---|---|\n"
        + "\n".join(map(as_line, rows)) + "\n"
    )  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "significance.md").write_text(text, encoding="utf-8")
    (RESULTS / "significance.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
