"""ConsensusClustering keeps scikit-learn's rules, and gives fitted rows their own labels back."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from sklearn.utils.estimator_checks import check_estimator

from alliance_nlp.clusters.estimator import ConsensusClustering
from alliance_nlp.errors import InputError

ROWS = np.repeat(np.eye(8)[:3], 15, axis=0) + np.random.default_rng(0).normal(0, 0.1, (45, 8))


@pytest.mark.slow
def test_it_passes_the_checks_of_scikit_learn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # checks that are skipped say so by a warning
        check_estimator(ConsensusClustering())


def test_fitted_rows_get_their_own_labels_back() -> None:
    rows = np.random.default_rng(1).normal(size=(80, 6))
    model = ConsensusClustering().fit(rows)
    assert model.predict(rows).tolist() == model.labels_.tolist()
    assert ConsensusClustering().fit_predict(rows).tolist() == model.labels_.tolist()


def test_new_rows_join_the_nearest_cluster_or_none() -> None:
    model = ConsensusClustering(n_clusters=3).fit(ROWS)
    assert model.predict(np.eye(8)[:3]).tolist() == model.labels_[[0, 15, 30]].tolist()
    assert model.predict(-np.eye(8)[:3]).tolist() == [-1, -1, -1]


def test_a_larger_share_takes_in_less() -> None:
    model = ConsensusClustering(n_clusters=3, nearest_share=1.0).fit(ROWS)
    # nearer to the middle than every fitted row: the middle itself is, a point off it is not
    middles = np.array([ROWS[model.labels_ == c].mean(axis=0) for c in range(3)])
    assert model.predict(middles).tolist() == [0, 1, 2]
    assert model.predict(middles + 0.3 * np.eye(8)[5]).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("grain", ["coarse", "default", "fine"])
def test_strength_belongs_to_the_cut_that_was_asked_for(grain: str) -> None:
    rows = np.random.default_rng(1).normal(size=(80, 6))
    model = ConsensusClustering(grain=grain).fit(rows)
    cut = model.result_.cut(model.result_.sizes[grain])
    assert model.labels_.tolist() == cut.labels.tolist()
    assert model.strength_.tolist() == cut.strength.tolist()


def test_the_order_of_rows_changes_no_number() -> None:
    rows = np.random.default_rng(3).normal(size=(60, 6))
    order = np.random.default_rng(4).permutation(60)
    one, other = ConsensusClustering().fit(rows), ConsensusClustering().fit(rows[order])
    assert other.labels_.tolist() == one.labels_[order].tolist()
    new = np.random.default_rng(5).normal(size=(200, 6))
    assert other.predict(new).tolist() == one.predict(new).tolist()
    assert len(set(one.predict(new).tolist())) > 2


def test_there_is_no_transform() -> None:
    assert not hasattr(ConsensusClustering(), "transform")


def test_it_survives_pickle_and_clone() -> None:
    model = ConsensusClustering(n_clusters=3, random_state=4).fit(ROWS)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(ROWS).tolist() == model.labels_.tolist()
    assert clone(model).get_params() == model.get_params()


def test_it_works_in_a_pipeline_and_a_grid_search() -> None:
    steps = make_pipeline(Normalizer(), ConsensusClustering())
    gold = np.repeat(np.arange(3), 15)
    search = GridSearchCV(
        steps,
        {"consensusclustering__n_clusters": [2, 3]},
        scoring=lambda model, X, y: adjusted_rand_score(y, model.predict(X)),
        cv=3,
    )
    order = np.random.default_rng(0).permutation(45)
    assert search.fit(ROWS[order], gold[order]).best_params_ == {"consensusclustering__n_clusters": 3}


def test_a_seed_of_none_draws_from_the_global_generator() -> None:
    assert ConsensusClustering(random_state=None).fit(ROWS).result_.settings["random_state"] != 0
    given = ConsensusClustering(random_state=np.random.RandomState(3)).fit(ROWS)
    drawn = int(np.random.RandomState(3).randint(np.iinfo(np.int32).max))
    assert given.result_.settings["random_state"] == drawn
    assert ConsensusClustering(random_state=drawn).fit(ROWS).strength_.tolist() == given.strength_.tolist()


def test_an_unknown_grain_is_refused() -> None:
    with pytest.raises(InputError, match=r"grain must be .* Got 'medium'"):
        ConsensusClustering(grain="medium").fit(ROWS)


@pytest.mark.parametrize(("share", "joins"), [(-1.0, 5), (0.0, 5), (0.5, 3), (1.0, 1), (2.0, 1)])
def test_how_near_a_new_row_must_be_by_hand(share: float, joins: int) -> None:
    # two clusters; the middle of the first lies along (1, 0, 0, 0), that of the second along (0, 0, 1, 0)
    first = [[1.0, 0, 0, 0], [0.96, 0.28, 0, 0], [0.96, -0.28, 0, 0], [0.8, 0.6, 0, 0], [0.8, -0.6, 0, 0]]
    second = [[0.0, 0, 1, 0], [0, 0, 0.96, 0.28], [0, 0, 0.96, -0.28]]
    model = ConsensusClustering(n_clusters=2, nearest_share=share).fit(first + second)
    assert model.labels_.tolist() == [0] * 5 + [1] * 3
    # cosines of the eight rows with the middle of the others: of (.8, .6) with (3.72, -.6) .694, of (.96, .28) with
    # (3.56, -.28) .935, of (.96, .28) with (1.96, -.28) .911, each twice, and twice 1; half of them fall short of .911
    new = [[c, 0, 0, -np.sqrt(1 - c * c)] for c in (1.0, 0.93, 0.912, 0.9, 0.7, 0.69)]
    assert (model.predict(new) == 0).tolist() == [place < joins for place in range(6)]


def test_two_rows_are_enough_and_one_is_not() -> None:
    assert ConsensusClustering().fit(np.eye(2)).labels_.tolist() == [0, 0]
    with pytest.raises(ValueError, match="minimum of 2 is required"):
        ConsensusClustering().fit(np.eye(1, 2))


def test_zero_has_no_sign() -> None:
    rows = np.random.default_rng(1).normal(size=(80, 4)) * [1, 1, 1, 0]
    minus = np.where(rows == 0, -0.0, rows)
    for fitted, new in ((np.abs(rows[:, 3:]) * 0 + rows, minus), (minus, rows + 0.0)):
        model = ConsensusClustering().fit(fitted)
        assert model.predict(new).tolist() == model.labels_.tolist()
