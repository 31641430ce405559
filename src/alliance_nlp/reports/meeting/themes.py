"""The themes, one row each: what the clusters gathered, a machine that learnt, people with each other, position."""

from __future__ import annotations

import math
from collections.abc import Mapping as MappingABC, Sequence

import numpy as np

from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.machines_beside import MEAN
from alliance_nlp.comparison.words import NOT_WEAKER, ThemeVerdict
from alliance_nlp.errors import listed
from alliance_nlp.numeric import grouped, nan_mean
from alliance_nlp.records import Row, Table, code_table
from alliance_nlp.reports.document import Block, Entries, Entry, Section, grid_of
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
MACHINES = (
    "Agreement: with each person in the mean, over the same passages for everybody, those for which every machine has "
    "an answer. A machine that is higher than people with each other asks whether it had seen their coding."
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
    blocks: list[Block] = [_table(seen, rows)]
    blocks += [TAUGHT] if comparison.learnt is not None else []
    blocks += _machines(comparison)
    if comparison.clusters is not None:
        blocks.append(NOT_WEAKER)
        if seen.material.wishes.quotes and (entries := _quoted(seen, rows)):
            blocks.append(Entries(entries, "cards"))
    return Section("themes", f"The {seen.level}s, one row each", tuple(blocks))


def _machines(comparison: Comparison) -> list[Block]:
    """Give everybody's mean figure on the passages that every machine answered, where there are further machines."""
    beside = comparison.machines_beside
    rows = [row for row in beside.rows() if row["code"] == MEAN]
    if not rows:
        return []
    headings = {"coder": "Who", "n": "Passages", "kappa": "Agreement", "kappa_interval": "95% interval",
                "difference": "Less or more than people", "difference_interval": "95% interval of that"}  # fmt: skip
    table = Table.of(rows, columns=tuple(headings), title=beside.title)
    return [
        grid_of(table, headings=headings, notes=[MACHINES, *(note for note in beside.notes if note.startswith(MEAN))])
    ]


def _table(seen: Seen, rows: Sequence[Row]) -> Block:
    """Figures as far as they fit, then words; why a figure is missing stands below."""
    known = [name for name in COLUMNS if any(math.isfinite(row[name]) for row in rows)]
    fit = FIGURES // max(len(rows), 1)
    beside = {row[seen.level]: row["with"] for row in seen.comparison.theme_recovery.rows()}
    none = NO_CLUSTERS if seen.comparison.clusters is None else f"nobody gave this {seen.level}"
    lines = [
        {"theme": row["code"], "clusters": _gathered(row, beside, none)}
        | {name: row[name] if name in known[:fit] else _in_words(row, name) for name in known}
        for row in rows
    ]
    headings = {
        "theme": seen.level.capitalize(), "clusters": "Clusters gathered", "machine": "Learnt machine",
        "people": "People", "position": "Order of talk",
    }  # fmt: skip
    table = Table.of(lines, columns=("theme", "clusters", *known), title="Side by side")
    return grid_of(table, headings=headings, notes=_notes(seen, rows, known, figures=bool(known[:fit])))


def _notes(seen: Seen, rows: Sequence[Row], known: Sequence[str], *, figures: bool) -> list[str]:
    """Say what the figures are, and why some are missing."""
    notes = [*([SCALE] if figures else []), *([SCALE_POSITION] if "position" in known else [])]
    reasons = grouped((row["reason"], row["code"]) for row in rows if row["reason"])
    for reason, codes in sorted(reasons.items()):
        which = f" ({listed(codes, 'and')})" if len(codes) < len(rows) else ""
        notes.append(f"No figure of a learnt machine{which}: {reason}.")
    if len(seen.coders) < 2:
        notes.append("No figure of people with each other: fewer than two coders are known.")
    undefined = any(math.isnan(row["people"]) for row in rows) and len(seen.coders) > 1
    if undefined or any(math.isnan(row["machine"]) and not row["reason"] for row in rows):
        notes.append(f"A figure is undefined where a {seen.level} was given everywhere, or nowhere.")
    return notes


def _gathered(row: Row, beside: MappingABC[str, Sequence[str]], none: str) -> str:
    verdict: ThemeVerdict | None = row["verdict"]
    if verdict is None:
        return none
    return VERDICTS[verdict].format(others=listed(list(beside[row["code"]]), "and") or "other talk")


def _in_words(row: Row, name: str) -> str:
    """Say whether a figure is higher than the machine's; of the machine's own, whether it is lower than people's."""
    one, other = (row[name], row["machine"]) if name != "machine" else (row["people"], row["machine"])
    if not (math.isfinite(one) and math.isfinite(other)):
        return ""
    if name == "machine":
        return "less than people" if other < one else "as much as people"
    return "more than the machine" if one > other else "no more than the machine"


def _quoted(seen: Seen, rows: Sequence[Row]) -> tuple[Entry, ...]:
    """Give one quote of each theme that the clusters gathered, and one that they did not; each passage once."""
    label = np.array([seen.labels.get(segment_id, -1) for segment_id in seen.comparison.segments.ids], dtype=np.int64)
    used: set[int] = set()
    entries = []
    for number, row in enumerate(rows, start=1):
        carried, verdict = _carried(seen, row["code"]) & seen.quotable, row["verdict"]
        inside = np.isin(label, row["clusters"]) & (verdict not in ("not", "too little to say", None))
        unsaid = "One of its passages" if verdict in ("too little to say", None) else "Not gathered"
        quotes = []
        for what, chosen in (("Gathered", carried & inside), (unsaid, carried & ~inside)):
            places = np.flatnonzero(chosen).tolist()
            if places:
                best = min(places, key=lambda i: (i in used, -seen.n_words[i], i))
                used.add(best)
                quotes.append(seen.quote(best, what))
        entries += [Entry(f"theme-{number}", row["code"], (), tuple(quotes))] if quotes else []
    return tuple(entries)


def _carried(seen: Seen, code: str) -> np.ndarray:
    """Segments to which more than half of the people's side gave a code."""
    share = nan_mean([code_table(sets, [code])[0] for sets in seen.human])
    return np.asarray(np.nan_to_num(share) > 0.5)
