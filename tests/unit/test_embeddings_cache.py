"""Vectors kept between runs: what is kept, what is not, what happens when a run or a file is damaged."""

import multiprocessing
import os
import re
import threading

import numpy as np
import pytest

import alliance_nlp as an
from alliance_nlp.embeddings import encode_texts
from alliance_nlp.embeddings.cache import Vector, VectorCache
from alliance_nlp.embeddings.kept_files import prune_vectors, verify_vectors
from alliance_nlp.embeddings.weights import find_cache_folder
from alliance_nlp.errors import AllianceWarning
from alliance_nlp.numeric import lies_in_file
from alliance_nlp.records import EncoderInfo

TEXTS = [f"word{number} said" for number in range(10)]


class Named:
    """A hashing encoder that says who it is, and how many texts it was given."""

    def __init__(self, name="named", revision="1", fails_at=None):
        self.name, self.revision, self.fails_at, self.n = name, revision, fails_at, 0

    def encode(self, texts):
        if self.fails_at is not None and self.n >= self.fails_at:
            raise KeyboardInterrupt
        self.n += len(texts)
        return [np.random.default_rng(list(text.encode("utf-8", "surrogatepass"))).normal(size=4) for text in texts]


def n_encoded(texts, cache, **options):
    encoder = Named(**options)
    encode_texts(texts, encoder, cache=cache, batch_size=2)
    return encoder.n


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_second_run_encodes_nothing_and_gives_the_same_bits(tmp_path):
    first = encode_texts(TEXTS, Named(), cache=tmp_path, batch_size=3)
    again = Named()
    second = encode_texts(TEXTS[::-1], again, cache=str(tmp_path), batch_size=4)
    assert again.n == 0
    assert np.array_equal(first.vectors, second.vectors[::-1])


def test_only_new_texts_are_encoded(tmp_path):
    assert n_encoded(TEXTS, tmp_path) == 10
    assert n_encoded([*TEXTS, "something new", ""], tmp_path) == 1
    assert n_encoded([TEXTS[0] + " "], tmp_path) == 1  # other characters, another text


@pytest.mark.parametrize("other", [{"name": "else"}, {"revision": "2"}])
def test_another_encoder_or_revision_has_vectors_of_its_own(tmp_path, other):
    n_encoded(TEXTS, tmp_path)
    assert n_encoded(TEXTS, tmp_path, **other) == 10


def test_another_limit_has_vectors_of_its_own(tmp_path):
    folders = {VectorCache(tmp_path, EncoderInfo("named", "1", limit)).folder for limit in (None, 8, 256)}
    assert len(folders) == 3


@pytest.mark.parametrize("vague", [{"revision": None}, {"revision": ""}, {"name": None}, {"name": ""}, {"revision": 3}])
def test_an_object_that_does_not_say_which_one_it_is_leaves_nothing_behind(tmp_path, vague):
    assert n_encoded(TEXTS, tmp_path, **vague) == 10
    assert files(tmp_path) == []


@pytest.mark.parametrize("off", [False, None])
def test_no_cache_reads_and_leaves_nothing(tmp_path, monkeypatch, off):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert n_encoded(TEXTS, off) == n_encoded(TEXTS, off) == 10
    assert files(tmp_path) == []


def test_the_default_is_the_users_cache_folder_read_at_each_call(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a"))
    assert n_encoded(TEXTS, True) == 10
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert n_encoded(TEXTS, True) == 10
    assert {path.relative_to(tmp_path).parts[:3] for path in files(tmp_path)} == {
        ("a", "alliance_nlp", "vectors"), ("b", "alliance_nlp", "vectors")}  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, ".cache/alliance_nlp"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, ".cache/alliance_nlp"),
        ("darwin", {}, "Library/Caches/alliance_nlp"),
        ("win32", {}, "AppData/Local/alliance_nlp"),
        ("win32", {"LOCALAPPDATA": "{home}/here"}, "here/alliance_nlp"),
    ],
)
def test_each_system_has_its_own_cache_folder(tmp_path, monkeypatch, platform, variables, expected):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    assert find_cache_folder() == tmp_path / expected


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("pathlib.Path.home", nowhere)
    assert find_cache_folder() is None
    assert n_encoded(TEXTS, True) == n_encoded(TEXTS, True) == 10


def test_an_interrupted_run_keeps_what_it_computed(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        encode_texts(TEXTS, Named(fails_at=6), cache=tmp_path, batch_size=2)
    assert n_encoded(TEXTS, tmp_path) == 4


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no vectors at all", "cut", "flip"])
def test_damaged_files_are_computed_again(tmp_path, damage):
    for at in range(0, len(TEXTS), 2):  # a file each
        encode_texts(TEXTS[at : at + 2], Named(), cache=tmp_path)
    expected = encode_texts(TEXTS, Named(), cache=tmp_path).vectors
    for path in files(tmp_path)[:2]:
        data = path.read_bytes()
        flipped = data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]
        path.write_bytes({"cut": data[:-5], "flip": flipped}.get(damage, damage))
    again = Named()
    with pytest.warns(AllianceWarning, match="2 damaged files of kept vectors in .*: passed over and removed"):
        assert np.array_equal(encode_texts(TEXTS, again, cache=tmp_path).vectors, expected)
    assert again.n == 4
    assert n_encoded(TEXTS, tmp_path) == 0  # what was computed again is kept


def test_batches_of_one_call_end_in_few_files(tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_nlp.embeddings.embedding._BATCHES_A_FILE", 3)
    texts = [f"said {number:02d}" for number in range(15)]
    expected = encode_texts(texts, Named(), cache=False).vectors
    assert n_encoded(texts, tmp_path) == 15  # eight batches of two: 3, 3 and 2 of them in a file
    assert len(files(tmp_path)) == 3
    assert verify_vectors(tmp_path).n_damaged == 0
    again = Named()
    assert np.array_equal(encode_texts(texts, again, cache=tmp_path).vectors, expected)
    assert again.n == 0


def test_a_cache_whose_files_cannot_be_taken_away_or_joined_keeps_all(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError

    with monkeypatch.context() as hold:
        hold.setattr("pathlib.Path.unlink", refused)
        n_encoded(TEXTS, tmp_path)  # batches and what joins them lie beside one another
    assert len(files(tmp_path)) == 6
    assert n_encoded(TEXTS, tmp_path) == 0
    other = tmp_path / "other"
    with monkeypatch.context() as hold:
        hold.setattr(VectorCache, "join", refused)
        n_encoded(TEXTS, other)
    assert len(files(other)) == 5
    assert n_encoded(TEXTS, other) == 0


@pytest.mark.parametrize("damage", [b"", b"flip"])
def test_a_batch_that_is_damaged_before_it_is_joined_is_found_out(tmp_path, damage):
    class Damaging(Named):
        """Whoever it is, a file of the batch before is damaged meanwhile."""

        def encode(self, texts):
            for path in files(tmp_path)[:1]:
                data = path.read_bytes()
                path.write_bytes(damage and data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
            return super().encode(texts)

    expected = encode_texts(TEXTS[:4], Named(), cache=False).vectors
    assert np.array_equal(encode_texts(TEXTS[:4], Damaging(), cache=tmp_path, batch_size=2).vectors, expected)
    assert verify_vectors(tmp_path).n_damaged == 1
    again = Named()
    with pytest.warns(AllianceWarning, match="1 damaged file"):
        assert np.array_equal(encode_texts(TEXTS[:4], again, cache=tmp_path).vectors, expected)
    assert again.n == 2


def test_strangers_in_the_folder_are_left_alone(tmp_path):
    n_encoded(TEXTS, tmp_path)
    folder = files(tmp_path)[0].parent
    (folder / "notes.npy").write_bytes(b"mine")
    (folder / f"{'0' * 64}.npy").mkdir()
    assert n_encoded(TEXTS, tmp_path) == 0
    assert (folder / "notes.npy").read_bytes() == b"mine"


def test_files_and_their_names_hold_hashes_never_words(tmp_path):
    n_encoded(["sentinel words"], tmp_path)
    (path,) = files(tmp_path)
    assert re.fullmatch(r"vectors/[0-9a-f]{32}/[0-9a-f]{64}\.npy", path.relative_to(tmp_path).as_posix())
    assert b"sentinel" not in path.read_bytes()


def test_a_folder_that_cannot_be_written_is_said_once_and_costs_nothing_else(tmp_path):
    occupied = tmp_path / "occupied"
    occupied.write_text("a file, not a folder")
    with pytest.warns(an.AllianceWarning, match="Vectors could not be kept in .*Pass cache= with a folder") as caught:
        found = encode_texts(TEXTS, Named(), cache=occupied, batch_size=2)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert np.array_equal(found.vectors, encode_texts(TEXTS, Named(), cache=False, batch_size=2).vectors)


def test_whether_a_text_was_long_is_kept_with_its_vector(tmp_path):
    class Counting(Named):
        max_tokens = 4

        def count_tokens(self, texts):
            assert self.revision == "1"
            return [len(text.split()) + 2 for text in texts]

    texts = ["one two. three four.", "one", "one two. three four. five."]
    assert encode_texts(texts, Counting(), cache=tmp_path).n_long == 2
    second = Counting()
    second.count_tokens = None  # a second run needs no tokenizer
    assert encode_texts(texts, second, cache=tmp_path).n_long == 2
    assert second.n == 0


def test_two_at_once_do_not_disturb_one_another(tmp_path):
    errors, found = [], {}

    def work(number):
        try:
            shuffled = list(np.random.default_rng(number).permutation(TEXTS * 3))
            vectors = encode_texts(shuffled, Named(), cache=tmp_path, batch_size=1).vectors
            found[number] = dict(zip(shuffled, vectors, strict=True))
        except Exception as err:
            errors.append(err)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(np.array_equal(found[0][text], found[n][text]) for n in range(6) for text in TEXTS)
    assert not [path for path in files(tmp_path) if path.suffix != ".npy"]
    assert n_encoded(TEXTS, tmp_path) == 0


def test_ten_thousand_vectors_are_read_in_a_moment(tmp_path):

    cache = VectorCache(tmp_path, EncoderInfo("named", "1"))
    rows = np.random.default_rng(0).normal(size=(10_000, 384)).astype(np.float32)
    texts = [f"text {number}" for number in range(10_000)]
    for at in range(0, 10_000, 64):
        cache.add(texts[at : at + 64], [Vector(row, False) for row in rows[at : at + 64]])
    found = cache.read(texts)
    assert all(np.array_equal(found[text].row, row) for text, row in zip(texts, rows, strict=True))


# --- what is listed, verified, pruned --------------------------------------------------------------------------------


def hostile(folder):
    """A cache with two whole files, a damaged one, one that a program left, and things that are none of ours."""
    n_encoded(TEXTS[:2], folder)
    n_encoded(TEXTS[2:4], folder)
    (home,) = (folder / "vectors").iterdir()
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    whole = sorted(home.iterdir())
    (elsewhere / whole[0].name).write_bytes(whole[0].read_bytes())
    (home / f"{'0' * 64}.npy").write_bytes(whole[0].read_bytes())  # another name than that of what it holds
    (home / ".writing-999999999-abc.tmp").write_bytes(b"half")
    (home / "mine.npy").write_bytes(b"mine")
    (home / f"{'1' * 64}.npy").symlink_to(elsewhere / whole[0].name)
    (home / f"{'2' * 64}.npy").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(home / f"{'3' * 64}.npy")  # whoever opens it to read waits for ever
    (folder / "vectors" / "linked").symlink_to(elsewhere)
    return home, elsewhere, whole


def test_a_cache_is_verified_without_a_change(tmp_path):
    home, _, whole = hostile(tmp_path)
    before = sorted(home.iterdir())
    found = verify_vectors(tmp_path)
    assert (found.n_damaged, found.n_unfinished) == (1, 1)
    assert [(row["encoder"], row["files"], row["damaged"]) for row in found.table.rows()] == [(home.name, 3, 1)]
    assert sorted(home.iterdir()) == before
    with pytest.warns(AllianceWarning, match="1 leftover"), pytest.warns(AllianceWarning, match="1 damaged file"):
        assert n_encoded(TEXTS[:5], tmp_path) == 1  # neither a pipe nor a folder is in the way
    assert len(whole) == 2


def test_pruning_takes_what_is_damaged_unfinished_or_old_and_nothing_else(tmp_path):
    home, elsewhere, whole = hostile(tmp_path)
    os.utime(whole[1], (1, 1))
    kept = {path.name for path in home.iterdir()} - {f"{'0' * 64}.npy", ".writing-999999999-abc.tmp"}
    (row,) = prune_vectors(tmp_path).rows()
    assert (row["removed_damaged"], row["removed_unfinished"], row["removed_old"]) == (1, 1, 0)
    assert {path.name for path in home.iterdir()} == kept
    (row,) = prune_vectors(tmp_path, days=30).rows()
    assert row["removed_old"] == 1
    assert {path.name for path in home.iterdir()} == kept - {whole[1].name}
    assert len(list(elsewhere.iterdir())) == 1
    assert n_encoded(TEXTS[:4], tmp_path) == 2
    with pytest.raises(an.InputError, match=r"days must be at least 0. Got -1"):
        prune_vectors(tmp_path, days=-1)


def test_two_programs_on_one_cache_lose_nothing(tmp_path):
    both = [
        multiprocessing.get_context("spawn").Process(target=n_encoded, args=(texts, tmp_path))
        for texts in (TEXTS, TEXTS[::-1])
    ]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert n_encoded(TEXTS, tmp_path) == 0
    assert verify_vectors(tmp_path)[1:] == (0, 0)


# --- in a file -------------------------------------------------------------------------------------------------------


def test_vectors_in_a_file_are_those_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_nlp.embeddings.in_file.TEXTS", 4)
    segments = an.segment(an.read_transcripts([*TEXTS, "", TEXTS[0]]))
    in_memory = an.embed(segments, encoder=Named(), cache=None)
    in_file = an.embed(segments, encoder=Named(), cache=tmp_path / "kept", to=tmp_path / "out" / "vectors.npy")
    assert lies_in_file(in_file.vectors)
    assert in_file == in_memory
    assert np.array_equal(np.load(tmp_path / "out" / "vectors.npy"), in_memory.vectors)
    none = an.embed(segments.take([]), encoder=Named(), cache=None, to=tmp_path / "none.npy")
    assert none.vectors.shape == (0, 4)
    with pytest.raises(an.InputError, match=r"must end in .npy. Got 'a.csv'"):
        an.embed(segments, encoder=Named(), cache=None, to=tmp_path / "a.csv")


def test_a_file_of_vectors_that_was_cut_off_is_not_there_and_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("alliance_nlp.embeddings.in_file.TEXTS", 4)
    segments = an.segment(an.read_transcripts(TEXTS))
    place, kept = tmp_path / "out" / "vectors.npy", tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        an.embed(segments, encoder=Named(fails_at=6), cache=kept, batch_size=2, to=place)
    assert list(place.parent.iterdir()) == []
    rest = Named()
    assert an.embed(segments, encoder=rest, cache=kept, batch_size=2, to=place) == an.embed(
        segments, encoder=Named(), cache=None
    )
    assert rest.n == 4
