"""The page that says how codings survive edits."""

from __future__ import annotations

from benchmarks.running import Stored, measured
from benchmarks.tables import provenance, section, table

HEAD = """\
# Edited transcripts and privacy

Made by `python benchmarks/privacy/run.py` from `benchmarks/privacy/results/`. {provenance}
"""
LANDED = """\
Each transcript goes through 1 to 12 random edits: typos, names replaced everywhere, fillers taken out, words put in or
taken out, lines moved, dropped, emptied, split and joined, speakers renamed. An oracle follows each letter. *Right*:
all letters of the stretch that are still there, and none of others; *lost*: listed as lost, *gone* among them: no word
of it is left. These corpora served while the rules were made: development figures."""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    columns = ("corpus", "transcripts", "stretches", "right", "wrong", "lost", "gone")
    landed = [[row[column] for column in columns] for row in stored["landed"]]
    took = [
        f"`realign` took {row['seconds']:.0f} s for {row['transcripts']} transcripts of {row['letters'] // 1000} "
        f"thousand letters with {row['applications']} applications, of which it lost {row['lost']}, "
        f"on {row['machine']}."
        for row in stored["took"]
    ]
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *section("Where stretches land after random edits", LANDED, table(columns, landed)),
        *section("How long it takes", "\n\n".join(took) or "Not measured."),
    ]
    return {"benchmarks/privacy.md": "\n".join(lines).rstrip() + "\n"}
