"""Whatever is written, and wherever the writing is cut off: the old or the new is there, whole, and nothing is left."""

import contextlib
import json
import os
import warnings

import numpy as np
import pytest
from reported_study import make_comparison

import faults
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.errors import AllianceWarning
from alliance_nlp.files import replace_folder
from alliance_nlp.ledger import read_ledger, record_decision
from alliance_nlp.method.member_checks import Replies, Reply, record_replies
from alliance_nlp.provenance import hash_bytes
from alliance_nlp.records import EncoderInfo
from alliance_nlp.storage import load, save

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
    pytest.mark.filterwarnings("ignore:.*cut off:alliance_nlp.errors.AllianceWarning"),
]


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


def a_set(**files):
    """Files with a manifest that lists them."""
    listed = {name: hash_bytes(content) for name, content in files.items()}
    return files | {"manifest.json": json.dumps({"schema": "alliance_nlp example 1", "files": listed}).encode()}


OLD = a_set(**{"page.html": b"old", "figures/a.svg": b"old a", "tables/gone.csv": b"words of a participant"})
NEW = a_set(**{"page.html": b"new", "figures/a.svg": b"new a", "tables/more.csv": b"more"})


def content_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def hidden(folder):
    """Whatever a cut-off write left beside or inside."""
    return [p for p in folder.parent.rglob(".*") if "writing" in p.name or p.name.startswith((".staged", ".earlier"))]


def test_a_record_is_replaced_whole_or_not_at_all(tmp_path, comparison):
    old, new = comparison, comparison.mapping
    n = faults.steps_of(lambda: save(new, save(old, tmp_path / "counted")))
    first = faults.steps_of(lambda: save(old, tmp_path / "first"))
    for at in range(1, n - first + 1):
        folder = save(old, tmp_path / f"at{at}" / "kept")
        assert faults.kill_at(at, save, new, folder), at
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)
            found = load(folder)
            assert found in (old, new), at
        assert hidden(folder) == []
        save(new, folder)
        assert load(folder) == new
        named = (folder / "record.json").read_text()
        assert all(path.stem in named for path in (folder / "arrays").iterdir()), at


def test_a_first_save_that_is_cut_off_can_be_made_again(tmp_path, comparison):
    record = comparison.mapping
    for at in range(1, faults.steps_of(lambda: save(record, tmp_path / "counted")) + 1):
        folder = tmp_path / f"at{at}" / "kept"
        assert faults.kill_at(at, save, record, folder)
        save(record, folder)
        assert load(folder) == record
        assert hidden(folder) == []


def test_a_folder_of_files_is_replaced_whole_or_not_at_all_and_what_others_put_there_stays(tmp_path):
    def fresh(name):
        folder = replace_folder(tmp_path / name / "report", OLD)
        (folder / "mine.txt").write_bytes(b"mine")
        (folder / "tables" / "mine.csv").write_bytes(b"mine too")
        return folder

    counted = fresh("counted")
    whole = {"old": content_of(counted), "new": NEW}
    mine = {"mine.txt": b"mine", "tables/mine.csv": b"mine too"}
    n = faults.steps_of(lambda: replace_folder(counted, NEW))
    assert content_of(counted) == NEW | mine
    seen = set()
    for at in range(1, n + 1):
        folder = fresh(f"at{at}")
        assert faults.kill_at(at, replace_folder, folder, NEW)
        found = content_of(folder)
        state = "old" if found["page.html"] == b"old" else "new"
        assert {k: v for k, v in found.items() if k not in mine and k != ".staged"} == {
            k: v for k, v in whole[state].items() if k not in mine
        }, at
        seen.add(state)
        replace_folder(folder, NEW)
        assert content_of(folder) == NEW | mine, at
        assert hidden(folder) == []
    assert seen == {"old", "new"}


def test_a_first_folder_is_there_whole_or_not_at_all(tmp_path):
    for at in range(1, faults.steps_of(lambda: replace_folder(tmp_path / "counted", NEW)) + 1):
        folder = tmp_path / f"at{at}" / "report"
        assert faults.kill_at(at, replace_folder, folder, NEW)
        assert not folder.exists() or {k: v for k, v in content_of(folder).items() if k != ".staged"} == NEW
        assert content_of(replace_folder(folder, NEW)) == NEW
        assert hidden(folder) == []


def test_where_folders_cannot_change_places_a_mix_has_no_manifest(tmp_path, monkeypatch):
    def work(folder):
        with contextlib.chdir(folder):  # the current folder of somebody: it must stay where it is
            replace_folder(folder, NEW)

    def fresh(name):
        folder = replace_folder(tmp_path / name / "report", OLD)
        (folder / "mine.txt").write_bytes(b"mine")
        return folder

    counted = fresh("counted")
    for at in range(1, faults.steps_of(lambda: work(counted)) + 1):
        folder = fresh(f"at{at}")
        assert faults.kill_at(at, work, folder)
        found = content_of(folder)
        if "manifest.json" in found:
            listed = json.loads(found["manifest.json"])["files"]
            assert {name: hash_bytes(found[name]) for name in listed} == listed, at
        work(folder)
        assert content_of(folder) == NEW | {"mine.txt": b"mine"}, at
        assert hidden(folder) == []


def test_a_ledger_keeps_whole_lines(tmp_path):
    def fresh(name):
        file = tmp_path / name / "decisions.jsonl"
        for i in range(2):
            record_decision(file, "note", note=f"note {i}", by="KL")
        return file

    counted = fresh("counted")
    for at in range(1, faults.steps_of(lambda: record_decision(counted, "note", note="more", by="MR")) + 1):
        file = fresh(f"at{at}")
        before = file.read_bytes()
        assert faults.kill_at(at, record_decision, file, "note", note="more", by="MR")
        assert file.read_bytes().startswith(before)
        record_decision(file, "note", note="after", by="MR")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)
            read = read_ledger(file)
        assert [d.note for d in read] in (["note 0", "note 1", "after"], ["note 0", "note 1", "more", "after"])
        assert all("cut off" in problem for problem in read.problems)


def test_replies_are_all_there_or_can_be_recorded_again(tmp_path):
    said = Replies("Ann", "4f1", (Reply("Time", "partly", "Not on Fridays."), Reply("Trust", "yes")))
    n = faults.steps_of(lambda: record_replies(tmp_path / "counted.jsonl", said))
    seen = set()
    for at in range(1, n + 1):
        file = tmp_path / f"at{at}.jsonl"
        assert faults.kill_at(at, record_replies, file, said)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AllianceWarning)
            seen.add(len(read_ledger(file)))
            record_replies(file, said)
            assert [d.theme for d in read_ledger(file)][-2:] == ["Time", "Trust"]
    assert {0, 2} <= seen


def test_the_cache_gives_right_vectors_or_none(tmp_path):
    vectors = [Vector(np.array([1, 0], dtype=np.float32), False), Vector(np.array([0, 1], dtype=np.float32), True)]
    encoder = EncoderInfo("example", "1")
    n = faults.steps_of(lambda: VectorCache(tmp_path / "counted", encoder).add(["a", "b"], vectors))
    for at in range(1, n + 1):
        cache = VectorCache(tmp_path / f"at{at}", encoder)
        assert faults.kill_at(at, cache.add, ["a", "b"], vectors)
        found = cache.read(["a", "b"])
        assert all(np.array_equal(found[text].row, v.row) for text, v in zip("ab", vectors, strict=True) if found)
        cache.add(["a", "b"], vectors)
        assert len(cache.read(["a", "b"])) == 2
        assert hidden(cache.folder) == []
