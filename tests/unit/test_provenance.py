"""Hashes that stand in files which people keep: literal values, written down before the code that makes them moved."""

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.ledger.decisions import Decision
from alliance_nlp.ledger.lines import seal_line
from alliance_nlp.ledger.recording import members_hash
from alliance_nlp.provenance import (
    canonical_json,
    hash_bytes,
    hash_file,
    hash_words,
    plain,
    readable_json,
    versions,
)
from alliance_nlp.records import (
    Clusters,
    Code,
    Codebook,
    Embeddings,
    EncoderInfo,
    Mapping,
    Segment,
    Segments,
    Transcript,
)
from alliance_nlp.reports.audit import numbers_of

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, example B.1
INFO = EncoderInfo("model", "abc", 256)
BOOK = Codebook((Code("Trust", "", "demanding", "to be believed", ("she heard me",)), Code("Time")))


def one_segment():
    return Embeddings(Segments((Segment("T", 0, 1, "a"),), (Transcript("T", "a"),)), np.array([[1.0, 0.0]]), INFO)


def test_bytes_words_and_files_have_the_published_hash(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    assert hash_file(tmp_path / "abc") == hash_bytes(b"abc") == hash_bytes("abc") == ABC


def test_hashes_of_words():
    assert hash_words("ab", "c") == "430fb1b4ac43316eca81fab27a1930ab8eff8fef6a1dc7903dce44bbc2790dc5"
    assert hash_words("\ud83d") == "95c82ae2dab0d93ed4fdaccb0eed822613d5b69e01844d8a061264b415f86ed9"
    assert hash_words() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_chain_of_a_ledger():
    decision = Decision(
        "note", "KL", "researcher", datetime.date(2025, 3, 19), note="kept\u2028 — whole", number=1,
        written="2025-03-19T10:00:00.000+00:00",
    )  # fmt: skip
    first, second = seal_line(decision, None), seal_line(decision, "a line")
    assert first.startswith(
        '{"by":"KL","date":"2025-03-19","hash":"71b20444b83bfc7171cc6147b1df59a1c09260ee4b71115c1202d300e1fa1ac5",'
        '"kind":"note","note":"kept\\u2028 — whole","number":1,"previous":"",'
    )
    assert json.loads(second)["hash"] == "cae20605f0ecdf48570ae18f82843037ee6db3321aca648aa458deefb4bbd2e2"
    assert json.loads(second)["previous"] == "31b9ee4a830b75580e39e6bd6356d40524fcb8683e67cf094290da306e7ee235"


def test_the_members_of_a_cluster():
    mapping = Mapping(Clusters(one_segment(), [0]), BOOK, ())
    assert members_hash(mapping, 0) == "08ade79669237257"


def test_names_in_the_cache_of_vectors(tmp_path):
    cache = VectorCache(Path("anywhere"), INFO)
    assert cache.folder.name == "5551171be21407f1be59b76525a02a43"  # another way to vectors (SCHEME) is another folder
    cache.folder = tmp_path
    rows = np.eye(2, dtype=np.float32)
    cache.add(["a b", "c"], [Vector(rows[0], False), Vector(rows[1], True)])
    name = "1ebd13c255bc92e3de2fdd784e7a97ef351aa44da1dcfa4111e5b1dc1a0e8864.npy"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_names_in_saved_folders(tmp_path):
    an.save(BOOK, tmp_path / "book")
    book = json.loads((tmp_path / "book" / "record.json").read_text(encoding="utf-8"))
    assert list(book["records"]) == ["077be9954d60652ab3c2df285afdb4ecdd4053d00a67257febeee3d61ff1a5a2"]
    assert book["check"] == "7f33ddd01bb8e3e23a297582ffb2be23e1b6e149f833e5285cc300511d686405"
    an.save(one_segment(), tmp_path / "one")
    arrays = [path.stem for path in (tmp_path / "one" / "arrays").iterdir()]
    assert arrays == ["e86cb1331f0ca1326b986a28121f8e823131ebfba87c36104b416587cdd8ba77"]


def test_inputs_in_manifests():
    assert numbers_of(an.load_study("focus_group"))["inputs"] == {
        "transcripts": {
            "session_1": "bc6a5f13fbdc59c769e210416ca707553876117ff1298d7417df6aac14eb9e65",
            "session_2": "9813283592a795808f041f553c9d33393ed597202f8d2c38d7b1a422d8a6fdff",
        },
        "codebook": "15012437346b737d76a87e1da1f8c7e5552f2c77169be6d2d7736b4e46208c85",
        "coding": "0766fe330d8a841d9cc37b4041714891474925475ae5640bf76aedb416f448d2",
        "consensus": "31b722cfeb996b16ae2ac4b7ca3ccae94c8ce76ce3132005ba435600492b74c9",
    }


def test_canonical_json_does_not_know_the_order_of_names():
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1}) == '{"a":"\\u00e9","b":1}'
    assert canonical_json({"a": "é\u2028"}, ascii_only=False) == '{"a":"é\\u2028"}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([[1.5, np.nan]]), [[1.5, None]]),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (float("inf"), None),
        (datetime.date(2025, 3, 19), "2025-03-19"),
        ((None, "a", True, 3), [None, "a", True, 3]),
        ({2: {"b", "a"}}, {"2": ["a", "b"]}),
    ],
)
def test_plain_values(value, expected):
    assert plain(value) == expected
    assert json.loads(readable_json(value)) == expected


def test_numbers_are_rounded_only_when_asked():
    assert plain([0.1234567891234]) == [0.1234567891234]
    assert plain([0.1234567891234], digits=9) == [0.123456789]


def test_versions_name_the_library_first():
    found = versions()
    assert list(found)[:2] == ["alliance_nlp", "python"]
    assert found["alliance_nlp"] == an.__version__
    assert found["numpy"] == np.__version__
