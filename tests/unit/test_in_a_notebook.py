"""The page of a report below a notebook's cell."""

import html
import re
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.plots import map_segments
from alliance_nlp.records import InlinePage

pytest.importorskip("matplotlib", reason="the page needs the extra [report]")
pytest.importorskip("jinja2", reason="the page needs the extra [report]")
SAID = ("I waited four months.", "She believed me at once.", "Waiting is the worst.", "She phoned me <b>twice</b>.")


def made_clusters():
    text = "\n".join(SAID)
    starts = np.cumsum([0, *(len(words) + 1 for words in SAID[:-1])])
    items = tuple(
        an.Segment("Ward 7", int(at), int(at) + len(w), w, "Ada", "participant")
        for at, w in zip(starts, SAID, strict=True)
    )
    segments = an.Segments(items, (an.Transcript("Ward 7", text),))
    return an.Clusters(an.Embeddings(segments, np.eye(4), an.EncoderInfo("example")), np.array([0, 0, 0, 1]))


@pytest.fixture(scope="module")
def clusters():
    return made_clusters()


@pytest.fixture(scope="module")
def page(clusters):
    return an.show_page(clusters, view="map", height=500)


def test_the_frame_holds_the_whole_page_and_is_closed_off(page):
    shown = page._repr_html_()
    frame = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" title="([^"]*)" sandbox="([^"]*)" style="([^"]*)"></iframe><p>(.*)</p>', shown, re.S
    )
    assert frame is not None
    assert html.unescape(frame[1]) == page.html
    assert frame[3] == "allow-scripts allow-downloads"  # no allow-same-origin: it would reach the notebook
    assert "height:500px" in frame[4]
    assert "words of participants" in frame[5]


def test_it_opens_where_one_asks(clusters, page):
    assert '"opens":"map"' in page.html.replace(" ", "")
    assert '"opens":"overview"' in an.show_page(clusters).html.replace(" ", "")


def test_an_interactive_map_is_the_same_page(clusters, page):
    assert an.plot_map(clusters, interactive=True).html == page.html


def test_without_quotes_and_people_no_word_or_name_is_in_it(clusters):
    shown = an.show_page(clusters, quotes=False, people=False)
    assert [word for word in ("waited", "believed", "phoned", "Ada", "Ward 7") if word in shown.html] == []
    assert "no words of participants" in shown.note


def test_nobody_else_goes_back_through_the_door():
    src = Path(an.__file__).parent
    calls = {p.relative_to(src).as_posix() for p in src.rglob("*.py") if "at_the_door(" in p.read_text("utf-8")}
    assert calls == {"records/base.py", "comparison/result.py", "plots/maps.py"}


def test_it_is_written_to_a_file_and_says_how_large_it_is(page, tmp_path):
    assert page.write(tmp_path / "map.html").read_text("utf-8") == page.html
    assert re.fullmatch(
        r"InlinePage\(Clusters of meaning: \d\.\d MB; a notebook shows it, \.write\(path\) keeps it\)", repr(page)
    )


@pytest.mark.parametrize("height", [0, 199, 4001])
def test_heights_of_no_use_are_refused(height):
    with pytest.raises(an.InputError, match=f"200 to 4000 pixels. Got {height}"):
        InlinePage("<p>", "a page", height=height)


def test_what_an_interactive_map_cannot_take_is_refused_by_name(clusters):
    with pytest.raises(an.InputError, match=r"without places\. Leave that out.*comparison\.show"):
        an.plot_map(clusters, interactive=True, places=map_segments(clusters))
    with pytest.raises(an.InputError, match="view must be 'overview', 'map'"):
        an.show_page(clusters, view="picture")
