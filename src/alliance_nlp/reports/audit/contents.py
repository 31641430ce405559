"""What goes into each of the six classes of an audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import diff_codebooks
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.member_checks import group_checks
from alliance_nlp.method.recorded import case_matrix, recorded_relations, translated_quotes, written_notes
from alliance_nlp.method.reflexive import left_to_differ, negative_cases, theme_versions
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.provenance import hash_words, readable_json
from alliance_nlp.records import Table, in_markdown
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
RECORDED = (
    ("relations_recorded", recorded_relations, "how themes bear on one another, as people recorded it"),
    ("translated_quotes", translated_quotes, "translations, by whom, and who checked them"),
    ("case_matrix", case_matrix, "cases and themes, as people summarized them"),
    ("theme_versions", theme_versions, "how each theme changed over time, in the words of who wrote it"),
    ("negative_cases", negative_cases, "statements that people recorded as going against a theme"),
    ("left_to_differ", left_to_differ, "what people decided to go on reading differently, with both readings"),
    ("written_notes", written_notes, "memos, negative cases, versions of descriptions, what people still differ on"),
)
ABOUT_PEOPLE = ("research_question", "positionality", "funding", "ethics")


class Part(NamedTuple):
    """One file of the trail: its class, name, words and what it is."""

    folder: str
    name: str
    text: str | bytes
    about: str


def parts_of(facts: Facts, ledger_text: bytes | None, *, quotes: bool) -> Iterator[Part]:
    """Give every file of the six classes; without quotes, columns with participants' words are left out."""
    makers = (_raw, _reduced, _put_together, _process, _intentions, _instruments)
    for folder, maker in zip(CLASSES, makers, strict=True):
        for name, content, about in maker(facts):
            if content:
                text = content if isinstance(content, str) else "\ufeff" + content.to_csv(quotes=quotes)
                yield Part(folder, name, text, about)
    one, _, _, four, *_ = CLASSES
    if quotes:
        for t in facts.study.transcripts:
            words = t.shown(0, len(t.text))
            about = "verbatim" if words == t.text else "verbatim but for people who did not agree to be quoted"
            yield Part(one, f"{_safe(t.id)}.txt", words, f"transcript {t.id}, {about}")
    if ledger_text:
        yield Part(four, "decisions.jsonl", ledger_text, "ledger of decisions, as it stands, with its chain of hashes")


Contents = Iterator[tuple[str, Table | str | None, str]]


def _raw(facts: Facts) -> Contents:
    hashes = [(hash_words(t.text),) for t in facts.study.transcripts]
    yield "transcripts.csv", facts.study.table().beside(("sha256",), hashes), "one row a transcript, with its hash"
    people = [(p.role, p.sessions, p.description) for p in facts.study.participants]
    listed = facts.study.consent.beside(("role", "sessions", "description"), people)
    yield "participants.csv", listed, "who took part, by pseudonym, and what they agreed to"


def _reduced(facts: Facts) -> Contents:
    if facts.marks is not None:
        yield (
            "marks.csv",
            _quotable(facts, replace(facts.marks.table(), quoting=()), "why"),
            "what each reader marked as significant",
        )
    if facts.readers is not None:
        apart = _quotable(facts, replace(facts.readers.apart, quoting=("text",)), "why")
        yield "readers_compared.csv", facts.readers.pairs, "each two readers of significance, on what both read"
        yield "readers_apart.csv", apart, "where readers of significance part"
    if facts.clusters is not None:
        yield "clusters.csv", facts.clusters.table(), "machine clusters, one row a segment"
    if facts.voices is None:
        return
    yield "chain.csv", trace_chain(facts.study, standing=facts.standing).table(), "statement to theme, with authors"
    if facts.quotes is not None:
        yield "quotes_proposed.csv", facts.quotes.table(), "exemplary quotes, every participant represented"


def _put_together(facts: Facts) -> Contents:
    if facts.codebook is not None:
        yield "codebook.csv", _quotable(facts, facts.codebook.table(), "exemplars"), "today's codebook"
    comparison = facts.comparison
    if comparison is not None and comparison.mapping is not None:
        yield "links.csv", comparison.mapping.table(), "suggested links between clusters and codes, with verdicts"
    if comparison is not None:
        for name in ("per_theme", "per_code", "overall", "theme_recovery"):
            yield f"comparison_{name}.csv", getattr(comparison, name), f"comparison: {name.replace('_', ' ')}"
    yield "agreement_before_consensus.csv", facts.agreement, "the coders with each other, before consensus"
    if facts.voices is not None:
        yield "voices_per_theme.csv", facts.voices.per_theme, "who speaks for each theme"
        yield "voices_per_person.csv", facts.voices.per_person, "the same per person"
        if len({row["theme"] for row in facts.voices.rows() if row["statements"]}) > 1:
            related = relate_themes(facts.study, standing=facts.standing)
            yield "relations.csv", related.overlap, "themes spoken of in one turn"
            yield (
                "relations_in_order.csv",
                related.sequence,
                "which theme follows which, and which relations people recorded",
            )
            yield "relations_groups.csv", related.groups, "the groups that people made of the themes"
        if len({t.session_name for t in facts.study.transcripts}) == 2:
            yield "sessions.csv", compare_sessions(facts.study).per_name, "new, kept and gone between two sessions"
    yield "member_checks.csv", facts.member_checks, "what participants said of the themes"
    if facts.standing is not None and facts.decided("workshop"):
        yield "group_checks.csv", group_checks(facts.study, facts.standing), "workshops: present, shown, said, changed"
    if facts.standing is not None:
        for name, made, about in RECORDED:
            table = made(facts.study, facts.standing)
            if len(table):
                yield f"{name}.csv", table, about
    told = [theme for theme in (facts.codebook.themes if facts.codebook else ()) if theme.description or theme.group]
    lines = [
        f"## {in_markdown(theme.name)}\n\n"
        + (f"Group: {in_markdown(theme.group)}\n\n" if theme.group else "")
        + "\n\n".join(map(in_markdown, re.split(r"\n\s*\n", theme.description.strip())))
        for theme in told
    ]
    if told:
        yield "themes.md", "\n\n".join(["# Themes, as people wrote them", *lines]) + "\n", "composite descriptions"


def _process(facts: Facts) -> Contents:
    study, comparison = facts.study, facts.comparison
    if facts.standing is not None:
        yield "open_matters.csv", facts.standing.table(), "conflicts, and what was not applied"
    notes = tuple((n.session, n.turn, n.date, n.by, study.quotable(n.text)) for n in study.notes)
    yield "field_notes.csv", Table(("session", "turn", "date", "by", "note"), notes), "field notes; never coded"
    if study.consensus is not None and study.consensus.ledger is not None:
        ledger = _quotable(facts, study.consensus.ledger, *study.consensus.ledger.quoting)
        yield "consensus.csv", ledger, "how each segment was settled"
    if comparison is not None:
        yield "disagreements.csv", comparison.disagreements, "segments coded differently, to read again"


def _intentions(facts: Facts) -> Contents:
    if facts.expectations is not None:
        yield "expectations.csv", facts.expectations.table(), "expectations, their contraries, and what people judged"
        yield "expectations_nearest.csv", facts.expectations.nearest, "statements nearest to each, and to its contrary"
    else:
        rows = tuple((e.date, e.by, e.theme, e.text) for e in facts.study.expectations)
        yield "expectations.csv", Table(("date", "by", "theme", "expectation"), rows), "what was expected"
    told = facts.study.settings
    about = Table(("subject", "text"), tuple((key, str(told[key])) for key in ABOUT_PEOPLE if told.get(key)))
    yield "about_the_researchers.csv", about, "what study.toml says of the question and the researchers"


def _instruments(facts: Facts) -> Contents:
    questions = tuple((q.session, q.text) for q in facts.study.guide)
    yield "guide.csv", Table(("session", "question"), questions), "the interview guide"
    lines = []
    for before, after in pairwise(facts.standing.versions if facts.standing is not None else ()):
        lines.append(f"## Version {after.number}: decision {after.decision} by {in_markdown(after.by)}, {after.date}")
        changes = diff_codebooks(before.codebook, after.codebook)
        told = (f"{x['change']}: {x['code']}" + (x["what"] and f": {x['what']}") for x in changes)
        lines.append("\n".join(f"- {in_markdown(one)}" for one in told))
    if lines:
        text = "\n\n".join(["# Versions of the codebook", *lines]) + "\n"
        yield "codebook_versions.md", text, "what each decision changed in the codebook"
    if facts.comparison is not None:
        used = {"comparison": facts.comparison, "clusters": facts.clusters, "mapping": facts.comparison.mapping}
        settings = {name: record.settings for name, record in used.items() if record is not None}
        yield "settings.json", readable_json(settings, digits=DIGITS), "settings and seeds of every step"


def _quotable(facts: Facts, table: Table, *columns: str) -> Table:
    """Put a mark in place of what people copied out of the talk of those who did not agree to be quoted."""

    def shown(words: object) -> object:
        if isinstance(words, tuple):
            return tuple(map(shown, words))
        return facts.study.quotable(words) if isinstance(words, str) else words

    places = {table.columns.index(name) for name in columns}
    values = tuple(tuple(shown(x) if i in places else x for i, x in enumerate(row)) for row in table.values)
    return replace(table, values=values)


def _safe(name: str) -> str:
    """Name of a file for a transcript; one that would leave the folder is refused."""
    if name in (".", "..") or any(mark in name for mark in '/\\:*?"<>|\0'):
        raise InputError(f"The transcript id {name!r} cannot be the name of a file. Rename the transcript.")
    return name
