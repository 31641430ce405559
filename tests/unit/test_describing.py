"""describe(): keywords, exemplars of different speakers, one voice."""

import numpy as np
import pytest

from alliance_nlp.clusters.describing import describe
from alliance_nlp.errors import InputError
from alliance_nlp.records import Clusters, Embeddings, EncoderInfo, Segment, Segments, Transcript, Turn

BY_HAND = {"assigned": True}  # numbers written by hand stand, whatever their size


def clusters_of(said, labels, vectors=None):
    """Said: (speaker, words) pairs."""
    text, segments = "", []
    for position, (speaker, words) in enumerate(said):
        segments.append(Segment("T", len(text), len(text) + len(words), words, speaker, None, 0, position))
        text += words + "\n"
    rows = (
        np.eye(max(2, max(labels) + 1))[::-1][np.maximum(labels, 0)] if vectors is None else np.asarray(vectors, float)
    )
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    kept = Segments(tuple(segments), (Transcript("T", text),))
    return Clusters(Embeddings(kept, rows, EncoderInfo("example")), np.array(labels), settings=BY_HAND)


def test_keywords_mark_the_cluster_they_are_common_in():
    said = [
        ("P1", "waiting time again"),
        ("P2", "waiting time once more"),
        ("P1", "trust grows"),
        ("P2", "trust matters"),
    ]
    found = describe(clusters_of(said, [0, 0, 1, 1]))
    assert found[0].keywords[0] in ("waiting", "waiting time", "time")
    assert found[1].keywords[0] == "trust"


def test_exemplars_come_from_different_speakers_first():
    said = [("P1", "a one"), ("P1", "a two"), ("P1", "a three"), ("P2", "a four")]
    found = describe(clusters_of(said, [0] * 4, [[1, 0], [1, 0.01], [1, 0.02], [1, 0.9]]), n_exemplars=2)
    assert [s.speaker for s in found[0].exemplars] == ["P1", "P2"]


def test_exemplars_never_repeat_the_same_words():
    said = [("P1", "Time is short"), ("P2", "time is  short"), ("P3", "no time")]
    found = describe(clusters_of(said, [0] * 3), n_exemplars=3)
    assert len(found[0].exemplars) == 2


def test_a_cluster_of_one_voice_is_marked():
    said = [
        ("P1", "one thing"),
        ("P1", "another thing"),
        ("P2", "third thing"),
        ("P2", "other matter"),
        ("P3", "matter"),
    ]
    found = describe(clusters_of(said, [0, 0, 0, 1, 1]))
    assert [d.one_voice for d in found.items] == [True, False]


def test_a_cluster_without_words_has_no_keywords():
    assert describe(clusters_of([("P1", "12 34"), ("P2", "the of")], [0, 0]))[0].keywords == ()


def test_no_cluster_gives_an_empty_description():
    found = describe(clusters_of([("P1", "words"), ("P2", "other")], [-1, -1]))
    assert len(found) == 0
    assert "suggestions" in str(found)


def test_print_shows_keywords_but_no_sentence():
    found = describe(clusters_of([("P1", "we waited for hours"), ("P2", "hours and hours")], [0, 0]))
    assert "hours" in str(found)
    assert "we waited for hours" not in str(found) + repr(found)
    assert found.rows()[0]["exemplar"] in ("we waited for hours", "hours and hours")


def test_numbers_below_one_are_said():
    with pytest.raises(InputError, match="must be at least 1. Got n_exemplars=0"):
        describe(clusters_of([("P1", "words")], [0]), n_exemplars=0)


def test_keywords_pass_over_contractions_and_marks():
    found = describe(clusters_of([("P1", "we don't wait [laughs]"), ("P2", "it's the clinic's waiting list")], [0, 0]))
    assert not {"don", "laughs", "clinic s"} & set(found[0].keywords)
    assert "clinic" in " ".join(found[0].keywords)


def test_a_cluster_that_answers_one_question_is_marked():
    words = "Why? one two three Why? four. How? five six."
    turns = (
        Turn(0, 4, "M", "moderator"), Turn(5, 8, "P1", "participant"), Turn(9, 12, "P2", "participant"),
        Turn(31, 35, "M", "moderator"), Turn(36, 40, "P1", "participant"), Turn(41, 44, "P2", "participant"),
    )  # fmt: skip
    kept = [Segment("T", t.start, t.end, words[t.start : t.end], t.speaker, t.role, i) for i, t in enumerate(turns)]
    segments = Segments(tuple(s for s in kept if s.role == "participant"), (Transcript("T", words, turns),))
    rows = np.array([[0, 1], [0.1, 1], [1, 0], [1, 0]])
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    found = describe(
        Clusters(Embeddings(segments, rows, EncoderInfo("example")), np.array([0, 0, 1, 1]), settings=BY_HAND)
    )
    assert [d.mark for d in found.items] == ["one question", "one question"]


def test_cohesion_and_what_hangs_loosely_by_hand():
    said = [("P1", "a one"), ("P2", "b two"), ("P1", "c three"), ("P2", "d four"), ("P1", "e five")]
    rows = [[1, 0], [1, 0.1], [0, 1], [0.1, 1], [1, 0.2]]
    found = describe(clusters_of(said, [0, 0, 1, 1, 1], rows))
    assert found[0].cohesion == pytest.approx(1 / np.sqrt(1.01), abs=1e-6)
    assert [s.text for s in found[1].loose] == ["e five"]
    assert found[0].next_to_join[0].text == "e five"


def test_a_cluster_that_lives_from_one_person_falls_apart_without_them():
    rng = np.random.default_rng(0)
    middles = np.eye(24)[:4] * 3
    truth = np.repeat(np.arange(4), 12)
    said = [(f"P{1 + (t == 3 and i % 12 < 11) + i % 3 * (t < 3)}", f"said {i} of {t}") for i, t in enumerate(truth)]
    found = describe(clusters_of(said, truth.tolist(), middles[truth] + rng.normal(size=(48, 24)) * 0.2),
                     leave_out="participant")  # fmt: skip
    assert all(0 <= share <= 1 for d in found.items for share in d.without.values())
    assert set(found[0].without) == {"P1", "P2", "P3"}


def test_an_unknown_group_to_leave_out_is_said():
    with pytest.raises(InputError, match="leave_out must be 'participant' or 'session'"):
        describe(clusters_of([("P1", "words")], [0]), leave_out="speaker")
