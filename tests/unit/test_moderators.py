"""Moderators are never participants: codes on their turns are listed, and never quoted, counted or shown."""

import warnings

import pytest

import alliance_nlp as an
from alliance_nlp import AllianceWarning, Code, Codebook, CodedSpan, Coding, ReadSpan, Study, Transcript, Turn
from alliance_nlp.method.chain import trace_chain
from alliance_nlp.method.contexts import QuoteInContext
from alliance_nlp.method.expectations import compare_expectations
from alliance_nlp.method.relations import relate_themes
from alliance_nlp.method.saturation import assess_saturation
from hand_made_study import BOOK, CODED, RUSH, make_study

TALK = {
    "codebook.csv": "theme,code\nTime,rush\nTrust,opening up\n",
    "transcripts/s1.txt": "Moderator: What makes ZQXQ good?\n\nP1: Nobody looks at the clock.\n\n"
                          "Moderator: And the rest?\n\nP2: The calendar is what gets in the way.\n",
    "study.toml": '[read]\nA = "participants"\n',
}  # fmt: skip


def folder(tmp_path, codings, name="codings.csv"):
    for file, words in {**TALK, name: codings}.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(words, encoding="utf-8")
    return tmp_path


def read(path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        study = an.read_study(path)
    return study, "\n".join(str(item.message) for item in caught)


def test_codes_on_moderators_turns_are_listed_with_file_rows_and_what_to_do(tmp_path):
    rows = "coder,transcript,turn,code\nA,s1,1,opening up\nA,s1,2,rush\nA,s1,3,rush\n"
    study, said = read(folder(tmp_path, rows))
    assert "codings.csv: rows 2, 4 code what a moderator says: kept, but never quoted" in said
    assert "turns count from 1" in said
    assert "under [roles] in study.toml" in said
    assert "moderators=True" in said
    assert len(study.coding.applied) == 3  # nothing is lost


def test_each_row_is_listed_up_to_forty(tmp_path):
    rows = "coder,transcript,turn,code\n" + "".join(f"c{n},s1,1,rush\n" for n in range(50))
    _, said = read(folder(tmp_path, rows))
    assert f"rows {', '.join(str(n) for n in range(2, 42))} and 10 more code what" in said


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("codings.csv", "transcript,turn,coder_A,coder_B\ns1,1,,rush\ns1,2,rush,\n"),
        ("consensus.csv", "transcript,turn,code\ns1,3,rush\n"),
        ("segments.csv", "document,position,speaker,text,coder_A\nd,1,Moderator,Why?,rush\nd,2,P1,No time.,rush\n"),
    ],
)
def test_wide_tables_the_consensus_and_the_simple_form_list_them_too(tmp_path, name, rows):
    path = folder(tmp_path, rows, name)
    (path / "study.toml").unlink()
    _, said = read(path)
    assert f"{name}: row 2 codes what a moderator says" in said


def test_a_code_over_question_and_answer_belongs_to_the_answer(tmp_path):
    text = "Moderator: Why? P1: No time."
    talk = Transcript("T", text, (Turn(11, 15, "Moderator", "moderator"), Turn(20, 28, "P1", "participant")))
    study = Study((talk,), Codebook((Code("Time"),)), Coding((CodedSpan("A", "T", 0, 28, "Time"),), ()))
    assert [(x.speaker, x.turn) for x in study.statements()] == [("P1", 1)]
    _, said = read(folder(tmp_path, "coder,transcript,start,end,code\nA,s1,0,60,rush\n"))
    assert "moderator" not in said


@pytest.fixture
def asked():
    """The study made by hand, with the moderator's first question coded besides, by the consensus."""
    study = make_study()
    first = study.transcripts[0].turns[0]
    extra = CodedSpan("consensus", "S1", first.start, first.end, RUSH, "consensus")
    only_joy = CodedSpan("consensus", "S1", first.start, first.end, "Joy/worth it", "consensus")
    consensus = Coding((*study.consensus.applied, extra, only_joy), study.consensus.read, BOOK)
    return Study(study.transcripts, BOOK, study.coding, consensus, participants=study.participants,
                 expectations=study.expectations, title=study.title)  # fmt: skip


QUESTION = "What does trust ask of you?"


def test_a_question_is_no_statement_unless_asked(asked):
    assert QUESTION not in {x.text for x in asked.statements()}
    assert len(asked.statements()) == len(CODED)
    assert [x.code_id for x in asked.statements(moderators=True) if x.text == QUESTION] == [RUSH, "Joy/worth it"]


def test_a_question_is_not_quoted_and_no_moderator_is_represented_unless_asked(asked):
    chosen = an.choose_quotes(asked, n_per_theme=9)
    assert QUESTION not in {row["quote"] for row in chosen.rows()}
    assert "M" not in {row["participant"] for row in chosen.rows()}
    assert "2 coded statements of moderators are left out" in str(chosen)
    assert QUESTION in {row["quote"] for row in an.choose_quotes(asked, n_per_theme=9, moderators=True).rows()}


def test_a_question_is_not_in_table_1_unless_asked(asked):
    table = an.table1(asked, n_per_theme=9)
    assert QUESTION not in {row["horizontalization"] for row in table.rows()}
    for text in (str(table), table.to_html()):
        assert "2 coded statements of moderators are left out" in text
    assert str(table).count(QUESTION) == 0
    assert QUESTION in str(an.table1(asked, n_per_theme=9, moderators=True))
    assert "left out" not in str(an.table1(asked, moderators=True))


def test_a_question_counts_nowhere(asked):
    plain = make_study()
    assert an.count_voices(asked).rows() == an.count_voices(plain).rows()
    assert "2 coded statements of moderators are left out" in str(an.count_voices(asked))
    assert relate_themes(asked).rows() == relate_themes(plain).rows()
    assert compare_expectations(asked).rows() == compare_expectations(plain).rows()
    assert assess_saturation(asked).rows() == assess_saturation(plain).rows()
    assert len(trace_chain(asked).links) == len(trace_chain(plain).links)
    assert trace_chain(plain).left_out == ()


def test_the_context_of_a_quote_still_holds_the_question(asked):
    link = next(x for x in trace_chain(asked).links if x.transcript_id == "S1")
    assert isinstance(trace_chain(asked).open(link), QuoteInContext)
    assert trace_chain(asked).question(link) == QUESTION


LOST = (
    # span, rule, expected turn (from 1), speaker, reason begins, repair holds
    ((0, 4), "half", 1, "M", "a moderator says it", "roles='all'"),
    ((5, 20), "half", 2, "P1", "", ""),  # carried
    ((5, 9), "all", 2, "P1", "the rule 'all' gives no segment of this turn the code", "rule='half'"),
    ((20, 21), "half", 2, "P1", "nobody says it", "start and end"),  # the blank between two turns
    ((21, 28), "half", 3, "P2", "no segment was cut from this turn", "roles"),
)


@pytest.mark.parametrize(("span", "rule", "turn", "speaker", "why", "what"), LOST)
def test_each_lost_span_is_listed_with_why_and_what_to_do(span, rule, turn, speaker, why, what):
    text = "Why? It takes time. Not for us."
    turns = (Turn(0, 4, "M", "moderator"), Turn(5, 20, "P1", "participant"), Turn(21, 31, "P2", "participant"))
    talk = Transcript("T", text, turns)
    segments = an.segment(talk)[:1]
    one, other = (Coding((CodedSpan(c, "T", *span, "Time"),), (ReadSpan(c, "T", 0, 31),)) for c in "AB")
    found = an.compare(one, other, segments=segments, rule=rule, n_draws=20, n_permutations=0)
    rows = found.lost_spans.rows()
    assert found.basis.lost == len(rows) == (2 if why else 0)
    for row in rows:
        assert (row["turn"], row["speaker"], row["start"], row["end"]) == (turn, speaker, *span)
        assert row["why"].startswith(why)
        assert what in row["what_to_do"]
    assert ("(see .lost_spans)" in str(found)) is bool(rows)


def test_a_moderators_code_is_lost_to_a_comparison_and_repaired_by_cutting_all_roles():
    study = make_study()
    asks = study.transcripts[0].turns[0]
    read = {c: tuple(ReadSpan(c, t.id, 0, len(t.text)) for t in study.transcripts) for c in "AB"}
    coded = {c: (CodedSpan(c, "S1", asks.start, asks.end, RUSH), CodedSpan(c, "S2", 0, 3, RUSH)) for c in "AB"}
    sides = [Coding(coded[c], read[c], BOOK) for c in "AB"]
    found = an.compare(*sides, segments=an.segment(study.transcripts), n_draws=20, n_permutations=0)
    assert [(row["coder"], row["transcript_id"], row["turn"], row["role"]) for row in found.lost_spans.rows()][:2] == [
        ("A", "S1", 1, "moderator"), ("B", "S1", 1, "moderator"),
    ]  # fmt: skip
    every = an.segment(study.transcripts, roles="all")
    mended = an.compare(*sides, segments=every, n_draws=20, n_permutations=0)
    assert [row for row in mended.lost_spans.rows() if row["transcript_id"] == "S1"] == []


def test_a_lost_span_survives_saving(tmp_path):
    text = "Why? It takes time."
    talk = Transcript("T", text, (Turn(0, 4, "M", "moderator"), Turn(5, 19, "P1", "participant")))
    one, other = (Coding((CodedSpan(c, "T", 0, 4, "Time"),), (ReadSpan(c, "T", 0, 19),)) for c in "AB")
    found = an.compare(one, other, segments=an.segment(talk), n_draws=20, n_permutations=0)
    assert len(found.lost_spans) == 2
    assert an.load(an.save(found, tmp_path / "kept")) == found
    report = an.write_report(found, tmp_path / "report")
    assert "a moderator says it" in (report.parent / "tables" / "lost_spans.csv").read_text(encoding="utf-8-sig")


def test_reading_without_codes_on_questions_says_nothing_of_moderators(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", AllianceWarning)
        an.read_study(folder(tmp_path, "coder,transcript,turn,code\nA,s1,2,rush\nA,s1,4,rush\n"))
