"""Exports of other programs, made by hand after what is known of them; and codings as people type them."""

import datetime
import json
import warnings
from pathlib import Path

import openpyxl
import pytest

from alliance_nlp import Code, Codebook, InputError, Transcript, Turn
from alliance_nlp.reading import read_codings
from alliance_nlp.reading.programs import days, programs, programs_table
from alliance_nlp.reading.remarks import Remarks

TEXT = "The wait was long, and nobody rang me. I had my doubts."
TALK = Transcript("t", TEXT, (Turn(0, len(TEXT), "P1", "participant"),))
WAIT, RANG = (0, 17), (23, 37)
BOOK = Codebook((Code("Time", "", "Waiting"), Code("Trust", "", "Doubt"), Code("Trust", "", "long, hard days")))
DAY = datetime.date(2024, 3, 12)


def told(source, codebook=BOOK, transcripts=TALK, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        coding = read_codings(source, transcripts, codebook, read="all", **options)
    return coding, "".join(str(item.message) for item in caught)


def spans(coding):
    return [(a.coder, a.start, a.end, a.code_id) for a in coding.applied]


BOTH = [("KL", *WAIT, "Time/Waiting"), ("MR", *RANG, "Trust/Doubt")]
EXPORTS = {
    "MAXQDA": "Document group,Document name,Code,Beginning,End,Weight score,Segment,Created by,Created,Area\n"
    "A,t,Time\\Waiting,2,2,0,The wait was long,KL,12.03.24 10:11:00,17\n"
    "A,t,Trust\\Doubt,2,2,0,nobody rang me,MR,12.03.24 10:12:00,14\n",
    "MAXQDA, German": "Dokumentgruppe;Dokumentname;Code;Anfang;Ende;Gewicht;Segment;Erstellt von;Erstellt am\n"
    "A;t;Time > Waiting;2;2;0;The wait was long;KL;12.03.2024 10:11\n"
    "A;t;Trust > Doubt;2;2;0;nobody rang me;MR;12.03.2024 10:12\n",
    "ATLAS.ti": "ID,Quotation Name,Quotation Content,Document,Codes,Reference,Density,Created by,Created\n"
    '1:1,wait,The wait was long,t,Waiting,1 - 17,0,KL,"3/12/24, 10:11 AM"\n'
    '1:2,ring,nobody rang me,t,Doubt,1 - 17,0,MR,"3/12/24, 10:12 AM"\n',
    "NVivo": "Code Name,File Name,Reference Text,Coded By,Coded On\n"
    "Nodes\\\\Time\\\\Waiting,t.docx,The wait was long,KL,2024-03-12 10:11\n"
    "Nodes\\\\Trust\\\\Doubt,t.docx,nobody rang me,MR,2024-03-12 10:12\n",
    "Dedoose": "Media Title,Excerpt Range,Excerpt Creator,Excerpt Date,Excerpt Copy,Codes Applied Combined,"
    "Code: Waiting Applied,Code: Doubt Applied\n"
    "t.txt,1-18,KL,3/12/2024,The wait was long,Waiting,TRUE,FALSE\n"
    "t.txt,23-37,MR,3/13/2024,nobody rang me,Doubt,FALSE,TRUE\n",
    "QualCoder": "codename,coder,file,seltext,pos0,pos1,date,memo\n"
    "Waiting,KL,t,The wait was long,0,17,2024-03-12 10:11:00,\nDoubt,MR,t,nobody rang me,23,37,2024-03-12 10:12:00,\n",
    "Delve": "Transcript,Snippet,Codes,Coder,Created at\n"
    "t,The wait was long,Waiting,KL,2024-03-12 10:11:00\nt,nobody rang me,Doubt,MR,2024-03-12 10:12:00\n",
    "Quirkos": "Quirk,Source,Text,Author,Date\nWaiting,t,The wait was long,KL,13/03/2024\n"
    "Doubt,t,nobody rang me,MR,12/03/2024\n",
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_known_by_its_columns(tmp_path, name):
    (tmp_path / "export.csv").write_text(EXPORTS[name], encoding="utf-8-sig")
    coding, warned = told(tmp_path / "export.csv")
    assert spans(coding) == BOTH
    assert DAY in {a.date for a in coding.applied}
    assert warned == ""
    assert any(row["why"].startswith(f"read as an export of {name.split(',')[0]}") for row in coding.report)


def test_taguette_does_not_say_who_coded(tmp_path):
    (tmp_path / "highlights.csv").write_text(
        "id,document,tag,content\n12,t,Waiting,The wait was long\n13,t,Doubt,nobody rang me\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match="no column called 'coder' .or say coder='...'.*Who coded is never guessed"):
        read_codings(tmp_path / "highlights.csv", TALK, BOOK)
    assert spans(told(tmp_path / "highlights.csv", coder="KL")[0]) == [
        ("KL", *WAIT, "Time/Waiting"), ("KL", *RANG, "Trust/Doubt"),
    ]  # fmt: skip


def write_json(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_doccano_in_both_of_its_forms(tmp_path):
    lists = {"id": 1, "text": TEXT, "label": [[*WAIT, "Waiting"], [*RANG, "Doubt"]], "Comments": []}
    dicts = {"id": 1, "text": TEXT, "entities": [
        {"id": 4, "label": "Waiting", "start_offset": 0, "end_offset": 17},
        {"id": 5, "label": "Doubt", "start_offset": 23, "end_offset": 37}], "relations": []}  # fmt: skip
    for record in (lists, dicts):
        coding, _ = told(write_json(tmp_path / "all.jsonl", json.dumps(record) + "\n"), coder="KL")
        assert spans(coding) == [("KL", *WAIT, "Time/Waiting"), ("KL", *RANG, "Trust/Doubt")]


def test_label_studio_counts_in_the_text_of_its_task(tmp_path):
    def result(start, end, code, quote):
        return {"value": {"start": start, "end": end, "text": quote, "labels": [code]}, "type": "labels"}

    task = {"id": 1, "data": {"text": "nobody rang me. I had"}, "annotations": [
        {"completed_by": {"email": "kl@x.org"}, "created_at": "2024-03-12T10:11:00.000000Z",
         "result": [result(0, 14, "Doubt", "nobody rang me")]},
        {"completed_by": 7, "created_at": "2024-03-12T10:11:00.000000Z",
         "result": [result(7, 14, "Waiting", "rang me")]}]}  # fmt: skip
    coding, _ = told(write_json(tmp_path / "export.json", [task]))
    assert spans(coding) == [("kl@x.org", *RANG, "Trust/Doubt"), ("7", 30, 37, "Time/Waiting")]
    least = [{"id": 1, "text": TEXT, "annotator": 3, "created_at": "2024-03-12T10:11:00.0Z",
              "label": [{"start": 0, "end": 17, "text": TEXT[:17], "labels": ["Waiting", "Doubt"]}]}]  # fmt: skip
    assert spans(told(write_json(tmp_path / "min.json", least))[0]) == [
        ("3", *WAIT, "Time/Waiting"), ("3", *WAIT, "Trust/Doubt"),
    ]  # fmt: skip
    with pytest.raises(InputError, match="holds no coded span in the form of doccano, Label Studio"):
        told(write_json(tmp_path / "none.json", [{"text": "x"}]))
    with pytest.raises(InputError, match="line 1: no valid JSON at character"):
        told(write_json(tmp_path / "broken.jsonl", "{'a'"))


def test_inception_writes_tokens(tmp_path):
    (tmp_path / "KL.tsv").write_text(
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Code|value\n\n\n#Text=The wait was long\n"
        "1-1\t0-3\tThe\tWaiting[1]\t\n1-2\t4-8\twait\tWaiting[1]|Doubt\t\n1-3\t9-12\twas\tWaiting[1]\t\n"
        "1-4\t13-17\tlong\tWaiting[1]\t\n1-5\t17-18\t,\t_\t\n",
        encoding="utf-8",
    )
    coding, _ = told(tmp_path / "KL.tsv", coder="KL")
    assert spans(coding) == [("KL", *WAIT, "Time/Waiting"), ("KL", 4, 8, "Trust/Doubt")]


def test_a_program_may_be_named_or_refused(tmp_path):
    (tmp_path / "e.csv").write_text(EXPORTS["MAXQDA"], encoding="utf-8")
    with pytest.raises(
        InputError, match=r"program must be 'MAXQDA', .* or 'none'\. Got 'MAXDA' instead\. Did you mean"
    ):
        read_codings(tmp_path / "e.csv", TALK, BOOK, program="MAXDA")
    with pytest.raises(InputError, match="is no export of Dedoose that is known .* it lacks quote: 'Excerpt Copy'"):
        read_codings(tmp_path / "e.csv", TALK, BOOK, program="Dedoose")
    with pytest.raises(InputError, match="no column called 'coder'"):
        read_codings(tmp_path / "e.csv", TALK, BOOK, program="none")


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["12.03.24 10:11:00", ""], ["2024-03-12", ""]),
        (["3/14/2024 9:05 AM", "3/2/2024 9:05 AM"], ["2024-03-14", "2024-03-02"]),
        (["14/03/2024 09:05:00", "02/03/2024 09:05:00"], ["2024-03-14", "2024-03-02"]),
        (["2024-03-12T10:11:00", "2024-03-13"], ["2024-03-12", "2024-03-13"]),
    ],
)
def test_dates_are_read_by_the_one_form_that_fits_all(cells, read):
    forms = next(program.dates for program in programs() if program.name == "MAXQDA")
    assert days(cells, forms, Remarks()) == read


def test_dates_that_can_be_read_in_two_ways_are_left_out_and_said():
    remarks = Remarks()
    assert days(["03/04/2024", "05/06/2024"], ("%d/%m/%Y", "%m/%d/%Y"), remarks) == ["", ""]
    assert "can be read as day and month or as month and day: left out" in remarks.doubts[0]
    assert days(["last week"], ("%d/%m/%Y",), remarks) == [""]
    assert "have no form that is known: left out" in remarks.doubts[1]


def test_the_docs_show_the_table_of_programs():
    page = Path(__file__).parents[2] / "docs" / "formats.md"
    if not page.exists():
        pytest.skip("installed without the docs")
    assert programs_table().to_markdown() in page.read_text(encoding="utf-8")


# codings as people type them


def row(code, coder="KL", quote="The wait was long"):
    return {"coder": coder, "quote": quote, "code": code}


@pytest.mark.parametrize(
    "cell", ["Waiting; Doubt", "Waiting, Doubt", "Waiting\nDoubt", "Waiting | Doubt", "waiting;doubt;"]
)
def test_several_codes_in_a_cell_are_several_where_the_codebook_has_them(cell):
    coding, warned = told([row(cell)])
    assert spans(coding) == [("KL", *WAIT, "Time/Waiting"), ("KL", *WAIT, "Trust/Doubt")]
    assert ("cells were read as several codes (row 1)" in warned) == ("|" not in cell)
    if "|" not in cell:
        with pytest.raises(InputError, match="is not in the codebook"):
            told([row(cell)], as_written=["several codes"])


def test_a_comma_inside_a_name_is_part_of_it():
    assert spans(told([row("long, hard days")])[0]) == [("KL", *WAIT, "Trust/long, hard days")]
    assert [s[3] for s in spans(told([row("Waiting, long, hard days")])[0])] == [
        "Time/Waiting",
        "Trust/long, hard days",
    ]
    with pytest.raises(InputError, match="code 'Waiting, Trouble' is not in the codebook"):
        told([row("Waiting, Trouble")])


def test_without_a_codebook_the_habit_of_the_column_decides():
    coding, warned = told([row("a; b"), row("b; a", "MR")], codebook=None)
    assert {(a.coder, a.code_id) for a in coding.applied} == {("KL", "a"), ("KL", "b"), ("MR", "a"), ("MR", "b")}
    assert "cells were read as several codes (rows 1, 2)" in warned
    coding, warned = told([row("time, lost"), row("money, spent", "MR")], codebook=None)
    assert {a.code_id for a in coding.applied} == {"time, lost", "money, spent"}
    assert warned == ""


@pytest.mark.parametrize("codebook", [BOOK, None])
def test_other_spellings_of_a_code_are_one(codebook):
    coding, _ = told(
        [row("Waiting"), row("WAITING", "MR"), row("waiting\u00a0", "AB"), row(" Waiting", "CD")], codebook
    )
    assert len({a.code_id for a in coding.applied}) == 1
    _, warned = told([row("Waiting"), row("waiting", "MR")], None)
    assert "codes that differ in case, blanks or normal form only were read as one (row 2)" in warned
    apart, _ = told([row("Waiting"), row("waiting", "MR")], None, as_written=["spelling"])
    assert len({a.code_id for a in apart.applied}) == 2


def test_composed_and_decomposed_letters_are_one_code():
    coding, _ = told([row("Re\u0301gime"), row("R\u00e9gime", "MR")], None)
    assert len({a.code_id for a in coding.applied}) == 1


def test_coders_in_other_spellings_are_one_and_near_names_are_listed():
    coding, warned = told([row("Waiting", who) for who in ("KL", "kl ", "Kl", "KL")])
    assert coding.coders == ("KL",)
    assert "coders that differ in case, blanks or normal form only are one (rows 2, 3)" in warned
    _, warned = told([row("Waiting", "Kirsten"), row("Doubt", "Kristen")])
    assert "coders that are nearly alike and were kept apart: 'Kirsten' and 'Kristen'" in warned
    _, warned = told([row("waiting rooms"), row("waiting room")], None)
    assert "codes that are nearly alike and were kept apart: 'waiting room' and 'waiting rooms'" in warned


def test_merged_and_once_written_coders_and_transcripts_of_codings(tmp_path):
    book = openpyxl.Workbook()
    for line in [["coder", "transcript", "quote", "code"], ["KL", "t", "The wait was long", "Waiting"],
                 [None, None, "nobody rang me", "Doubt"], ["MR", "t", "The wait was long", "Waiting"],
                 [None, None, "nobody rang me", None]]:  # fmt: skip
        book.active.append(line)
    book.save(tmp_path / "blank.xlsx")
    coding, warned = told(tmp_path / "blank.xlsx")
    assert spans(coding) == [("KL", *WAIT, "Time/Waiting"), ("KL", *RANG, "Trust/Doubt"), ("MR", *WAIT, "Time/Waiting")]
    assert "a blank in 'coder' was read as what stands above it (rows 3, 5)" in warned
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("A4:A5")
    book.save(tmp_path / "merged.xlsx")
    assert told(tmp_path / "merged.xlsx")[0] == coding


def test_a_code_column_before_all_else_is_written_once_and_one_behind_it_is_blank():
    quotes = ("The wait was long", "nobody rang me", "I had my doubts")
    codes = ("Waiting", "", "Doubt")
    before = [{"code": c, "coder": "KL", "quote": q} for c, q in zip(codes, quotes, strict=True)]
    assert [s[3] for s in spans(told(before)[0])] == ["Time/Waiting", "Time/Waiting", "Trust/Doubt"]
    behind = [{"coder": "KL", "quote": q, "code": c} for c, q in zip(codes, quotes, strict=True)]
    assert [s[3] for s in spans(told(behind)[0])] == ["Time/Waiting", "Trust/Doubt"]


def test_themes_beside_codes_stand_above_them():
    rows = [{"coder": "KL", "theme": theme, "code": code, "quote": "The wait was long"}
            for theme, code in (("Time", "Waiting"), ("", "Lateness"), ("Trust", "Doubt"))]  # fmt: skip
    assert [s[3] for s in spans(told(rows, None)[0])] == ["Time/Waiting", "Time/Lateness", "Trust/Doubt"]
    assert [s[3] for s in spans(told([rows[0], rows[2]])[0])] == ["Time/Waiting", "Trust/Doubt"]


def test_one_column_a_code_is_a_matrix():
    rows = [{"coder": "KL", "quote": "The wait was long", "Waiting": "1", "Doubt": "0"},
            {"coder": "KL", "quote": "nobody rang me", "Waiting": "0", "Doubt": "0"},
            {"coder": "KL", "quote": "I had my doubts", "Waiting": "", "Doubt": ""}]  # fmt: skip
    for codebook in (BOOK, None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            coding = read_codings(rows, TALK, codebook)
        assert [(a.start, a.code_id.rpartition("/")[2]) for a in coding.applied] == [(0, "Waiting")]
        assert [(r.start, r.end) for r in coding.read] == [RANG]


SMILES = "\U0001f600\U0001f600 The wait was long. \U0001f600 I had my doubts."


@pytest.mark.parametrize("quoted", [True, False])
def test_offsets_in_utf16_are_known_by_quotes_or_by_edges_of_words(quoted):
    talk = Transcript("t", SMILES, (Turn(0, len(SMILES), "P1", "participant"),))
    rows = [{"coder": "KL", "transcript": "t", "start": "5", "end": "22", "code": "Waiting"},
            {"coder": "KL", "transcript": "t", "start": "27", "end": "42", "code": "Doubt"}]  # fmt: skip
    if quoted:
        rows = [r | {"quote": q} for r, q in zip(rows, ("The wait was long", "I had my doubts"), strict=True)]
    coding, warned = told(rows, transcripts=talk)
    assert [SMILES[a.start : a.end] for a in coding.applied] == ["The wait was long", "I had my doubts"]
    assert (
        "offsets in 't' were read as UTF-16 units, as " + ("their quotes" if quoted else "the edges of words") in warned
    )
    plain = [r | {"start": str(a.start), "end": str(a.end)} for r, a in zip(rows, coding.applied, strict=True)]
    assert told(plain, transcripts=talk)[0].applied == coding.applied


def test_bytes_and_line_ends_counted_once_are_known_by_their_quotes():
    text = "Ærlig talt.\r\nThe wait was long.\r\nI had my doubts."
    talk = Transcript("t", text, (Turn(0, len(text), "P1", "participant"),))
    start = len("Ærlig talt.\r\n".encode())
    rows = [
        {"coder": "KL", "start": str(start), "end": str(start + 17), "quote": "The wait was long", "code": "Waiting"}
    ]
    assert "UTF-8 bytes" in told(rows, transcripts=talk)[1]
    rows = [{"coder": "KL", "start": "31", "end": "46", "quote": "I had my doubts", "code": "Doubt"}]
    coding, warned = told(rows, transcripts=talk)
    assert text[coding.applied[0].start : coding.applied[0].end] == "I had my doubts"
    assert "line ends as one" in warned


def test_where_nothing_can_show_how_offsets_count_that_is_said():
    text = "\U0001f600 a b c"
    talk = Transcript("t", text, (Turn(0, len(text), "P1", "participant"),))
    rows = [{"coder": "KL", "start": "0", "end": "4", "code": "Waiting"}]
    _, warned = told(rows, transcripts=talk)
    assert "nothing shows whether offsets in 't' count letters or UTF-16 units" in warned


ATLAS = "Quotation Content,Document,Codes,Created by\n"


def test_atlas_ti_writes_one_code_a_line_also_without_a_codebook(tmp_path):
    """A name never holds a line break there, so that a single cell is enough to say so."""
    path = tmp_path / "codings.csv"
    path.write_text(ATLAS + 'The wait was long,t,"Waiting\nDoubt",KL\n', encoding="utf-8")
    both = [("KL", *WAIT, "Waiting"), ("KL", *WAIT, "Doubt")]
    assert spans(told(path, None)[0]) == both
    assert spans(told(path, None, as_written=["several codes"])[0]) == [("KL", *WAIT, "Waiting\nDoubt")]


@pytest.mark.parametrize("name", ["D 1: t", "D12: t.docx", "Files\\\\t", "Internals\\t.docx"])
def test_what_a_program_writes_before_the_name_of_a_file_is_no_part_of_it(tmp_path, name):
    path = tmp_path / "codings.csv"
    path.write_text(ATLAS + f"The wait was long,{name},Waiting,KL\n", encoding="utf-8")
    assert spans(told(path)[0]) == [("KL", *WAIT, "Time/Waiting")]


def test_a_folder_before_the_name_of_a_file_is_part_of_it(tmp_path):
    """Two folders may hold files of one name, so a folder is never dropped."""
    path = tmp_path / "codings.csv"
    path.write_text(ATLAS + "The wait was long,Files\\\\Wave 1\\t,Waiting,KL\n", encoding="utf-8")
    with pytest.raises(InputError, match="no transcript is called"):
        told(path)


def test_columns_that_hold_a_code_each_are_not_called_unread(tmp_path):
    matrix = [{"coder": "KL", "turn": 1, "Waiting": "1", "Doubt": "0", "mood": "low"}]
    why = [row["why"] for row in told(matrix)[0].report.rows() if row["kind"] == "left out"]
    assert why == ["columns that were not read: 'mood'; name them with columns={'...': '...'}"]
    path = tmp_path / "codings.csv"
    path.write_text(EXPORTS["Dedoose"], encoding="utf-8")
    why = [row["why"] for row in told(path)[0].report.rows() if row["kind"] == "left out"]
    assert len(why) == 1
    assert "Code: Waiting Applied" not in why[0]


@pytest.mark.parametrize(("cell", "score"), [("0,8", 0.8), ("0,125", 0.125), ("1,5", 1.5), ("0.25", 0.25)])
def test_a_score_may_have_a_decimal_comma(cell, score):
    coding, _ = told([{"coder": "KL", "turn": 1, "code": "Waiting", "score": cell}])
    assert coding.applied[0].score == score


def test_a_score_that_may_be_a_thousand_is_refused():
    with pytest.raises(InputError, match="the score must be a number. Got '1,000' instead"):
        told([{"coder": "KL", "turn": 1, "code": "Waiting", "score": "1,000"}])
