"""The themes, one row each: what the clusters gathered, a machine that learnt, people with each other, position."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from alliance_nlp.comparison.words import NOT_WEAKER, ThemeVerdict
from alliance_nlp.errors import listed
from alliance_nlp.numeric import nan_mean
from alliance_nlp.records import Row, Table, code_table
from alliance_nlp.reports.document import Block, Entries, Entry, Quote, Section, grid_of
from alliance_nlp.reports.meeting.seen import Seen

FIGURES = 12  # at most so many figures in the table; beyond them words say which is higher
TAUGHT = (
    "A learnt machine repeats your coding. Its agreement shows that the codes can be taught, not that the themes are "
    "right."
)
SCALE = (
    "Figures: how far two codings agree beyond chance. Nought is what chance gives, one is the same code on the same "
    "passages every time. Learnt machine: what learnt from your coding, held out, with each person in the mean. "
    "People: with each other."
)
SCALE_POSITION = (
    "Order of talk: what it says alone, by the people's own code of the passage before, without a word read."
)
VERDICTS: dict[ThemeVerdict, str] = {
    "most of": "most of it", "part of": "a part of it", "together with": "it, together with {others}",
    "not": "none of it", "too little to say": "too little to say",
}  # fmt: skip
COLUMNS = ("machine", "people", "position")
NO_CLUSTERS = "no clusters were made"


def themes_section(seen: Seen) -> Section:
    """Put one row a theme into a table, and below it two quotes of each: one gathered, one not."""
    comparison = seen.comparison
    rows = comparison.side_by_side.rows()
    level = seen.level
    blocks: list[Block] = [_table(seen, rows), TAUGHT, NOT_WEAKER]
    if seen.material.wishes.quotes and comparison.clusters is not None:
        blocks.append(
            Entries(tuple(e for i, row in enumerate(rows) if (e := _quotes(seen, i, row)) is not None), "cards")
        )
    return Section("themes", f"The {level if level != 'essence' else 'essence'}s, one row each", tuple(blocks))


def _table(seen: Seen, rows: Sequence[Row]) -> Block:
    """Figures as far as they fit, then words; why a figure is missing stands below."""
    known = [name for name in COLUMNS if any(math.isfinite(row[name]) for row in rows)]
    fit = FIGURES // max(len(rows), 1)
    figures, worded = known[:fit], known[fit:]
    lines: list[Row] = []
    for row in rows:
        found = {row["code"]: row for row in seen.comparison.theme_recovery.rows() for row in [_named(row, seen)]}
        line: Row = {"theme": row["code"], "clusters": _gathered(row, found.get(row["code"]))}
        line |= {name: row[name] for name in figures}
        lines.append(line | {name: _beside(row, name, known) for name in worded})
    headings = {
        "theme": seen.level.capitalize(), "clusters": "Clusters gathered",
        "machine": "Learnt machine", "people": "People",
        "position": "Order of talk",
    }  # fmt: skip
    table = Table.of(lines, columns=("theme", "clusters", *known), title="Side by side")
    notes = [*([SCALE] if figures else []), *([SCALE_POSITION] if "position" in known else [])]
    missing = sorted({(row["reason"], row["code"]) for row in rows if row["reason"]})
    reasons: dict[str, list[str]] = {}
    for reason, code in missing:
        reasons.setdefault(reason, []).append(code)
    notes += [
        f"No figure of the machine: {reason}" + (f" ({listed(codes, 'and')})." if len(codes) < len(rows) else ".")
        for reason, codes in reasons.items()
    ]
    if "people" not in known:
        notes.append("People with each other: fewer than two coders are known, so nothing says how far people agree.")
    return grid_of(table, headings=headings, notes=notes)


def _named(row: Row, seen: Seen) -> Row:
    return row | {"code": row[seen.level]}


def _gathered(row: Row, found: Row | None) -> str:
    verdict: ThemeVerdict | None = row["verdict"]
    if verdict is None or found is None:
        return NO_CLUSTERS
    return VERDICTS[verdict].format(others=listed(list(found["with"]), "and") or "other talk")


def _beside(row: Row, name: str, known: Sequence[str]) -> str:
    """Say in words whether a figure is higher or lower than the machine's."""
    other = row["machine"] if name != "machine" else row.get("people", math.nan)
    if name == "machine" and known == ["machine"]:
        return "see the tables"
    if not (math.isfinite(row[name]) and math.isfinite(other)):
        return ""
    against = "people" if name == "machine" else "the machine"
    return f"{'more' if row[name] > other else 'no more'} than {against}"


def _quotes(seen: Seen, number: int, row: Row) -> Entry | None:
    """Give one quote of the theme that the clusters gathered, and one that they did not."""
    carried = _carried(seen, row["code"])
    label = [seen.labels.get(segment_id, -1) for segment_id in seen.comparison.segments.ids]
    inside = np.isin(label, row["clusters"]) if len(row["clusters"]) else np.zeros(len(label), dtype=bool)
    if row["verdict"] in ("not", None):
        inside[:] = False
    quotes: list[Quote] = []
    for what, rows in (("Gathered", carried & inside), ("Not gathered", carried & ~inside)):
        places = np.flatnonzero(rows & seen.quotable).tolist()
        if places:
            quotes.append(seen.quote(min(places, key=lambda i: (-seen.n_words[i], i)), what))
    return Entry(f"theme-{number + 1}", row["code"], (), tuple(quotes)) if quotes else None


def _carried(seen: Seen, code: str) -> np.ndarray:
    """Segments to which more than half of the people's side gave a code."""
    share = nan_mean([code_table(sets, [code])[0] for sets in seen.human])
    return np.asarray(np.nan_to_num(share) > 0.5)
