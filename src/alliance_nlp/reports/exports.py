"""Every table as CSV that opens in a spreadsheet without running anything."""

from __future__ import annotations

from dataclasses import replace

from alliance_nlp.records import Table
from alliance_nlp.reports.material import Material


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
        found["clusters"] = replace(material.descriptions.table(), quoting=("keywords", "exemplar"))
        found["segments"] = material.clusters.table().only(SEGMENTS)
    if material.mapping is not None:
        found["links"] = material.mapping.table()
    return {name: table.to_csv(quotes=material.wishes.quotes).encode("utf-8-sig") for name, table in found.items()}


SEGMENTS = (
    "segment_id", "transcript_id", "session", "turn", "position", "speaker", "role", "cluster", "strength", "set_aside",
    "text",
)  # fmt: skip
