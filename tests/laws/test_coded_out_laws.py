"""What is written of a coding and read back is the coding: quotes give the applications, the matrix what was read."""

import datetime
import warnings
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from alliance_nlp import (
    Code,
    Codebook,
    CodedSpan,
    Coding,
    Participant,
    ReadSpan,
    Study,
    Transcript,
    Turn,
    read_codings,
    segment,
    tabulate_codings,
)
from alliance_nlp.method.coded_out import KINDS, PARTS
from alliance_nlp.reading.remarks import Remarks
from alliance_nlp.reading.spreadsheets import read_sheet

TEXT = "=1+1 is what I said. | It took \U0001f600 long; we, waited.\n@home nobody rang - ever."
CUTS = (0, 20, 52, len(TEXT))
TURNS = tuple(Turn(a, b, f"P{i}", "participant") for i, (a, b) in enumerate(pairwise(CUTS)))
TALK = (Transcript("one", TEXT, TURNS), Transcript("two", TEXT, TURNS))
BOOK = Codebook((Code("=Time", "", "waiting, long"), Code("Trust", "how", "doubt; fear"), Code("", "", "+alone"),
                 Code("Trust", "", "faith")))  # fmt: skip
SPANS = st.builds(
    CodedSpan, st.sampled_from(["KL", "MR", "=cmd"]), st.sampled_from(["one", "two"]), st.just(0), st.just(20),
    st.sampled_from(BOOK.ids), st.sampled_from(["coded", "suggested", "rejected"]),
    st.sampled_from([None, 0.25]), st.sampled_from(["", "why not"]),
    st.sampled_from([None, datetime.date(2025, 3, 19)]),
)  # fmt: skip
PLACED = st.builds(
    lambda span, turn: CodedSpan(
        span.coder, span.transcript_id, TURNS[turn].start, TURNS[turn].end, span.code_id, span.status, span.score,
        span.note, span.date,
    ), SPANS, st.integers(0, 2),
)  # fmt: skip
READ = st.builds(
    lambda who, t: ReadSpan(who, t, 0, len(TEXT)), st.sampled_from(["KL", "MR"]), st.sampled_from(["one", "two"])
)


def study_of(applied, read, **options):
    coding = Coding(tuple(dict.fromkeys(applied)), tuple(dict.fromkeys(read)), BOOK)
    return Study(TALK, BOOK, coding, same_people=False, **options)


def back(path, **options):
    source = pd.read_parquet(path) if path.suffix == ".parquet" else path
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_codings(source, TALK, BOOK, **options)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8)
@given(applied=st.lists(PLACED, min_size=1, max_size=6), read=st.lists(READ, max_size=3))
def test_quotes_and_matrix_read_back_are_the_coding(tmp_path_factory, kind, applied, read):
    study = study_of(applied, read)
    segments = segment(study.transcripts)
    found = tabulate_codings(study, segments)
    paths = dict(zip(PARTS, found.write(tmp_path_factory.mktemp("out"), kind=kind), strict=True))
    again = back(paths["quotes"], read="coded")
    assert set(again.applied) == set(study.coding.applied)
    if not any(span.status == "rejected" for span in study.coding.applied):
        own, seen = study.coding.on(segments), back(paths["matrix"]).on(segments)
        assert {c: own.sets[c] for c in own.coders if any(s is not None for s in own.sets[c])} == dict(seen.sets)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=5)
@given(applied=st.lists(PLACED, min_size=1, max_size=6))
def test_crossed_tables_read_back_hold_the_same_counts(tmp_path_factory, kind, applied):
    found = tabulate_codings(study_of(applied, []), segment(TALK))
    paths = dict(zip(PARTS, found.write(tmp_path_factory.mktemp("out"), kind=kind), strict=True))
    for name in ("per_participant", "per_case"):
        table = getattr(found, name)
        if len(table):
            sheet = read_sheet(paths[name], encoding=None, remarks=Remarks())
            assert sheet.header == table.columns
            assert [list(row.cells.values()) for row in sheet.rows] == [list(map(str, row)) for row in table.values]


def test_counts_by_hand_and_words_of_who_refused_stay_blank(tmp_path):
    applied = [CodedSpan(who, "one", TURNS[t].start, TURNS[t].end, code) for who, t, code in
               (("KL", 0, "Trust/faith"), ("MR", 0, "Trust/faith"), ("KL", 1, "+alone"))]  # fmt: skip
    study = study_of(applied, [], participants=(Participant("P0", "participant", ("one",), quotation=False),))
    found = tabulate_codings(study, segment(study.transcripts))
    assert [row["quote"] for row in found.quotes.rows()] == ["", "", TEXT[20:52]]
    assert found.quotes.notes == ("Left out: 2 quotes of people who did not agree to be quoted.",)
    assert found.per_case.rows() == [{"case": "one", "Trust": 1, "+alone": 1}]
    assert [row["code"] for row in found.per_participant.rows()] == ["Trust/faith", "+alone"]
    assert "nobody rang" not in str(found)


def test_widths_are_what_a_person_would_choose_and_nothing_runs(tmp_path):
    import openpyxl

    study = study_of([CodedSpan("KL", "one", 0, 20, "=Time/waiting, long", note="n" * 400)], [])
    tabulate_codings(study, segment(TALK)).write(tmp_path, kind="xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "quotes.xlsx").active
    widths = [dimension.width for dimension in sheet.column_dimensions.values()]
    assert min(widths) >= 8
    assert max(widths) <= 60
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert sheet.freeze_panes == "A2"
