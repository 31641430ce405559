"""Many categories: tables are kept sparse, and the figures are those of full tables."""

import tracemalloc

import numpy as np
import pytest

from alliance_nlp import agreement as ag
from alliance_nlp.agreement import alpha, parts
from alliance_nlp.agreement.chance_info import chance_info


def alpha_at(level):
    def statistic(ratings):
        return ag.krippendorff_alpha(ratings, level=level)

    statistic.__name__ = f"alpha {level}"
    return statistic


def on_two(statistic, **options):
    def call(ratings):
        return statistic(ratings[0], ratings[1], **options)

    call.__name__ = f"{statistic.__name__} {options}"
    return call


MANY = [
    ag.percent_agreement, ag.fleiss_kappa, ag.conger_kappa, ag.gwet_ac1, ag.brennan_prediger,
    *(alpha_at(level) for level in ("nominal", "ordinal", "interval", "ratio")),
    on_two(ag.cohen_kappa), on_two(ag.cohen_kappa, weights="linear"), on_two(ag.scott_pi), on_two(ag.omega_index),
]  # fmt: skip
NAMED = [ag.cohen_kappa, ag.scott_pi, ag.fleiss_kappa, ag.conger_kappa, ag.gwet_ac1, ag.krippendorff_alpha]


def ratings(n_units=40, n_categories=6, n_coders=3, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_categories, n_units)
    said = np.where(rng.random((n_coders, n_units)) < 0.6, truth, rng.integers(0, n_categories, (n_coders, n_units)))
    return np.where(rng.random(said.shape) < 0.1, np.nan, said)


@pytest.mark.parametrize("statistic", MANY, ids=lambda statistic: statistic.__name__)
def test_sparse_tables_give_the_same_figure(statistic, monkeypatch):
    full = statistic(ratings())
    monkeypatch.setattr(parts, "DENSE", -1)
    monkeypatch.setattr(alpha, "DENSE", -1)
    sparse = statistic(ratings())
    assert sparse.value == pytest.approx(full.value, abs=1e-12)
    assert (sparse.n_units, sparse.remarks) == (full.n_units, full.remarks)


@pytest.mark.parametrize("statistic", NAMED, ids=lambda statistic: statistic.__name__)
@pytest.mark.parametrize("by", [None, np.repeat(np.arange(10), 4).tolist()])
def test_sparse_tables_give_the_same_interval(statistic, by, monkeypatch):
    table = ratings(n_coders=2)
    full = ag.bootstrap_interval(statistic, table, by=by, n_draws=50)
    monkeypatch.setattr(parts, "DENSE", -1)
    sparse = ag.bootstrap_interval(statistic, table, by=by, n_draws=50)
    assert (sparse.low, sparse.high) == pytest.approx((full.low, full.high))


@pytest.mark.parametrize(
    "statistic",
    [*MANY[:7], on_two(ag.cohen_kappa), on_two(ag.scott_pi), on_two(ag.omega_index), on_two(ag.adjusted_rand)],
    ids=lambda statistic: statistic.__name__,
)
def test_ten_thousand_segments_in_two_thousand_categories_need_little_memory(statistic):
    """A full table of segments by categories alone would take 160 MB, one of categories by categories 32 MB."""
    table = ratings(10_000, 2_000)
    tracemalloc.start()
    value = statistic(table).value
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert 0.1 < value < 0.6
    assert peak < 30


def test_intervals_of_many_categories_need_little_memory():
    table = ratings(10_000, 2_000, n_coders=2)
    tracemalloc.start()
    interval = ag.bootstrap_interval(ag.cohen_kappa, table, n_draws=40)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert interval.low < interval.value < interval.high
    assert peak < 60


@pytest.mark.parametrize(("n", "n_rows", "n_columns"), [(60, 3, 5), (3_000, 4, 40), (3_000, 6, 2_900)])
def test_chance_of_groupings_is_that_of_going_through_every_overlap(n, n_rows, n_columns):
    from scipy.sparse import coo_array
    from sklearn.metrics.cluster import expected_mutual_information

    rng = np.random.default_rng(0)
    a, b = rng.geometric(0.5, n).clip(1, n_rows), rng.integers(n_columns, size=n)
    table = coo_array((np.ones(n, np.int64), [np.unique(side, return_inverse=True)[1] for side in (a, b)])).tocsr()
    sizes = [np.unique(side, return_counts=True)[1] for side in (a, b)]
    assert chance_info(*sizes) == pytest.approx(expected_mutual_information(table, n), rel=1e-9)
