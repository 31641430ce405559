"""The part of the page that says how near on the map what is alike lies."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.tables import section, table

SAID = """\
Shares of the 10 and of the 50 segments nearest in all dimensions that are among as many nearest on the map, and
trustworthiness of scikit-learn over ten (1: no stranger among the nearest); up to 1,500 segments a set, and fifty of
each. Ways in the order in which the map was drawn: before decision 0248, before
[decision 0259](../decisions/0259-fewer-steps-of-the-map.md), and today. Processor seconds of the layout, one thread,
on a computer that did other work. The steps of 0259 were chosen with the study that ships, nhs, counselchat, serdif,
wac_experts and banking77. `python benchmarks/clusters/run.py --parts maps`"""


def maps_section(rows: list[Row]) -> list[str]:
    """Write one line a set and size: the figure of each way, one after the other."""
    if not rows:
        return []
    ways = list(dict.fromkeys(str(row["way"]) for row in rows))
    found = {(row["set"], row["n"], row["way"]): row for row in rows}
    cells = [
        [name, n, *("; ".join(_said(found.get((name, n, way), {}).get(key), digits) for way in ways)
                    for key, digits in (("of_10", 3), ("of_50", 3), ("trustworthiness", 3), ("processor_seconds", 2)))]
        for name, n in dict.fromkeys((row["set"], row["n"]) for row in rows)
    ]  # fmt: skip
    return section(
        "How near on the map what is alike lies", SAID, f"Each cell: {'; '.join(ways)}.",
        table(["set", "n", "of 10", "of 50", "trustworthiness", "seconds"], cells),
    )  # fmt: skip


def _said(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
