"""Plots: what is drawn where, that names are only names, that nothing global changes, and any number of segments."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from coded_by_hand import SHORT, coding_of, segments_of
from matplotlib.figure import Figure
from matplotlib.text import Text
from reported_study import make_book, make_clusters, make_coding, make_comparison, texts_of

from alliance_nlp.comparison import compare
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.plots import (
    figures,
    map_segments,
    maps,
    plot_agreement,
    plot_map,
    plot_themes_and_clusters,
    take_picture,
)
from alliance_nlp.plots.compared import shared_segments, side_by_side
from alliance_nlp.plots.figures import drawn_name, drawn_names, say_numbers
from alliance_nlp.plots.fitting import settle
from alliance_nlp.plots.ground import open_board
from alliance_nlp.plots.looks import LIGHT
from alliance_nlp.plots.written_parts import Said
from alliance_nlp.records import Clusters, CodedSpan, Coding, Embeddings, EncoderInfo, ReadSpan, Segments, printable
from alliance_nlp.reports import document


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def texts_in(ax):
    """What stands inside the plot."""
    return [text.get_text() for text in ax.texts if text.get_gid() != "notes"]


def notes_of(ax):
    return " ".join(text.get_text() for text in ax.texts if text.get_gid() == "notes").replace("\n", " ")


def made(title):
    return settle(open_board(None, dark=False), Said(title))


# --- the map ---------------------------------------------------------------------------------------------------------


def test_each_cluster_has_its_number_on_one_of_its_own_segments():
    clusters = make_clusters(texts_of(60), n_clusters=5)
    drawn, places = where = map_segments(clusters)
    ax = plot_map(clusters, places=where)
    assert sorted(texts_in(ax)) == ["0", "1", "2", "3", "4"]
    for text in (t for t in ax.texts if t.get_gid() == "number"):
        nearest = int(np.linalg.norm(places - np.array(text.get_position()), axis=1).argmin())
        assert clusters.labels[drawn[nearest]] == int(text.get_text())


def test_segments_that_were_set_aside_are_hollow_and_counted():
    ax = plot_map(make_clusters(texts_of(30), n_aside=4))
    assert legend_of(ax)[0] == "set aside (4)"
    hollow = ax.collections[0]
    assert len(hollow.get_offsets()) == 4
    assert hollow.get_facecolor().size == 0


def test_segments_in_no_cluster_are_counted_apart_from_those_set_aside():
    ax = plot_map(make_clusters(texts_of(20), n_clusters=0, n_aside=2))
    assert legend_of(ax) == ["set aside (2)", "in no cluster (18)"]
    assert texts_in(ax) == []


def test_by_theme_every_segment_stands_in_one_group_with_its_number():
    clusters = make_clusters(texts_of(8), n_aside=0)
    book, ids = make_book(), make_book().ids
    at = [(s.transcript_id, s.start, s.end) for s in clusters.segments]
    spans = [CodedSpan("A", *at[i], ids[code]) for i, code in ((0, 0), (1, 0), (2, 1), (3, 1), (3, 2))]
    coding = Coding(tuple(spans), tuple(ReadSpan("A", *place) for place in at[:6]), book)
    ax = plot_map(clusters, codes=coding)
    assert legend_of(ax) == ["Trust (2)", "Time (1)", "(several) (1)", "(none) (2)", "(not read) (2)"]


def test_more_segments_than_can_be_read_are_a_sample_that_says_so(monkeypatch):
    monkeypatch.setattr(maps, "MOST_POINTS", 30)
    clusters = make_clusters(texts_of(45), n_clusters=2, n_aside=0)
    one, other = (map_segments(clusters, random_state=seed) for seed in (0, 1))
    assert len(set(one.drawn)) == len(one.places) == 30
    assert not np.array_equal(one.drawn, other.drawn)
    assert "30 of 45 segments, drawn at random." in notes_of(plot_map(clusters))


@pytest.mark.parametrize("n", [*range(16), 31])
def test_any_number_of_segments_has_a_map(n):
    clusters = make_clusters(texts_of(n), n_clusters=min(n, 3), n_aside=min(n, 1))
    assert take_picture(plot_map(clusters)).png.startswith(b"\x89PNG")


def test_segments_of_the_same_vector_have_a_map():
    clusters = make_clusters(texts_of(30), n_clusters=1, n_aside=0)
    same = Embeddings(clusters.segments, np.tile(np.eye(1, 16), (30, 1)), EncoderInfo("example"))
    assert plot_map(Clusters(same, clusters.labels)).get_title(loc="left") == "Segments by cluster"
    zero = Embeddings(clusters.segments, np.zeros((30, 4)), EncoderInfo("example"))
    assert np.isfinite(map_segments(Clusters(zero, clusters.labels)).places).all()


def test_the_map_is_the_same_twice():
    clusters = make_clusters(texts_of(60), n_clusters=4)
    assert np.array_equal(map_segments(clusters).places, map_segments(clusters).places)


def test_clusters_that_are_apart_are_apart_on_the_map():
    clusters = make_clusters(texts_of(60), n_clusters=4, n_aside=0)
    _, places = map_segments(clusters)
    distance = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag(np.full(60, np.inf))
    assert (clusters.labels[distance.argmin(axis=1)] == clusters.labels).mean() > 0.95


def test_of_seventy_clusters_ten_have_a_color_and_a_shape_and_all_a_number():
    ax = plot_map(make_clusters(texts_of(210), n_clusters=70, n_aside=0))
    assert len(set(texts_in(ax))) == 70
    looks = {
        (c.get_facecolor().tobytes(), c.get_paths()[0].vertices.tobytes())
        for c in ax.collections
        if len(c.get_offsets())
    }
    assert len(looks) == len({color for color, _ in looks}) == len({shape for _, shape in looks}) == 11
    assert len(legend_of(ax)) == 11
    assert legend_of(ax)[-1] == "60 others, by number (180)"


def test_the_largest_clusters_have_the_colors():
    sizes = dict(enumerate([3, 9, 1, 8, 7, 7, 7, 7, 7, 7, 7, 7]))
    assert list(maps._looks(sizes, LIGHT.colors)) == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]


# --- agreement -------------------------------------------------------------------------------------------------------


def test_points_intervals_and_people_stand_where_the_table_says(comparison):
    ax = plot_agreement(comparison)
    rows = sorted(comparison.main.rows(), key=lambda row: row["kappa"])
    assert [label.get_text() for label in ax.get_yticklabels()] == [row["code"] for row in rows]
    points = {
        (round(x, 9), y) for line in ax.lines if line.get_marker() == "o" for x, y in zip(*line.get_data(), strict=True)
    }
    people = {
        (round(x, 9), y) for line in ax.lines if line.get_marker() == "D" for x, y in zip(*line.get_data(), strict=True)
    }
    assert points == {(round(row["kappa"], 9), place) for place, row in enumerate(rows)}
    assert people == {(round(row["human_human"], 9), place) for place, row in enumerate(rows)}
    assert legend_of(ax) == ["Ann+Bo and machine, no interval", "Ann and Bo, same segments", "position alone"]


def test_intervals_are_drawn_where_there_are_any():
    segments, rng = segments_of(240), np.random.default_rng(0)
    a, b = (coding_of(segments, c, [SHORT if x else "" for x in rng.random(240) < 0.4]) for c in "AB")
    found = compare(a, b, segments=segments, level="code", n_draws=20, n_permutations=0)
    ax = plot_agreement(found)
    drawn = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 2]
    assert drawn == [found.per_code[2]["kappa_interval"]]
    assert legend_of(ax) == ["A and B, 95% interval"]


def test_no_point_has_a_color_of_its_own(comparison):
    ax = plot_agreement(comparison)
    assert len({line.get_color() for line in ax.lines if line.get_marker() == "o"}) == 1


def test_an_undefined_kappa_is_named_and_stands_last():
    clusters = make_clusters(texts_of(12), n_aside=0)
    book = make_book(("Trust", "Never"))
    coding = {
        name: Coding(
            tuple(CodedSpan(name, s.transcript_id, s.start, s.end, book.ids[0]) for s in clusters.segments[:6]),
            tuple(ReadSpan(name, s.transcript_id, s.start, s.end) for s in clusters.segments),
            book,
        )
        for name in "AB"
    }
    found = compare(coding["A"], coding["B"], segments=clusters.segments, n_draws=50, n_permutations=0)
    ax = plot_agreement(found)
    assert [text.partition(":")[0] for text in texts_in(ax)] == ["undefined"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["Never", "Trust"]
    assert legend_of(ax) == ["A and B, no interval"]


# --- themes and clusters ---------------------------------------------------------------------------------------------


def test_counts_of_themes_and_clusters_by_hand():
    clusters = make_clusters(texts_of(7), n_clusters=2, n_aside=1)
    coding = make_coding(clusters.segments, make_book(), "A")
    found = shared_segments(clusters, coding, "theme", "half")
    assert found.themes == ("Trust", "Time", "Money")
    # segments 0..5 lie in clusters 0 1 0 1 0 1 and carry themes 0 1 2 0 1 2
    assert found.counts.tolist() == [[1, 1], [1, 1], [1, 1]]
    assert found.sizes.tolist() == [3, 3]


def test_clusters_of_one_theme_stand_side_by_side():
    clusters = make_clusters(texts_of(9))
    found = shared_segments(clusters, make_coding(clusters.segments, make_book(), "A"), "theme", "half")
    turned = found._replace(counts=found.counts[:, [2, 0, 1]], sizes=found.sizes[[2, 0, 1]])
    assert side_by_side(turned).tolist() == [1, 2, 0]


def test_the_picture_has_counts_verdicts_and_frames(comparison):
    ax = plot_themes_and_clusters(comparison)
    names = [label.get_text() for label in ax.get_xticklabels()]
    verdicts = {row["theme"]: row["verdict"] for row in comparison.theme_recovery.rows()}
    assert names == [f"{theme}\n{verdicts[theme]}" for theme in ("Trust", "Time", "Money")]
    assert sum(map(int, texts_in(ax))) == 23
    frames = [patch for patch in ax.patches if not patch.get_fill()]
    assert len(frames) == sum(len(row["clusters"]) for row in comparison.theme_recovery.rows())


# --- names, files, surroundings --------------------------------------------------------------------------------------


def test_names_are_no_formulas_and_no_boxes_of_warnings():
    assert drawn_name("$x^2$ and $") == r"\$x^2\$ and \$"
    assert drawn_name("cost\nof\x00 care \U0001fae0") == "cost of□ care □"
    assert len(drawn_name("long " * 30)) == 90
    assert printable("a\x00b\ud800c\u200dd\n") == "a\ufffdb\ufffdc\u200dd\n"


def without_fonts(monkeypatch, *, but=()):
    """Leave only the usual font, and made ones with these letters."""

    def font_of(sign):
        return "Made" if sign in but else "DejaVu Sans" if ord(sign) < 0x600 else None

    monkeypatch.setattr(figures, "font_of", font_of)


def test_a_name_whose_letters_no_font_has_is_a_number_with_a_legend(monkeypatch):
    without_fonts(monkeypatch)
    names = ["Trust", "信任", "भरोसा", "信任"]
    assert drawn_names(names) == ["Trust", "no. 1", "no. 2", "no. 1"]
    assert say_numbers(names).endswith("in the picture: no. 1: 信任; no. 2: भरोसा.")
    assert say_numbers(["Trust"]) == ""
    assert drawn_name("信任") == "no. 1"


def test_names_that_only_emoji_set_apart_are_numbered(monkeypatch):
    without_fonts(monkeypatch)
    assert drawn_names(["🇳🇴", "🇸🇪", "tillit 😊"]) == ["no. 1", "no. 2", "tillit □"]
    assert say_numbers(["🇳🇴", "🇸🇪", "tillit 😊"]).endswith("in the picture: no. 1: 🇳🇴; no. 2: 🇸🇪.")
    assert drawn_names(["🇳🇴", "🇳🇴"]) == ["□□", "□□"]


def test_a_letter_that_some_font_has_is_drawn_with_it(monkeypatch):
    without_fonts(monkeypatch, but="信任")
    ax = Figure().add_subplot()
    ax.set_title("信任 and Trust")
    assert drawn_names(["信任"]) == ["信任"]
    figures.with_fonts(ax)
    title = next(text for text in ax.findobj(Text) if text.get_text() == "信任 and Trust")
    assert title.get_fontfamily() == ["DejaVu Sans", "Made"]


def test_a_report_tells_the_numbers_below_the_picture(monkeypatch):
    without_fonts(monkeypatch)
    ax = made(title="x")
    with pytest.warns(AllianceWarning, match="no. 1: 信任"):
        figures.with_fonts(ax, ["信任", "Trust"])
    assert document.Figure.of("f", "x", "What it shows.", ax).words.endswith(
        "stand for them in the picture: no. 1: 信任."
    )


def test_fonts_of_placeholders_and_formulas_hold_no_words():
    assert not [family for family in figures._fonts() if "Last Resort" in family or family.startswith("cm")]
    assert figures.font_of("a") == "DejaVu Sans"


@pytest.mark.filterwarnings("ignore:No installed font has the letters")
def test_hostile_names_are_drawn():
    themes = (r"$\frac{1}{0}$", "<script>alert(1)</script>", "\u4fe1\u4efb \U0001f600\ud800")
    comparison = make_comparison(themes=themes, coders=("$A_", "\u4fe1&"))
    by_theme = plot_map(comparison.clusters, codes=comparison.a)
    for ax in (plot_agreement(comparison), plot_themes_and_clusters(comparison), by_theme):
        picture = take_picture(ax, title="<b>\x00&")
        assert b"<script" not in picture.svg
        assert b"<b>" not in picture.svg


def test_long_names_and_many_themes_leave_room_for_the_picture():
    themes = tuple(f"A theme with a name that goes on and on, number {i}" for i in range(30))
    comparison = make_comparison(texts_of(60), themes=themes, coders=("Somebody with " + "a long name " * 5, "B"))
    by_theme = plot_map(comparison.clusters, codes=comparison.a)
    for ax in (plot_agreement(comparison), plot_themes_and_clusters(comparison), by_theme):
        take_picture(ax)  # a warning of collapsed axes would fail the test
        width, height = ax.get_position().size * ax.figure.get_size_inches()
        assert width > 3
        assert height > 1


def test_pictures_are_the_same_bytes_without_a_date(comparison):
    one, other = (take_picture(plot_agreement(comparison), title="T") for _ in range(2))
    assert one == other
    assert b"<dc:date>" not in one.svg
    assert one.svg.startswith(b"<?xml")
    assert one.png[25] == 2  # red, green and blue, and no channel of what shines through


def test_a_plot_draws_on_the_axes_it_is_given(comparison):
    axes = Figure().subplots(1, 3)
    assert plot_map(comparison.clusters, ax=axes[0]) is axes[0]
    assert plot_agreement(comparison, ax=axes[1]) is axes[1]
    assert plot_themes_and_clusters(comparison, ax=axes[2]) is axes[2]


def test_plots_load_no_pyplot_and_change_no_settings():
    code = (
        "import sys; sys.path.insert(0, 'tests/unit'); import matplotlib; before = matplotlib.rcParams.copy()\n"
        "from reported_study import make_comparison; from alliance_nlp.plots import *; c = make_comparison()\n"
        "[take_picture(p(c)) for p in (plot_agreement, plot_themes_and_clusters)]; take_picture(plot_map(c.clusters))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert all(before[k] == matplotlib.rcParams[k] for k in before if k != 'backend')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_wrong_arguments_are_named(comparison):
    with pytest.raises(InputError, match=r"plot_map\(\) takes Clusters, as an.cluster\(\) gives. Got Comparison."):
        plot_map(comparison)
    with pytest.raises(InputError, match="codes must be a Coding. Got tuple."):
        plot_map(comparison.clusters, codes=())
    with pytest.raises(InputError, match=r"plot_agreement\(\) takes a Comparison. Got Clusters."):
        plot_agreement(comparison.clusters)
    with pytest.raises(InputError, match=r"plot_themes_and_clusters\(\) takes a Comparison. Got Mapping."):
        plot_themes_and_clusters(comparison.mapping)
    people = comparison.a.made_from
    alone = compare(people.by("Ann"), people.by("Bo"), segments=comparison.segments, n_draws=20, n_permutations=0)
    with pytest.raises(InputError, match="needs a comparison with clusters. Neither side was made from any"):
        plot_themes_and_clusters(alone)


def test_a_comparison_on_part_of_the_segments_is_drawn(comparison):
    part = Segments(comparison.segments.items[:10], comparison.segments.transcripts)
    found = compare(comparison.a, comparison.b, segments=part, n_draws=20, n_permutations=19)
    assert take_picture(plot_themes_and_clusters(found)).png
