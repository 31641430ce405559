"""The page of the benchmarks of the founding study's steps."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.running import Stored, measured
from benchmarks.tables import interval, number, provenance, section, table

HEAD = """\
# The founding study's steps: what was measured

Made by `python benchmarks/method/run.py --data FOLDER` from `benchmarks/method/results/`. {provenance}
"""
MARKED = """\
Average precision over segments, 95% interval over documents drawn again (below ten documents over participants or
stretches of talk, where they are enough). Beyond length: the difference to length alone, on the same draws; a score is
called better than length where that interval lies above 0. Learnt scores are of documents held out.
In annomi neutral talk stands for what was left, in argkp arguments that match no key point:
both only come near to what a researcher leaves unmarked."""
READERS = """\
Readers' own marks, apart from codes. Only the shipped study has any, and it is synthetic: its two readers were written
by one person, so these rows show what the table says and are no evidence. "KL's own marks" is how well one reader's
yes or no tells what the other marked."""
SIDES = """\
On {corpus} ({segments} segments). Area under the curve per motion, the better pole counted as the right one (so chance
lies above .5: see random numbers); mean and 95% interval over motions drawn again. Last column: share of the five
furthest pairs whose statements stand on opposite sides. The smoothing was chosen on all motions; from 10 to 100 it
changes the area by .001. Every second: every second motion by name, beside all of them, to show how far figures move
with the motions. The other settings were set once and not tuned, but every motion had been seen: these are development
figures."""
TOLD = """\
What people's marks would add: of each side so many statements are told, the rest is tried; the poles are named by what
is told, so this area may fall below .5. Means over five draws, intervals over motions."""
TURNS = """\
Turns of the shipped study under each theme, marked for or against one sentence a theme by one reader and committed
before any measure was run on them (`benchmarks/method/stances_marked.csv`). The better pole counts as the right one, so
random numbers reach *chance*, and one in twenty of them more than *chance, 95%*. The study is synthetic; this is no
evidence but of what goes wrong."""


def pages(stored: Stored) -> dict[str, str]:
    """Write the page."""
    lines = [
        HEAD.format(provenance=provenance(measured(stored))),
        *_significance(stored["significance"]),
        *_marks(stored["marks"]),
        *_stance(stored["stance"]),
        *_told(stored["stance_learnt"]),
        *_turns(stored["stance_turns"]),
    ]
    return {"benchmarks/method.md": "\n".join(lines).rstrip() + "\n"}


def _significance(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = []
    for row in rows:
        about = [row["corpus"], row["segments"], row["documents"]]
        if row["score"] is None:
            said = f"{row['why']}: {row['marked']} of {row['segments']} segments are coded"
            lines.append([*about, said, "", "", ""])
        else:
            lines.append([*about, *_judged(row)])
    heads = ["corpus", "segments", "documents", *JUDGED]
    return section("Statements that people coded, above those they left", MARKED, table(heads, lines))


JUDGED = ("score", "average precision", "beyond length", "says")


def _judged(row: Row) -> list[object]:
    says = row.get("says", "")  # rows of earlier versions do not say it
    beyond = interval(row["beyond"], row["beyond_low"], row["beyond_high"]) if says else ""
    return [row["score"], interval(row["ap"], row["low"], row["high"]), beyond, says]


def _marks(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = [[row["reader"], row["n"], *_judged(row)] for row in rows]
    return section("Statements that readers marked as significant", READERS,
                   table(["marked by", "segments", *JUDGED], lines))  # fmt: skip


def _part(row: Row) -> str:
    """Name the motions of a row: it calls every second one held out, and every motion had been seen."""
    return {"held out": "every second"}.get(row.get("part", "all"), "all")


def _stance(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = ["method", "motions", "area (95% interval)", "opposite pairs"]
    lines = [
        [row["method"], f"{row['motions']} {_part(row)}", interval(row["area"], row["low"], row["high"]),
         number(row["opposite_pairs"], 2)]
        for row in rows
    ]  # fmt: skip
    said = SIDES.format(corpus=rows[0]["corpus"], segments=rows[0]["segments"])
    return section("Two sides of a motion, told apart without any coding", said, table(heads, lines))


def _told(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = [
        [row["told"], row["method"], f"{row['motions']} {_part(row)}", interval(row["area"], row["low"], row["high"])]
        for row in rows
    ]
    heads = ["told of each side", "method", "motions", "area (95% interval)"]
    return section("Two sides of a motion, learnt from some that are told", TOLD, table(heads, lines))


def _turns(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    lines = [
        [row["theme"], row["for"], row["against"], row["method"], number(row["area"], 2), number(row["chance"], 2),
         number(row["chance_95"], 2)]
        for row in rows
    ]  # fmt: skip
    heads = ["theme", "for", "against", "method", "area", "chance", "chance, 95%"]
    return section("For and against a theme, in marked turns", TURNS, table(heads, lines))
