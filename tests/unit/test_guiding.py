"""`start`: asking for a folder, saying in two languages what happens, and where the report comes to lie."""

import io
import sys
import webbrowser
from pathlib import Path

import pytest

from alliance_nlp.__main__ import main
from alliance_nlp.commands import choosing, guiding
from alliance_nlp.commands.choosing import as_path, choose_folder
from alliance_nlp.errors import InputError

SAID = {name: set(words) for name, words in guiding.WORDS.items()}


@pytest.fixture
def study(tmp_path):
    home = tmp_path / "Møte å ø" / "my study"
    (home / "transcripts").mkdir(parents=True)
    talk = ["Moderator: And then?", "P1: The waiting wears us down.", "P2: Nobody ever rings back."]
    (home / "transcripts" / "one.txt").write_text("\n\n".join(talk * 4), encoding="utf-8")
    return home


@pytest.fixture
def ran(monkeypatch):
    """Stand in for the main job; keep what it was asked."""
    seen = []
    monkeypatch.setattr(
        "alliance_nlp.commands.analysing._analyse", lambda options: sys.stdout.write("a quote") and seen.append(options)
    )
    monkeypatch.setattr(guiding, "has_windows", lambda: False)
    return seen


def answers(monkeypatch, *folders):
    left = iter(folders)
    monkeypatch.setattr(guiding, "choose_folder", lambda question, typed: next(left))


def test_both_languages_say_everything():
    assert SAID["en"] == SAID["nb"]


def test_a_named_folder_is_run_into_itself_without_printing_words(study, ran, capsys):
    # build_parser() binds the work when it is made, so the stand-in is what `run` calls
    assert main(["start", str(study), "--no-browser"]) == 0
    assert (ran[0].folder, ran[0].out, ran[0].language) == (study, study / "report", "en")
    assert ran[0].encoder == "all-MiniLM-L6-v2"
    said = capsys.readouterr()
    assert said.out == f"{study / 'report' / 'report.html'}\n"
    assert "a quote" not in said.out + said.err


def test_the_folder_of_transcripts_stands_for_the_study_and_that_is_said(study, ran, capsys):
    """As windows that complete what is typed choose it; without it, codebook and codings would be left out."""
    assert main(["start", str(study / "transcripts")]) == 0
    assert ran[0].folder == study
    assert guiding.WORDS["en"]["above"] in capsys.readouterr().err


def test_talk_in_another_language_gets_an_encoder_for_it(study, ran, capsys):
    talk = "P1: Vi venter og venter, og ingen ringer oss tilbake når de har sagt at de skal gjøre det.\n\n"
    (study / "transcripts" / "one.txt").write_text(talk * 6, encoding="utf-8")
    assert main(["start", str(study), "--language", "nb"]) == 0
    assert (ran[0].encoder, ran[0].language) == ("multilingual-e5-small", "nb")
    assert guiding.WORDS["nb"]["other"] in capsys.readouterr().err


def test_a_folder_that_is_no_study_is_asked_for_again(study, ran, monkeypatch, capsys, tmp_path):
    answers(monkeypatch, tmp_path / "nowhere", study)
    assert main(["start"]) == 0
    said = capsys.readouterr().err
    assert "'nowhere' does not exist" in said
    assert guiding.WORDS["en"]["help"] in said.replace("\n", " ")
    assert guiding.WORDS["en"]["again"] in said
    assert ran[0].folder == study


def test_a_named_folder_that_is_no_study_ends(tmp_path, ran, capsys):
    assert main(["start", str(tmp_path)]) == 2
    assert "holds no transcripts" in capsys.readouterr().err
    assert ran == []


def test_no_folder_is_no_work(monkeypatch, ran, capsys):
    answers(monkeypatch, None)
    assert main(["start", "--language", "nb"]) == 2
    assert capsys.readouterr().err.strip() == guiding.WORDS["nb"]["nothing"]


@pytest.mark.parametrize("how", [KeyboardInterrupt, EOFError])
def test_stopping_says_that_nothing_is_lost(how, study, ran, monkeypatch, capsys):
    def stop(question, typed):
        raise how

    monkeypatch.setattr(guiding, "choose_folder", stop)
    assert main(["start"]) == 130
    assert guiding.WORDS["en"]["stopped"] in capsys.readouterr().err


def test_an_unknown_language_is_refused(capsys):
    assert main(["start", "--language", "dk"]) == 2
    assert "--language must be 'en' or 'nb'. Got 'dk'" in capsys.readouterr().err


@pytest.mark.parametrize("opens", [True, False])
def test_the_report_is_opened_where_there_are_windows(opens, study, ran, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(guiding, "has_windows", lambda: True)
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or opens)
    assert main(["start", str(study)]) == 0
    assert opened == [(study / "report" / "report.html").as_uri()]
    assert guiding.WORDS["en"]["done" if opens else "no_browser"] in capsys.readouterr().err.replace("\n", " ")


def test_a_projects_report_lies_beside_it(ran, tmp_path, monkeypatch):
    project = tmp_path / "team.qdpx"
    project.write_bytes(b"")
    monkeypatch.setattr(guiding.an, "read_study", lambda path: type("S", (), {"transcripts": ()})())
    assert main(["start", str(project)]) == 0
    assert ran[0].out == tmp_path / "team report"


def test_nobody_can_be_asked_without_window_and_keyboard(monkeypatch):
    monkeypatch.setattr(choosing, "has_windows", lambda: False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(InputError, match=r"neither a window nor a keyboard to ask. Name it: alliance-nlp start FOLDER"):
        choose_folder("Which?", "Type.")


@pytest.mark.skipif(sys.platform == "win32", reason="programs of a Linux desktop")
@pytest.mark.parametrize(
    ("script", "found"),
    [("echo '/home/Åse/my study'", Path("/home/Åse/my study")), ("exit 1", None), ("exit 5", Path("typed"))],
)
def test_the_desktops_window_is_asked_first(script, found, tmp_path, monkeypatch):
    program = tmp_path / "zenity"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("DISPLAY", ":none")
    monkeypatch.setattr(choosing, "_in_own_window", lambda question: "typed")
    which = {"zenity": str(program)}
    monkeypatch.setattr(choosing.shutil, "which", which.get)
    assert choose_folder("Hvilken mappe?", "") == found


@pytest.mark.skipif(sys.platform == "win32", reason="terminals elsewhere quote otherwise")
@pytest.mark.parametrize(
    "line",
    ["'{}'", '"{}"', "{}", " {} ", "{escaped}", "file://{quoted}"],
    ids=["'", '"', "bare", "blanks", "\\", "uri"],
)
def test_a_dragged_folder_is_read_however_a_terminal_writes_it(line, tmp_path):
    home = tmp_path / "Møte å"
    home.mkdir()
    quoted = str(home).replace(" ", "%20").replace("ø", "%C3%B8").replace("å", "%C3%A5")
    assert as_path(line.format(home, escaped=str(home).replace(" ", "\\ "), quoted=quoted)) == home


@pytest.mark.parametrize(("line", "path"), [("", None), ("  ", None), ("it's", Path("it's"))])
def test_odd_lines(line, path):
    assert as_path(line) == path
