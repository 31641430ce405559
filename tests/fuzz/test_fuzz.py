"""Mutated files of every reader: a handful each here, a minute each with ``-m fuzz``; see harness.py."""

import contextlib

import harness
import pytest


def problems(found):
    return found["errors"][:1], found["slowest"] > harness.SLOWEST


@pytest.mark.parametrize("name", harness.READERS)
def test_no_mutated_file_brings_anything_but_a_result_or_an_error_of_ours(name):
    found = harness.run(name, seconds=600, most=8)
    assert found["inputs"] == 8
    assert found["errors"] == []


RUNS = [
    sign * 60_000 for sign in (" ", "\t", "\u00a0", "-", "=", "_", ".", "a ", "(", "[", "0", ":", "/", "A.", "A", "9.")
]


@pytest.mark.parametrize("run", RUNS, ids=[repr(run[:2]) for run in RUNS])
def test_a_long_run_of_one_sign_is_read_like_any_other(run, tmp_path):
    """Patterns that try a run in every way of parting it would take minutes here."""
    (tmp_path / "t.txt").write_text(f"Ann: It{run}takes time.\n\nBo{run}: Mm.\n\n{run}\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text(f'code,definition\n"a{run}b",x\n"c",y\n', encoding="utf-8")
    with harness.warnings.catch_warnings():
        harness.warnings.simplefilter("ignore")
        assert len(harness.an.read_transcripts(tmp_path / "t.txt")) == 1
        assert len(harness.an.read_codebook(tmp_path / "c.csv")) == 2


@pytest.mark.parametrize("name", harness.READERS)
def test_the_seed_of_every_reader_can_be_read(name, tmp_path):
    file_name, make, read = harness.READERS[name]
    (tmp_path / file_name).write_bytes(make())
    with harness.warnings.catch_warnings():
        harness.warnings.simplefilter("ignore")
        assert repr(read(tmp_path, tmp_path / file_name))


def test_what_a_package_logs_of_a_damaged_pdf_stays_inside(tmp_path, caplog, capfd):
    sound = harness.made_pdf()
    for damaged in (
        sound.replace(b"/Kids[3 0 R]", b"/Kids[Ann: It takes time"),
        sound.replace(b"startxref", b"Ann: It takes"),
    ):
        (tmp_path / "t.pdf").write_bytes(damaged)
        with contextlib.suppress(harness.an.InputError):
            harness.an.read_transcripts(tmp_path / "t.pdf")
    assert "takes" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.fuzz
@pytest.mark.parametrize("name", harness.READERS)
def test_a_minute_of_mutated_files(name, request):
    if "fuzz" not in request.config.getoption("markexpr"):
        pytest.skip("a minute for each reader: run with -m fuzz")
    assert problems(harness.run(name, seconds=60, seed=1)) == ([], False)
