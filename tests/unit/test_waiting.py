"""What a terminal shows of a file that takes long, and that nothing is shown elsewhere or before."""

import io
import re
import sys
import threading
import time

import pytest

import alliance_nlp as an
from alliance_nlp.files import own_errors, showing, waiting


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """Give a way to put a terminal in the place of stderr, from within the test: pytest sets its own before each."""
    monkeypatch.setattr(waiting, "PATIENCE", 0.05)

    def put():
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        return screen

    return put


def drawing():
    """Give the threads that draw just now; a thread that has ended forgets what it was to do."""
    return [thread for thread in threading.enumerate() if thread.name == waiting.DRAWING]


def until_shown(screen, words):
    """Wait until words stand on a screen; whoever waits for ever is ended by the limit of the loop."""
    for _ in range(1000):
        if words in screen.getvalue():
            return
        time.sleep(0.005)


def test_a_terminal_says_which_file_is_read_and_the_line_goes_away(terminal):
    screen = terminal()
    with own_errors("talk.docx"):
        until_shown(screen, "talk.docx")
    assert re.search(r"reading talk\.docx: \d+ s", screen.getvalue())
    assert screen.getvalue().rpartition("\r")[0].endswith(" " * 20)  # blanks over the line
    assert not drawing()


def test_what_has_parts_shows_how_long_the_rest_will_take(terminal):
    screen = terminal()
    with showing("writing the report", 4) as done:
        done(1)
        until_shown(screen, "25%")
    assert re.search(r"writing the report: +25%\|.*\| \d\d:\d\d<\d\d:\d\d", screen.getvalue())
    assert not drawing()


def test_what_is_quick_shows_nothing(terminal, monkeypatch):
    screen = terminal()
    monkeypatch.setattr(waiting, "PATIENCE", 60.0)
    with showing("reading talk.docx"):
        pass
    assert screen.getvalue() == ""


def test_no_terminal_no_thread(capsys):
    with showing("reading talk.docx"):
        assert not drawing()
    assert capsys.readouterr().err == ""


def test_an_error_ends_the_line_too(terminal):
    screen = terminal()

    def fail_late():
        with own_errors("talk.odt"):
            until_shown(screen, "talk.odt")
            raise LookupError("no")

    with pytest.raises(an.InputError, match=r"talk\.odt cannot be read \(LookupError\)"):
        fail_late()
    assert not drawing()


@pytest.mark.parametrize("what", ["ledger", "record"])
def test_ledgers_and_records_show_it_too(what, terminal, tmp_path, monkeypatch):
    shown = []
    terminal()
    monkeypatch.setattr(waiting, "_draw", lambda waited: shown.append(waited.what))
    if what == "ledger":
        an.record_decision(tmp_path / "d.jsonl", "note", note="why", by="KL")
        an.read_ledger(tmp_path / "d.jsonl")
        assert shown == ["reading d.jsonl"]
    else:
        an.load(an.save(an.Codebook((an.Code("Trust"),)), tmp_path / "kept"))
        assert shown == ["loading kept"]
