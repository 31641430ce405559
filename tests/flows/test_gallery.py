"""The gallery of figures: its page, pictures and lines are those of its script; the cheap ones are run."""

import importlib.util
import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.skipif(not (DOCS / "make_gallery.py").is_file(), reason="installed without the docs")
CHEAP = ("sessions", "voices", "relations", "class_students", "class_turns")
ANEW = "make it anew and look at it: python docs/make_gallery.py"


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(gallery):
    return json.loads(gallery.MADE.read_text(encoding="utf-8"))


def test_the_page_is_what_the_script_writes(gallery, made):
    assert gallery.PAGE.read_text(encoding="utf-8") == gallery.page(made), ANEW
    assert list(made) == [shown.name for shown in gallery.FIGURES], ANEW


def test_each_picture_is_of_the_lines_beside_it_and_as_wide_as_said(gallery, made):
    from PIL import Image

    for shown in gallery.FIGURES:
        assert made[shown.name]["code"] == gallery.hash_of(shown.code), f"{shown.name}: {ANEW}"
        assert shown.code.count("\n") == 3, shown.name  # four lines
        assert sorted(made[shown.name]["files"]) == [f"{shown.name}.png", f"{shown.name}_dark.png"]
        for name, content in made[shown.name]["files"].items():
            assert gallery.hash_of((gallery.FOLDER / name).read_bytes()) == content, f"{name}: {ANEW}"
            with Image.open(gallery.FOLDER / name) as picture:
                assert picture.width == gallery.WIDE
    left = {path.name for path in gallery.FOLDER.glob("*.png")} - {n for m in made.values() for n in m["files"]}
    assert left == set()


@pytest.mark.parametrize("name", CHEAP)
def test_lines_of_the_page_run_and_say_the_same(gallery, made, name):
    import alliance_nlp as an

    shown = next(shown for shown in gallery.FIGURES if shown.name == name)
    ax = gallery.run(shown, dark=False)
    assert an.describe_figure(ax) == made[name]["words"], ANEW
    assert "Synthetic study" in made[name]["words"]


def test_every_public_plot_stands_in_the_gallery(gallery):
    import alliance_nlp as an

    code = "\n".join(shown.code for shown in gallery.FIGURES)
    assert [name for name in an.__all__ if name.startswith("plot_") and f"an.{name}(" not in code] == []
