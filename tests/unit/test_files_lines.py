"""Lines that are only ever added, and the lock that keeps two writers apart."""

import os
import threading

import pytest

from alliance_nlp.errors import InputError
from alliance_nlp.files import adding, append_lines, hold_lock, write_atomic


def test_lines_are_added_in_order_and_end_with_a_line_end(tmp_path):
    path = tmp_path / "new" / "lines.jsonl"
    append_lines(path, "one")
    append_lines(path, "två — 三")
    assert path.read_bytes() == "one\ntvå — 三\n".encode()


def test_a_line_cut_off_by_an_interruption_stays_a_line_of_its_own(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b'one\n{"half')
    append_lines(path, "two")
    assert path.read_bytes() == b'one\n{"half\ntwo\n'


@pytest.mark.parametrize("text", ["a\nb", "a\r"])
def test_a_line_holds_no_line_end(tmp_path, text):
    with pytest.raises(InputError, match=r"append_lines\(\) adds lines one by one. Got one with"):
        append_lines(tmp_path / "lines", text)
    assert not (tmp_path / "lines").exists()


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "lines"
    append_lines(path, "one")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        append_lines(path, "two")
    assert path.read_bytes() == b"one\n"


@pytest.mark.parametrize("portable", [False, True])
def test_two_writers_never_write_at_once(tmp_path, monkeypatch, portable):
    if portable:
        monkeypatch.setattr(adding, "fcntl", None)
    path, inside, most = tmp_path / "lines", [], []

    def write(name):
        for i in range(15):
            with hold_lock(path):
                inside.append(name)
                most.append(len(inside))
                append_lines(path, f"{name} {i}")
                inside.pop()

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert max(most) == 1
    assert len(path.read_text().splitlines()) == 45
    assert (tmp_path / "lines.lock").exists() is not portable


@pytest.mark.parametrize("portable", [False, True])
def test_a_lock_that_is_never_given_back_is_named(tmp_path, monkeypatch, portable):
    if portable:
        monkeypatch.setattr(adding, "fcntl", None)
    path = tmp_path / "lines"
    with (
        hold_lock(path),
        pytest.raises(InputError, match=r"writing to lines for 0\.05 seconds.*remove the file lines\.lock"),
        hold_lock(path, patience=0.05),
    ):
        pass
    with hold_lock(path, patience=0.05):
        pass


def test_threads_that_write_into_one_folder_never_take_one_another_for_leftovers(tmp_path):
    errors = []

    def write(thread):
        try:
            for number in range(40):
                write_atomic(tmp_path / f"{thread}_{number}", b"words" * 20)
        except Exception as err:
            errors.append(err)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(list(tmp_path.iterdir())) == 240
