"""Kills at every step, disks that fill up, files at their limit, mutated files, the encoder under other settings."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import alliance_nlp as an
from alliance_nlp.comparison import Comparison
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.method.member_checks import Replies, Reply, record_replies
from alliance_nlp.provenance import hash_file
from benchmarks.rows import REPOSITORY, Row
from benchmarks.running import Part
from benchmarks.storage.files_at_limits import FILES

TESTS = REPOSITORY / "tests"
NOTE = {"note": "why we left it there", "by": "KL"}
SAID = Replies("Ann", "4f1", (Reply("Time", "partly", "Not on Fridays."), Reply("Trust", "yes")))
State = Callable[[Path], str]
Writers = dict[str, tuple[Callable[[Path], Any], Callable[[Path], Any], State]]


# --- what is written, and how one sees whether it is whole -----------------------------------------------------------


def study() -> an.Study:
    """Make a study of two turns, coded by two people."""
    t = an.Transcript("T", "Ann: No time. We wait.", (an.Turn(5, 13, "Ann", "participant"), an.Turn(14, 22, "Bo")))
    book = an.Codebook((an.Code("Time", "", "rush"), an.Code("Trust", "", "demanding")))
    spans = tuple(an.CodedSpan(coder, "T", 5, 13, "Time/rush") for coder in ("KL", "MR"))
    read = tuple(an.ReadSpan(coder, "T", 5, 22) for coder in ("KL", "MR"))
    return an.Study((t,), book, an.Coding(spans, read, book))


def comparison(n: int) -> Comparison:
    """Compare two people on made words, enough for a report."""
    words = ["we wait for time", "trust is slow", "hm yes"]
    texts = [f"{words[i % 3]} {i}" for i in range(n)]
    text, turns, at = "\n".join(texts), [], 0
    for i, said in enumerate(texts):
        turns.append(an.Turn(at, at + len(said), f"P{i % 3}", "participant"))
        at += len(said) + 1
    t = an.Transcript("T", text, tuple(turns))
    book = an.Codebook((an.Code("Time"), an.Code("Trust")))
    spans = [
        an.CodedSpan(coder, "T", turn.start, turn.end, ("Time", "Trust")[(i + (coder == "MR" and i % 5 == 0)) % 2])
        for coder in ("KL", "MR") for i, turn in enumerate(turns) if i % 3 < 2
    ]  # fmt: skip
    coding = an.Coding(tuple(spans), tuple(an.ReadSpan(c, "T", 0, len(text)) for c in ("KL", "MR")), book)
    return an.compare(coding.by("KL"), coding.by("MR"), segments=an.segment((t,)), n_draws=20, n_permutations=19)


def whole_folder(old: int, new: int) -> State:
    """Say which set of files a folder with a manifest holds, by its number of files."""

    def state(folder: Path) -> str:
        if not (folder / "manifest.json").is_file():
            return "neither"
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        true = all((folder / name).is_file() and hash_file(folder / name) == digest for name, digest in listed.items())
        return {old: "old", new: "new"}.get(len(listed), "neither") if true else "neither"

    return state


def loaded(old: Any, new: Any) -> State:
    def state(folder: Path) -> str:
        found = an.load(folder)
        return "old" if found == old else "new" if found == new else "neither"

    return state


def n_lines(old: int, new: int) -> State:
    """Say whether a ledger has what it had, all that is new, or a part; a half line is set apart and counts nothing."""

    def state(file: Path) -> str:
        n = len(an.read_ledger(file))
        return "old" if n == old else "new" if n == new else "in part" if old < n < new else "neither"

    return state


def writers(quick: bool) -> Writers:
    """Give what is there first, what is written over it, and how one tells them apart."""
    own = study()
    cut = an.Study(own.transcripts)

    def lines(file: Path) -> None:
        for _ in range(2):
            an.record_decision(file, "note", **NOTE)

    small: Writers = {
        "save()": (lambda p: an.save(own, p), lambda p: an.save(cut, p), loaded(own, cut)),
        "record_decision()": (lines, lambda p: an.record_decision(p, "note", **NOTE), n_lines(2, 3)),
        "record_replies()": (lines, lambda p: record_replies(p, SAID), n_lines(2, 4)),
    }
    if quick:
        return small
    vectors = [Vector(np.array([1, 0], dtype=np.float32), False)] * 2
    encoder = an.EncoderInfo("example", "1")
    one = comparison(30)
    with tempfile.TemporaryDirectory() as folder:
        trail = [len(files(an.write_audit_trail(s, Path(folder) / str(i)))) for i, s in enumerate((own, cut))]
        report = len(files(an.write_report(one, Path(folder) / "r").parent))
        less = len(files(an.write_report(one, Path(folder) / "r", quotes=False).parent))

    def cached(folder: Path) -> str:
        found = VectorCache(folder, encoder).read(["a", "b"])
        right = all(np.array_equal(v.row, vectors[0].row) for v in found.values())
        return "neither" if not right else "new" if len(found) == 2 else "old" if not found else "in part"

    state = whole_folder(report, less) if report != less else whole_report
    return small | {
        "save() of a comparison": (lambda p: an.save(one, p), lambda p: an.save(own, p), loaded(one, own)),
        "write_report()": (lambda p: an.write_report(one, p), lambda p: an.write_report(one, p, quotes=False), state),
        "write_audit_trail()": (
            lambda p: an.write_audit_trail(own, p), lambda p: an.write_audit_trail(cut, p), whole_folder(*trail),
        ),
        "cache of vectors": (
            lambda p: p.mkdir(), lambda p: VectorCache(p, encoder).add(["a", "b"], vectors), cached,
        ),
    }  # fmt: skip


def files(folder: Path) -> dict[str, str]:
    listed: dict[str, str] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return listed


def whole_report(folder: Path) -> str:
    """Say which report a folder holds: the one with quotes was first."""
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) if folder.is_dir() else {"files": {}}
    true = all((folder / n).is_file() and hash_file(folder / n) == digest for n, digest in listed["files"].items())
    return ("old" if listed.get("quotes") else "new") if true and listed["files"] else "neither"


def left(place: Path) -> int:
    """Count what a cut-off write left beside or inside."""
    return sum("writing-" in path.name or path.name == ".staged" for path in place.rglob(".*"))


# --- parts ------------------------------------------------------------------------------------------------------------


def kills(options: argparse.Namespace) -> Iterator[Row]:
    """End each write by SIGKILL at every step; then write again, and look for what is left."""
    sys.path.insert(0, str(TESTS))
    import faults

    for name, (before, work, state) in writers(options.quick).items():
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            counted = Path(folder) / "counted" / "x"
            counted.parent.mkdir()
            before(counted)
            n, seen, remaining = faults.steps_of(work, counted), Counter[str](), 0
            for at in range(1, n + 1, max(1, n // 2) if options.quick else 1):
                target = Path(folder) / f"at{at}" / "x"
                target.parent.mkdir()
                before(target)
                faults.kill_at(at, work, target)
                seen[state(target)] += 1
                work(target)
                remaining += left(target.parent)
        yield {
            "writer": name,
            "kills": sum(seen.values()),
            **{k: seen[k] for k in ("old", "new", "in part", "neither")},
            "left_after_the_next": remaining,
            "seed": None,
            "data": "made",
        }


def disks(options: argparse.Namespace) -> Iterator[Row]:
    """Let the disk fill up (RLIMIT_FSIZE) after so many bytes of any file; what was there must still be there."""
    sizes = (0, 600) if options.quick else (0, 1, 40, 300, 600, 1000, 2000, 5000, 20_000, 100_000)
    for name, (before, work, state) in writers(options.quick).items():
        seen, said = Counter[str](), Counter[str]()
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                target = Path(folder) / "x"
                before(target)
                room = size + (target.stat().st_size if target.is_file() else 0)
                said[_in_little_room(work, target, room)] += 1
                seen[state(target)] += 1
        yield {
            "writer": name,
            "disks": len(sizes),
            **{k: seen[k] for k in ("old", "new", "in part", "neither")},
            "said": said["FileError"],
            "done": said["done"],
            "other_errors": said["other"],
            "seed": None,
            "data": "made",
        }


def _in_little_room(work: Callable[[Path], Any], target: Path, room: int) -> str:
    child = os.fork()
    if not child:
        code = 2
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
            work(target)
            code = 0
        except an.FileError:
            code = 1
        except Exception:
            code = 2
        finally:
            os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "done", 1: "FileError"}.get(status, "other")


def peaks(options: argparse.Namespace) -> Iterator[Row]:
    """Read a file at the limit of its kind in a process of its own."""
    part = 0.005 if options.quick else 0.98
    for name, (file_name, make, reader) in list(FILES.items())[: 2 if options.quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file_name
            make(path, part)
            code = f"import alliance_nlp as an; an.{reader}({str(path)!r})"
            start = time.perf_counter()
            process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code])
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            yield {
                "reader": name,
                "file_mb": path.stat().st_size / 1e6,
                "peak_mb": usage.ru_maxrss / 1024,
                "ended": process.returncode,
                "processor_seconds": usage.ru_utime + usage.ru_stime,
                "seconds": time.perf_counter() - start,
                "seed": None,
                "data": "made",
            }


def mutated(options: argparse.Namespace) -> Iterator[Row]:
    """Run the harness of tests/fuzz for so many seconds a reader."""
    sys.path.insert(0, str(TESTS / "fuzz"))
    import harness

    seconds = 0.2 if options.quick else options.seconds
    for name in list(harness.READERS)[: 1 if options.quick else None]:
        command = [sys.executable, str(TESTS / "fuzz" / "harness.py"), "--seconds", str(seconds), "--readers", name]
        run = subprocess.run([*command, "--seed", "1"], capture_output=True, text=True, check=False)
        yield {**json.loads(run.stdout.splitlines()[0]), "seconds": seconds, "seed": 1, "data": "made"}


ENCODED = """
import sys, numpy, alliance_nlp as an
batch, out, most = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]) or None
study = an.load_study("focus_group")
segments = an.segment(study.transcripts)[:most]
embeddings = an.embed(segments, cache=False, batch_size=batch)
clusters = an.cluster(embeddings, random_state=0)
numpy.savez(out + ".npz", vectors=embeddings.vectors, labels=clusters.labels)
if most is None:
    mapping = an.map_clusters(clusters, study.codebook)
    machine = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding)
    compared = an.compare(study.consensus, machine, clusters=mapping, study=study, random_state=0)
    an.write_report(compared, out, study=study)
"""


def encodings(options: argparse.Namespace) -> Iterator[Row]:
    """Embed, cluster and report the study that ships, in a new process for each size of batch and number of threads."""
    from sklearn.metrics import adjusted_rand_score

    settings = [(b, t) for b in (1, 32, 256) for t in (1, 2, 4)]
    seen: list[tuple[Any, Any, dict[str, str]]] = []
    for batch, threads in settings[:2] if options.quick else settings:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "found"
            several = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
            command = [
                sys.executable,
                "-W",
                "ignore",
                "-c",
                ENCODED,
                str(batch),
                str(out),
                "40" if options.quick else "0",
            ]
            subprocess.run(command, check=True, env={**os.environ, **several})
            with np.load(f"{out}.npz") as found:
                vectors, labels = found["vectors"], found["labels"]
            report = {p.relative_to(out).as_posix(): hash_file(p) for p in sorted(out.rglob("*")) if p.is_file()}
        seen.append((vectors, labels, report))
        first = seen[0]
        twins = [(own, told) for v, own, told in seen if np.array_equal(v, vectors)]
        yield {
            "batch": batch,
            "threads": threads,
            "n": len(labels),
            "most_apart": float(np.abs(vectors - first[0]).max()),
            "ari": float(adjusted_rand_score(first[1], labels)),
            "identical": bool(np.array_equal(labels, first[1])),
            "of_equal_vectors": len(twins),
            "equal_labels": sum(np.array_equal(own, labels) for own, _ in twins),
            "equal_reports": sum(told == report for _, told in twins),
            "files": len(report),
            "other_files": sum(first[2].get(name) != digest for name, digest in report.items()),
            "which": sorted(name for name, digest in report.items() if first[2].get(name) != digest),
            "seed": 0,
            "data": "focus_group",
        }


def reports(options: argparse.Namespace) -> Iterator[Row]:
    """Write reports in one process, two hundred after the first ten, and compare what is held."""
    one, n = comparison(30), 5 if options.quick else 100
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2 if options.quick else 10):
            an.write_report(one, Path(folder) / "r")
        held = [("before", _held())]
        for when in ("after", "after_as_many_more"):
            for _ in range(n):
                an.write_report(one, Path(folder) / "r")
            held.append((when, _held()))
        _give_back()
        held.append(("given_back", _held()))
    yield {"runs": n, **{f"{what}_{when}": value for when, found in held for what, value in found.items()},
           "seed": None, "data": "made"}  # fmt: skip


def _give_back() -> None:
    """Ask the C library to give the system what it keeps free, where it is glibc: what is left is in use."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _held() -> dict[str, float]:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {
        "handles": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "objects": len(gc.get_objects()),
        "mb": pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
    }


PARTS = {
    "reports": Part(reports, ("runs",), ("matplotlib",)),
    "kills": Part(kills, ("writer",)),
    "disks": Part(disks, ("writer",)),
    "peaks": Part(peaks, ("reader",), ("openpyxl", "python-docx")),
    "mutated": Part(mutated, ("reader",), ("openpyxl", "python-docx")),
    "encodings": Part(encodings, ("batch", "threads"), ("torch", "sentence-transformers")),
}
