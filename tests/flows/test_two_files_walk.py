"""The page on two files is a walk that a newcomer makes: its files, its commands and what they print are true."""

import re
from pathlib import Path

import pytest

from alliance_nlp.__main__ import main

PAGE = Path(__file__).parents[2] / "docs" / "two_files.md"


@pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs")
def test_the_walk_prints_what_the_page_shows(tmp_path, monkeypatch, capsys):
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for name, block in zip(("KL.csv", "MR.csv"), blocks, strict=False):
        (tmp_path / name).write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    walks = [block for block in blocks if block.startswith("$ alliance-nlp ")]
    assert len(walks) == 2
    for walk in walks:
        command, _, shown = walk.partition("\n")
        assert main(command.split()[2:]) == 0
        assert capsys.readouterr().out.startswith(shown.rstrip())
