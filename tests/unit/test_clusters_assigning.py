"""assign(): own labels back, new segments to the nearest cluster or to none."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.clusters.assigning import middles_of
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.numeric import unit_rows
from alliance_nlp.records import Clusters, Embeddings, EncoderInfo, Transcript, Turn

WORDS = ("trust", "time", "pain", "music")


class Counts:
    """One dimension a word."""

    def encode(self, texts):
        return np.array([[text.casefold().split().count(word) + 0.01 for word in WORDS] for text in texts])


def embedded(said):
    return an.embed(an.segment(an.read_transcripts(said)), encoder=Counts())


def embedded_talk(said):
    """Embed what two people say in turn."""
    text, turns = "", []
    for place, words in enumerate(said):
        turns.append(Turn(len(text), len(text) + len(words), "AB"[place % 2], "participant"))
        text += words + "\n"
    return an.embed(an.segment([Transcript("T", text, tuple(turns))]), encoder=Counts())


SAID = [f"{word} is what counts on day {i}" for word in WORDS[:3] for i in range(6)]


def test_fitted_segments_get_their_own_labels_back():
    clusters = an.cluster(embedded([*SAID, "mm"]), n_clusters=3)
    again = an.assign(clusters, clusters.embeddings)
    assert again.labels.tolist() == clusters.labels.tolist()


def test_twins_in_other_writing_get_the_label_too():
    clusters = an.cluster(embedded(SAID), n_clusters=3)
    found = an.assign(clusters, embedded([SAID[0].upper() + "!", SAID[7]]))
    assert found.labels.tolist() == [clusters.labels[0], clusters.labels[7]]


def test_new_segments_go_to_the_nearest_cluster_or_to_none():
    clusters = an.cluster(embedded(SAID), n_clusters=3)
    found = an.assign(clusters, embedded_talk(["trust was broken", "music was playing", "yeah"]))
    assert found.labels.tolist() == [clusters.labels[0], -1, -1]
    assert found.set_aside == {found.segments.ids[2]: "short response"}
    assert (found.strength >= 0).all()


def test_strength_is_the_cosine_with_the_middle_of_the_own_cluster():
    # two clusters with the middles (1, 0) and (0, 1); "b far" was put into cluster 0 when it was clustered
    said, rows = ["a one", "a two", "b one", "b far"], np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]])
    own = Embeddings(an.segment(an.read_transcripts(said)), rows, EncoderInfo("x"))
    clusters = Clusters(own, [0, 0, 1, 0])
    # the middle of cluster 0 lies along (2.6, .8); "b far" is nearer to cluster 1 (.8) but keeps its number
    found = an.assign(clusters, own)
    assert found.labels.tolist() == [0, 0, 1, 0]
    assert found.strength == pytest.approx([2.6 / 7.4**0.5] * 2 + [1.0, (0.6 * 2.6 + 0.8 * 0.8) / 7.4**0.5], abs=1e-6)


def test_the_order_of_segments_changes_no_number():
    said = [*SAID, *(f"{word} again on {i}" for i in range(4) for word in WORDS)]
    new = ["trust was broken", "time is money", "music was playing", "yeah", "time and trust"]
    one = an.assign(an.cluster(embedded(said)), embedded_talk(new))
    other = an.assign(an.cluster(embedded(said[::-1])), embedded_talk(new[::-1]))
    assert other.labels[::-1].tolist() == one.labels.tolist()
    assert len(set(one.labels.tolist())) > 2


def test_nothing_to_assign_is_an_answer():
    clusters = an.cluster(embedded(SAID), n_clusters=3)
    assert len(an.assign(clusters, embedded([])).labels) == 0


def test_another_encoder_is_said():
    clusters = an.cluster(embedded(SAID), n_clusters=3)
    other = embedded(["trust"])
    other = Embeddings(other.segments, other.vectors, EncoderInfo("another"))
    with pytest.raises(AlignmentError, match="The clusters were made with Counts, the new segments with another"):
        an.assign(clusters, other)


def test_no_cluster_is_said():
    given = embedded(["trust"])
    with pytest.raises(InputError, match="There is no cluster to assign to"):
        an.assign(Clusters(given, np.array([-1])), given)


def test_near_empty_turns_that_were_clustered_get_their_label_back():
    clusters = an.cluster(embedded_talk([*SAID, "mm"]), n_clusters=3, keep_short=True)
    again = an.assign(clusters, clusters.embeddings)
    assert (again.labels.tolist(), again.set_aside) == (clusters.labels.tolist(), {})
    alone = an.cluster(embedded(["mm", "yes"]), keep_short=True)
    assert an.assign(alone, alone.embeddings).labels.tolist() == [0, 0]


def placed(rows, labels, texts=None):
    """Make clusters of rows in which each text is of its own, unless texts are given."""
    texts = texts or [f"said {k}" for k in range(len(rows))]
    rows = np.asarray(rows, dtype=float)
    own = Embeddings(an.segment(an.read_transcripts(texts)), unit_rows(rows), EncoderInfo("x"))
    return Clusters(own, labels, settings={"numbered_by": "0.1.0"})  # so that numbers stay those of the test


def labels_of(clusters, rows):
    texts = [f"new {k}" for k in range(len(rows))]
    own = Embeddings(an.segment(an.read_transcripts(texts)), unit_rows(np.asarray(rows, dtype=float)), EncoderInfo("x"))
    return an.assign(clusters, own).labels.tolist()


def test_new_segments_of_the_same_kind_have_a_cluster_where_clusters_are_small():
    # ten kinds in 100 dimensions, six segments of each: a middle lies at cosine .66 of its own, .48 of new ones
    rng = np.random.default_rng(0)
    kinds = np.repeat(np.arange(10), 6)
    middles = np.linalg.qr(rng.normal(size=(100, 10)))[0].T

    def drawn(kinds):
        return 0.58 * middles[kinds] + 0.81 * unit_rows(rng.normal(size=(len(kinds), 100)))

    clusters = placed(drawn(kinds), kinds)
    same = np.array(labels_of(clusters, drawn(np.tile(np.arange(10), 40))))
    assert np.mean(same < 0) < 0.05
    assert np.mean(same == np.tile(np.arange(10), 40)) > 0.9
    assert np.mean(np.array(labels_of(clusters, rng.normal(size=(400, 100)))) < 0) > 0.7


def test_how_near_is_near_enough_by_hand():
    # each of the two rows of cluster 0 lies at .8 of the other, those of cluster 1 at .6: no pair reaches less far
    clusters = placed([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], [0, 0.8, 0.6]], [0, 0, 1, 1])
    middle = unit_rows(np.array([1.8, 0.6, 0]))
    away = np.array([-0.6, 1.8, 0]) / np.linalg.norm([0.6, 1.8])
    near = [c * middle - np.sqrt(1 - c * c) * away for c in (0.61, 0.59)]
    assert labels_of(clusters, near) == [0, -1]


def test_a_cluster_of_one_reaches_as_far_as_the_others_and_alone_no_farther_than_itself():
    near = [[0, 0, 0.7, -0.714]]
    assert labels_of(placed([[1, 0, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 1, 0]], [0, 0, 1]), near) == [1]
    alone = placed([[1, 0, 0, 0], [0, 0, 1, 0]], [0, 1])
    assert labels_of(alone, [*near, [0, 0, 2, 0]]) == [-1, 1]


def test_twins_do_not_vouch_for_one_another():
    rows, labels = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0.6, 0.8, 0]]), np.zeros(4, dtype=int)
    # "no" three times, and "never": either lies at .6 of the other; beside its twins "no" would lie at .96
    reach = [
        middles_of(rows, labels, np.arange(4), np.array(same), share=0.5).reach for same in ([0, 0, 0, 1], range(4))
    ]
    assert np.concatenate(reach) == pytest.approx([0.6, 2.6 / np.hypot(2.6, 0.8)], abs=1e-6)
    # a cluster of nothing but twins cannot say how far it reaches
    assert middles_of(rows[:3], labels[:3], np.arange(3), labels[:3]).reach.tolist() == [1.0]


def test_what_was_left_in_no_cluster_stays_there_and_what_was_set_aside_may_be_an_answer():
    rows = [[1, 0, 0], [0.9, 0.1, 0], [0.95, 0.1, 0], [1, 0.1, 0]]
    clusters = placed(rows, [0, 0, -1, 0])
    assert an.assign(clusters, clusters.embeddings).labels.tolist() == clusters.labels.tolist()
    aside = Clusters(clusters.embeddings, [0, 0, -1, 0], {clusters.segments.ids[2]: "short response"})
    assert an.assign(aside, aside.embeddings).labels.tolist() == [0, 0, 0, 0]


def test_what_stands_at_a_right_angle_is_near_nowhere():
    # rows of one cluster that point away from one another would reach around the whole
    clusters = placed([[1, 0, 0], [-0.8, 0.6, 0], [0, 1, 0]], [0, 0, 0])
    assert labels_of(clusters, [[0, 0, 1]]) == [-1]
