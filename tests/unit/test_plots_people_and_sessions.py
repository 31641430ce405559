"""plot_sessions(), plot_voices(), plot_stability(): what stands where, by hand; undefined rows, bad input."""

import numpy as np
import pytest
from drawn_figures import NAN, table
from reported_study import make_clusters, texts_of

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.method.sessions import SessionComparison
from alliance_nlp.plots import plot_sessions, plot_stability, plot_voices
from alliance_nlp.records import Clusters


@pytest.fixture(scope="module")
def study():
    return an.load_study("focus_group")


def names_of(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def marks_of(ax, marker):
    lines = [line for line in ax.lines if line.get_marker() == marker]
    return {(round(float(x), 6), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)}


def notes_of(ax):
    return " ".join(text.get_text() for text in ax.texts if text.get_gid() == "notes").replace("\n", " ")


def inside(ax):
    return [text.get_text() for text in ax.texts if text.get_gid() == "inside"]


def test_sessions_are_mean_shares_of_those_who_came_to_both():
    rows = [
        ("Time", 4, 2, "kept", -0.15, 0, 2, 0, 0.5, ""),
        ("Trust", 0, 0, "in neither", 0.0, 0, 0, 2, NAN, "no change"),
    ]
    people = [("Time", "P1", 0.4, 0.2, -0.2, ""), ("Time", "P2", 0.2, 0.1, -0.1, ""),
              ("Time", "P3", 0.9, NAN, NAN, "absent"),
              ("Trust", "P1", 0.0, 0.0, 0.0, ""), ("Trust", "P2", 0.0, 0.0, 0.0, "")]  # fmt: skip
    found = SessionComparison(
        "May", "June", table("name first second verdict change up down unchanged p remark", *rows),
        table("name participant first second change remark", *people), (("P3", "absent from June"),),
    )  # fmt: skip
    ax = plot_sessions(found)
    assert names_of(ax) == ["Trust: in neither (2 unchanged)", "Time: kept (2 down, p .500)"]
    assert marks_of(ax, "D") == {(0.3, 1), (0, 0)}  # (.4 + .2) / 2; P3 was absent, not silent
    assert marks_of(ax, "o") == {(0.15, 1), (0, 0)}
    assert notes_of(ax).startswith("Unit: person, by the share of their own turns; 2 people in both sessions.")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["May", "June"]


def test_where_nobody_came_to_both_the_row_says_so():
    rows = [("Time", 4, 2, "kept", NAN, 0, 0, 0, NAN, "nobody attended both sessions")]
    found = SessionComparison(
        "May", "June", table("name first second verdict change up down unchanged p remark", *rows),
        table("name participant first second change remark", ("Time", "P1", 0.4, NAN, NAN, "absent")),
        (("P1", "absent from June"),),
    )  # fmt: skip
    ax = plot_sessions(found)
    assert inside(ax) == ["undefined: nobody attended both sessions"]
    assert an.describe_figure(ax).startswith("From May to June. Time: kept, undefined.")


def test_voices_hold_statements_and_what_somebody_without_any_is(study):
    voices = an.count_voices(study)
    ax = plot_voices(voices, study=study)
    assert names_of(ax) == ["P5", "P4", "P3", "P2", "P1"]
    fields = {tuple(map(int, t.get_position())): t.get_text() for t in ax.texts if t.get_gid() == "field"}
    rows = {(row["theme"], row["participant"]): row["statements"] for row in voices.per_person.rows()}
    themes = [row["theme"] for row in voices.per_theme.rows()]
    assert fields == {(x, y): str(rows[themes[x], f"P{5 - y}"]) for x in range(4) for y in range(5)}
    assert "evenness .97" in ax.get_xticklabels()[0].get_text()
    assert "Synthetic study" in notes_of(ax)
    assert "silent" not in notes_of(ax).replace("Absent is not silent", "")  # nobody is


def test_stability_is_highest_on_top_and_what_was_not_measured_says_why():
    clusters = make_clusters(texts_of(12), n_clusters=3)
    firm = Clusters(
        clusters.embeddings, clusters.labels, clusters.set_aside, stability=np.array([0.2, NAN, 0.7]),
        settings={**clusters.settings, "stability_reason": "measured for 4 clusters only"},
    )  # fmt: skip
    ax = plot_stability(firm)
    assert names_of(ax) == ["cluster 1 (4)", "cluster 0 (4)", "cluster 2 (3)"]
    assert marks_of(ax, "o") == {(0.2, 1), (0.7, 2)}
    assert inside(ax) == ["undefined: measured for 4 clusters only"]
    assert an.describe_figure(ax).startswith("How firm the clusters are. Stability: cluster 2 .70, cluster 0 .20.")
    nothing = plot_stability(make_clusters(texts_of(12), n_clusters=3))
    assert inside(nothing) == ["undefined: not measured"] * 3
    assert names_of(plot_stability(make_clusters(texts_of(4), n_clusters=0))) == []


@pytest.mark.parametrize("plot", [plot_sessions, plot_voices, plot_stability])
def test_bad_input_is_said(plot):
    with pytest.raises(InputError, match=rf"{plot.__name__}\(\) takes .* Got list"):
        plot([])
