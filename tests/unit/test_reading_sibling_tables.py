"""Siblings of codebooks and codings that people met: marks for "as above", paths, exports, spellings, dates."""

import datetime
import warnings

import openpyxl
import pytest
from test_reading_programs import BOTH, RANG, WAIT, spans, told

from alliance_nlp.reading import read_codebook, read_transcripts

ABOVE = [("Time", "waiting"), ("Time", "deadlines"), ("Trust", "belief"), ("Trust", "doubt")]
MARKS = (
    '"', "''", "”", "„", "〃", "-||-", '-"-', "ditto", "Dito", "do.", "idem", "s.o.", "siehe oben", "same as above",
    "samme som over", "↑", "同上",
)  # fmt: skip


def book(source, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = read_codebook(source, **options)
    return [(code.theme, code.name) for code in read.codes], "".join(str(item.message) for item in caught)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_for_as_above_is_what_stands_above_it(mark):
    rows = [{"theme": theme, "code": code} for theme, code in ABOVE]
    rows[1]["theme"] = rows[3]["theme"] = mark
    read, said = book(rows)
    assert read == ABOVE
    assert "marks in 'theme' that say the same as above were read as what stands there (rows 2, 4)" in said
    assert book(rows, as_written=["as above"])[0][1] == (mark, "deadlines")


def test_a_theme_that_goes_on_is_the_one_above_it():
    rows = [{"theme": theme, "code": code} for theme, code in ABOVE]
    rows[1]["theme"], rows[3]["theme"] = "Time (continued)", "Trust (forts.)"
    assert book(rows)[0] == ABOVE
    rows[1]["theme"] = "Space (continued)"
    assert book(rows)[0][1] == ("Space (continued)", "deadlines")


def test_a_mark_is_what_it_says_in_columns_of_words():
    rows = [
        {"theme": "Time", "code": "waiting", "definition": "a"},
        {"theme": "Time", "code": "idem", "definition": '"'},
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = read_codebook(rows)
    assert [(code.name, code.definition) for code in read.codes] == [("waiting", "a"), ("idem", '"')]


def test_marks_in_codings_and_in_tables_of_turns(tmp_path):
    rows = [
        {"coder": "KL", "transcript": "t", "quote": "The wait was long", "code": "Waiting"},
        {"coder": '"', "transcript": '"', "quote": "nobody rang me", "code": '"'},
    ]
    coding, said = told(rows)
    assert spans(coding) == [("KL", *WAIT, "Time/Waiting"), ("KL", *RANG, "Time/Waiting")]
    assert "say the same as above" in said
    sheet = openpyxl.Workbook()
    for row in (
        ("Speaker", "Text"),
        ("I", "Why?"),
        ("P1", "The wait."),
        ('"', "ditto"),
        ("I", "And?"),
        ("P1", "Trust."),
    ):
        sheet.active.append(row)
    sheet.save(tmp_path / "turns.xlsx")
    with pytest.warns(match="row 4: marks in 'Speaker' that say the same as above"):
        (talk,) = read_transcripts(tmp_path / "turns.xlsx")
    said = [(turn.speaker, talk.turn_text(i)) for i, turn in enumerate(talk.turns)]
    assert said == [("I", "Why?"), ("P1", "The wait."), ("P1", "ditto"), ("I", "And?"), ("P1", "Trust.")]


@pytest.mark.parametrize("sign", [" ❯ ", " ⟩ ", "＞", "／", "：", "｜", " · ", "・", " &gt; ", " ⇒ "])
def test_more_signs_part_the_levels_of_a_path(sign):
    names = [sign.join(parts) for parts in ABOVE]
    read, said = book([{"code": name, "definition": "d"} for name in names])
    assert read == ABOVE
    assert "were read as paths of levels" in said


@pytest.mark.parametrize(
    "root", ["Kodesystem", "Système de codes", "Sistema de códigos", "Lista de códigos", "Codesysteem"]
)
def test_the_root_that_a_program_writes_is_no_level(root):
    assert book([{"code": "\\".join((root, *parts))} for parts in ABOVE])[0] == ABOVE


def test_katakana_names_with_a_dot_are_no_paths():
    names = ["ジョン・スミス", "アンナ・ベルク", "待つ時間", "信頼"]
    assert book([{"code": name} for name in names])[0] == [("", name) for name in names]


EXPORTS = {
    "requal": "project_id,doc_id,doc_name,code_id,code_name,segment_start,segment_end,segment_text,user_name\n"
    "1,1,t,1,Waiting,1,17,The wait was long,KL\n1,1,t,2,Doubt,24,37,nobody rang me,MR\n",
    "RQDA": "rowid,cid,fid,codename,filename,index1,index2,coding,coder\n1,1,1,Waiting,t,0,17,The wait was long,KL\n"
    "2,2,1,Doubt,t,23,37,nobody rang me,MR\n",
    "QDA Miner": "Category,Code,Case,Text,Coder,Date,Words\nTime,Waiting,t,The wait was long,KL,12/03/2024,4\n"
    "Trust,Doubt,t,nobody rang me,MR,13/03/2024,3\n",
    "Dovetail": "Highlight,Tags,Note title,Created by,Created at,URL\n"
    "The wait was long,Waiting,t,KL,2024-03-12T10:11:00Z,https://x\n"
    "nobody rang me,Doubt,t,MR,2024-03-12T10:12:00Z,https://x\n",
    "CATMA": "query,document,offset start,offset end,keyword,tag path,annotation author,annotation timestamp\n"
    "q,t,0,17,The wait was long,/Time/Waiting,KL,2024-03-12T10:11:00.000+0100\n"
    "q,t,23,37,nobody rang me,/Trust/Doubt,MR,2024-03-12T10:12:00.000+0100\n",
    "f4analyse": "Text;Code;Zitat;Autor;Datum\nt;Waiting;The wait was long;KL;12.03.2024\n"
    "t;Doubt;nobody rang me;MR;12.03.2024\n",
    "webQDA": "Fonte;Código;Referência;Utilizador;Data\nt;Waiting;The wait was long;KL;12/03/2024\n"
    "t;Doubt;nobody rang me;MR;13/03/2024\n",
    "NVivo": "Name,In Folder,Hierarchical Name,Coded Text,Coded By,Coded On\n"
    "t,Files,Codes\\\\Time\\\\Waiting,The wait was long,KL,13/03/2024 10:11\n"
    "t,Files,Codes\\\\Trust\\\\Doubt,nobody rang me,MR,13/03/2024 10:12\n",
}


@pytest.mark.parametrize("program", EXPORTS)
def test_exports_of_more_programs(tmp_path, program):
    path = tmp_path / "export.csv"
    path.write_text(EXPORTS[program], encoding="utf-8")
    assert spans(told(path)[0]) == BOTH


def test_documents_with_their_number_in_an_export():
    row = {"Quotation Content": "The wait was long", "Document": "1: t.docx", "Codes": "Waiting", "Created by": "KL"}
    assert spans(told([row])[0]) == [("KL", *WAIT, "Time/Waiting")]


@pytest.mark.parametrize(
    ("written", "day"), [("12.03.2024", 12), ("13/03/2024", 13), ("3/13/2024 10:11 AM", 13), ("2024/03/12", 12)]
)
def test_dates_that_can_be_read_in_one_way_are(written, day):
    rows = [{"coder": "KL", "quote": "The wait was long", "code": "Waiting", "date": written}]
    (applied,) = told(rows)[0].applied
    assert applied.date == datetime.date(2024, 3, day)


def test_a_date_that_can_be_read_in_two_ways_is_asked_about():
    rows = [{"coder": "KL", "quote": "The wait was long", "code": "Waiting", "date": "03/04/2024"}]
    with pytest.raises(Exception, match=r"row 1: the date must be written as 2025-03-19. Got '03/04/2024'"):
        told(rows)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("patient's view", "patient’s view"),
        ("self-care", "self‑care"),
        ("self-care", "self–care"),
        ("so “hard”", 'so "hard"'),
    ],
)
def test_signs_that_keyboards_write_for_one_another_make_one_code(one, other):
    rows = [
        {"coder": who, "quote": "The wait was long", "code": name}
        for who, name in (("KL", one), ("MR", other), ("NN", one))
    ]
    coding, said = told(rows, codebook=None)
    assert {span[3] for span in spans(coding)} == {one}
    assert "were read as one" in said


@pytest.mark.parametrize(("kind", "one", "other"), [
    ("coders", "K.L.", "KL"), ("coders", "Moe, Kari", "Kari Moe"), ("coders", "José", "Jose"),
    ("codes", "1. Waiting", "1 Waiting"), ("codes", "ISI", "ısı"), ("codes", "Time & trust", "Time and trust"),
])  # fmt: skip
def test_names_that_are_nearly_alike_are_said(kind, one, other):
    names = [("KL", one), ("MR", other)] if kind == "codes" else [(one, "x"), (other, "x")]
    rows = [{"coder": who, "quote": "The wait was long", "code": code} for who, code in names]
    coding, said = told(rows, codebook=None)
    assert len({span[3 if kind == "codes" else 0] for span in spans(coding)}) == 2
    assert f"{kind} that are nearly alike and were kept apart" in said
