"""Horizontalization: words that make a statement stand out, and weights learnt from what people marked."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.method.horizontalization import FEATURES, WEIGHTS, find_significant
from alliance_nlp.method.horizontalization.beside import drawn_precisions
from alliance_nlp.method.horizontalization.learnt_marks import average_precision, near_share
from alliance_nlp.method.horizontalization.lexicon import (
    FEELING,
    VALUE,
    base_forms,
    charged_words,
    count_features,
    look_up,
    words_of,
)
from alliance_nlp.records import (
    CodedSpan,
    Coding,
    Embeddings,
    EncoderInfo,
    Mark,
    Marks,
    ReadSpan,
    Segment,
    Segments,
    Transcript,
    Turn,
)


def segments_of(*texts, transcripts=1):
    per = math.ceil(len(texts) / transcripts)
    made, items = [], []
    for t in range(transcripts):
        own = texts[t * per : (t + 1) * per]
        text, turns = "", []
        for i, words in enumerate(own):
            items.append(Segment(f"T{t}", len(text), len(text) + len(words), words, "P1", "participant", i, i))
            turns.append(Turn(len(text), len(text) + len(words), "P1", "participant"))
            text += words + "\n"
        made.append(Transcript(f"T{t}", text, tuple(turns)))
    return Segments(tuple(items), tuple(made))


def features_of(text):
    return dict(zip(FEATURES, count_features([text]).counts[0].tolist(), strict=True))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "weight"),
    [("worries", -1), ("worried", -1), ("happiest", 1), ("exhausting", -2), ("difficulties", -1), ("joyful", 2),
     ("stopped", 0), ("trusting", 1), ("proudly", 2), ("sadness", -1), ("easily", 1), ("table", 0), ("", 0)],
)  # fmt: skip
def test_inflected_forms_have_the_weight_of_their_base(word, weight):
    assert look_up(word, FEELING) == weight


def test_no_word_is_both_glad_and_burdened_and_all_are_written_in_lower_case():
    assert all(word == word.casefold() for word in (*FEELING, *VALUE))
    # an inflected form may not turn a word's sign: "carelessness" is not "care"
    assert look_up("careless", FEELING) == -1
    assert look_up("hopeless", FEELING) == -2
    assert look_up("useless", FEELING) == -1


@pytest.mark.parametrize(
    ("text", "turned"),
    [("It is good", [1.0]), ("It is not good", [-0.75]), ("It isn’t bad", [0.75]), ("not only good", [1.0]),
     ("nobody was ever happy", [-0.75]), ("not a table in the room but good", [1.0]), ("no but good", [1.0])],
)  # fmt: skip
def test_negation_turns_a_word_round_within_its_reach(text, turned):
    assert [charge.turned for charge in charged_words(words_of(text))] == turned


def test_features_by_hand():
    assert features_of("I must say, but it is really very hard. We never should trust it.") == {
        "feeling": 2.0, "value": 0.0, "intensity": 3.0, "own_stance": 2.0, "modality": 2.0, "contrast": 1.0,
        "negation": 1.0, "length": 14.0,
    }  # fmt: skip
    assert features_of("It is an important duty.")["value"] == 2
    assert features_of("") == dict.fromkeys(FEATURES, 0.0)


def test_the_subject_of_the_talk_is_set_aside():
    texts = ["the pain today"] * 20 + ["a table here"] * 40
    found = count_features([*texts, "I hate it"])
    assert found.common == ("pain",)
    assert found.counts[0, 0] == 0
    assert found.words[-1] == ("hate (-2.0)",)
    assert count_features(texts[:30]).common == ()  # among so few a share says little


@given(st.text())
def test_any_text_has_finite_counts(text):
    found = count_features([text])
    assert np.isfinite(found.counts).all()
    assert (found.counts >= 0).all()
    assert next(base_forms(text)) == text


# --- without marks ----------------------------------------------------------------------------------------------------


def test_a_score_can_be_computed_by_hand():
    found = find_significant(segments_of("I was tired.", "The room is blue."))
    by_hand = sum(WEIGHTS[n] * math.log1p(c) for n, c in (("feeling", 1), ("own_stance", 1), ("length", 3)))
    assert found.scores[0] == pytest.approx(by_hand)
    assert found.suggested.tolist() == [True, False]
    assert found.by_id == dict(zip(found.segments.ids, found.scores.tolist(), strict=True))
    assert found.top(1).texts == ["I was tired."]
    assert repr(found) == "Significant(1 of 2 segments suggested)"


def test_the_table_shows_counts_and_no_words_of_participants():
    found = find_significant(segments_of("I was so tired of it.", "The room is blue."))
    assert "tired" not in str(found) + repr(found)
    assert "tired" in found._repr_html_()
    assert "people decide what is significant" in str(found)
    assert "Weights set by hand" in str(found)
    row = found.rows()[0]
    assert row["words"] == ("tired (-1.0)",)
    assert (row["intensity"], row["own_stance"]) == (1, 1)
    assert "marked" not in row
    assert len(found.to_frame()) == len(found) == 2


def test_no_segments_and_silly_numbers():
    nothing = find_significant(segments_of())
    assert len(nothing.rows()) == 0
    str(nothing)
    with pytest.raises(InputError, match="n must be at least 1. Got 0"):
        nothing.top(0)


# --- with marks -------------------------------------------------------------------------------------------------------


FEELINGS = ("hate", "fear", "dread", "love", "enjoy", "trust", "doubt", "envy", "adore", "resent", "regret", "admire")
LOUD, QUIET = "I really hate this, it is so.", "The room on the left is painted in a shade of blue today."


@pytest.fixture
def many():
    rng = np.random.default_rng(0)
    loud = rng.random(120) < 0.4
    texts = [f"{LOUD.replace('hate', FEELINGS[i % 12]) if x else QUIET} {i}" for i, x in enumerate(loud)]
    return segments_of(*texts, transcripts=12), loud


def test_weights_are_learnt_and_scores_come_from_transcripts_held_out(many):
    segments, loud = many
    found = find_significant(segments, marked=loud.tolist())
    rows = {row["score"]: row for row in found.beside_people.rows()}
    assert rows["learnt from marks"]["average_precision"] == 1.0
    assert rows["chance"]["average_precision"] == pytest.approx(loud.mean())
    assert rows["length alone"]["average_precision"] < 0.5
    assert rows["learnt from marks"]["interval"] == (1.0, 1.0)
    weights = {row["feature"]: row["weight"] for row in found.weights.rows()}
    assert weights["feeling"] > 0 > weights["length"]
    assert found.suggested.tolist() == loud.tolist()
    assert "whose transcript was held out. " in str(found)
    assert {row["marked"] for row in found.rows()} == {"marked", ""}


def test_marks_of_any_kind_are_the_same_marks(many):
    segments, loud = many
    ids = [s.id for s, x in zip(segments, loud, strict=True) if x]
    spans = tuple(
        CodedSpan("A", s.transcript_id, s.start, s.end, "c") for s, x in zip(segments, loud, strict=True) if x
    )
    read = tuple(ReadSpan("A", t.id, 0, len(t.text)) for t in segments.transcripts)
    by_flag = find_significant(segments, marked=loud.tolist())
    assert find_significant(segments, marked=ids) == by_flag
    assert find_significant(segments, marked=Coding(spans, read)) == by_flag


def test_segments_that_nobody_read_are_unknown_and_still_scored(many):
    segments, loud = many
    read = tuple(ReadSpan("A", t.id, 0, len(t.text)) for t in segments.transcripts[:6])
    spans = tuple(
        CodedSpan("A", s.transcript_id, s.start, s.end, "c")
        for s, x in zip(segments, loud, strict=True) if x and int(s.transcript_id[1:]) < 6
    )  # fmt: skip
    found = find_significant(segments, marked=Coding(spans, read))
    assert np.isnan(found.marked).sum() == 60
    assert np.isfinite(found.scores).all()
    assert found.beside_people.rows()[0]["n"] == 60
    first = found.beside_people.rows()[0]
    assert "an interval needs 10 participants, or 10 stretches" in first["remark"]
    assert first["says"] == "no interval, so not said"
    assert "cannot be said: there is no interval" in str(found)
    assert "not read" in {row["marked"] for row in found.rows()}


def test_one_transcript_is_held_out_in_stretches():
    texts = [LOUD if i % 3 == 0 else QUIET for i in range(30)]
    found = find_significant(segments_of(*texts), marked=[i % 3 == 0 for i in range(30)])
    assert "whose stretch of the only transcript was held out" in str(found)
    assert found.beside_people.rows()[0]["average_precision"] == 1.0


def test_a_fold_that_cannot_be_learnt_from_leaves_its_scores_open():
    texts = [LOUD, QUIET, QUIET, QUIET]
    found = find_significant(segments_of(*texts, transcripts=2), marked=[True, False, False, False])
    assert np.isnan(found.scores[:2]).all()  # the other transcript holds no mark to learn from
    assert not found.suggested[:2].any()


def test_embeddings_add_how_alike_a_statement_is_to_marked_ones(many):
    segments, loud = many
    vectors = np.where(loud[:, None], [[1.0, 0.0]], [[0.0, 1.0]]).astype(np.float32)
    embeddings = Embeddings(segments, vectors, EncoderInfo("hand"))
    found = find_significant(segments, marked=loud.tolist(), embeddings=embeddings)
    rows = {row["score"]: row["average_precision"] for row in found.beside_people.rows()}
    assert rows["most alike marked ones alone"] == 1.0
    assert [row["feature"] for row in found.weights.rows()][-1] == "alike_to_marked"


def test_the_most_alike_statements_are_never_of_the_same_transcript():
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 1]]
    marked = np.array([True, False, False, False])
    shares = near_share(vectors, marked, np.ones(4, bool), np.array([0, 0, 1, 1]))
    assert shares.tolist() == [0, 0, 0.5, 0.5]
    alone = near_share(vectors, marked, np.ones(4, bool), np.zeros(4, dtype=np.int64))
    assert alone.tolist() == [0.25] * 4


def test_what_cannot_be_learnt_is_said(many):
    segments, _ = many
    other = segments_of("x")
    embeddings = Embeddings(other, np.eye(1, 2), EncoderInfo("hand"))
    cases = [
        ({"marked": [False] * 120}, InputError, "0 of the 120 segments that were read are marked"),
        ({"marked": [True] * 3}, AlignmentError, "marked holds 3 values for 120 segments"),
        ({"marked": ["nowhere"]}, AlignmentError, "1 of 1 marks name none of these segments, the first 'nowhere'"),
        ({"embeddings": embeddings}, AlignmentError, "1 segments that are not these 120"),
    ]
    for given_, kind, message in cases:
        with pytest.raises(kind, match=message):
            find_significant(segments, **given_)
    with pytest.raises(InputError, match="0 of the 120"):
        find_significant(segments, marked=[])


def test_average_precision_is_sklearns():
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(1)
    for _ in range(20):
        marked, scores = rng.random(30) < 0.4, rng.integers(0, 6, 30).astype(float)
        if marked.any():
            assert average_precision(marked, scores) == pytest.approx(average_precision_score(marked, scores))
    assert math.isnan(average_precision(np.zeros(3, bool), np.arange(3.0)))


def test_a_draw_counts_each_segment_as_often_as_it_was_drawn():
    rng = np.random.default_rng(3)
    marked, scores = rng.random(40) < 0.4, rng.integers(0, 9, 40).astype(float)
    times = rng.integers(0, 4, (25, 40))
    found = drawn_precisions(marked, scores, times.astype(float))
    by_hand = [average_precision(np.repeat(marked, n), np.repeat(scores, n)) for n in times]
    assert found[0] == average_precision(marked, scores)
    assert found[1:] == pytest.approx(by_hand)
    assert drawn_precisions(marked, scores, None).tolist() == [found[0]]


def test_the_interval_moves_with_the_seed_and_not_with_anything_else(many):
    segments, loud = many
    noisy = np.where(np.random.default_rng(3).random(120) < 0.3, ~loud, loud).tolist()

    def around(seed):
        rows = find_significant(segments, marked=noisy, random_state=seed).beside_people.rows()
        return [row["interval"] for row in rows[:-1]]

    assert around(0) == around(0)
    assert around(0) != around(1)
    row = find_significant(segments, marked=noisy).beside_people.rows()[0]
    assert row["interval"][0] < row["average_precision"] < row["interval"][1]
    assert row["remark"] == "interval over transcripts"


def test_wording_is_called_better_than_length_only_where_the_interval_says_so(many):
    segments, loud = many
    found = find_significant(segments, marked=loud.tolist())
    assert found.beside_people.rows()[0]["says"] == "better than length"
    assert "Scores learnt from marks are better than length: +" in str(found)
    same = find_significant(segments_of(*(f"word {'and word ' * (i % 7)}{i}" for i in range(120)), transcripts=12),
                            marked=[i % 7 > 3 for i in range(120)])  # fmt: skip
    rows = {row["score"]: row for row in same.beside_people.rows()}
    assert rows["length alone"]["average_precision"] == 1.0
    assert rows["set by hand"]["says"] in ("no better than length", "worse than length")
    assert rows["length alone"]["says"] == rows["chance"]["says"] == ""


def test_what_readers_marked_is_the_yardstick_and_each_reader_stands_beside(many):
    segments, loud = many
    place = [(s.transcript_id, s.start, s.end) for s in segments]
    kl = [Mark("KL", *p) for p, x in zip(place, loud, strict=True) if x]
    mr = [Mark("MR", *p) for p, x in list(zip(place, loud, strict=True))[:60] if x]
    everything = tuple(ReadSpan("KL", t.id, 0, len(t.text)) for t in segments.transcripts)
    half = tuple(ReadSpan("MR", t.id, 0, len(t.text)) for t in segments.transcripts[:6])
    found = find_significant(segments, marked=Marks((*kl, *mr), (*everything, *half)))
    rows = {row["score"]: row for row in found.beside_people.rows()}
    assert found.marked.tolist() == loud.astype(float).tolist()
    assert rows["MR's own marks"]["n"] == rows["KL's own marks"]["n"] == 60  # what MR did not read says nothing
    assert rows["KL's own marks"]["average_precision"] == 1.0
    assert "of what MR marked; chance there" in rows["KL's own marks"]["remark"]
    alone = find_significant(segments, marked=Marks(tuple(mr), half))
    assert np.isnan(alone.marked[60:]).all()
    assert not any("own marks" in row["score"] for row in alone.beside_people.rows())


def test_records_are_compared_by_content(many):
    segments, loud = many
    found = find_significant(segments, marked=loud.tolist())
    assert found == find_significant(segments, marked=loud.tolist())
    assert found != replace(found, scores=found.scores + 1)
    assert not found.scores.flags.writeable
