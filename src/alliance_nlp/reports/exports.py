"""Every table as CSV that opens in a spreadsheet without running anything."""

from __future__ import annotations

import csv
import io
from typing import Any

from alliance_nlp.plots.figures import printable
from alliance_nlp.records import Row, Table
from alliance_nlp.reports.material import Material

# what spreadsheet programs take for the beginning of a formula, full-width forms included
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BREAKS = ("\t", "\r", "\n")


def csv_tables(material: Material) -> dict[str, bytes]:
    """All tables of the report by name; without columns of participants' words when quotes are left out."""
    found: dict[str, Table] = {}
    comparison = material.comparison
    if comparison is not None:
        for name in (
            "per_code", "per_essence", "per_theme", "overall", "theme_recovery", "cluster_verdicts", "per_participant",
            "per_session", "disagreements", "prevalence", "abstained_as_no_code",
        ):  # fmt: skip
            table = getattr(comparison, name)
            if table.columns:
                found[name] = table
    if material.clusters is not None and material.descriptions is not None:
        found["clusters"] = Table.of(material.descriptions.rows(), columns=CLUSTERS, quoting=("keywords", "exemplar"))
        found["segments"] = Table.of(material.clusters.rows(), columns=SEGMENTS, quoting=("text",))
    if material.mapping is not None:
        found["links"] = material.mapping.table()
    return {name: csv_bytes(table, quotes=material.wishes.quotes) for name, table in found.items()}


CLUSTERS = ("cluster", "segments", "speakers", "sessions", "stability", "cohesion", "mark", "keywords", "exemplar")
SEGMENTS = (
    "segment_id", "transcript_id", "session", "turn", "position", "speaker", "role", "cluster", "strength", "set_aside",
    "text",
)  # fmt: skip


def csv_bytes(table: Table, *, quotes: bool = True) -> bytes:
    """Write a table as CSV: UTF-8 with a byte order mark (for spreadsheet programs), numbers in full.

    Parameters
    ----------
    table : Table
        The table. Intervals become two columns, sets and tuples words joined by " | ".
    quotes : bool, default True
        False leaves out the columns that hold participants' words.

    Returns
    -------
    bytes
        The file's content. A text that a spreadsheet would run as a formula has an apostrophe in front.
    """
    rows = [
        _flat(row) for row in ({k: v for k, v in r.items() if quotes or k not in table.quoting} for r in table.rows())
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row)) or [
        name for name in table.columns if quotes or name not in table.quoting
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows({name: _field(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _flat(row: Row) -> Row:
    flat: Row = {}
    for name, value in row.items():
        if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, float) for part in value):
            flat |= {f"{name}_low": value[0], f"{name}_high": value[1]}
        else:
            flat[name] = value
    return flat


def _field(value: Any) -> Any:
    if isinstance(value, frozenset):
        value = sorted(value)
    if isinstance(value, tuple | list):
        return harmless(" | ".join(map(str, value)))
    if isinstance(value, float):
        return float(value)  # numpy's own would be written with its type
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet program would run.

    Examples
    --------
    >>> harmless("=1+1"), harmless("so =1"), harmless(" @x")
    ("'=1+1", 'so =1', "' @x")
    """
    clean = printable(text)
    return f"'{clean}" if clean.startswith(BREAKS) or clean.lstrip().startswith(FORMULA) else clean
