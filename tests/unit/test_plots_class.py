"""plot_class(): students by name and never by figure, turns with how many gave which code, light and dark."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from test_class import codes, hand_in, study

import alliance_nlp as an
from alliance_nlp.errors import InputError
from alliance_nlp.plots import plot_class


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    home = tmp_path_factory.mktemp("class")
    hand_in(home, "Cem", codes("waiting", "trusting", "no code", "waiting"))
    hand_in(home, "Ada", codes("waiting", "no code", "Ingen kode", ""))
    hand_in(home, "bo", codes("waiting", "trusting", "trusting", "no code"))
    return an.collect_class(home, study(), n_draws=20)


def names_of(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def marks_of(ax, marker):
    lines = [line for line in ax.lines if line.get_marker() == marker]
    return {(round(float(x), 6), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)}


def test_students_stand_by_name_from_the_top_with_both_figures(found):
    ax = plot_class(found)
    assert names_of(ax) == ["The whole class (alpha)", "Cem (4 turns)", "bo (4 turns)", "Ada (3 turns)"]
    rows = found.students.rows()
    for column, marker in (("kappa_others", "o"), ("kappa_consensus", "D")):
        assert marks_of(ax, marker) == {(round(row[column], 6), 3 - i) for i, row in enumerate(rows)}
    assert marks_of(ax, "s") == {(round(found.per_code[0]["alpha"], 6), 0)}
    assert len({line.get_color() for line in ax.lines if line.get_marker() == "o"}) == 1  # no color says "good"


def test_the_picture_says_unit_n_and_that_it_ranks_nobody(found):
    notes = next(text.get_text() for text in plot_class(found).texts if text.get_gid() == "notes").replace("\n", " ")
    assert notes.startswith("Unit: turn; 4 turns, 3 students. By name.")
    assert "No interval stands beside a student" in notes
    assert "one reading" in notes


def test_turns_hold_how_many_students_gave_a_code(found):
    ax = plot_class(found, what="turns")
    # by hand: turn 2: waiting by all three; 3: trusting by two; 5: trusting by one; 6: waiting by one of two
    assert names_of(ax) == ["6", "5 *", "3 *", "2"] or names_of(ax) == ["6 *", "5 *", "3 *", "2"]
    columns = [tick.get_text() for tick in ax.get_xticklabels()]
    at = {(columns[int(t.get_position()[0])], names_of(ax)[int(t.get_position()[1])][0]): t.get_text()
          for t in ax.texts if t.get_gid() == "field"}  # fmt: skip
    assert at == {("waiting", "2"): "3", ("trusting", "3"): "2", ("trusting", "5"): "1", ("waiting", "6"): "1"}
    assert [row for row in found.per_turn.rows() if row["turn"] == 6] == [
        {"transcript_id": "talk", "turn": 6, "code": "Time/waiting", "given": 1, "students": 2}
    ]


def test_without_a_consensus_nothing_stands_for_it(tmp_path):
    hand_in(tmp_path, "Ada", codes("waiting", "no code"))
    hand_in(tmp_path, "Bo", codes("waiting", "trusting"))
    ax = plot_class(an.collect_class(tmp_path, study(consensus=False), n_draws=20))
    assert ax.get_legend().get_texts()[0].get_text() == "with the other students (mean)"
    assert not marks_of(ax, "D")


def test_a_student_alone_has_no_figure_and_it_is_called_undefined(tmp_path):
    hand_in(tmp_path, "Ada", codes("waiting", "no code"))
    ax = plot_class(an.collect_class(tmp_path, study(consensus=False), n_draws=20))
    assert [text.get_text() for text in ax.texts if text.get_gid() != "notes"] == ["undefined", "undefined"]


def test_light_and_dark_change_no_setting_and_no_data(found):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    light, dark = plot_class(found), plot_class(found, dark=True)
    assert dict(mpl.rcParams) == before
    assert light.figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert sum(dark.figure.get_facecolor()[:3]) < 0.5
    assert marks_of(light, "o") == marks_of(dark, "o")
    on_dark = Figure(figsize=(6, 6), facecolor="black").add_subplot()
    plot_class(found, ax=on_dark)
    assert on_dark.title.get_figure().get_facecolor()[:3] == (0, 0, 0)
    assert np.mean(mpl.colors.to_rgb(on_dark.get_yticklabels()[0].get_color())) > 0.8  # letters are light


def test_too_small_axes_are_refused_with_the_size_that_is_needed(found):
    axes = Figure(figsize=(6, 2)).subplots(1, 3)
    with pytest.raises(InputError, match=r"needs at least \d.\d x \d.\d. Give larger axes, or none"):
        plot_class(found, ax=axes[0])


def test_bad_input_is_said(found):
    with pytest.raises(InputError, match=r"plot_class\(\) takes what collect_class\(\) gives. Got list"):
        plot_class([])
    with pytest.raises(InputError, match="what must be 'students' or 'turns'"):
        plot_class(found, what="turn")


def test_pictures_speak_the_language_of_the_kit(found):
    students, turns = plot_class(found, language="nb"), plot_class(found, what="turns", language="nb")
    assert names_of(students)[:2] == ["Hele klassen (alfa)", "Cem (4 replikker)"]
    for ax, start in (
        (students, "Enhet: replikk; 4 replikker, 3 studenter. Etter navn."),
        (turns, "Rader: replikker i"),
    ):
        notes = next(text.get_text() for text in ax.texts if text.get_gid() == "notes").replace("\n", " ")
        assert notes.startswith(start)
        assert not {"the", "turn", "of", "with"} & set(notes.split())
