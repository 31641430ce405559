"""Sections with quotes: the clusters, and the segments to read again."""

from __future__ import annotations

import math

from alliance_nlp.clusters.describing import ClusterDescription, Descriptions
from alliance_nlp.comparison import Comparison
from alliance_nlp.errors import counted
from alliance_nlp.numeric import grouped
from alliance_nlp.plots import plot_map
from alliance_nlp.records import Clusters, Level, Link, Mapping, Row, format_cell
from alliance_nlp.reports.document import Block, Entries, Entry, Figure, Quote, Section, grid_of
from alliance_nlp.reports.material import Material
from alliance_nlp.reports.meeting.seen import quoted

FIRST_TO_READ = 30
NO_WORDS = (
    "This report was written without quotes: words of participants, keywords among them, are left out of every file."
)
NO_NAME = (
    "A cluster is a group of segments that a machine suggests reading together. It has a number, not a name: names are "
    "for people to give."
)


def clusters_section(material: Material, clusters: Clusters, descriptions: Descriptions) -> Section:
    """Show maps of the segments, then one card a cluster."""
    blocks: list[Block] = []
    if clusters.n_clusters:
        blocks += _maps(material, clusters)
        blocks.append(NO_NAME)
    else:
        blocks.append("No cluster was found in these segments.")
    links = grouped((x.cluster, x) for x in (material.mapping.links if material.mapping is not None else ()))
    judged = material.comparison.cluster_verdicts.rows() if material.comparison is not None else []
    verdicts = {row["cluster"]: row for row in judged}
    cards = [_card(material, x, links.get(x.cluster, []), verdicts.get(x.cluster)) for x in descriptions.items]
    if not material.wishes.quotes:
        blocks.append(NO_WORDS)
    if cards:
        blocks.append(Entries(tuple(cards)))
    return Section("clusters", "The clusters of meaning", tuple(blocks))


def links_section(mapping: Mapping) -> Section:
    """Suggested links between clusters and codes, and what is linked to none."""
    note = (
        "A link says that words are alike. A small margin asks for a reader; whether a cluster means a code is for "
        "people to say."
    )
    grid = grid_of(mapping.table(), headings={"runner_up": "Next best code"}, notes=(note,))
    return Section("links", "Suggested links between clusters and codes", (grid,))


def _maps(material: Material, clusters: Clusters) -> list[Block]:
    where, n = material.places, len(clusters.segments)
    some = f"{len(where.drawn):,} of {n:,} segments, drawn at random" if len(where.drawn) < n else counted(n, "segment")
    level: Level = material.comparison.basis.level if material.comparison is not None else "theme"
    words = (
        f"Map of {some}, alike wordings near one another; the number of each of the "
        f"{counted(clusters.n_clusters, 'cluster')} stands in its middle. Distances are approximate: neighbors can be "
        "trusted, the size of islands and the gaps between them cannot."
    )
    drawn = plot_map(clusters, places=where)
    blocks: list[Block] = [Figure.of("map_clusters", "Segments by cluster", words, drawn)]
    if material.human is not None:
        words = (
            f"The same map, colored by the {level} that {', '.join(material.human.coders[:1])} applied. Where a "
            f"{level} lies scattered, its segments do not share their wording."
        )
        drawn = plot_map(clusters, codes=material.human, level=level, places=where)
        blocks.append(Figure.of("map_themes", f"Segments by {level}", words, drawn))
    return blocks


def _card(material: Material, item: ClusterDescription, links: list[Link], verdict: Row | None) -> Entry:
    facts = [("Linked to, by wording", _link_words(links))] if material.mapping is not None else []
    if verdict is not None:
        facts.append(("By shared segments", _verdict_words(verdict)))
    if material.wishes.quotes:
        facts.append(("Keywords", ", ".join(item.keywords) or "none"))
    voice = " (one voice)" if item.one_voice else ""
    facts.append(("Speakers", ", ".join(f"{name} {n}" for name, n in item.speakers.items()) + voice))
    if math.isfinite(item.stability):
        question = "; most of it answers one question" if item.one_question else ""
        facts.append(("Stability", f"{format_cell(item.stability)} comes back on other draws{question}"))
    facts.append(("Sessions", ", ".join(f"{name} {n}" for name, n in item.sessions.items())))
    free = [s for s in item.exemplars if s.transcript_id not in material.hidden]
    shown = free[: material.wishes.n_quotes] if material.wishes.quotes else ()
    quotes = tuple(quoted(material, s) for s in shown)
    if material.wishes.quotes and len(free) < len(item.exemplars):
        facts.append(("Not quoted", "transcripts that not every coder has finished"))
    title = f"Cluster {item.cluster} · {counted(item.n_segments, 'segment')}"
    return Entry(f"cluster-{item.cluster}", title, tuple(facts), quotes)


def _verdict_words(row: Row) -> str:
    named = f": {', '.join(row['goes_with'])}" if row["goes_with"] else ""
    most = f"; most common: {row['most_common']}, {row['share']:.0%}" if row["most_common"] else ""
    return f"{row['verdict']}{named}{most}"


def _link_words(links: list[Link]) -> str:
    kept = [link for link in links if link.counts]
    if not kept:
        return "none of the codes"
    return "; ".join(f"{link.code_id} (score {format_cell(link.score)}, {link.verdict})" for link in kept)


def disagreements_section(material: Material, comparison: Comparison) -> Section:
    """List the first disagreements: who coded what and, unless left out, the words and the question before."""
    rows = material.finished_rows(comparison.disagreements).rows()
    shown = rows[:FIRST_TO_READ]
    listed = len(comparison.disagreements) == comparison.n_different
    n, where = (len(rows), "all of them") if listed else (comparison.n_different, f"the first {len(rows):,}")
    text = (
        f"{counted(n, 'segment')} coded differently; the first {len(shown)} stand here, {where} in "
        "tables/disagreements.csv. A disagreement is a reason to read the segment again, not an error of either side."
    )
    entries = tuple(_disagreement(material, comparison, row) for row in shown)
    blocks: list[Block] = [text if rows else "Both sides coded every segment alike."]
    return Section("disagreements", "To read again first", (*blocks, *([Entries(entries, "list")] if entries else [])))


def _disagreement(material: Material, comparison: Comparison, row: Row) -> Entry:
    s = comparison.basis
    sides = {"a": (s.name_a, row["a"]), "b": (s.name_b, row["b"])}
    said = {side: (name, format_cell(codes) or f"no {s.level}") for side, (name, codes) in sides.items()}
    reason = ("Likely reason", row["likely_reason"])
    facts = [one for side, one in said.items() if side != s.machine]
    hidden = (said[s.machine], reason) if s.machine is not None else ()  # decide first, then look
    facts += [] if hidden else [reason]
    if row["people_agree"]:
        facts.append(("People", "agree with one another on it"))
    quotes: tuple[Quote, ...] = ()
    if material.wishes.quotes:
        if row["question"]:
            facts.append(("Question before", material.shorten(row["question"])))
        segment = material.segments[material.segments.index_of(row["segment_id"])]
        quotes = (quoted(material, segment),)
    title = f"{row['rank']}. {row['speaker'] or 'speaker unknown'}, {row['session']}"
    if not quotes:
        facts.append(("Segment", row["segment_id"]))
    return Entry(f"disagreement-{row['rank']}", title, tuple(facts), quotes, hidden=hidden)
