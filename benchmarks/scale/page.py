"""The page of the benchmark of growth, from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alliance_nlp.errors import counted
from alliance_nlp.scaling.part_figures import plan_of
from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.scale.growing import PEERS, SHOWN
from benchmarks.tables import number, provenance, section, table

MANY, MACHINES, CORES = 10_000_000, (1, 5, 20), 4
HEAD = """\
# Growth

Made by `python benchmarks/scale/run.py` from `benchmarks/scale/results/`; on a quiet machine, with peers and all sizes:
`python benchmarks/scale/run.py --sizes 1000 10000 100000 1000000 10000000 --peers PYTHON --scratch FOLDER`. A run that was cut off goes
on where it was. {provenance}
"""
RECIPE = """\
Vectors and texts are synthetic, of known structure (`benchmarks/scale/synthetic.py`): 200 centers in 384 dimensions, cosine of a segment
with its center .45. AMI and ARI say how well that structure is found, not how well people's codes would be; every peer of a
fixed number of clusters is told the right one. Processor seconds of one thread, each stage in a fresh process, vectors mapped from a file;
"peak" is all memory of the process, file pages included, "before" what it was when the stage began. Encoding is left out here.
Suggestions in talk, comparison and report are made one after another by one process (sessions of a thousand turns by ten people each), and the highest
mark of memory is set back before each. `suggest` learns from 4,000 segments that people coded, `learn` from all of them; `parts` codes a table of texts
with `code_in_parts`, its clusters and codes made of 4,000 others; the grouping test has twenty themes, two hundred clusters and sessions of five turns
by two people.
"""
GROWTH = """\
"times linear" is the growth of processor seconds from the size before, over the growth of the number of segments: 1 is linear, below is less.
"Load" is what else the computer did when the row was taken: where it is above 2, processor seconds are up to twice those of a quiet machine.
A stage without a row of a million was not measured to its end there, and none was measured at ten million.
"""
BESIDE = """\
Distinct segments of three hand-coded sets, default encoder, the public call with its defaults; "all" has every segment as a leaf of the tree
(what the call did up to 4,000 segments, forced above). AMI and ARI with people's codes; "with all": of the labels of both with one
another. Within .01 is aimed at; the ARI of 10,000 of banking77 is a little beyond.
"""
FEWER = """\
Beyond 1,500 distinct segments the number of groupings is held down ([decision 0253](../decisions/0253-less-work-for-clusters.md)): "before" has as many
as before, "now" is the public call; three seeds, else as above; "with before": of the labels of both with one another.
"""
THROUGHPUT = """\
Distinct answers coded in parts (`code_in_parts`: read, embedded, given a cluster and codes, counted, written) by one process on one thread; clusters
and codes were made of others, a thousand at most. "Rows a second" is by processor time, which is what a core to itself gives.
"""
PLAN = """\
What ten million such answers take at that speed, on machines of four cores with one worker each, as `CodedParts.plan` reckons; hours times your
price are the cost. Bytes are those of the results; vectors are not kept (kept, they would take what the last column says). It hangs on the length
of the answers and on the processor: code some ten thousand of yours first, and ask `.plan(10_000_000, price=...)`. That workers do
not hinder one another is assumed.
"""
WORKERS = """\
`code_in_parts` on synthetic texts and vectors, twenty parts: in one process, by a LocalCluster of Dask with two workers, and by the same with one
worker killed (SIGKILL) in the middle of a part. Each row that was written is compared to the last bit with that of one process, and the figures
that were counted. "Processes" did parts that are done. Looking up vectors costs next to nothing here, so seconds say what starting workers costs.
"""
KILLS = """\
Embedding of distinct short texts with the default encoder and a cache, killed (SIGKILL) at random moments and started again each time; then
compared with a run in peace. At most one batch should be encoded again for each kill.
"""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    rows = measured(stored)
    lines = [HEAD.format(provenance=provenance(rows)), ""]
    if stored["landmarks"]:
        lines += section(
            "Landmarks beside all",
            BESIDE,
            _beside(stored["landmarks"], "all"),
            _worst(stored["landmarks"], "landmarks", "all"),
        )
    if stored["groupings"]:
        lines += section(
            "Fewer groupings",
            FEWER,
            _beside(stored["groupings"], "before"),
            _worst(stored["groupings"], "now", "before"),
        )
    if stored["growth"]:
        lines += section("Stages", RECIPE, GROWTH, _stages(stored["growth"], SHOWN))
        lines += section("Beside peers", _stages(stored["growth"], ("cluster", *PEERS)), *_picture(stored["growth"]))
    if stored["throughput"]:
        lines += section(
            "Ten million answers", THROUGHPUT, _throughput(stored["throughput"]), PLAN, _plans(stored["throughput"])
        )
    if stored["workers"]:
        lines += section("Workers", WORKERS, _workers(stored["workers"]))
    if stored["kills"]:
        lines += section("Kill -9", KILLS, _kills(stored["kills"]))
    return {"benchmarks/scale.md": "\n".join(lines).rstrip() + "\n"}


def _beside(rows: Sequence[Row], other: str) -> list[str]:
    keys = ("set", "n", "seed", "how", "n_clusters")
    shown = [
        [*(row[key] for key in keys), *(number(row[key]) for key in ("ami", "ari", "ami_with_all", "ari_with_all")),
         number(row["cpu_seconds"], 1)]
        for row in rows
    ]  # fmt: skip
    heads = [
        "set",
        "segments",
        "seed",
        "way",
        "clusters",
        "AMI",
        "ARI",
        f"AMI with {other}",
        f"ARI with {other}",
        "cpu s",
    ]
    return table(heads, shown) if shown else []


def differences(rows: Sequence[Row], one: str, other: str) -> list[tuple[str, float, float]]:
    """Give, for each set and size, the mean AMI and ARI of one way less those of the other, over seeds."""
    found = []
    for name, n in dict.fromkeys((row["set"], row["n"]) for row in rows):
        own = [row for row in rows if (row["set"], row["n"]) == (name, n)]
        sides = {how: [row for row in own if row["how"] == how] for how in (one, other)}
        if all(sides.values()):
            means = {how: [sum(r[key] for r in s) / len(s) for key in ("ami", "ari")] for how, s in sides.items()}
            ami, ari = (a - b for a, b in zip(means[one], means[other], strict=True))
            found.append((f"{name}, {n}", ami, ari))
    return found


def _worst(rows: Sequence[Row], one: str, other: str) -> str:
    found = differences(rows, one, other)
    if not found:
        return ""
    said = "; ".join(f"{name}: {ami:+.3f} and {ari:+.3f}" for name, ami, ari in found)
    return f"AMI and ARI of {one} less those of {other}, mean over seeds: {said}."


def _stages(rows: Sequence[Row], stages: Sequence[str]) -> list[str]:
    shown = []
    for stage in stages:
        before: Row | None = None
        for row in sorted((r for r in rows if r["stage"] == stage), key=lambda r: int(r["n"])):
            linear = _times_linear(before, row)
            shown.append(
                [stage, f"{row['n']:,}", number(row["cpu_seconds"], 1), linear, number(row["mb_before"], 0),
                 number(row["peak_mb"], 0), number(row["ami"]), number(row["ari"]), number(row.get("load"), 1), row["problem"]]
            )  # fmt: skip
            before = row
    heads = ["stage", "segments", "cpu s", "times linear", "MB before", "MB peak", "AMI", "ARI", "load", "why not"]
    return table(heads, shown) if shown else []


def _times_linear(before: Row | None, row: Row) -> str:
    if before is None or not before["cpu_seconds"] or row["cpu_seconds"] is None:
        return ""
    return number(row["cpu_seconds"] / before["cpu_seconds"] / (row["n"] / before["n"]), 2)


def _throughput(rows: Sequence[Row]) -> list[str]:
    heads = ["set", "encoder", "answers", "words each", "cpu s", "rows a second", "bytes a row"]
    shown = [
        [row["set"], row["encoder"], f"{row['n']:,}", number(row["words"], 1), number(row["cpu_seconds"], 1),
         number(row["rows_per_second"], 1), number(row["bytes_per_row"], 1)]
        for row in rows
    ]  # fmt: skip
    return table(heads, shown)


def _plans(rows: Sequence[Row]) -> list[str]:
    shown = []
    for row in rows:
        plan = plan_of(MANY, row["rows_per_second"], row["bytes_per_row"], MACHINES, CORES, 0.0).rows()
        hours = [number(each["hours"], 1) for each in plan]
        sizes = [number(MANY * row[key] / 1e9, 2) for key in ("bytes_per_row", "vector_bytes")]
        shown.append([row["set"], row["encoder"], *hours, number(plan[0]["machine_hours"], 1), *sizes])
    heads = [
        "set",
        "encoder",
        *(f"hours, {counted(n, 'machine')}" for n in MACHINES),
        "machine hours",
        "GB of results",
        "GB of vectors",
    ]
    return table(heads, shown)


def _workers(rows: Sequence[Row]) -> list[str]:
    heads = [
        "way",
        "rows",
        "parts done",
        "processes",
        "rows written",
        "rows the same",
        "figures the same",
        "seconds",
        "times one process",
        "load",
    ]
    shown = [
        [row["way"], f"{row['n']:,}", row["n_parts"], row["processes"], f"{row['rows_written']:,}", f"{row['rows_same']:,}",
         row["figures_same"], number(row["seconds"], 1), number(row["times_one_process"], 2), number(row["load"], 1)]
        for row in rows
    ]  # fmt: skip
    return table(heads, shown)


def _kills(rows: Sequence[Row]) -> list[str]:
    keys = ("n", "kills", "finished", "encoded_in_peace", "encoded", "again_per_kill", "batch", "same_bits",
            "largest_difference", "damaged_files", "unfinished_files", "third_run_encoded")  # fmt: skip
    return table([key.replace("_", " ") for key in keys], [[row[key] for key in keys] for row in rows]) if rows else []


def _picture(rows: Sequence[Row]) -> list[str]:
    return ["![Processor seconds and AMI by number of segments](scale.svg)"] if _drawn(rows) else []


def _drawn(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for stage in ("cluster", *PEERS):
        own = [row for row in rows if row["stage"] == stage and row["cpu_seconds"] is not None]
        if len(own) > 1:
            found[stage] = sorted(own, key=lambda row: int(row["n"]))
    return found


def pictures(stored: Stored, folder: Path) -> None:
    """Draw processor seconds and AMI of clusterings by the number of segments."""
    found = _drawn(stored["growth"])
    if not found:
        return
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, sides = plt.subplots(1, 2, figsize=(9, 4))
    for axes, key, label in zip(sides, ("cpu_seconds", "ami"), ("processor seconds", "AMI"), strict=True):
        for stage, rows in found.items():
            name = "alliance" if stage == "cluster" else stage
            axes.plot([row["n"] for row in rows], [row[key] for row in rows], marker="o", label=name)
        axes.set(xscale="log", xlabel="segments", ylabel=label)
    sides[0].set(yscale="log")
    sides[1].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(folder / "scale.svg", metadata={"Date": None})
    plt.close(figure)
