"""A law of all figures: no text is cut and none lies on another, whatever the names, the scripts and the axes."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from matplotlib.figure import Figure

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from drawn_figures import FIGURES, cut_or_overlaid, written

from alliance_nlp.errors import InputError
from alliance_nlp.plots import lettering

pytestmark = pytest.mark.filterwarnings("ignore:No installed font has the letters")
WORDS = (
    "trust",
    "time-consuming",
    "Samarbeidsallianse",
    "אמון",
    "ثقة متبادلة",
    "信任關係",
    "भरोसा",
    "😀",
    "$x^2$",
    "é",
    "_",
    "W" * 40,
)
NAMES = st.lists(
    st.one_of(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join).map(lambda name: name[:80].strip()),
        st.text(min_size=1, max_size=80).map(str.strip),
    ).filter(lambda name: bool(name) and "/" not in name and name.isprintable()),
    min_size=2, max_size=7, unique=True,
)  # fmt: skip
# three of each figure in every run; HYPOTHESIS_PROFILE=explore draws many
FEW = settings(max_examples=3 if settings.default.max_examples < 500 else 40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("figure", FIGURES)
@FEW
@given(names=NAMES, dark=st.booleans())
def test_nothing_is_cut_or_overlaid_on_a_figure_of_its_own(figure, names, dark):
    ax = FIGURES[figure](names, dark=dark)
    assert cut_or_overlaid(ax.figure) == ([], [])


@pytest.mark.parametrize("figure", FIGURES)
@FEW
@given(
    names=NAMES, size=st.tuples(st.floats(1.2, 12), st.floats(1.2, 12)), grid=st.sampled_from([(1, 1), (1, 2), (2, 1)])
)
def test_nothing_is_cut_or_overlaid_on_axes_that_were_given(figure, names, size, grid):
    whole = Figure(figsize=size)
    axes = whole.subplots(*grid, squeeze=False).ravel()
    for ax in axes:
        try:
            assert FIGURES[figure](names, ax=ax) is ax
        except InputError as err:
            assert "needs at least" in str(err)  # noqa: PT017
            ax.remove()
    assert cut_or_overlaid(whole) == ([], [])


@pytest.mark.parametrize("figure", FIGURES)
def test_letters_can_be_read_on_a_phone_and_the_title_stands_on_top(figure):
    ax = FIGURES[figure](["Trust", "Time", "Money"])
    dots_a_point = 390 / (ax.figure.get_figwidth() * 72)
    found = written(ax.figure)
    assert min(text.get_fontsize() for text, _ in found) * dots_a_point >= 9
    assert max(found, key=lambda each: each[1].y1)[0].get_text() == ax.get_title(loc="left")


def axes_of(whole, layout):
    if layout == "added":
        return [whole.add_axes((0.05, 0.05, 0.9, 0.9))]
    if layout == "parts":
        return [part.add_subplot() for part in whole.subfigures(1, 2)]
    return whole.subplots(1, 2).tolist()


@pytest.mark.parametrize("layout", ["constrained", "tight", "added", "parts"])
def test_nothing_is_cut_in_whatever_way_a_figure_is_laid_out_on_the_coarsest_screen(layout):
    for figure in ("turns", "learning_curve"):
        whole = Figure(figsize=(9, 8), dpi=72, layout=layout if layout in ("constrained", "tight") else None)
        for ax in axes_of(whole, layout):
            FIGURES[figure](["Trust between people", "Time", "Money"], ax=ax)
        assert cut_or_overlaid(whole) == ([], [])
        assert cut_or_overlaid(whole) == ([], [])  # nor when it is drawn again


def test_a_width_that_no_letter_fits_gives_a_letter_a_line_and_an_end():
    from alliance_nlp.plots.lettering import broken

    assert broken("ab c", -5.0, 9.0) == (["a", "b", "c", ""], True)


@FEW
@given(words=st.lists(st.sampled_from([*WORDS, "i", "lj.", "WAV", "(1)"]), min_size=1, max_size=20), bold=st.booleans())
def test_lines_break_where_they_would_if_every_line_was_measured(words, bold):
    with pytest.MonkeyPatch.context() as patch:
        given_lines = [lettering.broken(" ".join(words), width, 8.0, bold=bold) for width in (40, 90, 300)]
        patch.setattr(lettering, "_surely_fits", lambda *_: False)
        assert [lettering.broken(" ".join(words), width, 8.0, bold=bold) for width in (40, 90, 300)] == given_lines
