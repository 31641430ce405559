"""Talk that the codebook may not name: at most three clusters, for people to mark."""

from __future__ import annotations

from alliance_nlp.comparison.unnamed import NOTE
from alliance_nlp.errors import listed
from alliance_nlp.records import Row, Table
from alliance_nlp.reports.document import Block, Entries, Entry, Quote, Section
from alliance_nlp.reports.meeting.seen import Seen, in_words, quoted

TITLE = "Talk your codebook may not name"
NOTHING = (
    "Nothing stood out: no cluster of meaning was left without a code more than other talk of its length, and none was "
    "coded across themes without any being commoner in it. That is no proof that the codebook is complete."
)
NO_CLUSTERS = "No clusters of meaning were made here."
MARK = "Mark each as a code, as banter, or leave it: here, or in tables/talk_to_mark.csv."
ONE = "What only one person says"
BOXES = "☐ a code   ☐ banter   ☐ leave"
QUOTES = 3
SHEET = ("cluster", "what", "n", "themes", "one_person", "mark", "by", "note", "first_segment", "first_quote")


def unnamed_section(seen: Seen) -> Section:
    """Show the clusters that people left uncoded or coded across themes, and apart those of one person."""
    if seen.comparison.clusters is None:
        return Section("unnamed", TITLE, (NO_CLUSTERS,))
    rows = seen.unnamed
    shared, apart = ([r for r in rows if bool(r["one_person"]) == alone] for alone in (False, True))
    blocks: list[Block] = (
        [f"{NOTE} {MARK}", Entries(tuple(_card(seen, row) for row in shared), "cards")] if shared else [NOTHING]
    )
    if apart:
        blocks += [f"{ONE}:", Entries(tuple(_card(seen, row) for row in apart), "cards")]
    return Section("unnamed", TITLE, tuple(blocks))


def _card(seen: Seen, row: Row) -> Entry:
    what = (
        "left most of it without a code, more than other talk of its length"
        if row["what"] == "without a code"
        else f"coded it under {listed(list(row['themes']), 'and')}, none of them commoner here than elsewhere"
    )
    if row["what"] == "without a code" and row["n_uncoded"] * 2 < row["n"]:
        what = "left much of it without a code, more than other talk of its length"
    who = row["one_person"] or in_words(row["n_people"], "person", "people")
    facts = (("You", what), ("Said by", str(who)), ("Your mark", BOXES))
    return Entry(f"unnamed-{row['cluster']}", f"Cluster {row['cluster']}", facts, _quotes(seen, row))


def _quotes(seen: Seen, row: Row) -> tuple[Quote, ...]:
    """Quote the firmest segments, of many people; in a cluster left without a code those without one first."""
    segments = seen.comparison.clusters.segments if seen.comparison.clusters is not None else ()
    if not seen.material.wishes.quotes or not segments:
        return ()
    shown = [
        segment for name in row["segments"] if seen.material.may_show(segment := segments[segments.index_of(name)])
    ]
    if row["what"] == "without a code":
        place = {name: i for i, name in enumerate(seen.comparison.segments.ids)}
        shown.sort(key=lambda s: any(sets[place[s.id]] for sets in seen.human) if s.id in place else True)
    first: dict[str | None, int] = {}
    for i, segment in enumerate(shown):
        first.setdefault(segment.person, i)
    order = [*first.values(), *(i for i in range(len(shown)) if i not in first.values())]
    return tuple(quoted(seen.material, shown[i]) for i in order[:QUOTES])


def sheet_of(seen: Seen) -> Table:
    """Make the sheet on which people mark these clusters: code, banter or leave, who says so and why."""
    rows: list[Row] = []
    for row in seen.unnamed:
        quotes = _quotes(seen, row)
        rows.append({
            **{name: row[name] for name in SHEET if name in row}, "mark": "", "by": "", "note": "",
            "first_segment": row["segments"][0], "first_quote": quotes[0].text if quotes else "",
        })  # fmt: skip
    return Table.of(rows, columns=SHEET, title=TITLE, quoting=("first_quote",), notes=(MARK,))
