"""How the rows of ``null.py`` are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks.agreement import null
from benchmarks.rows import Row
from benchmarks.running import Stored
from benchmarks.tables import grid, number, section, table

RARELY, MOST = 0.05, 0.08
WAYS = ("participant_shift", "session_shift", "centred_session_shift")
FOUNDING = {"sessions": 2, "turns": 220, "people_each": 5, "prevalence": 0.25, "prevalence_b": 0.25,
            "turn_taking": "any order", "uneven": False}  # fmt: skip


def shape(row: Row) -> str:
    return f"{row['sessions']} x {row['turns']}, {row['people_each']}"


def share(value: float | None) -> str:
    return number(value, undefined="none")


def refused(row: Row) -> str:
    """Say in which share of the studies there was no p, and why."""
    return ", ".join(
        f"{why} {n / row['studies']:.0%}" for why, n in row["refused"].items() if n / row["studies"] >= 0.005
    )


def rates(row: Row) -> list[str]:
    return [share(row["rejected"]), share(row["upper"]), *(share(row[way]) for way in WAYS)]


RATES = ["stretch test", "upper limit", *(way.replace("_", " ") for way in WAYS)]


def null_table(rows: Iterable[Row]) -> list[str]:
    """One line a cell."""
    heads = [
        "codes",
        "run",
        "run b",
        "people",
        "sessions x turns, people",
        "carried",
        "by b",
        "turns taken",
        *RATES,
        "no p",
    ]
    lines = [
        [*(row[key] for key in ("kind", "run", "run_b", "people")), shape(row) + (", uneven" if row["uneven"] else ""),
         row["prevalence"], row["prevalence_b"], row["turn_taking"], *rates(row), refused(row)]
        for row in rows
    ]  # fmt: skip
    return table(heads, [[str(cell) for cell in line] for line in lines])


def founding_table(rows: Iterable[Row]) -> list[str]:
    """Give the cells of the founding study's shape, as the page on agreement shows them."""
    kept = [row for row in rows if all(row[key] == value for key, value in FOUNDING.items())]
    kept = [row for row in kept if row["run"] == row["run_b"] and row["run"] <= 15]
    lines = [[*(row[key] for key in ("kind", "people", "run")), *rates(row), refused(row)] for row in kept]
    return table(["codes", "people", "run", *RATES, "no p"], [[str(cell) for cell in line] for line in lines])


def summary(rows: list[Row]) -> str:
    """Count the cells and say which is the worst; cells in which the test refuses nearly every study stand apart."""
    told = [row for row in rows if row["given"] >= RARELY * row["studies"]]
    apart = [row for row in rows if row["given"] < RARELY * row["studies"]]
    worst = max(told, key=lambda row: row["upper"])
    over, full = sum(row["upper"] > MOST for row in told), sum(row["given"] >= null.GIVEN for row in told)
    said = (
        f"{len(rows)} cells, {sum(row['studies'] for row in rows):,} studies. In {len(told)} cells the highest upper "
        f"limit is {worst['upper']:.3f} ({worst['kind']}, runs of {worst['run']}, {shape(worst)}), and {over} lie "
        f"above .08; {full} of them rest on {null.GIVEN:,} studies with a p. The older ways were tried on "
        f"{null.BESIDE} studies a cell."
    )
    if not apart:
        return said
    given = sum(row["given"] for row in apart)
    n = round(sum((row["rejected"] or 0.0) * row["given"] for row in apart))
    return (
        f"{said} In {len(apart)} cells the test refuses more than {1 - RARELY:.0%} of the studies; of the {given:,} of "
        f"their {sum(row['studies'] for row in apart):,} studies that got a p, {n} have p <= .05 (upper limit "
        f"{null.upper_limit(n, given):.3f})."
    )


def power_table(rows: Iterable[Row]) -> list[str]:
    named = [row | {"study": shape(row), "carried": row["prevalence"]} for row in rows]
    return grid(named, ["study", "carried", "run"], "agreement", power_cell)


def power_cell(row: Row) -> str:
    without = 1 - row["given"] / row["studies"]
    also = f"; {without:.0%} no p" if without >= 0.005 else ""
    return f"{share(row['rejected'])} (kappa {number(row['kappa'], 2)}{also})"


def grouping_table(rows: Iterable[Row]) -> list[str]:
    named = ("overall", "any_pair", "codes_summed", "coders_summed")
    heads = ["sessions x turns, people", "people", "themes x clusters", "run", "agreement",
             *(f"{name.replace('_', ' ')} (upper)" for name in named), "pairs with p"]  # fmt: skip
    lines = [
        [shape(row), row["people"], f"{row['themes']} x {row['clusters']}", row["run"], row["agreement"],
         *(f"{share(row[f'{name}_rejected'])} ({share(row[f'{name}_upper'])})" for name in named), row["pairs_given"]]
        for row in rows
    ]  # fmt: skip
    return table(heads, [[str(cell) for cell in line] for line in lines])


def differs_table(rows: Iterable[Row]) -> list[str]:
    lines = [[row["kind"], row["run"], share(row["fisher"]), share(row["stretches"])] for row in rows]
    heads = ["codes", "run", "Fisher's exact test", "stretches of talk"]
    return table(heads, [[str(cell) for cell in line] for line in lines])


DERIVATION: dict[str, Callable[[list[Row]], list[str]]] = {
    "null": founding_table,
    "power": power_table,
    "groupings": lambda rows: grouping_table(row for row in rows if row["turns"] in (220, 100)),
}
SAID = {
    "null": "Codes that run on while several people speak. *threshold*: a subject is on the table and those to whom it "
    "matters say so; *own talk*: each person's turns run on whatever the others say; *taken up or not*: each person "
    "takes a subject up, or not, for a whole stretch; *episodes*: within an episode each turn speaks of it or not. "
    "`run` is the mean length of a stretch in turns. The upper limit is that of the 95 % interval of the share.",
    "power": "The second coding repeats the first on a share of the turns and is unrelated to it elsewhere. 1,000 "
    "studies a cell.",
    "who_differs": "Share of studies in which the share of a code of some person is told from that of the others "
    "(p <= .05 after Holm), and nobody differs: why a comparison prints no p there. 300 studies a cell, two sessions "
    "of 220 turns, five people.",
    "groupings": "Nominal .05. *any pair*: some q of Benjamini and Hochberg is at most .05. *codes summed*: one "
    "stretch test over the first codes of both groupings; *coders summed*: with a second coder who repeats the first.",
}  # fmt: skip


def sections(stored: Stored) -> list[str]:
    """Write the sections of the page."""
    lines: list[str] = []
    if stored["null"]:
        lines += section(
            "Studies without a relation", SAID["null"], summary(stored["null"]), null_table(stored["null"])
        )
    if stored["power"]:
        lines += section("Studies with a relation", SAID["power"], power_table(stored["power"]))
    if stored["groupings"]:
        lines += section("Clusters beside themes", SAID["groupings"], grouping_table(stored["groupings"]))
    if stored["who_differs"]:
        lines += section("Does one person differ?", SAID["who_differs"], differs_table(stored["who_differs"]))
    return lines
