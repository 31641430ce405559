"""The chain from statement to theme, the quote in its context, and Table 1."""

import csv
import datetime
import io
from dataclasses import replace

import numpy as np
import pytest

from alliance_nlp.comparison import compare
from alliance_nlp.errors import InputError
from alliance_nlp.ledger import Ledger, replay
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.contexts import open_quote
from alliance_nlp.method.table1 import table1
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Link,
    Mapping,
    Segment,
    Segments,
    Study,
    Transcript,
    Turn,
)
from hand_made_study import BOOK, DATES, DEMANDING, RUSH, make_study, transcript


@pytest.fixture
def study():
    return make_study()


def test_every_link_has_its_author_and_date(study):
    chain = trace_chain(study)
    assert len(chain) == 7
    first = chain.links[0]
    assert (first.speaker, first.session, first.turn) == ("P1", "S1", 1)
    assert (first.cluster_of_meaning, first.essence, first.theme) == ("demanding", "building trust", "Trust")
    assert (first.linked_by, first.how, first.linked_on) == ("consensus (A and B)", "consensus", DATES["S1"])
    assert (first.grouped_by, first.grouped_on) == ("the codebook", None)
    row = chain.rows()[0]
    assert row["horizontalization"] == "It is hard work to win their trust every time."
    assert row["question"] == "What does trust ask of you?"
    assert row["grouped_on"] == "not stated"
    assert chain.descriptions == {"Trust": "Trust is made, not given.", "Time": "They speak of clocks.", "Joy": ""}
    assert "hard work" not in str(chain) + repr(chain)
    assert len(chain.to_frame()) == 7


def test_a_coder_behind_the_consensus_can_be_followed(study):
    assert {x.how for x in trace_chain(study, coder="B").links} == {"coder"}
    assert len(trace_chain(study, coder="B")) == 6
    with pytest.raises(InputError, match="coder must be one of 'consensus', 'A', 'B'. Got 'C' instead"):
        trace_chain(study, coder="C")


def test_the_ledger_says_who_put_a_code_under_its_theme(study):
    rows = [{"kind": "rename", "by": "KL", "role": "coder", "date": "2025-10-01", "code": [RUSH], "to": "hurry"}]
    standing = replay(Ledger.of(rows), codebook=BOOK, consensus=study.consensus)
    chain = trace_chain(study, standing=standing)
    time = chain.of_theme("Time").links
    assert {(x.cluster_of_meaning, x.grouped_by, x.grouped_on) for x in time} == {
        ("hurry", "KL", datetime.date(2025, 10, 1))
    }
    assert {x.grouped_by for x in chain.of_theme("a standard").links} == {"the codebook"}
    assert chain.of_theme("Joy").links == ()
    with pytest.raises(InputError, match="No quote is linked to a theme 'Money'. The themes are 'Time', 'Trust'"):
        chain.of_theme("Money")


def test_what_cannot_be_followed_is_said(study):
    with pytest.raises(InputError, match="needs a Study or a Comparison. Got str"):
        trace_chain("study")
    with pytest.raises(InputError, match="Nobody has coded anything"):
        trace_chain(Study(study.transcripts, BOOK))


def test_former_codes_and_rejected_suggestions_stay_visible(study):
    book = replace(BOOK, former=("odd",))
    coding = Coding(
        (CodedSpan("m", "S1", 10, 20, "odd", "rejected"), CodedSpan("m", "S1", 0, 2, RUSH, "suggested"),
         CodedSpan("m", "S1", 40, 50, "", "abstained")), (), book,
    )  # fmt: skip
    links = trace_chain(Study(study.transcripts, book, coding), moderators=True).links  # S1 opens with a question
    assert [(x.cluster_of_meaning, x.how, x.grouped_by) for x in links] == [
        ("rush", "machine suggestion", "the codebook"),
        ("odd", "machine suggestion, rejected", "not stated"),
    ]
    assert links[0].turn is None  # the words before the first turn are nobody's
    assert trace_chain(Study(study.transcripts, book, coding)).question(links[0]) is None


def test_a_quote_opens_with_the_question_before_it(study):
    start, end = study.transcripts[0].turns[7].start + 2, study.transcripts[0].turns[7].start + 14
    opened = open_quote(study.transcripts, f"S1:{start}-{end}")
    assert opened.text == "have all the"
    assert (opened.speaker, opened.question) == ("P2", "And time?")
    assert [(row["turn"], row["what"], row["speaker"]) for row in opened.rows()] == [
        (4, "question", "M"), (5, "before", "P1"), (6, "before", "P3"), (7, "quote", "P2"), (8, "after", "C"),
    ]  # fmt: skip
    assert opened.rows()[3]["text"] == "I [have all the] time I need, and it is good."
    assert "time I need" not in str(opened) + repr(opened)
    assert "time I need" in opened._repr_html_()
    assert len(opened.to_frame()) == 5


def test_a_segment_opens_too_and_a_quote_over_two_turns_is_marked_in_both(study):
    t = study.transcripts[0]
    turn = t.turns[1]
    segment = Segment("S1", turn.start, turn.end, t.turn_text(1), "P1", "participant", 1)
    assert open_quote(study.transcripts, segment).text == t.turn_text(1)
    both = open_quote(study.transcripts, f"S1:{t.turns[5].start}-{t.turns[6].end}", before=0, after=0)
    assert [row["text"][0] for row in both.rows() if row["what"] == "quote"] == ["[", "["]


@pytest.mark.parametrize("quote", ["S9:0-2", "S1:0-99999", "S1:9-3", "S1", "S1:a-b", ""])
def test_a_quote_that_is_nowhere_is_said(study, quote):
    with pytest.raises(InputError, match="No transcript holds the quote .* the transcripts are 'S1', 'S2'"):
        open_quote(study.transcripts, quote)


def test_words_before_the_first_turn_are_nobodys_quote(study):
    with pytest.raises(InputError, match="lies before the first turn"):
        open_quote(study.transcripts, "S1:0-2")
    assert Transcript("T", "x").turn_at(0) is None
    assert Transcript("T", "Hm.", (Turn(0, 3, "P1"),)).question_before(0) is None


def test_table_1_has_one_row_a_theme_and_shows_different_people(study):
    table = table1(study)
    assert [(r["theme"], r["cluster_of_meaning"], r["essence"]) for r in table.rows()] == [
        ("Trust", "demanding", "building trust"), ("Time", "rush", "takes time"), ("Joy", "", ""),
    ]  # fmt: skip
    assert [row["speaker"] for row in table.rows()] == ["P1", "P2", None]
    assert table.without_statement == ("Joy",)
    assert repr(table) == "TableOne(2 rows, 1 theme without a statement)"


def test_table_1_as_text_csv_and_html(study, tmp_path):
    table = table1(study)
    lines = table.to_text(width=80).splitlines()
    assert lines[1].split("  ")[0] == "Horizontalization"
    assert max(map(len, lines)) <= 80
    assert "(no statement)" in str(table)
    rows = list(csv.reader(io.StringIO(table.to_csv(tmp_path / "t.csv"))))
    assert rows[0] == ["Horizontalization", "Cluster of meaning", "Essence", "Theme"]
    assert rows[1] == ["It is hard work to win their trust every time.", "demanding", "building trust", "Trust"]
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfHorizontalization")
    html = table.to_html(tmp_path / "t.html")
    assert "<details><summary>“It is hard work" in html
    assert "What does trust ask of you?" in html
    assert "no statement is linked" in table._repr_html_()
    assert (tmp_path / "t.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(table.to_frame()) == 3


def test_html_escapes_what_people_said():
    t = transcript("S", [("P<1>", "participant", "a <b> & 'c'")])
    coding = Coding((CodedSpan("A", "S", t.turns[0].start, t.turns[0].end, DEMANDING),), (), BOOK)
    assert "<b>" not in table1(Study((t,), BOOK, coding)).to_html()


def test_people_choose_their_own_quotes(study):
    other = next(x for x in trace_chain(study).links if x.speaker == "P3" and x.session == "S2")
    table = table1(study, quotes={"a standard": other.segment_id})
    assert table.rows()[0]["horizontalization"] == "I still say it comes by itself."
    with pytest.raises(InputError, match="'S1:0-5' is not linked to the theme 'Trust'"):
        table1(study, quotes={"Trust": "S1:0-5"})


@pytest.mark.parametrize("bad", [{"n_per_theme": 0}, {"min_words": 9, "max_words": 3}, {"min_words": 0}])
def test_numbers_that_make_no_table_are_refused(study, bad):
    with pytest.raises(InputError, match="n_per_theme must be at least 1"):
        table1(study, **bad)


def test_several_rows_a_theme_show_several_clusters_of_meaning(study):
    book = replace(BOOK, codes=(*BOOK.codes, replace(BOOK.codes[0], code="slow")))
    start = study.transcripts[0].turns[9].start
    more = CodedSpan("consensus", "S1", start, start + 8, "Trust/building trust/slow", "consensus")
    consensus = replace(study.consensus, applied=(*study.consensus.applied, more), codebook=book)
    table = table1(make_study(codebook=book, consensus=consensus), n_per_theme=2)
    assert [r["cluster_of_meaning"] for r in table.rows() if r["theme"] == "Trust"] == ["demanding", "slow"]


def test_people_go_before_the_machine_and_rejected_suggestions_are_no_example(study):
    span = study.consensus.applied[0]
    rejected = Coding((replace(span, coder="m", status="rejected"),), (), BOOK)
    assert table1(Study(study.transcripts, BOOK, rejected)).links == ()
    both = Coding((replace(span, coder="m", status="suggested"), *study.consensus.applied[1:]), (), BOOK)
    chosen = table1(Study(study.transcripts, BOOK, both)).links
    assert {x.how for x in chosen} == {"consensus"}


def test_a_codebook_without_themes_has_a_row_a_code(study):
    book = Codebook((Code(code="slow"), Code(code="fast")))
    spans = tuple(replace(a, code_id="slow" if a.start % 2 else "fast") for a in study.consensus.applied)
    table = table1(Study(study.transcripts, book, Coding(spans, (), book)))
    assert {(row["cluster_of_meaning"], row["theme"]) for row in table.rows()} == {("slow", ""), ("fast", "")}


def test_a_comparison_gives_both_sides_and_says_who_is_the_machine(study):
    turns = [
        Segment(t.id, x.start, x.end, t.turn_text(i), x.speaker, x.role, i, i)
        for t in study.transcripts
        for i, x in enumerate(t.turns)
        if x.role == "participant"
    ]
    segments = Segments(tuple(turns), study.transcripts)
    clusters = Clusters(Embeddings(segments, np.eye(len(turns)), EncoderInfo("hand")), np.zeros(len(turns), dtype=int))
    machine = Mapping(clusters, BOOK, (Link(0, RUSH, 0.5),)).to_coding()
    comparison = compare(study.consensus, machine, n_draws=20, n_permutations=19)
    links = trace_chain(comparison).links
    assert {(x.how, x.linked_by) for x in links} == {
        ("consensus", "consensus (A and B)"), ("machine suggestion", "machine"),
    }  # fmt: skip
    assert sum(x.how == "machine suggestion" for x in links) == len(turns)
    assert {x.how for x in table1(comparison).links} == {"consensus"}
    assert len(trace_chain(comparison, coder="machine")) == len(turns)
