"""What goes into each of the six classes of an audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import diff_codebooks
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.provenance import hash_words, readable_json
from alliance_nlp.records import Row, Table
from alliance_nlp.reports.audit.facts import Facts
from alliance_nlp.reports.audit.numbers import DIGITS

# Lincoln and Guba 1985, Naturalistic Inquiry, the classes in our own words
CLASSES: dict[str, str] = {
    "1_raw_data": "Raw data: what was said, with hashes; who took part",
    "2_reduction_and_analysis": "Reduced material: segments, clusters, the chain of every quote",
    "3_reconstruction_and_synthesis": "What it was put together to: codebook, themes, links, comparisons",
    "4_process_notes": "How decisions were made: ledger, disagreements, field notes",
    "5_intentions_and_dispositions": "Who the researchers are and what they expected",
    "6_instrument_development": "Instruments: the guide, earlier codebooks, settings",
}
ABOUT_PEOPLE = ("research_question", "positionality", "funding", "ethics")


class Part(NamedTuple):
    """One file of the trail: its class, name, words and what it is."""

    folder: str
    name: str
    text: str
    about: str


def parts_of(facts: Facts, ledger_text: str | None, *, quotes: bool) -> Iterator[Part]:
    """Give every file of the six classes; without quotes, columns with participants' words are left out."""
    one, two, three, four, five, six = CLASSES
    for folder, maker in (
        (one, _raw), (two, _reduced), (three, _put_together), (five, _intentions), (six, _instruments),
    ):  # fmt: skip
        for name, table, about in maker(facts):
            if len(table):
                yield Part(folder, name, _csv(table, quotes=quotes), about)
    if quotes:
        for t in facts.study.transcripts:
            yield Part(one, f"{_safe(t.id)}.txt", t.text, f"transcript {t.id}, verbatim")
    for part in _process(facts, ledger_text, quotes=quotes):
        yield part._replace(folder=four)
    yield from (part._replace(folder=three) for part in _texts(facts))
    yield from (part._replace(folder=six) for part in _codebook_versions(facts))
    yield from (part._replace(folder=six) for part in _settings(facts))


Tables = Iterator[tuple[str, Table, str]]


def _raw(facts: Facts) -> Tables:
    rows: list[Row] = [
        {"transcript_id": t.id, "session": t.session_name, "date": t.date, "turns": len(t.turns),
         "characters": len(t.text), "sha256": hash_words(t.text), "source": t.source}
        for t in facts.study.transcripts
    ]  # fmt: skip
    yield "transcripts.csv", Table.of(rows), "one row a transcript, with the hash of its text"
    people: list[Row] = [
        {"id": p.id, "role": p.role, "sessions": p.sessions, "description": p.description}
        for p in facts.study.participants
    ]
    yield "participants.csv", Table.of(people), "who took part, by pseudonym"


def _reduced(facts: Facts) -> Tables:
    clusters = facts.comparison.clusters if facts.comparison is not None else None
    if clusters is not None:
        yield "clusters.csv", clusters.table(), "machine clusters, one row a segment"
    if facts.voices is None:
        return
    yield "chain.csv", trace_chain(facts.study, standing=facts.standing).table(), "statement to theme, with authors"
    if facts.quotes is not None:
        yield "quotes_proposed.csv", facts.quotes.table(), "exemplary quotes, every participant represented"


def _put_together(facts: Facts) -> Tables:
    book = facts.standing.codebook if facts.standing is not None else facts.study.codebook
    if book is not None:
        yield "codebook.csv", book.table(), "today's codebook"
    comparison = facts.comparison
    if comparison is not None and comparison.mapping is not None:
        yield "links.csv", comparison.mapping.table(), "suggested links between clusters and codes, with verdicts"
    if comparison is not None:
        for name in ("per_theme", "per_code", "overall", "theme_recovery"):
            yield f"comparison_{name}.csv", getattr(comparison, name), f"comparison: {name.replace('_', ' ')}"
    if facts.agreement is not None:
        yield "agreement_before_consensus.csv", facts.agreement, "the coders with each other, before consensus"
    if facts.voices is not None:
        yield "voices_per_theme.csv", facts.voices.per_theme, "who speaks for each theme"
        yield "voices_per_person.csv", facts.voices.per_person, "the same per person"
        if len({row["theme"] for row in facts.voices.rows() if row["statements"]}) > 1:
            yield "relations.csv", relate_themes(facts.study).overlap, "themes spoken of in one turn"
        if len({t.session_name for t in facts.study.transcripts}) == 2:
            yield "sessions.csv", compare_sessions(facts.study).per_name, "new, kept and gone between two sessions"
    if facts.member_checks is not None:
        yield "member_checks.csv", facts.member_checks, "what participants said of the themes"


def _texts(facts: Facts) -> Iterator[Part]:
    book = facts.standing.codebook if facts.standing is not None else facts.study.codebook
    told = [theme for theme in (book.themes if book is not None else ()) if theme.description or theme.group]
    if told:
        lines = [
            f"## {theme.name}\n\n" + (f"Group: {theme.group}\n\n" if theme.group else "") + theme.description.strip()
            for theme in told
        ]
        yield Part(
            "", "themes.md", "# Themes, as people wrote them\n\n" + "\n\n".join(lines) + "\n", "composite descriptions"
        )


def _process(facts: Facts, ledger_text: str | None, *, quotes: bool) -> Iterator[Part]:
    if ledger_text:
        yield Part("", "decisions.jsonl", ledger_text, "ledger of decisions, as it stands, with its chain of hashes")
    standing = facts.standing
    if standing is not None and standing.rows():
        yield Part("", "open_matters.csv", _csv(standing.table(), quotes=quotes), "conflicts, and what was not applied")
    if facts.study.notes:
        rows: list[Row] = [
            {"session": n.session, "turn": n.turn, "date": n.date, "by": n.by, "note": n.text}
            for n in facts.study.notes
        ]
        yield Part("", "field_notes.csv", _csv(Table.of(rows), quotes=quotes), "field notes; never coded")
    settled = facts.study.consensus.ledger if facts.study.consensus is not None else None
    if settled is not None and len(settled):
        yield Part("", "consensus.csv", _csv(settled, quotes=quotes), "how each segment was settled")
    if facts.comparison is not None and len(facts.comparison.disagreements):
        table = facts.comparison.disagreements
        yield Part("", "disagreements.csv", _csv(table, quotes=quotes), "segments coded differently, to read again")


def _intentions(facts: Facts) -> Tables:
    if facts.expectations is not None:
        yield "expectations.csv", facts.expectations.table(), "expectations beside what was found"
    elif facts.study.expectations:
        rows: list[Row] = [
            {"date": e.date, "by": e.by, "theme": e.theme, "expectation": e.text} for e in facts.study.expectations
        ]
        yield "expectations.csv", Table.of(rows), "what was expected"
    about: list[Row] = [
        {"subject": key, "text": str(facts.study.settings[key])}
        for key in ABOUT_PEOPLE
        if facts.study.settings.get(key)
    ]
    yield "about_the_researchers.csv", Table.of(about), "what study.toml says of the question and the researchers"


def _instruments(facts: Facts) -> Tables:
    rows: list[Row] = [{"session": q.session, "question": q.text} for q in facts.study.guide]
    yield "guide.csv", Table.of(rows), "the interview guide"


def _codebook_versions(facts: Facts) -> Iterator[Part]:
    versions = facts.standing.versions if facts.standing is not None else ()
    lines = ["# Versions of the codebook"]
    for before, after in pairwise(versions):
        head = f"## Version {after.number}: decision {after.decision} by {after.by}, {after.date}"
        changes = [
            f"- {row['change']}: {row['code']}" + (f": {row['what']}" if row["what"] else "")
            for row in diff_codebooks(before.codebook, after.codebook)
        ]
        lines += [head, "\n".join(changes)]
    if len(versions) > 1:
        yield Part("", "codebook_versions.md", "\n\n".join(lines) + "\n", "what each decision changed in the codebook")


def _settings(facts: Facts) -> Iterator[Part]:
    comparison = facts.comparison
    if comparison is None:
        return
    found = {"comparison": comparison.settings}
    if comparison.clusters is not None:
        found["clusters"] = comparison.clusters.settings
    if comparison.mapping is not None:
        found["mapping"] = comparison.mapping.settings
    yield Part("", "settings.json", readable_json(found, digits=DIGITS), "settings and seeds of every step")


def _csv(table: Table, *, quotes: bool) -> str:
    return "\ufeff" + table.to_csv(quotes=quotes)


def _safe(name: str) -> str:
    """Name of a file for a transcript; one that would leave the folder is refused."""
    if name in (".", "..") or any(mark in name for mark in '/\\:*?"<>|\0'):
        raise InputError(f"The transcript id {name!r} cannot be the name of a file. Rename the transcript.")
    return name
