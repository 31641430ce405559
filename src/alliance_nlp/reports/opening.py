"""What stands on top of a report: what it is, what it rests on, and how far to trust it."""

from __future__ import annotations

import math

from alliance_nlp.comparison import Comparison
from alliance_nlp.comparison.recovery import count_verdicts
from alliance_nlp.comparison.words import NOT_WEAKER, THEME_VERDICTS
from alliance_nlp.errors import counted
from alliance_nlp.provenance import __version__
from alliance_nlp.records import Clusters, allowed, format_cell
from alliance_nlp.reports.document import Bullets, Section
from alliance_nlp.reports.material import Material, Wishes
from alliance_nlp.reports.page_data.drawing import said_of_drawing

SYNTHETIC = (
    "Synthetic study. These transcripts, people and codings were invented for demonstration. "
    "The agreement figures here are no evidence of quality, neither of a codebook nor of this software."
)
TOGETHER = (
    "Machine suggestions beside people's codes: where you part, and what is worth an argument. Suggestions, not "
    "findings."
)
AMONG_PEOPLE = "People's codes beside one another: agreement between codings of equal standing, and where they part."
NOT_READ = "Nobody has read these clusters. Their number is a choice of grain, not a finding about the material."
HOLDS = {
    "quotes": "CONFIDENTIAL. This version holds quotes of participants, and no full transcripts.",
    "transcripts": "CONFIDENTIAL. This version holds all words of the transcripts that may be shown.",
    "none": "This version holds no words of participants.",
}
NUMBERED = "People, sessions and transcripts are numbered, not named."
FOR_SHARING = "Version for sharing: no words of participants. " + NUMBERED
NO_PEOPLE = "No person's coding was given, so there is nothing to compare: this report shows what the machine grouped."


def title_of(material: Material) -> str:
    """Title asked for, else the study's, else what the report is about."""
    wishes = material.wishes
    if wishes.title is not None:
        return wishes.title
    if wishes.study is not None and wishes.study.title:
        return wishes.study.title
    return "Clusters of meaning beside people's themes" if material.comparison is not None else "Clusters of meaning"


def lead_of(material: Material) -> str:
    """Say in one sentence what stands beside what."""
    if material.comparison is not None:
        return TOGETHER if material.comparison.basis.machine is not None else AMONG_PEOPLE
    kind = "with suggested links to the codebook" if material.mapping is not None else "without a codebook"
    return f"Groups of segments that a machine suggests reading together, {kind}. Suggestions, not findings."


def banners_of(material: Material) -> tuple[str, ...]:
    """Give what must be read before any figure."""
    found = [SYNTHETIC] if material.wishes.study is not None and material.wishes.study.synthetic else []
    n = max(len(each) for each in (material.segments, material.clusters.segments if material.clusters else ()))
    found += [said] if (said := said_of_drawing(n, material.wishes.random_state)) else []
    if material.comparison is None:
        return (*found, NO_PEOPLE)
    return (*found, *material.comparison.basis.warnings)


def version_of(wishes: Wishes) -> str:
    """Say what of participants' words and names this version of the report holds."""
    if wishes.people:
        return HOLDS[wishes.words]
    return FOR_SHARING if wishes.words == "none" else f"{HOLDS[wishes.words]} {NUMBERED}"


def facts_of(material: Material) -> tuple[tuple[str, str], ...]:
    """Give counts, coverage, encoder, seed and version, as short facts."""
    segments, clusters = material.segments, material.clusters
    people = counted(len(segments.speakers), "person", "people")
    facts = [
        ("Material", f"{counted(len(segments), segments.unit)} of {people} in "
                     f"{counted(len({s.transcript_id for s in segments}), 'transcript')}"),
    ]  # fmt: skip
    if material.codebook is not None:
        book = material.codebook
        facts.append(("Codebook", f"{counted(len(book.themes), 'theme')}, {counted(len(book), 'code')}"))
    if material.comparison is not None:
        facts += _comparison_facts(material.comparison)
    if clusters is not None:
        facts += _cluster_facts(clusters)
    if n := len(segments) - len(allowed(segments, "quotation")):
        facts.append(("Not quoted", f"{counted(n, 'segment')} of people who did not agree to be quoted"))
    return (*facts, ("Version", f"alliance_nlp {__version__}"))


def _comparison_facts(comparison: Comparison) -> list[tuple[str, str]]:
    s = comparison.basis
    facts = [("Compared", f"{s.n_compared} of {counted(s.n_segments, 'segment')}")]
    if s.people:
        facts.append(("People beside it", str(s.people)))
    if s.n_abstained:
        facts.append(("Machine declined", f"{counted(s.n_abstained, 'segment')}, left out of coefficients"))
    return [*facts, ("Seed of the comparison", str(s.random_state))]


def _cluster_facts(clusters: Clusters) -> list[tuple[str, str]]:
    usable = len(clusters.segments) - len(clusters.set_aside)
    placed = f"{clusters.coverage:.0%} of {counted(usable, 'segment')}" if usable else "no segment to place"
    return [
        ("Clusters", f"{clusters.n_clusters} (recipe {clusters.settings.get('recipe', 'not stated')})"),
        ("Coverage", f"{placed} in a cluster"),
        ("Set aside", f"{counted(len(clusters.set_aside), 'near-empty turn')}"),
        ("Encoder", _encoder(clusters)),
        ("Seed of the clusters", str(clusters.settings.get("random_state", "not stated"))),
    ]


def _encoder(clusters: Clusters) -> str:
    info = clusters.embeddings.encoder
    long = clusters.embeddings.n_long
    reads = f", {counted(long, 'segment')} longer than it reads at once" if long else ""
    return f"{info.name}{f'@{info.revision[:12]}' if info.revision else ''}{reads}"


def at_a_glance(material: Material) -> Section:
    """Put the main results into a few sentences, before any table."""
    found = [*_agreement_lines(material.comparison), *_cluster_lines(material)]
    said = material.comparison.basis.sentences if material.comparison is not None else ()
    rests_on = tuple(sentence.text for sentence in said) or (NOT_READ,)
    return Section("glance", "At a glance", (Bullets(tuple(found)), "What this rests on:", Bullets(rests_on)))


def _agreement_lines(comparison: Comparison | None) -> list[str]:
    if comparison is None:
        return []
    s, first = comparison.basis, comparison.overall.rows()[:1]
    lines = []
    if first and math.isfinite(first[0]["value"]):
        people = first[0]["human_human"]
        beside = f"; {s.people} reach {format_cell(people)} with each other" if math.isfinite(people) else ""
        lines.append(f"{s.name_a} and {s.name_b}: {first[0]['figure']} is {format_cell(first[0]['value'])}{beside}.")
    if verdicts := count_verdicts(comparison.theme_recovery, tuple(THEME_VERDICTS)):
        n = counted(len(comparison.theme_recovery), s.level)
        lines.append(f"What the clusters gathered, of {n}: {verdicts}. {NOT_WEAKER}")
    lines.append(
        f"{counted(comparison.n_different, 'segment')} of {s.n_compared} coded differently; the first "
        "to read again are listed below."
    )
    return lines


def _cluster_lines(material: Material) -> list[str]:
    clusters, found = material.clusters, material.descriptions
    if clusters is None or found is None:
        return []
    sizes = [item.n_segments for item in found.items]
    span = f", from {min(sizes)} to {counted(max(sizes), 'segment')}" if sizes else ""
    lines = [f"{counted(clusters.n_clusters, 'cluster')}{span}."]
    voices = sum(item.one_voice for item in found.items)
    if voices:
        lines.append(f"In {counted(voices, 'cluster')} more than half of the segments come from one person.")
    if material.mapping is not None:
        lines.append(
            f"{counted(len(material.mapping.without_code), 'cluster')} linked to none of the codes, "
            f"{counted(len(material.mapping.without_cluster), 'code')} linked to none of the clusters."
        )
    return lines
