"""Laws of whatever counts coded statements: a rejected one never counts, and what things are called says nothing."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings, strategies as st

from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Ledger, replay
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.expectations import compare_expectations
from alliance_nlp.method.horizontalization import find_significant
from alliance_nlp.method.member_checks import member_agreement, member_check_pack
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.saturation import assess_saturation
from alliance_nlp.method.sessions import compare_sessions
from alliance_nlp.method.table1 import table1
from alliance_nlp.method.voices import choose_quotes, count_voices, find_opposing
from alliance_nlp.records import Code, Codebook, CodedSpan, Coding, ReadSpan
from alliance_nlp.reports.audit import gather_facts
from alliance_nlp.segments import segment
from hand_made_study import make_study

PLAIN, WICKED = ("calm", "lively", "KLM"), ("rejected", "machine suggestion, rejected", "machine")


def book_of(names):
    first, second, _ = names
    return Codebook((Code("Trust", first, "slow"), Code("Time", "", second), Code(first, "", "x")))


def links_that_count(study):
    chain = trace_chain(study)
    return [row for link, row in zip(chain.links, chain.rows(), strict=True) if link.counts]


def relations_of(study):
    found = relate_themes(study)
    return [table.rows() for table in (found.overlap, found.sequence, found.groups)]


def facts_of(study):
    facts = gather_facts(study)
    return [facts.voices.rows(), facts.quotes.rows(), facts.saturation]


# whatever counts coded statements, each with what it says of a study
COUNTERS = {
    "statements": lambda study: [(x.segment_id, x.code_id, x.speaker, x.role) for x in study.statements()],
    "links that count": links_that_count,
    "table1": lambda study: table1(study).rows(),
    "saturation": lambda study: assess_saturation(study, n_orders=5).rows(),
    "relations": relations_of,
    "voices": lambda study: (count_voices(study).rows(), count_voices(study).per_person.rows()),
    "quotes": lambda study: (choose_quotes(study).rows(), choose_quotes(study).not_represented),
    "opposing": lambda study: find_opposing(study, "Trust").statements.rows(),
    "expectations": lambda study: compare_expectations(study).rows(),
    "pack": lambda study: member_check_pack(study, "P1", date=study.transcripts[0].date).themes,
    "members": lambda study: member_agreement(study, replay(Ledger(()), codebook=study.codebook)).rows(),
    "sessions": lambda study: (compare_sessions(study).rows(), compare_sessions(study).per_person.rows()),
    "significant": lambda study: find_significant(segment(study.transcripts), marked=study.coding).marked.tolist(),
    "facts": facts_of,
}  # fmt: skip


def said_by(counter, study):
    """What it says; or, where it says nothing, why."""
    try:
        return repr(counter(study))
    except InputError as error:
        return str(error)


def study_of(names, placed, rejected=()):
    """The hand-made study, coded anew: turns of it under three codes, by a coder and a machine."""
    book, study = book_of(names), make_study()
    turns = [(t.id, turn) for t in study.transcripts for turn in t.turns]
    spans = [
        CodedSpan(names[2], turns[at][0], turns[at][1].start, turns[at][1].end, book.ids[code], status)
        for at, code, status in dict.fromkeys([*placed, *((at, code, "rejected") for at, code in rejected)])
    ]
    read = tuple(ReadSpan(names[2], t.id, 0, len(t.text)) for t in study.transcripts)
    return replace(study, codebook=book, coding=Coding(tuple(spans), read, book), consensus=None)


N_TURNS = sum(len(t.turns) for t in make_study().transcripts)
at_turn, a_code = st.integers(0, N_TURNS - 1), st.integers(0, 2)
placed_codes = st.lists(
    st.tuples(at_turn, a_code, st.sampled_from(["coded", "suggested", "accepted", "rejected"])),
    min_size=1,
    max_size=9,
    unique=True,
)


@pytest.mark.parametrize("name", COUNTERS)
@given(placed=placed_codes)
@settings(max_examples=10, deadline=None)
def test_what_codes_and_coders_are_called_says_nothing(name, placed):
    plain, wicked = (said_by(COUNTERS[name], study_of(names, placed)) for names in (PLAIN, WICKED))
    for harmless, odd in zip(PLAIN, WICKED, strict=True):
        plain = plain.replace(harmless, odd)
    assert plain == wicked


@pytest.mark.parametrize("name", COUNTERS)
@given(placed=placed_codes, rejected=st.lists(st.tuples(at_turn, a_code), min_size=1, max_size=5, unique=True))
@settings(max_examples=10, deadline=None)
def test_a_rejected_statement_never_counts(name, placed, rejected):
    assume(any(status != "rejected" for _, _, status in placed))
    without, beside = study_of(PLAIN, placed), study_of(PLAIN, placed, rejected)
    assert said_by(COUNTERS[name], beside) == said_by(COUNTERS[name], without)
