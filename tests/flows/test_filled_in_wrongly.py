"""Templates as people fill them in: `check` says what is wrong or was guessed, where, and what to do; nothing else."""

import datetime
import shutil

import docx
import openpyxl
import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main

TALK = (
    "Kari: How was it?", "Anna: Long, and good. I had time.", "Bo: I waited for an hour.", "Kari: And trust?",
    "Anna: They trust you when you do what you said.", "Bo: I didn’t think so at first.", "Anna: It came later.",
)  # fmt: skip
CODES = (
    ("Time", "", "waiting", "They wait.", "I waited. | Nobody rang."), ("Time", "", "enough time", "There is time.", ""),
    ("Trust", "", "keeping word", "They do it.", ""),
)  # fmt: skip
CODED = (
    ("KL", "session_1", 2, "", "enough time", ""), ("KL", "session_1", 3, "", "waiting", ""),
    ("KL", "session_1", 5, "", "keeping word", ""), ("MR", "session_1", 3, "", "waiting", "long"),
)  # fmt: skip


def fill(path, rows):
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            book.active.cell(number, column).value = value or None
    book.save(path)


@pytest.fixture
def home(tmp_path):
    home = an.new_study(tmp_path / "my_study")
    paper = docx.Document()
    for line in TALK:
        paper.add_paragraph(line)
    paper.save(home / "transcripts" / "session_1.docx")
    fill(home / "codebook.xlsx", CODES)
    fill(home / "codings.xlsx", CODED)
    told = (home / "study.toml").read_text(encoding="utf-8")
    told += '\n[read]\nKL = "participants"\nMR = "participants"\n[roles]\nKari = "moderator"\n'
    (home / "study.toml").write_text(told, encoding="utf-8")
    return home


def cells(name, **values):
    """Change cells of a workbook: A1="..."."""

    def change(home):
        book = openpyxl.load_workbook(home / f"{name}.xlsx")
        for place, value in values.items():
            book.active[place] = value
        book.save(home / f"{name}.xlsx")

    return change


def sheet(name, work):
    """Do something with the page of a workbook."""

    def change(home):
        book = openpyxl.load_workbook(home / f"{name}.xlsx")
        work(book.active)
        book.save(home / f"{name}.xlsx")

    return change


def renamed(old, new):
    return lambda home: (home / old).rename(home / new)


def toml(old, new):
    def change(home):
        path = home / "study.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


def merged_coder(page):
    page["A3"] = page["A4"] = None
    page.merge_cells("A2:A4")


def with_title(page):
    page.insert_rows(1)
    page["A1"] = "Codings of our study, spring"


def semicolons(home):
    book = openpyxl.load_workbook(home / "codings.xlsx")
    rows = [";".join("" if cell.value is None else str(cell.value) for cell in row) for row in book.active.iter_rows()]
    rows[1] += "på øya"
    (home / "codings.xlsx").unlink()
    (home / "codings.csv").write_bytes("\r\n".join(rows).encode("cp1252"))


def own_files(home):
    for name in (
        "decisions.jsonl",
        "decisions.jsonl.lock",
        "README.md",
        "notes of mine.docx",
        "study plan.docx",
        "read me.txt",
        "codings.png",
        "codebookish.xlsx",
        "guide to the ward.pdf",
    ):
        (home / name).write_bytes(b"")


def both_kinds(home):
    shutil.copy(home / "codings.xlsx", home / "aside")
    semicolons(home)
    (home / "aside").rename(home / "codings.xlsx")


def tracked(home):
    path = home / "transcripts" / "session_1.docx"
    paper = docx.Document(path)
    gone = docx.oxml.parse_xml(
        '<w:del xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:id="1" w:author="x">'
        '<w:r><w:delText xml:space="preserve"> Gone words.</w:delText></w:r></w:del>'
    )
    paper.paragraphs[2]._p.append(gone)
    paper.save(path)


WRONG = {
    "nothing": (lambda home: None, 0, "Doubts: 0"),
    "lock files": (lambda home: (home / "~$codings.xlsx").write_bytes(b"x"), 0, "Doubts: 0"),
    "files of one's own": (own_files, 0, "Doubts: 0"),
    "merged cells": (sheet("codings", merged_coder), 1, "merged cells: their value was read for each of their rows (rows 3, 4)"),
    "a title above": (sheet("codings", with_title), 1, "rows above the header were taken for titles (row 1)"),
    "a date for a turn": (cells("codings", C3=datetime.datetime(2026, 3, 2)), 2, "a spreadsheet made a date of it. Write the"),
    "turns in one cell": (cells("codings", C3="3-5"), 2, "row 3: turn must be a whole number from 1 to 7 in 'session_1'. Got '3-5'. Write a row for each"),
    "a formula": (cells("codings", E3="=E2"), 1, "row 3: a formula whose value the file does not hold was read as blank"),
    "German headings": (cells("codings", A1="Kodierer", B1="Transkript", C1="Absatz", D1="Zitat", E1="Kode", F1="Bemerkung"), 0, "Doubts: 0"),
    "an old workbook": (renamed("codings.xlsx", "codings.xls"), 1, "'codings.xls' is not read: save it as codings.csv, codings.tsv or codings.xlsx"),
    "another program's": (renamed("codebook.xlsx", "codebook.ods"), 1, "'codebook.ods' is not read: save it as"),
    "a copy's name": (renamed("codings.xlsx", "codings (1).xlsx"), 1, "'codings (1).xlsx' is not read: save it as"),
    "a Norwegian name": (renamed("codebook.xlsx", "Kodebok_siste.xlsx"), 1, "'Kodebok_siste.xlsx' is not read: save it as codebook.csv"),
    "a hidden ending": (renamed("study.toml", "study.toml.txt"), 1, "'study.toml.txt' is not read: save it as study.toml"),
    "semicolons": (semicolons, 1, "codings.csv: is not UTF-8 (first on line 2), read as Windows-1252"),
    "two kinds": (both_kinds, 2, "holds codings.csv and codings.xlsx. Keep one of them"),
    "a slip in a code": (cells("codings", E3="wating"), 2, "row 3: code 'wating' is not in the codebook. Near it: 'waiting'"),
    "no code": (cells("codings", E3="No code"), 2, "'No code' is not in the codebook. What was read and carries no code stays blank there"),
    "curly quotes": (toml('"moderator"', "“moderator”"), 2, 'Quotes must be straight ("), as Notepad or TextEdit write them'),
    "a stranger's role": (toml('Kari = "mod', 'Kristine = "mod'), 1, "[roles] names 'Kristine', who speaks nowhere. Those who speak: 'Kari', 'Anna' and 'Bo'"),
    "no header": (sheet("codings", lambda page: page.delete_rows(1)), 2, "Row 1 was read as the header. Give the columns"),
    "tracked changes": (tracked, 1, "has tracked changes (1 deletion): insertions were kept, deletions left out"),
    "Word's old files": (renamed("transcripts/session_1.docx", "transcripts/session_1.doc"), 2, "Formats read: .csv, .docx"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_check_says_what_is_wrong_and_what_to_do(kind, home, capsys):
    spoil, code, said = WRONG[kind]
    spoil(home)
    assert main(["check", str(home)]) == code
    shown = capsys.readouterr()
    words = " ".join((shown.out + shown.err).split())
    assert said in words
    assert "Per transcript" not in words


def test_check_says_what_was_guessed_and_everything_when_asked(home, capsys):
    assert main(["check", str(home)]) == 0
    assert capsys.readouterr().out == (
        "The study: Study(1 transcript, 3 codes, 2 coders, no consensus)\n\n"
        "Guessed: 1\n  session_1: Anna and Bo: participant (somebody else is the moderator)\n\nDoubts: 0\n"
    )
    toml('Kari = "moderator"', "")(home)
    assert main(["check", str(home)]) == 1
    assert "Kari, Anna and Bo: nothing tells their role; they count with the participants" in capsys.readouterr().out
    assert main(["check", str(home), "--all"]) == 1
    assert "Per transcript" in capsys.readouterr().out
