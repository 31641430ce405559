"""The page of the agreement benchmarks, and the tables of ``docs/agreement.md``."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.agreement import coverage, null_page, simulation
from benchmarks.rows import PROVENANCE, Row
from benchmarks.running import DOCS, TIMES, Stored, measured
from benchmarks.tables import grid, interval, number, provenance, section, table

DERIVED = "agreement.md"


def covered(row: Row) -> str:
    without = f" ({row['no_interval']:.0%} none)" if row["no_interval"] else ""
    return "no interval" if row["coverage"] is None else f"{row['coverage']:.3f}{without}"


DERIVATION: dict[str, Callable[[list[Row]], list[str]]] = {
    "units": lambda rows: grid(
        [row for row in rows if row["statistic"] == "cohen_kappa" and row["method"] == "percentile"],
        ["n", "prevalence"], "kappa", covered,
    ),
    "rare": lambda rows: grid([row for row in rows if row["method"] == "percentile"], ["n"], "prevalence", covered),
    "people": lambda rows: grid(rows, ["participants", "drawn"], "method", covered),
    "partitions": lambda rows: grid(
        [row for row in rows if row["drawn"] == "units" and "participants" not in row], ["statistic", "n"], "follow",
        lambda row: f"{row['coverage']:.3f} (truth {row['truth']:.2f})",
    ),
    "replacement": lambda rows: grid(rows, ["statistic"], "n", covered),
    "permutation": lambda rows: grid(
        [row for row in rows if row["within"] == "participants"], ["world", "participants", "turns_each"], "scheme",
        lambda row: number(row["p<=0.05"]),
    ),
    "over_stretches": lambda rows: grid(
        [row | {"study": null_page.shape(row), "carried": row["prevalence"], "slips": row["slip_run"]} for row in rows],
        ["study", "carried", "run", "slips", "offered"], "drawn", covered,
    ),
    "over_groups": lambda rows: grid(
        [row | {"drawn": "segments" if row["drawn"] == "segments" else "participants or stretches"} for row in rows],
        ["statistic", "people", "turns", "talk", "run"], "drawn", covered,
    ),
    "over_codes": lambda rows: grid(rows, ["codes", "n"], "statistic", covered),
    **null_page.DERIVATION,
}  # fmt: skip


def pages(stored: Stored) -> dict[str, str]:
    """Write the benchmark's page, and put the tables it shares into the page that derives the figures."""
    lines = [
        "# Agreement: measured", "",
        "Made by `python benchmarks/agreement/run.py` from `benchmarks/agreement/results/`. What the figures are, and",
        "where intervals fail, is told in [Agreement](../agreement.md).", "",
        provenance(measured(stored)), "",
        *_simulations(stored), *null_page.sections(stored), *_speed(stored["speed"]),
        *_talk(stored["talk"]), *_survey(stored["survey"]),
    ]  # fmt: skip
    found = {"benchmarks/agreement.md": "\n".join(lines).rstrip() + "\n"}
    derivation = DOCS / DERIVED
    return found | {DERIVED: fill(derivation.read_text(encoding="utf-8"), stored)} if derivation.exists() else found


def fill(text: str, stored: Stored) -> str:
    """Replace what stands between the marks of each table."""
    for name, shown in DERIVATION.items():
        if stored[name]:
            begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
            before, _, rest = text.partition(begin)
            _, _, after = rest.partition(end)
            text = "\n".join([before + begin, *shown(stored[name]), end + after])
    return text


def _simulations(stored: Stored) -> list[str]:
    lines: list[str] = []
    seconds = {row["part"]: row["seconds"] for row in stored[TIMES]}
    for name, part in {**simulation.PARTS, **coverage.PARTS}.items():
        rows = stored[name]
        if rows:
            columns = [key for key in dict.fromkeys(key for row in rows for key in row) if key not in PROVENANCE]
            took = f" ({seconds[name]} s, one process)" if name in seconds else ""
            cells = [[_plain(row.get(column)) for column in columns] for row in rows]
            lines += section(f"Simulation: {name}", f"{part.measure.__doc__}{took}", table(columns, cells))
    return lines


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _speed(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    heads = ["work", "peer", "ours, ms", "peer, ms", "peer / ours", "largest difference"]
    cells = [
        [row["work"], row["peer"], number(row["ours_ms"], 1), number(row.get("peer_ms"), 1),
         number(row["peer_ms"] / row["ours_ms"], 1) if row.get("peer_ms") else "",
         f"{row['difference']:.0e}" if "difference" in row else ""]
        for row in rows
    ]  # fmt: skip
    said = "Times are the best of three in one process; the ratios are what carries over to other computers."
    return section("How long the statistics take", said, table(heads, cells))


def _figure(row: Row) -> str:
    return interval(row["value"], row["low"], row["high"]) or "undefined"


def _over(row: Row) -> str:
    return f"{_figure(row)}: {row['why']}" if row["why"] else f"{_figure(row)} over {row['over']}"


def _talk(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    overall, pairs, codes = ([row for row in rows if row["table"] == name] for name in ("overall", "pairs", "codes"))
    return [
        *section(
            "Counselling talk (annomi), ten coders", "2,000 draws, seed 0.",
            table(
                ["speaker", "statistic", "segments", "coders", "transcripts", "categories", "value (95% interval)"],
                [[*(row[k] for k in ("speaker", "statistic", "segments", "coders", "transcripts", "categories")),
                  _over(row)] for row in overall],
            ),
            "Cohen's kappa of all pairs of coders:",
            table(
                ["speaker", "pairs of coders", "mean kappa", "lowest", "highest"],
                [[row[k] for k in ("speaker", "pairs", "mean_kappa", "lowest", "highest")] for row in pairs],
            ),
            "Code by code:",
            table(
                ["code", "segments", "uses, fewest to most", "alpha (95% interval)", "Fleiss", "AC1", "percent"],
                [[row["code"], row["segments"], f"{row['fewest_uses']} to {row['most_uses']}", _over(row),
                  *(number(row[k], undefined="undefined") for k in ("fleiss", "ac1", "percent"))] for row in codes],
            ),
        ),
    ]  # fmt: skip


def _survey(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    questions, codes = ([row for row in rows if row["table"] == name] for name in ("questions", "codes"))
    return section(
        "Survey answers (proctoring_survey), two coders, sets of codes",
        table(
            ["question", "answers", "read by both", "codes", "MASI alpha (95% interval over answers)",
             "alpha of exact sets", "Holsti"],
            [[*(row[k] for k in ("question", "answers", "read_by_both", "codes")), _figure(row),
              *(number(row[k], undefined="undefined") for k in ("exact_sets", "holsti"))] for row in questions],
        ),
        "Codes used six times or more by the two together:",
        table(
            ["code", "read by both", "uses", "both", "kappa (95% interval over answers)", "alpha", "AC1",
             "positive agreement", "why no interval"],
            [[row["code"], row["read_by_both"], " and ".join(map(str, row["uses"])), row["both"], _figure(row),
              *(number(row[k], undefined="undefined") for k in ("alpha", "ac1", "positive_agreement")),
              (row["why"] or "")[:60]] for row in codes],
        ),
    )  # fmt: skip
