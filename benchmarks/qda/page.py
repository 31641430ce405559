"""The page that says what comes over from each program's project, and what a large one costs."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.tables import number, provenance, section, table

HEAD = """\
# Projects of QDA programs

Made by `python benchmarks/qda/run.py` from `benchmarks/qda/results/`. {provenance}
"""
FILES_SAID = """\
Each file is read, written as REFI-QDA and read again. *Fit*: share of the selections that could be held against the
text whose name begins their words, or that begin and end at edges of words, by the way of counting that was chosen.
*Passed on*: kept as it is and written again. *Lost* is neither read nor passed on. *Differs after*: what is not the
same once it was written and read again, of the numbers in this row, and of texts and places."""
LARGE_SAID = """\
A made project, written and read in a process of its own each; peak memory is that of the whole process, beside other
work on a machine of two cores."""

HOSTILE_SAID = """\
Files that are made to harm, read in a process of its own each; the first row is what a process takes to read anything.
Peak memory is that of the whole process. `tests/unit/test_qda_hostile.py` holds what is said of each. Mutated files
(`tests/fuzz/harness.py`, ten minutes each on 2026-11-27): 40,869 of REFI-QDA and 62,626 of Taguette, read or refused in
a sentence, none with an error of anything else; 1,500 of those that were read were written and read again."""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *section("Real files", FILES_SAID, _files(stored["files"])),
        *section("A large project", LARGE_SAID, _large(stored["large"])),
        *section("Files made to harm", HOSTILE_SAID, _hostile(stored["hostile"])),
    ]
    return {"benchmarks/qda.md": "\n".join(lines).rstrip() + "\n"}


def _files(rows: list[Row]) -> list[str]:
    numbers = ("transcripts", "codes", "applications", "coders", "memos", "selections")
    lines = []
    for row in rows:
        if row["refused"] is not None:
            lines.append([row["file"], *[""] * (len(numbers) + 3), "", f"refused: {row['refused']}", ""])
            continue
        fit = f"{number(row['fit'])} of {row['judged']}" if row["judged"] else ""
        lines.append([row["file"], *(str(row[key]) for key in numbers), row["counting"], fit, str(row["passed_on"]),
                      row["lost_kinds"] or "0", row["differs_after"] or "nothing"])  # fmt: skip
    heads = ["file", *numbers, "counted by", "fit", "passed on", "lost", "differs after"]
    return table(heads, lines)


def _large(rows: list[Row]) -> list[str]:
    lines = [
        [row["what"], str(row["transcripts"]), str(row["applications"]),
         *(number(row[key], digits) for key, digits in (("seconds", 1), ("peak_mb", 0), ("mb", 1)))]
        for row in rows
    ]  # fmt: skip
    return table(["", "transcripts", "applications", "seconds", "peak MB", "file, MB"], lines)


def _hostile(rows: list[Row]) -> list[str]:
    lines = [
        [row["kind"], row["name"], number(row["file_mb"], 1), row["said"].replace("|", "/"), number(row["seconds"], 1),
         number(row["peak_mb"], 0)]
        for row in rows
    ]  # fmt: skip
    return table(["kind", "file", "MB", "said", "seconds", "peak MB"], lines)
