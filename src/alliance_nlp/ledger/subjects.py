"""What a decision is about besides codes and segments: expectations, people, sessions, as the study has them."""

from __future__ import annotations

from dataclasses import replace

from alliance_nlp.errors import InputError, check_choice, choice_error, listed
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.numeric import grouped
from alliance_nlp.records import CodedSpan, Coding, Study, attendance, span_of

OF_EXPECTATIONS = frozenset({"expectation", "contrary"})
OF_PARTICIPANTS = frozenset({"stance", "pack"})
OF_WORDS = frozenset({"mark", "translation", "translation check", "negative case", "expectation", "differ"})


def check_about(decision: Decision, study: Study) -> Decision:
    """Check that what a decision is about stands in the study.

    Raises
    ------
    InputError
        When the study has no such expectation, participant or person, or somebody was not there.
    """
    if decision.kind in OF_EXPECTATIONS:
        return replace(decision, about=_expectation(decision.about, study))
    if decision.kind == "read for significance" and decision.about:
        sessions = tuple(dict.fromkeys(name for t in study.transcripts for name in (t.id, t.session_name)))
        check_choice("about, a session or transcript,", sessions or ("(none)",), decision.about)
    if decision.kind in OF_WORDS and decision.segment:
        _refuse_blank(decision.segment, study)
    if decision.kind == "differ" and not decision.settles:
        _refuse_alike(decision.segment, study)
    people = attendance(study)
    if decision.kind in OF_PARTICIPANTS and decision.about not in people:
        raise choice_error("about, a participant,", tuple(people) or ("(nobody)",), decision.about)
    for person in decision.people if decision.kind in ("workshop", "workshop reply") else ():
        if person not in people:
            raise choice_error("people, each a participant,", tuple(people) or ("(nobody)",), person)
    _refuse_absent(decision, people, study)
    return decision


def _refuse_blank(segment_id: str, study: Study) -> None:
    """Refuse a place where nothing is said."""
    place = span_of(segment_id)
    text = next((t.text for t in study.transcripts if place is not None and t.id == place[0]), "")
    if place is not None and not text[place[1] : place[2]].strip():
        raise InputError(f"Nothing is said at {segment_id!r}. Give the place of the words, 'transcript:start-end'.")


def _refuse_alike(segment_id: str, study: Study) -> None:
    """Refuse that people differ on words that all who coded them read alike."""
    found = readings(study.coding, segment_id)
    if len(found) > 1 and len(set(found.values())) == 1:
        said = ", ".join(next(iter(found.values()))) or "no code"
        raise InputError(
            f"By the codings {listed(list(found), 'and')} read {segment_id!r} alike: {said}. Name the words that they "
            f"read differently, or, with settles=(4, 7), the decisions."
        )


def readings(coding: Coding | None, segment_id: str) -> dict[str, tuple[str, ...]]:
    """Give what each coder has on some words: their codes, none where they read them and gave none."""
    place = span_of(segment_id)
    if coding is None or place is None:
        return {}
    there = [x for x in coding.all_spans if x.transcript_id == place[0] and x.start < place[2] and x.end > place[1]]
    of = grouped((x.coder, x) for x in there)
    return {
        coder: tuple(sorted({x.code_id for x in of[coder] if isinstance(x, CodedSpan)}))
        for coder in coding.coders if coder in of
    }  # fmt: skip


def _expectation(said: str, study: Study) -> str:
    """Words of an expectation as the study has them; its number, from 1, will do."""
    texts = tuple(expectation.text for expectation in study.expectations)
    if said.isdecimal() and 1 <= int(said) <= len(texts):
        return texts[int(said) - 1]
    found = [text for text in texts if text.strip().casefold() == said.strip().casefold()]
    if not found:
        raise choice_error("about, an expectation or its number from 1,", texts or ("(none)",), said)
    return found[0]


def _refuse_absent(decision: Decision, people: dict[str, frozenset[str]], study: Study) -> None:
    """Refuse people at a session which, by the study, they did not attend."""
    if decision.kind not in ("workshop", "workshop reply"):
        return
    if decision.about in {transcript.session_name for transcript in study.transcripts}:
        absent = [person for person in decision.people if decision.about not in people[person]]
        if absent:
            raise InputError(
                f"people names {listed(absent, 'and')}, who by the study did not attend {decision.about!r}. Leave them "
                f"out; whoever was absent was not asked, and is counted as such."
            )
