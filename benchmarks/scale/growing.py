"""Processor time and peak memory of each stage at growing numbers of segments, each in a fresh process, beside peers.

Vectors and texts are synthetic (`synthetic.py`); vectors lie in a file and are mapped. Encoding is left out: it grows
with the number of texts, and `benchmarks/encoders` measures it. A run that was cut off goes on: rows that are there
for this commit are not measured again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import REPOSITORY, Row, commit, read_rows
from benchmarks.running import Part
from benchmarks.scale.synthetic import DIMENSIONS, blocks

TAUGHT = 4_000  # segments that people coded
STAGES = ("segment", "cluster", "assign", "suggest", "learn", "map", "talk", "bootstrap", "grouping test", "parts")
# what is made of talk hangs together, so that one process does it and measures each
WITHIN = {"talk": ("suggest in talk", "compare", "report")}
SHOWN = tuple(row for stage in STAGES for row in WITHIN.get(stage, (stage,)))
PEERS = {
    "MiniBatchKMeans": ("sklearn", 10_000_000, ("scikit-learn",)), "umap-hdbscan": ("umap", 100_000, ("umap-learn", "hdbscan", "numba")),
    "fast_hdbscan": ("fast_hdbscan", 100_000, ("umap-learn", "fast-hdbscan", "numba")), "EVoC": ("evoc", 1_000_000, ("evoc", "numba")),
}  # fmt: skip
# what every process begins with: vectors in a file, texts in another, and a word on how much memory was used at most
BEGIN = """
import sys, time, warnings
from pathlib import Path
warnings.simplefilter("ignore")
import numpy as np
home, n = Path(sys.argv[1]), int(sys.argv[2])
vectors = np.load(home / "vectors.npy", mmap_mode="r")[:n]
centers = np.load(home / "centers.npy")[:n]
high = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
def texts(most=None):
    with (home / "texts.txt").open() as file:
        return [next(file).rstrip() for _ in range(min(n, most or n))]
def begun():
    # the highest mark of memory is set back, where the system can, so that each stage has its own
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass
    return time.process_time(), high()
def ended(began, before, labels=None, note="", stage="-"):
    seconds, peak = time.process_time() - began, high()
    ami = ari = float("nan")
    if labels is not None:
        from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
        some = np.random.default_rng(0).choice(len(labels), min(len(labels), 100_000), replace=False)
        ami = adjusted_mutual_info_score(centers[some], labels[some])
        ari = adjusted_rand_score(centers[some], labels[some])
    print("RESULT", stage.replace(" ", "_"), round(seconds, 2), before, peak, round(ami, 4), round(ari, 4), note, flush=True)
"""
OWN = """
import alliance_nlp as an
def embedded(most=None):
    segments = an.segment(an.read_transcripts(texts(most)))
    return an.Embeddings(segments, vectors[:len(segments)], an.EncoderInfo("given", "1"))
class Given:
    name, revision = "given", "1"
    def encode(self, said):
        return vectors[[int(text.rpartition(" ")[2]) for text in said]] if said != ["word"] else vectors[:1]
themes = [f"theme {k}" for k in range(20)]
book = an.Codebook(tuple(an.Code("", "", name) for name in themes))
def coded(embeddings, most):
    some = list(embeddings.segments)[:most]
    at = lambda s: ("people", s.transcript_id, s.start, s.end)
    spans = tuple(an.CodedSpan(*at(s), themes[int(c) % 20]) for s, c in zip(some, centers))
    return an.Coding(spans, tuple(an.ReadSpan(*at(s)) for s in some), book)
def talked():
    # sessions of a thousand turns by ten people each, whose people are their own
    import pandas
    who = {"transcript": [f"S{k // 1000}" for k in range(n)], "speaker": [f"P{k // 1000}-{k % 10}" for k in range(n)]}
    segments = an.segment(an.read_transcripts(pandas.DataFrame({**who, "text": texts()})))
    return an.Embeddings(segments, vectors[:len(segments)], an.EncoderInfo("given", "1"))
def taught(e):
    return an.suggest_codes(e, book, learn_from=coded(e, TAUGHT), encoder=Codes())
class Codes:
    name, revision = "given", "1"
    def encode(self, said):
        return np.random.default_rng(len(said)).normal(size=(len(said), vectors.shape[1]))
"""
WORK = {
    "segment": "said = texts(); before, t = high(), time.process_time(); an.segment(an.read_transcripts(said)); ended(t, before)",
    "cluster": "e = embedded(); before, t = high(), time.process_time(); c = an.cluster(e); ended(t, before, c.labels, c.n_clusters)",
    "assign": "c = an.cluster(embedded(4000)); e = embedded(); before, t = high(), time.process_time(); ended(t, before, an.assign(c, e).labels)",
    "suggest": "e = embedded(); coding = coded(e, TAUGHT); before, t = high(), time.process_time(); "
    "an.suggest_codes(e, book, learn_from=coding, encoder=Codes()); ended(t, before)",
    "learn": "e = embedded(); coding = coded(e, n); before, t = high(), time.process_time(); "
    "an.suggest_codes(e, book, learn_from=coding, encoder=Codes()); ended(t, before)",
    "map": "c = an.cluster(talked()); before, t = high(), time.process_time(); an.map_clusters(c, book, encoder=Codes()); ended(t, before)",
    "talk": """
e = talked(); people = coded(e, n)
t, before = begun(); m = taught(e); ended(t, before, stage="suggest in talk")
c = an.cluster(e)
t, before = begun(); found = an.compare(people, m, clusters=c); str(found); ended(t, before, stage="compare")
t, before = begun(); page = an.write_report(found, home / f"report{n}")
ended(t, before, None, f"{page.stat().st_size / 1e6:.1f} MB", stage="report")
""",
    "bootstrap": """
from alliance_nlp import agreement
a = np.stack([centers % 20 == k for k in range(20)]).astype(float)
b = np.where(np.random.default_rng(0).random(a.shape) < 0.02, 1 - a, a)
people, sessions = np.arange(n) // 1000 * 10 + np.arange(n) % 10, np.arange(n) // 1000
before, t = high(), time.process_time()
for by in (None, people):
    agreement.per_code_intervals(agreement.cohen_kappa, a, b, by=by)
    agreement.over_codes_interval(agreement.pooled_kappa, a, b, by=by)
    agreement.bootstrap_interval(agreement.krippendorff_alpha, np.stack([a[0], b[0]]), by=by)
agreement.per_code_stretch_tests([(a, b)], sessions=sessions, people=people)
ended(t, before)
""",
    "grouping test": """
from alliance_nlp import agreement
themes, rng = (centers % 20 == np.arange(20)[:, None]).astype(float), np.random.default_rng(0)
clusters = np.where(rng.random(n) < 0.02, centers, rng.integers(-1, 200, n))
sessions, people = np.arange(n) // 5, np.arange(n) // 5 * 2 + np.arange(n) % 2
before, t = high(), time.process_time()
found = agreement.grouping_test(themes, clusters, sessions=sessions, people=people, n_flips=999)
ended(t, before, None, f"p {found.p} of {found.n_stretches}")
""",
    "parts": """
c = an.cluster(embedded(4000)); m = embedded(4000); m = an.suggest_codes(m, book, learn_from=coded(m, TAUGHT), encoder=Codes())
before, t = high(), time.process_time()
done = an.code_in_parts(home / "rows.csv", home / f"coded{n}", clusters=c, suggestions=m, encoder=Given(), n_workers=0, coded="code")
ended(t, before, None, done.settings["n_rows"])
""",
    "MiniBatchKMeans": "from sklearn.cluster import MiniBatchKMeans; before, t = high(), time.process_time(); "
    "labels = MiniBatchKMeans(200, random_state=0, n_init=1).fit_predict(vectors); ended(t, before, labels)",
    "umap-hdbscan": "import umap, hdbscan; before, t = high(), time.process_time(); "
    "low = umap.UMAP(n_components=5, metric='cosine', random_state=0).fit_transform(vectors); "
    "ended(t, before, hdbscan.HDBSCAN(min_cluster_size=15).fit_predict(low))",
    "fast_hdbscan": "import umap, fast_hdbscan; before, t = high(), time.process_time(); "
    "low = umap.UMAP(n_components=5, metric='cosine', random_state=0).fit_transform(vectors); "
    "ended(t, before, fast_hdbscan.HDBSCAN(min_cluster_size=15).fit_predict(low))",
    "EVoC": "import evoc; before, t = high(), time.process_time(); labels = evoc.EVoC().fit_predict(np.array(vectors)); ended(t, before, labels)",
}  # fmt: skip


def growth(options: argparse.Namespace) -> Iterator[Row]:
    """Measure every stage and every peer at every size; what does not end is written down as such."""
    sizes = [300] if options.quick else options.sizes
    there = {(r["stage"], r["n"]) for r in read_rows(options.results / "growth.jsonl") if r.get("commit") == commit()}
    with tempfile.TemporaryDirectory(dir=options.scratch) as home:
        write_synthetic(Path(home), max(sizes))
        for stage in options.stages:
            most = PEERS[stage][1] if stage in PEERS else 10**9
            last = WITHIN.get(stage, (stage,))[-1]
            for n in (n for n in sizes if n <= most and (last, n) not in there):
                yield from _measured(Path(home), stage, n, options)


def _measured(home: Path, stage: str, n: int, options: argparse.Namespace) -> Iterator[Row]:
    own = "" if stage in PEERS else OWN.replace("TAUGHT", str(TAUGHT))
    code = BEGIN + own + WORK[stage].replace("TAUGHT", str(TAUGHT))
    python = options.peers if stage in PEERS and options.peers else sys.executable
    if stage == "parts":
        write_rows(home, n)
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    words = [str(python), "-c", code, str(home), str(n)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, env=env, timeout=options.limit, check=False)
        said, problem = done.stdout, (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1][:200]
    except subprocess.TimeoutExpired as err:
        said, problem = _text(err.stdout), f"not done after {options.limit:.0f} seconds"
    found = [line.split() for line in said.splitlines() if line.startswith("RESULT")]
    for k, name in enumerate(WITHIN.get(stage, (stage,))):
        yield _row(name, n, found[k] if k < len(found) else None, problem, stage, str(python))


def _text(said: bytes | str | None) -> str:
    return said.decode() if isinstance(said, bytes) else said or ""


def _row(name: str, n: int, found: list[str] | None, problem: str, stage: str, python: str) -> Row:
    figures = [float(x) for x in found[2:7]] if found else [float("nan")] * 5
    return {
        "stage": name, "n": n, "cpu_seconds": figures[0], "mb_before": figures[1], "peak_mb": figures[2],
        "ami": figures[3], "ari": figures[4], "note": " ".join(found[7:]) if found else "", "problem": "" if found else problem,
        "load": round(os.getloadavg()[0], 1), "versions": _versions(python, stage) if stage in PEERS else {},
        "seed": 0, "data": f"synthetic.py, {DIMENSIONS} dimensions",
    }  # fmt: skip


def _versions(python: str, stage: str) -> dict[str, str]:
    """Versions of a peer, in its own environment."""
    names = PEERS[stage][2]
    code = f"from importlib.metadata import version as v; print(*map(v, {names}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return dict(zip(names, done.stdout.split(), strict=False))


def write_synthetic(home: Path, n: int) -> None:
    """Write vectors, texts and centers, a block at a time."""
    vectors = np.lib.format.open_memmap(home / "vectors.npy", mode="w+", dtype=np.float32, shape=(n, DIMENSIONS))
    centers = np.empty(n, dtype=np.int64)
    at = 0
    with (home / "texts.txt").open("w") as file:
        for block in blocks(n):
            vectors[at : at + len(block.texts)] = block.vectors
            centers[at : at + len(block.texts)] = block.centers
            file.writelines(f"{text}\n" for text in block.texts)
            at += len(block.texts)
    vectors.flush()
    np.save(home / "centers.npy", centers)


def write_rows(home: Path, n: int) -> None:
    centers = np.load(home / "centers.npy", mmap_mode="r")
    with (home / "texts.txt").open() as texts, (home / "rows.csv").open("w") as out:
        out.write("text,code\n")
        for k in range(n):
            out.write(f"{next(texts).rstrip()},theme {int(centers[k]) % 20}\n")


PARTS = {"growth": Part(growth, ("stage", "n"), ("umap-learn", "hdbscan"))}
