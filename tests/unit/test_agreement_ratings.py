"""What coders wrote becomes categories, or one plain sentence."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.errors import AlignmentError, InputError


@pytest.mark.parametrize(
    "b",
    [
        [1, 0, None, 1],
        [1, 0, float("nan"), 1],
        [1.0, 0.0, np.nan, 1.0],
        [True, False, None, True],
        np.array([1, 0, np.nan, 1]),
        np.array([1, 0, None, 1], dtype=object),
        np.ma.masked_array([1, 0, 9, 1], mask=[0, 0, 1, 0]),
        pd.Series([1, 0, None, 1]),
        pd.Series([1, 0, pd.NA, 1], dtype="Int64"),
        pl.Series([1, 0, None, 1]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_unread_is_written_in_many_ways(b):
    result = ag.cohen_kappa([1, 0, 1, 0], b)
    assert (result.n_units, result.n_left_out) == (3, 1)
    assert float(result) == pytest.approx(0.4)


def test_ratings_may_be_a_frame_an_array_or_lists():
    rows = [[1, 2, 2], [1, 2, 1]]
    expected = ag.fleiss_kappa(rows)
    assert ag.fleiss_kappa(np.array(rows)) == expected
    assert ag.fleiss_kappa(np.array(rows, dtype=object)) == expected
    assert ag.fleiss_kappa(pd.DataFrame(rows)) == expected
    assert ag.fleiss_kappa(tuple(map(tuple, rows))) == expected


def test_a_masked_table_keeps_its_mask():
    table = np.ma.masked_array([[1, 2, 2], [1, 2, 1]], mask=[[0, 0, 0], [0, 0, 1]])
    assert ag.percent_agreement(table).n_units == 2


def test_words_and_numpy_words_are_the_same_words():
    assert ag.cohen_kappa(np.array(["x", "y", "x"]), ["x", "y", "y"]).categories == ("x", "y")


def test_empty_set_is_a_value_and_none_is_not():
    read = ag.krippendorff_alpha([[set(), {"a"}, set()], [set(), {"a"}, {"a"}]], level="masi")
    unread = ag.krippendorff_alpha([[None, {"a"}, set()], [None, {"a"}, {"a"}]], level="masi")
    assert (read.n_units, unread.n_units) == (3, 2)
    assert read.categories == ("a",)


def test_categories_do_not_depend_on_the_order_of_units():
    assert ag.percent_agreement([["b", 2, frozenset("a"), 10], ["a", 2, frozenset(), 1.5]]).categories == (
        1.5, 2, 10, "a", "b", frozenset(), frozenset("a"),
    )  # fmt: skip


def test_nothing_at_all_is_undefined_not_an_error():
    assert "no unit was read by both coders" in str(ag.cohen_kappa([], []))
    assert "no unit was read by two coders" in str(ag.fleiss_kappa([[], []]))
    assert "no unit was read by two coders" in str(ag.krippendorff_alpha([[1, 2]]))
    assert "no unit is in a group" in str(ag.adjusted_rand([], []))
    assert "no unit was read by two coders" in str(ag.percent_agreement([]))


def test_lengths_must_agree():
    with pytest.raises(AlignmentError, match=r"a has 3 and b has 2. Put None where a coder did not read"):
        ag.cohen_kappa([1, 0, 1], [1, 0])
    with pytest.raises(AlignmentError, match=r"The coders have 2, 3 values"):
        ag.fleiss_kappa([[1, 2], [1, 2, 3]])


def test_one_dimension_is_not_a_table():
    with pytest.raises(InputError, match=r"Got 1 dimension of shape \(3,\). For two codings a and b pass \[a, b\]"):
        ag.fleiss_kappa(np.array([1, 2, 3]))
    with pytest.raises(InputError, match=r"one row per coder and one column per unit. Got int"):
        ag.fleiss_kappa(3)
    with pytest.raises(InputError, match=r"a must be a list or array with one value per unit. Got str"):
        ag.cohen_kappa("110", [1, 1, 0])


def test_nan_that_numpy_turned_into_text_is_caught():
    with pytest.raises(InputError, match=r"the text 'nan' 1 times"):
        ag.cohen_kappa(np.array(["x", np.nan]), ["x", "y"])


def test_infinite_and_unhashable_ratings_are_refused():
    with pytest.raises(InputError, match=r"must be finite. 1 of them are infinite"):
        ag.fleiss_kappa(np.array([[1.0, np.inf], [1.0, 2.0]]))
    with pytest.raises(InputError, match=r"Got list.\s+For several codes on one unit pass a frozenset"):
        ag.fleiss_kappa([[["a"], "b"], ["a", "b"]])


def test_declared_categories_must_hold_what_was_seen():
    with pytest.raises(InputError, match=r"1 values that are not among the 2 categories: 'z'"):
        ag.fleiss_kappa([["x", "z"], ["x", "y"]], categories=["x", "y"])
    with pytest.raises(InputError, match=r"2 values that are not among the 1 categories: 2.0, 3.0"):
        ag.fleiss_kappa(np.array([[1.0, 2], [1, 3]]), categories=[1])
    with pytest.raises(InputError, match=r"name each category once, and at least one. Got \['x', 'x'\]"):
        ag.fleiss_kappa([["x"], ["x"]], categories=["x", "x"])


def test_order_is_asked_for_where_it_matters():
    with pytest.raises(InputError, match=r"weights='linear' needs the order of the categories.*'high', 'low'"):
        ag.cohen_kappa(["low", "high"], ["low", "low"], weights="linear")
    with pytest.raises(InputError, match=r"level='ordinal' needs the order"):
        ag.krippendorff_alpha([["low", "high"], ["low", "low"]], level="ordinal")
    assert float(ag.cohen_kappa([1, 2, 3, 3], [1, 2, 3, 1], weights="linear")) == pytest.approx(
        float(ag.cohen_kappa(list("lmhh"), list("lmhl"), weights="linear", categories=["l", "m", "h"]))
    )


def test_levels_ask_for_values_they_can_use():
    with pytest.raises(InputError, match=r"level='interval' needs numbers. Got 'x'"):
        ag.krippendorff_alpha([["x", "y"], ["x", "x"]], level="interval")
    with pytest.raises(InputError, match=r"level='ratio' needs values of zero or more. Got -1"):
        ag.krippendorff_alpha([[-1, 2], [1, 2]], level="ratio")
    with pytest.raises(InputError, match=r"level='masi' needs a frozenset of codes on every unit.*Got 1"):
        ag.krippendorff_alpha([[1, 2], [1, 2]], level="masi")
    with pytest.raises(
        InputError, match=r"level must be 'nominal', .* or 'jaccard'. Got 'nominl' instead. Did you mean"
    ):
        ag.krippendorff_alpha([[1, 2], [1, 2]], level="nominl")
    with pytest.raises(InputError, match=r"weights must be 'linear' or 'quadratic'. Got 'squared'"):
        ag.cohen_kappa([1, 2], [1, 2], weights="squared")


def test_counts_become_ratings_with_gaps():
    ratings = ag.ratings_from_counts([[2, 1], [0, 1]], categories=["yes", "no"])
    assert ratings.tolist() == [["yes", "no"], ["yes", None], ["no", None]]
    with pytest.raises(InputError, match=r"whole numbers.*none below zero. Got shape \(1, 2\)"):
        ag.ratings_from_counts([[1, -1]])
    with pytest.raises(InputError, match=r"name the 2 columns of counts. Got 1 names"):
        ag.ratings_from_counts([[1, 1]], categories=["yes"])


class Frame:
    """A table that answers as a frame does."""

    def __init__(self, rows):
        self.rows = np.array(rows, dtype=object)

    def to_numpy(self):
        return self.rows


def test_a_frame_with_a_row_for_each_unit_is_refused():
    units = [[1, 1], [0, 0], [1, 0], [0, 0]]
    with pytest.raises(
        InputError, match=r"The table has 4 rows and 2 columns, as if each row were a unit\. Pass ratings\.T"
    ):
        ag.fleiss_kappa(Frame(units))
    with pytest.raises(InputError, match="as if each row were a unit"):
        ag.bootstrap_interval(ag.fleiss_kappa, Frame(units))
    rows = np.array(units).T
    assert ag.fleiss_kappa(Frame(rows)).value == ag.fleiss_kappa(rows).value
    assert "4 coders and only 2 units" in ag.fleiss_kappa(np.array(units)).remarks[0]


def test_more_coders_than_units_is_said_by_intervals_and_permutations_too():
    units = [[1, 1], [0, 0], [1, 0], [0, 0]]
    for found in (ag.bootstrap_interval(ag.percent_agreement, units), ag.permutation_p(ag.percent_agreement, units)):
        assert "ratings need one row per coder" in found.remarks[0]
    shown = str(ag.permutation_p(ag.percent_agreement, [*units, [0, 1]]))
    assert "note: 5 coders and only 2 units" in shown


TWICE = {
    "a number and its text": ([1, 0, 1], ["1", "0", "1"], r"2 labels twice, written differently: 0 and '0', 1 and '1'"),
    "a number and its text with a point": ([1, 0], ["1.0", "no"], r"1 and '1.0'"),
    "blanks around": (["Trust", "Time"], ["Trust ", "Time"], r"'Trust' and 'Trust '"),
    "a blank that does not break": (["Old age", "Time"], ["Old\u00a0age", "Time"], r"'Old age' and 'Old\\xa0age'"),
    "letters made of two signs": (["caf\u00e9", "Time"], ["cafe\u0301", "Time"], r"1 labels twice"),
    "inside sets": ([{"Trust"}, set()], [{"Trust "}, set()], r"'Trust' and 'Trust '"),
}  # fmt: skip


@pytest.mark.parametrize("case", TWICE)
def test_one_label_written_in_two_ways_that_look_alike_is_refused(case):
    a, b, said = TWICE[case]
    statistics = [ag.holsti] if case == "inside sets" else [ag.cohen_kappa, ag.scott_pi, ag.holsti]
    for statistic in statistics:
        with pytest.raises(InputError, match=said):
            statistic(a, b)
    with pytest.raises(InputError, match=said):
        ag.krippendorff_alpha([a, b], level="masi" if case == "inside sets" else "nominal")


def test_whoever_declares_both_labels_means_both():
    assert ag.cohen_kappa(["Trust", "Trust "], ["Trust", "Trust "], categories=["Trust", "Trust "]).value == 1
    assert ag.cohen_kappa([1, "1"], [1, "1"], categories=[1, "1"]).value == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Trust", "trust"), ("waiting times", "Waiting-times"), ("Time!", "time"), ("\ufb01rm", "firm")]
)
def test_labels_that_differ_in_case_or_marks_are_counted_as_two_and_said_so(one, other):
    found = ag.cohen_kappa([one, "x", "x"], [other, "x", "x"])
    assert len(found.categories) == 3
    said = f"{min(one, other)!r} and {max(one, other)!r} are counted as two: is that one code in two spellings?"
    assert said in found.remarks
    assert said in ag.bootstrap_interval(ag.cohen_kappa, [[one, "x", "x"], [other, "x", "x"]]).remarks
    assert said in ag.permutation_p(ag.cohen_kappa, [[one, "x", "x"], [other, "x", "x"]]).remarks


def test_labels_of_signs_alone_are_not_taken_for_each_other():
    assert ag.cohen_kappa(["+", "-", "+"], ["+", "-", "-"]).remarks == ()


def test_groupings_may_be_named_as_they_like():
    """Clusters 0, 1 beside codes "0", "1": names of the two sides have nothing to do with each other."""
    for statistic in (ag.adjusted_rand, ag.adjusted_mutual_info, ag.v_measure, ag.omega_index):
        assert statistic(["0", "0", "1", "1"], [0, 0, 1, 1]).value == pytest.approx(1)
