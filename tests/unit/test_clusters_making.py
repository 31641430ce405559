"""cluster(): what is set aside, twins, order, every size, recipes of the caller."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.cluster import KMeans

from alliance_nlp.clusters import cluster
from alliance_nlp.clusters.clustering import merge_twins
from alliance_nlp.clusters.coassociation import consensus_labels
from alliance_nlp.clusters.near_empty import reason_to_set_aside
from alliance_nlp.errors import AlignmentError, AllianceWarning, InputError, MissingExtraError
from alliance_nlp.records import Embeddings, EncoderInfo, Segment, Segments, Transcript, Turn
from extras import NEEDS_UMAP


def embeddings_of(texts, vectors=None, *, seed=0, people=2):
    """Turns of two people who speak in turn; with as many people as turns, answers that stand side by side."""
    text, segments, turns = "", [], []
    for position, words in enumerate(texts):
        at, who = (len(text), len(text) + len(words)), f"P{position % people}"
        segments.append(Segment("T", *at, words, who, None, position, position))
        turns.append(Turn(*at, who))
        text += words + "\n"
    if vectors is None:
        rng = np.random.default_rng(seed)
        made = {words: rng.normal(size=16) for words in sorted(set(texts))}
        vectors = np.array([made[words] for words in texts]).reshape(len(texts), 16)
    rows = np.asarray(vectors, dtype=np.float32)
    if len(rows):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return Embeddings(Segments(tuple(segments), (Transcript("T", text, tuple(turns)),)), rows, EncoderInfo("example"))


def blobs(n, k, seed=0):
    rng = np.random.default_rng(seed)
    middle = np.eye(24)[:k] * 3
    truth = np.arange(n) % k
    return middle[truth] + rng.normal(size=(n, 24)) * 0.3, truth


@pytest.mark.parametrize(
    "text",
    [
        "mm",
        "Yes.",
        "Yeah, same.",
        "I don't know.",
        "mhm ...",
        "Ja.",
        "",
        " \n",
        "[laughs]",
        "…",
        "(.)",
        "yeah I think so too",
    ],
)
def test_near_empty_turns_are_recognised(text):
    assert reason_to_set_aside(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Cheating.",
        "No time",
        "It depends on trust",
        "Yes, but the pain stays",
        "信頼",
        "Tillit",
        "yeah I really think so too",
    ],
)
def test_short_answers_with_meaning_are_kept(text):
    assert reason_to_set_aside(text) is None


def test_twins_have_one_row_the_alphabetically_first_in_canonical_order():
    texts, ranks = ["No time!", "trust", "no  time", "No time"], np.array([2, 3, 0, 1])
    standing, row_of = merge_twins(texts, ranks, {})
    assert standing.tolist() == [3, 1]  # "No time" (rank 1) goes before "trust" (rank 3)
    assert row_of.tolist() == [0, 1, 0, 0]
    again, _ = merge_twins(texts[::-1], ranks[::-1], {})
    assert [texts[::-1][i] for i in again] == ["No time", "trust"]


def test_of_equal_texts_the_first_in_canonical_order_stands():
    standing, row_of = merge_twins(["time", "pain", "time"], np.array([5, 3, 1]), {})
    assert standing.tolist() == [2, 1]
    assert row_of.tolist() == [0, 1, 0]


def test_what_is_set_aside_is_on_no_row():
    standing, row_of = merge_twins(["mm", "trust", "mm"], np.array([0, 1, 0]), {0: "short response", 2: "short"})
    assert standing.tolist() == [1]
    assert row_of.tolist() == [-1, 0, -1]


def test_clear_groups_are_found_and_ordered_by_size():
    vectors, truth = blobs(61, 3)
    found = cluster(embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)], vectors))
    sizes = np.bincount(found.labels)
    assert (np.diff(sizes) <= 0).all()
    for k in range(found.n_clusters):
        assert len(set(truth[found.labels == k])) == 1
    assert found.coverage == 1.0


def test_duplicates_carry_their_twins_label_and_change_nothing():
    vectors, truth = blobs(40, 4)
    texts = [f"words {i} about {t}" for i, t in enumerate(truth)]
    alone = cluster(embeddings_of(texts, vectors))
    twice = cluster(embeddings_of(texts + texts[:12], np.vstack([vectors, vectors[:12]])))
    assert twice.labels[:12].tolist() == twice.labels[40:].tolist()
    same = alone.labels[:, None] == alone.labels[None, :]
    assert ((twice.labels[:40, None] == twice.labels[None, :40]) == same).all()


def test_half_of_them_yes_forms_no_cluster():
    vectors, truth = blobs(40, 4)
    texts = [f"words {i} about {t}" for i, t in enumerate(truth)] + ["yes"] * 40
    found = cluster(embeddings_of(texts, np.vstack([vectors, np.tile(vectors[0] * 0 + 1, (40, 1))])))
    assert (found.labels[40:] == -1).all()
    assert len(found.set_aside) == 40
    assert set(found.set_aside.values()) == {"short response"}
    assert found.coverage == 1.0


def test_the_order_of_segments_changes_no_number():
    vectors, truth = blobs(50, 5, seed=3)
    texts = [f"words {i} about {t}" for i, t in enumerate(truth)]
    order = np.random.default_rng(1).permutation(50)
    one = cluster(embeddings_of(texts, vectors))
    other = cluster(embeddings_of([texts[i] for i in order], vectors[order]))
    assert len(set(np.bincount(one.labels).tolist())) < one.n_clusters  # some are of one size
    assert other.labels.tolist() == one.labels[order].tolist()


@pytest.mark.parametrize("n", [*range(13), 20, 50, 100])
def test_every_number_of_segments_has_an_answer(n):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = cluster(embeddings_of([f"something said number {i}" for i in range(n)]))
    assert len(found.labels) == n
    assert n == 0 or found.n_clusters >= 1


@pytest.mark.parametrize("n_distinct", [1, 2, 3, 4, 5])
def test_few_distinct_texts_have_an_answer(n_distinct):
    found = cluster(embeddings_of([f"text {i % n_distinct} of few" for i in range(30)]))
    assert 1 <= found.n_clusters <= n_distinct


def test_all_near_empty_is_said():
    with pytest.warns(AllianceWarning, match="All 5 segments were set aside as near-empty"):
        found = cluster(embeddings_of(["mm", "yes", "mm", "ok", "yeah"]))
    assert np.isnan(found.coverage)
    assert found.share_labelled == 0.0


def test_share_labelled_counts_what_was_set_aside():
    found = cluster(embeddings_of(["mm", "trust grows slowly", "time is short", "trust takes time"]))
    assert (found.coverage, found.share_labelled) == (1.0, 0.75)
    assert np.isnan(cluster(embeddings_of([])).share_labelled)


def test_answers_that_stand_side_by_side_are_answers():
    said = ["No", "Don't know", "(none)", "👍", "mm", "Yes.", "...", "time is short"]
    found = cluster(embeddings_of(said, people=len(said)))
    assert set(found.set_aside.values()) == {"no words"}
    assert [said[found.segments.index_of(i)] for i in found.set_aside] == ["..."]


def test_in_talk_an_emoji_is_a_word_and_a_bracket_a_remark():
    found = cluster(embeddings_of(["time is short", "👍", "(laughs)", "no", "trust grows", "time passes"]))
    assert [found.set_aside.get(i) for i in found.segments.ids] == [
        None, None, "no words", "short response", None, None,
    ]  # fmt: skip


def test_near_empty_turns_can_be_kept():
    found = cluster(embeddings_of(["mm", "yes", "trust grows"]), keep_short=True)
    assert found.set_aside == {}


def test_a_number_of_clusters_can_be_asked_for():
    vectors, truth = blobs(40, 4)
    found = cluster(embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)], vectors), n_clusters=2)
    assert found.n_clusters == 2


def test_equal_seeds_give_equal_clusters():
    vectors, truth = blobs(60, 5)
    given = embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)], vectors)
    assert cluster(given, random_state=4) == cluster(given, random_state=4)


class Halves:
    """A recipe of the caller's own; `fitted` shows whether it was touched."""

    def __init__(self, wrong=False):
        self.wrong, self.fitted = wrong, False

    def fit_predict(self, rows):
        self.fitted = True
        return np.arange(len(rows) - self.wrong) % 2


def test_an_object_of_the_caller_is_cloned_before_it_is_fitted():
    mine = Halves()
    found = cluster(embeddings_of([f"said number {i}" for i in range(10)]), recipe=mine)
    assert not mine.fitted
    assert np.bincount(found.labels).tolist() == [5, 5]


def test_a_recipe_that_gives_labels_only_has_no_strength():
    found = cluster(embeddings_of([*(f"said number {i}" for i in range(10)), "mm"]), recipe=Halves())
    assert np.isnan(found.strength[:10]).all()
    assert found.strength[10] == 0.0
    assert found.settings["strength_reason"] == "the recipe gives labels only"
    assert np.isnan(found.stability).tolist() == [True, True]
    assert found.settings["stability_reason"] == "measured with recipe='consensus' only"


def test_scikit_learn_estimators_work():
    vectors, truth = blobs(30, 3)
    given = embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)], vectors)
    assert cluster(given, recipe=KMeans(3, random_state=0, n_init=3)).n_clusters == 3
    with pytest.raises(InputError, match="The recipe KMeans could not group 30 distinct segments"):
        cluster(given, recipe=KMeans(99, random_state=0))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"recipe": "consesus"}, InputError, "Did you mean 'consensus'"),
        ({"recipe": 3}, InputError, "or an object with fit_predict"),
        ({"recipe": Halves(), "n_clusters": 3}, InputError, "n_clusters goes with recipe='consensus' only"),
        ({"recipe": Halves(wrong=True)}, AlignmentError, "must give one label for each of the 10 distinct segments"),
        ({"recipe": "umap-hdbscan"}, InputError, "needs at least 15 distinct segments. Got 10"),
    ],
)
def test_bad_recipes_are_said(options, error, message):
    with pytest.raises(error, match=message):
        cluster(embeddings_of([f"said number {i}" for i in range(10)]), **options)


def test_vectors_alone_are_not_enough():
    with pytest.raises(InputError, match=r"cluster\(\) takes Embeddings"):
        cluster(np.eye(3))


@NEEDS_UMAP
@pytest.mark.long
def test_umap_and_hdbscan_find_clear_groups_and_stay_the_same():
    vectors, truth = blobs(120, 3)
    given = embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)], vectors)
    one, other = (cluster(given, recipe="umap-hdbscan", random_state=2) for _ in range(2))
    assert one == other
    assert one.n_clusters >= 3


@NEEDS_UMAP
@pytest.mark.long
@pytest.mark.parametrize("n", [15, 16, 18, 25])
def test_umap_and_hdbscan_survive_small_corpora(n):
    vectors, _ = blobs(n, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AllianceWarning)
        found = cluster(embeddings_of([f"said number {i}" for i in range(n)], vectors), recipe="umap-hdbscan")
    assert len(found.labels) == n


@pytest.mark.parametrize("absent", ["umap", "hdbscan"])
def test_the_usual_recipe_without_its_packages_names_the_extra(monkeypatch, absent):
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Recorder))
    monkeypatch.setitem(sys.modules, "hdbscan", SimpleNamespace(HDBSCAN=Recorder))
    monkeypatch.setitem(sys.modules, absent, None)
    given = embeddings_of([f"said number {i}" for i in range(20)])
    with pytest.raises(
        MissingExtraError, match=rf"'umap-hdbscan' needs the package '{absent}'.*'alliance-nlp\[umap\]'"
    ):
        cluster(given, recipe="umap-hdbscan")


def test_other_grains_are_cuts_of_the_same_tree():
    vectors, truth = blobs(80, 8)
    found = cluster(
        embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)] + ["mm"], np.vstack([vectors, vectors[:1]]))
    )
    assert found.at("default").labels.tolist() == found.labels.tolist()
    coarse, fine = found.at("coarse"), found.at("fine")
    assert coarse.n_clusters <= found.n_clusters <= fine.n_clusters
    for inner, outer in ((fine, found), (found, coarse)):
        for k in range(inner.n_clusters):
            assert len(set(outer.labels[inner.labels == k])) == 1
    assert found.at(n=5).n_clusters == 5
    assert found.at(n=5).labels[-1] == -1
    assert found.at(n=10_000).n_clusters == 80


def test_the_cut_as_clustered_and_the_same_cut_again_say_the_same():
    vectors, truth = blobs(60, 6, seed=2)
    found = cluster(embeddings_of([f"words {i} about {t}" for i, t in enumerate(truth)] + ["words 3 about 3"] * 9,
                                  np.vstack([vectors, np.tile(vectors[3], (9, 1))])))  # fmt: skip
    assert np.isfinite(found.strength).all()
    assert np.isfinite(found.stability).all()
    for again in (found.at("default"), found.at(n=found.n_clusters), found.at("fine").at("default")):
        assert again.labels.tolist() == found.labels.tolist()
        assert again.strength.tolist() == found.strength.tolist()
        assert again.stability.tolist() == found.stability.tolist()
        assert not {"strength_reason", "stability_reason"} & set(again.settings)
    for grain in ("coarse", "fine"):
        assert np.isfinite(found.at(grain).stability).all()
        assert found.at(grain).strength.max() <= 1.0


@pytest.mark.parametrize("n_distinct", [1, 2])
def test_one_or_two_distinct_segments_have_no_strength(n_distinct):
    found = cluster(embeddings_of([f"text {i % n_distinct} of few" for i in range(6)]))
    assert np.isnan(found.strength).all()
    assert np.isnan(found.stability).all()
    assert "fewer than three distinct segments" in found.settings["strength_reason"]
    assert "fewer than three distinct segments" in found.settings["stability_reason"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Give either grain"),
        ({"grain": "fine", "n": 3}, "Give either grain"),
        ({"grain": "finer"}, "Did you mean 'fine'"),
        ({"n": 0}, "n must be at least 1"),
    ],
)
def test_bad_grains_are_said(given, message):
    with pytest.raises(InputError, match=message):
        cluster(embeddings_of([f"said number {i}" for i in range(10)])).at(**given)


def test_a_recipe_without_a_tree_cannot_be_cut_again():
    with pytest.raises(InputError, match="The recipe 'Halves' leaves no tree to cut"):
        cluster(embeddings_of([f"said number {i}" for i in range(10)]), recipe=Halves()).at(n=2)


def wordy(n=24):
    import alliance_nlp as an

    class Counts:
        def encode(self, texts):
            words = ("trust", "time", "pain", "music")
            return np.array([[t.casefold().split().count(w) + 0.01 for w in words] + [len(t) % 7 / 7] for t in texts])

    words = ("trust", "time", "pain", "music")
    said = [f"{words[i % 4]} mattered on day {i} {'so ' * (i % 5)}{words[i % 4]}" for i in range(n)]
    book = an.Codebook((an.Code("", "", "trust"), an.Code("", "", "time"), an.Code("", "", "pain")))
    return an, an.embed(an.segment(an.read_transcripts(said)), encoder=Counts()), book


def test_a_codebook_gives_the_grain_and_moves_no_segment():
    _, given, book = wordy()
    by_book = cluster(given, codebook=book)
    assert by_book.n_clusters == 3
    assert by_book.labels.tolist() == cluster(given, n_clusters=3).labels.tolist()
    assert by_book.settings["grain_from"] == "codebook of 3 codes"
    assert by_book.hierarchy.tolist() == cluster(given, n_clusters=3).hierarchy.tolist()


@pytest.mark.parametrize(("n", "n_codes", "n_clusters"), [(12, 9, 4), (12, 3, 3), (12, 1, 1), (2, 3, 1), (0, 3, 0)])
def test_a_codebook_asks_for_no_more_than_a_third_of_the_segments(n, n_codes, n_clusters):
    an, _, _ = wordy()
    book = an.Codebook(tuple(an.Code(f"code {k}") for k in range(n_codes)))
    given = embeddings_of([f"said number {i}" for i in range(n)])
    assert cluster(given, codebook=book).n_clusters == n_clusters


def test_guidance_is_how_much_more_than_others_a_segment_is_like_a_code(monkeypatch):
    _, given, book = wordy(12)
    kept = []

    def keep(rows, **options):
        kept.append(rows)
        return consensus_labels(rows, **options)

    monkeypatch.setattr("alliance_nlp.clusters.clustering.consensus_labels", keep)
    cluster(given, codebook=book, guided=True)
    plain, pull = np.hsplit(kept[0].astype(float), [5])
    assert np.linalg.norm(plain, axis=1) == pytest.approx(np.ones(12), abs=1e-6)
    assert np.linalg.norm(pull, axis=1) == pytest.approx(np.ones(12), abs=1e-6)
    # a segment is pulled towards its own code, away from the others, and one of a word without a code away from all
    about = [int(row.argmax()) for row in plain[:, :4]]
    assert sorted(about) == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    for row, word in zip(pull, about, strict=True):
        assert [value > 0 for value in row] == [word == code for code in range(3)]


def test_guided_clusters_say_so_and_so_does_the_comparison():
    an, given, book = wordy()
    found = cluster(given, codebook=book, guided=True)
    assert found.settings["guided"] is True
    machine = an.map_clusters(found, book).to_coding()
    spans = [an.ReadSpan("A", s.transcript_id, s.start, s.end) for s in given.segments]
    people = an.Coding((), tuple(spans), book)
    assert "guided by the codebook" in str(an.compare(people, machine, level="code", n_draws=100, n_permutations=0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"guided": True}, "guided=True needs codebook="),
        ({"n_clusters": 3, "codebook": 1}, "both choose the grain"),
        ({"recipe": "umap-hdbscan", "codebook": 1}, "codebook goes with recipe='consensus' only"),
    ],
)
def test_a_codebook_in_the_wrong_place_is_said(options, message):
    _, given, book = wordy()
    with pytest.raises(InputError, match=message):
        cluster(given, **{name: book if name == "codebook" else value for name, value in options.items()})


class Recorder:
    """Stands for umap.UMAP and hdbscan.HDBSCAN: keeps what it was asked for and puts rows into two groups."""

    def __init__(self, kept, **asked):
        self.kept = kept
        kept.update(asked)

    def fit_transform(self, rows):
        return rows[:, :2]

    def fit(self, rows):
        self.labels_, self.probabilities_ = np.arange(len(rows)) % 2, np.linspace(0.5, 1, len(rows))
        return self


@pytest.mark.parametrize(
    ("n", "neighbors", "smallest", "start"),
    [(15, 14, 3, "random"), (16, 15, 3, "random"), (39, 15, 4, "random"), (40, 15, 5, "spectral"),
     (96, 15, 10, "spectral")],
)  # fmt: skip
def test_the_usual_recipe_is_clamped_to_the_corpus(monkeypatch, n, neighbors, smallest, start):
    reducer, model = {}, {}
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=lambda **asked: Recorder(reducer, **asked)))
    monkeypatch.setitem(sys.modules, "hdbscan", SimpleNamespace(HDBSCAN=lambda **asked: Recorder(model, **asked)))
    found = cluster(embeddings_of([f"said number {i}" for i in range(n)]), recipe="umap-hdbscan", random_state=7)
    assert reducer == {
        "n_neighbors": neighbors, "n_components": 5, "min_dist": 0.0, "metric": "cosine", "random_state": 7,
        "n_jobs": 1, "init": start,
    }  # fmt: skip
    assert model == {"min_cluster_size": smallest, "core_dist_n_jobs": 1}
    kept = {name: found.settings[name] for name in ("recipe", "n_neighbors", "n_components", "min_cluster_size")}
    assert kept == {"recipe": "umap-hdbscan", "n_neighbors": neighbors, "n_components": 5, "min_cluster_size": smallest}
    assert sorted(found.strength.tolist()) == pytest.approx(np.linspace(0.5, 1, n))


def test_an_own_recipe_is_not_asked_when_nothing_is_left():
    with pytest.warns(AllianceWarning, match="All 3 segments were set aside"):
        found = cluster(embeddings_of(["mm", "yes", "ok"]), recipe=KMeans(2))
    assert (found.labels.tolist(), found.strength.tolist(), found.stability.tolist()) == ([-1] * 3, [0] * 3, [])
    assert cluster(embeddings_of(["trust"]), recipe=Halves()).labels.tolist() == [0]
    assert cluster(embeddings_of([]), recipe=KMeans(2)).stability.tolist() == []


@pytest.mark.parametrize(("n_left", "told"), [(2, None), (3, "60% of 5 segments are in no cluster"), (5, "No cluster")])
def test_less_than_six_in_ten_in_a_cluster_is_said(n_left, told):
    class Leaves:
        def fit_predict(self, rows):
            return np.where(np.arange(len(rows)) < n_left, -1, 0)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = cluster(embeddings_of([f"said number {i}" for i in range(5)]), recipe=Leaves())
    assert [told in str(each.message) for each in caught] == ([] if told is None else [True])
    assert found.coverage == 1 - n_left / 5
