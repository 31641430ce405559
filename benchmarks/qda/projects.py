"""Read every project that a program exported, write it again and read that; and time a large one made here.

Exports are never part of the project: the folder that holds them is given by ``--interop`` or the environment variable
``ALLIANCE_NLP_INTEROP``. The study that ships, and a machine's suggestions on it, are written and read beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import alliance_nlp as an
from benchmarks.rows import Row, hash_of
from benchmarks.running import Part

ENDINGS = {".qdpx": an.read_qdpx, ".qde": an.read_qdpx, ".sqlite3": an.read_taguette}
SOURCES, CODES, CODERS = 100, 200, 2
APPLICATIONS, QUICK = 50_000, 200
WORDS = "we waited for the nurse who listened while my daughter asked about money and the way home".split()  # noqa: SIM905


def files(options: argparse.Namespace) -> Iterator[Row]:
    """Read, write and read again: the study that ships, then every export in the folder."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "focus_group.qdpx"
        an.write_qdpx(an.load_study("focus_group"), own)
        yield from _file("the study that ships", own)
        if not options.quick:
            for path in sorted(p for p in options.interop.rglob("*") if p.suffix.casefold() in ENDINGS):
                yield from _file(path.relative_to(options.interop).as_posix(), path)


def _file(name: str, path: Path) -> Iterator[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)  # what it says stands in the report, too
        about = {"file": name, "seed": None, "data": hashlib.sha256(path.read_bytes()).hexdigest()[:16]}
        try:
            project = ENDINGS[path.suffix.casefold()](path)
        except an.AllianceError as error:
            yield {**about, "refused": str(error).splitlines()[0].replace(str(path), path.name)}
            return
        with tempfile.TemporaryDirectory() as folder:
            again = Path(folder) / "again.qdpx"
            # a database is no description around which a project could be written again: its study is written
            an.write_qdpx(project.study if path.suffix == ".sqlite3" else project, again)
            first, back = _held(project), _held(an.read_qdpx(again))
    counting = sorted({each.counting or "none fits" for each in project.losses.offsets})
    judged = sum(each.judged for each in project.losses.offsets)
    fit = sum(each.fit * each.judged for each in project.losses.offsets if each.judged)
    counts = project.losses.counts
    yield {
        **about, "refused": None, **first, "counting": ", ".join(counting), "judged": judged,
        "fit": fit / judged if judged else None, "passed_on": sum(count.passed for count in counts),
        "lost": project.losses.lost, "lost_kinds": ", ".join(f"{c.kind} ({c.left})" for c in counts if c.left),
        "differs_after": ", ".join(key for key in first if first[key] != back[key]),
    }  # fmt: skip


def _held(project: Any) -> Row:
    study = project.study
    coding = study.coding
    return {
        "transcripts": len(study.transcripts), "codes": len(study.codebook or ()),
        "applications": len(coding.applied) if coding is not None else 0,
        "coders": len(coding.coders) if coding is not None else 0,
        "memos": len(project.memos), "selections": len(project.selections),
        "words": hash_of([[t.text for t in study.transcripts], _places(coding)]),
    }  # fmt: skip


def _places(coding: an.Coding | None) -> list[tuple[Any, ...]]:
    applied = () if coding is None else coding.applied
    return sorted((a.coder, a.transcript_id, a.start, a.end, a.code_id) for a in applied)


def large(options: argparse.Namespace) -> Iterator[Row]:
    """Write and read a made project of 100 sources and 50,000 codings, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.qdpx"
        for what in ("written", "read"):
            with get_context("spawn").Pool(1) as pool:
                found = pool.apply(_timed, (what, str(path), QUICK if options.quick else APPLICATIONS))
            yield {"what": what, **found, "mb": path.stat().st_size / 2**20, "seed": 0, "data": hash_of([WORDS])}


def _timed(what: str, path: str, n: int) -> Row:
    study = made(n) if what == "written" else None
    start = time.perf_counter()
    if study is not None:
        an.write_qdpx(study, path)
    else:
        study = an.read_qdpx(path).study
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    found = (len(study.transcripts), len(study.coding.applied) if study.coding is not None else 0)
    return {"transcripts": found[0], "applications": found[1], "seconds": seconds, "peak_mb": peak}


def made(n: int) -> an.Study:
    """Make a study of so many applications; every word in it is made up."""
    rng = np.random.default_rng(0)
    book = an.Codebook(tuple(an.Code(f"Theme {k // 10}", "", f"code {k}") for k in range(CODES)))
    transcripts = [_transcript(f"T{k}", rng) for k in range(SOURCES)]
    applied = []
    for k in range(n):
        one = transcripts[k % SOURCES]
        turn = one.turns[int(rng.integers(len(one.turns)))]
        applied.append((f"coder {k % CODERS}", one.id, turn.start, turn.end, book.ids[int(rng.integers(CODES))]))
    spans = tuple(an.CodedSpan(*row) for row in dict.fromkeys(applied))
    return an.Study(transcripts=tuple(transcripts), codebook=book, coding=an.Coding(spans, (), book))


def _transcript(name: str, rng: np.random.Generator) -> an.Transcript:
    text, turns = "", []
    for k in range(400):
        said = " ".join(rng.choice(WORDS, 14))
        turns.append(an.Turn(len(text), len(text) + len(said), f"P{k % 6}", "participant"))
        text += said + "\n"
    return an.Transcript(name, text, tuple(turns))


PARTS = {"files": Part(files, ("file",)), "large": Part(large, ("what",))}
