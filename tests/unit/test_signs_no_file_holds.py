"""Control characters and halves of characters become U+FFFD in every file; no error shows the words around them."""

import warnings
from dataclasses import replace
from itertools import cycle

import pytest

import alliance_nlp as an
from alliance_nlp.records import Table
from hand_made_study import make_study

SIGNS = ("\ud800", "\x00", "\x0c", "\x1f", "\ufffe")


def with_signs():
    """The study made by hand, these signs in what was said, in a label, a code and a title; no offset moves."""
    study, signs = make_study(), cycle(SIGNS)
    text = {t.id: "".join(next(signs) if sign == " " else sign for sign in t.text) for t in study.transcripts}
    book = replace(study.codebook, codes=tuple(replace(c, definition=f"d{SIGNS[0]}") for c in study.codebook))
    turns = {t.id: tuple(replace(x, speaker=f"{x.speaker}{SIGNS[n % 2]}") for n, x in enumerate(t.turns))
             for t in study.transcripts}  # fmt: skip
    talks = tuple(replace(t, text=text[t.id], turns=turns[t.id]) for t in study.transcripts)
    return replace(study, transcripts=talks, codebook=book, participants=(), same_people=True, title="".join(SIGNS))


def tables_of(study):
    shown = Table(("code", "many"), ((f"a{chr(0xD800)}b", ("x\x0c", "y\ud800")), ("plain", ())), f"T{chr(0xD800)}")
    return (study.transcripts[0].table(), an.trace_chain(study).table(), shown)


def as_tables(study, out, ending):
    for n, table in enumerate(tables_of(study)):
        getattr(table, f"to_{ending}")(out / f"{n}.{ending}")


WRITERS = {
    "project": lambda study, out: an.write_qdpx(study, out / "a.qdpx"),
    "codebook": lambda study, out: an.write_qdc(study.codebook, out / "a.qdc"),
    "audit trail": lambda study, out: an.write_audit_trail(study, out / "trail", quotes=True),
    "sheets": lambda study, out: an.write_coding_sheets(study, out / "sheets", coders=["Ada"]),
    "csv": lambda study, out: as_tables(study, out, "csv"),
    "xlsx": lambda study, out: as_tables(study, out, "xlsx"),
    "parquet": lambda study, out: as_tables(study, out, "parquet"),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_file_is_written(writer, tmp_path):
    if writer == "parquet":
        pytest.importorskip("pyarrow")
    study = with_signs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", an.AllianceWarning)
        WRITERS[writer](study, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_cell_holds_the_mark_in_place_of_the_sign(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    Table(("w\x0c",), (("no\x0ctime",), ("n\ud800o",), ("a\tb\nc",)), "S\x00").to_xlsx(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [row[0].value for row in sheet.rows] == ["w\ufffd", "no\ufffdtime", "n\ufffdo", "a\tb\nc"]
    assert sheet.title == "S\ufffd"


def test_two_codes_that_differ_in_half_a_character_keep_two_ids(tmp_path):
    book = an.Codebook((an.Code("Time", "", "a\ud800"), an.Code("Time", "", "a\udc00")))
    an.write_qdc(book, tmp_path / "a.qdc")
    written = (tmp_path / "a.qdc").read_text(encoding="utf-8")
    assert len({part[:36] for part in written.split('guid="')[1:]}) == 3
