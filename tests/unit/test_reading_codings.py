"""Codings: long and wide form, places by id, turn, offsets and quote, codes by name, and who read what."""

import datetime
import warnings

import pandas as pd
import polars as pl
import pytest

from alliance_nlp import AllianceWarning, Code, Codebook, CodedSpan, InputError, ReadSpan, Theme, Transcript, Turn
from alliance_nlp.reading import read_codings

TEXT = (
    "I: Why is that?\nP1: It takes time, and we listen.\nP2: Mm.\nI: Mm.\n"
    "P1: We don’t  \u201clisten\u201d\u2026 it takes time"
)
ONE = Transcript(
    "T1",
    TEXT,
    (
        Turn(3, 15, "I", "moderator"),
        Turn(20, 50, "P1", "participant"),
        Turn(54, 57, "P2", "participant"),
        Turn(61, 64, "I", "moderator"),
        Turn(69, 102, "P1", "participant"),
    ),
    source="T1.txt",
)
TWO = Transcript("T2", "P1: nothing else was said", (Turn(4, 25, "P1", "participant"),))
BOOK = Codebook(
    (Code("Trust", "growing", "slow", "", (), ("gradual",)), Code("Trust", "growing", "demanding"),
     Code("Time", "", "slow"), Code("Time", "", "short")),
    (Theme("Time", ("The clock",)),),
)  # fmt: skip


def told(rows, transcripts=(ONE, TWO), codebook=BOOK, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        coding = read_codings(rows, transcripts, codebook, **options)
    return coding, "".join(str(item.message) for item in caught)


def places(rows, **options):
    coding, _ = told([{"coder": "A", "code": "short", **row} for row in rows], **options)
    return [(a.transcript_id, a.start, a.end) for a in coding.applied]


def problem(rows, **options):
    with pytest.raises(InputError) as caught:
        read_codings([{"coder": "A", "code": "short", **row} for row in rows], (ONE, TWO), BOOK, **options)
    return str(caught.value)


def test_places_by_segment_id_turn_and_offsets():
    assert places([{"segment_id": "T1:20-50"}]) == [("T1", 20, 50)]
    assert places([{"transcript": "T1", "turn": "2"}]) == [("T1", 20, 50)]
    assert places([{"document": "t1.TXT", "turn": "2"}]) == [("T1", 20, 50)]
    assert places([{"transcript": "T2.docx", "start": "4", "end": "11"}]) == [("T2", 4, 11)]
    assert places([{"turn": "1"}], transcripts=TWO) == [("T2", 4, 25)]
    assert places([{"segment_id": "my own id 7", "transcript": "T2", "turn": "1"}]) == [("T2", 4, 25)]


@pytest.mark.parametrize(
    ("quote", "start", "end"),
    [
        ("takes time, and", 23, 38),
        ("  takes time, and ", 23, 38),
        ("TAKES  time,\nand", 23, 38),
        ('We don\'t "listen"... it', 69, 91),
        ("we don\u2019t \u201clisten\u201d", 69, 87),
        ("takes\u00ad time\u200b, and", 23, 38),
    ],
)
def test_quotes_are_found_but_for_blanks_case_and_typography(quote, start, end):
    assert places([{"quote": quote}]) == [("T1", start, end)]


def test_a_quote_in_decomposed_letters_is_found():
    transcript = Transcript("T", "il a e\u0301te\u0301 fatigu\u00e9 \ud55c\uae00", (Turn(0, 20),))
    rows = [{"coder": "A", "code": "x", "quote": "\u00e9t\u00e9 fatigue\u0301"}]
    (span,) = read_codings(rows, transcript, read="coded").applied
    assert transcript.text[span.start : span.end] == "e\u0301te\u0301 fatigu\u00e9"


def test_ambiguous_quotes_are_listed_with_their_places_and_turns_narrow_them():
    message = problem([{"quote": "it takes time"}, {"quote": "Mm."}])
    assert "row 1" not in message.splitlines()[0]
    assert "row 2: the quote (3 characters) stands in 2 places of the 2 transcripts: 'T1' turn 3, " in message
    assert "characters 54-57; 'T1' turn 4," in message
    assert places([{"quote": "Mm.", "transcript": "T1", "turn": "4"}]) == [("T1", 61, 64)]
    assert places([{"quote": "takes time", "transcript": "T1", "turn": "5"}]) == [("T1", 92, 102)]


def test_near_misses_name_the_nearest_place_and_no_words():
    message = problem([{"quote": "It takes time, and they listen"}, {"quote": "Zwetschgen im Garten, viele davon"}])
    assert (
        "row 1: the quote (30 characters) is not in the 2 transcripts; nearest: 'T1' turn 2, characters 20-" in message
    )
    assert "which shares 2 runs of three words" in message
    assert "row 2: the quote (33 characters) is not in the 2 transcripts; nothing comes near it" in message
    assert "time" not in message
    assert "is not in turn 3 of 'T1'" in problem([{"quote": "takes time", "transcript": "T1", "turn": "3"}])


def test_offsets_that_do_not_hold_the_quote_are_refused():
    fine = [{"transcript": "T1", "start": "20", "end": "49", "quote": "it  takes time, and we LISTEN."}]
    assert places(fine) == [("T1", 20, 49)]
    message = problem([{"transcript": "T1", "start": "22", "end": "51", "quote": "It takes time, and we listen."}])
    assert "row 1: characters 22-51 of 'T1' do not hold the quote of the row. Leave the offsets out" in message
    assert "do not hold the quote" in problem([{"segment_id": "T1:22-51", "text": "It takes time, and we listen."}])


def test_segments_and_studies_stand_for_their_transcripts():
    from alliance_nlp.records import Segments, Study

    rows = [{"coder": "A", "code": "short", "segment_id": "T2:4-25"}]
    expected, _ = told(rows, read="all")
    assert told(rows, transcripts=Segments((), (ONE, TWO)), read="all")[0] == expected
    assert told(rows, transcripts=Study((ONE, TWO)), read="all")[0] == expected
    with pytest.raises(InputError, match=r"transcripts must hold records of type Transcript\. Item 0 is of type str"):
        read_codings(rows, ["T2"], BOOK)


def test_a_table_without_rows_is_said():
    coding, warned = told(pd.DataFrame({"coder": [], "code": [], "turn": []}))
    assert coding.coders == ()
    assert "the codings: holds no rows: nobody applied a code" in warned


def test_unmatched_quotes_may_be_left_out_and_are_said():
    rows = [{"coder": "A", "code": "short", "quote": q} for q in ("nowhere to be found", "and we listen")]
    coding, warned = told(rows, unmatched="skip", read="coded")
    assert len(coding.applied) == 1
    assert "the codings: left out row 1: the quote (19 characters) is not in the 2 transcripts" in warned
    assert "unmatched must be 'error' or 'skip'. Got 'drop' instead." in problem([], unmatched="drop")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"transcript": "T3", "turn": "1"}, "row 1: no transcript is called 'T3'. There are 2 transcripts"),
        ({"transcript": "Z", "turn": "1"}, "row 1: no transcript is called 'Z'. There are 2 transcripts"),
        ({"turn": "1"}, "row 1: turn '1' of which transcript? There are 2; name one"),
        ({"transcript": "T1", "turn": "6"}, "row 1: turn must be a whole number from 1 to 5 in 'T1'. Got '6'"),
        ({"transcript": "T1", "turn": "0"}, "Got '0'"),
        ({"transcript": "T1", "turn": "two"}, "Got 'two'"),
        ({"transcript": "T2", "start": "4", "end": "99"}, "0 <= start <= end <= 25 in 'T2'. Got '4' and '99'"),
        ({"transcript": "T2", "start": "9", "end": "4"}, "Got '9' and '4'"),
        (
            {"transcript": "T2"},
            "row 1: no place: a row needs a segment_id, a turn, a paragraph, start and end, or a quote",
        ),
        ({"segment_id": "E01_Q1"}, "row 1: segment 'E01_Q1' is not of the form 'transcript:start-end'"),
        ({"segment_id": "T1:4-9999"}, "segment 'T1:4-9999' is not of the form"),
        ({"segment_id": "T1:4-9", "coder": ""}, "row 1: no coder is named"),
        ({"segment_id": "T1:4-9", "code": "shrot"}, "row 1: code 'shrot' is not in the codebook. Near it: 'short'"),
        ({"segment_id": "T1:4-9", "code": "??"}, "row 1: code '??' is not in the codebook. The codebook has 4 codes"),
        (
            {"segment_id": "T1:4-9", "code": "slow"},
            "'slow' is ambiguous: 'Trust/growing/slow' or 'Time/slow'. Write the path",
        ),
        ({"segment_id": "T1:4-9", "status": "done"}, "row 1: status must be 'coded'"),
        ({"segment_id": "T1:4-9", "score": "high"}, "row 1: the score must be a number. Got 'high' instead"),
        (
            {"segment_id": "T1:4-9", "date": "3.5.25"},
            "row 1: the date must be written as 2025-03-19. Got '3.5.25' instead",
        ),
    ],
)
def test_every_fault_of_a_row_is_said(row, message):
    assert message in problem([row])


def test_faults_of_all_rows_come_at_once():
    message = problem([{"segment_id": "x"}, {"segment_id": "T1:4-9"}, {"segment_id": "T1:4-9", "code": "nope"}])
    assert message.startswith("the codings has 2 problems:\n  row 1:")
    assert "\n  row 3:" in message


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Trust/growing/slow", "Trust/growing/slow"),
        ("demanding", "Trust/growing/demanding"),
        ("GRADUAL", "Trust/growing/slow"),
        ("time/SHORT", "Time/short"),
        ("The clock", "Time"),
        ("trust", "Trust"),
        ("Trust/growing", "Trust/growing"),
    ],
)
def test_codes_are_found_by_path_name_and_alias_on_any_level(name, path):
    coding, _ = told([{"coder": "A", "segment_id": "T1:4-9", "code": name}], read="coded")
    assert coding.applied[0].code_id == path


def test_without_a_codebook_codes_stand_for_themselves():
    coding, _ = told([{"coder": "A", "segment_id": "T1:4-9", "code": "anything | else"}], codebook=None, read="coded")
    assert [a.code_id for a in coding.applied] == ["anything", "else"]
    assert coding.codebook is None


def test_status_note_score_and_date_are_carried():
    row = {
        "coder": "A",
        "segment_id": "T1:4-9",
        "code": "short",
        "status": "Rejected",
        "reason": "why",
        "confidence": "0.5",
        "date": "2025-03-19 10:00",
    }
    coding, _ = told([row], read="coded")
    assert coding.applied == (
        CodedSpan("A", "T1", 4, 9, "Time/short", "rejected", 0.5, "why", datetime.date(2025, 3, 19)),
    )
    assert coding.codebook == BOOK


@pytest.mark.parametrize("library", [pd, pl])
def test_frames_and_a_coder_named_by_the_caller(library):
    frame = library.DataFrame({"tag": ["short"], "document": ["T2"], "content": ["nothing else"]})
    coding, _ = told(frame, coder="KL", read="all")
    assert [(a.coder, a.start, a.end) for a in coding.applied] == [("KL", 4, 16)]


def test_a_row_without_a_code_was_read_and_carries_none():
    coding, warned = told([{"coder": "A", "segment_id": "T1:20-50", "code": ""}])
    assert (coding.applied, coding.read, warned) == ((), (ReadSpan("A", "T1", 20, 50),), "")


WIDE = [
    {"segment_id": "T1:20-50", "coder_1": "short | demanding", "coder_2": ""},
    {"segment_id": "T2:4-25", "coder_1": "", "coder_2": "short"},
]


def test_wide_form_and_what_a_blank_cell_means():
    coding, warned = told(WIDE)
    assert [(a.coder, a.start, a.code_id) for a in coding.applied] == [
        ("coder_1", 20, "Time/short"), ("coder_1", 20, "Trust/growing/demanding"), ("coder_2", 4, "Time/short"),
    ]  # fmt: skip
    assert coding.read == ()
    assert (
        "it is not stated what coder_1, coder_2 read (2 blank cells): only what carries a code counts as read" in warned
    )
    coding, warned = told(WIDE, read="participants")
    assert len(coding.read) == 2 * 4
    assert warned == ""


def test_coders_present_states_who_read_a_row():
    rows = [dict(WIDE[0], coders_present="coder_1, coder_2"), dict(WIDE[1], coders_present="coder_2")]
    coding, _ = told(rows)
    assert coding.read == (
        ReadSpan("coder_1", "T1", 20, 50),
        ReadSpan("coder_2", "T1", 20, 50),
        ReadSpan("coder_2", "T2", 4, 25),
    )
    rows[1]["coders_present"] = "coder_3"
    with pytest.raises(InputError, match="row 2: coders_present must be 'coder_1' or 'coder_2'. Got 'coder_3'"):
        read_codings(rows, (ONE, TWO), BOOK)


LONG = [{"coder": who, "segment_id": "T1:20-50", "code": "short"} for who in ("A", "B")]


def test_who_read_what_in_words_lists_and_tables(tmp_path):
    def read(statement):
        coding, warned = told(LONG, read=statement)
        return [(r.coder, r.transcript_id, r.start, r.end) for r in coding.read], warned

    everything = [("A", "T1", 0, len(TEXT)), ("A", "T2", 0, 25), ("B", "T1", 0, len(TEXT)), ("B", "T2", 0, 25)]
    participants = [("T1", 20, 50), ("T1", 54, 57), ("T1", 69, 102), ("T2", 4, 25)]
    assert read("all") == (everything, "")
    assert read("everything") == (everything, "")
    assert read("All  participant turns") == ([(c, *place) for c in "AB" for place in participants], "")
    assert read({"A": "participants", "B": ["T2"]}) == ([*(("A", *p) for p in participants), ("B", "T2", 0, 25)], "")
    assert read({"A": "coded", "B": "T2"}) == ([("B", "T2", 0, 25)], "")
    assert read("coded") == ([], "")
    table = [{"coder": "A", "transcript": "T2"}, {"coder": "B", "transcript": "T1", "turn": "3"}]
    assert read(table) == ([("A", "T2", 0, 25), ("B", "T1", 54, 57)], "")
    (tmp_path / "read.csv").write_text("coder,transcript,turn\nA,T2,\nB,T1,3\n", encoding="utf-8")
    assert read(tmp_path / "read.csv") == read(table)
    assert read(pd.DataFrame(table)) == read(table)


def test_a_place_that_fails_in_the_wide_form_is_said_with_its_row():
    with pytest.raises(InputError, match="row 2: segment 'x' is not of the form"):
        read_codings([WIDE[0], dict(WIDE[1], segment_id="x")], (ONE, TWO), BOOK)


def test_what_is_not_stated_is_said_for_the_coders_it_concerns():
    with pytest.warns(AllianceWarning, match=r"it is not stated what B read: only what carries a code counts as read"):
        read_codings(LONG, (ONE, TWO), BOOK, read={"A": "all"})


def test_a_coder_who_read_and_found_nothing_is_kept_and_said():
    coding, warned = told(LONG, read={"A": "all", "B": "all", "C": "participants"})
    assert coding.coders == ("A", "B", "C")
    assert (
        "read: 'C' is stated to have read and applied no code: a coder who found nothing, or another spelling" in warned
    )


def test_participants_of_a_transcript_without_any_are_said():
    nobody = Transcript("T1", TEXT, tuple(Turn(t.start, t.end) for t in ONE.turns))
    coding, warned = told(LONG, transcripts=(nobody, TWO), read="participants")
    assert len(coding.read) == 2
    assert "A is said to have read the participants, and 1 transcript has none: 'T1'" in warned


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("some", "What A read (read) must be 'all', 'participants', 'coded', 'T1' or 'T2'. Got 'some' instead."),
        (
            {"A": 3},
            "What A read must be 'all', 'participants', 'coded' or a list of transcripts (read). Got int instead.",
        ),
        ([{"who else": "A"}], "read must say who read: it has no column called 'coder'."),
        ([{"coder": "A", "transcript": "T9"}], "read has 1 problem:\n  row 1: no transcript is called 'T9'"),
    ],
)
def test_slips_in_who_read_what(statement, message):
    with pytest.raises(InputError) as caught:
        read_codings(LONG, (ONE, TWO), BOOK, read=statement)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"coder": "A", "segment_id": "T1:4-9"}], "has no column called 'code', and no columns coder_1, coder_2, ..."),
        ([{"code": "short", "segment_id": "T1:4-9"}], "has no column called 'coder' (or say coder='...')"),
    ],
)
def test_missing_columns_are_named(rows, message):
    with pytest.raises(InputError) as caught:
        read_codings(rows, (ONE, TWO), BOOK)
    assert message in str(caught.value)


def test_a_coding_is_seen_on_segments_of_its_transcripts():
    from alliance_nlp.segments import segment

    coding, _ = told(LONG, read={"A": "participants", "B": "coded"})
    seen = coding.on(segment((ONE, TWO)))
    assert seen.sets["A"] == (frozenset({"Time/short"}), frozenset(), frozenset(), frozenset())
    assert seen.sets["B"] == (frozenset({"Time/short"}), None, None, None)


def test_an_application_that_is_said_twice_counts_once():
    row = {"coder": "A", "code": "short", "segment_id": "T2:4-25", "note": "n"}
    coding, warned = told([row, row, {**row, "note": "m"}, row], read="all")
    assert [span.note for span in coding.applied] == ["n", "m"]
    assert "the codings: 2 applications said what an earlier row says in every column; each counts once" in warned
    assert "said what an earlier row says" not in told([row], read="all")[1]


@pytest.mark.parametrize("score", ["nan", "inf", "-inf", "high"])
def test_a_score_is_a_finite_number(score):
    row = {"coder": "A", "code": "short", "segment_id": "T2:4-25", "score": score}
    with pytest.raises(InputError, match=f"row 1: the score must be a number. Got '{score}' instead"):
        read_codings([row], (ONE, TWO), BOOK, read="all")
    assert told([{**row, "score": "-0.5"}], read="all")[0].applied[0].score == -0.5
    assert told([{**row, "score": ""}], read="all")[0].applied[0].score is None
