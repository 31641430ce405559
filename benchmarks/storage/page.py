"""The page that says what storage and readers withstand."""

from __future__ import annotations

from benchmarks.running import Stored, measured
from benchmarks.tables import number, provenance, table

HEAD = """\
# What storage and readers withstand

Made by `python benchmarks/storage/run.py` from `benchmarks/storage/results/`; one part anew with `--parts kills`, say.
{provenance}
"""
ABOUT = {
    "kills": (
        "## Cut off",
        "Each write is ended by SIGKILL before every call that changes files (open to write, write, fsync, rename, replace, exchange, unlink, "
        "mkdir, rmdir, chmod, truncate) and in the midst of every write. Then it is asked what is there (old, new, neither), the same is written "
        "again, and what is left over is counted. For a ledger *old* is every decision as before: a half line is set apart.",
        "python benchmarks/storage/run.py --parts kills",
    ),
    "disks": (
        "## Full disks",
        "The same writes where no file may become longer than so many bytes (`RLIMIT_FSIZE`; ten sizes from 0 to 100,000).",
        "python benchmarks/storage/run.py --parts disks",
    ),
    "reports": (
        "## A hundred reports in one process",
        "Handles, threads, living objects of Python and resident memory after ten reports, after as many more as *runs* says, and after those once "
        "more. *Given back*: after the C library was asked to give back what it keeps free (`malloc_trim`). Memory that rises first, then stays, and is "
        "given back is room that the C library kept, not something that the program holds.",
        "python benchmarks/storage/run.py --parts reports",
    ),
    "peaks": (
        "## Memory at the limit",
        "A file that is just below the limit of its kind (`files/limits.py`), read in a process of its own. Peak of that process, Python and packages included.",
        "python benchmarks/storage/run.py --parts peaks",
    ),
    "mutated": (
        "## Mutated files",
        "Made seeds of every reader, mutated as bytes, as members of archives, as attributes and as JSON. *Foreign* are exceptions that are not ours.",
        "python benchmarks/storage/run.py --parts mutated",
    ),
    "encodings": (
        "## Sizes of batches, numbers of threads",
        "The real encoder on the focus group that ships (synthetic), a new process for each setting, nothing cached, one seed; vectors, labels and "
        "files of the report beside those of batches of 1 on 1 thread. *Of equal vectors*: settings so far, this one among them, whose vectors are equal "
        "to the bit; how many of them have equal labels, and reports in which every file is equal. Vectors of other batches or threads differ in the seventh digit, since "
        "the matrix products of torch add up in another order. What follows differs in the same digits, but for maps: t-SNE takes a point elsewhere for a "
        "difference of any size. No rounding mends that: some number always stands at the edge. Vectors from the cache are equal to the bit.",
        "python benchmarks/storage/run.py --parts encodings",
    ),
}  # fmt: skip
COLUMNS = {
    "kills": ("writer", "kills", "old", "new", "in part", "neither", "left_after_the_next"),
    "disks": ("writer", "disks", "old", "new", "in part", "neither", "said", "done", "other_errors"),
    "reports": (
        "runs",
        "handles_before",
        "handles_after",
        "threads_before",
        "threads_after",
        "objects_before",
        "objects_after",
        "objects_after_as_many_more",
        "mb_before",
        "mb_after",
        "mb_after_as_many_more",
        "mb_given_back",
    ),
    "peaks": ("reader", "file_mb", "peak_mb", "processor_seconds", "ended"),
    "mutated": ("reader", "seconds", "inputs", "results", "refused", "foreign", "slowest", "peak_mb"),
    "encodings": (
        "batch",
        "threads",
        "n",
        "most_apart",
        "ari",
        "identical",
        "of_equal_vectors",
        "equal_labels",
        "equal_reports",
        "files",
        "other_files",
    ),
}
DIGITS = {
    "mb_before": 0,
    "mb_after": 0,
    "mb_after_as_many_more": 0,
    "mb_given_back": 0,
    "file_mb": 1,
    "peak_mb": 0,
    "processor_seconds": 1,
    "seconds": 0,
    "slowest": 2,
    "ari": 3,
}


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    found = [HEAD.format(provenance=provenance(measured(stored))), *_overview(stored)]
    for name, columns in COLUMNS.items():
        head, about, command = ABOUT[name]
        found += [head, "", f"{about} `{command}`", ""]
        lines = [[_cell(row, column) for column in columns] for row in stored[name]]
        found += [*table([column.replace("_", " ") for column in columns], lines), "", *_sums(name, stored), ""]
    return {"benchmarks/storage.md": "\n".join(found).rstrip() + "\n"}


def _overview(stored: Stored) -> list[str]:
    """Give one row a fault: how often it was tried, and how often each outcome came; read off the tables below."""
    kills, disks, peaks, mutated = (stored[name] for name in ("kills", "disks", "peaks", "mutated"))

    def total(rows: list[dict[str, object]], *names: str) -> int:
        return sum(int(str(row[name])) for row in rows for name in names)

    high = sum(float(str(row["peak_mb"])) > 500 for row in [*peaks, *mutated])
    slow = sum(float(str(row["slowest"])) > 10 for row in mutated)
    lines = [
        ["cut off while writing", total(kills, "kills"), f"{total(kills, 'old')} the old files, {total(kills, 'new')} the new",
         f"{total(kills, 'neither', 'in part')} neither, {total(kills, 'left_after_the_next')} leftovers"],
        ["disk full while writing", total(disks, "disks"), f"{total(disks, 'said')} said, {total(disks, 'done')} had room",
         f"{total(disks, 'neither', 'in part')} neither, {total(disks, 'other_errors')} other errors"],
        ["mutated files", total(mutated, "inputs"), f"{total(mutated, 'results')} read, {total(mutated, 'refused')} refused with a sentence",
         f"{total(mutated, 'foreign')} foreign exceptions, {slow} readers over 10 s"],
        ["files at their limit", len(peaks), f"{sum(row['ended'] == 0 for row in peaks)} read",
         f"{high} peaks over 500 MB, those of mutated files among them"],
    ]  # fmt: skip
    heads = ["fault", "tried", "what came", "what must not come"]
    return ["## Faults and what came of them", "", *table(heads, [list(map(str, line)) for line in lines]), ""]


def _cell(row: dict[str, object], column: str) -> str:
    value = row.get(column)
    if column == "most_apart":
        return f"{value:.1e}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value, DIGITS[column]) if column in DIGITS else str(value)


def _sums(name: str, stored: Stored) -> list[str]:
    rows = stored[name]
    if not rows:
        return ["Not measured yet."]
    if name == "kills":
        return [f"{sum(row['kills'] for row in rows)} kills, {sum(row['neither'] for row in rows)} that left neither."]
    if name == "disks":
        return [
            f"{sum(row['disks'] for row in rows)} full disks, {sum(row['neither'] for row in rows)} that left neither."
        ]
    if name == "reports":
        return []
    if name == "peaks":
        return [f"The highest peak is {max(row['peak_mb'] for row in rows):.0f} MB."]
    if name == "mutated":
        n, foreign = sum(row["inputs"] for row in rows), sum(row["foreign"] for row in rows)
        return [
            f"{n:,} mutated files in {sum(row['seconds'] for row in rows) / 60:.1f} minutes, {foreign} foreign exceptions."
        ]
    same, others = (
        sum(row["identical"] for row in rows),
        sorted({name for row in rows for name in row.get("which", ())}),
    )
    return [
        f"{same} of {len(rows)} runs gave identical labels; the least ARI is {min(row['ari'] for row in rows):.3f}.",
        *([f"Files that differ anywhere: {', '.join(f'`{name}`' for name in others)}."] if others else []),
    ]
