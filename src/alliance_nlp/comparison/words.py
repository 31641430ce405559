"""A comparison in words: the table a person reads, and what its figures mean and do not mean."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from alliance_nlp.comparison.units import plural
from alliance_nlp.records import Row, Table, format_cell

if TYPE_CHECKING:
    from alliance_nlp.comparison.result import Comparison

UNIVERSE_WORDS = {
    "shared": "segments that both sides read, coded or not",
    "coded": "segments that at least one side coded (leaving out what nobody coded changes every coefficient)",
    "characters": "characters that both sides read",
}
PRINTED = (
    "code", "n_a", "n_b", "n_both", "kappa", "kappa_interval", "human_human", "machine_human", "difference", "f1", "p",
    "remark",
)  # fmt: skip
# Labels that people quote; each with its source, never used to color or judge a figure here.
THRESHOLDS = (
    "Krippendorff (Content Analysis): alpha >= .800 to rely on, .667-.800 for tentative conclusions",
    "Landis & Koch 1977 (doi:10.2307/2529310): .41-.60 moderate, .61-.80 substantial",
)
OBJECTION = (
    "Reflexive thematic analysis holds that themes are made, not found, and that agreement can measure a shared "
    "shallowness (Braun & Clarke, doi:10.1080/14780887.2020.1769238). Read these figures as a start of a conversation "
    "(O'Connor & Joffe, doi:10.1177/1609406919899220): the list of disagreements is of use without any of them."
)


def print_comparison(comparison: Comparison) -> str:
    """Write the comparison as a page of text."""
    s = comparison.settings
    parts = [headline(s), basis(s), str(main_table(comparison)), str(overall_table(comparison))]
    if len(comparison.theme_recovery):
        columns = (s["level"], "verdict", "stable", "n", "clusters", "f1")
        parts.append(str(_pick(comparison.theme_recovery, columns)))
        parts.append(cluster_summary(comparison))
    parts.append(f"{len(comparison.disagreements)} segments were coded differently; see .disagreements.")
    parts.append("What these figures mean and do not mean: .explain()")
    return "\n\n".join(parts)


def headline(settings: Any) -> str:
    """Say what is beside what, and that a suggestion is no finding."""
    a, b = settings["name_a"], settings["name_b"]
    if settings["machine"] is None:
        return f"{a} (a) beside {b} (b): agreement between codings of equal standing."
    return f"{a} (a) beside {b} (b): machine suggestions beside people's codes. Suggestions, not findings."


def basis(settings: Any) -> str:
    """Name the unit, universe, counts, seed and rule that every figure rests on."""
    s = settings
    lines = [
        f"Unit: {s['unit']}. Universe: {UNIVERSE_WORDS[s['universe']]}. "
        f"{s['n_compared']} of {s['n_segments']} segments, {s['n_transcripts']} transcripts, "
        f"{s['n_participants']} participants.",
        f"Spans count for a segment by the rule {s['rule']!r}; spans that no segment carries: {s['lost']}. "
        f"Seed {s['random_state']}, {s['n_draws']} draws of {s['drawn_by']}, {s['n_permutations']} permutations.",
    ]
    if s["coverage"] is not None:
        lines.append(f"Coverage: the machine placed {s['coverage']:.0%} of the segments it did not set aside "
                     f"({s['n_set_aside']} near-empty turns set aside).")  # fmt: skip
    if s["n_abstained"]:
        lines.append(
            f"On {s['n_abstained']} segments the machine declined to answer; they are left out of coefficients."
        )
    return "\n".join([*lines, *s["warnings"]])


def main_table(comparison: Comparison) -> Table:
    """Keep the columns of the main table that fit a page."""
    known = [name for name in PRINTED if name in comparison.main.columns]
    empty = [name for name in known if name not in ("code", "kappa") and _all_undefined(comparison.main, name)]
    columns = tuple(name for name in known if name not in empty)
    notes = ["kappa: Cohen's, chance from each side's own use of the code; interval 95 %"]
    if "human_human" in columns:
        notes.append(f"human human: mean kappa of {comparison.settings['people']} on the same segments")
    if "f1" in columns:
        notes.append(f"f1: of the machine against {comparison.settings['gold_name']}")
    if any("AC1 misleads" in row["remark"] for row in comparison.main.rows()):
        notes.append("AC1 misleads: with a code this rare or common, AC1 and percent are high whatever the coders do")
    picked = _pick(comparison.main, columns)
    return Table(picked.columns, picked.values, f"Per {comparison.settings['level']}", (), tuple(notes))


def overall_table(comparison: Comparison) -> Table:
    """Keep the columns of the overall table that hold any value."""
    table = comparison.overall
    return _pick(table, tuple(n for n in table.columns if n != "smallest_p" and not _all_undefined(table, n)))


def _all_undefined(table: Table, column: str) -> bool:
    values = [row[column] for row in table.rows()]
    return all(_undefined(value) for value in values)


def _undefined(value: object) -> bool:
    if isinstance(value, tuple):
        return all(_undefined(part) for part in value)
    return value in (None, "") or (isinstance(value, float) and math.isnan(value))


def _pick(table: Table, columns: tuple[str, ...]) -> Table:
    rows: list[Row] = [{name: _printed(name, row[name]) for name in columns} for row in table.rows()]
    return Table.of(rows, columns=columns, title=table.title, notes=table.notes)


def _printed(name: str, value: Any) -> Any:
    """Three decimals for p, so that a small one is not printed as 0; nothing for an interval that is not there."""
    if name in ("p", "q") and isinstance(value, float) and math.isfinite(value):
        return f"{value:.3f}".lstrip("0") if value >= 0.001 else "<.001"
    return None if isinstance(value, tuple) and _undefined(value) else value


def cluster_summary(comparison: Comparison) -> str:
    """Count the verdicts on the clusters in one sentence."""
    counts = Counter(row["verdict"] for row in comparison.cluster_verdicts.rows())
    parts = [f"{counts[verdict]} {verdict}" for verdict in ("matched", "split", "merged", "extra") if counts[verdict]]
    return f"Of {sum(counts.values())} clusters: {', '.join(parts) or 'none to judge'}."


def explain(comparison: Comparison) -> str:
    """Put the comparison into sentences."""
    s = comparison.settings
    lines = [headline(s), basis(s), *(_sentence(row, s) for row in comparison.main.rows())]
    lines += [
        "A kappa of 0 is what two codings reach that apply codes as often but without regard to one another; 1 is the "
        "same code on the same segments every time. It says nothing on whether the codes are right.",
        "Percent agreement, AC1 and Brennan-Prediger stay high for a rare code even when the two sides never agree on "
        "it; kappa, alpha and F1 do not.",
        "An interval covers which segments (or participants) were drawn, not who coded or how the codebook was made.",
        "p is the share of arrangements, codes moved along each participant's talk, that agree as well. A small p says "
        "more than chance, not good.",
    ]
    if comparison.clusters is not None:
        lines.append("AMI and ARI compare groupings of segments; segments in no cluster are left out of the first pair "
                     "of figures and stand alone in the second. Neither names a theme.")  # fmt: skip
    if len(comparison.prevalence) == 0:
        lines += list(comparison.prevalence.notes)
    lines += ["Thresholds that people quote, with their source:", *(f"  {line}" for line in THRESHOLDS), OBJECTION]
    return "\n".join(lines)


def _sentence(row: Row, settings: Any) -> str:
    a, b = settings["name_a"], settings["name_b"]
    start = (
        f"{row['code']}: {a} applied it to {row['n_a']}, {b} to {row['n_b']} of {row['n']} {_units(settings)}, "
        f"both to {row['n_both']}."
    )
    if math.isnan(row["kappa"]):
        return f"{start} Kappa is undefined ({row['remark']})."
    low, high = row["kappa_interval"]
    between = f" (95 % interval {format_cell(low)} to {format_cell(high)})" if math.isfinite(low) else " (no interval)"
    text = f"{start} Kappa {format_cell(row['kappa'])}{between}."
    if math.isfinite(row.get("human_human", math.nan)):
        text += f" Two people reach {format_cell(row['human_human'])} on the same {_units(settings)}."
    return f"{text} Remark: {row['remark']}." if row["remark"] else text


def _units(settings: Any) -> str:
    return "characters" if settings["universe"] == "characters" else "segments"


def level_title(level: str) -> str:
    """Title of the table of a level."""
    return f"Agreement on {plural(level)}"
