"""The page that says what starting costs."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.start_up.installing import FIGURE, STEPS as FIRST
from benchmarks.tables import grid, number, provenance, section, table

HEAD = """\
# What starting costs

Made by `python benchmarks/start_up/run.py` from `benchmarks/start_up/results/`. Every figure of a process is a whole
new one. Ratios come first: runs and what they stand beside take turns, and the median over turns is kept, so that
other work on the computer touches both; processor seconds are of one thread where the column says 1. {provenance}
"""
DEMO = """\
The demo, from a fresh process to its report, on the shipped study. The *floor of a first run* imports
sentence-transformers, loads the default model and encodes the texts that the demo encodes; it clusters nothing and
writes nothing. The *floor of a second run* imports the modules that such a run imports. BERTopic's `fit_transform`
sees the same segments and the same model, in an environment of its own; it clusters, and that is all that it does.
Without a figure for memory: the part ran after another one, whose memory its children are counted with."""
BACKENDS = """\
Embedding the segments of the shipped study in a new process, nothing kept. Distances are to torch's vectors, which are
those of sentence-transformers within 3e-7; the multilingual model has a space of its own. The disk holds what a backend
needs beside the base packages, weights left out."""
FIGURES = """\
AMI of `cluster()` with the first code of each coded segment (chance: 0), kappa of suggestions from the codebook alone,
from three exemplars a code, and from one half of the segments for the other (chance: 0; no code at all: 0)."""
STEPS = """\
Each step of the main job in processor seconds and as a share of encoding, which is done anew, on the shipped study
said again with a quarter of the words drawn anew: speed only, the words mean nothing. One thread. What a later step
embeds (turns of moderators, the codebook) is counted as encoding. *Loading packages* is the whole job on thirty
segments, done first: it costs the same for any number. No step over 10 % of encoding is aimed at."""

INSTALLING = """\
Packages lie in a folder beforehand, in the versions of `constraints.txt`, and nothing is fetched, so that a network is
not what is measured; each way in a new environment; the disk is that of the environment, pip included. The times were
taken beside six other jobs on two cores: seconds are what waiting was like there, processor seconds what the work
takes. The steps after `pip install` that are stored now were taken in an environment that was there, of the same
versions. `python benchmarks/start_up/run.py --parts installing`"""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *section("First and second run", DEMO, _ratios(stored["demo"]), _costs(stored["demo"], "what")),
        *section("Encoders that start sooner", BACKENDS, _backends(stored["backends"])),
        *section("What they change", FIGURES, _figures(stored["figures"])),
        *section("Steps beside encoding", STEPS, _steps(stored["steps"])),
        *section("From pip install to a first figure", INSTALLING, *_installing(stored["installing"])),
        *section("Imports", _costs(stored["imports"], "what"), _numpy(stored["imports"])),
    ]
    return {"benchmarks/start_up.md": "\n".join(lines).rstrip() + "\n"}


def _ratios(rows: list[Row]) -> list[str]:
    from benchmarks.start_up.processes import BESIDE

    heads = ["what", "beside", "threads", "times its processor seconds", "times its seconds", "more processor seconds",
             "more seconds", "times its peak memory", "load"]  # fmt: skip
    found = [
        [row["what"], BESIDE[row["what"]], row["threads"], *(number(row[key], 2) for key in (
            "times_processor", "times_seconds", "over_processor", "over_seconds", "times_peak")), row["load"]]
        for row in rows if row.get("times_processor") is not None
    ]  # fmt: skip
    return table(heads, found) if found else []


def _costs(rows: list[Row], name: str) -> list[str]:
    heads = [name, "seconds", "processor seconds", "peak MB", "machine"]
    return table(heads, [
        [row[name], *(number(row[key], 2) for key in ("seconds", "processor_seconds")), number(row["peak_mb"], 0),
         row["machine"]]
        for row in rows
    ])  # fmt: skip


def _backends(rows: list[Row]) -> list[str]:
    heads = [
        "backend",
        "segments",
        "processor seconds",
        "seconds",
        "peak MB",
        "disk MB",
        "farthest number",
        "least cosine",
    ]
    return table(heads, [
        [row["backend"], row["n"], *(number(row[key], 2) for key in ("processor_seconds", "seconds")),
         number(row["peak_mb"], 0), row["disk_mb"], f"{row['farthest']:.1e}" if row["farthest"] is not None else "",
         number(row["least_cosine"], 7)]
        for row in rows
    ])  # fmt: skip


def _figures(rows: list[Row]) -> list[str]:
    shown = ("ami", "kappa_0", "kappa_3", "kappa_half")
    return grid(rows, ("set", "part", "n"), "backend", lambda row: "; ".join(number(row[key], 3) for key in shown))


def _steps(rows: list[Row]) -> list[str]:
    return grid(rows, ("step",), "n", lambda row: f"{row['processor_seconds']:.2f} s; {row['share']:.1%}")


def _numpy(rows: list[Row]) -> str:
    times = [row["times_numpy"] for row in rows if row["what"] == "alliance_nlp" and row.get("times_numpy") is not None]
    said = f"`import alliance_nlp` takes {times[0]:.2f} times what `import numpy` takes" if times else ""
    return f"{said} (processor seconds)." if said else ""


def _installing(rows: list[Row]) -> list[list[str]]:
    """Each way to install, and from one of them to a figure."""
    ways = [
        [f"`alliance-nlp{'[' + row['way'] + ']' if row['way'] else ''}`", number(row["seconds"], 0),
         number(row["processor_seconds"], 0), number(row["disk_mb"], 0), str(row["versions"].get("torch", ""))]
        for row in rows if row["what"] == "pip install"
    ]  # fmt: skip
    order = ["make an environment", "pip install", *FIRST]
    steps = sorted((row for row in rows if row["way"] == FIGURE), key=lambda row: order.index(row["what"]))
    times, done = ("seconds", "processor_seconds"), [0.0, 0.0]
    lines = []
    for row in steps:
        done = [so_far + row[key] for so_far, key in zip(done, times, strict=True)]
        lines.append([row["what"], *(number(row[key], 1) for key in times), *(number(part, 1) for part in done)])
    heads = [f"step, with `[{FIGURE}]`", "seconds", "processor seconds", "seconds so far", "processor seconds so far"]
    return [table(["way", "seconds", "processor seconds", "MB on the disk", "torch"], ways), table(heads, lines)]
