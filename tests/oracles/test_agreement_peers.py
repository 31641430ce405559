"""The same figures from other libraries, on codings made by chance; these libraries are for development only."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from alliance_nlp import agreement as ag

SEEDS = range(8)


def codings(seed, coders=2, units=60, values=4, unread=0.0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, values + 1, units)
    table = np.where(rng.random((coders, units)) < 0.6, truth, rng.integers(1, values + 1, (coders, units))).astype(
        float
    )
    return np.where(rng.random(table.shape) < unread, np.nan, table)


@pytest.mark.parametrize("seed", SEEDS)
def test_scikit_learn(seed):
    metrics = pytest.importorskip("sklearn.metrics")
    a, b = codings(seed).astype(int)
    for weights in (None, "linear", "quadratic"):
        assert float(ag.cohen_kappa(a, b, weights=weights)) == pytest.approx(
            metrics.cohen_kappa_score(a, b, weights=weights)
        )
    assert float(ag.adjusted_rand(a, b)) == pytest.approx(metrics.adjusted_rand_score(a, b))
    assert float(ag.adjusted_mutual_info(a, b)) == pytest.approx(metrics.adjusted_mutual_info_score(a, b))
    assert float(ag.v_measure(a, b)) == pytest.approx(metrics.v_measure_score(a, b))
    for ours, theirs in (
        (ag.precision, metrics.precision_score),
        (ag.recall, metrics.recall_score),
        (ag.f1, metrics.f1_score),
        (ag.jaccard, metrics.jaccard_score),
    ):
        assert float(ours(a, b, category=2)) == pytest.approx(theirs(a == 2, b == 2))


@pytest.mark.parametrize("seed", SEEDS)
def test_statsmodels(seed):
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    a, b = codings(seed).astype(int)
    table = np.bincount(4 * (a - 1) + b - 1, minlength=16).reshape(4, 4)
    kappa = inter_rater.cohens_kappa(table)
    assert float(ag.cohen_kappa(a, b)) == pytest.approx(kappa.kappa)
    counts = inter_rater.aggregate_raters(codings(seed, coders=5).astype(int).T)[0]
    ratings = ag.ratings_from_counts(counts)
    assert float(ag.fleiss_kappa(ratings)) == pytest.approx(inter_rater.fleiss_kappa(counts))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorff(seed, level):
    krippendorff = pytest.importorskip("krippendorff")
    table = codings(seed, coders=4, unread=0.3)
    assert float(ag.krippendorff_alpha(table, level=level)) == pytest.approx(
        krippendorff.alpha(table, level_of_measurement=level)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_nltk(seed):
    agreement = pytest.importorskip("nltk.metrics.agreement")
    distance = pytest.importorskip("nltk.metrics.distance")
    table = codings(seed, coders=3).astype(int)
    rows = [(str(coder), str(unit), int(table[coder, unit])) for coder in range(3) for unit in range(table.shape[1])]
    task = agreement.AnnotationTask(rows, distance=distance.binary_distance)
    assert float(ag.krippendorff_alpha(table)) == pytest.approx(task.alpha())
    assert float(ag.percent_agreement(table)) == pytest.approx(task.avg_Ao())
    pair = agreement.AnnotationTask([row for row in rows if row[0] != "2"])
    assert float(ag.scott_pi(table[0], table[1])) == pytest.approx(pair.pi())
    assert float(ag.cohen_kappa(table[0], table[1])) == pytest.approx(pair.kappa())
    rng = np.random.default_rng(seed)
    sets = [
        [frozenset(np.flatnonzero(rng.random(4) < 0.4).tolist()) or frozenset([0]) for _ in range(30)] for _ in "ab"
    ]
    marked = [(str(coder), str(unit), sets[coder][unit]) for coder in range(2) for unit in range(30)]
    for level, measure in (("masi", distance.masi_distance), ("jaccard", distance.jaccard_distance)):
        theirs = agreement.AnnotationTask(marked, distance=measure).alpha()
        assert float(ag.krippendorff_alpha(sets, level=level)) == pytest.approx(theirs)


def test_the_normal_interval_of_statsmodels_is_close():
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    table = np.array([[40, 9], [6, 45]]) * 5
    theirs = inter_rater.cohens_kappa(table)
    cell = np.repeat(np.arange(4), table.ravel())
    ours = ag.bootstrap_interval(ag.cohen_kappa, [cell // 2, cell % 2])
    assert (ours.low, ours.high) == pytest.approx((theirs.kappa_low, theirs.kappa_upp), abs=0.01)


@pytest.fixture
def annomi():
    """Utterances of counselling talk that ten people coded; the file stays outside the project."""
    folder = Path(os.environ.get("ALLIANCE_NLP_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
    path = folder / "annomi" / "segments.csv"
    if not path.exists():
        pytest.skip("the annomi data are not in the data folder")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["coder_1"] and row["coder_2"]]
    assert len(rows) == 428
    return rows


@pytest.mark.parametrize(
    ("speaker", "mean", "low", "high"), [("client", 0.47, 0.24, 0.65), ("therapist", 0.55, 0.34, 0.68)]
)
def test_ten_people_who_coded_counselling_talk(annomi, speaker, mean, low, high):
    """The figures of the folder's own description, computed by other hands."""
    names = [f"coder_{number}" for number in range(1, 11)]
    table = [[row[name] or None for row in annomi if row["speaker"] == speaker] for name in names]
    kappas = [float(ag.cohen_kappa(x, y)) for i, x in enumerate(table) for y in table[i + 1 :]]
    assert np.mean(kappas) == pytest.approx(mean, abs=0.006)
    assert (min(kappas), max(kappas)) == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))
    assert float(ag.conger_kappa(table)) == pytest.approx(np.mean(kappas), abs=0.02)
