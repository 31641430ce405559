"""The page that walks through the founding study's steps runs in order, and shows what it prints."""

import contextlib
import csv
import io
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "method" / "walk.md"
BLOCK = re.compile(r"^```python\n(.*?)^```\n\n^```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LEFT_OUT = "…"


def stands_in(shown, printed):
    """The first line that does not stand in what was printed, in order; nothing left out but where the page says so."""
    lines, at, gap = [line.rstrip() for line in printed.splitlines()], 0, False
    for line in shown.splitlines():
        if line == LEFT_OUT:
            gap = True
            continue
        found = next((i for i in range(at, len(lines)) if lines[i] == line), None)
        if found is None or (found > at and not gap):
            return line
        at, gap = found + 1, False
    return None if gap or at == len(lines) else f"{len(lines) - at} lines more"


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_walk_prints_what_the_page_shows(tmp_path, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) == text.count("```python") == text.count("\n## ")
    monkeypatch.chdir(tmp_path)
    names = {}
    for code, shown in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, names)
        assert stands_in(shown, out.getvalue().rstrip("\n")) is None, f"{code}\nprints:\n{out.getvalue()}"
    with (tmp_path / "trail" / "reporting" / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["draft"] == "methods"]
    table = [
        f"| {row['sentence']} | {row['from']} | {row['record_holds']} |"
        for row in rows
        if not row["sentence"].startswith("Software: ")
    ]
    assert [line for line in text.splitlines() if line.startswith("| ") and line.count(" | ") >= 2][1:] == table


def test_the_check_finds_a_line_that_is_not_printed_and_one_that_was_left_out():
    assert stands_in("a\nb", "a\nb") is None
    assert stands_in("a\n…\nc", "a\nb\nc") is None
    assert stands_in("a\nc", "a\nb\nc") == "c"
    assert stands_in("a\nx", "a\nb") == "x"
    assert stands_in("a", "a\nb") == "1 lines more"
    assert stands_in("a\n…", "a\nb") is None
