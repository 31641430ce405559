"""TextVectors keeps scikit-learn's rules for transformers, and gives the vectors that embed() gives."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

import alliance_nlp as an
from alliance_nlp.errors import InputError

TEXTS = ["We listen to them.", "Time is short.", "", "We listen.", "There is no time at all.", "They listened to us."]


@pytest.fixture
def model(encoder):
    return an.TextVectors(encoder=encoder, cache=False)


def test_it_passes_the_checks_of_scikit_learn(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # most checks want numbers, and say that they are skipped
        check_estimator(model)


def test_vectors_are_those_of_embed(model, encoder):
    segments = an.segment(an.read_transcripts(TEXTS))
    expected = an.embed(segments, encoder=encoder, cache=False).vectors
    assert np.array_equal(model.fit_transform(TEXTS), expected)
    assert model.n_long_ == 0


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_frames_come_out_where_they_are_asked_for(backend, model):
    frames = pytest.importorskip(backend)
    found = model.set_output(transform=backend).fit_transform(TEXTS)
    assert isinstance(found, frames.DataFrame)
    assert list(found.columns) == list(model.get_feature_names_out())
    assert found.columns[0] == "textvectors0"
    assert found.shape[0] == len(TEXTS)


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_columns_of_frames_go_in(backend, model):
    frames = pytest.importorskip(backend)
    column = {"pandas": lambda: frames.Series(TEXTS, index=range(5, 11)), "polars": lambda: frames.Series(TEXTS)}
    given = column.get(backend, lambda: frames.array(TEXTS))()
    assert np.array_equal(model.fit(given).transform(given), model.transform(TEXTS))


def test_an_index_of_pandas_stays(model):
    pandas = pytest.importorskip("pandas")
    column = pandas.Series(TEXTS, index=list("abcdef"))
    assert list(model.set_output(transform="pandas").fit_transform(column).index) == list("abcdef")


def test_a_pipeline_from_texts_to_codes(model):
    codes = ["trust", "time", "time", "trust", "time", "trust"]
    steps = make_pipeline(model, an.CodebookClassifier())
    assert steps.fit(TEXTS, codes).predict(["We listen."]).tolist() == ["trust"]
    clusters = make_pipeline(model, an.ConsensusClustering(n_clusters=2))
    assert len(clusters.fit_predict(TEXTS)) == 6
    search = GridSearchCV(clusters, {"consensusclustering__n_clusters": [2]}, scoring=lambda *_: 1.0, cv=2)
    assert search.fit(TEXTS).best_score_ == 1.0


def test_one_column_of_a_frame_in_a_column_transformer(model):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": TEXTS, "age": range(6)})
    both = make_column_transformer((model, "text"), ("passthrough", ["age"])).set_output(transform="pandas")
    names = list(both.fit_transform(frame).columns)
    assert (names[0], names[-1]) == ("textvectors__textvectors0", "passthrough__age")


def test_it_survives_pickle_and_clone_without_the_model(model):
    fitted = model.fit(TEXTS)
    assert "_reader" not in fitted.__getstate__()
    assert clone(an.TextVectors()).get_params() == {"cache": True, "download": False, "encoder": "all-MiniLM-L6-v2"}
    plain = pickle.loads(pickle.dumps(an.TextVectors()))
    assert plain.get_params() == an.TextVectors().get_params()


def test_it_must_be_fitted_first(model):
    with pytest.raises(NotFittedError):
        model.transform(TEXTS)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("one text", "Got str. Put a single text into a list"),
        (3, "Got int. Put a single text into a list"),
        (np.array([["a", "b"]]), "Got a table with columns: name one of them"),
        (["a", None], "Row 2 is of type NoneType. Where nobody answered, write an empty text"),
    ],
)
def test_what_are_no_texts_is_refused(given, message, model):
    with pytest.raises(InputError, match=message):
        model.fit(given)
