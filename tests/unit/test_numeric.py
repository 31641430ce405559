"""The array helpers that every room shares, by hand."""

import numpy as np
from hypothesis import given, strategies as st

from alliance_nlp.numeric import (
    few_largest,
    frozen_array,
    largest_first,
    lies_in_file,
    nan_mean,
    one_thread,
    ratio,
    unit_rows,
)


def test_frozen_arrays_are_copies_of_the_type_asked_for():
    given_values = np.array([1.0, 2.0])
    kept = frozen_array(given_values, np.float32)
    given_values[0] = 9.0
    assert kept.tolist() == [1.0, 2.0]
    assert kept.dtype == np.float32
    assert not kept.flags.writeable


def test_a_vector_is_scaled_like_a_row():
    assert unit_rows(np.array([3.0, 4.0])).tolist() == [0.6, 0.8]
    assert unit_rows(np.array([[0.0, 2.0], [0.0, 0.0]])).tolist() == [[0.0, 1.0], [0.0, 0.0]]
    assert unit_rows(np.empty((0, 3))).shape == (0, 3)


def test_ratio_says_what_it_gives_where_there_is_nothing_to_divide_by():
    assert ratio([1, 2], [0, 4], otherwise=0.0).tolist() == [0.0, 0.5]
    assert np.isnan(ratio(1, 1e-13))
    assert ratio(-3, -2) == 1.5
    assert ratio(np.ones((2, 1)), np.array([1.0, 2.0, 4.0])).tolist() == [[1.0, 0.5, 0.25]] * 2


def test_nan_mean_leaves_out_what_is_not_finite():
    assert nan_mean([[1.0, np.nan, np.nan], [2.0, 5.0, np.inf]]).tolist()[:2] == [1.5, 5.0]
    assert np.isnan(nan_mean([[np.nan], [np.inf]])).all()


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, -2.0, float("nan")]), max_size=12))
def test_largest_first_is_what_a_stable_sort_gives_with_nan_last(values):
    finite = [i for i, value in enumerate(values) if not np.isnan(value)]
    expected = [*sorted(finite, key=lambda i: -values[i]), *(i for i in range(len(values)) if i not in finite)]
    assert largest_first(values).tolist() == expected


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, -np.inf, float("nan")]), max_size=9), st.integers(0, 12))
def test_few_of_many_values_are_found_as_in_the_order_of_all(values, n):
    assert few_largest(values, n).tolist() == largest_first(values)[:n].tolist()


def test_one_thread_holds_linear_algebra_to_one_thread_and_lets_go():
    from threadpoolctl import threadpool_info

    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread():
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_an_array_in_a_file_that_is_only_read_stays_there(tmp_path):
    np.save(tmp_path / "rows.npy", np.eye(3, dtype=np.float32))
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    kept = frozen_array(mapped, np.float32)
    assert lies_in_file(kept)
    assert not kept.flags.writeable
    assert np.shares_memory(kept, mapped)
    assert lies_in_file(kept[1:])
    # whoever may write to the file through the array could change what a record holds, so that is copied
    for mode in ("r+", "c"):
        open_to_change = np.load(tmp_path / "rows.npy", mmap_mode=mode)
        open_to_change.setflags(write=False)
        assert not lies_in_file(frozen_array(open_to_change, np.float32))
    assert not lies_in_file(frozen_array(mapped, np.float64))
    assert not lies_in_file(np.eye(2))
