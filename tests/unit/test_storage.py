"""save() and load(): what is shared is stored once; what is damaged, foreign or newer is refused with a sentence."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reported_study import make_comparison

from alliance_nlp import storage
from alliance_nlp.errors import AllianceWarning, InputError
from alliance_nlp.files import FileError
from alliance_nlp.provenance import canonical_json, hash_bytes
from alliance_nlp.records import Clusters, Code, Codebook, Table, Transcript, Turn
from alliance_nlp.storage import load, save


@pytest.fixture(scope="module")
def comparison():
    return make_comparison()


@pytest.fixture
def kept(tmp_path, comparison):
    return save(comparison, tmp_path / "kept")


def head_of(folder):
    return json.loads((folder / "record.json").read_text(encoding="utf-8"))


def rewrite(folder, **changes):
    (folder / "record.json").write_text(json.dumps(head_of(folder) | changes), encoding="utf-8")


def test_a_comparison_comes_back_with_what_it_was_made_from(kept, comparison):
    back = load(kept)
    assert back == comparison
    assert back.mapping == comparison.mapping
    assert str(back) == str(comparison)


def test_what_records_share_is_stored_once_and_shared_again(kept):
    text = (kept / "record.json").read_text(encoding="utf-8")
    assert len(re.findall('"kind": "Transcript"', text)) == 1
    assert len(re.findall('"kind": "Codebook"', text)) == 1
    back = load(kept)
    assert back.segments is back.clusters.segments
    assert back.a.codebook is back.mapping.codebook


def test_numbers_in_bulk_are_npy_files_without_pickle(kept, comparison):
    arrays = [np.load(path, allow_pickle=False) for path in (kept / "arrays").iterdir()]
    assert any(np.array_equal(a, comparison.clusters.embeddings.vectors) for a in arrays)


def test_halves_of_surrogate_pairs_are_not_joined(tmp_path):
    text = "\ud83d\ude00 and \udc00, \U0001f600"
    transcript = Transcript("T", text, (Turn(0, len(text)),))
    assert len(load(save(transcript, tmp_path / "kept")).text) == len(text)
    assert load(tmp_path / "kept") == transcript


def test_undefined_and_infinite_numbers_come_back(tmp_path):
    table = Table(("x",), ((float("nan"),), (float("inf"),), (-0.0,), (np.float64(0.5),), (np.int64(3),)))
    back = load(save(table, tmp_path / "kept"))
    assert back == table
    assert [type(row[0]) for row in back.values] == [float, float, float, float, int]


def test_a_folder_of_ours_is_replaced_and_leaves_nothing_behind(kept, comparison):
    save(comparison.a.codebook, kept)
    assert load(kept) == comparison.a.codebook
    assert {path.name for path in kept.iterdir()} == {"record.json"}
    assert [path.name for path in kept.parent.iterdir()] == ["kept"]


def test_a_broken_write_leaves_the_old_record_whole(kept, comparison, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(storage.folders, "write_atomic", full)
    with pytest.raises(OSError, match="No space left"):
        save(comparison.a.codebook, kept)
    assert load(kept) == comparison
    assert [path.name for path in kept.parent.iterdir()] == ["kept"]


def test_a_move_that_fails_leaves_the_old_record(kept, comparison, monkeypatch):
    def fails(self, target):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(FileError, match="cannot be written in the folder .*: in use. Name a place that you may write"):
        save(comparison.a.codebook, kept)
    assert load(kept) == comparison


def test_what_cut_off_saves_left_is_removed_by_the_next_load_and_said(kept, comparison):
    (kept / ".writing-ab12.tmp").write_text("words of a participant")
    (kept / "arrays" / f"{'0' * 64}.npy").write_bytes(b"half")
    beside = kept.parent / ".kept.writing-0123456789ab"  # as 0.1.0 left it
    beside.mkdir()
    (beside / "record.json").write_text("words of a participant")
    with pytest.warns(AllianceWarning, match=r"kept: \d leftovers? of a (save|write) that was cut off removed") as said:
        assert load(kept) == comparison
    assert len(said) == 3
    assert [path.name for path in kept.parent.iterdir()] == ["kept"]
    assert {path.name for path in kept.iterdir()} == {"record.json", "arrays"}


def test_a_record_that_an_earlier_version_had_moved_away_when_it_was_cut_off_comes_back(kept, comparison):
    kept.rename(kept.parent / ".kept.old-0123456789ab")
    with pytest.warns(AllianceWarning, match="kept: a save that was cut off had moved the record away; it is back"):
        assert load(kept) == comparison


def test_a_folder_with_files_of_others_is_refused(tmp_path, comparison):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that save\\(\\) did not write. Name a new folder"):
        save(comparison, tmp_path)
    (tmp_path / "thesis.docx").unlink()
    (tmp_path / "record.json").write_text('{"schema": "a music shop"}', encoding="utf-8")
    with pytest.raises(InputError, match="did not write"):
        save(comparison, tmp_path)


def test_a_file_is_no_folder(tmp_path, comparison):
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="save\\(\\) writes a folder. 'kept' is a file or a link"):
        save(comparison, tmp_path / "kept")


@pytest.mark.parametrize("value", [{"a": 1}, "words", [], [Code("Trust")], None, object()])
def test_what_is_no_record_is_refused(tmp_path, value):
    with pytest.raises(InputError, match=f"or a tuple of them. Got {type(value).__name__}"):
        save(value, tmp_path / "kept")
    assert not list(tmp_path.iterdir())


def test_a_value_that_cannot_be_kept_is_named_with_its_place(tmp_path, comparison):
    embeddings = comparison.clusters.embeddings
    odd = Clusters(embeddings, comparison.clusters.labels, settings={"assigned": True, "tool": Path("x")})
    with pytest.raises(InputError, match=r"Clusters.settings\['tool'\] holds a PosixPath|WindowsPath"):
        save(odd, tmp_path / "kept")
    odd = Clusters(embeddings, comparison.clusters.labels, settings={"assigned": True, "x": np.longdouble(1)})
    with pytest.raises(InputError, match="holds a longdouble"):
        save(odd, tmp_path / "kept")
    odd = Clusters(
        embeddings, comparison.clusters.labels, settings={"assigned": True, "x": np.array([print, None], dtype=object)}
    )
    with pytest.raises(InputError, match=r"Clusters.settings\['x'\] is an array of object"):
        save(odd, tmp_path / "kept")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_and_a_foreign_one_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="There is no folder 'nowhere'"):
        load(tmp_path / "nowhere")
    with pytest.raises(InputError, match="it has no record.json"):
        load(tmp_path)
    (tmp_path / "record.json").write_text('["something", "else"]', encoding="utf-8")
    with pytest.raises(InputError, match="its record.json is something else"):
        load(tmp_path)
    (tmp_path / "record.json").write_bytes(b'{"schema": "alliance_nlp rec')
    with pytest.raises(InputError, match="its record.json is damaged"):
        load(tmp_path)


def test_a_newer_format_names_the_version_that_wrote_it(kept):
    rewrite(kept, format=3, version="9.0")
    with pytest.raises(InputError, match="written in format 3 by alliance_nlp '9.0'. This version reads format 2"):
        load(kept)


def test_an_edited_record_is_noticed(kept):
    path = kept / "record.json"
    path.write_text(path.read_text(encoding="utf-8").replace("matter 3", "matter 4"), encoding="utf-8")
    with pytest.raises(InputError, match=r"record \w{12} \(\w+\) was changed since it was saved. Restore it"):
        load(kept)


def test_an_edited_root_is_noticed(tmp_path):
    folder = save(Codebook((Code("Trust"),)), tmp_path / "kept")
    rewrite(folder, root={"record": "0" * 64})
    with pytest.raises(InputError, match="its first record was changed"):
        load(folder)


def test_a_missing_record_is_noticed(kept):
    rewrite(kept, records={})
    with pytest.raises(InputError, match=r"record \w{12} is missing"):
        load(kept)


def test_a_missing_or_changed_array_is_noticed(kept):
    path = next((kept / "arrays").iterdir())
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(InputError, match=r"arrays/\w{12}….npy was changed since it was saved"):
        load(kept)
    path.unlink()
    with pytest.raises(InputError, match=r"arrays/\w{12}….npy is missing"):
        load(kept)


def forged(folder, root, records=None):
    """A folder whose hashes are right and whose content is not what save() writes."""
    check = hash_bytes(canonical_json(root))
    (folder / "record.json").write_text(
        json.dumps(
            {"schema": "alliance_nlp records", "format": 1, "root": root, "check": check, "records": records or {}}
        ),
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(
    ("root", "message"),
    [
        ({"rows": "Popen", "fields": ["args"], "values": [["ls"]]}, "of the kind 'Popen', which this version does not"),
        ({"rows": "Turn", "fields": ["start"], "values": [[1]]}, r"not as save\(\) wrote it \(TypeError\)"),
        ({"rows": "Turn", "fields": ["start", "end"], "values": [[2, 1]]}, "A turn needs 0 <= start <= end"),
        ({"eval": "1"}, "a value of the unknown kind 'eval'"),
        ({}, "a value of the unknown kind 'nothing'"),
        ({"date": "soon"}, r"not as save\(\) wrote it \(ValueError\)"),
        ({"array": "../../../etc/passwd"}, "an array has no proper name"),
        ({"array": 3}, "an array has no proper name"),
        ({"record": "x"}, "record x is missing"),
    ],
)
def test_forged_folders_run_nothing_and_say_so(tmp_path, root, message):
    with pytest.raises(InputError, match=message):
        load(forged(tmp_path, root))


def test_every_kind_that_is_named_exists():
    for room, names in storage.kinds.KINDS.items():
        for name in names:
            assert storage.kinds.kind_named(name).__module__.startswith(f"alliance_nlp.{room}")


def test_a_record_that_is_not_true_is_not_loaded(tmp_path, comparison):
    clusters = replace(comparison.clusters, settings={"assigned": True})
    object.__setattr__(clusters, "labels", clusters.labels - 9)
    folder = save(clusters, tmp_path / "kept")
    with pytest.raises(InputError) as caught:
        load(folder)
    assert str(caught.value).startswith(
        "kept cannot be loaded: Clusters.labels must be at least -1, which is no cluster."
    )
    assert str(caught.value).endswith(" at position 0. Restore it from a copy, or make it again.")


def test_what_this_version_saved_is_loaded_without_a_warning(tmp_path):
    book = Codebook((Code("Trust"),), former=("Time",))
    assert load(save(book, tmp_path / "book")).former == ("Time",)
