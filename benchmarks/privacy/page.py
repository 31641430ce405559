"""The page that says how codings survive edits, and what is found of identifiers."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.tables import interval, provenance, section, table

HEAD = """\
# Edited transcripts and privacy

Made by `python benchmarks/privacy/run.py` from `benchmarks/privacy/results/`. {provenance}
"""
LANDED = """\
Each transcript goes through 1 to 12 random edits: typos, names replaced everywhere, fillers taken out, words put in or
taken out, lines moved, dropped, emptied, split and joined, speakers renamed. An oracle follows each letter. *Right*:
all letters of the stretch that are still there, and none of others; *lost*: listed as lost, *gone* among them: no word
of it is left. These corpora served while the rules were made: development figures."""

FOUND = """\
Identifiers of ten kinds are planted in English talk, a sentence every twelfth turn, English and Norwegian ones by turns
(there is no Norwegian talk among the corpora). None of the words planted stands in the lists of the rules; the
sentences are by the same hand as the rules, so recall is a ceiling of what to expect, and a development figure.
*capitals* is the trivial rule: every word with a capital that does not begin a sentence. Found means that a suggestion
shares a letter with what was planted. Shares with Wilson's 95 % intervals."""
PRECISION = """\
Of all suggestions those that hit what was planted. What the talk itself holds of names and places nobody has marked, so
that this is a floor, and depends on how much was planted; the two rules met the same talk. A suggestion counts as a hit
whichever kind was planted there."""


def _recall(stored: Stored) -> list[list[str]]:
    """One row a kind and language, the two rules beside each other."""
    by = {(row["what"], row["language"], row["rule"]): row for row in stored["identifiers"]}
    keys = dict.fromkeys((what, language) for what, language, _ in by if not _of_suggestions(what))
    return [
        [what, language, str(by[what, language, "rules"]["n"]),
         *(_share(by[what, language, rule]) for rule in ("rules", "capitals"))]
        for what, language in sorted(keys, key=lambda key: (key[0] == "all planted", key))
    ]  # fmt: skip


def _of_suggestions(what: str) -> bool:
    return what.startswith(("all suggestions", "suggested: "))


def _share(row: Row) -> str:
    return interval(row["share"], row["low"], row["high"], 2)


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
    precision = [
        [row["rule"], row["what"], row["n"], row["words"], _share(row)]
        for row in stored["identifiers"] if _of_suggestions(row["what"])
    ]  # fmt: skip
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *section("Where stretches land after random edits", LANDED, table(columns, landed)),
        *section(
            "Identifiers that are found",
            FOUND,
            table(["kind", "language", "n", "rules", "capitals"], _recall(stored)),
            PRECISION,
            table(["rule", "what", "suggestions", "words", "precision"], precision),
        ),
        *section("How long it takes", "\n\n".join(took) or "Not measured."),
    ]
    return {"benchmarks/privacy.md": "\n".join(lines).rstrip() + "\n"}
