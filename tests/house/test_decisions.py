"""Decision records have one layout, and each stands in the index once, under the title and status it has."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2] / "docs" / "decisions"
pytestmark = pytest.mark.skipif(not HOME.is_dir(), reason="installed without the docs")
RECORDS = sorted(HOME.glob("[0-9]*.md")) if HOME.is_dir() else []
SECTIONS = ["Measured", "Consequences"]  # those there are, in this order
HEADS = "| question | decided | because |"
TITLE = re.compile(r"# (\d{4}) · (\S.*)")
STATUS = re.compile(r"Status: (accepted|proposed|accepted, in part superseded|superseded)(?: by (\d{4}(?:, \d{4})*))?")
INDEXED = re.compile(r"\| \[(\d{4})\]\(([^)]+)\) (.+?) \| (.+?) \| ([a-z, ]+?) \| (.*?) ?\|")


def cells(row):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip())[1:-1]]


def status_of(path):
    found = STATUS.fullmatch(path.read_text(encoding="utf-8").splitlines()[4])
    return found[1], found[2].split(", ") if found[2] else []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_title_date_status_and_a_table_of_questions(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert TITLE.fullmatch(lines[0])[1] == path.name[:4]
    assert re.fullmatch(r"Date: \d{4}-\d\d-\d\d", lines[2])
    assert STATUS.fullmatch(lines[4])
    assert lines[1] == lines[3] == lines[5] == ""
    assert lines.count(HEADS) == 1
    start = lines.index(HEADS)
    rows = lines[start + 2 : [*lines, ""].index("", start)]
    assert rows
    assert [row for row in rows if len(cells(row)) != 3 or not all(cells(row))] == []
    heads = [line.removeprefix("## ") for line in lines if line.startswith("#")][1:]
    assert heads == [name for name in SECTIONS if name in heads]
    assert all(lines.index(f"## {name}") > start for name in heads)


def test_numbers_are_unique():
    numbers = [path.name[:4] for path in RECORDS]
    assert len(set(numbers)) == len(numbers)


def test_the_index_lists_every_record_once_as_it_is():
    rows = INDEXED.findall((HOME / "index.md").read_text(encoding="utf-8"))
    assert [row[1] for row in rows] == [path.name for path in RECORDS]
    for (number, _, title, _, status, by), path in zip(rows, RECORDS, strict=True):
        assert f"# {number} · {title}" == path.read_text(encoding="utf-8").splitlines()[0]
        assert (status, re.findall(r"\[(\d{4})\]", by)) == status_of(path)


def test_what_supersedes_a_record_is_a_later_one():
    numbers = {path.name[:4] for path in RECORDS}
    for path in RECORDS:
        status, by = status_of(path)
        assert bool(by) == ("superseded" in status), path.name
        assert all(number in numbers and number > path.name[:4] for number in by)
