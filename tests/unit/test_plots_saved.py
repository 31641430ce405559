"""Figures as files and in words, and as they looked when somebody last looked at them (tests/data/figures).

    python tests/unit/test_plots_saved.py

draws those pictures anew; look at each before it is committed.
"""

import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from drawn_figures import FIGURES, relations

import alliance_nlp as an
from alliance_nlp.errors import InputError

KEPT = Path(__file__).parents[1] / "data" / "figures"
NAMES = ["Trust between people", "Time", "Money, and what it does not buy"]
DOTS = 60  # an inch: 300 dots wide
FURTHEST = 3.0  # root mean square of the difference, of 255; letters are drawn a little otherwise elsewhere


def drawn(figure, *, dark):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    ax = FIGURES[figure](NAMES, dark=dark)
    ax.figure.set_dpi(DOTS)
    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def file_of(figure, dark):
    return KEPT / f"{figure}{'_dark' * dark}.png"


def looked_at(figure, dark):
    from PIL import Image

    with Image.open(file_of(figure, dark)) as picture:
        return np.asarray(picture.convert("RGB")).astype(float)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_looks_as_it_did(figure):
    with_version = json.loads((KEPT / "made_with.json").read_text())["matplotlib"]
    if mpl.__version__.split(".")[:2] != with_version.split(".")[:2]:
        pytest.skip(f"the kept pictures are those of matplotlib {with_version}, and this is {mpl.__version__}")
    for dark in (False, True) if figure in ("agreement", "voices") else (False,):
        kept, now = looked_at(figure, dark), drawn(figure, dark=dark)
        assert kept.shape == now.shape, "the size is another; look at it, then run this file"
        off = np.sqrt(((kept - now) ** 2).mean())
        assert off <= FURTHEST, f"{off:.1f} off: look at it, then run this file"


def test_a_picture_that_moved_by_two_dots_is_seen():
    kept = looked_at("agreement", False)
    moved = np.roll(kept, 2, axis=1)
    assert np.sqrt(((kept - moved) ** 2).mean()) > FURTHEST


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_records_give_the_same_bytes_without_a_date(kind, tmp_path):
    files = [an.save_figure(relations(NAMES), tmp_path / f"{i}.{kind}") for i in range(2)]
    one, other = (file.read_bytes() for file in files)
    assert one == other
    assert b"<dc:date>" not in one
    assert b"CreationDate" not in one
    assert mpl.rcParams["svg.hashsalt"] is None


def test_letters_are_text_or_paths(tmp_path):
    text = an.save_figure(relations(NAMES), tmp_path / "a.svg").read_text("utf-8")
    paths = an.save_figure(relations(NAMES), tmp_path / "b.svg", letters="paths").read_text("utf-8")
    assert ">Turns that carry both themes</text>" in text
    assert "<text" not in paths
    from pypdf import PdfReader

    page = PdfReader(an.save_figure(relations(NAMES), tmp_path / "c.pdf"))
    assert "Turns that carry both themes" in page.pages[0].extract_text()
    assert page.metadata.subject.startswith("Turns that carry both themes.")
    assert page.metadata.get("/CreationDate") is None


def test_a_drawing_says_in_words_what_it_shows_and_names_are_no_markup(tmp_path):
    names = ["<script>alert(1)</script> & more " * 5, "$x^2$", "Time"]
    ax = relations(names)
    svg = an.save_figure(ax, tmp_path / "a.svg").read_text("utf-8")
    assert "<script" not in svg
    head = svg[svg.index("<svg") : svg.index("<desc>")]
    assert head.endswith("<title>Turns that carry both themes</title>")
    assert "&lt;script&gt;" in svg.partition("<desc>")[2].partition("</desc>")[0]
    assert an.describe_figure(ax).endswith(f"In full: {names[0]}.")  # the figure has it shortened


def test_bad_files_and_bare_axes_are_refused(tmp_path):
    ax = relations(NAMES)
    with pytest.raises(InputError, match=r"save_figure\(\) writes .svg, .pdf and .png. Got 'a.jpg'."):
        an.save_figure(ax, tmp_path / "a.jpg")
    with pytest.raises(InputError, match="letters must be 'text' or 'paths'"):
        an.save_figure(ax, tmp_path / "a.svg", letters="curves")
    from matplotlib.figure import Figure

    bare = Figure().add_subplot()
    with pytest.raises(InputError, match=r"describe_figure\(\) takes axes on which a plot of this library has drawn"):
        an.describe_figure(bare)
    with pytest.raises(InputError, match="on which a plot of this library has drawn"):
        an.save_figure(bare, tmp_path / "a.svg")
    assert not list(tmp_path.iterdir())


if __name__ == "__main__":
    from PIL import Image

    KEPT.mkdir(exist_ok=True)
    for name in FIGURES:
        for on_dark in (False, True) if name in ("agreement", "voices") else (False,):
            picture = Image.fromarray(drawn(name, dark=on_dark))
            picture.quantize(64, dither=Image.Dither.NONE).save(file_of(name, on_dark), optimize=True)
    (KEPT / "made_with.json").write_text(json.dumps({"matplotlib": mpl.__version__}) + "\n")
