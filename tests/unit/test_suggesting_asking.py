"""Where trouble may lie, by values that were worked out by hand."""

import math

import numpy as np
import pytest

from alliance_nlp.suggesting.asking import (
    confused_codes,
    likely_slips,
    overlapping_definitions,
    unfitting_definitions,
)


def logit(p):
    return math.log(p / (1 - p))


def test_a_slip_is_how_much_more_another_code_belongs_than_the_one_applied():
    shares = np.array([[0.9, 0.2], [0.7, 0.2], [0.2, 0.8], [0.3, 0.6]])
    applied = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    found = likely_slips(shares, applied)
    # where applied, the first code has (.9 + .7 + .3) / 3, the second .8
    usual = logit(1.9 / 3), logit(0.8)
    assert found[0].row == 3
    assert (found[0].applied, found[0].rather) == (0, 1)
    assert found[0].surprise == pytest.approx((logit(0.6) - usual[1]) - (logit(0.3) - usual[0]))
    surprises = {slip.row: slip.surprise for slip in found}
    assert surprises[0] == pytest.approx((logit(0.2) - usual[1]) - (logit(0.9) - usual[0]))
    assert [slip.surprise for slip in found] == sorted(surprises.values(), reverse=True)
    assert len(likely_slips(shares, applied, n=2)) == 2


def test_what_carries_no_code_or_every_code_can_be_a_slip_too():
    found = {slip.row: slip for slip in likely_slips([[0.9, 0.1], [0.5, 0.5]], [[0, 0], [1, 1]])}
    assert (found[0].applied, found[0].rather) == (-1, 0)
    assert found[0].surprise == pytest.approx(logit(0.9) - logit(0.5))
    assert (found[1].applied, found[1].rather) == (0, -1)
    assert found[1].surprise == pytest.approx(0.0)  # nothing else could belong more
    # a share of one half counts as applied
    assert likely_slips([[0.9, 0.1]], [[0.5, 0.49]])[0].applied == 0


def test_confused_is_what_is_expected_beyond_where_neither_was_applied():
    shares = [[0.8, 0.51234567], [0.6, 0.3], [0.2, 0.7], [0.1, 0.2], [0.3, 0.4]]
    applied = [[1, 0], [1, 0], [0, 1], [0, 0], [1, 1]]
    found = confused_codes(shares, applied)
    # first alone in rows 0 and 1, neither in row 3: (.51234567 + .3) / 2 - .2; second alone in row 2: .2 - .1
    assert found == [(0, 1, 0.206173), (1, 0, 0.1)]
    assert confused_codes([[0.5, 0.2], [0.1, 0.2]], [[1, 0], [0, 0]]) == []  # no more than elsewhere


def test_definitions_overlap_from_the_stated_cosine_on():
    vectors = [[3.0, 4.0], [3.0, 0.0], [0.0, 2.0], [3.0, 4.0]]
    assert overlapping_definitions(vectors, at_least=0.75) == [(0, 3, 1.0), (0, 2, 0.8), (2, 3, 0.8)]
    assert overlapping_definitions([[1.0, 0.0], [1.0, 0.0]], at_least=1.0) == [(0, 1, 1.0)]
    found = overlapping_definitions([[1.0, 0.0], [0.9, math.sqrt(1 - 0.81)]])
    assert found == [(0, 1, 0.9)]


def test_segments_nearer_to_a_definition_they_do_not_carry():
    codes = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]
    vectors = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0], [0.0, 1.0]]
    applied = [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, np.nan, np.nan]]
    # of the first code's two segments one lies nearer to the second; the second has none; the third's fits
    assert unfitting_definitions(codes, vectors, applied) == [(0, 0.5, 1), (2, 0.0, -1)]
    both = [[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert (0, 0.0, -1) in unfitting_definitions(codes, vectors, both)  # nearer to one it carries as well is no fault
