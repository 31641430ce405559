"""A study, as a record, without the words of one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.ledger.shortening import shortened_lines
from alliance_nlp.records import (
    Codebook,
    CodedSpan,
    Coding,
    Mark,
    Marks,
    Participant,
    ReadSpan,
    Study,
    Transcript,
    blanked,
    span_of,
)
from alliance_nlp.withdrawal.taken_back import Said

Span = TypeVar("Span", CodedSpan, ReadSpan, Mark)


def without_person(study: Study, said: Said) -> Study:
    """Give a study without what one person said; offsets, codes and decisions of everybody else stay.

    Notes
    -----
    Codes, marks and reading of that person's words go. What covered words of several people keeps the parts of the
    others. Descriptions of the person go; the pseudonym stays, since it stands in what others said.
    """
    book = study.codebook
    coding = _coding(study.coding, said)
    consensus = _coding(study.consensus, said)
    if consensus is not None and study.consensus is not None and study.consensus.made_from is study.coding:
        consensus = replace(consensus, made_from=coding)
    return replace(
        study,
        transcripts=tuple(transcript_without(t, said) for t in study.transcripts),
        codebook=codebook_without(book, said) if book is not None else None,
        coding=coding,
        consensus=consensus,
        marks=marks_without(study.marks, said) if study.marks is not None else None,
        participants=tuple(participant_without(p, said) for p in study.participants),
        expectations=tuple(
            replace(e, text=said.out_of(e.text), contrary=said.out_of(e.contrary)) for e in study.expectations
        ),
        notes=tuple(replace(n, text=said.out_of(n.text)) for n in study.notes),
        guide=tuple(replace(q, text=said.out_of(q.text)) for q in study.guide),
        title=said.out_of(study.title),
        settings=said.out_of_value(dict(study.settings)),
        ledger_lines=tuple(shortened_lines(study.ledger_lines, lambda d: decision_without(d, said), said.holds)),
        decisions=said.out_of_value(tuple(study.decisions)),
    )


def transcript_without(transcript: Transcript, said: Said) -> Transcript:
    """Put dots for the words of the person, and for copies of them outside of what others said."""
    text = transcript.text
    others = [(turn.start, turn.end) for turn in transcript.turns if turn.person not in (None, said.person)]
    aside = [(a, b) for a, b in said.places(text) if not any(first < b and a < last for first, last in others)]
    for start, end in (*said.spans.get(transcript.id, ()), *aside):  # also where a heading or a summary copies them
        text = text[:start] + blanked(text[start:end]) + text[end:]
    return transcript if text == transcript.text else replace(transcript, text=text, report=None)


def codebook_without(book: Codebook, said: Said) -> Codebook:
    """Take copied words out of definitions, notes and descriptions; exemplars that copy them go."""
    codes = tuple(
        replace(
            code,
            definition=said.out_of(code.definition),
            include=said.out_of(code.include),
            exclude=said.out_of(code.exclude),
            notes=said.out_of(code.notes),
            exemplars=tuple(one for one in code.exemplars if not said.holds(one)),
        )
        for code in book.codes
    )
    themes = tuple(replace(theme, description=said.out_of(theme.description)) for theme in book.themes)
    return replace(book, codes=codes, themes=themes)


def participant_without(person: Participant, said: Said) -> Participant:
    """Keep the pseudonym and the sessions of who withdrew, refuse every use, and say nothing else of them."""
    if person.id != said.person:
        return replace(person, description=said.out_of(person.description))
    return replace(person, description="", quotation=False, machine=False, remote_model=False)


def decision_without(decision: Decision, said: Said) -> Decision | None:
    """Give a decision without the person's words; None where it is about their words, about them, or theirs."""
    if decision.kind == "withdrawal":
        return decision
    place = span_of(decision.segment) if decision.segment else None
    people = tuple(name for name in decision.people if name != said.person)
    by = "+".join(name for name in decision.by.split("+") if name.strip() != said.person)
    if not by or said.person == decision.about or (place is not None and said.alone(*place)):
        return None
    if decision.people and not people:
        return None
    to = (
        said.out_of(decision.to)
        if isinstance(decision.to, str)
        else codebook_without(Codebook(decision.to), said).codes
    )
    return replace(
        decision,
        by=by,
        note=said.out_of(decision.note),
        about=said.out_of(decision.about),
        before=said.out_of(decision.before) if decision.before is not None else None,
        people=people,
        to=to,
        code=tuple(map(said.out_of, decision.code)),
        theme=said.out_of(decision.theme),
    )


def _coding(coding: Coding | None, said: Said) -> Coding | None:
    return coding_without(coding, said) if coding is not None else None


def coding_without(coding: Coding, said: Said) -> Coding:
    """Give a coding without what stood on the person's words, and without a machine's records behind it."""
    applied = tuple(replace(a, note=said.out_of(a.note)) for a in _others(coding.applied, said))
    ledger = coding.ledger
    if ledger is not None:
        ledger = replace(ledger, values=said.out_of_value(ledger.values))
    book = codebook_without(coding.codebook, said) if coding.codebook is not None else None
    read = tuple(_others(coding.read, said))
    behind = coding_without(coding.made_from, said) if isinstance(coding.made_from, Coding) else None
    return replace(coding, applied=applied, read=read, codebook=book, ledger=ledger, made_from=behind, report=None)


def marks_without(marks: Marks, said: Said) -> Marks:
    """Give marks without those on the person's words."""
    kept = tuple(replace(mark, why=said.out_of(mark.why)) for mark in _others(marks.marks, said))
    return replace(marks, marks=kept, read=tuple(_others(marks.read, said)))


def _others(spans: tuple[Span, ...], said: Said) -> Iterator[Span]:
    """Give spans, or the parts of them, that lie in what other people said."""
    for span in spans:
        if not said.touches(span.transcript_id, span.start, span.end):
            yield span
            continue
        for start, end in said.beside(span.transcript_id, span.start, span.end):
            yield replace(span, start=start, end=end)
