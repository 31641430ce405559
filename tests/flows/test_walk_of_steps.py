"""The page that walks through the founding study's steps runs in order, and shows what it prints."""

import csv
from pathlib import Path

import pytest

from walked_pages import CODE, check, stands_in

PAGE = Path(__file__).parents[2] / "docs" / "method" / "walk.md"


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_walk_prints_what_the_page_shows(tmp_path, monkeypatch):
    text = PAGE.read_text(encoding="utf-8")
    assert len(CODE.findall(text)) == text.count("```text") == text.count("\n## ")
    monkeypatch.chdir(tmp_path)
    check(PAGE)
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
