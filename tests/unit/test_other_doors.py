"""A program's file that is given to the wrong reader is refused with the name of the right one."""

import pytest

import alliance_nlp as an
from alliance_nlp import InputError
from alliance_nlp.__main__ import main

TALK = (an.Transcript("t", "Yes."),)


@pytest.mark.parametrize("name", ["a.qdpx", "a.sqlite3", "b.QDA", "a.qdc", "a.requal", "a.nvpx"])
def test_who_takes_a_file_is_said(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    match = {"qdc": r"Read it with read_qdc\(\)", "requal": "which is not read", "nvpx": "only that program opens"}.get(
        name.rpartition(".")[2], r"read_study\(\) reads it whole"
    )
    for read in (an.read_transcripts, an.read_codebook, lambda path: an.read_codings(path, TALK)):
        with pytest.raises(InputError, match=f"{name} .*{match}"):
            read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.qdc", "a.requal", "a.mx24"])
def test_a_file_that_is_no_study_says_what_it_is(tmp_path, name, capsys):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=f"{name} is a "):
        an.read_study(tmp_path / name)
    assert main(["identifiers", str(tmp_path / name)]) == 2
    assert f"{name} is a " in capsys.readouterr().err


def test_exports_of_taguette_are_read_as_they_are(tmp_path):
    """Columns as Taguette 1 writes them: a codebook, and highlights by document and tag."""
    (tmp_path / "book.csv").write_text("tag,description,number of highlights\nslow,takes time,2\n", encoding="utf-8")
    book = an.read_codebook(tmp_path / "book.csv")
    assert (book.ids, book["slow"].definition) == (("slow",), "takes time")
    text = 'id,document,tag,content\n473,talk.odt,slow,"It takes time, you see."\n474,talk.odt,slow,Mm.\n'
    (tmp_path / "all_tags.csv").write_text(text, encoding="utf-8")
    talk = an.Transcript("talk", "P1: It takes time, you see.\nP2: Mm.\nP1: Mm.")
    with pytest.raises(InputError, match=r"row 3: the quote \(3 characters\) stands in 2 places"):
        an.read_codings(tmp_path / "all_tags.csv", [talk], coder="KL", codebook=book)
    with pytest.warns(an.AllianceWarning):
        found = an.read_codings(tmp_path / "all_tags.csv", [talk], coder="KL", codebook=book, unmatched="skip")
    assert [(s.code_id, s.start, s.end) for s in found.applied] == [("slow", 4, 27)]


@pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning")
def test_a_real_export_of_taguette_lies_where_its_database_says(shared):
    folder = shared / "interop" / "taguette"
    if not (folder / "all_tags_20220303.csv").is_file():
        pytest.skip("the real files of programs are not here")
    project = an.read_taguette(folder / "SERDIF_P2_ThematicAnalysis.sqlite3")
    texts = {t.id: t.text for t in project.study.transcripts}
    found = an.read_codings(folder / "all_tags_20220303.csv", project.study.transcripts, coder="x", unmatched="skip")

    def places(coding):
        edges = [(s, texts[s.transcript_id][s.start : s.end]) for s in coding.applied]
        return {
            (s.transcript_id, s.code_id, s.start + len(w) - len(w.lstrip()), s.end - len(w) + len(w.rstrip()))
            for s, w in edges
        }

    assert len(found.applied) == 1892  # of 1,930; the others stand in several places of their text, or in none
    assert len(places(found) - places(project.study.coding)) <= 5
