"""Templates of a study: what is in them is no data, and filled in by hand they read without a doubt."""

import warnings

import docx
import openpyxl
import pytest

import alliance_nlp as an
from alliance_nlp.__main__ import main
from alliance_nlp.reading.empty_studies import COLUMNS

FILES = ["README.txt", "codebook.xlsx", "codings.xlsx", "study.toml", "transcripts/session_1.docx"]


def fill_talk(home):
    document = docx.Document(home / "transcripts" / "session_1.docx")
    document.paragraphs[0].text = "Kari: How was it?"
    document.add_paragraph("Anna: Long days.")
    document.add_paragraph("Bo: We trust them.")
    document.save(home / "transcripts" / "session_1.docx")


def fill_row(home, name, *cells):
    book = openpyxl.load_workbook(home / name)
    book.active.append(cells)
    book.save(home / name)


def fill_study(home):
    """Take the signs away that the file says to take away, and write two names."""
    text = (home / "study.toml").read_text(encoding="utf-8")
    for old, new in (
        ("# title =", "title ="),
        ("# [read]\n# Anna", "[read]\nKL"),
        ("# Bo =", "MR ="),
        ("# [roles]\n# Kari", "[roles]\nKari"),
        ('# [[sessions]]\n# id = "session_1"\n# date', '[[sessions]]\nid = "session_1"\ndate'),
    ):
        assert old in text
        text = text.replace(old, new)
    (home / "study.toml").write_text(text, encoding="utf-8")


def read_with_doubts(home):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", an.AllianceWarning)
        return an.read_study(home), "\n".join(str(one.message) for one in caught)


@pytest.mark.parametrize("language", ["en", "nb"])
def test_templates_filled_in_by_hand_are_read_without_a_doubt(language, tmp_path):
    home = an.new_study(tmp_path / "mine", language=language)
    fill_talk(home)
    fill_row(home, "codebook.xlsx", "Alliance", "", "trusting", "They trust, and say so.", "We trust them. | I do.")
    fill_row(home, "codings.xlsx", "KL", "session_1", 3, None, "trusting", "said so")
    fill_row(home, "codings.xlsx", "MR", "session_1", None, "Long days.", "trusting", None)
    fill_study(home)
    study, doubts = read_with_doubts(home)
    assert doubts == ""
    text = study.transcripts[0].text
    assert [(s.coder, text[s.start : s.end]) for s in study.coding.applied] == [
        ("KL", "We trust them."),
        ("MR", "Long days."),
    ]
    assert study.coding.applied[0].note == "said so"
    (code,) = study.codebook.codes
    assert (code.theme, code.essence, code.name, len(code.exemplars)) == ("Alliance", "", "trusting", 2)
    assert [turn.role for turn in study.transcripts[0].turns] == ["moderator", "participant", "participant"]
    assert (str(study.transcripts[0].date), study.settings["language"]) == ("2027-01-31", language)
    assert {span.coder for span in study.coding.read} == {"KL", "MR"}
    assert main(["check", str(home), "--quiet"]) == 0


@pytest.mark.parametrize("language", ["en", "nb"])
def test_nothing_of_a_template_is_data(language, tmp_path):
    home = an.new_study(tmp_path / "mine", language=language)
    assert sorted(p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()) == FILES
    study, doubts = read_with_doubts(home)
    assert (study.transcripts[0].text.strip(), study.codebook, study.coding.applied, study.participants) == (
        "",
        None,
        (),
        (),
    )
    assert "session_1.docx: is empty" in doubts
    assert "codebook.xlsx: holds no rows: there is no codebook yet" in doubts
    assert "codings.xlsx: holds no rows: nobody applied a code" in doubts
    for name, columns in COLUMNS.items():
        cells = openpyxl.load_workbook(home / f"{name}.xlsx").active[1]
        assert [(cell.value, cell.comment.text) for cell in cells] == list(columns[language].items())
    readme = (home / "README.txt").read_text(encoding="utf-8-sig")
    assert all(name in readme for name in FILES[1:])


def test_talk_alone_is_a_study_without_a_codebook(tmp_path):
    home = an.new_study(tmp_path / "mine")
    fill_talk(home)
    study, _ = read_with_doubts(home)
    assert study.codebook is None
    assert [t.speaker for t in study.transcripts[0].turns] == ["Kari", "Anna", "Bo"]


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "empty").mkdir()
    assert (an.new_study(tmp_path / "empty") / "README.txt").is_file()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for name, why in (("full", "holds something"), ("empty", "holds something"), ("file", "is a file")):
        with pytest.raises(an.InputError, match=f"absent or empty, and nothing is overwritten. '{name}' {why}. Name"):
            an.new_study(tmp_path / name)
    assert (tmp_path / "full" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file", "full"]  # nothing is left aside
    with pytest.raises(an.InputError, match="language must be 'en' or 'nb'. Got 'no'"):
        an.new_study(tmp_path / "other", language="no")


def test_the_command_names_what_to_read_first(tmp_path, capsys):
    assert main(["new", str(tmp_path / "mine"), "--language", "nb"]) == 0
    assert f"The instructions: {tmp_path / 'mine' / 'README.txt'}" in capsys.readouterr().out
    assert "STUDIEN DIN" in (tmp_path / "mine" / "README.txt").read_text(encoding="utf-8-sig")
    assert main(["new", str(tmp_path / "mine")]) == 2
