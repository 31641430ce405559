"""Embedding by any object that encodes: what is encoded, how often, how long texts are read, what is refused."""

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts
from alliance_nlp.embeddings.windows import windows_of
from alliance_nlp.records import Transcript, Turn


def segments_of(texts):
    return an.segment(an.read_transcripts(list(texts)))


class WordCounter:
    """Reads 8 tokens at a time: a word is a token, and two marks; a vector counts the letters a, b, c."""

    max_tokens = 8

    def __init__(self):
        self.calls = []

    def count_tokens(self, texts):
        return [len(text.split()) + 2 for text in texts]

    def encode(self, texts):
        self.calls.append(list(texts))
        assert all(n <= self.max_tokens for n in self.count_tokens(texts)), "nothing may be cut off"
        return [[text.count("a"), text.count("b"), text.count("c")] for text in texts]


class Fixed:
    def __init__(self, answer):
        self.answer = answer

    def encode(self, texts):
        return self.answer(texts)


def test_rows_have_length_1_in_segment_order_and_the_encoder_is_named(study, encoder):
    segments = an.segment(study.transcripts)
    embeddings = an.embed(segments, encoder=encoder)
    assert embeddings.vectors.shape == (12, 64)
    assert embeddings.vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(embeddings.vectors, axis=1), 1, atol=1e-6)
    assert (str(embeddings.encoder), embeddings.encoder.revision, embeddings.n_long) == ("HashingEncoder", None, 0)
    assert embeddings.model is encoder
    expected = encoder._one(segments[3].text)
    assert np.allclose(embeddings.vectors[3], expected / np.linalg.norm(expected), atol=1e-6)


def test_each_distinct_text_is_encoded_once(study, encoder):
    embeddings = an.embed(an.segment(study.transcripts), encoder=encoder)
    encoded = [text for call in encoder.calls for text in call]
    assert len(encoded) == len(set(encoded)) == 11  # "Mm." is said twice
    assert np.array_equal(embeddings.vectors[1], embeddings.vectors[8])


def test_batches_hold_texts_of_like_length_and_no_more_than_asked(encoder):
    texts = ["word " * n + "x" for n in (9, 1, 5, 3, 7)]
    one, other = encode_texts(texts, encoder, batch_size=2), encode_texts(texts[::-1], encoder, batch_size=2)
    assert [len(call) for call in encoder.calls] == [2, 2, 1] * 2
    assert encoder.calls[:3] == encoder.calls[3:]  # whatever the order of the texts
    assert [len(text) for call in encoder.calls[:3] for text in call] == sorted(map(len, texts))
    assert np.array_equal(one.vectors, other.vectors[::-1])


@pytest.mark.parametrize("blank", ["", " \n", "...", "— ?!", "\u200b"])
def test_texts_without_words_are_rows_of_zeros(encoder, blank):
    vectors, n_long = encode_texts([blank, "word", "👍", "5"], encoder)
    assert np.linalg.norm(vectors, axis=1).round(5).tolist() == [0, 1, 1, 1]
    assert n_long == 0
    assert not any(blank in call for call in encoder.calls)


@pytest.mark.parametrize("texts", [[], [""], ["", "..."]])
def test_nothing_to_encode_still_has_the_encoders_width(encoder, texts):
    assert an.embed(segments_of(texts), encoder=encoder).vectors.shape == (len(texts), 64)


def test_a_long_text_is_the_mean_of_its_windows_weighted_by_length():
    encoder = WordCounter()
    text = "aa aa aa. aa aa. bb bb bb bb. cc."  # 10 words: 3 + 2, then 4 + 1 of at most 6 words
    vectors, n_long = encode_texts([text, "aa bb"], encoder)
    assert sorted(encoder.calls[-1]) == ["aa aa aa. aa aa.", "aa bb", "bb bb bb bb. cc."]
    mean = 5 * np.array([1, 0, 0]) + 5 * np.array([0, 4, 1]) / np.sqrt(17)
    assert np.allclose(vectors[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert n_long == 1


def test_weights_are_lengths():
    vectors, _ = encode_texts(["a a a a a a. b."], WordCounter())
    assert np.allclose(vectors[0], np.array([6, 1, 0]) / np.sqrt(37), atol=1e-6)


def test_a_sentence_too_long_alone_is_cut_between_words_and_a_word_between_characters():
    count = WordCounter().count_tokens
    assert [w.text for w in windows_of("one two three four five six seven eight", count, 8)] == [
        "one two three four five six", "seven eight"]  # fmt: skip

    def letters(texts):
        return [len(text.replace(" ", "")) + 2 for text in texts]

    windows = windows_of("abcdefghij kl", letters, 8)
    assert "".join(w.text for w in windows).replace(" ", "") == "abcdefghijkl"
    assert all(w.n_tokens <= 6 for w in windows)


def test_windows_fit_where_two_pieces_are_more_tokens_together():
    def jealous(texts):  # each pair of neighboring words costs one more
        return [2 * len(text.split()) for text in texts]

    text = "One two. Three four. Five six. Seven eight."
    windows = windows_of(text, lambda texts: [n + (n > 4) * 5 + 2 for n in jealous(texts)], 12)
    assert " ".join(w.text for w in windows) == text
    assert all(w.n_tokens <= 10 for w in windows)


def test_a_reader_of_no_room_still_ends():
    assert "".join(w.text for w in windows_of("ab", lambda texts: [5 for _ in texts], 2)) == "ab"


def test_long_segments_are_counted_each_time_they_are_said():
    text = "a b c a b c a. b c."
    embeddings = an.embed(segments_of([text, "a", text]), encoder=WordCounter())
    assert embeddings.n_long == 2
    assert embeddings.encoder.max_tokens == 8


def test_a_model_of_sentence_transformers_given_as_object_is_read_whole():
    class Model:
        max_seq_length = 6
        default_prompt_name = "query"

        def __init__(self):
            self.prompts, self.seen = {"query": "q: "}, []

        def tokenizer(self, texts, **_):
            return {"input_ids": [[0, *text.split(), 1] for text in texts]}

        def encode(self, texts):
            self.seen.extend(texts)
            return np.ones((len(texts), 2))

    model = Model()
    vectors, n_long = encode_texts(["Aa bb cc. Dd ee."], model)
    assert (model.seen, n_long, vectors.shape) == (["Aa bb cc.", "Dd ee."], 1, (1, 2))


def test_an_object_that_cannot_count_is_given_every_text_whole(encoder):
    encode_texts(["word. " * 5000], encoder)
    assert [len(text) for call in encoder.calls for text in call] == [30_000]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda texts: [["x"]] * len(texts), "one row of numbers for each of 2 texts. Got list that numpy cannot"),
        (lambda texts: [[1.0], [1.0, 2.0]], "Got list that numpy cannot read as such"),
        (lambda texts: [1.0] * len(texts), r"Got an array of shape \(2,\)"),
        (lambda texts: [[1.0, 2.0]], r"one row of numbers for each of 2 texts. Got an array of shape \(1, 2\)"),
        (lambda texts: [[]] * len(texts), r"Got an array of shape \(2, 0\)"),
        (lambda texts: [[1.0, np.nan]] * len(texts), "gave 2 of 2 vectors with values that are not finite"),
    ],
)
def test_what_is_no_vector_is_refused_without_words(answer, message):
    with pytest.raises(an.InputError, match=message) as caught:
        encode_texts(["secret word", "another"], Fixed(answer))
    assert "Fixed.encode" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_vectors_of_different_sizes_are_refused():
    with pytest.raises(an.InputError, match="gave vectors of different sizes: 1, 2 numbers.* needs another revision"):
        encode_texts(["a", "bb"], Fixed(lambda texts: [[1.0] * len(texts[0])]), batch_size=1)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (5, r"an object with .encode\(list of str\). Got int"),
        (WordCounter, "Got WordCounter .a class; make one of it."),
        (None, "Got NoneType"),
    ],
)
def test_what_does_not_encode_is_refused(encoder, message):
    with pytest.raises(an.InputError, match=message):
        an.embed(segments_of(["a"]), encoder=encoder)


def test_other_arguments_are_checked(encoder):
    with pytest.raises(an.InputError, match=r"embed\(\) takes Segments. Got list. .*an.segment\(an.read_transcripts"):
        an.embed(["a"], encoder=encoder)
    with pytest.raises(an.InputError, match="batch_size must be at least 1. Got 0"):
        an.embed(segments_of(["a"]), encoder=encoder, batch_size=0)
    with pytest.raises(an.InputError, match="cache must be a folder, True, False or None. Got int"):
        an.embed(segments_of(["a"]), encoder=encoder, cache=3)


def test_words_stay_out_of_what_is_printed(encoder, capfd):
    embeddings = an.embed(segments_of(["sentinel"]), encoder=encoder)
    assert "sentinel" not in repr(embeddings) + str(embeddings) + repr(embeddings.segments)
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_bar_shows_on_long_work_when_asked_for(capfd):
    import time

    def slow(texts):
        time.sleep(0.8)
        return np.ones((len(texts), 2))

    encode_texts(["a", "bb", "ccc", "dddd"], Fixed(slow), batch_size=1, progress=True)
    assert "embedding" in capfd.readouterr().err
    encode_texts(["a", "bb", "ccc", "dddd"], Fixed(slow), batch_size=1, progress=False)
    assert capfd.readouterr().err == ""


def test_a_turn_of_any_code_points_is_encoded(encoder):
    text = "e\u0301 👩\u200d👧 \ud800 \x00 مرحبا"
    t = Transcript("T", text, (Turn(0, len(text)),))
    assert an.embed(an.segment(t), encoder=encoder).vectors.shape == (1, 64)
