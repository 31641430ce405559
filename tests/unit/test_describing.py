"""describe(): keywords, exemplars of different speakers, one voice."""

from dataclasses import replace

import numpy as np
import pytest

from alliance_nlp.clusters import whole_words as words_in_scripts
from alliance_nlp.clusters.describing import describe
from alliance_nlp.clusters.stability import cohesion, next_and_loose
from alliance_nlp.clusters.whole_words import how_parted, words_of
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


def test_the_mark_names_who_a_cluster_cannot_do_without():
    found = describe(clusters_of([("P1", "one"), ("P2", "two")], [0, 0]))[0]
    assert replace(found, without={"P1": 0.3, "P2": 0.9}).mark == ""  # exactly the limit is not below it
    assert replace(found, without={"P1": 0.29, "P2": 0.1}).mark == "falls apart without P2"
    assert replace(found, one_voice=True, one_question=True, without={"P1": 0.0}).mark == (
        "one voice, one question, falls apart without P1"
    )


def test_one_voice_needs_two_speakers_and_more_than_half():
    said = [("P1", "one thing"), ("P1", "two things"), ("P2", "three things"), ("P2", "four more")]
    assert [d.one_voice for d in describe(clusters_of(said, [0, 0, 0, 1])).items] == [True, True]
    assert [d.one_voice for d in describe(clusters_of(said, [0, 0, 0, 0])).items] == [False]  # half is not more
    alone = [("P1", "one thing"), ("P1", "two things"), (None, "three things")]
    assert [d.one_voice for d in describe(clusters_of(alone, [0, 0, 0])).items] == [False]


def test_keywords_weigh_words_by_how_rare_they_are_elsewhere():
    said = [("P1", "trust trust time time time"), ("P2", " ".join(["time"] * 12)), ("P1", "12 34")]
    found = describe(clusters_of(said, [0, 1, 2]), n_keywords=9)
    # of 9 words and pairs in cluster 0 trust is 2, of 2 in all; time is 3, of 15; a cluster holds (9 + 23 + 0) / 3
    # 2/9 log(1 + 10.67 / 2) = .410 goes before 3/9 log(1 + 10.67 / 15) = .179; pairs repeat what was taken.
    # In cluster 1 11/23 log(1 + 10.67 / 13) = .287 goes before 12/23 log(1 + 10.67 / 15) = .280
    assert [d.keywords for d in found.items] == [("trust", "time"), ("time time",), ()]
    assert describe(clusters_of(said, [0, 1, 2]), n_keywords=1)[0].keywords == ("trust",)


def test_keywords_are_one_word_or_two_and_no_cluster_has_those_of_another():
    said = [("P1", "slow trust grows"), ("P2", "slow trust grows"), ("P1", "pain stays")]
    found = describe(clusters_of(said, [0, 0, 1]), n_keywords=20)
    for described, words in zip(found.items, ({"slow", "trust", "grows"}, {"pain", "stays"}), strict=True):
        assert all(len(keyword.split()) <= 2 for keyword in described.keywords)
        assert {word for keyword in described.keywords for word in keyword.split()} <= words


def test_one_exemplar_and_one_keyword_can_be_asked_for():
    said = [("P1", "trust grows"), ("P2", "trust helps"), ("P2", "trust heals")]
    found = describe(clusters_of(said, [0] * 3, [[1, 0], [1, 1], [0.9, 1]]), n_exemplars=1, n_keywords=1)[0]
    assert (found.keywords, [s.text for s in found.exemplars]) == (("trust",), ["trust helps"])
    assert found.without == {}  # nobody was left out
    with pytest.raises(InputError, match="Got n_exemplars=3, n_keywords=0"):
        describe(clusters_of(said, [0] * 3), n_keywords=0)


def test_the_exemplar_in_the_table_is_the_first():
    said = [("P1", "a one"), ("P2", "a two"), ("P3", "a three")]
    found = describe(clusters_of(said, [0] * 3, [[1, 0], [1, 0.5], [1, 1]]))
    assert [s.text for s in found[0].exemplars] == ["a two", "a three", "a one"]
    assert found.rows()[0]["exemplar"] == "a two"


def test_who_is_unknown_comes_as_early_as_a_new_speaker():
    said = [(None, "a one"), (None, "a two"), ("P1", "a three"), ("P1", "a four"), ("P2", "a five")]
    found = describe(clusters_of(said, [0] * 5, [[1, 0]] * 5), n_exemplars=5)[0]
    assert [s.text for s in found.exemplars] == ["a one", "a two", "a three", "a five", "a four"]


def test_what_was_set_aside_never_joins():
    said = [
        ("P1", "trust"),
        ("P2", "mm"),
        ("P1", "yes"),
        ("P2", "time"),
        ("P1", "pain"),
        ("P2", "rest"),
        ("P1", "work"),
    ]
    rows = [[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [1, 0.4], [1, 0.5], [1, 0.6]]
    made = clusters_of(said, [0, -1, -1, -1, -1, -1, -1], rows)
    made = replace(made, set_aside={made.segments.ids[k]: "short response" for k in (1, 2)})
    assert [s.text for s in describe(made)[0].next_to_join] == ["time", "pain", "rest"]


@pytest.mark.parametrize(
    ("asked", "marked"),
    [("AABB", [True, True]), ("AAAA", [False, False]), ("ABBB", [False, True]), ("A..B", [False, False]),
     ("....", [False, False])],
)  # fmt: skip
def test_one_question_needs_two_questions_and_more_than_half_of_the_answers(asked, marked):
    # a transcript a segment; a moderator asks A or B before it, or nobody asks
    talks = []
    for k, question in enumerate(asked):
        first = Turn(0, 1, "M", "co-moderator" if question == "." else "moderator")
        talks.append(Transcript(f"T{k}", f"{question} word", (first, Turn(2, 6, "P", "participant"))))
    kept = Segments(tuple(Segment(t.id, 2, 6, "word", "P", "participant", 1) for t in talks), tuple(talks))
    rows = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    made = Clusters(Embeddings(kept, rows, EncoderInfo("example")), np.array([0, 0, 1, 1]), settings=BY_HAND)
    assert [d.one_question for d in describe(made).items] == marked


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("भरोसा बनाने में समय", ["भरोसा", "बनाने", "में", "समय"]),
        ("বিশ্বাস তৈরি করতে সময়", ["বিশ্বাস", "তৈরি", "করতে", "সময়"]),
        ("நம்பிக்கை வேண்டும்", ["நம்பிக்கை", "வேண்டும்"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("שָׁלוֹם לכם", ["שָׁלוֹם", "לכם"]),
        ("cafe\u0301 x Straße 3rd", ["cafe\u0301", "straße", "rd"]),
        ("신뢰를 쌓다", ["신뢰를", "쌓다"]),
        ("", []),
    ],
)
def test_keywords_are_whole_words_with_their_marks(text, words):
    assert words_of(text) == words


def test_scripts_without_blanks_are_parted_where_a_tokenizer_is_installed_else_runs_and_it_is_said(monkeypatch):
    assert words_of("我相信她。信任")[-1] == "信任"
    assert "".join(words_of("ความไว้วางใจ")) == "ความไว้วางใจ"
    assert how_parted(["trust"]) == ""
    monkeypatch.setattr(words_in_scripts, "_parser", lambda script: None)
    assert words_of("我相信她。信任") == ["我相信她", "信任"]
    assert words_of("ความไว้วางใจ ใช้เวลา") == ["ความไว้วางใจ", "ใช้เวลา"]
    said = how_parted(["信任", "time", "ພາສາ"])
    assert said.startswith("Keywords in scripts without blanks: chinese, lao: runs of letters between other signs")
    assert "alliance-nlp[scripts]" in said


def test_what_joins_and_what_is_loose_does_not_depend_on_how_many_rows_are_held_at_a_time(monkeypatch):
    rng = np.random.default_rng(0)
    labels = rng.integers(-1, 5, 90)
    vectors = np.eye(5, 8)[labels] + rng.normal(0, 0.5, (90, 8))
    whole = *next_and_loose(vectors, labels, n=4), cohesion(vectors, labels)
    monkeypatch.setattr("alliance_nlp.clusters.stability.AT_ONCE", 7)
    again = *next_and_loose(vectors, labels, n=4), cohesion(vectors, labels)
    assert [found.tolist() for found in again[0]] == [found.tolist() for found in whole[0]]
    assert again[1].tolist() == whole[1].tolist()
    assert np.allclose(again[2], whole[2], rtol=1e-12)
