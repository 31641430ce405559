"""What readers can tell apart: ten colors without red, green or blue cones and in grey, marks, letters, shades."""

import itertools
import re
from importlib import resources

import matplotlib as mpl
import numpy as np
import pytest
from drawn_figures import FIGURES
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from alliance_nlp.plots.looks import DARK, DASHES, LIGHT, MOST_CLASSES, SHAPES, look_for, luminance
from alliance_nlp.plots.shaded import letters_on, ramp

# Machado, Oliveira & Fernandes 2009, doi:10.1109/TVCG.2009.113, at full severity, for linear RGB
CONES = {
    "all": np.eye(3),
    "no red": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "no green": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881],
    ]),
    "no blue": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039],
    ]),
}  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)


def linear(color):
    rgb = np.array(to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(color, cones="all"):
    """A color in CIELAB, as an eye sees it."""
    xyz = TO_XYZ @ np.clip(CONES[cones] @ linear(color), 0, 1) / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colors_are_seen_as_cielab_says():
    assert seen("#ffffff") == pytest.approx([100, 0, 0], abs=0.01)
    assert seen("#ff0000") == pytest.approx([53.24, 80.09, 67.2], abs=0.05)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("cones", CONES)
def test_any_two_of_ten_colors_are_apart(look, cones):
    apart = [np.linalg.norm(seen(a, cones) - seen(b, cones)) for a, b in itertools.combinations(look.colors, 2)]
    assert len(apart) == 45
    assert min(apart) > 12


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_stand_out_from_the_ground_and_letters_can_be_read(look):
    assert min(contrast(color, look.ground) for color in look.colors) >= 3
    assert contrast(look.ink, look.ground) >= 7
    assert contrast(look.grey, look.ground) >= 4.5  # notes are letters too


def test_no_class_is_known_by_its_color_alone():
    assert len(set(SHAPES)) == len(LIGHT.colors) == len(DARK.colors) == MOST_CLASSES == 10
    # of lines: ten pairs of shape and dashes
    assert len({(SHAPES[i], str(DASHES[i % len(DASHES)])) for i in range(10)}) == 10
    for look in (LIGHT, DARK):
        marks = [look.mark(kind) for kind in ("filled", "open", "bar")]
        assert len({mark["marker"] for mark in marks}) == 3


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_shades_are_in_order_in_grey_and_their_numbers_can_be_read(look):
    shades = [ramp(look)(share) for share in np.linspace(0, 1, 21)]
    lights = [seen(shade)[0] for shade in shades]
    steps = np.diff(lights)
    assert (steps < 0).all() or (steps > 0).all()
    assert min(contrast(shade, letters_on(shade)) for shade in shades) >= 4.5


def test_the_look_is_that_of_the_ground_unless_it_is_asked_for():
    assert look_for(None, "white") is LIGHT
    assert look_for(None, "#20242a") is DARK
    assert look_for(True, "white") is DARK
    assert look_for(False, "black") is LIGHT


@pytest.mark.parametrize("figure", FIGURES)
def test_no_setting_is_changed_and_letters_are_readable_on_any_ground(figure):
    before = dict(mpl.rcParams)
    for ground in ("white", "#101418"):
        ax = Figure(figsize=(7, 12), facecolor=ground).add_subplot()
        FIGURES[figure](["Trust", "Time", "Money"], ax=ax)
        texts = [
            ax.title,
            *ax.get_xticklabels(),
            *ax.get_yticklabels(),
            *(t for t in ax.texts if t.get_gid() == "notes"),
        ]
        texts += ax.get_legend().get_texts() if ax.get_legend() else []
        assert min(contrast(text.get_color(), ground) for text in texts if text.get_text()) >= 4.5
    assert dict(mpl.rcParams) == before


def test_the_page_has_the_colors_of_the_figures():
    style = resources.files("alliance_nlp.reports").joinpath("templates", "app.css").read_text(encoding="utf-8")
    hues = re.findall(r"--hue(\d):(#[0-9a-f]{3,6})", style.replace(": ", ":"))
    assert [(int(n), c) for n, c in hues] == [*enumerate(map(short, LIGHT.colors)), *enumerate(map(short, DARK.colors))]


def short(color):
    """Write a color as a style sheet that was made small has it: #557788 is #578."""
    return f"#{color[1::2]}" if color[1::2] == color[2::2] else color
